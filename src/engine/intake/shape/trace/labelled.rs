//! A request told in labels: `Request URL: …`, `Request Method: …`, `Request Headers` with a list under it. The panels
//! of browsers are copied so, and people print their own dumps so.
//!
//! Owns the labels, and telling their values where they stand on the line of the label or on the next.

use std::ops::Range;

use super::bare::is_request_header;
use super::dump::Dump;
use super::listed::{field, word};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Peel, Span};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::{Line, Text, is_blank, is_method, is_token};

/// Recognises requests told in labels.
pub(in crate::engine::intake) struct Labelled;

/// How many lines are looked at.
const LINES: usize = 512;
/// The longest label, in bytes.
const LABEL: usize = 24;

/// What a label says that what stands behind it is.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Label {
    Method,
    Status,
    RequestHeaders,
    ResponseHeaders,
    /// Nothing of the message.
    Else,
}

const LABELS: [(&str, Label); 10] = [
    ("request method", Label::Method),
    ("method", Label::Method),
    ("status code", Label::Status),
    ("status", Label::Status),
    ("request headers", Label::RequestHeaders),
    ("request header", Label::RequestHeaders),
    ("response headers", Label::ResponseHeaders),
    ("remote address", Label::Else),
    ("referrer policy", Label::Else),
    ("provisional headers are shown", Label::Else),
];

/// A header, as offsets of the text.
pub(super) type Field = (Range<usize>, Range<usize>);

/// What the labels tell.
#[derive(Default)]
struct Told {
    method: Option<Range<usize>>,
    status: Option<Range<usize>>,
    request: Vec<Field>,
    response: Vec<Field>,
    /// Whether the request stands under its label as it was sent, request line and all: the panel's “view source”.
    raw: bool,
    end: usize,
}

impl Recogniser for Labelled {
    fn anchors(&self) -> &'static [&'static str] {
        &["Request URL", "Request url", "Request Url"]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let front = text.get(line.start..hit.at);
        let url = value(text, hit.at + "Request URL".len(), line);
        let whole =
            front.iter().all(|b| is_blank(*b)) && target::absolute(text.get(url.0)).is_some();
        (line.start >= from && whole).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let first = text.line(start.at);
        let label = text.skip_space(start.at) + "Request URL".len();
        let (url, next) = value(text, label, first);
        let told = told(text, next);
        if told.raw || told.request.is_empty() && told.method.is_none() {
            return None;
        }
        let mut dump = Dump::new(text, start.at);
        if let Some(method) = &told.method {
            dump.copy(method.clone());
            dump.glue(b" ", method.end);
            dump.copy(url.clone());
            dump.glue(b" HTTP/1.1\r\n", url.end);
        } else {
            dump.glue(b":path: ", url.start);
            dump.copy(url.clone());
            dump.glue(b"\r\n", url.end);
        }
        add(&mut dump, &told.request);
        let place = start.at..told.end;
        let end = reader.dumped(pass, place.clone(), Peel::LogFrame, dump.finish())?;
        if told.method.is_none() {
            let given = reader.case.docs.to_given(text.span(url));
            reader.find(method_not_told(given));
        }
        if let Some(status) = told.status {
            let mut dump = Dump::new(text, start.at);
            dump.glue(b"HTTP/1.1 ", status.start);
            dump.copy(status.clone());
            dump.glue(b"\r\n", status.end);
            add(&mut dump, &told.response);
            reader.unframed(pass, place, Peel::LogFrame, dump.finish());
        }
        Some(end)
    }
}

/// That nothing says which method the request at `url` has.
pub(super) fn method_not_told(url: Span) -> Finding {
    Finding::warning(
        "method-not-told",
        "The method of this request is not told here: it is taken for GET.",
        "Put `Request method: PUT`, or what it was, under the line with its URL.",
    )
    .at(url, "which method?")
}

fn add(dump: &mut Dump<'_>, fields: &[Field]) {
    let mut at = None;
    for (name, value) in fields {
        dump.copy(name.clone());
        dump.glue(b": ", value.start);
        dump.copy(value.clone());
        dump.glue(b"\r\n", value.end);
        at = Some(value.end);
    }
    if let Some(at) = at {
        dump.glue(b"\r\n", at);
    }
}

/// What stands behind a label that ends at `at`: on its line, else on the next. Then where the next line begins.
fn value(text: &Text, at: usize, line: Line) -> (Range<usize>, usize) {
    let own = text.trim(at.min(line.end)..line.end);
    let front = text.get(own.clone());
    let colon = usize::from(front.first() == Some(&b':'));
    let own = text.trim(own.start + colon..own.end);
    if own.is_empty() {
        let next = text.line(line.next);
        return (text.trim(next.range()), next.next);
    }
    (own, line.next)
}

/// The label of a line, and where it ends.
pub(super) fn label(text: &Text, line: Line) -> Option<(Label, usize)> {
    // A heading of Markdown, as it is pasted into an issue.
    let whole = text.trim(line.range());
    let mark = |b: &u8| matches!(b, b'*' | b'#' | b'_' | b' ');
    let marks = text
        .get(whole.clone())
        .iter()
        .take_while(|b| mark(b))
        .count();
    let behind = text.get(whole.start + marks..whole.end);
    let more = behind.iter().rev().take_while(|b| mark(b)).count();
    let range = whole.start + marks..whole.end - more.min(marks);
    let near = text.get(range.start..range.end.min(range.start + LABEL + 8));
    let lower = near.to_ascii_lowercase();
    LABELS.iter().find_map(|(words, label)| {
        let rest = lower.strip_prefix(words.as_bytes())?;
        let ends = rest.iter().find(|b| !is_blank(**b));
        // A table is copied with tabs between its columns.
        let parted = rest.first() == Some(&b'\t') || matches!(ends, None | Some(b':'));
        parted.then_some((*label, range.start + words.len()))
    })
}

