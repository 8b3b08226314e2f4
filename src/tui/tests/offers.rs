//! What the footer, help and the notice offer and tell: no more than there is.

use super::*;
use crate::tui::app::{Overlay, Screen};
use crate::tui::keymap;

fn footer(driver: &mut Driver, width: u16) -> String {
    let text = plain(&driver.draw(width, 30));
    text.lines().last().unwrap().trim().to_owned()
}

/// The app over a text that was pasted.
fn pasted(text: &str) -> Driver {
    let mut driver = Driver::new(Vec::new(), AppOptions::default());
    driver.tell(Msg::Pasted(text.to_owned().into()));
    driver
}

#[test]
fn the_start_screen_offers_nothing_that_needs_a_case() {
    let mut driver = Driver::new(Vec::new(), AppOptions::default());
    assert_eq!(
        footer(&mut driver, 200),
        "c copy snippet  s secret  w other clients  e open file  1-9 open sample  Enter open  q quit  ? help"
    );
    for key in ["v", "u", "n", "o", "/"] {
        driver.keys(key);
        assert_eq!(driver.app.screen, Screen::Input, "{key}");
    }
}

#[test]
fn n_is_offered_only_where_two_sides_part() {
    let mut right = Driver::sample("right-request").with_secret();
    assert!(!footer(&mut right, 200).contains("next difference"));
    let mut differs = Driver::sample("host-changed");
    assert!(footer(&mut differs, 200).contains("n next difference"));
}

#[test]
fn keys_are_revealed_and_removed_only_where_there_are_any() {
    let mut without = Driver::sample("right-request");
    without.keys("5");
    let offered = footer(&mut without, 200);
    assert!(
        !offered.contains("reveal") && !offered.contains("remove"),
        "{offered}"
    );
    let text = samples::find("host-changed").unwrap().text;
    let (mut pasted, _) = positions::opened(text, &positions::ring(SECRET));
    pasted.keys("5");
    let offered = footer(&mut pasted, 200);
    assert!(
        offered.contains("r reveal") && !offered.contains("remove"),
        "{offered}"
    );
    let mut entered = Driver::sample("right-request").with_secret();
    entered.keys("5 r");
    let offered = footer(&mut entered, 200);
    assert!(
        offered.contains("r mask") && offered.contains("Del remove entered"),
        "{offered}"
    );
}

#[test]
fn derived_keys_are_masked_again_behind_the_screen_they_were_revealed_on() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("5 r");
    assert!(driver.app.reveal);
    assert!(plain(&driver.draw(100, 30)).contains("KEYS ARE SHOWN"));
    driver.keys("6 5");
    assert!(!driver.app.reveal);
    driver.keys("r");
    driver.tell(Msg::Pasted("GET / HTTP/1.1\nHost: a\n\n".into()));
    assert!(!driver.app.reveal);
}

#[test]
fn a_field_that_stands_nowhere_in_the_paste_is_not_offered_there() {
    let mut driver = Driver::sample("right-request");
    driver.keys("4 End");
    let offered = footer(&mut driver, 200);
    assert!(
        !offered.contains("Enter"),
        "the hash stands nowhere: {offered}"
    );
    driver.keys("g");
    assert!(footer(&mut driver, 200).contains("Enter in the source"));
}

#[test]
fn every_menu_offers_its_own_keys() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("c");
    assert_eq!(
        footer(&mut driver, 80),
        "Enter copy  Space same or fresh date  Esc close"
    );
    driver.keys("End");
    assert_eq!(footer(&mut driver, 80), "Enter copy  Esc close");
    driver.keys("Esc o");
    assert_eq!(footer(&mut driver, 80), "Enter type it  Esc close");
    driver.keys("Down Down Enter");
    assert_eq!(
        footer(&mut driver, 80),
        "Enter next value  Left previous  Del as claimed  Esc close"
    );
    driver.keys("Delete");
    assert!(driver.app.bench.settings.iter().next().is_none());
    driver.keys("Esc ?");
    assert_eq!(footer(&mut driver, 80), "/ find  Esc close");
    let mut undecided = Driver::sample("right-request");
    undecided.keys("w");
    assert!(matches!(
        undecided.app.overlay,
        Some(Overlay::Snippets { .. })
    ));
    assert_eq!(footer(&mut undecided, 80), "Enter copy  Esc close");
    let mut secretless = Driver::sample("right-request");
    secretless.keys("c g");
    let offered = footer(&mut secretless, 80);
    assert!(
        !offered.contains("Enter"),
        "without a secret there is nothing to copy: {offered}"
    );
}

