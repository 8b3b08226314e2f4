//! Looking for text in what a screen shows, away from the drawing thread: it may be of any size.
//!
//! Owns what is looked for and where, and the looking. It must not know the app's state: what came of it
//! is a message.

use std::sync::Arc;

use super::model::{self, Item, Rows, Tab};
use super::source;
use crate::engine::document::Document;
use crate::workbench::Work;

/// Bytes looked through between two words about how far it is.
const PIECE: usize = 1 << 20;

/// Where to look.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Ground {
    /// The items of the answer.
    Answer,
    /// The fields of the tab at this place.
    Fields(usize),
    /// The lines of the text of the tab at this place.
    Text(usize),
    /// The bytes of the given document at this place.
    Given(usize),
}

/// A text, and where to look for it.
#[derive(Clone)]
pub struct Search {
    pub(crate) work: Arc<Work>,
    pub(crate) ground: Ground,
    pub(crate) needle: String,
    /// The place to begin at: an item, a row, a line or a byte.
    pub(crate) from: usize,
    /// How many places to go on from there, the first of them included; round at the end.
    pub(crate) steps: usize,
}

/// A place that holds what was looked for.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Which item, row, line or byte.
    pub(crate) at: usize,
    /// Which of the places that hold it, from 1, and how many there are.
    pub(crate) rank: (usize, usize),
}

impl Search {
    /// Looks. `progress` hears of the bytes looked through and of all there are, and says whether to go on.
    pub fn run(&self, progress: &mut dyn FnMut(u64, u64) -> bool) -> Option<Found> {
        let needle = self.needle.as_bytes();
        let mut places = Places::new(self.from, self.steps);
        match self.ground {
            Ground::Answer => {
                let items = model::items(&self.work);
                let holds = |item: &&Item| item_holds(&self.work, **item, needle);
                let all = items.iter().enumerate();
                places.extend(all.filter(|(_, item)| holds(item)).map(|(at, _)| at));
            }
            Ground::Fields(tab) => {
                let tabs = model::tabs(&self.work);
                let rows = Rows::of(&self.work, tabs.get(tab)?);
                for row in 0..rows.len() {
                    if !progress(row as u64, rows.len() as u64) {
                        return None;
                    }
                    if row_holds(rows, row, needle) {
                        places.add(row);
                    }
                }
            }
            Ground::Text(tab) => {
                let tabs = model::tabs(&self.work);
                let text = stage_text(&self.work, tabs.get(tab)?)?;
                let lines = text.split(|b| *b == b'\n').enumerate();
                places.extend(lines.filter(|(_, line)| has(line, needle)).map(|(n, _)| n));
            }
            Ground::Given(document) => {
                let docs = &self.work.case.docs;
                let (given, document) = docs.given().nth(document)?;
                // What is shown is looked through: of another encoding, its text.
                let shown = docs.reread(given).and_then(|(layer, _)| docs.get(layer));
                let document = shown.unwrap_or(document);
                every(document, needle, &mut places, progress)?;
            }
        }
        places.found()
    }
}

