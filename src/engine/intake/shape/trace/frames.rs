//! The lines that programs draw around what they dump: they end the body before them.
//!
//! Owns those that nothing else would tell from a body: of the AWS SDKs for Go and for C++, of minio-go and of
//! rclone.

use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;

/// Recognises lines that belong to no message.
pub(in crate::engine::intake) struct Frames;

/// The line behind each dump of the SDK for Go v1.
const RULE: &str = "-----------------------------------------------------";

/// The longest front of a line of a log, in bytes.
const FRONT: usize = 160;

/// Behind this the SDK for C++ logs the body of a request.
const DATA: &str = " (DataOut) ";

impl Recogniser for Frames {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            RULE,
            "---[ RE",
            "---------END-HTTP",
            " DEBUG : <<<<<<<<",
            " DEBUG : >>>>>>>>",
            " DEBUG Response",
            " DEBUG Request",
            DATA,
        ]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let bytes = text.get(line.range());
        let alone = match text.get(hit.at..hit.at + 4) {
            // Lines of dashes begin with them; one with more behind them parts a body of several parts.
            b"----" if text.get(hit.at..line.end).starts_with(RULE.as_bytes()) => {
                bytes.iter().all(|b| *b == b'-')
            }
            b"---[" | b"----" => hit.at == line.start,
            b" (Da" => hit.at - line.start + DATA.len() <= FRONT,
            // A date stands before the word, and nothing behind it.
            _ => {
                bytes.len() <= FRONT
                    && text
                        .at(line.start)
                        .is_some_and(|b| b.is_ascii_alphanumeric())
                    && bytes.ends_with(text.get(hit.at + 8..line.end))
            }
        };
        (line.start >= from && alone).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let line = pass.text.line(start.at);
        let near = pass.text.get(start.at..line.end.min(start.at + FRONT));
        if let Some(data) = memchr::memmem::find(near, DATA.as_bytes()) {
            return Some(reader.body_at(pass, start.at + data + DATA.len()));
        }
        Some(line.next)
    }
}
