//! A verifier's sentence over several lines: broken at a blank by a mail program, a terminal or a panel.
//!
//! Owns where a blank of a sentence may be a line break, and how far a sentence goes on. Must not know any message.

use std::ops::Range;

use super::words;
use crate::engine::intake::shape::vocabulary::WHOLE_ENDS;
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::unescape::Unescaped;

/// The longest break, in bytes: the padding of a frame, its two sides, the marks of quoted mail.
const BREAK: usize = 256;
/// The shortest line that is broken, in bytes.
const NARROWEST: usize = 30;
/// Lines of one sentence.
const LINES: usize = 6;
/// The widest terminal whose lines are joined, in bytes.
const WIDTH: usize = 400;
/// What a frame is drawn with.
const SIDES: [&[u8]; 4] = [
    "\u{2502}".as_bytes(),
    "\u{2503}".as_bytes(),
    "\u{2551}".as_bytes(),
    b"|",
];

/// The length of a line break at the front of `rest`, with the blanks, the frame and the marks around it.
fn broken(rest: &[u8]) -> Option<usize> {
    let mut at = blanks(rest, 0);
    at = blanks(rest, at + side(rest, at));
    at += usize::from(rest.get(at) == Some(&b'\r'));
    if rest.get(at) != Some(&b'\n') {
        return None;
    }
    at = blanks(rest, at + 1);
    while rest.get(at) == Some(&b'>') {
        at = blanks(rest, at + 1);
    }
    Some(blanks(rest, at + side(rest, at)))
}

fn blanks(rest: &[u8], at: usize) -> usize {
    let rest = rest.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| is_blank(**b)).count()
}

/// The length of the side of a frame at `at`.
fn side(rest: &[u8], at: usize) -> usize {
    side_of(rest.get(at..).unwrap_or_default()).map_or(0, <[u8]>::len)
}

/// The side of a frame, or of a cell, with which `line` begins.
pub(super) fn side_of(line: &[u8]) -> Option<&'static [u8]> {
    SIDES.into_iter().find(|side| line.starts_with(side))
}

/// Where `words` end that begin at `at`, a break standing for any of their blanks; none where they do not stand there.
pub(super) fn says(text: &Text, at: usize, words: &str) -> Option<usize> {
    let mut at = at;
    for (place, word) in words.split(' ').enumerate() {
        if place > 0 {
            at += match broken(text.get(at..at + BREAK)) {
                Some(len) => len,
                None => text.at(at).filter(|b| *b == b' ').map(|_| 1)?,
            };
        }
        if !text.get(at..at + word.len()).eq(word.as_bytes()) {
            return None;
        }
        at += word.len();
    }
    Some(at)
}

/// Where `words` begin that end at `end`, as [`says`] takes them.
pub(super) fn behind(text: &Text, end: usize, words: &str) -> Option<usize> {
    let mut at = end;
    for (place, word) in words.rsplit(' ').enumerate() {
        if place > 0 {
            at = before_break(text, at)?;
        }
        at = at.checked_sub(word.len())?;
        if !text.get(at..at + word.len()).eq(word.as_bytes()) {
            return None;
        }
    }
    Some(at)
}

/// Where the blank, or the break, begins that ends at `end`.
fn before_break(text: &Text, end: usize) -> Option<usize> {
    let near = text.get(end.saturating_sub(BREAK)..end);
    let marks = |b: &u8| is_blank(*b) || matches!(b, b'>' | b'|') || !b.is_ascii();
    let behind = near.iter().rev().take_while(|b| marks(b)).count();
    let front = near.get(..near.len() - behind)?;
    let Some(front) = front.strip_suffix(b"\n") else {
        return (near.last() == Some(&b' ')).then(|| end - 1);
    };
    let front = front.strip_suffix(b"\r").unwrap_or(front);
    let gap = front.iter().rev().take_while(|b| marks(b)).count();
    let start = end - near.len() + front.len() - gap;
    (broken(text.get(start..end + 1)) == Some(end - start)).then_some(start)
}

/// Where the sentence that begins at `at` ends, of which a line ends at `end`.
pub(super) fn end(text: &Text, at: usize, end: usize) -> usize {
    let known = words::message(text, at).unwrap_or(at);
    let mut end = end;
    for _ in 0..LINES {
        let rest = text.get(end..end + BREAK);
        let Some(len) = broken(rest) else { break };
        let next = end + len;
        let line = text.line(next);
        let bytes = text.get(line.range());
        let series = is_of_series(text.get(at..at + SERIES_FRONT)) && is_of_series(bytes);
        if next >= known && !series && !goes_on(text, end, bytes) {
            break;
        }
        end = text.trim_end(next..next + unframed(bytes));
    }
    end
}

