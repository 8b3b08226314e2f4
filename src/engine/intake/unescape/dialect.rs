//! What the escapes of string literals mean, by who writes them.
//!
//! Owns every such table. Must not know where a literal begins or ends, nor what it says.

use std::ops::RangeInclusive;

use super::number;

/// Whose escapes a literal has.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(in crate::engine::intake) enum Dialect {
    /// JSON (RFC 8259 §7); and Markdown, which lets any punctuation be escaped (CommonMark 0.31 §2.4).
    Json,
    /// JavaScript (ECMA-262 §12.9.4, and Annex B.1.2 for octal digits).
    JavaScript,
    /// Python (Lexical analysis §2.5.1). What begins no escape keeps its backslash.
    Python(Unit),
    /// What a program prints of a text, whose language the print does not tell. The printers agree but for what
    /// `\xff` is: `repr` of Python, `inspect` of Node and of Ruby, `%q` of Go (the specification's Rune literals),
    /// `Debug` of Rust, JSON and the dumps of C, which write octal digits, three of them.
    Printed(Unit),
    /// `$'…'` of bash (POSIX.1-2024, Shell Command Language §2.2.4; the manual of bash, ANSI-C Quoting). What begins no
    /// escape keeps its backslash.
    AnsiC,
    /// PowerShell (`about_Special_Characters`), whose escapes begin with a backtick.
    PowerShell,
}

/// What a literal is made of, and so what `\xff` stands for in it.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(in crate::engine::intake) enum Unit {
    /// Bytes: Python's `b"…"`, and texts of Go, Ruby, C and shells.
    Byte,
    /// Characters: JavaScript, and Python's texts.
    Character,
}

/// What an escape stands for.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(in crate::engine::intake) struct Escape {
    buffer: [u8; 4],
    used: usize,
    /// How many bytes it is spelled with.
    pub(in crate::engine::intake) len: usize,
}

impl Escape {
    /// The bytes it stands for; none for a line break that only breaks a long literal.
    pub(in crate::engine::intake) fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.used).unwrap_or_default()
    }

    fn nothing(len: usize) -> Self {
        Self {
            buffer: [0; 4],
            used: 0,
            len,
        }
    }

    fn byte(byte: u8, len: usize) -> Self {
        Self {
            buffer: [byte, 0, 0, 0],
            used: 1,
            len,
        }
    }

    /// The character of this code; none where there is no such one, as of half of a surrogate pair.
    fn character(code: u32, len: usize) -> Option<Self> {
        let mut buffer = [0; 4];
        let used = char::from_u32(code)?.encode_utf8(&mut buffer).len();
        Some(Self { buffer, used, len })
    }

    /// The byte or the character of this code. What octal digits say beyond a byte is left out, as Python and bash do.
    fn of(unit: Unit, code: u32, len: usize) -> Option<Self> {
        match unit {
            Unit::Byte => Some(Self::byte(u8::try_from(code & 0xFF).ok()?, len)),
            Unit::Character => Self::character(code, len),
        }
    }
}

/// What the escape at the front of `bytes` stands for; none where none begins there, and so its backslash is one.
pub(in crate::engine::intake) fn escape(bytes: &[u8], dialect: Dialect) -> Option<Escape> {
    escape_inside(bytes, 1, dialect)
}

/// The same in a literal inside of literals, each of which doubles the backslashes of what it holds, so that an escape
/// begins with `depth` of them.
pub(in crate::engine::intake) fn escape_inside(
    bytes: &[u8],
    depth: usize,
    dialect: Dialect,
) -> Option<Escape> {
    let outer = depth.checked_sub(1)?;
    if !bytes.get(..outer)?.iter().all(|b| *b == b'\\') {
        return None;
    }
    let rest = bytes.get(outer..)?;
    let lead = match dialect {
        Dialect::PowerShell => b'`',
        Dialect::Json
        | Dialect::JavaScript
        | Dialect::Python(_)
        | Dialect::Printed(_)
        | Dialect::AnsiC => b'\\',
    };
    let front = Front {
        rest,
        letter: *rest.get(1).filter(|_| rest.first() == Some(&lead))?,
        depth,
    };
    // A backslash itself is doubled by each level as well.
    if front.letter == b'\\' && outer > 0 {
        let whole = bytes.get(..2 * depth)?;
        let all = whole.iter().all(|b| *b == b'\\');
        return all.then(|| Escape::byte(b'\\', whole.len()));
    }
    let found = match dialect {
        Dialect::Json => front.json(),
        Dialect::JavaScript => front.javascript(),
        Dialect::Python(unit) => front.python(unit),
        Dialect::Printed(unit) => front.printed(unit),
        Dialect::AnsiC => front.ansi_c(),
        Dialect::PowerShell => front.powershell(),
    }?;
    Some(Escape {
        len: found.len + outer,
        ..found
    })
}

/// What begins with the mark of an escape.
#[derive(Copy, Clone)]
struct Front<'b> {
    rest: &'b [u8],
    /// What stands behind the mark.
    letter: u8,
    /// How many backslashes begin an escape.
    depth: usize,
}

