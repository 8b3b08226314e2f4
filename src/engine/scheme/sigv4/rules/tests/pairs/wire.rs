//! What is refused before any signature is looked at.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "method-unknown",
            raw(S3, &[("GET /", "get /")]),
            raw(S3, &[("GET /", "PATCH /")]),
        ),
        (
            "percent-escape-invalid",
            raw(S3, &[("/test.txt", "/te%zzst.txt")]),
            raw(S3, &[("/test.txt", "/te%7est.txt")]),
        ),
        (
            "percent-escape-invalid",
            raw(S3, &[("/test.txt", "/test.txt?a=%4&b=1")]),
            raw(S3, &[("/test.txt", "/test.txt?a=%41&b=1")]),
        ),
        (
            "percent-escape-invalid",
            url(&[("?X-Amz-Algorithm", "?a=100%&X-Amz-Algorithm")]),
            url(&[("?X-Amz-Algorithm", "?a=100%25&X-Amz-Algorithm")]),
        ),
        (
            "path-not-absolute",
            raw(S3, &[("GET /test.txt", "GET test.txt")]),
            raw(S3, &[("GET /test.txt", "OPTIONS *")]),
        ),
        (
            "path-above-root",
            raw(S3, &[("/test.txt", "/a/../../test.txt")]),
            raw(S3, &[("/test.txt", "/a/./../test.txt/..")]),
        ),
        (
            "path-above-root",
            raw(IAM, &[("GET /?", "GET /%2e%2E/?")]),
            raw(IAM, &[("GET /?", "GET /.../?")]),
        ),
        (
            "content-type-malformed",
            raw(IAM, &[("application/x-www-form-urlencoded", "form")]),
            raw(IAM, &[]),
        ),
    ]
}
