//! Is evidence as it was printed? The hash of a canonical request stands as the last line of its string
//! to sign; when it does, no byte of it was changed on the way here.
//!
//! Owns that check and the repairs that it can prove. Must not know how strings to sign are made, only that the last line of one may be a SHA-256 in hexadecimal.

use memchr::memrchr;
use sha2::{Digest as _, Sha256};

use super::marks;
use super::pattern::{Atom, Cut};
use super::reader::Reader;
use super::shape::printed::{self, repair};
use super::shape::straight;
use super::unescape::Unescaped;
use super::{Evidence, Integrity, Pattern, Side};
use crate::engine::diagnose::Finding;
use crate::engine::document::{OffsetMap, Peel, Span};

/// The id of the finding that says where lines were put.
pub(super) const LINES_ASSUMED: &str = "lines-assumed";

/// Checks `evidence`, repairs what can be proved to be repaired, and says what is wrong. What no hash proves
/// to be as it was printed is read with its marks: of what is redacted or cut, nothing is concluded.
pub(super) fn check(reader: &mut Reader<'_>, evidence: &mut Evidence) {
    straighten(reader, evidence);
    let both = evidence
        .canonical_request
        .clone()
        .zip(evidence.string_to_sign.clone());
    if let Some((canonical, to_sign)) = &both
        && prove(reader, evidence, canonical, to_sign)
    {
        return;
    }
    outdent(reader, evidence);
    let docs = &reader.case.docs;
    let hash = both.as_ref().and_then(|(_, to_sign)| {
        let span = to_sign.as_exact()?;
        stated_hash(docs.bytes(span))
    });
    let docs = &reader.case.docs;
    let read = |pattern: &mut Option<Pattern>| {
        *pattern = pattern.take().and_then(|p| {
            let read = marks::read(docs, &p)?;
            Some(marks::hide_hash(docs, &read).unwrap_or(read))
        });
    };
    read(&mut evidence.canonical_request);
    read(&mut evidence.string_to_sign);
    let texts = || {
        [&evidence.canonical_request, &evidence.string_to_sign]
            .into_iter()
            .flatten()
    };
    let marked = texts().any(Pattern::is_marked);
    if evidence.repairs.contains(&Peel::Diff)
        && (marked || texts().any(|text| text.cut == Cut::Truncated))
    {
        in_part(reader, evidence);
        return;
    }
    let cut = texts().find(|text| text.cut == Cut::Truncated);
    let cut = cut.and_then(Pattern::span).map(|span| docs.to_given(span));
    evidence.integrity = if marked {
        Integrity::Redacted
    } else {
        Integrity::Unchecked
    };
    if let Some(cut) = cut {
        reader.find(
            Finding::note(
                "evidence-cut",
                match evidence.side {
                    Some(Side::Server) => {
                        "The verifier's strings stop early in this paste: whether they are exact is not checkable because they \
                         are cut, and only what is here can be compared."
                    }
                    Some(Side::Client) | None => {
                        "The strings stop early in this paste: whether they are exact is not checkable because they are \
                         cut, and only what is here can be compared."
                    }
                },
                match evidence.side {
                    Some(Side::Server) => "Paste the answer whole to compare all of it.",
                    Some(Side::Client) | None => "Paste them whole to compare all of them.",
                },
            )
            .at(cut, "stops early"),
        );
        return;
    }
    let attested = |text: &Pattern| {
        text.as_exact()
            .is_some_and(|span| reader.case.attested.contains(&span))
    };
    if hash.is_none() && texts().next().is_some() && texts().all(attested) {
        evidence.integrity = Integrity::Attested;
        return;
    }
    if hash.is_none() || marked {
        assumed(reader, evidence);
        return;
    }
    let (Some(canonical), Some(to_sign)) = (&evidence.canonical_request, &evidence.string_to_sign)
    else {
        return;
    };
    evidence.integrity = Integrity::Broken;
    let place = |p: &Pattern| p.span().map(|span| docs.to_given(span));
    let mut finding = match evidence.two_times(docs) {
        Some([first, second]) => Finding::warning(
            "evidence-broken",
            format!(
                "The hash in the string to sign is not that of the canonical request beside it, and they state \
                 two signing times, {first} and {second}: they are of two tries, or the signer read its clock \
                 twice."
            ),
            "What they say is shown, and nothing is concluded from it. A signer reads its clock once, for both; \
             where these are of two tries, paste both strings of one.",
        ),
        None => Finding::warning(
            "evidence-broken",
            "The hash in the string to sign is not that of the canonical request beside it: one of them \
             was changed on the way here.",
            "What they say is shown, and nothing is concluded from it. Paste them as they were printed.",
        ),
    };
    if let Some(span) = place(canonical) {
        finding = finding.at(span, "canonical request");
    }
    if let Some(span) = place(to_sign) {
        finding = finding.at(span, "string to sign");
    }
    reader.find(finding);
}

