//! A text with its escapes undone, however often it was escaped, and the way back to where it stands.
//!
//! Owns the spellings in which one value travels: percent-escapes, backslash escapes, character
//! references, and hexadecimal. For finding values that must not be shown; never for canonical text,
//! which is escaped just as often as its scheme says. Must not know what is looked for.

use std::ops::Range;

use zeroize::Zeroize as _;

/// A text derived from another, each of its bytes with the range that it was spelled with.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    /// The derived bytes.
    pub(crate) bytes: Vec<u8>,
    /// For each of them, where its spelling starts and ends.
    spelled: Vec<(usize, usize)>,
}

/// What was derived may be a secret.
impl Drop for Plain {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// What is left out on the way.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Keep {
    /// Nothing.
    All,
    /// White space and `+`, which stands for a space in queries and turns into one, or the reverse.
    Solid,
}

/// Longest spelling of one byte that is undone in one step: `&quot;`, `\u002B`.
const LONGEST: usize = 6;

impl Plain {
    /// `text` with every escape undone, escapes of escapes among them.
    pub(crate) fn decoded(text: &[u8]) -> Self {
        Self::undo(text, Keep::All)
    }

    /// `text` with every escape undone and without white space and `+`: the same for all spellings of a
    /// value, folded and wrapped ones among them.
    pub(crate) fn squeezed(text: &[u8]) -> Self {
        Self::undo(text, Keep::Solid)
    }

    /// The hexadecimal digits of `text` in lower case. What separates the bytes of a dump is left out;
    /// anything else becomes a zero byte.
    pub(crate) fn hex_digits(text: &[u8]) -> Self {
        let mut out = Self::with_capacity(text.len());
        for (at, byte) in text.iter().enumerate() {
            match byte {
                b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => {
                    out.add(byte.to_ascii_lowercase(), (at, at + 1));
                }
                // `0x41, 0x42`.
                b'x' | b'X' if out.bytes.last() == Some(&b'0') => out.cut(1),
                b' ' | b'\t' | b'\r' | b'\n' | b':' | b'-' | b',' | b'\\' | b'x' => {}
                _ if out.bytes.last() == Some(&0) => {}
                _ => out.add(0, (at, at + 1)),
            }
        }
        out
    }

    /// Where the bytes of `range` stand in the text.
    pub(crate) fn given(&self, range: Range<usize>) -> Range<usize> {
        let first = self.spelled.get(range.start);
        let last = range.end.checked_sub(1).and_then(|i| self.spelled.get(i));
        match (first, last) {
            (Some((start, _)), Some((_, end))) if start < end => *start..*end,
            (Some((start, _)), _) => *start..*start,
            (None, _) => 0..0,
        }
    }

    fn with_capacity(len: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(len),
            spelled: Vec::with_capacity(len),
        }
    }

    fn undo(text: &[u8], keep: Keep) -> Self {
        let mut out = Self::with_capacity(text.len());
        for (at, byte) in text.iter().enumerate() {
            out.push(*byte, (at, at + 1), keep);
        }
        out
    }

    /// Adds a byte, and undoes what it completes. Each step but the first takes bytes away, so the whole
    /// text takes time in its length.
    fn push(&mut self, byte: u8, spelled: (usize, usize), keep: Keep) {
        let mut next = Some((byte, spelled));
        while let Some((byte, spelled)) = next.take() {
            match keep {
                Keep::Solid if byte.is_ascii_whitespace() || byte == b'+' => return,
                Keep::Solid | Keep::All => self.add(byte, spelled),
            }
            if let Some((len, byte)) = completed(&self.bytes) {
                let start = self
                    .spelled
                    .get(self.spelled.len().saturating_sub(len))
                    .map_or(spelled.0, |s| s.0);
                self.cut(len);
                next = Some((byte, (start, spelled.1)));
            }
        }
    }

    fn add(&mut self, byte: u8, spelled: (usize, usize)) {
        self.bytes.push(byte);
        self.spelled.push(spelled);
    }

    fn cut(&mut self, len: usize) {
        let left = self.bytes.len().saturating_sub(len);
        self.bytes.truncate(left);
        self.spelled.truncate(left);
    }
}

