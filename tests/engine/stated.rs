//! What leads the answer where no signature can be held against anything: what the server stated, or what the
//! request carries in a signature's place. Every form is the literal format of the program named, filled with values
//! of our own.

use sha2::Digest as _;
use sigscope::engine::diagnose::{Diagnosis, VerdictId};
use sigscope::engine::scheme::{Now, View};
use sigscope::engine::secret::Keyring;

use crate::common::{now, paste, settings};

fn diagnosis(text: &str) -> Diagnosis {
    diagnosis_at(text, now())
}

fn diagnosis_at(text: &str, now: Now) -> Diagnosis {
    let case = paste(text);
    let view = View {
        case: &case,
        request: (!case.requests.is_empty()).then_some(0),
        keyring: &Keyring::new(),
        settings: &settings(&[]),
        now,
    };
    sigscope::engine::analyse(sigscope::engine::scheme::all(), &view).diagnosis
}

fn sentence(text: &str) -> String {
    diagnosis(text).verdict.sentence
}

fn ids(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.findings.iter().map(|f| f.id).collect()
}

const SKEW: &str = "The difference between the request time and the server's time is too large.";

#[test]
fn a_message_ends_where_its_printer_goes_on() {
    let whole = format!("The server says: “{}”.", SKEW.trim_end_matches('.'));
    for text in [
        // aws-sdk-go, its line break lost in a log.
        format!(
            "500 : Internal Error: RequestTimeTooSkewed: {SKEW} status code: 403, request id: , host id: "
        ),
        // PHP's error log.
        format!(
            "Warning: S3::getBucket(): [RequestTimeTooSkewed] {SKEW} in /data/www/releases/4/S3.php on line 126"
        ),
        // minio-java.
        format!(
            "ErrorResponse(code = RequestTimeTooSkewed, message = {SKEW}, bucketName = b, objectName = k, requestId = 17)"
        ),
        // minio-py.
        format!(
            "minio.error.ResponseError: ResponseError: code: RequestTimeTooSkewed, message: {SKEW}, request_id: 70BE,host_id: T26, resource: None, xml: None"
        ),
        // aliyun-oss-go-sdk.
        format!(
            "Error: oss: service returned error: StatusCode=403, ErrorCode=RequestTimeTooSkewed, ErrorMessage={SKEW}, RequestId=598338A88CEE3190462CAA94!"
        ),
    ] {
        assert_eq!(sentence(&text), whole, "{text}");
    }
}

#[test]
fn a_word_in_angle_brackets_ends_no_message() {
    let text = "IncompleteSignatureException: '/20210706/us-east-2/dynamodb/aws4_request' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential=<cred> /20210706/us-east-2/dynamodb/aws4_request, SignedHeaders=host'.";
    let case = paste(text);
    let message = case.evidence[0].answer.as_ref().unwrap().message.unwrap();
    assert!(case.docs.bytes(message).ends_with(b"SignedHeaders=host'."));
    assert!(!case.evidence[0].message_is_cut(&case.docs));
}

#[test]
fn the_whole_answer_leads_over_the_copy_that_guzzle_cuts() {
    let (signed, received) = ("505535e2".repeat(8), "90b81650".repeat(8));
    let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    let text = format!(
        "Error: Error executing \"PutObject\" on \"http://b.s3.us-west-1.amazonaws.com/k\"; AWS HTTP error: Client error: `PUT http://b.s3.us-west-1.amazonaws.com/k` resulted in a `400 Bad Request` response:\n\
         <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content (truncated...)\n \
         XAmzContentSHA256Mismatch (client): {message} - <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Error><Code>XAmzContentSHA256Mismatch</Code><Message>{message}</Message><ClientComputedContentSHA256>{signed}</ClientComputedContentSHA256><S3ComputedContentSHA256>{received}</S3ComputedContentSHA256></Error>"
    );
    let diagnosis = diagnosis(&text);
    let sentence = &diagnosis.verdict.sentence;
    assert!(
        sentence.contains(&signed) && sentence.contains(&received),
        "{sentence}"
    );
    assert_eq!(ids(&diagnosis)[0], "server-payload-mismatch");
}

#[test]
fn google_s_words_alone_name_no_version() {
    let words = "The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.";
    let alone = diagnosis(&format!("Aws::S3::Errors::SignatureDoesNotMatch: {words}"));
    let named = alone
        .findings
        .iter()
        .find(|f| f.id == "scheme-not-named")
        .unwrap();
    assert!(
        named.message.contains("Google Cloud Storage"),
        "{}",
        named.message
    );
    assert!(
        alone
            .findings
            .iter()
            .all(|f| !f.message.contains("version 2"))
    );
    let text = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>{words}</Message><StringToSign>PUT\n\naudio/x-m4a\n1728392838\n/bucket/obj</StringToSign></Error>"
    );
    assert!(
        diagnosis(&text)
            .findings
            .iter()
            .any(|f| f.message.contains("Google Cloud Storage version 2"))
    );
}

const VERSION_2: &str = "https://b.s3.amazonaws.com/k.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1431709638&Signature=TWgv9o7esxqhDlBxJuhYNZhCmlM%3D";

#[test]
fn a_url_of_version_2_is_named_with_its_key_and_its_end() {
    for text in [
        VERSION_2.to_owned(),
        format!("signedUrl: \"{VERSION_2}\""),
        format!("curl -T f '{VERSION_2}'"),
    ] {
        let diagnosis = diagnosis(&text);
        assert_eq!(
            diagnosis.verdict.sentence,
            "This URL is signed with Signature Version 2, which is not verified here: it is for the key AKIAIOSFODNN7EXAMPLE and ends at 2015-05-15 17:07:18 UTC.",
            "{text}"
        );
        assert!(ids(&diagnosis).contains(&"signature-version-2"));
    }
    // One name of it alone tells nothing.
    assert!(paste("https://a.example/?Signature=x").requests.is_empty());
}

fn help(diagnosis: &Diagnosis, id: &str) -> String {
    let finding = diagnosis.findings.iter().find(|f| f.id == id);
    finding.expect("it is found").help.clone()
}

