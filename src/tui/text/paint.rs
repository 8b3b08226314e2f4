//! A stretch of a text as spans: what is hidden replaced, what is marked laid over it.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::hidden::{char_start, masks, near, window};
use crate::engine::document::Document;
use crate::engine::document::visible::{self, GlyphKind};
use crate::engine::secret::{Hidden, Near, Redactor};
use crate::tui::theme::{Letters, Theme};

/// A range of bytes drawn in a style of its own.
#[derive(Clone, Debug)]
pub(crate) struct Highlight {
    /// Which bytes.
    pub range: Range<usize>,
    /// How.
    pub style: Style,
}

/// What to draw of a text, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paint<'a> {
    /// The whole text.
    pub bytes: &'a [u8],
    /// The first byte to draw.
    pub start: usize,
    /// The byte to stop before.
    pub end: usize,
    /// Columns there are.
    pub width: usize,
    /// What must not be shown, in order, as offsets into the text.
    pub hidden: Vec<Hidden>,
    /// What must not be shown of the bytes from here on is not known: none of them is drawn.
    known: usize,
    /// Styles laid over the text; later ones win.
    pub highlights: Vec<Highlight>,
}

/// A drawn line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Painted {
    /// What to draw.
    pub spans: Vec<Span<'static>>,
    /// Columns taken.
    pub width: usize,
    /// Bytes drawn.
    pub shown: Range<usize>,
    /// For each glyph its bytes and its columns.
    pub places: Vec<(Range<usize>, Range<usize>)>,
}

impl Painted {
    /// The columns in which `range` is drawn, where any of it is.
    pub(crate) fn columns(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let mut columns: Option<Range<usize>> = None;
        for (bytes, cols) in &self.places {
            if bytes.start < range.end && range.start < bytes.end {
                columns = Some(columns.map_or(cols.clone(), |c| c.start..cols.end));
            }
        }
        columns
    }
}

impl<'a> Paint<'a> {
    /// All of `bytes`, in `width` columns, with what `redactor` knows hidden.
    pub(crate) fn new(bytes: &'a [u8], width: usize, redactor: Option<&Redactor>) -> Self {
        let looked_at = bytes.len().min(window(width));
        let near = redactor.map_or_else(
            || Near {
                hidden: Vec::new(),
                until: bytes.len(),
            },
            |redactor| redactor.near(bytes, 0..looked_at),
        );
        Self {
            bytes,
            start: 0,
            end: bytes.len(),
            width,
            hidden: near.hidden,
            known: near.until,
            highlights: Vec::new(),
        }
    }

    /// The same, of the bytes in `range` alone.
    pub(crate) fn part(
        bytes: &'a [u8],
        range: Range<usize>,
        width: usize,
        redactor: &Redactor,
    ) -> Self {
        let start = char_start(bytes, range.start.min(range.end));
        Self::stretch(bytes, start..range.end, width, redactor, |_| Vec::new())
    }

    /// The same, with what the document itself hides hidden too. However long the range is, no more of it is
    /// looked at than can be drawn.
    pub(crate) fn given(
        document: &'a Document,
        range: Range<usize>,
        width: usize,
        redactor: &Redactor,
    ) -> Self {
        let masks = |r| masks(document, r);
        Self::stretch(document.bytes(), range, width, redactor, masks)
    }

    /// The bytes in `range`, where `masks` says what is hidden whatever the redactor knows.
    fn stretch(
        bytes: &'a [u8],
        range: Range<usize>,
        width: usize,
        redactor: &Redactor,
        masks: impl Fn(Range<usize>) -> Vec<Hidden>,
    ) -> Self {
        let end = range.end.min(bytes.len());
        let start = range.start.min(end);
        let near = near(redactor, bytes, start..end, width, masks);
        Self {
            bytes,
            start,
            end,
            width,
            hidden: near.hidden,
            known: near.until,
            highlights: Vec::new(),
        }
    }

