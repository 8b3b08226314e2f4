//! Logs too long for every way out of a layer to be tried: what lies over all of their lines is taken off all the same.

use sha2::{Digest as _, Sha256};

use super::*;

/// More than is searched for layers as a whole.
const LONG: usize = 300_000;

/// One call as a program logs it, and the request that it sends.
fn call(number: usize) -> String {
    let date = format!("20260402T14{:02}{:02}Z", number / 60 % 60, number % 60);
    let canonical = format!(
        "GET\n/key-{number}\n\nhost:ex.org\nx-amz-date:{date}\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD"
    );
    let hash = hex::encode(Sha256::digest(&canonical));
    format!(
        "CanonicalRequest:\n{canonical}\nStringToSign:\nAWS4-HMAC-SHA256\n{date}\n20260402/eu-west-1/s3/aws4_request\n{hash}\nSignature:\n{hash}\n"
    )
}

/// Writes the line at a place of a log.
type Write = fn(&str, usize) -> String;

/// How each line of such a log may be written.
const WRITTEN: [(&str, Write); 3] = [
    ("Docker's json-file driver", |line, place| {
        let line = serde_json::json!(format!("{line}\n"));
        format!(
            "{{\"log\":{line},\"stream\":\"stderr\",\"time\":\"2026-04-02T14:03:10.{place:09}Z\"}}\n"
        )
    }),
    ("a page of HTML", |line, _| format!("{line}<br/>")),
    ("a margin", |line, place| {
        format!("2026-04-02T14:03:10.{place:09}Z stdout F {line}\n")
    }),
];

#[test]
fn what_lies_over_all_of_a_long_log_is_taken_off() {
    for (what, write) in WRITTEN {
        let mut log = String::new();
        let mut calls = 0;
        let mut place = 0;
        while log.len() < LONG {
            for line in call(calls).lines() {
                log.push_str(&write(line, place));
                place += 1;
            }
            calls += 1;
        }
        let case = read(log.as_bytes());
        let proved = |e: &&intake::Evidence| {
            matches!(e.integrity, Integrity::Verified | Integrity::Repaired)
                && e.canonical_request.is_some()
        };
        assert_eq!(case.evidence.iter().filter(proved).count(), calls, "{what}");
    }
}
