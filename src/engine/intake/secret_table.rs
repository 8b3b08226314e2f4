//! Secrets in the columns of a table: a line of names, and below it lines of values.
//!
//! Owns how such a table is told from other text. The console of AWS has one downloaded as a CSV file;
//! spreadsheets and wikis are pasted with tabs and bars.

use std::ops::Range;

use memchr::memmem;

use super::limits;
use super::text::Text;

/// Longest line of a table, in bytes.
const LINE: usize = 1024;
/// Lines of one table that are read.
const ROWS: usize = 256;
/// Shortest secret, in bytes.
const SHORTEST: usize = 8;

/// The credentials of one line.
pub(super) struct Row {
    pub(super) secret: Range<usize>,
    pub(super) key_id: Option<Range<usize>>,
}

/// The lines of every table of `text` that has a column of secrets.
pub(super) fn rows(text: &Text) -> Vec<Row> {
    let mut out = Vec::new();
    let mut past = 0;
    for word in [&b"ecret"[..], b"ECRET"] {
        for at in memmem::find_iter(text.from(0), word).take(limits::FAILURES) {
            if at < past || out.len() >= ROWS {
                continue;
            }
            let start = text.line_start(at, at.saturating_sub(LINE));
            past = read(text, start, at, &mut out).unwrap_or(past);
        }
        past = 0;
    }
    out.sort_by_key(|row: &Row| row.secret.start);
    out
}

/// Reads the table whose line of names starts at `start` and names the secret at `at`. Says where it ends.
fn read(text: &Text, start: usize, at: usize, out: &mut Vec<Row>) -> Option<usize> {
    let head = line(text, start)?;
    let mark = separator(text.get(head.clone()), at - start)?;
    let cells = cells(text, head.clone(), mark);
    let named = |ends: &[&str]| {
        cells.iter().position(|cell| {
            let name: Vec<u8> = text
                .get(cell.clone())
                .iter()
                .filter(|b| b.is_ascii_alphanumeric())
                .map(u8::to_ascii_lowercase)
                .collect();
            ends.iter().any(|end| name.ends_with(end.as_bytes()))
        })
    };
    let secret = named(&["secretaccesskey", "secretkey", "secret"])?;
    let key_id = named(&["accesskeyid", "accessid", "keyid"])
        .or_else(|| named(&["accesskey"]).filter(|id| *id != secret));
    let mut next = text.line(start).next;
    for _ in 0..ROWS {
        let Some(values) = line(text, next).filter(|values| !values.is_empty()) else {
            break;
        };
        let values = self::cells(text, values, mark);
        if values.len() < 2 {
            break;
        }
        let cell = |at: usize| values.get(at).cloned().filter(|cell| !cell.is_empty());
        if let Some(value) = cell(secret).filter(|cell| is_value(text.get(cell.clone()))) {
            out.push(Row {
                secret: value,
                key_id: key_id.and_then(cell),
            });
        }
        next = text.line(next).next;
    }
    Some(next)
}

/// The line that starts at `start`, where it is no longer than those of tables.
fn line(text: &Text, start: usize) -> Option<Range<usize>> {
    let near = text.get(start..start + LINE);
    let len = match memchr::memchr2(b'\n', b'\r', near) {
        Some(len) => len,
        None if near.len() < LINE => near.len(),
        None => return None,
    };
    Some(start..start + len)
}

/// What stands between the names of a table's columns, where `line` is nothing but such names.
fn separator(line: &[u8], at: usize) -> Option<u8> {
    // Behind a `=` or a `:` stands a value, and before a bracket or a full stop a text.
    if line.iter().any(|b| b"=:{}()<>.".contains(b)) {
        return None;
    }
    let (before, behind) = line.split_at_checked(at)?;
    [b'\t', b',', b';', b'|']
        .into_iter()
        .find(|mark| before.contains(mark) || behind.contains(mark))
}

/// The cells of a line, without blanks and quotes around them. No key holds a separator.
fn cells(text: &Text, line: Range<usize>, mark: u8) -> Vec<Range<usize>> {
    let mut start = line.start;
    text.get(line)
        .split(|b| *b == mark)
        .map(|cell| {
            let loose = |b: &&u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`');
            let front = cell.iter().take_while(loose).count();
            let back = cell.iter().skip(front).rev().take_while(loose).count();
            let inside = start + front..start + cell.len() - back;
            start += cell.len() + 1;
            inside
        })
        .collect()
}

/// Whether a cell may be a secret: one word, and not in the place of one.
fn is_value(cell: &[u8]) -> bool {
    let placeholder = matches!(
        cell.first(),
        Some(b'$' | b'<' | b'%' | b'{' | b'*' | b'[' | b'-')
    ) || memmem::find(cell, b"***").is_some();
    cell.len() >= SHORTEST && !placeholder && cell.iter().all(u8::is_ascii_graphic)
}
