//! What lies around a request in a log: the mark that closes its print, the literals it stands in, and what a collector
//! of logs puts in front of every line. None of it is a part of the request, and none of it hides what was signed.
//!
//! The requests were signed by botocore with the example key of the AWS documentation; every form is the literal format
//! of the program named.

use sha2::{Digest as _, Sha256};
use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::document::Span;
use sigscope::engine::intake::{Body, Case, Integrity, Side};
use sigscope::engine::scheme::Now;

use crate::common::{EXAMPLE_SECRET, keyring, paste, work_of};

const EMPTY_OBJECT: &str = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const TABLES: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=11ea7b723ff7bfa777b0350238ed063c4c6d3ec6c534fcf4eb1a5f6dc0620488";
const PUT: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=de6b21e92f39c4d397ef229f15f8df859415d28dbdf37cc325635d356fd81a6f";
const URL: &str = "https://examplebucket.s3.eu-west-1.amazonaws.com/q3.json?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260402%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260402T140310Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=ab49e97acf6e3cc33327fff307202ae44beef3b78afd2449a795c58541b42cb9";

/// Some minutes after both were signed.
fn now() -> Now {
    Now {
        at: "2026-04-02T14:10:00Z".parse().expect("a time"),
        stated: true,
    }
}

fn to_sign(service: &str, canonical: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256\n20260402T140310Z\n20260402/eu-west-1/{service}/aws4_request\n{}",
        hex::encode(Sha256::digest(canonical))
    )
}

/// What botocore printed of the request whose body is `{}`, and nothing of that body.
fn tables_log() -> String {
    let at = "2026-04-02 14:03:10,797";
    let canonical = format!(
        "POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:dynamodb.eu-west-1.amazonaws.com\nx-amz-date:20260402T140310Z\nx-amz-target:DynamoDB_20120810.ListTables\n\ncontent-type;host;x-amz-date;x-amz-target\n{EMPTY_OBJECT}"
    );
    let string = to_sign("dynamodb", &canonical);
    let digits = TABLES.rsplit('=').next().unwrap_or_default();
    format!(
        "{at} botocore.auth [DEBUG] Calculating signature using v4 auth.\n{at} botocore.auth [DEBUG] CanonicalRequest:\n{canonical}\n{at} botocore.auth [DEBUG] StringToSign:\n{string}\n{at} botocore.auth [DEBUG] Signature:\n{digits}\n{at} botocore.endpoint [DEBUG] Sending http request: {}\n{at} urllib3.connectionpool [DEBUG] Starting new HTTPS connection (1): dynamodb.eu-west-1.amazonaws.com:443\n",
        tables_printed()
    )
}

fn tables_printed() -> String {
    format!(
        "<AWSPreparedRequest stream_output=False, method=POST, url=https://dynamodb.eu-west-1.amazonaws.com/, headers={{'X-Amz-Target': b'DynamoDB_20120810.ListTables', 'Content-Type': b'application/x-amz-json-1.0', 'X-Amz-Date': b'20260402T140310Z', 'Authorization': b'{TABLES}', 'Content-Length': '2'}}>"
    )
}

fn held(case: &Case) -> Option<Span> {
    match case.requests.first()?.body {
        Body::Held { span, .. } => Some(span),
        Body::Absent | Body::Streamed(_) => None,
    }
}

