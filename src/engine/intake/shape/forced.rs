//! Text in which nothing was recognised: what it is nearest to, and reading it as what a person says it is.
//!
//! Owns the shapes that can be forced, their order, and the tolerant reading: what a shape needs and the text lacks is
//! put in front of it in a layer, with the way back, and read by the one recogniser of that shape. What speaks for a
//! shape the shape itself states. Must not know how the recognisers read.

use std::cmp::Reverse;

use super::nearness::{Front, colon, method};
use super::vocabulary;
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Peel, Span};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser;
use crate::engine::intake::text::{Text, is_token};
use crate::engine::intake::unescape::{self, Unescaped};
use crate::engine::intake::{
    Answer, Evidence, Integrity, Pattern, Shape, Side, integrity, remarks,
};

/// The id of the remark that a text was read as a person said.
pub(in crate::engine::intake) const ID: &str = "read-as";

/// As what a text can be read although it was not recognised as such.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ReadAs {
    /// A request as it is sent.
    Request,
    /// The headers of a request, without their request line.
    Headers,
    /// A curl command.
    Curl,
    /// A canonical request.
    CanonicalRequest,
    /// A string to sign.
    StringToSign,
    /// The server's error.
    ServerError,
}

impl ReadAs {
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::Request,
        Self::Headers,
        Self::Curl,
        Self::CanonicalRequest,
        Self::StringToSign,
        Self::ServerError,
    ];

    /// Its stable name, for the command line.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Headers => "headers",
            Self::Curl => "curl",
            Self::CanonicalRequest => "canonical-request",
            Self::StringToSign => "string-to-sign",
            Self::ServerError => "server-error",
        }
    }

    /// What it is, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Request => "a raw request",
            Self::Headers => "headers of a request",
            Self::Curl => "a curl command",
            Self::CanonicalRequest => "a canonical request",
            Self::StringToSign => "a string to sign",
            Self::ServerError => "the server's error",
        }
    }

    /// The one with this name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|read_as| read_as.id() == id)
    }
}

/// A shape that a text may be read as.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Offer {
    /// The shape.
    pub read_as: ReadAs,
    /// How much speaks for it: no part of a proof, and good for ranking alone.
    pub nearness: u32,
    /// What speaks for it: a part of a sentence.
    pub why: String,
    /// What it would lack: a part of a sentence. Empty where nothing is missed.
    pub missing: &'static str,
}

/// Shapes that are offered.
const OFFERS: usize = 3;
/// The shapes that are nearest to a text, the nearest first, as the recognisers state what speaks for them. Of nothing,
/// and of what is no text, there are none.
pub fn nearest(bytes: &[u8]) -> Vec<Offer> {
    if bytes.trim_ascii().is_empty() || remarks::is_binary(bytes) {
        return Vec::new();
    }
    let front = Front::of(bytes);
    let stated = recogniser::all().iter().flat_map(|r| r.near());
    let mut offers: Vec<Offer> = stated.map(|near| front.offer(near)).collect();
    offers.sort_by_key(|offer| (Reverse(offer.nearness), offer.read_as));
    offers.truncate(OFFERS);
    offers
}

