//! The signature that the AWS SDK for Kotlin logs when it has signed a request, where the request is not logged with it.
//!
//! Owns its words (aws/smithy-kotlin, `DefaultAwsSignerImpl`: "Calculated signature: "), and the operation and endpoint that
//! its log names beside them. Must not know how it was signed.

use std::ops::Range;

use crate::engine::diagnose::Finding;
use crate::engine::document::visible;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Evidence, Integrity, Pattern, Shape, Side};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("kotlin-sdk-log");

const LABEL: &str = "Calculated signature: ";
/// How its log names the endpoint of an operation.
const ENDPOINT: &[u8] = b"Endpoint(uri=";
/// How far in front of the signature the endpoint may be told, in bytes.
const BEFORE: usize = 4 << 10;
/// The longest URL, and the longest name of an operation with the id of its call, in bytes.
const URL: usize = 512;
const NAME: usize = 160;

/// Recognises that line.
pub(in crate::engine::intake) struct Kotlin;

impl Recogniser for Kotlin {
    fn anchors(&self) -> &'static [&'static str] {
        &[LABEL]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        (hit.at >= from && digits(text, hit.at).is_some()).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let signature = digits(text, start.at)?;
        let own = text.span(signature.clone());
        let given = reader.case.docs.to_given(own);
        let shown =
            |range: Option<Range<usize>>| range.map(|range| visible::to_string(text.get(range)));
        let operation = shown(operation(text, start.at));
        let endpoint = shown(endpoint(text, start.at));
        reader.add_printed(Evidence {
            shape: SHAPE,
            side: Some(Side::Client),
            span: given,
            canonical_request: None,
            string_to_sign: None,
            signature: Some(Pattern::exact(own)),
            answer: None,
            integrity: Integrity::Unchecked,
            repairs: Vec::new(),
        });
        if let (Some(operation), Some(endpoint)) = (operation, endpoint) {
            let finding = Finding::note(
                "operation-logged",
                format!(
                    "The log of the AWS SDK for Kotlin tells of {operation} to {endpoint}, and of its signature."
                ),
                "Its canonical request and its string to sign are logged at the level TRACE, the request and the answer \
                 with logMode = LogMode.LogRequest + LogMode.LogResponse: paste those, too.",
            );
            reader.find(finding.at(given, "the signature that it made"));
        }
        Some(signature.end)
    }
}

/// The digits of the signature behind the label at `at`.
fn digits(text: &Text, at: usize) -> Option<Range<usize>> {
    const DIGITS: usize = 64;
    let start = at + LABEL.len();
    let own = text.get(start..start + DIGITS);
    let whole = own.len() == DIGITS && own.iter().all(u8::is_ascii_hexdigit);
    whole.then_some(start..start + DIGITS)
}

/// The service and the operation whose call the line of `at` is of: `S3-CreateMultipartUpload-972d965f-…/Attempt-1: `.
fn operation(text: &Text, at: usize) -> Option<Range<usize>> {
    let floor = at.saturating_sub(NAME);
    let front = text.get(floor..at).trim_ascii_end().strip_suffix(b":")?;
    let start = memchr::memrchr(b' ', front).map_or(0, |blank| blank + 1);
    let word = front.get(start..)?;
    let first = memchr::memchr(b'-', word)?;
    let second = first + 1 + memchr::memchr(b'-', word.get(first + 1..)?)?;
    let name = word.get(..second)?;
    let plain = name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    (plain && first > 0).then_some(floor + start..floor + start + second)
}

/// The endpoint that was told last before `at`.
fn endpoint(text: &Text, at: usize) -> Option<Range<usize>> {
    let floor = at.saturating_sub(BEFORE);
    let start = floor + memchr::memmem::rfind(text.get(floor..at), ENDPOINT)? + ENDPOINT.len();
    let near = text.get(start..at.min(start + URL));
    let len = near
        .iter()
        .position(|b| matches!(b, b',' | b')' | b' ' | b'\n'))?;
    (len > 0).then_some(start..start + len)
}
