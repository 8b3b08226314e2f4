//! What a correction takes over from the request and from the server's strings, and what it leaves out.

use sigscope::engine::correct::{Correction, When};
use sigscope::engine::intake::{Body, Case, Integrity, Side};
use sigscope::engine::scheme::{Outcome, Reason};
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};

use crate::common::{analyse, case_of, keyring, settings};
use crate::correct::{SECRET, correct, holds, sample};

const SCOPE: &str = "20260301/eu-central-1/s3/aws4_request";

fn same(case: &Case, options: &[(&str, &str)]) -> Option<Correction> {
    correct(case, &keyring(SECRET), options, When::Same)
}

fn get(target: &str, host: &str) -> Case {
    case_of(
        format!(
            "GET {target} HTTP/1.1\nHost: {host}\nx-amz-date: 20260301T101500Z\n\
             x-amz-content-sha256: UNSIGNED-PAYLOAD\nAuthorization: AWS4-HMAC-SHA256 Credential=\
             AKIAIOSFODNN7EXAMPLE/{SCOPE}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=00\n\n"
        )
        .as_bytes(),
    )
}

#[test]
fn empty_parameters_are_not_sent() {
    let correction = same(&get("/bkt/k?&a=1&&b", "s3.amazonaws.com"), &[]).unwrap();
    assert_eq!(correction.url, "https://s3.amazonaws.com/bkt/k?a=1&b=");
    holds(&correction, &[]);
}

#[test]
fn a_url_without_a_path_is_sent_to_the_root() {
    let params = format!("{SIGNING}&X-Amz-Expires=60&X-Amz-SignedHeaders=host");
    let url = format!("https://{HOST}?{params}&X-Amz-Signature=00");
    let correction = same(&case_of(url.as_bytes()), &[]).unwrap();
    let start = format!("https://{HOST}/?X-Amz-Algorithm=");
    assert!(correction.url.starts_with(&start), "{}", correction.url);
    holds(&correction, &[]);
}

#[test]
fn a_server_on_this_machine_or_at_a_bare_address_is_asked_without_tls() {
    for (host, scheme) in [
        ("localhost:9000", "http"),
        ("[::1]:9000", "http"),
        ("10.0.0.1:9000", "http"),
        ("minio.example.com:80", "http"),
        ("minio.example.com:9000", "https"),
        ("10.0.0.1", "https"),
        ("localhost:443", "https"),
    ] {
        let correction = same(&get("/bkt/k", host), &[]).unwrap();
        let (own, _) = correction.url.split_once("://").unwrap();
        assert_eq!(own, scheme, "{host}: {}", correction.url);
    }
}

#[test]
fn a_scheme_that_was_chosen_holds_for_the_host_that_the_server_had_too() {
    let case = sample("host-changed");
    for (options, scheme) in [
        (&[][..], "https://s3."),
        (&[("url-scheme", "http")], "http://s3."),
    ] {
        let correction = same(&case, options).unwrap();
        assert!(correction.url.starts_with(scheme), "{}", correction.url);
    }
}

#[test]
fn what_a_signer_or_nobody_known_printed_is_not_what_the_server_had() {
    for side in [Some(Side::Client), None] {
        let mut case = sample("host-changed");
        for evidence in &mut case.evidence {
            evidence.side = side;
        }
        let correction = same(&case, &[]).unwrap();
        let own = ("Host".to_owned(), b"nginx.local:8080".to_vec());
        assert!(
            correction.headers.contains(&own),
            "{:?}",
            correction.headers
        );
    }
}

#[test]
fn a_token_that_stands_beside_the_secret_is_sent_and_said() {
    let case = case_of(
        b"GET / HTTP/1.1\nHost: sts.us-east-1.amazonaws.com\nX-Amz-Date: 20260301T101500Z\nAuthorization: \
          AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20260301/us-east-1/sts/aws4_request, \
          SignedHeaders=host;x-amz-date, Signature=00\n\n",
    );
    let ring = |token: Option<&[u8]>| {
        let mut ring = Keyring::new();
        ring.push(NamedSecret {
            name: "the test".to_owned(),
            key_id: None,
            material: Material::Secret(Sensitive::new(SECRET.as_bytes().to_vec())),
            session_token: token.map(|token| Sensitive::new(token.to_vec())),
        });
        ring
    };
    for (token, said) in [(Some(&b"to/ken"[..]), true), (None, false)] {
        let correction = correct(&case, &ring(token), &[], When::Same).unwrap();
        assert_eq!(correction.holds_token, said);
        let mut because = correction.because.iter();
        assert_eq!(because.any(|b| b.starts_with("session token: ")), said);
    }
}

