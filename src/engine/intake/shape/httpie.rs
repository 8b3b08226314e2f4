//! An HTTPie command: `http PUT url Name:value field=value q==v`.
//!
//! Owns what its options and items say of the request, and what HTTPie adds (HTTPie 3.2, “Request items”). Must not
//! know how a shell quotes.

use std::ops::Range;

use crate::engine::document::Peel;
use crate::engine::intake::compose::{self, Composer, JSON_TYPE, Parts};
use crate::engine::intake::notation::json_text;
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::post_form;
use crate::engine::intake::shell::{self, Word};
use crate::engine::intake::text::{Text, method_len};
use crate::engine::intake::tidy::Tidier;
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{Body, Shape, target};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("httpie-command");

/// Recognises HTTPie commands that may be signed.
pub(in crate::engine::intake) struct Httpie;

/// Options that are followed by a value which says nothing of the request.
const VALUED: [&[u8]; 26] = [
    b"--auth-type",
    b"-A",
    b"--session",
    b"--session-read-only",
    b"--proxy",
    b"--verify",
    b"--cert",
    b"--cert-key",
    b"--cert-key-pass",
    b"--ssl",
    b"--ciphers",
    b"--timeout",
    b"--max-redirects",
    b"--max-headers",
    b"--output",
    b"-o",
    b"--print",
    b"-p",
    b"--pretty",
    b"--style",
    b"-s",
    b"--format-options",
    b"--response-charset",
    b"--response-mime",
    b"--history-print",
    b"--default-scheme",
];

/// The media types that HTTPie asks for and sends.
const ACCEPT_JSON: &str = "application/json, */*;q=0.5";
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
/// What it sends with every request.
const ALWAYS: [(&str, &str); 2] = [("accept", "*/*"), ("connection", "keep-alive")];

impl Recogniser for Httpie {
    fn anchors(&self) -> &'static [&'static str] {
        &["http ", "https "]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        if hit.at < from {
            return None;
        }
        let program = program(text, hit.at);
        let called = shell::called(text, hit.at, hit.line.start, program)?;
        let before = text.get(hit.line.start..hit.at).trim_ascii_end();
        // In a pipe the body comes from before.
        let command = called.at_prompt || matches!(before.last(), Some(b'`' | b'|'));
        let rest = text.get(called.argument..called.argument + 64);
        let follows = matches!(rest.first(), Some(b'-' | b'\'' | b'"' | b':'))
            || method_len(rest)
                .and_then(|len| rest.get(len))
                .is_some_and(u8::is_ascii_whitespace)
            || is_address(rest);
        (command && follows).then_some(Start {
            at: hit.at,
            boundary: called.alone,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        compose::command(reader, pass, start.at, |composer, command| {
            let place = &composer.place;
            let fed = text.at(place.end) == Some(b'<') || {
                let before = text.get(place.start.saturating_sub(8)..place.start);
                before.trim_ascii_end().ends_with(b"|")
            };
            let secure = program(text, place.start) == b"https";
            compose(composer, &Said::of(command.words), fed, secure)
        })
    }
}

/// Whether what a command begins with is an address and not a word of a sentence.
fn is_address(rest: &[u8]) -> bool {
    let end = rest.iter().position(u8::is_ascii_whitespace);
    let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    target::absolute(word).is_some() || compose::is_url(word) && word.contains(&b'/')
}

fn program(text: &Text, at: usize) -> &'static [u8] {
    if text.get(at..at + 5) == b"https" {
        b"https"
    } else {
        b"http"
    }
}

/// What an item of a command says.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Item {
    Header,
    EmptyHeader,
    Query,
    Field,
    /// `name:=json`.
    Raw,
    /// What stands in a file.
    File,
    /// `name@file`: the body becomes a form of parts.
    Upload,
}

/// Between what stands an item's name and value; of two at one place the longer.
const SEPARATORS: [(&[u8], Item); 9] = [
    (b":=@", Item::File),
    (b"==@", Item::File),
    (b":=", Item::Raw),
    (b"==", Item::Query),
    (b"=@", Item::File),
    (b":@", Item::File),
    (b"=", Item::Field),
    (b":", Item::Header),
    (b"@", Item::Upload),
];

/// What the words of a command say.
#[derive(Default)]
struct Said {
    method: Option<Word>,
    url: Option<Word>,
    items: Vec<(Item, Piece, Piece)>,
    raw: Option<Piece>,
    auth: Option<Piece>,
    auth_type: Option<Piece>,
    form: bool,
    json: bool,
    multipart: bool,
}

