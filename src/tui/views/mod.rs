//! Drawing the state. One file a region of the screen.
//!
//! ```text
//! 1[Answer ✗]  2 Request =   3 Canonical ✗   4 To sign ~ ...   chrome: the strip
//! ┌─ Answer ──────────────────────────────────────── PROVED ─┐
//! │ the verdict in one sentence                              │ answer, stage, key, text,
//! ├─ Differs ────────────────────────────────────────────────┤ source, input: one of them,
//! │ ✗ host    computed  nginx.local:8080                     │ divided by titled rules
//! │                     ^^^^^^^^^^^^^^^^                     │ (canvas, page)
//! ├─ Fix ────────────────────────────────────────────────────┤
//! │ ▸ corrected headers ...                                  │ overlays and menus lie over it
//! └──────────────────────────────────────────────────────────┘
//! copied ...                                                  chrome: the notice, if there is one
//! Enter copy fix   n next difference   ? help                   chrome: the footer, or a search
//! ```
//!
//! Views read the state and the work; all they change is what a drawing teaches: where things are for
//! the mouse, how much room there was, and where scrolling had to stop.

mod answer;
mod bytes;
mod canvas;
mod chrome;
mod detail;
mod fields;
mod holdings;
mod input;
mod key;
mod menus;
mod observed;
mod overlays;
mod page;
mod parts;
mod proof;
mod remedy;
mod sides;
mod source;
mod stage;
mod textview;
mod value;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::app::{App, Hits, Prompt, Screen};
use canvas::Canvas;

/// Below this many columns or rows the app only says that it is too small.
const SMALLEST: (u16, u16) = (24, 6);

/// Rows that are left to a screen, whatever is told.
const LEAST_BODY: u16 = 3;

/// Draws everything.
pub(crate) fn draw(app: &mut App, frame: &mut Frame<'_>) {
    let area = frame.area();
    let theme = app.theme.clone();
    let mut hits = Hits::default();
    let mut canvas = Canvas {
        buf: frame.buffer_mut(),
        theme: &theme,
        hits: &mut hits,
        place: None,
    };
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        chrome::too_small(&mut canvas, area);
        app.hits = hits;
        return;
    }
    let strip = Rect { height: 1, ..area };
    let footer = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    // What is told stands between the screen and its keys, and covers neither.
    let between = area.height - 2;
    let notice = chrome::Notice::of(app, area.width, between.saturating_sub(LEAST_BODY));
    let told = if between < LEAST_BODY + notice.height() {
        0
    } else {
        notice.height()
    };
    let body = Rect {
        y: area.y + 1,
        height: between - told,
        ..area
    };
    let work = app.work.as_ref().map(Arc::clone);
    let told_above = chrome::strip(&mut canvas, app, work.as_deref(), strip);
    match (app.screen, work.as_deref()) {
        (Screen::Input, work) => input::draw(&mut canvas, app, work, body),
        (Screen::Answer, Some(work)) => answer::draw(&mut canvas, app, work, body),
        (Screen::Stage(at), Some(work)) => stage::draw(&mut canvas, app, work, at, body),
        (Screen::Source, Some(work)) => source::draw(&mut canvas, app, work, body),
        (_, None) => chrome::working(&mut canvas, app, body),
    }
    if let Some(work) = work.as_deref().filter(|_| !told_above) {
        chrome::changed(&mut canvas, app, work, body);
    }
    chrome::footer(&mut canvas, app, footer);
    app.page = usize::from(body.height.saturating_sub(2));
    // The value of an option is typed in the place of the list: two frames over each other read badly.
    let typed = matches!(app.prompt, Some(Prompt::Option(..)));
    // Nor is a list drawn over itself.
    let covered = typed || parts::chooses_here(app, work.as_deref());
    if let Some(overlay) = app.overlay.as_ref().filter(|_| !covered) {
        overlays::draw(&mut canvas, app, overlay, work.as_deref(), body);
    }
    if let Some(prompt) = &app.prompt {
        overlays::prompt(&mut canvas, app, prompt, body, footer);
    }
    if notice.height() > 0 {
        let told = if told == 0 {
            footer
        } else {
            Rect {
                y: body.bottom(),
                height: told,
                ..area
            }
        };
        notice.draw(&mut canvas, told);
    }
    app.hits = hits;
}
