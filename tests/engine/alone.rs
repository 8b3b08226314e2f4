//! A server's refusal and nothing else: every refusal of S3 that is known by its text, alone and beside a
//! request that it is not about.
//!
//! The messages are those that S3 and servers like it answer with, the parts that vary filled in. What must be
//! said of each was judged by what its text states, no more.

use sigscope::engine::Analysis;
use sigscope::engine::diagnose::{OTHER_REQUEST, Severity, VerdictId};
use sigscope::engine::intake::Case;
use sigscope::engine::scheme::View;
use sigscope::engine::secret::Keyring;

use crate::common::{keyring, now, paste, settings};

/// A refusal, and what must be said of it.
#[derive(Copy, Clone)]
struct Refusal {
    code: &'static str,
    message: &'static str,
    /// Further elements of the answer.
    beside: &'static str,
    /// The one remark it brings up.
    finding: &'static str,
    /// What the sentence must hold.
    says: &'static [&'static str],
    /// Whether it is about a signature in the query.
    query: bool,
}

const HEADER: &str = "AuthorizationHeaderMalformed";
const QUERY: &str = "AuthorizationQueryParametersError";

const fn of_header(
    code: &'static str,
    message: &'static str,
    finding: &'static str,
    says: &'static [&'static str],
) -> Refusal {
    Refusal {
        code,
        message,
        beside: "",
        finding,
        says,
        query: false,
    }
}

const fn of_query(
    code: &'static str,
    message: &'static str,
    finding: &'static str,
    says: &'static [&'static str],
) -> Refusal {
    Refusal {
        query: true,
        ..of_header(code, message, finding, says)
    }
}

const fn with(beside: &'static str, refusal: Refusal) -> Refusal {
    Refusal { beside, ..refusal }
}

