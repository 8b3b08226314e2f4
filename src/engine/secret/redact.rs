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

/// A range of a text that must not be shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hidden {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Why.
    pub mask: Mask,
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
        if is_solid {
            return joined(search.hits);
        }
        if search.undone(text, Plain::squeezing()).continues() {
            search.undone(text, Plain::continuing());
        }
        joined(search.hits)
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
        for Hidden { range, mask } in hidden {
            bytes.extend_from_slice(text.get(at..range.start).unwrap_or_default());
            bytes.extend_from_slice(label(mask, range.len()).as_bytes());
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
                    _ => hits.push(Hidden { range, mask }),
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
                if hit.mask == Mask::Secret {
                    last.mask = Mask::Secret;
                }
            }
            _ => found.push(hit),
        }
    }
    found
}

/// What stands where a value was hidden.
pub(crate) fn label(mask: Mask, len: usize) -> String {
    match mask {
        Mask::Secret => "[secret redacted]".to_owned(),
        Mask::Token => format!("[redacted, {len} bytes]"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Spells a value once more.
    type Spelling = fn(&[u8]) -> Vec<u8>;

    fn each(text: &[u8], spell: impl Fn(u8) -> String) -> Vec<u8> {
        text.iter().flat_map(|b| spell(*b).into_bytes()).collect()
    }

    /// Letters and digits as they are, the rest otherwise.
    fn marks(text: &[u8], spell: impl Fn(u8) -> String) -> Vec<u8> {
        each(text, |b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                spell(b)
            }
        })
    }

    fn folded(text: &[u8], width: usize, fold: &[u8]) -> Vec<u8> {
        text.chunks(width).collect::<Vec<_>>().join(fold)
    }

    /// Any of these may follow any other.
    const ESCAPES: [(&str, Spelling); 13] = [
        ("percent", |v| marks(v, |b| format!("%{b:02X}"))),
        ("lower percent", |v| marks(v, |b| format!("%{b:02x}"))),
        ("every byte percent", |v| each(v, |b| format!("%{b:02X}"))),
        ("old script", |v| marks(v, |b| format!("%u{b:04X}"))),
        ("blank for plus", |v| {
            v.iter()
                .copied()
                .map(|b| if b == b'+' { b' ' } else { b })
                .collect()
        }),
        ("JSON", |v| marks(v, |b| format!("\\u{b:04x}"))),
        ("slashes of JSON", |v| {
            each(v, |b| match b {
                b'/' | b'"' | b'\\' => format!("\\{}", char::from(b)),
                _ => char::from(b).to_string(),
            })
        }),
        ("a string literal", |v| marks(v, |b| format!("\\x{b:02x}"))),
        ("XML", |v| {
            each(v, |b| match b {
                b'&' => "&amp;".to_owned(),
                b'"' => "&quot;".to_owned(),
                b'<' => "&lt;".to_owned(),
                b'>' => "&gt;".to_owned(),
                _ => char::from(b).to_string(),
            })
        }),
        ("numbers of XML", |v| marks(v, |b| format!("&#{b};"))),
        ("numbers with zeros", |v| marks(v, |b| format!("&#{b:03};"))),
        ("hexadecimal numbers of XML", |v| {
            marks(v, |b| format!("&#x{b:04X};"))
        }),
        ("names of HTML", |v| {
            each(v, |b| match b {
                b'+' => "&plus;".to_owned(),
                b'/' => "&sol;".to_owned(),
                b'=' => "&equals;".to_owned(),
                _ => char::from(b).to_string(),
            })
        }),
    ];

    /// How a text is broken into lines, which comes last: what is escaped holds no line ends.
    const BREAKS: [(&str, Spelling); 2] = [
        ("folded", |v| folded(v, 60, b"\r\n  ")),
        ("continued", |v| {
            // An escaped backslash at the end of a line would be another text.
            let mut lines: Vec<Vec<u8>> = vec![Vec::new()];
            for byte in v {
                match lines.last_mut() {
                    Some(line) if line.len() < 40 || line.ends_with(b"\\") => line.push(*byte),
                    _ => lines.push(vec![*byte]),
                }
            }
            lines.join(b"\\\n".as_slice())
        }),
    ];

    /// One of these may stand between the escapes.
    const DUMPS: [Spelling; 6] = [
        |v| hex::encode(v).into_bytes(),
        |v| hex::encode_upper(v).into_bytes(),
        |v| each(v, |b| format!("{b:02X} ")),
        |v| each(v, |b| format!("{b:02x}:")),
        |v| each(v, |b| format!("0x{b:02x}, ")),
        |v| folded(&each(v, |b| format!("{b:02x}")), 32, b"\n"),
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn no_spelling_of_a_value_survives(
            value in "[A-Za-z0-9]{4}([A-Za-z0-9/+=]|[A-Za-z0-9]{3}){8,30}[A-Za-z0-9]{4}|[A-Za-z0-9][A-Za-z0-9/+]{0,30}[A-Za-z0-9]{12}[A-Za-z0-9/=+]{100,500}[A-Za-z0-9]",
            before in proptest::collection::vec(proptest::sample::select(&ESCAPES[..]), 0..3),
            dump in proptest::option::weighted(0.3, (proptest::sample::select(&DUMPS[..]), proptest::option::of(proptest::sample::select(&ESCAPES[..])))),
            behind in proptest::option::of(proptest::sample::select(&BREAKS[..])),
            front in "[a-z]{0,9}[=:\"> ]",
            back in "[\"<& ,\n][a-z]{0,9}",
            secret in any::<bool>(),
        ) {
            let mask = if secret { Mask::Secret } else { Mask::Token };
            let mut redactor = Redactor::new();
            redactor.hide(value.as_bytes(), mask);
            let mut spelled = value.clone().into_bytes();
            for (_, spell) in &before {
                spelled = spell(&spelled);
            }
            let mut names: Vec<_> = before.iter().map(|(name, _)| *name).collect();
            if let Some((dump, escape)) = dump {
                spelled = dump(&spelled);
                names.push("a dump");
                // A dump of what was escaped twice is long enough as it is.
                if let Some((name, escape)) = escape.filter(|_| before.len() < 2) {
                    spelled = escape(&spelled);
                    names.push(name);
                }
            }
            if let Some((name, lines)) = behind {
                spelled = lines(&spelled);
                names.push(name);
            }
            let text = [front.as_bytes(), &spelled, back.as_bytes()].concat();
            let found = redactor.find(&text);
            // What stands before and behind each byte of a dump stands at its ends too.
            let spare = if dump.is_some() { 24 } else { 0 };
            let end = front.len() + spelled.trim_ascii_end().len() - spare;
            let shown = String::from_utf8_lossy(&text).into_owned();
            prop_assert_eq!(found.len(), 1, "{:?}: {:?} in {}", names, found, shown);
            let hidden = &found[0];
            prop_assert!(hidden.range.start <= front.len() + spare && hidden.range.end >= end, "{names:?}: {hidden:?} of {} in {shown}", text.len());
            prop_assert_eq!(hidden.mask, mask);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn no_value_survives_in_utf_16(
            value in "[A-Za-z0-9]{4}([A-Za-z0-9/+=]|[A-Za-z0-9]{3}){2,30}[A-Za-z0-9]{4}|[A-Za-z0-9]{12}[A-Za-z0-9/=+]{200,500}[A-Za-z0-9]",
            before in proptest::collection::vec(proptest::sample::select(&ESCAPES[..]), 0..2),
            dumped in any::<bool>(),
            big_endian in any::<bool>(),
        ) {
            let mut redactor = Redactor::new();
            redactor.hide(value.as_bytes(), Mask::Secret);
            let mut spelled = value.into_bytes();
            for (_, spell) in &before {
                spelled = spell(&spelled);
            }
            let front = "my key is ";
            let text = [front.as_bytes(), &spelled, b" as told\r\n"].concat();
            let wide = |b: &u8| if big_endian { [0, *b] } else { [*b, 0] };
            let wide: Vec<u8> = text.iter().flat_map(wide).collect();
            let scale = if dumped { 4 } else { 2 };
            let text = if dumped { hex::encode(&wide).into_bytes() } else { wide };
            let found = redactor.find(&text);
            prop_assert_eq!(found.len(), 1, "{:?} in {}", found, String::from_utf8_lossy(&text));
            let start = front.len() * scale;
            let end = start + spelled.trim_ascii_end().len() * scale;
            // The NUL beside the first or last letter may be left.
            prop_assert!(found[0].range.start <= start + scale / 2, "{found:?}");
            prop_assert!(found[0].range.end >= end - scale / 2, "{found:?}");
        }
    }

    #[test]
    fn a_value_across_every_border_of_what_is_searched_at_once_is_hidden() {
        let value: String = (0..60)
            .flat_map(|n| ["T".to_owned(), n.to_string(), "/".to_owned()])
            .collect();
        let mut redactor = Redactor::new();
        redactor.hide(value.as_bytes(), Mask::Token);
        redactor.hide(b"short/secret", Mask::Secret);
        let percent = |v: &str| v.replace('/', "%252F");
        let dump =
            |v: &str| String::from_utf8(each(v.as_bytes(), |b| format!("{b:02X} "))).unwrap();
        for spelled in [
            value.clone(),
            percent(&value),
            dump(&value),
            dump(&percent(&value)),
            "short/secret".to_owned(),
            percent("short/secret"),
            dump("short/secret"),
        ] {
            for back in (0..spelled.len() + 2).step_by(37) {
                for fill in ["zz", "z "] {
                    let front = fill.repeat(CHUNK / 2);
                    let front = front.get(back..).unwrap();
                    let text = format!("{front}{spelled}{}", fill.repeat(CHUNK));
                    let found = redactor.find(text.as_bytes());
                    assert_eq!(found.len(), 1, "{back} before the border");
                    let end = front.len() + spelled.trim_end().len();
                    assert_eq!(found[0].range, front.len()..end, "{back} before the border");
                }
            }
        }
    }

    #[test]
    fn a_neighbourhood_holds_values_whole_and_says_how_far_it_knows() {
        let value = "T0ken/".repeat(2_000);
        let mut redactor = Redactor::new();
        redactor.hide(value.as_bytes(), Mask::Token);
        let text = format!("{}{value}!end{}", "x".repeat(300), "y".repeat(9_000));
        for at in [0, 299, 300, 5_000, 12_299] {
            let near = redactor.near(text.as_bytes(), at..at + 20);
            if at + 20 > 300 {
                assert_eq!(near.hidden[0].range, 300..12_300, "{at}");
            }
            assert!(near.until >= at + 20);
        }
        let huge = "h0ge/".repeat(100_000);
        redactor.hide(huge.as_bytes(), Mask::Token);
        let near = redactor.near(huge.as_bytes(), 250_000..250_020);
        assert!(near.hidden[0].range.start < 200_000);
        assert!(near.hidden[0].range.end >= near.until && near.until < 400_000);
    }

    #[test]
    fn a_part_of_a_long_value_is_hidden_too() {
        let value: String = (0..400)
            .flat_map(|n| [n.to_string(), "T".to_owned()])
            .collect();
        let mut redactor = Redactor::new();
        redactor.hide(value.as_bytes(), Mask::Token);
        let cut = value.get(..600).unwrap();
        let shown = redactor.text(&format!("<{cut}...>"));
        assert!(!shown.contains("100T101T"), "{shown}");
    }

    #[test]
    fn a_token_is_hidden_in_every_spelling() {
        let mut redactor = Redactor::new();
        redactor.hide(b"FwoG/token+value==", Mask::Token);
        for text in [
            "x-amz-security-token:FwoG/token+value==\n".to_owned(),
            "?X-Amz-Security-Token=FwoG%2Ftoken%2Bvalue%3D%3D&x=1".to_owned(),
            format!("<b>{}</b>", hex::encode("FwoG/token+value==")),
            "46 77 6F 47 2F 74 6F 6B 65 6E 2B 76 61 6C 75 65 3D 3D 0A".to_owned(),
            "4677 6F47 2F74 6F6B 656E 2B76 616C 7565 3D3D 0A".to_owned(),
            "46:77:6f:47:2f:74:6f:6b:65:6e:2b:76:61:6c:75:65:3d:3d".to_owned(),
            "a=FwoG%2ftoken%20value%3d%3d".to_owned(),
            "a=FwoG%25252Ftoken%25252Bvalue%25253D%25253D".to_owned(),
            "x-amz-security-token:FwoG/to\r\n  ken+value==".to_owned(),
            "\"FwoG\\/token\\u002bvalue\\u003d=\"".to_owned(),
        ] {
            let out = redactor.apply(text.as_bytes());
            assert!(out.sha256.is_some(), "{text}");
            let shown = String::from_utf8(out.bytes).unwrap();
            assert!(shown.contains("[redacted, "), "{shown}");
            assert!(
                ["/token", "46 77", "4677", "46:77", "FwoG"]
                    .iter()
                    .all(|part| !shown.contains(part)),
                "{shown}"
            );
        }
    }

    #[test]
    fn overlapping_values_leave_no_tail_and_many_hits_take_no_quadratic_time() {
        let mut redactor = Redactor::new();
        redactor.hide(b"abcdefghij", Mask::Token);
        redactor.hide(b"ghijklmnop", Mask::Secret);
        assert_eq!(redactor.text("-abcdefghijklmnop-"), "-[secret redacted]-");
        let many = b"abcdefghij ".repeat(200_000);
        assert_eq!(redactor.find(&many).len(), 200_000);
    }

    #[test]
    fn revealing_shows_tokens_but_never_secrets() {
        let mut redactor = Redactor::new().revealing_tokens(true);
        redactor.hide(b"token-token-token", Mask::Token);
        redactor.hide(b"secret-secret-secret", Mask::Secret);
        assert_eq!(
            redactor.text("a token-token-token b secret-secret-secret c"),
            "a token-token-token b [secret redacted] c"
        );
    }

    #[test]
    fn blanks_around_a_value_are_no_part_of_it() {
        let mut redactor = Redactor::new();
        redactor.hide(b"  secret-secret \n", Mask::Secret);
        assert_eq!(redactor.text("a=secret-secret;"), "a=[secret redacted];");
    }

    #[test]
    fn a_token_that_is_a_secret_too_stays_hidden_where_tokens_are_shown() {
        for masks in [[Mask::Token, Mask::Secret], [Mask::Secret, Mask::Token]] {
            let mut redactor = Redactor::new().revealing_tokens(true);
            for mask in masks {
                redactor.hide(b"both-at-once-0123", mask);
            }
            assert_eq!(redactor.text("both-at-once-0123"), "[secret redacted]");
        }
    }

    #[test]
    fn values_side_by_side_are_told_apart() {
        let mut redactor = Redactor::new();
        redactor.hide(b"abcdefghij", Mask::Token);
        redactor.hide(b"KLMNOPQRST", Mask::Token);
        let shown = redactor.text("abcdefghijKLMNOPQRST");
        assert_eq!(shown, "[redacted, 10 bytes][redacted, 10 bytes]");
    }

    #[test]
    fn a_dump_of_a_folded_value_is_hidden_as_it_is_signed() {
        let mut redactor = Redactor::new();
        redactor.hide(b"FwoG/token\r\n  value==", Mask::Token);
        for signed in ["FwoG/token value==", "FwoG/token\r\n  value=="] {
            let shown = redactor.text(&hex::encode(signed));
            assert!(shown.starts_with("[redacted, "), "{shown}");
        }
    }

    #[test]
    fn plain_text_passes_untouched() {
        let out = Redactor::new().apply(b"GET\n/\n");
        assert_eq!(
            out,
            Redacted {
                bytes: b"GET\n/\n".to_vec(),
                sha256: None
            }
        );
    }
}
