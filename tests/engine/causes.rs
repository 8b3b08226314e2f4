//! Every sentence by which a verifier names its own cause, in every way that clients print it: each gives the same
//! finding, with the values that the sentence names.
//!
//! The sentences are the published ones of Amazon S3, of the query and JSON services (scratchstack-aws-signature's
//! chart of the order of errors), and of MinIO; the ways to print are those of the SDKs named.

use std::fmt::Write as _;

use sigscope::engine::diagnose::{Finding, VerdictId};
use sigscope::engine::secret::Keyring;
use sigscope::workbench::Work;

use crate::common::{now, work_of};

fn work(text: &str) -> Work {
    work_of(text, Keyring::new(), now())
}

/// A refusal: code, message, details, and the finding with words that it must hold where the details are printed,
/// and words where they are not.
struct Refusal {
    code: &'static str,
    message: &'static str,
    details: &'static [(&'static str, &'static str)],
    finding: &'static str,
    with_details: &'static str,
    words: &'static str,
}

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const fn refusal(
    code: &'static str,
    message: &'static str,
    finding: &'static str,
    words: &'static str,
) -> Refusal {
    Refusal {
        code,
        message,
        details: &[],
        finding,
        with_details: words,
        words,
    }
}

const REFUSALS: &[Refusal] = &[
    // The query and JSON services.
    refusal(
        "IncompleteSignature",
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'.",
        "server-refused-authorization",
        "'AWS4-HMAC-SHA1'",
    ),
    refusal(
        "IncompleteSignature",
        "'AKID' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 AKID'.",
        "server-refused-authorization",
        "'AKID' not a valid key=value pair",
    ),
    refusal(
        "IncompleteSignatureException",
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'x5aGr1wPq0T4m2C1u1tC9hTyqkEJQ0mXo7mKbkJ1qzk='.",
        "server-refused-authorization",
        "missing equal-sign",
    ),
    refusal(
        "IncompleteSignature",
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256",
        "server-refused-authorization",
        "requires 'Credential'",
    ),
    refusal(
        "IncompleteSignature",
        "AWS query-string parameters must include 'X-Amz-Credential'. Re-examine the query-string parameters.",
        "server-refused-query",
        "'X-Amz-Credential'",
    ),
    refusal(
        "IncompleteSignature",
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        "server-headers-not-signed",
        "must be a 'SignedHeader'",
    ),
    refusal(
        "IncompleteSignature",
        "Date must be in ISO-8601 'basic format'. Got '2015-08-30'. See http://en.wikipedia.org/wiki/ISO_8601",
        "server-refused-date",
        "Got '2015-08-30'",
    ),
    refusal(
        "SignatureDoesNotMatch",
        "Signature expired: 20150828T124800Z is now earlier than 20150830T122100Z (20150830T123600Z - 15 min.)",
        "server-clock-skew",
        "Your clock is 47 h 48 m slow",
    ),
    refusal(
        "InvalidSignatureException",
        "Signature not yet current: 20150830T130000Z is still later than 20150830T125100Z (20150830T123600Z + 15 min.)",
        "server-clock-skew",
        "Your clock is 24 m fast",
    ),
    refusal(
        "IncompleteSignature",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKID/20150830'",
        "server-refused-scope",
        "got 'AKID/20150830'",
    ),
    refusal(
        "SignatureDoesNotMatch",
        "Credential should be scoped to a valid region, not 'us-east'. Credential should be scoped to correct service: 'sqs'.",
        "server-refused-scope",
        "not 'us-east'",
    ),
    refusal(
        "InvalidSignatureException",
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4'.",
        "server-refused-scope",
        "not 'aws4'",
    ),
    refusal(
        "SignatureDoesNotMatch",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20130101' != '20150830', from '20150830T123600Z'.",
        "server-refused-scope",
        "'20130101' != '20150830'",
    ),
    refusal(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        "server-unknown-key",
        "The security token included in the request is invalid",
    ),
    refusal(
        "InvalidClientTokenId",
        "The security token included in the request is invalid",
        "server-token-invalid",
        "The security token included in the request is invalid",
    ),
    refusal(
        "ExpiredTokenException",
        "The security token included in the request is expired",
        "server-token-expired",
        "is expired",
    ),
    refusal(
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
        "server-saw-no-signature",
        "",
    ),
    refusal(
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
        "server-saw-no-signature",
        "",
    ),
    refusal(
        "MalformedQueryString",
        "Incomplete trailing escape % sequence",
        "server-refused-target",
        "Incomplete trailing escape % sequence",
    ),
    refusal(
        "MalformedQueryString",
        "Illegal hex character in escape % pattern: %zz",
        "server-refused-target",
        "%zz",
    ),
    refusal(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        "server-ruled-out",
        "got as far as comparing signatures",
    ),
    // Amazon S3 and those that resemble it.
    refusal(
        "InvalidArgument",
        "Authorization header is invalid -- one and only one ' ' (space) required.",
        "server-refused-authorization",
        "one and only one ' ' (space) required",
    ),
    refusal(
        "InvalidArgument",
        "Unsupported Authorization Type",
        "server-refused-authorization",
        "Unsupported Authorization Type",
    ),
    refusal(
        "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        "server-refused-version",
        "Please use AWS4-HMAC-SHA256",
    ),
    refusal(
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.",
        "server-refused-authorization",
        "three components",
    ),
    refusal(
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; missing Signature.",
        "server-refused-authorization",
        "missing Signature",
    ),
    refusal(
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; incorrect service 'sqs'. This endpoint belongs to 's3'.",
        "server-refused-scope",
        "belongs to 's3'",
    ),
    refusal(
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; Invalid credential date '20130101'. This date is not the same as X-Amz-Date: '20150830'.",
        "server-refused-scope",
        "Invalid credential date '20130101'",
    ),
    Refusal {
        code: "AuthorizationHeaderMalformed",
        message: "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
        details: &[("Region", "eu-central-1")],
        finding: "server-wants-region",
        with_details: "wants the region eu-central-1",
        words: "signed for us-east-1",
    },
    refusal(
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; the region is wrong; expecting 'us-east-1'.",
        "server-wants-region",
        "wants the region us-east-1",
    ),
    refusal(
        "AccessDenied",
        "AWS authentication requires a valid Date or x-amz-date header",
        "server-refused-date",
        "valid Date or x-amz-date",
    ),
    Refusal {
        code: "RequestTimeTooSkewed",
        message: "The difference between the request time and the current time is too large.",
        details: &[
            ("RequestTime", "Fri, 28 Apr 2017 07:01:06 GMT"),
            ("ServerTime", "2017-04-30T06:49:06Z"),
            ("MaxAllowedSkewMilliseconds", "900000"),
        ],
        finding: "server-clock-skew",
        with_details: "Your clock is 47 h 48 m slow",
        words: "The difference between the request time and the current time",
    },
    Refusal {
        code: "InvalidAccessKeyId",
        message: "The AWS Access Key Id you provided does not exist in our records.",
        details: &[("AWSAccessKeyId", "AKIAIOSFODNN7EXAMPLE")],
        finding: "server-unknown-key",
        with_details: "AKIAIOSFODNN7EXAMPLE",
        words: "does not know the key id",
    },
    refusal(
        "InvalidToken",
        "The provided token is malformed or otherwise invalid.",
        "server-token-invalid",
        "malformed or otherwise invalid",
    ),
    refusal(
        "ExpiredToken",
        "The provided token has expired.",
        "server-token-expired",
        "has expired",
    ),
    Refusal {
        code: "AccessDenied",
        message: "There were headers present in the request which were not signed",
        details: &[("HeadersNotSigned", "x-amz-acl, x-amz-meta-a")],
        finding: "server-headers-not-signed",
        with_details: "x-amz-acl and x-amz-meta-a",
        words: "headers present in the request which were not signed",
    },
    refusal(
        "InvalidRequest",
        "Missing required header for this request: x-amz-content-sha256",
        "server-refused-content-sha256",
        "x-amz-content-sha256",
    ),
    refusal(
        "InvalidArgument",
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value.",
        "server-refused-content-sha256",
        "must be UNSIGNED-PAYLOAD",
    ),
    Refusal {
        code: "XAmzContentSHA256Mismatch",
        message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
        details: &[
            ("ClientComputedContentSHA256", EMPTY),
            (
                "S3ComputedContentSHA256",
                "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447",
            ),
        ],
        finding: "server-payload-mismatch",
        with_details: "signed with the hash of an empty body",
        words: "x-amz-content-sha256",
    },
    refusal(
        "AuthorizationQueryParametersError",
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        "server-refused-query",
        "requires the X-Amz-Algorithm",
    ),
    refusal(
        "AuthorizationQueryParametersError",
        "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'ap-northeast-2'",
        "server-wants-region",
        "wants the region ap-northeast-2",
    ),
    refusal(
        "AuthorizationQueryParametersError",
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
        "server-refused-query",
        "less than 604800 seconds",
    ),
    refusal(
        "AuthorizationQueryParametersError",
        "X-Amz-Expires should be a number",
        "server-refused-query",
        "should be a number",
    ),
    refusal(
        "AuthorizationQueryParametersError",
        "Invalid credential date '20130101'. This date is not the same as X-Amz-Date: '20150830'.",
        "server-refused-query",
        "'20130101'",
    ),
    refusal(
        "AccessDenied",
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
        "server-refused-query",
        "AWSAccessKeyId",
    ),
    Refusal {
        code: "AccessDenied",
        message: "Request has expired",
        details: &[
            ("X-Amz-Expires", "900"),
            ("Expires", "2015-08-30T12:36:00Z"),
            ("ServerTime", "2015-08-30T14:36:00Z"),
        ],
        finding: "server-url-expired",
        with_details: "expired 2 h",
        words: "has expired",
    },
    Refusal {
        code: "AccessDenied",
        message: "Request is not yet valid",
        details: &[
            ("X-Amz-Date", "1440938160000"),
            ("Expires", "2015-08-30T12:51:00Z"),
            ("ServerTime", "2015-08-30T12:06:00Z"),
        ],
        finding: "server-not-yet-valid",
        with_details: "30 m",
        words: "not yet valid",
    },
    refusal(
        "AccessDenied",
        "Request is not valid yet",
        "server-not-yet-valid",
        "not yet valid",
    ),
    refusal(
        "AccessDenied",
        "Invalid according to Policy: Policy expired.",
        "server-refused-policy",
        "Policy expired",
    ),
    refusal(
        "InvalidPolicyDocument",
        "Invalid Policy: Invalid JSON.",
        "server-refused-policy",
        "Invalid JSON",
    ),
    refusal(
        "InvalidArgument",
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
        "server-refused-policy",
        "'key'",
    ),
];

