//! Is evidence as it was printed? The hash of a canonical request stands as the last line of its string
//! to sign; when it does, no byte of it was changed on the way here.
//!
//! Owns that check, the repairs that it can prove, and redaction marks. Must not know how strings to
//! sign are made, only that the last line of one may be a SHA-256 in hexadecimal.

use memchr::memrchr;
use sha2::{Digest as _, Sha256};

use super::pattern::{Atom, Cut};
use super::reader::Reader;
use super::{Evidence, Integrity, Pattern};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, OffsetMap, Peel, Span};

/// Checks `evidence`, repairs what can be proved to be repaired, and says what is wrong.
pub(super) fn check(reader: &mut Reader<'_>, evidence: &mut Evidence) {
    let docs = &reader.case.docs;
    let (Some(canonical), Some(to_sign)) = (
        evidence.canonical_request.clone(),
        evidence.string_to_sign.clone(),
    ) else {
        evidence.integrity = Integrity::Unchecked;
        return;
    };
    if canonical.cut == Cut::Truncated || to_sign.cut == Cut::Truncated {
        evidence.integrity = Integrity::Unchecked;
        let span = canonical.span().filter(|_| canonical.cut == Cut::Truncated);
        if let Some(span) = span.or_else(|| to_sign.span()) {
            let given = docs.to_given(span);
            reader.find(
                Finding::note(
                    "evidence-cut",
                    "The verifier's strings stop early in this paste, so only what is here can be \
                     compared.",
                    "Paste the answer whole to compare all of it.",
                )
                .at(given, "stops early"),
            );
        }
        return;
    }
    let hash = to_sign
        .as_exact()
        .and_then(|span| stated_hash(docs.bytes(span)));
    if let (Some(hash), Some(span)) = (hash, canonical.as_exact()) {
        if digest(docs.bytes(span)) == hash {
            evidence.integrity = settled(evidence);
            return;
        }
        if let Some((repaired, peel)) = repair(reader, span, hash) {
            evidence.canonical_request = Some(Pattern::exact(repaired));
            evidence.string_to_sign = Some(likewise(reader, to_sign, peel));
            if !evidence.repairs.contains(&peel) {
                evidence.repairs.push(peel);
            }
            evidence.integrity = Integrity::Repaired;
            return;
        }
    }
    let docs = &reader.case.docs;
    let canonical = with_marks(docs, &canonical);
    let to_sign = with_marks(docs, &to_sign);
    let marked = [&canonical, &to_sign].iter().any(|p| p.atoms.len() > 1);
    if marked {
        evidence.canonical_request = Some(canonical);
        evidence.string_to_sign = Some(to_sign);
        evidence.integrity = Integrity::Redacted;
        return;
    }
    if hash.is_none() {
        evidence.integrity = Integrity::Unchecked;
        return;
    }
    evidence.integrity = Integrity::Broken;
    let place = |p: &Pattern| p.span().map(|span| docs.to_given(span));
    let mut finding = Finding::warning(
        "evidence-broken",
        "The hash in the string to sign is not that of the canonical request beside it: one of them \
         was changed on the way here.",
        "What they say is shown, and nothing is concluded from it. Paste them as the server sent them.",
    );
    if let Some(span) = place(&canonical) {
        finding = finding.at(span, "canonical request");
    }
    if let Some(span) = place(&to_sign) {
        finding = finding.at(span, "string to sign");
    }
    reader.find(finding);
}

