//! The credential: its five parts, the scope against date and host, the key id, and the token beside it.

use super::facts::{Credential, Facts, Form, shown};
use super::table as t;
use super::{server, strings, unseen};
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::Peel;
use crate::engine::intake::{
    is_filler, is_mark, is_own_word, is_redacted, is_signature_stand_in, is_verb,
};
use crate::engine::scheme::{FieldKey, FieldKind};
use crate::engine::secret::Material;

/// Digits of a signature.
const WHOLE: usize = 64;

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    shape(facts, out);
    if let Some(credential) = &facts.credential {
        date(facts, credential, out);
        terminator(credential, out);
        against_host(facts, credential, out);
        key_id(facts, credential, out);
        token(facts, credential, out);
    }
    examples(facts, out);
    edges(facts, out);
}

/// The same, of a request that stops behind its credential.
pub(super) fn of_a_part(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    shape(facts, out);
}

fn scope() -> FieldKey {
    FieldKey::of(FieldKind::SCOPE)
}

fn shape(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(text) = &facts.credential_text else {
        return;
    };
    // In a query the text was decoded once; an escape that is left was encoded twice. Of a URL alone the
    // second encoding was undone where it was read.
    let undone = facts.docs.peels(text.span).contains(&Peel::EncodedAgain);
    let left = text.text.to_ascii_lowercase().contains("%2f");
    if facts.form == Form::Query && (undone || left) {
        let message = if undone {
            "The slashes of X-Amz-Credential are written %252F: the URL was percent-encoded a second time. \
             What is computed here is of the URL without that."
        } else {
            "The slashes of X-Amz-Credential are written %252F: the URL was percent-encoded a second time."
        };
        out.push(
            t::CREDENTIAL_ENCODED_TWICE
                .found(
                    message,
                    "Use the URL as the presigner gave it. HTTP clients that encode what they are given \
                     need to be told that it is encoded already.",
                )
                .at(text.span, "encoded twice")
                .about(scope()),
        );
        return;
    }
    let parts = text.text.split('/').count();
    let empty = facts.credential.as_ref().is_some_and(|c| {
        [&c.key_id, &c.date, &c.region, &c.service, &c.terminator]
            .iter()
            .any(|part| part.text.is_empty())
    });
    // Who takes the signature out of a paste, or a part of it, takes out the key id, too: the rest of it was sent as it
    // stands.
    let taken_out = parts >= 5
        && facts.credential.as_ref().is_some_and(|c| {
            let others = [&c.date, &c.region, &c.service, &c.terminator];
            others.iter().all(|part| !part.text.is_empty())
        })
        && facts.signature.as_ref().is_none_or(|signature| {
            let text = signature.text.as_bytes();
            text.len() < WHOLE || is_mark(text) || is_redacted(text)
        });
    // A word in the place of key id or signature is for values that its author kept.
    let first = text.text.split('/').next().unwrap_or_default();
    let stands_in = is_own_word(first.as_bytes())
        || is_mark(first.as_bytes())
        || is_verb(first.as_bytes())
        || facts
            .signature
            .as_ref()
            .is_some_and(|signature| is_signature_stand_in(signature.text.as_bytes()));
    if (parts < 5 || empty) && !taken_out && !stands_in && !facts.holds_unknown(text.span) {
        let message = if parts < 5 {
            format!(
                "The credential has {parts} of its five parts between slashes: “{}”.",
                shown(&text.text)
            )
        } else {
            format!(
                "A part of the credential is empty: “{}”.",
                shown(&text.text)
            )
        };
        out.push(
            t::CREDENTIAL_SHAPE
                .found(
                    message,
                    "Write KEYID/YYYYMMDD/REGION/SERVICE/aws4_request; a region or key id that was never \
                     set is the usual cause.",
                )
                .at(text.span, "the credential")
                .about(scope()),
        );
    }
}

fn date(facts: &Facts<'_>, credential: &Credential, out: &mut Vec<Finding>) {
    let date = &credential.date;
    if date.text.is_empty() || is_verb(date.text.as_bytes()) || facts.holds_unknown(date.span) {
        return;
    }
    if date.text.len() != 8 || !date.text.bytes().all(|b| b.is_ascii_digit()) {
        out.push(
            t::SCOPE_DATE_FORMAT
                .found(
                    format!(
                        "The date of the scope is “{}”, not YYYYMMDD.",
                        shown(&date.text)
                    ),
                    "Write the first eight digits of x-amz-date there.",
                )
                .at(date.span, "the scope's date")
                .about(scope()),
        );
        return;
    }
    let (Some(signed), Some(part)) = (facts.instant, &facts.date) else {
        return;
    };
    let day = signed.at.format("%Y%m%d").to_string();
    if day != date.text {
        out.push(
            t::SCOPE_DATE_MISMATCH
                .found(
                    format!(
                        "The scope is dated {}, the request {day} ({}).",
                        date.text,
                        shown(&part.text)
                    ),
                    "Take both from one reading of the clock, in UTC: a local date differs from it for \
                     hours each day, and a cached scope outlives midnight.",
                )
                .at(date.span, "the scope's date")
                .at(part.span, "the signing time")
                .about(scope()),
        );
    }
}

