//! Making room in a paste of very many calls: those that the server took are left out, so that every one that it refused
//! is there. That is so only where requests and answers alternate: concurrent clients log answers in whatever order.
//!
//! Owns which calls those are, and that it is said. Must not know how calls were recognised.

use super::Reader;
use crate::engine::diagnose::Finding;
use crate::engine::document::DocId;
use crate::engine::intake::{Case, Evidence, Given, Part, Piece, Side, limits, pairing};

/// The least share of the parts, as one in so many, for which it is worth leaving calls out: so the work for it grows with
/// the paste and no faster.
const SHARE: usize = 8;

/// The id of the remark that calls were left out; its place is the whole text.
pub(in crate::engine::intake) const LEFT_OUT: &str = "calls-left-out";

impl Reader<'_> {
    /// Leaves out calls that the server took, where the case is full of parts. Those before the piece at `own` stay: they
    /// were read before this document.
    pub(super) fn make_room(&mut self, own: usize) {
        // Inside a layer somebody may hold the place of a part.
        if self.depth > 0 || self.case.pieces.len() < limits::PARTS || self.crowded {
            return;
        }
        if !alternate(self.case, own) {
            self.crowded = true;
            return;
        }
        let (taken, calls) = taken(self.case, own);
        let parts = taken.iter().filter(|taken| **taken).count();
        if parts * SHARE < limits::PARTS {
            self.crowded = true;
            return;
        }
        leave_out(self.case, &taken);
        self.left_out += calls;
    }

    /// Says how many calls were left out.
    pub(super) fn tell_left_out(&mut self, doc: DocId, own: usize) {
        self.crowded = false;
        let left_out = std::mem::take(&mut self.left_out);
        if left_out == 0 {
            return;
        }
        let cut = self.case.findings.iter().any(|f| f.id == super::parts::CUT);
        let rest = if cut || !alternate(self.case, own) {
            ""
        } else {
            ", and every one that it refused is listed"
        };
        let whole = self.case.docs.to_given(self.case.docs.whole(doc));
        self.find(
            Finding::note(
                LEFT_OUT,
                format!(
                    "There are more calls here than are listed at once: {left_out} that the server took are left out{rest}."
                ),
                "To look at one that was taken, give it on its own.",
            )
            .at(whole, "more calls than are listed"),
        );
    }
}

/// Whether requests and answers alternate, from the piece at `own` on: behind each request but the last stands an answer, none stands
/// before the first, and none that refuses names another request than the one before it.
fn alternate(case: &Case, own: usize) -> bool {
    let mut last: Option<usize> = None;
    let mut answered = true;
    for piece in case.pieces.iter().skip(own) {
        match piece.part {
            Part::Request(request) => {
                if !answered {
                    return false;
                }
                (last, answered) = (Some(request), false);
            }
            Part::Evidence(place) => {
                let evidence = case.evidence.get(place);
                let evidence =
                    evidence.filter(|e| e.side != Some(Side::Client) && e.answer.is_some());
                let Some(evidence) = evidence else { continue };
                let Some(request) = last else { return false };
                if case.is_refusal_of(evidence) && names_another(case, evidence, request) {
                    return false;
                }
                answered = true;
            }
            Part::Secret(_) | Part::Form(_) => {}
        }
    }
    true
}

/// Whether an answer names another request than the one at `request`: another signature, else another key id or signing
/// time, else another target.
fn names_another(case: &Case, evidence: &Evidence, request: usize) -> bool {
    let Some(request) = case.requests.get(request) else {
        return true;
    };
    let docs = &case.docs;
    let lacks = |text: &[u8]| {
        let mut values = pairing::values(request);
        !values.any(|value| memchr::memmem::find(docs.bytes(value), text).is_some())
    };
    let [signature, date, key_id] = pairing::texts(docs, evidence);
    if let Some(signature) = signature {
        return lacks(signature);
    }
    if date.is_some() || key_id.is_some() {
        return [date, key_id].into_iter().flatten().any(lacks);
    }
    pairing::asked_for(docs, evidence).is_some_and(|(method, path)| {
        let other = match request.method {
            Given::Stated(own) => docs.bytes(own) != method,
            Given::Implied(_) => false,
        };
        other || docs.bytes(request.target.path) != path
    })
}

