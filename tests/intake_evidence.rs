//! Real error bodies as people posted them, read from beside the repository where they are there.

use std::path::PathBuf;
use std::process::Command;

use bytes::Bytes;
use sigscope::engine::document::Source;
use sigscope::engine::intake::{self, Body, Case, Cut, Input, Integrity};

/// The folder with real pastes, which is not part of the repository.
fn folder() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    // Beside the repository, or beside the folder that holds its working trees.
    for place in ["../shared/evidence", "../../shared/evidence"] {
        let folder = root.join(place);
        if folder.is_dir() {
            return Some(folder);
        }
    }
    eprintln!("NOT TESTED: ../shared/evidence is not here");
    None
}

fn read(name: &str) -> Option<Case> {
    let bytes = std::fs::read(folder()?.join(name)).expect(name);
    let input = Input {
        name: name.into(),
        source: Source::File,
        bytes: Bytes::from(bytes),
    };
    Some(intake::read(&[input], None))
}

/// The code of the first answer.
fn code(case: &Case) -> String {
    let span = case.evidence.first().and_then(|e| e.answer.as_ref()?.code);
    span.map_or_else(String::new, |s| case.docs.text(s).into_owned())
}

fn finding(case: &Case, id: &str) -> bool {
    case.findings.iter().any(|f| f.id == id)
}

#[test]
fn escaped_strings_come_out_as_their_hash_says() {
    let Some(case) = read("84-avideo-9667-r2-json-escaped-slashes.txt") else {
        return;
    };
    assert_eq!(
        case.evidence[0].integrity,
        Integrity::Repaired,
        "{:?}",
        case.findings
    );
}

#[test]
fn an_indented_paste_is_read_from_its_bytes() {
    let Some(case) = read("64-versitygw-779-aws-xml-indented.txt") else {
        return;
    };
    let evidence = &case.evidence[0];
    let to_sign = evidence.string_to_sign.as_ref().unwrap().bytes(&case.docs);
    assert!(to_sign.starts_with(b"AWS4-HMAC-SHA256\n20240901T134549Z\n2024"));
    // Its end was cut: the hash tells what it was.
    let canonical = evidence.canonical_request.as_ref().unwrap();
    assert_eq!(canonical.cut, Cut::Whole);
    let signed = b"\nhost;x-amz-content-sha256;x-amz-date\ne3b0c442";
    assert!(memchr::memmem::find(&canonical.bytes(&case.docs), signed).is_some());
    assert!(finding(&case, "evidence-repaired"));
}

#[test]
fn a_dump_that_disagrees_wins_and_is_said() {
    let Some(case) = read("26-aliyun-oss-doc-bytes-disagree.txt") else {
        return;
    };
    let to_sign = case.evidence[0].string_to_sign.as_ref().unwrap();
    assert!(to_sign.bytes(&case.docs).ends_with(b"\n/dinary/?acl"));
    assert!(finding(&case, "bytes-disagree"));
}

#[test]
fn a_dump_of_the_signature_is_not_a_string_to_sign() {
    let Some(case) = read("86-localstack-3972-empty-sts-bytes-of-signature.txt") else {
        return;
    };
    assert_eq!(case.evidence[0].string_to_sign, None);
    assert!(case.evidence[0].signature.is_some());
}

#[test]
fn a_request_and_its_answer_are_told_apart() {
    let Some(case) = read("106-minio-19633-bad-request-response.txt") else {
        return;
    };
    assert_eq!((case.requests.len(), case.evidence.len()), (1, 1));
    assert_eq!(case.requests[0].headers.len(), 11);
    assert_eq!(case.evidence_for(0), [0]);
    let Some(case) = read("54-seaweedfs-2180-wire-capture.txt") else {
        return;
    };
    assert_eq!((case.requests.len(), case.evidence.len()), (1, 1));
    assert_eq!(case.requests[0].body, Body::Absent, "Content-Length says 6");
    assert_eq!(code(&case), "AccessDenied");
}

