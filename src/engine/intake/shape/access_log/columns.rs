//! Lines in which the parts of a request stand apart: the columns of CloudFront, and objects of JSON.
//!
//! Owns the order of the columns and the names of the members.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::line::{is_host, time};
use super::{Entry, status};
use crate::engine::intake::fields;
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::text::{Line, Text};

/// The columns of CloudFront's standard log (Amazon CloudFront Developer Guide, Standard log file fields).
const TIME: usize = 1;
const METHOD: usize = 5;
const DISTRIBUTION: usize = 6;
const STEM: usize = 7;
const STATUS: usize = 8;
const QUERY: usize = 11;
const HOST: usize = 15;

/// The names of the members: of Traefik, Caddy, Envoy, and those usual in nginx.
const METHODS_NAMED: [&str; 4] = ["RequestMethod", "request_method", "method", "verb"];
const TARGETS: [&str; 5] = ["RequestPath", "request_uri", "uri", "path", "request_path"];
const HOSTS: [&str; 6] = [
    "RequestHost",
    "http_host",
    "host",
    "authority",
    "Host",
    "server_name",
];
const STATUSES: [&str; 5] = [
    "DownstreamStatus",
    "OriginStatus",
    "status",
    "response_code",
    "status_code",
];
const TIMES: [&str; 6] = [
    "StartUTC",
    "time_iso8601",
    "start_time",
    "time",
    "timestamp",
    "ts",
];

/// A line of CloudFront.
pub(super) fn columns(text: &Text, line: Line) -> Option<Entry> {
    let mut at = line.start;
    let mut columns = Vec::new();
    for column in text.get(line.range()).split(|b| *b == b'\t') {
        columns.push(at..at + column.len());
        at += column.len() + 1;
    }
    let column = |place: usize| columns.get(place).cloned();
    let method = column(METHOD)?;
    let (stem, query) = (column(STEM)?, column(QUERY)?);
    let known = METHODS.contains(&text.get(method.clone()));
    if !known || !text.get(stem.clone()).starts_with(b"/") {
        return None;
    }
    let host = [HOST, DISTRIBUTION]
        .into_iter()
        .filter_map(column)
        .find(|place| is_host(text.get(place.clone())));
    let moment = column(0).zip(column(TIME)).and_then(|(date, time)| {
        let whole = date.start..time.end;
        let words = std::str::from_utf8(text.get(whole.clone())).ok()?;
        let at = NaiveDateTime::parse_from_str(words, "%Y-%m-%d\t%H:%M:%S").ok()?;
        Some((at.and_utc(), whole))
    });
    Some(Entry {
        method,
        target: vec![stem, query],
        escaped: false,
        host,
        status: column(STATUS).and_then(|place| status(text, &place)),
        code: None,
        clock: moment,
        message: None,
    })
}

/// A line that is an object, in one of whose members the anchor at `at` stands.
pub(super) fn json(text: &Text, at: usize, line: Line) -> Option<Entry> {
    let bytes = text.get(line.range());
    memchr::memchr(b'{', bytes.get(..bytes.len().min(512))?)?;
    let member = |names: &[&str]| {
        names
            .iter()
            .filter_map(|name| fields::value(text, name, line.range()))
            .find(|value| value.end <= line.end)
    };
    let target = TARGETS.iter().find_map(|name| {
        fields::value(text, name, line.range())
            .filter(|value| value.contains(&at) && text.at(value.start) == Some(b'/'))
    })?;
    let method =
        member(&METHODS_NAMED).filter(|place| METHODS.contains(&text.get(place.clone())))?;
    Some(Entry {
        method,
        escaped: text.get(target.clone()).contains(&b'\\'),
        target: vec![target],
        host: member(&HOSTS).filter(|place| is_host(text.get(place.clone()))),
        status: STATUSES.iter().find_map(|name| {
            let place = fields::value(text, name, line.range())?;
            status(text, &place)
        }),
        code: None,
        message: None,
        clock: TIMES.iter().find_map(|name| {
            let place = fields::value(text, name, line.range())?;
            let bytes = text.get(place.clone());
            Some((time(bytes).or_else(|| epoch(bytes))?, place))
        }),
    })
}

/// Seconds since 1970 with a fraction, as Caddy writes them.
fn epoch(bytes: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let seconds = text.split('.').next()?;
    if seconds.len() != 10 {
        return None;
    }
    DateTime::from_timestamp(seconds.parse().ok()?, 0)
}
