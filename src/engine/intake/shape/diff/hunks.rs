//! Diffs whose lines stand below one another: unified ones, and those of `diff` without an option.
//!
//! Owns their marks and line numbers. Source: POSIX, diff, "Diff -u or -U Output Format" and "Diff Default Output Format".
//! Must not know what the lines say.

use std::ops::Range;

use super::{LINES, Parts, Shown, behind, operands};
use crate::engine::intake::shape::printed;
use crate::engine::intake::text::{Line, Text};

/// The most hunks of one diff: such a string has few lines.
const HUNKS: usize = 16;
/// The longest line that tells of which lines a hunk is, in bytes.
const HEAD: usize = 64;

/// Whether the hunk of a unified diff begins at `line`.
pub(super) fn is_unified(text: &Text, line: Line) -> bool {
    counts(text.get(line.range())).is_some()
        && matches!(text.at(line.next), Some(b' ' | b'+' | b'-' | b'\r' | b'\n'))
}

/// The first line and the number of lines that a hunk has of both sides: `@@ -1,7 +1,7 @@`. Of one line the number is left
/// out.
fn counts(line: &[u8]) -> Option<[(usize, usize); 2]> {
    let rest = std::str::from_utf8(line.get(..line.len().min(HEAD))?).ok()?;
    let (ranges, _) = rest.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let count = |range: &str| -> Option<(usize, usize)> {
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
        // Of no lines it names the one in front of them.
        let first = start.checked_add(usize::from(count == 0))?;
        (first.checked_add(count)? <= LINES).then_some((first.max(1), count))
    };
    Some([count(old)?, count(new)?])
}

/// The unified diff whose first hunk begins at `head`.
pub(super) fn unified(text: &Text, head: Line) -> Option<Parts> {
    let mut parts = Parts {
        names: files(text, head.start),
        place: head.next..head.next,
        ..Parts::default()
    };
    let mut head = head;
    for _ in 0..HUNKS {
        let Some(sides) = counts(text.get(head.range())) else {
            break;
        };
        parts.place.end = hunk(text, head.next, sides, &mut parts.sides)?;
        head = text.line(parts.place.end);
    }
    (!parts.place.is_empty()).then_some(parts)
}

/// Adds the lines of a hunk that begin at `from`, and says where they end. None where a line that both sides have is none of
/// such a string.
fn hunk(
    text: &Text,
    from: usize,
    [old, new]: [(usize, usize); 2],
    sides: &mut [Vec<Shown>; 2],
) -> Option<usize> {
    let [mut next_old, mut next_new] = [old.0, new.0];
    let (end_old, end_new) = (old.0 + old.1, new.0 + new.1);
    let mut at = from;
    let mut older = false;
    while (next_old < end_old || next_new < end_new) && at < text.len() {
        let line = text.line(at);
        let (mark, place) = match text.at(line.start) {
            // What trims lines takes the mark of an empty one, too.
            _ if line.start == line.end => (b' ', line.start..line.start),
            Some(mark @ (b' ' | b'+' | b'-')) => (mark, behind(line, 1)?),
            // `\ No newline at end of file`.
            Some(b'\\') => {
                at = line.next;
                continue;
            }
            Some(_) | None => break,
        };
        let bytes = text.get(place.clone());
        // An older string is told by its first line alone.
        older |= next_old == 1 && printed::begins_string(bytes);
        let common = mark == b' ';
        if common && !older && !printed::may_be_line(next_old, bytes) {
            return None;
        }
        let [own_old, own_new] = &mut *sides;
        for (side, next, other) in [
            (own_old, &mut next_old, b'+'),
            (own_new, &mut next_new, b'-'),
        ] {
            if mark != other {
                side.push(Shown {
                    number: *next,
                    place: place.clone(),
                    common,
                    cut: false,
                });
                *next += 1;
            }
        }
        at = line.next.max(at + 1);
    }
    // Behind the last line its end may be marked as missing.
    while text.get(at..at + 2) == b"\\ " {
        at = text.line(at).next;
    }
    (at > from).then_some(at)
}

/// The names of the two files, where their lines stand above the hunk that begins at `start`.
fn files(text: &Text, start: usize) -> [Option<Range<usize>>; 2] {
    let above = |at: usize, mark: &[u8]| {
        let end = at.checked_sub(1)?;
        let line = text.line_start(end, end.saturating_sub(256));
        let name = text.get(line..end).strip_prefix(mark)?;
        // A time may stand behind a tab.
        let len = memchr::memchr2(b'\t', b'\r', name).unwrap_or(name.len());
        let name = line + mark.len();
        Some((line, name..name + len))
    };
    let Some((line, new)) = above(start, b"+++ ") else {
        return [None, None];
    };
    [above(line, b"--- ").map(|(_, old)| old), Some(new)]
}

/// What changes which lines: `3c3`, `5a6,7`, `5,6d4`.
struct Change {
    old: Range<usize>,
    new: Range<usize>,
}

fn change(line: &[u8]) -> Option<Change> {
    if line.len() > HEAD || !line.first()?.is_ascii_digit() {
        return None;
    }
    let text = std::str::from_utf8(line).ok()?;
    let at = text.find(|c: char| !c.is_ascii_digit() && c != ',')?;
    let (old, rest) = text.split_at_checked(at)?;
    let kind = rest.chars().next().filter(|kind| "acd".contains(*kind))?;
    let lines = |text: &str| -> Option<Range<usize>> {
        let (first, last) = text.split_once(',').unwrap_or((text, text));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        (first > 0 && first <= last && last <= LINES).then_some(first..last + 1)
    };
    let (mut old, mut new) = (lines(old)?, lines(rest.get(1..)?)?);
    match kind {
        'a' => old = old.end..old.end,
        'd' => new = new.end..new.end,
        _ => {}
    }
    Some(Change { old, new })
}

/// Whether a diff without an option begins at `line`.
pub(super) fn is_plain(text: &Text, line: Line) -> bool {
    change(text.get(line.range())).is_some()
        && matches!(text.get(line.next..line.next + 2), b"< " | b"> ")
}

/// The diff without an option that begins at `head`.
pub(super) fn plain(text: &Text, head: Line) -> Option<Parts> {
    let mut parts = Parts {
        names: operands(text, head.start),
        place: head.next..head.next,
        ..Parts::default()
    };
    let mut at = head.start;
    for _ in 0..HUNKS {
        let head = text.line(at);
        let Some(change) = change(text.get(head.range())) else {
            break;
        };
        at = head.next;
        let both = !change.old.is_empty() && !change.new.is_empty();
        let [old, new] = &mut parts.sides;
        for (side, mark, lines) in [(old, b'<', change.old), (new, b'>', change.new)] {
            if both && mark == b'>' && text.get(text.line(at).range()) == b"---" {
                at = text.line(at).next;
            }
            for number in lines {
                let line = text.line(at);
                let own = text.get(line.range());
                // What trims lines takes the blank of an empty one, too.
                if own.first() != Some(&mark) || !matches!(own.get(1), Some(b' ') | None) {
                    return None;
                }
                side.push(Shown {
                    number,
                    place: behind(line, 2)?,
                    common: false,
                    cut: false,
                });
                at = line.next;
            }
            if text.get(at..at + 2) == b"\\ " {
                at = text.line(at).next;
            }
        }
        parts.place.end = at;
    }
    (!parts.place.is_empty()).then_some(parts)
}
