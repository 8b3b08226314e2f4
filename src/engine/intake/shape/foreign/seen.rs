//! What a string to sign of the schemes before Signature Version 4, or of their relatives, shows by itself: a time in
//! milliseconds, a host that became a bucket, a content type that a URL does not tell, an encoded question mark.
//!
//! Owns those remarks, which claim no cause. Must not know how any of these schemes signs.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as STANDARD;
use chrono::DateTime;

use super::{Foreign, of_string, shown};
use crate::engine::diagnose::Finding;
use crate::engine::document::Span;
use crate::engine::intake::shape::sas;
use crate::engine::intake::vocabulary::STRING_AS_SENT;
use crate::engine::intake::{Case, Cut, Evidence, Given, Header, Pattern, Side};

/// The longest string that is looked at, in bytes.
const LONGEST: usize = 16 << 10;

/// Every remark on the string of `evidence`.
pub(super) fn all(case: &Case, evidence: &Evidence) -> Vec<Finding> {
    let string = evidence.string_to_sign.as_ref().and_then(Pattern::span);
    let Some(string) = string.filter(|string| string.len() <= LONGEST) else {
        return Vec::new();
    };
    let scheme = of_string(&case.docs, evidence, string);
    let by_time = matches!(
        scheme,
        Some(Foreign::Aws2 | Foreign::OssV1 | Foreign::Google2)
    );
    let mut out = Vec::new();
    if by_time {
        let words = words(case, string);
        out.extend(milliseconds(case, &words));
        out.extend(host_as_bucket(case, evidence, &words));
        out.extend(content_type(case, evidence, string));
    }
    if scheme == Some(Foreign::AzureStorage) {
        out.extend(sas_fields(case, evidence, string));
    }
    if by_time {
        out.extend(sum_in_hex(case, string));
    }
    if by_time {
        out.extend(as_sent(case, evidence, string));
    }
    if by_time || scheme == Some(Foreign::AzureStorage) {
        out.extend(encoded_query(case, string));
    }
    out
}

/// What the lines of a shared access signature are: each is a parameter of its URL.
fn sas_fields(case: &Case, evidence: &Evidence, string: Span) -> Option<Finding> {
    let docs = &case.docs;
    let bytes = docs.bytes(string);
    let sas = sas::read(bytes)?;
    // The last field of one that was cut may be its beginning.
    let cut = evidence
        .string_to_sign
        .as_ref()
        .is_some_and(|string| string.cut == Cut::Truncated);
    let end = bytes.trim_ascii_end().len();
    let half = cut && sas.fields.last().is_some_and(|(_, place)| place.end == end);
    let known = sas.fields.len() - usize::from(half);
    let told: Vec<String> = sas
        .fields
        .iter()
        .take(known)
        .map(|(name, place)| {
            let value = shown(bytes.get(place.clone()).unwrap_or_default());
            format!("{name} {value}")
        })
        .collect();
    let kind = if sas.account {
        "an account"
    } else {
        "a service"
    };
    let help = if sas.flat {
        "Blanks stand where its lines ended, so an empty line cannot be seen and what stands behind the first four \
         lines is not named: paste it with its line ends. Each parameter must be signed as it stands decoded in the URL."
    } else {
        "Hold each against the parameter of this name in the URL, decoded: one that differs, or a number of lines that is \
         not that of its version (sv), is the cause."
    };
    Some(
        Finding::note(
            "sas-fields",
            format!(
                "The string to sign is that of {kind} SAS: {}{}.",
                told.join(", "),
                if cut { "; the rest is cut" } else { "" }
            ),
            help,
        )
        .at(docs.to_given(string), "its fields"),
    )
}

/// The sum of the body in hexadecimal, in the line behind the method: that header holds the 16 bytes in base64 (RFC 1864).
fn sum_in_hex(case: &Case, string: Span) -> Option<Finding> {
    const DIGITS: usize = 32;
    let bytes = case.docs.bytes(string);
    let mut lines = bytes.split(|b| *b == b'\n');
    let start = lines.next()?.len() + 1;
    let sum = lines.next()?;
    let text = std::str::from_utf8(sum).ok()?;
    let (pairs, []) = sum.as_chunks::<2>() else {
        return None;
    };
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let sum: Vec<u8> = pairs.iter().map(byte).collect::<Option<_>>()?;
    (text.len() == DIGITS).then(|| {
        Finding::warning(
            "content-md5-in-hex",
            format!("The line of Content-MD5 holds {text}, which is hexadecimal."),
            format!(
                "Content-MD5 is the sum's 16 bytes in base64, here {}: send the header so and sign the same, or send \
                 none and leave its line empty.",
                STANDARD.encode(sum)
            ),
        )
        .at(
            case.docs.to_given(string.part(start..start + DIGITS)),
            "32 hex digits",
        )
    })
}

