//! The XML error of an S3-compatible server: with the strings it computed, or only a code and words.
//!
//! Owns which element is what. Must not know how the strings are made.

use std::ops::Range;

use super::http_response::http_date;
use super::older;
use super::printed::{self, Quoted};
use super::printed_error;
use crate::engine::document::{Peel, Span};
use crate::engine::intake::evidence::SUMMARY;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::strings::{Printed, reconcile};
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::xml::{self, Leaf, Outline};
use crate::engine::intake::{
    Answer, Cut, Evidence, Integrity, Shape, Side, integrity, limits, marks, unescape,
};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("s3-error-xml");

/// Elements of which one is enough to tell an error from other XML.
const TELLING: [&str; 7] = [
    "Code",
    "StringToSign",
    "StringToSignBytes",
    "SignatureProvided",
    "CanonicalRequest",
    "CanonicalRequestBytes",
    "HeadersNotSigned",
];

/// Elements that stand for themselves where the front of the error is missing.
const ORPHANS: [&str; 5] = [
    CODE,
    "<StringToSign",
    "<CanonicalRequest",
    "<SignatureProvided",
    "CanonicalRequest>",
];

/// The first element of an error: it stands for itself where it holds a verifier's code and the message is behind it.
const CODE: &str = "<Code>";

/// Recognises S3's XML errors.
pub(in crate::engine::intake) struct ErrorXml;

impl Recogniser for ErrorXml {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "<Error",
            "<-Error",
            "&lt;Error",
            "\\u003cError",
            "\\u003CError",
            "\\<Error",
            CODE,
            "<StringToSign",
            "<CanonicalRequest",
            "<SignatureProvided",
            "</CanonicalRequest",
            "<\\/CanonicalRequest",
        ]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        // `<Errors>`, `<ErrorCode>` and the like are other words.
        let bytes = text.get(hit.at..hit.at + 32);
        let whole = [
            "<Error>",
            "<Error ",
            "<ErrorResponse",
            "<-Error>",
            "<-ErrorResponse",
            "&lt;Error&gt;",
            "&lt;ErrorResponse",
        ];
        let escaped = ["\\u003cError", "\\u003CError", "\\<Error"];
        let is = |names: &[&str]| names.iter().any(|n| bytes.starts_with(n.as_bytes()));
        let orphan = is(&ORPHANS) || bytes.starts_with(b"</") || bytes.starts_with(b"<\\/");
        if !orphan && !is(&whole) && !is(&escaped) {
            return None;
        }
        if is(&[CODE]) && !is_headless(text, hit.at) {
            return None;
        }
        let declared = declaration(text, hit.at, from).unwrap_or(hit.at);
        // Lines may be very long: the one of the anchor is known, and one before it is near.
        let line = if hit.line.start <= declared {
            hit.line.start
        } else {
            text.line_start(declared, declared.saturating_sub(256).max(from))
        };
        let bare = text.get(line..declared).iter().all(u8::is_ascii_whitespace);
        Some(Start {
            at: declared,
            boundary: bare && !orphan,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        if !reader.may_waste() {
            return None;
        }
        let limit = start.at.saturating_add(limits::XML).min(text.len());
        let given = text.get(start.at..limit);
        if let Some(end) = escaped(reader, pass, start, limit) {
            return Some(end);
        }
        let root = root(given);
        let mut leaves = xml::leaves(given, root);
        let telling = |leaf: &Leaf| {
            let name = given.get(leaf.name.clone()).unwrap_or_default();
            TELLING.iter().any(|t| t.as_bytes() == name) && !leaf.content.is_empty()
        };
        if !leaves.leaves.iter().any(telling) {
            reader.waste(leaves.end);
            pass.skip(start.at + leaves.end.min(given.len()));
            return None;
        }
        if !leaves.closed {
            shorten(pass, start.at, given, &mut leaves, root.is_empty());
        }
        let span = text.span(start.at..start.at + leaves.end);
        let mut evidence = build(reader, text, start.at, &leaves, span);
        integrity::check(reader, &mut evidence);
        reader.add_evidence(evidence);
        Some(start.at + leaves.end)
    }
}

/// Whether the element at `at` holds a verifier's code, with its message directly behind it: an error whose outer
/// element was not pasted.
fn is_headless(text: &Text, at: usize) -> bool {
    const NEAR: usize = 160;
    let rest = text.get(at + CODE.len()..at + NEAR);
    let Some(end) = memchr::memmem::find(rest, b"</Code>") else {
        return false;
    };
    let behind = rest.get(end + b"</Code>".len()..).unwrap_or_default();
    printed_error::is_code(rest.get(..end).unwrap_or_default())
        && behind.trim_ascii_start().starts_with(b"<Message>")
}

