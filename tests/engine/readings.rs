//! Which reading of a request is taken: each against a canonical request written by hand and signed here by the
//! rules of "Create a signed AWS API request", with nothing of the engine.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use sigscope::engine::Analysis;
use sigscope::engine::correct::When;
use sigscope::engine::diagnose::{Proof, Severity, VerdictId};
use sigscope::engine::document::Source;
use sigscope::engine::intake::{Case, Input, read};
use sigscope::engine::scheme::{Field, FieldKind, Outcome, Role, Step};

use crate::common::{analyse, keyring, settings, text};

pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ";
pub(crate) const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The signature of a canonical request at 2026-03-01 10:15 in us-east-1.
pub(crate) fn sign(canonical: &str, service: &str) -> String {
    sign_with(canonical, service, SECRET)
}

/// The same with a secret of choice.
pub(crate) fn sign_with(canonical: &str, service: &str, secret: &str) -> String {
    let hash = hex::encode(Sha256::digest(canonical.as_bytes()));
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n20260301T101500Z\n20260301/us-east-1/{service}/aws4_request\n{hash}"
    );
    let steps = ["20260301", "us-east-1", service, "aws4_request"];
    let key = steps
        .iter()
        .fold(format!("AWS4{secret}").into_bytes(), |key, step| {
            hmac(&key, step)
        });
    hex::encode(hmac(&key, &to_sign))
}

/// A request in header form.
fn request(
    line: &str,
    host: &str,
    more: &str,
    signed: &str,
    signature: &str,
    body: &str,
) -> String {
    format!(
        "{line}\nHost: {host}\nX-Amz-Date: 20260301T101500Z\n{more}Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, SignedHeaders={signed}, \
         Signature={signature}\n\n{body}"
    )
}

fn case(text: &str) -> Case {
    let input = Input {
        name: "paste".to_owned(),
        source: Source::File,
        bytes: text.to_owned().into(),
    };
    read(&[input], None)
}

fn checked(text: &str, options: &[(&str, &str)]) -> Analysis {
    analyse(&case(text), &keyring(SECRET), &settings(options))
}

/// Whether the details of the verdict say `words`.
fn said(analysis: &Analysis, words: &str) -> bool {
    let mut details = analysis.diagnosis.verdict.details.iter();
    details.any(|detail| detail.contains(words))
}

/// Asserts that `option` set to `value` is the proved cause, and nothing else.
#[track_caller]
fn blamed(analysis: &Analysis, option: &str, value: &str) {
    let diagnosis = &analysis.diagnosis;
    let sentence = &diagnosis.verdict.sentence;
    assert_eq!(diagnosis.verdict.id, VerdictId::Explained, "{sentence}");
    assert_eq!(diagnosis.verdict.id.exit_status(), 1);
    assert!(diagnosis.verdict.proved);
    let [explanation] = diagnosis.explanations.as_slice() else {
        panic!("{:?}", diagnosis.explanations);
    };
    assert_eq!(explanation.proof, Proof::Signature);
    let [deviation] = explanation.deviations.as_slice() else {
        panic!("{:?}", explanation.deviations);
    };
    assert_eq!(deviation.id, format!("option-{option}"));
    let [(name, stated)] = deviation.parameters.as_slice() else {
        panic!("{:?}", deviation.parameters);
    };
    assert_eq!((*name, stated.as_str()), (option, value));
    assert!(
        deviation.detail.starts_with("Proved: with "),
        "{}",
        deviation.detail
    );
    let taken = explanation.canonical_request.as_deref();
    assert_eq!(taken, Some(canonical(analysis).as_bytes()));
}

#[track_caller]
fn outcome(analysis: &Analysis) -> Outcome {
    analysis.trace.as_ref().expect("a trace").outcome
}

fn canonical(analysis: &Analysis) -> String {
    text(
        analysis.trace.as_ref().expect("a trace"),
        Role::CanonicalRequest,
    )
}

