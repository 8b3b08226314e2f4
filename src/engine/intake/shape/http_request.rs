//! A raw HTTP request: request line or HTTP/2 pseudo-headers, header lines, body.
//!
//! Owns where each part of it stands and where its body ends. Must not know what a header means,
//! beyond those that frame the message (RFC 9112 §6).

use std::ops::Range;

use super::forced::ReadAs;
use super::fragment;
use super::nearness::{Near, method};
use crate::engine::diagnose::Finding;
use crate::engine::intake::body::is_bodiless;
use crate::engine::intake::head::{self, Head, RawHeader};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::trace;
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::target;
use crate::engine::intake::text::{Line, Text, bom_len, is_blank, is_token};
use crate::engine::intake::{
    Body, Given, Header, LENGTH_DIFFERS, Shape, SignedRequest, Target, final_newline_len,
};

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

/// The body behind `head`, and where it ends.
fn read_body(
    reader: &mut Reader<'_>,
    pass: &mut Scan<'_>,
    head: &Head,
    message: &Message,
) -> (Body, usize) {
    let text = pass.text;
    let at = head.end;
    let length = content_length(text, head);
    let coded = head.value(text, "transfer-encoding").is_some();
    let typed = head.value(text, "content-type").is_some();
    // Does the message itself say that it has no body? By RFC 9112 one of HTTP/1 does by giving no
    // length; but what people copy often lacks the length, or the body, or both.
    let none = match length {
        Some(n) => n == 0,
        None => !coded && message.bodiless(),
    };
    let nothing = || {
        let empty = Body::Held {
            span: text.span(at..at),
            newline_in_doubt: false,
        };
        (if none { empty } else { Body::Absent }, at)
    };
    if !head.terminated || length == Some(0) {
        return nothing();
    }
    let first = pass.skip_space(at);
    let begins = first < text.len() && pass.begins(text.line_start(first, at));
    if let Some(end) = length.and_then(|n| fitting_end(pass, at, n))
        && (!(begins && first < end) || ends_whole(pass, end))
    {
        return (
            Body::Held {
                span: text.span(at..end),
                newline_in_doubt: false,
            },
            end,
        );
    }
    let line = text.line(text.line_start(first, at).max(at));
    if first >= text.len() || begins || is_frame(text.get(line.range())) {
        return nothing();
    }
    if length.is_none() && !coded && !typed && message.bodiless() {
        // Prose behind a GET is not its body.
        return nothing();
    }
    let boundary = pass.boundary(at);
    if boundary <= first {
        return nothing();
    }
    let framed = last_frame(text, first, boundary).filter(|_| length.is_none());
    let end = match framed {
        Some(frame) => one_line_end(text, at, frame),
        None if boundary < text.len() => one_line_end(text, at, boundary),
        None => boundary,
    };
    let span = text.span(at..end);
    if let Some(n) = length {
        reader.find(length_differs(text, span.range(), n).at(reader.case.docs.to_given(span), ""));
    }
    (
        Body::Held {
            span,
            newline_in_doubt: true,
        },
        boundary,
    )
}

/// Whether a line is a log's and no body's: a rule drawn across it, alone or around words (`---[ response ]-----`).
/// The lines that part a multipart body begin so and end in their own name; YAML's begin with three dashes alone.
fn is_frame(line: &[u8]) -> bool {
    const RULE: usize = 3;
    const ALONE: usize = 8;
    let line = line.trim_ascii();
    let Some(mark) = line.first().filter(|b| b"-=*#~_+".contains(b)) else {
        return false;
    };
    let front = line.iter().take_while(|b| *b == mark).count();
    let back = line.iter().rev().take_while(|b| *b == mark).count();
    if front == line.len() {
        return front >= ALONE;
    }
    // What closes a multipart body is its boundary with two dashes behind it, and has no blank.
    let words = line.get(front..line.len() - back).unwrap_or_default();
    front >= RULE && back >= RULE && words.iter().any(|b| matches!(b, b' ' | b'[' | b'<' | b'('))
}

/// Where the log's own line begins that stands last between `from` and `end`: it parts the body from what comes next.
fn last_frame(text: &Text, from: usize, end: usize) -> Option<usize> {
    if end >= text.len() {
        return None;
    }
    let bytes = text.get(from..end).trim_ascii_end();
    let start = memchr::memrchr(b'\n', bytes)? + 1;
    let line = bytes.get(start..)?;
    let words = line.iter().any(|b| matches!(b, b' ' | b'['));
    (words && is_frame(line)).then_some(from + start)
}

