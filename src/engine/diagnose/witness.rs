//! Evidence that is taken up: the piece of each side that says most about the request looked at.
//!
//! Owns the choice, what is proved of the piece, and what it is called. It must not compare its strings
//! with others.

use super::bond::{Bond, Signers, bond};
use super::compare::{Printed, relate_texts};
use super::facts::Facts;
use super::pairing::{Contradiction, Pairing, pairing};
use super::{Column, Party};
use crate::engine::intake::{
    Assumption, Evidence, Integrity, PairedBy, Pattern, Side, Unproved, vocabulary,
};
use crate::engine::scheme::{self, Claim, Outcome, Reason, Role, Scheme, View};

/// A piece of evidence that is taken up, one for each side.
#[derive(Clone, Debug)]
pub(super) struct Witness<'a> {
    /// Its place in the case.
    pub(super) index: usize,
    /// Whose.
    pub(super) party: Party,
    /// The evidence.
    pub(super) evidence: &'a Evidence,
    /// From what it was concluded whose it is, where nothing tells that.
    pub(super) assumed: Option<Assumption>,
    /// Whether it is about this request.
    pub(super) pairing: Pairing,
    /// What of it is another's, where a person holds it against this request all the same.
    pub(super) against: Option<Contradiction>,
    /// The received signature against its string to sign, with the secrets at hand.
    pub(super) verified: Outcome,
    /// The candidate that signs its string to sign so, as a place in the keyring.
    pub(super) key: Option<usize>,
    /// Whether its text stands in one line where the computed one has several: the paste lost the breaks,
    /// and nothing of it can be held against anything.
    pub(super) folded: bool,
    /// Whether its string to sign is of another scheme than the one looked at.
    pub(super) foreign: bool,
    /// Whether it is another request's because the verifier's answer names another signature.
    pub(super) apart: bool,
}

impl Witness<'_> {
    /// Whether its strings may be relied on: not proved to be edited.
    pub(super) fn is_intact(&self) -> bool {
        self.evidence.integrity != Integrity::Broken && !self.folded
    }

    /// Whether the hash of its canonical request is the one it signed.
    pub(super) fn is_verified(&self) -> bool {
        match self.evidence.integrity {
            Integrity::Verified | Integrity::Repaired => true,
            Integrity::Attested
            | Integrity::Redacted
            | Integrity::Unchecked
            | Integrity::Broken => false,
        }
    }

    /// Whether it gives a canonical request or a string to sign.
    pub(super) fn has_strings(&self) -> bool {
        !self.foreign
            && (self.evidence.canonical_request.is_some() || self.evidence.string_to_sign.is_some())
    }
}

