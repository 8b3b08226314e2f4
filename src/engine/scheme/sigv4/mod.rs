//! AWS Signature Version 4, in the Authorization header and in the query.
//!
//! Owns reading what a request claims, the canonicaliser, the key chain, the search's kernel, and
//! splitting texts that others made. The rules are those of the AWS IAM User Guide, "Create a signed
//! AWS API request", and of the Amazon S3 API Reference; where servers or signers are known to differ
//! the difference is an enum in [`quirks`]. It must not know where the text came from.

mod assemble;
mod beside;
mod body;
mod bounds;
mod canonical;
mod choices;
mod correct;
mod credential;
mod date;
mod departures;
mod dissect;
mod encode;
mod evidence;
mod excerpt;
mod fixes;
mod header;
mod hints;
mod holders;
pub mod host;
mod kernel;
mod key;
mod message;
mod notes;
mod path;
mod place;
mod plan;
mod probe;
mod quirks;
mod reading;
mod received;
mod request;
pub mod rules;
mod seen;
mod sorted;
mod stages;
mod stops;
mod trace;
mod trials;
mod wording;

use super::{
    Claim, Extent, Field, FieldKey, OptionSpec, Reason, Role, Scheme, SchemeId, StageId, Trace,
    View,
};
use crate::engine::correct::{Correction, When};
use crate::engine::diagnose::{Deviation, Finding, Fix, Holder, NextStep, Probe};
use crate::engine::intake::{Given, SignedRequest};
use quirks::Quirks;
use reading::Reading;

/// The signature stands in the Authorization header.
pub const HEADER: SchemeId = SchemeId("sigv4-header");
/// The signature stands in the query: a presigned URL.
pub const QUERY: SchemeId = SchemeId("sigv4-query");

const STAGE_REQUEST: StageId = StageId("request");
const STAGE_CANONICAL: StageId = StageId("canonical-request");
const STAGE_TO_SIGN: StageId = StageId("string-to-sign");

/// AWS Signature Version 4.
#[derive(Copy, Clone, Debug, Default)]
pub struct SigV4;