/// What Content-Length says. Several that agree are one (RFC 9110 §8.6).
fn content_length(text: &Text, head: &Head) -> Option<usize> {
    let mut said = None;
    for header in head.named(text, "content-length") {
        let value = text.get(text.trim(header.value.clone()));
        let number = std::str::from_utf8(value).ok()?.parse::<usize>().ok()?;
        if said.is_some_and(|s| s != number) {
            return None;
        }
        said = Some(number);
    }
    said
}

/// Whether at `end` the text ends, or the next thing begins: a body that is itself something known ends
/// just there, and what only follows a request whose body is missing does not.
fn ends_whole(pass: &mut Scan<'_>, end: usize) -> bool {
    let next = pass.skip_space(end);
    next == pass.text.len() || pass.begins(pass.text.line_start(next, end))
}

/// Where a body of `length` bytes from `at` would end, if a text ends there: at the end, at a line
/// end, at the start of a line, or before a remark of curl's. A length that ends in the middle of a
/// line was not that of this text.
fn fitting_end(pass: &mut Scan<'_>, at: usize, length: usize) -> Option<usize> {
    let text = pass.text;
    let end = at.checked_add(length).filter(|end| *end <= text.len())?;
    let after = text.from(end);
    let line_end = |b: Option<u8>| matches!(b, Some(b'\n' | b'\r'));
    let fits = after.is_empty()
        || line_end(after.first().copied())
        || line_end(end.checked_sub(1).and_then(|i| text.at(i)))
        || after.starts_with(b"* ")
        || pass.skip_space(end) == text.len();
    fits.then_some(end)
}

/// `end` moved back so that at most one line end stands before it: the others separate the body from
/// what comes next.
fn one_line_end(text: &Text, start: usize, end: usize) -> usize {
    let bytes = text.get(start..end);
    let breaks = bytes
        .iter()
        .rev()
        .take_while(|b| matches!(b, b'\r' | b'\n'))
        .count();
    let kept = bytes.len() - breaks;
    let first = bytes.get(kept..).unwrap_or_default();
    let one = match first {
        [b'\r', b'\n', ..] => 2,
        [_, ..] => 1,
        [] => 0,
    };
    start + kept + one
}

fn length_differs(text: &Text, body: Range<usize>, length: usize) -> Finding {
    let bytes = text.get(body);
    let newline = final_newline_len(bytes);
    let id = LENGTH_DIFFERS;
    if bytes.len() - newline == length {
        return Finding::note(
            id,
            format!("Content-Length says {length} bytes; a line end stands behind them."),
            "Both readings of the body are tried.",
        );
    }
    let lone = memchr::memchr_iter(b'\n', bytes)
        .filter(|&i| i == 0 || bytes.get(i - 1) != Some(&b'\r'))
        .count();
    let last = usize::from(newline == 1);
    let message = format!(
        "Content-Length says {length} bytes, and the paste holds {} as body.",
        bytes.len()
    );
    if lone > 0 && (bytes.len() + lone == length || bytes.len() - last + lone - last == length) {
        return Finding::warning(
            id,
            message,
            "The difference is one byte a line: the body was sent with CRLF line ends, and the paste \
             has LF. Give the body as a file with --body.",
        );
    }
    Finding::warning(
        id,
        message,
        "The body was cut, edited or decoded on its way here. Give the one that was sent as a file \
         with --body.",
    )
}

/// Takes the body of a request whose head stood behind quoting marks from the text that follows it
/// without them, where its Content-Length says that it fits. Returns where it ends.
pub(in crate::engine::intake) fn body_behind(
    pass: &mut Scan<'_>,
    at: usize,
    length: usize,
) -> Option<usize> {
    let text = pass.text;
    let first = pass.skip_space(at);
    let begins = first < text.len() && pass.begins(text.line_start(first, at));
    if first >= text.len() || begins || closes_print(text, at) {
        return None;
    }
    fitting_end(pass, at, length)
}

/// Whether what is left of the line at `at` only closes what stands before it on that line: the quote, the brackets and
/// the commas of a print. A body begins on a line of its own, or with something of its own.
fn closes_print(text: &Text, at: usize) -> bool {
    let within = at.checked_sub(1).and_then(|i| text.at(i));
    let closes = |b: &u8| is_blank(*b) || b")]}>,;'\"`\r".contains(b);
    within.is_some_and(|b| b != b'\n') && text.get(at..text.line(at).end).iter().all(closes)
}
