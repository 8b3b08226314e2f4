//! What stands between letters: colours, escapes of literals, quotes of a shell, encodings of mail, and the quotes
//! and blanks that word processors put in the place of plain ones.
//!
//! Owns undoing one level of each over a whole text. Must not know what the text means.

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::engine::intake::unescape::{Dialect, Joint, Unescaped, Unit, escape, number, seam};

/// How ESC is written: itself, the picture of it, and as `cat -v` and `less` show it.
const ESC: [&[u8]; 3] = [b"\x1b", "\u{241B}".as_bytes(), b"^["];
/// The first byte of each.
const ESC_FIRST: [u8; 3] = [0x1B, 0xE2, b'^'];

/// Text without the sequences that give a terminal's text its colours (ECMA-48 §5.4, `ESC [ … m` and its like).
/// Where ESC itself was lost on the way, what is left of the sequences of colours.
pub(in crate::engine::intake) fn colours(bytes: &[u8]) -> Option<Unescaped> {
    let escaped = ESC.iter().any(|esc| memmem::find(bytes, esc).is_some());
    let bare = || {
        let ends: [&[u8]; 2] = [b"[0m", b"[m"];
        ends.iter().any(|end| memmem::find(bytes, end).is_some())
    };
    if !escaped && !bare() {
        return None;
    }
    let (out, any) = without(bytes, !escaped, |_| true);
    any.then_some(out)
}

/// The same of a text of any length, as far as `fits` says that what was made of it may go on growing. None where no
/// colour stands in it with its ESC: of what is left of one without it, a long text may hold something else.
pub(super) fn colours_while(bytes: &[u8], fits: impl Fn(&Unescaped) -> bool) -> Option<Unescaped> {
    let coloured = |esc: &&[u8]| {
        memmem::find_iter(bytes, esc)
            .any(|at| colour(bytes.get(at + esc.len()..).unwrap_or_default()).is_some())
    };
    ESC.iter()
        .any(coloured)
        .then(|| without(bytes, false, fits).0)
}

/// `bytes` without those sequences, or where ESC is lost without what is left of them, and whether there were any.
fn without(bytes: &[u8], lost: bool, fits: impl Fn(&Unescaped) -> bool) -> (Unescaped, bool) {
    let mut out = Unescaped::default();
    let (mut at, mut kept) = (0, 0);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let next = if lost {
            memchr(b'[', rest)
        } else {
            memchr3(ESC_FIRST[0], ESC_FIRST[1], ESC_FIRST[2], rest)
        };
        let Some(next) = next else { break };
        at += next;
        let rest = rest.get(next..).unwrap_or_default();
        let len = if lost {
            colour(rest)
        } else {
            ESC.iter().find_map(|esc| {
                let len = sequence(rest.strip_prefix(*esc)?)?;
                Some(esc.len() + len)
            })
        };
        let Some(len) = len else {
            at += 1;
            continue;
        };
        out.copy(bytes, kept..at);
        at += len;
        kept = at;
        if !fits(&out) {
            return (out, true);
        }
    }
    out.copy(bytes, kept..bytes.len());
    (out, kept > 0)
}

/// The length of a control sequence behind its ESC.
fn sequence(rest: &[u8]) -> Option<usize> {
    const LONGEST: usize = 512;
    let window = rest.get(..rest.len().min(LONGEST))?;
    match window.first()? {
        b'[' => {
            let end = window
                .iter()
                .skip(1)
                .position(|b| (0x40..=0x7E).contains(b))?;
            let inner = window.get(1..=end)?;
            inner
                .iter()
                .all(|b| (0x20..0x40).contains(b))
                .then_some(end + 2)
        }
        // The title of a window, or a link: up to BEL or ESC `\`.
        b']' => {
            let end = memchr2(0x07, 0x1B, window)?;
            Some(match (window.get(end), window.get(end + 1)) {
                (Some(0x1B), Some(b'\\')) => end + 2,
                _ => end + 1,
            })
        }
        b'(' | b')' => Some(2),
        b'=' | b'>' | b'7' | b'8' | b'M' | b'c' => Some(1),
        _ => None,
    }
}

/// The length of `[0m`, `[1;31m` and their like.
fn colour(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"[")?;
    let len = inner
        .iter()
        .take(16)
        .take_while(|b| b.is_ascii_digit() || **b == b';')
        .count();
    (inner.get(len) == Some(&b'm')).then_some(len + 2)
}

