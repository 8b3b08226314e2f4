//! Marks that people and programs put where something was: what they hide is not known.
//!
//! Owns telling a mark from text, and what is left of a text that was cut. Texts that a hash proves to be as
//! they were printed have no marks, whatever they look like.

use super::Pattern;
use super::pattern::{Atom, Cut};
use super::stand_ins::is_signature_stand_in;
use crate::engine::document::{Documents, Span};

/// `pattern` as it was received: marks as wildcards, and what shows that the rest is missing taken off its
/// end. None where nothing is left.
pub(super) fn read(docs: &Documents, pattern: &Pattern) -> Option<Pattern> {
    let [Atom::Exact(span)] = pattern.atoms.as_slice() else {
        return Some(pattern.clone());
    };
    let mut span = *span;
    let mut cut = pattern.cut;
    if cut == Cut::Truncated
        && let Some(fence) = memchr::memmem::find(docs.bytes(span), b"\n```")
    {
        // The block of text that it stood in ends here; what follows is prose.
        span = span.until(fence);
    }
    let left = left_of(docs.bytes(span));
    if left < span.len() && (cut == Cut::Truncated || ends_in_dots(docs.bytes(span))) {
        span = span.until(left);
        cut = Cut::Truncated;
    }
    if span.is_empty() || is_blanked(docs.bytes(span)) {
        return None;
    }
    Some(Pattern {
        atoms: atoms(docs, span),
        cut,
    })
}

/// Whether a text is one character over and over, as people type it over what was there: `xxx`, `***`. No canonical
/// request and no string to sign looks so, and nothing of either is left.
fn is_blanked(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let mark = text
        .first()
        .filter(|b| matches!(b, b'x' | b'X' | b'*' | b'-' | b'_' | b'#' | b'.'));
    text.len() >= 2 && mark.is_some_and(|mark| text.iter().all(|b| b == mark))
}

/// The last line of a text as a wildcard, where it is a few letters or digits over and over: no hash looks so, and
/// people type it over the one that they hide (boto/boto#1552).
pub(super) fn hide_hash(docs: &Documents, pattern: &Pattern) -> Option<Pattern> {
    let span = pattern.as_exact()?;
    let bytes = docs.bytes(span);
    let start = memchr::memrchr(b'\n', bytes)? + 1;
    is_repeated(bytes.get(start..)?).then(|| Pattern {
        atoms: vec![
            Atom::Exact(span.until(start)),
            Atom::Wild {
                len: None,
                mark: span.from(start),
            },
        ],
        cut: Cut::Whole,
    })
}

/// Whether most of a text repeats one to four letters or digits.
fn is_repeated(text: &[u8]) -> bool {
    const LEAST: usize = 24;
    (1..=4).any(|unit| {
        let again = text.iter().zip(text.get(unit..).unwrap_or_default());
        let same = again.map(|(a, b)| a == b && a.is_ascii_alphanumeric());
        let mut run = 0;
        same.fold(0, |most, same| {
            run = if same { run + 1 } else { 0 };
            most.max(run)
        }) >= LEAST
    })
}

/// Digits of a signature.
const SIGNATURE: usize = 64;

/// A signature as it stands: exact; cut where `whole` is false, or where dots or another mark stand behind its
/// beginning; or hidden.
pub fn received_signature(docs: &Documents, span: Span, whole: bool) -> Pattern {
    let bytes = docs.bytes(span);
    let mut pattern = Pattern::exact(span);
    if bytes.is_empty() {
        return pattern;
    }
    if !whole {
        pattern.cut = Cut::Truncated;
    }
    // What begins with a digit is a beginning.
    let nothing = left_of(bytes) == 0 && ends_in_dots(bytes);
    let digit = bytes.first().is_some_and(u8::is_ascii_hexdigit);
    let hidden = !digit && !nothing && (is_redacted(bytes) || is_filler(bytes))
        || whole && is_signature_stand_in(bytes);
    let read = (!hidden).then(|| read(docs, &pattern)).flatten();
    match read.as_ref().map(|p| p.atoms.as_slice()) {
        // A mark for each digit hides them, and cuts nothing.
        Some([Atom::Exact(first), Atom::Wild { mark, .. }])
            if first.len() + mark.len() == SIGNATURE =>
        {
            Pattern {
                atoms: vec![
                    Atom::Exact(*first),
                    Atom::Wild {
                        len: Some(mark.len()),
                        mark: *mark,
                    },
                ],
                cut: Cut::Whole,
            }
        }
        // What stands before a mark is its beginning.
        Some([Atom::Exact(first), Atom::Wild { .. }]) => Pattern {
            atoms: vec![Atom::Exact(*first)],
            cut: Cut::Truncated,
        },
        Some(_) => read.unwrap_or(pattern),
        None => Pattern {
            atoms: vec![Atom::Wild {
                len: None,
                mark: span,
            }],
            cut: Cut::Whole,
        },
    }
}

