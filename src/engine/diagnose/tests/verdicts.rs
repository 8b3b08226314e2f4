//! What the verdict says, and what is marked and ruled out with it.

use super::*;

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
        "server (S3 error, hash does not match)"
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
fn a_signature_cut_short_or_in_capitals_is_told_from_a_wrong_one() {
    let whole = right(REQUEST);
    for (received, part) in [
        (
            whole.get(..60).unwrap().to_owned(),
            "the last 4 of its 64 characters are missing",
        ),
        (whole.to_uppercase(), "capital and small letters"),
        (format!("{whole}ab"), "2 characters too many"),
        (format!("{whole}a"), "with one character too many"),
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

/// Host and date both are others.
const OTHER_TWICE: &str = "GET /a%20b\nhost: proxy:8080\nx-date: 2021\n";

#[test]
fn how_many_more_fields_differ_is_counted() {
    let counted = |diagnosis: &Diagnosis| {
        let details = &diagnosis.verdict.details;
        details.iter().any(|d| d == "1 more field differs.")
    };
    let of_signer = |other: &str| {
        let signature = right(other);
        let said = Said::client(other, &signature);
        diagnosis(&case(&[signed(REQUEST, &signature)], &[said]), &[SECRET])
    };
    assert!(counted(&of_signer(OTHER_TWICE)));
    assert!(!counted(&of_signer(OTHER_HOST)));
    let of_server = |other: &str| {
        let signature = right(REQUEST);
        let said = Said::server(other, &signature);
        diagnosis(&case(&[signed(REQUEST, &signature)], &[said]), &[SECRET])
    };
    assert!(counted(&of_server(OTHER_TWICE)));
    assert!(!counted(&of_server(OTHER_HOST)));
}

#[test]
fn a_server_that_saw_what_was_signed_is_told_whether_it_names_the_signature_or_not() {
    let signature = right(OTHER_HOST);
    for named in [Some(signature.clone()), None] {
        let said = Said {
            signature: named,
            ..Said::server(OTHER_HOST, "")
        };
        let diagnosis = diagnosis(&case(&[signed(REQUEST, &signature)], &[said]), &[SECRET]);
        says(
            &diagnosis,
            &[
                "The secret is right",
                "the server's string to sign, not for this request",
            ],
        );
        assert!(diagnosis.verdict.proved);
        assert!(
            diagnosis.verdict.details[0]
                .contains("saw what was signed and refused it all the same"),
            "{:?}",
            diagnosis.verdict.details
        );
    }
}

#[test]
fn a_secret_with_white_space_at_its_edge_is_not_ruled_out_as_the_cause() {
    for (secret, ruled_out) in [(SECRET.to_owned(), true), (format!("{SECRET}\n"), false)] {
        let text = to_sign(&canonical(REQUEST));
        let signature = sign(secret.as_bytes(), text.as_bytes());
        let said = Said::server(OTHER_HOST, &signature);
        let diagnosis = diagnosis(&case(&[signed(REQUEST, &signature)], &[said]), &[&secret]);
        assert_eq!(diagnosis.verdict.id, VerdictId::Rejected);
        let mut details = diagnosis.verdict.details.iter();
        assert_eq!(details.any(|d| d.contains("are not the cause")), ruled_out);
    }
}

#[test]
fn a_right_signature_names_what_a_verifier_may_refuse_for_all_the_same() {
    let refused = |server: Server, refusing: bool| {
        let mut case = build(Req::Right, server, Client::None);
        let stale = Finding::warning("stale", "It is stale.", "Send another.");
        let stale = if refusing { stale.refusing() } else { stale };
        case.findings = vec![Finding::warning("odd", "It is odd.", "See."), stale];
        diagnosis(&case, &[SECRET])
    };
    let diagnosis = refused(Server::None, true);
    assert_eq!(diagnosis.verdict.id, VerdictId::Match);
    says(
        &diagnosis,
        &[
            "The signature is right",
            "refused for this: It is stale. If it is refused, something else is why",
        ],
    );
    // It is said once: the list of findings need not say it again.
    assert_eq!(diagnosis.findings[diagnosis.verdict.quotes[0]].id, "stale");
    // Neither of what is merely odd, nor where the server gave its reason.
    for (server, refusing) in [
        (Server::None, false),
        (Server::Same, true),
        (Server::Clock, true),
    ] {
        let sentence = refused(server, refusing).verdict.sentence;
        assert!(!sentence.contains("It is "), "{server:?}: {sentence}");
    }
}

#[test]
fn beside_the_servers_cause_the_gravest_of_the_request_is_told() {
    let mut case = build(Req::Right, Server::Clock, Client::None);
    case.findings = vec![Finding::error("bad", "It is bad.", "Mend it.")];
    let diagnosis = diagnosis(&case, &[SECRET]);
    assert_eq!(diagnosis.verdict.id, VerdictId::Rejected);
    says(&diagnosis, &["RequestTimeTooSkewed"]);
    let details = &diagnosis.verdict.details;
    for said in ["It is bad.", "Mend it."] {
        assert!(details.iter().any(|d| d == said), "{details:?}");
    }
    assert_eq!(diagnosis.verdict.quotes, [0]);
}
