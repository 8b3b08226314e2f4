//! The anchors of all recognisers, found in one walk over a text.
//!
//! Owns the automata and the order in which anchors are handed out. Must not know what an anchor is good for.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

use super::recogniser;

/// How much of a text is searched at first, and how much at most, before anchors are handed out: what is
/// skipped, such as a body whose length is known, is not to be searched.
const WINDOW: (usize, usize) = (512, 32 * 1024);

/// One text that somebody looks for.
#[derive(Copy, Clone, Debug)]
struct Anchor {
    /// Its place among the anchors of all recognisers, in their order.
    place: usize,
    /// The recogniser's place in [`recogniser::all`].
    recogniser: usize,
}

/// Some of the anchors, made ready for searching: all at once, so that their number costs nothing.
pub(super) struct Anchors {
    automaton: Option<AhoCorasick>,
    known: Vec<Anchor>,
    longest: usize,
}

/// Those that may end a body.
pub(super) static ENDING: LazyLock<Anchors> = LazyLock::new(|| Anchors::new(true));

/// All of them.
pub(super) static ALL: LazyLock<Anchors> = LazyLock::new(|| Anchors::new(false));

/// An anchor found in a text. The order is that in which they are handed out.
#[derive(Copy, Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Place {
    /// Offset of its first byte.
    pub(super) at: usize,
    /// Its place among the anchors of all recognisers.
    anchor: usize,
    /// Whose it is, as a place in [`recogniser::all`].
    pub(super) recogniser: usize,
}

impl Anchors {
    fn new(ending_alone: bool) -> Self {
        let all = recogniser::all().iter().enumerate();
        let all = all.flat_map(|(recogniser, r)| {
            let texts = r.anchors().iter().enumerate();
            texts.map(move |(i, text)| (recogniser, *text, i < r.ending_bodies()))
        });
        let (mut texts, mut anchors) = (Vec::new(), Vec::new());
        for (place, (recogniser, text, ends)) in all.enumerate() {
            if ends || !ending_alone {
                texts.push(text);
                anchors.push(Anchor { place, recogniser });
            }
        }
        Self {
            longest: texts.iter().map(|text| text.len()).max().unwrap_or(0),
            // Built in a millisecond, and walked at twice the speed of the smaller kinds.
            automaton: AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::DFA))
                .build(texts)
                .ok(),
            known: anchors,
        }
    }

    /// Every anchor that begins at `from` or behind it, and before `to`, by where they end.
    fn within<'t>(
        &self,
        bytes: &'t [u8],
        from: usize,
        to: usize,
    ) -> impl Iterator<Item = Place> + use<'_, 't> {
        let far = to.saturating_add(self.longest).min(bytes.len());
        let input = Input::new(bytes).span(from.min(far)..far);
        let found = self.automaton.iter();
        let found = found.flat_map(move |automaton| automaton.find_overlapping_iter(input.clone()));
        found.filter_map(move |found| {
            let anchor = self.known.get(found.pattern().as_usize())?;
            (found.start() < to).then_some(Place {
                at: found.start(),
                anchor: anchor.place,
                recogniser: anchor.recogniser,
            })
        })
    }

    /// The first place of each anchor in `bytes`.
    pub(super) fn first_of_each(&self, bytes: &[u8]) -> impl Iterator<Item = Place> {
        let count = self.known.last().map_or(0, |last| last.place + 1);
        let mut seen = vec![false; count];
        self.within(bytes, 0, bytes.len()).filter(move |place| {
            let seen = seen.get_mut(place.anchor);
            seen.is_some_and(|seen| !std::mem::replace(seen, true))
        })
    }
}

/// A walk over a text that hands out each place once, in order.
#[derive(Debug)]
pub(super) struct Walk {
    /// The places of the part of the text that was searched last.
    places: Vec<Place>,
    /// How many of them were handed out.
    taken: usize,
    /// The part that was searched last.
    start: usize,
    end: usize,
    /// Where the place that was handed out last stands.
    reached: usize,
    /// How much is searched next.
    window: usize,
}

