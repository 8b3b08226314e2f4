//! Canonical requests and strings to sign as programs print them. Every form below is the literal format of
//! the program named, filled with one signing of our own; the hash says whether it was read exactly.

use sha2::{Digest as _, Sha256};
use sigscope::engine::intake::{Evidence, Side};

use super::*;

const CANONICAL: &str = "PUT\n/a%20b/it%27s.txt\nlist-type=2&x-id=PutObject\naccept-encoding:gzip, deflate\nhost:examplebucket.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:20260402T140310Z\nx-amz-meta-say:\"it's\" \\ <b> & c\n\naccept-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-meta-say\nUNSIGNED-PAYLOAD";
const SIGNATURE: &str = "2fd1570a90a6b1a4f1e3a4c5d3b8f0e1c2d3e4f5061728394a5b6c7d8e9f0a1b";

fn to_sign(canonical: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256\n20260402T140310Z\n20260402/eu-west-1/s3/aws4_request\n{}",
        hex::encode(Sha256::digest(canonical))
    )
}

/// The canonical request and the string to sign of a piece of evidence.
fn strings(case: &Case, evidence: &Evidence) -> [Option<String>; 2] {
    [&evidence.canonical_request, &evidence.string_to_sign].map(|pattern| {
        let bytes = pattern.as_ref()?.bytes(&case.docs);
        Some(String::from_utf8(bytes).unwrap())
    })
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    let inner = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"'));
    inner.unwrap().to_owned()
}

/// As Python prints a text that holds both quotes, and one that holds none.
fn python(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\'', "\\'")
        .replace('\n', "\\n")
}

/// Every line behind a mark.
fn behind(mark: &str, text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{mark}{line}")).collect();
    lines.join("\n") + "\n"
}

fn log_prefix(name: &str) -> String {
    format!("2026-04-02 14:03:10,797 - MainThread - botocore.auth - DEBUG - {name}\n")
}

