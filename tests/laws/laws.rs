//! What the laws forbid, as a list of complaints about one file; empty where it keeps them.

use crate::source::{At, Source};

/// What the engine may name: everything else outside it is a clock, a file, a terminal or a room that must
/// not be known, or something that nobody has looked at yet.
const KNOWN: [&str; 39] = [
    "std::any",
    "std::borrow",
    "std::cell",
    "std::cmp",
    "std::collections",
    "std::convert",
    "std::fmt",
    "std::iter",
    "std::mem",
    "std::net::Ipv4Addr",
    "std::net::Ipv6Addr",
    "std::num",
    "std::ops",
    "std::option",
    "std::rc",
    "std::slice",
    "std::str",
    "std::sync::Arc",
    "std::sync::LazyLock",
    "std::sync::OnceLock",
    "std::time::Duration",
    "std::array",
    "aho_corasick",
    "base64",
    "bytes::Bytes",
    "chrono",
    "crate::engine",
    "hex",
    "hmac",
    "memchr",
    "percent_encoding",
    "quick_xml",
    "serde_json",
    "sha2",
    "unicode_properties",
    "unicode_segmentation",
    "unicode_width",
    "zeroize",
    "Self",
];

const PRIMITIVES: [&str; 14] = [
    "bool", "char", "f64", "i32", "i64", "i8", "str", "u128", "u16", "u32", "u64", "u8", "usize",
    "isize",
];

/// Clock, environment, files, terminal, threads, network, other rooms.
pub(crate) fn outside(source: &Source) -> Vec<String> {
    const MACROS: [&str; 9] = [
        "print",
        "println",
        "eprint",
        "eprintln",
        "dbg",
        "env",
        "option_env",
        "include",
        "thread_local",
    ];
    // Of a path, as `Path::exists` of a text that was made into one.
    const METHODS: [&str; 5] = ["exists", "is_file", "is_dir", "read_dir", "canonicalize"];
    let mut out = Vec::new();
    for path in &source.paths {
        let parts: Vec<_> = path.what.split("::").collect();
        let starts = |known: &&str| {
            path.what
                .strip_prefix(*known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        // A type of this file or of the prelude (`String::new`, `Shape::Url`), or a parameter of a generic.
        let own = parts
            .first()
            .is_some_and(|p| p.starts_with(char::is_uppercase) || PRIMITIVES.contains(p));
        let macro_of_prelude = parts.len() == 1;
        let known = KNOWN.iter().any(starts) || own || macro_of_prelude || parts[0] == "<>";
        // Of what is known, what tells the time.
        let clock =
            parts.last() == Some(&"now") || parts[0] == "chrono" && parts.contains(&"Local");
        if !known || clock {
            out.push(said(source, path));
        }
    }
    out.extend(among(source, &source.macros, &MACROS));
    out.extend(among(source, &source.methods, &METHODS));
    out
}

/// What panics.
pub(crate) fn panics(source: &Source) -> Vec<String> {
    const METHODS: [&str; 4] = ["unwrap", "expect", "unwrap_err", "expect_err"];
    const MACROS: [&str; 11] = [
        "panic",
        "unreachable",
        "todo",
        "unimplemented",
        "assert",
        "assert_eq",
        "assert_ne",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
        "unreachable_unchecked",
    ];
    let mut out = among(source, &source.methods, &METHODS);
    out.extend(among(source, &source.macros, &MACROS));
    out.extend(source.indexed.iter().map(|i| said(source, i)));
    out.extend(
        source
            .words
            .iter()
            .filter(|w| w.what == "unsafe")
            .map(|w| said(source, w)),
    );
    for path in &source.paths {
        let last = path.what.rsplit("::").next().unwrap_or_default();
        if METHODS.contains(&last) {
            out.push(said(source, path));
        }
    }
    out
}

/// What lifts a lint or a law, so that the compiler would no longer hold the engine to it.
pub(crate) fn lifted(source: &Source) -> Vec<String> {
    const LAWS: [&str; 10] = [
        "unwrap",
        "expect_used",
        "indexing",
        "panic",
        "string_slice",
        "disallowed",
        "print_std",
        "unreachable",
        "unsafe",
        "path =",
    ];
    let is_law =
        |l: &&At<String>| l.what.starts_with("path") || LAWS.iter().any(|law| l.what.contains(law));
    source
        .lifted
        .iter()
        .filter(is_law)
        .map(|l| said(source, l))
        .collect()
}

/// The words of one scheme.
pub(crate) fn scheme_words(source: &Source) -> Vec<String> {
    const INSIDE: [&str; 17] = [
        "aws4",
        "aws_",
        "aws-",
        "awsaccess",
        "amazon",
        "amz",
        "sigv4",
        "sigv2",
        "sig_v4",
        "s3_error",
        "s3-error",
        "credential=",
        "signedheaders",
        "signaturedoesnotmatch",
        "unsigned-payload",
        "ossaccesskey",
        "minio",
    ];
    const WHOLE: [&str; 5] = ["aws", "s3", "akia", "asia", "sts"];
    let bad = |text: &str| {
        let low = text.to_lowercase();
        let mut parts = low.split(|c: char| !c.is_ascii_alphanumeric());
        INSIDE.iter().any(|word| low.contains(word)) || parts.any(|part| WHOLE.contains(&part))
    };
    source
        .words
        .iter()
        .filter(|w| bad(&w.what))
        .map(|w| said(source, w))
        .collect()
}

/// The quirks of SigV4.
pub(crate) const QUIRKS: [&str; 11] = [
    "PathEncoding",
    "PathNormalization",
    "HeaderBlanks",
    "RawInTarget",
    "PlusInQuery",
    "PlusInPath",
    "EmptyParameters",
    "Payload",
    "SessionToken",
    "HostValue",
    "UrlScheme",
];

/// Law 11: quirks are matched without `_`, so that a new one does not compile where nobody thought of it.
pub(crate) fn quirks_passed_over(source: &Source) -> Vec<String> {
    let passed = |names: &[String]| {
        let quirk = names.iter().find(|name| QUIRKS.contains(&name.as_str()));
        quirk.cloned()
    };
    source
        .rests
        .iter()
        .filter_map(|(line, names)| Some((line, passed(names)?)))
        .map(|(line, quirk)| format!("{}:{line}: {quirk} with `_`", source.path))
        .collect()
}

fn among(source: &Source, found: &[At<String>], words: &[&str]) -> Vec<String> {
    let hits = found.iter().filter(|f| words.contains(&f.what.as_str()));
    hits.map(|f| said(source, f)).collect()
}

fn said(source: &Source, at: &At<String>) -> String {
    format!("{}:{}: {}", source.path, at.line, at.what)
}