/// Text with one level of the escapes of string literals undone, and with literals joined that a printer broke
/// over several lines. None where there are no escapes.
pub(super) fn literal(bytes: &[u8], unit: Unit) -> Option<Unescaped> {
    memchr(b'\\', bytes)?;
    let high = |at: usize| {
        let next = bytes.get(at + 2);
        bytes.get(at + 1) == Some(&b'x') && next.is_some_and(|b| !(b'0'..=b'7').contains(b))
    };
    if unit == Unit::Character && !memchr::memchr_iter(b'\\', bytes).any(high) {
        return None;
    }
    let mut out = Unescaped::default();
    let (mut at, mut kept) = (0, 0);
    // Node puts a piece with both other quotes between backticks.
    let special = |b: &u8| matches!(b, b'\\' | b'"' | b'\'' | b'`');
    while let Some(i) = bytes.get(at..)?.iter().position(special) {
        let mark = at + i;
        let rest = bytes.get(mark..)?;
        at = mark;
        if rest.first() == Some(&b'\\') {
            if let Some(escape) = escape(rest, Dialect::Printed(unit)) {
                out.copy(bytes, kept..mark);
                out.decode(escape.bytes(), mark, escape.len);
                at += escape.len;
            }
        } else {
            // Where a literal ends in a line break of its own, the one behind it may have become a blank.
            let joint = if ends_in_break(bytes.get(..mark)?) {
                Joint::Flattened
            } else {
                Joint::List
            };
            if let Some(len) = seam(rest, joint) {
                out.copy(bytes, kept..mark);
                at += len;
            }
        }
        if at == mark {
            at += 1;
        } else {
            kept = at;
        }
    }
    out.copy(bytes, kept..bytes.len());
    Some(out)
}

/// Whether a text ends in an escaped line break: `\n`, and not a backslash that is escaped itself and a letter.
fn ends_in_break(text: &[u8]) -> bool {
    let before = text.strip_suffix(b"n").unwrap_or_default();
    let backslashes = before.iter().rev().take_while(|b| **b == b'\\').count();
    !backslashes.is_multiple_of(2)
}

/// Text with the quotes in it as they are without those of a shell: `'\''` and `'"'"'`.
pub(super) fn shell(bytes: &[u8]) -> Option<Unescaped> {
    let spellings: [&[u8]; 2] = [b"'\\''", b"'\"'\"'"];
    let mut out = Unescaped::default();
    let (mut at, mut kept) = (0, 0);
    while let Some(i) = memchr(b'\'', bytes.get(at..)?) {
        let mark = at + i;
        let rest = bytes.get(mark..)?;
        let Some(spelling) = spellings.iter().find(|s| rest.starts_with(s)) else {
            at = mark + 1;
            continue;
        };
        out.copy(bytes, kept..mark);
        out.decode(b"'", mark, spelling.len());
        at = mark + spelling.len();
        kept = at;
    }
    (kept > 0).then(|| {
        out.copy(bytes, kept..bytes.len());
        out
    })
}

/// Text out of quoted-printable (RFC 2045 §6.7): `=3D`, and `=` at the end of a broken line. What is no text in UTF-8 was
/// not written so: in `method=DELETE` nothing is encoded.
pub(super) fn quoted_printable(bytes: &[u8]) -> Option<Unescaped> {
    let has = |needle: &[u8]| memmem::find(bytes, needle).is_some();
    // Where line ends became blanks, so did those behind a sign.
    let flat = memmem::find_iter(bytes, b"= ")
        .filter(|at| at.checked_sub(1).and_then(|i| bytes.get(i)) != Some(&b' '))
        .count();
    let spelled = has(b"=3D") || flat > 1 || spells(bytes);
    if !spelled && !has(b"=\n") && !has(b"=\r\n") {
        return None;
    }
    let mut out = Unescaped::default();
    let (mut at, mut kept) = (0, 0);
    while let Some(i) = memchr(b'=', bytes.get(at..)?) {
        let mark = at + i;
        let rest = bytes.get(mark..)?;
        let mut buffer = [0; 4];
        let undone = match soft_break(rest, spelled) {
            0 => encoded(rest, spelled, &mut buffer),
            len => Some((&[][..], len)),
        };
        let Some((text, len)) = undone else {
            at = mark + 1;
            continue;
        };
        out.copy(bytes, kept..mark);
        if !text.is_empty() {
            out.decode(text, mark, len);
        }
        at = mark + len;
        kept = at;
    }
    (kept > 0).then(|| {
        out.copy(bytes, kept..bytes.len());
        out
    })
}

