//! A piece of work with something in every place a report reads, made of any bytes.

use bytes::Bytes;
use chrono::DateTime;

use crate::engine::Analysis;
use crate::engine::correct::{BodyToSend, Correction, When};
use crate::engine::diagnose::{
    ByteDifference, Column, Comparison, Deviation, Diagnosis, Divergence, Explanation, Finding,
    Holding, NextStep, Party, Proof, Row, RowState, RuledOut, Value, Verdict, VerdictId, Who,
};
use crate::engine::document::{Mask, OffsetMap, Peel, Source, Span};
use crate::engine::intake::{
    Answer, Body, Case, Evidence, Given, Header, Integrity, Part, PastedSecret, Pattern, Piece,
    Shape, Side, SignedRequest, Target,
};
use crate::engine::scheme::{
    Attempt, Claim, FieldKey, FieldKind, Now, Outcome, Role, Rule, SchemeId, Settings, Stage,
    StageBytes, StageId, Trace,
};
use crate::engine::secret::{Keyring, Redactor, SkippedSecret};
use crate::workbench::Work;

/// The secret that stands in every fixture.
pub(super) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The session token that stands in every fixture.
pub(super) const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLE//token==";

const RULE: Rule = Rule {
    text: "A rule.",
    reference: "a section",
};

