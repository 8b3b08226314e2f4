//! HTTP inside string literals: `send: b'PUT /k HTTP/1.1\r\n…'` of Python, `<- "PUT /k HTTP/1.1\r\n…"` of Ruby,
//! `msg="…PUT /k HTTP/1.1\r\n…"` of Go's loggers, and `>> "PUT /k HTTP/1.1[\r][\n]"` of Java's wire log.
//!
//! Owns where such a literal begins and ends, and which literals on the lines behind it are of the same message.
//! A literal inside a literal is read layer by layer.

use std::ops::Range;

use super::margin;
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text, is_blank, is_method, is_token, method_len};
use crate::engine::intake::unescape::{
    self, Dialect, Joint, Quoting, Unescaped, Unit, close, seam,
};

/// Recognises HTTP in string literals.
pub(in crate::engine::intake) struct Literals;

/// The longest request target that is looked back over, in bytes.
const TARGET: usize = 8 << 10;
/// The longest literal, in bytes.
const MOST: usize = 1 << 20;
/// How many lines may stand between two literals of one message: of the other direction, or of other loggers.
const APART: usize = 24;
/// The longest text in front of a literal on its line, in bytes.
const FRONT: usize = 320;

/// How the line breaks of a literal are written.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Breaks {
    /// `n` behind so many backslashes.
    Escaped(usize),
    /// `[\r][\n]`.
    Bracketed,
}

/// A literal that holds the beginning of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Literal {
    /// What it holds of the message.
    inside: Range<usize>,
    breaks: Breaks,
    /// What stands before its quote on its line, where it is the last thing there.
    front: Option<Range<usize>>,
    quote: u8,
    answer: bool,
}