impl Scheme for SigV4 {
    fn ids(&self) -> &'static [SchemeId] {
        &[HEADER, QUERY]
    }

    fn claim(&self, view: &View<'_>) -> Option<Claim> {
        read(view).map(|(reading, _)| reading.claim())
    }

    fn options(&self) -> &'static [OptionSpec] {
        choices::OPTIONS
    }

    fn departure(&self, view: &View<'_>, option: &str, value: &str) -> Option<Deviation> {
        let claimed = read(view)?.0.service();
        let service = view.settings.get("service").unwrap_or(&claimed);
        departures::departure(option, value, service)
    }

    fn effective(&self, view: &View<'_>, _claim: &Claim) -> Vec<(&'static str, String)> {
        let Some((reading, request)) = read(view) else {
            return Vec::new();
        };
        let service = reading.service();
        let region = String::from_utf8_lossy(reading.scope_text(|c| &c.region)).into_owned();
        let method = request
            .map(|request| match &request.method {
                Given::Stated(span) => view.case.docs.text(*span).into_owned(),
                Given::Implied(method) => (*method).to_owned(),
            })
            .unwrap_or_default();
        Quirks::resolve(view.settings, &service).in_force(service, region, method)
    }

    fn trace(&self, view: &View<'_>, claim: &Claim) -> Trace {
        match read(view) {
            Some((reading, Some(_))) if reading.beyond.is_some() => {
                trace::untraced(view, claim, &reading, Reason::TooLarge)
            }
            Some((reading, Some(request))) if stops::place(view.case, request).is_some() => {
                trace::untraced(view, claim, &reading, Reason::Stops)
            }
            Some((reading, Some(request))) if request.is_fragment() => {
                trace::untraced(view, claim, &reading, Reason::Incomplete)
            }
            Some((reading, Some(request))) => trace::trace(view, claim, &reading, request),
            Some((reading, None)) => evidence::trace(view, claim, &reading),
            None => evidence::trace(view, claim, &Reading::empty(reading::Form::Header)),
        }
    }

    fn dissect(&self, role: Role, text: &[u8], extent: Extent) -> Vec<Field> {
        dissect::dissect(role, text, extent)
    }

    fn speaks(&self, text: &[u8]) -> bool {
        message::may_be_ours(text)
    }

    fn sign(
        &self,
        view: &View<'_>,
        _claim: &Claim,
        candidate: usize,
        text: &[u8],
    ) -> Option<Vec<u8>> {
        let (reading, _) = read(view)?;
        let quirks = Quirks::resolve(view.settings, &reading.service());
        let scope = message::key_scope(&reading, &quirks)?;
        let material = trace::material(view.keyring, Some(candidate))?;
        let key = key::keyed(key::derive(&scope, material).expose());
        Some(key::sign(&key, text).into_bytes())
    }

    fn message(&self, view: &View<'_>, _claim: &Claim, canonical: &[u8]) -> Option<Vec<u8>> {
        let (reading, request) = read(view)?;
        request?;
        message::of_canonical(&reading, canonical)
    }

    fn findings(&self, view: &View<'_>, claim: &Claim, trace: &Trace) -> Vec<Finding> {
        rules::findings(view, claim, trace)
    }

    fn unclaimed(&self, view: &View<'_>) -> Vec<Finding> {
        rules::unclaimed(view)
    }

    fn forms(&self, view: &View<'_>) -> Vec<Finding> {
        let mut out = rules::forms(view);
        out.extend(rules::lone(view));
        out
    }

    fn fixes(&self, field: &FieldKey) -> Vec<Fix> {
        fixes::between(field)
            .into_iter()
            .chain(fixes::verifier(field))
            .collect()
    }

    fn holders(&self) -> &'static [&'static [Holder]] {
        holders::HOLDERS
    }

    fn silent_servers(&self) -> &'static [&'static str] {
        holders::SILENT
    }

    fn hosted_services(&self) -> &'static [&'static str] {
        holders::HOSTED
    }

    fn first_steps(&self, view: &View<'_>, trace: &Trace) -> Vec<NextStep> {
        read(view)
            .and_then(|(reading, request)| {
                let request = request?;
                // The paste must be whole first.
                if stops::place(view.case, request).is_some() {
                    return None;
                }
                if request.is_fragment() {
                    return Some(holders::missing_line());
                }
                holders::missing_host(view, &reading, request)
            })
            .into_iter()
            .chain(beside::missing_headers(trace))
            .collect()
    }

    fn probe(&self, view: &View<'_>, trace: &Trace) -> Option<Probe> {
        let (reading, request) = read(view)?;
        probe::probe(view, &reading, request?, trace)
    }

    fn telling(&self) -> &'static [&'static str] {
        rules::TELLING
    }

    fn hints(&self, view: &View<'_>) -> Vec<String> {
        match read(view) {
            Some((reading, Some(request))) => hints::hints(view, &reading, request),
            Some((_, None)) | None => Vec::new(),
        }
    }

    fn completed(&self, trace: &Trace) -> Option<Deviation> {
        beside::completed(trace)
    }

    fn correct(
        &self,
        view: &View<'_>,
        _claim: &Claim,
        trace: &Trace,
        when: When,
    ) -> Option<Correction> {
        let (reading, request) = read(view)?;
        let request = request?;
        let stops = stops::place(view.case, request).is_some();
        if reading.beyond.is_some() || request.is_fragment() || stops {
            return None;
        }
        correct::correct(view, &reading, request, trace, when)
    }
}

/// What the request of the view says of its signature, or the evidence where there is no request.
fn read<'a>(view: &View<'a>) -> Option<(Reading, Option<&'a SignedRequest>)> {
    let docs = &view.case.docs;
    match view.request {
        Some(place) => {
            let request = view.case.requests.get(place)?;
            Some((reading::read(docs, request)?, Some(request)))
        }
        None => Some((evidence::read(view.case)?, None)),
    }
}
