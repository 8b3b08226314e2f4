//! Logs of very many calls: every one of them is found, and none is paired with another's.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::*;

const CALLS: usize = 2_000;

#[test]
fn every_call_of_a_long_log_is_found_and_paired_with_its_own_answer() {
    let dump = |text: &str| {
        let bytes: Vec<String> = text.bytes().map(|b| format!("{b:02x}")).collect();
        bytes.join(" ")
    };
    let mut log = String::new();
    for number in 0..CALLS {
        let front = format!(
            "2026-04-02 14:03:10,{:03} - MainThread - botocore",
            number % 1000
        );
        let date = format!(
            "20260402T{:02}{:02}{:02}Z",
            number / 3600,
            number / 60 % 60,
            number % 60
        );
        let canonical = format!(
            "GET\n/key-{number}\n\nhost:ex.org\nx-amz-date:{date}\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD"
        );
        let scope = "20260402/eu-west-1/s3/aws4_request";
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
            hex::encode(Sha256::digest(&canonical))
        );
        let signature = hex::encode(Sha256::digest(&to_sign));
        let _ = write!(
            log,
            "{front}.auth - DEBUG - CanonicalRequest:\n{canonical}\n{front}.auth - DEBUG - StringToSign:\n{to_sign}\n{front}.auth - DEBUG - Signature:\n{signature}\nGET /key-{number} HTTP/1.1\nHost: ex.org\nX-Amz-Date: {date}\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}\n\n{front}.parsers - DEBUG - Response body:\nb'<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}</StringToSign><SignatureProvided>{signature}</SignatureProvided><StringToSignBytes>{}</StringToSignBytes><CanonicalRequest>{}</CanonicalRequest></Error>'\n",
            to_sign.replace('\n', "\\n"),
            dump(&to_sign),
            canonical.replace('\n', "\\n"),
        );
    }
    let case = read(log.as_bytes());
    assert_eq!(case.requests.len(), CALLS);
    assert_eq!(case.evidence.len(), 2 * CALLS);
    for (place, evidence) in case.evidence.iter().enumerate() {
        assert!(
            matches!(
                evidence.integrity,
                Integrity::Verified | Integrity::Repaired
            ),
            "{place}: {:?}",
            evidence.integrity
        );
    }
    for request in [0, 1, 999, CALLS - 1] {
        assert_eq!(case.evidence_for(request), [2 * request, 2 * request + 1]);
    }
}

/// A small call, and what the server answered it.
fn small(number: usize, refused: bool) -> String {
    let signature = hex::encode(Sha256::digest(number.to_string()));
    let answer = if refused {
        "HTTP/1.1 403 Forbidden\nContent-Type: application/xml\n\n<Error><Code>SignatureDoesNotMatch</Code><RequestId>4442587FB7D0A2F9</RequestId></Error>\n\n"
    } else {
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n"
    };
    format!(
        "GET /key-{number} HTTP/1.1\nHost: ex.org\nX-Amz-Date: 20260402T140310Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}\n\n{answer}"
    )
}

#[test]
fn ten_thousand_small_calls_are_all_listed() {
    let log: String = (0..10_000)
        .map(|number| small(number, number == 9_990))
        .collect();
    let case = read(log.as_bytes());
    assert_eq!(case.requests.len(), 10_000);
    assert_eq!(case.findings, []);
    assert_eq!(case.first_refused(), Some(9_990));
}

