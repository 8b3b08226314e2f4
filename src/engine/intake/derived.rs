//! Keys derived from a secret, where a log prints them: they sign as well as the secret does, for a day and a
//! service or for all of them.
//!
//! Owns the names they stand under, and the ways their 32 bytes are written: Ceph's gateway (rgw_auth_s3.cc at
//! debug level 10) writes `signing_k = ` and 64 hex digits, SeaweedFS (auth_signature_v4.go at level 4)
//! `signingKey: `; the documentation of AWS and the many programs made from it call them `kDate`, `kRegion`,
//! `kService` and `kSigning`, and print them as their language prints bytes. They are masked, and used for
//! nothing.

use std::ops::Range;

use memchr::memmem;

use super::text::{Text, is_blank};
use crate::engine::document::{Documents, Mask};

/// What each of the names ends with, in the capitals they come in.
const ENDS: [&[u8]; 13] = [
    b"_k",
    b"key",
    b"Key",
    b"KEY",
    b"kDate",
    b"kRegion",
    b"kService",
    b"kSigning",
    b"k_date",
    b"k_region",
    b"k_service",
    b"k_signing",
    b"ksigning",
];
/// The names, in small letters and without what joins their words.
const NAMES: [&[u8]; 13] = [
    b"datek",
    b"regionk",
    b"servicek",
    b"signingk",
    b"datekey",
    b"regionkey",
    b"servicekey",
    b"signingkey",
    b"derivedkey",
    b"kdate",
    b"kregion",
    b"kservice",
    b"ksigning",
];
/// Longest name as it is written, and longest way from it to the key, in bytes.
const NAME: usize = 16;
const GAP: usize = 32;
/// Length of a key in bytes, in hex and in base64, and of the longest literal of it.
const KEY: usize = 32;
const HEX: usize = 2 * KEY;
const BASE64: usize = 44;
const LITERAL: usize = 6 * KEY;

/// Masks every derived key of `text`.
pub(super) fn mask(docs: &mut Documents, text: &Text) {
    let whole = text.get(0..text.len());
    for end in ENDS {
        for at in memmem::find_iter(whole, end) {
            let at = at + end.len();
            if is_named(text.get(at.saturating_sub(NAME)..at))
                && let Some(key) = key_behind(text, at)
            {
                docs.mask(text.span(key), Mask::Secret);
            }
        }
    }
}

/// Whether what ends here is the name of a derived key.
fn is_named(before: &[u8]) -> bool {
    let plain: Vec<u8> = before
        .iter()
        .filter(|b| !matches!(b, b'_' | b'-' | b' '))
        .map(u8::to_ascii_lowercase)
        .collect();
    NAMES.iter().any(|name| plain.ends_with(name))
}

/// The key behind a name that ends at `at`, in any of its spellings.
fn key_behind(text: &Text, at: usize) -> Option<Range<usize>> {
    let front = text.get(at..at + GAP);
    let joins =
        |b: &u8| is_blank(*b) || matches!(b, b'=' | b':' | b'>' | b'"' | b'\'' | b'\\' | b'(');
    let mut start = at + front.iter().take_while(|b| joins(b)).count();
    for word in [&b"hex"[..], b"(hex)", b"hex)", b"0x"] {
        if text.get(start..start + word.len()) == word {
            start += word.len();
            start += text
                .get(start..start + GAP)
                .iter()
                .take_while(|b| joins(b))
                .count();
        }
    }
    let near = text.get(start..start + LITERAL);
    let run = |inside: fn(&u8) -> bool| near.iter().take_while(|b| inside(b)).count();
    let hex = run(u8::is_ascii_hexdigit);
    if hex >= HEX {
        return Some(start..start + HEX);
    }
    let base64 =
        run(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'='));
    if base64 == BASE64 && near.get(BASE64 - 1) == Some(&b'=') {
        return Some(start..start + BASE64);
    }
    // `[187 107 75 …]` of Go, `b'\xbbkK…'` of Python.
    if near.first() == Some(&b'[') {
        let digits = |b: &u8| b.is_ascii_digit() || matches!(b, b' ' | b',' | b'-');
        let list = near.iter().skip(1).take_while(|b| digits(b)).count();
        let numbers = near.get(1..=list).unwrap_or_default();
        let count = numbers
            .split(|b| !b.is_ascii_digit())
            .filter(|n| !n.is_empty())
            .count();
        return (count == KEY).then_some(start + 1..start + 1 + list);
    }
    let literal = near.first() == Some(&b'b');
    let quote = near
        .get(1)
        .filter(|q| literal && matches!(q, b'"' | b'\''))?;
    let inside = near.get(2..)?;
    let len = memchr::memchr(*quote, inside).unwrap_or(inside.len());
    (len >= KEY).then_some(start + 2..start + 2 + len)
}

#[cfg(test)]
mod tests {
    use crate::engine::document::Source;
    use crate::engine::intake::{Input, read};

    #[test]
    fn the_keys_that_a_gateway_logs_are_masked_and_its_hashes_are_not() {
        let (key, hash) = ("6e".repeat(32), "4f".repeat(32));
        let text = format!(
            "10 req 1 0.004s date_k    = {key}\n10 req 1 0.004s signing_k = {key}\n\
             10 req 1 0.004s generated signature = {hash}\n"
        );
        let input = Input {
            name: "log".to_owned(),
            source: Source::File,
            bytes: text.into(),
        };
        let case = read(&[input], None);
        let (_, document) = case.docs.given().next().unwrap();
        let masked: Vec<usize> = document
            .masks()
            .iter()
            .map(|(span, _)| span.range().len())
            .collect();
        assert_eq!(masked, [64, 64]);
    }

    #[test]
    fn a_derived_key_is_masked_in_every_spelling() {
        let hex = "6e".repeat(32);
        let base64 = format!("{}=", "bm5u".repeat(11).get(..43).unwrap());
        let list = vec!["110"; 32].join(" ");
        let escapes = "\\xee".repeat(32);
        for (line, key) in [
            (format!("auth_signature_v4.go:250 signingKey: {hex}"), &hex),
            (
                format!("Signing Key: {}", hex.to_uppercase()),
                &hex.to_uppercase(),
            ),
            (format!("kSigning = {hex}"), &hex),
            (format!("'k_date': '{hex}'"), &hex),
            (format!("{{\"signing_key\": \"{base64}\"}}"), &base64),
            (format!("signingKey=[{list}]"), &list),
            (format!("signing_key = b'{escapes}'"), &escapes),
        ] {
            let input = Input {
                name: "log".to_owned(),
                source: Source::File,
                bytes: line.clone().into(),
            };
            let case = read(&[input], None);
            let (_, document) = case.docs.given().next().unwrap();
            let masked: Vec<&str> = document
                .masks()
                .iter()
                .filter_map(|(span, _)| line.get(span.range()))
                .collect();
            assert_eq!(masked, [key.as_str()], "{line}");
        }
    }
}
