//! A scheme of another shape, `timestamp.body` under one keyed hash, known to the tests alone: it runs
//! through the same analysis, search and reports, so that no shared type is made for one scheme.

mod screens;

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sigscope::engine::correct::{BodyToSend, Correction, When};
use sigscope::engine::diagnose::{Finding, Mark, VerdictId};
use sigscope::engine::document::{Source, Span};
use sigscope::engine::intake::{
    Body, BodyVariant, Given, Input, Pattern, SignedRequest, final_newline_len,
};
use sigscope::engine::scheme::kernel::{Edit, Kernel, KeyEdit, MessageEdit, first_hit, prepared};
use sigscope::engine::scheme::{
    Attempt, Choice, Claim, Extent, Field, FieldKey, FieldKind, OptionSpec, Outcome, Reason, Role,
    Rule, Scheme, SchemeId, Sink, Stage, StageBytes, StageId, Step, Trace, Tracked, Values, View,
};
use sigscope::engine::secret::Material;
use sigscope::report::TextStyle;
use sigscope::workbench::{Fixed, Workbench};

use crate::common::{check_provenance, keyring, now};

/// `X-Signature: <hex>` is the keyed hash of `X-Timestamp`, a dot and the body.
struct TimestampBody;

const ID: SchemeId = SchemeId("hmac/timestamp-body");
/// A colon in the place of the dot.
const COLON: u16 = 1;
/// The secret in capital letters.
const CAPITALS: u16 = 7;
const RULE: Rule = Rule {
    text: "The timestamp, a dot, and the body as sent.",
    reference: "tests",
};

fn request<'a>(view: &View<'a>) -> Option<&'a SignedRequest> {
    view.case.requests.get(view.request?)
}

fn header(view: &View<'_>, wanted: &str) -> Option<Span> {
    let docs = &view.case.docs;
    let header = request(view)?
        .headers
        .iter()
        .find(|header| match &header.name {
            Given::Stated(span) => docs.bytes(*span).eq_ignore_ascii_case(wanted.as_bytes()),
            Given::Implied(name) => name.eq_ignore_ascii_case(wanted),
        })?;
    let bytes = docs.bytes(header.value);
    let lead = bytes.len() - bytes.trim_ascii_start().len();
    Some(header.value.part(lead..lead + bytes.trim_ascii().len()))
}

struct TimestampKernel<'a> {
    view: View<'a>,
    timestamp: Span,
    body: Span,
    variants: &'static [BodyVariant],
}

impl TimestampKernel<'_> {
    fn write(&self, sink: &mut impl Sink, variant: BodyVariant) {
        let docs = &self.view.case.docs;
        sink.begin(|| FieldKey::of(FieldKind::DATE), RULE);
        sink.copy(docs.bytes(self.timestamp), self.timestamp);
        sink.end();
        sink.literal(b".");
        sink.begin(|| FieldKey::named(FieldKind::MESSAGE, "body", 0), RULE);
        let bytes = docs.bytes(self.body);
        let cut = match variant {
            BodyVariant::AsGiven => 0,
            BodyVariant::WithoutFinalNewline => final_newline_len(bytes),
        };
        let kept = bytes.len() - cut;
        sink.copy(&bytes[..kept], self.body.until(kept));
        if cut > 0 {
            sink.replace(b"", self.body.from(kept), Step::FinalNewlineLeftOut);
        }
        sink.end();
    }
}

