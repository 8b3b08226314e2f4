//! The text report: the verdict first, then its proof, where the sides part, remarks with a pointed
//! line of the input, what is ruled out, the nearest next step, and the corrected headers last.

mod fields;
mod mend;
mod page;

use super::draw::{self, words};
use super::locate::{self, Places};
use super::style::Paint;
use super::{Report, TextStyle};
use crate::engine::diagnose::{Explanation, Finding, Proof, Severity, Verdict, VerdictId, Who};
use crate::engine::document::visible;
use crate::engine::scheme::{Step, Trace};
pub(super) use fields::{ABSENT, EMPTY, difference, parts, title};
use page::Page;

pub(super) fn write(report: &Report<'_>, style: TextStyle) -> String {
    let mut page = Page::new(style);
    verdict(report, &mut page);
    proof(report, &mut page);
    for explanation in &report.work.analysis.diagnosis.explanations {
        explain(report, &mut page, explanation);
    }
    observed(report, &mut page);
    fields::write(report, &mut page);
    findings(report, &mut page);
    offers(report, &mut page);
    ruled_out(report, &mut page);
    keys(report, &mut page);
    holdings(report, &mut page);
    strings(report, &mut page);
    next_steps(report, &mut page);
    mend::fixes(report, &mut page);
    mend::corrected(report, &mut page);
    page.finish()
}

/// How a verdict is called in front of its sentence.
pub(super) fn verdict_word(verdict: &Verdict) -> String {
    verdict.word().to_uppercase()
}

/// The same with whether it is proved: what the screen has in its border, too.
pub(super) fn verdict_label(verdict: &Verdict) -> String {
    let word = verdict_word(verdict);
    if verdict.proved {
        format!("{word} (proved)")
    } else {
        word
    }
}

fn verdict(report: &Report<'_>, page: &mut Page) {
    let verdict = &report.work.analysis.diagnosis.verdict;
    let paint = match verdict.id {
        VerdictId::Undecided if verdict.refused => Paint::Bad,
        VerdictId::Match => Paint::Good,
        VerdictId::Rejected | VerdictId::Explained | VerdictId::Mismatch => Paint::Bad,
        VerdictId::Undecided | VerdictId::Nothing => Paint::Caution,
    };
    page.line(&[(paint, &format!("{}:", verdict_label(verdict)))]);
    page.prose(
        2,
        2,
        Some(Paint::Heading),
        &words(&report.redactor, &verdict.sentence),
    );
    for detail in &verdict.details {
        page.prose(2, 2, None, &words(&report.redactor, detail));
    }
    if let Some(trace) = &report.work.analysis.trace {
        for note in notes(trace) {
            page.prose(2, 2, None, &words(&report.redactor, &note));
        }
    }
    for line in super::others::lines(report) {
        page.prose(2, 4, None, &line);
    }
    for line in super::observed::chosen(report) {
        page.prose(2, 4, Some(Paint::Caution), &line);
    }
    if let Some(changed) = changed(report) {
        page.prose(2, 4, Some(Paint::Caution), &changed);
    }
}

/// The request in every place where it was seen.
fn observed(report: &Report<'_>, page: &mut Page) {
    for section in super::observed::sections(report) {
        page.heading(&section.title);
        for line in &section.lines {
            page.raw(format!("  {line}").trim_end());
        }
    }
}

/// What was chosen over the request's claims, as a sentence.
pub(super) fn changed(report: &Report<'_>) -> Option<String> {
    let text = super::changed_words(report.work, report.schemes, &report.redactor)?;
    Some(format!(
        "{}, not as the request claims.",
        words(&report.redactor, &text)
    ))
}

