//! Which keys have something to act on here and now: the footer and help offer those alone.

use super::copying::available;
use super::{App, Overlay, Prompt, Screen, StageView};
use crate::engine::correct::CopyItem;
use crate::engine::scheme::Values;
use crate::tui::keymap::{self, Action, Binding, Context};
use crate::tui::model::{self, Item, Rows};

impl App {
    /// The rows of the table whose context is open and whose action would do something.
    pub(crate) fn offered(&self) -> Vec<&'static Binding> {
        offered(&self.contexts(), |action| self.acts(action))
    }

    /// The same of the screen that lies under an overlay.
    pub(crate) fn offered_beneath(&self) -> Vec<&'static Binding> {
        offered(&self.screen_contexts(), |action| match action {
            Action::Find => self.has_text(),
            Action::Back => self.leads_back(),
            Action::Accept => self.bench.inputs.is_empty(),
            _ => self.acts(action),
        })
    }

    /// Whether an action has something to act on as things stand.
    pub(crate) fn acts(&self, action: Action) -> bool {
        match action {
            Action::Accept | Action::ToggleForm | Action::Reset => self.acts_in_overlay(action),
            Action::Find => match &self.overlay {
                None => self.has_text(),
                Some(overlay) => matches!(overlay, Overlay::Help { .. } | Overlay::Parts(_)),
            },
            Action::Back => self.overlay.is_some() || self.leads_back(),
            Action::EraseAll => match &self.prompt {
                Some(Prompt::Secret(line)) => !line.is_empty(),
                Some(
                    Prompt::File(line)
                    | Prompt::Find(line)
                    | Prompt::Filter(line)
                    | Prompt::Option(_, line),
                ) => !line.text().is_empty(),
                None => false,
            },
            Action::Undo => !self.bench.inputs.is_empty() || self.put_away.is_some(),
            Action::AddMore | Action::Replace => !self.bench.inputs.is_empty(),
            Action::Parts => self
                .work
                .as_ref()
                .is_some_and(|w| !w.case.pieces.is_empty()),
            Action::SwitchSide | Action::Pair => self.acts_on_part(action),
            Action::Whose => self.unnamed().next().is_some(),
            Action::ReadAs => self.readable_input().is_some(),
            Action::Observations => self.observations().is_some(),
            Action::GoSource => !self.bench.inputs.is_empty() && self.screen != Screen::Source,
            Action::NextDocument => self.bench.inputs.len() > 1,
            Action::GoStage => !self.stages.is_empty(),
            Action::Options => !self.option_specs().is_empty(),
            Action::RemoveSecret => !self.bench.entered.candidates.is_empty(),
            Action::NextDifference
            | Action::PreviousDifference
            | Action::NextRequest
            | Action::PreviousRequest
            | Action::CopySnippet
            | Action::Snippets
            | Action::Reveal
            | Action::Bytes
            | Action::FieldsOrText
            | Action::Expand
            | Action::CopyField => self.acts_on_work(action),
            Action::Quit
            | Action::ForceQuit
            | Action::Suspend
            | Action::Help
            | Action::Up
            | Action::Down
            | Action::Left
            | Action::Right
            | Action::PageUp
            | Action::PageDown
            | Action::First
            | Action::Last
            | Action::FocusNext
            | Action::FocusPrevious
            | Action::GoInput
            | Action::CopyMenu
            | Action::Secret
            | Action::OpenFile
            | Action::OpenSample
            | Action::Mouse
            | Action::Cancel
            | Action::EraseBack
            | Action::EraseForward
            | Action::CursorLeft
            | Action::CursorRight
            | Action::CursorHome
            | Action::CursorEnd => true,
        }
    }

    fn acts_in_overlay(&self, action: Action) -> bool {
        match (&self.overlay, &self.work) {
            _ if self.prompt.is_some() => action == Action::Accept,
            (Some(Overlay::Copy { cursor, .. }), Some(work)) => {
                let item = CopyItem::ALL.get(*cursor).copied();
                item.is_some_and(|item| {
                    available(work, item).is_ok()
                        && match action {
                            Action::ToggleForm => item.is_dated(),
                            Action::Reset => false,
                            _ => true,
                        }
                })
            }
            (Some(Overlay::Options { cursor }), _) => {
                let specs = self.option_specs();
                specs.get(*cursor).is_some_and(|spec| match action {
                    Action::Reset => self.bench.settings.get(spec.id).is_some(),
                    Action::ToggleForm => matches!(spec.values, Values::Choice(_)),
                    _ => true,
                })
            }
            (Some(Overlay::Parts(_)), Some(_)) => self.acts_on_part(action),
            (Some(Overlay::ReadAs { .. }), _) => action == Action::Accept,
            (Some(Overlay::Observations { .. }), _) => {
                action == Action::ToggleForm
                    && self.observations().is_some_and(|seen| seen.hops.len() > 1)
            }
            (Some(Overlay::Snippets { cursor }), Some(work)) => {
                let steps = &work.analysis.diagnosis.next_steps;
                action == Action::Accept
                    && steps
                        .get(*cursor)
                        .is_some_and(|step| !step.snippet.is_empty())
            }
            (Some(_), _) => false,
            (None, _) => action == Action::Accept && self.bench.inputs.is_empty(),
        }
    }

    fn acts_on_work(&self, action: Action) -> bool {
        let Some(work) = self.work.as_deref() else {
            return false;
        };
        let diagnosis = &work.analysis.diagnosis;
        match action {
            Action::NextDifference | Action::PreviousDifference => diagnosis
                .comparisons
                .iter()
                .any(|comparison| comparison.rows.iter().any(model::parts)),
            Action::NextRequest => {
                let at = work.analysis.request.unwrap_or(0);
                at + 1 < work.case.requests.len()
            }
            Action::PreviousRequest => work.analysis.request.unwrap_or(0) > 0,
            Action::CopySnippet => model::nearest_step(work)
                .and_then(|at| diagnosis.next_steps.get(at))
                .is_some_and(|step| !step.snippet.is_empty()),
            Action::Snippets => !diagnosis.next_steps.is_empty(),
            Action::Reveal => self
                .open_stage()
                .is_some_and(|stage| stage.links.iter().any(|link| link.output.is_some())),
            Action::Bytes => self.open_rows().is_some_and(|rows| rows.len() > 0),
            Action::FieldsOrText => self
                .open_stage()
                .is_some_and(|stage| stage.output.public().is_some()),
            Action::Expand => match self.screen {
                // The text has no cursor on a field.
                Screen::Stage(at) => {
                    let state = self.stages.get(at);
                    state.is_some_and(|s| s.view == StageView::Fields) && !self.pointed().is_empty()
                }
                Screen::Answer => self.item().is_some(),
                Screen::Source | Screen::Input => false,
            },
            Action::CopyField => match self.screen {
                Screen::Stage(_) => self.open_rows().is_some_and(|rows| rows.len() > 0),
                Screen::Answer => self.item().is_some_and(|item| item != Item::Secret),
                Screen::Source => !self.source.pointed.is_empty(),
                Screen::Input => false,
            },
            _ => true,
        }
    }

    /// Whether the screen shows anything to look through.
    fn has_text(&self) -> bool {
        match self.screen {
            Screen::Stage(_) => {
                self.open_rows().is_some_and(|rows| rows.len() > 0)
                    || self.acts_on_work(Action::FieldsOrText)
            }
            Screen::Answer | Screen::Source | Screen::Input => true,
        }
    }

    /// The rows of the stage that is open.
    fn open_rows(&self) -> Option<Rows<'_>> {
        let work = self.work.as_deref()?;
        let Screen::Stage(at) = self.screen else {
            return None;
        };
        Some(Rows::of(work, model::tabs(work).get(at)?))
    }

    /// The stage that is open, where it was computed.
    fn open_stage(&self) -> Option<&crate::engine::scheme::Stage> {
        let work = self.work.as_deref()?;
        let Screen::Stage(at) = self.screen else {
            return None;
        };
        let stage = model::tabs(work).get(at)?.stage?;
        work.analysis.trace.as_ref()?.stages.get(stage)
    }
}

fn offered(contexts: &[Context], acts: impl Fn(Action) -> bool) -> Vec<&'static Binding> {
    keymap::KEYS
        .iter()
        .filter(|row| row.contexts.iter().any(|c| contexts.contains(c)))
        // A context that is asked earlier may have taken every key of a row.
        .filter(|row| {
            row.keys
                .iter()
                .any(|key| keymap::action(contexts, *key) == Some(row.action))
        })
        .filter(|row| acts(row.action))
        .collect()
}
