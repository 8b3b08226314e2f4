//! What is said of real mistakes, the whole way from the pasted text to the verdict.

use std::sync::Arc;

use bytes::Bytes;
use sigscope::engine::diagnose::{Mark, Party, RowState, Severity, VerdictId, Who};
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Input, ReadAs};
use sigscope::engine::scheme::{Now, Role, StageId};
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::workbench::{Fixed, Work, Workbench};
use sigscope::{report, samples};

/// The example key of the AWS documentation, with which the samples are signed.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn work(text: &str, secrets: &[&str]) -> Work {
    work_of(&[text], secrets)
}

/// The same for several inputs.
fn work_of(texts: &[&str], secrets: &[&str]) -> Work {
    let bytes: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    work_of_bytes(&bytes, secrets)
}

fn work_of_bytes(texts: &[&[u8]], secrets: &[&str]) -> Work {
    let now = Now {
        at: chrono::DateTime::UNIX_EPOCH,
        stated: false,
    };
    work_at(texts, secrets, now)
}

fn work_at(texts: &[&[u8]], secrets: &[&str], now: Now) -> Work {
    let mut ring = Keyring::new();
    for secret in secrets {
        ring.push(NamedSecret {
            name: "the test".to_owned(),
            key_id: None,
            material: Material::Secret(Sensitive::new(secret.as_bytes().to_vec())),
            session_token: None,
        });
    }
    let mut bench = Workbench::new(Arc::new(Fixed(ring)));
    bench.inputs.extend(texts.iter().map(|text| Input {
        name: "input".to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text),
    }));
    bench.work(now)
}

fn sample(name: &str) -> &'static str {
    samples::find(name).expect("the sample is bundled").text
}

/// The server's answer of a sample, alone.
fn answer(name: &str) -> &'static str {
    let text = sample(name);
    let at = text.find("HTTP/1.1 4").expect("there is an answer");
    text.get(at..).unwrap_or_default()
}

#[track_caller]
fn says(work: &Work, id: VerdictId, parts: &[&str]) {
    let verdict = &work.analysis.diagnosis.verdict;
    assert_eq!(verdict.id, id, "{}", verdict.sentence);
    for part in parts {
        assert!(
            verdict.sentence.contains(part),
            "{part:?} is not in {:?}",
            verdict.sentence
        );
    }
}

fn mark(work: &Work, stage: &'static str) -> Mark {
    let marks = &work.analysis.diagnosis.marks;
    marks
        .iter()
        .find(|(id, _)| *id == StageId(stage))
        .expect("every stage has a mark")
        .1
}

#[test]
fn without_the_secret_the_servers_strings_name_the_field() {
    for (name, parts) in [
        (
            "host-changed",
            &[
                "The host header differs",
                "“nginx.local:8080”",
                "“s3.us-east-1.amazonaws.com”",
            ][..],
        ),
        (
            "content-type-browser",
            &[
                "The content-type header differs",
                "“application/octet-stream”",
                "“image/png”",
            ],
        ),
        (
            "accept-encoding-rewritten",
            &[
                "The accept-encoding header differs",
                "“gzip”",
                "“gzip,gzip(gfe)”",
            ],
        ),
        (
            "range-stripped",
            &[
                "The server had no value for the range header",
                "“bytes=0-8388607”",
            ],
        ),
    ] {
        let work = work(sample(name), &[]);
        says(&work, VerdictId::Mismatch, parts);
        assert!(work.analysis.diagnosis.verdict.proved, "{name}");
        assert_eq!(mark(&work, "canonical-request"), Mark::Differs, "{name}");
        assert_eq!(mark(&work, "string-to-sign"), Mark::Follows, "{name}");
        assert_eq!(mark(&work, "signature"), Mark::NeedsSecret, "{name}");
        let roots = work.analysis.diagnosis.divergences.iter();
        assert_eq!(roots.filter(|d| !d.follows).count(), 1, "{name}");
    }
}

#[test]
fn with_the_secret_it_is_proved_that_the_server_saw_something_else() {
    for (name, parts) in [
        (
            "host-changed",
            &[
                "The server verified another host header",
                "“nginx.local:8080” was signed",
            ][..],
        ),
        (
            "content-type-browser",
            &["The server verified another content-type header"],
        ),
        (
            "accept-encoding-rewritten",
            &["The server verified another accept-encoding header"],
        ),
        (
            "range-stripped",
            &[
                "The signature is right for this request",
                "no value for the range header",
            ],
        ),
    ] {
        let work = work(sample(name), &[SECRET]);
        says(&work, VerdictId::Rejected, parts);
        assert_eq!(mark(&work, "key"), Mark::Same, "{name}");
        assert_eq!(mark(&work, "signature"), Mark::Same, "{name}");
        let ruled_out = &work.analysis.diagnosis.ruled_out;
        for group in ["your secret", "method", "path", "date", "scope"] {
            assert!(
                ruled_out.iter().any(|o| o == group),
                "{name}: {ruled_out:?}"
            );
        }
        assert!(!ruled_out.iter().any(|o| o == "headers"), "{name}");
    }
}

#[test]
fn equal_strings_leave_the_key_or_the_signers_own_string() {
    for name in ["path-encoded-twice", "secret-newline"] {
        let without = work(sample(name), &[]);
        says(
            &without,
            VerdictId::Mismatch,
            &[
                "the same string to sign",
                "or the signer signed something else",
            ],
        );
        assert_eq!(mark(&without, "canonical-request"), Mark::Same);
    }
    for name in ["path-encoded-twice", "secret-newline"] {
        let with = work(sample(name), &["another secret of forty characters, or so"]);
        says(
            &with,
            VerdictId::Mismatch,
            &["another secret", "or it signed something else"],
        );
        assert_eq!(mark(&with, "signature"), Mark::Differs);
    }
    // With the newline that the signer's key had, the signature is right: the server's key is another.
    let work = work(sample("secret-newline"), &[SECRET, &format!("{SECRET}\n")]);
    says(
        &work,
        VerdictId::Match,
        &["very same string to sign", "another secret"],
    );
    // It may be right for the signature, and is not cleared: it ends in a newline.
    let diagnosis = &work.analysis.diagnosis;
    assert!(!diagnosis.ruled_out.contains(&"your secret".to_owned()));
    let warned = diagnosis.findings.iter();
    let warned: Vec<_> = warned.filter(|f| f.id == "secret-white-space").collect();
    assert_eq!(warned.len(), 1);
    assert_eq!(
        warned[0].message,
        "The secret of the test ends in a newline."
    );
}

