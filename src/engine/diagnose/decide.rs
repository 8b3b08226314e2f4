//! The verdict: from what is known to one sentence that claims no more than is proved.

use sha2::{Digest as _, Sha256};

use super::facts::{Facts, Pairing, Root, Strings, Witness};
use super::refusal::Refusal;
use super::words::{field, more, quotes, sentence};
use super::{Explanation, Finding, Party, Severity, Verdict, VerdictId};
use crate::engine::document::visible;
use crate::engine::scheme::{FieldKind, Outcome, Reason, Role};
use crate::engine::secret::Redactor;

/// Decides.
pub(super) fn decide(
    facts: &Facts<'_>,
    findings: &[Finding],
    explanations: &[Explanation],
    redactor: &Redactor,
) -> Verdict {
    let judge = Judge {
        facts,
        findings,
        redactor,
    };
    let mut verdict = judge.verdict(explanations);
    judge.add_details(&mut verdict);
    verdict
}

/// Two sides of a difference, in words.
#[derive(Copy, Clone)]
struct Sides {
    /// `this request has`
    left: &'static str,
    /// `the server had`
    right: &'static str,
}

const REQUEST_SERVER: Sides = Sides {
    left: "this request has",
    right: "the server had",
};
const SIGNED_SERVER: Sides = Sides {
    left: "the signature was made for",
    right: "the server had",
};
const REQUEST_CLIENT: Sides = Sides {
    left: "this request has",
    right: "the signer signed",
};
const CLIENT_SERVER: Sides = Sides {
    left: "the signer signed",
    right: "the server had",
};

struct Judge<'a> {
    facts: &'a Facts<'a>,
    findings: &'a [Finding],
    redactor: &'a Redactor,
}

