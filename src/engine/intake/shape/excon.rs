//! What Excon (Ruby; fog and CarrierWave send with it) prints behind `Expected(200) <=> Actual(403 Forbidden)`: the
//! answer, as an indented hash or as one of a line.
//!
//! Owns telling how much of that answer a print holds. Must not know what a status means.
//! Source: `Excon::Error.status_error` and `Excon::PrettyPrinter`, which sort the names of a hash.

use crate::engine::intake::text::Text;

/// How the words begin behind which it stands.
pub(super) const ANCHOR: &str = " <=> Actual(";

/// How far behind them the answer is looked for, in bytes.
const BEHIND: usize = 16 << 10;
/// Names and tags with which an answer is read by itself.
const TOLD: [&str; 6] = [
    ":status_line",
    ":status ",
    ":status=",
    "Code>",
    "__type",
    "StringToSign",
];

/// What of the answer stands in a print.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Printed {
    /// Its status or its words: they are read where they stand.
    Whole,
    /// That it is to a request whose method is HEAD, and has no body.
    Head,
    /// That it has no body.
    Empty,
    /// Nothing.
    Unknown,
}

/// What of the answer stands behind `at`, up to the next such error.
pub(super) fn behind(text: &Text, at: usize) -> Printed {
    let bytes = text.get(at..at.saturating_add(BEHIND));
    let end = memchr::memmem::find(bytes, ANCHOR.as_bytes()).unwrap_or(bytes.len());
    let bytes = bytes.get(..end).unwrap_or_default();
    let holds = |words: &&str| memchr::memmem::find(bytes, words.as_bytes()).is_some();
    if TOLD.iter().any(holds) {
        return Printed::Whole;
    }
    let is = |name: &str, value: &[u8]| {
        memchr::memmem::find_iter(bytes, name.as_bytes()).any(|at| {
            let rest = bytes.get(at + name.len()..).unwrap_or_default();
            let arrow = rest.trim_ascii_start().strip_prefix(b"=>");
            arrow.is_some_and(|rest| rest.trim_ascii_start().starts_with(value))
        })
    };
    match (is(":body", b"\"\""), is(":method", b"\"HEAD\"")) {
        (_, true) => Printed::Head,
        (true, false) => Printed::Empty,
        (false, false) => Printed::Unknown,
    }
}
