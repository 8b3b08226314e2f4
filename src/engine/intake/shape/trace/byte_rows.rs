//! Rows of a dump of bytes behind offsets of any width, whatever they begin with: `xxd`, `od -A x -t x1z`, `hexdump`, curl's
//! `--trace` without its first line, Wireshark's “Copy as hex dump”, and the rows below a line of `tcpdump -x`.
//!
//! Owns such rows, and saying what a dump holds whose beginning is not here. A margin in front of the offsets, and eight
//! digits of zero, are `hexdump`'s.

use std::ops::Range;

use super::hexdump::{ROW, row};
use super::packet;
use crate::engine::diagnose::Finding;
use crate::engine::document::{Peel, visible};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::vocabulary::{DUMP_PART, may_be_signed};
use crate::engine::intake::text::{Line, Text, is_blank, method_len};
use crate::engine::intake::unescape::Unescaped;

/// Recognises such rows.
pub(in crate::engine::intake) struct ByteRows;

/// The longest dump, in rows.
const ROWS: usize = 64 << 10;
/// The fewest rows of a dump that begins with nothing known.
const FEWEST: usize = 3;
/// How many names of a part are told.
const NAMES: usize = 6;

/// A dump of bytes, row by row.
#[derive(Default)]
pub(super) struct Dumped {
    /// The offset of its first byte, as it is stated.
    pub(super) first: usize,
    /// The bytes of each row, and where it stands.
    rows: Vec<(Vec<u8>, Range<usize>)>,
    /// Where the line behind the last row begins.
    pub(super) end: usize,
    /// Where the line behind further rows begins, which are not read for there are too many.
    unread: Option<usize>,
}

impl Dumped {
    /// The rows from the line at `at` on, whose offsets grow as their bytes do; none where no row stands there.
    pub(super) fn at(text: &Text, at: usize) -> Option<Self> {
        let mut out = Self {
            end: at,
            ..Self::default()
        };
        let mut radix = None;
        while out.rows.len() < ROWS && out.end < text.len() {
            let line = text.line(out.end);
            let Some((digits, bytes)) = offset_and_bytes(text, line) else {
                break;
            };
            let text_of = std::str::from_utf8(text.get(digits)).ok()?;
            let value = |radix| usize::from_str_radix(text_of, radix).ok();
            if out.rows.is_empty() {
                out.first = value(16)?;
            } else {
                let next = out.rows.len() * ROW;
                // `od` counts in eights unless it is told otherwise; a dump that begins at its start tells.
                let fits = |base: u32| {
                    value(base).is_some_and(|own| {
                        own == out.first + next && (base == 16 || out.first == 0)
                    })
                };
                let known = radix.map_or_else(
                    || [16, 8].into_iter().find(|base| fits(*base)),
                    |base| Some(base).filter(|base| fits(*base)),
                );
                radix = Some(known).flatten();
                if radix.is_none() {
                    break;
                }
            }
            let whole = bytes.len() == ROW;
            out.rows.push((bytes, line.start..line.end));
            out.end = line.next;
            if !whole {
                break;
            }
        }
        if out.rows.len() == ROWS {
            let further = rows_end(text, out.end, |line| Self::at_line(text, line));
            out.unread = Some(further).filter(|further| *further > out.end);
        }
        (!out.rows.is_empty()).then_some(out)
    }

    /// Whether this line is a row.
    pub(super) fn at_line(text: &Text, line: Line) -> bool {
        offset_and_bytes(text, line).is_some()
    }

    /// All of its bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let rows = self.rows.iter().map(|(bytes, _)| bytes.as_slice());
        rows.collect::<Vec<_>>().concat()
    }

    /// The bytes of `range`, each row leading back as a whole to where it stands: the same bytes stand in it twice, once as
    /// text.
    pub(super) fn part(&self, range: &Range<usize>, base: usize) -> Unescaped {
        let mut out = Unescaped::default();
        let mut at = 0;
        for (bytes, place) in &self.rows {
            let own = range.start.max(at).saturating_sub(at)
                ..range.end.min(at + bytes.len()).saturating_sub(at);
            at += bytes.len();
            if let Some(own) = bytes.get(own).filter(|own| !own.is_empty()) {
                out.decode(own, place.start - base, place.len());
            }
        }
        out
    }

    /// The same with each two bytes turned: `hexdump` without options prints numbers of two bytes.
    fn turned(&self) -> Self {
        let turn = |bytes: &[u8]| -> Vec<u8> {
            bytes
                .chunks(2)
                .flat_map(|pair| pair.iter().rev().copied())
                .collect()
        };
        let rows = self.rows.iter();
        Self {
            first: self.first,
            rows: rows
                .map(|(bytes, place)| (turn(bytes), place.clone()))
                .collect(),
            end: self.end,
            unread: self.unread,
        }
    }
}

