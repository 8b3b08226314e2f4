//! A presigned URL: bare, quoted, in `<>`, broken over lines, escaped, or inside prose.
//!
//! Owns where such a URL begins and ends and how it was wrapped. Must not know what its parameters
//! mean, only by which names one is told from any other URL.

use memchr::memchr;

use super::http_request::implied_host;
use crate::engine::diagnose::Finding;
use crate::engine::document::{OffsetMap, Peel};
use crate::engine::intake::limits;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::{Body, Given, Shape, SignedRequest};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("presigned-url");

/// The query parameters of a presigned URL, as verifiers spell them.
const PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
];

/// Those of which one is enough to tell a presigned URL from any other.
const TELLING: [&str; 3] = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];

/// More bytes than the longest scheme has.
const SCHEME: usize = 6;

/// Recognises presigned URLs.
pub(in crate::engine::intake) struct PresignedUrl;

impl Recogniser for PresignedUrl {
    fn anchors(&self) -> &'static [&'static str] {
        &["://", ":\\/\\/"]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let near = hit.at.saturating_sub(SCHEME).max(from);
        let at = hit.at - target::scheme_before(text.get(near..hit.at))?;
        Some(Start {
            at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let unwrapped = unwrap(text, start.at);
        if !is_presigned(&unwrapped.bytes) {
            pass.skip(unwrapped.end);
            return None;
        }
        let given = text.span(start.at..unwrapped.end);
        let (layer, range) = match unwrapped.peel() {
            None => (text.clone(), start.at..unwrapped.end),
            Some(peel) => {
                let bytes = unwrapped.bytes.into();
                let doc = reader.peel(given, peel, bytes, unwrapped.map)?;
                let layer = Text::new(&reader.case.docs, doc);
                let len = layer.len();
                (layer, 0..len)
            }
        };
        let target = target::split(&layer, range);
        if let Some(query) = target.query {
            for (name, spelled) in misspelled(&layer, query.range()) {
                let spelling = String::from_utf8_lossy(layer.get(spelled.clone())).into_owned();
                reader.find(
                    Finding::error(
                        "query-parameter-case",
                        format!("The query parameter is spelled {spelling}; verifiers read {name}."),
                        "Names of query parameters are case-sensitive: something between the signer \
                         and you changed their case.",
                    )
                    .at(layer.span(spelled), format!("read as {name} nowhere")),
                );
            }
        }
        reader.add_request(SignedRequest {
            shape: SHAPE,
            span: reader.case.docs.to_given(given),
            method: Given::Implied("GET"),
            headers: target.authority.map(implied_host).into_iter().collect(),
            target,
            // A URL does not say with which body it is used.
            body: Body::Absent,
        });
        Some(unwrapped.end)
    }
}

/// A URL freed from what it was wrapped in.
#[derive(Default)]
struct Unwrapped {
    bytes: Vec<u8>,
    map: OffsetMap,
    /// Just past it in the text.
    end: usize,
    entities: bool,
    backslashes: bool,
    breaks: bool,
}

impl Unwrapped {
    /// What was undone, the most telling first.
    fn peel(&self) -> Option<Peel> {
        if self.entities {
            Some(Peel::HtmlEntities)
        } else if self.backslashes {
            Some(Peel::BackslashEscapes)
        } else if self.breaks {
            Some(Peel::LineBreaks)
        } else {
            None
        }
    }

    fn copy(&mut self, text: &Text, start: usize, at: usize, len: usize) {
        self.bytes.extend_from_slice(text.get(at..at + len));
        self.map.copied(at - start, len);
        self.end = at + len;
    }

    fn decode(&mut self, byte: u8, offset: usize, len: usize, end: usize) {
        self.bytes.push(byte);
        self.map.decoded(1, offset, len);
        self.end = end;
    }

    /// Whether it ends in a whole signature, so that only another parameter can follow.
    fn is_complete(&self) -> bool {
        let name = b"x-amz-signature=";
        let tail = self.bytes.len().checked_sub(name.len() + 64);
        let tail = tail.and_then(|at| self.bytes.get(at..)).unwrap_or_default();
        tail.get(..name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name))
            && tail
                .get(name.len()..)
                .is_some_and(|s| s.iter().all(u8::is_ascii_hexdigit))
    }
}

