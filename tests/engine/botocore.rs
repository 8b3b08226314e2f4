//! Against botocore: requests it signed, made by `tests/corpus/make_botocore_corpus.py`.

use std::collections::BTreeMap;

use serde::Deserialize;
use sigscope::engine::scheme::{Outcome, Role, Trace};

use crate::common::{analyse, case_of, check_copies, keyring, settings, text};

#[derive(Deserialize)]
struct Case {
    name: String,
    form: String,
    raw: String,
    signature: String,
    canonical_request: String,
    /// Options of sigscope's under which the two agree.
    options: BTreeMap<String, String>,
    /// Why they do not agree at all.
    differs: Option<String>,
}

fn corpus() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/botocore.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn botocore_signs_the_same_save_where_it_is_said_why_not() {
    let (mut same, mut by_option, mut different) = (0, 0, 0);
    for case in corpus() {
        let parsed = case_of(case.raw.as_bytes());
        let secret = keyring("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let plain = analyse(&parsed, &secret, &settings(&[])).trace.unwrap();
        assert_eq!(
            plain.scheme.0,
            format!("sigv4-{}", case.form),
            "{}",
            case.name
        );
        check_copies(&plain, &parsed.docs, &case.name);
        if let Some(why) = &case.differs {
            assert!(
                plain.outcome.disagrees(),
                "{}: no longer so: {why}",
                case.name
            );
            only_that_differs(&plain, &case, why);
            different += 1;
            continue;
        }
        let options: Vec<(&str, &str)> = case
            .options
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let trace = if options.is_empty() {
            same += 1;
            plain
        } else {
            let tried = plain.outcome.disagrees() || !plain.taken.is_empty();
            assert!(tried, "{}: needs no option", case.name);
            by_option += 1;
            analyse(&parsed, &secret, &settings(&options))
                .trace
                .unwrap()
        };
        let canonical = text(&trace, Role::CanonicalRequest);
        assert_eq!(canonical, case.canonical_request, "{}", case.name);
        assert_eq!(
            text(&trace, Role::Signature),
            case.signature,
            "{}",
            case.name
        );
        assert_eq!(trace.outcome, Outcome::Equal, "{}", case.name);
    }
    assert_eq!((same, by_option, different), (177, 1, 17));
}

/// What is said to differ does, and nothing else: the line of the path, or that of the query.
fn only_that_differs(trace: &Trace, case: &Case, why: &str) {
    let ours = text(trace, Role::CanonicalRequest);
    let (ours, theirs): (Vec<_>, Vec<_>) = (
        ours.lines().collect(),
        case.canonical_request.lines().collect(),
    );
    assert_eq!(ours.len(), theirs.len(), "{}", case.name);
    let differ: Vec<usize> = (0..ours.len()).filter(|i| ours[*i] != theirs[*i]).collect();
    let line = if why.contains("parameters") { 2 } else { 1 };
    assert_eq!(differ, [line], "{}: {why}", case.name);
    if why.contains("final ..") {
        assert_eq!(ours[1], format!("{}/", theirs[1]), "{}", case.name);
    }
    if why.contains("parameters") {
        // The very same parameters, spelled or sorted otherwise.
        let plain = |line: &str| {
            let mut all: Vec<String> = line
                .split('&')
                .map(|one| {
                    let blanks = one.replace('+', " ");
                    let bytes = percent_encoding::percent_decode_str(&blanks);
                    bytes.decode_utf8().unwrap().into_owned()
                })
                .collect();
            all.sort();
            all
        };
        assert_eq!(plain(ours[2]), plain(theirs[2]), "{}", case.name);
    }
}

#[test]
fn a_bare_url_verifies_as_whatever_method_botocore_presigned_it_for() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let secret = keyring("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    for case in corpus() {
        let mut lines = case.canonical_request.lines();
        let method = lines.next().unwrap().to_owned();
        let by_url_alone = case.form == "query"
            && case.canonical_request.ends_with("\nhost\nUNSIGNED-PAYLOAD")
            && case.options.is_empty()
            && case.differs.is_none();
        let target = case.raw.split(' ').nth(1).unwrap();
        if !by_url_alone || target.contains(|c: char| "'(),;*!$[]{}".contains(c)) {
            continue;
        }
        let host = case.raw.lines().find_map(|l| l.strip_prefix("Host: "));
        let url = format!("https://{}{target}", host.unwrap());
        let parsed = case_of(url.as_bytes());
        let trace = analyse(&parsed, &secret, &settings(&[])).trace.unwrap();
        assert_eq!(trace.outcome, Outcome::Equal, "{}: {url}", case.name);
        assert_eq!(trace.method(), Some(method.as_bytes()), "{}", case.name);
        let noted = trace
            .notes
            .iter()
            .any(|note| note.contains(&format!("verifies as a {method} request")));
        assert_eq!(noted, method != "GET", "{}: {:?}", case.name, trace.notes);
        // Stated, the method is not looked for, and a wrong one is wrong.
        let wrong = if method == "PUT" { "GET" } else { "PUT" };
        let trace = analyse(&parsed, &secret, &settings(&[("method", wrong)]))
            .trace
            .unwrap();
        assert!(trace.outcome.disagrees(), "{}", case.name);
        assert_eq!(trace.notes, [""; 0], "{}", case.name);
        assert_eq!(trace.taken, []);
        *seen.entry(method).or_default() += 1;
    }
    assert!(
        seen.contains_key("PUT") && seen.contains_key("GET") && seen.len() >= 4,
        "{seen:?}"
    );
}

#[test]
fn a_url_of_no_usual_method_is_said_to_be_taken_as_get() {
    let url = "https://svc.example.com/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\
               AKIAIOSFODNN7EXAMPLE%2F20260301%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=\
               20260301T101500Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=\
               0000000000000000000000000000000000000000000000000000000000000000";
    let parsed = case_of(url.as_bytes());
    for (ring, part) in [
        (
            keyring("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            "with none of GET, PUT",
        ),
        (sigscope::engine::secret::Keyring::new(), "GET was assumed"),
    ] {
        let trace = analyse(&parsed, &ring, &settings(&[])).trace.unwrap();
        assert_eq!(trace.method(), Some(&b"GET"[..]));
        assert!(
            trace.notes.iter().any(|n| n.contains(part)),
            "{:?}",
            trace.notes
        );
    }
}
