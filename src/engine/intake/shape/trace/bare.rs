//! Maps of headers whose names and values stand without quotes: `{Name=value, Name=value}` and `{Name=[value], …}` of
//! Java and Kotlin, `[Name:value, Name:value]` of OkHttp.
//!
//! Owns which of the commas in such a print stand between two headers, for the print itself does not tell: a value may
//! hold one. A header begins behind a comma where its name is one that was signed, or one that requests have, or where
//! the value before it holds no comma by its own grammar. What is left in doubt is said to be so. A print quotes all of
//! its texts or none, and one quoted like its `Authorization` is read by `notation::printed`.

use std::ops::Range;

use crate::engine::intake::limits;
use crate::engine::intake::notation::printed::{Member, Object, Value};
use crate::engine::intake::shape::vocabulary::signed_names;
use crate::engine::intake::text::Text;

/// The longest map, in bytes.
const LONGEST: usize = 64 << 10;
/// The longest name of a header, in bytes.
const NAME: usize = 64;

/// Names of headers that requests have, and what the names of others begin with.
const KNOWN: [&str; 26] = [
    "authorization",
    "baggage",
    "cache-control",
    "connection",
    "cookie",
    "date",
    "expect",
    "expires",
    "forwarded",
    "host",
    "keep-alive",
    "last-modified",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "range",
    "referer",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
];
const KNOWN_FRONTS: [&str; 7] = [
    "accept",
    "access-control-",
    "amz-sdk-",
    "content-",
    "if-",
    "sec-",
    "x-",
];

/// Whether this is the name of a header that requests have, in any case.
pub(in crate::engine::intake) fn is_request_header(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let is = |own: &str| own.as_bytes() == name;
    let begins = |front: &str| name.starts_with(front.as_bytes());
    KNOWN.into_iter().any(is) || KNOWN_FRONTS.into_iter().any(begins)
}

/// Headers in whose values no comma stands in front of `name=` (RFC 9110, and the API reference of Amazon S3).
const WITHOUT_COMMA: [&str; 29] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "expect",
    "expires",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "last-modified",
    "range",
    "transfer-encoding",
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-expected-bucket-owner",
    "x-amz-security-token",
    "x-amz-storage-class",
    "x-amz-tagging",
    "x-amz-target",
];

/// What stands as `name=` behind a comma in the values of a header: the parameters of the signature, the directives of
/// RFC 9111 section 5.2 and RFC 5861, those of RFC 7239, the grantees of Amazon S3, and the attempts of its SDKs.
const PARAMETERS: [(&str, &[&str]); 6] = [
    (
        "authorization",
        &["credential", "signedheaders", "signature"],
    ),
    (
        "cache-control",
        &[
            "max-age",
            "s-maxage",
            "max-stale",
            "min-fresh",
            "no-cache",
            "private",
            "stale-if-error",
            "stale-while-revalidate",
        ],
    ),
    ("keep-alive", &["timeout", "max"]),
    ("amz-sdk-request", &["attempt", "max", "ttl"]),
    ("forwarded", &["by", "for", "host", "proto"]),
    ("x-amz-grant-", &["id", "uri", "emailaddress"]),
];

/// A place where a header may begin: its name, and where what is before it ends.
struct Candidate {
    /// Its name, in lower case.
    name: String,
    /// Where the name stands.
    place: Range<usize>,
    /// Where the value before it ends.
    before: usize,
}

/// The map that opens at `open`; none where it is none of these.
pub(super) fn read(text: &Text, open: usize) -> Option<Object> {
    let (close, separator) = match text.at(open)? {
        b'{' => (b'}', b'='),
        b'[' => (b']', b':'),
        _ => return None,
    };
    let print = Print {
        text,
        open,
        brackets: (text.at(open)?, close),
        separator,
    };
    let (candidates, end) = print.candidates()?;
    let own = |candidate: &&Candidate| candidate.name == "authorization";
    let authorization = candidates.iter().find(own)?;
    let value = text.get(authorization.place.end + 1..end);
    let bare = value.strip_prefix(b"[").unwrap_or(value);
    if bare.first().is_none_or(|b| matches!(b, b'"' | b'\'')) {
        return None;
    }
    let mut object = headers(text, candidates, end, &signed_names(value));
    object.end = end + 1;
    Some(object)
}

/// A map that is looked at.
struct Print<'t> {
    text: &'t Text,
    open: usize,
    brackets: (u8, u8),
    /// What stands between a name and its value.
    separator: u8,
}

