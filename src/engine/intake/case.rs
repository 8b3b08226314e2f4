//! The case: everything pasted so far, understood.

use std::collections::BTreeMap;

use super::{
    Assumption, Chosen, Edited, Evidence, NamedBody, Pairs, PostForm, SignedRequest, UrlCall,
    covered, limits, vocabulary,
};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Documents, Span};

/// The stable name of a shape: `http-request`, `presigned-url`, `s3-error-xml`. An open set.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Shape(pub &'static str);

impl Shape {
    /// What people call it; its stable name where they have no other.
    pub fn words(self) -> &'static str {
        vocabulary::called(self)
    }
}

/// One recognised part of the input, in the order in which it stands there.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Piece {
    /// What it is.
    pub shape: Shape,
    /// Where it stands, in a given document.
    pub span: Span,
    /// What it became.
    pub part: Part,
}

/// What a recognised part became, as a place in the case's lists.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Part {
    /// A request.
    Request(usize),
    /// A piece of evidence.
    Evidence(usize),
    /// A secret that stands in the paste, as a place in [`Case::secrets`].
    Secret(usize),
    /// A form for an upload, or a field of one, as a place in [`Case::forms`].
    Form(usize),
}

/// A secret that stands in the input itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PastedSecret {
    /// Where its text stands. Masked on its documents.
    pub value: Span,
    /// The key id beside it.
    pub key_id: Option<Span>,
    /// The session token beside it.
    pub session_token: Option<Span>,
    /// How it was written, for its name: `an export-credentials JSON`, `AWS_SECRET_ACCESS_KEY=`.
    pub written_as: &'static str,
}

/// What was pasted, understood.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The bytes, and the layers unwrapped from them.
    pub docs: Documents,
    /// The recognised parts, in the order they stand.
    pub pieces: Vec<Piece>,
    /// Requests: the same one seen from several places, or many.
    pub requests: Vec<SignedRequest>,
    /// Forms for uploads.
    pub forms: Vec<PostForm>,
    /// What others computed or answered.
    pub evidence: Vec<Evidence>,
    /// Credential scopes that stand alone, with or without a key id, in given documents.
    pub scopes: Vec<Span>,
    /// Secrets that stand in the input.
    pub secrets: Vec<PastedSecret>,
    /// Bodies that commands leave in files.
    pub named_bodies: Vec<NamedBody>,
    /// Calls whose URL stands elsewhere.
    pub url_calls: Vec<UrlCall>,
    /// Where something stands for a value that is not here: what holds it cannot be verified.
    pub unknown: Vec<Span>,
    /// Values of which the notation does not tell where they end: a comma in them may stand before another header.
    pub doubtful: Vec<Span>,
    /// Where dots end a part of a path or a parameter, and of what: they may stand for the rest of it.
    pub shortened: Vec<(String, Span)>,
    /// Where a request ends that its notation does not close: what was pasted stops there.
    pub cut: Vec<Span>,
    /// Remarks about the input itself: what was mangled, cut, or not understood.
    pub findings: Vec<Finding>,
    /// Which evidence speaks of which request, once somebody asked.
    pub pairs: Pairs,
    /// The evidence of which nothing says whose it is, and from what that was concluded.
    pub assumptions: BTreeMap<usize, Assumption>,
    /// Strings of verifiers whose text was edited.
    pub edited: Vec<Edited>,
    /// Strings of verifiers whose text the bytes beside them repeat.
    pub attested: Vec<Span>,
    /// The requests, as places in [`Case::requests`], in which what was edited was put back.
    pub put_back: Vec<usize>,
    /// What a person chose of its parts.
    pub chosen: Chosen,
}

impl Case {
    /// Adds a remark. Of very many no more are kept, but of each kind one is told.
    pub(super) fn find(&mut self, finding: Finding) {
        let full = self.findings.len() >= limits::FINDINGS;
        if !full || self.findings.iter().all(|known| known.id != finding.id) {
            self.findings.push(finding);
        }
    }

    /// Whether something was made of what was pasted: a part, or words that tell of a failure themselves.
    pub fn is_understood(&self) -> bool {
        const TELLING: [&str; 2] = [vocabulary::ANSWER_HIDDEN, vocabulary::NOT_REACHED];
        let mut findings = self.findings.iter();
        !self.pieces.is_empty() || findings.any(|finding| TELLING.contains(&finding.id))
    }

    /// Whether nothing was made of the given document `doc`.
    pub fn is_unread(&self, doc: DocId) -> bool {
        covered::places(self).iter().all(|place| place.doc != doc)
    }

    /// Whether something stands in `request` for a value that is not here.
    pub fn holds_unknown(&self, request: &SignedRequest) -> bool {
        self.unknown
            .iter()
            .any(|span| request.span.contains(self.docs.to_given(*span)))
    }

    /// Whether it is not told where a value of `request` ends.
    pub fn holds_doubtful(&self, request: &SignedRequest) -> bool {
        self.doubtful
            .iter()
            .any(|span| request.span.contains(self.docs.to_given(*span)))
    }

    /// Whether what stands at `place` was found to be of a scheme that is not followed.
    pub(in crate::engine) fn is_of_another_scheme(&self, place: Span) -> bool {
        let place = self.docs.to_given(place);
        let named = |finding: &Finding| {
            let mut spans = finding
                .labels
                .iter()
                .map(|label| self.docs.to_given(label.span));
            finding.id == vocabulary::FOREIGN_SCHEME && spans.any(|span| place.contains(span))
        };
        self.findings.iter().any(named)
    }
}
