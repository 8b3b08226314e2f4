//! Headers without their request line, and the value of an Authorization header alone: what is left where nothing
//! else was read of a request.
//!
//! Owns finding them, and taking up what stands beside them: other headers, a URL. Looked for only in inputs in which
//! no request was recognised, so that no part of one is taken for another. Of the signature it knows
//! by which words its value is told, and no more.

use std::ops::Range;

use super::beside::target_beside;
use super::exported;
use super::forced::ReadAs;
use super::http_request::implied_host;
use super::nearness::Near;
use super::trace::{doubt, go_request_around, headers_around, wire};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::compose::Composer;
use crate::engine::intake::head::{self, RawHeader};
use crate::engine::intake::notation::printed::{Member, Value};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::text::{Line, Text, is_token};
use crate::engine::intake::{Body, Given, Header, Shape, SignedRequest, Target, fields, target};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("headers");

/// What speaks for headers without their request line.
pub(super) const SPEAKS: Near = Near {
    read_as: ReadAs::Headers,
    words: &[
        ("Authorization", 25),
        ("x-amz-date", 15),
        ("x-amz-content-sha256", 15),
        ("SignedHeaders", 15),
        ("Credential=", 15),
    ],
    form: |front| match front.headers {
        0 => None,
        1 => Some((10, "a line of it is a name and a value with a colon")),
        _ => Some((25, "its lines are names and values with a colon")),
    },
    missing: |_| "its method and path: GET and / stand in their place",
};

/// Fragments of one document.
const MOST: usize = 16;
/// How far around a value the rest of the request is looked for, in bytes.
const AROUND: usize = 4 << 10;
/// The longest value, in bytes.
pub(super) const LONGEST: usize = 8 << 10;
/// Header lines above a value.
const LINES: usize = 256;
/// Lines over which a value may be spread, as documentation prints it.
const SPREAD: usize = 6;

/// Headers that are taken up from beside a value that stands alone, besides those that it names as signed.
const BESIDE: [&str; 5] = [
    "x-amz-date",
    "host",
    "x-amz-content-sha256",
    "x-amz-security-token",
    "content-type",
];
/// What a value begins with, and the name of its first parameter.
const ALGORITHM: &[u8] = b"AWS4-HMAC-SHA256";
const CREDENTIAL: &[u8] = b"Credential=";

/// Adds the fragments of `texts`, of each where there is no request in it.
pub(in crate::engine::intake) fn add(reader: &mut Reader<'_>, texts: &[Text]) {
    let nothing = reader.case.pieces.is_empty();
    let mut found = Vec::new();
    for text in texts {
        let case = &reader.case;
        let given = case.docs.to_given(text.span(0..text.len())).doc;
        let requests = case.requests.iter().map(|request| request.span);
        let mut known = requests.chain(case.forms.iter().map(|form| form.span));
        if known.all(|span| span.doc != given) {
            let wire = wire(reader, text);
            found.extend(signed(reader, wire.as_ref().unwrap_or(text)));
        }
    }
    if found.is_empty() && nothing {
        if texts
            .iter()
            .any(|text| exported::rest(reader, text).is_some())
        {
            return;
        }
        let docs = &reader.case.docs;
        found.extend(texts.iter().find_map(|text| unsigned(docs, text)));
    }
    for request in found {
        reader.add_request(request);
    }
}

/// Every value of an Authorization header in a text that nothing else was read from.
fn signed(reader: &mut Reader<'_>, text: &Text) -> Vec<SignedRequest> {
    let mut out = Vec::new();
    let mut from = 0;
    while out.len() < MOST
        && let Some(at) = next(text, from)
    {
        from = at + CREDENTIAL.len();
        let known = reader.case.pieces.iter().any(|piece| {
            piece
                .span
                .contains(reader.case.docs.to_given(text.span(at..at + 1)))
        });
        if known || !is_of_a_header(text, at) {
            continue;
        }
        let (request, end) =
            block(&reader.case.docs, text, at, from).unwrap_or_else(|| value(reader, text, at));
        from = from.max(end);
        out.push(SignedRequest {
            span: reader.case.docs.to_given(request.span),
            ..request
        });
    }
    out
}