/// Verified, or repaired where something was undone to read it.
fn settled(evidence: &Evidence) -> Integrity {
    if evidence.repairs.is_empty() {
        Integrity::Verified
    } else {
        Integrity::Repaired
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The hash a string to sign ends with.
fn stated_hash(to_sign: &[u8]) -> Option<[u8; 32]> {
    let last = memrchr(b'\n', to_sign).map_or(0, |i| i + 1);
    let line = to_sign.get(last..)?;
    let mut hash = [0; 32];
    hex::decode_to_slice(line.trim_ascii(), &mut hash).ok()?;
    (last > 0).then_some(hash)
}

/// The first repair of a canonical request that brings out `hash`.
fn repair(reader: &mut Reader<'_>, span: Span, hash: [u8; 32]) -> Option<(Span, Peel)> {
    let bytes = reader.case.docs.shared(span);
    for peel in [Peel::Indentation, Peel::LineEnds] {
        let Some((text, map)) = apply(peel, &bytes) else {
            continue;
        };
        if digest(&text) == hash {
            let layer = reader.peel(span, peel, text.into(), map)?;
            return Some((reader.case.docs.whole(layer), peel));
        }
    }
    None
}

/// A string to sign with the same repair as the canonical request that stood beside it.
fn likewise(reader: &mut Reader<'_>, to_sign: Pattern, peel: Peel) -> Pattern {
    let repaired = to_sign.as_exact().and_then(|span| {
        let bytes = reader.case.docs.shared(span);
        let (text, map) = apply(peel, &bytes)?;
        let layer = reader.peel(span, peel, text.into(), map)?;
        Some(Pattern::exact(reader.case.docs.whole(layer)))
    });
    repaired.unwrap_or(to_sign)
}

/// `bytes` with one repair made; none where there is nothing to repair.
fn apply(peel: Peel, bytes: &[u8]) -> Option<(Vec<u8>, OffsetMap)> {
    match peel {
        Peel::Indentation => dedent(bytes),
        Peel::LineEnds => lf(bytes),
        Peel::QuotePrefix
        | Peel::HtmlEntities
        | Peel::BackslashEscapes
        | Peel::LineBreaks
        | Peel::HexDump
        | Peel::Utf16 => None,
    }
}

/// `bytes` without the blanks that every line but the first begins with.
pub(super) fn dedent(bytes: &[u8]) -> Option<(Vec<u8>, OffsetMap)> {
    let blanks = |line: &[u8]| {
        line.iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count()
    };
    let shared = bytes
        .split(|b| *b == b'\n')
        .skip(1)
        .filter(|line| blanks(line) < line.len())
        .map(blanks)
        .min()
        .filter(|n| *n > 0)?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut map = OffsetMap::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let drop = if at == 0 { 0 } else { shared.min(blanks(text)) };
        out.extend_from_slice(line.get(drop..).unwrap_or_default());
        map.copied(at + drop, line.len() - drop);
        at += line.len();
    }
    Some((out, map))
}

/// `bytes` with LF for each CRLF or CR.
fn lf(bytes: &[u8]) -> Option<(Vec<u8>, OffsetMap)> {
    memchr::memchr(b'\r', bytes)?;
    super::unescape::line_ends(bytes).map(|u| (u.bytes, u.map))
}

/// `pattern` with what looks like a redaction mark as a wildcard.
fn with_marks(docs: &Documents, pattern: &Pattern) -> Pattern {
    let Some(span) = pattern.as_exact() else {
        return pattern.clone();
    };
    let bytes = docs.bytes(span);
    let mut atoms = Vec::new();
    let mut at = 0;
    let mut from = 0;
    while let Some((start, end, len)) = next_mark(bytes, from) {
        if start > at {
            atoms.push(Atom::Exact(span.part(at..start)));
        }
        atoms.push(Atom::Wild {
            len,
            mark: span.part(start..end),
        });
        at = end;
        from = end;
    }
    if atoms.is_empty() {
        return pattern.clone();
    }
    if at < bytes.len() {
        atoms.push(Atom::Exact(span.part(at..bytes.len())));
    }
    Pattern {
        atoms,
        cut: pattern.cut,
    }
}

/// Marks people and programs put where something was, longest spelling first.
const MARKS: [&str; 9] = [
    "** REDACTED **",
    "**REDACTED**",
    "<redacted>",
    "<REDACTED>",
    "[REDACTED]",
    "[redacted]",
    "REDACTED",
    "hash?",
    "snip",
];

/// Whether somebody put a mark in the place of a part of this text. For short texts: it looks for any mark
/// that people use.
pub fn is_redacted(text: &[u8]) -> bool {
    next_mark(text, 0).is_some()
        || text.iter().any(|b| matches!(b, b'*' | b'<' | b'['))
        || text.to_ascii_lowercase().windows(6).any(|w| w == b"redact")
}

/// The first redaction mark at `from` or behind it: where it is, and how long what it hides was.
fn next_mark(bytes: &[u8], from: usize) -> Option<(usize, usize, Option<usize>)> {
    let mut at = from;
    while at < bytes.len() {
        let rest = bytes.get(at..)?;
        if let Some(found) = counted(rest) {
            return Some((at, at + found.0, Some(found.1)));
        }
        if let Some(mark) = MARKS.iter().find(|m| rest.starts_with(m.as_bytes())) {
            return Some((at, at + mark.len(), None));
        }
        let first = *rest.first()?;
        let same = rest.iter().take_while(|b| **b == first).count();
        let enough = match first {
            b'X' | b'x' => 4,
            b'*' | b'.' => 3,
            _ => usize::MAX,
        };
        if same >= enough {
            return Some((at, at + same, None));
        }
        if rest.starts_with("…".as_bytes()) {
            return Some((at, at + "…".len(), None));
        }
        at += same.max(1);
    }
    None
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
