//! Requests that logs record in their own notations, pastes that stop in them, and what somebody hid: what is there is
//! read and verified, and nothing is concluded of what is not.
//!
//! The request is the first example of the Amazon S3 API Reference, "Signature Calculations for the Authorization
//! Header"; every notation is the literal format of the program named.

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Body, Input};
use sigscope::engine::scheme::{Outcome, Reason};
use sigscope::engine::secret::Keyring;
use sigscope::workbench::{Fixed, Work, Workbench};

use crate::common::{analyse, keyring, now, paste, settings};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const HOST: &str = "examplebucket.s3.amazonaws.com";
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const VALUE: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";

fn work_with(text: &str, keyring: Keyring) -> Work {
    let mut bench = Workbench::new(Arc::new(Fixed(keyring)));
    bench.inputs.push(Input {
        name: "input".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    bench.work(now())
}

/// With the documentation's secret.
fn work(text: &str) -> Work {
    work_with(text, keyring(SECRET))
}

/// Without any.
fn alone(text: &str) -> Work {
    work_with(text, Keyring::new())
}

fn ids(work: &Work) -> Vec<&'static str> {
    let findings = &work.analysis.diagnosis.findings;
    findings.iter().map(|f| f.id).collect()
}

fn outcome(work: &Work) -> Option<Outcome> {
    work.analysis.trace.as_ref().map(|trace| trace.outcome)
}

fn sentence(work: &Work) -> (VerdictId, &str) {
    let verdict = &work.analysis.diagnosis.verdict;
    (verdict.id, &verdict.sentence)
}

fn first_step(work: &Work) -> &'static str {
    let steps = &work.analysis.diagnosis.next_steps;
    steps.first().map_or("", |step| step.party)
}

/// The members that hold the headers: a list of values for each, or one value.
fn headers(listed: bool) -> String {
    let pairs = [
        ("Authorization", VALUE),
        ("Connection", "close"),
        ("Host", HOST),
        ("Range", "bytes=0-9"),
        ("X-Amz-Content-Sha256", HASH),
        ("X-Amz-Date", "20130524T000000Z"),
    ];
    let member = |(name, value): (&str, &str)| {
        if listed {
            format!("\"{name}\":[\"{value}\"]")
        } else {
            format!("\"{}\":\"{value}\"", name.to_ascii_lowercase())
        }
    };
    pairs.map(member).join(",")
}

/// The program, and its line.
fn records() -> Vec<(&'static str, String)> {
    vec![
        (
            "MinIO of 2017",
            format!(
                "ERRO[0807] {{\"method\":\"GET\",\"path\":\"/test.txt\",\"query\":\"\",\"header\":{{{}}}}}  source=\"[auth-handler.go:100]\"\n",
                headers(true)
            ),
        ),
        (
            "MinIO of 2018",
            format!(
                "[2013-05-24T00:00:00.162Z] [ERROR] {{\"method\":\"GET\",\"reqURI\":\"/test.txt\",\"header\":{{{}}}}}\n",
                headers(true)
            ),
        ),
        (
            "pino",
            format!(
                "{{\"level\":30,\"pid\":7,\"req\":{{\"id\":1,\"method\":\"GET\",\"url\":\"/test.txt\",\"query\":{{}},\"headers\":{{{}}},\"remoteAddress\":\"::1\"}},\"msg\":\"request\"}}\n",
                headers(false)
            ),
        ),
        (
            "Caddy",
            format!(
                "{{\"level\":\"info\",\"ts\":1369353600.1,\"request\":{{\"remote_ip\":\"192.0.2.1\",\"proto\":\"HTTP/1.1\",\"method\":\"GET\",\"host\":\"{HOST}\",\"uri\":\"/test.txt\",\"headers\":{{{}}}}},\"status\":403}}\n",
                headers(true)
            ),
        ),
        (
            "an event of API Gateway",
            format!(
                "{{\n  \"path\": \"/test.txt\",\n  \"httpMethod\": \"GET\",\n  \"headers\": {{{}}}\n}}\n",
                headers(false)
            ),
        ),
    ]
}

#[test]
fn a_request_that_is_recorded_as_an_object_verifies() {
    for (program, line) in records() {
        let work = work(&line);
        assert_eq!(work.case.requests.len(), 1, "{program}");
        assert_eq!(
            outcome(&work),
            Some(Outcome::Equal),
            "{program}: {:?}",
            ids(&work)
        );
    }
    // Without a signature it is one of the many objects of a log; what is assigned belongs to a program.
    let (_, line) = &records()[0];
    let plain = alone(
        &line
            .replace("\"Authorization\"", "\"X-Was\"")
            .replace("\"X-Amz-", "\"X-Was-"),
    );
    let raw = |work: &Work| {
        let mut requests = work.case.requests.iter();
        requests.any(|request| request.shape.0 == "http-request")
    };
    assert!(!raw(&plain));
    let code = line.replace("ERRO[0807] ", "const options = ");
    assert!(!raw(&alone(&code)));
}

