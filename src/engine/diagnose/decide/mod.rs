//! The verdict: from what is known to one sentence that claims no more than is proved.

mod alone;
mod computed;
mod open;
mod proof;
mod tell;
mod whose;
mod why;

use super::facts::{Facts, Strings};
use super::pairing::{OTHER_REQUEST, Pairing};
use super::refusal::Refusal;
use super::witness::Witness;
use super::words::sentence;
use super::{
    Explanation, Finding, Label, Observations, Party, Severity, Verdict, VerdictId, twice,
};
use crate::engine::document::{Span, visible};
use crate::engine::intake::{SignedRequest, is_redacted, vocabulary};
use crate::engine::scheme::FieldKind;
use crate::engine::scheme::{Outcome, Taken};
use crate::engine::secret::Redactor;

/// Decides. `redactor` is asked for only where a sentence quotes a value.
pub(super) fn decide(
    facts: &Facts<'_>,
    findings: &[Finding],
    explanations: &[Explanation],
    seen: Option<&Observations>,
    redactor: &dyn Fn() -> Redactor,
) -> Verdict {
    let judge = Judge {
        facts,
        findings,
        seen,
        redactor,
    };
    let mut verdict = judge.verdict(explanations);
    judge.add_unnamed(&mut verdict);
    judge.add_details(&mut verdict, explanations);
    judge.add_assumed(&mut verdict);
    // What could not be compared is proved by nothing, although a hash may show that a part of it is as it was made.
    verdict.proved &= verdict.id != VerdictId::Undecided;
    // Where a request was edited as the server's text was, it is the bytes that are held against themselves: only a signature
    // that fits proves anything.
    let request = facts.view.request;
    let put_back = request.is_some_and(|at| facts.view.case.put_back.contains(&at));
    if put_back {
        let text = "This paste was edited; where the server's bytes tell what was replaced, it was put back into the request before it was checked.";
        verdict.details.push(text.to_owned());
    }
    if put_back && verdict.id == VerdictId::Mismatch {
        verdict.proved = false;
        verdict.proof.clear();
    }
    verdict
}

/// The verifier's evidence, unless it is proved to be about another request.
pub(super) fn about_this_request<'f>(facts: &'f Facts<'_>) -> Option<&'f Witness<'f>> {
    facts
        .server
        .as_ref()
        .filter(|server| !server.pairing.is_other())
}

/// What a verdict names besides the signature, and the finding that says the same.
#[derive(Clone, Debug)]
struct Cause {
    text: String,
    help: Option<String>,
    finding: Option<usize>,
}

/// Holds what is known while one verdict is made.
struct Judge<'a> {
    facts: &'a Facts<'a>,
    findings: &'a [Finding],
    seen: Option<&'a Observations>,
    redactor: &'a dyn Fn() -> Redactor,
}

