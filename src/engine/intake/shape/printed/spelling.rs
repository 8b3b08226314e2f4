//! How the lines of a printed text are kept apart where it was printed: by line breaks, perhaps behind a
//! margin, by escapes in a string literal, or by the percent-encoding of a value in a URL.
//!
//! Owns getting at one line after the other, and the text they make with the way back to what was pasted.
//! Must not know what the lines mean.

use std::ops::Range;

use crate::engine::document::Peel;
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::unescape::{self, Dialect, Escape, Joint, Unescaped, Unit, seam};

/// The longest text that is read, in bytes of its spelling. S3 takes requests of far less.
const LONGEST: usize = 256 << 10;
/// The longest margin, in bytes.
const MARGIN: usize = 64;

/// What stands between two lines.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Between {
    /// A line break, and these bytes in front of each line.
    Break { margin: Range<usize> },
    /// `n` behind so many backslashes.
    Escape { backslashes: usize },
    /// `%0A`, in a value of a URL or a form, of which every other byte may be encoded, too (RFC 3986 section 2.1).
    Percent,
}

/// The lines of a text that begins at a known place, read one by one.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t Text,
    start: usize,
    at: usize,
    between: Between,
    /// What was read, without what stood between and around.
    read: Unescaped,
    /// Whether CR stood before a line break.
    carriage: bool,
}

impl<'t> Lines<'t> {
    /// The lines from `start` on, the first of which ends at `end`; none where nothing stands there that
    /// separates lines.
    pub(super) fn new(text: &'t Text, start: usize, end: usize) -> Option<Self> {
        let between = match text.at(end)? {
            b'\r' | b'\n' => Between::Break {
                margin: margin(text, text.line(start).next),
            },
            b'\\' => Between::Escape {
                backslashes: escaped_break(text.get(end..end + 32))?.0,
            },
            b'%' if percent_break(text.get(end..end + 6)).is_some() => Between::Percent,
            _ => return None,
        };
        Some(Self {
            text,
            start,
            at: start,
            between,
            read: Unescaped::default(),
            carriage: false,
        })
    }

    /// The next line, as a range of what was read; none at the end.
    pub(super) fn next(&mut self) -> Option<Range<usize>> {
        if self.at >= self.text.len() || self.at - self.start > LONGEST {
            return None;
        }
        let from = self.read.bytes.len();
        match self.between.clone() {
            Between::Break { margin } => self.broken(&margin)?,
            Between::Escape { backslashes } => self.escaped(backslashes),
            Between::Percent => self.encoded(),
        }
        Some(from..self.read.bytes.len())
    }

    /// The bytes of a range of what was read.
    pub(super) fn get(&self, range: Range<usize>) -> &[u8] {
        self.read.bytes.get(range).unwrap_or_default()
    }

    /// Whether nothing but blanks stands behind the first `end` bytes of what was read.
    pub(super) fn is_last(&self, end: usize) -> bool {
        let end = self.start + self.read.map.to_parent(0..end).end;
        self.text.skip_space(end) >= self.text.len()
    }

    /// Adds the line break behind the line that was read last.
    pub(super) fn end_line(&mut self) {
        let (start, len) = match &self.between {
            Between::Break { .. } => {
                let carriage = self.text.at(self.at) == Some(b'\r');
                self.carriage |= carriage;
                (self.at, 1 + usize::from(carriage))
            }
            Between::Escape { .. } => {
                let rest = self.text.get(self.at..self.at + 32);
                (self.at, escaped_break(rest).map_or(0, |(_, len)| len))
            }
            Between::Percent => {
                let rest = self.text.get(self.at..self.at + 6);
                (self.at, percent_break(rest).unwrap_or(0))
            }
        };
        self.read.decode(b"\n", start - self.start, len);
        self.at = start + len;
    }

    /// What was read up to `end`, an offset of it, and what had to be undone. The span of the pasted text it
    /// stands for starts with the first line; none is undone where both are the same bytes.
    pub(super) fn finish(mut self, end: usize) -> (Unescaped, Option<Peel>, Range<usize>) {
        self.read.bytes.truncate(end);
        self.read.map.truncate(end);
        let parent = self.read.map.to_parent(0..end);
        let parent = self.start..self.start + parent.end;
        let peel = match &self.between {
            Between::Escape { .. } => Some(Peel::BackslashEscapes),
            Between::Percent => Some(Peel::PercentEncoding),
            Between::Break { margin } if !margin.is_empty() => {
                let blank = self.text.get(margin.clone()).iter().all(|b| is_blank(*b));
                Some(if blank {
                    Peel::Indentation
                } else {
                    Peel::QuotePrefix
                })
            }
            Between::Break { .. } if self.carriage => Some(Peel::LineEnds),
            Between::Break { .. } => None,
        };
        (self.read, peel, parent)
    }

