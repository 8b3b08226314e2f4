//! What a server's answer says of the policy of a form upload.

use super::answers::Answered;
use super::facts::shown;
use super::server::said;
use super::table as t;
use crate::engine::diagnose::Finding;

/// What to do, where the answer names no part of the policy.
const HELP: &str = "The policy names what the form may hold: every field but policy, x-amz-signature and file needs a \
     condition that it meets, and the time of its expiration must not be past. What stands behind the field file is not \
     read.";

/// The policy of a form upload, by the words in which Amazon S3 refuses it (Amazon S3 API Reference, Browser-Based
/// Uploads Using POST).
pub(super) fn refused(answer: &Answered<'_>, text: &str) -> Finding {
    let help = condition(text)
        .or_else(|| extra_field(text))
        .or_else(|| expired(text));
    let help = help.unwrap_or_else(|| HELP.to_owned());
    said(answer, &t::SERVER_POLICY, text, &help, None)
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

/// `Extra input fields: acl`.
fn extra_field(text: &str) -> Option<String> {
    let (_, names) = text.split_once("Extra input fields: ")?;
    let names = names.trim_end_matches(|c: char| !c.is_alphanumeric());
    (!names.is_empty()).then(|| {
        let names = shown(names);
        format!(
            "The form has the field {names}, and the policy has no condition for it: add one and sign the policy again, \
             or leave the field out of the form. Every field needs one but policy, x-amz-signature, file and those whose \
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
