//! A line of an access log that has a presigned URL in it, or that was refused: of nginx, Apache, HAProxy, Envoy, Amazon S3, an AWS load
//! balancer, CloudFront, Traefik, Caddy, Garage.
//!
//! Owns where in such a line the request stands, and what the server answered. Must not know what a parameter of
//! the query means, nor how a host is missed.

mod bare;
mod columns;
mod line;
pub(in crate::engine::intake) mod unsigned;

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::http_request::implied_host;
use super::presigned_url::{encoded_once, is_presigned};
use crate::engine::document::Peel;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text};
use crate::engine::intake::unescape::{self, Dialect, Unescaped, Unit};
use crate::engine::intake::{
    Answer, Body, Evidence, Given, Integrity, Shape, Side, SignedRequest, target,
};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("access-log");

/// The longest line that is looked at, in bytes.
const LONGEST: usize = 64 << 10;

/// Methods as a log writes them.
/// The escapes of the target: those of JSON, and `\xC3` of nginx (`log_format`, escape=default) and of Apache (Custom
/// Log Formats) for bytes that are no plain text.
const ESCAPES: Dialect = Dialect::Printed(Unit::Byte);

/// What a line says, as offsets of the text.
#[derive(Clone, Debug, Default)]
struct Entry {
    method: Range<usize>,
    /// The parts that make the target, joined with a `?` where there are two.
    target: Vec<Range<usize>>,
    /// Whether the target has escapes in it.
    escaped: bool,
    host: Option<Range<usize>>,
    status: Option<(u16, Range<usize>)>,
    /// The error code, which Amazon S3 writes.
    code: Option<Range<usize>>,
    /// The answer in words, which Garage logs.
    message: Option<Range<usize>>,
    clock: Option<(DateTime<Utc>, Range<usize>)>,
}

/// Recognises lines of access logs.
pub(in crate::engine::intake) struct AccessLog;

impl Recogniser for AccessLog {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "\"GET ",
            "\"PUT ",
            "\"POST ",
            "\"HEAD ",
            "\"DELETE ",
            "\"PATCH ",
            "\"OPTIONS ",
            "X-Amz-Signature=",
        ]
    }

    fn once_a_line(&self) -> bool {
        // The signature may be the second of its anchors.
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        if line.start < from || line.end - line.start > LONGEST {
            return None;
        }
        let signed = entry(text, hit.at, line).is_some();
        (signed || unsigned::read(text, hit.at, line).is_some()).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let line = text.line(text.line_start(start.at, start.at.saturating_sub(LONGEST)));
        let Some(entry) = entry(text, start.at, line) else {
            return unsigned::tell(reader, text, &unsigned::read(text, start.at, line)?);
        };
        let (layer, range) = target_text(reader, text, &entry)?;
        let target = target::split(&layer, range);
        let host = entry.host.clone().map(|host| text.span(host));
        let span = text.span(line.range());
        reader.add_request(SignedRequest {
            shape: SHAPE,
            span: reader.case.docs.to_given(span),
            method: Given::Stated(text.span(entry.method.clone())),
            headers: target
                .authority
                .or(host)
                .map(implied_host)
                .into_iter()
                .collect(),
            target,
            body: Body::Absent,
        });
        if entry.status.is_some() || entry.clock.is_some() {
            answer(reader, text, &entry);
        }
        Some(entry.message.map_or(line.end, |message| message.end))
    }
}

/// What the line with the anchor at `at` says.
fn entry(text: &Text, at: usize, line: Line) -> Option<Entry> {
    let entry = if text.at(at) == Some(b'"') {
        line::quoted(text, at, line)?
    } else {
        columns::columns(text, line)
            .or_else(|| columns::json(text, at, line))
            .or_else(|| bare::bare(text, at, line))?
    };
    let query = entry.target.last()?;
    let bytes = text.get(query.clone());
    // Where the query is a column of its own no `?` stands before it.
    let whole = [&b"?"[..], bytes].concat();
    let is_signed = if entry.target.len() > 1 {
        is_presigned(&whole)
    } else if entry.escaped {
        is_presigned(&unescape::literal(bytes, ESCAPES).bytes)
    } else {
        is_presigned(bytes)
    };
    is_signed.then_some(entry)
}

