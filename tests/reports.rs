//! Reports of whatever may be given, through the whole program: valid by the schema, nothing a
//! terminal obeys, no secret.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

use std::sync::Arc;

use bytes::Bytes;
use chrono::DateTime;
use proptest::prelude::*;
use serde_json::Value;
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Input, Side, Which};
use sigscope::engine::scheme::Now;
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::report::{self, TextStyle};
use sigscope::samples;
use sigscope::workbench::{Fixed, Work, Workbench};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn validator() -> &'static jsonschema::Validator {
    static VALIDATOR: std::sync::OnceLock<jsonschema::Validator> = std::sync::OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let schema: Value =
            serde_json::from_str(include_str!("../assets/schema/check-1.json")).unwrap();
        jsonschema::draft202012::new(&schema).unwrap()
    })
}

/// Analysed with the secret of the documentation's examples at hand.
fn work(inputs: &[&[u8]]) -> Work {
    let mut keyring = Keyring::new();
    keyring.push(NamedSecret {
        name: "the example secret".to_owned(),
        key_id: None,
        material: Material::Secret(Sensitive::new(SECRET.as_bytes().to_vec())),
        session_token: None,
    });
    let mut workbench = Workbench::new(Arc::new(Fixed(keyring)));
    for (i, bytes) in inputs.iter().enumerate() {
        workbench.inputs.push(Input {
            name: format!("paste {}", i + 1),
            source: Source::StandardInput,
            bytes: Bytes::copy_from_slice(bytes),
        });
    }
    workbench.work(Now {
        at: DateTime::from_timestamp(1_798_000_000, 0).unwrap(),
        stated: true,
    })
}

