//! Hashes and checksums that everybody knows: of nothing, and of the texts that programs make of nothing.
//!
//! Owns telling them, whole or by the digits that are left of them, and what they say beside a body, a length or a
//! method. It must not hash what is not in the paste otherwise: whether a stated hash is that of the body that is here is
//! the business of the rules for bodies.

use sha2::{Digest as _, Sha256};

use super::facts::{Facts, Form, Part, shown};
use super::payload::hash_key;
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::intake::{Body, Given, final_newline_len, is_filler, is_redacted, is_verb};
use crate::engine::scheme::sigv4::body::EMPTY_HEX;
use crate::engine::scheme::{FieldKey, FieldKind};

/// Whether somebody put a mark in the place of the stated hash, or of a part of it.
pub(super) fn is_hidden(stated: &Part) -> bool {
    let text = stated.text.as_bytes();
    is_redacted(text) || is_filler(text) || is_verb(text)
}

/// What is left of a hidden hash, against the body that is here: digits that are not those of its hash are of another.
pub(super) fn left_of_it(facts: &Facts<'_>, stated: &Part, out: &mut Vec<Finding>) {
    /// So few digits are alike by chance.
    const LEAST: usize = 4;
    let Body::Held { span, .. } = facts.request.body else {
        return;
    };
    let body = facts.docs.bytes(span);
    let whole = hex::encode(Sha256::digest(body));
    let without = body.get(..body.len() - final_newline_len(body));
    let without = hex::encode(Sha256::digest(without.unwrap_or(body)));
    let seen = Visible::of(&stated.text);
    if span.is_empty() || seen.len() < LEAST || seen.fits(&whole) || seen.fits(&without) {
        return;
    }
    out.push(
        t::PAYLOAD_HASH_WRONG
            .at_most(
                // Whoever hid a part of it may have typed in the rest.
                Severity::Warning,
                format!(
                    "What is left of x-amz-content-sha256 is “{}”, and the body here ({} bytes) hashes to {whole}, \
                     which has other digits there.",
                    shown(&stated.text),
                    body.len()
                ),
                "Hash the very bytes that are sent. If this body was copied from a screen or an editor, its line ends \
                 or its last one may have changed.",
            )
            .at(stated.span, "what was signed")
            .at(span, "the body")
            .about(hash_key()),
    );
}

/// What is to be seen of a hash in hex: the digits at its front and at its end, where a mark stands for the others.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Visible {
    front: String,
    back: String,
}

impl Visible {
    /// Of a hash that may hold a mark.
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        // Letters of the mark that may pass for digits are left with it: `REDACTED` ends in one.
        let is_digit = |b: &u8| b.is_ascii_hexdigit();
        let front = text.bytes().take_while(|b| is_digit(b)).count();
        let back = text.bytes().rev().take_while(|b| is_digit(b)).count();
        let mark = "redacted";
        let front = text.find(mark).map_or(front, |at| at.min(front));
        let back = text
            .rfind(mark)
            .map_or(back, |at| (text.len() - at - mark.len()).min(back));
        if front == text.len() && front == 64 {
            return Self {
                front: text,
                back: String::new(),
            };
        }
        Self {
            front: text.get(..front).unwrap_or_default().to_owned(),
            back: text.get(text.len() - back..).unwrap_or_default().to_owned(),
        }
    }

    /// Of a hash that stops in the paste.
    pub(super) fn front(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
        Self {
            front: text.get(..digits).unwrap_or_default().to_owned(),
            back: String::new(),
        }
    }

    /// How many of its digits are to be seen.
    fn len(&self) -> usize {
        self.front.len() + self.back.len()
    }

    /// Whether all of them are.
    fn is_whole(&self) -> bool {
        self.len() == 64
    }

    /// Whether `hash`, in lower-case hex, has them.
    fn fits(&self, hash: &str) -> bool {
        self.len() <= 64 && hash.starts_with(&self.front) && hash.ends_with(&self.back)
    }

    /// The same of enough digits that no other hash is likely to have.
    fn tells(&self, hash: &str) -> bool {
        const LEAST: usize = 8;
        self.len() >= LEAST && self.fits(hash)
    }

    /// Whether it is the hash of an empty body, as far as it is to be seen.
    pub(super) fn is_nothing(&self) -> bool {
        self.tells(EMPTY_HEX)
    }
}

