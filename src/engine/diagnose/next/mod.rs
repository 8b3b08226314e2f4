//! The nearest next step: the missing piece, and the exact lines that get it from what is at hand.

use std::cmp::Reverse;

use self::asked::Asked;
use self::traces::Traces;
use super::decide::is_short_signature;
use super::facts::{Facts, Strings};
use super::fixes::{Payload, payload};
use super::refusal::Refusal;
use super::{Finding, NextStep, Probe, Verdict, VerdictId};
use crate::engine::document::{Origin, Source, Span};
use crate::engine::intake::{Answer, Given, PostForm, Stringless, vocabulary};
use crate::engine::scheme::{self, Outcome, Reason, Scheme, Trace};

mod asked;
mod holder;
mod traces;

pub use holder::{EVERYBODY, Holder, Piece};

/// The steps, the nearest first: what the scheme says comes before all else, what is at hand for every
/// missing piece, then everybody who has the most telling one, each once. Empty once decided, but for a right
/// signature that was refused without a word of why. And whether something here tells of a client or server at hand.
pub(super) fn next_steps(
    facts: &Facts<'_>,
    scheme: Option<&dyn Scheme>,
    verdict: &Verdict,
    findings: &[Finding],
) -> (Vec<NextStep>, bool) {
    let mut out = match (scheme, facts.trace) {
        (Some(scheme), Some(trace)) if !facts.outcome.agrees() => {
            scheme.first_steps(facts.view, trace)
        }
        _ => Vec::new(),
    };
    let cut = findings.iter().any(|f| f.id == vocabulary::REQUEST_CUT);
    if cut {
        out.insert(0, missing_rest());
    }
    let no_secret = facts.outcome == Outcome::NotCheckable(Reason::NoSecret);
    // Where the strings agree, only the secret is left to tell.
    let strings = facts.strings([super::Party::Computed, super::Party::Server]);
    let shown = matches!(strings, Strings::Differ(_));
    let decided = match verdict.id {
        // A right signature that was refused leaves open what the verifier saw.
        VerdictId::Match => !refused_without_strings(facts),
        VerdictId::Rejected | VerdictId::Explained => true,
        // A difference that is proved is the answer.
        VerdictId::Mismatch => verdict.proved,
        VerdictId::Undecided | VerdictId::Nothing => is_stated(facts, verdict, findings),
    };
    if !decided && let Some(step) = whose(facts) {
        out.insert(0, step);
    }
    if !decided && let Some(status) = facts.accepted() {
        out.push(NextStep {
            for_others: None,
            sentence: format!(
                "The server took this request (status {status}): paste the one that it refused, with its answer."
            ),
            party: "the request",
            snippet: String::new(),
        });
    }
    let signs_itself = facts.trace.is_none() && facts.view.request.is_some();
    if !decided && !cut && signs_itself && findings.iter().any(|f| f.id == vocabulary::CURL_SIGNS) {
        out.push(NextStep {
            for_others: None,
            sentence: "Run the same command with -v and paste all that it prints: the request with its signature, the answer, and from curl 8.14 on what was signed.".to_owned(),
            party: "curl",
            snippet: "curl -v …   # the rest of the command as it is, with 2>&1 behind it".to_owned(),
        });
    }
    let foreign = findings.iter().any(|f| vocabulary::FOREIGN.contains(&f.id));
    // What is signed by a scheme that is not followed no secret tells here.
    let followed = facts.trace.is_some() || !foreign;
    if !decided && followed && facts.accepted().is_none() && holds_unknown(facts) {
        out.push(NextStep {
            for_others: None,
            sentence:
                "Parts of what is signed are hidden in this paste: put in what was sent. Before that no secret tells whether it is signed right."
                    .to_owned(),
            party: "the request",
            snippet: String::new(),
        });
    }
    let short = findings.iter().any(is_short_signature);
    if short && !decided {
        out.push(NextStep {
            for_others: None,
            sentence:
                "Digits of the signature are missing here: copy the request once more, whole."
                    .to_owned(),
            party: "the request",
            snippet: String::new(),
        });
    }
    if facts.view.request.is_some() && no_secret && !(decided && shown) {
        out.push(NextStep {
            for_others: None,
            sentence:
                "With the secret the signature is recomputed, here and offline; it is stored nowhere."
                    .to_owned(),
            party: "sigscope",
            snippet: SECRET.to_owned(),
        });
    }
    let bodiless = facts.trace.is_some_and(Trace::lacks_body) && !facts.outcome.agrees();
    let refused_hash = payload(facts) == Payload::Elsewhere;
    if bodiless || refused_hash {
        let sentence = "Give the body as it was sent: behind the headers of the request, as an input of its own, or in a file.";
        out.push(NextStep {
            for_others: None,
            sentence: if refused_hash {
                format!(
                    "{sentence} Its hash tells which of the two payload hashes is right, and is signed anew."
                )
            } else {
                sentence.to_owned()
            },
            party: "sigscope --body",
            snippet: body(facts),
        });
    }
    let headers = facts.trace.map(Trace::lacks_headers).unwrap_or_default();
    if !headers.is_empty() && !facts.outcome.agrees() {
        let names = headers.iter().filter(|name| is_name(name)).take(MOST_LINES);
        let lines: Vec<String> = names.map(|name| format!("{name}: VALUE")).collect();
        out.push(NextStep {
            for_others: None,
            sentence: "Give the URL as a request, with the headers that its user sends.".to_owned(),
            party: "the URL's user",
            snippet: format!("METHOD URL\n{}", lines.join("\n")),
        });
    }
    if decided {
        return (out, false);
    }
    // Where no scheme claimed anything, those of every scheme are asked; of a scheme that is not followed, none of
    // them knows anything.
    let schemes = match scheme {
        Some(scheme) => vec![scheme],
        None if foreign => Vec::new(),
        None => scheme::all().to_vec(),
    };
    let holders: Vec<&Holder> = schemes
        .iter()
        .flat_map(|scheme| scheme.holders().iter().copied())
        .flatten()
        .chain(EVERYBODY)
        .collect();
    let traces = Traces::of(facts);
    let is_traced = |marks: &[&str]| traces.holds(marks);
    // What two of them say alike tells of neither alone.
    let own_marks = |holder: &Holder| {
        let others = holders.iter().filter(|other| other.name != holder.name);
        let shared: Vec<&str> = others
            .flat_map(|other| other.marks.iter().copied())
            .collect();
        let own = holder.marks.iter().filter(|mark| !shared.contains(*mark));
        own.filter(|mark| is_traced(&[**mark])).count()
    };
    let is_server = |holder: &Holder| {
        SERVERS.contains(&holder.piece) && !EVERYBODY.iter().any(|all| all.name == holder.name)
    };
    let known_server = holders
        .iter()
        .any(|holder| is_server(holder) && is_traced(holder.marks));
    let mut missing = missing(facts);
    if findings.iter().any(|f| f.id == vocabulary::STRING_AS_SENT) {
        missing.retain(|piece| *piece != Piece::Request);
        out.push(NextStep {
            for_others: None,
            sentence: "Print the string to sign where the URL is signed, and paste it here."
                .to_owned(),
            party: "the signer",
            snippet: String::new(),
        });
    }
    if schemes
        .iter()
        .any(|scheme| is_traced(scheme.silent_servers()))
        || says_all(facts)
        || gave_no_strings(facts) && !is_traced(&[vocabulary::GIVES_STRINGS])
    {
        missing.retain(|piece| *piece != Piece::ServerStrings);
    }
    let probe = scheme
        .zip(facts.trace)
        .and_then(|(scheme, trace)| scheme.probe(facts.view, trace));
    let having = |piece: &Piece, near: bool| -> Vec<&Holder> {
        let of_piece = holders.iter().copied().filter(|s| s.piece == *piece);
        let mut of_piece: Vec<&Holder> = of_piece.filter(|s| is_traced(s.marks) == near).collect();
        // Of those that nothing tells of, what goes with any client comes first.
        let ready = probe.as_ref().filter(|probe| probe.is_ready);
        of_piece.sort_by_cached_key(|s| {
            if near {
                let program = PROGRAMS.contains(&s.name);
                return (false, usize::from(!program), Reverse(own_marks(s)));
            }
            let place = ANYBODY.iter().position(|name| *name == s.name);
            let is_probe = ready.is_some_and(|probe| probe.step.party == s.name);
            (!is_probe, place.unwrap_or(ANYBODY.len()), Reverse(0))
        });
        of_piece
    };
    let signed = signed_headers(facts);
    let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
    let near: Vec<&Holder> = missing
        .iter()
        .flat_map(|piece| having(piece, true))
        .collect();
    let known = !near.is_empty();
    let far: Vec<&Holder> = missing
        .iter()
        .flat_map(|piece| having(piece, false))
        .collect();
    // A server that nothing tells of comes last, and not at all where another one is known.
    let (servers, others): (Vec<&Holder>, Vec<&Holder>) =
        far.into_iter().partition(|h| is_server(h));
    let servers = servers.into_iter().filter(|_| !known_server);
    // Who asks a service that others run has none of its logs.
    let hosted = schemes
        .iter()
        .any(|scheme| is_traced(scheme.hosted_services()));
    // A form has no header to change: its own lines are curl's.
    let form = form(facts).is_some();
    let is_told = |holder: &&Holder| {
        !(hosted && holder.piece == Piece::ServerLog || form && holder.name == ANY_CLIENT)
    };
    // What the paste stops in is not sent as if it were whole.
    let stops = findings.iter().find(|f| f.id == vocabulary::REQUEST_CUT);
    let stops = stops.and_then(|finding| finding.labels.first());
    let asked =
        asked::asked(facts).filter(|_| !stops.is_some_and(|at| is_of_address(facts, at.span)));
    for holder in near
        .into_iter()
        .chain(others)
        .chain(servers)
        .filter(is_told)
    {
        // Who has two pieces is asked for the more telling one; the other follows once that is here.
        if out.iter().all(|step| step.party != holder.name) {
            let exact = probe
                .as_ref()
                .map(|probe| &probe.step)
                .filter(|step| step.party == holder.name && holder.piece == Piece::ServerStrings);
            out.push(exact.cloned().unwrap_or_else(|| {
                let lines = |whole| {
                    lines(
                        facts,
                        holder,
                        probe.as_ref(),
                        asked.as_ref(),
                        (&signed, whole),
                    )
                };
                let (snippet, others) = (lines(true), lines(false));
                NextStep {
                    sentence: holder.sentence.to_owned(),
                    party: holder.name,
                    for_others: (others != snippet).then_some(others),
                    snippet,
                }
            }));
        }
    }
    if findings.iter().any(|f| f.id == vocabulary::ANSWER_HIDDEN) {
        // What the browser says is not of the signature.
        out.sort_by_key(|step| step.party != BROWSER);
    }
    (out, known)
}