impl Walk {
    /// Nothing searched yet.
    pub(super) fn new() -> Self {
        Self {
            places: Vec::new(),
            taken: 0,
            start: 0,
            end: 0,
            reached: 0,
            window: WINDOW.0,
        }
    }

    /// The next place at `from` or behind it, and steps past it.
    pub(super) fn next(&mut self, anchors: &Anchors, bytes: &[u8], from: usize) -> Option<Place> {
        if from > self.end {
            self.jump(from);
        }
        loop {
            while let Some(place) = self.places.get(self.taken) {
                self.taken += 1;
                if place.at >= from {
                    self.reached = place.at;
                    return Some(*place);
                }
            }
            if self.end >= bytes.len() {
                return None;
            }
            self.start = self.end;
            self.end = self.end.saturating_add(self.window).min(bytes.len());
            self.window = (self.window * 2).min(WINDOW.1);
            self.taken = 0;
            self.places.clear();
            let found = anchors.within(bytes, self.start, self.end);
            self.places.extend(found);
            self.places.sort_unstable();
        }
    }

    /// Hands out again what stands at `at` or behind it.
    pub(super) fn rewind(&mut self, at: usize) {
        if at > self.reached {
            return;
        }
        self.reached = at;
        if (self.start..self.end).contains(&at) {
            self.taken = self.places.partition_point(|place| place.at < at);
        } else {
            self.jump(at);
        }
    }

    fn jump(&mut self, to: usize) {
        (self.start, self.end) = (to, to);
        self.taken = 0;
        self.places.clear();
        self.window = WINDOW.0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every place, by looking for each anchor by itself.
    fn plainly(text: &[u8], ending_alone: bool) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (index, recogniser) in recogniser::all().iter().enumerate() {
            for (i, anchor) in recogniser.anchors().iter().enumerate() {
                if ending_alone && i >= recogniser.ending_bodies() {
                    continue;
                }
                let mut windows = text.windows(anchor.len()).enumerate();
                found.extend(
                    windows
                        .by_ref()
                        .filter(|(_, part)| *part == anchor.as_bytes())
                        .map(|(at, _)| (at, index)),
                );
            }
        }
        found.sort_unstable();
        found
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        let all = recogniser::all().iter();
        let anchors: Vec<&'static str> = all.flat_map(|r| r.anchors()).copied().collect();
        let filler = (0..1_500_usize).prop_map(|n| "xy ".repeat(n).into_bytes());
        let anchor = prop::sample::select(anchors).prop_map(|text| text.as_bytes().to_vec());
        prop::collection::vec(prop_oneof![1 => filler, 4 => anchor], 0..40)
            .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn every_anchor_is_handed_out_once_and_in_order(text in text(), ending_alone: bool) {
            let anchors = if ending_alone { &*ENDING } else { &*ALL };
            let mut walk = Walk::new();
            let places = std::iter::from_fn(|| walk.next(anchors, &text, 0));
            let places: Vec<_> = places.map(|place| (place.at, place.recogniser)).collect();
            prop_assert_eq!(places, plainly(&text, ending_alone));
        }

        #[test]
        fn what_was_handed_out_comes_again_only_when_asked_for(
            text in text(),
            steps in prop::collection::vec((0..3_000_usize, any::<bool>()), 1..30),
        ) {
            let all = plainly(&text, false);
            let mut walk = Walk::new();
            // The places that were handed out, counted in the whole list.
            let (mut from, mut next) = (0, 0);
            for (step, back) in steps {
                if back {
                    let at = from.max(all.get(next).map_or(0, |place| place.0).saturating_sub(step));
                    walk.rewind(at);
                    next = next.min(all.partition_point(|place| place.0 < at));
                } else {
                    from += step;
                }
                next = next.max(all.partition_point(|place| place.0 < from));
                let place = walk.next(&ALL, &text, from);
                prop_assert_eq!(place.map(|place| (place.at, place.recogniser)), all.get(next).copied());
                next += 1;
            }
        }
    }
}
