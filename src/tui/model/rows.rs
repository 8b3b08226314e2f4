//! The fields of a stage on every side, row by row.

use super::Tab;
use crate::engine::diagnose::{ByteDifference, Comparison, Emphasis, Party, Row, RowState};
use crate::engine::scheme::{Field, FieldKey, Role, Rule, Stage};
use crate::workbench::Work;

/// A column's heading.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Heading {
    /// Who, in one word: for where there is little room.
    pub party: &'static str,
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
    /// Whether the value of `side` is that of all the others but one, of three or more.
    pub(crate) fn is_of_most(&self, side: usize) -> bool {
        let Some(own) = self.values.get(side) else {
            return false;
        };
        let like = self.values.iter().filter(|value| *value == own).count();
        self.values.len() >= 3 && like + 1 == self.values.len()
    }

    /// Whether every side is a digest in hex: two of them that differ do so all over, and no place in
    /// them tells anything.
    pub(crate) fn is_hash(&self) -> bool {
        self.values.len() > 1
            && self
                .values
                .iter()
                .flatten()
                .all(|v| v.len() >= 32 && v.len() <= 128 && v.iter().all(u8::is_ascii_hexdigit))
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
            Self::Compared(comparison, _) => comparison
                .columns
                .iter()
                .map(|column| heading(&column.caption, column.party))
                .collect(),
            Self::Plain(stage) => vec![Heading {
                party: "computed",
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
fn heading(caption: &str, party: Party) -> Heading {
    let (who, trust) = caption.split_once('(').unwrap_or((caption, ""));
    let who = who.trim();
    Heading {
        party: match party {
            Party::Computed if who.starts_with("signed") => "signed",
            Party::Server if who.starts_with("received") => "echoed",
            // What was assumed is not told as known, nor a side of what has none.
            Party::Server if who.ends_with("assumed") => "server?",
            Party::Client if who.ends_with("assumed") => "signer?",
            Party::Client if who.ends_with("unknown") => "one",
            Party::Unnamed => "other",
            Party::Received | Party::Client | Party::Server | Party::Computed => party.label(),
        },
        who: if who.is_empty() {
            party.label().to_owned()
        } else {
            who.to_owned()
        },
        trust: trust.trim_end_matches(')').trim().to_owned(),
    }
}
