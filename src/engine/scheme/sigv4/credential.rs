//! Splitting a credential into key id and scope, and lists at their separators, escaped or not.
//!
//! Owns where each part stands. Must not know in which form a request is signed.

use super::bounds;
use super::encode;
use super::quirks::{PlusInQuery, is_s3_family};
use super::reading::{Credential, Part};
use crate::engine::document::{Documents, Span};

/// Splits at `separator`, in a query at its escape too. Stops at one more part than is followed: that
/// there are more is all that is asked then.
pub(super) fn split(docs: &Documents, span: Span, separator: u8, escaped: bool) -> Vec<Part> {
    let bytes = docs.bytes(span);
    let part = |range: std::ops::Range<usize>| {
        let span = span.part(range.clone());
        let raw = bytes.get(range).unwrap_or_default();
        Part {
            span,
            text: if escaped {
                encode::decode(raw, PlusInQuery::Literal).into_owned()
            } else {
                raw.to_vec()
            },
        }
    };
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(len) = separator_len(rest, separator, escaped) else {
            at += 1;
            continue;
        };
        parts.push(part(start..at));
        at += len;
        start = at;
        if parts.len() > bounds::NAMES {
            return parts;
        }
    }
    parts.push(part(start..bytes.len()));
    parts
}

/// The length of the separator that `rest` begins with: as it stands; in a query its escape too, and that of a
/// query that was encoded once more (`%252F`), which is a mistake worth saying, and what was meant is clear.
fn separator_len(rest: &[u8], separator: u8, escaped: bool) -> Option<usize> {
    match rest.first()? {
        first if *first == separator => Some(1),
        b'%' if !escaped => None,
        b'%' => match encode::unescape(rest)? {
            once if once == separator => Some(3),
            b'%' => {
                let digits = rest.get(3..5)?;
                let again = [b'%', *digits.first()?, *digits.last()?];
                (encode::unescape(&again) == Some(separator)).then_some(5)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The last four separators of a credential, in order; none where there are fewer.
fn last_four(bytes: &[u8], escaped: bool) -> Option<[std::ops::Range<usize>; 4]> {
    let mut found = [0..0, 0..0, 0..0, 0..0];
    let mut open = 4;
    for at in (0..bytes.len()).rev() {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(len) = separator_len(rest, b'/', escaped) else {
            continue;
        };
        open -= 1;
        if let Some(slot) = found.get_mut(open) {
            *slot = at..at + len;
        }
        if open == 0 {
            return Some(found);
        }
    }
    None
}

/// Reads a credential from the right.
pub(super) fn credential(docs: &Documents, whole: Span, escaped: bool) -> Credential {
    let mut out = Credential {
        whole,
        key_id: None,
        scope: None,
        date: None,
        region: None,
        service: None,
        terminator: None,
    };
    let (key, parts) = if let Some([first, ..]) = last_four(docs.bytes(whole), escaped) {
        let scope = whole.from(first.end);
        (whole.until(first.start), split(docs, scope, b'/', escaped))
    } else {
        // Too short: what looks like the scope's date shows where the key id ends.
        let mut parts = split(docs, whole, b'/', escaped);
        let is_date =
            |part: &Part| part.text.len() == 8 && part.text.iter().all(u8::is_ascii_digit);
        let scope_at = parts
            .iter()
            .skip(1)
            .position(is_date)
            .map_or(1, |at| at + 1);
        let scope = parts.split_off(scope_at.min(parts.len()));
        let last = parts.last().map_or(whole.end, |last| last.span.end);
        (whole.until(last - whole.start), scope)
    };
    let raw = docs.bytes(key);
    out.key_id = Some(Part {
        span: key,
        text: if escaped {
            encode::decode(raw, PlusInQuery::Literal).into_owned()
        } else {
            raw.to_vec()
        },
    });
    if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
        out.scope = first.span.cover(last.span);
    }
    // Of one that lacks a part, the service of Amazon S3 and its like shows by its place at the end.
    if parts.len() < 4
        && let [before @ .., service, last] = parts.as_slice()
        && last.text == b"aws4_request"
        && std::str::from_utf8(&service.text).is_ok_and(is_s3_family)
    {
        let is_date = |part: &&Part| part.text.iter().all(u8::is_ascii_digit);
        out.date = before.iter().find(is_date).cloned();
        out.region = before.iter().find(|part| !is_date(part)).cloned();
        out.service = Some(service.clone());
        out.terminator = Some(last.clone());
        return out;
    }
    let mut parts = parts.into_iter();
    out.date = parts.next();
    out.region = parts.next();
    out.service = parts.next();
    out.terminator = parts.next();
    out
}
