//! One document under the reader's eye, and its lines.
//!
//! Owns the idea of a line: where it starts, where its text ends, where the next begins. Must not know
//! any shape.

use std::cell::Cell;
use std::ops::Range;

use bytes::Bytes;
use memchr::{memchr, memrchr};

use crate::engine::document::{DocId, Documents, Span};

/// A document, or a layer unwrapped from one, while it is read.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The document.
    pub(super) doc: DocId,
    /// Its bytes, shared with the case.
    pub(super) bytes: Bytes,
    /// The byte at which its lines end: LF, or CR in a text that has CR and no LF.
    eol: u8,
    /// Bytes of all lines that were asked for.
    read: Cell<usize>,
}

/// A line: `start..end` is its text without the line end, `next` is where the following one starts.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) struct Line {
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset just past its text.
    pub(super) end: usize,
    /// Offset of the next line.
    pub(super) next: usize,
}

impl Line {
    /// Its text, as offsets.
    pub(super) fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl Text {
    /// The whole of `doc`.
    pub(super) fn new(docs: &Documents, doc: DocId) -> Self {
        let bytes = docs.shared(docs.whole(doc));
        let eol = if memchr(b'\n', &bytes).is_none() && memchr(b'\r', &bytes).is_some() {
            b'\r'
        } else {
            b'\n'
        };
        Self {
            doc,
            bytes,
            eol,
            read: Cell::new(0),
        }
    }

    /// Length in bytes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of `range`, cut to what exists.
    pub(super) fn get(&self, range: Range<usize>) -> &[u8] {
        let end = range.end.min(self.bytes.len());
        self.bytes.get(range.start.min(end)..end).unwrap_or(&[])
    }

    /// The bytes from `at` to the end.
    pub(super) fn from(&self, at: usize) -> &[u8] {
        self.get(at..self.len())
    }

    /// The byte at `at`.
    pub(super) fn at(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// `range` as a span of the document.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.doc, range.start, range.end)
    }

    /// Where the line that holds `at` starts, looking no further back than `floor`.
    pub(super) fn line_start(&self, at: usize, floor: usize) -> usize {
        memrchr(self.eol, self.get(floor..at)).map_or(floor, |i| floor + i + 1)
    }

    /// The line that starts at `start`.
    pub(super) fn line(&self, start: usize) -> Line {
        let rest = self.from(start);
        let (mut end, next) = match memchr(self.eol, rest) {
            Some(i) => (start + i, start + i + 1),
            None => (self.len().max(start), self.len().max(start)),
        };
        if self.eol == b'\n' && end > start && self.at(end - 1) == Some(b'\r') {
            end -= 1;
        }
        let read = self.read.get().saturating_add(next - start);
        self.read.set(read);
        Line { start, end, next }
    }

    /// Bytes of all lines that were asked for so far, each as often as it was.
    pub(super) fn bytes_read(&self) -> usize {
        self.read.get()
    }

    /// Whether the line holds nothing but blanks.
    pub(super) fn is_blank(&self, line: Line) -> bool {
        self.get(line.range()).iter().all(|&b| is_blank(b))
    }

    /// The first offset from `at` on that is neither a blank nor a line end.
    pub(super) fn skip_space(&self, at: usize) -> usize {
        self.skip_space_within(at..self.len())
    }

    /// The same, no further than the end of `range`.
    pub(super) fn skip_space_within(&self, range: Range<usize>) -> usize {
        let space = |b: &u8| is_blank(*b) || matches!(b, b'\r' | b'\n');
        let start = range.start;
        start + self.get(range).iter().take_while(|b| space(b)).count()
    }

    /// The end of `range` without its trailing blanks and line ends.
    pub(super) fn trim_end(&self, range: Range<usize>) -> usize {
        let space = |b: &u8| is_blank(*b) || matches!(b, b'\r' | b'\n');
        let bytes = self.get(range.clone());
        range.start + bytes.len() - bytes.iter().rev().take_while(|b| space(b)).count()
    }

    /// `range` without the blanks and line ends around it.
    pub(super) fn trim(&self, range: Range<usize>) -> Range<usize> {
        let start = self.skip_space(range.start).min(range.end);
        start..self.trim_end(start..range.end)
    }
}

/// Space or tab.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A character of an HTTP token (RFC 9110 §5.6.2).
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The length of the word at the front of `bytes` that may be a method: whose own it may be is not known, but those of
/// HTTP and its extensions are words of capital letters (the IANA registry of methods).
pub(super) fn method_len(bytes: &[u8]) -> Option<usize> {
    let len = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
    (3..=16).contains(&len).then_some(len)
}

/// Whether `bytes` may be a method.
pub(super) fn is_method(bytes: &[u8]) -> bool {
    method_len(bytes) == Some(bytes.len())
}

/// Length of a byte order mark at the front.
pub(super) fn bom_len(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    }
}