fn field(analysis: &Analysis, kind: FieldKind) -> Field {
    let trace = analysis.trace.as_ref().expect("a trace");
    let stage = trace.stage(Role::CanonicalRequest).expect("a stage");
    let found = stage.fields.iter().find(|field| field.key.kind == kind);
    found.expect("a field").clone()
}

fn steps(field: &Field) -> Vec<Step> {
    field
        .runs
        .iter()
        .flat_map(|run| run.steps.iter().cloned())
        .collect()
}

#[test]
fn a_host_in_capitals_that_was_signed_as_sent_is_found_unless_the_rule_is_chosen() {
    for (host, ruled) in [
        ("B.S3.AmazonAWS.com", "b.s3.amazonaws.com"),
        ("b.s3.amazonaws.com:443", "b.s3.amazonaws.com"),
    ] {
        let of = |host: &str| {
            sign(
                &format!(
                    "GET\n/a\n\nhost:{host}\nx-amz-date:20260301T101500Z\n\nhost;x-amz-date\n{EMPTY}"
                ),
                "s3",
            )
        };
        let raw = |signature: &str| {
            request(
                "GET https://x/a HTTP/1.1",
                host,
                "",
                "host;x-amz-date",
                signature,
                "",
            )
        };
        let as_sent = raw(&of(host));
        assert_eq!(outcome(&checked(&as_sent, &[])), Outcome::Equal, "{host}");
        let ruled = raw(&of(ruled));
        assert_eq!(outcome(&checked(&ruled, &[])), Outcome::Equal, "{host}");
        // What a person chose is not searched around.
        for (text, chosen, right) in [
            (&as_sent, "canonical", false),
            (&as_sent, "as-received", true),
            (&ruled, "canonical", true),
            (&ruled, "as-received", false),
        ] {
            let analysis = checked(text, &[("host-value", chosen)]);
            assert_eq!(outcome(&analysis).agrees(), right, "{host}, {chosen}");
        }
    }
}

#[test]
fn a_host_that_was_signed_without_its_port_or_with_another_is_the_cause() {
    let of = |host: &str| {
        sign(
            &format!(
                "GET\n/a\n\nhost:{host}\nx-amz-date:20260301T101500Z\n\nhost;x-amz-date\n{EMPTY}"
            ),
            "s3",
        )
    };
    for (line, sent, signed, value) in [
        ("GET /a HTTP/1.1", "10.0.0.7:8000", "10.0.0.7", "no-port"),
        ("GET /a HTTP/1.1", "[::1]:9000", "[::1]", "no-port"),
        (
            "GET /a HTTP/1.1",
            "s3.example.com",
            "s3.example.com:443",
            "port-443",
        ),
        (
            "GET /a HTTP/1.1",
            "s3.example.com",
            "s3.example.com:80",
            "port-80",
        ),
        (
            "GET http://s3.example.com:9000/a HTTP/1.1",
            "s3.example.com",
            "s3.example.com:9000",
            "url-port",
        ),
    ] {
        let raw = |signature: &str| request(line, sent, "", "host;x-amz-date", signature, "");
        let analysis = checked(&raw(&of(signed)), &[]);
        blamed(&analysis, "host-value", value);
        // What was sent with the port that was signed stays right.
        let right = checked(&raw(&of(sent)), &[]);
        assert_eq!(outcome(&right), Outcome::Equal, "{sent}");
        // And another host is no matter of ports.
        let other = checked(&raw(&of("elsewhere.example.com")), &[]);
        assert!(other.diagnosis.explanations.is_empty(), "{sent}");
        assert!(!outcome(&other).agrees(), "{sent}");
    }
}

