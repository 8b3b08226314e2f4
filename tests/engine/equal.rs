//! Strings of signer and server that are the same, and strings that are proved to be the signer's.

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::intake::Side;
use sigscope::engine::secret::Keyring;
use sigscope::workbench::Work;

use super::common::{EXAMPLE_SECRET, keyring, now, work_of};
use super::whose::{SIGNATURE, TIME, canonical, request, to_sign};

/// What a person's own code prints of both strings.
fn printed(title: &str, canonical: &str) -> String {
    format!(
        "{title}:\n{canonical}\n\nString to sign:\n{}\n\n",
        to_sign(canonical, TIME)
    )
}

fn authorization(signature: &str) -> String {
    format!(
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, \
         SignedHeaders=accept-encoding;host;x-amz-content-sha256;x-amz-date, Signature={signature}\n\n"
    )
}

fn answer(canonical: &str, signature: &str) -> String {
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>{}</StringToSign>\
         <SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest></Error>\n",
        to_sign(canonical, TIME)
    )
}

fn work(text: &str, secret: bool) -> Work {
    let keyring = if secret {
        keyring(EXAMPLE_SECRET)
    } else {
        Keyring::new()
    };
    work_of(text, keyring, now())
}

fn told(work: &Work) -> (VerdictId, bool, &str) {
    let verdict = &work.analysis.diagnosis.verdict;
    (verdict.id, verdict.proved, &verdict.sentence)
}

const SAME: &str = "the signer and the server had the very same string to sign, so the key differs";

#[test]
fn equal_strings_say_that_the_key_differs_whatever_stands_between_them() {
    let text = canonical("identity", TIME);
    let other = "1".repeat(64);
    let url = "https://bkt.s3.us-east-1.amazonaws.com/my%20report.csv\n\n403\n";
    for between in [
        String::new(),
        authorization(&other),
        authorization(&other) + url,
    ] {
        let paste = printed("Canonical request", &text) + &between + &answer(&text, &other);
        let open = work(&paste, false);
        let (id, proved, sentence) = told(&open);
        assert_eq!(id, VerdictId::Mismatch, "{paste}");
        assert!(!proved);
        assert!(
            sentence.starts_with("If the strings behind “Canonical request” are the signer's, ")
                && sentence.contains(SAME),
            "{sentence}"
        );
        let ids = open.analysis.diagnosis.findings.iter().map(|f| f.id);
        for id in ids {
            assert!(
                ![
                    "signed-header-absent",
                    "date-missing",
                    "content-sha256-missing"
                ]
                .contains(&id),
                "{id}"
            );
        }
    }
    // Named as the signer's, it rests on nothing that is assumed.
    let paste =
        printed("My canonical request", &text) + &authorization(&other) + &answer(&text, &other);
    let open = work(&paste, false);
    let (id, proved, sentence) = told(&open);
    assert_eq!((id, proved), (VerdictId::Mismatch, true), "{sentence}");
    assert!(sentence.to_lowercase().starts_with(SAME), "{sentence}");
    // Behind the answer, titles may stand over what the answer gave.
    let after = authorization(&other)
        + &answer(&text, &other)
        + "\n"
        + &printed("Canonical request", &text);
    let open = work(&after, false);
    assert!(
        open.case
            .evidence
            .iter()
            .all(|e| e.side != Some(Side::Client))
    );
}

#[test]
fn equal_strings_whose_signature_fits_are_the_signers() {
    let text = canonical("identity", TIME);
    let paste =
        printed("Canonical request", &text) + &authorization(SIGNATURE) + &answer(&text, SIGNATURE);
    let done = work(&paste, true);
    let (id, proved, sentence) = told(&done);
    assert_eq!((id, proved), (VerdictId::Mismatch, true), "{sentence}");
    assert!(
        sentence.starts_with(
            "The received signature is right for the string to sign that signer and server both had"
        ),
        "{sentence}"
    );
}

