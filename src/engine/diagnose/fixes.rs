//! Where a difference can be set right: at the client, between, or at the verifier.

use sha2::{Digest as _, Sha256};

use super::decide::about_this_request;
use super::facts::{Facts, Root, Strings};
use super::holdings::is_taken;
use super::witness::Witness;
use super::{Fix, FixCopy, Observations, Party, Verdict, VerdictId, Who};
use crate::engine::scheme::{FieldKind, Outcome, Scheme};

/// The ways to set right what the verifier's own strings prove to differ, the client's first. Empty where
/// they prove nothing: then the corrected request is all there is.
pub(super) fn fixes(
    facts: &Facts<'_>,
    scheme: Option<&dyn Scheme>,
    verdict: &Verdict,
    seen: Option<&Observations>,
) -> Vec<Fix> {
    let (Some(scheme), Some(trace)) = (scheme, facts.trace) else {
        return Vec::new();
    };
    if let Some(seen) = seen.filter(|seen| seen.stops.is_some())
        && matches!(verdict.id, VerdictId::Rejected | VerdictId::Explained)
    {
        return on_the_way(scheme, seen);
    }
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
    if trace.candidate.is_some()
        && let Some((title, text)) = anew(&roots, payload(facts))
    {
        fixes.push(Fix {
            who: Who::Signer,
            title: title.to_owned(),
            text: text.to_owned(),
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

/// What can be set where a request is right as it was sent and changed before it arrived: signing it anew would change
/// nothing there.
fn on_the_way(scheme: &dyn Scheme, seen: &Observations) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    for row in seen.causes() {
        for fix in scheme.fixes(&row.key) {
            if fix.who != Who::Signer && !fixes.contains(&fix) {
                fixes.push(fix);
            }
        }
    }
    fixes.sort_by_key(|fix| fix.who != Who::Between);
    fixes
}

/// What signing anew does, as a title and a sentence; none where what is to be signed is not here.
fn anew(roots: &[Root], payload: Payload) -> Option<(&'static str, &'static str)> {
    let more = roots
        .iter()
        .any(|root| root.key.kind != FieldKind::PAYLOAD_HASH);
    Some(match (payload, more) {
        (Payload::Same, _) => (
            "sign what the server had",
            "Send the corrected request: it is signed for what reaches the server.",
        ),
        (Payload::Here, false) => (
            "sign the body that is sent",
            "Send the corrected request: it is signed with the hash of the body that is here. The body, and the \
             header that states its hash, must reach the server unchanged.",
        ),
        (Payload::Here, true) => (
            "sign what the server had, and the body that is sent",
            "Send the corrected request: but for its payload hash, which is that of the body that is here, it is \
             signed for what reaches the server. The body, and the header that states its hash, must reach the \
             server unchanged.",
        ),
        (Payload::Word, _) => (
            "sign anew, and send the payload's word as it is signed",
            "Send the corrected request: the word in the place of its payload hash must reach the server \
             unchanged.",
        ),
        (Payload::Elsewhere, _) => return None,
    })
}

/// How the payload hash of the request stands to the verifier's.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Payload {
    /// The verifier had it too, or gave none.
    Same,
    /// It differs, and what was hashed is here.
    Here,
    /// It differs, and a word stands in its place.
    Word,
    /// It differs, and the body is not here: neither hash can be held against it.
    Elsewhere,
}

/// How the payload hash stands, where the verifier's strings prove what it had.
pub(super) fn payload(facts: &Facts<'_>) -> Payload {
    if !about_this_request(facts).is_some_and(Witness::is_verified) {
        return Payload::Same;
    }
    let Strings::Differ(roots) = facts.strings([Party::Computed, Party::Server]) else {
        return Payload::Same;
    };
    let mut values = roots
        .iter()
        .filter(|root| root.key.kind == FieldKind::PAYLOAD_HASH)
        .filter_map(|root| root.values.first()?.as_deref());
    let Some(own) = values.next() else {
        return Payload::Same;
    };
    if !own.iter().all(u8::is_ascii_hexdigit) {
        return Payload::Word;
    }
    // The hash of nothing is known without a body.
    if is_taken(facts) && own != hex::encode(Sha256::digest(b"")).as_bytes() {
        Payload::Elsewhere
    } else {
        Payload::Here
    }
}
