//! Moving about: cursors, pages, parts, differences.

use super::{App, Overlay, PartsState, Screen, StageState, StageView};
use crate::engine::correct::CopyItem;
use crate::samples;
use crate::tui::model::{self, Item, Rows};

/// Bytes a text moves sideways at a time.
const SIDEWAYS: usize = 8;

impl App {
    /// The state of the stage that is open.
    pub(super) fn stage_state(&mut self) -> Option<&mut StageState> {
        match self.screen {
            Screen::Stage(at) => self.stages.get_mut(at),
            Screen::Input | Screen::Answer | Screen::Source => None,
        }
    }

    /// How many rows the stage that is open has.
    fn stage_rows(&self) -> usize {
        match (&self.work, self.screen) {
            (Some(work), Screen::Stage(at)) => model::tabs(work)
                .get(at)
                .map_or(0, |tab| Rows::of(work, tab).len()),
            _ => 0,
        }
    }

    /// How many entries the overlay's list has.
    fn overlay_rows(&self) -> usize {
        match &self.overlay {
            Some(Overlay::Copy { .. }) => CopyItem::ALL.len(),
            Some(Overlay::Options { .. }) => self.option_specs().len(),
            Some(Overlay::Snippets { .. }) => self
                .work
                .as_ref()
                .map_or(0, |work| work.analysis.diagnosis.next_steps.len()),
            Some(Overlay::Parts(_)) => self.listed().len(),
            Some(Overlay::ReadAs { .. }) => self.read_as_offers().len(),
            Some(Overlay::Help { .. } | Overlay::Text { .. } | Overlay::Observations { .. }) => {
                usize::MAX
            }
            None => 0,
        }
    }

    /// Moves the cursor, or what is shown, by some rows.
    pub(super) fn step(&mut self, by: isize) {
        let rows = self.overlay_rows();
        if let Some(overlay) = &mut self.overlay {
            let (Overlay::Help { top: at, .. }
            | Overlay::Text { top: at, .. }
            | Overlay::Copy { cursor: at, .. }
            | Overlay::Options { cursor: at }
            | Overlay::ReadAs { cursor: at }
            | Overlay::Observations { top: at, .. }
            | Overlay::Parts(PartsState { cursor: at, .. })
            | Overlay::Snippets { cursor: at }) = overlay;
            *at = at.saturating_add_signed(by).min(rows.saturating_sub(1));
            return;
        }
        match self.screen {
            // With a case at hand there are no samples to choose from.
            Screen::Input if !self.bench.inputs.is_empty() => self.scroll(by),
            Screen::Input => {
                let next = self.input.sample.saturating_add_signed(by);
                self.input.sample = next.min(samples::ALL.len().saturating_sub(1));
                self.input.follow = true;
            }
            Screen::Answer => {
                let count = self
                    .work
                    .as_ref()
                    .map_or(0, |work| model::items(work).len());
                let next = self.answer.cursor.saturating_add_signed(by);
                if next < count && (by > 0 || self.answer.cursor > 0) {
                    self.answer.cursor = next;
                    self.answer.follow = true;
                } else {
                    self.scroll(by);
                }
            }
            Screen::Stage(_) => {
                let rows = self.stage_rows();
                if let Some(state) = self.stage_state() {
                    match (state.view, &mut state.hex) {
                        (StageView::Fields, Some(line)) if state.bytes => {
                            *line = line.saturating_add_signed(by);
                        }
                        (StageView::Fields, _) => {
                            let next = state.cursor.saturating_add_signed(by);
                            state.cursor = next.min(rows.saturating_sub(1));
                        }
                        (StageView::Text, _) => {
                            state.line = state.line.saturating_add_signed(by);
                        }
                    }
                }
            }
            Screen::Source => self.source.top = self.source.top.saturating_add_signed(by),
        }
    }

    /// Moves what is shown and leaves the cursor: the wheel.
    pub(super) fn scroll(&mut self, by: isize) {
        let (top, follow, last) = match (&self.overlay, self.screen) {
            (None, Screen::Answer) => {
                let state = &mut self.answer;
                let last = state.lines.saturating_sub(state.room);
                (&mut state.top, &mut state.follow, last)
            }
            (None, Screen::Input) => {
                let state = &mut self.input;
                let last = state.lines.saturating_sub(state.room);
                (&mut state.top, &mut state.follow, last)
            }
            _ => {
                self.step(by);
                return;
            }
        };
        *top = top.saturating_add_signed(by).min(last);
        *follow = false;
    }

