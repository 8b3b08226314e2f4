//! The bucket that the policy of a form is for, against the one it is sent to and the one the server speaks of.
//!
//! Owns these comparisons, and finding a policy among the words of a command that is no whole form. Must not know what
//! else a policy says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::facts::{MOST_BYTES, shown};
use super::form::{POLICY, python_bytes, python_print};
use super::table as t;
use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Given, SignedRequest, is_mark};
use crate::engine::scheme::View;
use crate::engine::scheme::sigv4::host::{self, Style};

/// The bucket that a policy is for, where one of its conditions names exactly one.
pub(super) fn of_policy(conditions: &[Value]) -> Option<&str> {
    conditions.iter().find_map(|condition| match condition {
        Value::Object(exact) => exact.get("bucket")?.as_str(),
        Value::Array(parts) => {
            let text = |at: usize| parts.get(at).and_then(Value::as_str);
            (text(0) == Some("eq") && text(1) == Some("$bucket"))
                .then(|| text(2))
                .flatten()
        }
        _ => None,
    })
}

/// That the policy at `policy` is for `bucket`, and the form is sent to another, or the server answers for another.
pub(super) fn other(
    view: &View<'_>,
    bucket: &str,
    policy: Span,
    url: Option<&str>,
) -> Option<Finding> {
    let docs = &view.case.docs;
    let finding = |what: String| {
        t::FORM_BUCKET
            .found(
                format!("The policy of the form is for the bucket {}, and {what}.", shown(bucket)),
                "S3 checks the condition on the bucket against the one that the form is sent to: presign for that bucket, \
                 or send the form to the one of the policy.",
            )
            .at(docs.to_given(policy), "the policy")
    };
    let sent = url.and_then(bucket_of).filter(|sent| sent != bucket);
    if let Some(sent) = sent {
        return Some(finding(format!("the form is sent to {}", shown(&sent))));
    }
    let (name, place) = answered(view)?;
    (name != bucket).then(|| {
        finding(format!("the server's answer names {}", shown(&name))).at(place, "the server's")
    })
}

/// The bucket that a URL addresses, where its host tells how.
fn bucket_of(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    match host::implied(host)?.style {
        Style::VirtualHosted { bucket } => Some(bucket),
        Style::Path => {
            let first = path.split(['/', '?', '#']).next()?;
            (!first.is_empty() && !first.contains('%')).then(|| first.to_owned())
        }
        Style::Plain | Style::AccessPoint | Style::Website => None,
    }
}

/// The bucket that the one answer of a case names.
fn answered(view: &View<'_>) -> Option<(String, Span)> {
    let docs = &view.case.docs;
    let mut details = view
        .case
        .evidence
        .iter()
        .filter_map(|evidence| evidence.answer.as_ref())
        .flat_map(|answer| &answer.details)
        .filter(|(name, _)| name == "BucketName");
    let (Some((_, place)), None) = (details.next(), details.next()) else {
        return None;
    };
    let name = docs.text(*place).trim().to_owned();
    let own = !name.is_empty() && name != "null" && !is_mark(name.as_bytes());
    own.then(|| (name, docs.to_given(*place)))
}

/// What can be said of the policy of a command whose form was not read, for its signature is not there.
pub(super) fn of_command(view: &View<'_>, request: &SignedRequest) -> Vec<Finding> {
    let docs = &view.case.docs;
    let is_post = |span: Span| docs.bytes(span) == b"POST";
    let posts = matches!(request.method, Given::Stated(method) if is_post(method));
    let Some((place, text)) = argument(docs, request).filter(|_| posts) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut packed = text.as_str();
    if let Some(spelled) = python_bytes(packed) {
        out.push(python_print(spelled, place));
        packed = packed
            .trim_start_matches('b')
            .trim_matches(|c| c == '\'' || c == '"');
    }
    let json = STANDARD.decode(packed).ok();
    let json = json.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let conditions = json
        .as_ref()
        .and_then(|json| json.get("conditions")?.as_array());
    let bucket = conditions.and_then(|conditions| of_policy(conditions));
    out.extend(bucket.and_then(|bucket| other(view, bucket, place, None)));
    out
}

/// The value of the argument `policy=` of the command that `request` was read from, and its place.
fn argument(docs: &Documents, request: &SignedRequest) -> Option<(Span, String)> {
    const NAME: &[u8] = b"policy=";
    let given = docs.to_given(request.span).until(MOST_BYTES);
    let command = docs.bytes(given);
    let at = memchr::memmem::find_iter(command, NAME).find(|at| {
        let before = at.checked_sub(1).and_then(|before| command.get(before));
        matches!(before, Some(b' ' | b'"' | b'\''))
    })? + NAME.len();
    let rest = command.get(at..)?;
    let len = rest
        .iter()
        .take(POLICY)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'\'' | b'"'))
        .count();
    let place = given.part(at..at + len);
    let text = docs.text(place).into_owned();
    // A quote that stands before the name ends the argument.
    let quoted = command.get(at - NAME.len() - 1).copied();
    let text = match quoted {
        Some(quote @ (b'"' | b'\'')) => text.trim_end_matches(char::from(quote)).to_owned(),
        _ => text,
    };
    (len > 0).then_some((place, text))
}
