//! Quoted-printable, as mail carries text (RFC 2045 section 6.7): `=3D` for `=`, and `=` at the end of a line
//! that goes on.
//!
//! Owns how such a URL is told from one that merely holds `=`. Must not know what becomes of it.

use super::url::Escape;
use crate::engine::intake::limits;
use crate::engine::intake::text::{Text, is_blank};

/// The escape that begins `bytes`, an `=`; none where it is no escape of a character of a URL.
pub(super) fn escape(bytes: &[u8]) -> Option<Escape> {
    if let Some(len) = soft_break(bytes) {
        return Some(Escape::LineEnd(len));
    }
    let digits = std::str::from_utf8(bytes.get(1..3)?).ok()?;
    let byte = u8::from_str_radix(digits, 16).ok()?;
    (byte > b' ' && byte != 0x7F).then_some(Escape::Byte(byte, 3))
}

/// The length of `=` and a line end, with the blanks that may stand between.
fn soft_break(bytes: &[u8]) -> Option<usize> {
    let behind = bytes.get(1..)?;
    let blanks = behind.iter().take_while(|b| is_blank(**b)).count();
    let end = match behind.get(blanks..)? {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    Some(1 + blanks + end)
}

/// Whether the URL at `start` is written so: each of the parameters of a presigned URL has `=3D` behind its
/// name. Written plainly, no algorithm, scope, date or signature begins with `3D`.
pub(super) fn is_used(text: &Text, start: usize) -> bool {
    let bytes = text.from(start);
    let bytes = bytes
        .get(..bytes.len().min(limits::URL))
        .unwrap_or_default();
    let mut joined = Vec::new();
    let mut at = 0;
    let mut in_query = false;
    while let Some(byte) = bytes.get(at) {
        // Another URL is read when its turn comes.
        let nested = *byte == b':' && at > 8 && bytes.get(at..at + 3) == Some(b"://");
        if byte.is_ascii_whitespace() || b"\"<>`".contains(byte) || nested {
            break;
        }
        in_query |= *byte == b'?';
        let soft = if *byte == b'=' {
            soft_break(bytes.get(at..).unwrap_or_default())
        } else {
            None
        };
        at += soft.unwrap_or_else(|| {
            if in_query {
                joined.push(*byte);
            }
            1
        });
    }
    let mut values = joined
        .split(|b| matches!(b, b'?' | b'&'))
        .filter(|parameter| {
            let name = b"X-Amz-";
            let front = parameter.get(..name.len()).unwrap_or_default();
            front.eq_ignore_ascii_case(name) && parameter.contains(&b'=')
        })
        .map(|parameter| memchr::memmem::find(parameter, b"=3D") == memchr::memchr(b'=', parameter))
        .peekable();
    values.peek().is_some() && values.all(|is_escaped| is_escaped)
}
