//! White space at the edges of a secret, signed by the SDK's signer: what each side holds, and what is said of it.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use sigscope::engine::correct::When;
use sigscope::engine::diagnose::VerdictId;
use sigscope::report;
use sigscope::workbench::Work;

use crate::common::{keyring, now, work_of};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A request that the SDK signed with `secret`, and its signature.
fn signed(secret: &str) -> (String, String) {
    let identity = Credentials::new("AKIDEXAMPLE", secret, None, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-north-1")
        .name("sqs")
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000))
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let url = "https://sqs.eu-north-1.amazonaws.com/";
    let request =
        SignableRequest::new("GET", url, std::iter::empty(), SignableBody::Bytes(b"")).unwrap();
    let (instructions, signature) = sign(request, &params).unwrap().into_parts();
    let (headers, _) = instructions.into_parts();
    let mut raw = "GET / HTTP/1.1\nHost: sqs.eu-north-1.amazonaws.com\n".to_owned();
    for header in &headers {
        raw.extend([header.name(), ": ", header.value(), "\n"]);
    }
    raw.push('\n');
    (raw, signature)
}

fn work(text: impl AsRef<str>, secret: &str) -> Work {
    work_of(text.as_ref(), keyring(secret), now())
}

fn ids(work: &Work) -> Vec<&str> {
    let explanations = work.analysis.diagnosis.explanations.iter();
    explanations
        .flat_map(|e| &e.deviations)
        .map(|d| d.id)
        .collect()
}

fn warned(work: &Work) -> Vec<&str> {
    let findings = work.analysis.diagnosis.findings.iter();
    findings
        .filter(|f| f.id == "secret-white-space")
        .map(|f| f.message.as_str())
        .collect()
}

#[test]
fn what_the_signer_has_at_the_end_of_its_secret_is_named_and_the_correction_is_without_it() {
    let (_, clean) = signed(SECRET);
    for (end, words) in [
        ("\n", "ends in a newline"),
        ("\r\n", "ends in a Windows line end"),
        (" ", "ends in a space"),
    ] {
        let (raw, _) = signed(&format!("{SECRET}{end}"));
        let work = work(raw, SECRET);
        let diagnosis = &work.analysis.diagnosis;
        assert_eq!(diagnosis.verdict.id, VerdictId::Explained, "{end:?}");
        assert!(diagnosis.verdict.sentence.contains(words), "{end:?}");
        assert_eq!(ids(&work), ["secret-white-space"], "{end:?}");
        assert!(warned(&work).is_empty(), "{end:?}");
        let correction = work.correction.as_ref().unwrap();
        assert_eq!(correction.when, When::Same);
        assert_eq!(correction.signature, clean, "{end:?}");
        for text in [
            report::text(&work, report::TextStyle::default()),
            report::markdown(&work),
            report::json_text(&report::json(&work)),
            format!("{work:?}"),
        ] {
            assert!(!text.contains("wJalr"), "{end:?}");
        }
    }
}

#[test]
fn a_clean_signature_or_another_secret_is_not_explained_by_white_space() {
    let (raw, _) = signed(SECRET);
    let right = work(raw.clone(), SECRET);
    assert_eq!(right.analysis.diagnosis.verdict.id, VerdictId::Match);
    assert_eq!(right.keyring.candidates.len(), 1);
    for other in ["another", "another\n", " another"] {
        let wrong = work(raw.clone(), other);
        assert_eq!(wrong.analysis.diagnosis.verdict.id, VerdictId::Mismatch);
        assert!(ids(&wrong).is_empty());
        assert_eq!(wrong.keyring.candidates.len(), 1);
    }
    let (inside, _) = signed("wJalrXUtnFEMI\nK7MDENG");
    let wrong = work(inside, "wJalrXUtnFEMIK7MDENG");
    assert_eq!(wrong.analysis.diagnosis.verdict.id, VerdictId::Mismatch);
}

#[test]
fn white_space_around_the_secret_given_is_a_warning_and_the_signer_had_none() {
    let (raw, _) = signed(SECRET);
    for (given, edges) in [
        (format!("{SECRET}\n"), "ends in a newline"),
        (format!(" {SECRET}"), "begins with a space"),
        (
            format!("\t{SECRET}\r\n\r\n"),
            "begins with a tab and ends in a Windows line end (carriage return and newline)",
        ),
    ] {
        let work = work(raw.clone(), &given);
        assert_eq!(work.analysis.diagnosis.verdict.id, VerdictId::Match);
        assert!(ids(&work).is_empty());
        let [warning] = warned(&work)[..] else {
            panic!("{given:?}: {:?}", warned(&work));
        };
        assert!(warning.ends_with(&format!(" {edges}.")), "{warning}");
        let (_, clean) = signed(SECRET);
        assert_eq!(work.correction.as_ref().unwrap().signature, clean);
    }
}

