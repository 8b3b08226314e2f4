//! Line breaks that are not the text's: those that a terminal or a mail program put in at a fixed width.
//!
//! Owns joining such lines. Must not know what they mean.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::lines::lines;
use crate::engine::intake::shape::printed;
use crate::engine::intake::unescape::Unescaped;

/// The widths that lines are broken at, in characters.
const WIDTHS: RangeInclusive<usize> = 40..=400;

/// Which lines go on on the next, by their length.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Width {
    /// Those of the length that is so many places behind the longest, and longer ones: a mark may stand before the
    /// first line or behind the last.
    OrMore(usize),
    /// Those of just that length: longer ones were never broken.
    Just(usize),
}

/// Text whose lines go on on the next where they are as long as they can be.
pub(super) fn joined(bytes: &[u8], width: Width) -> Option<Unescaped> {
    let lines = lines(bytes);
    let lengths: Vec<usize> = lines.iter().map(|line| length(line.of(bytes))).collect();
    let fitting = lengths
        .iter()
        .copied()
        .filter(|length| WIDTHS.contains(length));
    let distinct: BTreeSet<usize> = fitting.collect();
    let (Width::OrMore(place) | Width::Just(place)) = width;
    let measure = *distinct.iter().rev().nth(place)?;
    let is_full = |length: usize| match width {
        Width::OrMore(_) => length >= measure,
        Width::Just(_) => length == measure,
    };
    let mut out = Unescaped::default();
    let mut any = false;
    for (place, (line, length)) in lines.iter().zip(&lengths).enumerate() {
        let next = lines.get(place + 1).map(|next| next.of(bytes));
        let goes_on =
            is_full(*length) && next.is_some_and(|next| !printed::begins(line.of(bytes), next));
        any |= goes_on;
        out.copy(
            bytes,
            line.start..if goes_on { line.end } else { line.next },
        );
    }
    any.then_some(out)
}

/// Characters of a line; bytes where it is not UTF-8.
fn length(line: &[u8]) -> usize {
    std::str::from_utf8(line).map_or(line.len(), |text| text.chars().count())
}