/// Reads `doc` as what a person says it is. Says whether anything came of it.
pub(in crate::engine::intake) fn read(
    reader: &mut Reader<'_>,
    doc: DocId,
    read_as: ReadAs,
) -> bool {
    let text = Text::new(&reader.case.docs, doc);
    let bytes = text.get(0..text.len());
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let is_body_kept = read_as == ReadAs::Request;
    let end = if is_body_kept {
        bytes.len()
    } else {
        bytes.trim_ascii_end().len()
    };
    if start >= end {
        return false;
    }
    let trimmed = start..end;
    let before = reader.case.pieces.len();
    let whole = text.span(trimmed);
    let whole = unquoted(reader, whole);
    match read_as {
        ReadAs::CanonicalRequest | ReadAs::StringToSign => strings(reader, whole, read_as),
        ReadAs::ServerError => answer(reader, whole),
        ReadAs::Curl => {
            let bytes = reader.case.docs.shared(whole);
            let mut out = Unescaped::default();
            if !bytes.starts_with(b"curl") {
                out.decode(b"curl ", 0, 0);
            }
            out.copy_at(&bytes, 0);
            layer(reader, whole, out);
        }
        ReadAs::Request | ReadAs::Headers => {
            let bytes = reader.case.docs.shared(whole);
            let out = request(&bytes, read_as);
            layer(reader, whole, out);
        }
    }
    reader.flush();
    let is_read = reader.case.pieces.len() > before;
    reader.find(if is_read {
        Finding::note(
            ID,
            format!("This was read as {}, because you said so.", read_as.title()),
            "Nothing of it proves that it is.",
        )
        .at(reader.case.docs.to_given(whole), "read so")
    } else {
        Finding::warning(
            ID,
            format!("This could not be read as {}.", read_as.title()),
            "Choose another shape, or paste more of it.",
        )
        .at(reader.case.docs.to_given(whole), "nothing came of it")
    });
    is_read
}

/// The text out of the quotes around it, its escapes undone where its line breaks are escaped.
fn unquoted(reader: &mut Reader<'_>, whole: Span) -> Span {
    let bytes = reader.case.docs.shared(whole);
    let inner = match bytes.as_ref() {
        [first @ (b'"' | b'\'' | b'`'), inner @ .., last] if first == last => {
            whole.part(1..1 + inner.len())
        }
        _ => whole,
    };
    let bytes = reader.case.docs.shared(inner);
    let is_one_line = memchr::memchr(b'\n', &bytes).is_none();
    if is_one_line
        && memchr::memmem::find(&bytes, b"\\n").is_some()
        && let Some(undone) = unescape::backslashes(&bytes)
        && let Some(doc) = reader.peel(
            inner,
            Peel::BackslashEscapes,
            undone.bytes.into(),
            undone.map,
        )
    {
        return reader.case.docs.whole(doc);
    }
    inner
}

fn strings(reader: &mut Reader<'_>, whole: Span, read_as: ReadAs) {
    // Neither text ends in a line end, nor begins with one.
    let text = reader.case.docs.bytes(whole);
    let start = text.len() - text.trim_ascii_start().len();
    let whole = whole.part(start..text.trim_ascii_end().len());
    let pattern = Pattern::exact(whole);
    let is_canonical = read_as == ReadAs::CanonicalRequest;
    let mut evidence = Evidence {
        shape: Shape(read_as.id()),
        side: None,
        span: whole,
        canonical_request: is_canonical.then(|| pattern.clone()),
        string_to_sign: (!is_canonical).then_some(pattern),
        signature: None,
        answer: None,
        integrity: Integrity::Unchecked,
        repairs: reader.case.docs.peels(whole),
    };
    integrity::check(reader, &mut evidence);
    reader.add_evidence(evidence);
}

fn answer(reader: &mut Reader<'_>, whole: Span) {
    let bytes = reader.case.docs.shared(whole);
    let find = |text: &str| memchr::memmem::find(&bytes, text.as_bytes());
    let code = vocabulary::SIGNATURE_CODES
        .iter()
        .find_map(|code| Some(whole.part(find(code)?..find(code)? + code.len())));
    let status = bytes
        .split(|b| !b.is_ascii_alphanumeric())
        .find(|word| [&b"400"[..], b"401", b"403"].contains(word))
        .and_then(|word| std::str::from_utf8(word).ok()?.parse().ok());
    reader.add_evidence(Evidence {
        shape: Shape(ReadAs::ServerError.id()),
        side: Some(Side::Server),
        span: whole,
        canonical_request: None,
        string_to_sign: None,
        signature: None,
        answer: Some(Answer {
            status,
            code,
            message: Some(whole),
            ..Answer::default()
        }),
        integrity: Integrity::Unchecked,
        repairs: reader.case.docs.peels(whole),
    });
}

