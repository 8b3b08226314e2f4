//! What lies over a screen: help, a text that could not be copied, and lines being typed.

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::canvas::{Badge, Canvas};
use super::page::{Page, PageLine};
use super::{menus, observed, parts};
use crate::tui::app::{App, Hit, Overlay, Prompt};
use crate::tui::keymap::{self, Action, Binding, Context};
use crate::tui::text::{pasted, shown};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// Draws an overlay.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    app: &App,
    overlay: &Overlay,
    work: Option<&Work>,
    area: Rect,
) {
    // The strip above belongs to the screen beneath; the keys below act on what lies on top.
    let above = Rect {
        y: area.y.saturating_sub(1),
        height: area.height + 1,
        ..area
    };
    canvas.hits.cover(above);
    canvas.hit(above, Hit::Act(Action::Back));
    canvas.dim(area);
    match (overlay, work) {
        (Overlay::Help { top, filter }, _) => help(canvas, app, *top, filter, area),
        (Overlay::Text { reason, text, top }, _) => uncopied(canvas, reason, text, *top, area),
        (Overlay::Copy { cursor, fresh }, Some(work)) => {
            menus::copy(canvas, work, *cursor, *fresh, area);
        }
        (Overlay::Options { cursor }, _) => menus::options(canvas, app, *cursor, area),
        (Overlay::Snippets { cursor }, Some(work)) => menus::snippets(canvas, work, *cursor, area),
        (Overlay::Parts(state), Some(work)) => parts::list(canvas, app, work, state, area),
        (Overlay::ReadAs { cursor }, _) => parts::read_as(canvas, app, *cursor, area),
        (Overlay::Observations { hop, top }, Some(work)) => {
            observed::draw(canvas, app, work, *hop, *top, area);
        }
        (
            Overlay::Copy { .. }
            | Overlay::Snippets { .. }
            | Overlay::Parts(_)
            | Overlay::Observations { .. },
            None,
        ) => {}
    }
}

/// A box in the middle of `area`, wiped and outlined; tells its area and its inside. One that `fills` takes all of the
/// height where it takes all of the width.
pub(crate) fn boxed(
    canvas: &mut Canvas<'_>,
    title: &str,
    badge: &Badge,
    width: u16,
    lines: usize,
    fills: bool,
    area: Rect,
) -> (Rect, Rect) {
    // A frame beside a frame reads as neither: a box nearly as wide or as high as the screen takes all of it.
    let width = if width + 8 > area.width {
        area.width
    } else {
        width
    };
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX);
    // Under a list as wide as the screen, what is left of the page would be a box without its top.
    let whole = width == area.width && fills;
    let height = if whole || height.saturating_add(3) > area.height {
        area.height
    } else {
        height
    };
    let rect = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    canvas.wipe(rect);
    let inner = canvas.outline(rect, title, badge, false);
    (rect, inner)
}

/// Draws a page in a box; tells nothing: clicks in it are its own.
pub(crate) fn boxed_page(
    canvas: &mut Canvas<'_>,
    title: &str,
    badge: &Badge,
    width: u16,
    page: &Page,
    top: usize,
    area: Rect,
) {
    let (rect, inner) = boxed(canvas, title, badge, width, page.lines.len(), true, area);
    let room = usize::from(inner.height);
    let top = top.min(page.lines.len().saturating_sub(room));
    let rows = Rect {
        y: inner.y,
        height: inner.height,
        ..rect
    };
    page.draw(canvas, rows, top);
}

/// Every key from the one table: those that act here and now first, the others by context.
fn help(canvas: &mut Canvas<'_>, app: &App, top: usize, filter: &str, area: Rect) {
    let here = app.offered_beneath();
    let one = area.width.min(78);
    let mut width = one;
    let mut page = help_page(
        &here,
        filter,
        usize::from(one.saturating_sub(4)),
        canvas.theme,
    );
    let room = usize::from(area.height.saturating_sub(2));
    let mut beside = None;
    // Two columns where one does not hold them all, and there is room for both.
    if page.lines.len() > room && page.lines.len() <= 2 * room && area.width >= 2 * one {
        width = 2 * one - 2;
        // A part begins with its title, which has no keys in front of it.
        let title = |line: &PageLine| matches!(line, PageLine::Text(spans) if spans.len() == 1);
        let half = page.lines.len().div_ceil(2);
        let parts = page.lines.iter().skip(half).take(room - half);
        let at = half + parts.into_iter().position(title).unwrap_or(0);
        beside = Some(page.split_off(at));
    }
    let hint = if filter.is_empty() {
        "/ find".to_owned()
    } else {
        format!("/ {}", shown(filter, canvas.theme.glyphs.letters))
    };
    let badge = Some((hint, canvas.theme.styles.key));
    let Some(beside) = beside else {
        boxed_page(canvas, "Keys", &badge, width, &page, top, area);
        return;
    };
    let (rect, inner) = boxed(canvas, "Keys", &badge, width, page.lines.len(), true, area);
    for (n, page) in (0..).zip([&page, &beside]) {
        let rows = Rect {
            x: rect.x + n * (one - 2),
            y: inner.y,
            width: one,
            height: inner.height,
        };
        page.draw(canvas, rows, 0);
    }
}

