//! What stands in front of lines, and around them: the margin of a log, a mail or a container, and the frame of
//! a table.
//!
//! Owns telling such marks from text, and what is left without them. Must not know what the lines mean.

use memchr::memmem;

use super::markup;
use crate::engine::document::Peel;
use crate::engine::intake::unescape::Unescaped;

/// The longest margin, in bytes: a container, a time, a host, a unit and a level.
const MARGIN: usize = 240;
/// By so many lines a margin is told.
const SAMPLE: usize = 3;
/// How many lines without text of their own may stand between these: each line is looked at from, and as many behind it.
const SKIPPED: usize = 32;

/// A line as offsets: where its text starts and ends, and where the next one starts.
#[derive(Copy, Clone, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) next: usize,
}

impl Line {
    /// Its text.
    pub(super) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

/// The lines of a text, without their line ends.
pub(super) fn lines(bytes: &[u8]) -> Vec<Line> {
    let mut start = 0;
    let mut all = Vec::new();
    for piece in bytes.split_inclusive(|b| *b == b'\n') {
        let next = start + piece.len();
        let text = piece.strip_suffix(b"\n").unwrap_or(piece);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        all.push(Line {
            start,
            end: start + text.len(),
            next,
        });
        start = next;
    }
    all
}

/// How much of what lines begin with alike is their margin.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Reach {
    /// All of it.
    Whole,
    /// What stands before the first quote: each line is a literal, or code.
    Quote,
}

/// Text without the margins of its lines: whatever the lines of a run begin with alike, where digits may differ. None
/// where that is the same as what a longer reach takes.
pub(super) fn margins(bytes: &[u8], reach: Reach) -> Option<(Peel, Unescaped)> {
    let lines = lines(bytes);
    let mut shorter = reach == Reach::Whole;
    let mut out = Unescaped::default();
    let mut found = None;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let whole = margin(bytes, lines.get(at..).unwrap_or_default());
        let margin = match reach {
            Reach::Whole => whole,
            Reach::Quote => whole.map(|len| {
                let mark = line.of(bytes).get(..len).unwrap_or_default();
                let quote = memchr::memchr3(b'"', b'\'', b'`', mark).unwrap_or(len);
                shorter |= quote < len;
                quote
            }),
        };
        let Some(margin) = margin.filter(|len| *len > 0) else {
            out.copy(bytes, line.start..line.next);
            at += 1;
            continue;
        };
        let mark = line.of(bytes).get(..margin).unwrap_or_default();
        found = found.or(Some(peel_of(mark)));
        for line in lines.get(at..).unwrap_or_default() {
            let text = line.of(bytes);
            let Some(len) = stripped(mark, text) else {
                break;
            };
            out.copy(bytes, line.start + len..line.next);
            at += 1;
        }
    }
    found.filter(|_| shorter).map(|peel| (peel, out))
}

/// What such a margin is called.
fn peel_of(mark: &[u8]) -> Peel {
    let text = String::from_utf8_lossy(mark);
    if text.trim().is_empty() {
        Peel::Indentation
    } else if mark.contains(&b'>') && !mark.iter().any(u8::is_ascii_alphanumeric) {
        Peel::QuotePrefix
    } else {
        Peel::LogPrefix
    }
}

/// The length of the margin of the first of `lines`, as that and the ones behind it tell; none where they have none.
fn margin(bytes: &[u8], lines: &[Line]) -> Option<usize> {
    let first = lines.first()?.of(bytes);
    let quoted = quoted(first);
    if quoted > 0 {
        return Some(quoted);
    }
    let mut shared = first.get(..first.len().min(MARGIN))?;
    if shared.trim_ascii().is_empty() {
        return None;
    }
    let (mut seen, mut skipped) = (0, 0);
    let mut framed = is_framed(first);
    for line in lines.iter().skip(1) {
        let text = line.of(bytes);
        if stripped_whole(shared, text) && text.len() < shared.len() {
            skipped += 1;
            if skipped > SKIPPED {
                break;
            }
            continue;
        }
        let (len, _) = alike(shared, text);
        shared = shared.get(..len)?;
        framed &= is_framed(text);
        seen += 1;
        if seen + 1 >= SAMPLE {
            break;
        }
    }
    if framed {
        // The side of a frame is taken off with the other side.
        shared = shared.get(..side(shared)?)?;
    }
    // An object is no margin, whatever its members begin with.
    let object = [&b"{\""[..], b"{ \""]
        .iter()
        .filter_map(|o| memmem::find(shared, o))
        .min();
    shared = shared.get(..object.unwrap_or(shared.len()))?;
    // A margin ends in a blank or in a mark; what stands behind that is text that begins alike.
    let ends = |b: &u8| b" \t>|#*:]\xA0\x82".contains(b);
    let len = shared.iter().rposition(ends)? + 1;
    (seen > 0 && is_boundary(first, len)).then_some(len)
}

/// The marks of quoted mail at the front of a line, which need no other line beside them: `> > `.
fn quoted(line: &[u8]) -> usize {
    let mut len = 0;
    while line.get(len) == Some(&b'>') {
        len += 1;
        len += usize::from(line.get(len) == Some(&b' '));
    }
    len
}

/// Whether `at` stands between two characters.
fn is_boundary(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|b| b & 0xC0 != 0x80)
}

/// How much of `text` is the margin `mark`: all of it on a line that is empty but for the margin.
fn stripped(mark: &[u8], text: &[u8]) -> Option<usize> {
    let (of_mark, of_text) = alike(mark, text);
    if of_mark == mark.len() {
        return Some(of_text);
    }
    stripped_whole(mark, text).then_some(text.len())
}

