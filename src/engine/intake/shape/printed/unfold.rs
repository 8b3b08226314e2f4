//! The lines of canonical requests and strings to sign whose ends became blanks: in a browser's view of XML, in chat,
//! in mail.
//!
//! Owns telling each line by what it is and putting it on a line of its own again. A hash tells whether that is right.

use std::ops::Range;

use memchr::memmem;

use super::grammar::{ALGORITHMS, payload};
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::text::is_token;
use crate::engine::intake::unescape::Unescaped;

/// How many times the length of the text may be looked at.
const LOOKS: usize = 16;
/// The longest canonical request whose lines are put back, in bytes.
const LONGEST: usize = 64 << 10;

/// The longest string to sign whose lines are put back, in bytes: its scope is the longest of them.
const LONGEST_TO_SIGN: usize = 1 << 10;

/// Text in which the lines of every canonical request and string to sign stand on lines of their own again, where
/// blanks stand for some of their ends.
pub(in crate::engine::intake) fn unfolded(bytes: &[u8]) -> Option<Unescaped> {
    let mut out = Unescaped::default();
    let mut any = false;
    let mut budget = bytes.len().saturating_mul(LOOKS);
    let mut at = 0;
    for start in starts(bytes) {
        if start < at || budget == 0 {
            continue;
        }
        let Some(lines) = to_sign(bytes, start).or_else(|| canonical(bytes, start, &mut budget))
        else {
            continue;
        };
        // The break before the text, too: what a sentence says ends there.
        let gap = gap_before(bytes, at, start);
        out.copy(bytes, at..gap.start);
        if !gap.is_empty() {
            out.decode(b"\n", gap.start, gap.len());
        }
        out.copy(bytes, gap.end..start);
        at = start;
        for (place, line) in lines.iter().enumerate() {
            // What stands between two lines became the end of the first.
            if place > 0 && at < line.start {
                out.decode(b"\n", at, line.start - at);
            } else if place > 0 {
                out.decode(b"\n", at, 0);
            }
            words(bytes, line.clone(), &mut out);
            at = line.end;
        }
        any = true;
    }
    out.copy(bytes, at..bytes.len());
    (any && out.bytes != bytes).then_some(out)
}

/// The blanks before the text at `start`, in front of the quote that opens it.
fn gap_before(bytes: &[u8], from: usize, start: usize) -> Range<usize> {
    let before = bytes.get(from..start).unwrap_or_default();
    let open = before
        .iter()
        .rev()
        .take(4)
        .take_while(|b| matches!(b, b'\'' | b'"' | b'[' | b'\\'))
        .count();
    let end = before.len() - open;
    let front = before.get(..end).unwrap_or_default();
    let blanks = front.iter().rev().take_while(|b| **b == b' ').count();
    from + end - blanks..from + end
}

/// A line with one blank where a line break stood in it.
fn words(bytes: &[u8], line: Range<usize>, out: &mut Unescaped) {
    let text = bytes.get(line.clone()).unwrap_or_default();
    let mut at = 0;
    while let Some(i) = memchr::memchr2(b'\n', b'\r', text.get(at..).unwrap_or_default()) {
        let before = text.get(at..at + i).unwrap_or_default().trim_ascii_end();
        out.copy(bytes, line.start + at..line.start + at + before.len());
        let gap = at + before.len();
        let rest = text.get(gap..).unwrap_or_default();
        let len = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        out.decode(b" ", line.start + gap, len);
        at = gap + len;
    }
    out.copy(bytes, line.start + at..line.end);
}

/// Where an algorithm or a method stands as a word of its own.
fn starts(bytes: &[u8]) -> Vec<usize> {
    let mut all: Vec<usize> = Vec::new();
    for word in METHODS.into_iter().chain([&b"AWS4-"[..], b"GOOG4-"]) {
        all.extend(memmem::find_iter(bytes, word).filter(|at| {
            let before = at.checked_sub(1).and_then(|i| bytes.get(i));
            !before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        }));
    }
    all.sort_unstable();
    all
}

/// The words of a text from a place on, kept apart by blanks and line ends.
struct Words<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.bytes.get(self.at..)?;
        let gap = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let rest = rest.get(gap..)?;
        let len = rest.iter().take_while(|b| !b.is_ascii_whitespace()).count();
        let start = self.at + gap;
        self.at = start + len;
        (len > 0).then_some(start..start + len)
    }
}

/// The lines of the string to sign that begins at `start`.
fn to_sign(bytes: &[u8], start: usize) -> Option<Vec<Range<usize>>> {
    let window = bytes.get(..bytes.len().min(start + LONGEST_TO_SIGN))?;
    let mut words = Words {
        bytes: window,
        at: start,
    };
    let algorithm = words.next()?;
    let name = bytes.get(algorithm.clone())?;
    ALGORITHMS
        .iter()
        .any(|a| a.as_bytes() == name)
        .then_some(())?;
    let time = words.next()?;
    let scope = words.next()?;
    let mut last = words.next()?;
    let is_time = bytes.get(time.clone())?.first()?.is_ascii_digit() && time.len() == 16;
    let is_scope = bytes.get(scope.clone())?.ends_with(b"4_request");
    last.end = last.start + payload(bytes.get(last.clone())?)?;
    (is_time && is_scope).then(|| vec![algorithm, time, scope, last])
}

