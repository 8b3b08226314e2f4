//! Redaction: finding secrets and tokens in any text before a reader lets it out.
//!
//! Ranges known from the input are masked on their documents; this finds the same values wherever
//! else they turn up: in a canonical request, an error message, a URL, a curl command. Owns the
//! spellings in which a value may turn up there; how a value is known again is the business of
//! `windows`.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::windows::{SHORTEST, Sums, WINDOW, Windows};
use super::{Keyring, Material};
use crate::engine::document::{Mask, Plain};

mod size;

/// A range of a text that must not be shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hidden {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Why.
    pub mask: Mask,
    /// Bytes of the value itself, however it is spelled there.
    pub size: usize,
}

impl Hidden {
    /// A range that hides `spelled`.
    pub fn of(range: Range<usize>, mask: Mask, spelled: &[u8]) -> Self {
        Self {
            range,
            mask,
            size: size::of(mask, spelled),
        }
    }
}

/// A text as it may leave the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Redacted {
    /// The text, hidden values replaced by a note of their length.
    pub bytes: Vec<u8>,
    /// SHA-256 of the true text in lower hex, where something was hidden.
    pub sha256: Option<String>,
}

/// What is hidden in the neighbourhood of a part of a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Near {
    /// Hidden ranges in order, as offsets into the whole text.
    pub hidden: Vec<Hidden>,
    /// All that is hidden of the bytes before this one, from the start of the part on, is known. Bytes
    /// behind it must not be shown.
    pub until: usize,
}

/// Bytes of a text that are searched at once, so that memory does not follow its size.
const CHUNK: usize = 64 << 10;

/// A spelling of a byte takes at most this many in what [`Redactor::near`] promises: escaped three
/// times over (`%25252B`), or printed in a dump.
const SPREAD: usize = 8;

/// Bytes of undone text that are looked at again with what follows them: a window printed in a dump and
/// escaped, with room to spare.
const TAIL: usize = WINDOW * 32;

/// Bytes of a digest that tell values apart.
const DIGEST: usize = 16;

/// How much further than a part of a text [`Redactor::near`] follows a value, in bytes.
const FOLLOWED: usize = 64 << 10;

/// Knows every value that must not leave the program, in the spellings in which it may turn up. Cheap to
/// clone; no value is kept, only digests of its parts.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    known: Arc<Known>,
    /// Whether session tokens may be shown (`--reveal`). Secrets never are.
    reveal_tokens: bool,
}

#[derive(Clone, Debug, Default)]
struct Known {
    secrets: Windows,
    tokens: Windows,
    /// The first half of the SHA-256 of each long value that is known, and whether as a secret: what stands in many places is added
    /// once, and a token that is a secret too is hidden as one.
    values: HashSet<([u8; DIGEST], bool)>,
    /// The most bytes that a value may take where it is found.
    reach: usize,
}

impl Redactor {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A redactor that knows the secrets and tokens of a keyring, those set aside among them.
    pub fn for_keyring(keyring: &Keyring) -> Self {
        let mut redactor = Self::new();
        for candidate in keyring.candidates.iter().chain(&keyring.aside) {
            match &candidate.material {
                Material::Secret(secret) => redactor.hide(secret.expose(), Mask::Secret),
                Material::DerivedKey(key) => {
                    redactor.hide(key.expose(), Mask::Secret);
                    let digits = Zeroizing::new(hex::encode(key.expose()));
                    redactor.hide(digits.as_bytes(), Mask::Secret);
                }
            }
            if let Some(token) = &candidate.session_token {
                redactor.hide(token.expose(), Mask::Token);
            }
        }
        redactor
    }

    /// Lets session tokens through from now on.
    #[must_use]
    pub fn revealing_tokens(mut self, reveal: bool) -> Self {
        self.reveal_tokens = reveal;
        self
    }

    /// Adds a value to hide: as it stands; percent-encoded any number of times, with a blank for its
    /// `+`, escaped in JSON, XML or a string literal, folded or wrapped, in UTF-16; and any of these as a
    /// dump in hexadecimal of any grouping (servers echo tokens so). Where a value is long, parts of it are
    /// hidden too.
    pub fn hide(&mut self, value: &[u8], mask: Mask) {
        let value = value.trim_ascii();
        if value.len() < SHORTEST {
            return;
        }
        let known = Arc::make_mut(&mut self.known);
        // A short one is as quickly added again as told to be known.
        if value.len() >= WINDOW {
            let digest = Sha256::digest(value).first_chunk().copied();
            let Some(digest) = digest else { return };
            if !known.values.insert((digest, mask == Mask::Secret)) {
                return;
            }
        }
        known.reach = known.reach.max(value.len().min(WINDOW) * SPREAD);
        let windows = match mask {
            Mask::Secret => &mut known.secrets,
            Mask::Token => &mut known.tokens,
        };
        windows.add(value);
        if Plain::is_solid(value) {
            return;
        }
        let mut solid = Plain::squeezing();
        for (base, piece) in pieces(value) {
            solid.read(piece, base);
            let all = base + piece.len() == value.len();
            // A short one is found only where all of it stands.
            if all || solid.bytes().len() >= WINDOW {
                windows.add(solid.bytes());
                solid.forget(WINDOW);
            }
        }
    }

