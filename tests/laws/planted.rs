//! Each law is shown to fail: one thing that it forbids is planted at a time. And it is shown not to fail on what
//! only looks like it.

use crate::laws;
use crate::source::Source;

type Law = fn(&Source) -> Vec<String>;

/// `code` as a file of the engine, and how many complaints there are.
fn complaints(law: Law, code: &str) -> Vec<String> {
    law(&Source::read("src/engine/diagnose/planted.rs", code).expect(code))
}

#[track_caller]
fn all_noticed(law: Law, planted: &[&str]) {
    for code in planted {
        assert!(!complaints(law, code).is_empty(), "not noticed: {code}");
    }
}

#[track_caller]
fn none_noticed(law: Law, fine: &[&str]) {
    for code in fine {
        assert_eq!(complaints(law, code), [""; 0], "{code}");
    }
}

#[test]
fn a_way_out_of_the_engine_is_noticed_however_it_is_imported() {
    all_noticed(
        laws::outside,
        &[
            "use std::env;",
            "use std::{env, fmt};",
            "use std::{fmt::{self, Write}, fs as disk};",
            "use {std::{fs, fmt}};",
            "use ::std::fs;",
            "use std::*;",
            "use std as s; fn f() { s::fs::read(\"x\"); }",
            "fn f() { std::fs::read_to_string(\"x\").ok(); }",
            "fn f() { ::std::env::var(\"X\").ok(); }",
            "fn f() { use std::fs::File; }",
            "fn f() { let x = (1, [std::env::vars()]); }",
            "extern crate std as other; fn f() { other::process::exit(1) }",
            "use std::io::{self, Read};",
            "fn f() { std::io::stdin(); }",
            "fn f() -> std::io::Stdout { std::io::stdout() }",
            "use std::process::Command;",
            "use std::thread;",
            "use std::net::TcpStream;",
            "use std::os::unix::fs::MetadataExt;",
            "use std::path::Path;",
            "use std::time::{Duration, Instant};",
            "use std::time::SystemTime;",
            "use core::time::*;",
            "fn f() { chrono::Utc::now(); }",
            "use chrono::Utc; fn f() { Utc::now(); }",
            "use chrono::Utc as Clock; fn f() { let t = Clock::now; }",
            "use chrono::{DateTime, Utc}; fn f() { <Utc>::now(); }",
            "use chrono::Local;",
            "use chrono::{Local as Here, Utc}; ",
            "use chrono::offset::Local;",
            "fn f() { chrono::offset::Local::now(); }",
            "use ratatui::style::Style;",
            "fn f() -> ratatui::text::Line { todo() }",
            "use crossterm::event;",
            "use arboard::Clipboard;",
            "use rustix::process;",
            "use crate::tui::App;",
            "use crate::{engine::Analysis, credentials};",
            "use super::super::super::workbench::Workbench;",
            "fn f() { super::super::super::super::sources::read(); }",
            "fn f() { crate::report::text(); }",
            "fn f() { println!(\"x\"); }",
            "fn f() { std::println!(\"x\"); }",
            "fn f() { eprint!(\"x\"); }",
            "fn f() { dbg!(1); }",
            "fn f() { let home = env!(\"HOME\"); }",
            "include!(\"elsewhere.rs\");",
            "fn f(p: P) -> bool { p.exists() }",
            "macro_rules! m { () => { std::fs::read(\"x\") } }",
            // Behind what only looks like tests or quotes.
            "#[cfg(not(test))] use std::fs;",
            "#[cfg(any(test, unix))] use std::fs;",
            "#[cfg(test)] mod tests { } use std::fs;",
            "#[cfg(test)] const X: u8 = 1; use std::fs;",
            "const X: &str = \"\\\"\"; use std::fs; const Y: &str = \"\";",
            "/* a comment */ use std::fs; // another",
            "const X: char = '\"'; use std::env; const Y: char = '\"';",
        ],
    );
}

