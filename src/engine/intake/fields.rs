//! `name: value` as programs print objects: JSON, Python, Ruby, JavaScript, EDN, Go, Java.
//!
//! Owns telling a name from a word in a sentence, and where its value stands. Must not know what any name means. It is
//! no part of `notation`, which reads an object from its opening bracket on: here a name is known and nothing else, what
//! stands around it may be cut, mixed or no object at all (`status code: 403, request id: …`, EDN's `:Name "value"`).

use std::ops::Range;

use super::text::{Text, is_blank};
use super::unescape::{DEEPEST, Quoting, close};

/// The longest value, in bytes.
const VALUE: usize = 8 << 10;

/// The value of the first field named `name` in `window`, as offsets of the text, quotes left out.
pub(super) fn value(text: &Text, name: &str, window: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.get(window.clone());
    let finder = memchr::memmem::Finder::new(name.as_bytes());
    finder
        .find_iter(bytes)
        .find_map(|i| value_of(text, window.start + i, name.len()))
}

/// The value of the field whose name stands at `at`; none where what stands there is no name.
fn value_of(text: &Text, at: usize, len: usize) -> Option<Range<usize>> {
    let before = at.checked_sub(1).and_then(|i| text.at(i));
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.');
    if before.is_some_and(word) {
        return None;
    }
    let end = at + len;
    let mut gap = end;
    let mut separated = false;
    let mut quoted = None;
    // At most: the closing quote of the name, blanks, a separator, blanks, a bracket, a prefix, a quote.
    for _ in 0..24 {
        match text.at(gap)? {
            b'"' | b'\'' if separated => {
                quoted = text.at(gap);
                gap += 1;
                break;
            }
            b'"' | b'\'' | b'\\' => gap += 1,
            b if is_blank(b) => gap += 1,
            b':' | b'=' | b'>' => {
                separated = true;
                gap += 1;
            }
            b'[' if separated => gap += 1,
            b'b' | b'u' if separated && matches!(text.at(gap + 1), Some(b'"' | b'\'')) => gap += 1,
            _ => break,
        }
    }
    // EDN writes `:Name "value"`.
    let edn = before == Some(b':') && text.get(end..end + 2) == b" \"";
    if edn && !separated {
        quoted = Some(b'"');
        gap = end + 2;
    } else if !separated {
        return None;
    }
    let stop = match quoted {
        Some(quote) => literal_end(text, gap, quote),
        None => bare_end(text, gap),
    };
    (stop > gap).then_some(gap..stop)
}

/// Where the literal that was opened with `quote` just before `from` ends: before the next quote of its kind that is not
/// escaped, or before the escape that closes it inside another literal.
pub(super) fn literal_end(text: &Text, from: usize, quote: u8) -> usize {
    let before = text.get(from.saturating_sub(DEEPEST + 1)..from.saturating_sub(1));
    let run = before.iter().rev().take_while(|b| **b == b'\\').count();
    let rest = text.get(from..from.saturating_add(VALUE));
    let depth = run + 1;
    from + close(rest, quote, Quoting::Backslashes { depth }).unwrap_or(rest.len())
}

/// Where a value without quotes ends.
fn bare_end(text: &Text, from: usize) -> usize {
    let rest = text.get(from..from.saturating_add(VALUE));
    let stop = |b: &u8| {
        matches!(
            b,
            b',' | b';' | b')' | b'}' | b']' | b'\n' | b'\r' | b'"' | b'<'
        )
    };
    let len = rest.iter().position(stop).unwrap_or(rest.len());
    text.trim_end(from..from + len)
}
