//! A message that was put together from packets: whether all of it is here, and what is said where it is not.
//!
//! Owns those remarks, and the lengths that a head states. Must not know how packets are printed.

use std::ops::Range;

use super::super::connected;
use super::super::curl_trace::hash_stated;
use crate::engine::diagnose::Finding;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::text::{Line, Text};
use crate::engine::intake::unescape::Unescaped;

/// Where the head of a message ends.
fn head_end(message: &[u8]) -> Option<usize> {
    let crlf = memchr::memmem::find(message, b"\r\n\r\n").map(|at| at + 4);
    let lf = memchr::memmem::find(message, b"\n\n").map(|at| at + 2);
    crlf.into_iter().chain(lf).min()
}

/// The length of the body that the head of a message states.
fn stated_length(head: &[u8]) -> Option<usize> {
    const LENGTH: &[u8] = b"content-length:";
    let mut lengths = head.split(|b| *b == b'\n').filter_map(|line| {
        let (name, value) = line.split_at_checked(LENGTH.len())?;
        let value = std::str::from_utf8(value.trim_ascii()).ok()?;
        name.eq_ignore_ascii_case(LENGTH)
            .then(|| value.parse().ok())?
    });
    lengths.next()
}

/// Whether the body behind the head of a message is sent in chunks (RFC 9112, section 7.1).
fn is_chunked(head: &[u8]) -> bool {
    const CODING: &[u8] = b"transfer-encoding:";
    head.split(|b| *b == b'\n').any(|line| {
        line.split_at_checked(CODING.len())
            .is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case(CODING)
                    && value
                        .to_ascii_lowercase()
                        .trim_ascii()
                        .ends_with(b"chunked")
            })
    })
}

/// Whether a message has its head, and the body that it says it has.
pub(super) fn is_whole(message: &[u8]) -> bool {
    head_end(message).is_some_and(|end| {
        let (head, body) = message.split_at_checked(end).unwrap_or_default();
        if is_chunked(head) {
            return [&b"0\r\n\r\n"[..], b"0\n\n"]
                .iter()
                .any(|last| body.ends_with(last));
        }
        stated_length(head).is_none_or(|length| body.len() >= length)
    })
}

/// Takes off what stands behind a message that is printed as text: the line of a fence or a prompt, and a body in which a dot
/// may stand for any byte, unless a header states its hash.
pub(super) fn settle_body(
    reader: &mut Reader<'_>,
    text: &Text,
    place: Range<usize>,
    message: &mut Unescaped,
) {
    let Some(end) = head_end(&message.bytes) else {
        return;
    };
    let (head, body) = message.bytes.split_at_checked(end).unwrap_or_default();
    let is_answer = head.starts_with(b"HTTP/");
    let own = match stated_length(head) {
        Some(length) => length.min(body.len()),
        None if is_answer => body.len(),
        None => 0,
    };
    let body = body.get(..own).unwrap_or_default();
    let dotted = !is_answer && body.contains(&b'.') && !hash_stated(&message.bytes, end);
    let kept = if dotted { end } else { end + own };
    message.bytes.truncate(kept);
    message.map.truncate(kept);
    if !dotted {
        return;
    }
    let at = reader.case.docs.to_given(text.span(place));
    reader.find(
        Finding::note(
            "trace-dots",
            "tcpdump -A prints a dot for each byte that is no printable ASCII, so the body that was sent cannot be told from \
             this.",
            "Print the packets with -X, which shows every byte, or give the body with --body FILE.",
        )
        .at(at, "dots"),
    );
}

/// That what is here of a request is not all of it: a packet is missing between those that are printed (`lost`: the one behind
/// the gap), or its body was sent in chunks, whose ends `-A` does not print as they are.
pub(super) fn say_not_whole(
    reader: &mut Reader<'_>,
    text: &Text,
    (place, lost): (Range<usize>, Option<Range<usize>>),
    as_rows: bool,
    message: &[u8],
) {
    if message.starts_with(b"HTTP/") {
        return;
    }
    if let Some(flow) = lost {
        let at = reader.case.docs.to_given(text.span(flow));
        reader.find(
            Finding::warning(
                "packet-missing",
                "Between the packets of this request one is missing, by their sequence numbers: what it carried is not here, \
                 and what stands behind it was not read as a part of the request.",
                "Capture again with -s 0, without a filter by length, and paste all packets of the connection. Where the body \
                 was in it, give that with --body FILE.",
            )
            .at(at, "not the next one"),
        );
    } else if let Some(end) = head_end(message)
        && is_chunked(message.get(..end).unwrap_or_default())
        && !(as_rows && is_whole(message))
    {
        let at = reader.case.docs.to_given(text.span(place));
        reader.find(
            Finding::note(
                "trace-body",
                "The body of this request was sent in chunks (Transfer-Encoding: chunked), and it was not put together from what \
                 tcpdump prints of it: nothing is said of the body.",
                "Give the body with --body FILE, or print the packets with -X.",
            )
            .at(at, "in chunks"),
        );
    }
}

/// That the packets are listed and not printed.
pub(super) fn say_not_shown(reader: &mut Reader<'_>, text: &Text, line: Line) {
    if reader
        .case
        .findings
        .iter()
        .any(|finding| finding.id == connected::ID)
    {
        return;
    }
    let span = reader.case.docs.to_given(text.span(line.range()));
    reader.find(
        Finding::note(
            connected::ID,
            "This is tcpdump's list of packets: what was in them is not here, neither headers nor answer.",
            "Print the packets with -A or -X and with -s 0, and paste what it prints. What goes over TLS cannot be read so.",
        )
        .at(span, "a packet"),
    );
}
