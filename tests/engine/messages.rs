//! What verifiers and the programs in front of them print of a refusal, word for word, and what is said of it: the
//! verdict, the finding, and who is asked first. Every form is the literal one of the program named, filled with values
//! of our own.

use sigscope::engine::diagnose::{Diagnosis, VerdictId};
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

/// Where the finding of this name says what to do.
fn help(diagnosis: &Diagnosis, id: &str) -> String {
    let found = diagnosis.findings.iter().find(|f| f.id == id);
    found.map(|f| f.help.clone()).unwrap_or_default()
}

fn first_party(diagnosis: &Diagnosis) -> Option<&'static str> {
    diagnosis.next_steps.first().map(|step| step.party)
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

#[test]
fn a_refusal_of_the_signature_is_one_in_whatever_words_it_is_printed() {
    for text in [
        // The SDK for .NET, where the answer had no body.
        "Amazon.S3.AmazonS3Exception: Error making request with Error Code SignatureDoesNotMatch and Http Status Code Forbidden. No further error information was returned by the service. ---> Amazon.Runtime.Internal.HttpErrorResponseException: The remote server returned an error: (403) Forbidden.",
        // The headers of an answer, their line ends lost.
        "{Connection: keep-alivex-amzn-RequestId: 728bd01fx-amzn-ErrorType: InvalidSignatureExceptionx-amz-apigw-id: Uaxq=Date: Wed, 14 Oct 2020 20:44:02 GMT}",
        // The SDK for Go v1 by its parts; Backblaze B2.
        "response: {\n\n} error: AWS Error:  AccessDenied Signature validation failed <nil>\n403 1e4fd200d7558a85\n",
        "<Error><Code>AccessDenied</Code><Message>Signature validation failed</Message></Error>",
        // A code that stands alone, as an element, in Markdown, as a field.
        "  <Code>SignatureDoesNotMatch</Code>\n",
        "**Aws::S3::Errors::SignatureDoesNotMatch** in **Job@images**\n",
        "`SignatureDoesNotMatch`\n",
        "ErrorCode=SignatureDoesNotMatch ErrorMessage=\"no\"\n",
        // Product Advertising API.
        "{\"Errors\":[{\"Code\":\"InvalidSignature\",\"Message\":\"The request has not been correctly signed. If you are using an AWS SDK, requests are signed for you automatically.\"}]}",
    ] {
        let found = diagnosis(text);
        let sentence = &found.verdict.sentence;
        assert_eq!(found.verdict.id, VerdictId::Mismatch, "{text}: {sentence}");
        assert!(
            sentence.starts_with("The server refused the signature"),
            "{text}: {sentence}"
        );
        assert!(!ids(&found).contains(&"unrecognised-rest"), "{text}");
    }
}

