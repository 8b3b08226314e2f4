//! No signature that is followed here.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "signature-missing",
            raw(IAM, &[("Authorization:", "X-Was-Authorization:")]),
            raw(IAM, &[]),
        ),
        (
            "authorization-hidden",
            Input::Raw("GET / HTTP/1.1\nHost: iam.amazonaws.com\nAuthorization: XXXX\n\n".into()),
            raw(IAM, &[]),
        ),
        (
            "signature-version-2",
            raw(
                S3,
                &[(
                    "Authorization: AWS4-HMAC-SHA256 Credential=",
                    "Authorization: AWS ",
                )],
            ),
            raw(S3, &[]),
        ),
        (
            "signature-version-2",
            Input::Url(
                "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKID&Expires=1&Signature=x%3D".into(),
            ),
            url(&[("?X-Amz-Algorithm", "?Signature=1&X-Amz-Algorithm")]),
        ),
        (
            "url-of-another-scheme",
            Input::Url(
                "https://storage.googleapis.com/b/k?GoogleAccessId=a%40b&Expires=1&Signature=x%3D"
                    .into(),
            ),
            Input::Url(
                "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKID&Expires=1&Signature=x%3D".into(),
            ),
        ),
        (
            "signature-plus",
            Input::Url(
                "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKID&Expires=1&Signature=a+b%3D"
                    .into(),
            ),
            Input::Url(
                "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKID&Expires=1&Signature=a%2Bb%3D"
                    .into(),
            ),
        ),
        (
            "sigv4a-not-verified",
            raw(S3, &[("AWS4-HMAC-SHA256 ", "AWS4-ECDSA-P256-SHA256 ")]),
            raw(S3, &[]),
        ),
        (
            "sigv4a-not-verified",
            url(&[("=AWS4-HMAC-SHA256", "=AWS4-ECDSA-P256-SHA256")]),
            url(&[]),
        ),
    ]
}
