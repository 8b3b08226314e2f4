//! A request in a `.bru` file of Bruno.
//!
//! Owns the blocks of such a file (Bru Markup Language): `put { url: … }`, `headers { … }`, `body:json { … }`,
//! `auth:awsv4 { … }`, `vars:pre-request { … }`. Bruno signs what has an `auth` of its own when it sends it.

use std::ops::Range;

use super::exported::Said;
use crate::engine::document::Peel;
use crate::engine::intake::compose::{Composer, FORM_TYPE, JSON_TYPE, Parts, may_be_signed};
use crate::engine::intake::fill::Values;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::vocabulary::method_named;
use crate::engine::intake::text::{Line, Text, is_blank};
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{Body, Shape, secrets};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("bruno");

/// Recognises `.bru` files.
pub(in crate::engine::intake) struct Bruno;

/// Blocks and lines of one file.
const BLOCKS: usize = 64;
const LINES: usize = 8_192;

impl Recogniser for Bruno {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "meta {",
            "get {",
            "put {",
            "post {",
            "head {",
            "delete {",
            "patch {",
            "options {",
        ]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    /// A body may hold such words.
    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let line = hit.line;
        let whole = text.trim_end(line.range());
        let opens = hit.at == line.start && text.get(line.start..whole).ends_with(b"{");
        let next = text.line(line.next);
        let indented = text.get(next.range()).starts_with(b"  ");
        (line.start >= from && opens && indented).then_some(Start {
            at: line.start,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        if !reader.may_waste() {
            return None;
        }
        let file = File::read(text, start.at);
        let end = compose(reader, text, start.at, &file);
        if end.is_none() {
            reader.waste(file.end - start.at);
        }
        end
    }
}

/// A block: its name, and what stands between its braces.
struct Block {
    name: Range<usize>,
    inner: Range<usize>,
}

struct File {
    blocks: Vec<Block>,
    end: usize,
}

impl File {
    /// The blocks from `at` on, up to the next file's.
    fn read(text: &Text, at: usize) -> Self {
        let mut file = Self {
            blocks: Vec::new(),
            end: at,
        };
        let mut at = at;
        let mut lines = 0;
        while at < text.len() && file.blocks.len() < BLOCKS && lines < LINES {
            let line = text.line(at);
            at = line.next;
            lines += 1;
            if text.is_blank(line) {
                continue;
            }
            let Some(name) = opened(text, line) else {
                break;
            };
            let twice = text.get(name.clone()) == b"meta" && !file.blocks.is_empty();
            if twice {
                break;
            }
            let mut inner = at..at;
            while at < text.len() && lines < LINES {
                let line = text.line(at);
                at = line.next;
                lines += 1;
                let closes = text.get(line.start..text.trim_end(line.range()));
                if closes == b"}" || closes == b"]" {
                    break;
                }
                inner.end = line.next;
            }
            file.end = at;
            file.blocks.push(Block { name, inner });
        }
        file
    }

    fn block(&self, text: &Text, name: &str) -> Option<&Block> {
        let own = |block: &&Block| text.get(block.name.clone()) == name.as_bytes();
        self.blocks.iter().find(own)
    }

    /// The names and values of a block; what begins with `~` is switched off.
    fn pairs(&self, text: &Text, name: &str) -> Vec<(Piece, Piece)> {
        let mut pairs = Vec::new();
        let Some(block) = self.block(text, name) else {
            return pairs;
        };
        let mut at = block.inner.start;
        while at < block.inner.end {
            let line = text.line(at);
            at = line.next;
            let range = text.trim(line.range());
            let bytes = text.get(range.clone());
            // The value may hold colons, and a pseudo-header begins with one.
            let colon = memchr::memchr(b':', bytes.get(1..).unwrap_or_default());
            let Some(colon) = colon.map(|at| range.start + at + 1) else {
                continue;
            };
            if bytes.first() == Some(&b'~') {
                continue;
            }
            let name = range.start..text.trim_end(range.start..colon);
            let value = text.trim(colon + 1..range.end);
            pairs.push((Piece::standing(text, name), Piece::standing(text, value)));
        }
        pairs
    }
}

/// The name of a block that this line opens.
fn opened(text: &Text, line: Line) -> Option<Range<usize>> {
    let end = text.trim_end(line.range());
    let bytes = text.get(line.start..end);
    let front = bytes
        .strip_suffix(b"{")
        .or_else(|| bytes.strip_suffix(b"["))?;
    let name = front.strip_suffix(b" ")?;
    let letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_');
    (!name.is_empty() && name.len() <= 40 && name.iter().all(letter))
        .then(|| line.start..line.start + name.len())
}

/// What a block holds without the two blanks in front of each line.
fn outdented(text: &Text, block: &Block) -> Piece {
    let mut out = Unescaped::default();
    let base = block.inner.start;
    let mut at = base;
    while at < block.inner.end {
        let line = text.line(at);
        let blanks = text
            .get(line.range())
            .iter()
            .take(2)
            .take_while(|b| is_blank(**b))
            .count();
        // The line end before the closing brace is the file's.
        let end = if line.next >= block.inner.end {
            line.end
        } else {
            line.next
        };
        out.copy_at(
            text.get(line.start + blanks..end),
            line.start + blanks - base,
        );
        at = line.next.max(at + 1);
    }
    Piece::new(out, block.inner.clone(), Peel::Indentation)
}