fn check(work: &Work) {
    let value = report::json(work);
    let errors: Vec<_> = validator()
        .iter_errors(&value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
    let written = report::json_text(&value);
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
    let texts = [
        report::text(work, TextStyle::default()),
        report::markdown(work),
        written,
    ];
    for text in &texts {
        let bad = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(bad, None, "{text:?}");
        assert!(!text.contains(SECRET), "{text}");
    }
    for (span, document) in value["input"]
        .as_array()
        .unwrap()
        .iter()
        .chain(value["findings"].as_array().unwrap())
        .map(|v| (&v["span"], &v["document"]))
        .filter(|(span, _)| !span.is_null())
    {
        let index = usize::try_from(document.as_u64().unwrap()).unwrap();
        let bytes = value["documents"][index]["bytes"].as_u64().unwrap();
        let (start, end) = (span[0].as_u64().unwrap(), span[1].as_u64().unwrap());
        assert!(start <= end && end <= bytes, "{span} of {bytes}");
    }
}

/// Bytes at which a sample is hit: what an editor, a terminal or an attacker may leave behind.
fn scar() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<u8>().prop_map(|b| vec![b]),
        proptest::sample::select(vec![
            "\u{200b}",
            "\u{202e}",
            "\r",
            "\t",
            "\u{feff}",
            "\0",
            "&amp;",
            "`|\\",
            "\n\n",
            "%zz",
            "\u{9b}",
            "\x1b]52;c;aGk=\x07",
            "é",
            ">",
            "\u{ad}",
            "\u{e0041}",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        Just(b"\xff\xfe".to_vec()),
    ]
}

/// One request as it was sent and as it arrived, and three tries beside it that nothing tells apart.
#[test]
fn a_request_in_several_places_makes_valid_reports() {
    let sent = samples::find("accept-encoding-rewritten").unwrap().text;
    let request = sent.split("HTTP/1.1 403").next().unwrap();
    let request = request.get(request.find("GET ").unwrap()..).unwrap();
    let arrived = request.replace("Encoding: gzip", "Encoding: br\u{200b}");
    check(&work(&[request.as_bytes(), arrived.as_bytes()]));
    check(&work(&[
        request.as_bytes(),
        arrived.as_bytes(),
        sent.as_bytes(),
    ]));
    check(&work(&[b"x-amz-date = 1\nAuthorization => \x1b[31mAWS4"]));
}

#[test]
fn every_real_paste_makes_valid_reports() {
    let Ok(dir) = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/evidence"))
    else {
        return; // not everybody has them
    };
    for entry in dir {
        check(&work(&[&std::fs::read(entry.unwrap().path()).unwrap()]));
    }
}

#[test]
fn every_sample_makes_valid_reports_whole_and_cut_anywhere() {
    for sample in samples::ALL {
        let bytes = sample.text.as_bytes();
        check(&work(&[bytes]));
        for at in (0..bytes.len()).step_by(211) {
            check(&work(&[&bytes[..at], &bytes[at..]]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_make_valid_reports(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&work(&[&bytes]));
    }

    #[test]
    fn a_scarred_sample_makes_valid_reports(
        sample in proptest::sample::select(samples::ALL),
        scars in proptest::collection::vec((any::<prop::sample::Index>(), scar(), any::<bool>()), 1..6),
    ) {
        let mut bytes = sample.text.as_bytes().to_vec();
        for (at, scar, replace) in scars {
            let at = at.index(bytes.len());
            let end = if replace { (at + scar.len()).min(bytes.len()) } else { at };
            bytes.splice(at..end, scar);
        }
        check(&work(&[&bytes]));
    }
}

/// What no hash can prove says why, wherever it is shown, and is never called a mismatch.
#[test]
fn whatever_is_not_checkable_says_why_in_text_in_json_and_in_the_list_of_parts() {
    use sigscope::engine::intake::{Part, Unproved};
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let canonical = format!(
        "GET\n/a\n\nhost:h.example\nx-amz-content-sha256:{hash}\nx-amz-date:20260311T091544Z\n\nhost;x-amz-content-sha256;x-amz-date\n{hash}"
    );
    let to_sign = |hash: &str| {
        format!("AWS4-HMAC-SHA256\n20260311T091544Z\n20260311/us-east-1/s3/aws4_request\n{hash}")
    };
    let labelled = |c: &str, s: &str| {
        format!(
            "DEBUG:botocore.auth:CanonicalRequest:\n{c}\nDEBUG:botocore.auth:StringToSign:\n{s}\n"
        )
    };
    let cases = [
        (
            "redacted",
            labelled(
                &canonical.replace("h.example", "<redacted>"),
                &to_sign(hash),
            ),
            Unproved::Redacted,
            false,
        ),
        (
            "cut",
            format!(
                "DEBUG:botocore.auth:CanonicalRequest:\n{}\n",
                canonical.split("\n\nhost;").next().unwrap()
            ),
            Unproved::Cut,
            false,
        ),
        (
            "no string to sign",
            format!("DEBUG:botocore.auth:CanonicalRequest:\n{canonical}\n"),
            Unproved::NoStringToSign,
            false,
        ),
        (
            "no canonical request",
            format!("DEBUG:botocore.auth:StringToSign:\n{}\n", to_sign(hash)),
            Unproved::NoCanonicalRequest,
            false,
        ),
        (
            "a string of an older scheme",
            "DEBUG:botocore.auth:StringToSign:\nPUT\n\n\n1427992617\n/bucket/key\n".to_owned(),
            Unproved::Older,
            false,
        ),
        (
            "flattened",
            canonical
                .replace(hash, "UNSIGNED-PAYLOAD")
                .replace('\n', " ")
                + "\n",
            Unproved::NoStringToSign,
            true,
        ),
    ];
    for (name, paste, reason, assumed) in cases {
        let work = work(&[paste.as_bytes()]);
        check(&work);
        assert_eq!(
            work.case.evidence[0].unproved_text(&work.case.docs),
            Some(reason),
            "{name}"
        );
        let because = format!("not checkable because {}", reason.words());
        let json = report::json(&work);
        assert_eq!(
            json["evidence"][0]["not_checkable_because"],
            reason.words(),
            "{name}"
        );
        assert_ne!(json["verdict"]["id"], "mismatch", "{name}");
        let row = work.row(&[], Part::Evidence(0));
        assert_eq!(row.integrity.as_deref(), Some(because.as_str()), "{name}");
        let text = report::text(&work, TextStyle::default());
        assert!(text.contains("not checkable"), "{name}: {text}");
        assert!(
            !text.contains("mismatch") && !text.contains("MISMATCH"),
            "{name}: {text}"
        );
        let mut findings = work.case.findings.iter();
        let found = findings.find(|finding| finding.id == "lines-assumed");
        assert_eq!(found.is_some(), assumed, "{name}");
        assert!(
            found.is_none_or(|finding| finding.message.contains(&because)),
            "{name}"
        );
    }
}

#[test]
fn the_scope_and_the_date_of_a_canonical_query_are_told_as_they_are() {
    let canonical = "PUT\n/b/k\nX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host\nhost:b.example.com\n\nhost\nUNSIGNED-PAYLOAD";
    let error = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>{}</CanonicalRequest></Error>",
        canonical.replace('&', "&amp;")
    );
    let given = work(&[error.as_bytes()]);
    let json = report::json(&given);
    assert_eq!(
        json["request"]["scope"],
        "20130524/us-east-1/s3/aws4_request"
    );
    assert_eq!(json["request"]["date"], "20130524T000000Z");
}

#[test]
fn the_object_says_whose_strings_are_and_by_what_that_is_known() {
    let canonical = |host: &str| {
        format!(
            "GET\n/k\n\nhost:{host}\nx-amz-date:20260401T120000Z\n\nhost;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
        )
    };
    let told = |text: &str, choice: Option<(usize, Side)>| {
        let mut bench = Workbench::new(Arc::new(Fixed(Keyring::new())));
        bench.inputs.push(Input {
            name: "paste".to_owned(),
            source: Source::StandardInput,
            bytes: text.to_owned().into(),
        });
        if let Some((place, side)) = choice {
            bench.choices.sides.insert(Which::Nth(place), Some(side));
        }
        let work = bench.work(Now {
            at: DateTime::from_timestamp(1_798_000_000, 0).unwrap(),
            stated: true,
        });
        check(&work);
        let object = report::json(&work);
        let all = object["evidence"].as_array().unwrap().clone();
        let of = |value: &Value| value.as_str().map(str::to_owned);
        all.iter()
            .map(|e| [of(&e["side"]), of(&e["side_by"]), of(&e["side_because"])])
            .collect::<Vec<_>>()
    };
    let some = |text: &str| Some(text.to_owned());
    let (mine, theirs) = (canonical("a.example.com"), canonical("b.example.com"));
    let answer = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>{theirs}</CanonicalRequest></Error>\n"
    );
    let server = [some("server"), some("told"), None];
    // By the words in front of it.
    let text = format!("{answer}\nMy code signed:\n{mine}");
    assert_eq!(
        told(&text, None),
        [server.clone(), [some("client"), some("told"), None]]
    );
    // Concluded from what stands beside it.
    let text = format!("{answer}\nThe other one:\n\n{mine}");
    let all = told(&text, None);
    let [own, assumed] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert_eq!(*own, server);
    assert_eq!(assumed[..2], [some("client"), some("assumed")]);
    let because = assumed[2].as_deref().unwrap();
    assert!(because.contains("beside the server's own"), "{because}");
    // Chosen, and not known.
    let text = format!("{mine}\n\n{theirs}");
    assert_eq!(told(&text, None), [[None, None, None], [None, None, None]]);
    let chosen = told(&text, Some((1, Side::Server)));
    assert_eq!(chosen.last(), Some(&[some("server"), some("chosen"), None]));
}
