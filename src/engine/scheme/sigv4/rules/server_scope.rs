//! What to do where the server refuses the credential scope: which region its endpoint takes.
//!
//! Owns finding the endpoint or the service in the words around the answer. Must not know what hosts imply: that is
//! the table's.

use std::ops::Range;

use super::answers::Answered;
use super::table as t;
use crate::engine::diagnose::Finding;
use crate::engine::scheme::sigv4::host;
use crate::engine::scheme::{Claim, FieldKey, FieldKind};

/// How far around an answer its endpoint is looked for, in bytes.
const NEAR: usize = 8 << 10;
/// Hosts that are looked at.
const MOST: usize = 16;

/// Services that have one endpoint for all regions, as programs and as commands spell them.
const GLOBAL: [(&str, &str); 6] = [
    ("IAM", "iam"),
    ("CloudFront", "cloudfront"),
    ("Route53", "route53"),
    ("Organizations", "organizations"),
    ("Budgets", "budgets"),
    ("ImportExport", "importexport"),
];
/// The one that takes Version 4A alone, for it has no region (Amazon CloudFront Developer Guide, KeyValueStore).
const WITHOUT_REGION: &str = "cloudfront-keyvaluestore";

/// What to do where `text` refuses the scope: of a region it names the one that it does not take, of a service
/// the one that it wants. None where it does not.
pub(super) fn help(answer: &Answered<'_>, text: &str) -> Option<String> {
    let has = |needle: &str| text.contains(needle);
    if has("Date in Credential scope does not match") {
        return Some(
            "The scope begins with the UTC date of the signing time, as x-amz-date or Date states it: take both \
             from one reading of the clock."
                .into(),
        );
    }
    if has("scoped to a valid region") || has("scoped to a valid Region") {
        let service = if has("scoped to correct service") {
            " The service that the message names is the one to sign for."
        } else {
            ""
        };
        let around = around(answer);
        let region = if is_empty(text) {
            "What was signed for is no region at all: the client had none. Set it where the client reads it (the region \
             of its configuration, AWS_REGION or AWS_DEFAULT_REGION), to the one that the endpoint is in."
                .to_owned()
        } else if holds(around, WITHOUT_REGION.as_bytes()) {
            "CloudFront KeyValueStore has no region: it takes Signature Version 4A alone (AWS4-ECDSA-P256-SHA256), and \
             answers so to Version 4. Give the SDK the package that signs so: for JavaScript @aws-sdk/signature-v4a or \
             @aws-sdk/signature-v4-crt, imported before the client is made; for Python awscrt."
                .to_owned()
        } else {
            named(around, text).unwrap_or_else(|| {
                "The endpoint that answered takes another region than the one signed for, which is the one the message \
                 names if it names any. Sign for the endpoint's own: most hosts name it, as in \
                 SERVICE.REGION.amazonaws.com, and those of global services, as iam.amazonaws.com, are signed for \
                 us-east-1."
                    .to_owned()
            })
        };
        return Some(format!("{region}{service}"));
    }
    has("Credential should be scoped").then(|| {
        "Sign for what the message wants, with the UTC date of the signing time; the key and string to sign \
         both depend on the scope."
            .into()
    })
}

/// Whether the region that `text` refuses is empty.
fn is_empty(text: &str) -> bool {
    let Some((_, behind)) = text.split_once("egion, not ") else {
        return false;
    };
    let behind = behind.replace('\\', "");
    ["''", "\"\"", "“”", "."]
        .iter()
        .any(|none| behind.starts_with(none))
}

