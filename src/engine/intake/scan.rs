//! One pass over a text for the anchors of every recogniser.
//!
//! Each anchor is searched for lazily and never twice over the same bytes, so the cost is linear in the
//! text however it is made, and a body whose length is known is not searched at all.

use std::collections::{BTreeMap, HashMap};

use super::recogniser::{self, Anchor, Hit, Recogniser, Start};
use super::text::{Line, Text};

/// Where the next occurrence of an anchor stands.
#[derive(Copy, Clone, Debug)]
enum Next {
    /// Not searched for from this offset on.
    From(usize),
    /// Here.
    At(usize),
    /// Nowhere further on.
    Never,
}

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
    next: Vec<Next>,
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
            next: vec![Next::From(0); recogniser::anchors().len()],
            line: None,
            seen: vec![(usize::MAX, 0); recogniser::all().len()],
            current: 0,
            spaces: BTreeMap::new(),
            begun: HashMap::new(),
        }
    }

    /// The first anchor at `from` or behind it, and steps past it.
    pub(super) fn next(&mut self, from: usize) -> Option<Found> {
        self.next_of(from, |_| true)
    }

    /// The same, among some of the anchors.
    fn next_of(&mut self, from: usize, which: fn(&Anchor) -> bool) -> Option<Found> {
        loop {
            let (place, at) = self.first(from, which)?;
            let anchor = recogniser::anchors().get(place)?;
            let index = anchor.recogniser;
            self.set(place, Next::From(at + 1));
            let recogniser = *recogniser::all().get(index)?;
            let line = self.line_of(at, from);
            let seen = self.seen.get_mut(index)?;
            if at < seen.1 || (recogniser.once_a_line() && seen.0 == line.next) {
                continue;
            }
            // Lines are told apart by where they end: what precedes may have been read meanwhile.
            seen.0 = line.next;
            self.current = index;
            return Some(Found {
                recogniser,
                hit: Hit { at, line },
            });
        }
    }

    /// The first place at `from` or behind it where something begins that ends a body.
    pub(super) fn boundary(&mut self, from: usize) -> usize {
        while let Some(found) = self.next_of(from, |anchor| anchor.ends_bodies) {
            if let Some(Start { at, boundary: true }) =
                found.recogniser.start(self.text, found.hit, from)
            {
                self.rewind(at, found.hit.at);
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
        recogniser::anchors().iter().any(|anchor| {
            let Some(recogniser) = recogniser::all().get(anchor.recogniser) else {
                return false;
            };
            if !anchor.ends_bodies {
                return false;
            }
            [first, second].into_iter().any(|line| {
                let bytes = self.text.get(line.range());
                anchor.finder.find(bytes).is_some_and(|i| {
                    let at_line = line.start + i;
                    let hit = Hit { at: at_line, line };
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

    /// Lets every anchor from `at` up to the one at `hit` be seen again.
    fn rewind(&mut self, at: usize, hit: usize) {
        for (anchor, next) in recogniser::anchors().iter().zip(&mut self.next) {
            let bytes = self.text.get(at..hit + anchor.finder.needle().len());
            if let Some(i) = anchor.finder.find(bytes) {
                *next = Next::At(at + i);
            }
        }
        for seen in &mut self.seen {
            seen.0 = usize::MAX;
        }
    }

    fn first(&mut self, from: usize, which: fn(&Anchor) -> bool) -> Option<(usize, usize)> {
        let bytes = &self.text.bytes;
        let mut best: Option<(usize, usize)> = None;
        for (place, next) in self.next.iter_mut().enumerate() {
            if !recogniser::anchors().get(place).is_some_and(which) {
                continue;
            }
            let at = match *next {
                Next::At(at) if at >= from => at,
                Next::Never => continue,
                Next::At(n) | Next::From(n) => {
                    let start = n.max(from);
                    let found = recogniser::anchors().get(place).and_then(|anchor| {
                        let rest = bytes.get(start..)?;
                        anchor.finder.find(rest).map(|i| start + i)
                    });
                    *next = found.map_or(Next::Never, Next::At);
                    let Some(at) = found else { continue };
                    at
                }
            };
            if best.is_none_or(|(_, b)| at < b) {
                best = Some((place, at));
            }
        }
        best
    }

    fn set(&mut self, place: usize, next: Next) {
        if let Some(slot) = self.next.get_mut(place) {
            *slot = next;
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
