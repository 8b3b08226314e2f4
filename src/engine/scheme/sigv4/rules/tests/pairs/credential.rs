//! The credential, its scope, the key id, the session token and the secret.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    let token = "x-amz-security-token: IQoJb3JpZ2luX2VjEXAMPLE";
    vec![
        (
            "credential-shape",
            raw(S3, &[("/us-east-1/s3/", "/s3/")]),
            raw(S3, &[("AKIAIOSFODNN7EXAMPLE", "key/with/slashes")]),
        ),
        (
            "credential-encoded-twice",
            url(&[("EXAMPLE%2F2013", "EXAMPLE%252F2013")]),
            url(&[("EXAMPLE%2F2013", "EXAMPLE%2f2013")]),
        ),
        (
            "scope-date-format",
            raw(S3, &[("/20130524/", "/2013-05-24/")]),
            raw(S3, &[("/20130524/", "/20130525/")]),
        ),
        (
            "scope-date-mismatch",
            raw(S3, &[("/20130524/", "/20130523/")]),
            raw(
                S3,
                &[(
                    "x-amz-date: 20130524T000000Z",
                    "x-amz-date: 20130524T235959Z",
                )],
            ),
        ),
        (
            "scope-terminator",
            raw(S3, &[("aws4_request", "aws4-request")]),
            raw(S3, &[]),
        ),
        (
            "region-is-host-name",
            raw(S3, &[("/us-east-1/s3/", "/s3.us-east-1.example.com/s3/")]),
            raw(S3, &[("/us-east-1/s3/", "/us-gov-east-1/s3/")]),
        ),
        (
            "region-is-host-name",
            raw(S3, &[("/us-east-1/s3/", "/s3-us-west-2/s3/")]),
            raw(S3, &[("/us-east-1/s3/", "/us-west-2/s3/")]),
        ),
        (
            "region-is-host-name",
            raw(S3, &[("/us-east-1/s3/", "/us-west-2b/s3/")]),
            raw(S3, &[("/us-east-1/s3/", "/nyc3/s3/")]),
        ),
        (
            "region-not-of-host",
            raw(SQS, &[("/us-east-1/", "/eu-west-1/")]),
            raw(
                SQS,
                &[
                    ("/us-east-1/", "/eu-west-1/"),
                    ("sqs.us-east-1.amazonaws.com", "sqs.example.com"),
                ],
            ),
        ),
        (
            "service-not-of-host",
            raw(SQS, &[("/sqs/", "/sns/")]),
            raw(SQS, &[("/sqs/", "/ses/"), ("Host: sqs.", "Host: email.")]),
        ),
        (
            "scope-case",
            raw(SQS, &[("/sqs/", "/SQS/")]),
            raw(
                SQS,
                &[
                    ("/sqs/", "/IoTSecuredTunneling/"),
                    ("Host: sqs.", "Host: api.tunneling.iot."),
                ],
            ),
        ),
        (
            "key-id-blank",
            raw(S3, &[("AKIAIOSFODNN7EXAMPLE/", "AKIAIOSFODNN7EXAMPLE /")]),
            raw(S3, &[("Credential=", "Credential= ")]),
        ),
        (
            "key-id-shape",
            raw(S3, &[("AKIAIOSFODNN7EXAMPLE", "undefined")]),
            raw(
                S3,
                &[
                    ("AKIAIOSFODNN7EXAMPLE", "minio/admin:key"),
                    ("examplebucket.s3.amazonaws.com", "minio.example.com"),
                ],
            ),
        ),
        (
            "key-id-is-secret",
            raw(
                S3,
                &[(
                    "AKIAIOSFODNN7EXAMPLE",
                    "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd",
                )],
            ),
            raw(
                S3,
                &[
                    (
                        "AKIAIOSFODNN7EXAMPLE",
                        "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd",
                    ),
                    ("examplebucket.s3.amazonaws.com", "minio.example.com"),
                ],
            ),
        ),
        (
            "session-token-missing",
            raw(S3, &[("AKIAIOS", "ASIAIOS")]),
            raw(
                S3,
                &[
                    ("AKIAIOS", "ASIAIOS"),
                    ("Range:", &format!("{token}\nRange:")),
                ],
            ),
        ),
        (
            "session-token-with-long-term-key",
            s3_and(token),
            raw(
                S3,
                &[
                    ("AKIAIOS", "ASIAIOS"),
                    ("Range:", &format!("{token}\nRange:")),
                ],
            ),
        ),
        (
            "session-token-not-signed",
            s3_and(token),
            raw(
                S3,
                &[
                    ("Range:", &format!("{token}\nRange:")),
                    ("x-amz-date,", "x-amz-date;x-amz-security-token,"),
                ],
            ),
        ),
    ]
}

#[test]
fn the_two_example_secrets_are_told_apart_without_printing_either() {
    let case = case_of(&raw(S3, &[]));
    let of_s3 = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let of_iam = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let found = judge(&case, &example_key(of_iam), then());
    let finding = find(&found, "documentation-secret").unwrap();
    assert!(!format!("{finding:?}").contains("wJalr"));
    assert!(
        find(
            &judge(&case, &example_key(of_s3), then()),
            "documentation-secret"
        )
        .is_none()
    );
    assert!(
        find(
            &judge(&case, &example_key("another"), then()),
            "documentation-secret"
        )
        .is_none()
    );
}
