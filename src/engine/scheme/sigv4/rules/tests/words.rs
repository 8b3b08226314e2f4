//! What findings say: the very values, and no more than is proved.

use super::*;
use sha2::{Digest as _, Sha256};

use crate::engine::scheme::sigv4::date;

/// The message of the finding `id` on `input`.
fn says(input: &Input, id: &str) -> String {
    let found = of(input);
    find(&found, id)
        .unwrap_or_else(|| panic!("no {id} in {found:#?}"))
        .message
        .clone()
}

fn severity(input: &Input, id: &str) -> Severity {
    find(&of(input), id).unwrap().severity
}

#[test]
fn a_skewed_clock_is_told_to_the_minute() {
    let skewed = |request, server| {
        let details: &'static [(&str, &str)] = Box::leak(Box::new([
            ("RequestTime", request),
            ("ServerTime", server),
            ("MaxAllowedSkewMilliseconds", "900000"),
        ]));
        says(
            &Input::Answer(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                details,
            ),
            "server-clock-skew",
        )
    };
    let slow = skewed("20191102T153031Z", "2019-11-04T15:18:31Z");
    assert!(slow.starts_with("Your clock is 47 h 48 m slow"), "{slow}");
    assert!(
        slow.contains("2019-11-02 15:30:31 UTC") && slow.contains("2019-11-04 15:18:31 UTC"),
        "{slow}"
    );
    assert!(slow.ends_with("it allows 15 m."), "{slow}");
    let fast = skewed("Fri, 28 Apr 2017 07:01:06 GMT", "2017-04-28T06:01:06Z");
    assert!(fast.starts_with("Your clock is 1 h fast"), "{fast}");
}

#[test]
fn the_sentence_of_the_query_services_tells_the_same() {
    let expired = says(
        &Input::Answer(
            "SignatureDoesNotMatch",
            "Signature expired: 20180406T140208Z is now earlier than 20180406T140214Z \
             (20180406T140714Z - 5 min.)",
            &[],
        ),
        "server-clock-skew",
    );
    assert!(
        expired.starts_with("Your clock is 5 m 6 s slow"),
        "{expired}"
    );
    assert!(expired.ends_with("it allows 5 m."), "{expired}");
    let early = says(
        &Input::Answer(
            "InvalidSignatureException",
            "Signature not yet current: 20190411T195400Z is still later than 20190411T193909Z \
             (20190411T192409Z + 15 min.)",
            &[],
        ),
        "server-clock-skew",
    );
    assert!(early.starts_with("Your clock is 29 m 51 s fast"), "{early}");
}

#[test]
fn the_clock_in_the_servers_sentence_is_the_best_one() {
    let case = case_of(&Input::Answer(
        "SignatureDoesNotMatch",
        "Signature expired: 20180406T140208Z is now earlier than 20180406T140214Z \
         (20180406T140714Z - 5 min.)",
        &[],
    ));
    let (settings, keyring) = (Settings::new(), Keyring::new());
    let view = View {
        case: &case,
        request: None,
        keyring: &keyring,
        settings: &settings,
        now: then(),
    };
    let (at, source) = best_clock(&view);
    assert_eq!(date::basic(at), "20180406T140714Z");
    assert!(matches!(source, ClockSource::Server(_)));
}

#[test]
fn an_expired_url_says_since_when() {
    let said = says(
        &url(&[(
            "X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400",
            "X-Amz-Date=20130523T194300Z&X-Amz-Expires=300",
        )]),
        "url-expired",
    );
    assert!(
        said.starts_with("The URL expired 4 h 12 m ago by the time given with --now"),
        "{said}"
    );
    let told = says(
        &Input::Answer(
            "AccessDenied",
            "Request has expired",
            &[
                ("Expires", "2024-01-01T00:05:00Z"),
                ("ServerTime", "2024-01-01T04:17:00Z"),
            ],
        ),
        "server-url-expired",
    );
    assert!(told.contains("expired 4 h 12 m before"), "{told}");
    let early = says(
        &Input::Answer(
            "AccessDenied",
            "Request is not yet valid",
            &[
                ("X-Amz-Date", "1704070800000"),
                ("ServerTime", "2024-01-01T00:00:00Z"),
            ],
        ),
        "server-not-yet-valid",
    );
    assert!(early.contains("signed 1 h ahead"), "{early}");
}