/// Says of strings that a diff shows a part of that no hash can prove them.
fn in_part(reader: &mut Reader<'_>, evidence: &mut Evidence) {
    const ID: &str = "diff-in-part";
    evidence.integrity = Integrity::Unchecked;
    if reader.case.findings.iter().any(|finding| finding.id == ID) {
        return;
    }
    reader.find(
        Finding::note(
            ID,
            "A diff shows the lines that differ and a few around them, so the strings are here in part, and whether they are \
             exact is not checkable. What diff leaves out it found equal on both sides.",
            "Paste both strings whole, with their strings to sign: then their hashes prove them, and the signature can be \
             checked.",
        )
        .at(reader.case.docs.to_given(evidence.span), "a part of both"),
    );
}

/// Puts the lines of a string to sign back that stands in one line; of one that a server printed also those that were
/// broken or indented, for it makes none so.
fn straighten(reader: &mut Reader<'_>, evidence: &mut Evidence) {
    let whole = evidence
        .string_to_sign
        .as_ref()
        .filter(|p| p.cut == Cut::Whole);
    let Some(span) = whole.and_then(Pattern::as_exact) else {
        return;
    };
    if reader.case.attested.contains(&span) {
        return;
    }
    let bytes = reader.case.docs.shared(span);
    let flat = memchr::memchr(b'\n', &bytes).is_none();
    let unfolded = flat.then(|| printed::unfolded(&bytes)).flatten();
    let broken = flat || evidence.side == Some(Side::Server);
    let text = unfolded.or_else(|| broken.then(|| straight(&bytes)).flatten());
    let Some(text) = text else {
        return;
    };
    if let Some(doc) = reader.peel(span, Peel::LineBreaks, text.bytes.into(), text.map) {
        evidence.string_to_sign = Some(Pattern::exact(reader.case.docs.whole(doc)));
        if !evidence.repairs.contains(&Peel::LineBreaks) {
            evidence.repairs.push(Peel::LineBreaks);
        }
    }
}

/// Takes the blanks off that the lines behind the first have in common, of strings that no hash proves: the log or the
/// page around them put them there. No string has such lines of its own: the second is a path or a date, and each
/// header begins with its name (Authenticating Requests, Signature Calculations; RESTful authentication of Amazon S3).
fn outdent(reader: &mut Reader<'_>, evidence: &mut Evidence) {
    let mut any = false;
    for text in [
        &mut evidence.canonical_request,
        &mut evidence.string_to_sign,
    ] {
        let Some((pattern, span)) = text.as_mut().and_then(|p| alone(p).map(|span| (p, span)))
        else {
            continue;
        };
        if reader.case.attested.contains(&span) {
            continue;
        }
        let bytes = reader.case.docs.shared(span);
        let lines = if printed::is_to_sign(&bytes) {
            // None of its lines holds a blank: those in front may be of any width.
            Margin::Own
        } else {
            Margin::Common
        };
        let Some((plain, map)) = without_margin(&bytes, lines) else {
            continue;
        };
        if let Some(doc) = reader.peel(span, Peel::Indentation, plain.into(), map) {
            pattern.atoms = Pattern::exact(reader.case.docs.whole(doc)).atoms;
            any = true;
        }
    }
    if any && !evidence.repairs.contains(&Peel::Indentation) {
        evidence.repairs.push(Peel::Indentation);
    }
}

