//! Unified diffs of two canonical requests, as diff and git print them.

use sigscope::engine::intake::{Evidence, Side};

use super::*;

const OLD: &str = "PUT\n/a%20b.json\ntagging=\ncontent-type:application/json\nhost:examplebucket.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:20260402T140310Z\n\ncontent-type;host;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD";

fn new() -> String {
    OLD.replace("application/json", "application/json; charset=utf-8")
}

/// What `diff -u` prints with `context` lines around the fourth, which differs.
fn diff(names: &str, context: usize) -> String {
    let old: Vec<&str> = OLD.lines().collect();
    let new = new();
    let new: Vec<&str> = new.lines().collect();
    let end = (4 + context).min(old.len());
    let mut out = format!("{names}@@ -1,{end} +1,{end} @@\n");
    for (at, line) in old[..end].iter().enumerate() {
        if at == 3 {
            out.extend(["-", line, "\n+", new[at], "\n"]);
        } else {
            out.extend([" ", line, "\n"]);
        }
    }
    out
}

fn canonical(case: &Case, evidence: &Evidence) -> String {
    let pattern = evidence.canonical_request.as_ref().unwrap();
    String::from_utf8(pattern.bytes(&case.docs)).unwrap()
}

#[test]
fn both_sides_of_a_diff_are_read_and_named_by_their_files() {
    for (names, sides) in [
        (
            "--- client.txt\n+++ server.txt\n",
            [Some(Side::Client), Some(Side::Server)],
        ),
        (
            "--- a/expected.txt\t2026-04-02 14:03:10\n+++ b/mine.txt\t2026-04-02 14:03:11\n",
            [Some(Side::Server), Some(Side::Client)],
        ),
        ("--- one.txt\n+++ two.txt\n", [None, None]),
        ("", [None, None]),
    ] {
        let text = diff(names, 20);
        let case = read(text.as_bytes());
        let told: Vec<_> = case.evidence.iter().map(|e| e.side).collect();
        assert_eq!(told, sides, "{text}");
        let texts: Vec<_> = case.evidence.iter().map(|e| canonical(&case, e)).collect();
        assert_eq!(texts, [OLD.to_owned(), new()], "{text}");
        // Every byte leads back to the paste.
        for evidence in &case.evidence {
            let span = evidence
                .canonical_request
                .as_ref()
                .unwrap()
                .as_exact()
                .unwrap();
            let first = case.docs.to_given(span.until(3));
            assert_eq!(case.docs.bytes(first), b"PUT");
        }
    }
    // With three lines around, as diff prints them: the ends are cut.
    let case = read(diff("--- client\n+++ server\n", 3).as_bytes());
    assert_eq!(case.evidence.len(), 2);
    for evidence in &case.evidence {
        assert!(canonical(&case, evidence).ends_with("x-amz-date:20260402T140310Z"));
    }
}

#[test]
fn a_diff_of_code_is_not_taken_apart() {
    let code = "--- a/s.py\n+++ b/s.py\n@@ -1,3 +1,3 @@\n def sign():\n-    host = 'a'\n+    host = 'b'\n     return host\n";
    assert!(read(code.as_bytes()).evidence.is_empty());
}

#[test]
fn a_broken_diff_harms_nothing() {
    let text = diff("--- client\n+++ server\n", 20);
    for end in 0..text.len() {
        let case = read(&text.as_bytes()[..end]);
        assert!(case.evidence.len() <= 2, "{end}");
    }
    for head in [
        "@@ -1,99999999999999999999 +1 @@\n GET\n /\n",
        "@@ -1 +1 @@\nGET\n",
        "@@ -,+ @@\n GET\n",
    ] {
        read(head.as_bytes());
    }
    growth::check("", &text);
    growth::check("", "@@ -1,512 +1,512 @@\n GET\n");
}

#[test]
fn a_flattened_canonical_request_needs_no_label() {
    let signed = OLD.replace(
        "UNSIGNED-PAYLOAD",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    let flat = signed.replace('\n', " ");
    for text in [
        flat.clone(),
        format!("it makes this\n{flat}\nand is refused\n"),
    ] {
        let case = read(text.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{text}");
        assert_eq!(canonical(&case, &case.evidence[0]), signed);
    }
}
