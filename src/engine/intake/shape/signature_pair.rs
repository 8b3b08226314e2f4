//! The two signatures that a gateway's log states: the one it computed and the one it received.
//!
//! Owns finding the lines. Must not know of which scheme the signatures are.

use std::ops::Range;

use super::foreign::COMPUTED;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Answer, Evidence, Integrity, Pattern, Shape, Side};

/// The log of Ceph's gateway, `rgw_rest_s3.cc`, which prints them at level 15.
const SHAPE: Shape = Shape("ceph-log");

/// Words in front of the signature that the verifier computed.
const OWN: &str = "server signature=";
/// Words in front of the one it received.
const RECEIVED: &str = "client signature=";

/// How far apart the two may stand, in bytes: a log's front stands between them.
const APART: usize = 512;
/// The longest signature, in bytes.
const LONGEST: usize = 512;

/// Recognises the two lines.
pub(in crate::engine::intake) struct SignaturePair;

impl Recogniser for SignaturePair {
    fn anchors(&self) -> &'static [&'static str] {
        &[OWN]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        (hit.at >= from && value(text, hit.at + OWN.len()).is_some()).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let own = value(text, start.at + OWN.len())?;
        let near = text.get(own.end..own.end + APART);
        let received = memchr::memmem::find(near, RECEIVED.as_bytes())
            .and_then(|at| value(text, own.end + at + RECEIVED.len()))?;
        let end = received.end;
        let answer = Answer {
            details: vec![(COMPUTED.to_owned(), text.span(own))],
            ..Answer::default()
        };
        let span = reader.case.docs.to_given(text.span(start.at..end));
        reader.add_printed(Evidence {
            shape: SHAPE,
            side: Some(Side::Server),
            span,
            canonical_request: None,
            string_to_sign: None,
            signature: Some(Pattern::exact(text.span(received))),
            answer: Some(answer),
            integrity: Integrity::Unchecked,
            repairs: Vec::new(),
        });
        Some(end)
    }
}

/// The signature that stands at `at`.
fn value(text: &Text, at: usize) -> Option<Range<usize>> {
    let near = text.get(at..at + LONGEST);
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
    let len = near.iter().take_while(|b| part(b)).count();
    (len > 0).then_some(at..at + len)
}
