//! A signer's log of several tries and the answer to one of them: which strings are held against which, and what is not said where they
//! are not of one request.

use sha2::{Digest as _, Sha256};
use sigscope::engine::diagnose::{Verdict, VerdictId};
use sigscope::engine::intake::Integrity;
use sigscope::engine::secret::Keyring;
use sigscope::workbench::Work;

use super::common::{now, work_of};

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const HOST: &str = "bkt.s3.us-east-1.amazonaws.com";
const FIRST: &str = "20260311T091544Z";
const SECOND: &str = "20260311T091549Z";
/// Two signatures; whether they are right plays no part.
const ONE: &str = "26ddb56a71d4fb7a18189881b42bd6559b0652e38bb7bfcf4beb55dcc69dc5b0";
const OTHER: &str = "7b963d0e34885a488ca1c433bca77250466063ee9d2ea7361c5e4ec7f3a9835d";

/// What is signed: method, path, host and signing time.
#[derive(Clone, Copy)]
struct Asked(&'static str, &'static str, &'static str, &'static str);

const TRY: Asked = Asked("GET", "/cat.jpg", HOST, FIRST);
const RETRY: Asked = Asked("GET", "/cat.jpg", HOST, SECOND);

fn strings(Asked(method, path, host, time): Asked) -> [String; 2] {
    let canonical = format!(
        "{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{EMPTY}\nx-amz-date:{time}\n\n\
         host;x-amz-content-sha256;x-amz-date\n{EMPTY}"
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{time}\n20260311/us-east-1/s3/aws4_request\n{}",
        hex::encode(Sha256::digest(&canonical))
    );
    [canonical, to_sign]
}

/// What botocore logs.
fn log(asked: Asked, signature: &str) -> String {
    let [canonical, to_sign] = strings(asked);
    let signature = if signature.is_empty() {
        String::new()
    } else {
        format!("DEBUG:botocore.auth:Signature:\n{signature}\n")
    };
    format!(
        "DEBUG:botocore.auth:CanonicalRequest:\n{canonical}\nDEBUG:botocore.auth:StringToSign:\n{to_sign}\n{signature}"
    )
}

/// What S3 answers.
fn answer(asked: Asked, signature: &str) -> String {
    let [canonical, to_sign] = strings(asked);
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match \
         the signature you provided. Check your key and signing method.</Message>\
         <AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>{to_sign}</StringToSign>\
         <SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest></Error>\n"
    )
}

fn work(parts: &[String]) -> Work {
    work_of(&parts.concat(), Keyring::new(), now())
}

fn verdict(parts: &[String]) -> Verdict {
    work(parts).analysis.diagnosis.verdict
}

const EQUAL: &str = "The signer and the server had the very same string to sign";
const HOST_DIFFERS: &str = "The host header differs: the signer signed";
const APART: &str = "names another signature than";
const IF_ONE: &str = "If the signer's strings and the server's are of one request, ";

fn is_apart(verdict: &Verdict) -> bool {
    verdict.details.iter().any(|detail| detail.contains(APART))
}

#[test]
fn an_answer_is_held_against_the_try_whose_signature_it_names() {
    let moved = Asked("GET", "/cat.jpg", "minio.internal:9000", SECOND);
    let logs = [log(TRY, ONE), log(RETRY, OTHER)];
    for order in [[0, 1], [1, 0]] {
        let [a, b] = order.map(|at: usize| logs.get(at).cloned().unwrap_or_default());
        for (seen, begins) in [(RETRY, EQUAL), (moved, HOST_DIFFERS)] {
            let all = [a.clone(), b.clone(), answer(seen, OTHER)];
            for shift in 0..3 {
                let mut parts = all.clone();
                parts.rotate_left(shift);
                let verdict = verdict(&parts);
                assert!(
                    verdict.sentence.starts_with(begins),
                    "{order:?} {shift}: {}",
                    verdict.sentence
                );
                assert!(verdict.proved, "{order:?} {shift}");
                let said = verdict.details.concat();
                assert!(!said.contains("more field"), "{order:?} {shift}: {said}");
            }
        }
    }
}

#[test]
fn without_signatures_the_string_to_sign_tells_then_the_time() {
    for (seen, begins) in [
        (RETRY, EQUAL),
        (
            Asked("GET", "/cat.jpg", "minio.internal:9000", SECOND),
            HOST_DIFFERS,
        ),
    ] {
        let verdict = verdict(&[log(TRY, ""), log(RETRY, ""), answer(seen, OTHER)]);
        assert!(verdict.sentence.starts_with(begins), "{}", verdict.sentence);
        assert!(verdict.proved);
    }
}

#[test]
fn of_two_answers_the_one_whose_try_was_logged_is_taken() {
    let verdict = verdict(&[answer(TRY, ONE), log(RETRY, OTHER), answer(RETRY, OTHER)]);
    assert!(verdict.sentence.starts_with(EQUAL), "{}", verdict.sentence);
    assert!(!is_apart(&verdict));
}

