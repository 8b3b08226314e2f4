//! A curl command as it was typed, or as a browser or an SDK copies a request.
//!
//! Owns what the options make of the request together, and what the command leaves to curl. Must not know how a shell
//! quotes.

mod options;

use options::{LONG, SHORT, Says, takes_value};

use super::forced::ReadAs;
use super::nearness::Near;
use crate::engine::diagnose::Finding;
use crate::engine::intake::compose::{
    self, Composer, FORM_TYPE, JSON_TYPE, Parts, in_vain, signed_command,
};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shell::{self, Word};
use crate::engine::intake::text::Text;
use crate::engine::intake::vocabulary;
use crate::engine::intake::{Body, Given, Header, Shape, Target, target};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("curl-command");

/// Recognises curl commands that may be signed.
pub(in crate::engine::intake) struct Curl;

/// What curl sends with every request.
const ALWAYS: [(&str, &str); 1] = [("accept", "*/*")];

impl Recogniser for Curl {
    fn anchors(&self) -> &'static [&'static str] {
        &["curl"]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        if hit.at < from {
            return None;
        }
        let called = shell::called(text, hit.at, hit.line.start, b"curl")?;
        let rest = text.get(called.argument..called.argument + 16);
        let follows = matches!(rest.first(), Some(b'-' | b'\'' | b'"' | b'$' | b'^'))
            || target::absolute(rest).is_some();
        follows.then_some(Start {
            at: hit.at,
            boundary: called.alone,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let command = signed_command(reader, pass, start.at)?;
        let place = start.at..command.end.max(start.at + 4);
        let said = Said::of(command.words);
        let mut composer = Composer {
            reader,
            text,
            place: place.clone(),
        };
        if compose(&mut composer, &said).is_none() {
            in_vain(reader, &place);
            return None;
        }
        Some(place.end)
    }

    fn near(&self) -> &'static [Near] {
        &SPEAKS
    }
}

/// What speaks for a curl command.
const SPEAKS: [Near; 1] = [Near {
    read_as: ReadAs::Curl,
    words: &[
        ("curl", 30),
        (" -H ", 25),
        ("--header", 25),
        ("--data", 20),
        (" -X ", 15),
        ("--aws-sigv4", 40),
    ],
    form: |_| None,
    missing: |front| if front.holds("http") { "" } else { "its URL" },
}];

/// What the words of a command say.
#[derive(Default)]
struct Said {
    url: Option<Word>,
    method: Option<Word>,
    headers: Vec<Word>,
    named: Vec<(&'static str, Word)>,
    data: Vec<(Says, Word)>,
    upload: Option<Word>,
    form: Option<Word>,
    sign: Option<Word>,
    get: bool,
    head: bool,
    as_is: bool,
}

impl Said {
    /// Goes over the words of a command, the program's name first.
    fn of(words: Vec<Word>) -> Self {
        let mut said = Self::default();
        let mut words = words.into_iter().skip(1);
        while let Some(word) = words.next() {
            let bytes = word.text.bytes.as_slice();
            if bytes.starts_with(b"--") {
                let says = LONG.iter().find(|(name, _)| name.as_bytes() == bytes);
                let Some((_, says)) = says else { continue };
                let value = if takes_value(*says) {
                    words.next()
                } else {
                    Some(word)
                };
                let Some(value) = value else { break };
                said.say(*says, value);
            } else if bytes.first() == Some(&b'-') && bytes.len() > 1 {
                said.short(&word, &mut words);
            } else if said.url.is_none() && compose::is_url(bytes) {
                said.url = Some(word);
            }
        }
        said
    }

    /// `-sSX PUT`, `-XPUT`: letters, of which the first that takes a value has it behind it or in the next word.
    fn short(&mut self, word: &Word, words: &mut impl Iterator<Item = Word>) {
        let letters = word.text.bytes.get(1..).unwrap_or_default().to_vec();
        for (place, letter) in letters.iter().enumerate() {
            let Some((_, says)) = SHORT.iter().find(|(own, _)| own == letter) else {
                continue;
            };
            if takes_value(*says) {
                let value = if place + 1 == letters.len() {
                    words.next()
                } else {
                    Some(word.without(place + 2))
                };
                if let Some(value) = value {
                    self.say(*says, value);
                }
                return;
            }
            match says {
                Says::Get => self.get = true,
                Says::Head => self.head = true,
                _ => {}
            }
        }
    }

