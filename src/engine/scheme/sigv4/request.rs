//! The first stage: the request as it was received, split into its fields.

use std::ops::Range;

use bytes::Bytes;

use super::encode;
use super::quirks::PlusInQuery;
use super::reading;
use super::sorted::Occurrences;
use super::wording;
use crate::engine::document::{Documents, Origin, Peel, Span};
use crate::engine::intake::{Body, Given, SignedRequest};
use crate::engine::scheme::{Field, FieldKey, FieldKind, Role, Run, Stage, StageBytes};

/// The method that a program sends by itself, where it is not stated.
pub(super) fn sent_method(docs: &Documents, request: &SignedRequest) -> Option<Span> {
    let Given::Stated(span) = request.method else {
        return None;
    };
    let origin = docs.get(span.doc)?.origin();
    let by_program = matches!(
        origin,
        Origin::Peeled {
            peel: Peel::ProgramDefault,
            ..
        }
    );
    by_program.then_some(span)
}

/// Splits the request. Its text is the pasted one where all parts stand in it, else the parts, a line
/// each.
pub(super) fn stage(docs: &Documents, request: &SignedRequest) -> Stage {
    let parts = parts(docs, request);
    let whole = request.span;
    let (output, fields) = if parts.iter().all(|(_, span)| whole.contains(*span)) {
        let fields = parts
            .into_iter()
            .map(|(key, span)| field(key, span, span.start - whole.start..span.end - whole.start));
        (docs.shared(whole), fields.collect())
    } else {
        let mut text = Vec::new();
        let mut fields = Vec::new();
        for (key, span) in parts {
            let start = text.len();
            text.extend_from_slice(docs.bytes(span));
            fields.push(field(key, span, start..text.len()));
            text.push(b'\n');
        }
        (Bytes::from(text), fields)
    };
    Stage {
        id: super::STAGE_REQUEST,
        role: Role::Request,
        title: "Request as received",
        short: "Request",
        rule: wording::REQUEST,
        fields,
        output: StageBytes::Public(output),
        links: Vec::new(),
    }
}

fn field(key: FieldKey, span: Span, range: Range<usize>) -> Field {
    Field {
        key,
        runs: vec![Run {
            out: range.clone(),
            from: Some(span),
            steps: Vec::new(),
        }],
        range,
        rule: wording::REQUEST,
    }
}

/// The parts that stand in the input, in the order of a request.
fn parts(docs: &Documents, request: &SignedRequest) -> Vec<(FieldKey, Span)> {
    let mut parts = Vec::with_capacity(request.headers.len() + 4);
    if let Given::Stated(span) = request.method {
        parts.push((FieldKey::of(FieldKind::METHOD), span));
    }
    parts.push((FieldKey::of(FieldKind::PATH), request.target.path));
    let mut seen = Occurrences::default();
    for param in reading::params(docs, request.target.query) {
        let name = encode::decode(docs.bytes(param.name), PlusInQuery::Literal);
        let value = param.value.unwrap_or(param.name.tail());
        parts.push((seen.key(FieldKind::QUERY, &name), value));
    }
    let mut seen = Occurrences::default();
    for header in &request.headers {
        let name = reading::header_name(docs, header).to_ascii_lowercase();
        parts.push((seen.key(FieldKind::HEADER, &name), header.value));
    }
    match &request.body {
        Body::Held { span, .. } => {
            parts.push((FieldKey::named(FieldKind::MESSAGE, "body", 0), *span));
        }
        Body::Absent | Body::Streamed(_) => {}
    }
    parts
}