/// Whether a signer printed this about the request behind it.
fn is_before_request(evidence: &Evidence) -> bool {
    evidence.side == Some(Side::Client) && evidence.answer.is_none()
}

/// Which pieces belong to calls that the server took, and how many calls those are: a request, what its signer printed before
/// it, and answers of success behind it; the earliest, up to half of all parts. The last request and what is behind it stay, for its answer may come yet.
fn taken(case: &Case, own: usize) -> (Vec<bool>, usize) {
    let mut taken = vec![false; case.pieces.len()];
    let mut calls = 0;
    let evidence = |piece: &Piece| match piece.part {
        Part::Evidence(place) => case.evidence.get(place),
        Part::Request(_) | Part::Secret(_) | Part::Form(_) => None,
    };
    let is_request = |piece: &Piece| matches!(piece.part, Part::Request(_));
    let is_front = |piece: &Piece| evidence(piece).is_some_and(is_before_request);
    let requests: Vec<usize> = (own..case.pieces.len())
        .filter(|at| case.pieces.get(*at).is_some_and(is_request))
        .collect();
    let mut floor = own;
    let mut parts = 0;
    for (at, next) in requests.iter().zip(requests.iter().skip(1)) {
        let pieces = |range| {
            case.pieces
                .get::<std::ops::Range<usize>>(range)
                .unwrap_or_default()
        };
        let before = pieces(floor..*at).iter().rev();
        let front = before.take_while(|piece| is_front(piece)).count();
        let behind = pieces(at + 1..*next);
        let answers = behind.iter().position(is_front).unwrap_or(behind.len());
        let (answers, rest) = behind.split_at(answers);
        let accepted = |piece: &Piece| {
            evidence(piece)
                .and_then(|evidence| evidence.answer.as_ref())
                .is_some_and(|answer| answer.accepted().is_some())
        };
        let own_rest = rest.iter().all(is_front);
        if !answers.is_empty() && answers.iter().all(accepted) && own_rest {
            calls += 1;
            parts += front + 1 + answers.len();
            for piece in at - front..=at + answers.len() {
                if let Some(taken) = taken.get_mut(piece) {
                    *taken = true;
                }
            }
        }
        // The rest of them may yet have room.
        if parts * 2 >= limits::PARTS {
            break;
        }
        floor = at + 1 + answers.len();
    }
    (taken, calls)
}

/// Takes those pieces out of the case, with the requests and the evidence that they are.
fn leave_out(case: &mut Case, taken: &[bool]) {
    let mut requests = vec![true; case.requests.len()];
    let mut evidence = vec![true; case.evidence.len()];
    for (piece, _) in case.pieces.iter().zip(taken).filter(|(_, taken)| **taken) {
        let kept = match piece.part {
            Part::Request(place) => requests.get_mut(place),
            Part::Evidence(place) => evidence.get_mut(place),
            Part::Secret(_) | Part::Form(_) => None,
        };
        if let Some(kept) = kept {
            *kept = false;
        }
    }
    let mut at = taken.iter();
    case.pieces.retain(|_| at.next() != Some(&true));
    let places = |kept: &[bool]| -> Vec<usize> {
        let mut next = 0;
        kept.iter()
            .map(|kept| {
                let place = next;
                next += usize::from(*kept);
                place
            })
            .collect()
    };
    let (new_requests, new_evidence) = (places(&requests), places(&evidence));
    for piece in &mut case.pieces {
        match &mut piece.part {
            Part::Request(place) => *place = new_requests.get(*place).copied().unwrap_or(*place),
            Part::Evidence(place) => *place = new_evidence.get(*place).copied().unwrap_or(*place),
            Part::Secret(_) | Part::Form(_) => {}
        }
    }
    let mut kept = requests.iter();
    case.requests.retain(|_| kept.next() == Some(&true));
    let mut kept = evidence.iter();
    case.evidence.retain(|_| kept.next() == Some(&true));
}
