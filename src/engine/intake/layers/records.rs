//! Logs whose every line is one record in JSON: of a container's output (Docker's `json-file`), of the journal
//! (`journalctl -o json`), of programs that log so.
//!
//! Owns telling such lines, and joining what they hold as the lines that were logged. Must not know what those mean.

use std::ops::Range;

use memchr::memchr2;

use super::lines::{Line, lines};
use crate::engine::intake::unescape::{Dialect, Unescaped};

/// Names of the member that holds the line, the surest first: Docker (moby `daemon/logger/jsonfilelog/jsonlog`), the
/// journal (systemd.journal-fields(7)), Logstash and most loggers, zap and slog, Loki, CloudWatch Logs Insights, and
/// Google Cloud Logging.
const NAMES: [&str; 7] = [
    "log",
    "MESSAGE",
    "message",
    "msg",
    "line",
    "@message",
    "textPayload",
];
/// By so many records a log is told.
const LEAST: usize = 2;
/// Members of one record.
const MEMBERS: usize = 64;

/// A text in JSON, as what stands between its quotes.
type Inner = Range<usize>;

/// Text with the line that each record holds in the place of the record.
pub(super) fn records(bytes: &[u8]) -> Option<Unescaped> {
    let lines = lines(bytes);
    let records: Vec<Option<Vec<(Inner, Inner)>>> =
        lines.iter().map(|line| members(bytes, *line)).collect();
    if records.iter().flatten().count() < LEAST {
        return None;
    }
    let of = |record: &[(Inner, Inner)], name: &str| {
        let mut members = record.iter();
        let found =
            members.find(|(own, _)| bytes.get(own.clone()).is_some_and(|o| o == name.as_bytes()));
        found.map(|(_, value)| value.clone())
    };
    let name = NAMES.iter().find(|name| {
        let mut all = records.iter().flatten();
        all.all(|record| of(record, name).is_some())
    })?;
    // Docker keeps the end of each line in its record, and one that it broke at 16 KiB has none; others leave all out.
    let held = |record: &Vec<(Inner, Inner)>| {
        let value = of(record, name).and_then(|value| bytes.get(value));
        value.is_some_and(|value| value.ends_with(b"\\n"))
    };
    let ends_held = records.iter().flatten().any(held);
    let mut out = Unescaped::default();
    for (line, record) in lines.iter().zip(&records) {
        match record.as_deref().and_then(|record| of(record, name)) {
            Some(value) => {
                unescaped(bytes, value, &mut out);
                if !ends_held {
                    out.copy(bytes, line.end..line.next);
                }
            }
            None => out.copy(bytes, line.start..line.next),
        }
    }
    Some(out)
}

/// The members of the object that a line is, those whose value is a text; none where the line is anything else.
fn members(bytes: &[u8], line: Line) -> Option<Vec<(Inner, Inner)>> {
    let text = line.of(bytes);
    let text = text.trim_ascii_end();
    let text = text.strip_suffix(b",").unwrap_or(text);
    let mut at = blanks(text, 0);
    if text.get(at) != Some(&b'{') {
        return None;
    }
    let mut found = Vec::new();
    for _ in 0..MEMBERS {
        let name = string(text, blanks(text, at + 1))?;
        let colon = blanks(text, name.end + 1);
        if text.get(colon) != Some(&b':') {
            return None;
        }
        let value = blanks(text, colon + 1);
        let end = if let Some(value) = string(text, value) {
            let shifted = |range: &Inner| line.start + range.start..line.start + range.end;
            found.push((shifted(&name), shifted(&value)));
            value.end + 1
        } else {
            other(text, value)?
        };
        at = blanks(text, end);
        match text.get(at)? {
            b',' => {}
            b'}' => return (at + 1 == text.len()).then_some(found),
            _ => return None,
        }
    }
    None
}

/// The text in quotes that opens at `at`.
fn string(text: &[u8], at: usize) -> Option<Inner> {
    if text.get(at) != Some(&b'"') {
        return None;
    }
    let start = at + 1;
    let mut end = start;
    while let Some(i) = memchr2(b'"', b'\\', text.get(end..)?) {
        end += i;
        if text.get(end) == Some(&b'"') {
            return Some(start..end);
        }
        end += 2;
    }
    None
}

/// Where a value ends that is no text: a number, a word, an object, a list.
fn other(text: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = at;
    let start = at;
    loop {
        match text.get(at)? {
            b'"' => at = string(text, at)?.end,
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return (at > start).then_some(at),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

/// The first place at `at` or behind it that holds no blank.
fn blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

/// Adds the text that stands at `value` with its escapes undone.
fn unescaped(bytes: &[u8], value: Inner, out: &mut Unescaped) {
    let text = bytes.get(..value.end).unwrap_or_default();
    let mut at = value.start;
    while let Some(i) = memchr::memchr(b'\\', text.get(at..).unwrap_or_default()) {
        out.copy(text, at..at + i);
        at += i;
        at += out.escape(text.get(at..).unwrap_or_default(), at, 1, Dialect::Json);
    }
    out.copy(text, at..value.end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        records(text.as_bytes()).map(|out| {
            assert_eq!(out.map.child_len(), out.bytes.len());
            String::from_utf8(out.bytes).unwrap()
        })
    }

    #[test]
    fn what_each_record_holds_is_a_line() {
        let docker = "{\"log\":\"GET\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-22T12:00:00Z\"}\n\
                      {\"log\":\"/a \\\"b\\\" \",\"stream\":\"stderr\",\"attrs\":{\"tag\":\"{a,b}\"},\"time\":\"1\"}\n\
                      {\"log\": \"c\\u00e9\\n\", \"stream\": \"stdout\", \"time\": \"2\"}\n";
        assert_eq!(of(docker).unwrap(), "GET\n/a \"b\" c\u{e9}\n");
        let journal =
            "{\"PRIORITY\":\"6\",\"MESSAGE\":\"one\",\"_PID\":7}\r\n{\"MESSAGE\":\"two\"}\r\n";
        assert_eq!(of(journal).unwrap(), "one\r\ntwo\r\n");
    }

    #[test]
    fn lines_between_the_records_stay() {
        let mixed = "-- logs\n{\"msg\":\"one\"}\n\n{\"msg\":\"two\",\"n\":[1,{\"a\":2}]}";
        assert_eq!(of(mixed).unwrap(), "-- logs\none\n\ntwo");
    }

    #[test]
    fn what_is_no_log_of_records_is_none() {
        for text in [
            "",
            "{\"log\":\"alone\\n\"}",
            "{\"log\":\"a\"\n{\"log\":\"b\"\n",
            "{\"log\":\"a\"}x\n{\"log\":\"b\"}x\n",
            "{\"a\":\"x\"}\n{\"b\":\"y\"}\n",
            "{\"log\":1}\n{\"log\":2}\n",
            "{\n\"log\":\"a\"}\n{\n\"log\":\"b\"}\n",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
