//! Against the signer of the AWS SDK for Rust (crate `aws-sigv4`), over random requests.
//!
//! Where the two disagree the disagreement has a test of its own, which says why.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use proptest::prelude::*;
use sigscope::engine::scheme::{Outcome, Role, Trace};

use crate::common::{analyse, case_of, check_copies, keyring, settings, text};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjE/+==";

#[derive(Clone, Debug)]
struct Request {
    method: &'static str,
    service: &'static str,
    authority: &'static str,
    path: String,
    query: Option<String>,
    headers: Vec<(&'static str, String)>,
    body: &'static str,
    in_query: bool,
    token: Option<SessionTokenMode>,
    content_sha256: bool,
}

fn is_s3(service: &str) -> bool {
    service.starts_with("s3")
}

/// Signs with the SDK's signer, and writes the signed request out; its signature comes along.
fn signed(request: &Request) -> (String, String) {
    let mut config = SigningSettings::default();
    let s3 = is_s3(request.service);
    if s3 {
        config.percent_encoding_mode = PercentEncodingMode::Single;
        config.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if request.in_query {
        config.signature_location = SignatureLocation::QueryParams;
        config.expires_in = Some(Duration::from_secs(900));
    } else if request.content_sha256 {
        config.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if let Some(mode) = request.token {
        config.session_token_mode = mode;
    }
    let token = request.token.map(|_| TOKEN.to_owned());
    let identity = Credentials::new("AKIDEXAMPLE", SECRET, token, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-north-1")
        .name(request.service)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000))
        .settings(config)
        .build()
        .unwrap()
        .into();
    let mut target = request.path.clone();
    if let Some(query) = &request.query {
        target.push('?');
        target.push_str(query);
    }
    let body = if request.in_query && s3 {
        SignableBody::UnsignedPayload
    } else {
        SignableBody::Bytes(request.body.as_bytes())
    };
    let signable = SignableRequest::new(
        request.method,
        format!("https://{}{target}", request.authority),
        request.headers.iter().map(|(n, v)| (*n, v.as_str())),
        body,
    )
    .unwrap();
    let (instructions, signature) = sign(signable, &params).unwrap().into_parts();
    let (new_headers, new_params) = instructions.into_parts();
    let mut separator = if request.query.is_some() { '&' } else { '?' };
    let mut add = |name: &str, value: &str| {
        target.push(separator);
        separator = '&';
        let value =
            percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
        target.extend([name, "=", &value.to_string()]);
    };
    for (name, value) in &new_params {
        add(name, value);
    }
    if request.in_query && request.token == Some(SessionTokenMode::Exclude) {
        add("X-Amz-Security-Token", TOKEN);
    }
    let mut raw = format!(
        "{} {target} HTTP/1.1\nHost: {}\n",
        request.method, request.authority
    );
    for (name, value) in &request.headers {
        raw.extend([name, ": ", value, "\n"]);
    }
    for header in &new_headers {
        raw.extend([header.name(), ": ", header.value(), "\n"]);
    }
    // The signer did not see it; it only says where the body ends.
    let length = request.body.len().to_string();
    raw.extend([
        "Content-Length: ",
        &length,
        "

",
        request.body,
    ]);
    (raw, signature)
}

fn trace_of(raw: &str) -> Trace {
    let case = case_of(raw.as_bytes());
    let trace = analyse(&case, &keyring(SECRET), &settings(&[]))
        .trace
        .unwrap();
    check_copies(&trace, &case.docs, raw);
    trace
}

/// A path as clients of all services but S3 may send it.
fn wild_path() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            4 => "[a-zA-Z0-9._~-]{1,6}",
            1 => "[a-z]{0,3}[!$&'()*+,;=:@]{1,3}",
            1 => Just("%20%E1%88%B4%2f%7e".to_owned()),
            1 => prop_oneof![Just(""), Just("."), Just(".."), Just("...")].prop_map(str::to_owned),
        ],
        0..6,
    )
    .prop_map(|segments| format!("/{}", segments.join("/")))
}

/// A path as clients of S3 send it: every byte that must be escaped is, in capitals.
fn escaped_path() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            4 => "[a-zA-Z0-9._~-]{1,6}",
            1 => Just("%20%E1%88%B4%2B%25%24".to_owned()),
            1 => prop_oneof![Just(""), Just("."), Just("..")].prop_map(str::to_owned),
        ],
        0..6,
    )
    .prop_map(|segments| format!("/{}", segments.join("/")))
}

fn query() -> impl Strategy<Value = Option<String>> {
    let text = || {
        proptest::collection::vec(
            prop_oneof![
                5 => "[a-zA-Z0-9._~-]",
                1 => "[!$'()*+,;:@/?]",
                1 => prop_oneof![
                    Just("%20"), Just("%2F"), Just("%2f"), Just("%7E"), Just("%26"), Just("%3D"),
                    Just("%2B"), Just("%C3%A9"), Just("%25"),
                ]
                .prop_map(str::to_owned),
            ],
            0..5,
        )
        .prop_map(|units| units.concat())
    };
    let pair = prop_oneof![
        4 => (text(), text()).prop_map(|(k, v)| format!("{k}={v}")),
        1 => text(),
        1 => prop_oneof![Just("a=1"), Just("a=2"), Just("A=1"), Just("=x"), Just("a=b=c")]
            .prop_map(str::to_owned),
    ];
    proptest::option::of(proptest::collection::vec(pair, 0..6).prop_map(|pairs| pairs.join("&")))
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let name = prop_oneof![
        Just("x-amz-meta-a"),
        Just("X-Amz-Meta-B"),
        Just("Content-Type"),
        Just("range"),
        Just("zz"),
        Just("user-agent"),
        Just("X-Amzn-Trace-Id"),
        Just("x-amz-user-agent"),
    ];
    // The SDK's signer wants what `http` allows in a value; tabs are another matter (below).
    proptest::collection::vec((name, "[ -~é]{0,12}"), 0..6)
}

