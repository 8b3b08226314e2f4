//! Forms for uploads with a signed policy: what an SDK returns and what stands in a page, as they are pasted.
//!
//! The fields of Version 4 are those that boto3 made for the example key of the AWS documentation.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::DateTime;
use sigscope::engine::diagnose::{Finding, VerdictId};
use sigscope::engine::document::Source;
use sigscope::engine::intake::Input;
use sigscope::engine::scheme::Now;
use sigscope::engine::secret::Keyring;
use sigscope::workbench::{Fixed, Work, Workbench};

const POLICY: &str = "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjJUMTQ6MjY6NTVaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAicHJpdmF0ZSJ9LCBbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwgMSwgMTAwMF0sIHsiYnVja2V0IjogImV4YW1wbGVidWNrZXQifSwgWyJzdGFydHMtd2l0aCIsICIka2V5IiwgInVwbG9hZHMvIl0sIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwgeyJ4LWFtei1jcmVkZW50aWFsIjogIkFLSUFJT1NGT0ROTjdFWEFNUExFLzIwMjYxMTIyL3VzLWVhc3QtMS9zMy9hd3M0X3JlcXVlc3QifSwgeyJ4LWFtei1kYXRlIjogIjIwMjYxMTIyVDE0MTY1NVoifV19";
const SIGNATURE: &str = "86d0ac8fdf387f2a6fdae95f593eb6d2728e51ceaee8a1602e7eda4893369ab2";
const URL: &str = "https://examplebucket.s3.amazonaws.com/";

fn fields() -> Vec<(&'static str, &'static str)> {
    vec![
        ("acl", "private"),
        ("key", "uploads/${filename}"),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        (
            "x-amz-credential",
            "AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request",
        ),
        ("x-amz-date", "20261122T141655Z"),
        ("policy", POLICY),
        ("x-amz-signature", SIGNATURE),
    ]
}

fn work_at(text: &str, now: &str) -> Work {
    let mut bench = Workbench::new(Arc::new(Fixed(Keyring::new())));
    bench.inputs.push(Input {
        name: "input".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    });
    bench.work(Now {
        at: DateTime::parse_from_rfc3339(now)
            .expect("it is a time")
            .into(),
        stated: true,
    })
}

fn work(text: &str) -> Work {
    work_at(text, "2026-11-22T14:20:00Z")
}

fn joined(fields: &[(&str, &str)], one: impl Fn(&str, &str) -> String, by: &str) -> String {
    let all: Vec<String> = fields.iter().map(|(n, v)| one(n, v)).collect();
    all.join(by)
}

