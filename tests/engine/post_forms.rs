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
        assert_eq!(docs.text(form.url.expect("it has a URL")), URL, "{name}");
        assert_eq!(form.file.is_some(), name.starts_with("markup"), "{name}");
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
        r#"{"expiration": "2026-11-22T15:16:55Z", "conditions": [{"bucket": "b"}, {"key": "a.txt"}]}"#,
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
fn a_form_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
    for (_, print) in prints(&fields()) {
        for end in 0..print.len() {
            if let Some(front) = print.get(..end) {
                let _ = work(front);
            }
        }
    }
}
