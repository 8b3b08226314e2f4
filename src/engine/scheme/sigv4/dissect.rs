//! Splitting a canonical request or string to sign that somebody else made, malformed or not.

use std::ops::Range;

use super::bounds;
use super::encode;
use super::excerpt;
use super::message;
use super::quirks::PlusInQuery;
use super::sorted::Occurrences;
use super::wording;
use crate::engine::scheme::{Extent, Field, FieldKey, FieldKind, Role, Rule};

/// The fields of `text`, keyed as the trace keys its own; none where there are more than are followed,
/// so that it is compared as a whole.
pub(super) fn dissect(role: Role, text: &[u8], extent: Extent) -> Vec<Field> {
    let count = |separator| memchr::memchr_iter(separator, text).count();
    if count(b'\n') > bounds::PARAMS || count(b'&') > bounds::PARAMS {
        return Vec::new();
    }
    match (role, extent) {
        (Role::CanonicalRequest, Extent::Whole) => canonical_request(text),
        (Role::CanonicalRequest, Extent::Partial) => excerpt::canonical_request(text, &lines(text)),
        (Role::StringToSign, Extent::Whole) => string_to_sign(text),
        (Role::StringToSign, Extent::Partial) => excerpt::string_to_sign(text, &lines(text)),
        (Role::Signature, _) => vec![field(
            FieldKey::of(FieldKind::SIGNATURE),
            0..text.len(),
            wording::SIGNATURE,
        )],
        (Role::Request | Role::Key, _) => Vec::new(),
    }
}

pub(super) fn field(key: FieldKey, range: Range<usize>, rule: Rule) -> Field {
    Field {
        key,
        range,
        runs: Vec::new(),
        rule,
    }
}

/// The ranges of the lines, without their line feeds. A carriage return stays: where it is no line
/// end of the whole text it is a difference to be seen.
fn lines(text: &[u8]) -> Vec<Range<usize>> {
    // A line feed at the very end closes the last line; it opens no new one.
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let crlf = memchr::memchr_iter(b'\n', body)
        .all(|at| at.checked_sub(1).and_then(|before| body.get(before)) == Some(&b'\r'))
        && memchr::memchr(b'\n', body).is_some();
    let mut out = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', body).chain([body.len()]) {
        let mut stop = end;
        if crlf && stop > start && body.get(stop - 1) == Some(&b'\r') {
            stop -= 1;
        }
        out.push(start..stop);
        start = end + 1;
    }
    out
}

fn canonical_request(text: &[u8]) -> Vec<Field> {
    let lines = lines(text);
    let mut fields = Vec::new();
    let mut lines = lines.iter();
    let of = |kind, range: &Range<usize>, rule| field(FieldKey::of(kind), range.clone(), rule);
    let Some(method) = lines.next() else {
        return fields;
    };
    fields.push(of(FieldKind::METHOD, method, wording::METHOD));
    let Some(path) = lines.next() else {
        return fields;
    };
    fields.push(of(FieldKind::PATH, path, wording::PATH_ONCE));
    let Some(query) = lines.next() else {
        return fields;
    };
    params(text, query, &mut fields);
    let rest = lines.as_slice();
    let (headers, tail) = rest.split_at(headers_end(rest));
    header_fields(text, headers, &mut fields);
    // The empty line between the two is no field.
    let mut tail = tail.iter().skip_while(|line| line.is_empty());
    let signed = tail.next();
    let payload = tail.next();
    if let Some(signed) = signed {
        fields.push(of(
            FieldKind::SIGNED_HEADERS,
            signed,
            wording::SIGNED_HEADERS,
        ));
    }
    if let Some(payload) = payload {
        fields.push(of(FieldKind::PAYLOAD_HASH, payload, wording::PAYLOAD));
    } else if signed.is_some() {
        // Some schemes sign an empty payload line; here the text may have lost its end.
        fields.push(field(
            FieldKey::of(FieldKind::PAYLOAD_HASH),
            text.len()..text.len(),
            wording::PAYLOAD,
        ));
    }
    fields
}

/// How many of the lines behind the query are headers: those before the empty line that has two
/// lines behind it, else before the first empty one, else all but the last two.
fn headers_end(rest: &[Range<usize>]) -> usize {
    let empty = |line: &Range<usize>| line.is_empty();
    let third_last = rest.len().checked_sub(3);
    if let Some(at) = third_last
        && rest.get(at).is_some_and(empty)
    {
        return at;
    }
    rest.iter()
        .position(empty)
        .unwrap_or(rest.len().saturating_sub(2))
}

pub(super) fn params(text: &[u8], query: &Range<usize>, fields: &mut Vec<Field>) {
    let bytes = text.get(query.clone()).unwrap_or_default();
    if bytes.is_empty() {
        return;
    }
    let mut seen = Occurrences::default();
    let mut start = 0;
    for end in memchr::memchr_iter(b'&', bytes).chain([bytes.len()]) {
        let segment = bytes.get(start..end).unwrap_or_default();
        let name_len = memchr::memchr(b'=', segment).unwrap_or(segment.len());
        let value = (name_len + 1).min(segment.len());
        let name = segment.get(..name_len).unwrap_or_default();
        let name = encode::decode(name, PlusInQuery::Blank);
        let at = query.start + start;
        fields.push(field(
            seen.key(FieldKind::QUERY, &name),
            at + value..at + segment.len(),
            wording::QUERY,
        ));
        start = end + 1;
    }
}

