//! A body that was streamed past, given to the request it belongs to.

use super::{Body, BodyFacts, Case, Given, SignedRequest};
use crate::engine::diagnose::Finding;

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
        Some(request) => request.body = Body::Streamed(facts.clone()),
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

fn stated_length(case: &Case, request: &SignedRequest) -> Option<u64> {
    let header = request.headers.iter().find(|h| match h.name {
        Given::Stated(name) => case
            .docs
            .bytes(name)
            .eq_ignore_ascii_case(b"content-length"),
        Given::Implied(_) => false,
    })?;
    std::str::from_utf8(case.docs.bytes(header.value))
        .ok()?
        .trim()
        .parse()
        .ok()
}
