//! What a verifier's answer means, by its code and message.

use crate::engine::document::Documents;
use crate::engine::intake::{Answer, vocabulary};

/// Why a verifier refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Refusal {
    /// It computed another signature.
    Signature,
    /// Something else, by its code.
    Other(String),
    /// The answer gives no reason that is known here.
    Unknown,
}

/// The same codes also carry a refusal for the clock or the scope; then the message says so (aws-cli#6676).
const OTHER_WORDS: [&str; 7] = [
    "Signature expired",
    "not yet current",
    "has expired",
    "is now earlier than",
    "is still later than",
    "Credential should be scoped",
    "Date in Credential scope",
];

/// Reads an answer.
pub(super) fn refusal(answer: &Answer, docs: &Documents) -> Refusal {
    let message = answer.message.map(|m| docs.text(m)).unwrap_or_default();
    let Some(code) = answer.code.map(|code| docs.text(code).trim().to_owned()) else {
        return if message.contains(vocabulary::SIGNATURE_WORDS) {
            Refusal::Signature
        } else {
            Refusal::Unknown
        };
    };
    let name = code.rsplit('#').next().unwrap_or(&code);
    if vocabulary::SIGNATURE_CODES.contains(&name)
        && !OTHER_WORDS.iter().any(|word| message.contains(word))
    {
        Refusal::Signature
    } else if !is_word(&code) {
        Refusal::Unknown
    } else {
        Refusal::Other(code)
    }
}

/// Whether a code is one: what a log broke over lines, or what holds quotes, names no cause.
fn is_word(code: &str) -> bool {
    let part =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'#' | b':' | b'/');
    !code.is_empty() && code.bytes().all(part)
}
