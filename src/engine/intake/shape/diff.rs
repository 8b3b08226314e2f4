//! A unified diff of two strings: what each side has stands in the lines that are its own and in those of both.
//!
//! Owns telling a hunk and taking it apart. Source: POSIX, diff, "Diff -u or -U Output Format". Must not know what the
//! strings say, nor whose they are: the names of the files stand in front of them as a heading would.

use std::ops::Range;

use super::printed;
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;

/// The most lines of one side that are taken apart.
const LINES: usize = 512;
/// The longest line, in bytes.
const LONGEST: usize = 16 << 10;

/// Recognises a hunk that begins as one of the strings does.
pub(in crate::engine::intake) struct Diffs;

impl Recogniser for Diffs {
    fn anchors(&self) -> &'static [&'static str] {
        &["@@ -"]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let is_hunk = line.start == hit.at
            && line.start >= from
            && counts(text.get(line.range())).is_some()
            // Of code that is compared nothing is taken apart.
            && printed::begins_string(text.get(line.next + 1..line.next + 64));
        is_hunk.then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let head = text.line(start.at);
        let sides = counts(text.get(head.range()))?;
        let (hunk, end) = hunk(text, start.at, head.next, sides)?;
        for side in hunk {
            reader.unframed(pass, start.at..end, Peel::QuotePrefix, side)?;
        }
        Some(end)
    }
}

/// The lines of both sides that a hunk says it has: `@@ -1,7 +1,7 @@`. Of one line the count is left out.
fn counts(line: &[u8]) -> Option<[usize; 2]> {
    let rest = std::str::from_utf8(line.get(..line.len().min(64))?).ok()?;
    let (ranges, _) = rest.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let count = |range: &str| -> Option<usize> {
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        start.parse::<usize>().ok()?;
        count.parse().ok().filter(|count| *count <= LINES)
    };
    Some([count(old)?, count(new)?])
}

/// Both sides of a hunk whose lines begin at `from`, each behind the name of its file, and where it ends.
fn hunk(
    text: &Text,
    start: usize,
    from: usize,
    mut left: [usize; 2],
) -> Option<([Unescaped; 2], usize)> {
    let mut sides = files(text, start).map(|name| {
        let mut side = Unescaped::default();
        if let Some(name) = name {
            // Without its end: what names a file is no part of the string.
            side.decode(text.get(name), 0, 0);
            side.decode(b":\n", 0, 0);
        }
        side
    });
    let mut at = from;
    while left.iter().any(|left| *left > 0) && at < text.len() {
        let line = text.line(at);
        if line.end - line.start > LONGEST {
            return None;
        }
        let (mark, body) = match text.at(line.start) {
            // What trims lines takes the mark of an empty one, too.
            _ if line.start == line.end => (b' ', line.start),
            Some(mark @ (b' ' | b'+' | b'-')) => (mark, line.start + 1),
            // `\ No newline at end of file`.
            Some(b'\\') => {
                at = line.next;
                continue;
            }
            Some(_) | None => break,
        };
        let [old, new] = &mut sides;
        let [old_left, new_left] = &mut left;
        for (side, left, other) in [(old, old_left, b'+'), (new, new_left, b'-')] {
            if mark != other {
                *left = left.saturating_sub(1);
                side.copy_at(text.get(body..line.next), body - start);
            }
        }
        at = line.next;
    }
    (at > from).then_some((sides, at))
}

/// The names of the two files, where their lines stand above the hunk that begins at `start`.
fn files(text: &Text, start: usize) -> [Option<Range<usize>>; 2] {
    let above = |at: usize, mark: &[u8]| {
        let end = at.checked_sub(1)?;
        let line = text.line_start(end, end.saturating_sub(256));
        let name = text.get(line..end).strip_prefix(mark)?;
        // A time may stand behind a tab.
        let len = memchr::memchr(b'\t', name).unwrap_or(name.len());
        let name = line + mark.len();
        Some((line, name..name + len))
    };
    let Some((line, new)) = above(start, b"+++ ") else {
        return [None, None];
    };
    [above(line, b"--- ").map(|(_, old)| old), Some(new)]
}