#[test]
fn the_region_the_server_wants_is_read_from_its_own_words() {
    let region = |input: &Input| {
        let case = case_of(input);
        let evidence = case.evidence.first()?;
        server_region(&case.docs, evidence)
    };
    let malformed = "The authorization header is malformed; the region 'us-east-1' is wrong; \
                     expecting 'eu-central-1'";
    let element = Input::Answer(
        "AuthorizationHeaderMalformed",
        malformed,
        &[("Region", "eu-central-1")],
    );
    assert_eq!(region(&element).as_deref(), Some("eu-central-1"));
    let sentence = Input::Answer("AuthorizationHeaderMalformed", malformed, &[]);
    assert_eq!(region(&sentence).as_deref(), Some("eu-central-1"));
    // MinIO's wording.
    let minio = Input::Answer(
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; the region is wrong; expecting 'us-east-1'.",
        &[],
    );
    assert_eq!(region(&minio).as_deref(), Some("us-east-1"));
    // MinIO puts its region into every error; that is no wish.
    let other = Input::Answer(
        "NoSuchKey",
        "The specified key does not exist.",
        &[("Region", "us-east-1")],
    );
    assert_eq!(region(&other), None);
    let said = says(&element, "server-wants-region");
    assert!(
        said.contains("wants the region eu-central-1") && said.contains("for us-east-1"),
        "{said}"
    );
}

#[test]
fn an_empty_body_that_was_hashed_is_named() {
    let answered = Input::Answer(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        &[
            (
                "ClientComputedContentSHA256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                "S3ComputedContentSHA256",
                "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5",
            ),
        ],
    );
    let found = of(&answered);
    let finding = find(&found, "server-payload-mismatch").unwrap();
    assert!(finding.help.starts_with("You hashed an empty body"));
    assert!(finding.message.contains("e3b0c442") && finding.message.contains("230d8358"));
    // The same from the request alone.
    let held = raw(S3, &[("GET", "PUT"), ("bdb41\n\n", "bdb41\n\nbody")]);
    let found = of(&held);
    let finding = find(&found, "content-sha256-mismatch").unwrap();
    assert!(
        finding.help.starts_with("You hashed an empty body"),
        "{finding:?}"
    );
    assert!(
        finding
            .message
            .contains("230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5")
    );
}

#[test]
fn severity_follows_what_the_verifier_is_known_to_do() {
    // S3 refuses; others differ.
    let unsigned = raw(S3, &[("Range:", "x-amz-acl: private\nRange:")]);
    assert_eq!(severity(&unsigned, "header-not-signed"), Severity::Error);
    let at_iam = raw(IAM, &[("X-Amz-Date:", "x-amz-target: a\nX-Amz-Date:")]);
    assert_eq!(severity(&at_iam, "header-not-signed"), Severity::Warning);
    // A server that only resembles S3 may take a missing hash.
    let bare = [
        (
            "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
            "",
        ),
        (";x-amz-content-sha256", ""),
    ];
    assert_eq!(
        severity(&raw(S3, &bare), "content-sha256-missing"),
        Severity::Error
    );
    let elsewhere = [
        bare[0],
        bare[1],
        ("examplebucket.s3.amazonaws.com", "minio.example.com"),
    ];
    assert_eq!(
        severity(&raw(S3, &elsewhere), "content-sha256-missing"),
        Severity::Warning
    );
    // S3's endpoints hand on requests for other regions; other services refuse.
    let region = [("s3.amazonaws.com", "s3.eu-west-1.amazonaws.com")];
    assert_eq!(
        severity(&raw(S3, &region), "region-not-of-host"),
        Severity::Warning
    );
    let iam = [("/us-east-1/", "/eu-west-1/")];
    assert_eq!(
        severity(&raw(IAM, &iam), "region-not-of-host"),
        Severity::Error
    );
    // A length may be signed, at some risk.
    let length = [
        ("Range: bytes=0-9", "Content-Length: 0"),
        ("host;range", "content-length;host"),
    ];
    assert_eq!(
        severity(&raw(S3, &length), "signed-header-volatile"),
        Severity::Note
    );
}

