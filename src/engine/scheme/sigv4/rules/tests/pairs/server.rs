//! What the server's answer says, but for its clock.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "server-refused-target",
            Input::Answer(
                "MalformedQueryString",
                "Incomplete trailing escape % sequence",
                &[],
            ),
            Input::Answer("SignatureDoesNotMatch", MISMATCH, &[]),
        ),
        (
            "server-refused-authorization",
            Input::Answer(
                "InvalidArgument",
                "Authorization header is invalid -- one and only one ' ' (space) required.",
                &[],
            ),
            Input::Answer("InvalidArgument", "Invalid part number", &[]),
        ),
        (
            "server-missed-signed-header",
            Input::Answer(
                "IncompleteSignature",
                "'x-amz-meta-a' is named as a SignedHeader, but it does not exist in the HTTP request",
                &[],
            ),
            Input::Answer(
                "IncompleteSignature",
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
                &[],
            ),
        ),
        (
            "server-refused-policy",
            Input::Answer(
                "AccessDenied",
                "Invalid according to Policy: Policy expired.",
                &[],
            ),
            Input::Answer("AccessDenied", "Access Denied", &[]),
        ),
        (
            "server-refused-authorization",
            Input::Answer("InvalidArgument", "Unsupported Authorization Type", &[]),
            Input::Answer("InvalidArgument", "Unsupported Type", &[]),
        ),
        (
            "server-refused-query",
            Input::Answer(
                "AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
                &[],
            ),
            Input::Answer("AccessDenied", "Access Denied", &[]),
        ),
        (
            "server-wants-region",
            Input::Answer(
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
                &[("Region", "eu-central-1")],
            ),
            Input::Answer(
                "NoSuchKey",
                "The specified key does not exist.",
                &[("Region", "us-east-1")],
            ),
        ),
        (
            "server-names-endpoint",
            Input::Answer(
                "PermanentRedirect",
                "The bucket you are attempting to access must be addressed using the specified endpoint.",
                &[("Endpoint", "b.s3.eu-west-1.amazonaws.com")],
            ),
            Input::Answer(
                "NoSuchBucket",
                "The specified bucket does not exist",
                &[("BucketName", "b")],
            ),
        ),
        (
            "server-refused-scope",
            Input::Answer(
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region, not 'us-east-2'. ",
                &[],
            ),
            Input::Answer("SignatureDoesNotMatch", MISMATCH, &[]),
        ),
        (
            "server-headers-not-signed",
            Input::Answer(
                "AccessDenied",
                "There were headers present in the request which were not signed",
                &[("HeadersNotSigned", "x-amz-acl, x-amz-meta-a")],
            ),
            Input::Answer("AccessDenied", "Access Denied", &[]),
        ),
        (
            "server-payload-mismatch",
            Input::Answer(
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                &[
                    ("ClientComputedContentSHA256", EMPTY),
                    ("S3ComputedContentSHA256", "abc"),
                ],
            ),
            Input::Answer(
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
                &[],
            ),
        ),
        (
            "server-digest-mismatch",
            Input::Answer(
                "BadDigest",
                "The Content-MD5 you specified did not match what we received.",
                &[
                    ("ExpectedDigest", "900150983cd24fb0d6963f7d28e17f72"),
                    ("CalculatedDigest", "1B2M2Y8AsgTpgAmY7PhCfg=="),
                ],
            ),
            Input::Answer(
                "BadDigest",
                "The CRC32 you specified did not match the calculated checksum.",
                &[],
            ),
        ),
        (
            "server-let-pass",
            Input::Answer(
                "",
                "Signatures do not match, but not raising an error, as S3_SKIP_SIGNATURE_VALIDATION=1",
                &[],
            ),
            Input::Answer("SignatureDoesNotMatch", MISMATCH, &[]),
        ),
        (
            "server-refused-content-sha256",
            Input::Answer(
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
                &[],
            ),
            Input::Answer(
                "InvalidRequest",
                "Missing required header for this request: Content-MD5",
                &[],
            ),
        ),
        (
            "server-unknown-key",
            Input::Answer(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                &[("AWSAccessKeyId", "AKIAX")],
            ),
            Input::Answer(
                "InvalidClientTokenId",
                "The security token included in the request is invalid",
                &[],
            ),
        ),
        (
            "server-refused-credentials",
            Input::Answer(
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
                &[],
            ),
            Input::Answer("AuthFailure", "Not authorized for images: [ami-1]", &[]),
        ),
        (
            "server-token-expired",
            Input::Answer("ExpiredToken", "The provided token has expired.", &[]),
            Input::Answer(
                "InvalidToken",
                "The provided token is malformed or otherwise invalid.",
                &[],
            ),
        ),
        (
            "server-token-invalid",
            Input::Answer(
                "InvalidToken",
                "The provided token is malformed or otherwise invalid.",
                &[],
            ),
            Input::Answer(
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
                &[],
            ),
        ),
        (
            "server-refused-query",
            Input::Answer(
                "AuthorizationQueryParametersError",
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
                &[],
            ),
            Input::Answer(
                "AuthorizationQueryParametersError",
                "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'ap-northeast-2'",
                &[("Region", "ap-northeast-2")],
            ),
        ),
        (
            "server-refused-authorization",
            Input::Answer(
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; missing Signature.",
                &[],
            ),
            Input::Answer(
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; incorrect service \"sqs\". This endpoint belongs to \"s3\".",
                &[],
            ),
        ),
        (
            "server-refused-date",
            Input::Answer(
                "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header",
                &[],
            ),
            Input::Answer("RequestTimeTooSkewed", SKEW, &[]),
        ),
        (
            "server-refused-version",
            Input::Answer(
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
                &[],
            ),
            Input::Answer(
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
                &[],
            ),
        ),
        (
            "server-saw-no-signature",
            Input::Answer(
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
                &[],
            ),
            Input::Answer("SignatureDoesNotMatch", MISMATCH, &[]),
        ),
        (
            "server-refused-chunk",
            Input::Answer(
                "InvalidChunkSizeError",
                "Only the last chunk is allowed to have a size less than 8192 bytes",
                &[],
            ),
            Input::Answer("SignatureDoesNotMatch", MISMATCH, &[]),
        ),
        (
            "server-ruled-out",
            Input::Answer("SignatureDoesNotMatch", MISMATCH, &[]),
            Input::Answer(
                "SignatureDoesNotMatch",
                "Signature expired: 20240101T000000Z is now earlier than 20240101T040000Z (20240101T041500Z - 15 min.)",
                &[],
            ),
        ),
        (
            "server-denied-permission",
            Input::Answer("AccessDenied", "Access Denied", &[]),
            Input::Answer("AccessDenied", "Request has expired", &[]),
        ),
    ]
}
