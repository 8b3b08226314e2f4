//! From a claim to the trace: every candidate and every reading tried, the one that fits shown.

use std::cell::OnceCell;

use sha2::{Digest as _, Sha256};

use super::canonical::{PayloadLine, Variant, is_hash};
use super::kernel::{METHODS, SigV4Kernel};
use super::key;
use super::notes::{notes, taken};
use super::reading::Reading;
use super::received::{SHORTEST_PREFIX, Target, compare, compare_ends, cut};
use super::seen::Seen;
use super::stages::{key_stage, signature_stage, text_stage};
use super::{message, place, request, trials};
use crate::engine::document::Documents;
use crate::engine::intake::{BodyVariant, Cut, SignedRequest};
use crate::engine::scheme::kernel::{Kernel as _, KeyEdit, MessageEdit, first_hit, prepared};
use crate::engine::scheme::{
    Attempt, Claim, Field, FieldKind, Outcome, Reason, Role, Step, Trace, Tracked, View,
};
use crate::engine::secret::{Keyring, Material};

/// Traces `request`: by the rules, and where those do not give the received signature, by what signers do against them.
pub(super) fn trace(
    view: &View<'_>,
    claim: &Claim,
    reading: &Reading,
    request: &SignedRequest,
) -> Trace {
    let plain = by_rules(view, claim, reading, request);
    let is_near = || plain.attempts.iter().any(|attempt| attempt.near);
    if !plain.outcome.disagrees() || is_near() {
        return plain;
    }
    let Some((settings, mut taken)) = trials::reproducing(view, claim, reading, request) else {
        return plain;
    };
    let departing = View {
        settings: &settings,
        ..*view
    };
    let mut trace = by_rules(&departing, claim, reading, request);
    taken.append(&mut trace.taken);
    trace.taken = taken;
    trace
}

