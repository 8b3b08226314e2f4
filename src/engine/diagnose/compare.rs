//! Comparing the texts of one stage: field by field, then token by token, then to the byte.

use std::ops::Range;

use bytes::Bytes;

use super::align::{Line, align, moved};
use super::lead::hold_names;
use super::token::{Budget, common_prefix, emphasise, point_start, uniform};
use super::{ByteDifference, Column, Comparison, Emphasis, Row, RowState, Value};
use crate::engine::document::visible::name_first;
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Atom, Cut, Pattern};
use crate::engine::scheme::{Field, FieldKey, FieldKind, Role, Rule, StageId};

/// A text as somebody printed it, with what is not known of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Printed {
    /// The bytes, redaction marks standing as printed.
    pub(super) bytes: Bytes,
    /// Where redaction marks stand.
    pub(super) wild: Vec<Range<usize>>,
    /// Whether the end is missing.
    pub(super) cut: bool,
    /// Whether what is missing begins behind a line that is all there.
    pub(super) ends_line: bool,
}

impl Printed {
    /// A text that is all there.
    pub(super) fn exact(bytes: Bytes) -> Self {
        Self {
            bytes,
            wild: Vec::new(),
            cut: false,
            ends_line: false,
        }
    }

    /// A received pattern.
    pub(super) fn of(pattern: &Pattern, docs: &Documents) -> Self {
        let cut = pattern.cut == Cut::Truncated;
        let ends_line = cut && ends_line(pattern, docs);
        if let [Atom::Exact(span)] = pattern.atoms.as_slice() {
            return Self {
                cut,
                ends_line,
                ..Self::exact(docs.shared(*span))
            };
        }
        let mut wild = Vec::new();
        let mut at = 0;
        for atom in &pattern.atoms {
            let (Atom::Exact(span) | Atom::Wild { mark: span, .. }) = atom;
            let end = at + docs.bytes(*span).len();
            if matches!(atom, Atom::Wild { .. }) {
                wild.push(at..end);
            }
            at = end;
        }
        Self {
            bytes: pattern.bytes(docs).into(),
            wild,
            cut,
            ends_line,
        }
    }

    /// Whether every byte of it is known.
    pub(super) fn is_exact(&self) -> bool {
        self.wild.is_empty() && !self.cut
    }

    /// The first mark that stands in the range. Marks are in order.
    pub(super) fn mark_in(&self, range: &Range<usize>) -> Option<&Range<usize>> {
        let first = self.wild.partition_point(|wild| wild.end <= range.start);
        self.wild.get(first).filter(|wild| wild.start < range.end)
    }

    /// How many bytes of the range are known for sure; none where all of them are, and its end.
    pub(super) fn sure(&self, range: &Range<usize>) -> Option<usize> {
        let mark = self
            .mark_in(range)
            // An empty value may be one that is not known.
            .or_else(|| {
                self.wild
                    .iter()
                    .find(|wild| range.is_empty() && *wild == range)
            })
            .map(|wild| wild.start.saturating_sub(range.start));
        let ends = self.cut && !self.ends_line && range.end >= self.bytes.len();
        let open = ends.then_some(range.len());
        mark.into_iter().chain(open).min()
    }
}

/// Whether the last line of a text that was cut is all there: its line end stands behind it, and more behind that. Where
/// nothing follows, an editor may have added the line end. A line of one word may be the half of a hash, a host or a
/// time all the same, as people close the fence behind a cut.
fn ends_line(pattern: &Pattern, docs: &Documents) -> bool {
    let Some(Atom::Exact(span)) = pattern.atoms.last() else {
        return false;
    };
    let line = docs.bytes(*span).rsplit(|b| *b == b'\n').next();
    let value = line.and_then(|line| line.splitn(2, |b| *b == b':').nth(1));
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'=');
    if value.is_none_or(|value| value.iter().all(is_word)) {
        return false;
    }
    let whole = docs.whole(span.doc);
    let behind = docs.bytes(Span::new(span.doc, span.end, whole.end));
    let next = behind.strip_prefix(b"\r\n").or(behind.strip_prefix(b"\n"));
    // Dots say that something is left out, and not where it began.
    let left_out = |next: &[u8]| {
        let next = next.trim_ascii_start();
        [&b"..."[..], "…".as_bytes(), b"["]
            .iter()
            .any(|mark| next.starts_with(mark))
    };
    next.is_some_and(|next| !next.trim_ascii().is_empty() && !left_out(next))
}

