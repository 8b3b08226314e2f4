//! What grows with two things at once grows with each of them alone: requests and hidden values, requests and a file
//! beside them, secrets and the length of what is signed, and variables that are made of variables.
//!
//! Each is read once with little of the second thing and once with four times as much, or with much of it and without:
//! so the time does not hang on how fast the machine is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sigscope::engine::document::Source;
use sigscope::engine::intake::{self, Case, Input};
use sigscope::engine::scheme::Now;
use sigscope::engine::secret::{Keyring, Material, NamedSecret, Sensitive};
use sigscope::workbench::{Fixed, Workbench};

/// What takes less than a multiple of this is too quick to be measured.
const QUICK: Duration = Duration::from_millis(40);

fn input(name: &str, text: &str) -> Input {
    Input {
        name: name.to_owned(),
        source: Source::File,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    }
}

fn read(inputs: &[Input]) -> (Duration, Case) {
    let started = Instant::now();
    let case = intake::read(inputs, None);
    (started.elapsed(), case)
}

/// That `long` takes no more than `times` the time of `short`. Another program may hold either up, so that it is tried
/// again.
#[track_caller]
fn within(times: u32, short: impl Fn() -> Duration, long: impl Fn() -> Duration) {
    let (mut least, mut most) = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        least = least.min(short());
        most = most.min(long());
        if most <= least.max(QUICK) * times {
            return;
        }
    }
    panic!("{least:?}, and {most:?} is more than {times} times as long");
}

/// What `one` makes of each of `count` numbers, joined.
fn each(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().concat()
}

fn authorization(names: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders={names}, Signature={}",
        "a".repeat(64)
    )
}

/// Each of them would be gigabytes, or without end, were it written down.
#[test]
fn variables_that_are_made_of_variables_end() {
    let times = |name: &str| format!("{{{{{name}}}}}").repeat(640);
    let (a, b, c, d) = (times("a"), times("b"), times("c"), times("d"));
    let url = "https://h/{{a}}?X-Amz-Signature=1";
    let list: Vec<String> = [("a", &b), ("b", &c), ("c", &d), ("d", &a)]
        .iter()
        .map(|(key, value)| format!("{{\"key\": \"{key}\", \"value\": \"{value}\"}}"))
        .collect();
    let texts = [
        format!("@a = {a}\nPUT {url}\n"),
        format!(
            "@a = {b}\n@b = {c}\n@c = {d}\n@d = {}\nPUT {url}\n",
            "x".repeat(99)
        ),
        format!(
            "put {{\n  url: {url}\n}}\n\nvars:pre-request {{\n  a: {b}\n  b: {c}\n  c: {d}\n  d: x\n}}\n"
        ),
        format!(
            "{{\"request\": {{\"method\": \"PUT\", \"url\": \"{url}\"}}, \"variable\": [{}]}}",
            list.join(", ")
        ),
        format!(
            "[{{\"_id\": \"req_1\", \"url\": \"{url}\"}}, {{\"_id\": \"env_1\", \"data\": {{\"a\": \"{b}\", \"b\": \"{c}\", \"c\": \"{d}\", \"d\": \"x\"}}}}]"
        ),
    ];
    for text in texts {
        let (took, case) = read(&[input("input", &text)]);
        let front: String = text.chars().take(40).collect();
        assert_eq!(case.requests.len(), 1, "{front}");
        assert!(case.holds_unknown(&case.requests[0]), "{front}");
        assert!(took < Duration::from_secs(4), "{front} took {took:?}");
    }
}

/// Beyond a megabyte a request of an `.http` file is too long, and is read in vain from each of its lines.
#[test]
fn requests_read_in_vain_are_few() {
    let unit = "@a = {{a}}{{b}}x-amz-\nPUT https://h/{{a}}{{b}}\n";
    let took = |bytes: usize| read(&[input("input", &unit.repeat(bytes / unit.len()))]);
    let (_, case) = took(1_500_000);
    assert!(case.findings.iter().any(|f| f.id == "input-cut"));
    within(6, || took(750_000).0, || took(1_500_000).0);
}

#[test]
fn hidden_values_of_many_requests_are_looked_at_once_each() {
    let hidden = |requests: usize| {
        let lines = each(2_000, |at| format!("a{at}:***\n"));
        let names = each(2_000, |at| format!(";a{at}"));
        let value = authorization(&format!("host{names}"));
        let one = format!("GET /k HTTP/1.1\nhost: a\n{lines}Authorization: {value}\n\n");
        read(&[input("input", &one.repeat(requests))])
    };
    let (_, case) = hidden(2);
    let found = case.findings.iter().find(|f| f.id == "value-not-here");
    assert_eq!(
        found.unwrap().message,
        "What was signed of this request is hidden in this paste: a0, a1, a2 and 1997 more."
    );
    assert_eq!(case.unknown.len(), 4_000);
    within(6, || hidden(4).0, || hidden(16).0);
}