#[test]
fn a_newline_that_the_signer_took_with_the_secret_is_named_and_left_out_of_the_correction() {
    let work = work(sample("secret-newline"), &[SECRET]);
    says(
        &work,
        VerdictId::Explained,
        &["The signer's secret ends in a newline."],
    );
    let diagnosis = &work.analysis.diagnosis;
    assert!(diagnosis.verdict.proved);
    assert!(!diagnosis.ruled_out.contains(&"your secret".to_owned()));
    assert_eq!(mark(&work, "key"), Mark::Differs);
    assert_eq!(mark(&work, "canonical-request"), Mark::Same);
    let [explanation] = diagnosis.explanations.as_slice() else {
        panic!("{:?}", diagnosis.explanations);
    };
    let [deviation] = explanation.deviations.as_slice() else {
        panic!("{explanation:?}");
    };
    assert_eq!(
        (deviation.id, deviation.who, deviation.family),
        ("secret-white-space", Who::Signer, "key")
    );
    // Nobody gave a secret with a newline: nothing is to be said against the one that was given.
    assert!(
        diagnosis
            .findings
            .iter()
            .all(|f| f.id != "secret-white-space")
    );
    let attempts = &work.analysis.trace.as_ref().unwrap().attempts;
    let tried: Vec<_> = attempts
        .iter()
        .map(|a| (a.name.as_str(), a.outcome.agrees()))
        .collect();
    assert_eq!(
        tried,
        [
            ("the test", false),
            ("the test, with a newline at its end", true)
        ]
    );
    // What the clean secret makes of the same request, as an own verification of it says.
    let corrected = work.correction.as_ref().unwrap();
    assert_eq!(
        corrected.signature,
        "e9bd7f0b376c3787a9db59e503617ccf44355e01c7dc2dc6b2196b2d53a05eb5"
    );
    for text in [
        report::text(&work, report::TextStyle::default()),
        report::markdown(&work),
        report::json_text(&report::json(&work)),
    ] {
        assert!(!text.contains("wJalr"), "{text}");
        assert!(text.contains("newline"), "{text}");
    }
}

#[test]
fn a_refusal_for_another_reason_is_told_with_or_without_the_secret() {
    for (name, part) in [
        ("expired-url", "expired"),
        ("wrong-region", "eu-central-1"),
        ("header-unsigned", "x-amz-acl"),
    ] {
        let without = work(sample(name), &[]);
        says(&without, VerdictId::Undecided, &[part]);
        // Why it was refused is known although the signature is not.
        let verdict = &without.analysis.diagnosis.verdict;
        assert!(verdict.refused && verdict.word() == "refused");
        assert!(
            verdict
                .details
                .iter()
                .any(|text| text.contains("no secret"))
        );
        let with = work(sample(name), &[SECRET]);
        says(
            &with,
            VerdictId::Rejected,
            &["is right for this request", part],
        );
    }
}

#[test]
fn a_right_request_is_said_to_be_right() {
    for name in ["right-request", "private-host"] {
        says(
            &work(sample(name), &[]),
            VerdictId::Undecided,
            &["no secret for the key"],
        );
        let with = work(sample(name), &[SECRET]);
        says(
            &with,
            VerdictId::Match,
            &["The signature is right for this request"],
        );
        assert!(with.analysis.diagnosis.verdict.proof.len() >= 2);
        assert!(with.analysis.diagnosis.next_steps.is_empty());
    }
}

#[test]
fn an_answer_alone_says_what_it_can() {
    let without = work(answer("host-changed"), &[]);
    says(
        &without,
        VerdictId::Mismatch,
        &["The server refused the signature"],
    );
    let diagnosis = &without.analysis.diagnosis;
    assert_eq!(diagnosis.comparisons[0].columns.len(), 1);
    let rows = &diagnosis.comparisons[0].rows;
    assert!(rows.iter().all(|row| row.state == RowState::Alone));
    assert!(!diagnosis.next_steps.is_empty());
    // The signer signed another host: the server's own string does not give its signature.
    let with = work(answer("host-changed"), &[SECRET]);
    says(
        &with,
        VerdictId::Mismatch,
        &["not that of the server's own string to sign"],
    );
    // The signer's true secret gives the signature from the server's own string: the server has another.
    let right = work(answer("secret-newline"), &[&format!("{SECRET}\n")]);
    says(
        &right,
        VerdictId::Match,
        &[
            "right for the server's own string to sign",
            "the server holds another one",
        ],
    );
}

#[test]
fn the_answer_to_another_request_is_not_held_against_this_one() {
    // The right request, beside an answer that names another signature.
    let text = format!(
        "{}\n\n{}",
        sample("right-request").trim(),
        answer("host-changed")
    );
    let work = work(&text, &[SECRET]);
    // Years lie between the two; the clock of that answer is not held against this request either.
    says(
        &work,
        VerdictId::Match,
        &["The signature is right for this request"],
    );
    let findings = &work.analysis.diagnosis.findings;
    let of_server: Vec<&str> = findings
        .iter()
        .filter(|f| f.message.contains("server's clock") || f.id.starts_with("server-"))
        .map(|f| f.id)
        .collect();
    // One remark says that it is about another, and points at both signatures.
    assert_eq!(of_server, ["server-other-request"], "{findings:?}");
    // The verdict says it in one line, and nothing of the answer stands beside the request.
    let diagnosis = &work.analysis.diagnosis;
    let details = diagnosis.verdict.details.iter();
    let told: Vec<_> = details
        .filter(|d| d.contains("another signature") && d.contains("nothing in it is held"))
        .collect();
    assert_eq!(told.len(), 1, "{:?}", diagnosis.verdict.details);
    assert!(diagnosis.divergences.is_empty());
    let columns = diagnosis.comparisons.iter().flat_map(|c| &c.columns);
    assert_eq!(columns.filter(|c| c.party == Party::Server).count(), 0);
    for stage in ["canonical-request", "string-to-sign", "signature"] {
        assert_eq!(mark(&work, stage), Mark::Same, "{stage}");
    }
    let holdings = diagnosis.holdings.iter();
    let strings = holdings.filter(|h| h.id == "server-strings");
    assert!(strings.clone().count() == 1 && strings.clone().all(|h| h.proves.contains("nothing")));
}

#[test]
fn only_evidence_about_the_request_at_hand_is_chosen() {
    let chosen = |answers: &[&str]| {
        let text = format!(
            "{}\n\n{}",
            sample("right-request").trim(),
            answers.join("\n\n")
        );
        let json = report::json(&work(&text, &[SECRET]));
        let pieces = json["input"].as_array().unwrap().iter();
        let answers = pieces.filter(|piece| piece["side"] == "server");
        answers
            .map(|piece| piece["chosen"].as_bool().unwrap())
            .collect::<Vec<_>>()
    };
    let other = "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in \
                 our records.</Message><AWSAccessKeyId>AKIAANOTHERONE777777</AWSAccessKeyId></Error>";
    let own = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    assert_eq!(chosen(&[other]), [false]);
    assert_eq!(chosen(&[other, own]), [false, true]);
    assert_eq!(chosen(&[answer("host-changed")]), [false]);
}

