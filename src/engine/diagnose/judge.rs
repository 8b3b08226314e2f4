//! From a trace and the evidence to a diagnosis.

use super::decide::decide;
use super::facts::Facts;
use super::fixes::fixes;
use super::holdings::holdings;
use super::marks::{marks, ruled_out};
use super::next::next_steps;
use super::{Diagnosis, Explanation, Finding};
use crate::engine::document::Mask;
use crate::engine::scheme::{Scheme, Trace, View};
use crate::engine::secret::Redactor;

/// Says all that can be said of what `view` names. `scheme` and `trace` are those that claimed it.
pub fn diagnose(view: &View<'_>, scheme: Option<&dyn Scheme>, trace: Option<&Trace>) -> Diagnosis {
    diagnose_with(view, scheme, trace, Vec::new())
}

/// The same, with explanations that were proved elsewhere, the simplest first.
pub fn diagnose_with(
    view: &View<'_>,
    scheme: Option<&dyn Scheme>,
    trace: Option<&Trace>,
    explanations: Vec<Explanation>,
) -> Diagnosis {
    let findings = findings(view, scheme, trace);
    let facts = Facts::gather(view, scheme, trace);
    let verdict = decide(&facts, &findings, &explanations, &|| redactor(view, trace));
    let next_steps = next_steps(&facts, &verdict);
    let fixes = fixes(&facts, scheme, &verdict);
    Diagnosis {
        divergences: facts.divergences(),
        marks: marks(&facts),
        ruled_out: ruled_out(&facts),
        holdings: holdings(&facts),
        next_steps,
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

/// The remarks of intake and scheme, the gravest first, each once.
fn findings(view: &View<'_>, scheme: Option<&dyn Scheme>, trace: Option<&Trace>) -> Vec<Finding> {
    let mut all = view.case.findings.clone();
    if let (Some(scheme), Some(trace)) = (scheme, trace) {
        all.extend(scheme.findings(view, &trace.claim, trace));
    }
    let mut out: Vec<Finding> = Vec::new();
    for finding in all {
        let known = out.iter().any(|held| {
            held.id == finding.id
                && held.message == finding.message
                && held.labels == finding.labels
        });
        if !known {
            out.push(finding);
        }
    }
    out.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    out
}

/// Knows what no sentence may quote. Readers redact once more; but a value that is cut to fit a
/// sentence would no longer be recognised there.
fn redactor(view: &View<'_>, trace: Option<&Trace>) -> Redactor {
    let case = view.case;
    let mut redactor = Redactor::for_keyring(view.keyring);
    for secret in &case.secrets {
        redactor.hide(case.docs.bytes(secret.value), Mask::Secret);
        if let Some(token) = secret.session_token {
            redactor.hide(case.docs.bytes(token), Mask::Token);
        }
    }
    if let Some(token) = trace.and_then(|trace| trace.claim.session_token) {
        redactor.hide(case.docs.bytes(token), Mask::Token);
    }
    for (_, document) in case.docs.iter() {
        for (span, mask) in document.masks() {
            redactor.hide(case.docs.bytes(*span), *mask);
        }
    }
    redactor
}