/// Whether a credential is a part of an Authorization header: its algorithm or its name stands before it, or another
/// part of it behind. Alone, it is a scope that somebody writes about.
fn is_of_a_header(text: &Text, at: usize) -> bool {
    const BEFORE: usize = 128;
    const BEHIND: usize = 512;
    let line = text.line(text.line_start(at, at.saturating_sub(LONGEST)));
    let before = text.get(at.saturating_sub(BEFORE).max(line.start)..at);
    let before = before.to_ascii_lowercase();
    let holds = |text: &[u8], word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    if ["aws4-", "authorization"]
        .iter()
        .any(|word| holds(&before, word))
    {
        return true;
    }
    let spread = text.get(at.saturating_sub(BEFORE)..at).to_ascii_lowercase();
    let behind = text.get(at + CREDENTIAL.len()..at + BEHIND);
    // What another credential begins is of that.
    let own = memchr::memmem::find(behind, CREDENTIAL).unwrap_or(behind.len());
    let own = behind.get(..own).unwrap_or_default();
    holds(&spread, "aws4-")
        || ["SignedHeaders", "Signature="]
            .iter()
            .any(|word| holds(own, word))
}

/// The next place where a value may stand: that of a credential with a scope.
pub(super) fn next(text: &Text, from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let at = from + memchr::memmem::find(text.from(from), CREDENTIAL)?;
        let near = text.get(at..at + 512);
        let near = near.get(words_of_key(near)..)?;
        let end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b',' | b'"' | b'\'');
        let word = near.get(..near.iter().position(end).unwrap_or(near.len()))?;
        let before = at.checked_sub(1).and_then(|i| text.at(i));
        // The parameter of a URL is another.
        let own = before.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'-' | b'_'));
        if own && memchr::memchr_iter(b'/', word).count() >= 3 {
            return Some(at);
        }
        from = at + CREDENTIAL.len();
    }
}

/// Where the scope begins in a text that begins with a credential whose key id holds blanks: words that somebody put in
/// its place, as in `Credential={access key}/20261122/…`. No bytes where it is one word.
fn words_of_key(near: &[u8]) -> usize {
    /// The longest such words, in bytes.
    const WORDS: usize = 64;
    let key = near.get(CREDENTIAL.len()..).unwrap_or_default();
    let Some(len) = memchr::memchr(b'/', key.get(..key.len().min(WORDS)).unwrap_or_default())
    else {
        return 0;
    };
    let (words, scope) = key.split_at(len);
    let plain = words
        .iter()
        .all(|b| *b == b' ' || b.is_ascii_graphic() && !matches!(b, b',' | b'=' | b'"' | b'\''));
    let dated = scope
        .get(1..10)
        .is_some_and(|date| date.ends_with(b"/") && date.iter().take(8).all(u8::is_ascii_digit));
    if plain && dated {
        CREDENTIAL.len() + len
    } else {
        0
    }
}

/// The lines of headers around the one that holds `at`.
fn block(docs: &Documents, text: &Text, at: usize, floor: usize) -> Option<(SignedRequest, usize)> {
    let line = text.line(text.line_start(at, at.saturating_sub(LONGEST)));
    let (name, _) = head::split(text, line)?;
    if !text.get(name).eq_ignore_ascii_case(b"authorization") {
        return None;
    }
    let start = first(text, line);
    let head = head::read(text, start);
    let headers: Vec<Header> = head.headers.iter().map(|raw| header(text, raw)).collect();
    let host = host_of(docs, &headers);
    let (method, target) = told_beside(text, start..head.end, host);
    let request = request(docs, text, start..head.end, method, target, headers);
    Some((request, head.end.max(floor)))
}

/// Where the headers start of which `line` is one.
pub(super) fn first(text: &Text, line: Line) -> usize {
    let mut start = line.start;
    for _ in 0..LINES {
        let Some(end) = start.checked_sub(1) else {
            break;
        };
        let above = text.line(text.line_start(end, end.saturating_sub(LONGEST)));
        if above.next != start || head::split(text, above).is_none() {
            break;
        }
        start = above.start;
    }
    start
}

