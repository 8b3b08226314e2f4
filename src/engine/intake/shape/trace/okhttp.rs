//! The log of OkHttp's interceptor: `--> PUT https://host/path`, headers, body, `--> END PUT`.
//!
//! Owns its arrows (square/okhttp `HttpLoggingInterceptor`).

use super::dump::Dump;
use super::listed::{fields, word};
use super::margin;
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::{Line, Text, is_blank, is_method};

/// Recognises the requests and answers of OkHttp's log.
pub(in crate::engine::intake) struct OkHttp;

const SENT: &str = "--> ";
const RECEIVED: &str = "<-- ";
/// The longest front of a line, in bytes.
const FRONT: usize = 160;
/// How far behind its head a body may end, in bytes.
const BODY: usize = 1 << 20;

impl Recogniser for OkHttp {
    fn anchors(&self) -> &'static [&'static str] {
        &[SENT, RECEIVED]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let front = text.get(line.start..hit.at);
        let clean = front.len() <= FRONT && front.last().is_none_or(|b| is_blank(*b));
        let first = arrow(text, hit.at, line).is_some();
        (line.start >= from && clean && first).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let line = text.line(start.at);
        let near = text.get(line.start..line.end.min(line.start + FRONT + SENT.len()));
        let at = line.start
            + memchr::memmem::find(near, SENT.as_bytes())
                .or_else(|| memchr::memmem::find(near, RECEIVED.as_bytes()))?;
        if at > line.start {
            let (bare, end) = margin::without(text, line.start, &(line.start..at));
            return reader.unframed(pass, line.start..end, Peel::LogFrame, bare);
        }
        let first = arrow(text, at, line)?;
        let mut dump = Dump::new(text, at);
        match first {
            Arrow::Request { method, url } => {
                dump.copy(method.clone());
                dump.glue(b" ", method.end);
                dump.copy(url.clone());
                dump.glue(b" HTTP/1.1\r\n", url.end);
            }
            Arrow::Answer { status } => {
                dump.glue(b"HTTP/1.1 ", status.start);
                dump.copy(status.clone());
                dump.glue(b"\r\n", status.end);
            }
        }
        let head = fields(&mut dump, text, line.next);
        dump.glue(b"\r\n", head);
        let blank = text.line(head);
        let mut end = head;
        let near = text.get(head..head + BODY);
        let close: &[u8] = if text.get(at..at + 1) == b"-" {
            b"--> END"
        } else {
            b"<-- END"
        };
        if let Some(len) = memchr::memmem::find(near, close) {
            if text.is_blank(blank) && blank.next < head + len {
                // The line end behind a body is the log's.
                let last = text.get(blank.next..head + len);
                let cut = usize::from(last.ends_with(b"\n")) + usize::from(last.ends_with(b"\r\n"));
                dump.copy(blank.next..head + len - cut);
            }
            end = text.line(head + len).next;
        }
        reader.dumped(pass, at..end, Peel::LogFrame, dump.finish())
    }
}

/// What stands behind an arrow.
enum Arrow {
    Request {
        method: std::ops::Range<usize>,
        url: std::ops::Range<usize>,
    },
    Answer {
        status: std::ops::Range<usize>,
    },
}

fn arrow(text: &Text, at: usize, line: Line) -> Option<Arrow> {
    let first = word(text, at + SENT.len(), line.end);
    let bytes = text.get(first.clone());
    if text.at(at) == Some(b'-') {
        let url = word(text, first.end + 1, line.end);
        let whole = is_method(bytes) && target::absolute(text.get(url.clone())).is_some();
        return whole.then_some(Arrow::Request { method: first, url });
    }
    let status = bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit);
    let url = memchr::memmem::find(text.get(line.range()), b"://").is_some();
    (status && url).then_some(Arrow::Answer { status: first })
}
