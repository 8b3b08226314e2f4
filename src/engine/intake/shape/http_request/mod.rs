//! A raw HTTP request: request line or HTTP/2 pseudo-headers, header lines, body.
//!
//! Owns where each part of it stands; where its body ends is told by `body`. Must not know what a header means,
//! beyond those that frame the message (RFC 9112 §6).

mod body;

use std::ops::Range;

pub(in crate::engine::intake) use body::body_behind;
use body::read_body;

use super::forced::ReadAs;
use super::fragment;
use super::nearness::{Near, method};
use crate::engine::intake::body::is_bodiless;
use crate::engine::intake::head::{self, Head, RawHeader};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::trace;
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::target;
use crate::engine::intake::text::{Line, Text, bom_len, is_blank, is_token};
use crate::engine::intake::{Given, Header, Shape, SignedRequest, Target};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("http-request");

/// Methods that are taken for one without an HTTP version on the line.
/// Recognises raw HTTP requests.
pub(in crate::engine::intake) struct HttpRequest;

impl Recogniser for HttpRequest {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "HTTP/",
            "GET ",
            "PUT ",
            "POST ",
            "HEAD ",
            "DELETE ",
            "PATCH ",
            "OPTIONS ",
            ":method",
            ":path",
            ":authority",
            ":scheme",
        ]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        if line.start < from {
            return None;
        }
        // Whose head stands behind a margin or apart from its request line is read there.
        let bytes = text.get(line.range());
        let apart =
            || trace::framed(text, line) || trace::is_told_apart(bytes) || trace::is_marked(bytes);
        let boundary = request_line(text, line).is_some() && !apart() || is_pseudo(text, line);
        boundary.then_some(Start {
            at: line.start,
            boundary,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let line = text.line(start.at);
        let (message, head) = if let Some(request) = request_line(text, line) {
            let head = head::read(text, line.next);
            (Message::from_line(text, &request, &head), head)
        } else {
            let head = head::read(text, line.start);
            (Message::from_pseudo(text, &head)?, head)
        };
        if !head.terminated
            && head.end < text.len()
            && let Some(end) = reader.rewrapped(pass, start.at, head.end)
        {
            return Some(end);
        }
        if head.cut {
            reader.cut(text.span(line.start..head.end), "header lines");
        }
        let (body, end) = read_body(reader, pass, &head, &message);
        let span = text.span(start.at..end.max(head.end));
        reader.add_request(SignedRequest {
            shape: SHAPE,
            span: reader.case.docs.to_given(span),
            method: message.method,
            target: message.target,
            headers: message.headers,
            body,
        });
        Some(end.max(head.end))
    }

    fn near(&self) -> &'static [Near] {
        &SPEAKS
    }
}

/// What speaks for a request, and for headers whose request line is not here.
const SPEAKS: [Near; 2] = [
    Near {
        read_as: ReadAs::Request,
        words: &[
            ("HTTP/1.", 30),
            ("HTTP/2", 20),
            ("Host", 10),
            ("https://", 10),
            ("X-Amz-Signature", 15),
        ],
        form: |front| {
            let len = method(front.first)?;
            (len < front.first.len()).then_some((30, "its first line begins with a method"))
        },
        missing: |front| {
            if front.holds("signature=") || front.holds("authorization") {
                ""
            } else {
                "its signature"
            }
        },
    },
    fragment::SPEAKS,
];

/// What precedes the body.
struct Message {
    method: Given<&'static str>,
    method_bytes: Vec<u8>,
    target: Target,
    headers: Vec<Header>,
}

impl Message {
    fn from_line(text: &Text, line: &RequestLine, head: &Head) -> Self {
        let target = target::split(text, line.target.clone());
        // MinIO's trace prints the version on a line of its own.
        let is_version = |h: &&RawHeader| {
            !line.versioned
                && text.get(h.name.clone()) == b"Proto"
                && text.get(text.trim(h.value.clone())).starts_with(b"HTTP/")
        };
        let sent = head.headers.iter().filter(|h| !is_version(h));
        let mut headers: Vec<Header> = sent.map(|h| header(text, h)).collect();
        if let Some(authority) = target.authority
            && head.named(text, "host").next().is_none()
        {
            headers.insert(0, implied_host(authority));
        }
        Self {
            method: Given::Stated(text.span(line.method.clone())),
            method_bytes: text.get(line.method.clone()).to_vec(),
            target,
            headers,
        }
    }

    fn from_pseudo(text: &Text, head: &Head) -> Option<Self> {
        let value = |name| {
            let header: &RawHeader = head.named(text, name).next()?;
            Some(text.trim(header.value.clone()))
        };
        let (method, path) = (value(":method"), value(":path"));
        // An answer has `:status`; a request needs at least one of these two to be worth anything.
        if value(":status").is_some() || (method.is_none() && path.is_none()) {
            return None;
        }
        let empty = head.end..head.end;
        let mut target = target::split(text, path.unwrap_or(empty));
        target.scheme = value(":scheme").map(|r| text.span(r)).or(target.scheme);
        target.authority = value(":authority")
            .map(|r| text.span(r))
            .or(target.authority);
        let headers = head.headers.iter().filter_map(|raw| {
            let name = text.get(raw.name.clone());
            if name.eq_ignore_ascii_case(b":authority") {
                Some(Header {
                    name: Given::Implied("host"),
                    ..header(text, raw)
                })
            } else if name.first() == Some(&b':') {
                None
            } else {
                Some(header(text, raw))
            }
        });
        let mut headers: Vec<Header> = headers.collect();
        if let Some(authority) = target.authority
            && value(":authority").is_none()
            && value("host").is_none()
        {
            headers.insert(0, implied_host(authority));
        }
        Some(Self {
            headers,
            method_bytes: method.clone().map_or(Vec::new(), |r| text.get(r).to_vec()),
            method: method.map_or(Given::Implied("GET"), |r| Given::Stated(text.span(r))),
            target,
        })
    }

