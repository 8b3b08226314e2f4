//! Strings to sign of the schemes before Signature Version 4, as logs and posts print them: a method, three
//! lines that may be empty, `x-…` headers, and the resource.
//!
//! Owns finding them by their own form, and whose they are by the label in front. Must not know how they are
//! signed, nor which of the schemes of this form it is.

mod straight;

use std::ops::Range;

pub(in crate::engine::intake) use straight::straight;

use super::vocabulary::METHODS;
use super::{foreign, printed};
use crate::engine::document::{Peel, Span};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::{Cut, Evidence, Integrity, Pattern, Shape, Side, fields, unescape};

/// What such a string without a label is called.
const SHAPE: Shape = Shape("older-string-to-sign");

/// What the string of Tencent Cloud COS begins with in the place of a method.
const COS: &[u8] = b"sha1";

/// Programs that label such a string as no program does that of a newer scheme: label, shape, side.
const LABELS: [(&str, Shape, Side); 4] = [
    // s3cmd, S3/Crypto.py, sign_request_v2
    ("SignHeaders: ", Shape("s3cmd-log"), Side::Client),
    // right_aws, lib/s3/right_s3_interface.rb
    ("Signed string: ", Shape("right-aws-log"), Side::Client),
    // aliyun-sdk for Node.js, its log of what it signs
    (
        "- sign string start -",
        Shape("aliyun-sdk-log"),
        Side::Client,
    ),
    // Ceph, rgw_auth_s3.cc, version 2
    ("auth_hdr:", Shape("ceph-log"), Side::Server),
];

/// How a time begins as HTTP writes it.
const DAYS: [&[u8]; 7] = [
    b"Mon,", b"Tue,", b"Wed,", b"Thu,", b"Fri,", b"Sat,", b"Sun,",
];
/// The longest such string, in bytes of its spelling.
const LONGEST: usize = 8 << 10;
/// The longest label and what stands between it and the string, in bytes.
const LABEL: usize = 64;
/// The longest indentation, in bytes.
const MARGIN: usize = 64;
/// Header lines of one string.
const HEADERS: usize = 100;
/// How far behind a string its signature may stand, in bytes.
const SIGNATURE: usize = 400;
/// Length of an HMAC-SHA1 in base64.
const SHA1: usize = 28;

/// What people call the shapes that only this file knows.
pub(in crate::engine::intake) fn called(shape: Shape) -> Option<&'static str> {
    match shape.0 {
        "older-string-to-sign" => Some("string to sign of an older scheme"),
        "right-aws-log" => Some("right_aws log"),
        "aliyun-sdk-log" => Some("log of aliyun-sdk"),
        _ => None,
    }
}

/// Recognises strings to sign of older schemes.
pub(in crate::engine::intake) struct OlderStrings;

impl Recogniser for OlderStrings {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "GET\n",
            "PUT\n",
            "POST\n",
            "HEAD\n",
            "DELETE\n",
            "GET\r\n",
            "PUT\r\n",
            "POST\r\n",
            "HEAD\r\n",
            "DELETE\r\n",
            "GET\\n",
            "PUT\\n",
            "POST\\n",
            "HEAD\\n",
            "DELETE\\n",
            "sha1\n",
            "sha1\r\n",
            "sha1\\n",
        ]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let before = hit.at.checked_sub(1).and_then(|at| text.at(at));
        if hit.at < from || before.is_some_and(word) {
            return None;
        }
        // What is short of a date and a resource is not looked at any further.
        at(text, hit.at).is_some().then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let found = at(text, start.at)?;
        let place = found.place;
        let span = text.span(place.clone());
        let (string, peel) = match found.undone {
            None => (span, None),
            Some((undone, peel)) => {
                let layer = reader.peel(span, peel, undone.bytes.into(), undone.map)?;
                (reader.case.docs.whole(layer).until(found.len), Some(peel))
            }
        };
        let (shape, side) = printer(text, &place);
        if found.cut {
            // Its label, by which alone it was known.
            let end = place.start.saturating_sub(1);
            let label = text.line_start(end, end.saturating_sub(LABEL))..place.start;
            reader.understand(text.span(label));
        }
        let given = reader.case.docs.to_given(span);
        let mut repairs = reader.case.docs.peels(span);
        repairs.extend(peel.filter(|peel| !repairs.contains(peel)));
        reader.add_printed(Evidence {
            shape,
            side,
            span: given,
            canonical_request: None,
            string_to_sign: Some(Pattern {
                cut: if found.cut {
                    Cut::Truncated
                } else {
                    Cut::Whole
                },
                ..Pattern::exact(string)
            }),
            // A server's log names two behind it, which are read where they stand.
            signature: signature(text, place.end)
                .filter(|_| side != Some(Side::Server))
                .map(Pattern::exact),
            answer: None,
            integrity: Integrity::Unchecked,
            repairs,
        });
        Some(place.end)
    }
}