/// The length of the sign at the front of `rest` with the line end behind it that is not the text's; 0 where it is none.
fn soft_break(rest: &[u8], flat: bool) -> usize {
    match rest {
        [b'=', b'\r', b'\n', ..] => 3,
        [b'=', b'\n', ..] => 2,
        // A sign of the text's own is `=3D`: behind this one stood a line end.
        [b'=', b' ', ..] if flat => 2,
        _ => 0,
    }
}

/// The character that is encoded at the front of `rest`, and its length there: one byte of ASCII, or all bytes of another.
fn encoded<'b>(rest: &[u8], flat: bool, buffer: &'b mut [u8; 4]) -> Option<(&'b [u8], usize)> {
    let byte = |at: usize| -> Option<u8> {
        let [b'=', digits @ ..] = rest.get(at..at + 3)? else {
            return None;
        };
        let plain = digits
            .iter()
            .all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
        u8::try_from(number(digits, 16).filter(|_| plain)?).ok()
    };
    let first = byte(0)?;
    let count = match first {
        0..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut at = 3;
    *buffer.first_mut()? = first;
    for place in 1..count {
        // A line may be broken between two bytes of a character.
        at += soft_break(rest.get(at..)?, flat);
        *buffer.get_mut(place)? = byte(at)?;
        at += 3;
    }
    let text = buffer.get(..count)?;
    std::str::from_utf8(text).is_ok().then_some((text, at))
}

/// Whether a text spells bytes as quoted-printable does where nothing else has to be: those beyond ASCII, ESC, or a blank
/// or CR at the end of a line.
fn spells(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'=', bytes).any(|at| match bytes.get(at + 1..) {
        Some([b'8' | b'9' | b'A'..=b'F', b'0'..=b'9' | b'A'..=b'F', ..] | [b'1', b'B', ..]) => true,
        Some([b'2', b'0', rest @ ..] | [b'0', b'9' | b'D', rest @ ..]) => {
            matches!(rest.first(), None | Some(b'\r' | b'\n'))
        }
        _ => false,
    })
}

/// Characters of a page of text, and what they were before somebody set it: blanks that do not break, and marks
/// without a width.
const BLANKS: [(&str, &[u8]); 7] = [
    ("\u{A0}", b" "),
    ("\u{202F}", b" "),
    ("\u{2007}", b" "),
    ("\u{2028}", b"\n"),
    ("\u{200B}", b""),
    ("\u{FEFF}", b""),
    ("\u{200E}", b""),
];

/// Quotes as word processors and chats write them.
const QUOTES: [(&str, &[u8]); 4] = [
    ("\u{2018}", b"'"),
    ("\u{2019}", b"'"),
    ("\u{201C}", b"\""),
    ("\u{201D}", b"\""),
];

/// Text with plain blanks.
pub(super) fn blanks(bytes: &[u8]) -> Option<Unescaped> {
    replace(bytes, &BLANKS)
}

/// Text with plain quotes.
pub(super) fn quotes(bytes: &[u8]) -> Option<Unescaped> {
    replace(bytes, &QUOTES)
}

/// Replaces characters that all begin with a byte beyond ASCII.
fn replace(bytes: &[u8], table: &[(&str, &[u8])]) -> Option<Unescaped> {
    let mut out = Unescaped::default();
    let (mut at, mut kept) = (0, 0);
    while let Some(i) = memchr3(0xC2, 0xE2, 0xEF, bytes.get(at..)?) {
        let mark = at + i;
        let rest = bytes.get(mark..)?;
        let Some((from, to)) = table.iter().find(|(c, _)| rest.starts_with(c.as_bytes())) else {
            at = mark + 1;
            continue;
        };
        out.copy(bytes, kept..mark);
        if !to.is_empty() {
            out.decode(to, mark, from.len());
        }
        at = mark + from.len();
        kept = at;
    }
    (kept > 0).then(|| {
        out.copy(bytes, kept..bytes.len());
        out
    })
}
