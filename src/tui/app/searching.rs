//! Finding text on a screen, as it is typed.

use super::{App, Overlay, Prompt, Screen, StageView};
use crate::tui::line::Line;
use crate::tui::model::{self, Item, Rows};
use crate::tui::source;

impl App {
    /// Opens the search of the screen, or of the help overlay.
    pub(super) fn open_find(&mut self) {
        if let Some(Overlay::Help { filter, .. }) = &self.overlay {
            self.prompt = Some(Prompt::Filter(Line::with(filter)));
        } else {
            self.prompt = Some(Prompt::Find(Line::default()));
        }
    }

    /// Goes to the next place that holds what is looked for; behind the cursor only where `further`.
    pub(super) fn search(&mut self, further: bool) {
        if self.needle.is_empty() {
            return;
        }
        let found = match self.screen {
            Screen::Answer => self.search_answer(further),
            Screen::Stage(at) => self.search_stage(at, further),
            Screen::Source => self.search_source(further),
            Screen::Input => None,
        };
        self.found = found;
        if found.is_none() {
            self.warn(format!(
                "not found: {}",
                crate::tui::text::shown(&self.needle, self.theme.glyphs.letters)
            ));
        } else {
            self.toast = None;
        }
    }

    fn search_answer(&mut self, further: bool) -> Option<(usize, usize)> {
        let work = self.work.clone()?;
        let diagnosis = &work.analysis.diagnosis;
        let items = model::items(&work);
        let needle = self.needle.as_bytes();
        let holds = |item: &Item| match *item {
            Item::Finding(at) => diagnosis.findings.get(at).is_some_and(|f| {
                [f.id, f.severity.id(), &f.message, &f.help]
                    .iter()
                    .any(|text| has(text.as_bytes(), needle))
            }),
            Item::Difference(c, r) => diagnosis
                .comparisons
                .get(c)
                .and_then(|comparison| Rows::Compared(comparison, None).get(r))
                .is_some_and(|row| {
                    has(row.key.to_string().as_bytes(), needle)
                        || row.values.iter().flatten().any(|value| has(value, needle))
                }),
            Item::Secret => has(b"enter the secret", needle),
            Item::Step => diagnosis.next_steps.first().is_some_and(|s| {
                has(s.sentence.as_bytes(), needle) || has(s.snippet.as_bytes(), needle)
            }),
            Item::Setting(at) => diagnosis
                .fixes
                .get(at)
                .is_some_and(|f| has(f.title.as_bytes(), needle) || has(f.text.as_bytes(), needle)),
            Item::Fix => has(b"fix corrected headers", needle),
        };
        let from = self.answer.cursor + usize::from(further);
        let place = round(items.len(), from, |at| items.get(at).is_some_and(holds))?;
        self.answer.cursor = place.at;
        self.answer.follow = true;
        Some(place.rank())
    }

    fn search_stage(&mut self, at: usize, further: bool) -> Option<(usize, usize)> {
        let work = self.work.clone()?;
        let tabs = model::tabs(&work);
        let tab = tabs.get(at)?;
        let rows = Rows::of(&work, tab);
        let needle = self.needle.as_bytes();
        let state = self.stages.get_mut(at)?;
        let place = match state.view {
            StageView::Fields => {
                let from = state.cursor + usize::from(further);
                let place = round(rows.len(), from, |row| {
                    rows.get(row).is_some_and(|row| {
                        has(row.key.to_string().as_bytes(), needle)
                            || row.values.iter().flatten().any(|value| has(value, needle))
                    })
                })?;
                state.cursor = place.at;
                state.hex = None;
                place
            }
            StageView::Text => {
                let trace = work.analysis.trace.as_ref()?;
                let text = trace.stages.get(tab.stage?)?.output.public()?;
                let lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
                let from = state.line + usize::from(further);
                let place = round(lines.len(), from, |line| {
                    lines.get(line).is_some_and(|line| has(line, needle))
                })?;
                state.line = place.at;
                place
            }
        };
        Some(place.rank())
    }

    fn search_source(&mut self, further: bool) -> Option<(usize, usize)> {
        let work = self.work.clone()?;
        let (id, document) = work.case.docs.given().nth(self.source.document)?;
        let text = document.bytes();
        let needle = self.needle.as_bytes();
        let from = self
            .source
            .pointed
            .first()
            .filter(|span| span.doc == id)
            .map_or(0, |span| span.start + usize::from(further));
        let at =
            source::find_from(text, needle, from).or_else(|| source::find_from(text, needle, 0))?;
        self.source.pointed = vec![crate::engine::document::Span::new(
            id,
            at,
            at + needle.len(),
        )];
        self.source.follow = true;
        let mut all = Vec::new();
        let mut from = 0;
        while let Some(at) = source::find_from(text, needle, from).filter(|_| all.len() < COUNTED) {
            all.push(at);
            from = at + needle.len();
        }
        let rank = all.partition_point(|place| *place <= at).max(1);
        Some((rank, all.len().max(rank)))
    }
}

/// The most places that are counted in what was pasted.
const COUNTED: usize = 10_000;

/// A place that fits, among all that do.
struct Place {
    at: usize,
    before: usize,
    all: usize,
}

impl Place {
    /// Which it is, from 1, and how many there are.
    fn rank(&self) -> (usize, usize) {
        (self.before + 1, self.all)
    }
}

/// The first place from `from` on that fits, round at the end.
fn round(count: usize, from: usize, fits: impl Fn(usize) -> bool) -> Option<Place> {
    let all: Vec<usize> = (0..count).filter(|at| fits(*at)).collect();
    let next = all.partition_point(|at| *at < from.checked_rem(count).unwrap_or(0));
    let before = if next < all.len() { next } else { 0 };
    all.get(before).map(|at| Place {
        at: *at,
        before,
        all: all.len(),
    })
}

fn has(text: &[u8], needle: &[u8]) -> bool {
    source::find_from(text, needle, 0).is_some()
}