impl Print<'_> {
    /// Every place where a header may begin, and where the closing bracket stands. None where a line ends in a value.
    fn candidates(&self) -> Option<(Vec<Candidate>, usize)> {
        let from = self.open + 1;
        let bytes = self.text.get(from..from + LONGEST);
        let mut out = vec![self.candidate(from, from)?];
        // Values that stand in brackets of their own end with these.
        let first = out.first()?.place.end;
        let lists = self.separator == b'=' && self.text.at(first + 1) == Some(b'[');
        let (opener, closer) = self.brackets;
        let mut depth = 0usize;
        let mut last = 0;
        for (at, byte) in bytes.iter().copied().enumerate() {
            if byte == closer && depth == 0 {
                return Some((out, from + at));
            }
            if byte == closer {
                depth -= 1;
            } else if byte == opener {
                depth += 1;
            } else if byte == b'\n' && last != b',' {
                return None;
            } else if byte == b',' && depth == 0 && out.len() < limits::HEADERS {
                let name = self.text.skip_space(from + at + 1);
                let candidate = self.candidate(name, from + at);
                let fits = |c: &Candidate| {
                    !lists || last == b']' && self.text.at(c.place.end + 1) == Some(b'[')
                };
                out.extend(candidate.filter(fits));
            }
            if !byte.is_ascii_whitespace() {
                last = byte;
            }
        }
        None
    }

    /// The name at `at` with its separator behind it.
    fn candidate(&self, at: usize, before: usize) -> Option<Candidate> {
        let near = self.text.get(at..at + NAME);
        let word = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let len = near.iter().take_while(word).count();
        let name = near.get(..len)?;
        let fits = name.first()?.is_ascii_alphabetic() && near.get(len) == Some(&self.separator);
        // `=>` and `==` are of other notations.
        let own = !matches!(near.get(len + 1), Some(b'>' | b'='));
        (fits && own).then(|| Candidate {
            name: String::from_utf8_lossy(name).to_ascii_lowercase(),
            place: at..at + len,
            before,
        })
    }
}

/// The headers among the `candidates` of a map that closes at `end`.
fn headers(text: &Text, candidates: Vec<Candidate>, end: usize, signed: &[String]) -> Object {
    let mut kept: Vec<(Candidate, bool)> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let Some((last, doubtful)) = kept.last_mut() else {
            kept.push((candidate, false));
            continue;
        };
        match between(&last.name, &candidate.name, signed) {
            Comma::OfTheValue => {}
            Comma::Doubtful => {
                *doubtful |= signed.contains(&last.name);
                // The one spelled as the names of this print are is likelier a name.
                let first = |place: &Range<usize>| text.at(place.start);
                let capital = |place| first(place).is_some_and(|b| b.is_ascii_uppercase());
                if capital(&candidate.place) && capital(&last.place) {
                    kept.push((candidate, false));
                }
            }
            Comma::OfTheMap => kept.push((candidate, false)),
        }
    }
    let mut object = Object::default();
    let mut ends: Vec<usize> = kept.iter().skip(1).map(|(next, _)| next.before).collect();
    ends.push(end);
    for ((candidate, doubtful), end) in kept.into_iter().zip(ends) {
        let start = candidate.place.end + 1;
        let mut value = start..text.trim_end(start..end);
        let bytes = text.get(value.clone());
        if bytes.len() > 1 && bytes.starts_with(b"[") && bytes.ends_with(b"]") {
            value = value.start + 1..value.end - 1;
        }
        if doubtful {
            object.doubtful.push(value.clone());
        }
        object.members.push(Member {
            name: Value::Bare(candidate.place),
            value: Value::Bare(value),
        });
    }
    object
}

/// What a comma in front of `name=` is.
enum Comma {
    OfTheValue,
    OfTheMap,
    Doubtful,
}

/// What the comma between the value of the header `last` and `next=` is.
fn between(last: &str, next: &str, signed: &[String]) -> Comma {
    let parameter = PARAMETERS
        .iter()
        .any(|(header, names)| last.starts_with(header) && names.contains(&next));
    if parameter {
        return Comma::OfTheValue;
    }
    let known = is_request_header(next.as_bytes());
    if known || signed.iter().any(|name| name == next) || WITHOUT_COMMA.contains(&last) {
        return Comma::OfTheMap;
    }
    Comma::Doubtful
}