impl<'a> Facts<'a> {
    /// The evidence of one side that says most about this request. Of strings that nobody named, the first is taken for a
    /// signer's where there is none of his; `Unnamed` is another that differs from it.
    pub(super) fn witness(&self, scheme: Option<&dyn Scheme>, party: Party) -> Option<Witness<'a>> {
        let case = self.view.case;
        // Where there is no request, the verifier's answer may repeat the signature that it was sent.
        let echoed = || {
            let server = self.server.as_ref().filter(|s| !s.pairing.is_other())?;
            let signature = server.evidence.signature.as_ref()?;
            let alone = self.view.request.is_none() && party == Party::Client;
            alone.then(|| Printed::of(signature, &case.docs))
        };
        let received = self.received().or_else(echoed);
        // Of several tries the signer's strings are those that the answer speaks of, and the answer is one whose strings are here.
        let signers = (party == Party::Server).then(|| Signers::of(case));
        let mut best = None;
        for (index, evidence) in case.evidence.iter().enumerate() {
            let side = match evidence.side {
                Some(Side::Server) => Party::Server,
                // Strings of an unknown side are shown where a signer's would be.
                Some(Side::Client) | None => Party::Client,
            };
            let is_wanted = match party {
                Party::Unnamed => {
                    let open = evidence.side.is_none() || self.is_second_of_one_side(evidence);
                    open && self.parts_from_taken(index, evidence)
                }
                Party::Server | Party::Client | Party::Received | Party::Computed => side == party,
            };
            if !is_wanted || case.stands_whole_beside(index) {
                continue;
            }
            let pairing = match self.trace.filter(|_| self.view.request.is_some()) {
                Some(trace) => pairing(&case.docs, &trace.claim, evidence),
                None => Pairing::Unknown,
            };
            // What belongs to another request of the case is no evidence about this one.
            let by = match self.view.request.map(|r| case.paired_by(index, r)) {
                Some(None) => continue,
                Some(Some(by)) => Some(by),
                None => None,
            };
            let is_chosen = by == Some(PairedBy::Chosen);
            let (pairing, against) = match pairing {
                Pairing::Other(what) if is_chosen => (Pairing::Unknown, Some(what)),
                pairing => (pairing, None),
            };
            let strings =
                [&evidence.canonical_request, &evidence.string_to_sign].map(Option::is_some);
            let bond = self.bond_with_server(evidence);
            let rank = (
                is_chosen,
                pairing,
                by,
                bond != Bond::Apart,
                evidence.side.is_some(),
                strings.contains(&true),
                bond,
                strings,
                signers.as_ref().map(|own| own.know(case, evidence)),
            );
            if best.as_ref().is_none_or(|(_, _, held)| rank > *held) {
                best = Some((index, against, rank));
            }
        }
        let (index, against, (_, pairing, ..)) = best?;
        let evidence = case.evidence.get(index)?;
        let mut witness = Witness {
            index,
            party,
            evidence,
            assumed: case.assumed(index).map(|(_, assumption)| assumption),
            pairing,
            against,
            verified: Outcome::NotCheckable(Reason::NothingReceived),
            key: None,
            folded: self.is_folded(evidence),
            foreign: scheme.is_some_and(|scheme| {
                let text = evidence.string_to_sign.as_ref();
                text.is_some_and(|p| !scheme.speaks(&Printed::of(p, &case.docs).bytes))
            }),
            apart: false,
        };
        if witness.foreign {
            return Some(witness);
        }
        (witness.verified, witness.key) = self.verify(scheme, &witness, received);
        Some(witness)
    }

    /// How evidence of another side belongs to what the verifier gave, where that is about the request looked at. Of strings that nobody
    /// named only a signature tells: others may be the verifier's own, printed once more.
    fn bond_with_server(&self, evidence: &Evidence) -> Bond {
        let server = self.server.as_ref().filter(|s| !s.pairing.is_other());
        let Some(server) = server.filter(|_| evidence.side != Some(Side::Server)) else {
            return Bond::Unknown;
        };
        match bond(&self.view.case.docs, evidence, server.evidence) {
            Bond::Times | Bond::Time | Bond::Strings if evidence.side.is_none() => Bond::Unknown,
            bond => bond,
        }
    }

    /// How the signer's strings belong to what the verifier gave.
    pub(super) fn sides_bond(&self) -> Bond {
        let client = self.client.as_ref().map(|client| client.evidence);
        client.map_or(Bond::Unknown, |client| self.bond_with_server(client))
    }

    /// Takes the signer's strings for another request's where the verifier's answer names another signature than they do, unless the
    /// request that is looked at carries theirs or a person put them beside it.
    pub(super) fn part_sides(&mut self) {
        let apart = self.sides_bond() == Bond::Apart;
        let client = self.client.as_mut().filter(|client| {
            apart && client.against.is_none() && client.pairing == Pairing::Unknown
        });
        if let Some(client) = client {
            client.pairing = Pairing::Other(Contradiction::Signature);
            client.apart = true;
        }
    }

    /// Whether strings may be a second making of what one side alone made: there is no request, the other side gave none, and both
    /// are of one moment. Tries of a signer are of several.
    fn is_second_of_one_side(&self, evidence: &Evidence) -> bool {
        let mut taken = [&self.server, &self.client].into_iter().flatten();
        let (Some(one), None) = (taken.next(), taken.next()) else {
            return false;
        };
        self.view.request.is_none()
            && one.evidence.side == evidence.side
            && one.has_strings()
            && evidence.answer.is_none()
            && one.evidence.answer.is_none()
            && evidence.canonical_request.is_some()
            && one.evidence.canonical_request.is_some()
            && self.moment(one.evidence) == self.moment(evidence)
    }

    /// The signing time that strings state, in the one to sign or among the headers of the canonical request.
    fn moment(&self, evidence: &Evidence) -> Option<Vec<u8>> {
        let docs = &self.view.case.docs;
        if let Some(span) = evidence.signing_time(docs) {
            return Some(docs.bytes(span).to_vec());
        }
        let text = evidence.canonical_request.as_ref()?.bytes(docs);
        let mut lines = text.split(|b| *b == b'\n');
        lines.find_map(|line| Some(line.strip_prefix(vocabulary::TIME_LINE)?.to_vec()))
    }

    /// Whether unnamed strings are other ones than the witnesses' and can be held against them: of the same kind, and
    /// of the same try where there is a request.
    fn parts_from_taken(&self, index: usize, evidence: &Evidence) -> bool {
        let docs = &self.view.case.docs;
        let taken = [&self.server, &self.client].into_iter().flatten();
        let text = |pattern: &Option<Pattern>| pattern.as_ref().map(|p| Printed::of(p, docs));
        let kinds = |evidence: &Evidence| {
            [
                text(&evidence.canonical_request),
                text(&evidence.string_to_sign),
            ]
        };
        let time = |evidence: &Evidence| evidence.signing_time(docs).map(|span| docs.bytes(span));
        let own = kinds(evidence);
        let own_time = time(evidence);
        if self.bond_with_server(evidence) == Bond::Apart {
            return false;
        }
        let mut alike = taken
            .filter(|witness| witness.has_strings() && !witness.pairing.is_other())
            .peekable();
        if alike.peek().is_none() {
            return false;
        }
        alike.all(|witness| {
            let others = kinds(witness.evidence);
            let pairs = own.iter().zip(&others);
            let mut both = pairs.filter_map(|(own, other)| Some((own.as_ref()?, other.as_ref()?)));
            // The sides of one diff are not the same.
            let twins = evidence.diff().is_some() && evidence.diff() == witness.evidence.diff();
            // What says the same as one of them is that one, printed once more.
            witness.index != index
                && (self.view.request.is_none() || own_time == time(witness.evidence))
                && both.any(|(own, other)| twins || relate_texts(own, other).differs())
        })
    }

    /// Whether the line breaks of a text that is all there were lost.
    fn is_folded(&self, evidence: &Evidence) -> bool {
        let docs = &self.view.case.docs;
        [
            (Role::CanonicalRequest, &evidence.canonical_request),
            (Role::StringToSign, &evidence.string_to_sign),
        ]
        .into_iter()
        .any(|(role, pattern)| {
            let own = self
                .trace
                .and_then(|trace| trace.stage(role)?.output.public());
            let (Some(pattern), Some(own)) = (pattern, own) else {
                return false;
            };
            let text = Printed::of(pattern, docs);
            let whole = text.is_exact() && text.bytes.trim_ascii().len() * 2 > own.len();
            whole && own.contains(&b'\n') && !text.bytes.trim_ascii().contains(&b'\n')
        })
    }

    /// What the strings alone claim, where the request that is looked at carries no signature: a command that signs
    /// when it runs.
    fn claim_of_strings(&self, witness: &Witness<'_>) -> Option<(&'static dyn Scheme, Claim)> {
        self.view.request?;
        let docs = &self.view.case.docs;
        let text = Printed::of(witness.evidence.string_to_sign.as_ref()?, docs);
        let view = View {
            request: None,
            ..*self.view
        };
        scheme::all()
            .iter()
            .filter(|scheme| scheme.speaks(&text.bytes))
            .find_map(|scheme| Some((*scheme, scheme.claim(&view)?)))
    }

    /// Holds the received signature against the string to sign of a witness, with every secret that
    /// may belong to the key. Gives the one that fits, else how the first differs.
    fn verify(
        &self,
        scheme: Option<&dyn Scheme>,
        witness: &Witness<'_>,
        received: Option<Printed>,
    ) -> (Outcome, Option<usize>) {
        let docs = &self.view.case.docs;
        let open = |reason| (Outcome::NotCheckable(reason), None);
        let alone;
        let mut view = *self.view;
        let (scheme, claim) = match (scheme, self.trace) {
            (Some(scheme), Some(trace)) => (scheme, &trace.claim),
            _ => match self.claim_of_strings(witness) {
                Some((scheme, claim)) => {
                    alone = claim;
                    view.request = None;
                    (scheme, &alone)
                }
                None => return open(Reason::NothingReceived),
            },
        };
        // What the witness itself names goes with its own text; the request's signature only where
        // it names none.
        let named = witness.evidence.signature.as_ref();
        let signature = named.map(|p| Printed::of(p, docs)).or(received);
        // Where no more than the headers of a request is here, a canonical request makes its own.
        let made = || {
            let request = self.view.case.requests.get(self.view.request?)?;
            let canonical = witness.evidence.canonical_request.as_ref()?;
            let canonical = Printed::of(canonical, docs);
            let whole = request.is_fragment() && canonical.is_exact();
            let text = scheme.message(&view, claim, canonical.bytes.as_ref());
            text.filter(|_| whole)
                .map(|text| Printed::exact(text.into()))
        };
        let stated = witness.evidence.string_to_sign.as_ref();
        let text = stated.map(|text| Printed::of(text, docs)).or_else(made);
        let (Some(text), Some(signature)) = (text, signature) else {
            return open(Reason::NothingReceived);
        };
        if !text.is_exact() || !signature.is_exact() {
            return open(Reason::Redacted);
        }
        let key_id = claim.key_id.map(|span| docs.text(span).into_owned());
        let mut first = None;
        for (candidate, _) in self.view.keyring.for_key_id(key_id.as_deref()) {
            let Some(made) = scheme.sign(&view, claim, candidate, &text.bytes) else {
                continue;
            };
            if made == signature.bytes.as_ref() {
                return (Outcome::Equal, Some(candidate));
            }
            let at = super::token::common_prefix(&signature.bytes, &made);
            first.get_or_insert((Outcome::Differs { at }, Some(candidate)));
        }
        first.unwrap_or_else(|| open(Reason::NoSecret))
    }
}

