//! Paste bursts: telling a paste that arrives as keys from keys that a person presses.
//!
//! Owns one decision, as a state machine that is handed every moment in time. It must not know a
//! terminal or a clock.
//!
//! Where a terminal brackets pastes they arrive whole, and this only watches what follows one: a paste
//! that holds the closing bracket itself (`ESC [ 201 ~`) ends early, and its rest arrives as keys, any
//! of which could be an action. Where a terminal brackets nothing (the Windows console, a serial line)
//! a paste is nothing but keys, told from typing by their pace.

use std::time::{Duration, Instant};

use bytes::Bytes;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Keys at most this far apart may be a paste. Key repeat of usual keyboards is four times slower.
const GAP: Duration = Duration::from_millis(8);

/// So many keys at that pace are a paste.
const ENOUGH: usize = 6;

/// If they are so many different ones: one or two keys over and over are a held key, which a slow line
/// may deliver all at once.
const DIFFERENT: usize = 3;

/// Keys that stay too much alike are let go after so many.
const ALIKE: usize = 32;

/// A paste that arrives as keys is over when nothing came for this long. No key acts before that.
const QUIET: Duration = Duration::from_millis(120);

/// A bracketed paste is handed on when nothing came for this long. Until then keys are its rest: nobody
/// presses one so soon.
const SETTLED: Duration = Duration::from_millis(50);

/// What ends a bracketed paste. It stood in the paste where the rest arrives as keys.
const CLOSING: &[u8] = b"\x1b[201~";

/// What came of the input.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Input {
    /// A person pressed this.
    Key(KeyEvent),
    /// This was pasted.
    Paste(Bytes),
}

/// See the module's text.
#[derive(Debug, Default)]
pub(super) struct PasteBurst {
    state: State,
    /// When the last key or paste came.
    last: Option<Instant>,
    /// Whether the terminal has shown that it brackets pastes: then keys, however fast, are keys.
    brackets: bool,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// Keys that may turn out to be a paste.
    Held(Vec<KeyEvent>),
    /// A paste that arrives as keys.
    Keys(Vec<u8>),
    /// A bracketed paste, and what followed it as keys.
    Bracketed { text: String, rest: Vec<u8> },
}

impl PasteBurst {
    /// Nothing came yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A key came at `now`.
    pub(super) fn key(&mut self, key: KeyEvent, now: Instant, out: &mut Vec<Input>) {
        self.expire(now, out);
        self.last = Some(now);
        match &mut self.state {
            State::Keys(text) => push_bytes(text, key),
            State::Bracketed { rest, .. } => {
                if rest.is_empty() {
                    rest.extend_from_slice(CLOSING);
                }
                push_bytes(rest, key);
            }
            State::Idle | State::Held(_) if self.brackets || !is_text(key) => {
                self.flush(out);
                out.push(Input::Key(key));
            }
            State::Idle => self.state = State::Held(vec![key]),
            State::Held(keys) => {
                keys.push(key);
                if keys.len() >= ENOUGH && are_different(keys) {
                    let mut text = Vec::new();
                    for key in keys.drain(..) {
                        push_bytes(&mut text, key);
                    }
                    self.state = State::Keys(text);
                } else if keys.len() >= ALIKE {
                    self.flush(out);
                }
            }
        }
    }

    /// A bracketed paste came at `now`.
    pub(super) fn paste(&mut self, text: String, now: Instant, out: &mut Vec<Input>) {
        self.flush(out);
        self.brackets = true;
        self.last = Some(now);
        self.state = State::Bracketed {
            text,
            rest: Vec::new(),
        };
    }

    /// Something else came (the mouse): what is held must go before it, unless it is a paste.
    pub(super) fn other(&mut self, now: Instant, out: &mut Vec<Input>) {
        self.expire(now, out);
        if matches!(self.state, State::Held(_)) {
            self.flush(out);
        }
    }

    /// When to call [`Self::expire`] at the latest, if nothing comes before.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let wait = match &self.state {
            State::Idle => return None,
            State::Held(_) => GAP,
            State::Bracketed { rest, .. } if rest.is_empty() => SETTLED,
            State::Keys(_) | State::Bracketed { .. } => QUIET,
        };
        self.last.map(|last| last + wait)
    }

    /// Hands on what has waited long enough by `now`.
    pub(super) fn expire(&mut self, now: Instant, out: &mut Vec<Input>) {
        if self.deadline().is_some_and(|deadline| now > deadline) {
            self.flush(out);
        }
    }

    /// Hands on all that is held.
    pub(super) fn flush(&mut self, out: &mut Vec<Input>) {
        let paste = match std::mem::take(&mut self.state) {
            State::Idle => return,
            State::Held(keys) => {
                out.extend(keys.into_iter().map(Input::Key));
                return;
            }
            State::Keys(text) => text,
            State::Bracketed { text, rest } => {
                let mut text = text.into_bytes();
                if !rest.is_empty() {
                    text.extend_from_slice(&rest);
                }
                text
            }
        };
        out.push(Input::Paste(paste.into()));
    }
}