fn terminator(credential: &Credential, out: &mut Vec<Finding>) {
    let part = &credential.terminator;
    if part.text != "aws4_request" && !part.text.is_empty() {
        out.push(
            t::SCOPE_TERMINATOR
                .found(
                    format!(
                        "The scope ends in “{}”, not in aws4_request.",
                        shown(&part.text)
                    ),
                    "End the credential in /aws4_request, and hash the same word into the key.",
                )
                .at(part.span, "the terminator")
                .about(scope()),
        );
    }
}

/// Region and service of the scope against what the host implies.
fn against_host(facts: &Facts<'_>, credential: &Credential, out: &mut Vec<Finding>) {
    let (region, service) = (&credential.region, &credential.service);
    for part in [region, service] {
        if part.text.bytes().any(|b| b.is_ascii_uppercase())
            && part.text != "IoTSecuredTunneling"
            && part.text != "IngestionService"
            // A server that compared signatures has taken the scope as it is spelled.
            && !server::took_the_scope(facts.view)
        {
            out.push(
                t::SCOPE_CASE
                    .at_most(
                        if facts.is_aws_host() { Severity::Error } else { Severity::Warning },
                        format!("The scope holds “{}” with upper-case letters.", shown(&part.text)),
                        "Regions and services are written in lower case, in the scope and in the key.",
                    )
                    .at(part.span, "not in lower case")
                    .about(scope()),
            );
        }
    }
    out.extend(strings::host_as_region(&region.text, region.span));
    let (Some(implied), Some(host)) = (&facts.implied, &facts.host) else {
        return;
    };
    let lower = |text: &str| text.to_ascii_lowercase();
    if let Some(own) = &implied.region
        && !region.text.is_empty()
        && implied.contradicts_region(&region.text)
        && lower(own) != lower(&region.text)
    {
        // S3's endpoints hand requests for buckets elsewhere on to their region; and the tables of
        // other vendors are what their guides say, not what their servers check.
        let gravest = if implied.is_aws() && !facts.is_s3() {
            Severity::Error
        } else {
            Severity::Warning
        };
        out.push(
            t::SCOPE_REGION
                .at_most(
                    gravest,
                    format!(
                        "The request is signed for the region {} and goes to {}, which is in {own}.",
                        shown(&region.text),
                        shown(&host.text)
                    ),
                    format!("Sign for {own}, or send to the endpoint of {}.", shown(&region.text)),
                )
                .at(region.span, "signed for this region")
                .at(host.span, format!("this host is in {own}"))
                .refusing()
                .about(scope()),
        );
    }
    if let Some(own) = &implied.service
        && !service.text.is_empty()
        && implied.contradicts_service(&service.text)
        && lower(own) != lower(&service.text)
    {
        out.push(
            t::SCOPE_SERVICE
                .found(
                    format!(
                        "The request is signed for the service {} and goes to {}, whose requests are \
                         signed for {own}.",
                        shown(&service.text),
                        shown(&host.text)
                    ),
                    format!("Sign with the service name {own}: it is not always the name in the host."),
                )
                .at(service.span, "signed for this service")
                .at(host.span, format!("this host takes {own}"))
                .refusing()
                .about(scope()),
        );
    }
}

/// What stands in a key id when something was never filled in.
const PLACEHOLDERS: [&str; 7] = [
    "undefined",
    "null",
    "none",
    "your",
    "access_key",
    "accesskey",
    "changeme",
];

