//! Objects of SDKs that stand for a request or an answer: botocore's `AWSPreparedRequest`, the `Request` and
//! `Response` of the SDK for Rust and of fetch, the `HttpRequest` of the SDKs for JavaScript.
//!
//! Owns which of their members say what.

use std::ops::Range;

use super::dump::Dump;
use crate::engine::document::Peel;
use crate::engine::intake::notation::printed::{self, Member, Object, Value};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;

/// Recognises objects that stand for messages of HTTP.
pub(in crate::engine::intake) struct Objects;

const BOTOCORE: &str = "<AWSPreparedRequest ";
const REQUEST: &str = "Request {";
const RESPONSE: &str = "Response {";
const HEADERS: &str = "Response headers: {";

/// What botocore logs before it signs: of the request it becomes, this tells nothing that is not told again.
const UNSIGNED: &str = "Making request for OperationModel(";

/// How far before the headers of an answer botocore's log may tell its status, in bytes.
const BEFORE: usize = 4 << 10;
/// The longest URL in a log line, in bytes.
const URL: usize = 16 << 10;
/// What an object that was none of these is counted for, a byte of it: they are looked at byte for byte.
pub(super) const DEAR: usize = 8;

impl Recogniser for Objects {
    fn anchors(&self) -> &'static [&'static str] {
        &[BOTOCORE, REQUEST, RESPONSE, HEADERS, UNSIGNED]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, _: &Text, hit: Hit, from: usize) -> Option<Start> {
        (hit.at >= from).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        if !reader.may_waste() {
            return None;
        }
        let text = pass.text;
        let at = start.at;
        let front = text.get(at..at + UNSIGNED.len());
        let begins = |word: &str| front.starts_with(word.as_bytes());
        if begins(UNSIGNED) {
            let end = text.line(at).end.min(at + printed::MOST);
            reader.understand(text.span(at..end));
            return Some(end);
        }
        let made = if begins(BOTOCORE) {
            botocore(text, at)
        } else if begins(REQUEST) {
            let open = at + REQUEST.len() - 1;
            request(text, at, &printed::read(text, open))
        } else if begins(RESPONSE) {
            let open = at + RESPONSE.len() - 1;
            response(text, at, &printed::read(text, open))
        } else {
            let open = at + HEADERS.len() - 1;
            botocore_answer(text, &printed::read(text, open))
        };
        let (made, place) = match made {
            Made::Message(made, place) => (made, place),
            Made::Nothing(end) => {
                reader.waste(DEAR * (end - at));
                return None;
            }
        };
        let len = place.end - place.start;
        // Its closing mark ends it: a body stands in it as a value, or is not here.
        let end = reader.dumped_whole(pass, place, Peel::LogFrame, made);
        if end.is_none() {
            reader.waste(DEAR * len);
        }
        end
    }
}

/// What was made of an object.
pub(super) enum Made {
    /// Raw HTTP, and where what it is made of stands.
    Message(Unescaped, Range<usize>),
    /// It is none of these; it ends here.
    Nothing(usize),
}

/// `<AWSPreparedRequest stream_output=False, method=PUT, url=https://…, headers={…}>` (botocore
/// `awsrequest.py`).
fn botocore(text: &Text, at: usize) -> Made {
    let part = |name: &[u8], end: &[u8], from: usize| -> Option<Range<usize>> {
        let near = text.get(from..from + URL);
        let start = from + memchr::memmem::find(near, name)? + name.len();
        let len = memchr::memmem::find(text.get(start..start + URL), end)?;
        Some(start..start + len)
    };
    let mut end = at + BOTOCORE.len();
    let mut made = || {
        let method = part(b"method=", b", ", at)?;
        let url = part(b"url=", b", headers={", method.end)?;
        let headers = printed::read(text, url.end + b", headers=".len());
        end = headers.end;
        let mut dump = Dump::new(text, at);
        headers.members.first()?;
        dump.copy(method);
        dump.glue(b" ", url.start);
        dump.copy(url.clone());
        dump.glue(b" HTTP/1.1\r\n", url.end);
        fields(&mut dump, text, &headers);
        dump.glue(b"\r\n", headers.end);
        Some((dump.finish(), at..headers.end))
    };
    match made() {
        Some((made, place)) => Made::Message(made, place),
        None => Made::Nothing(end),
    }
}

