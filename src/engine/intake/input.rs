//! What a person gave, and reading it into a case.

use std::fmt;

use bytes::Bytes;
use zeroize::Zeroizing;

use super::reader::Reader;
use super::shape::{
    bodiless, client_error, forced, foreign, forms_in_bodies, fragment, mentioned, not_reached,
    other_blocks, scope, unsigned,
};
use super::text::Text;
use super::{
    BodyFacts, Case, Choices, attach, derived, edited, hidden, in_words, layers, limits, mended,
    quoted, remarks, secrets, siding, tokens, unnamed, unset,
};
use crate::engine::document::{DocId, OffsetMap, Peel, Source, Unshown};

/// Bytes a person gave, in the order given.
#[derive(Clone)]
pub struct Input {
    /// What to call it: a file name, `stdin`, `paste 2`.
    pub name: String,
    /// By which way it came.
    pub source: Source,
    /// The bytes.
    pub bytes: Bytes,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("name", &self.name)
            .field("source", &self.source)
            .field("bytes", &Unshown(&self.bytes))
            .finish()
    }
}

/// Reads all inputs into one case. `body` is a body that was streamed past (`--body`): it is that of
/// the request which has none of its own, or whose Content-Length it has.
pub fn read(inputs: &[Input], body: Option<&BodyFacts>) -> Case {
    read_with(inputs, body, &Choices::default())
}

/// As [`read`], with what a person chose of the parts.
pub fn read_with(inputs: &[Input], body: Option<&BodyFacts>, choices: &Choices) -> Case {
    let mut case = Case::default();
    let given: Vec<DocId> = inputs
        .iter()
        .map(|input| {
            case.docs
                .give(input.name.clone(), input.source, input.bytes.clone())
        })
        .collect();
    let mut reader = Reader::new(&mut case);
    let mut read = Vec::with_capacity(given.len());
    for (place, (doc, input)) in given.into_iter().zip(inputs).enumerate() {
        let doc = match input.source {
            Source::Paste => pasted(&mut reader, doc),
            Source::File | Source::StandardInput | Source::Argument | Source::Sample => {
                utf16(&mut reader, doc).unwrap_or(doc)
            }
        };
        let forced = choices.read_as.get(&place);
        match forced {
            Some(read_as) if forced::read(&mut reader, doc, *read_as) => hide(reader.case, doc),
            Some(_) | None => layers::read(&mut reader, doc),
        }
        read.push(doc);
    }
    in_words::complete(&mut reader);
    let mut understood = std::mem::take(&mut reader.understood);
    let texts: Vec<Text> = read
        .iter()
        .map(|doc| Text::new(&reader.case.docs, *doc))
        .collect();
    fragment::add(&mut reader, &texts);
    other_blocks::add(&mut reader, &texts, &mut understood);
    client_error::settle(&mut reader);
    unsigned::settle(&mut reader);
    bodiless::settle(&mut reader);
    not_reached::settle(&mut reader);
    scope::add(reader.case, &texts);
    mentioned(&mut reader, &texts);
    let mut ids = Vec::new();
    for text in &texts {
        unnamed::claimed_ids(text, &mut ids);
    }
    for text in &texts {
        secrets::find(&mut case, text, &ids);
        derived::mask(&mut case.docs, text);
    }
    attach::inputs(&mut case, &read);
    attach::shown(&mut case);
    forms_in_bodies(&mut case);
    case.pieces
        .sort_by_key(|piece| (piece.span.doc, piece.span.start));
    if let Some(body) = body {
        attach::body(&mut case, body);
    }
    edited::put_back(&mut case);
    quoted::put_back(&mut case);
    tokens::mask(&mut case);
    siding::add(&mut case);
    mended::add(&mut case);
    foreign::add(&mut case);
    hidden::add(&mut case);
    unset::add(&mut case);
    hidden::add_shortened(&mut case);
    remarks::add(&mut case, &read, &understood);
    case.choose(choices);
    case
}

