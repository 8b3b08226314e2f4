//! Diagnosis as a whole, over cases made by hand and a scheme of three lines.

mod comparing;
mod ruled_out;
mod steps;
mod tiny;

use std::fmt::Write as _;

use tiny::{REQUEST, SECRET, Said, analyse, canonical, case, ring, sign, signed, to_sign};

use super::{Diagnosis, Finding, Mark, Party, RowState, VerdictId};
use crate::engine::Analysis;
use crate::engine::intake::{Atom, Case, Cut, Integrity, Pattern};
use crate::engine::scheme::{FieldKind, Role, StageId};

const OTHER_HOST: &str = "GET /a%20b\nhost: proxy:8080\nx-date: 2020\n";
const WRONG: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn right(request: &str) -> String {
    sign(SECRET.as_bytes(), to_sign(&canonical(request)).as_bytes())
}

fn diagnosis(case: &Case, secrets: &[&str]) -> Diagnosis {
    analyse(case, &ring(secrets)).diagnosis
}

fn mark(analysis: &Analysis, stage: &'static str) -> Mark {
    let marks = &analysis.diagnosis.marks;
    marks
        .iter()
        .find(|(id, _)| *id == StageId(stage))
        .unwrap()
        .1
}

/// Whether the sentence says all of these.
fn says(diagnosis: &Diagnosis, parts: &[&str]) {
    for part in parts {
        assert!(
            diagnosis.verdict.sentence.contains(part),
            "{part:?} is not in {:?}",
            diagnosis.verdict.sentence
        );
    }
}

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Req {
    None,
    Unsigned,
    Right,
    Wrong,
}

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Server {
    None,
    Terse,
    Clock,
    Same,
    OtherHost,
    NoHost,
    Broken,
    Unnamed,
    Another,
}

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Client {
    None,
    Same,
    OtherHost,
}

fn build(request: Req, server: Server, client: Client) -> Case {
    let named = match request {
        Req::Wrong => WRONG.to_owned(),
        Req::None | Req::Unsigned | Req::Right => right(REQUEST),
    };
    let requests = match request {
        Req::None => vec![],
        Req::Unsigned => vec![REQUEST.to_owned()],
        Req::Right | Req::Wrong => vec![signed(REQUEST, &named)],
    };
    let mut said = Vec::new();
    said.extend(match server {
        Server::None => None,
        Server::Terse => Some(Said::terse("SignatureDoesNotMatch")),
        Server::Clock => Some(Said::terse("RequestTimeTooSkewed")),
        Server::Same => Some(Said::server(REQUEST, &named)),
        Server::OtherHost => Some(Said::server(OTHER_HOST, &named)),
        Server::NoHost => Some(Said::server("GET /a%20b\nhost: \nx-date: 2020\n", &named)),
        Server::Broken => Some(Said {
            integrity: Integrity::Broken,
            ..Said::server(OTHER_HOST, &named)
        }),
        Server::Unnamed => Some(Said {
            signature: None,
            ..Said::server(OTHER_HOST, "")
        }),
        Server::Another => Some(Said::server(OTHER_HOST, &right(OTHER_HOST))),
    });
    said.extend(match client {
        Client::None => None,
        Client::Same => Some(Said::client(REQUEST, &named)),
        Client::OtherHost => Some(Said::client(OTHER_HOST, &named)),
    });
    case(&requests, &said)
}

