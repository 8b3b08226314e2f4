//! A text with its escapes undone, however often it was escaped, and the way back to where it stands.
//!
//! Owns the spellings in which one value travels: percent-escapes, backslash escapes and character
//! references. For finding values that must not be shown; never for canonical text, which is escaped
//! just as often as its scheme says. Must not know what is looked for.

use std::ops::Range;

use zeroize::Zeroize as _;

/// A text derived from another, piece by piece, each of its bytes with the range that it was spelled with.
#[derive(Debug)]
pub(crate) struct Plain {
    keep: Keep,
    /// The derived bytes.
    bytes: Vec<u8>,
    /// Where they were spelled, in order.
    runs: Vec<Run>,
    /// As long as fewer bytes than this are derived, an escape may be open.
    open: usize,
    /// Whether a backslash stood before something that was left out.
    continues: bool,
}

/// Derived bytes with one history.
#[derive(Copy, Clone, Debug)]
struct Run {
    /// The first of them.
    at: usize,
    /// Where its spelling starts in the text.
    start: usize,
    /// Bytes of an escape that stands for one byte; none for bytes that were copied as they stood.
    escape: Option<usize>,
}

/// What was derived may be a secret.
impl Drop for Plain {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// What is left out on the way.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Keep {
    /// Nothing.
    All,
    /// White space and `+`, which stands for a space in queries and turns into one, or the reverse; and
    /// NUL, which stands beside each byte of ASCII in UTF-16.
    Solid,
    /// The same, and a backslash before white space or `+`: it continues a line and begins no escape.
    Continued,
}

/// Longest spelling of one byte that is undone in one step: `&#x0002B;`.
const LONGEST: usize = 9;

/// Bytes that may begin an escape.
const OPENS: u8 = 1;
/// Bytes that are left out of solid text.
const LOOSE: u8 = 2;

/// What a byte does.
fn class(byte: u8) -> u8 {
    match byte {
        b'%' | b'\\' | b'&' => OPENS,
        // Every other byte of ASCII in UTF-16 is NUL.
        b' ' | b'\t' | b'\n' | b'\r' | 0x0C | b'+' | 0 => LOOSE,
        _ => 0,
    }
}

impl Plain {
    /// For text with every escape undone, escapes of escapes among them.
    pub(crate) fn decoding() -> Self {
        Self::keeping(Keep::All)
    }

    /// For text with every escape undone and without white space, NUL and `+`: the same for all spellings of a
    /// value, folded and wrapped ones among them.
    pub(crate) fn squeezing() -> Self {
        Self::keeping(Keep::Solid)
    }

    /// The same, where a backslash at the end of a line is not the first half of an escape that was folded.
    pub(crate) fn continuing() -> Self {
        Self::keeping(Keep::Continued)
    }

    fn keeping(keep: Keep) -> Self {
        Self {
            keep,
            bytes: Vec::new(),
            runs: Vec::new(),
            open: 0,
            continues: false,
        }
    }

    /// Whether `text` reads the same once squeezed.
    pub(crate) fn is_solid(text: &[u8]) -> bool {
        text.iter().all(|byte| class(*byte) == 0)
    }

    /// Whether a backslash stood before white space, so that [`Plain::continuing`] may read another text.
    pub(crate) fn continues(&self) -> bool {
        self.continues
    }

