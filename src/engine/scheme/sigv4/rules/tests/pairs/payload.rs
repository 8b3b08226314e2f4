//! The body and the header that speaks of it.

use super::*;

/// SHA-256 of `{"a":1,"b":[]}`.
const COMPACT: &str = "f87e4099e9be5e75094e0a4f46d3dc18a9c37429314a5a2490fb78d31e7e170c";

/// SHA-256 of `{}`.
const BRACES: &str = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "content-sha256-missing",
            raw(
                S3,
                &[
                    (&format!("x-amz-content-sha256: {EMPTY}\n"), ""),
                    (";x-amz-content-sha256", ""),
                ],
            ),
            raw(SQS, &[]),
        ),
        (
            "content-sha256-invalid",
            raw(
                S3,
                &[(EMPTY, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")],
            ),
            raw(S3, &[(EMPTY, "UNSIGNED-PAYLOAD")]),
        ),
        (
            "content-sha256-mismatch",
            raw(S3, &[("GET", "PUT"), ("bdb41\n\n", "bdb41\n\nbody")]),
            raw(
                S3,
                &[
                    ("GET", "PUT"),
                    (EMPTY, "UNSIGNED-PAYLOAD"),
                    ("bdb41\n\n", "bdb41\n\nbody"),
                ],
            ),
        ),
        (
            "body-spelled-otherwise",
            // sha256 of {"a":1,"b":[]}
            raw(
                S3,
                &[
                    ("GET", "PUT"),
                    (EMPTY, COMPACT),
                    ("bdb41\n\n", "bdb41\n\n{\"a\": 1, \"b\": []}"),
                ],
            ),
            raw(
                S3,
                &[
                    ("GET", "PUT"),
                    (EMPTY, COMPACT),
                    ("bdb41\n\n", "bdb41\n\n{\"a\": 2, \"b\": []}"),
                ],
            ),
        ),
        (
            "payload-hash-of-nothing",
            raw(
                S3,
                &[("GET", "PUT"), ("Range:", "Content-Length: 4\nRange:")],
            ),
            raw(
                S3,
                &[("GET", "PUT"), ("Range:", "Content-Length: 0\nRange:")],
            ),
        ),
        (
            "payload-hash-of-known-text",
            raw(S3, &[(EMPTY, BRACES)]),
            raw(
                S3,
                &[
                    ("GET", "POST"),
                    (EMPTY, BRACES),
                    ("bdb41\n\n", "bdb41\n\n{}"),
                ],
            ),
        ),
        (
            "checksum-of-nothing",
            url(&[(
                "?X-Amz-Algorithm",
                "?x-amz-checksum-crc32=AAAAAA%3D%3D&X-Amz-Algorithm",
            )]),
            url(&[(
                "?X-Amz-Algorithm",
                "?x-amz-checksum-crc32=AAAAAQ%3D%3D&X-Amz-Algorithm",
            )]),
        ),
        (
            "checksum-of-nothing",
            raw(
                S3,
                &[
                    ("GET", "PUT"),
                    ("Range:", "x-amz-checksum-crc32: AAAAAA==\nRange:"),
                    ("bdb41\n\n", "bdb41\n\nbody"),
                ],
            ),
            raw(
                S3,
                &[
                    ("GET", "PUT"),
                    ("Range:", "x-amz-checksum-crc32: AAAAAA==\nRange:"),
                ],
            ),
        ),
        (
            "unsigned-payload",
            raw(
                SQS,
                &[(
                    "x-amz-date:",
                    "x-amz-content-sha256: UNSIGNED-PAYLOAD\nx-amz-date:",
                )],
            ),
            raw(S3, &[(EMPTY, "UNSIGNED-PAYLOAD")]),
        ),
        (
            "payload-signing-unsupported",
            raw(
                SQS,
                &[
                    ("/sqs/", "/vpc-lattice-svcs/"),
                    (
                        "x-amz-date:",
                        &format!("x-amz-content-sha256: {EMPTY}\nx-amz-date:"),
                    ),
                ],
            ),
            raw(
                SQS,
                &[
                    ("/sqs/", "/vpc-lattice-svcs/"),
                    (
                        "x-amz-date:",
                        "x-amz-content-sha256: UNSIGNED-PAYLOAD\nx-amz-date:",
                    ),
                ],
            ),
        ),
        (
            "streaming-presigned",
            raw_url(
                &[],
                "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\n",
            ),
            raw_url(&[], "x-amz-content-sha256: UNSIGNED-PAYLOAD\n"),
        ),
        (
            "decoded-length-missing",
            raw(S3, &[(EMPTY, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")]),
            raw(
                S3,
                &[(
                    EMPTY,
                    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD\nx-amz-decoded-content-length: 3",
                )],
            ),
        ),
        (
            "trailer-missing",
            raw(S3, &[(EMPTY, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")]),
            raw(
                S3,
                &[(
                    EMPTY,
                    "STREAMING-UNSIGNED-PAYLOAD-TRAILER\nx-amz-trailer: x-amz-checksum-crc32",
                )],
            ),
        ),
        (
            "body-in-chunks",
            raw(
                SQS,
                &[
                    ("Content-Length: 4", "Transfer-Encoding: chunked"),
                    ("body", "4\r\nbody\r\n0\r\n\r\n"),
                ],
            ),
            raw(SQS, &[("Content-Length: 4", "Transfer-Encoding: chunked")]),
        ),
        ("body-missing", raw(SQS, &[("\n\nbody", "")]), raw(SQS, &[])),
        (
            "content-length-mismatch",
            raw(SQS, &[("Content-Length: 4", "Content-Length: 5")]),
            raw(SQS, &[]),
        ),
        (
            "body-on-get",
            raw(S3, &[("bdb41\n\n", "bdb41\n\nbody")]),
            raw(SQS, &[]),
        ),
    ]
}
