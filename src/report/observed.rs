//! One request that was seen in several places, side by side in words, and what a person chose of the parts.

use super::Report;
use super::draw::{self, words};
use crate::engine::diagnose::{Observation, Seen, SeenBy};
use crate::engine::intake::Part;
use crate::engine::scheme::{FieldKind, Outcome, Reason};

/// Columns of a value.
const COLUMNS: usize = 100;

/// A heading and what stands under it, line by line.
pub(super) struct Section {
    /// The heading.
    pub(super) title: String,
    /// The lines.
    pub(super) lines: Vec<String>,
}

/// What there is to say of the places where the request was seen. Empty where it was seen once.
pub(super) fn sections(report: &Report<'_>) -> Vec<Section> {
    let Some(seen) = &report.work.analysis.diagnosis.observations else {
        return Vec::new();
    };
    let together = seen.not_checkable();
    let places = seen.seen.iter();
    let mut lines: Vec<String> = places.map(|place| told(report, place, together)).collect();
    if let Some(reason) = together {
        let trace = report.work.analysis.trace.as_ref();
        let claim = trace.map(|trace| &trace.claim);
        lines.push(format!(
            "None of them is checkable because {}.",
            reason.words(claim)
        ));
    }
    if seen.more > 0 {
        lines.push(format!("and {} more, which are not followed", seen.more));
    }
    let mut out = vec![Section {
        title: format!(
            "{}, seen in {} places: {}",
            seen.by.title(),
            seen.seen.len() + seen.more,
            match seen.by {
                SeenBy::Signature => format!("known by {}", seen.by.words()),
                SeenBy::KeyAndTime => format!("by {}", seen.by.words()),
            }
        ),
        lines,
    }];
    let numbers = seen.seen.iter().map(|place| place.request + 1);
    let between = numbers.clone().zip(numbers.skip(1));
    for (at, (hop, (from, to))) in seen.hops.iter().zip(between).enumerate() {
        let changed: Vec<&Seen> = hop.changed().collect();
        let what = match (hop.is_compared, changed.len()) {
            (false, _) => "not comparable".to_owned(),
            (true, 0) => "no signed part changed".to_owned(),
            (true, n) => format!("{n} of {} signed parts changed", hop.rows.len()),
        };
        let stops = if seen.stops == Some(at) {
            "; here the signature stops fitting"
        } else {
            ""
        };
        let mut lines = Vec::new();
        for row in changed {
            let [left, right] = [0, 1].map(|side| value(report, row, side));
            let innocent = seen.stops == Some(at) && seen.is_innocent(row);
            lines.push(if innocent {
                format!("~ {}, as in a place that fits", called(report, row))
            } else {
                format!("! {}", called(report, row))
            });
            lines.push(format!("    request {from}  {left}"));
            lines.push(format!("    request {to}  {right}"));
        }
        out.push(Section {
            title: format!("From request {from} to request {to}: {what}{stops}"),
            lines,
        });
    }
    out
}

/// What was chosen of the parts, as sentences.
pub(super) fn chosen(report: &Report<'_>) -> Vec<String> {
    let chosen = report.work.chosen().into_iter();
    chosen
        .map(|chosen| format!("By choice, {}.", chosen.text).replace(", chosen by you.", "."))
        .collect()
}

fn told(report: &Report<'_>, seen: &Observation, together: Option<Reason>) -> String {
    let row = report.work.row(report.schemes, Part::Request(seen.request));
    let (sign, text) = match seen.outcome {
        Outcome::Equal | Outcome::Verified => ("=", "fits the received signature".to_owned()),
        Outcome::Differs { .. } | Outcome::Failed => {
            ("!", "does not fit the received signature".to_owned())
        }
        Outcome::NotCheckable(_) if together.is_some() => ("?", String::new()),
        Outcome::NotCheckable(reason) => {
            let claim = report
                .work
                .analysis
                .trace
                .as_ref()
                .map(|trace| &trace.claim);
            (
                "?",
                format!("not checkable because {}", reason.words(claim)),
            )
        }
    };
    let witnessed = seen
        .witnessed()
        .map_or_else(String::new, |text| format!("; {text}"));
    let place = seen
        .vantage
        .map_or_else(String::new, |vantage| format!(", {}", vantage.word));
    let colon = if text.is_empty() { "" } else { ": " };
    format!(
        "{sign} {}, {}{place}{colon}{text}{witnessed}",
        row.name, row.shape
    )
}

fn called(report: &Report<'_>, row: &Seen) -> String {
    match row.key.kind {
        FieldKind::PAYLOAD_HASH => "body".to_owned(),
        _ => words(&report.redactor, &row.key.to_string()),
    }
}

fn value(report: &Report<'_>, row: &Seen, side: usize) -> String {
    match row.values.get(side).and_then(Option::as_ref) {
        None if row.key.kind == FieldKind::PAYLOAD_HASH => "another body".to_owned(),
        None => super::text::ABSENT.to_owned(),
        Some(value) if value.is_empty() => super::text::EMPTY.to_owned(),
        Some(value) => draw::excerpt(&report.redactor, value, &[], None, COLUMNS).text,
    }
}
