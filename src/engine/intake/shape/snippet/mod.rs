//! Requests in pieces of code, as browsers, Postman and the documentation print them.
//!
//! Owns what the pieces have in common. Must not know what a language calls a thing.

pub(super) mod javascript;
pub(super) mod powershell;
pub(super) mod python;

pub(in crate::engine::intake) use javascript::JavaScript;
pub(in crate::engine::intake) use powershell::PowerShell;
pub(in crate::engine::intake) use python::Python;

use std::ops::Range;

use crate::engine::diagnose::Finding;
use crate::engine::intake::compose::{Composer, FORM_TYPE, Parts, speaks_of_signature};
use crate::engine::intake::notation::{Names, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::tidy::Tidier;
use crate::engine::intake::url_call::names_a_url;
use crate::engine::intake::{Body, Header, Shape, UrlCall};

/// What a program does on its own.
struct Program {
    shape: Shape,
    /// What it is called in findings.
    name: &'static str,
    tidier: Option<Tidier>,
    /// Whether it sends headers in ISO 8859-1 (RFC 9110 §5.5), and not in UTF-8.
    latin1: bool,
    /// Headers that it always sends.
    always: &'static [(&'static str, &'static str)],
}

/// What a snippet says of its body.
#[derive(Default)]
enum Payload {
    /// Nothing.
    #[default]
    None,
    /// These bytes.
    Text(Piece),
    /// These bytes, of this media type unless a header says otherwise.
    Typed(Piece, &'static str),
    /// It is made when the program runs, from what stands here.
    Elsewhere(Range<usize>),
}

/// What a snippet says.
struct Said {
    method: Option<Piece>,
    /// The method where none is said.
    implied: &'static str,
    url: Piece,
    headers: Vec<(Piece, Piece)>,
    cookies: Vec<Piece>,
    payload: Payload,
    /// Where the call itself stands.
    call: Range<usize>,
    /// Whether it was read to its end.
    whole: bool,
    /// Whether `headers` are all that it sets.
    all_headers: bool,
}

impl Said {
    fn may_be_signed(&self) -> bool {
        let headers = self.headers.iter().flat_map(|(name, value)| [name, value]);
        speaks_of_signature(&self.url, headers)
    }

    /// Keeps the call where its URL is a name that people give to a presigned one, which may stand beside it.
    fn keep_call(&self, reader: &mut Reader<'_>, names: &Names<'_>, program: &'static str) {
        const MOST: usize = 64;
        let url = self.url.bytes();
        let is_name = names
            .unknown
            .iter()
            .any(|place| names.text.get(place.clone()) == url);
        // What is spread into the headers is not known.
        let spread = memchr::memmem::find(names.text.get(self.call.clone()), b"...").is_some();
        let unknown = |name: &Piece| {
            let mut places = names.unknown.iter();
            places.any(|place| names.text.get(place.clone()) == name.bytes())
        };
        let spread = spread || self.headers.iter().any(|(name, _)| unknown(name));
        let told = self.whole && self.all_headers && !spread;
        if !told || !is_name || !names_a_url(url) || reader.case.url_calls.len() >= MOST {
            return;
        }
        let place = names.text.span(self.call.clone());
        let method = self
            .method
            .as_ref()
            .map_or(self.implied.as_bytes(), Piece::bytes);
        let lower = |name: &Piece| String::from_utf8_lossy(name.bytes()).to_ascii_lowercase();
        let call = UrlCall {
            place: reader.case.docs.to_given(place),
            program,
            method: String::from_utf8_lossy(method).to_ascii_uppercase(),
            headers: self.headers.iter().map(|(name, _)| lower(name)).collect(),
            sets: &["content-type", "content-length", "host"],
        };
        reader.case.url_calls.push(call);
    }

    /// Adds the request; none where nothing of it speaks of a signature. Says where the snippet ends.
    fn compose(
        self,
        reader: &mut Reader<'_>,
        names: Names<'_>,
        program: &Program,
    ) -> Option<usize> {
        let end = self.call.end;
        let mut composer = Composer {
            reader,
            text: names.text,
            place: names.first.min(self.call.start)..end,
        };
        let target = match program.tidier {
            Some(tidier) => composer.tidied(&self.url, tidier, program.name)?,
            None => composer.target(&self.url)?,
        };
        let call = self.call.start..self.call.start + 1;
        let method = composer.method_sent(self.method.as_ref(), self.implied, call)?;
        let mut headers: Vec<Header> = Vec::new();
        for (name, value) in &self.headers {
            if matches!(name.bytes().first(), None | Some(b':')) {
                continue;
            }
            let value = value
                .latin1()
                .filter(|_| program.latin1)
                .unwrap_or_else(|| value.clone());
            headers.extend(composer.header(name, &value));
        }
        for cookie in &self.cookies {
            composer.hide(cookie);
        }
        let open = |piece: &Piece| {
            let unknown =
                |place: &Range<usize>| piece.start <= place.start && place.end <= piece.end;
            names.unknown.iter().any(unknown)
        };
        let body = match &self.payload {
            Payload::None => composer.empty(),
            Payload::Text(piece) | Payload::Typed(piece, _) => {
                if let Payload::Typed(_, kind) = self.payload {
                    composer.add(&mut headers, "content-type", kind, piece.start..piece.end);
                }
                if open(piece) {
                    Body::Absent
                } else {
                    composer.held(piece)
                }
            }
            Payload::Elsewhere(place) => {
                composer.body_elsewhere(
                    place.clone(),
                    "The body is made when this runs, and not here.",
                );
                Body::Absent
            }
        };
        let cause = self.call.start..self.call.start + 1;
        composer.add_signed(&mut headers, &target, &body, program.always, cause);
        composer.unknown(names.unknown);
        if !self.whole {
            composer.find(
                Finding::warning(
                    "snippet-cut",
                    "This piece of code is not read to its end: something is missing, or is written in a way that \
                     is not understood here.",
                    "Give all of it, or the request as it was sent.",
                ),
                self.call.clone(),
                "read as far as it goes",
            );
        }
        composer.finish(Parts {
            shape: program.shape,
            method,
            target,
            headers,
            body,
        });
        Some(end)
    }
}

/// Whether `pairs` are all that `value` holds; where there is no value, there is nothing.
fn holds_all(names: &mut Names<'_>, value: Option<&Value>, pairs: &[(Piece, Piece)]) -> bool {
    value.is_none_or(|value| match names.follow(value) {
        Value::Map(members) => members.len() == pairs.len(),
        Value::Text(_) | Value::List(_) | Value::Name(_) | Value::Call(..) | Value::Sum(_) => false,
    })
}

/// The names and values of an object.
fn pairs(names: &mut Names<'_>, value: &Value) -> Vec<(Piece, Piece)> {
    match names.follow(value) {
        Value::Map(members) => members
            .iter()
            .filter(|(_, value)| !value.is(names.text, "null") && !value.is(names.text, "None"))
            .filter_map(|(name, value)| Some((key(names, name)?, names.piece(value)?)))
            .collect(),
        // Pairs are lists of two.
        Value::List(items) => items
            .iter()
            .filter_map(|item| match item {
                Value::List(pair) => match pair.as_slice() {
                    [name, value] => Some((names.piece(name)?, names.piece(value)?)),
                    _ => None,
                },
                _ => None,
            })
            .collect(),
        Value::Text(_) | Value::Name(_) | Value::Call(..) | Value::Sum(_) => Vec::new(),
    }
}

/// The name of a member.
fn key(names: &Names<'_>, name: &Value) -> Option<Piece> {
    match name {
        Value::Text(literal) => Some(literal.piece(names.text)),
        Value::Name(range) => Some(Piece::standing(names.text, range.clone())),
        Value::Map(_) | Value::List(_) | Value::Call(..) | Value::Sum(_) => None,
    }
}

/// Pairs as a form or a query (URL Standard §5.2): all but letters, digits and `*-._` escaped, a space as `+`.
/// Python keeps `~` and escapes `*`.
fn form(pairs: &[(Piece, Piece)], kept: &'static [u8]) -> Option<Piece> {
    let spell = |piece: &Piece| piece.form_encoded(kept);
    let fields: Vec<Piece> = pairs
        .iter()
        .filter_map(|(name, value)| Piece::joined(&[&spell(name), &spell(value)], b"="))
        .collect();
    let fields: Vec<&Piece> = fields.iter().collect();
    Piece::joined(&fields, b"&")
}

/// `url` with `query` added to it.
fn with_query(url: &Piece, query: &Piece) -> Option<Piece> {
    let mark: &[u8] = if url.bytes().contains(&b'?') {
        b"&"
    } else {
        b"?"
    };
    Piece::joined(&[url, query], mark)
}

/// The media type of a form as `Payload` takes it.
const FORM: &str = FORM_TYPE;

/// Whether what stands before `at` may stand before a name.
fn stands_free(before: &[u8]) -> bool {
    !before
        .last()
        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$'))
}
