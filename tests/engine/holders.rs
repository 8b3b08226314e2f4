//! What is asked for next, and that what the lines print is read here.
//!
//! The outputs were printed by the clients themselves against a server that refuses everything (boto3 1.44,
//! AWS CLI 1.46, AWS SDK for JavaScript 2.1693 and 3.1169, curl 7.88), shortened where nothing is read; those
//! of the SDKs for Go follow their log formats.

use sigscope::engine::Analysis;
use sigscope::engine::diagnose::{Holder, NextStep, Piece};
use sigscope::engine::scheme::{View, all};
use sigscope::engine::secret::Keyring;

use crate::common::{now, paste, settings};

const STRINGS: &str = "<StringToSign>AWS4-HMAC-SHA256\n20260520T183000Z\n20260520/us-east-1/s3/aws4_request\n\
    9f2c61d0</StringToSign><SignatureProvided>aaaa</SignatureProvided><CanonicalRequest>GET\n/b/k\n\
    a=1&amp;b=%3C\nhost:127.0.0.1:9911\n\nhost\nUNSIGNED-PAYLOAD</CanonicalRequest>";

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=6c68ec971218fa14b309a18f2fe94278753dd8b78c2a77ce2e571851e6ba976a";

fn checked(text: &str) -> Analysis {
    let case = paste(text);
    let settings = settings(&[]);
    let view = View {
        case: &case,
        request: case.first_refused(),
        keyring: &Keyring::new(),
        settings: &settings,
        now: now(),
    };
    sigscope::engine::analyse(all(), &view)
}

fn parties(steps: &[NextStep]) -> Vec<&str> {
    steps.iter().map(|step| step.party).collect()
}

/// What a source prints, for those whose output is at hand.
fn output(holder: &Holder) -> Option<String> {
    let error = format!(
        "<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code>{STRINGS}</Error>"
    );
    Some(match (holder.name, holder.piece) {
        ("boto3", Piece::ServerStrings) => {
            format!(
                "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message>{STRINGS}</Error>"
            )
        }
        ("AWS SDK for JavaScript v3", Piece::ServerStrings) => format!(
            "<Error><name>SignatureDoesNotMatch</name><Code>SignatureDoesNotMatch</Code>{STRINGS}\
             <RequestId>X</RequestId><message>The request signature</message></Error>"
        ),
        (
            "AWS SDK for JavaScript v2"
            | "AWS SDK for Java 2"
            | "AWS SDK for Rust"
            | "AWS SDK for PHP"
            | "AWS SDK for Ruby"
            | "AWS SDK for .NET"
            | "browser",
            Piece::ServerStrings,
        ) => error,
        ("AWS CLI", Piece::ServerStrings) => format!("b'{error}'\n"),
        ("curl" | "any client", Piece::ServerStrings) => format!(
            "HTTP/1.1 403 Forbidden\nContent-Type: application/xml\nServer: AmazonS3\n\n{error}"
        ),
        ("curl", Piece::Request) => format!(
            "*   Trying 127.0.0.1:9911...\n* Connected to 127.0.0.1 (127.0.0.1) port 9911 (#0)\n\
             > GET /b/k HTTP/1.1\n> Host: 127.0.0.1:9911\n> Authorization: {AUTHORIZATION}\n\
             > X-Amz-Date: 20261122T075713Z\n> User-Agent: curl/7.88.1\n> Accept: */*\n> \n\
             < HTTP/1.1 403 Forbidden\n< Content-Type: application/xml\n< \n{{ [566 bytes data]\n\
             * Connection #0 to host 127.0.0.1 left intact\n{error}"
        ),
        ("AWS SDK for Go v2", _) => format!(
            "SDK 2026/11/22 07:55:06 DEBUG Request\nGET /b/k?x-id=GetObject HTTP/1.1\nHost: 127.0.0.1:9911\n\
             Authorization: {AUTHORIZATION}\nX-Amz-Date: 20261122T075506Z\n\n\
             SDK 2026/11/22 07:55:06 DEBUG Response\nHTTP/1.1 403 Forbidden\nServer: AmazonS3\n\n{error}\n"
        ),
        ("AWS SDK for Go v1", _) => format!(
            "2026/11/22 07:55:06 DEBUG: Request s3/GetObject Details:\n\
             ---[ REQUEST POST-SIGN ]-----------------------------\nGET /b/k HTTP/1.1\n\
             Host: 127.0.0.1:9911\nAuthorization: {AUTHORIZATION}\nX-Amz-Date: 20261122T075506Z\n\n\n\
             -----------------------------------------------------\n\
             2026/11/22 07:55:06 DEBUG: Response s3/GetObject Details:\n\
             ---[ RESPONSE ]--------------------------------------\nHTTP/1.1 403 Forbidden\n\
             Server: AmazonS3\n\n\n-----------------------------------------------------\n\
             2026/11/22 07:55:06 {error}\n"
        ),
        ("boto3" | "AWS SDK for Java 2", Piece::Request) => format!(
            "PUT http://127.0.0.1:9911/b/k HTTP/1.1\nUser-Agent: Boto3/1.44.5 md/Botocore#1.44.5\n\
             X-Amz-Date: 20261122T075109Z\nAuthorization: {AUTHORIZATION}\nContent-Length: 1\n"
        ),
        ("AWS SDK for Ruby", Piece::Request) => format!(
            "PUT http://127.0.0.1:9911/b/k HTTP/1.1\nx-amz-date: 20261122T075109Z\nhost: 127.0.0.1:9911\n\
             authorization: {AUTHORIZATION}\n"
        ),
        ("AWS SDK for JavaScript v3" | "AWS SDK for PHP" | "browser" | "nginx", Piece::Request) => {
            format!(
                "PUT /b/k%20k?x-id=PutObject HTTP/1.1\ncontent-length: 2\nhost: 127.0.0.1:9911\n\
             user-agent: aws-sdk-js/3.1168.0\nx-amz-date: 20261122T075145Z\nauthorization: {AUTHORIZATION}\n"
            )
        }
        ("rclone", _) => format!(
            "2026/11/22 07:55:06 DEBUG : >>>>>>>>>>>>>>>>>>>>\n2026/11/22 07:55:06 DEBUG : HTTP REQUEST (req 0xc0)\n\
             2026/11/22 07:55:06 DEBUG : GET /b/k HTTP/1.1\nHost: 127.0.0.1:9911\n\
             Authorization: {AUTHORIZATION}\nX-Amz-Date: 20261122T075506Z\n\n\
             2026/11/22 07:55:06 DEBUG : >>>>>>>>>>>>>>>>>>>>\n2026/11/22 07:55:06 DEBUG : <<<<<<<<<<<<<<<<<<<<\n\
             2026/11/22 07:55:06 DEBUG : HTTP RESPONSE (req 0xc0)\n\
             2026/11/22 07:55:06 DEBUG : HTTP/1.1 403 Forbidden\nServer: AmazonS3\n\n{error}\n\
             2026/11/22 07:55:06 DEBUG : <<<<<<<<<<<<<<<<<<<<\n"
        ),
        _ => return None,
    })
}

