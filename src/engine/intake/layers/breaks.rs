//! Line breaks that are not the text's: those that a terminal or a mail program put in at a fixed width.
//!
//! Owns joining such lines. Of what they mean it knows where a printed string begins, and no more.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::lines::{Line, lines};
use crate::engine::intake::is_basic_time;
use crate::engine::intake::shape::printed;
use crate::engine::intake::text::is_token;
use crate::engine::intake::unescape::Unescaped;

/// The widths that lines are broken at, in characters.
const WIDTHS: RangeInclusive<usize> = 40..=400;

/// Whether a line may have been broken at a width, or where a word had no room behind it.
pub(super) fn may_go_on(line: &[u8]) -> bool {
    line.len() >= *WIDTHS.start() || line.contains(&b' ')
}

/// Which lines go on on the next, by their length.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Width {
    /// Those of the length that is so many places behind the longest, and longer ones: a mark may stand before the
    /// first line or behind the last.
    OrMore(usize),
    /// Those of just that length: longer ones were never broken.
    Just(usize),
}

/// Text whose lines go on on the next where they are as long as they can be.
pub(super) fn joined(bytes: &[u8], width: Width) -> Option<Unescaped> {
    let lines = lines(bytes);
    let lengths: Vec<usize> = lines.iter().map(|line| length(line.of(bytes))).collect();
    let fitting = lengths
        .iter()
        .copied()
        .filter(|length| WIDTHS.contains(length));
    let distinct: BTreeSet<usize> = fitting.collect();
    let (Width::OrMore(place) | Width::Just(place)) = width;
    let measure = *distinct.iter().rev().nth(place)?;
    let is_full = |length: usize| match width {
        Width::OrMore(_) => length >= measure,
        Width::Just(_) => length == measure,
    };
    let mut out = Unescaped::default();
    let mut any = false;
    for (place, (line, length)) in lines.iter().zip(&lengths).enumerate() {
        let next = lines.get(place + 1).map(|next| next.of(bytes));
        let goes_on =
            is_full(*length) && next.is_some_and(|next| !printed::begins(line.of(bytes), next));
        any |= goes_on;
        out.copy(
            bytes,
            line.start..if goes_on { line.end } else { line.next },
        );
    }
    any.then_some(out)
}

/// Digits of a hash in hexadecimal.
const HASH: usize = 64;

/// How much of a text was filled to one width.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Filled {
    /// All of it.
    Whole,
    /// What stands between two empty lines: what was pasted below a mail was never filled with it.
    Blocks,
}

/// Text whose lines were filled with words up to a width (`fold -s`, `textwrap` of Python, mail programs, panels of a
/// terminal): a line goes on on the next one where that one's first word had no room behind it.
pub(super) fn filled(bytes: &[u8], what: Filled) -> Option<Unescaped> {
    let lines = lines(bytes);
    // A program that breaks words behind their hyphens shows it: the first part that had room stands on the line before.
    let parts = lines.iter().any(|line| ends_in_hyphen(line.of(bytes)));
    let is_empty = |line: &Line| line.of(bytes).trim_ascii().is_empty();
    let mut out = Unescaped::default();
    let mut any = false;
    let blocks: Vec<&[Line]> = match what {
        Filled::Whole => vec![&lines],
        Filled::Blocks => lines
            .chunk_by(|line, next| is_empty(line) == is_empty(next))
            .collect(),
    };
    for block in blocks {
        let width = width(bytes, block);
        for (place, line) in block.iter().enumerate() {
            let text = line.of(bytes);
            let next = block.get(place + 1).map(|next| next.of(bytes));
            let seam = next
                .filter(|next| !is_own_line(text, next))
                .zip(width)
                .and_then(|(next, width)| seam(text, next, width, parts));
            let Some(seam) = seam else {
                out.copy(bytes, line.start..line.next);
                continue;
            };
            any = true;
            let kept = line.start + text.trim_ascii_end().len();
            out.copy(bytes, line.start..kept);
            if !seam.is_empty() {
                out.decode(seam, kept, line.next - kept);
            }
        }
    }
    any.then_some(out)
}

/// The width that lines were filled up to.
fn width(bytes: &[u8], lines: &[Line]) -> Option<usize> {
    // One word alone may be wider than the rest: many programs break none.
    let several = |line: &[u8]| line.trim_ascii().contains(&b' ');
    lines
        .iter()
        .map(|line| line.of(bytes))
        .filter(|line| several(line))
        .map(length)
        .filter(|length| WIDTHS.contains(length))
        .max()
}

/// Whether a line ends in a part of a word with a hyphen in it.
fn ends_in_hyphen(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end(), [.., before, b'-'] if before.is_ascii_alphanumeric())
}

/// What stood between a line and the next one where the two are one: nothing, or a blank. `parts` tells whether words are broken
/// behind their hyphens.
fn seam(line: &[u8], next: &[u8], width: usize, parts: bool) -> Option<&'static [u8]> {
    let line = line.trim_ascii_end();
    if line.is_empty() {
        return None;
    }
    // A word with a hyphen in it is broken behind that.
    let hyphen = ends_in_hyphen(line);
    let broken = length(line) >= width && !line.ends_with(b",") && !line.ends_with(b":");
    let algorithm = line.ends_with(b"-HMAC-SHA256");
    let seam: &[u8] = if hyphen || broken && !algorithm && !is_dump(line, next) {
        b""
    } else {
        b" "
    };
    let first = next.split(u8::is_ascii_whitespace).next()?;
    // Between letters alone (`wordsep_re` of Python's `textwrap`).
    let part = first.windows(3).position(
        |near| matches!(near, [a, b'-', c] if a.is_ascii_alphabetic() && c.is_ascii_alphabetic()),
    );
    let part = part.filter(|_| parts);
    let first = part.and_then(|at| first.get(..at + 2)).unwrap_or(first);
    (hyphen || length(line) + seam.len() + length(first) > width).then_some(seam)
}

/// Whether both sides of a break are bytes of a dump, pairs of digits with a blank between them.
fn is_dump(line: &[u8], next: &[u8]) -> bool {
    let last =
        matches!(line, [.., b' ' | b'>', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    last && matches!(next, [a, b, b' ' | b'<', ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

/// Whether `next` is no rest of `line`: it is empty, indented, a header, one of the lines of a string that is signed.
fn is_own_line(line: &[u8], next: &[u8]) -> bool {
    let Some(first) = next.first() else {
        return true;
    };
    let name = next.iter().take_while(|b| is_token(**b)).count();
    let behind = next.get(name..).unwrap_or_default();
    // A time and the address of a page have colons, too.
    let header = (*first == b':' || first.is_ascii_alphabetic() && name > 0)
        && behind.first() == Some(&b':')
        && !behind.starts_with(b"://");
    // In an answer's markup a tag ends the last line of a string.
    let digits = next.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let hash = digits == HASH && matches!(next.get(HASH), None | Some(b'<'));
    let algorithm = line.trim_ascii_end().ends_with(b"-HMAC-SHA256");
    let time = algorithm && is_basic_time(next.trim_ascii_end());
    first.is_ascii_whitespace()
        || header
        || hash && !line.ends_with(b":")
        || time
        || next.starts_with(b"HTTP/1.1 ")
        || printed::begins(line, next)
}

/// Characters of a line; bytes where it is not UTF-8.
fn length(line: &[u8]) -> usize {
    std::str::from_utf8(line).map_or(line.len(), |text| text.chars().count())
}
