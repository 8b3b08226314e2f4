//! How large a request may be and still be followed to its signature.
//!
//! What is built on top of a request (fields with the origin of every byte, comparisons, a correction)
//! takes many times the memory of its bytes. Below these bounds everything is exact. Beyond one of them
//! nothing of the signature is computed, and a finding says which bound that was: not even the plain
//! hash goes on, for what is never shown and compared would be claimed on trust. Each bound is many
//! times what servers take: Amazon S3 documents 8 KB for the header of a PUT (Amazon S3 User Guide, Working
//! with object metadata). The bounds are sigscope's own. A body is no part of these: it is hashed as it is, whatever its size.

use std::fmt;

use super::header::{self, HeaderIndex};
use super::reading::{self, Reading};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::SignedRequest;

/// Bytes of the target and the header lines together.
pub(super) const HEAD: usize = 512 << 10;
/// Parameters of the query; parameters of an Authorization header, separators counted; and lines of a
/// text that somebody else computed.
pub(super) const PARAMS: usize = 4_096;
/// Names in the list of signed headers.
pub(super) const NAMES: usize = 4_096;
/// Bytes of header values in a canonical request: a name that is listed again has its values written
/// again.
pub(super) const VALUES: usize = 1 << 20;

/// The bound that a request is beyond.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Beyond {
    /// [`HEAD`]; how many bytes there are.
    Head(usize),
    /// [`PARAMS`] in the query; how many there are.
    Params(usize),
    /// [`PARAMS`] in an Authorization header; how many there are.
    Authorization(usize),
    /// [`NAMES`]; the list is not counted to its end.
    Names,
    /// [`VALUES`]; how many bytes there would be.
    Values(usize),
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(bytes) => write!(
                f,
                "The target and the headers of this request have {bytes} bytes; sigscope follows {HEAD}."
            ),
            Self::Params(count) => write!(
                f,
                "The query has {count} parameters; sigscope follows {PARAMS}."
            ),
            Self::Authorization(count) => write!(
                f,
                "The Authorization header has {count} parts; sigscope follows {PARAMS}."
            ),
            Self::Names => write!(
                f,
                "SignedHeaders has more names than the {NAMES} that sigscope follows."
            ),
            Self::Values(bytes) => write!(
                f,
                "With every name that SignedHeaders lists, the canonical request would hold {bytes} bytes \
                 of header values; sigscope writes {VALUES}."
            ),
        }
    }
}

/// A span that is short enough to be read.
pub(super) fn fits(span: Span) -> Option<Span> {
    (span.len() <= HEAD).then_some(span)
}

/// The first bound that `request` is beyond, as `reading` was read from it.
pub(super) fn of(docs: &Documents, request: &SignedRequest, reading: &Reading) -> Option<Beyond> {
    let lines = request.headers.iter().map(|header| header.line.len());
    let head = request.target.whole.len() + lines.sum::<usize>();
    if head > HEAD {
        return Some(Beyond::Head(head));
    }
    let params = request.target.query.map_or(0, |query| {
        memchr::memchr_iter(b'&', docs.bytes(query)).count() + 1
    });
    if params > PARAMS {
        return Some(Beyond::Params(params));
    }
    let parts = request
        .headers
        .iter()
        .filter(|h| reading::header_name(docs, h).eq_ignore_ascii_case(b"authorization"))
        .map(|h| {
            let between = |b: &&u8| **b == b',' || b.is_ascii_whitespace();
            docs.bytes(h.value).iter().filter(between).count() + 1
        })
        .sum();
    if parts > PARAMS {
        return Some(Beyond::Authorization(parts));
    }
    if reading.names.len() > NAMES {
        return Some(Beyond::Names);
    }
    // Most requests cannot come near it, each name having no more than the whole head.
    if head.saturating_mul(reading.names.len()) <= VALUES {
        return None;
    }
    let index = HeaderIndex::of(docs, request);
    let values = reading
        .names
        .iter()
        .flat_map(|name| index.get(&header::lower_name(&name.text)))
        .map(|value| value.span.len())
        .sum();
    (values > VALUES).then_some(Beyond::Values(values))
}
