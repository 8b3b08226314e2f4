//! Objects as programs print them: `{'url': …, 'fields': {'key': …, 'policy': …}}`.
//!
//! Owns the notation of a flat object with strings in it: JSON, Python, Node, Ruby.

use std::ops::Range;

use super::{DICTIONARY, Found, LARGEST, MOST};
use crate::engine::intake::fields;
use crate::engine::intake::text::Text;

/// How far behind the beginning of the object the policy may stand, in bytes.
const BACK: usize = 8 << 10;
/// How far around the fields the URL may stand, in bytes.
const NEAR: usize = 2 << 10;

/// Where the object may begin that has the member whose name ends at `at`, its quote included.
pub(super) fn around(text: &Text, at: usize) -> Option<usize> {
    // What is looked for is the end of the name, which stands in quotes or, where Node prints it, bare.
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b' ');
    if at.checked_sub(1).and_then(|i| text.at(i)).is_some_and(word)
        && text.get(at..at + 8) != b"Policy: "
    {
        return None;
    }
    let floor = at.saturating_sub(BACK);
    let before = text.get(floor..at);
    // `${filename}` stands in many a key.
    let open = memchr::memrchr_iter(b'{', before)
        .find(|open| open.checked_sub(1).and_then(|i| before.get(i)) != Some(&b'$'))?;
    Some(floor + open)
}

/// The object that begins at `open`, as far as it can be read.
pub(super) fn at(text: &Text, open: usize) -> Found {
    let limit = text.len().min(open.saturating_add(LARGEST));
    let mut at = open + 1;
    let mut members = Vec::new();
    while members.len() < MOST {
        at = skip(text, at, limit, b",");
        if matches!(text.at(at), None | Some(b'}')) || at >= limit {
            break;
        }
        let Some((name, next)) = word(text, at, limit) else {
            break;
        };
        let colon = skip(text, next, limit, b":=>");
        let separated = colon > skip(text, next, limit, b"");
        let Some((value, next)) = word(text, colon, limit).filter(|_| separated) else {
            break;
        };
        members.push((name, value));
        at = next;
    }
    let closed = text.at(at) == Some(b'}');
    let end = (at + usize::from(closed)).min(text.len());
    Found {
        shape: DICTIONARY,
        place: open..end,
        url: url(text, open, end),
        fields: members,
        file: None,
        cut: !closed && end >= text.len(),
    }
}

/// The URL beside the fields.
fn url(text: &Text, open: usize, end: usize) -> Option<Range<usize>> {
    let windows = [
        open.saturating_sub(NEAR)..open,
        end..end.saturating_add(NEAR).min(text.len()),
    ];
    windows.into_iter().find_map(|window| {
        ["url", "URL", "action"].iter().find_map(|name| {
            fields::value(text, name, window.clone())
                .filter(|value| text.get(value.clone()).starts_with(b"http"))
        })
    })
}

/// The first offset from `at` on that is neither blank nor one of `marks`.
fn skip(text: &Text, at: usize, limit: usize, marks: &[u8]) -> usize {
    let skipped = |b: &u8| b.is_ascii_whitespace() || marks.contains(b);
    at + text
        .get(at..limit)
        .iter()
        .take_while(|b| skipped(b))
        .count()
}

/// The string or bare word at `at`, and where what follows it begins.
fn word(text: &Text, at: usize, limit: usize) -> Option<(Range<usize>, usize)> {
    // Python writes `u'…'` and `b'…'`.
    let prefixed =
        matches!(text.at(at), Some(b'u' | b'b')) && matches!(text.at(at + 1), Some(b'"' | b'\''));
    let at = at + usize::from(prefixed);
    // In a string of JSON the quotes themselves are escaped.
    let slash = usize::from(text.at(at) == Some(b'\\'));
    if let Some(quote @ (b'"' | b'\'')) = text.at(at + slash) {
        let start = at + slash + 1;
        let end = fields::literal_end(text, start, quote).min(limit);
        let closed = text.at(end + slash) == Some(quote);
        return closed.then_some((start..end, end + slash + 1));
    }
    let bare = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'$');
    let len = text.get(at..limit).iter().take_while(|b| bare(b)).count();
    (len > 0).then_some((at..at + len, at + len))
}
