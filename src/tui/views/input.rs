//! The input screen: what may be pasted, what is here, what to get next, samples to open.

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::holdings;
use super::page::{self, Page};
use crate::samples;
use crate::tui::app::{App, Hit};
use crate::tui::keymap::Action;
use crate::tui::text::{fit, shown};
use crate::workbench::Work;

const INVITATION: &str =
    "PASTE ANYTHING, in any order: the server's error, a presigned URL, a raw HTTP request.";
const HOW: &str = "Each paste adds, u takes the last one back, e opens a file.";
const SHELL: &str = "Or start with  sigscope FILE  or  my-app 2>&1 | sigscope -";

/// Draws the screen.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, work: Option<&Work>, area: Rect) {
    let inner = canvas.outline(area, "Input", &None, false);
    let width = usize::from(inner.width);
    let theme = canvas.theme;
    let styles = &theme.styles;
    let mut page = Page::default();
    page.wrapped(&[], INVITATION, styles.strong, width, 3);
    page.wrapped(&[], HOW, styles.quiet, width, 2);
    page.wrapped(&[], SHELL, styles.quiet, width, 2);
    let head = page.lines.len();
    given(&mut page, app, width, theme);
    if let Some(work) = work {
        holdings::holdings(&mut page, work, width, theme);
        holdings::next_step(
            &mut page,
            work,
            &holdings::Chosen {
                item: None,
                secret: Hit::Act(Action::Secret),
                step: Hit::Act(Action::CopySnippet),
                key: "[s]",
            },
            width,
            theme,
        );
    }
    let room = usize::from(inner.height);
    let mut samples = Page::default();
    samples_list(&mut samples, app.sample, width, theme);
    if page.lines.len() + samples.lines.len() > room && app.bench.inputs.is_empty() {
        // Where not all is in sight at once, what can be done at once comes first.
        page.insert(head + 1, samples);
    } else {
        page.insert(page.lines.len(), samples);
    }
    // What may be pasted comes first; moving to a sample brings it into sight.
    let top = match page.lines_of(Hit::Sample(app.sample)) {
        Some(lines) if app.sample > 0 => page::follow(0, room, &lines),
        _ => 0,
    };
    let rows = Rect {
        y: inner.y,
        height: inner.height,
        ..area
    };
    page.draw(canvas, rows, top);
}

/// What was given so far, newest last, each with its first line.
fn given(page: &mut Page, app: &App, width: usize, theme: &crate::tui::theme::Theme) {
    let styles = &theme.styles;
    let inputs = &app.bench.inputs;
    if inputs.is_empty() {
        page.push(vec![
            Span::styled(format!("{} ", theme.glyphs.pointer), styles.key),
            Span::styled("waiting for a paste", styles.quiet),
        ]);
        return;
    }
    page.rule(
        "Given so far",
        Some(("u takes the last back".to_owned(), styles.quiet)),
    );
    for input in inputs {
        let head = format!("{}, {} bytes: ", shown(&input.name), input.bytes.len());
        let room = width.saturating_sub(head.width());
        page.push(vec![
            Span::styled(head, styles.text),
            Span::styled(preview(app, &input.bytes, room), styles.quiet),
        ]);
    }
}

/// The first line of what was given, redacted; nothing while it is not known what must be hidden.
fn preview(app: &App, bytes: &[u8], width: usize) -> String {
    let Some(work) = app.work.as_ref().filter(|_| !app.working()) else {
        return String::new();
    };
    let start = bytes.trim_ascii_start();
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = line.get(..line.len().min(4096)).unwrap_or_default();
    let text = String::from_utf8_lossy(&work.redactor.apply(line).bytes).into_owned();
    fit(&shown(text.trim_end()), width, app.theme.glyphs.ellipsis)
}

/// The bundled samples in as many columns as fit.
fn samples_list(page: &mut Page, cursor: usize, width: usize, theme: &crate::tui::theme::Theme) {
    let all = samples::ALL;
    if all.is_empty() {
        return;
    }
    let styles = &theme.styles;
    page.rule("No failure at hand? Open one", None);
    let wide = all.iter().map(|s| s.title.width()).max().unwrap_or(0) + 4;
    let columns = ((width + 3) / (wide + 3)).clamp(1, 3);
    let rows = all.len().div_ceil(columns);
    for row in 0..rows {
        let mut spans = Vec::new();
        for column in 0..columns {
            let at = column * rows + row;
            let Some(sample) = all.get(at) else { continue };
            let key = if at == cursor {
                format!("{:<4}", theme.glyphs.pointer)
            } else if at < 9 {
                format!("[{}] ", at + 1)
            } else {
                " ".repeat(4)
            };
            spans.push(Span::styled(key, styles.key));
            let title = fit(sample.title, width.saturating_sub(4), theme.glyphs.ellipsis);
            let pad = " ".repeat((wide - 4).saturating_sub(title.width()) + 3);
            let style = if at == cursor {
                styles.cursor
            } else {
                styles.text
            };
            spans.push(Span::styled(title, style));
            spans.push(Span::raw(pad));
        }
        page.push(spans);
        for column in 0..columns {
            let start = u16::try_from(column * (wide + 3)).unwrap_or(u16::MAX);
            let end = start.saturating_add(u16::try_from(wide).unwrap_or(0));
            page.hit_columns(start..end, Hit::Sample(column * rows + row));
        }
    }
}
