//! The input screen: what may be pasted, what is here, what to get next, samples to open.

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::page::{self, Page};
use super::{holdings, parts};
use crate::samples;
use crate::tui::app::{App, Hit};
use crate::tui::keymap::{self, Action};
use crate::tui::model;
use crate::tui::text::{fit, fit_path, pasted, shown};
use crate::tui::theme::Theme;
use crate::workbench::Work;

const INVITATION: &str =
    "PASTE ANYTHING, in any order: server's error, presigned URL, raw request.";
const HOW: &str = "Each paste adds, u takes the last one back, e opens a file.";
const PUT_AWAY: &str = "the case before was put away: brings it back";
const SHELL: &str = "Or start with  sigscope FILE  or  my-app 2>&1 | sigscope -";

/// Draws the screen.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &mut App, work: Option<&Work>, area: Rect) {
    let inner = canvas.outline(area, "Input", &None, false);
    let width = usize::from(inner.width);
    let theme = canvas.theme;
    let styles = &theme.styles;
    let mut page = Page::new(theme);
    page.wrapped(&[], INVITATION, styles.strong, width, 3);
    page.wrapped(&[], HOW, styles.text, width, 3);
    page.wrapped(&[], SHELL, styles.text, width, 3);
    if app.put_away.is_some() && app.bench.inputs.is_empty() {
        let first = [Span::styled("[u] ", styles.key)];
        page.wrapped(&first, PUT_AWAY, styles.text, width, 2);
    }
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
                further: 0,
            },
            width,
            theme,
        );
    }
    let room = usize::from(inner.height);
    if app.bench.inputs.is_empty() {
        let mut samples = Page::new(theme);
        app.input.column = samples_list(&mut samples, app.input.sample, width, theme);
        // Where not all is in sight at once, what can be done at once comes first.
        let crowded = page.lines.len() + samples.lines.len() > room;
        let at = if crowded { head } else { page.lines.len() };
        page.insert(at, samples);
    }
    app.input.lines = page.lines.len();
    app.input.room = room;
    if app.input.follow
        && let Some(lines) = page.lines_of(Hit::Sample(app.input.sample))
    {
        // The first sample comes with what may be pasted.
        app.input.top = match app.input.sample {
            0 => 0,
            _ => page::follow(app.input.top, room, &lines),
        };
    }
    if let Some(lines) = parts::choosing(app).and_then(|at| page.lines_of(Hit::Row(at))) {
        let start = lines.start.saturating_sub(1);
        app.input.top = page::follow(app.input.top, room, &(start..lines.end));
    }
    app.input.top = app.input.top.min(page.lines.len().saturating_sub(room));
    let rows = Rect {
        y: inner.y,
        height: inner.height,
        ..area
    };
    page.draw(canvas, rows, app.input.top);
}

/// What was given so far, newest last, each with its first line.
fn given(page: &mut Page, app: &App, width: usize, theme: &Theme) {
    let styles = &theme.styles;
    let inputs = &app.bench.inputs;
    if inputs.is_empty() {
        return;
    }
    page.rule(
        "Given so far",
        Some((taken_back(width).to_owned(), styles.quiet)),
    );
    for input in inputs {
        let name = app.redacted(&input.name);
        let end = if input.bytes.is_empty() { "" } else { ": " };
        let size = format!(", {} bytes{end}", input.bytes.len());
        let name = fit_path(
            &shown(&name, theme.glyphs.letters),
            (width / 2).saturating_sub(size.width()).max(12),
            theme.glyphs.ellipsis,
        );
        let head = format!("{name}{size}");
        let room = width.saturating_sub(head.width());
        page.push(vec![
            Span::styled(head, styles.text),
            Span::styled(preview(app, &input.bytes, room), styles.quiet),
        ]);
    }
    if let Some(work) = app.work.as_ref().filter(|_| !app.working())
        && !model::recognised(work)
    {
        let sentence = work
            .redactor
            .text(&work.analysis.diagnosis.verdict.sentence);
        let sign = [Span::styled("! ", styles.warn)];
        page.wrapped(&sign, &sentence, styles.warn, width, 4);
    }
    if let Some(work) = app.work.as_ref().filter(|_| !app.working()) {
        listed(page, work, width, theme);
    }
    if app.readable_input().is_some() {
        let title = if inputs.len() == 1 {
            "It may be, and can be read as"
        } else {
            "One of them was not recognised, and can be read as"
        };
        parts::offered(page, app, title, width, theme);
    }
}

