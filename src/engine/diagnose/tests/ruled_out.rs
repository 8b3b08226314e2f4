//! What is said to be out of the question, and on what that rests.

use super::tiny::{REQUEST, SECRET, Said, case, signed};
use super::{Client, OTHER_HOST, Req, Server, WRONG, build, diagnosis, right};
use crate::engine::diagnose::{Party, RuledOut};
use crate::engine::intake::Case;

fn said(case: &Case, secrets: &[&str]) -> (RuledOut, Vec<String>) {
    let diagnosis = diagnosis(case, secrets);
    (diagnosis.ruled_out_by, diagnosis.ruled_out)
}

#[test]
fn equal_fields_are_ruled_out_only_where_it_is_known_what_was_signed() {
    let fields = ["method", "path", "date"];
    let with_secret = ["your secret", "method", "path", "date"];
    // Reproduced: proved.
    let (by, list) = said(
        &build(Req::Right, Server::OtherHost, Client::None),
        &[SECRET],
    );
    assert_eq!((by, by.title()), (RuledOut::Proved, "Ruled out"));
    assert_eq!(list, with_secret);
    // Not reproduced: only the same, and named by whom.
    let (by, list) = said(&build(Req::Right, Server::OtherHost, Client::None), &[]);
    assert_eq!(by, RuledOut::SameAsServer);
    assert_eq!(by.title(), "The same at the server and here");
    assert_eq!(list, fields);
    let (by, list) = said(&build(Req::Wrong, Server::None, Client::OtherHost), &[]);
    assert_eq!(by, RuledOut::SameAsSigner);
    assert_eq!(by.label(), "signer same");
    assert_eq!(list, fields);
    let (by, list) = said(&build(Req::None, Server::OtherHost, Client::Same), &[]);
    assert_eq!(by, RuledOut::SameOnBothSides);
    assert_eq!(list, fields);
}

/// The signer's log is that of another host than the request here has: its text is what was signed.
fn signed_elsewhere(server: Option<Said>) -> Case {
    let named = right(OTHER_HOST);
    let mut all = vec![Said::client(OTHER_HOST, &named)];
    all.extend(server);
    case(&[signed(REQUEST, &named)], &all)
}

#[test]
fn where_only_the_signers_log_proves_the_key_nothing_of_the_request_is_ruled_out() {
    let (by, list) = said(&signed_elsewhere(None), &[SECRET]);
    assert_eq!(
        (by, list),
        (RuledOut::Proved, vec!["your secret".to_owned()])
    );
    // The request here agrees with the server in all; but it is not what was signed.
    let named = right(OTHER_HOST);
    let (by, list) = said(
        &signed_elsewhere(Some(Said::server(REQUEST, &named))),
        &[SECRET],
    );
    assert_eq!(by, RuledOut::Proved);
    assert_eq!(list, ["your secret", "method", "path", "date"]);
}

#[test]
fn an_answer_about_another_request_rules_nothing_out() {
    let (_, list) = said(&build(Req::Right, Server::Another, Client::None), &[SECRET]);
    assert_eq!(list, ["your secret"]);
    let (_, list) = said(&build(Req::Wrong, Server::Another, Client::None), &[]);
    assert!(list.is_empty(), "{list:?}");
}

/// A browser shows the server's strings in one line: they are there, and nothing can be held against them.
#[test]
fn strings_that_lost_their_line_breaks_are_compared_with_nothing() {
    let named = WRONG.to_owned();
    let folded = |text: Option<String>| text.map(|t| t.replace('\n', " "));
    let mut server = Said::server(OTHER_HOST, &named);
    server.integrity = crate::engine::intake::Integrity::Unchecked;
    server.canonical = folded(server.canonical);
    server.to_sign = folded(server.to_sign);
    let diagnosis = diagnosis(&case(&[signed(REQUEST, &named)], &[server]), &[SECRET]);
    let with_server = |d: &&crate::engine::diagnose::Divergence| d.between.contains(&Party::Server);
    assert_eq!(diagnosis.divergences.iter().find(with_server), None);
    assert!(diagnosis.ruled_out.is_empty());
    assert!(
        diagnosis
            .verdict
            .details
            .iter()
            .any(|d| d.contains("line breaks")),
        "{:?}",
        diagnosis.verdict
    );
    let held = diagnosis.holdings.iter().find(|h| h.id == "server-strings");
    assert!(held.is_some_and(|h| h.present && h.proves.contains("line breaks lost")));
}
