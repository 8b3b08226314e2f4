//! Commands whose program sends something else than was signed: against canonical requests signed here.

use sigscope::engine::Analysis;
use sigscope::engine::diagnose::{Severity, VerdictId};
use sigscope::engine::secret::Keyring;

use crate::common::{analyse, keyring, paste, settings};
use crate::readings::{EMPTY, SECRET, sign};

fn checked(text: &str) -> Analysis {
    analyse(&paste(text), &keyring(SECRET), &settings(&[]))
}

/// `curl OPTIONS URL` with the headers of a request that was signed for `method`.
fn curl(options: &str, method: &str) -> String {
    let signature = sign(
        &format!(
            "{method}\n/reports/summary.csv\n\nhost:b.s3.amazonaws.com\nx-amz-content-sha256:{EMPTY}\n\
             x-amz-date:20260301T101500Z\n\nhost;x-amz-content-sha256;x-amz-date\n{EMPTY}"
        ),
        "s3",
    );
    format!(
        "curl {options} https://b.s3.amazonaws.com/reports/summary.csv -H 'X-Amz-Date: 20260301T101500Z' -H \
         'X-Amz-Content-SHA256: {EMPTY}' -H 'Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}'\n"
    )
}

#[test]
fn a_command_that_sends_another_method_than_was_signed_is_told_by_its_option() {
    for (options, sent) in [
        ("-I", "HEAD because of -I"),
        ("--head", "HEAD because of --head"),
        ("-sI", "HEAD because of -sI"),
        ("-T summary.csv", "PUT because of -T"),
        ("-d @summary.csv", "POST because of -d"),
    ] {
        let analysis = checked(&curl(options, "GET"));
        let verdict = &analysis.diagnosis.verdict;
        assert_eq!(
            verdict.id,
            VerdictId::Rejected,
            "{options}: {}",
            verdict.sentence
        );
        let found = &analysis.diagnosis.findings;
        let found = found
            .iter()
            .find(|f| f.id == "method-not-sent")
            .expect(options);
        assert_eq!(found.severity, Severity::Error);
        let said = format!("The request was signed as GET, and the curl command sends {sent}.");
        assert_eq!(found.message, said);
    }
    let analysis = checked(&curl("", "PUT"));
    let found = &analysis.diagnosis.findings;
    let found = found
        .iter()
        .find(|f| f.id == "method-not-sent")
        .expect("a finding");
    assert_eq!(
        found.message,
        "The request was signed as PUT, and the curl command sends GET."
    );
}

#[test]
fn a_command_that_sends_what_was_signed_is_right_and_nothing_is_said_of_its_method() {
    for (options, method) in [
        ("", "GET"),
        ("-I", "HEAD"),
        ("-T summary.csv", "PUT"),
        ("-I -X GET", "GET"),
    ] {
        let analysis = checked(&curl(options, method));
        let verdict = &analysis.diagnosis.verdict;
        assert_eq!(
            verdict.id,
            VerdictId::Match,
            "{options}: {}",
            verdict.sentence
        );
        let told = verdict.details.join(" ");
        assert!(!told.contains("method"), "{options}: {told}");
        let found = &analysis.diagnosis.findings;
        assert!(found.iter().all(|f| f.id != "method-not-sent"), "{options}");
    }
}

#[test]
fn a_method_that_a_person_wrote_is_the_one_that_is_compared() {
    // Nobody but the command says PUT here, and the signature is of GET: what was signed is not guessed.
    let analysis = checked(&curl("-X PUT", "GET"));
    assert_eq!(analysis.diagnosis.verdict.id, VerdictId::Mismatch);
}

/// A URL as the SDK for JavaScript presigns it, with these signed headers.
fn presigned(signed: &str) -> String {
    format!(
        "https://b.s3.us-east-1.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD\
         &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z\
         &X-Amz-Expires=600&X-Amz-Signature={}&X-Amz-SignedHeaders={signed}&x-id=PutObject",
        "5d672d79c15b1316".repeat(4)
    )
}

#[test]
fn a_call_beside_a_url_that_leaves_out_a_signed_header_is_named() {
    let lacks = |signed: &str, call: &str| {
        let text = format!("{}\n\n{call}\n", presigned(signed));
        let found = analyse(&paste(&text), &Keyring::new(), &settings(&[]));
        let mut found = found.diagnosis.findings.into_iter();
        found
            .find(|finding| finding.id == "call-lacks-signed-header")
            .map(|finding| finding.message)
    };
    let signed = "content-disposition%3Bhost";
    for (call, program) in [
        (
            "const response = await fetch(url, { method: \"PUT\", body: payload, headers: { \"Content-Length\": size } })",
            "fetch()",
        ),
        (
            "await fetch(data.uploadUrl, { method: 'PUT', body: file })",
            "fetch()",
        ),
        (
            "axios.put(signedUrl, file, { headers: { 'Content-Type': file.type } })",
            "axios",
        ),
        (
            "xhr.open('PUT', presignedUrl);\nxhr.setRequestHeader('Content-Type', file.type);\nxhr.send(file);",
            "XMLHttpRequest",
        ),
        (
            "requests.put(url, data=f, headers={'Content-Type': 'image/png'})",
            "requests",
        ),
        (
            "curl -X PUT -T photo.png -H 'Content-Type: image/png' \"$URL\"",
            "curl command",
        ),
    ] {
        assert_eq!(
            lacks(signed, call),
            Some(format!(
                "The {program} beside this URL does not send content-disposition, which is signed with it."
            )),
            "{call}"
        );
    }
    for call in [
        // It sends it.
        "await fetch(url, { method: 'PUT', body, headers: { 'Content-Disposition': 'inline' } })",
        "curl -T photo.png -H 'content-disposition: inline' \"$URL\"",
        // What it sends is not known.
        "await fetch(url, { method: 'PUT', body, headers })",
        "await fetch(url, { method: 'PUT', body, headers: { ...headers, a: 'b' } })",
        "await fetch(url, options)",
        "for (const k in h) xhr.setRequestHeader(k, h[k])\nxhr.open('PUT', url); Object.keys(h).forEach((k) => xhr.setRequestHeader(k, h[k])); xhr.send(f)",
        "requests.put(url, data=f, **kwargs)",
        "session.put(url, data=f)",
        // It is for something else.
        "const { url } = await (await fetch('/api/sign')).json()",
        "await fetch(apiUrl)",
        "await fetch(endpoint, { method: 'PUT', body })",
        // Two that may be it.
        "await fetch(urlA, { method: 'PUT', body }); await fetch(urlB, { method: 'PUT', body })",
    ] {
        assert_eq!(lacks(signed, call), None, "{call}");
    }
    // What a library sets by itself is not known to be left out.
    let call = "await fetch(url, { method: 'PUT', body: file })";
    assert_eq!(lacks("content-type%3Bhost", call), None);
    let upload = lacks("content-type%3Bhost", "curl -T photo.png \"$URL\"");
    assert!(upload.is_some_and(|message| message.contains("content-type")));
    assert_eq!(lacks("host", call), None);
}
