//! The answer: the verdict, where sides part, the proof, the fix, what else was seen.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::{Badge, Canvas};
use super::holdings;
use super::page::{self, Page};
use super::{parts, proof, remedy, sides};
use crate::engine::diagnose::{Finding, OPTIONS, RuledOut, Verdict, VerdictId};
use crate::engine::document::Span as Bytes;
use crate::report;
use crate::tui::app::{App, Hit};
use crate::tui::model::{self, BodyState, Item};
use crate::tui::text::{shown, wrap};
use crate::tui::theme::Theme;
use crate::workbench::{Choice, Work};

/// Rows from which the parties are drawn as a picture.
const TALL: u16 = 30;

/// Draws the screen.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &mut App, work: &Work, area: Rect) {
    let theme = canvas.theme;
    let verdict = &work.analysis.diagnosis.verdict;
    let title = canvas.titled_with_place("Answer");
    let inner = canvas.outline(area, &title, &badge(work, theme, area.width), false);
    let width = usize::from(inner.width);
    let mut banner = Page::new(theme);
    let style = theme.styles.strong.patch(verdict_style(verdict, theme));
    let sentence = work.redactor.text(&verdict.sentence);
    banner.wrapped(&[], &sentence, style, width, 8);
    for detail in &verdict.details {
        let mut text = work.redactor.text(detail);
        if verdict.tries_options {
            text = text.replacen(OPTIONS, &format!("{OPTIONS} [o]"), 1);
        }
        banner.wrapped(&[], &text, theme.styles.text, width, 3);
    }
    // Where the sentence names the key it says so itself.
    let told = |name: &str| verdict.sentence.contains(name);
    if let Some(key) = work.failed_key().filter(|key| !told(&key.name)) {
        let text = format!(
            "secret from {}: does not reproduce the received signature",
            work.redactor.text(&key.name)
        );
        let first = [Span::styled("! ", theme.styles.bad)];
        banner.wrapped(&first, &text, theme.styles.bad, width, 2);
    }
    for chosen in work.chosen() {
        let first = [Span::styled("! ", theme.styles.warn)];
        // With the key that chooses otherwise.
        let key = match chosen.what {
            Choice::Side => "t",
            Choice::Pair => "p",
        };
        let text = format!("{} ({key})", chosen.text);
        banner.wrapped(&first, &text, theme.styles.warn, width, 2);
    }
    if let Some(changed) = changed(app, work) {
        let first = [Span::styled("! ", theme.styles.warn)];
        let text = format!("{changed}, not as the request claims (o)");
        banner.wrapped(&first, &text, theme.styles.warn, width, 3);
    }
    // One cursor at a time.
    let selected = app.item().filter(|_| !parts::chooses_here(app, Some(work)));
    let mut wide = Wide {
        work,
        theme,
        width,
        tall: area.height >= TALL,
        room: usize::from(inner.height).saturating_sub(banner.lines.len()),
        more: More::Nothing,
    };
    app.answer.opens_all = false;
    let mut rest = build(&wide, app, selected);
    // What else helps is shown as far as all of it is in sight.
    for more in More::ALL.into_iter().filter(|_| area.height >= TALL) {
        wide.more = more;
        app.answer.opens_all = true;
        let fuller = build(&wide, app, selected);
        if fuller.lines.len() > wide.room {
            app.answer.opens_all = more > More::Findings;
            break;
        }
        rest = fuller;
    }
    rest.mark(&app.needle, canvas.theme);
    let body = Rect {
        y: inner.y,
        height: inner.height,
        ..area
    };
    let whole = usize::from(inner.height);
    // The verdict stays in sight while the rest moves, unless it would take most of the room.
    if banner.lines.len() * 3 > whole.max(1) * 2 || banner.lines.len() + 4 > whole {
        rest.insert(0, banner);
        let top = top_of(app, &rest, whole);
        app.answer.top = top;
        app.answer.room = whole;
        app.answer.lines = rest.lines.len();
        rest.draw(canvas, body, top);
        return;
    }
    // Once the rest has moved, the sentence alone stays: what is read now needs the room.
    let mut room = whole - banner.lines.len();
    let mut top = top_of(app, &rest, room);
    let mut height = rest.lines.len();
    if top > 0 {
        if banner.lines.len() * 3 > whole {
            banner = Page::new(theme);
            banner.wrapped(&[], &sentence, style, width, 2);
            room = whole - banner.lines.len();
        }
        // The title of the part stands above its rows.
        top = top_of(app, &rest, room - 1).max(1);
        // So far that there is a way back up.
        height = height.max(room);
    }
    banner.draw(canvas, body, 0);
    let taken = u16::try_from(banner.lines.len()).unwrap_or(0);
    let rows = Rect {
        y: body.y + taken,
        height: body.height - taken,
        ..body
    };
    app.answer.top = top;
    app.answer.room = if top > 0 { room - 1 } else { room };
    app.answer.lines = height;
    rest.draw_under_title(canvas, rows, top);
}

