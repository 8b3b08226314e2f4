//! Composing a request from pieces that a command, a snippet or an exported file holds.
//!
//! Owns how method, URL, headers and body become a [`SignedRequest`] whose every byte leads back, and what is told
//! of what a program adds, changes or leaves out. Must not know any program's notation.

use std::ops::Range;

use super::fill;
use super::piece::Piece;
use super::reader::Reader;
use super::scan::Scan;
use super::shape::vocabulary::{carries_signature, signed_names};
use super::shell::{self, Command};
use super::text::Text;
use super::tidy::{self, Tidier};
use super::unescape::Unescaped;
use super::variables::{self, Filled};
use super::{
    Body, Given, Header, NamedBody, Shape, SignedRequest, Target, is_bodiless, not_here, target,
    url_call,
};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Mask, Peel, Span};

pub(super) use super::shape::vocabulary::may_be_signed;

/// The id of the remark that a body is in a file.
pub(super) const BODY_IN_FILE: &str = "body-in-file";

/// The media type of a form, which programs give data by themselves.
pub(super) const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// The media type of JSON, the same.
pub(super) const JSON_TYPE: &str = "application/json";

/// Whether a request of this URL, headers and names may be signed. Where the URL is not here, only what carries a
/// signature is worth a request: code that uses a URL from elsewhere stands in very many texts.
pub(super) fn speaks_of_signature<'p>(
    url: &Piece,
    rest: impl IntoIterator<Item = &'p Piece>,
) -> bool {
    let known = target::absolute(url.bytes()).is_some();
    let tells = if known {
        may_be_signed
    } else {
        carries_signature
    };
    tells(url.bytes()) || rest.into_iter().any(|piece| tells(piece.bytes()))
}

/// What a byte of a command that was read in vain is counted for: its words are read byte by byte.
const DEAR: usize = 4;

/// Reads the command that starts at `at`, where it may be signed: `compose` makes a request of its words, the first of
/// which is the program's name. Says where it ends; none where nothing came of it, which is counted.
pub(super) fn command<'t>(
    reader: &mut Reader<'_>,
    pass: &mut Scan<'t>,
    at: usize,
    compose: impl FnOnce(&mut Composer<'_, '_, 't>, Command) -> Option<()>,
) -> Option<usize> {
    let (command, filled) = signed_command(reader, pass, at)?;
    let name = command.words.first().map_or(at, |word| word.end);
    let place = at..command.end.max(name);
    let mut composer = Composer {
        reader,
        text: pass.text,
        place: place.clone(),
    };
    if compose(&mut composer, command).is_none() {
        in_vain(reader, &place);
        return None;
    }
    composer.variables(filled);
    Some(place.end)
}

/// The command that starts at `at`, where it may be signed. What is read in vain is counted.
fn signed_command(
    reader: &mut Reader<'_>,
    pass: &mut Scan<'_>,
    at: usize,
) -> Option<(Command, Filled)> {
    if !reader.may_waste() {
        return None;
    }
    let mut command = shell::command(pass.text, at);
    let filled = variables::fill(pass.text, at, &mut command);
    let values = || command.words.iter().any(|word| may_be_signed(word.bytes()));
    let text = pass.text.get(at..command.end);
    if may_be_signed(text)
        || !filled.values.is_empty() && values()
        || url_call::holds_variable(text)
    {
        return Some((command, filled));
    }
    // A quote that is never closed: from a name of the program inside of it no more would be read.
    if command.endless {
        pass.skip(command.end);
    } else {
        in_vain(reader, &(at..command.end));
    }
    None
}

/// Counts the bytes of a command of which nothing could be made.
fn in_vain(reader: &mut Reader<'_>, place: &Range<usize>) {
    reader.waste(DEAR * place.len());
}

/// Whether a word that belongs to no option may be an address.
pub(super) fn is_url(word: &[u8]) -> bool {
    target::absolute(word).is_some()
        || word
            .first()
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'[')
            && (word.contains(&b'.') || word.starts_with(b"localhost"))
            && !ends_as_prose(word)
}

