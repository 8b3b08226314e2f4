//! sigscope answers one question: why does this request signature not match?
//!
//! The [`engine`] turns pasted bytes into a diagnosis and a correction; everything else brings input to
//! it or shows what it says.

pub mod cli;
pub mod credentials;
pub mod engine;
mod panics;
pub mod report;
pub mod samples;
pub mod sources;
pub mod tui;
pub mod workbench;
