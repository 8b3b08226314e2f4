//! A curl command as it was typed, or as a browser or an SDK copies a request.
//!
//! Owns which of curl's options say what of the request, and what the command leaves to curl. Must not know how a
//! shell quotes.

use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::engine::diagnose::Finding;
use crate::engine::document::{Peel, Span};
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shell::{self, Word};
use crate::engine::intake::text::{Text, is_blank};
use crate::engine::intake::unescape::Unescaped;
use crate::engine::intake::{Body, Given, Header, Shape, SignedRequest, Target, target};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("curl-command");

/// Recognises curl commands that may be signed.
pub(in crate::engine::intake) struct Curl;

/// What an option says of the request.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Says {
    Header,
    /// A header by another name: `-A`, `-e`, `-b`, `-r`.
    Named(&'static str),
    Method,
    Data,
    /// `--data-raw`: an `@` is a character.
    Raw,
    /// `--data-binary`: of a file, line ends are kept.
    Binary,
    UrlEncoded,
    Json,
    Upload,
    Form,
    Get,
    Head,
    Sign,
    Url,
    AsIs,
    /// It takes a value that says nothing of the request.
    Skip,
}

/// Options with what they say (curl's manual page). Long options that are not here take no value; of the short
/// ones, each letter is one.
const LONG: [(&str, Says); 40] = [
    ("--header", Says::Header),
    ("--request", Says::Method),
    ("--data", Says::Data),
    ("--data-ascii", Says::Data),
    ("--data-raw", Says::Raw),
    ("--data-binary", Says::Binary),
    ("--data-urlencode", Says::UrlEncoded),
    ("--json", Says::Json),
    ("--upload-file", Says::Upload),
    ("--form", Says::Form),
    ("--form-string", Says::Form),
    ("--get", Says::Get),
    ("--head", Says::Head),
    ("--user", Says::Skip),
    ("--aws-sigv4", Says::Sign),
    ("--url", Says::Url),
    ("--path-as-is", Says::AsIs),
    ("--user-agent", Says::Named("user-agent")),
    ("--referer", Says::Named("referer")),
    ("--cookie", Says::Named("cookie")),
    ("--range", Says::Named("range")),
    ("--output", Says::Skip),
    ("--dump-header", Says::Skip),
    ("--max-time", Says::Skip),
    ("--connect-timeout", Says::Skip),
    ("--proxy", Says::Skip),
    ("--resolve", Says::Skip),
    ("--connect-to", Says::Skip),
    ("--cacert", Says::Skip),
    ("--cert", Says::Skip),
    ("--key", Says::Skip),
    ("--write-out", Says::Skip),
    ("--retry", Says::Skip),
    ("--retry-delay", Says::Skip),
    ("--limit-rate", Says::Skip),
    ("--cookie-jar", Says::Skip),
    ("--trace", Says::Skip),
    ("--trace-ascii", Says::Skip),
    ("--interface", Says::Skip),
    ("--config", Says::Skip),
];

/// The short ones that take a value or say something.
const SHORT: [(u8, Says); 24] = [
    (b'H', Says::Header),
    (b'X', Says::Method),
    (b'd', Says::Data),
    (b'T', Says::Upload),
    (b'F', Says::Form),
    (b'G', Says::Get),
    (b'I', Says::Head),
    (b'u', Says::Skip),
    (b'A', Says::Named("user-agent")),
    (b'e', Says::Named("referer")),
    (b'b', Says::Named("cookie")),
    (b'r', Says::Named("range")),
    (b'o', Says::Skip),
    (b'D', Says::Skip),
    (b'm', Says::Skip),
    (b'x', Says::Skip),
    (b'E', Says::Skip),
    (b'w', Says::Skip),
    (b'c', Says::Skip),
    (b'K', Says::Skip),
    (b'Y', Says::Skip),
    (b'y', Says::Skip),
    (b'C', Says::Skip),
    (b'z', Says::Skip),
];

