//! A diff of two strings: what each side has stands in the lines that are its own and in those of both.
//!
//! Owns telling a diff of canonical requests or strings to sign from any other, and taking it apart into both sides; how
//! each format prints its lines stands in `hunks` and `beside`. Must not know what the strings say, nor whose they are:
//! the names of the files stand in front of them as a heading would.

mod beside;
mod hunks;

use std::ops::Range;

use super::printed::{self, Kind, MISSING_LINE, Numbered};
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text};
use crate::engine::intake::unescape::Unescaped;

/// The most lines of one side that are taken apart, and the last one that a string has.
const LINES: usize = 512;
/// The longest line, in bytes.
const LONGEST: usize = 16 << 10;
/// How far in front of a diff stand the names of its files, or words that say of what it is, in bytes.
const FRONT: usize = 512;
/// What stands in the place of the end of a line that was cut at the width of a column.
const CUT: &[u8] = "…".as_bytes();

/// Recognises the diffs of such strings.
pub(in crate::engine::intake) struct Diffs;

/// What begins a hunk, stands behind the line that says what changes, or begins the first of lines in columns.
const ANCHORS: [&str; 16] = [
    "@@ -",
    "\n< ",
    "\n> ",
    "AWS4-HMAC-SHA256\t",
    "AWS4-HMAC-SHA256  ",
    "GET\t",
    "GET  ",
    "PUT\t",
    "PUT  ",
    "POST\t",
    "POST  ",
    "HEAD\t",
    "HEAD  ",
    "DELETE\t",
    "DELETE  ",
    "PATCH\t",
];

/// A line of one side.
#[derive(Clone, Debug)]
struct Shown {
    /// Which line of its file it is, from 1.
    number: usize,
    /// Where its text stands, without marks and line end.
    place: Range<usize>,
    /// Whether the other side has it, too.
    common: bool,
    /// Whether its end may be missing.
    cut: bool,
}

/// A diff, taken apart.
#[derive(Debug, Default)]
struct Parts {
    /// The names of the two files.
    names: [Option<Range<usize>>; 2],
    /// The lines of both, in order.
    sides: [Vec<Shown>; 2],
    /// Where its lines begin, and where they end.
    place: Range<usize>,
}

impl Recogniser for Diffs {
    fn anchors(&self) -> &'static [&'static str] {
        &ANCHORS
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let at = match text.at(hit.at)? {
            _ if line.start < from => return None,
            b'@' => (hit.at == line.start && hunks::is_unified(text, line)).then_some(line.start),
            b'\n' => hunks::is_plain(text, line).then_some(line.start),
            _ => (hit.at == line.start && beside::begins(text, line)).then_some(line.start),
        }?;
        Some(Start { at, boundary: true })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let head = text.line(start.at);
        let parts = if text.get(head.range()).starts_with(b"@@ -") {
            hunks::unified(text, head)
        } else if hunks::is_plain(text, head) {
            hunks::plain(text, head)
        } else {
            beside::parts(text, head)
        }?;
        let whole = start.at..parts.place.end;
        let front = start.at.saturating_sub(FRONT)..start.at;
        let named = names_strings(text.get(front));
        let kind = printed::kind_of(
            &parts.sides.each_ref().map(|side| numbered(text, side)),
            named,
        );
        let complete = parts.sides.each_ref().map(|side| is_complete(text, side));
        match kind {
            Some(kind) if complete != [true; 2] => {
                for (side, complete) in [0, 1].into_iter().zip(complete) {
                    add(reader, text, &whole, &parts, side, (kind, complete))?;
                }
            }
            // Its lines are all here, or those of an older string, which are told apart by its beginning alone.
            Some(_) | None => {
                let begins = parts.sides.iter().all(|side| {
                    let follows = side
                        .iter()
                        .enumerate()
                        .all(|(at, line)| line.number == at + 1);
                    follows && side.first().is_some_and(|line| begins_string(text, line))
                });
                if !begins {
                    return None;
                }
                for (side, name) in parts.sides.iter().zip(&parts.names) {
                    let mut out = headed(text, name.clone());
                    for line in side {
                        out.copy_at(text.get(line.place.clone()), line.place.start - whole.start);
                        out.decode(b"\n", line.place.end - whole.start, 0);
                    }
                    reader.unframed(pass, whole.clone(), Peel::Diff, out)?;
                }
            }
        }
        Some(whole.end)
    }
}

/// Whether this is the first line of one of the strings.
fn begins_string(text: &Text, line: &Shown) -> bool {
    line.number == 1 && printed::begins_string(text.get(line.place.clone()))
}

/// The lines of a side, as they are told apart.
fn numbered<'t>(text: &'t Text, side: &[Shown]) -> Vec<Numbered<'t>> {
    side.iter()
        .map(|line| Numbered {
            number: line.number,
            line: text.get(line.place.clone()),
            common: line.common,
        })
        .collect()
}

