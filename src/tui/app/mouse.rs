//! The mouse: clicks on what was drawn, and the wheel.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{App, Hit, Overlay, PartsState, Screen};
use crate::engine::correct::CopyItem;
use crate::tui::model;
use crate::tui::msg::Effect;

/// Lines a notch of the wheel moves.
const NOTCH: isize = 3;

impl App {
    pub(super) fn mouse_event(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        match mouse.kind {
            MouseEventKind::ScrollDown => self.scroll(NOTCH),
            MouseEventKind::ScrollUp => self.scroll(-NOTCH),
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(hit) = self.hits.at(mouse.column, mouse.row) {
                    self.toast = None;
                    return self.click(hit);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// A first click puts the cursor there; a click where the cursor is does what Enter does.
    fn click(&mut self, hit: Hit) -> Vec<Effect> {
        match hit {
            Hit::Act(action) => return self.act(action, None),
            Hit::Tab(at) => self.open_tab(at),
            Hit::Sample(at) => return self.open_sample(at),
            Hit::Item(item) => {
                if self.item() == Some(item) {
                    return self.expand();
                }
                if let Some(work) = &self.work
                    && let Some(at) = model::items(work).iter().position(|i| *i == item)
                {
                    self.answer.cursor = at;
                }
            }
            Hit::Copy(item, fresh) => {
                let at = CopyItem::ALL.iter().position(|i| *i == item).unwrap_or(0);
                if let Some(Overlay::Copy {
                    cursor,
                    fresh: form,
                }) = &mut self.overlay
                {
                    if (*cursor, *form) == (at, fresh) {
                        return self.copy_entry(at, fresh);
                    }
                    (*cursor, *form) = (at, fresh);
                }
            }
            Hit::Row(row) => return self.click_row(row),
        }
        Vec::new()
    }

    fn click_row(&mut self, row: usize) -> Vec<Effect> {
        match &mut self.overlay {
            Some(
                Overlay::Options { cursor }
                | Overlay::Snippets { cursor }
                | Overlay::ReadAs { cursor }
                | Overlay::Parts(PartsState { cursor, .. }),
            ) => {
                if *cursor == row {
                    return self.accept();
                }
                *cursor = row;
            }
            Some(_) => {}
            None => {
                if let Screen::Stage(at) = self.screen
                    && let Some(state) = self.stages.get_mut(at)
                {
                    if state.cursor == row {
                        return self.expand();
                    }
                    state.cursor = row;
                }
            }
        }
        Vec::new()
    }
}
