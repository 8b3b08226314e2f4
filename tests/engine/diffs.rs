//! Diffs of which the strings are here in part: what differs is named, and what is not here claims nothing.

use sigscope::engine::secret::Keyring;
use sigscope::workbench::Work;

use super::common::{now, work_of};

fn work(text: &str) -> Work {
    work_of(text, Keyring::new(), now())
}

/// The fields that differ, as kind and name.
fn differing(work: &Work) -> Vec<(String, String)> {
    let divergences = &work.analysis.diagnosis.divergences;
    let all = divergences.iter().map(|d| {
        let name = d.field.name.clone().unwrap_or_default();
        (d.field.kind.0.to_owned(), name)
    });
    all.collect()
}

fn named(list: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(kind, name): &(&str, &str)| ((*kind).to_owned(), (*name).to_owned());
    list.iter().map(own).collect()
}

const HUNKS: &str = "@@ -6 +6 @@\n-host:b.example.com\n+host:c.example.com\n@@ -7,0 +8 @@\n+x-amz-acl:private\n@@ -10 +11 @@\n-host;x-amz-content-sha256;x-amz-date\n+host;x-amz-acl;x-amz-content-sha256;x-amz-date\n";

#[test]
fn a_line_that_one_side_of_a_diff_has_alone_is_lacking_in_the_other() {
    let all = [
        ("header", "host"),
        ("header", "x-amz-acl"),
        ("signed-headers", ""),
    ];
    // With their names, and without.
    for names in ["--- client\n+++ server\n", "--- one\n+++ two\n"] {
        let work = work(&format!("{names}{HUNKS}"));
        assert_eq!(differing(&work), named(&all), "{names}");
        assert!(!work.analysis.diagnosis.verdict.proved);
    }
    let sentence = |names: &str| {
        let work = work(&format!("{names}{HUNKS}"));
        work.analysis.diagnosis.verdict.sentence
    };
    let told = sentence("--- client\n+++ server\n");
    assert!(told.contains("the signer signed “b.example.com”"), "{told}");
    let open = sentence("--- one\n+++ two\n");
    assert!(open.contains("evidence 1 has “b.example.com”"), "{open}");
}

#[test]
fn what_a_diff_does_not_show_is_held_against_nothing() {
    // Beside a request, of which the diff shows the host alone.
    let request = "GET /k HTTP/1.1\nHost: b.example.com\nX-Amz-Date: 20260402T140310Z\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260402/eu-west-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b\n\n";
    let work = work(&format!(
        "{request}--- client\n+++ server\n@@ -4 +4 @@\n-host:b.example.com\n+host:c.example.com\n"
    ));
    let all = differing(&work);
    assert!(
        all.contains(&("header".to_owned(), "host".to_owned())),
        "{all:?}"
    );
    assert!(all.iter().all(|(_, name)| name == "host"), "{all:?}");
}

#[test]
fn a_part_of_two_strings_to_sign_is_compared() {
    let work = work("--- one\n+++ two\n@@ -2 +2 @@\n-20260402T140310Z\n+20260402T140312Z\n");
    assert_eq!(differing(&work), named(&[("date", "")]));
}
