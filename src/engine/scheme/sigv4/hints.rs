//! What the signer of a request may have done otherwise than the rules of its service say, and which option
//! would show it.
//!
//! Owns which of the options can change anything in the request at hand. Nothing of it is proved: what of it is tried
//! stands in `trials`, and this says so.

use super::header;
use super::quirks::is_s3_family;
use super::reading::{self, Form, Reading};
use super::trials;
use crate::engine::diagnose::OPTIONS;
use crate::engine::intake::SignedRequest;
use crate::engine::scheme::View;

/// What of the rules a signer of this request may have departed from so that it shows: the options that change
/// something in it, the likeliest first. What a person chose is not among them.
pub(super) fn departures(
    view: &View<'_>,
    reading: &Reading,
    request: &SignedRequest,
) -> Vec<(&'static str, &'static str)> {
    let docs = &view.case.docs;
    let s3 = is_s3(view, reading);
    let path = docs.bytes(request.target.path);
    let query = request
        .target
        .query
        .map(|q| docs.bytes(q))
        .unwrap_or_default();
    let escaped = path.contains(&b'%') || path.contains(&b'+') || !path.is_ascii();
    let has = |pair: &[u8]| memchr::memmem::find(path, pair).is_some();
    let empty = query.first() == Some(&b'&')
        || query.last() == Some(&b'&')
        || memchr::memmem::find(query, b"&&").is_some();
    let stated = reading::header(docs, request, "x-amz-content-sha256");
    let unsigned = stated.is_some_and(|part| part.text == b"UNSIGNED-PAYLOAD")
        || s3 && reading.form == Form::Query;
    let host = reading::header(docs, request, "host").map(|part| part.text);
    let signs_host = reading
        .names
        .iter()
        .any(|n| n.text.eq_ignore_ascii_case(b"host"));
    let host = host.filter(|_| signs_host);
    let has_port = |text: &[u8]| header::port(text).is_some();
    let ported = host.as_deref().is_some_and(has_port);
    let bare = host.as_deref().is_some_and(|host| !has_port(host));
    let authority = request.target.authority.map(|at| docs.bytes(at));
    let in_url = bare && authority.is_some_and(has_port);
    let all = [
        (escaped, "path-encoding", if s3 { "twice" } else { "once" }),
        (
            has(b"//") || has(b"/."),
            "path-normalization",
            if s3 { "normalize" } else { "keep" },
        ),
        (query.contains(&b'+'), "plus-in-query", "plus"),
        (empty, "empty-parameters", "keep"),
        (s3, "payload", if unsigned { "hash" } else { "unsigned" }),
        (ported, "host-value", "no-port"),
        (in_url, "host-value", "url-port"),
        (bare && !in_url, "host-value", "port-443"),
        (bare && !in_url, "host-value", "port-80"),
    ];
    all.into_iter()
        .filter(|(applies, option, _)| *applies && view.settings.get(option).is_none())
        .map(|(_, option, value)| (option, value))
        .collect()
}

/// Whether the rules are those of S3.
fn is_s3(view: &View<'_>, reading: &Reading) -> bool {
    let service = reading.service();
    is_s3_family(view.settings.get("service").unwrap_or(&service))
}

/// Sentences, the most useful first.
pub(super) fn hints(view: &View<'_>, reading: &Reading, request: &SignedRequest) -> Vec<String> {
    let departures = departures(view, reading, request);
    let words: Vec<String> = departures
        .iter()
        .map(|(option, value)| format!("--{option} {value}"))
        .collect();
    let rules = if is_s3(view, reading) {
        "S3"
    } else {
        "every service but S3"
    };
    let mut out = Vec::new();
    match words.as_slice() {
        [] => {}
        [word] if trials::are_made(view, reading, request) => out.push(format!(
            "What signers do against the rules for {rules} was tried as well, and does not give it: {word}."
        )),
        _ if trials::are_made(view, reading, request) => out.push(format!(
            "What signers do against the rules for {rules} was tried as well, each alone and two at once, and does not \
             give it: {}.",
            words.join(", ")
        )),
        _ => out.push(format!(
            "If the secret is right, the signer may have departed from the rules for {rules}: try {OPTIONS} {}.",
            words.join(", ")
        )),
    }
    let names: Vec<Vec<u8>> = reading
        .names
        .iter()
        .map(|n| n.text.to_ascii_lowercase())
        .collect();
    if !names.is_sorted() {
        out.push(
            "SignedHeaders is not in sorted order: the signer may have signed the names sorted and sent them \
             unsorted."
                .to_owned(),
        );
    }
    out
}