/// The answer of S3 to `text`, a request whose signature is right: it had the very same strings.
fn same_strings(text: &str) -> String {
    let work = work(text, &[SECRET]);
    let trace = work.analysis.trace.as_ref().expect("there is a trace");
    let output = |role| {
        let bytes = trace.stage(role).and_then(|stage| stage.output.public());
        let text = String::from_utf8_lossy(bytes.expect("it was computed"));
        text.replace('&', "&amp;")
    };
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match \
         the signature you provided. Check your key and signing method.</Message><StringToSign>{}</StringToSign>\
         <SignatureProvided>{}</SignatureProvided><CanonicalRequest>{}</CanonicalRequest>\
         <RequestId>4442587FB7D0A2F9</RequestId></Error>",
        output(Role::StringToSign),
        output(Role::Signature),
        output(Role::CanonicalRequest)
    )
}

/// A day after the request of the sample `right-request`, as a person states it.
fn a_day_later() -> Now {
    Now {
        at: chrono::DateTime::from_timestamp(1_369_440_000, 0).expect("it is a moment"),
        stated: true,
    }
}

#[test]
fn a_moment_stated_later_does_not_overrule_that_the_server_compared_signatures() {
    let request = sample("right-request").trim();
    let answer = same_strings(request);
    let of = |text: &str| work_at(&[text.as_bytes()], &[SECRET], a_day_later());
    let refused = of(&format!("{request}\n\n{answer}"));
    says(
        &refused,
        VerdictId::Match,
        &["had the very same string to sign", "its key differs"],
    );
    let findings = &refused.analysis.diagnosis.findings;
    let age = findings.iter().find(|f| f.id == "request-too-old");
    let age = age.expect("the age is told beside it");
    assert_eq!(age.severity, Severity::Warning);
    assert!(age.help.contains("compared signatures"), "{}", age.help);
    // Where no server compared anything, the moment that was stated is the verifier's.
    says(&of(request), VerdictId::Rejected, &["24 h ago"]);
}

#[test]
fn a_right_signature_that_is_too_old_by_this_machine_or_of_another_host_says_so_in_its_sentence() {
    let expired = sample("expired-url");
    let expired = expired.split("HTTP/1.1 403").next().expect("the URL");
    let at = chrono::DateTime::from_timestamp(1_369_526_400, 0).expect("it is a moment");
    let local = Now { at, stated: false };
    let of_url = work_at(&[expired.as_bytes()], &[SECRET], local);
    says(
        &of_url,
        VerdictId::Match,
        &[
            "is right",
            "The URL expired 24 h ago by this machine's clock",
            "or holds another secret",
        ],
    );
    let region = sample("wrong-region");
    let region = region.split("HTTP/1.1 400").next().expect("the request");
    let at = chrono::DateTime::from_timestamp(1_779_301_860, 0).expect("it is a moment");
    let of_region = work_at(&[region.as_bytes()], &[SECRET], Now { at, stated: true });
    says(
        &of_region,
        VerdictId::Match,
        &[
            "is right",
            "signed for the region us-east-1",
            "or holds another secret",
        ],
    );
}

/// Pastes from public threads, where they are at hand: whatever they hold, what is said of them is a
/// sentence, and nothing is called proved without what proves it.
#[test]
fn whatever_people_paste_yields_a_sentence() {
    let Ok(folder) = std::fs::read_dir("../shared/evidence") else {
        return;
    };
    for file in folder {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for secrets in [&[][..], &[SECRET][..]] {
            let work = work(&text, secrets);
            let verdict = &work.analysis.diagnosis.verdict;
            let shown = format!("{}: {}", path.display(), verdict.sentence);
            assert!(verdict.sentence.ends_with(['.', '!', '?']), "{shown}");
            assert!(verdict.sentence.chars().count() < 600, "{shown}");
            assert!(!verdict.proved || verdict.proof.len() >= 2, "{shown}");
            assert!(!matches!(verdict.id, VerdictId::Match), "{shown}");
        }
    }
}

#[test]
fn a_stated_cause_stands_in_the_sentence_whatever_the_signature() {
    let xml = |inner: &str| format!("HTTP/1.1 403 Forbidden\n\n<Error>{inner}</Error>\n");
    let request = sample("right-request").trim();
    for (inner, part) in [
        (
            "<Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the \
             current time is too large.</Message><RequestTime>20130524T000000Z</RequestTime><ServerTime>\
             2013-05-24T02:03:00Z</ServerTime>",
            "2 h 3 m behind the server's clock",
        ),
        (
            "<Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in \
             our records.</Message>",
            "does not exist",
        ),
        (
            "<Code>AccessDenied</Code><Message>There were headers present in the request which were not \
             signed</Message><HeadersNotSigned>x-amz-acl</HeadersNotSigned>",
            "x-amz-acl",
        ),
        (
            "<Code>TooManyCooks</Code><Message>The broth is spoilt.</Message>",
            "TooManyCooks: “The broth is spoilt”.",
        ),
    ] {
        let answer = xml(inner);
        let both = format!("{request}\n\n{answer}");
        for (text, secrets) in [(&answer, &[][..]), (&both, &[][..]), (&both, &[SECRET][..])] {
            let work = work(text, secrets);
            let sentence = &work.analysis.diagnosis.verdict.sentence;
            assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
        }
        // Where the signature is wrong too, the sentence is about it, and the cause comes next.
        let wrong = work(&both, &["another secret"]);
        let verdict = &wrong.analysis.diagnosis.verdict;
        assert_eq!(verdict.id, VerdictId::Mismatch);
        assert!(
            verdict.details.first().unwrap().contains(part),
            "{verdict:?}"
        );
    }
}

#[test]
fn where_it_can_be_set_right_is_offered_only_where_a_difference_is_proved() {
    let fixes = |name: &str, secrets: &[&str]| {
        let work = work(sample(name), secrets);
        let fixes = work.analysis.diagnosis.fixes;
        fixes
            .into_iter()
            .map(|f| (f.who, f.title))
            .collect::<Vec<_>>()
    };
    let client = (Who::Signer, "sign what the server had".to_owned());
    assert_eq!(
        fixes("host-changed", &[SECRET]),
        [
            client.clone(),
            (Who::Between, "keep the Host that was signed".to_owned()),
            (Who::Verifier, "verify the Host that was signed".to_owned())
        ]
    );
    assert_eq!(
        fixes("range-stripped", &[]),
        [(Who::Between, "pass Range on as it came".to_owned())]
    );
    // Signed otherwise by the client itself: nothing between need have touched it.
    assert_eq!(fixes("path-encoded-twice", &[SECRET]), []);
    assert_eq!(fixes("secret-newline", &[SECRET]), []);
    assert_eq!(fixes("right-request", &[SECRET]), []);
    // Nor is anything known to have changed where the signature is not that of the request as it stands.
    assert_eq!(fixes("range-stripped", &["another secret"]), []);
}