/// The headers of an answer as botocore logs them, whose status stands in the line of urllib3 before:
/// `"PUT /k HTTP/1.1" 403 259`.
fn botocore_answer(text: &Text, headers: &Object) -> Made {
    let made = || {
        let first = headers.members.first()?.name.place().start;
        let from = first.saturating_sub(BEFORE);
        let before = text.get(from..first);
        let version = memchr::memmem::rfind(before, b" HTTP/")?;
        let rest = before.get(version..)?;
        let quote = memchr::memchr(b'"', rest)?;
        let status = from + version + quote + 2;
        let digits = text.get(status..status + 3);
        (quote < 12 && digits.iter().all(u8::is_ascii_digit)).then_some(())?;
        let mut dump = Dump::new(text, status);
        dump.glue(b"HTTP/1.1 ", status);
        dump.copy(status..status + 3);
        dump.glue(b"\r\n", status + 3);
        fields(&mut dump, text, headers);
        dump.glue(b"\r\n", headers.end);
        Some((dump.finish(), status..headers.end))
    };
    match made() {
        Some((made, place)) => Made::Message(made, place),
        None => Made::Nothing(headers.end),
    }
}

/// A request by its members.
fn request(text: &Text, at: usize, object: &Object) -> Made {
    let made = || {
        let method = object.get(text, "method")?;
        let headers = headers(text, object)?;
        let mut dump = Dump::new(text, at);
        dump.value(method);
        dump.glue(b" ", method.place().end);
        let target_told = object.get(text, "uri").or_else(|| object.get(text, "url"));
        match target_told {
            Some(parts) if is_parsed(text, parts) => parsed(&mut dump, text, parts)?,
            Some(value) => dump.value(&url(text, value)?),
            None => target(&mut dump, text, object, &headers)?,
        }
        dump.glue(b" HTTP/1.1\r\n", method.place().end);
        fields(&mut dump, text, &headers);
        dump.glue(b"\r\n", headers.end);
        body(&mut dump, text, object);
        Some(dump.finish())
    };
    match made() {
        Some(made) => Made::Message(made, at..object.end),
        None => Made::Nothing(object.end),
    }
}

/// An answer by its members.
pub(super) fn response(text: &Text, at: usize, object: &Object) -> Made {
    let made = || {
        let status = ["status", "statusCode"]
            .iter()
            .find_map(|name| object.get(text, name))?
            .place();
        // `StatusCode(403)`.
        let front = text
            .get(status.clone())
            .iter()
            .take_while(|b| !b.is_ascii_digit())
            .count();
        let digits = status.start + front..(status.start + front + 3).min(status.end);
        let headers = headers(text, object)?;
        let mut dump = Dump::new(text, at);
        dump.glue(b"HTTP/1.1 ", digits.start);
        dump.copy(digits.clone());
        dump.glue(b"\r\n", digits.end);
        fields(&mut dump, text, &headers);
        dump.glue(b"\r\n", headers.end);
        body(&mut dump, text, object);
        Some(dump.finish())
    };
    match made() {
        Some(made) => Made::Message(made, at..object.end),
        None => Made::Nothing(object.end),
    }
}

/// The headers of a message; those of Rust stand one object deeper.
fn headers(text: &Text, object: &Object) -> Option<Object> {
    let headers = object.object(text, "headers")?;
    Some(headers.object(text, "headers").unwrap_or(headers))
}

/// Every header with a value that can be told.
pub(super) fn fields(dump: &mut Dump<'_>, text: &Text, headers: &Object) {
    for Member { name, value } in &headers.members {
        let value = match value {
            Value::Nested(range) => printed::literal_in(text, value)
                .or_else(|| sensitive(text, range))
                .unwrap_or_else(|| value.clone()),
            Value::Literal(_) | Value::Bare(_) => value.clone(),
        };
        dump.header(name, &value);
    }
}

/// The mark that Rust prints for a value that is not to be shown.
fn sensitive(text: &Text, range: &Range<usize>) -> Option<Value> {
    const MARK: &[u8] = b"Sensitive";
    let at = range.start + memchr::memmem::find(text.get(range.clone()), MARK)?;
    Some(Value::Bare(at..at + MARK.len()))
}