/// What must be said of how the computation was made.
pub(super) fn notes(trace: &Trace) -> Vec<String> {
    // What the trace itself notes stands among the verdict's details.
    let mut notes = Vec::new();
    let unverified = trace
        .stages
        .iter()
        .flat_map(|s| &s.fields)
        .flat_map(|f| &f.runs)
        .any(|r| r.steps.contains(&Step::TakenUnverified));
    if trace.lacks_body() && trace.outcome.agrees() {
        notes.push("There is no body here: it was signed as an empty one.".into());
    }
    if unverified && trace.body_verified.is_none() {
        notes.push("The payload hash was taken as stated: there is no body here to hash.".into());
    }
    notes
}

fn proof(report: &Report<'_>, page: &mut Page) {
    let lines = super::proof_lines(
        &super::untold_proof(&report.work.analysis.diagnosis),
        &report.redactor,
    );
    if lines.is_empty() {
        return;
    }
    let equal = lines.len() > 1 && lines.iter().all(|line| line.same);
    page.heading(if equal {
        "Proof: these are equal"
    } else {
        "Proof"
    });
    let marked = |same: bool, label: &str| format!("{} {label}", if same { '=' } else { '!' });
    let labels: Vec<String> = lines
        .iter()
        .filter(|line| !line.of_text)
        .map(|line| marked(line.same, &visible(&line.label)))
        .collect();
    for line in &lines {
        let (label, value) = (visible(&line.label), visible(&line.value));
        if line.of_text {
            if !label.is_empty() {
                page.prose(2, 4, None, &label);
            }
            page.raw(format!("    {}", marked(line.same, &value)).trim_end());
        } else {
            let labels = labels.iter().map(String::as_str);
            page.pair(&marked(line.same, &label), &value, labels);
        }
    }
}

fn visible(text: &str) -> String {
    visible::to_string(text.as_bytes())
}

/// By what an explanation is proved, in words.
pub(super) fn proof_words(proof: Proof) -> &'static str {
    match proof {
        Proof::Signature => "it reproduces the received signature",
        Proof::SignaturePrefix => "it reproduces the part of the signature that was received",
        Proof::CanonicalRequestHash => "it reproduces the received hash of the canonical request",
    }
}

/// Who did it, in words.
pub(super) fn who_words(who: Who) -> &'static str {
    match who {
        Who::Signer => "signer",
        Who::Between => "between signer and verifier",
        Who::Verifier => "verifier",
    }
}

fn explain(report: &Report<'_>, page: &mut Page, explanation: &Explanation) {
    page.heading(&format!("Why: {}", proof_words(explanation.proof)));
    for deviation in &explanation.deviations {
        let title = format!(
            "{} ({})",
            words(&report.redactor, &deviation.title),
            who_words(deviation.who)
        );
        page.prose(2, 4, Some(Paint::Heading), &title);
        // What the verdict says already is not said again.
        let told = &report.work.analysis.diagnosis.verdict.details;
        if !told.contains(&deviation.detail) {
            page.prose(4, 4, None, &words(&report.redactor, &deviation.detail));
        }
        if !told.contains(&deviation.fix) {
            let fix = words(&report.redactor, &deviation.fix);
            page.prose(4, 9, None, &format!("fix: {fix}"));
        }
        if !deviation.reference.is_empty() {
            let text = format!("see: {}", deviation.reference);
            page.prose(4, 9, Some(Paint::Aside), &text);
        }
    }
}

fn findings(report: &Report<'_>, page: &mut Page) {
    let findings = &report.work.analysis.diagnosis.findings;
    if findings.is_empty() {
        return;
    }
    page.heading("Findings");
    let places = Places::new(&report.work.case.docs);
    for (i, finding) in findings.iter().enumerate() {
        if i > 0 {
            page.blank();
        }
        let said = report.work.analysis.diagnosis.verdict.quotes.contains(&i);
        self::finding(report, page, &places, finding, said);
    }
}

