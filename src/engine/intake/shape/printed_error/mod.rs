//! An error of a verifier as a program prints it: an exception's words, an object, a line of a log.
//!
//! Owns finding its code and its message, each by itself, and the details that stand around them; what stands
//! near together is one answer. Must not know what a code or a message means; which there are is in `words`.

mod beside;
mod mentioned;
mod words;
mod wrapped;

use std::ops::Range;

pub(in crate::engine::intake) use mentioned::add as mentioned;
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
/// The longest message, in bytes.
const MESSAGE: usize = 4 << 10;
/// The longest with a string to sign inside, in bytes.
const QUOTING: usize = 8 << 10;

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
        let again = answer.message.and_then(|_| again(text, place.clone()));
        if let Some(end) = again {
            reader.understand(text.span(place.end..end));
        }
        let span = reader.case.docs.to_given(text.span(place.clone()));
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
        Some(again.unwrap_or(place.end))
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

/// Where the message that begins at `at` ends: with its literal, its line, or its element; and whether its own
/// sentence was broken into several lines.
fn message_end(text: &Text, at: usize) -> (usize, bool) {
    let quote = at
        .checked_sub(1)
        .and_then(|i| text.at(i))
        .filter(|b| matches!(b, b'"' | b'\''));
    // A literal that is not closed was cut with its paste.
    let closed = quote.map(|quote| fields::literal_end(text, at, quote));
    let limit = closed
        .filter(|end| *end > at)
        .unwrap_or_else(|| at.saturating_add(QUOTING).min(text.len()));
    let bytes = text.get(at..limit.min(at.saturating_add(MESSAGE)));
    let raw = (0..bytes.len()).find(|i| ends_line(bytes.get(*i..).unwrap_or_default()));
    // Whoever prints the answer behind the message parts the two.
    let raw = raw.map(|end| match bytes.get(..end) {
        Some(front) if front.ends_with(b" - ") && bytes.get(end) == Some(&b'<') => end - 3,
        Some(_) | None => end,
    });
    let mut end = raw.unwrap_or(bytes.len());
    for stop in [
        "\\n",
        "\\r",
        "\\\"",
        " (Service:",
        " (AWS::",
        " (Aws::",
        "\"}",
        "\",\"",
        // The SDK for Go, its line break lost.
        " status code: ",
        "\tstatus code: ",
        // Alibaba Cloud's SDK for Go.
        ", RequestId=",
        ", request={",
        ", request = {",
        // minio-java, older and newer; minio-py.
        ", bucketName = ",
        ", bucketName=",
        ", resource: ",
        ", request_id: ",
        // The data of an exception of Clojure.
        " {:",
        // The SDK for PHP, with the answer of a JSON service behind it.
        " - {\"",
        " - {\\\"",
        // What Go prints of an error that no other is behind.
        " <nil>",
        // MinIO until 2016.
        " Type:*",
    ] {
        let front = bytes.get(..end).unwrap_or_default();
        end = memchr::memmem::find(front, stop.as_bytes()).unwrap_or(end);
    }
    end = before_code(text, at, bytes.get(..end).unwrap_or_default());
    end = before_fence(text, at, bytes.get(..end).unwrap_or_default());
    end = before_php_place(bytes.get(..end).unwrap_or_default());
    end = before_bracket(bytes.get(..end).unwrap_or_default());
    let line = end;
    let own_lines = in_words::ends_message(bytes.get(..end).unwrap_or_default());
    if quote.is_none() && Some(end) == raw && !own_lines {
        end = wrapped::unframed(bytes.get(..end).unwrap_or_default());
        end = wrapped::end(text, at, at + end) - at;
    }
    let broken = line < end;
    // Some quote the string that they signed, line breaks and all.
    let near = text.get(at..limit.min(at.saturating_add(QUOTING)));
    let lead = if quote.is_some() { near.len() } else { end };
    if let Some(quoted) = in_words::end(near, lead) {
        end = end.max(quoted);
    }
    (text.trim_end(at..at + end).max(at + 1), broken)
}

/// Whether a message ends in front of `rest`: a line end or a tag. A word in angle brackets may stand for a value
/// that somebody took out.
fn ends_line(rest: &[u8]) -> bool {
    const TAGS: [&[u8]; 7] = [b"</", b"<?", b"<!", b"<Error", b"<br", b"<b>", b"<p>"];
    match rest.first() {
        Some(b'\n' | b'\r') => true,
        Some(b'<') => TAGS.iter().any(|tag| rest.starts_with(tag)),
        Some(_) | None => false,
    }
}

/// What the SDK for PHP prints between a message and the whole answer.
const DASH: &[u8] = b" - ";

/// Where a message ends behind which the whole answer is printed once more: where its tags were lost, that begins with its
/// code.
fn before_code(text: &Text, at: usize, line: &[u8]) -> usize {
    let is_code = |dash: &usize| words::code(text, at + dash + DASH.len()).is_some();
    let end = memchr::memmem::find_iter(line, DASH).find(is_code);
    end.unwrap_or(line.len())
}

/// Where the line ends on which the answer whose message is at `place` stands once more, its tags lost: its code and the
/// beginning of its message, with a blank between them or none.
fn again(text: &Text, place: Range<usize>) -> Option<usize> {
    const ALIKE: usize = 24;
    let code = place.end + DASH.len();
    let message = code + words::code(text, code)?;
    let message = message + usize::from(text.at(message) == Some(b' '));
    let same = text.get(place.end..code) == DASH
        && place.len() >= ALIKE
        && text.get(message..message + ALIKE) == text.get(place.start..place.start + ALIKE);
    same.then(|| text.line(message).end)
}

/// Where a message ends that Markdown's backticks enclose, with a code in front of it or not: at the one that closes
/// them.
fn before_fence(text: &Text, at: usize, line: &[u8]) -> usize {
    let before = text.get(text.line_start(at, at.saturating_sub(BEFORE))..at);
    let open = memchr::memchr_iter(b'`', before).count() % 2 == 1;
    let close = memchr::memchr(b'`', line).filter(|_| open);
    close.unwrap_or(line.len())
}

/// Where a message ends that Node prints inside `[CODE: MESSAGE.]`: the bracket that nothing in it opens is not its.
fn before_bracket(line: &[u8]) -> usize {
    let close = memchr::memmem::find(line, b".]").map(|at| at + 1);
    let opened = |close: &usize| memchr::memchr(b'[', line).is_some_and(|open| open < *close);
    close.filter(|at| !opened(at)).unwrap_or(line.len())
}

/// Where a line of PHP's log ends that says ` in FILE on line N` at its end, without these words.
fn before_php_place(line: &[u8]) -> usize {
    let place = || {
        let number = memchr::memmem::rfind(line, b" on line ")?;
        let digits = line.get(number + b" on line ".len()..)?.trim_ascii_end();
        let file = memchr::memmem::rfind(line.get(..number)?, b" in ")?;
        let path = line.get(file..number)?.iter().any(|b| b"/\\".contains(b));
        (path && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then_some(file)
    };
    place().unwrap_or(line.len())
}

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