/// Reads the lines from `at` on.
fn told(text: &Text, at: usize) -> Told {
    let mut told = Told {
        end: at,
        ..Told::default()
    };
    let mut section: Option<Label> = None;
    // What the lines of a list begin with.
    let mut front: Option<Vec<u8>> = None;
    let mut at = at;
    for _ in 0..LINES {
        let line = text.line(at);
        if at >= text.len() {
            break;
        }
        if text.is_blank(line) {
            at = line.next;
            continue;
        }
        if let Some((label, end)) = label(text, line) {
            let (own, next) = value(text, end, line);
            let word = word(text, own.start, own.end);
            at = next;
            match label {
                Label::Method if is_method(text.get(word.clone())) => told.method = Some(word),
                Label::Status if text.get(word.clone()).iter().all(u8::is_ascii_digit) => {
                    told.status = Some(word);
                }
                Label::RequestHeaders | Label::ResponseHeaders => {
                    section = Some(label);
                    front = None;
                    at = line.next;
                }
                Label::Method | Label::Status | Label::Else => {}
            }
            told.end = at;
            continue;
        }
        if section.is_none() && tells_request(text, line) {
            section = Some(Label::RequestHeaders);
        }
        let Some(list) = section else { break };
        let bytes = text.get(line.range());
        if is_first_line(bytes) {
            told.raw |= list == Label::RequestHeaders;
            at = line.next;
            continue;
        }
        let own: Vec<u8> = bytes.iter().copied().take_while(|b| is_blank(*b)).collect();
        if *front.get_or_insert_with(|| own.clone()) != own {
            break;
        }
        let Some((field, next)) = listed(text, line) else {
            break;
        };
        at = next;
        told.end = at;
        if let Some(field) = field {
            match list {
                Label::RequestHeaders => told.request.push(field),
                _ => told.response.push(field),
            }
        }
    }
    told
}

/// Whether it is the first line of a message of HTTP/1.
fn is_first_line(line: &[u8]) -> bool {
    let mut words = line.trim_ascii().split(|b| *b == b' ');
    let version = |word: Option<&[u8]>| word.is_some_and(|word| word.starts_with(b"HTTP/1."));
    match words.next() {
        Some(first) if first.starts_with(b"HTTP/1.") => true,
        Some(first) if is_method(first) => words.next().is_some() && version(words.next()),
        _ => false,
    }
}

/// Whether the lines from `line` to the next empty one are headers of a request, without a heading over them: one of
/// them stands in no answer.
fn tells_request(text: &Text, line: Line) -> bool {
    const TELLING: [&[u8]; 5] = [
        b":authority",
        b":method",
        b":path",
        b"authorization",
        b"x-amz-",
    ];
    // Answers of S3 carry these.
    const ANSWERED: [&[u8]; 3] = [b"x-amz-request-id", b"x-amz-id-2", b"x-amzn-"];
    let mut line = line;
    for _ in 0..LINES {
        let range = text.trim(line.range());
        if range.is_empty() || line.start >= text.len() {
            break;
        }
        let name = text.get(range.start..range.end.min(range.start + LABEL));
        let name = name.to_ascii_lowercase();
        let is = |names: &[&[u8]]| names.iter().any(|own| name.starts_with(own));
        if is(&TELLING) && !is(&ANSWERED) {
            return true;
        }
        line = text.line(line.next);
    }
    false
}

/// The header of a line, and where the next begins: `name: value`, or the name alone and its value on the next
/// line. What HTTP/2 writes of the request line is none.
pub(super) fn listed(text: &Text, line: Line) -> Option<(Option<Field>, usize)> {
    let range = text.trim(line.range());
    let bytes = text.get(range.clone());
    let pseudo = usize::from(bytes.first() == Some(&b':'));
    let name = bytes
        .iter()
        .skip(pseudo)
        .take_while(|b| is_token(**b))
        .count();
    let name = range.start + pseudo..range.start + pseudo + name;
    let rest = text.get(name.end..range.end);
    if !rest.is_empty() && rest.trim_ascii() != b":" {
        if pseudo > 0 {
            return Some((None, line.next));
        }
        let own = field(text, line).or_else(|| without_colon(text, &name, &range));
        return own.map(|field| (Some(field), line.next));
    }
    let next = text.line(line.next);
    let value = text.trim(next.range());
    let whole = !name.is_empty() && !value.is_empty();
    // The paste stops behind the name.
    if !name.is_empty() && next.start >= text.len() {
        return Some((None, text.len()));
    }
    let own = (pseudo == 0).then_some((name, value));
    whole.then_some((own, next.next))
}

/// A header whose name is one that requests have and that blanks part from its value, as a table in a browser's panel is
/// copied.
fn without_colon(text: &Text, name: &Range<usize>, line: &Range<usize>) -> Option<Field> {
    let value = text.trim(name.end..line.end);
    let parted = text.at(name.end).is_some_and(is_blank);
    (parted && !value.is_empty() && is_request_header(text.get(name.clone())))
        .then(|| (name.clone(), value))
}
