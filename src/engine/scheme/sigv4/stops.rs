//! Whether a request stops where its paste stops: its last value is shorter than it can be, and no blank line
//! stands behind it.
//!
//! Owns telling a paste that was cut from a request that lacks something. What stands behind the cut may have been
//! sent all the same, so that of such a request nothing is computed and nothing is called missing. A value that may
//! be whole is whole: a request without a blank line at its end is what most people paste.

use sha2::{Digest, Sha256};

use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Body, Case, Given, Header, Side, SignedRequest};

use super::reading::{self, AUTH_PARAMS, header_name};

/// Length of a SHA-256 and of a signature in hex, and of a time in ISO 8601 basic form, in bytes.
const HASH: usize = 64;
const TIME: usize = 16;
/// The least that is left of what a log puts in front of a line, in bytes.
const FRAME: usize = 16;
/// How Apache HttpClient's wire log writes out the end of a line.
const WRITTEN_ENDS: [&[u8]; 2] = [b"[\\r][\\n]\"", b"[\\n]\""];
/// The longest value that is looked at, in bytes: what is longer is no header that anybody reads.
const LONGEST: usize = 64 << 10;

/// The value that is cut, where the request stops in it.
pub(super) fn place(case: &Case, request: &SignedRequest) -> Option<Span> {
    let docs = &case.docs;
    let half = half_quoted(docs, request).or_else(|| half_body(docs, request));
    if let Some(cut) = told(case, request)
        .or(half)
        .or_else(|| cut_by_dots(docs, request))
    {
        return Some(cut);
    }
    let place = match last_header(docs, request) {
        Some(last) if last.value.len() > LONGEST => None,
        Some(last)
            if last.line.end >= request.target.whole.end
                || last.line.doc != request.target.whole.doc =>
        {
            let name = header_name(docs, last).to_ascii_lowercase();
            let value = reading::trimmed(docs, last.value);
            if is_cut_in_log(docs, value.span) && lacks(docs, request) >= 1 {
                return Some(value.span);
            }
            let cut = match name.as_slice() {
                b"authorization" => {
                    is_half_authorization(&value.text)
                        || ends_in_short_signature(&value.text) && lacks_its_rest(docs, request)
                }
                b"x-amz-content-sha256" => value.text.is_empty() || is_short_hex(&value.text),
                b"x-amz-date" => value.text.is_empty() || is_half_time(&value.text),
                _ => lacks_its_rest(docs, request),
            };
            if cut && value.text.is_empty() && is_at_end(docs, value.span) {
                // The name is the last that is here.
                return Some(match last.name {
                    Given::Stated(name) => name,
                    Given::Implied(_) => value.span,
                });
            }
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

/// The header that stands last. Those of a fragment were picked from around its Authorization header, and are in no
/// order.
fn last_header<'r>(docs: &Documents, request: &'r SignedRequest) -> Option<&'r Header> {
    let mut stated = request.headers.iter().filter(|h| !h.line.is_empty());
    if request.is_fragment() {
        stated.max_by_key(|header| docs.to_given(header.value).end)
    } else {
        stated.next_back()
    }
}

/// The end of a request whose own notation tells that it is cut.
fn told(case: &Case, request: &SignedRequest) -> Option<Span> {
    let within = |cut: &&Span| request.span.contains(case.docs.to_given(**cut));
    case.cut.iter().find(within).copied()
}

/// The value with which a request ends that carries no signature, where its paste stops there: the signer's own strings,
/// which stand beside it, name two headers or more that it lacks.
pub(super) fn place_unsigned(case: &Case, request: &SignedRequest) -> Option<Span> {
    let docs = &case.docs;
    if let Some(cut) = told(case, request).or_else(|| half_quoted(docs, request)) {
        return Some(cut);
    }
    let last = request.headers.iter().rfind(|h| !h.line.is_empty())?;
    let value = Some(last.value).filter(|value| value.len() <= LONGEST)?;
    if !is_at_end(docs, value) {
        return None;
    }
    let lacks = |name: &[u8]| {
        let same = |h| header_name(docs, h).eq_ignore_ascii_case(name);
        !request.headers.iter().any(same)
    };
    let clients = case
        .evidence
        .iter()
        .filter(|e| e.side == Some(Side::Client));
    let mut texts = clients.filter_map(|e| e.canonical_request.as_ref()?.as_exact());
    let stops = texts.any(|text| {
        let lines = docs.bytes(text).rsplit(|b| *b == b'\n');
        let names = lines.skip(1).take(1);
        names
            .flat_map(|names| names.split(|b| *b == b';'))
            .filter(|name| lacks(name))
            .count()
            >= 2
    });
    stops.then_some(value)
}

/// Whether a paste stops in the line of a log behind that of a value, so that the value is whole.
pub(super) fn is_on_next_line(docs: &Documents, value: Span) -> bool {
    is_cut_in_log(docs, value)
}

/// Whether the literal that a value stands in is closed behind it: then the value is whole, wherever its paste stops.
pub(super) fn is_closed(docs: &Documents, value: Span) -> bool {
    let given = docs.to_given(value);
    let whole = docs.whole(given.doc);
    let before = Span::new(given.doc, given.start.saturating_sub(LONGEST), given.start);
    let behind = docs.bytes(Span::new(given.doc, given.end, whole.end));
    let quote = behind.first().filter(|b| matches!(b, b'"' | b'\''));
    quote.is_some_and(|quote| {
        let line = docs.bytes(before).rsplit(|b| *b == b'\n').next();
        line.is_some_and(|line| memchr::memchr_iter(*quote, line).count() % 2 == 1)
    })
}

/// Whether the only line behind a value is the beginning of what a log puts in front of each line of it. Its times and
/// numbers may differ. A log that writes each line end out (Apache HttpClient's wire: `[\r][\n]"`) would write the
/// blank line, too: where it ends behind such a line, it is cut there.
fn is_cut_in_log(docs: &Documents, value: Span) -> bool {
    const LINE: usize = 1 << 10;
    let given = docs.to_given(value);
    let whole = docs.whole(given.doc);
    let behind = docs.bytes(Span::new(given.doc, given.end, whole.end));
    let written = WRITTEN_ENDS.iter().find(|end| behind.starts_with(end));
    let behind = behind
        .get(written.map_or(0, |end| end.len())..)
        .unwrap_or_default();
    if written.is_some() && is_end(behind) {
        return true;
    }
    let before = Span::new(given.doc, given.start.saturating_sub(LINE), given.start);
    let before = docs.bytes(before);
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let front = before.get(start..).unwrap_or_default();
    let Some(line) = behind.strip_prefix(b"\r\n").or(behind.strip_prefix(b"\n")) else {
        return false;
    };
    let until = memchr::memchr(b'\n', line)
        .filter(|at| is_end(line.get(*at..).unwrap_or_default()))
        .unwrap_or(line.len());
    let line = line.get(..until).unwrap_or_default().trim_ascii_end();
    let alike = |(a, b): (&u8, &u8)| a == b || a.is_ascii_digit() && b.is_ascii_digit();
    line.len() >= FRAME
        && line.len() < front.len()
        && line.iter().zip(front).all(alike)
        // What is left of it is no header's: the frame goes on at least to its own mark.
        && line.contains(&b' ')
}

/// The last value of a request, where a string literal opens in front of it that the paste ends before: a program printed
/// the request, and what it printed behind this is not here, be it signed or not.
pub(super) fn unclosed(docs: &Documents, request: &SignedRequest) -> Option<Span> {
    let last = request.headers.iter().rfind(|h| !h.line.is_empty());
    let header = last
        .filter(|last| is_open(docs, last.value) || is_open(docs, last.line))
        .map(|last| last.value);
    header.or_else(|| {
        let target = request.target.whole;
        (!target.is_empty() && is_open(docs, target)).then_some(target)
    })
}

/// Whether a quote stands before a place, and the paste ends before the one that would close it.
fn is_open(docs: &Documents, place: Span) -> bool {
    let place = docs.to_given(place);
    let Some(before) = place.start.checked_sub(1) else {
        return false;
    };
    let quote = Span::new(place.doc, before, place.start);
    matches!(docs.bytes(quote), b"\"" | b"'") && is_at_end(docs, place)
}

/// The part of a quoted value in which a request ends that the paste stops in, where the signature would stand in that
/// value and is not all here: an Authorization header, or the query of a presigned URL.
fn half_quoted(docs: &Documents, request: &SignedRequest) -> Option<Span> {
    let open = unclosed(docs, request).filter(|open| open.len() <= LONGEST)?;
    let signature = |name: &[u8]| {
        let bytes = docs.bytes(open).trim_ascii_end();
        let at = memchr::memmem::rfind(bytes, name)? + name.len();
        bytes.get(at..)
    };
    let is_half = |digits: Option<&[u8]>| digits.is_none_or(|d| d.is_empty() || is_short_hex(d));
    if open != request.target.whole {
        let authorization = request.headers.iter().rfind(|h| h.value == open)?;
        let name = header_name(docs, authorization).to_ascii_lowercase();
        let value = docs.bytes(open).trim_ascii();
        let ours = value.starts_with(b"AWS4-") || b"AWS4-HMAC-SHA256".starts_with(value);
        let half = if name == b"authorization" {
            ours && (is_half(signature(b"Signature=")) || lacks(docs, request) >= 1)
        } else {
            // What is signed of it may be longer, and what is signed and not here may stand behind it.
            names(docs, request, &name) || lacks(docs, request) >= 1
        };
        return half.then_some(open);
    }
    let params = reading::params(docs, request.target.query);
    let last = params.last()?;
    let is = |name: &[u8]| params.iter().any(|param| docs.bytes(param.name) == name);
    let signed = is(b"X-Amz-Algorithm") || is(b"X-Amz-Credential");
    // Behind a signature that is whole may stand more parameters.
    let whole = is(b"X-Amz-Signature") && docs.bytes(last.name) != b"X-Amz-Signature";
    (signed && !whole && is_half(signature(b"X-Amz-Signature="))).then(|| {
        last.value
            .filter(|value| !value.is_empty())
            .unwrap_or(last.name)
    })
}

/// The body of a command whose quote the paste ends before, where its hash is a part of what is signed: more of it may
/// have been sent. One that has the stated hash is whole.
fn half_body(docs: &Documents, request: &SignedRequest) -> Option<Span> {
    let Body::Held { span, .. } = request.body else {
        return None;
    };
    if span.is_empty() || span.len() > LONGEST || !is_open(docs, span) {
        return None;
    }
    let reading = reading::read(docs, request)?;
    let stated = reading::header(docs, request, "x-amz-content-sha256");
    let whole = stated.is_some_and(|stated| {
        let hash = hex::encode(Sha256::digest(docs.bytes(span)));
        hash.as_bytes().eq_ignore_ascii_case(&stated.text) || stated.text.starts_with(b"UNSIGNED")
    });
    (matches!(reading.form, reading::Form::Header) && !whole).then_some(span)
}

/// Whether nothing stands behind a place in what was given, but for the line end that editors and terminals add, or for
/// the fence that a person closed the block with. A blank line ends the headers, which are whole then.
fn is_at_end(docs: &Documents, place: Span) -> bool {
    let given = docs.to_given(place);
    let whole = docs.whole(given.doc);
    is_end(docs.bytes(Span::new(given.doc, given.end, whole.end)))
}

/// The same of the bytes behind a place.
fn is_end(behind: &[u8]) -> bool {
    if matches!(behind, b"" | b"\n" | b"\r" | b"\r\n") {
        return true;
    }
    let line = behind.strip_prefix(b"\r\n").or(behind.strip_prefix(b"\n"));
    let fence = line.and_then(|line| line.strip_prefix(b"```"));
    fence.is_some_and(|rest| matches!(rest.first(), None | Some(b'\n' | b'\r')))
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
    lacks(docs, request) >= 2
        && reading::read(docs, request).is_some_and(|reading| {
            matches!(reading.form, reading::Form::Header) && reading.date.is_none()
        })
}

/// Whether the signature of a request names this header, told in lower case.
fn names(docs: &Documents, request: &SignedRequest, name: &[u8]) -> bool {
    let reading = reading::read(docs, request);
    reading.is_some_and(|reading| {
        let mut parts = reading.names.iter();
        parts.any(|part| part.text.eq_ignore_ascii_case(name))
    })
}

/// How many of the headers that its signature names a request lacks.
fn lacks(docs: &Documents, request: &SignedRequest) -> usize {
    let Some(reading) = reading::read(docs, request) else {
        return 0;
    };
    let absent = |name: &&reading::Part| {
        let same = |h| header_name(docs, h).eq_ignore_ascii_case(&name.text);
        !request.headers.iter().any(same)
    };
    reading.names.iter().filter(absent).count()
}

/// What people write in the place of the rest of a text.
const DOTS: [&[u8]; 5] = [
    b"[...]",
    "[…]".as_bytes(),
    b"...",
    "…".as_bytes(),
    b"%E2%80%A6",
];

/// Where dots stand in the query of a presigned URL for parameters that are not here: the last value or name before them, or
/// the dots themselves between two others. A query with a signature ends in what was sent.
pub(super) fn cut_by_dots(docs: &Documents, request: &SignedRequest) -> Option<Span> {
    let query = request
        .target
        .query
        .filter(|query| query.len() <= LONGEST)?;
    let params = reading::auth_params(docs, Some(query));
    let has = |name: &str| {
        let mut names = params.iter().map(|param| docs.bytes(param.name));
        names.any(|own| own == name.as_bytes())
    };
    if !has("X-Amz-Algorithm") && !has("X-Amz-Credential") {
        return None;
    }
    let required = [
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
    ];
    if required.iter().all(|name| has(name)) {
        return None;
    }
    let bytes = docs.bytes(query);
    let mut at = 0;
    for param in bytes.split(|b| *b == b'&') {
        if DOTS.contains(&param) {
            return Some(query.part(at..at + param.len()));
        }
        at += param.len() + 1;
    }
    // A URL ends before dots that may be those of a sentence.
    let whole = docs.bytes(docs.whole(query.doc));
    let behind = whole.get(query.end..).unwrap_or_default();
    let ends = DOTS
        .iter()
        .any(|dots| bytes.ends_with(dots) || behind.starts_with(dots));
    let last = bytes.rsplit(|b| *b == b'&').next().unwrap_or_default();
    let start = bytes.len() - last.len();
    let value = memchr::memchr(b'=', last).map_or(start, |eq| start + eq + 1);
    (ends && !has("X-Amz-Signature")).then(|| query.part(value..bytes.len()))
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
        // The half of a name, or a name alone. Signers that sort the parameters write one more behind the signature.
        let others = params.get(..params.len() - 1).unwrap_or_default();
        let lacks = |name: &&str| !others.iter().any(|other| is(other, name));
        let half = name.len() > 2
            && AUTH_PARAMS
                .iter()
                .any(|whole| whole.as_bytes().starts_with(name) && lacks(whole))
            && ["X-Amz-Signature", "X-Amz-SignedHeaders"].iter().any(lacks);
        return half.then_some(last.name);
    };
    let bytes = docs.bytes(value);
    let cut = match name {
        b"X-Amz-Date" => is_half_time(bytes),
        b"X-Amz-Credential" => !has("X-Amz-Signature") && !bytes.ends_with(b"aws4_request"),
        // Any number may be the beginning of a longer one.
        b"X-Amz-Expires" => !has("X-Amz-Signature") && !has("X-Amz-SignedHeaders"),
        b"X-Amz-SignedHeaders" => is_half_list(bytes),
        // Signers that sort the parameters write the list of signed headers behind it; what is short of its digits and
        // lacks nothing is told by its digits.
        b"X-Amz-Signature" => {
            let short = bytes.is_empty() || is_short_hex(bytes);
            short && AUTH_PARAMS.iter().any(|name| !has(name))
        }
        _ => false,
    };
    cut.then_some(value)
}

/// The beginning of the value of X-Amz-SignedHeaders: `host` is in each such list, which is sorted, and it is not come
/// to yet.
fn is_half_list(value: &[u8]) -> bool {
    const LONGEST_NAME: usize = 256;
    let text = value.to_ascii_lowercase();
    let at = memchr::memmem::rfind(&text, b"%3b").map_or(0, |at| at + 3);
    let plain = memchr::memrchr(b';', &text).map_or(0, |at| at + 1);
    let last = text.get(at.max(plain)..).unwrap_or_default();
    let mut names = text
        .split(|b| *b == b';' || *b == b'%')
        .map(|name| name.strip_prefix(b"3b").unwrap_or(name));
    last.len() < LONGEST_NAME && last < &b"host"[..] && !names.any(|name| name == b"host")
}
