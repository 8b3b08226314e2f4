//! Fields: the parts of a stage's text that are compared, with where each byte came from.

use std::fmt;
use std::ops::Range;

use super::Step;
use crate::engine::document::Span;

/// What a field is. An open set: each scheme names its own; the names are those of the JSON contract.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FieldKind(pub &'static str);

impl FieldKind {
    /// The request method.
    pub const METHOD: Self = Self("method");
    /// The path.
    pub const PATH: Self = Self("path");
    /// One query parameter; the key's name says which.
    pub const QUERY: Self = Self("query");
    /// One header; the key's name says which.
    pub const HEADER: Self = Self("header");
    /// The list of signed headers.
    pub const SIGNED_HEADERS: Self = Self("signed-headers");
    /// The hash of the body, or what stands in its place.
    pub const PAYLOAD_HASH: Self = Self("payload-hash");
    /// The signing time.
    pub const DATE: Self = Self("date");
    /// The credential scope.
    pub const SCOPE: Self = Self("scope");
    /// The hash of an earlier stage.
    pub const HASH: Self = Self("hash");
    /// A signed message, or a part of it that has no better name.
    pub const MESSAGE: Self = Self("message");
    /// The signature.
    pub const SIGNATURE: Self = Self("signature");
}

/// Names a field, so that two sides can be aligned.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FieldKey {
    /// What it is.
    pub kind: FieldKind,
    /// Which, where there are several of the kind: the header's or parameter's name.
    pub name: Option<String>,
    /// Which of the same name, from 0.
    pub nth: usize,
}

impl FieldKey {
    /// The only field of its kind.
    pub fn of(kind: FieldKind) -> Self {
        Self {
            kind,
            name: None,
            nth: 0,
        }
    }

    /// A field known by a name.
    pub fn named(kind: FieldKind, name: impl Into<String>, nth: usize) -> Self {
        Self {
            kind,
            name: Some(name.into()),
            nth,
        }
    }
}

impl fmt::Display for FieldKey {
    /// The field as a label: `path`, `host`, `?prefix`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, self.kind) {
            (Some(name), FieldKind::QUERY) => write!(f, "?{name}"),
            (Some(name), _) => f.write_str(name),
            (None, kind) => f.write_str(kind.0),
        }
    }
}

/// Whether a text that is to be split is all there.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum Extent {
    /// Every byte of it.
    Whole,
    /// It was cut at its end, or parts of it were hidden.
    Partial,
}

/// A rule of a scheme: what it demands and where that is written.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    /// The rule in at most two sentences.
    pub text: &'static str,
    /// The section of a specification, or a public thread.
    pub reference: &'static str,
}

/// A run of output bytes with one origin and one history.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Run {
    /// Offsets into the stage's output.
    pub out: Range<usize>,
    /// The bytes it came from; none for a literal of the scheme.
    pub from: Option<Span>,
    /// What was done to them, in order.
    pub steps: Vec<Step>,
}

/// A part of a stage's text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    /// Which.
    pub key: FieldKey,
    /// Its bytes within the stage's output: the value alone, without name or separators.
    pub range: Range<usize>,
    /// Where those bytes came from. Tile `range` in a trace; empty in a text that was only split.
    pub runs: Vec<Run>,
    /// The rule that shapes it.
    pub rule: Rule,
}
