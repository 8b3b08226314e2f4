//! What the signer of a request may have done otherwise than the rules of its service say, and which option
//! would show it.
//!
//! Owns which of the options can change anything in the request at hand. Nothing of it is proved: it is advice
//! on what to try.

use super::quirks::is_s3_family;
use super::reading::{self, Form, Reading};
use crate::engine::diagnose::OPTIONS;
use crate::engine::intake::SignedRequest;
use crate::engine::scheme::View;

/// Sentences, the most useful first.
pub(super) fn hints(view: &View<'_>, reading: &Reading, request: &SignedRequest) -> Vec<String> {
    let docs = &view.case.docs;
    let service = reading.service();
    let service = view.settings.get("service").unwrap_or(&service);
    let s3 = is_s3_family(service);
    let path = docs.bytes(request.target.path);
    let query = request
        .target
        .query
        .map(|q| docs.bytes(q))
        .unwrap_or_default();
    let mut words: Vec<&str> = Vec::new();
    let mut add = |option: &str, applies: bool, word: &'static str| {
        if applies && view.settings.get(option).is_none() {
            words.push(word);
        }
    };
    let escaped = path.contains(&b'%') || path.contains(&b'+') || !path.is_ascii();
    let twice = if s3 {
        "--path-encoding twice"
    } else {
        "--path-encoding once"
    };
    add("path-encoding", escaped, twice);
    let has = |pair: &[u8]| memchr::memmem::find(path, pair).is_some();
    let kept = if s3 {
        "--path-normalization normalize"
    } else {
        "--path-normalization keep"
    };
    add("path-normalization", has(b"//") || has(b"/."), kept);
    add(
        "plus-in-query",
        query.contains(&b'+'),
        "--plus-in-query plus",
    );
    let empty = query.first() == Some(&b'&')
        || query.last() == Some(&b'&')
        || memchr::memmem::find(query, b"&&").is_some();
    add("empty-parameters", empty, "--empty-parameters keep");
    let stated = reading::header(docs, request, "x-amz-content-sha256");
    let unsigned = stated.is_some_and(|part| part.text == b"UNSIGNED-PAYLOAD")
        || s3 && reading.form == Form::Query;
    let payload = if unsigned {
        "--payload hash"
    } else {
        "--payload unsigned"
    };
    add("payload", s3, payload);
    let mut out = Vec::new();
    if !words.is_empty() {
        out.push(format!(
            "If the secret is right, the signer may have departed from the rules for {}: try {OPTIONS} {}.",
            if s3 { "S3" } else { "every service but S3" },
            words.join(", ")
        ));
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
