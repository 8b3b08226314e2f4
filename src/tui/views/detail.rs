//! Beneath the fields: where the selected one came from, and the rule that shapes it.

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::page::Page;
use crate::engine::document::{DocId, Document, Origin, Span as Bytes};
use crate::engine::scheme::{Field, Role, Rule, Step};
use crate::tui::model;
use crate::tui::text::{Paint, shown};
use crate::tui::theme::{Letters, Styles, Theme};
use crate::workbench::Work;

/// The name a person knows a document by.
pub(crate) fn document_name(work: &Work, doc: DocId, letters: Letters) -> String {
    match work.case.docs.get(doc).map(Document::origin) {
        Some(Origin::Given { name, .. }) => shown(&work.redactor.text(name), letters),
        Some(Origin::Peeled { .. }) | None => String::new(),
    }
}

/// The bytes of a span, with everything hidden that its document or the redactor hides.
pub(crate) fn paint_given(work: &Work, span: Bytes, width: usize) -> Paint<'_> {
    let docs = &work.case.docs;
    let Some(document) = docs.get(span.doc) else {
        return Paint::default();
    };
    Paint::given(document, span.range(), width, &work.redactor)
}

/// The lines about the origin of a field.
pub(crate) fn origin(canvas: &mut Canvas<'_>, work: &Work, field: Option<&Field>, area: Rect) {
    let styles = &canvas.theme.styles;
    let mut page = Page::new(canvas.theme);
    let width = usize::from(area.width.saturating_sub(4));
    match field {
        None => page.wrapped(
            &[],
            "The pasted request has no such field, or there is no request here to compute it from.",
            styles.quiet,
            width,
            2,
        ),
        Some(field) => origin_of(&mut page, canvas, work, field, width),
    }
    page.draw(canvas, area, 0);
}

fn origin_of(page: &mut Page, canvas: &Canvas<'_>, work: &Work, field: &Field, width: usize) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let steps = steps(field);
    if let Some(span) = model::origin(work, field) {
        let head = format!(
            "{}, {}  ",
            document_name(work, span.doc, theme.glyphs.letters),
            model::place(work, span)
        );
        let room = width.saturating_sub(head.width());
        let mut spans = vec![Span::styled(head, styles.quiet)];
        if span.is_empty() {
            spans.push(Span::styled("(nothing stands there)", styles.quiet));
        } else {
            spans.extend(paint_given(work, span, room).draw(theme).spans);
        }
        page.push(spans);
    } else {
        let text = if steps.contains(&Step::Missing) {
            "Named as signed, but it stands nowhere in the request: an empty value."
        } else {
            "It stands nowhere in the paste: the scheme itself supplies it."
        };
        page.wrapped(&[], text, styles.quiet, width, 2);
    }
    let arrow = format!(" {} ", theme.glyphs.arrow);
    let words: Vec<String> = steps.iter().map(Step::label).collect();
    let text = match (words.is_empty(), model::origin(work, field)) {
        (false, _) => words.join(&arrow),
        (true, Some(_)) => "taken as it stands".to_owned(),
        (true, None) => return,
    };
    page.wrapped(
        &[Span::styled("steps  ", styles.quiet)],
        &text,
        styles.text,
        width,
        2,
    );
}

/// The lines about where the two signatures came from: one was received, the other is made of the
/// stages before.
pub(crate) fn signatures(canvas: &mut Canvas<'_>, work: &Work, area: Rect) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let mut page = Page::new(theme);
    let width = usize::from(area.width.saturating_sub(4));
    let mut spans = vec![Span::styled("received  ", styles.text)];
    if let Some(span) = model::received(work) {
        let head = format!(
            "{}, {}  ",
            document_name(work, span.doc, theme.glyphs.letters),
            model::place(work, span)
        );
        let room = width.saturating_sub(head.width() + 10);
        spans.push(Span::styled(head, styles.quiet));
        let span = with_its_name(work, span);
        spans.extend(paint_given(work, span, room).draw(theme).spans);
    } else {
        spans.push(Span::styled("no signature was received", styles.quiet));
    }
    page.push(spans);
    // The answer is the first tab.
    let made_of: Vec<String> = model::tabs(work)
        .iter()
        .enumerate()
        .filter(|(_, tab)| matches!(tab.role, Role::StringToSign | Role::Key))
        .map(|(at, tab)| format!("{} ({})", at + 2, tab.title.to_lowercase()))
        .collect();
    let stages = if made_of.len() == 1 {
        "stage"
    } else {
        "stages"
    };
    let text = format!("from {stages} {}", made_of.join(" and "));
    let first = [Span::styled("computed  ", styles.text)];
    page.wrapped(&first, &text, styles.quiet, width, 2);
    page.draw(canvas, area, 0);
}

/// The span with the name before it, as in `Signature=`, where one stands there.
fn with_its_name(work: &Work, span: Bytes) -> Bytes {
    /// The longest name looked for, in bytes.
    const LONGEST: usize = 40;
    let Some(document) = work.case.docs.get(span.doc) else {
        return span;
    };
    let before = document.bytes().get(..span.start).unwrap_or_default();
    let reach = before.len().min(LONGEST);
    let near = before.get(before.len() - reach..).unwrap_or_default();
    let name = near
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || b"-_=:> \"".contains(b))
        .count();
    let start = before.len() - name;
    let blanks = before
        .get(start..)
        .unwrap_or_default()
        .iter()
        .take_while(|b| **b == b' ')
        .count();
    Bytes::new(span.doc, start + blanks, span.end)
}

/// What was done to a field's bytes, each step once, in order.
fn steps(field: &Field) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for step in field.runs.iter().take(4096).flat_map(|run| &run.steps) {
        if !steps.contains(step) {
            steps.push(step.clone());
        }
    }
    steps
}

/// The lines about the rule of a field.
pub(crate) fn rule(canvas: &mut Canvas<'_>, rule: Rule, area: Rect) {
    let styles = &canvas.theme.styles;
    let width = usize::from(area.width.saturating_sub(4));
    let mut page = Page::new(canvas.theme);
    rule_lines(&mut page, rule, width, styles);
    page.draw(canvas, area, 0);
}

/// Lines the rule of a field takes.
pub(crate) fn rule_height(rule: Rule, width: u16, theme: &Theme) -> u16 {
    let mut page = Page::new(theme);
    let width = usize::from(width.saturating_sub(4));
    rule_lines(&mut page, rule, width, &theme.styles);
    u16::try_from(page.lines.len()).unwrap_or(0)
}

fn rule_lines(page: &mut Page, rule: Rule, width: usize, styles: &Styles) {
    page.wrapped(&[], rule.text, styles.text, width, 4);
    if !rule.reference.is_empty() {
        page.wrapped(&[], rule.reference, styles.quiet, width, 2);
    }
}