/// A column with its text.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// Whose.
    pub(super) column: Column,
    /// The text.
    pub(super) printed: Printed,
    /// Its fields.
    pub(super) fields: Vec<Field>,
    /// Whether whole fields may be missing: behind a cut, or behind a mark that stands in no field.
    pub(super) gap: bool,
    /// The diff of which it is one side: what that leaves out is the same in the other.
    pub(super) side_of: Option<Span>,
}

impl Text {
    /// Whether the two are the sides of one diff.
    fn is_twin(&self, other: &Self) -> bool {
        self.side_of.is_some() && self.side_of == other.side_of
    }
}

/// How two values of one field stand to each other.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Relation {
    /// The same bytes, all known.
    Same,
    /// They part at this byte.
    Part(usize),
    /// One side has no such field.
    Lacking,
    /// Neither side has it.
    Neither,
    /// The same bytes, as far as can be told, at another place among their kind.
    Moved {
        /// The place on either side, from 1.
        places: [usize; 2],
    },
    /// A redaction or a cut leaves it open; what can be compared agrees.
    Open,
}

impl Relation {
    /// Whether the two are proved to be unlike.
    pub(super) fn differs(self) -> bool {
        matches!(self, Self::Part(_) | Self::Lacking | Self::Moved { .. })
    }
}

/// Compares two texts of which parts may be unknown.
pub(super) fn relate(a: &[u8], sure_a: Option<usize>, b: &[u8], sure_b: Option<usize>) -> Relation {
    let same = common_prefix(a, b);
    let known = |text: &[u8], sure: Option<usize>| sure.unwrap_or(text.len()).min(text.len());
    let (known_a, known_b) = (known(a, sure_a), known(b, sure_b));
    let ends = |known: usize, sure: Option<usize>, other: usize| {
        sure.is_none() && same >= known && known < other
    };
    if sure_a.is_none() && sure_b.is_none() {
        return if a == b {
            Relation::Same
        } else {
            Relation::Part(same)
        };
    }
    if same < known_a.min(known_b)
        || ends(known_a, sure_a, known_b)
        || ends(known_b, sure_b, known_a)
    {
        Relation::Part(same)
    } else {
        Relation::Open
    }
}

/// Compares two whole texts.
pub(super) fn relate_texts(a: &Printed, b: &Printed) -> Relation {
    let sure = |text: &Printed| text.sure(&(0..text.bytes.len().max(1)));
    relate(&a.bytes, sure(a), &b.bytes, sure(b))
}

/// The rule of a row that holds what no field names.
const REST: Rule = Rule {
    text: "What stands between the fields is fixed by the scheme; here the sides part outside any field.",
    reference: "",
};

/// A comparison with how every two columns of every row relate.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    /// What readers see.
    pub(super) comparison: Comparison,
    /// For each row: two columns, and how their values relate.
    pub(super) relations: Vec<Vec<(usize, usize, Relation)>>,
}

/// Aligns and compares the texts of a stage. With one text there is nothing to compare, and every row
/// says so.
pub(super) fn compare(stage: StageId, role: Role, mut texts: Vec<Text>) -> Compared {
    // Texts that are the same to the byte have the same fields, whoever split them.
    if let Some((first, others)) = texts.split_first_mut() {
        for other in others {
            if other.printed.is_exact() && first.printed == other.printed {
                other.fields.clone_from(&first.fields);
            }
        }
    }
    let keys: Vec<Vec<FieldKey>> = texts
        .iter()
        .map(|text| text.fields.iter().map(|field| field.key.clone()).collect())
        .collect();
    let lines = align(&keys);
    let mut budget = Budget::new();
    let mut rows: Vec<Related> = lines
        .iter()
        .map(|line| row(line, &texts, &mut budget))
        .collect();
    for (a, b) in pairs(texts.len()) {
        note_order(&mut rows, &lines, &texts, [a, b]);
    }
    hold_names(&mut rows, &lines, &texts, &mut budget);
    rest_row(&mut rows, &texts, &mut budget);
    let (rows, relations) = rows.into_iter().unzip();
    Compared {
        comparison: Comparison {
            stage,
            role,
            columns: texts.into_iter().map(|text| text.column).collect(),
            rows,
        },
        relations,
    }
}

