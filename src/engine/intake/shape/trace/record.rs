//! A request that a log records as one object: `{"method":"GET","path":"/k","query":"","header":{"Host":["h"]}}` of
//! MinIO, `"req":{"method":"GET","url":"/k","headers":{"host":"h"}}` of what logs for Node, `"request":{…,"uri":"/k",…}`
//! of Caddy.
//!
//! Owns which members say what. Objects without an Authorization header are none of its business: every log has
//! them, and presigned URLs in them are read as those of an access log.

use std::ops::Range;

use super::dump::Dump;
use super::object::{self, Member, Object, Value};
use super::objects::{DEAR, Made};
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::Text;

use super::listed::is_method;

/// Recognises requests that are recorded as objects.
pub(in crate::engine::intake) struct Records;

/// How the member is spelled that tells the method.
const METHODS: [&str; 4] = [
    "\"method\":\"",
    "\"method\": \"",
    "\"httpMethod\":\"",
    "\"httpMethod\": \"",
];

/// Members that hold method, target and headers: of MinIO (`cmd/auth-handler.go`), of pino and bunyan, of Caddy's access
/// log, of the events of API Gateway.
const METHOD: [&str; 2] = ["method", "httpMethod"];
const TARGET: [&str; 5] = ["reqURI", "requestURI", "uri", "url", "originalUrl"];
const QUERY: [&str; 3] = ["query", "rawQuery", "queryString"];
const HEADERS: [&str; 4] = ["header", "headers", "requestHeader", "requestHeaders"];

/// How far before the method its object may begin, in bytes.
const BEFORE: usize = 1 << 10;

impl Recogniser for Records {
    fn anchors(&self) -> &'static [&'static str] {
        &METHODS
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let floor = hit.at.saturating_sub(BEFORE).max(from);
        let before = text.get(floor..hit.at);
        let brace = before.iter().rposition(|b| matches!(b, b'{' | b'}'))?;
        let front = before.get(..brace).unwrap_or_default().trim_ascii_end();
        // What is assigned or an argument belongs to a program, which says more of it.
        let is_code = matches!(front.last(), Some(b'=' | b'('));
        (before.get(brace) == Some(&b'{') && !is_code).then_some(Start {
            at: floor + brace,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        if !reader.may_waste() {
            return None;
        }
        let text = pass.text;
        let object = object::read(text, start.at);
        match request(text, start.at, &object) {
            Made::Message(made, place) => {
                let end = reader.dumped(pass, place, Peel::LogFrame, made)?;
                if let Some(place) = open_end(text, &object) {
                    reader.case.cut.push(text.span(place));
                }
                Some(end)
            }
            Made::Nothing(end) => {
                reader.waste(DEAR * (end - start.at));
                None
            }
        }
    }
}

/// The last that is here of the headers of a record, where nothing closes them.
fn open_end(text: &Text, object: &Object) -> Option<Range<usize>> {
    let value = HEADERS.iter().find_map(|name| object.get(text, name))?;
    let headers = object::inside(text, value)?;
    if text.get(value.place()).ends_with(b"}") {
        return None;
    }
    let last = headers.members.last()?;
    let mut places = [last.value.place(), last.name.place()].into_iter();
    places.find(|place| {
        text.get(place.clone())
            .iter()
            .any(u8::is_ascii_alphanumeric)
    })
}

/// The request that an object records.
fn request(text: &Text, at: usize, object: &Object) -> Made {
    let literal = |names: &[&str]| -> Option<Range<usize>> {
        let value = names.iter().find_map(|name| object.get(text, name))?;
        matches!(value, Value::Literal(parts) if parts.len() == 1).then(|| value.place())
    };
    let made = || {
        let method = literal(&METHOD)?;
        let headers = HEADERS.iter().find_map(|name| object.object(text, name))?;
        let is_signed = |member: &Member| {
            let name = text.get(member.name.place());
            name.eq_ignore_ascii_case(b"authorization")
        };
        headers.members.iter().find(|member| is_signed(member))?;
        let target = literal(&TARGET).filter(|target| is_target(text.get(target.clone())));
        let path = literal(&["path"]).filter(|path| is_target(text.get(path.clone())));
        let whole = target.clone().or(path)?;
        let bytes = text.get(whole.clone());
        let mut dump = Dump::new(text, at);
        let spelled = text.get(method.clone());
        if is_method(spelled) {
            dump.copy(method.clone());
        } else {
            // Some libraries keep it in small letters, and send it in capitals.
            is_method(&spelled.to_ascii_uppercase()).then_some(())?;
            dump.capitals(method.clone());
        }
        dump.glue(b" ", method.end);
        dump.value(&Value::Literal(vec![whole.clone()]));
        let query = literal(&QUERY).filter(|query| target.is_none() && !query.is_empty());
        if let Some(query) = query.filter(|_| memchr::memchr(b'?', bytes).is_none()) {
            let mark = usize::from(text.at(query.start) == Some(b'?'));
            dump.glue(b"?", query.start);
            let query = query.start + mark..query.end;
            dump.value(&Value::Literal(vec![query]));
        }
        dump.glue(b" HTTP/1.1\r\n", whole.end);
        for member in &headers.members {
            header(&mut dump, text, member);
        }
        dump.glue(b"\r\n", headers.end);
        Some(dump.finish())
    };
    match made() {
        Some(made) => Made::Message(made, at..object.end),
        None => Made::Nothing(object.end),
    }
}

/// A path, or a URL.
fn is_target(bytes: &[u8]) -> bool {
    bytes.first() == Some(&b'/') || target::absolute(bytes).is_some()
}

/// A header; one with a list of values is as many headers.
fn header(dump: &mut Dump<'_>, text: &Text, Member { name, value }: &Member) {
    match value {
        Value::Nested(_) => {
            for value in object::literals(text, value) {
                dump.header(name, &value);
            }
        }
        Value::Literal(_) | Value::Bare(_) => dump.header(name, value),
    }
}
