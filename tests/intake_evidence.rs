//! Real error bodies as people posted them, read from beside the repository where they are there.

use std::path::PathBuf;

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
    let bytes = std::fs::read(folder()?.join(name)).ok()?;
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

/// Pastes that hold what is in no shape that is read yet: strings of older schemes, dumps of
/// header objects.
const UNREAD: [&str; 0] = [];

/// Whether the index says of the paste that its canonical request hashes to the last line of its string to sign.
fn is_whole(index: &str, name: &str) -> bool {
    let file = format!("`{name}`");
    let mut rows = index.lines().filter(|row| row.contains(&file));
    rows.any(|row| row.contains("HASH OK"))
}

#[test]
fn real_pastes_yield_what_they_hold() {
    let Some(folder) = folder() else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.md")).unwrap();
    let (mut read_in_part, mut with_strings, mut all, mut whole_ones) = (0, 0, 0, 0);
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let Some((number, _)) = name
            .split_once('-')
            .filter(|(_, rest)| rest.strip_suffix(".txt").is_some())
        else {
            continue;
        };
        let case = read(&name).unwrap();
        all += 1;
        let yields = !case.requests.is_empty() || !case.evidence.is_empty();
        assert_eq!(yields, !UNREAD.contains(&number), "{name}");
        read_in_part += usize::from(yields);
        let strings = case
            .evidence
            .iter()
            .any(|e| e.canonical_request.is_some() || e.string_to_sign.is_some());
        with_strings += usize::from(strings);
        if is_whole(&index, &name) {
            whole_ones += 1;
            let whole = |e: &intake::Evidence| {
                matches!(e.integrity, Integrity::Verified | Integrity::Repaired)
            };
            assert!(case.evidence.iter().any(whole), "{name}");
        }
    }
    assert!(whole_ones > 0, "the index names them otherwise");
    eprintln!(
        "{read_in_part} of {all} real pastes yield something, {with_strings} of them strings"
    );
}
