//! Lines being typed: secrets, file names, searches, values of options.

use std::path::PathBuf;

use super::{App, Overlay, Prompt, Screen};
use crate::credentials;
use crate::tui::keymap::Action;
use crate::tui::msg::Effect;

impl App {
    /// Text goes into the open prompt: typed or pasted alike.
    pub(super) fn type_text(&mut self, bytes: &[u8]) {
        match &mut self.prompt {
            Some(Prompt::Secret(line)) => line.insert(bytes),
            Some(
                Prompt::File(line)
                | Prompt::Find(line)
                | Prompt::Filter(line)
                | Prompt::Option(_, line),
            ) => line.insert(&String::from_utf8_lossy(bytes)),
            None => {}
        }
        self.typed();
    }

    /// Searches follow what is typed.
    fn typed(&mut self) {
        match &self.prompt {
            Some(Prompt::Find(line)) => {
                line.text().clone_into(&mut self.needle);
                self.search(false);
            }
            Some(Prompt::Filter(line)) => {
                let text = line.text().to_owned();
                if let Some(Overlay::Help { top, filter }) = &mut self.overlay {
                    *filter = text;
                    *top = 0;
                }
            }
            _ => {}
        }
    }

    /// Edits the open prompt.
    pub(super) fn edit(&mut self, action: Action) {
        match &mut self.prompt {
            Some(Prompt::Secret(line)) => match action {
                Action::EraseBack => line.erase_back(),
                Action::EraseAll => line.clear(),
                _ => {}
            },
            Some(
                Prompt::File(line)
                | Prompt::Find(line)
                | Prompt::Filter(line)
                | Prompt::Option(_, line),
            ) => match action {
                Action::EraseBack => line.erase_back(),
                Action::EraseForward => line.erase_forward(),
                Action::EraseAll => line.clear(),
                Action::CursorLeft => line.left(),
                Action::CursorRight => line.right(),
                Action::CursorHome => line.home(),
                Action::CursorEnd => line.end(),
                _ => {}
            },
            None => {}
        }
        self.typed();
    }

    /// Enter: takes the prompt's text, or the entry of the overlay.
    pub(super) fn accept(&mut self) -> Vec<Effect> {
        match self.prompt.take() {
            Some(Prompt::Secret(line)) => return self.take_secret(line.bytes()),
            Some(Prompt::File(line)) => {
                let path = line.text().trim();
                if path.is_empty() {
                    return Vec::new();
                }
                return vec![Effect::Open(PathBuf::from(path))];
            }
            Some(Prompt::Find(line)) => {
                line.text().clone_into(&mut self.needle);
                self.prompt = Some(Prompt::Find(line));
                self.search(true);
                return Vec::new();
            }
            Some(Prompt::Filter(_)) => return Vec::new(),
            Some(Prompt::Option(_, line)) => {
                let value = line.text().trim();
                return self.choose((!value.is_empty()).then(|| value.to_owned()));
            }
            None => {}
        }
        match self.overlay {
            Some(Overlay::Copy { cursor, fresh }) => self.copy_entry(cursor, fresh),
            Some(Overlay::Options { .. }) => self.cycle(false),
            Some(Overlay::Snippets { cursor }) => self.copy_snippet(cursor),
            Some(Overlay::Help { .. } | Overlay::Text { .. }) => {
                self.overlay = None;
                Vec::new()
            }
            None if self.screen == Screen::Input => self.open_sample(self.sample),
            None => Vec::new(),
        }
    }

    /// Leaves the prompt without taking it.
    pub(super) fn cancel(&mut self) {
        match self.prompt.take() {
            Some(Prompt::Find(_)) => self.needle.clear(),
            Some(Prompt::Filter(_)) => {
                if let Some(Overlay::Help { filter, .. }) = &mut self.overlay {
                    filter.clear();
                }
            }
            _ => {}
        }
    }

    fn take_secret(&mut self, text: &[u8]) -> Vec<Effect> {
        let entered = credentials::entered(text);
        if entered.is_empty() {
            self.say("no secret was entered");
            return Vec::new();
        }
        // What is entered last is tried first.
        self.bench.entered.candidates.splice(0..0, entered);
        self.say("secret taken: kept in memory only, never written");
        vec![self.rework()]
    }
}
