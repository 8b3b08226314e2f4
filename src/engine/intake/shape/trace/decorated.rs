//! Requests whose every line, or every header, a program prints with marks of its own around it.
//!
//! Owns those marks: of curl's HTTP/2 (`[:method: GET]`), Envoy (`':method', 'GET'`), nginx (`http header: "…"`),
//! HAProxy (`clihdr[…]: …`), ngrep (a dot for each line end), Wireshark's packet details (`\r\n` as it is written), and
//! Java's `HttpURLConnection` (`{GET / HTTP/1.1: null}{Host: …}`).

use std::ops::Range;

use super::dump::Dump;
use crate::engine::document::Peel;
use crate::engine::intake::limits;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text, is_method, is_token};

/// Recognises such requests.
pub(in crate::engine::intake) struct Decorated;

const CURL: &str = "[:method: ";
const ENVOY: &str = "':method', '";
const NGINX: &str = " http request line: \"";
const HAPROXY: &str = ".clireq[";
const NGREP: &str = " HTTP/1.1.";
const WIRESHARK: &str = " HTTP/1.1\\r\\n";
const JAVA: &str = " HTTP/1.1: null}";

/// The line end that Wireshark writes out.
const WRITTEN: &[u8] = b"\\r\\n";
/// How many lines are looked at.
const LINES: usize = 512;

/// A name and a value, as offsets of the text.
type Field = (Range<usize>, Range<usize>);

/// What is taken out of the marks.
struct Told {
    /// Method and target; none where they are among the fields, as in HTTP/2.
    line: Option<(Range<usize>, Range<usize>)>,
    fields: Vec<Field>,
    place: Range<usize>,
    /// Whether the lines of it end where the head ends.
    closed: bool,
}

impl Recogniser for Decorated {
    fn anchors(&self) -> &'static [&'static str] {
        &[CURL, ENVOY, NGINX, HAPROXY, NGREP, WIRESHARK, JAVA]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        // Envoy's list begins with another of its pairs.
        let at = if begins(text, hit.at, ENVOY) {
            first_pair(text, hit.line.start, from)
        } else {
            hit.line.start
        };
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
        let line = text.line(start.at);
        let find = |anchor: &str| {
            memchr::memmem::find(text.get(line.range()), anchor.as_bytes())
                .map(|at| line.start + at)
        };
        let told = find(CURL)
            .and_then(|at| curl(text, line, at))
            .or_else(|| pair(text, line).and_then(|_| envoy(text, line)))
            .or_else(|| find(NGINX).and_then(|at| nginx(text, line, at)))
            .or_else(|| find(HAPROXY).and_then(|at| haproxy(text, line, at)))
            .or_else(|| find(JAVA).and_then(|_| java(text, line)))
            .or_else(|| find(WIRESHARK).and_then(|_| ended(text, line, WRITTEN)))
            .or_else(|| find(NGREP).and_then(|_| ended(text, line, b".")));
        let Some(told) = told.filter(|told| !told.fields.is_empty()) else {
            reader.waste(line.end - line.start);
            return None;
        };
        let mut dump = Dump::new(text, told.place.start);
        if let Some((method, target)) = &told.line {
            dump.copy(method.clone());
            dump.glue(b" ", method.end);
            dump.copy(target.clone());
            dump.glue(b" HTTP/1.1\r\n", target.end);
        }
        for (name, value) in &told.fields {
            dump.copy(name.clone());
            dump.glue(b": ", value.start);
            dump.copy(value.clone());
            dump.glue(b"\r\n", value.end);
        }
        dump.glue(b"\r\n", told.place.end);
        if told.closed {
            reader.dumped(pass, told.place, Peel::LogFrame, dump.finish())
        } else {
            reader.dumped_whole(pass, told.place, Peel::LogFrame, dump.finish())
        }
    }
}

/// Whether a request line ends in a mark for its line end, so that the lines below it do, too.
pub(in crate::engine::intake) fn is_marked(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    line.ends_with(NGREP.as_bytes()) || line.ends_with(WIRESHARK.as_bytes())
}

fn begins(text: &Text, at: usize, anchor: &str) -> bool {
    text.get(at..at + anchor.len()) == anchor.as_bytes()
}

/// Method and target of a request line, what stands behind them left out.
fn request_line(text: &Text, range: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let mut words = text.get(range.clone()).split(|b| *b == b' ');
    let (method, target) = (words.next()?, words.next()?);
    let method = range.start..range.start + method.len();
    let target = method.end + 1..method.end + 1 + target.len();
    let is_one = is_method(text.get(method.clone()))
        && text.get(target.clone()).starts_with(b"/")
        && words.next().is_some_and(|word| word.starts_with(b"HTTP/"));
    is_one.then_some((method, target))
}

