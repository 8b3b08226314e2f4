//! Which of several requests a report is about, and what the others are.

use super::Report;
use super::draw;
use crate::engine::diagnose::SeenBy;
use crate::engine::document::visible;
use crate::engine::intake::{Given, SignedRequest, Taken};
use crate::engine::scheme::Outcome;

/// Columns of a path.
const COLUMNS: usize = 60;

/// `Request 1 of 2: GET /a.`, and a sentence for each of the others. Empty where there is one request.
pub(super) fn lines(report: &Report<'_>) -> Vec<String> {
    let work = report.work;
    let requests = &work.case.requests;
    let Some(taken) = work.analysis.request.filter(|_| requests.len() > 1) else {
        return Vec::new();
    };
    let named = |at: usize| {
        requests
            .get(at)
            .map_or_else(String::new, |r| name(report, r))
    };
    let mut out = vec![format!(
        "This is request {} of {}: {}.",
        taken + 1,
        requests.len(),
        named(taken)
    )];
    out.push(format!(
        "{}.",
        rule(work.case.taken(), taken, requests.len())
    ));
    let others = work.others(report.schemes);
    let seen = work.analysis.diagnosis.observations.as_ref();
    for other in &others {
        let signature = match other.outcome {
            Some(Outcome::Differs { .. } | Outcome::Failed) => ": its signature differs",
            Some(Outcome::Equal | Outcome::Verified) => ": its signature is right",
            Some(Outcome::NotCheckable(_)) | None => "",
        };
        let placed = seen.filter(|s| s.seen.iter().any(|o| o.request == other.request));
        let again = if let Some(seen) = placed {
            match seen.by {
                SeenBy::KeyAndTime => ", perhaps the same request in another place",
                SeenBy::Signature => ", the same request in another place",
            }
        } else if same(report, taken, other.request) {
            ", another try of the same"
        } else {
            ""
        };
        out.push(format!(
            "Give --request {} for {}{again}{signature}.",
            other.request + 1,
            named(other.request)
        ));
    }
    let more = requests.len() - 1 - others.len();
    if more > 0 {
        out.push(format!("There are {more} more."));
    }
    out
}

/// The shapes that can be forced where nothing was recognised, each with the flag.
pub(super) fn offers(report: &Report<'_>) -> Vec<String> {
    let offers = report.work.offers();
    offers
        .iter()
        .map(|offer| {
            let lacks = match offer.missing {
                "" => String::new(),
                missing => format!("; it would lack {missing}"),
            };
            format!(
                "--as {}: {}, {} {}{lacks}.",
                offer.read_as.id(),
                offer.read_as.title(),
                if offer.nearness > 0 { "for" } else { "though" },
                offer.why
            )
        })
        .collect()
}

/// Whether two requests ask for the same thing: one method, one target.
fn same(report: &Report<'_>, one: usize, other: usize) -> bool {
    let docs = &report.work.case.docs;
    let asked = |at: usize| {
        let request = report.work.case.requests.get(at)?;
        let method = match &request.method {
            Given::Stated(span) => docs.bytes(*span),
            Given::Implied(method) => method.as_bytes(),
        };
        Some((method, docs.bytes(request.target.whole)))
    };
    asked(one).is_some() && asked(one) == asked(other)
}

/// By which rule this request is the one.
fn rule(taken: Option<(usize, Taken)>, at: usize, count: usize) -> String {
    match taken {
        Some((request, Taken::Refused)) if request == at => {
            "It is the first that was refused".to_owned()
        }
        Some((request, Taken::First)) if request == at => {
            format!("None of the {count} is known to be refused, and it is the first")
        }
        Some((request, Taken::Refused)) => format!(
            "It was chosen; the first that was refused is request {}",
            request + 1
        ),
        Some((_, Taken::First)) | None => "It was chosen".to_owned(),
    }
}

/// `GET /a`; of a URL alone, which states no method, the path.
fn name(report: &Report<'_>, request: &SignedRequest) -> String {
    if request.is_fragment() {
        return request.shape.words().to_owned();
    }
    let docs = &report.work.case.docs;
    let path = docs.bytes(request.target.path);
    let path = draw::excerpt(&report.redactor, path, &[], None, COLUMNS).text;
    let path = if path.is_empty() {
        "/".to_owned()
    } else {
        path
    };
    match request.method {
        Given::Stated(method) => {
            let method = visible::to_string(docs.bytes(method));
            format!("{} {path}", report.redactor.text(&method))
        }
        Given::Implied(_) => path,
    }
}
