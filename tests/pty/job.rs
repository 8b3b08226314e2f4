//! Starting, stopping and ending: the terminal is given back every time.

use rustix::process::Signal;

use crate::terminal::{Terminal, at_prompt};
use crate::{SIGSCOPE, app_is_up, comes_back, quits, started};

#[test]
fn quitting_gives_the_terminal_back() {
    let terminal = started("--mouse");
    terminal.look(|screen| {
        assert!(screen.bracketed_paste() && screen.hide_cursor());
    });
    quits(terminal);
}

#[test]
fn ctrl_z_stops_the_app_and_fg_brings_it_back() {
    let mut terminal = started("");
    terminal.keys("\x1a");
    terminal.shows("Stopped");
    terminal.is_as_before();
    // The size changes while it is stopped: nobody tells a stopped program.
    terminal.resize(30, 100);
    terminal.start("fg");
    app_is_up(&terminal);
    terminal.until("the footer at the new bottom", |screen| {
        let rows: Vec<String> = screen.rows(0, 100).collect();
        !rows.last().unwrap().trim().is_empty()
    });
    quits(terminal);
}

#[test]
fn a_stop_request_from_elsewhere_is_answered_the_same_way() {
    let mut terminal = started("");
    let app = terminal.foreground();
    terminal.kill(app, Signal::TSTP);
    comes_back(&mut terminal);
    quits(terminal);
}

#[test]
fn a_stop_that_cannot_be_answered_is_made_good_on_continuing() {
    let mut terminal = started("");
    let app = terminal.foreground();
    terminal.kill(app, Signal::STOP);
    terminal.shows("Stopped");
    terminal.start("fg");
    terminal.until("the app alone on the screen", |screen| {
        let contents = screen.contents();
        screen.alternate_screen() && contents.contains("? help") && !contents.contains("Stopped")
    });
    quits(terminal);
}

#[test]
fn signals_that_end_the_app_give_the_terminal_back_and_end_it_truly() {
    // The shell says so where it was truly the signal that ended it.
    for (signal, status, word) in [
        (Signal::TERM, 143, "Terminated"),
        (Signal::HUP, 129, "Hangup"),
        (Signal::QUIT, 131, "Quit"),
    ] {
        let mut terminal = started("--mouse");
        let app = terminal.foreground();
        terminal.kill(app, signal);
        assert_eq!(terminal.ended(), status, "{signal:?}");
        terminal.shows(word);
        terminal.is_as_before();
    }
}

#[test]
fn an_interrupt_from_elsewhere_gives_the_terminal_back() {
    let mut terminal = started("");
    let app = terminal.foreground();
    terminal.kill(app, Signal::INT);
    // The shell takes part in an interrupt: it drops the rest of the line, and with it the status.
    terminal.until("the prompt", at_prompt);
    terminal.is_as_before();
}

#[test]
fn a_stop_that_nobody_could_undo_is_not_made() {
    let mut terminal = Terminal::new();
    // In the place of the shell it is the first of its session, as under `xterm -e`.
    terminal.start(&format!("exec {SIGSCOPE}"));
    app_is_up(&terminal);
    terminal.keys("\x1a");
    terminal.keys("?");
    terminal.shows("Here and now");
    let app = terminal.foreground();
    terminal.kill(app, Signal::TSTP);
    terminal.keys("\x1b");
    terminal.until("the help gone", |screen| {
        !screen.contents().contains("Here and now")
    });
    terminal.keys("q");
    terminal.until("the screen given back", |screen| !screen.alternate_screen());
}

#[test]
fn a_session_led_from_outside_the_container_is_no_obstacle() {
    let mut terminal = Terminal::new();
    // A process namespace of its own, as containers have it; not every system lets a test make one.
    let container = "unshare --user --map-root-user --pid --fork --mount-proc";
    let allowed = std::process::Command::new("sh")
        .args(["-c", &format!("{container} true")])
        .output()
        .is_ok_and(|made| made.status.success());
    if !allowed {
        eprintln!("NOT RUN: this system makes no process namespace ({container})");
        return;
    }
    // The shell between them keeps the app from being the first process, which no stop reaches anyway.
    terminal.start(&format!("{container} sh -c '{SIGSCOPE}; exit $?'"));
    app_is_up(&terminal);
    terminal.keys("\x1a");
    terminal.keys("?");
    terminal.shows("Here and now");
    terminal.keys("\x1b");
    terminal.until("the help gone", |screen| {
        !screen.contents().contains("Here and now")
    });
    terminal.keys("q");
    terminal.until("the prompt", at_prompt);
    terminal.is_as_before();
}

#[test]
fn the_mouse_is_left_to_the_terminal_and_taken_again() {
    let mut terminal = started("--mouse");
    let captured =
        |screen: &vt100::Screen| screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
    terminal.until("the mouse taken", captured);
    terminal.keys("m");
    terminal.until("the mouse left", |screen| !captured(screen));
    terminal.keys("m");
    terminal.until("the mouse taken again", captured);
    quits(terminal);
}