#[test]
fn escape_leaves_every_menu_and_prompt_for_the_screen_it_was_opened_on() {
    for keys in ["c", "o", "?", "s", "e", "/", "o End Enter"] {
        let mut driver = Driver::sample("host-changed").with_secret();
        driver.keys("3");
        driver.keys(keys);
        driver.keys("Esc Esc");
        assert!(
            driver.app.prompt.is_none() && driver.app.overlay.is_none(),
            "{keys}"
        );
        assert!(
            matches!(driver.app.screen, Screen::Stage(1) | Screen::Answer),
            "{keys}"
        );
    }
}

#[test]
fn what_was_added_and_not_recognised_is_said_to_be_so() {
    let mut driver = Driver::sample("host-changed");
    driver.tell(Msg::Pasted("words of no request at all".to_owned().into()));
    let text = plain(&driver.draw(80, 24));
    assert!(text.contains("was not recognised"), "{text}");
    let answer = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
    driver.tell(Msg::Pasted(answer.to_owned().into()));
    let text = plain(&driver.draw(80, 24));
    assert!(!text.contains("was not recognised"), "{text}");
}

#[test]
fn help_tells_first_what_acts_here() {
    let mut driver = Driver::sample("right-request").with_secret();
    driver.keys("?");
    let text = plain(&driver.draw(90, 60));
    let (_, list) = text.split_once("Here and now").unwrap();
    let (here, elsewhere) = list.split_once("Elsewhere, or when").unwrap();
    assert!(here.contains("copy corrected headers"), "{here}");
    assert!(!here.contains("next difference"), "{here}");
    assert!(elsewhere.contains("next difference"), "{elsewhere}");
}

#[test]
fn digits_open_samples_only_while_nothing_is_given() {
    let mut driver = Driver::new(Vec::new(), AppOptions::default());
    driver.keys("1");
    assert_eq!(driver.app.bench.inputs.len(), 1);
    driver.keys("0");
    assert_eq!(driver.app.screen, Screen::Input);
    assert!(!plain(&driver.draw(100, 40)).contains("Open one"));
    driver.keys("Enter Down Enter");
    assert_eq!(
        driver.app.bench.inputs.len(),
        1,
        "no sample is added to a case"
    );
    driver.keys("3");
    assert_eq!(driver.app.screen, Screen::Stage(1));
    assert_eq!(driver.app.bench.inputs.len(), 1);
}

#[test]
fn every_sample_has_a_key_and_shows_it_under_the_cursor_too() {
    let mut driver = Driver::new(Vec::new(), AppOptions::default());
    let text = plain(&driver.draw(120, 40));
    for at in 0..samples::ALL.len() {
        let key = keymap::sample_key(at).expect("a key for every sample");
        assert!(text.contains(&format!("[{key}]")), "{key}: {text}");
        let mut fresh = Driver::new(Vec::new(), AppOptions::default());
        fresh.keys(&key);
        let name = &fresh.app.bench.inputs[0].name;
        assert!(name.ends_with(samples::ALL[at].name), "{key}: {name}");
    }
}

#[test]
fn a_page_of_the_input_screen_is_what_there_is_room_for() {
    let mut driver = Driver::new(Vec::new(), AppOptions::default());
    let first = plain(&driver.draw(40, 12));
    driver.keys("PageDown");
    let second = plain(&driver.draw(40, 12));
    assert_eq!(driver.app.input.top, 7);
    // One line of the page before stays in sight.
    let line = |text: &str, at: usize| text.lines().nth(at).unwrap().to_owned();
    let inner = |text: String| text.trim_matches(['│', ' ', '↓', '↑']).to_owned();
    // A title at the very end of a page is left to the next one.
    let last = inner(line(&first, 9));
    assert!(
        last.is_empty() || last == inner(line(&second, 2)),
        "{first}{second}"
    );
    driver.keys("PageUp");
    assert_eq!(plain(&driver.draw(40, 12)), first);
    driver.keys("1 0 PageDown");
    driver.draw(40, 12);
    driver.keys("PageDown");
    assert!(driver.app.input.top > 0);
}

