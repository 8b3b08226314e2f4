//! Places in a text that stand for values given elsewhere: `{{name}}`, `${name}`, `{name}`.
//!
//! Owns finding and filling them, and what all fillings of one request may take. Must not know where values are given.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::piece::Piece;
use super::unescape::Unescaped;
use crate::engine::document::Peel;

/// The longest name of a value, and fillings of one text.
const NAME: usize = 128;
const MOST: usize = 1_024;
/// What all values of one request may take together, in bytes; what each look-up takes besides, and how many are
/// followed one through the other: a value that is made of others several times over grows with every step.
const BUDGET: usize = 1 << 20;
const COST: usize = 64;
const STEPS: usize = 16;

/// What opens and closes such a place.
pub(super) type Braces = (&'static str, &'static str);

/// `{{name}}`, as Postman, Insomnia, Bruno and `.http` files write it.
pub(super) const DOUBLE: Braces = ("{{", "}}");

/// The values of one request, by name: each is looked up once.
pub(super) struct Values<'v> {
    given: &'v mut dyn FnMut(&[u8]) -> Option<Vec<u8>>,
    /// Whether a value may be made of others.
    nest: bool,
    /// None where a value is not known, or is being looked up: then it is made of itself.
    known: HashMap<Vec<u8>, Option<Rc<[u8]>>>,
    left: usize,
}

impl<'v> Values<'v> {
    /// Values that stand as they are given.
    pub(super) fn plain(given: &'v mut dyn FnMut(&[u8]) -> Option<Vec<u8>>) -> Self {
        Self {
            given,
            nest: false,
            known: HashMap::new(),
            left: BUDGET,
        }
    }

    /// Values in which such places may stand in their turn. Where one is not known, what is made of it is not.
    pub(super) fn nested(given: &'v mut dyn FnMut(&[u8]) -> Option<Vec<u8>>) -> Self {
        Self {
            nest: true,
            ..Self::plain(given)
        }
    }

    /// The value of `name`; none where it is not known, or would take more than is left.
    fn get(&mut self, name: &[u8], braces: Braces, steps: usize) -> Option<Rc<[u8]>> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let steps = steps.checked_sub(1)?;
        self.spend(COST)?;
        self.known.insert(name.to_vec(), None);
        let given = (self.given)(name)?;
        self.spend(given.len())?;
        let value: Rc<[u8]> = if self.nest {
            let mut made = Vec::new();
            let mut at = 0;
            for (place, name) in places(&given, braces) {
                let name = given.get(name).unwrap_or_default();
                let inner = self.get(name.trim_ascii(), braces, steps)?;
                self.spend(inner.len())?;
                made.extend_from_slice(given.get(at..place.start).unwrap_or_default());
                made.extend_from_slice(&inner);
                at = place.end;
            }
            made.extend_from_slice(given.get(at..).unwrap_or_default());
            made.into()
        } else {
            given.into()
        };
        self.known.insert(name.to_vec(), Some(Rc::clone(&value)));
        Some(value)
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }
}

/// A text with its places filled, and where those stand whose value is not known.
pub(super) struct Filled {
    pub(super) piece: Piece,
    pub(super) unknown: Vec<Range<usize>>,
}

/// Fills `piece`. `values` are asked by name, blanks taken off; what they do not know stays as it is written.
pub(super) fn fill(piece: &Piece, braces: Braces, values: &mut Values<'_>) -> Filled {
    let places = places(piece.bytes(), braces);
    let mut unknown = Vec::new();
    let mut text = Unescaped::default();
    let mut at = 0;
    for (place, name) in places {
        let was = piece.text.map.to_parent(place.clone());
        let name = piece.bytes().get(name).unwrap_or_default();
        let value = values.get(name.trim_ascii(), braces, STEPS);
        let Some(value) = value.filter(|value| values.spend(value.len()).is_some()) else {
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
