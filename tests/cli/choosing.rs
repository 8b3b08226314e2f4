//! Choosing among the parts from the command line: `--side`, `--pair`, `--request`, `--as`.

use crate::home::{Home, Run};

fn check(input: &str, more: &[&str]) -> Run {
    let arguments: Vec<&str> = ["check", "-"].iter().chain(more).copied().collect();
    Home::new().run_with(&arguments, &[], input.as_bytes())
}

fn said(input: &str, more: &[&str]) -> String {
    let out = check(input, more).out;
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

const CANONICAL: &str =
    "GET\n/a\n\nhost:h\nx-amz-date:20260311T091544Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD\n";

fn request(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\nHost: h\nX-Amz-Date: 20260311T091544Z\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIAIOSFODNN7EXAMPLE/20260311/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, \
         Signature=1111111111111111111111111111111111111111111111111111111111111111\n\n"
    )
}

#[test]
fn whose_strings_are_is_asked_and_said_with_a_flag() {
    let asked = said(CANONICAL, &[]);
    assert!(
        asked.contains("Say whose this canonical request is"),
        "{asked}"
    );
    assert!(asked.contains("--side 1=client"), "{asked}");
    let told = said(CANONICAL, &["--side", "1=server"]);
    assert!(
        told.contains("By choice, evidence 1 is the server's."),
        "{told}"
    );
    assert!(!told.contains("Say whose"), "{told}");
    let json = check(CANONICAL, &["--side", "1=server", "--json"]).json();
    assert_eq!(json["evidence"][0]["side"], "server");
    assert_eq!(json["input"][0]["by_choice"], true);
    assert_eq!(json["input"][0]["number"], 1);
}

#[test]
fn evidence_is_held_against_the_request_that_is_named() {
    let text = format!(
        "{}{}HTTP/1.1 403 Forbidden\n\n",
        request("/1"),
        request("/2")
    );
    let json = check(&text, &["--json"]).json();
    assert_eq!(json["input"][2]["request"], 2);
    assert_eq!(json["request"]["target"], "/2");
    let json = check(&text, &["--json", "--pair", "1=1"]).json();
    assert_eq!(json["input"][2]["request"], 1);
    assert_eq!(json["request"]["target"], "/1");
    let told = said(&text, &[]);
    assert!(
        told.contains("This is request 2 of 2: GET /2. It is the first that was refused."),
        "{told}"
    );
    let told = said(&text, &["--request", "1"]);
    assert!(
        told.contains("It was chosen; the first that was refused is request 2."),
        "{told}"
    );
    let again = format!("{}{}", request("/1"), request("/1").replace("1111", "2222"));
    let told = said(&again, &[]);
    assert!(
        told.contains("None of the 2 is known to be refused, and it is the first."),
        "{told}"
    );
    assert!(
        told.contains("--request 2 for GET /1, another try of the same"),
        "{told}"
    );
}

#[test]
fn a_choice_of_what_is_not_there_is_a_mistake_on_the_command_line() {
    for (more, says) in [
        (
            ["--side", "2=server"],
            "--side asks for evidence 2, and there is only 1 here",
        ),
        (
            ["--pair", "1=1"],
            "--pair asks for request 1, and there is none here",
        ),
        (["--side", "1=mine"], "client, server or unknown"),
        (["--side", "0=client"], "the first is 1"),
        (["--pair", "1"], "write it as in"),
    ] {
        let run = check(CANONICAL, &more);
        assert_eq!(run.status, 2, "{more:?}");
        assert!(run.err.contains(says), "{more:?}: {}", run.err);
    }
}

#[test]
fn what_was_not_recognised_lists_the_nearest_shapes_and_is_read_as_one_of_them() {
    let odd = "x-amz-date => 20260311T091544Z\nhost => examplebucket.s3.amazonaws.com\nx-amz-content-sha256 => UNSIGNED-PAYLOAD\n";
    let told = said(odd, &[]);
    assert!(
        told.contains("--as headers: headers of a request, for it holds"),
        "{told}"
    );
    let json = check(odd, &["--json"]).json();
    assert_eq!(json["nearest"].as_array().unwrap().len(), 3);
    assert_eq!(json["nearest"][0]["as"], "headers");
    let json = check(odd, &["--json", "--as", "headers"]).json();
    assert_eq!(json["nearest"].as_array().unwrap().len(), 0);
    assert_eq!(json["input"][0]["shape"], "http-request");
}
