//! Token-level emphasis: which parts of two values of one field stand on one side only.
//!
//! Values are cut at the separators of paths, queries and header lists; a blank, a control character
//! and a percent-escape are tokens of their own, because those are what people have to see. Work is
//! bounded: what both ends share is set aside first, and only a small middle is aligned.

use std::ops::Range;

use super::Emphasis;

/// A middle of more bytes than this is marked as a whole.
const LONGEST_MIDDLE: usize = 16 * 1024;

/// Cells of alignment tables that one comparison may fill over all its fields. When they are used up,
/// differing middles are marked as a whole: a hostile input must not cost quadratic time.
const CELLS: usize = 8_000_000;

/// How much alignment work is left.
#[derive(Clone, Debug)]
pub(super) struct Budget(usize);

impl Budget {
    /// For one comparison.
    pub(super) fn new() -> Self {
        Self(CELLS)
    }

    /// Takes `cells` out of it, if that many are left.
    fn take(&mut self, cells: usize) -> bool {
        match self.0.checked_sub(cells) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Class {
    /// Part of a longer word.
    Word,
    /// A token by itself.
    Single,
    /// Part of a percent-escape, at this place in it.
    Escape(u8),
}

/// Length of the escape that starts here: 3, or 5 for one that was encoded twice (`%252F`).
fn escape_len(text: &[u8], at: usize) -> u8 {
    match text.get(at..).unwrap_or_default() {
        [b'%', b'2', b'5', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 5,
        [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 3,
        _ => 0,
    }
}

fn class(text: &[u8], at: usize) -> Class {
    for back in 0..5u8 {
        if let Some(start) = at.checked_sub(usize::from(back))
            && back < escape_len(text, start)
        {
            return Class::Escape(back);
        }
    }
    match text.get(at) {
        Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80..) => Class::Word,
        _ => Class::Single,
    }
}

/// Whether a token may end just before `at`. Decided by the bytes around it alone.
fn is_boundary(text: &[u8], at: usize) -> bool {
    if at == 0 || at >= text.len() {
        return true;
    }
    match (class(text, at - 1), class(text, at)) {
        (Class::Word, Class::Word) => false,
        (Class::Escape(_), Class::Escape(place)) => place == 0,
        _ => true,
    }
}

/// The tokens of `text`, front to back. They tile it.
fn tokens(text: &[u8], within: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = within.start;
    for at in within.start + 1..=within.end {
        if at == within.end || is_boundary(text, at) {
            out.push(start..at);
            start = at;
        }
    }
    out
}

/// Where to begin showing a difference that lies at `at`: the start of the character or escape.
pub(super) fn point_start(text: &[u8], at: usize) -> usize {
    if let Class::Escape(place) = class(text, at) {
        return at - usize::from(place);
    }
    let mut start = at.min(text.len());
    // A character of UTF-8 has at most three continuation bytes.
    for _ in 0..3 {
        if text.get(start).is_some_and(|b| b & 0xC0 == 0x80) && start > 0 {
            start -= 1;
        }
    }
    let is_character = text
        .get(start..)
        .and_then(|rest| rest.utf8_chunks().next())
        .is_some_and(|chunk| {
            chunk
                .valid()
                .chars()
                .next()
                .is_some_and(|c| start + c.len_utf8() > at)
        });
    if is_character { start } else { at }
}

/// Bytes that both values begin with.
pub(super) fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    a.iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count()
}

/// A value of which nothing, or all, is marked.
pub(super) fn uniform(len: usize, differs: bool) -> Vec<Emphasis> {
    if len == 0 {
        return Vec::new();
    }
    vec![Emphasis {
        range: 0..len,
        differs,
    }]
}

/// The marks of two values of one field against each other. The runs of each tile it.
pub(super) fn emphasise(a: &[u8], b: &[u8], budget: &mut Budget) -> [Vec<Emphasis>; 2] {
    if a == b {
        return [uniform(a.len(), false), uniform(b.len(), false)];
    }
    let mut start = common_prefix(a, b);
    while !(is_boundary(a, start) && is_boundary(b, start)) {
        start -= 1;
    }
    let (rest_a, rest_b) = (
        a.get(start..).unwrap_or_default(),
        b.get(start..).unwrap_or_default(),
    );
    let mut tail = common_suffix(rest_a, rest_b);
    while !(is_boundary(a, a.len() - tail) && is_boundary(b, b.len() - tail)) {
        tail -= 1;
    }
    let (mid_a, mid_b) = (start..a.len() - tail, start..b.len() - tail);
    let mut marks = [Marks::default(), Marks::default()];
    for mark in &mut marks {
        mark.add(start, false);
    }
    for edit in edits(a, mid_a, b, mid_b, budget) {
        let [left, right] = &mut marks;
        left.add(edit.a.end, edit.differs);
        right.add(edit.b.end, edit.differs);
    }
    let [mut left, mut right] = marks;
    left.add(a.len(), false);
    right.add(b.len(), false);
    [left.runs, right.runs]
}

/// Runs that grow at the end and join like to like.
#[derive(Default)]
struct Marks {
    runs: Vec<Emphasis>,
    at: usize,
}

impl Marks {
    fn add(&mut self, end: usize, differs: bool) {
        if end <= self.at {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.differs == differs => last.range.end = end,
            _ => self.runs.push(Emphasis {
                range: self.at..end,
                differs,
            }),
        }
        self.at = end;
    }
}

/// A stretch of both values that is the same, or not.
struct Edit {
    a: Range<usize>,
    b: Range<usize>,
    differs: bool,
    /// Whether it holds a word rather than separators alone.
    wordy: bool,
}

/// The stretches of the two middles, in order; each ends where the next begins.
fn edits(
    a: &[u8],
    mid_a: Range<usize>,
    b: &[u8],
    mid_b: Range<usize>,
    budget: &mut Budget,
) -> Vec<Edit> {
    let whole = |a, b| {
        vec![Edit {
            a,
            b,
            differs: true,
            wordy: true,
        }]
    };
    if mid_a.is_empty() || mid_b.is_empty() || mid_a.len().max(mid_b.len()) > LONGEST_MIDDLE {
        return whole(mid_a, mid_b);
    }
    let (ta, tb) = (tokens(a, mid_a.clone()), tokens(b, mid_b.clone()));
    if let ([one], [other]) = (ta.as_slice(), tb.as_slice()) {
        return word_edits(a, one.clone(), b, other.clone());
    }
    if !budget.take((ta.len() + 1) * (tb.len() + 1)) {
        return whole(mid_a, mid_b);
    }
    let mut out: Vec<Edit> = Vec::new();
    let (mut at_a, mut at_b) = (mid_a.start, mid_b.start);
    for (i, j) in common_tokens(a, &ta, b, &tb) {
        let (Some(x), Some(y)) = (ta.get(i), tb.get(j)) else {
            continue;
        };
        push(&mut out, at_a..x.start, at_b..y.start, true, true);
        push(
            &mut out,
            x.clone(),
            y.clone(),
            false,
            class(a, x.start) != Class::Single,
        );
        (at_a, at_b) = (x.end, y.end);
    }
    push(&mut out, at_a..mid_a.end, at_b..mid_b.end, true, true);
    // Separators that happen to agree between two differences only make the marks flicker.
    let flicker: Vec<bool> = out
        .iter()
        .enumerate()
        .map(|(i, edit)| {
            !edit.differs
                && !edit.wordy
                && i.checked_sub(1)
                    .and_then(|i| out.get(i))
                    .is_some_and(|e| e.differs)
                && out.get(i + 1).is_some_and(|e| e.differs)
        })
        .collect();
    for (edit, flicker) in out.iter_mut().zip(flicker) {
        edit.differs |= flicker;
    }
    out
}

/// Adds a stretch, joined to the last one where that is of the same sort.
fn push(out: &mut Vec<Edit>, a: Range<usize>, b: Range<usize>, differs: bool, wordy: bool) {
    if a.is_empty() && b.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(last) if last.differs == differs => {
            last.a.end = a.end;
            last.b.end = b.end;
            last.wordy |= wordy;
        }
        _ => out.push(Edit {
            a,
            b,
            differs,
            wordy,
        }),
    }
}

/// Two words against each other: where they share at least half, only the rest is marked, so that
/// one letter in a long key or token is seen.
fn word_edits(a: &[u8], in_a: Range<usize>, b: &[u8], in_b: Range<usize>) -> Vec<Edit> {
    let (x, y) = (
        a.get(in_a.clone()).unwrap_or_default(),
        b.get(in_b.clone()).unwrap_or_default(),
    );
    let head = common_prefix(x, y);
    let head = point_start(x, head).min(point_start(y, head));
    let mut tail = common_suffix(
        x.get(head..).unwrap_or_default(),
        y.get(head..).unwrap_or_default(),
    );
    // Not into the middle of a character.
    while tail > 0
        && x.get(x.len() - tail)
            .is_some_and(|byte| byte & 0xC0 == 0x80)
    {
        tail -= 1;
    }
    let longer = x.len().max(y.len());
    let escape = class(x, 0) != Class::Word || class(y, 0) != Class::Word;
    if escape || (head + tail) * 2 < longer {
        return vec![Edit {
            a: in_a,
            b: in_b,
            differs: true,
            wordy: true,
        }];
    }
    let mut out = Vec::new();
    let (cut_a, cut_b) = (in_a.end - tail, in_b.end - tail);
    push(
        &mut out,
        in_a.start..in_a.start + head,
        in_b.start..in_b.start + head,
        false,
        true,
    );
    push(
        &mut out,
        in_a.start + head..cut_a,
        in_b.start + head..cut_b,
        true,
        true,
    );
    push(&mut out, cut_a..in_a.end, cut_b..in_b.end, false, true);
    out
}

/// A longest common subsequence of tokens, as places in the two lists. The table has
/// `(ta.len() + 1) * (tb.len() + 1)` cells.
fn common_tokens(
    a: &[u8],
    ta: &[Range<usize>],
    b: &[u8],
    tb: &[Range<usize>],
) -> Vec<(usize, usize)> {
    let width = tb.len() + 1;
    let mut table = vec![0u16; (ta.len() + 1) * width];
    let same = |i: usize, j: usize| match (ta.get(i), tb.get(j)) {
        (Some(x), Some(y)) => a.get(x.clone()) == b.get(y.clone()),
        _ => false,
    };
    let cell = |table: &[u16], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for i in (0..ta.len()).rev() {
        for j in (0..tb.len()).rev() {
            let value = if same(i, j) {
                cell(&table, i + 1, j + 1).saturating_add(1)
            } else {
                cell(&table, i + 1, j).max(cell(&table, i, j + 1))
            };
            if let Some(slot) = table.get_mut(i * width + j) {
                *slot = value;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < ta.len() && j < tb.len() {
        if same(i, j) {
            out.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if cell(&table, i + 1, j) >= cell(&table, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests;