fn header_fields(text: &[u8], lines: &[Range<usize>], fields: &mut Vec<Field>) {
    let mut seen = Occurrences::default();
    let first = fields.len();
    for line in lines {
        let bytes = text.get(line.clone()).unwrap_or_default();
        let Some(colon) = memchr::memchr(b':', bytes) else {
            // A value that holds a line feed goes on here.
            if fields.len() > first
                && let Some(last) = fields.last_mut()
            {
                last.range.end = line.end;
            }
            continue;
        };
        let name = bytes.get(..colon).unwrap_or_default().to_ascii_lowercase();
        let rule = if name == b"host" {
            wording::HOST
        } else {
            wording::HEADER
        };
        fields.push(field(
            seen.key(FieldKind::HEADER, &name),
            line.start + colon + 1..line.end,
            rule,
        ));
    }
}

fn string_to_sign(text: &[u8]) -> Vec<Field> {
    let keys = [
        (message::algorithm_key(), wording::ALGORITHM),
        (FieldKey::of(FieldKind::DATE), wording::DATE),
        (FieldKey::of(FieldKind::SCOPE), wording::SCOPE),
        (FieldKey::of(FieldKind::HASH), wording::HASH),
    ];
    let lines = lines(text);
    let mut fields: Vec<Field> = keys
        .into_iter()
        .zip(&lines)
        .map(|((key, rule), range)| field(key, range.clone(), rule))
        .collect();
    // What stands behind the last line belongs to no field of ours, and must be seen all the same.
    if let (Some(fifth), Some(last)) = (lines.get(4), lines.last()) {
        fields.push(field(
            FieldKey::named(FieldKind::MESSAGE, "rest", 0),
            fifth.start..last.end,
            wording::STRING_TO_SIGN,
        ));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(role: Role, text: &str) -> Vec<(String, String)> {
        shown_as(role, text, Extent::Whole)
    }

    fn shown_as(role: Role, text: &str, extent: Extent) -> Vec<(String, String)> {
        dissect(role, text.as_bytes(), extent)
            .into_iter()
            .map(|f| {
                let name = match &f.key.name {
                    Some(name) => format!("{}:{name}#{}", f.key.kind.0, f.key.nth),
                    None => f.key.kind.0.to_owned(),
                };
                (name, text.get(f.range).unwrap().to_owned())
            })
            .collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    }

    #[test]
    fn a_whole_canonical_request_is_split() {
        let text = "GET\n/a\nb=1&b=2&c=\nhost:x:81\nx-amz-date:d\n\nhost;x-amz-date\nhash";
        let want = pairs(&[
            ("method", "GET"),
            ("path", "/a"),
            ("query:b#0", "1"),
            ("query:b#1", "2"),
            ("query:c#0", ""),
            ("header:host#0", "x:81"),
            ("header:x-amz-date#0", "d"),
            ("signed-headers", "host;x-amz-date"),
            ("payload-hash", "hash"),
        ]);
        assert_eq!(shown(Role::CanonicalRequest, text), want);
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(shown(Role::CanonicalRequest, &crlf), want);
        assert_eq!(shown(Role::CanonicalRequest, &format!("{text}\n")), want);
    }

    #[test]
    fn malformed_canonical_requests_yield_what_is_there() {
        assert_eq!(
            shown(Role::CanonicalRequest, "GET"),
            pairs(&[("method", "GET")])
        );
        assert_eq!(shown(Role::CanonicalRequest, ""), pairs(&[("method", "")]));
        // The blank line was lost on the way.
        assert_eq!(
            shown(Role::CanonicalRequest, "GET\n/\n\nhost:x\nhost\nhash"),
            pairs(&[
                ("method", "GET"),
                ("path", "/"),
                ("header:host#0", "x"),
                ("signed-headers", "host"),
                ("payload-hash", "hash"),
            ])
        );
        // A header value with a line feed in it, and an empty payload line.
        assert_eq!(
            shown(
                Role::CanonicalRequest,
                "GET\n/\n\na:1\n2\nhost:x\n\na;host\n"
            ),
            pairs(&[
                ("method", "GET"),
                ("path", "/"),
                ("header:a#0", "1\n2"),
                ("header:host#0", "x"),
                ("signed-headers", "a;host"),
                ("payload-hash", ""),
            ])
        );
    }

    #[test]
    fn a_string_to_sign_is_split() {
        assert_eq!(
            shown(Role::StringToSign, "AWS4-HMAC-SHA256\nd\ns/c/o/pe\nhash\n"),
            pairs(&[
                ("message:algorithm#0", "AWS4-HMAC-SHA256"),
                ("date", "d"),
                ("scope", "s/c/o/pe"),
                ("hash", "hash"),
            ])
        );
    }
}