/// The value whose credential stands at `at`, with what stands near it.
fn value(reader: &mut Reader<'_>, text: &Text, at: usize) -> (SignedRequest, usize) {
    let before = text.get(at.saturating_sub(64)..at);
    let lead = before.trim_ascii_end();
    let start = if lead.ends_with(ALGORITHM) {
        at - (before.len() - lead.len()) - ALGORITHM.len()
    } else {
        at
    };
    let quote = start
        .checked_sub(1)
        .and_then(|i| text.at(i))
        .filter(|b| matches!(b, b'"' | b'\''));
    let end = match quote {
        Some(quote) => fields::literal_end(text, start, quote),
        None => spread(text, at),
    };
    let end = text.trim_end(start..end.min(start + LONGEST));
    let end = start + unclosed(text.get(start..end));
    let value = text.span(start..end);
    if let Some(request) = of_map(reader, text, start..end) {
        return (request, end);
    }
    let mut headers = vec![implied("authorization", value)];
    let window = start.saturating_sub(AROUND)..end.saturating_add(AROUND).min(text.len());
    let beside = |reader: &Reader<'_>, name: &str| {
        let spelled = [name.to_owned(), title(name)];
        let place = spelled
            .iter()
            .find_map(|name| named_beside(reader, text, name, window.clone()));
        // `SignedHeaders=host;x-amz-date` names them, too.
        place.filter(|place| place.end <= start || place.start >= end)
    };
    for name in BESIDE {
        let place = beside(reader, name);
        headers.extend(place.map(|place| implied(name, text.span(place))));
    }
    for own in listed(text, start..end) {
        let Ok(name) = str::from_utf8(text.get(own)) else {
            continue;
        };
        if BESIDE.contains(&name) {
            continue;
        }
        // Only where it begins a header: words such as `date` stand in front of other things, too.
        headers.extend(beside(reader, name).and_then(|place| {
            let own = name_before(text, &place, name)?;
            Some(Header {
                name: Given::Stated(text.span(own.clone())),
                value: text.span(place.clone()),
                line: text.span(own.start..place.end),
            })
        }));
    }
    let docs = &reader.case.docs;
    let (method, target) = told_beside(text, start..end, host_of(docs, &headers));
    // The lines that it is taken from: names stand in front of values.
    let parts = headers.iter().map(|header| header.value.range());
    let (from, to) = parts.fold((start, end), |(from, to), part| {
        (from.min(part.start), to.max(part.end))
    });
    let line = labelled(text, text.line_start(from, from.saturating_sub(LONGEST)));
    (request(docs, text, line..to, method, target, headers), end)
}

/// Where the names stand that the value at `place` lists as signed.
fn listed(text: &Text, place: Range<usize>) -> Vec<Range<usize>> {
    const LIST: &[u8] = b"SignedHeaders=";
    let value = text.get(place.clone());
    let Some(at) = memchr::memmem::find(value, LIST) else {
        return Vec::new();
    };
    let from = at + LIST.len();
    let rest = value.get(from..).unwrap_or_default();
    let own = |b: &u8| is_token(*b) || *b == b';';
    let list = rest.iter().take_while(|b| own(b)).count();
    let mut start = place.start + from;
    let mut out = Vec::new();
    for name in rest.get(..list).unwrap_or_default().split(|b| *b == b';') {
        if !name.is_empty() && out.len() < LINES {
            out.push(start..start + name.len());
        }
        start += name.len() + 1;
    }
    out
}

/// Where the name of the header line stands whose value is at `place`: a colon and blanks are between them, and nothing
/// but a quote stands before the name.
fn name_before(text: &Text, place: &Range<usize>, name: &str) -> Option<Range<usize>> {
    let floor = place.start.saturating_sub(name.len() + 8);
    let before = text.get(floor..place.start).trim_ascii_end();
    let end = before.strip_suffix(b":")?.len();
    let start = end.checked_sub(name.len())?;
    let begins = matches!(
        before.get(..start)?.last(),
        None | Some(b'"' | b'\'' | b'\n' | b' ' | b'\t' | b'<' | b'>')
    );
    begins.then_some(floor + start..floor + end)
}

