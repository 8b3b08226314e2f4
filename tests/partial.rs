//! Server's strings that were cut or redacted on the way: what is there is compared, and nothing is invented.
//!
//! The request and the answer are those of one of the bundled samples, in which one header differs and nothing
//! else; its hash is verified.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use sigscope::engine::diagnose::{RowState, VerdictId};
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Input, Integrity};
use sigscope::engine::scheme::Role;
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::samples;
use sigscope::workbench::{Fixed, Work, Workbench};

/// The example key of the AWS documentation, with which the samples are signed.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn work(text: &str, secret: bool) -> Work {
    let mut ring = Keyring::new();
    if secret {
        ring.push(NamedSecret {
            name: "the test".to_owned(),
            key_id: None,
            material: Material::Secret(Sensitive::new(SECRET.as_bytes().to_vec())),
            session_token: None,
        });
    }
    let mut bench = Workbench::new(Arc::new(Fixed(ring)));
    bench.inputs.push(Input {
        name: "input".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    bench.work(sigscope::engine::scheme::Now {
        at: chrono::DateTime::UNIX_EPOCH,
        stated: false,
    })
}

/// A sample without the dumps of its bytes.
fn sample(name: &str) -> String {
    let mut text = samples::find(name).expect("it is bundled").text.to_owned();
    for twin in ["StringToSignBytes", "CanonicalRequestBytes"] {
        let (open, close) = (format!("<{twin}>"), format!("</{twin}>"));
        if let (Some(start), Some(end)) = (text.find(&open), text.find(&close)) {
            text.replace_range(start..end + close.len(), "");
        }
    }
    text
}

/// What stands in an element.
fn content<'t>(text: &'t str, element: &str) -> &'t str {
    let (_, rest) = text
        .split_once(&format!("<{element}>"))
        .expect("the element is there");
    rest.split_once(&format!("</{element}>"))
        .expect("it is closed")
        .0
}

/// The answer of `text` with this element last, and the text up to its content.
fn element_last(text: &str, element: &str) -> (String, String) {
    let inside = content(text, element).to_owned();
    let whole = format!("<{element}>{inside}</{element}>");
    let others = text.replace(&whole, "");
    let (before, _) = others
        .rsplit_once("</Error>")
        .expect("the answer is closed");
    (format!("{before}<{element}>"), inside)
}

fn front(text: &str, len: usize) -> &str {
    text.split_at(len).0
}

fn dump(text: &str) -> String {
    let plain = text.replace("&amp;", "&").replace("&lt;", "<");
    plain.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x} ");
        out
    })
}

/// The fields in which the sides part, by stage.
fn parting(work: &Work) -> BTreeSet<String> {
    let divergences = &work.analysis.diagnosis.divergences;
    divergences
        .iter()
        .map(|d| format!("{} {}", d.stage.0, d.field))
        .collect()
}

/// What else may stand behind a cut.
const OTHERS: [&str; 6] = [
    "\n...",
    "…</",
    "&am",
    "[truncated]",
    "\n\nWhat is wrong here?\n",
    "\n```\n\nWhat is wrong here?\n",
];

/// Samples that differ in a header's value, in a header that is empty, and in the path.
const NAMES: [&str; 3] = ["host-changed", "range-stripped", "path-encoded-twice"];

#[test]
fn a_cut_text_parts_nowhere_where_the_whole_one_does_not() {
    for name in NAMES {
        let text = sample(name);
        let known = parting(&work(&text, true));
        assert!(!known.is_empty(), "{name}: something differs");
        for element in ["CanonicalRequest", "StringToSign"] {
            let (before, inside) = element_last(&text, element);
            let dumped = dump(&inside);
            let (twin, _) = before.rsplit_once('<').expect("it begins with a tag");
            let twin = format!("{twin}<{element}Bytes>");
            for (before, inside, step) in [(&before, &inside, 1), (&twin, &dumped, 4)] {
                for cut in (0..=inside.len()).step_by(step) {
                    for tail in ["", "...", "…", OTHERS[cut % OTHERS.len()]] {
                        let pasted = format!("{before}{}{tail}", front(inside, cut));
                        let secret = cut % 2 == 0;
                        let got = parting(&work(&pasted, secret));
                        let more: Vec<_> = got.difference(&known).collect();
                        assert!(
                            more.is_empty(),
                            "{name}, {element} cut at {cut}, then {tail:?}: {more:?}\n{}",
                            front(inside, cut)
                        );
                    }
                }
            }
        }
    }
}

