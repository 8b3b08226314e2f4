//! A message of HTTP put together from the pieces that a program prints of it: method, URL, names and values of
//! headers.
//!
//! Owns writing those pieces as raw HTTP, each byte with the way back to where it stands. Must not know any
//! program's notation.

use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::engine::intake::notation::printed::Value;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;

/// What is not escaped in a query (RFC 3986 section 2.3), as signers escape it.
const KEPT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A message that is being put together.
pub(super) struct Dump<'t> {
    text: &'t Text,
    /// Where what it is made of begins.
    base: usize,
    out: Unescaped,
}

impl<'t> Dump<'t> {
    /// Nothing yet; what it will be made of begins at `base`.
    pub(super) fn new(text: &'t Text, base: usize) -> Self {
        Self {
            text,
            base,
            out: Unescaped::default(),
        }
    }

    /// What was put together, with offsets from the base.
    pub(super) fn finish(self) -> Unescaped {
        self.out
    }

    /// The bytes that a value stands for.
    fn bytes(text: &Text, value: &Value) -> Vec<u8> {
        value.piece(text).text.bytes
    }

    /// Text that stands at `range`.
    pub(super) fn copy(&mut self, range: Range<usize>) {
        let bytes = self.text.get(range.clone());
        self.out.copy_at(bytes, range.start - self.base);
    }

    /// What stands between two pieces in HTTP, and nowhere in the text.
    pub(super) fn glue(&mut self, bytes: &[u8], at: usize) {
        self.out.decode(bytes, at - self.base, 0);
    }

    /// A value, its escapes undone.
    pub(super) fn value(&mut self, value: &Value) {
        self.piece(&value.piece(self.text));
    }

    /// A value, or a part of one, whose escapes are undone.
    pub(super) fn piece(&mut self, piece: &Piece) {
        self.out
            .append(&piece.text, piece.start.saturating_sub(self.base));
    }

    /// The same in capital letters, as methods are sent.
    pub(super) fn upper(&mut self, value: &Value) {
        let bytes = Self::bytes(self.text, value).to_ascii_uppercase();
        let place = value.place();
        if bytes == self.text.get(place.clone()) {
            self.copy(place);
        } else {
            self.out
                .decode(&bytes, place.start - self.base, place.len());
        }
    }

    /// `name: value` and a line end. A list of values is as many headers.
    pub(super) fn header(&mut self, name: &Value, value: &Value) {
        let at = value.place().start;
        self.value(name);
        self.glue(b": ", at);
        self.value(value);
        self.glue(b"\r\n", value.place().end);
    }

    /// `name=value` of a query, escaped; `?` or `&` before it.
    pub(super) fn param(&mut self, mark: u8, name: &Value, value: &Value) {
        let at = name.place();
        self.glue(&[mark], at.start);
        let escaped = |value: &Value| {
            let bytes = Self::bytes(self.text, value);
            percent_encode(&bytes, &KEPT).to_string().into_bytes()
        };
        let (left, right) = (escaped(name), escaped(value));
        self.out.decode(&left, at.start - self.base, at.len());
        self.glue(b"=", at.end);
        let at = value.place();
        self.out.decode(&right, at.start - self.base, at.len());
    }
}
