//! Knowing values again without keeping them.
//!
//! Owns the search for many values of any length in one pass, with memory and time that do not follow
//! their number or size: a value is kept as digests of windows of it. It must not know spellings or why
//! a value is hidden.
//!
//! A matcher over the values themselves (Aho-Corasick) would hold several times their size, and a paste
//! may be nothing but tokens. So each window of a text is reduced to a rolling polynomial (Karp and Rabin,
//! 1987) modulo the prime 2^61 - 1. Two texts of one length may share their digest: then too much is
//! hidden, never too little.

use std::collections::HashSet;
use std::ops::Range;

use zeroize::Zeroize as _;

/// Shorter values are not looked for: they would black out ordinary text.
pub(super) const SHORTEST: usize = 8;
/// A value of at least this many bytes is known by windows of that many bytes of it, and so is a part of it that
/// holds one of them.
pub(super) const WINDOW: usize = 128;
/// Bytes from one window to the next: a part of a value is hidden where it holds `WINDOW + STEP - 1` of its
/// bytes, wherever they were cut, up to `STEP - 1` at either end of it left out.
const STEP: usize = 32;
/// Once as many windows are known, they stand so far apart that neighbours just share a byte and are found as one
/// range: memory must not follow the size of what is hidden. Then a part must hold `2 * WINDOW - 2` bytes.
const MANY: usize = 1 << 17;
const WIDE_STEP: usize = WINDOW - 1;
/// A shorter one is hidden where all of it stands, and is found by as many of its first bytes as fit.
const HEADS: [usize; 4] = [64, 32, 16, SHORTEST];

/// The prime, and a number below it that no text was made for.
const PRIME: u64 = (1 << 61) - 1;
const BASE: u64 = 0x1B87_3593_CC9E_2D51 % PRIME;
/// Sizes of the filter, as powers of two of bits, and up to how many windows each serves: so few bits are set
/// that most texts need no digest at all.
const FILTERS: [(u32, usize); 3] = [(16, 1 << 7), (18, 1 << 13), (23, usize::MAX)];

/// Values, known by their windows.
#[derive(Clone, Debug, Default)]
pub(super) struct Windows {
    /// Digests of whole values that are shorter than a window, and of the windows of the others.
    whole: HashSet<u64>,
    /// Digests of the first bytes of shorter values, as many as one of [`HEADS`].
    heads: HashSet<u64>,
    /// For each of them, how long values with such a head are: a bit for each length.
    lengths: [u128; HEADS.len()],
    /// Whether any value is as long as a window.
    long: bool,
    /// How the windows and heads start: first bytes reduced to a few bits.
    starts: Filter,
}

/// Tells quickly that nothing starts at a place.
#[derive(Clone, Debug, Default)]
struct Filter {
    /// A bit for each value of the upper bits of a start.
    bits: Vec<u64>,
    /// Upper bits that tell bits apart.
    log: u32,
    /// What was added, as long as the filter may have to grow.
    added: Vec<u32>,
}

impl Filter {
    fn add(&mut self, bytes: &[u8]) {
        let Some(start) = start(bytes) else { return };
        let grown = FILTERS
            .into_iter()
            .find(|(_, most)| self.added.len() < *most)
            .map_or(self.log, |(log, _)| log);
        if grown != self.log {
            self.log = grown;
            self.bits = vec![0; 1 << (grown - 6)];
            for start in std::mem::take(&mut self.added) {
                self.set(start);
                self.added.push(start);
            }
        }
        // The largest one does not grow.
        if FILTERS.last().is_some_and(|(log, _)| self.log < *log) {
            self.added.push(start);
        }
        self.set(start);
    }

    fn set(&mut self, start: u32) {
        let (word, bit) = self.place(start);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
    }

    fn has(&self, start: u32) -> bool {
        let (word, bit) = self.place(start);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }

    fn place(&self, start: u32) -> (usize, u64) {
        let index = (start >> (32 - self.log.clamp(1, 32))) as usize;
        (index >> 6, 1 << (index & 63))
    }
}

/// The first bytes of `bytes` reduced to 32 bits, from which they do not follow.
fn start(bytes: &[u8]) -> Option<u32> {
    let first = bytes.first_chunk::<SHORTEST>()?;
    let mixed = u64::from_le_bytes(*first).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    u32::try_from(mixed >> 32).ok()
}