/// A string to sign.
struct Found {
    /// Where it stands.
    place: Range<usize>,
    /// What it is without escapes or CR, where it has any.
    undone: Option<(unescape::Unescaped, Peel)>,
    /// How many bytes of that belong to it.
    len: usize,
    /// Whether the paste stops in it.
    cut: bool,
}

/// The string that begins at `at`.
fn at(text: &Text, at: usize) -> Option<Found> {
    let quote = at
        .checked_sub(1)
        .and_then(|i| text.at(i))
        .filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    let method = METHODS
        .iter()
        .chain([&COS])
        .find(|method| text.get(at..at + method.len()) == **method)?;
    let limit = match (text.at(at + method.len()), quote) {
        (Some(b'\\'), Some(quote)) => fields::literal_end(text, at, quote),
        (Some(b'\\'), None) => text.line(at).end,
        _ => text.len(),
    };
    let raw = text.get(at..limit.min(at + LONGEST));
    if text.at(at + method.len()) == Some(b'\\') {
        let undone = unescape::backslashes(raw)?;
        let len = string_len(&undone.bytes, quote, 0)?;
        let end = at + undone.map.to_parent(0..len).end;
        return Some(Found {
            place: at..end,
            undone: Some((undone, Peel::BackslashEscapes)),
            len,
            cut: false,
        });
    }
    // What is indented is read again without its indentation.
    let line = text.line_start(at, at.saturating_sub(MARGIN));
    let margin = text.get(line..at);
    let margin = if margin.iter().all(|b| is_blank(*b)) {
        margin.len()
    } else {
        0
    };
    let (len, cut) = match string_len(raw, quote, margin) {
        Some(len) => (len, false),
        None => (cut_len(text, at, raw)?, true),
    };
    let lines = unescape::line_ends(raw.get(..len)?);
    Some(Found {
        place: at..at + len,
        len: lines.as_ref().map_or(len, |lines| lines.bytes.len()),
        undone: lines.map(|lines| (lines, Peel::LineEnds)),
        cut,
    })
}

/// How much of `bytes` is a string to sign (RESTful authentication of Amazon S3, Signature Version 2): method,
/// Content-MD5, Content-Type, date, headers of the vendor, resource.
/// Of each line but the first up to `margin` blanks are left out.
fn string_len(bytes: &[u8], quote: Option<u8>, margin: usize) -> Option<usize> {
    if bytes.starts_with(COS) {
        return cos_len(bytes);
    }
    if let Some(len) = query_len(bytes, quote, margin) {
        return Some(len);
    }
    walk(bytes, quote, margin).ok()
}

