//! Undoing escapes, each with the way back to what was pasted.
//!
//! Owns character references and line ends of XML, the escapes of string literals (`dialect`) and their ends (`ends`),
//! and hexadecimal dumps. Must not know where the text came from.

mod dialect;
mod ends;

pub(super) use dialect::{Dialect, Escape, Unit, escape, escape_inside};
pub(super) use ends::{DEEPEST, Joint, Quoting, close, seam};

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3};

use crate::engine::document::OffsetMap;

/// A text and the way back.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Unescaped {
    pub(super) bytes: Vec<u8>,
    pub(super) map: OffsetMap,
}

impl Unescaped {
    /// Adds `other`, whose way back is in offsets from `base` of this one's parent.
    pub(super) fn append(&mut self, other: &Self, base: usize) {
        self.bytes.extend_from_slice(&other.bytes);
        for run in other.map.segments() {
            if run.child_len == run.parent_len {
                self.map.copied(base + run.parent, run.child_len);
            } else {
                self.map
                    .decoded(run.child_len, base + run.parent, run.parent_len);
            }
        }
    }

    /// Adds the bytes of `range` of `from` as they stand.
    pub(super) fn copy(&mut self, from: &[u8], range: Range<usize>) {
        self.bytes
            .extend_from_slice(from.get(range.clone()).unwrap_or_default());
        self.map.copied(range.start, range.len());
    }

    /// Adds `bytes` that stand so at `at`.
    pub(super) fn copy_at(&mut self, bytes: &[u8], at: usize) {
        self.bytes.extend_from_slice(bytes);
        self.map.copied(at, bytes.len());
    }

    /// Adds what the escape at the front of `bytes`, which begins with `depth` backslashes, stands for, or its mark where
    /// it is none; says how long that is. It stands at `at` of this one's parent.
    pub(super) fn escape(
        &mut self,
        bytes: &[u8],
        at: usize,
        depth: usize,
        dialect: Dialect,
    ) -> usize {
        let Some(escape) = escape_inside(bytes, depth, dialect) else {
            self.copy_at(bytes.get(..1).unwrap_or_default(), at);
            return 1;
        };
        if !escape.bytes().is_empty() {
            self.decode(escape.bytes(), at, escape.len);
        }
        escape.len
    }

    /// Adds `bytes` that are spelled with the `len` bytes at `at`.
    pub(super) fn decode(&mut self, bytes: &[u8], at: usize, len: usize) {
        self.bytes.extend_from_slice(bytes);
        self.map.decoded(bytes.len(), at, len);
    }
}

/// XML text as its author meant it: character references decoded, and each CRLF or lone CR one LF (XML
/// 1.0 §2.11; a CR of the author's own is written `&#13;`). None where nothing has to be undone.
pub(super) fn xml(bytes: &[u8]) -> Option<Unescaped> {
    memchr2(b'&', b'\r', bytes)?;
    let mut out = Unescaped::default();
    let mut at = 0;
    while let Some(i) = memchr2(b'&', b'\r', bytes.get(at..).unwrap_or_default()) {
        let mark = at + i;
        out.copy(bytes, at..mark);
        if bytes.get(mark) == Some(&b'\r') {
            let len = if bytes.get(mark + 1) == Some(&b'\n') {
                2
            } else {
                1
            };
            out.decode(b"\n", mark, len);
            at = mark + len;
        } else if let Some((character, len)) = reference(bytes.get(mark..).unwrap_or_default()) {
            out.decode(character.encode_utf8(&mut [0; 4]).as_bytes(), mark, len);
            at = mark + len;
        } else {
            out.copy(bytes, mark..mark + 1);
            at = mark + 1;
        }
    }
    out.copy(bytes, at..bytes.len());
    Some(out)
}

/// Text with its character references decoded, and nothing else changed. None where there are none.
pub(super) fn references(bytes: &[u8]) -> Option<Unescaped> {
    let mut out = Unescaped::default();
    let (mut at, mut kept) = (0, 0);
    while let Some(i) = memchr(b'&', bytes.get(at..).unwrap_or_default()) {
        let mark = at + i;
        let Some((character, len)) = reference(bytes.get(mark..).unwrap_or_default()) else {
            at = mark + 1;
            continue;
        };
        out.copy(bytes, kept..mark);
        out.decode(character.encode_utf8(&mut [0; 4]).as_bytes(), mark, len);
        at = mark + len;
        kept = at;
    }
    (kept > 0).then(|| {
        out.copy(bytes, kept..bytes.len());
        out
    })
}

/// Text with one LF for each CRLF or lone CR. None where there is none.
pub(super) fn line_ends(bytes: &[u8]) -> Option<Unescaped> {
    memchr(b'\r', bytes)?;
    let mut out = Unescaped::default();
    let mut at = 0;
    while let Some(i) = memchr(b'\r', bytes.get(at..).unwrap_or_default()) {
        let mark = at + i;
        out.copy(bytes, at..mark);
        let len = if bytes.get(mark + 1) == Some(&b'\n') {
            2
        } else {
            1
        };
        out.decode(b"\n", mark, len);
        at = mark + len;
    }
    out.copy(bytes, at..bytes.len());
    Some(out)
}

