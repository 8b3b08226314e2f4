//! A panic gives the terminal back first, and then says nothing of the input.
//!
//! What panics is made here, not in the program: this test program starts itself again in the terminal,
//! as the app with a scheme or a finder of secrets that is broken.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustix::process::Signal;
use sigscope::engine::correct::{Correction, When};
use sigscope::engine::diagnose::Finding;
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Case, Input};
use sigscope::engine::scheme::{
    self, Claim, Extent, Field, OptionSpec, Role, Scheme, SchemeId, Trace, View,
};
use sigscope::engine::secret::Keyring;
use sigscope::tui::{self, AppOptions};
use sigscope::workbench::{Finder, Fixed, Workbench};

use crate::terminal::{Terminal, at_prompt};
use crate::{REQUEST, SECRET};

/// Says which broken app to be.
const BROKEN: &str = "SIGSCOPE_TEST_BROKEN";

/// The file that says that it is stuck, in the folder of the shell.
const STUCK: &str = "stuck";

/// The usual scheme, but what is in force of its options cannot be told.
struct BrokenScheme;

impl BrokenScheme {
    fn usual() -> &'static dyn Scheme {
        scheme::all()[0]
    }
}

impl Scheme for BrokenScheme {
    fn ids(&self) -> &'static [SchemeId] {
        Self::usual().ids()
    }
    fn claim(&self, view: &View<'_>) -> Option<Claim> {
        Self::usual().claim(view)
    }
    fn options(&self) -> &'static [OptionSpec] {
        Self::usual().options()
    }
    fn effective(&self, _view: &View<'_>, _claim: &Claim) -> Vec<(&'static str, String)> {
        if std::env::var(BROKEN).as_deref() == Ok("stuck") {
            std::fs::write(STUCK, "").unwrap();
            loop {
                std::thread::park();
            }
        }
        panic!("nothing in force with {SECRET}")
    }
    fn trace(&self, view: &View<'_>, claim: &Claim) -> Trace {
        Self::usual().trace(view, claim)
    }
    fn dissect(&self, role: Role, text: &[u8], extent: Extent) -> Vec<Field> {
        Self::usual().dissect(role, text, extent)
    }
    fn findings(&self, view: &View<'_>, claim: &Claim, trace: &Trace) -> Vec<Finding> {
        Self::usual().findings(view, claim, trace)
    }
    fn correct(
        &self,
        view: &View<'_>,
        claim: &Claim,
        trace: &Trace,
        when: When,
    ) -> Option<Correction> {
        Self::usual().correct(view, claim, trace, when)
    }
}

/// Breaks while it looks for secrets, away from the thread that draws.
struct BrokenFinder {
    /// Whether what it says is fixed.
    literal: bool,
}

impl Finder for BrokenFinder {
    fn find(&self, _case: &Case, _key_ids: &[String]) -> Keyring {
        assert!(!self.literal, "cannot find any");
        panic!("cannot find {SECRET}")
    }
}

/// Not a test by itself: the app that the tests below start in a terminal.
#[test]
fn broken_app() {
    let finder: Arc<dyn Finder> = match std::env::var(BROKEN).as_deref() {
        Ok("finder") => Arc::new(BrokenFinder { literal: false }),
        Ok("finder with fixed words") => Arc::new(BrokenFinder { literal: true }),
        Ok("scheme" | "stuck") => Arc::new(Fixed::default()),
        _ => return,
    };
    let mut workbench = Workbench::new(finder);
    workbench.schemes = &[&BrokenScheme];
    workbench.inputs.push(Input {
        name: "request".to_owned(),
        source: Source::File,
        bytes: Bytes::from_static(REQUEST.as_bytes()),
    });
    let options = AppOptions {
        mouse: true,
        ..AppOptions::default()
    };
    tui::run(workbench, options).unwrap();
}

fn start(broken: &str) -> Terminal {
    let mut terminal = Terminal::with_env(&[(BROKEN, broken)]);
    let program = std::env::current_exe().unwrap();
    terminal.start(&format!(
        "{} --exact panics::broken_app --nocapture",
        program.display()
    ));
    terminal
}

/// The program told where it broke, with the terminal given back, and kept what it had in hand to itself.
fn told_and_gave_back(mut terminal: Terminal, place: &str) {
    terminal.ended();
    terminal.is_as_before();
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    let told = raw
        .find("sigscope broke at")
        .expect("it says that it broke");
    let left = raw.rfind("\x1b[?1049l").expect("the screen was given back");
    assert!(
        left < told,
        "the message was lost with the alternate screen"
    );
    let words = raw.split_at(told).1;
    assert!(words.contains(place), "{words}");
    assert!(!raw.contains(SECRET), "the message quotes the secret");
}

#[test]
fn a_panic_while_drawing_gives_the_terminal_back() {
    let mut terminal = start("scheme");
    terminal.shows("Answer");
    terminal.keys("o");
    told_and_gave_back(terminal, "panics.rs");
}

#[test]
fn a_panic_of_a_background_thread_ends_the_app_and_gives_the_terminal_back() {
    told_and_gave_back(start("finder"), "panics.rs");
    told_and_gave_back(start("finder with fixed words"), ": cannot find any");
}

/// The app while its drawing thread answers nothing any more.
fn stuck() -> Terminal {
    let mut terminal = start("stuck");
    terminal.shows("Answer");
    terminal.keys("o");
    let since = Instant::now();
    while !terminal.path(STUCK).exists() {
        assert!(since.elapsed() < Duration::from_secs(60), "never stuck");
        std::thread::sleep(Duration::from_millis(5));
    }
    terminal
}

#[test]
fn an_app_that_is_stuck_ends_all_the_same_and_gives_the_terminal_back() {
    let mut terminal = stuck();
    let app = terminal.foreground();
    terminal.kill(app, Signal::TERM);
    assert_eq!(terminal.ended(), 143);
    terminal.is_as_before();
}

#[test]
fn a_second_request_to_end_is_answered_at_once() {
    // By itself it takes two seconds. Other work on the machine can only make an answer later.
    let took = || {
        let mut terminal = stuck();
        let app = terminal.foreground();
        terminal.kill(app, Signal::TERM);
        let started = Instant::now();
        terminal.kill(app, Signal::INT);
        terminal.until("the prompt", at_prompt);
        let took = started.elapsed();
        terminal.is_as_before();
        took
    };
    assert!((0..5).any(|_| took() < Duration::from_millis(1_500)));
}
