//! What was pasted, byte for byte, with hidden ranges masked and the pointed places marked.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::detail;
use crate::engine::document::Span as Bytes;
use crate::engine::secret::Near;
use crate::tui::app::App;
use crate::tui::model;
use crate::tui::source::{self, SourceIndex};
use crate::tui::text::{Paint, stretch};
use crate::workbench::Work;

/// Draws the lines there is room for; nothing else is looked at.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &mut App, work: &Work, area: Rect) {
    let documents: Vec<_> = work.case.docs.given().collect();
    app.source.document = app.source.document.min(documents.len().saturating_sub(1));
    let Some((given, document)) = documents.get(app.source.document).copied() else {
        canvas.outline(area, "Nothing was given yet", &None, false);
        return;
    };
    let size = document.bytes().len();
    // What was read in another encoding is shown as it was read.
    let reread = work.case.docs.reread(given);
    let encoding = if reread.is_some() { " of UTF-16" } else { "" };
    let (id, document) = reread
        .and_then(|(layer, _)| Some((layer, work.case.docs.get(layer)?)))
        .unwrap_or((given, document));
    let text = document.bytes();
    let stamp = (app.generation(), app.source.document);
    let index = match app.source.index.take() {
        Some((generation, at, index)) if (generation, at) == stamp => index,
        _ => SourceIndex::new(text),
    };
    let badge = (documents.len() > 1).then(|| {
        let place = format!("{} of {}", app.source.document + 1, documents.len());
        (place, canvas.theme.styles.quiet)
    });
    let about = format!(": {size} bytes{encoding}, {}", index.ends().remark());
    let beside = badge.as_ref().map_or(0, |(place, _)| place.width() + 3);
    // The name gives way before what is said of it.
    let room = usize::from(area.width).saturating_sub(about.width() + beside + 8);
    let name = detail::document_name(work, given, room.max(12), canvas.theme);
    let title = format!("{name}{about}");
    let inner = canvas.outline(area, &title, &badge, false);
    let room = usize::from(inner.height);
    app.source.room = room;
    let digits = index.lines().to_string().len();
    let width = usize::from(inner.width).saturating_sub(digits + 2);
    let pointed: Vec<Bytes> = app
        .source
        .pointed
        .iter()
        .copied()
        .filter(|span| span.doc == given)
        .map(|span| model::readable(work, span))
        .collect();
    if std::mem::take(&mut app.source.follow)
        && let Some(first) = pointed.first()
    {
        let line = index.line_of(text, first.start);
        app.source.top = line.saturating_sub(room / 3);
        app.source.left = 0;
    }
    app.source.top = app.source.top.min(index.lines().saturating_sub(room));
    let lines = index.window(text, app.source.top, room);
    let longest = lines.iter().map(Range::len).max().unwrap_or(0);
    app.source.left = app.source.left.min(longest.saturating_sub(1));
    app.source.cut = longest > width || app.source.left > 0;
    let crlf = index.ends().usual().0 == "CRLF";
    let theme = canvas.theme;
    let mut near = Near {
        hidden: Vec::new(),
        until: 0,
    };
    for (y, (n, line)) in (inner.y..inner.bottom()).zip(lines.iter().cloned().enumerate()) {
        let together = together(lines.get(n..).unwrap_or_default());
        if near.until < line.end && !together.is_empty() {
            near = stretch(&work.redactor, document, together);
        }
        let known = line.end <= near.until;
        let number = format!("{:>digits$}  ", app.source.top + n + 1);
        let used = canvas.text(inner.x, y, inner.width, &number, theme.styles.quiet);
        let line = source::without_usual_end(text, line, crlf);
        // Only the line that holds what is pointed at gives up its start for it.
        let far = pointed
            .first()
            .map(|first| first.start)
            .filter(|at| app.source.left == 0 && line.contains(at) && at - line.start + 8 > width);
        let start = match far {
            Some(at) => at - width / 3,
            None => (line.start + app.source.left).min(line.end),
        };
        let ellipsis = Span::styled(theme.glyphs.ellipsis, theme.styles.quiet);
        let cut = usize::from(start > line.start);
        let width = width.saturating_sub(cut);
        let span = Bytes::new(id, start, line.end);
        let mut paint = if known {
            Paint::within(document, span.range(), width, &near)
        } else {
            detail::paint_given(work, span, width)
        };
        for span in &pointed {
            paint = paint.highlight(span.range(), theme.styles.pointed);
        }
        let sight = text.get(..line.end).unwrap_or_default();
        for found in source::found_near(sight, &app.needle, start, width) {
            paint = paint.highlight(found, theme.styles.found);
        }
        let mut spans: Vec<Span<'static>> = paint.draw(theme).spans;
        if cut > 0 {
            spans.insert(0, ellipsis);
        }
        canvas.line(inner.x + used, y, inner.width.saturating_sub(used), &spans);
    }
    app.source.index = Some((stamp.0, stamp.1, index));
}

/// The range of the lines from the first on that stand together and are all short: what is hidden of them is
/// sought at once. Empty where the first is a long one.
fn together(lines: &[Range<usize>]) -> Range<usize> {
    /// Bytes of a short line.
    const SHORT: usize = 1 << 10;
    let short = lines.iter().take_while(|line| line.len() <= SHORT);
    let start = lines.first().map_or(0, |line| line.start);
    start..short.last().map_or(start, |line| line.end)
}

/// Lines of what was given around a place, the place marked: what there is room for.
pub(crate) fn excerpt(canvas: &mut Canvas<'_>, work: &Work, span: Bytes, area: Rect) {
    /// The most bytes looked through for the start or the end of a line.
    const REACH: usize = 1 << 16;
    let span = model::readable(work, span);
    let Some(document) = work.case.docs.get(span.doc) else {
        return;
    };
    let text = document.bytes();
    let mut start = span.start.min(text.len());
    let floor = start.saturating_sub(REACH);
    for _ in 0..=usize::from(area.height) / 3 {
        let before = text.get(floor..start.saturating_sub(1)).unwrap_or_default();
        start = memchr::memrchr(b'\n', before).map_or(floor, |at| floor + at + 1);
    }
    let theme = canvas.theme;
    let width = area.width.saturating_sub(4);
    let mut y = area.y;
    while y < area.bottom() && start < text.len() {
        let rest = text.get(start..).unwrap_or_default();
        let near = rest.get(..REACH).unwrap_or(rest);
        // Nothing is shown behind a line that is too long to find its end.
        let next = memchr::memchr(b'\n', near).map_or(text.len(), |at| start + at + 1);
        let line = source::without_usual_end(text, start..next, true);
        let line = source::without_usual_end(text, line, false);
        // A long line is shown from where it matters.
        let holds = line.contains(&span.start);
        let column = span.start.saturating_sub(line.start);
        let from = if holds && column + 12 > usize::from(width) {
            span.start - usize::from(width) / 3
        } else {
            line.start
        };
        let seen = Bytes::new(span.doc, from, line.end);
        let paint = detail::paint_given(work, seen, usize::from(width))
            .highlight(span.range(), theme.styles.pointed);
        let mut spans = paint.draw(theme).spans;
        if from > line.start {
            spans.insert(0, Span::styled(theme.glyphs.ellipsis, theme.styles.quiet));
        }
        canvas.line(area.x + 2, y, width, &spans);
        y += 1;
        start = next;
    }
}
