//! A request as Firefox copies it from its headers panel: an object named by the method, with scheme, host, path
//! (`filename`) and the parameters of the query, and the headers in another one behind it (devtools,
//! `components/request-details/HeadersPanel.js`).
//!
//! Owns which member of the two says what. The parameters stand decoded, and are escaped again.

use std::ops::Range;

use super::{behind, text_of, value_at};
use crate::engine::intake::Header;
use crate::engine::intake::Shape;
use crate::engine::intake::compose::{Composer, Parts};
use crate::engine::intake::notation::{self, Language, Value};
use crate::engine::intake::piece::{Piece, percent};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::shape::vocabulary::carries_signature;
use crate::engine::intake::text::{Text, is_method};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("firefox");

/// The member by which such an object is found: the third, behind scheme and host.
pub(super) const FILENAME: &str = "\"filename\"";
/// What the object of the request's headers is named, a size in brackets behind it.
const HEADERS: &[u8] = b"\"Request Headers";

/// How far the names in front of the path reach, in bytes.
const FRONT: usize = 1 << 10;
/// How far behind the request its headers may begin, in bytes.
const BEHIND: usize = 16 << 10;
/// What is not escaped in a query (RFC 3986 section 2.3).
const KEPT: &[u8] = b"-._~";

/// Where the method stands, in quotes, that names the object whose path is named at `at`, and where the object opens.
pub(super) fn opens(text: &Text, at: usize) -> Option<(Range<usize>, usize)> {
    let floor = at.saturating_sub(FRONT);
    let open = floor + memchr::memrchr(b'{', text.get(floor..at))?;
    let colon = text.trim_end(floor..open).checked_sub(1)?;
    let name = text.trim_end(floor..colon.max(floor)).checked_sub(1)?;
    if text.at(colon) != Some(b':') || text.at(name) != Some(b'"') {
        return None;
    }
    let quote = floor + memchr::memrchr(b'"', text.get(floor..name))?;
    is_method(text.get(quote + 1..name)).then_some((quote + 1..name, open))
}

/// Reads the request that begins with its method in quotes at `at`.
pub(super) fn read(reader: &mut Reader<'_>, text: &Text, at: usize) -> Option<usize> {
    let name = text.get(at + 1..at + 32);
    let method = at + 1..at + 1 + memchr::memchr(b'"', name)?;
    let open = value_at(text, at)?;
    let parsed = notation::value(text, open, Language::JavaScript)?;
    let url = url(text, &parsed.value);
    let headers = headers(text, parsed.end);
    let signed = |piece: &Piece| carries_signature(piece.bytes());
    let pairs = headers.iter().flat_map(|(pairs, _)| pairs);
    let Some(url) =
        url.filter(|url| signed(url) || pairs.flat_map(|(name, value)| [name, value]).any(signed))
    else {
        reader.waste(parsed.end - at);
        return None;
    };
    let end = headers.as_ref().map_or(parsed.end, |(_, end)| *end);
    let mut composer = Composer {
        reader,
        text,
        place: at..end,
    };
    let target = composer.target(&url)?;
    let method = composer.method(Some(&Piece::standing(text, method)), "GET")?;
    let pairs = headers.map(|(pairs, _)| pairs).unwrap_or_default();
    let headers: Vec<Header> = pairs
        .iter()
        .filter_map(|(name, value)| composer.header(name, value))
        .collect();
    let body = composer.unsaid(&method);
    composer.finish(Parts {
        shape: SHAPE,
        method,
        target,
        headers,
        body,
    });
    if !parsed.whole {
        reader
            .case
            .cut
            .push(text.span(url.end.saturating_sub(1)..url.end));
    }
    Some(end)
}

/// The URL that the members of an object tell.
fn url(text: &Text, object: &Value) -> Option<Piece> {
    let [scheme, host, path] =
        ["scheme", "host", "filename"].map(|name| text_of(text, object, name));
    let (scheme, host) = (scheme?, host?);
    let path = path?.respelled(|b| (b <= b' ' || b > b'~').then(|| percent(b)));
    let origin = Piece::joined(&[&scheme, &host], b"://")?;
    let front = Piece::joined(&[&origin, &path], b"")?;
    let mut pairs = Vec::new();
    if let Some(Value::Map(members)) = object.get(text, &["query"]) {
        for (name, value) in members {
            // A name that stands twice in the URL has a list of values.
            let values = match value {
                Value::List(items) => items.as_slice(),
                other => std::slice::from_ref(other),
            };
            for value in values {
                let (Value::Text(name), Value::Text(value)) = (name, value) else {
                    continue;
                };
                let name = name.piece(text).percent_encoded(KEPT);
                let value = value.piece(text).percent_encoded(KEPT);
                pairs.extend(Piece::joined(&[&name, &value], b"="));
            }
        }
    }
    let pairs: Vec<&Piece> = pairs.iter().collect();
    match Piece::joined(&pairs, b"&") {
        Some(query) => Piece::joined(&[&front, &query], b"?"),
        None => Some(front),
    }
}

/// Names and values, and where they end.
type Headers = (Vec<(Piece, Piece)>, usize);

/// The headers of the request that ends at `at`, which stand in an object of their own.
fn headers(text: &Text, at: usize) -> Option<Headers> {
    let near = text.get(at..at + BEHIND);
    let name = at + memchr::memmem::find(near, HEADERS)?;
    let quote =
        name + HEADERS.len() + memchr::memchr(b'"', text.get(name + HEADERS.len()..name + 64))?;
    let open = behind(text, quote + 1, b':')?;
    let parsed = notation::value(text, open, Language::JavaScript)?;
    let list = parsed.value.get(text, &["headers"])?.items();
    let pairs = list
        .iter()
        .filter_map(|item| Some((text_of(text, item, "name")?, text_of(text, item, "value")?)));
    Some((pairs.collect(), parsed.end))
}
