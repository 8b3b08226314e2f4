//! What people's texts put around a text and into it: code of Markdown, its backslashes, cells of its tables, and the
//! line breaks of HTML.
//!
//! Owns undoing one level of each over a whole text. Must not know what the text means.

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use super::lines::lines;
use crate::engine::intake::unescape::Unescaped;

/// Text without the marks of code around its lines (CommonMark §6.1): as many backticks behind a line as before it,
/// and a blank next to them where the line has backticks of its own. None where fewer than two lines have them.
pub(super) fn code(bytes: &[u8]) -> Option<Unescaped> {
    memchr(b'`', bytes)?;
    let lines = lines(bytes);
    let whole: Vec<Option<Range<usize>>> = lines.iter().map(|line| span(line.of(bytes))).collect();
    if whole.iter().flatten().count() < 2 {
        return None;
    }
    let is_code =
        |place: Option<usize>| place.is_some_and(|at| matches!(whole.get(at), Some(Some(_))));
    let mut out = Unescaped::default();
    for (place, (line, inner)) in lines.iter().zip(&whole).enumerate() {
        let text = line.of(bytes);
        // Something may be printed around the first of them, and around the last.
        let first = || {
            let at = memchr(b'`', text).filter(|_| is_code(Some(place + 1)))?;
            let opening = run(text.get(at..)?.iter());
            let closing = run(text.iter().rev());
            let at = at + opening.saturating_sub(closing);
            let inner = span(text.get(at..)?)?;
            Some((at, inner.start + at..inner.end + at, text.len()))
        };
        let last = || {
            let end = memrchr(b'`', text).filter(|_| is_code(place.checked_sub(1)))? + 1;
            let closing = run(text.get(..end)?.iter().rev());
            let end = end - closing.saturating_sub(run(text.iter()));
            Some((0, span(text.get(..end)?)?, end))
        };
        let whole = inner.clone().map(|inner| (0, inner, text.len()));
        let Some((front, inner, back)) = whole.or_else(first).or_else(last) else {
            out.copy(bytes, line.start..line.next);
            continue;
        };
        out.copy(bytes, line.start..line.start + front);
        out.copy(bytes, line.start + inner.start..line.start + inner.end);
        out.copy(bytes, line.start + back..line.next);
    }
    Some(out)
}

/// How many backticks `bytes` begin with.
fn run<'b>(bytes: impl Iterator<Item = &'b u8>) -> usize {
    bytes.take_while(|b| **b == b'`').count()
}

/// What stands between the marks of a text that is code from end to end.
fn span(text: &[u8]) -> Option<Range<usize>> {
    let front = text.len() - text.trim_ascii_start().len();
    let end = text.trim_ascii_end().len();
    let text = text.get(front..end)?;
    if text == b"``" {
        return Some(front + 1..front + 1);
    }
    let marks = run(text.iter());
    if marks == 0 || marks != run(text.iter().rev()) || 2 * marks >= text.len() {
        return None;
    }
    let whole = front + marks..end - marks;
    let inner = text.get(marks..text.len() - marks)?;
    let blanks = inner.starts_with(b" ") && inner.ends_with(b" ") && inner.len() > 2;
    Some(if blanks && memchr(b'`', inner).is_some() {
        whole.start + 1..whole.end - 1
    } else {
        whole
    })
}

/// Marks before which Markdown alone puts a backslash: literals of languages put it before others.
const MARKS: &[u8] = b"_*`[]{}()#+-.!|~<>&=:";

/// Text without the backslashes before marks of ASCII, as Markdown has them (CommonMark §2.4): one before a letter is the
/// text's own. None where none stands before a mark that only Markdown takes for its own.
pub(super) fn marks(bytes: &[u8]) -> Option<Unescaped> {
    let (mut at, mut kept) = (0, 0);
    let mut out = Unescaped::default();
    let mut any = false;
    while let Some(i) = memchr(b'\\', bytes.get(at..)?) {
        let mark = at + i;
        match bytes.get(mark + 1) {
            Some(next) if next.is_ascii_punctuation() => {
                any |= MARKS.contains(next);
                out.copy(bytes, kept..mark);
                out.decode(&[*next], mark, 2);
                at = mark + 2;
                kept = at;
            }
            _ => at = mark + 1,
        }
    }
    out.copy(bytes, kept..bytes.len());
    any.then_some(out)
}

/// Text without the backslashes before the marks that part the cells of a table.
pub(super) fn pipes(bytes: &[u8]) -> Option<Unescaped> {
    memmem::find(bytes, b"\\|")?;
    let mut out = Unescaped::default();
    cell(bytes, 0..bytes.len(), &mut out);
    Some(out)
}

/// Copies a row of a table of Markdown, without the backslashes before marks of its text.
pub(super) fn cell(bytes: &[u8], range: Range<usize>, out: &mut Unescaped) {
    let text = bytes.get(range.clone()).unwrap_or_default();
    let mut kept = 0;
    for at in memmem::find_iter(text, b"\\|") {
        out.copy(bytes, range.start + kept..range.start + at);
        out.decode(b"|", range.start + at, 2);
        kept = at + 2;
    }
    out.copy(bytes, range.start + kept..range.end);
}

/// How an element that breaks a line is written (HTML §4.5.27, in the syntaxes of HTML and of XML).
const BREAKS: [&[u8]; 3] = [b"<br>", b"<br/>", b"<br />"];

/// Text with a line break for each `<br>`.
pub(super) fn breaks(bytes: &[u8]) -> Option<Unescaped> {
    let mut out = Unescaped::default();
    let mut kept = 0;
    for mark in memmem::find_iter(bytes, b"<br") {
        let rest = bytes.get(mark..)?;
        let Some(tag) = BREAKS.iter().find(|tag| rest.starts_with(tag)) else {
            continue;
        };
        // What sets a text in lines of its own breaks them behind the tag, too.
        let behind = rest.get(tag.len()..)?;
        let end = [&b"\r\n"[..], b"\n"];
        let end = end.iter().find(|end| behind.starts_with(end));
        let len = tag.len() + end.map_or(0, |end| end.len());
        out.copy(bytes, kept..mark);
        out.decode(b"\n", mark, len);
        kept = mark + len;
    }
    (kept > 0).then(|| {
        out.copy(bytes, kept..bytes.len());
        out
    })
}
