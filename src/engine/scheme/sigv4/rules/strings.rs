//! What is wrong with the strings of others as they stand: the signer's own, or those that the verifier made.
//!
//! Of a request that is here the rules for requests say the same, with the place in the request. It must not compare
//! the strings with anything: that is the business of the comparison.

use super::changing::changing;
use super::facts::listed;
use super::table as t;
use crate::engine::diagnose::{Finding, Label};
use crate::engine::document::Span;
use crate::engine::intake::{Evidence, Side, vocabulary};
use crate::engine::scheme::sigv4::host;
use crate::engine::scheme::{Claim, FieldKey, FieldKind, View};

/// The longest canonical request that is looked at, in bytes.
const LONGEST: usize = 64 << 10;

/// Every remark on the strings of a case.
pub(super) fn findings(view: &View<'_>, claim: &Claim, out: &mut Vec<Finding>) {
    for evidence in &view.case.evidence {
        out.extend(capitals(view, evidence));
    }
    out.extend(not_set(view, claim));
    if view.request.is_none() {
        volatile(view, claim, out);
        let docs = &view.case.docs;
        let region = claim.scope.and_then(|scope| {
            let text = docs.bytes(scope);
            let start = memchr::memchr(b'/', text)? + 1;
            let len = memchr::memchr(b'/', text.get(start..)?)?;
            Some(scope.part(start..start + len))
        });
        out.extend(region.and_then(|region| host_as_region(&docs.text(region), region)));
        out.extend(region.filter(|region| region.is_empty()).map(no_region));
    }
}

/// Signed headers that the browser says it did not set. The host is its own all the same.
fn not_set(view: &View<'_>, claim: &Claim) -> Option<Finding> {
    let docs = &view.case.docs;
    let refused = view
        .case
        .findings
        .iter()
        .find(|finding| finding.id == vocabulary::NOT_SET)?;
    let name = |span: Span| docs.text(span).trim().to_ascii_lowercase();
    let signed = |label: &&Label| {
        let own = name(label.span);
        own != "host" && claim.signed_headers.iter().any(|span| name(*span) == own)
    };
    let labels: Vec<&Label> = refused.labels.iter().filter(signed).collect();
    let mut names: Vec<String> = labels.iter().map(|label| name(label.span)).collect();
    names.dedup();
    let first = names.first()?.clone();
    let (are, them) = match names.len() {
        1 => ("is", "it"),
        _ => ("are", "them"),
    };
    let mut finding = t::NOT_SET_BY_PAGE
        .found(
            format!("{} {are} signed, and the browser refused to set {them}.", listed(&names)),
            "The browser sends its own value or none. Leave it out of SignedHeaders where a browser sends the request.",
        )
        .about(FieldKey::named(FieldKind::HEADER, first, 0));
    for label in labels {
        finding = finding.at(label.span, "not set by the page");
    }
    Some(finding)
}

/// Signed headers that are changed on the way.
fn volatile(view: &View<'_>, claim: &Claim, out: &mut Vec<Finding>) {
    let docs = &view.case.docs;
    let signed = claim.signed_headers.iter();
    out.extend(changing(
        signed.map(|span| (docs.text(*span).trim().to_ascii_lowercase(), *span)),
    ));
}