#[test]
fn codes_are_read_however_they_stand() {
    for (name, expected) in [
        (
            "12-yadal-2-minio-pretty-entities.txt",
            "SignatureDoesNotMatch",
        ),
        (
            "20-s3fs-1186-ceph-rgw-region.txt",
            "AuthorizationHeaderMalformed",
        ),
        (
            "70-lua-resty-aws-2-xamzcontentsha256mismatch.txt",
            "XAmzContentSHA256Mismatch",
        ),
        ("116-s3clix-2-markdown-escaped-xml.txt", "PermanentRedirect"),
        ("34-aws4fetch-39-terminal-curl.txt", "SignatureDoesNotMatch"),
    ] {
        let Some(case) = read(name) else { return };
        assert_eq!(code(&case), expected, "{name}");
    }
    let Some(case) = read("70-lua-resty-aws-2-xamzcontentsha256mismatch.txt") else {
        return;
    };
    let answer = case.evidence[0].answer.as_ref().unwrap();
    assert_eq!(answer.status, Some(400), "100 Continue is not the answer");
    assert_eq!(
        answer.clock.unwrap().0.to_rfc3339(),
        "2016-02-13T01:23:08+00:00"
    );
}

#[test]
fn no_real_paste_is_called_broken_that_is_not() {
    let Some(folder) = folder() else { return };
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(case) = read(&name) else { continue };
        assert!(!finding(&case, "evidence-broken"), "{name}");
    }
}

/// What the index says of each paste: its number; the request's method; the strings of server, signer and of nobody
/// known (`c` canonical request, `s` string to sign, `-` an answer without); whether they are exact; what must be said
/// of the cause where the paste names it.
const ROWS: [(&str, &str, &str, &str, &str); 61] = [
    ("02", "", "server c", "unchecked", ""),
    (
        "04",
        "",
        "server cs",
        "redacted",
        "no value for the signed header range",
    ),
    ("08", "", "server cs", "redacted", ""),
    (
        "10",
        "",
        "server cs",
        "redacted",
        "no value for the signed header connection",
    ),
    ("12", "", "server -", "", "refused the signature"),
    ("14", "", "server -", "", "refused the signature"),
    ("16", "", "server s", "", ""),
    ("18", "", "server s", "", "scheme-not-followed"),
    (
        "20",
        "",
        "server -",
        "",
        "wants the region eu-nl-1 in the credential scope; the request was signed for us-east-1",
    ),
    ("22", "", "server -", "", "ap-southeast-2"),
    ("24", "", "server -", "", "execute-api"),
    ("26", "", "server s", "", "bytes-disagree"),
    ("30", "", "server cs", "unchecked", ""),
    ("32", "", "unknown s s", "", "strings-to-sign-differ"),
    ("34", "", "server s", "", ""),
    (
        "36",
        "GET",
        "client s s server -",
        "",
        "signature-version-2",
    ),
    ("40", "HEAD", "server -", "", ""),
    ("42", "", "server c", "unchecked", ""),
    ("44", "", "server -", "", "gave no strings"),
    ("46", "GET", "server s", "", "signed-header-in-query"),
    ("48", "", "server -", "", "Your clock is 15 h 18 m slow"),
    ("50", "", "server -", "", "Your clock is 29 m 45 s slow"),
    ("52", "", "server -", "", "gave no strings"),
    (
        "54",
        "PUT",
        "server -",
        "",
        "refused the request with AccessDenied",
    ),
    ("56", "PUT", "", "", "carries no signature"),
    ("58", "", "server -", "", "refused the signature"),
    (
        "60",
        "",
        "server - - - -",
        "",
        "x-amz-date and x-amz-decoded-content-length without finding them in SignedHeaders",
    ),
    (
        "62",
        "",
        "server -",
        "",
        "computed the signature wqkzBfrNYr5wGP2V2mIHN397KFQ= and received WwHb5faoNSxcmS61NrFLMXbUII0=",
    ),
    ("64", "", "server cs", "repaired", ""),
    ("66", "", "client c server c", "unchecked", "path"),
    ("68", "", "server s", "", ""),
    (
        "70",
        "",
        "server -",
        "",
        "signed with the hash of an empty body",
    ),
    (
        "72",
        "",
        "server -",
        "",
        "signed with the hash of an empty body",
    ),
    ("74", "", "server -", "", "gave no strings"),
    ("76", "GET", "server - -", "", ""),
    ("78", "PUT", "server -", "", ""),
    ("80", "GET", "", "", ""),
    ("82", "", "server s", "redacted", "scheme-not-followed"),
    ("84", "", "server cs", "repaired", ""),
    ("86", "", "server -", "", ""),
    ("88", "", "client c server -", "unchecked", ""),
    ("90", "", "server s", "", "plus-became-space"),
    ("92", "PUT", "server -", "", "gave no strings"),
    ("94", "GET", "server -", "", ""),
    ("96", "", "server -", "", "refused the signature"),
    ("98", "", "server cs", "unchecked", "bytes-disagree"),
    ("100", "", "server cs", "unchecked", ""),
    ("102", "", "server c", "redacted", ""),
    ("104", "", "server cs", "unchecked", ""),
    ("106", "PUT", "server -", "", "host-missing"),
    ("108", "", "server -", "", "refused the signature"),
    ("110", "", "server -", "", "Your clock is 48 h 53 m slow"),
    ("112", "", "", "", "request-line-missing"),
    ("114", "", "server cs", "repaired", "signed-header-volatile"),
    (
        "116",
        "",
        "server -",
        "",
        "wants the region us-east-1 in the credential scope; the request was signed for custom",
    ),
    ("118", "", "client s server -", "", ""),
    ("120", "", "server -", "", "the Credential is mal-formed"),
    ("122", "", "server -", "", "Your clock is 6 m 11 s fast"),
    ("124", "GET", "server -", "", "authorization-hidden"),
    ("126", "", "server cs", "verified", ""),
    ("128", "", "client cs", "verified", ""),
];

