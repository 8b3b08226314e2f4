//! The body of a raw request: where it ends, and whether it has the length that its head states.
//!
//! Owns the bounds of a body. Must not know what a header means, beyond those that frame the message (RFC 9112 §6).

use std::ops::Range;

use sha2::{Digest as _, Sha256};

use super::Message;
use crate::engine::diagnose::Finding;
use crate::engine::intake::head::Head;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::vocabulary::HASH_HEADER;
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::{Body, LENGTH_DIFFERS, final_newline_len};

/// The body behind `head`, and where it ends.
pub(super) fn read_body(
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
    if length.is_none()
        && let Some(hashed) = hashed_end(text, head, at..end)
    {
        let span = text.span(at..hashed);
        let body = Body::Held {
            span,
            newline_in_doubt: false,
        };
        return (body, hashed);
    }
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

/// Where the body ends by the hash that the head states of it, where that is at the end of a line before the end of `place`:
/// what stands behind is of the next thing, such as the heading over it. None where the hash is of all of it, or of nothing
/// here. The hash of no bytes is none: it is stated as well where a body was sent that nobody hashed.
fn hashed_end(text: &Text, head: &Head, place: Range<usize>) -> Option<usize> {
    let mut stated = [0; 32];
    hex::decode_to_slice(head.value(text, HASH_HEADER)?, &mut stated).ok()?;
    let bytes = text.get(place.clone());
    let is_stated = |hasher: &Sha256| hasher.clone().finalize().as_slice() == stated;
    let mut hasher = Sha256::new();
    let mut at = 0;
    for piece in bytes.split_inclusive(|b| *b == b'\n') {
        let newline = final_newline_len(piece);
        let (line, newline) = piece.split_at_checked(piece.len() - newline)?;
        hasher.update(line);
        let without = at + line.len();
        if without > 0 && is_stated(&hasher) {
            return (bytes.len() - without > newline.len()).then_some(place.start + without);
        }
        hasher.update(newline);
        at += piece.len();
        if is_stated(&hasher) {
            return (at < bytes.len()).then_some(place.start + at);
        }
    }
    None
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
