//! No size and no sequence of keys breaks the app.

use proptest::prelude::*;

use super::*;

fn all_screens() -> Vec<Driver> {
    let on = |sample: &str, keys: &str| {
        let mut driver = Driver::sample(sample).with_secret();
        driver.keys(keys);
        driver
    };
    vec![
        Driver::new(Vec::new(), AppOptions::default()),
        Driver::sample("right-request"),
        on("host-changed", ""),
        on("host-changed", "2"),
        on("host-changed", "3"),
        on("host-changed", "3 x"),
        on("host-changed", "3 a"),
        on("host-changed", "5 r"),
        on("host-changed", "6"),
        on("host-changed", "v"),
        on("host-changed", "c"),
        on("host-changed", "o"),
        on("host-changed", "?"),
        on("host-changed", "s"),
        on("host-changed", "/ x"),
        on("expired-url", "G Enter"),
    ]
}

#[test]
fn every_size_from_nothing_up_can_be_drawn() {
    for driver in &mut all_screens() {
        for width in 0..=60 {
            for height in 0..=30 {
                driver.draw(width, height);
            }
        }
    }
}

#[test]
fn nothing_is_lost_on_the_way_to_no_size_at_all_and_back() {
    for driver in &mut all_screens() {
        let before = plain(&driver.draw(100, 30));
        for (width, height) in [
            (60, 20),
            (24, 6),
            (10, 3),
            (1, 1),
            (0, 0),
            (24, 6),
            (40, 12),
        ] {
            driver.tell(Msg::Resized(width, height));
            driver.draw(width, height);
        }
        driver.tell(Msg::Resized(100, 30));
        assert_eq!(plain(&driver.draw(100, 30)), before);
    }
}

#[test]
fn a_screen_too_small_says_so() {
    let mut driver = Driver::sample("host-changed");
    assert!(plain(&driver.draw(23, 6)).contains("too small"));
    assert!(!plain(&driver.draw(24, 6)).contains("too small"));
}

fn any_key() -> impl Strategy<Value = KeyEvent> {
    let code = prop_oneof![
        8 => proptest::sample::select("123456789nNxaryYcsowevuid/?mqhjklgG[] 0".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
        6 => proptest::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down,
            KeyCode::Left, KeyCode::Right, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Home,
            KeyCode::End, KeyCode::Backspace, KeyCode::Delete,
        ]),
        1 => any::<char>().prop_map(KeyCode::Char),
    ];
    code.prop_map(|code| KeyEvent::new(code, KeyModifiers::NONE))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_sequence_of_keys_breaks_the_app(
        sample in proptest::sample::select(vec!["host-changed", "expired-url", "right-request", "secret-newline"]),
        keys in proptest::collection::vec(any_key(), 0..40),
        width in 0u16..140,
        height in 0u16..50,
    ) {
        let mut driver = Driver::sample(sample);
        for key in keys {
            driver.tell(Msg::Key(key));
            driver.draw(width, height);
        }
    }

    #[test]
    fn any_paste_can_be_looked_at(bytes in proptest::collection::vec(any::<u8>(), 0..300), keys in proptest::collection::vec(any_key(), 0..12)) {
        let mut driver = Driver::sample("host-changed");
        driver.tell(Msg::Pasted(bytes.into()));
        driver.keys("v");
        for key in keys {
            driver.tell(Msg::Key(key));
            let text = plain(&driver.draw(70, 20));
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
