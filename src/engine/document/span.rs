//! A byte range of a document.

use std::ops::Range;

/// Names a document of a case. Only [`Documents`](super::Documents) hands them out.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DocId(pub(super) u32);

impl DocId {
    /// The document's place in [`Documents`](super::Documents), from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes, `start..end`, in one document.
///
/// A span is only a name for bytes: asking [`Documents`](super::Documents) for the bytes of a span
/// that reaches past the end gives what is there, never a panic.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The document.
    pub doc: DocId,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end` of `doc`; an `end` before `start` is an empty span at `start`.
    pub fn new(doc: DocId, start: usize, end: usize) -> Self {
        Self {
            doc,
            start,
            end: end.max(start),
        }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether no byte lies in it.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The part `range` of this span, in offsets from its start, cut to what lies inside.
    #[must_use]
    pub fn part(self, range: Range<usize>) -> Self {
        let start = self.start.saturating_add(range.start).min(self.end);
        let end = self.start.saturating_add(range.end).min(self.end);
        Self::new(self.doc, start, end)
    }

    /// The span from `offset` bytes after the start to the end.
    #[must_use]
    pub fn from(self, offset: usize) -> Self {
        self.part(offset..self.len())
    }

    /// The first `offset` bytes of the span.
    #[must_use]
    pub fn until(self, offset: usize) -> Self {
        self.part(0..offset)
    }

    /// The empty span at the end.
    #[must_use]
    pub fn tail(self) -> Self {
        Self {
            start: self.end,
            ..self
        }
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Self) -> bool {
        self.doc == other.doc && self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.doc == other.doc && self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both, where both lie in one document.
    pub fn cover(self, other: Self) -> Option<Self> {
        (self.doc == other.doc).then(|| Self {
            doc: self.doc,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        })
    }

    /// The offsets as a range.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_leave_the_span() {
        let span = Span::new(DocId(0), 10, 20);
        assert_eq!(span.part(2..4).range(), 12..14);
        assert_eq!(span.part(8..400).range(), 18..20);
        assert_eq!(span.part(40..50).range(), 20..20);
        assert_eq!(span.part(0..usize::MAX).range(), 10..20);
        assert_eq!(Span::new(DocId(0), 9, 3).len(), 0);
    }

    #[test]
    fn cover_needs_one_document() {
        let a = Span::new(DocId(0), 1, 3);
        assert_eq!(
            a.cover(Span::new(DocId(0), 7, 9)).map(Span::range),
            Some(1..9)
        );
        assert_eq!(a.cover(Span::new(DocId(1), 7, 9)), None);
    }
}
