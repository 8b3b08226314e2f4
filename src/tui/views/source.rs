//! What was pasted, byte for byte, with hidden ranges masked and the pointed places marked.

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::canvas::Canvas;
use super::detail;
use crate::engine::document::Span as Bytes;
use crate::tui::app::App;
use crate::tui::source::{self, SourceIndex};
use crate::workbench::Work;

/// Draws the lines there is room for; nothing else is looked at.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &mut App, work: &Work, area: Rect) {
    let documents: Vec<_> = work.case.docs.given().collect();
    app.source.document = app.source.document.min(documents.len().saturating_sub(1));
    let Some((id, document)) = documents.get(app.source.document).copied() else {
        canvas.outline(area, "Nothing was given yet", &None, false);
        return;
    };
    let text = document.bytes();
    let stamp = (app.generation(), app.source.document);
    let index = match app.source.index.take() {
        Some((generation, at, index)) if (generation, at) == stamp => index,
        _ => SourceIndex::new(text),
    };
    let title = format!(
        "{}: {} bytes, {}",
        detail::document_name(work, id),
        text.len(),
        index.ends().remark()
    );
    let badge = (documents.len() > 1).then(|| {
        let place = format!("{} of {}", app.source.document + 1, documents.len());
        (place, canvas.theme.styles.quiet)
    });
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
        .filter(|span| span.doc == id)
        .collect();
    if std::mem::take(&mut app.source.follow)
        && let Some(first) = pointed.first()
    {
        let line = index.line_of(text, first.start);
        app.source.top = line.saturating_sub(room / 3);
        let start = index.window(text, line, 1).first().map_or(0, |l| l.start);
        let column = first.start.saturating_sub(start);
        app.source.left = if column + 8 > width {
            column.saturating_sub(width / 3)
        } else {
            0
        };
    }
    app.source.top = app.source.top.min(index.lines().saturating_sub(room));
    let lines = index.window(text, app.source.top, room);
    let longest = lines.iter().map(std::ops::Range::len).max().unwrap_or(0);
    app.source.left = app.source.left.min(longest.saturating_sub(1));
    let crlf = index.ends().usual().0 == "CRLF";
    let theme = canvas.theme;
    for (y, (n, line)) in (inner.y..inner.bottom()).zip(lines.into_iter().enumerate()) {
        let number = format!("{:>digits$}  ", app.source.top + n + 1);
        let used = canvas.text(inner.x, y, inner.width, &number, theme.styles.quiet);
        let line = source::without_usual_end(text, line, crlf);
        let start = (line.start + app.source.left).min(line.end);
        let span = Bytes::new(id, start, line.end);
        let mut paint = detail::paint_given(work, span, width);
        for span in &pointed {
            paint = paint.highlight(span.range(), theme.styles.pointed);
        }
        let needle = app.needle.as_bytes();
        let near = (start + width * 4).min(line.end);
        if let Some(at) = source::find_from(text.get(..near).unwrap_or_default(), needle, start) {
            paint = paint.highlight(at..at + needle.len(), theme.styles.found);
        }
        let spans: Vec<Span<'static>> = paint.draw(theme).spans;
        canvas.line(inner.x + used, y, inner.width.saturating_sub(used), &spans);
    }
    app.source.index = Some((stamp.0, stamp.1, index));
}