/// Pastes of which not all is read that the index sees in them.
const IN_PART: [&str; 0] = [];

/// What `check --json` says of a paste, without a secret.
fn checked(name: &str) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_sigscope"))
        .args(["check", "--json"])
        .arg(folder().expect("it was read").join(name))
        .env_clear()
        .output()
        .expect("it runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The strings of a paste in the words of [`ROWS`].
fn strings(report: &serde_json::Value) -> String {
    let mut text = String::new();
    let mut last = "";
    for evidence in report["evidence"].as_array().into_iter().flatten() {
        let side = evidence["side"].as_str().unwrap_or("unknown");
        if side != last {
            text.push(' ');
            text.push_str(side);
            last = side;
        }
        let held: String = [("canonical_request", 'c'), ("string_to_sign", 's')]
            .into_iter()
            .filter(|(name, _)| !evidence[*name].is_null())
            .map(|(_, letter)| letter)
            .collect();
        text.push(' ');
        text.push_str(if held.is_empty() { "-" } else { &held });
    }
    text.trim_start().to_owned()
}

/// Which of the four parts of a row do not hold.
fn missing(row: &(&str, &str, &str, &str, &str), report: &serde_json::Value) -> Vec<String> {
    let (_, method, held, exact, said) = *row;
    let mut missing = Vec::new();
    let mut compare = |what: &str, expected: &str, read: &str| {
        if expected != read {
            missing.push(format!("{what}: {read:?}, and the index says {expected:?}"));
        }
    };
    if !method.is_empty() {
        compare(
            "method",
            method,
            report["request"]["method"].as_str().unwrap_or(""),
        );
    }
    compare("strings", held, &strings(report));
    if !exact.is_empty() {
        compare(
            "exact",
            exact,
            report["evidence"][0]["integrity"].as_str().unwrap_or(""),
        );
    }
    let told = ["verdict", "findings", "evidence", "divergences"]
        .map(|part| report[part].to_string())
        .concat();
    compare("said", said, if told.contains(said) { said } else { "" });
    missing
}

#[test]
fn real_pastes_yield_what_the_index_says() {
    let Some(folder) = folder() else { return };
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.strip_suffix(".txt").is_some())
        .collect();
    names.sort();
    assert_eq!(names.len(), ROWS.len());
    let (mut full, mut partial, mut empty, mut wrong) = (0, 0, 0, Vec::new());
    for name in names {
        let number = name.split('-').next().unwrap();
        let row = ROWS.iter().find(|row| row.0 == number).unwrap();
        let report = checked(&name);
        let missing = missing(row, &report);
        let nothing = report["request"].is_null() && report["evidence"] == serde_json::json!([]);
        match (missing.is_empty(), nothing) {
            (true, _) => full += 1,
            (false, false) => partial += 1,
            (false, true) => empty += 1,
        }
        if missing.is_empty() == IN_PART.contains(&number) {
            wrong.push(format!("{name}: {}", missing.join("; ")));
        }
    }
    eprintln!(
        "{} real pastes: {full} yield all, {partial} a part, {empty} nothing",
        ROWS.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
