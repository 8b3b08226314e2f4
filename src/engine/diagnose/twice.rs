//! What is said of one request that was seen in several places.
//!
//! Owns the remark, the sentence of the verdict and the explanation that follow from it. Comparing is the
//! business of `observed`.

use super::observed::{Observation, Observations, Seen, SeenBy};
use super::words::{field, listed, short};
use super::{Deviation, Explanation, Finding, Proof, Who};
use crate::engine::document::{Span, visible};
use crate::engine::intake::{Case, Side, WayPart};
use crate::engine::scheme::{FieldKind, Outcome};

/// The id of the deviation that a request was changed between two places where it was seen.
const CHANGED: &str = "changed-on-the-way";

/// What to do where a request was changed on the way.
const REMEDY: &str = "Find what stands between the two places and let it leave these parts as they were signed; or \
     leave the headers among them out of what is signed.";

/// The same where nothing says in which place it was first.
const REMEDY_IF: &str = "If the one was sent and the other arrived, find what stands between them and let it leave these parts \
     as they were signed; or leave the headers among them out of what is signed.";

/// What is known of two places in which a request was seen. The order of a paste says nothing: what was pasted last may
/// have been sent first, or be a copy that somebody edited.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Way {
    /// The first was sent and the second arrived.
    Whole,
    /// The first was sent.
    Sent,
    /// The second arrived.
    Arrived,
    /// Nothing.
    Unknown,
}

impl Way {
    /// What the strings of both sides and the shapes say of the places of a step.
    fn of(case: &Case, seen: &Observations, hop: usize) -> Self {
        // What fits in a later place fitted where it was sent.
        let mut sent = seen.seen.iter().take(hop + 1);
        let sent = sent.any(|place| {
            place.seen_by(case) == Some(Side::Client)
                && (place.outcome.agrees() || seen.stops != Some(hop))
        });
        let to = seen.seen.get(hop + 1);
        let arrived = to.is_some_and(|place| {
            place.seen_by(case) == Some(Side::Server) || between(place).is_some()
        });
        match (sent, arrived) {
            (true, true) => Self::Whole,
            (true, false) => Self::Sent,
            (false, true) => Self::Arrived,
            (false, false) => Self::Unknown,
        }
    }

    /// What to do.
    fn remedy(self) -> &'static str {
        match self {
            Self::Whole | Self::Arrived => REMEDY,
            Self::Sent | Self::Unknown => REMEDY_IF,
        }
    }
}

/// What hands requests on, where a place is known to be one.
fn between(place: &Observation) -> Option<&'static str> {
    let vantage = place.vantage?;
    (vantage.part == WayPart::Between && place.strings_of == [None, None]).then_some(vantage.word)
}

/// `request 2`, with the word that says where it was seen: `nginx, request 2`.
fn place_named(place: &Observation) -> String {
    match place.vantage {
        Some(vantage) if vantage.part == WayPart::Between => {
            format!("{}, request {}", vantage.word, place.request + 1)
        }
        Some(_) | None => format!("request {}", place.request + 1),
    }
}

