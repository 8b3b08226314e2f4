//! The README is a contract: what it says of keys, samples and exit statuses is what the program does.

use sigscope::engine::diagnose::VerdictId;
use sigscope::tui::keymap;

const README: &str = include_str!("../README.md");

/// Files that tests read are packaged with them; `exclude` holds folders, files, and names with one `*`.
#[test]
fn what_tests_read_is_in_the_package() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let line = manifest
        .lines()
        .find(|l| l.starts_with("exclude = "))
        .unwrap();
    let excluded: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
    assert!(excluded.contains(&"tests/corpus/*.py"), "{excluded:?}");
    for path in ["tests/corpus/botocore.json", "assets/schema/check-1.json"] {
        assert!(root.join(path).is_file(), "{path}");
        for pattern in &excluded {
            let fits = match pattern.split_once('*') {
                Some((front, back)) => path.starts_with(front) && path.ends_with(back),
                None => path.starts_with(pattern),
            };
            assert!(!fits, "{pattern} leaves out {path}");
        }
    }
}

#[test]
fn the_key_table_is_that_of_the_program() {
    let (_, from_mark) = README
        .split_once("<!-- keys")
        .expect("a mark before the keys");
    let (_, rest) = from_mark.split_once("-->\n").expect("the mark ends");
    let (table, _) = rest
        .split_once("<!-- /keys -->")
        .expect("a mark behind the keys");
    let computed = keymap::markdown();
    assert!(
        table.trim() == computed.trim(),
        "the README's key table is out of date; it should be:\n{computed}"
    );
}

#[test]
fn every_verdict_stands_in_the_table_with_its_exit_status() {
    for verdict in [
        VerdictId::Match,
        VerdictId::Rejected,
        VerdictId::Explained,
        VerdictId::Mismatch,
        VerdictId::Undecided,
    ] {
        let named = format!("`{}`", verdict.id());
        let row = format!("| {} |", verdict.exit_status());
        assert!(
            README
                .lines()
                .any(|line| line.starts_with(&row) && line.contains(&named)),
            "{named} with exit status {}",
            verdict.exit_status()
        );
    }
}

#[test]
fn every_file_it_links_to_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for link in README
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        if !link.contains("://") {
            assert!(root.join(link).exists(), "{link}");
            checked += 1;
        }
    }
    for word in README
        .split_whitespace()
        .filter(|word| word.starts_with("assets/samples/"))
    {
        assert!(root.join(word).exists(), "{word}");
        checked += 1;
    }
    assert!(
        checked >= 5,
        "the README links to its picture, schema, licences and samples"
    );
}