#[test]
fn a_stated_cause_is_named_with_what_to_do() {
    for (text, id, words) in [
        // MinIO until 2016.
        (
            "ERRO[1132] Initializing signature v4 failed.             Error={Cause:Missing fields in auth header Type:*errors.errorString CallTrace:[{Line:46 Filename:api-signature.go Function:main.x Env:map[]}]}",
            "server-refused-authorization",
            "Version 2 has another form",
        ),
        // Amazon S3, its placeholder's brackets shown as they are.
        (
            "<Error>\n<Code>AuthorizationHeaderMalformed</Code>\n<Message>\n**The authorization header is malformed; the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request**\".\n</Message>\n</Error>",
            "server-refused-authorization",
            "five parts between slashes",
        ),
        (
            "api error AuthorizationHeaderMalformed: The authorization header is malformed; a non-empty Access Key (AKID) must be provided in the credential.",
            "server-refused-authorization",
            "is empty",
        ),
        // MinIO, of a form.
        (
            "<Error><Code>AccessDenied</Code><Message>Access Denied. (Each form field that you specify in a form (except Awsaccesskeyid, Signature) must appear in the list of conditions.)</Message><BucketName>b</BucketName><Resource>/b</Resource></Error>",
            "server-refused-policy",
            "condition",
        ),
        // Cloudflare R2.
        (
            "InvalidArgument: Credential access key has length 20, should be 32\n",
            "server-unknown-key",
            "another provider",
        ),
        (
            "InvalidRegionName: The region name 'us-east-1' is not valid. Must be one of: wnam, enam, weur, eeur, apac, auto\n",
            "server-refused-scope",
            "auto",
        ),
        // Oracle Cloud.
        (
            "An error occurred (SignatureDoesNotMatch) when calling the ListObjectsV2 operation: The secret key required to complete authentication could not be found. The region must be specified if this is not the home region for the tenancy.",
            "server-unknown-key",
            "home region",
        ),
        // Amazon EC2.
        (
            "An error occurred (AuthFailure) when calling the DescribeInstances operation: AWS was not able to validate the provided access credentials\n",
            "server-refused-credentials",
            "clock",
        ),
        // OpenSearch.
        (
            "{\"Message\":\"User: anonymous is not authorized to perform: es:ESHttpGet\"}",
            "server-saw-no-signature",
            "without a signature",
        ),
        (
            "<Error><Code>InvalidArgument</Code><Message>Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.</Message></Error>",
            "server-refused-version",
            "Version 4",
        ),
        (
            "<Error><Code>AccessDenied</Code><Message>The V2 signature authorization mechanism is not supported. Please use AWS4-HMAC-SHA256.</Message></Error>",
            "server-refused-version",
            "Version 4",
        ),
        // The services of AWS, each sentence on a line of its own, the last one cut.
        (
            "API Error: 403 Authorization header requires 'Credential' parameter.   \nAuthorization header requires 'Signature' parameter.   \nAuthorization header requires 'SignedHead",
            "server-refused-authorization",
            "Sign the request",
        ),
        // A global service, by the call beside the answer.
        (
            "$ aws iam list-users --region eu-west-1\nAn error occurred (SignatureDoesNotMatch) when calling the ListUsers operation: Credential should be scoped to a valid region, not 'eu-west-1'.\n",
            "server-refused-scope",
            "takes us-east-1 alone",
        ),
        (
            "InvalidSignatureException: Credential should be scoped to a valid region.\n at /var/task/node_modules/@aws-sdk/client-cloudfront-keyvaluestore/dist-cjs/index.js:1:1\n",
            "server-refused-scope",
            "Version 4A",
        ),
        // The services of AWS, of a header that was signed and did not come.
        (
            "IncompleteSignatureException: 'x-amz-security-token' is named as a SignedHeader, but it does not exist in the HTTP request.",
            "server-missed-signed-header",
            "an empty variable",
        ),
        (
            "{\"message\":\"'x-amz-meta-a' is named as a SignedHeader, but it does not exist in the HTTP request\"}",
            "server-missed-signed-header",
            "something between took it off",
        ),
        // A screen of `aws configure` in the place of a key id.
        (
            "IncompleteSignature: 'Access' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential=AWS Access Key ID [None]: AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'.",
            "server-refused-authorization",
            "aws_access_key_id",
        ),
        // Amazon S3, of a form.
        (
            "<Message>Invalid according to Policy: Policy Condition failed: [\"starts-with\", \"$Content-Type\", \"\"]</Message>",
            "server-refused-policy",
            "no field Content-Type that is read",
        ),
        (
            "<Message>Invalid according to Policy: Policy Condition failed: [\"starts-with\", \"$key\", \"user/\"]</Message>",
            "server-refused-policy",
            "begin with “user/”",
        ),
        (
            "AccessDenied: Invalid according to Policy: Policy Condition failed: [\"eq\", \"$acl\", \"public-read\"]\n",
            "server-refused-policy",
            "exactly “public-read”",
        ),
        (
            "It answers:\n\n`Invalid according to Policy: Extra input fields: bucket`\n",
            "server-refused-policy",
            "the field bucket, and",
        ),
        (
            "Invalid according to Policy: Policy expired.",
            "server-refused-policy",
            "expiration is past",
        ),
        // What names no part of it.
        (
            "Invalid Policy: Invalid JSON.",
            "server-refused-policy",
            "every field but policy",
        ),
    ] {
        let found = diagnosis(text);
        let said: Vec<_> = ids(&found).into_iter().filter(|own| *own == id).collect();
        assert_eq!(said.len(), 1, "{text}: {:?}", ids(&found));
        assert!(
            help(&found, id).contains(words),
            "{text}: {}",
            help(&found, id)
        );
        assert_eq!(found.verdict.id, VerdictId::Undecided, "{text}");
        assert!(!ids(&found).contains(&"unrecognised-rest"), "{text}");
    }
}