#[test]
fn a_comparison_of_signatures_proves_what_is_checked_before() {
    let s3 = says(
        &Input::Answer(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check \
             your key and signing method.",
            &[],
        ),
        "server-ruled-out",
    );
    assert!(
        s3.contains("clock, region, key id") && !s3.contains("token"),
        "{s3}"
    );
    let others = says(
        &Input::Answer(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check \
             your AWS Secret Access Key and signing method. Consult the service documentation for \
             details.",
            &[],
        ),
        "server-ruled-out",
    );
    assert!(others.contains("session token"), "{others}");
}

#[test]
fn a_url_lists_what_must_be_sent_with_it() {
    let listed = url(&[("=host&", "=content-type%3Bhost%3Bx-amz-acl&")]);
    let said = says(&listed, "headers-to-send");
    assert!(said.contains("content-type and x-amz-acl"), "{said}");
    assert!(find(&of(&listed), "signed-header-absent").is_none());
}

#[test]
fn redacted_and_cut_values_are_not_blamed() {
    for changes in [
        [("AKIAIOSFODNN7EXAMPLE", "AKIA****************")],
        [("AKIAIOSFODNN7EXAMPLE", "<redacted>")],
        [(
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            "f0e8bdb87c...",
        )],
        [(
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            "***",
        )],
    ] {
        let found = of(&raw(S3, &changes));
        assert!(find(&found, "key-id-shape").is_none(), "{found:#?}");
        assert!(find(&found, "signature-shape").is_none(), "{found:#?}");
    }
}

#[test]
fn no_finding_repeats_a_session_token_or_a_secret() {
    let token = "IQoJb3JpZ2luX2VjEHOT0KENVALUE";
    let line = format!("x-amz-security-token: {token}\nRange:");
    let secret = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd";
    for input in [
        raw(S3, &[("Range:", &line)]),
        url(&[(
            "&X-Amz-Expires",
            &format!("&X-Amz-Security-Token={token}&X-Amz-Expires"),
        )]),
        raw(S3, &[("AKIAIOSFODNN7EXAMPLE", secret)]),
    ] {
        for finding in of(&input) {
            let all = format!("{} {}", finding.message, finding.help);
            assert!(!all.contains("KENVALUE") && !all.contains(secret), "{all}");
        }
    }
}

#[test]
fn nothing_hidden_reaches_a_message() {
    let odd = raw(
        S3,
        &[
            ("AKIAIOSFODNN7EXAMPLE", "AK\u{200b}IA\u{1b}[31m"),
            ("bytes=0-9", "\u{202e}x"),
        ],
    );
    for finding in of(&odd) {
        let text = format!("{}{}", finding.message, finding.help);
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(!text.contains(['\u{200b}', '\u{202e}']), "{text:?}");
    }
}

/// The ids of the findings on a paste, read and analysed as the program does it.
fn of_paste(text: &str) -> Vec<&'static str> {
    use crate::engine::intake::{Input, read};
    let inputs = [Input {
        name: "paste".to_owned(),
        source: Source::Paste,
        bytes: Bytes::from(text.to_owned()),
    }];
    let case = read(&inputs, None);
    let (settings, keyring) = (Settings::new(), Keyring::new());
    let view = View {
        case: &case,
        request: (!case.requests.is_empty()).then_some(0),
        keyring: &keyring,
        settings: &settings,
        now: then(),
    };
    let analysis = crate::engine::analyse(crate::engine::scheme::all(), &view);
    analysis.diagnosis.findings.iter().map(|f| f.id).collect()
}

