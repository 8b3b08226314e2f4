//! Reading a document into a case: the loop over what the recognisers find, and the one place where
//! parts are added to the case.
//!
//! Owns order, limits, quoting marks in front of lines, and joining an answer's head with its body. Must
//! not know how any shape is recognised; which four of them need more than adding (forms, bare URLs, answers, printed
//! strings) it knows.

mod mark;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::scan::Scan;
use super::shape::{self, body_begun, body_behind, printed};
use super::text::Text;
use super::unescape::Unescaped;
use super::{
    Answer, Body, Case, Evidence, Given, Integrity, Part, Piece, PostForm, Shape, Side,
    SignedRequest, Unread, dumped, integrity, limits, line_marks, rewrap,
};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, OffsetMap, Peel, Span};

pub(super) use mark::Mark;

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
            kept: HashMap::new(),
        }
    }

    /// Reads all of `doc`.
    pub(super) fn document(&mut self, doc: DocId) {
        let text = Text::new(&self.case.docs, doc);
        let mut pass = Scan::new(&text);
        let mut from = 0;
        while let Some(found) = pass.next(from) {
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

    /// Reads lines that stand behind a quoting mark, and says where the reading goes on.
    fn quoted(&mut self, pass: &mut Scan<'_>, run: &line_marks::Run) -> usize {
        let requests = self.case.requests.len();
        let unquoted = line_marks::strip(pass.text, run, self.budget());
        if unquoted.end < run.end {
            self.cut(pass.text.span(unquoted.end..run.end), "quoted lines");
        }
        let parent = pass.text.span(run.start..run.end);
        let Some(layer) = self.peel(parent, run.peel, unquoted.bytes.into(), unquoted.map) else {
            return run.end;
        };
        self.layer(layer);
        // curl puts its mark before the lines of the head alone: a body stands behind them bare.
        self.body_begins(pass.text, run.end);
        self.take_body(pass, requests, layer, run.end)
    }

    /// Reads `text`, which is the bytes of `place` without the frame that a program prints around them. Says
    /// where the reading goes on; none where no more may be unwrapped.
    pub(super) fn unframed(
        &mut self,
        pass: &mut Scan<'_>,
        place: Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<usize> {
        let requests = self.case.requests.len();
        let parent = pass.text.span(place.clone());
        let layer = self.bare(parent, peel, text)?;
        self.body_begins(pass.text, place.end);
        // Many a program frames the head alone, and prints the body behind it as it is.
        Some(self.take_body(pass, requests, layer, place.end))
    }

    /// Looks what stands at `at`, behind the head of the answer that was read last, where its layer holds no more.
    fn body_begins(&mut self, text: &Text, at: usize) {
        if let Some(response) = &mut self.response
            && response.unread == Unread::Nothing
        {
            response.unread = body_begun(text, at);
        }
    }

    /// Reads `text` as a layer of its own, which `parent` is without its frame.
    fn bare(&mut self, parent: Span, peel: Peel, text: Unescaped) -> Option<DocId> {
        if !self.may_unquote() {
            return None;
        }
        let layer = self.peel(parent, peel, text.bytes.into(), text.map)?;
        self.layer(layer);
        Some(layer)
    }

    /// Reads a request whose lines were broken at a fixed width: `at` is where it starts, and at `stop`
    /// stands a line that is no header. Says where the reading goes on; none where it is not so.
    pub(super) fn rewrapped(
        &mut self,
        pass: &mut Scan<'_>,
        at: usize,
        stop: usize,
    ) -> Option<usize> {
        if !self.may_unquote() {
            return None;
        }
        let mut joined = rewrap::joined(pass.text, at, stop, self.budget())?;
        if !joined.has_length() {
            // A body ends where the next thing starts; with a length, take_body takes it.
            let end = pass.boundary(joined.end);
            joined.take(pass.text, at, end, self.budget());
        }
        let requests = self.case.requests.len();
        let parent = pass.text.span(at..joined.end);
        let layer = self.peel(parent, Peel::LineBreaks, joined.bytes.into(), joined.map)?;
        let broken = pass.text.line(pass.text.line_start(joined.first, at));
        self.find(
            Finding::note(
                "lines-rejoined",
                "Long lines of this request were broken at one width: they are read joined.",
                "Copy it from where its lines are whole, if something here is not as it was sent.",
            )
            .at(
                self.case.docs.to_given(pass.text.span(broken.range())),
                "goes on the line before",
            ),
        );
        self.layer(layer);
        Some(self.take_body(pass, requests, layer, joined.end))
    }

    /// Gives the bytes from `at` to the request that was read from `layer` as its body, where it lacks
    /// one and they have its length. Says where the reading goes on.
    fn take_body(
        &mut self,
        pass: &mut Scan<'_>,
        requests: usize,
        layer: DocId,
        at: usize,
    ) -> usize {
        let length = self.missing_body(requests, layer);
        if let Some(length) = length
            && let Some(end) = body_behind(pass, at, length)
            && let Some(request) = self.case.requests.last_mut()
        {
            let span = pass.text.span(at..end);
            request.body = Body::Held {
                span,
                newline_in_doubt: false,
            };
            let given = self.case.docs.to_given(span);
            request.span = request.span.cover(given).unwrap_or(request.span);
            let (whole, part) = (request.span, Part::Request(self.case.requests.len() - 1));
            if let Some(piece) = self.case.pieces.iter_mut().rfind(|p| p.part == part) {
                piece.span = whole;
            }
            return end;
        }
        at
    }

    /// Gives what stands at `at` to the last request as its body, where it was read from the same text, lacks one
    /// and states its length. Says where that ends.
    pub(super) fn body_at(&mut self, pass: &mut Scan<'_>, at: usize) -> usize {
        let before = self.case.requests.len().saturating_sub(1);
        self.take_body(pass, before, pass.text.doc, at)
    }

    /// The Content-Length of the last request read from `layer`, where its body is not there.
    fn missing_body(&self, before: usize, layer: DocId) -> Option<usize> {
        let request = self.case.requests.get(before..)?.last()?;
        if request.body != Body::Absent || request.target.whole.doc != layer {
            return None;
        }
        let header = request.headers.iter().find(|h| match h.name {
            Given::Stated(name) => self
                .case
                .docs
                .bytes(name)
                .eq_ignore_ascii_case(b"content-length"),
            Given::Implied(_) => false,
        })?;
        let value = std::str::from_utf8(self.case.docs.bytes(header.value)).ok()?;
        value.trim().parse().ok()
    }

    /// Bytes that layers may still take.
    fn budget(&self) -> usize {
        limits::PEELED.saturating_sub(self.peeled)
    }

    /// Adds a layer; none where layers take too much already.
    pub(super) fn peel(
        &mut self,
        parent: Span,
        peel: Peel,
        bytes: Bytes,
        map: OffsetMap,
    ) -> Option<DocId> {
        let cost = bytes.len() + map.segments().len() * line_marks::SEGMENT;
        if cost > self.budget() {
            self.cut(parent, "escaped text");
            return None;
        }
        self.peeled += cost;
        Some(self.case.docs.peel(parent, peel, bytes, map))
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

    /// Reads `text`, the message of HTTP that was put together from what stands at `place`. Says where the reading
    /// goes on; none where no more may be unwrapped.
    pub(super) fn dumped(
        &mut self,
        pass: &mut Scan<'_>,
        place: Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<usize> {
        let requests = self.case.requests.len();
        let end = self.unframed(pass, place.clone(), peel, text)?;
        // Pieces may stand in another order than in HTTP.
        let whole = self.case.docs.to_given(pass.text.span(place));
        self.widen(requests, whole);
        Some(end)
    }

    /// The same where a bracket ends what is printed, so that no body stands behind it.
    pub(super) fn dumped_whole(
        &mut self,
        pass: &Scan<'_>,
        place: Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<usize> {
        self.dumped_at(pass, place.start, &place, peel, text)
    }

    /// The same, where the first piece of `text` stands at `base`, in front of the message or behind its start.
    pub(super) fn dumped_at(
        &mut self,
        pass: &Scan<'_>,
        base: usize,
        place: &Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<usize> {
        let requests = self.case.requests.len();
        self.bare(pass.text.span(base..place.end), peel, text)?;
        self.widen(
            requests,
            self.case.docs.to_given(pass.text.span(place.clone())),
        );
        Some(place.end)
    }

    /// Says that the request `place`, or else the answer that was read last, stands at `whole`.
    fn widen(&mut self, place: usize, whole: Span) {
        if let Some(request) = self.case.requests.get_mut(place) {
            request.span = whole;
            let part = Part::Request(place);
            if let Some(piece) = self.case.pieces.iter_mut().rfind(|p| p.part == part) {
                piece.span = whole;
            }
        } else if let Some(response) = &mut self.response {
            response.span = whole;
        }
    }

    /// Keeps `text`, a request that was printed before it was signed, for the case that nothing else tells of it.
    /// Then `finding` is said of it.
    pub(super) fn spare(
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
    fn take_spare(&mut self) {
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

    /// The same, where `text` leads back in offsets from `base`, and the request is told at `place`.
    pub(super) fn unframed_at(
        &mut self,
        pass: &mut Scan<'_>,
        base: usize,
        place: &Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<usize> {
        let requests = self.case.requests.len();
        self.unframed(pass, base..place.end, peel, text)?;
        let whole = self.case.docs.to_given(pass.text.span(place.clone()));
        self.widen(requests, whole);
        Some(place.end)
    }

    /// Says that `span` is understood, though nothing is made of it: it tells what stands elsewhere once more.
    pub(super) fn understand(&mut self, span: Span) {
        let span = self.case.docs.to_given(span);
        self.understood.push(span);
    }

    /// Adds a request.
    pub(super) fn add_request(&mut self, request: SignedRequest) {
        self.flush();
        let part = Part::Request(self.case.requests.len());
        self.piece(request.shape, request.span, part);
        self.case.requests.push(request);
    }

    /// Adds a form, and each of its fields as a part of its own.
    pub(super) fn add_form(&mut self, form: PostForm) {
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
    pub(super) fn supersede(&mut self, span: Span) {
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
    pub(super) fn supersede_before_last(&mut self, span: Span) {
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
    pub(super) fn add_response(&mut self, response: Response) {
        self.flush();
        if response.status >= 200 {
            self.response = Some(response);
        }
    }

    /// Adds a canonical request or a string to sign that somebody printed, joined with the other of the two
    /// where it stands before.
    pub(super) fn add_printed(&mut self, evidence: Evidence) {
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
    fn settle(&mut self) {
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
    pub(super) fn add_evidence(&mut self, mut evidence: Evidence) {
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
    pub(super) fn flush(&mut self) {
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

    /// Adds a finding about the input.
    pub(super) fn find(&mut self, finding: Finding) {
        self.case.find(finding);
    }

    /// Says that something of `span` was not read.
    pub(super) fn cut(&mut self, span: Span, what: &str) {
        let span = self.case.docs.to_given(span);
        let already = self.case.findings.iter().any(|f| f.id == "input-cut");
        if !already {
            self.find(
                Finding::warning(
                    "input-cut",
                    format!("There are more {what} here than are read at once."),
                    "Give the part that matters on its own.",
                )
                .at(span, "not read any further"),
            );
        }
    }

    fn piece(&mut self, shape: Shape, span: Span, part: Part) {
        let span = self.case.docs.to_given(span);
        self.case.pieces.push(Piece { shape, span, part });
    }
}
