//! Splitting what is left of a canonical request or string to sign that was cut, or hidden in places.
//!
//! Owns telling what can be nothing else from what may be the half of something, a mark, or prose that
//! followed the cut. What is doubtful is no field: a field that is not known claims nothing, one that is
//! misread is a difference that nobody made. Texts that are all there are the business of `dissect`.

use std::ops::Range;

use super::dissect::{self, field};
use super::message::{self, ALGORITHM};
use super::sorted::Occurrences;
use super::wording;
use crate::engine::intake::{MISSING_LINE, is_basic_time};
use crate::engine::scheme::{Field, FieldKey, FieldKind};

/// The lines of a text, and which of them is the last: its end may be missing.
struct Lines<'a> {
    text: &'a [u8],
    ranges: &'a [Range<usize>],
}

impl Lines<'_> {
    fn get(&self, at: usize) -> Option<(&Range<usize>, &[u8])> {
        let range = self.ranges.get(at)?;
        Some((range, self.text.get(range.clone())?))
    }

    fn is_last(&self, at: usize) -> bool {
        at + 1 >= self.ranges.len()
    }
}

/// The fields of a canonical request in these lines, read from its front.
pub(super) fn canonical_request(text: &[u8], ranges: &[Range<usize>]) -> Vec<Field> {
    let lines = Lines { text, ranges };
    let mut fields = Vec::new();
    let Some(first) = front(&lines, &mut fields) else {
        return fields;
    };
    let Some(end) = headers(&lines, first, &mut fields) else {
        return fields;
    };
    tail(&lines, end, &mut fields);
    fields
}

/// Method, path and query. Gives the line at which the headers begin; none where nothing behind is sure.
fn front(lines: &Lines<'_>, fields: &mut Vec<Field>) -> Option<usize> {
    let (method, bytes) = lines.get(0)?;
    let is_method = |b: &u8| !b.is_ascii_whitespace() && !matches!(b, b':' | b'/' | b'&' | b'=');
    let of = |kind, range: &Range<usize>, rule| field(FieldKey::of(kind), range.clone(), rule);
    if !is_missing(bytes) {
        if bytes.is_empty() || !bytes.iter().all(is_method) {
            return None;
        }
        fields.push(of(FieldKind::METHOD, method, wording::METHOD));
        if is_elided(bytes) {
            return Some(1);
        }
    }
    let (path, bytes) = lines.get(1)?;
    if is_missing(bytes) {
        return query(lines, fields);
    }
    if !(bytes.starts_with(b"/") || is_hidden(bytes)) || is_prose(bytes) {
        fields.pop();
        return None;
    }
    fields.push(of(FieldKind::PATH, path, wording::PATH_ONCE));
    if is_elided(bytes) {
        return Some(2);
    }
    query(lines, fields)
}

/// The query, and the line at which the headers begin.
fn query(lines: &Lines<'_>, fields: &mut Vec<Field>) -> Option<usize> {
    let (query, bytes) = lines.get(2)?;
    if is_missing(bytes) {
        return Some(3);
    }
    if header_name(bytes).is_some() {
        // The line of the query is not here.
        return Some(2);
    }
    if is_prose(bytes) {
        fields.pop();
        return None;
    }
    let before = fields.len();
    dissect::params(lines.text, query, fields);
    // A name without a value at the cut may be the half of a longer name.
    let half = bytes.rsplit(|b| *b == b'&').next();
    if lines.is_last(2) && half.is_some_and(|half| !half.contains(&b'=')) && fields.len() > before {
        fields.pop();
    }
    Some(3)
}

/// The headers from the line `at` on. Gives the empty line that ends them.
fn headers(lines: &Lines<'_>, first: usize, fields: &mut Vec<Field>) -> Option<usize> {
    let mut seen = Occurrences::default();
    let mut at = first;
    loop {
        let (range, bytes) = lines.get(at)?;
        if is_missing(bytes) {
            at += 1;
            continue;
        }
        // Behind lines that are not here the list may stand, without the empty line in front.
        let behind = at.checked_sub(1).and_then(|at| lines.get(at));
        let begins = behind.is_some_and(|(_, before)| is_missing(before)) && bytes.contains(&b';');
        if bytes.is_empty() || begins && header_name(bytes).is_none() {
            return Some(at);
        }
        if let Some(len) = header_name(bytes) {
            let name = bytes.get(..len).unwrap_or_default();
            let rule = if name == b"host" {
                wording::HOST
            } else {
                wording::HEADER
            };
            let value = range.start + len + 1..range.end;
            fields.push(field(seen.key(FieldKind::HEADER, name), value, rule));
        } else if (!lines.is_last(at) || is_prose(bytes)) && !is_hidden(bytes) {
            // Prose: the cut was in the line before it.
            fields.pop();
            return None;
        }
        at += 1;
    }
}