/// The party that has what a browser hides.
const BROWSER: &str = "browser";

/// Ways to a piece that go with any client.
const ANYBODY: [&str; 2] = [CURL, ANY_CLIENT];
/// See [`ANYBODY`].
const CURL: &str = "curl";
/// See [`ANYBODY`].
const ANY_CLIENT: &str = "any client";

/// The form for an upload that a case holds, where there is no request.
fn form<'a>(facts: &Facts<'a>) -> Option<&'a PostForm> {
    let forms = &facts.view.case.forms;
    forms.first().filter(|_| facts.view.request.is_none())
}

/// The lines of a holder, with what of the request is known in the places that are kept for it; with the signature that it
/// carries, or without.
fn lines(
    facts: &Facts<'_>,
    holder: &Holder,
    probe: Option<&Probe>,
    asked: Option<&Asked>,
    (signed, whole): (&[&str], bool),
) -> String {
    let answers = holder.piece == Piece::ServerStrings;
    if answers && holder.name == CURL {
        if let Some(form) = form(facts) {
            return asked::of_form(&facts.view.case.docs, form, whole);
        }
        // The very request, while its date is taken.
        if whole && let Some(again) = probe.and_then(|probe| probe.again.clone()) {
            return again;
        }
    }
    let is_curl = holder.name == CURL || holder.name == ANY_CLIENT;
    if answers
        && is_curl
        && let Some(lines) = asked.and_then(|asked| asked.presigned(holder.name == ANY_CLIENT))
    {
        return lines;
    }
    let lines = holder.lines(signed);
    // A date of long ago is refused before anything is compared.
    let lines = if probe.is_some() && is_curl {
        lines.replace("every header as it was sent", "every header of a fresh try")
    } else {
        lines.into_owned()
    };
    asked::filled(&lines, asked)
}

