//! From a trace and the evidence to a diagnosis.

use super::{Diagnosis, Verdict, VerdictId};
use crate::engine::scheme::{Scheme, Trace, View};

/// Says all that can be said of what `view` names. `scheme` and `trace` are those that claimed it.
pub fn diagnose(view: &View<'_>, scheme: Option<&dyn Scheme>, trace: Option<&Trace>) -> Diagnosis {
    let findings = match (scheme, trace) {
        (Some(scheme), Some(trace)) => scheme.findings(view, &trace.claim, trace),
        _ => Vec::new(),
    };
    Diagnosis {
        verdict: Verdict {
            id: VerdictId::Nothing,
            sentence: "Nothing here was recognised as a request, a URL or an error.".to_owned(),
            details: Vec::new(),
            proved: false,
            proof: Vec::new(),
        },
        comparisons: Vec::new(),
        divergences: Vec::new(),
        explanations: Vec::new(),
        findings,
        marks: Vec::new(),
        ruled_out: Vec::new(),
        holdings: Vec::new(),
        next_steps: Vec::new(),
    }
}