#[test]
fn a_sentence_with_a_field_s_name_at_its_end_is_not_called_cut_and_others_are() {
    let sentence = |text: &str| diagnosis(text).verdict.sentence;
    for text in [
        "Invalid according to Policy: Extra input fields: bucket",
        "`AccessDenied: Invalid according to Policy: Extra input fields: bucket`",
    ] {
        assert_eq!(
            sentence(text),
            "The server says: “Invalid according to Policy: Extra input fields: bucket”.",
            "{text}"
        );
    }
    let cut = sentence("Invalid according to Policy: Extra input fi");
    assert!(cut.contains("was cut"), "{cut}");
}

#[test]
fn a_date_in_the_server_s_future_was_not_under_way() {
    let found = |text: &str| {
        let found = diagnosis(text);
        let help = help(&found, "server-clock-skew");
        (found.verdict.sentence, help)
    };
    let (sentence, own) = found(
        "SignatureDoesNotMatch: Signature not yet current: 20150830T130000Z is still later than 20150830T125100Z (20150830T123600Z + 15 min.)",
    );
    assert!(
        sentence.starts_with(
            "Your clock is 24 m fast, or the server's is that slow: the request was signed"
        ),
        "{sentence}"
    );
    assert!(!own.contains("sent again") && own.contains("UTC"), "{own}");
    let (sentence, own) = found(
        "SignatureDoesNotMatch: Signature expired: 20150828T124800Z is now earlier than 20150830T122100Z (20150830T123600Z - 15 min.)",
    );
    assert!(
        sentence.contains("or the request was that long under way: it was signed"),
        "{sentence}"
    );
    assert!(own.contains("sent again"), "{own}");
}

#[test]
fn the_words_behind_a_code_are_its_message_though_nobody_knows_them() {
    for (text, words) in [
        (
            "An error occurred (AccessDeniedException) when calling the InvokeModel operation: User: arn:aws:iam::111122223333:user/u is not authorized to perform: bedrock:InvokeModel\n",
            "“User: arn:aws:iam::111122223333:user/u is not authorized to perform: bedrock:InvokeModel”",
        ),
        (
            "{\"Code\":\"AccessDenied\",\"Message\":\"Not on Sundays\"}",
            "AccessDenied: “Not on Sundays”",
        ),
        (
            "S3 operation failed; code: AccessDenied, message: Not on Sundays, resource: /b/k",
            "AccessDenied: “Not on Sundays”",
        ),
    ] {
        let sentence = diagnosis(text).verdict.sentence;
        assert!(sentence.contains(words), "{text}: {sentence}");
        // Nobody can tell whether a sentence goes on that is not known.
        assert!(
            !sentence.contains('…') && !sentence.contains("cut"),
            "{sentence}"
        );
    }
    // The name of another error, or a place in a program, is no message.
    for text in [
        "InvalidToken: AccessDenied\n",
        "SignatureDoesNotMatch: 403\n",
        "AccessDenied: \n    at Request.extractError (/app/s3.js:1:2)\n",
    ] {
        let sentence = diagnosis(text).verdict.sentence;
        assert!(!sentence.contains('“'), "{text}: {sentence}");
    }
}

#[test]
fn one_thing_is_said_once_with_all_its_places() {
    // The same refusal in a log and in its answer.
    let twice = format!(
        "[DEBUG] <Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><RequestId>x</RequestId></Error>\n[DEBUG] error SignatureDoesNotMatch: {MISMATCH}\n\tstatus code: 403, request id: x\n"
    );
    let found = diagnosis(&twice);
    let ruled: Vec<_> = found
        .findings
        .iter()
        .filter(|f| f.id == "server-ruled-out")
        .collect();
    assert_eq!(ruled.len(), 1, "{:?}", ids(&found));
    assert_eq!(ruled[0].labels.len(), 2);
    // Several headers that are changed on the way in one way; another way is another remark.
    let names = "host;user-agent;via;x-amz-date;x-forwarded-for";
    let xml = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><StringToSign>AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972</StringToSign><CanonicalRequest>GET\n/\n\nhost:b.s3.amazonaws.com\nuser-agent:a\nvia:b\nx-amz-date:20130524T000000Z\nx-forwarded-for:1.1.1.1\n\n{names}\nUNSIGNED-PAYLOAD</CanonicalRequest></Error>"
    );
    let found = diagnosis(&xml);
    let said: Vec<_> = found
        .findings
        .iter()
        .filter(|f| f.id == "signed-header-volatile")
        .map(|f| (f.message.as_str(), f.labels.len()))
        .collect();
    assert_eq!(
        said,
        [
            (
                "user-agent is signed, and it is set by HTTP clients after signing, or changed by proxies.",
                1
            ),
            (
                "via and x-forwarded-for are signed, and each is added to or rewritten by proxies and load balancers.",
                2
            ),
        ]
    );
}

