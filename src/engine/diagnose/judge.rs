//! From a trace and the evidence to a diagnosis.

use super::decide::{about_this_request, decide};
use super::facts::{Facts, Strings};
use super::fixes::fixes;
use super::holdings::holdings;
use super::marks::{marks, ruled_out};
use super::next::next_steps;
use super::observed::observations;
use super::twice;
use super::{Diagnosis, Explanation, Finding, Observations, Party};
use crate::engine;
use crate::engine::scheme::{Outcome, Reason, Scheme, Trace, View};

/// Says all that can be said of what `view` names. `scheme` and `trace` are those that claimed it.
pub fn diagnose(view: &View<'_>, scheme: Option<&dyn Scheme>, trace: Option<&Trace>) -> Diagnosis {
    diagnose_with(view, scheme, trace, Vec::new(), Vec::new())
}

/// The same, with explanations that were proved elsewhere, the simplest first.
pub fn diagnose_with(
    view: &View<'_>,
    scheme: Option<&dyn Scheme>,
    trace: Option<&Trace>,
    explanations: Vec<Explanation>,
    remarks: Vec<Finding>,
) -> Diagnosis {
    let observations = observations(view, scheme, trace);
    let findings = findings(view, scheme, trace, observations.as_ref(), remarks);
    let facts = Facts::gather(view, scheme, trace);
    let mut explanations = without_the_servers_own(&facts, explanations);
    // What a person's settings explain says less than a request that reproduces the signature as it stands.
    if let (Some(seen), Some(at)) = (&observations, view.request)
        && let Some(change) = twice::explanation(view.case, seen, at)
    {
        explanations.insert(0, change);
    }
    let verdict = decide(
        &facts,
        &findings,
        &explanations,
        observations.as_ref(),
        &|| {
            // Readers redact once more; but a value that is cut to fit a sentence would no longer be
            // recognised there.
            let token = trace.and_then(|trace| trace.claim.session_token);
            engine::redactor(view.case, view.keyring, token)
        },
    );
    let (next_steps, holder_known) = next_steps(&facts, scheme, &verdict, &findings);
    let fixes = fixes(&facts, scheme, &verdict, observations.as_ref());
    let (ruled_out, ruled_out_by) = ruled_out(&facts);
    Diagnosis {
        divergences: facts.divergences(),
        marks: marks(&facts),
        ruled_out,
        ruled_out_by,
        holdings: holdings(&facts, &findings),
        observations,
        next_steps,
        holder_known,
        fixes,
        comparisons: facts
            .compared
            .into_iter()
            .map(|compared| compared.comparison)
            .collect(),
        verdict,
        explanations,
        findings,
    }
}

/// The explanations without what the verifier is proved to have done too: where its canonical request is the one
/// that reproduces the signature, nothing that was signed is why the two differ.
fn without_the_servers_own(
    facts: &Facts<'_>,
    mut explanations: Vec<Explanation>,
) -> Vec<Explanation> {
    let server = about_this_request(facts).filter(|server| server.is_intact());
    let same = matches!(
        facts.strings([Party::Computed, Party::Server]),
        Strings::Equal | Strings::CanonicalEqual
    );
    if server.is_some() && same {
        for explanation in &mut explanations {
            explanation.deviations.retain(|d| d.family == "key");
        }
        explanations.retain(|explanation| !explanation.deviations.is_empty());
    }
    explanations
}

/// The most places that one remark points at.
const PLACES: usize = 12;

/// The remarks of intake and scheme, the gravest first, each once: what is said in the same words of several places
/// is one remark with all of them.
fn findings(
    view: &View<'_>,
    scheme: Option<&dyn Scheme>,
    trace: Option<&Trace>,
    seen: Option<&Observations>,
    remarks: Vec<Finding>,
) -> Vec<Finding> {
    let mut all = view.case.findings.clone();
    all.extend(remarks);
    all.extend(twice::seen_twice(view.case, seen));
    let outcome = trace.map(|trace| trace.outcome);
    let unfit = outcome == Some(Outcome::NotCheckable(Reason::NoValue));
    // Without a secret they are held against nothing where there is something to hold them against.
    let strings = view
        .case
        .evidence
        .iter()
        .any(|e| e.canonical_request.is_some());
    let untried = strings && outcome == Some(Outcome::NotCheckable(Reason::NoSecret));
    let request = view.request.and_then(|at| view.case.requests.get(at));
    all.extend(
        request
            .filter(|request| (unfit || untried) && !view.case.holds_unknown(request))
            .and_then(|request| view.case.shortened_in(request, unfit)),
    );
    if let (Some(scheme), Some(trace)) = (scheme, trace) {
        all.extend(scheme.findings(view, &trace.claim, trace));
    }
    let mut out: Vec<Finding> = Vec::new();
    for finding in all {
        let known = out.iter_mut().find(|held| {
            held.id == finding.id
                && held.severity == finding.severity
                && held.message == finding.message
        });
        let Some(known) = known else {
            out.push(finding);
            continue;
        };
        known.may_refuse |= finding.may_refuse;
        known.of_paste &= finding.of_paste;
        for label in finding.labels {
            if known.labels.len() < PLACES && !known.labels.contains(&label) {
                known.labels.push(label);
            }
        }
    }
    out.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    out
}
