//! Redaction: finding secrets and tokens in any text before a reader lets it out.
//!
//! Ranges known from the input are masked on their documents; this finds the same values wherever
//! else they turn up: in a canonical request, an error message, a URL, a curl command.

use std::collections::HashSet;
use std::ops::Range;

use memchr::memmem;
use sha2::{Digest as _, Sha256};

use super::{Keyring, Material, Sensitive};
use crate::engine::document::{Mask, Plain};

/// Values shorter than this are not searched for: they would black out ordinary text.
const SHORTEST: usize = 8;

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

/// Bytes of a text that are searched at once, so that memory does not follow its size.
const CHUNK: usize = 1 << 20;

/// A spelling of a byte takes at most this many in what [`Redactor::longest`] promises: escaped three
/// times over (`%25252B`), or printed in a dump.
const SPREAD: usize = 8;

/// A value that must not be shown.
#[derive(Clone, Debug)]
struct Needle {
    mask: Mask,
    /// As it was given.
    raw: Sensitive<Vec<u8>>,
    /// The same for all of its spellings, without escapes and white space; none where too little is
    /// left of it.
    solid: Option<Sensitive<Vec<u8>>>,
    /// In hexadecimal: as given, unfolded, and percent-encoded.
    hex: Vec<Sensitive<Vec<u8>>>,
}

/// Knows every value that must not leave the program, in the spellings in which it may turn up.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    needles: Vec<Needle>,
    /// SHA-256 of each value that is known, and whether as a secret: a log of thousands is told apart in
    /// linear time, and a token that is a secret too is hidden as one.
    known: HashSet<([u8; 32], bool)>,
    /// Whether session tokens may be shown (`--reveal`). Secrets never are.
    reveal_tokens: bool,
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
                    redactor.hide(hex::encode(key.expose()).as_bytes(), Mask::Secret);
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
    /// `+`, escaped in JSON or XML, folded or wrapped; and as a dump in hexadecimal of any grouping
    /// (servers echo tokens so).
    pub fn hide(&mut self, value: &[u8], mask: Mask) {
        let value = value.trim_ascii();
        let digest = Sha256::digest(value).into();
        if value.len() < SHORTEST || !self.known.insert((digest, mask == Mask::Secret)) {
            return;
        }
        let solid = std::mem::take(&mut Plain::squeezed(value).bytes);
        let encoded = percent_encoding::percent_encode(value, UNRESERVED).to_string();
        let mut hex: Vec<Sensitive<Vec<u8>>> = Vec::new();
        for spelling in [value.to_vec(), unfolded(value), encoded.into_bytes()] {
            let spelling = Sensitive::new(spelling);
            let digits = Sensitive::new(hex::encode(spelling.expose()).into_bytes());
            if !hex.contains(&digits) {
                hex.push(digits);
            }
        }
        self.needles.push(Needle {
            mask,
            raw: Sensitive::new(value.to_vec()),
            solid: (solid.len() >= SHORTEST).then(|| Sensitive::new(solid)),
            hex,
        });
    }

    /// Where hidden values stand in `text`, in order and without overlaps: values that overlap are
    /// hidden as one range, and a secret among them makes it a secret's.
    pub fn find(&self, text: &[u8]) -> Vec<Hidden> {
        let mut hits: Vec<Hidden> = Vec::new();
        let reach = self.longest();
        if reach == 0 {
            return hits;
        }
        let mut start = 0_usize;
        loop {
            let end = start
                .saturating_add(CHUNK)
                .saturating_add(reach)
                .min(text.len());
            self.find_in(text.get(start..end).unwrap_or_default(), start, &mut hits);
            if end >= text.len() {
                break;
            }
            start += CHUNK;
        }
        joined(hits)
    }

    /// The hits in a part of a text that starts at `base`.
    fn find_in(&self, text: &[u8], base: usize, hits: &mut Vec<Hidden>) {
        let solid = Plain::squeezed(text);
        let digits = Plain::hex_digits(text);
        for needle in &self.needles {
            if needle.mask == Mask::Token && self.reveal_tokens {
                continue;
            }
            let mut hit = |range: Range<usize>| {
                hits.push(Hidden {
                    range: base + range.start..base + range.end,
                    mask: needle.mask,
                });
            };
            let raw = needle.raw.expose();
            for at in memmem::find_iter(text, raw) {
                hit(at..at + raw.len());
            }
            let spellings = needle.solid.iter().map(|s| (&solid, s));
            let dumps = needle.hex.iter().map(|h| (&digits, h));
            for (plain, spelling) in spellings.chain(dumps) {
                let spelling = spelling.expose();
                for at in memmem::find_iter(&plain.bytes, spelling) {
                    hit(plain.given(at..at + spelling.len()));
                }
            }
        }
    }

    /// Length in bytes of the longest spelling that is searched for: no hidden value reaches further
    /// than this from any of its bytes.
    pub fn longest(&self) -> usize {
        self.needles
            .iter()
            .map(|n| n.raw.expose().len().saturating_mul(SPREAD))
            .max()
            .unwrap_or(0)
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

/// A folded value on one line: each run of white space as one blank.
fn unfolded(value: &[u8]) -> Vec<u8> {
    let words: Vec<&[u8]> = value
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(&b' ')
}

/// What stands where a value was hidden.
pub(crate) fn label(mask: Mask, len: usize) -> String {
    match mask {
        Mask::Secret => "[secret redacted]".to_owned(),
        Mask::Token => format!("[redacted, {len} bytes]"),
    }
}

/// RFC 3986 unreserved characters stay, all else is escaped.
const UNRESERVED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

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
