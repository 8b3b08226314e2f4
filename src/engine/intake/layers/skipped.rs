//! What `wget -d` puts into the body of an answer that it does not keep: `Skipping N bytes of body: [` in front of
//! every 512 bytes of it, and `] done.` behind the last (wget's `src/retr.c`, `skip_short_body`).
//!
//! Owns taking that out. Must not know what the body is.

use std::ops::Range;

use memchr::memmem;

use crate::engine::intake::unescape::Unescaped;

const FRONT: &[u8] = b"Skipping ";
const BEHIND: &[u8] = b" bytes of body: [";
const ENDS: [&[u8]; 2] = [b"] done.", b"] aborting ("];
/// The longest number, in digits.
const DIGITS: usize = 20;

/// The body without the marks.
pub(super) fn skipped(bytes: &[u8]) -> Option<Unescaped> {
    let marks: Vec<Range<usize>> = memmem::find_iter(bytes, FRONT)
        .filter_map(|start| mark(bytes, start))
        .collect();
    if marks.is_empty() {
        return None;
    }
    let mut out = Unescaped::default();
    let mut at = 0;
    for mark in &marks {
        rest(bytes, at, mark.start, at > 0, &mut out);
        at = mark.end;
    }
    rest(bytes, at, bytes.len(), true, &mut out);
    Some(out)
}

/// Adds what stands from `at` up to `end`, of which the front is the end of a body where `in_body` says so.
fn rest(bytes: &[u8], at: usize, end: usize, in_body: bool, out: &mut Unescaped) {
    let text = bytes.get(at..end).unwrap_or_default();
    let ends = ENDS.iter().filter_map(|end| memmem::find(text, end));
    let Some(body) = ends.min().filter(|_| in_body) else {
        out.copy(bytes, at..end);
        return;
    };
    let line = text.get(body..).unwrap_or_default();
    let line = memchr::memchr(b'\n', line).unwrap_or(line.len());
    out.copy(bytes, at..at + body);
    out.copy(bytes, at + body + line..end);
}

/// Where the mark at `start` stands.
fn mark(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = bytes.get(start + FRONT.len()..)?;
    let digits = rest.iter().take(DIGITS).take_while(|b| b.is_ascii_digit());
    let len = digits.count();
    let whole = len > 0 && rest.get(len..)?.starts_with(BEHIND);
    whole.then(|| start..start + FRONT.len() + len + BEHIND.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_are_taken_out_and_nothing_else() {
        let log = b"HTTP/1.1 403\n\nSkipping 9 bytes of body: [<a>Skipping 6 bytes of body: [bcSkipping 4 bytes of body: [</a>] done.\nNext\nSkipping 2 bytes of body: [de] done.\n";
        let out = skipped(log).unwrap();
        assert_eq!(out.bytes, b"HTTP/1.1 403\n\n<a>bc</a>\nNext\nde\n");
        assert_eq!(out.map.child_len(), out.bytes.len());
        for text in [&b"Skipping bytes of body: [x"[..], b"Skipping 3 lines", b""] {
            assert!(skipped(text).is_none());
        }
    }
}