/// The form in every notation.
fn prints(fields: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    vec![
        (
            "Python",
            format!(
                "{{'url': '{URL}', 'fields': {{{}}}}}",
                joined(fields, |n, v| format!("'{n}': '{v}'"), ", ")
            ),
        ),
        (
            "Python 2",
            format!(
                "{{u'url': u'{URL}', u'fields': {{{}}}}}",
                joined(fields, |n, v| format!("u'{n}': u'{v}'"), ", ")
            ),
        ),
        (
            "JSON",
            format!(
                "{{\n  \"url\": \"{URL}\",\n  \"fields\": {{\n{}\n  }}\n}}\n",
                joined(fields, |n, v| format!("    \"{n}\": \"{v}\""), ",\n")
            ),
        ),
        (
            "JSON with escaped slashes",
            format!(
                "{{\"url\":\"{}\",\"fields\":{{{}}}}}",
                URL.replace('/', "\\/"),
                joined(
                    fields,
                    |n, v| format!("\"{n}\":\"{}\"", v.replace('/', "\\/")),
                    ","
                )
            ),
        ),
        (
            "Ruby",
            format!(
                "{{:url=>\"{URL}\", :fields=>{{{}}}}}",
                joined(fields, |n, v| format!("\"{n}\"=>\"{v}\""), ", ")
            ),
        ),
        (
            "JSON in a string of a log",
            format!(
                "{{\"level\":30,\"msg\":\"{{\\\"url\\\":\\\"{URL}\\\",\\\"fields\\\":{{{}}}}}\"}}",
                joined(fields, |n, v| format!("\\\"{n}\\\":\\\"{v}\\\""), ",")
            ),
        ),
        (
            "pprint of Python, which breaks long texts",
            format!(
                "{{'fields': {{{}}},\n 'url': '{URL}'}}",
                joined(
                    fields,
                    |n, v| match v.split_at_checked(60) {
                        Some((front, rest)) => format!("'{n}': '{front}'\n{:24}'{rest}'", ""),
                        None => format!("'{n}': '{v}'"),
                    },
                    ",\n            "
                )
            ),
        ),
        (
            "markup",
            format!(
                "<html><body>\n<form action=\"{URL}\" method=\"post\" enctype=\"multipart/form-data\">\n{}\n<input type=\"file\" name=\"file\" />\n<input type=\"submit\" name=\"submit\" value=\"Upload\" />\n</form></body></html>\n",
                joined(
                    fields,
                    |n, v| format!("  <input type=\"hidden\" name=\"{n}\" value=\"{v}\" />"),
                    "\n"
                )
            ),
        ),
        (
            "the body that a browser sends",
            format!(
                "{}--WebKitFormBoundary7MA4YWxk\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\r\n--WebKitFormBoundary7MA4YWxk--\r\n",
                joined(
                    fields,
                    |n, v| format!(
                        "--WebKitFormBoundary7MA4YWxk\r\nContent-Disposition: form-data; name=\"{n}\"\r\n\r\n{v}\r\n"
                    ),
                    ""
                )
            ),
        ),
        (
            "curl",
            format!(
                "curl -X POST {URL} {} -F file=@a.png\n",
                joined(fields, |n, v| format!("-F '{n}={v}'"), " ")
            ),
        ),
        (
            "HTTPie",
            format!(
                "http --multipart POST {URL} {} file@a.png\n",
                joined(fields, |n, v| format!("{n}='{v}'"), " ")
            ),
        ),
        (
            "markup without quotes",
            format!(
                "<FORM METHOD=POST ACTION={URL} ENCTYPE=multipart/form-data>{}<INPUT TYPE=file NAME=file></FORM>",
                joined(
                    fields,
                    |n, v| format!("<INPUT TYPE=hidden NAME={n} VALUE='{v}'>"),
                    ""
                )
            ),
        ),
    ]
}

fn named<'w>(work: &'w Work, id: &str) -> Option<&'w Finding> {
    let findings = &work.analysis.diagnosis.findings;
    findings.iter().find(|finding| finding.id == id)
}

fn ids(work: &Work) -> Vec<&'static str> {
    work.analysis
        .diagnosis
        .findings
        .iter()
        .map(|f| f.id)
        .collect()
}

#[test]
fn a_form_yields_its_fields_in_every_notation() {
    for (name, print) in prints(&fields()) {
        let work = work(&print);
        assert_eq!(work.case.forms.len(), 1, "{name}: {:?}", work.case.pieces);
        let form = &work.case.forms[0];
        let docs = &work.case.docs;
        let read: Vec<(String, String)> = form
            .fields
            .iter()
            .map(|f| {
                (
                    docs.text(f.name).into_owned(),
                    docs.text(f.value).into_owned(),
                )
            })
            .filter(|(name, _)| name != "submit")
            .collect();
        let own: Vec<(String, String)> = fields()
            .iter()
            .map(|(n, v)| ((*n).into(), (*v).into()))
            .collect();
        assert_eq!(read, own, "{name}");
        let body = name.starts_with("the body");
        let url = form.url.map(|url| docs.text(url).into_owned());
        assert_eq!(url.as_deref(), (!body).then_some(URL), "{name}");
        let has_file = ["markup", "the body", "curl", "HTTPie"];
        let has_file = has_file.iter().any(|front| name.starts_with(front));
        assert_eq!(form.file.is_some(), has_file, "{name}");
        assert!(!form.cut, "{name}");
        assert!(work.case.requests.is_empty(), "{name}");
        assert_eq!(ids(&work), ["post-form-not-verified"], "{name}");
        assert_eq!(
            work.analysis.diagnosis.verdict.id,
            VerdictId::Undecided,
            "{name}"
        );
        // Each field is a part of the input, at its very bytes.
        let policy = print.find(POLICY).map(|at| at..at + POLICY.len());
        let parts = work
            .case
            .pieces
            .iter()
            .filter(|p| p.shape.0 == "post-form-field");
        let places: Vec<_> = parts.map(|p| p.span.range()).collect();
        assert!(places.len() >= fields().len(), "{name}");
        if let Some(policy) = policy {
            assert!(
                places.iter().any(|place| place.end == policy.end),
                "{name}: {places:?}"
            );
        }
    }
}

