//! Verdicts where the signature could not be computed or held against anything.

use super::proof::hash_proof;
use super::tell::{CLIENT_SERVER, REQUEST_CLIENT, REQUEST_SERVER};
use super::{Cause, Judge, said};
use crate::engine::diagnose::compare::Printed;
use crate::engine::diagnose::facts::{Root, Strings};
use crate::engine::diagnose::refusal::Refusal;
use crate::engine::diagnose::witness::Witness;
use crate::engine::diagnose::words::{listed, short};
use crate::engine::diagnose::{Finding, Party, Severity, Verdict, VerdictId};
use crate::engine::intake::{Stringless, vocabulary};
use crate::engine::scheme::{FieldKind, Reason, Role, Trace};

/// What a header without a value may come from.
const WITHOUT_VALUE: &str = "A header without a value at the server was stripped on the way, was never sent, or stands only in the query; unless it was signed so, the signature cannot fit.";

/// What a signature tells that is right and was refused.
const THEIRS: &str =
    ": the signer has this secret, and the server holds another one or derives the key otherwise";

/// The remark of intake that a value is hidden or was never given.
const VALUE_NOT_HERE: &str = "value-not-here";

/// The remark of intake that something looks like a request and could not be read.
const UNREAD: &str = "unrecognised-rest";

impl Judge<'_> {
    /// Neither request nor evidence.
    pub(super) fn without_parts(&self) -> Verdict {
        let case = self.facts.view.case;
        if !case.secrets.is_empty() {
            said(
                VerdictId::Undecided,
                "There is a secret here, but no request, URL or error to check with it.",
            )
        } else if let Some(verdict) = self.form().or_else(|| self.not_reached()) {
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
            .any(|f| [UNREAD, vocabulary::DUMP_PART].contains(&f.id))
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
            (format!("{} {why}", cause.text), cause.finding)
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
    fn sides_differ(&self, roots: &[Root], open: VerdictId) -> Verdict {
        let mut verdict = self.differing(roots, CLIENT_SERVER, Party::Server);
        let moment = |root: &Root| {
            root.key.kind == FieldKind::DATE
                || root.key.kind == FieldKind::HEADER
                    && root
                        .key
                        .name
                        .as_deref()
                        .is_some_and(|name| vocabulary::TIMES.contains(&name))
        };
        verdict.id = if roots.iter().any(moment) {
            open
        } else {
            VerdictId::Mismatch
        };
        let both = [Party::Client, Party::Server].map(|party| {
            let witness = self.intact(party).filter(|w| w.is_verified())?;
            hash_proof(self.facts, witness)
        });
        match both {
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

    /// Where only the body or headers are missing, and the received signature is that of somebody's own
    /// string to sign.
    fn but_for_a_part(&self, reason: Reason, id: VerdictId) -> Option<Verdict> {
        if !matches!(reason, Reason::NoBody | Reason::NoHeaders) {
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
            Party::Client | Party::Received | Party::Computed => "the signer's",
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

    /// What is signed and not here, whatever else keeps the signature from being checked.
    fn lacking(&self) -> Option<Reason> {
        let trace = self.facts.trace?;
        if trace.lacks_headers().is_empty() {
            trace.lacks_body().then_some(Reason::NoBody)
        } else {
            Some(Reason::NoHeaders)
        }
    }

    /// Why something cannot be compared, in a few words.
    fn words(&self, reason: Reason) -> &'static str {
        reason.words(self.facts.trace.map(|trace| &trace.claim))
    }

    /// Why nothing could be compared.
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
            Reason::TooShort => self.too_short(),
            Reason::NoRequest => "There is no request here, so nothing can be computed".to_owned(),
            Reason::Incomplete => {
                "The request is too incomplete to compute its signature".to_owned()
            }
            Reason::Stops => {
                "This paste stops inside the request, so its signature cannot be checked".to_owned()
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
                "What this request is printed in does not tell where one of its signed values ends, so a signature that differs proves nothing".to_owned()
            }
            Reason::TooLarge => {
                "The request is larger than sigscope follows, so its signature was not checked"
                    .to_owned()
            }
        };
        format!("{text}.")
    }

    /// The remark that a value of the request that is looked at is hidden or was never given, and its place.
    fn not_here(&self) -> Option<(usize, &Finding)> {
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
    fn too_short(&self) -> String {
        let received = self.facts.received();
        let computed = self
            .facts
            .trace
            .and_then(|t| t.stage(Role::Signature)?.output.public());
        let pair = received.as_ref().zip(computed);
        let begins = pair
            .filter(|(left, _)| !left.bytes.is_empty())
            .map_or("", |(left, whole)| {
                if whole.starts_with(&left.bytes) {
                    ": what is left of it agrees with the computed one, which proves nothing"
                } else {
                    ": the computed one begins otherwise, which proves little"
                }
            });
        format!("The received signature was cut, and too little of it is left to compare{begins}")
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
                Strings::Equal => {
                    let mut verdict = said(
                        id,
                        "The signer and the server had the very same string to sign, so the key differs: another secret on one side, or one derived otherwise.",
                    );
                    verdict.proved = true;
                    verdict.proof = self.texts(Role::StringToSign);
                    if self.refused() && server.verified.agrees() {
                        verdict.sentence = format!(
                            "The received signature is right for the string to sign that signer and server both had{THEIRS}."
                        );
                        verdict.proof.extend(self.text_proof(server));
                    } else if !self.refused() {
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
                let tail = if self.refused() { THEIRS } else { "" };
                let id = if self.worst_cause().is_some() {
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
                let mut verdict = self.mismatch(&format!(
                    "With {} the received signature is not that of {whose} own string to sign: the signer used another secret, or signed another string.",
                    self.key(witness.key)
                ));
                if let Some(headers) = self.without_value(witness) {
                    verdict
                        .details
                        .push(format!("The server had no value for the signed {headers}."));
                    verdict.details.push(WITHOUT_VALUE.to_owned());
                }
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
            let mut verdict = said(id, &cause.text);
            verdict.quotes.extend(cause.finding);
            return verdict;
        }
        // What the server's words or its log say, where they name no code.
        let remark = self
            .about(Party::Server)
            .and_then(|server| self.remark_on(server));
        if let Some(cause) = remark {
            let mut verdict = said(id, &cause.text);
            verdict.quotes.extend(cause.finding);
            return verdict;
        }
        let mut any = [&facts.server, &facts.client].into_iter().flatten();
        if !any.any(Witness::has_strings) {
            let answer = facts
                .server
                .as_ref()
                .and_then(|s| s.evidence.answer.as_ref());
            let bare =
                answer.filter(|a| a.code.is_none() && a.message.is_none() && a.details.is_empty());
            if let Some(status) = bare.and_then(|answer| answer.status).filter(|s| *s >= 400) {
                return said(
                    id,
                    &format!(
                        "The server answered {status}, and the body of that answer, which would say why, is not here."
                    ),
                );
            }
            return said(
                id,
                "There is an answer here, and no string or signature in it that can be compared with anything.",
            );
        }
        if facts.unnamed().len() > 1 {
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
