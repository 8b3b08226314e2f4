//! What a server's answer says of the body that it received, and of a request that it let pass all the same.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answers::Answered;
use super::facts::{Part, shown};
use super::server::said;
use super::table as t;
use crate::engine::diagnose::Finding;
use crate::engine::scheme::sigv4::body::EMPTY_HEX;
use crate::engine::scheme::{FieldKey, FieldKind};

/// The two SHA-256 that do not agree.
pub(super) fn payload(answer: &Answered<'_>) -> Finding {
    let client = answer.detail("ClientComputedContentSHA256");
    let server = answer.detail("S3ComputedContentSHA256");
    let (Some(client), Some(server)) = (client, server) else {
        let text = answer.message().map(|m| m.text).unwrap_or_default();
        return said(
            answer,
            &t::SERVER_PAYLOAD,
            &text,
            "Hash the very bytes that are sent.",
            Some(FieldKind::PAYLOAD_HASH),
        );
    };
    let (message, help) = if is_same_in_base64(&client.text, &server.text) {
        (
            format!(
                "The request states the hash of its body in base64 ({}), and the server wants it in hex: it is the very \
                 hash of the body that it received.",
                shown(&client.text)
            ),
            "Write x-amz-content-sha256 in lower-case hex, 64 digits; the body is right.",
        )
    } else if client.text == EMPTY_HEX {
        (
            format!(
                "The request was signed with the hash of an empty body ({}), and the body the server \
                 received hashes to {}.",
                shown(&client.text),
                shown(&server.text)
            ),
            "You hashed an empty body: a stream that was already read, or a body set after signing. \
             Hash the bytes that are sent.",
        )
    } else if server.text == EMPTY_HEX {
        (
            format!(
                "The server received an empty body, and the request was signed with the hash {}.",
                shown(&client.text)
            ),
            "The body got lost: a redirect that became GET, a stream that was already read, or a \
             proxy that dropped it.",
        )
    } else {
        (
            format!(
                "The request was signed with the hash {}, and the body the server received hashes to \
                 {}.",
                shown(&client.text),
                shown(&server.text)
            ),
            "The body changed between hashing and arriving: another encoding, a line end, compression, \
             or a form rewritten on the way.",
        )
    };
    t::SERVER_PAYLOAD
        .found(message, help)
        .at(client.span, "what was signed")
        .at(server.span, "what the server received")
        .about(FieldKey::of(FieldKind::PAYLOAD_HASH))
}

/// Whether `client` is in base64 what `server` is in hex.
fn is_same_in_base64(client: &str, server: &str) -> bool {
    STANDARD
        .decode(client.trim())
        .is_ok_and(|raw| raw.len() == 32 && hex::encode(raw).eq_ignore_ascii_case(server.trim()))
}

/// The two MD5 that do not agree (`BadDigest` of Amazon S3): the one that Content-MD5 states and that of the body that
/// arrived. One is printed in hex and the other in base64. None where one of them is not told.
pub(super) fn digest(answer: &Answered<'_>) -> Option<Finding> {
    let stated = answer.detail("ExpectedDigest")?;
    let computed = answer.detail("CalculatedDigest")?;
    let (left, right) = (md5(&stated)?, md5(&computed)?);
    let (message, help) = if left == right {
        (
            format!(
                "The server names one and the same MD5 twice, {left}, and says that it did not match."
            ),
            "Ask for the answer once more: what it printed is not what it compared.",
        )
    } else if right == EMPTY_MD5 {
        (
            format!("The server received an empty body, and Content-MD5 states {left} in hex."),
            "The body got lost: a redirect that became GET, a stream that was already read, or a proxy that dropped it.",
        )
    } else {
        (
            format!(
                "Content-MD5 states {left} (in hex), and the body that the server received has the MD5 {right}."
            ),
            "The body changed between hashing and arriving, or another file was hashed: compare with the MD5 of the file \
             as it lies on disk. The server looked at this before it stored anything; nothing is proved of the signature.",
        )
    };
    Some(
        t::SERVER_DIGEST
            .found(message, help)
            .at(stated.span, "what Content-MD5 states")
            .at(computed.span, "what the server received"),
    )
}

/// The MD5 of nothing, in hex.
const EMPTY_MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// An MD5 in lower-case hex, however it is spelled.
fn md5(part: &Part) -> Option<String> {
    let text = part.text.trim();
    if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(text.to_ascii_lowercase());
    }
    let bytes = STANDARD
        .decode(text)
        .ok()
        .filter(|bytes| bytes.len() == 16)?;
    let digit = |four: u8| char::from_digit(u32::from(four), 16);
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

/// What LocalStack logs in place of an answer where it is told to look at no signature (its
/// `services/s3/presigned_url.py`).
pub(super) fn let_pass(answer: &Answered<'_>, text: &str) -> Option<Finding> {
    let (what, _) =
        text.split_once(", but not raising an error, as S3_SKIP_SIGNATURE_VALIDATION")?;
    let found = if what.ends_with("Signatures do not match") {
        "found that the signatures differ"
    } else if what.ends_with("Signature is expired") {
        "found that the presigned URL has expired"
    } else {
        return None;
    };
    Some(
        t::SERVER_LET_PASS
            .found(
                format!(
                    "LocalStack {found}, and let the request pass all the same: S3_SKIP_SIGNATURE_VALIDATION is set."
                ),
                "S3 refuses this request. Start LocalStack with S3_SKIP_SIGNATURE_VALIDATION=0: then it answers with the \
                 strings that it signed, and they show which part differs.",
            )
            .at(answer.place(), "LocalStack's log"),
    )
}