impl Kernel for TimestampKernel<'_> {
    type Message = Vec<u8>;
    type Key = Hmac<Sha256>;
    type Target = [u8];

    fn message(&self, edits: &[MessageEdit]) -> Option<Vec<u8>> {
        let (MessageEdit::Body(variant), others) = edits.split_first()? else {
            return None;
        };
        let mut message = Vec::new();
        self.write(&mut message, *variant);
        match others {
            [] => {}
            [MessageEdit::Variant(COLON)] => {
                let dot = message.iter().position(|b| *b == b'.')?;
                message[dot] = b':';
            }
            _ => return None,
        }
        Some(message)
    }

    fn key(&self, edits: &[KeyEdit]) -> Option<Hmac<Sha256>> {
        let (KeyEdit::Candidate(place), others) = edits.split_first()? else {
            return None;
        };
        let Material::Secret(secret) = &self.view.keyring.candidates.get(*place)?.material else {
            return None;
        };
        match others {
            [] => Hmac::new_from_slice(secret.expose()).ok(),
            [KeyEdit::Variant(CAPITALS)] => {
                Hmac::new_from_slice(&secret.expose().to_ascii_uppercase()).ok()
            }
            _ => None,
        }
    }

    fn hits(&self, message: &Vec<u8>, key: &Hmac<Sha256>, target: &[u8]) -> bool {
        sign(key, message).as_bytes() == target
    }
}

fn sign(key: &Hmac<Sha256>, message: &[u8]) -> String {
    hex::encode(key.clone().chain_update(message).finalize().into_bytes())
}

fn kernel<'a>(view: &View<'a>) -> Option<TimestampKernel<'a>> {
    let body = &request(view)?.body;
    let Body::Held { span, .. } = body else {
        return None;
    };
    let newline = final_newline_len(view.case.docs.bytes(*span)) > 0;
    Some(TimestampKernel {
        view: *view,
        timestamp: header(view, "x-timestamp")?,
        body: *span,
        variants: body.variants(newline),
    })
}