/// Masks in `doc`, which is read as what a person says it is, what reading it as it stands would mask: a shape may
/// put a token together from pieces that nothing else joins.
fn hide(case: &mut Case, doc: DocId) {
    let whole = case.docs.whole(doc);
    let plain = Input {
        name: String::new(),
        source: Source::File,
        bytes: case.docs.shared(whole),
    };
    let aside = read(&[plain], None);
    for (_, given) in aside.docs.given() {
        for (span, mask) in given.masks() {
            case.docs.mask(whole.part(span.range()), *mask);
        }
    }
}

/// How a code unit is spelled in a text that begins with the byte order mark of UTF-16.
fn wide_unit(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    match bytes.get(..2)? {
        [0xFF, 0xFE] => Some(u16::from_le_bytes),
        [0xFE, 0xFF] => Some(u16::from_be_bytes),
        _ => None,
    }
}

/// Whether a text is in UTF-16 by its mark and its beginning, and larger than is decoded.
pub(super) fn is_too_wide(bytes: &[u8]) -> bool {
    const FRONT: usize = 4096;
    let Some(unit) = wide_unit(bytes) else {
        return false;
    };
    let (units, _) = bytes.as_chunks::<2>();
    let front = units.get(1..FRONT.min(units.len())).unwrap_or_default();
    // The last may be half of a pair.
    let whole = front
        .get(..front.len().saturating_sub(1))
        .unwrap_or_default();
    let read = char::decode_utf16(whole.iter().map(|pair| unit(*pair)));
    let odd = read
        .filter(|c| c.as_ref().map_or(true, |c| *c == '\0'))
        .count();
    // Half a pair at the cut is one.
    units.len() > limits::WIDE && odd <= 1
}

/// A text in UTF-16, which PowerShell writes into files, as UTF-8. Only with its byte order mark, and only
/// where it has the length of one and every code unit belongs to a character.
fn utf16(reader: &mut Reader<'_>, doc: DocId) -> Option<DocId> {
    let whole = reader.case.docs.whole(doc);
    let bytes = reader.case.docs.shared(whole);
    let unit = wide_unit(&bytes)?;
    let (units, []) = bytes.as_chunks::<2>() else {
        return None;
    };
    // A byte and a place are kept for each: beyond this it is left as it is, and that is said.
    if units.len() > limits::WIDE {
        return None;
    }
    let mut text = Zeroizing::new(Vec::with_capacity(units.len()));
    let mut map = OffsetMap::new();
    let mut at = 2;
    for character in char::decode_utf16(units.iter().skip(1).map(|pair| unit(*pair))) {
        let character = character.ok()?;
        let mut buffer = [0; 4];
        let utf8 = character.encode_utf8(&mut buffer).as_bytes();
        text.extend_from_slice(utf8);
        map.decoded(utf8.len(), at, character.len_utf16() * 2);
        at += character.len_utf16() * 2;
    }
    // A secret may be in it: the copy is overwritten when it goes.
    reader.peel(whole, Peel::Utf16, Bytes::from_owner(text), map)
}

/// A paste whose line ends the terminal turned into CR, read with LF as they were. The lengths are
/// equal, so every offset stays.
fn pasted(reader: &mut Reader<'_>, doc: DocId) -> DocId {
    let whole = reader.case.docs.whole(doc);
    let bytes = reader.case.docs.shared(whole);
    if memchr::memchr(b'\n', &bytes).is_some() || memchr::memchr(b'\r', &bytes).is_none() {
        return doc;
    }
    let text: Vec<u8> = bytes
        .iter()
        .map(|b| if *b == b'\r' { b'\n' } else { *b })
        .collect();
    let mut map = OffsetMap::new();
    map.copied(0, text.len());
    // A secret may be what was pasted: the copy is overwritten when it goes.
    let text = Bytes::from_owner(Zeroizing::new(text));
    reader.case.docs.peel(whole, Peel::LineEnds, text, map)
}
