//! Drawing bytes of the input on a line: redacted first, then visible, cut to a width, with the
//! columns of the part that is pointed at.

use std::ops::Range;

use crate::engine::document::visible;
use crate::engine::secret::{Hidden, Redactor, joined};

/// What stands where a line was cut.
const CUT: &str = "...";

/// A few columns of a drawn line.
struct Cell {
    text: String,
    width: usize,
    bytes: Range<usize>,
}

/// A text drawn on one line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Excerpt {
    /// What to print: no control character, nothing hidden.
    pub text: String,
    /// Columns it takes.
    pub width: usize,
    /// The columns of what is pointed at; at least one wide.
    pub pointed: Option<Range<usize>>,
}

/// A message in words: redacted, and visible throughout.
pub(super) fn words(redactor: &Redactor, text: &str) -> String {
    line(redactor, text.as_bytes())
}

/// Bytes as one line of any length.
pub(super) fn line(redactor: &Redactor, bytes: &[u8]) -> String {
    visible::to_string(&redactor.apply(bytes).bytes)
}

/// Text of several lines: each line feed ends a line, all else is drawn.
pub(super) fn lines(redactor: &Redactor, bytes: &[u8]) -> Vec<String> {
    redactor
        .apply(bytes)
        .bytes
        .split(|b| *b == b'\n')
        .map(visible::to_string)
        .collect()
}

/// `bytes` in at most `columns` columns, the start of `focus` (offsets into `bytes`) in sight and
/// pointed at. `masked` are ranges that are hidden wherever they stand, beside what the redactor
/// knows. Looks only at the neighbourhood of `focus`, so a line of any length is cheap.
pub(super) fn excerpt(
    redactor: &Redactor,
    bytes: &[u8],
    masked: &[Hidden],
    focus: Option<Range<usize>>,
    columns: usize,
) -> Excerpt {
    let columns = columns.max(CUT.len() * 2 + 8);
    let start = focus.as_ref().map_or(0, |f| f.start).min(bytes.len());
    let near = neighbourhood(bytes, start, columns * 4);
    let (near, hidden) = hidden_near(redactor, bytes, masked, near);
    let cells = cells(bytes, near.clone(), &hidden);
    let pointed = focus.map(|f| {
        let first = cells
            .iter()
            .position(|c| c.bytes.end > start)
            .unwrap_or(cells.len());
        let end = f.end.max(start + 1);
        let last = cells
            .iter()
            .rposition(|c| c.bytes.start < end)
            .map_or(first, |l| l.max(first));
        first..last + 1
    });
    let whole: usize = cells.iter().map(|c| c.width).sum();
    let complete = near == (0..bytes.len());
    let (from, to) = if complete && whole <= columns {
        (0, cells.len())
    } else {
        fit(
            &cells,
            pointed.as_ref().map_or(0, |p| p.start),
            columns - CUT.len() * 2,
        )
    };
    let cut_left = from > 0 || near.start > 0;
    let cut_right = to < cells.len() || near.end < bytes.len();
    let mut out = Excerpt {
        text: String::new(),
        width: 0,
        pointed: None,
    };
    if cut_left {
        out.text.push_str(CUT);
        out.width += CUT.len();
    }
    let mut mark: Option<Range<usize>> = None;
    for (i, cell) in cells.iter().enumerate().take(to).skip(from) {
        if pointed.as_ref().is_some_and(|p| p.contains(&i)) {
            let begin = mark.as_ref().map_or(out.width, |m| m.start);
            mark = Some(begin..out.width + cell.width);
        }
        out.text.push_str(&cell.text);
        out.width += cell.width;
    }
    if let Some(pointed) = pointed {
        // Past the last byte: the place where something is missing.
        out.pointed = mark.or((pointed.start >= to).then(|| out.width..out.width + 1));
    }
    if cut_right {
        out.text.push_str(CUT);
        out.width += CUT.len();
    }
    out
}

/// A range of about `reach` bytes on both sides of `at` that begins and ends between characters.
fn neighbourhood(bytes: &[u8], at: usize, reach: usize) -> Range<usize> {
    let continues = |i: usize| bytes.get(i).is_some_and(|b| b & 0xC0 == 0x80);
    let mut start = at.saturating_sub(reach);
    let mut end = at.saturating_add(reach).min(bytes.len());
    for _ in 0..3 {
        if continues(start) && start > 0 {
            start -= 1;
        }
        if continues(end) {
            end += 1;
        }
    }
    start..end.min(bytes.len())
}

