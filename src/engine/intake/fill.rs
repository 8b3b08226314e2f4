//! Places in a text that stand for values given elsewhere: `{{name}}`, `${name}`, `{name}`.
//!
//! Owns finding and filling them. Must not know where values are given.

use std::ops::Range;

use super::piece::Piece;
use super::unescape::Unescaped;
use crate::engine::document::Peel;

/// The longest name of a value, and fillings of one text.
const NAME: usize = 128;
const MOST: usize = 1_024;

/// What opens and closes such a place.
pub(super) type Braces = (&'static str, &'static str);

/// `{{name}}`, as Postman, Insomnia, Bruno and `.http` files write it.
pub(super) const DOUBLE: Braces = ("{{", "}}");

/// A text with its places filled, and where those stand whose value is not known.
pub(super) struct Filled {
    pub(super) piece: Piece,
    pub(super) unknown: Vec<Range<usize>>,
}

/// Fills `piece`. `value` is asked by name, blanks taken off; what it does not know stays as it is written.
pub(super) fn fill(
    piece: &Piece,
    braces: Braces,
    value: &mut dyn FnMut(&[u8]) -> Option<Vec<u8>>,
) -> Filled {
    let places = places(piece.bytes(), braces);
    let mut unknown = Vec::new();
    let mut text = Unescaped::default();
    let mut at = 0;
    for (place, name) in places {
        let was = piece.text.map.to_parent(place.clone());
        let name = piece.bytes().get(name).unwrap_or_default();
        let Some(value) = value(name.trim_ascii()) else {
            unknown.push(piece.start + was.start..piece.start + was.end);
            continue;
        };
        piece.copy_into(&mut text, at..place.start, piece.start);
        text.decode(&value, was.start, was.len());
        at = place.end;
    }
    if at == 0 {
        return Filled {
            piece: piece.clone(),
            unknown,
        };
    }
    piece.copy_into(&mut text, at..piece.bytes().len(), piece.start);
    Filled {
        piece: Piece::new(text, piece.start..piece.end, Peel::Variables),
        unknown,
    }
}

/// Whether a text has such a place.
pub(super) fn has_places(bytes: &[u8], braces: Braces) -> bool {
    !places(bytes, braces).is_empty()
}

/// Each such place, and the name in it.
fn places(bytes: &[u8], (open, close): Braces) -> Vec<(Range<usize>, Range<usize>)> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(found) =
        memchr::memmem::find(bytes.get(at..).unwrap_or_default(), open.as_bytes())
    {
        let start = at + found;
        let name = start + open.len();
        let near = bytes
            .get(name..bytes.len().min(name + NAME))
            .unwrap_or_default();
        let end = memchr::memmem::find(near, close.as_bytes());
        let is_name = |name: &&[u8]| {
            let plain = |b: &u8| b.is_ascii_alphanumeric() || b" _-.$:%()'\"".contains(b);
            !name.trim_ascii().is_empty() && name.iter().all(plain)
        };
        match end.filter(|end| near.get(..*end).as_ref().is_some_and(is_name)) {
            Some(end) if places.len() < MOST => {
                at = name + end + close.len();
                places.push((start..at, name..name + end));
            }
            Some(_) => break,
            None => at = start + 1,
        }
    }
    places
}
