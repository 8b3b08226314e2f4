//! The `Authorization` header and the parameters of a signature.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "algorithm-unsupported",
            raw(IAM, &[("AWS4-HMAC-SHA256 Credential", "Bearer Token")]),
            raw(IAM, &[]),
        ),
        (
            "authorization-space",
            raw(S3, &[("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256  ")]),
            raw(S3, &[]),
        ),
        (
            "authorization-space",
            raw(S3, &[("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256\t")]),
            raw(S3, &[]),
        ),
        (
            "authorization-space",
            raw(S3, &[("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256")]),
            raw(S3, &[]),
        ),
        (
            "algorithm-unsupported",
            raw(S3, &[("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA1 ")]),
            raw(S3, &[]),
        ),
        (
            "two-signatures",
            raw(
                S3,
                &[("/test.txt", "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256")],
            ),
            raw(S3, &[("/test.txt", "/test.txt?X-Amz-User-Agent=x")]),
        ),
        (
            "authorization-duplicate",
            s3_and("Authorization: Bearer x"),
            s3_and("Proxy-Authorization: Bearer x"),
        ),
        (
            "authorization-mangled",
            raw(S3, &[(",SignedHeaders", " SignedHeaders")]),
            raw(S3, &[(",SignedHeaders", ",  SignedHeaders")]),
        ),
        (
            "auth-parameter-missing",
            raw(
                S3,
                &[(
                    ",Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
                    "",
                )],
            ),
            raw(S3, &[]),
        ),
        (
            "auth-parameter-missing",
            url(&[("&X-Amz-Expires=86400", "")]),
            url(&[
                ("&X-Amz-Expires=86400", ""),
                ("us-east-1%2Fs3", "us-east-1%2Fiotdevicegateway"),
            ]),
        ),
        (
            "auth-parameter-duplicate",
            url(&[(
                "&X-Amz-Expires=86400",
                "&X-Amz-Expires=86400&X-Amz-Expires=60",
            )]),
            url(&[("&X-Amz-Expires=86400", "&X-Amz-Expires=86400&x=1&x=2")]),
        ),
        (
            "auth-parameter-case",
            url(&[("X-Amz-Expires", "x-amz-expires")]),
            url(&[("?X-Amz", "?x-amz-meta=1&X-Amz")]),
        ),
        (
            "signature-shape",
            raw(S3, &[("Signature=f0e8", "Signature=F0E8")]),
            raw(S3, &[("Signature=f0e8", "Signature=0000")]),
        ),
    ]
}
