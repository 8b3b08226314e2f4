//! What the person chose about the app itself, before it starts.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

/// How the screen is coloured. Every theme stays within the terminal's own 16 colours and background.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub enum ThemeName {
    /// For a dark background.
    #[default]
    Dark,
    /// For a background nobody told of: all of it can be read on a light one and on a dark one.
    Either,
    /// For a light background.
    Light,
    /// No colour at all: modifiers and glyphs only (`NO_COLOR`).
    Mono,
}

/// By which way text is copied.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub enum ClipboardMode {
    /// The system's clipboard where there is one at hand, else through the terminal (OSC 52).
    #[default]
    Auto,
    /// The system's clipboard only.
    System,
    /// Through the terminal only (OSC 52).
    Osc52,
    /// Never: the text is shown, and printed on exit.
    Off,
}

/// Everything the app is told at its start that is not about the case.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AppOptions {
    /// The colours.
    pub theme: ThemeName,
    /// Whether borders and marks keep to ASCII.
    pub ascii: bool,
    /// Whether the mouse is captured from the start. Off leaves the terminal's own selection.
    pub mouse: bool,
    /// How to copy.
    pub clipboard: ClipboardMode,
    /// A file whose bytes are the request's body, to be hashed as it streams past (`--body`).
    pub body: Option<PathBuf>,
    /// The moment to judge age and skew by, where the person stated one (`--now`). Otherwise it is each
    /// analysis' own.
    pub now: Option<DateTime<Utc>>,
}