#[test]
fn a_secret_with_a_newline_that_fits_is_warned_of_and_not_cleared() {
    let with = format!("{SECRET}\n");
    let (raw, _) = signed(&with);
    let fits = work(raw.clone(), &with);
    let diagnosis = &fits.analysis.diagnosis;
    assert_eq!(diagnosis.verdict.id, VerdictId::Match);
    assert_eq!(warned(&fits).len(), 1);
    assert!(!diagnosis.ruled_out.contains(&"your secret".to_owned()));
    // The clean one alone is cleared.
    let (raw, _) = signed(SECRET);
    let clean = work(raw, SECRET);
    let ruled_out = &clean.analysis.diagnosis.ruled_out;
    assert!(ruled_out.contains(&"your secret".to_owned()));
    assert!(warned(&clean).is_empty());
}

/// The answer of a server with its strings, of a request that `secret` signed, and nothing else; `seen` is the path that the server
/// had.
fn answered(secret: &str, seen: &str) -> [String; 2] {
    use crate::readings::{EMPTY, sign_with};
    use sha2::{Digest as _, Sha256};
    let strings = |path: &str| {
        let canonical = format!(
            "GET\n{path}\n\nhost:b.example\nx-amz-date:20260301T101500Z\n\nhost;x-amz-date\n{EMPTY}"
        );
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n20260301T101500Z\n20260301/us-east-1/s3/aws4_request\n{}",
            hex::encode(Sha256::digest(&canonical))
        );
        [canonical, to_sign]
    };
    let [own, own_to_sign] = strings("/k");
    let signature = sign_with(&own, "s3", secret);
    let log = format!(
        "DEBUG:botocore.auth:CanonicalRequest:\n{own}\nDEBUG:botocore.auth:StringToSign:\n{own_to_sign}\n\
         DEBUG:botocore.auth:Signature:\n{signature}\n"
    );
    let [canonical, to_sign] = strings(seen);
    let xml = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the \
         signature you provided.</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>{to_sign}\
         </StringToSign><SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{canonical}\
         </CanonicalRequest></Error>\n"
    );
    [log, xml]
}

/// There is no request: white space at the end of the secret shows in the server's own string to sign, or in the signer's.
#[test]
fn without_a_request_the_secret_is_tried_on_the_strings_of_others() {
    for (end, words) in [
        ("\n", "a newline"),
        ("\r\n", "Windows line end"),
        (" ", "a space"),
    ] {
        let [log, xml] = answered(&format!("{SECRET}{end}"), "/k");
        for text in [xml.clone(), log.clone(), format!("{log}{xml}")] {
            let done = work(&text, SECRET);
            let verdict = &done.analysis.diagnosis.verdict;
            assert_eq!(verdict.id, VerdictId::Explained, "{end:?}: {verdict:?}");
            assert!(
                verdict.proved && verdict.sentence.contains(words),
                "{verdict:?}"
            );
            assert!(!verdict.proof.is_empty(), "{end:?}: {verdict:?}");
            assert!(
                !verdict
                    .details
                    .iter()
                    .any(|d| d.contains("corrected request")),
                "{verdict:?}"
            );
            assert_eq!(ids(&done), ["secret-white-space"]);
        }
    }
    // The secret as it stands needs none, another one gets none, and strings that part are named first.
    let [_, xml] = answered(SECRET, "/k");
    assert_eq!(
        work(&xml, SECRET).analysis.diagnosis.verdict.id,
        VerdictId::Match
    );
    let other = work(&xml, "another secret of this length or nearly so");
    assert_eq!(other.analysis.diagnosis.verdict.id, VerdictId::Mismatch);
    assert!(ids(&other).is_empty());
    let [log, xml] = answered(&format!("{SECRET}\n"), "//k");
    let verdict = work(format!("{log}{xml}"), SECRET)
        .analysis
        .diagnosis
        .verdict;
    assert!(verdict.sentence.contains("path differs"), "{verdict:?}");
}
