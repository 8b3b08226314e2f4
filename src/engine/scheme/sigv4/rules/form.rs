//! Forms for uploads: what can be said of their fields and of their policy without a signature being computed.
//!
//! Owns the rules of Amazon S3 for such forms (API Reference, Browser-Based Uploads Using POST; the checks of
//! versitygw's post-object). It must not verify the signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::facts::{listed, shown};
use super::form_bucket;
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::vocabulary::UPLOAD_FORM;
use crate::engine::intake::{FormField, PostForm, is_mark};
use crate::engine::scheme::View;
use crate::engine::scheme::sigv4::date;

/// Fields that every form of Version 4 has.
const REQUIRED: [&str; 6] = [
    "key",
    "policy",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-signature",
];
/// The same of Version 2.
const REQUIRED_2: [&str; 4] = ["key", "policy", "awsaccesskeyid", "signature"];
/// Fields that need no condition.
const FREE: [&str; 5] = [
    "policy",
    "x-amz-signature",
    "signature",
    "awsaccesskeyid",
    "file",
];
/// Fields that are listed as places of a finding.
const MOST: usize = 24;
/// The largest policy that is read, in bytes. S3 takes one of 20 KB.
pub(super) const POLICY: usize = 64 << 10;

/// A form as the rules look at it.
struct Form<'a> {
    docs: &'a Documents,
    form: &'a PostForm,
}

impl<'a> Form<'a> {
    /// The field of that name, in any case.
    fn field(&self, name: &str) -> Option<&'a FormField> {
        self.form
            .fields
            .iter()
            .find(|field| self.name(field) == name)
    }

    /// The name of a field in lower case. What is called `key` and has the form of an access key id is that: servers of
    /// upload forms answer so, and the page gives the fields the names that S3 knows.
    fn name(&self, field: &FormField) -> String {
        if self.is_renamed(field) {
            return "awsaccesskeyid".to_owned();
        }
        self.docs.text(field.name).trim().to_ascii_lowercase()
    }

    /// Whether a field called `key` holds an access key id.
    fn is_renamed(&self, field: &FormField) -> bool {
        const LEN: usize = 20;
        let value = self.docs.bytes(field.value).trim_ascii();
        let is_key_id = value.len() == LEN
            && (value.starts_with(b"AKIA") || value.starts_with(b"ASIA"))
            && value
                .iter()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        is_key_id
            && self
                .docs
                .bytes(field.name)
                .trim_ascii()
                .eq_ignore_ascii_case(b"key")
    }

    fn text(&self, span: Span) -> String {
        self.docs.text(span).trim().to_owned()
    }

    /// Whether it is signed with Signature Version 2.
    fn is_version_2(&self) -> bool {
        let newer = ["x-amz-signature", "x-amz-algorithm", "x-amz-credential"];
        let older = ["signature", "awsaccesskeyid"];
        let has = |name: &&str| self.field(name).is_some();
        older.iter().any(has) && !newer.iter().any(has)
    }

    fn place(&self) -> Span {
        self.docs.to_given(self.form.span)
    }
}

/// Every remark on the forms of the case.
pub(in crate::engine::scheme::sigv4) fn findings(view: &View<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    for form in &view.case.forms {
        let form = Form {
            docs: &view.case.docs,
            form,
        };
        out.push(what_it_is(&form));
        policy(view, &form, &mut out);
        out.extend(missing(&form));
        out.extend(behind_file(&form));
    }
    if let (Some(request), true) = (
        view.request.and_then(|at| view.case.requests.get(at)),
        view.case.forms.is_empty(),
    ) {
        out.extend(form_bucket::of_command(view, request));
    }
    out
}

/// That it is such a form, with all its fields.
fn what_it_is(form: &Form<'_>) -> Finding {
    let version = if form.is_version_2() {
        "Version 2"
    } else {
        "Version 4"
    };
    let to = form.form.url.map_or_else(String::new, |url| {
        format!(" It is sent to {}.", shown(&form.text(url)))
    });
    let cut = if form.form.cut {
        " This paste stops inside it, so nothing is called missing."
    } else {
        ""
    };
    let mut finding = t::FORM
        .found(
            format!(
                "This is a form for an upload (POST policy, Signature {version}), and its signature is not verified \
                 here.{to}{cut}"
            ),
            "Its string to sign is the field policy, exactly as it is sent. What can be said of its fields without \
             the secret is said.",
        )
        .at(form.place(), "the form");
    for field in form.form.fields.iter().take(MOST) {
        finding = finding.at(
            form.docs.to_given(field.value),
            format!("the field {}", shown(&form.name(field))),
        );
    }
    finding
}

