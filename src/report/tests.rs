//! Laws of every report, whatever stands in the input.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixture::{SECRET, TOKEN, work};
use super::{Report, ReportOptions, TextStyle, json_text, nothing_json};
use crate::engine::document::Mask;
use crate::engine::intake::Shape;
use crate::workbench::Work;

const SCHEMA: &str = include_str!("../../assets/schema/check-1.json");

fn validator() -> &'static jsonschema::Validator {
    static VALIDATOR: std::sync::OnceLock<jsonschema::Validator> = std::sync::OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        jsonschema::draft202012::new(&schema).unwrap()
    })
}

#[track_caller]
fn assert_valid(value: &Value) {
    let errors: Vec<_> = validator()
        .iter_errors(value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

fn revealing(work: &Work) -> Report<'_> {
    Report::new(
        work,
        ReportOptions {
            reveal_tokens: true,
            ..ReportOptions::default()
        },
    )
}

/// Every report of `work` that is not JSON, in several shapes.
fn texts(work: &Work) -> Vec<String> {
    let plain = |width| TextStyle {
        width,
        colour: false,
    };
    vec![
        super::text(work, plain(0)),
        super::text(work, plain(80)),
        super::text(work, plain(300)),
        uncoloured(&super::text(
            work,
            TextStyle {
                width: 80,
                colour: true,
            },
        )),
        super::markdown(work),
        revealing(work).text(plain(80)),
        revealing(work).markdown(),
    ]
}

/// `text` without the sequences that colouring may add: these and no other.
fn uncoloured(text: &str) -> String {
    let mut text = text.to_owned();
    for sgr in ["0", "1", "2", "1;31", "1;32", "1;33", "36"] {
        text = text.replace(&format!("\x1b[{sgr}m"), "");
    }
    text
}

fn holds(text: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(text, what).is_some()
}

fn check_laws(work: &Work) {
    let value = super::json(work);
    assert_valid(&value);
    let written = json_text(&value);
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
    let bad = |c: char| c.is_control() && c != '\n';
    assert!(!written.contains(bad), "{written:?}");
    assert!(!written.contains(SECRET), "{written}");
    assert_eq!(
        value["documents"][0]["name"],
        super::json(work)["documents"][0]["name"]
    );
    for text in texts(work) {
        assert!(!text.contains(bad), "{text:?}");
        assert!(!text.contains(SECRET), "{text}");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text:?}");
        // What is quoted as it stands may hold blank lines of its own.
        let own = work
            .case
            .docs
            .iter()
            .any(|(_, d)| holds(d.bytes(), b"\n\n"));
        assert!(own || !text.contains("\n\n\n"), "{text}");
    }
}

#[test]
fn a_value_of_blanks_alone_leaves_no_empty_line() {
    check_laws(&work(b" ", (0, 0)));
}

#[test]
fn colour_changes_no_word() {
    let work = work(b"GET / HTTP/1.1\nHost: ex", (4, 5));
    let plain = super::text(
        &work,
        TextStyle {
            width: 80,
            colour: false,
        },
    );
    let coloured = super::text(
        &work,
        TextStyle {
            width: 80,
            colour: true,
        },
    );
    assert_ne!(plain, coloured);
    assert_eq!(uncoloured(&coloured), plain);
}

#[test]
fn tokens_are_shown_when_revealed_and_only_a_correction_holds_them_otherwise() {
    let work = work(b"GET / HTTP/1.1\nHost: ex", (4, 5));
    let mut value = super::json(&work);
    let correction = value["correction"].take();
    assert!(!value.to_string().contains(TOKEN), "{value:#}");
    assert!(correction.to_string().contains(TOKEN), "{correction:#}");
    assert!(!super::text(&work, TextStyle::default()).contains(TOKEN));
    assert!(!super::markdown(&work).contains(TOKEN));
    let report = revealing(&work);
    assert!(report.text(TextStyle::default()).contains(TOKEN));
    assert!(report.markdown().contains(TOKEN));
    assert!(report.json()["computed"].to_string().contains(TOKEN));
}

#[test]
fn the_object_is_the_same_written_part_by_part() {
    let work = work(b"GET / HTTP/1.1\nHost: ex", (4, 5));
    let report = revealing(&work);
    let whole = report.json();
    assert!(!whole["input"].as_array().unwrap().is_empty());
    assert!(!whole["evidence"].as_array().unwrap().is_empty());
    assert_eq!(report.json_text(), json_text(&whole));
}

#[test]
fn redacted_text_names_the_hash_of_the_true_bytes() {
    let work = work(b"x", (0, 1));
    let value = super::json(&work);
    let true_text = format!("x{SECRET} {TOKEN}");
    let sha256 = {
        use sha2::Digest as _;
        hex::encode(sha2::Sha256::digest(true_text))
    };
    let computed = &value["computed"];
    assert_eq!(computed["redacted"], json!(true));
    assert_eq!(computed["canonical_request_sha256"], json!(sha256));
    assert_eq!(
        computed["canonical_request"],
        json!(format!(
            "x[secret redacted] [redacted, {} bytes]",
            TOKEN.len()
        ))
    );
    assert_eq!(
        value["divergences"][0]["values_sha256"],
        json!([sha256, null])
    );
    assert_eq!(value["request"]["signed_headers"][0], json!("x"));
    assert!(value["request"].get("method_sha256").is_none());
}

#[test]
fn text_that_is_not_utf8_is_null_with_its_bytes_in_base64() {
    let value = super::json(&work(b"\xff\xfe", (0, 2)));
    assert_eq!(
        value["received"],
        json!({"signature": null, "signature_base64": "//4="})
    );
    assert_eq!(value["divergences"][0]["values"], json!([null, null]));
    assert!(value["divergences"][0]["values_base64"][0].is_string());
    assert_eq!(value["correction"]["headers"][1], json!(["X", null]));
    assert_eq!(value["correction"]["headers_base64"][1], json!("//4="));
    assert_valid(&value);
}

