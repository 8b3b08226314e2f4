//! `diff -y` and `sdiff`: both sides in columns, with a mark between them where they part.
//!
//! Owns the columns. Source: GNU diffutils, "Side by Side". Must not know what the lines say.

use std::cmp::Ordering;
use std::ops::Range;

use super::{LONGEST, Parts, Shown, operands};
use crate::engine::intake::shape::printed;
use crate::engine::intake::text::{Line, Text};

/// The most rows.
const ROWS: usize = 48;
/// What stands between the columns.
const MARKS: &[u8] = b"|<>/\\(";
/// How far apart tab stops are.
const TAB: usize = 8;

/// A row: what stands to either side, and the mark between; of a side that has no such line nothing.
struct Row {
    left: Range<usize>,
    right: Range<usize>,
    mark: u8,
    /// Whether either side fills its column, so that its end may be missing.
    cut: [bool; 2],
}

/// Whether the rows of both sides begin at `line`: the first line of a string stands in it twice, or two such lines.
pub(super) fn begins(text: &Text, line: Line) -> bool {
    let bytes = text.get(line.range());
    let mut words = bytes
        .split(|b| matches!(b, b' ' | b'\t'))
        .filter(|word| !word.is_empty());
    let mark = |word: &[u8]| word.len() == 1 && word.iter().all(|b| MARKS.contains(b));
    let first = words.next().is_some_and(printed::begins_string);
    let second = words.next();
    let second = second.filter(|word| !mark(word)).or_else(|| words.next());
    line.end - line.start <= LONGEST
        && first
        && second.is_some_and(printed::begins_string)
        && words.next().is_none()
}

/// The column in which a line has its mark.
fn gutter(text: &Text, line: Line) -> Option<usize> {
    let bytes = text.get(line.range());
    let mut columns = Columns::default();
    let mut found = None;
    for (at, byte) in bytes.iter().enumerate() {
        let column = columns.of(*byte);
        let blank = |b: Option<&u8>| b.is_none_or(|b| matches!(b, b' ' | b'\t'));
        let apart = at > 0 && blank(bytes.get(at - 1)) && blank(bytes.get(at + 1));
        if apart && b"|<>".contains(byte) {
            // A value may hold such a mark, too: the columns are of one width.
            if found.is_some() {
                return None;
            }
            found = Some(column);
        }
    }
    found.filter(|column| *column > 2)
}

/// The columns of the bytes of a line.
#[derive(Default)]
struct Columns(usize);

impl Columns {
    /// The column of the next byte.
    fn of(&mut self, byte: u8) -> usize {
        let own = self.0;
        self.0 = match byte {
            b'\t' => own / TAB * TAB + TAB,
            // A byte that goes on with a character takes no column.
            0x80..0xc0 => own,
            _ => own + 1,
        };
        if (0x80..0xc0).contains(&byte) {
            own.saturating_sub(1)
        } else {
            own
        }
    }
}

/// The row in `line`; none where it has no two columns with `gutter` between them.
fn row(text: &Text, line: Line, gutter: usize) -> Option<Row> {
    if line.end - line.start > LONGEST {
        return None;
    }
    let bytes = text.get(line.range());
    let mut columns = Columns::default();
    let mut left = (0, 0);
    let mut right = None;
    let mut mark = b' ';
    let mut full = false;
    for (at, byte) in bytes.iter().enumerate() {
        let column = columns.of(*byte);
        if matches!(byte, b' ' | b'\t') {
            continue;
        }
        match column.cmp(&gutter) {
            Ordering::Less => left = (at + 1, column + 1),
            Ordering::Equal if MARKS.contains(byte) => mark = *byte,
            Ordering::Equal => {
                full = true;
                break;
            }
            Ordering::Greater => {
                right = Some((at, column));
                break;
            }
        }
    }
    let (left_end, left_column) = left;
    if full || left_column >= gutter {
        // A line that is longer than its column stands twice all the same, where both sides have it.
        let halves = twice(bytes)?;
        return Some(Row {
            left: line.start..line.start + halves,
            right: line.end - halves..line.end,
            mark: b' ',
            cut: [false; 2],
        });
    }
    let width = gutter.saturating_sub(1);
    let (right_start, right_column) = right.unwrap_or((bytes.len(), gutter));
    let right_end = right_start + bytes.get(right_start..)?.trim_ascii_end().len();
    let right_width = bytes.get(right_start..right_end)?.len();
    let either = left_end == 0 || right_start == right_end;
    let one_side = matches!(mark, b'<' | b'>');
    let fits = match mark {
        b'<' => right_start == right_end,
        b'>' => left_end == 0,
        b'|' | b'/' | b'\\' => true,
        _ => !either || left_end == 0 && right_start == right_end,
    };
    (fits && (one_side || right_column > gutter || right_start == right_end)).then(|| Row {
        left: line.start..line.start + left_end,
        right: line.start + right_start..line.start + right_end,
        mark,
        cut: [left_column >= width, right_width >= width],
    })
}

/// The length of what stands twice in `bytes`, with blanks between.
fn twice(bytes: &[u8]) -> Option<usize> {
    let len = bytes.iter().position(|b| matches!(b, b' ' | b'\t'))?;
    let (first, rest) = bytes.split_at_checked(len)?;
    (rest.len() > len + 1 && rest.trim_ascii_start() == first).then_some(len)
}

/// The columns whose first row stands at `head`.
pub(super) fn parts(text: &Text, head: Line) -> Option<Parts> {
    let mut gutters = Vec::new();
    let mut at = head;
    for _ in 0..ROWS {
        gutters.extend(gutter(text, at));
        if at.next >= text.len() {
            break;
        }
        at = text.line(at.next);
    }
    let gutter = gutters
        .into_iter()
        .find(|gutter| row(text, head, *gutter).is_some())?;
    let mut parts = Parts {
        names: operands(text, head.start),
        place: head.start..head.start,
        ..Parts::default()
    };
    let mut line = head;
    for _ in 0..ROWS {
        let Some(row) = row(text, line, gutter) else {
            break;
        };
        let common = matches!(row.mark, b' ' | b'(');
        let empty = row.left.is_empty() && row.right.is_empty();
        let [old, new] = &mut parts.sides;
        let [cut_left, cut_right] = row.cut;
        for (side, place, cut, other) in [
            (old, row.left, cut_left, b'>'),
            (new, row.right, cut_right, b'<'),
        ] {
            if row.mark != other {
                side.push(Shown {
                    number: side.len() + 1,
                    place,
                    common,
                    cut,
                });
            }
        }
        if !empty {
            parts.place.end = line.end;
        }
        if line.next >= text.len() {
            break;
        }
        line = text.line(line.next);
    }
    // Empty lines behind the last one are no part of it.
    for side in &mut parts.sides {
        while side.last().is_some_and(|line| line.place.is_empty()) {
            side.pop();
        }
    }
    (!parts.place.is_empty()).then_some(parts)
}