#[test]
fn the_tool_at_hand_is_asked_first() {
    let refused = |extra: &str| {
        format!(
            "<Error>\n  <Code>SignatureDoesNotMatch</Code>\n  <Message>{MISMATCH}</Message>\n{extra}</Error>\n"
        )
    };
    let cli = format!(
        "2025-09-03 14:35:47,976 - MainThread - awscli.clidriver - DEBUG - Exception caught in main()\nTraceback (most recent call last):\n  File \"awscli\\clidriver.py\", line 517, in main\n  File \"awscli\\botocore\\client.py\", line 907, in _make_api_call\nbotocore.exceptions.ClientError: An error occurred (SignatureDoesNotMatch) when calling the GetObject operation: {MISMATCH}\n"
    );
    let alone = format!(
        "\nAn error occurred (SignatureDoesNotMatch) when calling the GetObject operation: {MISMATCH}\n"
    );
    let boto = format!(
        "botocore.exceptions.ClientError: An error occurred (SignatureDoesNotMatch) when calling the GetObject operation: {MISMATCH}\n"
    );
    let php = format!(
        "array(2) {{\n  [\"__type\"]=>\n  string(50) \"com.amazon.coral.service#InvalidSignatureException\"\n  [\"message\"]=>\n  string(178) \"{MISMATCH}\"\n}}\n"
    );
    for (text, party) in [
        // MinIO names the key, the bucket and the resource, indented or not.
        (
            refused(
                "  <Key>k</Key>\n  <BucketName>b</BucketName>\n  <Resource>/b/k</Resource>\n  <RequestId>16BC1B96FE896459</RequestId>\n",
            ),
            "MinIO",
        ),
        // Ceph's gateway numbers its requests.
        (
            refused(
                "  <RequestId>tx0000000000000006213d8-005c96f31b-2392-zone-79aba3</RequestId>\n",
            ),
            "Ceph RGW",
        ),
        (cli, "AWS CLI"),
        (alone, "AWS CLI"),
        (boto, "boto3"),
        (php, "AWS SDK for PHP"),
        // Swift's ids are no count, and nothing tells of who else it is.
        (
            refused("  <RequestId>txbdcaf59a5fbf4cdf9d5ef-0051eab1d3</RequestId>\n"),
            "curl",
        ),
    ] {
        let found = diagnosis(&text);
        assert_eq!(first_party(&found), Some(party), "{text}");
        assert_eq!(found.holder_known, party != "curl", "{text}");
        let parties: Vec<_> = found.next_steps.iter().map(|step| step.party).collect();
        if party == "MinIO" {
            assert!(
                !parties.contains(&"Ceph RGW") && !parties.contains(&"Garage"),
                "{parties:?}"
            );
        }
    }
}

#[test]
fn the_nearest_step_names_what_was_asked_for() {
    let xml = |query: &str, path: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message><StringToSign>AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/lambda/aws4_request\n7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972</StringToSign><CanonicalRequest>POST\n{path}\n{query}\nhost:lambda.us-east-1.amazonaws.com\nx-amz-date:20130524T000000Z\n\nhost;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</CanonicalRequest></Error>"
        )
    };
    let line = |text: &str| {
        let found = diagnosis(text).next_steps;
        found
            .into_iter()
            .find(|step| step.party == "curl")
            .map(|step| step.snippet)
            .unwrap_or_default()
    };
    // The hash of this text is another one than stated, which is said; its fields are read all the same.
    let filled = line(&xml(
        "Qualifier=PROD",
        "/2015-03-31/functions/f/invocations",
    ));
    assert!(
        filled.starts_with("curl -sS -i -X POST 'https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/f/invocations?Qualifier=PROD' -H"),
        "{filled}"
    );
    // A signature or a token in the query is not repeated, nor a path that is encoded twice.
    for (query, path) in [
        ("X-Amz-Security-Token=t&X-Amz-Signature=s", "/f"),
        ("", "/a%253A"),
    ] {
        let open = line(&xml(query, path));
        assert!(open.contains("'URL'") && !open.contains("X-Amz-"), "{open}");
    }
}

