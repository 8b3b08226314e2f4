//! Signals: what the system and the shell ask of the program.
//!
//! Owns SIGTERM, SIGHUP, SIGINT, SIGQUIT (end), SIGTSTP and SIGCONT (job control). Every answer is
//! given by the drawing thread, which alone touches the terminal; this only passes on what was asked.
//! It must not know the app.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgrp, getppid, getsid};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::Event;
use super::terminal::Modes;

/// What `kill(2)` takes for the group of the caller.
const OWN_GROUP: Pid = Pid::from_raw(0);

/// So long the drawing thread has to end the program by itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// The signal that ended the program.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) struct EndedBy(i32);

impl EndedBy {
    /// Ends the program as the signal would have: whoever waits for it must see the true cause.
    pub(super) fn conclude(self) -> ExitCode {
        let _ = emulate_default_handler(self.0);
        // Not reached where the signal ends the program; the shell's number for it otherwise.
        ExitCode::from(128u8.saturating_add(u8::try_from(self.0).unwrap_or(0)))
    }
}

/// Watches for signals from now on, and tells the drawing thread.
pub(super) fn watch(send: Sender<Event>, modes: Arc<Modes>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            let mut ending = false;
            for signal in signals.forever() {
                let event = match signal {
                    SIGTSTP => Event::Stop,
                    SIGCONT => Event::Continued,
                    _ => Event::End(EndedBy(signal)),
                };
                let ends = matches!(event, Event::End(_));
                if ends && ending {
                    end_without_the_app(signal, &modes);
                }
                if ends {
                    ending = true;
                    end_if_stuck(signal, Arc::clone(&modes));
                }
                if send.send(event).is_err() {
                    break;
                }
            }
        })?;
    Ok(())
}

/// Ends the program after a while, should the drawing thread not have done so: it may be blocked on a
/// terminal that takes no output.
fn end_if_stuck(signal: i32, modes: Arc<Modes>) {
    thread::spawn(move || {
        thread::sleep(PATIENCE);
        end_without_the_app(signal, &modes);
    });
}

fn end_without_the_app(signal: i32, modes: &Modes) {
    modes.leave();
    let _ = emulate_default_handler(signal);
}

/// Asks the whole job to stop, as Ctrl-Z does where the terminal is not in raw mode: the other
/// programs of a pipeline must stop too, or the shell goes on waiting. [`Event::Stop`] follows, but
/// not where nobody could continue the job.
pub(super) fn stop_the_job() {
    if !is_orphaned() {
        let _ = kill(OWN_GROUP, Signal::SIGTSTP);
    }
}

/// Whether no shell is there to continue the job (POSIX: an orphaned process group): the program is the
/// first of its session, as under `xterm -e`, or its parent belongs to another session. The system
/// then ignores a stop request; so must we, for our own way of stopping cannot be ignored.
///
/// In a container any of these may lie outside, among processes that have no number here, and the system
/// answers 0 (`pid_namespaces(7)`): a session like any other, but no parent that could be asked for its own.
fn is_orphaned() -> bool {
    let Ok(session) = getsid(None) else {
        return true;
    };
    let parent = getppid();
    getpgrp() == session || parent.as_raw() == 0 || getsid(Some(parent)) != Ok(session)
}

/// Stops the program until it is continued. The terminal must have been given back. False where nobody
/// could continue it: then it was not stopped.
pub(super) fn stop() -> bool {
    !is_orphaned() && emulate_default_handler(SIGTSTP).is_ok()
}
