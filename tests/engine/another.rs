//! An answer that contradicts the request: it is about another one, and colours nothing that is said.

use std::fmt::Write as _;

use sigscope::engine::Analysis;
use sigscope::engine::diagnose::{OTHER_REQUEST, VerdictId};
use sigscope::engine::intake::Case;
use sigscope::engine::scheme::Role;
use sigscope::engine::secret::Keyring;

use crate::common::{analyse, keyring, now, paste, settings, text, work_of};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The GET of the S3 documentation (Authorization header examples), under a key id of choice: the key id
/// is no part of what is signed.
fn request(key_id: &str) -> String {
    format!(
        "GET /test.txt HTTP/1.1\n\
         Host: examplebucket.s3.amazonaws.com\n\
         Range: bytes=0-9\n\
         x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
         x-amz-date: 20130524T000000Z\n\
         Authorization: AWS4-HMAC-SHA256 \
         Credential={key_id}/20130524/us-east-1/s3/aws4_request,\
         SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
         Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n\n"
    )
}

const OWN: &str = "AKIAIOSFODNN7EXAMPLE";
const OTHER: &str = "AKIAOTHEREXAMPLE0000";

/// A verifier that names a cause of its own, years later, with these elements beside it.
fn expired(elements: &str) -> String {
    format!(
        "HTTP/1.1 403 Forbidden\nDate: Mon, 01 Jun 2026 00:00:00 GMT\n\n\
         <Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message>{elements}</Error>"
    )
}

fn checked(text: &str, secret: &str) -> (Case, Analysis) {
    let case = paste(text);
    let ring = if secret.is_empty() {
        Keyring::new()
    } else {
        keyring(secret)
    };
    let analysis = analyse(&case, &ring, &settings(&[]));
    (case, analysis)
}

/// All that is said beside the remark that the answer is about another request.
fn said(analysis: &Analysis) -> String {
    let verdict = &analysis.diagnosis.verdict;
    let mut out = verdict.sentence.clone();
    for detail in &verdict.details {
        write!(out, "\n{detail}").expect("a string takes all");
    }
    for finding in &analysis.diagnosis.findings {
        if finding.id != OTHER_REQUEST {
            write!(out, "\n{}: {}", finding.id, finding.message).expect("a string takes all");
        }
    }
    out
}

/// The texts that the remark points at.
fn points(case: &Case, analysis: &Analysis) -> Option<Vec<String>> {
    let findings = &analysis.diagnosis.findings;
    let finding = findings.iter().find(|f| f.id == OTHER_REQUEST)?;
    let labels = finding.labels.iter();
    Some(
        labels
            .map(|label| case.docs.text(label.span).into_owned())
            .collect(),
    )
}

#[test]
fn an_answer_about_another_key_id_is_no_answer_to_this_request() {
    let answer = expired(&format!("<AWSAccessKeyId>{OTHER}</AWSAccessKeyId>"));
    let (case, analysis) = checked(&format!("{}{answer}", request(OWN)), SECRET);
    assert_eq!(analysis.diagnosis.verdict.id, VerdictId::Match);
    assert_eq!(
        points(&case, &analysis),
        Some(vec![OTHER.to_owned(), OWN.to_owned()])
    );
    let said = said(&analysis);
    // Neither its cause nor its clock: with its clock the request would be years old.
    for word in [
        "token",
        "expired",
        "refused it",
        "for another reason",
        "server's clock",
    ] {
        assert!(!said.contains(word), "{word}: {said}");
    }
    let answer = &analysis.diagnosis.holdings[0];
    assert!(answer.state.contains("another key id"), "{answer:?}");
    assert_eq!(answer.proves, "nothing of this request");
}

#[test]
fn without_the_secret_another_key_id_makes_no_mismatch() {
    let refused = |id: &str| {
        format!(
            "{}<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message>\
             <AWSAccessKeyId>{id}</AWSAccessKeyId></Error>",
            request(OWN)
        )
    };
    let (_, own) = checked(&refused(OWN), "");
    assert_eq!(own.diagnosis.verdict.id, VerdictId::Mismatch);
    let (_, other) = checked(&refused(OTHER), "");
    assert_eq!(other.diagnosis.verdict.id, VerdictId::Undecided);
    assert!(!said(&other).contains("refused"), "{}", said(&other));
}

