//! One signature on two requests: the same request, seen from two places.
//!
//! Owns finding the other request and the first signed part in which the two differ. What is compared is what
//! is signed, the canonical form of both: a request may be spelled in many ways that are one. Which of the two
//! was signed is told by computing, elsewhere. It must not know any one scheme: what is signed is what the
//! trace has fields of.

use std::collections::{HashMap, HashSet};

use super::Finding;
use super::words::{field, listed};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Body, Given, SignedRequest};
use crate::engine::scheme::{Claim, Field, FieldKey, FieldKind, Role, Scheme, Step, Trace, View};
use crate::engine::secret::Keyring;

/// The least length of a signature by which two requests are known to be one, in bytes.
const TELLING: usize = 32;

/// A part in which the two requests differ: what it is called, and where it stands in each; none where it is
/// missing there or empty.
struct Part {
    key: FieldKey,
    places: [Option<Span>; 2],
}

/// The remark about the first other request that carries the signature of the one that is looked at.
pub(super) fn seen_twice(
    view: &View<'_>,
    scheme: Option<&dyn Scheme>,
    trace: Option<&Trace>,
) -> Option<Finding> {
    let case = view.case;
    if case.requests.len() < 2 {
        return None;
    }
    let (scheme, claim) = (scheme?, &trace?.claim);
    let docs = &case.docs;
    let at = view.request?;
    let signature = received(docs, claim).filter(|signature| signature.len() >= TELLING)?;
    let (other_at, other_claim) = (0..case.requests.len())
        .filter(|place| *place != at)
        .find_map(|place| {
            let request = Some(place);
            let claim = scheme.claim(&View { request, ..*view })?;
            (received(docs, &claim) == Some(signature)).then_some((place, claim))
        })?;
    // Without a key neither is read in any but the usual way: two ways would differ by themselves.
    let keyring = Keyring::new();
    let plain = |place: usize, claim: &Claim| {
        let request = Some(place);
        let keyring = &keyring;
        let view = View {
            request,
            keyring,
            ..*view
        };
        scheme.trace(&view, claim)
    };
    let own = (case.requests.get(at)?, plain(at, claim));
    let other = (case.requests.get(other_at)?, plain(other_at, &other_claim));
    // The earlier one is told first, whichever is looked at.
    let (numbers, pair) = if at < other_at {
        ([at + 1, other_at + 1], [own, other])
    } else {
        ([other_at + 1, at + 1], [other, own])
    };
    let [first, second] = numbers;
    let parts = parts(docs, &pair)?;
    let pair = pair.map(|(request, _)| request);
    let [earlier, later] = pair;
    let Some(part) = parts.first() else {
        return Some(
            Finding::note(
                "request-seen-twice",
                format!(
                    "Requests {first} and {second} carry one and the same signature, and in canonical form no \
                     signed part of them differs: they are the same request, seen twice."
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
                format!("nothing in request {number}"),
            ),
        };
    }
    Some(finding)
}

/// A part in a sentence, without an article.
fn called(key: &FieldKey) -> String {
    match key.kind {
        FieldKind::PAYLOAD_HASH => "body".to_owned(),
        _ => field(key),
    }
}

/// The signature that a request claims, where it stands there whole.
fn received<'a>(docs: &'a Documents, claim: &Claim) -> Option<&'a [u8]> {
    Some(docs.bytes(claim.received.as_ref()?.as_exact()?))
}

/// The signed parts in which the two differ, in canonical order, each once. None where one of them was not
/// followed to its canonical form.
fn parts(docs: &Documents, pair: &[(&SignedRequest, Trace); 2]) -> Option<Vec<Part>> {
    let [(left, left_trace), (right, right_trace)] = pair;
    let fields = [signed(left_trace)?, signed(right_trace)?];
    let [of_left, of_right] = &fields;
    let mut keys: Vec<&FieldKey> = of_left.iter().map(|signed| &signed.field.key).collect();
    let known: HashSet<&FieldKey> = keys.iter().copied().collect();
    let added = of_right.iter().map(|signed| &signed.field.key);
    keys.extend(added.filter(|key| !known.contains(key)));
    keys.sort_by_key(|key| ORDER.iter().position(|kind| *kind == key.kind));
    let is_stated = |request: &SignedRequest| matches!(request.method, Given::Stated(_));
    let untold = [left_trace.lacks_headers(), right_trace.lacks_headers()].concat();
    let by_key = fields.each_ref().map(|fields| -> HashMap<_, _> {
        let fields = fields.iter();
        fields.map(|signed| (&signed.field.key, signed)).collect()
    });
    let mut parts = Vec::new();
    for key in keys {
        // What no input states differs from nothing.
        let is_told = match (key.kind, &key.name) {
            (FieldKind::METHOD, _) => is_stated(left) && is_stated(right),
            (FieldKind::HEADER, Some(name)) => !untold.contains(&name.as_str()),
            _ => true,
        };
        let held = by_key.each_ref().map(|fields| fields.get(key).copied());
        let [one, other] = held.map(|signed| signed.map(|signed| signed.value));
        if is_told && one != other {
            parts.push(Part {
                key: key.clone(),
                places: held.map(|signed| place(signed?.field)),
            });
        }
    }
    parts.extend(body(docs, pair));
    Some(parts)
}

/// The body as a part, where both bodies are here, play a part in what is signed, and differ.
fn body(docs: &Documents, pair: &[(&SignedRequest, Trace); 2]) -> Option<Part> {
    let [left, right] = pair.each_ref().map(|(request, trace)| match request.body {
        // A body that is not here may be the same.
        Body::Held { span, .. } if trace.body.is_some() => Some(span),
        Body::Held { .. } | Body::Absent | Body::Streamed(_) => None,
    });
    let (left, right) = (left?, right?);
    let text = |span: Span| docs.bytes(span).trim_ascii_end();
    (text(left) != text(right)).then(|| Part {
        key: FieldKey::of(FieldKind::PAYLOAD_HASH),
        places: [Some(left), Some(right)],
    })
}

/// The order in which differences are told.
const ORDER: [FieldKind; 5] = [
    FieldKind::METHOD,
    FieldKind::PATH,
    FieldKind::QUERY,
    FieldKind::HEADER,
    FieldKind::SIGNED_HEADERS,
];

/// A field of a canonical request, and its text there.
struct Signed<'a> {
    field: &'a Field,
    value: &'a [u8],
}

/// What is signed, without the payload hash, which tells nothing that the bodies do not.
fn signed(trace: &Trace) -> Option<Vec<Signed<'_>>> {
    let stage = trace.stage(Role::CanonicalRequest)?;
    let text = stage.output.public()?;
    let fields = stage.fields.iter();
    let fields = fields.filter(|field| ORDER.contains(&field.key.kind));
    let signed = fields.map(|field| Signed {
        field,
        value: text.get(field.range.clone()).unwrap_or_default(),
    });
    Some(signed.collect())
}

/// Where a field stands in its request, up to where a later line of the same name is joined to it; none where
/// it is missing or empty.
fn place(field: &Field) -> Option<Span> {
    let runs = field.runs.iter();
    let mut spans = runs
        .take_while(|run| !run.steps.contains(&Step::Joined))
        .filter(|run| !run.out.is_empty())
        .filter_map(|run| run.from);
    let first = spans.next()?;
    Some(spans.fold(first, |whole, span| whole.cover(span).unwrap_or(whole)))
}
