//! A body that was given apart from its request, given to the request it belongs to.

use sha2::{Digest as _, Sha256};

use super::body::{LENGTH_DIFFERS, final_newline_len};
use super::{Body, BodyFacts, Case, Given, Header, Part, Piece, Shape, SignedRequest};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Span};

/// The id of the remark that an input is not the body it may have been meant for.
pub(super) const NOT_TAKEN: &str = "body-not-taken";

/// What a whole input is called that is a request's body.
const SHAPE: Shape = Shape("body");

/// Takes an input in which nothing was recognised for the body of a request that lacks its own and whose
/// Content-Length it has, with or without the line end that an editor may have added. Where the request
/// states a hash, only what hashes to it is taken; where none does, only what could be of no other.
pub(super) fn inputs(case: &mut Case, docs: &[DocId]) {
    for doc in docs {
        let whole = case.docs.whole(*doc);
        let given = case.docs.to_given(whole);
        if whole.is_empty() || case.pieces.iter().any(|piece| piece.span.doc == given.doc) {
            continue;
        }
        let newline = final_newline_len(case.docs.bytes(whole));
        let mut fitting = Vec::new();
        let mut unfit = Vec::new();
        for (place, request) in case.requests.iter().enumerate() {
            let stated = stated_length(case, request).filter(|_| request.body == Body::Absent);
            let Some(stated) = stated else { continue };
            unfit.push((place, stated));
            let span = [0, newline]
                .into_iter()
                .find(|cut| stated == (whole.len() - cut) as u64)
                .map(|cut| whole.until(whole.len() - cut));
            if let Some(span) = span
                && hash_agrees(case, request, span) != Some(false)
            {
                fitting.push((place, span));
            }
        }
        let proved = fitting.iter().find(|(place, span)| {
            let request = case.requests.get(*place);
            request.and_then(|request| hash_agrees(case, request, *span)) == Some(true)
        });
        let chosen = match (proved, fitting.as_slice()) {
            (Some(chosen), _) | (None, [chosen]) => *chosen,
            (None, []) => {
                if let [(place, stated)] = unfit.as_slice()
                    && let Some(request) = case.requests.get(*place)
                {
                    let length = content_length(case, request).map(|header| header.value);
                    let finding = not_taken(whole.len(), *stated).at(given, "not used");
                    let finding = match length {
                        Some(span) => finding.at(case.docs.to_given(span), "the length stated"),
                        None => finding,
                    };
                    case.findings.push(finding);
                }
                continue;
            }
            (None, _) => continue,
        };
        let (place, span) = chosen;
        if let Some(request) = case.requests.get_mut(place) {
            request.body = Body::Held {
                span,
                newline_in_doubt: false,
            };
        }
        case.pieces.push(Piece {
            shape: SHAPE,
            span: given,
            part: Part::Request(place),
        });
        case.findings.push(
            Finding::note(
                "body-by-length",
                "This was taken for the body of the request, whose Content-Length it has.",
                "If it is not, give the body with --body.",
            )
            .at(given, "the body"),
        );
    }
}

/// An input that may have been meant for the body of the only request that lacks one, and is not.
fn not_taken(len: usize, stated: u64) -> Finding {
    let help = "Give the body as it was sent, byte for byte, or the file it was sent from with --body; a paste \
                through a terminal may lose bytes.";
    if len as u64 == stated {
        return Finding::warning(
            NOT_TAKEN,
            format!(
                "This input is {len} bytes long, as Content-Length says of the body, but its hash is not the \
                 one stated: it was not used."
            ),
            help,
        );
    }
    Finding::warning(
        NOT_TAKEN,
        format!(
            "{len} bytes came in this input, and the request states a body of {stated}: it was not used."
        ),
        help,
    )
}

/// Whether the bytes of `span` have the hash that a header of the request states; none where no header's
/// value is one.
fn hash_agrees(case: &Case, request: &SignedRequest, span: Span) -> Option<bool> {
    let stated = request.headers.iter().find_map(|header| {
        let mut raw = [0; 32];
        let value = case.docs.bytes(header.value).trim_ascii();
        hex::decode_to_slice(value, &mut raw).ok().map(|()| raw)
    })?;
    Some(stated == <[u8; 32]>::from(Sha256::digest(case.docs.bytes(span))))
}

/// Gives `facts` to the request whose Content-Length it has, else to the first that holds no body, else
/// to the only one. Says so where there is none to give it to.
pub(super) fn body(case: &mut Case, facts: &BodyFacts) {
    let fits = |request: &SignedRequest| {
        stated_length(case, request).is_some_and(|n| {
            n == facts.len || facts.without_final_newline.is_some_and(|(len, _)| n == len)
        })
    };
    let empty = |request: &SignedRequest| match &request.body {
        Body::Absent => true,
        Body::Held { span, .. } => span.is_empty(),
        Body::Streamed(_) => false,
    };
    let requests = &case.requests;
    let place = requests
        .iter()
        .position(fits)
        .or_else(|| requests.iter().position(|r| r.body == Body::Absent))
        .or_else(|| requests.iter().position(empty))
        .or_else(|| (requests.len() == 1).then_some(0));
    match place.and_then(|p| case.requests.get_mut(p)) {
        Some(request) => {
            // What was said of the body before is not said of this one.
            if let Body::Held { span, .. } = request.body {
                let held = case.docs.to_given(span);
                case.findings.retain(|finding| {
                    finding.id != LENGTH_DIFFERS
                        || finding.labels.iter().all(|label| label.span != held)
                });
            }
            request.body = Body::Streamed(facts.clone());
            case.findings.retain(|finding| finding.id != NOT_TAKEN);
        }
        None => case.findings.push(Finding::warning(
            "body-unused",
            format!(
                "The body {} belongs to no request of this input.",
                facts.name
            ),
            "Give the request it was sent with.",
        )),
    }
}

fn content_length<'r>(case: &Case, request: &'r SignedRequest) -> Option<&'r Header> {
    request.headers.iter().find(|h| match h.name {
        Given::Stated(name) => case
            .docs
            .bytes(name)
            .eq_ignore_ascii_case(b"content-length"),
        Given::Implied(_) => false,
    })
}

fn stated_length(case: &Case, request: &SignedRequest) -> Option<u64> {
    let header = content_length(case, request)?;
    std::str::from_utf8(case.docs.bytes(header.value))
        .ok()?
        .trim()
        .parse()
        .ok()
}