impl Front<'_> {
    fn json(self) -> Option<Escape> {
        match self.letter {
            b'b' | b'f' | b'n' | b'r' | b't' => self.control(),
            b'u' => self.utf16(),
            mark if mark.is_ascii_punctuation() => Some(self.itself()),
            _ => None,
        }
    }

    fn javascript(self) -> Option<Escape> {
        match self.letter {
            b'b' | b'f' | b'n' | b'r' | b't' | b'v' => self.control(),
            b'0'..=b'3' => self.octal(3, Unit::Character),
            b'4'..=b'7' => self.octal(2, Unit::Character),
            b'x' => self.hex(2..=2, Unit::Character),
            b'u' => self.braced().or_else(|| self.utf16()),
            b'\n' | b'\r' => Some(self.line_break()),
            // The separators of lines and paragraphs, U+2028 and U+2029.
            0xE2 if matches!(self.rest.get(2..4), Some([0x80, 0xA8 | 0xA9])) => {
                Some(Escape::nothing(4))
            }
            _ => Some(self.itself()),
        }
    }

    fn python(self, unit: Unit) -> Option<Escape> {
        match (self.letter, unit) {
            (b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v', _) => self.control(),
            (b'\\' | b'\'' | b'"', _) => Some(self.itself()),
            (b'0'..=b'7', _) => self.octal(3, unit),
            (b'x', _) => self.hex(2..=2, unit),
            // Two halves of a pair are two characters to Python, which it cannot send but as JSON; there they are one.
            (b'u', Unit::Character) => self.utf16(),
            (b'U', Unit::Character) => self.hex(8..=8, unit),
            (b'\n' | b'\r', _) => Some(self.line_break()),
            // `\N{name}` needs a table of names: it stays, as what is unknown.
            (_, Unit::Byte | Unit::Character) => None,
        }
    }

    fn printed(self, unit: Unit) -> Option<Escape> {
        match self.letter {
            b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' | b'v' => self.control(),
            b'0'..=b'3' if self.digits(1, 3, 8).is_some_and(|(_, len)| len == 4) => {
                self.octal(3, Unit::Byte)
            }
            b'0' => Some(Escape::byte(0, 2)),
            b'x' => self.hex(2..=2, unit),
            b'u' => self.braced().or_else(|| self.utf16()),
            b'U' => self.hex(8..=8, Unit::Character),
            mark if mark.is_ascii_punctuation() => Some(self.itself()),
            _ => None,
        }
    }

    fn ansi_c(self) -> Option<Escape> {
        match self.letter {
            b'a' | b'b' | b'e' | b'E' | b'f' | b'n' | b'r' | b't' | b'v' => self.control(),
            b'\\' | b'\'' | b'"' | b'?' => Some(self.itself()),
            b'0'..=b'7' => self.octal(3, Unit::Byte),
            b'x' => self.hex(1..=2, Unit::Byte),
            b'u' => self.hex(1..=4, Unit::Character),
            b'U' => self.hex(1..=8, Unit::Character),
            b'c' => Some(Escape::byte(self.rest.get(2)? & 0x1F, 3)),
            _ => None,
        }
    }

    fn powershell(self) -> Option<Escape> {
        match self.letter {
            b'0' => Some(Escape::byte(0, 2)),
            b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' | b'v' => self.control(),
            b'u' => Some(self.braced().unwrap_or_else(|| self.itself())),
            _ => Some(self.itself()),
        }
    }

    /// The control character that a letter stands for, wherever it stands for one.
    fn control(self) -> Option<Escape> {
        let byte = match self.letter {
            b'a' => 0x07,
            b'b' => 0x08,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 0x0B,
            b'f' => 0x0C,
            b'r' => b'\r',
            b'e' | b'E' => 0x1B,
            _ => return None,
        };
        Some(Escape::byte(byte, 2))
    }

    /// A character that stands for itself.
    fn itself(self) -> Escape {
        if self.letter.is_ascii() {
            Escape::byte(self.letter, 2)
        } else {
            // Of a character of several bytes only the mark before it goes.
            Escape::nothing(1)
        }
    }

    /// The line break that breaks a long literal, and is not of its text.
    fn line_break(self) -> Escape {
        let pair = self.rest.get(1..3) == Some(b"\r\n");
        Escape::nothing(if pair { 3 } else { 2 })
    }

    /// The number that at most `most` digits at `at` are, and where they end; none where there is none. A sign is no
    /// digit.
    fn digits(self, at: usize, most: usize, radix: u32) -> Option<(u32, usize)> {
        let is_digit = |b: &&u8| char::from(**b).is_digit(radix);
        let run = self.rest.iter().skip(at).take(most).take_while(is_digit);
        let end = at + run.count();
        Some((number(self.rest.get(at..end)?, radix)?, end))
    }

    fn octal(self, most: usize, unit: Unit) -> Option<Escape> {
        let (code, len) = self.digits(1, most, 8)?;
        Escape::of(unit, code, len)
    }

    /// The byte or character of so many hexadecimal digits behind the letter.
    fn hex(self, digits: RangeInclusive<usize>, unit: Unit) -> Option<Escape> {
        let (code, len) = self.digits(2, *digits.end(), 16)?;
        (len >= 2 + digits.start()).then(|| Escape::of(unit, code, len))?
    }

    /// `\u{1f600}`.
    fn braced(self) -> Option<Escape> {
        let (code, end) = self.digits(3, 6, 16)?;
        let closed = self.rest.get(2) == Some(&b'{') && self.rest.get(end) == Some(&b'}');
        closed.then(|| Escape::character(code, end + 1))?
    }

    /// `\uXXXX`, or two of them where they are a surrogate pair (RFC 8259 §7).
    fn utf16(self) -> Option<Escape> {
        let unit = |at: usize| {
            let (code, end) = self.digits(at, 4, 16)?;
            (end == at + 4).then(|| u16::try_from(code).ok())?
        };
        let first = unit(2)?;
        if let Some(one) = Escape::character(u32::from(first), 6) {
            return Some(one);
        }
        let (marks, letter) = self.rest.get(6..=6 + self.depth)?.split_at(self.depth);
        if letter != b"u" || !marks.iter().all(|b| *b == b'\\') {
            return None;
        }
        let pair = [first, unit(7 + self.depth)?];
        let c = char::decode_utf16(pair).next()?.ok()?;
        Escape::character(u32::from(c), 11 + self.depth)
    }
}