/// Name, text, side, shape.
fn forms() -> Vec<(&'static str, String, Side, &'static str)> {
    let c = CANONICAL;
    let s = &to_sign(c);
    let prose = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    let message = format!(
        "{prose}\n\nThe Canonical String for this request should have been\n'{c}'\n\nThe String-to-Sign should have been\n'{s}'\n"
    );
    let rule = "-----------------------------";
    vec![
        (
            "AWS CLI --debug",
            format!(
                "{}{}{c}\n{}{s}\n{}{SIGNATURE}\n{}",
                log_prefix("Calculating signature using v4 auth."),
                log_prefix("CanonicalRequest:"),
                log_prefix("StringToSign:"),
                log_prefix("Signature:"),
                log_prefix("Sending http request: <AWSPreparedRequest>")
            ),
            Side::Client,
            "botocore-log",
        ),
        (
            "boto3.set_stream_logger",
            format!(
                "2026-04-02 14:03:10,885 botocore.auth [DEBUG] CanonicalRequest:\n{c}\n2026-04-02 14:03:10,886 botocore.auth [DEBUG] StringToSign:\n{s}\n2026-04-02 14:03:10,886 botocore.auth [DEBUG] Signature:\n{SIGNATURE}\n"
            ),
            Side::Client,
            "botocore-log",
        ),
        (
            "logging.basicConfig",
            format!(
                "DEBUG:botocore.auth:CanonicalRequest:\n{c}\nDEBUG:botocore.auth:StringToSign:\n{s}\n"
            ),
            Side::Client,
            "botocore-log",
        ),
        (
            "Go SDK v1",
            format!(
                "2026/04/02 14:03:10 DEBUG: Request Signature:\n---[ CANONICAL STRING  ]{rule}\n{c}\n---[ STRING TO SIGN ]{rule}-----\n{s}\n{rule}-----------------\n"
            ),
            Side::Client,
            "go-sdk-log",
        ),
        (
            "Go SDK in logrus",
            format!(
                "time=\"2026-04-02T14:03:10Z\" level=debug msg=\"DEBUG: Request Signature:\\n---[ CANONICAL STRING  ]{rule}\\n{}\\n---[ STRING TO SIGN ]{rule}\\n{}\\n{rule}\\n\"\n",
                json(c),
                json(s)
            ),
            Side::Client,
            "go-sdk-log",
        ),
        (
            "Java SDK v1",
            format!(
                "14:03:10.000 [main] DEBUG com.amazonaws.auth.AWS4Signer - AWS4 Canonical Request: '\"{c}\"\n14:03:10.001 [main] DEBUG com.amazonaws.auth.AWS4Signer - AWS4 String to Sign: '\"{s}\"\n"
            ),
            Side::Client,
            "java-sdk-log",
        ),
        (
            "Java SDK v2",
            format!(
                "DEBUG software.amazon.awssdk.auth.signer.Aws4Signer - AWS4 Canonical Request: {c}\nDEBUG software.amazon.awssdk.auth.signer.Aws4Signer - AWS4 Canonical Request Hash: {}\nDEBUG software.amazon.awssdk.auth.signer.Aws4Signer - AWS4 String to sign: {s}\n",
                hex::encode(Sha256::digest(c))
            ),
            Side::Client,
            "java-sdk-log",
        ),
        (
            "Rust SDK, presigning",
            format!(
                "2026-04-02T14:03:10.221508Z TRACE aws_sigv4::http_request::sign: calculated signing parameters canonical_request={c} string_to_sign={s}\n"
            ),
            Side::Client,
            "rust-sdk-log",
        ),
        (
            "C++ SDK",
            format!(
                "[DEBUG] 2026-04-02 14:03:10 AWSAuthV4Signer [23524] Canonical Request String: {c}\n[DEBUG] 2026-04-02 14:03:10 AWSAuthV4Signer [23524] Final String to sign: {s}\n"
            ),
            Side::Client,
            "cpp-sdk-log",
        ),
        (
            "AWS CRT",
            format!(
                "[INFO] [2026-04-02T14:03:10Z] [00007f] [AuthSigning] - (id=0x55d0) Signing successfully built canonical request for algorithm SigV4, with contents \n{c}\n\n[INFO] [2026-04-02T14:03:10Z] [00007f] [AuthSigning] - (id=0x55d0) Signing successfully built string-to-sign via algorithm SigV4, with contents \n{s}\n\n"
            ),
            Side::Client,
            "crt-log",
        ),
        (
            "curl -v",
            format!(
                "* aws_sigv4: picked service s3 from host\n* aws_sigv4: Canonical request (enclosed in []) - [{c}]\n* aws_sigv4: String to sign (enclosed in []) - [{s}]\n* aws_sigv4: Signature - {SIGNATURE}\n"
            ),
            Side::Client,
            "curl-log",
        ),
        (
            "awscurl -v",
            format!(
                "('\\n'\n 'CANONICAL REQUEST = {}')\n('\\n'\n 'STRING_TO_SIGN = {}')\n",
                python(c).replace("\\n", "\\n'\n '"),
                python(s).replace("\\n", "\\n'\n '")
            ),
            Side::Client,
            "awscurl-log",
        ),
        (
            "Ceph RGW",
            format!(
                "2026-04-02T14:03:10.797+0000 7f 10 req 1 0.0s canonical request = {c}\n2026-04-02T14:03:10.797+0000 7f 10 req 1 0.0s canonical request hash = {}\n2026-04-02T14:03:10.797+0000 7f 10 req 1 0.0s string to sign = {s}\n",
                hex::encode(Sha256::digest(c))
            ),
            Side::Server,
            "ceph-log",
        ),
        (
            "Garage",
            format!(
                "2026-04-02T14:03:10Z TRACE garage_api_common::signature::payload: canonical request:\n{c}\n2026-04-02T14:03:10Z TRACE garage_api_common::signature::payload: string to sign:\n{s}\n"
            ),
            Side::Server,
            "garage-log",
        ),
        (
            "Garage, whose logger colours its own words",
            {
                let front = "\x1b[2m2026-04-02T14:03:10.304855Z\x1b[0m \x1b[35mTRACE\x1b[0m \x1b[2mgarage_api_common::signature::payload\x1b[0m\x1b[2m:\x1b[0m ";
                format!("{front}canonical request:\n{c}\n{front}string to sign:\n{s}\n")
            },
            Side::Server,
            "garage-log",
        ),
        (
            "Envoy",
            format!(
                "[2026-04-02 14:03:10.797][28][debug][aws] [source/x.cc:73] Canonical request:\n{c}\n[2026-04-02 14:03:10.797][28][debug][aws] [source/x.cc:80] String to sign:\n{s}\n"
            ),
            Side::Client,
            "envoy-log",
        ),
        (
            "a Ruby exception",
            format!("app.rb:3:in `call': {message} (Aws::SQS::Errors::SignatureDoesNotMatch)"),
            Side::Server,
            "aws-error-text",
        ),
        (
            "JSON of a service",
            format!(
                "{{\"__type\":\"com.amazon.coral.service#InvalidSignatureException\",\"message\":\"{}\"}}",
                json(&message)
            ),
            Side::Server,
            "aws-error-text",
        ),
        (
            "JSON inside JSON",
            format!(
                "{{\"log\":\"{}\"}}",
                json(&format!("{{\"message\":\"{}\"}}", json(&message)))
            ),
            Side::Server,
            "aws-error-text",
        ),
        (
            "a Python 2 repr",
            format!("{{u'message': u'{}', u'__type': u'x'}}", python(&message)),
            Side::Server,
            "aws-error-text",
        ),
        (
            "mail that quotes it",
            behind("> ", &message),
            Side::Server,
            "aws-error-text",
        ),
        (
            "an indented block",
            behind("    ", &message),
            Side::Server,
            "aws-error-text",
        ),
        (
            "CRLF",
            message.replace('\n', "\r\n"),
            Side::Server,
            "aws-error-text",
        ),
        (
            "Node's console.log of an S3 error",
            format!(
                "  StringToSign: '{}',\n  CanonicalRequest: '{}',\n",
                python(s),
                python(c)
            ),
            Side::Server,
            "s3-error-fields",
        ),
        (
            "xml2js",
            format!(
                "  StringToSign: [ '{}' ],\n  CanonicalRequest: [ '{}' ],\n",
                python(s),
                python(c)
            ),
            Side::Server,
            "s3-error-fields",
        ),
    ]
}

