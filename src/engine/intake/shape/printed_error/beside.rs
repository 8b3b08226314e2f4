//! The message behind a code, where it is none that is known by its words.
//!
//! Owns where programs put it. Must not know any message: one that is known is found by itself.

use std::ops::Range;

use super::ends::message_end;
use super::words::found;
use crate::engine::intake::fields;
use crate::engine::intake::text::Text;

/// How far behind a code the field of its message may stand, in bytes.
const FIELD: usize = 256;
/// The names of that field.
const NAMES: [&str; 4] = ["message", "Message", "errorMessage", "ErrorMessage"];
/// The longest name of an operation with the words around it, in bytes.
const OPERATION: usize = 160;

/// The message that stands behind the code at `code`: behind a colon, behind the operation that botocore names, or in
/// a field of its own. None where there is none, or where it holds words that are known.
pub(super) fn message(text: &Text, code: Range<usize>) -> Option<Range<usize>> {
    let start = behind(text, code.end)?;
    let (end, _) = message_end(text, start);
    let place = start..end.max(start);
    let bytes = text.get(place.clone());
    let words = bytes
        .split(|b| *b == b' ')
        .filter(|word| !word.is_empty() && word.iter().any(u8::is_ascii_alphabetic));
    // One word is a value, the name of another error, or the place in a program.
    let said = words.count() > 1 && bytes.first().is_some_and(u8::is_ascii_alphanumeric);
    let known = || place.clone().any(|at| found(text, at).is_some());
    (said && !known()).then_some(place)
}

/// Where it begins.
fn behind(text: &Text, end: usize) -> Option<usize> {
    const OPERATIONS: &[u8] = b") when calling the ";
    const COLONS: [&[u8]; 3] = [b": ", b"): ", b" (client): "];
    let rest = text.get(end..end + OPERATION);
    if rest.starts_with(OPERATIONS) {
        let line = rest.split(|b| *b == b'\n').next()?;
        let at = memchr::memmem::find(line, b" operation")?;
        let colon = memchr::memmem::find(line.get(at..)?, b": ")?;
        return Some(end + at + colon + 2);
    }
    if let Some(colon) = COLONS.iter().find(|colon| rest.starts_with(colon)) {
        return Some(end + colon.len());
    }
    // `"Code": "X", "Message": "…"`, and the same without quotes: what closes the value is a comma or a quote.
    let closed = matches!(rest.first(), Some(b'"' | b'\'' | b',' | b'\\' | b';'));
    let window = end..end.saturating_add(FIELD).min(text.len());
    let mut fields = NAMES
        .iter()
        .filter_map(|name| fields::value(text, name, window.clone()));
    fields.next().filter(|_| closed).map(|value| value.start)
}