const REFUSALS: &[Refusal] = &[
    of_header(
        "InvalidArgument",
        "Authorization header is invalid -- one and only one ' ' (space) required.",
        "server-refused-authorization",
        &["The server says: “Authorization header is invalid -- one and only one ' ' (spa"],
    ),
    of_header(
        "InvalidArgument",
        "Unsupported Authorization Type",
        "server-refused-authorization",
        &["The server says: “Unsupported Authorization Type"],
    ),
    of_header(
        "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        "server-refused-version",
        &["The server says: “The authorization mechanism you have provided is not support"],
    ),
    of_header(
        HEADER,
        "The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.",
        "server-refused-authorization",
        &["The server says: “The authorization header is malformed; the authorization hea"],
    ),
    of_header(
        HEADER,
        "The authorization header is malformed; missing Credential.",
        "server-refused-authorization",
        &["The server says: “The authorization header is malformed; missing Credential"],
    ),
    of_header(
        HEADER,
        "The authorization header is malformed; the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        "server-refused-authorization",
        &["The server says: “The authorization header is malformed; the Credential is mal"],
    ),
    of_header(
        HEADER,
        "The authorization header is malformed; incorrect date format \"2013-05-24\". This date in the credential must be in the format \"yyyyMMdd\".",
        "server-refused-scope",
        &["The server says: “The authorization header is malformed; incorrect date format"],
    ),
    with(
        "<Region>eu-central-1</Region>",
        of_header(
            HEADER,
            "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
            "server-wants-region",
            &["wants the region eu-central-1", "signed for us-east-1"],
        ),
    ),
    of_header(
        HEADER,
        "The authorization header is malformed; incorrect service \"sqs\". This endpoint belongs to \"s3\".",
        "server-refused-scope",
        &["The server says: “The authorization header is malformed; incorrect service \"sq"],
    ),
    of_header(
        HEADER,
        "The authorization header is malformed; incorrect terminal \"aws4\". This endpoint uses \"aws4_request\".",
        "server-refused-scope",
        &["The server says: “The authorization header is malformed; incorrect terminal \"a"],
    ),
    of_header(
        HEADER,
        "The authorization header is malformed; Invalid credential date \"20130523\". This date is not the same as X-Amz-Date: \"20130524\".",
        "server-refused-scope",
        &["The server says: “The authorization header is malformed; Invalid credential da"],
    ),
    of_header(
        "AccessDenied",
        "AWS authentication requires a valid Date or x-amz-date header",
        "server-refused-date",
        &["The server says: “AWS authentication requires a valid Date or x-amz-date heade"],
    ),
    with(
        "<RequestTime>20130524T000000Z</RequestTime><ServerTime>2013-05-24T01:00:00Z</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>",
        of_header(
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
            "server-clock-skew",
            &[
                "1 h",
                "2013-05-24 00:00:00 UTC",
                "2013-05-24 01:00:00 UTC",
                "15 m",
            ],
        ),
    ),
    with(
        "<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>",
        of_header(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            "server-unknown-key",
            &["does not know the key id AKIAIOSFODNN7EXAMPLE"],
        ),
    ),
    of_header(
        "InvalidToken",
        "The provided token is malformed or otherwise invalid.",
        "server-token-invalid",
        &["The server says: “The provided token is malformed or otherwise invalid"],
    ),
    of_header(
        "ExpiredToken",
        "The provided token has expired.",
        "server-token-expired",
        &["The server says: “The provided token has expired"],
    ),
    with(
        "<HeadersNotSigned>x-amz-acl, x-amz-meta-a</HeadersNotSigned>",
        of_header(
            "AccessDenied",
            "There were headers present in the request which were not signed",
            "server-headers-not-signed",
            &["x-amz-acl and x-amz-meta-a", "SignedHeaders"],
        ),
    ),
    of_header(
        "InvalidRequest",
        "Missing required header for this request: x-amz-content-sha256",
        "server-refused-content-sha256",
        &["The server says: “Missing required header for this request: x-amz-content-sha2"],
    ),
    of_header(
        "InvalidArgument",
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD or a valid sha256 value.",
        "server-refused-content-sha256",
        &["The server says: “x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS"],
    ),
    with(
        "<ClientComputedContentSHA256>e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</ClientComputedContentSHA256><S3ComputedContentSHA256>0000000000000000000000000000000000000000000000000000000000000000</S3ComputedContentSHA256>",
        of_header(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            "server-payload-mismatch",
            &[
                "hash of an empty body",
                "0000000000000000000000000000000000000000000000000000000000000000",
            ],
        ),
    ),
    of_header(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        "server-ruled-out",
        &["refused the signature", "gave no strings"],
    ),
    of_query(
        QUERY,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        "server-refused-query",
        &["The server says: “Query-string authentication version 4 requires the X-Amz-Alg"],
    ),
    of_query(
        "AccessDenied",
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
        "server-refused-query",
        &["The server says: “Query-string authentication requires the Signature, Expires "],
    ),
    of_query(
        QUERY,
        "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"",
        "server-refused-query",
        &["The server says: “X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECD"],
    ),
    of_query(
        QUERY,
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        "server-refused-query",
        &["The server says: “Error parsing the X-Amz-Credential parameter; the Credential"],
    ),
    with(
        "<Region>ap-northeast-2</Region>",
        of_query(
            QUERY,
            "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'ap-northeast-2'",
            "server-wants-region",
            &["wants the region ap-northeast-2", "signed for us-east-1"],
        ),
    ),
    of_query(
        QUERY,
        "Error parsing the X-Amz-Credential parameter; incorrect service \"sqs\". This endpoint belongs to \"s3\".",
        "server-refused-query",
        &["The server says: “Error parsing the X-Amz-Credential parameter; incorrect serv"],
    ),
    of_query(
        QUERY,
        "Error parsing the X-Amz-Credential parameter; incorrect terminal \"aws4\". This endpoint uses \"aws4_request\".",
        "server-refused-query",
        &["The server says: “Error parsing the X-Amz-Credential parameter; incorrect term"],
    ),
    of_query(
        QUERY,
        "Error parsing the X-Amz-Credential parameter; incorrect date format \"2013-05-24\". This date in the credential must be in the format \"yyyyMMdd\".",
        "server-refused-query",
        &["The server says: “Error parsing the X-Amz-Credential parameter; incorrect date"],
    ),
    of_query(
        QUERY,
        "Invalid credential date \"20130523\". This date is not the same as X-Amz-Date: \"20130524\".",
        "server-refused-query",
        &["The server says: “Invalid credential date \"20130523\". This date is not the sam"],
    ),
    of_query(
        QUERY,
        "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        "server-refused-query",
        &["The server says: “X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HH"],
    ),
    of_query(
        QUERY,
        "X-Amz-Expires should be a number",
        "server-refused-query",
        &["The server says: “X-Amz-Expires should be a number"],
    ),
    of_query(
        QUERY,
        "X-Amz-Expires must be non-negative",
        "server-refused-query",
        &["The server says: “X-Amz-Expires must be non-negative"],
    ),
    of_query(
        QUERY,
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
        "server-refused-query",
        &["The server says: “X-Amz-Expires must be less than a week (in seconds); that is"],
    ),
    with(
        "<X-Amz-Expires>300</X-Amz-Expires><Expires>2013-05-24T00:05:00Z</Expires><ServerTime>2013-05-24T04:17:00Z</ServerTime>",
        of_query(
            "AccessDenied",
            "Request has expired",
            "server-url-expired",
            &[
                "expired 4 h 12 m before",
                "2013-05-24 00:05:00 UTC",
                "2013-05-24 04:17:00 UTC",
            ],
        ),
    ),
    with(
        "<X-Amz-Date>1369353600000</X-Amz-Date><Expires>2013-05-24T00:05:00Z</Expires><ServerTime>2013-05-23T00:00:00Z</ServerTime>",
        of_query(
            "AccessDenied",
            "Request is not yet valid",
            "server-not-yet-valid",
            &[
                "24 h ahead",
                "2013-05-24 00:00:00 UTC against 2013-05-23 00:00:00 UTC",
            ],
        ),
    ),
];

