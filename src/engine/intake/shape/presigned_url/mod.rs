//! A presigned URL: bare, quoted, in `<>`, broken over lines, escaped, or inside prose.
//!
//! Owns where such a URL begins and by which names it is told from any other URL. Must not know what its
//! parameters mean, nor how it was wrapped.

mod breaks;
mod operation;
mod printable;
mod spaced;
mod url;

pub(super) use url::encoded_once;

use std::ops::Range;

use memchr::{memchr, memmem};

use super::beside;
use super::foreign::signed_url;
use super::http_request::implied_host;
use super::vocabulary::METHODS;
use crate::engine::diagnose::Finding;
use crate::engine::document::{Peel, Span, visible};
use crate::engine::intake::limits;
use crate::engine::intake::not_here;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::target;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Body, Given, Shape, SignedRequest};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("presigned-url");

/// The query parameters of a presigned URL, as verifiers spell them.
const PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
];

/// Those that only together tell a URL of Signature Version 2 (Amazon S3, Signing and authenticating REST requests
/// with AWS Signature Version 2, query string request authentication).
const VERSION_2: [&str; 2] = ["AWSAccessKeyId", "Signature"];

/// Those of which one is enough to tell a presigned URL from any other.
const TELLING: [&str; 3] = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];

/// More bytes than the longest scheme has.
const SCHEME: usize = 6;

/// Recognises presigned URLs.
pub(in crate::engine::intake) struct PresignedUrl;

impl Recogniser for PresignedUrl {
    fn anchors(&self) -> &'static [&'static str] {
        &["://", ":\\/\\/"]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let near = hit.at.saturating_sub(SCHEME).max(from);
        let at = hit.at - target::scheme_before(text.get(near..hit.at))?;
        Some(Start {
            at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let unwrapped = match spaced::end(text, start.at) {
            Some(end) => {
                // What was encoded in it, and what not, is not told any more: a + or a % may be its own.
                reader.case.doubtful.push(text.span(start.at..end));
                url::Unwrapped::standing(text, start.at..end)
            }
            None => url::taken_out(text, start.at),
        };
        if unwrapped.cut {
            // Of a query without its end nothing may be computed.
            let end = url::word_end(text, unwrapped.end);
            let word = text.get(start.at..end);
            if TELLING
                .iter()
                .any(|name| memmem::find(word, name.as_bytes()).is_some())
            {
                reader.find(too_large(
                    reader.case.docs.to_given(text.span(start.at..end)),
                ));
            }
            pass.skip(end);
            return None;
        }
        if !is_presigned(&unwrapped.bytes) {
            pass.skip(unwrapped.end);
            return None;
        }
        let given = text.span(start.at..unwrapped.end);
        let own = |place: &&Range<usize>| place.end <= unwrapped.end;
        let unknown = unwrapped.unknown.iter().filter(own);
        let unknown: Vec<Span> = unknown.map(|place| text.span(place.clone())).collect();
        let (layer, range) = match unwrapped.peel() {
            None => (text.clone(), start.at..unwrapped.end),
            Some(peel) => {
                let bytes = unwrapped.bytes.into();
                let doc = reader.peel(given, peel, bytes, unwrapped.map)?;
                let layer = Text::new(&reader.case.docs, doc);
                let len = layer.len();
                (layer, 0..len)
            }
        };
        let (layer, range) = match encoded_once(layer.get(range.clone())) {
            None => (layer, range),
            Some((bytes, map)) => {
                let whole = layer.span(range);
                let doc = reader.peel(whole, Peel::EncodedAgain, bytes.into(), map)?;
                let layer = Text::new(&reader.case.docs, doc);
                let len = layer.len();
                (layer, 0..len)
            }
        };
        let target = target::split(&layer, range);
        if let Some(query) = target.query {
            for (name, spelled) in misspelled(&layer, query.range()) {
                let spelling = String::from_utf8_lossy(layer.get(spelled.clone())).into_owned();
                reader.find(
                    Finding::error(
                        "query-parameter-case",
                        format!("The query parameter is spelled {spelling}; verifiers read {name}."),
                        "Names of query parameters are case-sensitive: something between the signer \
                         and you changed their case.",
                    )
                    .at(layer.span(spelled), format!("read as {name} nowhere")),
                );
            }
        }
        if let Some(first) = unknown.first() {
            let docs = &reader.case.docs;
            let names: Vec<String> = unknown
                .iter()
                .map(|place| visible::to_string(docs.bytes(*place)))
                .collect();
            let finding = not_here::unknown(&names).at(docs.to_given(*first), "not known");
            reader.find(finding);
            reader.case.unknown.extend(unknown);
        }
        let linked = link_end(text, start.at..unwrapped.end);
        if let Some(end) = linked {
            reader.understand(text.span(unwrapped.end..end));
        }
        let docs = &reader.case.docs;
        let told = beside::method_of(text, &(start.at..unwrapped.end));
        let named = || {
            let query = target.query?;
            operation::method(docs.bytes(query))
        };
        // Words of a sentence may be about another try: the method that they tell is tried first.
        let in_words = |told: &Range<usize>| {
            let own = METHODS
                .into_iter()
                .find(|method| *method == text.get(told.clone()))?;
            let own = std::str::from_utf8(own).ok()?;
            (!beside::is_printed(text, told, start.at)).then_some(own)
        };
        let method = match told.as_ref().map(|told| (in_words(told), told)) {
            Some((Some(method), _)) => Given::Implied(method),
            Some((None, told)) => Given::Stated(text.span(told.clone())),
            None => Given::Implied(named().unwrap_or("GET")),
        };
        let socket = target
            .scheme
            .is_some_and(|scheme| [&b"ws"[..], b"wss"].contains(&docs.bytes(scheme)));
        // A URL does not say with which body it is used; a WebSocket is opened by a GET without one (RFC 6455 §4.1).
        let body = if socket {
            Body::Held {
                span: target.whole.tail(),
                newline_in_doubt: false,
            }
        } else {
            Body::Absent
        };
        reader.add_request(SignedRequest {
            shape: SHAPE,
            span: reader.case.docs.to_given(given),
            method,
            headers: target.authority.map(implied_host).into_iter().collect(),
            target,
            body,
        });
        Some(linked.unwrap_or(unwrapped.end))
    }
}

/// The end of the target of a link of Markdown whose text is the URL at `url`, where it is the same URL or as much of
/// it as was pasted.
fn link_end(text: &Text, url: Range<usize>) -> Option<usize> {
    let start = url.end + 2;
    let target = text.get(start..start + url.len());
    let same = text.get(url.clone());
    if text.get(url.end..start) != b"](" || target.is_empty() {
        return None;
    }
    let len = target.iter().zip(same).take_while(|(a, b)| a == b).count();
    let end = start + len;
    match text.at(end) {
        Some(b')') if len == same.len() => Some(end + 1),
        None => Some(end),
        Some(b'\r' | b'\n') if text.skip_space(end) == text.len() => Some(end),
        Some(_) => None,
    }
}

/// That a URL was not read, and by what it is too large.
fn too_large(url: Span) -> Finding {
    Finding::warning(
        "request-too-large",
        format!(
            "This URL has more than the {} bytes of one that sigscope follows. Nothing of it was read.",
            limits::URL
        ),
        "No server takes a URL like this. Look for something pasted many times over, or for a loop that appends \
         to the query.",
    )
    .at(url, "this URL")
}

/// The names of the query parameters, as offsets of `bytes`.
fn names(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let query = memchr(b'?', bytes).map_or(bytes.len(), |i| i + 1);
    parameter_names(bytes, query)
}

fn parameter_names(bytes: &[u8], from: usize) -> impl Iterator<Item = Range<usize>> {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|r| !r.is_empty())?;
        let end = memchr(b'&', rest).unwrap_or(rest.len());
        let name = memchr(b'=', rest.get(..end)?).unwrap_or(end);
        let range = at..at + name;
        at += end + 1;
        Some(range)
    })
}

