//! The terminal app: state, keys, views, terminal and clipboard.
//!
//! Owns everything between a key press and a drawn screen. `update` is pure: it turns a [`Msg`] into a
//! new state and a list of [`Effect`]s, which run at the edge. It must not know bytes on the wire; it
//! never computes a signature.

mod app;
mod clipboard;
pub mod keymap;
mod line;
mod model;
mod msg;
mod options;
mod runtime;
mod search;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod views;

pub use app::App;
pub use clipboard::{SERVE, serve};
pub use msg::{Copied, CopyRequest, Effect, Msg};
pub use options::{AppOptions, ClipboardMode, ThemeName};
pub use runtime::run;
pub use search::{Found, Search};
