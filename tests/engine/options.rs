//! Options that reproduce a signature name what the signer did; the verdict and the correction stay true.

use sigscope::engine::Analysis;
use sigscope::engine::diagnose::{Proof, VerdictId, Who};
use sigscope::engine::intake::Case;
use sigscope::engine::scheme::{Outcome, Role};
use sigscope::samples;

use crate::common::{analyse, case_of, corrected, keyring, settings, text};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn sample(name: &str) -> Case {
    let sample = samples::find(name).unwrap();
    sigscope::engine::intake::read(&[sample.input()], None)
}

fn with(case: &Case, options: &[(&str, &str)]) -> Analysis {
    analyse(case, &keyring(SECRET), &settings(options))
}

#[test]
fn an_option_that_reproduces_the_signature_is_the_cause_and_not_the_rule() {
    let case = sample("path-encoded-twice");
    // It is tried unasked. An option beside it that changes nothing is not named.
    for options in [
        &[][..],
        &[("path-encoding", "twice")],
        &[("path-encoding", "twice"), ("empty-parameters", "keep")],
    ] {
        let analysis = with(&case, options);
        let diagnosis = &analysis.diagnosis;
        assert_eq!(diagnosis.verdict.id, VerdictId::Explained);
        assert!(diagnosis.verdict.proved);
        assert_eq!(
            diagnosis.verdict.sentence,
            "The path was encoded twice; S3 wants it once."
        );
        let [explanation] = diagnosis.explanations.as_slice() else {
            panic!("{:?}", diagnosis.explanations);
        };
        assert_eq!(explanation.proof, Proof::Signature);
        let [deviation] = explanation.deviations.as_slice() else {
            panic!("{:?}", explanation.deviations);
        };
        assert_eq!(
            (deviation.id, deviation.who),
            ("option-path-encoding", Who::Signer)
        );
        assert_eq!(
            deviation.parameters,
            [("path-encoding", "twice".to_owned())]
        );
    }
}

#[test]
fn region_and_service_that_were_chosen_stand_in_the_correction() {
    let case = sample("wrong-region");
    let keyring = keyring(SECRET);
    let scope = |options: &[(&str, &str)]| {
        let correction = corrected(&case, &keyring, &settings(options));
        let (_, value) = correction.authorization.unwrap();
        let scope = value.split("/20260520/").nth(1).unwrap();
        scope.split(',').next().unwrap().to_owned()
    };
    // The server's own words, unless somebody knows better.
    assert_eq!(scope(&[]), "eu-central-1/s3/aws4_request");
    assert_eq!(
        scope(&[("region", "eu-north-1")]),
        "eu-north-1/s3/aws4_request"
    );
    assert_eq!(
        scope(&[("region", "eu-north-1"), ("service", "s3-outposts")]),
        "eu-north-1/s3-outposts/aws4_request"
    );
}

#[test]
fn a_correction_goes_by_the_rules_whatever_option_explains_the_signature() {
    let case = sample("path-encoded-twice");
    let keyring = keyring(SECRET);
    let correction = |options: &[(&str, &str)]| corrected(&case, &keyring, &settings(options));
    let plain = correction(&[]);
    assert_eq!(
        correction(&[("path-encoding", "twice")]).signature,
        plain.signature
    );
}

#[test]
fn an_option_that_spoils_a_right_signature_changes_no_verdict() {
    let case = sample("right-request");
    for options in [
        &[][..],
        &[("path-encoding", "twice")],
        &[("payload", "unsigned")],
    ] {
        let analysis = with(&case, options);
        assert_eq!(
            analysis.diagnosis.verdict.id,
            VerdictId::Match,
            "{options:?}: {:?}",
            analysis.diagnosis.verdict
        );
        assert!(analysis.diagnosis.explanations.is_empty());
    }
}

#[test]
fn an_option_that_explains_nothing_is_said_to_be_in_force() {
    let case = case_of(
        format!(
            "GET /a%20b HTTP/1.1\nHost: example.s3.amazonaws.com\nx-amz-date: 20130524T000000Z\n\
             x-amz-content-sha256: UNSIGNED-PAYLOAD\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={}\n\n",
            "ab".repeat(32)
        )
        .as_bytes(),
    );
    let analysis = with(&case, &[("path-encoding", "twice")]);
    let trace = analysis.trace.as_ref().unwrap();
    assert!(matches!(trace.outcome, Outcome::Differs { .. }));
    assert!(text(trace, Role::CanonicalRequest).contains("/a%2520b"));
    assert_eq!(analysis.diagnosis.verdict.id, VerdictId::Mismatch);
    assert!(
        analysis
            .diagnosis
            .verdict
            .details
            .iter()
            .any(|d| d.contains("path encoding = twice")),
        "{:?}",
        analysis.diagnosis.verdict
    );
}
