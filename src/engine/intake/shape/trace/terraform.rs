//! Requests and answers as Terraform's provider and backend for AWS log them, in text and in JSON:
//! `HTTP Request Sent: … http.method=POST http.request.header.x_amz_date=… http.url=https://…` (hashicorp/aws-sdk-go-base,
//! `logging/http.go`, which takes the names from OpenTelemetry's conventions for HTTP).
//!
//! Owns those names, and how the log writes a value: bare, quoted, or on lines of its own. A header's name has `_` there
//! for each `-`.

use std::ops::Range;

use super::dump::Dump;
use crate::engine::diagnose::Finding;
use crate::engine::document::Peel;
use crate::engine::intake::fields;
use crate::engine::intake::limits;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::unescape::{self, Dialect, Unescaped, Unit};

/// Recognises records of that log.
pub(in crate::engine::intake) struct Terraform;

const SENT: &str = "HTTP Request Sent";
const RECEIVED: &str = "HTTP Response Received";

/// How long a record may be, in bytes and in lines.
const MOST: usize = 256 << 10;
const LINES: usize = 1_024;
/// What stands in front of each line of a value of several.
const MARGIN: &[u8] = b"  | ";

impl Recogniser for Terraform {
    fn anchors(&self) -> &'static [&'static str] {
        &[SENT, RECEIVED]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, _: &Text, hit: Hit, from: usize) -> Option<Start> {
        (hit.line.start >= from).then_some(Start {
            at: hit.line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        if !reader.may_waste() {
            return None;
        }
        let text = pass.text;
        let record = start.at..record_end(text, start.at);
        let line = text.line(start.at);
        let sent = memchr::memmem::find(text.get(line.range()), SENT.as_bytes()).is_some();
        let made = if sent {
            request(text, &record)
        } else {
            answer(text, &record)
        };
        let Some(made) = made else {
            reader.waste(record.end - record.start);
            // What the record would tell first is where it was sent to.
            let stops = sent && text.skip_space(record.end) == text.len();
            if stops && memchr::memmem::find(text.get(record.clone()), b"http.").is_none() {
                let place = reader.case.docs.to_given(text.span(line.range()));
                reader.find(stops_here().at(place, "the paste stops in this line"));
            }
            return None;
        };
        let end = text.trim_end(record.clone());
        reader.dumped_whole(pass, record.start..end, Peel::LogFrame, made)
    }
}

/// That the log ends in the record of a request.
fn stops_here() -> Finding {
    Finding::warning(
        "log-stops",
        "This log stops in the record of a request, in front of its method, its address and its headers.",
        "Paste the log on to the record of its answer.",
    )
}

/// Where the record that begins at `at` ends: before the line that begins the next, with a time or a bracket.
fn record_end(text: &Text, at: usize) -> usize {
    let mut line = text.line(text.line(at).next);
    for _ in 0..LINES {
        let first = text.at(line.start);
        let next = first.is_some_and(|b| b.is_ascii_digit() || matches!(b, b'{' | b'['));
        if line.start >= text.len() || next || line.start - at > MOST {
            break;
        }
        line = text.line(line.next.max(line.start + 1));
    }
    line.start.min(text.len())
}

fn request(text: &Text, record: &Range<usize>) -> Option<Unescaped> {
    let method = value(text, record, "http.method")?;
    let url = value(text, record, "http.url")?;
    let mut dump = Dump::new(text, record.start);
    dump.piece(&method);
    dump.glue(b" ", method.end);
    dump.piece(&url);
    dump.glue(b" HTTP/1.1\r\n", url.end);
    headers(&mut dump, text, record, "http.request.header.");
    for (header, name) in [
        (&b"user-agent: "[..], "http.user_agent"),
        (b"content-length: ", "http.request_content_length"),
    ] {
        if let Some(value) = value(text, record, name) {
            dump.glue(header, value.start);
            dump.piece(&value);
            dump.glue(b"\r\n", value.end);
        }
    }
    dump.glue(b"\r\n", record.end);
    if let Some(body) = value(text, record, "http.request.body") {
        dump.piece(&body);
    }
    Some(dump.finish())
}

fn answer(text: &Text, record: &Range<usize>) -> Option<Unescaped> {
    let status = value(text, record, "http.status_code")?;
    let mut dump = Dump::new(text, record.start);
    dump.glue(b"HTTP/1.1 ", status.start);
    dump.piece(&status);
    dump.glue(b"\r\n", status.end);
    headers(&mut dump, text, record, "http.response.header.");
    dump.glue(b"\r\n", record.end);
    if let Some(body) = value(text, record, "http.response.body") {
        dump.piece(&body);
    }
    Some(dump.finish())
}

/// The headers of `record`, whose names stand behind `front`.
fn headers(dump: &mut Dump<'_>, text: &Text, record: &Range<usize>, front: &str) {
    let bytes = text.get(record.clone());
    let places = memchr::memmem::find_iter(bytes, front.as_bytes()).take(limits::HEADERS);
    for at in places {
        let start = record.start + at + front.len();
        let rest = text.get(start..record.end);
        let len = rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            .count();
        let Some(value) = value_at(text, start + len, record.end) else {
            continue;
        };
        let name = Piece::standing(text, start..start + len);
        let name = name.respelled(|b| (b == b'_').then(|| b"-".to_vec()));
        dump.piece(&name);
        dump.glue(b": ", value.start);
        dump.piece(&value);
        dump.glue(b"\r\n", value.end);
    }
}

/// The value of the field `name`.
fn value(text: &Text, record: &Range<usize>, name: &str) -> Option<Piece> {
    let bytes = text.get(record.clone());
    memchr::memmem::find_iter(bytes, name.as_bytes()).find_map(|at| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let own = before.is_none_or(|b| b.is_ascii_whitespace() || *b == b'"');
        own.then(|| value_at(text, record.start + at + name.len(), record.end))?
    })
}