    /// What was derived.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Derives from `text`, which stands at `base`, behind what was derived so far.
    pub(crate) fn read(&mut self, text: &[u8], base: usize) {
        let stops = match self.keep {
            Keep::All => OPENS,
            Keep::Solid | Keep::Continued => OPENS | LOOSE,
        };
        self.bytes.reserve(text.len());
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if self.bytes.len() >= self.open {
                // No escape is open: all up to the next byte that matters stays as it is.
                let len = rest.iter().position(|byte| class(*byte) & stops != 0);
                let len = len.unwrap_or(rest.len());
                self.copy(rest.get(..len).unwrap_or_default(), base + at);
                at += len;
            }
            if let Some(len) = self.continuation(text, at) {
                at += len;
            } else if let Some(byte) = text.get(at) {
                self.push(*byte, base + at..base + at + 1);
                at += 1;
            }
        }
    }

    /// Length of a backslash and the line end behind it, where they stand so in the text and continue a line:
    /// a backslash that was derived before them is another.
    fn continuation(&self, text: &[u8], at: usize) -> Option<usize> {
        if self.keep != Keep::Continued {
            return None;
        }
        match text.get(at..)? {
            [b'\\', b'\n', ..] => Some(2),
            [b'\\', b'\r', b'\n', ..] => Some(3),
            _ => None,
        }
    }

    /// Adds a byte that is spelled with `spelled`, and undoes what it completes. Each step but the first
    /// takes bytes away, so a whole text takes time in its length.
    pub(crate) fn push(&mut self, byte: u8, spelled: Range<usize>) {
        let mut next = Some((byte, spelled));
        while let Some((byte, spelled)) = next.take() {
            if self.keep != Keep::All && class(byte) == LOOSE {
                // In UTF-16 the line end stands behind the NUL.
                if byte != 0 && self.bytes.last() == Some(&b'\\') {
                    self.continues = true;
                    if self.keep == Keep::Continued {
                        self.cut(self.bytes.len() - 1);
                    }
                }
                return;
            }
            self.add(byte, &spelled);
            if self.bytes.len() <= self.open
                && let Some((len, byte)) = completed(&self.bytes)
            {
                let first = self.bytes.len().saturating_sub(len);
                let start = self.spelling(first).map_or(spelled.start, |s| s.start);
                self.cut(first);
                next = Some((byte, start..spelled.end));
            }
        }
    }

    /// Where the derived bytes of `range` stand in the text.
    pub(crate) fn given(&self, range: Range<usize>) -> Range<usize> {
        let Some(first) = self.spelling(range.start) else {
            return 0..0;
        };
        let last = range.end.checked_sub(1).and_then(|i| self.spelling(i));
        let end = last.map_or(first.start, |last| last.end);
        first.start..end.max(first.start)
    }

    /// Forgets all but the last `tail` bytes.
    pub(crate) fn forget(&mut self, tail: usize) {
        let gone = self.bytes.len().saturating_sub(tail);
        let runs = self.run(gone).unwrap_or(self.runs.len());
        self.runs.drain(..runs);
        for run in &mut self.runs {
            match gone.checked_sub(run.at) {
                Some(into) => {
                    run.at = 0;
                    run.start += into;
                }
                None => run.at -= gone,
            }
        }
        self.bytes.drain(..gone);
        self.open = self.open.saturating_sub(gone);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.forget(0);
        self.open = 0;
    }

    /// The run that the derived byte `at` belongs to.
    fn run(&self, at: usize) -> Option<usize> {
        if at >= self.bytes.len() {
            return None;
        }
        self.runs.partition_point(|run| run.at <= at).checked_sub(1)
    }

    fn spelling(&self, at: usize) -> Option<Range<usize>> {
        let run = self.run(at).and_then(|run| self.runs.get(run))?;
        let spelling = if let Some(len) = run.escape {
            run.start..run.start + len
        } else {
            let start = run.start + (at - run.at);
            start..start + 1
        };
        Some(spelling)
    }

    /// Adds bytes as they stand at `start`; none of them may begin an escape.
    fn copy(&mut self, bytes: &[u8], start: usize) {
        if bytes.is_empty() {
            return;
        }
        let at = self.bytes.len();
        let continues = self
            .runs
            .last()
            .is_some_and(|run| run.escape.is_none() && run.start + (at - run.at) == start);
        if !continues {
            self.runs.push(Run {
                at,
                start,
                escape: None,
            });
        }
        self.bytes.extend_from_slice(bytes);
    }

    fn add(&mut self, byte: u8, spelled: &Range<usize>) {
        if spelled.len() == 1 {
            self.copy(&[byte], spelled.start);
        } else {
            self.runs.push(Run {
                at: self.bytes.len(),
                start: spelled.start,
                escape: Some(spelled.len()),
            });
            self.bytes.push(byte);
        }
        if class(byte) == OPENS {
            self.open = self.bytes.len() + LONGEST - 1;
        }
    }

    /// Takes back all bytes from `len` on.
    fn cut(&mut self, len: usize) {
        self.bytes.truncate(len);
        let runs = self.runs.partition_point(|run| run.at < len);
        self.runs.truncate(runs);
        // What was open before may be open again.
        let near = len.saturating_sub(LONGEST - 1);
        let opened = self
            .bytes
            .get(near..)
            .unwrap_or_default()
            .iter()
            .rposition(|byte| class(*byte) == OPENS);
        self.open = opened.map_or(0, |at| near + at + LONGEST);
    }
}