    /// Where hidden values stand in `text`, in order and without overlaps: values that overlap are
    /// hidden as one range, and a secret among them makes it a secret's.
    pub fn find(&self, text: &[u8]) -> Vec<Hidden> {
        if self.known.reach == 0 || text.len() < SHORTEST {
            return Vec::new();
        }
        let mut search = Search::new(self);
        let is_solid = Plain::is_solid(text);
        let shared = if is_solid { TAIL } else { WINDOW };
        for (base, piece) in pieces(text) {
            let end = (base + piece.len() + shared).min(text.len());
            let piece = text.get(base..end).unwrap_or_default();
            let given = |range: Range<usize>| base + range.start..base + range.end;
            search.windows(piece, given);
            if is_solid {
                search.dumps(piece, given);
            }
        }
        if !is_solid && search.undone(text, Plain::squeezing()).continues() {
            search.undone(text, Plain::continuing());
        }
        let mut hidden = joined(search.hits);
        for h in &mut hidden {
            h.size = size::of(h.mask, text.get(h.range.clone()).unwrap_or_default());
        }
        hidden
    }

    /// Whether the byte at `at` of `text` is a part of what is hidden.
    pub fn hides(&self, text: &[u8], at: usize) -> bool {
        let near = self.near(text, at..at.saturating_add(1));
        near.hidden.iter().any(|hidden| hidden.range.contains(&at))
    }

    /// What is hidden in `range` of `text` and around it, without looking at much else: a value is
    /// followed for 64 KiB at most, and its range is no longer than that.
    pub fn near(&self, text: &[u8], range: Range<usize>) -> Near {
        let reach = self.known.reach;
        if reach == 0 {
            return Near {
                hidden: Vec::new(),
                until: text.len(),
            };
        }
        let end = range.end.min(text.len());
        let start = range.start.min(end);
        let floor = start.saturating_sub(FOLLOWED);
        let ceiling = end.saturating_add(FOLLOWED).min(text.len());
        let (mut from, mut until) = (start, end);
        loop {
            let searched = from.saturating_sub(reach)..until.saturating_add(reach).min(text.len());
            let mut hidden = self.find(text.get(searched.clone()).unwrap_or_default());
            for h in &mut hidden {
                h.range.start += searched.start;
                h.range.end += searched.start;
            }
            // A value that leaves what was looked at may be longer than what was seen of it.
            let (was_from, was_until) = (from, until);
            let at_front = hidden.iter().find(|h| h.range.end > from);
            if let Some(h) = at_front.filter(|h| h.range.start < from) {
                from = h.range.start.saturating_sub(start - from).max(floor);
            }
            let at_back = hidden.iter().rfind(|h| h.range.start < until);
            if let Some(h) = at_back.filter(|h| h.range.end > until) {
                until = (h.range.end + (until - start)).min(ceiling);
            }
            if (from, until) == (was_from, was_until) {
                if searched.end == text.len() {
                    until = text.len();
                }
                return Near { hidden, until };
            }
        }
    }

    /// Whether session tokens are let through.
    pub fn reveals_tokens(&self) -> bool {
        self.reveal_tokens
    }

    /// `text` with every hidden value replaced.
    pub fn apply(&self, text: &[u8]) -> Redacted {
        let hidden = self.find(text);
        if hidden.is_empty() {
            return Redacted {
                bytes: text.to_vec(),
                sha256: None,
            };
        }
        let mut bytes = Vec::with_capacity(text.len());
        let mut at = 0;
        for Hidden { range, mask, size } in hidden {
            bytes.extend_from_slice(text.get(at..range.start).unwrap_or_default());
            bytes.extend_from_slice(label(mask, size).as_bytes());
            at = range.end;
        }
        bytes.extend_from_slice(text.get(at..).unwrap_or_default());
        Redacted {
            bytes,
            sha256: Some(hex::encode(Sha256::digest(text))),
        }
    }

    /// A message with every hidden value replaced.
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.apply(text.as_bytes()).bytes).into_owned()
    }
}

/// A text in pieces, each with its place.
fn pieces(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    (0..).step_by(CHUNK).zip(text.chunks(CHUNK))
}

/// One search, with its scratch space.
struct Search<'a> {
    known: &'a Known,
    reveal_tokens: bool,
    sums: Sums,
    hits: Vec<Hidden>,
}

impl<'a> Search<'a> {
    fn new(redactor: &'a Redactor) -> Self {
        Self {
            known: &redactor.known,
            reveal_tokens: redactor.reveal_tokens,
            sums: Sums::default(),
            hits: Vec::new(),
        }
    }

    /// Finds the values in `text` once `plain` has read it.
    fn undone(&mut self, text: &[u8], mut plain: Plain) -> Plain {
        for (base, piece) in pieces(text) {
            plain.read(piece, base);
            self.windows(plain.bytes(), |range| plain.given(range));
            self.dumps(plain.bytes(), |range| plain.given(range));
            plain.forget(TAIL);
        }
        plain
    }