#[test]
fn places_are_offsets_into_what_was_given() {
    let value = super::json(&work(b"a&amp;b", (2, 4)));
    // Recognised in an unwrapped layer of three bytes; given as seven.
    assert_eq!(value["input"][0]["span"], json!([0, 7]));
    assert_eq!(value["findings"][0]["span"], json!([2, 4]));
    assert_eq!(value["findings"][1]["span"], json!(null));
    assert_eq!(value["findings"][1]["document"], json!(null));
    assert_eq!(value["documents"].as_array().unwrap().len(), 1);
}

#[test]
fn the_keys_stand_in_the_order_of_the_contract() {
    let value = super::json(&work(b"x", (0, 1)));
    let keys = |v: &Value| -> Vec<String> { v.as_object().unwrap().keys().cloned().collect() };
    let all = [
        "format",
        "documents",
        "input",
        "scheme",
        "settings",
        "verdict",
        "request",
        "received",
        "computed",
        "evidence",
        "divergences",
        "explanations",
        "observations",
        "nearest",
        "findings",
        "correction",
        "correction_now",
    ];
    assert_eq!(keys(&value), all);
    assert_eq!(keys(&nothing_json("no")), all);
    assert_eq!(
        keys(&value["input"][0]),
        [
            "shape",
            "document",
            "span",
            "side",
            "chosen",
            "number",
            "request",
            "by_choice"
        ]
    );
    assert_eq!(
        keys(&value["explanations"][0]["deviations"][0]),
        [
            "id",
            "who",
            "family",
            "component",
            "parameters",
            "title",
            "detail",
            "fix",
            "reference"
        ]
    );
}

#[test]
fn what_was_chosen_over_the_claims_stands_in_every_report() {
    let as_claimed = work(b"x", (0, 1));
    assert_eq!(super::json(&as_claimed)["settings"], json!({}));
    for text in texts(&as_claimed) {
        assert!(!text.contains("changed:"), "{text}");
    }
    let mut work = as_claimed;
    work.settings.set("service", Some("sqs\x1b".to_owned()));
    work.settings.set("path-encoding", Some("once".to_owned()));
    work.settings
        .set("an option of another program", Some("x".to_owned()));
    let value = super::json(&work);
    assert_valid(&value);
    assert_eq!(
        value["settings"],
        json!({"path-encoding": "once", "service": "sqs\u{1b}"})
    );
    let told =
        "2 options changed: path-encoding = once, service = sqs\\x1B, not as the request claims.";
    assert!(
        super::text(
            &work,
            TextStyle {
                width: 300,
                colour: false
            }
        )
        .contains(told)
    );
    assert!(super::markdown(&work).contains(&told.replace("\\x1B", "\\\\x1B")));
}

#[test]
fn nothing_is_a_whole_object() {
    let value = nothing_json("It could not be read.");
    assert_valid(&value);
    assert_eq!(value["scheme"], Value::Null);
    assert_eq!(
        value["verdict"],
        json!({"id": null, "sentence": "It could not be read."})
    );
}

#[test]
fn the_schema_refuses_what_the_contract_does_not_name() {
    let mut value = super::json(&work(b"x", (0, 1)));
    value["findings"][0]["extra"] = json!(1);
    assert!(!validator().is_valid(&value));
    let mut value = super::json(&work(b"x", (0, 1)));
    value["verdict"]["id"] = json!("nothing");
    assert!(!validator().is_valid(&value));
    let mut work = work(b"x", (0, 1));
    work.case.pieces[0].shape = Shape("Not A Name");
    assert!(!validator().is_valid(&super::json(&work)));
}

#[test]
fn a_short_secret_is_masked_where_it_stands_though_no_search_would_find_it() {
    let mut work = work(b"minio", (0, 5));
    let span = work.analysis.diagnosis.findings[0].labels[0].span;
    work.case.docs.mask(span, Mask::Secret);
    work.analysis.diagnosis.findings.truncate(1);
    work.analysis.diagnosis.findings[0].labels.truncate(1);
    let text = super::text(&work, TextStyle::default());
    let quoted = text.lines().find(|l| l.contains("1 |")).unwrap();
    assert_eq!(quoted, "    1 | [secret redacted]");
}

#[test]
fn fences_hold_whatever_the_content() {
    let text = "```\n<script>x</script>\n````\n";
    let markdown = super::markdown(&work(text.as_bytes(), (0, 3)));
    let mut open: Option<usize> = None;
    for line in markdown.lines() {
        let after = line.trim_start_matches('`');
        let ticks = line.len() - after.len();
        match open {
            None if ticks >= 3 && after == "text" => open = Some(ticks),
            Some(n) if ticks >= n && after.trim().is_empty() => open = None,
            Some(_) => {}
            None => assert!(!line.starts_with("<script"), "{markdown}"),
        }
    }
    assert_eq!(open, None);
}

proptest! {
    #[test]
    fn any_bytes_make_valid_reports(
        text in proptest::collection::vec(
            prop_oneof![
                3 => any::<u8>(),
                1 => proptest::sample::select(b"\n\r\t\x1b`|\\<&*_ \0\x7f".to_vec()),
            ],
            0..120,
        ),
        cuts in (0usize..140, 0usize..140),
    ) {
        check_laws(&work(&text, cuts));
    }

    #[test]
    fn any_text_makes_valid_reports(text in any::<String>(), cuts in (0usize..40, 0usize..40)) {
        check_laws(&work(text.as_bytes(), cuts));
    }
}
