//! A request as a map of its headers with method and target beside it: `{"method": "GET", "url": …, "headers": {…}}` of
//! JSON logs and of Node, Ring's `{:request-method :get, :uri …, :headers {…}}`, and `Headers { 'a' => 'b' }` with the
//! request on a line of its own.
//!
//! Owns which keys beside the headers say what. A map is a request where it holds what signing adds, or where the
//! paste stops in it; otherwise it is anybody's. Of the
//! signature it knows the names of the headers that signing adds, and no more.

use std::ops::Range;

use super::around::{doubt, settled};
use super::bare;
use super::dump::Dump;
use super::labelled;
use super::objects::{DEAR, body, fields, url};
use super::sent_to::{another_host, sent_to};
use crate::engine::document::Peel;
use crate::engine::intake::notation::edn;
use crate::engine::intake::notation::printed::{self, Object, Value};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::beside;
use crate::engine::intake::text::{Text, is_blank, is_method};
use crate::engine::intake::unescape::{DEEPEST, Unescaped};

/// Recognises requests whose headers are printed as a map.
pub(in crate::engine::intake) struct HeaderMaps;

/// The end of the name of such a map in a literal, where the quotes are escaped.
const ESCAPED: &str = "eaders\\";
/// What stands in front of the bracket that opens such a map.
const HEADS: [&str; 20] = [
    ESCAPED,
    "eader\":{",
    "eader\": {",
    "eaders\": {",
    "eaders\":{",
    "eaders\" : {",
    "eaders': {",
    "eaders':{",
    "eaders: {",
    "eaders:{",
    "eaders:\n{",
    "eaders:\r\n{",
    "eaders={",
    "eaders=[",
    "eaders=>{",
    "eaders\"=>{",
    "eaders\" => {",
    ":headers {",
    "Headers {",
    "Headers] {",
];

/// How far before its headers the map of a request may begin, and how far from its own map one without is looked
/// for, in bytes.
const NEAR: usize = 8 << 10;
/// How far behind a map the line may end that names the request, in bytes.
const BEHIND: usize = 2 << 10;

/// Keys of the method, of the target, of the host where the target names none, and of its parameters where it has
/// none: of JSON logs, Node, axios, Ring (Clojure) and its users, and of the events of AWS Lambda.
const METHOD: [&str; 6] = [
    "method",
    "httpMethod",
    "request-method",
    "requestMethod",
    "request_method",
    "http_method",
];
const TARGET: [&str; 13] = [
    "rawPath",
    "reqURI",
    "requestURI",
    "originalUrl",
    "url",
    "uri",
    "href",
    "sign-uri",
    "path",
    "pathname",
    "URL",
    "URI",
    "Path",
];
const HOST: [&str; 4] = ["hostname", "host", "server-name", "domainName"];
const PARAMETERS: [&str; 5] = [
    "query",
    "queryStringParameters",
    "query-params",
    "query_params",
    "params",
];
/// A query as it was sent.
const QUERY: [&str; 4] = ["query-string", "rawQueryString", "queryString", "query"];

/// Names of headers of which one shows that a request is signed.
const SIGNING: [&[u8]; 4] = [
    b"x-amz-date",
    b"x-amz-content-sha256",
    b"x-amz-security-token",
    b"authorization",
];

