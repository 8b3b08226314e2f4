//! A curl command as it was typed, or as a browser or an SDK copies a request.
//!
//! Owns what the options make of the request together, and what the command leaves to curl. Must not know how a shell
//! quotes.

mod faults;
mod lost_quotes;
mod options;
mod transcript;

use std::ops::Range;

use lost_quotes::Found;
use options::{LONG, SHORT, Says, takes_value};

use super::forced::ReadAs;
use super::nearness::Near;
use crate::engine::diagnose::Finding;
use crate::engine::intake::compose::{self, Composer, FORM_TYPE, JSON_TYPE, Parts};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::post_form;
use crate::engine::intake::shell::{self, Word};
use crate::engine::intake::text::Text;
use crate::engine::intake::url_call::names_a_url;
use crate::engine::intake::vocabulary;
use crate::engine::intake::{Body, Given, Header, Shape, Target, UrlCall, target};

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
        let (at, program) = program(text, hit.at);
        let called = shell::called(text, at, hit.line.start, program)?;
        let rest = text.get(called.argument..called.argument + 16);
        let follows = matches!(rest.first(), Some(b'-' | b'\'' | b'"' | b'$' | b'^'))
            || target::absolute(rest).is_some();
        (follows && at >= from).then_some(Start {
            at,
            boundary: called.alone,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let (_, program) = program(pass.text, start.at);
        compose::command(reader, pass, start.at, |composer, mut command| {
            let literal = match lost_quotes::restore(composer.text, &mut command) {
                Found::Nothing => None,
                Found::Vain(bytes) => {
                    composer.reader.waste(bytes);
                    None
                }
                Found::Body(place) => Some(place),
            };
            compose(composer, &Said::of(command.words), program)?;
            if let Some(body) = literal {
                composer.find(
                    Finding::note(
                        "body-quotes-bare",
                        "The quotes inside this body are not escaped, and a shell would drop them: the text between the outer \
                         quotes is taken as it stands, for it has the hash or the length that the command states.",
                        "Run such a command with the body in single quotes, or in a file.",
                    ),
                    body,
                    "taken as it stands",
                );
            }
            Some(())
        })
    }

    fn near(&self) -> &'static [Near] {
        &SPEAKS
    }
}

/// Programs that take curl's options and sign what they send by themselves.
const SIGNERS: [&[u8]; 2] = [b"aws-curl", b"awscurl"];

