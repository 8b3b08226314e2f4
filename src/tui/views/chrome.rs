//! What stands on every screen: the strip of stages above, the keys below.

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use crate::tui::app::{App, Hit, Overlay, Prompt, Screen, StageView};
use crate::tui::keymap::{Action, Binding};
use crate::tui::model::{self, Item};
use crate::tui::text::{fit, shown, wrap};
use crate::workbench::Work;

/// What the program is for, where there is no stage to show yet.
const QUESTION: &str = "sigscope: why does this signature not match?";
const PROMISE: &str = "offline, stores nothing";

/// The stages with their marks; the open one in brackets. Tells whether what was chosen over the
/// request's claims is told in full beside them.
pub(crate) fn strip(canvas: &mut Canvas<'_>, app: &App, work: Option<&Work>, area: Rect) -> bool {
    let Some(work) = work.filter(|work| model::recognised(work)) else {
        let styles = &canvas.theme.styles;
        let (strong, quiet) = (styles.strong, styles.quiet);
        let room = usize::from(area.width.saturating_sub(2));
        let title = if QUESTION.len() <= room {
            QUESTION
        } else {
            "sigscope"
        };
        canvas.text(area.x + 1, area.y, area.width, title, strong);
        right(canvas, area, PROMISE, title.len() + 2, quiet);
        return false;
    };
    let glyphs = canvas.theme.glyphs;
    let answer = model::answer_mark(&work.analysis.diagnosis.verdict);
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
    let styles = canvas.theme.styles.clone();
    let place = request_place(work);
    // That something is overridden is told before which request this is.
    let changed = super::answer::changed(app, work);
    let both = changed
        .iter()
        .zip(&place)
        .map(|(changed, place)| format!("{changed}   {place}"));
    let told: Vec<String> = both.chain(changed.clone()).collect();
    let room = usize::from(area.width).saturating_sub(used + 2);
    if let Some(text) = told.iter().find(|text| text.width() <= room) {
        right(canvas, area, text, used, styles.warn);
        canvas.place = place.filter(|place| !text.contains(place.as_str()));
        true
    } else {
        let extra = place.clone().unwrap_or_else(|| "sigscope".to_owned());
        right(canvas, area, &extra, used, styles.quiet);
        canvas.place = place.filter(|place| place.width() > room);
        false
    }
}

/// What was chosen over the request's claims, in the lower border of a screen.
pub(crate) fn changed(canvas: &mut Canvas<'_>, app: &App, work: &Work, body: Rect) {
    let Some(text) = super::answer::changed(app, work) else {
        return;
    };
    let room = usize::from(body.width.saturating_sub(6));
    let text = fit(
        &shown(&text, canvas.theme.glyphs.letters),
        room,
        canvas.theme.glyphs.ellipsis,
    );
    let width = u16::try_from(text.width() + 2).unwrap_or(0);
    let x = body.right().saturating_sub(width + 2);
    let style = canvas.theme.styles.warn;
    let y = body.bottom().saturating_sub(1);
    canvas.text(x, y, width, &format!(" {text} "), style);
    canvas.hit(
        Rect {
            x,
            y,
            width,
            height: 1,
        },
        Hit::Act(Action::Options),
    );
}

/// Which of several requests is looked at.
fn request_place(work: &Work) -> Option<String> {
    let count = work.case.requests.len();
    let at = work.analysis.request.filter(|_| count > 1)?;
    Some(format!("request {} of {count}", at + 1))
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

/// What is told between the screen and its keys: the progress of something slow, and what was just
/// said, whole. None where there is no room for it: then the last line tells it.
pub(crate) struct Notice {
    lines: Vec<Vec<Span<'static>>>,
}

impl Notice {
    /// What is to be told in `width` columns and at most `most` lines.
    pub(crate) fn of(app: &App, width: u16, most: u16) -> Self {
        let theme = &app.theme;
        let styles = &theme.styles;
        let room = usize::from(width.saturating_sub(2));
        let mut lines = Vec::new();
        if let Some((done, all)) = app.body {
            let text = progress(done, all, room, &theme.glyphs.bar);
            lines.push(vec![Span::styled(text, styles.strong)]);
        }
        // What is said of a search stands beside what is typed.
        let searching = matches!(app.prompt, Some(Prompt::Find(_) | Prompt::Filter(_)));
        if let Some(toast) = app.toast.as_ref().filter(|_| !searching) {
            // No sign stands before what is merely told: every letter here reads as a key.
            let (sign, style) = if toast.bad {
                (format!("{} ", theme.glyphs.severities[0]), styles.bad)
            } else {
                (String::new(), styles.strong)
            };
            let under = " ".repeat(sign.width());
            let text = shown(&toast.text, theme.glyphs.letters);
            for (n, line) in wrap(&text, room.saturating_sub(sign.width()))
                .into_iter()
                .enumerate()
            {
                let sign = if n == 0 { &sign } else { &under };
                lines.push(vec![Span::styled(format!("{sign}{line}"), style)]);
            }
        }
        lines.truncate(usize::from(most.max(1)));
        Self { lines }
    }

    /// Lines it takes.
    pub(crate) fn height(&self) -> u16 {
        u16::try_from(self.lines.len()).unwrap_or(0)
    }

    /// Draws it from the top of `area` on.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        canvas.wipe(Rect {
            height: self.height().min(area.height),
            ..area
        });
        for (y, line) in (area.y..area.bottom()).zip(&self.lines) {
            canvas.line(area.x + 1, y, area.width.saturating_sub(2), line);
        }
    }
}