#[test]
fn a_plus_in_the_path_is_tried_as_itself_and_as_a_space() {
    let host = "b.s3.amazonaws.com";
    let raw = |path: &str| {
        let canonical = format!(
            "GET\n{path}\n\nhost:{host}\nx-amz-date:20260301T101500Z\n\nhost;x-amz-date\n{EMPTY}"
        );
        let signature = sign(&canonical, "s3");
        let line = "GET /a+b%2Bc HTTP/1.1";
        request(line, host, "", "host;x-amz-date", &signature, "")
    };
    let note = |analysis: &Analysis| said(analysis, "--plus-in-path");
    let (itself, space) = (raw("/a%2Bb%2Bc"), raw("/a%20b%2Bc"));
    for (text, other) in [(&itself, false), (&space, true)] {
        let analysis = checked(text, &[]);
        assert_eq!(outcome(&analysis), Outcome::Equal, "{text}");
        assert_eq!(note(&analysis), other, "what departs is said");
        let path = field(&analysis, FieldKind::PATH);
        assert_eq!(steps(&path).contains(&Step::PlusReadAsBlank), other);
    }
    // What a person chose is not searched around, and needs no remark.
    for (text, chosen, right) in [
        (&itself, "plus", true),
        (&itself, "space", false),
        (&space, "plus", false),
        (&space, "space", true),
    ] {
        let analysis = checked(text, &[("plus-in-path", chosen)]);
        assert_eq!(outcome(&analysis).agrees(), right, "{chosen}: {text}");
        assert!(!note(&analysis), "{chosen}: {text}");
    }
}

/// A request to `service` whose canonical request is written by hand.
fn raw_target(service: &str, target: &str, path: &str, query: &str) -> String {
    let host = "b.example.com";
    let canonical = format!(
        "GET\n{path}\n{query}\nhost:{host}\nx-amz-date:20260301T101500Z\n\nhost;x-amz-date\n{EMPTY}"
    );
    let signature = sign(&canonical, service);
    let line = format!("GET {target} HTTP/1.1");
    request(&line, host, "", "host;x-amz-date", &signature, "")
        .replace("/s3/aws4_request", &format!("/{service}/aws4_request"))
}

#[test]
fn what_is_not_encoded_in_the_target_is_tried_as_signers_take_it() {
    let warned = |analysis: &Analysis| {
        let mut findings = analysis.diagnosis.findings.iter();
        let finding = findings.find(|finding| finding.id == "target-not-encoded");
        finding.map(|finding| finding.severity) == Some(Severity::Warning)
    };
    let target = "/a b/é?x=1 2";
    for (service, path, query, way) in [
        ("s3", "/a%20b/%C3%A9", "x=1%202", "encoded"),
        ("s3", "/a b/é", "x=1 2", "kept"),
        ("s3", "/a+b/é", "x=1+2", "plus"),
        ("execute-api", "/a%20b/%C3%A9", "x=1%202", "encoded"),
        ("execute-api", "/a%2520b/%25C3%25A9", "x=1%202", "escaped"),
        ("execute-api", "/a b/é", "x=1 2", "kept"),
        ("execute-api", "/a%2Bb/é", "x=1+2", "plus"),
    ] {
        let text = raw_target(service, target, path, query);
        let analysis = checked(&text, &[]);
        assert_eq!(outcome(&analysis), Outcome::Equal, "{service} {way}");
        // What no verifier takes is the cause; what some take is said.
        let departs = matches!(way, "kept" | "plus");
        let judged = |analysis: &Analysis| {
            if departs {
                blamed(analysis, "raw-in-target", way);
            } else {
                let verdict = &analysis.diagnosis.verdict;
                assert_eq!(verdict.id, VerdictId::Match, "{service} {way}");
                assert!(analysis.diagnosis.explanations.is_empty());
            }
            let named = said(analysis, "--raw-in-target");
            assert_eq!(named, way == "escaped", "{service} {way}: said once");
        };
        judged(&analysis);
        assert_eq!(warned(&analysis), departs, "{way}");
        // Where what was chosen is no departure it is not searched around, and needs no remark.
        for chosen in ["encoded", "escaped"] {
            let analysis = checked(&text, &[("raw-in-target", chosen)]);
            let same = service == "s3" && matches!((chosen, way), ("escaped", "encoded"));
            let agrees = outcome(&analysis).agrees();
            assert_eq!(agrees, chosen == way || same, "{chosen} {way}");
            assert!(!said(&analysis, "--raw-in-target"));
        }
        // Where it is one, the signer is said to have done what is proved.
        for chosen in ["kept", "plus"] {
            judged(&checked(&text, &[("raw-in-target", chosen)]));
        }
    }
}