/// The first line of the rest that is shown in `room` lines: the item under the cursor is in sight where the
/// view follows it.
fn top_of(app: &App, rest: &Page, room: usize) -> usize {
    let mut top = app.answer.top;
    if let Some(lines) = parts::choosing(app).and_then(|at| rest.lines_of(Hit::Row(at))) {
        let start = lines.start.saturating_sub(1);
        top = page::follow(top, room, &(start..lines.end));
    } else if app.answer.follow
        && let Some(lines) = app.item().and_then(|item| rest.lines_of(Hit::Item(item)))
    {
        // A part's title comes with its first line.
        let start = lines.start.saturating_sub(1);
        top = page::follow(top, room, &(start..lines.end));
    }
    top.min(rest.lines.len().saturating_sub(room))
}

/// What was chosen over the request's claims, in words.
pub(super) fn changed(app: &App, work: &Work) -> Option<String> {
    report::changed_words(work, app.bench.schemes, &work.redactor)
}

/// Columns from which the verdict's word stands in the border beside that it is proved.
const BOTH_WORDS: u16 = 60;

/// The verdict in a word, as reports have it, and whether it is proved: in the border.
fn badge(work: &Work, theme: &Theme, width: u16) -> Badge {
    let verdict = &work.analysis.diagnosis.verdict;
    let styles = &theme.styles;
    let label = if verdict.proved && width < BOTH_WORDS {
        "PROVED".to_owned()
    } else {
        report::verdict_label(verdict)
    };
    match (verdict.proved, verdict.id) {
        (true, _) => Some((label, styles.good.patch(styles.strong))),
        (false, VerdictId::Nothing) => None,
        (false, VerdictId::Match) => Some((label, styles.good)),
        (false, VerdictId::Undecided) if verdict.refused => Some((label, styles.bad)),
        (
            false,
            VerdictId::Rejected | VerdictId::Explained | VerdictId::Mismatch | VerdictId::Undecided,
        ) => Some((label, styles.warn)),
    }
}

fn verdict_style(verdict: &Verdict, theme: &Theme) -> Style {
    let styles = &theme.styles;
    match verdict.id {
        VerdictId::Undecided if verdict.refused => styles.bad,
        VerdictId::Match => styles.good,
        VerdictId::Rejected | VerdictId::Explained | VerdictId::Mismatch => styles.bad,
        VerdictId::Undecided | VerdictId::Nothing => styles.warn,
    }
}

/// What every part of the page needs.
pub(super) struct Wide<'a> {
    pub(super) work: &'a Work,
    pub(super) theme: &'a Theme,
    pub(super) width: usize,
    pub(super) tall: bool,
    /// Lines there are below the verdict.
    room: usize,
    /// What is shown besides, where there is room.
    more: More,
}

/// What a tall screen has room for besides the answer; each holds what stands before it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum More {
    /// Nothing.
    Nothing,
    /// What to do about each finding, and where it stands; Enter closes one.
    Findings,
    /// The fields that agree.
    Fields,
    /// The lines of further steps.
    Steps,
}

impl More {
    /// All of them, the most useful first.
    const ALL: [Self; 3] = [Self::Findings, Self::Fields, Self::Steps];
}

/// How many steps are told whole besides the nearest where there is room.
const FURTHER: usize = 3;

