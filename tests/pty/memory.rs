//! Memory: a large paste stays within its bound.

#![cfg(target_os = "linux")]

use crate::started;

/// The most memory the process has held, in bytes.
fn peak(pid: i32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    let kilobytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

/// The bound is 250 MB for 50 MB. A smaller paste is held to the same ratio, for the machine's sake;
/// `SIGSCOPE_LARGE=1` pastes all of it.
#[test]
fn a_large_paste_takes_at_most_five_times_its_size() {
    let megabytes = if std::env::var_os("SIGSCOPE_LARGE").is_some() {
        50
    } else {
        10
    };
    let mut terminal = started("");
    let own = peak(terminal.foreground().as_raw_nonzero().get());
    let line = b"PUT /bucket/key HTTP/1.1 and whatever else a body may hold, line by line...\r";
    let text: Vec<u8> = line
        .iter()
        .copied()
        .cycle()
        .take(megabytes * 1_000_000)
        .collect();
    terminal.paste(&text);
    terminal.shows(&format!("{} bytes", text.len()));
    let held = peak(terminal.foreground().as_raw_nonzero().get());
    terminal.keys("q");
    terminal.ended();
    assert!(
        held < own.min(20_000_000) + megabytes * 4_600_000,
        "{held} bytes held for {} pasted",
        text.len()
    );
}
