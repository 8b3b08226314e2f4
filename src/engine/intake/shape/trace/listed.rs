//! Messages whose parts stand in lists: a method and a URL on one line or with a label each, and header lines under
//! them. OkHttp, the clients of .NET, the panels of browsers, and what people print in their own way.
//!
//! Owns header lines however they are indented, and where a list of them ends. Each notation is one function of
//! `okhttp`, `dotnet` and `labelled`.

use std::ops::Range;

use super::dump::Dump;
use crate::engine::intake::limits;
use crate::engine::intake::text::{Line, Text, is_blank, is_token};

/// The word that begins at `from`, up to a blank or the end of the line.
pub(super) fn word(text: &Text, from: usize, end: usize) -> Range<usize> {
    let rest = text.get(from..end);
    let len = rest.iter().position(|b| is_blank(*b));
    from..from + len.unwrap_or(rest.len())
}

/// The name and the value of a header line, blanks around the colon taken for its notation.
pub(super) fn field(text: &Text, line: Line) -> Option<(Range<usize>, Range<usize>)> {
    let range = text.trim(line.range());
    let bytes = text.get(range.clone());
    let len = bytes.iter().take_while(|b| is_token(**b)).count();
    let gap = bytes.iter().skip(len).take_while(|b| is_blank(**b)).count();
    let colon =
        (len > 0 && bytes.get(len + gap) == Some(&b':')).then_some(range.start + len + gap + 1)?;
    let value = text.trim(colon..range.end);
    Some((range.start..range.start + len, value))
}

/// How many blanks a line begins with.
fn indent(text: &Text, line: Line) -> usize {
    let bytes = text.get(line.range());
    bytes.iter().take_while(|b| is_blank(**b)).count()
}

/// Adds the header lines from `at`, all indented as the first is or more; says where they end.
pub(super) fn fields(dump: &mut Dump<'_>, text: &Text, at: usize) -> usize {
    let mut at = at;
    let depth = indent(text, text.line(at));
    for _ in 0..limits::HEADERS {
        let line = text.line(at);
        let Some((name, value)) = field(text, line).filter(|_| indent(text, line) >= depth) else {
            break;
        };
        dump.copy(name);
        dump.glue(b": ", value.start);
        dump.copy(value.clone());
        dump.glue(b"\r\n", value.end);
        at = line.next;
    }
    at
}