/// Says of strings whose lines were put back, and which no hash proves, what was assumed.
fn assumed(reader: &mut Reader<'_>, evidence: &Evidence) {
    let Some(unproved) = evidence.unproved_text(&reader.case.docs) else {
        return;
    };
    if !evidence.repairs.contains(&Peel::LineBreaks) {
        return;
    }
    let because = unproved.words();
    // What of it stands where is seen at the string itself.
    let string = evidence.string_to_sign.as_ref().and_then(Pattern::span);
    let place = match (&evidence.canonical_request, string) {
        (None, Some(span)) => reader.case.docs.to_given(span),
        _ => reader.case.docs.to_given(evidence.span),
    };
    reader.find(
        Finding::note(
            LINES_ASSUMED,
            format!(
                "The line ends of this were lost or changed on the way here: they were put where such a text has them. Whether it \
                 is exact is not checkable because {because}."
            ),
            "Paste it with the line ends it was printed with, or with what is missing beside it.",
        )
        .at(place, "read so"),
    );
}

/// Whether a hash proves both strings, as they stand or put right; `evidence` is told so.
fn prove(
    reader: &mut Reader<'_>,
    evidence: &mut Evidence,
    canonical: &Pattern,
    to_sign: &Pattern,
) -> bool {
    let Some((span, stated)) = alone(canonical).zip(alone(to_sign)) else {
        return false;
    };
    let docs = &reader.case.docs;
    let Some(hash) = stated_hash(docs.bytes(stated)).filter(|_| to_sign.cut == Cut::Whole) else {
        return complete(reader, evidence, canonical, stated);
    };
    let whole = canonical.cut == Cut::Whole && !ends_in_marks(docs.bytes(span));
    if digest(docs.bytes(span)) == hash {
        evidence.integrity = settled(evidence);
        return true;
    }
    let bytes = docs.shared(span);
    let string = docs.shared(stated);
    let time = string.split(|b| *b == b'\n').nth(1);
    let Some(steps) = repair::find(&bytes, whole, time, |text| digest(text) == hash) else {
        return false;
    };
    let mut told: Vec<&str> = steps.iter().map(|(peel, _)| peel.words()).collect();
    told.dedup();
    let told = told.join(", ");
    // Blanks in front of lines and line ends are of every paste.
    let plain = |peel: &Peel| matches!(peel, Peel::Indentation | Peel::LineEnds);
    let said = !steps.iter().all(|(peel, _)| plain(peel));
    let mut layer = span;
    for (peel, text) in steps {
        let Some(doc) = reader.peel(layer, peel, text.bytes.into(), text.map) else {
            return false;
        };
        layer = reader.case.docs.whole(doc);
        if plain(&peel) {
            evidence.string_to_sign = evidence
                .string_to_sign
                .take()
                .map(|to_sign| likewise(reader, to_sign, peel));
        }
        if !evidence.repairs.contains(&peel) {
            evidence.repairs.push(peel);
        }
    }
    evidence.canonical_request = Some(Pattern::exact(layer));
    evidence.integrity = Integrity::Repaired;
    if said {
        let place = reader.case.docs.to_given(span);
        reader.find(
            Finding::note(
                "evidence-repaired",
                format!("The canonical request was put right before it was compared ({told})."),
                "The hash in the string to sign is that of the text put right: nothing else of it changed.",
            )
            .at(place, "read so"),
        );
    }
    true
}

/// Whether dots or stars stand in the place of the end of a text.
fn ends_in_marks(text: &[u8]) -> bool {
    text.ends_with(b"..") || text.ends_with("…".as_bytes()) || text.ends_with(b"**")
}