/// Whether a word without a path ends as the last one of a sentence does: such a one is of the text around.
fn ends_as_prose(word: &[u8]) -> bool {
    let ends = |b: &u8| matches!(b, b'.' | b',' | b'*' | b'!');
    !word.contains(&b'/') && !word.contains(&b'?') && word.last().is_some_and(ends)
}

/// Whether a word begins with a host that has neither scheme nor dot, and goes on with a path: a name with a port, or what
/// people put in the place of a host, `<HOST>/p`, `{host}/p`, `AWS_HOST/p`.
pub(super) fn is_bare_host(word: &[u8]) -> bool {
    let Some(slash) = memchr::memchr(b'/', word) else {
        return false;
    };
    let front = word.get(..slash).unwrap_or_default();
    let colon = memchr::memchr(b':', front);
    let (name, port) = front.split_at(colon.unwrap_or(front.len()));
    let digits = port.get(1..).unwrap_or_default();
    let has_port = (1..=5).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let braced = [(b'<', b'>'), (b'{', b'}')]
        .into_iter()
        .find_map(|(open, close)| {
            let inner = name.strip_prefix(&[open])?.strip_suffix(&[close])?;
            // A variable of some tools stands in two braces.
            let inner = inner.strip_prefix(b"{").unwrap_or(inner);
            Some(inner.strip_suffix(b"}").unwrap_or(inner))
        });
    let of_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let inner = braced.unwrap_or(name);
    let named = inner.first().is_some_and(u8::is_ascii_alphabetic) && inner.iter().all(of_name);
    let shouted = inner.len() > 1 && !inner.iter().any(u8::is_ascii_lowercase);
    named && (port.is_empty() || has_port) && (braced.is_some() || has_port || shouted)
}

/// A piece where it can be split: in what was pasted, or in a layer of its own.
pub(super) struct Placed {
    pub(super) text: Text,
    pub(super) range: Range<usize>,
}

impl Placed {
    pub(super) fn bytes(&self) -> &[u8] {
        self.text.get(self.range.clone())
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.text
            .span(self.range.start + range.start..self.range.start + range.end)
    }

    pub(super) fn whole(&self) -> Span {
        self.span(0..self.range.len())
    }
}

/// What a request is made of.
pub(super) struct Parts {
    pub(super) shape: Shape,
    pub(super) method: Given<&'static str>,
    pub(super) target: Target,
    pub(super) headers: Vec<Header>,
    pub(super) body: Body,
}

/// Composes one request that stands at `place` of `text`.
pub(super) struct Composer<'r, 'c, 't> {
    pub(super) reader: &'r mut Reader<'c>,
    pub(super) text: &'t Text,
    pub(super) place: Range<usize>,
}

