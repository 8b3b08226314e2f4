//! Where the sides part: the differing fields of each compared stage, side by side where they fit.

use unicode_width::UnicodeWidthStr as _;

use super::page::Page;
use crate::engine::diagnose::{Comparison, Row, RowState, digits_apart};
use crate::engine::scheme::Role;
use crate::report::Report;
use crate::report::draw::{self, Excerpt, words};
use crate::report::style::Paint;

/// What stands for a side that lacks a field.
pub(in crate::report) const ABSENT: &str = "(not there)";

/// What stands for a value of no bytes.
pub(in crate::report) const EMPTY: &str = "(empty)";

pub(super) fn write(report: &Report<'_>, page: &mut Page) {
    for comparison in &report.work.analysis.diagnosis.comparisons {
        if comparison.rows.iter().any(parts) {
            stage(report, page, comparison);
        }
    }
}

/// Whether the sides part in this row on its own account.
pub(in crate::report) fn parts(row: &Row) -> bool {
    match row.state {
        RowState::Differs | RowState::Absent => true,
        RowState::Same | RowState::Follows | RowState::Alone | RowState::NotCheckable => false,
    }
}

/// The heading of a compared stage: how many of its fields differ.
pub(in crate::report) fn title(report: &Report<'_>, comparison: &Comparison) -> String {
    let title = report
        .work
        .analysis
        .trace
        .as_ref()
        .and_then(|t| t.stages.iter().find(|s| s.id == comparison.stage))
        .map_or_else(
            || match comparison.role {
                Role::Request => "Request",
                Role::CanonicalRequest => "Canonical request",
                Role::StringToSign => "String to sign",
                Role::Key => "Key",
                Role::Signature => "Signature",
            },
            |s| s.title,
        );
    let all = comparison.rows.len();
    let differing = comparison.rows.iter().filter(|r| parts(r)).count();
    match (differing, all) {
        (_, 1) => format!("{title} differs"),
        (1, _) => format!("{title}: 1 of {all} fields differs"),
        _ => format!("{title}: {differing} of {all} fields differ"),
    }
}

/// The first difference of a row in words: `offset 25: U+0020 SPACE against %20`.
pub(in crate::report) fn difference(report: &Report<'_>, row: &Row) -> Option<String> {
    row.first.as_ref().map(|(first, sides)| {
        let [left, right] = sides.map(|side| row.values.get(side).and_then(Option::as_ref));
        // One byte of a secret is one too many.
        let mut both = [left, right].into_iter().flatten();
        if both.any(|value| report.redactor.hides(&value.bytes, first.at)) {
            return "in what is hidden here".to_owned();
        }
        let digits = left
            .zip(right)
            .and_then(|(left, right)| digits_apart(&left.bytes, &right.bytes))
            .map_or_else(String::new, |[left, right]| {
                format!("; {left} digits against {right}")
            });
        format!(
            "offset {}: {} against {}{digits}",
            first.at,
            words(&report.redactor, &first.left),
            words(&report.redactor, &first.right),
        )
    })
}

fn stage(report: &Report<'_>, page: &mut Page, comparison: &Comparison) {
    page.heading(&title(report, comparison));
    let captions: Vec<String> = comparison
        .columns
        .iter()
        .map(|c| words(&report.redactor, &c.caption))
        .collect();
    let rows: Vec<&Row> = comparison.rows.iter().filter(|r| parts(r)).collect();
    let label = |row: &Row| words(&report.redactor, &row.key.to_string());
    let names = rows.iter().map(|r| label(r).width()).max().unwrap_or(0);
    let drawn: Vec<Vec<Excerpt>> = rows
        .iter()
        .map(|r| values(report, r, captions.len(), LONGEST))
        .collect();
    // Each column is as wide as it must be: labels and captions are short, values may not be.
    let widths: Vec<usize> = captions
        .iter()
        .enumerate()
        .map(|(i, caption)| {
            let values = drawn.iter().filter_map(|row| row.get(i)).map(|e| e.width);
            values.max().unwrap_or(0).max(caption.width())
        })
        .collect();
    let whole = INDENT + names + widths.iter().map(|w| w + GAP).sum::<usize>();
    let beside = whole <= page.columns();
    if beside {
        table(page, &captions, &rows, &drawn, (names, &widths), &label);
    } else {
        for row in &rows {
            let heading = match difference(report, row) {
                Some(difference) => format!("! {}, {difference}", label(row)),
                None => format!("! {}", label(row)),
            };
            page.prose(2, 4, Some(Paint::Bad), &heading);
            let columns = page.columns().saturating_sub(STACKED);
            stacked(
                page,
                &captions,
                &values(report, row, captions.len(), columns),
            );
        }
        return;
    }
    for row in rows {
        if let Some(difference) = difference(report, row) {
            page.prose(2, 4, None, &format!("{}, {difference}", label(row)));
        }
    }
}

