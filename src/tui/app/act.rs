//! What each action does.

use super::{App, Overlay, Prompt, Screen, StageView};
use crate::engine::document::Span;
use crate::engine::scheme::{OptionSpec, Settings, Values};
use crate::samples;
use crate::tui::keymap::{self, Action, Key};
use crate::tui::line::{Line, SecretLine};
use crate::tui::model::{self, Item, Rows};
use crate::tui::msg::Effect;

impl App {
    /// Does what a key is bound to. `key` is the key itself, where one was pressed.
    pub(super) fn act(&mut self, action: Action, key: Option<Key>) -> Vec<Effect> {
        match action {
            Action::Quit | Action::ForceQuit => return vec![Effect::Quit],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Mouse => {
                self.mouse = !self.mouse;
                self.say(if self.mouse {
                    "the mouse is captured: hold Shift to select text"
                } else {
                    "the mouse is left to the terminal"
                });
                return vec![Effect::CaptureMouse(self.mouse)];
            }
            Action::Help => self.help(),
            Action::Back => self.go_back(),
            Action::Up => self.step(-1),
            Action::Down => self.step(1),
            Action::PageUp => self.page(-1),
            Action::PageDown => self.page(1),
            Action::First => self.edge(false),
            Action::Last => self.edge(true),
            Action::Left => self.sideways(-1),
            Action::Right => self.sideways(1),
            Action::FocusNext => self.next_part(1),
            Action::FocusPrevious => self.next_part(-1),
            Action::GoInput => self.screen = Screen::Input,
            Action::GoStage => {
                if let Some(digit) = key.and_then(keymap::digit) {
                    self.open_tab(digit - 1);
                }
            }
            Action::GoSource => self.go_source(),
            Action::Expand => return self.expand(),
            Action::NextDifference => self.next_difference(1),
            Action::PreviousDifference => self.next_difference(-1),
            Action::NextRequest => return self.next_request(1),
            Action::PreviousRequest => return self.next_request(-1),
            Action::CopyField => return self.copy_field(),
            Action::CopyMenu => self.open_copy_menu(),
            Action::CopySnippet => return self.copy_step(),
            Action::Secret => self.ask_secret(),
            Action::RemoveSecret => return self.remove_entered(),
            Action::Options => self.open_options(),
            Action::Snippets => self.open_snippets(),
            Action::OpenFile => self.prompt = Some(Prompt::File(Line::default())),
            Action::OpenSample => {
                if let Some(at) = key.and_then(keymap::sample) {
                    return self.open_sample(at);
                }
            }
            Action::Undo => return self.take_back(),
            Action::AddMore => self.add_more(),
            Action::Replace => return self.replace(),
            Action::Parts => self.open_parts(None),
            Action::SwitchSide => return self.switch_side(key),
            Action::Pair => return self.pair(),
            Action::Whose => return self.whose(),
            Action::ReadAs => self.open_read_as(),
            Action::Observations => self.open_observations(),
            Action::Find => self.open_find(),
            Action::FieldsOrText => self.fields_or_text(),
            Action::Bytes => {
                if let Some(state) = self.stage_state() {
                    state.view = StageView::Fields;
                    state.bytes = !state.bytes;
                    state.hex = None;
                }
            }
            Action::Reveal => self.reveal = !self.reveal,
            Action::NextDocument => self.next_document(),
            Action::Accept => return self.accept(),
            Action::Cancel => self.cancel(),
            Action::ToggleForm => return self.toggle(key),
            Action::Reset => return self.reset(),
            Action::EraseBack
            | Action::EraseForward
            | Action::EraseAll
            | Action::CursorLeft
            | Action::CursorRight
            | Action::CursorHome
            | Action::CursorEnd => return self.edit(action),
        }
        Vec::new()
    }

    fn ask_secret(&mut self) {
        self.prompt = Some(Prompt::Secret(SecretLine::default()));
    }

    fn help(&mut self) {
        self.overlay = Some(Overlay::Help {
            top: 0,
            filter: String::new(),
        });
    }

