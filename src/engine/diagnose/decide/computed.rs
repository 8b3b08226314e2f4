//! Verdicts where the signature was computed: it is right, or it differs.

use super::tell::{REQUEST_CLIENT, REQUEST_SERVER, SIGNED_SERVER, meaning};
use super::{Cause, Judge, said};
use crate::engine::diagnose::facts::Strings;
use crate::engine::diagnose::near::NearMiss;
use crate::engine::diagnose::pairing::{OTHER_REQUEST, Pairing};
use crate::engine::diagnose::refusal::Refusal;
use crate::engine::diagnose::words::{more, sentence};
use crate::engine::diagnose::{Finding, OPTIONS, Party, Verdict, VerdictId};
use crate::engine::document::visible;
use crate::engine::intake::{Body, Stringless, vocabulary};
use crate::engine::scheme::{FieldKind, Role, Trace};

/// What is left where a signature is right and no answer is here, or none that says why.
const ELSE: &str = "If it is refused, something else is why, or whoever refuses it saw another request or holds another secret.";

impl Judge<'_> {
    /// The received signature is reproduced.
    pub(super) fn right(&self) -> Verdict {
        let facts = self.facts;
        let proof = self.signatures();
        let server = self.intact(Party::Server);
        let strings = server.map(|_| facts.strings([Party::Computed, Party::Server]));
        if let (Some(server), Some(Strings::Differ(roots))) = (server, &strings)
            && let Some(root) = roots.first()
        {
            let mut verdict = Verdict {
                id: VerdictId::Rejected,
                sentence: sentence(&self.tell_verified(root, SIGNED_SERVER)),
                details: Vec::new(),
                proved: server.is_verified(),
                proof,
                quotes: Vec::new(),
                tries_options: false,
                refused: false,
            };
            verdict.details.extend(meaning(root));
            verdict.details.extend(more(roots.len() - 1));
            if !facts.secret_has_edges() {
                verdict.details.push(
                    "The signature is right for the request as it stands here: the secret and the way it was signed are not the cause."
                        .to_owned(),
                );
            }
            return verdict;
        }
        if let Some(worst) = self.worst_cause() {
            let cause = self.stated_cause().unwrap_or_else(|| worst.clone());
            let refusal = if self.answered_no() {
                "it is refused all the same"
            } else {
                "a verifier will refuse it all the same"
            };
            let mut verdict = said(
                VerdictId::Rejected,
                &format!(
                    "The signature is right for this request, but {refusal}. {}",
                    cause.text
                ),
            );
            verdict.quotes.extend(cause.finding);
            verdict.details.extend(cause.help);
            if cause.finding != worst.finding {
                verdict.quotes.extend(worst.finding);
                verdict.details.push(worst.text);
                verdict.details.extend(worst.help);
            }
            verdict.proved = true;
            verdict.proof = proof;
            return verdict;
        }
        let mut quotes = Vec::new();
        let text = match (&facts.refusal, &strings) {
            (Some(Refusal::Signature), Some(Strings::Equal))
                if self.refused() && server.is_some_and(|w| w.pairing != Pairing::Same) =>
            {
                format!(
                    "The signature is right, and the server had the very same string to sign; its answer names no signature. If it is about this one, the server's key differs: it holds another secret{}, or derives the key otherwise.",
                    self.for_key()
                )
            }
            (Some(Refusal::Signature), Some(Strings::Equal)) if self.refused() => {
                format!(
                    "The signature is right, and the server had the very same string to sign: its key differs, so it holds another secret{}, or derives the key otherwise.",
                    self.for_key()
                )
            }
            (Some(Refusal::Signature), Some(Strings::CanonicalEqual)) if self.refused() => {
                "The signature is right, and the server had the very same canonical request: its date, scope or secret differs.".to_owned()
            }
            (Some(Refusal::Signature), _) => {
                "The signature is right for this request: whoever refused it saw another request or holds another secret.".to_owned()
            }
            (Some(Refusal::Other(_) | Refusal::Unknown) | None, _)
                if self.about(Party::Server).is_some_and(|w| self.speaks_of_another(w)) =>
            {
                let told = |finding: &Finding| finding.id == OTHER_REQUEST;
                quotes.extend(self.findings.iter().position(told));
                "The signature is right for this request. The refusal in this paste speaks of values that this request does not carry: it is another try's, or what arrived was not what is here.".to_owned()
            }
            (Some(Refusal::Other(code)), _) => match self.stated_cause() {
                Some(cause) => {
                    quotes.extend(cause.finding);
                    format!(
                        "The signature is right for this request; it was refused for another reason. {}",
                        cause.text
                    )
                }
                None => format!(
                    "The signature is right for this request; it was refused for another reason: {}.",
                    visible::to_string(code.as_bytes())
                ),
            },
            (Some(Refusal::Unknown) | None, _) => match self.may_refuse().filter(|_| !self.answered_no()) {
                Some(cause) => {
                    quotes.extend(cause.finding);
                    format!(
                        "The signature is right for this request. It may well be refused for this: {} {ELSE}",
                        cause.text
                    )
                }
                None => format!("The signature is right for this request. {}", self.of_answer(&mut quotes)),
            },
        };
        let mut verdict = said(VerdictId::Match, &text);
        verdict.quotes = quotes;
        verdict.proved = true;
        verdict.proof = proof;
        if matches!(strings, Some(Strings::Equal)) {
            verdict.proof.extend(self.equal_strings(Party::Server));
        }
        verdict
    }

    /// What else there is to say of a right signature: what became of the request, as far as that is here.
    fn of_answer(&self, quotes: &mut Vec<usize>) -> String {
        let facts = self.facts;
        if let Some(status) = facts.accepted() {
            return format!("The server accepted it: it answered {status}.");
        }
        let hidden = |finding: &Finding| finding.id == vocabulary::ANSWER_HIDDEN;
        if let Some(place) = self.findings.iter().position(hidden)
            && let Some(finding) = self.findings.get(place)
        {
            quotes.push(place);
            let preflight = if finding.message.contains("preflight") {
                " OPTIONS is never signed: this says nothing of the signature."
            } else {
                ""
            };
            return format!("{}{preflight}", finding.message);
        }
        let answer = self.about(Party::Server);
        let answer = answer.and_then(|server| server.evidence.answer.as_ref());
        match answer
            .and_then(|answer| answer.status)
            .filter(|s| *s >= 400)
        {
            Some(status) => format!(
                "The server answered {status}, and what is here of its answer does not say that the signature is why."
            ),
            None => ELSE.to_owned(),
        }
    }

    /// The received signature differs from the computed one, with every secret at hand.
    pub(super) fn wrong(&self) -> Verdict {
        self.with_stated_cause(self.differs())
    }

    /// The signature comes first, but what the server itself named is to be set right too.
    pub(super) fn with_stated_cause(&self, mut verdict: Verdict) -> Verdict {
        if let Some(cause) = self.stated_cause() {
            verdict.details.insert(0, cause.text);
            verdict.quotes.extend(cause.finding);
        }
        verdict
    }

    fn differs(&self) -> Verdict {
        let facts = self.facts;
        if let Some(verdict) = self.near_miss() {
            return verdict;
        }
        // The signer's or the server's own string reproduces what was received: the key is right.
        for (party, whose, sides) in [
            (Party::Client, "the signer's", REQUEST_CLIENT),
            (Party::Server, "the server's", REQUEST_SERVER),
        ] {
            // Named or not, a signature that its string reproduces is this one.
            let Some(witness) = self.about(party).filter(|w| w.verified.agrees()) else {
                continue;
            };
            let mut text = format!(
                "the secret is right, but the signature was made for {whose} string to sign, not for this request"
            );
            let mut details = Vec::new();
            if let Strings::Differ(roots) = facts.strings([Party::Computed, party])
                && let Some(root) = roots.first()
            {
                text = format!("{text}: {}", self.tell(root, sides));
                details.extend(more(roots.len() - 1));
            } else {
                text.push('.');
            }
            if party == Party::Server {
                details.push(format!(
                    "The server saw what was signed and refused it all the same: it holds another secret{}, or refused for another reason. The request here was changed after it was sent.",
                    self.for_key()
                ));
            }
            let proof = self.text_proof(witness);
            return Verdict {
                id: VerdictId::Mismatch,
                sentence: sentence(&text),
                details,
                proved: true,
                proof,
                quotes: Vec::new(),
                tries_options: false,
                refused: false,
            };
        }
        if self.intact(Party::Client).is_some() {
            match facts.strings([Party::Computed, Party::Client]) {
                Strings::Equal => {
                    let mut verdict = said(
                        VerdictId::Mismatch,
                        "The signer signed the very same string, and the signature differs, so the key differs: another secret, or one derived otherwise.",
                    );
                    verdict.proved = true;
                    verdict.proof = self.equal_strings(Party::Client);
                    verdict.proof.extend(self.signatures());
                    return verdict;
                }
                Strings::Differ(roots) => {
                    return self.differing(&roots, REQUEST_CLIENT, Party::Client);
                }
                Strings::CanonicalEqual | Strings::Open | Strings::None => {}
            }
        }
        if self.intact(Party::Server).is_some() {
            match facts.strings([Party::Computed, Party::Server]) {
                Strings::Equal => {
                    let mut verdict = said(
                        VerdictId::Mismatch,
                        "The server had the same string to sign as this request gives, and the signature is another: either the signer holds another secret, or it signed something else than it sent.",
                    );
                    verdict.proved = true;
                    verdict.details.push(
                        "Compare the canonical request that the signer itself logs with the one here."
                            .to_owned(),
                    );
                    verdict.tries_options = facts.hints.iter().any(|hint| hint.contains(OPTIONS));
                    verdict.details.extend(facts.hints.iter().cloned());
                    verdict.proof = self.equal_strings(Party::Server);
                    verdict.proof.extend(self.signatures());
                    return verdict;
                }
                Strings::CanonicalEqual => {
                    return self.mismatch(
                        "The server had the same canonical request as this request gives, and the signature is another: either the date, the scope or the secret differs, or the signer signed something else than it sent.",
                    );
                }
                Strings::Differ(roots) => {
                    return self.differing(&roots, REQUEST_SERVER, Party::Server);
                }
                Strings::Open | Strings::None => {}
            }
        }
        let attempts = facts.trace.map_or(0, |trace| trace.attempts.len());
        let with = if attempts > 1 {
            format!("with none of the {attempts} secrets at hand")
        } else {
            format!("not with {}", self.key(None))
        };
        let mut verdict = if let Some(cause) = self.telling() {
            let mut verdict = self.mismatch(&format!(
                "{} As it stands, the received signature is not the one this request has: {with}.",
                cause.text
            ));
            verdict.quotes.extend(cause.finding);
            verdict.details.extend(cause.help);
            verdict.details.push(
                    "That this is the whole cause is not proved; another secret, or something else that is not as it was signed, would look the same."
                        .to_owned(),
                );
            verdict
        } else {
            let mut verdict = self.mismatch(&format!(
                "The received signature is not the one this request has: {with}."
            ));
            verdict.details.push(self.what_remains());
            verdict.tries_options = facts.hints.iter().any(|hint| hint.contains(OPTIONS));
            verdict.details.extend(facts.hints.iter().cloned());
            verdict
        };
        if facts.refusal == Some(Refusal::Signature) {
            let server = facts.server.as_ref();
            let whole = server.is_none_or(|server| {
                server.evidence.stringless(&facts.view.case.docs) == Stringless::NotGiven
            });
            verdict.details.push(
                if whole {
                    "The server gave no strings of its own that could be compared, so which of these it is cannot be said from its answer."
                } else {
                    "No strings of the server's own that could be compared are in this paste, so which of these it is cannot be said."
                }
                .to_owned(),
            );
        }
        verdict
    }

    /// What else a signature that differs can come from: of this request only what it has.
    fn what_remains(&self) -> String {
        let facts = self.facts;
        let fields = facts
            .trace
            .and_then(|trace| trace.stage(Role::CanonicalRequest))
            .into_iter()
            .flat_map(|stage| stage.fields.iter().map(move |field| (stage, field)));
        let mut parts = vec!["the host"];
        let mut path = None;
        for (stage, field) in fields {
            match field.key.kind {
                FieldKind::HEADER if field.key.name.as_deref() != Some("host") => {
                    parts = vec!["a header", "the host"];
                }
                FieldKind::PATH => path = Some(stage.value(&field.range)),
                _ => {}
            }
        }
        let mut out = format!("{} changed on the way", parts.join(" or "));
        // A path of unreserved characters alone has one spelling, and `/` is what no path at all is, too.
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b"/-._~".contains(b);
        match path {
            None | Some(b"" | b"/") => {}
            Some(path) if path.iter().all(plain) => out.push_str(", another path"),
            Some(_) => out.push_str(", the path encoded otherwise"),
        }
        let case = facts.view.case;
        let request = facts.view.request.and_then(|at| case.requests.get(at));
        let body = request.is_none_or(|request| match &request.body {
            Body::Absent => facts.trace.is_some_and(Trace::lacks_body),
            Body::Held { span, .. } => !span.is_empty(),
            Body::Streamed(_) => true,
        });
        if body {
            out.push_str(", another payload");
        }
        format!(
            "What remains: another secret, or something in the request that is not as it was signed ({out})."
        )
    }

    /// The remark that is named before all else where the signature differs.
    pub(super) fn telling(&self) -> Option<Cause> {
        let telling = self.facts.telling;
        let place = self
            .findings
            .iter()
            .position(|finding| telling.contains(&finding.id))?;
        self.of_finding(place)
    }

    /// The received signature is the computed one but for its spelling or its length.
    fn near_miss(&self) -> Option<Verdict> {
        let text = match self.facts.near_miss()? {
            NearMiss::Case => {
                "The received signature is the right one but for capital and small letters: it must be sent as it is computed.".to_owned()
            }
            NearMiss::Beginning(missing, of) => format!(
                "The received signature is the beginning of the right one: the last {missing} of its {of} characters are missing, in this paste or in what was sent."
            ),
            NearMiss::TooLong(1) => {
                "The received signature is the right one with one character too many at its end.".to_owned()
            }
            NearMiss::TooLong(extra) => format!(
                "The received signature is the right one with {extra} characters too many at its end."
            ),
        };
        Some(Verdict {
            proved: true,
            proof: self.signatures(),
            ..said(VerdictId::Mismatch, &text)
        })
    }
}