/// Every place of `needle` in the document. None where it was told to stop.
fn every(
    document: &Document,
    needle: &[u8],
    places: &mut Places,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Option<()> {
    let text = document.bytes();
    let mut from = 0;
    for start in (0..text.len()).step_by(PIECE) {
        if !progress(start as u64, text.len() as u64) {
            return None;
        }
        // What starts in this piece may end in the next.
        let end = start + PIECE + needle.len().saturating_sub(1);
        let piece = text.get(..end.min(text.len())).unwrap_or_default();
        from = from.max(start);
        while let Some(at) = source::find_from(piece, needle, from) {
            places.add(at);
            from = at + needle.len();
        }
    }
    Some(())
}

/// Counts places, and keeps those that may be the one to go to.
struct Places {
    from: usize,
    steps: usize,
    /// The first of all, as many as there are steps: for going round at the end.
    first: Vec<usize>,
    /// Places before `from`, and from there on.
    before: usize,
    behind: usize,
    /// The place as many steps on from `from`.
    target: Option<usize>,
}

impl Places {
    fn new(from: usize, steps: usize) -> Self {
        Self {
            from,
            steps: steps.max(1),
            first: Vec::new(),
            before: 0,
            behind: 0,
            target: None,
        }
    }

    fn add(&mut self, at: usize) {
        if self.first.len() < self.steps {
            self.first.push(at);
        }
        if at < self.from {
            self.before += 1;
            return;
        }
        self.behind += 1;
        if self.behind == self.steps {
            self.target = Some(at);
        }
    }

    fn found(self) -> Option<Found> {
        let all = self.before + self.behind;
        let place = (self.before + self.steps - 1).checked_rem(all)?;
        let at = match self.target {
            Some(at) => at,
            None => *self.first.get(place)?,
        };
        Some(Found {
            at,
            rank: (place + 1, all),
        })
    }
}

impl Extend<usize> for Places {
    fn extend<T: IntoIterator<Item = usize>>(&mut self, places: T) {
        places.into_iter().for_each(|at| self.add(at));
    }
}

fn item_holds(work: &Work, item: Item, needle: &[u8]) -> bool {
    let diagnosis = &work.analysis.diagnosis;
    match item {
        Item::Finding(at) => diagnosis.findings.get(at).is_some_and(|f| {
            [f.id, f.severity.id(), &f.message, &f.help]
                .iter()
                .any(|text| has(text.as_bytes(), needle))
        }),
        Item::Difference(c, r) => diagnosis
            .comparisons
            .get(c)
            .is_some_and(|comparison| row_holds(Rows::Compared(comparison, None), r, needle)),
        Item::Secret => has(b"enter the secret", needle),
        Item::Step => diagnosis.next_steps.first().is_some_and(|s| {
            has(s.sentence.as_bytes(), needle) || has(s.snippet.as_bytes(), needle)
        }),
        Item::Setting(at) => diagnosis
            .fixes
            .get(at)
            .is_some_and(|f| has(f.title.as_bytes(), needle) || has(f.text.as_bytes(), needle)),
        Item::Fix => has(b"fix corrected headers", needle),
    }
}

fn row_holds(rows: Rows<'_>, at: usize, needle: &[u8]) -> bool {
    rows.get(at).is_some_and(|row| {
        has(row.key.to_string().as_bytes(), needle)
            || row.values.iter().flatten().any(|value| has(value, needle))
    })
}

fn stage_text<'w>(work: &'w Work, tab: &Tab) -> Option<&'w [u8]> {
    let trace = work.analysis.trace.as_ref()?;
    trace.stages.get(tab.stage?)?.output.public()
}

fn has(text: &[u8], needle: &[u8]) -> bool {
    source::find_from(text, needle, 0).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::{Documents, Source};
    use proptest::prelude::*;

    fn places(text: &[u8], needle: &[u8], from: usize, steps: usize) -> Places {
        let mut docs = Documents::new();
        let id = docs.give("text", Source::File, text.to_vec().into());
        let mut places = Places::new(from, steps);
        let document = docs.get(id).unwrap();
        every(document, needle, &mut places, &mut |_, _| true).unwrap();
        places
    }

    #[test]
    fn a_text_across_the_border_of_two_pieces_is_found_once() {
        for shift in 0..6 {
            let mut text = vec![b'x'; 2 * PIECE + 9];
            let at = PIECE - shift;
            text[at..at + 5].copy_from_slice(b"NEEDL");
            let found = places(&text, b"needl", 0, 1).found();
            assert_eq!(found, Some(Found { at, rank: (1, 1) }), "{shift}");
        }
    }

    #[test]
    fn looking_stops_when_it_is_told_to() {
        let mut docs = Documents::new();
        let text = vec![b'x'; 4 * PIECE];
        let id = docs.give("text", Source::File, text.into());
        let mut told = 0;
        let mut places = Places::new(0, 1);
        let stopped = every(docs.get(id).unwrap(), b"x", &mut places, &mut |_, _| {
            told += 1;
            told < 3
        });
        assert_eq!((stopped, told, places.behind), (None, 3, 2 * PIECE));
    }

    proptest! {
        #[test]
        fn the_place_is_as_many_steps_on_round_at_the_end(
            text in "[ab]{0,40}", from in 0usize..50, steps in 1usize..9,
        ) {
            let all: Vec<usize> = text.match_indices('a').map(|(at, _)| at).collect();
            let next = all.partition_point(|at| *at < from);
            let wanted = (next + steps - 1).checked_rem(all.len()).map(|place| Found {
                at: all[place],
                rank: (place + 1, all.len()),
            });
            prop_assert_eq!(places(text.as_bytes(), b"a", from, steps).found(), wanted);
        }
    }
}
