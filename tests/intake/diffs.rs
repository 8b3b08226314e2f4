//! Unified diffs of two canonical requests, as diff and git print them.

use sigscope::engine::document::Peel;
use sigscope::engine::intake::{Atom, Evidence, Side};

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
        assert!(
            canonical(&case, evidence).ends_with("x-amz-date:20260402T140310Z\n[not in the diff]")
        );
    }
}

/// The lines that differ and those around them, each side's, as `diff` prints them in `form`.
const PARTS: [(&str, &str); 7] = [
    (
        "unified, as it begins past the method",
        "--- client.txt\t2026-04-02 14:03:10.1 +0000\n+++ server.txt\t2026-04-02 14:03:11.2 +0000\n@@ -3,7 +3,7 @@\n \n accept:*/*\n content-type:a/b\n-host:b.example.com\n+host:c.example.com\n x-amz-content-sha256:UNSIGNED-PAYLOAD\n x-amz-date:20260402T140310Z\n \n",
    ),
    (
        "git's, with the nearest line behind the numbers",
        "diff --git a/client b/server\nindex 2b7dc7f..f1c93b7 100644\n--- a/client\n+++ b/server\n@@ -5,3 +5,3 @@ PUT\n content-type:a/b\n-host:b.example.com\n+host:c.example.com\n x-amz-content-sha256:UNSIGNED-PAYLOAD\n",
    ),
    (
        "the same in colours",
        "\x1b[1m--- a/client\x1b[m\n\x1b[1m+++ b/server\x1b[m\n\x1b[36m@@ -5,3 +5,3 @@\x1b[m \x1b[mPUT\x1b[m\n content-type:a/b\x1b[m\n\x1b[31m-host:b.example.com\x1b[m\n\x1b[32m+\x1b[m\x1b[32mhost:c.example.com\x1b[m\n x-amz-content-sha256:UNSIGNED-PAYLOAD\x1b[m\n",
    ),
    (
        "no context",
        "--- client\n+++ server\n@@ -6 +6 @@\n-host:b.example.com\n+host:c.example.com\n",
    ),
    (
        "no option",
        "$ diff client.txt server.txt\n6c6\n< host:b.example.com\n---\n> host:c.example.com\n",
    ),
    (
        "no option, in colours",
        "$ diff client.txt server.txt\n\x1b[36m6c6\x1b[0m\n\x1b[31m< host:b.example.com\x1b[0m\n---\n\x1b[32m> host:c.example.com\x1b[0m\n",
    ),
    (
        "in columns, of which one is too narrow",
        "$ diff -y -W 48 client.txt server.txt\nPUT\t\t\tPUT\n/a%20b.json\t\t/a%20b.json\n\naccept:*/*\t\taccept:*/*\nhost:b.example.com    |\thost:c.example.com\nx-amz-content-sha256:\tx-amz-content-sha256:\n\naccept;host;x-amz-con\taccept;host;x-amz-con\nUNSIGNED-PAYLOAD\tUNSIGNED-PAYLOAD\n",
    ),
];

#[test]
fn a_part_of_both_sides_is_read_however_diff_prints_it() {
    for (form, text) in PARTS {
        let case = read(text.as_bytes());
        let sides: Vec<_> = case.evidence.iter().map(|e| e.side).collect();
        assert_eq!(sides, [Some(Side::Client), Some(Side::Server)], "{form}");
        for (evidence, host) in case.evidence.iter().zip(["b.example.com", "c.example.com"]) {
            let text = canonical(&case, evidence);
            let line = format!("\nhost:{host}\n");
            assert!(text.contains(&line), "{form}: {text}");
            assert!(evidence.repairs.contains(&Peel::Diff), "{form}");
            // It is the line that its number says, behind those that are not here.
            let at = text.lines().position(|line| line.starts_with("host:"));
            let columns = form.starts_with("in columns");
            assert_eq!(at, Some(if columns { 4 } else { 5 }), "{form}: {text}");
            let place = evidence.canonical_request.as_ref().unwrap().atoms.iter();
            let own = place.filter_map(|atom| match atom {
                Atom::Exact(span) => Some(case.docs.bytes(*span)),
                Atom::Wild { .. } => None,
            });
            let own: Vec<u8> = own.flatten().copied().collect();
            assert!(!String::from_utf8(own).unwrap().contains("not in the diff"));
        }
        let ids: Vec<_> = case.findings.iter().map(|f| f.id).collect();
        assert_eq!(ids, ["diff-in-part"], "{form}");
    }
}