    fn say(&mut self, says: Says, word: Word) {
        match says {
            Says::Header => self.headers.push(word),
            Says::Named(name) => self.named.push((name, word)),
            Says::Method => self.method = Some(word),
            Says::Data | Says::Raw | Says::Binary | Says::UrlEncoded | Says::Json => {
                self.data.push((says, word));
            }
            Says::Upload => self.upload = Some(word),
            Says::Form => self.form = Some(word),
            Says::Get => self.get = true,
            Says::Head => self.head = true,
            Says::Sign => self.sign = Some(word),
            Says::Url => self.url = Some(word),
            Says::AsIs => self.as_is = true,
            Says::Skip => {}
        }
    }

    /// The method that curl uses where none is given.
    fn method(&self) -> &'static str {
        if self.head {
            "HEAD"
        } else if self.upload.is_some() {
            "PUT"
        } else if self.form.is_some() || !self.data.is_empty() && !self.get {
            "POST"
        } else {
            "GET"
        }
    }
}

/// Adds the request that the words make.
fn compose(composer: &mut Composer<'_, '_, '_>, said: &Said) -> Option<()> {
    let method = composer.method(said.method.as_ref(), said.method())?;
    let mut target = composer.target(said.url.as_ref()?)?;
    let mut headers = Vec::new();
    for word in &said.headers {
        headers.extend(header(composer, word));
    }
    for (name, word) in &said.named {
        headers.extend(composer.named(name, word));
    }
    if said.get && !said.data.is_empty() {
        target = with_query(composer, &target, said)?;
    }
    dots(composer, said, &target);
    let body = body(composer, said, &mut headers);
    let cause = composer.place.start..composer.place.start + 4;
    composer.add_signed(&mut headers, &target, &body, &ALWAYS, cause);
    signs(composer, said);
    composer.finish(Parts {
        shape: SHAPE,
        method,
        target,
        headers,
        body,
    });
    Some(())
}

/// curl takes `.` and `..` out of a path before it sends it, unless it is told not to (RFC 3986 §5.2.4).
fn dots(composer: &mut Composer<'_, '_, '_>, said: &Said, target: &Target) {
    let docs = &composer.reader.case.docs;
    let squeezed = docs
        .bytes(target.path)
        .split(|b| *b == b'/')
        .any(|part| matches!(part, b"." | b".."));
    if squeezed && !said.as_is {
        let at = docs.to_given(target.path);
        composer.reader.find(
            Finding::warning(
                "curl-squeezes-path",
                "curl takes . and .. out of this path before it sends it, so the request had another one.",
                "Run it with --path-as-is, or paste what -v prints of the request that was sent.",
            )
            .at(at, "not sent so"),
        );
    }
}

/// `Name: value`; `Name;` is one without a value, and `Name:` takes away what curl would send.
fn header(composer: &mut Composer<'_, '_, '_>, word: &Word) -> Option<Header> {
    let word = composer.placed(word)?;
    let bytes = word.bytes();
    let colon = memchr::memchr(b':', bytes);
    let (name, value) = match colon {
        Some(at) if !bytes.get(at + 1..)?.trim_ascii().is_empty() => (at, at + 1),
        Some(_) => return None,
        None => {
            let at = bytes.iter().rposition(|b| *b == b';')?;
            (at, bytes.len())
        }
    };
    (name > 0).then(|| Header {
        name: Given::Stated(word.span(0..name)),
        value: word.span(value..bytes.len()),
        line: word.whole(),
    })
}

