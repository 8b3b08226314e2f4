//! A request as minio-java prints it with an error: `request={method=PUT, url=…, headers=Host: …\nX-Amz-Date: …}`.
//!
//! Owns that notation. Must not know what a header means.

use super::http_request::implied_host;
use crate::engine::document::Peel;
use crate::engine::intake::head;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::{self, Unescaped};
use crate::engine::intake::{Body, Given, Header, Shape, SignedRequest, target};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("minio-java-request");

/// What stands in front of the three parts.
const METHOD: &str = "{method=";
const URL: &str = ", url=";
const HEADERS: &str = ", headers=";
/// The longest URL, and the longest headers, in bytes.
const LONGEST: usize = 32 << 10;

/// Recognises such requests.
pub(in crate::engine::intake) struct RequestInBraces;

impl Recogniser for RequestInBraces {
    fn anchors(&self) -> &'static [&'static str] {
        &[METHOD]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let near = text.get(hit.at..hit.at + 64);
        let is_one = memchr::memmem::find(near, URL.as_bytes()).is_some();
        (hit.at >= from && is_one).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let near = text.get(start.at..start.at + LONGEST);
        let url = memchr::memmem::find(near, URL.as_bytes())?;
        let headers = memchr::memmem::find(near, HEADERS.as_bytes()).filter(|at| *at > url)?;
        let method = start.at + METHOD.len()..start.at + url;
        let url = start.at + url + URL.len()..start.at + headers;
        let at = start.at + headers + HEADERS.len();
        let rest = text.get(at..at + LONGEST);
        // Where it is cut, all that is there belongs to it.
        let end = at + memchr::memchr(b'}', rest).unwrap_or(rest.len());
        let end = text.trim_end(at..end);
        let span = text.span(at..end);
        let whole = text.span(start.at..end);
        // Where nothing is escaped there is one header at the most.
        let undone = unescape::backslashes(text.get(at..end)).unwrap_or_else(|| {
            let mut plain = Unescaped::default();
            plain.copy_at(text.get(at..end), 0);
            plain
        });
        let peel = Peel::BackslashEscapes;
        let layer = reader.peel(span, peel, undone.bytes.into(), undone.map)?;
        let layer = Text::new(&reader.case.docs, layer);
        let target = target::split(text, url);
        let head = head::read(&layer, 0);
        let mut headers: Vec<Header> = head
            .headers
            .iter()
            .map(|raw| Header {
                name: Given::Stated(layer.span(raw.name.clone())),
                value: layer.span(raw.value.clone()),
                line: layer.span(raw.line.clone()),
            })
            .collect();
        if let Some(authority) = target.authority
            && head.named(&layer, "host").next().is_none()
        {
            headers.insert(0, implied_host(authority));
        }
        reader.add_request(SignedRequest {
            shape: SHAPE,
            span: reader.case.docs.to_given(whole),
            method: Given::Stated(text.span(method)),
            target,
            headers,
            body: Body::Absent,
        });
        Some(end)
    }
}
