//! Lines in which the request line stands in quotes, as in the combined log format.
//!
//! Owns which of the words around it are host, status, code and time. Each format has its own order; what tells
//! them apart is the form of the words.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{Entry, status, words};
use crate::engine::intake::fields;
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::text::{Line, Text};
use crate::engine::intake::unescape::{Quoting, close};

/// How a host is labelled where a log writes names, too.
const HOSTS: [&str; 6] = [
    "host",
    "http_host",
    "Host",
    "vhost",
    "authority",
    "server_name",
];

/// Reads the line in which a quoted request line begins at `at`.
pub(super) fn quoted(text: &Text, at: usize, line: Line) -> Option<Entry> {
    let quoting = Quoting::Backslashes { depth: 1 };
    let inside = at + 1..at + 1 + close(text.get(at + 1..line.end), b'"', quoting)?;
    let parts = words(text, inside.clone());
    let (method, target) = match parts.as_slice() {
        [method, target, version] if text.get(version.clone()).starts_with(b"HTTP/") => {
            (method, target)
        }
        [method, target] => (method, target),
        _ => return None,
    };
    if !METHODS.contains(&text.get(method.clone())) {
        return None;
    }
    let before = line.start..at;
    let behind = inside.end + 1..line.end;
    let lead = words(text, before.clone());
    let tail = words(text, behind.clone());
    let first = tail.first();
    let code = tail.get(1).filter(|word| {
        let text = text.get((*word).clone());
        text.len() > 4
            && text.iter().all(u8::is_ascii_alphanumeric)
            && text.iter().any(u8::is_ascii_lowercase)
    });
    let after = first.and_then(|word| status(text, word));
    Some(Entry {
        method: method.clone(),
        target: vec![target.clone()],
        escaped: text.get(target.clone()).contains(&b'\\'),
        host: host(text, line, &lead, &tail, behind),
        code: code.filter(|_| after.is_some()).cloned(),
        status: after.or_else(|| status_before(text, &lead)),
        clock: clock(text, before),
        message: None,
    })
}

/// The status before the request, as HAProxy and load balancers of AWS write it: behind their timers.
fn status_before(text: &Text, lead: &[Range<usize>]) -> Option<(u16, Range<usize>)> {
    lead.windows(2).find_map(|pair| {
        let [timer, word] = pair else { return None };
        let timer = text.get(timer.clone());
        let is_timer = timer
            .iter()
            .all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'.' | b'-' | b'+'))
            && timer.iter().any(|b| matches!(b, b'/' | b'.' | b'-'));
        is_timer.then(|| status(text, word)).flatten()
    })
}

/// The host, where the format has it.
fn host(
    text: &Text,
    line: Line,
    lead: &[Range<usize>],
    tail: &[Range<usize>],
    behind: Range<usize>,
) -> Option<Range<usize>> {
    for name in HOSTS {
        if let Some(value) = fields::value(text, name, line.range())
            && value.end <= line.end
            && is_host(text.get(value.clone()))
        {
            return Some(value);
        }
    }
    // Amazon S3 writes the endpoint near the end of its line.
    let endpoint = |word: &&Range<usize>| {
        let word = text.get((*word).clone());
        let ends = |end: &[u8]| word.ends_with(end);
        is_host(word) && (ends(b".amazonaws.com") || ends(b".amazonaws.com.cn"))
    };
    if let Some(word) = tail.iter().find(endpoint) {
        return Some(word.clone());
    }
    // HAProxy writes captured headers in braces; the host is captured first if at all.
    for word in lead {
        let bytes = text.get(word.clone());
        if let Some(captured) = bytes.strip_prefix(b"{") {
            let stop = |b: &u8| matches!(b, b'|' | b'}');
            let len = captured.iter().position(stop).unwrap_or(captured.len());
            if captured.get(..len).is_some_and(is_host) {
                return Some(word.start + 1..word.start + 1 + len);
            }
        }
    }
    let first = lead.first().map(|word| (word, text.get(word.clone())));
    match first {
        // Apache's vhost_combined: `name:port address - - [time]`.
        Some((word, bytes))
            if lead
                .get(1)
                .is_some_and(|next| is_address(text.get(next.clone()))) =>
        {
            let len = memchr::memchr(b':', bytes)?;
            let name = word.start..word.start + len;
            (is_host(text.get(name.clone())) && !is_address(bytes)).then_some(name)
        }
        // Envoy: `[time] "request" status flags … "forwarded for" "agent" "id" "authority" "upstream"`.
        Some((_, bytes)) if bytes.starts_with(b"[") && bytes.ends_with(b"Z]") => {
            let mut quotes = quotations(text, behind);
            let name = quotes.nth(3)?;
            is_host(text.get(name.clone())).then_some(name)
        }
        // A format of nginx that somebody wrote for himself: `… "$http_user_agent" "$host"`.
        _ => {
            let last = quotations(text, behind).last()?;
            let name = text.get(last.clone());
            let ends = text.get(last.end + 1..line.end).trim_ascii().is_empty();
            (ends && is_domain(name)).then_some(last)
        }
    }
}