#[test]
fn a_version_2_url_with_the_signature_of_another_version_is_said_so() {
    let call = "http://webservices.example.com/onca/xml?Service=S&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Timestamp=2018-08-11T18:23:26Z";
    let refused = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details";
    let mixed = diagnosis(&format!(
        "{call}&Signature={}\n\n{refused}",
        "0af7".repeat(16)
    ));
    let told = mixed
        .findings
        .iter()
        .find(|f| f.id == "signature-version-2");
    let said = &told.expect("it is found").message;
    assert!(
        said.contains("64 hex digits") && said.contains("SignatureMethod"),
        "{said}"
    );
    assert!(!help(&mixed, "signature-version-2").contains("switch the client to Version 4"));
    // Nothing of Version 2 has a region that a server could have looked at.
    assert!(!ids(&mixed).contains(&"server-ruled-out"));
    let own = help(&diagnosis(VERSION_2), "signature-version-2");
    assert!(own.contains("switch the client to Version 4"), "{own}");
}

#[test]
fn a_region_that_the_server_does_not_take_is_not_said_to_be_the_one_to_sign_for() {
    for refusal in [
        "Credential should be scoped to a valid region, not 'us-east-2'.",
        "InvalidSignatureException: The credential must be scoped to a valid region.",
    ] {
        let diagnosis = diagnosis(refusal);
        assert_eq!(diagnosis.verdict.id, VerdictId::Undecided, "{refusal}");
        let said = help(&diagnosis, "server-refused-scope");
        assert!(said.contains("Sign for the endpoint's own"), "{said}");
    }
    let service = diagnosis("Credential should be scoped to correct service: 'execute-api'.");
    let said = help(&service, "server-refused-scope");
    assert!(said.contains("Sign for what the message wants"), "{said}");
}

#[test]
fn what_the_server_stated_leads_over_version_2() {
    let refused = format!(
        "{VERSION_2}\n\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message></Error>"
    );
    let verdict = diagnosis(&refused).verdict;
    assert_eq!(verdict.id, VerdictId::Mismatch);
    assert!(
        verdict.sentence.starts_with(
            "The server refused the signature. This URL is signed with Signature Version 2"
        ),
        "{}",
        verdict.sentence
    );
    let expired = format!(
        "{VERSION_2}\n\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
    );
    assert_eq!(
        sentence(&expired),
        "The server says that the presigned URL has expired."
    );
}

#[test]
fn a_hidden_header_and_a_command_that_signs_itself_are_no_lack_of_a_signature() {
    let hidden = "DEBUG : HTTP REQUEST (req 0xc0004e6000)\nGET /?delimiter= HTTP/1.1\nHost: s3.example.com\nAuthorization: XXXX\nX-Amz-Date: 20210101T000000Z\n\n";
    assert_eq!(
        sentence(hidden),
        "The Authorization header was hidden where this was printed, so there is no signature to check."
    );
    let command = diagnosis(
        "curl --aws-sigv4 'aws:amz:us-east-1:es' --user \"$ID:$SECRET\" https://search.us-east-1.es.amazonaws.com/_search",
    );
    assert!(
        command
            .verdict
            .sentence
            .starts_with("curl signs this command itself"),
        "{}",
        command.verdict.sentence
    );
    assert!(!ids(&command).contains(&"signature-missing"));
    let step = command.next_steps.first().expect("it says what to run");
    assert!(
        step.sentence.contains("-v") && step.party == "curl",
        "{}",
        step.sentence
    );
}

#[test]
fn what_the_server_stated_leads_over_a_request_without_a_signature() {
    let text = "PUT /k HTTP/1.1\nHost: b.s3.amazonaws.com\nContent-MD5: x\n\n<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>content-md5</HeadersNotSigned></Error>";
    assert_eq!(
        sentence(text),
        "The server received content-md5 without finding it in SignedHeaders."
    );
}

#[test]
fn a_refusal_leads_over_headers_that_are_too_few() {
    let text = "{\"message\":\"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.\\n\\nThe Canonical String for this request should have been\\n'POST\\n/stage\\n\\nhost:a.execute-api.us-east-1.amazonaws.com\\nx-amz-date:20200211T205529Z\\n\\nhost;x-amz-date\\n23d10faba2ba9758d06ae91c4508d73b8501462c8792390f1da605cc12a2d787'\\n\\nThe String-to-Sign should have been\\n'AWS4-HMAC-SHA256\\n20200211T205529Z\\n20200211/us-east-1/execute-api/aws4_request\\nb0e1c056070f533feff6e3915304e1cf8a0ee73b7f1e873b1b0d413607c3f87a'\\n\"}\n\nheaders = {\n  'Authorization': 'AWS4-HMAC-SHA256 Credential=XXXX/20200211/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=e01717a2e53c3aa47bbf37e60ed285d83f2c6c8e3db99e192c83b6ec476ba7cd',\n  'Content-Type': 'text/plain'\n}\n";
    let sentence = sentence(text);
    assert!(
        sentence.starts_with("The server refused the signature."),
        "{sentence}"
    );
}

fn first_party(text: &str) -> Option<&'static str> {
    diagnosis(text).next_steps.first().map(|step| step.party)
}

const REFUSED: &str = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

#[test]
fn without_a_sign_of_a_client_what_goes_with_any_comes_first() {
    let alone =
        format!("<Error><Code>SignatureDoesNotMatch</Code><Message>{REFUSED}</Message></Error>");
    assert_eq!(first_party(&alone), Some("curl"));
    // aws-sdk for JavaScript 2, in its stack.
    let stack = format!(
        "SignatureDoesNotMatch: {REFUSED}\n    at Request.extractError (/app/node_modules/aws-sdk/lib/services/s3.js:711:35)\n"
    );
    assert_eq!(first_party(&stack), Some("AWS SDK for JavaScript v2"));
}