#[test]
fn blanks_between_quotation_marks_are_tried_as_they_stand() {
    let host = "b.example.com";
    let sent = "x-amz-meta-a: a   \"b   c\"\n";
    let raw = |value: &str| {
        let canonical = format!(
            "GET\n/\n\nhost:{host}\nx-amz-date:20260301T101500Z\nx-amz-meta-a:{value}\n\nhost;x-amz-date;x-amz-meta-a\n{EMPTY}"
        );
        let names = "host;x-amz-date;x-amz-meta-a";
        request(
            "GET / HTTP/1.1",
            host,
            sent,
            names,
            &sign(&canonical, "s3"),
            "",
        )
    };
    for (text, way) in [
        (raw("a \"b c\""), "spaces"),
        (raw("a \"b   c\""), "unquoted"),
    ] {
        let analysis = checked(&text, &[]);
        assert_eq!(outcome(&analysis), Outcome::Equal, "{way}");
        let judged = |analysis: &Analysis| {
            if way == "unquoted" {
                blamed(analysis, "header-blanks", way);
            } else {
                assert_eq!(analysis.diagnosis.verdict.id, VerdictId::Match);
            }
            assert!(!said(analysis, "--header-blanks"));
        };
        judged(&analysis);
        assert!(!said(&analysis, "The rules alone"));
        // What a person chose is not searched around; where the rules are enough they are taken.
        let ruled = checked(&text, &[("header-blanks", "spaces")]);
        assert_eq!(outcome(&ruled).agrees(), way == "spaces");
        let unquoted = checked(&text, &[("header-blanks", "unquoted")]);
        judged(&unquoted);
        // That the rules alone reproduce it is said only where they do.
        let kept = checked(
            &text,
            &[("header-blanks", "unquoted"), ("raw-in-target", "kept")],
        );
        judged(&kept);
        for (option, value) in [("header-blanks", "all"), ("raw-in-target", "kept")] {
            let analysis = checked(&text, &[(option, value)]);
            assert!(!said(&analysis, "The rules alone"), "{option}");
        }
        let twice = checked(&text, &[("payload", "unsigned")]);
        judged(&twice);
        assert_eq!(said(&twice, "The rules alone"), way == "spaces");
        assert_eq!(
            said(&twice, "what is shown goes by what reproduces it"),
            way == "unquoted"
        );
    }
}

#[test]
fn what_the_server_signed_raw_too_is_not_the_cause() {
    let canonical = format!(
        "GET\n/a b\n\nhost:b.example.com\nx-amz-date:20260301T101500Z\n\nhost;x-amz-date\n{EMPTY}"
    );
    let request = raw_target("s3", "/a b", "/a b", "");
    let alone = checked(&request, &[]);
    blamed(&alone, "raw-in-target", "kept");
    let analysis = checked(&format!("{request}\n{}", refusal(&canonical)), &[]);
    let verdict = &analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Match, "{}", verdict.sentence);
    assert!(
        verdict.sentence.contains("very same string to sign"),
        "{}",
        verdict.sentence
    );
    assert!(analysis.diagnosis.explanations.is_empty());
    // Taken it is all the same, and said.
    assert!(said(&analysis, "--raw-in-target kept"));
    // The rules' own canonical request at the server takes nothing back.
    let ruled = refusal(&canonical.replace("/a b", "/a%20b"));
    let analysis = checked(&format!("{request}\n{ruled}"), &[]);
    blamed(&analysis, "raw-in-target", "kept");
}