/// What is hidden in `near`, and `near` widened so that no hidden value is cut.
fn hidden_near(
    redactor: &Redactor,
    bytes: &[u8],
    masked: &[Hidden],
    near: Range<usize>,
) -> (Range<usize>, Vec<Hidden>) {
    let mut all = redactor.near(bytes, near.clone()).hidden;
    all.extend(masked.iter().cloned());
    let mut hidden = joined(all);
    hidden.retain(|h| h.range.end > near.start && h.range.start < near.end);
    let start = hidden
        .first()
        .map_or(near.start, |h| h.range.start.min(near.start));
    let end = hidden
        .last()
        .map_or(near.end, |h| h.range.end.max(near.end).min(bytes.len()));
    (start..end, hidden)
}

/// The cells of `bytes[near]`.
fn cells(bytes: &[u8], near: Range<usize>, hidden: &[Hidden]) -> Vec<Cell> {
    let mut out = Vec::new();
    let mut at = near.start;
    let plain = |from: usize, to: usize, out: &mut Vec<Cell>| {
        let run = bytes.get(from..to).unwrap_or_default();
        out.extend(visible::glyphs(run).map(|g| Cell {
            width: g.width,
            bytes: g.bytes.start + from..g.bytes.end + from,
            text: g.text.into_owned(),
        }));
    };
    for h in hidden {
        plain(at, h.range.start, &mut out);
        let text = crate::engine::secret::label(h.mask, h.size);
        out.push(Cell {
            width: text.len(),
            bytes: h.range.clone(),
            text,
        });
        at = h.range.end;
    }
    plain(at, near.end, &mut out);
    out
}

/// The cells to show so that `focus` is in sight with some of what stands before it.
fn fit(cells: &[Cell], focus: usize, columns: usize) -> (usize, usize) {
    let mut from = focus.min(cells.len());
    let mut before = 0;
    while let Some(cell) = from.checked_sub(1).and_then(|i| cells.get(i)) {
        if before + cell.width > columns / 3 {
            break;
        }
        before += cell.width;
        from -= 1;
    }
    let mut to = from;
    let mut used = 0;
    while let Some(cell) = cells.get(to) {
        // The cell in focus is shown whatever its width.
        if used + cell.width > columns && to > focus {
            break;
        }
        used += cell.width;
        to += 1;
    }
    // Room left at the end goes to the front.
    while let Some(cell) = from.checked_sub(1).and_then(|i| cells.get(i)) {
        if used + cell.width > columns {
            break;
        }
        used += cell.width;
        from -= 1;
    }
    (from, to)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr as _;

    use super::*;
    use crate::engine::document::Mask;

    fn draw(bytes: &[u8], focus: Option<Range<usize>>, columns: usize) -> Excerpt {
        excerpt(&Redactor::new(), bytes, &[], focus, columns)
    }

    #[test]
    fn a_short_text_is_drawn_whole_with_its_place() {
        let out = draw(b"Host:\tex", Some(5..6), 80);
        assert_eq!(out.text, r"Host:\tex");
        assert_eq!(out.pointed, Some(5..7));
        assert_eq!(draw(b"abc", Some(3..3), 80).pointed, Some(3..4));
        assert_eq!(draw(b"", Some(0..0), 80).pointed, Some(0..1));
    }

    #[test]
    fn a_long_text_is_cut_around_the_place() {
        let mut text = vec![b'a'; 10_000_000];
        text[5_000_000] = b'B';
        let out = draw(&text, Some(5_000_000..5_000_001), 40);
        assert!(out.width <= 40, "{out:?}");
        assert!(out.text.starts_with("...a") && out.text.ends_with("a..."));
        let at = out.pointed.unwrap();
        assert_eq!(out.text.get(at), Some("B"));
    }

    #[test]
    fn a_token_is_hidden_even_where_the_cut_would_fall_inside_it() {
        let token = "T0ken/".repeat(200);
        let mut redactor = Redactor::new();
        redactor.hide(token.as_bytes(), Mask::Token);
        let text = format!("{}{token}!end", "x".repeat(300));
        for at in [0, 290, 300, 600, 1499, 1500, 1501, 1503] {
            let out = excerpt(&redactor, text.as_bytes(), &[], Some(at..at + 1), 40);
            assert!(!out.text.contains("T0ken"), "{at}: {out:?}");
            assert!(out.pointed.is_some(), "{at}: {out:?}");
        }
    }

    proptest! {
        #[test]
        fn an_excerpt_is_as_wide_as_it_says_and_holds_the_place(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            at in 0usize..300,
            len in 0usize..20,
            columns in 20usize..90,
        ) {
            let at = at.min(bytes.len());
            let out = draw(&bytes, Some(at..at + len), columns);
            prop_assert_eq!(out.text.width(), out.width);
            prop_assert!(!out.text.chars().any(char::is_control));
            let pointed = out.pointed.unwrap();
            prop_assert!(pointed.start < pointed.end);
            prop_assert!(pointed.end <= out.width + 1, "{:?}", (pointed, out.width));
        }
    }
}