    /// Moves by a page.
    pub(super) fn page(&mut self, by: isize) {
        let room = match self.screen {
            _ if self.overlay.is_some() => self.page,
            Screen::Answer => self.answer.room,
            Screen::Source => self.source.room,
            Screen::Stage(at) => self.stages.get(at).map_or(10, |state| state.room),
            Screen::Input => self.input.room,
        };
        let by = by * isize::try_from(room.saturating_sub(1).max(1)).unwrap_or(1);
        self.scroll(by);
    }

    /// Moves to the first or the last.
    pub(super) fn edge(&mut self, last: bool) {
        let far = if last { isize::MAX / 2 } else { isize::MIN / 2 };
        if self.overlay.is_none() && self.screen == Screen::Answer {
            let count = self
                .work
                .as_ref()
                .map_or(0, |work| model::items(work).len());
            self.answer.cursor = if last { count.saturating_sub(1) } else { 0 };
            self.scroll(far);
        } else {
            self.step(far);
        }
    }

    /// Left and right: the stage beside this one, or a text sideways.
    pub(super) fn sideways(&mut self, by: isize) {
        let shift = by * SIDEWAYS.cast_signed();
        match self.screen {
            Screen::Source => {
                self.source.left = self.source.left.saturating_add_signed(shift);
            }
            Screen::Stage(at) => match self.stages.get_mut(at) {
                Some(state) if state.view == StageView::Text => {
                    state.left = state.left.saturating_add_signed(shift);
                }
                _ => self.beside(by),
            },
            Screen::Answer => self.beside(by),
            // Samples stand in columns.
            Screen::Input => self.step(by * self.input.column.max(1).cast_signed()),
        }
    }

    /// The tab beside the open one, round at the ends.
    fn beside(&mut self, by: isize) {
        let count = self.stages.len() + 1;
        let now = match self.screen {
            Screen::Stage(at) => at + 1,
            Screen::Answer | Screen::Input | Screen::Source => 0,
        };
        let next = if by > 0 { now + 1 } else { now + count - 1 } % count;
        self.open_tab(next);
    }

    /// Tab: the next part of the answer, else the next stage.
    pub(super) fn next_part(&mut self, by: isize) {
        if self.screen == Screen::Source {
            self.go_back();
            return;
        }
        if self.screen == Screen::Input {
            if self.home() == Screen::Answer {
                self.open_tab(0);
            }
            return;
        }
        if self.screen != Screen::Answer {
            self.beside(by);
            return;
        }
        let Some(work) = &self.work else { return };
        let items = model::items(work);
        let parts: Vec<usize> = items
            .iter()
            .enumerate()
            .filter(|(at, item)| {
                at.checked_sub(1)
                    .and_then(|before| items.get(before))
                    .is_none_or(|before| part(*before) != part(**item))
            })
            .map(|(at, _)| at)
            .collect();
        let now = parts.partition_point(|at| *at <= self.answer.cursor);
        let count = parts.len();
        if count == 0 {
            return;
        }
        let next = if by > 0 {
            now % count
        } else {
            (now + count - 2) % count
        };
        if let Some(at) = parts.get(next) {
            self.answer.cursor = *at;
            self.answer.follow = true;
        }
    }

    /// The next place where sides part, through all stages and round at the end.
    pub(super) fn next_difference(&mut self, by: isize) {
        let Some(work) = self.work.clone() else {
            return;
        };
        let places: Vec<(usize, usize)> = model::tabs(&work)
            .iter()
            .enumerate()
            .flat_map(|(at, tab)| {
                let rows = Rows::of(&work, tab).differences();
                rows.into_iter().map(move |row| (at, row))
            })
            .collect();
        let here = match self.screen {
            Screen::Stage(at) => self.stages.get(at).map(|state| (at, state.cursor)),
            Screen::Answer | Screen::Input | Screen::Source => None,
        };
        let next = match (here, by > 0) {
            (None, true) => places.first(),
            (None, false) => places.last(),
            (Some(here), true) => places.iter().find(|p| **p > here).or(places.first()),
            (Some(here), false) => places.iter().rev().find(|p| **p < here).or(places.last()),
        };
        let Some(&(tab, row)) = next else {
            self.say("no two sides part here");
            return;
        };
        if here == Some((tab, row)) {
            self.say("this is the only difference");
        }
        if let Some(state) = self.stages.get_mut(tab) {
            state.cursor = row;
            state.hex = None;
            state.view = StageView::Fields;
            self.screen = Screen::Stage(tab);
        }
    }
}

/// The part of the answer an item stands in.
fn part(item: Item) -> u8 {
    match item {
        Item::Step | Item::Secret => 0,
        Item::Difference(..) => 1,
        Item::Fix | Item::Setting(_) => 2,
        Item::Finding(_) => 3,
    }
}