/// The escape that `bytes` ends with: its length, and the byte it stands for.
fn completed(bytes: &[u8]) -> Option<(usize, u8)> {
    let digits = |a: &u8, b: &u8| {
        let high = char::from(*a).to_digit(16)?;
        let low = char::from(*b).to_digit(16)?;
        u8::try_from(high * 16 + low).ok()
    };
    match bytes {
        [.., b'%', a, b] => digits(a, b).map(|byte| (3, byte)),
        [.., b'\\', b'u', b'0', b'0', a, b] => digits(a, b).map(|byte| (6, byte)),
        [.., b'\\', b'u'] => None,
        [.., b'\\', b'n'] => Some((2, b'\n')),
        [.., b'\\', b'r'] => Some((2, b'\r')),
        [.., b'\\', b't'] => Some((2, b'\t')),
        [.., b'\\', byte] => Some((2, *byte)),
        [.., b';'] => reference(bytes),
        _ => None,
    }
}

/// The character reference that `bytes` ends with.
fn reference(bytes: &[u8]) -> Option<(usize, u8)> {
    let near = bytes.get(bytes.len().saturating_sub(LONGEST)..)?;
    let start = memchr::memrchr(b'&', near)?;
    let reference = near.get(start..)?;
    let byte = match reference {
        b"&amp;" => b'&',
        b"&lt;" => b'<',
        b"&gt;" => b'>',
        b"&quot;" => b'"',
        b"&apos;" => b'\'',
        [b'&', b'#', b'x' | b'X', hex @ .., b';'] => {
            u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?
        }
        [b'&', b'#', number @ .., b';'] => std::str::from_utf8(number).ok()?.parse().ok()?,
        _ => return None,
    };
    Some((reference.len(), byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_value_is_the_same_once_squeezed() {
        let value = &Plain::squeezed(b"Fwo/G+a==Z");
        let value = &value.bytes;
        for spelling in [
            "Fwo/G+a==Z",
            "Fwo%2FG%2Ba%3D%3DZ",
            "Fwo%2fG%2ba%3d%3dZ",
            "Fwo%252FG%252Ba%253D%253DZ",
            "Fwo%25252FG%25252Ba%25253D%25253DZ",
            "Fwo/G%20a==Z",
            "Fwo/\r\n  G+a==Z",
            "Fwo%2\nFG+a==Z",
            r"Fwo\/G+a==Z",
            r"Fwo\\\/G\u002ba\u003d=Z",
            r"Fwo\\u002fG+a==Z",
            "Fwo&#47;G&#x2B;a==Z",
            "Fwo&amp;#x2f;G+a==Z",
        ] {
            let plain = Plain::squeezed(format!("a={spelling}&b").as_bytes());
            let at = memchr::memmem::find(&plain.bytes, value);
            let at = at.unwrap_or_else(|| panic!("{spelling}: {:?}", plain.bytes));
            let given = plain.given(at..at + value.len());
            assert_eq!(given, 2..2 + spelling.len(), "{spelling}");
        }
    }

    #[test]
    fn dumps_are_digits_whatever_separates_them() {
        for dump in [
            "46 77 6F",
            "4677 6f",
            "46:77:6f",
            "0x46, 0x77, 0x6F",
            r"\x46\x77\x6f",
        ] {
            assert_eq!(Plain::hex_digits(dump.as_bytes()).bytes, b"46776f");
        }
        assert_eq!(Plain::hex_digits(b"46zz77").bytes, b"46\x0077");
    }

    #[test]
    fn escapes_nested_without_end_take_linear_time() {
        let text = [b"%".as_slice(), &b"25".repeat(2_000_000)].concat();
        assert_eq!(Plain::decoded(&text).bytes, b"%25".get(..1).unwrap());
    }
}