#[test]
fn a_key_id_that_agrees_was_redacted_or_was_cut_still_pairs() {
    for named in [
        OWN,
        " AKIAIOSFODNN7EXAMPLE ",
        "AKIAIOSFODNN7EX",
        "AKIAIOSF...",
        "AKIA****************",
        "AKIAXXXXXXXXXXXXXXXX",
        "[redacted]",
        "REDACTED",
        "…MPLE",
    ] {
        let named = named.replace('<', "&lt;");
        let answer = expired(&format!("<AWSAccessKeyId>{named}</AWSAccessKeyId>"));
        let (case, analysis) = checked(&format!("{}{answer}", request(OWN)), SECRET);
        assert_eq!(points(&case, &analysis), None, "{named}");
        let said = said(&analysis);
        assert!(said.contains("token has expired"), "{named}: {said}");
    }
    // As well where it is the request that was redacted.
    let answer = expired(&format!("<AWSAccessKeyId>{OTHER}</AWSAccessKeyId>"));
    let (case, analysis) = checked(&format!("{}{answer}", request("AKIA…MPLE")), SECRET);
    assert_eq!(points(&case, &analysis), None);
}

#[test]
fn a_key_id_is_read_through_the_escapes_of_a_url() {
    let url = "https://examplebucket.s3.amazonaws.com/test.txt\
        ?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=GOOG%3A1EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    for (named, other) in [("GOOG:1EXAMPLE", false), ("GOOG:2EXAMPLE", true)] {
        let answer = expired(&format!("<AWSAccessKeyId>{named}</AWSAccessKeyId>"));
        let (case, analysis) = checked(&format!("{url}\n\n{answer}"), "");
        assert_eq!(points(&case, &analysis).is_some(), other, "{named}");
    }
}

/// The server's own strings, of the request's signing time or of another's, and no signature named.
#[test]
fn strings_of_another_signing_time_are_of_another_try() {
    let (_, right) = checked(&request(OWN), SECRET);
    let to_sign = text(right.trace.as_ref().expect("a trace"), Role::StringToSign);
    let answered = |to_sign: &str| {
        format!(
            "{}<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message>\
             <StringToSign>{to_sign}</StringToSign></Error>",
            request(OWN)
        )
    };
    let (case, same) = checked(&answered(&to_sign), SECRET);
    assert_eq!(points(&case, &same), None);
    assert!(said(&same).contains("very same string to sign"));
    let later = to_sign.replace("20130524T000000Z", "20130524T000500Z");
    let (case, other) = checked(&answered(&later), SECRET);
    assert_eq!(
        points(&case, &other),
        Some(vec![
            "20130524T000500Z".to_owned(),
            "20130524T000000Z".to_owned()
        ])
    );
    assert_eq!(other.diagnosis.verdict.id, VerdictId::Match);
}

#[test]
fn the_signature_pairs_whatever_key_id_stands_beside_it() {
    let signature = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    let answer = |signature: &str, id: &str| {
        expired(&format!(
            "<AWSAccessKeyId>{id}</AWSAccessKeyId><SignatureProvided>{signature}</SignatureProvided>"
        ))
    };
    let (case, same) = checked(
        &format!("{}{}", request(OWN), answer(signature, OTHER)),
        SECRET,
    );
    assert!(said(&same).contains("token has expired"), "{}", said(&same));
    assert!(points(&case, &same).is_some());
    let (case, other) = checked(
        &format!(
            "{}{}",
            request(OWN),
            answer(&signature.replace('f', "0"), OWN)
        ),
        SECRET,
    );
    assert!(!said(&other).contains("token"), "{}", said(&other));
    assert_eq!(
        points(&case, &other).map(|points| points.len()),
        Some(2),
        "{}",
        said(&other)
    );
}

/// An answer that names another region or signing time than the request has is about another try, whatever its cause.
#[test]
fn an_answer_that_names_another_region_or_time_is_of_another_try() {
    let request = |region: &str| {
        format!(
            "GET /a HTTP/1.1\nHost: b.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/{region}/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={}\n\n",
            "5d672d79".repeat(8)
        )
    };
    let wrong = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region></Error>\n";
    let skewed = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><RequestTime>20150830T110000Z</RequestTime><ServerTime>2015-08-30T12:36:10Z</ServerTime></Error>\n";
    let other = |text: &str| {
        let found = analyse(&paste(text), &Keyring::new(), &settings(&[]))
            .diagnosis
            .findings;
        found.iter().any(|finding| finding.id == OTHER_REQUEST)
    };
    assert!(other(&format!("{}{wrong}", request("eu-west-1"))));
    assert!(!other(&format!("{}{wrong}", request("us-east-1"))));
    assert!(other(&format!("{}{skewed}", request("eu-west-1"))));
    let own = skewed.replace("20150830T110000Z", "20150830T123600Z");
    assert!(!other(&format!("{}{own}", request("eu-west-1"))));
}

