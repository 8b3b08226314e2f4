//! A string to sign of an older scheme whose lines are not where they were: broken, indented, or run together on the way.
//!
//! Owns telling its parts by what each is, and the lines they stood on: method, Content-MD5, Content-Type, date, headers of
//! the vendor, resource (RESTful authentication of Amazon S3, Signature Version 2; signed URLs of Google Cloud Storage,
//! version 2). Must not know whose it is, nor where it stood.

use std::ops::Range;

use super::super::vocabulary::METHODS;
use super::{is_date, is_md5, string_len};
use crate::engine::intake::text::is_token;
use crate::engine::intake::unescape::Unescaped;

/// The longest string that is put right, in bytes.
const LONGEST: usize = 8 << 10;
/// Length of a Content-MD5.
const MD5: usize = 24;
/// What the names of a vendor's headers begin with.
const VENDORS: [&[u8]; 3] = [b"x-amz-", b"x-goog-", b"x-oss-"];

/// The parts of such a string.
#[derive(Debug, Default)]
struct Parts {
    method: Range<usize>,
    md5: Range<usize>,
    kind: Range<usize>,
    date: Range<usize>,
    headers: Vec<Range<usize>>,
    resource: Range<usize>,
}

/// `bytes`, all of which is one such string, on its own lines; none where they are, or where it is something else.
pub(in crate::engine::intake) fn straight(bytes: &[u8]) -> Option<Unescaped> {
    if bytes.len() > LONGEST || string_len(bytes, None, 0) == Some(bytes.len()) {
        return None;
    }
    let parts = parts(bytes)?;
    let lines = [parts.method, parts.md5, parts.kind, parts.date]
        .into_iter()
        .chain(parts.headers)
        .chain([parts.resource]);
    let mut out = Unescaped::default();
    let mut at = 0;
    for (place, line) in lines.enumerate() {
        let start = line.start.max(at);
        if place > 0 {
            out.decode(b"\n", at, start - at);
        }
        out.copy(bytes, start..line.end.max(start));
        at = line.end.max(start);
    }
    (out.bytes != bytes).then_some(out)
}

/// Tells the parts apart; none where something is left.
fn parts(bytes: &[u8]) -> Option<Parts> {
    let get = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
    let method = METHODS.iter().find(|method| bytes.starts_with(method))?;
    let end = bytes.trim_ascii_end().len();
    // The resource is encoded: it is the last word.
    let front = bytes.get(..end)?;
    let last = front.iter().rposition(u8::is_ascii_whitespace);
    let resource = last.map_or(method.len(), |at| at + 1)..end;
    if !get(&resource).starts_with(b"/") {
        return None;
    }
    let mut parts = Parts {
        method: 0..method.len(),
        ..Parts::default()
    };
    let limit = resource.start;
    let mut at = blanks(bytes, method.len(), limit);
    let word = at..word_end(bytes, at, limit).min(at + MD5);
    if word.len() == MD5 && is_md5(get(&word)) {
        parts.md5 = word.clone();
        at = blanks(bytes, word.end, limit);
    }
    if let Some(end) = content_type(bytes, at, limit) {
        parts.kind = at..end;
        at = blanks(bytes, end, limit);
    }
    if let Some(end) = date(bytes, at, limit) {
        parts.date = at..end;
        at = blanks(bytes, end, limit);
    }
    while is_vendors(bytes, at) {
        let next = next_header(bytes, at, limit);
        let value = bytes.get(at..next).unwrap_or_default().trim_ascii_end();
        parts.headers.push(at..at + value.len());
        at = blanks(bytes, next, limit);
    }
    let dated = !parts.date.is_empty()
        || parts.headers.iter().any(|header| {
            let text = get(header);
            memchr::memmem::find(text, b"-date:").is_some()
        });
    parts.resource = resource;
    // Between the parts that are not here nothing stands.
    let mut known = parts.method.end;
    for part in [&mut parts.md5, &mut parts.kind, &mut parts.date] {
        if part.end == part.start {
            *part = known..known;
        }
        known = part.end;
    }
    (at == limit && dated).then_some(parts)
}

