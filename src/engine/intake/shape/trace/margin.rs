//! Lines of HTTP behind what a log prints in front of each of them: a time, a name, a direction.
//!
//! Owns telling such a margin from text, and which lines share it. Numbers in it may differ from line to line, as
//! times do.

use std::ops::Range;

use crate::engine::document::Peel;
use crate::engine::intake::head;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::{http_request, http_response};
use crate::engine::intake::text::{Line, Text, is_blank};
use crate::engine::intake::unescape::Unescaped;

/// The longest margin, in bytes.
const LONGEST: usize = 320;
/// The longest text that is read in one piece, in bytes.
const MOST: usize = 1 << 20;

/// Recognises messages of HTTP whose every line stands behind a margin.
pub(in crate::engine::intake) struct Margins;

impl Recogniser for Margins {
    fn anchors(&self) -> &'static [&'static str] {
        &[" HTTP/"]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        (line.start >= from && framed(text, line)).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let line = pass.text.line(start.at);
        let margin = margin_of(pass.text, line)?;
        let (bare, end) = without(pass.text, start.at, &margin);
        if quoted_again(pass.text, &bare.bytes, end) {
            reader.understand(pass.text.span(start.at..end));
            return Some(end);
        }
        reader.unframed(pass, start.at..end, Peel::LogFrame, bare)
    }
}

/// Whether `line` begins a message whose header lines stand behind the margin that it stands behind.
pub(in crate::engine::intake) fn framed(text: &Text, line: Line) -> bool {
    let Some(margin) = margin_of(text, line) else {
        return false;
    };
    // Some loggers add a line end to each line, which has one already.
    let mut next = text.line(line.next);
    if next.start == next.end {
        next = text.line(next.next);
    }
    let Some(rest) = behind(text, next, &margin).filter(|_| next.next > line.next) else {
        return false;
    };
    let rest = Line {
        start: rest,
        ..next
    };
    text.is_blank(rest) || head::split(text, rest).is_some()
}

/// What stands before a request line or a status line, as offsets of the text; none where nothing does.
fn margin_of(text: &Text, line: Line) -> Option<Range<usize>> {
    let bytes = text.get(line.range());
    let at = http_request::request_at(bytes).or_else(|| http_response::status_at(bytes))?;
    let before = bytes.get(..at)?;
    let worth = at <= LONGEST && before.last().is_some_and(|b| is_blank(*b));
    // Blanks alone are indentation.
    (worth && !before.iter().all(|b| is_blank(*b))).then_some(line.start..line.start + at)
}

/// The lines from `at` on without their margin, and where they end.
pub(super) fn without(text: &Text, at: usize, margin: &Range<usize>) -> (Unescaped, usize) {
    let mut bare = Unescaped::default();
    let mut end = at;
    while end < text.len() && end - at < MOST {
        let line = text.line(end);
        let Some(start) = behind(text, line, margin) else {
            // Some loggers add a line end to each line, which has one already.
            let next = text.line(line.next);
            if end > at && line.start == line.end && behind(text, next, margin).is_some() {
                end = line.next;
                continue;
            }
            break;
        };
        bare.copy_at(text.get(start..line.next), start - at);
        end = line.next;
    }
    (bare, end)
}

/// Whether the line at `at` begins the same message in a literal: Java's HTTP client logs each head so, and then
/// the bytes of the wire, which are the whole message.
fn quoted_again(text: &Text, bare: &[u8], at: usize) -> bool {
    let first = memchr::memchr2(b'\r', b'\n', bare).and_then(|end| bare.get(..end));
    let line = text.line(at);
    let near = text.get(line.start..line.end.min(line.start + LONGEST));
    let quote = memchr::memchr(b'"', near).map(|i| line.start + i + 1);
    match (first, quote) {
        (Some(first), Some(quote)) => text.get(quote..line.end).starts_with(first),
        _ => false,
    }
}

/// Where the text of `line` starts behind a margin like this one: the same but for its numbers. Blanks at its end
/// may be lost.
pub(super) fn behind(text: &Text, line: Line, margin: &Range<usize>) -> Option<usize> {
    let want = text.get(margin.clone());
    let got = text.get(line.start..line.end.min(line.start + 2 * LONGEST));
    let digits = |bytes: &[u8], at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let (mut a, mut b) = (0, 0);
    while let Some(byte) = want.get(a) {
        let (m, n) = (digits(want, a), digits(got, b));
        if m > 0 && n > 0 {
            a += m;
            b += n;
        } else if got.get(b) == Some(byte) {
            a += 1;
            b += 1;
        } else {
            let rest = want.get(a..)?;
            let lost = b == got.len() && rest.iter().all(|b| is_blank(*b));
            return (lost && b > 0).then_some(line.end);
        }
    }
    Some(line.start + b)
}
