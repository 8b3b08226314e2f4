//! Logs that keep each line of a text in an object of its own: Docker's json-file driver, `journalctl -o json`, and
//! loggers that write JSON.
//!
//! Owns finding such objects and the text that their messages make. Must not know what the text means.

use memchr::{memchr, memchr3};

use crate::engine::intake::unescape::{self, Unescaped};

/// What the member that holds the line is called.
const NAMES: [&[u8]; 9] = [
    b"log",
    b"MESSAGE",
    b"message",
    b"msg",
    b"line",
    b"@message",
    b"text",
    b"textPayload",
    b"body",
];

/// How many braces that begin no record are looked at, from one record or from the front of one line on.
const MISSES: usize = 4;
/// How deep an object may nest.
const DEPTH: usize = 16;

/// A record: where it ends, and its line.
struct Record {
    end: usize,
    /// The start of the text between the quotes, and the text itself.
    line: Option<(usize, Unescaped)>,
}

/// The text that the lines in records make. None where there are fewer than two records.
pub(super) fn joined(bytes: &[u8]) -> Option<Unescaped> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut missed = 0;
    while let Some(i) = memchr(b'{', bytes.get(at..)?) {
        let start = at + i;
        if let Some(record) = record(bytes, start) {
            (at, missed) = (record.end, 0);
            found.extend(record.line.map(|line| (start..record.end, line)));
            continue;
        }
        // Something may be printed around the first of them; a line is not looked through again and again.
        missed += 1;
        at = start + 1;
        if missed == MISSES {
            at = memchr(b'\n', bytes.get(start..)?).map_or(bytes.len(), |i| start + i + 1);
            missed = 0;
        }
    }
    if found.len() < 2 {
        return None;
    }
    // Docker keeps the line's own end, but where it had to cut one into pieces.
    let ended = found
        .iter()
        .any(|(_, (_, line))| line.bytes.ends_with(b"\n"));
    let mut out = Unescaped::default();
    let mut kept = 0;
    for (place, (base, line)) in found {
        let gap = bytes.get(kept..place.start)?;
        if !gap.trim_ascii().is_empty() {
            out.copy(bytes, kept..place.start);
        }
        out.append(&line, base);
        if !ended {
            out.decode(b"\n", place.end - 1, 1);
        }
        kept = place.end;
    }
    out.copy(bytes, kept..bytes.len());
    Some(out)
}

/// The object at `start`; none where it is none, or does not end.
fn record(bytes: &[u8], start: usize) -> Option<Record> {
    let mut line = None;
    let mut depth = 0_usize;
    let mut at = start;
    // The name that stands before the colon.
    let mut name: Option<&[u8]> = None;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                name = None;
                if depth > DEPTH {
                    return None;
                }
            }
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(Record { end: at + 1, line });
                }
            }
            b'"' => {
                let end = close(bytes, at + 1)?;
                let inner = bytes.get(at + 1..end)?;
                let rest = bytes.get(end + 1..)?;
                let blanks = rest.iter().take_while(|b| **b == b' ').count();
                if rest.get(blanks) == Some(&b':') {
                    name = Some(inner);
                    at = end + 1 + blanks;
                } else {
                    let named = name.take().is_some_and(|name| NAMES.contains(&name));
                    if named && depth == 1 && line.is_none() {
                        line = Some((at + 1, text(inner)));
                    }
                    at = end;
                }
            }
            b',' | b' ' | b'\t' => {}
            b'0'..=b'9' | b'-' | b'+' | b'.' | b'a'..=b'z' | b'E' => name = None,
            _ => return None,
        }
        at += 1;
    }
}

/// What a string stands for.
fn text(inner: &[u8]) -> Unescaped {
    unescape::backslashes(inner).unwrap_or_else(|| {
        let mut out = Unescaped::default();
        out.copy(inner, 0..inner.len());
        out
    })
}

/// The quote that ends the string whose text begins at `from`, in its own line.
fn close(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let mark = at + memchr3(b'"', b'\\', b'\n', bytes.get(at..)?)?;
        match bytes.get(mark)? {
            b'"' => return Some(mark),
            b'\\' => at = mark + 2,
            _ => return None,
        }
    }
}
