//! What is told of where a value is from, and that all of it can be reached, read and copied.

use super::*;
use crate::tui::keymap::Action;

fn sample_text(name: &str) -> &'static str {
    samples::find(name).unwrap().text
}

fn with_key(paste: &str) -> Driver {
    positions::opened_in(paste, &positions::ring(SECRET), ThemeName::Dark)
}

/// The screens of a stage with the cursor on each of its first rows.
fn rows_of(driver: &mut Driver, stage: &str) -> Vec<String> {
    driver.keys(stage);
    (0..12)
        .map(|_| {
            let screen = plain(&driver.draw(120, 36));
            driver.keys("Down");
            screen
        })
        .collect()
}

fn footer(screen: &str) -> &str {
    screen.lines().last().unwrap()
}

/// A URL that a mail program broke into lines.
fn wrapped_url() -> String {
    let text = sample_text("expired-url");
    let url = text
        .split(|c: char| c.is_whitespace() || c == '"' || c == '<')
        .find(|word| word.starts_with("https://"))
        .unwrap();
    let lines: Vec<&str> = url
        .as_bytes()
        .chunks(72)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "the link does not work:\n\n{}\n\nThanks\n",
        lines.join("\n")
    )
}

#[test]
fn what_was_taken_out_of_a_repaired_url_is_named_where_the_value_is_from() {
    for stage in ["2", "3"] {
        let mut driver = with_key(&wrapped_url());
        let screens = rows_of(&mut driver, stage);
        let told = screens
            .iter()
            .filter(|s| s.contains("\\n taken out (line breaks)"));
        assert!(told.count() > 0, "{}", screens[3]);
        for screen in &screens {
            assert!(!screen.contains("byte for byte"), "{screen}");
            let broken = screen
                .lines()
                .skip_while(|line| !line.contains("Origin of"))
                .nth(1)
                .is_some_and(|line| line.contains("\\n"));
            assert!(
                !broken || !screen.contains("taken as it stands"),
                "{screen}"
            );
        }
    }
}

#[test]
fn what_stands_nowhere_says_what_it_is_computed_from_or_that_it_was_found_by_trying() {
    let mut driver = with_key(sample_text("expired-url"));
    let method = &rows_of(&mut driver, "3")[0];
    assert!(method.contains("found by trying"), "{method}");
    let to_sign = rows_of(&mut driver, "4");
    assert!(
        to_sign
            .iter()
            .any(|s| s.contains("it is computed") && s.contains("SHA-256 of the canonical request")),
        "{}",
        to_sign[3]
    );
    // Without a key nothing was tried.
    let mut driver = Driver::new(
        vec![samples::find("expired-url").unwrap().input()],
        AppOptions::default(),
    );
    let method = &rows_of(&mut driver, "3")[0];
    assert!(method.contains("it is assumed"), "{method}");
}

