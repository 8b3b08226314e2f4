//! The app's state, and the only way it changes.
//!
//! Owns [`App`]. Each file beside this one holds one part of `update`: what keys do, moving about,
//! prompts, copying, searching. Nothing here reads a clock, a file or a terminal.

mod act;
mod choosing;
mod copying;
mod mouse;
mod moving;
mod offers;
mod prompts;
mod searching;
mod state;

use std::sync::Arc;

use bytes::Bytes;
use ratatui::Frame;

use super::keymap::{self, Context, Key};
use super::msg::{Effect, Msg};
use super::options::AppOptions;
use super::theme::Theme;
use super::{model, views};
use crate::engine::document::{Source, visible};
use crate::engine::intake::Input;
use crate::engine::scheme::Role;
use crate::workbench::{Work, Workbench};

pub(crate) use copying::available;
pub(crate) use state::{
    AnswerState, Hit, Hits, InputState, Overlay, PartsState, Prompt, Screen, SourceState,
    StageState, StageView, Toast,
};

/// The whole state of the app.
pub struct App {
    pub(crate) bench: Workbench,
    pub(crate) theme: Theme,
    /// A case that was put away for another one, with the request, the body and the choices over it.
    pub(crate) put_away: Option<Box<Workbench>>,
    /// The number of the work last asked for; answers to older ones are stale.
    generation: u64,
    waiting: Waiting,
    pub(crate) work: Option<Arc<Work>>,
    pub(crate) screen: Screen,
    /// Where Esc goes back to.
    back: Vec<Screen>,
    pub(crate) overlay: Option<Overlay>,
    pub(crate) prompt: Option<Prompt>,
    pub(crate) toast: Option<Toast>,
    pub(crate) input: InputState,
    pub(crate) answer: AnswerState,
    pub(crate) stages: Vec<StageState>,
    pub(crate) source: SourceState,
    /// Whether derived keys are shown.
    pub(crate) reveal: bool,
    pub(crate) mouse: bool,
    /// Bytes of the body hashed so far, and in all, while that goes on.
    pub(crate) body: Option<(u64, Option<u64>)>,
    /// What was last looked for.
    pub(crate) needle: String,
    /// Entries at the prompt so far: each is known by its number.
    pub(crate) entries: usize,
    /// Whether the work that was asked for is the first with a secret just entered.
    just_entered: bool,
    /// Which of the places that hold it the cursor is on, from 1, and how many there are.
    pub(crate) found: Option<(usize, usize)>,
    /// The search that is not answered yet, and how many were asked for.
    pub(crate) searching: Option<searching::Searching>,
    searches: u64,
    /// Where the cursors stood when the search was opened.
    searched_from: Option<searching::Stand>,
    /// What was asked to be copied and is not answered yet: whether it carries a token whole.
    copying: Option<copying::Asked>,
    /// What no clipboard took; printed on exit.
    uncopied: Option<Vec<u8>>,
    pub(crate) hits: Hits,
    /// Lines an overlay has room for.
    pub(crate) page: usize,
}

impl App {
    /// The app over what was given on the command line, and what must be done first.
    pub fn new(workbench: Workbench, options: AppOptions) -> (Self, Vec<Effect>) {
        let given = !workbench.inputs.is_empty();
        let mut app = Self {
            bench: workbench,
            theme: Theme::new(&options),
            put_away: None,
            generation: 0,
            waiting: Waiting::Landing,
            work: None,
            screen: if given { Screen::Answer } else { Screen::Input },
            back: Vec::new(),
            overlay: None,
            prompt: None,
            toast: None,
            input: InputState::default(),
            answer: AnswerState::default(),
            stages: Vec::new(),
            source: SourceState::default(),
            reveal: false,
            mouse: options.mouse,
            body: None,
            needle: String::new(),
            entries: 0,
            just_entered: false,
            found: None,
            searching: None,
            searches: 0,
            searched_from: None,
            copying: None,
            uncopied: None,
            hits: Hits::default(),
            page: 0,
        };
        let mut effects = Vec::new();
        if let Some(path) = options.body {
            app.body = Some((0, None));
            effects.push(Effect::ReadBody(path));
        }
        effects.push(app.rework());
        (app, effects)
    }

