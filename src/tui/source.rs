//! The lines of a document of any size: an index that stays small, and a search that stays quick.

use std::ops::Range;

/// Every so many lines the index keeps an offset.
const STRIDE: usize = 64;

/// How the lines of a text end.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct LineEnds {
    /// Lines that end in CRLF.
    pub crlf: usize,
    /// Lines that end in LF alone.
    pub lf: usize,
}

impl LineEnds {
    /// The line end that most lines have, in words, and how many lines have the other.
    pub(crate) fn usual(self) -> (&'static str, usize) {
        if self.crlf > self.lf {
            ("CRLF", self.lf)
        } else {
            ("LF", self.crlf)
        }
    }

    /// One remark for the whole text: a mark on every line would hide the exceptions.
    pub(crate) fn remark(self) -> String {
        match (self.crlf + self.lf, self.usual()) {
            (0, _) => "one line".to_owned(),
            (_, (usual, 0)) => format!("every line ends in {usual}"),
            (_, (usual, other)) => format!("lines end in {usual}, but {other} not (marked)"),
        }
    }
}

/// Where the lines of a text start, a few offsets only.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceIndex {
    starts: Vec<usize>,
    lines: usize,
    ends: LineEnds,
}

impl SourceIndex {
    /// Looks at the whole text once.
    pub(crate) fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        let mut lines = 1;
        let mut ends = LineEnds::default();
        for at in memchr::memchr_iter(b'\n', text) {
            if at.checked_sub(1).and_then(|i| text.get(i)) == Some(&b'\r') {
                ends.crlf += 1;
            } else {
                ends.lf += 1;
            }
            if at + 1 < text.len() {
                if lines % STRIDE == 0 {
                    starts.push(at + 1);
                }
                lines += 1;
            }
        }
        Self {
            starts,
            lines,
            ends,
        }
    }

    /// How many lines.
    pub(crate) fn lines(&self) -> usize {
        self.lines
    }

    /// How they end.
    pub(crate) fn ends(&self) -> LineEnds {
        self.ends
    }

    /// The ranges of up to `count` lines from `first` on, line ends included.
    pub(crate) fn window(&self, text: &[u8], first: usize, count: usize) -> Vec<Range<usize>> {
        let Some(&kept) = self.starts.get(first / STRIDE) else {
            return Vec::new();
        };
        let mut at = kept;
        let mut skip = first % STRIDE;
        let mut lines = Vec::new();
        while lines.len() < count && (at < text.len() || (text.is_empty() && lines.is_empty())) {
            let rest = text.get(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest).map_or(text.len(), |i| at + i + 1);
            if skip == 0 {
                lines.push(at..end);
            } else {
                skip -= 1;
            }
            if end == at {
                break;
            }
            at = end;
        }
        lines
    }

    /// The line the byte `offset` stands on, from 0.
    pub(crate) fn line_of(&self, text: &[u8], offset: usize) -> usize {
        let kept = self
            .starts
            .partition_point(|&s| s <= offset)
            .saturating_sub(1);
        let start = self.starts.get(kept).copied().unwrap_or(0);
        let end = offset.min(text.len()).max(start);
        let before = memchr::memchr_iter(b'\n', text.get(start..end).unwrap_or_default()).count();
        (kept * STRIDE + before).min(self.lines.saturating_sub(1))
    }
}

/// The text of a line without its end: the usual end is said once, another one stays as a mark.
pub(crate) fn without_usual_end(
    text: &[u8],
    line: Range<usize>,
    usual_is_crlf: bool,
) -> Range<usize> {
    let bytes = text.get(line.clone()).unwrap_or_default();
    let drop = match bytes {
        [.., b'\r', b'\n'] if usual_is_crlf => 2,
        [.., b'\r', b'\n'] => 0,
        [.., b'\n'] if !usual_is_crlf => 1,
        _ => 0,
    };
    line.start..line.end - drop
}

/// The next place of `needle` in `text` at or behind `from`, ASCII letters of either case alike.
pub(crate) fn find_from(text: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let first = *needle.first()?;
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let rest = text.get(from..)?;
    memchr::memchr2_iter(lower, upper, rest)
        .map(|at| from + at)
        .find(|&at| {
            text.get(at..at + needle.len())
                .is_some_and(|part| part.eq_ignore_ascii_case(needle))
        })
}

/// Every place of `needle` that can be in sight where `width` columns are drawn from the byte `start` on:
/// a text may be of any size.
pub(crate) fn found_near(
    text: &[u8],
    needle: &str,
    start: usize,
    width: usize,
) -> Vec<Range<usize>> {
    let near = start.saturating_add(width * 4).min(text.len());
    let sight = text.get(..near).unwrap_or_default();
    let mut found = Vec::new();
    let mut from = start;
    while let Some(at) = find_from(sight, needle.as_bytes(), from) {
        found.push(at..at + needle.len());
        from = at + needle.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_index_agrees_with_splitting(text in "[a\r\n]{0,400}", first in 0usize..200) {
            let text = text.as_bytes();
            let index = SourceIndex::new(text);
            let all: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
            prop_assert_eq!(index.lines(), all.len().max(1));
            let window: Vec<&[u8]> = index.window(text, first, 5).into_iter().map(|r| &text[r]).collect();
            let wanted: Vec<&[u8]> = all.iter().skip(first).take(5).copied().collect();
            if !text.is_empty() {
                prop_assert_eq!(window, wanted);
            }
            let mut at = 0;
            for (n, line) in all.iter().enumerate() {
                prop_assert_eq!(index.line_of(text, at), n);
                prop_assert_eq!(index.line_of(text, at + line.len() - 1), n);
                at += line.len();
            }
        }
    }

    #[test]
    fn only_an_unusual_line_end_keeps_its_mark() {
        let text = b"a\r\nb\r\nc\n";
        let index = SourceIndex::new(text);
        assert_eq!(
            index.ends().remark(),
            "lines end in CRLF, but 1 not (marked)"
        );
        let shown: Vec<&[u8]> = index
            .window(text, 0, 9)
            .into_iter()
            .map(|line| &text[without_usual_end(text, line, true)])
            .collect();
        assert_eq!(shown, [&b"a"[..], b"b", b"c\n"]);
    }

    #[test]
    fn search_takes_letters_of_either_case() {
        assert_eq!(find_from(b"x Host: HOST", b"host", 0), Some(2));
        assert_eq!(find_from(b"x Host: HOST", b"host", 3), Some(8));
        assert_eq!(find_from(b"abc", b"", 0), None);
        assert_eq!(find_from(b"abc", b"c", 9), None);
    }
}
