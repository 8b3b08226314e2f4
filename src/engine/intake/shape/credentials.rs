//! Lines that assign credentials. `secrets` finds and masks every one of them; here they only end the
//! body of a request that stands before them.

use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;

/// Recognises lines that begin with an assignment of AWS credentials.
pub(in crate::engine::intake) struct Credentials;

impl Recogniser for Credentials {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
        ]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        if line.start < from || hit.at - line.start > 16 {
            return None;
        }
        let before = text.get(line.start..hit.at).trim_ascii();
        let commands: [&[u8]; 7] = [
            b"", b"export", b"set", b"set -x", b"set -gx", b"$env:", b"$Env:",
        ];
        commands.contains(&before).then_some(Start {
            at: line.start,
            boundary: true,
        })
    }

    fn read(&self, _: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        Some(pass.text.line(start.at).next)
    }
}