/// That a host of AWS refused the header for a reason that is cut off here, and that the scope names a region that no region
/// of AWS is called.
pub(super) fn unknown_region(claim: &Claim, answer: &Answered<'_>) -> Option<Finding> {
    let code = answer.code()?;
    if code.text != "AuthorizationHeaderMalformed" || !answer.evidence.message_is_cut(answer.docs) {
        return None;
    }
    let scope = claim.scope?;
    let text = answer.docs.bytes(scope);
    let start = memchr::memchr(b'/', text)? + 1;
    let len = memchr::memchr(b'/', text.get(start..)?)?;
    let place = scope.part(start..start + len);
    let region = answer.docs.text(place);
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if region.is_empty() || !region.bytes().all(is_word) || host::is_aws_region(&region) {
        return None;
    }
    let host = named_hosts(around(answer))
        .find(|host| host::implied(host).is_some_and(|host| host.is_aws()))?;
    Some(
        t::REGION_UNKNOWN
            .found(
                format!(
                    "The scope names the region {region}, and no region of AWS is called so: {host}, which is named beside \
                     the answer, is a host of AWS."
                ),
                "Regions are called as us-east-1 and eu-central-1 are. Set the client's region (AWS_REGION, the region in \
                 the profile or in the code) to that of the bucket or the service. The rest of the server's message would \
                 name the region that it wants.",
            )
            .at(place, "none of AWS")
            .at(code.span, "refused the header")
            .about(FieldKey::of(FieldKind::SCOPE)),
    )
}

/// What was given around the answer.
fn around<'a>(answer: &Answered<'a>) -> &'a [u8] {
    let place = answer.docs.to_given(answer.evidence.span);
    let whole = answer.docs.whole(place.doc);
    let bytes = answer.docs.bytes(whole);
    let near = place.start.saturating_sub(NEAR)..place.end.saturating_add(NEAR).min(bytes.len());
    bytes.get(near).unwrap_or_default()
}

/// What to sign for, by the endpoint or the service that is named beside the answer; none where there is none, where
/// several are, or where it is the very region that was refused.
fn named(around: &[u8], text: &str) -> Option<String> {
    let refused = |region: &str| {
        text.contains(&format!("not '{region}'")) || text.contains(&format!("not {region}"))
    };
    let mut hosts: Vec<(String, String)> = hosts(around);
    hosts.dedup_by(|a, b| a.1 == b.1);
    match hosts.as_slice() {
        [(host, region)] if !refused(region) => {
            return Some(format!(
                "The host {host}, which is named beside this answer, is signed for {region}: set the region of the client \
                 to that."
            ));
        }
        [] => {}
        [..] => return None,
    }
    let mut services = GLOBAL.iter().filter(|(name, id)| calls(around, name, id));
    let (Some((name, id)), None) = (services.next(), services.next()) else {
        return None;
    };
    let host = format!("{id}.amazonaws.com");
    let region = host::implied(&host)?
        .region
        .filter(|region| !refused(region))?;
    Some(format!(
        "{name} is one service for all regions: its endpoint {host} takes {region} alone, whatever region the client \
         works in otherwise. Sign for {region}; in the partitions of China and GovCloud the endpoint is another."
    ))
}

/// The hosts of AWS in `text` that tell their region, each with it.
fn hosts(text: &[u8]) -> Vec<(String, String)> {
    named_hosts(text)
        .filter_map(|host| {
            let region = host::implied(&host)?.region?;
            Some((host, region))
        })
        .collect()
}

/// What stands in `text` that may be a host of AWS.
fn named_hosts(text: &[u8]) -> impl Iterator<Item = String> {
    const END: &[u8] = b".amazonaws.com";
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let places = memchr::memmem::find_iter(text, END).take(MOST);
    places.filter_map(move |at| {
        let front = text.get(..at)?;
        let len = front
            .iter()
            .rev()
            .take_while(|b| is_name(b))
            .take(253)
            .count();
        let back = text.get(at + END.len()..)?;
        if names_no_call(front.get(..at - len)?, back) {
            return None;
        }
        let more = if back.starts_with(b".cn") { 3 } else { 0 };
        let place: Range<usize> = at - len..at + END.len() + more;
        let host = std::str::from_utf8(text.get(place)?).ok()?;
        Some(host.to_ascii_lowercase())
    })
}

/// Whether the host between `front` and `back` is a part of the name of an XML namespace or of the address of a manual,
/// both of which AWS spells with hosts of its own: an answer of every region has the same.
fn names_no_call(front: &[u8], back: &[u8]) -> bool {
    const ATTRIBUTE: usize = 96;
    let front = front
        .get(front.len().saturating_sub(ATTRIBUTE)..)
        .unwrap_or_default();
    // The attribute goes on to the host: no quote is closed, and no blank stands, between the two.
    let attribute = memchr::memmem::rfind(front, b"xmlns").and_then(|at| front.get(at..));
    let in_attribute = attribute.is_some_and(|text| {
        let opened = text
            .iter()
            .position(|b| matches!(b, b'"' | b'\'' | b'&'))
            .and_then(|at| text.get(at..));
        opened.is_some_and(|value| {
            let value = value.strip_prefix(b"&quot;").unwrap_or(value);
            let value = value.strip_prefix(b"\"").unwrap_or(value);
            let value = value.strip_prefix(b"'").unwrap_or(value);
            matches!(value, b"http://" | b"https://")
        })
    });
    in_attribute || back.starts_with(b"/doc/")
}