#[test]
fn what_every_holder_prints_is_read_as_the_piece_it_was_asked_for() {
    for holder in all().iter().flat_map(|scheme| scheme.holders()) {
        let Some(text) = output(holder) else {
            panic!("{} has no output here", holder.name);
        };
        let case = paste(&text);
        let read = match holder.piece {
            Piece::ServerStrings => case.evidence.iter().any(|evidence| {
                let whole = |p: &sigscope::engine::intake::Pattern| {
                    p.as_exact().map(|span| case.docs.text(span).into_owned())
                };
                evidence
                    .string_to_sign
                    .as_ref()
                    .and_then(whole)
                    .is_some_and(|t| t.lines().count() == 4)
                    && evidence
                        .canonical_request
                        .as_ref()
                        .and_then(whole)
                        .is_some_and(|t| t.lines().count() == 7)
            }),
            Piece::Request => {
                let named =
                    |analysis: Analysis| analysis.trace.and_then(|trace| trace.claim.received);
                case.requests.len() == 1 && named(checked(&text)).is_some()
            }
        };
        assert!(read, "{} {:?}: {text}", holder.name, holder.piece);
    }
}

/// MinIO's answer, or S3's, to a request without its signature.
fn refused(server: &str, agent: &str) -> Analysis {
    checked(&format!(
        "GET /b/k HTTP/1.1\nHost: h.example\nUser-Agent: {agent}\nX-Amz-Date: 20261122T075713Z\n\
         Authorization: {AUTHORIZATION}\n\n\
         HTTP/1.1 403 Forbidden\nServer: {server}\nContent-Type: application/xml\n\n\
         <Error><Code>SignatureDoesNotMatch</Code><Message>m</Message></Error>"
    ))
}

#[test]
fn the_client_at_hand_is_asked_first_and_nobody_twice() {
    let analysis = refused(
        "AmazonS3",
        "Boto3/1.34.0 md/Botocore#1.34.0 Botocore/1.34.0",
    );
    let steps = parties(&analysis.diagnosis.next_steps);
    assert_eq!(steps.get(..2), Some(&["sigscope", "boto3"][..]));
    for (i, party) in steps.iter().enumerate() {
        assert!(
            !steps.get(..i).unwrap_or_default().contains(party),
            "{steps:?}"
        );
    }
}

#[test]
fn a_server_that_never_gives_its_strings_is_not_asked_for_them() {
    let asked = |server: &str| -> Vec<String> {
        let steps = refused(server, "Boto3/1.34.0").diagnosis.next_steps;
        steps.into_iter().map(|step| step.sentence).collect()
    };
    assert!(
        asked("AmazonS3")
            .iter()
            .any(|s| s.contains("server's strings"))
    );
    assert!(
        !asked("MinIO")
            .iter()
            .any(|s| s.contains("strings") || s.contains("server's answer"))
    );
}

#[test]
fn a_missing_host_is_asked_for_before_all_else() {
    let request = |headers: &str| {
        format!(
            "PUT /b/k HTTP/1.1\n{headers}X-Amz-Date: 20240427T213815Z\nAuthorization: {AUTHORIZATION}\n\n"
        )
    };
    let first = |text: &str| {
        let steps = checked(text).diagnosis.next_steps;
        steps
            .into_iter()
            .next()
            .map(|step| (step.party, step.snippet))
    };
    assert_eq!(
        first(&request("X-Forwarded-Host: local.mydomain.dev\n")),
        Some(("the request", "Host: local.mydomain.dev".to_owned()))
    );
    assert_eq!(
        first(&request("")),
        Some(("the request", "Host: HOST".to_owned()))
    );
    for named in ["Host: a.example\n", ":authority: a.example\n"] {
        let party = first(&request(named)).map(|(party, _)| party);
        assert_eq!(party, Some("sigscope"), "{named}");
    }
}
