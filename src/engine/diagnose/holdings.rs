//! What a case holds, and what each piece of it lets one prove.

use super::facts::Facts;
use super::pairing::Pairing;
use super::refusal::Refusal;
use super::witness::{Witness, integrity_words};
use super::{Finding, Holding, Party};
use crate::engine::document::visible;
use crate::engine::intake::{Body, Integrity, Shape, Unproved, vocabulary};
use crate::engine::scheme::{FieldKind, Outcome, Reason, Role, Step, Trace};

const MISSING: &str = "not here";
/// What the answer to another request proves, and its strings.
const OTHERS: &str = "nothing of this request";

/// Every piece that counts, here or not, in the order in which people come by them.
pub(super) fn holdings(facts: &Facts<'_>, findings: &[Finding]) -> Vec<Holding> {
    let cut = findings.iter().any(|f| f.id == vocabulary::REQUEST_CUT);
    let other = findings
        .iter()
        .any(|finding| finding.id == vocabulary::FOREIGN_SCHEME);
    let mut out = vec![
        answer(facts, other),
        strings(
            "server-strings",
            "server's strings",
            facts.server.as_ref(),
            "which field differs",
            other,
        ),
        strings(
            "client-strings",
            "signer's strings",
            facts.client.as_ref(),
            "what the signer signed",
            other,
        ),
        request(facts, cut),
    ];
    out.extend(body(facts).filter(|_| !cut));
    out.push(secret(facts, is_followed(facts, other, cut)));
    out
}

/// Whether anything is here that a secret could be tried on: a form and the strings of other schemes are not verified.
fn is_followed(facts: &Facts<'_>, other: bool, cut: bool) -> bool {
    match facts.view.request {
        Some(_) => facts.trace.is_some() || cut,
        None => facts.view.case.forms.is_empty() && !other,
    }
}

fn called(shape: Shape, other: bool) -> &'static str {
    if other {
        vocabulary::called_elsewhere(shape)
    } else {
        vocabulary::called(shape)
    }
}

fn answer(facts: &Facts<'_>, other: bool) -> Holding {
    let answer = facts
        .server
        .as_ref()
        .and_then(|s| Some((s, s.evidence.answer.as_ref()?)));
    let (state, proves) = match (answer, &facts.refusal) {
        (Some((witness, answer)), refusal) => {
            let docs = &facts.view.case.docs;
            let called = called(witness.evidence.shape, other);
            let taken = answer.accepted();
            let mut state = match (answer.code, taken) {
                (Some(code), _) => visible::to_string(docs.bytes(code).trim_ascii()),
                (None, Some(status)) => format!("{called}, status {status}"),
                (None, None) => called.to_owned(),
            };
            if let Pairing::Other(by) = witness.pairing {
                state = format!("{state}, about another {}", by.what());
            }
            let proves = match refusal {
                _ if witness.pairing.is_other() => OTHERS,
                Some(Refusal::Signature) => "that the signatures differ",
                Some(Refusal::Other(_)) => "why it refused",
                Some(Refusal::Unknown) | None if taken.is_some() => "that it did not refuse",
                Some(Refusal::Unknown) if answer.message.is_some() => "what the server says of it",
                Some(Refusal::Unknown) | None => "that it refused, not why",
            };
            (state, proves)
        }
        (None, _) => (MISSING.to_owned(), "why it was refused"),
    };
    Holding {
        id: "server-answer",
        title: "server's answer",
        state,
        present: answer.is_some(),
        proves: proves.to_owned(),
    }
}

fn strings(
    id: &'static str,
    title: &'static str,
    witness: Option<&Witness<'_>>,
    proves: &str,
    other: bool,
) -> Holding {
    let held = witness.filter(|witness| witness.has_strings());
    // Nobody said whose they are: they prove nothing of the signer.
    let (title, proves) = match held {
        Some(witness) if witness.evidence.side.is_none() => {
            ("strings", "whose they are is not known")
        }
        Some(_) | None => (title, proves),
    };
    let proves = match held.map(|witness| &witness.evidence.integrity) {
        Some(_) if held.is_some_and(|witness| witness.pairing.is_other()) => OTHERS,
        Some(_) if held.is_some_and(|witness| witness.folded) => "nothing: line breaks lost",
        Some(Integrity::Broken) => "nothing: its hash is of another text",
        Some(Integrity::Redacted)
            if held.is_some_and(|w| w.evidence.unproved() == Some(Unproved::Cut)) =>
        {
            "what is here of it"
        }
        Some(Integrity::Redacted) => "what is not redacted",
        Some(
            Integrity::Verified | Integrity::Repaired | Integrity::Attested | Integrity::Unchecked,
        )
        | None => proves,
    };
    Holding {
        id,
        title,
        state: held.map_or_else(
            || MISSING.to_owned(),
            |witness| {
                format!(
                    "{}, {}{}",
                    called(witness.evidence.shape, other),
                    integrity_words(witness.evidence),
                    match (witness.party, witness.assumed) {
                        (_, None) => "",
                        (Party::Server, Some(_)) => ", taken for the server's",
                        (_, Some(_)) => ", taken for the signer's",
                    }
                )
            },
        ),
        present: held.is_some(),
        proves: proves.to_owned(),
    }
}

