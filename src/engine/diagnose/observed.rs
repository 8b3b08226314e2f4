//! One request, seen in several places: what the client sent, what a proxy handed on, what arrived.
//!
//! Owns telling that requests of a case are one, holding every signed part of one place against the next, and
//! at which step the signature stops fitting. What is compared is what is signed, the canonical form of each:
//! a request may be spelled in many ways that are one. It must not know any one scheme: what is signed is
//! what the trace has fields of.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use super::compare::{Printed, Relation, relate_texts};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{
    Body, Case, Given, Pattern, Side, SignedRequest, Vantage, WayPart, is_redacted, vocabulary,
};
use crate::engine::scheme::{
    Claim, Field, FieldKey, FieldKind, Outcome, Reason, Role, Scheme, Step, Trace, View,
};
use crate::engine::secret::Keyring;

/// The least length of a signature by which two requests are known to be one, in bytes.
const TELLING: usize = 32;

/// Places in which one request is followed; each is computed.
const MOST: usize = 8;

/// One request in every place where it was seen.
#[derive(Clone, Debug)]
pub struct Observations {
    /// By what the requests are known to be one.
    pub by: SeenBy,
    /// Where it was seen, in the order pasted; at least two.
    pub seen: Vec<Observation>,
    /// What changed from each place to the next: one less than there are places.
    pub hops: Vec<Hop>,
    /// The step at whose first place the signature fits and at whose second it does not, as a place in `hops`; none
    /// where no secret tells.
    pub stops: Option<usize>,
    /// The parts that are in the place where it stops fitting as they are in one that fits.
    innocent: Vec<FieldKey>,
    /// Places beyond those that are followed.
    pub more: usize,
}

impl Observations {
    /// The parts that changed where the signature stops fitting, and that no place which fits has so. A part of which
    /// every change is found in a place that fits may still be spelled otherwise.
    pub fn causes(&self) -> Vec<&Seen> {
        let hop = self.stops.and_then(|at| self.hops.get(at));
        let changed: Vec<&Seen> = hop.into_iter().flat_map(Hop::changed).collect();
        let causes = changed.iter().copied();
        let causes: Vec<&Seen> = causes.filter(|row| !self.is_innocent(row)).collect();
        if causes.is_empty() { changed } else { causes }
    }

    /// Whether a request is one of the places behind the last in which the signature fits.
    pub(super) fn stops_before(&self, request: Option<usize>) -> bool {
        let own = self
            .seen
            .iter()
            .position(|place| Some(place.request) == request);
        self.stops.zip(own).is_some_and(|(stops, own)| own > stops)
    }

    /// Why none of them can be checked, where it is one reason for all.
    pub fn not_checkable(&self) -> Option<Reason> {
        let mut reasons = self.seen.iter().map(|place| match place.outcome {
            Outcome::NotCheckable(reason) => Some(reason),
            Outcome::Equal | Outcome::Verified | Outcome::Differs { .. } | Outcome::Failed => None,
        });
        let first = reasons.next()??;
        reasons.all(|reason| reason == Some(first)).then_some(first)
    }

    /// Whether a part that changed where the signature stops fitting stands so in a place that fits, too.
    pub fn is_innocent(&self, row: &Seen) -> bool {
        self.innocent.contains(&row.key)
    }
}

/// By what two requests are known to be one.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum SeenBy {
    /// Both carry one signature.
    Signature,
    /// Both name one key id and one signing time, and of one of them the signature cannot be read whole.
    KeyAndTime,
}

impl SeenBy {
    /// In words: `the same signature`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Signature => "the same signature",
            Self::KeyAndTime => "the same key id and signing time",
        }
    }

    /// How sure that is, at the beginning of a title: one signature is one request's, and within a second one key
    /// signs many.
    pub fn title(self) -> &'static str {
        match self {
            Self::Signature => "One request",
            Self::KeyAndTime => "Perhaps one request",
        }
    }

    /// The name scripts see.
    pub fn id(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::KeyAndTime => "key-id-and-date",
        }
    }
}