/// Whether all lines of a side are here, and whole.
fn is_complete(text: &Text, side: &[Shown]) -> bool {
    let whole = side
        .iter()
        .enumerate()
        .all(|(at, line)| line.number == at + 1 && !line.cut);
    let ends = side
        .last()
        .is_some_and(|line| printed::is_last(text.get(line.place.clone())));
    whole && ends
}

/// Whether the words in front of a diff speak of one of the strings, or of a signature.
fn names_strings(front: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [
        b"canonical",
        b"creq",
        b"sigv4",
        b"signature",
        b"signed",
        b"string to sign",
        b"string_to_sign",
        b"string-to-sign",
        b"stringtosign",
    ];
    // A word of its own, or the beginning of one: `canonical.txt`, `$string_to_sign`.
    let text = front.to_ascii_lowercase();
    WORDS.iter().any(|word| {
        memchr::memmem::find_iter(&text, word).any(|at| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            before.is_none_or(|b| !b.is_ascii_alphanumeric())
        })
    })
}

/// A text with the name of its file above it, as a heading.
fn headed(text: &Text, name: Option<Range<usize>>) -> Unescaped {
    let mut out = Unescaped::default();
    if let Some(name) = name {
        // Without its place: what names a file is no part of the string, and may stand outside of the diff.
        out.decode(text.get(name), 0, 0);
        out.decode(b":\n", 0, 0);
    }
    out
}

/// Adds one side, of which not every line is here: each that is not is a mark.
fn add(
    reader: &mut Reader<'_>,
    text: &Text,
    whole: &Range<usize>,
    parts: &Parts,
    side: usize,
    (kind, complete): (Kind, bool),
) -> Option<()> {
    let (lines, name) = (parts.sides.get(side)?, parts.names.get(side)?);
    let mut out = headed(text, name.clone());
    let begin = out.bytes.len();
    let mut marks = Vec::new();
    let mut mark = |out: &mut Unescaped, mark: &[u8], at: usize| {
        marks.push(out.bytes.len()..out.bytes.len() + mark.len());
        out.decode(mark, at, 0);
    };
    let mut next = 1;
    let mut at = parts.place.start - whole.start;
    for line in lines {
        while next < line.number {
            mark(&mut out, MISSING_LINE, at);
            out.decode(b"\n", at, 0);
            next += 1;
        }
        out.copy_at(text.get(line.place.clone()), line.place.start - whole.start);
        at = line.place.end - whole.start;
        if line.cut {
            mark(&mut out, CUT, at);
        }
        out.decode(b"\n", at, 0);
        next = line.number + 1;
    }
    let numbered = lines
        .last()
        .is_some_and(|line| printed::is_last(text.get(line.place.clone())));
    if complete || numbered && lines.last().is_some_and(|line| !line.cut) {
        let end = out.bytes.len().saturating_sub(1);
        out.bytes.truncate(end);
        out.map.truncate(end);
    } else {
        mark(&mut out, MISSING_LINE, at);
    }
    let place = begin..out.bytes.len();
    let layer = reader.peel(
        text.span(whole.clone()),
        Peel::Diff,
        out.bytes.into(),
        out.map,
    )?;
    let span = text.span(parts.place.clone());
    printed::add_in_part(reader, layer, (kind, place), &marks, span);
    Some(())
}

/// The names of two files in the command that printed a diff, which stands right above it.
fn operands(text: &Text, start: usize) -> [Option<Range<usize>>; 2] {
    let Some(end) = start.checked_sub(1) else {
        return [None, None];
    };
    let from = text.line_start(end, end.saturating_sub(FRONT));
    let line = text.get(from..end).trim_ascii_end();
    let Some(command) = memchr::memmem::find(line, b"diff ") else {
        return [None, None];
    };
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"._-/".contains(b);
    let mut names = Vec::new();
    let mut at = command + 5;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        // Of `<(command "$name")` the last word names what is compared.
        let (len, inner) = if let Some(inner) = rest.strip_prefix(b"<(") {
            let len = memchr::memchr(b')', inner).unwrap_or(inner.len());
            (len + 3, at + 2..at + 2 + len)
        } else {
            let len = rest.iter().position(|b| *b == b' ').unwrap_or(rest.len());
            (len + 1, at..at + len)
        };
        let word = line.get(inner.clone()).unwrap_or_default();
        let tail = word
            .iter()
            .rev()
            .take_while(|b| b"\"' ".contains(b))
            .count();
        let word = word.get(..word.len() - tail).unwrap_or_default();
        let len_of = word.iter().rev().take_while(|b| is_name(b)).count();
        let end = from + inner.start + word.len();
        if len_of > 0 && !word.starts_with(b"-") {
            names.push(end - len_of..end);
        }
        at += len;
    }
    match names.as_slice() {
        [.., one, other] => [Some(one.clone()), Some(other.clone())],
        _ => [None, None],
    }
}

/// The text of a line behind `skip` bytes of marks; none where it is too long.
fn behind(line: Line, skip: usize) -> Option<Range<usize>> {
    (line.end - line.start <= LONGEST).then(|| (line.start + skip).min(line.end)..line.end)
}