/// The target as one text: as it stands where it does, else as a layer.
fn target_text(
    reader: &mut Reader<'_>,
    text: &Text,
    entry: &Entry,
) -> Option<(Text, Range<usize>)> {
    let first = entry.target.first()?.clone();
    let last = entry.target.last()?.clone();
    let place = first.start..last.end;
    Some(if entry.target.len() > 1 {
        let mut joined = Unescaped::default();
        joined.copy_at(text.get(first.clone()), 0);
        joined.decode(b"?", first.len(), last.start - first.end);
        unfold(
            &mut joined,
            text.get(last.clone()),
            last.start - first.start,
        );
        let doc = reader.peel(
            text.span(place),
            Peel::Columns,
            joined.bytes.into(),
            joined.map,
        )?;
        let layer = Text::new(&reader.case.docs, doc);
        let len = layer.len();
        (layer, 0..len)
    } else if entry.escaped {
        let undone = unescape::literal(text.get(first.clone()), ESCAPES);
        let span = text.span(first);
        let doc = reader.peel(
            span,
            Peel::BackslashEscapes,
            undone.bytes.into(),
            undone.map,
        )?;
        let layer = Text::new(&reader.case.docs, doc);
        let len = layer.len();
        (layer, 0..len)
    } else {
        (text.clone(), first)
    })
}

/// Adds the column of a query. CloudFront writes every % in it as %25.
fn unfold(joined: &mut Unescaped, query: &[u8], at: usize) {
    let again = encoded_once(query).is_some();
    let mut from = 0;
    for place in memchr::memmem::find_iter(query, b"%25").filter(|_| again) {
        joined.copy_at(query.get(from..place).unwrap_or_default(), at + from);
        joined.decode(b"%", at + place, 3);
        from = place + 3;
    }
    joined.copy_at(query.get(from..).unwrap_or_default(), at + from);
}

/// Adds what the server answered.
fn answer(reader: &mut Reader<'_>, text: &Text, entry: &Entry) {
    let places = [
        entry.status.as_ref().map(|(_, place)| place),
        entry.code.as_ref(),
        entry.clock.as_ref().map(|(_, place)| place),
        entry.message.as_ref(),
    ];
    // It stands behind the request in the list of what was read, wherever in the line it does.
    let Some(place) = places.into_iter().flatten().max_by_key(|place| place.start) else {
        return;
    };
    let span = reader.case.docs.to_given(text.span(place.clone()));
    reader.add_evidence(Evidence {
        shape: SHAPE,
        side: Some(Side::Server),
        span,
        canonical_request: None,
        string_to_sign: None,
        signature: None,
        answer: Some(Answer {
            status: entry.status.as_ref().map(|(status, _)| *status),
            code: entry.code.clone().map(|place| text.span(place)),
            message: entry.message.clone().map(|place| text.span(place)),
            clock: entry
                .clock
                .as_ref()
                .map(|(at, place)| (*at, text.span(place.clone()))),
            ..Answer::default()
        }),
        integrity: Integrity::Unchecked,
        repairs: Vec::new(),
    });
}

/// The words of `range`, parted by blanks.
fn words(text: &Text, range: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = range.start;
    for word in text.get(range).split(|b| matches!(b, b' ' | b'\t')) {
        if !word.is_empty() {
            out.push(start..start + word.len());
        }
        start += word.len() + 1;
    }
    out
}

/// The status that stands at `place`.
fn status(text: &Text, place: &Range<usize>) -> Option<(u16, Range<usize>)> {
    let word = std::str::from_utf8(text.get(place.clone())).ok()?;
    let number: u16 = word.parse().ok().filter(|_| word.len() == 3)?;
    (100..600)
        .contains(&number)
        .then(|| (number, place.clone()))
}
