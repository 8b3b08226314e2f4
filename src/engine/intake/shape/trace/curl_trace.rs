//! `curl --trace` and `--trace-ascii`: what went over the wire, chunk by chunk, in columns behind offsets.
//!
//! Owns putting the chunks of one message together. With `--trace-ascii` the offsets tell where a line end stood
//! and where a row was only full (curl `src/tool_cb_dbg.c`).

use sha2::{Digest as _, Sha256};

use crate::engine::diagnose::Finding;
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text, is_blank};
use crate::engine::intake::unescape::Unescaped;

/// Recognises the traces of curl.
pub(in crate::engine::intake) struct CurlTrace;

const SEND: &str = "=> Send header, ";
const RECEIVE: &str = "<= Recv header, ";

/// The longest time and id that `--trace-time` and `--trace-ids` put in front, in bytes.
const FRONT: usize = 64;
/// The longest message, in bytes of its rows.
const MOST: usize = 4 << 20;
/// Bytes of a row in hexadecimal.
const ROW: usize = 16;

/// The line before the rows of a chunk.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
struct Chunk {
    sent: bool,
    kind: Kind,
    len: usize,
    /// Where its rows begin.
    rows: usize,
}

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Kind {
    Header,
    Data,
    /// What curl tells, or TLS did.
    Other,
}

/// The bytes of a chunk, and what is known of them.
struct Rows {
    bytes: Unescaped,
    end: usize,
    /// Whether a byte that cannot be printed may stand as a dot.
    dots: bool,
}

impl Recogniser for CurlTrace {
    fn anchors(&self) -> &'static [&'static str] {
        &[SEND, RECEIVE]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let whole = line.start >= from && chunk(text, line).is_some();
        let row = text.line(line.next);
        (whole && offset(text, row).is_some()).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let first = chunk(text, text.line(start.at))?;
        let mut message = Unescaped::default();
        let mut end = start.at;
        let mut dots = false;
        let mut head = 0;
        let mut at = start.at;
        // An interim answer may come between the head of a request and its body.
        let mut interim = false;
        while at < text.len() && at - start.at < MOST {
            let Some(next) = chunk(text, text.line(at)) else {
                break;
            };
            let rows = rows(text, &next, start.at);
            let begins = rows.bytes.bytes.starts_with(b"HTTP/");
            if next.kind == Kind::Other {
                at = rows.end;
                continue;
            }
            if next.sent != first.sent {
                interim |= begins && is_interim(&rows.bytes.bytes);
                if !interim || begins && !is_interim(&rows.bytes.bytes) {
                    break;
                }
                at = rows.end;
                continue;
            }
            let another = next.kind == Kind::Header && at > start.at && (first.sent || begins);
            if another {
                break;
            }
            if next.kind == Kind::Header {
                head = message.bytes.len() + rows.bytes.bytes.len();
            }
            message.append(&rows.bytes, 0);
            dots |= rows.dots;
            at = rows.end;
            end = rows.end;
        }
        if dots && !hash_stated(&message.bytes, head) {
            message.bytes.truncate(head);
            message.map.truncate(head);
            let at = reader.case.docs.to_given(text.span(start.at..end));
            reader.find(
                Finding::note(
                    "trace-dots",
                    "curl --trace-ascii writes a dot for each byte of a body that is no printable ASCII, so what \
                     was sent cannot be told from this trace.",
                    "Trace it with --trace, which writes every byte, or give the body with --body FILE.",
                )
                .at(at, "dots"),
            );
        }
        reader.unframed(pass, start.at..end, Peel::LogFrame, message)
    }
}

/// Whether the body behind the first `head` bytes of a message hashes to what a header of it states.
pub(super) fn hash_stated(message: &[u8], head: usize) -> bool {
    let Some((head, body)) = message.split_at_checked(head) else {
        return false;
    };
    let hash = hex::encode(Sha256::digest(body));
    memchr::memmem::find(head, hash.as_bytes()).is_some()
}

/// Whether a head is that of an interim answer.
fn is_interim(head: &[u8]) -> bool {
    let status = head.iter().position(|b| *b == b' ').map(|i| i + 1);
    status.and_then(|at| head.get(at)) == Some(&b'1')
}

