//! SignedHeaders and the headers it names.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "signed-headers-unsorted",
            raw(S3, &[("host;range", "range;host")]),
            raw(S3, &[]),
        ),
        (
            "signed-headers-duplicate",
            raw(S3, &[("host;range", "host;host;range")]),
            raw(S3, &[]),
        ),
        (
            "signed-headers-upper-case",
            raw(S3, &[("host;range", "host;Range")]),
            raw(S3, &[("Range:", "RANGE:")]),
        ),
        (
            "signed-headers-malformed",
            raw(S3, &[("host;range", "host; range")]),
            raw(S3, &[]),
        ),
        (
            "signed-headers-encoded-twice",
            url(&[("=host&", "=content-type%253Bhost&")]),
            url(&[("=host&", "=content-type%3Bhost&")]),
        ),
        (
            "host-not-signed",
            raw(S3, &[("host;range", "range")]),
            raw(S3, &[("host;range", ":authority;range")]),
        ),
        (
            "signed-header-absent",
            raw(S3, &[("Range: bytes=0-9\n", "")]),
            raw(S3, &[("Range: bytes=0-9", "RANGE:")]),
        ),
        (
            "signed-header-in-query",
            raw_url(&[("=host&", "=host%3Bx-amz-acl&x-amz-acl=private&")], ""),
            raw_url(&[("=host&", "=host%3Bx-amz-acl&")], "x-amz-acl: private\n"),
        ),
        (
            "headers-to-send",
            url(&[("=host&", "=host%3Bx-amz-acl&")]),
            raw_url(&[("=host&", "=host%3Bx-amz-acl&")], "x-amz-acl: private\n"),
        ),
        (
            "signed-header-volatile",
            raw(
                S3,
                &[
                    ("Range: bytes=0-9\n", "Accept-Encoding: gzip\n"),
                    ("host;range", "accept-encoding;host"),
                ],
            ),
            s3_and("Accept-Encoding: gzip"),
        ),
        (
            "header-not-signed",
            s3_and("x-amz-acl: private"),
            s3_and("x-amzn-trace-id: Root=1"),
        ),
        (
            "signed-header-tab",
            raw(S3, &[("bytes=0-9", "bytes=0-4,\t5-9")]),
            raw(S3, &[("bytes=0-9", "\tbytes=0-9\t")]),
        ),
        (
            "header-near-miss",
            raw(S3, &[("x-amz-content-sha256:", "x-content-sha256:")]),
            s3_and("x-content-sha256: abc"),
        ),
        (
            "signed-header-duplicate",
            s3_and("range: bytes=10-19"),
            s3_and("cookie: a"),
        ),
    ]
}