/// Texts that programs make of a body that is not there, as they are spelled here.
const KNOWN: [(&[u8], &str); 9] = [
    (b"{}", "“{}”"),
    (b"{}\n", "“{}” and a line end"),
    (b"null", "“null”"),
    (b"undefined", "“undefined”"),
    (b"[object Object]", "“[object Object]”"),
    (b"[]", "“[]”"),
    (b"\"\"", "two quotes, “\"\"”"),
    (b"\n", "a line end alone"),
    (b" ", "a blank alone"),
];

/// What to do about the hash of an empty body where there is one.
pub(super) const NOTHING_HELP: &str = "Hash the bytes that are sent: a stream that was already read, or a body that is set \
    after signing, is hashed as empty.";

/// That what was hashed is a text which is no body of this method, or of none: `{}` is one that a POST may well have.
pub(super) fn known_text(method: &str, seen: &Visible) -> Option<Finding> {
    let (text, called) = KNOWN
        .into_iter()
        .find(|(text, _)| seen.tells(&hex::encode(Sha256::digest(text))))?;
    let is_bare = matches!(method, "GET" | "HEAD" | "DELETE" | "OPTIONS");
    if !is_bare && matches!(text, b"{}" | b"[]") {
        return None;
    }
    let as_far = if seen.is_whole() {
        ""
    } else {
        ", as far as its digits are here"
    };
    let beside = if is_bare {
        format!(", and the method is {method}")
    } else {
        String::new()
    };
    Some(t::PAYLOAD_OF_TEXT.found(
        format!("The payload hash is that of the text {called}{as_far}{beside}."),
        "A client that makes such a text of a body that is not there hashes it, and then sends nothing: the verifier \
         hashes what arrives, and an empty body has the hash e3b0c442…. Sign the request without a body, unless that text \
         is sent.",
    ))
}

/// The stated hash where the body is not here: of nothing, while the length says that there is something, or of a text
/// that is no body.
pub(super) fn against_nothing(facts: &Facts<'_>, stated: &Part, out: &mut Vec<Finding>) {
    let body = match &facts.request.body {
        Body::Held { span, .. } => span.len() as u64,
        Body::Streamed(body) => body.len,
        Body::Absent => 0,
    };
    // Held against it already.
    if body > 0 {
        return;
    }
    let seen = Visible::of(&stated.text);
    let length = facts.headers("content-length").next();
    let length = length.and_then(|(line, value)| Some((line, value.text.parse::<u64>().ok()?)));
    if let Some((line, length)) = length.filter(|(_, length)| *length > 0) {
        if seen.is_nothing() {
            out.push(
                t::PAYLOAD_OF_NOTHING
                    .found(
                        format!(
                            "x-amz-content-sha256 is the hash of an empty body, and Content-Length says {length} bytes."
                        ),
                        NOTHING_HELP,
                    )
                    .at(stated.span, "the hash of nothing")
                    .at(line, "the length of something")
                    .about(hash_key()),
            );
        }
        return;
    }
    let method = match facts.request.method {
        Given::Stated(_) => facts.method(),
        // A method that stands nowhere tells nothing.
        Given::Implied(_) => String::new(),
    };
    let found = known_text(&method, &seen);
    out.extend(found.map(|finding| finding.at(stated.span, "this hash").about(hash_key())));
}

