//! What is asked for next, and that what the lines print is read here and decides.
//!
//! The outputs under `recipes/` were printed by the clients and proxies themselves, run as the lines say
//! against a server that refuses everything (boto3 1.44, AWS CLI 1.46, AWS SDK for JavaScript 2.1693 and
//! 3.1168, for Go 1.44 and 2 1.17, for Java 1.11 and 2.55, for .NET 3.7, for PHP 3.276, for Ruby 3.168, for Rust
//! 1.157, Chromium 156, curl 7.88 and 8.20, mc of 2019, rclone 1.60, s3cmd 2.3, Envoy 1.40, HAProxy 2.6, nginx
//! 1.22, Ceph 16), shortened where nothing is read. `tests/real` prints them anew, and says what could not be run:
//! MinIO's trace is what mc's own printing code makes of a request, Garage's log follows its source.

use sigscope::engine::Analysis;
use sigscope::engine::diagnose::{EVERYBODY, Holder, NextStep, Piece, VerdictId};
use sigscope::engine::intake::{Case, Integrity, Side};
use sigscope::engine::scheme::{View, all};
use sigscope::engine::secret::Keyring;

use crate::common::{analyse, keyring, now, paste, settings};

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=6c68ec971218fa14b309a18f2fe94278753dd8b78c2a77ce2e571851e6ba976a";

fn checked(text: &str) -> Analysis {
    checked_with(text, &Keyring::new())
}

fn checked_with(text: &str, keyring: &Keyring) -> Analysis {
    let case = paste(text);
    let settings = settings(&[]);
    let view = View {
        case: &case,
        request: case.first_refused(),
        keyring,
        settings: &settings,
        now: now(),
    };
    sigscope::engine::analyse(all(), &view)
}

fn parties(steps: &[NextStep]) -> Vec<&str> {
    steps.iter().map(|step| step.party).collect()
}

/// The secret that the clients signed with; the server had another one.
const SIGNED_WITH: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEX";

