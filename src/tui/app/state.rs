//! The parts of the state: screens, overlays, prompts, cursors.

use std::collections::BTreeSet;
use std::rc::Rc;

use ratatui::layout::Rect;

use crate::engine::correct::CopyItem;
use crate::engine::document::Span;
use crate::tui::keymap::Action;
use crate::tui::line::{Line, SecretLine};
use crate::tui::model::Item;
use crate::tui::source::SourceIndex;

/// Which screen is shown.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Screen {
    /// What to paste, what is here, what it proves.
    Input,
    /// The verdict.
    Answer,
    /// The stage at this place among the tabs.
    Stage(usize),
    /// What was pasted.
    Source,
}

/// What lies over the screen.
#[derive(Clone, Debug)]
pub(crate) enum Overlay {
    /// Every key.
    Help {
        /// First line shown.
        top: usize,
        /// Shown lines hold this text.
        filter: String,
    },
    /// The copy menu.
    Copy {
        /// The entry under the cursor.
        cursor: usize,
        /// Whether the fresh form is chosen.
        fresh: bool,
    },
    /// The options of the scheme.
    Options {
        /// The option under the cursor.
        cursor: usize,
    },
    /// Every part that was recognised.
    Parts(PartsState),
    /// The shapes that an input in which nothing was recognised is nearest to.
    ReadAs {
        /// The shape under the cursor.
        cursor: usize,
    },
    /// One request in every place where it was seen.
    Observations {
        /// The step from one place to the next that is shown, from 0.
        hop: usize,
        /// First line shown.
        top: usize,
    },
    /// How to get the missing piece from each client.
    Snippets {
        /// The entry under the cursor.
        cursor: usize,
    },
    /// A text that no clipboard took.
    Text {
        /// Why.
        reason: String,
        /// The text.
        text: Vec<u8>,
        /// First line shown.
        top: usize,
    },
}

/// Where the list of parts stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct PartsState {
    /// The row under the cursor, among those that are listed.
    pub cursor: usize,
    /// Only parts that hold this text are listed.
    pub filter: String,
    /// Those that hold it, by their places among all; none while there is no filter.
    pub matching: Option<Vec<usize>>,
    /// The text of each part that is searched, in order: made at the first filter, and kept for as long as the work is
    /// the same. There may be thousands, and each asks its scheme what it claims.
    pub searched: Option<Rc<[String]>>,
}

/// A text being typed. It gets every key but the few bound in its context.
#[derive(Clone, Debug)]
pub(crate) enum Prompt {
    /// A secret.
    Secret(SecretLine),
    /// The path of a file to add.
    File(Line),
    /// What to look for on the screen, and where the cursor stood before.
    Find(Line),
    /// What to look for in help.
    Filter(Line),
    /// The value of an option: its place, and the text.
    Option(usize, Line),
}

/// What is told until the next key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Toast {
    /// The sentence.
    pub text: String,
    /// Whether something went wrong.
    pub bad: bool,
}

/// Where the input screen stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct InputState {
    /// The sample under the cursor.
    pub sample: usize,
    /// First line shown.
    pub top: usize,
    /// Whether the view must follow the cursor.
    pub follow: bool,
    /// Lines of the page when it was last drawn.
    pub lines: usize,
    /// Lines there was room for.
    pub room: usize,
    /// Samples in one column when last drawn.
    pub column: usize,
}

/// Where the answer stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct AnswerState {
    /// The item under the cursor, as a place in the list of items.
    pub cursor: usize,
    /// First line shown.
    pub top: usize,
    /// Whether the view must follow the cursor.
    pub follow: bool,
    /// Findings shown with their places and help; without them where all others are shown so.
    pub expanded: BTreeSet<usize>,
    /// Whether there was room to show every finding so when it was last drawn.
    pub opens_all: bool,
    /// Lines of the page when it was last drawn.
    pub lines: usize,
    /// Lines there was room for.
    pub room: usize,
}

impl AnswerState {
    /// Whether the finding at a place is shown with its places and help.
    pub(crate) fn is_open(&self, at: usize) -> bool {
        self.expanded.contains(&at) != self.opens_all
    }
}

/// How a stage is shown.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum StageView {
    /// Its fields.
    #[default]
    Fields,
    /// Its text.
    Text,
}

/// Where a stage stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct StageState {
    /// The field under the cursor; in the text, the first line shown.
    pub cursor: usize,
    /// First row shown.
    pub top: usize,
    /// Fields or text.
    pub view: StageView,
    /// First line of the text shown.
    pub line: usize,
    /// First byte of each line of the text shown.
    pub left: usize,
    /// Whether the bytes of the field under the cursor are shown alone.
    pub bytes: bool,
    /// First line of the bytes shown; none until they are first drawn: then the first difference.
    pub hex: Option<usize>,
    /// Rows or lines there was room for.
    pub room: usize,
}

/// Where the view of what was pasted stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceState {
    /// The place among the documents that were given.
    pub document: usize,
    /// First line shown.
    pub top: usize,
    /// First byte of each line shown.
    pub left: usize,
    /// What is marked.
    pub pointed: Vec<Span>,
    /// Whether the view must go to what is marked.
    pub follow: bool,
    /// The lines of the document, once looked at: generation of the work and place of the document.
    pub index: Option<(u64, usize, SourceIndex)>,
    /// Lines there was room for.
    pub room: usize,
    /// Whether a line that is shown goes on beyond the edge.
    pub cut: bool,
}

/// What a place on the screen does when clicked.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Hit {
    /// What the key would do.
    Act(Action),
    /// Opens the answer (0) or the stage before this place.
    Tab(usize),
    /// Puts the cursor of the answer on an item.
    Item(Item),
    /// Puts the cursor of the screen or the menu on a row.
    Row(usize),
    /// Puts the cursor of the copy menu on an entry in a form.
    Copy(CopyItem, bool),
    /// Opens a sample.
    Sample(usize),
}

/// Where things were when last drawn; what lies on top comes last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hits(pub(crate) Vec<(Rect, Hit)>);

impl Hits {
    /// Remembers a place.
    pub(crate) fn add(&mut self, area: Rect, hit: Hit) {
        self.0.push((area, hit));
    }

    /// Forgets all within `area`: what lies over it takes every click there.
    pub(crate) fn cover(&mut self, area: Rect) {
        self.0.retain(|(place, _)| !place.intersects(area));
    }

    /// What stands at a column and row.
    pub(crate) fn at(&self, column: u16, row: u16) -> Option<Hit> {
        self.0
            .iter()
            .rev()
            .find(|(area, _)| area.contains((column, row).into()))
            .map(|(_, hit)| *hit)
    }
}