/// An answer whose own values are not the request's: the payload hash that it repeats, the validity of a URL.
#[test]
fn an_answer_that_repeats_another_hash_or_validity_names_no_cause_of_this_request() {
    let found = |text: &str| {
        let diagnosis = analyse(&paste(text), &Keyring::new(), &settings(&[])).diagnosis;
        let ids = diagnosis.findings.iter().map(|finding| finding.id);
        ids.collect::<Vec<_>>()
    };
    let (own, other) = ("2cf24dba".repeat(8), "4a60bf7d".repeat(8));
    let put = |stated: &str, named: &str| {
        format!(
            "PUT /a HTTP/1.1\nHost: b.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256: {stated}\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={}\n\n<Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content-sha256' header does not match what was computed.</Message><ClientComputedContentSHA256>{named}</ClientComputedContentSHA256><S3ComputedContentSHA256>{}</S3ComputedContentSHA256></Error>\n",
            "5d672d79".repeat(8),
            "c0ffee00".repeat(8)
        )
    };
    let tries = found(&put(&own, &other));
    let cause = "server-payload-mismatch";
    assert!(
        tries.contains(&OTHER_REQUEST) && !tries.contains(&cause),
        "{tries:?}"
    );
    let same = found(&put(&own, &own));
    assert!(
        !same.contains(&OTHER_REQUEST) && same.contains(&cause),
        "{same:?}"
    );
    let url = |expires: &str| {
        format!(
            "https://b.s3.amazonaws.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={}\n\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>{expires}</X-Amz-Expires><Expires>2015-08-30T12:51:00Z</Expires><ServerTime>2015-08-30T13:51:00Z</ServerTime></Error>\n",
            "5d672d79".repeat(8)
        )
    };
    let tries = found(&url("900"));
    let cause = "server-url-expired";
    assert!(
        tries.contains(&OTHER_REQUEST) && !tries.contains(&cause),
        "{tries:?}"
    );
    let same = found(&url("3600"));
    assert!(
        !same.contains(&OTHER_REQUEST) && same.contains(&cause),
        "{same:?}"
    );
}

/// Dots in the place of a token's rest hide it: a token is base64 and holds none.
#[test]
fn a_shortened_session_token_is_hidden() {
    let says = |token: &str| {
        let request = format!(
            "GET /a HTTP/1.1\nHost: b.s3.eu-west-1.amazonaws.com\nx-amz-content-sha256: UNSIGNED-PAYLOAD\nX-Amz-Date: 20150830T123600Z\nx-amz-security-token: {token}\nAuthorization: AWS4-HMAC-SHA256 Credential=ASIDEXAMPLE/20150830/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature={}\n\n",
            "5d672d79".repeat(8)
        );
        let diagnosis = analyse(&paste(&request), &keyring(SECRET), &settings(&[])).diagnosis;
        diagnosis.verdict.id
    };
    assert_eq!(says("FwoGZXIvY..."), VerdictId::Undecided);
    assert_eq!(says("FwoGZXIvYXdzEBYa"), VerdictId::Mismatch);
}

/// What a verifier's message says of values that the request of this paste does not carry.
#[test]
fn a_cause_that_the_requests_own_values_contradict_is_not_this_requests() {
    let xml = |message: &str, elements: &str| {
        format!(
            "HTTP/1.1 403 Forbidden\n\n\
             <Error><Code>AccessDenied</Code><Message>{message}</Message>{elements}</Error>"
        )
    };
    let json = |message: &str| format!("HTTP/1.1 403 Forbidden\n\n{{\"message\":\"{message}\"}}");
    let unsigned = |names: &str| {
        xml(
            "There were headers present in the request which were not signed",
            &format!("<HeadersNotSigned>{names}</HeadersNotSigned>"),
        )
    };
    let host = json(
        "'SignedHeaders' of the request names host;x-amz-date, 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
    let dates = |scope: &str, day: &str, time: &str| {
        json(&format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != '{day}', from '{time}'."
        ))
    };
    let missed = |name: &str| {
        json(&format!(
            "'{name}' is named as a SignedHeader, but it does not exist in the HTTP request"
        ))
    };
    // The request signs host, range and x-amz-date, and is of 2013-05-24.
    for (answer, is_other) in [
        (unsigned("x-amz-date"), true),
        (unsigned("x-amz-meta-a, range"), true),
        (unsigned("x-amz-meta-a"), false),
        (host, true),
        (dates("20130523", "20130524", "20130524T000000Z"), true),
        (dates("20130524", "20130525", "20130525T000112Z"), true),
        (dates("20130524", "20130525", "20130524T000000Z"), false),
        (missed("x-amz-meta-a"), true),
        (missed("range"), false),
    ] {
        let (case, analysis) = checked(&format!("{}{answer}", request(OWN)), SECRET);
        assert_eq!(points(&case, &analysis).is_some(), is_other, "{answer}");
        let id = if is_other {
            VerdictId::Match
        } else {
            VerdictId::Rejected
        };
        let verdict = &analysis.diagnosis.verdict;
        assert_eq!(verdict.id, id, "{answer}\n{verdict:?}");
        let said = said(&analysis);
        assert!(!said.contains("refused for another reason"), "{said}");
        assert_eq!(said.contains("does not carry"), is_other, "{said}");
    }
}

