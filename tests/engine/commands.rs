//! Commands whose program sends something else than was signed: against canonical requests signed here.

use sigscope::engine::Analysis;
use sigscope::engine::diagnose::{Severity, VerdictId};

use crate::common::{analyse, keyring, paste, settings};
use crate::readings::{EMPTY, SECRET, sign};

fn checked(text: &str) -> Analysis {
    analyse(&paste(text), &keyring(SECRET), &settings(&[]))
}

/// `curl OPTIONS URL` with the headers of a request that was signed for `method`.
fn curl(options: &str, method: &str) -> String {
    let signature = sign(
        &format!(
            "{method}\n/reports/summary.csv\n\nhost:b.s3.amazonaws.com\nx-amz-content-sha256:{EMPTY}\n\
             x-amz-date:20260301T101500Z\n\nhost;x-amz-content-sha256;x-amz-date\n{EMPTY}"
        ),
        "s3",
    );
    format!(
        "curl {options} https://b.s3.amazonaws.com/reports/summary.csv -H 'X-Amz-Date: 20260301T101500Z' -H \
         'X-Amz-Content-SHA256: {EMPTY}' -H 'Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}'\n"
    )
}

#[test]
fn a_command_that_sends_another_method_than_was_signed_is_told_by_its_option() {
    for (options, sent) in [
        ("-I", "HEAD because of -I"),
        ("--head", "HEAD because of --head"),
        ("-sI", "HEAD because of -sI"),
        ("-T summary.csv", "PUT because of -T"),
        ("-d @summary.csv", "POST because of -d"),
    ] {
        let analysis = checked(&curl(options, "GET"));
        let verdict = &analysis.diagnosis.verdict;
        assert_eq!(
            verdict.id,
            VerdictId::Rejected,
            "{options}: {}",
            verdict.sentence
        );
        let found = &analysis.diagnosis.findings;
        let found = found
            .iter()
            .find(|f| f.id == "method-not-sent")
            .expect(options);
        assert_eq!(found.severity, Severity::Error);
        let said = format!("The request was signed as GET, and the curl command sends {sent}.");
        assert_eq!(found.message, said);
    }
    let analysis = checked(&curl("", "PUT"));
    let found = &analysis.diagnosis.findings;
    let found = found
        .iter()
        .find(|f| f.id == "method-not-sent")
        .expect("a finding");
    assert_eq!(
        found.message,
        "The request was signed as PUT, and the curl command sends GET."
    );
}

#[test]
fn a_command_that_sends_what_was_signed_is_right_and_nothing_is_said_of_its_method() {
    for (options, method) in [
        ("", "GET"),
        ("-I", "HEAD"),
        ("-T summary.csv", "PUT"),
        ("-I -X GET", "GET"),
    ] {
        let analysis = checked(&curl(options, method));
        let verdict = &analysis.diagnosis.verdict;
        assert_eq!(
            verdict.id,
            VerdictId::Match,
            "{options}: {}",
            verdict.sentence
        );
        let told = verdict.details.join(" ");
        assert!(!told.contains("method"), "{options}: {told}");
        let found = &analysis.diagnosis.findings;
        assert!(found.iter().all(|f| f.id != "method-not-sent"), "{options}");
    }
}

#[test]
fn a_method_that_a_person_wrote_is_the_one_that_is_compared() {
    // Nobody but the command says PUT here, and the signature is of GET: what was signed is not guessed.
    let analysis = checked(&curl("-X PUT", "GET"));
    assert_eq!(analysis.diagnosis.verdict.id, VerdictId::Mismatch);
}
