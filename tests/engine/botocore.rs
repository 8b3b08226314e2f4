//! Against botocore: requests it signed, made by `tests/corpus/make_botocore_corpus.py`.

use std::collections::BTreeMap;

use serde::Deserialize;
use sigscope::engine::scheme::{Outcome, Role};

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
            assert!(plain.outcome.disagrees(), "{}: needs no option", case.name);
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
    assert_eq!((same, by_option, different), (176, 2, 17));
}