impl Recogniser for Literals {
    fn anchors(&self) -> &'static [&'static str] {
        &["HTTP/"]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let (at, _, _) = message(text, hit.at, hit.line.start.max(from))?;
        (at >= from).then_some(Start {
            at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let window = text.get(start.at..start.at + TARGET + 64);
        let version = start.at + memchr::memmem::find(window, b"HTTP/")?;
        let (at, breaks, answer) = message(text, version, start.at)?;
        let literal = literal(text, at, breaks, answer);
        let mut message = Unescaped::default();
        let base = literal.inside.start;
        let mut end = piece(
            text,
            &literal,
            literal.quote,
            literal.inside.clone(),
            base,
            &mut message,
        );
        if let Some(front) = &literal.front {
            end = more(text, &literal, front, end, base, &mut message);
        }
        if answer {
            end = header_lines(text, end, base, &mut message);
        }
        reader.unframed(pass, base..end, Peel::BackslashEscapes, message)
    }
}

/// The header lines of Java's wire log as they were sent, where a text holds them without a request line.
pub(in crate::engine::intake) fn wire(reader: &mut Reader<'_>, text: &Text) -> Option<Text> {
    let (place, lines) = wire_headers(text)?;
    let parent = text.span(place.clone());
    // Of a line that is not closed the end is not here.
    let last = text.get(place.start..place.end);
    let open = !last.ends_with(b"[\\n]\"");
    let layer = reader.peel(parent, Peel::LogFrame, lines.bytes.into(), lines.map)?;
    let layer = Text::new(&reader.case.docs, layer);
    if open {
        let start = memchr::memrchr(b'\n', &layer.bytes).map_or(0, |at| at + 1);
        reader.case.cut.push(layer.span(start..layer.len()));
    }
    Some(layer)
}

/// The header lines that a wire log of Java's holds without the request line that they belong to, and where they stand;
/// none where no line of it is one.
fn wire_headers(text: &Text) -> Option<(Range<usize>, Unescaped)> {
    const SENT: &[u8] = b">> \"";
    let sent = memchr::memmem::find_iter(&text.bytes, SENT);
    // What is looked through in vain is bounded.
    for at in sent.take(APART) {
        let start = at + SENT.len();
        let line = Line {
            start: text.line_start(at, at.saturating_sub(FRONT)),
            ..text.line(at)
        };
        let inside = text.get(start..line.end);
        let name = inside.iter().take_while(|b| is_token(**b)).count();
        let closed = memchr::memrchr(b'"', inside).filter(|end| {
            inside
                .get(..*end)
                .is_some_and(|header| header.ends_with(b"[\\n]"))
        });
        let (Some(end), Some(b':')) = (closed, inside.get(name)) else {
            continue;
        };
        let literal = Literal {
            inside: start..start + end,
            breaks: Breaks::Bracketed,
            front: None,
            quote: b'"',
            answer: false,
        };
        let mut message = Unescaped::default();
        let inside = literal.inside.clone();
        let end = piece(text, &literal, b'"', inside, start, &mut message);
        let front = line.start..start - 1;
        let end = more(text, &literal, &front, end, start, &mut message);
        return Some((start..end, message));
    }
    None
}

/// Where the message begins whose version stands at `at`, how its line breaks are written, and whether it is an
/// answer.
fn message(text: &Text, at: usize, floor: usize) -> Option<(usize, Breaks, bool)> {
    let number = text.get(at + 5..at + 9);
    let digits = number
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'.')
        .count();
    let behind = at + 5 + digits;
    let before = at.checked_sub(1).filter(|i| *i >= floor);
    if let Some(breaks) = breaks_at(text, behind) {
        // A request: a target and a method stand before the version.
        let blank = before.filter(|i| text.at(*i) == Some(b' '))?;
        let back = text.get(blank.saturating_sub(TARGET).max(floor)..blank);
        let space = blank - back.len() + memchr::memrchr(b' ', back)?;
        let method = text.get(space.saturating_sub(32).max(floor)..space);
        let len = method.iter().rev().take_while(|b| is_letter(**b)).count();
        // `\nPUT`: the letter is half of an escape.
        let word = method.get(method.len() - len..)?;
        let half = method.get(..method.len() - len)?.ends_with(b"\\") && word.starts_with(b"n");
        let start = space - len + usize::from(half);
        let upper = text.get(start..space);
        let target = text.at(space + 1);
        let plausible = is_method(upper) && matches!(target, Some(b'/' | b'h' | b'*'));
        return (plausible && opens(text, start, floor)).then_some((start, breaks, false));
    }
    // An answer: a status and words, and the line ends soon.
    let rest = text.get(behind..behind + 96);
    let status = rest.get(1..4)?;
    let words = rest
        .iter()
        .position(|b| matches!(b, b'\\' | b'[' | b'\n'))?;
    let breaks = breaks_at(text, behind + words)?;
    let plausible = rest.first() == Some(&b' ') && status.iter().all(u8::is_ascii_digit);
    (digits > 0 && plausible && opens(text, at, floor)).then_some((at, breaks, true))
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

/// Whether a quote, a line break or nothing stands before `at`.
fn opens(text: &Text, at: usize, floor: usize) -> bool {
    let before = text.get(at.saturating_sub(2).max(floor)..at);
    match before {
        [] => at == floor,
        [.., b'"' | b'\'' | b'`' | b'\n'] | [b'\\', b'n'] => true,
        _ => false,
    }
}

/// The line break that is written at `at`.
fn breaks_at(text: &Text, at: usize) -> Option<Breaks> {
    let rest = text.get(at..at + 40);
    if rest.starts_with(b"[\\r]") || rest.starts_with(b"[\\n]") {
        return Some(Breaks::Bracketed);
    }
    let run = rest.iter().take_while(|b| **b == b'\\').count();
    let letter = rest.get(run)?;
    (run > 0 && matches!(letter, b'r' | b'n')).then_some(Breaks::Escaped(run))
}

/// The literal in which a message begins at `at`.
fn literal(text: &Text, at: usize, breaks: Breaks, answer: bool) -> Literal {
    let line = Line {
        start: text.line_start(at, at.saturating_sub(FRONT + 2)),
        ..text.line(at)
    };
    let own = at.checked_sub(1).and_then(|i| text.at(i));
    let opened = own.filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    // Where the message begins in the middle of a literal, what it was opened with is told by what stands before.
    let quote = opened.unwrap_or_else(|| {
        let before = text.get(line.start..at);
        let single = memchr::memchr(b'\'', before);
        let double = memchr::memchr(b'"', before);
        match (single, double) {
            (Some(single), Some(double)) if single < double => b'\'',
            (Some(_), None) => b'\'',
            _ => b'"',
        }
    });
    let end = match breaks {
        Breaks::Bracketed => {
            let rest = text.get(at..line.end);
            at + memchr::memrchr(quote, rest).unwrap_or(rest.len())
        }
        Breaks::Escaped(depth) => closing(text, at..line.end, quote, depth),
    };
    let front = opened
        .filter(|_| breaks == Breaks::Bracketed || breaks == Breaks::Escaped(1))
        .map(|_| line.start..at - 1)
        .filter(|front| front.len() <= FRONT && is_last(text, end + 1..line.end));
    Literal {
        inside: at..end,
        breaks,
        front,
        quote,
        answer,
    }
}

/// Where the literal ends that is open in `range`, whose line breaks have so many backslashes.
fn closing(text: &Text, range: Range<usize>, quote: u8, depth: usize) -> usize {
    let bytes = text.get(range.start..range.end.min(range.start + MOST));
    let len = close(bytes, quote, Quoting::Backslashes { depth });
    range.start + len.unwrap_or(bytes.len())
}

/// Whether nothing of worth stands in what is left of a line: brackets, a comma, what joins two literals.
fn is_last(text: &Text, range: Range<usize>) -> bool {
    let filler = |b: &u8| is_blank(*b) || b"+,.)]}\\;".contains(b);
    text.get(range).iter().all(filler)
}

/// Adds what stands in the literal at `inside`, and in those that go on with it; says where they end.
fn piece(
    text: &Text,
    literal: &Literal,
    quote: u8,
    inside: Range<usize>,
    base: usize,
    out: &mut Unescaped,
) -> usize {
    let (mut inside, mut quote) = (inside, quote);
    loop {
        let bytes = text.get(inside.clone());
        let read = match literal.breaks {
            Breaks::Bracketed => bracketed(bytes),
            // What programs send is bytes to all that print it so.
            Breaks::Escaped(_) => unescape::literal(bytes, Dialect::Printed(Unit::Byte)),
        };
        out.append(&read, inside.start - base);
        let closed = text.at(inside.end) == Some(quote);
        let next = match literal.breaks {
            Breaks::Escaped(1) if closed => seam(text.from(inside.end), Joint::Sum),
            Breaks::Escaped(_) | Breaks::Bracketed => None,
        };
        let Some(next) = next.filter(|_| out.bytes.len() < MOST) else {
            return inside.end + usize::from(closed);
        };
        let next = inside.end + next;
        quote = text.at(next - 1).unwrap_or(quote);
        inside = next..closing(text, next..text.line(next).end, quote, 1);
    }
}

/// Adds the literals on the lines behind that are of the same message; says where they end.
fn more(
    text: &Text,
    literal: &Literal,
    front: &Range<usize>,
    from: usize,
    base: usize,
    out: &mut Unescaped,
) -> usize {
    let mut end = from;
    let mut at = text.line(from).next;
    let mut foreign = 0;
    while at < text.len() && foreign <= APART && out.bytes.len() < MOST {
        let line = text.line(at);
        at = line.next;
        let bytes = text.get(line.start..line.end.min(line.start + 2 * FRONT));
        let open = margin::behind(text, line, front);
        // Python chooses the quotes of each literal by what it holds.
        let mark = open.and_then(|at| text.at(at));
        let mark = mark.filter(|b| *b == literal.quote || matches!(b, b'"' | b'\''));
        let (Some(quote), Some(mark)) = (open, mark) else {
            // The other side answers: what follows is another message.
            if !literal.answer && final_answer(bytes) {
                break;
            }
            foreign += 1;
            continue;
        };
        let begins = text.get(quote + 1..line.end.min(quote + 1 + TARGET));
        if begins.starts_with(b"HTTP/") || begins_request(begins) {
            break;
        }
        let close = match literal.breaks {
            Breaks::Bracketed => {
                let rest = text.get(quote + 1..line.end);
                quote + 1 + memchr::memrchr(mark, rest).unwrap_or(rest.len())
            }
            Breaks::Escaped(depth) => closing(text, quote + 1..line.end, mark, depth),
        };
        end = piece(text, literal, mark, quote + 1..close, base, out);
        at = text.line(end).next;
        foreign = 0;
    }
    end
}

/// Whether a line holds the status of an answer that is no interim one.
fn final_answer(line: &[u8]) -> bool {
    let status = memchr::memmem::find(line, b"HTTP/1").and_then(|at| line.get(at + 8..at + 10));
    matches!(status, Some([b' ', b'2'..=b'5']))
}

/// Whether a literal begins with a request line.
fn begins_request(bytes: &[u8]) -> bool {
    let line = bytes
        .iter()
        .position(|b| matches!(b, b'\\' | b'['))
        .and_then(|end| bytes.get(..end));
    let method = method_len(bytes);
    method.is_some_and(|len| bytes.get(len) == Some(&b' '))
        && line.is_some_and(|line| memchr::memmem::find(line, b" HTTP/").is_some())
}

/// Adds what Python prints of an answer behind its status line: `header: Name: value`.
fn header_lines(text: &Text, from: usize, base: usize, out: &mut Unescaped) -> usize {
    const NAMED: &[u8] = b"header: ";
    let mut end = from;
    loop {
        let line = text.line(text.line(end).next);
        let bytes = text.get(line.range());
        let value = bytes
            .strip_prefix(NAMED)
            .filter(|rest| rest.first().is_some_and(|b| is_token(*b)));
        if line.start < from || value.is_none() {
            return end;
        }
        let start = line.start + NAMED.len();
        out.copy_at(text.get(start..line.end), start - base);
        out.decode(b"\n", line.end - base, line.next - line.end);
        end = line.end;
    }
}

/// The bytes of a line of Java's wire log: `[\r]`, `[\n]` and `[0x9]` for those that cannot be printed, all else as
/// it is (Apache HttpClient `Wire.java`).
fn bracketed(bytes: &[u8]) -> Unescaped {
    let mut out = Unescaped::default();
    let mut at = 0;
    while let Some(i) = memchr::memchr(b'[', bytes.get(at..).unwrap_or_default()) {
        let mark = at + i;
        out.copy_at(bytes.get(at..mark).unwrap_or_default(), at);
        let rest = bytes.get(mark..).unwrap_or_default();
        let (value, len) = if rest.starts_with(b"[\\r]") {
            (Some(b'\r'), 4)
        } else if rest.starts_with(b"[\\n]") {
            (Some(b'\n'), 4)
        } else {
            in_hex(rest).map_or((None, 1), |(value, len)| (Some(value), len))
        };
        match value {
            Some(value) => out.decode(&[value], mark, len),
            None => out.copy_at(b"[", mark),
        }
        at = mark + len;
    }
    out.copy_at(bytes.get(at..).unwrap_or_default(), at);
    out
}

/// `[0x9]`, `[0xff]`.
fn in_hex(bytes: &[u8]) -> Option<(u8, usize)> {
    let rest = bytes.strip_prefix(b"[0x")?;
    let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let text = std::str::from_utf8(rest.get(..digits)?).ok()?;
    let value = u8::from_str_radix(text, 16).ok()?;
    (rest.get(digits) == Some(&b']')).then_some((value, digits + 4))
}
