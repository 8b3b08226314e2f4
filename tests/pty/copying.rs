//! Copying: read back from the terminal, which is the only clipboard a test has.

use crate::terminal::Terminal;
use crate::{REQUEST, SECRET, started_in};

/// What AWS's suite says the header's value must be (get-vanilla).
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, \
Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

fn with_a_secret() -> Terminal {
    Terminal::with_env(&[
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ])
}

/// Pastes the request and opens the copy menu on the Authorization header with the request's own date.
fn copy_menu(options: &str) -> Terminal {
    let mut terminal = started_in(with_a_secret(), options);
    terminal.paste(REQUEST);
    terminal.shows("Answer");
    terminal.keys("c");
    terminal.shows("Authorization header");
    terminal.shows("fresh");
    // The cursor stands on all corrected headers, one below.
    terminal.keys("k");
    terminal.keys("h");
    terminal
}

#[test]
fn the_corrected_header_reaches_the_clipboard_as_the_suite_has_it() {
    let mut terminal = copy_menu("");
    terminal.keys("\r");
    assert_eq!(terminal.copied(0), AUTHORIZATION);
    // The route is told, and how much.
    terminal.shows("OSC 52");
    terminal.shows("1 line, ");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    terminal.is_as_before();
    // One line of verdict stays, and no secret anywhere.
    assert!(
        terminal.contents().contains("sigscope: "),
        "{}",
        terminal.contents()
    );
    let raw = String::from_utf8(terminal.raw()).unwrap();
    assert!(!raw.contains(SECRET));
}

#[test]
fn a_fresh_copy_carries_the_date_of_the_copying() {
    let mut terminal = started_in(with_a_secret(), "");
    terminal.paste(REQUEST);
    terminal.shows("Answer");
    terminal.keys("c");
    terminal.shows("Authorization header");
    let before = chrono::Utc::now();
    terminal.keys("\r");
    let copied = terminal.copied(0);
    let after = chrono::Utc::now();
    let day = |time: chrono::DateTime<chrono::Utc>| {
        format!("Credential=AKIDEXAMPLE/{}/", time.format("%Y%m%d"))
    };
    assert!(
        copied.contains(&day(before)) || copied.contains(&day(after)),
        "{copied}"
    );
    terminal.keys("q");
    terminal.ended();
}

#[test]
fn the_stages_are_stepped_through_and_a_field_is_copied() {
    let mut terminal = started_in(with_a_secret(), "");
    terminal.paste(REQUEST);
    terminal.shows("Answer");
    terminal.keys("3");
    terminal.shows("Canonical request");
    terminal.shows("x-amz-date");
    terminal.keys("y");
    assert_eq!(terminal.copied(0), "GET");
    terminal.keys("4");
    terminal.shows("AWS4-HMAC-SHA256");
    terminal.keys("5");
    terminal.shows("20150830");
    terminal.keys("q");
    terminal.ended();
    terminal.is_as_before();
}

#[test]
fn where_nothing_can_be_copied_the_text_is_shown_and_printed_on_exit() {
    let mut terminal = copy_menu("--clipboard off");
    terminal.keys("\r");
    terminal.shows("--clipboard off");
    terminal.keys("q");
    terminal.keys("q");
    terminal.ended();
    terminal.is_as_before();
    // The text is longer than a row.
    let left = terminal.contents().replace('\n', "");
    assert!(left.contains("Signature=5fa00fa31553b73e"), "{left}");
}