#[test]
fn remarks_are_not_told_of_each_of_very_many_requests() {
    let value = authorization("host;x-amz-date");
    let one = format!("GET /k HTTP/1.1\nhost: a\nx-amz-date: ***\nAuthorization: {value}\n\n");
    let text = format!("{}{{{{x}}}}", one.repeat(1_000));
    let (_, case) = read(&[input("input", &text)]);
    assert_eq!(case.requests.len(), 1_000);
    assert!(case.findings.len() <= 210, "{}", case.findings.len());
    assert_eq!(case.unknown.len(), 1_000);
}

/// A file beside requests that state a hash.
#[test]
fn a_file_is_hashed_once_for_all_requests() {
    let file = input("some.txt", &"lorem ipsum dolor\n".repeat(330_000));
    let beside = |requests: usize, file: Option<&Input>| {
        let log = each(requests, |at| {
            format!(
                "curl -X PUT 'https://a.example/k{at}' -H 'x-amz-content-sha256: {}' -H 'Authorization: {}' -d @f{at}\n",
                "a".repeat(64),
                authorization("host")
            )
        });
        let inputs: Vec<Input> = [input("log", &log)]
            .into_iter()
            .chain(file.cloned())
            .collect();
        read(&inputs).0
    };
    // Beside few of them the file is what takes the time.
    within(
        4,
        || beside(2, Some(&file)) + beside(300, None),
        || beside(300, Some(&file)),
    );
}

/// Very many secrets beside one long request: what is signed is prepared once for all of them.
#[test]
fn secrets_are_tried_on_what_is_prepared_once() {
    let work = |secrets: usize| {
        let mut keyring = Keyring::new();
        for at in 0..secrets {
            let secret = format!("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLE{at:05}");
            keyring.push(NamedSecret {
                name: format!("secret {at}"),
                key_id: None,
                material: Material::Secret(Sensitive::new(secret.into_bytes())),
                session_token: None,
            });
        }
        let long = "\"a  b\" ".repeat(6_000);
        let header = format!(
            "GET /k+a%20b?x=a+b HTTP/1.1\nHost: b.s3.amazonaws.com\nx-amz-date: 20130524T000000Z\nx-a: {long}\nAuthorization: {}\n\n",
            authorization("host;x-a;x-amz-date")
        );
        let mut bench = Workbench::new(Arc::new(Fixed(keyring)));
        bench.inputs.push(input("input", &header));
        let now = Now {
            at: chrono::DateTime::from_timestamp(1_369_353_600, 0).unwrap(),
            stated: true,
        };
        let started = Instant::now();
        let work = bench.work(now);
        let took = started.elapsed();
        let trace = work.analysis.trace.unwrap();
        assert_eq!(trace.attempts.len(), secrets);
        took
    };
    within(2, || work(2), || work(64));
}

/// Units that are read alone in time may not be so beside each other: what one leaves to be looked through, the other
/// looks through each time.
#[test]
fn pairs_of_units_grow_no_faster_than_each_alone() {
    let url = "https://ex.org/k?X-Amz-Signature=00&x={{x}}\n";
    let request = "PUT /k HTTP/1.1\nHost: a\nContent-Length: 9\n\n";
    let signed = format!(
        "GET /k HTTP/1.1\nhost: ***\nAuthorization: {}\n\n",
        authorization("host")
    );
    let curl = "curl https://h/k -H 'x-amz-date: 1' -d @f\n";
    let error = "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId></Error>\n";
    let variable = "@x = {{x}}\n";
    let token = "x-amz-security-token: 12345678\n";
    let collection = "{\"variable\": [{\"key\": \"x\", \"value\": \"{{x}}\"}], \"request\": {\"url\": \"x-amz-{{x}}\"}},\n";
    let yaml = "  environment:\n    x: 1\n- url: x-amz-{{x}}\n  method: y\n";
    let units = [
        url, request, &signed, curl, error, variable, token, collection, yaml,
    ];
    for (at, one) in units.iter().enumerate() {
        for other in units.iter().skip(at) {
            let took = |bytes: usize| {
                let half = |unit: &str| unit.repeat(bytes / 2 / unit.len());
                // One behind the other, and in two inputs.
                let both = [input("input", &half(one)), input("other", &half(other))];
                let joined = input("input", &format!("{}{}", half(other), half(one)));
                read(&both).0 + read(&[joined]).0
            };
            // Most are quick, and need not be measured more than once.
            if took(48_000) > 4 * QUICK {
                within(8, || took(12_000), || took(48_000));
            }
        }
    }
}
