//! One pass over a text for the anchors of every recogniser.
//!
//! Owns who is asked about which anchor, and where a body ends. The text is searched lazily and no part of it
//! twice, so the cost is linear in the text however it is made, and a body whose length is known is not
//! searched at all. Must not know how anchors are found.

use std::collections::{BTreeMap, HashMap};

use super::anchors::{ALL, ENDING, Place, Walk};
use super::recogniser::{self, Hit, Recogniser, Start};
use super::text::{Line, Text};

/// A recogniser's claim to an anchor.
#[derive(Copy, Clone)]
pub(super) struct Found {
    /// Who.
    pub(super) recogniser: &'static dyn Recogniser,
    /// Where.
    pub(super) hit: Hit,
}

/// The state of the pass.
pub(super) struct Scan<'t> {
    /// The text.
    pub(super) text: &'t Text,
    /// Over all anchors, and over those that may end a body: a body is searched for these alone.
    all: Walk,
    ending: Walk,
    /// The place that was handed out last: what stands there ends nothing before it.
    reached: Option<Place>,
    /// The line looked at last: lines may be long, so they are not measured again for each anchor.
    line: Option<Line>,
    /// For each recogniser, the line it looked at last and the place up to which it wants no anchor.
    seen: Vec<(usize, usize)>,
    /// The place in the list of the recogniser found last.
    current: usize,
    /// Runs of blanks and line ends, start and end: very many lengths may point into one of them.
    spaces: BTreeMap<usize, usize>,
    /// Whether something that ends a body begins at a place that was asked for.
    begun: HashMap<usize, bool>,
}

impl<'t> Scan<'t> {
    /// Nothing read yet.
    pub(super) fn new(text: &'t Text) -> Self {
        Self {
            text,
            all: Walk::new(),
            ending: Walk::new(),
            reached: None,
            line: None,
            seen: vec![(usize::MAX, 0); recogniser::all().len()],
            current: 0,
            spaces: BTreeMap::new(),
            begun: HashMap::new(),
        }
    }

    /// The first anchor at `from` or behind it, and steps past it.
    pub(super) fn next(&mut self, from: usize) -> Option<Found> {
        loop {
            let place = self.all.next(&ALL, &self.text.bytes, from)?;
            self.reached = Some(place);
            if let Some(found) = self.found(place, from) {
                return Some(found);
            }
        }
    }

    /// The same, among the anchors that may end a body.
    fn next_ending(&mut self, from: usize) -> Option<Found> {
        loop {
            let place = self.ending.next(&ENDING, &self.text.bytes, from)?;
            if Some(place) > self.reached
                && let Some(found) = self.found(place, from)
            {
                return Some(found);
            }
        }
    }

    /// Whose the anchor is; none where its recogniser does not want it.
    fn found(&mut self, place: Place, from: usize) -> Option<Found> {
        let Place {
            at,
            recogniser: index,
            ..
        } = place;
        let recogniser = *recogniser::all().get(index)?;
        let line = self.line_of(at, from);
        let seen = self.seen.get_mut(index)?;
        if at < seen.1 || (recogniser.once_a_line() && seen.0 == line.next) {
            return None;
        }
        // Lines are told apart by where they end: what precedes may have been read meanwhile.
        seen.0 = line.next;
        self.current = index;
        Some(Found {
            recogniser,
            hit: Hit { at, line },
        })
    }

    /// The first place at `from` or behind it where something begins that ends a body.
    pub(super) fn boundary(&mut self, from: usize) -> usize {
        while let Some(found) = self.next_ending(from) {
            if let Some(Start { at, boundary: true }) =
                found.recogniser.start(self.text, found.hit, from)
            {
                self.rewind(at);
                return at;
            }
        }
        self.text.len()
    }

    /// The first offset from `at` on that is neither a blank nor a line end. No byte is looked at twice.
    pub(super) fn skip_space(&mut self, at: usize) -> usize {
        if let Some((_, end)) = self.spaces.range(..=at).next_back()
            && *end > at
        {
            return *end;
        }
        let known = self.spaces.range(at..).next().map(|(s, e)| (*s, *e));
        let limit = known.map_or(self.text.len(), |(start, _)| start);
        let mut end = self.text.skip_space_within(at..limit);
        if let Some((start, far)) = known
            && start == end
        {
            self.spaces.remove(&start);
            end = far;
        }
        if at < end {
            self.spaces.insert(at, end);
        }
        end
    }

    /// Whether something that ends a body begins just at `at`, the start of a line. Where anchors are found
    /// next stays as it is.
    pub(super) fn begins(&mut self, at: usize) -> bool {
        if let Some(begins) = self.begun.get(&at) {
            return *begins;
        }
        let begins = self.begins_at(at);
        self.begun.insert(at, begins);
        begins
    }

    fn begins_at(&self, at: usize) -> bool {
        // What a thing is known by may stand on a line of its own, behind an XML declaration.
        let first = self.text.line(at);
        let second = self.text.line(first.next);
        [first, second].into_iter().any(|line| {
            let places = ENDING.first_of_each(self.text.get(line.range()));
            places.into_iter().any(|place| {
                let hit = Hit {
                    at: line.start + place.at,
                    line,
                };
                let recogniser = recogniser::all().get(place.recogniser);
                recogniser.is_some_and(|recogniser| {
                    recogniser.start(self.text, hit, at) == Some(Start { at, boundary: true })
                })
            })
        })
    }

    /// Lets the recogniser found last see no anchor before `at`.
    pub(super) fn skip(&mut self, at: usize) {
        if let Some(seen) = self.seen.get_mut(self.current) {
            seen.1 = seen.1.max(at);
        }
    }

    /// Lets every anchor from `at` on be seen again.
    fn rewind(&mut self, at: usize) {
        self.reached = self.reached.filter(|place| place.at < at);
        self.ending.rewind(at);
        self.all.rewind(at);
        for seen in &mut self.seen {
            seen.0 = usize::MAX;
        }
    }

    fn line_of(&mut self, at: usize, from: usize) -> Line {
        if let Some(line) = self.line
            && line.start <= at
            && at < line.next.max(line.start + 1)
            && line.start >= from
        {
            return line;
        }
        // A cached line that was partly read since keeps its end.
        let start = self.text.line_start(at, from);
        let line = match self.line {
            Some(line) if line.start <= at && at < line.next => Line { start, ..line },
            _ => self.text.line(start),
        };
        self.line = Some(line);
        line
    }
}
