//! A request as minio-java prints it with an error: `request={method=PUT, url=…, headers=Host: …\nX-Amz-Date: …}`.
//!
//! Owns that notation, behind the margin that a table or a log puts in front of each of its lines, too.

use std::ops::Range;

use super::dump::Dump;
use super::margin;
use crate::engine::diagnose::Finding;
use crate::engine::document::{Peel, visible};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::client_error::ID as REQUEST_ONLY_NAMED;
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::target;
use crate::engine::intake::text::{Text, is_blank, is_token};
use crate::engine::intake::unescape::{self, Unescaped};

/// What stands in front of the three parts.
const METHOD: &str = "{method=";
/// The same where somebody put the print on one line.
const SPACED: &str = "{ method=";
const URL: &str = ", url=";
const HEADERS: &str = ", headers=";
/// The longest URL, and the longest headers, in bytes.
const LONGEST: usize = 32 << 10;

/// The longest margin, in bytes.
const LONGEST_MARGIN: usize = 320;

/// Recognises such requests.
pub(in crate::engine::intake) struct BracedRequests;

impl Recogniser for BracedRequests {
    fn anchors(&self) -> &'static [&'static str] {
        &[METHOD, SPACED]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let near = text.get(hit.at..hit.at + 64);
        let is_one = memchr::memmem::find(near, URL.as_bytes()).is_some();
        (hit.at >= from && is_one).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let near = text.get(start.at..start.at + LONGEST);
        let url = memchr::memmem::find(near, URL.as_bytes())?;
        let headers = memchr::memmem::find(near, HEADERS.as_bytes()).filter(|at| *at > url);
        let Some(headers) = headers else {
            return cut_in_address(reader, text, start.at, start.at + url);
        };
        let front = if near.starts_with(SPACED.as_bytes()) {
            SPACED.len()
        } else {
            METHOD.len()
        };
        let method = start.at + front..start.at + url;
        let url = start.at + url + URL.len()..start.at + headers;
        let at = start.at + headers + HEADERS.len();
        if !begins_lines(text, at) {
            return None;
        }
        let rest = text.get(at..at + LONGEST);
        // Where it is cut, all that is there belongs to it.
        let end = at + memchr::memchr(b'}', rest).unwrap_or(rest.len());
        let end = text.trim_end(at..end);
        let mut dump = Dump::new(text, start.at);
        dump.copy(method.clone());
        dump.glue(b" ", method.end);
        dump.copy(url.clone());
        dump.glue(b" HTTP/1.1\r\n", url.end);
        // What logs the exception may have escaped its line ends.
        let lines = match framed(text, start.at, at..end) {
            Some(bare) => Piece::new(bare, at..end, Peel::LogFrame),
            None => Piece::standing(text, at..end),
        };
        let undone = unescape::backslashes(lines.bytes());
        let peel = Peel::BackslashEscapes;
        let lines = undone.map_or(lines, |undone| Piece::new(undone, at..end, peel));
        dump.piece(&broken(&lines).unwrap_or(lines));
        dump.glue(b"\r\n\r\n", end);
        reader.dumped_whole(pass, start.at..end, Peel::LogFrame, dump.finish())
    }
}

/// Says what is here of the request at `at` whose paste stops in its address, which `comma` stands in front of; none where
/// something else follows.
fn cut_in_address(reader: &mut Reader<'_>, text: &Text, at: usize, comma: usize) -> Option<usize> {
    const TOLD: usize = 200;
    let open = text.at(at + 1) == Some(b' ');
    let method = at + if open { SPACED.len() } else { METHOD.len() }..comma;
    let url = text.trim(comma + URL.len()..text.len().min(comma + URL.len() + LONGEST));
    let bytes = text.get(url.clone());
    let own = |b: &u8| b.is_ascii_graphic() && !b"{}\"'<>`".contains(b);
    let known = METHODS.contains(&text.get(method.clone()));
    if !known || target::absolute(bytes).is_none() || !bytes.iter().all(own) {
        return None;
    }
    let told = text.get(url.start..url.end.min(url.start + TOLD));
    let finding = Finding::note(
        REQUEST_ONLY_NAMED,
        format!(
            "Of this request no more is here than its method and the beginning of its address, {} {}: the paste stops there.",
            visible::to_string(text.get(method)),
            visible::to_string(told)
        ),
        "Its headers and its Authorization follow behind it in what minio-java prints: paste that to its end.",
    );
    let span = reader.case.docs.to_given(text.span(url.clone()));
    reader.understand(text.span(at..url.end));
    reader.find(finding.at(span, "the paste stops here"));
    Some(url.end)
}

/// Whether the headers at `at` are lines, as OkHttp's `Headers` prints them: other programs print a map behind the
/// same name.
fn begins_lines(text: &Text, at: usize) -> bool {
    const NAME: usize = 64;
    let near = text.get(at..at + NAME);
    let len = near.iter().take_while(|b| is_token(**b)).count();
    let rest = near.get(len..).unwrap_or_default();
    len > 0 && rest.starts_with(b": ") || len == 0 && rest.starts_with(b"}")
}

/// Headers that stand on one line, each on its own: one begins where a word with a capital letter and a colon stands
/// behind a blank. None where they stand on lines.
fn broken(lines: &Piece) -> Option<Piece> {
    let bytes = lines.bytes();
    if memchr::memchr(b'\n', bytes).is_some() {
        return None;
    }
    let starts = memchr::memmem::find_iter(bytes, b": ").filter_map(|colon| {
        let front = bytes.get(..colon)?;
        let blank = memchr::memrchr(b' ', front)?;
        let name = front.get(blank + 1..)?;
        let is_name = name.first().is_some_and(u8::is_ascii_uppercase)
            && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
        is_name.then_some(blank)
    });
    let mut out = Unescaped::default();
    let mut from = 0;
    for blank in starts {
        lines.copy_into(&mut out, from..blank, lines.start);
        let at = lines.text.map.to_parent(blank..blank + 1);
        out.decode(b"\r\n", at.start, at.len());
        from = blank + 1;
    }
    if from == 0 {
        return None;
    }
    lines.copy_into(&mut out, from..bytes.len(), lines.start);
    Some(Piece::new(out, lines.start..lines.end, Peel::LineBreaks))
}

/// The lines of `place` without the margin of the line that the request at `at` begins on; none where a line of them
/// stands behind no such margin, or there is none.
fn framed(text: &Text, at: usize, place: Range<usize>) -> Option<Unescaped> {
    let start = text.line_start(at, at.saturating_sub(LONGEST_MARGIN));
    let front = text.get(start..at);
    let front = front.strip_suffix(b"request=").unwrap_or(front);
    let margin = start..start + front.len();
    if !front.last().is_some_and(|b| is_blank(*b)) || front.iter().all(|b| is_blank(*b)) {
        return None;
    }
    let mut bare = Unescaped::default();
    let first = text.line(place.start).next.min(place.end);
    bare.copy_at(text.get(place.start..first), 0);
    let mut line = text.line(first);
    while line.start < place.end {
        let from = margin::behind(text, line, &margin)?;
        let end = line.next.min(place.end);
        bare.copy_at(text.get(from..end), from - place.start);
        line = text.line(line.next.max(line.start + 1));
    }
    (first < place.end).then_some(bare)
}
