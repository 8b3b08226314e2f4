//! What is left of a HAR entry that was copied without its front: pairs of `name` and `value` from its lists of headers
//! and of the query.
//!
//! Owns telling the two lists apart. Asked only where nothing else was read.

use std::ops::Range;

use super::har::SHAPE;
use super::value_at;
use crate::engine::intake::compose::Composer;
use crate::engine::intake::notation::{self, Language, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::shape::vocabulary::carries_signature;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Body, Given, Header, SignedRequest, Target};

/// Pairs that are read, and bytes of the text.
const MOST: usize = 256;
const LARGEST: usize = 256 << 10;
/// The name of a pair's first member, and that of the list of the query.
const NAME: &[u8] = b"\"name\"";
const QUERY: &[u8] = b"\"queryString\"";

/// A pair, and where its value ends.
struct Pair {
    name: Piece,
    value: Piece,
    place: Range<usize>,
}

/// Adds the request that the pairs of `text` are of, where they show that it is signed.
pub(in crate::engine::intake) fn rest(reader: &mut Reader<'_>, text: &Text) -> Option<()> {
    let bytes = text.get(0..LARGEST);
    // An entry that is whole is read as one.
    if memchr::memmem::find(bytes, b"\"request\"").is_some() {
        return None;
    }
    let list = memchr::memmem::find(bytes, QUERY)?;
    let pairs: Vec<Pair> = memchr::memmem::find_iter(bytes, NAME)
        .take(MOST)
        .filter_map(|at| pair(text, at))
        .collect();
    let (headers, query): (Vec<&Pair>, Vec<&Pair>) =
        pairs.iter().partition(|pair| pair.place.start < list);
    if !query
        .iter()
        .any(|pair| carries_signature(pair.name.bytes()))
    {
        return None;
    }
    let last = memchr::memmem::rfind(bytes, NAME)?;
    let end = pairs.last()?.place.end;
    // The last one may be cut.
    let end = if last > end {
        text.trim_end(last..text.len())
    } else {
        end
    };
    let place = pairs.first()?.place.start..end;
    let mut composer = Composer {
        reader,
        text,
        place: place.clone(),
    };
    let headers: Vec<Header> = headers
        .iter()
        .filter(|pair| pair.name.bytes().first() != Some(&b':'))
        .filter_map(|pair| composer.header(&pair.name, &pair.value))
        .collect();
    let parts: Vec<Piece> = query
        .iter()
        .filter_map(|pair| Piece::joined(&[&pair.name, &pair.value], b"="))
        .collect();
    let parts: Vec<&Piece> = parts.iter().collect();
    let query = composer.placed(&Piece::joined(&parts, b"&")?)?.whole();
    let nowhere = text.span(place.start..place.start);
    let span = text.span(place);
    let span = reader.case.docs.to_given(span);
    reader.add_request(SignedRequest {
        shape: SHAPE,
        span,
        method: Given::Implied("GET"),
        target: Target {
            whole: nowhere,
            scheme: None,
            authority: None,
            path: nowhere,
            query: Some(query),
        },
        headers,
        body: Body::Absent,
    });
    Some(())
}

/// The pair whose first member's name stands at `at`; none where a part of it is not here.
fn pair(text: &Text, at: usize) -> Option<Pair> {
    let string = |at: usize| {
        let parsed = notation::value(text, at, Language::JavaScript)?;
        match parsed.value {
            Value::Text(literal) if parsed.whole => Some((literal.piece(text), parsed.end)),
            _ => None,
        }
    };
    let (name, end) = string(value_at(text, at)?)?;
    let next = super::behind(text, end, b',')?;
    if !text.get(next..next + 8).starts_with(b"\"value\"") {
        return None;
    }
    let (value, end) = string(value_at(text, next)?)?;
    Some(Pair {
        name,
        value,
        place: at..end,
    })
}
