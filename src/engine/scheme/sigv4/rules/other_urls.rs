//! Requests and URLs that are signed with AWS Signature Version 2 or by another provider's scheme: what they say for
//! themselves, though their signature is not followed.
//!
//! Reads the query by itself, for there is no claim. Must not know how those schemes sign.

use chrono::{DateTime, TimeDelta, Utc};

use super::best_clock;
use super::parse::{Param, query_params};
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::SignedRequest;
use crate::engine::intake::vocabulary::{Ends, SignedUrl, signed_url};
use crate::engine::scheme::View;
use crate::engine::scheme::sigv4::{date, reading};

/// What to do about a signature of version 2.
const VERSION_2_HELP: &str = "Regions that opened after January 2014 take Version 4 only, and so do most services: \
    switch the client to Version 4 (s3v4, AWS4-HMAC-SHA256) and paste what it sends then.";

/// The same where the signature has the form of another version.
const VERSIONS_MIXED: &str = "The signature of Version 2 is Base64 of 28 or 44 characters. Sign all of it by the one \
    version that the service takes.";

/// What a query names that is signed by version 2 for any service but S3, whose URLs end by `Expires`.
pub(super) const VERSION_2_NAMES: [&str; 2] = ["SignatureMethod", "SignatureVersion"];

/// Whether a signature has the form that Version 4 gives it.
pub(super) fn is_of_version_4(signature: &str) -> bool {
    signature.len() == 64 && signature.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether `request` carries a signature of version 2.
pub(super) fn is_version_2(docs: &Documents, request: &SignedRequest) -> bool {
    let params = query_params(docs, request);
    let named = |name: &str| params.iter().any(|p| p.name.text == name);
    let in_header = request.headers.iter().any(|header| {
        reading::header_name(docs, header).eq_ignore_ascii_case(b"authorization")
            && docs
                .bytes(header.value)
                .trim_ascii_start()
                .starts_with(b"AWS ")
    });
    in_header || named("AWSAccessKeyId") && named("Signature")
}

pub(super) fn version_2(span: Span, place: &str) -> Finding {
    t::VERSION_2
        .found(
            format!("{place} carries Signature Version 2, which is not verified here."),
            VERSION_2_HELP,
        )
        .at(span, "Signature Version 2")
}

/// A URL that names its key as version 2 does, and has a signature of version 4.
pub(super) fn mixed(key: &Param, signature: &Param, lacks: &[&str]) -> Finding {
    let lacks = if lacks.is_empty() {
        String::new()
    } else {
        format!(
            " Of those of Version 2 it lacks {}.",
            super::facts::listed(lacks)
        )
    };
    t::VERSION_2
        .found(
            format!(
                "The parameters of this URL are those of Signature Version 2, and its signature is 64 hex digits, as \
                 Version 4 makes them: it is whole by neither version.{lacks}"
            ),
            VERSIONS_MIXED,
        )
        .at(key.span, "as Version 2 has it")
        .at(signature.span, "as Version 4 has it")
}

/// A URL of version 2, with what it says for itself: for which key, and until when.
pub(super) fn presigned_2(
    view: &View<'_>,
    key: &Param,
    until: Option<(&Param, DateTime<Utc>)>,
) -> Finding {
    let id = super::facts::shown(&key.value.text);
    let finding = t::VERSION_2
        .found(
            format!(
                "This URL is signed with Signature Version 2, which is not verified here: it is for the key {id}{}.",
                until.map_or_else(String::new, |(_, at)| ending(view, at))
            ),
            VERSION_2_HELP,
        )
        .at(key.span, "Signature Version 2");
    match until {
        Some((expires, _)) => finding.at(expires.span, "its end, in seconds since 1970"),
        None => finding,
    }
}

/// Until when a URL holds, as the end of a sentence about it.
fn ending(view: &View<'_>, end: DateTime<Utc>) -> String {
    let (now, clock) = best_clock(view);
    if now <= end {
        return format!(" and ends at {}", date::said(end));
    }
    let ago = date::humane(now - end);
    format!(
        ", and it ended at {}, {ago} ago {}",
        date::said(end),
        clock.by()
    )
}

/// The scheme of another provider that the parameters of a URL are of.
pub(super) fn by_others(params: &[Param]) -> Option<&'static SignedUrl> {
    signed_url(|name| params.iter().any(|p| p.name.text == name))
}

