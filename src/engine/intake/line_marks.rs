//! Marks in front of lines: `> ` and `< ` of curl, mail and Markdown, and plain indentation.
//!
//! Owns where such a run of lines stands and what is left without the marks.

use super::head;
use super::text::{Line, Text, is_blank};
use super::unescape::Unescaped;
use crate::engine::document::{OffsetMap, Peel};

/// What one run of an offset map takes in memory.
pub(super) const SEGMENT: usize = 4 * size_of::<usize>();

/// Bytes that `text` takes, with the way back.
pub(super) fn cost(text: &Unescaped) -> usize {
    text.bytes.len() + text.map.segments().len() * SEGMENT
}

/// Lines that share a mark.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Run {
    /// Offset of the first line.
    pub(super) start: usize,
    /// Just past the last line.
    pub(super) end: usize,
    /// What the mark is.
    pub(super) peel: Peel,
    mark: Mark,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Mark {
    /// This byte, and one blank.
    Byte(u8),
    /// So many blanks.
    Indent(usize),
}

/// How far back a run is looked for.
const BACK: usize = 256;

/// The run of lines with a `>` or `<` around `line`, not before `from`; none where it has none.
pub(super) fn marked(text: &Text, line: Line, from: usize) -> Option<Run> {
    let first = text.at(line.start).filter(|b| matches!(b, b'>' | b'<'))?;
    let run = run(text, line, from, Mark::Byte(first), Peel::QuotePrefix)?;
    // Programs that use libcurl by its own way of telling (PHP, R) have one mark before a whole head.
    let next = text.line(run.end);
    let one = run.start == line.start && run.end == line.next;
    (!one || next.next == run.end || head::split(text, next).is_none()).then_some(run)
}

/// The run of lines around `line` that are indented as it is; none where it is not, or is the only one.
pub(super) fn indented(text: &Text, line: Line, from: usize) -> Option<Run> {
    let blanks = text
        .get(line.range())
        .iter()
        .take_while(|b| is_blank(**b))
        .count();
    if blanks == 0 || blanks == line.end - line.start {
        return None;
    }
    let run = run(text, line, from, Mark::Indent(blanks), Peel::Indentation)?;
    (run.end > line.next).then_some(run)
}

fn run(text: &Text, line: Line, from: usize, mark: Mark, peel: Peel) -> Option<Run> {
    if line.start < from {
        return None;
    }
    strip_line(text, line, &mark)?;
    let mut start = line.start;
    for _ in 0..BACK {
        if start <= from {
            break;
        }
        let previous = text.line_start(start - 1, from);
        let before = text.line(previous);
        if before.next != start || strip_line(text, before, &mark).is_none() {
            break;
        }
        start = previous;
    }
    let mut end = line.next;
    while end < text.len() {
        let line = text.line(end);
        if strip_line(text, line, &mark).is_none() {
            break;
        }
        end = line.next;
    }
    Some(Run {
        start,
        end,
        peel,
        mark,
    })
}

/// Where the text of `line` starts behind the mark.
fn strip_line(text: &Text, line: Line, mark: &Mark) -> Option<usize> {
    let bytes = text.get(line.range());
    match mark {
        Mark::Byte(byte) => match bytes {
            [b] if b == byte => Some(line.start + 1),
            [b, blank, ..] if b == byte && is_blank(*blank) => Some(line.start + 2),
            _ => None,
        },
        Mark::Indent(blanks) => {
            let has = bytes.iter().take_while(|b| is_blank(**b)).count();
            if has >= *blanks {
                Some(line.start + blanks)
            } else {
                // An empty line inside loses its indentation in many editors.
                (has == bytes.len()).then_some(line.end)
            }
        }
    }
}

/// The text of a run without its marks.
pub(super) struct Unquoted {
    pub(super) bytes: Vec<u8>,
    pub(super) map: OffsetMap,
    /// Just past the last line that was taken.
    pub(super) end: usize,
}

/// Takes the marks off, as long as text and map stay within `budget` bytes.
pub(super) fn strip(text: &Text, run: &Run, budget: usize) -> Unquoted {
    let mut out = Unquoted {
        bytes: Vec::new(),
        map: OffsetMap::new(),
        end: run.start,
    };
    while out.end < run.end {
        let line = text.line(out.end);
        let start = strip_line(text, line, &run.mark).unwrap_or(line.start);
        let cost = out.bytes.len() + (line.next - start) + (out.map.segments().len() + 1) * SEGMENT;
        if cost > budget {
            break;
        }
        out.bytes.extend_from_slice(text.get(start..line.next));
        out.map.copied(start - run.start, line.next - start);
        out.end = line.next;
    }
    out
}
