//! What keys, pastes and answers of the edge do to the state.

use super::*;
use crate::engine::correct::CopyItem;
use crate::tui::app::{Overlay, Screen, StageView};
use crate::tui::keymap::{self, Context, Key};
use crate::tui::model::Item;
use crate::tui::{Copied, CopyRequest, Search};

#[test]
fn a_paste_adds_to_the_case_and_lands_on_the_answer() {
    let mut driver = Driver::new(Vec::new(), AppOptions::default());
    assert_eq!(driver.app.screen, Screen::Input);
    let text = samples::find("host-changed").unwrap().text;
    let (request, error) = text.split_at(text.find("HTTP/1.1 403").unwrap());
    driver.tell(Msg::Pasted(request.to_owned().into()));
    assert_eq!(driver.app.screen, Screen::Answer);
    driver.keys("3");
    driver.tell(Msg::Pasted(error.to_owned().into()));
    assert_eq!(driver.app.screen, Screen::Answer);
    assert_eq!(driver.app.bench.inputs.len(), 2);
    assert_eq!(driver.app.work.as_ref().unwrap().case.evidence.len(), 1);
    driver.keys("u");
    assert_eq!(driver.app.bench.inputs.len(), 1);
    assert!(driver.app.work.as_ref().unwrap().case.evidence.is_empty());
    driver.keys("u");
    assert_eq!(driver.app.screen, Screen::Input);
    driver.keys("u");
    assert_eq!(driver.app.bench.inputs.len(), 0);
}

#[test]
fn a_terminal_that_sends_carriage_returns_for_line_ends_pastes_lines() {
    let mut driver = Driver::new(Vec::new(), AppOptions::default());
    driver.tell(Msg::Pasted(bytes::Bytes::from_static(b"a\rb\r")));
    driver.tell(Msg::Pasted(bytes::Bytes::from_static(b"a\r\nb\r")));
    assert_eq!(driver.app.bench.inputs[0].bytes.as_ref(), b"a\nb\n");
    assert_eq!(driver.app.bench.inputs[1].bytes.as_ref(), b"a\r\nb\r");
}

#[test]
fn stale_work_is_dropped() {
    let mut driver = Driver::sample("host-changed");
    let before = Arc::clone(driver.app.work.as_ref().unwrap());
    let other = Driver::sample("expired-url").app.work.unwrap();
    driver.tell(Msg::Worked(0, other));
    assert!(Arc::ptr_eq(&before, driver.app.work.as_ref().unwrap()));
}

#[test]
fn a_secret_is_never_drawn_and_never_added_to_the_case() {
    let mut driver = Driver::sample("path-encoded-twice");
    driver.keys("s");
    driver.tell(Msg::Pasted(SECRET.into()));
    for (width, height) in [(80, 24), (120, 36), (40, 12), (200, 60)] {
        assert!(!plain(&driver.draw(width, height)).contains("wJalr"));
    }
    driver.keys("Enter");
    assert_eq!(driver.app.bench.inputs.len(), 1);
    assert!(driver.app.work.as_ref().unwrap().correction.is_some());
    for keys in ["1", "2", "3", "5 r", "6", "v", "c", "Esc o", "Esc i"] {
        driver.keys(keys);
        assert!(!plain(&driver.draw(200, 60)).contains("wJalr"), "{keys}");
    }
    assert!(!driver.app.farewell().unwrap().contains("wJalr"));
}

#[test]
fn a_secret_in_the_paste_is_masked_where_it_stands() {
    let mut driver = Driver::sample("host-changed");
    assert!(samples::find("host-changed").unwrap().text.contains(SECRET));
    driver.keys("v");
    for _ in 0..80 {
        assert!(!plain(&driver.draw(200, 60)).contains("wJalr"));
        driver.keys("Right");
    }
}

#[test]
fn derived_keys_stay_masked_until_revealed() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("5");
    let masked = plain(&driver.draw(120, 36));
    let key = driver
        .app
        .work
        .as_ref()
        .unwrap()
        .analysis
        .trace
        .as_ref()
        .unwrap();
    let link = key.stages.iter().flat_map(|s| &s.links).next().unwrap();
    let hex = hex::encode(link.output.as_ref().unwrap().expose());
    assert!(!masked.contains(&hex));
    driver.keys("r");
    assert!(plain(&driver.draw(120, 36)).contains(&hex));
}

#[test]
fn digits_open_stages_and_n_goes_through_the_differences() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("3");
    assert_eq!(driver.app.screen, Screen::Stage(1));
    driver.keys("1 n");
    assert_eq!(driver.app.screen, Screen::Stage(1));
    let text = plain(&driver.draw(120, 36));
    assert!(text.contains("^^^^^^^^^^^^^^^^"), "{text}");
    driver.keys("9");
    assert_eq!(driver.app.screen, Screen::Stage(1), "there is no stage 9");
    driver.keys("a");
    assert_eq!(driver.app.stages[1].view, StageView::Text);
    driver.keys("Esc Esc");
    assert_eq!(driver.app.screen, Screen::Answer);
    driver.keys("Esc");
    assert!(driver.asked.is_empty(), "Esc never quits");
}