/// The server's string, where it is what the one request of the paste says, which is signed in its URL: method,
/// Content-MD5, Content-Type, the second in which the URL ends, and the bucket and path.
fn as_sent(case: &Case, evidence: &Evidence, string: Span) -> Option<Finding> {
    let whole = evidence.string_to_sign.as_ref()?.cut == Cut::Whole;
    let [request] = case.requests.as_slice() else {
        return None;
    };
    let docs = &case.docs;
    let bytes = docs.bytes(string).trim_ascii_end();
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
    let [method, sum, kind, until, resource] = lines.as_slice() else {
        return None;
    };
    let Given::Stated(stated) = request.method else {
        return None;
    };
    let name = |header: &Header| match &header.name {
        Given::Stated(own) => docs.bytes(*own).trim_ascii().to_ascii_lowercase(),
        Given::Implied(own) => own.as_bytes().to_vec(),
    };
    let header = |wanted: &[u8]| {
        let own = request.headers.iter().find(|header| name(header) == wanted);
        own.map_or(&b""[..], |header| docs.bytes(header.value).trim_ascii())
    };
    // Headers of the vendor would be among the lines.
    let others = request
        .headers
        .iter()
        .any(|header| name(header).starts_with(b"x-"));
    let query = docs.bytes(request.target.query?);
    let mut params = query.split(|b| *b == b'&');
    let ends = params.any(|param| param.strip_prefix(b"Expires=") == Some(*until));
    let path = docs.bytes(request.target.path);
    let host = docs.bytes(request.target.authority?);
    let bucket = host.split(|b| *b == b'.').next().unwrap_or_default();
    let in_host = || {
        let rest = resource.strip_prefix(b"/")?.strip_prefix(bucket)?;
        (!bucket.is_empty()).then_some(rest == path)
    };
    let same = docs.bytes(stated) == *method
        && header(b"content-md5") == *sum
        && header(b"content-type") == *kind
        && !until.is_empty()
        && ends
        && (path == *resource || in_host() == Some(true));
    (evidence.side == Some(Side::Server) && whole && same && !others).then(|| {
        Finding::note(
            STRING_AS_SENT,
            "The server's string to sign is what the request here says: method, Content-MD5, Content-Type, the second in which \
             the URL ends, and resource.",
            "So the URL was signed with another text or another key, or its signature changed: print the string where it is \
             signed, and paste it here. A Content-Type or a header that was signed and is not sent makes another one.",
        )
        .at(docs.to_given(string), "as it was sent")
    })
}

/// The words of a string, whatever parts them: some prints have blanks where the lines ended.
fn words(case: &Case, string: Span) -> Vec<Span> {
    const MOST: usize = 256;
    let bytes = case.docs.bytes(string);
    let mut at = 0;
    let mut out = Vec::new();
    for word in bytes.split(u8::is_ascii_whitespace).take(MOST) {
        if !word.is_empty() {
            out.push(string.part(at..at + word.len()));
        }
        at += word.len() + 1;
    }
    out
}

/// The time at which a signed URL ends, in milliseconds: it is in seconds since 1970 in all of these schemes.
fn milliseconds(case: &Case, words: &[Span]) -> Option<Finding> {
    const DIGITS: usize = 13;
    let docs = &case.docs;
    // Behind the method, in front of vendor's headers and of the resource.
    let place = words
        .iter()
        .skip(1)
        .take_while(|span| !matches!(docs.bytes(**span).first(), Some(b'/')))
        .find(|span| {
            let word = docs.bytes(**span);
            word.len() == DIGITS
                && word.first() == Some(&b'1')
                && word.iter().all(u8::is_ascii_digit)
        })?;
    let text = docs.text(*place);
    let time = DateTime::from_timestamp_millis(text.parse().ok()?)?;
    Some(
        Finding::warning(
            "expires-in-milliseconds",
            format!(
                "The second in which the URL ends is given as {text}: as milliseconds since 1970 that is {} UTC.",
                time.format("%Y-%m-%d %H:%M:%S")
            ),
            format!(
                "Expires is in seconds since 1970, and this would be one many thousand years from now: sign with {}.",
                time.timestamp()
            ),
        )
        .at(docs.to_given(*place), "13 digits"),
    )
}

/// Hosts of endpoints, as their first segments begin and their names end.
const ENDPOINTS: [(&[&[u8]], &[u8]); 4] = [
    (&[b"s3.", b"s3-"], b".amazonaws.com"),
    (&[b"s3.", b"s3-"], b".amazonaws.com.cn"),
    (&[b"oss-"], b".aliyuncs.com"),
    (&[b"storage."], b".googleapis.com"),
];