/// How much of `bytes`, which stand in an element that was never closed, is of the string that their first line begins: all
/// of its lines, or those in front of the first that is none of them. None where no method stands there.
pub(in crate::engine::intake) fn own_len(bytes: &[u8]) -> Option<usize> {
    let first = bytes.split(|b| *b == b'\n').next()?.trim_ascii_end();
    if !METHODS.contains(&first) {
        return None;
    }
    // Elements are indented as far as anybody likes.
    let whole = query_len(bytes, None, LONGEST);
    Some(whole.unwrap_or_else(|| {
        let len = walk(bytes, None, LONGEST).unwrap_or_else(|len| len);
        let rest = bytes.get(len..).unwrap_or_default().trim_ascii();
        // What is left of a last line.
        let dated = DAYS.iter().any(|day| rest.starts_with(day));
        let word = !rest.iter().any(|b| matches!(b, b' ' | b'`'));
        let left = !rest.is_empty() && !rest.contains(&b'\n') && (dated || word);
        if left {
            bytes.trim_ascii_end().len()
        } else {
            len
        }
    }))
}

/// How much of `bytes` is such a string of the requests of storage, all of it or, as an error, the lines in front of the
/// first that is none of its.
fn walk(bytes: &[u8], quote: Option<u8>, margin: usize) -> Result<usize, usize> {
    let mut at = 0;
    let mut dated = false;
    let mut sure = 0;
    for place in 0..4 + HEADERS {
        let rest = bytes.get(at..).ok_or(sure)?;
        let blanks = rest.iter().take(margin).take_while(|b| is_blank(**b));
        at += if place == 0 { 0 } else { blanks.count() };
        let rest = bytes.get(at..).ok_or(sure)?;
        let end = memchr::memchr(b'\n', rest);
        let whole = rest.get(..end.unwrap_or(rest.len())).ok_or(sure)?;
        let line = whole.strip_suffix(b"\r").unwrap_or(whole);
        let fits = match place {
            0 => METHODS.contains(&line),
            1 => line.len() <= 64 && !line.iter().any(|b| matches!(b, b':' | b'/' | b' ')),
            2 => line.is_empty() || line.contains(&b'/') && line.first() != Some(&b'/'),
            3 => {
                dated |= !line.is_empty();
                line.is_empty() || is_date(line)
            }
            _ if line.first() == Some(&b'/') => {
                let stop = |b: &u8| b.is_ascii_whitespace() || Some(*b) == quote || *b == b'<';
                let len = line.iter().position(stop).unwrap_or(line.len());
                return if dated { Ok(at + len) } else { Err(sure) };
            }
            _ => {
                dated |= line
                    .get(..32.min(line.len()))
                    .is_some_and(|front| memchr::memmem::find(front, b"-date:").is_some());
                line.starts_with(b"x-") && line.contains(&b':')
            }
        };
        // The sum of the MD5 may hold slashes.
        let sum = place == 1 && is_md5(line);
        if !fits && !sum {
            return Err(sure);
        }
        sure = at + line.len();
        at += end.ok_or(sure)? + 1;
    }
    Err(sure)
}

/// How much of `bytes`, which begin at `at` and reach to the end of the text, is the beginning of a string to sign: behind
/// a label, in at least its third line, and no further than where its headers would begin.
fn cut_len(text: &Text, at: usize, bytes: &[u8]) -> Option<usize> {
    let len = bytes.trim_ascii_end().len();
    let is_last = at + bytes.len() == text.len();
    let own = bytes.get(..len)?;
    let lines: Vec<&[u8]> = own.split(|b| *b == b'\n').take(5).collect();
    let [_, sum, kind, date] = lines.as_slice() else {
        return None;
    };
    let plain = |line: &[u8]| line.strip_suffix(b"\r").unwrap_or(line).to_vec();
    let (sum, kind) = (plain(sum), plain(kind));
    let front = date.get(..date.len().min(4))?;
    let dated = DAYS.iter().any(|day| day.starts_with(front)) || is_date(date);
    let fits = (sum.is_empty() || is_md5(&sum))
        && (kind.is_empty() || kind.contains(&b'/') && !kind.starts_with(b"/"));
    let named = || printer(text, &(at..at)).1.is_some();
    (is_last && !date.is_empty() && dated && fits && named()).then_some(len)
}