fn request(facts: &Facts<'_>, cut: bool) -> Holding {
    let case = facts.view.case;
    let request = facts.view.request.and_then(|i| case.requests.get(i));
    let form = request.is_none() && !case.forms.is_empty();
    let state = match (request, case.requests.len()) {
        (None, _) if form => "a form for an upload".to_owned(),
        (None, _) => MISSING.to_owned(),
        (Some(_), 1) if cut => "here, up to where the paste stops".to_owned(),
        (Some(_), 1) => match facts.trace {
            Some(trace) if trace.claim.received.is_some() => "here, signed".to_owned(),
            Some(_) => "here, unsigned".to_owned(),
            // It may well carry another kind; what it carries is said by a finding.
            None => "here, no signature known here".to_owned(),
        },
        (Some(_), count) => {
            format!(
                "request {} of {count}",
                facts.view.request.unwrap_or_default() + 1
            )
        }
    };
    Holding {
        id: "request",
        title: "what was sent",
        state,
        present: request.is_some() || form,
        proves: if form {
            "nothing: no form is verified here".to_owned()
        } else if request.is_some() && facts.trace.is_none() && !cut {
            "nothing: no signature is here that is followed".to_owned()
        } else {
            "what the signature should be".to_owned()
        },
    }
}

/// The body, where there is a request whose body plays a part.
fn body(facts: &Facts<'_>) -> Option<Holding> {
    let request = facts
        .view
        .request
        .and_then(|i| facts.view.case.requests.get(i))?;
    let lacking = facts.trace.is_some_and(Trace::lacks_body);
    let word = word_for_hash(facts);
    let (present, state) = match &request.body {
        Body::Absent if lacking => (false, MISSING.to_owned()),
        Body::Absent if word.is_some() => (false, MISSING.to_owned()),
        Body::Absent if facts.trace.is_none() => (false, MISSING.to_owned()),
        Body::Absent => (false, "hash as stated".to_owned()),
        Body::Held { span, .. } if span.is_empty() && is_taken(facts) => {
            (false, "hash as stated".to_owned())
        }
        Body::Held { span, .. } if span.is_empty() => (true, "empty".to_owned()),
        Body::Held { span, .. } => (true, format!("{} bytes", span.len())),
        Body::Streamed(facts) => (true, format!("{}, {} bytes", facts.name, facts.len)),
    };
    let verified = match facts.trace.and_then(|trace| trace.body_verified) {
        Some(true) => ", as stated",
        Some(false) => ", not as stated",
        None => "",
    };
    Some(Holding {
        id: "body",
        title: "its body",
        state: format!("{state}{verified}"),
        present,
        proves: match word {
            Some(word) => format!("nothing: {word} is signed"),
            None if lacking => "the payload hash, signed too".to_owned(),
            None => "whether its hash is true".to_owned(),
        },
    })
}

/// Whether the hash of the body is taken as it is stated.
pub(super) fn is_taken(facts: &Facts<'_>) -> bool {
    let stage = facts.trace.and_then(|t| t.stage(Role::CanonicalRequest));
    let mut runs = stage
        .iter()
        .flat_map(|stage| &stage.fields)
        .filter(|field| field.key.kind == FieldKind::PAYLOAD_HASH)
        .flat_map(|field| &field.runs);
    runs.any(|run| run.steps.contains(&Step::TakenUnverified))
}

/// The word that is signed where the hash of a body would stand.
fn word_for_hash(facts: &Facts<'_>) -> Option<String> {
    let stage = facts.trace?.stage(Role::CanonicalRequest)?;
    let field = stage
        .fields
        .iter()
        .find(|field| field.key.kind == FieldKind::PAYLOAD_HASH)?;
    let text = stage.output.public()?.get(field.range.clone())?;
    // Such words are in capitals, and hold a letter that no hex digit is. Anything else may be what somebody
    // put there, and is not repeated.
    let capitals = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'-';
    let is_word = text.iter().all(capitals) && text.iter().any(|b| matches!(b, b'G'..=b'Z'));
    (is_word && text.len() < 64).then(|| visible::to_string(text))
}

fn secret(facts: &Facts<'_>, followed: bool) -> Holding {
    let keyring = facts.view.keyring;
    let tried = facts.trace.map_or(0, |trace| trace.attempts.len());
    let untried = facts.trace.is_some_and(|trace| trace.attempts.is_empty());
    let unusable = match facts.outcome {
        Outcome::NotCheckable(Reason::NoSecret) => true,
        Outcome::NotCheckable(Reason::NoValue) => untried,
        _ => false,
    };
    let state = match (keyring.candidates.as_slice(), keyring.skipped.first()) {
        ([], None) => "not here".to_owned(),
        ([], Some(skipped)) => format!("{} set aside: {}", skipped.name, skipped.reason),
        (_, _) if unusable && facts.trace.is_some_and(|t| t.claim.key_id.is_none()) => {
            "found, but none that serves here".to_owned()
        }
        (_, _) if unusable => "found, but none for this key id".to_owned(),
        ([one], _) => one.name.clone(),
        (several, _) => format!("{} candidates, {tried} tried", several.len()),
    };
    Holding {
        id: "secret",
        title: "secret",
        state,
        present: !keyring.is_empty() && !unusable,
        proves: if followed {
            "whether it is signed right".to_owned()
        } else {
            "nothing: no signature is here that is followed".to_owned()
        },
    }
}
