//! The answer as the app knows it: what its cursor can stand on, and what there is to fix.

use super::{MOST_ITEMS, parts};
use crate::engine::correct::Correction;
use crate::engine::diagnose::{Fix, FixCopy, Mark, Party, Severity, Verdict, VerdictId};
use crate::engine::intake::Body;
use crate::workbench::Work;

/// Something on the answer the cursor can stand on.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Item {
    /// A field whose sides part: the comparison and the row.
    Difference(usize, usize),
    /// The correction, to be copied.
    Fix,
    /// Another fix by its place in the diagnosis, its lines to be copied.
    Setting(usize),
    /// The nearest next step, to be copied.
    Step,
    /// The secret, to be entered: there is none, or the one at hand made another signature.
    Secret,
    /// A finding.
    Finding(usize),
}

/// The items of the answer, top to bottom.
pub(crate) fn items(work: &Work) -> Vec<Item> {
    let diagnosis = &work.analysis.diagnosis;
    let mut differences = Vec::new();
    for (c, comparison) in diagnosis.comparisons.iter().enumerate() {
        let rows = comparison.rows.iter().enumerate();
        differences.extend(
            rows.filter(|(_, row)| parts(row))
                .take(MOST_ITEMS)
                .map(|(r, _)| Item::Difference(c, r)),
        );
    }
    let mut items = Vec::new();
    if sides_lead(work) {
        items.append(&mut differences);
    }
    items.extend(urgent(work).into_iter().map(Item::Finding));
    if secret_first(work) {
        items.push(Item::Secret);
    }
    if nearest_step(work).is_some() {
        items.push(Item::Step);
    }
    items.append(&mut differences);
    if work.correction.is_some() && has_fix(work) {
        if work.failed_key().is_some() && !secret_first(work) {
            items.push(Item::Secret);
        }
        items.push(Item::Fix);
    }
    items.extend(settings(work).map(|(at, _)| Item::Setting(at)));
    items.extend(remaining(work).into_iter().map(Item::Finding));
    items
}

/// Whether where the sides part stands above what can be got: signer and server differ, and that is the answer; or the
/// strings of two whom nobody named, which is all that there is.
pub(crate) fn sides_lead(work: &Work) -> bool {
    let diagnosis = &work.analysis.diagnosis;
    let of_both = [
        [Party::Client, Party::Server],
        [Party::Unnamed, Party::Unnamed],
    ];
    let alone = work.analysis.request.is_none();
    (diagnosis.verdict.id == VerdictId::Mismatch || alone)
        && !diagnosis.next_steps.is_empty()
        && diagnosis.divergences.iter().any(|at| {
            let mut both = of_both.iter();
            !at.follows && both.any(|both| both.iter().all(|party| at.between.contains(party)))
        })
}

/// Errors and warnings that stand above all else while nothing is proved.
const MOST_URGENT: usize = 4;

/// The findings that stand above the next step, by their places: while nothing is proved, what is wrong as it
/// stands may well be the cause.
pub(crate) fn urgent(work: &Work) -> Vec<usize> {
    let diagnosis = &work.analysis.diagnosis;
    if diagnosis.verdict.proved || diagnosis.next_steps.is_empty() {
        return Vec::new();
    }
    let findings = diagnosis.findings.iter().enumerate();
    findings
        .filter(|(at, finding)| {
            // That a paste is older than what a verifier takes is so of nearly every one.
            let aged = finding.of_paste && finding.may_refuse;
            finding.severity > Severity::Note && !aged && !diagnosis.verdict.quotes.contains(at)
        })
        .map(|(at, _)| at)
        .take(MOST_URGENT)
        .collect()
}

/// The findings below, by their places: neither told above nor carried by the verdict itself.
pub(crate) fn remaining(work: &Work) -> Vec<usize> {
    let mut below = below(work);
    below.truncate(MOST_ITEMS);
    below
}

/// How many more findings there are than [`remaining`] holds.
pub(crate) fn left_out(work: &Work) -> usize {
    below(work).len().saturating_sub(MOST_ITEMS)
}

fn below(work: &Work) -> Vec<usize> {
    let diagnosis = &work.analysis.diagnosis;
    let urgent = urgent(work);
    (0..diagnosis.findings.len())
        .filter(|at| !urgent.contains(at) && !diagnosis.verdict.quotes.contains(at))
        .collect()
}

/// The fixes that are lines to be set, with their places.
pub(crate) fn settings(work: &Work) -> impl Iterator<Item = (usize, &Fix)> {
    let fixes = work.analysis.diagnosis.fixes.iter().enumerate();
    fixes.filter(|(_, fix)| matches!(fix.copy, FixCopy::Text(_)))
}