impl Judge<'_> {
    fn verdict(&self, explanations: &[Explanation]) -> Verdict {
        let facts = self.facts;
        let case = facts.view.case;
        if let (Outcome::Differs { .. } | Outcome::Failed, Some(explanation)) =
            (facts.outcome, explanations.first())
        {
            return explained(explanation);
        }
        if facts.view.request.is_none() {
            return if case.evidence.is_empty() {
                self.without_parts()
            } else {
                self.evidence_alone()
            };
        }
        if facts.trace.is_none() {
            return said(
                VerdictId::Undecided,
                "This is a request, but it carries no signature of a kind that is known here.",
            );
        }
        match facts.outcome {
            Outcome::Equal | Outcome::Verified => self.right(),
            Outcome::Differs { .. } | Outcome::Failed => self.wrong(),
            Outcome::NotCheckable(reason) => self.open(reason),
        }
    }

    /// Neither request nor evidence.
    fn without_parts(&self) -> Verdict {
        let case = self.facts.view.case;
        if case.secrets.is_empty() && case.findings.is_empty() {
            said(
                VerdictId::Nothing,
                "Nothing here was recognised as a request, a URL or an error.",
            )
        } else if case.secrets.is_empty() {
            said(
                VerdictId::Undecided,
                "Nothing here could be read as a whole request, URL or error.",
            )
        } else {
            said(
                VerdictId::Undecided,
                "There is a secret here, but no request, URL or error to check with it.",
            )
        }
    }

    /// Evidence about this request, unless it is proved to be about another.
    fn about(&self, party: Party) -> Option<&Witness<'_>> {
        let witness = match party {
            Party::Server => self.facts.server.as_ref(),
            Party::Client => self
                .facts
                .client
                .as_ref()
                .filter(|c| c.evidence.side.is_some()),
            Party::Received | Party::Computed => None,
        };
        witness.filter(|w| w.pairing != Pairing::Other)
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

    fn worst(&self) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|finding| finding.severity == Severity::Error)
    }

    fn key(&self) -> String {
        let name = self
            .facts
            .trace
            .and_then(|trace| trace.candidate)
            .and_then(|place| self.facts.view.keyring.candidates.get(place))
            .map(|candidate| candidate.name.as_str());
        name.map_or_else(
            || "the secret at hand".to_owned(),
            |name| format!("the secret from {name}"),
        )
    }

    fn key_id(&self) -> Option<String> {
        let span = self.facts.trace?.claim.key_id?;
        Some(visible::to_string(self.facts.view.case.docs.bytes(span)))
    }

    /// The received signature is reproduced.
    fn right(&self) -> Verdict {
        let facts = self.facts;
        let proof = self.signatures();
        let server = self.intact(Party::Server);
        let strings = server.map(|_| facts.strings([Party::Computed, Party::Server]));
        if let (Some(server), Some(Strings::Differ(roots))) = (server, &strings)
            && let Some(root) = roots.first()
        {
            let told = self.tell(root, SIGNED_SERVER);
            let lead = match root.role {
                Role::CanonicalRequest if both_have(root) => {
                    format!(
                        "the server verified another {} than the one that was signed: {told}",
                        field(&root.key)
                    )
                }
                _ => format!("the signature is right for this request, but {told}"),
            };
            let mut verdict = Verdict {
                id: VerdictId::Rejected,
                sentence: sentence(&lead),
                details: Vec::new(),
                proved: server.is_verified(),
                proof,
            };
            verdict.details.extend(meaning(root));
            verdict.details.extend(more(roots.len() - 1));
            verdict.details.push(
                "The signature is right for the request as it stands here: the secret and the way it was signed are not the cause."
                    .to_owned(),
            );
            return verdict;
        }
        if let Some(finding) = self.worst() {
            let mut verdict = said(
                VerdictId::Rejected,
                &format!(
                    "The signature is right for this request, but it is refused all the same: {}",
                    finding.message
                ),
            );
            verdict.details.push(finding.help.clone());
            verdict.proved = true;
            verdict.proof = proof;
            return verdict;
        }
        let text = match (&facts.refusal, &strings) {
            (Some(Refusal::Signature), Some(Strings::Equal)) if self.refused() => {
                "The signature is right, and the server had the very same string to sign: its key differs, so it holds another secret for this key id, or derives the key otherwise.".to_owned()
            }
            (Some(Refusal::Signature), Some(Strings::CanonicalEqual)) if self.refused() => {
                "The signature is right, and the server had the very same canonical request: its date, scope or secret differs.".to_owned()
            }
            (Some(Refusal::Signature), _) => {
                "The signature is right for this request: whoever refused it saw another request or holds another secret.".to_owned()
            }
            (Some(Refusal::Other(code)), _) => {
                format!("The signature is right for this request; it was refused for another reason: {}.", visible::to_string(code.as_bytes()))
            }
            (Some(Refusal::Unknown) | None, _) => {
                "The signature is right for this request. Whoever refuses it saw another request or holds another secret.".to_owned()
            }
        };
        let mut verdict = said(VerdictId::Match, &text);
        verdict.proved = true;
        verdict.proof = proof;
        if matches!(strings, Some(Strings::Equal)) {
            verdict.proof.extend(self.equal_strings(Party::Server));
        }
        verdict
    }

    /// The received signature differs from the computed one, with every secret at hand.
    fn wrong(&self) -> Verdict {
        let facts = self.facts;
        // The signer's or the server's own string reproduces what was received: the key is right.
        for (party, whose, sides) in [
            (Party::Client, "the signer's", REQUEST_CLIENT),
            (Party::Server, "the server's", REQUEST_SERVER),
        ] {
            let Some(witness) = self
                .about(party)
                .filter(|w| w.verified.agrees() && w.pairing == Pairing::Same)
            else {
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
                details.push(
                    "The server saw what was signed and refused it all the same: it holds another secret for this key id, or refused for another reason. The request here was changed after it was sent."
                        .to_owned(),
                );
            }
            let proof = self.text_proof(witness);
            return Verdict {
                id: VerdictId::Mismatch,
                sentence: sentence(&text),
                details,
                proved: true,
                proof,
            };
        }
        if self.intact(Party::Client).is_some() {
            match facts.strings([Party::Computed, Party::Client]) {
                Strings::Equal => {
                    let mut verdict = said(
                        VerdictId::Mismatch,
                        "The signer signed the very same string, and the signature differs: the key differs, so it is another secret, or it was derived otherwise.",
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
                        "The server derives the same string to sign from this request, and the signature differs: the key differs (another secret, or derived otherwise), unless the signer signed something other than what it sent.",
                    );
                    verdict.proved = true;
                    verdict.proof = self.equal_strings(Party::Server);
                    verdict.proof.extend(self.signatures());
                    return verdict;
                }
                Strings::CanonicalEqual => {
                    return self.mismatch(
                        "The server derives the same canonical request, and the signature differs: the date, the scope or the key differs, unless the signer signed something other than what it sent.",
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
            format!("not with {}", self.key())
        };
        let mut verdict = self.mismatch(&format!(
            "The received signature is not the one this request has: {with}."
        ));
        verdict.details.push(
            "What remains: another secret, or something in the request that is not as it was signed (a header or the host changed on the way, the path encoded otherwise, another payload)."
                .to_owned(),
        );
        if facts.refusal == Some(Refusal::Signature) {
            verdict.details.push(
                "The server gave no strings of its own that could be compared, so which of these it is cannot be said from its answer."
                    .to_owned(),
            );
        }
        verdict
    }

    /// It cannot be computed, or there is nothing received.
    fn open(&self, reason: Reason) -> Verdict {
        let facts = self.facts;
        let id = if self.refused() {
            VerdictId::Mismatch
        } else {
            VerdictId::Undecided
        };
        let (server, client) = (self.intact(Party::Server), self.intact(Party::Client));
        let comparisons = [
            (
                server.and(client),
                [Party::Client, Party::Server],
                CLIENT_SERVER,
            ),
            (server, [Party::Computed, Party::Server], REQUEST_SERVER),
            (client, [Party::Computed, Party::Client], REQUEST_CLIENT),
        ];
        for (witness, between, sides) in comparisons {
            let Some(witness) = witness else { continue };
            if let Strings::Differ(roots) = facts.strings(between) {
                let mut verdict = self.differing(&roots, sides, witness.party);
                verdict.id = id;
                return verdict;
            }
        }
        if let Some(server) = server {
            let text = match (
                facts.strings([Party::Computed, Party::Server]),
                self.refused(),
            ) {
                (Strings::Equal, true) => Some(
                    "The server had the very same string to sign as this request gives, and refused the signature: the key differs, or the signer signed something other than what it sent.",
                ),
                (Strings::CanonicalEqual, true) => Some(
                    "The server had the very same canonical request and refused the signature: the date, the scope or the key differs, or the signer signed something other than what it sent.",
                ),
                (Strings::Equal, false) => Some(
                    "The server had the very same string to sign as this request gives; without the secret the signature itself cannot be checked.",
                ),
                (Strings::Open, true) => Some(
                    "The server refused the signature; what of its strings is not redacted or cut agrees with this request.",
                ),
                (Strings::None, true) => Some(
                    "The server refused the signature and gave no strings to compare: without the secret it cannot be said which part differs.",
                ),
                _ => None,
            };
            if let Some(text) = text {
                let mut verdict = said(id, text);
                if matches!(
                    facts.strings([Party::Computed, Party::Server]),
                    Strings::Equal
                ) {
                    verdict.proved = true;
                    verdict.proof = self.equal_strings(server.party);
                }
                return verdict;
            }
        }
        said(id, &self.cannot(reason))
    }

    /// Why nothing could be compared, with what can be said nevertheless.
    fn cannot(&self, reason: Reason) -> String {
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
            Reason::Redacted => {
                "The received signature is redacted, so it cannot be compared".to_owned()
            }
            Reason::NoRequest => "There is no request here, so nothing can be computed".to_owned(),
            Reason::Incomplete => {
                "The request is too incomplete to compute its signature".to_owned()
            }
        };
        match (self.worst(), &self.facts.refusal) {
            (Some(finding), _) => {
                format!("{text}; but this stands in any case: {}", finding.message)
            }
            (None, Some(Refusal::Other(code))) => format!(
                "{text}; the server refused it for another reason: {}.",
                visible::to_string(code.as_bytes())
            ),
            (None, _) => format!("{text}."),
        }
    }

    /// No request: what others said stands alone.
    fn evidence_alone(&self) -> Verdict {
        let facts = self.facts;
        let (server, client) = (self.intact(Party::Server), self.intact(Party::Client));
        let id = if self.refused() {
            VerdictId::Mismatch
        } else {
            VerdictId::Undecided
        };
        if let (Some(_), Some(_)) = (server, client) {
            match facts.strings([Party::Client, Party::Server]) {
                Strings::Differ(roots) => {
                    let mut verdict = self.differing(&roots, CLIENT_SERVER, Party::Server);
                    verdict.id = id;
                    return verdict;
                }
                Strings::Equal => {
                    let mut verdict = said(
                        id,
                        "The signer and the server had the very same string to sign: the key differs, another secret on one side, or derived otherwise.",
                    );
                    verdict.proved = true;
                    verdict.proof = self.texts(Role::StringToSign);
                    if !self.refused() {
                        "The signer and the server had the very same string to sign."
                            .clone_into(&mut verdict.sentence);
                    }
                    return verdict;
                }
                Strings::CanonicalEqual | Strings::Open | Strings::None => {}
            }
        }
        for (party, whose) in [
            (Party::Server, "the server's"),
            (Party::Client, "the signer's"),
        ] {
            let Some(witness) = self.intact(party) else {
                continue;
            };
            // Where there is no request, a scheme may have held the signature against the string itself.
            let outcome = if witness.verified.agrees() || witness.verified.disagrees() {
                witness.verified
            } else {
                facts.outcome
            };
            if outcome.agrees() {
                let tail = if self.refused() {
                    ": the signer has this secret, and the server holds another one or derives the key otherwise"
                } else {
                    ""
                };
                let id = if self.worst().is_some() {
                    VerdictId::Rejected
                } else {
                    VerdictId::Match
                };
                let mut verdict = said(
                    id,
                    &format!(
                        "The received signature is right for {whose} own string to sign{tail}."
                    ),
                );
                verdict.proved = true;
                verdict.proof = self.text_proof(witness);
                return verdict;
            }
            if outcome.disagrees() {
                return self.mismatch(&format!(
                    "With {} the received signature is not that of {whose} own string to sign: the signer used another secret, or signed another string.",
                    self.key()
                ));
            }
        }
        if let Some(server) = server.filter(|_| self.refused()) {
            return said(
                id,
                if server.evidence.canonical_request.is_some() {
                    "The server refused the signature. What it computed is here, what was sent or signed is not: that would show which field differs."
                } else if server.has_strings() {
                    "The server refused the signature. Its string to sign is here, what was sent or signed is not: that would show which part differs."
                } else {
                    "The server refused the signature and gave no strings: which part differs cannot be said from this answer."
                },
            );
        }
        if self
            .facts
            .server
            .as_ref()
            .is_some_and(|server| !server.is_intact())
        {
            return said(
                id,
                "The server's strings were edited or cut: their hash does not match, so nothing can be concluded from them.",
            );
        }
        if let Some(Refusal::Other(code)) = &facts.refusal {
            return said(
                id,
                &format!(
                    "The server refused the request with {}; that says nothing of the signature.",
                    visible::to_string(code.as_bytes())
                ),
            );
        }
        said(
            id,
            "These are strings of one side only: there is nothing to compare them with.",
        )
    }

    /// The sides part in these fields.
    fn differing(&self, roots: &[Root], sides: Sides, party: Party) -> Verdict {
        let Some(root) = roots.first() else {
            return self.mismatch("The signature differs.");
        };
        let witness = self.about(party);
        let mut verdict = said(VerdictId::Mismatch, &sentence(&self.tell(root, sides)));
        verdict.details.extend(meaning(root));
        verdict.details.extend(more(roots.len() - 1));
        let proof = witness.and_then(|w| hash_proof(self.facts, w));
        verdict.proved = proof.is_some() || witness.is_some_and(Witness::is_verified);
        verdict.proof = proof.unwrap_or_default();
        verdict
    }

    fn mismatch(&self, text: &str) -> Verdict {
        Verdict {
            proof: self.signatures(),
            ..said(VerdictId::Mismatch, text)
        }
    }

    /// One difference as a sentence, in lower case.
    fn tell(&self, root: &Root, sides: Sides) -> String {
        let name = field(&root.key);
        let [left, right] = quotes(root, self.redactor);
        let Sides {
            left: left_has,
            right: right_has,
        } = sides;
        let values = root.values.each_ref().map(Option::as_deref);
        let has = |value: Option<&[u8]>| value.is_some_and(|value| !value.is_empty());
        if root.key.kind == FieldKind::HASH {
            return "the canonical requests differ: their hashes do, and only one of them is here whole."
                .to_owned();
        }
        if let Some(note) = root.note.as_ref().filter(|_| values[0] == values[1]) {
            return format!("the {name} stands at another place: {note}.");
        }
        let value = |quoted: Option<String>| quoted.unwrap_or_else(|| "a value not shown".into());
        match (has(values[0]), has(values[1])) {
            (true, false) if root.key.kind == FieldKind::HEADER => format!(
                "{} no value for the {name}, {left_has} {}.",
                right_has,
                value(left)
            ),
            (true, false) => format!("{right_has} no {name}, {left_has} {}.", value(left)),
            (false, true) if values[0].is_none() => format!(
                "{right_has} the {name} as {}, which is not part of what {}.",
                value(right),
                other_way(left_has),
            ),
            (false, true) => format!(
                "{right_has} the {name} as {}, {left_has} it empty.",
                value(right)
            ),
            _ if left.is_none() || right.is_none() => {
                format!("the {name} differs between what {left_has} and what {right_has}.")
            }
            _ => format!(
                "the {name} differs: {left_has} {}, {right_has} {}.",
                value(left),
                value(right)
            ),
        }
    }

    /// Details that go with any verdict.
    fn add_details(&self, verdict: &mut Verdict) {
        let facts = self.facts;
        for witness in [&facts.server, &facts.client].into_iter().flatten() {
            let who = match witness.party {
                Party::Server => "The server's answer",
                _ => "The signer's log",
            };
            if witness.pairing == Pairing::Other {
                verdict.details.push(format!(
                    "{who} names another signature than this request carries: it is about another request, or another try of it."
                ));
            }
            if !witness.is_intact() && facts.view.request.is_some() {
                verdict.details.push(format!(
                    "{who} was edited or cut: the hash of its canonical request does not match, so its differences prove nothing."
                ));
            }
        }
        if let Some(trace) = facts.trace {
            verdict.details.extend(
                trace
                    .notes
                    .iter()
                    .map(|note| format!("{}.", sentence(note))),
            );
            let fitting = trace
                .attempts
                .iter()
                .find(|attempt| attempt.outcome.agrees());
            if let Some(attempt) = fitting {
                verdict
                    .details
                    .push(format!("Reproduced with the secret from {}.", attempt.name));
            }
        }
    }

    fn column_text(&self, role: Role, party: Party) -> Option<String> {
        let facts = self.facts;
        let docs = &facts.view.case.docs;
        let bytes = match party {
            Party::Computed => facts.trace?.stage(role)?.output.public()?.to_vec(),
            Party::Received => facts.received()?.bytes.to_vec(),
            Party::Server | Party::Client => {
                let witness = if party == Party::Server {
                    facts.server.as_ref()?
                } else {
                    facts.client.as_ref()?
                };
                let pattern = match role {
                    Role::CanonicalRequest => witness.evidence.canonical_request.as_ref(),
                    Role::StringToSign => witness.evidence.string_to_sign.as_ref(),
                    Role::Signature => witness.evidence.signature.as_ref(),
                    Role::Request | Role::Key => None,
                };
                pattern?.bytes(docs)
            }
        };
        Some(visible::to_string(&bytes))
    }

    /// Received and computed signature, side by side.
    fn signatures(&self) -> Vec<(String, String)> {
        let pair = [
            ("received signature", Party::Received),
            ("computed signature", Party::Computed),
        ];
        pair.into_iter()
            .filter_map(|(label, party)| {
                Some((label.to_owned(), self.column_text(Role::Signature, party)?))
            })
            .collect()
    }

    /// The strings to sign of the computed side and of `party`, side by side.
    fn equal_strings(&self, party: Party) -> Vec<(String, String)> {
        let whose = match party {
            Party::Server => "string to sign, server",
            _ => "string to sign, signer",
        };
        [
            ("string to sign, computed", Party::Computed),
            (whose, party),
        ]
        .into_iter()
        .filter_map(|(label, party)| {
            Some((
                label.to_owned(),
                self.column_text(Role::StringToSign, party)?,
            ))
        })
        .collect()
    }

    /// The texts of signer and server for a stage.
    fn texts(&self, role: Role) -> Vec<(String, String)> {
        [("signer", Party::Client), ("server", Party::Server)]
            .into_iter()
            .filter_map(|(label, party)| Some((label.to_owned(), self.column_text(role, party)?)))
            .collect()
    }

    /// The signature of somebody's own string to sign.
    fn text_proof(&self, witness: &Witness<'_>) -> Vec<(String, String)> {
        let whose = match witness.party {
            Party::Server => "the server's",
            _ => "the signer's",
        };
        let named = self
            .column_text(Role::Signature, witness.party)
            .or_else(|| self.column_text(Role::Signature, Party::Received));
        let Some(signature) = named else {
            return Vec::new();
        };
        vec![
            ("received signature".to_owned(), signature.clone()),
            (
                format!("signature of {whose} string to sign, with {}", self.key()),
                signature,
            ),
        ]
    }
}

/// What a difference may come from, claiming nothing.
fn meaning(root: &Root) -> Option<String> {
    let lacks = root.values[1].as_ref().is_none_or(bytes::Bytes::is_empty)
        && root.values[0].as_ref().is_some_and(|v| !v.is_empty());
    let text = match root.key.kind {
        FieldKind::HEADER if lacks => {
            "A header without a value at the server was stripped on the way, was never sent, or stands only in the query."
        }
        FieldKind::HEADER => {
            "Something between signer and server changed this header, or the client changed it after signing."
        }
        FieldKind::PATH => "The path was rewritten or encoded otherwise on one side.",
        FieldKind::QUERY => "The query was changed or encoded otherwise on one side.",
        FieldKind::PAYLOAD_HASH => {
            "The body that was hashed is not the same on both sides, or one side takes a fixed word for its hash."
        }
        FieldKind::DATE => "Each side signed for another moment: these may be two tries.",
        FieldKind::SCOPE => {
            "Date, region or service of the scope differ; the key is derived from them, so the signature must differ too."
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// `this request has` turned to `this request has signed`: what a side did with its fields.
fn other_way(has: &'static str) -> &'static str {
    match has {
        "this request has" => "this request signs",
        other => other,
    }
}

fn both_have(root: &Root) -> bool {
    root.values
        .iter()
        .all(|value| value.as_ref().is_some_and(|v| !v.is_empty()))
}

/// That a witness's canonical request is the one it hashed.
fn hash_proof(facts: &Facts<'_>, witness: &Witness<'_>) -> Option<Vec<(String, String)>> {
    let docs = &facts.view.case.docs;
    let canonical = witness.evidence.canonical_request.as_ref()?.as_exact()?;
    let signed = witness.evidence.string_to_sign.as_ref()?.as_exact()?;
    let digest = hex::encode(Sha256::digest(docs.bytes(canonical)));
    let stated = docs
        .bytes(signed)
        .rsplit(|byte| *byte == b'\n')
        .find(|line| !line.is_empty())?;
    let whose = match witness.party {
        Party::Server => "the server's",
        _ => "the signer's",
    };
    (stated == digest.as_bytes()).then(|| {
        vec![
            (
                format!("SHA-256 of {whose} canonical request"),
                digest.clone(),
            ),
            (format!("last line of {whose} string to sign"), digest),
        ]
    })
}

fn explained(explanation: &Explanation) -> Verdict {
    let titles: Vec<&str> = explanation
        .deviations
        .iter()
        .map(|deviation| deviation.title.trim_end_matches('.'))
        .collect();
    let mut verdict = said(
        VerdictId::Explained,
        &format!("{}.", sentence(&titles.join("; and "))),
    );
    verdict.proved = true;
    verdict.details = explanation
        .deviations
        .iter()
        .flat_map(|deviation| [deviation.detail.clone(), deviation.fix.clone()])
        .filter(|text| !text.is_empty())
        .collect();
    verdict
}

fn said(id: VerdictId, text: &str) -> Verdict {
    Verdict {
        id,
        sentence: text.to_owned(),
        details: Vec::new(),
        proved: false,
        proof: Vec::new(),
    }
}
