//! A verifier's error as programs print it: every form is the literal format of the program named, filled with
//! values of our own.

use sigscope::engine::intake::{Evidence, Side};

use super::*;

const MESSAGE: &str = "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'";
const CODE: &str = "AuthorizationHeaderMalformed";

/// Code, message, and the region that the answer names.
fn told(case: &Case, evidence: &Evidence) -> [Option<String>; 3] {
    let answer = evidence.answer.as_ref().unwrap();
    let region = answer.details.iter().find(|(name, _)| name == "Region");
    [answer.code, answer.message, region.map(|(_, span)| *span)].map(|span| Some(text(case, span?)))
}

fn escaped(text: &str) -> String {
    text.replace('\'', "\\'")
}

#[test]
fn every_program_s_print_of_an_error_yields_its_code_and_message() {
    let (c, m, e) = (CODE, MESSAGE, escaped(MESSAGE));
    let both = [true, true, false];
    let all = [true, true, true];
    let forms = [
        (
            "botocore",
            format!(
                "botocore.exceptions.ClientError: An error occurred ({c}) when calling the GetObject operation: {m}"
            ),
            both,
        ),
        (
            "boto3 e.response",
            format!(
                "{{'Error': {{'Code': '{c}', 'Message': \"{m}\", 'Region': 'eu-central-1'}}, 'ResponseMetadata': {{'HTTPStatusCode': 400}}}}"
            ),
            all,
        ),
        (
            "Python 2",
            format!(
                "{{u'Error': {{u'Code': u'{c}', u'Message': u\"{m}\", u'Region': u'eu-central-1'}}}}"
            ),
            all,
        ),
        (
            "Node, single quotes",
            format!(
                "{{ Code: '{c}',\n  message: '{e}',\n  Region: 'eu-central-1',\n  statusCode: 400 }}"
            ),
            all,
        ),
        (
            "Node, an Error",
            format!(
                "{c}: {m}\n    at Request.extractError (services/s3.js:1:2) {{\n  code: '{c}',\n  Region: 'eu-central-1' }}"
            ),
            all,
        ),
        (
            "xml2js",
            format!("  Code: [ '{c}' ],\n  Message: [ \"{m}\" ],\n  Region: [ 'eu-central-1' ],"),
            all,
        ),
        (
            "JSON",
            format!("{{\"Code\":\"{c}\",\"Message\":\"{m}\",\"Region\":\"eu-central-1\"}}"),
            all,
        ),
        (
            "JSON of the JSON protocol",
            format!("{{\"__type\":\"com.amazon.coral.service#{c}\",\"message\":\"{m}\"}}"),
            both,
        ),
        (
            "JSON in a log line",
            format!(
                "{{\"msg\":\"{{\\\"Code\\\":\\\"{c}\\\",\\\"Message\\\":\\\"{m}\\\",\\\"Region\\\":\\\"eu-central-1\\\"}}\"}}"
            ),
            all,
        ),
        (
            "EDN",
            format!("{{:Error {{:Code \"{c}\", :Message \"{m}\", :Region \"eu-central-1\"}}}}"),
            all,
        ),
        (
            "Ruby",
            format!("/gems/aws-sdk/client.rb:366:in `call': {m} (Aws::S3::Errors::{c})"),
            both,
        ),
        (
            "Java v1",
            format!(
                "com.amazonaws.services.s3.model.AmazonS3Exception: {m} (Service: Amazon S3; Status Code: 400; Error Code: {c}; Request ID: 44)"
            ),
            both,
        ),
        (
            "Go v1",
            format!("{c}: {m}\n\tstatus code: 400, request id: 44, host id: x"),
            both,
        ),
        (
            "Go v2",
            format!(
                "operation error S3: GetObject, https response error StatusCode: 400, RequestID: 44, HostID: x, api error {c}: {m}"
            ),
            both,
        ),
        (
            "PHP",
            format!(
                "Error executing \"GetObject\"; AWS HTTP error: Client error\n{c} (client): {m} - <?xml"
            ),
            both,
        ),
        (
            "Rust",
            format!(
                "ServiceError {{ source: Unhandled {{ meta: ErrorMetadata {{ code: Some(\"{c}\"), message: Some(\"{m}\"), extras: None }} }} }}"
            ),
            both,
        ),
        (
            "minio-java",
            format!("ErrorResponse(code = {c}, message = {m}, bucketName = b, region = null)"),
            both,
        ),
        (
            "minio-java, older",
            format!("ErrorResponse(code={c}, message={m}, bucketName=null, objectName=null)"),
            both,
        ),
        (
            "minio-py",
            format!("S3 operation failed; code: {c}, message: {m}, resource: /b/k"),
            both,
        ),
        ("s3cmd", format!("ERROR: S3 error: 400 ({c}): {m}"), both),
        (
            "tags eaten by mail",
            format!("{c}{m}us-east-14442587FB7D0A2F9"),
            both,
        ),
        (
            "logfmt",
            format!("level=error msg=\"upload failed\" error=\"{c}: {m}\" status code=400"),
            both,
        ),
    ];
    for (name, print, parts) in forms {
        let case = read(print.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{name}: {:#?}", case.pieces);
        let evidence = &case.evidence[0];
        assert_eq!(evidence.side, Some(Side::Server), "{name}");
        let [code, message, region] = told(&case, evidence);
        assert_eq!(code.as_deref(), parts[0].then_some(c), "{name}");
        let message = message.unwrap_or_else(|| panic!("{name}: no message"));
        assert!(message.starts_with(m), "{name}: {message}");
        assert_eq!(
            region.as_deref(),
            parts[2].then_some("eu-central-1"),
            "{name}"
        );
    }
}

#[test]
fn a_message_ends_where_it_ends() {
    let whole = [
        format!("{{\"Code\":\"{CODE}\",\"Message\":\"{MESSAGE}\",\"Region\":\"x\"}}"),
        format!("{{'Code': '{CODE}', 'Message': \"{MESSAGE}\"}}"),
        format!("{{ code: '{CODE}', message: '{}' }}", escaped(MESSAGE)),
        format!("x: {MESSAGE} (Service: Amazon S3; Status Code: 400; Error Code: {CODE})"),
        format!("(400, {CODE}): {MESSAGE}\nnext line"),
        format!("<p>{MESSAGE}</p>"),
    ];
    for print in whole {
        let case = read(print.as_bytes());
        let [_, message, _] = told(&case, &case.evidence[0]);
        assert_eq!(message.as_deref(), Some(MESSAGE), "{print}");
    }
}

#[test]
fn the_bracket_that_node_prints_around_an_error_is_none_of_its_message() {
    const TOKEN: &str = "The security token included in the request is invalid.";
    let text = format!(" [InvalidClientTokenId: {TOKEN}]\n  message: '{TOKEN}',\n");
    let case = read(text.as_bytes());
    let messages = case.evidence.iter().map(|e| told(&case, e)[1].clone());
    assert!(messages.flatten().all(|message| message == TOKEN));
    // A bracket that the message opens is its own.
    let own = "The authorization header is malformed; [a list of regions.] is not one";
    let case = read(format!("{CODE}: {own}\n").as_bytes());
    assert_eq!(told(&case, &case.evidence[0])[1].as_deref(), Some(own));
}

#[test]
fn a_refusal_and_the_strings_in_its_words_are_one_answer() {
    let canonical = "GET\n/\n\nhost:sqs.eu-west-1.amazonaws.com\n\nhost\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let text = format!(
        "Aws::SQS::Errors::SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'{canonical}'\n"
    );
    let case = read(text.as_bytes());
    assert_eq!(case.evidence.len(), 1, "{:#?}", case.pieces);
    let answer = case.evidence[0].answer.as_ref().unwrap();
    assert_eq!(
        answer.code.map(|span| super::text(&case, span)).as_deref(),
        Some("SignatureDoesNotMatch")
    );
    assert!(answer.message.is_some());
    assert!(case.evidence[0].canonical_request.is_some());
}

#[test]
fn two_tries_are_two_answers() {
    let one = |minute: u8| {
        format!(
            "SignatureDoesNotMatch: Signature expired: 20260402T10{minute}00Z is now earlier than 20260402T11{minute}00Z (20260402T12{minute}00Z - 15 min.)\n\tstatus code: 403, request id: {minute}\n"
        )
    };
    let case = read((one(10) + &one(11)).as_bytes());
    assert_eq!(case.evidence.len(), 2, "{:#?}", case.pieces);
}

#[test]
fn a_word_of_a_sentence_is_no_answer() {
    for text in [
        "see the page on InvalidAccessKeyId and others",
        "Authorization: AWS4-HMAC-SHA256 Credential=x",
        "the signature is computed over the string",
        "InvalidSignatures: 3",
    ] {
        assert!(read(text.as_bytes()).evidence.is_empty(), "{text}");
    }
}

#[test]
fn an_error_or_a_log_behind_a_request_is_no_part_of_its_body() {
    let canonical = "PUT\n/\n\nhost:a\n\nhost\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for behind in [
        "{\"message\":\"The request signature we calculated does not match the signature you provided.\"}\n".to_owned(),
        "An error occurred (SignatureDoesNotMatch) when calling the PutObject operation: x\n".to_owned(),
        format!("2026-04-02 14:03:10,797 - MainThread - botocore.auth - DEBUG - CanonicalRequest:\n{canonical}\n"),
    ] {
        let case = read(format!("PUT / HTTP/1.1\nHost: a\n\nthe body\n{behind}").as_bytes());
        assert_eq!(body(&case, 0), Some(("the body\n".into(), true)), "{behind}");
        assert_eq!(case.evidence.len(), 1, "{behind}");
    }
}