#[test]
fn a_presigned_put_is_taken_for_a_put_from_verdict_to_curl() {
    // Presigned by botocore (tests/corpus/make_botocore_corpus.py); the URL alone is given here.
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/botocore.json");
    let corpus: serde_json::Value =
        serde_json::from_slice(&std::fs::read(corpus).unwrap()).unwrap();
    let cases = corpus.as_array().unwrap().iter();
    let case = cases
        .filter(|case| case["form"] == "query" && case["differs"].is_null())
        .find(|case| {
            let canonical = case["canonical_request"].as_str().unwrap();
            canonical.starts_with("PUT\n") && canonical.ends_with("\nhost\nUNSIGNED-PAYLOAD")
        })
        .unwrap();
    let raw = case["raw"].as_str().unwrap();
    let host = raw.lines().find_map(|line| line.strip_prefix("Host: "));
    let url = format!(
        "https://{}{}",
        host.unwrap(),
        raw.split(' ').nth(1).unwrap()
    );
    let work = work(&url, &[SECRET]);
    says(
        &work,
        VerdictId::Match,
        &["The signature is right for this request"],
    );
    let details = work.analysis.diagnosis.verdict.details.join(" ");
    assert!(
        details.contains("It verifies as a PUT request"),
        "{details}"
    );
    let json = report::json(&work);
    assert_eq!(json["request"]["method"], "PUT");
    let curl = json["correction"]["curl"].as_str().unwrap();
    let command = curl.lines().find(|line| !line.starts_with('#'));
    assert!(
        command.is_some_and(|c| c.starts_with("curl -X PUT ")),
        "{curl}"
    );
    let redone = json["correction"]["url"].as_str().unwrap();
    assert!(
        redone.contains(case["signature"].as_str().unwrap()),
        "{redone}"
    );
}

#[test]
fn a_method_that_only_the_server_names_is_no_difference() {
    let text = sample("content-type-browser");
    let target = text.lines().find(|line| line.starts_with("PUT /")).unwrap();
    let target = target.split(' ').nth(1).unwrap();
    let url = format!("https://examplebucket.s3.eu-west-1.amazonaws.com{target}");
    let work = work(&format!("{url}\n\n{}", answer("content-type-browser")), &[]);
    let trace = work.analysis.trace.as_ref().unwrap();
    assert_eq!(trace.method(), Some(&b"PUT"[..]));
    let mut differences = work.analysis.diagnosis.divergences.iter();
    assert!(!differences.any(|d| d.field.kind.0 == "method"));
    let details = work.analysis.diagnosis.verdict.details.join(" ");
    assert!(details.contains("PUT is what the server had"), "{details}");
}

/// The key of AWS's test suite.
const SUITE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The case `post-x-www-form-urlencoded` of AWS's test suite.
const FORM: &str = "POST / HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a\n\nParam1=value1";

/// What a server that computed the same as the signer of [`FORM`] answers.
fn form_refused() -> String {
    use sha2::Digest as _;
    let hash = |text: &str| hex::encode(sha2::Sha256::digest(text));
    let canonical = format!(
        "POST\n/\n\ncontent-type:application/x-www-form-urlencoded\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n{}",
        hash("Param1=value1")
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n{}",
        hash(&canonical)
    );
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{to_sign}</StringToSign><CanonicalRequest>{canonical}</CanonicalRequest><SignatureProvided>ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a</SignatureProvided></Error>"
    )
}

/// The request with a word on its length, and without the body.
fn form_without_body() -> String {
    FORM.replace("\n\nParam1=value1", "\nContent-Length: 13\n\n")
}

#[test]
fn a_signature_over_a_body_that_is_not_here_is_not_said_to_differ() {
    says(&work(FORM, &[SUITE_SECRET]), VerdictId::Match, &[]);
    for secret in [SUITE_SECRET, "another"] {
        let work = work(&form_without_body(), &[secret]);
        says(&work, VerdictId::Undecided, &["body", "not here"]);
        let diagnosis = &work.analysis.diagnosis;
        assert!(diagnosis.divergences.is_empty(), "{secret}");
        assert!(diagnosis.findings.iter().any(|f| f.id == "body-missing"));
        let step = diagnosis.next_steps.first().expect("there is a next step");
        assert!(step.snippet.contains("--body"), "{}", step.snippet);
        assert!(
            work.correction.is_none(),
            "it would be signed for an empty body"
        );
    }
}

#[test]
fn a_body_given_by_itself_is_known_by_its_length() {
    let request = form_without_body();
    for body in ["Param1=value1", "Param1=value1\n", "Param1=value1\r\n"] {
        for inputs in [[request.as_str(), body], [body, request.as_str()]] {
            let work = work_of(&inputs, &[SUITE_SECRET]);
            says(&work, VerdictId::Match, &[]);
            let mut findings = work.analysis.diagnosis.findings.iter();
            assert!(findings.any(|f| f.id == "body-by-length"), "{body:?}");
        }
    }
    for other in ["Param1=value12", "Param1=value1\n\n", "Param1=value", ""] {
        let work = work_of(&[&request, other], &[SUITE_SECRET]);
        says(&work, VerdictId::Undecided, &["body"]);
    }
    // It has a body of its own, or is something of its own.
    let whole = FORM.replace("\n\nParam1", "\nContent-Length: 13\n\nParam1");
    let work = work_of(&[&whole, "Param1=value2"], &[SUITE_SECRET]);
    says(&work, VerdictId::Match, &[]);
    let length = format!("Content-Length: {}\n", FORM.len());
    let other = request.replace("Content-Length: 13\n", &length);
    let work = work_of(&[&other, FORM], &[SUITE_SECRET]);
    assert_eq!(work.case.requests.len(), 2);
}

#[test]
fn the_hash_of_a_body_that_is_not_here_is_no_difference_to_the_servers() {
    let case = format!("{}\n\n{}", form_without_body(), form_refused());
    for secrets in [&[][..], &[SUITE_SECRET]] {
        let work = work(&case, secrets);
        let diagnosis = &work.analysis.diagnosis;
        assert!(diagnosis.divergences.is_empty(), "{secrets:?}");
        let comparison = diagnosis
            .comparisons
            .iter()
            .find(|c| c.stage == StageId("canonical-request"))
            .expect("the server's canonical request is compared");
        let unlike = comparison.rows.iter().filter(|r| r.state != RowState::Same);
        let unlike: Vec<_> = unlike.map(|r| (r.key.to_string(), r.state)).collect();
        assert_eq!(
            unlike,
            [("payload-hash".to_owned(), RowState::NotCheckable)]
        );
    }
    says(
        &work(&case, &[SUITE_SECRET]),
        VerdictId::Mismatch,
        &["secret"],
    );
}