#[test]
fn a_preflight_that_failed_leads_and_the_secret_comes_behind() {
    let url = "https://b.s3.us-east-1.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T075713Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972";
    let text = format!(
        "Access to fetch at '{url}' from origin 'http://localhost:3001' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.\n"
    );
    let found = diagnosis(&text);
    assert!(
        found
            .verdict
            .sentence
            .starts_with("The browser says that the preflight failed"),
        "{}",
        found.verdict.sentence
    );
    assert_eq!(first_party(&found), Some("browser"));
    assert!(found.next_steps.iter().any(|step| step.party == "sigscope"));
    // The URL alone is another matter: there the secret tells most.
    assert_eq!(first_party(&diagnosis(url)), Some("sigscope"));
}

/// The SDK for PHP prints the message and behind it the whole answer, whose tags a page may have swallowed.
#[test]
fn an_answer_that_is_printed_twice_is_told_once() {
    const MALFORMED: &str = "The authorization header is malformed; the Credential is mal-formed; expecting \"/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    let code = "AuthorizationHeaderMalformed";
    let front = "Error executing \"ListBuckets\" on \"https://s3.amazonaws.com/\"; AWS HTTP error: Client error: `GET https://s3.amazonaws.com/` resulted in a `400 Bad Request` response: ";
    for behind in [
        // As it is printed, its tags lost without a trace, and with a blank for each.
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{MALFORMED}</Message><RequestId>0A1B</RequestId></Error>"
        ),
        format!("{code}{MALFORMED}0A1B2C3D4E5F0A1Bp+qWOJm7jElhNAe5yyBLjGmRAh="),
        format!("{code} {MALFORMED} 0A1B2C3D4E5F0A1B p+qWOJm7jElhNAe5yyBLjGmRAh="),
    ] {
        let found = diagnosis(&format!("{front}{code} (client): {MALFORMED} - {behind}"));
        let sentence = &found.verdict.sentence;
        assert_eq!(
            *sentence,
            format!("The server says: “{}”.", MALFORMED.trim_end_matches('.')),
            "{behind}"
        );
        let refused = ids(&found)
            .into_iter()
            .filter(|id| *id == "server-refused-authorization");
        assert_eq!(refused.count(), 1, "{behind}");
    }
    // A dash in a message ends nothing.
    let dashed = diagnosis(&format!(
        "{code} (client): The authorization header is malformed; a - b is no region"
    ));
    assert!(
        dashed.verdict.sentence.contains("a - b is no region"),
        "{}",
        dashed.verdict.sentence
    );
}

/// What clients say of a request besides its answer: its method, its address, and what of that is often signed otherwise.
#[test]
fn what_a_client_tells_of_its_request_is_told() {
    const BODY: &str = "\n{\"message\":\"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.\"}";
    let said = |text: &str, id: &str| {
        let found = diagnosis(&format!("{text}{BODY}"));
        let finding = found.findings.iter().find(|f| f.id == id);
        finding.map(|f| f.message.clone())
    };
    let told = |text: &str| said(text, "request-only-named").unwrap_or_default();
    for (text, request) in [
        (
            "ResponseException: method [GET], host [https://search.example.com:443], URI [/_cat/indices?v&bytes=b], status line [HTTP/1.1 403 Forbidden]",
            "than its method and address, GET https://search.example.com:443/_cat/indices?v&bytes=b, and",
        ),
        (
            "> URI [/_cat/indices?format=json&v], status line [HTTP/1.1 403 Forbidden]",
            "than its address, /_cat/indices?format=json&v, and",
        ),
        (
            "Client error: `PUT https://b.example.com/k` resulted in a `403 Forbidden` response:",
            "than its method and address, PUT https://b.example.com/k, and",
        ),
        (
            "Error executing \"PutObject\" on \"https://b.example.com/k\"; AWS HTTP error: Client error: `PUT https://b.example.com/k` resulted in a `403 Forbidden` response:",
            "than its method and address, PUT https://b.example.com/k, and",
        ),
        (
            "feign.FeignException$Forbidden: [403 Forbidden] during [DELETE] to [https://b.example.com/k] [Api#delete()]: [no]",
            "than its method and address, DELETE https://b.example.com/k, and",
        ),
        (
            "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://b.example.com/k",
            "than its address, https://b.example.com/k, and",
        ),
        (
            "Error: Authorization Exception\n  status: 403,\n  displayName: 'AuthorizationException',\n  message: 'Authorization Exception',\n  path: '/_bulk',\n  query: { refresh: 'true' },\n  body: '{\"index\":{}}\\n',\n  statusCode: 403",
            "than its address, /_bulk, its query, { refresh: 'true' }, its body, and",
        ),
    ] {
        assert!(told(text).contains(request), "{text}: {}", told(text));
    }
    let alone = |query: &str| {
        said(
            &format!("URI [/_cat/indices?{query}], status line [HTTP/1.1 403 Forbidden]"),
            "query-name-alone",
        )
    };
    assert!(alone("v&format=json").is_some_and(|m| m.contains(" v stands without =")));
    assert!(alone("format=json&pretty").is_some_and(|m| m.contains(" pretty stands")));
    assert_eq!(alone("v=&format=json"), None);
    assert_eq!(alone("format=json"), None);
}