/// That a host name, a label of one, or an availability zone stands where the region belongs. No region has a dot in it,
/// none begins with the name of a service, and none ends in a letter.
pub(super) fn host_as_region(region: &str, span: Span) -> Option<Finding> {
    if let Some(own) = region_of_label(region) {
        return Some(
            t::REGION_IS_HOST
                .found(
                    format!(
                        "The region of the scope is “{region}”, which is a part of a host's name: the region in it is \
                         {own}."
                    ),
                    format!("Set the client's region to {own}; the endpoint is set apart from it."),
                )
                .at(span, "a label of a host")
                .about(FieldKey::of(FieldKind::SCOPE)),
        );
    }
    if let Some(own) = region.strip_suffix(|c: char| c.is_ascii_lowercase())
        && own.ends_with(|c: char| c.is_ascii_digit())
        && host::is_aws_region(own)
        && !host::is_aws_region(region)
    {
        return Some(
            t::REGION_IS_HOST
                .found(
                    format!(
                        "The region of the scope is “{region}”, which is the name of an availability zone: its region is \
                         {own}."
                    ),
                    format!("Set the client's region to {own}: requests are signed for regions, never for zones."),
                )
                .at(span, "a zone")
                .about(FieldKey::of(FieldKind::SCOPE)),
        );
    }
    let labels: Vec<&str> = region.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let last = labels.last()?;
    let is_host = labels.len() >= 2
        && labels.iter().all(is_label)
        && last.bytes().all(|b| b.is_ascii_alphabetic());
    is_host.then(|| {
        t::REGION_IS_HOST
            .found(
                format!("The region of the scope is “{region}”, which is the name of a host."),
                "Set the client's region to the one that the server goes by, such as us-east-1, and give the host as \
                 its endpoint: a client that has to guess takes the region from the endpoint's name.",
            )
            .at(span, "a host name")
            .about(FieldKey::of(FieldKind::SCOPE))
    })
}

/// That the region of a scope, in a string alone, is empty.
pub(super) fn no_region(place: Span) -> Finding {
    t::CREDENTIAL_SHAPE
        .found(
            "The region of the scope is empty.",
            "The client had none: set it where the client reads it, to the one that the endpoint is in.",
        )
        .at(place, "no region")
        .about(FieldKey::of(FieldKind::SCOPE))
}

/// The region in a label of a host as S3's older endpoints have it (`s3-REGION`, `s3-website-REGION`); none where this
/// is no such label.
fn region_of_label(label: &str) -> Option<&str> {
    let rest = label.strip_prefix("s3-")?;
    let rest = ["website-", "fips-", "accesspoint-"]
        .into_iter()
        .find_map(|more| rest.strip_prefix(more))
        .unwrap_or(rest);
    let parts: Vec<&str> = rest.split('-').collect();
    let (number, words) = parts.split_last()?;
    let is_word = |word: &&str| word.len() >= 2 && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_region = words.len() >= 2
        && words.iter().all(is_word)
        && words.first()?.len() == 2
        && number.len() == 1
        && number.bytes().all(|b| b.is_ascii_digit());
    is_region.then_some(rest)
}

/// A canonical request with capitals in the names of its headers: no verifier makes such a one.
fn capitals(view: &View<'_>, evidence: &Evidence) -> Option<Finding> {
    if evidence.side == Some(Side::Server) {
        return None;
    }
    let docs = &view.case.docs;
    let span = evidence.canonical_request.as_ref()?.span()?;
    let text = docs.bytes(span.until(LONGEST));
    let mut at = 0;
    for (place, line) in text.split(|b| *b == b'\n').enumerate() {
        let start = at;
        at += line.len() + 1;
        // Method, path and query come before the headers.
        let Some(colon) = memchr::memchr(b':', line).filter(|_| place >= 3) else {
            if place >= 3 {
                break;
            }
            continue;
        };
        let name = line.get(..colon)?;
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if name.iter().all(is_name) && name.iter().any(u8::is_ascii_uppercase) {
            let name = String::from_utf8_lossy(name).into_owned();
            let lower = name.to_ascii_lowercase();
            return Some(
                t::CANONICAL_CASE
                    .found(
                        format!("The canonical request names the header {name} with capitals."),
                        format!(
                            "The canonical form has the names in lower case and in their order: {lower}. A verifier \
                             makes it so, and then the hashes differ."
                        ),
                    )
                    .at(span.part(start..start + colon), "in capitals")
                    .about(FieldKey::named(FieldKind::HEADER, lower.as_str(), 0)),
            );
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_of_an_s3_host_is_told_from_a_region() {
        for (label, region) in [
            ("s3-ap-northeast-1", Some("ap-northeast-1")),
            ("s3-us-gov-west-1", Some("us-gov-west-1")),
            ("s3-website-eu-west-1", Some("eu-west-1")),
            ("us-east-1", None),
            ("s3-compatible", None),
            ("s3-region-1", None),
            ("s3-external-1", None),
            ("us-s3-east-1", None),
        ] {
            assert_eq!(region_of_label(label), region, "{label}");
        }
    }
}
