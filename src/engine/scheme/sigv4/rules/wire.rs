//! What the front end of a service refuses before it looks at any signature: method, escapes, a path that
//! leads nowhere, a Content-Type that is none. The order is that of scratchstack's chart, rows 1 to 4.

use super::canonical;
use super::facts::{Facts, MOST_BYTES, shown};
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::Span;
use crate::engine::intake::Given;
use crate::engine::scheme::sigv4::encode::{decode, unescape};
use crate::engine::scheme::sigv4::quirks::PlusInQuery;
use crate::engine::scheme::sigv4::request::sent_method;
use crate::engine::scheme::{FieldKey, FieldKind};

/// RFC 9110 section 9.3, and PATCH (RFC 5789).
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    method(facts, out);
    let target = &facts.request.target;
    let path = FieldKey::of(FieldKind::PATH);
    escapes(facts, "path", target.path, path, out);
    if let Some(query) = target.query {
        escapes(facts, "query", query, FieldKey::of(FieldKind::QUERY), out);
    }
    way(facts, out);
    content_type(facts, out);
}

/// A command was signed for one method, and the program it calls sends another: `curl -I` sends HEAD.
fn sent(facts: &Facts<'_>, span: Span, out: &mut Vec<Finding>) {
    let by_program = sent_method(facts.docs, facts.request).is_some();
    let Some(trace) = facts
        .trace
        .filter(|trace| by_program && trace.outcome.agrees())
    else {
        return;
    };
    let sent = facts.docs.text(span);
    let Some(signed) = trace.method().map(String::from_utf8_lossy) else {
        return;
    };
    if signed == sent {
        return;
    }
    let cause = facts.docs.to_given(span);
    let option = facts.docs.text(cause);
    let option = Some(option).filter(|option| option.starts_with('-'));
    let because = option
        .as_ref()
        .map(|option| format!(" because of {option}"));
    let without = option.map_or_else(
        || format!("have the request sent as {signed}"),
        |option| format!("leave {option} out and have the request sent as {signed}"),
    );
    out.push(
        t::METHOD_SENT
            .found(
                format!(
                    "The request was signed as {}, and the {} sends {}{}.",
                    shown(&signed),
                    facts.request.shape.words(),
                    shown(&sent),
                    because.unwrap_or_default()
                ),
                format!(
                    "Sign it as {}, or {without} (curl: -X {signed}).",
                    shown(&sent)
                ),
            )
            .at(cause, format!("sends {}", shown(&sent)))
            .about(FieldKey::of(FieldKind::METHOD)),
    );
}

fn method(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Given::Stated(span) = facts.request.method else {
        return;
    };
    sent(facts, span, out);
    let method = facts.docs.text(span);
    if METHODS.contains(&method.as_ref()) {
        return;
    }
    let upper = method.to_ascii_uppercase();
    let help = if METHODS.contains(&upper.as_str()) {
        format!("Methods are told apart by case: send {upper}, and sign it so.")
    } else {
        "Send one of the methods that the service documents.".to_owned()
    };
    out.push(
        t::METHOD_UNKNOWN
            .found(
                format!(
                    "The method is {}, which HTTP does not know.",
                    shown(&method)
                ),
                help,
            )
            .at(span, "the method")
            .about(FieldKey::of(FieldKind::METHOD)),
    );
}

/// Escapes that cannot be read and are looked at.
const MOST_BAD: usize = 256;

/// A `%` that no two hex digits follow.
fn escapes(facts: &Facts<'_>, what: &str, span: Span, key: FieldKey, out: &mut Vec<Finding>) {
    let span = span.until(MOST_BYTES);
    let bytes = facts.docs.bytes(span);
    let is_bad = |at: &usize| bytes.get(*at..).and_then(unescape).is_none();
    // What a mark tears was whole when it was sent.
    let known = |at: &usize| !facts.holds_unknown(span.part(*at..*at + 1));
    let mut bad = memchr::memchr_iter(b'%', bytes)
        .filter(is_bad)
        .take(MOST_BAD);
    let bad = bad.find(known);
    let Some(at) = bad else { return };
    let rest = bytes.get(at..).unwrap_or_default();
    let is_end = |b: &u8| matches!(b, b'&' | b'=' | b'/');
    let len = rest
        .iter()
        .take(3)
        .position(is_end)
        .unwrap_or(rest.len().min(3));
    let place = span.part(at..at + len);
    let how = if len < 3 {
        "is cut off"
    } else {
        "holds what is no hex digit"
    };
    out.push(
        t::ESCAPE_INVALID
            .found(
                format!(
                    "The {what} holds the escape {}, which {how}.",
                    shown(&facts.docs.text(place))
                ),
                "Services answer 400, or MalformedQueryString, before they look at the signature. Write a % \
                 that stands for itself as %25, before signing. It is read here as such.",
            )
            .at(place, "no escape")
            .about(key),
    );
}

/// A path that does not begin at the root, or leads above it.
fn way(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let span = facts.request.target.path.until(MOST_BYTES);
    let path = facts.docs.bytes(span);
    let key = FieldKey::of(FieldKind::PATH);
    if !path.is_empty() && !path.starts_with(b"/") {
        if path != b"*" || facts.method() != "OPTIONS" {
            out.push(
                t::PATH_RELATIVE
                    .found(
                        format!(
                            "The path {} does not begin with a slash.",
                            shown(&facts.docs.text(span))
                        ),
                        "Services answer 400 before they look at the signature. Begin the path with /, and \
                         sign it so.",
                    )
                    .at(span, "not absolute")
                    .about(key),
            );
        }
        return;
    }
    let mut depth = 0_usize;
    let mut start = 0;
    for end in memchr::memchr_iter(b'/', path).chain([path.len()]) {
        let segment = path.get(start..end).unwrap_or_default();
        let place = span.part(start..end);
        start = end + 1;
        match decode(segment, PlusInQuery::Literal).as_ref() {
            b"" | b"." => {}
            b".." if depth == 0 => {
                // S3 keeps dots as part of the key, and its front end refuses these too.
                let gravest = if facts.is_s3() {
                    Severity::Warning
                } else {
                    Severity::Error
                };
                out.push(
                    t::PATH_ABOVE_ROOT
                        .at_most(
                            gravest,
                            "The path leads above its root: it has more .. than segments before them.",
                            "Services answer 400 before they look at the signature, often without a word. \
                             Resolve the path before it is signed and sent.",
                        )
                        .at(place, "above the root")
                        .about(key),
                );
                return;
            }
            b".." => depth -= 1,
            _ => depth += 1,
        }
    }
}

fn content_type(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(part) = facts
        .header("content-type")
        .filter(|part| !part.text.is_empty())
    else {
        return;
    };
    let kind = part.text.split(';').next().unwrap_or_default().trim();
    let is_token = |text: &str| !text.is_empty() && !text.contains([' ', '\t', ',', '/']);
    let well = kind
        .split_once('/')
        .is_some_and(|(kind, of)| is_token(kind) && is_token(of));
    // What holds two of them is told with the header.
    let two = canonical::has_two_values("content-type", part.text.as_bytes())
        && facts.is_signed("content-type");
    if !well && !two {
        out.push(
            t::CONTENT_TYPE
                .found(
                    format!("Content-Type is “{}”, which names no type.", shown(&part.text)),
                    "Write type/subtype, such as application/x-amz-json-1.0. Services of AWS have been seen \
                     to refuse others with a page of HTML before they look at the signature.",
                )
                .at(part.span, "no type/subtype")
                .about(FieldKey::named(FieldKind::HEADER, "content-type", 0)),
        );
    }
}