/// Where the line at `start` begins with the one above it that does nothing but name it, as `Authorization header:`.
fn labelled(text: &Text, start: usize) -> usize {
    const LABEL: usize = 64;
    let Some(end) = start.checked_sub(1) else {
        return start;
    };
    let above = text.line_start(end, end.saturating_sub(LABEL));
    let line = text.get(above..end).trim_ascii();
    let words = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b' ' | b':' | b'-' | b'_');
    let begins = above == 0 || text.at(above - 1) == Some(b'\n');
    let names = memchr::memmem::find(line, b"uthorization").is_some();
    if begins && names && line.iter().all(words) {
        above
    } else {
        start
    }
}

/// The value of the header `name` in `window`: none of the lines of a canonical request, which are what its maker
/// signed and not what was sent.
fn named_beside(
    reader: &Reader<'_>,
    text: &Text,
    name: &str,
    window: Range<usize>,
) -> Option<Range<usize>> {
    /// Values that are passed over.
    const PASSED: usize = 8;
    let docs = &reader.case.docs;
    let is_signed_text = |place: &Range<usize>| {
        let own = docs.to_given(text.span(place.clone()));
        let strings = reader.case.evidence.iter();
        let mut strings = strings.filter_map(|e| e.canonical_request.as_ref()?.span());
        strings.any(|span| docs.to_given(span).contains(own))
    };
    let mut from = window.start;
    for _ in 0..PASSED {
        let place = fields::value(text, name, from..window.end)?;
        if !is_signed_text(&place) {
            let end = line_end(text, &place, name).unwrap_or(place.end);
            return Some(place.start..end);
        }
        from = place.end.max(from + 1);
    }
    None
}

/// Where the line ends whose header `name` has the value at `place`, where it is a line of its own, as it is sent: what
/// would close a value among others is a part of it there.
fn line_end(text: &Text, place: &Range<usize>, name: &str) -> Option<usize> {
    let name = name_before(text, place, name)?;
    let line = text.line(text.line_start(place.start, place.start.saturating_sub(LONGEST)));
    let opens = |b: &u8| matches!(b, b'{' | b'[' | b'(' | b'<' | b'"' | b'\'' | b',' | b'=');
    let front = text.get(line.start..name.start);
    let rest = text.get(place.end..line.end);
    let quoted = matches!(text.at(place.start - 1), Some(b'"' | b'\''));
    // `: ` goes on to another header.
    let alone = !quoted && !front.iter().any(opens) && memchr::memmem::find(rest, b": ").is_none();
    alone.then(|| text.trim_end(place.start..line.end))
}

/// The headers of the map in which the value `own` stands.
fn of_map(reader: &mut Reader<'_>, text: &Text, own: Range<usize>) -> Option<SignedRequest> {
    let map = headers_around(text, &own)?;
    let first = map.members.first();
    let first = first.map_or(map.place.start, |first| first.name.place().start);
    let place = first..map.place.end;
    let mut composer = Composer {
        reader,
        text,
        place: place.clone(),
    };
    let mut headers: Vec<Header> = Vec::with_capacity(map.members.len());
    for Member { name, value } in map.members {
        // Of what is cut, or closed by another bracket, the rest is known here alone.
        let value = if value.place().contains(&own.start) && !value.is_closed() {
            Value::Bare(own.clone())
        } else {
            value
        };
        headers.extend(composer.header(&name.piece(text), &value.piece(text)));
    }
    doubt(reader, text, map.doubtful);
    let docs = &reader.case.docs;
    if let Some(line) = go_request_around(text, &map.place) {
        headers.extend(line.host.map(|host| implied("host", text.span(host))));
        let method = Some(text.span(line.method.clone()));
        let whole = line.method.start..map.place.end;
        return Some(request(
            docs,
            text,
            whole,
            method,
            Some(line.target),
            headers,
        ));
    }
    let (method, target) = told_beside(text, map.place, host_of(docs, &headers));
    Some(request(docs, text, place, method, target, headers))
}