#[test]
fn a_long_message_is_told_whole_and_the_keys_stay() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.app.say(
        "sent all corrected headers, fresh date to the terminal (OSC 52): 4 lines, 389 bytes. It holds the session token whole",
    );
    for (width, height) in [(80, 24), (40, 12), (30, 10)] {
        let text = plain(&driver.draw(width, height));
        let words: Vec<&str> = text.split_whitespace().collect();
        assert!(words.join(" ").contains("session token whole"), "{text}");
        assert!(text.lines().last().unwrap().contains("? help"), "{text}");
        let frame = text.lines().filter(|l| l.starts_with('└')).count();
        assert_eq!(frame, 1, "the frame is whole: {text}");
    }
    driver.keys("Down");
    assert!(!plain(&driver.draw(80, 24)).contains("session token"));
}

#[test]
fn what_is_told_does_not_look_like_a_key() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.app.say("told");
    let screen = marked(&driver.draw(80, 24));
    let line = screen.lines().find(|l| l.contains("told")).unwrap();
    // No sign stands before it: `i` is a key, and so is every other letter.
    assert_eq!(line.trim(), "{bold}told{/}");
}

#[test]
fn a_key_of_another_screen_says_that_it_does_nothing_here() {
    let mut driver = pasted("nothing that is known");
    driver.keys("x");
    assert_eq!(
        driver.app.toast.as_ref().map(|t| t.text.as_str()),
        Some("x (bytes) has nothing to act on here")
    );
}

#[test]
fn what_was_chosen_over_the_claims_is_told_on_every_screen() {
    for (width, height) in [(80, 24), (120, 36), (40, 12)] {
        let mut driver = Driver::sample("host-changed").with_secret();
        for keys in ["1", "2", "3", "5", "v"] {
            driver.keys(keys);
            assert!(
                !plain(&driver.draw(width, height)).contains("option changed"),
                "{keys}"
            );
        }
        driver
            .app
            .bench
            .settings
            .set("service", Some("sqs".to_owned()));
        driver.keys("o Esc");
        let effects = vec![driver.app.rework()];
        driver.perform(effects);
        for keys in ["1", "2", "3", "5", "v", "0"] {
            driver.keys(keys);
            let text = plain(&driver.draw(width, height));
            assert!(
                text.contains("1 option changed"),
                "{keys} at {width}: {text}"
            );
        }
    }
}

#[test]
fn what_was_not_recognised_is_said_beside_it_and_shown_byte_for_byte() {
    let mut driver = Driver::new(Vec::new(), AppOptions::default());
    driver.tell(Msg::Pasted(bytes::Bytes::from_static(
        b"\xff\x00 nothing\n",
    )));
    let text = plain(&driver.draw(100, 30));
    assert!(
        text.contains(r"paste 1, 11 bytes: \xFF\0 nothing") || text.contains(r"\xFF\x00 nothing"),
        "{text}"
    );
    let sentence = &driver
        .app
        .work
        .as_ref()
        .unwrap()
        .analysis
        .diagnosis
        .verdict
        .sentence;
    assert!(text.contains(sentence.split('.').next().unwrap()), "{text}");
    driver.keys("u");
    assert!(plain(&driver.draw(100, 30)).contains("Open one"));
}

