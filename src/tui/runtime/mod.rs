//! The runtime: the edge of the app, where effects happen.
//!
//! Owns the terminal, the threads, the clock and the loop. It must not know what is on screen nor what
//! a message means.
//!
//! ```text
//! terminal ── input thread ──┐
//! signals ── signal thread ──┼─▶ one queue ─▶ App::update ─▶ App::draw ─▶ terminal
//! worker threads ────────────┘                   │
//!        ▲                                       ▼
//!        └──────────────────────────────────── effects
//! ```
//! This thread sleeps until something is in the queue, empties it, and draws once. It alone writes to
//! the terminal.

mod burst;
mod input;
#[cfg(unix)]
mod signals;
mod terminal;
mod worker;

use std::io::{self, BufWriter, Stdout, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use chrono::Utc;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::app::App;
use super::clipboard::Ladder;
use super::msg::{Copied, Effect, Msg};
use super::options::AppOptions;
use crate::workbench::Workbench;
use terminal::{LastWords, TerminalGuard};
use worker::{Clock, Worker};

/// So long the first frame waits for the first analysis, which usually takes far less: the app then
/// opens on the answer, and not on a screen that is gone in a blink.
const FIRST_ANSWER: Duration = Duration::from_millis(8);

/// So many messages are taken before a frame is due all the same.
const AT_ONCE: usize = 1_000;

/// A frame is written in one go.
const FRAME: usize = 1 << 16;

/// What the drawing thread hears of.
enum Event {
    /// For the app.
    Msg(Msg),
    /// To be written to the terminal, for a copy; then to be told.
    Terminal {
        /// The bytes to write.
        sequence: Vec<u8>,
        /// To what, how much, and what it needs beside it.
        how: String,
    },
    /// The terminal can no longer be read, or a thread could not be started.
    InputFailed(io::Error),
    /// A background thread panicked.
    Broken,
    /// The job is asked to stop.
    #[cfg(unix)]
    Stop,
    /// The job goes on.
    #[cfg(unix)]
    Continued,
    /// A signal asks the program to end.
    #[cfg(unix)]
    End(signals::EndedBy),
}

/// How the loop ended.
enum End {
    /// The person quit.
    Quit,
    /// A background thread panicked.
    Broken,
    /// A signal asked for it.
    #[cfg(unix)]
    Signal(signals::EndedBy),
}

/// Runs the app until the person quits. The terminal is given back whatever happens; then the app's
/// farewell is printed. Ended by a signal, the program ends as that signal would have ended it.
///
/// The error is one of the terminal: there is none, or it can no longer be read or written.
pub fn run(workbench: Workbench, options: AppOptions) -> io::Result<ExitCode> {
    let (send, events) = mpsc::channel();
    let worker = Worker::start(
        send.clone(),
        workbench.schemes,
        Ladder::new(options.clipboard),
        Clock {
            now: Utc::now,
            stated: options.now,
        },
    );
    let mouse = options.mouse;
    let (app, effects) = App::new(workbench, options);

    let guard = TerminalGuard::enter(mouse)?;
    let last_words = terminal::install_panic_hook(guard.modes());
    #[cfg(unix)]
    signals::watch(send.clone(), guard.modes())?;
    // The first look for events makes the terminal library listen for changes of size. Were it left to the
    // reading thread, one between the first frame and that thread's first turn would be lost.
    crossterm::event::poll(Duration::ZERO)?;
    let reader = send.clone();
    std::thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || input::listen(&reader))?;

    let mut runtime = Runtime {
        terminal: Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(
            FRAME,
            io::stdout(),
        )))?,
        app,
        guard,
        worker,
        end: None,
        #[cfg(unix)]
        own_stop: false,
    };
    let ended = runtime.run(&events, effects);
    runtime.farewell(ended, &last_words)
}

struct Runtime {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    app: App,
    guard: TerminalGuard,
    worker: Worker,
    end: Option<End>,
    /// Whether the next continuation is the one after our own stop, already answered.
    #[cfg(unix)]
    own_stop: bool,
}