/// A sample whose server strings are whole, with the content of one place replaced.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is there");
    text.replace(from, to)
}

#[test]
fn a_cut_after_a_difference_still_tells_it_and_before_it_names_no_field() {
    let text = sample("range-stripped");
    let (before, inside) = element_last(&text, "CanonicalRequest");
    let at = inside.find("host:").unwrap() + 12;
    for tail in ["", "..."] {
        let work = work(&format!("{before}{}{tail}", front(&inside, at)), true);
        let diagnosis = &work.analysis.diagnosis;
        assert_eq!(diagnosis.verdict.id, VerdictId::Rejected);
        assert!(
            diagnosis
                .verdict
                .sentence
                .contains("their hashes do, and only one of them is here whole"),
            "{}",
            diagnosis.verdict.sentence
        );
        let rows = &diagnosis.comparisons[0].rows;
        let state = |name: &str| {
            let mut rows = rows.iter();
            rows.find(|row| row.key.to_string() == name).unwrap().state
        };
        assert_eq!(state("path"), RowState::Same);
        for open in ["host", "range", "signed-headers", "payload-hash"] {
            assert_eq!(state(open), RowState::NotCheckable, "{open}");
        }
    }
    let at = inside.find("x-amz-content-sha256:").unwrap() + 25;
    let work = work(&format!("{before}{}", front(&inside, at)), true);
    assert!(
        work.analysis
            .diagnosis
            .verdict
            .sentence
            .contains("no value for the range header")
    );
}

/// Marks that stand for something that is not known.
const MARKS: [&str; 13] = [
    "[REDACTED]",
    "[redacted]",
    "&lt;redacted&gt;",
    "(redacted)",
    "REDACTED",
    "***",
    "****************",
    "xxxx",
    "XXXXXXXXXXXX",
    "…",
    "...",
    "[…]",
    "** redacted (length=64) **",
];

#[test]
fn a_signature_or_key_id_that_the_answer_hides_makes_it_no_answer_to_another_request() {
    let text = sample("range-stripped");
    let signature = content(&text, "SignatureProvided").to_owned();
    let named = format!("<SignatureProvided>{signature}<");
    let key = format!("<AWSAccessKeyId>{}<", content(&text, "AWSAccessKeyId"));
    let cut = [
        format!("{}...", front(&signature, 8)),
        format!("{}…", front(&signature, 16)),
        format!("{}xxxxxxxx", front(&signature, 8)),
        front(&signature, 20).to_owned(),
    ];
    let marks = MARKS.into_iter().map(str::to_owned).chain(cut);
    for mark in marks {
        let mut hidden = replaced(&text, &named, &format!("<SignatureProvided>{mark}<"));
        if MARKS.contains(&mark.as_str()) {
            hidden = replaced(&hidden, &key, &format!("<AWSAccessKeyId>{mark}<"));
        }
        let work = work(&hidden, true);
        let verdict = &work.analysis.diagnosis.verdict;
        assert_eq!(
            verdict.id,
            VerdictId::Rejected,
            "{mark}: {}",
            verdict.sentence
        );
        assert!(
            verdict.sentence.contains("no value for the range header"),
            "{mark}"
        );
        let findings = &work.analysis.diagnosis.findings;
        assert!(
            findings.iter().all(|f| f.id != "server-other-request"),
            "{mark}"
        );
    }
    // The request hides it too: nothing is computed against it, and the fields are compared all the same.
    let hidden = replaced(&text, &signature, "[REDACTED]");
    let work = work(&hidden, true);
    let verdict = &work.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch);
    assert!(
        verdict.sentence.contains("no value for the range header"),
        "{}",
        verdict.sentence
    );
}

