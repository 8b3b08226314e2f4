//! The fields of a stage on every side, row by row.

use super::Tab;
use crate::engine::diagnose::{
    ByteDifference, Column, Comparison, Emphasis, Party, Row, RowState, digits_apart,
};
use crate::engine::scheme::{Field, FieldKey, Role, Rule, Stage};
use crate::engine::secret::Redactor;
use crate::workbench::Work;

/// A column's heading.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Heading {
    /// Who, in a word or two: for where there is little room.
    pub party: String,
    /// Who, as the column's caption has it.
    pub who: String,
    /// The rest of the caption: how far it can be trusted.
    pub trust: String,
}

/// The fields of a stage on every side.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'w> {
    /// Aligned with others.
    Compared(&'w Comparison, Option<&'w Stage>),
    /// Ours alone.
    Plain(&'w Stage),
    /// None.
    Empty,
}

/// A field on every side.
#[derive(Clone)]
pub(crate) struct RowView<'w> {
    /// Which.
    pub key: &'w FieldKey,
    /// Its value on each side.
    pub values: Vec<Option<&'w [u8]>>,
    /// Token marks on each side.
    pub emphasis: &'w [Vec<Emphasis>],
    /// Whether the sides agree.
    pub state: RowState,
    /// Where they part, and which sides.
    pub first: Option<(&'w ByteDifference, [usize; 2])>,
    /// The rule.
    pub rule: Rule,
    /// Whether the values are as received, with the blanks around them.
    pub raw: bool,
}

impl RowView<'_> {
    /// Where the sides part, unless it is in what `redactor` hides: one byte of a secret is one too many.
    pub(crate) fn shown_first(&self, redactor: &Redactor) -> Option<&ByteDifference> {
        let (first, sides) = self.first?;
        let mut values = sides
            .iter()
            .filter_map(|side| self.values.get(*side).copied().flatten());
        (!values.any(|value| redactor.hides(value, first.at))).then_some(first)
    }

    /// Whether the value of `side` is that of all the others but one, of three or more.
    pub(crate) fn is_of_most(&self, side: usize) -> bool {
        let Some(own) = self.values.get(side) else {
            return false;
        };
        let like = self.values.iter().filter(|value| *value == own).count();
        self.values.len() >= 3 && like + 1 == self.values.len()
    }

    /// Whether every side is a digest in hex: two of them that differ do so all over, and no place in
    /// them tells anything. Of two that are nearly the same, or not of one length, the place tells what was mistyped.
    pub(crate) fn is_hash(&self) -> bool {
        let near = self.emphasis.iter().any(|marks| {
            let differs = |wanted: bool| marks.iter().any(|mark| mark.differs == wanted);
            differs(true) && differs(false)
        });
        self.values.len() > 1
            && !near
            && self.digits().is_none()
            && self
                .values
                .iter()
                .flatten()
                .all(|v| v.len() >= 32 && v.len() <= 128 && v.iter().all(u8::is_ascii_hexdigit))
    }

    /// How many digits the two sides that part have, where both are hashes and one has too many or too few.
    pub(crate) fn digits(&self) -> Option<[(usize, usize); 2]> {
        let (_, sides) = self.first?;
        let [left, right] = sides.map(|side| self.values.get(side).copied().flatten());
        let [left, right] = digits_apart(left?, right?)?;
        let [first, second] = sides;
        Some([(first, left), (second, right)])
    }

    /// The places in the value of `side` at which another side has something, and it has nothing.
    pub(crate) fn gaps(&self, side: usize) -> Vec<usize> {
        let Some((_, pair)) = self.first.filter(|(_, pair)| pair.contains(&side)) else {
            return Vec::new();
        };
        let other = if pair[0] == side { pair[1] } else { pair[0] };
        let (Some(own), Some(theirs)) = (self.emphasis.get(side), self.emphasis.get(other)) else {
            return Vec::new();
        };
        // What both have stands in one order, so that so many bytes of it lead to one place.
        let shared = |marks: &[Emphasis]| -> usize {
            let same = marks.iter().filter(|mark| !mark.differs);
            same.map(|mark| mark.range.len()).sum()
        };
        if shared(own) != shared(theirs) {
            return Vec::new();
        }
        let mut gaps = Vec::new();
        for (n, mark) in theirs.iter().enumerate() {
            if !mark.differs {
                continue;
            }
            let before = shared(theirs.get(..n).unwrap_or_default());
            let mut seen = 0;
            let mut place = 0;
            for mark in own {
                if seen == before {
                    break;
                }
                let taken = if mark.differs {
                    0
                } else {
                    mark.range.len().min(before - seen)
                };
                seen += taken;
                place = if mark.differs {
                    mark.range.end
                } else {
                    mark.range.start + taken
                };
            }
            let filled = own
                .iter()
                .any(|mark| mark.differs && (mark.range.start == place || mark.range.end == place));
            if seen == before && !filled {
                gaps.push(place);
            }
        }
        gaps
    }
}

