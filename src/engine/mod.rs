//! The engine: from pasted bytes to a diagnosis and a correction.
//!
//! Owns everything that knows about signatures. It is a pure function of (case, secrets, settings,
//! now): it must not know a clock, the environment, the file system, a terminal or a clipboard.
//! `tests/laws.rs` holds it to that.

mod analysis;
pub mod correct;
pub mod diagnose;
pub mod document;
pub mod intake;
pub mod scheme;
pub mod secret;

pub use analysis::{Analysis, Names, analyse, claim, correct, names, redactor};
