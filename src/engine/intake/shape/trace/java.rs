//! `Sending Request: …` of the AWS SDKs for Java: what is about to be signed and sent.
//!
//! Owns its two forms: of version 1, which prints every header, and of version 2, which prints their names only. Both
//! come before the signature, so they count only where nothing else tells of the request.

use std::ops::Range;

use super::dump::Dump;
use crate::engine::diagnose::Finding;
use crate::engine::document::Peel;
use crate::engine::intake::notation::printed::{self, Member};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text, is_token, method_len};

/// Recognises the requests that the SDKs for Java log.
pub(in crate::engine::intake) struct JavaRequest;

const SENDING: &str = "ending Request: ";
/// What version 2 calls a request.
const VERSION_2: &[u8] = b"DefaultSdkHttpFullRequest";
/// The longest line that is looked at, in bytes.
const MOST: usize = 64 << 10;

impl Recogniser for JavaRequest {
    fn anchors(&self) -> &'static [&'static str] {
        &[SENDING]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let rest = text.get(hit.at + SENDING.len()..hit.line.end);
        let behind = method_len(rest).and_then(|len| rest.get(len..));
        let url = behind.is_some_and(|r| r.starts_with(b" http"));
        let whole = url || rest.starts_with(VERSION_2);
        (hit.line.start >= from && whole).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let line = text.line(start.at);
        let at = start.at + SENDING.len();
        let second = text.get(at..line.end).starts_with(VERSION_2);
        let made = if second {
            version_2(text, at)
        } else {
            Some(version_1(text, at, line))
        };
        let place = start.at..line.end;
        let given = reader.case.docs.to_given(text.span(place.clone()));
        let (message, help) = if second {
            (
                "The SDK for Java prints of this request the names of its headers and parameters, not their values, \
                 and prints it before it is signed.",
                "Log at the level DEBUG what software.amazon.awssdk.http.auth.aws.signer and org.apache.http.wire \
                 tell, and paste that.",
            )
        } else {
            (
                "The SDK for Java prints this request before it is signed.",
                "Log at the level DEBUG what com.amazonaws.auth and org.apache.http.wire tell, and paste that.",
            )
        };
        let finding =
            Finding::note("printed-before-signing", message, help).at(given, "not signed yet");
        reader.spare(pass, place, Peel::LogFrame, made?.finish(), finding);
        Some(line.end)
    }
}

/// `PUT https://host /path Parameters: ({"a":["b"]}) Headers: (name: value, name: value, ) `.
fn version_1(text: &Text, at: usize, line: Line) -> Dump<'_> {
    let end = line.end.min(at + MOST);
    let word = |from: usize| {
        let len = memchr::memchr(b' ', text.get(from..end)).unwrap_or(end.saturating_sub(from));
        from..from + len
    };
    let behind = |words: &[u8]| {
        let found = memchr::memmem::find(text.get(at..end), words)?;
        Some(at + found + words.len())
    };
    let method = word(at);
    let endpoint = word(method.end + 1);
    let behind_path = [&b" Parameters: ("[..], b" Headers: ("]
        .iter()
        .filter_map(|words| memchr::memmem::find(text.get(at..end), words))
        .min();
    let path = endpoint.end + 1..behind_path.map_or(text.trim_end(at..end), |i| at + i);
    let mut dump = Dump::new(text, at);
    dump.copy(method.clone());
    dump.glue(b" ", method.end);
    // The endpoint ends in a slash, and the path begins with one.
    let slash = text.get(endpoint.clone()).ends_with(b"/");
    dump.copy(endpoint.start..endpoint.end - usize::from(slash));
    dump.copy(path.clone());
    let headers = behind(b" Headers: (");
    if let Some(open) = behind(b" Parameters: (") {
        let mut mark = b'?';
        for Member { name, value } in printed::read(text, open).members {
            for value in printed::literals(text, &value) {
                dump.param(mark, &name, &value);
                mark = b'&';
            }
        }
    }
    dump.glue(b" HTTP/1.1\r\n", path.end);
    let mut at = headers.unwrap_or(end);
    while let Some((name, value)) = field(text, at, end) {
        dump.copy(name.clone());
        dump.glue(b": ", value.start);
        dump.copy(value.clone());
        dump.glue(b"\r\n", value.end);
        at = value.end + 2;
    }
    dump.glue(b"\r\n", at.min(end));
    dump
}

/// The header `name: value` at `at`; its value ends before a comma with another header behind it.
fn field(text: &Text, at: usize, end: usize) -> Option<(Range<usize>, Range<usize>)> {
    let name_len = |at: usize| {
        let rest = text.get(at..end);
        let len = rest.iter().take_while(|b| is_token(**b)).count();
        (len > 0 && rest.get(len..len + 2) == Some(b": ")).then_some(len)
    };
    let len = name_len(at)?;
    let value = at + len + 2;
    let rest = text.get(value..end);
    let stop = memchr::memmem::find_iter(rest, b", ").find(|i| {
        let next = value + i + 2;
        name_len(next).is_some() || text.at(next) == Some(b')')
    });
    Some((at..at + len, value..value + stop.unwrap_or(rest.len())))
}

/// `DefaultSdkHttpFullRequest(httpMethod=PUT, protocol=https, host=…, encodedPath=/…, headers=[a, b],
/// queryParameters=[])`.
fn version_2(text: &Text, at: usize) -> Option<Dump<'_>> {
    let object = printed::read(text, at + VERSION_2.len());
    let get = |name: &str| object.get(text, name);
    let (method, host, path) = (get("httpMethod")?, get("host")?, get("encodedPath"));
    let mut dump = Dump::new(text, at);
    dump.value(method);
    dump.glue(b" ", method.place().end);
    match get("protocol") {
        Some(protocol) => dump.value(protocol),
        None => dump.glue(b"https", host.place().start),
    }
    dump.glue(b"://", host.place().start);
    dump.value(host);
    if let Some(port) = get("port") {
        dump.glue(b":", port.place().start);
        dump.value(port);
    }
    match path {
        Some(path) => dump.value(path),
        None => dump.glue(b"/", host.place().end),
    }
    dump.glue(b" HTTP/1.1\r\n\r\n", object.end);
    Some(dump)
}