impl Scheme for TimestampBody {
    fn ids(&self) -> &'static [SchemeId] {
        &[ID]
    }

    fn claim(&self, view: &View<'_>) -> Option<Claim> {
        Some(Claim {
            scheme: ID,
            received: Some(Pattern::exact(header(view, "x-signature")?)),
            key_id: None,
            session_token: None,
            date: header(view, "x-timestamp"),
            scope: None,
            signed_headers: Vec::new(),
        })
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[OptionSpec {
            id: "separator",
            title: "separator",
            help: "What stands between timestamp and body; without it, a dot.",
            values: Values::Choice(&[Choice {
                id: "dot",
                title: "a dot",
            }]),
        }]
    }

    fn trace(&self, view: &View<'_>, claim: &Claim) -> Trace {
        let kernel = kernel(view).unwrap();
        let received = claim.received.as_ref().unwrap().bytes(&view.case.docs);
        let messages: Vec<_> = kernel
            .variants
            .iter()
            .map(|v| vec![MessageEdit::Body(*v)])
            .collect();
        let keys: Vec<_> = view
            .keyring
            .for_key_id(None)
            .map(|(place, _)| vec![KeyEdit::Candidate(place)])
            .collect();
        let (hit, _) = first_hit(&kernel, &prepared(&kernel, &messages), &keys, &received);
        let variant = kernel.variants[hit.map_or(0, |(message, _)| message)];
        let candidate = hit.map(|(_, key)| key).or((!keys.is_empty()).then_some(0));
        let mut sink = Tracked::new();
        kernel.write(&mut sink, variant);
        let (message, fields) = sink.finish();
        let key = candidate.and_then(|place| kernel.key(&[KeyEdit::Candidate(place)]));
        let signature = key.map(|key| sign(&key, &message));
        let outcome = match (&signature, hit) {
            (None, _) => Outcome::NotCheckable(Reason::NoSecret),
            (Some(_), Some(_)) => Outcome::Equal,
            (Some(_), None) => Outcome::Differs { at: 0 },
        };
        let stage = |id, role, fields: Vec<Field>, output| Stage {
            id: StageId(id),
            role,
            title: id,
            short: id,
            rule: RULE,
            fields,
            output,
            links: Vec::new(),
        };
        let signature = signature.map_or(StageBytes::Missing, |s| StageBytes::Public(s.into()));
        Trace {
            scheme: ID,
            claim: claim.clone(),
            stages: vec![
                stage(
                    "message",
                    Role::StringToSign,
                    fields,
                    StageBytes::Public(message.into()),
                ),
                stage("signature", Role::Signature, Vec::new(), signature),
            ],
            attempts: candidate
                .map(|candidate| Attempt {
                    candidate,
                    name: "test".to_owned(),
                    outcome,
                    near: false,
                })
                .into_iter()
                .collect(),
            candidate,
            body: Some(variant),
            body_verified: None,
            notes: Vec::new(),
            taken: Vec::new(),
            outcome,
        }
    }

    fn dissect(&self, role: Role, text: &[u8], _extent: Extent) -> Vec<Field> {
        let dot = text.iter().position(|b| *b == b'.');
        let (Role::StringToSign, Some(dot)) = (role, dot) else {
            return Vec::new();
        };
        let field = |key, range| Field {
            key,
            range,
            runs: Vec::new(),
            rule: RULE,
        };
        vec![
            field(FieldKey::of(FieldKind::DATE), 0..dot),
            field(
                FieldKey::named(FieldKind::MESSAGE, "body", 0),
                dot + 1..text.len(),
            ),
        ]
    }

    fn findings(&self, _: &View<'_>, _: &Claim, _: &Trace) -> Vec<Finding> {
        vec![Finding::note(
            "no-nonce",
            "The body may be sent again.",
            "Keep the timestamps seen.",
        )]
    }

    fn correct(&self, view: &View<'_>, _: &Claim, trace: &Trace, when: When) -> Option<Correction> {
        let kernel = kernel(view)?;
        let key = kernel.key(&[KeyEdit::Candidate(trace.candidate?)])?;
        let message = kernel.message(&[MessageEdit::Body(trace.body?)])?;
        let signature = sign(&key, &message);
        Some(Correction {
            when,
            date: String::new(),
            method: "POST".to_owned(),
            url: "https://example.com/hook".to_owned(),
            authorization: Some(("X-Signature".to_owned(), signature.clone())),
            headers: vec![("X-Signature".to_owned(), signature.clone().into_bytes())],
            dropped: Vec::new(),
            canonical_request: Vec::new(),
            string_to_sign: message,
            signature,
            beside: Vec::new(),
            holds_token: false,
            because: Vec::new(),
            body: BodyToSend::None,
        })
    }
}

static SCHEMES: &[&dyn Scheme] = &[&TimestampBody];

/// `1531420618.{"a": 1}` under the key `8f742231b10e8888abcd99yyyzzz85a5`; the signature was made with
/// `printf '1531420618.{"a": 1}' | openssl dgst -sha256 -hmac KEY`.
const SIGNATURE: &str = "1d0665ffb6fc9794fd9846a6d77a40c1da4238d77190acb181e2f7decca39d90";

fn workbench(secret: Option<&str>, signature: &str) -> Workbench {
    let raw = format!(
        "POST /hook HTTP/1.1\nHost: example.com\nX-Timestamp: 1531420618\nX-Signature: {signature}\n\n\
         {{\"a\": 1}}\n"
    );
    let keyring = secret.map(keyring).unwrap_or_default();
    let mut bench = Workbench::new(Arc::new(Fixed(keyring)));
    bench.schemes = SCHEMES;
    bench.inputs.push(Input {
        name: "hook".to_owned(),
        source: Source::File,
        bytes: raw.into_bytes().into(),
    });
    bench
}

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