#[test]
fn a_whole_answer_on_the_line_of_its_status_is_read_by_its_message() {
    const HEADERS: &str = "Date: Wed, 07 Apr 2021 16:56:46 GMT Content-Type: text/xml Content-Length: 327 Connection: keep-alive";
    const WORDS: &str = "Credential should be scoped to a valid region, not 'us-east-9'.";
    for front in [
        "HTTP/1.1 403 Forbidden ",
        "> result HTTP/1.1 100 Continue HTTP/1.1 403 Forbidden ",
        "HTTP/1.1 100 Continue HTTP/2 403 ",
    ] {
        let text = format!(
            "It fails:\n{front}{HEADERS} x-amzn-RequestId: 62845bb2 Sender SignatureDoesNotMatch {WORDS}\n"
        );
        let case = read(text.as_bytes());
        assert_eq!(case.evidence.len(), 1, "{text}");
        let message = told(&case, &case.evidence[0])[1].clone();
        let bare = WORDS.trim_end_matches('.');
        assert_eq!(
            message.as_deref().map(|m| m.trim_end_matches('.')),
            Some(bare)
        );
    }
    // A reason is of its status line, and headers on lines of their own are those of an answer.
    let azure = "HTTP/1.1 403 Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.\nContent-Length: 0\nDate: Wed, 07 Apr 2021 16:56:46 GMT\n\n";
    let plain = format!(
        "HTTP/1.1 403 Forbidden\nDate: Wed, 07 Apr 2021 16:56:46 GMT\n\n<Error><Code>SignatureDoesNotMatch</Code><Message>{WORDS}</Message></Error>\n"
    );
    for text in [azure, &plain] {
        let case = read(text.as_bytes());
        let answer = case.evidence[0].answer.as_ref().unwrap();
        assert_eq!(answer.status, Some(403), "{text}");
        assert!(answer.clock.is_some(), "{text}");
    }
}

