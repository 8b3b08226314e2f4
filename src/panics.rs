//! What is said when the program breaks.
//!
//! A formatted panic message may quote the text it stumbled over, and with it a secret or a token. Only
//! messages that stand in the source itself are printed; any other is withheld, and its place told.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write as _;
use std::panic::{self, PanicHookInfo};

/// Takes over from the hook of the standard library, which prints messages whole.
pub(crate) fn install() {
    panic::set_hook(Box::new(|info| {
        let _ = std::io::stderr().write_all(describe(info).as_bytes());
    }));
}

/// What may be said of a panic: its place, its message if that is a fixed one, and where the
/// environment asks for one the backtrace (which holds no data). Ends in a line feed.
pub(crate) fn describe(info: &PanicHookInfo<'_>) -> String {
    let place = info
        .location()
        .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let mut text = format!("sigscope broke at {place}: {}\n", message(info.payload()));
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        text.push_str(&backtrace.to_string());
    }
    text
}

/// Whether a panic's message is fixed, and can quote nothing.
pub(crate) fn is_literal(info: &PanicHookInfo<'_>) -> bool {
    info.payload().is::<&'static str>()
}

/// The message of a panic, as far as it cannot hold anything that was pasted.
fn message(payload: &(dyn Any + Send)) -> &'static str {
    match payload.downcast_ref::<&'static str>() {
        Some(literal) => literal,
        None => {
            "the message is withheld, for it may quote the input. This is a bug: please report it."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not a test by itself: the program as it is started, with a panic behind it.
    #[test]
    fn broken_program() {
        if std::env::var_os(BROKEN).is_some() {
            let _ = crate::cli::main();
            let secret = String::from("wJalrXUtnFEMI/K7MDENG");
            panic!("cannot use {secret}");
        }
    }

    const BROKEN: &str = "SIGSCOPE_TEST_BROKEN_PROGRAM";

    #[test]
    fn the_program_keeps_to_itself_what_a_panic_quotes() {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "panics::tests::broken_program", "--nocapture"])
            .env(BROKEN, "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&child.stderr);
        assert!(!child.status.success());
        assert!(told.contains("sigscope broke at"), "{told}");
        assert!(!told.contains("wJalr"), "{told}");
    }

    #[test]
    fn a_panic_that_quotes_a_secret_does_not_print_it() {
        let secret = "wJalrXUtnFEMI/K7MDENG";
        let payload = panic::catch_unwind(|| panic!("cannot use {secret}")).unwrap_err();
        assert!(!message(payload.as_ref()).contains("wJalr"));
        let payload = panic::catch_unwind(|| panic!("no stage")).unwrap_err();
        assert_eq!(message(payload.as_ref()), "no stage");
    }
}
