//! A refusal of which a program could print the status alone: the answer to a HEAD request has no body, and so neither
//! code nor message.
//!
//! Owns the words in which programs print such a one. Must not know why it was refused: nobody said so.

use crate::engine::diagnose::Finding;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Answer, Evidence, Integrity, Shape, Side};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("answer-without-body");

/// The id of the remark.
const ID: &str = "server-gave-no-reason";

/// What programs print in the place of code and message: botocore, the SDKs for Java 1 and 2, for Go 2 and 1, for
/// JavaScript 2 and for Ruby.
const ANCHORS: [&str; 11] = [
    "(403) when calling the ",
    "(400) when calling the ",
    "Error Code: 403 Forbidden;",
    "Error Code: 400 Bad Request;",
    "null (Service: S3, Status Code: 403, ",
    "api error Forbidden: Forbidden",
    "api error BadRequest: Bad Request",
    "Forbidden: Forbidden\n\tstatus code: 403",
    "BadRequest: Bad Request\n\tstatus code: 400",
    "Forbidden: null\n    at Request.extractError",
    "Aws::S3::Errors::Forbidden",
];

/// Of each of them the status, and the part that stands in the place of a code.
const SAID: [(u16, &str); 11] = [
    (403, "403"),
    (400, "400"),
    (403, "403"),
    (400, "400"),
    (403, "403"),
    (403, "Forbidden"),
    (400, "BadRequest"),
    (403, "Forbidden"),
    (400, "BadRequest"),
    (403, "Forbidden"),
    (403, "Forbidden"),
];

/// What stands in front of those that might be words of something else, on their line.
const BEFORE: [(&str, &str); 4] = [
    ("(40", "An error occurred "),
    ("Error Code: ", "Status Code: 40"),
    ("api error ", "StatusCode: 40"),
    ("null (", "Exception: "),
];

/// How far in front of the anchor the words may stand that belong to it, in bytes.
const NEAR: usize = 512;

/// Recognises such refusals.
pub(in crate::engine::intake) struct Bodiless;

impl Recogniser for Bodiless {
    fn anchors(&self) -> &'static [&'static str] {
        &ANCHORS
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let (anchor, ..) = words(text, hit.at)?;
        let front = text.get(hit.at.saturating_sub(NEAR).max(hit.line.start)..hit.at);
        let before = BEFORE.iter().find(|(own, _)| anchor.starts_with(own));
        let whole =
            before.is_none_or(|(_, words)| memchr::memmem::find(front, words.as_bytes()).is_some());
        (hit.at >= from && whole).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let (anchor, status, code) = words(text, start.at)?;
        let at = start.at + anchor.find(code)?;
        let place = text.span(at..at + code.len());
        let span = reader
            .case
            .docs
            .to_given(text.span(start.at..start.at + anchor.len()));
        reader.add_evidence(Evidence {
            shape: SHAPE,
            side: Some(Side::Server),
            span,
            canonical_request: None,
            string_to_sign: None,
            signature: None,
            answer: Some(Answer {
                status: Some(status),
                ..Answer::default()
            }),
            integrity: Integrity::Unchecked,
            repairs: reader.case.docs.peels(place),
        });
        let place = reader.case.docs.to_given(place);
        reader.find(
            Finding::error(
                ID,
                format!(
                    "The server refused the request with status {status} and gave no reason: its answer had no body, as \
                     no answer to HEAD has one."
                ),
                "Ask for the same with GET: its answer has a body, and that names the cause. In the place of a look at a \
                 bucket list it, in the place of one at an object get it.",
            )
            .at(place, "all that it said"),
        );
        Some(start.at + anchor.len())
    }
}

/// The words that stand at `at`, the status that they tell, and what stands in the place of a code.
fn words(text: &Text, at: usize) -> Option<(&'static str, u16, &'static str)> {
    let mut all = ANCHORS.into_iter().zip(SAID);
    let (anchor, (status, code)) =
        all.find(|(anchor, _)| text.get(at..at + anchor.len()) == anchor.as_bytes())?;
    Some((anchor, status, code))
}
