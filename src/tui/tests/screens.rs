//! Exact screens, with their colours and without.

use super::*;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (40, 12)];

/// A scene: how to get there from a sample.
type Scene = (&'static str, fn(ThemeName) -> Driver);

const SCENES: &[Scene] = &[
    ("input_empty", |theme| {
        Driver::new(
            Vec::new(),
            AppOptions {
                theme,
                ascii: theme == ThemeName::Mono,
                ..AppOptions::default()
            },
        )
    }),
    ("answer_proved", |theme| {
        Driver::themed("host-changed", theme).with_secret()
    }),
    ("answer_undecided", |theme| {
        Driver::themed("right-request", theme)
    }),
    // A cause that the server stated: what to do, and what there is; nothing is to be fetched.
    ("answer_stated", |theme| {
        let text = "Authorization header requires 'Credential' parameter.\nAuthorization header requires 'Signature' parameter.\nAuthorization header requires 'SignedHeaders' parameter.\n";
        positions::opened_in(text, &crate::engine::secret::Keyring::new(), theme)
    }),
    ("answer_finding_expanded", |theme| {
        let mut driver = Driver::themed("header-unsigned", theme).with_secret();
        driver.keys("G Enter");
        driver
    }),
    ("stage_request", |theme| {
        then(Driver::themed("host-changed", theme).with_secret(), "2")
    }),
    ("stage_canonical", |theme| {
        then(Driver::themed("host-changed", theme).with_secret(), "3")
    }),
    ("stage_canonical_text", |theme| {
        then(Driver::themed("host-changed", theme).with_secret(), "3 a")
    }),
    ("stage_bytes", |theme| {
        then(Driver::themed("host-changed", theme), "n x")
    }),
    ("stage_key_masked", |theme| {
        then(Driver::themed("host-changed", theme).with_secret(), "5")
    }),
    ("stage_key_without_secret", |theme| {
        then(Driver::themed("host-changed", theme), "5")
    }),
    ("stage_signature", |theme| {
        then(
            Driver::themed("path-encoded-twice", theme).with_secret(),
            "6",
        )
    }),
    ("stage_signature_echoed", |theme| {
        let text = samples::find("secret-newline").unwrap().text;
        let driver = positions::opened_in(
            text,
            &positions::ring("another secret of forty characters, or so"),
            theme,
        );
        then(driver, "6")
    }),
    ("source_pointed", |theme| {
        then(Driver::themed("host-changed", theme), "3 Enter")
    }),
    ("prompt_secret", |theme| {
        let mut driver = Driver::themed("host-changed", theme);
        driver.keys("s");
        driver.type_text("not to be seen");
        driver
    }),
    ("menu_copy", |theme| {
        then(Driver::themed("host-changed", theme).with_secret(), "c")
    }),
    ("menu_options", |theme| {
        then(Driver::themed("host-changed", theme), "o Down")
    }),
    ("parts", |theme| then(tried(theme), "p Down")),
    ("parts_one", |theme| {
        then(Driver::themed("wrong-region", theme), "p")
    }),
    ("parts_chosen", |theme| then(tried(theme), "p Down Right p")),
    ("observations", |theme| then(pasted(SEEN_TWICE, theme), "b")),
    ("observations_with_a_secret", |theme| {
        then(pasted(SEEN_TWICE, theme).with_secret(), "b")
    }),
    ("answer_changed_on_the_way", |theme| {
        pasted(SEEN_TWICE, theme).with_secret()
    }),
    ("answer_whose", |theme| pasted(CANONICAL, theme)),
    ("answer_whose_chosen", |theme| {
        then(pasted(CANONICAL, theme), "t t")
    }),
    ("answer_unread", |theme| pasted(ODD, theme)),
    ("input_unread", |theme| pasted("to be or not to be", theme)),
    ("menu_read_as", |theme| then(pasted(ODD, theme), "f Down")),
    ("input_replaced", |theme| {
        let mut driver = Driver::themed("host-changed", theme);
        driver.press(KeyCode::Char('n'), KeyModifiers::CONTROL);
        driver
    }),
    ("help", |theme| {
        then(Driver::themed("host-changed", theme), "?")
    }),
];

/// One request as the client sent it and as it arrived, signed with [`SECRET`] by botocore.
pub(super) const SEEN_TWICE: &str = "GET /report.csv HTTP/1.1\n\
    Host: bkt.s3.us-east-1.amazonaws.com\n\
    Accept-Encoding: identity\n\
    Range: bytes=0-99\n\
    X-Amz-Date: 20260311T091544Z\n\
    X-Amz-Content-SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
    Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260311/us-east-1/s3/aws4_request, \
    SignedHeaders=accept-encoding;host;range;x-amz-content-sha256;x-amz-date, \
    Signature=442eb512cbca127bda3cb48d1801becbfe3fe33f3ee671573f850547b74f35f9\n\
    \n\
    GET /report.csv HTTP/1.1\n\
    Host: bkt.s3.us-east-1.amazonaws.com\n\
    Range: bytes=0-99\n\
    X-Amz-Date: 20260311T091544Z\n\
    X-Amz-Content-SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
    Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260311/us-east-1/s3/aws4_request, \
    SignedHeaders=accept-encoding;host;range;x-amz-content-sha256;x-amz-date, \
    Signature=442eb512cbca127bda3cb48d1801becbfe3fe33f3ee671573f850547b74f35f9\n\
    Accept-Encoding: gzip\n\
    Via: 1.1 proxy\n\
    \n";

/// A canonical request that nobody named.
pub(super) const CANONICAL: &str = "GET\n/report.csv\n\nhost:bkt.s3.us-east-1.amazonaws.com\n\
    x-amz-date:20260311T091544Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD";

/// Headers in no shape that is known.
pub(super) const ODD: &str = "x-amz-date => 20260311T091544Z\nhost => examplebucket.s3.amazonaws.com\n\
    x-amz-content-sha256 => UNSIGNED-PAYLOAD\n";

/// The app over a paste.
pub(super) fn pasted(text: &str, theme: ThemeName) -> Driver {
    let options = AppOptions {
        theme,
        ascii: theme == ThemeName::Mono,
        ..AppOptions::default()
    };
    let input = Input {
        name: "paste 1".to_owned(),
        source: crate::engine::document::Source::Paste,
        bytes: text.to_owned().into(),
    };
    Driver::new(vec![input], options)
}

/// Three tries, each with its answer.
pub(super) fn tried(theme: ThemeName) -> Driver {
    let answers = ["HTTP/1.1 200 OK\n\n", REFUSED, "HTTP/1.1 404 Not Found\n\n"];
    let tries = answers.iter().enumerate().map(|(at, answer)| {
        let digit = at + 1;
        format!(
            "GET /bkt/report-{digit}.csv HTTP/1.1\nHost: s3.us-east-1.amazonaws.com\n\
             X-Amz-Date: 20260311T09154{digit}Z\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260311/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={}\n\n{answer}",
            digit.to_string().repeat(64)
        )
    });
    pasted(&tries.collect::<String>(), theme)
}

const REFUSED: &str =
    "HTTP/1.1 403 Forbidden\n\n<Error><Code>SignatureDoesNotMatch</Code></Error>\n";

fn then(mut driver: Driver, keys: &str) -> Driver {
    driver.keys(keys);
    driver
}

#[test]
fn every_screen_is_as_it_was_judged() {
    for (name, scene) in SCENES {
        let mut dark = String::new();
        let mut mono = String::new();
        for (width, height) in SIZES {
            let _ = writeln!(dark, "{width}x{height}");
            dark.push_str(&marked(&scene(ThemeName::Dark).draw(width, height)));
            let _ = writeln!(mono, "{width}x{height}");
            let buffer = scene(ThemeName::Mono).draw(width, height);
            assert!(
                buffer.content.iter().all(|cell| cell.fg == Color::Reset),
                "{name}: mono has a colour"
            );
            mono.push_str(&plain(&buffer));
        }
        for text in [&dark, &mono] {
            assert!(!text.contains("wJalr"), "{name}: a secret is on the screen");
        }
        insta::assert_snapshot!(format!("{name}_dark"), dark);
        insta::assert_snapshot!(format!("{name}_mono"), mono);
    }
}

#[test]
fn light_differs_from_dark_in_colour_alone() {
    for (name, scene) in SCENES {
        let dark = plain(&scene(ThemeName::Dark).draw(100, 30));
        let light = plain(&scene(ThemeName::Light).draw(100, 30));
        assert_eq!(dark, light, "{name}");
    }
}

/// Ways to every screen, overlay and prompt.
const EVERYWHERE: &[&str] = &[
    "",
    "G Enter",
    "n",
    "n x",
    "2",
    "3",
    "3 a",
    "3 Enter",
    "4",
    "5",
    "5 r",
    "6",
    "v",
    "i",
    "w",
    "c",
    "c f",
    "o",
    "o Enter",
    "o Down Down Enter",
    "e é “",
    "s",
    "?",
    "? / é",
    "/ é “ Enter",
];

/// A request with letters, quotes and dashes of other scripts wherever a person may have put them.
const OTHER_LETTERS: &str = "PUT /bkt/\u{e9}\u{201c}\u{6f22}\u{2192}?caf\u{e9}=\u{2026} HTTP/1.1\r\n\
    Host: s3.us-east-1.amazonaws.com\r\nX-Amz-Date: 20260311T091544Z\r\n\
    X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\nX-Amz-Meta-\u{201c}: caf\u{e9} \u{2014} e\u{301} \u{200b}\r\n\
    Authorization: \u{201c}AWS4-HMAC-SHA256\u{201d} Credential=AKIDEXAMPL\u{c9}/20260311/us-east-1/s\u{2019}3/aws4_request, \
    SignedHeaders=host;x-amz-date;x-amz-meta-\u{201c}, Signature=\u{d7}\r\n\r\n\
    HTTP/1.1 403 Forbidden\r\n\r\n<Error><Code>AccessDenied</Code><Message>\u{201c}non\u{201d} \u{e9}</Message></Error>";

#[test]
fn ascii_keeps_to_ascii() {
    let ring = positions::ring(SECRET);
    let pastes = samples::ALL.iter().map(|sample| sample.text);
    let mut seen = String::new();
    for paste in pastes.chain(["", OTHER_LETTERS]) {
        for keys in EVERYWHERE {
            let mut driver = positions::opened_in(paste, &ring, ThemeName::Mono);
            driver.keys(keys);
            seen.push_str(&all_ascii(&mut driver, keys));
        }
        let mut driver = positions::opened_in(paste, &ring, ThemeName::Mono);
        driver.tell(Msg::NotCopied {
            reason: "“no” clipboard…".into(),
            text: "caf\u{e9}".into(),
        });
        seen.push_str(&all_ascii(&mut driver, "a text that was not copied"));
    }
    // Its own quotes are plain; what was pasted is spelled out.
    assert!(seen.contains("\"no\" clipboard..."), "{seen}");
    assert!(seen.contains("caf<U+00E9>"), "{seen}");
    assert!(seen.contains("<U+6F22>"), "{seen}");
}

/// The screen at two sizes, every cell of which must be ASCII.
fn all_ascii(driver: &mut Driver, name: &str) -> String {
    let mut all = String::new();
    for (width, height) in [(120, 36), (80, 24)] {
        let text = plain(&driver.draw(width, height));
        let other: String = text.chars().filter(|c| !c.is_ascii()).collect();
        assert!(other.is_empty(), "{name}: {other}\n{text}");
        all.push_str(&text);
    }
    all
}
