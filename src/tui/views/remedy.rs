//! What to do, on the answer: the explanation's fixes, and the corrected request to copy.

use ratatui::text::Span;

use super::answer::Wide;
use super::page::Page;
use crate::engine::correct::Correction;
use crate::engine::diagnose::{Deviation, Fix, FixCopy, Who};
use crate::tui::app::Hit;
use crate::tui::model::{self, Item};
use crate::tui::text::{Paint, fit, shown};

/// What to do: the explanation's fixes, and the corrected request to copy.
pub(super) fn fix(page: &mut Page, wide: &Wide<'_>, selected: Option<Item>) {
    let work = wide.work;
    let styles = &wide.theme.styles;
    let deviations: Vec<_> = work
        .analysis
        .diagnosis
        .explanations
        .first()
        .map(|e| e.deviations.iter().collect())
        .unwrap_or_default();
    // What the verdict advises already is not said again.
    let told = &work.analysis.diagnosis.verdict.details;
    let deviations: Vec<_> = deviations
        .into_iter()
        .filter(|deviation: &&Deviation| !told.contains(&deviation.fix))
        .collect();
    let correction = work.correction.as_ref().filter(|_| model::has_fix(work));
    let settings: Vec<_> = model::settings(work).collect();
    if deviations.is_empty() && correction.is_none() && settings.is_empty() {
        return;
    }
    let chosen = selected == Some(Item::Fix);
    let badge = match selected {
        Some(Item::Fix) => correction.map(|_| "[Enter] copy"),
        Some(Item::Setting(_)) => Some("[Enter] copy"),
        Some(Item::Secret) if !model::secret_first(work) => Some("[Enter] enter"),
        _ => None,
    };
    let badge = badge.map(|text| (text.to_owned(), styles.key));
    let ways = deviations.len() + usize::from(correction.is_some()) + settings.len();
    let title = if settings.is_empty() || ways < 2 {
        "Fix"
    } else {
        "Fix: choose where"
    };
    page.rule(title, badge);
    for (n, deviation) in deviations.iter().enumerate() {
        let who = party(deviation.who);
        let first = vec![Span::styled(format!("  {} {who}: ", n + 1), styles.strong)];
        let text = work.redactor.text(&deviation.fix);
        page.wrapped(&first, &text, styles.text, wide.width, usize::MAX);
    }
    if let Some(correction) = correction {
        failed_key(page, wide, selected);
        corrected(page, wide, correction, chosen, !settings.is_empty());
    }
    for (n, (at, fix)) in settings.into_iter().enumerate() {
        let number = n + 1 + usize::from(correction.is_some());
        setting(page, wide, (number, at), fix, selected);
    }
}

/// A fix that is lines to be set.
fn setting(
    page: &mut Page,
    wide: &Wide<'_>,
    (number, at): (usize, usize),
    fix: &Fix,
    selected: Option<Item>,
) {
    let styles = &wide.theme.styles;
    let chosen = selected == Some(Item::Setting(at));
    let start = page.lines.len();
    let pointer = if chosen {
        wide.theme.glyphs.pointer
    } else {
        " "
    };
    let first = vec![
        Span::styled(format!("{pointer} "), styles.key),
        Span::styled(format!("{number} {}: ", party(fix.who)), styles.strong),
    ];
    let text = wide
        .work
        .redactor
        .text(&format!("{}. {}", fix.title, fix.text));
    let style = if chosen { styles.cursor } else { styles.text };
    page.wrapped(&first, &text, style, wide.width, usize::MAX);
    if let FixCopy::Text(lines) = &fix.copy
        && (chosen || wide.tall)
    {
        for line in lines.lines() {
            let line = fit(
                &shown(&wide.work.redactor.text(line), wide.theme.glyphs.letters),
                wide.width.saturating_sub(6),
                wide.theme.glyphs.ellipsis,
            );
            page.push(vec![Span::raw("      "), Span::styled(line, styles.note)]);
        }
    }
    page.hit(start, Hit::Item(Item::Setting(at)));
}

/// A party in the words of the picture.
fn party(who: Who) -> &'static str {
    match who {
        Who::Signer => "signer",
        Who::Between => "between",
        Who::Verifier => "verifier",
    }
}

/// The corrected request, to be copied.
fn corrected(
    page: &mut Page,
    wide: &Wide<'_>,
    correction: &Correction,
    chosen: bool,
    numbered: bool,
) {
    let work = wide.work;
    let styles = &wide.theme.styles;
    let start = page.lines.len();
    let pointer = if chosen {
        wide.theme.glyphs.pointer
    } else {
        " "
    };
    let what = if correction.authorization.is_some() {
        "corrected headers with a fresh date, signed when copied:"
    } else {
        "corrected URL with a fresh date, signed when copied:"
    };
    page.push(vec![
        Span::styled(format!("{pointer} "), styles.key),
        Span::styled(if numbered { "1 signer: " } else { "" }, styles.strong),
        Span::styled(what, if chosen { styles.cursor } else { styles.text }),
    ]);
    let most = if wide.tall { 8 } else { 2 };
    let mut lines: Vec<Vec<u8>> = correction
        .headers
        .iter()
        .rev()
        .map(|(name, value)| [name.as_bytes(), b": ", value].concat())
        .collect();
    if correction.authorization.is_none() {
        lines.insert(0, correction.url.clone().into_bytes());
    }
    for line in lines.iter().take(most) {
        let line = model::undated(line, correction);
        let room = wide.width.saturating_sub(4);
        let mut spans = vec![Span::raw("    ")];
        spans.extend(
            Paint::new(&line, room, Some(&work.redactor))
                .draw(wide.theme)
                .spans,
        );
        page.push(spans);
    }
    if lines.len() > most {
        let text = format!("    and {} more", lines.len() - most);
        page.push(vec![Span::styled(text, styles.quiet)]);
    }
    for reason in &correction.because {
        let first = vec![Span::raw("    ")];
        page.wrapped(
            &first,
            &work.redactor.text(reason),
            styles.text,
            wide.width,
            4,
        );
    }
    page.hit(start, Hit::Item(Item::Fix));
}

/// That the correction is signed with a key that did not make the received signature, and the way to
/// another one.
fn failed_key(page: &mut Page, wide: &Wide<'_>, selected: Option<Item>) {
    let Some(key) = wide.work.failed_key() else {
        return;
    };
    let styles = &wide.theme.styles;
    let text = crate::report::failed_key_words(&wide.work.redactor.text(&key.name));
    page.wrapped(
        &[Span::styled("! ", styles.bad)],
        &text,
        styles.text,
        wide.width,
        3,
    );
    if model::secret_first(wide.work) {
        return;
    }
    let chosen = selected == Some(Item::Secret);
    let pointer = if chosen {
        wide.theme.glyphs.pointer
    } else {
        " "
    };
    let start = page.lines.len();
    page.push(vec![
        Span::styled(format!("{pointer} "), styles.key),
        Span::styled(
            "enter another secret (s)",
            if chosen { styles.cursor } else { styles.text },
        ),
    ]);
    page.hit(start, Hit::Item(Item::Secret));
}