#[test]
fn a_form_of_version_2_is_one_too() {
    let policy = STANDARD.encode(
        r#"{"expiration": "2026-11-22T15:16:55Z", "conditions": [{"bucket": "examplebucket"}, {"key": "a.txt"}]}"#,
    );
    let two = [
        ("key", "a.txt"),
        ("AWSAccessKeyId", "AKIAIOSFODNN7EXAMPLE"),
        ("policy", policy.as_str()),
        ("signature", "sgShk4azrwXS8nisaRhcQ6icKuE="),
    ];
    for (name, print) in prints(&two) {
        let work = work(&print);
        assert_eq!(ids(&work), ["post-form-not-verified"], "{name}");
        let message = &named(&work, "post-form-not-verified")
            .expect("it is there")
            .message;
        assert!(message.contains("Signature Version 2"), "{name}: {message}");
    }
}

#[test]
fn what_is_wrong_with_a_form_is_said() {
    let without = |name: &str| -> Vec<(&str, &str)> {
        fields().into_iter().filter(|(n, _)| *n != name).collect()
    };
    let with = |name: &str, value: &'static str| -> Vec<(&str, &str)> {
        fields()
            .into_iter()
            .map(|(n, v)| if n == name { (n, value) } else { (n, v) })
            .collect()
    };
    let extra = {
        let mut all = fields();
        all.push(("Content-Type", "image/png"));
        all
    };
    for (wrong, id, words) in [
        (
            without("x-amz-date"),
            "post-form-field-missing",
            "x-amz-date",
        ),
        (without("key"), "post-form-field-missing", "key"),
        (
            with("policy", "not*base64"),
            "post-form-policy-unreadable",
            "base64",
        ),
        (
            with("policy", "bm90IGpzb24="),
            "post-form-policy-unreadable",
            "JSON",
        ),
        (
            with("key", "elsewhere/a"),
            "post-form-field-not-in-policy",
            "key",
        ),
        (
            with("acl", "public-read"),
            "post-form-field-not-in-policy",
            "acl",
        ),
        (extra, "post-form-field-not-in-policy", "content-type"),
    ] {
        for (name, print) in prints(&wrong) {
            let work = work(&print);
            let message = named(&work, id).map(|f| f.message.clone());
            assert!(
                message.as_ref().is_some_and(|m| m.contains(words)),
                "{name}, {id}: {message:?}"
            );
        }
    }
}

#[test]
fn a_policy_that_is_past_is_said_by_the_clock_that_is_known() {
    let (_, print) = &prints(&fields())[0];
    let late = work_at(print, "2026-11-22T16:26:55Z");
    let finding = named(&late, "post-form-expired").expect("it is past");
    assert!(finding.message.contains("2 h"), "{}", finding.message);
    assert!(named(&work(print), "post-form-expired").is_none());
}

#[test]
fn a_field_behind_the_file_is_said_and_the_button_is_none() {
    let form = |behind: &str| {
        format!(
            "<form action={URL} method=post enctype=multipart/form-data>{}<input type=file name=file>{behind}<input type=submit name=submit></form>",
            joined(
                &fields(),
                |n, v| format!("<input type=hidden name={n} value='{v}'>"),
                ""
            )
        )
    };
    assert!(named(&work(&form("")), "post-form-file-not-last").is_none());
    let work = work(&form("<input type=hidden name=acl value=private>"));
    let message = &named(&work, "post-form-file-not-last")
        .expect("acl stands behind")
        .message;
    assert!(message.contains("acl"), "{message}");
}

#[test]
fn other_objects_and_forms_are_none() {
    for text in [
        "{\"policy\": \"allow\", \"name\": \"x\"}",
        "{\"Policy\": {\"Version\": \"2012-10-17\", \"Statement\": []}}",
        "<form action=/search><input name=q value=policy></form>",
        "the \"policy\" is signed, and its signature is x",
        "<form",
        "--x\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\nstrict\r\n--x--\r\n",
        "curl https://examplebucket.s3.amazonaws.com/ -F policy=strict -F file=@a",
        "{'policy'",
    ] {
        assert!(work(text).case.forms.is_empty(), "{text}");
    }
}