#[test]
fn what_the_server_named_stands_beside_what_was_signed_otherwise() {
    let request = raw_target("s3", "/a b", "/a b", "");
    let error = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and \
                 the current time is too large.</Message></Error>";
    let analysis = checked(&format!("{request}\n{error}\n"), &[]);
    blamed(&analysis, "raw-in-target", "kept");
    let details = &analysis.diagnosis.verdict.details;
    assert!(
        details.iter().any(|detail| detail.contains("clock")
            || detail.contains("time")
            || detail.contains("RequestTimeTooSkewed")),
        "{details:?}"
    );
}

#[test]
fn a_plus_beside_what_is_not_encoded_is_corrected_as_it_was_signed() {
    let correction = |text: &str| {
        let case = case(text);
        super::correct::correct(&case, &keyring(SECRET), &[], When::Same).expect("a correction")
    };
    let target = "/b/a+b-é c";
    for (signed, plus, sent) in [
        ("/b/a%20b-é c", true, "/b/a%20b-%C3%A9%20c"),
        ("/b/a%2Bb-é c", false, "/b/a%2Bb-%C3%A9%20c"),
        ("/b/a%20b-é+c", true, "/b/a%20b-%C3%A9%20c"),
        ("/b/a%2Bb-é+c", false, "/b/a%2Bb-%C3%A9%20c"),
        ("/b/a%20b-%C3%A9%20c", true, "/b/a%20b-%C3%A9%20c"),
        ("/b/a%2Bb-%C3%A9%20c", false, "/b/a%2Bb-%C3%A9%20c"),
    ] {
        let text = raw_target("s3", target, signed, "");
        let corrected = correction(&text);
        assert!(corrected.url.ends_with(sent), "{signed}: {}", corrected.url);
        let because = corrected.because.join("; ");
        assert_eq!(because.contains("signed as a space"), plus, "{because}");
        // Signed with another key, what the server had tells.
        let (before, _) = text.split_once("Signature=").expect("a signature");
        let text = format!("{before}Signature={}\n\n", "0".repeat(64));
        let canonical = format!(
            "GET\n{signed}\n\nhost:b.example.com\nx-amz-date:20260301T101500Z\n\nhost;x-amz-date\n{EMPTY}"
        );
        let corrected = correction(&format!("{text}\n{}", refusal(&canonical)));
        assert!(corrected.url.ends_with(sent), "{signed}: {}", corrected.url);
        let because = corrected.because.join("; ");
        assert_eq!(because.contains("read the + as a space"), plus, "{because}");
    }
}

/// The answer of a server that had this canonical request, for service `s3`.
fn refusal(canonical: &str) -> String {
    let hash = hex::encode(Sha256::digest(canonical.as_bytes()));
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>AWS4-HMAC-SHA256\n20260301T101500Z\n\
         20260301/us-east-1/s3/aws4_request\n{hash}</StringToSign><CanonicalRequest>{canonical}\
         </CanonicalRequest></Error>\n"
    )
}

/// A presigned URL whose token is signed, or was put behind the signature.
fn presigned(token_name: &str, token_signed: bool) -> String {
    let before = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260301%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260301T101500Z&X-Amz-Expires=900";
    let token = format!("{token_name}=tok%2Fen0123456789");
    let behind = "X-Amz-SignedHeaders=host";
    let tail = "x=1";
    let signed = if !token_signed {
        [before, behind, tail].join("&")
    } else if token_name.starts_with('X') {
        [before, &token, behind, tail].join("&")
    } else {
        // Small letters sort behind capital ones.
        [before, behind, tail, &token].join("&")
    };
    let signature = sign(
        &format!("GET\n/a\n{signed}\nhost:b.s3.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD"),
        "s3",
    );
    format!(
        "https://b.s3.amazonaws.com/a?{before}&{token}&{behind}&{tail}&X-Amz-Signature={signature}\n"
    )
}