impl Judge<'_> {
    fn verdict(&self, explanations: &[Explanation]) -> Verdict {
        let facts = self.facts;
        let case = facts.view.case;
        if let Some(verdict) = self.changed_on_the_way(explanations) {
            return verdict;
        }
        // The trace is shown as the explanation has it, so that its outcome may well be that they agree.
        // Without a request it is of somebody's own string to sign; two strings that part are why it is refused all the same.
        let parted = || {
            let strings = facts.strings([Party::Client, Party::Server]);
            matches!(strings, Strings::Differ(_))
        };
        let alone = facts.view.request.is_none() && !parted();
        let compared = alone || facts.outcome.agrees() || facts.outcome.disagrees();
        if let Some(explanation) = explanations.first().filter(|_| compared) {
            return self.with_stated_cause(self.explained(explanation));
        }
        if facts.view.request.is_none() {
            return if case.evidence.is_empty() {
                self.without_parts()
            } else {
                self.evidence_alone()
            };
        }
        if facts.trace.is_none() {
            return self.unclaimed();
        }
        match facts.outcome {
            Outcome::Equal | Outcome::Verified => self.right(),
            Outcome::Differs { .. } | Outcome::Failed => self.wrong(),
            Outcome::NotCheckable(reason) => self.open(reason),
        }
    }

    /// A request that carries no signature that is followed here. What the server says of it comes first, then what
    /// it carries in the signature's place.
    fn unclaimed(&self) -> Verdict {
        let view = self.facts.view;
        let named = self
            .findings
            .iter()
            .position(|finding| vocabulary::IN_PLACE.contains(&finding.id))
            .and_then(|place| self.of_finding(place));
        let both = [Party::Server, Party::Client]
            .into_iter()
            .all(|party| self.intact(party).is_some_and(Witness::has_strings));
        let refused = self.refused();
        // What a secret says of the server's string says more than what the request lacks.
        let tried = self
            .intact(Party::Server)
            .is_some_and(|server| server.verified.agrees() || server.verified.disagrees());
        if both || self.stated_cause().is_some() || refused && (tried || named.is_none()) {
            let mut verdict = self.evidence_alone();
            if let Some(cause) = named.filter(|_| tried) {
                verdict.quotes.extend(cause.finding);
                verdict.details.push(cause.text);
            }
            return verdict;
        }
        if let Some(cause) = named {
            let mut verdict = if refused {
                let text = format!("The server refused the signature. {}", cause.text);
                said(VerdictId::Mismatch, &text)
            } else {
                said(VerdictId::Undecided, &cause.text)
            };
            verdict.quotes.extend(cause.finding);
            return verdict;
        }
        if let Some(verdict) = self.form() {
            return verdict;
        }
        let request = view.request.and_then(|at| view.case.requests.get(at));
        let forced = self.findings.iter().any(|f| f.id == vocabulary::READ_AS);
        said(
            VerdictId::Undecided,
            if forced {
                "Read as you said, this carries no signature of a kind that is known here."
            } else if request.is_some_and(SignedRequest::is_fragment) {
                "These are headers without their request line, and no signature of a kind that is known here is among them."
            } else {
                "This is a request, but it carries no signature of a kind that is known here."
            },
        )
    }

    /// The request fits its signature in one place where it was seen, and does not in the next.
    fn changed_on_the_way(&self, explanations: &[Explanation]) -> Option<Verdict> {
        let seen = self.seen?;
        let text = twice::sentence(self.facts.view.case, seen)?;
        let id = if self.facts.outcome.agrees() {
            VerdictId::Rejected
        } else if explanations.first().is_some_and(twice::is_change) {
            VerdictId::Explained
        } else if explanations.is_empty()
            && self.facts.outcome.disagrees()
            && seen.stops_before(self.facts.view.request)
            && !twice::is_one(seen)
        {
            VerdictId::Mismatch
        } else {
            return None;
        };
        let mut verdict = said(id, &text);
        verdict.proved = twice::is_one(seen);
        verdict.proof = twice::proof(seen);
        verdict
            .details
            .push(twice::remedy(self.facts.view.case, seen).to_owned());
        let told = |finding: &Finding| finding.id == "request-seen-twice";
        verdict.quotes.extend(self.findings.iter().position(told));
        Some(verdict)
    }

    /// Evidence about this request, unless it is proved to be about another.
    fn about(&self, party: Party) -> Option<&Witness<'_>> {
        let witness = match party {
            Party::Server => about_this_request(self.facts),
            Party::Client => self
                .facts
                .client
                .as_ref()
                .filter(|c| c.evidence.side.is_some()),
            Party::Received | Party::Computed | Party::Unnamed => None,
        };
        witness.filter(|w| !w.pairing.is_other())
    }

    /// The same, where its strings may be relied on.
    fn intact(&self, party: Party) -> Option<&Witness<'_>> {
        self.about(party).filter(|w| w.is_intact())
    }

    /// Whether the verifier, about this request and in an answer that is intact, says that the
    /// signature differs.
    fn refused(&self) -> bool {
        self.facts.refusal == Some(Refusal::Signature) && self.intact(Party::Server).is_some()
    }

    /// Whether a verifier answered this request with a refusal of any kind.
    fn answered_no(&self) -> bool {
        self.about(Party::Server)
            .and_then(|server| server.evidence.answer.as_ref())
            .is_some_and(|answer| {
                answer.code.is_some() || answer.status.is_some_and(|status| status >= 400)
            })
    }

    /// What the verifier says against this request besides its signature: the remark about its answer, in
    /// words. None where it named the signature, or nothing.
    fn stated_cause(&self) -> Option<Cause> {
        let Some(Refusal::Other(code)) = &self.facts.refusal else {
            return None;
        };
        let server = self.about(Party::Server)?;
        if self.speaks_of_another(server) {
            return None;
        }
        let docs = &self.facts.view.case.docs;
        if let Some(cause) = self.remark_on(server) {
            return Some(cause);
        }
        let code = visible::to_string(code.as_bytes());
        let message = server.evidence.answer.as_ref().and_then(|a| a.message);
        let message = message.map(|m| visible::to_string(docs.bytes(m).trim_ascii()));
        let text = match message.filter(|message| !message.is_empty()) {
            Some(message) => format!(
                "The server refused the request with {code}: “{}{}”.",
                message.trim_end_matches('.'),
                if server.evidence.message_is_cut(docs) {
                    " …"
                } else {
                    ""
                }
            ),
            None => format!("The server refused the request with {code}, and says no more."),
        };
        Some(Cause {
            text,
            help: None,
            finding: None,
        })
    }

    /// The gravest remark about what a side said.
    fn remark_on(&self, witness: &Witness<'_>) -> Option<Cause> {
        let spans = self.places_of(witness);
        let remark = self.findings.iter().position(|finding| {
            // That it speaks of another request is no cause.
            finding.id != OTHER_REQUEST && self.is_within(finding, &spans)
        });
        remark.and_then(|place| self.of_finding(place))
    }

    /// Whether a remark tells that an answer speaks of values which this request does not carry, although it names no other
    /// signature, key id or signing time: its cause is not this request's.
    fn speaks_of_another(&self, witness: &Witness<'_>) -> bool {
        let spans = self.places_of(witness);
        witness.against.is_none()
            && witness.pairing == Pairing::Unknown
            && self
                .findings
                .iter()
                .any(|finding| finding.id == OTHER_REQUEST && self.is_within(finding, &spans))
    }

    /// Where a piece of evidence stands. What a program prints of an answer may stand on lines of its own.
    fn places_of(&self, witness: &Witness<'_>) -> Vec<Span> {
        let docs = &self.facts.view.case.docs;
        let details = witness.evidence.answer.iter().flat_map(|a| &a.details);
        std::iter::once(witness.evidence.span)
            .chain(details.map(|(_, span)| *span))
            .map(|span| docs.to_given(span))
            .collect()
    }

    fn is_within(&self, finding: &Finding, spans: &[Span]) -> bool {
        let docs = &self.facts.view.case.docs;
        let is_within = |label: &Label| {
            let place = docs.to_given(label.span);
            spans.iter().any(|span| span.contains(place))
        };
        finding.labels.iter().any(is_within)
    }

    /// The gravest error as a cause.
    fn worst_cause(&self) -> Option<Cause> {
        let place = self
            .findings
            .iter()
            .position(|finding| finding.severity == Severity::Error)?;
        self.of_finding(place)
    }

    /// The gravest error that is one of what was sent, whatever else of it is not here.
    fn worst_sent(&self) -> Option<Cause> {
        let sent = |finding: &Finding| finding.severity == Severity::Error && !finding.of_paste;
        self.of_finding(self.findings.iter().position(sent)?)
    }

    /// What this paste lacks of the received signature.
    fn short_signature(&self) -> Option<Cause> {
        self.of_finding(self.findings.iter().position(is_short_signature)?)
    }

    /// The gravest of what a verifier refuses for if it finds it so.
    fn may_refuse(&self) -> Option<Cause> {
        let place = self
            .findings
            .iter()
            .position(|finding| finding.may_refuse)?;
        self.of_finding(place)
    }

    fn of_finding(&self, place: usize) -> Option<Cause> {
        let finding = self.findings.get(place)?;
        Some(Cause {
            text: finding.message.clone(),
            help: Some(finding.help.clone()),
            finding: Some(place),
        })
    }

    /// A secret by its name; the one whose computation is shown where there is no other to name.
    fn key(&self, place: Option<usize>) -> String {
        let name = place
            .or_else(|| self.facts.trace.and_then(|trace| trace.candidate))
            .and_then(|place| self.facts.view.keyring.candidates.get(place))
            .map(|candidate| candidate.name.as_str());
        name.map_or_else(|| "the secret at hand".to_owned(), named)
    }

    fn key_id(&self) -> Option<String> {
        let span = self.facts.trace?.claim.key_id;
        let id = self
            .facts
            .view
            .case
            .docs
            .bytes(span.filter(|span| !span.is_empty())?);
        // A mark in its place names no key.
        (!is_redacted(id)).then(|| visible::to_string(id))
    }

    /// ` for this key id`, where the claim names one.
    fn for_key(&self) -> &'static str {
        let named = self.facts.trace.is_some_and(|t| t.claim.key_id.is_some());
        if named { " for this key id" } else { "" }
    }

    /// The first proved explanation.
    fn explained(&self, explanation: &Explanation) -> Verdict {
        let titles: Vec<String> = explanation
            .deviations
            .iter()
            .map(|deviation| sentence(deviation.title.trim_end_matches('.')))
            .collect();
        let mut verdict = said(VerdictId::Explained, &format!("{}.", titles.join(". ")));
        verdict.proved = true;
        verdict.proof = self.explanation_proof(explanation);
        verdict.details = explanation
            .deviations
            .iter()
            .flat_map(|deviation| [deviation.detail.clone(), deviation.fix.clone()])
            .filter(|text| !text.is_empty())
            .collect();
        verdict
    }

    fn mismatch(&self, text: &str) -> Verdict {
        Verdict {
            proof: self.signatures(),
            ..said(VerdictId::Mismatch, text)
        }
    }

    /// Details that go with any verdict.
    fn add_details(&self, verdict: &mut Verdict, explanations: &[Explanation]) {
        let facts = self.facts;
        if let Some(status) = facts.accepted() {
            verdict.details.push(format!(
                "The server answered this request with status {status}: it did not refuse it."
            ));
        }
        for witness in [&facts.server, &facts.client].into_iter().flatten() {
            let who = match witness.party {
                Party::Server => "The server's answer",
                _ => "The signer's log",
            };
            if let Some(what) = witness.against {
                let text = format!(
                    "{who} names another {} than this request carries; it is held against it because you chose so.",
                    what.what()
                );
                verdict.details.insert(0, text);
            }
            if witness.apart {
                verdict.details.insert(0, format!(
                    "The server's answer names another signature than {}: they are of two requests, or of two tries of one, and neither is held against the other.",
                    self.strings_of(witness)
                ));
            } else if let Pairing::Other(by) = witness.pairing {
                // Before anything else: whoever pasted it takes it for the answer to this.
                let text = format!(
                    "{who} names another {} than this request carries: it is another request's, or another try's, and nothing in it is held against this one.",
                    by.what()
                );
                verdict.details.insert(0, text);
            } else if witness.folded {
                verdict.details.push(format!(
                    "The line breaks of {} strings were lost in this paste, so they cannot be compared: take them from the answer's source, not from a browser's view of it.",
                    match witness.party {
                        Party::Server => "the server's",
                        _ => "the signer's",
                    }
                ));
            } else if !witness.is_intact() && facts.view.request.is_some() {
                let docs = &facts.view.case.docs;
                verdict.details.push(match witness.evidence.two_times(docs) {
                    Some([first, second]) => format!(
                        "{who} states two signing times, {first} in the canonical request and {second} in the string to sign, whose hash is that of another one: they are of two tries, or the signer read its clock twice. Nothing is held against them."
                    ),
                    None => format!(
                        "{who} was edited or cut: the hash of its canonical request does not match, so its differences prove nothing."
                    ),
                });
            }
        }
        if let Some(trace) = facts.trace {
            let told = |taken: &Taken| {
                let parameter = (taken.option, taken.value.to_owned());
                let mut deviations = explanations.iter().flat_map(|e| &e.deviations);
                deviations.any(|deviation| deviation.parameters.contains(&parameter))
            };
            let taken = trace.taken.iter().filter(|taken| !told(taken));
            let notes = trace.notes.iter().map(String::as_str);
            verdict.details.extend(
                notes
                    .chain(taken.map(|taken| taken.note))
                    .map(|note| format!("{}.", sentence(note))),
            );
            let fitting = trace
                .attempts
                .iter()
                .find(|attempt| attempt.outcome.agrees());
            if let Some(attempt) = fitting {
                verdict
                    .details
                    .push(format!("Reproduced with {}.", named(&attempt.name)));
            }
        }
    }
}

/// A secret in a sentence, by its name. Some names say already that they are a secret's.
fn named(name: &str) -> String {
    if name.starts_with("the secret") {
        name.to_owned()
    } else {
        format!("the secret from {name}")
    }
}

fn said(id: VerdictId, text: &str) -> Verdict {
    Verdict {
        id,
        sentence: text.to_owned(),
        details: Vec::new(),
        proved: false,
        proof: Vec::new(),
        quotes: Vec::new(),
        tries_options: false,
        refused: false,
    }
}

/// Whether a finding says that digits of the received signature are missing in this paste.
pub(super) fn is_short_signature(finding: &Finding) -> bool {
    let about = finding.field.as_ref().map(|field| field.kind);
    finding.of_paste && about == Some(FieldKind::SIGNATURE)
}
