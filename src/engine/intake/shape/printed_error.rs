//! An error of a verifier as a program prints it: an exception's words, an object, a line of a log.
//!
//! Owns finding its code and its message, each by itself, and the details that stand around them; what stands
//! near together is one answer. Must not know what a code or a message means.

use std::ops::Range;
use std::sync::LazyLock;

use crate::engine::document::{Peel, Span};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::{
    Answer, Evidence, Integrity, Shape, Side, fields, is_basic_time, marks, unescape,
};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("printed-error");

/// Codes by which a verifier refuses a signed request, the longer of two with one beginning first (the public
/// error lists of Amazon S3 and of the services behind the AWS Query and JSON protocols).
const CODES: [&str; 24] = [
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "InvalidSignature",
    "IncompleteSignatureException",
    "IncompleteSignature",
    "SignatureExpired",
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "XAmzContentSHA256Mismatch",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "ExpiredTokenException",
    "ExpiredToken",
    "MissingAuthenticationTokenException",
    "MissingAuthenticationToken",
    "PermanentRedirect",
    "InvalidToken",
    "InvalidChunkSizeError",
    "MalformedTrailerError",
    "MalformedQueryString",
    "AuthFailure",
];

/// How messages of a verifier about a signature begin.
const MESSAGES: [&str; 22] = [
    "The request signature we calculated does not match",
    "Signature expired:",
    "Signature not yet current:",
    "Credential should be scoped",
    "Date in Credential scope does not match",
    "Credential must have exactly 5 slash-delimited elements",
    "The authorization header is malformed",
    "Authorization header requires ",
    "Authorization header is invalid",
    "'Host' or ':authority' must be a 'SignedHeader'",
    "AWS query-string parameters must include",
    "Query-string authentication version 4 requires",
    "The difference between the request time and the current time is too large",
    "Request has expired",
    "Request is not yet valid",
    "Request is not valid yet",
    "There were headers present in the request which were not signed",
    "The provided 'x-amz-content-sha256' header does not match",
    "The authorization mechanism you have provided is not supported",
    "The AWS Access Key Id you provided does not exist",
    "The security token included in the request is",
    "Error parsing the X-Amz-Credential parameter",
];

/// Names of what else a verifier tells beside its code and message.
const DETAILS: [&str; 12] = [
    "Region",
    "Endpoint",
    "RequestTime",
    "ServerTime",
    "MaxAllowedSkewMilliseconds",
    "HeadersNotSigned",
    "X-Amz-Expires",
    "Expires",
    "ClientComputedContentSHA256",
    "S3ComputedContentSHA256",
    "AWSAccessKeyId",
    "OSSAccessKeyId",
];

/// What codes and messages are found by: each of them holds one of these.
const ANCHORS: [&str; 19] = [
    "ignature",
    "xpired",
    "oken",
    " valid",
    "redential",
    "uth",
    "Malformed",
    "256Mismatch",
    "InvalidChunkSize",
    "Redirect",
    "TooSkewed",
    "dClient",
    "ccess",
    "current time",
    "not signed",
    "sha256' h",
    "uery-string ",
    EARLIER,
    LATER,
];

/// What stands behind the first of two times where the words before it are missing.
const EARLIER: &str = " is now earlier than ";
/// The same of a time that is to come.
const LATER: &str = " is still later than ";
/// Both.
const TIMES: [&str; 2] = [EARLIER, LATER];

/// A code or message, and how far behind its beginning its anchor stands.
struct Word {
    text: &'static str,
    offset: usize,
}

/// The codes and messages of each anchor, in its order.
fn words() -> &'static [Vec<Word>] {
    static WORDS: LazyLock<Vec<Vec<Word>>> = LazyLock::new(|| {
        let mut words: Vec<Vec<Word>> = ANCHORS.iter().map(|_| Vec::new()).collect();
        for text in MESSAGES.into_iter().chain(CODES) {
            let mut anchors = ANCHORS.iter().zip(&mut words);
            let found = anchors.find_map(|(anchor, words)| Some((text.find(anchor)?, words)));
            if let Some((offset, words)) = found {
                words.push(Word { text, offset });
            }
        }
        words
    });
    &WORDS
}

/// How far around a code or a message its details may stand, in bytes.
const BEFORE: usize = 1 << 10;
/// The same, behind it.
const BEHIND: usize = 4 << 10;
/// How far into its line an error may begin that ends a body, in bytes.
const FRONT: usize = 96;
/// The longest message, in bytes.
const MESSAGE: usize = 4 << 10;

/// Length of a time in basic form.
const TIME: usize = 16;

/// Recognises errors in a program's words.
pub(in crate::engine::intake) struct PrintedError;