/// The last line: the keys that act here and now.
pub(crate) fn footer(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let styles = canvas.theme.styles.clone();
    let room = usize::from(area.width.saturating_sub(2));
    let rows = keys_that_fit(app, room);
    let mut x = area.x + 1;
    for row in rows {
        let name = key_name(app, row);
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

/// What a row does as things stand: what Enter does depends on where the cursor is.
fn label_of(app: &App, row: &Binding) -> &'static str {
    match (row.action, &app.prompt, &app.overlay) {
        (Action::Accept, Some(Prompt::Find(_)), _) => "next",
        (Action::Accept, None, Some(Overlay::Copy { .. } | Overlay::Snippets { .. })) => "copy",
        (Action::Accept, None, Some(Overlay::Options { .. })) if app.acts(Action::ToggleForm) => {
            "next value"
        }
        (Action::Accept, None, Some(Overlay::Options { .. })) => "type it",
        (Action::Accept, None, Some(Overlay::Parts(_))) => "look at",
        (Action::Accept, None, Some(Overlay::ReadAs { .. })) => "read it so",
        (Action::ToggleForm, None, Some(Overlay::Observations { .. })) => "next step",
        (Action::ToggleForm, None, Some(Overlay::Copy { .. })) => "same or fresh date",
        (Action::ToggleForm, None, Some(Overlay::Options { .. })) => "previous",
        (Action::Reveal, ..) if app.reveal => "mask",
        (Action::NextRequest | Action::PreviousRequest, ..) => "other request",
        (Action::Right, ..) => "scroll",
        (Action::Expand, ..) if app.screen == Screen::Answer => match app.item() {
            Some(Item::Fix | Item::Setting(_)) => "copy the fix",
            Some(Item::Step) if app.asks_whose() => "switch side",
            Some(Item::Step) if app.step_has_no_lines() => "add",
            Some(Item::Step) => "copy the step",
            Some(Item::Secret) => "enter secret",
            Some(Item::Difference(..)) => "open",
            Some(Item::Finding(at)) if app.answer.is_open(at) => "fold",
            Some(Item::Finding(_)) => "expand",
            None => row.label,
        },
        (Action::FieldsOrText, ..) => match app.screen {
            Screen::Stage(at)
                if app
                    .stages
                    .get(at)
                    .is_some_and(|s| s.view == StageView::Text) =>
            {
                "fields"
            }
            _ => "text",
        },
        _ => row.label,
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

/// The name of a row's key in the footer: its first, or the range of digits that lead somewhere.
fn key_name(app: &App, row: &Binding) -> String {
    match row.action {
        Action::GoStage => format!("1-{}", (app.stages.len() + 1).min(9)),
        Action::OpenSample => "1-9".to_owned(),
        Action::NextRequest | Action::PreviousRequest => "[ or ]".to_owned(),
        Action::Right => "Left Right".to_owned(),
        Action::ToggleForm if matches!(app.overlay, Some(Overlay::Options { .. })) => {
            "Left".to_owned()
        }
        _ => row.keys.first().map_or_else(String::new, |key| key.name()),
    }
}

/// How long a key that the verdict advises stays in the footer.
const ADVISED: u8 = 86;

/// The rows of the table that act here and fit the footer: the least wanted go first, help goes last.
pub(crate) fn keys_that_fit(app: &App, room: usize) -> Vec<&'static Binding> {
    let mut rows: Vec<&Binding> = app
        .offered()
        .into_iter()
        .filter(|row| weight(app, row) > 0)
        .collect();
    // One entry for the two keys that lead to other requests.
    if rows.iter().any(|row| row.action == Action::NextRequest) {
        rows.retain(|row| row.action != Action::PreviousRequest);
    }
    let width = |rows: &[&Binding]| {
        rows.iter()
            .map(|row| key_name(app, row).width() + 1 + label_of(app, row).width() + 2)
            .sum::<usize>()
            .saturating_sub(2)
    };
    while width(&rows) > room && !rows.is_empty() {
        let least = rows
            .iter()
            .enumerate()
            .min_by_key(|(_, b)| weight(app, b))
            .map_or(0, |(at, _)| at);
        rows.remove(least);
    }
    rows
}

/// How long a row stays in the footer as things stand; 0 is never there.
fn weight(app: &App, row: &Binding) -> u8 {
    let tries_options = || {
        let work = app.work.as_ref();
        work.is_some_and(|work| work.analysis.diagnosis.verdict.tries_options)
    };
    let is_text = match app.screen {
        Screen::Stage(at) => app
            .stages
            .get(at)
            .is_some_and(|state| state.view == StageView::Text),
        Screen::Answer | Screen::Source | Screen::Input => false,
    };
    let beneath = app.overlay.is_none() && app.prompt.is_none();
    match row.action {
        // What the verdict advises stays as long as what acts on it.
        Action::Options if app.screen == Screen::Answer && tries_options() => ADVISED,
        // The way back from a text, and the way along its lines where they are cut.
        Action::Back if beneath && app.screen == Screen::Source => ADVISED,
        Action::FieldsOrText if is_text => ADVISED,
        Action::Right if app.screen == Screen::Source && app.source.cut => ADVISED - 1,
        _ => row.footer,
    }
}

/// There is no work to show yet.
pub(crate) fn working(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let inner = canvas.outline(area, "Answer", &None, false);
    let letters = canvas.theme.glyphs.letters;
    let names: Vec<String> = app
        .bench
        .inputs
        .iter()
        .map(|input| {
            format!(
                "{}: {} bytes",
                shown(&input.name, letters),
                input.bytes.len()
            )
        })
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