impl<'w> Rows<'w> {
    /// The rows behind a tab.
    pub(crate) fn of(work: &'w Work, tab: &Tab) -> Self {
        let stage = tab
            .stage
            .and_then(|at| work.analysis.trace.as_ref()?.stages.get(at));
        let compared = tab
            .comparison
            .and_then(|at| work.analysis.diagnosis.comparisons.get(at));
        match (compared, stage) {
            (Some(comparison), stage) => Self::Compared(comparison, stage),
            (None, Some(stage)) => Self::Plain(stage),
            (None, None) => Self::Empty,
        }
    }

    /// How many.
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Compared(comparison, _) => comparison.rows.len(),
            Self::Plain(stage) => stage.fields.len(),
            Self::Empty => 0,
        }
    }

    /// The headings of the sides.
    pub(crate) fn headings(self) -> Vec<Heading> {
        match self {
            Self::Compared(comparison, _) => comparison.columns.iter().map(heading).collect(),
            Self::Plain(stage) => vec![Heading {
                party: "computed".to_owned(),
                who: if stage.role == Role::Request {
                    "received".to_owned()
                } else {
                    "computed".to_owned()
                },
                trust: if stage.role == Role::Request {
                    "as read from the paste".to_owned()
                } else {
                    "by sigscope from the request".to_owned()
                },
            }],
            Self::Empty => Vec::new(),
        }
    }

    /// Who the sides are.
    pub(crate) fn parties(self) -> Vec<Party> {
        match self {
            Self::Compared(comparison, _) => comparison.columns.iter().map(|c| c.party).collect(),
            Self::Plain(_) => vec![Party::Computed],
            Self::Empty => Vec::new(),
        }
    }

    /// The row at a place.
    pub(crate) fn get(self, at: usize) -> Option<RowView<'w>> {
        match self {
            Self::Compared(comparison, _) => comparison.rows.get(at).map(|row| RowView {
                key: &row.key,
                values: row
                    .values
                    .iter()
                    .map(|v| v.as_ref().map(|v| v.bytes.as_ref()))
                    .collect(),
                emphasis: &row.emphasis,
                state: row.state,
                first: row.first.as_ref().map(|(d, sides)| (d, *sides)),
                rule: row.rule,
                raw: comparison.role == Role::Request,
            }),
            Self::Plain(stage) => stage.fields.get(at).map(|field| RowView {
                key: &field.key,
                values: vec![Some(stage.value(&field.range))],
                emphasis: &[],
                state: RowState::Alone,
                first: None,
                rule: field.rule,
                raw: stage.role == Role::Request,
            }),
            Self::Empty => None,
        }
    }

    /// Our own field behind the row at a place: its origin and steps.
    pub(crate) fn field(self, at: usize) -> Option<&'w Field> {
        match self {
            Self::Compared(comparison, stage) => {
                let key = &comparison.rows.get(at)?.key;
                stage?.fields.iter().find(|field| field.key == *key)
            }
            Self::Plain(stage) => stage.fields.get(at),
            Self::Empty => None,
        }
    }

    /// The row to look at first: the first that parts, else the first that is not the same.
    pub(crate) fn first_of_note(self) -> usize {
        let Self::Compared(comparison, _) = self else {
            return 0;
        };
        let rows = &comparison.rows;
        rows.iter()
            .position(parts)
            .or_else(|| rows.iter().position(|row| row.state != RowState::Same))
            .unwrap_or(0)
    }

    /// The places of the rows that part here.
    pub(crate) fn differences(self) -> Vec<usize> {
        match self {
            Self::Compared(comparison, _) => comparison
                .rows
                .iter()
                .enumerate()
                .filter(|(_, row)| parts(row))
                .map(|(at, _)| at)
                .collect(),
            Self::Plain(_) | Self::Empty => Vec::new(),
        }
    }
}

/// Whether the sides of a row part here, rather than further up.
pub(crate) fn parts(row: &Row) -> bool {
    match row.state {
        RowState::Differs | RowState::Absent => true,
        RowState::Same | RowState::Follows | RowState::Alone | RowState::NotCheckable => false,
    }
}

/// A caption split into who and how far it can be trusted.
fn heading(column: &Column) -> Heading {
    let (who, trust) = column
        .caption
        .split_once('(')
        .unwrap_or((&column.caption, ""));
    let who = who.trim();
    let party = match column.party {
        Party::Computed if who.starts_with("signed") => "signed",
        Party::Server if who.starts_with("received") => "echoed",
        // What was assumed is not told as known, nor a side of what has none.
        Party::Server if who.ends_with("assumed") => "server?",
        Party::Client if who.ends_with("assumed") => "signer?",
        Party::Client if who.ends_with("unknown") => column.who(),
        Party::Unnamed => column.who(),
        Party::Received | Party::Client | Party::Server | Party::Computed => column.party.label(),
    };
    Heading {
        party: party.to_owned(),
        who: if who.is_empty() {
            column.party.label().to_owned()
        } else {
            who.to_owned()
        },
        trust: trust.trim_end_matches(')').trim().to_owned(),
    }
}