/// A list that was escaped twice is one name to the verifier, which finds none of them in it.
#[test]
fn a_list_that_was_escaped_twice_names_no_header() {
    let url = |list: &str| {
        format!(
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential={OWN}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders={list}\
             &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404\n\n\
             <Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed\
             </Message><HeadersNotSigned>host</HeadersNotSigned></Error>"
        )
    };
    for (list, is_other) in [
        ("host", true),
        ("content-type%3Bhost", true),
        ("content-type%253Bhost", false),
    ] {
        let (case, analysis) = checked(&url(list), SECRET);
        assert_eq!(points(&case, &analysis).is_some(), is_other, "{list}");
    }
}

/// A name that no verifier finds among the signed ones, for it is spelled in capitals: that is the cause.
#[test]
fn a_name_in_capitals_is_not_one_that_a_verifier_finds() {
    let request = request(OWN).replace("host;range;", "Host;range;");
    let answer = "HTTP/1.1 403 Forbidden\n\n\
        {\"message\":\"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.\"}";
    let (case, analysis) = checked(&format!("{request}{answer}"), SECRET);
    assert_eq!(points(&case, &analysis), None);
    assert!(
        analysis
            .diagnosis
            .findings
            .iter()
            .any(|f| f.id == "server-headers-not-signed")
    );
}

/// The answer of S3 to the request of this page, with the strings that were signed.
fn refused_with_strings() -> String {
    let canonical = "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n\
        x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
        x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n\
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let to_sign = "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n\
        7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972";
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the \
         signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>{OWN}</AWSAccessKeyId>\
         <StringToSign>{to_sign}</StringToSign><SignatureProvided>\
         f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41</SignatureProvided>\
         <CanonicalRequest>{canonical}</CanonicalRequest></Error>\n"
    )
}

/// A request that was not read may be another than the server saw: the secret fits, and no more is said. One of the very
/// signing time whose header alone was not read is the one that the server quotes, and is held against its string.
#[test]
fn beside_a_request_that_was_not_read_the_servers_string_is_no_match() {
    let answer = refused_with_strings();
    let alone = work_of(&answer, keyring(SECRET), now());
    assert_eq!(alone.analysis.diagnosis.verdict.id, VerdictId::Match);
    let broken = request(OWN)
        .replace("/test.txt", "/other.txt")
        .replace("Authorization:", "a line without a colon\nAuthorization:");
    let (_, analysis) = checked(&format!("{broken}{answer}"), SECRET);
    let verdict = &analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch, "{verdict:?}");
    assert!(
        verdict.proved && verdict.sentence.contains("“/other.txt”"),
        "{verdict:?}"
    );
    let broken = broken.replace("20130524T000000Z", "20130524T000007Z");
    let (_, analysis) = checked(&format!("{broken}{answer}"), SECRET);
    let verdict = &analysis.diagnosis.verdict;
    assert_eq!(verdict.id, VerdictId::Undecided, "{verdict:?}");
    assert!(
        verdict.sentence.contains("could not be read"),
        "{verdict:?}"
    );
    let missing = |f: &sigscope::engine::diagnose::Finding| f.id == "signature-missing";
    assert!(!analysis.diagnosis.findings.iter().any(missing));
}

/// The name of the header stands alone, its value on the next line, in a form that is not read.
#[test]
fn a_header_whose_value_was_broken_off_is_not_missing() {
    for line in ["Authorization:", "> authorization: ", "-H \"Authorization:"] {
        let text =
            format!("GET /k HTTP/1.1\nHost: a.example.com\n\n;;\n{line}\n;; AWS4-HMAC-SHA256\n");
        let (_, analysis) = checked(&text, "");
        let findings = &analysis.diagnosis.findings;
        let ids: Vec<&str> = findings.iter().map(|f| f.id).collect();
        assert!(!ids.contains(&"signature-missing"), "{line}: {ids:?}");
        assert!(ids.contains(&"authorization-mangled"), "{line}: {ids:?}");
    }
}