/// A request as it was seen in one place.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Its place in [`Case::requests`].
    pub request: usize,
    /// How the received signature stands to what was seen here.
    pub outcome: Outcome,
    /// The received signature as it stands here, as much of it as is shown.
    pub received: Option<Bytes>,
    /// The signature that what was seen here gives, as text, where there is a secret.
    pub computed: Option<Bytes>,
    /// The canonical request of what was seen here.
    pub canonical_request: Option<Bytes>,
    /// Whose strings hold this very canonical request, as places in
    /// [`Case::evidence`]: the signer's, the verifier's.
    pub strings_of: [Option<usize>; 2],
    /// Where it was seen, as the paste says above it.
    pub vantage: Option<Vantage>,
}

impl Observation {
    /// On whose side it was seen, where that side's own strings say so, or the words above it, or the shape in which it is here: what a client
    /// is told to send, or what a server logged. None where nothing does, or both sides had the same.
    pub(super) fn seen_by(&self, case: &Case) -> Option<Side> {
        match self.strings_of {
            [Some(_), None] => Some(Side::Client),
            [None, Some(_)] => Some(Side::Server),
            [Some(_), Some(_)] => None,
            [None, None] => match self.vantage.map(|vantage| vantage.part) {
                Some(WayPart::Sent) => Some(Side::Client),
                Some(WayPart::Arrived) => Some(Side::Server),
                Some(WayPart::Between) => None,
                None => vocabulary::seen_by(case.requests.get(self.request)?.shape),
            },
        }
    }

    /// Whose own strings show that this is what they had: a part of a sentence. None where nobody's do.
    pub fn witnessed(&self) -> Option<&'static str> {
        match self.strings_of {
            [Some(_), Some(_)] => Some("it is what the signer signed and what the server had"),
            [Some(_), None] => Some("it is what the signer signed, by its own strings"),
            [None, Some(_)] => Some("it is what the server had, by its own strings"),
            [None, None] => None,
        }
    }
}

/// What is signed, in one place and in the next.
#[derive(Clone, Debug)]
pub struct Hop {
    /// Every signed part, in canonical order.
    pub rows: Vec<Seen>,
    /// Whether both were followed to what is signed: else nothing was compared.
    pub is_compared: bool,
}

impl Hop {
    /// The parts that changed.
    pub fn changed(&self) -> impl Iterator<Item = &Seen> {
        self.rows.iter().filter(|row| row.differs)
    }
}

/// A signed part in two places.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Which.
    pub key: FieldKey,
    /// Its canonical text in each; none where it is missing there. Of a body, none: it may be long.
    pub values: [Option<Bytes>; 2],
    /// Where it stands in each, in the input; none where it is missing there or empty.
    pub places: [Option<Span>; 2],
    /// Whether it changed.
    pub differs: bool,
}