/// The list of signed headers and the payload hash, behind the empty line `end`.
fn tail(lines: &Lines<'_>, end: usize, fields: &mut Vec<Field>) {
    let empty = |at: &usize| lines.get(*at).is_some_and(|(_, bytes)| bytes.is_empty());
    let at = end + (end..lines.ranges.len()).take_while(empty).count();
    let Some((signed, bytes)) = lines.get(at).filter(|(_, bytes)| !is_missing(bytes)) else {
        return;
    };
    let is_name = |b: &u8| {
        !b.is_ascii_whitespace() && !b.is_ascii_uppercase() && !matches!(b, b':' | b'=' | b'/')
    };
    if bytes.iter().all(is_name) {
        fields.push(field(
            FieldKey::of(FieldKind::SIGNED_HEADERS),
            signed.clone(),
            wording::SIGNED_HEADERS,
        ));
    } else if !is_hidden(bytes) {
        fields.pop();
        return;
    }
    let Some((payload, bytes)) = lines.get(at + 1).filter(|(_, bytes)| !is_missing(bytes)) else {
        return;
    };
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
    if (bytes.is_empty() || !bytes.iter().all(is_word)) && !is_hidden(bytes) {
        // Prose: the cut was in the list.
        fields.pop();
        return;
    }
    // The fixed words that stand in place of a hash end so.
    let is_whole = is_sha256(bytes)
        || [&b"PAYLOAD"[..], b"TRAILER", b"EVENTS"]
            .iter()
            .any(|end| bytes.ends_with(end));
    if lines.is_last(at + 1) || is_whole || is_hidden(bytes) {
        fields.push(field(
            FieldKey::of(FieldKind::PAYLOAD_HASH),
            payload.clone(),
            wording::PAYLOAD,
        ));
    }
}

/// The fields of a string to sign in these lines.
pub(super) fn string_to_sign(text: &[u8], ranges: &[Range<usize>]) -> Vec<Field> {
    let lines = Lines { text, ranges };
    let next_is_time = |at: usize| {
        lines
            .get(at + 1)
            .is_some_and(|(_, next)| is_basic_time(next))
    };
    let keys = [
        (message::algorithm_key(), wording::ALGORITHM),
        (FieldKey::of(FieldKind::DATE), wording::DATE),
        (FieldKey::of(FieldKind::SCOPE), wording::SCOPE),
        (FieldKey::of(FieldKind::HASH), wording::HASH),
    ];
    let mut fields = Vec::new();
    for (at, (key, rule)) in keys.into_iter().enumerate() {
        let Some((range, bytes)) = lines.get(at) else {
            break;
        };
        if is_missing(bytes) {
            continue;
        }
        let is_whole = match at {
            0 => bytes == ALGORITHM || next_is_time(at),
            1 => is_basic_time(bytes),
            2 => bytes.ends_with(b"/aws4_request"),
            _ => is_sha256(bytes),
        };
        if is_elided(bytes) && !lines.is_last(at) {
            // Lines may be missing here.
            break;
        }
        let may_be_half = lines.is_last(at) && !is_prose(bytes);
        if !is_whole && !may_be_half && !is_hidden(bytes) {
            break;
        }
        fields.push(field(key, range.clone(), rule));
    }
    fields
}

/// Whether a line is not here, and this stands in its place: its number is known all the same.
fn is_missing(line: &[u8]) -> bool {
    line == MISSING_LINE
}

/// The length of the name of a header line in canonical form; none where the line is no such line.
fn header_name(line: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', line)?;
    let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let is_name = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(b);
    (colon > 0 && name.iter().all(is_name) && !value.starts_with(b" ")).then_some(colon)
}

/// Whether dots in this line may stand for more than a part of it.
fn is_elided(line: &[u8]) -> bool {
    [&b"..."[..], "…".as_bytes()]
        .iter()
        .any(|dots| memchr::memmem::find(line, dots).is_some())
}

/// Whether this line may hold a mark in the place of something.
fn is_hidden(line: &[u8]) -> bool {
    crate::engine::intake::is_redacted(line)
}

/// Whether this line is no line of a canonical text, which holds no blanks outside of values.
fn is_prose(line: &[u8]) -> bool {
    line.iter().any(u8::is_ascii_whitespace) && !is_hidden(line)
}

fn is_sha256(line: &[u8]) -> bool {
    line.len() == 64 && line.iter().all(u8::is_ascii_hexdigit)
}
