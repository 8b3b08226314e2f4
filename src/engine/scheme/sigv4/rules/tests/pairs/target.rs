//! The host and the target.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "host-missing",
            raw(S3, &[("Host: examplebucket.s3.amazonaws.com\n", "")]),
            raw(S3, &[("Host:", ":authority:")]),
        ),
        (
            "host-duplicate",
            s3_and("host: examplebucket.s3.amazonaws.com"),
            s3_and("x-host: examplebucket.s3.amazonaws.com"),
        ),
        (
            "host-default-port",
            raw(S3, &[("s3.amazonaws.com", "s3.amazonaws.com:443")]),
            raw(S3, &[("s3.amazonaws.com", "s3.amazonaws.com:8443")]),
        ),
        (
            "private-host-in-url",
            url(&[("examplebucket.s3.amazonaws.com", "minio:9000")]),
            url(&[("examplebucket.s3.amazonaws.com", "minio.example.com:9000")]),
        ),
        (
            "s3-uri-in-path",
            raw(S3, &[("/test.txt", "/s3://bucket/key")]),
            raw(S3, &[("/test.txt", "/s3/bucket/key")]),
        ),
        (
            "bucket-twice",
            raw(S3, &[("/test.txt", "/examplebucket/test.txt")]),
            raw(S3, &[("/test.txt", "/examplebucket2/test.txt")]),
        ),
        (
            "path-double-slash",
            raw(S3, &[("/test.txt", "//test.txt")]),
            raw(S3, &[("/test.txt", "/a/test.txt?x=//")]),
        ),
        (
            "website-endpoint",
            raw(
                S3,
                &[(
                    "examplebucket.s3.amazonaws",
                    "examplebucket.s3-website-us-east-1.amazonaws",
                )],
            ),
            raw(S3, &[]),
        ),
        (
            "fragment-in-target",
            url(&[("/test.txt", "/te#st.txt")]),
            url(&[("/test.txt", "/te%23st.txt")]),
        ),
        (
            "target-not-encoded",
            raw(S3, &[("/test.txt", "/te st.txt")]),
            raw(S3, &[("/test.txt", "/te%20st+~!$&'()*,;=:@.txt")]),
        ),
        (
            "target-not-encoded",
            raw(SQS, &[("POST / ", "POST /?a=\u{fc} ")]),
            raw(SQS, &[("POST / ", "POST /?a=%C3%BC/?b ")]),
        ),
    ]
}

#[test]
fn a_target_that_names_another_host_than_the_header() {
    let named = |authority: &str| {
        let mut case = case_of(&raw(S3, &[]));
        let doc = case
            .docs
            .give("authority", Source::File, Bytes::from(authority.to_owned()));
        case.requests[0].target.authority = Some(case.docs.whole(doc));
        judge(&case, &Keyring::new(), then())
    };
    assert!(find(&named("other.example.com"), "host-not-of-target").is_some());
    assert!(
        find(
            &named("EXAMPLEBUCKET.s3.amazonaws.com:443"),
            "host-not-of-target"
        )
        .is_none()
    );
}
