//! The ways to take one layer off a text.
//!
//! Owns the table of them, and how sure each is. Must not know how they are tried one behind the other.

use super::breaks::{self, Filled, Width};
use super::lines::{self, Reach};
use super::{letters, markup, records, skipped};
use crate::engine::document::Peel;
use crate::engine::intake::shape::printed;
use crate::engine::intake::unescape::{self, Unescaped, Unit};

/// Takes one layer off a text; none where there is none.
pub(super) type Undo = fn(&[u8]) -> Option<(Peel, Unescaped)>;

/// How sure it is that a text which can be read so was written so: what is less sure is tried later.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Sure {
    /// It shows marks that little else has.
    Marked,
    /// Much text looks so by itself.
    Likely,
    /// It is one of several guesses.
    Guessed,
}

impl Sure {
    /// What a step is counted for; the way of the least sum is gone on with first.
    pub(super) fn cost(self) -> usize {
        match self {
            Self::Marked => 2,
            Self::Likely => 3,
            Self::Guessed => 6,
        }
    }
}

/// What a way undoes.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum On {
    /// How letters are written.
    Letters,
    /// What stands around lines, and where they end.
    Lines,
}

/// Every way to take off a layer, the surest first.
pub(super) const WAYS: [(Sure, On, Undo); 25] = [
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::Colours, letters::colours(b)?))
    }),
    (Sure::Marked, On::Lines, |b| {
        Some((Peel::Frame, lines::frame(b)?))
    }),
    (Sure::Marked, On::Lines, |b| {
        Some((Peel::LogFrame, records::joined(b)?))
    }),
    (Sure::Marked, On::Lines, |b| {
        Some((Peel::LogFrame, skipped::skipped(b)?))
    }),
    (Sure::Likely, On::Lines, |b| lines::margins(b, Reach::Whole)),
    (Sure::Likely, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::joined(b, Width::OrMore(0))?))
    }),
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::HtmlEntities, unescape::references(b)?))
    }),
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::BackslashEscapes, letters::literal(b, Unit::Byte)?))
    }),
    (Sure::Likely, On::Letters, |b| {
        let text = letters::literal(b, Unit::Character)?;
        Some((Peel::BackslashEscapes, text))
    }),
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::QuotePrefix, markup::code(b)?))
    }),
    (Sure::Likely, On::Letters, |b| {
        Some((Peel::BackslashEscapes, markup::marks(b)?))
    }),
    (Sure::Likely, On::Letters, |b| {
        Some((Peel::HtmlEntities, markup::breaks(b)?))
    }),
    (Sure::Likely, On::Letters, |b| {
        Some((Peel::ShellQuotes, letters::shell(b)?))
    }),
    (Sure::Likely, On::Lines, |b| {
        Some((Peel::LineEnds, unescape::line_ends(b)?))
    }),
    (Sure::Marked, On::Letters, |b| {
        Some((Peel::QuotedPrintable, letters::quoted_printable(b)?))
    }),
    (Sure::Likely, On::Letters, blanks),
    (Sure::Guessed, On::Letters, quotes),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::joined(b, Width::OrMore(1))?))
    }),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::joined(b, Width::OrMore(2))?))
    }),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::joined(b, Width::Just(1))?))
    }),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::filled(b, Filled::Whole)?))
    }),
    (Sure::Guessed, On::Lines, |b| {
        Some((Peel::LineBreaks, breaks::filled(b, Filled::Blocks)?))
    }),
    (Sure::Likely, On::Lines, unfolded),
    (Sure::Guessed, On::Lines, |b| {
        lines::margins(b, Reach::Quote)
    }),
    (Sure::Guessed, On::Letters, |b| {
        Some((Peel::BackslashEscapes, markup::pipes(b)?))
    }),
];

/// A text with plain blanks in it.
pub(in crate::engine::intake) fn blanks(bytes: &[u8]) -> Option<(Peel, Unescaped)> {
    Some((Peel::Typography, letters::blanks(bytes)?))
}

/// A text with plain quotes in it.
pub(in crate::engine::intake) fn quotes(bytes: &[u8]) -> Option<(Peel, Unescaped)> {
    Some((Peel::Typography, letters::quotes(bytes)?))
}

/// A text in which a canonical request and a string to sign stand line by line again.
pub(in crate::engine::intake) fn unfolded(bytes: &[u8]) -> Option<(Peel, Unescaped)> {
    Some((Peel::LineBreaks, printed::unfolded(bytes)?))
}
