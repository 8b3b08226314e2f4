//! The engine: from pasted bytes to a diagnosis and a correction.
//!
//! Owns everything that knows about signatures. It is a pure function of (case, secrets, settings,
//! now): it must not know a clock, the environment, the file system, a terminal or a clipboard.
//! `tests/laws` holds it to that.

// What would panic on a hostile paste, and what would reach outside, does not pass clippy: by the resolved
// name (`clippy.toml`), whatever it was imported as. Sums of offsets are not among it: they are sums of
// lengths of texts held in memory, and a checked form at each of several hundred places would hide the few that
// count numbers somebody wrote down; those are checked one by one.
#![cfg_attr(
    not(test),
    forbid(
        clippy::disallowed_macros,
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::exit,
        clippy::expect_used,
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used,
    )
)]

mod analysis;
pub mod correct;
pub mod diagnose;
pub mod document;
mod edges;
pub mod intake;
pub mod scheme;
pub mod secret;

pub use analysis::{Analysis, Names, analyse, claim, correct, names, outcome, redactor};
pub use edges::with_other_edges;
