//! One signature on two requests: the same request, seen from two places.
//!
//! Owns finding the other request and the first signed part in which the two differ. Which of the two was
//! signed is told by computing, elsewhere. It must not know any one scheme: what is signed is what the trace
//! has fields of.

use std::borrow::Cow;

use memchr::memmem;

use super::Finding;
use super::words::{field, listed};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Body, Given, Header, SignedRequest};
use crate::engine::scheme::{FieldKey, FieldKind, Role, Trace, View};

/// The least length of a signature by which two requests are known to be one, in bytes.
const TELLING: usize = 32;

/// A part in which the two requests differ: what it is called, and where it stands in each; none where one
/// of them lacks it.
struct Part {
    key: FieldKey,
    places: [Option<Span>; 2],
}

/// The remark about the first other request that carries the signature of the one that is looked at.
pub(super) fn seen_twice(view: &View<'_>, trace: Option<&Trace>) -> Option<Finding> {
    let case = view.case;
    if case.requests.len() < 2 {
        return None;
    }
    let trace = trace?;
    let docs = &case.docs;
    let signature = trace.claim.received.as_ref()?.as_exact()?;
    let signature = docs.bytes(signature);
    let at = view.request?;
    let own = case.requests.get(at)?;
    if signature.len() < TELLING {
        return None;
    }
    let (other_at, other) = case
        .requests
        .iter()
        .enumerate()
        .find(|(place, request)| *place != at && carries(docs, request, signature))?;
    // The earlier one is told first, whichever is looked at.
    let (numbers, pair) = if at < other_at {
        ([at + 1, other_at + 1], [own, other])
    } else {
        ([other_at + 1, at + 1], [other, own])
    };
    let [first, second] = numbers;
    let [earlier, later] = pair;
    let parts = parts(docs, trace, pair);
    let Some(part) = parts.first() else {
        return Some(
            Finding::note(
                "request-seen-twice",
                format!(
                    "Requests {first} and {second} carry one and the same signature, and no signed part of them \
                     differs: they are the same request, seen twice."
                ),
                "Whatever differs between signer and verifier, it does not lie between these two places.",
            )
            .at(docs.to_given(earlier.target.whole), format!("request {first}"))
            .at(docs.to_given(later.target.whole), format!("request {second}")),
        );
    };
    let names: Vec<String> = parts.iter().skip(1).map(|part| called(&part.key)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let more = match names.as_slice() {
        [] => String::new(),
        names => format!(" (then in: {})", listed(names)),
    };
    let mut finding = Finding::warning(
        "request-seen-twice",
        format!(
            "Requests {first} and {second} carry one and the same signature, and differ in the {}{more}: the same \
             request, changed between the two places where it was seen.",
            called(&part.key)
        ),
        "The one that reproduces the signature is what was signed. Look at each of them: --request N, or the \
         keys [ and ] in the app.",
    )
    .about(part.key.clone());
    for ((place, request), number) in part.places.iter().zip(pair).zip(numbers) {
        finding = match place {
            Some(place) => finding.at(docs.to_given(*place), format!("in request {number}")),
            None => finding.at(
                docs.to_given(request.target.whole),
                format!("request {number} has none"),
            ),
        };
    }
    Some(finding)
}

/// A part in a sentence, without an article. Of query and body all is compared at once.
fn called(key: &FieldKey) -> String {
    match key.kind {
        FieldKind::PAYLOAD_HASH => "body".to_owned(),
        FieldKind::QUERY => "query".to_owned(),
        _ => field(key),
    }
}

/// Whether a request carries the signature in its query or in a header.
fn carries(docs: &Documents, request: &SignedRequest, signature: &[u8]) -> bool {
    let headers = request.headers.iter().map(|header| header.value);
    let mut values = request.target.query.into_iter().chain(headers);
    values.any(|span| memmem::find(docs.bytes(span), signature).is_some())
}

/// The signed parts in which the two differ, in canonical order, each once.
fn parts(docs: &Documents, trace: &Trace, pair: [&SignedRequest; 2]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut add = |key: FieldKey, places: [Option<Span>; 2], values: [Option<&[u8]>; 2]| {
        let [left, right] = values;
        if left != right {
            parts.push(Part { key, places });
        }
    };
    let methods = pair.map(|request| match &request.method {
        Given::Stated(span) => Some(*span),
        Given::Implied(_) => None,
    });
    // What no input states differs from nothing.
    if methods.iter().all(Option::is_some) {
        let values = methods.map(|span| span.map(|span| docs.bytes(span)));
        add(FieldKey::of(FieldKind::METHOD), methods, values);
    }
    let paths = pair.map(|request| Some(request.target.path));
    let values = paths.map(|span| span.map(|span| docs.bytes(span)));
    add(FieldKey::of(FieldKind::PATH), paths, values);
    let queries = pair.map(|request| request.target.query.filter(|span| !span.is_empty()));
    let values = queries.map(|span| span.map(|span| docs.bytes(span)));
    add(FieldKey::of(FieldKind::QUERY), queries, values);
    let fields = trace.stage(Role::CanonicalRequest).into_iter();
    let fields = fields.flat_map(|stage| &stage.fields);
    for key in fields
        .filter(|field| field.key.kind == FieldKind::HEADER)
        .map(|field| &field.key)
    {
        let Some(name) = &key.name else { continue };
        let [one, other] = pair.map(|request| values_of(docs, request, name));
        let value = |held: &Option<(Span, Vec<u8>)>| held.as_ref().map(|(_, value)| value.clone());
        let (left, right) = (value(&one), value(&other));
        add(
            key.clone(),
            [one.map(|(span, _)| span), other.map(|(span, _)| span)],
            [left.as_deref(), right.as_deref()],
        );
    }
    let bodies = pair.map(|request| match &request.body {
        Body::Held { span, .. } => Some(*span),
        Body::Absent | Body::Streamed(_) => None,
    });
    // A body that is not here may be the same.
    if bodies.iter().all(Option::is_some) {
        let values = bodies.map(|span| span.map(|span| docs.bytes(span).trim_ascii_end()));
        add(FieldKey::of(FieldKind::PAYLOAD_HASH), bodies, values);
    }
    parts
}

/// The span without the blanks around its text.
fn trimmed(docs: &Documents, span: Span) -> Span {
    let text = docs.bytes(span);
    let start = text.len() - text.trim_ascii_start().len();
    span.part(start..start + text.trim_ascii().len())
}

/// The values of every header of a name, and where the first of them stands. Blanks around a value are no
/// part of it. None where there is no such header.
fn values_of(docs: &Documents, request: &SignedRequest, name: &str) -> Option<(Span, Vec<u8>)> {
    let spelled = |header: &Header| -> Cow<'_, [u8]> {
        match &header.name {
            Given::Stated(span) => docs.bytes(*span).into(),
            Given::Implied(name) => name.as_bytes().into(),
        }
    };
    let mut found: Option<(Span, Vec<u8>)> = None;
    for header in &request.headers {
        if !spelled(header).eq_ignore_ascii_case(name.as_bytes()) {
            continue;
        }
        let value = docs.bytes(header.value).trim_ascii();
        match &mut found {
            Some((_, values)) => {
                values.push(b',');
                values.extend_from_slice(value);
            }
            None => found = Some((trimmed(docs, header.value), value.to_vec())),
        }
    }
    found
}