fn compose(reader: &mut Reader<'_>, text: &Text, at: usize, file: &File) -> Option<usize> {
    // A block that is a request is named after its method.
    let (request, method) = file.blocks.iter().find_map(|block| {
        let method = method_named(text.get(block.name.clone()))?;
        Some((block, method))
    })?;
    let name = String::from_utf8_lossy(text.get(request.name.clone())).into_owned();
    let settings = file.pairs(text, &name);
    let setting = |name: &str| {
        let found = settings
            .iter()
            .find(|(own, _)| own.bytes() == name.as_bytes());
        found.map(|(_, value)| value.clone())
    };
    let mut said = Said {
        method: None,
        url: setting("url"),
        headers: file.pairs(text, "headers"),
        query: Vec::new(),
        body: None,
    };
    let kind = setting("body").map_or_else(Vec::new, |kind| kind.text.bytes);
    let names: &[&str] = match kind.as_slice() {
        b"none" | b"" => &[],
        b"json" => &["body:json", "body"],
        b"text" => &["body:text"],
        b"xml" => &["body:xml"],
        b"sparql" => &["body:sparql"],
        _ => &["body"],
    };
    let held = names.iter().find_map(|name| file.block(text, name));
    said.body = held.map(|block| outdented(text, block));
    if kind == b"formUrlEncoded" {
        let fields = file.pairs(text, "body:form-urlencoded");
        let fields: Vec<Piece> = fields
            .iter()
            .filter_map(|(name, value)| Piece::joined(&[&escaped(name), &escaped(value)], b"="))
            .collect();
        let fields: Vec<&Piece> = fields.iter().collect();
        said.body = Piece::joined(&fields, b"&");
    }
    let auth = file.pairs(text, "auth:awsv4");
    let signs = !auth.is_empty() && setting("auth").is_some_and(|auth| auth.bytes() == b"awsv4");
    if !signs && !may_be_signed(text.get(at..file.end)) {
        return None;
    }
    let mut composer = Composer {
        reader,
        text,
        place: at..file.end,
    };
    let variables = file.pairs(text, "vars:pre-request");
    let mut value = |name: &[u8]| {
        let found = variables.iter().find(|(own, _)| own.bytes() == name);
        found.map(|(_, value)| value.bytes().to_vec())
    };
    said.fill(&mut composer, &mut Values::nested(&mut value));
    let target = composer.target(said.url.as_ref()?)?;
    let verb = Piece::standing(text, request.name.clone());
    let upper = verb.respelled(|b| Some(vec![b.to_ascii_uppercase()]));
    let upper = Piece {
        peel: Peel::Serialised,
        ..upper
    };
    let method = composer.method(Some(&upper), method)?;
    let mut headers = Vec::new();
    for (name, value) in &said.headers {
        headers.extend(composer.header(name, value));
    }
    let body = match &said.body {
        Some(body) => {
            let cause = body.start..body.end;
            match kind.as_slice() {
                b"json" => composer.add(&mut headers, "content-type", JSON_TYPE, cause),
                b"text" => composer.add(&mut headers, "content-type", "text/plain", cause),
                b"formUrlEncoded" => composer.add(&mut headers, "content-type", FORM_TYPE, cause),
                _ => {}
            }
            composer.held_unless_unknown(body)
        }
        None if matches!(kind.as_slice(), b"none" | b"") => composer.empty(),
        None => {
            composer.body_elsewhere(
                request.name.clone(),
                "The body is in a file, or is put together when the request is sent, and not here.",
            );
            Body::Absent
        }
    };
    if signs {
        composer.signs_itself(
            request.name.clone(),
            "Bruno signs this request itself when it sends it, so there is no signature in it.",
            "Send it, open its Timeline and paste the request that it shows.",
        );
        let get = |name: &str| {
            let found = auth.iter().find(|(own, _)| own.bytes() == name.as_bytes());
            found.map(|(_, value)| value.clone())
        };
        let parts = [
            get("secretAccessKey"),
            get("accessKeyId"),
            get("sessionToken"),
        ];
        secrets::keep(&mut composer, &parts, "the auth of a Bruno request");
    }
    for (block, field) in [
        ("auth:basic", "password"),
        ("auth:bearer", "token"),
        ("auth:apikey", "value"),
    ] {
        for (name, value) in file.pairs(text, block) {
            if name.bytes() == field.as_bytes() {
                composer.hide(&value);
            }
        }
    }
    composer.finish(Parts {
        shape: SHAPE,
        method,
        target,
        headers,
        body,
    });
    Some(file.end)
}

/// A field of a form as it is sent.
fn escaped(piece: &Piece) -> Piece {
    piece.respelled(|byte| {
        let kept = byte.is_ascii_alphanumeric() || b"-_.~!*'()".contains(&byte);
        (!kept).then(|| format!("%{byte:02X}").into_bytes())
    })
}