/// The widest the keys of a row get before what they do is moved to the right.
const COLUMN: usize = 10;

fn help_page(here: &[&'static Binding], filter: &str, width: usize, theme: &Theme) -> Page {
    let filter = filter.to_lowercase();
    let mut page = Page::new(theme);
    let is_here = |row: &Binding| here.iter().any(|h| std::ptr::eq(*h, row));
    let mut part = |title: &str, rows: &[&'static Binding]| {
        let rows: Vec<_> = rows
            .iter()
            .filter(|row| {
                let names = keymap::names(row);
                let text = format!("{names} {} {}", row.label, row.help).to_lowercase();
                text.contains(&filter)
            })
            .collect();
        if !rows.is_empty() {
            page.push(vec![Span::styled(title.to_owned(), theme.styles.title)]);
        }
        for row in rows {
            let names = keymap::names(row);
            let first = vec![Span::styled(
                format!("  {names:<COLUMN$}  "),
                theme.styles.key,
            )];
            page.wrapped(&first, row.help, theme.styles.text, width, 3);
        }
    };
    part("Here and now", here);
    for context in Context::ALL {
        let rows: Vec<_> = keymap::KEYS
            .iter()
            .filter(|row| keymap::home(row) == context && !is_here(row))
            .collect();
        let title = match context {
            Context::Global => "Elsewhere, or when there is something to act on",
            other => other.title(),
        };
        part(title, &rows);
    }
    if page.lines.is_empty() {
        page.push(vec![Span::styled("no key does that", theme.styles.quiet)]);
    }
    page
}

/// The text nothing could be copied to.
fn uncopied(canvas: &mut Canvas<'_>, reason: &str, text: &[u8], top: usize, area: Rect) {
    let width = usize::from(area.width).max(1);
    let styles = &canvas.theme.styles;
    let mut page = Page::new(canvas.theme);
    page.wrapped(&[], reason, styles.bad, width, 2);
    let note = "Select it here; it is also printed when the app ends.";
    page.wrapped(&[], note, styles.text, width, 3);
    for line in text.split(|b| *b == b'\n') {
        let line = pasted(line, canvas.theme.glyphs.letters);
        let mut rest = line.as_str();
        // Cut at the screen's edge rather than between words: what is selected must be the text.
        loop {
            let cut = rest
                .char_indices()
                .scan(0, |used, (at, c)| {
                    *used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
                    Some((at, *used))
                })
                .find(|(_, used)| *used > width)
                .map_or(rest.len(), |(at, _)| at);
            let (head, tail) = rest.split_at_checked(cut.max(1)).unwrap_or((rest, ""));
            page.push(vec![Span::styled(head.to_owned(), styles.text)]);
            if tail.is_empty() {
                break;
            }
            rest = tail;
        }
    }
    // No frame at the sides: what is selected must be the text alone.
    canvas.wipe(area);
    canvas.rule(area, area.y, "Not copied", &None, false);
    let room = usize::from(area.height.saturating_sub(2));
    let top = top.min(page.lines.len().saturating_sub(room));
    let lines = page.lines.iter().skip(top).take(room);
    for (y, line) in (area.y + 1..area.bottom()).zip(lines) {
        if let PageLine::Text(spans) = line {
            canvas.line(area.x, y, area.width, spans);
        }
    }
    if area.height > 1 {
        let more = if top + room < page.lines.len() {
            "more below"
        } else {
            ""
        };
        canvas.rule(area, area.bottom() - 1, more, &None, false);
    }
}

/// Draws a line being typed.
pub(crate) fn prompt(
    canvas: &mut Canvas<'_>,
    app: &App,
    prompt: &Prompt,
    area: Rect,
    bottom: Rect,
) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let (title, help, typed): (&str, String, Vec<Span<'static>>) = match prompt {
        Prompt::Find(line) | Prompt::Filter(line) => {
            canvas.wipe(bottom);
            let mut spans = vec![Span::styled(" find ", styles.key)];
            spans.extend(typed_line(line.halves(), theme));
            if let Some(toast) = &app.toast {
                spans.push(Span::styled(
                    format!("   {}", shown(&toast.text, theme.glyphs.letters)),
                    styles.bad,
                ));
            } else if let Some((done, all)) = app.searching.as_ref().and_then(|s| s.progress) {
                let share = done * 100 / all.max(1);
                let text = format!("   looking: {share} %");
                spans.push(Span::styled(text, styles.quiet));
            } else if let Some((at, all)) = app.found.filter(|_| !app.needle.is_empty()) {
                let text = format!("   {at} of {all}");
                spans.push(Span::styled(text, styles.quiet));
            }
            let used = canvas.line(bottom.x, bottom.y, bottom.width, &spans);
            let keys = "Enter next  Esc leave";
            let room = bottom.width.saturating_sub(used);
            if matches!(prompt, Prompt::Find(_)) && usize::from(room) >= keys.len() + 4 {
                let x = bottom.right() - 1 - u16::try_from(keys.len()).unwrap_or(0);
                canvas.text(x, bottom.y, bottom.right() - x, keys, styles.quiet);
            }
            return;
        }
        Prompt::Secret(line) => {
            let mask = theme.glyphs.mask.repeat(line.chars().min(40));
            let count = if line.is_empty() {
                String::new()
            } else {
                format!("  {} characters", line.chars())
            };
            (
                "Secret",
                "Type or paste: a secret access key, a derived key in hex, or the output of aws configure export-credentials. It stays in memory and is never written.".to_owned(),
                vec![
                    Span::styled(mask, styles.strong),
                    Span::styled("_", styles.key),
                    Span::styled(count, styles.quiet),
                ],
            )
        }
        Prompt::File(line) => (
            "Open a file",
            "Its bytes are added to the case, as they are.".to_owned(),
            typed_line(line.halves(), theme),
        ),
        Prompt::Option(at, line) => {
            let spec = app.option_specs().get(*at).copied();
            let help = spec.map_or_else(String::new, |spec| spec.help.to_owned());
            (
                spec.map_or("Option", |spec| spec.title),
                help,
                typed_line(line.halves(), theme),
            )
        }
    };
    let width = area.width.min(76);
    let mut page = Page::new(theme);
    let inside = usize::from(width.saturating_sub(4));
    page.push(tail(typed, inside));
    page.wrapped(&[], &help, styles.text, inside, 5);
    canvas.hits.cover(Rect {
        y: area.y.saturating_sub(1),
        height: area.height + 1,
        ..area
    });
    canvas.dim(area);
    // What is being answered stays in sight around it.
    let (rect, inner) = boxed(canvas, title, &None, width, page.lines.len(), false, area);
    let rows = Rect {
        y: inner.y,
        height: inner.height,
        ..rect
    };
    page.draw(canvas, rows, 0);
}

/// The text around the cursor; the cursor is a mark of its own, so that it shows without colour.
fn typed_line(halves: (&str, &str), theme: &Theme) -> Vec<Span<'static>> {
    vec![
        Span::styled(shown(halves.0, theme.glyphs.letters), theme.styles.strong),
        Span::styled("_", theme.styles.key),
        Span::styled(shown(halves.1, theme.glyphs.letters), theme.styles.strong),
    ]
}

/// The end of a line that is longer than its room: what is being typed stays in sight.
fn tail(spans: Vec<Span<'static>>, width: usize) -> Vec<Span<'static>> {
    let total: usize = spans.iter().map(Span::width).sum();
    let mut skip = total.saturating_sub(width);
    if skip == 0 {
        return spans;
    }
    spans
        .into_iter()
        .map(|span| {
            let mut content = String::new();
            for c in span.content.chars() {
                let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
                if skip > 0 {
                    skip = skip.saturating_sub(wide.max(1));
                } else {
                    content.push(c);
                }
            }
            Span::styled(content, span.style)
        })
        .collect()
}
