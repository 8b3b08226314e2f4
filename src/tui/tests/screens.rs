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
    ("help", |theme| {
        then(Driver::themed("host-changed", theme), "?")
    }),
];

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
