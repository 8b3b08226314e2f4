//! `s3cmd -d`: the headers it signed, and, on lines of their own, where it sent them.
//!
//! Owns which lines belong to one request (s3cmd `S3/S3.py`, `S3/Crypto.py`).

use std::ops::Range;

use super::dump::Dump;
use super::map::is_cut;
use super::objects::{DEAR, Made, fields, response};
use crate::engine::diagnose::Finding;
use crate::engine::document::Peel;
use crate::engine::intake::notation::printed;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text, is_method};

/// Recognises the requests of s3cmd's log.
pub(in crate::engine::intake) struct S3cmd;

const SIGNED: &str = "DEBUG: signature-v4 headers: {";
const SENDING: &str = "DEBUG: Sending request method_string='";

/// Lines that tell what others tell too: of a request before it is signed, and of an answer.
const TWICE: [&str; 3] = [ATTRIBUTES, CANONICAL, HEADER];
const ATTRIBUTES: &str = "DEBUG: attr_header: {";
const CANONICAL: &str = "DEBUG: canonical_headers = ";
const HEADER: &str = "DEBUG: HttpHeader: ";

/// Before the answer, a dictionary on the same line or the next.
const RESPONSE: &str = "DEBUG: Response:";

/// How many lines behind the headers tell where they were sent.
const LINES: usize = 24;
/// How far before the headers the canonical request stands, in bytes.
const BEFORE: usize = 8 << 10;

/// What the lines say, as offsets of the text.
#[derive(Default)]
struct Said {
    method: Option<Range<usize>>,
    path: Option<Range<usize>>,
    /// The query, where it stands apart from the path.
    query: Option<Range<usize>>,
    host: Option<Range<usize>>,
    /// The opening bracket of the headers that were sent, which are those that were signed and more.
    headers: Option<usize>,
    end: usize,
    /// Whether path and query are those that were signed: where it was sent is not told.
    is_signed: bool,
}

impl Recogniser for S3cmd {
    fn anchors(&self) -> &'static [&'static str] {
        &[SIGNED, SENDING, RESPONSE, ATTRIBUTES, CANONICAL, HEADER]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn start(&self, _: &Text, hit: Hit, from: usize) -> Option<Start> {
        let own = hit.at == hit.line.start;
        (hit.line.start >= from && own).then_some(Start {
            at: hit.at,
            boundary: true,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let first = text.line(start.at);
        let front = text.get(first.range());
        if TWICE
            .iter()
            .any(|words| front.starts_with(words.as_bytes()))
        {
            let mut end = first.next;
            for _ in 0..LINES {
                let line = text.line(end);
                if text.is_blank(line) || text.get(line.range()).starts_with(b"DEBUG: ") {
                    break;
                }
                end = line.next;
            }
            reader.understand(text.span(start.at..end));
            return Some(end);
        }
        if front.starts_with(RESPONSE.as_bytes()) {
            let open = text.skip_space(start.at + RESPONSE.len());
            return answer(reader, pass, start.at, open);
        }
        let mut said = Said {
            end: first.next,
            ..Said::default()
        };
        if front.starts_with(SIGNED.as_bytes()) {
            said.headers = Some(start.at + SIGNED.len() - 1);
            let mut at = first.next;
            for _ in 0..LINES {
                let line = text.line(at);
                if at >= text.len() || !said.line(text, line) {
                    break;
                }
                at = line.next;
            }
            said.take_signed(text, start.at);
        } else {
            said.line(text, first);
        }
        let headers = printed::read(text, said.headers?);
        let parts = [&said.method, &said.path];
        let starts = parts.into_iter().flatten().map(|part| part.start);
        let base = starts.chain([start.at]).min()?;
        let mut dump = Dump::new(text, base);
        let path = said.path.clone().unwrap_or(headers.end..headers.end);
        let target = |dump: &mut Dump<'_>| {
            if let Some(host) = &said.host {
                dump.glue(b"https://", host.start);
                dump.copy(host.clone());
            }
            if path.is_empty() {
                dump.glue(b"/", path.start);
            }
            dump.copy(path.clone());
            if let Some(query) = &said.query {
                dump.glue(b"?", query.start);
                dump.copy(query.clone());
            }
        };
        if let Some(method) = &said.method {
            dump.copy(method.clone());
            dump.glue(b" ", method.end);
            target(&mut dump);
            dump.glue(b" HTTP/1.1\r\n", path.end);
        } else {
            dump.glue(b":path: ", start.at);
            target(&mut dump);
            dump.glue(b"\r\n", path.end);
        }
        fields(&mut dump, text, &headers);
        dump.glue(b"\r\n", headers.end);
        let place = start.at..said.end.max(headers.end);
        let given = reader.case.docs.to_given(text.span(place.clone()));
        let missing = [
            (said.method.is_none(), "the method"),
            (said.path.is_none(), "the path and the query"),
            (said.host.is_none(), "the host"),
        ];
        let signed = said.is_signed;
        // What stands behind the place where the paste stops is not missing in the log.
        let cut = is_cut(text, &headers);
        let missing: Vec<&str> = missing
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, what)| *what)
            .collect();
        let end = reader.unframed_at(pass, base, &place, Peel::LogFrame, dump.finish())?;
        if cut {
            if let Some(place) = half_member(text, &headers, said.headers?) {
                reader.case.cut.push(text.span(place));
            }
            return Some(end);
        }
        if missing.is_empty() && signed {
            reader.find(
                Finding::note(
                    "log-incomplete",
                    "This part of s3cmd's log does not tell where the request was sent: its path and query are those \
                     of the canonical request before it.",
                    "Paste the log up to the line `Response:`, and what was sent is compared with what was signed.",
                )
                .at(given, "of this request"),
            );
        } else if !missing.is_empty() {
            reader.find(
                Finding::warning(
                    "log-incomplete",
                    format!(
                        "This part of s3cmd's log does not tell {} of the request.",
                        missing.join(" and ")
                    ),
                    "Paste the log from the line `Canonical Request:` up to the line `Response:`.",
                )
                .at(given, "of this request"),
            );
        }
        Some(end)
    }
}