    /// Finds the values in `bytes`; `given` leads from there to the text.
    fn windows(&mut self, bytes: &[u8], given: impl Fn(Range<usize>) -> Range<usize>) {
        let mut sought = vec![(&self.known.secrets, Mask::Secret)];
        if !self.reveal_tokens {
            sought.push((&self.known.tokens, Mask::Token));
        }
        for (windows, mask) in sought {
            let hits = &mut self.hits;
            windows.find(bytes, &mut self.sums, |range| {
                let range = given(range);
                match hits.last_mut() {
                    // A value may be found at each of its bytes.
                    Some(last)
                        if last.mask == mask
                            && last.range.start <= range.start
                            && range.start < last.range.end =>
                    {
                        last.range.end = last.range.end.max(range.end);
                    }
                    // How large it is, is told once all hits are joined.
                    _ => hits.push(Hidden {
                        range,
                        mask,
                        size: 0,
                    }),
                }
            });
        }
    }

    /// Finds the values in what the dumps in `bytes` hold.
    fn dumps(&mut self, bytes: &[u8], given: impl Fn(Range<usize>) -> Range<usize>) {
        let mut digits = Digits::default();
        let mut at = 0;
        while at < bytes.len() {
            at = digits.read(bytes, at);
            // Where the first byte starts is not known.
            for first in [0, 1] {
                let held = digits.bytes(first);
                let place = |range: Range<usize>| given(digits.place(first, range));
                self.windows(&held, place);
                if Plain::is_solid(&held) {
                    continue;
                }
                let mut continues = false;
                for undo in [Plain::squeezing, Plain::continuing] {
                    let mut solid = undo();
                    solid.read(&held, 0);
                    self.windows(solid.bytes(), |range| place(solid.given(range)));
                    continues |= solid.continues();
                    if !continues {
                        break;
                    }
                }
            }
        }
    }
}

/// The digits of a dump in hexadecimal, with their places.
#[derive(Default)]
struct Digits {
    values: Zeroizing<Vec<u8>>,
    places: Vec<usize>,
}

impl Digits {
    /// Reads the next dump of `bytes` from `at` on, long enough to hold a value, and says where to go on.
    fn read(&mut self, bytes: &[u8], mut at: usize) -> usize {
        self.values.clear();
        self.places.clear();
        while let Some(byte) = bytes.get(at) {
            // `0x41, 0x42`. The last digit of a dump with an x somewhere behind it is none of these: it
            // completes a byte.
            if *byte == b'0'
                && self.values.len().is_multiple_of(2)
                && matches!(bytes.get(at + 1), Some(b'x' | b'X'))
            {
                at += 2;
                continue;
            }
            if let Some(value) = digit(*byte) {
                self.values.push(value);
                self.places.push(at);
            } else if !matches!(
                byte,
                b' ' | b'\t' | b'\r' | b'\n' | b':' | b'-' | b',' | b'\\' | b'x'
            ) {
                if self.values.len() >= SHORTEST * 2 {
                    return at + 1;
                }
                self.values.clear();
                self.places.clear();
            }
            at += 1;
        }
        if self.values.len() < SHORTEST * 2 {
            self.values.clear();
        }
        at
    }

    /// The bytes that the digits from `first` on stand for.
    fn bytes(&self, first: usize) -> Zeroizing<Vec<u8>> {
        let pairs = self.values.get(first..).unwrap_or_default();
        let bytes = pairs.chunks_exact(2).map(|pair| match pair {
            [high, low] => high << 4 | low,
            _ => 0,
        });
        Zeroizing::new(bytes.collect())
    }

    /// Where the bytes of `range` stand.
    fn place(&self, first: usize, range: Range<usize>) -> Range<usize> {
        let place = |digit: usize| self.places.get(digit).copied().unwrap_or_default();
        let end = first + range.end * 2;
        place(first + range.start * 2)..place(end.saturating_sub(1)) + 1
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Hits in order, those that overlap as one. A secret among them makes it a secret's.
pub(crate) fn joined(mut hits: Vec<Hidden>) -> Vec<Hidden> {
    hits.retain(|h| !h.range.is_empty());
    hits.sort_by_key(|h| (h.range.start, std::cmp::Reverse(h.range.end)));
    let mut found: Vec<Hidden> = Vec::with_capacity(hits.len());
    for hit in hits {
        match found.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
                last.size = last.size.max(hit.size);
                if hit.mask == Mask::Secret {
                    last.mask = Mask::Secret;
                }
            }
            _ => found.push(hit),
        }
    }
    found
}

/// What stands where a value of so many bytes was hidden.
pub(crate) fn label(mask: Mask, size: usize) -> String {
    match mask {
        Mask::Secret => "[secret redacted]".to_owned(),
        Mask::Token => format!("[redacted, {size} bytes]"),
    }
}

/// What stands where a value was hidden that began further up, on a line before this one.
pub(crate) fn label_of_rest(mask: Mask, size: usize) -> String {
    match mask {
        Mask::Secret => label(mask, size),
        Mask::Token => "[redacted, the rest]".to_owned(),
    }
}

#[cfg(test)]
mod tests;