fn build(wide: &Wide<'_>, app: &App, selected: Option<Item>) -> Page {
    let mut page = Page::new(wide.theme);
    let diagnosis = &wide.work.analysis.diagnosis;
    // What was refused although it is right has its proof first.
    let right = diagnosis.verdict.id == VerdictId::Match;
    if right {
        proof::proof(&mut page, wide);
    }
    let sides_lead = model::sides_lead(wide.work);
    if sides_lead {
        parting(&mut page, wide, app, selected);
    }
    if !diagnosis.next_steps.is_empty() {
        let mut urgent = Page::new(wide.theme);
        remarks(&mut urgent, wide, app, selected, &model::urgent(wide.work));
        let mut held = Page::new(wide.theme);
        holdings::holdings(&mut held, wide.work, wide.width, wide.theme);
        let chosen = holdings::Chosen {
            item: selected,
            secret: Hit::Item(Item::Secret),
            step: Hit::Item(Item::Step),
            key: "[Enter]",
            further: if wide.more >= More::Steps { FURTHER } else { 0 },
        };
        let mut step = Page::new(wide.theme);
        holdings::next_step(&mut step, wide.work, &chosen, wide.width, wide.theme);
        // Where not both are in sight at once, what can be done comes first.
        let mut offers = Page::new(wide.theme);
        if !wide.work.offers().is_empty() {
            let title = "It was not recognised, and can be read as";
            parts::offered(&mut offers, app, title, wide.width, wide.theme);
        }
        let above = page.lines.len() + urgent.lines.len() + offers.lines.len();
        let crowded = above + held.lines.len() + step.lines.len() > wide.room;
        step.insert(if crowded { step.lines.len() } else { 0 }, held);
        step.insert(0, offers);
        step.insert(0, urgent);
        page.insert(page.lines.len(), step);
    }
    let stated = diagnosis.next_steps.is_empty() && !diagnosis.verdict.proved;
    if stated {
        to_do(&mut page, wide);
    }
    if !sides_lead {
        parting(&mut page, wide, app, selected);
    }
    if !right {
        proof::proof(&mut page, wide);
    }
    remedy::fix(&mut page, wide, selected);
    seen(&mut page, wide, app, selected);
    // Where the verifier named its cause, what is not here matters to nobody.
    if stated && !diagnosis.verdict.is_refusal() {
        holdings::holdings(&mut page, wide.work, wide.width, wide.theme);
    }
    sides::read(&mut page, wide);
    if wide.more >= More::Fields {
        sides::agreeing(&mut page, wide);
    }
    page
}

/// Where the sides part, and who saw what where there is room.
fn parting(page: &mut Page, wide: &Wide<'_>, app: &App, selected: Option<Item>) {
    if wide.tall {
        sides::parties(page, wide);
    }
    sides::differences(page, wide, selected, &app.needle);
}

/// What to do about what the verdict quotes, where nothing else is to be got.
fn to_do(page: &mut Page, wide: &Wide<'_>) {
    let diagnosis = &wide.work.analysis.diagnosis;
    let quoted = diagnosis.verdict.quotes.iter();
    let helps = quoted
        .filter_map(|at| diagnosis.findings.get(*at))
        .filter(|finding| !finding.help.is_empty());
    for (n, finding) in helps.enumerate() {
        if n == 0 {
            page.rule("What to do", None);
        }
        let help = wide.work.redactor.text(&finding.help);
        page.wrapped(&[], &help, wide.theme.styles.text, wide.width, 8);
    }
}

/// What is wrong as it stands, above all else while nothing is proved.
fn remarks(page: &mut Page, wide: &Wide<'_>, app: &App, selected: Option<Item>, places: &[usize]) {
    if !places.is_empty() {
        page.rule("Errors and warnings", None);
        findings(page, wide, app, selected, places);
    }
}

/// The findings at these places.
fn findings(page: &mut Page, wide: &Wide<'_>, app: &App, selected: Option<Item>, places: &[usize]) {
    let findings = &wide.work.analysis.diagnosis.findings;
    let told = places
        .iter()
        .filter_map(|at| Some((*at, findings.get(*at)?)));
    for (at, finding) in told {
        let chosen = selected == Some(Item::Finding(at));
        let start = page.lines.len();
        remark(page, wide, finding, chosen, app.answer.is_open(at));
        page.hit(start, Hit::Item(Item::Finding(at)));
    }
}

/// Findings not told yet, what is ruled out, and what was not verified.
fn seen(page: &mut Page, wide: &Wide<'_>, app: &App, selected: Option<Item>) {
    let diagnosis = &wide.work.analysis.diagnosis;
    let styles = &wide.theme.styles;
    let body = model::body_state(wide.work) == BodyState::NotVerified;
    let places = model::remaining(wide.work);
    if places.is_empty() && diagnosis.ruled_out.is_empty() && !body {
        return;
    }
    page.rule("Also seen", None);
    findings(page, wide, app, selected, &places);
    let more = model::left_out(wide.work);
    if more > 0 {
        let text = format!("  and {more} more: sigscope check lists them all");
        page.push(vec![Span::styled(text, styles.quiet)]);
    }
    if body {
        let first = vec![Span::styled("  body        ", styles.quiet)];
        let text = "not compared with what the request states of it";
        page.wrapped(&first, text, styles.quiet, wide.width, 2);
    }
    if !diagnosis.ruled_out.is_empty() {
        let (label, style) = match diagnosis.ruled_out_by {
            by @ RuledOut::Proved => (by.label(), styles.good),
            by @ (RuledOut::SameAsServer | RuledOut::SameAsSigner | RuledOut::SameOnBothSides) => {
                (by.label(), styles.quiet)
            }
        };
        let first = vec![Span::styled(format!("  {label:<12}"), style)];
        let text = wide.work.redactor.text(&diagnosis.ruled_out.join(", "));
        page.wrapped(&first, &text, styles.quiet, wide.width, 4);
    }
}

