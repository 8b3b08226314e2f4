//! Why something could not be computed or compared, in words.

use super::Judge;
use crate::engine::diagnose::Finding;
use crate::engine::diagnose::words::listed;
use crate::engine::document::visible;
use crate::engine::intake::{is_filler, is_redacted, is_signature_stand_in};
use crate::engine::scheme::{Reason, Role, Trace};

/// The remark of intake that a value is hidden or was never given.
const VALUE_NOT_HERE: &str = "value-not-here";

impl Judge<'_> {
    /// Why something cannot be compared, in a few words.
    pub(super) fn words(&self, reason: Reason) -> &'static str {
        reason.words(self.facts.trace.map(|trace| &trace.claim))
    }

    /// Why nothing could be compared.
    pub(super) fn cannot(&self, reason: Reason) -> String {
        let text = match reason {
            Reason::NoSecret => match self.key_id() {
                Some(id) => format!(
                    "There is no secret for the key {id} here, so the signature cannot be checked"
                ),
                None => "There is no secret here, so the signature cannot be checked".to_owned(),
            },
            Reason::NothingReceived => {
                "This request carries no signature, so there is nothing to compare with".to_owned()
            }
            Reason::Redacted if self.stand_in().is_some() => format!(
                "“{}” stands in the place of the signature, so it cannot be compared",
                self.stand_in().unwrap_or_default()
            ),
            Reason::Redacted => {
                "The received signature is redacted, so it cannot be compared".to_owned()
            }
            Reason::TooShort => self.too_short(),
            Reason::NoRequest => "There is no request here, so nothing can be computed".to_owned(),
            Reason::Incomplete => {
                "The request is too incomplete to compute its signature".to_owned()
            }
            Reason::Stops => {
                "This paste stops inside the request, so no signature can be computed of it".to_owned()
            }
            Reason::NoBody => {
                "The body of this request is not here, and its hash is part of what is signed, so the signature cannot be checked".to_owned()
            }
            Reason::NoHeaders => {
                let names = self.facts.trace.map(Trace::lacks_headers).unwrap_or_default();
                format!(
                    "Headers are signed whose values are not here ({}), so the signature cannot be checked",
                    listed(&names)
                )
            }
            Reason::NoValue if self.not_here().is_some() => {
                let told = self.not_here().map_or("", |(_, finding)| finding.message.as_str());
                format!("{told} Without it the signature cannot be checked")
            }
            Reason::NoValue => {
                "A value of this request is not here: a mark or a variable stands in its place, so the signature cannot be checked".to_owned()
            }
            Reason::Doubtful => {
                "What this request is printed in does not tell one of its signed values exactly, so a signature that differs proves nothing".to_owned()
            }
            Reason::TooLarge => {
                "The request is larger than sigscope follows, so its signature was not checked"
                    .to_owned()
            }
        };
        format!("{text}.")
    }

    /// The word that somebody put in the place of the signature.
    fn stand_in(&self) -> Option<String> {
        let received = self.facts.trace?.claim.received.as_ref()?;
        let text = self.facts.view.case.docs.bytes(received.span()?);
        let is_word = is_signature_stand_in(text) && !is_filler(text) && !is_redacted(text);
        is_word.then(|| visible::to_string(text))
    }

    /// The remark that a value of the request that is looked at is hidden or was never given, and its place.
    pub(super) fn not_here(&self) -> Option<(usize, &Finding)> {
        let case = self.facts.view.case;
        let request = case.requests.get(self.facts.view.request?)?;
        let own = |finding: &&Finding| {
            let mut places = finding.labels.iter().map(|l| case.docs.to_given(l.span));
            finding.id == VALUE_NOT_HERE && places.any(|place| request.span.contains(place))
        };
        let mut findings = self.findings.iter().enumerate();
        findings.find(|(_, finding)| own(finding))
    }

    /// That too little of the signature is left, and how that begins: which proves nothing.
    pub(super) fn too_short(&self) -> String {
        let received = self.facts.received();
        let computed = self
            .facts
            .trace
            .and_then(|t| t.stage(Role::Signature)?.output.public());
        let pair = received.as_ref().zip(computed);
        let begins = pair
            .filter(|(left, _)| !left.bytes.is_empty())
            .map_or("", |(left, whole)| {
                let mark = left.wild.first();
                let front = mark.map_or(left.bytes.len(), |mark| mark.start);
                let back = mark.map_or(left.bytes.len(), |mark| mark.end);
                let [front, back] = [left.bytes.get(..front), left.bytes.get(back..)]
                    .map(Option::unwrap_or_default);
                if whole.starts_with(front) && whole.ends_with(back) {
                    ": what is left of it agrees with the computed one, which proves nothing"
                } else if back.is_empty() {
                    ": the computed one begins otherwise, which proves little"
                } else {
                    ": the computed one begins or ends otherwise, which proves little"
                }
            });
        let hidden = received.as_ref().is_some_and(|left| !left.wild.is_empty());
        let how = if hidden {
            "is hidden in part"
        } else {
            "was cut"
        };
        format!("The received signature {how}, and too little of it is left to compare{begins}")
    }

    /// What is signed and not here, whatever else keeps the signature from being checked.
    pub(super) fn lacking(&self) -> Option<Reason> {
        let trace = self.facts.trace?;
        if trace.lacks_headers().is_empty() {
            trace.lacks_body().then_some(Reason::NoBody)
        } else {
            Some(Reason::NoHeaders)
        }
    }
}
