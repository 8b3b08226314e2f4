//! Taking apart what carries the signature: the header's parameters, the query's, the credential.
//!
//! Unlike the scheme's own reading, which makes the best of what is there, this keeps what is twice, torn
//! or left over, so that a rule can say so.

use std::borrow::Cow;

use super::facts::MOST_BYTES;
use crate::engine::document::{Documents, Span};
use crate::engine::intake::SignedRequest;
use crate::engine::scheme::sigv4::reading;

/// A piece of text and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Part {
    /// The text, percent-decoded where it stood in a query.
    pub(super) text: String,
    /// Where.
    pub(super) span: Span,
}

impl From<reading::Part> for Part {
    fn from(part: reading::Part) -> Self {
        Self {
            text: part.string(),
            span: part.span,
        }
    }
}

/// A parameter of the signature or of the query.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Param {
    pub(super) name: Part,
    /// Without the quotes that some put around it.
    pub(super) value: Part,
    /// Name and value.
    pub(super) span: Span,
}

/// An Authorization header, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Authorization {
    /// The whole value, without surrounding blanks.
    pub(super) value: Span,
    pub(super) algorithm: Part,
    /// Between the algorithm and what is behind it; empty where nothing is behind it.
    pub(super) gap: Span,
    pub(super) params: Vec<Param>,
    /// What is no `name=value`.
    pub(super) junk: Vec<Part>,
    /// Parameters that are parted from the one before by a blank alone.
    pub(super) run_on: Vec<Part>,
}

impl Authorization {
    /// Whether it is one of this scheme, or meant to be.
    pub(super) fn is_ours(&self) -> bool {
        let algorithm = self.algorithm.text.to_ascii_uppercase();
        algorithm.starts_with("AWS4")
            || self
                .params
                .iter()
                .any(|p| p.name.text.eq_ignore_ascii_case("Credential"))
    }
}

/// The parts of a credential, read from the right: a key id may hold slashes.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    pub(super) key_id: Part,
    pub(super) date: Part,
    pub(super) region: Part,
    pub(super) service: Part,
    pub(super) terminator: Part,
}

/// `span` without the blanks around it.
pub(super) fn trimmed(docs: &Documents, span: Span) -> Span {
    let bytes = docs.bytes(span);
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let end = start + bytes.trim_ascii().len();
    span.part(start..end)
}

pub(super) fn authorization(docs: &Documents, value: Span) -> Authorization {
    let bytes = docs.bytes(value);
    let end = bytes
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(bytes.len());
    let algorithm = value.until(end);
    let behind = bytes.get(end..).unwrap_or_default();
    let blanks = behind.len() - behind.trim_ascii_start().len();
    let part = |span: Span| Part {
        text: docs.text(span).into_owned(),
        span,
    };
    let (mut params, mut junk, mut run_on) = (Vec::new(), Vec::new(), Vec::new());
    let rest = value.from(end);
    for piece in pieces(docs.bytes(rest), |b| b == b',') {
        let mut span = trimmed(docs, rest.part(piece));
        let mut first = true;
        loop {
            let (own, next) = run_on_at(docs, span);
            let text = docs.bytes(own);
            match text.iter().position(|b| *b == b'=') {
                Some(at) => {
                    let name = part(trimmed(docs, own.until(at)));
                    if !first {
                        run_on.push(name.clone());
                    }
                    params.push(Param {
                        name,
                        value: part(trimmed(docs, own.from(at + 1))),
                        span: own,
                    });
                }
                None => junk.push(part(own)),
            }
            let Some(next) = next else { break };
            (span, first) = (next, false);
        }
    }
    Authorization {
        value,
        algorithm: part(algorithm),
        gap: value.part(end..end + blanks),
        params,
        junk,
        run_on,
    }
}

/// Splits before the first further parameter of the header that a blank alone parts from what is before
/// it: `Credential=… SignedHeaders=…`.
fn run_on_at(docs: &Documents, span: Span) -> (Span, Option<Span>) {
    const LONGEST: usize = 16;
    let bytes = docs.bytes(span);
    let found = memchr::memchr2_iter(b' ', b'\t', bytes).find(|at| {
        let word = bytes.get(at + 1..).unwrap_or_default();
        let word = word.get(..LONGEST).unwrap_or(word);
        [&b"SignedHeaders="[..], b"Signature=", b"Credential="]
            .iter()
            .any(|name| word.starts_with(name))
    });
    match found {
        Some(at) => (trimmed(docs, span.until(at)), Some(span.from(at + 1))),
        None => (span, None),
    }
}

pub(super) fn query_params(docs: &Documents, request: &SignedRequest) -> Vec<Param> {
    let Some(query) = request.target.query else {
        return Vec::new();
    };
    let query = query.until(MOST_BYTES);
    pieces(docs.bytes(query), |b| b == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let span = query.part(piece);
            let bytes = docs.bytes(span);
            let at = bytes.iter().position(|b| *b == b'=');
            let name = span.until(at.unwrap_or(bytes.len()));
            let value = at.map_or(span.tail(), |at| span.from(at + 1));
            Param {
                name: decoded(docs, name),
                value: decoded(docs, value),
                span,
            }
        })
        .collect()
}

/// The text of a part of a query, percent-decoded.
fn decoded(docs: &Documents, span: Span) -> Part {
    let bytes: Cow<'_, [u8]> = percent_encoding::percent_decode(docs.bytes(span)).into();
    Part {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        span,
    }
}

/// The ranges between the bytes that `is_end` names.
fn pieces(bytes: &[u8], is_end: fn(u8) -> bool) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    bytes.split(move |b| is_end(*b)).map(move |piece| {
        let range = start..start + piece.len();
        start = range.end + 1;
        range
    })
}

/// Splits at `separator`, bare or percent-encoded.
pub(super) fn split(docs: &Documents, span: Span, separator: u8) -> Vec<Part> {
    let parts = reading::split(docs, span, separator, true);
    parts.into_iter().map(Part::from).collect()
}

/// The parts of a credential that has all of them.
pub(super) fn credential(docs: &Documents, whole: &Part) -> Option<Credential> {
    let read = reading::credential(docs, whole.span, true);
    Some(Credential {
        key_id: read.key_id?.into(),
        date: read.date?.into(),
        region: read.region?.into(),
        service: read.service?.into(),
        terminator: read.terminator?.into(),
    })
}