fn request() -> impl Strategy<Value = Request> {
    let service = prop_oneof![
        Just("s3"),
        Just("s3express"),
        Just("s3-object-lambda"),
        Just("s3-outposts"),
        Just("lambda"),
        Just("execute-api"),
        Just("dynamodb"),
        Just("sts"),
        Just("es"),
    ];
    let method = prop_oneof![
        Just("GET"),
        Just("PUT"),
        Just("POST"),
        Just("DELETE"),
        Just("HEAD"),
        Just("PATCH")
    ];
    let authority = prop_oneof![
        Just("example.com"),
        Just("example.com:443"),
        Just("example.com:8443"),
        Just("[::1]:9000"),
        Just("127.0.0.1:9000"),
    ];
    let token = proptest::option::of(prop_oneof![
        3 => Just(SessionTokenMode::Include), 1 => Just(SessionTokenMode::Exclude)
    ]);
    let body = prop_oneof![Just(""), Just("{}"), Just("a\nb\n"), Just("é")];
    (
        (method, service, authority),
        (wild_path(), escaped_path(), query()),
        headers(),
        (body, any::<bool>(), token, any::<bool>()),
    )
        .prop_map(|(head, (wild, escaped, query), headers, tail)| Request {
            method: head.0,
            service: head.1,
            authority: head.2,
            path: if is_s3(head.1) { escaped } else { wild },
            query,
            headers,
            body: tail.0,
            in_query: tail.1,
            token: tail.2,
            content_sha256: tail.3,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_sdk_for_rust_signs_the_same(request in request()) {
        let (raw, signature) = signed(&request);
        let trace = trace_of(&raw);
        prop_assert_eq!(
            text(&trace, Role::Signature),
            signature,
            "{}\n---\n{}",
            raw,
            text(&trace, Role::CanonicalRequest)
        );
        prop_assert_eq!(trace.outcome, Outcome::Equal);
        let appended = request.in_query && request.token == Some(SessionTokenMode::Exclude);
        prop_assert_eq!(&trace.notes, &[""; 0]);
        prop_assert_eq!(trace.taken.len(), usize::from(appended), "{:?}", trace.taken);
    }
}

fn plain(service: &'static str, path: &str, query: Option<&str>) -> Request {
    Request {
        method: "GET",
        service,
        authority: "example.com",
        path: path.to_owned(),
        query: query.map(str::to_owned),
        headers: Vec::new(),
        body: "",
        in_query: false,
        token: None,
        content_sha256: true,
    }
}

/// The SDK's signer takes the path of an S3 request to be in canonical form already and signs it as it
/// stands. The S3 documents encode every byte that is not unreserved (their PUT example sends `$` and
/// signs `%24`), and servers encode what they have decoded; so another spelling on the wire is signed
/// differently.
#[test]
fn the_sdk_for_rust_signs_an_s3_path_as_spelled() {
    for path in ["/a$b", "/%7Ea", "/%2a"] {
        let (raw, signature) = signed(&plain("s3", path, None));
        let trace = trace_of(&raw);
        assert_ne!(text(&trace, Role::Signature), signature, "{path}");
        // As spelled, all else is the same.
        let canonical = text(&trace, Role::CanonicalRequest);
        let ours = canonical.lines().nth(1).unwrap();
        let spelled = canonical.replacen(ours, path, 1);
        assert_eq!(resigned(&trace, &spelled), signature, "{path}");
    }
}

/// The SDK's signer decodes the query as UTF-8 text, so that a byte that is none becomes U+FFFD. The
/// specification speaks of bytes, and they stay.
#[test]
fn the_sdk_for_rust_replaces_bytes_that_are_not_utf8() {
    let (raw, signature) = signed(&plain("lambda", "/", Some("a=%FF")));
    let trace = trace_of(&raw);
    let canonical = text(&trace, Role::CanonicalRequest);
    assert!(canonical.contains("\na=%FF\n"));
    let replaced = canonical.replace("a=%FF", "a=%EF%BF%BD");
    assert_eq!(resigned(&trace, &replaced), signature);
}

/// The SDK's signer trims spaces only. A tab at either end of a value never reaches a verifier: HTTP
/// itself drops it (RFC 9110 section 5.5).
#[test]
fn the_sdk_for_rust_keeps_a_tab_at_the_end() {
    let mut request = plain("lambda", "/", None);
    request.headers.push(("zz", "a\t".to_owned()));
    let (raw, signature) = signed(&request);
    let trace = trace_of(&raw);
    let canonical = text(&trace, Role::CanonicalRequest);
    assert!(canonical.contains("\nzz:a\n"));
    assert_eq!(
        resigned(&trace, &canonical.replace("\nzz:a\n", "\nzz:a\t\n")),
        signature
    );
}

/// The signature of another canonical request under the same key, scope and date.
fn resigned(trace: &Trace, canonical: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let to_sign = text(trace, Role::StringToSign);
    let (head, _) = to_sign.rsplit_once('\n').unwrap();
    let to_sign = format!("{head}\n{}", hex::encode(Sha256::digest(canonical)));
    let key = v4::generate_signing_key(
        SECRET,
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000),
        "eu-north-1",
        &scope_service(trace),
    );
    v4::calculate_signature(key, to_sign.as_bytes())
}

fn scope_service(trace: &Trace) -> String {
    let to_sign = text(trace, Role::StringToSign);
    to_sign
        .lines()
        .nth(2)
        .unwrap()
        .split('/')
        .nth(2)
        .unwrap()
        .to_owned()
}
