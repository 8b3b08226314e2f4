//! The JSON object that scripts may rely on, format 1. Its schema is `assets/schema/check-1.json`.

mod observed;
mod stream;
mod texts;

use std::borrow::Cow;

use percent_encoding::percent_decode;
use serde_json::{Map, Value, json};

use super::Report;
use super::locate::Places;
use crate::engine::correct::{self, CopyItem, Correction, When};
use crate::engine::diagnose::{
    Deviation, Divergence, Explanation, Finding, Proof, VerdictId, Who, pairing,
};
use crate::engine::document::{Document, Origin, Span};
use crate::engine::intake::{
    Evidence, Given, Integrity, Part, Pattern, Piece, Side, SidedBy, Unproved,
};
use crate::engine::scheme::Role;
use crate::engine::secret::Redactor;
use crate::workbench::Work;
use stream::{EVIDENCE, INPUT, Whole};
use texts::{put, put_list, utf8_or_base64};

type Object = Map<String, Value>;

/// The object for input that could not be read or used at all; `reason` is one sentence.
pub fn nothing(reason: &str) -> Value {
    json!({
        "format": 1,
        "documents": [],
        "input": [],
        "scheme": null,
        "settings": {},
        "verdict": {"id": null, "sentence": reason},
        "request": null,
        "received": null,
        "computed": null,
        "evidence": [],
        "divergences": [],
        "explanations": [],
        "observations": null,
        "nearest": [],
        "findings": [],
        "correction": null,
        "correction_now": null,
    })
}

/// The whole object, ready to be written.
pub(super) fn object<'a>(report: &'a Report<'_>) -> Whole<'a> {
    let work = report.work;
    let diagnosis = &work.analysis.diagnosis;
    let writer = Writer {
        report,
        places: Places::new(&work.case.docs),
        redactor: &report.redactor,
    };
    let fresh = work.correction(report.schemes, When::Fresh(work.now.at));
    // Session tokens stand whole in a correction: it must work. Secrets do not, even here.
    let whole = report.redactor.clone().revealing_tokens(true);
    let told = json!({
        "format": 1,
        "documents": writer.documents(),
        (INPUT): null,
        "scheme": work.analysis.trace.as_ref().map(|t| t.scheme.0),
        "settings": writer.settings(),
        "verdict": {
            "id": match diagnosis.verdict.id {
                VerdictId::Nothing => None,
                id => Some(id.id()),
            },
            "sentence": writer.words(&diagnosis.verdict.sentence),
        },
        "request": writer.request(),
        "received": writer.received(),
        "computed": writer.computed(),
        (EVIDENCE): null,
        "divergences": diagnosis.divergences.iter().map(|d| writer.divergence(d)).collect::<Vec<_>>(),
        "explanations": diagnosis.explanations.iter().map(|e| writer.explanation(e)).collect::<Vec<_>>(),
        "observations": writer.observations(),
        "nearest": writer.nearest(),
        "findings": diagnosis.findings.iter().map(|f| writer.finding(f)).collect::<Vec<_>>(),
        "correction": work.correction.as_ref().map(|c| correction(&whole, c)),
        "correction_now": fresh.as_ref().map(|c| correction(&whole, c)),
    });
    Whole { told, writer }
}

/// Bytes of a target that is written down. A longer one is no part of anything that was computed.
const LONGEST_TARGET: usize = 1 << 20;

struct Writer<'a> {
    report: &'a Report<'a>,
    places: Places<'a>,
    redactor: &'a Redactor,
}