#[test]
fn a_token_behind_the_signature_is_found_however_it_is_spelled_unless_the_place_is_chosen() {
    for name in ["X-Amz-Security-Token", "x-amz-security-token"] {
        for is_signed in [true, false] {
            let url = presigned(name, is_signed);
            assert_eq!(
                outcome(&checked(&url, &[])),
                Outcome::Equal,
                "{name} {is_signed}"
            );
            for (chosen, signed) in [("signed", true), ("appended", false)] {
                let analysis = checked(&url, &[("session-token", chosen)]);
                assert_eq!(
                    outcome(&analysis).agrees(),
                    signed == is_signed,
                    "{name} {is_signed} {chosen}"
                );
            }
        }
    }
}

#[test]
fn what_only_moves_up_because_the_token_is_left_out_was_not_sorted() {
    let analysis = checked(&presigned("X-Amz-Security-Token", false), &[]);
    let trace = analysis.trace.as_ref().expect("a trace");
    let stage = trace.stage(Role::CanonicalRequest).expect("a stage");
    for field in &stage.fields {
        let sorted = steps(field)
            .iter()
            .any(|step| matches!(step, Step::Sorted { .. }));
        assert!(!sorted, "{:?}: {:?}", field.key, steps(field));
    }
    // And what was sorted says from where to where, counted without the token.
    let url = presigned("X-Amz-Security-Token", false)
        .replace("&x=1&", "&")
        .replace("?X-Amz-Algorithm", "?x=1&X-Amz-Algorithm");
    let analysis = checked(&url, &[]);
    assert_eq!(outcome(&analysis), Outcome::Equal);
    let trace = analysis.trace.as_ref().expect("a trace");
    let fields = &trace.stage(Role::CanonicalRequest).expect("a stage").fields;
    let x = fields
        .iter()
        .find(|field| field.key.name.as_deref() == Some("x"));
    let moved: Vec<_> = steps(x.expect("x"));
    assert!(
        moved.contains(&Step::Sorted { from: 1, to: 6 }),
        "{moved:?}"
    );
}

#[test]
fn a_stated_hash_without_a_body_is_taken_and_said_to_be_unverified() {
    let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; // of `hello`
    let with = |stated: &str, body: &str| {
        request(
            "PUT /a HTTP/1.1",
            "b.s3.amazonaws.com",
            // A content type speaks of a body that the paste left out.
            &format!("X-Amz-Content-Sha256: {stated}\nContent-Type: text/plain\n"),
            "host;x-amz-date",
            "00",
            body,
        )
    };
    let unverified = |text: &str, options: &[(&str, &str)]| {
        let analysis = checked(text, options);
        let line = canonical(&analysis)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned();
        let taken =
            steps(&field(&analysis, FieldKind::PAYLOAD_HASH)).contains(&Step::TakenUnverified);
        (line, taken)
    };
    assert_eq!(unverified(&with(hash, ""), &[]), (hash.to_owned(), true));
    assert_eq!(
        unverified(&with(hash, "hello"), &[]),
        (hash.to_owned(), false)
    );
    // Asked to hash the body where there is none, what is stated is the best there is.
    assert_eq!(unverified(&with(hash, ""), &[("payload", "hash")]).0, hash);
    // A word, or hex of another length, is no hash that a body could verify.
    for word in ["UNSIGNED-PAYLOAD", "abcdef", hash.split_at(62).0] {
        assert_eq!(unverified(&with(word, ""), &[]), (word.to_owned(), false));
    }
}

#[test]
fn the_default_port_is_that_of_the_requests_own_scheme() {
    for (scheme, port, kept) in [
        ("http", 80, false),
        ("http", 443, true),
        ("https", 443, false),
        ("https", 80, true),
        ("ws", 80, false),
        ("ws", 443, true),
        ("wss", 443, false),
        ("wss", 80, true),
        ("WS", 443, true),
    ] {
        let raw = request("", "", "", "host;x-amz-date", "00", "").replace(
            "\nHost: \n",
            &format!(":method: GET\n:scheme: {scheme}\n:authority: h.example:{port}\n:path: /a\n"),
        );
        let analysis = checked(&raw, &[]);
        let kept_here = canonical(&analysis).contains(&format!("host:h.example:{port}\n"));
        assert_eq!(kept_here, kept, "{scheme} {port}");
    }
}

