//! What stands on every screen: the strip of stages above, the keys below.

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use crate::tui::app::{App, Hit, Screen};
use crate::tui::keymap::{self, Action, Binding};
use crate::tui::model::{self, Item};
use crate::tui::text::{fit, shown};
use crate::workbench::Work;

/// What the program is for, where there is no stage to show yet.
const QUESTION: &str = "sigscope: why does this signature not match?";
const PROMISE: &str = "offline, stores nothing";

/// The stages with their marks; the open one in brackets.
pub(crate) fn strip(canvas: &mut Canvas<'_>, app: &App, work: Option<&Work>, area: Rect) {
    let Some(work) = work.filter(|work| model::recognised(work)) else {
        let styles = &canvas.theme.styles;
        let (strong, quiet) = (styles.strong, styles.quiet);
        canvas.text(area.x + 1, area.y, area.width, QUESTION, strong);
        right(canvas, area, PROMISE, QUESTION.len() + 2, quiet);
        return;
    };
    let glyphs = canvas.theme.glyphs;
    let answer = model::answer_mark(work.analysis.diagnosis.verdict.id);
    let mut tabs = vec![("Answer", answer)];
    tabs.extend(model::tabs(work).iter().map(|tab| (tab.short, tab.mark)));
    let open = match app.screen {
        Screen::Answer => Some(0),
        Screen::Stage(at) => Some(at + 1),
        Screen::Input | Screen::Source => None,
    };
    // Labels shorten before anything is dropped.
    let label = |at: usize, name: &str, mark, level: u8| {
        let mark = glyphs.mark(mark).trim();
        let sep = if mark.is_empty() { "" } else { " " };
        match (level, open == Some(at)) {
            (0 | 1, true) => format!("{}[{name}{sep}{mark}]", at + 1),
            (0, false) => format!("{} {name}{sep}{mark}", at + 1),
            (_, true) => format!("[{}{mark}]", at + 1),
            (_, false) => format!("{}{mark}", at + 1),
        }
    };
    let build = |level: u8| -> Vec<String> {
        tabs.iter()
            .enumerate()
            .map(|(at, (name, mark))| label(at, name, *mark, level))
            .collect()
    };
    let room = usize::from(area.width.saturating_sub(2));
    let gap = |level: u8| if level == 0 { 3 } else { 2 };
    let width = |labels: &[String], gap: usize| {
        labels
            .iter()
            .map(|l| l.width() + gap)
            .sum::<usize>()
            .saturating_sub(gap)
    };
    let (labels, gap) = (0..=2)
        .flat_map(|level| [(level, gap(level)), (level, gap(level) - 1)])
        .map(|(level, gap)| (build(level), gap))
        .find(|(labels, gap)| width(labels, *gap) <= room)
        .unwrap_or_else(|| (build(2), 1));
    let mut x = area.x + 1;
    for (at, text) in labels.iter().enumerate() {
        let mark = tabs.get(at).map(|(_, mark)| *mark);
        let styles = &canvas.theme.styles;
        let style = match (open == Some(at), mark) {
            (true, _) => styles.chosen,
            (false, Some(mark)) => styles.mark(mark),
            (false, None) => styles.text,
        };
        let taken = canvas.text(x, area.y, area.right().saturating_sub(x), text, style);
        canvas.hit(
            Rect {
                x,
                width: taken,
                ..area
            },
            Hit::Tab(at),
        );
        x = x.saturating_add(taken + u16::try_from(gap).unwrap_or(1));
    }
    let used = usize::from(x - area.x);
    let extra = request_place(work).unwrap_or_else(|| "sigscope".to_owned());
    let quiet = canvas.theme.styles.quiet;
    right(canvas, area, &extra, used, quiet);
}

/// Which of several requests is looked at.
fn request_place(work: &Work) -> Option<String> {
    let count = work.case.requests.len();
    let at = work.analysis.request.filter(|_| count > 1)?;
    Some(format!("request {} of {count}  [ ]", at + 1))
}

/// A text at the right end, where there is room behind what was drawn.
fn right(
    canvas: &mut Canvas<'_>,
    area: Rect,
    text: &str,
    used: usize,
    style: ratatui::style::Style,
) {
    let width = text.width();
    let room = usize::from(area.width).saturating_sub(used + 2);
    if width <= room {
        let x = area.right() - 1 - u16::try_from(width).unwrap_or(0);
        canvas.text(x, area.y, area.right() - x, text, style);
    }
}