/// A presigned URL of bucket `b`, and behind it the refusal of a server that had `canonical` of it.
fn answered(params: &str, canonical: &str) -> Case {
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(canonical));
    let signature = "0".repeat(64);
    let text = format!(
        "https://b.s3.eu-central-1.amazonaws.com/k?{params}&X-Amz-Signature={signature}\n\n\
         HTTP/1.1 403 Forbidden\n\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>\
         AWS4-HMAC-SHA256\n20260301T101500Z\n{SCOPE}\n{hash}</StringToSign><SignatureProvided>{signature}\
         </SignatureProvided><CanonicalRequest>{}</CanonicalRequest></Error>\n",
        canonical.replace('&', "&amp;")
    );
    let case = case_of(text.as_bytes());
    assert_eq!(
        case.evidence.first().unwrap().integrity,
        Integrity::Verified
    );
    case
}

const SIGNING: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260301%2F\
    eu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20260301T101500Z";
const HOST: &str = "b.s3.eu-central-1.amazonaws.com";

#[test]
fn parameters_of_the_signing_are_no_other_query_however_they_are_spelled() {
    for (name, other) in [("x-amz-expires", false), ("x-expires", true)] {
        let params = format!("{SIGNING}&X-Amz-SignedHeaders=host");
        let canonical =
            format!("GET\n/k\n{params}&{name}=60\nhost:{HOST}\n\nhost\nUNSIGNED-PAYLOAD");
        let case = answered(&format!("{params}&X-Amz-Expires=60"), &canonical);
        let correction = same(&case, &[]).unwrap();
        let mut because = correction.because.iter();
        assert_eq!(
            because.any(|b| b.starts_with("query: ")),
            other,
            "{:?}",
            correction.because
        );
    }
}

#[test]
fn a_header_of_a_url_is_taken_from_the_server_only_where_it_had_a_value() {
    let params = format!("{SIGNING}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-amz-acl");
    for (had, is_corrected) in [("private", true), ("", false)] {
        let canonical = format!(
            "GET\n/k\n{params}\nhost:{HOST}\nx-amz-acl:{had}\n\nhost;x-amz-acl\nUNSIGNED-PAYLOAD"
        );
        let correction = same(&answered(&params, &canonical), &[]);
        assert_eq!(correction.is_some(), is_corrected, "{had:?}");
    }
}

#[test]
fn a_url_that_was_signed_with_an_empty_header_is_corrected_though_it_holds_none() {
    let params = format!("{SIGNING}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-amz-acl");
    let raw = format!("GET /k?{params}&X-Amz-Signature=00 HTTP/1.1\nHost: {HOST}\nx-amz-acl:\n\n");
    let whole = case_of(raw.as_bytes());
    let trace = analyse(&whole, &keyring(SECRET), &settings(&[]))
        .trace
        .unwrap();
    let made = trace
        .stages
        .iter()
        .find(|stage| stage.role == sigscope::engine::scheme::Role::Signature)
        .and_then(|stage| stage.output.public())
        .unwrap();
    let made = String::from_utf8(made.to_vec()).unwrap();
    let url = |signature: &str| {
        case_of(format!("https://{HOST}/k?{params}&X-Amz-Signature={signature}").as_bytes())
    };
    let right = url(&made);
    let trace = analyse(&right, &keyring(SECRET), &settings(&[]))
        .trace
        .unwrap();
    assert_eq!(trace.outcome, Outcome::Equal);
    assert_eq!(trace.lacks_headers(), ["x-amz-acl"]);
    assert!(same(&right, &[]).is_some());
    // Where the signature does not say so, it may have been any.
    assert!(same(&url(&"0".repeat(64)), &[]).is_none());
}

#[test]
fn a_body_lacks_only_where_the_length_or_the_method_says_that_there_is_one() {
    let outcome = |method: &str, length: &str, options: &[(&str, &str)]| {
        let mut case = case_of(
            format!(
                "{method} / HTTP/1.1\nHost: sqs.us-east-1.amazonaws.com\n{length}\
                 X-Amz-Date: 20260301T101500Z\nAuthorization: AWS4-HMAC-SHA256 Credential=\
                 AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/sqs/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature={:064}\n\n",
                0
            )
            .as_bytes(),
        );
        case.requests[0].body = Body::Absent;
        let trace = analyse(&case, &keyring(SECRET), &settings(options)).trace;
        trace.unwrap().outcome
    };
    let lacking = Outcome::NotCheckable(Reason::NoBody);
    let chosen = |method| [("method", method)];
    assert_eq!(outcome("POST", "", &[]), lacking);
    assert_eq!(outcome("GET", "Content-Length: 1\n", &[]), lacking);
    assert_eq!(outcome("GET", "", &chosen("POST")), lacking);
    for whole in [
        outcome("GET", "", &[]),
        outcome("HEAD", "", &[]),
        outcome("POST", "Content-Length: 0\n", &[]),
        outcome("POST", "", &chosen("GET")),
    ] {
        assert!(whole.disagrees(), "{whole:?}");
    }
}
