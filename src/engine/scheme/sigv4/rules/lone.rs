//! Credential scopes that stand alone: what their own parts show, and in what two of them part.
//!
//! Must not conclude what was sent: nothing of a request is here.

use super::facts::shown;
use super::strings;
use super::table as t;
use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Span};
use crate::engine::scheme::View;

/// What programs write for a key id that they do not have.
const UNSET: [&str; 5] = ["", "null", "undefined", "None", "nil"];

/// The parts of a credential, or of its scope alone.
struct Scope {
    key_id: Option<String>,
    date: String,
    region: (String, Span),
    service: String,
    whole: Span,
}

/// Every remark on the scopes of the case.
pub(in crate::engine::scheme::sigv4) fn findings(view: &View<'_>) -> Vec<Finding> {
    let docs = &view.case.docs;
    let scopes: Vec<Scope> = view
        .case
        .scopes
        .iter()
        .filter_map(|span| read(docs, *span))
        .collect();
    let mut out: Vec<Finding> = Vec::new();
    for finding in scopes.iter().filter_map(own) {
        if out.iter().all(|known| known.message != finding.message) {
            out.push(finding);
        }
    }
    out.extend(differing(&scopes));
    out
}

fn read(docs: &Documents, span: Span) -> Option<Scope> {
    let text = docs.text(span);
    let mut parts = text.rsplitn(5, '/');
    let end = parts.next()?.len();
    let (service, region) = (parts.next()?, parts.next()?);
    let at = text.len() - end - service.len() - region.len() - 2;
    Some(Scope {
        date: parts.next()?.to_owned(),
        key_id: parts.next().map(str::to_owned),
        region: (region.to_owned(), span.part(at..at + region.len())),
        service: service.to_owned(),
        whole: span,
    })
}

/// What one of them shows by itself.
fn own(scope: &Scope) -> Option<Finding> {
    let (region, place) = &scope.region;
    if region.is_empty() {
        return Some(strings::no_region(*place));
    }
    let unset = |id: &&String| UNSET.contains(&id.as_str());
    if let Some(id) = scope.key_id.as_ref().filter(unset) {
        let what = if id.is_empty() {
            "empty".to_owned()
        } else {
            format!("“{id}”, which programs write for a value that they do not have")
        };
        return Some(
            t::CREDENTIAL_SHAPE
                .found(
                    format!("The key id in front of the scope is {what}."),
                    "The program had no credentials when it made this: look where it takes them from. With no key id \
                     it will have had no secret either.",
                )
                .at(scope.whole, "the credential"),
        );
    }
    strings::host_as_region(region, *place)
}

/// In what the first scope parts from another of its day.
fn differing(scopes: &[Scope]) -> Option<Finding> {
    let (first, rest) = scopes.split_first()?;
    // Those of two keys are two requests', as in any log.
    let other = rest.iter().find(|other| {
        other.date == first.date
            && (other.key_id == first.key_id || other.key_id.is_none() || first.key_id.is_none())
            && (other.region.0 != first.region.0 || other.service != first.service)
    })?;
    let named = [
        ("region", &first.region.0, &other.region.0),
        ("service", &first.service, &other.service),
    ];
    let parts: Vec<String> = named
        .into_iter()
        .filter(|(_, one, two)| one != two)
        .map(|(name, one, two)| format!("the {name} ({} and {})", shown(one), shown(two)))
        .collect();
    Some(
        t::SCOPES_DIFFER
            .found(
                format!("Two credential scopes stand here, and they differ in {}.", parts.join(" and ")),
                "The scope is signed, and the key is made of it: region and service must be those that the server goes \
                 by. Set them where the program takes them from; a program that was given none guesses them from the \
                 host.",
            )
            .at(first.whole, "one")
            .at(other.whole, "the other"),
    )
}