/// A URL of another provider's scheme, with what it says for itself.
pub(super) fn presigned_by_others(view: &View<'_>, url: &SignedUrl, params: &[Param]) -> Finding {
    let named = |name: &str| params.iter().find(|p| p.name.text == name);
    let until = match url.ends {
        Ends::Seconds(name) => named(name).and_then(|p| Some((p, seconds(&p.value.text)?))),
        Ends::Span(name) => named(name).and_then(|p| {
            let (_, last) = p.value.text.split_once(';')?;
            Some((p, seconds(last)?))
        }),
        Ends::Date(name) => named(name).and_then(|p| Some((p, date::read(&p.value.text)?.at))),
        Ends::After(from, lasting) => {
            named(from).zip(named(lasting)).and_then(|(from, lasting)| {
                let seconds = lasting.value.text.parse().ok()?;
                let end = date::read(&from.value.text)?
                    .at
                    .checked_add_signed(TimeDelta::try_seconds(seconds)?)?;
                Some((lasting, end))
            })
        }
    };
    let key = url.key.and_then(named);
    let ends = until.map(|(_, at)| ending(view, at));
    let says = match (key, ends) {
        (Some(key), ends) => format!(
            ": it is for {}{}",
            super::facts::shown(&key.value.text),
            ends.unwrap_or_default()
        ),
        (None, Some(ends)) => format!(
            ": it{}",
            ends.strip_prefix(", and it")
                .or(ends.strip_prefix(" and"))
                .unwrap_or(&ends)
        ),
        (None, None) => String::new(),
    };
    let finding = t::OTHER_URL.found(
        format!(
            "This URL is signed with {}, which is not verified here{says}.",
            url.called()
        ),
        "Hold method, path and every parameter against what was signed. Where the server prints its string to sign, \
         paste that, and the signer's beside it: where they part is shown.",
    );
    let places = [
        key.map(|key| (key.span, "of another scheme")),
        named(url.signature)
            .filter(|_| key.is_none())
            .map(|signature| (signature.span, "of another scheme")),
        until.map(|(end, _)| (end.span, "its end")),
    ];
    places
        .into_iter()
        .flatten()
        .fold(finding, |finding, (span, label)| finding.at(span, label))
}

/// A `+` in a signature of Base64 that stands in a URL as it is: what reads a query takes it for a blank. Where nothing
/// in the query is escaped, the URL may be shown decoded.
pub(super) fn raw_plus(docs: &Documents, request: &SignedRequest) -> Option<Finding> {
    let params = query_params(docs, request);
    let named = |name: &str| params.iter().find(|p| p.name.text == name);
    let signature = match by_others(&params) {
        Some(url) => named(url.signature)?,
        None => named("AWSAccessKeyId").and(named("Signature"))?,
    };
    let value = docs.bytes(signature.value.span);
    let at = memchr::memchr(b'+', value)?;
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'%');
    let query = request
        .target
        .query
        .map_or(&[][..], |query| docs.bytes(query));
    let gravest = if memchr::memchr(b'%', query).is_some() {
        Severity::Error
    } else {
        Severity::Warning
    };
    value.iter().all(base64).then(|| {
        t::SIGNATURE_PLUS
            .at_most(
                gravest,
                "A + stands unescaped in the signature of this URL: servers read a + in a query as a blank, and so \
                 another signature than the one that was made.",
                "Send it as %2B: whoever puts the signature into the URL must percent-encode it, the +, / and = in \
                 it. Signatures without a + get through, so it fails now and then. Where this paste shows the URL \
                 decoded, look at it as it was sent.",
            )
            .at(signature.value.span.part(at..at + 1), "read as a blank")
    })
}

/// A moment that Expires names: seconds since 1970.
pub(super) fn seconds(text: &str) -> Option<DateTime<Utc>> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number: i64 = text.parse().ok().filter(|_| digits)?;
    DateTime::from_timestamp(number, 0)
}
