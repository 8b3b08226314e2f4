//! The one place where parts are added to a case.
//!
//! Owns what is joined on the way: the head of an answer with its body, a canonical request with its string to sign. Must
//! not know how any shape is recognised; which four of them need more than adding (forms, bare URLs, answers, printed strings)
//! it knows.

use std::ops::Range;

use super::{Reader, Response};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Peel, Span};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::{self, printed};
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{
    Answer, Evidence, Integrity, Part, Piece, PostForm, Shape, Side, SignedRequest, dumped,
    integrity,
};

/// The remark that not all of the input was read.
pub(super) const CUT: &str = "input-cut";

impl Reader<'_> {
    /// Adds a request.
    pub(in crate::engine::intake) fn add_request(&mut self, mut request: SignedRequest) {
        self.flush();
        // There may be thousands, and each keeps what it has.
        request.headers.shrink_to_fit();
        let part = Part::Request(self.case.requests.len());
        self.piece(request.shape, request.span, part);
        self.case.requests.push(request);
    }

    /// Adds a form, and each of its fields as a part of its own.
    pub(in crate::engine::intake) fn add_form(&mut self, form: PostForm) {
        self.flush();
        let part = Part::Form(self.case.forms.len());
        self.piece(form.shape, form.span, part);
        for field in &form.fields {
            let whole = field.name.cover(self.case.docs.to_given(field.value));
            self.piece(shape::FORM_FIELD, whole.unwrap_or(field.name), part);
        }
        self.case.forms.push(form);
    }

    /// Takes back bare URLs that were read inside `span`: a request that stands there holds them.
    pub(in crate::engine::intake) fn supersede(&mut self, span: Span) {
        while let Some(last) = self.case.pieces.last()
            && last.shape == shape::PRESIGNED_URL
            && span.contains(last.span)
            && last.part == Part::Request(self.case.requests.len().saturating_sub(1))
        {
            self.case.pieces.pop();
            self.case.requests.pop();
        }
    }

    /// The same where the request that was read last uses the URL that stands in `span`.
    pub(in crate::engine::intake) fn supersede_before_last(&mut self, span: Span) {
        let last = self.case.requests.len().checked_sub(1).map(Part::Request);
        let own = self
            .case
            .pieces
            .last()
            .filter(|piece| Some(piece.part) == last);
        if own.is_none() {
            return;
        }
        self.case.pieces.pop();
        if let Some(request) = self.case.requests.pop() {
            self.supersede(span);
            self.add_request(request);
        }
    }

    /// Adds the head of an answer. Interim answers (`100 Continue`) are none.
    pub(in crate::engine::intake) fn add_response(&mut self, response: Response) {
        self.flush();
        if response.status >= 200 {
            self.response = Some(response);
        }
    }

    /// Adds a canonical request or a string to sign that somebody printed, joined with the other of the two
    /// where it stands before.
    pub(in crate::engine::intake) fn add_printed(&mut self, evidence: Evidence) {
        let Some(held) = self
            .printed
            .as_mut()
            .filter(|held| printed::belong_together(&self.case.docs, held, &evidence))
        else {
            self.settle();
            self.printed = Some(evidence);
            return;
        };
        printed::join(held, evidence);
    }

    /// Adds what was printed and waits for its other half, which does not come.
    pub(in crate::engine::intake) fn settle(&mut self) {
        let Some(mut evidence) = self.printed.take() else {
            return;
        };
        dumped::add(self, &mut evidence);
        integrity::check(self, &mut evidence);
        // AWS quotes its strings in the message of its refusal alone.
        let said = evidence.shape == printed::SERVICE_TEXT;
        if evidence.side == Some(Side::Server) && (self.response.is_some() || said) {
            evidence.answer.get_or_insert_default();
        }
        self.add_evidence(evidence);
    }

    /// Adds evidence, joined with the head of the answer before it.
    pub(in crate::engine::intake) fn add_evidence(&mut self, mut evidence: Evidence) {
        self.settle();
        if let Some(response) = self.response.take()
            && let Some(answer) = &mut evidence.answer
        {
            answer.status = Some(response.status);
            answer.clock = answer.clock.or(response.clock);
            answer.code = answer.code.or(response.code);
            evidence.span = evidence.span.cover(response.span).unwrap_or(evidence.span);
        }
        let part = Part::Evidence(self.case.evidence.len());
        self.piece(evidence.shape, evidence.span, part);
        self.case.evidence.push(evidence);
    }

    /// Adds the head of an answer whose body was not read, as an answer of its own.
    pub(in crate::engine::intake) fn flush(&mut self) {
        self.settle();
        let Some(response) = self.response.take() else {
            return;
        };
        if response.compressed && response.expects_body {
            self.find(
                Finding::note(
                    "answer-unreadable",
                    "The body of the answer is compressed, so its words cannot be read.",
                    "Ask for the answer again without Accept-Encoding, or paste it as your client \
                     prints it.",
                )
                .at(response.span, "this answer"),
            );
        }
        self.add_evidence(Evidence {
            shape: shape::RESPONSE,
            side: Some(Side::Server),
            span: response.span,
            canonical_request: None,
            string_to_sign: None,
            signature: None,
            answer: Some(Answer {
                status: Some(response.status),
                clock: response.clock,
                code: response.code,
                unread: response.unread,
                ..Answer::default()
            }),
            integrity: Integrity::Unchecked,
            repairs: Vec::new(),
        });
    }

    /// Keeps `text`, a request that was printed before it was signed, for the case that nothing else tells of it.
    /// Then `finding` is said of it.
    pub(in crate::engine::intake) fn spare(
        &mut self,
        pass: &Scan<'_>,
        place: Range<usize>,
        peel: Peel,
        text: Unescaped,
        finding: Finding,
    ) {
        let span = pass.text.span(place);
        self.understand(span);
        if self.spare.is_none()
            && let Some(layer) = self.peel(span, peel, text.bytes.into(), text.map)
        {
            self.spare = Some((layer, span, finding));
        }
    }

    /// Reads what was kept, where neither a request nor strings were found.
    pub(super) fn take_spare(&mut self) {
        let Some((layer, span, finding)) = self.spare.take() else {
            return;
        };
        let strings = |e: &Evidence| e.canonical_request.is_some() || e.string_to_sign.is_some();
        if self.case.requests.is_empty() && !self.case.evidence.iter().any(strings) {
            self.layer(layer);
            self.widen(0, self.case.docs.to_given(span));
            self.find(finding);
        }
    }

    /// Says that `span` is understood, though nothing is made of it: it tells what stands elsewhere once more.
    pub(in crate::engine::intake) fn understand(&mut self, span: Span) {
        let span = self.case.docs.to_given(span);
        self.understood.push(span);
    }

    /// Adds a finding about the input.
    pub(in crate::engine::intake) fn find(&mut self, finding: Finding) {
        self.case.find(finding);
    }

    /// Says that something of `span` was not read.
    pub(in crate::engine::intake) fn cut(&mut self, span: Span, what: &str) {
        let span = self.case.docs.to_given(span);
        let already = self.case.findings.iter().any(|f| f.id == CUT);
        if !already {
            self.find(
                Finding::warning(
                    CUT,
                    format!("There are more {what} here than are read at once."),
                    "Give the part that matters on its own.",
                )
                .at(span, "not read any further"),
            );
        }
    }

    pub(super) fn piece(&mut self, shape: Shape, span: Span, part: Part) {
        let span = self.case.docs.to_given(span);
        self.case.pieces.push(Piece { shape, span, part });
    }
}