/// The URL that starts at `start`.
fn unwrap(text: &Text, start: usize) -> Unwrapped {
    let closer = match start.checked_sub(1).and_then(|i| text.at(i)) {
        Some(b'"') => Some(b'"'),
        Some(b'\'') => Some(b'\''),
        Some(b'<') => Some(b'>'),
        Some(b'`') => Some(b'`'),
        _ => None,
    };
    let mut url = Unwrapped {
        end: start,
        ..Unwrapped::default()
    };
    let mut at = start;
    let mut joins = 0;
    // Where the closing quote stands, once a raw blank made it worth looking.
    let mut closes_at = 0;
    // Up to where it is known that its query goes on.
    let mut goes_on = 0;
    let mut in_query = false;
    // Whether a whole signature stands in it, however far back.
    let mut signed = false;
    while let Some(byte) = text.at(at) {
        if url.bytes.len() >= limits::URL || Some(byte) == closer {
            break;
        }
        match byte {
            b'\r' | b'\n' => match joined(text, at, &url, closer) {
                Some(next) if joins < limits::URL_LINES => {
                    url.breaks = true;
                    joins += 1;
                    at = next;
                }
                Some(_) | None => break,
            },
            b' ' | b'\t' => {
                // Blanks at the end of a wrapped line, or raw ones inside quotes.
                let next = at + text.from(at).iter().take_while(|b| is_blank(**b)).count();
                match text.at(next) {
                    Some(b'\r' | b'\n') => at = next,
                    Some(_) if closer.is_some() => {
                        if closes_at < next {
                            closes_at = closing_on_line(text, next, closer).unwrap_or(0);
                        }
                        if closes_at < next {
                            break;
                        }
                        url.copy(text, start, at, next - at);
                        at = next;
                    }
                    _ => break,
                }
            }
            b'&' => {
                signed |= url.is_complete();
                if let Some(len) = entity(text.from(at)) {
                    url.decode(b'&', at - start, len, at + len);
                    url.entities = true;
                    at += len;
                } else {
                    url.copy(text, start, at, 1);
                    at += 1;
                }
            }
            b'\\' => match backslash(text.from(at)) {
                Some(Escape::Byte(byte, len)) => {
                    url.decode(byte, at - start, len, at + len);
                    url.backslashes = true;
                    at += len;
                }
                Some(Escape::LineEnd) => at += 1,
                None => break,
            },
            b'"' | b'<' | b'>' | b'`' | 0..0x20 | 0x7F => break,
            0x80.. => {
                let (neighbour, len) = neighbour(text.from(at));
                // Behind its digits nothing of a signature follows, and where a parameter still does,
                // a raw character belongs to what stands before it.
                if url.is_complete() || neighbour && signed {
                    break;
                }
                if neighbour && in_query && goes_on <= at {
                    match more_of_query(text.from(at + len)) {
                        Some(more) => goes_on = at + len + more,
                        None => break,
                    }
                }
                url.copy(text, start, at, len);
                at += len;
            }
            _ => {
                in_query |= byte == b'?';
                url.copy(text, start, at, 1);
                at += 1;
            }
        }
    }
    if closer.is_none() || text.at(url.end) != closer {
        trim_punctuation(&mut url, start);
    }
    url
}

/// Where the URL goes on behind the line end at `at`, if it does.
fn joined(text: &Text, at: usize, url: &Unwrapped, closer: Option<u8>) -> Option<usize> {
    let mut next = at + 1;
    if text.at(at) == Some(b'\r') && text.at(next) == Some(b'\n') {
        next += 1;
    }
    next += text.from(next).iter().take_while(|b| is_blank(**b)).count();
    let rest = text.from(next);
    let rest = rest.get(..rest.len().min(limits::URL)).unwrap_or_default();
    let stop = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'<' | b'>' | b'`');
    let token = rest.iter().position(stop).unwrap_or(rest.len());
    let token = rest.get(..token)?;
    let after = rest.get(token.len()..)?;
    let blanks = after.iter().take_while(|b| is_blank(**b)).count();
    let alone = matches!(after.get(blanks), None | Some(b'\r' | b'\n'))
        || after.first().copied() == closer && closer.is_some();
    if token.is_empty() || !alone || target::absolute(token).is_some() {
        return None;
    }
    if url.is_complete() {
        return (token.starts_with(b"&") || token.starts_with(b"\\&")).then_some(next);
    }
    if closer.is_some() {
        return Some(next);
    }
    let telling = |b: &u8| b"?&=%".contains(b);
    let in_query = memchr(b'?', &url.bytes).is_some();
    // Behind any other query a word on a line of its own is just a word.
    let goes_on = token.iter().any(telling) || !in_query || has_parameter(&url.bytes);
    let is_header = memchr(b':', token).is_some() && !token.iter().any(telling);
    (goes_on && !is_header && !token.starts_with(b"```")).then_some(next)
}

/// Where the closing quote stands on the line that holds `at`.
fn closing_on_line(text: &Text, at: usize, closer: Option<u8>) -> Option<usize> {
    let rest = text.from(at);
    let rest = rest.get(..rest.len().min(4096)).unwrap_or_default();
    let end = |b: &u8| matches!(b, b'\r' | b'\n') || Some(*b) == closer;
    let i = rest.iter().position(end)?;
    (rest.get(i).copied() == closer).then_some(at + i)
}

