//! AWS's own signing test suite, as packed in the crate `aws-sigv4` (Apache-2.0): every v4 case in
//! both forms.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::common::{analyse, case_of, keyring, settings, text};
use sigscope::engine::correct::When;
use sigscope::engine::scheme::{Extent, FieldKind, Outcome, Role, Trace, View, all};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Cases that are not of the suite's usual form: they hold no context and no query form. Each has a
/// test of its own.
const EXCEPTIONS: [&str; 2] = ["double-encode-path", "double-url-encode"];

fn suite() -> &'static Path {
    static DIR: LazyLock<PathBuf> =
        LazyLock::new(|| crate::common::package_dir("aws-sigv4").join("aws-signing-test-suite/v4"));
    &DIR
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(suite())
        .expect("the suite is in the package")
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> &str {
    case.file_name().unwrap().to_str().unwrap()
}

fn read(case: &Path, file: &str) -> Vec<u8> {
    std::fs::read(case.join(file)).unwrap_or_else(|e| panic!("{}/{file}: {e}", name(case)))
}

fn trace_of(raw: &[u8], options: &[(&str, &str)]) -> Trace {
    let analysis = analyse(&case_of(raw), &keyring(SECRET), &settings(options));
    analysis.trace.expect("the request is claimed")
}

/// The suite encodes paths once, and says for each case whether they are normalised.
fn options(case: &Path) -> Vec<(&'static str, &'static str)> {
    let context: serde_json::Value = serde_json::from_slice(&read(case, "context.json")).unwrap();
    let normalize = context["normalize"].as_bool().unwrap();
    vec![
        ("path-encoding", "once"),
        (
            "path-normalization",
            if normalize { "normalize" } else { "keep" },
        ),
    ]
}

fn check(case: &Path, form: &str, scheme: &str) {
    let file =
        |suffix: &str| String::from_utf8(read(case, &format!("{form}-{suffix}.txt"))).unwrap();
    let trace = trace_of(
        &read(case, &format!("{form}-signed-request.txt")),
        &options(case),
    );
    let which = format!("{} ({form})", name(case));
    assert_eq!(trace.scheme.0, scheme, "{which}");
    assert_eq!(
        text(&trace, Role::CanonicalRequest),
        file("canonical-request"),
        "{which}"
    );
    assert_eq!(
        text(&trace, Role::StringToSign),
        file("string-to-sign"),
        "{which}"
    );
    assert_eq!(text(&trace, Role::Signature), file("signature"), "{which}");
    assert_eq!(trace.outcome, Outcome::Equal, "{which}");
    let case = case_of(&read(case, &format!("{form}-signed-request.txt")));
    crate::common::check_copies(&trace, &case.docs, &which);
}

#[test]
fn every_case_is_signed_as_aws_signs_it_in_both_forms() {
    let all = cases();
    let (exceptions, usual): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|case| EXCEPTIONS.contains(&name(case)));
    assert_eq!((usual.len(), exceptions.len()), (38, 2));
    for case in usual {
        check(case, "header", "sigv4-header");
        check(case, "query", "sigv4-query");
    }
}

/// The token of `post-sts-header-after` was added after signing: in a query it must be left out of the
/// canonical request, and the trace says so.
#[test]
fn a_token_appended_after_signing_is_found_out_and_said() {
    let case = suite().join("post-sts-header-after");
    let trace = trace_of(&read(&case, "query-signed-request.txt"), &options(&case));
    let taken: Vec<_> = trace.taken.iter().map(|taken| taken.note).collect();
    assert_eq!(taken, ["the session token was appended after signing"]);
    let case = suite().join("post-sts-header-before");
    let trace = trace_of(&read(&case, "query-signed-request.txt"), &options(&case));
    assert_eq!(trace.notes, [""; 0]);
    assert_eq!(trace.taken, []);
    assert_eq!(trace.outcome, Outcome::Equal);
}

/// Needs no option: `lambda` is a service like all but S3, so the path on the wire is encoded again.
#[test]
fn double_url_encode_is_signed_by_the_rules_of_its_service() {
    let case = suite().join("double-url-encode");
    let trace = trace_of(&read(&case, "header-signed-request.txt"), &[]);
    let file = |name: &str| String::from_utf8(read(&case, name)).unwrap();
    assert_eq!(
        text(&trace, Role::CanonicalRequest),
        file("header-canonical-request.txt")
    );
    assert_eq!(
        text(&trace, Role::StringToSign),
        file("header-string-to-sign.txt").trim_end()
    );
    assert_eq!(trace.outcome, Outcome::Equal);
}