    /// The same, with what is hidden as `stretch` found it for a range around this one.
    pub(crate) fn within(
        document: &'a Document,
        range: Range<usize>,
        width: usize,
        near: &Near,
    ) -> Self {
        let first = near.hidden.partition_point(|h| h.range.end <= range.start);
        let hidden = near.hidden.iter().skip(first);
        let hidden = hidden.take_while(|h| h.range.start < range.end);
        Self {
            bytes: document.bytes(),
            start: range.start,
            end: range.end,
            width,
            hidden: hidden.cloned().collect(),
            known: near.until,
            highlights: Vec::new(),
        }
    }

    /// Draws `range` in `style`.
    pub(crate) fn highlight(mut self, range: Range<usize>, style: Style) -> Self {
        self.highlights.push(Highlight { range, style });
        self
    }

    /// Draws.
    pub(crate) fn draw(&self, theme: &Theme) -> Painted {
        let mut out = Painted {
            shown: self.start..self.start,
            ..Painted::default()
        };
        let whole = self.end.min(self.bytes.len());
        let end = whole.min(self.known);
        let mut at = self.start;
        let mut hidden = self
            .hidden
            .iter()
            .skip_while(|h| h.range.end <= self.start)
            .peekable();
        let mut full = false;
        while at < end && !full {
            if let Some(next) = hidden.peek()
                && next.range.start <= at
            {
                let label = if next.range.start < self.start {
                    crate::engine::secret::label_of_rest(next.mask, next.size)
                } else {
                    crate::engine::secret::label(next.mask, next.size)
                };
                let until = next.range.end.min(end);
                full = !self.push(
                    &mut out,
                    &label,
                    label.width(),
                    at..until,
                    theme.styles.masked,
                    until < whole,
                    theme,
                );
                at = until;
                hidden.next();
                continue;
            }
            let stop = hidden.peek().map_or(end, |h| h.range.start.min(end));
            let room = self.width.saturating_sub(out.width);
            let cut = stop.min(at.saturating_add(window(room)));
            let slice = self.bytes.get(at..cut).unwrap_or_default();
            let base = at;
            for glyph in visible::glyphs(slice) {
                let bytes = base + glyph.bytes.start..base + glyph.bytes.end;
                let style = self.style(&bytes, glyph.kind, theme);
                at = bytes.end;
                let more = bytes.end < whole;
                let (text, width) = match theme.glyphs.letters {
                    Letters::All => (glyph.text, glyph.width),
                    Letters::Ascii if glyph.text.is_ascii() => (glyph.text, glyph.width),
                    Letters::Ascii => {
                        let text = visible::to_ascii(&glyph.text).into_owned();
                        let width = text.len();
                        (Cow::Owned(text), width)
                    }
                };
                if !self.push(&mut out, &text, width, bytes, style, more, theme) {
                    full = true;
                    break;
                }
            }
            if slice.is_empty() {
                break;
            }
        }
        if !full && at < whole && at >= end {
            self.cut(&mut out, at..whole, theme);
        }
        out
    }

