//! Whether evidence is about the request that is looked at, by what both of them name.
//!
//! Owns what is held against each other: signature, key id, signing time and region. Where a
//! piece of evidence stands in the input is the business of intake. It must not know any one scheme.

use percent_encoding::percent_decode;

use super::compare::{Printed, Relation, relate_texts};
use super::token::common_prefix;
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Evidence, is_basic_time, is_filler, is_redacted, vocabulary};
use crate::engine::scheme::Claim;

/// The id of the remark that an answer is about another request, whichever scheme makes it.
pub const OTHER_REQUEST: &str = "server-other-request";

/// Whether evidence is about the request that is looked at; the least sure first.
#[derive(Copy, Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Pairing {
    /// It names another signature, key id or signing time than the request carries.
    Other(Contradiction),
    /// It names none of these, or there is nothing to hold them against.
    Unknown,
    /// It names the signature that the request carries, but for the last character: the request was sent again
    /// so that the verifier tells its strings (aws-sdk-js#853). The strings are of this request; that it was
    /// refused proves nothing.
    Probe,
    /// It names the signature that the request carries.
    Same,
}

impl Pairing {
    /// Whether it is proved to be about another request.
    pub fn is_other(self) -> bool {
        matches!(self, Self::Other(_))
    }
}

/// By what evidence is proved to be about another request.
#[derive(Copy, Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Contradiction {
    /// Another signature.
    Signature,
    /// Another key id.
    KeyId,
    /// Another signing time.
    Date,
    /// Another region.
    Region,
}

impl Contradiction {
    /// What is another: `key id`.
    pub fn what(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::KeyId => "key id",
            Self::Date => "signing time",
            Self::Region => "region",
        }
    }
}

/// The least part of a signature that tells two of them apart beyond doubt, in characters.
const TELLING: usize = 8;

/// The least length of a signature that was not cut: of an HMAC with SHA-1 in base64.
const WHOLE: usize = 28;

/// The least part of a key id that may be what was left of it when it was cut.
const LEAST_OF_KEY: usize = 4;

/// The parameter of a query that begins with the key id.
const CREDENTIAL: &[u8] = vocabulary::CREDENTIAL_PARAMETER;

/// Holds what `evidence` names against what the request names, which is `claim`. The signature decides
/// where both are readable: it is of no other request.
pub fn pairing(docs: &Documents, claim: &Claim, evidence: &Evidence) -> Pairing {
    let named = evidence.signature.as_ref().map(|p| Printed::of(p, docs));
    let received = claim.received.as_ref().map(|p| Printed::of(p, docs));
    if let (Some(named), Some(received)) = (&named, &received) {
        match by_signature(named, received) {
            Pairing::Unknown => {}
            told => return told,
        }
    }
    if names_another_key(docs, claim, evidence) {
        Pairing::Other(Contradiction::KeyId)
    } else if names_another_time(docs, claim, evidence) {
        Pairing::Other(Contradiction::Date)
    } else if names_another_region(docs, claim, evidence) {
        Pairing::Other(Contradiction::Region)
    } else {
        Pairing::Unknown
    }
}

/// Holds two signatures against each other.
pub(super) fn by_signature(named: &Printed, received: &Printed) -> Pairing {
    match relate_texts(named, received) {
        Relation::Same => Pairing::Same,
        Relation::Part(_) => {
            // One that was cut without a mark is still the same one.
            let shorter = named.bytes.len().min(received.bytes.len());
            let common = common_prefix(&named.bytes, &received.bytes);
            if shorter >= TELLING && common == shorter {
                Pairing::Same
            } else if is_probe(named, received, common) {
                Pairing::Probe
            } else {
                Pairing::Other(Contradiction::Signature)
            }
        }
        _ if common_prefix(&named.bytes, &received.bytes) >= TELLING => Pairing::Same,
        _ => Pairing::Unknown,
    }
}

/// Whether one of two signatures, which begin with so many equal characters, is the other but for its last
/// character.
fn is_probe(named: &Printed, received: &Printed, common: usize) -> bool {
    let len = named.bytes.len();
    len >= WHOLE && received.bytes.len() == len && common + 1 == len
}

/// Whether the key id that the evidence names cannot be the request's, however it was redacted or cut.
pub fn names_another_key(docs: &Documents, claim: &Claim, evidence: &Evidence) -> bool {
    let (Some(named), Some(own)) = (evidence.key_id(), claim.key_id) else {
        return false;
    };
    let named = docs.bytes(named).trim_ascii();
    let own: std::borrow::Cow<'_, [u8]> = percent_decode(docs.bytes(own).trim_ascii()).into();
    // LocalStack names the one that it verified with beside the canonical request of the one that was sent.
    if is_in_canonical(docs, evidence, &own) {
        return false;
    }
    let shorter = named.len().min(own.len());
    let cut = shorter >= LEAST_OF_KEY && common_prefix(named, &own) == shorter;
    let is_marked = |id: &[u8]| is_redacted(id) || is_filler(id);
    shorter > 0 && !cut && named != own.as_ref() && !is_marked(named) && !is_marked(&own)
}

/// Whether the canonical request of the evidence holds this key id in the credential of its query.
fn is_in_canonical(docs: &Documents, evidence: &Evidence, key_id: &[u8]) -> bool {
    const LONGEST: usize = 64 << 10;
    let Some(canonical) = &evidence.canonical_request else {
        return false;
    };
    let text = canonical.bytes(docs);
    let text = text.get(..text.len().min(LONGEST)).unwrap_or_default();
    let mut values = memchr::memmem::find_iter(text, CREDENTIAL).map(|at| at + CREDENTIAL.len());
    values.any(|at| {
        let value = text.get(at..).unwrap_or_default();
        let len = memchr::memchr2(b'&', b'\n', value).unwrap_or(value.len());
        let value = percent_decode(value.get(..len).unwrap_or_default()).collect::<Vec<u8>>();
        let rest = value.strip_prefix(key_id);
        !key_id.is_empty() && rest.is_some_and(|rest| rest.starts_with(b"/"))
    })
}

/// Whether the evidence signs for another moment. Only times in the one form of a string to sign are held
/// against each other.
/// The region of the scope that the request states, where that is whole.
pub fn own_region(docs: &Documents, claim: &Claim) -> Option<Span> {
    let scope = claim.scope?;
    let text = docs.bytes(scope);
    // In a query its slashes are escaped.
    let slash = |from: usize| {
        let rest = text.get(from..)?;
        let at = rest.iter().position(|b| matches!(b, b'/' | b'%'))?;
        let len = if rest.get(at) == Some(&b'/') { 1 } else { 3 };
        Some((from + at, from + at + len))
    };
    let (_, start) = slash(0)?;
    let (end, _) = slash(start)?;
    Some(scope.part(start..end))
}

fn names_another_region(docs: &Documents, claim: &Claim, evidence: &Evidence) -> bool {
    let (Some(named), Some(own)) = (evidence.signed_region(docs), own_region(docs, claim)) else {
        return false;
    };
    let (named, own) = (docs.bytes(named), docs.bytes(own));
    named != own && !is_redacted(named) && !is_redacted(own)
}

fn names_another_time(docs: &Documents, claim: &Claim, evidence: &Evidence) -> bool {
    let (Some(named), Some(own)) = (evidence.signing_time(docs), claim.date) else {
        return false;
    };
    let own = docs.bytes(own).trim_ascii();
    is_basic_time(own) && docs.bytes(named) != own
}
