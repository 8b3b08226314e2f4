//! Every combination of request, evidence and secret, and what the contract says of it.

use super::*;

/// What the contract says of the combination.
fn contract(request: Req, server: Server, client: Client, secret: bool) -> VerdictId {
    let refused = !matches!(server, Server::None | Server::Clock | Server::Broken);
    let differs = matches!(server, Server::OtherHost | Server::NoHost | Server::Unnamed);
    match (request, secret) {
        (Req::None, _) if server == Server::None && client == Client::None => VerdictId::Nothing,
        // Signer and server both gave strings: they speak for themselves, unless the answer names another signature than the
        // signer's log, and is that of another try.
        (Req::None, _)
            if client != Client::None
                && refused
                && !matches!(server, Server::Terse | Server::Another) =>
        {
            VerdictId::Mismatch
        }
        // The named signature is that of REQUEST with the right secret, so it is right for the strings of
        // whoever had that very request.
        (Req::None, true) if server == Server::Same || server == Server::Another => {
            VerdictId::Match
        }
        (Req::None, true) if server == Server::OtherHost || server == Server::NoHost => {
            VerdictId::Mismatch
        }
        (Req::None, true) if server == Server::Unnamed => VerdictId::Mismatch,
        (Req::None, true) if client == Client::Same => VerdictId::Match,
        (Req::None, true) if client == Client::OtherHost => VerdictId::Mismatch,
        (Req::Right, true) if differs => VerdictId::Rejected,
        (Req::Right, true) => VerdictId::Match,
        (Req::Wrong, true) => VerdictId::Mismatch,
        // An answer to another signature says nothing of this one.
        (Req::Right | Req::Wrong, false) if server == Server::Another => VerdictId::Undecided,
        _ if refused => VerdictId::Mismatch,
        _ => VerdictId::Undecided,
    }
}

#[test]
fn every_combination_of_request_evidence_and_secret_keeps_the_contract() {
    let mut wrong = String::new();
    for request in [Req::None, Req::Unsigned, Req::Right, Req::Wrong] {
        for server in [
            Server::None,
            Server::Terse,
            Server::Clock,
            Server::Same,
            Server::OtherHost,
            Server::NoHost,
            Server::Broken,
            Server::Unnamed,
            Server::Another,
        ] {
            for client in [Client::None, Client::Same, Client::OtherHost] {
                for secret in [false, true] {
                    let case = build(request, server, client);
                    let secrets: &[&str] = if secret { &[SECRET] } else { &[] };
                    let analysis = analyse(&case, &ring(secrets));
                    let verdict = &analysis.diagnosis.verdict;
                    let want = contract(request, server, client, secret);
                    if verdict.id != want {
                        let _ = writeln!(
                            wrong,
                            "{request:?} {server:?} {client:?} secret={secret}: {want:?}, got {:?}: {}",
                            verdict.id, verdict.sentence
                        );
                    }
                    holds_of_any(&case, &analysis);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What holds whatever the case.
fn holds_of_any(case: &Case, analysis: &Analysis) {
    let diagnosis = &analysis.diagnosis;
    let verdict = &diagnosis.verdict;
    assert!(verdict.sentence.ends_with('.'), "{}", verdict.sentence);
    assert!(!verdict.sentence.contains(".."), "{}", verdict.sentence);
    for detail in &verdict.details {
        assert!(detail.ends_with('.'), "{detail}");
    }
    if verdict.proved {
        assert!(verdict.proof.len() >= 2, "{verdict:?}");
    }
    assert!(!format!("{diagnosis:?}").contains(SECRET));
    if let Some(trace) = &analysis.trace {
        assert_eq!(diagnosis.marks.len(), trace.stages.len());
    }
    match verdict.id {
        VerdictId::Undecided | VerdictId::Nothing => {
            assert!(!diagnosis.next_steps.is_empty(), "{verdict:?}");
        }
        // One that was refused without a word of why leaves something to get.
        VerdictId::Match if !diagnosis.next_steps.is_empty() => {
            let here = |id| diagnosis.holdings.iter().any(|h| h.id == id && h.present);
            assert!(here("server-answer"), "{verdict:?}");
        }
        VerdictId::Match | VerdictId::Rejected | VerdictId::Explained => {
            assert!(diagnosis.next_steps.is_empty());
        }
        VerdictId::Mismatch => {}
    }
    for comparison in &diagnosis.comparisons {
        for row in &comparison.rows {
            assert_eq!(row.values.len(), comparison.columns.len());
            assert_eq!(row.emphasis.len(), comparison.columns.len());
            for (value, runs) in row.values.iter().zip(&row.emphasis) {
                let mut at = 0;
                for run in runs {
                    assert_eq!(run.range.start, at);
                    at = run.range.end;
                }
                assert_eq!(at, value.as_ref().map_or(0, |v| v.bytes.len()));
            }
        }
    }
    // A place that is not the cause is not called one as well.
    let differing: Vec<&str> = diagnosis
        .divergences
        .iter()
        .filter(|d| !d.follows && d.between.contains(&Party::Server))
        .map(|d| d.field.kind.0)
        .collect();
    if case
        .evidence
        .iter()
        .all(|e| e.integrity == Integrity::Verified)
    {
        for kind in differing {
            assert!(
                !diagnosis.ruled_out.iter().any(|r| r == kind),
                "{diagnosis:?}"
            );
        }
    }
}