/// Where the cursor of the answer stands at first: on the fix, unless the key it is signed with made
/// another signature than the received one; else on the secret that is asked for, or on the nearest step.
pub(crate) fn first_item(work: &Work) -> usize {
    let items = items(work);
    let at = |wanted| items.iter().position(|item| *item == wanted);
    let (fix, secret) = (at(Item::Fix), at(Item::Secret));
    let step = at(Item::Step).filter(|_| !sides_lead(work));
    secret.or(fix).or(step).unwrap_or(0)
}

/// The party of the step that says how a secret is given to the command line.
pub(crate) const OWN_STEP: &str = "sigscope";

/// Whether what is missing first is the secret: here it is typed, not piped in by a shell.
fn secret_missing(work: &Work) -> bool {
    let steps = &work.analysis.diagnosis.next_steps;
    steps.iter().any(|step| step.party == OWN_STEP)
}

/// Whether a secret is asked for among the next steps: there is none, or the one at hand made another
/// signature.
pub(crate) fn secret_first(work: &Work) -> bool {
    secret_missing(work)
        || work.failed_key().is_some()
            && !work.analysis.diagnosis.next_steps.is_empty()
            && !names_an_error(work)
}

/// Whether the verdict itself names what is wrong with the request as it stands: then that comes before
/// another secret.
fn names_an_error(work: &Work) -> bool {
    let diagnosis = &work.analysis.diagnosis;
    let mut quoted = diagnosis.verdict.quotes.iter();
    quoted.any(|at| {
        let finding = diagnosis.findings.get(*at);
        finding.is_some_and(|finding| finding.severity == Severity::Error)
    })
}

/// Whether there is a request, and no secret to compute its signature with.
pub(crate) fn has_no_key(work: &Work) -> bool {
    let trace = work.analysis.trace.as_ref();
    work.analysis.request.is_some() && trace.is_some_and(|trace| trace.attempts.is_empty())
}

/// The nearest step outside the program, by its place.
pub(crate) fn nearest_step(work: &Work) -> Option<usize> {
    let steps = &work.analysis.diagnosis.next_steps;
    steps.iter().position(|step| step.party != OWN_STEP)
}

/// What the fresh form of a copy looks like before it is made: the date and the signature are those of
/// the moment of copying, so marks stand in their place.
pub(crate) fn undated(text: &[u8], correction: &Correction) -> Vec<u8> {
    let signed = String::from_utf8_lossy(&correction.string_to_sign);
    let scope = signed.lines().nth(2).unwrap_or_default();
    let day = correction.date.get(..8).unwrap_or_default();
    let today = scope.replacen(day, "<today>", 1);
    let mut out = text.to_vec();
    for (from, to) in [
        (
            correction.signature.clone(),
            "<signed when copied>".to_owned(),
        ),
        (correction.date.clone(), "<now>".to_owned()),
        (scope.to_owned(), today.clone()),
        (scope.replace('/', "%2F"), today.replace('/', "%2F")),
    ] {
        out = replaced(&out, from.as_bytes(), to.as_bytes());
    }
    out
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    if from.is_empty() {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = 0;
    for at in memchr::memmem::find_iter(text, from) {
        out.extend_from_slice(text.get(rest..at).unwrap_or_default());
        out.extend_from_slice(to);
        rest = at + from.len();
    }
    out.extend_from_slice(text.get(rest..).unwrap_or_default());
    out
}

/// Whether a corrected request is something to fix it with: not where the request is right as it was sent.
pub(crate) fn has_fix(work: &Work) -> bool {
    work.analysis.diagnosis.may_sign_anew()
}

/// How the answer itself stands, for the strip.
pub(crate) fn answer_mark(verdict: &Verdict) -> Mark {
    match verdict.id {
        VerdictId::Undecided if verdict.refused => Mark::Differs,
        VerdictId::Match => Mark::Same,
        VerdictId::Rejected | VerdictId::Explained | VerdictId::Mismatch => Mark::Differs,
        VerdictId::Undecided => Mark::NeedsSecret,
        VerdictId::Nothing => Mark::Unmarked,
    }
}

/// Whether the bytes of the body were compared with what the request states of them.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum BodyState {
    /// There is no request, or it has no body to speak of.
    NotAsked,
    /// They are what the request states.
    Verified,
    /// They are not.
    Differs,
    /// They are not here, or the request states nothing of them.
    NotVerified,
}

/// What can be said of the body.
pub(crate) fn body_state(work: &Work) -> BodyState {
    let Some(trace) = &work.analysis.trace else {
        return BodyState::NotAsked;
    };
    let body = work
        .analysis
        .request
        .and_then(|at| work.case.requests.get(at))
        .map(|request| &request.body);
    match (trace.body_verified, body) {
        (Some(true), _) => BodyState::Verified,
        (Some(false), _) => BodyState::Differs,
        (None, Some(Body::Held { span, .. })) if span.is_empty() => BodyState::NotAsked,
        (None, Some(_)) => BodyState::NotVerified,
        (None, None) => BodyState::NotAsked,
    }
}