/// How sentences begin of which a server strings several together in one message, as many as are true (scratchstack's
/// chart of the order of errors); some programs print each on a line of its own.
const SERIES: [&[u8]; 4] = [
    b"Authorization header requires ",
    b"AWS query-string parameters must include ",
    b"Credential should be scoped ",
    b"Date in Credential scope does not match ",
];
/// As long as the longest of them, in bytes.
const SERIES_FRONT: usize = 48;

fn is_of_series(line: &[u8]) -> bool {
    SERIES.iter().any(|front| line.starts_with(front))
}

/// The length of a line without the side of a frame at its end.
pub(super) fn unframed(line: &[u8]) -> usize {
    let trimmed = line.trim_ascii_end();
    let side = SIDES.iter().find_map(|side| trimmed.strip_suffix(*side));
    let side = side.filter(|inner| inner.ends_with(b" "));
    side.map_or(line.len(), |inner| inner.trim_ascii_end().len())
}

/// Whether `next` can be nothing but the rest of the sentence whose line ends at `end`: that line is wide and no
/// sentence ends there, and this one begins in its column as a sentence goes on.
fn goes_on(text: &Text, end: usize, next: &[u8]) -> bool {
    let start = text.line_start(end, end.saturating_sub(1 << 10));
    let line = text.get(start..end);
    if WHOLE_ENDS.iter().any(|words| line.ends_with(words)) {
        return false;
    }
    let open = line
        .last()
        .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b',');
    let word = next.split(u8::is_ascii_whitespace).next();
    // `status code: 403` is a line of its own, and so is the place in a program.
    let own = next.iter().take(24).any(|b| *b == b':') || word == Some(b"at");
    let word = word.filter(|word| !word.is_empty() && !own);
    let lower = |b: &u8| b.is_ascii_lowercase() || matches!(b, b'.' | b',' | b'-' | b'\'');
    let lower = word.is_some_and(|word| word.iter().all(lower));
    let indent = |line: &[u8]| line.iter().take_while(|b| is_blank(**b)).count();
    let column = end + memchr::memchr(b'\n', text.get(end..end + BREAK)).map_or(0, |at| at + 1);
    let same = indent(line) == indent(text.get(column..column + BREAK));
    open && lower && same && line.len() >= NARROWEST
}

/// The sentence at `place` on one line; none where it stands so.
pub(super) fn joined(text: &Text, place: Range<usize>) -> Option<Unescaped> {
    let bytes = text.get(place);
    memchr::memchr(b'\n', bytes)?;
    let mut out = Unescaped::default();
    let (mut at, mut kept) = (0, 0);
    let mut any = false;
    while at < bytes.len() {
        let rest = bytes.get(at..)?;
        let starts = rest.first().is_some_and(|b| !b.is_ascii_graphic());
        match broken(rest).filter(|_| starts) {
            Some(len) => {
                out.copy(bytes, kept..at);
                out.decode(b" ", at, len);
                at += len;
                kept = at;
                any = true;
            }
            None => at += 1,
        }
    }
    out.copy(bytes, kept..bytes.len());
    any.then_some(out)
}

/// The message at `place` with what stands of it on the next lines, and where it ends, where its line was broken by the
/// width of a terminal: lines copied out of one as a block are all of one length, filled with blanks.
pub(super) fn block(text: &Text, place: Range<usize>) -> Option<(Unescaped, usize)> {
    let start = text.line_start(place.start, place.start.saturating_sub(WIDTH));
    let mut line = text.line(start);
    let width = line.end - line.start;
    if line.end != place.end || width > WIDTH {
        return None;
    }
    let base = place.start;
    let mut whole = Unescaped::default();
    whole.copy_at(text.get(place), 0);
    for _ in 0..LINES {
        let next = text.line(line.next);
        let end = text.trim_end(next.range());
        if next.end - next.start != width || end == next.start {
            return None;
        }
        whole.copy_at(text.get(next.start..end), next.start - base);
        if end < next.end {
            return Some((whole, end));
        }
        line = next;
    }
    None
}
