//! An error of a verifier as a program prints it: an exception's words, an object, a line of a log.
//!
//! Owns finding its code and its message, each by itself, and the details that stand around them; what stands
//! near together is one answer. Must not know what a code or a message means; which there are is in `words`.

mod beside;
mod ends;
mod glued;
mod mentioned;
mod words;
mod wrapped;

use std::ops::Range;

use ends::{again, message_end};
pub(in crate::engine::intake) use mentioned::add as mentioned;
pub(super) use words::holds_message;
pub(super) use words::is_code;
pub(in crate::engine::intake) use words::is_known_message;
use words::{ANCHORS, DETAILS, Found, NOT_YET, begin, found};

use super::forced::ReadAs;
use super::nearness::Near;
use crate::engine::document::{Peel, Span};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{
    Answer, Evidence, Integrity, Shape, Side, fields, in_words, marks, unescape,
};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("printed-error");

/// How far around a code or a message its details may stand, in bytes.
const BEFORE: usize = 1 << 10;
/// The same, behind it.
const BEHIND: usize = 4 << 10;
/// How far into its line an error may begin that ends a body, in bytes.
const FRONT: usize = 96;

/// How Azure begins what it says besides its message, and the element that it gives that in.
const AZURE: &str = "The MAC signature found";
/// See [`AZURE`].
const AZURE_DETAIL: &str = "AuthenticationErrorDetail";

/// Recognises errors in a program's words.
pub(in crate::engine::intake) struct PrintedError;

impl Recogniser for PrintedError {
    fn anchors(&self) -> &'static [&'static str] {
        &ANCHORS
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        1
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let at = begin(text, hit.at, from)?;
        let line = hit.line.start.max(from);
        let front = text.get(line..at);
        // What precedes may have been read meanwhile: then this is no line's start.
        let begins = line == 0 || text.at(line - 1) == Some(b'\n');
        let boundary = begins
            // What was broken begins on a line before that of its anchor.
            && line <= at
            && front.len() <= FRONT
            && (front.is_empty()
                || front.starts_with(b"{")
                || front.starts_with(b"An error occurred ("));
        Some(Start {
            at: if boundary { line } else { at },
            boundary,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let mut answer = Answer::default();
        let start = if start.boundary {
            let mut front = start.at..start.at + FRONT + 1;
            front.find(|at| found(text, *at).is_some())?
        } else {
            start.at
        };
        let place = match found(text, start)? {
            Found::Code(len) => {
                let mut place = start..start + len;
                answer.code = Some(text.span(place.clone()));
                if let Some(message) = beside::message(text, place.clone()) {
                    place.end = message.end;
                    answer.message = Some(unescaped(reader, text, message));
                }
                place
            }
            Found::Message => {
                let (end, broken) = message_end(text, start);
                let mut place = start..end;
                let own_lines = in_words::ends_message(text.get(place.clone()));
                let block = wrapped::block(text, place.clone()).filter(|_| !own_lines);
                let joined = match block {
                    Some((joined, end)) => {
                        place.end = end;
                        Some(joined)
                    }
                    None if broken => wrapped::joined(text, place.clone()),
                    None => None,
                };
                let words = match joined {
                    Some(joined) => {
                        layer(reader, text.span(place.clone()), Peel::LineBreaks, joined)
                    }
                    None => unescaped(reader, text, place.clone()),
                };
                // Azure prints its message and, behind it, what it found.
                if text.get(start..start + AZURE.len()) == AZURE.as_bytes() {
                    answer.details.push((AZURE_DETAIL.to_owned(), words));
                } else {
                    answer.message = Some(words);
                }
                place
            }
        };
        let floor = place.start.saturating_sub(BEFORE);
        let window = floor..place.end.saturating_add(BEHIND).min(text.len());
        let early = answer.message.is_some_and(|message| {
            let words = reader.case.docs.bytes(message);
            words.ends_with(b" valid yet")
                || memchr::memmem::find(words, b"not yet valid").is_some()
        });
        for name in DETAILS.into_iter().filter(|name| early || *name != NOT_YET) {
            if let Some(value) = fields::value(text, name, window.clone()) {
                let span = unescaped(reader, text, value);
                answer.details.push((name.to_owned(), span));
            }
        }
        let again = answer.message.and_then(|_| again(text, place.clone()));
        let repeated = again.iter().map(|(message, _)| message);
        for message in repeated.chain([&place]) {
            for (name, value) in glued::details(text, message.clone()) {
                answer.details.push((name.to_owned(), text.span(value)));
            }
        }
        let signature = fields::value(text, "SignatureProvided", window.clone()).map(|value| {
            // A quote in it closes a literal that goes on in the next one.
            let bytes = text.get(value.clone());
            let own = bytes
                .iter()
                .take_while(|b| !matches!(b, b'\'' | b'"'))
                .count();
            let span = text.span(value.start..value.start + own);
            marks::received_signature(&reader.case.docs, span, own == bytes.len())
        });
        answer.status = status(text, window);
        let again = again.map(|(_, end)| end);
        if let Some(end) = again {
            reader.understand(text.span(place.end..end));
        }
        let argument = argument_end(text, &place);
        let whole = place.start..argument.unwrap_or(place.end);
        let span = reader.case.docs.to_given(text.span(whole));
        reader.add_printed(Evidence {
            shape: SHAPE,
            side: Some(Side::Server),
            span,
            canonical_request: None,
            string_to_sign: None,
            signature,
            answer: Some(answer),
            integrity: Integrity::Unchecked,
            repairs: reader.case.docs.peels(text.span(place.clone())),
        });
        Some(again.or(argument).unwrap_or(place.end))
    }

    fn near(&self) -> &'static [Near] {
        &SPEAKS
    }
}

