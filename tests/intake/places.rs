//! Every place that a case names lies in a document, and parts of a whole lie in the whole.

use sigscope::engine::document::{Documents, Span};
use sigscope::engine::intake::{Atom, Body, Case, Given, Pattern};

fn inside(docs: &Documents, span: Span) {
    assert!(docs.whole(span.doc).contains(span), "{span:?}");
    let given = docs.to_given(span);
    assert!(
        docs.whole(given.doc).contains(given),
        "{span:?} leads to {given:?}"
    );
}

fn pattern_inside(docs: &Documents, pattern: Option<&Pattern>) {
    for atom in pattern.into_iter().flat_map(|p| &p.atoms) {
        let (Atom::Exact(span) | Atom::Wild { mark: span, .. }) = atom;
        inside(docs, *span);
    }
}

/// Every place the case names lies in a document, and parts of a whole lie in the whole.
pub(crate) fn check(case: &Case) {
    let docs = &case.docs;
    for piece in &case.pieces {
        inside(docs, piece.span);
        assert_eq!(
            docs.to_given(piece.span),
            piece.span,
            "pieces are places in what was given"
        );
    }
    for request in &case.requests {
        inside(docs, request.span);
        let target = &request.target;
        let parts = [
            target.scheme,
            target.authority,
            Some(target.path),
            target.query,
        ];
        for part in parts.into_iter().flatten().chain([target.whole]) {
            inside(docs, part);
        }
        if let Given::Stated(method) = request.method {
            inside(docs, method);
        }
        for header in &request.headers {
            inside(docs, header.value);
            inside(docs, header.line);
            assert!(header.line.contains(header.value), "{header:?}");
            if let Given::Stated(name) = header.name {
                assert!(header.line.contains(name), "{header:?}");
            }
        }
        if let Body::Held { span, .. } = request.body {
            inside(docs, span);
        }
    }
    for evidence in &case.evidence {
        inside(docs, evidence.span);
        pattern_inside(docs, evidence.canonical_request.as_ref());
        pattern_inside(docs, evidence.string_to_sign.as_ref());
        pattern_inside(docs, evidence.signature.as_ref());
        for (_, span) in evidence.answer.iter().flat_map(|a| &a.details) {
            inside(docs, *span);
        }
    }
    for finding in &case.findings {
        for label in &finding.labels {
            inside(docs, label.span);
        }
    }
    for (_, document) in docs.iter() {
        for (span, _) in document.masks() {
            inside(docs, *span);
        }
    }
    for request in 0..case.requests.len() {
        for evidence in case.evidence_for(request) {
            assert!(evidence < case.evidence.len());
        }
    }
}
