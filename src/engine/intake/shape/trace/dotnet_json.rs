//! `HttpRequestMessage` of .NET as its serialisers write it: `{"Method": {"Method": "GET"}, "RequestUri": "…", "Headers":
//! [{"Key": "x-amz-date", "Value": ["…"]}]}`.
//!
//! Owns the names of its members (System.Net.Http, `HttpRequestMessage` and `HttpRequestHeaders`, which is a list of keys
//! with their values). Must not know how a request is signed: which header shows that it is, the vocabulary tells.

use std::ops::Range;

use super::dump::Dump;
use super::map::{around, is_cut};
use super::objects::DEAR;
use crate::engine::document::Peel;
use crate::engine::intake::limits;
use crate::engine::intake::notation::printed::{self, Object, Value};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::{Text, is_method};
use crate::engine::intake::vocabulary;

/// Recognises such requests.
pub(in crate::engine::intake) struct DotNetJson;

const TARGET: &str = "\"RequestUri\":";

/// A header, its name and one of its values.
type Field = (Value, Value);

impl Recogniser for DotNetJson {
    fn anchors(&self) -> &'static [&'static str] {
        &[TARGET]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let at = around(text, hit.at, from)?;
        (at >= from).then_some(Start {
            at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        if !reader.may_waste() {
            return None;
        }
        let text = pass.text;
        let object = printed::read(text, start.at);
        let Some((fields, dump)) = made(text, start.at, &object) else {
            reader.waste(DEAR * (object.end - start.at));
            return None;
        };
        let place = start.at..object.end;
        let end = reader.dumped_whole(pass, place, Peel::LogFrame, dump.finish())?;
        if is_cut(text, &object)
            && let Some((_, last)) = fields.last()
        {
            reader.case.cut.push(text.span(last.place()));
        }
        Some(end)
    }
}

/// The request that an object is, and its headers.
fn made<'t>(text: &'t Text, at: usize, object: &Object) -> Option<(Vec<Field>, Dump<'t>)> {
    let method = match object.get(text, "Method")? {
        nested @ Value::Nested(_) => printed::inside(text, nested)?.get(text, "Method")?.clone(),
        own => own.clone(),
    };
    is_method(text.get(method.place())).then_some(())?;
    let target = object.get(text, "RequestUri")?.clone();
    let url = target.piece(text).text.bytes;
    (target::absolute(&url).is_some() || url.starts_with(b"/")).then_some(())?;
    let fields = headers(text, object.get(text, "Headers")?);
    let signing = |(name, _): &Field| vocabulary::shows_signing(text.get(name.place()));
    fields.iter().any(signing).then_some(())?;
    let mut dump = Dump::new(text, at);
    dump.value(&method);
    dump.glue(b" ", method.place().end);
    dump.value(&target);
    dump.glue(b" HTTP/1.1\r\n", target.place().end);
    for (name, value) in &fields {
        dump.header(name, value);
    }
    dump.glue(b"\r\n", object.end);
    Some((fields, dump))
}

/// The names and values of a list of keys.
fn headers(text: &Text, list: &Value) -> Vec<Field> {
    let Value::Nested(Range { start, end }) = *list else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut at = start;
    while out.len() < limits::HEADERS
        && at < end
        && let Some(open) = memchr::memchr(b'{', text.get(at..end))
    {
        let pair = printed::read(text, at + open);
        at = pair.end.max(at + open + 1);
        let (Some(name), Some(value)) = (pair.get(text, "Key"), pair.get(text, "Value")) else {
            continue;
        };
        match value {
            Value::Nested(_) => {
                let values = printed::literals(text, value).into_iter();
                out.extend(values.map(|value| (name.clone(), value)));
            }
            Value::Literal(_) | Value::Bare(_) => out.push((name.clone(), value.clone())),
        }
    }
    out
}