/// The same by the settings of `view`.
fn by_rules(view: &View<'_>, claim: &Claim, reading: &Reading, request: &SignedRequest) -> Trace {
    let docs = &view.case.docs;
    let quirks = place::quirks(view, reading, request);
    let kernel = SigV4Kernel::of(view, reading, request, &quirks);
    let messages = kernel.messages();
    let found = try_all(&kernel, claim, &messages);
    let open = kernel.canonical.method_is_open();
    let edits = messages.get(found.message).map_or(&[][..], Vec::as_slice);
    let mut variant = kernel.variant(edits).unwrap_or(Variant {
        body: BodyVariant::AsGiven,
        token: quirks.session_token,
        host: quirks.host_value,
        method: None,
        blanks: quirks.header_blanks,
        plus: quirks.plus_in_path,
        raw: quirks.raw_in_target,
        beside: None,
    });
    let (mut notes, taken) = if found.hit {
        (notes(edits, open), taken(edits, variant))
    } else {
        (Vec::new(), Vec::new())
    };
    if open && !found.hit && variant.method.is_none() {
        let seen = Seen::of(view, reading);
        let had = seen.as_ref().and_then(Seen::method);
        variant.method = METHODS.into_iter().find(|m| had == Some(m.as_bytes()));
        notes.push(match variant.method {
            Some(method) => {
                format!("the method does not stand in the request: {method} is what the server had")
            }
            None if found.candidate.is_some()
                && !found.near
                && found.attempts.iter().any(|a| a.outcome.disagrees())
                && !view.case.holds_unknown(request)
                && !view.case.holds_shortened(request)
                && !view.case.holds_doubtful(request)
                && !kernel.canonical.lacks_headers()
                && !kernel.canonical.lacks_body(variant) =>
            {
                format!(
                "the method does not stand in the request: {} was assumed, and with none of {} is the \
                 signature right",
                kernel.canonical.assumed_method().escape_ascii(),
                METHODS.join(", ")
            )
            }
            None => format!(
                "the method does not stand in the request: {} was assumed",
                kernel.canonical.assumed_method().escape_ascii()
            ),
        });
    }

    let mut sink = Tracked::new();
    kernel.canonical.write(&mut sink, variant);
    let (canonical_text, mut canonical_fields) = sink.finish();
    if open {
        let told = if found.hit || found.near {
            Step::FoundByTrying
        } else if variant.method.is_some() {
            Step::HadByServer
        } else {
            Step::Assumed
        };
        add_step(&mut canonical_fields, FieldKind::METHOD, &told);
    }
    let hash = hex::encode(Sha256::digest(&canonical_text));
    let mut sink = Tracked::new();
    message::write(&mut sink, docs, reading, &quirks, hash.as_bytes());
    let (to_sign, mut to_sign_fields) = sink.finish();
    let unknown = view.case.holds_unknown(request);
    let lacking = if unknown || view.case.holds_shortened(request) {
        Some(Reason::NoValue)
    } else if kernel.canonical.lacks_headers() {
        Some(Reason::NoHeaders)
    } else if view.case.holds_doubtful(request) {
        Some(Reason::Doubtful)
    } else {
        let bodiless = kernel.canonical.lacks_body(variant);
        bodiless.then_some(Reason::NoBody)
    };
    if matches!(lacking, Some(Reason::NoHeaders | Reason::NoBody)) {
        add_step(&mut to_sign_fields, FieldKind::HASH, &Step::TakenAsEmpty);
        if lacking == Some(Reason::NoHeaders) && claim.date.is_none() {
            add_step(&mut to_sign_fields, FieldKind::DATE, &Step::TakenAsEmpty);
        }
    }

    let material = material(view.keyring, found.candidate);
    let signature = material
        .zip(kernel.scope.as_ref())
        .map(|(material, scope)| {
            let key = key::keyed(key::derive(scope, material).expose());
            key::sign(&key, &to_sign)
        });
    let body = &kernel.canonical.body;
    let (body_shown, body_verified) = match &kernel.canonical.payload {
        PayloadLine::Body => (Some(variant.body), None),
        PayloadLine::Stated(part) if is_hash(&part.text) && !body.readings.is_empty() => {
            let reproducing = body.reproducing(&part.text);
            let shown = reproducing.unwrap_or(BodyVariant::AsGiven);
            (Some(shown), Some(reproducing.is_some()))
        }
        PayloadLine::Stated(_) | PayloadLine::Unsigned | PayloadLine::Nothing => (None, None),
    };
    if body_verified == Some(true) && body_shown == Some(BodyVariant::WithoutFinalNewline) {
        notes.push("the hash stated is that of the body without the newline at its end".to_owned());
    }
    let mut outcome = outcome(
        docs,
        reading,
        claim,
        &kernel,
        signature.as_deref(),
        found.candidate,
    );
    // The signature over an empty value differs from that over any other: it says nothing of this one.
    let mut attempts = found.attempts;
    if let Some(reason) = lacking.filter(|_| !found.near) {
        let attempted = attempts.iter_mut().map(|attempt| &mut attempt.outcome);
        for outcome in attempted.chain([&mut outcome]).filter(|o| o.disagrees()) {
            *outcome = Outcome::NotCheckable(reason);
        }
        // Before it is here no secret tells anything.
        if unknown && outcome == Outcome::NotCheckable(Reason::NoSecret) {
            outcome = Outcome::NotCheckable(reason);
        }
    }
    if outcome == Outcome::Verified {
        let hidden = claim
            .received
            .as_ref()
            .is_some_and(|pattern| pattern.cut == Cut::Whole);
        notes.push(
            if hidden {
                "digits of the received signature are hidden, and those that are shown stand so in the computed one"
            } else {
                "the received signature was cut, and what is left of it is the beginning of the computed one"
            }
            .to_owned(),
        );
    }
    Trace {
        scheme: claim.scheme,
        stages: vec![
            request::stage(docs, request),
            text_stage(
                Role::CanonicalRequest,
                Some((canonical_text, canonical_fields)),
            ),
            text_stage(Role::StringToSign, Some((to_sign, to_sign_fields))),
            key_stage(kernel.scope.as_ref(), material),
            signature_stage(signature.as_deref(), lacking.is_some()),
        ],
        attempts,
        candidate: found.candidate,
        body: body_shown,
        body_verified,
        notes,
        taken,
        outcome,
        claim: claim.clone(),
    }
}