    /// Closes what is on top; else goes one screen back. Never quits.
    pub(super) fn go_back(&mut self) {
        if self.overlay.take().is_some() {
            return;
        }
        if !self.needle.is_empty() {
            self.stop_search();
            return;
        }
        match self.screen {
            Screen::Source => self.screen = self.back.pop().unwrap_or(self.home()),
            Screen::Stage(at) => {
                let state = self.stages.get_mut(at);
                match state {
                    Some(state) if state.bytes => state.bytes = false,
                    Some(state) if state.view == StageView::Text => state.view = StageView::Fields,
                    _ => self.screen = Screen::Answer,
                }
            }
            Screen::Answer | Screen::Input => {
                if self.leads_back() {
                    self.screen = Screen::Answer;
                } else {
                    self.say("q quits");
                }
            }
        }
    }

    /// Whether there is anything to go back to.
    pub(super) fn leads_back(&self) -> bool {
        !self.needle.is_empty()
            || match self.screen {
                Screen::Source | Screen::Stage(_) => true,
                Screen::Input => self.work.is_some() && self.home() != Screen::Input,
                Screen::Answer => false,
            }
    }

    /// The screen that suits what is here.
    pub(super) fn home(&self) -> Screen {
        match &self.work {
            Some(work) if model::recognised(work) => Screen::Answer,
            _ => Screen::Input,
        }
    }

    /// Opens the answer (0) or the stage before the place `at`.
    pub(super) fn open_tab(&mut self, at: usize) {
        match at.checked_sub(1) {
            None => self.screen = Screen::Answer,
            Some(stage) if stage < self.stages.len() => self.screen = Screen::Stage(stage),
            Some(_) => self.say("there is no such stage"),
        }
    }

    /// Enter: opens a difference, copies the fix, expands a finding, shows a field in the paste.
    pub(super) fn expand(&mut self) -> Vec<Effect> {
        match self.screen {
            Screen::Answer => match self.item() {
                Some(Item::Fix) => return self.copy_fix(),
                Some(Item::Setting(at)) => return self.copy_setting(at),
                Some(Item::Secret) => self.ask_secret(),
                // What has no lines to run is pasted anew.
                Some(Item::Step) if self.step_has_no_lines() => self.add_more(),
                Some(Item::Step) => return self.copy_step(),
                Some(Item::Difference(comparison, row)) => self.open_row(comparison, row),
                Some(Item::Finding(at)) => {
                    if !self.answer.expanded.remove(&at) {
                        self.answer.expanded.insert(at);
                    }
                    self.answer.follow = true;
                }
                None => {}
            },
            Screen::Stage(_) => self.go_source(),
            Screen::Source | Screen::Input => {}
        }
        Vec::new()
    }

    /// The item of the answer under the cursor.
    pub(crate) fn item(&self) -> Option<Item> {
        let work = self.work.as_ref()?;
        model::items(work).get(self.answer.cursor).copied()
    }

    /// Opens the stage that holds a row of a comparison, the cursor on the row.
    fn open_row(&mut self, comparison: usize, row: usize) {
        let Some(work) = self.work.clone() else {
            return;
        };
        let tab = model::tabs(&work)
            .iter()
            .position(|tab| tab.comparison == Some(comparison));
        if let Some(tab) = tab
            && let Some(state) = self.stages.get_mut(tab)
        {
            state.cursor = row;
            state.view = StageView::Fields;
            self.screen = Screen::Stage(tab);
        }
    }

    /// Shows what was pasted, with the field or finding under the cursor marked.
    fn go_source(&mut self) {
        if self.bench.inputs.is_empty() {
            self.say("nothing was given yet");
            return;
        }
        let pointed = self.pointed();
        if matches!(self.screen, Screen::Stage(_)) && pointed.is_empty() {
            self.say("this field stands nowhere in what was given");
        }
        if self.screen != Screen::Source {
            self.back.push(self.screen);
        }
        if let Some(first) = pointed.first()
            && let Some(work) = &self.work
            && let Some(at) = work.case.docs.given().position(|(id, _)| id == first.doc)
        {
            self.source.document = at;
            self.source.left = 0;
            self.source.follow = true;
        }
        self.source.pointed = pointed;
        self.screen = Screen::Source;
    }

