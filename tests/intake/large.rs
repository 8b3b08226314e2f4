//! Logs of very many calls: every one of them is found, and none is paired with another's.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::*;

const CALLS: usize = 2_000;

#[test]
fn every_call_of_a_long_log_is_found_and_paired_with_its_own_answer() {
    let mut log = String::new();
    for number in 0..CALLS {
        let front = format!(
            "2026-04-02 14:03:10,{:03} - MainThread - botocore",
            number % 1000
        );
        let date = format!(
            "20260402T{:02}{:02}{:02}Z",
            number / 3600,
            number / 60 % 60,
            number % 60
        );
        let canonical = format!(
            "GET\n/key-{number}\n\nhost:ex.org\nx-amz-date:{date}\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD"
        );
        let scope = "20260402/eu-west-1/s3/aws4_request";
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
            hex::encode(Sha256::digest(&canonical))
        );
        let signature = hex::encode(Sha256::digest(&to_sign));
        let _ = write!(
            log,
            "{front}.auth - DEBUG - CanonicalRequest:\n{canonical}\n{front}.auth - DEBUG - StringToSign:\n{to_sign}\n{front}.auth - DEBUG - Signature:\n{signature}\nGET /key-{number} HTTP/1.1\nHost: ex.org\nX-Amz-Date: {date}\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}\n\n{front}.parsers - DEBUG - Response body:\nb'<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}</StringToSign><SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{}</CanonicalRequest></Error>'\n",
            to_sign.replace('\n', "\\n"),
            canonical.replace('\n', "\\n"),
        );
    }
    let case = read(log.as_bytes());
    assert_eq!(case.requests.len(), CALLS);
    assert_eq!(case.evidence.len(), 2 * CALLS);
    for (place, evidence) in case.evidence.iter().enumerate() {
        assert!(
            matches!(
                evidence.integrity,
                Integrity::Verified | Integrity::Repaired
            ),
            "{place}: {:?}",
            evidence.integrity
        );
    }
    for request in [0, 1, 999, CALLS - 1] {
        assert_eq!(case.evidence_for(request), [2 * request, 2 * request + 1]);
    }
}
