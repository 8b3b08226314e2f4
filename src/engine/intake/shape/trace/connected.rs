//! What `curl -v` prints of a connection before it sends anything, where the request itself was not pasted.
//!
//! Owns those lines. Where the request follows, its lines are read as any others, and nothing is said here.

use crate::engine::diagnose::Finding;
use crate::engine::document::visible;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;

/// Recognises such connections.
pub(in crate::engine::intake) struct Connected;

/// The id of the remark.
pub(in crate::engine::intake) const ID: &str = "request-lines-missing";

/// curl's line once a connection stands (`lib/connect.c`).
const ANCHOR: &str = "* Connected to ";
/// The longest name of a host, in bytes.
const HOST: usize = 256;

impl Recogniser for Connected {
    fn anchors(&self) -> &'static [&'static str] {
        &[ANCHOR]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let rest = text.get(hit.at + ANCHOR.len()..hit.line.end.min(hit.at + HOST));
        let is_one = memchr::memmem::find(rest, b" (").is_some()
            && memchr::memmem::find(rest, b") port ").is_some();
        (hit.at >= from && is_one).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let line = text.line(start.at);
        let at = start.at + ANCHOR.len();
        let rest = text.get(at..line.end.min(at + HOST));
        let len = memchr::memmem::find(rest, b" (")?;
        let host = at..at + len;
        if !reader.case.findings.iter().any(|finding| finding.id == ID) {
            let finding = Finding::note(
                ID,
                format!(
                    "This is what curl -v prints of its connection to {}: the request itself is not here, whose lines \
                     begin with >, nor the answer, whose lines begin with <.",
                    visible::to_string(text.get(host.clone()))
                ),
                "Paste all that it prints, to the end of the answer.",
            )
            .at(reader.case.docs.to_given(text.span(host)), "connected to");
            reader.find(finding);
        }
        reader.understand(text.span(start.at..line.end));
        Some(line.end)
    }
}