#[test]
fn a_program_that_is_built_on_an_sdk_is_asked_before_the_sdk() {
    let error = "operation error S3: ListBuckets, https response error StatusCode: 403, RequestID: , HostID: , api error SignatureDoesNotMatch: UnknownError";
    let rclone = format!("2026/01/19 18:25:36 NOTICE: Failed to ls: {error}\n");
    assert_eq!(first_party(&rclone), Some("rclone"));
    assert_eq!(first_party(error), Some("AWS SDK for Go v2"));
}

#[test]
fn a_string_to_sign_whose_line_ends_became_blanks_tells_date_and_scope() {
    let text = "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>-</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256 20221108T220645Z 20221108/us-east-1/s3/aws4_request 0a284d8c9d93";
    // Its own words are those of S3, and no other scheme is named for it.
    let diagnosis = diagnosis(text);
    assert!(ids(&diagnosis).contains(&"server-ruled-out"));
    let older = text.replace("AWS4-HMAC-SHA256 20221108T220645Z", "GET  x");
    assert!(!ids(&self::diagnosis(&older)).contains(&"server-ruled-out"));
}

#[test]
fn where_the_server_states_the_cause_no_client_is_asked_for_more() {
    let text = format!(
        "Error: oss: service returned error: StatusCode=403, ErrorCode=RequestTimeTooSkewed, ErrorMessage={SKEW}, RequestId=598338A88CEE3190462CAA94!"
    );
    assert!(diagnosis(&text).next_steps.is_empty());
    let text = "Signature expired: 20170721T074556Z is now earlier than 20170722T022954Z (20170722T023454Z - 5 min.)";
    assert!(diagnosis(text).next_steps.is_empty());
}

#[test]
fn of_another_scheme_nobody_is_asked_who_speaks_this_one_alone() {
    let refused = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>{REFUSED}</Message><StringToSign>PUT\n\nimage/png\n1427992617\n/b/k</StringToSign></Error>"
    );
    for text in [VERSION_2, refused.as_str()] {
        let steps = diagnosis(text).next_steps;
        assert!(!steps.is_empty(), "{text}");
        for step in steps {
            assert!(
                !step.party.contains("AWS") && step.party != "boto3",
                "{}: {text}",
                step.party
            );
        }
    }
}

#[test]
fn codes_and_sentences_are_taken_where_programs_put_them() {
    for (text, says) in [
        // s3cmd's wrapper in a console.
        (format!("warning RequestTimeTooSkewed - {SKEW}\nwarning Skipping bucket selection.\n"), "time is too large"),
        // Garage, in a client's words.
        (
            "Bad Request, Authorization header malformed, unexpected scope: 20251215/us-east-1/s3/aws4_request".to_owned(),
            "unexpected scope: 20251215/us-east-1/s3/aws4_request",
        ),
        // Cloudflare R2.
        ("UnauthorizedSigV2 authorization is not supported. Please use SigV4 instead.".to_owned(), "SigV2 authorization is not supported"),
        // The message was changed by whoever pasted it.
        (
            "<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not  @signed</Message><HeadersNotSigned>x-amz-acl</HeadersNotSigned><RequestId>".to_owned(),
            "The server received x-amz-acl without finding it in SignedHeaders.",
        ),
    ] {
        let sentence = sentence(&text);
        assert!(sentence.contains(says), "{sentence}: {text}");
    }
    // aws-sdk-php, where Guzzle has no body to show.
    let text = "Error executing \"ReceiveMessage\" on \"https://sqs.us-east-1.amazonaws.com/q\"; AWS HTTP error: Client error: 403 SignatureDoesNotMatch";
    assert_eq!(diagnosis(text).verdict.id, VerdictId::Mismatch);
    for text in [
        "in 1403 SignatureDoesNotMatch",
        "see SignatureDoesNotMatch - it means",
        "a 403 InvalidToken is",
    ] {
        assert!(paste(text).evidence.is_empty(), "{text}");
    }
}

#[test]
fn the_part_that_is_no_pair_tells_where_the_header_was_torn() {
    const SCOPE: &str = "20150620/us-east-1/cloudformation/aws4_request";
    let told = |part: &str, header: &str| {
        format!(
            "IncompleteSignature: '{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}, SignedHeaders=host;x-amz-date, Signature=240c93ba3610c73b'."
        )
    };
    for (part, header, says) in [
        (
            format!("/{SCOPE}"),
            format!("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE /{SCOPE}"),
            "A blank stands behind the key id in the Authorization header, in front of the scope.",
        ),
        (
            format!("AKIAIOSFODNN7EXAMPLE/{SCOPE}"),
            format!("AWS4-HMAC-SHA256 Credential= AKIAIOSFODNN7EXAMPLE/{SCOPE}"),
            "A blank stands in front of the key id in the Authorization header, behind Credential=.",
        ),
        (
            format!("AKIA********/{SCOPE}"),
            format!("AWS4-HMAC-SHA256 Credential=****/{SCOPE}"),
            "A blank, a line end or a comma stands in front of the key id in the Authorization header, behind Credential=.",
        ),
        (
            format!("fMI0K7mD3NgBpx/{SCOPE}"),
            String::new(),
            "A blank, a line end or a comma stands in the credential of the Authorization header, in front of fMI0K7mD3NgBpx: before the key id or inside it.",
        ),
        (
            "AWS4-HMAC-SHA256".to_owned(),
            format!("Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{SCOPE}"),
            "The value of the Authorization header begins with the name of the header, so the server found no algorithm at its beginning.",
        ),
    ] {
        assert_eq!(sentence(&told(&part, &header)), says, "{part}");
    }
    let other = sentence(&told("abc", "AWS4-HMAC-SHA256 abc"));
    assert!(other.starts_with("The server says: "), "{other}");
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

#[test]
fn strings_that_are_not_here_are_not_said_not_to_have_been_given() {
    let part = |strings: &str, end: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId>{strings}<RequestId>1</RequestId>{end}"
        )
    };
    let (given, hidden, apart) = ("gave no strings", "hidden or cut", "not in this paste");
    for (text, words) in [
        (part("", "</Error>"), given),
        (part("<StringToSign>xxx</StringToSign>", "</Error>"), hidden),
        (
            part("<StringToSign>...</StringToSignBytes>", "</Error>"),
            hidden,
        ),
        (part("", ""), apart),
        // What programs print of an exception leaves the strings out.
        (format!("SignatureDoesNotMatch (client): {MISMATCH}"), apart),
        (
            format!(
                "botocore.exceptions.ClientError: An error occurred (SignatureDoesNotMatch) when calling the GetObject operation: {MISMATCH}"
            ),
            apart,
        ),
        (
            format!(
                "com.amazonaws.services.s3.model.AmazonS3Exception: {MISMATCH} (Service: Amazon S3; Status Code: 403; Error Code: SignatureDoesNotMatch; Request ID: 1)"
            ),
            apart,
        ),
    ] {
        let said = sentence(&text);
        assert!(said.contains(words), "{text}: {said}");
        let others = [given, hidden, apart].into_iter().filter(|w| *w != words);
        for other in others {
            assert!(!said.contains(other), "{text}: {said}");
        }
        let whole = words == given;
        let help = diagnosis(&text).findings.into_iter().map(|f| f.help);
        let helps: Vec<String> = help
            .filter(|help| help.contains("gives no string"))
            .collect();
        assert_eq!(helps.is_empty(), !whole, "{text}: {helps:?}");
    }
}