/// The lines of the canonical request that begins at `start`.
fn canonical(bytes: &[u8], start: usize, budget: &mut usize) -> Option<Vec<Range<usize>>> {
    let get = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
    // Not everything that begins so is a word by itself, and the words of some texts are very long.
    let rest = bytes.get(start..)?;
    let is_method = |method: &&[u8]| {
        let behind = rest.strip_prefix(*method).and_then(<[u8]>::first);
        behind.is_some_and(u8::is_ascii_whitespace)
    };
    METHODS.iter().find(|method| is_method(method))?;
    let limit = bytes.len().min(start + LONGEST).min(start + *budget);
    let window = bytes.get(..limit)?;
    let mut words = Words {
        bytes: window,
        at: start,
    };
    let method = words.next()?;
    let path = words.next()?;
    if !METHODS.contains(&get(&method)) || get(&path).first() != Some(&b'/') {
        return None;
    }
    let mut middle: Vec<Range<usize>> = Vec::new();
    let (list, hash) = loop {
        let Some(word) = words.next() else {
            *budget = budget.saturating_sub(limit - start);
            return None;
        };
        if let Some(before) = middle.last()
            && let Some(len) = payload(get(&word))
            && may_be_list(get(before))
        {
            // Every word before it is looked at: a text may have very many hashes.
            *budget = budget.saturating_sub(middle.len());
            if !is_list(get(before), &middle, bytes) {
                if *budget == 0 {
                    return None;
                }
                middle.push(word);
                continue;
            }
            let list = before.clone();
            middle.pop();
            break (list, word.start..word.start + len);
        }
        // Another text begins: this one was none.
        if word.end - start > 64 && get(&word).starts_with(b"AWS4-HMAC") && middle.len() < 2 {
            return None;
        }
        middle.push(word);
    };
    *budget = budget.saturating_sub(hash.end - start);
    let mut names = get(&list).split(|b| *b == b';').peekable();
    let mut lines = vec![method, path.clone()];
    let mut query = path.end..path.end;
    let mut headers: Vec<Range<usize>> = Vec::new();
    for word in middle {
        let begins = |name: &&[u8]| {
            let rest = get(&word).strip_prefix(*name);
            rest.is_some_and(|rest| rest.first() == Some(&b':'))
        };
        if names.next_if(begins).is_some() {
            headers.push(word);
        } else if let Some(header) = headers.last_mut() {
            header.end = word.end;
        } else if query.is_empty() {
            query = word;
        } else {
            // What did not encode it printed its blanks.
            query.end = word.end;
        }
    }
    if headers.is_empty() || names.next().is_some() {
        return None;
    }
    let behind = headers.last().map_or(list.start, |header| header.end);
    lines.push(query);
    lines.extend(headers);
    lines.push(behind..behind);
    lines.push(list);
    lines.push(hash);
    Some(lines)
}

/// Whether a word may be a list of headers, as far as it tells by itself.
fn may_be_list(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(|b| is_token(*b) || *b == b';')
}

/// Whether a word is the list of the headers before it: each of its names begins a word.
fn is_list(word: &[u8], before: &[Range<usize>], bytes: &[u8]) -> bool {
    let mut names = word.split(|b| *b == b';').peekable();
    for range in before {
        let begins = |name: &&[u8]| {
            let text = bytes.get(range.clone()).unwrap_or_default();
            let rest = text.strip_prefix(*name);
            rest.is_some_and(|rest| rest.first() == Some(&b':'))
        };
        let _ = names.next_if(begins);
    }
    names.next().is_none()
}

/// Whether a line begins something of its own, and so is no rest of the one before it: one of the two texts, a header
/// that is signed in every request, or what ends a text behind its list of headers.
pub(in crate::engine::intake) fn begins(before: &[u8], line: &[u8]) -> bool {
    let algorithm = ALGORITHMS.iter().any(|name| name.as_bytes() == line);
    let header = HEADERS.iter().any(|name| {
        let rest = line.strip_prefix(name.as_bytes());
        rest.is_some_and(|rest| rest.first() == Some(&b':'))
    });
    let end =
        payload(line) == Some(line.len()) && before.contains(&b';') && !before.ends_with(b":");
    METHODS.contains(&line) || algorithm && !before.ends_with(b"STREAMING-") || header || end
}

/// Headers that canonical requests name.
const HEADERS: [&str; 6] = [
    "host",
    "x-amz-date",
    "x-amz-content-sha256",
    "x-amz-security-token",
    "content-type",
    "content-length",
];
