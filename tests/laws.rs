//! The laws of the engine that the compiler does not hold it to.

use std::path::{Path, PathBuf};

/// The text of every source file under `dir`, without comments and without tests.
fn sources(dir: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open = vec![root.join(dir)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path).expect("the sources are there") {
                open.push(entry.expect("the sources are there").path());
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            // A folder or file named `tests` holds tests alone.
            let is_tests = path
                .iter()
                .any(|part| part == "tests" || part == "tests.rs");
            let inside = path
                .strip_prefix(root.join("src"))
                .expect("the sources are there")
                .to_owned();
            if !(is_tests
                && inside
                    .iter()
                    .any(|part| part == "tests" || part == "tests.rs"))
            {
                let text = std::fs::read_to_string(&path).expect("the sources are there");
                found.push((inside, code(&text)));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "nothing under {dir}");
    found
}

/// The code of a file: what stands before its tests, without comment lines.
fn code(text: &str) -> String {
    let before_tests = text
        .split("\n#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or(text);
    before_tests
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect()
}

fn offenders(sources: &[(PathBuf, String)], words: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    for (path, text) in sources {
        for line in text.lines() {
            // What stands in quotes is text for people: snippets may well print.
            let outside = line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
            if let Some(word) = words.iter().find(|word| outside.contains(**word)) {
                out.push(format!("{}: {word}: {}", path.display(), line.trim()));
            }
        }
    }
    out
}

#[test]
fn the_engine_knows_no_clock_environment_file_or_terminal() {
    let words = [
        "std::env",
        "std::fs",
        "std::io",
        "std::net::Tcp",
        "std::net::Udp",
        "std::process",
        "std::thread",
        "std::time",
        "SystemTime",
        "Utc::now",
        "Local::",
        "chrono::Local",
        "crossterm",
        "ratatui",
        "arboard",
        "print!(",
        "eprint!(",
        "dbg!(",
    ];
    let mut sources = sources("src/engine");
    // A table of snippets in other languages, which print.
    sources.retain(|(path, _)| !path.ends_with("engine/diagnose/next/table.rs"));
    assert_eq!(offenders(&sources, &words), [""; 0]);
    let table = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/diagnose/next/table.rs"),
    );
    for word in ["use std::", "crossterm", "ratatui", "arboard", "chrono"] {
        assert!(
            !table.as_ref().is_ok_and(|text| code(text).contains(word)),
            "{word}"
        );
    }
}

#[test]
fn the_engine_neither_panics_nor_slices() {
    let words = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "unreachable!(",
        "todo!(",
        "unsafe ",
    ];
    assert_eq!(offenders(&sources("src/engine"), &words), [""; 0]);
}

/// The types that every scheme speaks, and what works on them alone, know no word of any one scheme.
/// The shapes of the intake do: a presigned URL is recognised by its parameters.
#[test]
fn the_shared_types_know_no_one_scheme() {
    let rooms = [
        "src/engine/document",
        "src/engine/secret",
        "src/engine/correct",
        "src/engine/diagnose",
        "src/engine/scheme",
        "src/engine/intake",
    ];
    let recognisers = [
        "engine/intake/shape/",
        "engine/intake/tokens.rs", // the headers that carry session tokens, to mask them
        "engine/intake/secrets.rs", // the names under which secrets stand, to mask them
        "engine/intake/remarks.rs", // the words that show that something was meant as a request
        "engine/diagnose/next/table.rs", // snippets for each client
        "engine/scheme/sigv4/",
    ];
    for room in rooms {
        let mut sources = sources(room);
        sources.retain(|(path, _)| {
            let path = path.to_string_lossy().replace('\\', "/");
            !recognisers
                .iter()
                .any(|known| path.starts_with(known) || path == *known)
        });
        for (path, text) in &mut sources {
            *text = text.to_lowercase();
            if path.ends_with("scheme/mod.rs") {
                // Where schemes are registered, each is named.
                for line in ["pub mod sigv4;", "&[&sigv4::sigv4]"] {
                    assert!(text.contains(line), "{line}");
                    *text = text.replacen(line, "", 1);
                }
            }
        }
        let words = ["aws4", "amz", "sigv4"];
        let all: Vec<String> = sources
            .iter()
            .flat_map(|(path, text)| {
                text.lines()
                    .filter(|line| words.iter().any(|word| line.contains(word)))
                    .map(|line| format!("{}: {}", path.display(), line.trim()))
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(all, [""; 0], "{room}");
    }
}
