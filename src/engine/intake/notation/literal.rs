//! String literals of JSON, JavaScript, Python and PowerShell, each decoded with the way back.
//!
//! Owns where a literal ends and what its escapes mean. Must not know what stands around it.

use std::ops::Range;

use super::Language;
use crate::engine::document::Peel;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::{Unescaped, number};

/// A string literal, not decoded yet.
#[derive(Clone, Debug)]
pub(in crate::engine::intake) struct Literal {
    /// All of it, prefix and quotes included, as offsets of the text.
    pub(in crate::engine::intake) place: Range<usize>,
    /// What stands between the quotes.
    pub(in crate::engine::intake) inner: Range<usize>,
    /// Whether its quotes let escapes mean something.
    escapes: bool,
    /// What opens and closes the place of another value in it: `${x}` of a template, `{x}` of an f-string.
    pub(super) holes: Option<(&'static str, &'static str)>,
    /// Whether its end is there.
    pub(super) closed: bool,
    language: Language,
    unit: Unit,
}

/// What a literal is made of, and so what `\xff` stands for in it.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Unit {
    /// Bytes: Python's `b"…"`.
    Byte,
    /// Characters.
    Character,
}

impl Literal {
    /// Reads the literal at the front of `bytes`, which stand at `base`; none where there is none.
    pub(in crate::engine::intake) fn read(
        bytes: &[u8],
        base: usize,
        language: Language,
    ) -> Option<Self> {
        let prefix = match language {
            Language::Python => bytes
                .iter()
                .take(2)
                .take_while(|b| b"bBuUrRfF".contains(b))
                .count(),
            Language::JavaScript | Language::PowerShell => 0,
        };
        let letters = bytes.get(..prefix)?.to_ascii_lowercase();
        let quote = *bytes.get(prefix)?;
        match (quote, language) {
            (b'"' | b'\'', _) | (b'`', Language::JavaScript) => {}
            _ => return None,
        }
        let three = [quote; 3];
        let triple =
            language == Language::Python && bytes.get(prefix..prefix + 3) == Some(three.as_slice());
        let width = if triple { 3 } else { 1 };
        let raw = letters.contains(&b'r') || language == Language::PowerShell && quote == b'\'';
        let start = prefix + width;
        let (len, closed) = end(
            bytes.get(start..)?,
            quote,
            triple,
            match language {
                Language::PowerShell if quote == b'\'' => None,
                Language::PowerShell => Some(b'`'),
                Language::JavaScript | Language::Python => Some(b'\\'),
            },
            language == Language::PowerShell,
        );
        let stop = start + len;
        let holes = match language {
            Language::JavaScript if quote == b'`' => Some(("${", "}")),
            Language::Python if letters.contains(&b'f') => Some(("{", "}")),
            Language::JavaScript | Language::Python | Language::PowerShell => None,
        };
        Some(Self {
            place: base..base + stop + if closed { width } else { 0 },
            inner: base + start..base + stop,
            escapes: !raw,
            holes,
            closed,
            language,
            unit: if letters.contains(&b'b') {
                Unit::Byte
            } else {
                Unit::Character
            },
        })
    }

    /// What stands between its quotes, as it is spelled.
    pub(in crate::engine::intake) fn raw<'t>(&self, text: &'t Text) -> &'t [u8] {
        text.get(self.inner.clone())
    }

    /// Its text, or its bytes.
    pub(in crate::engine::intake) fn piece(&self, text: &Text) -> Piece {
        let bytes = self.raw(text);
        let shift = self.inner.start - self.place.start;
        let mark = match self.language {
            Language::PowerShell => memchr::memchr3(b'`', b'$', b'"', bytes)
                .or_else(|| memchr::memchr(b'\'', bytes).filter(|_| !self.escapes)),
            Language::JavaScript | Language::Python => {
                memchr::memchr(b'\\', bytes).filter(|_| self.escapes)
            }
        };
        let mut out = Unescaped::default();
        if mark.is_none() {
            out.copy_at(bytes, shift);
            let mut piece = Piece::new(out, self.place.clone(), Peel::BackslashEscapes);
            piece.plain = Some(self.inner.start);
            piece.octets = self.unit == Unit::Byte;
            return piece;
        }
        match self.language {
            Language::PowerShell => powershell(bytes, shift, self.escapes, &mut out),
            Language::JavaScript | Language::Python => {
                backslashes(bytes, shift, (self.language, self.unit), &mut out);
            }
        }
        let peel = match self.language {
            Language::PowerShell => Peel::ShellQuotes,
            Language::JavaScript | Language::Python => Peel::BackslashEscapes,
        };
        let mut piece = Piece::new(out, self.place.clone(), peel);
        piece.octets = self.unit == Unit::Byte;
        piece
    }
}

/// The length of what stands before the closing quote, and whether that is there.
fn end(bytes: &[u8], quote: u8, triple: bool, escape: Option<u8>, doubled: bool) -> (usize, bool) {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let Some(found) = memchr::memchr2(quote, escape.unwrap_or(quote), rest) else {
            break;
        };
        at += found;
        let escaped = bytes.get(at) == escape.as_ref();
        if escaped || doubled && bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else if !triple || bytes.get(at..at + 3) == Some([quote; 3].as_slice()) {
            return (at, true);
        } else {
            at += 1;
        }
    }
    (bytes.len(), false)
}