impl Writer<'_> {
    /// What was chosen over the request's claims, by option.
    fn settings(&self) -> Value {
        let work = self.report.work;
        let changed = work.changed(self.report.schemes).into_iter();
        changed
            .map(|(id, value)| (id.to_owned(), self.words(value).into()))
            .collect::<Object>()
            .into()
    }

    fn words(&self, text: &str) -> String {
        self.redactor.text(text)
    }

    fn documents(&self) -> Vec<Value> {
        let name = |document: &Document| match document.origin() {
            Origin::Given { name, .. } => self.words(name),
            Origin::Peeled { .. } => String::new(),
        };
        self.report
            .work
            .case
            .docs
            .given()
            .map(|(_, d)| json!({"name": name(d), "bytes": d.bytes().len()}))
            .collect()
    }

    fn piece(&self, piece: &Piece) -> Value {
        let work = self.report.work;
        let (side, chosen) = match piece.part {
            Part::Request(i) => (None, Some(work.analysis.request == Some(i))),
            Part::Evidence(i) => (
                work.case.evidence.get(i).and_then(|e| e.side),
                Some(self.is_compared(i)),
            ),
            Part::Secret(_) | Part::Form(_) => (None, None),
        };
        let (document, span) = self.place(Some(piece.span));
        let [number, request, by_choice] = self.belonging(piece);
        json!({
            "shape": piece.shape.0,
            "document": document,
            "span": span,
            "side": side.map(side_id),
            "chosen": chosen,
            "number": number,
            "request": request,
            "by_choice": by_choice,
        })
    }

    /// Whether a piece of evidence plays a part: it is not proved to be about another request, and either
    /// nothing was compared or this was.
    fn is_compared(&self, evidence: usize) -> bool {
        if self.is_set_aside(evidence) {
            return false;
        }
        let mut columns = self
            .report
            .work
            .analysis
            .diagnosis
            .comparisons
            .iter()
            .flat_map(|c| &c.columns)
            .filter_map(|c| c.evidence)
            .peekable();
        columns.peek().is_none() || columns.any(|e| e == evidence)
    }

    /// Whether a piece of evidence is about another request than the one that is looked at.
    fn is_set_aside(&self, place: usize) -> bool {
        let Work { case, analysis, .. } = self.report.work;
        let (Some(request), Some(evidence)) = (analysis.request, case.evidence.get(place)) else {
            return false;
        };
        if case.chosen_pair(place) == Some(request) {
            return false;
        }
        let claim = analysis.trace.as_ref().map(|trace| &trace.claim);
        case.paired_by(place, request).is_none()
            || claim.is_some_and(|claim| pairing(&case.docs, claim, evidence).is_other())
    }

    /// `document` and `span` of a place, or two nulls.
    fn place(&self, span: Option<Span>) -> (Value, Value) {
        match span.and_then(|s| self.places.given(s)) {
            Some((document, span)) => (json!(document), json!([span.start, span.end])),
            None => (Value::Null, Value::Null),
        }
    }

    fn request(&self) -> Value {
        let work = self.report.work;
        let docs = &work.case.docs;
        let claim = work.analysis.trace.as_ref().map(|t| &t.claim);
        let request = work
            .analysis
            .request
            .and_then(|i| work.case.requests.get(i));
        if claim.is_none() && request.is_none() {
            return Value::Null;
        }
        let mut object = Object::new();
        let method = request.map(|r| match &r.method {
            Given::Stated(span) => docs.bytes(*span),
            Given::Implied(text) => work
                .analysis
                .trace
                .as_ref()
                .and_then(crate::engine::scheme::Trace::method)
                .unwrap_or(text.as_bytes()),
        });
        self.text(&mut object, "method", method);
        let target = request
            .map(|r| docs.bytes(r.target.whole))
            .filter(|target| target.len() <= LONGEST_TARGET);
        self.text(&mut object, "target", target);
        // What stands in a query is percent-encoded there; what it says is not.
        let query = request.and_then(|r| r.target.query);
        let said = |span: Span| -> Cow<'_, [u8]> {
            let bytes = docs.bytes(span);
            // A scope has slashes: one without any was taken from the query of a canonical request.
            let encoded = request.is_none()
                && !bytes.contains(&b'/')
                && claim.is_some_and(|c| c.scope == Some(span));
            if encoded || query.is_some_and(|q| q.contains(span)) {
                percent_decode(bytes).into()
            } else {
                bytes.into()
            }
        };
        for (key, span) in [
            ("access_key_id", claim.and_then(|c| c.key_id)),
            ("date", claim.and_then(|c| c.date)),
            ("scope", claim.and_then(|c| c.scope)),
        ] {
            self.text(&mut object, key, span.map(said).as_deref());
        }
        let headers: Option<Vec<_>> =
            claim.map(|c| c.signed_headers.iter().map(|s| said(*s)).collect());
        let headers: Option<Vec<_>> = headers
            .as_ref()
            .map(|all| all.iter().map(|h| Some(h.as_ref())).collect());
        self.texts(&mut object, "signed_headers", headers.as_deref());
        Value::Object(object)
    }

    fn received(&self) -> Value {
        let trace = self.report.work.analysis.trace.as_ref();
        match trace.and_then(|t| t.claim.received.as_ref()) {
            None => Value::Null,
            Some(received) => {
                let mut object = Object::new();
                self.pattern(&mut object, "signature", Some(received));
                Value::Object(object)
            }
        }
    }

    fn computed(&self) -> Value {
        let Some(trace) = self.report.work.analysis.trace.as_ref() else {
            return Value::Null;
        };
        let output = |role| trace.stage(role).and_then(|s| s.output.public());
        let all = [
            ("canonical_request", output(Role::CanonicalRequest)),
            ("string_to_sign", output(Role::StringToSign)),
            ("signature", output(Role::Signature)),
        ];
        if all.iter().all(|(_, bytes)| bytes.is_none()) {
            return Value::Null;
        }
        let mut object = Object::new();
        for (key, bytes) in all {
            self.text(&mut object, key, bytes);
        }
        Value::Object(object)
    }

    fn evidence(&self, at: usize, evidence: &Evidence) -> Value {
        let work = self.report.work;
        let mut object = Object::new();
        object.insert("side".into(), json!(evidence.side.map(side_id)));
        let by = work.case.sided_by(at).map(SidedBy::id);
        object.insert("side_by".into(), json!(by));
        object.insert("side_because".into(), json!(work.assumed(at)));
        object.insert("shape".into(), json!(evidence.shape.0));
        self.pattern(
            &mut object,
            "canonical_request",
            evidence.canonical_request.as_ref(),
        );
        self.pattern(
            &mut object,
            "string_to_sign",
            evidence.string_to_sign.as_ref(),
        );
        self.pattern(&mut object, "signature", evidence.signature.as_ref());
        object.insert("integrity".into(), json!(integrity_id(&evidence.integrity)));
        let unproved = evidence.unproved_text(&work.case.docs).map(Unproved::words);
        object.insert("not_checkable_because".into(), json!(unproved));
        if evidence.integrity == Integrity::Attested {
            object.insert("agrees_with_its_bytes".into(), json!(true));
        }
        let repairs: Vec<_> = evidence.repairs.iter().map(|p| p.id()).collect();
        object.insert("repairs".into(), json!(repairs));
        Value::Object(object)
    }

    fn divergence(&self, divergence: &Divergence) -> Value {
        let mut object = Object::new();
        let between = divergence.between.map(|p| json!(p.id()));
        object.insert("between".into(), json!(between));
        object.insert("stage".into(), json!(divergence.stage.0));
        object.insert("field".into(), json!(divergence.field.kind.0));
        let name = divergence.field.name.as_ref().map(String::as_bytes);
        self.text(&mut object, "name", name);
        let values = divergence.values.each_ref().map(|v| v.as_deref());
        self.texts(&mut object, "values", Some(&values));
        object.insert("offset".into(), json!(divergence.offset));
        Value::Object(object)
    }

    fn explanation(&self, explanation: &Explanation) -> Value {
        let mut object = Object::new();
        let deviations: Vec<_> = explanation
            .deviations
            .iter()
            .map(|d| self.deviation(d))
            .collect();
        object.insert("deviations".into(), json!(deviations));
        object.insert("proof".into(), json!(proof_id(explanation.proof)));
        self.text(
            &mut object,
            "canonical_request",
            explanation.canonical_request.as_deref(),
        );
        self.text(
            &mut object,
            "string_to_sign",
            explanation.string_to_sign.as_deref(),
        );
        Value::Object(object)
    }

    fn deviation(&self, deviation: &Deviation) -> Value {
        let parameters: Object = deviation
            .parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(self.words(value))))
            .collect();
        json!({
            "id": deviation.id,
            "who": match deviation.who {
                Who::Signer => "signer",
                Who::Between => "between",
                Who::Verifier => "verifier",
            },
            "family": deviation.family,
            "component": deviation.component,
            "parameters": parameters,
            "title": self.words(&deviation.title),
            "detail": self.words(&deviation.detail),
            "fix": self.words(&deviation.fix),
            "reference": deviation.reference,
        })
    }

    fn finding(&self, finding: &Finding) -> Value {
        let (document, span) = self.place(finding.labels.first().map(|l| l.span));
        json!({
            "id": finding.id,
            "severity": finding.severity.id(),
            "message": self.words(&finding.message),
            "help": self.words(&finding.help),
            "document": document,
            "span": span,
        })
    }

    fn pattern(&self, object: &mut Object, key: &str, pattern: Option<&Pattern>) {
        let bytes = pattern.map(|p| p.bytes(&self.report.work.case.docs));
        self.text(object, key, bytes.as_deref());
    }

    fn text(&self, object: &mut Object, key: &str, bytes: Option<&[u8]>) {
        put(self.redactor, object, key, bytes);
    }

    /// A list of texts: its siblings are lists of the same length, null where an entry needs none.
    fn texts(&self, object: &mut Object, key: &str, texts: Option<&[Option<&[u8]>]>) {
        put_list(self.redactor, object, key, texts);
    }
}