/// Whether `text` is a margin and nothing else; editors take blanks from the end of a line.
fn stripped_whole(mark: &[u8], text: &[u8]) -> bool {
    let (mark, text) = (mark.trim_ascii_end(), text.trim_ascii_end());
    text.is_empty() || alike(mark, text) == (mark.len(), text.len())
}

/// How far two texts are alike, in each: runs of digits are, whatever they say, and runs of blanks.
fn alike(one: &[u8], other: &[u8]) -> (usize, usize) {
    let run = |text: &[u8], kind: fn(&u8) -> bool| text.iter().take_while(|b| kind(b)).count();
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let is_blank = |text: &[u8]| text.first().is_some_and(blank);
    let digit_at = |text: &[u8], at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let kinds: [fn(&u8) -> bool; 2] = [u8::is_ascii_digit, blank];
    let mut at = (0, 0);
    while let (Some(left), Some(right)) = (one.get(at.0..), other.get(at.1..)) {
        let runs = kinds.map(|kind| (run(left, kind), run(right, kind)));
        match runs.into_iter().find(|(n, m)| *n > 0 && *m > 0) {
            // Blanks that make numbers end in one column.
            Some((n, m))
                if n != m && is_blank(left) && !(digit_at(left, n) && digit_at(right, m)) =>
            {
                let least = n.min(m);
                return (at.0 + least, at.1 + least);
            }
            Some((n, m)) => at = (at.0 + n, at.1 + m),
            None if !left.is_empty() && left.first() == right.first() => {
                at = (at.0 + 1, at.1 + 1);
            }
            None => break,
        }
    }
    at
}

/// What the frame of a table is drawn with.
const SIDES: [char; 4] = ['│', '┃', '║', '|'];

/// Whether a line ends in the side of a frame.
fn is_framed(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    SIDES
        .iter()
        .any(|side| line.ends_with(side.encode_utf8(&mut [0; 4]).as_bytes()))
}

/// Where the last side of a frame stands in the front of a line.
fn side(front: &[u8]) -> Option<usize> {
    let find = |side: &char| memmem::rfind(front, side.encode_utf8(&mut [0; 4]).as_bytes());
    SIDES.iter().filter_map(find).max()
}

/// Text without the frame that a table or a panel draws around it.
pub(super) fn frame(bytes: &[u8]) -> Option<Unescaped> {
    let holds = |side: &char| memmem::find(bytes, side.encode_utf8(&mut [0; 4]).as_bytes());
    SIDES.iter().find_map(holds)?;
    let lines = lines(bytes);
    let text = |line: &Line| std::str::from_utf8(line.of(bytes)).ok();
    let inside = |line: &Line| -> Option<(usize, usize)> {
        let whole = text(line)?;
        let inner = whole.trim_start().strip_prefix(SIDES)?;
        let start = line.end - inner.len();
        let inner = inner.trim_end().strip_suffix(SIDES)?;
        Some((start, start + inner.len()))
    };
    let blanks = |range: &(usize, usize)| {
        let inner = bytes.get(range.0..range.1)?;
        let len = inner.iter().take_while(|b| **b == b' ').count();
        (len < inner.len()).then_some(len)
    };
    let ranges: Vec<Option<(usize, usize)>> = lines.iter().map(inside).collect();
    let framed = ranges.iter().flatten().count();
    if framed < 2 {
        return None;
    }
    // A table of Markdown: a mark of the text's own has a backslash (GitHub Flavored Markdown §4.10).
    let rule = rule(bytes, &lines);
    let rows = ranges
        .iter()
        .enumerate()
        .filter(|(place, _)| Some(*place) != rule);
    let padding = rows
        .filter_map(|(_, range)| blanks(range.as_ref()?))
        .min()?;
    let mut out = Unescaped::default();
    for (place, (line, range)) in lines.iter().zip(ranges).enumerate() {
        match range {
            Some(_) if rule == Some(place) => {}
            Some((start, end)) => {
                let start = (start + padding).min(end);
                let inner = bytes.get(start..end)?;
                let len = inner.trim_ascii_end().len();
                if rule.is_some() {
                    markup::cell(bytes, start..start + len, &mut out);
                } else {
                    out.copy(bytes, start..start + len);
                }
                out.copy(bytes, line.end..line.next);
            }
            None if text(line).is_some_and(is_border) => {}
            None => out.copy(bytes, line.start..line.next),
        }
    }
    Some(out)
}

/// The line that parts the head of a table of Markdown from its rows, the second of its lines: `| --- | :-: |`.
fn rule(bytes: &[u8], lines: &[Line]) -> Option<usize> {
    let is_row = |place: Option<usize>| {
        let line = place.and_then(|place| lines.get(place));
        line.is_some_and(|line| line.of(bytes).trim_ascii().starts_with(b"|"))
    };
    (1..lines.len()).find(|place| {
        let line = lines
            .get(*place)
            .map_or(&[][..], |line| line.of(bytes))
            .trim_ascii();
        let dashes = memchr::memchr_iter(b'-', line).count();
        let drawn = line.starts_with(b"|") && line.iter().all(|b| b"|-: ".contains(b));
        // Something may be printed before the first row.
        let head = lines
            .get(place - 1)
            .map_or(&[][..], |line| line.of(bytes))
            .trim_ascii();
        let second = head.ends_with(b"|") && !is_row(place.checked_sub(2));
        dashes > 2 && drawn && second
    })
}

/// Whether a line is the top, the bottom or a rule of a frame, perhaps with a title in it.
fn is_border(line: &str) -> bool {
    let line = line.trim();
    let drawn = |c: char| ('\u{2500}'..='\u{257F}').contains(&c) || matches!(c, '+' | '-' | '=');
    let ends = line.chars().next().is_some_and(drawn) && line.chars().last().is_some_and(drawn);
    ends && line.chars().count() > 2
}