#[test]
fn enter_copies_the_fix_and_the_toast_names_the_route_and_the_token() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("Enter");
    let Some(Effect::Copy(request, _)) = driver.asked.last() else {
        panic!("nothing was copied");
    };
    assert_eq!(
        *request,
        CopyRequest::Item {
            item: CopyItem::Headers,
            fresh: true
        }
    );
    driver.tell(Msg::Copied(Ok(Copied::Sent(
        "to the terminal (OSC 52)".to_owned(),
    ))));
    let text = plain(&driver.draw(120, 36));
    assert!(
        text.contains("sent all corrected headers, fresh date to the terminal (OSC 52)"),
        "{text}"
    );
    assert!(
        !text.contains("session token"),
        "there is none here: {text}"
    );
}

#[test]
fn the_toast_tells_of_the_token_where_the_text_holds_it_and_nowhere_else() {
    let text = samples::find("host-changed").unwrap().text;
    let paste = text.replacen(
        "X-Amz-Date:",
        "X-Amz-Security-Token: a-token\nX-Amz-Date:",
        1,
    );
    assert_ne!(text, paste);
    for (at, item) in CopyItem::ALL.into_iter().enumerate() {
        let mut driver = positions::opened_in(&paste, &positions::ring(SECRET), ThemeName::Dark);
        driver.keys("c Home");
        driver.keys(&"Up ".repeat(CopyItem::ALL.len()));
        driver.keys(&"Down ".repeat(at));
        let menu = plain(&driver.draw(120, 36));
        driver.keys("Enter");
        driver.tell(Msg::Copied(Ok(Copied::Onto("somewhere".to_owned()))));
        let toast = driver.app.toast.as_ref().unwrap().text.clone();
        assert!(toast.contains(item.title()), "{toast}");
        let holds = matches!(item, CopyItem::Headers | CopyItem::Curl);
        assert_eq!(toast.contains("session token whole"), holds, "{toast}");
        assert_eq!(
            menu.contains("the session token is copied"),
            holds,
            "{menu}"
        );
    }
}

#[test]
fn what_no_clipboard_took_is_shown_and_printed_on_exit() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("Enter");
    driver.tell(Msg::NotCopied {
        reason: "no clipboard".to_owned(),
        text: b"Host: x\nX-Amz-Date: y\x1b[31m".to_vec(),
    });
    assert!(matches!(driver.app.overlay, Some(Overlay::Text { .. })));
    let text = plain(&driver.draw(120, 36));
    assert!(
        text.contains("Host: x") && text.contains(r"y\x1B[31m"),
        "{text}"
    );
    let farewell = driver.app.farewell().unwrap();
    assert!(
        farewell.starts_with("Host: x\nX-Amz-Date: y\\x1B[31m\nsigscope: "),
        "{farewell}"
    );
}

#[test]
fn an_option_is_looked_at_anew_at_once() {
    let mut driver = Driver::sample("host-changed").with_secret();
    let before = Arc::clone(driver.app.work.as_ref().unwrap());
    driver.keys("o Down Down Right");
    let after = Arc::clone(driver.app.work.as_ref().unwrap());
    assert!(!Arc::ptr_eq(&before, &after));
    assert_eq!(before.settings.iter().count(), 0);
    assert_eq!(after.settings.iter().count(), 1);
    driver.press(KeyCode::Delete, KeyModifiers::NONE);
    let back = driver.app.work.as_ref().unwrap();
    assert_eq!(back.settings, before.settings);
}

#[test]
fn keys_typed_into_a_prompt_do_nothing_else() {
    let mut driver = Driver::sample("host-changed");
    driver.keys("e");
    driver.type_text("q?u1.txt");
    assert_eq!(driver.app.bench.inputs.len(), 1);
    driver.keys("Enter");
    assert!(
        matches!(driver.asked.last(), Some(Effect::Open(path)) if path.as_os_str() == "q?u1.txt")
    );
    driver.keys("q");
    assert!(matches!(driver.asked.last(), Some(Effect::Quit)));
}

#[test]
fn find_goes_to_the_field_that_holds_the_text() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("3 g /");
    driver.type_text("amz-date");
    let origin = |driver: &mut Driver| {
        let text = plain(&driver.draw(120, 36));
        let (_, behind) = text.split_once("Origin of ").unwrap();
        behind.split(':').next().unwrap().to_owned()
    };
    assert_eq!(origin(&mut driver), "x-amz-date");
    driver.keys("Enter");
    assert_eq!(
        origin(&mut driver),
        "signed-headers",
        "it names the header too"
    );
    driver.keys("Enter");
    assert_eq!(origin(&mut driver), "x-amz-date", "round at the end");
    driver.keys("Esc n");
    assert_eq!(origin(&mut driver), "host");
}