/// Whether a text ends in dots that stand for what followed.
fn ends_in_dots(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_end();
    let bytes = bytes
        .strip_suffix(b"]")
        .or_else(|| bytes.strip_suffix(b")"))
        .unwrap_or(bytes);
    bytes.ends_with(b"...")
        || bytes.ends_with("…".as_bytes())
        || ends_with(bytes, b"truncated").is_some()
}

/// What people and programs put at the end of a text to say that it goes on, and what a cut leaves half.
const ENDS: [&[u8]; 13] = [
    b".",
    "…".as_bytes(),
    b"[]",
    b"()",
    b"<>",
    b"```",
    b"\"",
    b"'",
    b"[truncated]",
    b"(truncated)",
    b"<truncated>",
    b"[snip]",
    b"\\",
];

/// How much of a text that was cut is its own for sure: without dots, words that say that it goes on, and
/// the half of an escape or a tag. Too little is as true as all of it.
fn left_of(text: &[u8]) -> usize {
    let mut left = text;
    loop {
        left = left.trim_ascii_end();
        let shorter = ENDS
            .iter()
            .find_map(|end| ends_with(left, end))
            .or_else(|| bracketed(left))
            .or_else(|| half(left));
        let Some(shorter) = shorter else {
            return left.len();
        };
        left = shorter;
    }
}

fn ends_with<'t>(text: &'t [u8], end: &[u8]) -> Option<&'t [u8]> {
    let at = text.len().checked_sub(end.len())?;
    let (before, tail) = text.split_at_checked(at)?;
    tail.eq_ignore_ascii_case(end).then_some(before)
}

/// `[...]`, `[…]` and their like, taken off.
fn bracketed(text: &[u8]) -> Option<&[u8]> {
    let inner = text
        .strip_suffix(b"]")
        .or_else(|| text.strip_suffix(b")"))?;
    let dots = inner
        .strip_suffix("…".as_bytes())
        .or_else(|| inner.strip_suffix(b"..."))?;
    dots.strip_suffix(b"[").or_else(|| dots.strip_suffix(b"("))
}

/// A text without the half of an escape or of a tag at its end: `&am`, `\u00`, `</Canon`.
fn half(text: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 48;
    let window = text.len().saturating_sub(LONGEST);
    let last = text
        .get(window..)?
        .iter()
        .rposition(|b| matches!(b, b'&' | b'\\' | b'<'))?;
    let (before, tail) = text.split_at_checked(window + last)?;
    let (first, rest) = tail.split_first()?;
    let word = |b: &u8| b.is_ascii_alphanumeric();
    let is_half = match first {
        b'&' => rest.len() <= 8 && rest.iter().all(|b| word(b) || *b == b'#'),
        b'\\' => rest.len() <= 4 && rest.iter().all(word),
        _ => rest
            .iter()
            .all(|b| word(b) || matches!(b, b'/' | b'!' | b'[')),
    };
    is_half.then_some(before)
}

/// The runs of a text: what stands there, and the marks.
pub(super) fn atoms(docs: &Documents, span: Span) -> Vec<Atom> {
    let bytes = docs.bytes(span);
    let mut atoms = Vec::new();
    let mut at = 0;
    while let Some((start, end, len)) = next_mark(bytes, at) {
        if start > at {
            atoms.push(Atom::Exact(span.part(at..start)));
        }
        atoms.push(Atom::Wild {
            len,
            mark: span.part(start..end),
        });
        at = end;
    }
    if at < bytes.len() {
        atoms.push(Atom::Exact(span.part(at..bytes.len())));
    }
    atoms
}

/// What stands in the place of a line that is not here.
pub const MISSING_LINE: &[u8] = b"[not in the diff]";

/// The mark at `span`, of which nothing tells how much it stands for.
pub(super) fn hidden(mark: Span) -> Atom {
    Atom::Wild { len: None, mark }
}

/// Words that stand in brackets for what was taken out, in lower case.
const WORDS: [&str; 8] = [
    "redacted",
    "masked",
    "hidden",
    "removed",
    "omitted",
    "truncated",
    "snip",
    "...",
];