/// How much of `bytes` is what Version 2 signs of a request of the query services (AWS General Reference, Signature
/// Version 2 signing process): method, host, path, and every parameter but the signature, a line each.
fn query_len(bytes: &[u8], quote: Option<u8>, margin: usize) -> Option<usize> {
    let mut at = 0;
    for place in 0..4 {
        let rest = bytes.get(at..)?;
        let blanks = rest.iter().take(margin).take_while(|b| is_blank(**b));
        at += if place == 0 { 0 } else { blanks.count() };
        let rest = bytes.get(at..)?;
        let end = memchr::memchr(b'\n', rest);
        let whole = rest.get(..end.unwrap_or(rest.len()))?;
        let line = whole.strip_suffix(b"\r").unwrap_or(whole);
        let host = |b: &u8| b.is_ascii_alphanumeric() || b".-:_".contains(b);
        let fits = match place {
            0 => METHODS.contains(&line),
            1 => !line.is_empty() && line.iter().all(host),
            2 => line.starts_with(b"/"),
            _ => {
                let stop = |b: &u8| b.is_ascii_whitespace() || Some(*b) == quote;
                let len = line.iter().position(stop).unwrap_or(line.len());
                let query = line.get(..len)?;
                let has = |name: &[u8]| memchr::memmem::find(query, name).is_some();
                let own = has(b"AWSAccessKeyId=") && has(b"SignatureVersion=2");
                return own.then_some(at + len);
            }
        };
        if !fits {
            return None;
        }
        at += end? + 1;
    }
    None
}

/// How much of `bytes` is a string to sign of Tencent Cloud COS: three lines, the last a SHA-1.
fn cos_len(bytes: &[u8]) -> Option<usize> {
    const LINES: usize = 3;
    const LONGEST: usize = 96;
    let front = bytes.get(..LONGEST.min(bytes.len()))?;
    let mut ends = memchr::memchr_iter(b'\n', front);
    let last = ends.nth(LINES - 2)? + 1;
    let hash = front.get(last..)?;
    let digits = hash.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let end = last + digits;
    let plain: Vec<u8> = front
        .iter()
        .take(end)
        .copied()
        .filter(|b| *b != b'\r')
        .collect();
    foreign::is_cos(&plain).then_some(end)
}

fn is_md5(line: &[u8]) -> bool {
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    line.len() == 24 && line.ends_with(b"==") && line.iter().all(base64)
}

/// Seconds since 1970, or a time as HTTP writes it.
fn is_date(line: &[u8]) -> bool {
    let epoch = (9..=11).contains(&line.len()) && line.iter().all(u8::is_ascii_digit);
    let http = (20..=40).contains(&line.len()) && line.contains(&b':') && line.contains(&b' ');
    epoch || http
}

/// Who printed the string at `place`.
fn printer(text: &Text, place: &Range<usize>) -> (Shape, Option<Side>) {
    let before = text.get(place.start.saturating_sub(LABEL)..place.start);
    let own = LABELS
        .iter()
        .find(|(label, ..)| memchr::memmem::rfind(before, label.as_bytes()).is_some());
    match own {
        Some((_, shape, side)) => (*shape, Some(*side)),
        None => printed::of_string_to_sign(text, place).unwrap_or((SHAPE, None)),
    }
}

/// The signature that a log prints behind a string, under its own label.
fn signature(text: &Text, from: usize) -> Option<Span> {
    let window = text.get(from..from + SIGNATURE);
    let at = memchr::memmem::find(window, b"ignature")? + b"ignature".len();
    let rest = window.get(at..)?;
    let gap = rest
        .iter()
        .take_while(|b| matches!(b, b':' | b'=' | b' ' | b'\r' | b'\n' | b'\'' | b'"'))
        .count();
    let value = rest.get(gap..gap + SHA1)?;
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let sum = value.strip_suffix(b"=")?;
    let start = from + at + gap;
    (gap > 0 && sum.iter().all(base64)).then(|| text.span(start..start + SHA1))
}
