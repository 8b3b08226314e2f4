//! A presigned URL that is shown with blanks and quotes of its own: a program or a browser decoded it for people.
//!
//! Owns telling its blanks from those of a sentence. Must not know what the parameters mean.

use memchr::memmem;

use crate::engine::intake::text::Text;
use crate::engine::intake::{limits, target};

/// How the parameters of a signature begin.
const FRONT: &[u8] = b"X-Amz-";
/// How far behind its first blank they may begin, in bytes, and how many blanks may stand in the path.
const NEAR: usize = 256;
const BLANKS: usize = 3;

/// Where the URL at `start` ends, if it goes on behind a blank: on the same line the parameters of a signature follow, parted
/// from what is before them as a query parts them.
pub(super) fn end(text: &Text, start: usize) -> Option<usize> {
    const MOST: usize = 8;
    let mut end = None;
    for _ in 0..MOST {
        let Some(more) = goes_on(text, start, end.unwrap_or(start)) else {
            break;
        };
        end = Some(more);
    }
    end
}

/// The same of what is read of it up to `from`: up to the end of its next word.
fn goes_on(text: &Text, start: usize, from: usize) -> Option<usize> {
    let line = text.get(start..start + limits::URL);
    let stop = |b: &u8| {
        matches!(b, b' ' | b'"' | b'<' | b'>' | b'`' | b'\'' | b'\\') || b.is_ascii_control()
    };
    let read = from - start;
    let blank = read + line.get(read..)?.iter().position(stop)?;
    let url = line.get(..blank)?;
    let behind = line.get(blank..line.len().min(blank + NEAR))?;
    let at = memmem::find(behind, FRONT)?;
    let in_path = !url.contains(&b'?');
    let mark = if in_path { b'?' } else { b'&' };
    let parted = behind.get(at.checked_sub(1)?) == Some(&mark);
    let between = behind.get(..at)?;
    let broken = |b: &u8| b.is_ascii_control() || matches!(b, b'<' | b'>' | b'`' | b'\\');
    if !parted || between.iter().any(broken) || memmem::find(between, b"://").is_some() {
        return None;
    }
    let path = memchr::memchr_iter(b'/', url).count() > 2;
    let first = line.get(blank) == Some(&b' ');
    // In a path a quote is the end of it; and where another path begins, a sentence names two.
    let plain = first
        && path
        && memmem::find(between, b" /").is_none()
        && !between.iter().any(|b| matches!(b, b'"' | b'\''))
        && memchr::memchr_iter(b' ', between).count() <= BLANKS;
    // In a query, a value that began in front of it goes on.
    let value = || {
        let query = url.split(|b| *b == b'?').nth(1).unwrap_or_default();
        let last = query.rsplit(|b| *b == b'&').next().unwrap_or_default();
        last.contains(&b'=') && balanced(between)
    };
    let own = if in_path { plain } else { value() };
    own.then(|| target::url_end(text, start + blank + at, limits::URL))
}

/// Whether every quote of a value is closed in it.
fn balanced(value: &[u8]) -> bool {
    [b'"', b'\'']
        .iter()
        .all(|quote| memchr::memchr_iter(*quote, value).count().is_multiple_of(2))
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::engine::document::{Documents, Source};

    fn read(line: &str) -> Option<String> {
        let mut docs = Documents::default();
        let doc = docs.give("", Source::File, line.as_bytes().to_vec().into());
        let text = Text::new(&docs, doc);
        let start = memmem::find(line.as_bytes(), b"http").unwrap_or(0);
        let place: Range<usize> = start..end(&text, start)?;
        line.get(place).map(str::to_owned)
    }

    #[test]
    fn a_url_goes_on_behind_its_own_blanks() {
        for (line, url) in [
            (
                "see https://h/my cat.jpg?X-Amz-Date=a&X-Amz-Signature=b now",
                "https://h/my cat.jpg?X-Amz-Date=a&X-Amz-Signature=b",
            ),
            (
                "https://h/a?d=attachment; filename=\"a b.txt\"&X-Amz-Signature=b",
                "https://h/a?d=attachment; filename=\"a b.txt\"&X-Amz-Signature=b",
            ),
        ] {
            assert_eq!(read(line).as_deref(), Some(url), "{line}");
        }
    }

    #[test]
    fn a_sentence_s_blanks_end_it() {
        for line in [
            "https://h/a?b=c and then ?X-Amz-Signature=b is \"added",
            "go to https://h and ask for /a?X-Amz-Signature=b",
            "https://h/a with https://h/b?X-Amz-Signature=b",
            "https://h/a is the URL that I mean, with ?X-Amz-Signature=b",
            "curl \"https://h/a\" -G -d \"?X-Amz-Signature=b\"",
            "https://h/a b",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