impl Windows {
    /// Whether no value is known.
    pub(super) fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// Adds a value; those that are shorter than [`SHORTEST`] are left out.
    pub(super) fn add(&mut self, value: &[u8]) {
        if value.len() < SHORTEST || value.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let mut sums = Sums::default();
        if value.len() < WINDOW {
            sums.read(value);
            self.whole.insert(sums.digest(0..value.len()));
            for (head, lengths) in HEADS.into_iter().zip(&mut self.lengths) {
                if head <= value.len() {
                    *lengths |= 1 << value.len();
                    self.heads.insert(sums.digest(0..head));
                    break;
                }
            }
            self.starts.add(value);
            return;
        }
        self.long = true;
        let last = value.len() - WINDOW;
        let mut next = Some(0);
        while let Some(at) = next {
            let step = if self.whole.len() < MANY {
                STEP
            } else {
                WIDE_STEP
            };
            next = (at < last).then(|| last.min(at + step));
            let window = value.get(at..at + WINDOW).unwrap_or_default();
            // A folded value may hold a page of blanks.
            if !window.iter().all(u8::is_ascii_whitespace) {
                sums.read(window);
                self.whole.insert(sums.digest(0..WINDOW));
                self.starts.add(window);
            }
        }
    }

    /// Gives every range of `text` that is one of the values, or a window of one, in the order in which
    /// they start. `sums` is scratch space.
    pub(super) fn find(&self, text: &[u8], sums: &mut Sums, mut hit: impl FnMut(Range<usize>)) {
        if self.is_empty() {
            return;
        }
        let mut summed = false;
        for (at, first) in text.windows(SHORTEST).enumerate() {
            if !start(first).is_some_and(|start| self.starts.has(start)) {
                continue;
            }
            if !summed {
                sums.read(text);
                summed = true;
            }
            let room = text.len() - at;
            let is_known =
                |len: usize| len <= room && self.whole.contains(&sums.digest(at..at + len));
            if self.long && is_known(WINDOW) {
                hit(at..at + WINDOW);
                continue;
            }
            let mut longest = None;
            for (head, mut lengths) in HEADS.into_iter().zip(self.lengths) {
                let is_head = lengths != 0
                    && head <= room
                    && self.heads.contains(&sums.digest(at..at + head));
                if !is_head {
                    continue;
                }
                while let Some(len) = lengths.checked_ilog2().map(|len| len as usize) {
                    if longest.is_none_or(|longest| longest < len) && is_known(len) {
                        longest = Some(len);
                        break;
                    }
                    lengths &= !(1 << len);
                }
            }
            if let Some(len) = longest {
                hit(at..at + len);
            }
        }
    }
}

/// The digests of all ranges of a text of at most [`WINDOW`] bytes each.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// The polynomial of the first bytes, for each number of them.
    of_first: Vec<u64>,
}

/// The powers of the base, for as many bytes as a digest is of.
const POWERS: [u64; WINDOW + 1] = {
    let mut powers = [0; WINDOW + 1];
    let mut rest: &mut [u64] = &mut powers;
    let mut power = 1;
    while let [next, others @ ..] = rest {
        *next = power;
        power = product(power, BASE);
        rest = others;
    }
    powers
};

/// The text follows from them.
impl Drop for Sums {
    fn drop(&mut self) {
        self.of_first.zeroize();
    }
}

impl Sums {
    fn read(&mut self, text: &[u8]) {
        self.of_first.clear();
        self.of_first.reserve(text.len() + 1);
        let mut sum = 0;
        self.of_first.push(sum);
        for byte in text {
            sum = reduced(product(sum, BASE) + u64::from(*byte) + 1);
            self.of_first.push(sum);
        }
    }