/// A header line, as offsets; the name may be one of HTTP/2.
fn field(text: &Text, range: Range<usize>) -> Option<Field> {
    let range = text.trim(range);
    let bytes = text.get(range.clone());
    let pseudo = usize::from(bytes.first() == Some(&b':'));
    let len = bytes
        .iter()
        .skip(pseudo)
        .take_while(|b| is_token(**b))
        .count();
    let colon = range.start + pseudo + len;
    (len > 0 && text.at(colon) == Some(b':'))
        .then(|| (range.start..colon, text.trim(colon + 1..range.end)))
}

/// A request of HTTP/2, whose method and target are among its fields.
fn of_http2(text: &Text, fields: Vec<Field>, place: Range<usize>) -> Option<Told> {
    let value = |wanted: &[u8]| {
        let found = fields
            .iter()
            .find(|(name, _)| text.get(name.clone()) == wanted);
        found.map(|(_, value)| value.clone())
    };
    value(b":method").filter(|m| is_method(text.get(m.clone())))?;
    value(b":path")?;
    Some(Told {
        line: None,
        fields,
        place,
        closed: false,
    })
}

/// `* [HTTP/2] [1] [:method: GET]`, and `* h2 [:method: GET]` of older versions: each line behind the same mark.
fn curl(text: &Text, first: Line, at: usize) -> Option<Told> {
    let margin = text.get(first.start..at);
    let mut fields = Vec::new();
    let mut line = first;
    while fields.len() < limits::HEADERS && text.get(line.range()).starts_with(margin) {
        let inner = line.start + margin.len() + 1..text.trim_end(line.range()).saturating_sub(1);
        if !text.get(line.range()).trim_ascii_end().ends_with(b"]") || inner.is_empty() {
            break;
        }
        let Some(field) = field(text, inner) else {
            break;
        };
        fields.push(field);
        if line.next >= text.len() {
            line.start = text.len();
            break;
        }
        line = text.line(line.next);
    }
    of_http2(text, fields, first.start..line.start)
}

/// `':path', '/k'`.
fn pair(text: &Text, line: Line) -> Option<Field> {
    const BETWEEN: &[u8] = b"', '";
    let range = text.trim(line.range());
    let bytes = text.get(range.clone());
    let inner = bytes.strip_prefix(b"'")?.strip_suffix(b"'")?;
    let at = memchr::memmem::find(inner, BETWEEN)?;
    let start = range.start + 1;
    let value = start + at + BETWEEN.len()..range.end - 1;
    Some((start..start + at, value.start.min(value.end)..value.end))
}

/// The first line of the list of pairs in which the line at `start` stands.
fn first_pair(text: &Text, start: usize, floor: usize) -> usize {
    let mut first = start;
    for _ in 0..LINES {
        let Some(end) = first.checked_sub(1).filter(|end| *end > floor) else {
            break;
        };
        let above = text.line_start(end, end.saturating_sub(16 << 10).max(floor));
        if pair(text, text.line(above)).is_none() {
            break;
        }
        first = above;
    }
    first
}

fn envoy(text: &Text, first: Line) -> Option<Told> {
    let mut fields = Vec::new();
    let mut line = first;
    while fields.len() < limits::HEADERS
        && let Some(field) = pair(text, line)
    {
        fields.push(field);
        if line.next >= text.len() {
            line.start = text.len();
            break;
        }
        line = text.line(line.next);
    }
    of_http2(text, fields, first.start..line.start)
}

/// What stands between the quotes at the end of a line, the first of which is at `open`.
fn quoted(text: &Text, open: usize, line: Line) -> Option<Range<usize>> {
    let end = text.trim_end(line.range());
    (text.at(open) == Some(b'"') && end > open + 1 && text.at(end - 1) == Some(b'"'))
        .then(|| open + 1..end - 1)
}

/// nginx at the level debug: the request line, and each header on a line of the same connection (`*1`).
fn nginx(text: &Text, first: Line, at: usize) -> Option<Told> {
    const HEADER: &[u8] = b" http header: \"";
    let (method, target) = request_line(text, quoted(text, at + NGINX.len() - 1, first)?)?;
    let front = text.get(first.start..at);
    let connection = front.get(memchr::memrchr(b' ', front).map_or(0, |at| at + 1)..)?;
    let mut fields = Vec::new();
    let mut end = first.end;
    let mut line = text.line(first.next);
    for _ in 0..LINES {
        if line.start >= text.len() || fields.len() >= limits::HEADERS {
            break;
        }
        let bytes = text.get(line.range());
        let own = memchr::memmem::find(bytes, HEADER).filter(|at| {
            bytes
                .get(..*at)
                .is_some_and(|front| front.ends_with(connection))
        });
        if let Some(at) = own
            && let Some(inner) = quoted(text, line.start + at + HEADER.len() - 1, line)
            && let Some(field) = field(text, inner)
        {
            fields.push(field);
            end = line.end;
        } else if memchr::memmem::find(bytes, b" http header done").is_some()
            || memchr::memmem::find(bytes, NGINX.as_bytes()).is_some()
        {
            break;
        }
        line = text.line(line.next.max(line.start + 1));
    }
    Some(Told {
        line: Some((method, target)),
        fields,
        place: first.start..end,
        closed: false,
    })
}