/// The last line: what was just said, the progress of something slow, or the keys that count here.
pub(crate) fn footer(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let styles = canvas.theme.styles.clone();
    let glyphs = canvas.theme.glyphs;
    let room = usize::from(area.width.saturating_sub(2));
    if let Some(toast) = &app.toast {
        let (sign, style) = if toast.bad {
            (glyphs.severities[0], styles.bad)
        } else {
            (glyphs.severities[2], styles.note)
        };
        let text = fit(
            &format!("{sign} {}", shown(&toast.text)),
            room,
            glyphs.ellipsis,
        );
        canvas.text(area.x + 1, area.y, area.width, &text, style);
        return;
    }
    if let Some((done, all)) = app.body {
        let text = progress(done, all, room, &glyphs.bar);
        canvas.text(area.x + 1, area.y, area.width, &text, styles.note);
        return;
    }
    let rows = keys_that_fit(app, room);
    let mut x = area.x + 1;
    for row in rows {
        let name = key_name(row);
        let label = label_of(app, row);
        let start = x;
        x += canvas.text(x, area.y, area.right().saturating_sub(x), &name, styles.key);
        x += 1;
        x += canvas.text(
            x,
            area.y,
            area.right().saturating_sub(x),
            label,
            styles.quiet,
        );
        let width = x.saturating_sub(start);
        canvas.hit(
            Rect {
                x: start,
                width,
                ..area
            },
            Hit::Act(row.action),
        );
        x += 2;
    }
    if app.working() {
        right(
            canvas,
            area,
            "working",
            usize::from(x - area.x),
            styles.note,
        );
    }
}

/// What a row does here: what Enter does on the answer depends on where the cursor stands.
fn label_of(app: &App, row: &Binding) -> &'static str {
    if row.action != Action::Expand || app.screen != Screen::Answer {
        return row.label;
    }
    match app.item() {
        Some(Item::Fix | Item::Setting(_)) => "copy the fix",
        Some(Item::Step) => "copy the step",
        Some(Item::Secret) => "enter the secret",
        Some(Item::Difference(..)) => "open",
        Some(Item::Finding(_)) => "expand",
        None => row.label,
    }
}

/// A bar of what is done, with figures.
fn progress(done: u64, all: Option<u64>, room: usize, bar: &[&str; 2]) -> String {
    let mib = |bytes: u64| format!("{}.{} MiB", bytes >> 20, ((bytes & 0xF_FFFF) * 10) >> 20);
    match all.filter(|all| *all > 0) {
        Some(all) => {
            let head = format!("hashing the body  {} of {}  ", mib(done), mib(all));
            let width = room.saturating_sub(head.width()).min(40);
            let share = u128::from(done.min(all)) * width as u128 / u128::from(all);
            let full = usize::try_from(share).unwrap_or(width);
            format!(
                "{head}{}{}",
                bar[0].repeat(full),
                bar[1].repeat(width - full)
            )
        }
        None => format!("hashing the body  {}", mib(done)),
    }
}

/// The name of a row's key in the footer: its first, or the range of digits.
fn key_name(row: &Binding) -> String {
    if row.keys.len() > 5 {
        return keymap::names(row);
    }
    row.keys.first().map_or_else(String::new, |key| key.name())
}

/// The rows of the table that fit the footer: the least wanted go first, help goes last.
pub(crate) fn keys_that_fit(app: &App, room: usize) -> Vec<&'static Binding> {
    let contexts = app.contexts();
    let mut rows: Vec<&Binding> = keymap::KEYS
        .iter()
        .filter(|b| b.footer > 0 && b.contexts.iter().any(|c| contexts.contains(c)))
        .collect();
    let width = |rows: &[&Binding]| {
        rows.iter()
            .map(|b| key_name(b).width() + 1 + b.label.width() + 2)
            .sum::<usize>()
            .saturating_sub(2)
    };
    while width(&rows) > room && !rows.is_empty() {
        let least = rows
            .iter()
            .enumerate()
            .min_by_key(|(_, b)| b.footer)
            .map_or(0, |(at, _)| at);
        rows.remove(least);
    }
    rows
}

/// There is no work to show yet.
pub(crate) fn working(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let inner = canvas.outline(area, "Answer", &None, false);
    let names: Vec<String> = app
        .bench
        .inputs
        .iter()
        .map(|input| format!("{}: {} bytes", shown(&input.name), input.bytes.len()))
        .collect();
    let quiet = canvas.theme.styles.quiet;
    let text = canvas.theme.styles.text;
    canvas.text(
        inner.x,
        inner.y,
        inner.width,
        "Reading what was given",
        text,
    );
    for (y, name) in (inner.y + 1..inner.bottom()).zip(names) {
        canvas.text(inner.x, y, inner.width, &name, quiet);
    }
}

/// The screen is too small for anything else.
pub(crate) fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let text = canvas.theme.styles.text;
    let message = ["too small:", "make the window", "24x6 or larger", "q quits"];
    for (y, line) in (area.y..area.bottom()).zip(message) {
        let spans = [Span::styled(line, text)];
        canvas.line(area.x, y, area.width, &spans);
    }
}