    /// The places in the paste that belong to what is under the cursor.
    pub(crate) fn pointed(&self) -> Vec<Span> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        let of_row = |rows: Rows<'_>, row| model::row_origin(work, rows, row).into_iter().collect();
        let of_finding = |at: &usize| -> Vec<Span> {
            let finding = work.analysis.diagnosis.findings.get(*at);
            let labels = finding.into_iter().flat_map(|finding| &finding.labels);
            labels.map(|l| work.case.docs.to_given(l.span)).collect()
        };
        match self.screen {
            Screen::Answer => match self.item() {
                Some(Item::Finding(at)) => of_finding(&at),
                Some(Item::Difference(comparison, row)) => model::tabs(work)
                    .iter()
                    .find(|tab| tab.comparison == Some(comparison))
                    .map(|tab| of_row(Rows::of(work, tab), row))
                    .unwrap_or_default(),
                // What the verdict itself rests on, where that is a remark with places.
                Some(Item::Fix | Item::Setting(_) | Item::Step | Item::Secret) | None => {
                    let quotes = &work.analysis.diagnosis.verdict.quotes;
                    let places: Vec<Span> = quotes.iter().flat_map(of_finding).collect();
                    if places.is_empty() && work.analysis.request.is_none() {
                        return model::answered(work).into_iter().collect();
                    }
                    places
                }
            },
            Screen::Stage(at) => model::tabs(work)
                .get(at)
                .zip(self.stages.get(at))
                .map(|(tab, state)| of_row(Rows::of(work, tab), state.cursor))
                .unwrap_or_default(),
            Screen::Source => self.source.pointed.clone(),
            Screen::Input => Vec::new(),
        }
    }

    fn next_request(&mut self, by: isize) -> Vec<Effect> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        let count = work.case.requests.len();
        if count < 2 {
            self.say("there is only one request here");
            return Vec::new();
        }
        let now = work.analysis.request.unwrap_or(0);
        let next = now.saturating_add_signed(by).min(count - 1);
        if next == now {
            self.say(if by > 0 {
                "this is the last request"
            } else {
                "this is the first request"
            });
            return Vec::new();
        }
        self.bench.request = Some(next);
        self.say(format!("request {} of {count}", next + 1));
        vec![self.rework()]
    }

    /// Takes the last thing given back.
    fn take_back(&mut self) -> Vec<Effect> {
        let Some(input) = self.bench.inputs.pop() else {
            return self.bring_back();
        };
        let name =
            crate::engine::document::visible::to_string(self.redacted(&input.name).as_bytes());
        self.say(format!("took {name} back"));
        let left = self.bench.inputs.len();
        self.bench.choices.keep_inputs(left);
        self.forget_request(left);
        self.source = super::SourceState::default();
        self.land_again()
    }

    /// Opens the bundled sample at a place in the list.
    pub(super) fn open_sample(&mut self, at: usize) -> Vec<Effect> {
        let Some(sample) = samples::ALL.get(at) else {
            self.say("there is no such sample");
            return Vec::new();
        };
        self.add(sample.input())
    }

    fn fields_or_text(&mut self) {
        if let Some(state) = self.stage_state() {
            state.view = match state.view {
                StageView::Fields => StageView::Text,
                StageView::Text => StageView::Fields,
            };
        }
    }

    fn next_document(&mut self) {
        let count = self.bench.inputs.len();
        if count > 1 {
            self.source.document = (self.source.document + 1) % count;
            self.source.top = 0;
            self.source.left = 0;
            self.source.index = None;
        } else {
            self.say("there is only one thing here");
        }
    }

    /// The choices there are for the scheme at hand.
    pub(crate) fn option_specs(&self) -> Vec<&'static OptionSpec> {
        let claimed = self
            .work
            .as_ref()
            .and_then(|work| work.analysis.trace.as_ref())
            .map(|trace| trace.scheme);
        self.bench
            .schemes
            .iter()
            .filter(|scheme| claimed.is_none_or(|id| scheme.ids().contains(&id)))
            .flat_map(|scheme| scheme.options())
            .collect()
    }

    /// The value in force for each choice, from the scheme.
    pub(crate) fn options_in_force(&self) -> Vec<(&'static str, String)> {
        let settings = self.work.as_ref().map(|work| &work.settings);
        settings.map_or_else(Vec::new, |settings| self.options_under(settings))
    }

    /// The value of a choice that is in force where nobody chooses.
    fn claimed(&self, id: &str) -> Option<String> {
        let mut settings = self.bench.settings.clone();
        settings.set(id, None);
        let values = self.options_under(&settings);
        values
            .into_iter()
            .find(|(own, _)| *own == id)
            .map(|(_, value)| value)
    }

    fn options_under(&self, settings: &Settings) -> Vec<(&'static str, String)> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        let Some(trace) = &work.analysis.trace else {
            return Vec::new();
        };
        let view = crate::engine::scheme::View {
            case: &work.case,
            request: work.analysis.request,
            keyring: &work.keyring,
            settings,
            now: work.now,
        };
        self.bench
            .schemes
            .iter()
            .filter(|scheme| scheme.ids().contains(&trace.scheme))
            .flat_map(|scheme| scheme.effective(&view, &trace.claim))
            .collect()
    }

    fn open_options(&mut self) {
        if self.option_specs().is_empty() {
            self.say("there is nothing to choose here");
        } else {
            self.overlay = Some(Overlay::Options { cursor: 0 });
        }
    }

    fn open_snippets(&mut self) {
        let steps = self
            .work
            .as_ref()
            .map_or(0, |work| work.analysis.diagnosis.next_steps.len());
        if steps == 0 && self.work.as_deref().is_some_and(model::has_no_key) {
            self.say("the answer needs nothing more; a secret (s) would have key and signature computed, too");
        } else if steps == 0 {
            self.say("nothing is missing here");
        } else {
            self.overlay = Some(Overlay::Snippets { cursor: 0 });
        }
    }

    /// Changes the form of a copy, or the value of an option.
    fn toggle(&mut self, key: Option<Key>) -> Vec<Effect> {
        use crossterm::event::KeyCode;
        let backwards = key.is_some_and(|k| matches!(k.code, KeyCode::Left | KeyCode::Char('h')));
        match &mut self.overlay {
            Some(Overlay::Copy { fresh, .. }) => *fresh = !*fresh,
            Some(Overlay::Options { .. }) => return self.cycle(backwards),
            Some(Overlay::Observations { .. }) => self.next_hop(if backwards { -1 } else { 1 }),
            _ => {}
        }
        Vec::new()
    }

    /// Puts the next value of the option under the cursor in force.
    pub(super) fn cycle(&mut self, backwards: bool) -> Vec<Effect> {
        let Some(Overlay::Options { cursor }) = self.overlay else {
            return Vec::new();
        };
        let Some(spec) = self.option_specs().get(cursor).copied() else {
            return Vec::new();
        };
        let now = self.bench.settings.get(spec.id);
        match spec.values {
            Values::Text(_) => {
                let line = Line::with(now.unwrap_or_default());
                self.prompt = Some(Prompt::Option(cursor, line));
                Vec::new()
            }
            Values::Choice(choices) => {
                // Place 0 is "as claimed".
                let at = choices
                    .iter()
                    .position(|choice| Some(choice.id) == now)
                    .map_or(0, |at| at + 1);
                let count = choices.len() + 1;
                let claimed = self.claimed(spec.id);
                let choice = |place: usize| place.checked_sub(1).and_then(|at| choices.get(at));
                // What is claimed stands at place 0 already: chosen by name it would change nothing.
                let next = (1..count)
                    .map(|by| if backwards { at + count - by } else { at + by } % count)
                    .find(|place| choice(*place).is_none_or(|c| Some(c.id) != claimed.as_deref()))
                    .unwrap_or(at);
                self.choose(choice(next).map(|choice| choice.id.to_owned()))
            }
        }
    }

    /// Puts a value of the option under the cursor in force; none is what the request claims.
    pub(super) fn choose(&mut self, value: Option<String>) -> Vec<Effect> {
        let Some(Overlay::Options { cursor }) = self.overlay else {
            return Vec::new();
        };
        let Some(spec) = self.option_specs().get(cursor).copied() else {
            return Vec::new();
        };
        self.bench.settings.set(spec.id, value);
        vec![self.rework()]
    }
}