#[test]
fn what_panics_is_noticed() {
    all_noticed(
        laws::panics,
        &[
            "fn f() { x.unwrap(); }",
            "fn f() { x\n    .unwrap () ; }",
            "fn f() { x.expect(\"no\"); }",
            "fn f() { x.unwrap_err(); }",
            "fn f() { x.map(Option::unwrap); }",
            "fn f() { Option::<u8>::unwrap(x); }",
            "fn f() { panic!(); }",
            "fn f() { std::panic!(\"x\"); }",
            "fn f() { unreachable! { } }",
            "fn f() { todo!() }",
            "fn f() { unimplemented!() }",
            "fn f() { assert!(x); }",
            "fn f() { assert_eq!(x, y); }",
            "fn f() { debug_assert!(x); }",
            "fn f() { x[0]; }",
            "fn f() { &x[1..]; }",
            "fn f() { x.y()[0]; }",
            "fn f() { (a, b)[0]; }",
            "fn f() { x[0][1]; }",
            "fn f() { x?[0]; }",
            "fn f() { \"abc\"[..1].len(); }",
            "fn f() { vec![x[0]] }",
            "fn f() { unsafe { g() } }",
        ],
    );
    none_noticed(
        laws::panics,
        &[
            "fn f(x: &[u8], y: &mut [u8; 3], z: &'a [u8]) -> [u8; 2] { [0; 2] }",
            "const X: &[&str] = &[\"x\"];",
            "#[derive(Debug)] struct X;",
            "fn f() { for x in [1, 2] { return [x]; } }",
            "fn f() { let [a, b] = x; match [a, b] { [1, _] => vec![1], _ => vec![] }; }",
            "fn f() { if a != [1] { } }",
            "fn f() -> Box<dyn Fn(u8) -> [u8; 2]> { x as [u8; 2] }",
            "fn f() { x.unwrap_or(1); x.unwrap_or_default(); x.expected(); }",
            "fn f() { let unwrap = 1; \"x.unwrap()\"; r#\"panic!(\"x[0]\")\"#; b\"x[0]\"; }",
            "// x.unwrap()\n/// x.unwrap(), x[0]\n/* panic!() /* x[0] */ */ fn f() {}",
            "#[cfg(test)]\nmod tests { fn f() { x[0].unwrap(); } }",
            "#[cfg(test)]\n#[derive(Debug)]\npub(super) fn f() { x.unwrap(); }",
        ],
    );
}

#[test]
fn what_stays_inside_is_not_noticed() {
    none_noticed(
        laws::outside,
        &[
            "use std::{borrow::Cow, collections::{BTreeMap, HashMap}, fmt::Write as _};",
            "use std::net::Ipv4Addr;",
            "use std::time::Duration;",
            "use chrono::{DateTime, Utc}; fn f(now: DateTime<Utc>) { settings.now; }",
            "use super::facts::Facts; use crate::engine::document::Span;",
            "use super::{self as up, Finding}; fn f() { up::tell(); Finding::note(); }",
            "mod compare; fn f() { compare::all(); String::new(); u8::from(true); str::len(x); }",
            "fn f() { \"std::env\"; b\"std::fs\"; r\"println!\"; 'x'; '\"'; }",
            "// std::env\n/// use std::fs;\n/* std::io */ fn f() {}",
            "//! std::time::Instant\n#![doc = \"std::fs\"]",
            "#[cfg(test)]\nmod tests { use std::time::Instant; }",
            "#[cfg(test)]\nuse std::fs; fn f() {}",
            "fn f() { format!(\"print\"); matches!(x, y); write!(out, \"x\").ok(); }",
            "fn f() { Self::g(); T::g(); <T as Trait>::g(); Vec::<u8>::new(); }",
        ],
    );
}

