//! `mc admin trace -v` of `MinIO`: what its server received and what it answered.
//!
//! Owns the lines that head each part: `[REQUEST s3.PutObject]`, behind which stands a request line without a
//! version, and `[RESPONSE]`, behind which stands a status without one (minio/mc `cmd/admin-trace.go`).

use super::margin;
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::http_response;
use crate::engine::intake::text::{Line, Text, is_blank};

/// The names of nodes are no longer than this, in bytes.
const NODE: usize = 160;

/// Recognises what `mc admin trace -v` prints.
pub(in crate::engine::intake) struct AdminTrace;

const REQUEST: &str = "[REQUEST ";
const RESPONSE: &str = "[RESPONSE] ";

impl Recogniser for AdminTrace {
    fn anchors(&self) -> &'static [&'static str] {
        &[REQUEST, RESPONSE]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let before = text.get(line.start..hit.at);
        let margin = before.is_empty() || before.last().is_some_and(|b| is_blank(*b));
        let behind = line.next < text.len();
        (line.start >= from && before.len() <= NODE && margin && behind).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let line = text.line(start.at);
        let at = label(text, line)?;
        if at > line.start {
            let node = line.start..at;
            let (bare, end) = margin::without(text, line.start, &node);
            if bare.bytes.len() > line.next - at {
                return reader.unframed(pass, line.start..end, Peel::LogFrame, bare);
            }
        }
        if !text.get(at..line.end).starts_with(RESPONSE.as_bytes()) {
            // The request line is read for what it is.
            return Some(line.next);
        }
        let status = text.line(line.next);
        let number = text.get(status.start..status.end.min(status.start + 4));
        let digits = number.trim_ascii();
        let number = std::str::from_utf8(digits.get(..3)?).ok()?.parse().ok()?;
        http_response::add(reader, text, number, line.start, status.next)
    }
}

/// Where one of the two labels stands in `line`.
fn label(text: &Text, line: Line) -> Option<usize> {
    let front = text.get(line.start..line.end.min(line.start + NODE + RESPONSE.len()));
    let found = |label: &str| memchr::memmem::find(front, label.as_bytes());
    Some(line.start + found(REQUEST).or_else(|| found(RESPONSE))?)
}