    #[expect(clippy::too_many_arguments, reason = "a glyph is all of these")]
    /// Adds a glyph; false where it did not fit and the line is full.
    fn push(
        &self,
        out: &mut Painted,
        text: &str,
        width: usize,
        bytes: Range<usize>,
        style: Style,
        more: bool,
        theme: &Theme,
    ) -> bool {
        let ellipsis = theme.glyphs.ellipsis;
        let spare = if more { ellipsis.width() } else { 0 };
        if out.width + width + spare > self.width {
            self.cut(out, bytes, theme);
            return false;
        }
        match out.spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push_str(text),
            _ => out.spans.push(Span::styled(text.to_owned(), style)),
        }
        out.shown.end = bytes.end;
        out.places.push((bytes, out.width..out.width + width));
        out.width += width;
        true
    }

    /// Tells in the last column that something was cut off.
    fn cut(&self, out: &mut Painted, bytes: Range<usize>, theme: &Theme) {
        let ellipsis = theme.glyphs.ellipsis;
        if out.width + ellipsis.width() <= self.width {
            out.spans
                .push(Span::styled(ellipsis.to_owned(), theme.styles.quiet));
            out.places
                .push((bytes, out.width..out.width + ellipsis.width()));
            out.width += ellipsis.width();
        }
    }

    fn style(&self, bytes: &Range<usize>, kind: GlyphKind, theme: &Theme) -> Style {
        let mut style = theme.styles.glyph(kind);
        for highlight in &self.highlights {
            if highlight.range.start < bytes.end && bytes.start < highlight.range.end {
                style = style.patch(highlight.style);
            }
        }
        style
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::document::Mask;
    use crate::tui::options::AppOptions;

    fn theme() -> Theme {
        Theme::new(&AppOptions::default())
    }

    fn text(painted: &Painted) -> String {
        painted.spans.iter().map(|s| s.content.as_ref()).collect()
    }

    #[test]
    fn bytes_that_do_not_show_themselves_are_spelled_out() {
        let painted = Paint::new(b"a\rb\x1b[31m\xff", 40, None).draw(&theme());
        assert_eq!(text(&painted), r"a\rb\x1B[31m\xFF");
    }

    #[test]
    fn a_hidden_range_is_never_drawn_even_from_its_middle() {
        let mut redactor = Redactor::new();
        redactor.hide(b"tokentokentoken", Mask::Token);
        let bytes = b"a=tokentokentoken&b";
        for start in 0..bytes.len() {
            let painted = Paint::part(bytes, start..bytes.len(), 60, &redactor).draw(&theme());
            assert!(
                !text(&painted).contains("ken"),
                "from {start}: {}",
                text(&painted)
            );
        }
        let painted = Paint::new(bytes, 60, Some(&redactor)).draw(&theme());
        assert_eq!(text(&painted), "a=[redacted, 15 bytes]&b");
    }

    #[test]
    fn only_the_window_is_looked_at() {
        let bytes = vec![b'x'; 10_000_000];
        let painted = Paint::new(&bytes, 10, None).draw(&theme());
        assert_eq!(text(&painted), "xxxxxxxxx…");
        assert_eq!(painted.shown, 0..9);
    }

    #[test]
    fn no_more_of_a_plain_line_is_searched_than_can_be_drawn() {
        let mut redactor = Redactor::new();
        redactor.hide(b"tokentokentoken", Mask::Token);
        let bytes = vec![b'x'; 10_000];
        let painted = Paint::part(&bytes, 0..bytes.len(), 10, &redactor);
        assert!(painted.known <= 12, "{} bytes searched", painted.known);
    }

    proptest! {
        #[test]
        fn a_line_is_drawn_as_if_all_of_it_had_been_searched(
            parts in proptest::collection::vec(
                prop_oneof!["[a-c]{0,9}", "(tokentokentoken|k=tokentoken&|\\PC|[\t\r\n])"],
                0..12,
            ),
            start in 0usize..30,
            width in 0usize..40,
        ) {
            let mut redactor = Redactor::new();
            redactor.hide(b"tokentokentoken", Mask::Token);
            let text_of = parts.concat();
            let bytes = text_of.as_bytes();
            let part = Paint::part(bytes, start..bytes.len(), width, &redactor);
            let all = redactor.near(bytes, part.start..bytes.len());
            let whole = Paint { hidden: all.hidden, known: all.until, ..part.clone() };
            prop_assert_eq!(text(&part.draw(&theme())), text(&whole.draw(&theme())));
        }

        #[test]
        fn a_line_never_takes_more_columns_than_it_has(
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
            width in 0usize..50,
            start in 0usize..90,
        ) {
            let painted = Paint::part(&bytes, start..bytes.len(), width, &Redactor::new()).draw(&theme());
            prop_assert!(painted.width <= width);
            prop_assert_eq!(text(&painted).width(), painted.width);
            prop_assert!(!text(&painted).chars().any(char::is_control));
        }
    }
}