    /// Takes one thing that happened; answers with what must be done about it.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(key) => self.key(Key::of(&key)),
            Msg::Mouse(mouse) => self.mouse_event(mouse),
            Msg::Pasted(bytes) => self.pasted(bytes),
            Msg::Worked(number, work) => {
                if number == self.generation {
                    self.worked(work);
                }
                Vec::new()
            }
            Msg::BodyProgress(done, all) => {
                self.body = Some((done, all));
                Vec::new()
            }
            Msg::BodyRead(Ok(facts)) => {
                self.body = None;
                self.say(format!(
                    "body {} hashed: {} bytes",
                    visible::to_string(self.redacted(&facts.name).as_bytes()),
                    facts.len
                ));
                self.bench.body = Some(facts);
                vec![self.rework()]
            }
            Msg::BodyRead(Err(reason)) => {
                self.body = None;
                self.warn(format!("the body could not be read: {reason}"));
                Vec::new()
            }
            Msg::Opened(Ok((name, bytes))) => self.add(Input {
                name,
                source: Source::File,
                bytes,
            }),
            Msg::Opened(Err(reason)) => {
                self.warn(reason);
                Vec::new()
            }
            Msg::SearchProgress(number, done, all) => {
                self.search_progress(number, done, all);
                Vec::new()
            }
            Msg::Searched(number, found) => {
                self.searched(number, found);
                Vec::new()
            }
            Msg::Copied(outcome) => {
                self.copied(outcome);
                Vec::new()
            }
            Msg::NotCopied { reason, text } => {
                self.not_copied(reason, text);
                Vec::new()
            }
            Msg::Resized(..) => {
                // What follows the cursor stands as if it had always been drawn at this size.
                if self.answer.follow {
                    self.answer.top = 0;
                }
                if self.input.follow {
                    self.input.top = 0;
                }
                Vec::new()
            }
            Msg::Resumed => Vec::new(),
            Msg::Terminate => vec![Effect::Quit],
        }
    }

    /// Draws the screen as it stands, and remembers where things are for the mouse.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        views::draw(self, frame);
    }

    /// What is left in the terminal when the app has gone: the verdict in one redacted line, and any
    /// text that could not be copied. None where nothing was given.
    pub fn farewell(&self) -> Option<String> {
        let verdict = self
            .work
            .as_ref()
            .filter(|work| model::recognised(work))
            .map(|work| {
                let verdict = &work.analysis.diagnosis.verdict;
                let sentence = work.redactor.text(&verdict.sentence);
                let sentence = visible::to_string(sentence.as_bytes());
                format!("sigscope: {}: {sentence}", verdict.word())
            });
        let uncopied = self.uncopied.as_ref().map(|text| {
            let lines: Vec<String> = text
                .split(|byte| *byte == b'\n')
                .map(visible::to_string)
                .collect();
            lines.join("\n")
        });
        match (verdict, uncopied) {
            (Some(verdict), Some(text)) => Some(format!("{text}\n{verdict}")),
            (verdict, text) => verdict.or(text),
        }
    }

    /// The contexts that are open, the one that is asked first in front.
    pub(crate) fn contexts(&self) -> Vec<Context> {
        if self.prompt.is_some() {
            return vec![Context::Prompt, Context::Always];
        }
        match &self.overlay {
            Some(Overlay::Options { .. }) => vec![Context::Options, Context::Menu, Context::Always],
            Some(Overlay::Parts(_)) => vec![Context::Parts, Context::Menu, Context::Always],
            Some(Overlay::Help { .. }) => vec![Context::Help, Context::Menu, Context::Always],
            Some(_) => vec![Context::Menu, Context::Always],
            None => self.screen_contexts(),
        }
    }

    /// The contexts of the screen, whatever lies over it.
    pub(crate) fn screen_contexts(&self) -> Vec<Context> {
        vec![self.screen_context(), Context::Global, Context::Always]
    }

    fn screen_context(&self) -> Context {
        match self.screen {
            Screen::Input if self.bench.inputs.is_empty() => Context::Start,
            Screen::Input => Context::Input,
            Screen::Answer => Context::Answer,
            Screen::Stage(at) if self.is_key_stage(at) => Context::Key,
            Screen::Stage(_) => Context::Stage,
            Screen::Source => Context::Source,
        }
    }

    fn is_key_stage(&self, at: usize) -> bool {
        self.work.as_ref().is_some_and(|work| {
            model::tabs(work)
                .get(at)
                .is_some_and(|tab| tab.role == Role::Key)
        })
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        if let Some(action) = keymap::action(&self.contexts(), key) {
            self.toast = None;
            let effects = self.act(action, Some(key));
            // Derived keys are shown on the screen they were revealed on, and masked again behind it.
            self.reveal &= self.screen_context() == Context::Key;
            return effects;
        }
        if self.prompt.is_some()
            && let crossterm::event::KeyCode::Char(c) = key.code
            && key.modifiers.is_empty()
        {
            return self.type_text(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        if self.prompt.is_none()
            && self.overlay.is_none()
            && let Some(row) = keymap::elsewhere(key)
        {
            self.say(format!(
                "{} ({}) has nothing to act on here",
                key.name(),
                row.label
            ));
        }
        Vec::new()
    }

    fn pasted(&mut self, bytes: Bytes) -> Vec<Effect> {
        if self.prompt.is_some() {
            return self.type_text(&bytes);
        }
        if bytes.is_empty() {
            return Vec::new();
        }
        let pastes = self
            .bench
            .inputs
            .iter()
            .filter(|i| i.source == Source::Paste);
        let name = format!("paste {}", pastes.count() + 1);
        self.add(Input {
            name,
            source: Source::Paste,
            bytes: line_ends(bytes),
        })
    }

    /// A name as it may be shown: what is known to be secret may stand in that of a file, too.
    pub(crate) fn redacted(&self, name: &str) -> String {
        match &self.work {
            Some(work) => work.redactor.text(name),
            None => name.to_owned(),
        }
    }

    /// Adds to the case, and has it looked at anew.
    pub(crate) fn add(&mut self, input: Input) -> Vec<Effect> {
        self.overlay = None;
        self.say(format!(
            "added {}: {} bytes",
            visible::to_string(self.redacted(&input.name).as_bytes()),
            input.bytes.len()
        ));
        self.bench.inputs.push(input);
        self.land_again()
    }

    /// Has the case looked at anew, and shows the answer then.
    pub(crate) fn land_again(&mut self) -> Vec<Effect> {
        self.waiting = Waiting::Landing;
        vec![self.rework()]
    }

    /// Asks for the work on the bench as it stands now.
    pub(crate) fn rework(&mut self) -> Effect {
        self.generation += 1;
        if self.waiting == Waiting::No {
            self.waiting = Waiting::Work;
        }
        Effect::Work(self.generation, Box::new(self.bench.clone()))
    }

    fn worked(&mut self, work: Arc<Work>) {
        let tabs = model::tabs(&work);
        let landing = std::mem::take(&mut self.waiting) == Waiting::Landing;
        self.stages.resize_with(tabs.len(), StageState::default);
        let recognised = model::recognised(&work);
        for (tab, state) in tabs.iter().zip(&mut self.stages) {
            let rows = model::Rows::of(&work, tab);
            state.cursor = if landing {
                rows.first_of_note()
            } else {
                state.cursor.min(rows.len().saturating_sub(1))
            };
        }
        self.answer = AnswerState {
            cursor: model::first_item(&work),
            ..AnswerState::default()
        };
        if landing {
            self.reveal = false;
            self.input = InputState {
                sample: self.input.sample,
                ..InputState::default()
            };
            self.source = SourceState::default();
            self.back.clear();
            self.screen = if recognised {
                Screen::Answer
            } else {
                Screen::Input
            };
        } else {
            self.source.index = None;
        }
        match self.screen {
            Screen::Stage(at) if at >= tabs.len() => self.screen = Screen::Answer,
            Screen::Answer if !recognised => self.screen = Screen::Input,
            _ => {}
        }
        if std::mem::take(&mut self.just_entered) {
            self.tell_of_entry(&work);
        }
        if landing && recognised {
            self.tell_of_unread(&work);
        }
        self.work = Some(work);
        self.list_again();
    }

    /// Says so where nothing was made of what was given last.
    fn tell_of_unread(&mut self, work: &Work) {
        let Some((doc, _)) = work.case.docs.given().last() else {
            return;
        };
        if self.bench.inputs.len() > 1 && work.case.is_unread(doc) {
            let name = self.bench.inputs.last().map_or("", |input| &input.name);
            let name = visible::to_string(work.redactor.text(name).as_bytes());
            self.warn(format!(
                "{name} was not recognised: f has it read as you say"
            ));
        }
    }

    /// Tells something until the next key.
    pub(crate) fn say(&mut self, text: impl Into<String>) {
        self.toast = Some(Toast {
            text: text.into(),
            bad: false,
        });
    }

    /// Tells that something went wrong.
    pub(crate) fn warn(&mut self, text: impl Into<String>) {
        self.toast = Some(Toast {
            text: text.into(),
            bad: true,
        });
    }

    /// Whether work was asked for and is not there yet.
    pub(crate) fn working(&self) -> bool {
        self.waiting != Waiting::No
    }

    /// The number of the work shown, for what is kept beside it.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }
}

/// Whether work was asked for and is not there yet.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
enum Waiting {
    /// All is shown.
    #[default]
    No,
    /// What is shown is renewed where it stands.
    Work,
    /// The answer is shown as soon as there is one.
    Landing,
}

/// A paste with the line ends it had before the terminal: many send a carriage return for each.
fn line_ends(bytes: Bytes) -> Bytes {
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        return bytes
            .iter()
            .map(|b| if *b == b'\r' { b'\n' } else { *b })
            .collect::<Vec<u8>>()
            .into();
    }
    bytes
}