impl Recogniser for HeaderMaps {
    fn anchors(&self) -> &'static [&'static str] {
        &HEADS
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let front = text.get(hit.at..hit.at + 16);
        let open = if front.get(ESCAPED.len() - 1) == Some(&b'\\') {
            hit.at + escaped(text.get(hit.at..hit.at + 16 + DEEPEST))?
        } else {
            hit.at + memchr::memchr2(b'{', b'[', front)?
        };
        let at = around(text, open, from).unwrap_or(open);
        (at >= from && !is_assigned(text, at)).then_some(Start {
            at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        if !reader.may_waste() {
            return None;
        }
        let text = pass.text;
        let outer = read(text, start.at);
        let spent = outer.end - start.at;
        let Some(made) = told(text, start.at, &outer) else {
            reader.waste(DEAR * spent);
            return None;
        };
        let Told {
            message,
            base,
            place,
            guessed,
            stops,
            doubtful,
            sent_to,
        } = made;
        // Of a map that is not closed all behind it was looked at, too.
        reader.waste(outer.end.saturating_sub(place.end));
        let end = reader.dumped_at(pass, base, &place, Peel::LogFrame, message)?;
        doubt(reader, text, doubtful);
        if let Some(at) = stops {
            reader.case.cut.push(text.span(at));
        }
        if let Some(places) = sent_to {
            reader.find(another_host(&reader.case.docs, text, places));
        }
        if let Some(at) = guessed {
            let span = text.span(at);
            reader.find(labelled::method_not_told(reader.case.docs.to_given(span)));
        }
        Some(end)
    }
}

/// Where the bracket stands that opens a map whose name, in quotes that are escaped, ends at the front of `bytes`:
/// `eaders\": {`, `eaders\\\":{`.
fn escaped(bytes: &[u8]) -> Option<usize> {
    let name = ESCAPED.len() - 1;
    let run = bytes.iter().skip(name).take_while(|b| **b == b'\\').count();
    let behind = bytes.get(name + run..)?.strip_prefix(b"\"")?;
    let gap = behind.iter().take_while(|b| is_blank(**b) || **b == b':');
    let open = gap.count();
    let named = run <= DEEPEST && behind.get(..open)?.contains(&b':');
    (named && behind.get(open) == Some(&b'{')).then_some(name + run + 1 + open)
}

/// Where the map opens that `open` stands in, at `floor` or behind it. Brackets in its strings are taken for brackets:
/// then it is not found.
pub(super) fn around(text: &Text, open: usize, floor: usize) -> Option<usize> {
    let floor = floor.max(open.saturating_sub(NEAR));
    // Most of what has such a name in it has no bracket at all in front.
    memchr::memrchr(b'{', text.get(floor..open))?;
    let mut depth = 0usize;
    for (at, byte) in text.get(floor..open).iter().enumerate().rev() {
        match byte {
            b'}' | b']' => depth += 1,
            b'{' if depth == 0 => return Some(floor + at),
            b'{' | b'[' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Whether the map at `at` is assigned to a name in a program, whose call is read with all that it names.
fn is_assigned(text: &Text, at: usize) -> bool {
    const LONGEST: usize = 96;
    let line = text.line_start(at, at.saturating_sub(LONGEST));
    let front = text.get(line..at).trim_ascii();
    let Some(name) = front.strip_suffix(b" =") else {
        return false;
    };
    let name = name.trim_ascii();
    let declared = [&b"const "[..], b"let ", b"var ", b"$"];
    let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    declared.iter().any(|front| name.starts_with(front)) || name.iter().all(word)
}

/// The map that opens at `open`, in whichever notation it is.
pub(super) fn read(text: &Text, open: usize) -> Object {
    if let Some(map) = bare::read(text, open) {
        map
    } else if is_keyword(text.from(text.skip_space(open + 1))) {
        edn::read(text, open)
    } else {
        printed::read(text, open)
    }
}

/// Whether a keyword of EDN begins here: a symbol of Ruby has `=>` behind it.
fn is_keyword(bytes: &[u8]) -> bool {
    const NAME: usize = 96;
    let Some(name) = bytes
        .get(..bytes.len().min(NAME))
        .and_then(|name| name.strip_prefix(b":"))
    else {
        return false;
    };
    let len = name
        .iter()
        .take_while(|b| !b.is_ascii_whitespace() && **b != b'=')
        .count();
    let behind = name.get(len..).unwrap_or_default().trim_ascii_start();
    !behind.starts_with(b"=>")
}

/// The map whose opening bracket stands in `value`.
fn inside(text: &Text, value: &Value) -> Option<Object> {
    let Value::Nested(range) = value else {
        return None;
    };
    if let Some(map) = bare::read(text, range.start) {
        return Some(map);
    }
    let open = range.start + memchr::memchr(b'{', text.get(range.clone()))?;
    let inner = text.get(open + 1..range.end).trim_ascii_start();
    // EDN keeps name and value apart with a blank alone.
    let string = inner.strip_prefix(b"\"");
    let behind = string.and_then(|rest| rest.get(memchr::memchr(b'"', rest)? + 1..));
    let is_edn = is_keyword(inner) || behind.is_some_and(|rest| rest.starts_with(b" \""));
    Some(if is_edn {
        edn::read(text, open)
    } else {
        printed::read(text, open)
    })
}

/// What was made of a map.
struct Told {
    message: Unescaped,
    /// Where the first piece of it stands.
    base: usize,
    /// What was read of the text.
    place: Range<usize>,
    /// The target whose method is not told.
    guessed: Option<Range<usize>>,
    /// The last that is here of the headers, where the paste stops in them.
    stops: Option<Range<usize>>,
    /// The values of which the print does not tell where they end.
    doubtful: Vec<Range<usize>>,
    /// The host that the request is sent to, and the one that its Host header names, where that is another.
    sent_to: Option<(Range<usize>, Range<usize>)>,
}

/// The last that is here of a map that nothing closes.
fn open_end(text: &Text, map: &Object) -> Option<Range<usize>> {
    let last = map.members.last().filter(|_| is_cut(text, map))?;
    let mut places = [last.value.place(), last.name.place()].into_iter();
    places.find(|place| {
        text.get(place.clone())
            .iter()
            .any(u8::is_ascii_alphanumeric)
    })
}

/// The request that the map at `at` is, or that the headers in it belong to.
fn told(text: &Text, at: usize, outer: &Object) -> Option<Told> {
    if is_signed(text, outer) {
        return beside(text, at, &settled(text, outer.clone()));
    }
    let mut found = None;
    for member in &outer.members {
        let name = text.get(member.name.place());
        let lower = name.to_ascii_lowercase();
        if (lower.ends_with(b"headers") || lower.ends_with(b"header"))
            && let Some(map) = inside(text, &member.value)
        {
            let cut = is_cut(text, &map);
            if is_signed(text, &map) || cut {
                found = Some((map, cut, member.value.place().start));
                break;
            }
        }
    }
    let (map, cut, start) = found?;
    let map = settled(text, map);
    keyed(text, at, outer, &map, cut).or_else(|| {
        let own = !cut || is_signed(text, &map);
        own.then(|| beside(text, start, &map)).flatten()
    })
}

/// Whether one of the names is of those that signing adds, with a value of its kind.
fn is_signed(text: &Text, map: &Object) -> bool {
    map.members.iter().any(|member| {
        let name = text.get(member.name.place());
        let own = |word: &[u8]| name.eq_ignore_ascii_case(word);
        let value = text.get(member.value.place());
        match SIGNING.iter().copied().find(|word| own(word)) {
            Some(b"authorization") => {
                memchr::memmem::find(value, b"Credential=").is_some() || is_older(value)
            }
            Some(_) => !matches!(member.value, Value::Nested(_)) || value.starts_with(b"["),
            None => false,
        }
    })
}

/// Whether this is the value of an Authorization header of the schemes before Signature Version 4 and their relatives:
/// the name of the scheme, a key id, and an HMAC in base64 behind a colon.
fn is_older(value: &[u8]) -> bool {
    const LONGEST: usize = 256;
    let mut words = value.split(|b| *b == b' ');
    let (Some(name), Some(pair), None) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let Some(colon) = memchr::memchr(b':', pair) else {
        return false;
    };
    let (id, sum) = pair.split_at(colon);
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    let sum = sum.get(1..).unwrap_or_default();
    // Of SHA-1 and of SHA-256.
    let hashed = matches!(sum.len(), 28 | 44) && sum.ends_with(b"=") && sum.iter().all(base64);
    value.len() <= LONGEST && !id.is_empty() && name.iter().all(u8::is_ascii_alphanumeric) && hashed
}

/// Whether the text ends before the map does.
pub(super) fn is_cut(text: &Text, map: &Object) -> bool {
    map.end >= text.len() && !text.bytes.trim_ascii_end().ends_with(b"}")
}

/// A request by the keys beside its headers.
fn keyed(text: &Text, at: usize, outer: &Object, map: &Object, cut: bool) -> Option<Told> {
    let get = |names: &[&str]| names.iter().find_map(|name| outer.get(text, name));
    let target = TARGET
        .iter()
        .find_map(|name| url(text, outer.get(text, name)?))?;
    // An event of AWS Lambda of version 2.0 keeps it in the context of the request.
    let context = outer
        .get(text, "requestContext")
        .and_then(|context| inside(text, inside(text, context)?.get(text, "http")?));
    let in_context = || context.as_ref()?.get(text, "method");
    // Ring and axios write `get`.
    let method = get(&METHOD)
        .or_else(in_context)
        .filter(|method| is_method(&text.get(method.place()).to_ascii_uppercase()));
    if method.is_none() && cut && !is_signed(text, map) {
        return None;
    }
    let place = target.place();
    let mut dump = Dump::new(text, at);
    if let Some(method) = method {
        dump.upper(method);
        dump.glue(b" ", method.place().end);
    } else {
        dump.glue(b":path: ", place.start);
    }
    let written = text.get(place.clone());
    if written.starts_with(b"/") && !names_host(text, map) {
        let host = get(&HOST).filter(|host| matches!(host, Value::Literal(_)));
        if let Some(host) = host {
            dump.glue(b"https://", host.place().start);
            dump.value(host);
        }
    }
    dump.value(&target);
    if memchr::memchr(b'?', written).is_none() {
        query(&mut dump, text, outer);
    }
    if method.is_some() {
        dump.glue(b" HTTP/1.1", place.end);
    }
    dump.glue(b"\r\n", place.end);
    fields(&mut dump, text, map);
    if !cut {
        dump.glue(b"\r\n", map.end);
        // A body that its print encoded is not the one that was sent.
        let encoded = outer.get(text, "isBase64Encoded");
        if encoded.is_none_or(|encoded| text.get(encoded.place()) != b"true") {
            body(&mut dump, text, outer);
        }
    }
    let end = if is_cut(text, outer) {
        let parts = [
            Some(place.end),
            method.map(|m| m.place().end),
            Some(map.end),
        ];
        parts.into_iter().flatten().max()?
    } else {
        outer.end
    };
    Some(Told {
        message: dump.finish(),
        base: at,
        place: at..end,
        guessed: method.is_none().then_some(place),
        stops: open_end(text, map),
        doubtful: map.doubtful.clone(),
        sent_to: sent_to(text, get(&HOST), map),
    })
}

/// The query that stands under a key of its own.
fn query(dump: &mut Dump<'_>, text: &Text, outer: &Object) {
    let sent = QUERY.iter().find_map(|name| outer.get(text, name));
    if let Some(query @ Value::Literal(_)) = sent {
        let place = query.place();
        if place.is_empty() {
            return;
        }
        if text.at(place.start) != Some(b'?') {
            dump.glue(b"?", place.start);
        }
        dump.value(query);
        return;
    }
    let named = PARAMETERS.iter().find_map(|name| {
        let parameters = inside(text, outer.get(text, name)?)?;
        (!parameters.members.is_empty()).then_some(parameters)
    });
    let mut mark = b'?';
    for member in named.unwrap_or_default().members {
        let values = match &member.value {
            Value::Nested(_) => printed::literals(text, &member.value),
            Value::Literal(_) | Value::Bare(_) => vec![member.value],
        };
        for value in values {
            dump.param(mark, &member.name, &value);
            mark = b'&';
        }
    }
}

/// The request whose headers stand alone in the map at `at`, and whose method and URL stand on a line beside it.
fn beside(text: &Text, at: usize, map: &Object) -> Option<Told> {
    let near = at.saturating_sub(BEHIND)..map.end.saturating_add(BEHIND).min(text.len());
    let (method, url) = beside::line_beside(text, at..map.end, near)?;
    let base = at.min(method.start).min(url.start);
    let mut dump = Dump::new(text, base);
    dump.copy(method.clone());
    dump.glue(b" ", method.end);
    dump.copy(url.clone());
    dump.glue(b" HTTP/1.1\r\n", url.end);
    fields(&mut dump, text, map);
    dump.glue(b"\r\n", map.end);
    Some(Told {
        message: dump.finish(),
        base,
        place: at..map.end.max(url.end).max(method.end),
        guessed: None,
        stops: open_end(text, map),
        doubtful: map.doubtful.clone(),
        sent_to: None,
    })
}

fn names_host(text: &Text, map: &Object) -> bool {
    map.members
        .iter()
        .any(|member| text.get(member.name.place()).eq_ignore_ascii_case(b"host"))
}
