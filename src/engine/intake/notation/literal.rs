//! String literals of JSON, JavaScript, Python and PowerShell, and those that programs print, each decoded with the way
//! back.
//!
//! Owns how each language opens one. Must not know what stands around it, nor what an escape means.

use std::ops::Range;

use super::Language;
use crate::engine::document::Peel;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::{
    self, DEEPEST, Dialect, Joint, Quoting, Unescaped, Unit, close, seam,
};

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
    pub(in crate::engine::intake) closed: bool,
    dialect: Dialect,
    /// How many backslashes begin an escape: one where it stands in no other literal.
    depth: usize,
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
        let inside = bytes.get(start..)?;
        let quoting = match language {
            Language::PowerShell if quote == b'\'' => Quoting::Doubled,
            Language::PowerShell => Quoting::Backtick,
            Language::Python if triple => Quoting::Triple,
            Language::JavaScript | Language::Python => Quoting::Backslashes { depth: 1 },
        };
        let end = close(inside, quote, quoting);
        let (len, closed) = (end.unwrap_or(inside.len()), end.is_some());
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
            dialect: match language {
                Language::JavaScript => Dialect::JavaScript,
                Language::Python if letters.contains(&b'b') => Dialect::Python(Unit::Byte),
                Language::Python => Dialect::Python(Unit::Character),
                Language::PowerShell => Dialect::PowerShell,
            },
            depth: 1,
        })
    }

    /// Reads the literal at the front of `bytes`, which stand at `base`, in what a program prints, whatever its language;
    /// none where there is none. Where that stands in a literal itself, its quotes are escaped.
    pub(super) fn printed(bytes: &[u8], base: usize) -> Option<Self> {
        let prefix = bytes
            .iter()
            .take(1)
            .take_while(|b| b"bu".contains(b))
            .count();
        let marks = bytes.iter().skip(prefix).take(DEEPEST);
        let marks = marks.take_while(|b| **b == b'\\').count();
        let start = prefix + marks + 1;
        let quote = *bytes.get(start - 1).filter(|b| b"\"'`".contains(b))?;
        let (inside, depth) = (bytes.get(start..)?, marks + 1);
        let end = close(inside, quote, Quoting::Backslashes { depth });
        let stop = start + end.unwrap_or(inside.len());
        // The literal around it may end first.
        let closing = bytes.iter().skip(stop).take(marks);
        let closing = closing.take_while(|b| **b == b'\\').count() + usize::from(end.is_some());
        Some(Self {
            place: base..base + stop + closing,
            inner: base + start..base + stop,
            escapes: true,
            holes: None,
            closed: end.is_some(),
            dialect: Dialect::Printed(if bytes.first() == Some(&b'b') {
                Unit::Byte
            } else {
                Unit::Character
            }),
            depth,
        })
    }

    /// The literal that goes on with this one, at the front of what stands behind it; none where there is none.
    pub(super) fn goes_on(&self, text: &Text, limit: usize) -> Option<Self> {
        let closing = self.place.end.checked_sub(1)?;
        let bytes = text.get(closing..limit);
        let len = seam(bytes, Joint::Sum).filter(|_| self.closed && self.depth == 1)?;
        // The prefix of the next one stands in the gap.
        let prefix = usize::from(matches!(bytes.get(len - 2), Some(b'b' | b'u')));
        let from = len - 1 - prefix;
        Self::printed(bytes.get(from..)?, closing + from)
    }

    /// What stands between its quotes, as it is spelled.
    pub(in crate::engine::intake) fn raw<'t>(&self, text: &'t Text) -> &'t [u8] {
        text.get(self.inner.clone())
    }

    /// Its text, or its bytes.
    pub(in crate::engine::intake) fn piece(&self, text: &Text) -> Piece {
        let bytes = self.raw(text);
        let shift = self.inner.start - self.place.start;
        let (mark, peel) = match self.dialect {
            Dialect::PowerShell => {
                let mark = memchr::memchr3(b'`', b'$', b'"', bytes)
                    .or_else(|| memchr::memchr(b'\'', bytes).filter(|_| !self.escapes));
                (mark, Peel::ShellQuotes)
            }
            Dialect::Json
            | Dialect::JavaScript
            | Dialect::Python(_)
            | Dialect::Printed(_)
            | Dialect::AnsiC => {
                let mark = memchr::memchr(b'\\', bytes).filter(|_| self.escapes);
                (mark, Peel::BackslashEscapes)
            }
        };
        let octets = self.dialect == Dialect::Python(Unit::Byte);
        let mut out = Unescaped::default();
        if mark.is_none() {
            out.copy_at(bytes, shift);
            let mut piece = Piece::new(out, self.place.clone(), Peel::BackslashEscapes);
            piece.plain = Some(self.inner.start);
            piece.octets = octets;
            return piece;
        }
        let read = |dialect| unescape::literal_inside(bytes, self.depth, dialect);
        match self.dialect {
            Dialect::PowerShell => powershell(bytes, shift, self.escapes, &mut out),
            Dialect::Printed(Unit::Character) => {
                // Python and Node print `\xa0` for a character of a text, others for a byte of one. What is no text
                // read as bytes is one of theirs.
                let mut text = read(Dialect::Printed(Unit::Byte));
                if std::str::from_utf8(&text.bytes).is_err() {
                    text = read(self.dialect);
                }
                out.append(&text, shift);
            }
            Dialect::Json
            | Dialect::JavaScript
            | Dialect::Python(_)
            | Dialect::Printed(Unit::Byte)
            | Dialect::AnsiC => out.append(&read(self.dialect), shift),
        }
        let mut piece = Piece::new(out, self.place.clone(), peel);
        piece.octets = octets;
        piece
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
            (true, b'`', Some(_)) => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += out.escape(rest, shift + at, 1, Dialect::PowerShell);
                continue;
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