/// Every place where the request that is looked at was seen. None where it was seen once.
pub(super) fn observations(
    view: &View<'_>,
    scheme: Option<&dyn Scheme>,
    trace: Option<&Trace>,
) -> Option<Observations> {
    let case = view.case;
    if case.requests.len() < 2 {
        return None;
    }
    let (scheme, trace) = (scheme?, trace?);
    let at = view.request?;
    let docs = &case.docs;
    let own = Identity::of(docs, &trace.claim);
    let mut by = SeenBy::Signature;
    let mut places: Vec<(usize, Claim)> = Vec::new();
    let mut more = 0;
    for place in 0..case.requests.len() {
        if place == at {
            places.push((at, trace.claim.clone()));
            continue;
        }
        let request = Some(place);
        let Some(claim) = scheme.claim(&View { request, ..*view }) else {
            continue;
        };
        let Some(same) = own.same(&Identity::of(docs, &claim)) else {
            continue;
        };
        if same == SeenBy::KeyAndTime && asks_otherwise(case, at, place) {
            continue;
        }
        // The one that is looked at always has a place among those that are followed.
        let room = if place < at { MOST - 1 } else { MOST };
        if places.len() < room {
            places.push((place, claim));
            if same == SeenBy::KeyAndTime {
                by = same;
            }
        } else {
            more += 1;
        }
    }
    if places.len() < 2 {
        return None;
    }
    // Without a key none is read in any but the usual way: two ways would differ by themselves.
    // The order of a paste says nothing; what stands above each of them does.
    let part = |place: usize| case.vantage(place).map(|vantage| vantage.part);
    if places.iter().all(|(place, _)| part(*place).is_some()) {
        places.sort_by_key(|(place, _)| part(*place));
    }
    let keyring = Keyring::new();
    let plain = |(place, claim): &(usize, Claim)| {
        let request = Some(*place);
        let keyring = &keyring;
        scheme.trace(
            &View {
                request,
                keyring,
                ..*view
            },
            claim,
        )
    };
    let plains: Vec<Trace> = places.iter().map(plain).collect();
    let mut seen: Vec<Observation> = Vec::new();
    for (place, claim) in &places {
        let request = Some(*place);
        let computed = (*place != at).then(|| scheme.trace(&View { request, ..*view }, claim));
        let trace = computed.as_ref().unwrap_or(trace);
        let text = |role| {
            let text = trace.stage(role)?.output.public()?;
            Some(Bytes::copy_from_slice(text))
        };
        let canonical_request = text(Role::CanonicalRequest);
        let strings_of = [Side::Client, Side::Server].map(|side| {
            let canonical_request = canonical_request.as_ref()?;
            let mut evidence = case.evidence_for(*place).into_iter();
            evidence.find(|at| holds(case, *at, side, canonical_request))
        });
        seen.push(Observation {
            request: *place,
            outcome: trace.outcome,
            received: trace.claim.received.as_ref().map(|p| p.bytes(docs).into()),
            computed: text(Role::Signature),
            canonical_request,
            strings_of,
            vantage: case.vantage(*place),
        });
    }
    unname_alike(&mut seen);
    let requests = places
        .iter()
        .filter_map(|(place, _)| case.requests.get(*place));
    let followed: Vec<(&SignedRequest, &Trace)> = requests.zip(&plains).collect();
    let hops: Vec<Hop> = followed
        .iter()
        .zip(followed.iter().skip(1))
        .map(|(from, to)| hop(docs, &[*from, *to]))
        .collect();
    let stops = seen
        .iter()
        .zip(seen.iter().skip(1))
        .position(|(from, to)| from.outcome.agrees() && to.outcome.disagrees());
    // What the place that does not fit has as another place that fits has it is no cause.
    let mut innocent = Vec::new();
    if let Some(to) = stops.map(|at| at + 1)
        && let Some(failing) = followed.get(to)
    {
        let fitting = seen.iter().zip(&followed);
        for (_, from) in fitting.filter(|(place, _)| place.outcome.agrees()) {
            let rows = hop(docs, &[*from, *failing]).rows.into_iter();
            innocent.extend(rows.filter(|row| !row.differs).map(|row| row.key));
        }
    }
    Some(Observations {
        by,
        seen,
        hops,
        stops,
        innocent,
        more,
    })
}

/// Whether two requests have neither method nor path in common. What stands between two places changes one of them;
/// programs that send several requests within a second change both.
fn asks_otherwise(case: &Case, one: usize, other: usize) -> bool {
    let [one, other] = [one, other].map(|place| case.requests.get(place));
    let (Some(one), Some(other)) = (one, other) else {
        return false;
    };
    let docs = &case.docs;
    let method = |request: &SignedRequest| match request.method {
        Given::Stated(span) => docs.bytes(span).to_ascii_uppercase(),
        Given::Implied(method) => method.as_bytes().to_vec(),
    };
    method(one) != method(other) && docs.bytes(one.target.path) != docs.bytes(other.target.path)
}

/// Whether a piece of evidence is of this side, and gives exactly this canonical request.
fn holds(case: &Case, evidence: usize, side: Side, canonical_request: &[u8]) -> bool {
    case.evidence.get(evidence).is_some_and(|evidence| {
        let own = evidence.canonical_request.as_ref();
        evidence.side == Some(side)
            && own
                .and_then(Pattern::as_exact)
                .is_some_and(|span| case.docs.bytes(span) == canonical_request)
    })
}

/// By what a request is known again.
struct Identity<'a> {
    signature: Option<Printed>,
    key_id: Option<&'a [u8]>,
    date: Option<&'a [u8]>,
}

impl<'a> Identity<'a> {
    fn of(docs: &'a Documents, claim: &Claim) -> Self {
        let text = |span: Option<Span>| span.map(|span| docs.bytes(span).trim_ascii());
        Self {
            signature: claim.received.as_ref().map(|p| Printed::of(p, docs)),
            // A mark stands for any key id.
            key_id: text(claim.key_id).filter(|id| !id.is_empty() && !is_redacted(id)),
            date: text(claim.date).filter(|date| !date.is_empty()),
        }
    }

