//! What a person gave, and reading it into a case.

use bytes::Bytes;
use zeroize::Zeroizing;

use super::reader::Reader;
use super::text::Text;
use super::{BodyFacts, Case, attach, remarks, secrets, tokens};
use crate::engine::document::{DocId, OffsetMap, Peel, Source};

/// Bytes a person gave, in the order given.
#[derive(Clone, Debug)]
pub struct Input {
    /// What to call it: a file name, `stdin`, `paste 2`.
    pub name: String,
    /// By which way it came.
    pub source: Source,
    /// The bytes.
    pub bytes: Bytes,
}

/// Reads all inputs into one case. `body` is a body that was streamed past (`--body`): it is that of
/// the request which has none of its own, or whose Content-Length it has.
pub fn read(inputs: &[Input], body: Option<&BodyFacts>) -> Case {
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
    for (doc, input) in given.into_iter().zip(inputs) {
        let doc = match input.source {
            Source::Paste => pasted(&mut reader, doc),
            Source::File | Source::StandardInput | Source::Argument | Source::Sample => doc,
        };
        reader.document(doc);
        let text = Text::new(&reader.case.docs, doc);
        secrets::find(reader.case, &text);
        read.push(doc);
    }
    attach::inputs(&mut case, &read);
    case.pieces
        .sort_by_key(|piece| (piece.span.doc, piece.span.start));
    if let Some(body) = body {
        attach::body(&mut case, body);
    }
    tokens::mask(&mut case);
    remarks::add(&mut case);
    case
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
