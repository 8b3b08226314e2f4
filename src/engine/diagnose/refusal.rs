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
const OTHER_WORDS: [&str; 9] = [
    "Signature expired",
    "not yet current",
    "has expired",
    "is now earlier than",
    "is still later than",
    "Credential should be scoped",
    "credential must be scoped",
    "Date in Credential scope",
    "secret key required to complete authentication",
];

/// Reads an answer.
pub(super) fn refusal(answer: &Answer, docs: &Documents) -> Refusal {
    let message = answer.message.map(|m| docs.text(m)).unwrap_or_default();
    // The sentence says it whatever code stands beside it: some services answer AccessDeniedException with it.
    if says_signature(answer, docs, &message) {
        return Refusal::Signature;
    }
    if message.contains(vocabulary::NOT_ALLOWED) && !message.contains(vocabulary::NOBODY) {
        return Refusal::Other("AccessDenied".to_owned());
    }
    let Some(code) = answer.code.map(|code| docs.text(code).trim().to_owned()) else {
        return Refusal::Unknown;
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

/// Whether the words of an answer say that the signatures differ.
fn says_signature(answer: &Answer, docs: &Documents, message: &str) -> bool {
    // Google and Azure put the sentence into an element of its own.
    let details = answer
        .details
        .iter()
        .filter(|(name, _)| vocabulary::SENTENCE_ELEMENTS.contains(&name.as_str()))
        .map(|(_, span)| docs.text(*span));
    let says = |text: &str| {
        vocabulary::SIGNATURE_SENTENCES
            .iter()
            .any(|words| text.contains(words))
    };
    says(message) || details.into_iter().any(|text| says(&text))
}

/// Whether a code is one: what a log broke over lines, or what holds quotes, names no cause.
fn is_word(code: &str) -> bool {
    let part =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'#' | b':' | b'/');
    !code.is_empty() && code.bytes().all(part)
}