#[test]
fn a_request_signed_as_empty_whose_length_says_otherwise_is_told() {
    // `post-vanilla` of the same suite.
    let vanilla = "POST / HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b\n\n";
    let found = |text: &str| {
        let work = work(text, &[SUITE_SECRET]);
        says(&work, VerdictId::Match, &[]);
        let mut findings = work.analysis.diagnosis.findings.iter();
        findings.any(|f| f.id == "body-missing" && f.message.contains("13 bytes"))
    };
    assert!(!found(vanilla));
    assert!(found(
        &vanilla.replace("\nX-Amz", "\nContent-Length: 13\nX-Amz")
    ));
}

/// `text` as a terminal of `width` columns breaks it.
fn broken_at(width: usize, text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let mut rest = line;
        while let Some((front, back)) = rest.split_at_checked(width).filter(|(_, b)| !b.is_empty())
        {
            lines.push(front);
            rest = back;
        }
        lines.push(rest);
    }
    lines.join("\n")
}

#[test]
fn a_request_that_a_terminal_broke_at_any_width_is_read_joined() {
    for request in [
        FORM.to_owned(),
        FORM.replace("\n\nParam1", "\nContent-Length: 13\n\nParam1"),
        FORM.replace("POST / ", "POST https://example.amazonaws.com/ "),
    ] {
        for width in 48..=240 {
            for eol in ["\n", "\r\n"] {
                let text = broken_at(width, &request).replace('\n', eol);
                let work = work(&text, &[SUITE_SECRET]);
                let verdict = &work.analysis.diagnosis.verdict;
                assert_eq!(verdict.id, VerdictId::Match, "{width}: {text}");
            }
        }
    }
}

#[test]
fn a_text_in_utf_16_is_read_and_its_places_stay_true() {
    let text = format!("AWS_SECRET_ACCESS_KEY={SUITE_SECRET}\n\u{1F511} \u{e9}\n{FORM}");
    let units: Vec<u16> = std::iter::once(0xFEFF).chain(text.encode_utf16()).collect();
    let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
    for bytes in [&little, &big] {
        let work = work_of_bytes(&[bytes], &[SUITE_SECRET]);
        says(&work, VerdictId::Match, &[]);
        let docs = &work.case.docs;
        let request = work.case.requests.first().expect("there is a request");
        let slash = docs.bytes(docs.to_given(request.target.path));
        assert!(slash == [b'/', 0] || slash == [0, b'/'], "{slash:?}");
        // The secret that stands in it is hidden where it was given, in its wide form.
        let secret = work.case.secrets.first().expect("the secret is found");
        let wide = docs.to_given(secret.value);
        assert_eq!(docs.bytes(wide).len(), 2 * SUITE_SECRET.len());
        let given = docs.get(wide.doc).expect("it was given");
        assert!(given.masks().iter().any(|(span, _)| span.contains(wide)));
    }
    // Without its mark, or cut in the middle of a unit, it is not guessed.
    for bytes in [&little[2..], &little[..little.len() - 1]] {
        let work = work_of_bytes(&[bytes], &[]);
        assert_ne!(work.analysis.diagnosis.verdict.id, VerdictId::Match);
    }
}

