//! Session tokens in the input: where they stand, so that no reader shows them.
//!
//! Owns the names under which tokens travel. Masks headers, query parameters, and both again inside the
//! strings and dumps that a verifier echoes back.

use memchr::{memchr, memchr2};

use super::{Case, Given};
use crate::engine::document::{DocId, Mask, Origin, Peel, Span};

/// Headers whose value is a token, in lower case.
const HEADERS: [&str; 2] = ["x-amz-security-token", "x-amz-s3session-token"];

/// Masks every session token of the case.
pub(super) fn mask(case: &mut Case) {
    let mut spans: Vec<Span> = Vec::new();
    for request in &case.requests {
        for header in &request.headers {
            if let Given::Stated(name) = header.name
                && is_token(case.docs.bytes(name))
            {
                spans.push(trimmed(case, header.value));
            }
        }
        if let Some(query) = request.target.query {
            parameters(case, query, &mut spans);
        }
    }
    for evidence in &case.evidence {
        let patterns = [&evidence.canonical_request, &evidence.string_to_sign];
        for span in patterns
            .into_iter()
            .flatten()
            .filter_map(super::Pattern::span)
        {
            echoed(case, span, &mut spans);
        }
        for (_, span) in evidence.answer.iter().flat_map(|a| &a.details) {
            echoed(case, *span, &mut spans);
        }
    }
    // Dumps are masked through the layer they decode to, whether or not the layer was preferred to the
    // text beside it.
    let dumps: Vec<DocId> = case
        .docs
        .iter()
        .filter(|(_, d)| {
            matches!(
                d.origin(),
                Origin::Peeled {
                    peel: Peel::HexDump,
                    ..
                }
            )
        })
        .map(|(id, _)| id)
        .collect();
    for doc in dumps {
        echoed(case, case.docs.whole(doc), &mut spans);
    }
    // The printed text too, where the dump was preferred.
    let layers: Vec<Span> = case.evidence.iter().map(|e| e.span).collect();
    for span in layers {
        echoed(case, span, &mut spans);
    }
    spans.retain(|s| !s.is_empty());
    spans.sort_unstable();
    spans.dedup();
    for span in spans {
        case.docs.mask(span, Mask::Token);
    }
}

fn is_token(name: &[u8]) -> bool {
    HEADERS
        .iter()
        .any(|h| name.eq_ignore_ascii_case(h.as_bytes()))
}

/// The tokens of a string somebody else printed: lines of headers, and parameters of a query.
fn echoed(case: &Case, span: Span, out: &mut Vec<Span>) {
    let bytes = case.docs.bytes(span);
    let mut at = 0;
    // Both spellings hold this, in one case or another.
    while let Some(i) = memchr2(b'-', b'-', bytes.get(at..).unwrap_or_default()) {
        let dash = at + i;
        at = dash + 1;
        let Some(start) = dash.checked_sub(1) else {
            continue;
        };
        let rest = bytes.get(start..).unwrap_or_default();
        let Some(name) = HEADERS.iter().find(|h| {
            rest.get(..h.len())
                .is_some_and(|r| r.eq_ignore_ascii_case(h.as_bytes()))
        }) else {
            continue;
        };
        let value = start + name.len();
        match bytes.get(value) {
            Some(b':') => {
                let line = bytes.get(value + 1..).unwrap_or_default();
                let end = line.iter().position(|b| matches!(b, b'\n' | b'\r' | b'<'));
                out.push(trimmed(
                    case,
                    span.part(value + 1..value + 1 + end.unwrap_or(line.len())),
                ));
                at = value;
            }
            Some(b'=') => {
                let text = bytes.get(value + 1..).unwrap_or_default();
                let stop = |b: &u8| matches!(b, b'&' | b'\n' | b'\r' | b'<' | b' ' | b'"');
                let end = text.iter().position(stop).unwrap_or(text.len());
                out.push(span.part(value + 1..value + 1 + end));
                at = value;
            }
            _ => {}
        }
    }
}

/// The tokens among the parameters of a query.
fn parameters(case: &Case, query: Span, out: &mut Vec<Span>) {
    let bytes = case.docs.bytes(query);
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let end = memchr(b'&', rest).unwrap_or(rest.len());
        let pair = rest.get(..end).unwrap_or_default();
        if let Some(equals) = memchr(b'=', pair)
            && is_token(pair.get(..equals).unwrap_or_default())
        {
            out.push(query.part(at + equals + 1..at + end));
        }
        at += end + 1;
    }
}

fn trimmed(case: &Case, span: Span) -> Span {
    let bytes = case.docs.bytes(span);
    let front = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let back = bytes
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_whitespace())
        .count();
    span.part(front..bytes.len().saturating_sub(back).max(front))
}