/// A way to print: its name, the print, whether the code and the details stand in it.
type Print = (&'static str, String, bool);

fn prints(refusal: &Refusal) -> Vec<Print> {
    let (c, m) = (refusal.code, refusal.message);
    let json = m.replace('"', "\\\"");
    let single = m.replace('\'', "\\'");
    let entities = m.replace('\'', "&#39;").replace('"', "&quot;");
    let fields = |open: &str, middle: &str, close: &str| {
        let mut out = String::new();
        for (name, value) in refusal.details {
            write!(out, "{open}{name}{middle}{value}{close}").expect("a string takes it");
        }
        out
    };
    let elements = |text: &str| {
        let mut out = format!("<Code>{c}</Code><Message>{text}</Message>");
        for (name, value) in refusal.details {
            write!(out, "<{name}>{value}</{name}>").expect("a string takes it");
        }
        out
    };
    vec![
        (
            "S3 XML",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>{}<RequestId>R</RequestId></Error>",
                elements(m)
            ),
            true,
        ),
        (
            "query XML",
            format!(
                "<ErrorResponse><Error><Type>Sender</Type>{}</Error><RequestId>R</RequestId></ErrorResponse>",
                elements(&entities)
            ),
            true,
        ),
        (
            "JSON protocol",
            format!("{{\"__type\":\"com.amazon.coral.service#{c}\",\"message\":\"{json}\"}}"),
            false,
        ),
        ("gateway JSON", format!("{{\"message\":\"{json}\"}}"), false),
        (
            "gateway JSON, capital",
            format!("{{\"Message\": \"{json}\"}}"),
            false,
        ),
        (
            "SP-API JSON",
            format!("{{\"errors\": [ {{ \"message\": \"{json}\", \"code\": \"{c}\" }} ]}}"),
            false,
        ),
        (
            "Neptune JSON",
            format!(
                "{{\n  \"code\": \"AccessDeniedException\",\n  \"requestId\": \"1\",\n  \"detailedMessage\": \"{json}\"\n}}"
            ),
            false,
        ),
        (
            "boto3",
            format!(
                "botocore.exceptions.ClientError: An error occurred ({c}) when calling the GetObject operation: {m}"
            ),
            false,
        ),
        (
            "boto3 e.response",
            format!(
                "{{'Error': {{'Code': '{c}', 'Message': {}{}}}, 'ResponseMetadata': {{'HTTPStatusCode': 403}}}}",
                if m.contains('\'') {
                    format!("\"{json}\"")
                } else {
                    format!("'{m}'")
                },
                fields(", '", "': '", "'")
            ),
            true,
        ),
        (
            "Node, an Error",
            format!(
                "{c}: {m}\n    at de_CommandError (/app/node_modules/@aws-sdk/client-s3/dist-cjs/index.js:1:2)"
            ),
            false,
        ),
        (
            "Node, an object",
            format!(
                "{{ [{c}: x]\n  message: '{single}',\n  code: '{c}',\n{}  statusCode: 403 }}",
                fields("  ", ": '", "',\n")
                    .replace("X-Amz-Expires:", "'X-Amz-Expires':")
                    .replace("X-Amz-Date:", "'X-Amz-Date':")
            ),
            true,
        ),
        (
            "Go v1",
            format!("{c}: {m}\n\tstatus code: 403, request id: 44, host id: x"),
            false,
        ),
        (
            "Go v2",
            format!(
                "operation error S3: GetObject, https response error StatusCode: 403, RequestID: 44, HostID: x, api error {c}: {m}"
            ),
            false,
        ),
        (
            "Java v1",
            format!(
                "com.amazonaws.services.s3.model.AmazonS3Exception: {m} (Service: Amazon S3; Status Code: 403; Error Code: {c}; Request ID: 44; S3 Extended Request ID: x)"
            ),
            false,
        ),
        (
            "Java v2",
            format!(
                "software.amazon.awssdk.services.s3.model.S3Exception: {m} (Service: S3, Status Code: 403, Request ID: 44)"
            ),
            false,
        ),
        (
            "Rust",
            format!(
                "ServiceError {{ source: Unhandled {{ meta: ErrorMetadata {{ code: Some(\"{c}\"), message: Some(\"{json}\"), extras: None }} }} }}"
            ),
            false,
        ),
        (
            "PHP",
            format!(
                "Error executing \"GetObject\" on \"https://b.s3.amazonaws.com/k\"; AWS HTTP error: Client error\n{c} (client): {m} - <?xml version=\"1.0\""
            ),
            false,
        ),
        (
            "Ruby",
            format!(
                "/gems/aws-sdk-core/seahorse/client/plugins/raise_response_errors.rb:17:in `call': {m} (Aws::S3::Errors::{c})"
            ),
            false,
        ),
        (
            ".NET",
            format!(
                "Amazon.S3.AmazonS3Exception: {m}\n ---> Amazon.Runtime.Internal.HttpErrorResponseException"
            ),
            false,
        ),
        ("s3cmd", format!("ERROR: S3 error: 403 ({c}): {m}"), false),
        (
            "a log in JSON",
            format!(
                "{{\"level\":\"error\",\"msg\":\"upload failed: {c}: {json}\",\"time\":\"2015-08-30T12:36:00Z\"}}"
            ),
            false,
        ),
    ]
}

