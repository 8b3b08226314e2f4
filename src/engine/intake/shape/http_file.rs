//! `.http` and `.rest` files, as the editors of JetBrains and VS Code send them: several requests between `###`, with
//! variables.
//!
//! Owns what such a file puts around a request: separators, comments, `@name = value`, `{{name}}`, a URL over several
//! lines, a body in a file, what is done with the answer. The request itself is that of `http_request`.

use std::collections::HashMap;
use std::ops::Range;

use super::vocabulary::{METHODS, carries_signature};
use crate::engine::document::Peel;
use crate::engine::intake::compose::{Composer, may_be_signed};
use crate::engine::intake::fill::{self, DOUBLE, Values};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::{Line, Text, is_blank, method_len};
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{Shape, target};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("http-file");

/// Recognises requests of `.http` files.
pub(in crate::engine::intake) struct HttpFile;

/// Lines before the request line, bytes of one request, and how far from it a variable may be given.
const FRONT: usize = 128;
const REQUEST: usize = 1 << 20;
const FAR: usize = 64 << 10;

const SEPARATOR: &str = "###";

impl Recogniser for HttpFile {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            SEPARATOR, "@", "{{", "GET ", "PUT ", "POST ", "HEAD ", "DELETE ", "PATCH ", "OPTIONS ",
        ]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        1
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        if line.start < from {
            return None;
        }
        let bytes = text.get(line.start..line.end.min(line.start + 256));
        let separates = bytes.starts_with(SEPARATOR.as_bytes());
        let begins = separates
            || variable(text, line).is_some() && !follows_a_variable(text, line, from)
            || request_line(text, line)
                .is_some_and(|r| fill::has_places(text.get(r.target.clone()), DOUBLE));
        let at = begins.then(|| request_at(text, line.start))?;
        let ends = separates && text.skip_space(line.next) >= text.len();
        (at.is_some() || ends).then_some(Start {
            at: line.start,
            boundary: separates,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        if !reader.may_waste() {
            return None;
        }
        let layers = reader.case.docs.peels(text.span(start.at..start.at));
        // What was filled in already is read as a plain request.
        if layers.contains(&Peel::Variables) {
            return None;
        }
        let (at, line) = request_at(text, start.at)?;
        let block = Block::read(text, at, &line)?;
        let piece = Piece::new(block.text, at..block.end, Peel::Variables);
        let variables = reader.once(text.doc, Variables::of);
        let mut value = |name: &[u8]| variables.near(text, name, at);
        let filled = fill::fill(&piece, DOUBLE, &mut Values::nested(&mut value));
        let bytes = filled.piece.bytes();
        let url = memchr::memchr(b' ', bytes).and_then(|at| bytes.get(at + 1..));
        // Of a URL that is not here only what carries a signature is worth a request.
        let tells = if url.is_some_and(|url| url.starts_with(b"{{")) {
            carries_signature
        } else {
            may_be_signed
        };
        if !tells(bytes) {
            return None;
        }
        let mut composer = Composer {
            reader,
            text,
            place: at..block.end,
        };
        composer.unknown(filled.unknown);
        if let Some(file) = block.file {
            composer.body_elsewhere(file, "The body is in a file that this names, and not here.");
        }
        let requests = composer.reader.case.requests.len();
        let pieces = composer.reader.case.pieces.len();
        let filled = filled.piece;
        let layer = composer.layer(filled.start..filled.end, Peel::Variables, filled.text)?;
        reader.layer(layer.text.doc);
        for request in reader.case.requests.iter_mut().skip(requests) {
            request.shape = SHAPE;
        }
        for piece in reader.case.pieces.iter_mut().skip(pieces) {
            if matches!(piece.part, crate::engine::intake::Part::Request(_)) {
                piece.shape = SHAPE;
            }
        }
        Some(block.end)
    }
}

/// The first line of a request.
struct RequestLine {
    method: Option<Range<usize>>,
    target: Range<usize>,
}

/// `METHOD url`, `METHOD url HTTP/1.1` or a URL alone, where the URL has a scheme or a variable in it.
fn request_line(text: &Text, line: Line) -> Option<RequestLine> {
    let range = text.trim(line.range());
    let bytes = text.get(range.clone());
    let verb = method_len(bytes).unwrap_or(0);
    let known = bytes.get(..verb).is_some_and(|w| METHODS.contains(&w));
    let begin = match bytes.get(verb) {
        Some(blank) if known && is_blank(*blank) => {
            text.skip_space_within(range.start + verb..range.end)
        }
        _ => range.start,
    };
    let target = begin..range.end;
    let url = text.get(target.clone());
    let variable = url.starts_with(b"{{");
    let path = url.starts_with(b"/") && fill::has_places(url, DOUBLE) && begin > range.start;
    (variable || path || target::absolute(url).is_some()).then(|| RequestLine {
        method: (begin > range.start).then(|| range.start..range.start + verb),
        target,
    })
}

/// Where the request line stands that follows from `at` on, behind separators, comments, variables and empty lines.
fn request_at(text: &Text, at: usize) -> Option<(usize, RequestLine)> {
    let mut at = at;
    for lines in 0..FRONT {
        if at >= text.len() {
            return None;
        }
        let line = text.line(at);
        if let Some(request) = request_line(text, line) {
            return Some((at, request));
        }
        // Of several separators the last begins a request, so that each of very many costs nothing.
        let other = !text.is_blank(line) && !is_comment(text, line);
        if other && variable(text, line).is_none() || lines > 0 && is_separator(text, line) {
            return None;
        }
        at = line.next;
    }
    None
}

