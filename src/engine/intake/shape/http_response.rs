//! The status line and header lines of an answer. Its `Date` is the verifier's clock, and the error
//! body behind it belongs to it.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::printed_error;
use crate::engine::document::Span;
use crate::engine::intake::head::{self, Head};
use crate::engine::intake::reader::{Reader, Response};
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text, is_blank};
use crate::engine::intake::{Shape, Unread};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("http-response");

/// Recognises the heads of HTTP answers.
pub(in crate::engine::intake) struct HttpResponse;

impl Recogniser for HttpResponse {
    fn anchors(&self) -> &'static [&'static str] {
        &["HTTP/"]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        status(text, line)?;
        if is_flattened(text.get(line.range())) {
            return None;
        }
        (line.start >= from).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let line = pass.text.line(start.at);
        let status = status(pass.text, line)?;
        add(reader, pass.text, status, start.at, line.next)
    }
}

/// Adds the head of an answer that begins at `start` and whose header lines begin at `headers`; says where it
/// ends.
pub(in crate::engine::intake) fn add(
    reader: &mut Reader<'_>,
    text: &Text,
    status: u16,
    start: usize,
    headers: usize,
) -> Option<usize> {
    if !(100..600).contains(&status) {
        return None;
    }
    let head = head::read(text, headers);
    let value = |name| head.value(text, name);
    reader.add_response(Response {
        status,
        span: reader.case.docs.to_given(text.span(start..head.end)),
        clock: clock(text, &head),
        compressed: value("content-encoding")
            .is_some_and(|v| !v.is_empty() && !v.eq_ignore_ascii_case(b"identity")),
        expects_body: value("content-length") != Some(b"0"),
        code: code(text, &head).filter(|_| status >= 300),
        unread: body_begun(text, head.end),
    });
    Some(head.end)
}

/// Headers in which verifiers name their code besides the body, or where the answer has none: the services of AWS (the
/// JSON and REST protocols of Smithy), Amazon S3, MinIO, Azure Storage.
const CODES: [&[u8]; 4] = [
    b"x-amzn-errortype",
    b"x-amz-error-code",
    b"x-minio-error-code",
    b"x-ms-error-code",
];

/// The code that a header of the answer names. People put Markdown's stars around a line that matters.
fn code(text: &Text, head: &Head) -> Option<Span> {
    const LONGEST: usize = 96;
    let is_mark = |b: &u8| matches!(b, b'*' | b'`' | b'_');
    head.headers.iter().find_map(|header| {
        let name = text.get(header.name.clone());
        let marks = name.iter().take_while(|b| is_mark(b)).count();
        let name = name.get(marks..)?.to_ascii_lowercase();
        let own = CODES.contains(&name.as_slice());
        let range = text.trim(header.value.clone());
        let value = text.get(range.clone());
        // `InvalidSignatureException:http://internal.amazon.com/coral/…`.
        let part = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'.';
        let len = value.iter().take(LONGEST).take_while(part).count();
        let behind = value.get(len);
        let whole = behind.is_none_or(|b| is_mark(b) || matches!(b, b':' | b',' | b' '));
        (own && len > 0 && whole).then(|| text.span(range.start..range.start + len))
    })
}

/// How much stands at `at`, behind the head of an answer, of a body in JSON or in markup. curl may tell in between what it
/// does.
pub(in crate::engine::intake) fn body_begun(text: &Text, at: usize) -> Unread {
    const BETWEEN: usize = 8;
    const LONGEST: usize = 8 << 10;
    let mut at = at;
    for _ in 0..BETWEEN {
        let line = text.line(at);
        let bytes = text
            .get(line.start..line.end.min(line.start + 16))
            .trim_ascii();
        let told = [&b"* "[..], b"{ [", b"} ["]
            .iter()
            .any(|mark| bytes.starts_with(mark));
        if line.next <= at || !(bytes.is_empty() || told) {
            break;
        }
        at = line.next;
    }
    let rest = text.get(at..at + LONGEST).trim_ascii();
    // Of a longer one the end is not looked for.
    let long = text.len() > at + LONGEST;
    let second = rest.get(1).copied().unwrap_or_default();
    match rest.first() {
        Some(b'{') if second == b'"' || second == b'}' || second.is_ascii_whitespace() => {
            if long || is_closed(rest) {
                Unread::All
            } else {
                Unread::Beginning
            }
        }
        Some(b'<') if second.is_ascii_alphabetic() || matches!(second, b'!' | b'?') => {
            if long || memchr::memmem::find(rest, b"</").is_some() {
                Unread::All
            } else {
                Unread::Beginning
            }
        }
        Some(_) | None => Unread::Nothing,
    }
}

