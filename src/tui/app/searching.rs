//! Finding text on a screen, as it is typed: what is asked of the edge, and where the cursor goes then.

use std::sync::Arc;

use super::{App, Overlay, Prompt, Screen, StageView};
use crate::engine::document::{DocId, Span};
use crate::tui::line::Line;
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

impl App {
    /// Opens the search of the screen, or of the help overlay.
    pub(super) fn open_find(&mut self) {
        if let Some(Overlay::Help { filter, .. }) = &self.overlay {
            self.prompt = Some(Prompt::Filter(Line::with(filter)));
        } else {
            self.prompt = Some(Prompt::Find(Line::default()));
        }
    }

    /// Asks for the next place that holds what is looked for; behind the cursor only where `further`.
    pub(super) fn search(&mut self, further: bool) -> Vec<Effect> {
        let before = self.searching.take();
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
                let id = self.given_document()?;
                let first = self.source.pointed.first().filter(|span| span.doc == id);
                let cursor = first.map(|span| span.start);
                Some((Ground::Given(self.source.document), cursor))
            }
            Screen::Input => None,
        }
    }

    /// The document that is shown.
    fn given_document(&self) -> Option<DocId> {
        let docs = &self.work.as_ref()?.case.docs;
        docs.given().nth(self.source.document).map(|(id, _)| id)
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
                if let Some(id) = self.given_document() {
                    self.source.pointed = vec![Span::new(id, at, at + asked.needle.len())];
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
