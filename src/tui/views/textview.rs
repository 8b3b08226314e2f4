//! A stage's text as it is signed, line by line, differing fields marked in it.

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::canvas::Canvas;
use crate::engine::scheme::Stage;
use crate::tui::app::StageState;
use crate::tui::model::{self, Rows};
use crate::tui::source;
use crate::tui::text::Paint;
use crate::workbench::Work;

/// Draws the lines from the first to be shown on.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    work: &Work,
    stage: &Stage,
    rows: Rows<'_>,
    shown: &mut StageState,
    needle: &str,
    area: Rect,
) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let Some(text) = stage.output.public() else {
        let message = "this text was not computed: something is missing";
        canvas.text(area.x, area.y, area.width, message, styles.quiet);
        return;
    };
    let lines: Vec<std::ops::Range<usize>> = lines(text);
    let room = usize::from(area.height);
    shown.room = room;
    shown.line = shown.line.min(lines.len().saturating_sub(room));
    let differing: Vec<std::ops::Range<usize>> = match rows {
        Rows::Compared(comparison, _) => comparison
            .rows
            .iter()
            .filter(|row| model::parts(row))
            .filter_map(|row| stage.fields.iter().find(|f| f.key == row.key))
            .map(|field| field.range.clone())
            .collect(),
        Rows::Plain(_) | Rows::Empty => Vec::new(),
    };
    let digits = lines.len().to_string().len();
    for (y, (n, line)) in (area.y..area.bottom()).zip(lines.iter().enumerate().skip(shown.line)) {
        let number = format!("{:>digits$}  ", n + 1);
        let used = canvas.text(area.x, y, area.width, &number, styles.quiet);
        let width = usize::from(area.width.saturating_sub(used));
        let start = (line.start + shown.left).min(line.end);
        let mut paint = Paint::from(text, start, width, &work.redactor);
        paint.start = paint.start.max(line.start);
        paint.end = line.end;
        for range in &differing {
            paint = paint.highlight(range.clone(), styles.differs);
        }
        for found in source::found_near(
            text.get(..line.end).unwrap_or_default(),
            needle,
            paint.start,
            width,
        ) {
            paint = paint.highlight(found, styles.found);
        }
        let spans: Vec<Span<'static>> = paint.draw(theme).spans;
        canvas.line(area.x + used, y, area.width.saturating_sub(used), &spans);
    }
}

/// The lines of a text without their line feeds; the last may be empty.
fn lines(text: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for at in memchr::memchr_iter(b'\n', text) {
        lines.push(start..at);
        start = at + 1;
    }
    lines.push(start..text.len());
    lines
}