/// Programs that are built on an SDK: where one is at hand it is what a person can run, whatever its SDK prints.
const PROGRAMS: [&str; 3] = ["rclone", "s3cmd", "mc"];

/// What servers themselves have.
const SERVERS: [Piece; 2] = [Piece::ServerLog, Piece::Arrived];

/// Whether the verifier has stated a cause besides the signature, and the verdict names it: what to do is said with
/// it, and no further piece is needed.
fn is_stated(facts: &Facts<'_>, verdict: &Verdict, findings: &[Finding]) -> bool {
    let about = facts.server.as_ref().is_some_and(|s| !s.pairing.is_other());
    let names = match &facts.refusal {
        Some(Refusal::Other(_)) => true,
        // Read so because somebody said so, it states nothing.
        Some(Refusal::Unknown) => {
            let mut quoted = verdict.quotes.iter().filter_map(|at| findings.get(*at));
            facts.view.request.is_none() && quoted.all(|finding| finding.id != vocabulary::READ_AS)
        }
        Some(Refusal::Signature) | None => false,
    };
    about && names && !verdict.quotes.is_empty()
}

/// Whether values of the request that is looked at are not here.
fn holds_unknown(facts: &Facts<'_>) -> bool {
    let case = facts.view.case;
    let request = facts.view.request.and_then(|at| case.requests.get(at));
    let unfit = facts.outcome == Outcome::NotCheckable(Reason::NoValue);
    request.is_some_and(|request| case.holds_unknown(request) || unfit)
}