/// Whether a key is one that a paste into a terminal without brackets is made of.
fn is_text(key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Char(_) => is_typed(key.modifiers) || is_line_feed(key),
        KeyCode::Enter | KeyCode::Tab => key.modifiers.is_empty(),
        _ => false,
    }
}

/// Whether these modifiers only choose the character: Shift, or AltGr as Windows reports it.
fn is_typed(modifiers: KeyModifiers) -> bool {
    let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
    (modifiers - KeyModifiers::SHIFT).is_empty() || modifiers.contains(alt_gr)
}

/// A line feed arrives as Ctrl-J.
fn is_line_feed(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('j') && key.modifiers == KeyModifiers::CONTROL
}

fn are_different(keys: &[KeyEvent]) -> bool {
    let mut seen: Vec<KeyCode> = Vec::new();
    for key in keys {
        if !seen.contains(&key.code) {
            seen.push(key.code);
        }
        if seen.len() >= DIFFERENT {
            return true;
        }
    }
    false
}

/// Appends the bytes that the terminal sent for `key`; nothing for a key that stands for no text.
fn push_bytes(text: &mut Vec<u8>, key: KeyEvent) {
    match key.code {
        KeyCode::Char(c) if is_typed(key.modifiers) => {
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::CONTROL) && c.is_ascii() => {
            text.push(c as u8 & 0x1F);
        }
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::ALT) => {
            text.push(0x1B);
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        KeyCode::Enter => text.push(b'\r'),
        KeyCode::Tab => text.push(b'\t'),
        KeyCode::Esc => text.push(0x1B),
        KeyCode::Backspace => text.push(0x7F),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds input at given moments and collects what comes of it.
    struct Bench {
        burst: PasteBurst,
        start: Instant,
        out: Vec<Input>,
    }

    impl Bench {
        fn new() -> Self {
            Self {
                burst: PasteBurst::new(),
                start: Instant::now(),
                out: Vec::new(),
            }
        }

        fn at(&self, millis: u64) -> Instant {
            self.start + Duration::from_millis(millis)
        }

        /// Types `text`, the first key at `millis`, the others `gap` apart; gives the last moment.
        fn keys(&mut self, millis: u64, gap: u64, text: &str) -> u64 {
            let mut at = millis;
            for (i, c) in text.chars().enumerate() {
                at = millis + gap * i as u64;
                let key = match c {
                    '\r' => KeyEvent::from(KeyCode::Enter),
                    '\t' => KeyEvent::from(KeyCode::Tab),
                    '\n' => KeyEvent::new(KeyCode::Char('j'), KeyModifiers::CONTROL),
                    c => KeyEvent::from(KeyCode::Char(c)),
                };
                let now = self.at(at);
                self.burst.key(key, now, &mut self.out);
            }
            at
        }

        fn paste(&mut self, millis: u64, text: &str) {
            let now = self.at(millis);
            self.burst.paste(text.to_owned(), now, &mut self.out);
        }

        /// What has come out by `millis`, keys as their characters and pastes in brackets.
        fn seen(&mut self, millis: u64) -> String {
            let now = self.at(millis);
            self.burst.expire(now, &mut self.out);
            self.out
                .iter()
                .map(|input| match input {
                    Input::Key(key) => match key.code {
                        KeyCode::Char(c) => c.to_string(),
                        code => format!("<{code}>"),
                    },
                    Input::Paste(text) => format!("[{}]", text.escape_ascii()),
                })
                .collect()
        }
    }

    #[test]
    fn typed_keys_act_within_a_blink() {
        let mut bench = Bench::new();
        bench.keys(0, 0, "n");
        assert_eq!(bench.seen(9), "n");
        bench.keys(100, 30, "quit\r");
        assert_eq!(bench.seen(300), "nquit<Enter>");
    }

    #[test]
    fn a_burst_of_keys_is_one_paste_and_its_enter_does_nothing() {
        let mut bench = Bench::new();
        let end = bench.keys(0, 1, "GET /q HTTP/1.1\r\tx\r");
        assert_eq!(bench.seen(end + 100), "", "still waiting for more");
        assert_eq!(bench.seen(end + 121), r"[GET /q HTTP/1.1\r\tx\r]");
    }

    #[test]
    fn line_feeds_of_a_burst_are_kept_apart_from_carriage_returns() {
        let mut bench = Bench::new();
        bench.keys(0, 0, "ab\r\ncd\n");
        assert_eq!(bench.seen(500), r"[ab\r\ncd\n]");
    }

    #[test]
    fn a_burst_that_stutters_stays_one_paste() {
        let mut bench = Bench::new();
        let end = bench.keys(0, 1, "abcdef");
        bench.keys(end + 90, 1, "gq");
        assert_eq!(bench.seen(end + 300), "[abcdefgq]");
    }

    #[test]
    fn five_fast_keys_are_keys() {
        let mut bench = Bench::new();
        bench.keys(0, 1, "abcde");
        assert_eq!(bench.seen(500), "abcde");
    }

    #[test]
    fn a_held_key_that_a_slow_line_delivers_at_once_is_no_paste() {
        let mut bench = Bench::new();
        bench.keys(0, 0, &"j".repeat(40));
        bench.keys(50, 0, "jkjkjkjkjk");
        assert_eq!(bench.seen(500), "j".repeat(40) + "jkjkjkjkjk");
    }

    #[test]
    fn a_key_without_text_lets_go_of_what_was_held() {
        let mut bench = Bench::new();
        bench.keys(0, 0, "ab");
        let now = bench.at(1);
        let down = KeyEvent::from(KeyCode::Down);
        bench.burst.key(down, now, &mut bench.out);
        assert_eq!(bench.out.last(), Some(&Input::Key(down)));
        assert_eq!(bench.out.len(), 3);
    }

    #[test]
    fn the_mouse_does_not_overtake_keys() {
        let mut bench = Bench::new();
        bench.keys(0, 0, "ab");
        let now = bench.at(1);
        bench.burst.other(now, &mut bench.out);
        assert_eq!(bench.out.len(), 2);
    }

    #[test]
    fn a_bracketed_paste_is_handed_on_whole_and_soon() {
        let mut bench = Bench::new();
        bench.paste(0, "GET / HTTP/1.1\r\rq");
        assert_eq!(bench.seen(51), r"[GET / HTTP/1.1\r\rq]");
    }

    #[test]
    fn the_rest_of_a_paste_that_held_its_own_end_is_part_of_it() {
        // Measured: of "a ESC[201~ xq<LF>b" the terminal library delivers a paste "a", then keys.
        let mut bench = Bench::new();
        bench.paste(0, "a");
        bench.keys(2, 1, "xq\nb");
        assert_eq!(bench.seen(500), r"[a\x1b[201~xq\nb]");
    }

    #[test]
    fn keys_right_behind_a_paste_are_its_rest_and_later_ones_act() {
        let mut bench = Bench::new();
        bench.paste(0, "text");
        bench.keys(45, 0, "q\r");
        assert_eq!(bench.seen(100), "");
        assert_eq!(bench.seen(200), r"[text\x1b[201~q\r]");
        bench.keys(201, 0, "nq");
        assert_eq!(bench.seen(201), r"[text\x1b[201~q\r]nq");
    }

    #[test]
    fn keys_are_never_taken_for_a_paste_where_the_terminal_brackets() {
        let mut bench = Bench::new();
        bench.paste(0, "text");
        bench.seen(200);
        bench.keys(300, 0, "nyc2xq\r");
        assert_eq!(bench.seen(300), "[text]nyc2xq<Enter>");
    }

    #[test]
    fn two_pastes_are_two() {
        let mut bench = Bench::new();
        bench.paste(0, "one");
        bench.paste(10, "two");
        assert_eq!(bench.seen(300), "[one][two]");
    }

    #[test]
    fn keys_of_a_paste_stand_for_the_bytes_the_terminal_sent() {
        let mut text = Vec::new();
        for key in [
            KeyEvent::new(KeyCode::Char('a'), KeyModifiers::CONTROL),
            KeyEvent::new(KeyCode::Char('é'), KeyModifiers::NONE),
            KeyEvent::new(KeyCode::Char('x'), KeyModifiers::ALT),
            KeyEvent::new(
                KeyCode::Char('@'),
                KeyModifiers::CONTROL | KeyModifiers::ALT,
            ),
            KeyEvent::from(KeyCode::Esc),
            KeyEvent::from(KeyCode::Backspace),
            KeyEvent::from(KeyCode::F(5)),
        ] {
            push_bytes(&mut text, key);
        }
        assert_eq!(text, "\u{1}é\u{1b}x@\u{1b}\u{7f}".as_bytes());
    }
}