#[test]
fn another_signature_is_another_request() {
    for seen in [RETRY, Asked("GET", "/dog.jpg", HOST, FIRST)] {
        let verdict = verdict(&[log(TRY, ONE), answer(seen, OTHER)]);
        assert!(!verdict.proved, "{}", verdict.sentence);
        assert_eq!(verdict.id, VerdictId::Mismatch);
        assert!(
            verdict
                .sentence
                .starts_with("The server refused the signature."),
            "{}",
            verdict.sentence
        );
        assert!(is_apart(&verdict), "{:?}", verdict.details);
    }
}

#[test]
fn of_one_signature_or_a_probe_of_it_a_difference_stays_proved() {
    let probe = format!("{}1", ONE.trim_end_matches('0'));
    for echoed in [ONE, &probe] {
        for (seen, name) in [
            (RETRY, "x-amz-date"),
            (Asked("GET", "/dog.jpg", HOST, FIRST), "path"),
        ] {
            let verdict = verdict(&[log(TRY, ONE), answer(seen, echoed)]);
            assert!(
                verdict.sentence.starts_with(&format!("The {name} ")),
                "{}",
                verdict.sentence
            );
            assert!(verdict.proved, "{echoed} {name}");
            assert!(!is_apart(&verdict));
        }
    }
}

#[test]
fn where_nothing_ties_two_tries_it_is_said_only_if() {
    let post = Asked("POST", "/dog.jpg", HOST, FIRST);
    for (seen, name) in [(RETRY, "x-amz-date header"), (post, "method")] {
        let verdict = verdict(&[log(TRY, ""), answer(seen, OTHER)]);
        assert!(
            verdict
                .sentence
                .starts_with(&format!("{IF_ONE}the {name} differs")),
            "{}",
            verdict.sentence
        );
        assert!(!verdict.proved && verdict.proof.is_empty());
    }
    // One difference of one moment is what a request goes through.
    let moved = Asked("GET", "/cat.jpg", "minio.internal:9000", FIRST);
    let verdict = verdict(&[log(TRY, ""), answer(moved, OTHER)]);
    assert!(
        verdict.sentence.starts_with(HOST_DIFFERS),
        "{}",
        verdict.sentence
    );
    assert!(verdict.proved);
}

#[test]
fn strings_of_nobody_are_those_of_the_signature_that_the_answer_names() {
    let named = |asked: Asked, signature: &str| {
        log(asked, signature).replace("DEBUG:botocore.auth:", "DEBUG ")
    };
    let dog = Asked("GET", "/dog.jpg", HOST, FIRST);
    let work = work(&[named(TRY, ONE), named(dog, OTHER), answer(dog, OTHER)]);
    let verdict = &work.analysis.diagnosis.verdict;
    let said = format!("{} {}", verdict.sentence, verdict.details.concat());
    assert!(!said.contains("differs: "), "{said}");
    assert!(!said.contains("Nothing says whose"), "{said}");
}

#[test]
fn a_titled_string_below_a_signers_canonical_request_is_held_against_its_hash() {
    let paste = |canonical: &str, to_sign: &str| {
        format!(
            "and the library computed this canonical request:\n\n{canonical}\n\nstring to sign:\n{to_sign}\n"
        )
    };
    let integrity = |text: String| -> Vec<Integrity> {
        let work = work(&[text]);
        let all = work.case.evidence.iter();
        all.map(|evidence| evidence.integrity.clone()).collect()
    };
    let [canonical, to_sign] = strings(TRY);
    assert_eq!(
        integrity(paste(&canonical, &to_sign)),
        [Integrity::Verified]
    );
    let edited = canonical.replace("/cat.jpg", "/dog.jpg");
    assert_eq!(integrity(paste(&edited, &to_sign)), [Integrity::Broken]);
    let broken = work(&[paste(&edited, &to_sign)]);
    let found = broken.analysis.diagnosis.findings.iter();
    assert!(
        found.clone().any(|f| f.id == "evidence-broken"),
        "{found:?}"
    );
    // A header above it says no more of it.
    let header = format!(
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260311/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={ONE}\n\n"
    );
    for (canonical, says) in [
        (&edited, "is not the one whose hash was signed"),
        (&canonical, "What was signed is in the canonical request"),
    ] {
        let work = work(&[format!("{header}{}", paste(canonical, &to_sign))]);
        let mut found = work.analysis.diagnosis.findings.iter();
        let missing = found.find(|f| f.id == "request-line-missing");
        let message = missing.map_or("", |finding| finding.message.as_str());
        assert!(message.contains(says), "{message}");
    }
    // That of another moment may be anybody's.
    let [_, later] = strings(RETRY);
    assert_eq!(
        integrity(paste(&canonical, &later)),
        [Integrity::Unchecked, Integrity::Unchecked]
    );
    // What is the server's stays the server's.
    let server = paste(&edited, &to_sign).replace("string to sign:", "what S3 says:");
    assert_eq!(
        integrity(server),
        [Integrity::Unchecked, Integrity::Unchecked]
    );
}

#[test]
fn of_two_hashes_alone_no_canonical_request_is_said_to_be_here() {
    let [_, one] = strings(TRY);
    let [_, other] = strings(Asked("GET", "/dog.jpg", HOST, FIRST));
    let verdict = verdict(&[format!("What I sign:\n{one}\n\nWhat S3 says:\n{other}\n")]);
    assert_eq!(
        verdict.sentence,
        "The canonical requests differ: their hashes do, and neither of them is here."
    );
}
