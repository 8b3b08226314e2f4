//! The parameters that carry the signature, in a header or in a query: there, once, and readable.

use super::facts::{Facts, Form, Part, listed, shown};
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::scheme::sigv4::reading::{AUTH_PARAMS, hidden_end};
use crate::engine::scheme::{FieldKey, FieldKind};

/// The algorithms a verifier of this family knows.
const ALGORITHMS: [&str; 2] = ["AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"];

/// The parameter that says how long a URL is valid.
const EXPIRES: &str = "X-Amz-Expires";

/// The parameters of an Authorization header, all required.
const HEADER: [&str; 3] = ["Credential", "SignedHeaders", "Signature"];

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    both(facts, out);
    match facts.form {
        Form::Header => header(facts, out),
        Form::Query => query(facts, out),
    }
    signature(facts, out);
}

fn both(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let in_query = facts
        .query
        .iter()
        .find(|p| p.name.text == "X-Amz-Algorithm" || p.name.text == "X-Amz-Signature");
    if let (Some(header), Some(param)) = (facts.authorizations.first(), in_query) {
        out.push(
            t::TWO_SIGNATURES
                .found(
                    format!(
                        "The request has an Authorization header ({}) and a signature in its query.",
                        shown(&header.algorithm.text)
                    ),
                    "Send one of the two: a request to a presigned URL carries no Authorization \
                     header. HTTP clients with a default token or user name add one unasked.",
                )
                .at(header.value, "one")
                .at(param.span, "the other"),
        );
    }
}

fn header(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    if let [first, second, ..] = facts.authorizations.as_slice() {
        out.push(
            t::AUTHORIZATION_TWICE
                .found(
                    format!(
                        "There are {} Authorization headers.",
                        facts.authorizations.len()
                    ),
                    "Send one. Verifiers take the first, the last, or refuse both.",
                )
                .at(second.value, "again")
                .at(first.value, "the first"),
        );
    }
    let Some(authorization) = facts.authorizations.first() else {
        return;
    };
    let algorithm = &authorization.algorithm;
    if !ALGORITHMS.contains(&algorithm.text.as_str()) {
        out.push(
            t::ALGORITHM
                .found(
                    format!(
                        "The Authorization header begins with “{}”, not with AWS4-HMAC-SHA256 and a \
                         space.",
                        shown(&algorithm.text)
                    ),
                    "Begin it with AWS4-HMAC-SHA256, in this case, then one space.",
                )
                .at(algorithm.span, "the algorithm"),
        );
    }
    let gap = facts.docs.bytes(authorization.gap);
    if !gap.is_empty() && gap != b" " {
        let gravest = if facts.is_s3() {
            Severity::Error
        } else {
            Severity::Warning
        };
        out.push(
            t::AUTHORIZATION_SPACE
                .at_most(
                    gravest,
                    if gap.iter().all(|b| *b == b' ') {
                        format!(
                            "Behind {} there are {} spaces, not one.",
                            shown(&algorithm.text),
                            gap.len()
                        )
                    } else {
                        format!(
                            "Behind {} there is “{}”, not one space.",
                            shown(&algorithm.text),
                            shown(&facts.docs.text(authorization.gap))
                        )
                    },
                    "Write one space there. S3 asks for one and only one, and others take whatever is blank.",
                )
                .at(authorization.gap, "not one space"),
        );
    }
    let hidden = hidden_end(facts.docs, authorization.value);
    for junk in &authorization.junk {
        if hidden.is_some_and(|hidden| junk.span.contains(hidden)) {
            continue;
        }
        let (message, help) = if junk.text.is_empty() {
            (
                "The Authorization header holds nothing between two commas, or behind the last one."
                    .to_owned(),
                "Write Credential=…, SignedHeaders=…, Signature=… with one comma between two.",
            )
        } else {
            (
                format!(
                    "The Authorization header holds “{}”, which has no equals sign.",
                    shown(&junk.text)
                ),
                "Write Credential=…, SignedHeaders=…, Signature=… on one line; a comma or line end \
                 inside a value tears it apart.",
            )
        };
        out.push(
            t::AUTHORIZATION_MANGLED
                .found(message, help)
                .at(junk.span, "not name=value"),
        );
    }
    if let Some(name) = authorization.run_on.first() {
        out.push(
            t::AUTHORIZATION_MANGLED
                .found(
                    format!(
                        "{} is not parted by a comma from what is before it.",
                        shown(&name.text)
                    ),
                    "Put a comma between the parameters of the Authorization header.",
                )
                .at(name.span, "no comma before it"),
        );
    }
    for param in &authorization.params {
        if param.value.text.starts_with(['"', '\'', '“']) {
            out.push(
                t::AUTHORIZATION_MANGLED
                    .found(
                        format!("{} is put in quotes.", shown(&param.name.text)),
                        "Write the values of the Authorization header without quotes.",
                    )
                    .at(param.value.span, "quoted"),
            );
        }
    }
    let names: Vec<(&str, &Part)> = authorization
        .params
        .iter()
        .map(|p| (p.name.text.as_str(), &p.name))
        .collect();
    if hidden.is_none() {
        missing(&HEADER, &names, "The Authorization header", facts, out);
    }
    twice(&HEADER, &names, "The Authorization header", "the last", out);
}

