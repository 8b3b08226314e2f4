//! The comparison of whole cases: its columns, its rows, and what is not known of them.

use super::*;

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