fn xml(refusal: &Refusal, beside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>{}{beside}\
         <RequestId>4442587FB7D0A2F9</RequestId></Error>\n",
        refusal.code,
        refusal.message.replace('<', "&lt;").replace('>', "&gt;"),
        refusal.beside
    )
}

fn analysed(case: &Case, request: Option<usize>, keyring: &Keyring) -> Analysis {
    let settings = settings(&[]);
    let view = View {
        case,
        request,
        keyring,
        settings: &settings,
        now: now(),
    };
    sigscope::engine::analyse(sigscope::engine::scheme::all(), &view)
}

#[test]
fn a_refusal_alone_says_what_its_text_states_and_no_more() {
    for refusal in REFUSALS {
        let case = paste(&xml(refusal, ""));
        let which = refusal.message;
        assert!(
            case.requests.is_empty() && case.evidence.len() == 1,
            "{which}"
        );
        for keyring in [Keyring::new(), keyring("secret")] {
            let analysis = analysed(&case, None, &keyring);
            let verdict = &analysis.diagnosis.verdict;
            // Of a signature that was compared there is one code; all others say nothing of it.
            let (id, status) = match refusal.code {
                "SignatureDoesNotMatch" => (VerdictId::Mismatch, 1),
                _ => (VerdictId::Undecided, 3),
            };
            assert_eq!(
                (verdict.id, verdict.id.exit_status()),
                (id, status),
                "{which}"
            );
            assert!(!verdict.proved, "{which}");
            for part in refusal.says {
                assert!(
                    verdict.sentence.contains(part),
                    "{which}: {}",
                    verdict.sentence
                );
            }
            let findings = &analysis.diagnosis.findings;
            let ids: Vec<&str> = findings.iter().map(|f| f.id).collect();
            assert_eq!(ids, [refusal.finding], "{which}");
            let grave = match refusal.code {
                "SignatureDoesNotMatch" => Severity::Note,
                _ => Severity::Error,
            };
            assert_eq!(findings[0].severity, grave, "{which}");
            assert!(!findings[0].help.is_empty(), "{which}");
            let claim = analysis.trace.as_ref().map(|trace| trace.claim.scheme.0);
            let own = if refusal.query {
                "sigv4-query"
            } else {
                "sigv4-header"
            };
            assert_eq!(claim, Some(own), "{which}");
            let answer = &analysis.diagnosis.holdings[0];
            assert!(
                answer.present && answer.state.contains(refusal.code),
                "{which}"
            );
        }
    }
}