/// The URL that a member tells: a word, a literal, or the first literal of what holds it.
pub(super) fn url(text: &Text, value: &Value) -> Option<Value> {
    let url = match value {
        Value::Bare(_) | Value::Literal(_) => value.clone(),
        // A URL with brackets in it is no call.
        Value::Nested(range) if target::absolute(text.get(range.clone())).is_some() => {
            value.clone()
        }
        Value::Nested(_) => printed::literal_in(text, value)?,
    };
    let bytes = text.get(url.place());
    (target::absolute(bytes).is_some() || bytes.first() == Some(&b'/')).then_some(url)
}

/// Whether a value is a URL in its parts, as Rust's `url` prints one: `Url { scheme: "https", …, path: "/k", … }`.
fn is_parsed(text: &Text, value: &Value) -> bool {
    text.get(value.place()).starts_with(b"Url {")
}

/// A URL by its parts.
fn parsed(dump: &mut Dump<'_>, text: &Text, value: &Value) -> Option<()> {
    let parts = printed::inside(text, value)?;
    let part = |name| {
        parts
            .get(text, name)
            .and_then(|part| printed::literal_in(text, part))
    };
    let (scheme, path) = (part("scheme")?, part("path")?);
    dump.value(&scheme);
    let host = parts.get(text, "host")?;
    dump.glue(b"://", host.place().start);
    match part("host") {
        Some(name) => dump.value(&name),
        None => dump.copy(innermost(text, host)?),
    }
    let number = parts
        .get(text, "port")
        .and_then(|port| innermost(text, port));
    if let Some(number) = number {
        dump.glue(b":", number.start);
        dump.copy(number);
    }
    dump.value(&path);
    if let Some(query) = part("query") {
        dump.glue(b"?", query.place().start);
        dump.value(&query);
    }
    Some(())
}

/// What stands in the innermost brackets of a value: `Some(Ipv4(127.0.0.1))`, `Some(9000)`. None where it has none.
fn innermost(text: &Text, value: &Value) -> Option<Range<usize>> {
    let place = value.place();
    let bytes = text.get(place.clone());
    let open = memchr::memrchr(b'(', bytes)? + 1;
    let len = memchr::memchr(b')', bytes.get(open..)?)?;
    Some(place.start + open..place.start + open + len)
}

/// The target by path and query, behind the host where no header names it.
fn target(dump: &mut Dump<'_>, text: &Text, object: &Object, headers: &Object) -> Option<()> {
    let path = object.get(text, "path")?;
    let at = path.place().start;
    let named = |member: &Member| {
        let name = text.get(member.name.place());
        name.eq_ignore_ascii_case(b"host")
    };
    let endpoint = object.object(text, "endpoint");
    if !headers.members.iter().any(named) {
        let host = object
            .get(text, "hostname")
            .cloned()
            .or_else(|| endpoint?.get(text, "host").cloned());
        if let Some(host) = host.filter(|host| matches!(host, Value::Literal(_))) {
            dump.glue(b"https://", host.place().start);
            dump.value(&host);
            if let Some(port @ Value::Bare(range)) = object.get(text, "port")
                && text.get(range.clone()).iter().all(u8::is_ascii_digit)
            {
                dump.glue(b":", range.start);
                dump.value(port);
            }
        }
    }
    if !matches!(path, Value::Literal(_)) {
        return None;
    }
    if text.at(at) != Some(b'/') {
        dump.glue(b"/", at);
    }
    dump.value(path);
    let mut mark = if memchr::memchr(b'?', text.get(path.place())).is_some() {
        b'&'
    } else {
        b'?'
    };
    for Member { name, value } in object.object(text, "query").unwrap_or_default().members {
        let values = match printed::inside(text, &value) {
            Some(list) if list.members.is_empty() => printed::literals(text, &value),
            _ => vec![value],
        };
        for value in values {
            dump.param(mark, &name, &value);
            mark = b'&';
        }
    }
    Some(())
}

/// The body, where it is text.
pub(super) fn body(dump: &mut Dump<'_>, text: &Text, object: &Object) {
    match object
        .get(text, "body")
        .or_else(|| object.get(text, "data"))
    {
        Some(body @ Value::Literal(_)) => dump.value(body),
        // `SdkBody(Once(Some(b"…")))` and its like: the first literal is all of it.
        Some(body @ Value::Nested(range))
            if text.get(range.clone()).starts_with(b"SdkBody")
                && memchr::memmem::find(text.get(range.clone()), b"b\"").is_some() =>
        {
            if let Some(body) = printed::literal_in(text, body) {
                dump.value(&body);
            }
        }
        Some(Value::Nested(_) | Value::Bare(_)) | None => {}
    }
}
