//! What .NET prints of requests and answers: `HttpRequestMessage` and `HttpResponseMessage` as text, the trace of
//! `System.Net`, and the log of `HttpClient`.
//!
//! Owns their labels.

use std::ops::Range;

use super::dump::Dump;
use super::listed::{fields, word};
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::{Text, is_blank, is_method};

/// Recognises what .NET prints.
pub(in crate::engine::intake) struct DotNet;

const REQUEST: &str = ", RequestUri: '";
const ANSWER: &str = ", ReasonPhrase: '";
const SENDING: &str = " - Sending headers";
const RECEIVED: &str = " - Received headers";

const LOG_SENDING: &str = "Sending HTTP request ";
const LOG_RECEIVED: &str = "Received HTTP response";

/// Before the headers in the log of `HttpClient`.
const LISTS: [&[u8]; 2] = [b"Request Headers:", b"Response Headers:"];

/// How far behind its first line the headers of a message begin, in bytes.
const BEHIND: usize = 512;
/// How far before its headers the trace tells of a message, in bytes.
const BEFORE: usize = 8 << 10;
/// The longest URL, in bytes.
const URL: usize = 16 << 10;

/// Before the request line of the trace, whose headers stand apart from it.
const LINE: &[u8] = b" - Request: ";

/// Whether a request line stands in this line of .NET's trace.
pub(in crate::engine::intake) fn is_told_apart(line: &[u8]) -> bool {
    line.starts_with(b"System.Net ") && memchr::memmem::find(line, LINE).is_some()
}

impl Recogniser for DotNet {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            REQUEST,
            ANSWER,
            SENDING,
            RECEIVED,
            LOG_SENDING,
            LOG_RECEIVED,
        ]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, _: &Text, hit: Hit, from: usize) -> Option<Start> {
        (hit.line.start >= from).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let at = start.at;
        let begins = |label: &str| text.get(at..at + label.len()) == label.as_bytes();
        let (first, front, second, base) = if begins(REQUEST) {
            let method = word_before(text, at)?;
            is_method(text.get(method.clone())).then_some(())?;
            let url = until(text, at + REQUEST.len(), b'\'')?;
            (method.clone(), "", Some(url), method.start)
        } else if begins(ANSWER) {
            let status = word_before(text, at)?;
            (status.clone(), "HTTP/1.1 ", None, status.start)
        } else if begins(LOG_SENDING) {
            let line = text.line(at);
            let method = word(text, at + LOG_SENDING.len(), line.end);
            is_method(text.get(method.clone())).then_some(())?;
            let url = word(text, method.end + 1, line.end);
            target::absolute(text.get(url.clone()))?;
            (method.clone(), "", Some(url), method.start)
        } else if begins(LOG_RECEIVED) {
            let line = text.line(at);
            let status = text.trim_end(at..line.end);
            let status = status.saturating_sub(3).max(at)..status;
            let digits = text.get(status.clone()).iter().all(u8::is_ascii_digit);
            (digits && text.get(at..status.start).ends_with(b" - ")).then_some(())?;
            (status.clone(), "HTTP/1.1 ", None, status.start)
        } else if begins(SENDING) {
            let method = said_before(text, at, LINE)?;
            is_method(text.get(method.clone())).then_some(())?;
            let line = text.line(method.end);
            let path = word(text, method.end + 1, line.end);
            (method.clone(), "", Some(path), method.start)
        } else {
            let status = said_before(text, at, b"StatusCode=")?;
            (status.clone(), "HTTP/1.1 ", None, status.start)
        };
        let behind = second.as_ref().unwrap_or(&first).end.max(at);
        let near = text.get(behind..behind + BEHIND);
        let open = if begins(LOG_SENDING) || begins(LOG_RECEIVED) {
            let list = usize::from(begins(LOG_RECEIVED));
            memchr::memmem::find(near, LISTS.get(list)?)?
        } else {
            memchr::memchr(b'{', near)?
        };
        let open = text.line(behind + open);
        let mut dump = Dump::new(text, base);
        dump.glue(front.as_bytes(), first.start);
        dump.copy(first.clone());
        if let Some(second) = &second {
            dump.glue(b" ", first.end);
            dump.copy(second.clone());
            dump.glue(b" HTTP/1.1", second.end);
        }
        dump.glue(b"\r\n", first.end);
        let mut end = fields(&mut dump, text, open.next);
        dump.glue(b"\r\n", end);
        let close = text.line(end);
        if text.get(close.range()).trim_ascii().first() == Some(&b'}') {
            end = close.next;
        }
        let place = start.at.min(first.start)..end;
        let place = if first.start + BEHIND < at {
            at..end
        } else {
            place
        };
        reader.unframed_at(pass, base, &place, Peel::LogFrame, dump.finish())
    }
}

/// The word that ends at `at`.
fn word_before(text: &Text, at: usize) -> Option<Range<usize>> {
    let from = at.saturating_sub(24);
    let before = text.get(from..at);
    let len = before
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    let blank = before
        .len()
        .checked_sub(len + 1)
        .and_then(|i| before.get(i));
    (len > 0 && blank.is_some_and(|b| is_blank(*b))).then_some(at - len..at)
}

/// The word behind the last `label` before `at`.
fn said_before(text: &Text, at: usize, label: &[u8]) -> Option<Range<usize>> {
    let from = at.saturating_sub(BEFORE);
    let start = from + memchr::memmem::rfind(text.get(from..at), label)? + label.len();
    let rest = text.get(start..at);
    let len = rest
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    (len > 0).then_some(start..start + len)
}

/// From `from` up to `end` on the same line.
fn until(text: &Text, from: usize, end: u8) -> Option<Range<usize>> {
    let line = text.line(from);
    let len = memchr::memchr(end, text.get(from..line.end.min(from + URL)))?;
    Some(from..from + len)
}