/// The escapes of JSON, JavaScript and Python (ECMA-262 §12.9.4, Python's Lexical analysis §2.5).
fn backslashes(bytes: &[u8], shift: usize, kind: (Language, Unit), out: &mut Unescaped) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        let mark = at + found;
        out.copy_at(bytes.get(at..mark).unwrap_or_default(), shift + at);
        let rest = bytes.get(mark..).unwrap_or_default();
        let (decoded, len) = escape(rest, kind);
        match decoded {
            Some(decoded) => out.decode(&decoded, shift + mark, len),
            None => out.copy_at(rest.get(..len).unwrap_or_default(), shift + mark),
        }
        at = mark + len;
    }
    out.copy_at(bytes.get(at..).unwrap_or_default(), shift + at);
}

/// What the escape at the front of `bytes` stands for, none where it stands for itself, and its length.
fn escape(bytes: &[u8], (language, unit): (Language, Unit)) -> (Option<Vec<u8>>, usize) {
    let one = |byte: u8| (Some(vec![byte]), 2);
    let hex = |digits: usize| number(bytes.get(2..2 + digits)?, 16);
    let character = |code: Option<u32>, len: usize| {
        let text = code.and_then(|code| match unit {
            // What an octal escape says beyond a byte is left out.
            Unit::Byte => Some(vec![u8::try_from(code & 0xFF).ok()?]),
            Unit::Character => Some(char::from_u32(code)?.to_string().into_bytes()),
        });
        match text {
            Some(text) => (Some(text), len),
            None => (None, 1),
        }
    };
    let as_it_stands = (None, bytes.len().clamp(1, 2));
    match bytes.get(1) {
        None => (None, 1),
        Some(b'n') => one(b'\n'),
        Some(b'r') => one(b'\r'),
        Some(b't') => one(b'\t'),
        Some(b'b') => one(8),
        Some(b'f') => one(12),
        Some(b'v') => one(11),
        Some(b'0'..=b'7') if language == Language::Python => {
            let octal = |b: &&u8| (b'0'..=b'7').contains(*b);
            let digits = bytes.iter().skip(1).take(3).take_while(octal).count();
            let code = bytes.get(1..=digits).and_then(|d| number(d, 8));
            character(code, 1 + digits)
        }
        Some(b'0') => one(0),
        Some(b'a') if language == Language::Python => one(7),
        Some(b'x') => character(hex(2), 4),
        // Bytes have no characters to name, and keep a backslash that begins no escape.
        Some(b'u' | b'U') if unit == Unit::Byte => as_it_stands,
        Some(b'u') => match hex(4) {
            Some(high @ 0xD800..=0xDBFF) if bytes.get(6..8) == Some(b"\\u".as_slice()) => {
                let low = bytes
                    .get(8..12)
                    .and_then(|d| number(d, 16))
                    .filter(|low| (0xDC00..0xE000).contains(low));
                let code = low.map(|low| 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
                character(code, 12)
            }
            Some(code) => character(Some(code), 6),
            None => as_it_stands,
        },
        Some(b'U') if language == Language::Python => character(hex(8), 10),
        Some(b'\n') => (Some(Vec::new()), 2),
        Some(b'\r') if bytes.get(2) == Some(&b'\n') => (Some(Vec::new()), 3),
        Some(c @ (b'\\' | b'\'' | b'"')) => one(*c),
        Some(c) if c.is_ascii_punctuation() && unit == Unit::Character => one(*c),
        // JavaScript leaves the backslash out, Python keeps it.
        Some(c) => match language {
            Language::JavaScript => one(*c),
            Language::Python | Language::PowerShell => as_it_stands,
        },
    }
}

/// The escapes of PowerShell (about_Special_Characters, about_Quoting_Rules): a backtick, a doubled quote, and
/// `$([char]233)`, as browsers write what is not ASCII.
fn powershell(bytes: &[u8], shift: usize, double: bool, out: &mut Unescaped) {
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let next = bytes.get(at + 1).copied();
        let (decoded, len) = match (double, byte, next) {
            (false, b'\'', Some(b'\'')) => (Some(vec![b'\'']), 2),
            (true, b'"', Some(b'"')) => (Some(vec![b'"']), 2),
            (true, b'`', Some(c)) => {
                let byte = match c {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'0' => 0,
                    other => other,
                };
                (Some(vec![byte]), 2)
            }
            (true, b'$', Some(b'(')) => {
                character_of(bytes.get(at..).unwrap_or_default()).unwrap_or((None, 1))
            }
            _ => (None, 1),
        };
        match decoded {
            Some(decoded) => out.decode(&decoded, shift + at, len),
            None => out.copy_at(bytes.get(at..at + len).unwrap_or_default(), shift + at),
        }
        at += len;
    }
}

/// `$([char]233)`, or two of them that are a pair of surrogates.
fn character_of(bytes: &[u8]) -> Option<(Option<Vec<u8>>, usize)> {
    let unit = |bytes: &[u8]| {
        let rest = bytes.strip_prefix(b"$([char]")?;
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let number = std::str::from_utf8(rest.get(..digits)?).ok()?;
        (rest.get(digits) == Some(&b')')).then_some((number.parse::<u16>().ok()?, 9 + digits))
    };
    let (first, len) = unit(bytes)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some((Some(c.to_string().into_bytes()), len));
    }
    let (second, more) = unit(bytes.get(len..)?)?;
    let c = char::decode_utf16([first, second]).next()?.ok()?;
    Some((Some(c.to_string().into_bytes()), len + more))
}