/// The value behind a name that ends at `at`: `=value`, `="value"`, `":"value"`, or lines of their own behind `=`.
fn value_at(text: &Text, at: usize, end: usize) -> Option<Piece> {
    let rest = text.get(at..end);
    let gap = [&b"="[..], b"\":", b"\": "]
        .into_iter()
        .filter(|gap| rest.starts_with(gap))
        .map(<[u8]>::len)
        .max()?;
    let start = at + gap;
    match text.at(start) {
        Some(b'"') => {
            let close = fields::literal_end(text, start + 1, b'"').min(end);
            let place = start + 1..close;
            let undone = unescape::literal(text.get(place.clone()), Dialect::Printed(Unit::Byte));
            Some(Piece::new(undone, place, Peel::BackslashEscapes))
        }
        Some(b'\n' | b'\r') => lines(text, start, end),
        _ => {
            let rest = text.get(start..end);
            let stop = |b: &u8| is_blank(*b) || matches!(b, b'\n' | b'\r' | b',' | b'}');
            let bare = text.get(start..at + 1) == b"=";
            let len = rest
                .iter()
                .position(|b| {
                    if bare {
                        b.is_ascii_whitespace()
                    } else {
                        stop(b)
                    }
                })
                .unwrap_or(rest.len());
            Some(Piece::standing(text, start..start + len))
        }
    }
}

/// A value of several lines, each behind a margin.
fn lines(text: &Text, at: usize, end: usize) -> Option<Piece> {
    let mut out = Unescaped::default();
    let mut line = text.line(text.line(at).next);
    let mut last = None;
    while line.start < end && text.get(line.range()).starts_with(MARGIN) {
        if let Some(end) = last {
            let before: usize = end;
            out.copy_at(b"\n", before - at);
        }
        let from = line.start + MARGIN.len();
        out.copy_at(text.get(from..line.end), from - at);
        last = Some(line.end);
        line = text.line(line.next.max(line.start + 1));
    }
    let end = last?;
    Some(Piece::new(out, at..end, Peel::LogFrame))
}
