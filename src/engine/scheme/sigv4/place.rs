//! Which region and service a correction is signed for: the server's own words, else what the host
//! implies, else what the request claims. And where the request is to be sent.

use super::host;
use super::quirks::{Payload, Quirks, UrlScheme, is_s3_family};
use super::reading::{self, Form, Reading};
use super::rules::server_region;
use crate::engine::document::Documents;
use crate::engine::intake::{Case, Evidence, Side, SignedRequest};
use crate::engine::scheme::{Settings, View};

/// A choice, and in words where it came from.
pub(super) struct Chosen {
    pub(super) value: String,
    pub(super) because: Option<String>,
}

/// The region to sign for; none where nothing names one.
pub(super) fn region(
    case: &Case,
    settings: &Settings,
    reading: &Reading,
    host: &str,
) -> Option<Chosen> {
    let claim = text(reading.scope_text(|c| &c.region));
    let implied = || {
        let implied = host::implied(host)?;
        let wrong = claim
            .as_deref()
            .is_none_or(|claim| implied.contradicts_region(claim));
        implied.region.filter(|_| wrong)
    };
    choose(
        "region",
        settings.get("region").map(str::to_owned),
        case.evidence
            .iter()
            .find_map(|e| word(server_region(&case.docs, e)?.as_bytes())),
        implied(),
        claim.as_deref(),
    )
}

/// The service to sign for; none where nothing names one.
pub(super) fn service(
    case: &Case,
    settings: &Settings,
    reading: &Reading,
    host: &str,
) -> Option<Chosen> {
    let claim = text(reading.scope_text(|c| &c.service));
    let implied = || {
        let implied = host::implied(host)?;
        let wrong = claim
            .as_deref()
            .is_none_or(|claim| implied.contradicts_service(claim));
        implied.service.filter(|_| wrong)
    };
    choose(
        "service",
        settings.get("service").map(str::to_owned),
        case.evidence
            .iter()
            .find_map(|e| stated_service(&case.docs, e)),
        implied(),
        claim.as_deref(),
    )
}

/// The quirks for `request`, whose service may be hidden.
pub(super) fn quirks(view: &View<'_>, reading: &Reading, request: &SignedRequest) -> Quirks {
    if !hidden_s3(view, reading, request) {
        return Quirks::resolve(view.settings, &reading.service());
    }
    let quirks = Quirks::resolve(view.settings, "s3");
    let payload = match quirks.payload {
        Payload::Auto => Payload::Unsigned,
        chosen => chosen,
    };
    Quirks { payload, ..quirks }
}

/// Whether a presigned URL, of which a mark hides the service and nothing states a payload hash, is one of Amazon S3 or
/// its like: by a label of its host or by whose host it is, or because the server left the payload unsigned.
fn hidden_s3(view: &View<'_>, reading: &Reading, request: &SignedRequest) -> bool {
    const UNSIGNED: &[u8] = b"\nUNSIGNED-PAYLOAD";
    let docs = &view.case.docs;
    let service = reading.service();
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let readable = !service.is_empty() && service.bytes().all(word);
    if readable || reading.form != Form::Query || view.settings.get("service").is_some() {
        return false;
    }
    let params = reading::params(docs, request.target.query);
    if reading::stated_hash(docs, request, &params, reading.form).is_some() {
        return false;
    }
    let host = reading::header(docs, request, "host").map(|part| part.string());
    let label = |label: &str| label == "s3" || label.starts_with("s3-");
    // A mark in front stands for the name of an account or a bucket, which tells nothing of whose host it is.
    let implied = |host: &str| {
        let of_host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':');
        let labels = host.split('.');
        let labels = labels.map(|label| {
            if label.bytes().all(of_host) {
                label
            } else {
                "x"
            }
        });
        let plain: Vec<&str> = labels.collect();
        host::implied(&plain.join("."))?.service
    };
    let named = host.is_some_and(|host| {
        host.split('.').any(label) || implied(&host).as_deref().is_some_and(is_s3_family)
    });
    let place = view.request;
    named
        || view.case.evidence.iter().enumerate().any(|(at, evidence)| {
            let strings = evidence.canonical_request.as_ref();
            let unsigned = strings.is_some_and(|text| text.bytes(docs).ends_with(UNSIGNED));
            let paired = place.is_some_and(|place| view.case.paired_by(at, place).is_some());
            unsigned && paired && evidence.side != Some(Side::Client)
        })
}

fn choose(
    what: &str,
    chosen: Option<String>,
    stated: Option<String>,
    implied: Option<String>,
    claim: Option<&str>,
) -> Option<Chosen> {
    let (value, source) = [
        (chosen, "chosen in the options"),
        (stated, "the server's own words"),
        (implied, "what the host name implies"),
    ]
    .into_iter()
    .find_map(|(value, source)| Some((value?, source)))
    .or_else(|| claim.map(|claim| (claim.to_owned(), "as the request claims")))?;
    let because = (claim != Some(value.as_str())).then(|| format!("{what} {value}: {source}"));
    Some(Chosen { value, because })
}

fn text(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// The service a refusal names: `This endpoint belongs to "s3"`, `scoped to correct service: 'ses'`.
fn stated_service(docs: &Documents, evidence: &Evidence) -> Option<String> {
    let message = message(docs, evidence)?;
    between(&message, "belongs to \"", '"')
        .or_else(|| between(&message, "correct service: '", '\''))
}

fn message(docs: &Documents, evidence: &Evidence) -> Option<String> {
    let span = evidence.answer.as_ref()?.message?;
    Some(String::from_utf8_lossy(docs.bytes(span)).into_owned())
}

fn between(text: &str, before: &str, after: char) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    let (value, _) = rest.split_once(after)?;
    word(value.as_bytes())
}

/// A name of a region or service, if the bytes are one.
fn word(bytes: &[u8]) -> Option<String> {
    let is_word = !bytes.is_empty()
        && bytes.len() <= 64
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    is_word.then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// The host and port as they stand in the request: its Host header, else its target.
pub(super) fn authority(docs: &Documents, request: &SignedRequest) -> Option<String> {
    let stated = || {
        let part = reading::header(docs, request, "host")
            .or_else(|| reading::header(docs, request, ":authority"))?;
        text(&part.text)
    };
    let target = || {
        let bytes = docs.bytes(request.target.authority?);
        let user = memchr::memrchr(b'@', bytes).map_or(0, |at| at + 1);
        text(bytes.get(user..)?)
    };
    stated().or_else(target)
}

/// `scheme` as it is written where the URL that was given begins with `stated`: a WebSocket stays one.
pub(super) fn spelled(scheme: &'static str, stated: Option<&[u8]>) -> &'static str {
    let socket =
        stated.is_some_and(|s| s.eq_ignore_ascii_case(b"ws") || s.eq_ignore_ascii_case(b"wss"));
    match (scheme, socket) {
        ("https", true) => "wss",
        ("http", true) => "ws",
        _ => scheme,
    }
}

/// Whether the request goes over http or https.
pub(super) fn scheme(stated: UrlScheme, authority: &str) -> &'static str {
    match stated {
        UrlScheme::Http => "http",
        UrlScheme::Https => "https",
        UrlScheme::Unknown => {
            let (name, port) = authority.rsplit_once(':').unwrap_or((authority, "443"));
            // A port of its own on this machine or on a bare address is a server without TLS far more
            // often than not.
            let bare = name == "localhost"
                || name.starts_with('[')
                || name
                    .split('.')
                    .all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_digit()));
            if port == "80" || (bare && port != "443") {
                "http"
            } else {
                "https"
            }
        }
    }
}