/// A remark with the places it points at. What the verdict `said` already is not said again.
fn finding(
    report: &Report<'_>,
    page: &mut Page,
    places: &Places<'_>,
    finding: &Finding,
    said: bool,
) {
    let paint = match finding.severity {
        Severity::Error => Paint::Bad,
        Severity::Warning => Paint::Caution,
        Severity::Note => Paint::Place,
    };
    page.prose_led(
        2,
        4,
        (
            paint,
            &format!("{}[{}]:", finding.severity.id(), finding.id),
        ),
        &if said {
            "as said above.".to_owned()
        } else {
            words(&report.redactor, &finding.message)
        },
    );
    let mut shown = None;
    for label in &finding.labels {
        let Some(place) = places.place(label.span) else {
            continue;
        };
        let at = (place.name.to_owned(), place.line);
        let number = place.line.to_string();
        let pad = " ".repeat(number.len());
        if shown.as_ref() != Some(&at) {
            let name = words(&report.redactor, place.name);
            let where_ = format!("{name}:{}:{}", place.line, place.column);
            page.line(&[
                (Paint::Place, &format!("    {pad}--> ")),
                (Paint::Place, &where_),
            ]);
        }
        shown = Some(at);
        let gutter = 4 + number.len() + 3;
        let masked = locate::hidden(&place.masked, report.redactor.reveals_tokens());
        let excerpt = draw::excerpt(
            &report.redactor,
            place.text,
            &masked,
            Some(place.within.clone()),
            page.columns().saturating_sub(gutter),
        );
        page.raw(&format!(
            "{} {}",
            page.paint(Paint::Place, &format!("    {number} |")),
            excerpt.text
        ));
        if let Some(pointed) = excerpt.pointed {
            let marks = "^".repeat(pointed.len());
            let label = words(&report.redactor, &label.text);
            page.raw(
                format!(
                    "{} {}{}",
                    page.paint(Paint::Place, &format!("    {pad} |")),
                    " ".repeat(pointed.start),
                    page.paint(paint, format!("{marks} {label}").trim_end()),
                )
                .trim_end(),
            );
        }
    }
    let help = words(&report.redactor, &finding.help);
    let details = &report.work.analysis.diagnosis.verdict.details;
    if !help.is_empty() && !details.contains(&finding.help) {
        page.prose(4, 10, None, &format!("help: {help}"));
    }
}

/// What the input can be read as where nothing of it was recognised.
fn offers(report: &Report<'_>, page: &mut Page) {
    let lines = super::others::offers(report);
    if lines.is_empty() {
        return;
    }
    page.heading("It was not recognised: read it as");
    for line in lines {
        page.prose(2, 6, None, &line);
    }
}

fn ruled_out(report: &Report<'_>, page: &mut Page) {
    let diagnosis = &report.work.analysis.diagnosis;
    let ruled_out = &diagnosis.ruled_out;
    if !ruled_out.is_empty() {
        page.heading(diagnosis.ruled_out_by.title());
        page.prose(2, 2, None, &words(&report.redactor, &ruled_out.join(", ")));
    }
}

/// Which keys were tried, by name, and which were set aside.
fn keys(report: &Report<'_>, page: &mut Page) {
    let trace = report.work.analysis.trace.as_ref();
    let tried = trace.map_or(&[][..], |t| &t.attempts);
    let skipped = &report.work.keyring.skipped;
    if tried.is_empty() && skipped.is_empty() {
        return;
    }
    page.heading("Secrets");
    for attempt in tried {
        let outcome = attempt.words(trace.map(|t| &t.claim));
        let name = words(&report.redactor, &attempt.name);
        page.prose(2, 4, None, &format!("{name}: {outcome}"));
    }
    for skip in skipped {
        let name = words(&report.redactor, &skip.name);
        let reason = words(&report.redactor, &skip.reason);
        page.prose(
            2,
            4,
            Some(Paint::Aside),
            &format!("{name}: not used, {reason}"),
        );
    }
}

