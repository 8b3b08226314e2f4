//! Lists to choose from: the copy menu, the options, other clients' snippets.

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::holdings;
use super::overlays::boxed_page;
use super::page::{self, Page};
use crate::engine::correct::{self, CopyItem};
use crate::engine::diagnose::Mark;
use crate::engine::scheme::{Outcome, Values};
use crate::tui::app::{App, Hit, available};
use crate::tui::model;
use crate::tui::text::{Paint, fit, shown};
use crate::workbench::Work;

/// Columns that both forms of a copy take beside each other.
const BOTH_FORMS: usize = 24;

/// What can be copied, in which form, with a look at the text.
pub(crate) fn copy(canvas: &mut Canvas<'_>, work: &Work, cursor: usize, fresh: bool, area: Rect) {
    let width = area.width.min(76);
    let inside = usize::from(width.saturating_sub(4));
    let theme = canvas.theme;
    let styles = &theme.styles;
    let mut page = Page::new(theme);
    let name = CopyItem::ALL
        .iter()
        .map(|i| i.title().width())
        .max()
        .unwrap_or(0);
    for (at, item) in CopyItem::ALL.into_iter().enumerate() {
        let chosen = at == cursor;
        let start = page.lines.len();
        let closed = available(work, item).err();
        let open = closed.is_none();
        let pointer = if chosen { theme.glyphs.pointer } else { " " };
        let style = match (open, chosen) {
            (false, _) => styles.quiet,
            (true, true) => styles.cursor,
            (true, false) => styles.text,
        };
        let mut spans = vec![
            Span::styled(format!("{pointer} "), styles.key),
            Span::styled(format!("{:<name$}  ", item.title()), style),
        ];
        if let Some(reason) = closed {
            // Why there is none stands where its forms would.
            let room = inside.saturating_sub(name + 5);
            let text = fit(&reason, room, theme.glyphs.ellipsis);
            spans.push(Span::styled(format!(" {text}"), styles.quiet));
        } else if item.is_dated() && name + 4 + BOTH_FORMS > inside {
            // Where there is no room for both forms, the one that Enter takes is told.
            let form = if fresh { "fresh date" } else { "same date" };
            spans.push(Span::styled(form, style));
        } else if item.is_dated() {
            for (form, title) in [(true, "fresh date"), (false, "same date")] {
                let on = form == fresh;
                let text = if on {
                    format!("[{title}]")
                } else {
                    format!(" {title} ")
                };
                let style = if on && chosen && open {
                    styles.chosen
                } else {
                    styles.quiet
                };
                spans.push(Span::styled(text, style));
                spans.push(Span::raw(" "));
            }
        } else {
            let text = work.stage_text(item);
            let whose = text.as_ref().map_or("", |(_, whose)| whose.words());
            let hidden = text.is_none_or(|(text, _)| !work.redactor.find(&text).is_empty());
            let text = match (whose.trim_end(), hidden) {
                ("", true) => " redacted".to_owned(),
                ("", false) => String::new(),
                (whose, true) => format!(" {whose}, redacted"),
                (whose, false) => format!(" {whose}"),
            };
            spans.push(Span::styled(text, styles.quiet));
        }
        page.push(spans);
        page.hit(start, Hit::Copy(item, fresh));
    }
    let item = CopyItem::ALL
        .get(cursor)
        .copied()
        .unwrap_or(CopyItem::Report);
    page.rule("Preview, redacted here", None);
    preview(&mut page, work, item, fresh, inside, canvas);
    boxed_page(canvas, "Copy", &None, width, &page, 0, area);
}

fn preview(
    page: &mut Page,
    work: &Work,
    item: CopyItem,
    fresh: bool,
    width: usize,
    canvas: &Canvas<'_>,
) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    if let Err(reason) = available(work, item) {
        page.wrapped(
            &[Span::styled("? ", styles.warn)],
            &reason,
            styles.text,
            width,
            2,
        );
        return;
    }
    if item == CopyItem::Report {
        let verdict = work
            .redactor
            .text(&work.analysis.diagnosis.verdict.sentence);
        page.wrapped(&[], &verdict, styles.text, width, 3);
        return;
    }
    let corrected = work.correction.as_ref().filter(|_| item.is_dated());
    let text = match corrected {
        Some(correction) => {
            let text = correct::text(item, correction).unwrap_or_default();
            if fresh {
                model::undated(&text, correction)
            } else {
                text
            }
        }
        None => work
            .stage_text(item)
            .map(|(text, _)| text)
            .unwrap_or_default(),
    };
    let lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
    for line in lines.iter().take(3) {
        page.push(
            Paint::new(line, width, Some(&work.redactor))
                .draw(theme)
                .spans,
        );
    }
    let mut notes = Vec::new();
    if lines.len() > 3 {
        notes.push(format!("and {} lines more", lines.len() - 3));
    }
    if fresh && item.is_dated() {
        notes.push("date and signature are made at the moment of copying".to_owned());
    }
    if let Some(caution) = work.correction.as_ref().and_then(|c| item.caution(c)) {
        notes.push(caution.to_owned());
    }
    if item == CopyItem::Authorization {
        let beside = work.correction.as_ref().map_or(&[][..], |c| &c.beside);
        if !beside.is_empty() {
            notes.push(format!("it needs {} too", correct::listed(beside)));
        }
    }
    if item.is_dated()
        && let Some(key) = work.failed_key()
    {
        notes.push(crate::report::failed_key_words(
            &work.redactor.text(&key.name),
        ));
    }
    if work
        .correction
        .as_ref()
        .is_some_and(|c| item.holds_token(c))
    {
        notes.push("the session token is copied whole".to_owned());
    }
    if !notes.is_empty() {
        page.wrapped(&[], &notes.join("; "), styles.text, width, 4);
    }
}

