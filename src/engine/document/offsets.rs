//! The way back from unwrapped text to the text it was unwrapped from.

use std::ops::Range;

/// One run of an unwrapped document: `child` bytes that stand for the `parent` bytes.
///
/// A run copied as it stood has equal lengths; a decoded escape has unequal ones and is mapped as a
/// whole. Bytes of the parent that no run names were dropped (a quoting prefix, a line break).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Segment {
    /// Offset of the run in the unwrapped text.
    pub child: usize,
    /// Offset of the run in the parent span.
    pub parent: usize,
    /// Bytes of the run in the unwrapped text.
    pub child_len: usize,
    /// Bytes of the run in the parent.
    pub parent_len: usize,
}

/// Maps offsets of an unwrapped document to offsets of its parent span. Runs are in order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OffsetMap {
    segments: Vec<Segment>,
}

impl OffsetMap {
    /// An empty map, to be filled front to back.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a run that was copied as it stood. Joins the previous run where it continues it.
    pub fn copied(&mut self, parent: usize, len: usize) {
        if len == 0 {
            return;
        }
        let child = self.child_len();
        if let Some(last) = self.segments.last_mut()
            && last.child_len == last.parent_len
            && last.parent + last.parent_len == parent
        {
            last.child_len += len;
            last.parent_len += len;
            return;
        }
        self.segments.push(Segment {
            child,
            parent,
            child_len: len,
            parent_len: len,
        });
    }

    /// Adds a run that was decoded: `child_len` bytes that stand for `parent_len` bytes.
    pub fn decoded(&mut self, child_len: usize, parent: usize, parent_len: usize) {
        let child = self.child_len();
        self.segments.push(Segment {
            child,
            parent,
            child_len,
            parent_len,
        });
    }

    /// Length of the unwrapped text.
    pub fn child_len(&self) -> usize {
        self.segments.last().map_or(0, |s| s.child + s.child_len)
    }

    /// Keeps only the first `child` bytes of the unwrapped text. A decoded run that is cut still names
    /// all it was decoded from.
    pub fn truncate(&mut self, child: usize) {
        let kept = self.segments.partition_point(|s| s.child < child);
        self.segments.truncate(kept);
        if let Some(last) = self.segments.last_mut() {
            let len = last.child_len.min(child - last.child);
            if last.child_len == last.parent_len {
                last.parent_len = len;
            }
            last.child_len = len;
        }
    }

    /// The runs, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The range of the parent that the range `child` of the unwrapped text came from.
    ///
    /// An empty range maps to an empty one; a range inside a decoded run maps to the whole run.
    pub fn to_parent(&self, child: Range<usize>) -> Range<usize> {
        let start = self.point(child.start, Bias::Start);
        if child.end <= child.start {
            return start..start;
        }
        let end = self.point(child.end, Bias::End);
        start..end.max(start)
    }

    /// The parts of the range `child` with what each came from, parent first: runs, and what was dropped between
    /// two of them, which came to nothing. Where a run was copied, its bytes stand one for one.
    pub fn pairs(
        &self,
        child: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + '_ {
        let first = self
            .segments
            .partition_point(|s| s.child + s.child_len <= child.start);
        let inside = self.segments.get(first..).unwrap_or_default().iter();
        let mut before: Option<usize> = None;
        inside
            .take_while({
                let end = child.end;
                move |s| s.child < end
            })
            .flat_map(move |s| {
                let dropped = before
                    .replace(s.parent + s.parent_len)
                    .filter(|end| *end < s.parent)
                    .map(|end| (end..s.parent, s.child..s.child));
                let whole = s.child_len != s.parent_len;
                let from = child.start.saturating_sub(s.child).min(s.child_len);
                let upto = (child.end - s.child).min(s.child_len);
                let run = if whole {
                    (
                        s.parent..s.parent + s.parent_len,
                        s.child..s.child + s.child_len,
                    )
                } else {
                    (
                        s.parent + from..s.parent + upto,
                        s.child + from..s.child + upto,
                    )
                };
                dropped.into_iter().chain([run])
            })
    }

