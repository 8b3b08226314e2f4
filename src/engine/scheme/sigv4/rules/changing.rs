//! Signed headers that are such as proxies and clients change on the way.

use super::facts::{Facts, listed};
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::Span;
use crate::engine::scheme::sigv4::header;
use crate::engine::scheme::{FieldKey, FieldKind};

/// How a signed header changes on the way, as a sentence about `it`, and how much that matters.
fn change_of(name: &str) -> Option<(&'static str, Severity)> {
    match name {
        "content-length" => Some((
            "it is dropped or set anew where a body is sent in chunks or compressed",
            Severity::Note,
        )),
        _ => Some((header::unstable(name.as_bytes())?, Severity::Warning)),
    }
}

/// Signed headers that are such as are changed on the way.
pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let signed = facts.signed.iter();
    out.extend(changing(
        signed.map(|part| (part.text.to_ascii_lowercase(), part.span)),
    ));
}

/// Names of headers, each with its place.
type Names = Vec<(String, Span)>;

/// That signed headers are such as are changed on the way: one remark for each way in which they are.
pub(super) fn changing(signed: impl Iterator<Item = (String, Span)>) -> Vec<Finding> {
    let mut ways: Vec<(&str, Severity, Names)> = Vec::new();
    for (name, span) in signed {
        let Some((why, severity)) = change_of(&name) else {
            continue;
        };
        match ways.iter_mut().find(|(own, ..)| *own == why) {
            Some((_, _, held)) => held.push((name, span)),
            None => ways.push((why, severity, vec![(name, span)])),
        }
    }
    ways.into_iter()
        .filter_map(|(why, severity, held)| {
            let mut names: Vec<&str> = held.iter().map(|(name, _)| name.as_str()).collect();
            names.dedup();
            let (message, leave) = match (names.as_slice(), why.strip_prefix("it ")) {
                ([_, _, ..], Some(each)) => {
                    (format!("{} are signed, and each {each}.", listed(&names)), "them")
                }
                _ => (format!("{} is signed, and {why}.", names.first()?), "it"),
            };
            let is = if leave == "it" { "it is" } else { "one is" };
            let finding = t::HEADER_VOLATILE.at_most(
                severity,
                message,
                format!(
                    "Leave {leave} out of SignedHeaders: signing {leave} protects nothing and breaks when {is} changed."
                ),
            );
            let finding = finding.about(FieldKey::named(FieldKind::HEADER, &held.first()?.0, 0));
            Some(held.iter().fold(finding, |finding, (_, span)| finding.at(*span, "signed")))
        })
        .collect()
}