#[test]
fn another_scheme_is_searched_traced_and_judged() {
    let work = workbench(Some(SECRET), SIGNATURE).work(now());
    let trace = work.analysis.trace.as_ref().unwrap();
    assert_eq!(trace.outcome, Outcome::Equal);
    // The newline of the file was not signed; that reading was found by the search.
    assert_eq!(trace.body, Some(BodyVariant::WithoutFinalNewline));
    check_provenance(trace, "timestamp.body");
    assert_eq!(work.analysis.diagnosis.verdict.id, VerdictId::Match);
    assert_eq!(work.correction.as_ref().unwrap().signature, SIGNATURE);
    assert!(
        work.analysis
            .diagnosis
            .findings
            .iter()
            .any(|finding| finding.id == "no-nonce"),
        "the scheme's own remarks are heard"
    );
    let wrong = workbench(Some("another secret"), SIGNATURE).work(now());
    assert_eq!(wrong.analysis.diagnosis.verdict.id, VerdictId::Mismatch);
    let none = workbench(None, SIGNATURE).work(now());
    assert_eq!(none.analysis.diagnosis.verdict.id, VerdictId::Undecided);
    let marks = &none.analysis.diagnosis.marks;
    assert!(
        marks.contains(&(StageId("signature"), Mark::NeedsSecret)),
        "{marks:?}"
    );
}

/// The axes of a search, from single edits: one that concerns both is tried on both at once.
fn axes(edits: &[Edit]) -> (Vec<MessageEdit>, Vec<KeyEdit>) {
    let mut message = vec![MessageEdit::Body(BodyVariant::WithoutFinalNewline)];
    let mut key = vec![KeyEdit::Candidate(0)];
    for edit in edits {
        match edit.clone() {
            Edit::Message(edit) => message.push(edit),
            Edit::Key(edit) => key.push(edit),
            Edit::Linked(one, other) => {
                message.push(one);
                key.push(other);
            }
        }
    }
    (message, key)
}

/// The signatures were made with `printf '1531420618:{"a": 1}' | openssl dgst -sha256 -hmac KEY`, with the key in
/// capital letters where it says so.
#[test]
fn another_scheme_is_searched_along_both_axes_alone_and_linked() {
    let bench = workbench(Some(SECRET), SIGNATURE);
    let work = bench.work(now());
    let keyring = keyring(SECRET);
    let view = View {
        case: &work.case,
        request: Some(0),
        keyring: &keyring,
        settings: &bench.settings,
        now: now(),
    };
    let kernel = kernel(&view).unwrap();
    let colon = Edit::Message(MessageEdit::Variant(COLON));
    let capitals = Edit::Key(KeyEdit::Variant(CAPITALS));
    let both = Edit::Linked(MessageEdit::Variant(COLON), KeyEdit::Variant(CAPITALS));
    for (edits, signature) in [
        (&[][..], SIGNATURE),
        (
            std::slice::from_ref(&colon),
            "0adccdb5e3615a54790d85907e74dcd21efce857f8b3eaa2d87c2651550fe3c1",
        ),
        (
            std::slice::from_ref(&capitals),
            "7af455764fa33fe9a7a40e8b59cdf8dfa0a468d5af205597b06a353ce918e6ef",
        ),
        (
            &[colon.clone(), capitals.clone()],
            "711506224989f2ea4a486109f4fb45aa7ed01566f4ebb2ce0f157f466b015afe",
        ),
        (
            &[both],
            "711506224989f2ea4a486109f4fb45aa7ed01566f4ebb2ce0f157f466b015afe",
        ),
    ] {
        let (message, key) = axes(edits);
        let plain = axes(&[]);
        // Beside the plain reading, which must not be taken for it, and one that makes no sense here.
        let nonsense = vec![MessageEdit::Variant(99)];
        let messages = [nonsense, plain.0.clone(), message];
        let keys = [vec![KeyEdit::Variant(CAPITALS)], plain.1, key];
        let ready = prepared(&kernel, &messages);
        let (hit, tried) = first_hit(&kernel, &ready, &keys, signature.as_bytes());
        let (message, key) = hit.expect(signature);
        assert_eq!(messages[message], axes(edits).0, "{edits:?}");
        assert_eq!(keys[key], axes(edits).1, "{edits:?}");
        assert!((1..=4).contains(&tried), "{tried}");
    }
    let ready = prepared(&kernel, &[axes(&[]).0]);
    let (hit, tried) = first_hit(&kernel, &ready, &[axes(&[]).1], b"another");
    assert_eq!((hit, tried), (None, 1));
}