/// Whether a URL or target carries a signature in its query.
pub(in crate::engine::intake) fn is_presigned(bytes: &[u8]) -> bool {
    let has = |wanted: &str| {
        names(bytes).any(|range| {
            let name = bytes.get(range).unwrap_or_default();
            name.eq_ignore_ascii_case(wanted.as_bytes())
        })
    };
    // No URL is looked at for all those names in which no signature is named.
    let may = || {
        [&b"ignature="[..], b"sig="]
            .iter()
            .any(|name| memmem::find(bytes, name).is_some())
    };
    let by_others = || {
        signed_url(|wanted| names(bytes).any(|range| bytes.get(range) == Some(wanted.as_bytes())))
    };
    TELLING.into_iter().any(has) || VERSION_2.into_iter().all(has) || may() && by_others().is_some()
}

/// Parameters whose names are right but for their case.
fn misspelled(text: &Text, query: Range<usize>) -> Vec<(&'static str, Range<usize>)> {
    let bytes = text.get(query.clone());
    let near = |range: Range<usize>| {
        let name = bytes.get(range.clone())?;
        let right = PARAMETERS
            .iter()
            .find(|p| name.eq_ignore_ascii_case(p.as_bytes()))?;
        let spelled = query.start + range.start..query.start + range.end;
        (name != right.as_bytes()).then_some((*right, spelled))
    };
    // URLs of Version 2 take the headers of the request as parameters, in lower case (Amazon S3 User Guide, Signing
    // and authenticating REST requests).
    let named = |wanted: &str| {
        parameter_names(bytes, 0).any(|range| {
            let name = bytes.get(range).unwrap_or_default();
            name.eq_ignore_ascii_case(wanted.as_bytes())
        })
    };
    let own = || {
        ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Algorithm"]
            .into_iter()
            .any(named)
    };
    if VERSION_2.into_iter().all(named) && !own() {
        return Vec::new();
    }
    parameter_names(bytes, 0)
        .filter_map(near)
        .take(PARAMETERS.len())
        .collect()
}