/// The remark about a request that was seen more than once: about the step at which its signature stops fitting,
/// else about the first at which anything changed, else about the first.
pub(super) fn seen_twice(case: &Case, seen: Option<&Observations>) -> Option<Finding> {
    let seen = seen?;
    let changed = seen
        .hops
        .iter()
        .position(|hop| hop.changed().next().is_some());
    let at = seen.stops.or(changed).unwrap_or(0);
    let hop = seen.hops.get(at).filter(|hop| hop.is_compared)?;
    let numbers = numbers(seen, at)?;
    let [first, second] = numbers;
    let docs = &case.docs;
    let whole = |number: usize| {
        let request = case.requests.get(number.wrapping_sub(1))?;
        Some(docs.to_given(request.target.whole))
    };
    let carry = match seen.by {
        SeenBy::Signature => "carry one and the same signature",
        SeenBy::KeyAndTime => {
            "name one key id and one signing time, and no signature tells them apart"
        }
    };
    let parts: Vec<&Seen> = if seen.stops == Some(at) {
        seen.causes()
    } else {
        hop.changed().collect()
    };
    if parts.is_empty() {
        let mut finding = Finding::note(
            "request-seen-twice",
            format!(
                "Requests {first} and {second} {carry}, and in canonical form no signed part of them differs: \
                 they are the same request, seen twice."
            ),
            "Whatever differs between signer and verifier, it does not lie between these two places.",
        );
        for number in numbers {
            if let Some(span) = whole(number) {
                finding = finding.at(span, format!("request {number}"));
            }
        }
        return Some(finding);
    }
    let names = names(&parts);
    let message = match seen.by {
        SeenBy::Signature => format!(
            "Requests {first} and {second} {carry}, and differ in {names}: one of them was changed after it was signed."
        ),
        SeenBy::KeyAndTime => format!(
            "Requests {first} and {second} {carry}; they differ in {names}. If they are one request, one of them was \
             changed after it was signed."
        ),
    };
    let mut finding = if seen.stops.is_some() {
        Finding::error(
            "request-seen-twice",
            format!(
                "{message} It fits the signature in request {first} and does not in request {second}."
            ),
            Way::of(case, seen, at).remedy(),
        )
    } else {
        Finding::warning(
            "request-seen-twice",
            message,
            "At most one of them is what was signed: the one that reproduces the signature. Look at each of them: \
             --request N, or the keys [ and ] in the app.",
        )
    };
    if let Some(part) = parts.first() {
        finding = finding.about(part.key.clone());
    }
    for part in &parts {
        for (place, number) in part.places.iter().zip(numbers) {
            let label: Option<(Span, String)> = match place {
                Some(place) => Some((docs.to_given(*place), format!("in request {number}"))),
                None => whole(number)
                    .map(|span| (span, format!("no {} in request {number}", called(part)))),
            };
            if let Some((span, label)) = label {
                finding = finding.at(span, label);
            }
        }
    }
    Some(finding)
}