/// The body, and the headers that come with it.
fn body(composer: &mut Composer<'_, '_, '_>, said: &Said, headers: &mut Vec<Header>) -> Body {
    let missing = said.upload.as_ref().or(said.form.as_ref()).or_else(|| {
        said.data
            .iter()
            .filter(|_| !said.get)
            .find(|(says, word)| *says != Says::Raw && names_a_file(*says, word.bytes()))
            .map(|(_, word)| word)
    });
    if let Some(word) = missing {
        let what = if said.form.is_some() {
            "curl makes up the parts and their boundary when it runs, so the body of this form is not in the command."
        } else {
            "The body is in a file that the command names, and not here."
        };
        let strips = said
            .data
            .iter()
            .any(|(says, _)| matches!(says, Says::Data | Says::Json));
        let help = if said.form.is_some() {
            "Give the body as it was sent with --body."
        } else if strips {
            "Give it with --body FILE. With -d curl sends it without its line ends; --data-binary sends it as it is."
        } else {
            "Give it with --body FILE."
        };
        let finding = Finding::note("body-in-file", what, help);
        composer.find(finding, word.start..word.end, "the body");
    }
    let Some((says, word)) = said.data.first().filter(|_| !said.get) else {
        return match missing {
            Some(_) => Body::Absent,
            None => composer.empty(),
        };
    };
    let cause = word.start..word.end;
    if *says == Says::Json {
        composer.add(headers, "content-type", JSON_TYPE, cause.clone());
        composer.add(headers, "accept", JSON_TYPE, cause);
    } else {
        composer.add(headers, "content-type", FORM_TYPE, cause);
    }
    if missing.is_some() {
        return Body::Absent;
    }
    match data(said) {
        Some(data) => composer.held(&data),
        None => Body::Absent,
    }
}

/// All data of the command, joined as curl joins it.
fn data(said: &Said) -> Option<Piece> {
    let pieces: Vec<Piece> = said.data.iter().map(encoded).collect();
    let pieces: Vec<&Piece> = pieces.iter().collect();
    Piece::joined(&pieces, b"&")
}

/// With `-G` the data is the query.
fn with_query(composer: &mut Composer<'_, '_, '_>, target: &Target, said: &Said) -> Option<Target> {
    let mark: &[u8] = if target.query.is_some() { b"&" } else { b"?" };
    let url = Piece::joined(&[said.url.as_ref()?, &data(said)?], mark)?;
    composer.target(&url)
}

/// Says where curl signs the command itself. The secret behind `-u` is found with all others.
fn signs(composer: &mut Composer<'_, '_, '_>, said: &Said) {
    if let Some(sign) = &said.sign {
        composer.find(
            Finding::note(
                vocabulary::CURL_SIGNS,
                "curl signs this command itself when it runs, so there is no signature in it.",
                "Run it with -v and paste what it prints: curl 8.14 and later print what they signed.",
            ),
            sign.start..sign.end,
            "curl signs",
        );
    }
}

/// Data as it is sent: what `--data-urlencode` makes of `name=content`, `=content` or `content`, and all other as it
/// stands.
fn encoded((says, word): &(Says, Word)) -> Piece {
    if *says != Says::UrlEncoded {
        return word.clone();
    }
    let bytes = word.bytes();
    let name = memchr::memchr(b'=', bytes).map_or(0, |at| at + 1);
    let front = word.part(0..if name == 1 { 0 } else { name });
    // curl writes a space as `+` here since April 2021 (curl/curl#6895).
    let content = word.without(name).respelled(|byte| match byte {
        b' ' => Some(b"+".to_vec()),
        _ if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => None,
        _ => Some(format!("%{byte:02X}").into_bytes()),
    });
    Piece::joined(&[&front, &content], b"").unwrap_or(content)
}

/// Whether data stands in a file: `@FILE`, and for `--data-urlencode` also `name@FILE`.
fn names_a_file(says: Says, word: &[u8]) -> bool {
    match says {
        Says::UrlEncoded => {
            memchr::memchr2(b'=', b'@', word).and_then(|at| word.get(at)) == Some(&b'@')
        }
        _ => word.first() == Some(&b'@'),
    }
}
