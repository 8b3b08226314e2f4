//! The proof, on the answer: two and two, each marked by whether it holds.

use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::answer::Wide;
use super::page::Page;
use crate::tui::text::{fit, shown};

/// The equalities the verdict rests on, each marked by whether it holds.
pub(super) fn proof(page: &mut Page, wide: &Wide<'_>) {
    let proof = &crate::report::untold_proof(&wide.work.analysis.diagnosis);
    if proof.len() < 2 {
        return;
    }
    let styles = &wide.theme.styles;
    let ellipsis = wide.theme.glyphs.ellipsis;
    let lines = crate::report::proof_lines(proof, &wide.work.redactor);
    let badge = if lines.iter().all(|line| line.same) {
        Some(("= EQUAL".to_owned(), styles.good))
    } else if lines.iter().all(|line| !line.same) {
        Some(("DIFFERENT".to_owned(), styles.bad))
    } else {
        None
    };
    page.rule(crate::report::proof_title(proof), badge);
    let beside = || lines.iter().filter(|line| !line.of_text);
    let longest = beside().map(|line| line.value.width()).max().unwrap_or(0);
    let label = beside().map(|line| line.label.width()).max().unwrap_or(0);
    let value_room = longest.min(wide.width.saturating_sub(label + 3).max(20));
    let label_room = label.min(wide.width.saturating_sub(value_room + 3));
    for line in &lines {
        let (sign, style) = if line.same {
            ("=", styles.good)
        } else {
            (wide.theme.glyphs.parts, styles.bad)
        };
        let sign = Span::styled(format!("{sign} "), style);
        let (label, value) = (
            shown(&line.label, wide.theme.glyphs.letters),
            shown(&line.value, wide.theme.glyphs.letters),
        );
        if line.of_text {
            if !label.is_empty() {
                page.wrapped(&[], &label, styles.text, wide.width, 2);
            }
            let value = middle(&value, wide.width.saturating_sub(4), ellipsis);
            page.push(vec![Span::raw("  "), sign, Span::styled(value, style)]);
        } else {
            let label = fit(&label, label_room, ellipsis);
            let value = middle(&value, value_room, ellipsis);
            page.push(vec![
                sign,
                Span::styled(format!("{label:<label_room$} "), styles.text),
                Span::styled(value, style),
            ]);
        }
    }
}

/// A long value with its middle left out: people compare the ends.
fn middle(text: &str, width: usize, ellipsis: &str) -> String {
    if text.width() <= width || !text.is_ascii() {
        return fit(text, width, ellipsis);
    }
    let tail = width.saturating_sub(1) / 3;
    let head = width.saturating_sub(1 + tail);
    let (a, b) = (text.get(..head), text.get(text.len() - tail..));
    format!(
        "{}{ellipsis}{}",
        a.unwrap_or_default(),
        b.unwrap_or_default()
    )
}
