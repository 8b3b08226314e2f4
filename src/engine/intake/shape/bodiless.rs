//! A refusal of which a program could print the status alone: the answer to a HEAD request has no body, and so neither
//! code nor message; of another answer the program could not read them.
//!
//! Owns the words in which programs print such a one. Must not know why it was refused: nobody said so.

use super::excon::{self, Printed};
use crate::engine::diagnose::Finding;
use crate::engine::intake::reader::{Reader, Response};
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Answer, Evidence, Integrity, Part, Shape, Side, Unread};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("answer-without-body");

/// The id of the remark.
const ID: &str = "server-gave-no-reason";

/// What programs print in the place of code and message: botocore, the SDKs for Java 1 and 2, for Go 2 and 1, for
/// JavaScript 2 and for Ruby, and Excon under fog.
const ANCHORS: [&str; 13] = [
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
    " <=> Actual(403 Forbidden)",
    " <=> Actual(400 Bad Request)",
];

/// Of each of them the status, and the part that stands in the place of a code.
const SAID: [(u16, &str); 13] = [
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
    (403, "403"),
    (400, "400"),
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

/// How botocore goes on to the name of the operation, and how those begin that are sent as HEAD.
const CALLING: &str = " when calling the ";
/// See [`CALLING`].
const HEAD: &[u8] = b"Head";

/// Takes a remark back where the answer itself stands before it, behind the same request, with its code or its words: a
/// log holds what the program's last line could not.
pub(in crate::engine::intake) fn settle(reader: &mut Reader<'_>) {
    let case = &mut *reader.case;
    if !case.findings.iter().any(|finding| finding.id == ID) {
        return;
    }
    let mut told = false;
    let mut repeated = Vec::new();
    for piece in &case.pieces {
        let Part::Evidence(evidence) = piece.part else {
            told &= !matches!(piece.part, Part::Request(_));
            continue;
        };
        let Some(evidence) = case.evidence.get(evidence) else {
            continue;
        };
        if evidence.shape == SHAPE {
            repeated.extend(told.then_some(evidence.span));
        } else if evidence.side != Some(Side::Client) {
            let answer = evidence.answer.as_ref();
            told |= answer.is_some_and(|a| a.code.is_some() || a.message.is_some());
        }
    }
    let docs = &case.docs;
    case.findings.retain(|finding| {
        let mut places = finding.labels.iter().map(|label| docs.to_given(label.span));
        finding.id != ID || !places.any(|place| repeated.iter().any(|r| r.contains(place)))
    });
}

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
        let printed = anchor.starts_with(excon::ANCHOR)
            && excon::behind(text, hit.at + anchor.len()) == Printed::Whole;
        (hit.at >= from && whole && !printed).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let (anchor, status, code) = words(text, start.at)?;
        let at = start.at + anchor.find(code)?;
        let place = text.span(at..at + code.len());
        let behind = start.at + anchor.len();
        let printed = anchor
            .starts_with(excon::ANCHOR)
            .then(|| excon::behind(text, behind));
        if printed == Some(Printed::Unknown) {
            reader.add_response(Response {
                status,
                span: reader.case.docs.to_given(place),
                clock: None,
                compressed: false,
                expects_body: false,
                code: None,
                unread: Unread::Nothing,
            });
            return Some(behind);
        }
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
        let behind = text.get(behind..behind + HEAD.len());
        let others = anchor.ends_with(CALLING) && behind != HEAD;
        let finding = if others || printed == Some(Printed::Empty) {
            Finding::error(
                ID,
                format!(
                    "The server refused the request with status {status}, and the program found no reason in its answer: \
                     the body is empty, or not in the form that the program reads."
                ),
                "Look at the answer itself: a debug log holds its body, and so does what curl prints with -i. What lies in \
                 front of a server, a proxy or a gateway, refuses in words of its own.",
            )
        } else {
            Finding::error(
                ID,
                format!(
                    "The server refused the request with status {status} and gave no reason: its answer had no body, as \
                     no answer to HEAD has one."
                ),
                "Ask for the same with GET: its answer has a body, and that names the cause. In the place of a look at a \
                 bucket list it, in the place of one at an object get it.",
            )
        };
        reader.find(finding.at(place, "all that it said"));
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