/// Words of which one shows that a command may be signed.
const TELLING: [&[u8]; 5] = [b"amz", b"authorization", b"signature", b"aws", b"amazon"];

/// What `--data-urlencode` leaves as it is.
const KEPT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The media type that curl gives data by itself.
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// Whether an option is followed by a value.
fn takes_value(says: Says) -> bool {
    !matches!(says, Says::Get | Says::Head | Says::AsIs)
}

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
        let before = text.get(hit.line.start..hit.at);
        let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if before.last().is_some_and(part) {
            return None;
        }
        let front = text.get(hit.at..hit.at + 256);
        let front = front.strip_prefix(b"curl")?;
        let front = front.strip_prefix(b".exe").unwrap_or(front);
        let gap = front
            .iter()
            .take_while(|b| is_blank(**b) || matches!(b, b'\\' | b'^' | b'`' | b'\r' | b'\n'))
            .count();
        let rest = front.get(gap..)?;
        let follows = matches!(rest.first(), Some(b'-' | b'\'' | b'"' | b'$' | b'^'))
            || target::absolute(rest).is_some();
        let prompt = before.trim_ascii();
        let command = prompt.is_empty() || matches!(prompt.last(), Some(b'$' | b'#' | b'%'));
        (gap > 0 && is_blank(*front.first()?) && follows).then_some(Start {
            at: hit.at,
            boundary: command && prompt.is_empty(),
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let command = shell::command(text, start.at);
        let place = start.at..command.end.max(start.at + 4);
        let lower = text.get(place.clone()).to_ascii_lowercase();
        let may_be_signed = TELLING
            .iter()
            .any(|word| memchr::memmem::find(&lower, word).is_some());
        if !may_be_signed {
            return None;
        }
        let said = Said::of(command.words);
        let mut builder = Builder {
            reader,
            text,
            place: place.clone(),
        };
        builder.request(&said)?;
        Some(place.end)
    }
}

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
            } else if said.url.is_none() && is_url(bytes) {
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

/// Whether a word that belongs to no option is the address.
fn is_url(word: &[u8]) -> bool {
    target::absolute(word).is_some()
        || word
            .first()
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'[')
            && (word.contains(&b'.') || word.starts_with(b"localhost"))
}

/// A word where it can be split: in what was pasted, or in a layer of its own.
struct Placed {
    text: Text,
    range: Range<usize>,
}

impl Placed {
    fn bytes(&self) -> &[u8] {
        self.text.get(self.range.clone())
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.text
            .span(self.range.start + range.start..self.range.start + range.end)
    }
}

struct Builder<'r, 'c, 't> {
    reader: &'r mut Reader<'c>,
    text: &'t Text,
    place: Range<usize>,
}

