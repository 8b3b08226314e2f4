//! A text somebody else printed: it may be redacted in places, and it may be cut.

use crate::engine::document::{Documents, Span};

/// A run of a [`Pattern`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Atom {
    /// These bytes.
    Exact(Span),
    /// Something that was replaced by a redaction mark, of this many bytes where the mark tells.
    Wild {
        /// Length in bytes of what was redacted.
        len: Option<usize>,
        /// The mark itself.
        mark: Span,
    },
}

/// Whether the end of a text is missing.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub enum Cut {
    /// It is all there.
    #[default]
    Whole,
    /// It stops early: only a prefix can be compared.
    Truncated,
}

/// A received string: exact, redacted in places, or cut.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    /// The runs, in order.
    pub atoms: Vec<Atom>,
    /// Whether its end is missing.
    pub cut: Cut,
}

impl Pattern {
    /// A text that is exactly the bytes of `span`.
    pub fn exact(span: Span) -> Self {
        Self {
            atoms: vec![Atom::Exact(span)],
            cut: Cut::Whole,
        }
    }

    /// The one span whose bytes are the text, where nothing is redacted or cut.
    pub fn as_exact(&self) -> Option<Span> {
        match (self.atoms.as_slice(), self.cut) {
            ([Atom::Exact(span)], Cut::Whole) => Some(*span),
            _ => None,
        }
    }

    /// Whether parts of it are hidden behind marks.
    pub fn is_marked(&self) -> bool {
        self.atoms.iter().any(|a| matches!(a, Atom::Wild { .. }))
    }

    /// The part of the input it was read from.
    pub fn span(&self) -> Option<Span> {
        let mut spans = self.atoms.iter().map(|atom| match atom {
            Atom::Exact(span) | Atom::Wild { mark: span, .. } => *span,
        });
        let first = spans.next()?;
        spans.try_fold(first, Span::cover)
    }

    /// The bytes of the text, redaction marks standing as printed.
    pub fn bytes(&self, docs: &Documents) -> Vec<u8> {
        let mut out = Vec::new();
        for atom in &self.atoms {
            let (Atom::Exact(span) | Atom::Wild { mark: span, .. }) = atom;
            out.extend_from_slice(docs.bytes(*span));
        }
        out
    }
}
