//! The laws of the engine, read from its sources, and proof that each law would notice.
//!
//! clippy holds the engine to most of this as well (`src/engine/mod.rs`, `clippy.toml`), by resolved names; these
//! tests are there where clippy is not run.

mod laws;
mod planted;
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use source::Source;

/// Every file of the engine that the program is made of, found as the compiler finds them: from the root
/// by `mod`. What is declared for tests alone is left out, however it is called.
fn engine() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| {
        let text = std::fs::read_to_string(root.join(path)).expect("the sources are there");
        Source::read(path, &text).expect("the sources are Rust")
    };
    let mut open = vec!["src/engine/mod.rs".to_owned()];
    let mut tests = BTreeSet::new();
    let mut found = Vec::new();
    let file_of = |path: &str, name: &str| {
        let dir = path
            .strip_suffix("/mod.rs")
            .or_else(|| path.strip_suffix(".rs"))
            .expect("a source");
        let one = format!("{dir}/{name}.rs");
        if root.join(&one).exists() {
            one
        } else {
            format!("{dir}/{name}/mod.rs")
        }
    };
    while let Some(path) = open.pop() {
        let source = read(&path);
        for (name, test) in &source.modules {
            let file = file_of(&path, name);
            if *test {
                tests.insert(file);
            } else {
                open.push(file);
            }
        }
        found.push(source);
    }
    // Nothing lies in the folder that neither the program nor its tests are made of.
    let known: BTreeSet<_> = found.iter().map(|s| s.path.clone()).collect();
    for file in files(root, "src/engine") {
        let below_tests = tests.iter().any(|test| {
            file == *test
                || test
                    .strip_suffix("mod.rs")
                    .is_some_and(|dir| file.starts_with(dir))
        });
        assert!(known.contains(&file) != below_tests, "{file}");
    }
    assert!(found.len() > 80, "{}", found.len());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn files(root: &Path, dir: &str) -> Vec<String> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(root.join(dir)).expect("the sources are there") {
        let entry = entry.expect("the sources are there");
        let path = format!("{dir}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            out.extend(files(root, &path));
        } else if entry.path().extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
    out
}

fn all(law: fn(&Source) -> Vec<String>, sources: &[Source]) -> Vec<String> {
    sources.iter().flat_map(law).collect()
}

#[test]
fn the_engine_knows_no_clock_environment_file_terminal_or_other_room() {
    assert_eq!(all(laws::outside, &engine()), [""; 0]);
}

#[test]
fn the_engine_neither_panics_nor_slices() {
    assert_eq!(all(laws::panics, &engine()), [""; 0]);
}

#[test]
fn no_file_of_the_engine_lifts_a_law() {
    assert_eq!(all(laws::lifted, &engine()), [""; 0]);
}

/// Where the words of a scheme may stand: in its own folder, and where pasted text is recognised.
const RECOGNISERS: [&str; 9] = [
    "src/engine/intake/quoted.rs", // the parts of a header that a verifier quotes
    "src/engine/scheme/sigv4/",
    "src/engine/intake/shape/",
    "src/engine/intake/tokens.rs", // the headers that carry session tokens, to mask them
    "src/engine/intake/loose.rs",  // how session tokens begin, to mask them without a name
    "src/engine/intake/secrets.rs", // the names under which secrets stand, to mask them
    "src/engine/intake/unnamed/", // how a key id begins, beside which a secret may stand without a name
    "src/engine/intake/remarks.rs", // the words that show that something was meant as a request
    "src/engine/scheme/older.rs", // the lines of strings of schemes that are not followed
];

/// The types that every scheme speaks, and what works on them alone, know no word of any one scheme.
#[test]
fn the_shared_types_know_no_one_scheme() {
    let mut sources = engine();
    sources.retain(|source| {
        !RECOGNISERS
            .iter()
            .any(|known| source.path.starts_with(known))
    });
    for source in &mut sources {
        if source.path == "src/engine/scheme/mod.rs" {
            // Where schemes are registered, each is named: `pub mod sigv4;` and `&sigv4::SigV4`.
            let registered = ["sigv4", "sigv4", "SigV4"];
            let named: Vec<_> = laws::scheme_words(source);
            assert_eq!(named.len(), registered.len(), "{named:?}");
            source
                .words
                .retain(|word| !registered.contains(&word.what.as_str()));
        }
    }
    assert_eq!(all(laws::scheme_words, &sources), [""; 0]);
}

#[test]
fn no_quirk_is_passed_over() {
    assert_eq!(all(laws::quirks_passed_over, &engine()), [""; 0]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/scheme/sigv4/quirks.rs");
    let text = std::fs::read_to_string(path).expect("the sources are there");
    let named = text.lines().filter_map(|line| {
        let (_, name) = line.split_once(" enum ")?;
        Some(name.trim_end_matches(" {"))
    });
    assert!(named.eq(laws::QUIRKS), "every quirk is named in the law");
}
