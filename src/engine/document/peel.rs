//! The ways in which one document is unwrapped from another, and what that changed.
//!
//! Owns their names, for people and for scripts. Must not know how anything is unwrapped.

use super::Span;

/// What was unwrapped to get from a parent's bytes to a document.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Peel {
    /// `> ` or `< ` taken from the front of each line.
    QuotePrefix,
    /// One side of a diff, without the marks and lines of the other.
    Diff,
    /// `&amp;` and other character references of XML or HTML.
    HtmlEntities,
    /// Backslash escapes: `\&`, `\u0026`, `\n`.
    BackslashEscapes,
    /// Line breaks and blanks inside what is one line.
    LineBreaks,
    /// A dump of bytes in hexadecimal.
    HexDump,
    /// The same blanks in front of each line.
    Indentation,
    /// Line ends that are not the ones the text was written with: CR or CRLF for LF.
    LineEnds,
    /// UTF-16 with a byte order mark, as PowerShell writes files.
    Utf16,
    /// Quoted-printable of mail (RFC 2045 section 6.7): `=3D`, and `=` at the end of a broken line.
    QuotedPrintable,
    /// The quotes and escapes of a shell.
    ShellQuotes,
    /// Nothing that was pasted: what a program adds by itself on account of it.
    ProgramDefault,
    /// Columns of a line that are one text, put together.
    Columns,
    /// `{{name}}` and the like: the values that are given for them elsewhere.
    Variables,
    /// Bytes in base64.
    Base64,
    /// Text that a program sends in ISO 8859-1.
    Latin1,
    /// A value that a program turns into JSON or a form when it sends it.
    Serialised,
    /// A URL as a program tidies it before it sends it.
    Tidied,
    /// A second percent-encoding of what was encoded already: `%252F` for `%2F`.
    EncodedAgain,
    /// The percent-encoding of a text that stands as a value in a URL or a form (RFC 3986 section 2.1).
    PercentEncoding,
    /// Values that somebody replaced, as a dump of bytes beside them has them.
    PutBack,
    /// What somebody hid, as a verifier quotes it in its answer.
    Quoted,
    /// The sequences that colour a terminal's text (ECMA-48).
    Colours,
    /// What a program puts in front of every line: a time, a container's name, a unit of the journal.
    LogPrefix,
    /// The frame that a table or a panel draws around lines.
    Frame,
    /// Quotes, blanks and marks without a width that a program for people's texts put in the place of plain ones.
    Typography,
    /// Marks of Go's Printf in the place of percent-encoded characters: `%!F(MISSING)` for `%2F`.
    PrintfVerbs,
    /// Empty lines, or blanks at the ends of lines, that were lost or added.
    EmptyLines,
    /// The end of a text, which was cut: only one fits the hash.
    CutEnd,
    /// What a log or a trace puts around the bytes it prints: times, names, directions, offsets.
    LogFrame,
}

impl Peel {
    /// What it undoes, in words for the screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::QuotePrefix => "quote marks",
            Self::Diff => "one side of a diff",
            Self::HtmlEntities => "HTML escapes",
            Self::BackslashEscapes => "backslash escapes",
            Self::LineBreaks => "line breaks",
            Self::HexDump => "a dump in hex",
            Self::Indentation => "indentation",
            Self::LineEnds => "line ends",
            Self::Utf16 => "UTF-16",
            Self::QuotedPrintable => "quoted-printable",
            Self::ShellQuotes => "shell quotes",
            Self::ProgramDefault => "added by the program itself",
            Self::Columns => "columns of a log",
            Self::Variables => "variables filled in",
            Self::Base64 => "base64",
            Self::Latin1 => "sent in ISO 8859-1",
            Self::Serialised => "put into this form by the program itself",
            Self::Tidied => "tidied by the program itself",
            Self::PutBack => "what was edited, put back from the bytes",
            Self::Quoted => "what is hidden, as the server quotes it",
            Self::EncodedAgain => "a second percent-encoding",
            Self::PercentEncoding => "percent-encoding",
            Self::Colours => "terminal colours",
            Self::LogPrefix => "log prefixes",
            Self::Frame => "a drawn frame",
            Self::Typography => "typographic characters",
            Self::PrintfVerbs => "Go's %!F(MISSING)",
            Self::EmptyLines => "lost or added blanks",
            Self::CutEnd => "a cut end",
            Self::LogFrame => "the frame of a log",
        }
    }

    /// The stable name scripts see among `repairs`.
    pub fn id(self) -> &'static str {
        match self {
            Self::QuotePrefix => "quote-prefix",
            Self::Diff => "diff",
            Self::HtmlEntities => "html-entities",
            Self::BackslashEscapes => "backslash-escapes",
            Self::LineBreaks => "line-breaks",
            Self::HexDump => "hex-dump",
            Self::Indentation => "indentation",
            Self::LineEnds => "line-ends",
            Self::Utf16 => "utf-16",
            Self::QuotedPrintable => "quoted-printable",
            Self::ShellQuotes => "shell-quotes",
            Self::ProgramDefault => "program-default",
            Self::Columns => "columns",
            Self::Variables => "variables",
            Self::Base64 => "base64",
            Self::Latin1 => "latin-1",
            Self::Serialised => "serialised",
            Self::Tidied => "tidied",
            Self::PutBack => "put-back",
            Self::Quoted => "quoted",
            Self::EncodedAgain => "encoded-again",
            Self::PercentEncoding => "percent-encoding",
            Self::Colours => "terminal-colours",
            Self::LogPrefix => "log-prefix",
            Self::Frame => "frame",
            Self::Typography => "typography",
            Self::PrintfVerbs => "printf-verbs",
            Self::EmptyLines => "empty-lines",
            Self::CutEnd => "cut-end",
            Self::LogFrame => "log-frame",
        }
    }
}

/// What one unwrapping changed in a stretch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unwrapped {
    /// The unwrapping.
    pub peel: Peel,
    /// Each change, in order.
    pub changes: Vec<Change>,
}

/// Bytes that were read as others.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// What stands in the text that was unwrapped.
    pub was: Span,
    /// What it became; empty where it was taken out.
    pub now: Span,
}
