//! What a chosen option means where it reproduces the received signature: the signer departed from the
//! rules in that way.
//!
//! Owns the words for it. Service, region, URL scheme and method are the person's own statements of what
//! is true and depart from nothing; nor do the ways of a session token, of a host but for its port, of a + in the path, of a tab
//! in a header and of an encoding that the wire has lost, as there are services that take either. A target or a
//! header that was signed raw departs also where nobody chose it and it was tried: no service is known to take it.

use super::quirks::is_s3_family;
use crate::engine::diagnose::{Deviation, Who};

const CANONICAL: &str =
    "AWS IAM User Guide, Create a signed AWS API request, Create a canonical request";
const S3_PAYLOAD: &str =
    "Amazon S3 API Reference, Signature Calculations for the Authorization Header";

/// Says what `option` set to `value` departs from, in a request for `service`; none where the option is a
/// statement, or the value leaves the rules as they are.
pub(super) fn departure(option: &str, value: &str, service: &str) -> Option<Deviation> {
    let verifier = if is_s3_family(service) {
        "S3"
    } else {
        "every service but S3"
    };
    let (id, family, component, title, fix, reference) = match (option, value) {
        ("path-encoding", "twice") => (
            "option-path-encoding",
            "path",
            "path",
            format!("the path was encoded twice; {verifier} wants it once"),
            "Sign the path as it stands on the wire, encoded once. SDKs have a switch for it (doubleUrlEncode, uriEscapePath, disableDoubleEncoding).",
            S3_PAYLOAD,
        ),
        ("path-encoding", "once") => (
            "option-path-encoding",
            "path",
            "path",
            format!("the path was encoded once; {verifier} wants it twice"),
            "Encode the path of the wire once more before it is signed, so that %3A becomes %253A.",
            CANONICAL,
        ),
        ("path-normalization", "normalize") => (
            "option-path-normalization",
            "path",
            "path",
            format!("the path was normalised; {verifier} keeps `//`, `.` and `..` as they are"),
            "Sign the path as it stands, without resolving its segments.",
            S3_PAYLOAD,
        ),
        ("path-normalization", "keep") => (
            "option-path-normalization",
            "path",
            "path",
            format!("the path was kept as it is; {verifier} resolves `//`, `.` and `..` first"),
            "Resolve `.`, `..` and empty segments of the path before it is signed.",
            CANONICAL,
        ),
        ("raw-in-target", "kept") => (
            "option-raw-in-target",
            "target",
            "target",
            "what is not percent-encoded in the path or the query was signed as it stands; a verifier signs it encoded"
                .to_owned(),
            "Encode path and query before they are signed, a space as %20, and send what was signed.",
            CANONICAL,
        ),
        ("raw-in-target", "plus") => (
            "option-raw-in-target",
            "target",
            "target",
            "a space in the path or the query was signed as a +; a verifier signs it as %20".to_owned(),
            "Encode path and query before they are signed, a space as %20, and send what was signed.",
            CANONICAL,
        ),
        ("header-blanks", "unquoted") => (
            "option-header-blanks",
            "headers",
            "header",
            "blanks between quotation marks in header values were kept; every run of spaces becomes one"
                .to_owned(),
            "Sign every run of spaces inside a header's value as one, also between quotation marks; what is sent may keep them.",
            CANONICAL,
        ),
        ("host-value", "no-port") => (
            "option-host-value",
            "headers",
            "header",
            "the host was signed without its port; the Host header that was sent has it".to_owned(),
            "Sign the host with its port, as the Host header is sent; only the default port of the scheme is left out.",
            CANONICAL,
        ),
        ("host-value", "port-443" | "port-80") => (
            "option-host-value",
            "headers",
            "header",
            "the host was signed with a default port behind it; the Host header that was sent has none"
                .to_owned(),
            "Sign the host as the Host header is sent: HTTP libraries leave the default port out of it.",
            CANONICAL,
        ),
        ("host-value", "url-port") => (
            "option-host-value",
            "headers",
            "header",
            "the host was signed with the port of the URL; the Host header that was sent has none"
                .to_owned(),
            "Sign the host as the Host header is sent, with its port or without it in both.",
            CANONICAL,
        ),
        ("plus-in-query", "plus") => (
            "option-plus-in-query",
            "query",
            "query",
            "a + in the query was signed as itself; the verifier reads it as a space".to_owned(),
            "Write %2B for a plus and %20 for a space, in what is sent and in what is signed.",
            CANONICAL,
        ),
        ("empty-parameters", "keep") => (
            "option-empty-parameters",
            "query",
            "query",
            "nothing between two & was signed as an empty parameter; it is to be left out".to_owned(),
            "Send the query without empty parameters.",
            CANONICAL,
        ),
        ("payload", "unsigned") => (
            "option-payload",
            "payload",
            "payload-hash",
            "UNSIGNED-PAYLOAD was signed in the place of the payload hash that the rules ask for"
                .to_owned(),
            "Sign what x-amz-content-sha256 states, or send x-amz-content-sha256: UNSIGNED-PAYLOAD where the service allows it.",
            S3_PAYLOAD,
        ),
        ("payload", "hash") => (
            "option-payload",
            "payload",
            "payload-hash",
            "the hash of the body was signed in the place of the payload hash that the rules ask for"
                .to_owned(),
            "Sign what x-amz-content-sha256 states; a presigned S3 URL signs UNSIGNED-PAYLOAD.",
            S3_PAYLOAD,
        ),
        ("payload", "stated") => (
            "option-payload",
            "payload",
            "payload-hash",
            "the stated payload hash was signed in the place of the one that the rules ask for"
                .to_owned(),
            "Sign the hash of the very bytes that are sent.",
            S3_PAYLOAD,
        ),
        _ => return None,
    };
    Some(Deviation {
        id,
        who: Who::Signer,
        family,
        component,
        parameters: Vec::new(),
        title,
        detail: String::new(),
        fix: fix.to_owned(),
        reference,
    })
}

#[cfg(test)]
mod tests {
    use super::departure;
    use crate::engine::scheme::Values;
    use crate::engine::scheme::sigv4::choices::OPTIONS;

    #[test]
    fn every_choice_departs_from_the_rules_of_some_service_or_is_a_statement_or_the_rule() {
        // What the rules say without the option, and what only the person can know.
        let rules = [
            ("header-blanks", "spaces"),
            ("raw-in-target", "encoded"),
            ("plus-in-query", "space"),
            ("empty-parameters", "drop"),
            ("payload", "auto"),
            ("host-value", "canonical"),
        ];
        let statements = [
            "service",
            "region",
            "url-scheme",
            "method",
            "session-token",
            "plus-in-path",
        ];
        // What some services take and others do not.
        let taken = [
            ("header-blanks", "all"),
            ("raw-in-target", "escaped"),
            ("host-value", "as-received"),
        ];
        for option in OPTIONS {
            let Values::Choice(choices) = option.values else {
                assert!(statements.contains(&option.id), "{}", option.id);
                continue;
            };
            for choice in choices {
                let silent = statements.contains(&option.id)
                    || rules.contains(&(option.id, choice.id))
                    || taken.contains(&(option.id, choice.id));
                let said = departure(option.id, choice.id, "s3");
                assert_eq!(said.is_none(), silent, "{} {}", option.id, choice.id);
                if let Some(said) = said {
                    assert_eq!(said.id.strip_prefix("option-"), Some(option.id));
                }
            }
        }
    }
}
