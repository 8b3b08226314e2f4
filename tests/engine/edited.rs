//! Values that somebody replaced everywhere but in the dumps of bytes: the edit is no cause, and what was replaced is put back.

use sha2::{Digest as _, Sha256};
use sigscope::engine::diagnose::{Severity, VerdictId};
use sigscope::engine::document::Peel;
use sigscope::engine::secret::Keyring;
use sigscope::report;
use sigscope::workbench::Work;

use super::common::{keyring, now, work_of};
use super::readings::{EMPTY, SECRET, sign_with};

const HOST: &str = "records.s3.us-east-1.amazonaws.com";
const TOKEN: &str = "FwoGZXIvYXdzEBYaDHh5enpZ9876543210abcdefgh==";

/// What S3 answers to a request with this canonical request and signature, dumps and all.
fn answer(canonical: &str, signature: &str) -> String {
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n20260301T101500Z\n20260301/us-east-1/s3/aws4_request\n{}",
        hex::encode(Sha256::digest(canonical))
    );
    let dump = |text: &str| {
        let pairs: Vec<String> = text.bytes().map(|b| format!("{b:02x}")).collect();
        pairs.join(" ")
    };
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the \
         signature you provided. Check your key and signing method.</Message><StringToSign>{to_sign}</StringToSign>\
         <SignatureProvided>{signature}</SignatureProvided><StringToSignBytes>{}</StringToSignBytes>\
         <CanonicalRequest>{}</CanonicalRequest><CanonicalRequestBytes>{}</CanonicalRequestBytes></Error>\n",
        dump(&to_sign),
        canonical.replace('&', "&amp;"),
        dump(canonical)
    )
}

fn canonical(path: &str, query: &str, host: &str) -> String {
    format!(
        "GET\n{path}\n{query}\nhost:{host}\nx-amz-content-sha256:{EMPTY}\nx-amz-date:20260301T101500Z\n\
         x-amz-security-token:{TOKEN}\n\nhost;x-amz-content-sha256;x-amz-date;x-amz-security-token\n{EMPTY}"
    )
}

/// A request, signed with `secret`, and the answer of a server that had `seen` as its canonical request.
fn paste(secret: &str, seen: Option<&str>) -> String {
    let (path, query) = ("/2026/march/one.csv", "prefix=private%2Fdir&versionId=7");
    let own = canonical(path, query, HOST);
    let signature = sign_with(&own, "s3", secret);
    format!(
        "GET {path}?{query} HTTP/1.1\nHost: {HOST}\nX-Amz-Date: 20260301T101500Z\nX-Amz-Content-SHA256: {EMPTY}\n\
         X-Amz-Security-Token: {TOKEN}\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20260301/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature={signature}\n\n\n{}",
        answer(seen.unwrap_or(&own), &signature)
    )
}

fn work(text: &str) -> Work {
    work_of(text, keyring(SECRET), now())
}

/// What people replace, each with what in: all of it in every text, and in no dump.
const EDITS: [&[(&str, &str)]; 7] = [
    &[("records.s3", "BUCKET.s3")],
    &[(HOST, "example.com")],
    &[("march/one.csv", "KEY")],
    &[("private%2Fdir", "PREFIX")],
    &[(TOKEN, "my-token")],
    &[("us-east-1", "REGION")],
    &[
        ("records", "my-bucket"),
        ("2026/march", "path/to"),
        ("private", "xxx"),
    ],
];

fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    let mut out = text.to_owned();
    for (from, to) in edits {
        out = out.replace(from, to);
    }
    out
}

#[test]
fn what_was_replaced_is_put_back_from_the_bytes_and_the_secret_is_tried() {
    for edits in EDITS {
        let done = work(&edited(&paste(SECRET, None), edits));
        let diagnosis = &done.analysis.diagnosis;
        assert_eq!(
            diagnosis.verdict.id,
            VerdictId::Match,
            "{edits:?}: {:?}",
            diagnosis.verdict
        );
        let said = diagnosis.findings.iter().find(|f| f.id == "bytes-disagree");
        assert!(
            said.is_some_and(
                |f| f.severity == Severity::Warning && f.message.contains("was edited")
            ),
            "{edits:?}: {said:?}"
        );
        // Every byte put in says where it was taken out.
        let request = &done.case.requests[0];
        let spans = request
            .headers
            .iter()
            .map(|h| h.value)
            .chain([request.target.whole]);
        let put: Vec<_> = spans
            .filter(|span| done.case.docs.peels(*span).contains(&Peel::PutBack))
            .collect();
        assert!(!put.is_empty(), "{edits:?}");
        for span in put {
            assert!(
                request.span.contains(done.case.docs.to_given(span)),
                "{edits:?}"
            );
        }
        // The token is as secret as it was.
        let text = report::markdown(&done);
        let shown = text.split("Corrected request").next().unwrap_or_default();
        assert!(!shown.contains(TOKEN), "{edits:?}: {shown}");
        let json = report::json(&done).to_string();
        let stays = json.split("\"correction\"").next().unwrap_or_default();
        assert!(!stays.contains(TOKEN), "{edits:?}");
    }
}