#[test]
fn a_record_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
    let (_, line) = &records()[0];
    for end in 0..line.len() {
        let cut = alone(line.get(..end).unwrap_or_default());
        let verdict = &cut.analysis.diagnosis.verdict;
        assert!(!verdict.proved, "{end}");
        let absent = ids(&cut).contains(&"signed-header-absent");
        assert!(!absent, "cut at {end}: {:?}", ids(&cut));
    }
    let many = line.repeat(3_000);
    let begun = std::time::Instant::now();
    alone(many.get(..many.len() - 40).unwrap_or_default());
    assert!(begun.elapsed().as_secs() < 60);
}

/// A wire log whose last line is the beginning of its own frame goes on with a header that is not here.
#[test]
fn a_log_that_stops_in_the_front_of_a_line_is_cut() {
    let front =
        "2013-05-24 02:00:00,988 [main] DEBUG org.apache.http.headers - http-outgoing-0 >> ";
    let log = |lines: &[&str]| -> String {
        let lines = lines.iter().map(|line| format!("{front}{line}\n"));
        lines.collect()
    };
    let authorization = format!("Authorization: {VALUE}");
    let host = format!("Host: {HOST}");
    let shown = log(&[
        "GET /test.txt HTTP/1.1",
        &host,
        "X-Amz-Date: 20130524T000000Z",
        &authorization,
        "User-Agent: aws-sdk-java/1.11.123",
    ]);
    let cut = format!("{shown}2013-05-24 02:00:01,002 [main] DEBUG org.apache.http.headers");
    let cut = work(&cut);
    assert_eq!(
        outcome(&cut),
        Some(Outcome::NotCheckable(Reason::Stops)),
        "{:?}",
        ids(&cut)
    );
    assert!(!ids(&cut).contains(&"signed-header-absent"));
    assert_eq!(first_step(&cut), "the request");
    // The line of the header is whole: it is not in its value that the paste stops.
    let mut said = cut.analysis.diagnosis.findings.iter();
    let said = said
        .find(|finding| finding.id == "request-cut")
        .map(|f| f.message.as_str());
    assert_eq!(
        said,
        Some("This paste stops inside the request, behind its header user-agent.")
    );
    // Another line of the log shows that the headers ended.
    let whole = format!("{shown}2013-05-24 02:00:01,002 [main] INFO Done.\n");
    assert!(ids(&work(&whole)).contains(&"signed-header-absent"));
}

/// Of a request that stops before its signature the signer's own strings tell that it has one.
#[test]
fn a_request_beside_its_signers_strings_stops_where_they_go_on() {
    let log = |request: &str| {
        format!(
            "SDK 2013/05/24 00:00:00 DEBUG Request Signature:\n---[ CANONICAL STRING  ]-----------------------------\n\
             GET\n/test.txt\n\nhost:{HOST}\nrange:bytes=0-9\nx-amz-content-sha256:{HASH}\nx-amz-date:20130524T000000Z\n\n\
             host;range;x-amz-content-sha256;x-amz-date\n{HASH}\n---[ STRING TO SIGN ]--------------------------------\n\
             AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n\
             7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972\n\
             -----------------------------------------------------\n\
             SDK 2013/05/24 00:00:00 DEBUG Request\n{request}"
        )
    };
    let cut = alone(&log(&format!(
        "GET /test.txt HTTP/1.1\nHost: {HOST}\nUser-Agent: a"
    )));
    assert_eq!(
        sentence(&cut),
        (
            VerdictId::Undecided,
            "This paste stops inside the request, in the value of its header user-agent."
        )
    );
    assert_eq!(ids(&cut), ["request-cut"]);
    assert_eq!(first_step(&cut), "the request");
    let whole = alone(&log(&format!(
        "GET /test.txt HTTP/1.1\nHost: {HOST}\nUser-Agent: a\n\n"
    )));
    assert!(
        ids(&whole).contains(&"signature-missing"),
        "{:?}",
        ids(&whole)
    );
}

