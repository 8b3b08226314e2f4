//! What of one document must not be shown.
//!
//! Owns the order of those ranges, so that the ones in a stretch are found without looking at all of them. Must not know
//! why a range is hidden, nor that there are other documents.

use std::ops::Range;

use super::Span;

/// Why a range of a document must not be shown or exported.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Mask {
    /// A secret or a derived key: never shown.
    Secret,
    /// A session token: shown only where it must work, or when revealed.
    Token,
}

/// The ranges of one document that must not be shown, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Masks {
    all: Vec<(Span, Mask)>,
    /// Bytes of the longest.
    longest: usize,
}

impl Masks {
    /// All of them, in order.
    pub(super) fn all(&self) -> &[(Span, Mask)] {
        &self.all
    }

    /// Those that share a byte with `range`.
    pub(super) fn within(&self, range: Range<usize>) -> impl Iterator<Item = &(Span, Mask)> {
        let first = self
            .all
            .partition_point(|(span, _)| span.start.saturating_add(self.longest) <= range.start);
        self.all
            .iter()
            .skip(first)
            .take_while(move |(span, _)| span.start < range.end)
            .filter(move |(span, _)| range.start < span.end)
    }

    /// Adds one.
    pub(super) fn add(&mut self, span: Span, mask: Mask) {
        self.longest = self.longest.max(span.len());
        let at = self
            .all
            .partition_point(|(s, _)| (s.start, s.end) < (span.start, span.end));
        if self.all.get(at) != Some(&(span, mask)) {
            self.all.insert(at, (span, mask));
        }
    }

    /// Adds very many, of which the first goes in front where two are of one place.
    pub(super) fn add_all(&mut self, mut masks: Vec<(Span, Mask)>) {
        let longest = masks.iter().map(|(span, _)| span.len()).max();
        self.longest = self.longest.max(longest.unwrap_or_default());
        masks.append(&mut self.all);
        masks.sort_by_key(|(span, _)| (span.start, span.end));
        masks.dedup();
        masks.shrink_to_fit();
        self.all = masks;
    }
}