/// What a client, a proxy or a server printed.
fn output(holder: &Holder) -> Option<String> {
    use Piece::{Arrived, ClientStrings, Request, ServerLog, ServerStrings};
    let printed = match (holder.name, holder.piece) {
        ("boto3", ServerStrings) => include_str!("recipes/boto3-strings.txt"),
        ("boto3", Request) => include_str!("recipes/boto3-request.txt"),
        ("boto3", ClientStrings) => include_str!("recipes/boto3-signer.txt"),
        ("AWS CLI", _) => include_str!("recipes/aws-cli-strings.txt"),
        ("AWS SDK for JavaScript v3", ServerStrings) => include_str!("recipes/js-v3-strings.txt"),
        ("AWS SDK for JavaScript v3", Request) => include_str!("recipes/js-v3-request.txt"),
        ("AWS SDK for JavaScript v3", _) => include_str!("recipes/js-v3-signer.txt"),
        ("AWS SDK for JavaScript v2", ServerStrings) => include_str!("recipes/js-v2-strings.txt"),
        ("AWS SDK for JavaScript v2", Request) => include_str!("recipes/js-v2-request.txt"),
        ("AWS SDK for JavaScript v2", _) => include_str!("recipes/js-v2-signer.txt"),
        ("AWS SDK for Go v2", Request) => include_str!("recipes/go-v2-request.txt"),
        ("AWS SDK for Go v2", _) => include_str!("recipes/go-v2-strings.txt"),
        ("AWS SDK for Go v1", _) => include_str!("recipes/go-v1-strings.txt"),
        ("AWS SDK for Ruby", ServerStrings) => include_str!("recipes/ruby-strings.txt"),
        ("AWS SDK for Ruby", Request) => include_str!("recipes/ruby-request.txt"),
        ("AWS SDK for Ruby", _) => include_str!("recipes/ruby-signer.txt"),
        // The body of an answer, copied.
        ("AWS SDK for Rust" | "browser", ServerStrings) => include_str!("recipes/rust-strings.txt"),
        ("AWS SDK for Rust", Request) => include_str!("recipes/rust-request.txt"),
        ("AWS SDK for Rust", _) => include_str!("recipes/rust-signer.txt"),
        // Both print the body of the answer.
        ("AWS SDK for PHP" | "AWS SDK for PHP 2", ServerStrings) => {
            include_str!("recipes/php-strings.txt")
        }
        ("AWS SDK for PHP", _) => include_str!("recipes/php-request.txt"),
        ("AWS SDK for Java 2", ServerStrings) => include_str!("recipes/java-2-strings.txt"),
        ("AWS SDK for Java 2", Request) => include_str!("recipes/java-2-request.txt"),
        ("AWS SDK for Java 1", ServerStrings) => include_str!("recipes/java-1-strings.txt"),
        ("AWS SDK for Java 1", Request) => include_str!("recipes/java-1-request.txt"),
        ("AWS SDK for .NET", ServerStrings) => include_str!("recipes/dotnet-strings.txt"),
        ("AWS SDK for .NET", _) => include_str!("recipes/dotnet-signer.txt"),
        ("AWS SDK for Java 2", _) => include_str!("recipes/java-2-signer.txt"),
        ("AWS SDK for Java 1", _) => include_str!("recipes/java-1-signer.txt"),
        ("rclone", ServerStrings) => include_str!("recipes/rclone-strings.txt"),
        ("rclone", _) => include_str!("recipes/rclone-request.txt"),
        ("s3cmd", _) => include_str!("recipes/s3cmd-strings.txt"),
        ("mc", _) => include_str!("recipes/mc-strings.txt"),
        ("curl" | "any client", ServerStrings) => include_str!("recipes/curl-strings.txt"),
        ("curl", Request) => include_str!("recipes/curl-request.txt"),
        ("curl", _) => include_str!("recipes/curl-signer.txt"),
        ("browser", _) => include_str!("recipes/browser-request.txt"),
        ("nginx", Arrived) => include_str!("recipes/nginx-arrived.txt"),
        ("Envoy", Arrived) => include_str!("recipes/envoy-arrived.txt"),
        ("HAProxy", _) => include_str!("recipes/haproxy-arrived.txt"),
        ("a listener", _) => include_str!("recipes/listener-arrived.txt"),
        ("MinIO", Arrived) => include_str!("recipes/minio-arrived.txt"),
        ("Ceph RGW", ServerLog) => include_str!("recipes/ceph-log.txt"),
        ("Garage", ServerLog) => include_str!("recipes/garage-log.txt"),
        _ => return None,
    };
    Some(printed.to_owned())
}

/// Whether strings of a side are here, whole, and their hash holds.
fn has_strings(case: &Case, side: Side, holder: &Holder) -> bool {
    // These print the canonical request that they sign, and no string to sign to check it against.
    let half = side == Side::Client && ["s3cmd", "AWS SDK for Rust"].contains(&holder.name);
    case.evidence.iter().any(|evidence| {
        let sided = evidence.side == Some(side);
        let held = matches!(
            evidence.integrity,
            Integrity::Verified | Integrity::Repaired
        );
        sided && evidence.canonical_request.is_some() && (held || half)
    })
}

