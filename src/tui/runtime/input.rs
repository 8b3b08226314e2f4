//! The input thread: from terminal events to messages.
//!
//! Owns reading the terminal (the controlling one where standard input is a pipe) and what is passed
//! over: key releases, mouse movements, focus. It must not know what a key means.

use std::io;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use crossterm::event::{self, KeyEventKind, MouseEventKind};

use super::Event;
use super::burst::{Input, PasteBurst};
use crate::tui::Msg;

/// Reads the terminal and sends what happens, until nobody listens.
pub(super) fn listen(send: &Sender<Event>) {
    let mut burst = PasteBurst::new();
    loop {
        let messages = match next(&mut burst) {
            Ok(messages) => messages,
            Err(error) => {
                let _ = send.send(Event::InputFailed(error));
                return;
            }
        };
        for message in messages {
            if send.send(Event::Msg(message)).is_err() {
                return;
            }
        }
    }
}

/// Waits for the next event, or for the moment at which a paste is known to be over.
fn next(burst: &mut PasteBurst) -> io::Result<Vec<Msg>> {
    let mut input = Vec::new();
    let ready = match burst.deadline() {
        None => true,
        Some(deadline) => {
            // Waiting for no time at all would pass over events that were read but not yet taken.
            let left = deadline.saturating_duration_since(Instant::now());
            event::poll(left.max(Duration::from_millis(1)))?
        }
    };
    let mut last = None;
    if ready {
        let event = event::read()?;
        let now = Instant::now();
        match event {
            // Windows reports releases and, as repeats, held keys.
            event::Event::Key(key) if key.kind == KeyEventKind::Press => {
                burst.key(key, now, &mut input);
            }
            event::Event::Paste(text) => burst.paste(text, now, &mut input),
            // Nothing in the app follows the pointer.
            event::Event::Mouse(mouse) if mouse.kind != MouseEventKind::Moved => {
                burst.other(now, &mut input);
                last = Some(Msg::Mouse(mouse));
            }
            event::Event::Resize(columns, rows) => last = Some(Msg::Resized(columns, rows)),
            event::Event::Key(_)
            | event::Event::Mouse(_)
            | event::Event::FocusGained
            | event::Event::FocusLost => {}
        }
    } else {
        burst.expire(Instant::now() + Duration::from_millis(1), &mut input);
    }
    let messages = input.into_iter().map(|input| match input {
        Input::Key(key) => Msg::Key(key),
        Input::Paste(text) => Msg::Pasted(text),
    });
    Ok(messages.chain(last).collect())
}
