//! Places in the input: which given document, which line, which column.

use std::cell::OnceCell;
use std::ops::Range;

use crate::engine::document::{DocId, Document, Documents, Mask, OffsetMap, Origin, Span};
use crate::engine::secret::{Hidden, joined};

/// Bytes between two counted line starts.
const BLOCK: usize = 1 << 16;

/// Finds places in the documents that were given. Counts each document's lines at most once.
pub(super) struct Places<'a> {
    docs: &'a Documents,
    given: Vec<Given<'a>>,
}

struct Given<'a> {
    id: DocId,
    document: &'a Document,
    /// The text to quote from, where it was read in another encoding.
    reread: Option<(&'a Document, &'a OffsetMap)>,
    /// How many line feeds stand before each block.
    counts: OnceCell<Vec<usize>>,
}

/// A place in a given document, and the line it starts on.
pub(super) struct Place<'a> {
    /// The document's name.
    pub name: &'a str,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// The bytes of the line, without its line end unless the place lies in it.
    pub text: &'a [u8],
    /// The place, as offsets into `text`; cut to this line.
    pub within: Range<usize>,
    /// What must not be shown, as offsets into `text`.
    pub masked: Vec<Hidden>,
}

impl<'a> Places<'a> {
    pub(super) fn new(docs: &'a Documents) -> Self {
        let given = docs
            .given()
            .map(|(id, document)| Given {
                id,
                document,
                reread: docs
                    .reread(id)
                    .and_then(|(layer, map)| Some((docs.get(layer)?, map))),
                counts: OnceCell::new(),
            })
            .collect();
        Self { docs, given }
    }

    /// The given document that `span` came from, counted among the given ones from 0, and the bytes of
    /// it that `span` stands for.
    pub(super) fn given(&self, span: Span) -> Option<(usize, Span)> {
        let span = self.docs.to_given(span);
        let index = self.given.iter().position(|g| g.id == span.doc)?;
        Some((index, span))
    }

    /// Where `span` stands in what was given; in UTF-16, in its text.
    pub(super) fn place(&self, span: Span) -> Option<Place<'a>> {
        let (index, span) = self.given(span)?;
        let Given {
            document,
            reread,
            counts,
            ..
        } = self.given.get(index)?;
        let (quoted, range) = match reread {
            Some((layer, map)) => (*layer, map.to_child(span.range())),
            None => (*document, span.range()),
        };
        let bytes = quoted.bytes();
        let start = range.start.min(bytes.len());
        let end = range.end.min(bytes.len());
        let head = bytes.get(..start).unwrap_or_default();
        let line_start = memchr::memrchr(b'\n', head).map_or(0, |i| i + 1);
        let rest = bytes.get(start..).unwrap_or_default();
        let mut line_end = memchr::memchr(b'\n', rest).map_or(bytes.len(), |i| start + i);
        if line_end > end.max(start + 1) && bytes.get(line_end - 1) == Some(&b'\r') {
            line_end -= 1;
        }
        let end = end.min(line_end.max(start));
        let in_line = |m: Range<usize>, mask: Mask| Hidden {
            range: m.start.clamp(line_start, line_end) - line_start
                ..m.end.clamp(line_start, line_end) - line_start,
            // Of all of it, not of the part on this line.
            ..Hidden::of(m.clone(), mask, bytes.get(m).unwrap_or_default())
        };
        let mut masked: Vec<Hidden> = quoted
            .masks_in(line_start..line_end)
            .map(|(m, mask)| in_line(m.range(), *mask))
            .collect();
        if let Some((_, map)) = reread {
            // What was masked where it was given alone.
            let wide = document.masks_in(map.to_parent(line_start..line_end));
            masked.extend(wide.map(|(m, mask)| in_line(map.to_child(m.range()), *mask)));
            masked = joined(masked);
        }
        let Origin::Given { name, .. } = document.origin() else {
            return None;
        };
        let before = bytes.get(line_start..start).unwrap_or_default();
        Some(Place {
            name,
            line: line_number(bytes, counts, line_start),
            column: 1 + before.iter().filter(|b| **b & 0xC0 != 0x80).count(),
            text: bytes.get(line_start..line_end).unwrap_or_default(),
            within: start - line_start..end.max(start) - line_start,
            masked,
        })
    }
}