#[test]
fn what_every_holder_prints_is_read_as_the_piece_it_was_asked_for() {
    let of_schemes = all().iter().flat_map(|scheme| scheme.holders());
    for holder in of_schemes.copied().flatten().chain(EVERYBODY) {
        let Some(text) = output(holder) else {
            panic!("{} {:?} has no output here", holder.name, holder.piece);
        };
        let case = paste(&text);
        let read = match holder.piece {
            Piece::ServerStrings | Piece::ServerLog => has_strings(&case, Side::Server, holder),
            Piece::ClientStrings => has_strings(&case, Side::Client, holder),
            Piece::Request | Piece::Arrived => {
                let analysis = analyse(&case, &keyring(SIGNED_WITH), &settings(&[]));
                analysis.diagnosis.verdict.id == VerdictId::Match
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
            .any(|s| s.contains("what the server told, its strings too"))
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

#[test]
fn a_gateways_log_alone_tells_whose_secret_signed() {
    let text = include_str!("recipes/ceph-log.txt");
    let sides: Vec<_> = paste(text)
        .evidence
        .iter()
        .map(|evidence| evidence.side)
        .collect();
    assert_eq!(sides, [Some(Side::Server)]);
    let verdict = |secret: &str| {
        let analysis = checked_with(text, &keyring(secret));
        analysis.diagnosis.verdict.id
    };
    assert_eq!(verdict(SIGNED_WITH), VerdictId::Match);
    assert_eq!(
        verdict("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        VerdictId::Mismatch
    );
}

#[test]
fn the_words_of_an_error_tell_which_client_printed_it() {
    let message = "The request signature we calculated does not match the signature you provided.";
    let words = [
        (
            "boto3",
            "botocore.exceptions.ClientError: An error occurred (SignatureDoesNotMatch) when calling the GetObject operation: ",
        ),
        (
            "AWS SDK for Go v2",
            "operation error S3: GetObject, https response error StatusCode: 403, RequestID: 44, HostID: abc, api error SignatureDoesNotMatch: ",
        ),
        (
            "AWS SDK for Ruby",
            "raise_response_errors.rb:17:in `call': (Aws::S3::Errors::SignatureDoesNotMatch) ",
        ),
        (
            "AWS SDK for Rust",
            "service error: unhandled error (SignatureDoesNotMatch): Error { code: \"SignatureDoesNotMatch\", message: ",
        ),
        (
            "AWS SDK for Java 1",
            "com.amazonaws.services.s3.model.AmazonS3Exception: SignatureDoesNotMatch ",
        ),
        (
            "AWS SDK for PHP",
            "PHP Fatal error: Uncaught exception 'Aws\\S3\\Exception\\S3Exception' with message 'SignatureDoesNotMatch: ",
        ),
        (
            "AWS SDK for PHP 2",
            "Aws\\S3\\Exception\\SignatureDoesNotMatchException: AWS Error Code: SignatureDoesNotMatch, Status Code: 403, AWS Request ID: 44, AWS Error Type: client, AWS Error Message: ",
        ),
        (
            "AWS SDK for .NET",
            "Amazon.S3.AmazonS3Exception: SignatureDoesNotMatch ",
        ),
        ("s3cmd", "ERROR: S3 error: 403 (SignatureDoesNotMatch): "),
        (
            "mc",
            "mc: <ERROR> Unable to list folder. SignatureDoesNotMatch ",
        ),
    ];
    for (client, text) in words {
        let steps = checked(&format!("{text}{message}\n")).diagnosis.next_steps;
        assert_eq!(parties(&steps).first(), Some(&client), "{text}");
    }
}

#[test]
fn what_only_resembles_a_clients_name_tells_of_none() {
    let message = "SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided.";
    for (none, text) in [
        // A class of the SDKs, the domain of an error of the SDK for iOS, an endpoint of a VPC.
        (
            "AWS CLI",
            "[ERROR] 2026-11-22 16:57:25 AWSClient [0x100118dc0] ",
        ),
        (
            "AWS SDK for Java 1",
            "Error Domain=com.amazonaws.AWSS3TransferUtilityErrorDomain Code=2 ",
        ),
        ("AWS SDK for Java 1", "com.amazonaws.us-east-1.s3 said: "),
        (
            "AWS SDK for PHP",
            "Aws\\S3\\Exception\\SignatureDoesNotMatchException: AWS Error Code: ",
        ),
    ] {
        let steps = checked(&format!("{text}{message}\n")).diagnosis.next_steps;
        assert_ne!(parties(&steps).first(), Some(&none), "{text}");
    }
    let steps = checked(&format!(
        "{message}\\n\\tstatus code: 403, request id: 44\n"
    ));
    let steps = steps.diagnosis.next_steps;
    assert_eq!(parties(&steps).first(), Some(&"AWS SDK for Go v1"));
}

#[test]
fn a_whole_answer_without_strings_is_not_asked_for_again() {
    let answer = "<Error><Code>SignatureDoesNotMatch</Code><Message>Signature validation failed</Message></Error>\n";
    let steps = checked(answer).diagnosis.next_steps;
    let asks = |steps: &[NextStep], words: &str| steps.iter().any(|s| s.sentence.contains(words));
    assert!(
        !asks(&steps, "A server that gives its strings"),
        "{:?}",
        parties(&steps)
    );
    assert!(!asks(&steps, "whole answer"));
    assert!(asks(&steps, "Show the request as it is sent"));
    // In AWS's own words somebody took them out, and cut, it may have held them.
    let aws = answer.replace(
        "Signature validation failed",
        "The request signature we calculated does not match the signature you provided.",
    );
    assert!(asks(
        &checked(&aws).diagnosis.next_steps,
        "A server that gives its strings"
    ));
    let cut = answer.split("</Message>").next().unwrap_or_default();
    let steps = checked(cut).diagnosis.next_steps;
    assert!(asks(&steps, "A server that gives its strings"));
}

#[test]
fn a_hidden_part_of_a_scheme_that_is_not_followed_is_not_asked_for() {
    let url = |id: &str| {
        format!(
            "https://storage.googleapis.com/b/k?GoogleAccessId={id}&Expires=1551880902&Signature=L38AddiyIOxNvPyeYCZzWEUR632c%2BzZbTz115pd3Rjo%3D\n"
        )
    };
    let steps = checked(&url("<MY_SERVICE_ACCOUNT>")).diagnosis.next_steps;
    assert!(
        steps
            .iter()
            .all(|step| !step.sentence.contains("are hidden"))
    );
    // Of a scheme that is followed it is.
    let followed = "https://s3.amazonaws.com/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T165725Z&X-Amz-Expires=300&X-Amz-Security-Token=<TOKEN>&X-Amz-SignedHeaders=host&X-Amz-Signature=6c68ec971218fa14b309a18f2fe94278753dd8b78c2a77ce2e571851e6ba976a\n";
    let steps = checked(followed).diagnosis.next_steps;
    assert!(
        steps
            .iter()
            .any(|step| step.sentence.contains("are hidden")),
        "{:?}",
        parties(&steps)
    );
}

#[test]
fn a_proxy_is_asked_to_log_every_header_that_is_signed() {
    let text = include_str!("recipes/nginx-arrived.txt");
    let steps = checked(text).diagnosis.next_steps;
    let nginx = steps.iter().find(|step| step.party == "nginx").unwrap();
    for line in [
        "'content-type: $http_content_type\\n'",
        "'x-amz-checksum-crc32: $http_x_amz_checksum_crc32\\n'",
    ] {
        assert!(nginx.snippet.contains(line), "{}", nginx.snippet);
    }
    assert_eq!(nginx.snippet.matches("$http_host").count(), 1);
    let unknown = checked("SignatureDoesNotMatch").diagnosis.next_steps;
    let nginx = unknown.iter().find(|step| step.party == "nginx").unwrap();
    assert!(nginx.snippet.contains("'NAME: $http_NAME\\n'"));
}

#[test]
fn no_line_to_be_copied_is_wider_than_a_narrow_screen() {
    let of_schemes = all().iter().flat_map(|scheme| scheme.holders());
    for holder in of_schemes.copied().flatten().chain(EVERYBODY) {
        for line in holder.snippet.lines() {
            // The name of a type of Envoy's is longer than that by itself.
            let whole = line.len() <= 78 || line.contains("type.googleapis.com");
            assert!(whole, "{}: {line}", holder.name);
        }
    }
}

#[test]
fn an_answer_that_was_provoked_gives_its_strings_and_refuses_nothing() {
    let text = include_str!("recipes/probe.txt");
    let analysis = checked_with(text, &keyring("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    let verdict = &analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Match);
    assert!(
        !verdict.sentence.contains("key differs"),
        "{}",
        verdict.sentence
    );
    assert!(analysis.diagnosis.divergences.is_empty());
    let changed = text.replacen("host: 127.0.0.1:9911", "host: changed.example", 1);
    let verdict = checked(&changed).diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch);
    assert!(verdict.sentence.contains("host"), "{}", verdict.sentence);
}

#[test]
fn a_log_that_redacts_the_signature_decides_by_the_one_that_the_server_names() {
    let text = include_str!("recipes/mc-strings.txt");
    let verdict = checked_with(text, &keyring(SIGNED_WITH)).diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Match, "{}", verdict.sentence);
    assert!(
        verdict.proved && verdict.sentence.contains("key differs"),
        "{}",
        verdict.sentence
    );
    let other = checked_with(text, &keyring("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    assert_eq!(other.diagnosis.verdict.id, VerdictId::Mismatch);
    // Where the server names none, nothing is proved.
    let unnamed = text.replacen("SignatureProvided>", "Sent>", 2);
    let verdict = checked_with(&unnamed, &keyring(SIGNED_WITH))
        .diagnosis
        .verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch, "{}", verdict.sentence);
}

#[test]
fn what_stands_among_the_metrics_of_a_call_is_the_signers_under_the_names_of_the_servers() {
    let text = include_str!("recipes/dotnet-signer.txt");
    let sides = |text: &str| -> Vec<Option<Side>> {
        let case = paste(text);
        case.evidence
            .iter()
            .filter(|evidence| evidence.canonical_request.is_some())
            .map(|evidence| evidence.side)
            .collect()
    };
    assert_eq!(sides(text), [Some(Side::Client)]);
    let json = text
        .replace(
            "AsyncCall = True; CanonicalRequest = ",
            r#"{"properties":{"AsyncCall":"True","CanonicalRequest":""#,
        )
        .replace("; StringToSign = ", r#"","StringToSign":""#)
        .replace("; ServiceName = ", r#"","ServiceName":""#);
    assert_eq!(sides(&json), [Some(Side::Client)]);
    // The same names elsewhere are those of S3's error.
    let other = text.replace("Request metrics: ", "Error: ");
    assert_eq!(sides(&other), [Some(Side::Server)]);
    let both = include_str!("recipes/dotnet-strings.txt");
    let verdict = checked_with(both, &keyring(SIGNED_WITH)).diagnosis.verdict;
    assert!(
        verdict.sentence.contains("the signer has this secret"),
        "{}",
        verdict.sentence
    );
}

/// A request of a quarter of an hour before the clock of the tests or younger.
fn young(method: &str, target: &str, more: &str, body: &str) -> String {
    let at = (now().at - chrono::TimeDelta::minutes(14)).format("%Y%m%dT%H%M%SZ");
    let day = (now().at - chrono::TimeDelta::minutes(14)).format("%Y%m%d");
    format!(
        "{method} {target} HTTP/1.1\nHost: h.example\nCookie: session=1\nX-Amz-Date: {at}\n{more}\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{day}/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-meta-who, \
         Signature=6c68ec971218fa14b309a18f2fe94278753dd8b78c2a77ce2e571851e6ba976a\n\n{body}"
    )
}

/// The step that makes a server give its strings.
fn probe(text: &str) -> NextStep {
    let steps = checked(text).diagnosis.next_steps;
    let mut steps = steps.into_iter().filter(|step| step.party == "any client");
    steps.next().expect("it is offered")
}

fn canonical(text: &str) -> Vec<u8> {
    let trace = checked(text).trace.expect("it is signed");
    let stage = trace.stage(sigscope::engine::scheme::Role::CanonicalRequest);
    stage.unwrap().output.public().unwrap().to_vec()
}

#[test]
fn a_probe_is_the_request_at_hand_but_for_the_last_character_of_its_signature() {
    for (method, target, body) in [
        ("GET", "/b/a%20b.txt", ""),
        ("DELETE", "/b/../k?versionId=%2F&x", ""),
        ("PUT", "/b/[1]", "it's 100% $HOME \"x\"\nz"),
    ] {
        let text = young(method, target, "X-Amz-Meta-Who: it's \\ me\n", body);
        let step = probe(&text);
        let line = &step.snippet;
        assert!(line.contains("curl -sS -i"), "{line}");
        assert!(!line.contains("Cookie"), "{line}");
        assert!(line.contains("ce2e571851e6ba9760'"), "{line}");
        assert!(line.ends_with(
            "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wrong PROGRAM"
        ));
        // Read back as a command it gives the same string.
        assert_eq!(canonical(line), canonical(&text), "{line}");
    }
}

#[test]
fn what_cannot_be_sent_again_or_would_not_be_answered_is_no_probe() {
    let signed = "X-Amz-Meta-Who: me\n";
    let exact = |text: &str| {
        let line = probe(text).snippet;
        line.contains("https://h.example") && !line.contains("NAME: value")
    };
    let good = young("GET", "/b/k", signed, "");
    assert!(exact(&good));
    for other in [
        // No body of an answer.
        young("HEAD", "/b/k", signed, ""),
        // A header that is signed and not here.
        young("GET", "/b/k", "", ""),
        // A part of the signature, the key id or a value is not here.
        good.replace("e6ba976a", "********"),
        good.replace("AKIAIOSFODNN7EXAMPLE", "**REDACTED**"),
        good.replace("Who: me", "Who: ***"),
        // curl would not send it so.
        young("GET", "/b/a b", signed, ""),
        // A secret of its own.
        young(
            "GET",
            "/b/k",
            "X-Amz-Meta-Who: me\nX-Amz-Server-Side-Encryption-Customer-Key: c2VjcmV0\n",
            "",
        ),
    ] {
        assert!(!exact(&other), "{other}");
    }
    // Too old for a server that gives its strings: the key id is all that is taken from it.
    let old = good.replacen(
        &(now().at - chrono::TimeDelta::minutes(14))
            .format("%Y%m%dT%H%M")
            .to_string(),
        &(now().at - chrono::TimeDelta::minutes(16))
            .format("%Y%m%dT%H%M")
            .to_string(),
        1,
    );
    let step = probe(&old);
    assert!(!step.snippet.contains("curl") && step.snippet.contains("AWS_SECRET_ACCESS_KEY=wrong"));
    assert!(
        step.sentence.contains("while the date is fresh"),
        "{}",
        step.sentence
    );
}

#[test]
fn a_probe_holds_no_session_token() {
    let token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";
    let signed = format!("X-Amz-Meta-Who: me\nX-Amz-Security-Token: {token}\n");
    let step = probe(&young("GET", "/b/k", &signed, ""));
    assert!(!step.snippet.contains(token), "{}", step.snippet);
    assert!(step.snippet.starts_with(
        "printf 'X-Amz-Security-Token: %s\\n' \"$AWS_SESSION_TOKEN\" |\n  curl -sS -i"
    ));
    assert!(step.snippet.contains("\\\n  -H @-\n"), "{}", step.snippet);
    // Where the URL carries it, the line would.
    let url = format!(
        "https://h.example/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F{}%2Fus-east-1%2Fs3\
         %2Faws4_request&X-Amz-Date={}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={}",
        now().at.format("%Y%m%d"),
        now().at.format("%Y%m%dT%H%M%SZ"),
        "6c68ec971218fa14b309a18f2fe94278753dd8b78c2a77ce2e571851e6ba976a",
    );
    assert!(probe(&url).snippet.contains("ce2e571851e6ba9760'"));
    let with_token = url.replace(
        "&X-Amz-Expires",
        &format!("&X-Amz-Security-Token={token}&X-Amz-Expires"),
    );
    assert!(!probe(&with_token).snippet.contains(token));
}

/// The lines of curl that show the server's answer.
fn curl(text: &str) -> String {
    let steps = checked(text).diagnosis.next_steps;
    let mut steps = steps.into_iter().filter(|step| step.party == "curl");
    steps.next().expect("it is offered").snippet
}

#[test]
fn curl_is_given_the_request_that_is_here() {
    let signed = "X-Amz-Meta-Who: me\n";
    // All of it while its date is taken, and with its own signature.
    let young = young("PUT", "/b/k?x=1", signed, "hello");
    let line = curl(&young);
    assert!(line.contains("ce2e571851e6ba976a'"), "{line}");
    assert_eq!(canonical(&line), canonical(&young), "{line}");
    // Of an old one the URL: its headers are made anew.
    let old = format!(
        "PUT /b/k?x=1 HTTP/1.1\nHost: h.example\nX-Amz-Date: 19691122T075713Z\nAuthorization: {}\n\nhello",
        AUTHORIZATION.replace("20261122", "19691122")
    );
    let line = curl(&old);
    assert!(
        line.starts_with("curl -sS -i -X PUT 'https://h.example/b/k?x=1' -H 'NAME: value'"),
        "{line}"
    );
    assert!(!line.contains("Authorization"), "{line}");
    // A port alone does not tell whether TLS is spoken on it; a URL of the same host and port does.
    let ported = old.replace("Host: h.example", "Host: h.example:9000");
    assert!(curl(&ported).contains("'http://h.example:9000/"));
    let told = format!("parsing domain from url https://h.example:9000...\n\n{ported}");
    assert!(
        curl(&told).contains("'https://h.example:9000/"),
        "{}",
        curl(&told)
    );
    let other = format!("parsing domain from url https://h.example:90...\n\n{ported}");
    assert!(curl(&other).contains("'http://h.example:9000/"));
    // Of a URL that carries its signature, what stands in front of it.
    let url = "https://h.example/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T075713Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=REDACTED";
    let line = curl(url);
    assert!(
        line.ends_with("curl -sS -i 'https://h.example/b/k?…'"),
        "{line}"
    );
    // What is hidden or would end the quotes is in no line.
    for other in [
        old.replace("h.example", "[REDACTED].example"),
        old.replace("/b/k", "/b/it's"),
        old.replace("/b/k", "/***/k"),
        old.replace("x=1", "security-token=IQoJb3JpZ2lu"),
    ] {
        assert!(curl(&other).contains("'URL'"), "{}", curl(&other));
    }
}

#[test]
fn a_form_is_sent_with_its_fields_to_its_address_and_without_its_token() {
    let form = r#"{"url": "https://bkt.s3.amazonaws.com/", "fields": {"key": "up/${filename}", "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request", "x-amz-date": "20261122T075713Z",
      "x-amz-security-token": "IQoJb3JpZ2luX2VjEXAMPLETOKEN", "policy": "eyJjb25kaXRpb25zIjogW119",
      "x-amz-signature": "6c68ec971218fa14b309a18f2fe94278753dd8b78c2a77ce2e571851e6ba976a"}}"#;
    let line = curl(form);
    assert!(
        line.starts_with("curl -sS -i 'https://bkt.s3.amazonaws.com/' \\\n"),
        "{line}"
    );
    assert!(
        line.contains("--form-string 'key=up/${filename}'"),
        "{line}"
    );
    assert!(line.contains("--form-string \"policy=$POLICY\""), "{line}");
    assert!(
        line.contains("\"x-amz-security-token=$SESSION_TOKEN\""),
        "{line}"
    );
    assert!(!line.contains("IQoJ"), "{line}");
    assert!(line.ends_with("-F 'file=@FILE'"), "{line}");
    let steps = checked(form).diagnosis.next_steps;
    assert!(!parties(&steps).contains(&"any client"));
}

/// A form whose fields are these, beside its key, policy and signature.
fn form(fields: &str) -> String {
    format!(
        r#"{{"url": "https://bkt.s3.amazonaws.com/", "fields": {{"key": "k", "AWSAccessKeyId": "AKIDEXAMPLE", {fields}
          "policy": "eyJjb25kaXRpb25zIjogW119", "signature": "ZmFrZXNpZ25hdHVyZWZha2VzaWduYQ=="}}}}"#
    )
}

#[test]
fn no_line_that_sends_a_form_holds_a_secret_or_a_mark_in_its_place() {
    let line = curl(&form(""));
    assert!(line.contains("'policy=eyJjb25kaXRpb25zIjogW119'"), "{line}");
    for (name, variable) in [
        ("password", "PASSWORD"),
        ("api_key", "API_KEY"),
        (
            "x-amz-server-side-encryption-customer-key",
            "AMZ_SERVER_SIDE_ENCRYPTION_CUSTOMER_KEY",
        ),
    ] {
        let line = curl(&form(&format!(r#""{name}": "PlantedValue0123456789","#)));
        assert!(!line.contains("Planted"), "{line}");
        assert!(line.contains(&format!("\"{name}=${variable}\"")), "{line}");
        // In it the same value may stand once more.
        assert!(line.contains("\"policy=$POLICY\""), "{line}");
    }
}

#[test]
fn a_parameter_whose_name_tells_of_a_secret_stands_in_no_line() {
    let signed = "X-Amz-Meta-Who: me\n";
    for target in [
        "/b/k?token=PlantedValue01",
        "/b/k?x=1&sig=PlantedValue01",
        "/b/k?api%5Fkey=PlantedValue01",
        "/b/k?password=PlantedValue01&x",
    ] {
        for step in checked(&young("GET", target, signed, ""))
            .diagnosis
            .next_steps
        {
            assert!(!step.snippet.contains("Planted"), "{}", step.snippet);
        }
        let unsigned = format!(
            "GET {target} HTTP/1.1\nHost: h.example\n\nHTTP/1.1 403 Forbidden\n\n<Error><Code>AuthenticationFailed</Code></Error>"
        );
        for step in checked(&unsigned).diagnosis.next_steps {
            assert!(!step.snippet.contains("Planted"), "{}", step.snippet);
        }
    }
    // Where a list goes on is no secret.
    let list = young("GET", "/b?continuation-token=abc", signed, "");
    assert!(probe(&list).snippet.contains("continuation-token=abc"));
    // A signed header that is hidden would be a mark in a line to be typed.
    let key = young(
        "GET",
        "/b/k",
        "X-Amz-Meta-Who: me\nX-Amz-Meta-Token: PlantedValue01\n",
        "",
    );
    for step in checked(&key).diagnosis.next_steps {
        assert!(!step.snippet.contains("Planted"), "{}", step.snippet);
    }
}

#[test]
fn what_would_be_done_twice_is_not_sent_again_as_it_is() {
    let signed = "X-Amz-Meta-Who: me\n";
    for method in ["DELETE", "POST"] {
        let line = curl(&young(method, "/b/k", signed, ""));
        assert!(!line.contains("Authorization"), "{line}");
    }
    let line = curl(&young("PUT", "/b/k", signed, "hello"));
    assert!(
        line.starts_with("# sends the same request once more\n"),
        "{line}"
    );
}
