//! Session tokens: masked wherever they stand, whatever stands between them and their names.

use proptest::prelude::*;
use proptest::sample::select;
use sigscope::engine::document::Documents;

use super::*;

const NAMES: [&str; 10] = [
    "X-Amz-Security-Token",
    "x-amz-security-token",
    "X-Amz-S3session-Token",
    "AWS_SESSION_TOKEN",
    "aws_session_token",
    "sessionToken",
    "SessionToken",
    "session token",
    "Security token",
    "**Session** token",
];

/// What stands between a name and its value, quotes aside.
const SEPARATORS: [&str; 20] = [
    ":",
    ": ",
    "=",
    " = ",
    "\n",
    ":\n",
    ":\r\n",
    "\r\n",
    "\n\n",
    "\t",
    " ",
    "   ",
    " is ",
    " => ",
    " -> ",
    " | ",
    ", ",
    " value: ",
    "%3D",
    " (string): ",
];

const QUOTES: [(&str, &str); 8] = [
    ("", ""),
    ("\"", "\""),
    ("'", "'"),
    ("`", "`"),
    ("[", "]"),
    ("<", ">"),
    ("b'", "'"),
    ("\\\"", "\\\""),
];

const REQUEST: &str =
    "GET /k HTTP/1.1\nHost: b.s3.eu-central-1.amazonaws.com\nX-Amz-Date: 20261122T083000Z\n";
const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20261122/eu-central-1/s3/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=9302885d328ed1af4ea2e7c3a3743c89985e8415068532188cb8d3a82305acc4\n";

/// `said` at one of the places of a paste.
fn pasted(place: usize, said: &str) -> String {
    match place {
        0 => format!("{said}\n{REQUEST}{SIGNED}\n"),
        1 => format!("{REQUEST}{said}\n{SIGNED}\n"),
        2 => format!("{REQUEST}{SIGNED}\n{said}\n"),
        3 => format!("{REQUEST}{SIGNED}Content-Length: 9999\n\n{{ {said} }}"),
        4 => said.to_owned(),
        5 => {
            let marked = format!("{REQUEST}{said}\n{SIGNED}").replace('\n', "\n> ");
            format!("> {marked}\n")
        }
        _ => format!(
            "Hello,\nI tried it and {said}, but\nsee <Error><Code>InvalidToken</Code></Error>"
        ),
    }
}

/// Whether every byte of `token` is masked wherever it stands in what was given.
#[track_caller]
fn masked(given: &str, token: &str) {
    let case = read(given.as_bytes());
    let docs: &Documents = &case.docs;
    let mut places = 0;
    for (_, document) in docs.given() {
        for at in memchr::memmem::find_iter(document.bytes(), token.as_bytes()) {
            places += 1;
            let mut covered = at;
            for (span, _) in document.masks() {
                if span.start <= covered && covered < span.end {
                    covered = span.end;
                }
            }
            assert!(
                covered >= at + token.len(),
                "{} of {} bytes masked in {given:.600}",
                covered - at,
                token.len()
            );
        }
    }
    assert!(places > 0);
}