/// Whether a word is the name of a host and nothing else: no address, and no agent with a version.
fn is_domain(word: &[u8]) -> bool {
    let port = memchr::memchr(b':', word);
    let name = word.get(..port.unwrap_or(word.len())).unwrap_or_default();
    let letters = |label: &[u8]| label.len() >= 2 && label.iter().all(u8::is_ascii_alphabetic);
    let label = |label: &[u8]| {
        let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        !label.is_empty() && label.iter().all(own)
    };
    let mut labels = name.split(|b| *b == b'.');
    let last = labels.next_back().is_some_and(letters);
    is_host(word) && last && name.contains(&b'.') && labels.all(label)
}

/// What stands in quotes, one after the other.
fn quotations(text: &Text, range: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let open = at + memchr::memchr(b'"', text.get(at..range.end))? + 1;
        let close = open + memchr::memchr(b'"', text.get(open..range.end))?;
        at = close + 1;
        Some(open..close)
    })
}

/// Whether a word may be a host, with its port.
pub(super) fn is_host(word: &[u8]) -> bool {
    let part =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']' | b'_');
    let named = word.contains(&b'.') || word.contains(&b':') || word.starts_with(b"localhost");
    (3..=255).contains(&word.len()) && word.iter().all(part) && named
}

fn is_address(word: &[u8]) -> bool {
    let word = std::str::from_utf8(word).unwrap_or_default();
    word.parse::<Ipv4Addr>().is_ok() || word.parse::<Ipv6Addr>().is_ok()
}

/// The time of the line, where it names its distance from UTC.
fn clock(text: &Text, range: Range<usize>) -> Option<(DateTime<Utc>, Range<usize>)> {
    let bytes = text.get(range.clone());
    for open in memchr::memchr_iter(b'[', bytes).take(8) {
        let Some(len) = memchr::memchr(b']', bytes.get(open..)?) else {
            continue;
        };
        let place = range.start + open + 1..range.start + open + len;
        if let Some(at) = time(text.get(place.clone())) {
            return Some((at, place));
        }
    }
    let mut words = words(text, range).into_iter();
    words.find_map(|word| Some((time(text.get(word.clone()))?, word)))
}

/// `10/Oct/2000:13:55:36 -0700`, or RFC 3339.
pub(super) fn time(bytes: &[u8]) -> Option<DateTime<Utc>> {
    if !(19..=40).contains(&bytes.len()) {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    DateTime::parse_from_str(text, "%d/%b/%Y:%H:%M:%S %z")
        .or_else(|_| DateTime::parse_from_rfc3339(text))
        .ok()
        .map(|at| at.with_timezone(&Utc))
}
