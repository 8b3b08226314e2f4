//! Reading what stands inside something: lines without the marks in front of them, texts without the frame that a program
//! printed around them.
//!
//! Owns how much is unwrapped, and that a body which stands outside of the frame is given to the request inside. Must not
//! know what any frame looks like.

use std::ops::Range;

use bytes::Bytes;

use super::Reader;
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, OffsetMap, Peel, Span};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::{body_begun, body_behind};
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{Body, Given, Part, Unread, limits, line_marks, rewrap};

impl Reader<'_> {
    /// Reads lines that stand behind a quoting mark, and says where the reading goes on.
    pub(super) fn quoted(&mut self, pass: &mut Scan<'_>, run: &line_marks::Run) -> usize {
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

    /// Looks what stands at `at`, behind the head of the answer that was read last, where its layer holds no more.
    fn body_begins(&mut self, text: &Text, at: usize) {
        if let Some(response) = &mut self.response
            && response.unread == Unread::Nothing
        {
            response.unread = body_begun(text, at);
        }
    }

    /// Reads `text`, which is the bytes of `place` without the frame that a program prints around them. Says
    /// where the reading goes on; none where no more may be unwrapped.
    pub(in crate::engine::intake) fn unframed(
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

    /// The same of a dump of bytes, of whose rows those up to `further` are not read, for there are too many: what is here of a body
    /// is not the body.
    pub(in crate::engine::intake) fn unframed_cut(
        &mut self,
        pass: &mut Scan<'_>,
        place: Range<usize>,
        further: usize,
        text: Unescaped,
    ) -> Option<usize> {
        let requests = self.case.requests.len();
        let rest = pass.text.span(place.end..further);
        self.bare(pass.text.span(place), Peel::HexDump, text)?;
        if let Some(request) = self
            .case
            .requests
            .get_mut(requests..)
            .and_then(<[_]>::last_mut)
        {
            request.body = Body::Absent;
        }
        self.cut(rest, "rows of a dump");
        Some(further)
    }

    /// The same, where `text` leads back in offsets from `base`, and the request is told at `place`.
    pub(in crate::engine::intake) fn unframed_at(
        &mut self,
        pass: &mut Scan<'_>,
        base: usize,
        place: &Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<usize> {
        let requests = self.case.requests.len();
        let end = self.unframed(pass, base..place.end, peel, text)?;
        // Pieces may stand in another order than in HTTP.
        let whole = self.case.docs.to_given(pass.text.span(place.clone()));
        self.widen(requests, whole);
        Some(end)
    }

    /// Reads `text`, the message of HTTP that was put together from what stands at `place`. Says where the reading
    /// goes on; none where no more may be unwrapped.
    pub(in crate::engine::intake) fn dumped(
        &mut self,
        pass: &mut Scan<'_>,
        place: Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<usize> {
        self.unframed_at(pass, place.start, &place, peel, text)
    }

    /// The same where a bracket ends what is printed, so that no body stands behind it.
    pub(in crate::engine::intake) fn dumped_whole(
        &mut self,
        pass: &Scan<'_>,
        place: Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<usize> {
        self.dumped_at(pass, place.start, &place, peel, text)
    }

    /// The same, where the first piece of `text` stands at `base`, in front of the message or behind its start.
    pub(in crate::engine::intake) fn dumped_at(
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
    pub(in crate::engine::intake) fn rewrapped(
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
    pub(in crate::engine::intake) fn body_at(&mut self, pass: &mut Scan<'_>, at: usize) -> usize {
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

    /// Says that the request `place`, or else the answer that was read last, stands at `whole`.
    pub(super) fn widen(&mut self, place: usize, whole: Span) {
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

    /// Adds a layer; none where layers take too much already.
    pub(in crate::engine::intake) fn peel(
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

    /// Bytes that layers may still take.
    fn budget(&self) -> usize {
        limits::PEELED.saturating_sub(self.peeled)
    }
}