/// Reads an error whose markup is escaped as a whole, through a layer of its own.
fn escaped(
    reader: &mut Reader<'_>,
    pass: &mut Scan<'_>,
    start: Start,
    limit: usize,
) -> Option<usize> {
    let text = pass.text;
    let front = text.get(start.at..limit.min(start.at + 4096));
    let has = |needle: &str| memchr::memmem::find(front, needle.as_bytes()).is_some();
    let html = front.starts_with(b"&lt;");
    let opened = start.at.checked_sub(1).and_then(|i| text.at(i));
    // The declaration before it may end in an escaped line break.
    let behind_escape = text.get(start.at.saturating_sub(2)..start.at) == b"\\n";
    let quoted = (matches!(opened, Some(b'"' | b'\'')) || behind_escape) && has("\\n");
    // A declaration whose quotes are escaped stands in a literal that has lost its own.
    let declared = front.starts_with(b"<?xml version=\\");
    let literal = front.starts_with(b"\\") || has("<\\/") || quoted || declared;
    let dashed = front.starts_with(b"<-Error");
    if !html && !literal && !dashed {
        return None;
    }
    let end = escaped_end(text, start.at, limit).unwrap_or_else(|| {
        reader.waste(limit - start.at);
        limit
    });
    let bytes = text.get(start.at..end);
    let (peel, unescaped) = if dashed {
        (Peel::Typography, without_dashes(bytes))
    } else if html {
        (Peel::HtmlEntities, unescape::xml(bytes)?)
    } else {
        (Peel::BackslashEscapes, unescape::backslashes(bytes)?)
    };
    let before = reader.case.evidence.len();
    let parent = text.span(start.at..end);
    let layer = reader.peel(parent, peel, unescaped.bytes.into(), unescaped.map)?;
    reader.layer(layer);
    (reader.case.evidence.len() > before).then_some(end)
}

/// Tags without the dash that people put into them so that a page shows them: `<-Code>`, `<-/Code>`.
fn without_dashes(bytes: &[u8]) -> Unescaped {
    let mut out = Unescaped::default();
    let mut from = 0;
    for at in memchr::memmem::find_iter(bytes, b"<-") {
        let tag = bytes
            .get(at + 2)
            .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/');
        if tag {
            out.copy(bytes, from..at + 1);
            from = at + 2;
        }
    }
    out.copy(bytes, from..bytes.len());
    out
}

/// Where escaped markup ends: behind the end tag of the error; none where there is none. What stands behind is not
/// looked at: a log holds very many of them.
fn escaped_end(text: &Text, at: usize, limit: usize) -> Option<usize> {
    const NAME: &[u8] = b"/Error";
    let bytes = text.get(at..limit);
    let front = bytes.get(..bytes.len().min(32)).unwrap_or_default();
    let outer = memchr::memmem::find(front, b"ErrorResponse").is_some();
    memchr::memmem::find_iter(bytes, NAME).find_map(|i| {
        let before = bytes.get(..i).unwrap_or_default();
        let before = before.strip_suffix(b"\\").unwrap_or(before);
        let opened = [&b"<"[..], b"<-", b"&lt;", b"\\u003c", b"\\u003C"];
        if !opened.iter().any(|open| before.ends_with(open)) {
            return None;
        }
        let behind = i + NAME.len();
        let rest = bytes.get(behind..)?;
        let word = rest
            .strip_prefix(b"Response")
            .map_or(0, |_| b"Response".len());
        let rest = rest.get(word..)?;
        let closed = [&b">"[..], b"&gt;", b"\\>", b"\\u003e", b"\\u003E"];
        let close = closed.iter().find(|close| rest.starts_with(close))?;
        ((word > 0) == outer).then_some(at + behind + word + close.len())
    })
}

/// Where the XML declaration before an error starts. curl may put a remark of its own in between.
fn declaration(text: &Text, at: usize, from: usize) -> Option<usize> {
    let floor = at.saturating_sub(256).max(from);
    let before = text.get(floor..at);
    let open = memchr::memmem::rfind(before, b"<?xml")?;
    let close = open + memchr::memmem::find(before.get(open..)?, b"?>")? + 2;
    let between = before.get(close..)?;
    let noise = between
        .split(|b| *b == b'\n')
        .all(|line| line.starts_with(b"* ") || line.iter().all(u8::is_ascii_whitespace));
    noise.then_some(floor + open)
}