/// The keys that take something away again, as far as there is room for them.
fn taken_back(width: usize) -> &'static str {
    if width < 60 {
        "u takes the last back"
    } else {
        "u takes the last back, Ctrl-N puts all away"
    }
}

/// How much was recognised in it, and what was chosen of that.
fn listed(page: &mut Page, work: &Work, width: usize, theme: &Theme) {
    let styles = &theme.styles;
    let parts = work.parts();
    let requests = work.case.requests.len();
    let evidence = work.case.evidence.len();
    if parts.is_empty() {
        return;
    }
    let plural = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let counted = [
        plural(requests, "request", "requests"),
        plural(evidence, "piece of evidence", "pieces of evidence"),
        plural(work.case.secrets.len(), "secret", "secrets"),
    ];
    let counted: Vec<String> = counted.into_iter().flatten().collect();
    let first = [Span::styled("[p] ", styles.key)];
    let text = format!("recognised: {}", counted.join(", "));
    page.wrapped(&first, &text, styles.text, width, 2);
    for chosen in work.chosen() {
        let sign = [Span::styled("! ", styles.warn)];
        page.wrapped(&sign, &chosen.text, styles.warn, width, 2);
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
    let line = work.redactor.apply(line).bytes;
    let text = pasted(line.trim_ascii_end(), app.theme.glyphs.letters);
    fit(&text, width, app.theme.glyphs.ellipsis)
}

/// Columns between two columns of samples.
const GAP: usize = 2;

/// The bundled samples in as many columns as fit; tells how many stand in one.
fn samples_list(page: &mut Page, cursor: usize, width: usize, theme: &Theme) -> usize {
    let all = samples::ALL;
    let styles = &theme.styles;
    page.rule("No failure at hand? Open one", None);
    let key = |at: usize| keymap::sample_key(at).map_or(String::new(), |key| format!("[{key}]"));
    // The pointer, the key, the title.
    let lead = 6;
    let wide = all.iter().map(|s| s.title.width()).max().unwrap_or(0) + lead;
    let columns = ((width + GAP) / (wide + GAP)).clamp(1, 3);
    let rows = all.len().div_ceil(columns);
    for row in 0..rows {
        let mut spans = Vec::new();
        let mut hits = Vec::new();
        for column in 0..columns {
            let at = column * rows + row;
            let Some(sample) = all.get(at) else { continue };
            let pointer = if at == cursor {
                theme.glyphs.pointer
            } else {
                " "
            };
            spans.push(Span::styled(
                format!("{pointer} {:<4}", key(at)),
                styles.key,
            ));
            let title = fit(
                sample.title,
                width.saturating_sub(lead),
                theme.glyphs.ellipsis,
            );
            let pad = " ".repeat((wide - lead).saturating_sub(title.width()) + GAP);
            let style = if at == cursor {
                styles.cursor
            } else {
                styles.text
            };
            spans.push(Span::styled(title, style));
            spans.push(Span::raw(pad));
            let start = u16::try_from(column * (wide + GAP)).unwrap_or(u16::MAX);
            let end = start.saturating_add(u16::try_from(wide).unwrap_or(0));
            hits.push((start..end, Hit::Sample(at)));
        }
        page.push(spans);
        for (columns, hit) in hits {
            page.hit_columns(columns, hit);
        }
    }
    rows
}
