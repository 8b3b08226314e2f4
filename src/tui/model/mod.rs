//! What the screens show, read from the work: tabs, rows, items.
//!
//! Views over the analysis, computed when asked for and cheap: nothing is copied but labels. The
//! analysis itself is never changed here.

mod answer;
mod rows;

use std::ops::Range;

use crate::engine::diagnose::{Mark, VerdictId};
use crate::engine::document::Span;
use crate::engine::intake::Atom;
use crate::engine::scheme::{Field, Role};
use crate::workbench::Work;

pub(crate) use answer::{
    BodyState, Item, OWN_STEP, answer_mark, body_state, first_item, has_fix, has_no_key, items,
    left_out, nearest_step, remaining, secret_first, settings, sides_lead, undated, urgent,
};
pub(crate) use rows::{Heading, RowView, Rows, parts};

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

/// Where the row at a place stands in what a person gave: what the field was computed from, else where the
/// first side that shows it has it from.
pub(crate) fn row_origin(work: &Work, rows: Rows<'_>, at: usize) -> Option<Span> {
    match rows.field(at) {
        Some(field) => origin(work, field),
        None => shown_by(work, rows, at),
    }
}

/// Where the value of a row stands in the text of the first piece of evidence that has it.
fn shown_by(work: &Work, rows: Rows<'_>, at: usize) -> Option<Span> {
    let Rows::Compared(comparison, _) = rows else {
        return None;
    };
    let row = comparison.rows.get(at)?;
    let sides = comparison.columns.iter().zip(&row.values);
    let mut shown = sides.filter_map(|(column, value)| Some((column.evidence?, value.as_ref()?)));
    let (evidence, value) = shown.next()?;
    let evidence = work.case.evidence.get(evidence)?;
    let pattern = match comparison.role {
        Role::CanonicalRequest => evidence.canonical_request.as_ref()?,
        Role::StringToSign => evidence.string_to_sign.as_ref()?,
        Role::Signature => evidence.signature.as_ref()?,
        Role::Request | Role::Key => return None,
    };
    let span = part_of(&pattern.atoms, &value.range)?;
    Some(work.case.docs.to_given(span))
}

/// The input's bytes behind a range of a printed text.
fn part_of(atoms: &[Atom], range: &Range<usize>) -> Option<Span> {
    let mut start = 0;
    let mut found: Option<Span> = None;
    for atom in atoms {
        let (Atom::Exact(span) | Atom::Wild { mark: span, .. }) = atom;
        let end = start + span.len();
        let touched = if range.is_empty() {
            // An empty value stands in the first run that it touches.
            found.is_none() && (start..=end).contains(&range.start)
        } else {
            range.start < end && start < range.end
        };
        if touched {
            let part = span.part(range.start.max(start) - start..range.end.min(end) - start);
            found = match found {
                Some(all) => all.cover(part),
                None => Some(part),
            };
        }
        start = end;
    }
    found
}

/// The most bytes whose line feeds are counted at every drawing.
const COUNTED: usize = 2 << 20;

/// The span as it is shown: of a document that was read in another encoding, its place in the text.
pub(crate) fn readable(work: &Work, span: Span) -> Span {
    match work.case.docs.reread(span.doc) {
        Some((layer, map)) => {
            let range = map.to_child(span.range());
            Span::new(layer, range.start, range.end)
        }
        None => span,
    }
}

/// Where a span of a given document stands, in words: `line 5, byte 165`. The byte is that of what was given,
/// whatever encoding it is in.
pub(crate) fn place(work: &Work, span: Span) -> String {
    let seen = readable(work, span);
    let before = work
        .case
        .docs
        .get(seen.doc)
        .and_then(|document| document.bytes().get(..seen.start))
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

/// Where the first answer or string of others stands in what a person gave: its code or its message, else all of it.
pub(crate) fn answered(work: &Work) -> Option<Span> {
    let evidence = work.case.evidence.first()?;
    let answer = evidence.answer.as_ref();
    let said = answer.and_then(|answer| answer.code.or(answer.message));
    Some(work.case.docs.to_given(said.unwrap_or(evidence.span)))
}

/// Whether anything was recognised in what was given.
pub(crate) fn recognised(work: &Work) -> bool {
    !work.case.pieces.is_empty() || work.analysis.diagnosis.verdict.id != VerdictId::Nothing
}