#[test]
fn a_token_has_one_size_on_every_screen() {
    let token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN/////wEaCXVzLWVhc3QtMSJGMEQCIEXAMPLE==";
    let encoded = token.replace('/', "%2F").replace('=', "%3D");
    let text = sample_text("expired-url");
    let paste = format!(
        "AWS_SESSION_TOKEN={token}\n\n{}",
        text.replacen(
            "&X-Amz-SignedHeaders",
            &format!("&X-Amz-Security-Token={encoded}&X-Amz-SignedHeaders"),
            1
        )
    );
    assert!(paste.contains(&encoded));
    let mut driver = with_key(&paste);
    let mut seen = 0;
    for keys in ["1", "2", "3", "v"] {
        driver.keys(keys);
        let screen = plain(&driver.draw(200, 60));
        for (at, _) in screen.match_indices("[redacted, ") {
            let label: String = screen.get(at..).unwrap().chars().take(20).collect();
            let size = format!("[redacted, {} bytes]", token.len());
            assert!(label.starts_with(&size), "{label}\n{screen}");
            seen += 1;
        }
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn both_texts_can_be_reached_at_80_columns_and_the_way_back_is_named() {
    let mut driver = with_key(sample_text("host-changed"));
    driver.keys("3 a");
    let screen = plain(&driver.draw(80, 24));
    assert!(footer(&screen).contains("a fields"), "{screen}");
    let mut all = screen;
    for _ in 0..4 {
        driver.keys("PageDown");
        all.push_str(&plain(&driver.draw(80, 24)));
    }
    for caption in ["│ signed (proved by the signature)", "│ server (S3 error"] {
        assert!(all.contains(caption), "{caption}\n{all}");
    }
    // Each text from its first line to its last.
    let last = "9   e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let (first, second) = all.split_once("│ server (S3 error").unwrap();
    for text in [first, second] {
        assert!(text.contains("1   GET") && text.contains(last), "{all}");
    }
}

#[test]
fn the_servers_strings_can_be_copied_where_none_is_computed_and_grey_rows_say_why() {
    let text = sample_text("host-changed");
    let start = text.find("<?xml").or_else(|| text.find("<Error>"));
    let error = text.get(start.unwrap()..).unwrap();
    let mut driver = Driver::new(
        vec![Input {
            name: "error.xml".into(),
            source: crate::engine::document::Source::File,
            bytes: error.as_bytes().to_vec().into(),
        }],
        AppOptions::default(),
    );
    driver.keys("c");
    let screen = plain(&driver.draw(80, 24));
    let row = |name: &str| {
        let line = screen.lines().find(|line| line.contains(name));
        line.unwrap_or_else(|| panic!("{name}\n{screen}"))
            .to_owned()
    };
    for name in ["canonical request", "string to sign"] {
        assert!(row(name).contains("the server's"), "{screen}");
        // Nothing in it is hidden.
        assert!(!row(name).contains("redacted"), "{screen}");
    }
    assert!(row("curl command").contains("needs a secret"), "{screen}");
    // The cursor stands on the first entry that there is.
    assert!(driver.app.acts(Action::Accept), "{screen}");
    driver.keys("Enter");
    let Some(Effect::Copy(crate::tui::msg::CopyRequest::Item { item, .. }, work)) =
        driver.asked.last()
    else {
        panic!("nothing was copied");
    };
    let copied = work.copy(
        driver.app.bench.schemes,
        *item,
        crate::engine::correct::When::Same,
    );
    let copied = String::from_utf8(copied.unwrap()).unwrap();
    assert!(copied.lines().count() >= 7, "{copied}");
    assert!(error.contains(copied.lines().nth(1).unwrap()), "{copied}");
}

#[test]
fn a_search_that_finds_nothing_leaves_the_screen_as_it_was() {
    let mut driver = with_key(sample_text("host-changed"));
    let before = plain(&driver.draw(80, 24));
    driver.keys("/");
    driver.type_text("a");
    driver.draw(80, 24);
    driver.type_text("qzq");
    driver.draw(80, 24);
    driver.keys("Enter");
    driver.draw(80, 24);
    driver.keys("Esc Esc");
    driver.app.toast = None;
    assert_eq!(plain(&driver.draw(80, 24)), before);
}

#[test]
fn a_scrolled_answer_keeps_the_title_of_the_part_and_gives_its_rows_the_room() {
    let mut driver = with_key(sample_text("host-changed"));
    let first = plain(&driver.draw(80, 24));
    for _ in 0..40 {
        driver.keys("Down");
        let screen = plain(&driver.draw(80, 24));
        if driver.app.answer.top == 0 {
            continue;
        }
        let title = screen
            .lines()
            .skip(2)
            .position(|line| line.starts_with('├'));
        assert!(title.is_some_and(|at| at <= 9), "{screen}");
    }
    assert!(driver.app.answer.top > 0, "{first}");
    for _ in 0..60 {
        driver.keys("Up");
    }
    let back = plain(&driver.draw(80, 24));
    assert_eq!(driver.app.answer.top, 0, "{back}");
    let verdict = |screen: &str| screen.split('├').next().unwrap().to_owned();
    assert_eq!(verdict(&back), verdict(&first));
}

#[test]
fn two_secrets_of_one_name_are_told_apart_and_what_came_of_each_is_told_whole() {
    let named = |line: usize, secret: &str| crate::engine::secret::NamedSecret {
        name: format!("the paste (AWS_SECRET_ACCESS_KEY=, line {line})"),
        key_id: None,
        material: crate::engine::secret::Material::Secret(secret.as_bytes().to_vec().into()),
        session_token: None,
    };
    let mut ring = crate::engine::secret::Keyring::new();
    ring.push(named(1, "another-secret-that-is-not-it"));
    ring.push(named(3, SECRET));
    let mut driver =
        positions::opened_in(sample_text("path-encoded-twice"), &ring, ThemeName::Dark);
    driver.keys("5");
    let screen: String = (0..12)
        .map(|_| {
            driver.keys("Down");
            plain(&driver.draw(60, 24))
        })
        .collect();
    assert!(!screen.contains(" ..."), "{screen}");
    assert!(screen.contains("gives another signature"), "{screen}");
}

#[test]
fn an_arrow_stands_between_long_values_too() {
    let text = sample_text("host-changed");
    let mut driver = with_key(text);
    for width in [100, 120, 200] {
        let screen = plain(&driver.draw(width, 60));
        let at = screen.lines().position(|line| line.contains("changed it?"));
        let values = screen.lines().nth(at.unwrap() + 1).unwrap();
        assert_eq!(values.matches('→').count(), 2, "{width}\n{screen}");
    }
}

#[test]
fn the_footer_of_what_was_pasted_names_the_way_back_and_the_way_along_cut_lines() {
    let mut driver = Driver::sample("expired-url");
    driver.keys("v");
    let screen = plain(&driver.draw(80, 24));
    assert!(footer(&screen).contains("Esc back"), "{screen}");
    assert!(footer(&screen).contains("Left Right scroll"), "{screen}");
    let screen = plain(&driver.draw(2000, 24));
    assert!(!footer(&screen).contains("scroll"), "{}", footer(&screen));
}