/// How much of a value is its own: what closes a list, a table or a literal behind the last digit of its signature is
/// of what it is printed in, and all behind that.
fn unclosed(value: &[u8]) -> usize {
    const SIGNATURE: &[u8] = b"Signature=";
    let Some(at) = memchr::memmem::rfind(value, SIGNATURE) else {
        return value.len();
    };
    let at = at + SIGNATURE.len();
    let rest = value.get(at..).unwrap_or_default();
    let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let behind = rest.get(digits..).unwrap_or_default().trim_ascii_start();
    let closes = |b: &u8| matches!(b, b']' | b'}' | b')' | b'|' | b'"' | b'\'' | b'`');
    if digits == 64 && behind.first().is_some_and(closes) {
        at + digits
    } else {
        value.len()
    }
}

/// `X-Amz-Date` for `x-amz-date`.
fn title(name: &str) -> String {
    let parts = name.split('-').map(|part| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    parts.collect::<Vec<_>>().join("-")
}

fn implied(name: &'static str, value: Span) -> Header {
    Header {
        name: Given::Implied(name),
        value,
        line: value,
    }
}

/// Where a value ends that is not quoted: with its line, or with the lines on which its parameters go on.
fn spread(text: &Text, at: usize) -> usize {
    let mut end = text.line(at).end;
    for _ in 0..SPREAD {
        let next = text.skip_space_within(end..text.len().min(end + 128));
        let rest = text.get(next..next + 16);
        let goes_on = [&b"SignedHeaders="[..], b"Signature="]
            .iter()
            .any(|name| rest.starts_with(name));
        if !goes_on {
            break;
        }
        end = text.line(next).end;
    }
    end
}

/// Headers that stand alone and of which one is of those that signing adds.
fn unsigned(docs: &Documents, text: &Text) -> Option<SignedRequest> {
    let start = text.skip_space(0);
    let head = head::read(text, start);
    let telling = |raw: &RawHeader| {
        let name = text.get(raw.name.clone()).to_ascii_lowercase();
        name == b"authorization" || name.starts_with(b"x-amz-")
    };
    let all = head.headers.len() > 1 && text.skip_space(head.end) == text.len();
    if !all || !head.headers.iter().any(telling) {
        return None;
    }
    let headers = head.headers.iter().map(|raw| header(text, raw)).collect();
    let end = text.trim_end(start..head.end);
    Some(request(docs, text, start..end, None, None, headers))
}

pub(super) fn header(text: &Text, raw: &RawHeader) -> Header {
    Header {
        name: Given::Stated(text.span(raw.name.clone())),
        value: text.span(raw.value.clone()),
        line: text.span(raw.line.clone()),
    }
}

/// The value of the header that names the host.
fn host_of<'d>(docs: &'d Documents, headers: &[Header]) -> Option<&'d [u8]> {
    let named = |header: &&Header| match header.name {
        Given::Stated(name) => docs.bytes(name).eq_ignore_ascii_case(b"host"),
        Given::Implied(name) => name == "host",
    };
    let host = headers.iter().find(named)?;
    Some(docs.bytes(host.value).trim_ascii())
}

/// Method and target as they stand beside the headers at `place`.
fn told_beside(
    text: &Text,
    place: Range<usize>,
    host: Option<&[u8]>,
) -> (Option<Span>, Option<Range<usize>>) {
    let near = place.start.saturating_sub(AROUND)..place.end.saturating_add(AROUND).min(text.len());
    let (method, target) = target_beside(text, place, near, host);
    (method.map(|method| text.span(method)), target)
}

pub(super) fn request(
    docs: &Documents,
    text: &Text,
    place: Range<usize>,
    method: Option<Span>,
    url: Option<Range<usize>>,
    mut headers: Vec<Header>,
) -> SignedRequest {
    let target = url.map_or_else(
        || {
            let nowhere = text.span(place.start..place.start);
            Target {
                whole: nowhere,
                scheme: None,
                authority: None,
                path: nowhere,
                query: None,
            }
        },
        |url| target::split(text, url),
    );
    if let Some(authority) = target.authority
        && host_of(docs, &headers).is_none()
    {
        headers.insert(0, implied_host(authority));
    }
    SignedRequest {
        shape: SHAPE,
        span: text.span(place),
        method: method.map_or(Given::Implied("GET"), Given::Stated),
        target,
        headers,
        body: Body::Absent,
    }
}
