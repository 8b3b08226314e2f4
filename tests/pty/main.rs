//! The app in a real terminal, under a job-control shell: what it does, and that it leaves the
//! terminal as it found it, whatever ends it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod copying;
mod hostile;
mod job;
mod memory;
mod panics;
mod pasting;
mod terminal;

use terminal::Terminal;

/// The program under test.
const SIGSCOPE: &str = env!("CARGO_BIN_EXE_sigscope");

/// AWS's own suite, case get-vanilla; the signature's first digit is another.
const REQUEST: &str = "\
GET / HTTP/1.1\r\n\
Host:example.amazonaws.com\r\n\
X-Amz-Date:20150830T123600Z\r\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
SignedHeaders=host;x-amz-date, \
Signature=6fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31\r\n\r\n";

/// The suite's secret.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Waits until the app has drawn itself.
fn app_is_up(terminal: &Terminal) {
    terminal.until("the app", |screen| {
        screen.alternate_screen() && screen.contents().contains("? help")
    });
}

/// The app, started and drawn.
fn started(options: &str) -> Terminal {
    started_in(Terminal::new(), options)
}

/// The app, started and drawn in this terminal.
fn started_in(mut terminal: Terminal, options: &str) -> Terminal {
    terminal.start(&format!("{SIGSCOPE} {options}"));
    app_is_up(&terminal);
    terminal
}

/// The app was stopped, the terminal given back, and it goes on.
fn comes_back(terminal: &mut Terminal) {
    terminal.shows("Stopped");
    terminal.is_as_before();
    terminal.start("fg");
    app_is_up(terminal);
}

/// The app quits when asked, and leaves the terminal as it was.
fn quits(mut terminal: Terminal) {
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    terminal.is_as_before();
}
