//! Which scheme a piece of evidence is of, where it is one that is not followed: by the form of its string, or else by
//! the words of its answer.
//!
//! Owns those forms and words. Must not know what is said of the scheme.

use super::{Foreign, NAMED};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::shape::sas;
use crate::engine::intake::vocabulary::{SIGNATURE_CODES, SIGNATURE_SENTENCES};
use crate::engine::intake::{Case, Evidence, Pattern};

/// The scheme of a piece of evidence, where it is one that is not followed, and the place that shows it.
pub(super) fn foreign(case: &Case, evidence: &Evidence) -> Option<(Foreign, Span)> {
    let docs = &case.docs;
    if let Some(span) = evidence.string_to_sign.as_ref().and_then(Pattern::span) {
        return of_string(docs, evidence, span).map(|foreign| (foreign, span));
    }
    let answer = evidence.answer.as_ref()?;
    let bytes = |span: Option<Span>| span.map_or(&b""[..], |span| docs.bytes(span));
    let details = answer.details.iter().map(|(_, span)| Some(*span));
    let place = answer.message.or(answer.code).unwrap_or(evidence.span);
    let code = bytes(answer.code).trim_ascii();
    let said = |words: &str| {
        let texts = details.clone().chain([answer.message]);
        texts
            .into_iter()
            .any(|span| memchr::memmem::find(bytes(span), words.as_bytes()).is_some())
    };
    let detail = |name: &str| answer.details.iter().any(|(own, _)| own == name);
    // What else such a server says, of the clock or the key, holds in any scheme.
    let is_refusal = SIGNATURE_CODES.iter().any(|own| own.as_bytes() == code)
        || SIGNATURE_SENTENCES.iter().any(|words| said(words));
    let foreign = if code == b"WebhookVerificationError" {
        // The libraries of Standard Webhooks and of Svix, which it was made from, name it so in every language.
        Foreign::StandardWebhook
    } else if code == b"SignatureVerificationError" || WEBHOOKS.iter().any(|words| said(words)) {
        Foreign::Webhook
    } else if said("oauth_problem=") {
        Foreign::OAuth1
    } else if said("input authorization token can't serve") {
        Foreign::AzureCosmos
    } else if AZURE.iter().any(|words| said(words)) {
        Foreign::AzureStorage
    } else if said("conform to Aliyun standards") || said("Specified signature is not matched") {
        Foreign::Rpc
    } else if detail("OSSAccessKeyId") {
        Foreign::OssV1
    } else if is_refusal && (detail("x-oss-request-id") || is_told_by_oss(docs, evidence)) {
        // Its answers are the same for both of its versions.
        Foreign::Oss
    } else {
        let signature = evidence.signature.as_ref().and_then(Pattern::span);
        let short = signature.is_some_and(|span| is_sha1(docs.bytes(span)));
        match (said("Check your Google secret key"), short) {
            (true, true) => Foreign::Google2,
            (true, false) => Foreign::Google,
            (false, true) => Foreign::Aws2,
            (false, false) => return None,
        }
    };
    Some((foreign, place))
}

/// How far in front of a code or message its program may name itself, in bytes.
const NAMED_BEFORE: usize = 160;
/// How Alibaba Cloud's SDKs for Go and Python begin an error of the object storage.
const OSS_SDKS: [&[u8]; 2] = [b"oss: service returned error", b"oss2.exceptions."];

/// Whether an SDK of the object storage printed this error: it names itself in front, on the same line.
fn is_told_by_oss(docs: &Documents, evidence: &Evidence) -> bool {
    let own = evidence.span;
    let start = own.start.saturating_sub(NAMED_BEFORE);
    let front = docs.bytes(Span::new(own.doc, start, own.start));
    let line = memchr::memrchr(b'\n', front).map_or(0, |at| at + 1);
    let front = front.get(line..).unwrap_or_default();
    OSS_SDKS
        .iter()
        .any(|name| memchr::memmem::find(front, name).is_some())
}

/// How far around a string to sign the request may stand that it is of, in bytes.
const REQUEST_NEAR: usize = 4 << 10;

/// Whether an Authorization header of the object storage stands behind a string, as its SDKs log it.
fn is_signed_for_oss(docs: &Documents, string: Span) -> bool {
    let given = docs.to_given(string);
    let behind = Span::new(given.doc, given.end, given.end.saturating_add(REQUEST_NEAR));
    let behind = docs.bytes(behind);
    memchr::memmem::find_iter(behind, b"uthorization").any(|at| {
        let value = behind.get(at + b"uthorization".len()..).unwrap_or_default();
        let gap = |b: &&u8| matches!(b, b' ' | b':' | b'"' | b'\'');
        let skipped = value.iter().take_while(gap).count();
        value
            .get(skipped..)
            .is_some_and(|value| value.starts_with(b"OSS "))
    })
}

