//! Verdicts where the signature could not be computed or held against anything.

use super::proof::hash_proof;
use super::tell::{CLIENT_SERVER, REQUEST_CLIENT, REQUEST_SERVER, SIGNED_SERVER, THEIRS, meaning};
use super::whose::is_moment;
use super::{Judge, said};
use crate::engine::diagnose::bond::Bond;
use crate::engine::diagnose::facts::{Root, Strings};
use crate::engine::diagnose::pairing::Pairing;
use crate::engine::diagnose::refusal::Refusal;
use crate::engine::diagnose::witness::Witness;
use crate::engine::diagnose::words::{more, sentence};
use crate::engine::diagnose::{Party, Severity, Verdict, VerdictId};
use crate::engine::document::visible;
use crate::engine::intake::{Stringless, vocabulary};
use crate::engine::scheme::{FieldKind, Reason, Role};

impl Judge<'_> {
    /// Neither request nor evidence.
    pub(super) fn without_parts(&self) -> Verdict {
        let case = self.facts.view.case;
        if !case.secrets.is_empty() {
            said(
                VerdictId::Undecided,
                "There is a secret here, but no request, URL or error to check with it.",
            )
        } else if let Some(verdict) = self
            .form()
            .or_else(|| self.not_reached())
            .or_else(|| self.scope_alone())
        {
            verdict
        } else if case
            .findings
            .iter()
            .any(|f| f.id == vocabulary::ANSWER_HIDDEN)
        {
            said(
                VerdictId::Undecided,
                "The browser hides what the server answered, and the request is not here.",
            )
        } else if case
            .findings
            .iter()
            .any(|f| f.id == vocabulary::REQUEST_LINES_MISSING)
        {
            said(
                VerdictId::Undecided,
                "Only the connection is here, not what was sent over it.",
            )
        } else if case
            .findings
            .iter()
            .any(|f| [vocabulary::UNREAD, vocabulary::DUMP_PART].contains(&f.id))
        {
            said(
                VerdictId::Undecided,
                "There is a part of a signed request or of an answer here, but none that could be read whole.",
            )
        } else {
            said(
                VerdictId::Nothing,
                "Nothing here was recognised as a request, a URL or an error.",
            )
        }
    }

    /// That a form for an upload is here, and what is the gravest about it.
    pub(super) fn form(&self) -> Option<Verdict> {
        if self.facts.view.case.forms.is_empty() {
            return None;
        }
        let mut verdict = said(
            VerdictId::Undecided,
            "This is a form for an upload: what its policy and fields say is read, and its signature is not verified here.",
        );
        if let Some(cause) = self.worst_cause() {
            verdict.details.push(cause.text);
            verdict.quotes.extend(cause.finding);
        }
        Some(verdict)
    }

    /// That a credential scope is here and nothing that it is of, and what is wrong with it.
    fn scope_alone(&self) -> Option<Verdict> {
        if self.facts.view.case.scopes.is_empty() {
            return None;
        }
        let named = self.findings.iter().position(|finding| {
            finding.severity >= Severity::Warning && finding.id != vocabulary::UNREAD
        });
        let cause = named.map(|place| self.of_finding(place));
        let alone =
            "A credential scope stands here alone: the request that it is of is not in this paste.";
        Some(match cause.flatten() {
            Some(cause) => {
                let mut verdict = said(VerdictId::Undecided, &cause.text);
                verdict.quotes.extend(cause.finding);
                verdict.details.push(alone.to_owned());
                verdict
            }
            None => said(VerdictId::Undecided, alone),
        })
    }

    /// What a browser says of a preflight that failed: before that nothing of the signature was looked at, so it
    /// leads. None where a server's answer is here.
    fn preflight(&self, reason: Reason) -> Option<Verdict> {
        let findings = self.findings.iter();
        let place = findings.clone().position(|finding| {
            finding.id == vocabulary::ANSWER_HIDDEN && finding.message.contains("preflight")
        })?;
        let finding = self.findings.get(place)?;
        if self
            .facts
            .server
            .as_ref()
            .is_some_and(|s| s.evidence.answer.as_ref().is_some_and(|a| a.code.is_some()))
        {
            return None;
        }
        let mut verdict = said(
            VerdictId::Undecided,
            &format!(
                "{} OPTIONS is never signed: this says nothing of the signature.",
                finding.message
            ),
        );
        verdict.details.push(self.cannot(reason));
        verdict.quotes.push(place);
        Some(verdict)
    }

    /// What a client says that never reached the server leads likewise.
    fn not_reached(&self) -> Option<Verdict> {
        let mut findings = self.findings.iter();
        let place = findings.position(|finding| finding.id == vocabulary::NOT_REACHED)?;
        let mut verdict = said(VerdictId::Undecided, &self.findings.get(place)?.message);
        verdict.quotes.push(place);
        Some(verdict)
    }

    /// It cannot be computed, or there is nothing received.
    pub(super) fn open(&self, reason: Reason) -> Verdict {
        let facts = self.facts;
        if let Some(verdict) = self.preflight(reason) {
            return verdict;
        }
        if let Some(mut verdict) = self.not_reached() {
            verdict.details.push(self.cannot(reason));
            return verdict;
        }
        let id = if self.refused() {
            VerdictId::Mismatch
        } else {
            VerdictId::Undecided
        };
        let (server, client) = (self.intact(Party::Server), self.intact(Party::Client));
        if let Some(verdict) = self.named_by_server(reason) {
            return verdict;
        }
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
                if between == [Party::Client, Party::Server] {
                    return self.sides_differ(&roots, id);
                }
                let mut verdict = self.differing(&roots, sides, witness.party);
                verdict.id = id;
                return verdict;
            }
        }
        if let Some(verdict) = self.but_for_a_part(reason, id) {
            return verdict;
        }
        // Whatever else of the request is not here: the signer's own string is the server's.
        if let (Some(server), Some(_)) = (server, client)
            && self.refused()
            && !matches!(reason, Reason::TooLarge | Reason::Stops)
            && matches!(
                facts.strings([Party::Client, Party::Server]),
                Strings::Equal
            )
        {
            return self.sides_equal(id, server);
        }
        // Where nothing was computed, what the server had says nothing of this request.
        if let Some(server) = server.filter(|_| !matches!(reason, Reason::TooLarge | Reason::Stops))
        {
            if let Some(verdict) = self.echoed(reason, server) {
                return verdict;
            }
            let text = match (
                facts.strings([Party::Computed, Party::Server]),
                self.refused(),
            ) {
                (Strings::Equal, true) => Some(
                    "The server had the same string to sign as this request gives, and refused the signature: either the secrets differ, or the signer signed something else than it sent.".to_owned(),
                ),
                (Strings::CanonicalEqual, true) => Some(
                    "The server had the same canonical request as this request gives, and refused the signature: either the date, the scope or the secret differs, or the signer signed something else than it sent.".to_owned(),
                ),
                (Strings::Equal, false) => Some(format!(
                    "The server had the very same string to sign as this request gives; {}, so the signature itself cannot be checked.",
                    self.words(reason)
                )),
                (Strings::Open, true) if self.lacking().is_some() => Some(format!(
                    "The server refused the signature, and all that is here of the request agrees with its strings; {}.",
                    self.lacking().map_or("", |reason| self.words(reason))
                )),
                (Strings::Open, true) => Some(
                    "The server refused the signature; what of its strings is not redacted or cut agrees with this request.".to_owned(),
                ),
                (Strings::None, true) => Some(format!(
                    "The server refused the signature{}; {}, so it cannot be said which part differs.",
                    match server.evidence.stringless(&facts.view.case.docs) {
                        Stringless::NotGiven => " and gave no strings to compare",
                        Stringless::Hidden => ", and its strings are hidden or cut in this paste",
                        Stringless::NotHere => ", and its strings are not in this paste",
                    },
                    match (self.short_signature(), reason) {
                        (Some(_), Reason::NoSecret) => "digits of the received signature are missing here",
                        (_, Reason::NothingReceived) => {
                            "the signature that it compared is not in this paste"
                        }
                        _ => self.words(reason),
                    }
                )),
                _ => None,
            };
            if let Some(text) = text {
                let mut verdict = said(id, &text);
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
        if let Some(verdict) = (reason == Reason::Incomplete)
            .then(|| self.headers_alone())
            .flatten()
        {
            return verdict;
        }
        let mut why = self.cannot(reason);
        // It stands in the way as the secret does.
        let short = self
            .short_signature()
            .filter(|_| reason == Reason::NoSecret);
        if let Some(short) = &short {
            why = format!("{} {why}", short.text);
        }
        // What the server said leads, although its strings may not be relied on.
        let told = facts.refusal == Some(Refusal::Signature);
        if told && self.about(Party::Server).is_some() {
            why = format!("The server refused the signature. {why}");
        }
        let (text, finding) = if let Some(cause) = self.stated_cause() {
            let mut verdict = self.refused_for(id, &cause);
            verdict.details.push(why);
            return verdict;
        } else if let Some(cause) = self.worst_sent() {
            (
                format!(
                    "{why} A verifier would refuse it in any case. {}",
                    cause.text
                ),
                cause.finding,
            )
        } else {
            (why, None)
        };
        let mut verdict = said(id, &text);
        verdict.quotes.extend(finding);
        if reason == Reason::NoValue {
            verdict
                .quotes
                .extend(self.not_here().map(|(place, _)| place));
        }
        verdict
    }

    /// Signer and server part in these fields: that alone is why the signature is refused, whatever secret there is.
    /// Two moments may be two tries, which says nothing: then the verdict is `open`.
    pub(super) fn sides_differ(&self, roots: &[Root], open: VerdictId) -> Verdict {
        let mut verdict = self.differing(roots, CLIENT_SERVER, Party::Server);
        let assumed = self.condition(CLIENT_SERVER.of).is_some();
        if !assumed && self.may_be_two(roots) {
            return self.if_one_request(roots, open);
        }
        // What gives the received signature is what was signed, and the secret is the signer's.
        if self
            .about(Party::Client)
            .is_some_and(|w| self.is_what_was_signed(w))
            && self.refused()
            && let Some(client) = self.intact(Party::Client)
        {
            verdict.details.push(
                "The received signature is right for the signer's own string to sign: the secret is not the cause."
                    .to_owned(),
            );
            verdict.proved = self.intact(Party::Server).is_some_and(Witness::is_verified);
            verdict.proof = self.text_proof(client);
            return verdict;
        }
        verdict.id = if assumed || roots.iter().any(is_moment) {
            open
        } else {
            VerdictId::Mismatch
        };
        let both = [Party::Client, Party::Server].map(|party| {
            let witness = self.intact(party).filter(|w| w.is_verified())?;
            hash_proof(self.facts, witness)
        });
        match both {
            _ if assumed => {}
            [Some(client), Some(server)] => {
                verdict.proved = true;
                verdict.proof = [client, server].concat();
            }
            _ if !self.refused() => {
                verdict.proved = false;
                verdict.proof.clear();
            }
            _ => {}
        }
        verdict
    }

    /// Whether nothing ties the signer's strings to the server's, and they part as those of two requests do: in the signing time, in the
    /// scope, or in the method and another thing that is asked for.
    fn may_be_two(&self, roots: &[Root]) -> bool {
        let facts = self.facts;
        let of_request = |party: Party| {
            self.about(party)
                .is_some_and(|witness| matches!(witness.pairing, Pairing::Same | Pairing::Probe))
        };
        if facts.sides_bond() == Bond::Signature
            || of_request(Party::Client) && of_request(Party::Server)
        {
            return false;
        }
        let has = |kind: FieldKind| roots.iter().any(|root| root.key.kind == kind);
        roots.iter().any(is_moment)
            || has(FieldKind::SCOPE)
            || has(FieldKind::METHOD) && (has(FieldKind::PATH) || has(FieldKind::PAYLOAD_HASH))
    }

    /// Where they part, said of one request only if they are of one.
    fn if_one_request(&self, roots: &[Root], open: VerdictId) -> Verdict {
        let Some(root) = roots.first() else {
            return said(open, "The strings of the signer and of the server differ.");
        };
        let text = format!(
            "If the signer's strings and the server's are of one request, {}",
            self.tell(root, CLIENT_SERVER)
        );
        let mut verdict = said(open, &text);
        verdict.details.extend(more(roots.len() - 1));
        verdict.details.push(
            if roots.iter().any(is_moment) {
                "They are of two signing times, and no signature stands beside both: they may be of two tries, and then nothing here is held against the other."
            } else {
                "No signature stands beside both, which would tell: they may be of two requests, and then nothing here is held against the other."
            }
            .to_owned(),
        );
        verdict
    }

    /// Where the request's signature is redacted, and the one that the server names in its place is right for the
    /// string to sign that both of them have.
    fn echoed(&self, reason: Reason, server: &Witness<'_>) -> Option<Verdict> {
        let strings = self.facts.strings([Party::Computed, server.party]);
        let right = reason == Reason::Redacted && server.verified.agrees();
        if !right || !matches!(strings, Strings::Equal) || self.worst_cause().is_some() {
            return None;
        }
        let tail = if self.refused() { THEIRS } else { "" };
        let mut verdict = said(
            VerdictId::Match,
            &format!(
                "The signature that the server names, redacted in the request, is right for the string to sign of both{tail}."
            ),
        );
        verdict.proved = true;
        verdict.proof = self.text_proof(server);
        Some(verdict)
    }

    /// Where the request's signature is hidden, and the one that the server names in its place is that of the request as it
    /// stands here: then the request is what was signed, and what the server had otherwise is the cause.
    fn named_by_server(&self, reason: Reason) -> Option<Verdict> {
        let facts = self.facts;
        let server = self.intact(Party::Server)?;
        let named = server.evidence.signature.as_ref()?.as_exact()?;
        let computed = facts.trace?.stage(Role::Signature)?.output.public()?;
        if reason != Reason::Redacted
            || facts.view.case.docs.bytes(named) != computed
            || !self.refused()
        {
            return None;
        }
        let Strings::Differ(roots) = facts.strings([Party::Computed, Party::Server]) else {
            return None;
        };
        let root = roots.first()?;
        let mut verdict = said(
            VerdictId::Rejected,
            &sentence(&self.tell_verified(root, SIGNED_SERVER)),
        );
        verdict.details.extend(meaning(root));
        verdict.details.extend(more(roots.len() - 1));
        verdict.details.push(format!(
            "The signature is hidden in the request; the one that the server names is that of the request as it stands here, with {}.",
            self.key(None)
        ));
        verdict.proved = server.is_verified();
        let signature = visible::to_string(computed);
        verdict.proof = vec![
            (
                "signature that the server names".to_owned(),
                signature.clone(),
            ),
            ("computed signature".to_owned(), signature),
        ];
        Some(verdict)
    }

    /// Where only the body, headers or a value are missing, and the received signature is that of somebody's own
    /// string to sign.
    fn but_for_a_part(&self, reason: Reason, id: VerdictId) -> Option<Verdict> {
        if !matches!(reason, Reason::NoBody | Reason::NoHeaders | Reason::NoValue) {
            return None;
        }
        let (party, witness) = [Party::Server, Party::Client]
            .into_iter()
            .filter_map(|party| Some((party, self.intact(party)?)))
            .find(|(party, witness)| {
                let strings = self.facts.strings([Party::Computed, *party]);
                witness.verified.agrees() && matches!(strings, Strings::Open)
            })?;
        let whose = match party {
            Party::Server => "the server's",
            Party::Client | Party::Received | Party::Computed | Party::Unnamed => "the signer's",
        };
        let mut verdict = said(
            id,
            &format!(
                "The secret is right: the received signature is that of {whose} own string to sign. All that is here of the request agrees with it; {}.",
                self.words(reason)
            ),
        );
        if party == Party::Server && self.refused() {
            verdict.details.push(
                format!(
                    "The server saw what was signed and refused it all the same: it holds another secret{}, or derives the key otherwise.",
                    self.for_key()
                ),
            );
        }
        verdict.proved = true;
        verdict.proof = self.text_proof(witness);
        Some(verdict)
    }
}
