//! What a verifier quotes of an Authorization header that is hidden in a paste, or was left out of it.

use sha2::{Digest as _, Sha256};

use super::*;

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// Of the GET that the documentation of S3 signs (Amazon S3 API Reference, Signature Calculations for the Authorization
/// Header, example of GET Object).
const SIGNATURE: &str = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
const NAMES: &str = "host;range;x-amz-content-sha256;x-amz-date";
const SCOPE: &str = "20130524/us-east-1/s3/aws4_request";

/// The answer of a server that had `host`.
fn answer(host: &str, time: &str) -> String {
    let canonical = format!(
        "GET\n/test.txt\n\nhost:{host}\nrange:bytes=0-9\nx-amz-content-sha256:{EMPTY}\nx-amz-date:{time}\n\n{NAMES}\n{EMPTY}"
    );
    let hash = hex::encode(Sha256::digest(&canonical));
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256\n{time}\n{SCOPE}\n{hash}</StringToSign><SignatureProvided>{SIGNATURE}</SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest></Error>\n"
    )
}

/// The request, with `header` in the place of its Authorization header.
fn request(header: &str) -> String {
    format!(
        "GET /test.txt HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\nRange: bytes=0-9\nx-amz-content-sha256: {EMPTY}\nx-amz-date: 20130524T000000Z\n{header}\n"
    )
}

/// The Authorization header as it is read.
fn authorization(case: &Case) -> Option<String> {
    let all = headers(case, 0);
    all.iter().find_map(|header| {
        let (name, value) = header.split_once('|')?;
        let name = name.trim_matches(['(', ')']).to_ascii_lowercase();
        (name == "authorization").then(|| value.trim().to_owned())
    })
}

#[test]
fn a_hidden_header_is_taken_as_the_server_quotes_it() {
    let whole = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{SCOPE}, SignedHeaders={NAMES}, Signature={SIGNATURE}"
    );
    for header in [
        String::new(),
        "Authorization: ***\n".to_owned(),
        "Authorization: [REDACTED]\n".to_owned(),
        "Authorization: XXXX\n".to_owned(),
        "Authorization: AWS4-HMAC-SHA256 ...\n".to_owned(),
        "Authorization: AWS4-HMAC-SHA256 Credential=***, SignedHeaders=***, Signature=***\n"
            .to_owned(),
        "Authorization: AWS4-HMAC-SHA256 Credential=<redacted>, SignedHeaders=<redacted>, Signature=<redacted>\n".to_owned(),
        format!("Authorization: AWS4-HMAC-SHA256 Credential=XXX/{SCOPE}, SignedHeaders={NAMES}, Signature=XXX\n"),
        format!("Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{SCOPE},SignedHeaders={NAMES},Signature=***\n"),
    ] {
        let paste = request(&header) + &answer("cdn.example.org", "20130524T000000Z");
        let case = one(paste.as_bytes());
        assert_eq!(authorization(&case).as_ref(), Some(&whole), "{header}");
        assert!(ids(&case).contains(&"authorization-quoted"), "{header}");
        let value = case.requests[0].headers.iter().rfind(|header| {
            case.docs.peels(header.value).contains(&Peel::Quoted)
        });
        assert!(value.is_some(), "{header}");
    }
}

#[test]
fn nothing_is_quoted_into_another_request_nor_over_what_is_here() {
    let stated = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAI44QH8DHBEXAMPLE/{SCOPE}, SignedHeaders=host, Signature={EMPTY}"
    );
    let now = "20130524T000000Z";
    let same = answer("examplebucket.s3.amazonaws.com", now);
    let mut changed = same.clone();
    changed = changed.replace("range:bytes=0-9", "range:bytes=0-8");
    for (header, answer, is) in [
        // What is here stays, and so does another kind.
        (
            format!("Authorization: {stated}\n"),
            same.clone(),
            Some(stated.clone()),
        ),
        (
            "Authorization: Bearer ***\n".to_owned(),
            same.clone(),
            Some("Bearer ***".to_owned()),
        ),
        // An answer to another try, and one that no hash proves.
        (
            "Authorization: ***\n".to_owned(),
            answer("a.example", "20130524T000001Z"),
            Some("***".to_owned()),
        ),
        (
            "Authorization: ***\n".to_owned(),
            changed,
            Some("***".to_owned()),
        ),
        (String::new(), answer("a.example", "20130524T000001Z"), None),
        // Two answers of one second.
        (
            "Authorization: ***\n".to_owned(),
            format!("{same}\n{}", answer("b.example", now)),
            Some("***".to_owned()),
        ),
    ] {
        let case = one((request(&header) + &answer).as_bytes());
        assert_eq!(authorization(&case), is, "{header}{answer}");
        assert!(!ids(&case).contains(&"authorization-quoted"));
    }
    // A header that was signed is not in the paste: more than one was left out.
    let few = request("Authorization: ***\n").replace("Range: bytes=0-9\n", "");
    let case = one((few + &same).as_bytes());
    assert_eq!(authorization(&case).as_deref(), Some("***"));
    // Two requests of one second.
    let two = request("Authorization: ***\n").replace("test.txt", "b.txt");
    let case = read((two + "\n" + &request("Authorization: ***\n") + &same).as_bytes());
    assert_eq!(case.requests.len(), 2);
    assert_eq!(authorization(&case).as_deref(), Some("***"));
}
