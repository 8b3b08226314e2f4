//! Requests whose Authorization header is of a scheme that is not followed: its first word tells which.
//!
//! Owns those words. Must not look at what stands behind them: that is a signature, a token or a password.

use super::Foreign;
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Given, SignedRequest};

/// The first words of such headers, and the scheme. Azure's are in “Authorize with Shared Key”, Alibaba Cloud's in
/// “OSS: Include a V1 signature in the Authorization header”, Google's in “Migrating from Amazon S3”.
const KINDS: [(&[u8], Foreign); 10] = [
    (b"OSS", Foreign::OssV1),
    (b"GOOG1", Foreign::Google2),
    (b"GOOG4-RSA-SHA256", Foreign::GoogleRsa),
    (b"GOOG4-HMAC-SHA256", Foreign::GoogleHmac),
    (
        b"OSS4-HMAC-SHA256",
        Foreign::Named("Alibaba Cloud OSS version 4"),
    ),
    (b"ACS3-HMAC-SHA256", Foreign::Named("Alibaba Cloud's ACS3")),
    (b"TC3-HMAC-SHA256", Foreign::Named("Tencent Cloud's TC3")),
    (
        b"TOS4-HMAC-SHA256",
        Foreign::Named("Volcengine TOS version 4"),
    ),
    (
        b"SDK-HMAC-SHA256",
        Foreign::Named("Huawei Cloud's API gateway"),
    ),
    (b"OAuth", Foreign::OAuth1),
];

/// The scheme of a request's Authorization header, and its first word. OAuth has a header of its own kind in version 2,
/// too, which holds a token alone.
pub(super) fn kind(docs: &Documents, request: &SignedRequest) -> Option<(Foreign, Span)> {
    let value = header(docs, request, b"authorization")?;
    let bytes = docs.bytes(value);
    let blanks = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let word = bytes
        .get(blanks..)?
        .iter()
        .take_while(|b| !b.is_ascii_whitespace())
        .take(32)
        .count();
    let place = value.part(blanks..blanks + word);
    let rest = bytes.get(blanks + word..)?.trim_ascii();
    let foreign = match docs.bytes(place) {
        b"SharedKey" | b"SharedKeyLite" => {
            if header(docs, request, b"x-ms-version").is_some() {
                Foreign::AzureStorage
            } else {
                Foreign::Named("Azure (SharedKey)")
            }
        }
        name => KINDS.iter().find(|(own, _)| *own == name)?.1,
    };
    let parameters = memchr::memmem::find(rest, b"oauth_").is_some();
    (!rest.is_empty() && (foreign != Foreign::OAuth1 || parameters)).then_some((foreign, place))
}

/// The value of the first header of this name, in lower case.
fn header(docs: &Documents, request: &SignedRequest, name: &[u8]) -> Option<Span> {
    let named = |given: &Given<&'static str>| match given {
        Given::Stated(span) => docs.bytes(*span).trim_ascii().eq_ignore_ascii_case(name),
        Given::Implied(own) => own.as_bytes().eq_ignore_ascii_case(name),
    };
    let found = request.headers.iter().find(|header| named(&header.name))?;
    Some(found.value)
}