/// A mark over what is signed is no value: no secret shows that the signature is another.
#[test]
fn a_hidden_value_differs_from_nothing() {
    let head = |host: &str| {
        format!(
            "GET /test.txt HTTP/1.1\nHost: {host}\nRange: bytes=0-9\nx-amz-date: 20130524T000000Z\nx-amz-content-sha256: {HASH}\nAuthorization: {VALUE}\n\n"
        )
    };
    for mark in [
        "[redacted]",
        "**redacted-domain**",
        "XXXXXXXX",
        "bucket.***.com",
    ] {
        let hidden = work(&head(mark));
        assert_eq!(
            outcome(&hidden),
            Some(Outcome::NotCheckable(Reason::NoValue)),
            "{mark}"
        );
        assert!(ids(&hidden).contains(&"value-not-here"), "{mark}");
        assert_eq!(first_step(&alone(&head(mark))), "the request", "{mark}");
    }
    let path = head(HOST).replace("/test.txt", "/*REDACTED*/test.txt");
    let path = work(&path);
    assert_eq!(outcome(&path), Some(Outcome::NotCheckable(Reason::NoValue)));
    assert_eq!(outcome(&work(&head(HOST))), Some(Outcome::Equal));
    let other = head("other.s3.amazonaws.com");
    assert_eq!(outcome(&work(&other)), Some(Outcome::Differs { at: 0 }));
    // A star alone is what If-Match takes.
    let star = head(HOST)
        .replace("Range: bytes=0-9", "If-Match: *")
        .replace("host;range;", "host;if-match;");
    assert!(!ids(&work(&star)).contains(&"value-not-here"));
}

/// Two requests over whose key ids and signatures marks stand have nothing in common.
#[test]
fn hidden_key_ids_make_no_two_requests_one() {
    let print = |method: &str, path: &str, id: &str| {
        format!(
            "{method} {path} HTTP/1.1\nHost: {HOST}\nx-amz-date: 20130524T000000Z\nx-amz-content-sha256: {HASH}\nAuthorization: AWS4-HMAC-SHA256 Credential={id}/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=**REDACTED**\n\n"
        )
    };
    let seen = |first: String, second: String| {
        let work = alone(&format!("{first}{second}"));
        work.analysis.diagnosis.observations.is_some()
    };
    let known = "AKIAIOSFODNN7EXAMPLE";
    assert!(seen(print("GET", "/a", known), print("HEAD", "/a", known)));
    assert!(!seen(
        print("GET", "/a", "**REDACTED**"),
        print("HEAD", "/a", "**REDACTED**")
    ));
    assert!(!seen(
        print("GET", "/", known),
        print("HEAD", "/tests/", known)
    ));
}

#[test]
fn an_answer_of_success_refuses_nothing() {
    let request = format!(
        "GET /test.txt HTTP/1.1\nHost: {HOST}\nRange: bytes=0-9\nx-amz-date: 20130524T000000Z\nx-amz-content-sha256: {HASH}\nAuthorization: {VALUE}\n\n"
    );
    let answer = |status: &str| {
        let work = alone(&format!("{request}HTTP/1.1 {status}\nServer: nginx\n\n"));
        let holding = work.analysis.diagnosis.holdings[0].clone();
        (holding.proves, first_step(&work))
    };
    assert_eq!(
        answer("200 OK"),
        ("that it did not refuse".to_owned(), "the request")
    );
    assert_eq!(
        answer("403 Forbidden"),
        ("that it refused, not why".to_owned(), "sigscope")
    );
}

/// A program that prints a curl command does not always escape the quotes inside of its body.
#[test]
fn a_body_whose_quotes_were_lost_is_taken_where_it_proves_itself() {
    let body = "{\"code\":\"a066\",\"name\":\"b c\"}";
    let hash = hex::encode(Sha256::digest(body.as_bytes()));
    let command = |states: &str, body: &str| {
        format!(
            "curl -X POST -H \"x-amz-date:20130524T000000Z\" {states} -H \"authorization:{VALUE}\" -d \"{body}\" \"https://{HOST}/test.txt\"\n"
        )
    };
    let held = |text: &str| {
        let work = alone(text);
        let [request] = work.case.requests.as_slice() else {
            panic!("one request of {text}");
        };
        let Body::Held { span, .. } = request.body else {
            panic!("a body of {text}");
        };
        let body = work.case.docs.text(span).into_owned();
        let path = work.case.docs.text(request.target.path).into_owned();
        (body, path, ids(&work).contains(&"body-quotes-bare"))
    };
    for states in [
        format!("-H \"x-amz-content-sha256:{hash}\""),
        format!("-H \"content-length:{}\"", body.len()),
    ] {
        let taken = held(&command(&states, body));
        assert_eq!(
            taken,
            (body.to_owned(), "/test.txt".to_owned(), true),
            "{states}"
        );
    }
    // What the shell reads has the length that is stated; and where nothing is stated, the shell is right.
    let one = "{\"code\":\"a066\"}";
    let shells = one.replace('"', "");
    let stated = format!("-H \"content-length:{}\"", shells.len());
    for states in [stated.as_str(), ""] {
        let taken = held(&command(states, one));
        assert_eq!(
            taken,
            (shells.clone(), "/test.txt".to_owned(), false),
            "{states}"
        );
    }
    let escaped = body.replace('"', "\\\"");
    let stated = format!("-H \"x-amz-content-sha256:{hash}\"");
    assert_eq!(
        held(&command(&stated, &escaped)),
        (body.to_owned(), "/test.txt".to_owned(), false)
    );
}