#[test]
fn another_signature_is_no_mark() {
    let text = sample("range-stripped");
    let signature = content(&text, "SignatureProvided").to_owned();
    let flipped = signature.replace(front(&signature, 1), "7");
    for other in [flipped.clone(), format!("{}...", front(&flipped, 16))] {
        let answer = replaced(
            &text,
            &format!("<SignatureProvided>{signature}<"),
            &format!("<SignatureProvided>{other}<"),
        );
        let work = work(&answer, true);
        let findings = &work.analysis.diagnosis.findings;
        assert!(
            findings.iter().any(|f| f.id == "server-other-request"),
            "{other}"
        );
    }
}

#[test]
fn what_the_server_s_strings_hide_is_not_another_value() {
    let text = sample("host-changed");
    let canonical = content(&text, "CanonicalRequest").to_owned();
    let without = |canonical: &str, to_sign: bool| {
        let mut text = replaced(&text, content(&text, "CanonicalRequest"), canonical);
        if !to_sign {
            let whole = format!(
                "<StringToSign>{}</StringToSign>",
                content(&text, "StringToSign")
            );
            text = replaced(&text, &whole, "");
        }
        text
    };
    for mark in MARKS.into_iter().take(12) {
        for (from, field) in [
            (header(&canonical, "host"), "host"),
            (header(&canonical, "x-amz-date"), "x-amz-date"),
            (canonical.lines().nth(1).unwrap(), "path"),
            (canonical.lines().last().unwrap(), "payload-hash"),
        ] {
            for to_sign in [true, false] {
                let hidden = without(&canonical.replace(from, mark), to_sign);
                let work = work(&hidden, true);
                let canonical = &work.analysis.diagnosis.comparisons[0];
                assert_eq!(canonical.role, Role::CanonicalRequest);
                let row = canonical
                    .rows
                    .iter()
                    .find(|row| row.key.to_string() == field);
                assert_eq!(
                    row.unwrap().state,
                    RowState::NotCheckable,
                    "{mark} for {field}"
                );
                let got: Vec<_> = parting(&work)
                    .into_iter()
                    .filter(|at| !at.ends_with(" host") && !at.ends_with(" hash"))
                    .collect();
                assert!(got.is_empty(), "{mark} for {field}: {got:?}");
                assert_eq!(work.case.evidence[0].integrity, Integrity::Redacted);
            }
        }
    }
}

/// The value of a header in a canonical request.
fn header<'t>(canonical: &'t str, name: &str) -> &'t str {
    let mut lines = canonical.lines();
    lines
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .expect("the header is there")
}

/// An answer with these strings, in which the hash is right, and the request that has `from` where the server had
/// `to`. Nothing of it carries a signature that fits: the strings alone are held against each other.
fn answered(text: &str, from: &str, to: &str) -> String {
    let canonical = content(text, "CanonicalRequest").to_owned();
    let changed = replaced(&canonical, from, to);
    let hash = |text: &str| {
        hex::encode(<sha2::Sha256 as sha2::Digest>::digest(
            text.replace("&amp;", "&"),
        ))
    };
    let old = content(text, "StringToSign")
        .lines()
        .last()
        .expect("it has lines")
        .to_owned();
    let text = replaced(text, &canonical, &changed);
    replaced(&text, &old, &hash(&changed))
}

