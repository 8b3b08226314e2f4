//! What I have, what it lets me prove, and the nearest next step.

use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::page::Page;
use crate::engine::diagnose::{Holding, NextStep};
use crate::tui::app::Hit;
use crate::tui::model::{self, Item};
use crate::tui::text::{fit, shown};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// What a secret is asked for with.
const ASK: &str = "enter the secret, masked: the signature is recomputed with it, here and offline; it is stored nowhere";

/// Before a piece that is here and did not serve.
const FAILED: &str = "[!]";

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
        let failed = work.failed_key().filter(|_| holding.id == "secret");
        let sign = if failed.is_some() {
            Span::styled(FAILED, styles.bad)
        } else if holding.present {
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
        if failed.is_some() {
            let text = format!("{text}: does not reproduce the received signature");
            page.wrapped(&[sign, name], &text, styles.bad, width, 2);
        } else if stacked {
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

/// What the nearest next step is chosen with, and what a click on it does.
pub(crate) struct Chosen {
    /// The line under the cursor, where it is one of these.
    pub item: Option<Item>,
    /// What a click on the secret does.
    pub secret: Hit,
    /// What a click on the step does.
    pub step: Hit,
    /// The key that enters the secret.
    pub key: &'static str,
}

/// Adds the nearest next step with its lines: the secret is asked for here, all else is got elsewhere.
pub(crate) fn next_step(
    page: &mut Page,
    work: &Work,
    chosen: &Chosen,
    width: usize,
    theme: &Theme,
) {
    let steps = &work.analysis.diagnosis.next_steps;
    if steps.is_empty() {
        return;
    }
    let styles = &theme.styles;
    let badge = match chosen.item {
        Some(Item::Secret) => Some("[Enter] enter"),
        Some(Item::Step) => Some("[Enter] copy"),
        _ => None,
    };
    let badge = badge.map(|text| (text.to_owned(), styles.key));
    page.rule("Nearest next step", badge);
    let secret = model::secret_missing(work);
    if secret {
        let start = page.lines.len();
        let on = chosen.item == Some(Item::Secret);
        let pointer = if on { theme.glyphs.pointer } else { " " };
        let first = vec![
            Span::styled(format!("{pointer} "), styles.key),
            Span::styled(format!("{} ", chosen.key), styles.key),
        ];
        let style = if on { styles.cursor } else { styles.text };
        page.wrapped(&first, ASK, style, width, 3);
        page.hit(start, chosen.secret);
    }
    let nearest = model::nearest_step(work);
    if let Some(step) = nearest.and_then(|at| steps.get(at)) {
        let start = page.lines.len();
        let on = chosen.item == Some(Item::Step);
        step_lines(page, work, step, on, width, theme);
        page.hit(start, chosen.step);
    }
    let told = usize::from(secret) + usize::from(nearest.is_some());
    if steps.len() > told {
        let names: Vec<&str> = steps.iter().skip(told).map(|s| s.party).collect();
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