/// What the checksums of an empty body look like, in base64, by the header or parameter that states them (Amazon S3 User
/// Guide, Checking object integrity): CRC-32 and CRC-32C of 4 bytes, CRC-64/NVME of 8, SHA-1 and SHA-256.
const OF_NOTHING: [(&str, &str); 6] = [
    ("x-amz-checksum-crc32", "AAAAAA=="),
    ("x-amz-checksum-crc32c", "AAAAAA=="),
    ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="),
    ("x-amz-checksum-sha1", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
    (
        "x-amz-checksum-sha256",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ),
    ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
];

/// A checksum of nothing, in a URL that is presigned for an upload or beside a body.
pub(super) fn checksum(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    for (name, empty) in OF_NOTHING {
        let (value, beside) = match facts.form {
            Form::Query => {
                // A header may be signed with it instead, and is then not in the query.
                let Some(param) = facts.param_like(name) else {
                    continue;
                };
                (param.value.clone(), None)
            }
            Form::Header => {
                let (Some(value), Some(beside)) = (facts.header(name), has_body(facts)) else {
                    continue;
                };
                (value, Some(beside))
            }
        };
        // In a query a raw `+` is read as it was meant.
        if value.text.replace(' ', "+") != empty {
            continue;
        }
        let (message, help) = match beside {
            Some(beside) => (
                format!("{name} is {empty}, the checksum of an empty body, and {beside}."),
                "Compute it of the bytes that are sent.",
            ),
            None => (
                format!("{name} is presigned as {empty}, the checksum of an empty body."),
                "The server refuses every upload but an empty one. A client that presigns has no body yet: leave the \
                 checksum out. In AWS SDKs from 2025 on set requestChecksumCalculation (request_checksum_calculation) to \
                 WHEN_REQUIRED.",
            ),
        };
        out.push(
            t::CHECKSUM_OF_NOTHING
                .found(message, help)
                .at(value.span, "of nothing")
                .about(FieldKey::named(
                    match facts.form {
                        Form::Query => FieldKind::QUERY,
                        Form::Header => FieldKind::HEADER,
                    },
                    name,
                    0,
                )),
        );
    }
}

/// What says that the request has a body.
fn has_body(facts: &Facts<'_>) -> Option<String> {
    let bytes = match &facts.request.body {
        Body::Held { span, .. } => facts.docs.bytes(*span).trim_ascii().len() as u64,
        Body::Streamed(body) => body.len,
        Body::Absent => 0,
    };
    if bytes > 0 {
        return Some(format!("a body of {bytes} bytes is here"));
    }
    let stated = facts.header("content-length")?.text.parse::<u64>().ok()?;
    (stated > 0).then(|| format!("Content-Length says {stated} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_known_by_the_digits_that_are_left() {
        let braces = hex::encode(Sha256::digest(b"{}"));
        let known = |method: &str, text: &str| known_text(method, &Visible::of(text));
        for text in [
            braces.clone(),
            braces.to_ascii_uppercase(),
            "44136fa3****************aff8a".to_owned(),
            "44136faREDACTEDcaaff8a".to_owned(),
            "44136fa355b3...".to_owned(),
        ] {
            let found = known("GET", &text).expect(&text);
            assert!(found.message.contains("“{}”"), "{}", found.message);
            // A POST may well have it.
            assert!(known("POST", &text).is_none(), "{text}");
        }
        for text in ["44136fa", "44136fa3****************aff8b", "", EMPTY_HEX] {
            assert!(known("GET", text).is_none(), "{text}");
        }
        let null = hex::encode(Sha256::digest(b"null"));
        assert!(known("POST", &null).is_some());
    }

    #[test]
    fn the_checksums_of_nothing_are_right() {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let sha = OF_NOTHING.iter().find(|(name, _)| name.ends_with("sha256"));
        assert_eq!(sha.unwrap().1, STANDARD.encode(Sha256::digest(b"")));
        let len = |of: &str| {
            let own = OF_NOTHING.iter().find(|(name, _)| *name == of).unwrap();
            STANDARD.decode(own.1).unwrap().len()
        };
        let lengths =
            ["crc32", "crc32c", "crc64nvme", "sha1"].map(|of| len(&format!("x-amz-checksum-{of}")));
        assert_eq!((lengths, len("content-md5")), ([4, 4, 8, 20], 16));
    }
}
