//! A session token that is signed and not sent, where one stands in the paste beside a secret.
//!
//! Owns which tokens are tried in its place, and what it means where one of them reproduces the received
//! signature. It claims nothing of where the token was lost.

use super::reading::{Part, Reading};
use crate::engine::diagnose::{Deviation, NextStep, Who};
use crate::engine::document::{Span, visible};
use crate::engine::intake::Case;
use crate::engine::scheme::{Field, FieldKind, Role, Step, Trace};

/// Tokens that are tried.
const MOST: usize = 4;
/// Headers that a snippet names.
const MOST_LINES: usize = 8;

/// Where tokens stand beside secrets that may be of the request's key, each text once.
pub(super) fn tokens(case: &Case, reading: &Reading) -> Vec<Span> {
    let key_id = reading
        .credential
        .as_ref()
        .and_then(|c| c.key_id.as_ref())
        .map(|part: &Part| part.text.as_slice());
    let mut out: Vec<Span> = Vec::new();
    for secret in &case.secrets {
        let own = secret.key_id.map(|span| case.docs.bytes(span));
        let fits = own.is_none() || key_id.is_none() || own == key_id;
        let Some(token) = secret.session_token.filter(|_| fits) else {
            continue;
        };
        let text = case.docs.bytes(token);
        if out.len() < MOST && out.iter().all(|known| case.docs.bytes(*known) != text) {
            out.push(token);
        }
    }
    out
}

/// That such a token reproduced the signature of `trace`, as a deviation.
pub(super) fn completed(trace: &Trace) -> Option<Deviation> {
    if !trace.outcome.agrees() {
        return None;
    }
    let name = trace.taken_from_beside().next()?;
    Some(Deviation {
        id: "token-not-sent",
        who: Who::Between,
        family: "token",
        component: "header",
        parameters: vec![("header", name.to_owned())],
        title: format!(
            "the session token was signed as {name}, and this request does not carry it"
        ),
        detail: "Proved: with the session token that stands beside the secret in this paste, the received \
                 signature is reproduced; without it, it is not. Whether the client never sent it, something \
                 took it out on the way, or only this paste leaves it out is not proved."
            .to_owned(),
        fix: format!("Send {name} with the request, with the token that was signed."),
        reference: "AWS IAM User Guide, Create a signed AWS API request, temporary security credentials",
    })
}

/// What to get where a header that is signed stands nowhere in the request, and the signature differs.
pub(super) fn missing_headers(trace: &Trace) -> Option<NextStep> {
    if !trace.outcome.disagrees() {
        return None;
    }
    // A line to be copied holds names that are ones, and not thousands of them.
    let is_name = |name: &&str| {
        let mut bytes = name.bytes();
        !name.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    let names: Vec<String> = missing(trace)
        .filter(is_name)
        .filter(|name| *name != "host")
        .take(MOST_LINES)
        .map(|name| visible::to_string(name.as_bytes()))
        .collect();
    let first = names.first()?;
    let sentence = if names.len() == 1 {
        format!(
            "{first} is signed, and this paste has no such header: add it as the client sent it."
        )
    } else {
        format!(
            "{} are signed, and this paste has no such headers: add them as the client sent them.",
            names.join(", ")
        )
    };
    let lines: Vec<String> = names.iter().map(|name| format!("{name}: VALUE")).collect();
    Some(NextStep {
        for_others: None,
        sentence,
        party: "the request",
        snippet: lines.join("\n"),
    })
}

/// The names of the headers that are signed and were taken as empty, for they stand nowhere.
fn missing(trace: &Trace) -> impl Iterator<Item = &str> {
    let fields = trace.stage(Role::CanonicalRequest).into_iter();
    let is_missing = |field: &&Field| {
        field.key.kind == FieldKind::HEADER
            && field
                .runs
                .iter()
                .any(|run| run.steps.contains(&Step::Missing))
    };
    fields
        .flat_map(|stage| &stage.fields)
        .filter(is_missing)
        .filter_map(|field| field.key.name.as_deref())
}
