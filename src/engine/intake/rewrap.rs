//! Lines that a terminal or a mail program broke at a fixed width, joined again.
//!
//! Owns how such breaks are told from those of the text. Must not know what the lines mean.

use std::ops::RangeInclusive;

use super::head;
use super::pairing::is_basic_time;
use super::shape::vocabulary::SCOPE_END;
use super::text::{Line, Text, is_blank, is_token};
use crate::engine::document::OffsetMap;

/// The widths that lines are broken at, in bytes: those of terminals and mail programs.
const WIDTHS: RangeInclusive<usize> = 40..=320;

/// Digits of a hash or a signature in hexadecimal.
const DIGITS: usize = 64;

/// The longest word of a header's name.
const WORD: usize = 16;

/// Names of headers that stand in most requests, besides those that begin with `x-`.
const NAMES: [&str; 10] = [
    "authorization",
    "host",
    "date",
    "content-type",
    "content-length",
    "content-md5",
    "user-agent",
    "accept",
    "accept-encoding",
    "connection",
];

/// A header section without the breaks.
pub(super) struct Joined {
    pub(super) bytes: Vec<u8>,
    pub(super) map: OffsetMap,
    /// Just past the section.
    pub(super) end: usize,
    /// Where the first break stood.
    pub(super) first: usize,
}

impl Joined {
    /// Whether a header states the length of the body.
    pub(super) fn has_length(&self) -> bool {
        let name = b"content-length";
        self.bytes.split(|b| *b == b'\n').any(|line| {
            line.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        })
    }

    /// Adds what stands behind the section, up to `end`, as it stands; nothing where it takes too much.
    pub(super) fn take(&mut self, text: &Text, start: usize, end: usize, budget: usize) {
        let rest = text.get(self.end..end);
        if self.bytes.len() + rest.len() <= budget {
            self.bytes.extend_from_slice(rest);
            self.map.copied(self.end - start, rest.len());
            self.end = end;
        }
    }
}

/// The header section from `start`, the start of a line, where the line at `stop` is no header and the
/// one before it is as long as the longest of all: it goes on there. None where it is not so.
pub(super) fn joined(text: &Text, start: usize, stop: usize, budget: usize) -> Option<Joined> {
    let before = text.line(text.line_start(stop.checked_sub(1)?, start));
    let width = length(before);
    if !WIDTHS.contains(&width) || lines(text, start, stop).any(|line| length(line) > width) {
        return None;
    }
    let mut out = Joined {
        bytes: Vec::new(),
        map: OffsetMap::new(),
        end: start,
        first: stop,
    };
    let mut goes_on = false;
    while out.end < text.len() {
        let line = text.line(out.end);
        let blank = text.is_blank(line);
        // What is wider was never broken at this width; what is neither broken nor a header ends it.
        let header = head::split(text, line).is_some() || text.at(line.start).is_some_and(is_blank);
        let first = line.start == start;
        if length(line) > width || out.bytes.len() + length(line) > budget {
            break;
        }
        if !(blank || header || goes_on || first) {
            break;
        }
        goes_on = length(line) == width && continues(text, line);
        let until = if goes_on { line.end } else { line.next };
        out.bytes.extend_from_slice(text.get(line.start..until));
        out.map.copied(line.start - start, until - line.start);
        out.end = line.next;
        if blank {
            break;
        }
    }
    (out.end > stop).then_some(out)
}

/// Whether what stands behind `line` can be nothing but the rest of it.
fn continues(text: &Text, line: Line) -> bool {
    let at = line.next;
    if at >= text.len() || is_signed_off(text.get(line.range())) {
        return false;
    }
    let rest = text.line(at);
    // The start of an answer, of a body in JSON or XML, and a folded line are no rest of a header.
    let begins = text.from(at).starts_with(b"HTTP/")
        || text
            .at(at)
            .is_some_and(|b| matches!(b, b' ' | b'\t' | b'<' | b'{' | b'['));
    let (line, rest_bytes) = (text.get(line.range()), text.get(rest.range()));
    !text.is_blank(rest)
        && !begins
        && head::split(text, rest).is_none()
        && !is_whole(line, rest_bytes)
        && !is_name(rest_bytes)
}

/// Whether the value of a header line is whole by its own shape, so that what stands behind it is no rest of
/// it: a hash, a date, a scope.
fn is_whole(line: &[u8], rest: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else {
        return false;
    };
    let value = line.get(colon + 1..).unwrap_or_default().trim_ascii();
    let hash = value.len() == DIGITS && value.iter().all(u8::is_ascii_hexdigit);
    let scope = value.ends_with(SCOPE_END) && !matches!(rest.first(), Some(b',' | b';'));
    let name = line.get(..colon).unwrap_or_default().trim_ascii();
    let signed = name.eq_ignore_ascii_case(b"authorization") && is_older_credential(value);
    hash || scope || is_basic_time(value) || value.ends_with(b" GMT") || signed
}

/// Whether a value is that of an Authorization header of the older schemes, to its end: `NAME key-id:signature`, the
/// signature an HMAC in base64 with its padding, in which a `+` may have become a blank.
fn is_older_credential(value: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', value) else {
        return false;
    };
    let (who, signature) = value.split_at(colon);
    let words = who.split(|b| is_blank(*b)).count();
    let sum = signature.get(1..).unwrap_or_default();
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b' ');
    // SHA-1 and SHA-256.
    words == 2 && matches!(sum.len(), 28 | 44) && sum.ends_with(b"=") && sum.iter().all(base64)
}

/// Whether a line is the name of a header that is sent with signed requests, alone or with its value behind a
/// blank: its colon is missing, or it was copied out of a table.
fn is_name(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let len = line.iter().take_while(|b| is_token(**b)).count();
    let (name, behind) = line.split_at(len);
    let extension = matches!(name, [b'x' | b'X', b'-', ..])
        && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
        && name.split(|b| *b == b'-').all(|word| word.len() <= WORD);
    let own = extension
        || NAMES
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    own && behind.first().is_none_or(|b| is_blank(*b))
}

/// Whether a line ends in a whole signature, the last part of an Authorization header as it is commonly
/// written.
fn is_signed_off(line: &[u8]) -> bool {
    line.len()
        .checked_sub(DIGITS)
        .and_then(|at| line.split_at_checked(at))
        .is_some_and(|(before, digits)| {
            before.ends_with(b"Signature=") && digits.iter().all(u8::is_ascii_hexdigit)
        })
}

fn lines(text: &Text, start: usize, stop: usize) -> impl Iterator<Item = Line> {
    let mut at = start;
    std::iter::from_fn(move || {
        let line = (at < stop).then(|| text.line(at))?;
        at = line.next;
        Some(line)
    })
}

fn length(line: Line) -> usize {
    line.end - line.start
}
