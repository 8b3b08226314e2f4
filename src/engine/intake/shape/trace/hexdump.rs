//! HTTP in dumps of bytes: `hexdump -C`, `xxd`, the frames of Netty, the sockets of .NET's trace.
//!
//! Owns rows of an offset, up to sixteen bytes in hexadecimal, and the same as text.

use std::ops::Range;

use super::byte_rows::rows_end;
use super::margin;
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text, is_blank, method_len};
use crate::engine::intake::unescape::Unescaped;

/// Recognises HTTP in dumps of bytes.
pub(in crate::engine::intake) struct HexDumps;

const FIRST: &str = "00000000";
/// Bytes of a row.
pub(super) const ROW: usize = 16;
/// The longest front of a row, in bytes.
const FRONT: usize = 160;
/// The longest dump, in rows.
const ROWS: usize = 64 << 10;

impl Recogniser for HexDumps {
    fn anchors(&self) -> &'static [&'static str] {
        &[FIRST]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        if line.start < from || hit.at - line.start > FRONT {
            return None;
        }
        let bytes = row(text, hit.at + FIRST.len(), line)?;
        // A request or an answer begins so.
        let method = method_len(&bytes);
        let begins =
            bytes.starts_with(b"HTTP/") || method.is_some_and(|len| bytes.get(len) == Some(&b' '));
        begins.then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let line = text.line(start.at);
        let near = text.get(line.start..line.end.min(line.start + FRONT + FIRST.len()));
        let offset = line.start + memchr::memmem::find(near, FIRST.as_bytes())?;
        let front = line.start..offset;
        let mut out = Unescaped::default();
        let mut at = start.at;
        let mut goes_on = true;
        for place in 0..ROWS {
            let line = text.line(at);
            let Some(bytes) = next_row(text, line, &front, place * ROW) else {
                goes_on = false;
                break;
            };
            // A row leads back as a whole: the same bytes stand in it twice, once as text.
            let len = line.end - line.start;
            out.decode(&bytes, line.start - start.at, len);
            at = line.next;
            if bytes.len() < ROW {
                goes_on = false;
                break;
            }
        }
        if goes_on {
            let further = rows_end(text, at, |line| is_row(text, line, &front));
            if further > at {
                return reader.unframed_cut(pass, start.at..at, further, out);
            }
        }
        reader.unframed(pass, start.at..at, Peel::HexDump, out)
    }
}

/// Whether `line` is a row behind this front, of whatever offset.
fn is_row(text: &Text, line: Line, front: &Range<usize>) -> bool {
    let at = if front.is_empty() {
        Some(line.start)
    } else {
        margin::behind(text, line, front)
    };
    at.is_some_and(|at| {
        let digits = text.get(at..at + FIRST.len());
        let is_offset = digits.len() == FIRST.len() && digits.iter().all(u8::is_ascii_hexdigit);
        is_offset && row(text, at + FIRST.len(), line).is_some()
    })
}

/// The bytes of `line`, where it is the row of this offset behind this front.
fn next_row(text: &Text, line: Line, front: &Range<usize>, place: usize) -> Option<Vec<u8>> {
    let at = if front.is_empty() {
        line.start
    } else {
        margin::behind(text, line, front)?
    };
    let digits = std::str::from_utf8(text.get(at..at + FIRST.len())).ok()?;
    let own = usize::from_str_radix(digits, 16).ok()?;
    (own == place).then(|| row(text, at + FIRST.len(), line))?
}

/// The bytes in hexadecimal behind an offset that ends at `at`.
pub(super) fn row(text: &Text, at: usize, line: Line) -> Option<Vec<u8>> {
    let rest = text.get(at..line.end.min(at + 256));
    let gap = rest
        .iter()
        .take_while(|b| is_blank(**b) || matches!(b, b':' | b'|'))
        .count();
    let mut rest = rest.get(gap..)?;
    let mut out = Vec::with_capacity(ROW);
    while out.len() < ROW {
        let mut byte = [0];
        if hex::decode_to_slice(rest.get(..2).unwrap_or_default(), &mut byte).is_err() {
            break;
        }
        out.extend(byte);
        rest = rest.get(2..).unwrap_or_default();
        let blanks = rest.iter().take_while(|b| is_blank(**b)).count();
        let dash = rest.first() == Some(&b'-') && out.len() == ROW / 2;
        // Two blanks part the halves of a row, and more the bytes from the text.
        if blanks > 1 && out.len() != ROW / 2 || blanks > 2 {
            break;
        }
        rest = rest.get(blanks + usize::from(dash)..).unwrap_or_default();
    }
    let behind = rest.first().is_none_or(|b| !b.is_ascii_hexdigit()) || out.len() == ROW;
    (gap > 0 && !out.is_empty() && behind).then_some(out)
}
