//! What the screens show, read from the work: tabs, rows, items.
//!
//! Views over the analysis, computed when asked for and cheap: nothing is copied but labels. The
//! analysis itself is never changed here.

use crate::engine::correct::Correction;
use crate::engine::diagnose::{
    ByteDifference, Comparison, Emphasis, Fix, FixCopy, Mark, Party, Row, RowState, VerdictId,
};
use crate::engine::document::Span;
use crate::engine::intake::{Atom, Body};
use crate::engine::scheme::{Field, FieldKey, Role, Rule, Stage};
use crate::workbench::Work;

/// Findings and differences shown on the answer; what is beyond them is counted.
pub(crate) const MOST_ITEMS: usize = 200;

/// A stage as the strip and the stage screens know it.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// The part it plays.
    pub role: Role,
    /// In full.
    pub title: &'static str,
    /// Where there is little room.
    pub short: &'static str,
    /// How it stands.
    pub mark: Mark,
    /// Its place in the trace.
    pub stage: Option<usize>,
    /// Its place among the comparisons.
    pub comparison: Option<usize>,
}

/// The stages of the work: those of the trace, else those of which the evidence holds a text.
pub(crate) fn tabs(work: &Work) -> Vec<Tab> {
    let diagnosis = &work.analysis.diagnosis;
    let mark = |id| {
        diagnosis
            .marks
            .iter()
            .find(|(stage, _)| *stage == id)
            .map_or(Mark::Unmarked, |(_, mark)| *mark)
    };
    let stages = work.analysis.trace.as_ref().map_or(&[][..], |t| &t.stages);
    let mut tabs: Vec<Tab> = stages
        .iter()
        .enumerate()
        .map(|(at, stage)| Tab {
            role: stage.role,
            title: stage.title,
            short: stage.short,
            mark: mark(stage.id),
            stage: Some(at),
            comparison: diagnosis
                .comparisons
                .iter()
                .position(|c| c.stage == stage.id),
        })
        .map(|tab| match (tab.role, tab.comparison, tab.mark) {
            // The request as received agrees with nothing: there is no other side to it.
            (Role::Request, None, Mark::Same) => Tab {
                mark: Mark::Unmarked,
                ..tab
            },
            _ => tab,
        })
        .collect();
    for (at, comparison) in diagnosis.comparisons.iter().enumerate() {
        if !stages.iter().any(|s| s.id == comparison.stage) {
            let (title, short) = role_titles(comparison.role);
            tabs.push(Tab {
                role: comparison.role,
                title,
                short,
                mark: mark(comparison.stage),
                stage: None,
                comparison: Some(at),
            });
        }
    }
    tabs
}

fn role_titles(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Request => ("Request", "Request"),
        Role::CanonicalRequest => ("Canonical request", "Canonical"),
        Role::StringToSign => ("String to sign", "To sign"),
        Role::Key => ("Signing key", "Key"),
        Role::Signature => ("Signature", "Signature"),
    }
}

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
                    "as pasted".to_owned()
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
pub(crate) fn heading(caption: &str, party: Party) -> Heading {
    let (who, trust) = caption.split_once('(').unwrap_or((caption, ""));
    let who = who.trim();
    Heading {
        party: match party {
            Party::Computed if who.starts_with("signed") => "signed",
            Party::Server if who.starts_with("received") => "echoed",
            Party::Received | Party::Client | Party::Server | Party::Computed => party.id(),
        },
        who: if who.is_empty() {
            party.id().to_owned()
        } else {
            who.to_owned()
        },
        trust: trust.trim_end_matches(')').trim().to_owned(),
    }
}

/// Something on the answer the cursor can stand on.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Item {
    /// A field whose sides part: the comparison and the row.
    Difference(usize, usize),
    /// The correction, to be copied.
    Fix,
    /// Another fix by its place in the diagnosis, its lines to be copied.
    Setting(usize),
    /// The nearest next step, to be copied.
    Step,
    /// The secret, to be entered: there is none, or the one at hand made another signature.
    Secret,
    /// A finding.
    Finding(usize),
}

/// The items of the answer, top to bottom.
pub(crate) fn items(work: &Work) -> Vec<Item> {
    let diagnosis = &work.analysis.diagnosis;
    let mut items = Vec::new();
    if secret_missing(work) {
        items.push(Item::Secret);
    }
    if nearest_step(work).is_some() {
        items.push(Item::Step);
    }
    for (c, comparison) in diagnosis.comparisons.iter().enumerate() {
        let rows = comparison.rows.iter().enumerate();
        items.extend(
            rows.filter(|(_, row)| parts(row))
                .take(MOST_ITEMS)
                .map(|(r, _)| Item::Difference(c, r)),
        );
    }
    if work.correction.is_some() && has_fix(work) {
        if work.failed_key().is_some() {
            items.push(Item::Secret);
        }
        items.push(Item::Fix);
    }
    items.extend(settings(work).map(|(at, _)| Item::Setting(at)));
    items.extend((0..diagnosis.findings.len().min(MOST_ITEMS)).map(Item::Finding));
    items
}

/// The fixes that are lines to be set, with their places.
pub(crate) fn settings(work: &Work) -> impl Iterator<Item = (usize, &Fix)> {
    let fixes = work.analysis.diagnosis.fixes.iter().enumerate();
    fixes.filter(|(_, fix)| matches!(fix.copy, FixCopy::Text(_)))
}

/// Where the cursor of the answer stands at first: on the fix, unless the key it is signed with made
/// another signature than the received one; else on the secret that is asked for.
pub(crate) fn first_item(work: &Work) -> usize {
    let items = items(work);
    let at = |wanted| items.iter().position(|item| *item == wanted);
    let (fix, secret) = (at(Item::Fix), at(Item::Secret));
    secret.or(fix).unwrap_or(0)
}