/// Whether the bracket is closed with which a text in JSON begins (RFC 8259).
fn is_closed(bytes: &[u8]) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Where the status line begins that `line` holds, perhaps behind what a log put in front of it.
pub(in crate::engine::intake) fn status_at(line: &[u8]) -> Option<usize> {
    status_in(line).map(|(at, _)| at)
}

/// Whether a whole answer stands on the line of its status: headers or another status behind it, and behind these a
/// verifier's message. That is read by its words; a message directly behind the status is its reason.
fn is_flattened(line: &[u8]) -> bool {
    const LONGEST: usize = 4 << 10;
    const BETWEEN: [&[u8]; 6] = [
        b" HTTP/",
        b" Date: ",
        b" Content-Type: ",
        b" Content-Length: ",
        b" Connection: ",
        b" Server: ",
    ];
    let Some((at, _)) = status_in(line) else {
        return false;
    };
    let rest = line.get(at + b"HTTP/".len()..).unwrap_or_default();
    let rest = rest.get(..LONGEST.min(rest.len())).unwrap_or_default();
    let between = BETWEEN
        .iter()
        .filter_map(|mark| memchr::memmem::find(rest, mark))
        .min();
    between.is_some_and(|at| printed_error::holds_message(rest.get(at..).unwrap_or_default()))
}

/// The status of a status line. What a log or curl put in front of the line is stepped over.
fn status(text: &Text, line: Line) -> Option<u16> {
    status_in(text.get(line.range())).map(|(_, status)| status)
}

fn status_in(bytes: &[u8]) -> Option<(usize, u16)> {
    let at = memchr::memmem::find(bytes, b"HTTP/")?;
    // Behind words it is a status line only if a blank or a mark stands before it.
    let clean = at == 0
        || bytes
            .get(at - 1)
            .is_some_and(|b| is_blank(*b) || !b.is_ascii());
    let bom = at == 3 && bytes.starts_with(b"\xEF\xBB\xBF");
    if !clean && !bom || at > 160 {
        return None;
    }
    let rest = bytes.get(at + 5..)?;
    let version = rest
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'.')
        .count();
    let blanks = rest
        .iter()
        .skip(version)
        .take_while(|b| is_blank(**b))
        .count();
    let digits = rest.get(version + blanks..)?;
    let number = digits.get(..3)?;
    let ends = digits.get(3).is_none_or(|b| is_blank(*b));
    let plausible = (1..=3).contains(&version) && blanks > 0 && ends;
    let status = std::str::from_utf8(number).ok()?.parse::<u16>().ok()?;
    ((100..600).contains(&status) && plausible).then_some((at, status))
}

/// The `Date` of an answer.
fn clock(text: &Text, head: &Head) -> Option<(DateTime<Utc>, Span)> {
    let header = head.named(text, "date").next()?;
    let range = text.trim(header.value.clone());
    let at = http_date(text.get(range.clone()))?;
    Some((at, text.span(range)))
}

/// Reads a date of HTTP: `Fri, 24 May 2013 00:00:00 GMT` (RFC 9110 §5.6.7), or basic or extended ISO
/// 8601 as some servers write it.
pub(in crate::engine::intake) fn http_date(bytes: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    if text.len() > 64 {
        return None;
    }
    if let Ok(at) = DateTime::parse_from_rfc2822(text) {
        return Some(at.to_utc());
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    [
        "%Y%m%dT%H%M%SZ",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ]
    .iter()
    .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
    .map(|at| at.and_utc())
}