/// The same, where they stand alone.
const BARE: [&str; 4] = ["** REDACTED **", "**REDACTED**", "REDACTED", "hash?"];

/// The same, where no letter stands beside it.
const SNIP: &[u8] = b"snip";

/// The longest mark in brackets, in bytes.
const LONGEST: usize = 48;

/// Whether somebody put a mark in the place of a part of this text. For short texts: it looks for any mark
/// that people use.
pub fn is_redacted(text: &[u8]) -> bool {
    next_mark(text, 0).is_some()
        || text.iter().any(|b| matches!(b, b'*' | b'<' | b'['))
        || has_word(text)
}

/// Whether a text is one letter over and over that no number in hexadecimal holds: `xx`, `yy`. Where a hash, a signature
/// or an id should stand, a person typed it over what was there.
pub fn is_filler(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let letter = text
        .first()
        .filter(|b| b.is_ascii_alphabetic() && !b.is_ascii_hexdigit());
    text.len() >= 2 && letter.is_some_and(|letter| text.iter().all(|b| b == letter))
}

/// Whether a mark stands anywhere in a text that holds no such characters of its own, such as a host.
pub(super) fn holds_mark(text: &[u8]) -> bool {
    next_mark(text, 0).is_some() || has_word(text) || text.windows(2).any(|two| two == b"**")
}

/// Whether a mark stands for a part of a value that may be anything: words that say so, or a run of stars or of the
/// letter X. Dots may be a value's own.
pub(super) fn hides_part(text: &[u8]) -> bool {
    hidden_from(text).is_some()
}

/// Where the part of a value begins that such a mark hides; an escape that the mark tears is of it.
pub(super) fn hidden_from(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some((start, end, _)) = next_mark(text, at) {
        let mark = text.get(start..end).unwrap_or_default();
        let is_own = mark == SNIP || mark == "…".as_bytes() || mark.iter().all(|b| *b == b'.');
        if !is_own {
            let torn = match text.get(..start).unwrap_or_default() {
                [.., b'%'] => 1,
                [.., b'%', digit] if digit.is_ascii_hexdigit() => 2,
                _ => 0,
            };
            return Some(start - torn);
        }
        at = end;
    }
    None
}

/// Whether digits of a time in the basic form of ISO 8601 were typed over: `2026XXXXTXXXXXXZ`, `20261122T******Z`.
pub(super) fn is_hidden_time(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let over = |b: &u8| matches!(b, b'X' | b'x' | b'*' | b'#' | b'?' | b'_');
    text.iter().any(over)
        && text.len() == BASIC_TIME.len()
        && BASIC_TIME.iter().zip(text).all(|(form, b)| match form {
            b'0' => b.is_ascii_digit() || over(b),
            form => form == b,
        })
}

/// The form of a time: every `0` is a digit.
const BASIC_TIME: &[u8] = b"00000000T000000Z";

/// Whether a text is nothing but a mark that stands in the place of what was there.
pub fn is_mark(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let starred = !text.is_empty() && text.iter().all(|b| *b == b'*') || text == "██".as_bytes();
    let named = [&b"Sensitive"[..], b"HIDDEN", b"hidden"].contains(&text);
    // `** redacted **`, with or without a length.
    let wordy = text.starts_with(b"**") && text.ends_with(b"**") && has_word(text);
    starred
        || named
        || wordy
        || next_mark(text, 0).is_some_and(|(s, e, _)| s == 0 && e == text.len())
}

fn has_word(text: &[u8]) -> bool {
    text.windows(6).any(|w| w.eq_ignore_ascii_case(b"redact"))
}

/// The first redaction mark at `from` or behind it: where it is, and how long what it hides was.
fn next_mark(bytes: &[u8], from: usize) -> Option<(usize, usize, Option<usize>)> {
    let mut at = from;
    while at < bytes.len() {
        let rest = bytes.get(at..)?;
        if let Some(found) = counted(rest) {
            return Some((at, at + found.0, Some(found.1)));
        }
        if let Some(mark) = BARE.iter().find(|m| rest.starts_with(m.as_bytes())) {
            return Some((at, at + mark.len(), None));
        }
        if rest.starts_with(SNIP) && stands_alone(bytes, at, at + SNIP.len()) {
            return Some((at, at + SNIP.len(), None));
        }
        if let Some(len) = in_brackets(rest).or_else(|| named_alone(bytes, at)) {
            return Some((at, at + len, None));
        }
        if let Some(len) = variable(rest).or_else(|| described(rest)) {
            return Some((at, at + len, None));
        }
        let first = *rest.first()?;
        let same = rest.iter().take_while(|b| **b == first).count();
        let is_mark = match first {
            b'X' | b'x' => same >= 4 && stands_alone(bytes, at, at + same),
            b'*' | b'.' => same >= 3,
            _ => false,
        };
        if is_mark {
            return Some((at, at + same, None));
        }
        if rest.starts_with("…".as_bytes()) {
            return Some((at, at + "…".len(), None));
        }
        at += same.max(1);
    }
    None
}

