//! Either of the two texts of which only some lines are here, each with its number: what a diff shows of it.
//!
//! Owns telling by such lines which of the two it is. Must not know how they were printed.

use std::ops::Range;

use super::grammar::{self, ALGORITHMS, Kind};
use super::{METHODS, Printed};
use crate::engine::document::{DocId, Span};
use crate::engine::intake::pattern::{Cut, Pattern};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::shape::trace::is_request_header;
use crate::engine::intake::text::Text;
use crate::engine::intake::{is_basic_time, marks};

pub(in crate::engine::intake) use crate::engine::intake::marks::MISSING_LINE;

/// The last line of a string to sign, but of those of a chunk.
const TO_SIGN_LINES: usize = 4;

/// A line of one of the texts.
#[derive(Copy, Clone, Debug)]
pub(in crate::engine::intake) struct Numbered<'t> {
    /// Which line it is, from 1.
    pub(in crate::engine::intake) number: usize,
    /// Its bytes, without the line end.
    pub(in crate::engine::intake) line: &'t [u8],
    /// Whether the other side has it, too.
    pub(in crate::engine::intake) common: bool,
}

/// Which of the texts the lines of both sides are of; none where they may be of any other text. All lines of one side fit
/// into it, and of the other those that both have: where one of them is malformed, that may be the cause. `named`: words in
/// front of them speak of such a text.
pub(in crate::engine::intake) fn kind_of(
    sides: &[Vec<Numbered<'_>>; 2],
    named: bool,
) -> Option<Kind> {
    let of = |kind: Kind| {
        let all =
            |side: &[Numbered<'_>]| side.iter().all(|line| fits(kind, line.number, line.line));
        let common = sides
            .iter()
            .flatten()
            .filter(|line| line.common)
            .all(|line| fits(kind, line.number, line.line));
        let mut sides = sides.iter().filter(|side| !side.is_empty());
        common && sides.any(|side| all(side) && is_told(kind, side, named))
    };
    [Kind::ToSign, Kind::Canonical]
        .into_iter()
        .find(|kind| of(*kind))
}

/// Whether a line may be that of either text.
pub(in crate::engine::intake) fn may_be_line(number: usize, line: &[u8]) -> bool {
    fits(Kind::Canonical, number, line) || fits(Kind::ToSign, number, line)
}

/// Whether a text that ends with this line may be all there: a hash, or what stands in its place.
pub(in crate::engine::intake) fn is_last(line: &[u8]) -> bool {
    grammar::payload(line) == Some(line.len())
}

fn fits(kind: Kind, number: usize, line: &[u8]) -> bool {
    match (kind, number) {
        (Kind::Canonical, 1) => METHODS.contains(&line),
        (Kind::Canonical, 2) => line.first() == Some(&b'/') && !line.contains(&b' '),
        (Kind::Canonical, 3) => line.is_empty() || is_query(line),
        (Kind::Canonical, _) => {
            line.is_empty() || is_header(line) || is_list(line) || is_last(line)
        }
        (Kind::ToSign, 1) => is_algorithm(line),
        (Kind::ToSign, 2) => is_basic_time(line),
        (Kind::ToSign, 3) => line.ends_with(b"_request") && line.contains(&b'/'),
        (Kind::ToSign, 4) => is_last(line),
        (Kind::ToSign, _) => line.is_empty(),
    }
}

/// Whether such lines are of no other text.
fn is_told(kind: Kind, lines: &[Numbered<'_>], named: bool) -> bool {
    // A verb, or a path, stands alone in other files, too.
    let firsts = lines.iter().filter(|line| line.number <= 3).count();
    let told = |line: &Numbered<'_>| {
        let text = line.line;
        match (kind, line.number) {
            (Kind::ToSign, TO_SIGN_LINES) => named,
            (Kind::ToSign, _) => !text.is_empty(),
            (Kind::Canonical, 1..=3) => named && firsts > 1 && !text.is_empty(),
            (Kind::Canonical, _) => {
                super::is_vendor_s(text)
                    || text.starts_with(b"x-goog-")
                    || is_host(text)
                    || is_list(text)
                        && text.split(|b| *b == b';').any(|name| name == b"host")
                        && text.contains(&b';')
                    || is_last(text) && text.contains(&b'-')
                    || named && is_header(text) && is_of_a_request(text)
            }
        }
    };
    let begins = || {
        let [first, second, ..] = lines else {
            return false;
        };
        kind == Kind::Canonical && first.number == 1 && second.number == 2
    };
    begins() || lines.iter().any(told)
}

fn is_algorithm(line: &[u8]) -> bool {
    ALGORITHMS.iter().any(|name| name.as_bytes() == line)
}

/// A canonical query holds no blank.
fn is_query(line: &[u8]) -> bool {
    line.contains(&b'=') && !line.iter().any(u8::is_ascii_whitespace)
}

/// `name:value`: the name in small letters, and no blank behind the colon.
fn is_header(line: &[u8]) -> bool {
    let is_name = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(b);
    let Some(colon) = memchr::memchr(b':', line) else {
        return false;
    };
    let (name, value) = (line.get(..colon), line.get(colon + 1..));
    name.is_some_and(|name| !name.is_empty() && name.iter().all(is_name))
        && value.is_some_and(|value| !value.starts_with(b" "))
}

/// Whether a header is one that requests have.
fn is_of_a_request(line: &[u8]) -> bool {
    let name = line.split(|b| *b == b':').next();
    name.is_some_and(is_request_header)
}

/// The host, whose value has labels.
fn is_host(line: &[u8]) -> bool {
    let value = line.strip_prefix(b"host:");
    value.is_some_and(|value| value.contains(&b'.') && !value.contains(&b' '))
}

fn is_list(line: &[u8]) -> bool {
    let is_name = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.;".contains(b);
    !line.is_empty() && line.iter().all(is_name)
}

/// Adds the text of this kind at `place` of `layer`, in which `missing` are marks for what is not here; it is told at `span`.
pub(in crate::engine::intake) fn add_in_part(
    reader: &mut Reader<'_>,
    layer: DocId,
    (kind, place): (Kind, Range<usize>),
    missing: &[Range<usize>],
    span: Span,
) {
    let mut atoms = Vec::new();
    let mut at = place.start;
    for mark in missing {
        atoms.extend(marks::atoms(
            &reader.case.docs,
            Span::new(layer, at, mark.start),
        ));
        atoms.push(marks::hidden(Span::new(layer, mark.start, mark.end)));
        at = mark.end;
    }
    atoms.extend(marks::atoms(
        &reader.case.docs,
        Span::new(layer, at, place.end),
    ));
    let text = Text::new(&reader.case.docs, layer);
    let span = reader.case.docs.to_given(span);
    let pattern = Pattern {
        atoms,
        cut: Cut::Whole,
    };
    let printed = Printed {
        kind,
        pattern,
        peel: None,
        place,
    };
    // Either side is a text of its own, however near they stand.
    reader.settle();
    super::add(reader, &text, printed, Some(span));
    reader.settle();
}
