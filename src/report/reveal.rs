//! What `--reveal` shows: session tokens, and no other credential.
//!
//! Cookies, bearer tokens and API keys are hidden as tokens are, for they must stand whole in corrected
//! headers; but nobody asked to see them.

use crate::engine::document::{Documents, Mask, Span};
use crate::engine::secret::Redactor;
use crate::workbench::Work;

/// Names of headers that carry a credential other than a session token, letters and digits alone.
const CREDENTIALS: [&str; 7] = [
    "authorization",
    "proxyauthorization",
    "cookie",
    "setcookie",
    "xapikey",
    "apikey",
    "xauthtoken",
];

/// The most bytes in front of a value that are looked through for its name.
const REACH: usize = 64;

/// The redactor of `work`, with session tokens let through.
pub(super) fn redactor(work: &Work) -> Redactor {
    let docs = &work.case.docs;
    let mut redactor = work.redactor.clone().revealing_tokens(true);
    for (_, document) in docs.iter() {
        for (span, mask) in document.masks() {
            if *mask == Mask::Token && is_credential(docs, *span) {
                redactor.hide(docs.bytes(*span), Mask::Secret);
            }
        }
    }
    redactor
}

/// Whether what stands in front of a value on its line begins with the name of such a header.
fn is_credential(docs: &Documents, span: Span) -> bool {
    let Some(document) = docs.get(span.doc) else {
        return false;
    };
    let start = span.start.saturating_sub(REACH);
    let before = document.bytes().get(start..span.start).unwrap_or_default();
    let line = before.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    let Some(colon) = line.iter().rposition(|b| matches!(b, b':' | b'=')) else {
        return false;
    };
    let name: Vec<u8> = line
        .get(..colon)
        .unwrap_or_default()
        .iter()
        .rev()
        .skip_while(|b| !b.is_ascii_alphanumeric())
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        .filter(|b| b.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    CREDENTIALS
        .iter()
        .any(|credential| credential.bytes().rev().eq(name.iter().copied()))
}
