//! How a text report looks: width, and colours from the sixteen that every terminal has.

/// How to lay a text report out.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct TextStyle {
    /// Columns to fill; less than [`TextStyle::NARROWEST`] counts as that. Lines that are to be copied
    /// (headers, snippets, hashes) are never broken and may be longer.
    pub width: usize,
    /// Whether to colour, with SGR sequences for the sixteen ANSI colours. Colour adds to words and
    /// marks, it never stands for them.
    pub colour: bool,
}

impl TextStyle {
    /// The least width a report is laid out for.
    pub const NARROWEST: usize = 40;

    /// The width to fill.
    pub(super) fn columns(self) -> usize {
        self.width.max(Self::NARROWEST)
    }

    /// `text` painted, where colours are wanted.
    pub(super) fn paint(self, paint: Paint, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{}m{text}\x1b[0m", paint.sgr())
        } else {
            text.to_owned()
        }
    }
}

impl Default for TextStyle {
    /// Eighty columns, no colour: for a file or a pipe.
    fn default() -> Self {
        Self {
            width: 80,
            colour: false,
        }
    }
}

/// What a painted text is.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Paint {
    Heading,
    Good,
    Bad,
    Caution,
    Place,
    Aside,
}

impl Paint {
    /// Parameters of Select Graphic Rendition (ECMA-48, 8.3.117).
    fn sgr(self) -> &'static str {
        match self {
            Self::Heading => "1",
            Self::Good => "1;32",
            Self::Bad => "1;31",
            Self::Caution => "1;33",
            Self::Place => "36",
            Self::Aside => "2",
        }
    }
}