/// What speaks for an error.
const SPEAKS: [Near; 1] = [Near {
    read_as: ReadAs::ServerError,
    words: &[
        ("SignatureDoesNotMatch", 40),
        ("signature", 12),
        ("Forbidden", 15),
        ("denied", 15),
        ("403", 12),
        ("error", 12),
        ("exception", 12),
        ("expired", 15),
    ],
    form: |_| None,
    missing: |_| "the server's own strings",
}];

/// A value with its escapes undone, where it has any.
fn unescaped(reader: &mut Reader<'_>, text: &Text, place: Range<usize>) -> Span {
    let span = text.span(place.clone());
    match unescape::backslashes(text.get(place)) {
        Some(undone) => layer(reader, span, Peel::BackslashEscapes, undone),
        None => span,
    }
}

/// `span` as `peeled` reads it; as it stands where no more may be unwrapped.
fn layer(reader: &mut Reader<'_>, span: Span, peel: Peel, peeled: Unescaped) -> Span {
    let layer = reader.peel(span, peel, peeled.bytes.into(), peeled.map);
    layer.map_or(span, |layer| reader.case.docs.whole(layer))
}

/// Where the elements end that quote the value that was refused, behind the message at `place` on its line: that value is
/// the answer's, and no header of a request.
fn argument_end(text: &Text, place: &Range<usize>) -> Option<usize> {
    const OPEN: &[u8] = b"<ArgumentName>";
    const CLOSE: &[u8] = b"</ArgumentValue>";
    let line = text.line(place.end);
    let rest = text.get(place.end..line.end);
    if !rest.trim_ascii_start().starts_with(OPEN) {
        return None;
    }
    let close = memchr::memmem::find(rest, CLOSE)?;
    Some(place.end + close + CLOSE.len())
}

/// The HTTP status that stands near, in the words of some SDK.
fn status(text: &Text, window: Range<usize>) -> Option<u16> {
    [
        "Status Code",
        "status code",
        "StatusCode",
        "statusCode",
        "HTTPStatusCode",
    ]
    .iter()
    .filter_map(|name| fields::value(text, name, window.clone()))
    .find_map(|value| {
        let digits = text.get(value.start..value.start + 3);
        let number: u16 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        (100..600).contains(&number).then_some(number)
    })
}