/// Fields that are not there.
fn missing(form: &Form<'_>) -> Option<Finding> {
    if form.field("x-goog-signature").is_some() || form.form.cut {
        return None;
    }
    let required: &[&str] = if form.is_version_2() {
        &REQUIRED_2
    } else {
        &REQUIRED
    };
    let missing: Vec<&str> = required
        .iter()
        .copied()
        .filter(|name| {
            // The key of a form of markup is often filled in by a script.
            let empty = |field: &FormField| *name != "key" && form.text(field.value).is_empty();
            form.field(name).is_none_or(empty)
        })
        .collect();
    // Of what is not called as it is sent, more may be put in by the page.
    let renamed = form.form.fields.iter().any(|field| form.is_renamed(field));
    if missing.is_empty() || renamed {
        return None;
    }
    Some(
        t::FORM_FIELD
            .found(
                format!(
                    "The form has no {}.",
                    listed(&missing)
                ),
                "Send every field that was returned with the policy, with its very value: S3 answers that the POST \
                 must contain it.",
            )
            .at(form.place(), "this form"),
    )
}

/// Fields behind the file, which S3 does not read.
fn behind_file(form: &Form<'_>) -> Option<Finding> {
    let (place, file) = form.form.file?;
    let behind: Vec<&FormField> = form.form.fields.iter().skip(place).collect();
    let names: Vec<String> = behind
        .iter()
        .map(|field| form.name(field))
        .filter(|name| name != "submit")
        .collect();
    if names.is_empty() {
        return None;
    }
    let mut finding = t::FORM_FILE
        .found(
            format!(
                "Behind the field for the file stand {}, which S3 does not read.",
                listed(&names)
            ),
            "Put the field for the file last.",
        )
        .at(file, "the file");
    for field in behind.into_iter().take(MOST) {
        finding = finding.at(form.docs.to_given(field.name), "behind it");
    }
    Some(finding)
}

/// What the policy says.
fn policy(view: &View<'_>, form: &Form<'_>, out: &mut Vec<Finding>) {
    let Some(field) = form.field("policy") else {
        return;
    };
    let place = form.docs.to_given(field.value);
    let unreadable = |what: &str, help: &str| {
        t::FORM_POLICY
            .found(format!("The policy of the form {what}."), help)
            .at(place, "the policy")
    };
    let text = form.text(field.value);
    if text.is_empty() || text.len() > POLICY || is_left_out(&text) {
        return;
    }
    if let Some(inner) = python_bytes(&text) {
        out.push(python_print(inner, place));
        return;
    }
    let packed: String = text.split_ascii_whitespace().collect();
    if packed.len() < text.len() {
        out.push(unreadable(
            "has line breaks or blanks in it",
            "It is signed as it is sent: encode it without line breaks, and sign what is sent.",
        ));
    }
    let Ok(bytes) = STANDARD.decode(&packed) else {
        out.push(unreadable(
            "is no base64 text",
            "Send the policy as it was signed: the base64 text of the JSON, with its = at the end. A form that was \
             percent-encoded on the way has %3D in their place.",
        ));
        return;
    };
    let Ok(json) = serde_json::from_slice::<Value>(&bytes) else {
        out.push(unreadable(
            "is not JSON once it is decoded",
            "The policy is a JSON object with expiration and conditions.",
        ));
        return;
    };
    match json
        .get("expiration")
        .and_then(Value::as_str)
        .map(expiration)
    {
        Some(Some(at)) => out.extend(expired(view, at, place)),
        Some(None) => out.push(unreadable(
            "has an expiration that is no time",
            "Write it as 2015-12-30T12:00:00.000Z, in UTC.",
        )),
        None => out.push(unreadable(
            "has no expiration",
            "Every policy names the time until which it is valid.",
        )),
    }
    match json.get("conditions").and_then(Value::as_array) {
        Some(conditions) => {
            if let Some((name, kind)) = conditions.iter().find_map(not_text) {
                out.push(unreadable(
                    &format!("has {kind} in the place of the value of “{}”", shown(&name)),
                    "Every value of a condition is text in quotes. Leave the condition out where the program has no value \
                     for it.",
                ));
            }
            out.extend(uncovered(form, conditions));
            out.extend(unsent(form, conditions, place));
            let url = form.form.url.map(|url| form.text(url));
            let bucket = form_bucket::of_policy(conditions);
            out.extend(bucket.and_then(|b| form_bucket::other(view, b, place, url.as_deref())));
        }
        None => out.push(unreadable(
            "has no list of conditions",
            "Every field of the form needs a condition that it meets.",
        )),
    }
}

/// Whether a person put words in brackets in the place of the policy, or a mark.
fn is_left_out(text: &str) -> bool {
    let first = text.chars().next();
    let last = text.chars().next_back();
    let brackets = [('[', ']'), ('<', '>'), ('{', '}'), ('(', ')')];
    let worded = |(open, close)| first == Some(open) && last == Some(close);
    is_mark(text.as_bytes()) || brackets.into_iter().any(worded)
}

/// That a policy is written as Python prints bytes.
pub(super) fn python_print(spelled: &str, place: Span) -> Finding {
    t::FORM_POLICY
        .found(
            format!("The policy of the form is written {spelled}, as Python prints bytes."),
            "What is sent begins with a b that was never signed. Make it text first: policy.decode().",
        )
        .at(place, "the policy")
}