#[test]
fn typing_goes_on_while_a_search_is_not_answered() {
    let mut driver = Driver::sample("host-changed").with_secret();
    driver.keys("3 g");
    driver.searches = false;
    driver.keys("/");
    driver.type_text("amz-date");
    driver.keys("Enter Enter");
    let asked: Vec<(u64, Search)> = driver
        .asked
        .iter()
        .filter_map(|effect| match effect {
            Effect::Search(number, search) => Some((*number, search.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(asked.len(), "amz-date".len() + 2, "one for each key");
    let last = |driver: &mut Driver| {
        let text = plain(&driver.draw(120, 36));
        text.lines().last().unwrap().to_owned()
    };
    let (number, search) = asked.last().unwrap();
    driver.tell(Msg::SearchProgress(*number, 3, 4));
    assert!(last(&mut driver).starts_with(" find amz-date_   looking: 75 %"));
    let before = driver.app.stages[1].cursor;
    for (number, search) in asked.iter().rev().skip(1) {
        driver.tell(Msg::Searched(*number, search.run(&mut |_, _| true)));
        assert_eq!(
            driver.app.stages[1].cursor, before,
            "an answer that is stale"
        );
    }
    // Two steps further than the first place, which is the first again: there are two.
    driver.tell(Msg::Searched(*number, search.run(&mut |_, _| true)));
    assert!(last(&mut driver).starts_with(" find amz-date_   1 of 2"));
    assert!(driver.app.searching.is_none());
}

#[test]
fn the_wheel_and_a_click_move_the_cursor() {
    use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
    let mut driver = Driver::sample("host-changed").with_secret();
    let text = plain(&driver.draw(120, 36));
    let (before, _) = text.split_once("3 Canonical").unwrap();
    let click = |column: usize, row: usize| {
        Msg::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: u16::try_from(column).unwrap(),
            row: u16::try_from(row).unwrap(),
            modifiers: KeyModifiers::NONE,
        })
    };
    driver.tell(click(before.chars().count() + 2, 0));
    assert_eq!(driver.app.screen, Screen::Stage(1));
    driver.draw(120, 36);
    driver.tell(click(10, 3));
    assert_eq!(driver.app.stages[1].cursor, 0);
}

#[test]
fn no_key_is_bound_twice_where_it_counts() {
    let stacks: &[&[Context]] = &[
        &[Context::Start, Context::Global, Context::Always],
        &[Context::Input, Context::Global, Context::Always],
        &[Context::Answer, Context::Global, Context::Always],
        &[Context::Stage, Context::Global, Context::Always],
        &[Context::Key, Context::Global, Context::Always],
        &[Context::Source, Context::Global, Context::Always],
        &[Context::Options, Context::Menu, Context::Always],
        &[Context::Help, Context::Menu, Context::Always],
        &[Context::Prompt, Context::Always],
    ];
    for stack in stacks {
        let mut seen: Vec<(Key, &str)> = Vec::new();
        for binding in keymap::KEYS
            .iter()
            .filter(|b| b.contexts.iter().any(|c| stack.contains(c)))
        {
            for key in binding.keys {
                let clash = seen.iter().find(|(k, _)| k == key);
                assert!(
                    clash.is_none(),
                    "{stack:?}: {} is {} and {clash:?}",
                    key.name(),
                    binding.help
                );
                seen.push((*key, binding.help));
            }
        }
    }
}

#[test]
fn every_binding_is_described_and_help_is_last_to_leave_the_footer() {
    for binding in keymap::KEYS {
        assert!(!binding.label.is_empty() && !binding.help.is_empty());
    }
    let last = keymap::KEYS.iter().max_by_key(|b| b.footer).unwrap();
    assert_eq!(last.label, "help");
    let mut driver = Driver::sample("host-changed");
    let footer = |text: String| text.lines().last().unwrap().to_owned();
    assert_eq!(footer(plain(&driver.draw(24, 8))).trim(), "q quit  ? help");
}

#[test]
fn a_fix_between_is_chosen_with_down_and_copied_with_enter() {
    let mut driver = Driver::sample("host-changed").with_secret();
    assert_eq!(driver.app.item(), Some(Item::Fix));
    driver.keys("Down");
    assert!(matches!(driver.app.item(), Some(Item::Setting(_))));
    driver.keys("Enter");
    let Some(Effect::Copy(CopyRequest::Text { text, .. }, _)) = driver.asked.last() else {
        panic!("nothing was copied");
    };
    let text = String::from_utf8_lossy(text);
    assert!(text.contains("proxy_set_header Host $http_host;"), "{text}");
    // And back to what the client sends.
    driver.keys("Up Enter");
    assert!(matches!(
        driver.asked.last(),
        Some(Effect::Copy(CopyRequest::Item { fresh: true, .. }, _))
    ));
}
