//! Beneath the fields: where the selected one came from, and the rule that shapes it.

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::page::Page;
use crate::engine::document::{Change, DocId, Document, Origin, Peel, Span as Bytes};
use crate::engine::scheme::{Field, Role, Rule, Step};
use crate::tui::model::{self, Rows};
use crate::tui::text::{Paint, fit_path, pasted, shown};
use crate::tui::theme::{Styles, Theme};
use crate::workbench::Work;

/// The name a person knows a document by, in at most so many columns.
pub(crate) fn document_name(work: &Work, doc: DocId, room: usize, theme: &Theme) -> String {
    match work.case.docs.get(doc).map(Document::origin) {
        Some(Origin::Given { name, .. }) => {
            let name = shown(&work.redactor.text(name), theme.glyphs.letters);
            fit_path(&name, room, theme.glyphs.ellipsis)
        }
        Some(Origin::Peeled { .. }) | None => String::new(),
    }
}

/// Where a span stands, in words, and room left for some of its bytes in `width` columns: a name gives way
/// before line and byte do.
fn head_of(work: &Work, span: Bytes, width: usize, theme: &Theme) -> String {
    let place = model::place(work, span);
    let room = (width / 2).saturating_sub(place.width() + 4).max(12);
    let name = document_name(work, span.doc, room, theme);
    format!("{name}, {place}  ")
}

/// The bytes of a span, with everything hidden that its document or the redactor hides.
pub(crate) fn paint_given(work: &Work, span: Bytes, width: usize) -> Paint<'_> {
    let span = model::readable(work, span);
    let Some(document) = work.case.docs.get(span.doc) else {
        return Paint::default();
    };
    Paint::given(document, span.range(), width, &work.redactor)
}

/// The lines about the origin of a field.
pub(crate) fn origin(canvas: &mut Canvas<'_>, work: &Work, rows: Rows<'_>, at: usize, area: Rect) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let mut page = Page::new(theme);
    let width = usize::from(area.width.saturating_sub(4));
    if let Some(field) = rows.field(at) {
        origin_of(&mut page, canvas, work, field, width);
    } else {
        if let Some(span) = model::row_origin(work, rows, at) {
            page.push(stretch_of(work, span, width, theme));
        }
        let text = if work.analysis.request.is_some() {
            "Not in the pasted request: it is as another side printed it."
        } else {
            "There is no request here: it is as another side printed it."
        };
        page.wrapped(&[], text, styles.quiet, width, 2);
    }
    page.draw(canvas, area, 0);
}

/// A line with the place of a span and its bytes.
fn stretch_of(work: &Work, span: Bytes, width: usize, theme: &Theme) -> Vec<Span<'static>> {
    let styles = &theme.styles;
    let head = head_of(work, span, width, theme);
    let room = width.saturating_sub(head.width());
    let mut spans = vec![Span::styled(head, styles.quiet)];
    if span.is_empty() {
        spans.push(Span::styled("(nothing stands there)", styles.quiet));
    } else {
        spans.extend(paint_given(work, span, room).draw(theme).spans);
    }
    spans
}

fn origin_of(page: &mut Page, canvas: &Canvas<'_>, work: &Work, field: &Field, width: usize) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let steps = steps(field);
    if let Some(span) = model::origin(work, field) {
        page.push(stretch_of(work, span, width, theme));
    } else {
        let text = if steps.contains(&Step::Missing) {
            "Named as signed, but it stands nowhere in the request: an empty value."
        } else {
            nowhere(&steps)
        };
        page.wrapped(&[], text, styles.quiet, width, 2);
    }
    let arrow = format!(" {} ", theme.glyphs.arrow);
    let mut words = unwrapped(work, field, theme);
    words.extend(steps.iter().map(Step::label));
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

/// Where a value is from that stands nowhere in what was given.
fn nowhere(steps: &[Step]) -> &'static str {
    let source = steps.iter().find_map(|step| match step {
        Step::Hashed | Step::HashOf(_) => Some("It stands nowhere in the paste: it is computed."),
        Step::FoundByTrying => Some("It stands nowhere in the paste: it was found by trying."),
        Step::HadByServer => Some("It stands nowhere in the request: the server had it so."),
        Step::Assumed => Some("It stands nowhere in the paste: it is assumed."),
        Step::Overridden => Some("It stands nowhere in the paste: it was chosen in the options."),
        _ => None,
    });
    source.unwrap_or("It stands nowhere in the paste: the scheme itself supplies it.")
}

/// What was taken out of the bytes of a field, or read as something else, before anything was done to them.
fn unwrapped(work: &Work, field: &Field, theme: &Theme) -> Vec<String> {
    /// Runs and changes looked at: a field may have very many.
    const LOOKED_AT: usize = 64;
    let docs = &work.case.docs;
    // What was dropped between two runs belongs to neither.
    let mut stretches: Vec<Bytes> = Vec::new();
    for span in field.runs.iter().take(LOOKED_AT).filter_map(|run| run.from) {
        match stretches.last_mut() {
            Some(last) if last.doc == span.doc && last.end == span.start => last.end = span.end,
            _ => stretches.push(span),
        }
    }
    let mut words: Vec<String> = Vec::new();
    for layer in stretches
        .into_iter()
        .flat_map(|span| docs.unwrapped(span, LOOKED_AT))
    {
        for change in &layer.changes {
            let text = change_words(work, layer.peel, change, theme);
            if !words.contains(&text) {
                words.push(text);
            }
        }
    }
    words
}

/// A change in words: `=\n taken out (quoted-printable)`.
fn change_words(work: &Work, peel: Peel, change: &Change, theme: &Theme) -> String {
    /// More bytes are not spelled out.
    const SHORT: usize = 8;
    let docs = &work.case.docs;
    let what = peel.words();
    let masked = docs
        .get(change.was.doc)
        .is_some_and(|document| document.masks_in(change.was.range()).next().is_some());
    let spelled = match peel {
        Peel::HexDump
        | Peel::Utf16
        | Peel::Colours
        | Peel::EmptyLines
        | Peel::CutEnd
        | Peel::Columns
        | Peel::LogFrame
        | Peel::Base64 => false,
        Peel::ProgramDefault
        | Peel::Variables
        | Peel::Latin1
        | Peel::Serialised
        | Peel::Tidied
        | Peel::PutBack
        | Peel::Quoted => {
            return what.to_owned();
        }
        Peel::QuotePrefix
        | Peel::Diff
        | Peel::HtmlEntities
        | Peel::BackslashEscapes
        | Peel::LineBreaks
        | Peel::Indentation
        | Peel::LineEnds
        | Peel::ShellQuotes
        | Peel::EncodedAgain
        | Peel::PercentEncoding
        | Peel::LogPrefix
        | Peel::Frame
        | Peel::Typography
        | Peel::PrintfVerbs
        | Peel::QuotedPrintable => change.was.len() <= SHORT && (!masked || change.now.is_empty()),
    };
    let text = |span| pasted(docs.bytes(span), theme.glyphs.letters);
    match (spelled, change.now.is_empty()) {
        (true, true) => format!("{} taken out ({what})", text(change.was)),
        (true, false) => format!("{} read as {} ({what})", text(change.was), text(change.now)),
        (false, true) => format!("{what} taken out"),
        (false, false) => format!("{what} undone"),
    }
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
        let head = head_of(work, span, width, theme);
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
    if rule.text.is_empty() {
        return;
    }
    page.wrapped(&[], rule.text, styles.text, width, 4);
    if !rule.reference.is_empty() {
        page.wrapped(&[], rule.reference, styles.quiet, width, 2);
    }
}
