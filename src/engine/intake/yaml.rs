//! The part of YAML in which API clients export: fields in lines, lists of fields, scalars of every style (YAML 1.2).
//!
//! Owns where a field stands and what its scalar is. Must not know what any name means. Flow collections, anchors and
//! tags are not read.

use std::ops::Range;

use super::notation::{Language, Literal};
use super::piece::Piece;
use super::text::{Line, Text, is_blank};
use super::unescape::Unescaped;
use crate::engine::document::Peel;

/// Lines of one mapping.
const LINES: usize = 20_000;

/// `name: value`, with what stands deeper beneath it.
#[derive(Clone, Debug)]
pub(super) struct Field {
    name: Range<usize>,
    /// Behind the colon, blanks left out; empty where the value stands beneath.
    value: Range<usize>,
    /// The lines that are deeper.
    beneath: Range<usize>,
}

/// The fields of the mapping whose first name stands at `at`, and where it ends.
pub(super) fn mapping(text: &Text, at: usize) -> (Vec<Field>, usize) {
    read(text, at, usize::MAX)
}

/// The field whose name stands at `at`, without those behind it.
pub(super) fn alone(text: &Text, at: usize) -> Option<Field> {
    read(text, at, 1).0.pop()
}

/// The first `most` fields of a mapping.
fn read(text: &Text, at: usize, most: usize) -> (Vec<Field>, usize) {
    let first = text.line_start(at, at.saturating_sub(256));
    let column = at - first;
    let mut fields: Vec<Field> = Vec::new();
    let mut line = text.line(first);
    let mut begin = at;
    let mut end = at;
    for _ in 0..LINES {
        let own = begin - line.start;
        if text.is_blank(line) {
            // A blank line belongs to what goes on behind it.
        } else if own == column && field(text, begin, line).is_some() {
            if fields.len() >= most {
                break;
            }
            fields.extend(field(text, begin, line));
            end = line.next;
        } else if own > column || own == column && text.at(begin) == Some(b'-') {
            let Some(last) = fields.last_mut() else { break };
            last.beneath.end = line.next;
            end = line.next;
        } else {
            break;
        }
        if line.next >= text.len() {
            break;
        }
        line = text.line(line.next);
        begin = line.start + blanks(text, line);
    }
    (fields, end)
}

fn blanks(text: &Text, line: Line) -> usize {
    let bytes = text.get(line.range());
    bytes.iter().take_while(|b| is_blank(**b)).count()
}

/// The field whose name stands at `at` of a line.
fn field(text: &Text, at: usize, line: Line) -> Option<Field> {
    let bytes = text.get(at..line.end);
    let letter = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'-' | b'.' | b'$');
    let len = bytes.iter().take_while(letter).count();
    let rest = bytes.get(len..)?.strip_prefix(b":")?;
    let apart = rest.is_empty() || rest.first().copied().is_some_and(is_blank);
    let value = text.trim(at + len + 1..line.end);
    (len > 0 && apart && bytes.first() != Some(&b'-')).then_some(Field {
        name: at..at + len,
        value,
        beneath: line.next..line.next,
    })
}

/// The field of this name.
pub(super) fn get<'f>(text: &Text, fields: &'f [Field], name: &str) -> Option<&'f Field> {
    let own = |field: &&Field| field.name(text) == name.as_bytes();
    fields.iter().find(own)
}

impl Field {
    /// Its name.
    pub(super) fn name<'t>(&self, text: &'t Text) -> &'t [u8] {
        text.get(self.name.clone())
    }

    /// Whether something stands behind its colon.
    pub(super) fn is_said(&self) -> bool {
        !self.value.is_empty()
    }

    /// Just past it and what stands beneath it.
    pub(super) fn end(&self) -> usize {
        self.beneath.end
    }

    /// The mapping beneath it.
    pub(super) fn fields(&self, text: &Text) -> Vec<Field> {
        let at = text.skip_space_within(self.beneath.clone());
        if at >= self.beneath.end || !self.value.is_empty() {
            return Vec::new();
        }
        mapping(text, at).0
    }

    /// The mappings of the list beneath it.
    pub(super) fn items(&self, text: &Text) -> Vec<Vec<Field>> {
        let mut items = Vec::new();
        let mut at = self.beneath.start;
        while at < self.beneath.end {
            let line = text.line(at);
            let dash = line.start + blanks(text, line);
            at = line.next.max(at + 1);
            if text.at(dash) == Some(b'-') && text.at(dash + 1).is_some_and(is_blank) {
                let first = text.skip_space_within(dash + 1..line.end);
                let (fields, end) = mapping(text, first);
                items.push(fields);
                at = end.max(at);
            }
        }
        items
    }

    /// Its scalar.
    pub(super) fn scalar(&self, text: &Text) -> Option<Piece> {
        let bytes = text.get(self.value.clone());
        let language = match bytes.first() {
            Some(b'"') => Some(Language::JavaScript),
            // A doubled quote is one, as PowerShell has it.
            Some(b'\'') => Some(Language::PowerShell),
            _ => None,
        };
        if let Some(language) = language {
            return Some(Literal::read(bytes, self.value.start, language)?.piece(text));
        }
        match bytes {
            [b'|', ..] => Some(self.block(text, false)),
            [b'>', ..] => Some(self.block(text, true)),
            _ => Some(self.plain(text)),
        }
    }

    /// `|` keeps line ends, `>` makes blanks of them; `-` takes the last one away.
    fn block(&self, text: &Text, folded: bool) -> Piece {
        let keeps = !text.get(self.value.clone()).contains(&b'-');
        let place = self.value.start..self.beneath.end.max(self.value.end);
        let base = place.start;
        let mut out = Unescaped::default();
        let mut at = self.beneath.start;
        let mut deep = None;
        let mut ends: Option<(usize, usize)> = None;
        while at < self.beneath.end {
            let line = text.line(at);
            at = line.next.max(at + 1);
            let own = blanks(text, line);
            let deep = *deep.get_or_insert(own);
            if let Some((end, len)) = ends {
                out.decode(if folded { b" " } else { b"\n" }, end - base, len);
            }
            let from = (line.start + own.min(deep)).min(line.end);
            out.copy_at(text.get(from..line.end), from - base);
            ends = Some((line.end, line.next - line.end));
        }
        if let Some((end, len)) = ends.filter(|_| keeps) {
            out.decode(b"\n", end - base, len);
        }
        Piece::new(out, place, Peel::Indentation)
    }

    /// A scalar without quotes, over as many lines as are deeper.
    fn plain(&self, text: &Text) -> Piece {
        if self.beneath.is_empty() {
            return Piece::standing(text, self.value.clone());
        }
        let base = self.value.start;
        let mut out = Unescaped::default();
        out.copy_at(text.get(self.value.clone()), 0);
        let mut last = self.value.end;
        let mut at = self.beneath.start;
        while at < self.beneath.end {
            let line = text.line(at);
            at = line.next.max(at + 1);
            let range = text.trim(line.range());
            if !range.is_empty() {
                out.decode(b" ", last - base, range.start - last);
                out.copy_at(text.get(range.clone()), range.start - base);
                last = range.end;
            }
        }
        Piece::new(out, base..last, Peel::LineBreaks)
    }
}