#[test]
fn two_departures_at_once_are_tried_and_both_are_named() {
    let host = "examplebucket.s3.us-east-1.amazonaws.com";
    let names = "host;x-amz-content-sha256;x-amz-date";
    let text = |path: &str, payload: &str| {
        let canonical = format!(
            "GET\n{path}\n\nhost:{host}\nx-amz-content-sha256:{EMPTY}\nx-amz-date:20260301T101500Z\n\n{names}\n{payload}"
        );
        request(
            "GET /a%20b.txt HTTP/1.1",
            host,
            &format!("X-Amz-Content-Sha256: {EMPTY}\n"),
            names,
            &sign(&canonical, "s3"),
            "",
        )
    };
    let analysis = checked(&text("/a%2520b.txt", "UNSIGNED-PAYLOAD"), &[]);
    let verdict = &analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Explained, "{}", verdict.sentence);
    assert!(verdict.proved);
    let [explanation] = analysis.diagnosis.explanations.as_slice() else {
        panic!("{:?}", analysis.diagnosis.explanations);
    };
    let told: Vec<&str> = explanation.deviations.iter().map(|d| d.id).collect();
    assert_eq!(told, ["option-path-encoding", "option-payload"]);
    // One alone is not told with another that is not needed.
    blamed(
        &checked(&text("/a%2520b.txt", EMPTY), &[]),
        "path-encoding",
        "twice",
    );
    blamed(
        &checked(&text("/a%20b.txt", "UNSIGNED-PAYLOAD"), &[]),
        "payload",
        "unsigned",
    );
    // What none of them gives is no cause, and it is said what was tried.
    let analysis = checked(&text("/a%252520b.txt", EMPTY), &[]);
    assert_eq!(analysis.diagnosis.verdict.id, VerdictId::Mismatch);
    assert!(said(
        &analysis,
        "each alone and two at once, and does not give it"
    ));
}

/// Departures are tried against a whole signature alone: of one that was cut none is said to have been tried, whether or not
/// there is one.
#[test]
fn of_a_signature_that_was_cut_no_departure_is_said_to_have_been_tried() {
    let canonical = |path: &str| {
        format!(
            "GET\n{path}\n\nhost:bkt.s3.us-east-1.amazonaws.com\nx-amz-content-sha256:{EMPTY}\nx-amz-date:20260301T101500Z\n\n\
             host;x-amz-content-sha256;x-amz-date\n{EMPTY}"
        )
    };
    let work = |signature: &str| {
        checked(
            &request(
                "GET /a%20b HTTP/1.1",
                "bkt.s3.us-east-1.amazonaws.com",
                &format!("X-Amz-Content-Sha256: {EMPTY}\n"),
                "host;x-amz-content-sha256;x-amz-date",
                signature,
                "",
            ),
            &[],
        )
    };
    let twice = sign(&canonical("/a%2520b"), "s3");
    assert_eq!(work(&twice).diagnosis.verdict.id, VerdictId::Explained);
    let other = "f".repeat(64);
    assert!(said(&work(&other), "was tried as well"));
    for cut in [twice.as_str(), &other] {
        let (front, rest) = cut.split_at(16);
        let (middle, back) = rest.split_at(32);
        for signature in [format!("{front}{middle}..."), format!("{front}...{back}")] {
            let analysis = work(&signature);
            assert_eq!(analysis.diagnosis.verdict.id, VerdictId::Mismatch);
            assert!(!said(&analysis, "was tried as well"), "{signature}");
        }
    }
}