/// The files of this case do not belong together (its canonical request has another date than its
/// request), so only the path can be compared.
#[test]
fn double_encode_path_agrees_on_the_path() {
    let case = suite().join("double-encode-path");
    let trace = trace_of(&read(&case, "header-signed-request.txt"), &[]);
    let theirs = String::from_utf8(read(&case, "header-canonical-request.txt")).unwrap();
    let ours = text(&trace, Role::CanonicalRequest);
    let path = |text: &str| text.lines().nth(1).unwrap().to_owned();
    assert_eq!(path(&ours), path(&theirs));
}

/// Both sides of a comparison are split by the same keys: the suite's text splits into the very fields
/// of the trace.
#[test]
fn the_suites_texts_split_into_the_fields_of_the_trace() {
    let scheme = all()[0];
    for case in cases()
        .iter()
        .filter(|case| !EXCEPTIONS.contains(&name(case)))
    {
        for form in ["header", "query"] {
            let trace = trace_of(
                &read(case, &format!("{form}-signed-request.txt")),
                &options(case),
            );
            for (role, suffix) in [
                (Role::CanonicalRequest, "canonical-request"),
                (Role::StringToSign, "string-to-sign"),
            ] {
                let theirs = read(case, &format!("{form}-{suffix}.txt"));
                let stage = trace.stage(role).unwrap();
                let ours: Vec<_> = stage
                    .fields
                    .iter()
                    .map(|f| (f.key.clone(), f.range.clone()))
                    .collect();
                let split: Vec<_> = scheme
                    .dissect(role, &theirs, Extent::Whole)
                    .into_iter()
                    .map(|f| (f.key, f.range))
                    .collect();
                assert_eq!(split, ours, "{} ({form}, {suffix})", name(case));
            }
        }
    }
}

#[test]
fn without_a_secret_all_but_key_and_signature_is_there() {
    let case = suite().join("get-vanilla");
    let raw = read(&case, "header-signed-request.txt");
    let analysis = analyse(
        &case_of(&raw),
        &sigscope::engine::secret::Keyring::new(),
        &settings(&[]),
    );
    let trace = analysis.trace.unwrap();
    assert_eq!(
        text(&trace, Role::StringToSign).into_bytes(),
        read(&case, "header-string-to-sign.txt")
    );
    assert_eq!(text(&trace, Role::Signature), "");
    assert_eq!(
        trace.outcome,
        Outcome::NotCheckable(sigscope::engine::scheme::Reason::NoSecret)
    );
    let fields = &trace.stage(Role::CanonicalRequest).unwrap().fields;
    assert!(fields.iter().any(|f| f.key.kind == FieldKind::PAYLOAD_HASH));
}

/// A right request corrected with its own date is the same request: AWS's signature comes out again.
/// Left out: the one whose token was added after signing, which the true rules sign, and those whose path
/// the suite encodes or keeps otherwise than the rules of its service have it.
#[test]
fn correcting_a_right_request_yields_awss_signature_again() {
    let usual = |case: &&PathBuf| {
        !EXCEPTIONS.contains(&name(case)) && name(case) != "post-sts-header-after"
    };
    let mut held = 0;
    for case in cases().iter().filter(usual) {
        for form in ["header", "query"] {
            let case_ = case_of(&read(case, &format!("{form}-signed-request.txt")));
            let signature = read(case, &format!("{form}-signature.txt"));
            let keyring = keyring(SECRET);
            // The suite's own host names no service of AWS.
            let settings = settings(&[("service", "service"), ("region", "us-east-1")]);
            let view = View {
                case: &case_,
                request: Some(0),
                keyring: &keyring,
                settings: &settings,
                now: crate::common::now(),
            };
            let trace = sigscope::engine::analyse(all(), &view).trace.unwrap();
            // A path that must be encoded to be sent is encoded once more by these services.
            let canonical = text(&trace, Role::CanonicalRequest);
            let encoded = canonical.lines().nth(1).is_some_and(|l| l.contains('%'));
            if encoded || !trace.outcome.agrees() || !trace.taken.is_empty() {
                continue;
            }
            held += 1;
            let correction = sigscope::engine::correct(all(), &view, &trace, When::Same).unwrap();
            assert_eq!(
                correction.signature.as_bytes(),
                signature,
                "{} ({form}): {}",
                name(case),
                String::from_utf8_lossy(&correction.canonical_request)
            );
        }
    }
    assert!(held > 40, "only {held} cases");
}