/// Whether the line before gives a variable too: the first of them begins what is read.
fn follows_a_variable(text: &Text, line: Line, from: usize) -> bool {
    const NEAR: usize = 1 << 10;
    if line.start <= from {
        return false;
    }
    let floor = line.start.saturating_sub(NEAR).max(from);
    let before = text.line_start(line.start - 1, floor);
    variable(text, text.line(before)).is_some()
}

fn is_comment(text: &Text, line: Line) -> bool {
    let bytes = text.get(line.range()).trim_ascii_start();
    bytes.starts_with(b"#") || bytes.starts_with(b"//")
}

fn is_separator(text: &Text, line: Line) -> bool {
    text.get(line.range()).starts_with(SEPARATOR.as_bytes())
}

/// `@name = value`: the value.
fn variable(text: &Text, line: Line) -> Option<(Range<usize>, Range<usize>)> {
    let bytes = text.get(line.start..line.end.min(line.start + (8 << 10)));
    let rest = bytes.strip_prefix(b"@")?;
    let name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'-' | b'.');
    let len = rest.iter().take_while(name).count();
    let gap = rest
        .get(len..)?
        .iter()
        .take_while(|b| is_blank(**b))
        .count();
    let separated = rest.get(len + gap) == Some(&b'=');
    let begin = line.start + 1;
    let value = text.trim(begin + len + gap + 1..line.end.max(begin + len + gap + 1));
    (len > 0 && separated).then_some((begin..begin + len, value))
}

/// The variables of a file: where each is given, in order, and what as.
struct Variables(HashMap<Vec<u8>, Vec<(usize, Range<usize>)>>);

impl Variables {
    fn of(text: &Text) -> Self {
        let mut all: HashMap<Vec<u8>, Vec<(usize, Range<usize>)>> = HashMap::new();
        for at in memchr::memchr_iter(b'@', text.from(0)) {
            let begins = text.line_start(at, at.saturating_sub(1)) == at;
            let given = begins.then(|| variable(text, text.line(at))).flatten();
            if let Some((name, value)) = given {
                let places = all.entry(text.get(name).to_vec()).or_default();
                places.push((at, value));
            }
        }
        Self(all)
    }

    /// The value of `name`: the last that is given above `at`, or else the first below.
    fn near(&self, text: &Text, name: &[u8], at: usize) -> Option<Vec<u8>> {
        let given = self.0.get(name)?;
        let below = given.partition_point(|(place, _)| *place < at);
        let above = below.checked_sub(1).and_then(|above| given.get(above));
        let (_, value) = above
            .filter(|(place, _)| at - place <= FAR)
            .or_else(|| given.get(below).filter(|(place, _)| place - at < FAR))?;
        Some(text.get(value.clone()).to_vec())
    }
}

/// A request without what a file puts around it.
struct Block {
    text: Unescaped,
    end: usize,
    /// Where a file is named that holds the body.
    file: Option<Range<usize>>,
}

impl Block {
    fn read(text: &Text, at: usize, first: &RequestLine) -> Option<Self> {
        let mut block = Self {
            text: Unescaped::default(),
            end: at,
            file: None,
        };
        let line = text.line(at);
        match &first.method {
            Some(method) => block.copy(text, at, method.clone()),
            None => block.text.decode(b"GET", first.target.start - at, 0),
        }
        block.text.decode(b" ", first.target.start - at, 0);
        block.copy(text, at, first.target.clone());
        let mut next = line.next;
        // The query may go on in lines of its own.
        while next < text.len() {
            let line = text.line(next);
            let range = text.trim(line.range());
            if !matches!(text.at(range.start), Some(b'?' | b'&')) || range.is_empty() {
                break;
            }
            block.copy(text, at, range);
            next = line.next;
        }
        block.text.decode(b"\n", next - at, 0);
        let mut in_body = false;
        let mut body_end = None;
        while next < text.len() {
            let line = text.line(next);
            if line.next - at > REQUEST {
                return None;
            }
            if is_separator(text, line) {
                break;
            }
            let bytes = text.get(line.range());
            let handles = bytes.starts_with(b"> ") || bytes.starts_with(b"<> ");
            let file = in_body && (bytes.starts_with(b"< ") || bytes.starts_with(b"<@"));
            if in_body && handles {
                // What is done with the answer.
                next = rest(text, next);
                break;
            }
            if file {
                block.file.get_or_insert(line.range());
            } else if in_body || !is_comment(text, line) {
                let blank = text.is_blank(line);
                if !in_body && blank {
                    block
                        .text
                        .decode(b"\n", line.start - at, line.next - line.start);
                    in_body = true;
                    body_end = Some(block.text.bytes.len());
                } else {
                    block.copy(text, at, line.start..line.next);
                    if !blank {
                        let stop = line.next - line.end;
                        body_end = Some(block.text.bytes.len() - stop).filter(|_| in_body);
                    }
                }
            }
            next = line.next;
        }
        if let Some(end) = body_end {
            block.text.bytes.truncate(end);
            block.text.map.truncate(end);
        }
        if block.file.is_some() {
            // A part of a body is none.
            let head = memchr::memmem::find(&block.text.bytes, b"\n\n");
            let end = head.map_or(block.text.bytes.len(), |at| at + 2);
            block.text.bytes.truncate(end);
            block.text.map.truncate(end);
        }
        block.end = next.max(line.end);
        Some(block)
    }

    fn copy(&mut self, text: &Text, base: usize, range: Range<usize>) {
        self.text
            .copy_at(text.get(range.clone()), range.start - base);
    }
}

/// Where the next request begins, or the text ends.
fn rest(text: &Text, from: usize) -> usize {
    let mut at = from;
    while at < text.len() {
        let line = text.line(at);
        if is_separator(text, line) {
            return at;
        }
        at = line.next;
    }
    text.len()
}
