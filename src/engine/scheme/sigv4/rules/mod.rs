//! The rules of SigV4: remarks about the request and the server's answer as they stand.
//!
//! Owns every check that needs no server and no secret, a small file a family, and what the server's
//! own words prove. [`ALL`] is the list of all that can be remarked. A remark is an error only where a
//! verifier refuses whatever the signature. It must not compute a signature.

mod answers;
mod authorization;
mod canonical;
mod changing;
mod clock;
mod credential;
mod facts;
mod form;
mod form_bucket;
mod headers;
mod known;
mod lone;
mod misspelt;
mod other_urls;
mod parse;
mod payload;
mod respelled;
pub(super) mod sentences;
mod server;
mod server_body;
mod server_other;
mod server_policy;
mod server_refused;
mod server_scope;
mod server_time;
mod spelling;
mod strings;
mod table;
mod target;
mod time;
mod unclaimed;
mod unseen;
mod wire;

pub use answers::server_region;
pub use clock::{ClockSource, best_clock};
pub(super) use form::findings as forms;
pub(super) use lone::findings as lone;
pub use table::{ALL, Check};
pub(super) use unclaimed::findings as unclaimed;

use facts::{Facts, Form};

use std::collections::HashMap;

use super::reading::{self, Reading};
use super::stops;
use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Span, visible};
use crate::engine::intake::{SignedRequest, is_mark};
use crate::engine::scheme::{Claim, Outcome, Reason, Trace, View};

/// The remarks that are named first where the signature differs: what was signed is not all here, key and string to
/// sign are made of two dates, or what was signed cannot be what was sent.
pub(in crate::engine::scheme::sigv4) const TELLING: &[&str] = &[
    table::SIGNED_HEADER_ABSENT.id,
    table::SCOPE_DATE_MISMATCH.id,
    table::CANONICAL_TWO_VALUES.id,
    table::PAYLOAD_OF_NOTHING.id,
    table::PAYLOAD_OF_TEXT.id,
    table::BODY_RESPELLED.id,
    table::HEADER_SUPPLIED.id,
];

/// More of one kind than this tell nothing new.
const MOST_OF_A_KIND: usize = 16;

/// Every remark on what `view` looks at, the gravest first, and among equals in the order of checking.
pub fn findings(view: &View<'_>, claim: &Claim, trace: &Trace) -> Vec<Finding> {
    let mut out = Vec::new();
    server::findings(view, claim, &mut out);
    too_large(view, trace, &mut out);
    strings::findings(view, claim, &mut out);
    canonical::findings(view, &mut out);
    if let Some(facts) = Facts::read(view, claim, Some(trace)) {
        if let Some(place) = stops::place(view.case, facts.request) {
            out.push(stopped(&view.case.docs, facts.request, place));
            // What is whole is dated all the same; of the rest nothing is known.
            let own = |part: &facts::Part| part.span.overlaps(place);
            let half = |name| facts.param(name).is_some_and(|param| own(&param.value));
            let date = facts.date.as_ref();
            let date = date.is_some_and(|date| !own(date) && !date.text.is_empty());
            if date && !half("X-Amz-Expires") {
                time::findings(&facts, &mut out);
            }
            // It is whole where something of the same header stands behind it.
            let credential = facts.credential_text.as_ref().map(|text| text.span);
            let whole = |span: Span| {
                span.doc != place.doc || span.end < place.end || span.start > place.end
            };
            if credential.is_some_and(whole) {
                credential::of_a_part(&facts, &mut out);
            }
            if !facts.request.target.whole.overlaps(place) {
                spelling::findings(&facts, &mut out);
                headers::listed_and_in_query(&facts, &mut out);
            }
            return sorted(out);
        }
        if facts.request.is_fragment() {
            fragment(&facts, &mut out);
            return sorted(out);
        }
        authorization::findings(&facts, &mut out);
        credential::findings(&facts, &mut out);
        time::findings(&facts, &mut out);
        headers::findings(&facts, &mut out);
        wire::findings(&facts, &mut out);
        target::findings(&facts, &mut out);
        spelling::findings(&facts, &mut out);
        payload::findings(&facts, &mut out);
        known::checksum(&facts, &mut out);
        respelled::findings(&facts, &mut out);
        unseen::findings(&facts, &mut out);
    }
    sorted(out)
}

/// What can be said of headers without their request line.
fn fragment(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let cut = stops::place(facts.view.case, facts.request);
    out.extend(cut.map(|place| stopped(facts.docs, facts.request, place)));
    let other = canonical::of_other_headers(facts.view, &facts.signed);
    out.push(unclaimed::line_missing(
        facts.view.case,
        facts.request,
        other.is_some(),
    ));
    out.extend(other);
    if let Some(signature) = facts.signature.as_ref()
        && is_mark(signature.text.as_bytes())
    {
        let (view, request) = (facts.view, facts.request);
        out.push(unclaimed::hidden_signature(view, request, signature.span));
    }
    // What was copied without its algorithm, or is printed over several lines, was not sent so.
    let copied = facts.authorizations.first().is_some_and(|header| {
        let value = facts.docs.bytes(header.value);
        value.starts_with(b"Credential=") || value.contains(&b'\n')
    });
    // The list of a query that was copied without the rest may be cut.
    let listed = facts.request.target.query.is_some();
    if !copied && !listed && cut.is_none() {
        authorization::findings(facts, out);
    }
    credential::findings(facts, out);
    if facts.date.is_some() {
        time::findings(facts, out);
    }
    unseen::findings(facts, out);
}