#[test]
fn every_program_s_print_yields_the_very_strings() {
    let want = [Some(CANONICAL.to_owned()), Some(to_sign(CANONICAL))];
    for (name, text, side, shape) in forms() {
        let case = read(text.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{name}: {:#?}", case.pieces);
        let evidence = &case.evidence[0];
        assert_eq!(strings(&case, evidence), want, "{name}");
        assert!(
            matches!(
                evidence.integrity,
                Integrity::Verified | Integrity::Repaired
            ),
            "{name}: {:?}",
            evidence.integrity
        );
        assert_eq!(
            (evidence.side, evidence.shape.0),
            (Some(side), shape),
            "{name}"
        );
        if text.contains(SIGNATURE) {
            let span = evidence.signature.as_ref().unwrap().as_exact().unwrap();
            assert_eq!(super::text(&case, span), SIGNATURE, "{name}");
        }
        // The way back leads to the words that were pasted.
        let span = evidence.canonical_request.as_ref().unwrap().span().unwrap();
        let given = super::text(&case, case.docs.to_given(span));
        assert!(
            given.starts_with("PUT") && given.ends_with("UNSIGNED-PAYLOAD"),
            "{name}: {given}"
        );
    }
}

#[test]
fn strings_without_a_label_are_nobody_s() {
    let text = format!("{CANONICAL}\n\n{}\n", to_sign(CANONICAL));
    let case = read(text.as_bytes());
    assert_eq!(case.evidence.len(), 1, "{:#?}", case.pieces);
    assert_eq!(case.evidence[0].side, None);
    assert_eq!(case.evidence[0].integrity, Integrity::Verified);
    for (text, place) in [
        (CANONICAL.to_owned(), 0),
        (to_sign(CANONICAL), 1),
        (python(CANONICAL), 0),
    ] {
        let case = read(text.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{text}");
        assert!(strings(&case, &case.evidence[0])[place].is_some(), "{text}");
    }
}

#[test]
fn each_try_of_a_request_keeps_its_own_strings() {
    let one = |minute: &str| {
        let canonical = CANONICAL.replace("140310Z", &format!("14{minute}10Z"));
        (
            format!(
                "{}{canonical}\n{}{}\n",
                log_prefix("CanonicalRequest:"),
                log_prefix("StringToSign:"),
                to_sign(&canonical)
            ),
            canonical,
        )
    };
    let tries: Vec<_> = ["03", "04", "05"].map(one).into();
    let log: String = tries.iter().map(|(log, _)| log.as_str()).collect();
    let case = read(log.as_bytes());
    assert_eq!(case.evidence.len(), 3);
    for (evidence, (_, canonical)) in case.evidence.iter().zip(&tries) {
        assert_eq!(evidence.integrity, Integrity::Verified);
        assert_eq!(strings(&case, evidence)[0].as_ref(), Some(canonical));
    }
}

#[test]
fn a_text_that_was_edited_is_not_taken_for_what_was_printed() {
    let text = format!(
        "{}{}\n{}{}\n",
        log_prefix("CanonicalRequest:"),
        CANONICAL.replace("gzip, deflate", "gzip"),
        log_prefix("StringToSign:"),
        to_sign(CANONICAL)
    );
    let case = read(text.as_bytes());
    assert_eq!(case.evidence[0].integrity, Integrity::Broken);
    assert_eq!(ids(&case), ["evidence-broken"]);
}

#[test]
fn a_print_that_stops_early_is_compared_as_far_as_it_goes() {
    for end in ["x-amz-date", "accept-encoding;host", "\n\naccept"] {
        let stop = CANONICAL.rfind(end).unwrap() + end.len() - 3;
        let text = format!(
            "{}{}",
            log_prefix("CanonicalRequest:"),
            CANONICAL.get(..stop).unwrap()
        );
        let case = read(text.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{end}");
        let read = strings(&case, &case.evidence[0])[0].clone().unwrap();
        assert!(CANONICAL.starts_with(&read) && !read.is_empty(), "{read}");
        assert_eq!(ids(&case), ["evidence-cut"]);
    }
}

#[test]
fn words_that_only_look_like_it_are_nothing() {
    for text in [
        "GET\n/etc/passwd\n",
        "the canonical way is to GET\n/some/path\nand read it",
        "Authorization: AWS4-HMAC-SHA256 Credential=a",
        "AWS4-HMAC-SHA256\n",
        "AWS4 Canonical Request Hash: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "\\n/",
        "TARGET\n/\n\nhost:a\n\nhost\nUNSIGNED-PAYLOAD",
    ] {
        assert!(read(text.as_bytes()).evidence.is_empty(), "{text}");
    }
}

#[test]
fn a_canonical_request_that_the_paste_cuts_in_the_query_of_a_presigned_url_is_one() {
    let front = "DEBUG s.a.awssdk.auth.signer.Aws4Signer - AWS4 Canonical Request: PUT\n/bucket/key\nX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260402%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-SignedHe";
    let case = read(front.as_bytes());
    let evidence = &case.evidence[0];
    assert_eq!(evidence.side, Some(Side::Client));
    let pattern = evidence.canonical_request.as_ref().expect("it has one");
    assert!(String::from_utf8_lossy(&pattern.bytes(&case.docs)).ends_with("&X-Amz-SignedHe"));
    assert!(pattern.as_exact().is_none());
    // Text goes on behind it: then it is none that was cut there.
    assert!(
        read(format!("{front}\nand so on\n").as_bytes())
            .evidence
            .is_empty()
    );
    assert!(
        read(b"Canonical: PUT\n/bucket/key\na=b&c")
            .evidence
            .is_empty()
    );
}

#[test]
fn strings_of_two_signing_times_are_said_to_be_so() {
    let strings = |minute: &str| {
        format!(
            "canonical request\nGET\n/\n\nhost:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nstring to sign\nAWS4-HMAC-SHA256\n20150830T12{minute}00Z\n20150830/us-east-1/iam/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972\n"
        )
    };
    let said = |minute: &str| {
        let case = read(strings(minute).as_bytes());
        let broken = case.findings.iter().find(|f| f.id == "evidence-broken");
        broken.expect("it is said").message.clone()
    };
    let two = said("39");
    assert!(
        two.contains("20150830T123600Z and 20150830T123900Z"),
        "{two}"
    );
    let one = said("36");
    assert!(one.contains("was changed on the way here"), "{one}");
}