/// What stands at a place.
enum Found {
    Code(usize),
    Message,
}

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
                let place = start..start + len;
                answer.code = Some(text.span(place.clone()));
                place
            }
            Found::Message => {
                let place = start..message_end(text, start);
                answer.message = Some(unescaped(reader, text, place.clone()));
                place
            }
        };
        let floor = place.start.saturating_sub(BEFORE);
        let window = floor..place.end.saturating_add(BEHIND).min(text.len());
        for name in DETAILS {
            if let Some(value) = fields::value(text, name, window.clone()) {
                let span = unescaped(reader, text, value);
                answer.details.push((name.to_owned(), span));
            }
        }
        let signature = fields::value(text, "SignatureProvided", window.clone())
            .map(|value| marks::received_signature(&reader.case.docs, text.span(value), true));
        answer.status = status(text, window);
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
        Some(place.end)
    }
}

/// Where the code or message begins that the anchor at `at` belongs to.
fn begin(text: &Text, at: usize, from: usize) -> Option<usize> {
    let front = text.get(at..at + 32);
    if TIMES
        .iter()
        .any(|words| front.starts_with(words.as_bytes()))
    {
        let start = at.checked_sub(TIME).filter(|start| *start >= from)?;
        return is_basic_time(text.get(start..at)).then_some(start);
    }
    let anchors = ANCHORS.iter().zip(words());
    let (_, words) = anchors
        .into_iter()
        .find(|(anchor, _)| front.starts_with(anchor.as_bytes()))?;
    words.iter().find_map(|word| {
        let start = at.checked_sub(word.offset).filter(|start| *start >= from)?;
        let here = text.get(start..start + word.text.len()) == word.text.as_bytes();
        (here && found(text, start).is_some()).then_some(start)
    })
}

/// What begins at `at`. A code counts where it stands as programs put it, not as a word of a sentence.
fn found(text: &Text, at: usize) -> Option<Found> {
    let front = text.get(at..at + 80);
    let behind_time = front.get(TIME..).unwrap_or_default();
    let times = TIMES.iter().any(|m| behind_time.starts_with(m.as_bytes()));
    if times || MESSAGES.iter().any(|m| front.starts_with(m.as_bytes())) {
        return Some(Found::Message);
    }
    let code = CODES
        .iter()
        .find(|code| front.starts_with(code.as_bytes()))?;
    let len = code.len();
    let before = at.checked_sub(1).and_then(|i| text.at(i));
    let behind = front.get(len).copied();
    let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') || behind.is_some_and(lower) {
        return None;
    }
    // `Error Code: X;` and `code = X,` have a blank between.
    let marked = if before == Some(b' ') {
        at.checked_sub(2).and_then(|i| text.at(i))
    } else {
        before
    };
    let opened = match marked {
        Some(b':' | b'=') => true,
        Some(b'"' | b'\'' | b'(' | b'#' | b'<' | b'[') => before != Some(b' '),
        _ => false,
    };
    let closed = matches!(
        behind,
        Some(b'"' | b'\'' | b')' | b':' | b'<' | b']' | b';' | b',' | b'\\' | b'\n' | b'\r')
    );
    let rest = front.get(len..).unwrap_or_default();
    let spoken = rest.starts_with(b" when calling")
        || rest.starts_with(b" (client)")
        || rest.starts_with(b" (server)")
        || behind.is_some_and(|b| b.is_ascii_uppercase());
    (opened && (closed || behind.is_none()) || behind == Some(b':') || spoken)
        .then_some(Found::Code(len))
}

/// Where the message that begins at `at` ends: with its literal, its line, or its element.
fn message_end(text: &Text, at: usize) -> usize {
    let quote = at
        .checked_sub(1)
        .and_then(|i| text.at(i))
        .filter(|b| matches!(b, b'"' | b'\''));
    let limit = match quote {
        Some(quote) => fields::literal_end(text, at, quote),
        None => at.saturating_add(MESSAGE).min(text.len()),
    };
    let bytes = text.get(at..limit.min(at.saturating_add(MESSAGE)));
    let raw = bytes.iter().position(|b| matches!(b, b'\n' | b'\r' | b'<'));
    let mut end = raw.unwrap_or(bytes.len());
    for stop in [
        "\\n",
        "\\r",
        "\\\"",
        " (Service:",
        " (AWS::",
        " (Aws::",
        "\"}",
    ] {
        let front = bytes.get(..end).unwrap_or_default();
        end = memchr::memmem::find(front, stop.as_bytes()).unwrap_or(end);
    }
    text.trim_end(at..at + end).max(at + 1)
}

/// A value with its escapes undone, where it has any.
fn unescaped(reader: &mut Reader<'_>, text: &Text, place: Range<usize>) -> Span {
    let span = text.span(place.clone());
    let undone = unescape::backslashes(text.get(place));
    undone
        .and_then(|u| reader.peel(span, Peel::BackslashEscapes, u.bytes.into(), u.map))
        .map_or(span, |layer| reader.case.docs.whole(layer))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_message_is_found_by_an_anchor() {
        let known: usize = words().iter().map(Vec::len).sum();
        assert_eq!(known, CODES.len() + MESSAGES.len());
    }
}