#[test]
fn another_secret_is_asked_for_in_sight_where_one_failed() {
    let text = samples::find("right-request").unwrap().text;
    let text = text.replace("AWS_SECRET_ACCESS_KEY=", "NO=");
    let wrong = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEX";
    let (mut driver, work) = positions::opened(&text, &positions::ring(wrong));
    assert!(work.failed_key().is_some());
    let screen = plain(&driver.draw(80, 24));
    assert!(
        screen.contains("▸ [Enter] enter another secret"),
        "{screen}"
    );
    assert_eq!(
        screen.matches("enter another secret").count(),
        1,
        "{screen}"
    );
    assert!(
        screen
            .lines()
            .last()
            .unwrap()
            .contains("Enter enter secret")
    );
}

/// A request whose head is larger than is followed.
fn too_large() -> Driver {
    let text = format!(
        "GET /a HTTP/1.1\nHost: b.s3.amazonaws.com\nX-Big: {}\nX-Amz-Date: 20260301T101500Z\nAuthorization: \
         AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260301/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature={}\n\n",
        "x".repeat(600_000),
        "a".repeat(64)
    );
    positions::opened(&text, &positions::ring(SECRET)).0
}

#[test]
fn a_request_larger_than_is_followed_is_told_so_on_every_screen() {
    let mut driver = too_large();
    for keys in ["1", "2", "3", "5"] {
        driver.keys(keys);
        let text = plain(&driver.draw(100, 30));
        assert!(
            text.contains("larger than sigscope follows"),
            "{keys}: {text}"
        );
    }
    driver.keys("4");
    let text = plain(&driver.draw(100, 30));
    assert!(
        text.contains("none was tried") && text.contains("a file  the request is larger"),
        "{text}"
    );
    assert!(!text.contains("No secret was found"), "{text}");
    driver.keys("2");
    let offered = footer(&mut driver, 200);
    assert!(
        !offered.contains("/ find") && !offered.contains("bytes"),
        "{offered}"
    );
}

#[test]
fn a_request_larger_than_is_followed_breaks_no_key_at_any_size() {
    let every = "1 n N x a r y c Esc s Esc w Esc e Esc v d / z Enter Esc u 0 Enter ] [ m ? / q Esc Esc 2 Down Right Left Tab BackTab PageDown PageUp g G 3 4 Delete 5 o Down Enter Esc i Esc";
    for (width, height) in [(0, 0), (24, 6), (40, 12), (80, 24), (120, 36), (200, 60)] {
        let mut driver = too_large();
        for key in every.split(' ') {
            driver.keys(key);
            driver.draw(width, height);
        }
    }
}

#[test]
fn other_ways_leave_out_no_client() {
    let text = samples::find("right-request").unwrap().text;
    let text = text.replace("AWS_SECRET_ACCESS_KEY=", "NO=");
    for secret in ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEX", SECRET] {
        let (mut driver, work) = positions::opened(&text, &positions::ring(secret));
        let steps = &work.analysis.diagnosis.next_steps;
        let screen = plain(&driver.draw(600, 60));
        let (_, told) = screen.split_once("Nearest next step").unwrap_or_default();
        for step in steps {
            let name = step.party;
            assert!(
                told.contains(name) || name == "sigscope",
                "{name}: {screen}"
            );
        }
    }
}

#[test]
fn a_place_far_to_the_right_moves_its_own_line_alone() {
    let mut driver = Driver::sample("host-changed");
    driver.keys("v /");
    driver.type_text("SignedHeaders=host");
    let text = plain(&driver.draw(80, 24));
    assert!(text.contains("10  …"), "{text}");
    assert!(text.contains("SignedHeaders=host"), "{text}");
    assert!(
        text.contains("Host: nginx.local:8080"),
        "the other lines stay: {text}"
    );
    driver.keys("Esc Right");
    assert_eq!(driver.app.source.left, 8);
}

#[test]
fn at_forty_columns_a_title_tells_how_many_fields_differ_and_the_menu_its_form() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("3");
    let text = plain(&driver.draw(40, 12));
    assert!(text.contains("Canonical: 1 of 7 fields differs"), "{text}");
    driver.keys("c");
    let text = plain(&driver.draw(40, 12));
    assert!(text.contains("all corrected headers  fresh date"), "{text}");
    driver.keys("Right");
    let text = plain(&driver.draw(40, 12));
    assert!(text.contains("all corrected headers  same date"), "{text}");
}

