//! The bytes of a string that a verifier computed, as a program prints them beside the string: the fields
//! `StringToSignBytes` and `CanonicalRequestBytes` of an exception.
//!
//! Owns finding the dump that belongs to a string. Must not know what the strings say; which of the two printings is
//! taken is decided in `strings`.

use std::ops::Range;

use super::pattern::Cut;
use super::reader::Reader;
use super::strings::{self, Printed, Read};
use super::text::Text;
use super::{Evidence, Pattern, Side, integrity, limits};

/// How far behind a string its dump may begin, in bytes: the signature stands between, and the names of both.
const BEHIND: usize = 512;

/// The longest that stands between a name and its value, in bytes.
const NOTATION: usize = 24;

/// The longest mark that stands for bytes that were left out, in bytes.
const MARK: usize = 16;

/// Whether what stands behind the digits of a dump says that bytes of it were left out: dots, or a mark in brackets
/// or stars. A quote, a tag or a comma closes it.
fn is_elided(behind: &[u8]) -> bool {
    let bare = behind.strip_prefix(b"[").unwrap_or(behind);
    [&b".."[..], b"**", "…".as_bytes()]
        .iter()
        .any(|mark| bare.starts_with(mark))
}

/// Holds the strings of `evidence` against the dumps beside them.
pub(super) fn add(reader: &mut Reader<'_>, evidence: &mut Evidence) {
    if evidence.side != Some(Side::Server) {
        return;
    }
    let text = Text::new(&reader.case.docs, evidence.span.doc);
    for (name, what) in [
        ("StringToSignBytes", "string to sign"),
        ("CanonicalRequestBytes", "canonical request"),
    ] {
        let pattern = match what {
            "string to sign" => &evidence.string_to_sign,
            _ => &evidence.canonical_request,
        };
        // Only the canonical request has its hash beside it, in the string to sign that was settled before.
        let hash = || {
            let to_sign = evidence.string_to_sign.as_ref()?.as_exact()?;
            integrity::stated_hash(reader.case.docs.bytes(to_sign))
        };
        let stated = match what {
            "string to sign" => None,
            _ => hash(),
        };
        let Some((read, place)) = pattern
            .as_ref()
            .and_then(|pattern| held(reader, &text, pattern, name, what, stated))
        else {
            continue;
        };
        match what {
            "string to sign" => evidence.string_to_sign = Some(read.pattern),
            _ => evidence.canonical_request = Some(read.pattern),
        }
        let repair = read.repair.filter(|peel| !evidence.repairs.contains(peel));
        evidence.repairs.extend(repair);
        let whole = evidence.span.cover(text.span(place));
        evidence.span = whole.unwrap_or(evidence.span);
    }
}

/// A string as it is with the dump named `name` behind it, and where that ends.
fn held(
    reader: &mut Reader<'_>,
    text: &Text,
    pattern: &Pattern,
    name: &str,
    what: &'static str,
    stated: Option<[u8; 32]>,
) -> Option<(Read, Range<usize>)> {
    let span = pattern.span()?;
    let given = reader.case.docs.to_given(span);
    if given.doc != text.doc {
        return None;
    }
    let near = text.get(given.end..given.end + BEHIND);
    // Another string of this name ends what belongs to this one.
    let own = name.strip_suffix("Bytes")?;
    let at = memchr::memmem::find(near, own.as_bytes())?;
    if !near.get(at..)?.starts_with(name.as_bytes()) {
        return None;
    }
    let start = given.end + at;
    let behind = start + name.len();
    // What any notation puts between a name and its value. The value may be closed by a mark of its own.
    let gap = |b: &&u8| b.is_ascii_whitespace() || b"\"'\\:=>[u".contains(b);
    let front = text.get(behind..behind + NOTATION);
    let front = behind + front.iter().take_while(gap).count();
    let digits = text.get(front..front.saturating_add(limits::DUMP));
    let dump = |b: &u8| b.is_ascii_hexdigit() || b.is_ascii_whitespace();
    let len = digits.iter().take_while(|b| dump(b)).count();
    let place = front..front + len;
    let twin = Printed {
        span: text.span(place.clone()),
        // Any mark behind it closes it, a quote that a program for people's texts bent among them; dots stand for
        // bytes that somebody left out.
        whole: place.end < text.len() && !is_elided(text.get(place.end..place.end + MARK)),
    };
    let printed = Printed {
        span,
        whole: pattern.cut == Cut::Whole,
    };
    let read = strings::reconcile(reader, what, Some(printed), Some(twin), stated)?;
    Some((read, given.start..place.end))
}