/// The values of a row as drawn in at most `columns`, the first difference pointed at.
fn values(report: &Report<'_>, row: &Row, count: usize, columns: usize) -> Vec<Excerpt> {
    (0..count)
        .map(|i| {
            let word = match row.values.get(i).and_then(Option::as_ref) {
                None => ABSENT,
                Some(value) if value.bytes.is_empty() => EMPTY,
                Some(value) => return drawn(report, row, i, &value.bytes, columns),
            };
            Excerpt {
                text: word.to_owned(),
                width: word.len(),
                pointed: None,
            }
        })
        .collect()
}

fn drawn(report: &Report<'_>, row: &Row, side: usize, bytes: &[u8], columns: usize) -> Excerpt {
    let focus = row
        .first
        .as_ref()
        .filter(|(_, sides)| sides.contains(&side))
        .map(|(first, _)| first.at..first.at + 1);
    draw::excerpt(&report.redactor, bytes, &[], focus, columns)
}

/// Columns of a value that are drawn to see whether it fits beside the others.
const LONGEST: usize = 400;

/// Columns in front of a field's name, its mark among them.
const INDENT: usize = 4;

/// Columns between two columns of a table.
const GAP: usize = 2;

/// Columns in front of a value that stands on a line of its own.
const STACKED: usize = 8;

fn table(
    page: &mut Page,
    captions: &[String],
    rows: &[&Row],
    drawn: &[Vec<Excerpt>],
    (names, widths): (usize, &[usize]),
    label: &impl Fn(&Row) -> String,
) {
    let gap = |text: &str, width: usize| " ".repeat((width + GAP).saturating_sub(text.width()));
    let indent = " ".repeat(INDENT + names + GAP);
    let mut head = indent.clone();
    for (caption, width) in captions.iter().zip(widths) {
        head.push_str(caption);
        head.push_str(&gap(caption, *width));
    }
    page.line(&[(Paint::Aside, head.trim_end())]);
    for (row, drawn) in rows.iter().zip(drawn) {
        let name = label(row);
        let mut line = format!(
            "  {} {name}{}",
            page.paint(Paint::Bad, "!"),
            gap(&name, names)
        );
        let mut carets = indent.clone();
        for (excerpt, width) in drawn.iter().zip(widths) {
            line.push_str(&excerpt.text);
            line.push_str(&gap(&excerpt.text, *width));
            let caret = excerpt
                .pointed
                .as_ref()
                .map_or_else(String::new, |p| format!("{}^", " ".repeat(p.start)));
            carets.push_str(&page.paint(Paint::Bad, &caret));
            carets.push_str(&gap(&caret, *width));
        }
        page.raw(line.trim_end());
        if drawn.iter().any(|e| e.pointed.is_some()) {
            page.raw(carets.trim_end());
        }
    }
}

fn stacked(page: &mut Page, captions: &[String], drawn: &[Excerpt]) {
    for (caption, excerpt) in captions.iter().zip(drawn) {
        page.prose(6, 8, Some(Paint::Aside), caption);
        page.raw(format!("{}{}", " ".repeat(STACKED), excerpt.text).trim_end());
        if let Some(pointed) = &excerpt.pointed {
            let blanks = " ".repeat(STACKED + pointed.start);
            page.raw(&format!("{blanks}{}", page.paint(Paint::Bad, "^")));
        }
    }
}