#[test]
fn digests_that_disagree_are_told_in_one_spelling() {
    let text = "<Error><Code>BadDigest</Code><Message>The Content-MD5 you specified did not match what we received.</Message><ExpectedDigest>900150983cd24fb0d6963f7d28e17f72</ExpectedDigest><CalculatedDigest>jmPU6B4lPlvxQY9wLyZP4g==</CalculatedDigest></Error>";
    let said = sentence(text);
    assert!(said.contains("900150983cd24fb0d6963f7d28e17f72"), "{said}");
    assert!(said.contains("8e63d4e81e253e5bf1418f702f264fe2"), "{said}");
    let empty = text.replace("jmPU6B4lPlvxQY9wLyZP4g==", "1B2M2Y8AsgTpgAmY7PhCfg==");
    assert!(sentence(&empty).contains("received an empty body"));
    let plain = text.replace("ExpectedDigest", "Expected");
    assert!(sentence(&plain).contains("refused the request with BadDigest"));
}

#[test]
fn what_localstack_let_pass_is_no_refusal_of_its() {
    let log = "2026-04-02T08:47:40.376 WARN --- [ asgi_gw_2] l.s.s3.presigned_url : ";
    for (words, told) in [
        (
            "Signatures do not match",
            "found that the signatures differ",
        ),
        (
            "Signature is expired",
            "found that the presigned URL has expired",
        ),
    ] {
        let said = diagnosis(&format!(
            "{log}{words}, but not raising an error, as S3_SKIP_SIGNATURE_VALIDATION=1\n"
        ));
        assert_eq!(said.verdict.id, VerdictId::Undecided);
        assert!(
            said.verdict.sentence.contains(told),
            "{}",
            said.verdict.sentence
        );
        assert!(said.verdict.sentence.contains("let the request pass"));
        assert_eq!(ids(&said), ["server-let-pass"]);
    }
    let other = diagnosis("Signatures do not match, but it is no matter");
    assert!(ids(&other).is_empty());
}

#[test]
fn a_header_without_any_parameter_was_never_signed() {
    let all = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    let said = sentence(&format!("{{\"message\": \"{all} Authorization=abc\"}}"));
    assert!(said.contains("found none of the parameters"), "{said}");
    let said = sentence(&format!(
        "{{\"message\": \"{all} Authorization=eyJhbGciOiJub25lIn0.e30.\"}}"
    ));
    assert!(said.contains("a bearer token"), "{said}");
    assert!(!said.contains("eyJ"), "{said}");
    // One that is missing alone is a header of Version 4 that lost it.
    let one = "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256 Credential=A/20260402/us-east-1/execute-api/aws4_request, SignedHeaders=host";
    let said = sentence(&format!("{{\"message\": \"{one}\"}}"));
    assert!(said.starts_with("The server says"), "{said}");
}

#[test]
fn one_answer_that_is_printed_three_times_is_told_once() {
    let json = "{\"__type\":\"UnrecognizedClientException\",\"message\":\"The security token included in the request is invalid.\"}";
    let text = format!(
        "Error executing \"AdminInitiateAuth\" on \"https://cognito-idp.us-east-1.amazonaws.com\"; AWS HTTP error: Client error: `POST https://cognito-idp.us-east-1.amazonaws.com` resulted in a `400 Bad Request` response:\n{json}\n UnrecognizedClientException (client): The security token included in the request is invalid. - {json} in /srv/vendor/aws/aws-sdk-php/src/WrappedHttpHandler.php:191\n"
    );
    let said = diagnosis(&text);
    let unknown = said
        .findings
        .iter()
        .filter(|f| f.id == "server-unknown-key");
    let unknown: Vec<_> = unknown.collect();
    assert_eq!(unknown.len(), 1, "{unknown:#?}");
    assert!(!said.verdict.sentence.contains("__type"));
}

#[test]
fn php_is_asked_where_its_exception_shows_it() {
    for text in [
        format!(
            "Error executing \"PutObject\" on \"https://s3.amazonaws.com/b/k\"; AWS HTTP error: Client error: `PUT https://s3.amazonaws.com/b/k` resulted in a `403 Forbidden` response:\nSignatureDoesNotMatch (client): {MISMATCH}"
        ),
        "GuzzleHttp\\Exception\\ClientException: Client error: `GET https://s3.amazonaws.com/` resulted in a `403 Forbidden` response:\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calcul (truncated...)".to_owned(),
    ] {
        let said = diagnosis(&text);
        let first = said.next_steps.first().map(|step| step.party);
        assert_eq!(first, Some("AWS SDK for PHP"), "{text}");
    }
}