#[test]
fn what_follows_a_header_without_an_empty_line_is_not_joined_to_it() {
    let (head, _) = FORM.split_once("\n\n").expect("there is a body");
    for next in [
        "HTTP/1.1 403 Forbidden",
        "<Error><Code>AccessDenied</Code></Error>",
        "{\"message\":\"no\"}",
        "and then it says 403",
    ] {
        let work = work(&format!("{head}\n{next}\n"), &[SUITE_SECRET]);
        let claim = work.analysis.trace.as_ref().expect("it is traced");
        let received = claim.claim.received.as_ref().expect("it is signed");
        let text = received.bytes(&work.case.docs);
        assert_eq!(text.len(), 64, "{next}: {}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn a_secret_pasted_by_itself_is_hidden_and_taken_for_one() {
    let other = "0123456789abcdef0123456789abcdef01234567";
    for (text, found) in [
        (SUITE_SECRET.to_owned(), true),
        (format!("\n  {SUITE_SECRET}\r\n"), true),
        (format!("{SUITE_SECRET} {SUITE_SECRET}"), false),
        (format!("{SUITE_SECRET}="), false),
        // SHA-1 in hex, of the same length.
        (other.to_owned(), false),
    ] {
        let work = work_of(&[FORM, &text], &[]);
        assert_eq!(work.case.secrets.len(), usize::from(found), "{text:?}");
        let masked = work.case.docs.given().any(|(_, doc)| {
            let mut masks = doc.masks().iter();
            masks.any(|(span, _)| work.case.docs.bytes(*span) == SUITE_SECRET.as_bytes())
        });
        assert_eq!(masked, found, "{text:?}");
    }
}

/// A PUT of `hello` to S3 as `aws-sigv4` signs it, its hash stated.
fn put_hello(headers: &str) -> (String, &'static str) {
    use std::time::{Duration, SystemTime};

    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4;

    let identity =
        Credentials::new("AKIAIOSFODNN7EXAMPLE", SUITE_SECRET, None, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = aws_sigv4::http_request::PayloadChecksumKind::XAmzSha256;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("s3")
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_000_000))
        .settings(settings)
        .build()
        .expect("all is given");
    let url = "https://examplebucket.s3.amazonaws.com/hello.txt";
    let body = SignableBody::Bytes(b"hello");
    let request = SignableRequest::new("PUT", url, std::iter::empty(), body).expect("it is a URL");
    let (instructions, _) = sign(request, &params.into())
        .expect("it signs")
        .into_parts();
    let mut text = "PUT /hello.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n".to_owned();
    text.push_str(headers);
    for (name, value) in instructions.headers() {
        for part in [name, ": ", value, "\n"] {
            text.push_str(part);
        }
    }
    (text, "hello")
}

#[test]
fn a_head_that_was_copied_without_its_body_is_not_one_with_an_empty_body() {
    let (head, body) = put_hello("");
    let get = |text: &str| text.replace("PUT ", "GET ");
    for text in [
        format!("{head}\n"),
        head.clone(),
        format!("> {}\n", head.trim_end().replace('\n', "\n> ")),
        format!("{head}\nHTTP/1.1 403 Forbidden\n\n"),
    ] {
        let found = work(&text, &[SUITE_SECRET]);
        says(&found, VerdictId::Match, &[]);
        let trace = found.analysis.trace.as_ref().expect("it is traced");
        assert_eq!(trace.body_verified, None, "{text}");
        let ids: Vec<_> = found
            .analysis
            .diagnosis
            .findings
            .iter()
            .map(|f| f.id)
            .collect();
        assert!(!ids.contains(&"content-sha256-mismatch"), "{ids:?}");
        // A GET may have one too, and its signature then differs for another reason.
        let found = work(&get(&text), &[SUITE_SECRET]);
        let mut findings = found.analysis.diagnosis.findings.iter();
        assert!(
            !findings.any(|f| f.id == "content-sha256-mismatch"),
            "{text}"
        );
    }
    let whole = work(&format!("{head}\n{body}"), &[SUITE_SECRET]);
    says(&whole, VerdictId::Match, &[]);
    assert_eq!(
        whole.analysis.trace.expect("it is traced").body_verified,
        Some(true)
    );
    // A length of nothing says that there was none.
    let (head, _) = put_hello("Content-Length: 0\n");
    let none = work(&format!("{head}\n"), &[SUITE_SECRET]);
    let mut findings = none.analysis.diagnosis.findings.iter();
    assert!(findings.any(|f| f.id == "content-sha256-mismatch"));
}

#[test]
fn a_body_that_is_itself_something_known_is_taken_where_its_length_fits() {
    for body in [
        "GET /k HTTP/1.1\nHost: h\n\n",
        "<Error><Code>AccessDenied</Code></Error>",
        "HTTP/1.1 403 Forbidden\n\n",
    ] {
        let request = FORM.replace(
            "\n\nParam1=value1",
            &format!("\nContent-Length: {}\n\n{body}", body.len()),
        );
        for behind in ["", "\n\nHTTP/1.1 200 OK\nServer: AmazonS3\n\n"] {
            let work = work(&format!("{request}{behind}"), &[SUITE_SECRET]);
            assert_eq!(work.case.requests.len(), 1, "{body}");
            let Some(sigscope::engine::intake::Body::Held { span, .. }) =
                work.case.requests.first().map(|r| r.body.clone())
            else {
                panic!("no body: {body}");
            };
            assert_eq!(work.case.docs.bytes(span), body.as_bytes());
        }
    }
    // The answer that follows a request without its body is none, whatever its length.
    let answer =
        "HTTP/1.1 403 Forbidden\nServer: AmazonS3\n\n<Error><Code>AccessDenied</Code></Error>\n";
    let request = FORM.replace("\n\nParam1=value1", "\nContent-Length: 22\n\n");
    let work = work(&format!("{request}{answer}"), &[SUITE_SECRET]);
    assert_eq!(work.case.evidence.len(), 1);
}

#[test]
fn a_url_signed_with_more_than_the_host_is_not_said_to_differ() {
    // Made with botocore: a PUT of text/plain.
    let request = sample("content-type-browser");
    let line = request
        .lines()
        .find(|l| l.starts_with("PUT "))
        .expect("it is a PUT");
    let target = line.split(' ').nth(1).expect("a target");
    let url = format!("https://examplebucket.s3.eu-west-1.amazonaws.com{target}");
    let found = work(&url, &[SECRET]);
    says(&found, VerdictId::Undecided, &["content-type"]);
    let diagnosis = &found.analysis.diagnosis;
    assert!(
        diagnosis
            .next_steps
            .iter()
            .any(|s| s.snippet.contains("content-type: VALUE"))
    );
    assert!(
        !diagnosis
            .verdict
            .details
            .iter()
            .any(|d| d.contains("with none of"))
    );
    // With the header the signer had, it is decided.
    let with = |value: &str| format!("PUT {url} HTTP/1.1\nContent-Type: {value}\n\n");
    says(
        &work(&with("application/octet-stream"), &[SECRET]),
        VerdictId::Match,
        &[],
    );
    says(
        &work(&with("image/png"), &[SECRET]),
        VerdictId::Mismatch,
        &[],
    );
}

#[test]
fn what_is_missing_is_no_difference_whatever_stands_beside_it() {
    // S3 writes its XML declaration on a line of its own.
    let declared = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}",
        form_refused()
    );
    for beside in [declared, form_refused()] {
        for head in [form_without_body(), FORM.replace("\n\nParam1=value1", "\n")] {
            let found = work(&format!("{head}\n{beside}"), &[SUITE_SECRET]);
            says(&found, VerdictId::Mismatch, &["not here"]);
            assert!(
                found.analysis.diagnosis.divergences.is_empty(),
                "{head}{beside}"
            );
            assert!(found.correction.is_none());
            let found = work(&format!("{head}\n{beside}"), &[]);
            says(&found, VerdictId::Mismatch, &["not here"]);
        }
    }
    // The URL of the sample with the server's answer to it, and no headers.
    let text = sample("content-type-browser");
    let line = text
        .lines()
        .find(|l| l.starts_with("PUT "))
        .expect("it is a PUT");
    let target = line.split(' ').nth(1).expect("a target");
    let url = format!("https://examplebucket.s3.eu-west-1.amazonaws.com{target}");
    let case = format!("{url}\n\n{}", answer("content-type-browser"));
    let found = work(&case, &[SECRET]);
    says(&found, VerdictId::Mismatch, &["headers are not here"]);
    assert!(found.analysis.diagnosis.divergences.is_empty());
}

#[test]
fn a_body_may_belong_to_any_method_and_to_a_url_alone() {
    let get = form_without_body().replace("POST ", "GET ");
    for text in [get.clone(), get.replace("GET ", "DELETE ")] {
        says(
            &work(&text, &[SUITE_SECRET]),
            VerdictId::Undecided,
            &["body"],
        );
    }
    // None was sent where the length says so, or where the method brings none and no length is told.
    let empty = form_without_body().replace("Content-Length: 13", "Content-Length: 0");
    let bare = get.replace("Content-Length: 13\n", "");
    assert!(bare != get, "{get}");
    for text in [&empty, &bare, &bare.replace("GET ", "HEAD ")] {
        says(&work(text, &[SUITE_SECRET]), VerdictId::Mismatch, &[]);
    }
    let url = "https://abc.execute-api.us-east-1.amazonaws.com/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101%2Fus-east-1%2Fexecute-api%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00000000000000000000000000000000000000000000000000000000000000aa";
    let found = work(url, &[SECRET]);
    says(&found, VerdictId::Undecided, &["body"]);
    let mut details = found.analysis.diagnosis.verdict.details.iter();
    assert!(!details.any(|d| d.contains("with none of")));
    // A request with its method is whole: what it does not hold was not sent.
    let whole = format!(
        "GET {} HTTP/1.1\n\n",
        url.replace("SignedHeaders=host", "SignedHeaders=host%3Brange")
    );
    let found = work(&whole, &[SECRET]);
    says(&found, VerdictId::Mismatch, &[]);
    let mut findings = found.analysis.diagnosis.findings.iter();
    assert!(findings.any(|f| f.id == "signed-header-absent"));
}

