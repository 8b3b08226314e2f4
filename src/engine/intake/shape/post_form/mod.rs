//! A form for an upload with a signed policy: the dictionary that an SDK returns, or the markup of the form.
//!
//! Owns telling such a form from other objects and other forms. Must not know what a policy says, nor how it is
//! signed.

mod dictionary;
mod markup;

use std::ops::Range;

use crate::engine::document::{Documents, Mask, Peel, Span};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{FormField, PostForm, Shape};

/// What an SDK returns: boto3's `generate_presigned_post`, JavaScript's `createPresignedPost`.
pub(in crate::engine::intake) const DICTIONARY: Shape = Shape("presigned-post");
/// The markup of a form.
pub(in crate::engine::intake) const MARKUP: Shape = Shape("upload-form");

/// A field of either.
pub(in crate::engine::intake) const FIELD: Shape = Shape("post-form-field");

/// The largest form that is read, in bytes.
const LARGEST: usize = 64 << 10;
/// Fields of one form.
const MOST: usize = 256;

/// Recognises both.
pub(in crate::engine::intake) struct PostForms;

/// A form, as offsets of the text.
struct Found {
    shape: Shape,
    place: Range<usize>,
    url: Option<Piece>,
    fields: Vec<(Range<usize>, Piece)>,
    file: Option<(usize, Range<usize>)>,
}

impl Recogniser for PostForms {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "<form",
            "<FORM",
            "policy\"",
            "policy'",
            "Policy\"",
            "Policy'",
            "Policy: '",
            // In a string of JSON the quotes are escaped.
            "policy\\",
            "Policy\\",
        ]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        // What it holds is read only once: a text of very many such names costs no more than its length.
        let at = if text.at(hit.at) == Some(b'<') {
            Some(hit.at)
        } else {
            dictionary::around(text, hit.at)
        };
        Some(Start {
            at: at.filter(|at| *at >= from)?,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let found = if text.at(start.at) == Some(b'<') {
            markup::form(text, start.at)?
        } else {
            dictionary::at(text, start.at)
        };
        if !is_signed(text, &found) {
            pass.skip(found.place.end);
            return None;
        }
        let mut fields = Vec::new();
        for (name, value) in &found.fields {
            fields.push(FormField {
                name: text.span(name.clone()),
                value: placed(reader, text, value),
            });
        }
        hide_token(&mut reader.case.docs, &fields);
        let url = found.url.map(|url| placed(reader, text, &url));
        reader.add_form(PostForm {
            shape: found.shape,
            span: reader.case.docs.to_given(text.span(found.place.clone())),
            url,
            fields,
            file: found.file.map(|(place, span)| (place, text.span(span))),
        });
        Some(found.place.end)
    }
}

/// What stands at `place`, its escapes undone where it has any.
fn unescaped(
    text: &Text,
    place: Range<usize>,
    peel: Peel,
    undo: fn(&[u8]) -> Option<Unescaped>,
) -> Piece {
    match undo(text.get(place.clone())) {
        Some(plain) => Piece::new(plain, place, peel),
        None => Piece::standing(text, place),
    }
}

/// Where a piece can be pointed at: in the text, or in a layer of its own.
fn placed(reader: &mut Reader<'_>, text: &Text, piece: &Piece) -> Span {
    let place = piece.start..piece.end;
    if let Some(at) = piece.plain {
        return text.span(at..at + piece.bytes().len());
    }
    let (bytes, map) = (piece.bytes().to_vec(), piece.text.map.clone());
    let layer = reader.peel(text.span(place.clone()), piece.peel, bytes.into(), map);
    layer.map_or(text.span(place), |layer| reader.case.docs.whole(layer))
}

/// Masks the session token of a form, and its policy, in which the token stands once more, encoded.
fn hide_token(docs: &mut Documents, fields: &[FormField]) {
    let named = |docs: &Documents, field: &FormField, name: &str| {
        docs.bytes(field.name).eq_ignore_ascii_case(name.as_bytes())
    };
    let token = |docs: &Documents, field: &FormField| named(docs, field, "x-amz-security-token");
    if !fields.iter().any(|field| token(docs, field)) {
        return;
    }
    for field in fields {
        if token(docs, field) || named(docs, field, "policy") {
            docs.mask(field.value, Mask::Token);
            let given = docs.to_given(field.value);
            docs.mask(given, Mask::Token);
        }
    }
}

/// Whether a form has a policy and a signature, or, of a form of markup, the policy alone.
fn is_signed(text: &Text, found: &Found) -> bool {
    let has = |name: &str| {
        let mut names = found.fields.iter().map(|(name, _)| text.get(name.clone()));
        names.any(|own| own.eq_ignore_ascii_case(name.as_bytes()))
    };
    let signature = has("x-amz-signature") || has("signature") || has("x-goog-signature");
    has("policy") && (signature || found.shape == MARKUP && has("key"))
}