/// A finding: severity as glyph and word, the sentence; when expanded its places and what to do.
fn remark(page: &mut Page, wide: &Wide<'_>, finding: &Finding, chosen: bool, open: bool) {
    let styles = &wide.theme.styles;
    let severity = styles.severity(finding.severity);
    let pointer = if chosen {
        wide.theme.glyphs.pointer
    } else {
        " "
    };
    let sign = wide.theme.glyphs.severity(finding.severity);
    let word = finding.severity.id();
    let first = vec![
        Span::styled(format!("{pointer} "), styles.key),
        Span::styled(format!("{sign} {word:<8}  "), severity),
    ];
    let message = wide.work.redactor.text(&finding.message);
    // Of a hash its first digits tell it from another: whole ones are read where it is open.
    let message = if open {
        message
    } else {
        short_hashes(&message)
    };
    let style = if chosen { styles.cursor } else { styles.text };
    page.wrapped(
        &first,
        &message,
        style,
        wide.width,
        // Where lines are short, two of them hold no sentence.
        match (open, wide.width < 60) {
            (true, _) => 12,
            (false, true) => 5,
            (false, false) => 3,
        },
    );
    if !open {
        return;
    }
    for label in finding.labels.iter().take(8) {
        place(page, wide, label.span, &label.text);
    }
    let first = vec![Span::styled("    help: ", styles.note)];
    let help = wide.work.redactor.text(&finding.help);
    page.wrapped(&first, &help, styles.text, wide.width, 8);
}

/// A message with hashes shortened to their first digits.
fn short_hashes(message: &str) -> String {
    /// Digits of a hash: nobody reads so many in a sentence.
    const DIGITS: usize = 64;
    const SHOWN: usize = 12;
    let mut out = String::with_capacity(message.len());
    for word in message.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let digits = word.bytes().take_while(u8::is_ascii_hexdigit).count();
        match (word.get(..SHOWN), word.get(digits..)) {
            (Some(head), Some(rest)) if digits == DIGITS => {
                out.push_str(head);
                out.push('…');
                out.push_str(rest);
            }
            _ => out.push_str(word),
        }
    }
    out
}

/// A labelled place: where it is in what was given, and the bytes there.
fn place(page: &mut Page, wide: &Wide<'_>, span: Bytes, text: &str) {
    let styles = &wide.theme.styles;
    let docs = &wide.work.case.docs;
    let given = docs.to_given(span);
    let byte = format!("byte {}", given.start);
    let room = (wide.width / 2).saturating_sub(byte.width() + 7).max(12);
    let name = super::detail::document_name(wide.work, given.doc, room, wide.theme);
    let at = format!("    {name} {byte}  ");
    let bytes = docs.bytes(given);
    let room = wide.width.saturating_sub(at.width());
    let painted = super::detail::paint_given(wide.work, given, room.min(60)).draw(wide.theme);
    let mut spans = vec![Span::styled(at, styles.quiet)];
    if !bytes.is_empty() {
        spans.extend(painted.spans);
    }
    page.push(spans);
    if !text.is_empty() {
        for line in wrap(
            &shown(&wide.work.redactor.text(text), wide.theme.glyphs.letters),
            wide.width.saturating_sub(6),
        ) {
            page.push(vec![Span::raw("      "), Span::styled(line, styles.quiet)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_in_a_sentence_is_told_by_its_first_digits() {
        let hash = "8bff707fc5ebe9c825a7d54bbf6e4112623a6a42be01d348a8e78804cc4fd126";
        assert_eq!(
            short_hashes(&format!("signed with {hash}, and not with “{hash}”.")),
            "signed with 8bff707fc5eb…, and not with “8bff707fc5eb…”."
        );
        let longer = format!("{hash}0 stays");
        assert_eq!(short_hashes(&longer), longer);
        assert_eq!(short_hashes("a café face"), "a café face");
    }
}
