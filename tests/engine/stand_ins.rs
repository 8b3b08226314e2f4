//! Requests in which a word stands where a value belongs: what is not known is not called wrong.

use sigscope::engine::diagnose::Diagnosis;
use sigscope::engine::scheme::View;
use sigscope::engine::secret::Keyring;

use crate::common::{now, paste, settings};

fn diagnosis(text: &str) -> Diagnosis {
    let case = paste(text);
    let view = View {
        case: &case,
        request: (!case.requests.is_empty()).then_some(0),
        keyring: &Keyring::new(),
        settings: &settings(&[]),
        now: now(),
    };
    sigscope::engine::analyse(sigscope::engine::scheme::all(), &view).diagnosis
}

fn ids(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.findings.iter().map(|f| f.id).collect()
}

fn template(path: &str, date: &str, key: &str, hash: &str, signature: &str) -> String {
    format!(
        "snprintf(out, size, \"PUT /{path} HTTP/1.1\\r\\nHost: examplebucket.s3.amazonaws.com\\r\\nx-amz-content-sha256: {hash}\\r\\n\\
         x-amz-date: {date}\\r\\nAuthorization: AWS4-HMAC-SHA256 Credential={key}/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, \\
         Signature={signature}\\r\\n\\r\\n%s\", name);\n"
    )
    .replace("\\\n         ", "")
}

const WRONG: [&str; 7] = [
    "signature-shape",
    "scope-date-format",
    "date-format",
    "percent-escape-invalid",
    "content-sha256-invalid",
    "credential-shape",
    "content-sha256-mismatch",
];

#[test]
fn nothing_is_wrong_with_what_a_program_fills_in() {
    for verb in ["%s", "%1$s", "%v", "{}", "{0}", "{value}"] {
        let key = format!("{verb}/{verb}");
        let found = diagnosis(&template(verb, verb, &key, verb, verb));
        let wrong: Vec<_> = ids(&found)
            .into_iter()
            .filter(|id| WRONG.contains(id) || *id == "key-id-shape")
            .collect();
        assert!(wrong.is_empty(), "{verb}: {wrong:?}");
        assert!(
            ids(&found).contains(&"value-not-here"),
            "{verb}: {:?}",
            ids(&found)
        );
        assert!(
            !found.verdict.sentence.contains("refuse"),
            "{}",
            found.verdict.sentence
        );
    }
    let body = paste(&template("%s", "%s", "%s/%s", "%s", "%s")).requests[0]
        .body
        .clone();
    assert_eq!(body, sigscope::engine::intake::Body::Absent);
}

#[test]
fn a_verb_in_a_request_that_was_signed_is_what_was_sent() {
    let whole = "0".repeat(64);
    let found = diagnosis(&template(
        "%s",
        "20130524T000000Z",
        "AKIAIOSFODNN7EXAMPLE/20130524",
        &whole,
        &whole,
    ));
    assert!(
        ids(&found).contains(&"percent-escape-invalid"),
        "{:?}",
        ids(&found)
    );
    let found = diagnosis(&template(
        "a",
        "tomorrow",
        "AKIAIOSFODNN7EXAMPLE/20130524",
        &whole,
        &whole,
    ));
    assert!(ids(&found).contains(&"date-format"), "{:?}", ids(&found));
}

fn url(credential: &str, signature: &str) -> String {
    format!(
        "https://examplebucket.s3.amazonaws.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}\n"
    )
}

#[test]
fn a_word_in_the_place_of_a_value_is_no_value() {
    for (credential, signature) in [
        ("MyCredentials", "MySignature"),
        ("YOUR_ACCESS_KEY%2F20130524", "SIGNATURE"),
        ("EXAMPLEKEY", "your-signature"),
    ] {
        let found = diagnosis(&url(credential, signature));
        let wrong: Vec<_> = ids(&found)
            .into_iter()
            .filter(|id| WRONG.contains(id))
            .collect();
        assert!(wrong.is_empty(), "{credential}: {wrong:?}");
        let told = &found.verdict.sentence;
        assert!(
            told.contains(&format!(
                "“{signature}” stands in the place of the signature"
            )),
            "{told}"
        );
        // A presigned URL of Amazon S3 leaves the body unsigned.
        let asked = found
            .next_steps
            .iter()
            .any(|step| step.party == "sigscope --body");
        assert!(!asked, "{credential}");
    }
    for signature in ["undefined", "Zm9vYmFyMTIz"] {
        let found = diagnosis(&url("AKIAIOSFODNN7EXAMPLE%2F20130524", signature));
        assert!(
            ids(&found).contains(&"signature-shape"),
            "{signature}: {:?}",
            ids(&found)
        );
    }
    let found = diagnosis(&url("AKIAIOSFODNN7EXAMPLE", &"0".repeat(64)));
    assert!(
        ids(&found).contains(&"credential-shape"),
        "{:?}",
        ids(&found)
    );
}