impl Composer<'_, '_, '_> {
    /// Adds the request, its host first where no header gives it.
    pub(super) fn finish(&mut self, mut parts: Parts) {
        if let Some(authority) = parts.target.authority
            && !self.has(&parts.headers, b"host")
        {
            parts.headers.insert(
                0,
                Header {
                    name: Given::Implied("host"),
                    value: authority,
                    line: authority,
                },
            );
        }
        let span = self.text.span(self.place.clone());
        let span = self.reader.case.docs.to_given(span);
        self.reader.supersede(span);
        self.reader.add_request(SignedRequest {
            shape: parts.shape,
            span,
            method: parts.method,
            target: parts.target,
            headers: parts.headers,
            body: parts.body,
        });
    }

    /// A piece as a range of a text.
    pub(super) fn placed(&mut self, piece: &Piece) -> Option<Placed> {
        if let Some(at) = piece.plain {
            return Some(Placed {
                text: self.text.clone(),
                range: at..at + piece.text.bytes.len(),
            });
        }
        self.layer(piece.start..piece.end, piece.peel, piece.text.clone())
    }

    /// `text`, made of what stands at `parent`, as a layer.
    pub(super) fn layer(
        &mut self,
        parent: Range<usize>,
        peel: Peel,
        text: Unescaped,
    ) -> Option<Placed> {
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

    /// A method that stands in `piece`, or the one that is implied.
    pub(super) fn method(
        &mut self,
        piece: Option<&Piece>,
        implied: &'static str,
    ) -> Option<Given<&'static str>> {
        Some(match piece {
            Some(piece) => Given::Stated(self.placed(piece)?.whole()),
            None => Given::Implied(implied),
        })
    }

    /// The same where a program that is called here sends the implied one on account of what stands at `cause`.
    pub(super) fn method_sent(
        &mut self,
        piece: Option<&Piece>,
        implied: &'static str,
        cause: Range<usize>,
    ) -> Option<Given<&'static str>> {
        if piece.is_some() {
            return self.method(piece, implied);
        }
        let mut text = Unescaped::default();
        text.decode(implied.as_bytes(), 0, cause.len());
        let layer = self.layer(cause, Peel::ProgramDefault, text);
        Some(layer.map_or(Given::Implied(implied), |layer| {
            Given::Stated(layer.whole())
        }))
    }

    /// A URL; without a scheme it begins with the host.
    pub(super) fn target(&mut self, url: &Piece) -> Option<Target> {
        let placed = self.placed(url)?;
        if target::absolute(placed.bytes()).is_some() {
            return Some(target::split(&placed.text, placed.range));
        }
        let bytes = placed.bytes();
        let host = memchr::memchr3(b'/', b'?', b'#', bytes).unwrap_or(bytes.len());
        let rest = placed.range.start + host..placed.range.end;
        let mut target = target::split(&placed.text, rest);
        target.authority = Some(placed.span(0..host));
        target.whole = placed.whole();
        Some(target)
    }

    /// A URL as `by` sends it, which is told where it is not as it stands.
    pub(super) fn tidied(&mut self, url: &Piece, by: Tidier, program: &str) -> Option<Target> {
        let Some((tidied, told)) = tidy::tidied(url, by) else {
            return self.target(url);
        };
        if told {
            self.find(
                Finding::note(
                    "url-tidied",
                    format!("{program} does not send this URL as it is written: it is read as it is sent."),
                    "Where the URL was signed, sign what is sent: escape it before, and leave no dots in its path.",
                ),
                url.start..url.end,
                "sent otherwise",
            );
        }
        self.target(&tidied)
    }

    /// The header `name: value` whose name and value stand apart.
    pub(super) fn header(&mut self, name: &Piece, value: &Piece) -> Option<Header> {
        if let (Some(at), Some(value_at)) = (name.plain, value.plain) {
            let name = at..at + name.bytes().len();
            let value = value_at..value_at + value.bytes().len();
            let line = name.start.min(value.start)..name.end.max(value.end);
            return Some(Header {
                name: Given::Stated(self.text.span(name)),
                value: self.text.span(value),
                line: self.text.span(line),
            });
        }
        let line = Piece::joined(&[name, value], b": ")?;
        let peel = if name.plain.is_none() {
            name.peel
        } else {
            value.peel
        };
        let placed = self.layer(line.start..line.end, peel, line.text)?;
        let len = name.bytes().len();
        Some(Header {
            name: Given::Stated(placed.span(0..len)),
            value: placed.span(len + 2..placed.range.len()),
            line: placed.whole(),
        })
    }

    /// A header whose name is implied by where its value stands.
    pub(super) fn named(&mut self, name: &'static str, value: &Piece) -> Option<Header> {
        let span = self.placed(value)?.whole();
        Some(Header {
            name: Given::Implied(name),
            value: span,
            line: span,
        })
    }

    /// Whether a header of this name, in lower case, is among `headers`.
    pub(super) fn has(&self, headers: &[Header], name: &[u8]) -> bool {
        self.value_of(headers, name).is_some()
    }

    /// The value of the first header of this name.
    fn value_of(&self, headers: &[Header], name: &[u8]) -> Option<&[u8]> {
        let docs = &self.reader.case.docs;
        let header = headers.iter().find(|header| match header.name {
            Given::Stated(span) => docs.bytes(span).trim_ascii().eq_ignore_ascii_case(name),
            Given::Implied(own) => own.as_bytes().eq_ignore_ascii_case(name),
        })?;
        Some(docs.bytes(header.value))
    }

    /// A header that a program adds by itself on account of what stands at `cause`.
    pub(super) fn add(
        &mut self,
        headers: &mut Vec<Header>,
        name: &'static str,
        value: &str,
        cause: Range<usize>,
    ) {
        if self.has(headers, name.as_bytes()) {
            return;
        }
        let mut text = Unescaped::default();
        text.decode(value.as_bytes(), 0, cause.len());
        if let Some(layer) = self.layer(cause, Peel::ProgramDefault, text) {
            let span = layer.whole();
            headers.push(Header {
                name: Given::Implied(name),
                value: span,
                line: span,
            });
        }
    }

    /// Headers that a program sends with every request, as far as the signature names them: of the others nobody
    /// asks. The length of a body is one of them where the body is here.
    pub(super) fn add_signed(
        &mut self,
        headers: &mut Vec<Header>,
        target: &Target,
        body: &Body,
        defaults: &[(&'static str, &str)],
        cause: Range<usize>,
    ) {
        let docs = &self.reader.case.docs;
        let query = target.query.map_or(&[][..], |query| docs.bytes(query));
        let authorization = self.value_of(headers, b"authorization").unwrap_or_default();
        let names: Vec<String> = [query, authorization]
            .iter()
            .flat_map(|text| signed_names(text))
            .collect();
        let length = match body {
            Body::Held { span, .. } if !span.is_empty() => Some(span.len().to_string()),
            Body::Held { .. } | Body::Absent | Body::Streamed(_) => None,
        };
        let length = length.as_deref().map(|value| ("content-length", value));
        for (name, value) in defaults.iter().copied().chain(length) {
            if names.iter().any(|signed| signed == name) {
                self.add(headers, name, value, cause.clone());
            }
        }
    }

    /// The bytes of `piece` as the body.
    pub(super) fn held(&mut self, piece: &Piece) -> Body {
        self.placed(piece)
            .map_or(Body::Absent, |placed| Body::Held {
                span: placed.whole(),
                newline_in_doubt: false,
            })
    }

    /// The same; none where a part of it is a variable whose value is not here.
    pub(super) fn held_unless_unknown(&mut self, piece: &Piece) -> Body {
        if fill::has_places(piece.bytes(), fill::DOUBLE) {
            Body::Absent
        } else {
            self.held(piece)
        }
    }

    /// Says which variables are not here; `places` are where they stand.
    pub(super) fn unknown(&mut self, places: Vec<Range<usize>>) {
        let Some(first) = places.first() else { return };
        let names: Vec<String> = places
            .iter()
            .map(|place| String::from_utf8_lossy(self.text.get(place.clone())).into_owned())
            .collect();
        let finding = not_here::unknown(&names);
        self.find(finding, first.clone(), "not known");
        let spans = places.into_iter().map(|place| self.text.span(place));
        self.reader.case.unknown.extend(spans);
    }

    /// Takes back a bare URL that was read where a variable is set to it, and says which variables are not here.
    fn variables(&mut self, filled: Filled) {
        for value in filled.values {
            let span = self.reader.case.docs.to_given(self.text.span(value));
            self.reader.supersede_before_last(span);
        }
        // What the command's program signs by itself is not signed yet.
        let unknown: Vec<(String, Range<usize>)> = filled
            .unknown
            .into_iter()
            .filter(|(_, place)| self.is_signed() && self.is_sent(place))
            .collect();
        let Some((_, first)) = unknown.first() else {
            return;
        };
        let mut names: Vec<String> = Vec::new();
        for (name, _) in &unknown {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        self.find(not_here::unknown(&names), first.clone(), "not known");
        let places = unknown.into_iter();
        let spans = places.map(|(_, place)| self.text.span(place));
        self.reader.case.unknown.extend(spans);
    }

    /// Whether the request that was read last has an Authorization header, or a signature in its query.
    fn is_signed(&self) -> bool {
        let docs = &self.reader.case.docs;
        self.reader.case.requests.last().is_some_and(|request| {
            let query = request
                .target
                .query
                .map_or(&[][..], |query| docs.bytes(query));
            self.has(&request.headers, b"authorization")
                || memchr::memmem::find(query, b"ignature=").is_some()
        })
    }

    /// Whether what stands at `place` is a part of the request that was read last, and not of another option of the
    /// command.
    fn is_sent(&self, place: &Range<usize>) -> bool {
        let docs = &self.reader.case.docs;
        let place = docs.to_given(self.text.span(place.clone()));
        let Some(request) = self.reader.case.requests.last() else {
            return false;
        };
        let body = match request.body {
            Body::Held { span, .. } => Some(span),
            Body::Absent | Body::Streamed(_) => None,
        };
        let method = match request.method {
            Given::Stated(span) => Some(span),
            Given::Implied(_) => None,
        };
        let headers = request.headers.iter().map(|header| header.line);
        headers
            .chain([request.target.whole])
            .chain(body)
            .chain(method)
            .any(|span| docs.to_given(span).overlaps(place))
    }

    /// No body, where a request of this method and shape has none.
    pub(super) fn empty(&self) -> Body {
        Body::Held {
            span: self.text.span(self.place.clone()).tail(),
            newline_in_doubt: false,
        }
    }

    /// What a request has for a body where nothing is said of one.
    pub(super) fn unsaid(&self, method: &Given<&'static str>) -> Body {
        let method = match method {
            Given::Stated(span) => self.reader.case.docs.bytes(*span),
            Given::Implied(method) => method.as_bytes(),
        };
        if is_bodiless(method) {
            self.empty()
        } else {
            Body::Absent
        }
    }

    /// Hides a credential that is none of a signature: a password, a cookie.
    pub(super) fn hide(&mut self, piece: &Piece) {
        let span = match piece.plain {
            Some(at) => self.text.span(at..at + piece.bytes().len()),
            None => self.text.span(piece.start..piece.end),
        };
        if !span.is_empty() {
            self.reader.case.docs.mask(span, Mask::Secret);
        }
    }

    /// Adds a finding that points at `place`.
    pub(super) fn find(&mut self, finding: Finding, place: Range<usize>, label: &'static str) {
        let at = self.reader.case.docs.to_given(self.text.span(place));
        self.reader.find(finding.at(at, label));
    }

    /// That the body is in the file `file`, which the command names at `place`; `joined` says whether it is sent
    /// without its line ends, and `stated` whether the request states the hash of what is sent.
    pub(super) fn body_in_file(
        &mut self,
        file: &[u8],
        place: Range<usize>,
        joined: bool,
        stated: bool,
    ) {
        let file = String::from_utf8_lossy(file).into_owned();
        let at = self.text.span(place.clone());
        let named = NamedBody {
            place: self.reader.case.docs.to_given(at),
            file,
            joined,
        };
        let given = format!("--body {}", named.argument().unwrap_or("FILE"));
        let help = if joined {
            format!(
                "Give it with {given}, or as an input of its own. With -d curl sends it without its line ends; \
                 --data-binary sends it as it is."
            )
        } else {
            format!("Give it with {given}, or as an input of its own.")
        };
        let what = "The body is in a file that the command names, and not here.";
        let finding = if stated {
            Finding::note(BODY_IN_FILE, what, help)
        } else {
            Finding::warning(BODY_IN_FILE, what, help)
        };
        self.reader.case.named_bodies.push(named);
        self.find(finding, place, "the body");
    }

    /// That the body is in a file, or made when the program runs.
    pub(super) fn body_elsewhere(&mut self, place: Range<usize>, what: &'static str) {
        self.find(
            Finding::note(
                BODY_IN_FILE,
                what,
                "Give the body as it was sent with --body FILE.",
            ),
            place,
            "the body",
        );
    }

    /// That a program signs what it sends itself, so that what is here has no signature.
    pub(super) fn signs_itself(
        &mut self,
        place: Range<usize>,
        what: &'static str,
        help: &'static str,
    ) {
        self.find(Finding::note("program-signs", what, help), place, "signs");
    }
}