/// Whether a program calls the service here: a word of it alone may be about its users or roles.
fn calls(text: &[u8], name: &str, id: &str) -> bool {
    let forms = [
        (format!("{name}."), true),
        (format!("{name}::"), true),
        (format!("{name}Client"), false),
        (format!("@service {name}"), false),
        (format!("aws {id} "), true),
        (format!("client('{id}'"), false),
        (format!("client(\"{id}\""), false),
        (format!("client-{id}"), false),
        (format!("service/{id}"), false),
    ];
    let word =
        |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    forms.iter().any(|(form, goes_on)| {
        memchr::memmem::find_iter(text, form.as_bytes()).any(|at| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            let behind = text.get(at + form.len());
            !word(before) && word(behind) == *goes_on
        })
    })
}

fn holds(text: &[u8], words: &[u8]) -> bool {
    memchr::memmem::find(text, words).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str = "Credential should be scoped to a valid region, not 'us-east-2'.";

    #[test]
    fn a_region_that_is_empty_is_told_from_one_that_is_another() {
        for (text, empty) in [
            (
                "Credential should be scoped to a valid region, not ''. ",
                true,
            ),
            (
                r#"Credential should be scoped to a valid region, not \"\"."#,
                true,
            ),
            (
                "Credential should be scoped to a valid region, not 'us'. ",
                false,
            ),
            (REFUSED, false),
            ("Credential should be scoped to a valid region.", false),
        ] {
            assert_eq!(is_empty(text), empty, "{text}");
        }
    }

    #[test]
    fn the_endpoint_or_a_call_of_the_service_tells_the_region() {
        let region = |text: &str| named(text.as_bytes(), REFUSED);
        assert!(
            region("@service IAM\nIAM.list_access_keys()")
                .is_some_and(|t| t.contains("Sign for us-east-1"))
        );
        assert!(region("$ aws iam list-users").is_some_and(|t| t.contains("iam.amazonaws.com")));
        assert!(
            region("POST https://sqs.eu-west-1.amazonaws.com/")
                .is_some_and(|t| t.contains("for eu-west-1"))
        );
        // A user of IAM calls something else, two hosts tell nothing, and neither does the one that was refused.
        assert_eq!(region("my IAM user calls SQS. IAM. and so on"), None);
        assert_eq!(
            region("sqs.eu-west-1.amazonaws.com sqs.eu-west-2.amazonaws.com"),
            None
        );
        assert_eq!(region("POST https://sqs.us-east-2.amazonaws.com/"), None);
    }

    #[test]
    fn a_namespace_or_a_manual_is_no_host_that_was_called() {
        let region = |text: &str| named(text.as_bytes(), REFUSED);
        for text in [
            r#"<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">"#,
            r#"<ErrorResponse xmlns="http://sqs.eu-west-1.amazonaws.com/2012-11-05/">"#,
            "<e:Error xmlns:e='http://queue.amazonaws.com/2009-02-01/'>",
            "&lt;ErrorResponse xmlns=&quot;http://queue.amazonaws.com/2012-11-05/&quot;&gt;",
            r#"<ErrorResponse xmlns=\"http://queue.amazonaws.com/2012-11-05/\">"#,
            "see https://sts.us-east-1.amazonaws.com/doc/2011-06-15/",
        ] {
            assert_eq!(region(text), None, "{text}");
        }
        // One that was called beside it counts.
        for text in [
            "POST https://sqs.eu-west-1.amazonaws.com/\n<E xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">",
            "<E xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">http://sqs.eu-west-1.amazonaws.com</E>",
        ] {
            assert!(
                region(text).is_some_and(|t| t.contains("sqs.eu-west-1.amazonaws.com")),
                "{text}"
            );
        }
    }
}
