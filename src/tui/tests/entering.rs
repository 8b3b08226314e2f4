//! What becomes of secrets that are entered: the right one, a wrong one, another one, none.

use super::*;
use crate::tui::app::Screen;
use crate::tui::model::Item;

const WRONG: &str = "a/secret/of/somebody/else";

fn enter(driver: &mut Driver, secret: &str) {
    driver.keys("s");
    driver.tell(Msg::Pasted(secret.to_owned().into()));
    driver.keys("Enter");
}

#[test]
fn a_wrong_secret_is_said_to_be_wrong_everywhere() {
    let mut driver = Driver::sample("right-request");
    enter(&mut driver, WRONG);
    let toast = driver.app.toast.clone().unwrap();
    assert!(toast.bad);
    assert_eq!(toast.text, "this secret gives another signature");
    driver.app.toast = None;
    assert_eq!(driver.app.item(), Some(Item::Secret));
    let text = plain(&driver.draw(120, 60));
    for wanted in [
        "this request has: not with the secret from the prompt (entered 1).",
        "[!] secret            the prompt (entered 1)  it gives another signature",
        "! signed with a secret that did not reproduce your signature: the prompt (entered 1)",
        "▸ [Enter] enter another secret",
        "Enter enter secret",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let work = driver.app.work.as_ref().unwrap();
    let report = crate::report::text(work, crate::report::TextStyle::default());
    let line = "signed with a secret that did not reproduce your signature";
    assert!(report.contains(line), "{report}");
    driver.keys("Enter");
    assert!(driver.app.prompt.is_some(), "Enter asks for another one");
}

#[test]
fn the_next_secret_takes_the_place_of_one_that_failed() {
    let mut driver = Driver::sample("right-request");
    enter(&mut driver, WRONG);
    enter(&mut driver, SECRET);
    let toast = driver.app.toast.clone().unwrap();
    assert_eq!(toast.text, "this secret reproduces the received signature");
    let candidates = &driver.app.bench.entered.candidates;
    let names: Vec<&str> = candidates.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["the prompt (entered 2)"]);
    assert!(driver.app.work.as_ref().unwrap().failed_key().is_none());
}

#[test]
fn a_secret_that_was_entered_can_be_taken_out() {
    let mut driver = Driver::sample("right-request");
    enter(&mut driver, SECRET);
    driver.keys("5");
    assert!(plain(&driver.draw(120, 36)).contains("[Del] takes out"));
    driver.press(KeyCode::Delete, KeyModifiers::NONE);
    assert!(driver.app.bench.entered.is_empty());
    assert!(driver.app.work.as_ref().unwrap().keyring.is_empty());
    driver.press(KeyCode::Delete, KeyModifiers::NONE);
    assert_eq!(driver.app.toast.unwrap().text, "no secret was entered here");
}

#[test]
fn the_cursor_stands_on_the_fix_once_there_is_one() {
    let mut driver = Driver::sample("expired-url");
    driver.keys("G");
    enter(&mut driver, SECRET);
    assert_eq!(driver.app.item(), Some(Item::Fix));
    driver.app.toast = None;
    assert!(plain(&driver.draw(80, 24)).contains("Enter copy the fix"));
    driver.keys("G o Down Down Right Esc");
    assert_eq!(driver.app.item(), Some(Item::Fix));
}

#[test]
fn without_a_secret_the_nearest_step_is_to_enter_it() {
    let mut driver = Driver::sample("right-request");
    assert_eq!(driver.app.screen, Screen::Answer);
    assert_eq!(driver.app.item(), Some(Item::Secret));
    let text = plain(&driver.draw(120, 36));
    assert!(text.contains("[Enter] enter the secret, masked"), "{text}");
    assert!(!text.contains("read -rs"), "{text}");
    driver.keys("Enter");
    assert!(driver.app.prompt.is_some());
}

#[test]
fn a_fresh_copy_is_shown_without_the_date_and_signature_it_will_not_have() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("c");
    let fresh = plain(&driver.draw(120, 36));
    assert!(fresh.contains("▸ all corrected headers"), "{fresh}");
    driver.keys("Up");
    let fresh = plain(&driver.draw(120, 36));
    assert!(fresh.contains("/<today>/"), "{fresh}");
    assert!(
        fresh.contains("X-Amz-Date and X-Amz-Content-Sha256 too"),
        "{fresh}"
    );
    driver.keys("Right");
    let same = plain(&driver.draw(120, 36));
    let preview = |text: &str| text.split_once("Preview").unwrap().1.to_owned();
    assert!(!preview(&same).contains("<today>"), "{same}");
    driver.keys("Esc");
    let answer = plain(&driver.draw(120, 60));
    assert!(answer.contains("X-Amz-Date: <now>"), "{answer}");
    assert!(answer.contains("Signature=<signed when copied>") || answer.contains("/<today>/"));
}

#[test]
fn signatures_that_differ_are_not_drawn_as_something_changed_on_the_way() {
    for sample in ["secret-newline", "right-request"] {
        let mut driver = Driver::sample(sample);
        enter(&mut driver, WRONG);
        let text = plain(&driver.draw(120, 60));
        assert!(!text.contains("Who saw what"), "{sample}: {text}");
    }
}

#[test]
fn signed_is_said_once_the_signature_proves_it() {
    let text = |driver: &mut Driver| {
        let screen = plain(&driver.draw(120, 60));
        screen.split_once("Who saw what").unwrap().1.to_owned()
    };
    let before = text(&mut Driver::sample("host-changed"));
    assert!(before.contains("in the pasted request"), "{before}");
    let after = text(&mut Driver::sample("host-changed").with_secret());
    assert!(after.contains("signed host"), "{after}");
}
