//! Strings of which nothing tells whose they are: what is said of a verdict that rests on an assumption, and how
//! unnamed strings stand to the others.

use super::tell::{REQUEST_OTHER, SERVER_OTHER, SIGNER_OTHER, Sides};
use super::{Judge, said};
use crate::engine::diagnose::compare::Printed;
use crate::engine::diagnose::facts::{Root, Strings};
use crate::engine::diagnose::witness::Witness;
use crate::engine::diagnose::words::{more, sentence};
use crate::engine::diagnose::{Party, Verdict, VerdictId};
use crate::engine::document::visible;
use crate::engine::intake::{Pattern, Side, vocabulary};
use crate::engine::scheme::FieldKind;

/// Letters of the words in front of a string that are quoted.
const QUOTED: usize = 60;

/// How a verdict begins where nothing else is said against the signature.
const RIGHT: &str = "The signature is right for this request.";

impl Judge<'_> {
    /// `If the strings behind “by the gateway” are the server's`, where one of these sides is an assumption.
    pub(super) fn condition(&self, parties: &[Party]) -> Option<String> {
        let assumed = parties
            .iter()
            .filter_map(|party| self.about(*party))
            .filter(|witness| witness.assumed.is_some() && witness.has_strings())
            .find(|witness| !self.is_what_was_signed(witness))?;
        Some(format!(
            "If the strings {} are the {}",
            self.place_of(assumed),
            whose(assumed)
        ))
    }

    /// Whether a string that was taken for the signer's gives the received signature with a secret at hand: then it is what was
    /// signed, whoever printed it. A signature that stands beside it alone may be one that somebody computed.
    pub(super) fn is_what_was_signed(&self, witness: &Witness<'_>) -> bool {
        let facts = self.facts;
        let docs = &facts.view.case.docs;
        if witness.party != Party::Client || !witness.verified.agrees() {
            return false;
        }
        let exact = |pattern: &Pattern| Some(docs.bytes(pattern.as_exact()?).to_vec());
        let received = facts
            .received()
            .filter(Printed::is_exact)
            .map(|printed| printed.bytes.to_vec());
        let named = self
            .about(Party::Server)
            .and_then(|server| exact(server.evidence.signature.as_ref()?));
        match &witness.evidence.signature {
            // It was held against the one that was received.
            None => true,
            Some(own) => exact(own).is_some_and(|own| {
                received.is_some_and(|r| r == own) || named.is_some_and(|n| n == own)
            }),
        }
    }

    /// `the signer's strings`, or those of nobody knows whom by their place.
    pub(super) fn strings_of(&self, witness: &Witness<'_>) -> String {
        match witness.evidence.side {
            Some(_) => format!("the {} strings", whose(witness)),
            None => format!("the strings {}", self.place_of(witness)),
        }
    }

    /// Where strings stand: behind their words, else by their number.
    fn place_of(&self, witness: &Witness<'_>) -> String {
        match self.words_above(witness) {
            Some(words) => format!("behind “{words}”"),
            None => format!("in evidence {}", witness.index + 1),
        }
    }

    /// The words in front of strings, as they may be shown.
    fn words_above(&self, witness: &Witness<'_>) -> Option<String> {
        let case = self.facts.view.case;
        let span = case.words_above(witness.index)?;
        let shown = (self.redactor)().apply(case.docs.bytes(span)).bytes;
        let words = visible::to_string(&shown);
        if words.chars().count() <= QUOTED {
            return Some(words);
        }
        Some(words.chars().take(QUOTED - 1).chain(['…']).collect())
    }

    /// Says of each side that was assumed from what, and how to say it for certain.
    pub(super) fn add_assumed(&self, verdict: &mut Verdict) {
        let facts = self.facts;
        let sides = [&facts.server, &facts.client].into_iter().flatten();
        for witness in sides.filter(|witness| witness.has_strings()) {
            let Some(assumption) = witness
                .assumed
                .filter(|_| !self.is_what_was_signed(witness))
            else {
                continue;
            };
            let words = self
                .words_above(witness)
                .map_or_else(String::new, |words| format!(" (“{words}”)"));
            let other = match witness.party {
                Party::Server => "client",
                Party::Client | Party::Received | Party::Computed | Party::Unnamed => "server",
            };
            verdict.details.push(format!(
                "Evidence {number} is taken for the {}: {}{words}. t in the app switches it, and --side {number}={other} on the command line.",
                whose(witness),
                assumption.words(),
                number = witness.index + 1,
            ));
        }
    }

    /// Two strings of nobody knows whom, held against each other: where they part needs no side.
    pub(super) fn two_unnamed(&self, id: VerdictId) -> Option<Verdict> {
        let facts = self.facts;
        let second = facts.unnamed.as_ref()?;
        let first = match second.evidence.side {
            Some(Side::Server) => facts.server.as_ref()?,
            Some(Side::Client) | None => facts.client.as_ref()?,
        };
        if first.evidence.side != second.evidence.side {
            return None;
        }
        let Strings::Differ(roots) = facts.strings([first.party, Party::Unnamed]) else {
            return None;
        };
        let root = roots.first()?;
        // Of one side they are two tries then.
        if second.evidence.side.is_some() && roots.iter().any(is_moment) {
            return None;
        }
        // By the numbers that the lists and the command line have.
        let names = [first, second].map(|witness| format!("evidence {}", witness.index + 1));
        let [left, right] = names.each_ref().map(|name| format!("{name} has"));
        let [here, there] = names.each_ref().map(|name| format!("in {name}"));
        let sides = Sides {
            left: &left,
            right: &right,
            at: [&here, &there],
            of: &[],
        };
        let told = sentence(&self.tell(root, sides));
        let text = match second.evidence.side {
            Some(Side::Client) => format!("Two strings of the signer stand here. {told}"),
            Some(Side::Server) => format!("Two strings of the server stand here. {told}"),
            None if facts.nobodys().len() == 2 => {
                format!("Two strings stand here of which nothing says whose they are. {told}")
            }
            None => {
                format!("Several strings stand here of which nothing says whose they are. {told}")
            }
        };
        let mut verdict = said(id, &text);
        verdict.details.extend(more(roots.len() - 1));
        if roots.iter().any(is_moment) {
            verdict
                .details
                .push("They are of two moments, so they may be of two tries.".to_owned());
        }
        verdict.details.push(
            if second.evidence.side.is_some() {
                "What the other side made of the request is not here."
            } else {
                "Once it is said which is the signer's and which the server's, this is what stands between the two."
            }
            .to_owned(),
        );
        Some(verdict)
    }

    /// Says that unnamed strings differ from what a verdict speaks of. A verdict of anything but a difference leads with it, for it may be
    /// the cause.
    pub(super) fn add_unnamed(&self, verdict: &mut Verdict) {
        let Some(text) = self.unnamed_differ() else {
            return;
        };
        match verdict.id {
            VerdictId::Match => {
                let said = verdict.sentence.strip_prefix(RIGHT).map(str::trim);
                if let Some(rest) = said.map(str::to_owned) {
                    verdict.sentence = format!("{RIGHT} {text}");
                    verdict
                        .details
                        .splice(0..0, (!rest.is_empty()).then_some(rest));
                } else {
                    verdict.sentence = format!("{} {text}", verdict.sentence);
                }
            }
            VerdictId::Undecided => verdict.sentence = format!("{text} {}", verdict.sentence),
            VerdictId::Mismatch
            | VerdictId::Rejected
            | VerdictId::Explained
            | VerdictId::Nothing => verdict.details.push(text),
        }
    }

    /// Where unnamed strings part from the request, else from the signer's or the server's, in a sentence or two.
    fn unnamed_differ(&self) -> Option<String> {
        let facts = self.facts;
        // Where nobody's strings are told to be the signer's, the first unnamed ones stand in their place.
        let nobodys = [&facts.unnamed, &facts.client].into_iter().flatten();
        let other = nobodys
            .filter(|w| w.evidence.side.is_none() && !w.pairing.is_other())
            .find(|w| w.is_intact())?;
        let told = |party: Party, witness: &Option<Witness<'_>>| {
            let named = witness.as_ref().filter(|w| w.evidence.side.is_some())?;
            let usable = named.is_intact() && !named.pairing.is_other();
            usable.then_some(party)
        };
        let computed = facts.view.request.map(|_| Party::Computed);
        let candidates: [(Option<Party>, Sides<'_>); 3] = [
            (computed, REQUEST_OTHER),
            (told(Party::Client, &facts.client), SIGNER_OTHER),
            (told(Party::Server, &facts.server), SERVER_OTHER),
        ];
        let (roots, sides, party) = candidates.into_iter().find_map(|(party, sides)| {
            let party = party?;
            match facts.strings([party, other.party]) {
                Strings::Differ(roots) => Some((roots, sides, party)),
                Strings::None | Strings::Equal | Strings::CanonicalEqual | Strings::Open => None,
            }
        })?;
        // Of another moment it may be another try's.
        if roots.iter().any(is_moment) {
            return None;
        }
        let root = roots.first()?;
        let mut text = format!(
            "Nothing says whose the strings {} are. {}",
            self.place_of(other),
            sentence(&self.tell(root, sides))
        );
        if let Some(more) = more(roots.len() - 1) {
            text = format!("{text} {more}");
        }
        if party == Party::Computed || party == Party::Client {
            text.push_str(" If they are the server's, that is why it refuses the signature.");
        }
        Some(text)
    }
}

/// Whose an assumption takes strings for.
fn whose(witness: &Witness<'_>) -> &'static str {
    match witness.party {
        Party::Server => "server's",
        Party::Client | Party::Received | Party::Computed | Party::Unnamed => "signer's",
    }
}

/// Whether a difference is that of two signing times: then these may be two tries.
pub(super) fn is_moment(root: &Root) -> bool {
    root.key.kind == FieldKind::DATE
        || root.key.kind == FieldKind::HEADER
            && root
                .key
                .name
                .as_deref()
                .is_some_and(|name| vocabulary::TIMES.contains(&name))
}
