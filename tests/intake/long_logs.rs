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

/// How a program colours a line.
const COLOURED: [(&str, Write); 4] = [
    ("every line", |line, _| format!("\x1b[32m{line}\x1b[0m\n")),
    ("the names", |line, _| match line.split_once(':') {
        Some((name, rest)) => format!("\x1b[1;36m{name}\x1b[0m\x1b[2m:\x1b[0m{rest}\n"),
        None => format!("{line}\n"),
    }),
    ("the middle of words", |line, place| {
        let (front, back) = line.split_at(line.len().min(place % 7));
        format!("{front}\x1b[38;5;200m{back}\x1b[m\x1b[K\n")
    }),
    ("as cat -v shows it", |line, _| {
        format!("^[[32m{line}^[[0m\n")
    }),
];

/// What a program sends, whose strings are not printed: no hash proves anything of it.
fn sent(number: usize) -> String {
    let hash = hex::encode(Sha256::digest(number.to_string()));
    format!(
        "GET /key-{number} HTTP/1.1\nHost: ex.org\nX-Amz-Date: 20260402T140310Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature={hash}\n\n"
    )
}

#[test]
fn colours_are_taken_off_a_long_log_though_no_hash_proves_anything() {
    for (what, write) in COLOURED {
        let mut log = String::new();
        let (mut calls, mut place) = (0, 0);
        while log.len() < LONG {
            for line in sent(calls).lines() {
                log.push_str(&write(line, place));
                place += 1;
            }
            calls += 1;
        }
        let case = read(log.as_bytes());
        assert_eq!(case.requests.len(), calls, "{what}");
        assert_eq!(case.findings, [], "{what}");
        let last = case.requests.last().unwrap();
        let header = last.headers.last().unwrap();
        let value = String::from_utf8_lossy(case.docs.bytes(header.value)).into_owned();
        let hash = hex::encode(Sha256::digest((calls - 1).to_string()));
        assert!(value.ends_with(&hash), "{what}: {value}");
        assert!(log.as_bytes()[last.span.end - 80..].len() < 200, "{what}");
    }
}

#[test]
fn more_colours_than_are_taken_off_are_said() {
    let mut log: String = (0..300).map(sent).collect();
    log.push_str(&"\x1b[m ".repeat(1_000_000));
    let case = read(log.as_bytes());
    assert_eq!(case.requests.len(), 300);
    let cut: Vec<&str> = case.findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        cut,
        ["There are more lines with colours here than are read at once."]
    );
}

#[test]
fn a_long_text_that_is_not_read_whole_says_that_its_layers_were_not_looked_for() {
    // Each line of it is a member of a list: no request is made out of it, and no hash proves that.
    let lines: Vec<String> = (0..1_500)
        .flat_map(|number| {
            sent(number)
                .lines()
                .map(|line| format!("| {line} |\n"))
                .collect::<Vec<_>>()
        })
        .collect();
    let long = lines.concat();
    assert!(long.len() > LONG);
    let told = |text: &str| {
        let case = read(text.as_bytes());
        let mut findings = case.findings.into_iter();
        findings
            .find(|f| f.id == "layers-in-parts")
            .map(|f| f.message)
    };
    assert!(told(&long).unwrap().contains("in parts of it alone"));
    assert!(told(long.get(..long.len() / 8).unwrap()).is_none());
    let plain: String = (0..1_500).map(sent).collect();
    assert!(told(&plain).is_none());
    // Beyond some length no part is looked at, either.
    let longest = long.repeat((10 << 20) / long.len() + 1);
    assert!(told(&longest).unwrap().contains("colours alone"));
}