#[test]
fn a_url_of_version_2_that_has_ended_is_said_to_have() {
    let url = |end: i64| {
        format!(
            "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIDEXAMPLE&Expires={end}&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D"
        )
    };
    let at = 1_427_992_617;
    let now = || Now {
        at: chrono::DateTime::from_timestamp(at, 0).unwrap(),
        stated: true,
    };
    let said = diagnosis_at(&url(at - 7200), now()).verdict.sentence;
    assert!(said.contains(", 2 h ago by the time given"), "{said}");
    let said = diagnosis_at(&url(at + 7200), now()).verdict.sentence;
    assert!(said.contains("and ends at"), "{said}");
    assert!(!said.contains("ago"), "{said}");
}

#[test]
fn pithos_refuses_in_its_own_words() {
    let said = diagnosis(
        "clojure.lang.ExceptionInfo: invalid request signature {:type :signature-does-not-match, :status-code 403, :request {:reqid 1}}",
    );
    assert_eq!(said.verdict.id, VerdictId::Mismatch);
    assert!(said.verdict.sentence.contains("refused the signature"));
    let other = diagnosis("invalid request signature of a function");
    assert_eq!(other.verdict.id, VerdictId::Nothing);
}

#[test]
fn the_rest_of_an_error_that_names_the_signature_is_a_refusal() {
    let rest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</CanonicalRequest><StringToSign>AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972</StringToSign><SignatureProvided>f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41</SignatureProvided></Error>";
    let said = diagnosis(rest);
    assert_eq!(
        said.verdict.id,
        VerdictId::Mismatch,
        "{}",
        said.verdict.sentence
    );
    assert!(said.verdict.sentence.contains("refused the signature"));
    // Strings alone are nobody's refusal.
    let start = rest.find("<SignatureProvided>").unwrap();
    let said = diagnosis(rest.get(..start).unwrap());
    assert_eq!(
        said.verdict.id,
        VerdictId::Undecided,
        "{}",
        said.verdict.sentence
    );
}

#[test]
fn the_server_s_list_of_signed_headers_shows_what_changes_on_the_way() {
    let xml = |names: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><StringToSign>AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972</StringToSign><CanonicalRequest>GET\n/\n\nexpect:100-continue\nhost:b.s3.amazonaws.com\nx-amz-date:20130524T000000Z\n\n{names}\nUNSIGNED-PAYLOAD</CanonicalRequest></Error>"
        )
    };
    let found = diagnosis(&xml("expect;host;x-amz-date"));
    assert!(
        ids(&found).contains(&"signed-header-volatile"),
        "{:?}",
        ids(&found)
    );
    let found = diagnosis(&xml("host;x-amz-date"));
    assert!(
        !ids(&found).contains(&"signed-header-volatile"),
        "{:?}",
        ids(&found)
    );
}

#[test]
fn a_header_without_any_part_was_not_signed() {
    let both = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=Basic";
    let told = sentence(both);
    assert!(told.contains("is a user with a password (Basic)"), "{told}");
    let one = "Authorization header requires 'Credential' parameter. Authorization=AWS4-HMAC-SHA256 SignedHeaders=host, Signature=x";
    assert!(
        sentence(one).starts_with("The server says: "),
        "{}",
        sentence(one)
    );
}

#[test]
fn a_status_alone_is_a_refusal_whose_reason_is_not_here() {
    for (text, told) in [
        (
            "HTTP/1.1 403 Forbidden\nx-amz-request-id: 7B92N9P287TVT1QR\n",
            "The server answered 403, and the body of that answer, which would say why, is not here.",
        ),
        (
            "HTTP/1.1 200 OK\nx-amz-request-id: 7B92N9P287TVT1QR\n",
            "There is an answer here, and no string or signature in it that can be compared with anything.",
        ),
    ] {
        assert_eq!(sentence(text), told);
    }
}

#[test]
fn a_document_in_the_query_that_the_server_computed_is_named() {
    let answer = |query: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>{REFUSED}</Message><CanonicalRequest>POST\n/bucket/key\n{query}\nhost:bucket.s3.amazonaws.com\nx-amz-date:20260402T140310Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD</CanonicalRequest></Error>"
        )
    };
    let told = |query: &str| {
        let diagnosis = diagnosis(&answer(query));
        let finding = diagnosis
            .findings
            .into_iter()
            .find(|f| f.id == "server-query-is-body");
        finding.map(|finding| finding.message)
    };
    let xml = told("%3CCompleteMultipartUpload%3E%0A%20%3CPart%3E=&uploadId=x").expect("it is one");
    assert!(xml.contains("“<CompleteMultipartUpload>”"), "{xml}");
    assert!(told("%7B%22a%22%3A1%7D=").is_some());
    for query in ["", "uploadId=x", "prefix=%3Ca%3E", "%3C=", "%7Ba%7D="] {
        assert_eq!(told(query), None, "{query}");
    }
}

#[test]
fn a_message_goes_on_where_a_terminal_broke_its_line() {
    let first = "ERROR: XAmzContentSHA256Mismatch -- The provided 'x-amz-content-sha256' header does not match what was";
    let width = first.len();
    let block = [
        first,
        " computed.",
        "HTTP.ExceptionRequest.StatusError(400)",
    ]
    .map(|line| format!("{line:<width$}\n"))
    .concat();
    let told = "The server says: “The provided 'x-amz-content-sha256' header does not match what was computed”.";
    assert_eq!(sentence(&block), told, "{block}");
    // A line that is shorter than the next was never broken by a terminal.
    let plain = "ERROR: AccessDenied -- There were headers present in the request which were not signed\nand so on, which is longer than the line above it, and no part of what the server said\n";
    assert_eq!(
        sentence(plain),
        "The server says: “There were headers present in the request which were not signed”."
    );
}

#[test]
fn a_message_is_called_cut_only_where_it_is() {
    let printed = |end: &str| {
        sentence(&format!(
            "An error occurred (AccessDenied) when calling the PutObject operation: There were headers present in the request which were not signed{end}"
        ))
    };
    let whole =
        "The server says: “There were headers present in the request which were not signed”.";
    assert_eq!(printed(""), whole);
    assert_eq!(printed("\n"), whole);
    let cut = sentence(
        "{\"message\":\"The provided 'x-amz-content-sha256' header does not match what was",
    );
    assert!(cut.contains("was cut in this paste"), "{cut}");
}

