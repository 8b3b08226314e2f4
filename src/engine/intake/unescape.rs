//! Undoing escapes, each with the way back to what was pasted.
//!
//! Owns character references and line ends of XML, backslash escapes, and hexadecimal dumps. Must not
//! know where the text came from.

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

/// Text out of a string literal: `\n`, `\/`, `\"`, `\<`, `\u003c`, `\\`. Where its line breaks are escaped,
/// a raw one is not the text's but of whoever broke a long line. None where nothing is escaped.
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
        let rest = bytes.get(mark..).unwrap_or_default();
        if rest.first() != Some(&b'\\') {
            at = mark + 1;
            continue;
        }
        let (text, len) = match rest.get(1) {
            Some(b'n') => (Some('\n'), 2),
            Some(b'r') => (Some('\r'), 2),
            Some(b't') => (Some('\t'), 2),
            Some(b'u') => unicode(rest).map_or((None, 1), |(c, len)| (Some(c), len)),
            Some(b) if b.is_ascii_punctuation() => (Some(char::from(*b)), 2),
            _ => (None, 1),
        };
        match text {
            Some(c) => out.decode(c.encode_utf8(&mut [0; 4]).as_bytes(), mark, len),
            None => out.copy(bytes, mark..mark + 1),
        }
        at = mark + len;
    }
    out.copy(bytes, at..bytes.len());
    Some(out)
}

/// The bytes that a string literal spells: besides what [`backslashes`] undoes, `\x0a` is a byte, as Python, Ruby,
/// Go and PHP write it, and so are `\0`, `\a`, `\b`, `\e`, `\f` and `\v`.
pub(super) fn literal(bytes: &[u8]) -> Unescaped {
    let mut out = Unescaped::default();
    let mut at = 0;
    while let Some(i) = memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        let mark = at + i;
        out.copy(bytes, at..mark);
        let rest = bytes.get(mark..).unwrap_or_default();
        let byte = |byte: u8| (Some(char::from(byte)), 2);
        let (text, len) = match rest.get(1) {
            Some(b'n') => byte(b'\n'),
            Some(b'r') => byte(b'\r'),
            Some(b't') => byte(b'\t'),
            Some(b'0') => byte(0),
            Some(b'a') => byte(7),
            Some(b'b') => byte(8),
            Some(b'v') => byte(11),
            Some(b'f') => byte(12),
            Some(b'e') => byte(27),
            Some(b'x') => match rest.get(2..4).and_then(|d| hex::decode(d).ok()).as_deref() {
                Some([value]) => {
                    out.decode(&[*value], mark, 4);
                    at = mark + 4;
                    continue;
                }
                _ => (None, 1),
            },
            Some(b'u') => unicode(rest).map_or((None, 1), |(c, len)| (Some(c), len)),
            Some(b) if b.is_ascii_punctuation() => (Some(char::from(*b)), 2),
            _ => (None, 1),
        };
        match text {
            Some(c) => out.decode(c.encode_utf8(&mut [0; 4]).as_bytes(), mark, len),
            None => out.copy(bytes, mark..mark + 1),
        }
        at = mark + len;
    }
    out.copy(bytes, at..bytes.len());
    out
}

/// `\uXXXX`, or two of them where they are a surrogate pair.
fn unicode(bytes: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::try_from(number(digits, 16)?).ok()
    };
    let first = unit(0)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some((c, 6));
    }
    let pair = [first, unit(6)?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((c, 12))
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
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_character_reference_is_read() {
        let got = xml(b"a&amp;b&#38;c&#x26;d&#X0D;&#10;e&lt;&gt;&quot;&apos;").unwrap();
        assert_eq!(got.bytes, b"a&b&c&d\r\ne<>\"'");
        assert_eq!(got.map.to_parent(1..2), 1..6);
        assert_eq!(got.map.child_len(), got.bytes.len());
    }

    #[test]
    fn what_is_no_reference_stays() {
        assert_eq!(
            xml(b"a&b & &; &#xD800; &nosuch;\r").unwrap().bytes,
            b"a&b & &; &#xD800; &nosuch;\n"
        );
        assert_eq!(xml(b"plain\ntext"), None);
    }

    #[test]
    fn a_line_end_of_xml_is_one_lf_however_it_was_typed() {
        assert_eq!(xml(b"a\r\nb\rc\n\r").unwrap().bytes, b"a\nb\nc\n\n");
    }

    #[test]
    fn string_literals_are_read_as_json_and_markdown_write_them() {
        let got = backslashes(br"\u003cA\u003e\n\/x\\y\<\uD83D\uDE00\q").unwrap();
        assert_eq!(got.bytes, "<A>\n/x\\y<\u{1F600}\\q".as_bytes());
        assert_eq!(got.map.to_parent(0..1), 0..6);
        assert_eq!(got.map.child_len(), got.bytes.len());
    }

    #[test]
    fn a_sign_is_no_digit_of_an_escape() {
        for text in [&br"\u+041"[..], br"\u004-", br"\ud83d\u+e00"] {
            assert_eq!(backslashes(text).unwrap().bytes, text);
            assert_eq!(literal(text).bytes, text);
        }
        let text = b"&#x+26; &#+38;";
        assert_eq!(xml(text).unwrap().bytes, text);
    }

    #[test]
    fn the_bytes_of_a_literal_are_read_as_python_and_ruby_write_them() {
        let got = literal(br#"a\r\nb\xffc\"d\'\x0\0\e\\n"#);
        assert_eq!(got.bytes, b"a\r\nb\xffc\"d'\\x0\0\x1b\\n");
        assert_eq!(got.map.to_parent(4..5), 6..10);
        assert_eq!(got.map.child_len(), got.bytes.len());
    }

    #[test]
    fn a_raw_line_break_in_a_literal_is_of_whoever_broke_the_line() {
        assert_eq!(backslashes(b"a\\nb\nc\r\nd").unwrap().bytes, b"a\nbcd");
        assert_eq!(backslashes(b"\\<a\\>\nb").unwrap().bytes, b"<a>\nb");
    }

    #[test]
    fn dumps_are_read_in_any_grouping() {
        for text in ["41 57 53 0a", "4157 530A ", "4157530a", "41\n57\t53 0A"] {
            let (got, whole) = dump(text.as_bytes());
            assert_eq!(
                (got.bytes.as_slice(), whole),
                (&b"AWS\n"[..], true),
                "{text}"
            );
        }
        let (got, whole) = dump(b"41 57 5");
        assert_eq!((got.bytes.as_slice(), whole), (&b"AW"[..], false));
        assert!(!dump(b"41 zz").1);
    }
}
