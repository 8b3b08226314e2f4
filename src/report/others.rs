//! Which of several requests a report is about, and what the others are.

use super::Report;
use super::draw;
use crate::engine::document::visible;
use crate::engine::intake::{Given, SignedRequest};
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
    let others = work.others(report.schemes);
    for other in &others {
        let signature = match other.outcome {
            Some(Outcome::Differs { .. } | Outcome::Failed) => ": its signature differs",
            Some(Outcome::Equal | Outcome::Verified) => ": its signature is right",
            Some(Outcome::NotCheckable(_)) | None => "",
        };
        out.push(format!(
            "Give --request {} for {}{signature}.",
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

/// `GET /a`; of a URL alone, which states no method, the path.
fn name(report: &Report<'_>, request: &SignedRequest) -> String {
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
