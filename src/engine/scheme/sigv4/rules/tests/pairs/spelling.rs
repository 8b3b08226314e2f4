//! Host, path and query as they are spelled.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "host-set-by-proxy",
            raw(
                S3,
                &[("Range:", "X-Forwarded-Host: files.example.com\nRange:")],
            ),
            raw(
                S3,
                &[(
                    "Range:",
                    "X-Forwarded-Host: examplebucket.s3.amazonaws.com, edge.example\nRange:",
                )],
            ),
        ),
        (
            "raw-plus-in-query",
            url(&[(
                "&X-Amz-Expires",
                "&X-Amz-Security-Token=IQoJ+b%2F3&X-Amz-Expires",
            )]),
            url(&[(
                "&X-Amz-Expires",
                "&X-Amz-Security-Token=IQoJ%2Bb%2F3&X-Amz-Expires",
            )]),
        ),
        (
            "raw-plus-in-query",
            raw(S3, &[("/test.txt", "/?prefix=a+b")]),
            raw(S3, &[("/test.txt", "/a+b?prefix=a%20b")]),
        ),
        (
            "parameter-of-tracker",
            url(&[("&X-Amz-Expires", "&utm_source=mail&X-Amz-Expires")]),
            url(&[("&X-Amz-Expires", "&source=utm_mail&X-Amz-Expires")]),
        ),
        (
            "path-encoded-twice",
            raw(S3, &[("/test.txt", "/a%2520b")]),
            raw(S3, &[("/test.txt", "/100%25%20b?a=%2520")]),
        ),
        (
            "path-character-signed-encoded",
            raw(S3, &[("/test.txt", "/a(1).txt")]),
            raw(S3, &[("/test.txt", "/a%281%29-_~.txt?a=(1)")]),
        ),
        (
            "percent-escape-lower-case",
            raw(S3, &[("/test.txt", "/a%c3%a9")]),
            raw(S3, &[("/test.txt", "/a%C3%A9?a=%41")]),
        ),
    ]
}