/// Of an answer whose literal is not closed the words count all the same.
#[test]
fn a_refusal_in_an_open_literal_is_one() {
    let text = "{\"message\":\"The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/dev/a\n\naccept:application/json\nconten";
    let diagnosis = diagnosis(text);
    assert_eq!(diagnosis.verdict.id, VerdictId::Mismatch);
    assert!(
        diagnosis
            .verdict
            .sentence
            .starts_with("The server refused the signature.")
    );
}

/// botocore, the SDKs for Java, Go, JavaScript and Ruby print a refused HEAD so.
#[test]
fn an_answer_without_a_body_gives_no_reason() {
    for (text, status) in [
        (
            "botocore.exceptions.ClientError: An error occurred (403) when calling the HeadObject operation: Forbidden",
            403,
        ),
        (
            "An error occurred (400) when calling the HeadBucket operation: Bad Request",
            400,
        ),
        (
            "com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: X; S3 Extended Request ID: Y; Proxy: null)",
            403,
        ),
        (
            "software.amazon.awssdk.services.s3.model.S3Exception: null (Service: S3, Status Code: 403, Request ID: X)",
            403,
        ),
        (
            "operation error S3: HeadObject, https response error StatusCode: 403, RequestID: X, HostID: Y, api error Forbidden: Forbidden",
            403,
        ),
        (
            "Forbidden: Forbidden\n\tstatus code: 403, request id: X, host id: Y",
            403,
        ),
        (
            "Forbidden: null\n    at Request.extractError (/srv/node_modules/aws-sdk/lib/services/s3.js:711:35)",
            403,
        ),
        (
            "Aws::S3::Errors::Forbidden (Aws::S3::Errors::Forbidden)",
            403,
        ),
    ] {
        let diagnosis = diagnosis(text);
        assert_eq!(ids(&diagnosis), ["server-gave-no-reason"], "{text}");
        let says =
            format!("The server refused the request with status {status} and gave no reason");
        assert!(diagnosis.verdict.sentence.starts_with(&says), "{text}");
    }
    for text in [
        "An error occurred (AccessDenied) when calling the HeadObject operation: Access Denied",
        "it answered (403) when calling the service",
        "HTTP/1.1 403 Forbidden\n\n",
    ] {
        assert!(
            !ids(&diagnosis(text)).contains(&"server-gave-no-reason"),
            "{text}"
        );
    }
}

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn what_stands_in_strings_alone_is_told() {
    let log = |region: &str, names: &str| {
        format!(
            "2026-03-11 09:15:44,399 botocore.auth [DEBUG] CanonicalRequest:\nPUT\n/b/k\n\nhost:h.example.com\n{names}:20260311T091544Z\n\nhost;x-amz-date\n{EMPTY}\n2026-03-11 09:15:44,399 botocore.auth [DEBUG] StringToSign:\nAWS4-HMAC-SHA256\n20260311T091544Z\n20260311/{region}/s3/aws4_request\n{EMPTY}\n"
        )
    };
    let found = |text: &str| ids(&diagnosis(text));
    let host = found(&log("s3-api.example.net", "x-amz-date"));
    assert!(host.contains(&"region-is-host-name"), "{host:?}");
    let capitals = found(&log("us-east-1", "X-Amz-Date"));
    assert!(
        capitals.contains(&"canonical-name-upper-case"),
        "{capitals:?}"
    );
    let volatile = log("us-east-1", "x-amz-date")
        .replace("host:h", "expect:100-continue\nhost:h")
        .replace("host;x", "expect;host;x");
    assert!(found(&volatile).contains(&"signed-header-volatile"));
    let right = found(&log("us-east-1", "x-amz-date"));
    for id in [
        "region-is-host-name",
        "canonical-name-upper-case",
        "signed-header-volatile",
    ] {
        assert!(!right.contains(&id), "{right:?}");
    }
}

/// Where the server's reason is cut off, the scope and the host beside it may tell it.
#[test]
fn a_region_that_aws_does_not_have_is_the_cause_of_a_malformed_header() {
    let log = |region: &str, host: &str, message: &str| {
        diagnosis(&format!(
            "2026-03-11 09:15:44,399 - MainThread - botocore.auth - DEBUG - StringToSign:\nAWS4-HMAC-SHA256\n20260311T091544Z\n20260311/{region}/s3/aws4_request\n{EMPTY}\n2026-03-11 09:15:44,402 - MainThread - urllib3.connectionpool - INFO - Starting new HTTPS connection (1): {host}\n2026-03-11 09:15:44,403 - MainThread - botocore.parsers - DEBUG - Response body:\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AuthorizationHeaderMalformed</Code><Message>{message}"
        ))
    };
    let (aws, cut) = ("b.s3.amazonaws.com", "The authorization hea");
    let found = log("eu-west", aws, cut);
    assert!(
        found
            .verdict
            .sentence
            .starts_with("The scope names the region eu-west, and no region of AWS is called so"),
        "{}",
        found.verdict.sentence
    );
    for (region, host, message) in [
        ("eu-west-1", aws, cut),
        // Others than AWS call their regions as they like.
        ("eu-west", "s3.example.com", cut),
        // The server says it itself.
        (
            "eu-west",
            aws,
            "The authorization header is malformed; the region 'eu-west' is wrong; expecting 'eu-west-1'</Message></Error>",
        ),
    ] {
        assert!(
            !ids(&log(region, host, message)).contains(&"region-unknown"),
            "{region} {host}"
        );
    }
}

