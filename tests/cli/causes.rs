//! What is named as the cause, as `check` prints it. The requests are signed by a signer that shares no line
//! with this project.

use crate::home::{Home, Run};

const NOW: &str = "2026-11-22T11:41:00Z";

const SECRETS: &str = "AWS_ACCESS_KEY_ID=AKIAQX7EXAMPLEZZ12AB\n\
AWS_SECRET_ACCESS_KEY=q9Zr2Lm8Xw4Kd0Tn6Vb3Hy7Gc1Jf5Ps+EXAMPLEk\n";

const HELLO: &str = "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447";
const OTHER: &str = "0c23d0ceae909c42439cbb3069887888cb829f6c9d2c93966c944c65a6b6ed59";
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A PUT of `hello world`, with a header that may be taken out, and the signature of the whole.
fn put(owner: &str, body: &str) -> String {
    format!(
        "{SECRETS}\nPUT /a/b.txt HTTP/1.1\nHost: my-bucket.s3.us-east-1.amazonaws.com\n\
         Content-Type: text/plain\nCache-Control: max-age=60\n{owner}X-Amz-Date: 20261122T114000Z\n\
         X-Amz-Content-SHA256: {HELLO}\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIAQX7EXAMPLEZZ12AB/20261122/us-east-1/s3/aws4_request, \
         SignedHeaders=cache-control;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-owner, \
         Signature=244d4441f3b96b7ab5fb7956009ca19b2d5780ca57d6aaaf05cb61be6ccc4b1c\n\n{body}"
    )
}

/// A GET with its `Signature`.
fn get(path: &str, host: &str, date: &str, signed: &str, signature: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\nHost: {host}\nX-Amz-Date: {date}\nX-Amz-Content-SHA256: {NOTHING}\n\
         Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIAQX7EXAMPLEZZ12AB/20261122/us-east-1/s3/aws4_request, SignedHeaders={signed}, \
         Signature={signature}\n\n"
    )
}

const BUCKET: &str = "my-bucket.s3.us-east-1.amazonaws.com";
const DATE: &str = "20261122T114000Z";
const PLAIN: &str = "host;x-amz-content-sha256;x-amz-date";
const REPORTS: &str = "7d5edbab304cd46013e0d309cbabec32c3291448575181cbfd1bce5f092e31d4";

/// The server's error, which had another payload hash than the one that was signed.
fn another_payload() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The \
         request signature we calculated does not match the signature you provided. Check your key and \
         signing method.</Message><AWSAccessKeyId>AKIAQX7EXAMPLEZZ12AB</AWSAccessKeyId><StringToSign>\
         AWS4-HMAC-SHA256\n20261122T114000Z\n20261122/us-east-1/s3/aws4_request\n\
         372ffca9e02adcfafba762571969484382408d54c1ef8bfe72bada63bac15e16</StringToSign><SignatureProvided>\
         244d4441f3b96b7ab5fb7956009ca19b2d5780ca57d6aaaf05cb61be6ccc4b1c</SignatureProvided>\
         <CanonicalRequest>PUT\n/a/b.txt\n\ncache-control:max-age=60\ncontent-type:text/plain\n\
         host:my-bucket.s3.us-east-1.amazonaws.com\nx-amz-content-sha256:{HELLO}\n\
         x-amz-date:20261122T114000Z\nx-amz-meta-owner:ann\n\n\
         cache-control;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-meta-owner\n{OTHER}\
         </CanonicalRequest><RequestId>R</RequestId><HostId>H</HostId></Error>\n"
    )
}

fn check(text: &str, more: &[&str]) -> Run {
    let home = Home::new();
    let file = home.file("case.txt", text);
    let mut arguments = vec!["check", "--now", NOW, file.as_str()];
    arguments.extend(more);
    home.run(&arguments)
}