fn key_id(facts: &Facts<'_>, credential: &Credential, out: &mut Vec<Finding>) {
    let part = &credential.key_id;
    let text = part.text.as_str();
    if text.is_empty() {
        return;
    }
    // Words in brackets stand for one.
    let bracketed = [('<', '>'), ('{', '}'), ('[', ']')];
    let named = bracketed
        .iter()
        .any(|(open, close)| text.starts_with(*open) && text.ends_with(*close))
        || facts.holds_unknown(part.span);
    if text.bytes().any(|b| b.is_ascii_whitespace()) && !named {
        out.push(
            t::KEY_ID_BLANK
                .found(
                    format!("The key id is “{}”, with a blank in it.", shown(text)),
                    "Take the blank or line end out of where the key id is kept.",
                )
                .at(part.span, "the key id"),
        );
        return;
    }
    // What cannot be seen in it is said already, and others than AWS choose the shapes of their own keys.
    let hidden = is_redacted(text.as_bytes())
        || is_filler(text.as_bytes())
        || is_mark(text.as_bytes())
        || is_verb(text.as_bytes())
        || named;
    if unseen::is_odd(part) || !facts.is_aws_host() || hidden {
        return;
    }
    let is_issued = text
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if text.len() == 40 && !is_issued {
        out.push(
            t::KEY_ID_IS_SECRET
                .found(
                    "What stands as the key id has the 40 characters of a secret access key.",
                    "Swap the two, and treat that secret as disclosed: it was sent in the open.",
                )
                .at(part.span, "40 characters"),
        );
        return;
    }
    let lower = text.to_ascii_lowercase();
    let placeholder = PLACEHOLDERS.iter().any(|word| lower.contains(word))
        || text.starts_with(['$', '{', '"', '\'']);
    if placeholder || !is_issued {
        out.push(
            t::KEY_ID_SHAPE
                .found(
                    format!("The key id “{}” is not one that AWS issues.", shown(text)),
                    "AWS issues key ids of capital letters and digits, AKIA… for long-term and ASIA… \
                     for temporary keys. Look for a setting that was never filled in.",
                )
                .at(part.span, "the key id"),
        );
    } else if !(16..=128).contains(&text.len()) && !text.contains("EXAMPLE") {
        out.push(
            t::KEY_ID_SHAPE
                .found(
                    format!(
                        "The key id “{}” has {} characters.",
                        shown(text),
                        text.len()
                    ),
                    "Key ids of AWS have 20 characters, and never fewer than 16: this one may have \
                     been cut.",
                )
                .at(part.span, "the key id"),
        );
    }
}

fn token(facts: &Facts<'_>, credential: &Credential, out: &mut Vec<Finding>) {
    let part = &credential.key_id;
    let key = shown(&part.text);
    let token = facts.token();
    match token {
        None if part.text.starts_with("ASIA") => out.push(
            t::TOKEN_MISSING
                .at_most(
                    if facts.is_aws_host() { Severity::Error } else { Severity::Warning },
                    format!("{key} is a temporary key, and no session token is sent with it."),
                    match facts.form {
                        Form::Header => {
                            "Send the token that was issued with the key as x-amz-security-token, and \
                             sign that header."
                        }
                        Form::Query => {
                            "Put the token that was issued with the key into the query as \
                             X-Amz-Security-Token before signing."
                        }
                    },
                )
                .at(part.span, "a temporary key"),
        ),
        Some((span, _)) if part.text.starts_with("AKIA") => out.push(
            t::TOKEN_FOREIGN
                .found(
                    format!("A session token is sent with {key}, which is a long-term key."),
                    "Tokens belong to temporary keys (ASIA…). Look for a token left over from another \
                     login, often in AWS_SESSION_TOKEN.",
                )
                .at(span, "the token")
                .at(part.span, "a long-term key"),
        ),
        _ => {}
    }
    if facts.form == Form::Header
        && let Some((span, Form::Header)) = token
        && !facts.is_signed("x-amz-security-token")
        && !facts.is_signed("x-amz-s3session-token")
    {
        out.push(
            t::TOKEN_UNSIGNED
                .at_most(
                    if facts.is_s3() { Severity::Error } else { Severity::Warning },
                    "The session token is sent, and SignedHeaders does not name it.",
                    "Set the token before signing and name its header in SignedHeaders. Few services \
                     (AWS IoT) want it added after.",
                )
                .at(span, "not signed")
                .about(FieldKey::of(FieldKind::SIGNED_HEADERS)),
        );
    }
}

/// The two secrets of the documentation differ in one character: S3's pages have a slash where the
/// others have a plus.
const EXAMPLES: [&[u8]; 2] = [
    b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
];

fn examples(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(trace) = facts.trace.filter(|trace| !trace.outcome.agrees()) else {
        return;
    };
    let Some(candidate) = trace.candidate else {
        return;
    };
    let Some(named) = facts.view.keyring.candidates.get(candidate) else {
        return;
    };
    let Material::Secret(secret) = &named.material else {
        return;
    };
    if EXAMPLES.contains(&secret.expose().as_slice()) {
        out.push(t::SECRET_EXAMPLE.found(
            format!("The secret of {} is an example from the AWS documentation.", shown(&named.name)),
            "There are two of them, with + or with / in one place: the S3 pages use one, the IAM pages \
             and the test suite the other. Neither belongs to a real key.",
        ));
    }
}

/// A secret that was given with white space at its edges; not one that was made to be tried.
fn edges(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(trace) = facts.trace else {
        return;
    };
    let keyring = facts.view.keyring;
    for attempt in &trace.attempts {
        let given = keyring.candidates.get(attempt.candidate);
        let Some(named) = given.filter(|_| keyring.altered(attempt.candidate).is_none()) else {
            continue;
        };
        let Some(edges) = named.material.edges() else {
            continue;
        };
        out.push(t::SECRET_EDGES.found(
            format!("The secret of {} {edges}.", shown(&named.name)),
            "AWS issues no secret with white space at its edges, and every byte of it goes into the key. Remove \
             it where the secret is kept (tr -d '\\r\\n', echo -n), and trim what is read from a file or a \
             variable.",
        ));
    }
}
