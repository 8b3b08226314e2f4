//! What stands directly behind a message where its answer lost its tags: the values of the elements that followed it, run
//! together.
//!
//! Owns telling them apart by their length. Must not know what they mean.

use std::ops::Range;

use crate::engine::intake::text::Text;

/// How the message ends behind which Amazon S3 gives two hashes, the client's and its own.
const HASHED: &[u8] = b" does not match what was computed.";
/// The elements of those hashes, in the order in which S3 gives them.
const HASHES: [&str; 2] = ["ClientComputedContentSHA256", "S3ComputedContentSHA256"];
/// A SHA-256 in hexadecimal, in bytes.
const HEX: usize = 64;
/// The same in base64, as some clients send it.
const BASE64: usize = 44;

/// Where the message on `line` ends that such values are glued to.
pub(super) fn before(line: &[u8]) -> usize {
    let end = memchr::memmem::find(line, HASHED).map(|at| at + HASHED.len());
    let glued = |end: &usize| line.get(*end).is_some_and(|b| is_digit(*b));
    end.filter(glued).unwrap_or(line.len())
}

/// The details that are glued to the message at `place`, with their names.
pub(super) fn details(text: &Text, place: Range<usize>) -> Vec<(&'static str, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = place.end;
    if !text.get(place).ends_with(HASHED) {
        return found;
    }
    for name in HASHES {
        let Some(len) = hash(text.get(at..at + HEX)) else {
            break;
        };
        found.push((name, at..at + len));
        at += len;
    }
    found
}

/// The length of the SHA-256 at the front of `bytes`.
fn hash(bytes: &[u8]) -> Option<usize> {
    if bytes.len() == HEX && bytes.iter().all(u8::is_ascii_hexdigit) {
        return Some(HEX);
    }
    let base64 = bytes.get(..BASE64)?.strip_suffix(b"=")?;
    base64.iter().all(|b| is_digit(*b)).then_some(BASE64)
}

/// Whether a hash may hold `b`.
fn is_digit(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')
}