/// The program whose name holds or starts with `curl` at `at`, and where that name starts.
fn program(text: &Text, at: usize) -> (usize, &'static [u8]) {
    SIGNERS
        .into_iter()
        .find_map(|name| {
            let start = if text.get(at..at + name.len()) == name {
                at
            } else {
                at.checked_sub(name.len() - b"curl".len())?
            };
            (text.get(start..start + name.len()) == name).then_some((start, name))
        })
        .unwrap_or((at, b"curl"))
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
    /// A variable where the URL would stand.
    variable: Option<Word>,
    method: Option<Word>,
    headers: Vec<Word>,
    named: Vec<(&'static str, Word)>,
    data: Vec<(Says, Word)>,
    upload: Option<Word>,
    forms: Vec<Word>,
    sign: Option<Word>,
    /// The options that were given, and where.
    given: Vec<(Says, Range<usize>)>,
    get: bool,
    head: bool,
    as_is: bool,
}

impl Said {
    /// Goes over the words of a command, the program's name first.
    fn of(words: Vec<Word>) -> Self {
        let mut said = Self::default();
        let mut bare = None;
        let mut words = words.into_iter().skip(1);
        while let Some(word) = words.next() {
            let bytes = word.text.bytes.as_slice();
            if bytes.starts_with(b"--") {
                let says = LONG.iter().find(|(name, _)| name.as_bytes() == bytes);
                let Some((_, says)) = says else { continue };
                said.given.push((*says, word.start..word.end));
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
            } else if bytes.first() == Some(&b'$') && names_a_url(bytes) {
                said.variable = Some(word);
            } else if bare.is_none() && compose::is_bare_host(bytes) {
                bare = Some(word);
            }
        }
        said.url = said.url.or(bare);
        said
    }

    /// `-sSX PUT`, `-XPUT`: letters, of which the first that takes a value has it behind it or in the next word.
    fn short(&mut self, word: &Word, words: &mut impl Iterator<Item = Word>) {
        let letters = word.text.bytes.get(1..).unwrap_or_default().to_vec();
        for (place, letter) in letters.iter().enumerate() {
            let Some((_, says)) = SHORT.iter().find(|(own, _)| own == letter) else {
                continue;
            };
            self.given.push((*says, word.start..word.end));
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
            Says::Form => self.forms.push(word),
            Says::Get => self.get = true,
            Says::Head => self.head = true,
            Says::Sign => self.sign = Some(word),
            Says::Url => self.url = Some(word),
            Says::AsIs => self.as_is = true,
            Says::Skip => {}
        }
    }

    /// The method that curl uses where none is given, and the option that makes it do so.
    fn method(&self) -> (&'static str, Option<Range<usize>>) {
        let data = [
            Says::Data,
            Says::Raw,
            Says::Binary,
            Says::UrlEncoded,
            Says::Json,
        ];
        let (method, options): (_, &[Says]) = if self.head {
            ("HEAD", &[Says::Head])
        } else if self.upload.is_some() {
            ("PUT", &[Says::Upload])
        } else if !self.forms.is_empty() {
            ("POST", &[Says::Form])
        } else if !self.data.is_empty() && !self.get {
            ("POST", &data)
        } else {
            ("GET", &[])
        };
        let given = self.given.iter().find(|(says, _)| options.contains(says));
        (method, given.map(|(_, place)| place.clone()))
    }
}

/// Adds the request that the words make.
fn compose(composer: &mut Composer<'_, '_, '_>, said: &Said, program: &'static [u8]) -> Option<()> {
    if said.url.is_none() {
        keep_call(composer, said);
        return None;
    }
    let name = composer.place.start..composer.place.start + 4;
    let (implied, option) = said.method();
    let method = composer.method_sent(said.method.as_ref(), implied, option.unwrap_or(name))?;
    let mut target = composer.target(said.url.as_ref()?)?;
    let mut headers = Vec::new();
    for word in &said.headers {
        headers.extend(header(composer, word));
    }
    for (name, word) in &said.named {
        headers.extend(composer.named(name, word));
    }
    if form(composer, said).is_some() {
        return Some(());
    }
    if said.get && !said.data.is_empty() {
        target = with_query(composer, &target, said)?;
    }
    dots(composer, said, &target);
    let body = body(composer, said, &mut headers);
    let cause = composer.place.start..composer.place.start + 4;
    composer.add_signed(&mut headers, &target, &body, &ALWAYS, cause);
    signs(composer, said, program);
    faults::add(composer, said, &target);
    composer.finish(Parts {
        shape: SHAPE,
        method,
        target,
        headers,
        body,
    });
    Some(())
}

/// Keeps a command whose URL is in a variable that people name so: the URL may stand beside it.
fn keep_call(composer: &mut Composer<'_, '_, '_>, said: &Said) {
    const MOST: usize = 64;
    let calls = composer.reader.case.url_calls.len();
    let Some(variable) = said.variable.as_ref().filter(|_| calls < MOST) else {
        return;
    };
    // A header out of a variable or a file may be any.
    let open = said
        .headers
        .iter()
        .any(|header| matches!(header.bytes().first(), Some(b'$' | b'@')));
    if open || said.sign.is_some() || !said.forms.is_empty() {
        return;
    }
    let name = |word: &Word| {
        let bytes = word.bytes();
        let end = bytes.iter().position(|b| matches!(b, b':' | b';'));
        let name = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        String::from_utf8_lossy(name).to_ascii_lowercase()
    };
    let named = said.named.iter().map(|(name, _)| (*name).to_owned());
    let method = said.method.as_ref().map_or_else(
        || said.method().0.to_owned(),
        |word| String::from_utf8_lossy(word.bytes()).to_ascii_uppercase(),
    );
    let place = composer
        .text
        .span(composer.place.start..variable.end.max(composer.place.start));
    let call = UrlCall {
        place: composer.reader.case.docs.to_given(place),
        program: "curl command",
        method,
        headers: said.headers.iter().map(name).chain(named).collect(),
        sets: if said.data.is_empty() {
            &["host", "content-length"]
        } else {
            &["host", "content-length", "content-type"]
        },
    };
    composer.reader.case.url_calls.push(call);
}

/// Adds the form for an upload that the command sends, where it is one with a signed policy. What stands behind `;` is
/// for curl; a value that begins with `@` or `<` is a file.
fn form(composer: &mut Composer<'_, '_, '_>, said: &Said) -> Option<()> {
    let mut fields = Vec::new();
    let mut file = None;
    for word in &said.forms {
        let bytes = word.bytes();
        let Some(equals) = memchr::memchr(b'=', bytes) else {
            continue;
        };
        let rest = bytes.get(equals + 1..).unwrap_or_default();
        if matches!(rest.first(), Some(b'@' | b'<')) {
            file.get_or_insert((fields.len(), word.start..word.end));
            continue;
        }
        let len = memchr::memmem::find(rest, b";type=").unwrap_or(rest.len());
        let value = word.part(equals + 1..equals + 1 + len);
        fields.push((word.part(0..equals), value));
    }
    post_form::add_composed(composer, SHAPE, said.url.as_ref()?, &fields, file)
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
    let missing = said.upload.as_ref().or(said.forms.last()).or_else(|| {
        said.data
            .iter()
            .filter(|_| !said.get)
            .find(|(says, word)| *says != Says::Raw && names_a_file(*says, word.bytes()))
            .map(|(_, word)| word)
    });
    if let Some(word) = missing {
        if said.forms.is_empty() {
            let strips = said.data.iter().filter(|_| said.upload.is_none());
            let strips = strips
                .clone()
                .any(|(says, _)| matches!(says, Says::Data | Says::Json));
            let at = if said.upload.is_some() {
                0
            } else {
                memchr::memchr(b'@', word.bytes()).map_or(0, |at| at + 1)
            };
            // What several options give is more than the one file, and --data-urlencode encodes it.
            let alone = said.upload.is_some()
                || matches!(
                    said.data.as_slice(),
                    [(Says::Data | Says::Json | Says::Binary, _)]
                );
            let file = word
                .bytes()
                .get(at..)
                .filter(|_| alone)
                .unwrap_or_default()
                .to_vec();
            let stated = composer.has(headers, b"x-amz-content-sha256")
                || !composer.has(headers, b"authorization");
            composer.body_in_file(&file, word.start..word.end, strips, stated);
        } else {
            composer.body_elsewhere(
                word.start..word.end,
                "curl makes up the parts and their boundary when it runs, so the body of this form is not in the command.",
            );
        }
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

/// Says where the program signs the command itself. The secret behind `-u` is found with all others.
fn signs(composer: &mut Composer<'_, '_, '_>, said: &Said, program: &'static [u8]) {
    let start = composer.place.start;
    let (place, label, help) = if SIGNERS.contains(&program) {
        (
            start..start + program.len(),
            "signs by itself",
            "Run it with -v and paste what it prints: awscurl prints what it signed, and aws-curl what curl sent.",
        )
    } else if let Some(sign) = &said.sign {
        (
            sign.start..sign.end,
            "curl signs",
            "Run it with -v and paste what it prints: curl 8.14 and later print what they signed.",
        )
    } else {
        return;
    };
    let name = String::from_utf8_lossy(program);
    let printed = transcript::cut(composer.text, composer.place.end);
    let help = printed.as_ref().map_or(
        help,
        |_| "Paste all that -v printed: curl 8.14 and later print what they signed, too.",
    );
    if let Some(printed) = printed {
        composer.find(
            Finding::warning(
                vocabulary::REQUEST_CUT,
                "This paste stops in what curl -v printed, before the lines of the request that it sent: those begin \
                 with >.",
                "Paste it to its end, the answer behind < included.",
            ),
            printed,
            "the paste stops here",
        );
    }
    let message =
        format!("{name} signs this command itself when it runs, so there is no signature in it.");
    composer.find(
        Finding::note(vocabulary::CURL_SIGNS, message, help),
        place,
        label,
    );
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
    let content = word.without(name).form_encoded(b"-._~");
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