#[test]
fn what_closes_a_print_is_no_body() {
    let members = format!(
        "method: 'POST', url: 'https://dynamodb.eu-west-1.amazonaws.com/', headers: {{ 'Content-Length': '2', 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Date': '20260402T140310Z', 'X-Amz-Target': 'DynamoDB_20120810.ListTables', Authorization: '{TABLES}' }}"
    );
    let raw = format!(
        "POST / HTTP/1.1\\r\\nHost: dynamodb.eu-west-1.amazonaws.com\\r\\nContent-Type: application/x-amz-json-1.0\\r\\nX-Amz-Date: 20260402T140310Z\\r\\nX-Amz-Target: DynamoDB_20120810.ListTables\\r\\nAuthorization: {TABLES}\\r\\nContent-Length: 2\\r\\n\\r\\n"
    );
    let prints = [
        ("botocore", tables_printed()),
        ("fetch", format!("Request {{ {members} }}>")),
        ("in a call", format!("send({{ {members} }})")),
        ("in a call, alone", format!("Request {{ {members} }})")),
        ("in a list", format!("[{{ {members} }}]")),
        ("in an object", format!("Call<{{ {members} }}>")),
        ("a literal in a call", format!("send(b'{raw}')")),
        ("a literal in a list", format!("[b'{raw}']")),
        ("a literal, and nothing", format!("send: b'{raw}' ")),
    ];
    for (name, print) in prints {
        for end in ["\n", "\r\n", "\nnext\n"] {
            let case = paste(&format!("{print}{end}"));
            assert_eq!(case.requests.len(), 1, "{name}");
            assert_eq!(held(&case), None, "{name} {end:?}");
        }
    }
    // As a value in the print, it is the body.
    let case = paste(&format!("Request {{ {members}, body: '{{}}' }}\n"));
    let body = held(&case).expect("a body");
    assert_eq!(case.docs.bytes(body), b"{}");
    // And so is the very same text where it stands as the body of raw HTTP.
    let sent = raw.replace("\\r\\n", "\r\n");
    let case = paste(&format!("{sent}>\n"));
    let body = held(&case).expect("a body");
    assert_eq!(case.docs.bytes(body), b">\n");
}

#[test]
fn a_log_without_the_body_accuses_nobody_of_another() {
    let work = work_of(&tables_log(), keyring(EXAMPLE_SECRET), now());
    let diagnosis = &work.analysis.diagnosis;
    let ids: Vec<&str> = diagnosis.findings.iter().map(|f| f.id).collect();
    assert!(!ids.contains(&"body-final-newline"), "{ids:?}");
    let sentence = &diagnosis.verdict.sentence;
    assert!(!sentence.contains("payload hash differs"), "{sentence}");
    assert!(!sentence.contains("60394cf8"), "{sentence}");
}

/// Every line as a collector of logs hands it on.
fn collected(log: &str) -> Vec<(&'static str, String)> {
    let each = |line: &dyn Fn(usize, &str) -> String| {
        let lines = log.lines().enumerate();
        lines
            .map(|(n, text)| line(n, text) + "\n")
            .collect::<String>()
    };
    let json = |text: &str| serde_json::to_string(text).unwrap_or_default();
    vec![
        (
            "docker, json-file",
            each(&|n, text| {
                format!(
                    "{{\"log\":{},\"stream\":\"stderr\",\"time\":\"2026-04-02T14:03:10.{n:09}Z\"}}",
                    json(&format!("{text}\n"))
                )
            }),
        ),
        (
            "cri",
            each(&|n, text| format!("2026-04-02T14:03:10.{n:09}Z stderr F {text}")),
        ),
        (
            "journalctl",
            each(&|_, text| format!("Apr 02 14:03:10 worker-7 uploader[4211]: {text}")),
        ),
        (
            "journalctl -o json",
            each(&|n, text| {
                format!(
                    "{{\"__REALTIME_TIMESTAMP\":\"17751384{n:08}\",\"_PID\":\"4211\",\"MESSAGE\":{}}}",
                    json(text)
                )
            }),
        ),
        (
            "heroku logs",
            each(&|n, text| format!("2026-04-02T14:03:10.{n:06}+00:00 app[worker.1]: {text}")),
        ),
        (
            "airflow",
            each(&|_, text| {
                format!("[2026-04-02, 14:03:10 UTC] {{process_utils.py:191}} INFO - {text}")
            }),
        ),
        (
            "aws logs tail",
            each(&|n, text| {
                format!("2026-04-02T14:03:10.{n:06}+00:00 ecs/uploader/4f1c09d2 {text}")
            }),
        ),
    ]
}

#[test]
fn the_strings_of_a_log_are_found_beside_the_request_whatever_stands_before_each_line() {
    let log = tables_log();
    for (name, text) in collected(&log) {
        let case = paste(&text);
        assert_eq!(case.requests.len(), 1, "{name}");
        let [signed] = case.evidence.as_slice() else {
            panic!("{name}: {:?}", case.evidence);
        };
        assert_eq!(signed.side, Some(Side::Client), "{name}");
        assert!(
            matches!(signed.integrity, Integrity::Verified | Integrity::Repaired),
            "{name}: {:?}",
            signed.integrity
        );
        let canonical = signed.canonical_request.as_ref().expect(name);
        let canonical = canonical.bytes(&case.docs);
        assert!(canonical.starts_with(b"POST\n/\n\ncontent-type:"), "{name}");
        assert!(canonical.ends_with(EMPTY_OBJECT.as_bytes()), "{name}");
        let work = work_of(&text, keyring(EXAMPLE_SECRET), now());
        let ids = &work.analysis.diagnosis.findings;
        assert!(ids.iter().all(|f| f.id != "unrecognised-rest"), "{name}");
    }
}

