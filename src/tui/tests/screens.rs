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
        let mut driver = Driver::themed("expired-url", theme).with_secret();
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
        then(Driver::themed("secret-newline", theme).with_secret(), "6")
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

#[test]
fn ascii_keeps_to_ascii() {
    for (name, scene) in SCENES {
        let text = plain(&scene(ThemeName::Mono).draw(120, 36));
        // What people wrote may hold other letters; what is drawn around it may not.
        let drawn = text.replace(['“', '”'], "");
        assert!(drawn.is_ascii(), "{name}: {drawn}");
    }
}