    /// The digest of a range, its length in it.
    fn digest(&self, range: Range<usize>) -> u64 {
        let sum = |at: usize| self.of_first.get(at).copied().unwrap_or_default();
        let len = range.end.saturating_sub(range.start);
        let power = POWERS.get(len).copied().unwrap_or_default();
        let before = product(sum(range.start), power);
        let polynomial = reduced(sum(range.end) + PRIME - before);
        let len = u64::try_from(len).unwrap_or_default();
        (polynomial ^ len << 56).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// `a * b` modulo the prime, for numbers below 2^62.
const fn product(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    #[expect(clippy::cast_possible_truncation, reason = "the lower bits are meant")]
    let (low, high) = (product as u64 & PRIME, (product >> 61) as u64);
    reduced(low + high)
}

/// `a` modulo the prime, for numbers below twice the prime.
const fn reduced(a: u64) -> u64 {
    if a >= PRIME { a - PRIME } else { a }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(windows: &Windows, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        windows.find(text, &mut Sums::default(), |range| found.push(range));
        found
    }

    #[test]
    fn a_short_value_is_found_whole_and_no_part_of_it() {
        let mut windows = Windows::default();
        windows.add(b"wJalrXUtnFEMI");
        windows.add(b"wJalrXUtnFEMI/K7MDENG");
        assert_eq!(found(&windows, b"a wJalrXUtnFEMI b"), vec![2..15; 1]);
        assert_eq!(found(&windows, b"wJalrXUtnFEMI/K7MDENG"), vec![0..21; 1]);
        assert!(found(&windows, b"a wJalrXUtnFEM b wJalrXUtn").is_empty());
    }

    #[test]
    fn a_long_value_is_found_where_it_was_cut() {
        let value: Vec<u8> = (0..10_000_u32).flat_map(u32::to_be_bytes).collect();
        let mut windows = Windows::default();
        windows.add(&value);
        for part in [0..40_000, 0..600, 20_001..20_601, 39_500..40_000] {
            let text = [b"before", &value[part.clone()], b"behind"].concat();
            let found = found(&windows, &text);
            // All but what is shorter than a window at either cut.
            let first = found.first().map_or(usize::MAX, |f| f.start);
            let last = found.last().map_or(0, |f| f.end);
            assert!(first < 6 + WINDOW && last > text.len() - 6 - WINDOW);
            assert!(first >= 6 && last <= text.len() - 6);
            assert!(found.windows(2).all(|two| two[1].start < two[0].end));
        }
    }

    #[test]
    fn a_part_of_a_value_is_hidden_wherever_it_was_cut() {
        let text = |len: u32| (0..len).flat_map(u32::to_be_bytes).collect::<Vec<u8>>();
        let known = |value: &[u8]| {
            let mut windows = Windows::default();
            windows.add(value);
            windows
        };
        // Both ends of a short one gone, and every part of a long one at the promised length.
        let short = text(50);
        let cut = found(&known(&short), &short[1..199]);
        assert!(cut[0].start < STEP && cut[cut.len() - 1].end > 198 - STEP);
        let long = text(1_000);
        let windows = known(&long);
        let len = WINDOW + STEP - 1;
        for at in 0..=long.len() - len {
            let part = found(&windows, &long[at..at + len]);
            assert!(!part.is_empty(), "{at}");
        }
        // Of very many, windows further apart.
        let huge: Vec<u8> = text(3_000_000);
        let windows = known(&huge);
        assert!(windows.whole.len() < 2 * MANY);
        for at in (huge.len() - 2_000)..=huge.len() - (2 * WINDOW - 2) {
            let part = found(&windows, &huge[at..at + 2 * WINDOW - 2]);
            assert!(!part.is_empty(), "{at}");
        }
    }

    #[test]
    fn what_does_not_compress_is_told_apart() {
        let mut windows = Windows::default();
        for n in 0..30_000_u32 {
            windows.add(format!("token-{n:08}-token").as_bytes());
        }
        assert_eq!(found(&windows, b"token-00029999-token").len(), 1);
        for n in 30_000..60_000_u32 {
            assert!(found(&windows, format!("token-{n:08}-token").as_bytes()).is_empty());
        }
    }

    proptest! {
        #[test]
        fn every_occurrence_of_every_value_is_covered(
            values in proptest::collection::vec("[ab]{0,12}|[ab]{40,300}", 1..6),
            picks in proptest::collection::vec((any::<prop::sample::Index>(), "[abc]{0,5}"), 0..6),
        ) {
            let mut windows = Windows::default();
            for value in &values {
                windows.add(value.as_bytes());
            }
            let mut text = String::new();
            for (pick, glue) in &picks {
                text.push_str(pick.get::<String>(&values));
                text.push_str(glue);
            }
            let mut covered = vec![false; text.len()];
            for range in found(&windows, text.as_bytes()) {
                covered[range].fill(true);
            }
            for value in values.iter().filter(|v| v.len() >= SHORTEST) {
                for at in 0..=text.len().saturating_sub(value.len()) {
                    if text.as_bytes()[at..].starts_with(value.as_bytes()) {
                        prop_assert!(covered[at..at + value.len()].iter().all(|c| *c), "{value} at {at} of {text}");
                    }
                }
            }
        }
    }
}