/// The party of the step that says how a secret is given to the command line.
const OWN_STEP: &str = "sigscope";

/// Whether what is missing first is the secret: here it is typed, not piped in by a shell.
pub(crate) fn secret_missing(work: &Work) -> bool {
    let steps = &work.analysis.diagnosis.next_steps;
    steps.iter().any(|step| step.party == OWN_STEP)
}

/// The nearest step outside the program, by its place.
pub(crate) fn nearest_step(work: &Work) -> Option<usize> {
    let steps = &work.analysis.diagnosis.next_steps;
    steps.iter().position(|step| step.party != OWN_STEP)
}

/// What the fresh form of a copy looks like before it is made: the date and the signature are those of
/// the moment of copying, so marks stand in their place.
pub(crate) fn undated(text: &[u8], correction: &Correction) -> Vec<u8> {
    let signed = String::from_utf8_lossy(&correction.string_to_sign);
    let scope = signed.lines().nth(2).unwrap_or_default();
    let day = correction.date.get(..8).unwrap_or_default();
    let today = scope.replacen(day, "<today>", 1);
    let mut out = text.to_vec();
    for (from, to) in [
        (
            correction.signature.clone(),
            "<signed when copied>".to_owned(),
        ),
        (correction.date.clone(), "<now>".to_owned()),
        (scope.to_owned(), today.clone()),
        (scope.replace('/', "%2F"), today.replace('/', "%2F")),
    ] {
        out = replaced(&out, from.as_bytes(), to.as_bytes());
    }
    out
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    if from.is_empty() {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = 0;
    for at in memchr::memmem::find_iter(text, from) {
        out.extend_from_slice(text.get(rest..at).unwrap_or_default());
        out.extend_from_slice(to);
        rest = at + from.len();
    }
    out.extend_from_slice(text.get(rest..).unwrap_or_default());
    out
}

/// Whether there is something to fix: nothing is where the request is right.
pub(crate) fn has_fix(work: &Work) -> bool {
    match work.analysis.diagnosis.verdict.id {
        VerdictId::Rejected | VerdictId::Explained | VerdictId::Mismatch | VerdictId::Undecided => {
            true
        }
        VerdictId::Match | VerdictId::Nothing => false,
    }
}

/// How the answer itself stands, for the strip.
pub(crate) fn answer_mark(id: VerdictId) -> Mark {
    match id {
        VerdictId::Match => Mark::Same,
        VerdictId::Rejected | VerdictId::Explained | VerdictId::Mismatch => Mark::Differs,
        VerdictId::Undecided => Mark::NeedsSecret,
        VerdictId::Nothing => Mark::Unmarked,
    }
}

/// Whether the bytes of the body were compared with what the request states of them.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum BodyState {
    /// There is no request, or it has no body to speak of.
    NotAsked,
    /// They are what the request states.
    Verified,
    /// They are not.
    Differs,
    /// They are not here, or the request states nothing of them.
    NotVerified,
}

/// What can be said of the body.
pub(crate) fn body_state(work: &Work) -> BodyState {
    let Some(trace) = &work.analysis.trace else {
        return BodyState::NotAsked;
    };
    let body = work
        .analysis
        .request
        .and_then(|at| work.case.requests.get(at))
        .map(|request| &request.body);
    match (trace.body_verified, body) {
        (Some(true), _) => BodyState::Verified,
        (Some(false), _) => BodyState::Differs,
        (None, Some(Body::Held { span, .. })) if span.is_empty() => BodyState::NotAsked,
        (None, Some(_)) => BodyState::NotVerified,
        (None, None) => BodyState::NotAsked,
    }
}

/// Where the field at a place of a stage came from, in what a person gave.
pub(crate) fn origin(work: &Work, field: &Field) -> Option<Span> {
    field
        .runs
        .iter()
        .filter_map(|run| run.from)
        .find(|span| !span.is_empty())
        .or_else(|| field.runs.iter().find_map(|run| run.from))
        .map(|first| {
            field
                .runs
                .iter()
                .filter_map(|run| run.from)
                .fold(first, |all, span| all.cover(span).unwrap_or(all))
        })
        .map(|span| work.case.docs.to_given(span))
}

/// The most bytes whose line feeds are counted at every drawing.
const COUNTED: usize = 2 << 20;

/// Where a span of a given document stands, in words: `line 5, byte 165`.
pub(crate) fn place(work: &Work, span: Span) -> String {
    let before = work
        .case
        .docs
        .get(span.doc)
        .and_then(|document| document.bytes().get(..span.start))
        .filter(|before| before.len() <= COUNTED);
    match before {
        Some(before) => {
            let line = memchr::memchr_iter(b'\n', before).count() + 1;
            format!("line {line}, byte {}", span.start)
        }
        None => format!("byte {}", span.start),
    }
}

/// Where the received signature stands in what a person gave.
pub(crate) fn received(work: &Work) -> Option<Span> {
    let pattern = work.analysis.trace.as_ref()?.claim.received.as_ref()?;
    let spans = pattern.atoms.iter().map(|atom| match atom {
        Atom::Exact(span) | Atom::Wild { mark: span, .. } => *span,
    });
    spans
        .reduce(|all, span| all.cover(span).unwrap_or(all))
        .map(|span| work.case.docs.to_given(span))
}

/// Whether anything was recognised in what was given.
pub(crate) fn recognised(work: &Work) -> bool {
    !work.case.pieces.is_empty() || work.analysis.diagnosis.verdict.id != VerdictId::Nothing
}
