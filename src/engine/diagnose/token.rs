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
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The marked parts of both, in brackets.
    fn shown(a: &str, b: &str) -> [String; 2] {
        let [x, y] = emphasise(a.as_bytes(), b.as_bytes(), &mut Budget::new());
        [draw(a, &x), draw(b, &y)]
    }

    fn draw(text: &str, runs: &[Emphasis]) -> String {
        runs.iter()
            .map(|run| {
                let part = text.get(run.range.clone()).unwrap();
                if run.differs {
                    format!("[{part}]")
                } else {
                    part.to_owned()
                }
            })
            .collect()
    }

    #[test]
    fn words_that_share_half_are_marked_where_they_differ_and_never_inside_a_character() {
        assert_eq!(shown("abxy", "abzw"), ["ab[xy]", "ab[zw]"]);
        assert_eq!(shown("abxyz", "abzwq"), ["[abxyz]", "[abzwq]"]);
        // Both letters end in the same byte.
        assert_eq!(shown("xxé", "xxũ"), ["xx[é]", "xx[ũ]"]);
    }

    #[test]
    fn only_the_differing_segment_of_a_path_is_marked() {
        assert_eq!(
            shown("/bkt/a%20b/c.txt", "/bkt/a+b/c.txt"),
            ["/bkt/a[%20]b/c.txt", "/bkt/a[+]b/c.txt"]
        );
        assert_eq!(
            shown("/v1/users/x", "/users/x"),
            ["/[v1/]users/x", "/users/x"]
        );
    }

    #[test]
    fn an_escape_is_marked_as_one() {
        assert_eq!(shown("a%2Fb", "a%2fb"), ["a[%2F]b", "a[%2f]b"]);
        assert_eq!(shown("a%2Fb", "a%252Fb"), ["a[%2F]b", "a[%252F]b"]);
    }

    #[test]
    fn two_hosts_are_marked_whole_though_they_share_a_dot() {
        assert_eq!(
            shown("nginx.local:8080", "s3.us-east-1.amazonaws.com"),
            ["[nginx.local:8080]", "[s3.us-east-1.amazonaws.com]"]
        );
    }

    #[test]
    fn a_lost_blank_and_a_stray_return_are_marked_alone() {
        assert_eq!(
            shown("gzip, deflate", "gzip,deflate"),
            ["gzip,[ ]deflate", "gzip,deflate"]
        );
        assert_eq!(shown("x\r", "x"), ["x[\r]", "x"]);
        assert_eq!(shown("a  b", "a b"), ["a [ ]b", "a b"]);
    }

    #[test]
    fn what_a_proxy_added_to_a_list_is_marked_alone() {
        assert_eq!(
            shown("identity", "identity,gzip(gfe)"),
            ["identity", "identity[,gzip(gfe)]"]
        );
    }

    #[test]
    fn one_letter_of_a_long_word_is_marked_and_two_hashes_are_marked_whole() {
        assert_eq!(
            shown("AKIAIOSFODNN7EXAMPLE", "AKIAIOSF0DNN7EXAMPLE"),
            ["AKIAIOSF[O]DNN7EXAMPLE", "AKIAIOSF[0]DNN7EXAMPLE"]
        );
        assert_eq!(shown("9f2c61d0", "9a7733ee"), ["[9f2c61d0]", "[9a7733ee]"]);
    }

    #[test]
    fn a_megabyte_takes_linear_time() {
        let a = b"a=b&".repeat(1 << 18);
        let mut b = a.clone();
        b.rotate_left(1);
        let started = std::time::Instant::now();
        let marks = emphasise(&a, &b, &mut Budget::new());
        assert_eq!(marks[0].last().map(|run| run.range.end), Some(a.len()));
        assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
    }

    #[test]
    fn many_differing_fields_share_one_budget() {
        let mut budget = Budget::new();
        let a = "a/".repeat(1000);
        let b = "b/".repeat(1000);
        for _ in 0..10_000 {
            if budget.0 < 4_000_000 {
                break;
            }
            emphasise(a.as_bytes(), b.as_bytes(), &mut budget);
        }
        let left = budget.0;
        emphasise(a.as_bytes(), b.as_bytes(), &mut budget);
        assert!(left - budget.0 <= 4_010_000);
        emphasise(a.as_bytes(), b.as_bytes(), &mut Budget(10));
    }

    fn check(a: &[u8], b: &[u8]) -> Result<(), TestCaseError> {
        let marks = emphasise(a, b, &mut Budget::new());
        for (text, runs) in [a, b].into_iter().zip(&marks) {
            let mut at = 0;
            for run in runs {
                prop_assert_eq!(run.range.start, at);
                prop_assert!(run.range.end > at);
                at = run.range.end;
            }
            prop_assert_eq!(at, text.len());
        }
        // What is not marked is the same on both sides.
        let plain = |text: &[u8], runs: &[Emphasis]| -> Vec<u8> {
            runs.iter()
                .filter(|run| !run.differs)
                .flat_map(|run| text[run.range.clone()].to_vec())
                .collect()
        };
        prop_assert_eq!(plain(a, &marks[0]), plain(b, &marks[1]));
        if a == b {
            prop_assert!(marks.iter().flatten().all(|run| !run.differs));
        } else {
            prop_assert!(marks.iter().flatten().any(|run| run.differs));
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn emphasis_tiles_any_two_values(
            a in proptest::collection::vec(prop_oneof![Just(b'%'), Just(b'/'), Just(b'2'), Just(b' '), any::<u8>()], 0..60),
            b in proptest::collection::vec(prop_oneof![Just(b'%'), Just(b'/'), Just(b'2'), Just(b' '), any::<u8>()], 0..60),
        ) {
            check(&a, &b)?;
            check(&a, &a)?;
        }

        #[test]
        fn emphasis_tiles_a_value_and_its_edit(
            text in "[a-c%/&=, é25]{0,40}", cut in 0usize..40, with in "[a-c%/é2]{0,4}",
        ) {
            let mut edited: Vec<char> = text.chars().collect();
            let at = cut.min(edited.len());
            edited.splice(at..(at + 2).min(edited.len()), with.chars());
            let edited: String = edited.into_iter().collect();
            check(text.as_bytes(), edited.as_bytes())?;
        }

        #[test]
        fn pointing_never_leaves_the_text(text in proptest::collection::vec(any::<u8>(), 0..20), at in 0usize..24) {
            let start = point_start(&text, at);
            prop_assert!(start <= at);
            prop_assert!(at - start <= 4);
        }
    }
}