/// Whether `bytes` begin with a character that surrounds a URL rather than stands in it: a mark, a quote, a
/// blank, or nothing that is seen; and how long it is. A letter of any script may stand in it raw.
fn neighbour(bytes: &[u8]) -> (bool, usize) {
    let near = bytes.get(..bytes.len().min(4)).unwrap_or_default();
    let chunk = near.utf8_chunks().next();
    match chunk.and_then(|chunk| chunk.valid().chars().next()) {
        Some(character) => (!character.is_alphanumeric(), character.len_utf8()),
        None => (false, 1),
    }
}

/// How far ahead a part of a query begins, where one does before the word ends.
fn more_of_query(bytes: &[u8]) -> Option<usize> {
    let near = bytes.get(..bytes.len().min(limits::URL))?;
    let end = |b: &u8| b.is_ascii_whitespace() || b"?&=\"<>`".contains(b);
    let at = near.iter().position(end)?;
    near.get(at)
        .is_some_and(|b| b"?&=".contains(b))
        .then_some(at)
}

/// The length of an escaped ampersand.
fn entity(bytes: &[u8]) -> Option<usize> {
    ["&amp;", "&#38;", "&#x26;", "&AMP;", "&#X26;"]
        .iter()
        .find(|e| bytes.starts_with(e.as_bytes()))
        .map(|e| e.len())
}

enum Escape {
    /// This byte, spelled with so many.
    Byte(u8, usize),
    /// The line goes on on the next one.
    LineEnd,
}

/// The escape a backslash begins: of a shell, of JSON, of Markdown.
fn backslash(bytes: &[u8]) -> Option<Escape> {
    match bytes.get(1)? {
        b'u' => {
            let hex = std::str::from_utf8(bytes.get(2..6)?).ok()?;
            let code = u8::from_str_radix(hex, 16).ok()?;
            (0x21..0x7F)
                .contains(&code)
                .then_some(Escape::Byte(code, 6))
        }
        b'\r' | b'\n' => Some(Escape::LineEnd),
        byte if byte.is_ascii_punctuation() && *byte != b'"' => Some(Escape::Byte(*byte, 2)),
        _ => None,
    }
}

/// Takes punctuation of the sentence around the URL off its end.
fn trim_punctuation(url: &mut Unwrapped, start: usize) {
    let open = url.bytes.contains(&b'(');
    let trailing = |b: &u8| b".,;:!?]}'*|".contains(b) || *b == b')' && !open;
    let kept = url.bytes.len() - url.bytes.iter().rev().take_while(|b| trailing(b)).count();
    if kept == url.bytes.len() {
        return;
    }
    url.end = start + url.map.to_parent(0..kept).end;
    url.bytes.truncate(kept);
    url.map.truncate(kept);
}

/// The names of the query parameters, as offsets of `bytes`.
fn names(bytes: &[u8]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let query = memchr(b'?', bytes).map_or(bytes.len(), |i| i + 1);
    parameter_names(bytes, query)
}

fn parameter_names(bytes: &[u8], from: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|r| !r.is_empty())?;
        let end = memchr(b'&', rest).unwrap_or(rest.len());
        let name = memchr(b'=', rest.get(..end)?).unwrap_or(end);
        let range = at..at + name;
        at += end + 1;
        Some(range)
    })
}

fn is_presigned(bytes: &[u8]) -> bool {
    names(bytes).any(|range| {
        let name = bytes.get(range).unwrap_or_default();
        TELLING
            .iter()
            .any(|t| name.eq_ignore_ascii_case(t.as_bytes()))
    })
}

/// Whether a parameter of a presigned URL stands in what was read so far.
fn has_parameter(bytes: &[u8]) -> bool {
    names(bytes).take(64).any(|range| {
        let name = bytes.get(range).unwrap_or_default();
        name.get(..6)
            .is_some_and(|n| n.eq_ignore_ascii_case(b"x-amz-"))
    })
}

/// Parameters whose names are right but for their case.
fn misspelled(
    text: &Text,
    query: std::ops::Range<usize>,
) -> Vec<(&'static str, std::ops::Range<usize>)> {
    let bytes = text.get(query.clone());
    let near = |range: std::ops::Range<usize>| {
        let name = bytes.get(range.clone())?;
        let right = PARAMETERS
            .iter()
            .find(|p| name.eq_ignore_ascii_case(p.as_bytes()))?;
        let spelled = query.start + range.start..query.start + range.end;
        (name != right.as_bytes()).then_some((*right, spelled))
    };
    parameter_names(bytes, 0)
        .filter_map(near)
        .take(PARAMETERS.len())
        .collect()
}
