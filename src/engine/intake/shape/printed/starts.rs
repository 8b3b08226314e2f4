//! Where either of the two texts may begin: a method with a path on the next line, or the name of an algorithm alone on
//! its line, raw or escaped.
//!
//! Owns those first lines. Must not know what comes behind them.

use super::grammar::{self, ALGORITHMS};
use super::spelling::{escaped_break, percent_break};
use super::{BEHIND, METHODS};
use crate::engine::intake::text::Text;

/// A method with a line break and a path behind it, within the words of a label.
pub(super) fn labelled(text: &Text, at: usize) -> Option<(usize, usize)> {
    let bytes = text.get(at..at + BEHIND);
    METHODS.iter().find_map(|method| {
        let mut from = 0;
        while let Some(i) = memchr::memmem::find(bytes.get(from..)?, method) {
            let start = at + from + i;
            if let Some(found) = method_at(text, start, method) {
                return Some(found);
            }
            from += i + 1;
        }
        None
    })
}

/// The method that stands before the line break at `at`, raw or escaped, where it is a word of its own.
pub(super) fn bare(text: &Text, at: usize) -> Option<(usize, usize)> {
    let floor = at.saturating_sub(24);
    let mut before = text.get(floor..at);
    let escapes = |bytes: &mut &[u8]| {
        while let Some(rest) = bytes.strip_suffix(b"\\") {
            *bytes = rest;
        }
    };
    if text.at(at) == Some(b'\\') {
        escapes(&mut before);
        if let Some(mut rest) = before.strip_suffix(b"r").filter(|b| b.ends_with(b"\\")) {
            escapes(&mut rest);
            before = rest;
        }
    } else {
        before = before.strip_suffix(b"\r").unwrap_or(before);
    }
    let method = METHODS.iter().find(|method| before.ends_with(method))?;
    method_at(text, floor + before.len() - method.len(), method)
}

/// Whether `method` stands at `start` as a word of its own with a line break and a path behind it.
pub(super) fn method_at(text: &Text, start: usize, method: &[u8]) -> Option<(usize, usize)> {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let end = start + method.len();
    // `\nGET`: the letter is half of an escape.
    let escaped = start >= 2 && matches!(text.get(start - 2..start), b"\\n" | b"\\t");
    let before = start.checked_sub(1).and_then(|at| text.at(at));
    if text.get(start..end) != method || before.is_some_and(word) && !escaped {
        return None;
    }
    let next = behind_break(text, end)?;
    let path = text
        .get(next..next + 80)
        .iter()
        .find(|b| !b" \t>|*#\"'bu\r\n".contains(b));
    let named = || grammar::is_named_path(text.get(text.line(next).range()).trim_ascii());
    let encoded = || text.get(next..next + 3).eq_ignore_ascii_case(b"%2f");
    (path == Some(&b'/') || encoded() || named()).then_some((start, end))
}

/// The algorithm at `at`, where a string to sign begins with it.
pub(super) fn algorithm(text: &Text, at: usize) -> Option<(usize, usize)> {
    let front = text.get(at..at + 40);
    let name = ALGORITHMS
        .iter()
        .find(|name| front.starts_with(name.as_bytes()))?;
    let end = at + name.len();
    behind_break(text, end)?;
    Some((at, end))
}

/// Where the next line begins, where a line break, raw or escaped, stands at `at`.
fn behind_break(text: &Text, at: usize) -> Option<usize> {
    match text.at(at)? {
        b'\n' => Some(at + 1),
        b'\r' => (text.at(at + 1) == Some(b'\n')).then_some(at + 2),
        b'\\' => escaped_break(text.get(at..at + 32)).map(|(_, len)| at + len),
        b'%' => percent_break(text.get(at..at + 6)).map(|len| at + len),
        _ => None,
    }
}
