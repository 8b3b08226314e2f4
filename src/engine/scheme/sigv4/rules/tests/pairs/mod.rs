//! One pair for each id: what must bring it up, and what resembles that and must not.
//!
//! The pairs of a file of rules stand in the file of its name here.

use super::*;

mod authorization;
mod credential;
mod headers;
mod payload;
mod server;
mod server_time;
mod spelling;
mod target;
mod time;
mod unclaimed;
mod unseen;
mod wire;

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const SKEW: &str = "The difference between the request time and the current time is too large.";
const MISMATCH: &str = "The request signature we calculated does not match the signature you \
    provided. Check your key and signing method.";

/// A request to a service other than S3.
const SQS: &str = "POST / HTTP/1.1\n\
Host: sqs.us-east-1.amazonaws.com\n\
Content-Length: 4\n\
x-amz-date: 20130524T000000Z\n\
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/sqs/aws4_request, \
SignedHeaders=host;x-amz-date, \
Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n\nbody";

/// A presigned URL as a raw request.
fn raw_url(changes: &[(&str, &str)], headers: &str) -> Input {
    let target = with(URL, changes);
    let target = target
        .strip_prefix("https://examplebucket.s3.amazonaws.com")
        .unwrap();
    Input::Raw(format!(
        "GET {target} HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n{headers}\n"
    ))
}

/// Adds a header to the S3 request.
fn s3_and(header: &str) -> Input {
    raw(S3, &[("Range:", &format!("{header}\nRange:"))])
}

/// An id, what must bring it up, and what resembles that and must not.
type Pair = (&'static str, Input, Input);

/// Of the request as a whole.
fn of_the_whole() -> Vec<Pair> {
    vec![(
        "request-too-large",
        raw(
            S3,
            &[("/test.txt", &format!("/test.txt?{}", "a=b&".repeat(4_096)))],
        ),
        raw(
            S3,
            &[("/test.txt", &format!("/test.txt?{}", "a=b&".repeat(4_095)))],
        ),
    )]
}

fn pairs() -> Vec<Pair> {
    [
        of_the_whole(),
        unseen::pairs(),
        wire::pairs(),
        unclaimed::pairs(),
        authorization::pairs(),
        credential::pairs(),
        time::pairs(),
        headers::pairs(),
        payload::pairs(),
        target::pairs(),
        spelling::pairs(),
        server::pairs(),
        server_time::pairs(),
    ]
    .concat()
}

#[test]
fn each_finding_is_made_where_it_must_and_not_where_it_only_looks_so() {
    // These need more than a request: they have tests of their own.
    let elsewhere = [
        // target.rs and credential.rs beside this file
        "host-not-of-target",
        "documentation-secret",
        // tests/engine/edges.rs
        "secret-white-space",
        "body-final-newline",
        // tests/engine/fragments.rs
        "request-line-missing",
        // tests/engine/fragments.rs
        "request-cut",
        // tests/engine/stated.rs
        "canonical-name-upper-case",
        "canonical-header-twice",
        "canonical-path-not-encoded",
        "canonical-path-double-slash",
        "canonical-query-not-encoded",
        "canonical-host-default-port",
        "canonical-of-other-headers",
        "region-unknown",
        "scopes-differ",
        "signed-header-refused-by-browser",
        // tests/engine/post_forms.rs
        "post-form-not-verified",
        "post-form-field-missing",
        "post-form-file-not-last",
        "post-form-policy-unreadable",
        "post-form-field-not-in-policy",
        "post-form-field-not-sent",
        "post-form-expired",
        "post-form-bucket",
        "post-form-body-missing",
        // tests/engine/stated.rs
        "server-query-is-body",
        // tests/engine/commands.rs
        "method-not-sent",
        "call-lacks-signed-header",
        "header-of-program",
        // tests/engine/another.rs
        "server-other-request",
    ];
    let pairs = pairs();
    for check in ALL {
        assert!(
            pairs.iter().any(|(id, ..)| *id == check.id) || elsewhere.contains(&check.id),
            "{} has no pair",
            check.id
        );
    }
    let mut wrong = Vec::new();
    for (id, bad, alike) in &pairs {
        let Some(check) = ALL.iter().find(|check| check.id == *id) else {
            panic!("{id} is not in the table");
        };
        let found = of(bad);
        match find(&found, id) {
            None => wrong.push(format!("{id} is missing: {:?}", ids(&found))),
            Some(finding) => {
                assert!(finding.severity <= check.severity, "{id}");
                assert!(!finding.labels.is_empty(), "{id} points nowhere");
                assert!(!finding.message.starts_with("the "), "{finding:?}");
                assert!(
                    !finding.help.is_empty() && finding.message.ends_with(['.', '”']),
                    "{finding:?}"
                );
                let case = case_of(bad);
                for label in &finding.labels {
                    assert!(
                        case.docs.whole(label.span.doc).contains(label.span),
                        "{finding:?}"
                    );
                }
            }
        }
        let found = of(alike);
        if find(&found, id).is_some() {
            wrong.push(format!("{id} on the look-alike: {:?}", find(&found, id)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn ids(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.id).collect()
}