#[test]
fn a_form_or_words_that_name_the_algorithm_are_no_string_to_sign_that_was_lost() {
    let raw = format!(
        "PUT /q3.json?tagging= HTTP/1.1\nHost: examplebucket.s3.eu-west-1.amazonaws.com\nContent-Type: application/json\nX-Amz-Content-SHA256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20260402T140310Z\nAuthorization: {PUT}\n"
    );
    for behind in [
        "\n{\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"}\n",
        "\nThe authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.\n",
    ] {
        let text = format!("{raw}{behind}");
        let case = paste(&text);
        let request = case.requests.first().expect("a request");
        // It stands in the paste itself: no layer was taken off.
        assert_eq!(
            request.target.whole.doc,
            case.docs.to_given(request.target.whole).doc
        );
    }
}

/// `value` as a member of a record that is printed into a literal again and again.
fn nested(depth: usize, record: &str, name: &str) -> String {
    (0..depth).fold(record.to_owned(), |inner, _| {
        format!(
            "{{\"{name}\": {}, \"stream\": \"stdout\"}}",
            serde_json::to_string(&inner).unwrap_or_default()
        )
    })
}

#[test]
fn the_backslash_of_a_closing_quote_is_no_part_of_what_stands_in_the_literal() {
    let canonical = "PUT\n/q3.json\ntagging=\ncontent-type:application/json; charset=utf-8\nhost:examplebucket.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:20260402T140310Z\n\ncontent-type;host;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD";
    let string = to_sign("s3", canonical);
    let digits = PUT.rsplit('=').next().unwrap_or_default();
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>{string}</StringToSign><SignatureProvided>{digits}</SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest></Error>"
    );
    let record = format!(
        "{{\"level\": \"error\", \"request\": {{\"method\": \"PUT\", \"url\": \"https://examplebucket.s3.eu-west-1.amazonaws.com/q3.json?tagging=\", \"headers\": {{\"Content-Type\": \"application/json\", \"Host\": \"examplebucket.s3.eu-west-1.amazonaws.com\", \"X-Amz-Content-SHA256\": \"UNSIGNED-PAYLOAD\", \"X-Amz-Date\": \"20260402T140310Z\", \"Authorization\": \"{PUT}\"}}}}, \"response\": {{\"statusCode\": 403, \"body\": {}}}}}",
        serde_json::to_string(&xml).unwrap_or_default()
    );
    for depth in 0..4 {
        for name in ["payload", "log"] {
            let text = nested(depth, &record, name);
            let work = work_of(&text, keyring(EXAMPLE_SECRET), now());
            let case = &work.case;
            let request = case.requests.first().expect("a request");
            let target = case.docs.bytes(request.target.whole);
            assert!(
                target.ends_with(b"/q3.json?tagging="),
                "{depth}: {}",
                String::from_utf8_lossy(target)
            );
            assert_eq!(case.evidence.len(), 1, "{depth}");
            let verdict = &work.analysis.diagnosis.verdict;
            assert!(
                verdict.sentence.contains("content-type"),
                "{depth}: {}",
                verdict.sentence
            );
        }
    }
}

#[test]
fn a_presigned_url_ends_before_the_quote_of_its_literal_at_every_depth() {
    for depth in 0..5 {
        for record in [
            format!("{{\"url\": \"{URL}\"}}"),
            format!("{{\"url\": \"{URL}\", \"headers\": {{\"accept\": \"*/*\"}}}}"),
            format!("{{\"msg\": \"fetched {URL}\\n\"}}"),
        ] {
            let text = nested(depth, &record, "log");
            let work = work_of(&text, keyring(EXAMPLE_SECRET), now());
            assert_eq!(
                work.analysis.diagnosis.verdict.id,
                VerdictId::Match,
                "{depth}: {record}: {}",
                work.analysis.diagnosis.verdict.sentence
            );
        }
    }
}