#[test]
fn an_object_beside_an_error_whose_strings_are_sums_keeps_its_pairs() {
    use sha2::{Digest as _, Sha256};

    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let canonical = format!(
        "GET\n/photos/dog.jpg\n\nhost:cdn.example.org\nx-amz-content-sha256:{empty}\nx-amz-date:20130524T000000Z\n\nhost;x-amz-content-sha256;x-amz-date\n{empty}"
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n{}",
        hex::encode(Sha256::digest(&canonical))
    );
    // As util.inspect prints a string of several lines.
    let sum = |text: &str| format!("'{}'", text.replace('\n', "\\n' +\n    '"));
    let object = format!(
        "HttpRequest {{\n  method: 'GET',\n  protocol: 'https:',\n  hostname: 'examplebucket.s3.amazonaws.com',\n  path: '/photos/dog.jpg',\n  query: {{}},\n  headers: {{\n    'x-amz-user-agent': 'aws-sdk-js/3.500.0',\n    'user-agent': 'aws-sdk-js/3.500.0',\n    host: 'examplebucket.s3.amazonaws.com',\n    'x-amz-date': '20130524T000000Z',\n    'x-amz-content-sha256': '{empty}',\n    authorization: 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={empty}'\n  }},\n  body: undefined\n}}\n"
    );
    let error = format!(
        "SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.\n    at throwDefaultError (/app/index.js:838:20) {{\n  '$fault': 'client',\n  '$metadata': {{\n    httpStatusCode: 403,\n    attempts: 1\n  }},\n  Code: 'SignatureDoesNotMatch',\n  AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',\n  StringToSign: {},\n  CanonicalRequest: {},\n  RequestId: '8X2V9N4R7K1T5QWE'\n}}\n",
        sum(&to_sign),
        sum(&canonical)
    );
    for paste in [
        format!("{object}{error}"),
        format!("{error}{object}"),
        format!("{object}----\n{error}"),
    ] {
        let case = one(paste.as_bytes());
        let given = headers(&case, 0);
        assert_eq!(given.len(), 6, "{given:?}");
        assert!(
            given.contains(&"host| examplebucket.s3.amazonaws.com".to_owned()),
            "{given:?}"
        );
        assert!(
            given.contains(&"x-amz-date| 20130524T000000Z".to_owned()),
            "{given:?}"
        );
        let evidence = case
            .evidence
            .iter()
            .find(|evidence| evidence.canonical_request.is_some())
            .expect("the server's strings");
        let read = evidence.canonical_request.as_ref().unwrap();
        assert_eq!(String::from_utf8_lossy(&read.bytes(&case.docs)), canonical);
        assert!(
            matches!(
                evidence.integrity,
                Integrity::Verified | Integrity::Repaired
            ),
            "{:?}",
            evidence.integrity
        );
        assert!(!ids(&case).contains(&"unrecognised-rest"), "{paste}");
    }
}
