//! No secret in any reader's text, wherever in the input it stands.

use super::*;
use crate::engine::document::Source;
use crate::engine::secret::{Keyring, Material, NamedSecret};
use crate::report::{self, TextStyle};

/// Every key that opens a screen, and those that move within it.
const SCREENS: [&str; 16] = [
    "1", "G Enter", "2", "3", "3 x", "3 a", "4", "5 r", "6", "v", "v End", "c", "Esc o", "Esc ?",
    "Esc w", "Esc / b",
];

/// A request that carries the secret in a header, in its query and in its body, and the answer to it.
fn leaky(secret: &str) -> String {
    let encoded = secret.replace('/', "%2F");
    format!(
        "PUT /a?note={encoded}&X-Amz-Meta={secret} HTTP/1.1\n\
         Host: examplebucket.s3.amazonaws.com\n\
         x-amz-meta-note: it is {secret}\n\
         x-amz-content-sha256: {secret}\n\
         x-amz-date: {secret}\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
         SignedHeaders=host;{secret};x-amz-date, Signature={secret}\n\
         Content-Length: 40\n\n{secret}\n\n\
         HTTP/1.1 403 Forbidden\n\n\
         <Error><Code>SignatureDoesNotMatch</Code><Message>not {secret}</Message>\
         <StringToSign>AWS4-HMAC-SHA256\n{secret}</StringToSign>\
         <CanonicalRequest>PUT\n/a\nnote={encoded}\nhost:{secret}\n\nhost\n{secret}</CanonicalRequest></Error>\n"
    )
}

/// Whether a part of the secret long enough to know it by stands in `text`.
fn tells(text: &str) -> bool {
    let bytes = SECRET.as_bytes();
    bytes
        .windows(12)
        .any(|part| memchr::memmem::find(text.as_bytes(), part).is_some())
}

fn named(key_id: Option<&str>) -> NamedSecret {
    NamedSecret {
        name: "the environment".into(),
        key_id: key_id.map(str::to_owned),
        material: Material::Secret(SECRET.as_bytes().to_vec().into()),
        session_token: None,
    }
}

fn no_reader_tells(keyring: Keyring) {
    let mut bench = Workbench::new(Arc::new(Fixed(keyring)));
    bench.inputs = vec![Input {
        name: "paste 1".into(),
        source: Source::Paste,
        bytes: leaky(SECRET).into(),
    }];
    let (app, effects) = App::new(bench, AppOptions::default());
    let mut driver = Driver::over(app, effects);
    let work = Arc::clone(driver.app.work.as_ref().unwrap());
    assert!(work.analysis.trace.is_some() && work.case.requests.len() == 1);
    for text in [
        report::text(&work, TextStyle::default()),
        report::json_text(&report::json(&work)),
        report::markdown(&work),
    ] {
        assert!(!tells(&text), "{text}");
    }
    for keys in SCREENS {
        driver.keys(keys);
        for (width, height) in [(80, 24), (120, 36), (220, 60)] {
            let screen = plain(&driver.draw(width, height));
            assert!(!tells(&screen), "{keys}\n{screen}");
        }
    }
    assert!(!tells(&driver.app.farewell().unwrap_or_default()));
}

#[test]
fn a_secret_that_is_tried_is_shown_nowhere() {
    let mut ring = Keyring::new();
    ring.push(named(Some("AKIAIOSFODNN7EXAMPLE")));
    no_reader_tells(ring);
}

#[test]
fn a_secret_that_was_set_aside_is_shown_nowhere() {
    let mut ring = Keyring::new();
    ring.admit(
        named(Some("AKIAOTHER")),
        &["AKIAIOSFODNN7EXAMPLE".to_owned()],
    );
    assert!(ring.candidates.is_empty());
    no_reader_tells(ring);
}

#[test]
fn a_secret_of_another_key_is_set_aside_by_the_workbench_and_hidden() {
    let mut ring = Keyring::new();
    ring.push(named(Some("AKIAOTHER")));
    no_reader_tells(ring);
}