/// An error of the client's own says that nothing was sent: that leads where no server answered.
#[test]
fn a_client_that_did_not_reach_its_server_tells_nothing_of_the_signature() {
    const URL: &str = "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260701%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260701T120000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=a65260ae911a26b024b62019a31000154c3a8bec8d7f8dd1802f863085a2b055";
    for (error, cause) in [
        (
            "curl: (6) Could not resolve host: b.s3.amazonaws.com",
            "did not find the host",
        ),
        (
            "Error: getaddrinfo ENOTFOUND b.s3.amazonaws.com\n    at GetAddrInfoReqWrap.onlookup",
            "did not find the host",
        ),
        (
            "dial tcp: lookup b.s3.amazonaws.com on 192.0.2.53:53: no such host",
            "did not find the host",
        ),
        (
            "aws-c-io: AWS_IO_DNS_INVALID_NAME, Host name was invalid for dns resolution.",
            "did not find the host",
        ),
        (
            "java.net.UnknownHostException: b.s3.amazonaws.com",
            "did not find the host",
        ),
        (
            "curl: (60) SSL certificate problem: unable to get local issuer certificate",
            "did not accept the server's certificate",
        ),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate",
            "did not accept the server's certificate",
        ),
    ] {
        for text in [format!("{error}\n\n{URL}\n"), format!("{error}\n")] {
            let sentence = diagnosis(&text).verdict.sentence;
            assert!(sentence.contains(cause), "{text}: {sentence}");
        }
        let answered = diagnosis(&format!(
            "{error}\n\n{URL}\n\n<Error><Code>SignatureDoesNotMatch</Code><Message>{MISMATCH}</Message></Error>\n"
        ));
        assert!(!ids(&answered).contains(&"server-not-reached"), "{error}");
    }
}

/// The label of a string that was read is no rest.
#[test]
fn the_label_of_a_string_is_understood_with_it() {
    let object = "{\n    \"HostId\": \"a\", \n    \"StringToSign\": \"PUT\\n\\napplication/x-www-form-urlencoded\\nWed, 08 May 2013 07:35:35 GMT\\n/b?website\", \n    \"Code\": \"SignatureDoesNotMatch\", \n    \"SignatureProvided\": \"jy8BTjAhu39UcyoXz51FTqXXXX=\"\n}";
    let found = diagnosis(object);
    assert!(
        !ids(&found).contains(&"unrecognised-rest"),
        "{:?}",
        ids(&found)
    );
    assert!(ids(&found).contains(&"scheme-not-followed"));
    let unread = diagnosis(&format!("{object}\n\"StringToSign\": 7\n"));
    assert!(ids(&unread).contains(&"unrecognised-rest"));
}

/// A log that ends where a request begins says so.
#[test]
fn a_log_that_stops_in_the_record_of_a_request_is_cut() {
    let line = "2026-07-01T12:00:00.000+0100 [DEBUG] backend-s3: HTTP Request Sent: aws.operation=GetObject aws.region=eu-west-1 aws.service=";
    assert!(ids(&diagnosis(line)).contains(&"log-stops"));
    let whole = format!(
        "{line}S3 http.method=GET http.url=https://b.s3.amazonaws.com/k http.request.header.x_amz_date=20260701T120000Z\n"
    );
    assert!(!ids(&diagnosis(&whole)).contains(&"log-stops"));
}
