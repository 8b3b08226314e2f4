//! Lines being typed: secrets, file names, searches, values of options.

use std::path::PathBuf;

use super::{App, Overlay, Prompt, Screen};
use crate::credentials;
use crate::engine::scheme::Outcome;
use crate::engine::secret::NamedSecret;
use crate::tui::keymap::Action;
use crate::tui::msg::Effect;
use crate::workbench::Work;

/// How the name of a secret entered here begins; its number and a bracket follow. It reads on after
/// `the secret from`.
const ENTRY: &str = "the prompt (entered ";

impl App {
    /// Text goes into the open prompt: typed or pasted alike.
    pub(super) fn type_text(&mut self, bytes: &[u8]) -> Vec<Effect> {
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
        self.typed()
    }

    /// Searches follow what is typed.
    fn typed(&mut self) -> Vec<Effect> {
        match &self.prompt {
            Some(Prompt::Find(line)) => {
                line.text().clone_into(&mut self.needle);
                return self.search(false);
            }
            Some(Prompt::Filter(line)) => {
                let text = line.text().to_owned();
                match &mut self.overlay {
                    Some(Overlay::Help { top, filter }) => {
                        *filter = text;
                        *top = 0;
                    }
                    Some(Overlay::Parts(_)) => self.filter_parts(&text),
                    _ => {}
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Edits the open prompt.
    pub(super) fn edit(&mut self, action: Action) -> Vec<Effect> {
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
        self.typed()
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
                return self.search(true);
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
            Some(Overlay::Parts(_)) => self.look_at(),
            Some(Overlay::ReadAs { cursor }) => self.take_read_as(cursor),
            Some(Overlay::Help { .. } | Overlay::Text { .. } | Overlay::Observations { .. }) => {
                self.overlay = None;
                Vec::new()
            }
            None if self.screen == Screen::Input => self.open_sample(self.input.sample),
            None => Vec::new(),
        }
    }

    /// Leaves the prompt without taking it.
    pub(super) fn cancel(&mut self) {
        match self.prompt.take() {
            Some(Prompt::Find(_)) => self.stop_search(),
            Some(Prompt::Filter(_)) => match &mut self.overlay {
                Some(Overlay::Help { filter, .. }) => filter.clear(),
                Some(Overlay::Parts(_)) => self.filter_parts(""),
                _ => {}
            },
            _ => {}
        }
    }

    fn take_secret(&mut self, text: &[u8]) -> Vec<Effect> {
        let mut entered = credentials::entered(text);
        if entered.is_empty() {
            self.say("no secret was entered");
            return Vec::new();
        }
        self.entries += 1;
        let name = format!("{ENTRY}{})", self.entries);
        for candidate in &mut entered {
            let rest = candidate.name.strip_prefix(credentials::ENTERED);
            candidate.name = format!("{name}{}", rest.unwrap_or_default());
        }
        self.forget_failed(&entered);
        // What is entered last is tried first.
        self.bench.entered.candidates.splice(0..0, entered);
        self.just_entered = true;
        self.say("secret taken: kept in memory only, never written");
        vec![self.rework()]
    }

    /// Takes out what was entered before for the same key and made another signature.
    fn forget_failed(&mut self, entered: &[NamedSecret]) {
        let Some(work) = self.work.clone().filter(|work| work.failed_key().is_some()) else {
            return;
        };
        let attempts = work.analysis.trace.iter().flat_map(|t| &t.attempts);
        let failed: Vec<&str> = attempts
            .filter(|attempt| attempt.outcome.disagrees())
            .map(|attempt| attempt.name.as_str())
            .collect();
        let same_key = |old: &NamedSecret| {
            entered
                .iter()
                .any(|new| new.key_id.is_none() || old.key_id.is_none() || new.key_id == old.key_id)
        };
        let candidates = &mut self.bench.entered.candidates;
        candidates.retain(|old| !(failed.contains(&old.name.as_str()) && same_key(old)));
    }

    /// Says what came of the secret that was just entered.
    pub(super) fn tell_of_entry(&mut self, work: &Work) {
        let name = format!("{ENTRY}{})", self.entries);
        let Some(trace) = &work.analysis.trace else {
            return;
        };
        let outcomes: Vec<Outcome> = trace
            .attempts
            .iter()
            .filter(|attempt| attempt.name.starts_with(&name))
            .map(|attempt| attempt.outcome)
            .collect();
        let altered = trace.candidate.and_then(|at| work.keyring.altered(at));
        if let Some(altered) = altered.filter(|_| trace.outcome.agrees()) {
            let added = altered.added.words();
            self.warn(format!(
                "with {added} at its end a secret reproduces the received signature"
            ));
        } else if outcomes.iter().any(|outcome| outcome.agrees()) {
            self.say("this secret reproduces the received signature");
        } else if outcomes.iter().any(|outcome| outcome.disagrees())
            && (work.failed_key().is_some() || trace.outcome.agrees())
        {
            self.warn("this secret gives another signature");
        } else if let Some(skipped) = work
            .keyring
            .skipped
            .iter()
            .find(|skipped| skipped.name.starts_with(&name))
        {
            let reason = work.redactor.text(&skipped.reason);
            self.warn(format!("this secret is not used: {reason}"));
        }
    }

    /// Takes out the secret entered last, with every reading of it.
    pub(super) fn remove_entered(&mut self) -> Vec<Effect> {
        let candidates = &mut self.bench.entered.candidates;
        let last = candidates.first().and_then(|candidate| {
            let end = candidate.name.find(')')?;
            candidate.name.get(..=end).map(str::to_owned)
        });
        let Some(name) = last else {
            self.say("no secret was entered here");
            return Vec::new();
        };
        candidates.retain(|candidate| !candidate.name.starts_with(&name));
        self.reveal = false;
        self.say(format!("removed: {name}"));
        vec![self.rework()]
    }
}
