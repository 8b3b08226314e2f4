//! Parts of a request that are signed and over whose values somebody put a mark: what was signed is not known then.
//!
//! Owns finding them in requests that were read. What a mark looks like is the business of `marks`; that nothing is
//! proved without them is that of the scheme.

use super::marks::{holds_mark, is_filler, is_mark};
use super::shape::vocabulary::{HASH_HEADER, signed_names};
use super::{Case, Given, Header, SignedRequest};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Span};

/// The longest value that is looked at, in bytes: no mark is longer.
const LONGEST: usize = 512;

/// Adds the places of every such value, and a remark for each request that has one.
pub(super) fn add(case: &mut Case) {
    for at in 0..case.requests.len() {
        let Some(request) = case.requests.get(at) else {
            continue;
        };
        let hidden: Vec<(String, Span)> = hidden(&case.docs, request)
            .into_iter()
            .filter(|(_, span)| !case.unknown.iter().any(|known| known.overlaps(*span)))
            .collect();
        let Some((_, first)) = hidden.first() else {
            continue;
        };
        let names: Vec<&str> = hidden.iter().map(|(name, _)| name.as_str()).collect();
        let finding = Finding::warning(
            "value-not-here",
            format!(
                "What was signed of this request is hidden in this paste: {}.",
                names.join(", ")
            ),
            "Put in what was sent. What is given here stays here: nothing is stored or sent.",
        )
        .at(case.docs.to_given(*first), "hidden");
        case.unknown
            .extend(hidden.into_iter().map(|(_, span)| span));
        case.findings.push(finding);
    }
}

/// The names and places of what is signed and hidden.
fn hidden(docs: &Documents, request: &SignedRequest) -> Vec<(String, Span)> {
    let name = |header: &Header| match &header.name {
        Given::Stated(span) => docs.text(*span).trim().to_ascii_lowercase(),
        Given::Implied(name) => (*name).to_owned(),
    };
    let query = request.target.query.map_or(&b""[..], |q| docs.bytes(q));
    let mut signed = signed_names(query);
    for header in &request.headers {
        if name(header) == "authorization" {
            signed.extend(signed_names(docs.bytes(header.value)));
        }
    }
    // Without a signature nothing is signed.
    if signed.iter().all(String::is_empty) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for header in &request.headers {
        let name = name(header);
        let value = docs.bytes(header.value.until(LONGEST)).trim_ascii();
        // `*` alone is a value of its own: If-None-Match.
        let whole = is_mark(value) && value != b"*";
        // A hash holds no such letters of its own.
        let hash = name == HASH_HEADER && (holds_mark(value) || is_filler(value));
        let is_hidden = whole || hash || name == "host" && holds_mark(value);
        if is_hidden && header.value.len() < LONGEST && signed.contains(&name) {
            out.push((name, header.value));
        }
    }
    let path = request.target.path;
    if is_named_mark(docs.bytes(path.until(LONGEST))) {
        out.push(("the path".to_owned(), path));
    }
    out
}

/// Whether a path holds a mark in so many words: `/*REDACTED*/`, `/[redacted]/a`. Runs of letters and dots may be its
/// own.
fn is_named_mark(path: &[u8]) -> bool {
    let opens = |b: &u8| matches!(b, b'*' | b'[' | b'<' | b'(' | b'{');
    let Some(at) = path.iter().position(opens) else {
        return false;
    };
    let rest = path.get(at..).unwrap_or_default().to_ascii_lowercase();
    memchr::memmem::find(&rest, b"redact").is_some()
}
