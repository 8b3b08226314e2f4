//! The other scheme on the screens of the app: every place, every key of the table, several sizes.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::{KeyEvent, KeyEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use sigscope::engine::correct::CopyItem;
use sigscope::report::TextStyle;
use sigscope::tui::keymap::{Action, KEYS, Key};
use sigscope::tui::{App, AppOptions, CopyRequest, Effect, Msg};

use super::{SECRET, SIGNATURE, with_answer, workbench};
use crate::common::now;

/// An app, its edge played by the test.
struct Driver {
    app: App,
    asked: Vec<Effect>,
}

impl Driver {
    fn new(secret: Option<&str>, answered: bool) -> Self {
        let mut bench = workbench(secret, SIGNATURE);
        if answered {
            bench = with_answer(bench, "1531420999.{\"a\": 1}");
        }
        let (app, effects) = App::new(bench, AppOptions::default());
        let mut driver = Self {
            app,
            asked: Vec::new(),
        };
        driver.perform(effects);
        driver
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Work(number, bench) = effect {
                let worked = Msg::Worked(number, Arc::new(bench.work(now())));
                let effects = self.app.update(worked);
                self.perform(effects);
            } else {
                self.asked.push(effect);
            }
        }
    }

    fn press(&mut self, key: Key) {
        let mut event = KeyEvent::new(key.code, key.modifiers);
        event.kind = KeyEventKind::Press;
        let effects = self.app.update(Msg::Key(event));
        self.perform(effects);
    }

    fn digit(&mut self, digit: char) {
        let key = KEYS
            .iter()
            .filter(|row| row.action == Action::GoStage)
            .flat_map(|row| row.keys)
            .find(|key| key.name() == digit.to_string());
        self.press(*key.unwrap());
    }

    /// The screen at a size, as text.
    fn screen(&mut self, (width, height): (u16, u16)) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.app.draw(frame)).unwrap();
        let buffer = terminal.backend().buffer();
        buffer
            .content
            .chunks(usize::from(width))
            .map(|line| line.iter().map(Cell::symbol).collect::<String>() + "\n")
            .collect()
    }
}

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

/// Words of the one scheme of this build, and of schemes that name their key.
const FOREIGN: [&str; 8] = [
    "AWS",
    "SigV4",
    "sigv4",
    "X-Amz",
    "x-amz",
    " scope",
    "key id",
    "canonical request",
];

#[track_caller]
fn in_its_own_words(text: &str, place: &str) {
    // What clients there are to ask for strings is no matter of the scheme.
    let text = text.split("other ways:").next().unwrap();
    for word in FOREIGN {
        assert!(!text.contains(word), "{place}: {word} in\n{text}");
    }
}

#[test]
fn another_scheme_is_shown_on_every_screen_in_its_own_words() {
    for secret in [Some(SECRET), Some("another secret"), None] {
        for answered in [false, true] {
            let mut driver = Driver::new(secret, answered);
            let stages = [("1", "signature"), ("2", "1531420618"), ("3", "signature")];
            for (digit, wanted) in stages {
                driver.digit(digit.chars().next().unwrap());
                for size in SIZES {
                    let text = driver.screen(size);
                    let place = format!("{digit} at {size:?} with {secret:?}, {answered}");
                    assert!(
                        text.to_lowercase().contains(wanted),
                        "{place}: no {wanted} in\n{text}"
                    );
                    in_its_own_words(&text, &place);
                }
            }
            driver.digit('3');
            let text = driver.screen((120, 36));
            assert_eq!(
                text.contains(SIGNATURE),
                secret.is_some() || answered,
                "{text}"
            );
        }
    }
}

/// From each place each key of the table, and behind it another: whatever opens, the screens stand.
#[test]
fn every_key_works_on_every_screen_of_another_scheme() {
    let keys: Vec<Key> = KEYS.iter().flat_map(|row| row.keys).copied().collect();
    assert!(keys.len() > 80, "{}", keys.len());
    let mut reached = BTreeSet::new();
    for (secret, answered) in [(Some(SECRET), true), (None, false)] {
        for digit in ['0', '1', '2', '3'] {
            for first in &keys {
                let mut driver = Driver::new(secret, answered);
                if digit == '0' {
                    let input = KEYS.iter().find(|row| row.action == Action::GoInput);
                    driver.press(input.unwrap().keys[0]);
                } else {
                    driver.digit(digit);
                }
                driver.press(*first);
                reached.insert(driver.screen((80, 24)));
                for then in ["Enter", "Down", "Esc"] {
                    let then = keys.iter().find(|key| key.name() == then).unwrap();
                    driver.press(*then);
                    driver.screen((40, 12));
                }
                for effect in &driver.asked {
                    if let Effect::Copy(CopyRequest::Text { what, text }, _) = effect {
                        let text = String::from_utf8_lossy(text);
                        assert!(!text.contains(SECRET), "{digit} {}: {what}", first.name());
                    }
                }
            }
        }
    }
    for text in &reached {
        assert!(!text.contains(SECRET), "{text}");
    }
    // Menus, prompts, help, the paste, the stages: not one screen again and again.
    assert!(reached.len() > 40, "{}", reached.len());
}

/// What the scheme has no notion of is not offered to be copied as if it were there.
#[test]
fn what_another_scheme_has_not_is_not_copied_as_nothing() {
    let bench = workbench(Some(SECRET), SIGNATURE);
    let work = bench.work(now());
    for (at, item) in CopyItem::ALL.into_iter().enumerate() {
        let mut driver = Driver::new(Some(SECRET), false);
        driver.digit('2');
        let menu = KEYS.iter().find(|row| row.action == Action::CopyMenu);
        driver.press(menu.unwrap().keys[0]);
        let key = |name: &str| {
            let keys = KEYS.iter().flat_map(|row| row.keys);
            *keys.clone().find(|key| key.name() == name).unwrap()
        };
        driver.press(key("g"));
        for _ in 0..at {
            driver.press(key("Down"));
        }
        driver.press(key("Enter"));
        let copied = driver.asked.iter().any(|effect| {
            matches!(effect, Effect::Copy(CopyRequest::Item { item: asked, .. }, _) if *asked == item)
        });
        let correction = work.correction.as_ref().unwrap();
        let text = sigscope::engine::correct::text(item, correction);
        let is_there = item == CopyItem::Report || text.is_some_and(|text| !text.is_empty());
        assert_eq!(copied, is_there, "{item:?}");
    }
    let text = sigscope::report::text(&work, TextStyle::default());
    in_its_own_words(&text, "the text");
}