#[test]
fn a_body_given_by_itself_is_not_given_to_a_request_that_states_another_hash() {
    let (head, _) = put_hello("Content-Length: 5\n");
    let body_of = |work: &Work, request: usize| {
        let span = match &work.case.requests.get(request)?.body {
            sigscope::engine::intake::Body::Held { span, .. } => *span,
            _ => return None,
        };
        Some(String::from_utf8_lossy(work.case.docs.bytes(span)).into_owned())
    };
    let head = format!("{head}\n");
    let other = head.replace("PUT ", "POST ");
    let bare = form_without_body().replace("Content-Length: 13", "Content-Length: 5");
    let found = work_of(&[&head, "hello\n"], &[SUITE_SECRET]);
    assert_eq!(body_of(&found, 0).as_deref(), Some("hello"));
    let found = work_of(&[&head, "other"], &[SUITE_SECRET]);
    assert_eq!(body_of(&found, 0), None);
    // The one whose hash it has, though another comes first; and none where both could be meant.
    let found = work_of(&[&bare, &head, "hello"], &[SUITE_SECRET]);
    assert_eq!(
        (body_of(&found, 0), body_of(&found, 1).as_deref()),
        (None, Some("hello"))
    );
    let found = work_of(
        &[&bare, &bare.replace("/ HTTP", "/b HTTP"), "hello"],
        &[SUITE_SECRET],
    );
    assert_eq!((body_of(&found, 0), body_of(&found, 1)), (None, None));
    let found = work_of(&[&other, "hello"], &[SUITE_SECRET]);
    assert_eq!(body_of(&found, 0).as_deref(), Some("hello"));
}

#[test]
fn a_signature_that_is_the_beginning_of_the_right_one_is_contradicted_nowhere() {
    let url = sample("expired-url");
    let url = url.split("HTTP/1.1 403").next().expect("the URL").trim();
    let cut = url.get(..url.len() - 20).expect("it is longer");
    let work = work(cut, &[SECRET]);
    says(
        &work,
        VerdictId::Mismatch,
        &["is the beginning of the right one"],
    );
    let text = report::text(&work, report::TextStyle::default());
    for wrong in ["with none of", "gives another signature"] {
        assert!(!text.contains(wrong), "{text}");
    }
    assert!(text.contains("but for its length"), "{text}");
}

#[test]
fn a_secret_beside_an_answer_alone_is_told_by_what_it_gives_for_the_servers_string() {
    let answer = same_strings(sample("right-request").trim());
    for (secret, told) in [
        (SECRET, "reproduces the received signature"),
        (
            "another secret of forty characters, or so",
            "gives another signature",
        ),
    ] {
        let work = work(&answer, &[secret]);
        let text = report::text(&work, report::TextStyle::default());
        assert!(text.contains(&format!("the test: {told}")), "{text}");
        assert!(!text.contains("no request to compute from"), "{text}");
    }
}

#[test]
fn a_request_with_a_signature_of_another_kind_is_not_called_unsigned() {
    let v2 = "GET /b/k HTTP/1.1\nHost: s3.amazonaws.com\nDate: Tue, 27 Mar 2007 19:36:42 +0000\n\
              Authorization: AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=\n\n";
    let v4a = sample("right-request")
        .trim()
        .replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256");
    for text in [v2, &v4a] {
        let work = work(text, &[]);
        let mut holdings = work.analysis.diagnosis.holdings.iter();
        let sent = holdings.find(|h| h.id == "request").expect("it is listed");
        assert_eq!(sent.state, "here, no signature known here");
        assert!(sent.proves.contains("nothing"), "{}", sent.proves);
    }
}

/// The URL of the sample `expired-url`, which is signed right.
fn signed_url() -> &'static str {
    let text = sample("expired-url");
    let text = text.split("HTTP/1.1 403").next().expect("the URL");
    let (_, url) = text.split_once("PxRfiCYEXAMPLEKEY").expect("the secret");
    url.trim()
}

#[test]
fn a_url_that_was_encoded_once_more_is_read_without_that_and_called_refused() {
    let twice = signed_url().replace('%', "%25");
    let url = work(&twice, &[SECRET]);
    says(
        &url,
        VerdictId::Rejected,
        &["The signature is right", "percent-encoded a second time"],
    );
    // In a whole request the target is what was sent; who signed it is told all the same.
    let (host, target) = twice
        .split_once("://")
        .expect("a scheme")
        .1
        .split_once('/')
        .expect("a path");
    let raw = format!("GET /{target} HTTP/1.1\nHost: {host}\n\n");
    let raw = work(&raw, &[SECRET]);
    says(&raw, VerdictId::Mismatch, &[]);
    for work in [&url, &raw] {
        let analysis = &work.analysis;
        let claim = &analysis.trace.as_ref().expect("there is a trace").claim;
        let text = |span| work.case.docs.text(span).into_owned();
        assert_eq!(
            claim.key_id.map(text).as_deref(),
            Some("AKIAIOSFODNN7EXAMPLE")
        );
        let ids: Vec<_> = analysis.diagnosis.findings.iter().map(|f| f.id).collect();
        assert!(ids.contains(&"credential-encoded-twice"), "{ids:?}");
        assert!(!ids.contains(&"body-missing"), "{ids:?}");
    }
}

#[test]
fn a_url_whose_ampersands_were_escaped_again_and_again_is_read() {
    for amp in ["&amp;amp;", "&#38;amp;amp;"] {
        let work = work(&signed_url().replace('&', amp), &[SECRET]);
        says(&work, VerdictId::Match, &["The signature is right"]);
    }
}

#[test]
fn strings_that_nobody_named_are_not_called_the_signer_s() {
    let canonical = "GET\n/\n\nhost:a\n\nhost\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let row = |text: &str| {
        let holdings = work(text, &[]).analysis.diagnosis.holdings;
        let row = holdings.into_iter().find(|row| row.id == "client-strings");
        let row = row.expect("there is a row for them");
        (row.present, row.title)
    };
    assert_eq!(row(canonical), (true, "strings"));
    let logged = format!("DEBUG:botocore.auth:CanonicalRequest:\n{canonical}\n");
    assert_eq!(row(&logged), (true, "signer's strings"));
}