/// The character a reference at the front of `bytes` stands for, and its length.
fn reference(bytes: &[u8]) -> Option<(char, usize)> {
    let head = bytes.get(..bytes.len().min(12))?;
    let end = memchr(b';', head)?;
    let name = std::str::from_utf8(head.get(1..end)?).ok()?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => self::number(hex.as_bytes(), 16)?,
                None => self::number(number.as_bytes(), 10)?,
            };
            char::from_u32(code)?
        }
    };
    Some((character, end + 1))
}

/// Text out of a string of JSON or of Markdown. Where its line breaks are escaped, a raw one is not the text's but of
/// whoever broke a long line. None where nothing is escaped.
pub(super) fn backslashes(bytes: &[u8]) -> Option<Unescaped> {
    memchr(b'\\', bytes)?;
    let wrapped = memchr::memmem::find(bytes, b"\\n").is_some();
    let (cr, lf) = if wrapped {
        (b'\r', b'\n')
    } else {
        (b'\\', b'\\')
    };
    let mut out = Unescaped::default();
    let mut at = 0;
    while let Some(i) = memchr3(b'\\', cr, lf, bytes.get(at..).unwrap_or_default()) {
        let mark = at + i;
        out.copy(bytes, at..mark);
        at = if bytes.get(mark) == Some(&b'\\') {
            mark + out.escape(
                bytes.get(mark..).unwrap_or_default(),
                mark,
                1,
                Dialect::Json,
            )
        } else {
            mark + 1
        };
    }
    out.copy(bytes, at..bytes.len());
    Some(out)
}

/// What the inside of a string literal spells.
pub(super) fn literal(bytes: &[u8], dialect: Dialect) -> Unescaped {
    literal_inside(bytes, 1, dialect)
}

/// The same where the literal stands inside of literals: an escape begins with `depth` backslashes.
pub(super) fn literal_inside(bytes: &[u8], depth: usize, dialect: Dialect) -> Unescaped {
    let mut out = Unescaped::default();
    let mut at = 0;
    while let Some(i) = memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        let mark = at + i;
        out.copy(bytes, at..mark);
        at = mark + out.escape(bytes.get(mark..).unwrap_or_default(), mark, depth, dialect);
    }
    out.copy(bytes, at..bytes.len());
    out
}

/// The number that `digits` are, all of them digits of this radix: a sign, which the standard library takes, is none.
pub(super) fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let plain = digits.iter().all(|b| char::from(*b).is_digit(radix));
    let text = std::str::from_utf8(digits).ok().filter(|_| plain)?;
    u32::from_str_radix(text, radix).ok()
}

/// The bytes of a dump in hexadecimal, in either case, with or without blanks between groups of any
/// size. Stops at the first thing that is neither; says whether it reached the end.
pub(super) fn dump(bytes: &[u8]) -> (Unescaped, bool) {
    let mut out = Unescaped::default();
    let mut high: Option<(u8, usize)> = None;
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii_whitespace() {
            continue;
        }
        let Some(digit) = char::from(*byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
        else {
            return (out, false);
        };
        match high.take() {
            None => high = Some((digit, at)),
            Some((first, start)) => out.decode(&[first * 16 + digit], start, at + 1 - start),
        }
    }
    (out, high.is_none())
}

/// The bytes that stand in base64 (RFC 4648 §4 and §5), blanks and padding left out. None where something else stands
/// among them.
pub(super) fn base64(bytes: &[u8]) -> Option<Unescaped> {
    let mut out = Unescaped::default();
    let mut group: Vec<(u8, usize)> = Vec::with_capacity(4);
    let mut flush = |group: &mut Vec<(u8, usize)>| -> Option<()> {
        let (Some((_, first)), Some((_, last))) = (group.first(), group.last()) else {
            return Some(());
        };
        let word = group
            .iter()
            .chain(std::iter::repeat(&(0, 0)))
            .take(4)
            .fold(0_u32, |word, (six, _)| word << 6 | u32::from(*six));
        let bytes = word.to_be_bytes();
        let kept = bytes.get(1..group.len())?;
        (!kept.is_empty()).then(|| out.decode(kept, *first, last + 1 - first))?;
        group.clear();
        Some(())
    };
    for (at, byte) in bytes.iter().enumerate() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            _ if byte.is_ascii_whitespace() => continue,
            _ => return None,
        };
        group.push((six, at));
        if group.len() == 4 {
            flush(&mut group)?;
        }
    }
    flush(&mut group)?;
    Some(out)
}

#[cfg(test)]
mod tests;