/// Tells of the fields of a kind one thing more that was done to them.
fn add_step(fields: &mut [Field], kind: FieldKind, step: &Step) {
    let of_kind = fields.iter_mut().filter(|field| field.key.kind == kind);
    for run in of_kind.flat_map(|field| &mut field.runs) {
        run.steps.push(step.clone());
    }
}

/// The trace of a request that is not followed, for `reason`: what it claims, and nothing computed.
pub(super) fn untraced(view: &View<'_>, claim: &Claim, reading: &Reading, reason: Reason) -> Trace {
    let key_id = reading
        .credential
        .as_ref()
        .and_then(|c| c.key_id.as_ref())
        .map(super::reading::Part::string);
    let outcome = Outcome::NotCheckable(reason);
    let attempts = view.keyring.for_key_id(key_id.as_deref());
    Trace {
        scheme: claim.scheme,
        claim: claim.clone(),
        stages: vec![
            text_stage(Role::CanonicalRequest, None),
            text_stage(Role::StringToSign, None),
            key_stage(None, None),
            signature_stage(None, false),
        ],
        attempts: attempts
            .map(|(candidate, secret)| Attempt {
                candidate,
                name: secret.name.clone(),
                outcome,
                near: false,
            })
            .collect(),
        candidate: None,
        body: None,
        body_verified: None,
        notes: Vec::new(),
        taken: Vec::new(),
        outcome,
    }
}

/// What came of trying.
struct Found {
    /// Place in the list of messages.
    message: usize,
    /// Place in the keyring.
    candidate: Option<usize>,
    attempts: Vec<Attempt>,
    /// Whether the pair reproduces what was received.
    hit: bool,
    /// Whether it does but for a cut or the case of its letters.
    near: bool,
}

/// Tries every candidate that may belong to the key id with every reading of the request.
fn try_all(kernel: &SigV4Kernel<'_>, claim: &Claim, messages: &[Vec<MessageEdit>]) -> Found {
    let key_id = kernel
        .reading
        .credential
        .as_ref()
        .and_then(|c| c.key_id.as_ref())
        .map(super::reading::Part::string);
    let target = Target::of(kernel.docs, claim.received.as_ref());
    let mut found = Found {
        message: 0,
        candidate: None,
        attempts: Vec::new(),
        hit: false,
        near: false,
    };
    let keyring = kernel.keyring;
    let ready: OnceCell<Vec<Option<Vec<u8>>>> = OnceCell::new();
    let ready = || ready.get_or_init(|| prepared(kernel, messages)).as_slice();
    for (place, candidate) in keyring.for_key_id(key_id.as_deref()) {
        let keys = [vec![KeyEdit::Candidate(place)]];
        let (outcome, message) = match &target {
            Target::None => (Outcome::NotCheckable(Reason::NothingReceived), None),
            Target::Redacted => (Outcome::NotCheckable(Reason::Redacted), None),
            Target::Exact(text) => {
                if let (Some((message, _)), _) = first_hit(kernel, ready(), &keys, text) {
                    (Outcome::Equal, Some(message))
                } else {
                    let near = kernel.nearest(ready(), &keys, text, SHORTEST_PREFIX);
                    (near.1, near.0)
                }
            }
            Target::Ends(ends) => {
                let (message, outcome) = kernel.fitting(ready(), &keys, ends);
                (outcome, message)
            }
            Target::Prefix(text) => {
                let enough = SHORTEST_PREFIX.min(text.len());
                let near = kernel.nearest(ready(), &keys, text, enough);
                match cut(text, near.1) {
                    outcome @ (Outcome::Verified | Outcome::NotCheckable(Reason::TooShort)) => {
                        (outcome, near.0)
                    }
                    outcome => (outcome, None),
                }
            }
        };
        let better = match (found.candidate, found.hit) {
            (None, _) => true,
            (Some(_), true) => false,
            // A near miss (a cut, another case of letters) tells more than the first candidate.
            (Some(_), false) => outcome.agrees() || message.is_some(),
        };
        if better {
            found.candidate = Some(place);
            found.hit = outcome.agrees();
            found.near = message.is_some();
            found.message = message.unwrap_or(0);
        }
        found.attempts.push(Attempt {
            candidate: place,
            name: candidate.name.clone(),
            outcome,
            near: message.is_some() && outcome.disagrees(),
        });
    }
    found
}

