//! The answers of the server that belong to the request looked at.
//!
//! Owns finding them in the case and reading their parts; what they say is judged elsewhere. An answer to
//! another request, or to another try, tells nothing of this one: neither its cause nor its clock counts.

use super::facts::Part;
use crate::engine::diagnose::{Pairing, pairing};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Answer, Evidence, Side};
use crate::engine::scheme::View;
use crate::engine::scheme::sigv4::read;

/// An answer, ready to be read.
#[derive(Copy, Clone)]
pub(super) struct Answered<'a> {
    pub(super) docs: &'a Documents,
    pub(super) evidence: &'a Evidence,
    pub(super) answer: &'a Answer,
    /// Whether it speaks of a signature of another scheme.
    pub(super) foreign: bool,
}

/// The answers that belong to the request of `view`, in the order pasted: not those that name another
/// signature, key id or signing time than the request carries.
pub(super) fn of<'a>(view: &View<'a>) -> impl Iterator<Item = Answered<'a>> + use<'a> {
    all(view)
        .filter(|(_, pairing)| !pairing.is_other())
        .map(|(answer, _)| answer)
}

/// Every answer that stands with the request of `view`, and whether it is about it.
pub(super) fn all<'a>(view: &View<'a>) -> impl Iterator<Item = (Answered<'a>, Pairing)> + use<'a> {
    let case = view.case;
    let request = view.request;
    let claim = request.and_then(|_| Some(read(view)?.0.claim()));
    case.evidence
        .iter()
        .enumerate()
        .filter(move |(at, evidence)| {
            evidence.side != Some(Side::Client)
                && !case.stands_whole_beside(*at)
                && request.is_none_or(|request| case.paired_by(*at, request).is_some())
        })
        .filter_map(move |(at, evidence)| {
            let is_chosen = request.is_some() && case.chosen_pair(at) == request;
            // What a person holds against the request is about it.
            let claim = claim.as_ref().filter(|_| !is_chosen);
            let pairing = claim.map_or(Pairing::Unknown, |claim| {
                pairing(&case.docs, claim, evidence)
            });
            let answered = Answered {
                docs: &case.docs,
                evidence,
                answer: evidence.answer.as_ref()?,
                foreign: case.is_of_another_scheme(evidence.span),
            };
            Some((answered, pairing))
        })
}

impl Answered<'_> {
    /// The error code, without the namespace that JSON protocols put before it.
    pub(super) fn code(&self) -> Option<Part> {
        let part = self.part(self.answer.code?);
        let text = part.text.rsplit('#').next().unwrap_or_default();
        Some(Part {
            text: text.trim().to_owned(),
            ..part
        })
    }

    /// The message.
    pub(super) fn message(&self) -> Option<Part> {
        self.answer.message.map(|span| self.part(span))
    }

    /// The element with this name, in any case.
    pub(super) fn detail(&self, name: &str) -> Option<Part> {
        self.answer
            .details
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, span)| self.part(*span))
    }

    /// The place to point at: the code, else the message, else all of it.
    pub(super) fn place(&self) -> Span {
        self.answer
            .code
            .or(self.answer.message)
            .unwrap_or(self.evidence.span)
    }

    fn part(&self, span: Span) -> Part {
        Part {
            text: self.docs.text(span).trim().to_owned(),
            span,
        }
    }
}

/// The region the server wants, in its own words: its `Region` element, or the message's
/// `expecting 'eu-central-1'`.
pub fn server_region(docs: &Documents, evidence: &Evidence) -> Option<String> {
    let answer = Answered {
        docs,
        evidence,
        answer: evidence.answer.as_ref()?,
        foreign: false,
    };
    wanted_region(&answer).map(|part| part.text)
}

/// As [`server_region`], and where it says so.
pub(super) fn wanted_region(answer: &Answered<'_>) -> Option<Part> {
    let message = answer.message();
    let expecting = message.as_ref().and_then(|message| {
        let tail = message.text.rsplit_once("expecting '")?.1;
        let (region, _) = tail.split_once('\'')?;
        Some(Part {
            text: region.to_owned(),
            span: message.span,
        })
    });
    // MinIO and others put the region into every error; only a refusal for the region's sake tells
    // that it was wanted.
    let refused = message
        .as_ref()
        .is_some_and(|m| m.text.contains("region") && m.text.contains("wrong"));
    let element = answer
        .detail("Region")
        .filter(|r| refused && !r.text.is_empty());
    element
        .or(expecting.filter(|r| !r.text.is_empty() && refused))
        .or_else(|| answer.detail("x-amz-bucket-region"))
}
