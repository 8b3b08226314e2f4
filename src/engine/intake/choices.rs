//! What a person said about the parts of what was pasted: whose a text is, and which request it is held against.
//!
//! Owns naming a part so that the name survives whatever is pasted behind it, and putting the choices into a
//! case. A choice whose part is not there changes nothing. Must not know screens or arguments.

use std::collections::BTreeMap;

use super::{Case, Part, ReadAs, Side};

/// A part of a case by where it stands in what was given: it stays the same whatever is given behind it.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// The input, from 0.
    pub input: usize,
    /// Its first byte there.
    pub start: usize,
    /// Its number among the parts that begin there, from 0: several may have been unwrapped from one text.
    pub nth: usize,
}

/// A request or a piece of evidence that a choice is about.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Which {
    /// The one that stands here.
    At(Place),
    /// The one with this place in [`Case::requests`] or [`Case::evidence`], whatever it is.
    Nth(usize),
}

/// What a person chose. Empty: all is taken as it was recognised.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Choices {
    /// Whose a piece of evidence is; none says that nobody knows.
    pub sides: BTreeMap<Which, Option<Side>>,
    /// The request that a piece of evidence is held against.
    pub pairs: BTreeMap<Which, Which>,
    /// As what an input is read in which nothing, or not this, was recognised: by its place among the inputs.
    pub read_as: BTreeMap<usize, ReadAs>,
}

impl Choices {
    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        self.sides.is_empty() && self.pairs.is_empty() && self.read_as.is_empty()
    }

    /// Forgets what was chosen of the inputs from `count` on: other ones may come in their place.
    pub fn keep_inputs(&mut self, count: usize) {
        let stays = |which: &Which| match which {
            Which::At(place) => place.input < count,
            Which::Nth(_) => true,
        };
        self.sides.retain(|which, _| stays(which));
        self.pairs
            .retain(|which, request| stays(which) && stays(request));
        self.read_as.retain(|input, _| *input < count);
    }
}

/// What was chosen of the parts of one case, by their places in its lists.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Chosen {
    /// The evidence whose side was chosen, and the side that it was recognised as.
    pub(super) sides: BTreeMap<usize, Option<Side>>,
    /// The request that a piece of evidence is held against.
    pub(super) pairs: BTreeMap<usize, usize>,
}

impl Case {
    /// Puts the choices into force. To be called once, on a case that was just read.
    pub fn choose(&mut self, choices: &Choices) {
        let place_of = |which: &Which| match *which {
            Which::At(place) => match self.part_at(place) {
                Some(Part::Evidence(at)) => Some(at),
                Some(Part::Request(_) | Part::Secret(_) | Part::Form(_)) | None => None,
            },
            Which::Nth(at) => (at < self.evidence.len()).then_some(at),
        };
        let mut sides = BTreeMap::new();
        for (which, side) in &choices.sides {
            sides.extend(place_of(which).map(|at| (at, *side)));
        }
        let mut pairs = BTreeMap::new();
        for (which, request) in &choices.pairs {
            let request = match *request {
                Which::At(place) => match self.part_at(place) {
                    Some(Part::Request(at)) => Some(at),
                    Some(Part::Evidence(_) | Part::Secret(_) | Part::Form(_)) | None => None,
                },
                Which::Nth(at) => (at < self.requests.len()).then_some(at),
            };
            pairs.extend(place_of(which).zip(request));
        }
        for (at, side) in sides {
            // Saying what was only assumed makes it certain.
            let assumed = self.assumptions.contains_key(&at);
            if let Some(evidence) = self.evidence.get_mut(at)
                && (evidence.side != side || assumed)
            {
                let was = std::mem::replace(&mut evidence.side, side);
                self.chosen.sides.insert(at, was);
            }
        }
        self.chosen.pairs = pairs;
    }

    /// Where a part stands.
    pub fn place(&self, part: Part) -> Option<Place> {
        // A body that was given apart is a piece of its request, and a field one of its form.
        let shape = match part {
            Part::Request(at) => self.requests.get(at).map(|request| request.shape),
            Part::Form(at) => self.forms.get(at).map(|form| form.shape),
            Part::Evidence(_) | Part::Secret(_) => None,
        };
        let mut pieces = self.pieces.iter();
        let at = pieces.position(|piece| {
            piece.part == part && shape.is_none_or(|shape| shape == piece.shape)
        })?;
        let piece = self.pieces.get(at)?;
        let before = self.pieces.get(..at).unwrap_or_default();
        let begins = |other: &&super::Piece| {
            (other.span.doc, other.span.start) == (piece.span.doc, piece.span.start)
        };
        Some(Place {
            input: piece.span.doc.index(),
            start: piece.span.start,
            nth: before.iter().rev().take_while(begins).count(),
        })
    }

    /// The part that stands at a place.
    pub fn part_at(&self, place: Place) -> Option<Part> {
        let begins = |piece: &&super::Piece| {
            (piece.span.doc.index(), piece.span.start) == (place.input, place.start)
        };
        let mut parts = self.pieces.iter().filter(begins);
        parts.nth(place.nth).map(|piece| piece.part)
    }

    /// Whether the side of a piece of evidence is the person's own word.
    pub fn is_side_chosen(&self, evidence: usize) -> bool {
        self.chosen.sides.contains_key(&evidence)
    }

    /// The side that a piece of evidence was recognised as, whatever a person said since.
    pub fn recognised_side(&self, evidence: usize) -> Option<Side> {
        match self.chosen.sides.get(&evidence) {
            Some(side) => *side,
            None => self.evidence.get(evidence)?.side,
        }
    }

    /// The request that a person holds a piece of evidence against.
    pub fn chosen_pair(&self, evidence: usize) -> Option<usize> {
        self.chosen.pairs.get(&evidence).copied()
    }
}
