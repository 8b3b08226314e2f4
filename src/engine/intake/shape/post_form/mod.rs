//! A form for an upload with a signed policy: the dictionary that an SDK returns, the markup of the form, the body
//! that a browser sends, or the command that sends it.
//!
//! Owns telling such a form from other objects and other forms. Must not know what a policy says, nor how it is
//! signed.

mod composed;
mod dictionary;
mod markup;
mod multipart;

pub(in crate::engine::intake) use composed::add as add_composed;
pub(in crate::engine::intake) use multipart::in_bodies;

use std::ops::Range;

use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Mask, Peel, Span};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{FormField, PostForm, Shape};
use crate::engine::secret::is_secret;

/// What an SDK returns: boto3's `generate_presigned_post`, JavaScript's `createPresignedPost`.
pub(in crate::engine::intake) const DICTIONARY: Shape = Shape("presigned-post");
/// The markup of a form.
pub(in crate::engine::intake) const MARKUP: Shape = Shape("upload-form");

/// The body that such a form is sent with.
pub(in crate::engine::intake) const PARTS: Shape = Shape("upload-form-parts");

/// A field of each.
pub(in crate::engine::intake) const FIELD: Shape = Shape("post-form-field");

/// The largest form that is read, in bytes.
const LARGEST: usize = 64 << 10;
/// Fields of one form.
const MOST: usize = 256;

/// Recognises forms.
pub(in crate::engine::intake) struct PostForms;

/// A form, as offsets of the text.
struct Found {
    shape: Shape,
    place: Range<usize>,
    url: Option<Piece>,
    fields: Vec<(Range<usize>, Piece)>,
    file: Option<(usize, Range<usize>)>,
    /// Whether the text ends inside it.
    cut: bool,
    /// The name of the field in whose value it ends.
    stops_in: Option<Range<usize>>,
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
            multipart::NAME,
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
        let at = match text.at(hit.at) {
            Some(b'<') => Some(hit.at),
            Some(b'f') => multipart::around(text, hit.at),
            _ => dictionary::around(text, hit.at),
        };
        Some(Start {
            at: at.filter(|at| *at >= from)?,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let found = match text.at(start.at) {
            Some(b'<') => markup::form(text, start.at)?,
            Some(b'-') => multipart::at(text, start.at..text.len())?,
            _ => dictionary::at(text, start.at),
        };
        let end = found.place.end;
        let loses = (found.shape == MARKUP)
            .then(|| markup::loses_query(text, start.at, &found))
            .flatten();
        if add(reader, text, found).is_none() {
            if let Some((place, message)) = loses {
                let place = reader.case.docs.to_given(text.span(place));
                reader.find(by_get(message).at(place, "the method"));
            }
            pass.skip(end);
            return None;
        }
        Some(end)
    }
}

/// That a form goes to a signed URL by GET.
fn by_get(message: String) -> Finding {
    Finding::error(
        "form-method",
        message,
        "Send the file as the body of the request that the URL is signed for, with fetch() or XMLHttpRequest, or have a form \
         signed instead: a policy and its fields (presigned POST), sent by post to the bucket's own URL.",
    )
}

/// Adds a form that is signed.
fn add(reader: &mut Reader<'_>, text: &Text, found: Found) -> Option<()> {
    if !is_signed(text, &found) {
        return None;
    }
    let mut fields = Vec::new();
    for (name, value) in &found.fields {
        fields.push(FormField {
            name: text.span(name.clone()),
            value: placed(reader, text, value),
        });
    }
    hide(&mut reader.case.docs, &fields);
    let url = found.url.map(|url| placed(reader, text, &url));
    reader.add_form(PostForm {
        shape: found.shape,
        span: reader.case.docs.to_given(text.span(found.place)),
        url,
        fields,
        file: found.file.map(|(place, span)| (place, text.span(span))),
        cut: found.cut,
    });
    Some(())
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

/// Masks what must not be shown of a form: its session token, and other fields whose names tell of a secret; and then its
/// policy, in which they may stand once more, encoded.
fn hide(docs: &mut Documents, fields: &[FormField]) {
    let mut masks: Vec<(Span, Mask)> = Vec::new();
    for field in fields {
        let name = docs.text(field.name);
        if name.eq_ignore_ascii_case("x-amz-security-token") {
            masks.push((field.value, Mask::Token));
        } else if is_secret(&name) {
            masks.push((field.value, Mask::Secret));
        }
    }
    if masks.is_empty() {
        return;
    }
    let policy = |field: &&FormField| docs.bytes(field.name).eq_ignore_ascii_case(b"policy");
    masks.extend(
        fields
            .iter()
            .filter(policy)
            .map(|field| (field.value, Mask::Token)),
    );
    for (span, mask) in masks {
        docs.mask(span, mask);
        let given = docs.to_given(span);
        docs.mask(given, mask);
    }
}

/// Whether a form has a policy and a signature, as far as its paste goes, or, of a form of markup, the policy alone.
fn is_signed(text: &Text, found: &Found) -> bool {
    let names: Vec<&[u8]> = found
        .fields
        .iter()
        .map(|(name, _)| name)
        .chain(&found.stops_in)
        .map(|name| text.get(name.clone()))
        .collect();
    // Behind a cut may stand the signature: who signs is told before it.
    let who = ["awsaccesskeyid", "x-amz-credential", "x-goog-credential"];
    let stops = found.cut && has(&names, "policy") && who.iter().any(|name| has(&names, name));
    has_signature(&names)
        || stops
        || found.shape == MARKUP && has(&names, "key") && has(&names, "policy")
}

/// Whether fields of these names, in any case, are those of a signed form.
fn has_signature(names: &[&[u8]]) -> bool {
    let signature = ["x-amz-signature", "signature", "x-goog-signature"];
    has(names, "policy") && signature.iter().any(|name| has(names, name))
}

fn has(names: &[&[u8]], name: &str) -> bool {
    names
        .iter()
        .any(|own| own.eq_ignore_ascii_case(name.as_bytes()))
}
