//! Requests in files that browsers, proxies and API clients export: HAR, Postman collections, Insomnia's JSON, and what
//! Firefox copies of a request.
//!
//! Owns telling which of them an object is. Must not know how JSON is spelled.

pub(super) mod firefox;
pub(super) mod har;
pub(super) mod insomnia;
pub(super) mod postman;
mod rest;
mod variables;

pub(in crate::engine::intake) use insomnia::Insomnia;
pub(in crate::engine::intake) use rest::rest;

use crate::engine::intake::Given;
use crate::engine::intake::compose::{Composer, speaks_of_signature};
use crate::engine::intake::fill::{self, DOUBLE, Values};
use crate::engine::intake::notation::{self, Language, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;

/// Recognises exported requests in JSON.
pub(in crate::engine::intake) struct Exported;

/// What such an object is found by.
const REQUEST: &str = "\"request\"";
const ENTRIES: &str = "\"entries\"";
const RESOURCE: &str = "\"_id\"";

impl Recogniser for Exported {
    fn anchors(&self) -> &'static [&'static str] {
        &[REQUEST, ENTRIES, RESOURCE, firefox::FILENAME]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    /// A body may well be such a file.
    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let near = text.get(hit.at..hit.at + firefox::FILENAME.len());
        let at = if near == firefox::FILENAME.as_bytes() {
            let (method, _) = firefox::opens(text, hit.at)?;
            method.start.checked_sub(1)?
        } else if text.get(hit.at..hit.at + RESOURCE.len()) == RESOURCE.as_bytes() {
            resource(text, hit.at, from, &["req_"])?
        } else {
            let open = value_at(text, hit.at)?;
            matches!(text.at(open), Some(b'{' | b'[')).then_some(hit.at)?
        };
        (at >= from).then_some(Start {
            at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        if !reader.may_waste() {
            return None;
        }
        if text.at(start.at) == Some(b'{') {
            let parsed = notation::value(text, start.at, Language::JavaScript)?;
            let end = insomnia::read(reader, pass, start.at, &parsed);
            return end.or_else(|| wasted(reader, parsed.end - start.at));
        }
        let open = value_at(text, start.at)?;
        let name = text.get(start.at..start.at + ENTRIES.len());
        if !name.starts_with(REQUEST.as_bytes()) && name != ENTRIES.as_bytes() {
            return firefox::read(reader, text, start.at);
        }
        if text.at(open) == Some(b'[') {
            let entries = text.get(start.at..start.at + ENTRIES.len()) == ENTRIES.as_bytes();
            return entries.then(|| har::entries(reader, text, start.at, open))?;
        }
        let parsed = notation::value(text, open, Language::JavaScript)?;
        let end = if parsed
            .value
            .get(text, &["headers", "httpVersion"])
            .is_some()
        {
            har::alone(reader, text, start.at, &parsed)
        } else {
            postman::read(reader, pass, start.at, &parsed)
        };
        end.or_else(|| wasted(reader, parsed.end - start.at))
    }
}

/// Where the resource opens, at `from` or behind it, whose `_id` stands at `at` and begins with one of `kinds`.
fn resource(text: &Text, at: usize, from: usize, kinds: &[&str]) -> Option<usize> {
    let id = behind(text, at + RESOURCE.len(), b':')?;
    let opens = text.trim_end(from.max(at.saturating_sub(64))..at);
    let is_kind = |kind: &&str| {
        let own = text.get(id + 1..id + 1 + kind.len());
        text.at(id) == Some(b'"') && own == kind.as_bytes()
    };
    let brace = opens
        .checked_sub(1)
        .filter(|at| *at >= from && text.at(*at) == Some(b'{'))?;
    kinds.iter().any(is_kind).then_some(brace)
}

/// Counts what was read in vain.
fn wasted(reader: &mut Reader<'_>, bytes: usize) -> Option<usize> {
    reader.waste(bytes);
    None
}

/// Where the value of the member whose quoted name stands at `at` begins.
fn value_at(text: &Text, at: usize) -> Option<usize> {
    let name = 1 + memchr::memchr(b'"', text.get(at + 1..at + 32))?;
    behind(text, at + name + 1, b':')
}

/// The offset behind `byte` at `at`, blanks around it left out.
fn behind(text: &Text, at: usize, byte: u8) -> Option<usize> {
    let at = text.skip_space_within(at..at + 64);
    (text.at(at) == Some(byte)).then(|| text.skip_space(at + 1))
}

/// The string that is the member of `object` named `name`.
fn text_of(text: &Text, object: &Value, name: &str) -> Option<Piece> {
    piece(text, object.get(text, &[name])?)
}

/// A string; none where the value is something else.
fn piece(text: &Text, value: &Value) -> Option<Piece> {
    match value {
        Value::Text(literal) => Some(literal.piece(text)),
        Value::Name(_) | Value::Map(_) | Value::List(_) | Value::Call(..) | Value::Sum(_) => None,
    }
}

/// Whether a string member of `object` is `word`.
fn says(text: &Text, object: &Value, name: &str, word: &str) -> bool {
    let own = object.get(text, &[name]).and_then(|v| v.word(text));
    own.is_some_and(|own| own.eq_ignore_ascii_case(word.as_bytes()))
}

/// What an exported request says, decoded.
#[derive(Default)]
pub(super) struct Said {
    pub(super) method: Option<Piece>,
    pub(super) url: Option<Piece>,
    /// Names and values.
    pub(super) headers: Vec<(Piece, Piece)>,
    /// Parameters that are added to the URL.
    pub(super) query: Vec<(Piece, Piece)>,
    pub(super) body: Option<Piece>,
}

impl Said {
    /// Everything of it that may show that it is signed.
    fn may_be_signed(&self) -> bool {
        let headers = self.headers.iter().flat_map(|(name, value)| [name, value]);
        let query = self.query.iter().map(|(name, _)| name);
        let url = self.url.as_ref();
        url.is_some_and(|url| speaks_of_signature(url, headers.chain(query)))
    }

    /// Fills its `{{variables}}`, and says which are not known.
    pub(super) fn fill(&mut self, composer: &mut Composer<'_, '_, '_>, values: &mut Values<'_>) {
        let mut unknown = Vec::new();
        let mut one = |piece: &mut Piece| {
            let filled = fill::fill(piece, DOUBLE, values);
            unknown.extend(filled.unknown);
            *piece = filled.piece;
        };
        let pairs = self.headers.iter_mut().chain(&mut self.query);
        for (name, value) in pairs {
            one(name);
            one(value);
        }
        let rest = [&mut self.method, &mut self.url, &mut self.body];
        rest.into_iter().flatten().for_each(one);
        composer.unknown(unknown);
    }

    /// The method, or GET.
    fn method(&self, composer: &mut Composer<'_, '_, '_>) -> Option<Given<&'static str>> {
        composer.method(self.method.as_ref(), "GET")
    }

    /// The URL with the parameters that stand apart from it.
    pub(super) fn whole_url(&self) -> Option<Piece> {
        let url = self.url.clone()?;
        let pairs: Vec<Piece> = self
            .query
            .iter()
            .filter_map(|(name, value)| Piece::joined(&[name, value], b"="))
            .collect();
        if pairs.is_empty() {
            return Some(url);
        }
        let pairs: Vec<&Piece> = pairs.iter().collect();
        let query = Piece::joined(&pairs, b"&")?;
        let mark: &[u8] = match url.bytes().last() {
            Some(b'?' | b'&') => b"",
            _ if url.bytes().contains(&b'?') => b"&",
            _ => b"?",
        };
        Piece::joined(&[&url, &query], mark)
    }
}