#[test]
fn the_path_of_a_canonical_request_alone_is_looked_at() {
    let found = |path: &str, label: &str| {
        ids(&diagnosis(&format!(
            "{label}:\nPOST\n{path}\n\nhost:h.example.com\nx-amz-date:20260311T091544Z\n\nhost;x-amz-date\n{EMPTY}\n"
        )))
    };
    let (raw, empty) = ("canonical-path-not-encoded", "canonical-path-double-slash");
    let log = "2026-03-11 09:15:44,399 botocore.auth [DEBUG] CanonicalRequest";
    for (path, told) in [
        ("/a/(b%2Bc)", vec![raw]),
        ("/a,b=c", vec![raw]),
        ("/a//b", vec![empty]),
        ("/a/%28b%252Bc%29/-._~", vec![]),
        ("/a/<id>(b)", vec![]),
    ] {
        let mut found = found(path, log);
        found.retain(|id| [raw, empty].contains(id));
        assert_eq!(found, told, "{path}");
    }
    // What a server made is as it makes it.
    let server = diagnosis(&gateway(&format!(
        "POST\n/a(b)\n\nhost:h.example.com\nx-amz-date:20260311T091544Z\n\nhost;x-amz-date\n{EMPTY}"
    )));
    assert!(!ids(&server).contains(&raw), "{:?}", ids(&server));
}

/// What API Gateway answers: both of its strings, in one message.
fn gateway(canonical: &str) -> String {
    format!(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key \
         and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request \
         should have been\n'{canonical}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20150830T123600Z\n\
         20150830/us-east-1/sqs/aws4_request\n{}'\n",
        hex::encode(sha2::Sha256::digest(canonical.as_bytes()))
    )
}

#[test]
fn a_header_that_the_server_got_twice_leads_its_answer() {
    let empty = hex::encode(sha2::Sha256::digest(b""));
    let canonical = |host: &str, kind: &str| {
        format!(
            "POST\n/\n\ncontent-type:{kind}\nhost:{host}\nx-amz-date:20150830T123600Z\nx-forwarded-for:10.0.0.1, 10.0.0.1\n\n\
             content-type;host;x-amz-date;x-forwarded-for\n{empty}"
        )
    };
    let twice = diagnosis(&gateway(&canonical(
        "sqs.us-east-1.amazonaws.com, sqs.us-east-1.amazonaws.com",
        "text/plain,text/plain",
    )));
    assert_eq!(
        twice.verdict.sentence,
        "The server refused the signature. The server's canonical request has two values each for content-type and host, which can have but one: “text/plain,text/plain”. Whether anything else differs, what was sent or signed would show."
    );
    let once = diagnosis(&gateway(&canonical(
        "sqs.us-east-1.amazonaws.com",
        "multipart/form-data; boundary=a,b",
    )));
    assert!(
        !ids(&once).contains(&"canonical-header-twice"),
        "{:?}",
        ids(&once)
    );
}

#[test]
fn a_payload_hash_that_everybody_knows_is_named_in_strings_alone() {
    let of = |text: &[u8]| hex::encode(sha2::Sha256::digest(text));
    let canonical = |method: &str, length: &str, hash: &str| {
        format!(
            "{method}\n/\n\n{length}host:a.execute-api.us-east-1.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n{hash}"
        )
    };
    let found = |canonical: String| ids(&diagnosis(&gateway(&canonical)));
    let text = "payload-hash-of-known-text";
    assert!(found(canonical("GET", "", &of(b"{}"))).contains(&text));
    assert!(found(canonical("POST", "", &of(b"null"))).contains(&text));
    assert!(!found(canonical("POST", "", &of(b"{}"))).contains(&text));
    assert!(!found(canonical("GET", "", &of(b""))).contains(&text));
    let nothing = "payload-hash-of-nothing";
    assert!(found(canonical("POST", "content-length:54\n", &of(b""))).contains(&nothing));
    assert!(!found(canonical("POST", "content-length:0\n", &of(b""))).contains(&nothing));
    assert!(!found(canonical("POST", "content-length:54\n", &of(b"{}"))).contains(&nothing));
}

#[test]
fn a_signed_header_that_the_browser_refused_to_set_is_named() {
    let canonical = |length: &str, name: &str| {
        format!(
            "POST\n/a\n\n{length}host:a.execute-api.us-east-1.amazonaws.com\nx-amz-date:20150830T123600Z\n\n{name}host;x-amz-date\n{}",
            hex::encode(sha2::Sha256::digest(b"x=1"))
        )
    };
    let signed = gateway(&canonical("content-length:3\n", "content-length;"));
    let bare = gateway(&canonical("", ""));
    let id = "signed-header-refused-by-browser";
    for console in [
        "xhr.js:125 Refused to set unsafe header \"Host\"\nxhr.js:125 Refused to set unsafe header \"Content-Length\"\n",
        "Attempt to set a forbidden header was denied: Host\nAttempt to set a forbidden header was denied: Content-Length\n",
    ] {
        let found = diagnosis(&format!("{signed}\n{console}"));
        let message = found
            .findings
            .iter()
            .find(|f| f.id == id)
            .map(|f| f.message.as_str());
        assert_eq!(
            message,
            Some("content-length is signed, and the browser refused to set it.")
        );
        let told = |text: &str| ids(&diagnosis(text));
        // Nobody signed it.
        let other = told(&format!("{bare}\n{console}"));
        assert!(!other.contains(&id) && other.contains(&"browser-refused-header"));
    }
    let host =
        format!("{signed}\nRefused to set unsafe header \"Host\"\nRefused to set unsafe header\n");
    assert!(!ids(&diagnosis(&host)).contains(&id));
    assert!(!ids(&diagnosis(&signed)).contains(&id));
}

/// What a canonical request of the signer's own shows by itself: a raw comma in the query, and a default port.
#[test]
fn raw_characters_of_a_query_and_a_default_port_are_told() {
    let canonical = |query: &str, host: &str| {
        format!(
            "canonical request:\nGET\n/api\n{query}\nhost:{host}\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n{}\n",
            hex::encode(sha2::Sha256::digest(b""))
        )
    };
    let host = "awis.us-west-1.amazonaws.com";
    for (query, host, told) in [
        (
            "a=Rank,RankByCountry",
            host,
            vec!["canonical-query-not-encoded"],
        ),
        ("a=Rank%2CRankByCountry", host, vec![]),
        ("", host, vec![]),
        (
            "a=1",
            "awis.us-west-1.amazonaws.com:443",
            vec!["canonical-host-default-port"],
        ),
        ("a=1", "awis.us-west-1.amazonaws.com:8443", vec![]),
    ] {
        let mut ids = ids(&diagnosis(&canonical(query, host)));
        ids.retain(|id| id.starts_with("canonical-"));
        assert_eq!(ids, told, "{query} {host}");
    }
}