    /// Whether the other is the same request. Two whole signatures that differ are of two requests, whatever else
    /// they share: many are signed within one second by one key.
    fn same(&self, other: &Self) -> Option<SeenBy> {
        let pair = self.signature.as_ref().zip(other.signature.as_ref());
        if let Some((own, other)) = pair
            && own.is_exact()
            && other.is_exact()
            && own.bytes.len().min(other.bytes.len()) >= TELLING
        {
            let is_one = matches!(relate_texts(own, other), Relation::Same);
            return is_one.then_some(SeenBy::Signature);
        }
        let is_known = self.key_id.is_some() && self.date.is_some();
        let agree = self.key_id == other.key_id && self.date == other.date;
        let contradicts = pair.is_some_and(|(own, other)| relate_texts(own, other).differs());
        (is_known && agree && !contradicts).then_some(SeenBy::KeyAndTime)
    }
}

/// Takes the word off places between that share it: which of the two it would name is not known.
fn unname_alike(seen: &mut [Observation]) {
    let word = |place: &Observation| {
        let own = place.vantage.filter(|own| own.part == WayPart::Between);
        own.map(|own| own.word)
    };
    let words: Vec<&'static str> = seen.iter().filter_map(word).collect();
    for place in seen {
        let own = word(place);
        if words.iter().filter(|other| Some(**other) == own).count() > 1 {
            place.vantage = None;
        }
    }
}

/// Every signed part of the two, in canonical order, each once.
fn hop(docs: &Documents, pair: &[(&SignedRequest, &Trace); 2]) -> Hop {
    let [(left, left_trace), (right, right_trace)] = *pair;
    // Of a header that was cut the list of what is signed is not here: nothing is known to be missing.
    let listed = [left_trace, right_trace]
        .iter()
        .all(|trace| !trace.claim.signed_headers.is_empty());
    let both = listed
        .then(|| signed(left_trace).zip(signed(right_trace)))
        .flatten();
    let Some((of_left, of_right)) = both else {
        return Hop {
            rows: Vec::new(),
            is_compared: false,
        };
    };
    let fields = [of_left, of_right];
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
    let mut rows = Vec::new();
    for key in keys {
        // What no input states differs from nothing.
        let is_told = match (key.kind, &key.name) {
            (FieldKind::METHOD, _) => is_stated(left) && is_stated(right),
            (FieldKind::HEADER, Some(name)) => !untold.contains(&name.as_str()),
            _ => true,
        };
        let held = by_key.each_ref().map(|fields| fields.get(key).copied());
        let values = held.map(|signed| signed.map(|signed| Bytes::copy_from_slice(signed.value)));
        let [one, other] = &values;
        rows.push(Seen {
            key: key.clone(),
            differs: is_told && one != other,
            values,
            places: held.map(|signed| place(signed?.field)),
        });
    }
    rows.extend(body(docs, pair));
    Hop {
        rows,
        is_compared: true,
    }
}

/// The body as a part, where both bodies are here, play a part in what is signed, and differ.
fn body(docs: &Documents, pair: &[(&SignedRequest, &Trace); 2]) -> Option<Seen> {
    let [left, right] = pair.each_ref().map(|(request, trace)| match request.body {
        // A body that is not here may be the same.
        Body::Held { span, .. } if trace.body.is_some() => Some(span),
        Body::Held { .. } | Body::Absent | Body::Streamed(_) => None,
    });
    let (left, right) = (left?, right?);
    let [one, other] = pair.each_ref().map(|(request, _)| is_in_doubt(request));
    // A final line end that an editor may have added is no difference.
    let text = |span: Span, in_doubt: bool| {
        let bytes = docs.bytes(span);
        if in_doubt {
            bytes.trim_ascii_end()
        } else {
            bytes
        }
    };
    let in_doubt = one || other;
    (text(left, in_doubt) != text(right, in_doubt)).then(|| Seen {
        key: FieldKey::of(FieldKind::PAYLOAD_HASH),
        values: [None, None],
        places: [Some(left), Some(right)],
        differs: true,
    })
}

/// Whether the line end behind a body may not be its own.
fn is_in_doubt(request: &SignedRequest) -> bool {
    match request.body {
        Body::Held {
            newline_in_doubt, ..
        } => newline_in_doubt,
        Body::Absent | Body::Streamed(_) => false,
    }
}

/// The order in which parts are told.
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
