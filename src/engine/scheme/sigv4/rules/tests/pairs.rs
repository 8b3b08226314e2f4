//! One pair for each id: what must bring it up, and what resembles that and must not.

use super::*;

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const SKEW: &str = "The difference between the request time and the current time is too large.";
const MISMATCH: &str = "The request signature we calculated does not match the signature you \
    provided. Check your key and signing method.";

/// A request to a service other than S3.
const SQS: &str = "POST / HTTP/1.1\n\
Host: sqs.us-east-1.amazonaws.com\n\
Content-Length: 4\n\
x-amz-date: 20130524T000000Z\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/sqs/aws4_request, \
SignedHeaders=host;x-amz-date, \
Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n\nbody";

/// A presigned URL as a raw request.
fn raw_url(changes: &[(&str, &str)], headers: &str) -> Input {
    let target = with(URL, changes);
    let target = target
        .strip_prefix("https://examplebucket.s3.amazonaws.com")
        .unwrap();
    Input::Raw(format!(
        "GET {target} HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n{headers}\n"
    ))
}

/// Adds a header to the S3 request.
fn s3_and(header: &str) -> Input {
    raw(S3, &[("Range:", &format!("{header}\nRange:"))])
}

fn pairs() -> Vec<(&'static str, Input, Input)> {
    let token = "x-amz-security-token: IQoJb3JpZ2luX2VjEXAMPLE";
    vec![
        // The request as a whole.
        (
            "request-too-large",
            raw(
                S3,
                &[("/test.txt", &format!("/test.txt?{}", "a=b&".repeat(4_096)))],
            ),
            raw(
                S3,
                &[("/test.txt", &format!("/test.txt?{}", "a=b&".repeat(4_095)))],
            ),
        ),
        (
            "unseen-character",
            raw(S3, &[("bytes=0-9", "bytes=0\u{A0}9")]),
            raw(S3, &[("bytes=0-9", "bytes=0 9")]),
        ),
        (
            "unseen-character",
            raw(S3, &[("/test.txt", "/te\u{200B}st.txt")]),
            raw(S3, &[("/test.txt", "/tést.txt")]),
        ),
        (
            "unseen-character",
            url(&[("/test.txt", "/te%E2%80%8Bst.txt")]),
            url(&[("/test.txt", "/t%C3%A9st.txt")]),
        ),
        (
            "unseen-character",
            url(&[("?X-Amz-Algorithm", "?prefix=\u{FF0F}a&X-Amz-Algorithm")]),
            url(&[("?X-Amz-Algorithm", "?prefix=%2Fa&X-Amz-Algorithm")]),
        ),
        (
            "unseen-character",
            raw(S3, &[("Credential=AKIA", "Credential=\u{FEFF}AKIA")]),
            raw(S3, &[]),
        ),
        (
            "unseen-character",
            raw(S3, &[("AKIAIOSFODNN7", "AKIAI\u{41E}SFODNN7")]),
            raw(S3, &[]),
        ),
        (
            "unseen-character",
            raw(S3, &[("=host;range", "=host;\u{AD}range")]),
            raw(S3, &[]),
        ),
        (
            "unseen-character",
            raw(S3, &[("bytes=0-9\n", "bytes=0-9\r\n")]),
            // A tab is a remark of its own.
            raw(S3, &[("bytes=0-9\n", "bytes=0\t9\n")]),
        ),
        // What is refused before any signature is looked at.
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
        // No signature that is followed here.
        (
            "signature-missing",
            raw(IAM, &[("Authorization:", "X-Was-Authorization:")]),
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
            "sigv4a-not-verified",
            raw(S3, &[("AWS4-HMAC-SHA256 ", "AWS4-ECDSA-P256-SHA256 ")]),
            raw(S3, &[]),
        ),
        (
            "sigv4a-not-verified",
            url(&[("=AWS4-HMAC-SHA256", "=AWS4-ECDSA-P256-SHA256")]),
            url(&[]),
        ),
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
        // The Authorization header.
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
        // The credential.
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
        // Time.
        (
            "date-missing",
            raw(S3, &[("x-amz-date: 20130524T000000Z\n", "")]),
            raw(
                S3,
                &[(
                    "x-amz-date: 20130524T000000Z",
                    "Date: Fri, 24 May 2013 00:00:00 GMT",
                )],
            ),
        ),
        (
            "date-format",
            raw(S3, &[(": 20130524T000000Z", ": 2013-05-24T00:00:00Z")]),
            raw(
                S3,
                &[(
                    "x-amz-date: 20130524T000000Z",
                    "Date: Fri, 24 May 2013 00:00:00 GMT",
                )],
            ),
        ),
        (
            "date-duplicate",
            s3_and("X-Amz-Date: 20130524T000000Z"),
            s3_and("Date: Fri, 24 May 2013 00:00:00 GMT"),
        ),
        (
            "expires-range",
            url(&[("=86400", "=604801")]),
            url(&[("=86400", "=604800")]),
        ),
        (
            "url-expired",
            url(&[("X-Amz-Date=20130524", "X-Amz-Date=20130520")]),
            url(&[("X-Amz-Date=20130524T00", "X-Amz-Date=20130523T01")]),
        ),
        (
            "request-too-old",
            raw(S3, &[(": 20130524T000000Z", ": 20130523T234459Z")]),
            raw(S3, &[(": 20130524T000000Z", ": 20130523T234500Z")]),
        ),
        (
            "request-from-the-future",
            raw(S3, &[(": 20130524T000000Z", ": 20130524T001501Z")]),
            raw(S3, &[(": 20130524T000000Z", ": 20130524T001500Z")]),
        ),
        (
            "clock-drift",
            raw(S3, &[(": 20130524T000000Z", ": 20130524T000600Z")]),
            raw(S3, &[(": 20130524T000000Z", ": 20130524T000400Z")]),
        ),
        // Signed headers.
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
            "host-not-signed",
            raw(S3, &[("host;range", "range")]),
            raw(S3, &[("host;range", ":authority;range")]),
        ),
        (
            "host-missing",
            raw(S3, &[("Host: examplebucket.s3.amazonaws.com\n", "")]),
            raw(S3, &[("Host:", ":authority:")]),
        ),
        (
            "host-duplicate",
            s3_and("host: examplebucket.s3.amazonaws.com"),
            s3_and("x-host: examplebucket.s3.amazonaws.com"),
        ),
        (
            "host-default-port",
            raw(S3, &[("s3.amazonaws.com", "s3.amazonaws.com:443")]),
            raw(S3, &[("s3.amazonaws.com", "s3.amazonaws.com:8443")]),
        ),
        (
            "private-host-in-url",
            url(&[("examplebucket.s3.amazonaws.com", "minio:9000")]),
            url(&[("examplebucket.s3.amazonaws.com", "minio.example.com:9000")]),
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
        // Body.
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
        // The target.
        (
            "s3-uri-in-path",
            raw(S3, &[("/test.txt", "/s3://bucket/key")]),
            raw(S3, &[("/test.txt", "/s3/bucket/key")]),
        ),
        (
            "bucket-twice",
            raw(S3, &[("/test.txt", "/examplebucket/test.txt")]),
            raw(S3, &[("/test.txt", "/examplebucket2/test.txt")]),
        ),
        (
            "path-double-slash",
            raw(S3, &[("/test.txt", "//test.txt")]),
            raw(S3, &[("/test.txt", "/a/test.txt?x=//")]),
        ),
        (
            "website-endpoint",
            raw(
                S3,
                &[(
                    "examplebucket.s3.amazonaws",
                    "examplebucket.s3-website-us-east-1.amazonaws",
                )],
            ),
            raw(S3, &[]),
        ),
        (
            "fragment-in-target",
            url(&[("/test.txt", "/te#st.txt")]),
            url(&[("/test.txt", "/te%23st.txt")]),
        ),
        (
            "target-not-encoded",
            raw(S3, &[("/test.txt", "/te st.txt")]),
            raw(S3, &[("/test.txt", "/te%20st+~!$&'()*,;=:@.txt")]),
        ),
        (
            "target-not-encoded",
            raw(SQS, &[("POST / ", "POST /?a=\u{fc} ")]),
            raw(SQS, &[("POST / ", "POST /?a=%C3%BC/?b ")]),
        ),
        ("host-not-of-target", raw(S3, &[]), raw(S3, &[])),
        // What the server's answer says.
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
            "server-clock-skew",
            Input::Answer(
                "RequestTimeTooSkewed",
                SKEW,
                &[
                    ("RequestTime", "20191102T153031Z"),
                    ("ServerTime", "2019-11-04T15:18:31Z"),
                    ("MaxAllowedSkewMilliseconds", "900000"),
                ],
            ),
            Input::Answer("AccessDenied", "Request has expired", &[]),
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
            "server-url-expired",
            Input::Answer(
                "AccessDenied",
                "Request has expired",
                &[
                    ("X-Amz-Expires", "300"),
                    ("Expires", "2024-01-01T00:05:00Z"),
                    ("ServerTime", "2024-01-01T04:17:00Z"),
                ],
            ),
            Input::Answer("AccessDenied", "Access Denied", &[]),
        ),
        (
            "server-not-yet-valid",
            Input::Answer(
                "AccessDenied",
                "Request is not yet valid",
                &[
                    ("X-Amz-Date", "1704070800000"),
                    ("ServerTime", "2024-01-01T00:00:00Z"),
                ],
            ),
            Input::Answer("AccessDenied", "Request has expired", &[]),
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

#[test]
fn each_finding_is_made_where_it_must_and_not_where_it_only_looks_so() {
    // These need more than a request: they have tests of their own below.
    let elsewhere = [
        "host-not-of-target",
        "documentation-secret",
        // tests/engine/edges.rs
        "secret-white-space",
        "body-final-newline",
        // tests/engine/another.rs
        "server-other-request",
    ];
    let pairs = pairs();
    for check in ALL {
        assert!(
            pairs.iter().any(|(id, ..)| *id == check.id) || elsewhere.contains(&check.id),
            "{} has no pair",
            check.id
        );
    }
    let mut wrong = Vec::new();
    for (id, bad, alike) in &pairs {
        let Some(check) = ALL.iter().find(|check| check.id == *id) else {
            panic!("{id} is not in the table");
        };
        if elsewhere.contains(id) {
            continue;
        }
        let found = of(bad);
        match find(&found, id) {
            None => wrong.push(format!("{id} is missing: {:?}", ids(&found))),
            Some(finding) => {
                assert!(finding.severity <= check.severity, "{id}");
                assert!(!finding.labels.is_empty(), "{id} points nowhere");
                assert!(!finding.message.starts_with("the "), "{finding:?}");
                assert!(
                    !finding.help.is_empty() && finding.message.ends_with(['.', '”']),
                    "{finding:?}"
                );
                let case = case_of(bad);
                for label in &finding.labels {
                    assert!(
                        case.docs.whole(label.span.doc).contains(label.span),
                        "{finding:?}"
                    );
                }
            }
        }
        let found = of(alike);
        if find(&found, id).is_some() {
            wrong.push(format!("{id} on the look-alike: {:?}", find(&found, id)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn ids(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.id).collect()
}

#[test]
fn a_target_that_names_another_host_than_the_header() {
    let named = |authority: &str| {
        let mut case = case_of(&raw(S3, &[]));
        let doc = case
            .docs
            .give("authority", Source::File, Bytes::from(authority.to_owned()));
        case.requests[0].target.authority = Some(case.docs.whole(doc));
        judge(&case, &Keyring::new(), then())
    };
    assert!(find(&named("other.example.com"), "host-not-of-target").is_some());
    assert!(
        find(
            &named("EXAMPLEBUCKET.s3.amazonaws.com:443"),
            "host-not-of-target"
        )
        .is_none()
    );
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