impl SigV4Kernel<'_> {
    /// How the received text differs from what this key yields: against the reading that it is a
    /// mangled form of (cut, in capitals), if there is one, else against the plain reading. It is one
    /// where at least `enough` characters agree.
    fn nearest(
        &self,
        messages: &[Option<Vec<u8>>],
        key: &[Vec<KeyEdit>; 1],
        received: &[u8],
        enough: usize,
    ) -> (Option<usize>, Outcome) {
        self.first(messages, key, |computed| {
            let shared = received.len().min(computed.len());
            let same_letters = received
                .get(..shared)
                .zip(computed.get(..shared))
                .is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
            (
                same_letters && shared >= enough,
                compare(received, computed),
            )
        })
    }

    /// The reading whose signature has these ends, if there is one, and how they stand to it, else to the plain reading.
    fn fitting(
        &self,
        messages: &[Option<Vec<u8>>],
        key: &[Vec<KeyEdit>; 1],
        ends: &[Vec<u8>; 2],
    ) -> (Option<usize>, Outcome) {
        self.first(messages, key, |computed| {
            let outcome = compare_ends(ends, computed);
            (outcome.agrees(), outcome)
        })
    }

    /// The first reading of whose signature `is_it` says so, with the outcome that it gives; where there is none, that of
    /// the plain reading.
    fn first(
        &self,
        messages: &[Option<Vec<u8>>],
        key: &[Vec<KeyEdit>; 1],
        is_it: impl Fn(&[u8]) -> (bool, Outcome),
    ) -> (Option<usize>, Outcome) {
        let [edits] = key;
        let Some(key) = self.key(edits) else {
            return (None, Outcome::NotCheckable(Reason::Incomplete));
        };
        let mut plain = Outcome::NotCheckable(Reason::Incomplete);
        for (i, text) in messages.iter().enumerate() {
            let Some(text) = text else { continue };
            let (found, outcome) = is_it(key::sign(&key, text).as_bytes());
            if found {
                return (Some(i), outcome);
            }
            if i == 0 {
                plain = outcome;
            }
        }
        (None, plain)
    }
}

fn outcome(
    docs: &Documents,
    reading: &Reading,
    claim: &Claim,
    kernel: &SigV4Kernel<'_>,
    signature: Option<&str>,
    candidate: Option<usize>,
) -> Outcome {
    let target = Target::of(docs, claim.received.as_ref());
    let received = match target {
        Target::None => return Outcome::NotCheckable(Reason::NothingReceived),
        Target::Redacted => return Outcome::NotCheckable(Reason::Redacted),
        Target::Exact(_) | Target::Prefix(_) | Target::Ends(_) if candidate.is_none() => {
            return Outcome::NotCheckable(Reason::NoSecret);
        }
        target => target,
    };
    // Without these there is nothing that a signer could have signed.
    if kernel.scope.is_none() || reading.signed_headers.is_none() || reading.date.is_none() {
        return Outcome::NotCheckable(Reason::Incomplete);
    }
    let Some(signature) = signature else {
        return Outcome::NotCheckable(Reason::NoSecret);
    };
    match received {
        Target::Exact(text) => compare(&text, signature.as_bytes()),
        Target::Prefix(text) => cut(&text, compare(&text, signature.as_bytes())),
        Target::Ends(ends) => compare_ends(&ends, signature.as_bytes()),
        Target::None | Target::Redacted => Outcome::NotCheckable(Reason::NothingReceived),
    }
}

pub(super) fn material(keyring: &Keyring, candidate: Option<usize>) -> Option<&Material> {
    Some(&keyring.candidates.get(candidate?)?.material)
}