/// The sentence where the signature fits in one place and does not fit in the next.
pub(super) fn sentence(case: &Case, seen: &Observations) -> Option<String> {
    let at = seen.stops?;
    let [first, second] = numbers(seen, at)?;
    let parts = seen.causes();
    if parts.is_empty() {
        return None;
    }
    let until = seen.seen.get(at + 1);
    let arrived = match until.and_then(between) {
        Some(word) => format!("it reached {word}"),
        None => "it arrived".to_owned(),
    };
    // Where it was sent, and the last place where it still fits.
    let sent = seen.seen.iter().take(at + 1);
    let mut sent = sent.filter(|place| place.seen_by(case) == Some(Side::Client));
    let last = seen.seen.get(at)?;
    let sent = match sent.next() {
        Some(place) if place.request != last.request => {
            format!(
                "request {}) and still in the next place ({}",
                place.request + 1,
                place_named(last)
            )
        }
        _ => format!("request {first}"),
    };
    let names = parts.iter().map(|part| shortly(part)).collect::<Vec<_>>();
    let names = listed(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let told = match Way::of(case, seen, at) {
        Way::Whole => {
            format!("Valid as sent ({sent}), changed before {arrived} (request {second}): {names}.")
        }
        Way::Arrived => format!(
            "Valid as signed (request {first}), changed before {arrived} (request {second}): {names}."
        ),
        Way::Sent => format!(
            "Valid as sent (request {first}); request {second} does not fit the signature. They differ in: {names}."
        ),
        Way::Unknown => format!(
            "Request {first} fits the signature, request {second} does not; they differ in: {names}."
        ),
    };
    Some(if is_one(seen) {
        told
    } else {
        format!(
            "If they are one request, which the key id and the second of signing do not prove: {}",
            lowered(&told)
        )
    })
}

/// A sentence as a part of another.
fn lowered(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

/// What proves that sentence: the signature that the valid one gives, and the received one as it stands there.
pub(super) fn proof(seen: &Observations) -> Vec<(String, String)> {
    let valid = seen.stops.and_then(|at| seen.seen.get(at));
    let texts = |place: &Observation| {
        let [received, computed] = [&place.received, &place.computed];
        Some([received.as_ref()?, computed.as_ref()?].map(|text| visible::to_string(text)))
    };
    let Some((valid, [received, computed])) = valid.and_then(|place| Some((place, texts(place)?)))
    else {
        return Vec::new();
    };
    let number = valid.request + 1;
    if valid.outcome == Outcome::Verified {
        return vec![
            (
                "received part of the signature".to_owned(),
                received.clone(),
            ),
            (
                format!("the same part of the signature of request {number}"),
                received,
            ),
        ];
    }
    vec![
        ("received signature".to_owned(), received),
        (format!("signature of request {number}"), computed),
    ]
}

/// Whether it is proved that they are one request, and not only likely.
pub(super) fn is_one(seen: &Observations) -> bool {
    seen.by == SeenBy::Signature
}

/// The explanation, where the request that is looked at is one that does not fit and an earlier one does.
pub(super) fn explanation(case: &Case, seen: &Observations, at: usize) -> Option<Explanation> {
    let stops = seen.stops.filter(|_| is_one(seen))?;
    let [first, second] = numbers(seen, stops)?;
    let own = seen.seen.iter().position(|place| place.request == at)?;
    if own <= stops {
        return None;
    }
    let docs = &case.docs;
    let way = Way::of(case, seen, stops);
    let deviations: Vec<Deviation> = seen
        .causes()
        .into_iter()
        .map(|part| Deviation {
            id: CHANGED,
            who: Who::Between,
            family: "transport",
            component: component(part),
            parameters: vec![
                ("from", format!("request {first}")),
                ("to", format!("request {second}")),
            ],
            title: match way {
                Way::Whole | Way::Arrived => format!(
                    "The {} was changed between request {first} and request {second}",
                    called(part)
                ),
                Way::Sent | Way::Unknown => format!(
                    "The {} of request {second} is not the one that was signed, which request {first} has",
                    called(part)
                ),
            },
            detail: places(docs, part, [first, second]),
            fix: match way {
                Way::Whole | Way::Arrived => {
                    "Let what stands between the two places leave it as it was signed."
                }
                Way::Sent | Way::Unknown => {
                    "Send it as it was signed; if both are true, let what stands between them leave it so."
                }
            }
            .to_owned(),
            reference: "",
        })
        .collect();
    if deviations.is_empty() {
        return None;
    }
    let valid = seen.seen.get(stops)?;
    Some(Explanation {
        deviations,
        proof: match valid.outcome {
            Outcome::Verified => Proof::SignaturePrefix,
            Outcome::Equal
            | Outcome::Differs { .. }
            | Outcome::Failed
            | Outcome::NotCheckable(_) => Proof::Signature,
        },
        canonical_request: valid.canonical_request.as_ref().map(|text| text.to_vec()),
        string_to_sign: None,
    })
}

/// Whether an explanation is that of a change between two places.
pub(super) fn is_change(explanation: &Explanation) -> bool {
    explanation.deviations.iter().any(|d| d.id == CHANGED)
}

/// What to do, in a sentence.
pub(super) fn remedy(case: &Case, seen: &Observations) -> &'static str {
    let way = seen.stops.map(|at| Way::of(case, seen, at));
    way.unwrap_or(Way::Unknown).remedy()
}

/// The numbers of the two requests of a step, as people count.
fn numbers(seen: &Observations, hop: usize) -> Option<[usize; 2]> {
    let first = seen.seen.get(hop)?;
    let second = seen.seen.get(hop + 1)?;
    Some([first.request + 1, second.request + 1])
}

/// The kind of a part as scripts see it.
fn component(part: &Seen) -> &'static str {
    match part.key.kind {
        FieldKind::METHOD => "method",
        FieldKind::PATH => "path",
        FieldKind::QUERY => "query",
        FieldKind::HEADER => "header",
        FieldKind::SIGNED_HEADERS => "signed-headers",
        _ => "body",
    }
}

/// Where the two stand.
fn places(docs: &crate::engine::document::Documents, part: &Seen, numbers: [usize; 2]) -> String {
    let [first, second] = numbers;
    let [one, other] = part.places.each_ref().map(|place| {
        let span = place.map(|span| docs.to_given(span));
        span.is_some_and(|span| !span.is_empty())
    });
    match (one, other) {
        (true, false) => format!("Request {second} has none, or an empty one."),
        (false, true) => format!("Request {first} has none, or an empty one."),
        _ => String::new(),
    }
}

/// A part in a sentence, without an article.
fn called(part: &Seen) -> String {
    match part.key.kind {
        FieldKind::PAYLOAD_HASH => "body".to_owned(),
        _ => field(&part.key),
    }
}

/// The same by its own name alone.
fn shortly(part: &Seen) -> String {
    match part.key.kind {
        FieldKind::PAYLOAD_HASH => "body".to_owned(),
        _ => short(&part.key),
    }
}

/// `the accept-encoding header and the path`.
fn names(parts: &[&Seen]) -> String {
    let names: Vec<String> = parts.iter().map(|part| called(part)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    format!("the {}", listed(&names))
}
