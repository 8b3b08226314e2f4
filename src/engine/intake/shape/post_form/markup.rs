//! The markup of a form: `<form action=… method=post><input type=hidden name=policy value=…>`.
//!
//! Owns tags and attributes, as tolerantly as browsers read them.

use std::ops::Range;

use super::{Found, LARGEST, MARKUP, MOST, unescaped};
use crate::engine::document::Peel;
use crate::engine::intake::shape::presigned_url::is_presigned;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape;

/// Attributes of one tag.
const ATTRIBUTES: usize = 32;

/// The form whose tag begins at `at`.
pub(super) fn form(text: &Text, at: usize) -> Option<Found> {
    let limit = text.len().min(at.saturating_add(LARGEST));
    let (attributes, mut next) = tag(text, at + "<form".len(), limit)?;
    let xml = |place| unescaped(text, place, Peel::HtmlEntities, unescape::xml);
    let url = value(text, &attributes, "action").map(xml);
    let mut fields = Vec::new();
    let mut file = None;
    let mut closed = false;
    while let Some(open) = memchr::memchr(b'<', text.get(next..limit)).map(|i| next + i) {
        if starts(text, open, "</form") {
            let close = memchr::memchr(b'>', text.get(open..limit)).map_or(limit, |i| open + i + 1);
            next = close;
            closed = true;
            break;
        }
        let is_field = ["<input", "<textarea", "<button"]
            .iter()
            .any(|name| starts(text, open, name));
        if !is_field {
            // Another form begins where this one was not closed.
            if starts(text, open, "<form") {
                break;
            }
            next = open + 1;
            continue;
        }
        let name_len = text
            .get(open + 1..limit)
            .iter()
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let Some((attributes, behind)) = tag(text, open + 1 + name_len, limit) else {
            next = open + 1;
            continue;
        };
        next = behind;
        let Some(name) = value(text, &attributes, "name").filter(|_| fields.len() < MOST) else {
            continue;
        };
        let kind = value(text, &attributes, "type");
        let is_file = kind.is_some_and(|kind| text.get(kind).eq_ignore_ascii_case(b"file"));
        if is_file {
            file.get_or_insert((fields.len(), open..behind));
            continue;
        }
        let content = value(text, &attributes, "value").unwrap_or_else(|| {
            // The value of a text area stands behind its tag.
            let len = memchr::memchr(b'<', text.get(behind..limit));
            let area = starts(text, open, "<textarea");
            behind..behind + len.filter(|_| area).unwrap_or(0)
        });
        fields.push((name, xml(content)));
    }
    Some(Found {
        shape: MARKUP,
        place: at..next.min(limit),
        url,
        fields,
        file,
        cut: !closed
            && limit == text.len()
            && memchr::memchr(b'<', text.get(next..limit)).is_none(),
        stops_in: None,
    })
}

/// That the form at `at`, whose action is a signed URL, loses the signature when it is sent: it knows the methods get
/// and post, takes any other for get, and a form that is sent by get puts its fields in the place of the query (HTML
/// Living Standard, form submission: the attribute `method`, and “mutate action URL”). None where it is not so.
pub(super) fn loses_query(text: &Text, at: usize, found: &Found) -> Option<(Range<usize>, String)> {
    const LONGEST: usize = 16;
    const LOSS: &str =
        "sent so it puts its fields in the place of the URL's query, and the signature is lost";
    if !found
        .url
        .as_ref()
        .is_some_and(|url| is_presigned(url.bytes()))
    {
        return None;
    }
    let limit = text.len().min(at.saturating_add(LARGEST));
    let (attributes, behind) = tag(text, at + "<form".len(), limit)?;
    let method = value(text, &attributes, "method").filter(|method| !method.is_empty());
    let Some(place) = method else {
        let message =
            format!("This form states no method, and so a browser sends it by GET: {LOSS}.");
        return Some((at..behind, message));
    };
    let word = text.get(place.clone());
    if word.len() > LONGEST || !word.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let message = if word.eq_ignore_ascii_case(b"get") {
        format!("This form's method is get: {LOSS}.")
    } else if word.eq_ignore_ascii_case(b"post") || word.eq_ignore_ascii_case(b"dialog") {
        return None;
    } else {
        format!(
            "This form's method is “{}”, and a form of HTML knows only get and post: a browser takes it for get, and {LOSS}.",
            String::from_utf8_lossy(word)
        )
    };
    Some((place, message))
}

/// Whether a tag begins at `at`, in any case.
fn starts(text: &Text, at: usize, tag: &str) -> bool {
    text.get(at..at + tag.len())
        .eq_ignore_ascii_case(tag.as_bytes())
}

type Attribute = (Range<usize>, Range<usize>);

/// The attributes of a tag whose name ends at `at`, and what is behind the tag.
fn tag(text: &Text, at: usize, limit: usize) -> Option<(Vec<Attribute>, usize)> {
    let mut out = Vec::new();
    let mut at = at;
    if !matches!(text.at(at)?, b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'/') {
        return None;
    }
    loop {
        let gap = |b: &u8| b.is_ascii_whitespace() || *b == b'/';
        at += text.get(at..limit).iter().take_while(|b| gap(b)).count();
        if at >= limit {
            return None;
        }
        if text.at(at) == Some(b'>') {
            return Some((out, at + 1));
        }
        let part = |b: &u8| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'>' | b'/' | b'<');
        let len = text.get(at..limit).iter().take_while(|b| part(b)).count();
        if len == 0 || out.len() >= ATTRIBUTES {
            return None;
        }
        let name = at..at + len;
        at += len;
        let blank = |b: &u8| b.is_ascii_whitespace();
        let behind = at + text.get(at..limit).iter().take_while(|b| blank(b)).count();
        let mut value = at..at;
        if text.at(behind) == Some(b'=') {
            at = behind + 1;
            at += text.get(at..limit).iter().take_while(|b| blank(b)).count();
            value = if let quote @ (b'"' | b'\'') = text.at(at)? {
                let len = memchr::memchr(quote, text.get(at + 1..limit))?;
                at + 1..at + 1 + len
            } else {
                let bare = |b: &u8| !b.is_ascii_whitespace() && *b != b'>';
                let len = text.get(at..limit).iter().take_while(|b| bare(b)).count();
                at..at + len
            };
            at = value.end + usize::from(matches!(text.at(value.end), Some(b'"' | b'\'')));
        }
        out.push((name, value));
    }
}

/// The value of an attribute.
fn value(text: &Text, attributes: &[Attribute], name: &str) -> Option<Range<usize>> {
    attributes
        .iter()
        .find(|(own, _)| text.get(own.clone()).eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, value)| value.clone())
}