fn token() -> impl Strategy<Value = String> {
    let start = select(vec![
        "IQoJb3JpZ2luX2Vj",
        "FwoGZXIvYXdz",
        "FQoGZXIvYXdz",
        "AQoDYXdz",
        "aB3",
        "eyJhbGciOiJIUzUxMiJ9.eyJhY2Nlc3NLZXkiOiJ9.a1B",
    ]);
    (
        start,
        "[A-Za-z0-9]{1,400}",
        "[A-Za-z0-9_-]{60,80}",
        select(vec!["", "=", "=="]),
    )
        .prop_map(|(start, a, b, padding)| {
            let padding = if start.starts_with("ey") { "" } else { padding };
            format!("{start}{a}9Zz{b}{padding}")
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_token_is_masked_wherever_it_stands(
        token in token(),
        name in select(NAMES.to_vec()),
        separator in select(SEPARATORS.to_vec()),
        (open, close) in select(QUOTES.to_vec()),
        (before, behind) in select(vec![("", ""), ("\"", "\""), ("'", "'")]),
        place in 0usize..7,
    ) {
        let said = format!("{before}{name}{behind}{separator}{open}{token}{close}");
        masked(&pasted(place, &said), &token);
    }

    /// One that looks like AWS's is, with no name near it.
    #[test]
    fn a_token_of_aws_is_masked_by_its_shape(
        token in token(),
        said in select(vec!["@ ", "I used \"@\"", "{\"value\":\"@\",\"name\":\"x\"}", "('@', 1)", "k=@&x", "t\n@\nz"]),
        place in 0usize..7,
    ) {
        prop_assume!(!token.starts_with("aB3"));
        masked(&pasted(place, &said.replace('@', &token)), &token);
    }
}

/// Letters of every kind, without a start that is known.
fn letters(len: usize) -> String {
    (0..len)
        .map(|i| char::from(b"aB3dEf7hIjKlMn0pQrStUvWxYz12456"[(i * 7 + i / 31) % 31]))
        .collect()
}

#[test]
fn a_long_token_is_masked_to_its_end() {
    for len in [300, 20_000, 300_000, 700_000] {
        let token = letters(len);
        for said in [
            format!("X-Amz-Security-Token={token}"),
            format!("the session token is {token} and"),
            format!("{{\"name\":\"x-amz-security-token\",\"value\":\"{token}\"}}"),
            format!("export AWS_SESSION_TOKEN='{token}'"),
        ] {
            for front in [0, 250_000, 262_100] {
                masked(
                    &format!("{}\n{said}\n{REQUEST}{SIGNED}", "x".repeat(front)),
                    &token,
                );
            }
        }
    }
}

#[test]
fn a_token_broken_over_lines_is_masked_on_each() {
    let token = format!("IQoJb3JpZ2luX2Vj{}==", letters(700));
    for width in [60, 76, 80, 120] {
        for glue in ["\n", "\r\n", "\n  "] {
            let lines: Vec<&str> = token
                .as_bytes()
                .chunks(width)
                .map(|c| std::str::from_utf8(c).unwrap())
                .collect();
            for name in ["the session token is ", "AWS_SESSION_TOKEN=", ""] {
                let given = format!("{name}{}\n\n{REQUEST}{SIGNED}", lines.join(glue));
                for line in lines.iter().filter(|line| line.len() > 20) {
                    masked(&given, line);
                }
            }
        }
    }
}

#[test]
fn a_long_line_of_base64_is_taken_for_a_token() {
    let token = letters(400);
    masked(&format!("{REQUEST}{SIGNED}\n{token}\n"), &token);
}

/// What stands behind a name of a token and is none stays legible.
#[test]
fn what_is_no_token_is_not_masked() {
    for given in [
        format!("{REQUEST}{SIGNED}\n"),
        "SignedHeaders=host;x-amz-security-token, Signature=9302885D328ed1af4ea2e7c3a3743c89\n".to_owned(),
        "X-Amz-Security-Token\nX-Amz-Content-Sha256-Value3: x\n".to_owned(),
        "The security token included in the request is invalid. See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html\n".to_owned(),
        "?list-type=2&continuation-token=1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=&x=1".to_owned(),
        "<HostId>Xj3Ksl0LkEXAMPLEUNrgO0VDkEv8rO0n/YV2JPX3L3r1QcqpWgBbZ9Xk6kTxOqcHlyn2tmL1uY=</HostId>".to_owned(),
        "host;x-amz-security-token\nUNSIGNED-PAYLOAD".to_owned(),
    ] {
        let case = read(given.as_bytes());
        for (_, document) in case.docs.iter() {
            assert_eq!(document.masks(), [], "{given}");
        }
    }
}
