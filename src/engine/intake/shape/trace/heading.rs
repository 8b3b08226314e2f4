//! Headers of a request that stand under a heading, `Request Headers`, without its method, its URL and a signature: what
//! people copy of a browser's panel.
//!
//! Owns telling such a list, and what it is worth: it is no request. Must not know how a request is signed: which header
//! shows that it is, the vocabulary tells, and a list with one of those is read elsewhere.

use super::labelled::{Field, Label, label, listed};
use crate::engine::diagnose::Finding;
use crate::engine::document::visible;
use crate::engine::intake::limits;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::vocabulary;

/// Recognises such lists.
pub(in crate::engine::intake) struct Headings;

/// How many headers make a list.
const LEAST: usize = 2;

impl Recogniser for Headings {
    fn anchors(&self) -> &'static [&'static str] {
        &["Request Header", "Request header", "REQUEST HEADER"]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let (label, end) = label(text, line)?;
        let marks = |b: &u8| b.is_ascii_whitespace() || matches!(b, b':' | b'*' | b'_' | b'#');
        let alone = text.get(end..line.end).iter().all(marks);
        let begins = || fields(text, line.next, LEAST).0.len() == LEAST;
        let is_one = line.start >= from && label == Label::RequestHeaders && alone && begins();
        is_one.then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let (fields, at) = fields(text, text.line(start.at).next, limits::HEADERS);
        let name = |field: &Field| text.get(field.0.clone()).to_ascii_lowercase();
        let shows = |field: &Field| vocabulary::shows_signing(text.get(field.0.clone()));
        let signed = fields.iter().any(shows);
        if signed || fields.len() < LEAST {
            return None;
        }
        let kind = fields.iter().find(|field| name(field) == b"content-type");
        let kind = kind.map(|(_, value)| visible::to_string(text.get(value.clone())));
        let span = reader.case.docs.to_given(text.span(start.at..at));
        reader.understand(span);
        let told = kind.map_or_else(String::new, |kind| format!(" Its Content-Type is {kind}."));
        let finding = Finding::note(
            "headers-without-request",
            format!(
                "Headers of a request are listed here without its method, its URL and a signature: of these alone nothing \
                 can be computed.{told}"
            ),
            "Hold each header that was signed against the value here: the browser sends its own where the page sets none. \
             Copied as cURL in the browser's panel, the request is here whole.",
        );
        reader.find(finding.at(span, "headers alone"));
        Some(at)
    }
}

/// The headers of the lines from `at` on, at most `most`, and where they end.
fn fields(text: &Text, at: usize, most: usize) -> (Vec<Field>, usize) {
    let mut at = at;
    let mut fields: Vec<Field> = Vec::new();
    while at < text.len() && fields.len() < most {
        let line = text.line(at);
        let Some((Some(field), _)) = listed(text, line).filter(|(_, next)| *next == line.next)
        else {
            break;
        };
        fields.push(field);
        at = line.next;
    }
    (fields, at)
}