/// The text of a report on one line, as its lines are broken anywhere.
fn words(run: &Run) -> String {
    run.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(text: &str, parts: &[&str], never: &[&str]) {
    let said = words(&check(text, &[]));
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    for part in never {
        assert!(!said.contains(part), "{part:?} is in {said}");
    }
}

#[test]
fn a_payload_hash_that_the_server_had_otherwise_is_signed_for_the_body_that_is_here() {
    let text = put("x-amz-meta-owner: ann\n", "hello world\n") + &another_payload();
    says(
        &text,
        &[
            "REJECTED (proved)",
            "signer: sign the body that is sent.",
            "The body, and the header that states its hash, must reach the server unchanged.",
            "the server had “0c23d0ceae909c42439cbb3069887888cb829f6c9d2c93966c944c65a6b6ed59”, so this \
             holds only if the body and x-amz-content-sha256 arrive unchanged",
        ],
        &[
            "it is signed for what reaches the server",
            "sign what the server had",
        ],
    );
}

#[test]
fn without_the_body_it_is_asked_for_and_the_refused_hash_is_not_signed_again() {
    let text = put("x-amz-meta-owner: ann\n", "") + &another_payload();
    says(
        &text,
        &[
            "REJECTED (proved)",
            "Give the body as it was sent",
            "Its hash tells which of the two payload hashes is right",
        ],
        &[
            "Corrected request",
            "it is signed for what reaches the server",
        ],
    );
}

#[test]
fn a_signed_header_that_stands_nowhere_is_the_headline() {
    says(
        &put("", "hello world\n"),
        &[
            "MISMATCH: SignedHeaders names x-amz-meta-owner, and the request has no such header: it counts \
             as empty. As it stands, the received signature is not the one this request has",
            "error[signed-header-absent]: as said above.",
            "Next step the request: x-amz-meta-owner is signed, and this paste has no such header: add it as \
             the client sent it. x-amz-meta-owner: VALUE",
        ],
        &["What remains"],
    );
}

#[test]
fn a_scope_of_another_date_is_the_headline() {
    let request = get(
        "/reports/q3.csv",
        BUCKET,
        "20261123T000100Z",
        PLAIN,
        REPORTS,
    );
    says(
        &format!("{SECRETS}\n{request}"),
        &[
            "MISMATCH: The scope is dated 20261122, the request 20261123 (20261123T000100Z). As it stands,",
        ],
        &["What remains"],
    );
}

const TOKEN: &str =
    "AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjEXAMPLETOKEN//////////wEaCXVzLWVhc3QtMSJGMEQCIEXAMPLE==\n";

fn without_token() -> String {
    get(
        "/t.txt",
        BUCKET,
        DATE,
        "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        "f9aa715e6e535406215009b93cc0af5a2e8b804e4a5816b718f55d462bf4ebda",
    )
}

#[test]
fn a_token_that_stands_in_the_paste_and_not_in_the_request_is_a_proved_cause() {
    let text = format!("{SECRETS}{TOKEN}\n{}", without_token());
    says(
        &text,
        &[
            "EXPLAINED (proved): The session token was signed as x-amz-security-token, and this request does \
             not carry it.",
            "reproduces the received signature",
            "the request has no such header.",
        ],
        &[
            "it counts as empty",
            "x-amz-security-token left out",
            "IQoJb3JpZ2lu",
        ],
    );
    // Another token is not it, and neither is none.
    for text in [
        text.replace("IQoJb3JpZ2luX2VjEXAMPLE", "IQoJb3JpZ2luX2VjANOTHER"),
        text.replace(TOKEN, ""),
    ] {
        says(&text, &["MISMATCH", "it counts as empty"], &["EXPLAINED"]);
    }
}

#[test]
fn a_token_that_is_sent_and_signed_anew_is_not_said_to_be_left_out() {
    let text = format!("{SECRETS}{TOKEN}\n{}", without_token());
    let text = text.replace("Signature=f9", "Signature=00");
    says(
        &text,
        &["MISMATCH", "session token: it stands beside the secret"],
        &["left out"],
    );
}

#[test]
fn a_signature_that_nothing_explains_comes_with_what_was_tried() {
    let wrong = "00".repeat(32);
    let request = get(
        "/a%20b.txt",
        BUCKET,
        DATE,
        "x-amz-date;host;x-amz-content-sha256",
        &wrong,
    );
    says(
        &format!("{SECRETS}\n{request}"),
        &[
            "What remains: another secret",
            "was tried as well, each alone and two at once, and does not give it: --path-encoding twice, --payload \
             unsigned, --host-value port-443, --host-value port-80.",
            "SignedHeaders is not in sorted order",
        ],
        &["--path-normalization", "--plus-in-query"],
    );
    let elsewhere = format!("{SECRETS}\n{request}").replace("/s3/", "/execute-api/");
    says(
        &elsewhere,
        &[
            "was tried as well, each alone and two at once, and does not give it: --path-encoding once, --host-value \
             port-443, --host-value port-80.",
        ],
        &["--payload"],
    );
}

#[test]
fn what_remains_names_nothing_that_the_request_has_not() {
    let wrong = "00".repeat(32);
    let signed = "x-amz-date;host;x-amz-content-sha256";
    let remains = |target: &str, named: &[&str], unnamed: &[&str]| {
        let request = get(target, BUCKET, DATE, signed, &wrong);
        says(&format!("{SECRETS}\n{request}"), named, unnamed);
    };
    remains(
        "/",
        &["another secret"],
        &["another path", "the path encoded", "another payload"],
    );
    remains(
        "/a.txt",
        &["another path"],
        &["the path encoded", "another payload"],
    );
    remains(
        "/a%20b.txt",
        &["the path encoded otherwise"],
        &["another path", "another payload"],
    );
}

#[test]
fn of_several_requests_it_is_said_which_was_taken_and_how_the_others_stand() {
    let first = get("/reports/q3.csv", BUCKET, DATE, PLAIN, REPORTS);
    let second = get(
        "/other.txt",
        "evil.proxy",
        DATE,
        PLAIN,
        "1cdae5cd655b7535e972d073e92ff0e4c764392d1ffca735b8d5828359d82f0a",
    );
    let text = format!("{SECRETS}\n{first}{second}");
    says(
        &text,
        &[
            "MATCH (proved)",
            "This is request 1 of 2: GET /reports/q3.csv.",
            "Give --request 2 for GET /other.txt: its signature differs.",
        ],
        &[],
    );
    let run = check(&text, &["--markdown", "--request", "2"]);
    let said = words(&run);
    assert_eq!(run.status, 1);
    assert!(
        said.contains("This is request 2 of 2: GET /other.txt."),
        "{said}"
    );
    assert!(
        said.contains("request 1 for GET /reports/q3.csv: its signature is right."),
        "{said}"
    );
    says(
        &format!("{SECRETS}\n{first}"),
        &["MATCH"],
        &["This is request", "--request"],
    );
    let run = check(&format!("{SECRETS}\n{first}"), &["--request", "9"]);
    assert!(
        run.err
            .contains("asks for request 9, and there is only 1 here"),
        "{run:?}"
    );
}

#[test]
fn a_secret_that_is_assigned_and_has_no_value_is_said() {
    let request = get("/reports/q3.csv", BUCKET, DATE, PLAIN, REPORTS);
    let secret = "q9Zr2Lm8Xw4Kd0Tn6Vb3Hy7Gc1Jf5Ps+EXAMPLEk";
    let said = "AWS_SECRET_ACCESS_KEY stands here without a value that could be one.";
    let none = "x".repeat(40);
    for value in ["", &none, "undefined", "null", "<secret>", "$SECRET", "***"] {
        let text = format!("{}\n{request}", SECRETS.replace(secret, value));
        says(&text, &["UNDECIDED", said], &[]);
    }
    says(
        &format!("{SECRETS}\n{request}"),
        &["MATCH"],
        &["without a value"],
    );
    // Named, and nothing assigned.
    says(
        &format!("the secret_access_key is lost\n\n{request}"),
        &["UNDECIDED"],
        &["without a value"],
    );
}