impl Runtime {
    /// The loop.
    fn run(&mut self, events: &Receiver<Event>, effects: Vec<Effect>) -> io::Result<End> {
        self.perform(effects)?;
        match events.recv_timeout(FIRST_ANSWER) {
            Ok(event) => self.handle(event)?,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        loop {
            for event in events.try_iter().take(AT_ONCE) {
                self.handle(event)?;
                if self.end.is_some() {
                    break;
                }
            }
            if let Some(end) = self.end.take() {
                return Ok(end);
            }
            self.terminal.draw(|frame| self.app.draw(frame))?;
            // The worker holds a sender: the queue never closes while this waits.
            if let Ok(event) = events.recv() {
                self.handle(event)?;
            }
        }
    }

    fn handle(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Msg(msg) => self.tell(msg)?,
            Event::Terminal { sequence, how } => {
                let backend = self.terminal.backend_mut();
                let written = backend.write_all(&sequence).and_then(|()| backend.flush());
                self.tell(Msg::Copied(
                    written
                        .map(|()| Copied::Sent(how))
                        .map_err(|_| "the terminal takes no output".to_owned()),
                ))?;
            }
            Event::InputFailed(error) => return Err(error),
            Event::Broken => self.end = Some(End::Broken),
            #[cfg(unix)]
            Event::Stop => self.stop()?,
            #[cfg(unix)]
            Event::Continued => {
                if !std::mem::take(&mut self.own_stop) {
                    // Stopped by a signal that cannot be answered: the shell has had the terminal since.
                    self.guard.leave();
                    self.take_terminal_again()?;
                }
            }
            #[cfg(unix)]
            Event::End(by) => {
                self.tell(Msg::Terminate)?;
                self.end = Some(End::Signal(by));
            }
        }
        Ok(())
    }

    fn tell(&mut self, msg: Msg) -> io::Result<()> {
        let effects = self.app.update(msg);
        self.perform(effects)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Work(generation, bench) => self.worker.analyse(generation, bench),
                Effect::ReadBody(path) => self.worker.read_body(path),
                Effect::Open(path) => self.worker.open(path),
                Effect::Search(number, search) => self.worker.search(number, search),
                Effect::Copy(request, work) => self.worker.copy(request, work),
                Effect::CaptureMouse(capture) => self.guard.capture_mouse(capture)?,
                #[cfg(unix)]
                Effect::Suspend => signals::stop_the_job(),
                // Windows has no job control.
                #[cfg(not(unix))]
                Effect::Suspend => {}
                Effect::Quit => self.end = Some(End::Quit),
            }
        }
        Ok(())
    }

    /// Gives the terminal back, stops until continued, and takes it again.
    #[cfg(unix)]
    fn stop(&mut self) -> io::Result<()> {
        self.guard.leave();
        self.own_stop = signals::stop();
        self.take_terminal_again()
    }

    /// The terminal may have another size by now, and shows what others wrote.
    #[cfg(unix)]
    fn take_terminal_again(&mut self) -> io::Result<()> {
        self.guard.enter_again()?;
        let size = self.terminal.size()?;
        // Clears the screen and forgets what was drawn. (`Terminal::clear` would ask the terminal for
        // the cursor, whose answer the input thread would take.)
        self.terminal.resize(size.into())?;
        self.tell(Msg::Resized(size.width, size.height))?;
        self.tell(Msg::Resumed)
    }

    /// Gives the terminal back, and says what is left to say.
    fn farewell(self, ended: io::Result<End>, last_words: &LastWords) -> io::Result<ExitCode> {
        let Self {
            terminal,
            app,
            guard,
            worker,
            ..
        } = self;
        drop(terminal);
        drop(guard);
        // The terminal may have gone: what cannot be printed is not worth a panic.
        if let Some(text) = app.farewell() {
            let _ = writeln!(io::stdout(), "{}", text.trim_end_matches('\n'));
        }
        if let Some(remark) = worker.hand_over() {
            let _ = writeln!(io::stderr(), "{remark}");
        }
        drop(app);
        match ended? {
            End::Quit => Ok(ExitCode::SUCCESS),
            End::Broken => {
                if let Some(words) = last_words.take() {
                    let _ = io::stderr().write_all(words.as_bytes());
                }
                // As a panic of the main thread would end it.
                Ok(ExitCode::from(101))
            }
            #[cfg(unix)]
            End::Signal(by) => Ok(by.conclude()),
        }
    }
}