/// How Azure Storage refuses a signature (its published error messages).
const AZURE: [&str; 4] = [
    "The MAC signature found",
    "Server failed to authenticate the request",
    "Signature did not match. String to sign used was",
    "Signature not valid in the specified time frame",
];

/// How verifiers of webhooks refuse (the libraries of Stripe and of Standard Webhooks; github-webhook-handler and
/// Octokit's webhooks, and GitHub's own examples).
const WEBHOOKS: [&str; 9] = [
    "No signatures found matching the expected signature",
    "No signatures found with expected scheme",
    "Unable to extract timestamp and signatures from header",
    "Timestamp outside the tolerance zone",
    "No matching signature found",
    "X-Hub-Signature does not match",
    "X-hub-signature does not match",
    "signature does not match event payload and secret",
    "Signatures didn't match!",
];

/// The scheme that a string to sign is of.
pub(super) fn of_string(docs: &Documents, evidence: &Evidence, string: Span) -> Option<Foreign> {
    let text = docs.bytes(string);
    let has = |needle: &[u8]| memchr::memmem::find(text, needle).is_some();
    if text.starts_with(b"AWS4-ECDSA-") {
        return Some(Foreign::Aws4a);
    }
    if text.starts_with(b"AWS4-") {
        return None;
    }
    if text.starts_with(b"GOOG4-RSA-") {
        return Some(Foreign::GoogleRsa);
    }
    if text.starts_with(b"GOOG4-") {
        return Some(Foreign::GoogleHmac);
    }
    if is_cos(text) {
        return Some(Foreign::Cos);
    }
    if let Some((_, name)) = NAMED.iter().find(|(front, _)| text.starts_with(front)) {
        return Some(Foreign::Named(name));
    }
    if sas::read(text).is_some() && is_sas(docs, evidence, text) {
        return Some(Foreign::AzureStorage);
    }
    let front = text.get(..text.len().min(16)).unwrap_or_default();
    let word = front.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let behind = text.get(word..).unwrap_or_default();
    if (3..=7).contains(&word) && behind.starts_with(b"&%2F&") {
        return Some(Foreign::Rpc);
    }
    if (3..=7).contains(&word) && behind.starts_with(b"&http") {
        return Some(Foreign::OAuth1);
    }
    if text.starts_with(b"eyJ") && !text.contains(&b'\n') {
        return Some(Foreign::PostPolicy);
    }
    let upper = text.first().is_some_and(u8::is_ascii_uppercase);
    if !(3..=7).contains(&word) || !matches!(behind.first(), Some(b'\n' | b' ' | b'\r')) {
        return None;
    }
    let answer = evidence.answer.as_ref();
    let detail = |name: &str| answer.is_some_and(|a| a.details.iter().any(|(own, _)| own == name));
    let words = |needle: &[u8]| {
        let spans = answer
            .into_iter()
            .flat_map(|a| a.details.iter().map(|(_, span)| *span).chain(a.message));
        spans
            .into_iter()
            .any(|span| memchr::memmem::find(docs.bytes(span), needle).is_some())
    };
    Some(if !upper {
        // Its method is in lower case.
        Foreign::AzureCosmos
    } else if has(b"\nx-ms-") || words(b"MAC signature found") {
        Foreign::AzureStorage
    } else if detail("OSSAccessKeyId") || has(b"\nx-oss-") || is_signed_for_oss(docs, string) {
        Foreign::OssV1
    } else if has(b"\nx-goog-") || words(b"Google secret key") {
        Foreign::Google2
    } else {
        Foreign::Aws2
    })
}

/// Whether a text that may be the string of a shared access signature is one: with lines it is, with blanks in their
/// place where Azure says so.
fn is_sas(docs: &Documents, evidence: &Evidence, text: &[u8]) -> bool {
    let answer = evidence.answer.iter();
    let spans = answer.flat_map(|a| a.details.iter().map(|(_, span)| *span).chain(a.message));
    let said =
        |span: Span| memchr::memmem::find(docs.bytes(span), b"String to sign used was").is_some();
    text.contains(&b'\n') || spans.into_iter().any(said)
}

/// Whether this is a string to sign of Tencent Cloud COS (its documentation, Request Signature): the algorithm, the two
/// ends of its validity, and a SHA-1 in hex, a line each.
pub(in crate::engine::intake::shape) fn is_cos(text: &[u8]) -> bool {
    let mut lines = text.trim_ascii_end().split(|b| *b == b'\n');
    let (Some(b"sha1"), Some(times), Some(hash), None) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return false;
    };
    let mut ends = times.split(|b| *b == b';');
    let seconds = |part: Option<&[u8]>| {
        part.is_some_and(|part| {
            (9..=11).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
        })
    };
    seconds(ends.next())
        && seconds(ends.next())
        && ends.next().is_none()
        && hash.len() == 40
        && hash.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a signature is as long as an HMAC-SHA1 in base64.
fn is_sha1(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.len() == 28 && text.ends_with(b"=")
}