#[test]
fn the_session_token_of_a_form_is_masked_in_its_policy_too() {
    const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKENEXAMPLETOKEN0123456789";
    let policy = STANDARD.encode(format!(
        "{{\"expiration\": \"2026-11-22T15:16:55Z\", \"conditions\": [{{\"x-amz-security-token\": \"{TOKEN}\"}}]}}"
    ));
    let mut all = fields();
    all.retain(|(name, _)| *name != "policy");
    all.push(("policy", &policy));
    all.push(("x-amz-security-token", TOKEN));
    for (name, print) in prints(&all) {
        let work = work(&print);
        let shown = work.redactor.text(&print);
        assert!(!shown.contains(TOKEN), "{name}");
        assert!(
            !shown.contains(&policy) || name.contains("escaped"),
            "{name}"
        );
    }
}

#[test]
fn the_body_of_a_request_may_be_the_form() {
    let body = prints(&fields())
        .into_iter()
        .find(|(name, _)| name.starts_with("the body"))
        .map(|(_, print)| print)
        .expect("it is among them");
    let head = "POST / HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\nContent-Type: multipart/form-data; boundary=WebKitFormBoundary7MA4YWxk\r\n";
    let whole = work(&format!(
        "{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    assert_eq!(whole.case.requests.len(), 1);
    assert_eq!(whole.case.forms.len(), 1);
    assert_eq!(ids(&whole), ["post-form-not-verified"]);
    let sentence = &whole.analysis.diagnosis.verdict.sentence;
    assert!(sentence.contains("form for an upload"), "{sentence}");
    // Without its body nothing says that it has no signature.
    let alone = work(&format!("{head}Content-Length: {}\r\n", body.len()));
    assert!(named(&alone, "signature-missing").is_none());
    assert!(named(&alone, "post-form-body-missing").is_some());
    let sentence = &alone.analysis.diagnosis.verdict.sentence;
    assert!(sentence.contains("Its body is not here"), "{sentence}");
    let json = head.replace("multipart/form-data", "application/json");
    let finding = work(&format!("{json}Content-Length: 9\r\n"));
    let finding = named(&finding, "signature-missing").expect("there is none");
    assert!(
        finding.message.contains("carries no signature"),
        "{}",
        finding.message
    );
}

#[test]
fn a_form_that_stops_is_not_said_to_lack_what_may_stand_behind() {
    for (name, print) in prints(&fields()) {
        // Inside the value of the last field but one.
        let Some(at) = print.find(POLICY).map(|at| at + 40) else {
            continue;
        };
        let front = print.get(..at).expect("it is ASCII");
        let work = work(front);
        if work.case.forms.is_empty() {
            continue;
        }
        assert!(work.case.forms[0].cut, "{name}");
        assert!(named(&work, "post-form-field-missing").is_none(), "{name}");
    }
    let cut = format!(
        "`http -f POST {URL} X-Amz-Signature='{SIGNATURE}' key='a' X-Amz-Credential='AKIDEX"
    );
    let work = work(&cut);
    let finding = named(&work, "post-form-not-verified").expect("it is a form");
    assert!(
        finding.message.contains("stops inside"),
        "{}",
        finding.message
    );
    assert!(named(&work, "post-form-field-missing").is_none());
}

#[test]
fn a_policy_that_python_printed_as_bytes_is_told_and_words_in_its_place_are_not() {
    for (policy, told) in [
        (format!("b'{POLICY}'"), true),
        ("[the policy of the backend]".to_owned(), false),
        ("***".to_owned(), false),
    ] {
        let mut all = fields();
        all.retain(|(name, _)| *name != "policy");
        all.push(("policy", &policy));
        for (name, print) in prints(&all) {
            // A quote in a quoted value is another case.
            if told && !["curl", "the body", "markup"].contains(&name) {
                continue;
            }
            let work = work(&print);
            let message = named(&work, "post-form-policy-unreadable").map(|f| f.message.clone());
            assert_eq!(message.is_some(), told, "{name}: {message:?}");
            if let Some(message) = message {
                assert!(message.contains("Python"), "{name}: {message}");
            }
        }
    }
}

#[test]
fn a_form_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
    for (_, print) in prints(&fields()) {
        for end in 0..print.len() {
            if let Some(front) = print.get(..end) {
                let _ = work(front);
            }
        }
    }
}

#[test]
fn a_form_of_a_command_whose_signature_was_not_read_is_not_called_unsigned() {
    let command = |field: &str| {
        format!(
            "curl -X POST https://b.s3.amazonaws.com/ -F key=k -F {field}=eyJjb25kaXRpb25zIjpbXX0=\n-F x-amz-signature={}\n",
            "4416f602".repeat(8)
        )
    };
    let form = work(&command("policy"));
    assert!(named(&form, "signature-missing").is_none());
    let said = named(&form, "post-form-body-missing").expect("it is said");
    assert!(said.help.contains("backslash"), "{}", said.help);
    // Any other form carries no signature, and that is said.
    let other = work(&command("notes"));
    assert!(named(&other, "signature-missing").is_some());
}

/// A policy of Version 4 for this bucket, without an end in sight.
fn policy_for(bucket: &str) -> String {
    STANDARD.encode(format!(
        r#"{{"expiration": "2026-11-22T15:16:55Z", "conditions": [["eq", "$bucket", "{bucket}"], ["eq", "$key", "a.txt"]]}}"#
    ))
}

#[test]
fn a_policy_for_another_bucket_is_told_by_the_url_and_by_the_answer() {
    let form = |url: &str, bucket: &str| {
        let policy = policy_for(bucket);
        format!(
            "curl {url} -F key=a.txt -F policy={policy} -F x-amz-algorithm=AWS4-HMAC-SHA256 -F x-amz-signature={SIGNATURE} -F file=@a"
        )
    };
    let answer = "\n<Error><Code>AccessDenied</Code><Message>Access Denied. (Invalid according to Policy: Policy Condition failed)</Message><BucketName>reports</BucketName><Resource>/reports</Resource></Error>\n";
    let told =
        |text: &str| named(&work(text), "post-form-bucket").map(|found| found.message.clone());
    assert_eq!(
        told(&form(URL, "other")).as_deref(),
        Some(
            "The policy of the form is for the bucket other, and the form is sent to examplebucket."
        )
    );
    assert_eq!(
        told(&form(
            "https://s3.us-east-1.amazonaws.com/other",
            "examplebucket"
        ))
        .as_deref(),
        Some(
            "The policy of the form is for the bucket examplebucket, and the form is sent to other."
        )
    );
    let own = format!(
        "{}{answer}",
        form("https://minio.example.com:9000/x", "invoices")
    );
    assert_eq!(
        told(&own).as_deref(),
        Some(
            "The policy of the form is for the bucket invoices, and the server's answer names reports."
        )
    );
    for text in [
        form(URL, "examplebucket"),
        form("https://upload.example.com/other", "examplebucket"),
        form("https://s3.us-east-1.amazonaws.com/", "examplebucket"),
        format!(
            "{}{answer}",
            form("https://minio.example.com:9000/x", "reports")
        ),
    ] {
        assert_eq!(told(&text), None, "{text}");
    }
}

#[test]
fn the_policy_of_a_command_that_lost_its_signature_is_read_all_the_same() {
    let command = |policy: &str| {
        format!(
            "curl -X POST https://minio.example.com:9000/x -F x-amz-algorithm=AWS4-HMAC-SHA256 -F policy={policy} \n-F x-amz-signature={SIGNATURE}\n"
        )
    };
    let policy = policy_for("invoices");
    let python = work(&command(&format!("b'{policy}'")));
    let found = named(&python, "post-form-policy-unreadable").expect("it is told");
    assert!(
        found.message.contains("as Python prints bytes"),
        "{}",
        found.message
    );
    assert!(!ids(&work(&command(&policy))).contains(&"post-form-policy-unreadable"));
    let answer = "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><BucketName>reports</BucketName></Error>\n";
    let both = work(&format!("{answer}\n{}", command(&format!("b'{policy}'"))));
    assert!(ids(&both).contains(&"post-form-bucket"), "{:?}", ids(&both));
}

/// What curl is told of the type of a form, without a boundary: every command that Postman exports has it.
#[test]
fn a_header_for_the_type_of_a_form_hides_no_field() {
    for header in ["multipart/form-data; ", "multipart/form-data", "text/plain"] {
        let form = fields()
            .iter()
            .map(|(name, value)| (name.replace("x-amz-signature", "X-Amz-Signature"), value))
            .map(|(name, value)| format!("--form '{name}={value}' \\\n"))
            .collect::<Vec<_>>()
            .concat();
        let text = format!(
            "curl --location --request POST '{URL}' \\\n--header 'Content-Type: {header}' \\\n{form}--form 'file=@/a.png'\n"
        );
        let work = work(&text);
        assert_eq!(work.case.forms.len(), 1, "{text}");
        assert_eq!(work.case.forms[0].fields.len(), fields().len());
        assert!(named(&work, "post-form-body-missing").is_none());
    }
    // A form without a signature is the body of another request.
    let other = work(&format!(
        "curl -X POST '{URL}' \\\n--header 'Content-Type: multipart/form-data' \\\n--form 'a=b'\n"
    ));
    assert!(other.case.forms.is_empty());
}

/// boto3's `generate_presigned_post`, printed, in whose last value the paste ends.
#[test]
fn a_dictionary_that_is_cut_in_a_value_is_a_form() {
    let print = |end: &str| {
        format!(
            "url= {URL}\nfields= {{'key': 'uploads/a', 'AWSAccessKeyId': 'AKIAIOSFODNN7EXAMPLE', 'policy': '{POLICY}{end}"
        )
    };
    for end in ["', 'signature': 'TOmTRFLJJmlK5g/Ix", "', 'sig", "'", ""] {
        let cut = work(&print(end));
        assert_eq!(cut.case.forms.len(), 1, "{end}");
        assert!(cut.case.forms[0].cut, "{end}");
        let said = named(&cut, "post-form-not-verified").expect("it is a form");
        assert!(said.message.contains("stops inside"), "{}", said.message);
        assert!(named(&cut, "post-form-field-missing").is_none());
        assert!(named(&cut, "post-form-field-not-sent").is_none());
    }
    // Closed, without a signature, it is an object like any other.
    assert!(work(&print("'}\n")).case.forms.is_empty());
}

#[test]
fn a_condition_on_a_field_that_is_not_sent_is_told() {
    let mut less = fields();
    less.retain(|(name, _)| *name != "acl");
    for (name, print) in prints(&less) {
        let work = work(&print);
        let told = named(&work, "post-form-field-not-sent").map(|f| f.message.clone());
        // A script may fill in what markup lacks.
        assert_eq!(told.is_some(), !name.contains("markup"), "{name}: {told:?}");
        assert!(
            told.is_none_or(|m| m.contains("condition on acl,")),
            "{name}"
        );
    }
    for (name, print) in prints(&fields()) {
        assert!(
            named(&work(&print), "post-form-field-not-sent").is_none(),
            "{name}"
        );
    }
}

/// What a server answers its own page, which names the fields as S3 knows them.
#[test]
fn what_is_called_key_and_is_a_key_id_is_no_object_key() {
    let policy = STANDARD.encode(
        r#"{"expiration": "2026-12-11T15:53:17Z", "conditions": [{"bucket": "examplebucket"}, ["starts-with", "$key", "image"]]}"#,
    );
    let answer = |key: &str| {
        format!(
            "{{\n  \"key\": \"{key}\",\n  \"signature\": \"4fRQEyo2BVOmFJYMq2boxruFjkc=\",\n  \"policy\": \"{policy}\"\n}}\n"
        )
    };
    let ids = |text: &str| -> Vec<String> {
        let work = work(text);
        let findings = work.analysis.diagnosis.findings.iter();
        findings.map(|finding| finding.id.to_string()).collect()
    };
    let wrong = ["post-form-field-not-in-policy", "post-form-field-missing"];
    let named = ids(&answer("AKIAIOSFODNN7EXAMPLE"));
    assert!(
        !named.iter().any(|id| wrong.contains(&id.as_str())),
        "{named:?}"
    );
    // An object may be called nearly so.
    for key in ["AKIAIOSFODNN7EXAMPLE.png", "photos/a.png"] {
        let object = ids(&answer(key));
        assert!(
            wrong.iter().all(|id| object.iter().any(|own| own == id)),
            "{key}: {object:?}"
        );
    }
}