fn query(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    if let Some(algorithm) = facts.param("X-Amz-Algorithm")
        && !ALGORITHMS.contains(&algorithm.value.text.as_str())
    {
        out.push(
            t::ALGORITHM
                .found(
                    format!(
                        "X-Amz-Algorithm is “{}”, not AWS4-HMAC-SHA256.",
                        shown(&algorithm.value.text)
                    ),
                    "Set it to AWS4-HMAC-SHA256, in this case, and sign again.",
                )
                .at(algorithm.value.span, "the algorithm")
                .about(FieldKey::named(FieldKind::QUERY, "X-Amz-Algorithm", 0)),
        );
    }
    let names: Vec<(&str, &Part)> = facts
        .query
        .iter()
        .map(|p| (p.name.text.as_str(), &p.name))
        .collect();
    // S3 asks for all six in its refusal; the other services name five in theirs, and take a URL without an end.
    let required: Vec<&str> = AUTH_PARAMS
        .into_iter()
        .filter(|name| *name != EXPIRES || facts.is_s3())
        .collect();
    missing(&required, &names, "The query", facts, out);
    twice(&AUTH_PARAMS, &names, "The query", "the first", out);
}

/// Required parameters that are not there, or only in another spelling.
fn missing(
    wanted: &[&str],
    names: &[(&str, &Part)],
    place: &str,
    facts: &Facts<'_>,
    out: &mut Vec<Finding>,
) {
    let mut absent = Vec::new();
    for name in wanted {
        if names.iter().any(|(own, _)| own == name) {
            continue;
        }
        let alike = names.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        match alike {
            Some((own, part)) => out.push(
                t::PARAMETER_CASE
                    .found(
                        format!("{place} has {}, spelled otherwise than {name}.", shown(own)),
                        format!("The names are told apart by case: write {name}."),
                    )
                    .at(part.span, "spelled otherwise"),
            ),
            None => absent.push(*name),
        }
    }
    if !absent.is_empty() && facts.is_print_short() {
        let value = facts.authorizations.first().map(|a| a.value);
        out.push(
            t::PARAMETER_MISSING
                .at_most(
                    Severity::Warning,
                    format!(
                        "{} of the Authorization header {} not in this paste, though the server compared a signature: \
                         what is printed here is not all of what was sent.",
                        listed(&absent),
                        if absent.len() == 1 { "is" } else { "are" }
                    ),
                    "Paste the request whole, as it was sent: nothing that it lacks here is held against it.",
                )
                .at(
                    value.unwrap_or(facts.request.target.whole),
                    "not all of it",
                ),
        );
        return;
    }
    if !absent.is_empty() {
        let help = if place == "The query" {
            format!(
                "All of {} are required. A URL that was cut at an & by a shell, or whose parameters a proxy dropped, \
                 looks so.",
                listed(wanted)
            )
        } else {
            "The header reads: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…."
                .to_owned()
        };
        out.push(
            t::PARAMETER_MISSING
                .found(format!("{place} lacks {}.", listed(&absent)), help)
                .at(
                    facts
                        .authorizations
                        .first()
                        .map(|a| a.value)
                        .or(facts.request.target.query)
                        .unwrap_or(facts.request.target.whole),
                    format!("without {}", listed(&absent)),
                ),
        );
    }
}

fn twice(
    wanted: &[&str],
    names: &[(&str, &Part)],
    place: &str,
    taken: &str,
    out: &mut Vec<Finding>,
) {
    for name in wanted {
        let mut places = names
            .iter()
            .filter(|(own, _)| own == name)
            .map(|(_, p)| p.span);
        if let (Some(first), Some(second)) = (places.next(), places.next()) {
            out.push(
                t::PARAMETER_TWICE
                    .found(
                        format!("{place} holds {name} more than once."),
                        format!("Send it once; AWS takes {taken}, others may not."),
                    )
                    .at(second, "again")
                    .at(first, "the first"),
            );
        }
    }
}

fn signature(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(part) = &facts.signature else { return };
    // Cut or redacted by whoever printed it: that says nothing of what was sent.
    if facts.received_is_partial || facts.holds_unknown(part.span) {
        return;
    }
    let text = part.text.as_str();
    let is_hex = text.bytes().all(|b| b.is_ascii_hexdigit());
    let is_lower = !text.bytes().any(|b| b.is_ascii_uppercase());
    // SigV4A signatures are DER, of another length.
    let is_ecdsa = facts
        .authorizations
        .first()
        .map(|a| a.algorithm.text.as_str())
        .or_else(|| {
            facts
                .param("X-Amz-Algorithm")
                .map(|p| p.value.text.as_str())
        })
        .is_some_and(|a| a.contains("ECDSA"));
    if is_ecdsa || (text.len() == 64 && is_hex && is_lower) {
        return;
    }
    let help = "It is the HMAC-SHA256 of the string to sign in lower-case hex: 64 digits.";
    let message = if text.is_empty() {
        "The signature is not here: it was taken out of this paste, or none was sent.".to_owned()
    } else if text.len() == 64 && is_hex {
        "The signature has upper-case hex digits.".to_owned()
    } else if is_hex {
        format!("The signature has {} hex digits here, not 64.", text.len())
    } else if text.len() == 44 && text.ends_with('=') {
        "The signature is written in base64, not in hex.".to_owned()
    } else {
        format!(
            "The signature “{}” is not 64 lower-case hex digits.",
            shown(text)
        )
    };
    // Fewer digits than it has are left of one that was cut or damaged where it was copied far more often than they
    // were sent so.
    // None at all was taken out by whoever pasted it.
    let gravest = if is_hex && is_lower && text.len() < 64 {
        Severity::Warning
    } else {
        Severity::Error
    };
    let help = if gravest == Severity::Error {
        help
    } else {
        "It is the HMAC-SHA256 of the string to sign in lower-case hex: 64 digits. Copy it whole: digits are missing in \
         this paste, or in what was sent."
    };
    let finding = t::SIGNATURE_SHAPE
        .at_most(gravest, message, help)
        .at(part.span, "the signature")
        .about(FieldKey::of(FieldKind::SIGNATURE));
    out.push(if gravest == Severity::Error {
        finding
    } else {
        finding.of_paste()
    });
}
