//! Objects as programs print them: `{'url': …, 'fields': {'key': …, 'policy': …}}`.
//!
//! Owns where such an object begins, and the URL beside it.

use super::{DICTIONARY, Found, LARGEST, MOST, unescaped};
use crate::engine::document::Peel;
use crate::engine::intake::notation::printed::{self, Member, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::text::Text;
use crate::engine::intake::{fields, unescape};

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
    let mut members = printed::flat(text, open, LARGEST);
    let mut fields = Vec::new();
    let mut end = open + 1;
    // Whether the text ends inside a literal.
    let mut torn = false;
    let mut stops_in = None;
    for Member { name, value } in members.by_ref().take(MOST) {
        // A cut literal, another object or a word of a sentence is no part of a form: it ends there.
        if !is_plain(text, &name) || !is_plain(text, &value) {
            let cut =
                |value: &Value| matches!(value, Value::Literal(_)) && value.end() >= text.len();
            torn = cut(&name) || cut(&value);
            if torn {
                end = value.end().min(text.len());
                stops_in = is_plain(text, &name).then(|| name.place());
            }
            break;
        }
        end = value.end();
        fields.push((name.place(), value.piece(text)));
    }
    let gap = |b: &&u8| b.is_ascii_whitespace() || **b == b',';
    let behind = end + text.get(end..end + NEAR).iter().take_while(gap).count();
    let closed = text.at(behind) == Some(b'}');
    if closed {
        end = behind + 1;
    } else if !torn && opens_a_name(text.get(behind..behind + NEAR)) {
        torn = true;
        end = text.len();
    }
    Found {
        shape: DICTIONARY,
        place: open..end.min(text.len()),
        url: url(text, open, end),
        fields,
        file: None,
        cut: torn || !closed && end >= text.len(),
        stops_in,
    }
}

/// Whether all that is left is a quote and the beginning of a name.
fn opens_a_name(rest: &[u8]) -> bool {
    let Some((quote, name)) = rest.split_first() else {
        return false;
    };
    let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    matches!(quote, b'\'' | b'"') && rest.len() < NEAR && name.trim_ascii_end().iter().all(own)
}

/// Whether this is a name or a value of a form: a string whose end is there, or a word.
fn is_plain(text: &Text, value: &Value) -> bool {
    let bare = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'$');
    match value {
        Value::Literal(parts) => parts.iter().all(|part| part.closed),
        Value::Bare(range) => !range.is_empty() && text.get(range.clone()).iter().all(bare),
        Value::Nested(_) => false,
    }
}

/// The URL beside the fields.
fn url(text: &Text, open: usize, end: usize) -> Option<Piece> {
    let windows = [
        open.saturating_sub(NEAR)..open,
        end..end.saturating_add(NEAR).min(text.len()),
    ];
    windows.into_iter().find_map(|window| {
        ["url", "URL", "action"].iter().find_map(|name| {
            let value = fields::value(text, name, window.clone())?;
            let is_url = text.get(value.clone()).starts_with(b"http");
            is_url.then(|| unescaped(text, value, Peel::BackslashEscapes, unescape::backslashes))
        })
    })
}
