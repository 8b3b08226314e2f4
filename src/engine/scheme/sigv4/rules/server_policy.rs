//! What a server's answer says of the policy of a form upload.

use serde_json::Value;

use super::answers::Answered;
use super::facts::shown;
use super::form;
use super::server::said;
use super::table as t;
use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Span};

/// What a policy has its conditions under, how many of them are looked at, and in how much of a paste.
const CONDITIONS: &[u8] = b"\"conditions\"";
const MOST: usize = 4;
const LONGEST: usize = 64 << 10;

/// What to do, where the answer names no part of the policy.
const HELP: &str = "The policy names what the form may hold: every field but policy, x-amz-signature and file needs a \
     condition that it meets, and the time of its expiration must not be past. What stands behind the field file is not \
     read.";

/// The policy of a form upload, by the words in which Amazon S3 refuses it (Amazon S3 API Reference, Browser-Based
/// Uploads Using POST), and Google Cloud Storage.
pub(super) fn refused(answer: &Answered<'_>, text: &str) -> Finding {
    if let Some((name, kind, [place, policy])) = odd_condition(answer.docs, text) {
        let help = format!(
            "The policy here has the condition “{}” with {kind} in the place of its value: every value is text in quotes. \
             Leave the condition out where the program has no value for it, encode the policy anew and sign that.",
            shown(&name)
        );
        return said(answer, &t::SERVER_POLICY, text, &help, None)
            .at(place, "no text")
            .at(policy, "the policy");
    }
    let details = answer.detail("Details");
    let details = details.as_ref().map_or("", |part| part.text.as_str());
    let help = condition(text)
        .or_else(|| extra_field(text))
        .or_else(|| extra_field(details))
        .or_else(|| expired(text));
    let help = help.unwrap_or_else(|| HELP.to_owned());
    said(answer, &t::SERVER_POLICY, text, &help, None)
}

/// A condition `{"name": value}` whose value is no text, in a policy that stands decoded in the paste, where the server
/// says that it is no JSON as it wants it: its name, what it is, and its place and the policy's.
fn odd_condition(docs: &Documents, text: &str) -> Option<(String, &'static str, [Span; 2])> {
    if !text.contains("Invalid JSON") {
        return None;
    }
    docs.given().find_map(|(doc, _)| {
        let whole = docs.whole(doc);
        let bytes = docs.bytes(whole.until(LONGEST));
        memchr::memmem::find_iter(bytes, CONDITIONS)
            .take(MOST)
            .find_map(|at| {
                let open = memchr::memrchr(b'{', bytes.get(..at)?)?;
                let mut values =
                    serde_json::Deserializer::from_slice(bytes.get(open..)?).into_iter();
                let policy: Value = values.next()?.ok()?;
                let end = open + values.byte_offset();
                let (name, kind) = policy
                    .get("conditions")?
                    .as_array()?
                    .iter()
                    .find_map(form::not_text)?;
                let quoted = format!("\"{name}\"");
                let place = memchr::memmem::find(bytes.get(at..)?, quoted.as_bytes())?;
                let place = at + place..at + place + quoted.len();
                let places = [place, open..end].map(|place| docs.to_given(whole.part(place)));
                Some((name, kind, places))
            })
    })
}

/// `Policy Condition failed: ["starts-with", "$key", "user/"]`.
fn condition(text: &str) -> Option<String> {
    const BEHIND_FILE: &str = "What stands behind the field file is not read.";
    let (_, condition) = text.split_once("Policy Condition failed: ")?;
    // The quotes of a JSON text inside another are escaped.
    let condition = condition.replace("\\\"", "\"");
    let mut parts = condition
        .trim_start_matches('[')
        .split('"')
        .skip(1)
        .step_by(2);
    let (matching, name, value) = (parts.next()?, parts.next()?, parts.next()?);
    let name = shown(name.strip_prefix('$')?);
    match matching {
        "starts-with" if value.is_empty() => Some(format!(
            "Any value meets this condition, and the empty one does: it fails where the form has no field {name} that is \
             read. Add the field, in front of the field file, or take the condition out of the policy and sign it \
             again. {BEHIND_FILE}"
        )),
        "starts-with" => Some(format!(
            "The form's field {name} must be there and begin with “{}”. {BEHIND_FILE}",
            shown(value)
        )),
        "eq" => Some(format!(
            "The form's field {name} must be there and be exactly “{}”. {BEHIND_FILE}",
            shown(value)
        )),
        _ => None,
    }
}

/// `Extra input fields: acl`, and Google's `Policy did not reference these fields: submit`.
fn extra_field(text: &str) -> Option<String> {
    const WORDS: [(&str, &str); 2] = [
        ("Extra input fields: ", "x-amz"),
        ("did not reference these fields: ", "x-goog"),
    ];
    let (names, own) = WORDS.iter().find_map(|(words, own)| {
        let (_, names) = text.split_once(words)?;
        Some((names, *own))
    })?;
    let names = names.trim_end_matches(|c: char| !c.is_alphanumeric());
    (!names.is_empty()).then(|| {
        let names = shown(names);
        format!(
            "The form has the field {names}, and the policy has no condition for it: add one and sign the policy again, \
             or leave the field out of the form. Every field needs one but policy, {own}-signature, file and those whose \
             names begin with x-ignore-."
        )
    })
}

/// `Policy expired.`
fn expired(text: &str) -> Option<String> {
    text.contains("Policy expired").then(|| {
        "The time in the policy's expiration is past: make a new policy, with a later one in UTC, and sign it.".to_owned()
    })
}
