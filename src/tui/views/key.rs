//! The signing key as the chain it is, masked until revealed, and every candidate that was tried.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::page::{self, Page};
use crate::engine::scheme::{Outcome, Stage, StageBytes};
use crate::tui::app::App;
use crate::tui::text::shown;
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// Draws the chain and the candidates.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    app: &App,
    work: &Work,
    stage: &Stage,
    top: usize,
    area: Rect,
) -> usize {
    let theme = canvas.theme;
    let width = usize::from(area.width.saturating_sub(4));
    let mut page = Page::new(theme);
    chain(&mut page, app, work, stage, width, theme);
    candidates(&mut page, app, work, width, theme);
    if !stage.rule.text.is_empty() {
        page.rule("Why", None);
        page.wrapped(&[], stage.rule.text, theme.styles.text, width, 6);
        page.wrapped(&[], stage.rule.reference, theme.styles.quiet, width, 2);
    }
    let room = usize::from(area.height);
    let top = top.min(page.lines.len().saturating_sub(room));
    page.draw(canvas, area, page::follow(top, room, &(top..top)));
    top
}

/// Each link under the one before it.
fn chain(page: &mut Page, app: &App, work: &Work, stage: &Stage, width: usize, theme: &Theme) {
    let styles = &theme.styles;
    let trace = work.analysis.trace.as_ref();
    let candidate = trace
        .and_then(|trace| trace.candidate)
        .and_then(|at| work.keyring.candidates.get(at));
    let name = candidate.map_or_else(
        || {
            if work.keyring.candidates.is_empty() {
                "none: press s to enter one".to_owned()
            } else {
                "none was tried".to_owned()
            }
        },
        |candidate| shown(&work.redactor.text(&candidate.name), theme.glyphs.letters),
    );
    let label = stage
        .links
        .iter()
        .map(|link| link.output_name.width())
        .max()
        .unwrap_or(0)
        .max(6);
    page.push(vec![
        Span::styled(format!("{:<label$}  ", "secret"), styles.strong),
        Span::styled(
            crate::tui::text::fit(
                &name,
                width.saturating_sub(label + 2),
                theme.glyphs.ellipsis,
            ),
            if candidate.is_some() {
                styles.text
            } else {
                styles.warn
            },
        ),
    ]);
    for link in &stage.links {
        let input = work.redactor.apply(&link.input).bytes;
        let input = crate::engine::document::visible::to_string(&input);
        // What is done shortens before what it is done with.
        let (name, room) = (link.input_name, width.saturating_sub(4));
        let what = ["HMAC-SHA256 with ", "HMAC with ", ""]
            .into_iter()
            .find(|what| what.len() + name.width() + input.width() + 3 <= room)
            .unwrap_or_default();
        let left = room.saturating_sub(what.len() + name.width() + 1);
        let input = crate::tui::text::fit(&format!("\"{input}\""), left, theme.glyphs.ellipsis);
        page.push(vec![
            Span::styled(format!("  {} ", theme.glyphs.down), styles.quiet),
            Span::styled(what, styles.quiet),
            Span::styled(format!("{name} "), styles.text),
            Span::styled(input, styles.note),
        ]);
        let (text, style) = match &link.output {
            Some(key) if app.reveal => (hex::encode(key.expose()), styles.warn),
            Some(_) => (theme.glyphs.mask.repeat(16), styles.masked),
            None => ("needs a secret".to_owned(), styles.warn),
        };
        let text = crate::tui::text::fit(
            &text,
            width.saturating_sub(label + 2),
            theme.glyphs.ellipsis,
        );
        page.push(vec![
            Span::styled(format!("{:<label$}  ", link.output_name), styles.strong),
            Span::styled(text, style),
        ]);
    }
    if matches!(stage.output, StageBytes::Sensitive(_)) || !stage.links.is_empty() {
        let text = if app.reveal {
            "derived keys are shown: r masks them again"
        } else {
            "derived keys are masked: r reveals them on this screen only"
        };
        page.wrapped(&[], text, styles.quiet, width, 2);
    }
}

/// Who was asked, and what came of it.
fn candidates(page: &mut Page, app: &App, work: &Work, width: usize, theme: &Theme) {
    let styles = &theme.styles;
    let trace = work.analysis.trace.as_ref();
    let attempts = trace.map_or(&[][..], |t| &t.attempts);
    page.rule("Candidates", None);
    if attempts.is_empty() && work.keyring.skipped.is_empty() {
        let named = trace.is_some_and(|t| t.claim.key_id.is_some());
        let whose = if named { " for this key id" } else { "" };
        let text = format!(
            "No secret was found{whose}. s takes one, masked; or start with --secret-env VAR, --secret-file FILE or --profile NAME."
        );
        page.wrapped(
            &[Span::styled("? ", styles.warn)],
            &text,
            styles.text,
            width,
            4,
        );
    }
    if !app.bench.entered.candidates.is_empty() {
        let first = [Span::styled("[Del] ", styles.key)];
        let text = "takes out the secret that was entered last";
        page.wrapped(&first, text, styles.text, width, 2);
    }
    for attempt in attempts {
        let what = attempt.words(trace.map(|t| &t.claim));
        let (sign, style) = match attempt.outcome {
            Outcome::Equal | Outcome::Verified => ("=", styles.good),
            Outcome::Differs { .. } | Outcome::Failed if attempt.near => ("=", styles.good),
            Outcome::Differs { .. } | Outcome::Failed => ("!", styles.bad),
            Outcome::NotCheckable(_) => ("?", styles.warn),
        };
        let name = shown(&work.redactor.text(&attempt.name), theme.glyphs.letters);
        told(
            page,
            (sign, style),
            &name,
            styles.strong,
            what,
            width,
            theme,
        );
    }
    for skipped in &work.keyring.skipped {
        let name = shown(&work.redactor.text(&skipped.name), theme.glyphs.letters);
        let text = format!("not used: {}", work.redactor.text(&skipped.reason));
        let sign = ("-", styles.quiet);
        told(page, sign, &name, styles.text, &text, width, theme);
    }
}

/// A candidate and what is said of it: beside its name, or under it where that leaves little room.
fn told(
    page: &mut Page,
    (sign, style): (&'static str, Style),
    name: &str,
    name_style: Style,
    text: &str,
    width: usize,
    theme: &Theme,
) {
    let sign = Span::styled(format!("{sign} "), style);
    let text_style = theme.styles.text;
    if name.width() + text.width() + 4 <= width {
        let first = [sign, Span::styled(format!("{name}  "), name_style)];
        page.wrapped(&first, text, text_style, width, 2);
        return;
    }
    page.wrapped(&[sign], name, name_style, width, 2);
    page.wrapped(&[Span::raw("    ")], text, text_style, width, 3);
}
