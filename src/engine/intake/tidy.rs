//! URLs as programs rewrite them before they send them, each byte with the way back.
//!
//! Owns the rules of `fetch` (WHATWG URL Standard), of Python's requests with urllib3, and of wget. What a program leaves alone
//! stays where it stands.

use std::ops::Range;

use super::piece::{Piece, percent};
use super::target;
use super::unescape::Unescaped;
use crate::engine::document::Peel;

/// Whose rules a URL is rewritten by.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Tidier {
    /// Browsers and Node.
    Whatwg,
    /// Python's requests, and HTTPie.
    Requests,
    /// wget (`url.c` of its source).
    Wget,
}

/// `url` as it is sent, and whether another path or query is sent for that; none where it is sent as it stands.
pub(super) fn tidied(url: &Piece, by: Tidier) -> Option<(Piece, bool)> {
    let bytes = url.bytes();
    let scheme = target::absolute(bytes)? + 3;
    let rest = bytes.get(scheme..)?;
    let host = scheme
        + rest
            .iter()
            .position(|b| b"/?#\\".contains(b))
            .unwrap_or(rest.len());
    let end = memchr::memchr(b'#', bytes).unwrap_or(bytes.len());
    let query = memchr::memchr(b'?', bytes.get(..end)?).unwrap_or(end);
    let mut out = Unescaped::default();
    let write = Writer { url, by };
    let rooted = host < query;
    let other_host = write.host(0..host, &mut out);
    let mut other = write.path(host..query.max(host), &mut out);
    other &= rooted;
    other |= write.part(query.max(host)..end, true, &mut out);
    if !other && !other_host && rooted {
        return None;
    }
    url.copy_into(&mut out, end..bytes.len(), url.start);
    let tidied = Piece {
        plain: None,
        ..Piece::new(out, url.start..url.end, Peel::Tidied)
    };
    Some((tidied, other))
}

struct Writer<'u> {
    url: &'u Piece,
    by: Tidier,
}

impl Writer<'_> {
    fn copy(&self, range: Range<usize>, out: &mut Unescaped) {
        self.url.copy_into(out, range, self.url.start);
    }

    /// Writes `bytes` for what stands at `range`.
    fn write(&self, bytes: &[u8], range: Range<usize>, out: &mut Unescaped) {
        let was = self.url.text.map.to_parent(range);
        out.decode(bytes, was.start, was.len());
    }

    /// Scheme and host in small letters; `fetch` leaves a port out that is the scheme's own.
    fn host(&self, range: Range<usize>, out: &mut Unescaped) -> bool {
        let bytes = self.url.bytes().get(range.clone()).unwrap_or_default();
        let lower = bytes.to_ascii_lowercase();
        let own: &[u8] = if lower.starts_with(b"https") {
            b":443"
        } else {
            b":80"
        };
        let port = self.by == Tidier::Whatwg && lower.ends_with(own);
        let kept = range.end - if port { own.len() } else { 0 };
        if lower == bytes {
            self.copy(range.start..kept, out);
        } else {
            let lower = lower.get(..kept - range.start).unwrap_or_default();
            self.write(lower, range.start..kept, out);
        }
        port || lower != bytes
    }

    /// The path without `.` and `..` (RFC 3986 §5.2.4), a slash where there is none.
    fn path(&self, range: Range<usize>, out: &mut Unescaped) -> bool {
        if range.is_empty() {
            self.write(b"/", range, out);
            return true;
        }
        let bytes = self.url.bytes();
        let slash = |b: u8| b == b'/' || self.by == Tidier::Whatwg && b == b'\\';
        let mut kept: Vec<Range<usize>> = Vec::new();
        let mut dropped = false;
        let mut at = range.start;
        while at < range.end {
            let rest = bytes.get(at + 1..range.end).unwrap_or_default();
            let len = rest.iter().position(|b| slash(*b)).unwrap_or(rest.len());
            let next = at + 1 + len;
            let name = rest.get(..len).unwrap_or_default();
            let dots = self.dots(name);
            if dots > 0 {
                dropped = true;
                if dots == 2 {
                    kept.pop();
                }
                if next == range.end {
                    kept.push(at..at + 1);
                }
            } else {
                kept.push(at..next);
            }
            at = next;
        }
        if !dropped {
            return self.part(range, false, out);
        }
        for part in kept {
            self.part(part, false, out);
        }
        true
    }

    /// How many dots a segment of a path is made of; 0 where it is something else.
    fn dots(&self, name: &[u8]) -> usize {
        let name = name.to_ascii_lowercase();
        match (name.as_slice(), self.by) {
            (b".", _) | (b"%2e", Tidier::Whatwg) => 1,
            (b"..", _) | (b".%2e" | b"%2e." | b"%2e%2e", Tidier::Whatwg) => 2,
            _ => 0,
        }
    }

    /// A part of path or query with its escapes as the program writes them.
    fn part(&self, range: Range<usize>, query: bool, out: &mut Unescaped) -> bool {
        let bytes = self.url.bytes();
        let escaped = |at: usize| {
            let hex = bytes.get(at + 1..at + 3)?;
            let code = u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?;
            hex.iter().all(u8::is_ascii_hexdigit).then_some(code)
        };
        // urllib3 takes a `%` for itself where one of them is no escape.
        let whole = (range.start..range.end)
            .filter(|at| bytes.get(*at) == Some(&b'%'))
            .all(|at| escaped(at).is_some());
        let mut changed = false;
        let mut from = range.start;
        let mut at = range.start;
        while at < range.end {
            let byte = bytes.get(at).copied().unwrap_or_default();
            let first = query && at == range.start;
            let (written, len): (Option<Vec<u8>>, usize) = match (self.by, byte) {
                _ if first => (None, 1),
                (Tidier::Requests, b'%') if whole => {
                    let code = escaped(at).unwrap_or_default();
                    let unreserved = code.is_ascii_alphanumeric() || b"-._~".contains(&code);
                    let upper = percent(code);
                    let same = bytes.get(at..at + 3) == Some(upper.as_slice());
                    match (unreserved, same) {
                        (true, _) => (Some(vec![code]), 3),
                        (false, true) => (None, 3),
                        (false, false) => (Some(upper), 3),
                    }
                }
                (Tidier::Requests, _) => {
                    let kept = byte.is_ascii_alphanumeric()
                        || b"-._~!$&'()*+,;=:@/".contains(&byte)
                        || query && byte == b'?';
                    ((!kept).then(|| percent(byte)), 1)
                }
                (Tidier::Wget, b'%') => {
                    let kept = escaped(at).is_some();
                    ((!kept).then(|| percent(byte)), 1)
                }
                (Tidier::Wget, _) => {
                    let odd = byte <= b' ' || byte >= 0x7F || b"\"<>\\^`{|}".contains(&byte);
                    (odd.then(|| percent(byte)), 1)
                }
                (Tidier::Whatwg, b'\t' | b'\n' | b'\r') => (Some(Vec::new()), 1),
                (Tidier::Whatwg, b'\\') if !query => (Some(b"/".to_vec()), 1),
                (Tidier::Whatwg, _) => {
                    let odd = byte <= b' ' || byte >= 0x7F || b"\"<>".contains(&byte);
                    let odd = odd
                        || if query {
                            byte == b'\''
                        } else {
                            b"`{}".contains(&byte)
                        };
                    (odd.then(|| percent(byte)), 1)
                }
            };
            if let Some(written) = written {
                self.copy(from..at, out);
                self.write(&written, at..at + len, out);
                from = at + len;
                changed = true;
            }
            at += len;
        }
        self.copy(from..range.end, out);
        changed
    }
}