/// Headers whose values are shown: any other may hold a token, and its end is not known for one.
const SHOWN: [&str; 3] = ["host", "x-amz-date", "x-amz-content-sha256"];

/// That the paste stops in this value of the request.
fn stopped(docs: &Documents, request: &SignedRequest, place: Span) -> Finding {
    const TAIL: usize = 48;
    let header = request
        .headers
        .iter()
        // What was put together of a program's print is told by its place in the paste.
        .find(|header| docs.to_given(header.value).overlaps(docs.to_given(place)))
        .map(|header| reading::header_name(docs, header).to_ascii_lowercase());
    if stops::cut_by_dots(docs, request) == Some(place) {
        return table::STOPS
            .found(
                "Dots stand in this URL for a part of it, so its signature cannot be checked.",
                "Paste it whole. A key id and a signature are no secrets, and a secret cannot be had from them.",
            )
            .at(place, "cut");
    }
    if let Some(message) = stops_in_query(docs, request, place) {
        return table::STOPS
            .found(message, STOPS_HELP)
            .at(place, "the paste stops here");
    }
    let shown = header.as_ref().is_none_or(|name| {
        let signature = name == b"authorization" && docs.bytes(place).starts_with(b"AWS4-");
        signature || SHOWN.iter().any(|shown| shown.as_bytes() == name)
    });
    let text = docs.bytes(place);
    let place = place.until(text.trim_ascii_end().len());
    let place = place.from(text.len() - text.trim_ascii_start().len());
    let place = place.from(place.len().saturating_sub(TAIL));
    // A line of a log that is whole has its value whole.
    let on_next = stops::is_on_next_line(docs, place) || stops::is_closed(docs, place);
    let message = match header.filter(|_| !shown) {
        Some(name) => format!(
            "This paste stops inside the request, {} its header {}.",
            if on_next { "behind" } else { "in the value of" },
            visible::to_string(&name)
        ),
        None => format!(
            "This paste stops inside the request, behind “{}”.",
            visible::to_string(docs.bytes(place))
        ),
    };
    table::STOPS
        .found(message, STOPS_HELP)
        .at(place, "the paste stops here")
}

const STOPS_HELP: &str = "Copy the request whole and paste it again: what stands behind this place is not known, so \
    nothing was computed of it, and nothing is called missing.";

/// The same of a value in the query of a presigned URL. It may be a token, which is not shown.
fn stops_in_query(docs: &Documents, request: &SignedRequest, place: Span) -> Option<String> {
    let params = reading::params(docs, request.target.query);
    let param = params.iter().find(|param| param.value == Some(place))?;
    Some(match docs.bytes(param.name) {
        b"X-Amz-Signature" => format!(
            "This paste stops inside the signature of the URL: {} of its 64 digits are here.",
            docs.bytes(place).trim_ascii_end().len()
        ),
        b"X-Amz-Security-Token" => {
            "This paste stops inside the URL, in the value of X-Amz-Security-Token.".to_owned()
        }
        name => format!(
            "This paste stops inside the URL, in the value of its parameter {}.",
            visible::to_string(name)
        ),
    })
}

/// The gravest first, and of one kind no more than tell something new.
fn sorted(mut out: Vec<Finding>) -> Vec<Finding> {
    out.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut of_kind: HashMap<&str, usize> = HashMap::new();
    out.retain(|finding| {
        let count = of_kind.entry(finding.id).or_default();
        *count += 1;
        *count <= MOST_OF_A_KIND
    });
    out
}

/// That the request was not followed, and by what it is too large.
fn too_large(view: &View<'_>, trace: &Trace, out: &mut Vec<Finding>) {
    if trace.outcome != Outcome::NotCheckable(Reason::TooLarge) {
        return;
    }
    let Some((
        Reading {
            beyond: Some(beyond),
            ..
        },
        Some(request),
    )) = super::read(view)
    else {
        return;
    };
    out.push(
        table::TOO_LARGE
            .found(
                format!("{beyond} Nothing of the signature was computed."),
                "No server takes a request like this. Look for something pasted many times over, or for \
                 a loop that appends to the query or to a header.",
            )
            .at(request.target.whole, "this request"),
    );
}

/// The headers that whoever uses a presigned URL must send besides Host, in lower case and in the order
/// listed; empty for a request signed in its header.
pub fn required_headers(view: &View<'_>, claim: &Claim) -> Vec<String> {
    match Facts::read(view, claim, None) {
        Some(facts) if facts.form == Form::Query => headers::to_send(&facts),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
