//! A wget command.
//!
//! Owns what its options say of the request, and what wget adds (the GNU Wget manual, “HTTP Options”). Must not know
//! how a shell quotes.

use crate::engine::intake::compose::{self, Composer, FORM_TYPE, Parts, is_url};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shell::{self, Word};
use crate::engine::intake::text::Text;
use crate::engine::intake::tidy::Tidier;
use crate::engine::intake::{Body, Shape, target};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("wget-command");

/// Recognises wget commands that may be signed.
pub(in crate::engine::intake) struct Wget;

/// What an option says.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Says {
    Header,
    Method,
    Body,
    Post,
    File,
    Named(&'static str),
    Password,
    /// It takes a value that says nothing of the request.
    Skip,
}

/// Long options that take a value, behind `=` or in the next word.
const LONG: [(&[u8], Says); 22] = [
    (b"--header", Says::Header),
    (b"--method", Says::Method),
    (b"--body-data", Says::Body),
    (b"--post-data", Says::Post),
    (b"--body-file", Says::File),
    (b"--post-file", Says::File),
    (b"--user-agent", Says::Named("user-agent")),
    (b"--referer", Says::Named("referer")),
    (b"--password", Says::Password),
    (b"--http-password", Says::Password),
    (b"--http-passwd", Says::Password),
    (b"--proxy-password", Says::Password),
    (b"--user", Says::Skip),
    (b"--http-user", Says::Skip),
    (b"--output-document", Says::Skip),
    (b"--output-file", Says::Skip),
    (b"--tries", Says::Skip),
    (b"--timeout", Says::Skip),
    (b"--ca-certificate", Says::Skip),
    (b"--load-cookies", Says::Skip),
    (b"--directory-prefix", Says::Skip),
    (b"--limit-rate", Says::Skip),
];

/// Letters that take a value.
const SHORT: [(u8, Says); 10] = [
    (b'U', Says::Named("user-agent")),
    (b'O', Says::Skip),
    (b'o', Says::Skip),
    (b'a', Says::Skip),
    (b't', Says::Skip),
    (b'T', Says::Skip),
    (b'P', Says::Skip),
    (b'e', Says::Skip),
    (b'w', Says::Skip),
    (b'Q', Says::Skip),
];

/// What wget sends with every request.
const ALWAYS: [(&str, &str); 3] = [
    ("accept", "*/*"),
    ("accept-encoding", "identity"),
    ("connection", "Keep-Alive"),
];

impl Recogniser for Wget {
    fn anchors(&self) -> &'static [&'static str] {
        &["wget"]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        if hit.at < from {
            return None;
        }
        let called = shell::called(text, hit.at, hit.line.start, b"wget")?;
        let rest = text.get(called.argument..called.argument + 16);
        let follows =
            matches!(rest.first(), Some(b'-' | b'\'' | b'"')) || target::absolute(rest).is_some();
        follows.then_some(Start {
            at: hit.at,
            boundary: called.alone,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        compose::command(reader, pass, start.at, |composer, command| {
            compose(composer, &Said::of(command.words))
        })
    }
}

/// What the words of a command say.
#[derive(Default)]
struct Said {
    url: Option<Word>,
    headers: Vec<Piece>,
    method: Option<Piece>,
    body: Option<Piece>,
    posts: bool,
    file: Option<Piece>,
    named: Vec<(&'static str, Piece)>,
    passwords: Vec<Piece>,
}

impl Said {
    fn of(words: Vec<Word>) -> Self {
        let mut said = Self::default();
        let mut words = words.into_iter().skip(1);
        while let Some(word) = words.next() {
            let bytes = word.bytes().to_vec();
            if bytes.starts_with(b"--") {
                let equals = memchr::memchr(b'=', &bytes);
                let name = bytes.get(..equals.unwrap_or(bytes.len())).unwrap_or(&bytes);
                let Some((name, says)) = LONG.iter().find(|(own, _)| *own == name) else {
                    continue;
                };
                let value = match equals {
                    Some(at) => Some(word.without(at + 1)),
                    None => words.next(),
                };
                said.posts |= name.starts_with(b"--post");
                if let Some(value) = value {
                    said.say(*says, value);
                }
            } else if bytes.first() == Some(&b'-') {
                let letters = bytes.get(1..).unwrap_or_default();
                let found = letters.iter().enumerate().find_map(|(at, letter)| {
                    let (_, says) = SHORT.iter().find(|(own, _)| own == letter)?;
                    Some((at, *says))
                });
                if let Some((at, says)) = found {
                    let value = if at + 2 < bytes.len() {
                        Some(word.without(at + 2))
                    } else {
                        words.next()
                    };
                    if let Some(value) = value {
                        said.say(says, value);
                    }
                }
            } else if said.url.is_none() && is_url(&bytes) {
                said.url = Some(word);
            }
        }
        said
    }

    fn say(&mut self, says: Says, value: Piece) {
        match says {
            Says::Header => self.headers.push(value),
            Says::Method => self.method = Some(value),
            Says::Body | Says::Post => self.body = Some(value),
            Says::File => self.file = Some(value),
            Says::Named(name) => self.named.push((name, value)),
            Says::Password => self.passwords.push(value),
            Says::Skip => {}
        }
    }
}

fn compose(composer: &mut Composer<'_, '_, '_>, said: &Said) -> Option<()> {
    let implied = if said.posts { "POST" } else { "GET" };
    let name = composer.place.start..composer.place.start + 4;
    let method = composer.method_sent(said.method.as_ref(), implied, name)?;
    let target = composer.tidied(said.url.as_ref()?, Tidier::Wget, "wget")?;
    let mut headers = Vec::new();
    for (place, line) in said.headers.iter().enumerate() {
        let Some(colon) = memchr::memchr(b':', line.bytes()) else {
            continue;
        };
        let name = |line: &Piece| {
            let len = memchr::memchr(b':', line.bytes())?;
            Some(line.bytes().get(..len)?.to_ascii_lowercase())
        };
        // Of two with one name wget sends the last.
        let later = said.headers.get(place + 1..).unwrap_or_default();
        if later.iter().any(|other| name(other) == name(line)) {
            continue;
        }
        headers.extend(composer.header(&line.part(0..colon), &line.without(colon + 1)));
    }
    for (name, value) in &said.named {
        if !composer.has(&headers, name.as_bytes()) {
            headers.extend(composer.named(name, value));
        }
    }
    let body = if let Some(file) = &said.file {
        composer.add(
            &mut headers,
            "content-type",
            FORM_TYPE,
            file.start..file.end,
        );
        let stated = composer.has(&headers, b"x-amz-content-sha256");
        composer.body_in_file(file.bytes(), file.start..file.end, false, stated);
        Body::Absent
    } else if let Some(body) = &said.body {
        composer.add(
            &mut headers,
            "content-type",
            FORM_TYPE,
            body.start..body.end,
        );
        composer.held(body)
    } else {
        composer.empty()
    };
    for password in &said.passwords {
        composer.hide(password);
    }
    let start = composer.place.start;
    composer.add_signed(&mut headers, &target, &body, &ALWAYS, start..start + 4);
    composer.finish(Parts {
        shape: SHAPE,
        method,
        target,
        headers,
        body,
    });
    Some(())
}