fn named<'w>(work: &'w Work, id: &str) -> Option<&'w Finding> {
    let findings = &work.analysis.diagnosis.findings;
    findings.iter().find(|finding| finding.id == id)
}

#[test]
fn every_sentence_becomes_its_finding_in_every_print() {
    let mut wrong = Vec::new();
    for refusal in REFUSALS {
        for (name, print, detailed) in prints(refusal) {
            let work = work(&print);
            let words = if detailed {
                refusal.with_details
            } else {
                refusal.words
            };
            let right = named(&work, refusal.finding)
                .is_some_and(|finding| finding.message.contains(words));
            if !right {
                let found: Vec<_> = work
                    .analysis
                    .diagnosis
                    .findings
                    .iter()
                    .map(|f| format!("{}: {}", f.id, f.message))
                    .collect();
                wrong.push(format!(
                    "{name}: {}\n    {found:?}\n    {print}",
                    refusal.message
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_refusal_for_the_signature_is_one_whatever_code_stands_beside_it() {
    let sentence = "The request signature we calculated does not match the signature you provided.";
    for print in [
        format!("{{\"code\": \"AccessDeniedException\", \"detailedMessage\": \"{sentence}\"}}"),
        "Forbidden: Invalid signature".to_owned(),
        "<Error><Code>AccessDenied</Code><Message>Forbidden: Invalid signature</Message><Resource>/b</Resource></Error>".to_owned(),
    ] {
        assert_eq!(work(&print).analysis.diagnosis.verdict.id, VerdictId::Mismatch, "{print}");
    }
    // The same words about a clock are no refusal for the signature.
    let clock = "SignatureDoesNotMatch: Signature expired: 20150828T124800Z is now earlier than 20150830T122100Z (20150830T123600Z - 15 min.)";
    assert_eq!(
        work(clock).analysis.diagnosis.verdict.id,
        VerdictId::Undecided
    );
}