fn validator() -> jsonschema::Validator {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../assets/schema/check-1.json")).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// The answer of a verifier that signed another time than the one sent.
fn with_answer(mut bench: Workbench, message: &str) -> Workbench {
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code>\
         <SignatureProvided>{SIGNATURE}</SignatureProvided><StringToSign>{message}</StringToSign></Error>\n"
    );
    bench.inputs.push(Input {
        name: "answer".to_owned(),
        source: Source::File,
        bytes: xml.into_bytes().into(),
    });
    bench
}

#[test]
fn what_a_verifier_signed_is_compared_in_the_fields_of_another_scheme() {
    let bench = with_answer(workbench(Some(SECRET), SIGNATURE), "1531420999.{\"a\": 1}");
    let work = bench.work(now());
    let json = sigscope::report::json(&work);
    assert_eq!(json["verdict"]["id"], "rejected");
    let parts = json["divergences"].as_array().unwrap();
    let fields: Vec<_> = parts.iter().map(|d| &d["field"]).collect();
    assert_eq!(fields, ["date"], "{parts:?}");
    assert_eq!(
        parts[0]["values"],
        serde_json::json!(["1531420618", "1531420999"])
    );
    assert_eq!(parts[0]["offset"], 7);
    let bench = with_answer(workbench(Some(SECRET), SIGNATURE), "1531420618.{\"a\": 1}");
    let json = sigscope::report::json(&bench.work(now()));
    assert_eq!(json["divergences"], serde_json::json!([]));
}

#[test]
fn the_json_of_another_scheme_keeps_to_the_schema() {
    let validator = validator();
    let plain = |secret, signature| workbench(secret, signature);
    let benches = [
        plain(Some(SECRET), SIGNATURE),
        plain(Some("another secret"), SIGNATURE),
        plain(Some(SECRET), "not hex"),
        plain(None, SIGNATURE),
        with_answer(plain(Some(SECRET), SIGNATURE), "1531420999.x"),
        with_answer(plain(None, SIGNATURE), "no dot"),
    ];
    let mut verdicts = std::collections::BTreeSet::new();
    for bench in benches {
        let json = sigscope::report::json(&bench.work(now()));
        let errors: Vec<_> = validator
            .iter_errors(&json)
            .map(|e| e.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{json:#}");
        verdicts.insert(json["verdict"]["id"].as_str().unwrap().to_owned());
    }
    let wanted = ["match", "mismatch", "rejected", "undecided"];
    assert_eq!(verdicts.iter().collect::<Vec<_>>(), wanted);
}

#[test]
fn another_scheme_is_reported_in_every_form() {
    let work = workbench(Some(SECRET), SIGNATURE).work(now());
    let json = sigscope::report::json(&work);
    assert_eq!(json["scheme"], "hmac/timestamp-body");
    assert_eq!(json["verdict"]["id"], "match");
    assert_eq!(json["computed"]["string_to_sign"], "1531420618.{\"a\": 1}");
    assert_eq!(json["computed"]["signature"], SIGNATURE);
    let sentence = &work.analysis.diagnosis.verdict.sentence;
    assert!(sigscope::report::markdown(&work).contains(sentence.as_str()));
    for text in [
        sigscope::report::text(&work, TextStyle::default()),
        sigscope::report::markdown(&work),
    ] {
        assert!(!text.contains(SECRET));
    }
}

#[test]
fn a_secret_of_another_scheme_leaks_nowhere() {
    let work = workbench(Some(SECRET), SIGNATURE).work(now());
    assert!(!format!("{work:?}").contains(SECRET));
}