/// A request in the form in which requests are sent: a request line, header lines, an empty line, the rest.
fn request(bytes: &[u8], read_as: ReadAs) -> Unescaped {
    let mut out = Unescaped::default();
    let mut at = 0;
    let mut is_first = true;
    let mut in_head = true;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        if !in_head {
            out.copy_at(line, start);
            continue;
        }
        let lead = line.len() - line.trim_ascii_start().len();
        let text = line.trim_ascii();
        if is_first && text.is_empty() {
            continue;
        }
        if is_first {
            is_first = false;
            let is_header = read_as == ReadAs::Headers || colon(text).is_some();
            let target = method(text).map(|len| (len, lead + len));
            match target {
                Some((len, _)) if len < text.len() && !is_header => {
                    out.copy_at(text, start + lead);
                    if !ends_in_version(text) {
                        out.decode(b" HTTP/1.1", start + lead + text.len(), 0);
                    }
                    out.decode(b"\n", start + lead + text.len(), 0);
                    continue;
                }
                _ if !is_header && (text.starts_with(b"/") || text.starts_with(b"http")) => {
                    out.decode(b"GET ", start + lead, 0);
                    out.copy_at(text, start + lead);
                    if !ends_in_version(text) {
                        out.decode(b" HTTP/1.1", start + lead + text.len(), 0);
                    }
                    out.decode(b"\n", start + lead + text.len(), 0);
                    continue;
                }
                _ => out.decode(b"GET / HTTP/1.1\n", start, 0),
            }
        }
        if text.is_empty() {
            in_head = read_as == ReadAs::Headers;
            if !in_head {
                out.copy_at(line, start);
            }
            continue;
        }
        header(&mut out, text, start + lead);
    }
    if in_head {
        out.decode(b"\n", bytes.len(), 0);
    }
    out
}

/// A header line: its name up to a colon, an equals sign or a blank, and its value. Quotes and commas around it
/// are those of whatever it was copied from.
fn header(out: &mut Unescaped, text: &[u8], at: usize) {
    let is_around = |b: &u8| {
        matches!(b, b'"' | b'\'' | b',' | b'-' | b'>' | b'<' | b'*') || b.is_ascii_whitespace()
    };
    let lead = text.iter().take_while(|b| is_around(b)).count();
    let text = text.get(lead..).unwrap_or_default();
    let at = at + lead;
    let name = text.iter().take_while(|b| is_token(**b)).count();
    if name == 0 {
        return;
    }
    let rest = text.get(name..).unwrap_or_default();
    let gap = rest
        .iter()
        .take_while(|b| matches!(b, b':' | b'=' | b'>' | b'"' | b'\'' | b' ' | b'\t'))
        .count();
    let value = rest.get(gap..).unwrap_or_default();
    let end = value
        .iter()
        .rev()
        .take_while(|b| matches!(b, b'"' | b'\'' | b',' | b';'))
        .count();
    let value = value.get(..value.len() - end).unwrap_or_default();
    if gap == 0 || value.is_empty() {
        return;
    }
    out.copy_at(text.get(..name).unwrap_or_default(), at);
    out.decode(b":", at + name, gap);
    out.copy_at(value, at + name + gap);
    out.decode(b"\n", at + name + gap + value.len(), 0);
}

fn ends_in_version(line: &[u8]) -> bool {
    let last = line.rsplit(|b| *b == b' ').next().unwrap_or_default();
    last.starts_with(b"HTTP/")
}

/// Reads text that was put into the form of its shape.
fn layer(reader: &mut Reader<'_>, whole: Span, out: Unescaped) {
    if let Some(doc) = reader.peel(whole, Peel::ProgramDefault, out.bytes.into(), out.map) {
        reader.layer(doc);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_that_can_be_forced_is_stated_by_one_recogniser() {
        let stated = recogniser::all().iter().flat_map(|r| r.near());
        let mut stated: Vec<ReadAs> = stated.map(|near| near.read_as).collect();
        stated.sort_unstable();
        assert_eq!(stated, ReadAs::ALL);
    }
}
