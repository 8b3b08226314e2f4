//! Layers that lie over a whole paste: what a terminal, a log, a mail or a printer did to every line of it.
//!
//! A paste that reads as it stands is left alone. Of any other, every way to take off one layer is tried, and on
//! what comes out every way again, from the most promising text on: that stops at the first reading in which a hash proves
//! what was read, so that no order of layers has to be known. Where no hash proves anything, the reading that makes out most
//! is taken, and nothing is called proved.
//!
//! Owns when a paste is read through layers, and which reading of it is kept. Must not know any shape but printed strings
//! (`shape::printed`), whose hash tells when the search is over and whose grammar tells which lines begin anew.

mod breaks;
mod letters;
mod lines;
mod markup;
mod reading;
mod records;
mod samples;
mod search;
mod skipped;
mod standing;
mod ways;

use super::reader::{Mark, Reader};
use super::shape::printed;
use super::unescape::Unescaped;
use super::{Case, limits, line_marks};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Peel, Span};

pub(super) use letters::colours;
pub(super) use ways::{blanks, quotes, unfolded};

/// Reads `doc` into the case, through the layers that lie over it.
pub(super) fn read(reader: &mut Reader<'_>, doc: DocId) {
    let doc = uncoloured(reader, doc);
    let before = reader.mark();
    reader.document(doc);
    let bytes = reader.case.docs.shared(reader.case.docs.whole(doc));
    let plain = reading::since(reader.case, &before);
    let unread = is_unread(reader.case, &before, doc);
    if plain.settled(&bytes) && !unread {
        return;
    }
    let long = bytes.len() > limits::LAYERED;
    let path = if long {
        samples::path(&bytes, plain)
    } else {
        search::search(&bytes, plain).map(|found| found.path)
    };
    let Some(path) = path else {
        if long && (unread || !plain.open) {
            reader.find(too_long(reader.case.docs.whole(doc), bytes.len()));
        }
        return;
    };
    reader.back_to(&before);
    let mut layer = doc;
    for (peel, text) in path {
        let parent = reader.case.docs.whole(layer);
        match reader.peel(parent, peel, text.bytes.into(), text.map) {
            Some(next) => layer = next,
            None => break,
        }
    }
    reader.document(layer);
}

/// Whether the first line of a string to sign stands in `doc`, and in none of the evidence that was read since `before`:
/// whoever put something in front of every line of a log cut its strings apart, and the rest may be read all the same.
fn is_unread(case: &Case, before: &Mark, doc: DocId) -> bool {
    let whole = case.docs.whole(doc);
    let read = case.evidence.get(before.evidence..).unwrap_or_default();
    printed::algorithms(case.docs.bytes(whole)).any(|at| {
        let place = case.docs.to_given(Span::new(doc, at, at + 1));
        !read.iter().any(|evidence| evidence.span.contains(place))
    })
}

/// A text too long for every layer to be looked for, without its colours: they may stand in the middle of any word, and
/// what is one with its ESC is nothing else. A shorter one is searched for them as for any other layer.
fn uncoloured(reader: &mut Reader<'_>, doc: DocId) -> DocId {
    let whole = reader.case.docs.whole(doc);
    let bytes = reader.case.docs.shared(whole);
    if bytes.len() <= limits::LAYERED {
        return doc;
    }
    let fits = |text: &Unescaped| line_marks::cost(text) <= limits::UNCOLOURED;
    let Some(text) = letters::colours_while(&bytes, fits) else {
        return doc;
    };
    let read = text.map.to_parent(0..text.bytes.len()).end;
    if read < bytes.len() && !fits(&text) {
        reader.cut(whole.part(read..bytes.len()), "lines with colours");
    }
    let text_bytes = text.bytes.into();
    reader
        .case
        .docs
        .peel(whole, Peel::Colours, text_bytes, text.map)
}

/// That a text of `len` bytes was not searched for every layer that may lie over it.
fn too_long(whole: Span, len: usize) -> Finding {
    let told = if len > limits::SAMPLED {
        format!(
            "This text is longer than {} MB: of all that a terminal, a log or a mail may have done to its lines, colours alone were looked for.",
            limits::SAMPLED >> 20
        )
    } else {
        format!(
            "This text is longer than {} KB: what a terminal, a log or a mail may have done to all of its lines was looked for in parts of it alone.",
            limits::LAYERED >> 10
        )
    };
    Finding::note(
        "layers-in-parts",
        told,
        "Where something in it was not recognised, give the lines around the failure on their own.",
    )
    .at(whole, "longer than is tried as a whole")
}
