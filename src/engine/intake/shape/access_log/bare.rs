//! Lines of a server's own log in which method and target stand bare: `TIME INFO garage_api::generic_server ADDRESS
//! (via ADDRESS) PUT /bucket/key?X-Amz-…`, and what it answered on a line behind (Garage,
//! `src/api/common/generic_server.rs`).
//!
//! Owns where method and target stand, and which of the next lines is the answer.

use std::ops::Range;

use super::line::time;
use super::{Entry, status, words};
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::text::{Line, Text};

/// How many lines behind the request its answer is looked for: others come between.
const LINES: usize = 8;
/// What stands in front of it.
const ANSWER: &[u8] = b" Response: error ";

/// Reads the line whose query has the anchor at `at`.
pub(super) fn bare(text: &Text, at: usize, line: Line) -> Option<Entry> {
    let all = words(text, line.range());
    let place = all.iter().position(|word| word.contains(&at))?;
    let target = all.get(place)?;
    let method = all.get(place.checked_sub(1)?)?;
    let is_method = METHODS.contains(&text.get(method.clone()));
    // A line that begins with the method is the request itself.
    let stamp = all.first().filter(|first| first.start < method.start)?;
    let clock = time(text.get(stamp.clone()))?;
    let last = all.len() == place + 1;
    if !is_method || !last || text.at(target.start) != Some(b'/') {
        return None;
    }
    let (status, message) = answer(text, line.next).unzip();
    Some(Entry {
        method: method.clone(),
        target: vec![target.clone()],
        code: status.as_ref().map(|(_, place): &(u16, _)| place.clone()),
        status,
        message,
        clock: Some((clock, stamp.clone())),
        ..Entry::default()
    })
}

/// A status and where it stands.
type Status = (u16, Range<usize>);

/// The answer in the next lines: `… Response: error 403 Forbidden, Forbidden: Invalid signature`. The next request ends
/// the search, whose answer it may be.
fn answer(text: &Text, from: usize) -> Option<(Status, Range<usize>)> {
    let mut at = from;
    for _ in 0..LINES {
        let line = text.line(at);
        let bytes = text.get(line.range());
        if at >= text.len() || memchr::memmem::find(bytes, b"X-Amz-Signature=").is_some() {
            return None;
        }
        if let Some(found) = memchr::memmem::find(bytes, ANSWER) {
            let start = line.start + found + ANSWER.len();
            let status = status(text, &(start..start + 3))?;
            let comma = memchr::memmem::find(text.get(start..line.end), b", ")?;
            let message = text.trim(start + comma + 2..line.end);
            return Some((status, message));
        }
        at = line.next;
    }
    None
}