impl Said {
    fn of(words: Vec<Word>) -> Self {
        let mut said = Self::default();
        let mut bare = Vec::new();
        let mut words = words.into_iter().skip(1);
        while let Some(word) = words.next() {
            let bytes = word.bytes().to_vec();
            if bytes.first() != Some(&b'-') || bytes.len() == 1 {
                bare.push(word);
                continue;
            }
            let equals = memchr::memchr(b'=', &bytes).filter(|_| bytes.starts_with(b"--"));
            let name = bytes.get(..equals.unwrap_or(bytes.len())).unwrap_or(&bytes);
            let valued = matches!(name, b"--raw" | b"--auth" | b"-a") || VALUED.contains(&name);
            if valued {
                let value = match equals {
                    Some(at) => Some(word.without(at + 1)),
                    None => words.next(),
                };
                match name {
                    b"--raw" => said.raw = value,
                    b"--auth" | b"-a" => said.auth = value,
                    b"--auth-type" | b"-A" => said.auth_type = value,
                    _ => {}
                }
            } else if bytes.starts_with(b"--") {
                said.form |= name == b"--form";
                said.json |= name == b"--json";
                said.multipart |= name == b"--multipart";
            } else {
                said.form |= bytes.contains(&b'f');
                said.json |= bytes.contains(&b'j');
                // `-aUSER:PASSWORD`.
                if bytes.starts_with(b"-a") {
                    said.auth = Some(word.without(2));
                }
            }
        }
        let mut bare = bare.into_iter().peekable();
        let verb = |word: &Word| {
            !word.bytes().is_empty() && word.bytes().iter().all(u8::is_ascii_alphabetic)
        };
        if bare.peek().is_some_and(verb) {
            said.method = bare.next();
        }
        let is_url = |word: &Word| compose::is_url(word.bytes()) || word.bytes().starts_with(b":");
        said.url = bare.next().filter(is_url);
        said.items = bare.filter_map(|word| item(&word)).collect();
        said
    }

    fn has_data(&self) -> bool {
        let data =
            |item: &Item| matches!(item, Item::Field | Item::Raw | Item::File | Item::Upload);
        self.raw.is_some() || self.items.iter().any(|(item, ..)| data(item))
    }
}

/// An item's kind, name and value.
fn item(word: &Word) -> Option<(Item, Piece, Piece)> {
    let bytes = word.bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..)?;
        if rest.first() == Some(&b'\\') {
            at += 2;
            continue;
        }
        let found = SEPARATORS.iter().find(|(mark, _)| rest.starts_with(mark));
        if let Some((mark, item)) = found {
            let name = unescaped(&word.part(0..at));
            return Some((*item, name, word.without(at + mark.len())));
        }
        if rest == b";" {
            return Some((Item::EmptyHeader, word.part(0..at), word.part(at..at)));
        }
        at += 1;
    }
    None
}

/// A name without the backslashes before separators.
fn unescaped(name: &Piece) -> Piece {
    if name.bytes().contains(&b'\\') {
        name.respelled(|byte| (byte == b'\\').then(Vec::new))
    } else {
        name.clone()
    }
}

fn compose(
    composer: &mut Composer<'_, '_, '_>,
    said: &Said,
    fed: bool,
    secure: bool,
) -> Option<()> {
    let data = said.has_data() || fed;
    let implied = if data { "POST" } else { "GET" };
    let name = composer.place.start..composer.place.start + 4;
    let method = composer.method_sent(said.method.as_ref(), implied, name)?;
    let mut url = whole_url(said.url.as_ref()?, secure)?;
    // Python's `quote_plus`.
    let spell = |piece: &Piece| piece.form_encoded(b"-._~");
    let form = |name: &Piece, value: &Piece| Piece::joined(&[&spell(name), &spell(value)], b"=");
    let joined = |wanted: Item| {
        let fields: Vec<Piece> = said
            .items
            .iter()
            .filter(|(item, ..)| *item == wanted)
            .filter_map(|(_, name, value)| form(name, value))
            .collect();
        let fields: Vec<&Piece> = fields.iter().collect();
        Piece::joined(&fields, b"&")
    };
    if let Some(query) = joined(Item::Query) {
        let mark: &[u8] = if url.bytes().contains(&b'?') {
            b"&"
        } else {
            b"?"
        };
        url = Piece::joined(&[&url, &query], mark)?;
    }
    if upload_form(composer, said, &url).is_some() {
        return Some(());
    }
    let target = composer.tidied(&url, Tidier::Requests, "HTTPie")?;
    let mut headers = Vec::new();
    for (item, name, value) in &said.items {
        if *item == Item::EmptyHeader || *item == Item::Header && !value.bytes().is_empty() {
            headers.extend(composer.header(name, value));
        }
    }
    let start = composer.place.start;
    let cause = start..start + 4;
    let body = if let Some(raw) = &said.raw {
        composer.held(raw)
    } else if fed
        || said.multipart
        || said
            .items
            .iter()
            .any(|(item, ..)| matches!(item, Item::File | Item::Upload))
    {
        composer.body_elsewhere(
            cause.clone(),
            "The body is in a file or comes from another program, and not in the command.",
        );
        Body::Absent
    } else if said.form {
        match joined(Item::Field) {
            Some(body) => composer.held(&body),
            None => composer.empty(),
        }
    } else if data {
        json(composer.text, said).map_or(Body::Absent, |body| composer.held(&body))
    } else {
        composer.empty()
    };
    if said.form && data && !said.multipart && said.raw.is_none() {
        composer.add(&mut headers, "content-type", FORM, cause.clone());
    } else if (data || said.json) && !said.form && !said.multipart {
        composer.add(&mut headers, "content-type", JSON_TYPE, cause.clone());
        composer.add(&mut headers, "accept", ACCEPT_JSON, cause.clone());
    }
    composer.add_signed(&mut headers, &target, &body, &ALWAYS, cause);
    if let Some(kind) = &said.auth_type
        && kind.bytes().to_ascii_lowercase().starts_with(b"aws")
    {
        composer.signs_itself(
            kind.start..kind.end,
            "HTTPie signs this command itself when it runs, so there is no signature in it.",
            "Run it with --offline or -v, and paste the request that it prints.",
        );
    } else if let Some(auth) = &said.auth {
        let colon = memchr::memchr(b':', auth.bytes()).map_or(0, |at| at + 1);
        composer.hide(&auth.without(colon));
    }
    composer.finish(Parts {
        shape: SHAPE,
        method,
        target,
        headers,
        body,
    });
    Some(())
}

