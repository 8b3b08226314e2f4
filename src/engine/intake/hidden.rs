//! Parts of a request that are signed and over whose values somebody put a mark: what was signed is not known then.
//!
//! Owns finding them in requests that were read. What a mark looks like is the business of `marks`; that nothing is
//! proved without them is that of the scheme.

use std::collections::{BTreeMap, HashSet};

use super::marks::{holds_mark, is_filler, is_mark};
use super::shape::vocabulary::{HASH_HEADER, signed_names};
use super::{Case, Given, Header, SignedRequest, not_here};
use crate::engine::document::{DocId, Documents, Span};

/// The longest value that is looked at, in bytes: no mark is longer.
const LONGEST: usize = 512;

/// Adds the places of every such value, and a remark for each request that has one.
pub(super) fn add(case: &mut Case) {
    let mut known = Places::default();
    for span in &case.unknown {
        known.add(*span);
    }
    for at in 0..case.requests.len() {
        let Some(request) = case.requests.get(at) else {
            continue;
        };
        let mut hidden = hidden(&case.docs, request);
        hidden.retain(|(_, span)| !known.touch(*span));
        let Some((_, first)) = hidden.first() else {
            continue;
        };
        let first = case.docs.to_given(*first);
        let (names, spans): (Vec<String>, Vec<Span>) = hidden.into_iter().unzip();
        for span in spans {
            known.add(span);
            case.unknown.push(span);
        }
        case.find(not_here::hidden(&names).at(first, "hidden"));
    }
}

/// Places that are known, each by its document and start, and where it ends. None shares a byte with another.
#[derive(Default)]
struct Places(BTreeMap<(DocId, usize), usize>);

impl Places {
    /// Adds a place, joined with those that share a byte with it.
    fn add(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let (mut start, mut end) = (span.start, span.end);
        while let Some((at, known)) = self.last_before(span.doc, end)
            && known > start
        {
            self.0.remove(&(span.doc, at));
            start = start.min(at);
            end = end.max(known);
        }
        self.0.insert((span.doc, start), end);
    }

    /// Whether one of them shares a byte with `span`.
    fn touch(&self, span: Span) -> bool {
        let before = self.last_before(span.doc, span.end);
        before.is_some_and(|(_, end)| end > span.start)
    }

    /// The last place that begins before `end`.
    fn last_before(&self, doc: DocId, end: usize) -> Option<(usize, usize)> {
        let mut before = self.0.range((doc, 0)..(doc, end));
        before.next_back().map(|((_, start), end)| (*start, *end))
    }
}

/// The names and places of what is signed and hidden.
fn hidden(docs: &Documents, request: &SignedRequest) -> Vec<(String, Span)> {
    let name = |header: &Header| match &header.name {
        Given::Stated(span) => docs.text(*span).trim().to_ascii_lowercase(),
        Given::Implied(name) => (*name).to_owned(),
    };
    let query = request.target.query.map_or(&b""[..], |q| docs.bytes(q));
    let mut signed: HashSet<String> = signed_names(query).into_iter().collect();
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