/// The name of the outermost element; empty where the front is missing.
fn root(bytes: &[u8]) -> &'static [u8] {
    let at = memchr::memmem::find(
        bytes.get(..512.min(bytes.len())).unwrap_or_default(),
        b"<Error",
    );
    match at.and_then(|i| bytes.get(i..)) {
        Some(tag) if tag.starts_with(b"<ErrorResponse") => b"ErrorResponse",
        Some(_)
            if [&b"<StringTo"[..], b"<Canonical", CODE.as_bytes()]
                .iter()
                .all(|orphan| !bytes.starts_with(orphan)) =>
        {
            b"Error"
        }
        Some(_) | None => b"",
    }
}

/// Ends an error that was never closed where something else begins or, where its front is missing too,
/// behind the last element that is one of its own.
fn shorten(pass: &mut Scan<'_>, at: usize, given: &[u8], leaves: &mut Outline, orphan: bool) {
    let last_closed = leaves
        .leaves
        .iter()
        .filter(|l| l.closed)
        .map(|l| l.content.end)
        .max();
    // What stands in an open element of strings is the beginning of them, whatever else it looks like.
    let from = last_closed.unwrap_or(0).max(begun(given, leaves));
    let boundary = pass.boundary(at + from).saturating_sub(at);
    let open = given.get(from..leaves.end.max(from)).unwrap_or_default();
    // Where Guzzle's summary of the answer ends, the rest of the exception begins.
    let summary = memchr::memmem::find(open, SUMMARY).map(|i| from + i + SUMMARY.len());
    let cut = boundary.min(summary.unwrap_or(leaves.end)).min(leaves.end);
    let cut = own_end(given, leaves).map_or(cut, |end| end.clamp(from, cut.max(from)));
    let open = leaves
        .leaves
        .iter()
        .any(|l| !l.closed && l.content.start <= cut);
    for leaf in &mut leaves.leaves {
        leaf.content.end = leaf.content.end.min(cut.max(leaf.content.start));
    }
    leaves.leaves.retain(|l| l.content.start <= cut);
    if !open && orphan {
        // Behind the last end tag.
        let tag = given
            .get(from..)
            .and_then(|rest| memchr::memchr(b'>', rest));
        leaves.end = tag.map_or(cut, |i| (from + i + 1).min(cut.max(from)));
    } else {
        leaves.end = cut;
    }
}

/// Where the first line ends that stands in the last element of strings, where that is open; 0 where there is none.
fn begun(given: &[u8], leaves: &Outline) -> usize {
    open_text(given, leaves).map_or(0, |text| {
        let line = given.get(text.clone()).unwrap_or_default();
        text.start + memchr::memchr(b'\n', line).unwrap_or(line.len())
    })
}

/// Where the lines end at the latest that belong to the text in that element, by its form.
fn own_end(given: &[u8], leaves: &Outline) -> Option<usize> {
    let text = open_text(given, leaves)?;
    let bytes = given.get(text.clone())?;
    let request = leaves.leaves.iter().any(|leaf| {
        leaf.content.end >= text.start
            && leaf.content.start <= text.start
            && given.get(leaf.name.clone()) == Some(CANONICAL)
    });
    let len = if request {
        printed::own_len(bytes)
    } else {
        older::own_len(bytes).or_else(|| printed::own_len(bytes))
    };
    len.map(|len| text.start + len)
}

/// The element of a canonical request.
const CANONICAL: &[u8] = b"CanonicalRequest";

/// What stands in the last element of strings, where that is open, from its first letter on.
fn open_text(given: &[u8], leaves: &Outline) -> Option<Range<usize>> {
    let open = |leaf: &&Leaf| {
        let name = given.get(leaf.name.clone()).unwrap_or_default();
        !leaf.closed && [CANONICAL, b"StringToSign"].contains(&name)
    };
    let leaf = leaves.leaves.iter().rfind(open)?;
    let content = given.get(leaf.content.clone())?;
    let first = leaf.content.end - content.trim_ascii_start().len();
    Some(first..leaf.content.end)
}

