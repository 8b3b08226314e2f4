//! What arrives from the keyboard: keys and pastes, by whatever way.

use crate::terminal::Terminal;
use crate::{SIGSCOPE, app_is_up, comes_back, quits, started};

/// A text without meaning, so that the app stays on its first screen, with every key in it that would do
/// something there.
fn nonsense(len: usize) -> String {
    "wseuq?m1c/\r".chars().cycle().take(len).collect()
}

#[test]
fn a_paste_is_taken_whole() {
    let mut terminal = started("");
    terminal.paste(nonsense(3_000));
    terminal.shows("paste 1, 3000 bytes");
    terminal.paste(nonsense(100_000));
    terminal.shows("paste 2, 100000 bytes");
    quits(terminal);
}

#[test]
fn a_paste_that_arrives_as_keys_is_taken_whole_and_none_of_them_acts() {
    let mut terminal = started("");
    terminal.keys(nonsense(5_000));
    terminal.shows("paste 1, 5000 bytes");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn a_paste_that_holds_its_own_end_stays_one_and_its_rest_does_not_act() {
    let mut terminal = started("");
    terminal.paste("before\x1b[201~q\rq");
    // The end that stood inside is put back: 6 + 6 + 3 bytes.
    terminal.shows("paste 1, 15 bytes");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn a_piped_paste_leaves_the_keys_to_the_terminal() {
    let mut terminal = Terminal::new();
    terminal.start(&format!("echo hello | {SIGSCOPE}"));
    app_is_up(&terminal);
    terminal.shows("stdin, 6 bytes");
    terminal.paste("more");
    terminal.shows("paste 1, 4 bytes");
    terminal.keys("\x1a");
    comes_back(&mut terminal);
    quits(terminal);
}

#[test]
fn a_resize_is_drawn_at_once() {
    let mut terminal = started("");
    let bottom = |rows: u16, cols: u16| {
        move |screen: &vt100::Screen| {
            let rows_now: Vec<String> = screen.rows(0, cols).collect();
            rows_now.len() == usize::from(rows) && rows_now.last().unwrap().contains("? help")
        }
    };
    terminal.until("the footer", bottom(24, 80));
    terminal.resize(40, 120);
    terminal.until("the footer at the new bottom", bottom(40, 120));
    terminal.resize(12, 40);
    terminal.until("the footer at the new bottom", bottom(12, 40));
    quits(terminal);
}