    /// Whether requests of this method have no body unless they say so.
    fn bodiless(&self) -> bool {
        self.method_bytes.is_empty() || is_bodiless(&self.method_bytes)
    }
}

fn header(text: &Text, raw: &RawHeader) -> Header {
    Header {
        name: Given::Stated(text.span(raw.name.clone())),
        value: text.span(raw.value.clone()),
        line: text.span(raw.line.clone()),
    }
}

/// The header a URL's authority stands for.
pub(in crate::engine::intake) fn implied_host(authority: crate::engine::document::Span) -> Header {
    Header {
        name: Given::Implied("host"),
        value: authority,
        line: authority,
    }
}

/// A request line, as offsets of the text.
struct RequestLine {
    method: Range<usize>,
    target: Range<usize>,
    /// Whether an HTTP version stands on it.
    versioned: bool,
}

/// The parts of `line`, where it is a request line: with an HTTP version whatever the method, without
/// one where a known method and a target are followed by a header or the target carries a signature.
fn request_line(text: &Text, line: Line) -> Option<RequestLine> {
    let skip = if line.start == 0 {
        bom_len(text.get(line.range()))
    } else {
        0
    };
    let start = line.start + skip;
    let bytes = text.get(start..line.end);
    let blanks = bytes.iter().take_while(|b| is_blank(**b)).count();
    let trimmed = text.trim_end(start..line.end) - start;
    let (rest, versioned) = match version(bytes.get(..trimmed)?) {
        Some(at) => (at, true),
        None => (trimmed, false),
    };
    let part = bytes.get(..rest)?;
    let parts = |method_at: usize| -> Option<(Range<usize>, Range<usize>)> {
        let from_method = part.get(method_at..)?;
        let method = from_method.iter().take_while(|b| is_token(**b)).count();
        let gap = from_method
            .iter()
            .skip(method)
            .take_while(|b| **b == b' ')
            .count();
        let target = method_at + method + gap;
        let plausible = (1..=32).contains(&method)
            && gap > 0
            && from_method.first().is_some_and(u8::is_ascii_alphabetic)
            && is_target(part.get(target..)?);
        plausible.then_some((method_at..method_at + method, target..rest))
    };
    let known = |range: &Range<usize>| {
        let method = part.get(range.clone()).unwrap_or_default();
        METHODS.contains(&method)
    };
    let (method, target) = if versioned {
        parts(blanks).or_else(|| parts(behind_log_prefix(part)?))?
    } else {
        let found = parts(blanks).filter(|(method, _)| known(method))?;
        let next = text.line(line.next);
        let followed = line.next < text.len() && head::split(text, next).is_some();
        if !followed && !carries_signature(part.get(found.1.clone())?) {
            return None;
        }
        found
    };
    Some(RequestLine {
        method: start + method.start..start + method.end,
        target: start + target.start..start + target.end,
        versioned,
    })
}

/// Where ` HTTP/x` stands at the end of a line.
fn version(line: &[u8]) -> Option<usize> {
    // Nothing longer than ` HTTP/1.1` is a version.
    let tail = line.len().saturating_sub(9);
    let at = tail + memchr::memmem::rfind(line.get(tail..)?, b" HTTP/")?;
    let number = line.get(at + 6..)?;
    let ok = match number {
        [major] => major.is_ascii_digit(),
        [major, b'.', minor] => major.is_ascii_digit() && minor.is_ascii_alphanumeric(),
        _ => false,
    };
    ok.then_some(at)
}

/// Whether `bytes` may be a request target: origin-form, absolute-form, asterisk or a bare query.
fn is_target(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'/' | b'?'))
        || bytes.first() == Some(&b'*') && bytes.len() == 1
        // A variable that stands for scheme and host (`.http` files).
        || bytes.starts_with(b"{{")
        || target::absolute(bytes).is_some()
}

/// Where a request line with a version begins in `line`: a known method, perhaps behind what a log put in front
/// of it.
pub(in crate::engine::intake) fn request_at(line: &[u8]) -> Option<usize> {
    let line = line.trim_ascii_end();
    behind_log_prefix(line.get(..version(line)?)?)
}

/// Where a known method stands behind what a log put in front of it.
fn behind_log_prefix(line: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(space) = memchr::memchr(b' ', line.get(from..)?).map(|i| from + i) {
        let word = line.get(from..space)?;
        // `-->GET`: the arrow of a log may touch it.
        let arrow = word.iter().rposition(|b| *b == b'>').map_or(0, |i| i + 1);
        let drawn = |b: &u8| matches!(b, b'-' | b'=' | b'>');
        let arrow = if word.get(..arrow)?.iter().all(drawn) {
            arrow
        } else {
            0
        };
        let (at, word) = (from + arrow, word.get(arrow..)?);
        if METHODS.contains(&word) && is_target(line.get(space + 1..)?) {
            return Some(at);
        }
        from = space + 1;
    }
    None
}

/// Whether a target carries a signature in its query.
fn carries_signature(target: &[u8]) -> bool {
    let mut at = 0;
    while let Some(i) = memchr::memchr2(b'?', b'&', target.get(at..).unwrap_or_default()) {
        at += i + 1;
        let name = target.get(at..at + 6).unwrap_or_default();
        if name.eq_ignore_ascii_case(b"x-amz-") {
            return true;
        }
    }
    false
}

fn is_pseudo(text: &Text, line: Line) -> bool {
    let names: [&[u8]; 4] = [b":method", b":path", b":authority", b":scheme"];
    head::split(text, line).is_some_and(|(name, _)| names.contains(&text.get(name)))
}
