//! What I have, what it lets me prove, and the nearest next step.

use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::page::Page;
use crate::engine::diagnose::{Holding, NextStep};
use crate::tui::app::Hit;
use crate::tui::text::{fit, shown};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// Adds the table of what is here and what it proves.
pub(crate) fn holdings(page: &mut Page, work: &Work, width: usize, theme: &Theme) {
    let holdings = &work.analysis.diagnosis.holdings;
    if holdings.is_empty() {
        return;
    }
    let styles = &theme.styles;
    page.rule("What I have, and what it lets me prove", None);
    let title = holdings.iter().map(|h| h.title.width()).max().unwrap_or(0);
    let state = holdings.iter().map(|h| h.state.width()).max().unwrap_or(0);
    let room = width.saturating_sub(4 + title + 2);
    // The state shortens before what it proves does; below a usable width they stand under each other.
    let stacked = room < 44;
    let state = state.min(room / 2);
    for holding in holdings {
        let sign = if holding.present {
            Span::styled(theme.glyphs.present, styles.good)
        } else {
            Span::styled(theme.glyphs.absent, styles.quiet)
        };
        let name_style = if holding.present {
            styles.strong
        } else {
            styles.text
        };
        let name = Span::styled(format!(" {:<title$}  ", holding.title), name_style);
        let text = shown(&work.redactor.text(&holding.state));
        if stacked {
            let text = fit(&text, room, theme.glyphs.ellipsis);
            page.push(vec![sign, name, Span::styled(text, styles.text)]);
            proves(page, holding, width, theme);
        } else {
            let text = fit(&text, state, theme.glyphs.ellipsis);
            let pad = " ".repeat(state.saturating_sub(text.width()) + 2);
            let first = vec![sign, name, Span::styled(text, styles.text), Span::raw(pad)];
            page.wrapped(&first, &holding.proves, styles.quiet, width, 2);
        }
    }
}

fn proves(page: &mut Page, holding: &Holding, width: usize, theme: &Theme) {
    let first = vec![Span::raw("    ")];
    page.wrapped(&first, &holding.proves, theme.styles.quiet, width, 1);
}

/// Adds the nearest next step with its lines.
pub(crate) fn next_step(
    page: &mut Page,
    work: &Work,
    selected: bool,
    hit: Hit,
    width: usize,
    theme: &Theme,
) {
    let steps = &work.analysis.diagnosis.next_steps;
    let Some(step) = steps.first() else { return };
    let styles = &theme.styles;
    let badge = (!step.snippet.is_empty()).then(|| ("[Enter] copy".to_owned(), styles.key));
    page.rule("Nearest next step", badge.filter(|_| selected));
    let start = page.lines.len();
    step_lines(page, work, step, selected, width, theme);
    page.hit(start, hit);
    if steps.len() > 1 {
        let names: Vec<&str> = steps.iter().skip(1).map(|s| s.party).collect();
        let first = vec![Span::styled("[w] ", styles.key)];
        let text = format!("other ways: {}", names.join(", "));
        page.wrapped(&first, &text, styles.quiet, width, 2);
    }
}

/// One next step: the sentence, and its lines under it.
pub(crate) fn step_lines(
    page: &mut Page,
    work: &Work,
    step: &NextStep,
    selected: bool,
    width: usize,
    theme: &Theme,
) {
    let styles = &theme.styles;
    let pointer = if selected { theme.glyphs.pointer } else { " " };
    let first = vec![Span::styled(format!("{pointer} "), styles.key)];
    let sentence = work.redactor.text(&step.sentence);
    page.wrapped(&first, &sentence, styles.text, width, 4);
    for line in step.snippet.lines() {
        let text = fit(&shown(line), width.saturating_sub(4), theme.glyphs.ellipsis);
        page.push(vec![Span::raw("    "), Span::styled(text, styles.note)]);
    }
}
