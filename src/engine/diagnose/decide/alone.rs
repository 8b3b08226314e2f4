//! Verdicts where there is no request: what signer and server said stands alone.

use super::proof::hash_proof;
use super::tell::THEIRS;
use super::{Cause, Judge, said};
use crate::engine::diagnose::compare::Printed;
use crate::engine::diagnose::facts::Strings;
use crate::engine::diagnose::witness::Witness;
use crate::engine::diagnose::words::{sentence, short};
use crate::engine::diagnose::{Finding, Party, Severity, Verdict, VerdictId};
use crate::engine::document::Documents;
use crate::engine::intake::{Cut, Pattern, Stringless, Unread, vocabulary};
use crate::engine::scheme::{FieldKind, Outcome, Role};

/// The text that a signature was held against, in words.
pub(super) fn what_was_signed(witness: &Witness<'_>) -> &'static str {
    let has_own = witness.evidence.string_to_sign.is_some();
    match (witness.party, witness.evidence.side) {
        (_, _) if !has_own => {
            "the canonical request that is here, with the scope of the Authorization header"
        }
        (Party::Server, _) => "the server's own string to sign",
        (_, Some(_)) => "the signer's own string to sign",
        (_, None) => "the string to sign that is here",
    }
}

/// What a header without a value may come from.
const WITHOUT_VALUE: &str = "A header without a value at the server was stripped on the way, was never sent, or stands only in the query; unless it was signed so, the signature cannot fit.";

impl Judge<'_> {
    /// What a signature that was held against a witness's own text says of it: against its string to sign, or against the one
    /// that its canonical request makes.
    fn by_text(&self, witness: &Witness<'_>, outcome: Outcome) -> Option<Verdict> {
        let what = what_was_signed(witness);
        if outcome.agrees() {
            let tail = if self.refused() { THEIRS } else { "" };
            let id = if self.worst_cause().is_some() {
                VerdictId::Rejected
            } else {
                VerdictId::Match
            };
            let mut verdict = said(
                id,
                &format!("The received signature is right for {what}{tail}."),
            );
            verdict.proved = true;
            verdict.proof = self.text_proof(witness);
            // Whether the server saw what was sent, is not known then.
            let unread = |finding: &Finding| vocabulary::NOT_READ.contains(&finding.id);
            if witness.party == Party::Server
                && let Some(place) = self.findings.iter().position(unread)
            {
                verdict.id = VerdictId::Undecided;
                verdict.sentence = format!(
                    "The received signature is right for {what}. What else stands here like a part of a request could not be read, so it is not held against that."
                );
                verdict.quotes.push(place);
            }
            return Some(verdict);
        }
        if outcome.disagrees() {
            let mut verdict = self.mismatch(&format!(
                "With {} the received signature is not that of {what}: the signer used another secret, or signed another string.",
                self.key(witness.key)
            ));
            if let Some(headers) = self.without_value(witness) {
                verdict
                    .details
                    .push(format!("The server had no value for the signed {headers}."));
                verdict.details.push(WITHOUT_VALUE.to_owned());
            }
            return Some(verdict);
        }
        None
    }

    /// No more than the headers of a request is here, and what somebody made of it may be what was signed.
    pub(super) fn headers_alone(&self) -> Option<Verdict> {
        let facts = self.facts;
        let witnesses = [&facts.server, &facts.client].into_iter().flatten();
        witnesses
            .filter(|witness| witness.is_intact() && !witness.pairing.is_other())
            .find_map(|witness| self.by_text(witness, witness.verified))
    }

    /// The strings to sign of signer and server are the same: what is left is the key.
    pub(super) fn sides_equal(&self, id: VerdictId, server: &Witness<'_>) -> Verdict {
        let same = "the signer and the server had the very same string to sign";
        let key = "so the key differs: another secret on one side, or one derived otherwise";
        let fits = server.verified.agrees();
        let condition = self.condition(&[Party::Client, Party::Server]);
        let told = match (self.refused(), fits) {
            (true, true) => format!(
                "the received signature is right for the string to sign that signer and server both had{THEIRS}."
            ),
            (true, false) => format!("{same}, {key}."),
            (false, _) => format!("{same}."),
        };
        let told = match &condition {
            Some(condition) => format!("{condition}, {told}"),
            None => sentence(&told),
        };
        let mut verdict = said(id, &told);
        if condition.is_none() {
            verdict.proved = true;
            verdict.proof = self.texts(Role::StringToSign);
            if self.refused() && fits {
                verdict.proof.extend(self.text_proof(server));
            }
        }
        if self.refused() && server.verified.disagrees() {
            verdict.details.push(format!(
                "With {} this string has another signature than the received one.",
                self.key(server.key)
            ));
        }
        verdict
    }

    /// No request: what others said stands alone.
    pub(super) fn evidence_alone(&self) -> Verdict {
        let facts = self.facts;
        let (server, client) = (self.intact(Party::Server), self.intact(Party::Client));
        let id = if self.refused() {
            VerdictId::Mismatch
        } else {
            VerdictId::Undecided
        };
        if let (Some(server), Some(_)) = (server, client) {
            match facts.strings([Party::Client, Party::Server]) {
                Strings::Differ(roots) => {
                    return self.sides_differ(&roots, id);
                }
                Strings::Equal => return self.sides_equal(id, server),
                Strings::CanonicalEqual | Strings::Open | Strings::None => {}
            }
        }
        for party in [Party::Server, Party::Client] {
            let Some(witness) = self.intact(party) else {
                continue;
            };
            // Where there is no request, a scheme may have held the signature against the string itself.
            let outcome = if witness.verified.agrees() || witness.verified.disagrees() {
                witness.verified
            } else {
                facts.outcome
            };
            if let Some(verdict) = self.by_text(witness, outcome) {
                return verdict;
            }
        }
        if let Some(server) = server.filter(|_| self.refused()) {
            let strings = facts.strings([Party::Client, Party::Server]);
            let agreed = match strings {
                Strings::Open => Some(
                    "The server refused the signature, and what of its strings and the signer's is not redacted or cut is the same. Where the rest is the same, too, the secret differs.",
                ),
                Strings::CanonicalEqual => Some(
                    "The signer and the server had the same canonical request, and the server refused the signature: the date, the scope or the secret differs.",
                ),
                Strings::Equal | Strings::Differ(_) | Strings::None => None,
            };
            // What is wrong with a string, not what one can do about it.
            let grave = |cause: &Cause| {
                let finding = cause.finding.and_then(|place| self.findings.get(place));
                finding.is_some_and(|finding| finding.severity == Severity::Error)
            };
            if let Some(cause) = self.remark_on(server).filter(grave) {
                let text = format!("The server refused the signature. {}", cause.text);
                let mut verdict = said(id, &text);
                verdict.quotes.extend(cause.finding);
                return verdict;
            }
            if let Some(text) = agreed.filter(|_| client.is_some()) {
                return said(id, text);
            }
            if let Some(headers) = self.without_value(server) {
                let mut verdict = said(
                    id,
                    &format!(
                        "The server refused the signature, and it had no value for the signed {headers}."
                    ),
                );
                verdict.details.push(WITHOUT_VALUE.to_owned());
                verdict.details.push(
                    "What was sent or signed is not here, and would show whether anything else differs."
                        .to_owned(),
                );
                verdict.proved = server.is_verified();
                verdict.proof = hash_proof(facts, server).unwrap_or_default();
                return verdict;
            }
            let form = !facts.view.case.forms.is_empty() && !server.has_strings();
            if let Some(cause) = self.worst_cause().filter(|_| form) {
                let text = format!("The server refused the signature. {}", cause.text);
                let mut verdict = said(id, &text);
                verdict.quotes.extend(cause.finding);
                return verdict;
            }
            let shown = server.evidence.canonical_request.is_some();
            if let Some(cause) = self.telling().filter(|_| shown) {
                let text = format!(
                    "The server refused the signature. {} Whether anything else differs, what was sent or signed would show.",
                    cause.text
                );
                let mut verdict = said(id, &text);
                verdict.quotes.extend(cause.finding);
                return verdict;
            }
            return said(
                id,
                if shown {
                    "The server refused the signature. What it computed is here; what was sent or signed is not, and would show which field differs."
                } else if server
                    .evidence
                    .string_to_sign
                    .as_ref()
                    .is_some_and(|string| is_beginning(&facts.view.case.docs, string))
                {
                    "The server refused the signature. Of its string to sign only the beginning is here; what was sent or signed is not, and would show which part differs."
                } else if server.has_strings() {
                    "The server refused the signature. Its string to sign is here; what was sent or signed is not, and would show which part differs."
                } else {
                    match server.evidence.stringless(&facts.view.case.docs) {
                        Stringless::NotGiven => {
                            "The server refused the signature and gave no strings: which part differs cannot be said from this answer."
                        }
                        Stringless::Hidden => {
                            "The server refused the signature. Its strings are hidden or cut in this paste, and without them it cannot be said which part differs."
                        }
                        Stringless::NotHere => {
                            "The server refused the signature. Its strings are not in this paste, and without them it cannot be said which part differs."
                        }
                    }
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
        if let Some(cause) = self.stated_cause() {
            return self.refused_for(id, &cause);
        }
        // What the server's words or its log say, where they name no code.
        let remark = self
            .about(Party::Server)
            .and_then(|server| self.remark_on(server));
        if let Some(cause) = remark {
            return self.refused_for(id, &cause);
        }
        let mut any = [&facts.server, &facts.client].into_iter().flatten();
        if !any.any(Witness::has_strings) {
            let answer = facts
                .server
                .as_ref()
                .and_then(|s| s.evidence.answer.as_ref());
            let bare =
                answer.filter(|a| a.code.is_none() && a.message.is_none() && a.details.is_empty());
            if let Some(answer) = bare
                && let Some(status) = answer.status.filter(|s| *s >= 400)
            {
                return said(id, &bodiless(status, answer.unread));
            }
            return said(
                id,
                if facts.server.is_some() {
                    "There is an answer here, and no string or signature in it that can be compared with anything."
                } else {
                    "A signature that the signer made is here; the strings that it signed, the request and the answer are not."
                },
            );
        }
        if let Some(verdict) = self.two_unnamed(id) {
            return verdict;
        }
        if facts.nobodys().len() > 1 {
            return said(
                id,
                "Several strings stand here, and nothing says whose they are: once it is said which are the signer's and which the server's, they are compared.",
            );
        }
        let unnamed = facts.client.as_ref().filter(|w| w.evidence.side.is_none());
        said(
            id,
            match unnamed.map(|w| (&w.evidence.canonical_request, &w.evidence.string_to_sign)) {
                Some((Some(_), None)) => {
                    "This is a canonical request, and nothing here says whose: there is nothing yet to compare it with."
                }
                Some((None, Some(_))) => {
                    "This is a string to sign, and nothing here says whose: there is nothing yet to compare it with."
                }
                Some(_) => {
                    "Nothing here says whose these strings are, and there is nothing yet to compare them with."
                }
                None if server.is_some_and(Witness::has_strings) => {
                    "What the server computed is here; what was sent or signed is not, and would show which field differs."
                }
                None => {
                    "What the signer signed is here; what the server computed is not, and would show which field differs."
                }
            },
        )
    }

    /// What the verifier itself says is why. What is merely remarked of its answer decides nothing.
    pub(super) fn refused_for(&self, id: VerdictId, cause: &Cause) -> Verdict {
        let grave = cause.finding.is_none_or(|place| {
            let finding = self.findings.get(place);
            finding.is_some_and(|finding| finding.severity == Severity::Error)
        });
        let mut verdict = said(id, &cause.text);
        verdict.refused = grave;
        verdict.quotes.extend(cause.finding);
        verdict
    }

    /// The headers that the verifier took up without a value, in words: `header range`. None where it had a
    /// value for each, as far as its canonical request is here.
    fn without_value(&self, witness: &Witness<'_>) -> Option<String> {
        let facts = self.facts;
        if witness.party != Party::Server {
            return None;
        }
        let pattern = witness.evidence.canonical_request.as_ref()?;
        let text = Printed::of(pattern, &facts.view.case.docs);
        let comparison = &facts.stage(Role::CanonicalRequest)?.comparison;
        let column = comparison
            .columns
            .iter()
            .position(|column| column.party == witness.party)?;
        let names: Vec<String> = comparison
            .rows
            .iter()
            .filter(|row| row.key.kind == FieldKind::HEADER)
            .filter(|row| {
                let value = row.values.get(column).and_then(Option::as_ref);
                value.is_some_and(|v| v.bytes.is_empty() && text.sure(&v.range).is_none())
            })
            .map(|row| short(&row.key))
            .collect();
        match names.as_slice() {
            [] => None,
            [one] => Some(format!("header {one}")),
            [rest @ .., last] => Some(format!("headers {} and {last}", rest.join(", "))),
        }
    }
}

/// Whether of a string to sign no more is here than its first word.
fn is_beginning(docs: &Documents, string: &Pattern) -> bool {
    let lines = string.bytes(docs);
    let lines = lines.trim_ascii_end();
    string.cut == Cut::Truncated && !lines.iter().any(u8::is_ascii_whitespace)
}

/// What can be said of an answer by its status alone.
fn bodiless(status: u16, unread: Unread) -> String {
    match unread {
        Unread::Nothing => format!(
            "The server answered {status}, and the body of that answer, which would say why, is not here."
        ),
        Unread::Beginning => format!(
            "The server answered {status}, and the body of that answer is cut in this paste before the words that would say why."
        ),
        Unread::All => format!(
            "The server answered {status}, and the body of that answer says nothing that is known here of why."
        ),
    }
}
