//! Whole blocks of headers without their request line, in inputs in which another request was read: what a second client
//! sent, or the same one at another try.
//!
//! Owns telling such a block from a part of a request that was read. What stands beside it is not taken up: it is the other
//! request's.

use super::fragment;
use crate::engine::document::Span;
use crate::engine::intake::head;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Given, SignedRequest};

/// Blocks of one input.
const MOST: usize = 8;
/// The fewest headers of a block.
const FEWEST: usize = 3;

/// Adds the blocks of `texts` that hold a signature of which no request was read. Those that show a request once more are
/// `understood`.
pub(in crate::engine::intake) fn add(
    reader: &mut Reader<'_>,
    texts: &[Text],
    understood: &mut Vec<Span>,
) {
    for text in texts {
        let whole = reader.case.docs.to_given(text.span(0..text.len()));
        let read_here = |span: &Span| span.doc == whole.doc;
        if !reader
            .case
            .requests
            .iter()
            .any(|request| read_here(&request.span))
        {
            continue;
        }
        let (found, again) = blocks(reader, text, understood);
        understood.extend(again);
        for request in found {
            reader.add_request(request);
        }
    }
}

/// The blocks, and those that show once more what was read.
fn blocks(
    reader: &Reader<'_>,
    text: &Text,
    understood: &[Span],
) -> (Vec<SignedRequest>, Vec<Span>) {
    let docs = &reader.case.docs;
    let (mut found, mut again): (Vec<SignedRequest>, Vec<_>) = (Vec::new(), Vec::new());
    let mut from = 0;
    while found.len() + again.len() < MOST
        && let Some(at) = fragment::next(text, from)
    {
        from = text.line(at).end.max(at + 1);
        let line = text.line(text.line_start(at, at.saturating_sub(fragment::LONGEST)));
        let Some((name, colon)) = head::split(text, line) else {
            continue;
        };
        if !text.get(name).eq_ignore_ascii_case(b"authorization") {
            continue;
        }
        let start = fragment::first(text, line);
        let head = head::read(text, start);
        from = from.max(head.end);
        let place = text.span(start..head.end);
        let given = docs.to_given(place);
        let mut read = reader
            .case
            .pieces
            .iter()
            .map(|piece| piece.span)
            .chain(understood.iter().copied());
        if head.headers.len() < FEWEST || read.any(|span| span.overlaps(given)) {
            continue;
        }
        let value = text.get(text.trim(colon + 1..line.end));
        let same = |request: &SignedRequest| {
            request.headers.iter().any(|header| {
                let named = match header.name {
                    Given::Stated(name) => docs.bytes(name).eq_ignore_ascii_case(b"authorization"),
                    Given::Implied(name) => name == "authorization",
                };
                named && docs.bytes(header.value).trim_ascii() == value
            })
        };
        if reader.case.requests.iter().chain(&found).any(same) {
            again.push(given);
            continue;
        }
        let headers = head
            .headers
            .iter()
            .map(|raw| fragment::header(text, raw))
            .collect();
        let request = fragment::request(docs, text, start..head.end, None, None, headers);
        found.push(SignedRequest {
            span: given,
            ..request
        });
    }
    (found, again)
}