#[test]
fn a_lifted_law_is_noticed() {
    all_noticed(
        laws::lifted,
        &[
            "#![allow(clippy::unwrap_used)]",
            "#[allow(clippy::indexing_slicing)] fn f() {}",
            "#[expect(clippy::panic, reason = \"x\")] fn f() {}",
            "fn f() { #[allow(clippy::disallowed_methods)] { } }",
            "#[cfg_attr(unix, allow(clippy::unwrap_used))] fn f() {}",
            "#[path = \"elsewhere.rs\"] mod x;",
        ],
    );
    none_noticed(
        laws::lifted,
        &[
            "#[expect(clippy::too_many_arguments, reason = \"one a column\")] fn f() {}",
            "#[cfg(test)] mod tests { #[allow(clippy::unwrap_used)] fn f() {} }",
        ],
    );
}

#[test]
fn a_quirk_that_is_passed_over_is_noticed() {
    all_noticed(
        laws::quirks_passed_over,
        &[
            "fn f(b: HeaderBlanks) -> bool { match b { HeaderBlanks::All => true, _ => false } }",
            "fn f(b: HeaderBlanks) { match (1, b) { (2, HeaderBlanks::All) => {} _ => return } }",
            "fn f(b: HeaderBlanks) { loop { match g(b, |x| { x }) { HeaderBlanks::All => {} _ => {} } } }",
            "fn f() { match 1 { 1 => match p { quirks::Payload::Auto => 1, _ => 2 }, n => n } }",
        ],
    );
    none_noticed(
        laws::quirks_passed_over,
        &[
            "fn f(s: &str) { match s { \"all\" => Some(HeaderBlanks::All), _ => None } }",
            "fn f(b: HeaderBlanks) { match b { _ if g() => 1, HeaderBlanks::All => 2, HeaderBlanks::Spaces => 3 } }",
            "fn f() { match b { HeaderBlanks::All => match x { 1 => 1, _ => 2 }, HeaderBlanks::Spaces => 3 } }",
        ],
    );
}

#[test]
fn a_word_of_one_scheme_is_noticed() {
    all_noticed(
        laws::scheme_words,
        &[
            "const X: &str = \"AWS4-HMAC-SHA256\";",
            "const X: &[u8] = b\"Credential=\";",
            "const X: &str = \"SignedHeaders\";",
            "const X: &str = r#\"AWSAccessKeyId\"#;",
            "const X: &str = \"OSSAccessKeyId\";",
            "const X: &str = \"X-Amz-Date\";",
            "const X: &str = \"x-amz-security-token\";",
            "const X: &str = \"s3-error-xml\";",
            "const X: &str = \"S3 error\";",
            "const X: &str = \"SignatureDoesNotMatch\";",
            "const X: &str = \"an ASIA key\";",
            "use super::sigv4::SigV4;",
            "fn is_sigv4() {}",
            "enum Id { SigV4 }",
            "struct S { amz_date: u8 }",
            "fn f() { format!(\"of {aws}\"); }",
            "#[cfg(not(test))] const X: &str = \"aws\";",
        ],
    );
    none_noticed(
        laws::scheme_words,
        &[
            "enum Role { CanonicalRequest, StringToSign }",
            "struct Claim { signed_headers: u8, scope: u8, date: u8 }",
            "const X: &str = \"signed-headers\";",
            "fn draws() { \"laws: ls3x, fantasia\"; }",
            "// AWS4-HMAC-SHA256\n/// `X-Amz-Date`\nfn f() {}",
            "#[cfg(test)] mod tests { const X: &str = \"X-Amz-Date\"; }",
        ],
    );
}

/// The file itself must be read to its end: a law that reads nothing complains of nothing.
#[test]
fn the_last_line_of_a_file_is_read_as_well() {
    let code = "fn f() {}\n".repeat(5_000) + "use std::fs;";
    let found = complaints(laws::outside, &code);
    assert_eq!(found, ["src/engine/diagnose/planted.rs:5001: std::fs"]);
}