#[test]
fn several_hunks_are_one_text() {
    let text = "--- client\n+++ server\n@@ -1,4 +1,4 @@\n GET\n /k\n \n-host:a.example.com\n+host:b.example.com\n@@ -8,3 +8,3 @@\n \n-host\n+host;x-amz-date\n UNSIGNED-PAYLOAD\n";
    let case = read(text.as_bytes());
    let texts: Vec<_> = case.evidence.iter().map(|e| canonical(&case, e)).collect();
    let own = |host: &str, list: &str| {
        let gap = "[not in the diff]\n".repeat(3);
        format!("GET\n/k\n\nhost:{host}\n{gap}\n{list}\nUNSIGNED-PAYLOAD")
    };
    assert_eq!(
        texts,
        [
            own("a.example.com", "host"),
            own("b.example.com", "host;x-amz-date")
        ]
    );
}

#[test]
fn a_part_of_a_string_to_sign_is_read() {
    for (text, line) in [
        (
            "--- client\n+++ server\n@@ -2 +2 @@\n-20260402T140310Z\n+20260402T140312Z\n",
            2,
        ),
        (
            "$ diff client server\n3c3\n< 20260402/eu-west-1/s3/aws4_request\n---\n> 20260402/us-east-1/s3/aws4_request\n",
            3,
        ),
    ] {
        let case = read(text.as_bytes());
        let sides: Vec<_> = case.evidence.iter().map(|e| e.side).collect();
        assert_eq!(sides, [Some(Side::Client), Some(Side::Server)], "{text}");
        for evidence in &case.evidence {
            let pattern = evidence.string_to_sign.as_ref().unwrap();
            let own = String::from_utf8(pattern.bytes(&case.docs)).unwrap();
            assert_eq!(
                own.lines().position(|line| line.starts_with("2026")),
                Some(line - 1)
            );
        }
    }
}

#[test]
fn only_what_speaks_of_a_signature_is_taken_for_a_part_of_its_strings() {
    for text in [
        // Files, hashes and headers of other things.
        "2c2\n< /usr/lib/a.so\n---\n> /usr/lib/b.so\n",
        "$ diff a.txt b.txt\n4c4\n< e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n---\n> a3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
        "--- a/c.yml\n+++ b/c.yml\n@@ -4,3 +4,3 @@\n name: x\n-host: a.example.com\n+host: b.example.com\n port: 80\n",
        "--- a/requirements.txt\n+++ b/requirements.txt\n@@ -4,3 +4,3 @@\n boto\n-urllib\n+urllib3\n requests\n",
        "--- a\n+++ b\n@@ -900,2 +900,2 @@\n x-amz-date:20260402T140310Z\n-host:a.example.com\n+host:b.example.com\n",
        "GET  PUT\nfor reading  for writing\n",
        "1c1\n< hello\n---\n> world\n",
    ] {
        assert!(read(text.as_bytes()).evidence.is_empty(), "{text}");
    }
    // Where the words in front of it speak of one, a header is enough; a path stands in other files, too, and so do names
    // that no request has.
    let front = "$ diff <(echo \"$canonical_mine\") <(echo \"$canonical_aws\")\n";
    for (lines, count) in [
        ("7c7\n< range:bytes=0-9\n---\n> range:bytes=0-8\n", 2),
        ("2c2\n< /photos/cat.jpg\n---\n> /photos//cat.jpg\n", 0),
        ("7c7\n< width:10px\n---\n> width:12px\n", 0),
    ] {
        let case = read(format!("{front}{lines}").as_bytes());
        assert_eq!(case.evidence.len(), count, "{lines}");
    }
}

#[test]
fn parts_of_diffs_are_read_in_linear_time_and_cut_anywhere() {
    for (form, text) in PARTS {
        for end in 0..text.len() {
            let case = read(&text.as_bytes()[..end]);
            assert!(case.evidence.len() <= 2, "{form}: {end}");
        }
        growth::check("", text);
    }
    growth::check("", "6c6\n< host:b.example.com\n");
    growth::check("", "GET  GET\n");
    growth::check("", "@@ -3,7 +3,7 @@\n \n");
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
        "@@ -18446744073709551615,0 +1,1 @@\n+GET\n",
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