/// A row, and how every two of its columns relate.
pub(super) type Related = (Row, Vec<(usize, usize, Relation)>);

/// Every two of `count` columns, the first one's pairs first.
pub(super) fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
}

fn row(line: &Line, texts: &[Text], budget: &mut Budget) -> Related {
    let fields: Vec<Option<&Field>> = texts
        .iter()
        .zip(&line.places)
        .map(|(text, place)| text.fields.get((*place)?))
        .collect();
    let ranges: Vec<Option<Range<usize>>> = fields
        .iter()
        .zip(texts)
        .map(|(field, text)| {
            let end = text.printed.bytes.len();
            field.map(|field| {
                let stop = field.range.end.min(end);
                field.range.start.min(stop)..stop
            })
        })
        .collect();
    let rule = fields
        .iter()
        .flatten()
        .next()
        .map_or(REST, |field| field.rule);
    build(line.key.clone(), texts, &ranges, rule, budget)
}

/// A row from the ranges of one field in each text.
pub(super) fn build(
    key: FieldKey,
    texts: &[Text],
    ranges: &[Option<Range<usize>>],
    rule: Rule,
    budget: &mut Budget,
) -> Related {
    let values: Vec<Option<Value>> = texts
        .iter()
        .zip(ranges)
        .map(|(text, range)| {
            range.clone().map(|range| Value {
                bytes: text.printed.bytes.slice(range.clone()),
                range,
            })
        })
        .collect();
    let mut relations = Vec::new();
    for (a, b) in pairs(texts.len()) {
        relations.push((a, b, relation(&values, texts, a, b)));
    }
    let state = if texts.len() < 2 {
        RowState::Alone
    } else if relations
        .iter()
        .any(|(_, _, r)| matches!(r, Relation::Part(_)))
    {
        RowState::Differs
    } else if relations.iter().any(|(_, _, r)| *r == Relation::Lacking) {
        RowState::Absent
    } else if relations.iter().any(|(_, _, r)| *r == Relation::Open) {
        RowState::NotCheckable
    } else {
        RowState::Same
    };
    let first = relations.iter().find_map(|&(a, b, relation)| {
        let (Relation::Part(at), Some(Some(x)), Some(Some(y))) =
            (relation, values.get(a), values.get(b))
        else {
            return None;
        };
        Some((difference(&x.bytes, &y.bytes, at), [a, b]))
    });
    let emphasis = marks(
        &values,
        first.as_ref().map(|(_, pair)| *pair),
        state,
        budget,
    );
    let row = Row {
        key,
        values,
        emphasis,
        state,
        first,
        note: None,
        rule,
    };
    (row, relations)
}

/// How column `a` stands to column `b` in a field.
fn relation(values: &[Option<Value>], texts: &[Text], a: usize, b: usize) -> Relation {
    let get = |i: usize| {
        let text = texts.get(i)?;
        let value = values.get(i)?.as_ref();
        Some((text, value))
    };
    let (Some((text_a, value_a)), Some((text_b, value_b))) = (get(a), get(b)) else {
        return Relation::Neither;
    };
    match (value_a, value_b) {
        (None, None) => Relation::Neither,
        // What such a text does not show may have stood where it is cut or hidden.
        // Of the other side of one diff every line is here that is not the same.
        (None, Some(_)) if text_a.gap && !text_a.is_twin(text_b) => Relation::Open,
        (Some(_), None) if text_b.gap && !text_a.is_twin(text_b) => Relation::Open,
        (None, Some(_)) | (Some(_), None) => Relation::Lacking,
        (Some(x), Some(y)) => relate(
            &x.bytes,
            text_a.printed.sure(&x.range),
            &y.bytes,
            text_b.printed.sure(&y.range),
        ),
    }
}