/// Whether what is here and what it would prove is told: only while that is the question.
pub(super) fn tells_holdings(id: VerdictId) -> bool {
    match id {
        VerdictId::Undecided | VerdictId::Nothing => true,
        VerdictId::Match | VerdictId::Rejected | VerdictId::Explained | VerdictId::Mismatch => {
            false
        }
    }
}

/// The strings of others, and whether their own hash proves that they are as they were printed: `server's strings: S3
/// error, hash verified.` Empty where the table of what is here says it.
pub(super) fn string_lines(report: &Report<'_>) -> Vec<String> {
    let diagnosis = &report.work.analysis.diagnosis;
    let held = diagnosis.holdings.iter();
    held.filter(|holding| {
        holding.present && STRINGS.contains(&holding.id) && !tells_holdings(diagnosis.verdict.id)
    })
    .map(|holding| {
        let state = words(&report.redactor, holding.state.trim_end_matches('.'));
        format!("{}: {state}.", holding.title)
    })
    .collect()
}

/// The pieces that are strings.
const STRINGS: [&str; 2] = ["server-strings", "client-strings"];

fn strings(report: &Report<'_>, page: &mut Page) {
    let lines = string_lines(report);
    if !lines.is_empty() {
        page.heading("Strings, and whether they are exact");
    }
    for line in lines {
        page.prose(2, 4, None, &line);
    }
}

fn holdings(report: &Report<'_>, page: &mut Page) {
    let diagnosis = &report.work.analysis.diagnosis;
    // Where the verifier named its cause, and nothing is asked for, what is not here matters to nobody.
    let told = diagnosis.verdict.is_refusal() && diagnosis.next_steps.is_empty();
    if told || diagnosis.holdings.is_empty() || !tells_holdings(diagnosis.verdict.id) {
        return;
    }
    page.heading("What is here, and what it lets one prove");
    for holding in &diagnosis.holdings {
        let mark = if holding.present { "[x]" } else { "[ ]" };
        let text = format!(
            "{mark} {}: {}. Proves {}.",
            holding.title,
            words(&report.redactor, holding.state.trim_end_matches('.')),
            words(&report.redactor, holding.proves.trim_end_matches('.')),
        );
        page.prose(2, 6, None, &text);
    }
}

/// Next steps that are told whole; of the others only the name is given.
pub(super) const STEPS: usize = 3;

/// For which clients and servers there is a step beyond those told whole. Where one is known, the others' names tell
/// nothing.
pub(super) fn more_steps(report: &Report<'_>) -> Option<String> {
    let diagnosis = &report.work.analysis.diagnosis;
    let steps = &diagnosis.next_steps;
    let (told, rest) = steps.split_at(steps.len().min(STEPS));
    let mut names: Vec<&str> = Vec::new();
    for step in rest {
        if !names.contains(&step.party) && told.iter().all(|t| t.party != step.party) {
            names.push(step.party);
        }
    }
    let text = match names.as_slice() {
        [] => return None,
        [..] if diagnosis.holder_known => {
            "The app has the lines for other clients and servers, too.".to_owned()
        }
        names => format!(
            "The app has the lines for others too: {}.",
            names.join(", ")
        ),
    };
    Some(text)
}

fn next_steps(report: &Report<'_>, page: &mut Page) {
    let steps = &report.work.analysis.diagnosis.next_steps;
    for (i, step) in steps.iter().take(STEPS).enumerate() {
        if i == 0 {
            page.heading("Next step");
        } else {
            page.blank();
        }
        let sentence = words(&report.redactor, &step.sentence);
        page.prose(2, 2, None, &format!("{}: {sentence}", step.party));
        // What is to be pasted needs no line to run.
        if step.snippet.is_empty() {
            continue;
        }
        for line in draw::lines(&report.redactor, step.snippet.trim_end().as_bytes()) {
            page.raw(format!("      {line}").trim_end());
        }
    }
    if let Some(more) = more_steps(report) {
        page.blank();
        page.prose(2, 2, None, &more);
    }
}