#[test]
fn lower_case_is_right_in_a_url_of_version_2() {
    let old = "https://examplebucket.s3.amazonaws.com/a?AWSAccessKeyId=ASIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&x-amz-security-token=AQoEXAMPLE&Expires=1175139620\n";
    assert!(!ids(&diagnosis(old)).contains(&"query-parameter-case"));
    let new = url("AKIAIOSFODNN7EXAMPLE%2F20130524", &"0".repeat(64))
        .replace("X-Amz-Expires", "x-amz-expires");
    assert!(ids(&diagnosis(&new)).contains(&"query-parameter-case"));
}

#[test]
fn the_order_of_checks_of_version_4_is_not_told_of_version_2() {
    const SAID: &str = "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.</Message></Error>\n";
    let scoped = |text: &str| {
        let found = diagnosis(text);
        found
            .findings
            .iter()
            .any(|f| f.message.contains("region, service"))
    };
    assert!(scoped(SAID));
    assert!(!scoped(&format!(
        "{SAID}const HOST = 'https://mws.amazonservices.com/Orders/2013-09-01';\n"
    )));
    assert!(!scoped(&format!(
        "query = 'AWSAccessKeyId=' + id + '&Signature=' + mac\n{SAID}"
    )));
    assert!(!scoped(&format!("'SignatureVersion' => 2\n{SAID}")));
}

const GATEWAY: &str = "{\"message\":\"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'GET\nPATH\na=b\nhost:api.example.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\nHASH\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/execute-api/aws4_request\nHASH'\n\"}\n";

#[test]
fn letters_in_the_place_of_a_hash_are_no_cut() {
    let cut = |hash: &str| {
        let text = GATEWAY
            .replace("PATH", "/a")
            .replace("HASH\n", &format!("{hash}'\n"));
        let text = text.replace("HASH'", &format!("{hash}'"));
        ids(&diagnosis(&text)).contains(&"evidence-cut")
    };
    assert!(!cut("sdfgsdfgsdfgsdfg"));
    assert!(!cut("hash"));
    // Digits that are left of a hash.
    assert!(cut("9095672bbd1f56dfc5b6"));
}

#[test]
fn a_word_in_the_place_of_a_path_leaves_a_canonical_request() {
    for (path, read) in [("path", true), ("/a", true), ("elsewhere we", false)] {
        let text = GATEWAY.replace("PATH", path).replace("HASH", "XXX");
        let case = paste(&text);
        let canonical = case
            .evidence
            .iter()
            .find_map(|e| e.canonical_request.as_ref());
        assert_eq!(canonical.is_some(), read, "{path}");
    }
}

#[test]
fn a_code_in_bold_is_one() {
    let code = |text: &str| {
        let case = paste(text);
        let answer = case.evidence.first().and_then(|e| e.answer.clone());
        answer
            .and_then(|a| a.code)
            .map(|span| case.docs.text(span).into_owned())
    };
    for text in [
        "\"error\":{\"code\":\"**SignatureDoesNotMatch**\"}\n",
        "I get **SignatureDoesNotMatch** from it\n",
        "I get __SignatureDoesNotMatch__ from it\n",
        "code: `SignatureDoesNotMatch`\n",
    ] {
        assert_eq!(
            code(text).as_deref(),
            Some("SignatureDoesNotMatch"),
            "{text}"
        );
    }
    assert_eq!(code("a SignatureDoesNotMatch** b\n"), None);
    assert_eq!(code("x__SignatureDoesNotMatch__y = 1\n"), None);
}

#[test]
fn oracles_words_are_an_answer() {
    let found = diagnosis(
        "S3Error: The required information to complete authentication was not provided.\n",
    );
    assert!(
        ids(&found).contains(&"server-refused-credentials"),
        "{:?}",
        ids(&found)
    );
    assert!(
        found.verdict.sentence.contains("The required information"),
        "{}",
        found.verdict.sentence
    );
}

#[test]
fn a_wrong_service_is_said_to_be_one() {
    let found = diagnosis(
        "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; incorrect service \"execute-api\". This endpoint belongs to \"s3\".</Message></Error>\n",
    );
    let mut findings = found.findings.iter();
    assert!(
        findings.any(|f| f.help.contains("another service")),
        "{:?}",
        found.findings
    );
}