/// The evidence the leaves are.
fn build(
    reader: &mut Reader<'_>,
    text: &Text,
    base: usize,
    leaves: &Outline,
    span: Span,
) -> Evidence {
    let mut answer = Answer::default();
    let mut strings = Strings::default();
    let mut signature = None;
    for leaf in &leaves.leaves {
        let name = text.get(base + leaf.name.start..base + leaf.name.end);
        let Some(content) = content(reader, text, base, leaf) else {
            continue;
        };
        let name = String::from_utf8_lossy(name).into_owned();
        // An error may hold the name twice, in details of its own: the first is the error's.
        match name.as_str() {
            "StringToSign" => keep(&mut strings.to_sign, content),
            "StringToSignBytes" => keep(&mut strings.to_sign_bytes, content),
            "CanonicalRequest" => keep(&mut strings.canonical, content),
            "CanonicalRequestBytes" => keep(&mut strings.canonical_bytes, content),
            "SignatureProvided" => keep(&mut signature, content),
            "Code" if answer.code.is_none() => answer.code = Some(content.span),
            "Message" if answer.message.is_none() => answer.message = Some(content.span),
            _ => {
                if name == "ServerTime"
                    && let Some(at) = http_date(reader.case.docs.bytes(content.span))
                {
                    answer.clock = Some((at, content.span));
                }
                answer.details.push((name, content.span));
            }
        }
    }
    // LocalStack dumps the signature where the string to sign should be (localstack#3972).
    if let (Some(twin), Some(signature)) = (strings.to_sign_bytes, signature)
        && dumps(reader, twin, signature)
    {
        strings.to_sign_bytes = None;
    }
    let to_sign = reconcile(
        reader,
        "string to sign",
        strings.to_sign,
        strings.to_sign_bytes,
        None,
    );
    let stated = to_sign
        .as_ref()
        .filter(|read| read.pattern.cut == Cut::Whole)
        .and_then(|read| read.pattern.as_exact())
        .and_then(|span| integrity::stated_hash(reader.case.docs.bytes(span)));
    let canonical = reconcile(
        reader,
        "canonical request",
        strings.canonical,
        strings.canonical_bytes,
        stated,
    );
    let mut repairs = reader.case.docs.peels(span);
    let undone = [&to_sign, &canonical].into_iter().flatten();
    let undone: Vec<Peel> = undone.filter_map(|read| read.repair).collect();
    // Services of the query protocol have no elements for the strings: they quote them in the message.
    let quoted = match answer.message {
        Some(message) if to_sign.is_none() && canonical.is_none() => {
            printed::quoted(reader, message)
        }
        Some(_) | None => Quoted::default(),
    };
    for repair in undone.into_iter().chain(quoted.peels) {
        if !repairs.contains(&repair) {
            repairs.push(repair);
        }
    }
    Evidence {
        shape: SHAPE,
        side: Some(Side::Server),
        span: reader.case.docs.to_given(span),
        canonical_request: canonical.map(|r| r.pattern).or(quoted.canonical),
        string_to_sign: to_sign.map(|r| r.pattern).or(quoted.to_sign),
        signature: signature
            .filter(|s| !s.span.is_empty())
            .map(|s| marks::received_signature(&reader.case.docs, s.span, s.whole)),
        answer: Some(answer),
        integrity: Integrity::Unchecked,
        repairs,
    }
}

/// The strings of an error, as printed.
#[derive(Default)]
struct Strings {
    to_sign: Option<Printed>,
    to_sign_bytes: Option<Printed>,
    canonical: Option<Printed>,
    canonical_bytes: Option<Printed>,
}

fn keep(slot: &mut Option<Printed>, value: Printed) {
    slot.get_or_insert(value);
}

/// Whether `twin` is a dump of `text`.
fn dumps(reader: &Reader<'_>, twin: Printed, text: Printed) -> bool {
    let docs = &reader.case.docs;
    twin.span.len() <= limits::DUMP
        && unescape::dump(docs.bytes(twin.span)).0.bytes == docs.bytes(text.span)
}

/// The content of a leaf, escapes undone and without the blanks around it: no string of an error begins
/// or ends with one, and browsers add them.
fn content(reader: &mut Reader<'_>, text: &Text, base: usize, leaf: &Leaf) -> Option<Printed> {
    let range = text.trim(base + leaf.content.start..base + leaf.content.end);
    let span = text.span(range.clone());
    let whole = leaf.closed;
    if leaf.verbatim {
        return Some(Printed { span, whole });
    }
    let Some(unescaped) = unescape::xml(text.get(range)) else {
        return Some(Printed { span, whole });
    };
    let peel = if text.get(span.range()).contains(&b'&') {
        Peel::HtmlEntities
    } else {
        Peel::LineEnds
    };
    let layer = reader.peel(span, peel, unescaped.bytes.into(), unescaped.map)?;
    Some(Printed {
        span: reader.case.docs.whole(layer),
        whole,
    })
}