#[test]
fn of_more_calls_than_are_listed_those_that_were_refused_are() {
    let refused = [3, 14_000, 29_999];
    let log: String = (0..30_000)
        .map(|number| small(number, refused.contains(&number)))
        .collect();
    let case = read(log.as_bytes());
    let said: Vec<&str> = case.findings.iter().map(|f| f.message.as_str()).collect();
    let left_out = 30_000 - case.requests.len();
    assert_eq!(
        said,
        [format!(
            "There are more calls here than are listed at once: {left_out} that the server took are left out, and every one that it refused is listed."
        )]
    );
    let target = |request: usize| {
        case.docs
            .text(case.requests[request].target.whole)
            .into_owned()
    };
    let places: Vec<usize> = (0..case.evidence.len())
        .filter(|at| case.is_refusal(*at))
        .collect();
    let told: Vec<String> = places
        .iter()
        .map(|evidence| target(case.requests_of(*evidence).unwrap().0[0]))
        .collect();
    assert_eq!(told, refused.map(|number| format!("/key-{number}")));
    assert_eq!(case.first_refused().map(target), Some("/key-3".to_owned()));
    // What stays is where it says, and is told in order.
    for (place, request) in case.requests.iter().enumerate() {
        let piece = case
            .pieces
            .iter()
            .find(|piece| piece.part == intake::Part::Request(place));
        assert_eq!(piece.map(|piece| piece.span), Some(request.span));
    }
}

#[test]
fn more_refused_calls_than_are_listed_are_said() {
    let log: String = (0..13_000).map(|number| small(number, true)).collect();
    let case = read(log.as_bytes());
    let said: Vec<&str> = case.findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        said,
        ["There are more requests, URLs and answers here than are read at once."]
    );
}

#[test]
fn an_input_before_very_many_calls_keeps_its_own() {
    let first: String = (0..100).map(|number| small(number, false)).collect();
    let log: String = (100..13_000).map(|number| small(number, false)).collect();
    let inputs = [first, log].map(|text| Input {
        name: "log".to_owned(),
        source: Source::File,
        bytes: text.into(),
    });
    let case = intake::read(&inputs, None);
    let target = |request: usize| {
        case.docs
            .text(case.requests[request].target.whole)
            .into_owned()
    };
    for number in 0..100 {
        assert_eq!(target(number), format!("/key-{number}"));
    }
    assert_eq!(target(case.requests.len() - 1), "/key-12999");
    assert!(case.requests.len() < 13_000);
}

/// The head of a small call without an answer, and its signature.
fn sent(number: usize) -> (String, String) {
    let call = small(number, false);
    (
        call.split_once("HTTP/1.1 200").unwrap().0.to_owned(),
        hex::encode(Sha256::digest(number.to_string())),
    )
}

#[test]
fn where_answers_come_later_no_call_is_left_out() {
    // As concurrent clients log: each answer stands behind the next request.
    let mut log = String::new();
    for number in 0..13_000 {
        log += &sent(number).0;
        if number == 101 {
            let _ = write!(
                log,
                "HTTP/1.1 403 Forbidden\nContent-Type: application/xml\n\n<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>{}</SignatureProvided></Error>\n\n",
                sent(100).1
            );
        } else if number > 0 {
            log += "HTTP/1.1 200 OK\nContent-Length: 0\n\n";
        }
    }
    let case = read(log.as_bytes());
    assert!(case.findings.iter().all(|f| f.id != "calls-left-out"));
    assert!(case.findings.iter().any(|f| f.id == "input-cut"));
    let refused = case.first_refused().unwrap();
    let target = case.docs.text(case.requests[refused].target.whole);
    assert_eq!(target, "/key-100");
}

#[test]
fn an_answer_that_names_another_call_takes_the_promise_back() {
    // All alternates, and the paste begins behind a request: every answer is the one before's.
    let mut log = String::new();
    for number in 1..13_000 {
        log += &sent(number).0;
        if number == 12_500 {
            let _ = write!(
                log,
                "HTTP/1.1 403 Forbidden\nContent-Type: application/xml\n\n<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>{}</SignatureProvided></Error>\n\n",
                sent(3).1
            );
        } else {
            log += "HTTP/1.1 200 OK\nContent-Length: 0\n\n";
        }
    }
    let case = read(log.as_bytes());
    let said = case.findings.iter().find(|f| f.id == "calls-left-out");
    let said = &said.expect("there are too many").message;
    assert!(!said.contains("every one"), "{said}");
}