/// HAProxy in debug mode: `00000001:fe.clireq[…]: GET / HTTP/1.1`, then `00000001:fe.clihdr[…]: host: …`.
fn haproxy(text: &Text, first: Line, at: usize) -> Option<Told> {
    const CLOSE: &[u8] = b"]: ";
    const HEADER: &[u8] = b".clihdr[";
    let behind = |line: Line, from: usize| {
        let close = memchr::memmem::find(text.get(from..line.end), CLOSE)?;
        Some(from + close + CLOSE.len()..line.end)
    };
    let (method, target) = request_line(text, behind(first, at)?)?;
    let stream = text.get(first.start..at);
    let mut fields = Vec::new();
    let mut line = text.line(first.next);
    let mut end = first.end;
    while line.start < text.len() && fields.len() < limits::HEADERS {
        let own = text
            .get(line.range())
            .strip_prefix(stream)
            .is_some_and(|rest| rest.starts_with(HEADER));
        let Some(field) = own
            .then(|| behind(line, line.start + stream.len()))
            .flatten()
            .and_then(|range| field(text, range))
        else {
            break;
        };
        fields.push(field);
        end = line.end;
        line = text.line(line.next.max(line.start + 1));
    }
    Some(Told {
        line: Some((method, target)),
        fields,
        place: first.start..end,
        closed: false,
    })
}

/// `{GET /k HTTP/1.1: null}{Host: b.example}…` of `sun.net.www.MessageHeader`.
fn java(text: &Text, first: Line) -> Option<Told> {
    let line = text.get(first.range());
    let null = memchr::memmem::find(line, JAVA.as_bytes())?;
    let open = memchr::memrchr(b'{', line.get(..null)?)?;
    let start = first.start + open;
    let (method, target) = request_line(text, start + 1..first.start + null + " HTTP/1.1".len())?;
    let mut fields = Vec::new();
    let mut at = first.start + null + JAVA.len();
    while text.at(at) == Some(b'{') && fields.len() < limits::HEADERS {
        let rest = text.get(at..first.end);
        // A bracket may stand in a value: one that ends it is followed by another, or by the end.
        let closes = |i: &usize| {
            rest.get(i + 1)
                .is_none_or(|b| matches!(b, b'{' | b' ' | b'\r'))
        };
        let Some(len) = memchr::memchr_iter(b'}', rest).find(closes) else {
            break;
        };
        fields.extend(field(text, at + 1..at + len));
        at += len + 1;
    }
    Some(Told {
        line: Some((method, target)),
        fields,
        place: start..at,
        closed: false,
    })
}

/// Lines that all end in `mark`, which stands for their line ends; those that do not are the program's own.
fn ended(text: &Text, first: Line, mark: &[u8]) -> Option<Told> {
    let inner = |line: Line| {
        let range = text.trim(line.range());
        text.get(range.clone())
            .strip_suffix(mark)
            .map(|rest| range.start..range.start + rest.len())
    };
    let (method, target) = request_line(text, inner(first)?)?;
    let version = inner(first)?;
    // `HTTP/1.1` and the mark, and nothing else behind.
    if !text.get(version).ends_with(b"HTTP/1.1") {
        return None;
    }
    let mut fields = Vec::new();
    let mut line = text.line(first.next);
    let mut end = first.end;
    let mut closed = false;
    for _ in 0..LINES {
        if line.start >= text.len() || fields.len() >= limits::HEADERS {
            break;
        }
        match inner(line) {
            Some(range) if range.is_empty() => {
                end = line.next;
                closed = true;
                break;
            }
            Some(range) => {
                let field = field(text, range)?;
                fields.push(field);
                end = line.next;
            }
            // What the program says of the line above: `Request Method: GET`.
            None if mark == WRITTEN => {}
            None => break,
        }
        line = text.line(line.next.max(line.start + 1));
    }
    Some(Told {
        line: Some((method, target)),
        fields,
        place: first.start..end.min(text.len()),
        // Wireshark prints what it makes of the body, ngrep the body.
        closed: closed && mark != WRITTEN,
    })
}
