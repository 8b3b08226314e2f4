//! The body that a form is sent with: `multipart/form-data`, one part a field (RFC 7578).
//!
//! Owns its boundary, its parts and their names. Bodies of requests are read when the requests are.

use std::ops::Range;

use super::{Found, LARGEST, MOST, PARTS, add};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::text::{Line, Text};
use crate::engine::intake::{Body, Case};

/// What stands before the name of a field.
pub(super) const NAME: &str = "form-data; name=\"";
/// The longest boundary (RFC 2046 §5.1.1: 70 characters), its two dashes in front and behind included.
const BOUNDARY: usize = 74;
/// Lines above a name in which its boundary may stand, and their bytes.
const HEADERS: usize = 4;
const ABOVE: usize = 1 << 10;

/// Where the body begins whose part has its name at `at`: at the boundary above. The first part is the first that is
/// found.
pub(super) fn around(text: &Text, at: usize) -> Option<usize> {
    let floor = at.saturating_sub(ABOVE);
    let mut line = text.line_start(at, floor);
    for _ in 0..HEADERS {
        let before = line.checked_sub(1).filter(|end| *end > floor)?;
        line = text.line_start(before, floor);
        if boundary_of(text, text.line(line)).is_some() {
            return Some(line);
        }
    }
    None
}

/// The boundary that stands alone on a line.
fn boundary_of(text: &Text, line: Line) -> Option<Range<usize>> {
    let range = line.start..text.trim_end(line.range());
    let bytes = text.get(range.clone());
    let own = |b: &u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(b);
    (bytes.starts_with(b"--") && (4..=BOUNDARY).contains(&bytes.len()) && bytes.iter().all(own))
        .then_some(range)
}

/// The body that begins with its boundary at the front of `within`.
pub(super) fn at(text: &Text, within: Range<usize>) -> Option<Found> {
    let start = within.start;
    let limit = within.end.min(start.saturating_add(LARGEST));
    let first = text.line(start);
    let boundary = text.get(boundary_of(text, first)?).to_vec();
    let mut fields = Vec::new();
    let mut file = None;
    let mut at = first.next;
    let mut closed = false;
    while at < limit && fields.len() < MOST {
        let part = at;
        let Some((name, is_file, content)) = head(text, part, limit) else {
            break;
        };
        let end = next_boundary(text, content, limit, &boundary);
        let value = content..text_end(text, content, end.unwrap_or(limit));
        match (name, is_file) {
            (Some(_), true) => {
                file.get_or_insert((fields.len(), part..value.end));
            }
            (Some(name), false) => fields.push((name, Piece::standing(text, value))),
            (None, _) => {}
        }
        let Some(end) = end else {
            at = limit;
            break;
        };
        let line = text.line(end);
        at = line.next;
        let mark = text.get(end + boundary.len()..line.end).trim_ascii();
        if mark == b"--" {
            closed = true;
            break;
        }
    }
    Some(Found {
        shape: PARTS,
        place: start..at.min(limit),
        url: None,
        fields,
        file,
        cut: !closed && at >= text.len(),
        stops_in: None,
    })
}

/// The head of a part: the name of its field, whether it is a file, and where its content begins.
fn head(text: &Text, at: usize, limit: usize) -> Option<(Option<Range<usize>>, bool, usize)> {
    let mut at = at;
    let mut name = None;
    let mut is_file = false;
    for _ in 0..=HEADERS {
        if at >= limit {
            return None;
        }
        let line = text.line(at);
        at = line.next;
        if text.is_blank(line) {
            return Some((name, is_file, at));
        }
        let bytes = text.get(line.range());
        let lower = bytes.to_ascii_lowercase();
        if let Some(found) = memchr::memmem::find(&lower, NAME.as_bytes()) {
            let start = line.start + found + NAME.len();
            let len = memchr::memchr(b'"', text.get(start..line.end))?;
            name = Some(start..start + len);
            is_file = memchr::memmem::find(&lower, b"; filename").is_some();
        }
    }
    None
}

/// Where the next line begins that is the boundary.
fn next_boundary(text: &Text, from: usize, limit: usize, boundary: &[u8]) -> Option<usize> {
    let window = text.get(from..limit);
    memchr::memmem::find_iter(window, boundary)
        .map(|found| from + found)
        .find(|place| {
            let behind = text.get(place + boundary.len()..text.line(*place).end);
            let starts = *place == from || text.at(place - 1) == Some(b'\n');
            starts && matches!(behind.trim_ascii(), b"" | b"--")
        })
}

/// The end of a part's content: without the line end before the boundary.
fn text_end(text: &Text, from: usize, end: usize) -> usize {
    let bytes = text.get(from..end);
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    from + bytes.strip_suffix(b"\r").unwrap_or(bytes).len()
}

/// Adds the forms that stand in the bodies of requests.
pub(in crate::engine::intake) fn in_bodies(case: &mut Case) {
    let bodies: Vec<_> = case
        .requests
        .iter()
        .filter_map(|request| match request.body {
            Body::Held { span, .. } => Some(span),
            Body::Absent | Body::Streamed(_) => None,
        })
        .filter(|span| case.docs.bytes(*span).starts_with(b"--"))
        .collect();
    for span in bodies {
        let text = Text::new(&case.docs, span.doc);
        if let Some(found) = at(&text, span.range()) {
            let mut reader = Reader::new(case);
            add(&mut reader, &text, found);
        }
    }
}