/// What of `masks` is hidden when tokens may be shown.
pub(super) fn hidden(masked: &[Hidden], reveal_tokens: bool) -> Vec<Hidden> {
    masked
        .iter()
        .filter(|h| !(reveal_tokens && h.mask == Mask::Token))
        .cloned()
        .collect()
}

/// The number of the line that starts at `at`, from 1.
fn line_number(bytes: &[u8], counts: &OnceCell<Vec<usize>>, at: usize) -> usize {
    let feeds = |range: &[u8]| memchr::memchr_iter(b'\n', range).count();
    let counts = counts.get_or_init(|| {
        let mut sum = 0;
        bytes
            .chunks(BLOCK)
            .map(|block| {
                let before = sum;
                sum += feeds(block);
                before
            })
            .collect()
    });
    let block = at / BLOCK;
    let before = counts.get(block).copied().unwrap_or_default();
    1 + before + feeds(bytes.get(block * BLOCK..at).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::engine::document::{Peel, Source};

    fn docs(text: &[u8]) -> (Documents, DocId) {
        let mut docs = Documents::new();
        let id = docs.give("t", Source::File, Bytes::copy_from_slice(text));
        (docs, id)
    }

    #[test]
    fn a_place_is_named_by_line_and_character() {
        let (docs, id) = docs("a\r\né: value \r\nc".as_bytes());
        let places = Places::new(&docs);
        let place = places.place(Span::new(id, 7, 12)).unwrap();
        assert_eq!((place.line, place.column), (2, 4));
        assert_eq!(place.text, "é: value ".as_bytes());
        assert_eq!(place.within, 4..9);
        // A place at the line end shows the line end.
        let place = places.place(Span::new(id, 13, 14)).unwrap();
        assert_eq!(place.text, "é: value \r".as_bytes());
        assert_eq!(place.within, 10..11);
        // At the end of the text.
        let place = places.place(Span::new(id, 16, 16)).unwrap();
        assert_eq!((place.line, place.column, place.text), (3, 2, &b"c"[..]));
    }

    #[test]
    fn a_place_in_utf_16_is_quoted_as_text() {
        let text = "a\r\nk\u{e9}y: value \n";
        let mut docs = Documents::new();
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide = [&[0xFE, 0xFF][..], &wide].concat();
        let id = docs.give("t", Source::File, Bytes::from(wide));
        let mut map = OffsetMap::new();
        for (i, c) in text.chars().enumerate() {
            map.decoded(c.len_utf8(), 2 + i * 2, 2);
        }
        let whole = docs.whole(id);
        docs.peel(whole, Peel::Utf16, Bytes::from(text), map);
        // Masked where it was given, and nowhere else.
        let value = Span::new(id, 2 + 8 * 2, 2 + 13 * 2);
        docs.mask(value, Mask::Secret);
        let place = Places::new(&docs).place(value).unwrap();
        assert_eq!((place.line, place.column), (2, 6));
        assert_eq!(place.text, "k\u{e9}y: value ".as_bytes());
        assert_eq!(place.within, 6..11);
        let masked = Hidden {
            range: 6..11,
            mask: Mask::Secret,
            size: 5,
        };
        assert_eq!(place.masked, [masked]);
    }

    proptest! {
        #[test]
        fn line_numbers_agree_with_counting(text in "[a\n]{0,40}", at in 0usize..40) {
            let long = text.repeat(5000);
            let (docs, id) = docs(long.as_bytes());
            let at = (at * 4999).min(long.len());
            let place = Places::new(&docs).place(Span::new(id, at, at)).unwrap();
            prop_assert_eq!(place.line, long.as_bytes()[..at].split(|b| *b == b'\n').count());
        }
    }
}