    /// The range of the unwrapped text that stands for the range `parent`; bytes that no run names are left out.
    ///
    /// An empty range maps to an empty one; a range inside a decoded run maps to all that it was decoded to.
    pub fn to_child(&self, parent: Range<usize>) -> Range<usize> {
        let into = |segment: &Segment, offset: usize| {
            let into = offset.saturating_sub(segment.parent);
            (segment.child_len == segment.parent_len).then(|| into.min(segment.child_len))
        };
        let first = self
            .segments
            .partition_point(|s| s.parent + s.parent_len <= parent.start);
        let start = self.segments.get(first).map_or(self.child_len(), |s| {
            s.child + into(s, parent.start).unwrap_or(0)
        });
        if parent.end <= parent.start {
            return start..start;
        }
        let behind = self.segments.partition_point(|s| s.parent < parent.end);
        let last = behind.checked_sub(1).and_then(|i| self.segments.get(i));
        let end = last.map_or(0, |s| s.child + into(s, parent.end).unwrap_or(s.child_len));
        start..end.max(start)
    }

    fn point(&self, offset: usize, bias: Bias) -> usize {
        let after = match bias {
            Bias::Start => self.segments.partition_point(|s| s.child <= offset),
            Bias::End => self.segments.partition_point(|s| s.child < offset),
        };
        let Some(segment) = after.checked_sub(1).and_then(|i| self.segments.get(i)) else {
            return self.segments.first().map_or(0, |s| s.parent);
        };
        let into = offset - segment.child;
        if segment.child_len == segment.parent_len {
            segment.parent + into.min(segment.parent_len)
        } else if matches!(bias, Bias::Start) && into < segment.child_len {
            segment.parent
        } else {
            segment.parent + segment.parent_len
        }
    }
}

#[derive(Copy, Clone)]
enum Bias {
    Start,
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a&amp;b` unwrapped to `a&b`.
    fn entity() -> OffsetMap {
        let mut map = OffsetMap::new();
        map.copied(0, 1);
        map.decoded(1, 1, 5);
        map.copied(6, 1);
        map
    }

    #[test]
    fn a_decoded_byte_maps_to_its_whole_escape() {
        let map = entity();
        assert_eq!(map.to_parent(0..1), 0..1);
        assert_eq!(map.to_parent(1..2), 1..6);
        assert_eq!(map.to_parent(2..3), 6..7);
        assert_eq!(map.to_parent(0..3), 0..7);
        assert_eq!(map.to_parent(3..3), 7..7);
    }

    #[test]
    fn what_a_range_became_is_found_again() {
        let map = entity();
        assert_eq!(map.to_child(0..7), 0..3);
        assert_eq!(map.to_child(0..1), 0..1);
        assert_eq!(map.to_child(2..4), 1..2);
        assert_eq!(map.to_child(4..7), 1..3);
        assert_eq!(map.to_child(6..6), 2..2);
        assert_eq!(map.to_child(7..9), 3..3);
        // A byte order mark that was dropped.
        let mut map = OffsetMap::new();
        map.decoded(1, 2, 2);
        map.decoded(3, 4, 4);
        assert_eq!(map.to_child(0..2), 0..0);
        assert_eq!(map.to_child(0..4), 0..1);
        assert_eq!(map.to_child(4..8), 1..4);
        assert_eq!(map.to_child(6..8), 1..4);
    }

    #[test]
    fn dropped_bytes_belong_to_no_run() {
        let mut map = OffsetMap::new();
        map.copied(2, 4); // "> " dropped
        map.copied(8, 3); // and again on the next line
        assert_eq!(map.to_parent(0..4), 2..6);
        assert_eq!(map.to_parent(4..5), 8..9);
        assert_eq!(map.to_parent(3..5), 5..9);
        assert_eq!(map.segments().len(), 2);
    }

    #[test]
    fn a_map_cut_short_ends_where_its_text_ends() {
        let cut = |child| {
            let mut map = entity();
            map.truncate(child);
            map
        };
        assert_eq!(cut(2).child_len(), 2);
        assert_eq!(cut(2).to_parent(0..2), 0..6);
        assert_eq!(cut(1).to_parent(0..1), 0..1);
        assert_eq!(cut(0), OffsetMap::new());
        assert_eq!(cut(9), entity());
    }

    #[test]
    fn an_empty_map_maps_to_the_start() {
        assert_eq!(OffsetMap::new().to_parent(0..9), 0..0);
    }
}