#[test]
fn a_request_beside_equal_strings_leaves_the_key_alone() {
    let text = canonical("identity", TIME);
    let other = "1".repeat(64);
    let paste = request(&other) + &printed("My canonical request", &text) + &answer(&text, &other);
    let open = work(&paste, false);
    let (id, proved, sentence) = told(&open);
    assert_eq!((id, proved), (VerdictId::Mismatch, true), "{sentence}");
    assert!(sentence.to_lowercase().starts_with(SAME), "{sentence}");
    // Without the signer's own strings it may have signed anything.
    let open = work(&(request(&other) + &answer(&text, &other)), false);
    assert!(
        told(&open).2.contains("something else than it sent"),
        "{}",
        told(&open).2
    );
}

#[test]
fn a_string_that_gives_the_received_signature_is_the_signers() {
    let (own, theirs) = (canonical("identity", TIME), canonical("gzip", TIME));
    let paste = |signature: &str| printed("Canonical request", &own) + &answer(&theirs, signature);
    let right = work(&paste(SIGNATURE), true);
    let (id, proved, sentence) = told(&right);
    assert_eq!((id, proved), (VerdictId::Mismatch, true), "{sentence}");
    assert!(
        sentence.starts_with("The accept-encoding header differs: the signer signed"),
        "{sentence}"
    );
    let details = right.analysis.diagnosis.verdict.details.join(" ");
    assert!(!details.contains("is taken for the signer's"), "{details}");
    for (signature, secret) in [(SIGNATURE, false), (&*"1".repeat(64), true)] {
        let open = work(&paste(signature), secret);
        assert!(
            told(&open).2.starts_with("If the strings behind"),
            "{}",
            told(&open).2
        );
    }
}

#[test]
fn a_signature_hidden_in_the_request_is_taken_from_the_answer() {
    let paste =
        |signature: &str| request("REDACTED") + &answer(&canonical("gzip", TIME), signature);
    let right = work(&paste(SIGNATURE), true);
    let (id, proved, sentence) = told(&right);
    assert_eq!((id, proved), (VerdictId::Rejected, true), "{sentence}");
    assert!(
        sentence.starts_with("The server verified another accept-encoding header"),
        "{sentence}"
    );
    let other = work(&paste(&"1".repeat(64)), true);
    assert_eq!(told(&other).0, VerdictId::Mismatch);
}

#[test]
fn an_answer_that_names_the_caller_accepted_the_signature() {
    let iam = |user: &str| {
        format!(
            "{}{{\"Message\":\"User: {user} is not authorized to perform: es:ESHttpGet because no identity-based policy allows the es:ESHttpGet action\"}}\n",
            request(SIGNATURE)
        )
    };
    let arn = "arn:aws:iam::123456789012:user/ann";
    for secret in [false, true] {
        let done = work(&iam(arn), secret);
        let (_, _, sentence) = told(&done);
        assert!(
            sentence.contains("The server says: “User: arn:aws:iam"),
            "{sentence}"
        );
        assert!(!sentence.contains("another secret"), "{sentence}");
        assert!(
            done.analysis
                .diagnosis
                .findings
                .iter()
                .any(|f| f.id == "server-denied-permission")
        );
    }
    for user in ["anonymous", "arn:aws:iam::1 2"] {
        let done = work(&iam(user), true);
        let mut findings = done.analysis.diagnosis.findings.iter();
        assert!(
            findings.all(|f| f.id != "server-denied-permission"),
            "{user}"
        );
    }
}

#[test]
fn an_answer_that_says_nothing_of_the_signature_holds_nothing_against_it() {
    let page = "HTTP/1.1 403 Forbidden\nServer: nginx/1.24.0\nContent-Type: text/html\n\n<html>\n<head><title>403 Forbidden</title></head>\n</html>\n";
    for behind in [page, "{\"message\":\"Forbidden\"}\n", ""] {
        let done = work(&(request(SIGNATURE) + behind), true);
        let (id, _, sentence) = told(&done);
        assert_eq!(id, VerdictId::Match, "{sentence}");
        assert!(!sentence.contains("Whoever refuses it saw"), "{sentence}");
    }
}