/// Where the line behind the rows that begin at `at` begins.
pub(super) fn rows_end(text: &Text, mut at: usize, is_row: impl Fn(Line) -> bool) -> usize {
    while at < text.len() {
        let line = text.line(at);
        if !is_row(line) {
            break;
        }
        at = line.next;
    }
    at
}

/// The digits of the offset with which a row begins, and its bytes.
fn offset_and_bytes(text: &Text, line: Line) -> Option<(Range<usize>, Vec<u8>)> {
    const WIDTHS: std::ops::RangeInclusive<usize> = 4..=8;
    let near = text.get(line.start..line.end.min(line.start + 64));
    let blanks = near.iter().take_while(|b| is_blank(**b)).count();
    let rest = near.get(blanks..)?;
    let prefix = if rest.starts_with(b"0x") { 2 } else { 0 };
    let len = rest
        .get(prefix..)?
        .iter()
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    let start = line.start + blanks + prefix;
    let bytes = row(text, start + len, line)?;
    WIDTHS.contains(&len).then_some((start..start + len, bytes))
}

/// Whether bytes begin a message of HTTP.
pub(super) fn begins_message(bytes: &[u8]) -> bool {
    let method = method_len(bytes);
    bytes.starts_with(b"HTTP/1") || method.is_some_and(|len| bytes.get(len) == Some(&b' '))
}

impl Recogniser for ByteRows {
    fn anchors(&self) -> &'static [&'static str] {
        // Every offset ends in 0, and behind the first of `od` and `hexdump` stands one blank.
        &["0: ", "0:\t", "0  ", "00000 "]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let (_, bytes) = offset_and_bytes(text, line)?;
        let is_one = bytes.len() == ROW || begins_message(&bytes);
        (line.start >= from && is_one).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let mut dumped = Dumped::at(text, start.at)?;
        let place = start.at..dumped.end;
        let mut bytes = dumped.bytes();
        let turned = dumped.turned();
        if !begins_message(&bytes) && begins_message(&turned.bytes()) {
            bytes = turned.bytes();
            dumped = turned;
        }
        let message = if begins_message(&bytes) {
            Some(0..bytes.len())
        } else {
            packet::payload(&bytes)
                .filter(|range| bytes.get(range.clone()).is_some_and(begins_message))
        };
        if let Some(message) = message.filter(|_| dumped.first == 0) {
            let part = dumped.part(&message, start.at);
            return match dumped.unread {
                Some(further) => reader.unframed_cut(pass, place, further, part),
                None => reader.unframed(pass, place, Peel::HexDump, part),
            };
        }
        if dumped.rows.len() < FEWEST || !may_be_signed(&bytes) {
            pass.skip(place.end);
            return None;
        }
        let before = reader.case.pieces.len();
        let whole = dumped.part(&(0..bytes.len()), start.at);
        let end = reader.unframed(pass, place.clone(), Peel::HexDump, whole)?;
        if reader.case.pieces.len() == before {
            let row = reader
                .case
                .docs
                .to_given(text.span(text.line(start.at).range()));
            reader.find(part(dumped.first, &bytes).at(row, "this dump"));
            reader.understand(text.span(place));
        }
        Some(end)
    }
}

/// That a dump holds a part of what is signed, and which.
fn part(first: usize, bytes: &[u8]) -> Finding {
    let mut names: Vec<String> = Vec::new();
    for piece in bytes.split(|b| matches!(b, b'&' | b'?' | b'\n')) {
        let len = piece
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-')
            .count();
        let (name, behind) = piece.split_at_checked(len).unwrap_or_default();
        let is_one = matches!(behind.first(), Some(b'=' | b':')) && name.contains(&b'-');
        let name = visible::to_string(name);
        if is_one && names.len() < NAMES && !names.contains(&name) {
            names.push(name);
        }
    }
    let holds = match names.as_slice() {
        [] => "a part of a signed request or of an answer to one".to_owned(),
        names => format!(
            "a part of a signed request, with {} in it",
            names.join(", ")
        ),
    };
    let message = if first == 0 {
        format!("This dump of bytes holds {holds}, and does not begin as a request does.")
    } else {
        format!(
            "This dump of bytes holds {holds}. It begins at the offset 0x{first:x}: what stands before that is not here."
        )
    };
    Finding::warning(
        DUMP_PART,
        message,
        "Paste all of the dump, from the row at the offset 0 to its last one.",
    )
}
