//! Finding text on a screen, as it is typed: what is asked of the edge, and where the cursor goes then.

use std::sync::Arc;

use super::{App, Overlay, Prompt, Screen, StageView};
use crate::engine::document::{DocId, Span};
use crate::tui::line::Line;
use crate::tui::model;
use crate::tui::msg::Effect;
use crate::tui::search::{Found, Ground, Search};

/// A search that is not answered yet.
pub(crate) struct Searching {
    /// Its number: answers to older ones are stale.
    number: u64,
    asked: Search,
    /// How much was looked through and how much there is, where that was told.
    pub(crate) progress: Option<(u64, u64)>,
}

/// Where the cursors of a screen stood before a search.
#[derive(Clone)]
pub(crate) struct Stand {
    screen: Screen,
    /// The item of the answer, its first line, and whether that follows the item.
    answer: (usize, usize, bool),
    /// The row and the line of the stage that is open.
    stage: Option<(usize, usize)>,
    /// What is marked in the source, and its first line.
    source: (Vec<Span>, usize),
}

impl Stand {
    fn of(app: &App) -> Self {
        let stage = match app.screen {
            Screen::Stage(at) => app.stages.get(at).map(|state| (state.cursor, state.line)),
            Screen::Answer | Screen::Source | Screen::Input => None,
        };
        Self {
            screen: app.screen,
            answer: (app.answer.cursor, app.answer.top, app.answer.follow),
            stage,
            source: (app.source.pointed.clone(), app.source.top),
        }
    }
}

impl App {
    /// Opens the search of the screen, or of the help overlay.
    pub(super) fn open_find(&mut self) {
        if let Some(Overlay::Parts(state)) = &self.overlay {
            self.prompt = Some(Prompt::Filter(Line::with(&state.filter)));
        } else if let Some(Overlay::Help { filter, .. }) = &self.overlay {
            self.prompt = Some(Prompt::Filter(Line::with(filter)));
        } else {
            self.prompt = Some(Prompt::Find(Line::default()));
            self.searched_from = Some(Stand::of(self));
        }
    }

    /// Puts the cursors back to where they stood.
    fn stand(&mut self, from: Stand) {
        if from.screen != self.screen {
            return;
        }
        (self.answer.cursor, self.answer.top, self.answer.follow) = from.answer;
        if let (Screen::Stage(at), Some((cursor, line))) = (from.screen, from.stage)
            && let Some(state) = self.stages.get_mut(at)
        {
            state.cursor = cursor;
            state.line = line;
            state.hex = None;
        }
        (self.source.pointed, self.source.top) = from.source;
    }

    /// Asks for the next place that holds what is looked for; behind the cursor only where `further`.
    pub(super) fn search(&mut self, further: bool) -> Vec<Effect> {
        let before = self.searching.take();
        // What is typed is looked for from where the cursor stood, not from where less of it led.
        if let Some(from) = self.searched_from.clone().filter(|_| !further) {
            self.stand(from);
        }
        self.found = None;
        self.toast = None;
        let (Some(work), false) = (self.work.clone(), self.needle.is_empty()) else {
            return Vec::new();
        };
        let Some((ground, cursor)) = self.ground() else {
            self.not_found();
            return Vec::new();
        };
        // A step further while the last one is not answered goes on from where that one leads.
        let unanswered = before
            .map(|b| b.asked)
            .filter(|asked| further && asked.needle == self.needle && asked.ground == ground);
        let asked = match unanswered {
            Some(asked) => Search {
                steps: asked.steps + 1,
                ..asked
            },
            None => Search {
                work,
                ground,
                needle: self.needle.clone(),
                from: cursor.map_or(0, |at| at + usize::from(further)),
                steps: 1,
            },
        };
        self.searches += 1;
        self.searching = Some(Searching {
            number: self.searches,
            asked: asked.clone(),
            progress: None,
        });
        vec![Effect::Search(self.searches, asked)]
    }

    /// Where a search of the screen looks, and where the cursor stands there.
    fn ground(&self) -> Option<(Ground, Option<usize>)> {
        match self.screen {
            Screen::Answer => Some((Ground::Answer, Some(self.answer.cursor))),
            Screen::Stage(at) => self.stages.get(at).map(|state| match state.view {
                StageView::Fields => (Ground::Fields(at), Some(state.cursor)),
                StageView::Text => (Ground::Text(at), Some(state.line)),
            }),
            Screen::Source => {
                let work = self.work.as_ref()?;
                let id = self.shown_document()?;
                let pointed = self.source.pointed.first();
                let first = pointed.map(|span| model::readable(work, *span));
                let cursor = first.filter(|span| span.doc == id).map(|span| span.start);
                Some((Ground::Given(self.source.document), cursor))
            }
            Screen::Input => None,
        }
    }

    /// The document whose text is shown.
    fn shown_document(&self) -> Option<DocId> {
        let docs = &self.work.as_ref()?.case.docs;
        let (given, _) = docs.given().nth(self.source.document)?;
        Some(docs.reread(given).map_or(given, |(layer, _)| layer))
    }

    /// How far the search with this number is.
    pub(super) fn search_progress(&mut self, number: u64, done: u64, all: u64) {
        if let Some(searching) = self.searching.as_mut().filter(|s| s.number == number) {
            searching.progress = Some((done, all));
        }
    }

    /// What came of the search with this number.
    pub(super) fn searched(&mut self, number: u64, found: Option<Found>) {
        let Some(Searching { asked, .. }) = self.searching.take_if(|s| s.number == number) else {
            return;
        };
        let here = self
            .ground()
            .is_some_and(|(ground, _)| ground == asked.ground);
        let same = self
            .work
            .as_ref()
            .is_some_and(|work| Arc::ptr_eq(work, &asked.work));
        if !here || !same {
            return;
        }
        let Some(Found { at, rank }) = found else {
            // What was typed before it may have led elsewhere: the cursor goes back to where it stood.
            if let Some(from) = self.searched_from.clone() {
                self.stand(from);
            }
            self.not_found();
            return;
        };
        self.found = Some(rank);
        match asked.ground {
            Ground::Answer => {
                self.answer.cursor = at;
                self.answer.follow = true;
            }
            Ground::Fields(stage) => {
                if let Some(state) = self.stages.get_mut(stage) {
                    state.cursor = at;
                    state.hex = None;
                }
            }
            Ground::Text(stage) => {
                if let Some(state) = self.stages.get_mut(stage) {
                    state.line = at;
                }
            }
            Ground::Given(_) => {
                if let Some(id) = self.shown_document()
                    && let Some(work) = &self.work
                {
                    let found = Span::new(id, at, at + asked.needle.len());
                    self.source.pointed = vec![work.case.docs.to_given(found)];
                    self.source.follow = true;
                }
            }
        }
    }

    fn not_found(&mut self) {
        let needle = crate::tui::text::shown(&self.needle, self.theme.glyphs.letters);
        self.warn(format!("not found: {needle}"));
    }

    /// Looks for nothing any more.
    pub(super) fn stop_search(&mut self) {
        self.needle.clear();
        self.searching = None;
        self.found = None;
    }
}