impl Builder<'_, '_, '_> {
    /// Adds the request that the words make.
    fn request(&mut self, said: &Said) -> Option<()> {
        let implied = said.method();
        let method = match &said.method {
            Some(word) => {
                let word = self.placed(word)?;
                Given::Stated(word.span(0..word.bytes().len()))
            }
            None => Given::Implied(implied),
        };
        let mut target = self.target(said)?;
        let mut headers = Vec::new();
        for word in &said.headers {
            headers.extend(self.header(word));
        }
        for (name, word) in &said.named {
            let word = self.placed(word)?;
            let span = word.span(0..word.bytes().len());
            headers.push(Header {
                name: Given::Implied(name),
                value: span,
                line: span,
            });
        }
        if let Some(authority) = target.authority
            && !self.has(&headers, b"host")
        {
            headers.insert(
                0,
                Header {
                    name: Given::Implied("host"),
                    value: authority,
                    line: authority,
                },
            );
        }
        if said.get && !said.data.is_empty() {
            target = self.with_query(&target, said)?;
        }
        self.dots(said, &target);
        let body = self.body(said, &mut headers);
        self.signs(said);
        let span = self
            .reader
            .case
            .docs
            .to_given(self.text.span(self.place.clone()));
        self.reader.add_request(SignedRequest {
            shape: SHAPE,
            span,
            method,
            target,
            headers,
            body,
        });
        Some(())
    }

    /// curl takes `.` and `..` out of a path before it sends it, unless it is told not to (RFC 3986 §5.2.4).
    fn dots(&mut self, said: &Said, target: &Target) {
        let docs = &self.reader.case.docs;
        let squeezed = docs
            .bytes(target.path)
            .split(|b| *b == b'/')
            .any(|part| matches!(part, b"." | b".."));
        if squeezed && !said.as_is {
            let at = docs.to_given(target.path);
            self.reader.find(
                Finding::warning(
                    "curl-squeezes-path",
                    "curl takes . and .. out of this path before it sends it, so the request had another one.",
                    "Run it with --path-as-is, or paste what -v prints of the request that was sent.",
                )
                .at(at, "not sent so"),
            );
        }
    }

    /// A word as a range of a text.
    fn placed(&mut self, word: &Word) -> Option<Placed> {
        if let Some(at) = word.plain {
            return Some(Placed {
                text: self.text.clone(),
                range: at..at + word.text.bytes.len(),
            });
        }
        let text = word.text.clone();
        self.layer(word.start..word.end, Peel::ShellQuotes, text)
    }

    fn layer(&mut self, parent: Range<usize>, peel: Peel, text: Unescaped) -> Option<Placed> {
        let len = text.bytes.len();
        let parent = self.text.span(parent);
        let layer = self
            .reader
            .peel(parent, peel, text.bytes.into(), text.map)?;
        Some(Placed {
            text: Text::new(&self.reader.case.docs, layer),
            range: 0..len,
        })
    }

    fn target(&mut self, said: &Said) -> Option<Target> {
        let word = self.placed(said.url.as_ref()?)?;
        if target::absolute(word.bytes()).is_some() {
            return Some(target::split(&word.text, word.range));
        }
        // Without a scheme curl takes HTTP.
        let bytes = word.bytes();
        let host = memchr::memchr3(b'/', b'?', b'#', bytes).unwrap_or(bytes.len());
        let rest = word.range.start + host..word.range.end;
        let mut target = target::split(&word.text, rest);
        target.authority = Some(word.span(0..host));
        target.whole = word.span(0..bytes.len());
        Some(target)
    }

    /// `Name: value`; `Name;` is one without a value, and `Name:` takes away what curl would send.
    fn header(&mut self, word: &Word) -> Option<Header> {
        let word = self.placed(word)?;
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
            line: word.span(0..bytes.len()),
        })
    }

    fn has(&self, headers: &[Header], name: &[u8]) -> bool {
        headers.iter().any(|header| match header.name {
            Given::Stated(span) => {
                let own = self.reader.case.docs.bytes(span).trim_ascii();
                own.eq_ignore_ascii_case(name)
            }
            Given::Implied(own) => own.as_bytes().eq_ignore_ascii_case(name),
        })
    }

    /// A header that curl adds by itself on account of `word`.
    fn add(
        &mut self,
        headers: &mut Vec<Header>,
        name: &'static str,
        value: &'static str,
        word: &Word,
    ) {
        if self.has(headers, name.as_bytes()) {
            return;
        }
        let mut text = Unescaped::default();
        text.decode(value.as_bytes(), 0, word.end - word.start);
        if let Some(layer) = self.layer(word.start..word.end, Peel::ProgramDefault, text) {
            let span = layer.span(0..value.len());
            headers.push(Header {
                name: Given::Implied(name),
                value: span,
                line: span,
            });
        }
    }

    /// The body, and the headers that come with it.
    fn body(&mut self, said: &Said, headers: &mut Vec<Header>) -> Body {
        let given = self.text.span(self.place.clone());
        let missing = said.upload.as_ref().or(said.form.as_ref()).or_else(|| {
            said.data
                .iter()
                .filter(|_| !said.get)
                .find(|(says, word)| *says != Says::Raw && names_a_file(*says, &word.text.bytes))
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
            let at = self.text.span(word.start..word.end);
            let at = self.reader.case.docs.to_given(at);
            self.reader
                .find(Finding::note("body-in-file", what, help).at(at, "the body"));
        }
        let Some((says, word)) = said.data.first().filter(|_| !said.get) else {
            return match missing {
                Some(_) => Body::Absent,
                None => Body::Held {
                    span: given.tail(),
                    newline_in_doubt: false,
                },
            };
        };
        if *says == Says::Json {
            self.add(headers, "content-type", "application/json", word);
            self.add(headers, "accept", "application/json", word);
        } else {
            self.add(headers, "content-type", FORM_TYPE, word);
        }
        if missing.is_some() {
            return Body::Absent;
        }
        match self.data(said) {
            Some(data) => Body::Held {
                span: data.span(0..data.bytes().len()),
                newline_in_doubt: false,
            },
            None => Body::Absent,
        }
    }

    /// All data of the command, joined as curl joins it.
    fn data(&mut self, said: &Said) -> Option<Placed> {
        if let [(says, word)] = said.data.as_slice()
            && *says != Says::UrlEncoded
        {
            return self.placed(word);
        }
        let first = said.data.iter().map(|(_, word)| word.start).min()?;
        let last = said.data.iter().map(|(_, word)| word.end).max()?;
        let mut text = Unescaped::default();
        append_data(&mut text, said, first);
        self.layer(first..last, Peel::ShellQuotes, text)
    }

    /// With `-G` the data is the query.
    fn with_query(&mut self, target: &Target, said: &Said) -> Option<Target> {
        let url = said.url.as_ref()?;
        let words = || said.data.iter().map(|(_, word)| word).chain([url]);
        let first = words().map(|word| word.start).min()?;
        let last = words().map(|word| word.end).max()?;
        let mut text = Unescaped::default();
        text.decode(&url.text.bytes, url.start - first, url.end - url.start);
        let mark: &[u8] = if target.query.is_some() { b"&" } else { b"?" };
        text.decode(mark, url.end - first, 0);
        append_data(&mut text, said, first);
        let layer = self.layer(first..last, Peel::ShellQuotes, text)?;
        Some(target::split(&layer.text, layer.range))
    }

    /// Says where curl signs the command itself. The secret behind `-u` is found with all others.
    fn signs(&mut self, said: &Said) {
        if let Some(sign) = &said.sign {
            let at = self.text.span(sign.start..sign.end);
            let at = self.reader.case.docs.to_given(at);
            self.reader.find(
                Finding::note(
                    "curl-signs",
                    "curl signs this command itself when it runs, so there is no signature in it.",
                    "Run it with -v and paste what it prints: curl 8.14 and later print what they signed.",
                )
                .at(at, "curl signs"),
            );
        }
    }
}

/// Adds every piece of data, `&` between them. The parent starts at `base`.
fn append_data(text: &mut Unescaped, said: &Said, base: usize) {
    for (place, (says, word)) in said.data.iter().enumerate() {
        if place > 0 {
            text.decode(b"&", word.start - base, 0);
        }
        let bytes = match says {
            Says::UrlEncoded => encoded(&word.text.bytes),
            _ => word.text.bytes.clone(),
        };
        text.decode(&bytes, word.start - base, word.end - word.start);
    }
}

/// What `--data-urlencode` sends for `name=content`, `=content` or `content`.
fn encoded(word: &[u8]) -> Vec<u8> {
    let (front, content) = match memchr::memchr(b'=', word) {
        Some(0) => (&b""[..], word.get(1..).unwrap_or_default()),
        Some(at) => word.split_at_checked(at + 1).unwrap_or((word, b"")),
        None => (&b""[..], word),
    };
    let mut out = front.to_vec();
    // curl writes a space as `+` here since April 2021 (curl/curl#6895).
    let content = percent_encode(content, &KEPT).to_string();
    out.extend(content.replace("%20", "+").bytes());
    out
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
