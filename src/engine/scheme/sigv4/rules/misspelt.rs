//! Names of headers that are nearly those which signing knows.

use super::facts::{Facts, shown};
use super::table as t;
use crate::engine::diagnose::Finding;
use crate::engine::scheme::{FieldKey, FieldKind};

/// The names that signing knows, and what is left of them without dashes.
const KNOWN: [(&str, &str); 3] = [
    ("x-amz-date", "xamzdate"),
    ("x-amz-content-sha256", "xamzcontentsha256"),
    ("x-amz-security-token", "xamzsecuritytoken"),
];

/// Headers that are spelled nearly as one that a verifier reads, where that one is not there.
pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    for sent in facts.sent {
        let name = facts.header_name(sent);
        let Some(known) = nearly(&name.text) else {
            continue;
        };
        if facts.headers(known).next().is_some() {
            continue;
        }
        out.push(
            t::HEADER_NEAR_MISS
                .found(
                    format!(
                        "The request has {}, which means nothing to a verifier, and has no {known}.",
                        shown(&name.text)
                    ),
                    format!("If {known} was meant, spell it so."),
                )
                .at(name.span, format!("not {known}"))
                .about(FieldKey::named(FieldKind::HEADER, known, 0)),
        );
    }
}

/// The known name that `name` (lower case) nearly is.
fn nearly(name: &str) -> Option<&'static str> {
    if name.len() > 40 || KNOWN.iter().any(|(known, _)| *known == name) {
        return None;
    }
    let squeezed: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    // x-aws-…, x-amzn-… and without the vendor: x-content-sha256, security-token, x-date.
    let vendors = ["xaws", "xamzn", "xamazon", "amz", "aws", "x", ""];
    KNOWN.iter().find_map(|(known, whole)| {
        let rest = whole.strip_prefix("xamz")?;
        let other = vendors
            .iter()
            .any(|vendor| squeezed.strip_prefix(vendor) == Some(rest));
        // Date alone is a header in its own right.
        let own = squeezed == "date";
        (!own && (squeezed == *whole || other || one_off(&squeezed, whole))).then_some(*known)
    })
}

/// Whether one letter put in, left out, changed or swapped makes one of the two into the other.
fn one_off(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > 1 || one == other {
        return false;
    }
    let alike = one.iter().zip(other).take_while(|(x, y)| x == y).count();
    let one = one.get(alike..).unwrap_or_default();
    let other = other.get(alike..).unwrap_or_default();
    let tail = one.iter().rev().zip(other.iter().rev());
    let alike = tail.take_while(|(x, y)| x == y).count();
    let one = one.get(..one.len() - alike).unwrap_or_default();
    let other = other.get(..other.len() - alike).unwrap_or_default();
    let swapped = one.len() == 2 && one.iter().eq(other.iter().rev());
    swapped || (one.len() <= 1 && other.len() <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nearly_right_is_told_from_one_that_is() {
        for (name, known) in [
            ("x-content-sha256", "x-amz-content-sha256"),
            ("x-amz-content-sha-256", "x-amz-content-sha256"),
            ("x-amz-contentsha256", "x-amz-content-sha256"),
            ("x-amz-content-sh256", "x-amz-content-sha256"),
            ("x-amz-conetnt-sha256", "x-amz-content-sha256"),
            ("x-amz-data", "x-amz-date"),
            ("x_amz_date", "x-amz-date"),
            ("x-aws-date", "x-amz-date"),
            ("x-amzn-date", "x-amz-date"),
            ("x-amz-security_token", "x-amz-security-token"),
            ("x-amz-securitytoken", "x-amz-security-token"),
        ] {
            assert_eq!(nearly(name), Some(known), "{name}");
        }
        for name in [
            "x-amz-date",
            "date",
            "host",
            "x-amz-acl",
            "x-amz-content-sha256",
            "x-amz-meta-date",
            "x-amz-security-token",
            "content-type",
            "x-amzn-trace-id",
            "x-amz-user-agent",
            "",
        ] {
            assert_eq!(nearly(name), None, "{name}");
        }
    }
}
