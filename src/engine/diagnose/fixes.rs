//! Where a difference can be set right: at the client, between, or at the verifier.

use super::decide::about_this_request;
use super::facts::{Facts, Strings};
use super::witness::Witness;
use super::{Fix, FixCopy, Party, Verdict, VerdictId, Who};
use crate::engine::scheme::{Outcome, Scheme};

/// The ways to set right what the verifier's own strings prove to differ, the client's first. Empty where
/// they prove nothing: then the corrected request is all there is.
pub(super) fn fixes(facts: &Facts<'_>, scheme: Option<&dyn Scheme>, verdict: &Verdict) -> Vec<Fix> {
    let (Some(scheme), Some(trace)) = (scheme, facts.trace) else {
        return Vec::new();
    };
    let refused = match verdict.id {
        VerdictId::Rejected | VerdictId::Mismatch => true,
        VerdictId::Explained | VerdictId::Match | VerdictId::Undecided | VerdictId::Nothing => {
            false
        }
    };
    // Where the signature is not that of this request, the signer did something else, and what lies
    // between need not have changed anything.
    let as_signed = match facts.outcome {
        Outcome::Equal | Outcome::Verified | Outcome::NotCheckable(_) => true,
        Outcome::Differs { .. } | Outcome::Failed => false,
    };
    let proved = about_this_request(facts).is_some_and(Witness::is_verified);
    if !refused || !as_signed || !proved {
        return Vec::new();
    }
    let Strings::Differ(roots) = facts.strings([Party::Computed, Party::Server]) else {
        return Vec::new();
    };
    let mut fixes = Vec::new();
    if trace.candidate.is_some() {
        fixes.push(Fix {
            who: Who::Signer,
            title: "sign what the server had".to_owned(),
            text: "Send the corrected request: it is signed for what reaches the server."
                .to_owned(),
            copy: FixCopy::Correction,
        });
    }
    for root in &roots {
        for fix in scheme.fixes(&root.key) {
            if !fixes.contains(&fix) {
                fixes.push(fix);
            }
        }
    }
    // By party: the client, between, the verifier.
    fixes.sort_by_key(|fix| match fix.who {
        Who::Signer => 0,
        Who::Between => 1,
        Who::Verifier => 2,
    });
    fixes
}
