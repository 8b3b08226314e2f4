//! The body and the header that speaks of it.

use super::*;

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
