//! What stands before the value of a field: its name, and what joins the two.
//!
//! A scheme keeps only the range of a value. Where a name is hidden the field is not known; where two texts
//! write the name otherwise, that is a difference although the values agree.

use std::ops::Range;

use memchr::memmem;

use super::RowState;
use super::align::Line;
use super::compare::{Printed, Related, Text, build};
use super::token::Budget;
use crate::engine::scheme::Field;

/// For each field, the text between the line end or `&` before its name and its value.
pub(super) fn leads(text: &[u8], fields: &[Field]) -> Vec<Range<usize>> {
    let mut before = 0;
    fields
        .iter()
        .map(|field| {
            let from = before.min(field.range.start);
            before = field.range.end;
            let between = text.get(from..field.range.start).unwrap_or_default();
            let name = memchr::memrchr2(b'\n', b'&', between).map_or(0, |at| at + 1);
            from + name..field.range.start
        })
        .collect()
}

/// Takes out the fields of `text` whose name is hidden. Says whether whole fields may be missing: behind a
/// cut, where a mark stands in no value, or where dots stand for who knows how much.
pub(super) fn drop_hidden(text: &Printed, fields: &mut Vec<Field>) -> bool {
    if text.is_exact() {
        return false;
    }
    let names = leads(&text.bytes, fields);
    let mut names = names.iter();
    fields.retain(|_| {
        let name = names.next();
        name.is_none_or(|name| name.is_empty() || text.mark_in(name).is_none())
    });
    let stray = |mark: &Range<usize>| {
        let next = fields.partition_point(|field| field.range.start <= mark.start);
        let holder = next.checked_sub(1).and_then(|at| fields.get(at));
        holder.is_none_or(|field| field.range.end < mark.end)
    };
    let dots = |mark: &Range<usize>| {
        let mark = text.bytes.get(mark.clone()).unwrap_or_default();
        [&b"..."[..], "…".as_bytes(), b"snip", b"truncated"]
            .iter()
            .any(|dots| memmem::find(mark, dots).is_some())
    };
    text.cut || text.wild.iter().any(|mark| stray(mark) || dots(mark))
}

/// Where the values of a named field agree and its name is written otherwise (`a=` against `a`), holds name and
/// value together against each other. A line of `lines` belongs to each of `rows`.
pub(super) fn hold_names(
    rows: &mut [Related],
    lines: &[Line],
    texts: &[Text],
    budget: &mut Budget,
) {
    let names: Vec<Vec<Range<usize>>> = texts
        .iter()
        .map(|text| leads(&text.printed.bytes, &text.fields))
        .collect();
    for (related, line) in rows.iter_mut().zip(lines) {
        let row = &related.0;
        if row.state != RowState::Same || row.key.name.is_none() {
            continue;
        }
        let places = || texts.iter().zip(&names).zip(&line.places);
        let mut spelled = places().filter_map(|((text, names), place)| {
            text.printed.bytes.get(names.get((*place)?)?.clone())
        });
        let first = spelled.next();
        if spelled.all(|name| Some(name) == first) {
            continue;
        }
        let ranges: Vec<Option<Range<usize>>> = places()
            .map(|((text, names), place)| {
                let place = (*place)?;
                let end = text
                    .fields
                    .get(place)?
                    .range
                    .end
                    .min(text.printed.bytes.len());
                Some(names.get(place)?.start.min(end)..end)
            })
            .collect();
        *related = build(row.key.clone(), texts, &ranges, row.rule, budget);
    }
}
