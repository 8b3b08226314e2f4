//! Whether strings of a signer and strings of a verifier are of one request, where no request has to be here.
//!
//! Owns what the two are held against each other by: the signatures that both name, the strings, the signing times. It must not
//! know what the strings say, nor any one scheme.

use std::collections::HashSet;

use super::compare::Printed;
use super::pairing::{Pairing, by_signature};
use crate::engine::document::Documents;
use crate::engine::intake::{Case, Evidence, Pattern, Side, vocabulary};

/// How two pieces of evidence belong together; the least sure first.
#[derive(Copy, Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Bond {
    /// The answer names another signature than the strings: they are of two requests, or of two tries of one.
    Apart,
    /// They state two signing times.
    Times,
    /// Nothing tells.
    Unknown,
    /// They state one signing time.
    Time,
    /// They have one string to sign or one canonical request.
    Strings,
    /// They name one signature.
    Signature,
}

/// Holds the strings of a signer, or of nobody knows whom, against what a verifier gave.
pub(super) fn bond(docs: &Documents, own: &Evidence, server: &Evidence) -> Bond {
    let text = |pattern: &Option<Pattern>| pattern.as_ref().map(|p| Printed::of(p, docs));
    if let (Some(made), Some(echoed)) = (text(&own.signature), text(&server.signature)) {
        match by_signature(&made, &echoed) {
            Pairing::Same | Pairing::Probe => return Bond::Signature,
            // An answer echoes what it was sent; what else prints a verifier's strings may print what it made of them.
            Pairing::Other(_) if server.answer.is_some() && is_one_spelling(&made, &echoed) => {
                return Bond::Apart;
            }
            Pairing::Other(_) | Pairing::Unknown => {}
        }
    }
    let exact = |pattern: &Option<Pattern>| pattern.as_ref().and_then(Pattern::as_exact);
    let same = |a: &Option<Pattern>, b: &Option<Pattern>| match (exact(a), exact(b)) {
        (Some(a), Some(b)) => docs.bytes(a) == docs.bytes(b),
        _ => false,
    };
    if same(&own.string_to_sign, &server.string_to_sign)
        || same(&own.canonical_request, &server.canonical_request)
    {
        return Bond::Strings;
    }
    match (time(docs, own), time(docs, server)) {
        (Some(a), Some(b)) if a == b => Bond::Time,
        (Some(_), Some(_)) => Bond::Times,
        _ => Bond::Unknown,
    }
}

/// Whether two signatures are written alike: both in hexadecimal digits, or neither.
fn is_one_spelling(one: &Printed, other: &Printed) -> bool {
    let is_hex = |text: &Printed| text.bytes.iter().all(u8::is_ascii_hexdigit);
    is_hex(one) == is_hex(other) && ![one, other].iter().any(|text| text.bytes.contains(&b'%'))
}

/// The signing time that the string to sign states, else the canonical request.
fn time(docs: &Documents, evidence: &Evidence) -> Option<Vec<u8>> {
    if let Some(span) = evidence.signing_time(docs) {
        return Some(docs.bytes(span).to_vec());
    }
    let text = evidence.canonical_request.as_ref()?.span()?;
    let mut lines = docs.bytes(text).split(|byte| *byte == b'\n');
    lines.find_map(|line| Some(line.strip_prefix(vocabulary::TIME_LINE)?.to_vec()))
}

/// The signatures and strings to sign that signers printed.
pub(super) struct Signers(HashSet<Vec<u8>>);

impl Signers {
    /// Those of a case.
    pub(super) fn of(case: &Case) -> Self {
        let own = case.evidence.iter();
        let own = own.filter(|evidence| evidence.side != Some(Side::Server));
        let texts = own.flat_map(|e| [&e.signature, &e.string_to_sign]);
        Self(texts.flatten().map(|p| p.bytes(&case.docs)).collect())
    }

    /// How surely one of them is what a verifier speaks of: by the signature, by the string, or not at all.
    pub(super) fn know(&self, case: &Case, server: &Evidence) -> (bool, bool) {
        let has = |pattern: &Option<Pattern>| {
            let pattern = pattern.as_ref();
            pattern.is_some_and(|p| self.0.contains(&p.bytes(&case.docs)))
        };
        (has(&server.signature), has(&server.string_to_sign))
    }
}