/// The GET of the S3 documentation (Authorization header examples), rightly signed.
const REQUEST: &str = "GET /test.txt HTTP/1.1\n\
Host: examplebucket.s3.amazonaws.com\n\
Range: bytes=0-9\n\
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
x-amz-date: 20130524T000000Z\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n\n";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[test]
fn a_refusal_of_another_request_colours_nothing_of_this_one() {
    let signature = "0".repeat(64);
    for refusal in REFUSALS {
        let which = refusal.message;
        let other = format!("<SignatureProvided>{signature}</SignatureProvided>");
        for (secret, id) in [(SECRET, VerdictId::Match), ("", VerdictId::Undecided)] {
            let ring = match secret {
                "" => Keyring::new(),
                secret => keyring(secret),
            };
            let case = paste(&format!("{REQUEST}{}", xml(refusal, &other)));
            let about_another = analysed(&case, Some(0), &ring).diagnosis;
            assert_eq!(about_another.verdict.id, id, "{which}");
            let ids = about_another.findings.iter().map(|f| f.id);
            let server: Vec<&str> = ids.filter(|id| id.starts_with("server-")).collect();
            assert_eq!(server, [OTHER_REQUEST], "{which}");
            // But for that remark, all is as if the answer were not there.
            let alone = paste(REQUEST);
            let alone = analysed(&alone, Some(0), &ring).diagnosis;
            assert_eq!(
                about_another.verdict.sentence, alone.verdict.sentence,
                "{which}"
            );
            let others = about_another.findings.len() - 1;
            assert_eq!(others, alone.findings.len(), "{which}");
        }
    }
}

#[test]
fn a_refusal_of_this_request_is_told_beside_the_right_signature() {
    for refusal in REFUSALS.iter().filter(|refusal| !refusal.query) {
        let which = refusal.message;
        let case = paste(&format!("{REQUEST}{}", xml(refusal, "")));
        let diagnosis = analysed(&case, Some(0), &keyring(SECRET)).diagnosis;
        let (id, status) = match refusal.code {
            "SignatureDoesNotMatch" => (VerdictId::Match, 0),
            _ => (VerdictId::Rejected, 1),
        };
        let verdict = &diagnosis.verdict;
        assert_eq!(
            (verdict.id, verdict.id.exit_status()),
            (id, status),
            "{which}"
        );
        let known = diagnosis.findings.iter().any(|f| f.id == refusal.finding);
        assert!(known, "{which}: {:?}", diagnosis.findings);
        if id == VerdictId::Rejected {
            for part in refusal.says {
                assert!(
                    verdict.sentence.contains(part),
                    "{which}: {}",
                    verdict.sentence
                );
            }
        }
    }
}

#[test]
fn of_two_causes_the_servers_own_is_told_first_and_the_other_beside_it() {
    let (code, message) = ("ExpiredToken", "The provided token has expired.");
    let refusal = of_header(code, message, "", &[]);
    let unsigned = REQUEST.replacen("Range:", "x-amz-acl: private\nRange:", 1);
    let case = paste(&format!("{unsigned}{}", xml(&refusal, "")));
    let diagnosis = analysed(&case, Some(0), &keyring(SECRET)).diagnosis;
    let verdict = &diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Rejected);
    assert!(
        verdict.sentence.contains("token has expired"),
        "{}",
        verdict.sentence
    );
    let quoted: Vec<&str> = verdict
        .quotes
        .iter()
        .map(|at| diagnosis.findings[*at].id)
        .collect();
    assert!(
        quoted.contains(&"server-token-expired"),
        "{quoted:?} {:?}",
        diagnosis.findings
    );
    for at in &verdict.quotes {
        let said = &diagnosis.findings[*at].message;
        let told = verdict.sentence.contains(said.as_str()) || verdict.details.contains(said);
        assert!(told, "{said}: {:?}", verdict.details);
    }
}

#[test]
fn a_refusal_of_permission_is_quoted_where_the_signature_is_right() {
    let refusal = of_header("AccessDenied", "Access Denied", "", &[]);
    let case = paste(&format!("{REQUEST}{}", xml(&refusal, "")));
    let diagnosis = analysed(&case, Some(0), &keyring(SECRET)).diagnosis;
    let verdict = &diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Match);
    let quoted: Vec<&str> = verdict
        .quotes
        .iter()
        .map(|at| diagnosis.findings[*at].id)
        .collect();
    assert_eq!(quoted, ["server-denied-permission"], "{}", verdict.sentence);
}