#[test]
fn a_query_that_the_server_did_not_sort_differs_in_its_order_and_in_no_value() {
    let sent = sample("host-changed").replacen(" HTTP/1.1", "?b=1&a=2 HTTP/1.1", 1);
    let canonical = content(&sent, "CanonicalRequest").to_owned();
    let host = header(&canonical, "host").to_owned();
    let asked = sent
        .lines()
        .find_map(|line| line.strip_prefix("Host: "))
        .unwrap()
        .trim()
        .to_owned();
    for (query, words) in [
        (
            "b=1&amp;a=2",
            "order of the query parameters differs: a is number 1 as computed from this request, and number 2 at the server",
        ),
        ("a=2&amp;b=1", ""),
    ] {
        let text = answered(&sent, "\n\nhost:", &format!("\n{query}\nhost:"));
        let text = answered(&text, &format!("host:{host}"), &format!("host:{asked}"));
        for secret in [false, true] {
            let work = work(&text, secret);
            let sentence = &work.analysis.diagnosis.verdict.sentence;
            assert!(sentence.contains(words), "{sentence}");
            assert_eq!(work.case.evidence[0].integrity, Integrity::Verified);
            let rows = &work.analysis.diagnosis.comparisons[0].rows;
            let state = rows
                .iter()
                .find(|r| r.key.to_string() == "?a")
                .unwrap()
                .state;
            assert_eq!(state == RowState::Same, words.is_empty());
        }
    }
}

#[test]
fn a_parameter_that_the_server_had_without_its_equals_sign_is_the_one_that_differs() {
    let sent = sample("host-changed").replacen(" HTTP/1.1", "?a HTTP/1.1", 1);
    let canonical = content(&sent, "CanonicalRequest").to_owned();
    let host = header(&canonical, "host").to_owned();
    let asked = sent
        .lines()
        .find_map(|line| line.strip_prefix("Host: "))
        .unwrap()
        .trim()
        .to_owned();
    let text = answered(&sent, "\n\nhost:", "\na\nhost:");
    let text = answered(&text, &format!("host:{host}"), &format!("host:{asked}"));
    for secret in [false, true] {
        let work = work(&text, secret);
        let diagnosis = &work.analysis.diagnosis;
        let sentence = &diagnosis.verdict.sentence;
        assert!(
            sentence.contains(
                "query parameter a differs: this request has “a=”, and the server had “a”"
            ),
            "{sentence}"
        );
        let roots: Vec<_> = diagnosis
            .divergences
            .iter()
            .filter(|d| !d.follows)
            .collect();
        assert!(roots.iter().any(|d| d.field.to_string() == "?a"));
        assert!(
            roots
                .iter()
                .all(|d| d.stage.0 != "canonical-request" || d.field.to_string() == "?a")
        );
    }
}

#[test]
fn an_answer_alone_tells_the_signed_header_for_which_the_server_had_no_value() {
    let text = sample("range-stripped");
    let (_, answer) = text.split_once("<?xml").expect("there is an answer");
    let answer = format!("<?xml{answer}");
    let alone = work(&answer, false);
    let verdict = &alone.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch);
    assert!(
        verdict
            .sentence
            .contains("no value for the signed header range"),
        "{}",
        verdict.sentence
    );
    assert!(verdict.proved && verdict.proof.len() == 2);
    let with = work(&answer, true);
    let details = with.analysis.diagnosis.verdict.details.join(" ");
    assert!(
        details.contains("no value for the signed header range"),
        "{details}"
    );
    // Cut behind the colon, nobody knows what followed.
    let (before, inside) = element_last(&answer, "CanonicalRequest");
    let at = inside.find("range:").unwrap() + 6;
    let cut = work(&format!("{before}{}", front(&inside, at)), false);
    let sentence = &cut.analysis.diagnosis.verdict.sentence;
    assert!(!sentence.contains("no value"), "{sentence}");
    // What was edited proves nothing.
    let edited = replaced(&answer, "\nx-amz-date:2", "\nx-amz-date:3");
    let sentence = work(&edited, false).analysis.diagnosis.verdict.sentence;
    assert!(sentence.contains("edited or cut"), "{sentence}");
}
