//! Reading a document into a case: the loop over what the recognisers find.
//!
//! Owns order and limits; `layered` reads what stands inside something, `parts` adds to the case, `mark` takes a reading
//! back, `room` leaves out what is least asked for. Must not know how any shape is recognised.

mod layered;
mod mark;
mod parts;
mod room;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::rc::Rc;

use chrono::{DateTime, Utc};

use super::scan::Scan;
use super::text::Text;
use super::{Case, Evidence, Unread, limits, line_marks};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Span};

pub(super) use mark::Mark;
pub(super) use room::LEFT_OUT;

/// The head of an HTTP answer, until its body is read.
#[derive(Clone, Debug)]
pub(super) struct Response {
    /// The status.
    pub(super) status: u16,
    /// The head, in a given document.
    pub(super) span: Span,
    /// Its `Date`.
    pub(super) clock: Option<(DateTime<Utc>, Span)>,
    /// Whether a content coding makes the body unreadable where it was not undone.
    pub(super) compressed: bool,
    /// Whether a body should follow.
    pub(super) expects_body: bool,
    /// The error code that a header names.
    pub(super) code: Option<Span>,
    /// How much of the body stands behind it.
    pub(super) unread: Unread,
}

/// Reads documents into a case.
pub(super) struct Reader<'c> {
    /// The case being built.
    pub(super) case: &'c mut Case,
    response: Option<Response>,
    /// A request that was printed before it was signed, with what is to be said of it.
    spare: Option<(DocId, Span, Finding)>,
    /// What is understood and made nothing of, in given documents.
    pub(super) understood: Vec<Span>,
    /// A printed canonical request or string to sign, until the other of the two was read.
    printed: Option<Evidence>,
    peeled: usize,
    depth: usize,
    failures: usize,
    waste: usize,
    /// Calls that were left out because there were too many.
    left_out: usize,
    /// Whether too few of the parts can be left out for it to be tried again.
    crowded: bool,
    /// What recognisers found once of all of a document.
    kept: HashMap<(DocId, TypeId), Rc<dyn Any>>,
}

impl<'c> Reader<'c> {
    /// Nothing read yet.
    pub(super) fn new(case: &'c mut Case) -> Self {
        Self {
            case,
            response: None,
            spare: None,
            understood: Vec::new(),
            printed: None,
            peeled: 0,
            depth: 0,
            failures: 0,
            waste: 0,
            left_out: 0,
            crowded: false,
            kept: HashMap::new(),
        }
    }

    /// Nothing read yet, of which no more than `bytes` may be read in vain.
    pub(super) fn sparing(case: &'c mut Case, bytes: usize) -> Self {
        let mut reader = Self::new(case);
        reader.waste = limits::WASTE.saturating_sub(bytes);
        reader
    }

    /// Bytes that may still be read in vain.
    pub(super) fn spare_waste(&self) -> usize {
        limits::WASTE.saturating_sub(self.waste)
    }

    /// Reads all of `doc`.
    pub(super) fn document(&mut self, doc: DocId) {
        let text = Text::new(&self.case.docs, doc);
        let mut pass = Scan::new(&text);
        let mut from = 0;
        let own = self.case.pieces.len();
        while let Some(found) = pass.next(from) {
            self.make_room(own);
            if self.case.pieces.len() >= limits::PARTS || self.failures >= limits::FAILURES {
                let rest = text.span(found.hit.at..text.len());
                self.cut(rest, "requests, URLs and answers");
                break;
            }
            let line = found.hit.line;
            if let Some(run) = line_marks::marked(&text, line, from).filter(|_| self.may_unquote())
            {
                from = self.quoted(&mut pass, &run).max(from);
                continue;
            }
            let Some(start) = found.recogniser.start(&text, found.hit, from) else {
                continue;
            };
            if found.recogniser.once_a_line()
                && let Some(run) =
                    line_marks::indented(&text, line, from).filter(|_| self.may_unquote())
            {
                from = self.quoted(&mut pass, &run).max(from);
                continue;
            }
            let (read, wasted) = (text.bytes_read(), self.waste);
            if let Some(end) = found.recogniser.read(self, &mut pass, start) {
                from = end.max(from);
                continue;
            }
            self.failures += 1;
            // Lines that were read are counted here, so that no recogniser can forget it; what else it read it counts
            // itself.
            let lines = text.bytes_read() - read;
            self.waste(lines.saturating_sub(self.waste - wasted));
            if wasted <= limits::WASTE && !self.may_waste() {
                let rest = text.span(start.at..text.len());
                self.cut(rest, "requests, URLs and answers");
            }
        }
        if self.depth == 0 {
            self.flush();
            self.take_spare();
            self.tell_left_out(doc, own);
        }
    }

    /// Reads a layer that was unwrapped from a part of a document.
    pub(super) fn layer(&mut self, doc: DocId) {
        if self.depth < limits::DEPTH {
            self.depth += 1;
            self.document(doc);
            self.depth -= 1;
        }
    }

    /// Whether another layer may be taken off.
    fn may_unquote(&self) -> bool {
        self.depth < limits::DEPTH
    }

    /// What `make` finds of all of `doc`, which is searched for it once, however often it is asked for.
    pub(super) fn once<T: Any>(&mut self, doc: DocId, make: fn(&Text) -> T) -> Rc<T> {
        let place = (doc, TypeId::of::<T>());
        let kept = self.kept.get(&place).map(Rc::clone);
        if let Some(known) = kept.and_then(|kept| kept.downcast::<T>().ok()) {
            return known;
        }
        let found = Rc::new(make(&Text::new(&self.case.docs, doc)));
        self.kept.insert(place, Rc::<T>::clone(&found));
        found
    }

    /// Counts bytes that were read in vain, and says whether more may be.
    pub(super) fn waste(&mut self, bytes: usize) -> bool {
        self.waste = self.waste.saturating_add(bytes);
        self.waste <= limits::WASTE
    }

    /// Whether bytes may still be read in vain.
    pub(super) fn may_waste(&self) -> bool {
        self.waste <= limits::WASTE
    }
}
