//! The lines of a document of any size: an index that stays small, and a search that stays quick.

use std::ops::Range;

/// Every so many bytes the index keeps a number of lines.
const BLOCK: usize = 16 << 10;

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

/// Where the lines of a text start, a few numbers only.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceIndex {
    /// How many line feeds stand before each block.
    counts: Vec<usize>,
    lines: usize,
    ends: LineEnds,
}

impl SourceIndex {
    /// Looks at the whole text once. Counts only, so that a text of nothing but line feeds takes no longer
    /// than any other.
    pub(crate) fn new(text: &[u8]) -> Self {
        let mut counts = Vec::with_capacity(text.len() / BLOCK + 1);
        let mut feeds = 0;
        let mut crlf = 0;
        for (n, block) in text.chunks(BLOCK).enumerate() {
            counts.push(feeds);
            feeds += memchr::memchr_iter(b'\n', block).count();
            let start = n * BLOCK;
            // A pair may stand across the border before.
            let paired = text
                .get(start.saturating_sub(1)..start + block.len())
                .unwrap_or_default();
            let second = paired.get(1..).unwrap_or_default();
            let pairs = paired.iter().zip(second);
            crlf += pairs.filter(|pair| *pair == (&b'\r', &b'\n')).count();
        }
        Self {
            counts,
            lines: feeds + 1 - usize::from(text.ends_with(b"\n")),
            ends: LineEnds {
                crlf,
                lf: feeds - crlf,
            },
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
        let Some(mut at) = self.start_of(text, first) else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        while lines.len() < count && (at < text.len() || (text.is_empty() && lines.is_empty())) {
            let end = self.end_of(text, first + lines.len(), at);
            lines.push(at..end);
            if end == at {
                break;
            }
            at = end;
        }
        lines
    }

    /// Where the line `line`, which starts at `start`, ends, its line end included. However long it is, no
    /// more than two blocks are looked at.
    fn end_of(&self, text: &[u8], line: usize, start: usize) -> usize {
        let near = (start / BLOCK + 1) * BLOCK;
        let block = text.get(start..near.min(text.len())).unwrap_or_default();
        match memchr::memchr(b'\n', block) {
            Some(at) => start + at + 1,
            None => self.start_of(text, line + 1).unwrap_or(text.len()),
        }
    }

    /// Where the line `line` starts, from 0.
    fn start_of(&self, text: &[u8], line: usize) -> Option<usize> {
        if line == 0 {
            return Some(0);
        }
        let block = self
            .counts
            .partition_point(|before| *before < line)
            .checked_sub(1)?;
        let start = block * BLOCK;
        let before = self.counts.get(block)?;
        let within = text.get(start..text.len().min(start + BLOCK))?;
        let feed = memchr::memchr_iter(b'\n', within).nth(line - before - 1)?;
        Some(start + feed + 1)
    }

    /// The line the byte `offset` stands on, from 0.
    pub(crate) fn line_of(&self, text: &[u8], offset: usize) -> usize {
        let offset = offset.min(text.len());
        let block = (offset / BLOCK).min(self.counts.len().saturating_sub(1));
        let before = self.counts.get(block).copied().unwrap_or(0);
        let near = text.get(block * BLOCK..offset).unwrap_or_default();
        let line = before + memchr::memchr_iter(b'\n', near).count();
        line.min(self.lines.saturating_sub(1))
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
        fn the_index_agrees_with_splitting(
            text in "[a\r\n]{0,400}",
            filled in 0usize..3,
            first in 0usize..200,
        ) {
            // The interesting part lies on the border between two blocks.
            let fill = vec![b'b'; (filled * BLOCK).saturating_sub(text.len() / 2)];
            let text = [&fill, text.as_bytes()].concat();
            let text = text.as_slice();
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
    fn a_long_line_is_not_read_to_find_its_end() {
        let mut text = vec![b'x'; 40 * BLOCK];
        text[30 * BLOCK + 7] = b'\n';
        let index = SourceIndex::new(&text);
        // Whoever reads all of the line would take this for its end.
        text[9 * BLOCK] = b'\n';
        let end = 30 * BLOCK + 8;
        assert_eq!(index.window(&text, 0, 9), [0..end, end..40 * BLOCK]);
    }

    #[test]
    fn search_takes_letters_of_either_case() {
        assert_eq!(find_from(b"x Host: HOST", b"host", 0), Some(2));
        assert_eq!(find_from(b"x Host: HOST", b"host", 3), Some(8));
        assert_eq!(find_from(b"abc", b"", 0), None);
        assert_eq!(find_from(b"abc", b"c", 9), None);
    }
}