/// How far a text can be trusted, in words; of one that no hash can prove, why.
pub(super) fn integrity_words(evidence: &Evidence) -> &'static str {
    match (&evidence.integrity, evidence.unproved()) {
        (_, Some(Unproved::Redacted)) => "redacted, so not checkable",
        (_, Some(Unproved::Cut)) => "cut short, so not checkable",
        (_, Some(Unproved::InPart)) => "shown in part, so not checkable",
        (_, Some(Unproved::NoStringToSign)) => "no string to sign, so not checkable",
        (_, Some(Unproved::NoCanonicalRequest)) => "alone, so not checkable",
        (_, Some(Unproved::Older)) => "without a hash, so not checkable",
        (_, Some(Unproved::NoHash)) => "its hash not whole, so not checkable",
        (Integrity::Verified, None) => "hash verified",
        (Integrity::Repaired, None) => "hash verified after repair",
        (Integrity::Attested, None) => "agrees with its bytes",
        (Integrity::Broken, None) => "hash does not match",
        (Integrity::Redacted | Integrity::Unchecked, None) => "not verified",
    }
}

/// The column that a witness's text stands in.
pub(super) fn witness_column(witness: &Witness<'_>, role: Role) -> Column {
    let who = match (witness.party, witness.evidence.side, witness.assumed) {
        (Party::Unnamed, Some(Side::Server), _) => {
            format!("server, evidence {}", witness.index + 1)
        }
        (Party::Unnamed, Some(Side::Client), _) => {
            format!("signer, evidence {}", witness.index + 1)
        }
        (Party::Server, _, None) => "server".to_owned(),
        (Party::Server, _, Some(_)) => "server, assumed".to_owned(),
        (_, Some(_), None) => "signer".to_owned(),
        (_, Some(_), Some(_)) => "signer, assumed".to_owned(),
        (_, None, _) => format!("evidence {}, whose is unknown", witness.index + 1),
    };
    let shape = vocabulary::called(witness.evidence.shape);
    let caption = if role == Role::Signature && witness.party == Party::Server {
        // A verifier never prints the signature it computed, only the one it was sent.
        "received (echoed by the server)".to_owned()
    } else if role == Role::Signature {
        format!("{who} ({shape})")
    } else {
        let integrity = integrity_words(witness.evidence);
        format!("{who} ({shape}, {integrity})")
    };
    Column {
        party: witness.party,
        caption,
        evidence: Some(witness.index),
        integrity: witness.evidence.integrity.clone(),
    }
}
