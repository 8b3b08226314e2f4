//! What Soto, the SDK for Swift of the community, logs of a request and its answer: `PUT https://host/path`, then
//! `Headers: [` and a line for each, up to `]`.
//!
//! Owns the order of its lines (soto-project/soto-core `AWSLoggingMiddleware`).

use std::ops::Range;

use super::dump::Dump;
use super::listed::{field, fields, word};
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::{Text, is_method};

/// Recognises the requests and answers of Soto's log.
pub(in crate::engine::intake) struct Soto;

const SENT: &str = "Request:";
const RECEIVED: &str = "Response:";
/// How many lines stand before the headers: the operation, the method with its URL.
const LINES: usize = 3;

/// The first line of a message, and where its headers begin.
struct Head {
    /// Method and URL of a request.
    sent: Option<(Range<usize>, Range<usize>)>,
    status: Option<Range<usize>>,
    headers: usize,
}

impl Recogniser for Soto {
    fn anchors(&self) -> &'static [&'static str] {
        &[SENT, RECEIVED]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let is_sent = text.get(hit.at..hit.at + SENT.len()) == SENT.as_bytes();
        let len = if is_sent { SENT.len() } else { RECEIVED.len() };
        let ends = text.trim(hit.at + len..line.end).is_empty();
        (hit.at >= from && ends && head(text, line.next).is_some()).then_some(Start {
            at: hit.at,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let head = head(text, text.line(start.at).next)?;
        let mut dump = Dump::new(text, start.at);
        if let Some((method, url)) = head.sent {
            dump.copy(method.clone());
            dump.glue(b" ", method.end);
            dump.copy(url.clone());
            dump.glue(b" HTTP/1.1\r\n", url.end);
        } else {
            let status = head.status?;
            dump.glue(b"HTTP/1.1 ", status.start);
            dump.copy(status.clone());
            dump.glue(b"\r\n", status.end);
        }
        let end = fields(&mut dump, text, head.headers);
        dump.glue(b"\r\n", end);
        let close = text.line(end);
        let closed = text.get(text.trim(close.range())) == b"]";
        let end = if closed { close.next } else { end };
        reader.dumped_whole(pass, start.at..end, Peel::LogFrame, dump.finish())
    }
}

/// What stands in the lines from `at` on, up to the one that opens the headers.
fn head(text: &Text, at: usize) -> Option<Head> {
    let mut found = Head {
        sent: None,
        status: None,
        headers: 0,
    };
    let mut at = at;
    for _ in 0..LINES {
        let line = text.line(at);
        let range = text.trim(line.range());
        let first = word(text, range.start, range.end);
        if text.get(range.clone()) == b"Headers: [" {
            found.headers = line.next;
            return (found.sent.is_some() || found.status.is_some()).then_some(found);
        }
        if is_method(text.get(first.clone())) {
            let url = text.trim(first.end..range.end);
            target::absolute(text.get(url.clone()))?;
            found.sent = Some((first, url));
        } else if let Some((name, value)) = field(text, line) {
            let code = text.get(value.clone());
            let status = text.get(name) == b"Status" && code.len() == 3;
            found.status = (status && code.iter().all(u8::is_ascii_digit)).then_some(value);
        }
        at = line.next;
    }
    None
}
