//! The terminal app: state, keys, views, terminal and clipboard.
//!
//! Owns everything between a key press and a drawn screen. `update` is pure: it turns a [`Msg`] into a
//! new state and a list of [`Effect`]s, which run at the edge. It must not know bytes on the wire; it
//! never computes a signature.

mod app;
mod clipboard;
mod msg;
mod options;
mod runtime;

pub use app::App;
pub use clipboard::{SERVE, serve};
pub use msg::{CopyRequest, Effect, Msg};
pub use options::{AppOptions, ClipboardMode, ThemeName};
pub use runtime::run;
