//! What `curl -v` prints behind its command: whether it stops before what was sent.
//!
//! Owns telling such a print that is cut from one of a connection that failed. What curl sent is read elsewhere.
//! Source: curl's manual page, `--verbose`: "A line starting with > means header data sent by curl, < means header
//! data received by curl … and a line starting with * means additional info".

use std::ops::Range;

use crate::engine::intake::text::Text;

/// How much of the print is looked at, in bytes.
const MOST: usize = 32 << 10;
/// What curl says of a connection that came to nothing, or to its end: then nothing is cut.
const ENDS: [&[u8]; 7] = [
    b"* Closing",
    b"* closing",
    b"* Could not",
    b"* Failed",
    b"* connect to ",
    b"* Connection #",
    b"* SSL certificate problem",
];

/// The last line of what curl printed behind a command that ends at `end`, where all it printed are its own remarks and
/// the text ends with them: its request, behind `>`, would follow.
pub(super) fn cut(text: &Text, end: usize) -> Option<Range<usize>> {
    if text.len().saturating_sub(end) > MOST {
        return None;
    }
    let mut at = end;
    let mut last = None;
    while at < text.len() {
        let line = text.line(at);
        let range = text.trim(line.range());
        let bytes = text.get(range.clone());
        if bytes.starts_with(b"* ") {
            if ENDS.iter().any(|end| bytes.starts_with(end)) {
                return None;
            }
            last = Some(range);
        } else if !bytes.is_empty() && bytes != b"```" && bytes != b"*" {
            // Its progress meter stands between: `{ [5 bytes data]`, `% Total`, and its numbers.
            let meter = |b: &u8| b.is_ascii_digit() || b"%-:{}[] ".contains(b);
            if !bytes.starts_with(b"% Total") && !bytes.iter().take(3).all(meter) {
                return None;
            }
        }
        at = line.next;
    }
    last
}