fn blanks(bytes: &[u8], at: usize, limit: usize) -> usize {
    let rest = bytes.get(at..limit).unwrap_or_default();
    at + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

fn word_end(bytes: &[u8], at: usize, limit: usize) -> usize {
    let rest = bytes.get(at..limit).unwrap_or_default();
    let len = rest.iter().position(u8::is_ascii_whitespace);
    at + len.unwrap_or(rest.len())
}

/// Where a media type ends that stands at `at`, with its parameters: `text/html; charset=UTF-8`.
fn content_type(bytes: &[u8], at: usize, limit: usize) -> Option<usize> {
    let end = word_end(bytes, at, limit);
    let word = bytes.get(at..end)?;
    let slash = memchr::memchr(b'/', word).filter(|at| *at > 0)?;
    let (name, rest) = word.split_at(slash);
    let sub = rest.get(1..)?;
    let plain = |part: &[u8]| {
        let part = part.split(|b| *b == b';').next().unwrap_or_default();
        !part.is_empty() && part.iter().all(|b| is_token(*b))
    };
    if !plain(name) || !plain(sub) {
        return None;
    }
    let mut end = end;
    while bytes.get(end - 1) == Some(&b';') {
        let next = blanks(bytes, end, limit);
        let stop = word_end(bytes, next, limit);
        if !bytes.get(next..stop)?.contains(&b'=') {
            break;
        }
        end = stop;
    }
    Some(end)
}

/// Where a date ends that stands at `at`: seconds since 1970, or a time as HTTP writes it.
fn date(bytes: &[u8], at: usize, limit: usize) -> Option<usize> {
    const WORDS: usize = 6;
    let mut end = at;
    for _ in 0..WORDS {
        end = word_end(bytes, blanks(bytes, end, limit), limit);
        let text = bytes.get(at..end)?;
        let zoned = text.ends_with(b"GMT") || text.ends_with(b"UTC") || text.ends_with(b"0000");
        let seconds = text.iter().all(u8::is_ascii_digit);
        if is_date(text) && (zoned || seconds) && !text.starts_with(b"x-") {
            return Some(end);
        }
    }
    None
}

fn is_vendors(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let name = rest.iter().take_while(|b| is_token(**b)).count();
    VENDORS.iter().any(|front| rest.starts_with(front)) && rest.get(name) == Some(&b':')
}

/// Where the next header begins behind the one at `at`; the end where there is none.
fn next_header(bytes: &[u8], at: usize, limit: usize) -> usize {
    let rest = bytes.get(at..limit).unwrap_or_default();
    let blank = memchr::memchr3_iter(b' ', b'\n', b'\t', rest).map(|i| at + i + 1);
    blank
        .into_iter()
        .find(|next| is_vendors(bytes, *next))
        .unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        straight(text.as_bytes()).map(|out| String::from_utf8(out.bytes).unwrap())
    }

    #[test]
    fn lines_that_were_lost_are_put_back() {
        for (given, right) in [
            (
                "GET 1624537054 /bucket/a.png",
                "GET\n\n\n1624537054\n/bucket/a.png",
            ),
            (
                "PUT\n        text/html; charset=UTF-8\n        1597091875\n        /b/a",
                "PUT\n\ntext/html; charset=UTF-8\n1597091875\n/b/a",
            ),
            (
                "GETx-amz-date:Mon, 20 Jul 2015 20:35:44 GMT /bucket/a.jpg",
                "GET\n\n\n\nx-amz-date:Mon, 20 Jul 2015 20:35:44 GMT\n/bucket/a.jpg",
            ),
            (
                "PUT\n+NFGtaSc2qJy2E/IjvTHHA==\n\n\n    Tue, 15 Sep 2015 17:45:58 GMT\nx-amz-acl:private\n\n    /b/p.jpg",
                "PUT\n+NFGtaSc2qJy2E/IjvTHHA==\n\nTue, 15 Sep 2015 17:45:58 GMT\nx-amz-acl:private\n/b/p.jpg",
            ),
            (
                "PUT image/png 1624537054 x-goog-acl:public-read x-goog-meta-a:b c /b/a",
                "PUT\n\nimage/png\n1624537054\nx-goog-acl:public-read\nx-goog-meta-a:b c\n/b/a",
            ),
        ] {
            assert_eq!(read(given).as_deref(), Some(right));
            assert_eq!(read(right), None);
        }
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in [
            "GET /bucket/a.png",
            "GET 1624537054",
            "GET / HTTP/1.1",
            "GET some words 1624537054 /bucket",
            "GETTING 1624537054 /bucket",
            "AWS4-HMAC-SHA256 20260402T140310Z /b",
            "GET",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_byte_is_a_place_to_be_cut_at() {
        let text = b"PUT +NFGtaSc2qJy2E/IjvTHHA== text/html; charset=UTF-8 Tue, 15 Sep 2015 17:45:58 GMT x-amz-acl:private /b/p.jpg";
        for end in 0..text.len() {
            let _ = straight(&text[..end]);
            let _ = straight(&text[end..]);
        }
    }
}