#[test]
fn a_variable_without_its_value_decides_nothing() {
    let signed = "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260402/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=2fd1570a90a6b1a4f1e3a4c5d3b8f0e1c2d3e4f5061728394a5b6c7d8e9f0a1b";
    let file = |base: &str| {
        format!(
            "### one\nGET {base}/a.txt\nX-Amz-Date: 20260402T140310Z\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\n{signed}\n"
        )
    };
    let open = work(&file("{{base}}"), &[SECRET]);
    says(
        &open,
        VerdictId::Undecided,
        &["The value of {{base}} is not here"],
    );
    let whole = work(&file("https://s3.eu-west-1.amazonaws.com"), &[SECRET]);
    assert_eq!(whole.analysis.diagnosis.verdict.id, VerdictId::Mismatch);
    // A signature that is one itself is not said to be wrong.
    let text = file("https://s3.eu-west-1.amazonaws.com").replace(
        "2fd1570a90a6b1a4f1e3a4c5d3b8f0e1c2d3e4f5061728394a5b6c7d8e9f0a1b",
        "{{signature}}",
    );
    let hidden = work(&text, &[SECRET]);
    says(&hidden, VerdictId::Undecided, &["redacted"]);
    let ids: Vec<&str> = hidden
        .analysis
        .diagnosis
        .findings
        .iter()
        .map(|f| f.id)
        .collect();
    assert!(!ids.contains(&"signature-shape"), "{ids:?}");
}

/// A URL of another provider's scheme says whose it is, for which key and until when; a + that was not escaped in its
/// signature is named.
#[test]
fn a_url_of_another_scheme_is_named() {
    let urls = [
        (
            "https://b.oss-cn-hangzhou.aliyuncs.com/k.jpg?OSSAccessKeyId=AKIDEXAMPLE&Expires=1700000000&Signature=Ga%2Bb%2Fc%3D",
            &[
                "Alibaba Cloud OSS version 1",
                "for AKIDEXAMPLE",
                "2023-11-14 22:13:20",
            ][..],
        ),
        (
            "https://storage.googleapis.com/b/k?GoogleAccessId=a%40b.example&Expires=1700000000&Signature=Ga%2Bb%3D",
            &[
                "Google Cloud Storage version 2",
                "for a@b.example",
                "2023-11-14 22:13:20",
            ][..],
        ),
        (
            "https://storage.googleapis.com/b/k?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=a&X-Goog-Date=20240101T000000Z&X-Goog-Expires=900&X-Goog-SignedHeaders=host&X-Goog-Signature=ab",
            &["Google Cloud Storage", "2024-01-01 00:15:00"][..],
        ),
        (
            "https://b.cos.ap-shanghai.myqcloud.com/k?q-sign-algorithm=sha1&q-ak=AKIDEXAMPLE&q-sign-time=1700000000;1700003600&q-signature=b0b1",
            &["Tencent Cloud COS", "2023-11-14 23:13:20"][..],
        ),
        (
            "https://a.blob.core.windows.net/c/b?sv=2020-08-04&se=2024-01-02T00%3A00%3A00Z&sr=b&sp=r&sig=ab%2Bc%3D",
            &["Azure Storage", "2024-01-02 00:00:00"][..],
        ),
        (
            "https://d1.cloudfront.net/a.jpg?Expires=1700000000&Signature=ab-c__&Key-Pair-Id=K2JCJMDEHXQW5F",
            &["Amazon CloudFront", "2023-11-14 22:13:20"][..],
        ),
        (
            "GET /k?OSSAccessKeyId=AKIDEXAMPLE&Expires=1700000000&Signature=Ga%2Bb%3D HTTP/1.1\r\nHost: b.oss-cn-hangzhou.aliyuncs.com\r\n\r\n",
            &["Alibaba Cloud OSS version 1"][..],
        ),
    ];
    for (url, parts) in urls {
        let work = work(url, &[]);
        says(&work, VerdictId::Undecided, parts);
        let findings = &work.analysis.diagnosis.findings;
        assert!(findings.iter().all(|f| f.id != "signature-plus"), "{url}");
        let raw = url.replace("%2B", "+");
        let work = self::work(&raw, &[]);
        if raw != url {
            says(&work, VerdictId::Undecided, &["+ stands unescaped"]);
        }
    }
    // Parameters of other names, and the same names on a page that signs nothing.
    for other in [
        "https://example.org/?Expires=1&Signature=Ga%2Bb",
        "https://example.org/?sig=1&sv=2",
    ] {
        assert!(work(other, &[]).case.requests.is_empty(), "{other}");
    }
}

#[test]
fn a_cause_that_the_server_names_is_told_as_a_refusal_and_what_is_missing_is_not() {
    let stated = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><RequestTime>20261122T094109Z</RequestTime><ServerTime>2026-11-22T10:11:12Z</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds></Error>";
    let told = work(stated, &[]);
    says(
        &told,
        VerdictId::Undecided,
        &["Your clock is 30 m 3 s slow"],
    );
    let text = report::text(&told, report::TextStyle::default());
    assert!(text.starts_with("REFUSED:"), "{text}");
    assert!(!text.contains("not here"), "{text}");
    // Where the server named no cause, what is missing is what matters.
    let open = work(
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
        &[],
    );
    let remark = work(
        "<Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message><AuthenticationErrorDetail>Signature did not match. String to sign used was r\n2026-11-22T10:00:00Z\n2026-11-23T10:00:00Z\n/blob/acct/photos/cat.jpg\n\n\nhttps\n2022-11-02\nb\n\n\n\n\n\n\n</AuthenticationErrorDetail></Error>",
        &[],
    );
    assert!(
        !remark.analysis.diagnosis.verdict.refused,
        "{:?}",
        remark.analysis.diagnosis.verdict
    );
    assert!(open.analysis.diagnosis.verdict.refused);
}

#[test]
fn what_was_read_as_a_person_said_is_not_told_as_a_request() {
    let prose = "Hello, my upload fails with some 403 thing.\nx-amz-meta-owner: jane\n";
    let forced = |read_as: Option<ReadAs>| {
        let mut bench = Workbench::new(Arc::new(Fixed(Keyring::new())));
        bench.inputs.push(Input {
            name: "input".to_owned(),
            source: Source::File,
            bytes: Bytes::copy_from_slice(prose.as_bytes()),
        });
        bench
            .choices
            .read_as
            .extend(read_as.map(|shape| (0, shape)));
        bench.work(Now {
            at: chrono::DateTime::UNIX_EPOCH,
            stated: false,
        })
    };
    let told = forced(Some(ReadAs::Request));
    says(
        &told,
        VerdictId::Undecided,
        &["Read as you said, this carries no signature"],
    );
    says(
        &forced(None),
        VerdictId::Undecided,
        &["none that could be read whole"],
    );
}