#[test]
fn an_edit_is_never_the_cause_and_a_secret_that_is_changed_is() {
    for edits in EDITS {
        let done = work(&edited(&paste(&format!("{SECRET}\n"), None), edits));
        let verdict = &done.analysis.diagnosis.verdict;
        assert_eq!(verdict.id, VerdictId::Explained, "{edits:?}: {verdict:?}");
        assert!(verdict.sentence.contains("newline"), "{verdict:?}");
        let other = work(&edited(&paste("another secret", None), edits));
        let verdict = &other.analysis.diagnosis.verdict;
        assert_eq!(verdict.id, VerdictId::Mismatch, "{edits:?}");
        assert!(!verdict.proved, "{edits:?}: {verdict:?}");
        assert!(
            !verdict.sentence.contains(" differs: "),
            "{edits:?}: {verdict:?}"
        );
    }
}

/// The request was edited otherwise than the answer: neither value is proved to have been there.
#[test]
fn a_request_that_was_edited_otherwise_is_no_proof_of_a_difference() {
    let text = paste("another secret", None);
    let (request, answer) = text.split_once("<Error>").unwrap();
    let text = format!(
        "{}<Error>{}",
        request.replace("records.s3", "my-bucket.s3"),
        answer.replace("records.s3", "BUCKET.s3")
    );
    let verdict = work(&text).analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch);
    assert!(!verdict.proved, "{verdict:?}");
    assert!(
        verdict.details.iter().any(|d| d.contains("was edited")),
        "{verdict:?}"
    );
}

/// What nobody replaced differs as ever, beside what somebody did or alone.
#[test]
fn a_true_difference_stays_one() {
    let seen = canonical(
        "/2026//march/one.csv",
        "prefix=private%2Fdir&versionId=7",
        HOST,
    );
    for edits in [&[][..], EDITS[0], EDITS[4]] {
        let done = work(&edited(&paste(SECRET, Some(&seen)), edits));
        let verdict = &done.analysis.diagnosis.verdict;
        assert_eq!(verdict.id, VerdictId::Rejected, "{edits:?}: {verdict:?}");
        assert!(verdict.sentence.contains("another path"), "{verdict:?}");
        let without = work_of(
            &edited(&paste(SECRET, Some(&seen)), edits),
            Keyring::new(),
            now(),
        );
        let verdict = without.analysis.diagnosis.verdict;
        assert!(verdict.sentence.contains("path differs"), "{verdict:?}");
    }
    // The host that the server had is another one, and the texts agree with the bytes.
    let seen = canonical(
        "/2026/march/one.csv",
        "prefix=private%2Fdir&versionId=7",
        "10.0.0.7:9000",
    );
    let verdict = work(&paste("another secret", Some(&seen)))
        .analysis
        .diagnosis
        .verdict;
    assert!(
        verdict.proved && verdict.sentence.contains("host header differs"),
        "{verdict:?}"
    );
}

/// Only the answer was edited: the request has what the bytes have, and nothing is put back.
#[test]
fn an_answer_that_was_edited_alone_changes_nothing_of_the_request() {
    let text = paste(SECRET, None);
    let (request, answer) = text.split_once("<Error>").unwrap();
    let done = work(&format!(
        "{request}<Error>{}",
        answer.replace("records", "BUCKET")
    ));
    assert_eq!(done.analysis.diagnosis.verdict.id, VerdictId::Match);
    assert!(done.case.put_back.is_empty());
    assert_eq!(done.case.edited.len(), 1);
}

/// The bytes are those of the request that the answer is to: another one, which has the stand-in for its true name, stays.
#[test]
fn another_request_keeps_what_it_has() {
    let stood_in = "my-bucket.s3.us-east-1.amazonaws.com";
    let own = canonical("/other.csv", "", stood_in);
    let second = format!(
        "GET /other.csv HTTP/1.1\nHost: {stood_in}\nX-Amz-Date: 20260301T101500Z\nX-Amz-Content-SHA256: {EMPTY}\n\
         X-Amz-Security-Token: {TOKEN}\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20260301/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature={}\n\n",
        sign_with(&own, "s3", SECRET)
    );
    let first = paste(SECRET, None).replace("records.s3", "my-bucket.s3");
    for text in [format!("{second}\n{first}"), format!("{first}\n\n{second}")] {
        let case = work(&text).case;
        assert_eq!(case.requests.len(), 2, "{text}");
        let is_other = |at: &usize| case.docs.text(case.requests[*at].target.path) == "/other.csv";
        let other = (0..2).find(is_other).unwrap();
        assert!(!case.put_back.is_empty(), "{text}");
        assert!(!case.put_back.contains(&other), "{text}");
    }
}

/// Where very many places differ, text and bytes are of two strings, and nothing is put back: each would be a document.
#[test]
fn of_very_many_differences_none_is_put_back() {
    for (count, puts) in [(8, true), (2_000, false)] {
        let query = |value: &str| vec![format!("a={value}"); count].join("&");
        let own = canonical("/one.csv", &query("C"), HOST);
        let signature = sign_with(&own, "s3", SECRET);
        let text = format!(
            "GET /one.csv?{} HTTP/1.1\nHost: {HOST}\nX-Amz-Date: 20260301T101500Z\nX-Amz-Content-SHA256: {EMPTY}\n\
             X-Amz-Security-Token: {TOKEN}\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=AKIDEXAMPLE/20260301/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature={signature}\n\n\n{}",
            query("C"),
            answer(&own, &signature)
        );
        let done = work(&text.replace("a=C", "a=B"));
        assert_eq!(done.case.edited.len(), 1);
        assert_eq!(!done.case.put_back.is_empty(), puts, "{count}");
    }
}