/// Names the two sides of the byte at which `a` and `b` part. Offsets are in `a`.
pub(super) fn difference(a: &[u8], b: &[u8], at: usize) -> ByteDifference {
    let start = point_start(a, at).min(point_start(b, at));
    let name = |text: &[u8]| name_first(text.get(start..).unwrap_or_default());
    let (mut left, mut right) = (name(a), name(b));
    if left == right {
        // An escape inside a longer shared one: only the byte itself tells them apart.
        let byte = |text: &[u8]| name_first(text.get(at..).unwrap_or_default());
        (left, right) = (byte(a), byte(b));
    }
    ByteDifference { at, left, right }
}

fn marks(
    values: &[Option<Value>],
    pair: Option<[usize; 2]>,
    state: RowState,
    budget: &mut Budget,
) -> Vec<Vec<Emphasis>> {
    let bytes = |i: usize| {
        values
            .get(i)
            .and_then(Option::as_ref)
            .map(|value| &value.bytes)
    };
    let plain = |differs: bool| -> Vec<Vec<Emphasis>> {
        values
            .iter()
            .map(|value| uniform(value.as_ref().map_or(0, |v| v.bytes.len()), differs))
            .collect()
    };
    let Some([a, b]) = pair else {
        return plain(state == RowState::Absent);
    };
    let (Some(x), Some(y)) = (bytes(a), bytes(b)) else {
        return plain(false);
    };
    let [marks_x, marks_y] = emphasise(x, y, budget);
    (0..values.len())
        .map(|i| match bytes(i) {
            None => Vec::new(),
            Some(value) if i == a || value == x => marks_x.clone(),
            Some(value) if i == b || value == y => marks_y.clone(),
            Some(value) => {
                let [_, other] = emphasise(x, value, budget);
                other
            }
        })
        .collect()
}

/// Marks the first field that stands elsewhere in another column.
fn note_order(rows: &mut [Related], lines: &[Line], texts: &[Text], pair: [usize; 2]) {
    for moved in moved(lines, pair) {
        let Some((row, relations)) = rows
            .iter_mut()
            .zip(lines)
            .find(|(_, line)| line.key == moved.key)
            .map(|(row, _)| row)
        else {
            continue;
        };
        for (a, b, relation) in relations {
            if [*a, *b] == pair && matches!(relation, Relation::Same | Relation::Open) {
                *relation = Relation::Moved {
                    places: moved.places,
                };
            }
        }
        if row.note.is_some() {
            continue;
        }
        let who = |i: usize| {
            moved
                .texts
                .get(i)
                .and_then(|t| texts.get(*t))
                .map_or("", |text| text.column.who())
        };
        let [here, there] = moved.places;
        row.note = Some(format!(
            "the order differs: place {here} ({}), place {there} ({})",
            who(0),
            who(1)
        ));
        if matches!(row.state, RowState::Same | RowState::NotCheckable) {
            row.state = RowState::Differs;
        }
    }
}

/// Where texts part although every field agrees, they part between the fields: one row says so.
fn rest_row(rows: &mut Vec<Related>, texts: &[Text], budget: &mut Budget) {
    let settled = rows.iter().all(|(row, _)| row.state == RowState::Same);
    let unlike = pairs(texts.len()).any(|(a, b)| match (texts.get(a), texts.get(b)) {
        // What stands between the fields of a text that is not all there may be anything.
        (Some(a), Some(b)) if !a.gap && !b.gap => relate_texts(&a.printed, &b.printed).differs(),
        _ => false,
    });
    if !settled || !unlike {
        return;
    }
    let ranges: Vec<_> = texts
        .iter()
        .map(|text| Some(0..text.printed.bytes.len()))
        .collect();
    let mut rest = build(
        FieldKey::of(FieldKind::MESSAGE),
        texts,
        &ranges,
        REST,
        budget,
    );
    rest.0.note = Some("every field agrees; the texts part between the fields".to_owned());
    rows.push(rest);
}
