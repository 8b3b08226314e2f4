//! Every place of which something was made.
//!
//! Owns the list of them: whatever a case holds a span of was read. Must not know what it says.

use super::{Body, Case, Evidence, Given, Pattern, SignedRequest};
use crate::engine::document::Span;

/// The places in given documents that `case` holds anything of, in no order: parts and all that they are made of,
/// secrets, and what findings point at.
pub(super) fn places(case: &Case) -> Vec<Span> {
    let mut out: Vec<Span> = case.pieces.iter().map(|piece| piece.span).collect();
    out.extend(case.requests.iter().flat_map(of_request));
    out.extend(case.evidence.iter().flat_map(of_evidence));
    for form in &case.forms {
        out.push(form.span);
        out.extend(form.url);
        out.extend(
            form.fields
                .iter()
                .flat_map(|field| [field.name, field.value]),
        );
    }
    for secret in &case.secrets {
        out.push(secret.value);
        out.extend(secret.key_id.into_iter().chain(secret.session_token));
    }
    out.extend(&case.unknown);
    out.extend(&case.scopes);
    let labels = case.findings.iter().flat_map(|finding| &finding.labels);
    out.extend(labels.map(|label| label.span));
    for span in &mut out {
        *span = case.docs.to_given(*span);
    }
    out
}

fn of_request(request: &SignedRequest) -> Vec<Span> {
    let mut out = vec![request.span, request.target.whole];
    out.extend(request.target.query);
    if let Given::Stated(method) = request.method {
        out.push(method);
    }
    if let Body::Held { span, .. } = request.body {
        out.push(span);
    }
    out.extend(
        request
            .headers
            .iter()
            .flat_map(|header| [header.line, header.value]),
    );
    out
}

fn of_evidence(evidence: &Evidence) -> Vec<Span> {
    let strings = [
        &evidence.canonical_request,
        &evidence.string_to_sign,
        &evidence.signature,
    ];
    let mut out = vec![evidence.span];
    out.extend(strings.into_iter().flatten().filter_map(Pattern::span));
    if let Some(answer) = &evidence.answer {
        out.extend(answer.code.into_iter().chain(answer.message));
        out.extend(answer.details.iter().map(|(_, span)| *span));
        out.extend(answer.clock.map(|(_, span)| span));
    }
    out
}
