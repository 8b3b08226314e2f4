//! Which evidence speaks of which request.
//!
//! Owns the ways to tell. They compare only texts that both sides hold (signature, key id, date), so
//! no scheme has to be known.

use memchr::memmem;

use super::{Case, Evidence, Part, SignedRequest};
use crate::engine::document::{Documents, Span};

/// How a piece of evidence and a request belong together, the weakest first.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PairedBy {
    /// It stands next behind the request.
    Place,
    /// Both name one key id.
    KeyId,
    /// The request's signing time stands in the string to sign.
    Date,
    /// The request carries the signature that the evidence names.
    Signature,
}

impl Case {
    /// The evidence that speaks of the request at `request`, as places in [`Case::evidence`]: the surest
    /// first, and in order of the input among equals.
    pub fn evidence_for(&self, request: usize) -> Vec<usize> {
        let mut pairs: Vec<(usize, PairedBy)> = (0..self.evidence.len())
            .filter_map(|evidence| Some((evidence, self.paired_by(evidence, request)?)))
            .collect();
        pairs.sort_by_key(|(_, by)| std::cmp::Reverse(*by));
        pairs.into_iter().map(|(evidence, _)| evidence).collect()
    }

    /// How the evidence at `evidence` belongs to the request at `request`; none where it does not, or
    /// belongs more surely to another.
    pub fn paired_by(&self, evidence: usize, request: usize) -> Option<PairedBy> {
        let by = |request: usize| {
            let texts = self.requests.get(request)?;
            let found = self.evidence.get(evidence)?;
            shared(&self.docs, found, texts)
                .or_else(|| self.is_next(evidence, request).then_some(PairedBy::Place))
        };
        let own = by(request)?;
        let best = (0..self.requests.len()).filter_map(by).max()?;
        (own == best).then_some(own)
    }

    /// The first request that a verifier refused, as a place in [`Case::requests`]; where no answer says
    /// so, the first request.
    pub fn first_refused(&self) -> Option<usize> {
        let refused = |evidence: &Evidence| {
            evidence.answer.as_ref().is_some_and(|answer| {
                answer.code.is_some() || answer.status.is_some_and(|status| status >= 400)
            })
        };
        let places = 0..self.requests.len();
        places
            .clone()
            .find(|&request| {
                self.evidence_for(request)
                    .into_iter()
                    .any(|evidence| self.evidence.get(evidence).is_some_and(refused))
            })
            .or_else(|| places.clone().next())
    }

    /// Whether `request` is the one before `evidence` in the input, or the only one.
    fn is_next(&self, evidence: usize, request: usize) -> bool {
        if self.requests.len() == 1 {
            return request == 0;
        }
        let mut last = None;
        for piece in &self.pieces {
            match piece.part {
                Part::Request(r) => last = Some(r),
                Part::Evidence(e) if e == evidence => return last == Some(request),
                Part::Evidence(_) | Part::Secret(_) => {}
            }
        }
        false
    }
}

impl Evidence {
    /// The key id that the answer names, as `AWSAccessKeyId`.
    pub fn key_id(&self) -> Option<Span> {
        let details = self.answer.iter().flat_map(|a| &a.details);
        let named = |(name, _): &&(String, Span)| {
            matches!(name.as_str(), "AWSAccessKeyId" | "OSSAccessKeyId")
        };
        details
            .filter(named)
            .map(|(_, span)| *span)
            .find(|span| !span.is_empty())
    }
}

/// The surest text that both hold.
fn shared(docs: &Documents, evidence: &Evidence, request: &SignedRequest) -> Option<PairedBy> {
    let holds = |needle: &[u8]| {
        let query = request.target.query.map(|q| docs.bytes(q));
        needle.len() >= 8
            && (query.is_some_and(|q| memmem::find(q, needle).is_some())
                || request
                    .headers
                    .iter()
                    .any(|h| memmem::find(docs.bytes(h.value), needle).is_some()))
    };
    let exact = evidence
        .signature
        .as_ref()
        .and_then(super::Pattern::as_exact);
    if exact.is_some_and(|s| holds(docs.bytes(s))) {
        return Some(PairedBy::Signature);
    }
    if let Some(to_sign) = evidence
        .string_to_sign
        .as_ref()
        .and_then(super::Pattern::span)
    {
        // The second line of a string to sign is the time of signing; in older schemes it is another.
        let dated = docs
            .bytes(to_sign)
            .split(|b| *b == b'\n')
            .take(4)
            .any(|line| is_basic_time(line) && holds(line));
        if dated {
            return Some(PairedBy::Date);
        }
    }
    evidence
        .key_id()
        .is_some_and(|k| holds(docs.bytes(k)))
        .then_some(PairedBy::KeyId)
}

/// `20130524T000000Z`.
fn is_basic_time(line: &[u8]) -> bool {
    line.len() == 16
        && line.iter().enumerate().all(|(i, b)| match i {
            8 => *b == b'T',
            15 => *b == b'Z',
            _ => b.is_ascii_digit(),
        })
}