/// The length of `[REDACTED]`, `<redacted>`, `(redacted by proxy)`, `[…]` and their like at the front of a
/// text.
fn in_brackets(text: &[u8]) -> Option<usize> {
    let close = match text.first()? {
        b'[' => b']',
        b'<' => b'>',
        b'(' => b')',
        b'{' => b'}',
        _ => return None,
    };
    let window = text.get(1..LONGEST.min(text.len()))?;
    let end = window.iter().position(|b| *b == close || *b == b'\n')?;
    let inner = window.get(..end)?.to_ascii_lowercase();
    let has = |word: &str| memchr::memmem::find(&inner, word.as_bytes()).is_some();
    let closed = window.get(end) == Some(&close);
    (closed && (has("…") || WORDS.iter().any(|word| has(word)))).then_some(end + 2)
}

/// The length of `<hash>`, `<my-token>` at the front of a text: the name of what stood there.
pub(super) fn named(text: &[u8]) -> Option<usize> {
    let name = text.strip_prefix(b"<")?;
    let name = name.get(..LONGEST.min(name.len()))?;
    let word = |b: &&u8| b.is_ascii_alphanumeric() || b" _-.".contains(b);
    let len = name.iter().take_while(word).count();
    let begins = name.first().is_some_and(u8::is_ascii_alphabetic);
    (begins && name.get(len) == Some(&b'>')).then_some(len + 2)
}

/// The same at `at`, where it is all of a value or of a line: in a longer one such brackets may be its own.
fn named_alone(bytes: &[u8], at: usize) -> Option<usize> {
    let len = named(bytes.get(at..)?)?;
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let opens = matches!(before, None | Some(b':' | b'\n'));
    let closes = matches!(bytes.get(at + len), None | Some(b'\r' | b'\n'));
    (opens && closes).then_some(len)
}

/// The length of `{{name}}` at the front of a text: a variable that nobody filled in.
fn variable(text: &[u8]) -> Option<usize> {
    let name = text.strip_prefix(b"{{")?;
    let name = name.get(..LONGEST.min(name.len()))?;
    let word = |b: &&u8| b.is_ascii_alphanumeric() || b" _-.$".contains(b);
    let len = name.iter().take_while(word).count();
    (len > 0 && name.get(len..)?.starts_with(b"}}")).then_some(len + 4)
}

/// The length of `{my bucket}` at the front of a text: words of what stood there. One word alone may be the name of
/// a resource as it is, which a signer left unencoded.
fn described(text: &[u8]) -> Option<usize> {
    let words = text.strip_prefix(b"{")?;
    let words = words.get(..LONGEST.min(words.len()))?;
    let word = |b: &&u8| b.is_ascii_alphanumeric() || b" _-".contains(b);
    let len = words.iter().take_while(word).count();
    let inner = words.get(..len)?;
    let begins = inner.first().is_some_and(u8::is_ascii_alphabetic);
    let several = inner.trim_ascii_end().contains(&b' ');
    (begins && several && words.get(len) == Some(&b'}')).then_some(len + 2)
}

/// Whether such a run is no part of a word: what stands beside it may be hexadecimal digits that were left.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_letter =
        |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphabetic() && !b.is_ascii_hexdigit());
    !is_letter(start.checked_sub(1).and_then(|at| bytes.get(at))) && !is_letter(bytes.get(end))
}

/// `** redacted (length=N) **`, as the SDK for Rust writes it.
fn counted(bytes: &[u8]) -> Option<(usize, usize)> {
    let rest = bytes.strip_prefix(b"** redacted (length=")?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let number = std::str::from_utf8(rest.get(..digits)?)
        .ok()?
        .parse()
        .ok()?;
    let tail = b") **";
    rest.get(digits..)?
        .starts_with(tail)
        .then_some((20 + digits + tail.len(), number))
}