/// How a policy is spelled that is Python's print of bytes: `b'eyJ…'`. A shell takes the quotes off.
pub(super) fn python_bytes(text: &str) -> Option<&'static str> {
    // Every policy is an object of JSON: its base64 begins with `ey` or `ew`.
    let object = |text: &str| text.starts_with("ey") || text.starts_with("ew");
    let rest = text.strip_prefix('b')?;
    let inner = rest.strip_prefix('\'').or_else(|| rest.strip_prefix('"'));
    match inner {
        Some(inner) => object(inner).then_some("b'…'"),
        None => object(rest).then_some("b…"),
    }
}

fn expiration(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|at| at.with_timezone(&Utc))
}

/// That the policy is past, by a clock that was stated or by this machine's.
fn expired(view: &View<'_>, at: DateTime<Utc>, place: Span) -> Option<Finding> {
    let now = view.now;
    if now.at <= at {
        return None;
    }
    let gravest = if now.stated {
        Severity::Error
    } else {
        Severity::Warning
    };
    Some(
        t::FORM_EXPIRED
            .at_most(
                gravest,
                format!(
                    "The policy of the form expired {} ago, at {}.",
                    date::humane(now.at - at),
                    date::said(at)
                ),
                "Get a fresh form: policy and signature are made anew each time.",
            )
            .at(place, "the policy")
            .refusing(),
    )
}

/// Fields that no condition names, or whose value is not the one that a condition demands.
fn uncovered(form: &Form<'_>, conditions: &[Value]) -> Option<Finding> {
    let mut names = Vec::new();
    let mut places = Vec::new();
    for field in &form.form.fields {
        let name = form.name(field);
        // One that needs no condition has to meet the one that names it.
        let told = |condition| name_of(condition).is_some_and(|own| own == name);
        let free = FREE.contains(&name.as_str()) && !conditions.iter().any(told);
        if free || name == "submit" || name.starts_with("x-ignore-") {
            continue;
        }
        let value = form.text(field.value);
        if !conditions
            .iter()
            .any(|condition| meets(condition, &name, &value))
        {
            places.push(field);
            names.push(name);
        }
    }
    if names.is_empty() {
        return None;
    }
    let mut finding = t::FORM_UNCOVERED.found(
        format!(
            "No condition of the policy is met by the form's {}.",
            listed(&names)
        ),
        "Every field but policy, signature and file needs a condition that allows its value: add it to the \
         conditions and sign anew, send the value that was signed, or leave the field out.",
    );
    for field in places.into_iter().take(MOST) {
        finding = finding.at(form.docs.to_given(field.value), "not allowed by the policy");
    }
    Some(finding)
}

/// Fields that the policy has a condition on and the form has not: such a condition is not met, even one that allows any
/// value. What the form must have in any case is told apart; a script may fill in a form of markup.
fn unsent(form: &Form<'_>, conditions: &[Value], place: Span) -> Option<Finding> {
    if form.form.cut || form.form.shape == UPLOAD_FORM {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for name in conditions.iter().filter_map(name_of) {
        let told = REQUIRED.contains(&name.as_str()) || REQUIRED_2.contains(&name.as_str());
        let free = name == "bucket" || FREE.contains(&name.as_str());
        if !told && !free && form.field(&name).is_none() && !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(MOST);
    if names.is_empty() {
        return None;
    }
    let them = if names.len() == 1 { "it" } else { "them" };
    Some(
        t::FORM_UNSENT
            .found(
                format!(
                    "The policy has a condition on {}, and the form as it is here does not have {them}.",
                    listed(&names)
                ),
                "A condition on a field that is not sent is not met, even one that allows any value. Send the field with \
                 a value that its condition allows, or sign a policy without that condition.",
            )
            .at(place, "the policy"),
    )
}

/// The field that a condition is on, in lower case.
fn name_of(condition: &Value) -> Option<String> {
    let own = match condition {
        Value::Object(exact) => exact.keys().next().map(String::as_str),
        Value::Array(parts) => {
            let own = parts.get(1).and_then(Value::as_str);
            own.and_then(|own| own.strip_prefix('$'))
        }
        _ => None,
    };
    own.map(str::to_ascii_lowercase)
}

/// Whether a condition allows `value` for the field `name`.
fn meets(condition: &Value, name: &str, value: &str) -> bool {
    match condition {
        Value::Object(exact) => exact.iter().any(|(own, wanted)| {
            own.eq_ignore_ascii_case(name) && wanted.as_str().is_some_and(|wanted| wanted == value)
        }),
        Value::Array(parts) => {
            let text = |at: usize| parts.get(at).and_then(Value::as_str);
            let Some(own) = text(1).and_then(|own| own.strip_prefix('$')) else {
                return false;
            };
            own.eq_ignore_ascii_case(name)
                && match (text(0), text(2)) {
                    (Some("eq"), Some(wanted)) => value == wanted,
                    (Some("starts-with"), Some(front)) => value.starts_with(front),
                    _ => false,
                }
        }
        _ => false,
    }
}

/// The name in a condition `{"name": value}` whose value is no text, and what it is (Amazon S3 API Reference, POST policy,
/// Condition matching: every value is a string).
pub(super) fn not_text(condition: &Value) -> Option<(String, &'static str)> {
    let (name, value) = condition.as_object()?.iter().next()?;
    let kind = match value {
        Value::String(_) => return None,
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Some((name.clone(), kind))
}