/// Where things stand in the given text: ranges of `text`, any two numbers.
pub(super) fn work(text: &[u8], cuts: (usize, usize)) -> Work {
    let (first, second) = cuts;
    let lossy = String::from_utf8_lossy(text).into_owned();
    let told = format!("{lossy} {SECRET} {TOKEN}");
    let held = [text, SECRET.as_bytes(), b" ", TOKEN.as_bytes()].concat();

    let mut case = Case::default();
    let tail = [b"\nkey: ", SECRET.as_bytes(), b" ", TOKEN.as_bytes(), b"\n"].concat();
    let given = [text, &tail].concat();
    let doc = case.docs.give(
        lossy.clone(),
        Source::StandardInput,
        Bytes::from(given.clone()),
    );
    let mut map = OffsetMap::new();
    map.decoded(3, 0, text.len());
    let peeled = case.docs.peel(
        Span::new(doc, 0, text.len()),
        Peel::HtmlEntities,
        Bytes::from_static(b"a&b"),
        map,
    );
    let some = Span::new(doc, first.min(second), first.max(second));
    let key = Span::new(doc, text.len() + 6, text.len() + 6 + SECRET.len());
    let token = Span::new(doc, key.end + 1, key.end + 1 + TOKEN.len());
    case.docs.mask(key, Mask::Secret);
    case.docs.mask(token, Mask::Token);
    case.secrets.push(PastedSecret {
        value: key,
        key_id: None,
        session_token: Some(token),
        written_as: "key:",
    });
    case.requests.push(SignedRequest {
        shape: Shape("http-request"),
        span: case.docs.whole(doc),
        method: Given::Stated(some),
        target: Target {
            whole: case.docs.whole(doc),
            scheme: None,
            authority: None,
            path: some,
            query: None,
        },
        headers: vec![Header {
            name: Given::Stated(some),
            value: some,
            line: some,
        }],
        body: Body::Absent,
    });
    case.evidence.push(Evidence {
        shape: Shape("s3-error-xml"),
        side: Some(Side::Server),
        span: case.docs.whole(peeled),
        canonical_request: Some(Pattern::exact(case.docs.whole(doc))),
        string_to_sign: Some(Pattern::exact(some)),
        signature: None,
        answer: Some(Answer::default()),
        integrity: Integrity::Repaired,
        repairs: vec![Peel::HtmlEntities],
    });
    for part in [Part::Request(0), Part::Evidence(0), Part::Secret(0)] {
        case.pieces.push(Piece {
            shape: Shape("http-request"),
            span: case.docs.whole(peeled),
            part,
        });
    }

    let mut redactor = Redactor::new();
    redactor.hide(SECRET.as_bytes(), Mask::Secret);
    redactor.hide(TOKEN.as_bytes(), Mask::Token);
    let stage = |id, role, title| Stage {
        id: StageId(id),
        role,
        title,
        short: "s",
        rule: RULE,
        fields: Vec::new(),
        output: StageBytes::Public(Bytes::from(held.clone())),
        links: Vec::new(),
    };
    let trace = Trace {
        scheme: SchemeId("sigv4-header"),
        claim: Claim {
            scheme: SchemeId("sigv4-header"),
            received: Some(Pattern::exact(some)),
            key_id: Some(some),
            session_token: Some(token),
            date: Some(some),
            scope: Some(some),
            signed_headers: vec![some, token],
        },
        stages: vec![
            stage(
                "canonical-request",
                Role::CanonicalRequest,
                "Canonical request",
            ),
            stage("string-to-sign", Role::StringToSign, "String to sign"),
            stage("signature", Role::Signature, "Signature"),
        ],
        attempts: vec![Attempt {
            candidate: 0,
            name: told.clone(),
            outcome: Outcome::Differs { at: 0 },
            near: false,
        }],
        candidate: Some(0),
        body: None,
        body_verified: None,
        notes: vec![told.clone()],
        taken: Vec::new(),
        outcome: Outcome::Differs { at: 0 },
    };
    let value = |bytes: &[u8]| {
        Some(Value {
            bytes: Bytes::copy_from_slice(bytes),
            range: 0..bytes.len(),
        })
    };
    let row = |values: Vec<Option<Value>>| Row {
        key: FieldKey::named(FieldKind::HEADER, told.clone(), 0),
        emphasis: vec![Vec::new(); values.len()],
        values,
        state: RowState::Differs,
        first: Some((
            ByteDifference {
                at: first,
                left: told.clone(),
                right: "end of text".to_owned(),
            },
            [0, 1],
        )),
        note: None,
        rule: RULE,
    };
    let column = |party, caption: &str| Column {
        party,
        caption: caption.to_owned(),
        evidence: None,
        integrity: Integrity::Unchecked,
    };
    let diagnosis = Diagnosis {
        fixes: Vec::new(),
        observations: None,
        verdict: Verdict {
            id: VerdictId::Mismatch,
            sentence: told.clone(),
            details: vec![told.clone()],
            proved: false,
            proof: vec![(told.clone(), told.clone()), ("b".into(), lossy.clone())],
            quotes: Vec::new(),
            tries_options: false,
            refused: false,
        },
        comparisons: vec![Comparison {
            stage: StageId("canonical-request"),
            role: Role::CanonicalRequest,
            columns: vec![
                column(Party::Computed, &told),
                column(Party::Server, "server"),
            ],
            rows: vec![
                row(vec![value(&held), value(text)]),
                row(vec![value(text), None]),
            ],
        }],
        divergences: vec![Divergence {
            between: [Party::Computed, Party::Server],
            stage: StageId("canonical-request"),
            field: FieldKey::named(FieldKind::HEADER, told.clone(), 0),
            values: [Some(Bytes::from(held.clone())), None],
            offset: Some(first),
            detail: None,
            follows: false,
        }],
        explanations: vec![Explanation {
            deviations: vec![Deviation {
                id: "secret-newline",
                who: Who::Signer,
                family: "secret",
                component: "key",
                parameters: vec![("what", told.clone())],
                title: told.clone(),
                detail: told.clone(),
                fix: told.clone(),
                reference: "a section",
            }],
            proof: Proof::Signature,
            canonical_request: Some(held.clone()),
            string_to_sign: None,
        }],
        findings: vec![
            Finding::error("a-finding", told.clone(), told.clone())
                .at(some, told.clone())
                .at(key, "the key")
                .at(token, "the token")
                .at(case.docs.whole(peeled), ""),
            Finding::note("without-a-place", told.clone(), String::new()),
        ],
        marks: Vec::new(),
        ruled_out: vec![told.clone()],
        ruled_out_by: RuledOut::Proved,
        holdings: vec![Holding {
            id: "secret",
            title: "secret",
            state: told.clone(),
            present: true,
            proves: told.clone(),
        }],
        holder_known: false,
        next_steps: vec![NextStep {
            for_others: None,
            sentence: told.clone(),
            party: "boto3",
            snippet: told.clone(),
        }],
    };
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
    Work {
        case,
        keyring: Keyring {
            candidates: Vec::new(),
            skipped: vec![SkippedSecret {
                name: told.clone(),
                reason: told.clone(),
            }],
            aside: Vec::new(),
            altered: None,
        },
        settings: Settings::new(),
        now: Now { at, stated: false },
        analysis: Analysis {
            request: Some(0),
            trace: Some(trace),
            diagnosis,
        },
        correction: Some(Correction {
            when: When::Same,
            date: "20231114T221320Z".to_owned(),
            method: lossy.clone(),
            url: told.clone(),
            authorization: None,
            headers: vec![(lossy, held.clone()), ("X".to_owned(), text.to_vec())],
            dropped: vec![(told.clone(), told.clone())],
            canonical_request: held.clone(),
            string_to_sign: held,
            signature: told.clone(),
            beside: vec!["X-Amz-Date".into(), "X-Amz-Security-Token".into()],
            holds_token: true,
            because: vec![told],
            body: BodyToSend::None,
        }),
        redactor,
    }
}