/// The one span of a text without marks, whether or not its end is there.
fn alone(pattern: &Pattern) -> Option<Span> {
    match pattern.atoms.as_slice() {
        [Atom::Exact(span)] => Some(*span),
        _ => None,
    }
}

/// Gives a string to sign whose hash was cut the rest of it, where what is left is the beginning of the hash of the
/// canonical request beside it: so many digits are no coincidence.
fn complete(
    reader: &mut Reader<'_>,
    evidence: &mut Evidence,
    canonical: &Pattern,
    stated: Span,
) -> bool {
    const DIGITS: usize = 12;
    let Some(span) = canonical.as_exact() else {
        return false;
    };
    let docs = &reader.case.docs;
    let text = docs.shared(stated);
    let last = memrchr(b'\n', &text).map_or(0, |i| i + 1);
    let rest = text.get(last..).unwrap_or_default();
    let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let lines = memchr::memchr_iter(b'\n', &text).count();
    let hash = hex::encode(digest(docs.bytes(span)));
    let (front, _) = rest.split_at(digits);
    if digits < DIGITS || lines != 3 || !hash.as_bytes().starts_with(front) {
        return false;
    }
    let mut out = Unescaped::default();
    out.copy(&text, 0..last + digits);
    let behind = text.len() - last - digits;
    out.decode(
        hash.as_bytes().get(digits..).unwrap_or_default(),
        last + digits,
        behind,
    );
    let Some(doc) = reader.peel(stated, Peel::CutEnd, out.bytes.into(), out.map) else {
        return false;
    };
    evidence.string_to_sign = Some(Pattern::exact(reader.case.docs.whole(doc)));
    if !evidence.repairs.contains(&Peel::CutEnd) {
        evidence.repairs.push(Peel::CutEnd);
    }
    evidence.integrity = Integrity::Repaired;
    true
}

/// Verified, or repaired where something was undone to read it.
fn settled(evidence: &Evidence) -> Integrity {
    if evidence.repairs.is_empty() {
        Integrity::Verified
    } else {
        Integrity::Repaired
    }
}

pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The hash a string to sign ends with.
pub(super) fn stated_hash(to_sign: &[u8]) -> Option<[u8; 32]> {
    let last = memrchr(b'\n', to_sign).map_or(0, |i| i + 1);
    let line = to_sign.get(last..)?;
    let mut hash = [0; 32];
    hex::decode_to_slice(line.trim_ascii(), &mut hash).ok()?;
    (last > 0).then_some(hash)
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
        | Peel::Diff
        | Peel::HtmlEntities
        | Peel::BackslashEscapes
        | Peel::LineBreaks
        | Peel::HexDump
        | Peel::Utf16
        | Peel::QuotedPrintable
        | Peel::ShellQuotes
        | Peel::ProgramDefault
        | Peel::EncodedAgain
        | Peel::PercentEncoding
        | Peel::Colours
        | Peel::LogPrefix
        | Peel::Frame
        | Peel::Typography
        | Peel::PrintfVerbs
        | Peel::EmptyLines
        | Peel::CutEnd
        | Peel::Columns
        | Peel::LogFrame
        | Peel::Variables
        | Peel::Base64
        | Peel::Latin1
        | Peel::Serialised
        | Peel::Tidied
        | Peel::PutBack
        | Peel::Quoted => None,
    }
}

/// Which of the blanks in front of lines are taken off.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Margin {
    /// As many as every line has.
    Common,
    /// All, where every line has some.
    Own,
}

/// `bytes` without the blanks that every line but the first begins with.
pub(super) fn dedent(bytes: &[u8]) -> Option<(Vec<u8>, OffsetMap)> {
    without_margin(bytes, Margin::Common)
}

/// `bytes` without the blanks in front of every line but the first; none where one of these has none.
fn without_margin(bytes: &[u8], margin: Margin) -> Option<(Vec<u8>, OffsetMap)> {
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
        let own = blanks(text);
        let drop = match margin {
            _ if at == 0 => 0,
            Margin::Common => shared.min(own),
            Margin::Own => own,
        };
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
