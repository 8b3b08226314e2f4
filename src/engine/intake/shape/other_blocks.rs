//! Whole blocks of headers without their request line, in inputs in which another request was read: what a second client
//! sent, or the same one at another try.
//!
//! Owns telling such a block from a part of a request that was read. What stands beside it is not taken up: it is the other
//! request's.

use super::fragment;
use crate::engine::document::Span;
use crate::engine::intake::head;
use crate::engine::intake::reader::{LEFT_OUT, Reader};
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
        let case = &reader.case;
        let mut requests = case.requests.iter();
        // What was left out was read, and is in no list.
        let left_out = case.findings.iter().any(|finding| {
            let mut places = finding.labels.iter();
            finding.id == LEFT_OUT && places.any(|place| place.span.doc == whole.doc)
        });
        if left_out || !requests.any(|request| request.span.doc == whole.doc) {
            continue;
        }
        let pieces = case.pieces.iter().map(|piece| piece.span);
        let taken = Taken::of(
            pieces
                .chain(understood.iter().copied())
                .filter(|span| span.doc == whole.doc),
        );
        let (found, again) = blocks(reader, text, &taken);
        understood.extend(again);
        for request in found {
            reader.add_request(request);
        }
    }
}

/// Places of one document of which something was made, in order, those that meet joined.
struct Taken(Vec<(usize, usize)>);

impl Taken {
    fn of(places: impl Iterator<Item = Span>) -> Self {
        let mut all: Vec<(usize, usize)> = places.map(|span| (span.start, span.end)).collect();
        all.sort_unstable();
        all.dedup_by(|next, kept| {
            let meets = next.0 <= kept.1;
            if meets {
                kept.1 = kept.1.max(next.1);
            }
            meets
        });
        Self(all)
    }

    /// Whether any of them overlaps `span`.
    fn overlaps(&self, span: Span) -> bool {
        let at = self.0.partition_point(|(_, end)| *end <= span.start);
        self.0.get(at).is_some_and(|(start, _)| *start < span.end)
    }
}

/// The blocks, and those that show once more what was read.
fn blocks(reader: &Reader<'_>, text: &Text, taken: &Taken) -> (Vec<SignedRequest>, Vec<Span>) {
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
        if head.headers.len() < FEWEST || taken.overlaps(given) {
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