    fn broken(&mut self, margin: &Range<usize>) -> Option<()> {
        let line = self.text.line(self.at);
        let mut start = line.start;
        if line.start > self.start && !margin.is_empty() {
            let margin = self.text.get(margin.clone());
            let bytes = self.text.get(line.range());
            start = if bytes.starts_with(margin) {
                line.start + margin.len()
            } else if bytes.trim_ascii() == margin.trim_ascii() || bytes.trim_ascii().is_empty() {
                // An empty line loses its blanks in many editors.
                line.end
            } else {
                return None;
            };
        }
        self.read
            .copy_at(self.text.get(start..line.end), start - self.start);
        self.at = line.end;
        Some(())
    }

    /// Up to the next encoded line break, or to where the value ends in its URL.
    fn encoded(&mut self) {
        let limit = self.text.len().min(self.start + LONGEST + 64);
        while self.at < limit {
            let rest = self.text.get(self.at..limit);
            let ends = |b: &u8| b.is_ascii_whitespace() || b"%&\"'`<>)]}".contains(b);
            let plain = rest.iter().position(ends).unwrap_or(rest.len());
            let at = self.at - self.start;
            self.read.copy_at(rest.get(..plain).unwrap_or_default(), at);
            self.at += plain;
            let rest = rest.get(plain..).unwrap_or_default();
            let Some(byte) = percent(rest).filter(|_| percent_break(rest).is_none()) else {
                return;
            };
            self.read.decode(&[byte], at + plain, 3);
            self.at += 3;
        }
    }

    fn escaped(&mut self, backslashes: usize) {
        let limit = self.text.len().min(self.start + LONGEST + 64);
        while self.at < limit {
            let rest = self.text.get(self.at..limit);
            let plain = rest
                .iter()
                .position(|b| matches!(b, b'\\' | b'"' | b'\'' | b'\n' | b'\r'))
                .unwrap_or(rest.len());
            let at = self.at - self.start;
            self.read.copy_at(rest.get(..plain).unwrap_or_default(), at);
            self.at += plain;
            let rest = rest.get(plain..).unwrap_or_default();
            let at = at + plain;
            match rest.first() {
                None => return,
                // Whoever broke a long line put it there.
                Some(b'\n' | b'\r') => self.at += 1,
                Some(b'\\') => {
                    if escaped_break(rest).is_some_and(|(count, _)| count == backslashes) {
                        return;
                    }
                    let (text, len) = escape(rest, backslashes);
                    match text {
                        Some(escape) => self.read.decode(escape.bytes(), at, len),
                        None => self.read.copy_at(rest.get(..len).unwrap_or_default(), at),
                    }
                    self.at += len;
                }
                Some(quote) => {
                    let seam = seam(rest, Joint::List);
                    if seam.is_none() {
                        self.read.copy_at(&[*quote], at);
                    }
                    self.at += seam.unwrap_or(1);
                }
            }
        }
    }
}

/// What every line behind the first begins with, told by the second: blanks, or marks that quote it. A path
/// begins with a slash, a time with a digit.
fn margin(text: &Text, second: usize) -> Range<usize> {
    let line = text.line(second);
    let bytes = text.get(line.start..line.end.min(line.start + MARGIN));
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'/';
    let len = bytes.iter().position(word).unwrap_or(0);
    line.start..line.start + len
}

/// The byte that is percent-encoded at the front of `bytes`.
fn percent(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    let digit = |b: &u8| char::from(*b).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// The length of the percent-encoded line break at the front of `bytes`: `%0A`, or `%0D%0A`.
pub(super) fn percent_break(bytes: &[u8]) -> Option<usize> {
    match percent(bytes)? {
        b'\n' => Some(3),
        b'\r' => (percent(bytes.get(3..)?)? == b'\n').then_some(6),
        _ => None,
    }
}

/// The escaped line break at the front of `bytes`: how many backslashes it is written with, and its length.
pub(super) fn escaped_break(bytes: &[u8]) -> Option<(usize, usize)> {
    let run = |bytes: &[u8]| bytes.iter().take_while(|b| **b == b'\\').count();
    let first = run(bytes);
    if first == 0 {
        return None;
    }
    match bytes.get(first)? {
        b'n' => Some((first, first + 1)),
        b'r' => {
            let rest = bytes.get(first + 1..)?;
            let second = run(rest);
            (second == first && rest.get(second) == Some(&b'n')).then_some((first, 2 * first + 2))
        }
        _ => None,
    }
}

/// The escape at the front of `bytes`, in a literal whose line breaks have so many backslashes: what it stands for, none
/// where it stands for itself, and its length.
fn escape(bytes: &[u8], backslashes: usize) -> (Option<Escape>, usize) {
    const PRINTED: Dialect = Dialect::Printed(Unit::Byte);
    let run = bytes.iter().take_while(|b| **b == b'\\').count();
    // A quote inside a literal inside a literal has more of them than a line break; and each level doubles a backslash.
    let depth = match bytes.get(run) {
        Some(b'"' | b'\'') => run,
        _ => backslashes,
    };
    match unescape::escape_inside(bytes, depth, PRINTED) {
        Some(escape) => (Some(escape), escape.len),
        None => (None, run),
    }
}