/// Where the line that tells of the sending is cut, those before it tell as much.
#[test]
fn s3cmds_log_tells_the_path_before_it_sends() {
    let log = format!(
        "DEBUG: Canonical Request:\nGET\n/\ndelimiter=%2F\nhost:s3.amazonaws.com\nx-amz-content-sha256:{HASH}\nx-amz-date:20130524T000000Z\n\nhost;x-amz-content-sha256;x-amz-date\n{HASH}\n----------------------\n\
         DEBUG: signature-v4 headers: {{'x-amz-content-sha256': '{HASH}', 'Authorization': '{}', 'x-amz-date': '20130524T000000Z'}}\n\
         DEBUG: Processing request, please wait...\n\
         DEBUG: get_hostname(bkt): s3.amazonaws.com\n\
         DEBUG: format_uri(): /bkt/?delimiter=/\n\
         DEBUG: Sending request method_string='GET', uri='/bk",
        VALUE.replace(";range", "")
    );
    let work = alone(&log);
    let [request] = work.case.requests.as_slice() else {
        panic!("one request: {:?}", work.case.pieces);
    };
    assert_eq!(work.case.docs.text(request.target.path), "/bkt/");
    let (_, sentence) = sentence(&work);
    assert!(
        sentence
            .starts_with("The path differs: this request has “/bkt/”, and the signer signed “/”."),
        "{sentence}"
    );
    assert!(!ids(&work).contains(&"unrecognised-rest"));
}

#[test]
fn seaweedfs_logs_what_it_computed() {
    let canonical = format!(
        "GET\n/test.txt\n\nhost:{HOST}\nrange:bytes=0-9\nx-amz-content-sha256:{HASH}\nx-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n{HASH}"
    );
    let to_sign = "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972";
    let log = format!(
        "I0524 00:00:00.069099 auth_signature_v4.go:244 canonicalRequest: {canonical}\nI0524 00:00:00.069108 auth_signature_v4.go:247 stringToSign: {to_sign}\n"
    );
    let shapes = |text: &str| -> Vec<_> {
        let work = alone(text);
        let evidence = work.case.evidence.iter();
        evidence.map(|e| (e.shape.0, e.side.is_some())).collect()
    };
    assert_eq!(shapes(&log), [("seaweedfs-log", true)]);
    let other = log.replace("auth_signature_v4.go", "my_own.go");
    assert_eq!(shapes(&other), [("canonical-request", false)]);
}

/// An Authorization header that was made a part of nothing is not missing.
#[test]
fn an_authorization_header_that_was_not_read_is_not_called_missing() {
    let request = "GET /a.txt HTTP/1.1\nhost: examplebucket.s3.eu-west-1.amazonaws.com\n\n";
    let rest = "Some words of a person stand here.\n\n";
    for line in [
        "Authorization: AWS4-HMAC-SHA256\n",
        "> Authorization: AWS4-HMAC-SHA256\n",
        "  -H \"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/eu-\n",
        "> --header 'authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/eu-\n",
    ] {
        let case = paste(&format!("{request}{rest}{line}"));
        let analysis = analyse(&case, &keyring(SECRET), &settings(&[]));
        let found: Vec<&str> = analysis.diagnosis.findings.iter().map(|f| f.id).collect();
        assert!(!found.contains(&"signature-missing"), "{line}: {found:?}");
    }
    for line in [
        "",
        "Authorization is on by default here.\n",
        "> Authorization: Bearer abc\n",
    ] {
        let case = paste(&format!("{request}{rest}{line}"));
        let analysis = analyse(&case, &keyring(SECRET), &settings(&[]));
        let found: Vec<&str> = analysis.diagnosis.findings.iter().map(|f| f.id).collect();
        assert!(found.contains(&"signature-missing"), "{line}: {found:?}");
    }
}
