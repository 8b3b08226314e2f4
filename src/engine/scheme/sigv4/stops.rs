//! Whether a request stops where its paste stops: its last value is shorter than it can be, and no blank line
//! stands behind it.
//!
//! Owns telling a paste that was cut from a request that lacks something. What stands behind the cut may have been
//! sent all the same, so that of such a request nothing is computed and nothing is called missing. A value that may
//! be whole is whole: a request without a blank line at its end is what most people paste.

use crate::engine::document::{Documents, Span};
use crate::engine::intake::SignedRequest;

use super::reading::{self, AUTH_PARAMS, header_name};

/// Length of a SHA-256 and of a signature in hex, and of a time in ISO 8601 basic form, in bytes.
const HASH: usize = 64;
const TIME: usize = 16;
/// The longest value that is looked at, in bytes: what is longer is no header that anybody reads.
const LONGEST: usize = 64 << 10;

/// The value that is cut, where the request stops in it.
pub(super) fn place(docs: &Documents, request: &SignedRequest) -> Option<Span> {
    let place = match request.headers.iter().rfind(|h| !h.line.is_empty()) {
        Some(last) if last.value.len() > LONGEST => None,
        Some(last)
            if last.line.end >= request.target.whole.end
                || last.line.doc != request.target.whole.doc =>
        {
            let name = header_name(docs, last).to_ascii_lowercase();
            let value = reading::trimmed(docs, last.value);
            let cut = match name.as_slice() {
                b"authorization" => {
                    is_half_authorization(&value.text)
                        || ends_in_short_signature(&value.text) && lacks_its_rest(docs, request)
                }
                b"x-amz-content-sha256" => is_short_hex(&value.text),
                b"x-amz-date" => is_half_time(&value.text),
                _ => lacks_its_rest(docs, request),
            };
            cut.then_some(value.span)
        }
        _ => request
            .target
            .query
            .filter(|query| query.len() <= LONGEST)
            .and_then(|query| half_query(docs, query)),
    }?;
    is_at_end(docs, place).then_some(place)
}

/// The last value of a request, where a string literal opens in front of it that the paste ends before: a program printed
/// the request, and what it printed behind this is not here, be it signed or not.
pub(super) fn unclosed(docs: &Documents, request: &SignedRequest) -> Option<Span> {
    let last = request.headers.iter().rfind(|h| !h.line.is_empty())?;
    let value = docs.to_given(last.value);
    let quote = Span::new(value.doc, value.start.checked_sub(1)?, value.start);
    let opened = matches!(docs.bytes(quote), b"\"" | b"'");
    (opened && is_at_end(docs, last.value)).then_some(last.value)
}

/// Whether nothing stands behind a place in what was given, but for the line end that editors and terminals add. A
/// blank line ends the headers, which are whole then.
fn is_at_end(docs: &Documents, place: Span) -> bool {
    let given = docs.to_given(place);
    let whole = docs.whole(given.doc);
    let behind = docs.bytes(Span::new(given.doc, given.end, whole.end));
    matches!(behind, b"" | b"\n" | b"\r" | b"\r\n")
}

/// Fewer hex digits than a hash has, and nothing else.
fn is_short_hex(value: &[u8]) -> bool {
    !value.is_empty() && value.len() < HASH && value.iter().all(u8::is_ascii_hexdigit)
}

/// The beginning of a time.
fn is_half_time(value: &[u8]) -> bool {
    let fits = |(at, b): (usize, &u8)| {
        if at == 8 {
            *b == b'T'
        } else {
            b.is_ascii_digit()
        }
    };
    !value.is_empty() && value.len() < TIME && value.iter().enumerate().all(fits)
}

/// The beginning of the value of an Authorization header: it has no signature, which is written last.
fn is_half_authorization(value: &[u8]) -> bool {
    if !value.starts_with(b"AWS4-HMAC-SHA256 Credential=") {
        return false;
    }
    let last = value
        .rsplit(|b| *b == b',')
        .next()
        .unwrap_or_default()
        .trim_ascii_start();
    memchr::memmem::find(value, b"Signature=").is_none()
        && (!last.contains(&b'=')
            || [&b"AWS4"[..], b"Credential=", b"SignedHeaders="]
                .iter()
                .any(|name| last.starts_with(name)))
}

/// Whether the signature, which is written last, is not all here. That alone may have come so.
fn ends_in_short_signature(value: &[u8]) -> bool {
    let mark = b"Signature=";
    memchr::memmem::rfind(value, mark)
        .is_some_and(|at| is_short_hex(value.get(at + mark.len()..).unwrap_or_default()))
}

/// Whether a request that is signed in its header has no date, which every request has, and lacks signed headers.
fn lacks_its_rest(docs: &Documents, request: &SignedRequest) -> bool {
    reading::read(docs, request).is_some_and(|reading| {
        let absent = |name: &reading::Part| {
            let same = |h| header_name(docs, h).eq_ignore_ascii_case(&name.text);
            !request.headers.iter().any(same)
        };
        matches!(reading.form, reading::Form::Header)
            && reading.date.is_none()
            && reading.names.iter().filter(|name| absent(name)).count() >= 2
    })
}

/// The last parameter of the query of a presigned URL that is not all here.
fn half_query(docs: &Documents, query: Span) -> Option<Span> {
    let params = reading::params(docs, Some(query));
    let last = *params.last()?;
    let is = |param: &reading::Param, name: &str| docs.bytes(param.name) == name.as_bytes();
    let has = |name: &str| params.iter().any(|param| is(param, name));
    if !has("X-Amz-Algorithm") && !has("X-Amz-Credential") {
        return None;
    }
    let name = docs.bytes(last.name);
    let Some(value) = last.value else {
        // The half of a name.
        let half = name.len() > 2
            && !has("X-Amz-Signature")
            && AUTH_PARAMS
                .iter()
                .any(|whole| whole.len() > name.len() && whole.as_bytes().starts_with(name));
        return half.then_some(last.name);
    };
    let bytes = docs.bytes(value);
    let cut = match name {
        b"X-Amz-Date" => is_half_time(bytes),
        b"X-Amz-Credential" => !has("X-Amz-Signature") && !bytes.ends_with(b"aws4_request"),
        // Any number may be the beginning of a longer one.
        b"X-Amz-Expires" => !has("X-Amz-Signature") && !has("X-Amz-SignedHeaders"),
        _ => false,
    };
    cut.then_some(value)
}
