//! What tells that a server's answer is to another request, or to another try of this one.
//!
//! Owns saying so, with both values. Must not judge the cause that such an answer names: it is not this request's.

use super::answers::Answered;
use super::facts::shown;
use super::table as t;
use crate::engine::diagnose::{Contradiction, Finding, Pairing, names_another_key, own_region};
use crate::engine::document::Span;
use crate::engine::scheme::sigv4::{read, reading};
use crate::engine::scheme::{Claim, View};

/// That the answer names what the request does not carry, with both places.
pub(super) fn other_request(
    claim: &Claim,
    answer: &Answered<'_>,
    pairing: Pairing,
) -> Option<Finding> {
    let Answered { docs, evidence, .. } = *answer;
    let by = match pairing {
        Pairing::Other(by) => by,
        // The signature is this request's all the same: one of the two texts was changed.
        Pairing::Same if names_another_key(docs, claim, evidence) => Contradiction::KeyId,
        Pairing::Same | Pairing::Probe | Pairing::Unknown => return None,
    };
    let (named, own) = match by {
        Contradiction::Signature => (
            evidence.signature.as_ref()?.span()?,
            claim.received.as_ref()?.span()?,
        ),
        Contradiction::KeyId => (evidence.key_id()?, claim.key_id?),
        Contradiction::Date => (evidence.signing_time(docs)?, claim.date?),
        Contradiction::Region => (evidence.signed_region(docs)?, own_region(docs, claim)?),
    };
    let what = by.what();
    let help = if pairing.is_other() {
        "It is the answer to another request, or to another try of this one: nothing in it is held against \
         this request. Paste the request that this answer belongs to, or the answer that this request got."
    } else {
        "The signature is this request's all the same, so one of the two texts was changed after it was sent."
    };
    let text = |span: Span| shown(docs.text(span).trim());
    Some(
        t::SERVER_OTHER
            .found(
                format!(
                    "The server speaks of the {what} {}, and this request carries {}.",
                    text(named),
                    text(own)
                ),
                help,
            )
            .at(named, format!("the {what} in the answer"))
            .at(own, format!("the {what} of this request")),
    )
}

/// That the answer names a payload hash or a validity which the request does not have: it is to another try, or something
/// between changed what was sent. Its cause is not this request's then.
pub(super) fn of_other_values(view: &View<'_>, answer: &Answered<'_>) -> Option<Finding> {
    view.request?;
    let (_, Some(request)) = read(view)? else {
        return None;
    };
    let docs = answer.docs;
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let hash = || {
        let named = answer.detail("ClientComputedContentSHA256")?;
        let own = reading::header(docs, request, "x-amz-content-sha256")?;
        let both = is_hash(&named.text) && is_hash(&own.string());
        let differ = both && !named.text.eq_ignore_ascii_case(&own.string());
        differ.then_some(("payload hash", named, own))
    };
    let validity = || {
        let named = answer.detail("X-Amz-Expires")?;
        let params = reading::auth_params(docs, request.target.query);
        let own = reading::param(docs, &params, "X-Amz-Expires")?;
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let (there, here) = (number(&named.text)?, number(&own.string())?);
        (there != here).then_some(("validity in seconds", named, own))
    };
    let (what, named, own) = hash().or_else(validity)?;
    Some(
        t::SERVER_OTHER
            .found(
                format!(
                    "The server speaks of the {what} {}, and this request carries {}.",
                    shown(&named.text),
                    shown(&own.string())
                ),
                "It is the answer to another try, or something between changed the request: its cause is not held against \
                 this one. Paste the request that this answer belongs to, or the answer that this request got.",
            )
            .at(named.span, format!("the {what} in the answer"))
            .at(own.span, format!("the {what} of this request")),
    )
}
