//! The terminal guard: every mode the app switches on, and the one way to switch them all off.
//!
//! Owns raw mode, the alternate screen, bracketed paste, mouse capture and the cursor, and the panic
//! hook that gives them back. It must not know what is drawn.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::style::ResetColor;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute, style, terminal};

use crate::panics::{describe, is_literal};

/// Which modes are on. Shared with whoever may have to switch them off: the panic hook, and the thread
/// that answers a second request to end.
#[derive(Debug, Default)]
pub(super) struct Modes {
    entered: AtomicBool,
    mouse: AtomicBool,
}

impl Modes {
    /// Switches every mode on. On an error all are off again.
    fn enter(&self) -> io::Result<()> {
        if self.entered.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        let switch_on = || {
            terminal::enable_raw_mode()?;
            let mut out = io::stdout();
            execute!(out, EnterAlternateScreen, cursor::Hide)?;
            // The old Windows console has no such mode: pastes arrive there as bursts of keys.
            let _ = execute!(out, EnableBracketedPaste);
            if self.mouse.load(Ordering::SeqCst) {
                execute!(out, EnableMouseCapture)?;
            }
            Ok(())
        };
        switch_on().inspect_err(|_| self.leave())
    }

    /// Switches every mode off. Does nothing where that was done before. What fails is passed over:
    /// the rest must be given back all the more.
    pub(super) fn leave(&self) {
        if !self.entered.swap(false, Ordering::SeqCst) {
            return;
        }
        let mut out = io::stdout();
        if self.mouse.load(Ordering::SeqCst) {
            let _ = execute!(out, DisableMouseCapture);
        }
        let _ = execute!(out, DisableBracketedPaste);
        let _ = execute!(out, ResetColor, LeaveAlternateScreen, cursor::Show);
        let _ = terminal::disable_raw_mode();
    }

    fn capture_mouse(&self, capture: bool) -> io::Result<()> {
        if self.mouse.swap(capture, Ordering::SeqCst) == capture
            || !self.entered.load(Ordering::SeqCst)
        {
            return Ok(());
        }
        if capture {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }
}

/// Holds the terminal. Gives it back on drop.
#[derive(Debug)]
pub(super) struct TerminalGuard {
    modes: Arc<Modes>,
}

impl TerminalGuard {
    /// Takes the terminal.
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        // The theme decides about NO_COLOR. Left to itself the library answers it by writing colour
        // commands without a colour, which reset bold, underline and reverse (crossterm #1069).
        style::force_color_output(true);
        let modes = Arc::new(Modes::default());
        modes.mouse.store(mouse, Ordering::SeqCst);
        modes.enter()?;
        Ok(Self { modes })
    }

    /// The modes, for whoever may have to switch them off.
    pub(super) fn modes(&self) -> Arc<Modes> {
        Arc::clone(&self.modes)
    }

    /// Takes the terminal again after [`Self::leave`], which only a job that was stopped has to.
    #[cfg(unix)]
    pub(super) fn enter_again(&self) -> io::Result<()> {
        self.modes.enter()
    }

    /// Gives the terminal back.
    pub(super) fn leave(&self) {
        self.modes.leave();
    }

    /// Switches mouse capture.
    pub(super) fn capture_mouse(&self, capture: bool) -> io::Result<()> {
        self.modes.capture_mouse(capture)
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        self.leave();
    }
}

/// What a background thread had to say when it panicked. Told when the screen is back.
#[derive(Clone, Debug, Default)]
pub(super) struct LastWords(Arc<Mutex<Option<String>>>);

impl LastWords {
    fn keep(&self, words: String) {
        // The first panic is the cause of those that follow.
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(words);
    }

    /// Takes what was said.
    pub(super) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// From now on a panic of this thread gives the terminal back before it speaks; one of another thread
/// leaves its words here, for this thread still draws.
pub(super) fn install_panic_hook(modes: Arc<Modes>) -> LastWords {
    let words = LastWords::default();
    let kept = words.clone();
    let drawing: ThreadId = thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if thread::current().id() != drawing && modes.entered.load(Ordering::SeqCst) {
            kept.keep(describe(info));
            return;
        }
        modes.leave();
        // The hook before ours is not known to keep what a formatted message quotes to itself.
        if is_literal(info) {
            before(info);
        } else {
            let _ = io::stderr().write_all(describe(info).as_bytes());
        }
    }));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_what_was_never_entered_touches_nothing() {
        let modes = Modes::default();
        modes.leave();
        assert!(!modes.entered.load(Ordering::SeqCst));
    }

    #[test]
    fn the_first_panic_is_the_one_that_is_told() {
        let words = LastWords::default();
        words.keep("cause".to_owned());
        words.keep("consequence".to_owned());
        assert_eq!(words.take().as_deref(), Some("cause"));
        assert_eq!(words.take(), None);
    }
}