fn correction(redactor: &Redactor, correction: &Correction) -> Value {
    let mut object = Object::new();
    let shown: Vec<_> = correction
        .headers
        .iter()
        .map(|(name, value)| {
            let (text, base64) = utf8_or_base64(redactor.apply(value).bytes);
            (json!([redactor.text(name), text]), base64)
        })
        .collect();
    let (headers, base64s): (Vec<_>, Vec<_>) = shown.into_iter().unzip();
    object.insert("headers".into(), Value::Array(headers));
    if base64s.iter().any(|b| !b.is_null()) {
        object.insert("headers_base64".into(), Value::Array(base64s));
    }
    put(
        redactor,
        &mut object,
        "url",
        Some(correction.url.as_bytes()),
    );
    let curl = correct::text(CopyItem::Curl, correction);
    // A command to run, not a file: without the line feed at its end.
    let curl = curl.as_deref().map(|c| c.strip_suffix(b"\n").unwrap_or(c));
    put(redactor, &mut object, "curl", curl);
    Value::Object(object)
}

/// The name scripts see for a side.
fn side_id(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

/// The name scripts see for the state of evidence.
fn integrity_id(integrity: &Integrity) -> &'static str {
    match integrity {
        Integrity::Verified => "verified",
        Integrity::Repaired => "repaired",
        Integrity::Redacted => "redacted",
        Integrity::Broken => "broken",
        // No hash checks either; that bytes do has a name of its own.
        Integrity::Unchecked | Integrity::Attested => "unchecked",
    }
}

fn proof_id(proof: Proof) -> &'static str {
    match proof {
        Proof::Signature => "signature",
        Proof::SignaturePrefix => "signature-prefix",
        Proof::CanonicalRequestHash => "canonical-request-hash",
    }
}