/// The scheme's options, each with the value in force.
pub(crate) fn options(canvas: &mut Canvas<'_>, app: &App, cursor: usize, area: Rect) {
    let width = area.width.min(76);
    let inside = usize::from(width.saturating_sub(4));
    let theme = canvas.theme;
    let styles = &theme.styles;
    let specs = app.option_specs();
    let in_force = app.options_in_force();
    let name = specs
        .iter()
        .map(|s| s.title.width())
        .max()
        .unwrap_or(0)
        .min(inside / 2);
    let mut page = Page::new(theme);
    for (at, spec) in specs.iter().enumerate() {
        let chosen = at == cursor;
        let pointer = if chosen { theme.glyphs.pointer } else { " " };
        let style = if chosen { styles.cursor } else { styles.text };
        let value = app.bench.settings.get(spec.id);
        let effective = in_force.iter().find(|(id, _)| *id == spec.id);
        let style_of = if value.is_some() {
            styles.warn
        } else {
            styles.quiet
        };
        let text = match (value.or(effective.map(|(_, v)| v.as_str())), spec.values) {
            (None, _) => "as the request claims".to_owned(),
            (Some(value), Values::Choice(choices)) => {
                let title = choices
                    .iter()
                    .find(|c| c.id == value)
                    .map_or(value, |c| c.title);
                shown(title, theme.glyphs.letters)
            }
            (Some(value), Values::Text(_)) => shown(
                &app.work
                    .as_ref()
                    .map_or_else(|| value.to_owned(), |work| work.redactor.text(value)),
                theme.glyphs.letters,
            ),
        };
        let value_style = style_of;
        let room = inside.saturating_sub(name + 8);
        let title = fit(spec.title, name, theme.glyphs.ellipsis);
        let start = page.lines.len();
        page.push(vec![
            Span::styled(format!("{pointer} "), styles.key),
            Span::styled(format!("{title:<name$}  "), style),
            Span::styled(if chosen { "< " } else { "  " }, styles.key),
            Span::styled(fit(&text, room, theme.glyphs.ellipsis), value_style),
            Span::styled(if chosen { " >" } else { "" }, styles.key),
        ]);
        page.hit(start, Hit::Row(at));
    }
    let list = page.lines.len();
    if let Some(trace) = app
        .work
        .as_ref()
        .and_then(|work| work.analysis.trace.as_ref())
    {
        let (sign, style, text) = match trace.outcome {
            Outcome::Equal | Outcome::Verified => {
                ("=", styles.good, "so computed, it is the received one")
            }
            Outcome::Differs { .. } | Outcome::Failed => (
                theme.glyphs.mark(Mark::Differs),
                styles.bad,
                "so computed, it is not the received one",
            ),
            Outcome::NotCheckable(reason) => ("?", styles.warn, reason.words(Some(&trace.claim))),
        };
        page.push(vec![
            Span::styled("  signature ", styles.strong),
            Span::styled(format!("{} ", sign.trim()), style),
            Span::styled(text, styles.text),
        ]);
    }
    if let Some(spec) = specs.get(cursor) {
        page.rule("What it does", None);
        page.wrapped(&[], spec.help, styles.text, inside, 3);
        let how = match spec.values {
            Values::Choice(choices) => {
                let titles: Vec<&str> = choices.iter().map(|c| c.title).collect();
                format!("one of: {}", titles.join(", "))
            }
            Values::Text(what) => format!("Enter types a {what}"),
        };
        page.wrapped(&[], &how, styles.quiet, inside, 3);
    }
    let room = usize::from(area.height.saturating_sub(2));
    let top = page::follow(0, room.max(1), &(cursor..(cursor + 1).min(list)));
    boxed_page(
        canvas,
        "Options: sign as if…",
        &None,
        width,
        &page,
        top,
        area,
    );
}

/// How to get the missing piece: a line for each that has one, and the whole of the chosen one.
pub(crate) fn snippets(canvas: &mut Canvas<'_>, work: &Work, cursor: usize, area: Rect) {
    let width = area.width.min(90);
    let inside = usize::from(width.saturating_sub(4));
    let theme = canvas.theme;
    let styles = &theme.styles;
    let steps = &work.analysis.diagnosis.next_steps;
    let name = steps.iter().map(|step| step.party.width()).max();
    let name = name.unwrap_or(0).min(inside / 2);
    let mut page = Page::new(theme);
    let mut wanted = 0..0;
    for (at, step) in steps.iter().enumerate() {
        let start = page.lines.len();
        if at == cursor {
            page.rule(step.party, None);
            let named = holdings::Named::Above;
            holdings::step_lines(&mut page, work, step, named, true, inside, theme);
            if at + 1 < steps.len() {
                page.rule("", None);
            }
            wanted = start..page.lines.len();
        } else {
            let party = fit(step.party, name, theme.glyphs.ellipsis);
            let sentence = work.redactor.text(&step.sentence);
            let room = inside.saturating_sub(name + 4);
            let sentence = fit(&sentence, room, theme.glyphs.ellipsis);
            page.push(vec![
                Span::styled(format!("  {party:<name$}  "), styles.strong),
                Span::styled(sentence, styles.quiet),
            ]);
        }
        page.hit(start, Hit::Row(at));
    }
    let room = usize::from(area.height.saturating_sub(2));
    let top = page::follow(0, room.max(1), &wanted);
    let badge = Some(("Enter copies".to_owned(), theme.styles.key));
    boxed_page(
        canvas,
        "Other ways to get the missing piece",
        &badge,
        width,
        &page,
        top,
        area,
    );
}