/// Whether a place is one of the request's host or path, which a line to be sent names.
fn is_of_address(facts: &Facts<'_>, place: Span) -> bool {
    let docs = &facts.view.case.docs;
    let request = facts.view.request;
    let Some(request) = request.and_then(|at| facts.view.case.requests.get(at)) else {
        return false;
    };
    let host = request.headers.iter().filter(|header| {
        let name = match &header.name {
            Given::Stated(name) => docs.bytes(*name),
            Given::Implied(name) => name.as_bytes(),
        };
        name.eq_ignore_ascii_case(b"host") || name.eq_ignore_ascii_case(b":authority")
    });
    let place = docs.to_given(place);
    host.map(|header| header.value)
        .chain(request.target.authority)
        .chain([request.target.path])
        .any(|span| docs.to_given(span).overlaps(place))
}

/// The rest of a request that its paste stops in.
fn missing_rest() -> NextStep {
    NextStep {
            for_others: None,
        sentence: "This paste stops inside the request: copy all of it, to the blank line behind its headers or to the \
                   end of its URL, and paste it again."
            .to_owned(),
        party: "the request",
        snippet: String::new(),
    }
}

/// The party of the step that asks whose strings are which nobody named.
pub const WHOSE: &str = "whose it is";

/// Asks whose strings are which nobody named: before that they are nobody's, and prove nothing of either side.
fn whose(facts: &Facts<'_>) -> Option<NextStep> {
    if let [first, second, ..] = facts.nobodys().as_slice()
        && facts.view.request.is_none()
    {
        let (first, second) = (first + 1, second + 1);
        return Some(NextStep {
            for_others: None,
            sentence: "Say which of these strings are the signer's (an SDK's log) and which the server's (an error, a gateway's log). Then the two are compared."
                .to_owned(),
            party: WHOSE,
            snippet: format!(
                "sigscope check FILE --side {first}=client --side {second}=server   # or the other way round"
            ),
        });
    }
    let witness = facts.client.as_ref();
    let witness = witness.filter(|w| w.evidence.side.is_none() && w.has_strings())?;
    let evidence = witness.evidence;
    let what = match (&evidence.canonical_request, &evidence.string_to_sign) {
        (Some(_), Some(_)) => "these strings are",
        (Some(_), None) => "this canonical request is",
        (None, _) => "this string to sign is",
    };
    let number = witness.index + 1;
    Some(NextStep {
        for_others: None,
        sentence: format!(
            "Say whose {what}: the signer's (an SDK's log) or the server's (an error, a gateway's log). Then it is compared as that side's."
        ),
        party: WHOSE,
        snippet: format!("sigscope check FILE --side {number}=client   # or {number}=server"),
    })
}

/// Whether the answer is here to its end and has no strings: asking for it once more would bring nothing.
fn says_all(facts: &Facts<'_>) -> bool {
    let docs = &facts.view.case.docs;
    let server = facts.server.as_ref();
    server.is_some_and(|server| server.evidence.ends_without_strings(docs))
}

/// How to give a secret without it standing in an argument or in the shell's history.
const SECRET: &str = "read -rs S && export S && sigscope check FILE --secret-env S; unset S";

/// Headers that a snippet names.
const MOST_LINES: usize = 32;

/// Whether a line to be copied may hold this name.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    !name.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// The names of the signed headers, in lower case, as far as a line to be copied may hold them.
fn signed_headers(facts: &Facts<'_>) -> Vec<String> {
    let claimed = facts.trace.map(|trace| &trace.claim.signed_headers);
    let names = claimed.into_iter().flatten().map(|span| {
        let name = facts.view.case.docs.bytes(*span).to_ascii_lowercase();
        String::from_utf8_lossy(&name).into_owned()
    });
    names
        .filter(|name| is_name(name))
        .take(MOST_LINES)
        .collect()
}