/// The escape that `bytes` ends with: its length, and the byte it stands for.
fn completed(bytes: &[u8]) -> Option<(usize, u8)> {
    let digits = |a: &u8, b: &u8| {
        let high = char::from(*a).to_digit(16)?;
        let low = char::from(*b).to_digit(16)?;
        u8::try_from(high * 16 + low).ok()
    };
    if let [.., a, b] = bytes
        && let Some(byte) = digits(a, b)
    {
        match bytes {
            [.., b'%', _, _] => return Some((3, byte)),
            [.., b'\\', b'x' | b'X', _, _] => return Some((4, byte)),
            [.., b'%' | b'\\', b'u' | b'U', b'0', b'0', _, _] => return Some((6, byte)),
            _ => {}
        }
    }
    match bytes {
        // More may follow; or what follows stands for what follows the backslash.
        [.., b'\\', b'u' | b'U' | b'x' | b'X' | b'%' | b'&'] => None,
        [.., b'\\', b'n'] => Some((2, b'\n')),
        [.., b'\\', b'r'] => Some((2, b'\r')),
        [.., b'\\', b't'] => Some((2, b'\t')),
        [.., b'\\', byte] => Some((2, *byte)),
        [.., b';'] => reference(bytes),
        _ => None,
    }
}

/// The character reference that `bytes` ends with.
fn reference(bytes: &[u8]) -> Option<(usize, u8)> {
    let near = bytes.get(bytes.len().saturating_sub(LONGEST)..)?;
    let start = memchr::memrchr(b'&', near)?;
    let reference = near.get(start..)?;
    let byte = match reference {
        b"&amp;" => b'&',
        b"&lt;" => b'<',
        b"&gt;" => b'>',
        b"&quot;" => b'"',
        b"&apos;" => b'\'',
        b"&plus;" => b'+',
        b"&sol;" => b'/',
        b"&equals;" => b'=',
        [b'&', b'#', b'x' | b'X', hex @ .., b';'] => {
            u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?
        }
        [b'&', b'#', number @ .., b';'] => std::str::from_utf8(number).ok()?.parse().ok()?,
        _ => return None,
    };
    Some((reference.len(), byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn squeezed(text: &[u8]) -> Plain {
        let mut plain = Plain::squeezing();
        plain.read(text, 0);
        plain
    }

    #[test]
    fn every_spelling_of_a_value_is_the_same_once_squeezed() {
        let value = squeezed(b"Fwo/G+a==Z");
        let value = value.bytes();
        for spelling in [
            "Fwo/G+a==Z",
            "Fwo%2FG%2Ba%3D%3DZ",
            "Fwo%2fG%2ba%3d%3dZ",
            "Fwo%252FG%252Ba%253D%253DZ",
            "Fwo%25252FG%25252Ba%25253D%25253DZ",
            "Fwo/G%20a==Z",
            "Fwo/\r\n  G+a==Z",
            "Fwo%2\nFG+a==Z",
            r"Fwo\/G+a==Z",
            r"Fwo\\\/G\u002ba\u003d=Z",
            r"Fwo\\u002fG+a==Z",
            r"Fwo\x2fG\x2ba\X3D=Z",
            r"Fwo\\x2fG\\x2ba==Z",
            r"Fwo%5C%752fG%5c%78%32%62a==Z"
                .replacen("2f", "%30%30%32%66", 1)
                .as_str(),
            r"Fwo\%2FG\%2Ba==Z",
            "Fwo&#92;&#117;002fG+a==Z",
            "Fwo%u002FG%u002ba==Z",
            "Fwo&#47;G&#x2B;a==Z",
            "Fwo&#047;G&#x0002B;a&#0061;=Z",
            "Fwo&sol;G&plus;a&equals;&equals;Z",
            "Fwo&amp;#x2f;G+a==Z",
            "Fwo&amp;sol;G+a==Z",
        ] {
            let plain = squeezed(format!("a={spelling}&b").as_bytes());
            let at = memchr::memmem::find(plain.bytes(), value);
            let at = at.unwrap_or_else(|| panic!("{spelling}: {:?}", plain.bytes()));
            let given = plain.given(at..at + value.len());
            assert_eq!(given, 2..2 + spelling.len(), "{spelling}");
        }
    }

    #[test]
    fn escapes_nested_without_end_take_linear_time() {
        let text = [b"%".as_slice(), &b"25".repeat(2_000_000)].concat();
        let mut plain = Plain::decoding();
        plain.read(&text, 0);
        assert_eq!(plain.bytes(), b"%");
        assert_eq!(plain.given(0..1), 0..text.len());
    }

    /// The plain way: a byte at a time, each with its spelling, and every end tried for an escape.
    fn simply(text: &[u8], keep: Keep) -> (Vec<u8>, Vec<Range<usize>>) {
        let mut out: (Vec<u8>, Vec<Range<usize>>) = Default::default();
        for (at, byte) in text.iter().enumerate() {
            let mut next = Some((*byte, at..at + 1));
            while let Some((byte, spelled)) = next.take() {
                if keep != Keep::All && (byte.is_ascii_whitespace() || matches!(byte, b'+' | 0)) {
                    if keep == Keep::Continued && byte != 0 && out.0.last() == Some(&b'\\') {
                        out.0.pop();
                        out.1.pop();
                    }
                    break;
                }
                out.0.push(byte);
                out.1.push(spelled.clone());
                if let Some((len, byte)) = completed(&out.0) {
                    let left = out.0.len() - len;
                    next = Some((byte, out.1[left].start..spelled.end));
                    out.0.truncate(left);
                    out.1.truncate(left);
                }
            }
        }
        out
    }

    #[test]
    fn a_line_that_is_continued_behind_an_escaped_backslash_is_joined() {
        for text in ["a&#92;\\\nx2fb", "a\\x2f\\\r\nb", "a\\\nx2fb"] {
            let mut plain = Plain::continuing();
            plain.read(text.as_bytes(), 0);
            let joined: &[u8] = if text.starts_with("a\\\n") {
                b"ax2fb"
            } else {
                b"a/b"
            };
            assert_eq!(plain.bytes(), joined, "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn runs_at_once_and_in_pieces_give_what_single_bytes_give(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "%", "\\", "&", "amp;", "2", "5", "B", "25", "u00", "x", "#", ";", "lt", "+", " ", "\n",
                "word", "sixteen letters.", "\0", "u0000", "%25", "\\\\", "&amp;", "\\u0025", "&#37;",
            ]), 0..40),
            cut in any::<prop::sample::Index>(),
            // The third looks ahead in what it is given at once.
            keep in proptest::sample::select(vec![Keep::All, Keep::Solid]),
        ) {
            let text = parts.concat().into_bytes();
            let (bytes, spelled) = simply(&text, keep);
            let cut = cut.index(text.len() + 1);
            let mut plain = Plain::keeping(keep);
            plain.read(&text[..cut], 0);
            plain.read(&text[cut..], cut);
            prop_assert_eq!(plain.bytes(), &bytes);
            for (i, spelled) in spelled.iter().enumerate() {
                prop_assert_eq!(plain.given(i..i + 1), spelled.clone(), "byte {}", i);
            }
            let tail = bytes.len() / 2;
            plain.forget(tail);
            prop_assert_eq!(plain.bytes(), &bytes[bytes.len() - tail..]);
            for (i, spelled) in spelled[spelled.len() - tail..].iter().enumerate() {
                prop_assert_eq!(plain.given(i..i + 1), spelled.clone(), "byte {} of the tail", i);
            }
        }
    }
}
