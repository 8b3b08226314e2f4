//! The nearest next step: the missing piece, and the exact lines that get it from what is at hand.

use super::facts::{Facts, Strings};
use super::witness::Witness;
use super::{NextStep, Verdict, VerdictId};
use crate::engine::document::Documents;
use crate::engine::intake::{Evidence, Given, SignedRequest};
use crate::engine::scheme::{Outcome, Reason, Trace};

mod table;

use table::{PARTIES, Piece, WITHOUT_STRINGS};

/// The steps, the nearest first: what is at hand for every missing piece, then everybody who has the
/// most telling one. Empty once decided.
pub(super) fn next_steps(facts: &Facts<'_>, verdict: &Verdict) -> Vec<NextStep> {
    let mut out = Vec::new();
    let no_secret = facts.outcome == Outcome::NotCheckable(Reason::NoSecret);
    // Where the strings agree, only the secret is left to tell.
    let strings = facts.strings([super::Party::Computed, super::Party::Server]);
    let shown = matches!(strings, Strings::Differ(_));
    let decided = match verdict.id {
        VerdictId::Match | VerdictId::Rejected | VerdictId::Explained => true,
        // A difference that is proved is the answer.
        VerdictId::Mismatch => verdict.proved,
        VerdictId::Undecided | VerdictId::Nothing => false,
    };
    if facts.view.request.is_some() && no_secret && !(decided && shown) {
        out.push(NextStep {
            sentence:
                "With the secret the signature is recomputed, here and offline; it is stored nowhere."
                    .to_owned(),
            party: "sigscope",
            snippet: SECRET.to_owned(),
        });
    }
    let bodiless = facts.trace.is_some_and(Trace::lacks_body);
    if bodiless && !facts.outcome.agrees() {
        out.push(NextStep {
            sentence:
                "Give the body as it was sent: behind the headers of the request, as an input of its own, or in a file."
                    .to_owned(),
            party: "sigscope --body",
            snippet: BODY.to_owned(),
        });
    }
    if decided {
        return out;
    }
    let at_hand = at_hand(facts);
    let mut missing = missing(facts);
    if at_hand.contains(&WITHOUT_STRINGS) {
        missing.retain(|piece| *piece != Piece::ServerStrings);
    }
    let having = |piece: Piece, near: bool| {
        let at_hand = &at_hand;
        PARTIES
            .iter()
            .filter(move |party| party.piece == piece && at_hand.contains(&party.name) == near)
    };
    let seen_by_server = PARTIES
        .iter()
        .filter(|party| party.name == WITHOUT_STRINGS && at_hand.contains(&party.name));
    let near = missing.iter().flat_map(|piece| having(*piece, true));
    let near = seen_by_server.chain(near.filter(|party| party.name != WITHOUT_STRINGS));
    let far = missing
        .iter()
        .take(1)
        .flat_map(|piece| having(*piece, false));
    out.extend(near.chain(far).map(|party| NextStep {
        sentence: party.sentence.to_owned(),
        party: party.name,
        snippet: party.snippet.to_owned(),
    }));
    out
}

/// How to give a secret without it standing in an argument or in the shell's history.
const SECRET: &str = "read -rs S && export S && sigscope check FILE --secret-env S; unset S";

/// How to give a body that is not in the paste.
const BODY: &str = "sigscope FILE --body BODY";

/// What is missing, the most telling first.
fn missing(facts: &Facts<'_>) -> Vec<Piece> {
    let mut out = Vec::new();
    let usable = |witness: &Witness<'_>| {
        witness.has_strings() && witness.is_intact() && !witness.pairing.is_other()
    };
    if !facts.server.as_ref().is_some_and(usable) {
        out.push(Piece::ServerStrings);
    }
    if !facts.client.as_ref().is_some_and(usable) {
        out.push(Piece::SignerStrings);
    }
    // A request without its signature, or with a part of it, decides nothing.
    let signed = facts.received().is_some_and(|received| received.is_exact());
    if facts.view.request.is_none() || !signed {
        out.push(Piece::Request);
    }
    out
}

/// The parties whose traces stand in the paste, by name.
fn at_hand(facts: &Facts<'_>) -> Vec<&'static str> {
    let case = facts.view.case;
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for request in &case.requests {
        texts.extend(header(request, &case.docs, "user-agent"));
    }
    for evidence in &case.evidence {
        texts.push(head(evidence, &case.docs).to_ascii_lowercase());
    }
    PARTIES
        .iter()
        .filter(|party| {
            party.marks.iter().any(|mark| {
                texts
                    .iter()
                    .any(|text| memchr::memmem::find(text, mark.as_bytes()).is_some())
            })
        })
        .map(|party| party.name)
        .collect()
}

/// The values of a header, in lower case.
fn header(request: &SignedRequest, docs: &Documents, name: &str) -> Vec<Vec<u8>> {
    request
        .headers
        .iter()
        .filter(|header| {
            let spelled = match &header.name {
                Given::Stated(span) => docs.bytes(*span),
                Given::Implied(name) => name.as_bytes(),
            };
            spelled.eq_ignore_ascii_case(name.as_bytes())
        })
        .map(|header| docs.bytes(header.value).to_ascii_lowercase())
        .collect()
}

/// The beginning of a piece of evidence: a status line, headers and the first elements.
fn head<'a>(evidence: &Evidence, docs: &'a Documents) -> &'a [u8] {
    docs.bytes(evidence.span.until(2048))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_snippet_puts_a_secret_into_an_argument() {
        for party in PARTIES {
            for line in party.snippet.lines() {
                let words = [
                    "--user ",
                    "-u ",
                    "SECRET_ACCESS_KEY=",
                    "secret_key",
                    "--secret",
                ];
                for word in words {
                    assert!(!line.contains(word), "{}: {line}", party.name);
                }
                // A here-document or here-string is read by the shell, not handed on as an argument.
                if let Some(at) = line.find("SECRET") {
                    let before = line.get(..at).unwrap();
                    assert!(before.contains("<<<"), "{}: {line}", party.name);
                }
            }
        }
        assert!(SECRET.starts_with("read -rs ") && SECRET.contains("--secret-env"));
    }

    #[test]
    fn every_party_is_listed_once_for_a_piece_and_says_what_to_do() {
        for (i, party) in PARTIES.iter().enumerate() {
            assert!(party.sentence.ends_with('.'), "{}", party.name);
            assert!(!party.snippet.is_empty() && party.snippet == party.snippet.trim());
            for mark in party.marks {
                assert_eq!(*mark, mark.to_ascii_lowercase(), "{}", party.name);
            }
            let again = PARTIES
                .iter()
                .skip(i + 1)
                .any(|other| other.name == party.name && other.piece == party.piece);
            assert!(!again, "{} stands twice", party.name);
        }
        assert!(PARTIES.iter().any(|party| party.name == WITHOUT_STRINGS));
    }
}
