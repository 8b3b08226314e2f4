//! What can happen, and what the app asks the edge to do.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use crossterm::event::{KeyEvent, MouseEvent};

use crate::engine::correct::CopyItem;
use crate::engine::intake::BodyFacts;
use crate::tui::search::{Found, Search};
use crate::workbench::{Work, Workbench};

/// Something that happened. The only way the app's state changes.
#[derive(Clone)]
pub enum Msg {
    /// A key was pressed by a person (paste bursts never arrive as keys).
    Key(KeyEvent),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// Text was pasted, whole, as the terminal delivered it.
    Pasted(Bytes),
    /// The terminal now has this many columns and rows.
    Resized(u16, u16),
    /// Work asked for with this number is done. Older numbers than the last asked for are stale.
    Worked(u64, Arc<Work>),
    /// Bytes of `--body` hashed so far, and in all where known.
    BodyProgress(u64, Option<u64>),
    /// `--body` was hashed, or could not be read (the reason in words).
    BodyRead(Result<BodyFacts, String>),
    /// A file was opened from within the app: its name and bytes, or why not.
    Opened(Result<(String, Bytes), String>),
    /// How many bytes or rows the search with this number has looked through, and how many there are.
    SearchProgress(u64, u64, u64),
    /// What came of the search with this number; none where nothing holds the text.
    Searched(u64, Option<Found>),
    /// Something was copied, or why there was nothing to copy.
    Copied(Result<Copied, String>),
    /// No clipboard could be reached: the text is shown instead, and printed on exit.
    NotCopied {
        /// Why, in words.
        reason: String,
        /// The text that should have been copied.
        text: Vec<u8>,
    },
    /// Back from suspension: everything must be drawn again.
    Resumed,
    /// The program was asked to end (SIGTERM, SIGHUP).
    Terminate,
}

/// What became of a text that was to be copied, as far as it is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Copied {
    /// It is on the clipboard: on which, how much, and what it needs beside it.
    Onto(String),
    /// It was handed to something that does not say whether it took it: to what, how much, and what it
    /// needs beside it.
    Sent(String),
}

/// Something to put on the clipboard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CopyRequest {
    /// An entry of the copy menu; `fresh` takes the date at the moment of copying.
    Item {
        /// Which entry.
        item: CopyItem,
        /// Whether it carries this moment's date rather than the request's.
        fresh: bool,
    },
    /// A text already at hand, redacted: a field, a snippet.
    Text {
        /// What it is, for the toast: `field host`.
        what: String,
        /// The text.
        text: Vec<u8>,
    },
}

/// What the edge is asked to do. The app never does it itself.
#[derive(Clone)]
pub enum Effect {
    /// Analyse this, and answer with [`Msg::Worked`] and the same number.
    Work(u64, Box<Workbench>),
    /// Hash this file for `--body`, reporting progress.
    ReadBody(PathBuf),
    /// Read this file and answer with [`Msg::Opened`].
    Open(PathBuf),
    /// Look for a text, and answer with [`Msg::Searched`] and the same number. Only the newest search counts.
    Search(u64, Search),
    /// Copy, and answer with [`Msg::Copied`].
    Copy(CopyRequest, Arc<Work>),
    /// Switch mouse capture.
    CaptureMouse(bool),
    /// Give the terminal back and stop until continued.
    Suspend,
    /// End the program.
    Quit,
}