#[test]
fn an_answer_without_request_and_strings_is_still_read() {
    for (body, id) in [
        (
            "<Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the \
             current time is too large.</Message><RequestTime>20191102T153031Z</RequestTime>\
             <ServerTime>2019-11-04T15:18:31Z</ServerTime>",
            "server-clock-skew",
        ),
        (
            "<Code>AccessDenied</Code><Message>There were headers present in the request which were \
             not signed</Message><HeadersNotSigned>x-amz-acl</HeadersNotSigned>",
            "server-headers-not-signed",
        ),
        (
            "<Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>300</X-Amz-Expires>\
             <Expires>2024-01-01T00:05:00Z</Expires><ServerTime>2024-01-01T04:17:00Z</ServerTime>",
            "server-url-expired",
        ),
        (
            "<Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in \
             our records.</Message><AWSAccessKeyId>AKIAX</AWSAccessKeyId>",
            "server-unknown-key",
        ),
    ] {
        let found = of_paste(&format!("<?xml version=\"1.0\"?>\n<Error>{body}</Error>\n"));
        assert!(found.contains(&id), "{id}: {found:?}");
    }
    assert!(
        of_paste("<Error><Code>NoSuchKey</Code><Message>No such key</Message></Error>").is_empty()
    );
}

#[test]
fn what_the_documentation_signed_is_without_blemish_as_a_paste() {
    for text in [S3, URL] {
        let found = of_paste(text);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn a_body_in_chunks_is_not_held_against_the_hash_of_what_they_hold() {
    let hash = hex::encode(Sha256::digest("body"));
    let sent = |coding: &str| {
        raw(
            S3,
            &[
                ("GET", "PUT"),
                ("Range: bytes=0-9", coding),
                (
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                    &hash,
                ),
                ("bdb41\n\n", "bdb41\n\n4\r\nbody\r\n0\r\n\r\n"),
            ],
        )
    };
    let chunked = of(&sent("Transfer-Encoding: chunked"));
    assert!(find(&chunked, "content-sha256-mismatch").is_none());
    assert!(find(&chunked, "body-in-chunks").is_some());
    let plain = of(&sent("Range: bytes=0-9"));
    assert!(find(&plain, "content-sha256-mismatch").is_some());
    assert!(find(&plain, "body-in-chunks").is_none());
}

#[test]
fn another_kind_of_authorization_is_named_without_what_stands_behind_it() {
    let with = |value: &str| raw(IAM, &[("AWS4-HMAC-SHA256 Credential", value)]);
    let bearer = says(&with("Bearer eyJhbGciOi"), "algorithm-unsupported");
    assert!(bearer.contains("of the kind Bearer"), "{bearer}");
    assert!(!bearer.contains("eyJ"), "{bearer}");
    // A word alone may be the token itself.
    let alone =
        Input::Raw("GET / HTTP/1.1\nHost: iam.amazonaws.com\nAuthorization: eyJhbGciOi\n\n".into());
    let text = says(&alone, "algorithm-unsupported");
    assert!(!text.contains("eyJ"), "{text}");
}

#[test]
fn a_request_without_a_signature_is_refused_by_all_but_s3() {
    let without = |base| raw(base, &[("Authorization:", "X-Was-Authorization:")]);
    assert_eq!(
        severity(&without(IAM), "signature-missing"),
        Severity::Error
    );
    assert_eq!(
        severity(&without(S3), "signature-missing"),
        Severity::Warning
    );
}

#[test]
fn an_escape_that_cannot_be_read_is_named_with_its_place() {
    for (target, named) in [
        ("/a%zz", "the escape %zz, which holds what is no hex digit"),
        ("/?a=%4", "the escape %4, which is cut off"),
        ("/?a=%&b=1", "the escape %, which is cut off"),
    ] {
        let text = says(&raw(S3, &[("/test.txt", target)]), "percent-escape-invalid");
        assert!(text.contains(named), "{text}");
    }
}