/// Where the paste stops behind the last member that is whole, in a dictionary that opens at `open` and is not closed:
/// the half of a name, or the value behind which another one was to come. A value that is cut is told by its open quote.
fn half_member(text: &Text, headers: &printed::Object, open: usize) -> Option<Range<usize>> {
    let last = headers.members.last().map(|member| member.value.place());
    let from = last.as_ref().map_or(open, |value| value.end);
    let behind = text.get(from..headers.end).trim_ascii_end();
    let lead = behind.iter().take_while(|b| b"{'\", ".contains(b)).count();
    if lead == 0 {
        return None;
    }
    if lead < behind.len() {
        return Some(from + lead..from + behind.len());
    }
    Some(last.unwrap_or(from..from + behind.len()))
}

/// Reads the answer whose dictionary opens at `open`.
fn answer(reader: &mut Reader<'_>, pass: &mut Scan<'_>, at: usize, open: usize) -> Option<usize> {
    if pass.text.at(open) != Some(b'{') || !reader.may_waste() {
        return None;
    }
    match response(pass.text, at, &printed::read(pass.text, open)) {
        Made::Message(made, place) => reader.dumped(pass, place, Peel::LogFrame, made),
        Made::Nothing(end) => {
            reader.waste(DEAR * (end - at));
            None
        }
    }
}

impl Said {
    /// Takes what the canonical request before `at` tells, where nothing else does.
    fn take_signed(&mut self, text: &Text, at: usize) {
        let Some((method, target)) = signed_before(text, at) else {
            return;
        };
        self.method.get_or_insert(method);
        if let Some([path, query]) = target.filter(|_| self.path.is_none()) {
            self.path = Some(path);
            self.query = Some(query).filter(|query| !query.is_empty());
            self.is_signed = true;
        }
    }

    /// Takes what `line` tells; says whether the lines of this request may go on.
    fn line(&mut self, text: &Text, line: Line) -> bool {
        let bytes = text.get(line.range());
        let Some(rest) = bytes.strip_prefix(b"DEBUG: ") else {
            return false;
        };
        let behind = |words: &[u8]| {
            let at = memchr::memmem::find(rest, words)?;
            Some(line.end - rest.len() + at + words.len())
        };
        // What its quote does not close was cut with the paste.
        let quoted = |at: usize| {
            let len = memchr::memchr(b'\'', text.get(at..line.end))?;
            Some(at..at + len)
        };
        if rest.starts_with(b"Sending request method_string=") {
            self.method = behind(b"method_string='")
                .and_then(quoted)
                .or(self.method.take());
            self.path = behind(b"uri='").and_then(quoted).or(self.path.take());
            let sent = behind(b"headers={").map(|at| at - 1);
            self.headers = sent.or(self.headers);
            self.end = line.next;
            return false;
        }
        if rest.starts_with(b"get_hostname(") {
            self.host = behind(b"): ").map(|at| at..line.end);
        } else if rest.starts_with(b"format_uri(): ") {
            self.path = behind(b"format_uri(): ").map(|at| at..line.end);
        } else {
            return !rest.starts_with(b"Canonical Request:");
        }
        self.end = line.next;
        true
    }
}

/// A method, and the path and the query behind it.
type Signed = (Range<usize>, Option<[Range<usize>; 2]>);

/// The first lines of the canonical request before `at`: its method, and behind that path and query.
fn signed_before(text: &Text, at: usize) -> Option<Signed> {
    const LABEL: &[u8] = b"Canonical Request:";
    let from = at.saturating_sub(BEFORE);
    let before = text.get(from..at);
    let label = from + memchr::memmem::rfind(before, LABEL)? + LABEL.len();
    let method = text.line(text.line(label).next);
    let path = text.line(method.next);
    let query = text.line(path.next);
    let is_own = query.next <= at && text.at(path.start) == Some(b'/');
    is_method(text.get(method.range())).then(|| {
        let target = is_own.then(|| [path.range(), query.range()]);
        (method.range(), target)
    })
}