/// What the contract says of the combination.
fn contract(request: Req, server: Server, client: Client, secret: bool) -> VerdictId {
    let refused = !matches!(server, Server::None | Server::Clock | Server::Broken);
    let differs = matches!(server, Server::OtherHost | Server::NoHost | Server::Unnamed);
    match (request, secret) {
        (Req::None, _) if server == Server::None && client == Client::None => VerdictId::Nothing,
        // Signer and server both gave strings: they speak for themselves.
        (Req::None, _) if client != Client::None && refused && server != Server::Terse => {
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

#[test]
fn the_verdict_for_a_right_signature_names_what_the_server_saw_otherwise() {
    let analysis = analyse(
        &build(Req::Right, Server::OtherHost, Client::None),
        &ring(&[SECRET]),
    );
    let diagnosis = &analysis.diagnosis;
    says(
        diagnosis,
        &[
            "The server verified another host header than the one that was signed",
            "“h.example” was signed",
            "the server had “proxy:8080”",
        ],
    );
    assert!(diagnosis.verdict.proved);
    assert_eq!(mark(&analysis, "canonical-request"), Mark::Differs);
    assert_eq!(mark(&analysis, "string-to-sign"), Mark::Follows);
    assert_eq!(mark(&analysis, "key"), Mark::Same);
    assert_eq!(mark(&analysis, "signature"), Mark::Same);
    assert_eq!(
        diagnosis.ruled_out,
        ["your secret", "method", "path", "date"]
    );
    let captions: Vec<&str> = diagnosis.comparisons[0]
        .columns
        .iter()
        .map(|c| c.caption.as_str())
        .collect();
    assert_eq!(
        captions,
        [
            "signed (proved by the signature)",
            "server (S3 error, hash verified)"
        ]
    );
}

#[test]
fn a_right_signature_without_the_servers_strings_claims_nothing_of_the_cause() {
    let diagnosis = diagnosis(&build(Req::Right, Server::Terse, Client::None), &[SECRET]);
    says(
        &diagnosis,
        &["whoever refused it saw another request or holds another secret"],
    );
    assert!(
        diagnosis
            .comparisons
            .iter()
            .all(|c| c.role == Role::Signature)
    );
}

#[test]
fn equal_strings_and_a_right_signature_leave_only_the_servers_key() {
    let diagnosis = diagnosis(&build(Req::Right, Server::Same, Client::None), &[SECRET]);
    says(&diagnosis, &["very same string to sign", "another secret"]);
    assert!(diagnosis.verdict.proof.len() >= 4);
}

#[test]
fn equal_strings_and_another_signature_say_the_key_differs() {
    let analysis = analyse(
        &build(Req::Wrong, Server::None, Client::Same),
        &ring(&[SECRET]),
    );
    says(
        &analysis.diagnosis,
        &[
            "the key differs",
            "another secret, or one derived otherwise",
        ],
    );
    assert_eq!(mark(&analysis, "key"), Mark::Differs);
    assert_eq!(mark(&analysis, "signature"), Mark::Follows);
    // From the server's strings alone the signer may also have signed something else.
    let analysis = analyse(
        &build(Req::Wrong, Server::Same, Client::None),
        &ring(&[SECRET]),
    );
    says(
        &analysis.diagnosis,
        &["another secret", "or it signed something else"],
    );
    assert_eq!(mark(&analysis, "key"), Mark::NeedsSecret);
    assert_eq!(mark(&analysis, "signature"), Mark::Differs);
}

#[test]
fn a_signed_header_without_a_value_at_the_server_is_not_called_stripped() {
    let diagnosis = diagnosis(&build(Req::Wrong, Server::NoHost, Client::None), &[]);
    says(
        &diagnosis,
        &[
            "The server had no value for the host header",
            "this request has “h.example”",
        ],
    );
    assert!(
        diagnosis.verdict.details[0]
            .contains("stripped on the way, was never sent, or stands only"),
        "{:?}",
        diagnosis.verdict.details
    );
}

#[test]
fn without_a_secret_the_servers_verified_strings_still_show_the_field() {
    let analysis = analyse(
        &build(Req::Wrong, Server::OtherHost, Client::None),
        &ring(&[]),
    );
    let diagnosis = &analysis.diagnosis;
    says(
        diagnosis,
        &[
            "The host header differs",
            "this request has “h.example”",
            "the server had “proxy:8080”",
        ],
    );
    assert!(
        diagnosis.verdict.proved,
        "the server's text is proved by its hash"
    );
    assert_eq!(mark(&analysis, "key"), Mark::NeedsSecret);
    assert_eq!(mark(&analysis, "signature"), Mark::NeedsSecret);
    assert_eq!(mark(&analysis, "request"), Mark::Unmarked);
    let host = &diagnosis.divergences[0];
    assert_eq!(host.between, [Party::Computed, Party::Server]);
    assert_eq!(host.field.name.as_deref(), Some("host"));
    assert_eq!(host.offset, Some(0));
    assert_eq!(host.detail.as_deref(), Some("'h' against 'p'"));
    assert!(!host.follows);
    let hash = diagnosis
        .divergences
        .iter()
        .find(|d| d.field.kind == FieldKind::HASH);
    assert!(hash.is_some_and(|d| d.follows));
}

#[test]
fn edited_strings_prove_nothing() {
    let with = diagnosis(&build(Req::Wrong, Server::Broken, Client::None), &[]);
    assert_eq!(with.verdict.id, VerdictId::Undecided);
    assert!(
        with.verdict
            .details
            .iter()
            .any(|d| d.contains("edited or cut")),
        "{:?}",
        with.verdict.details
    );
    let right = diagnosis(&build(Req::Right, Server::Broken, Client::None), &[SECRET]);
    assert_eq!(right.verdict.id, VerdictId::Match);
    assert_eq!(
        right.comparisons[0].columns[1].caption,
        "server (S3 error, hash does not match: edited or cut)"
    );
}

#[test]
fn an_answer_to_another_signature_is_said_to_be_one() {
    for secrets in [&[][..], &[SECRET][..]] {
        let diagnosis = diagnosis(&build(Req::Right, Server::Another, Client::None), secrets);
        assert!(
            diagnosis
                .verdict
                .details
                .iter()
                .any(|d| d.contains("names another signature")),
            "{:?}",
            diagnosis.verdict.details
        );
    }
}

#[test]
fn the_signers_own_log_proves_that_the_request_was_changed_after_signing() {
    // Signed for the proxy's host with the right secret; what is here has another host.
    let signature = right(OTHER_HOST);
    let case = case(
        &[signed(REQUEST, &signature)],
        &[Said::client(OTHER_HOST, &signature)],
    );
    let analysis = analyse(&case, &ring(&[SECRET]));
    says(
        &analysis.diagnosis,
        &[
            "The secret is right",
            "not for this request",
            "this request has “h.example”",
            "the signer signed “proxy:8080”",
        ],
    );
    assert!(analysis.diagnosis.verdict.proved);
    assert_eq!(mark(&analysis, "key"), Mark::Same);
    assert_eq!(mark(&analysis, "signature"), Mark::Follows);
    assert!(
        analysis
            .diagnosis
            .ruled_out
            .contains(&"your secret".to_owned())
    );
}

#[test]
fn evidence_alone_becomes_one_column_that_claims_nothing() {
    let diagnosis = diagnosis(&build(Req::None, Server::OtherHost, Client::None), &[]);
    let first = &diagnosis.comparisons[0];
    assert_eq!(first.columns.len(), 1);
    assert!(first.rows.iter().all(|row| row.state == RowState::Alone));
    assert!(diagnosis.divergences.is_empty());
    assert!(
        diagnosis
            .marks
            .iter()
            .all(|(_, mark)| matches!(mark, Mark::Unmarked | Mark::NeedsSecret))
    );
    says(&diagnosis, &["The server refused the signature"]);
}

#[test]
fn signer_against_server_shows_the_field_without_request_or_secret() {
    let diagnosis = diagnosis(&build(Req::None, Server::OtherHost, Client::Same), &[]);
    says(
        &diagnosis,
        &[
            "the signer signed “h.example”",
            "the server had “proxy:8080”",
        ],
    );
    assert_eq!(diagnosis.comparisons[0].columns.len(), 2);
}

#[test]
fn what_is_redacted_is_not_checkable_and_never_a_difference() {
    let mut case = build(Req::Wrong, Server::Same, Client::None);
    let span = case.evidence[0]
        .canonical_request
        .as_ref()
        .unwrap()
        .as_exact()
        .unwrap();
    let text = case.docs.text(span).into_owned();
    let at = text.find("h.example").unwrap();
    case.evidence[0].canonical_request = Some(Pattern {
        atoms: vec![
            Atom::Exact(span.until(at)),
            Atom::Wild {
                len: None,
                mark: span.part(at..at + 3),
            },
            Atom::Exact(span.from(at + 9)),
        ],
        cut: Cut::Whole,
    });
    case.evidence[0].string_to_sign = None;
    case.evidence[0].integrity = Integrity::Redacted;
    let diagnosis = diagnosis(&case, &[]);
    let rows = &diagnosis.comparisons[0].rows;
    let host = rows
        .iter()
        .find(|r| r.key.name.as_deref() == Some("host"))
        .unwrap();
    assert_eq!(host.state, RowState::NotCheckable);
    assert!(diagnosis.divergences.is_empty());
    says(&diagnosis, &["not redacted or cut agrees"]);
}

#[test]
fn what_a_cut_text_does_not_show_is_not_missing() {
    let mut case = build(Req::Wrong, Server::Same, Client::None);
    let span = case.evidence[0]
        .canonical_request
        .as_ref()
        .unwrap()
        .as_exact()
        .unwrap();
    let text = case.docs.text(span).into_owned();
    let at = text.find("example").unwrap();
    case.evidence[0].canonical_request = Some(Pattern {
        atoms: vec![Atom::Exact(span.until(at))],
        cut: Cut::Truncated,
    });
    case.evidence[0].integrity = Integrity::Unchecked;
    let whole = diagnosis(&case, &[]);
    let states: Vec<RowState> = whole.comparisons[0].rows.iter().map(|r| r.state).collect();
    assert_eq!(
        states,
        [
            RowState::Same,
            RowState::Same,
            RowState::NotCheckable,
            RowState::NotCheckable
        ]
    );
    // What stands before the cut is compared all the same.
    case.evidence[0].canonical_request = Some(Pattern {
        atoms: vec![Atom::Exact(span.part(1..at))],
        cut: Cut::Truncated,
    });
    let cut = diagnosis(&case, &[]);
    assert_eq!(cut.comparisons[0].rows[0].state, RowState::Differs);
}

#[test]
fn texts_that_part_between_the_fields_are_not_called_the_same() {
    let mut said = Said::server(REQUEST, WRONG);
    said.canonical = said.canonical.map(|text| text.trim_end().to_owned());
    said.to_sign = said.canonical.as_deref().map(to_sign);
    let case = case(&[signed(REQUEST, WRONG)], &[said]);
    let analysis = analyse(&case, &ring(&[]));
    assert_eq!(mark(&analysis, "canonical-request"), Mark::Differs);
    let row = analysis.diagnosis.comparisons[0].rows.last().unwrap();
    assert_eq!(row.key.kind, FieldKind::MESSAGE);
    assert_eq!(row.first.as_ref().unwrap().0.left, "0x0A LF");
    assert_eq!(row.first.as_ref().unwrap().0.right, "end of text");
}

#[test]
fn headers_in_another_order_are_seen() {
    let turned = "GET /a%20b\nx-date: 2020\nhost: h.example\n";
    let case = case(&[signed(REQUEST, WRONG)], &[Said::server(turned, WRONG)]);
    let diagnosis = diagnosis(&case, &[]);
    says(
        &diagnosis,
        &[
            "The order of the headers differs",
            "host is number 1 as computed from this request",
            "number 2 at the server",
        ],
    );
    assert_eq!(diagnosis.divergences[0].offset, None);
}

#[test]
fn a_signature_cut_short_or_in_capitals_is_told_from_a_wrong_one() {
    let whole = right(REQUEST);
    for (received, part) in [
        (
            whole.get(..60).unwrap().to_owned(),
            "the last 4 of its 64 characters are missing",
        ),
        (whole.to_uppercase(), "capital and small letters"),
        (format!("{whole}ab"), "2 characters too many"),
    ] {
        let diagnosis = diagnosis(&case(&[signed(REQUEST, &received)], &[]), &[SECRET]);
        assert_eq!(diagnosis.verdict.id, VerdictId::Mismatch);
        says(&diagnosis, &[part]);
        // So much of it is right that the key is proved, once and for all readers.
        assert_eq!(diagnosis.ruled_out, ["your secret"]);
        let key = diagnosis.marks.iter().find(|(id, _)| *id == StageId("key"));
        assert_eq!(key.map(|(_, mark)| *mark), Some(Mark::Same));
    }
}

#[test]
fn several_secrets_are_counted_and_the_fitting_one_is_named() {
    let wrong = diagnosis(
        &case(&[signed(REQUEST, WRONG)], &[]),
        &["one-secret", SECRET],
    );
    says(&wrong, &["none of the 2 secrets"]);
    let right = diagnosis(
        &case(&[signed(REQUEST, &right(REQUEST))], &[]),
        &["one-secret", SECRET],
    );
    assert_eq!(right.verdict.id, VerdictId::Match);
    assert!(
        right.verdict.details.contains(&format!(
            "Reproduced with the secret from place of {}.",
            SECRET.len()
        )),
        "{:?}",
        right.verdict.details
    );
}

#[test]
fn findings_come_gravest_first_and_once() {
    let mut case = case(&[signed(REQUEST, &right(REQUEST))], &[]);
    let error = Finding::error("bad", "It is bad.", "Mend it.");
    case.findings = vec![
        Finding::note("known", "It is known.", "Nothing."),
        error.clone(),
        error,
    ];
    let diagnosis = diagnosis(&case, &[SECRET]);
    let ids: Vec<&str> = diagnosis.findings.iter().map(|f| f.id).collect();
    assert_eq!(ids, ["bad", "known"]);
    assert_eq!(diagnosis.verdict.id, VerdictId::Rejected);
    says(&diagnosis, &["a verifier will refuse it", "It is bad."]);
    // What the verdict says already is marked, so that no reader says it again.
    assert_eq!(diagnosis.verdict.quotes, [0]);
    assert_eq!(
        diagnosis.verdict.details.first().map(String::as_str),
        Some("Mend it.")
    );
}

#[test]
fn a_megabyte_of_differing_path_is_compared_in_linear_time() {
    let long = |c: char| {
        format!(
            "GET /{}\nhost: h\nx-date: 2020\n",
            format!("{c}/").repeat(1 << 19)
        )
    };
    let case = case(
        &[signed(&long('a'), WRONG)],
        &[Said::server(&long('b'), WRONG)],
    );
    let started = std::time::Instant::now();
    let diagnosis = diagnosis(&case, &[]);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    assert!(
        diagnosis.verdict.sentence.len() < 400,
        "{}",
        diagnosis.verdict.sentence.len()
    );
}