/// Adds the form for an upload that the command sends, where it is one with a signed policy.
fn upload_form(composer: &mut Composer<'_, '_, '_>, said: &Said, url: &Piece) -> Option<()> {
    let fields: Vec<(Piece, Piece)> = said
        .items
        .iter()
        .filter(|(item, ..)| *item == Item::Field)
        .map(|(_, name, value)| (name.clone(), value.clone()))
        .collect();
    let mut before = 0;
    let mut file = None;
    for (item, name, value) in &said.items {
        match item {
            Item::Field => before += 1,
            Item::Upload => {
                file.get_or_insert((before, name.start..value.end));
            }
            _ => {}
        }
    }
    let sends_form = said.form || said.multipart;
    sends_form.then_some(())?;
    post_form::add_composed(composer, SHAPE, url, &fields, file)
}

/// The URL as HTTPie completes it: `:3000/p` is of this machine, and a scheme is added where there is none.
fn whole_url(url: &Word, secure: bool) -> Option<Piece> {
    let bytes = url.bytes();
    if target::absolute(bytes).is_some() {
        return Some(url.clone());
    }
    let place = url.start..url.end;
    let scheme = if secure { "https://" } else { "http://" };
    let (host, rest) = match bytes {
        [b':', b'/', b'/', ..] => ("", url.without(3)),
        [b':', b'/', ..] | [b':'] => ("localhost", url.without(1)),
        [b':', ..] => ("localhost", url.clone()),
        _ => ("", url.clone()),
    };
    let front = Piece::spelled(
        format!("{scheme}{host}").as_bytes(),
        place.start..place.start,
        Peel::ProgramDefault,
    );
    let mut whole = Piece::joined(&[&front, &rest], b"")?;
    whole.peel = Peel::ShellQuotes;
    Some(whole)
}

/// The fields as one object of JSON, as Python writes it. None where a name says that it goes deeper, or a raw value
/// would be written otherwise than it stands.
fn json(text: &Text, said: &Said) -> Option<Piece> {
    let data: Vec<&(Item, Piece, Piece)> = said
        .items
        .iter()
        .filter(|(item, ..)| matches!(item, Item::Field | Item::Raw))
        .collect();
    let start = data.iter().map(|(_, name, _)| name.start).min()?;
    let end = data.iter().map(|(_, _, value)| value.end).max()?;
    let mut out = Unescaped::default();
    let mut write = |bytes: &[u8], place: Range<usize>| {
        out.decode(bytes, place.start - start, place.len());
    };
    write(b"{", start..start);
    for (at, (item, name, value)) in data.iter().enumerate() {
        if name.bytes().contains(&b'[') {
            return None;
        }
        let place = name.start..value.end;
        if at > 0 {
            write(b", ", place.start..place.start);
        }
        let string = |piece: &Piece| {
            Some(json_text::quoted(
                std::str::from_utf8(piece.bytes()).ok()?,
                true,
            ))
        };
        write(&string(name)?, place.clone());
        write(b": ", place.start..place.start);
        let value = match item {
            Item::Raw => json_text::rewritten(text, value)?,
            _ => string(value)?,
        };
        write(&value, place);
    }
    write(b"}", end..end);
    Some(Piece {
        plain: None,
        ..Piece::new(out, start..end, Peel::Serialised)
    })
}
