//! Whatever printed a canonical request and its string to sign, and whatever printed that again: it is undone
//! exactly, and the hash proves it.
//!
//! A composition is left out only where what it prints is the print of two different texts. [`loses`] states when.
//! `SIGSCOPE_PRINTERS=30000` draws so many instead of a few, and `SIGSCOPE_PRINTERS_SEED=7` others.

mod print;
mod texts;

use std::collections::BTreeMap;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::*;
use print::{Printer, loses, printer};

/// A canonical request, what it is held by, and who prints it, the innermost first.
type Drawn = (String, usize, Vec<Printer>);

/// Prints `text` by one printer after the other, the first of them innermost; none where that loses something.
fn printed(text: &str, printers: &[Printer]) -> Option<String> {
    let mut text = text.to_owned();
    for (place, printer) in printers.iter().enumerate() {
        if loses(&printers[..place], &text, *printer) {
            return None;
        }
        text = printer.print(&text);
    }
    Some(text)
}

/// Whether the paste yields both strings, proved.
fn undone(paste: &str, c: &str, s: &str) -> Result<(), String> {
    let case = read(paste.as_bytes());
    let same = |pattern: &Option<intake::Pattern>, text: &str| {
        pattern
            .as_ref()
            .is_some_and(|p| p.bytes(&case.docs) == text.as_bytes())
    };
    let found = case.evidence.iter().any(|e| {
        matches!(e.integrity, Integrity::Verified | Integrity::Repaired)
            && same(&e.canonical_request, c)
            && same(&e.string_to_sign, s)
    });
    if found {
        return Ok(());
    }
    let got: Vec<String> = case
        .evidence
        .iter()
        .map(|e| {
            let text = |p: &Option<intake::Pattern>| {
                p.as_ref()
                    .map(|p| String::from_utf8_lossy(&p.bytes(&case.docs)).into_owned())
            };
            format!(
                "{:?} {:?}\n  {:?}\n  {:?}",
                e.integrity,
                e.repairs,
                text(&e.canonical_request),
                text(&e.string_to_sign)
            )
        })
        .collect();
    Err(format!("{paste}\n--- read as\n{}", got.join("\n")))
}

/// What is wrong with one of the drawn; none where it is undone, or not the print of one text alone.
fn wrong((c, kind, printers): &Drawn) -> Option<String> {
    let s = texts::to_sign(c);
    let paste = printed(&texts::held(*kind, c, &s), printers)?;
    let why = undone(&paste, c, &s).err()?;
    Some(format!("{printers:?}\n{why}"))
}

/// A number of the environment.
fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn every_print_is_undone_exactly() {
    let count = given("SIGSCOPE_PRINTERS").unwrap_or(512);
    let seed = given("SIGSCOPE_PRINTERS_SEED").unwrap_or(0x5167_5c09);
    let printers = proptest::collection::vec(printer(), 0..=3);
    let drawn = (texts::canonical(), 0..4_usize, printers);
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    });
    let (mut sampled, mut left_out) = (0, 0);
    let mut failed: BTreeMap<String, usize> = BTreeMap::new();
    let mut told = Vec::new();
    for _ in 0..count {
        let mut tree = drawn.new_tree(&mut runner).unwrap();
        let (c, kind, printers) = tree.current();
        let s = texts::to_sign(&c);
        if printed(&texts::held(kind, &c, &s), &printers).is_none() {
            left_out += 1;
            continue;
        }
        sampled += 1;
        let Some(mut why) = wrong(&(c, kind, printers.clone())) else {
            continue;
        };
        let names: Vec<String> = printers.iter().map(|p| format!("{p:?}")).collect();
        *failed.entry(names.join(" ")).or_default() += 1;
        if told.len() < MOST_TOLD {
            while tree.simplify() {
                match wrong(&tree.current()) {
                    Some(simpler) => why = simpler,
                    None => while wrong(&tree.current()).is_none() && tree.complicate() {},
                }
            }
            told.push(why);
        }
    }
    let not_undone: usize = failed.values().sum();
    eprintln!(
        "{sampled} compositions sampled, {} undone exactly, {left_out} left out as the print of two texts",
        sampled - not_undone
    );
    assert!(sampled * 2 > left_out, "{sampled} of {count}");
    assert_eq!(not_undone, 0, "{failed:#?}\n{}", told.join("\n=====\n"));
}

/// Failures that are made simple and told; the others are named.
const MOST_TOLD: usize = 8;