/// A server that computes with other headers than SignedHeaders names prints a canonical request that is not the
/// one which was signed (versitygw's log has the two below each other).
#[test]
fn a_canonical_request_of_other_headers_is_not_what_was_signed() {
    let paste = |signed: &str| {
        format!(
            "Host: 10.0.0.1:7070\nUser-Agent: client/1.0\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request,SignedHeaders={signed}, Signature={}\n\
             X-Amz-Date: 20150830T123600Z\n\nDEBUG: Request Signature:\n---[ CANONICAL STRING  ]-----------------------------\n\
             GET\n/\n\nhost:10.0.0.1:7070\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n{}\n\
             ---[ STRING TO SIGN ]--------------------------------\nAWS4-HMAC-SHA256\n20150830T123600Z\n\
             20150830/us-east-1/s3/aws4_request\n070d9916b1\n",
            "37a35d96".repeat(8),
            hex::encode(sha2::Sha256::digest(b""))
        )
    };
    let other = diagnosis(&paste("host;user-agent;x-amz-date"));
    assert!(
        ids(&other).contains(&"canonical-of-other-headers"),
        "{:?}",
        ids(&other)
    );
    let said: Vec<&str> = other.findings.iter().map(|f| f.message.as_str()).collect();
    assert!(
        said.iter().any(|text| text.contains("user-agent")),
        "{said:?}"
    );
    assert!(
        !said
            .iter()
            .any(|text| text.contains("What was signed is in")),
        "{said:?}"
    );
    let same = diagnosis(&paste("host;x-amz-date"));
    assert!(
        !ids(&same).contains(&"canonical-of-other-headers"),
        "{:?}",
        ids(&same)
    );
}

#[test]
fn a_header_name_with_a_character_that_none_may_hold_is_not_to_be_signed() {
    let answer = |name: &str| {
        format!(
            "<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed\
             </Message><HeadersNotSigned>{name}</HeadersNotSigned><RequestId>1</RequestId></Error>"
        )
    };
    let odd = diagnosis(&answer("x-amz-server-side&#11;-encryption"));
    assert!(
        odd.verdict.sentence.contains("U+000B"),
        "{}",
        odd.verdict.sentence
    );
    let plain = diagnosis(&answer("x-amz-server-side-encryption"));
    assert!(
        !plain.verdict.sentence.contains("U+"),
        "{}",
        plain.verdict.sentence
    );
}

/// What is not asked with HEAD had a body, which the program could not read; a debug log has it.
#[test]
fn an_answer_that_the_program_could_not_read_is_not_said_to_have_no_body() {
    let line = "botocore.exceptions.ClientError: An error occurred (400) when calling the ListBuckets operation: Bad Request";
    let diagnosis = diagnosis(line);
    assert_eq!(ids(&diagnosis), ["server-gave-no-reason"]);
    let sentence = &diagnosis.verdict.sentence;
    assert!(
        sentence.contains("the program found no reason in its answer"),
        "{sentence}"
    );
    assert!(!sentence.contains("HEAD"), "{sentence}");
    let request = "GET / HTTP/1.1\nHost: h.example\n\n";
    let answer = "HTTP/1.1 400 Bad Request\n\n{\"__type\":\"InvalidSignatureException\",\"message\":\"The request signature we calculated does not match the signature you provided.\"}\n\n";
    let log = self::diagnosis(&format!("{request}{answer}{line}\n"));
    assert!(!ids(&log).contains(&"server-gave-no-reason"), "{log:?}");
    // Behind another request it is about that one.
    let other = self::diagnosis(&format!("{request}{answer}{request}{line}\n"));
    assert!(ids(&other).contains(&"server-gave-no-reason"), "{other:?}");
}

/// What a refusal quotes of the header shows by itself: a part that is empty, or the name of the header in its value.
#[test]
fn what_a_refusal_quotes_of_the_header_is_looked_at() {
    let malformed = |component: &str| {
        format!(
            "AuthorizationHeaderMalformed: Authorization header is malformed; the authorization component \"{component}\" is malformed."
        )
    };
    let told = |text: &str| sentence(text);
    let empty = told(&malformed("/20240926/us-east-005/s3/aws4_request"));
    assert!(
        empty.contains("key id") && empty.contains("is empty"),
        "{empty}"
    );
    let region = told(&malformed("AKIDEXAMPLE/20240926//s3/aws4_request"));
    assert!(region.contains("The region"), "{region}");
    let whole = told(&malformed(
        "AKIDEXAMPLE/20240926/us-east-005/s3/aws4_request",
    ));
    assert!(!whole.contains("is empty"), "{whole}");
    let unsupported = |value: &str| {
        format!(
            "<Error><Code>InvalidArgument</Code><Message>Unsupported Authorization Type</Message><ArgumentName>Authorization</ArgumentName><ArgumentValue>{value}</ArgumentValue></Error>"
        )
    };
    let twice = told(&unsupported(
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240926/eu-west-3/s3/aws4_request",
    ));
    assert!(
        twice.contains("begins with the name of the header"),
        "{twice}"
    );
    let other = told(&unsupported("Bearer abc"));
    assert!(!other.contains("begins with the name"), "{other}");
}

#[test]
fn a_hash_in_base64_is_told_from_another_hash() {
    use base64::Engine as _;
    let raw = sha2::Sha256::digest(b"the part");
    let answer = |client: &str| {
        format!(
            "<Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content-sha256' header does not match what was computed.</Message><ClientComputedContentSHA256>{client}</ClientComputedContentSHA256><S3ComputedContentSHA256>{}</S3ComputedContentSHA256></Error>",
            hex::encode(raw)
        )
    };
    let same = sentence(&answer(
        &base64::engine::general_purpose::STANDARD.encode(raw),
    ));
    assert!(
        same.contains("in base64") && same.contains("the very hash"),
        "{same}"
    );
    let other = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(b"another"));
    let other = sentence(&answer(&other));
    assert!(!other.contains("in base64"), "{other}");
}
