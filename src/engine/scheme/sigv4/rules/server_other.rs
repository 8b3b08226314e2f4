//! What tells that a server's answer is to another request, or to another try of this one.
//!
//! Owns saying so, with both values. Must not judge the cause that such an answer names: it is not this request's.

use super::answers::Answered;
use super::facts::shown;
use super::sentences;
use super::table as t;
use crate::engine::diagnose::{Contradiction, Finding, Pairing, names_another_key, own_region};
use crate::engine::document::Span;
use crate::engine::intake::{SignedRequest, is_basic_time, is_redacted};
use crate::engine::scheme::sigv4::reading::Reading;
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

/// A value that an answer names and that is not the request's.
struct Other {
    /// What is said of the two, in one sentence.
    said: String,
    /// What it is: `payload hash`.
    what: &'static str,
    /// Where the answer names it.
    named: Span,
    /// Where the request has its own.
    own: Span,
}

impl Other {
    /// The usual sentence of two values.
    fn values(what: &'static str, named: (&str, Span), own: (&str, Span)) -> Self {
        Self {
            said: format!(
                "The server speaks of the {what} {}, and this request carries {}.",
                shown(named.0),
                shown(own.0)
            ),
            what,
            named: named.1,
            own: own.1,
        }
    }
}

/// That the answer speaks of a payload hash, a validity, signed headers or a date of the scope which the request does not have:
/// it is to another try, or something between changed what was sent. Its cause is not this request's then.
pub(super) fn of_other_values(view: &View<'_>, answer: &Answered<'_>) -> Option<Finding> {
    view.request?;
    let (reading, Some(request)) = read(view)? else {
        return None;
    };
    let other = other_hash(answer, request)
        .or_else(|| other_validity(answer, request))
        .or_else(|| other_names(answer, &reading))
        .or_else(|| other_scope_date(answer, &reading))?;
    Some(
        t::SERVER_OTHER
            .found(
                other.said,
                "It is the answer to another try, or something between changed the request: its cause is not held against \
                 this one. Paste the request that this answer belongs to, or the answer that this request got.",
            )
            .at(other.named, format!("the {} in the answer", other.what))
            .at(other.own, format!("the {} of this request", other.what)),
    )
}

fn other_hash(answer: &Answered<'_>, request: &SignedRequest) -> Option<Other> {
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let named = answer.detail("ClientComputedContentSHA256")?;
    let own = reading::header(answer.docs, request, "x-amz-content-sha256")?;
    let text = own.string();
    let both = is_hash(&named.text) && is_hash(&text);
    (both && !named.text.eq_ignore_ascii_case(&text))
        .then(|| Other::values("payload hash", (&named.text, named.span), (&text, own.span)))
}

fn other_validity(answer: &Answered<'_>, request: &SignedRequest) -> Option<Other> {
    let named = answer.detail("X-Amz-Expires")?;
    let params = reading::auth_params(answer.docs, request.target.query);
    let own = reading::param(answer.docs, &params, "X-Amz-Expires")?;
    let text = own.string();
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (there, here) = (number(&named.text)?, number(&text)?);
    (there != here).then(|| {
        Other::values(
            "validity in seconds",
            (&named.text, named.span),
            (&text, own.span),
        )
    })
}

/// A header that the answer did not find among the signed ones and that this request signs, or the other way round. Only a name
/// that is spelled as a verifier looks for it is a signed one (Authenticating Requests, Signature Calculations: in lower case).
fn other_names(answer: &Answered<'_>, reading: &Reading) -> Option<Other> {
    // A list that was escaped twice is one name to a verifier.
    let list = answer.docs.bytes(reading.signed_headers?);
    if reading.beyond.is_some() || memchr::memmem::find(list, b"%25").is_some() {
        return None;
    }
    let message = answer.message();
    let text = message.as_ref().map_or("", |message| message.text.as_str());
    let signed = |name: &str| {
        let name = name.to_ascii_lowercase();
        reading.names.iter().find(|own| own.text == name.as_bytes())
    };
    if let Some(names) = answer.detail("HeadersNotSigned") {
        let (name, own) = names
            .text
            .split(',')
            .map(str::trim)
            .find_map(|name| Some((name, signed(name)?)))?;
        return Some(Other {
            said: format!(
                "The server says that {} is not signed, and this request names it in SignedHeaders.",
                shown(name)
            ),
            what: "signed header",
            named: names.span,
            own: own.span,
        });
    }
    let place = message.as_ref()?.span;
    if text.contains(sentences::HOST_NOT_SIGNED) {
        let own = signed("host")?;
        return Some(Other {
            said: "The server says that host is not signed, and this request names it in SignedHeaders."
                .to_owned(),
            what: "signed header",
            named: place,
            own: own.span,
        });
    }
    let name = sentences::not_sent(text)?;
    let whole = reading.signed_headers?;
    let known = reading
        .names
        .iter()
        .any(|own| own.text.eq_ignore_ascii_case(name.as_bytes()) || is_redacted(&own.text));
    (!known && !name.is_empty() && !is_redacted(name.as_bytes())).then(|| Other {
        said: format!(
            "The server says that SignedHeaders names {}, and this request signs no such header.",
            shown(name)
        ),
        what: "list of signed headers",
        named: place,
        own: whole,
    })
}

/// The two dates that an answer holds against each other, `'20261121' != '20261122', from '20261122T000112Z'`, where one of them is
/// not the request's.
fn other_scope_date(answer: &Answered<'_>, reading: &Reading) -> Option<Other> {
    let message = answer.message()?;
    let (_, behind) = message.text.split_once("does not match YYYYMMDD")?;
    let is_day = |text: &str| text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let mut quoted = behind.split('\'').skip(1).step_by(2);
    let scope = quoted.next().map(|text| text.trim_end_matches('\\'))?;
    let day = reading.credential.as_ref()?.date.as_ref()?;
    let own = day.string();
    if is_day(scope) && is_day(&own) && own != scope {
        return Some(Other::values(
            "date of the scope",
            (scope, message.span),
            (&own, day.span),
        ));
    }
    let time = quoted
        .map(|text| text.trim_end_matches('\\'))
        .find(|text| is_basic_time(text.as_bytes()))?;
    let date = reading.date.as_ref()?;
    let own = date.string();
    (is_basic_time(own.as_bytes()) && own != time)
        .then(|| Other::values("signing time", (time, message.span), (&own, date.span)))
}