/// What `line` says of the chunk behind it, a time and an id in front of it stepped over.
fn chunk(text: &Text, line: Line) -> Option<Chunk> {
    let bytes = text.get(line.range());
    let front = bytes.get(..bytes.len().min(FRONT + 2))?;
    let arrow = |mark: &[u8]| memchr::memmem::find(front, mark);
    let (at, sent) = match (arrow(b"=> "), arrow(b"<= "), arrow(b"== ")) {
        (Some(at), _, _) => (at, true),
        (None, Some(at), _) => (at, false),
        (None, None, Some(at)) => {
            let info = bytes.get(at..)?.starts_with(b"== Info:");
            return (info && is_front(bytes.get(..at)?)).then_some(Chunk {
                sent: true,
                kind: Kind::Other,
                len: 0,
                rows: line.next,
            });
        }
        _ => return None,
    };
    if !is_front(bytes.get(..at)?) {
        return None;
    }
    let rest = bytes.get(at + 3..)?;
    let rest = rest
        .strip_prefix(b"Send ")
        .or_else(|| rest.strip_prefix(b"Recv "))?;
    let comma = memchr::memchr(b',', rest)?;
    let kind = match rest.get(..comma)? {
        b"header" => Kind::Header,
        b"data" => Kind::Data,
        _ => Kind::Other,
    };
    let digits = rest.get(comma + 2..)?;
    let count = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let len = std::str::from_utf8(digits.get(..count)?)
        .ok()?
        .parse()
        .ok()?;
    Some(Chunk {
        sent,
        kind,
        len,
        rows: line.next,
    })
}

/// Whether this is a time and ids: `13:50:26.093566 [0-0] `.
fn is_front(bytes: &[u8]) -> bool {
    let part =
        |b: &u8| b.is_ascii_digit() || matches!(b, b' ' | b':' | b'.' | b'[' | b']' | b'-' | b'x');
    bytes.iter().all(part)
}

/// The offset in front of a row, and where its text begins.
fn offset(text: &Text, line: Line) -> Option<(usize, usize)> {
    let bytes = text.get(line.start..line.end.min(line.start + 20));
    let digits = bytes.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let number = std::str::from_utf8(bytes.get(..digits)?).ok()?;
    let number = usize::from_str_radix(number, 16).ok()?;
    let colon = bytes.get(digits) == Some(&b':') && digits >= 4;
    let blank = usize::from(bytes.get(digits + 1).is_some_and(|b| is_blank(*b)));
    colon.then_some((number, line.start + digits + 1 + blank))
}

/// The bytes of the rows behind `chunk`, with the way back in offsets from `base`.
fn rows(text: &Text, chunk: &Chunk, base: usize) -> Rows {
    let mut out = Rows {
        bytes: Unescaped::default(),
        end: chunk.rows,
        dots: false,
    };
    if chunk.kind == Kind::Other && chunk.len == 0 {
        return out;
    }
    let first = text.line(chunk.rows);
    let Some((_, at)) = offset(text, first) else {
        return out;
    };
    let in_hex = pairs(text.get(at..first.end), chunk.len.min(ROW)).is_some();
    while out.end < text.len() && out.bytes.bytes.len() <= chunk.len {
        let line = text.line(out.end);
        let Some((place, start)) = offset(text, line) else {
            break;
        };
        let bytes = text.get(start..line.end);
        let left = chunk.len.saturating_sub(place);
        if in_hex {
            let Some(pairs) = pairs(bytes, left.min(ROW)) else {
                break;
            };
            // A row leads back as a whole: the same bytes stand in it twice, once as text.
            out.bytes
                .decode(&pairs, start - base, line.end.max(start + 1) - start);
        } else {
            // Blanks at the end of a row may be lost, and what a terminal added.
            let bytes = bytes.get(..left.min(bytes.len())).unwrap_or_default();
            out.bytes.copy_at(bytes, start - base);
            out.dots |= chunk.kind == Kind::Data && chunk.sent && bytes.contains(&b'.');
            let next = text.line(line.next);
            let until = match offset(text, next) {
                Some((next, _)) if line.next < text.len() && next > place => next.min(chunk.len),
                _ => chunk.len,
            };
            if until == place + bytes.len() + 2 {
                out.bytes
                    .decode(b"\r\n", line.end - base, line.next - line.end);
            }
        }
        out.end = line.next;
        if place >= chunk.len {
            break;
        }
    }
    out
}

/// So many bytes in hexadecimal at the front of a row, each behind the other with a blank between them.
fn pairs(row: &[u8], count: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(count);
    for at in (0..count).map(|place| place * 3) {
        let mut byte = [0];
        hex::decode_to_slice(row.get(at..at + 2)?, &mut byte).ok()?;
        if !matches!(row.get(at + 2), Some(b' ') | None) {
            return None;
        }
        out.extend(byte);
    }
    (count > 0).then_some(out)
}