#[test]
fn without_a_secret_the_copy_menu_stands_on_an_entry_that_works() {
    let text = samples::find("host-changed").unwrap().text;
    let text = text.replace("AWS_SECRET_ACCESS_KEY=", "NO=");
    let (mut driver, work) = positions::opened(&text, &crate::engine::secret::Keyring::new());
    assert!(work.correction.is_none());
    driver.keys("c");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("▸ canonical request"), "{screen}");
    driver.keys("Up Enter");
    let screen = plain(&driver.draw(80, 24));
    assert_eq!(
        screen.matches("needs a secret: press s").count(),
        // On each of the four rows, and in the place of the preview.
        5,
        "{screen}"
    );
    driver.keys("Down Enter");
    assert!(matches!(driver.asked.last(), Some(Effect::Copy(..))));
}

#[test]
fn a_url_that_works_with_its_headers_only_is_said_to() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("c Down");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("it is not signed"), "{screen}");
    driver.keys("Enter");
    driver.tell(Msg::Copied(Ok(crate::tui::msg::Copied::Onto(
        "somewhere".to_owned(),
    ))));
    let toast = driver.app.toast.as_ref().unwrap().text.clone();
    assert!(toast.contains("with the corrected headers only"), "{toast}");
}

#[test]
fn y_on_the_fix_copies_what_is_shown_redacted() {
    let text = samples::find("host-changed").unwrap().text;
    let paste = text.replacen(
        "X-Amz-Date:",
        "X-Amz-Security-Token: a-token-of-this-session\nX-Amz-Date:",
        1,
    );
    let mut driver = positions::opened_in(&paste, &positions::ring(SECRET), ThemeName::Dark);
    assert_eq!(driver.app.item(), Some(crate::tui::model::Item::Fix));
    driver.keys("y");
    let Some(Effect::Copy(crate::tui::msg::CopyRequest::Text { text, .. }, _)) =
        driver.asked.last()
    else {
        panic!("not a text");
    };
    let text = String::from_utf8_lossy(text);
    assert!(text.contains("Authorization: "), "{text}");
    assert!(!text.contains("a-token-of-this-session"), "{text}");
}

#[test]
fn a_remedy_is_told_whole_and_its_caution_is_copied() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("j j");
    let screen = plain(&driver.draw(80, 24));
    let words: Vec<&str> = screen
        .split(|c: char| c.is_whitespace() || c == '│')
        .filter(|word| !word.is_empty())
        .collect();
    assert!(
        words
            .join(" ")
            .contains("for anybody can send this header."),
        "{screen}"
    );
    driver.keys("Enter");
    let Some(Effect::Copy(crate::tui::msg::CopyRequest::Text { text, .. }, _)) =
        driver.asked.last()
    else {
        panic!("not a text");
    };
    let text = String::from_utf8_lossy(text);
    assert!(text.contains("anybody can send it\n"), "{text}");
    assert!(
        text.contains("\nproxy_set_header X-Forwarded-Host"),
        "{text}"
    );
}

#[test]
fn an_option_steps_to_another_value_than_the_one_in_force() {
    let mut driver = Driver::sample("path-encoded-twice").with_secret();
    driver.keys("o Down Down");
    let before = driver.app.options_in_force();
    driver.keys("Right");
    assert_ne!(driver.app.options_in_force(), before);
    driver.keys("Right");
    assert_eq!(driver.app.options_in_force(), before);
    assert!(driver.app.bench.settings.iter().next().is_none());
}

#[test]
fn that_a_paste_has_grown_old_stands_below_what_can_be_done() {
    let mut driver = Driver::sample("right-request");
    for (width, height) in [(80, 24), (120, 36)] {
        let screen = plain(&driver.draw(width, height));
        let at = |text: &str| screen.find(text).unwrap_or(usize::MAX);
        assert!(
            at("Nearest next step") < at("The request was signed at"),
            "{screen}"
        );
    }
    driver.keys("G");
    let screen = plain(&driver.draw(80, 24));
    assert!(screen.contains("The request was signed at"), "{screen}");
}
