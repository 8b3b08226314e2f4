//! Requests too large to be followed: said so, nothing of them claimed, and read in time.

use std::time::{Duration, Instant};

use sigscope::engine::diagnose::VerdictId;
use sigscope::engine::scheme::{Outcome, Reason, Role, Settings};

use super::common::{analyse, case_of, keyring};

fn request(target: &str, credential: &str, names: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: a\r\nX-Big: {}\r\nX-Amz-Date: 20260301T101500Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={credential}/20260301/us-east-1/s3/aws4_request, \
         SignedHeaders={names}, Signature={:064}\r\n\r\n",
        "v".repeat(10_000),
        1
    )
}

/// The outcome, the verdict, and whether the finding is there; and that nothing is computed beyond.
fn judged(text: &str) -> (Outcome, VerdictId, bool) {
    let case = case_of(text.as_bytes());
    let analysis = analyse(&case, &keyring("secret"), &Settings::new());
    let trace = analysis.trace.expect("a trace");
    let said = analysis.diagnosis.findings.iter();
    let said = said.filter(|f| f.id == "request-too-large").count() == 1;
    let computed = trace
        .stage(Role::CanonicalRequest)
        .is_some_and(|stage| stage.output.public().is_some());
    assert_eq!(computed, !said);
    (trace.outcome, analysis.diagnosis.verdict.id, said)
}

#[test]
fn a_request_is_exact_up_to_each_bound_and_undecided_beyond_it() {
    let names = |count: usize| vec!["te"; count].join(";");
    let params = |count: usize| format!("/?{}", vec!["a=b"; count].join("&"));
    let big = |count: usize| vec!["x-big"; count].join(";");
    let pairs = [
        (
            request("/", "AK", &names(4_096)),
            request("/", "AK", &names(4_097)),
        ),
        (
            request(&params(4_096), "AK", "host"),
            request(&params(4_097), "AK", "host"),
        ),
        (request("/", "AK", &big(100)), request("/", "AK", &big(110))),
        (
            request(&format!("/{}", "p".repeat(1 << 18)), "AK", "host"),
            request(&format!("/{}", "p".repeat(1 << 20)), "AK", "host"),
        ),
        (
            request("/", &"/".repeat(100_000), "host"),
            request("/", &",".repeat(5_000), "host"),
        ),
    ];
    for (within, beyond) in pairs {
        let start = beyond.get(..60).unwrap_or(&beyond);
        let (outcome, verdict, said) = judged(&within);
        assert!(outcome.disagrees() && !said, "{start}: {outcome:?}");
        assert_eq!(verdict, VerdictId::Mismatch, "{start}");
        let (outcome, verdict, said) = judged(&beyond);
        assert_eq!(outcome, Outcome::NotCheckable(Reason::TooLarge), "{start}");
        assert_eq!(verdict, VerdictId::Undecided, "{start}");
        assert!(said, "{start}");
    }
}

#[test]
fn twice_the_request_takes_no_more_than_thrice_the_time() {
    type Make = fn(usize) -> String;
    let shapes: [(&str, Make); 5] = [
        ("parameters", |n| {
            request(&format!("/?{}", "a=b&".repeat(n / 4)), "AK", "host")
        }),
        ("empty names", |n| request("/", "AK", &";".repeat(n))),
        ("one name", |n| request("/", "AK", &"te;".repeat(n / 3))),
        ("slashes", |n| request("/", &"/".repeat(n), "host")),
        ("a path", |n| {
            request(&format!("/{}", "a!".repeat(n / 2)), "AK", "host")
        }),
    ];
    let took = |text: &str| {
        let started = Instant::now();
        let _ = judged(text);
        started.elapsed()
    };
    for (shape, make) in shapes {
        // Other work on the machine only ever slows one of them down, and what takes more than linear time
        // does so at every look: the quickest of several counts, and one look that is in bounds is enough.
        let texts = [200_000, 400_000].map(make);
        let mut quickest = [Duration::MAX; 2];
        let within = (0..12).any(|_| {
            for (quickest, text) in quickest.iter_mut().zip(&texts) {
                *quickest = took(text).min(*quickest);
            }
            let [once, twice] = quickest;
            twice <= once * 3 + Duration::from_millis(50)
        });
        assert!(within, "{shape}: {quickest:?}");
    }
}
