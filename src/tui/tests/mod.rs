//! The app as a whole, on the bundled samples and a fixed clock: exact screens, every size, keys.

mod choosing;
mod entering;
mod keys;
mod offers;
mod positions;
mod reading;
mod screens;
mod secrets;
mod sight;
mod sizes;

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, TimeZone as _, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::{App, AppOptions, Effect, Msg, ThemeName};
use crate::engine::intake::Input;
use crate::engine::scheme::Now;
use crate::samples;
use crate::workbench::{Fixed, Workbench};

/// The secret every sample is signed with (AWS documentation).
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// An app, its edge played by the test: work is done at once, everything else is noted.
pub(super) struct Driver {
    pub(super) app: App,
    /// Effects that were asked for, but work and searches.
    pub(super) asked: Vec<Effect>,
    /// Whether searches are answered at once; else they are noted, too.
    pub(super) searches: bool,
    now: DateTime<Utc>,
}

impl Driver {
    /// The app over these inputs.
    pub(super) fn new(inputs: Vec<Input>, options: AppOptions) -> Self {
        let mut bench = Workbench::new(Arc::new(Fixed::default()));
        bench.inputs = inputs;
        let (app, effects) = App::new(bench, options);
        Self::over(app, effects)
    }

    /// A started app, with what it asked for at once.
    pub(super) fn over(app: App, effects: Vec<Effect>) -> Self {
        let mut driver = Self {
            app,
            asked: Vec::new(),
            searches: true,
            now: Utc.with_ymd_and_hms(2026, 3, 11, 9, 20, 0).unwrap(),
        };
        driver.perform(effects);
        driver
    }

    /// The app over a bundled sample.
    pub(super) fn sample(name: &str) -> Self {
        Self::themed(name, ThemeName::Dark)
    }

    /// The app over a bundled sample, in a theme.
    pub(super) fn themed(name: &str, theme: ThemeName) -> Self {
        let sample = samples::find(name).unwrap();
        let options = AppOptions {
            theme,
            ascii: theme == ThemeName::Mono,
            ..AppOptions::default()
        };
        Self::new(vec![sample.input()], options)
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Work(number, bench) => {
                    let work = bench.work(Now {
                        at: self.now,
                        stated: false,
                    });
                    self.tell(Msg::Worked(number, Arc::new(work)));
                }
                Effect::Search(number, search) if self.searches => {
                    let found = search.run(&mut |_, _| true);
                    self.tell(Msg::Searched(number, found));
                }
                _ => self.asked.push(effect),
            }
        }
    }

    /// Something happens.
    pub(super) fn tell(&mut self, msg: Msg) {
        let effects = self.app.update(msg);
        self.perform(effects);
    }

    /// A key is pressed.
    pub(super) fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.tell(Msg::Key(KeyEvent::new(code, modifiers)));
    }

    /// Keys are pressed: single characters, or names such as `Enter`.
    pub(super) fn keys(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            let code = match key {
                "Enter" => KeyCode::Enter,
                "Esc" => KeyCode::Esc,
                "Tab" => KeyCode::Tab,
                "Up" => KeyCode::Up,
                "Down" => KeyCode::Down,
                "Left" => KeyCode::Left,
                "Right" => KeyCode::Right,
                "PageDown" => KeyCode::PageDown,
                "PageUp" => KeyCode::PageUp,
                "Delete" => KeyCode::Delete,
                "BackTab" => KeyCode::BackTab,
                "End" => KeyCode::End,
                "Backspace" => KeyCode::Backspace,
                _ => KeyCode::Char(key.chars().next().unwrap()),
            };
            self.press(code, KeyModifiers::NONE);
        }
    }

    /// Text is typed.
    pub(super) fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(KeyCode::Char(c), KeyModifiers::NONE);
        }
    }

    /// The secret is entered at the prompt.
    pub(super) fn with_secret(mut self) -> Self {
        self.keys("s");
        self.tell(Msg::Pasted(SECRET.into()));
        self.keys("Enter");
        self.app.toast = None;
        self
    }

    /// The screen at a size.
    pub(super) fn draw(&mut self, width: u16, height: u16) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.app.draw(frame)).unwrap();
        terminal.backend().buffer().clone()
    }
}

/// The characters of a screen, blanks at line ends dropped.
pub(super) fn plain(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let line: String = (0..buffer.area.width)
            .map(|x| buffer[(x, y)].symbol())
            .collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The characters of a screen with every change of style written out: `{Red bold}text{/}`.
pub(super) fn marked(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut open = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let mut style = Vec::new();
            if cell.fg != Color::Reset {
                style.push(cell.fg.to_string());
            }
            assert_eq!(cell.bg, Color::Reset, "the terminal's own background stays");
            for (modifier, word) in [
                (Modifier::BOLD, "bold"),
                (Modifier::DIM, "dim"),
                (Modifier::ITALIC, "italic"),
                (Modifier::UNDERLINED, "underlined"),
                (Modifier::REVERSED, "reversed"),
            ] {
                if cell.modifier.contains(modifier) {
                    style.push(word.to_owned());
                }
            }
            // A style shows on blanks only where it has ink of its own.
            let shows = cell.symbol() != " "
                || cell
                    .modifier
                    .intersects(Modifier::REVERSED | Modifier::UNDERLINED);
            let style = if shows {
                style.join(" ")
            } else {
                String::new()
            };
            if style != open && shows {
                if !open.is_empty() {
                    line.push_str("{/}");
                }
                if !style.is_empty() {
                    let _ = write!(line, "{{{style}}}");
                }
                open = style;
            }
            line.push_str(cell.symbol());
        }
        let mut line = line.trim_end().to_owned();
        if !open.is_empty() {
            line.push_str("{/}");
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}
