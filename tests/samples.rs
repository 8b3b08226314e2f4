//! Every bundled sample yields the verdict, the divergence and the finding it was made for, and its
//! reports read as they stand in the snapshots.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

use std::sync::Arc;

use chrono::DateTime;
use serde_json::{Value, json};
use sigscope::credentials::{Finder, Named, Nowhere};
use sigscope::engine::scheme::Now;
use sigscope::engine::secret::{Material, NamedSecret, Sensitive};
use sigscope::report::{self, TextStyle};
use sigscope::samples::{self, Sample};
use sigscope::workbench::{Work, Workbench};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The analysis of a sample late in 2026, with no secret but what stands in it.
fn work(sample: &Sample) -> Work {
    workbench(sample).work(now())
}

/// The same, with the secret handed in where the sample shows one.
fn work_with_secret(sample: &Sample) -> Work {
    let mut workbench = workbench(sample);
    if sample.text.contains(SECRET) {
        workbench.entered.push(NamedSecret {
            name: "the secret that was entered".to_owned(),
            key_id: None,
            material: Material::Secret(Sensitive::new(SECRET.as_bytes().to_vec())),
            session_token: None,
        });
    }
    workbench.work(now())
}

fn workbench(sample: &Sample) -> Workbench {
    let finder = Finder::new(&Named::default(), Arc::new(Nowhere)).unwrap();
    let mut workbench = Workbench::new(Arc::new(finder));
    workbench.inputs.push(sample.input());
    workbench
}

fn now() -> Now {
    Now {
        at: DateTime::from_timestamp(1_798_000_000, 0).unwrap(),
        stated: false,
    }
}

/// What a sample was made to show.
struct Made {
    name: &'static str,
    verdict: &'static str,
    scheme: &'static str,
    /// The divergence between the computed and the server's canonical request: field, name, values.
    parts: Option<(&'static str, &'static str, [&'static str; 2])>,
    /// A finding of severity error that must stand.
    error: Option<&'static str>,
}

const MADE: &[Made] = &[
    Made {
        name: "host-changed",
        verdict: "rejected",
        scheme: "sigv4-header",
        parts: Some((
            "header",
            "host",
            ["nginx.local:8080", "s3.us-east-1.amazonaws.com"],
        )),
        error: None,
    },
    Made {
        name: "path-encoded-twice",
        verdict: "explained",
        scheme: "sigv4-header",
        parts: Some((
            "path",
            "",
            [
                "/reports/annual%2520report%2520%2528final%2529.pdf",
                "/reports/annual%20report%20%28final%29.pdf",
            ],
        )),
        error: None,
    },
    Made {
        name: "content-type-browser",
        verdict: "rejected",
        scheme: "sigv4-query",
        parts: Some((
            "header",
            "content-type",
            ["application/octet-stream", "image/png"],
        )),
        error: None,
    },
    Made {
        name: "accept-encoding-rewritten",
        verdict: "rejected",
        scheme: "sigv4-header",
        parts: Some(("header", "accept-encoding", ["gzip", "gzip,gzip(gfe)"])),
        error: None,
    },
    Made {
        name: "range-stripped",
        verdict: "mismatch",
        scheme: "sigv4-header",
        parts: Some(("header", "range", ["bytes=0-8388607", ""])),
        error: None,
    },
    Made {
        name: "expired-url",
        verdict: "rejected",
        scheme: "sigv4-query",
        parts: None,
        error: Some("server-url-expired"),
    },
    Made {
        name: "wrong-region",
        verdict: "rejected",
        scheme: "sigv4-header",
        parts: None,
        error: Some("server-wants-region"),
    },
    Made {
        name: "secret-newline",
        verdict: "explained",
        scheme: "sigv4-header",
        parts: None,
        error: None,
    },
    Made {
        name: "private-host",
        verdict: "undecided",
        scheme: "sigv4-query",
        parts: None,
        error: None,
    },
    Made {
        name: "right-request",
        verdict: "match",
        scheme: "sigv4-header",
        parts: None,
        error: None,
    },
    Made {
        name: "header-unsigned",
        verdict: "rejected",
        scheme: "sigv4-header",
        parts: None,
        error: Some("header-not-signed"),
    },
];

#[test]
fn every_sample_yields_what_it_was_made_for() {
    assert_eq!(MADE.len(), samples::ALL.len());
    for made in MADE {
        let name = made.name;
        let sample = samples::find(name).unwrap();
        let value = report::json(&work(sample));
        let entered = report::json(&work_with_secret(sample));
        assert_eq!(entered["verdict"]["id"], value["verdict"]["id"], "{name}");
        assert_eq!(value["verdict"]["id"], made.verdict, "{name}: {value:#}");
        assert_eq!(value["scheme"], made.scheme, "{name}");
        let canonical: Vec<Value> = value["divergences"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["stage"] == "canonical-request")
            .map(|d| json!([d["between"], d["field"], d["name"], d["values"]]))
            .collect();
        let made_to: Vec<Value> = made
            .parts
            .iter()
            .map(|(field, header, values)| {
                let name = (!header.is_empty()).then_some(header);
                json!([["computed", "server"], field, name, values])
            })
            .collect();
        assert_eq!(canonical, made_to, "{name}");
        let errors: Vec<&str> = value["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["severity"] == "error")
            .map(|f| f["id"].as_str().unwrap())
            .collect();
        if let Some(part) = made.error {
            assert!(
                errors.iter().any(|id| id.contains(part)),
                "{name}: {errors:?}"
            );
        }
    }
}

#[test]
fn the_evidence_in_the_samples_is_whole() {
    for sample in samples::ALL {
        let value = report::json(&work(sample));
        for evidence in value["evidence"].as_array().unwrap() {
            if evidence["canonical_request"].is_null() {
                assert_eq!(evidence["integrity"], "unchecked", "{}", sample.name);
            } else {
                assert_eq!(evidence["integrity"], "verified", "{}", sample.name);
            }
        }
    }
}

#[test]
fn no_report_of_a_sample_holds_its_secret() {
    for sample in samples::ALL {
        for work in [work(sample), work_with_secret(sample)] {
            let json = report::json_text(&report::json(&work));
            let text = report::text(&work, TextStyle::default());
            let markdown = report::markdown(&work);
            for out in [&json, &text, &markdown] {
                assert!(!out.contains(SECRET), "{}: {out}", sample.name);
                assert!(!out.contains(&hex::encode(SECRET)), "{}", sample.name);
            }
        }
    }
}

#[test]
fn the_reports_of_the_samples_read_so() {
    for sample in samples::ALL {
        let work = work(sample);
        let name = |form| format!("{}.{form}", sample.name);
        insta::assert_snapshot!(name("text"), report::text(&work, TextStyle::default()));
        insta::assert_snapshot!(name("json"), report::json_text(&report::json(&work)));
        insta::assert_snapshot!(name("markdown"), report::markdown(&work));
    }
}