/// How to give a body that is not in the paste, with the names that are known.
fn body(facts: &Facts<'_>) -> String {
    let case = facts.view.case;
    let request = facts
        .view
        .request
        .and_then(|place| case.requests.get(place));
    let body = request.and_then(|request| case.named_body(request)?.argument());
    let plain = |name: &&str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-/".contains(&b);
        !name.is_empty() && !name.starts_with('-') && name.bytes().all(plain)
    };
    let given = request.and_then(|request| {
        let origin = case
            .docs
            .get(case.docs.to_given(request.span).doc)?
            .origin();
        match origin {
            Origin::Given {
                name,
                source: Source::File,
            } => Some(name.as_str()).filter(plain),
            Origin::Given { .. } | Origin::Peeled { .. } => None,
        }
    });
    format!(
        "sigscope {} --body {}",
        given.unwrap_or("FILE"),
        body.unwrap_or("BODY")
    )
}

/// Whether the verifier's strings are here, of this request and as it gave them.
fn has_server_strings(facts: &Facts<'_>) -> bool {
    facts.server.as_ref().is_some_and(|witness| {
        witness.has_strings() && witness.is_intact() && !witness.pairing.is_other()
    })
}

/// Whether the strings that the client signed are here.
fn has_client_strings(facts: &Facts<'_>) -> bool {
    let client = facts.client.as_ref();
    client.is_some_and(|witness| witness.has_strings() && witness.is_intact() && !witness.apart)
}

/// Whether the verifier refused the signature of this request and its strings, which would tell why, are not
/// here.
fn refused_without_strings(facts: &Facts<'_>) -> bool {
    facts.refusal == Some(Refusal::Signature)
        && facts.server.as_ref().is_some_and(|s| !s.pairing.is_other())
        && !has_server_strings(facts)
}

/// Whether the answer of a verifier with words of its own is here whole, and none of its strings stands in it: another
/// such answer tells no more.
fn gave_no_strings(facts: &Facts<'_>) -> bool {
    let docs = &facts.view.case.docs;
    let own_words = |answer: &Answer| {
        let message = answer
            .message
            .map(|message| docs.bytes(message).trim_ascii_start());
        message.is_some_and(|message| !message.starts_with(vocabulary::COMMON_WORDS))
    };
    refused_without_strings(facts)
        && facts.server.as_ref().is_some_and(|witness| {
            witness.evidence.stringless(docs) == Stringless::NotGiven
                && witness.evidence.answer.as_ref().is_some_and(own_words)
        })
}

/// What is missing, the most telling first.
fn missing(facts: &Facts<'_>) -> Vec<Piece> {
    let mut out = Vec::new();
    if !has_server_strings(facts) {
        out.push(Piece::ServerStrings);
        out.push(Piece::ServerLog);
    }
    // A request without its signature, or with a part of it, decides nothing.
    let signed = facts.received().is_some_and(|received| received.is_exact());
    if facts.view.request.is_none() || !signed {
        out.push(Piece::Request);
    }
    // What the server computed tells what arrived, as far as it is signed.
    if !has_server_strings(facts) {
        out.push(Piece::Arrived);
    }
    if !facts.outcome.agrees() && !has_client_strings(facts) {
        out.push(Piece::ClientStrings);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holders() -> Vec<&'static Holder> {
        let tables = scheme::all().iter().flat_map(|scheme| scheme.holders());
        tables.copied().flatten().chain(EVERYBODY).collect()
    }

    #[test]
    fn no_snippet_puts_a_secret_into_an_argument() {
        for holder in holders() {
            for line in holder.snippet.lines() {
                let words = [
                    "--user ",
                    "-u ",
                    "SECRET_ACCESS_KEY=",
                    "secret_key",
                    "--secret",
                    "SECRET",
                ];
                // A shell prints this itself: it stands in no argument of a process.
                let is_builtin = line.starts_with("printf ") && line.ends_with(" |");
                for word in words.iter().filter(|_| !is_builtin) {
                    assert!(!line.contains(*word), "{}: {line}", holder.name);
                }
            }
        }
        assert!(SECRET.starts_with("read -rs ") && SECRET.contains("--secret-env"));
    }

    #[test]
    fn every_source_is_listed_once_for_a_piece_and_says_what_to_do() {
        let holders = holders();
        for (i, holder) in holders.iter().enumerate() {
            assert!(holder.sentence.ends_with('.'), "{}", holder.name);
            assert!(!holder.snippet.is_empty() && holder.snippet == holder.snippet.trim());
            for mark in holder.marks {
                assert_eq!(*mark, mark.to_ascii_lowercase(), "{}", holder.name);
            }
            let again = holders
                .iter()
                .skip(i + 1)
                .any(|other| other.name == holder.name && other.piece == holder.piece);
            assert!(!again, "{} stands twice", holder.name);
        }
    }
}