/// A resource of the server that begins with the name of an endpoint, or with the front of an IPv6 address.
fn host_as_bucket(case: &Case, evidence: &Evidence, words: &[Span]) -> Option<Finding> {
    if evidence.side != Some(Side::Server) {
        return None;
    }
    let docs = &case.docs;
    let resource = words
        .iter()
        .skip(1)
        .find(|span| docs.bytes(**span).first() == Some(&b'/'))?;
    let path = docs.bytes(*resource).get(1..)?;
    let len = memchr::memchr2(b'/', b'?', path).unwrap_or(path.len());
    let bucket = path.get(..len)?;
    let place = docs.to_given(resource.part(1..1 + len));
    let is_endpoint = |(fronts, end): &(&[&[u8]], &[u8])| {
        bucket.ends_with(end) && fronts.iter().any(|front| bucket.starts_with(front))
    };
    if bucket == b"s3.amazonaws.com" || ENDPOINTS.iter().any(is_endpoint) {
        return Some(
            Finding::warning(
                "host-as-bucket",
                format!(
                    "The resource that the server signed begins with {}, the name of an endpoint: it took that for the \
                     bucket.",
                    shown(bucket)
                ),
                "Look at the Host that is sent and at the path: a server takes a host that is not its own name for a bucket, \
                 and a path that begins with a host's name, too.",
            )
            .at(place, "taken for the bucket"),
        );
    }
    let of_address = |b: &u8| b.is_ascii_hexdigit();
    let digits = bucket.strip_prefix(b"[")?;
    (!digits.is_empty() && digits.iter().all(of_address)).then(|| {
        Finding::warning(
            "host-as-bucket",
            format!(
                "The resource that the server signed begins with {}, which looks like the front of an IPv6 address: the \
                 host was cut at its first colon, and taken for the bucket.",
                shown(bucket)
            ),
            "Address the server by a name, or by an IPv4 address; a server that is asked by its IPv6 address must know \
             it as its own name.",
        )
        .at(place, "taken for the bucket")
    })
}

/// The content type of a server's string whose request was a signed URL: the URL does not show whether it was signed
/// with one.
fn content_type(case: &Case, evidence: &Evidence, string: Span) -> Option<Finding> {
    if evidence.side != Some(Side::Server) {
        return None;
    }
    // What the client signed tells it.
    let of_client = |evidence: &Evidence| {
        evidence.side != Some(Side::Server) && evidence.string_to_sign.is_some()
    };
    if case.evidence.iter().any(of_client) {
        return None;
    }
    let bytes = case.docs.bytes(string);
    let mut at = 0;
    let mut lines = bytes.split(|b| *b == b'\n').map(|line| {
        let place = at..at + line.len();
        at += line.len() + 1;
        (line, place)
    });
    let (_, place) = lines.nth(2)?;
    let (until, _) = lines.next()?;
    let media = bytes.get(place.clone())?.trim_ascii();
    let is_media = memchr::memchr(b'/', media).is_some_and(|at| at > 0 && at + 1 < media.len());
    let is_url = (9..=13).contains(&until.len()) && until.iter().all(u8::is_ascii_digit);
    (is_media && is_url).then(|| {
        Finding::note(
            "content-type-signed",
            format!(
                "The request came with the content type {}, which the server's string holds: the URL must have been \
                 signed with it.",
                shown(media)
            ),
            "A URL does not show with which content type it was signed. If it was signed with none, send none (browsers and \
             HTTP libraries add one by themselves, to forms and to JSON above all); else name this one where the URL is made.",
        )
        .at(case.docs.to_given(string.part(place)), "as it was sent")
    })
}

/// A question mark that was encoded, in front of a parameter: what was meant for the query is a part of the path.
fn encoded_query(case: &Case, string: Span) -> Option<Finding> {
    let bytes = case.docs.bytes(string);
    let last = memchr::memrchr(b'\n', bytes.trim_ascii_end()).map_or(0, |at| at + 1);
    let resource = bytes.get(last..)?;
    let at = memchr::memmem::find_iter(resource, b"%3").find(|at| {
        let behind = resource.get(at + 2..).unwrap_or_default();
        let Some((b'f' | b'F', rest)) = behind.split_first() else {
            return false;
        };
        let of_name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'-' | b'_' | b'.');
        let name = rest.iter().take_while(of_name).count();
        let assigned = rest.get(name..).unwrap_or_default();
        name > 0
            && (assigned.starts_with(b"=")
                || assigned
                    .get(..3)
                    .is_some_and(|front| front.eq_ignore_ascii_case(b"%3D")))
    })?;
    let place = case.docs.to_given(string.part(last + at..last + at + 3));
    Some(
        Finding::warning(
            "question-mark-encoded",
            "The resource holds %3F, an encoded question mark, in front of what looks like a parameter: it was sent as a \
             part of the path.",
            "Give path and query to the HTTP library apart, or a URL whose question mark is not encoded.",
        )
        .at(place, "an encoded question mark"),
    )
}
