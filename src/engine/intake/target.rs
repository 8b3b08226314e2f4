//! The parts of a request target or URL, as it is spelled.
//!
//! Owns where scheme, authority, path and query stand, and where a URL ends in what people and programs write around
//! it. Decodes and normalises nothing: what a URL
//! library would tidy away is the evidence.

use memchr::{memchr, memchr2, memmem};

use super::Target;
use super::text::Text;

/// Splits `range` of `text`: `/path?query`, `scheme://authority/path?query`, `{{variable}}/path?query` or `*`. A fragment belongs
/// to no part (RFC 9112 §3.2: it is never sent).
pub(super) fn split(text: &Text, range: std::ops::Range<usize>) -> Target {
    let bytes = text.get(range.clone());
    let base = range.start;
    let end = memchr(b'#', bytes).unwrap_or(bytes.len());
    let bytes = bytes.get(..end).unwrap_or_default();
    let mut scheme = None;
    let mut authority = None;
    let mut path_start = 0;
    if let Some(colon) = absolute(bytes) {
        let host = colon + 3;
        let rest = bytes.get(host..).unwrap_or_default();
        let host_end = host + memchr2(b'/', b'?', rest).unwrap_or(rest.len());
        let whole = bytes.get(host..host_end).unwrap_or_default();
        // What stands before `@` is for the client alone.
        let user = memchr::memrchr(b'@', whole).map_or(0, |i| i + 1);
        scheme = Some(text.span(base..base + colon));
        authority = Some(text.span(base + host + user..base + host_end));
        path_start = host_end;
    }
    if bytes.starts_with(b"{{") {
        // A variable stands for scheme and host.
        path_start = memchr2(b'/', b'?', bytes).unwrap_or(bytes.len());
        authority = Some(text.span(base..base + path_start));
    }
    let rest = bytes.get(path_start..).unwrap_or_default();
    let question = memchr(b'?', rest).map(|i| path_start + i);
    let path_end = question.unwrap_or(bytes.len());
    Target {
        whole: text.span(range),
        scheme,
        authority,
        path: text.span(base + path_start..base + path_end),
        query: question.map(|q| text.span(base + q + 1..base + bytes.len())),
    }
}

/// The schemes of URLs that are signed: those of HTTP, and those of WebSocket, whose handshake is a
/// request of HTTP (RFC 6455 §3).
const SCHEMES: [&[u8]; 4] = [b"https", b"http", b"wss", b"ws"];

/// The scheme that `bytes` end with, in any case, and nothing of a longer word.
pub(super) fn scheme_before(bytes: &[u8]) -> Option<usize> {
    let len = bytes
        .iter()
        .rev()
        .take(6)
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let word = bytes.get(bytes.len() - len..)?;
    let scheme = SCHEMES.iter().find(|scheme| {
        word.len()
            .checked_sub(scheme.len())
            .and_then(|at| word.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(scheme))
    })?;
    // Many a word ends in `ws`; what was glued to `https` is more likely lost blanks.
    (scheme.starts_with(b"http") || scheme.len() == word.len()).then_some(scheme.len())
}

/// Where the URL ends that begins at `start` of `text`, within `longest` bytes: before a blank, a quote or an angle
/// bracket, and without the marks of what it is written in, unless quotes or brackets keep it apart from them.
pub(super) fn url_end(text: &Text, start: usize, longest: usize) -> usize {
    let stop = |b: &u8| b.is_ascii_whitespace() || b"\"'`<>".contains(b);
    let rest = text.get(start..start.saturating_add(longest));
    let url = rest.get(..rest.iter().position(stop).unwrap_or(rest.len()));
    let url = url.unwrap_or_default();
    // Backslashes in front of a quote escape it, and it closes the literal that the URL stands in.
    let quoted = matches!(rest.get(url.len()), Some(b'"' | b'\'' | b'`'));
    let escapes = url.iter().rev().take_while(|b| **b == b'\\').count();
    if quoted && escapes > 0 {
        return start + url.len() - escapes;
    }
    let before = start.checked_sub(1).and_then(|at| text.at(at));
    let closer = match before {
        Some(b'<') => Some(b'>'),
        Some(quote @ (b'"' | b'\'' | b'`')) => Some(quote),
        _ => None,
    };
    let kept_apart = closer.is_some() && rest.get(url.len()).copied() == closer;
    start + if kept_apart { url } else { without_marks(url) }.len()
}

/// `url` without the marks behind it that belong to the sentence, the list or the object around it: brackets close that
/// where none of the URL is left to be closed.
pub(super) fn without_marks(url: &[u8]) -> &[u8] {
    let surplus = |open: u8, close: u8| {
        let count = |byte| memchr::memchr_iter(byte, url).count();
        count(close).saturating_sub(count(open))
    };
    // Counted once a kind: what is taken off opens nothing.
    let mut left = [None; 3];
    let mut kept = url;
    while let Some((last, rest)) = kept.split_last() {
        let (kind, open) = match last {
            b')' => (0, b'('),
            b']' => (1, b'['),
            b'}' => (2, b'{'),
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'|' => {
                kept = rest;
                continue;
            }
            _ => break,
        };
        let Some(left) = left.get_mut(kind) else {
            break;
        };
        match left.get_or_insert_with(|| surplus(open, *last)) {
            0 => break,
            count => *count -= 1,
        }
        kept = rest;
    }
    kept
}

/// The length of the scheme, where `bytes` begins with that of a URL that may be signed, in any case.
pub(super) fn absolute(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..bytes.len().min(8))?;
    let colon = memmem::find(head, b"://")?;
    let scheme = head.get(..colon)?;
    SCHEMES
        .iter()
        .any(|s| scheme.eq_ignore_ascii_case(s))
        .then_some(colon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::{Documents, Source};

    #[test]
    fn a_url_ends_before_the_marks_of_what_it_is_written_in() {
        let url = "https://h/k(1)[a]?b={c}";
        for (front, behind) in [
            ("", ""),
            ("", "."),
            ("", ", x"),
            ("", "; x"),
            ("", ": x"),
            ("", "!"),
            ("(", ") x"),
            ("(", ")."),
            ("[", "]"),
            ("{", "}"),
            ("**", "**"),
            ("| ", "|"),
            ("\"", "\""),
            ("`", "`,"),
            ("<", ">."),
            ("{url=", ", method=PUT}"),
        ] {
            let mut docs = Documents::default();
            let line = format!("{front}{url}{behind}");
            let doc = docs.give("", Source::File, line.clone().into_bytes().into());
            let end = url_end(&Text::new(&docs, doc), front.len(), 100);
            assert_eq!(line.get(front.len()..end), Some(url), "{line}");
        }
        // What quotes keep apart is all its own.
        for (line, own) in [
            ("'https://h/k.'", "https://h/k."),
            ("'https://h/k. x", "https://h/k"),
        ] {
            let mut docs = Documents::default();
            let doc = docs.give("", Source::File, line.as_bytes().to_vec().into());
            let end = url_end(&Text::new(&docs, doc), 1, 100);
            assert_eq!(line.get(1..end), Some(own), "{line}");
        }
    }
}
