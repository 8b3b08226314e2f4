//! Parts of a request that are signed and over whose values somebody put a mark: what was signed is not known then.
//!
//! Owns finding them in requests that were read. What a mark looks like is the business of `marks`; that nothing is
//! proved without them is that of the scheme.

use std::collections::{BTreeMap, HashSet};

use percent_encoding::percent_decode;

use super::marks::{
    hidden_from, hides_part, holds_mark, is_filler, is_hidden_time, is_mark, named,
};
use super::shape::vocabulary::{
    CREDENTIAL_PARAMETER, CREDENTIALS, HASH_HEADER, SIGNATURES, TIME, TOKEN_HEADER, signed_names,
};
use super::stand_ins::{is_identifier, is_verb, verb_in_path};
use super::{Body, Case, Given, Header, SignedRequest, not_here};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Documents, Span};

/// The longest value that is looked at, in bytes: no mark is longer.
const LONGEST: usize = 512;
/// Parts of a header or a query, and of a credential, that are looked at.
const MOST_PARTS: usize = 64;

/// Adds the places of every such value, and a remark for each request that has one.
pub(super) fn add(case: &mut Case) {
    let mut known = Places::default();
    for span in &case.unknown {
        known.add(*span);
    }
    for at in 0..case.requests.len() {
        let Some(request) = case.requests.get(at) else {
            continue;
        };
        let is_template = is_template(&case.docs, request);
        let mut hidden = hidden(&case.docs, request, is_template);
        hidden.retain(|(_, span)| !known.touch(*span));
        let Some((_, first)) = hidden.first() else {
            continue;
        };
        let first = case.docs.to_given(*first);
        let (names, spans): (Vec<String>, Vec<Span>) = hidden.into_iter().unzip();
        for span in spans {
            known.add(span);
            // What stands in front of a mark is known.
            let text = case.docs.bytes(span.until(LONGEST));
            let from = hidden_from(text).unwrap_or(0);
            case.unknown.push(span.from(from));
        }
        case.find(if is_template {
            not_here::unknown(&names).at(first, "not known")
        } else {
            not_here::hidden(&names).at(first, "hidden")
        });
        if is_template {
            without_verb_as_body(case, at);
        }
    }
}

/// Adds the places where dots end a part of a path or the value of a parameter: a person may have put them in the place of the
/// rest, and a name may end so. Whether the signature fits tells.
pub(super) fn add_shortened(case: &mut Case) {
    let mut found = Vec::new();
    for request in &case.requests {
        let docs = &case.docs;
        let path = request.target.path;
        let path = path.until(LONGEST.min(path.len()));
        found.extend(ending_in_dots(docs, path, b'/').map(|span| ("the path".to_owned(), span)));
        let Some(query) = request.target.query else {
            continue;
        };
        let mut at = 0;
        for pair in docs.bytes(query).split(|b| *b == b'&') {
            let place = query.part(at..at + pair.len());
            at += pair.len() + 1;
            let name = pair.split(|b| *b == b'=').next().unwrap_or_default();
            let name = String::from_utf8_lossy(name).into_owned();
            let signature = SIGNATURES
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known));
            if !signature && pair.len() < LONGEST {
                found.extend(ending_in_dots(docs, place, b'&').map(|span| (name.clone(), span)));
            }
        }
    }
    let unknown = &case.unknown;
    found.retain(|(_, span)| !unknown.iter().any(|known| known.overlaps(*span)));
    if !found.is_empty() {
        let known = computed_parts(case);
        found.retain(|(_, span)| !is_known(&case.docs, *span, &known));
    }
    case.shortened = found;
}

/// The segments of the paths and the parameters that stand in somebody's canonical request, decoded.
fn computed_parts(case: &Case) -> HashSet<Vec<u8>> {
    let evidence = case.evidence.iter();
    let texts = evidence.filter_map(|evidence| evidence.canonical_request.as_ref()?.span());
    let mut out = HashSet::new();
    for span in texts {
        let mut lines = case.docs.bytes(span).split(|b| *b == b'\n').skip(1);
        for separator in [b'/', b'&'] {
            let line = lines.next().unwrap_or_default();
            let parts = line.split(|b| *b == separator).take(MOST_PARTS);
            out.extend(parts.map(|part| percent_decode(part).collect()));
        }
    }
    out
}

/// Whether the part of a path or a query whose dots stand at `mark` is known: somebody computed with it, dots and all, or
/// without the dots, and then it is they that differ.
fn is_known(docs: &Documents, mark: Span, known: &HashSet<Vec<u8>>) -> bool {
    let floor = mark.start.saturating_sub(LONGEST);
    let front = docs.bytes(Span::new(mark.doc, floor, mark.start));
    let begins = front.iter().rposition(|b| matches!(b, b'/' | b'&' | b'?'));
    let own = front
        .get(begins.map_or(0, |at| at + 1)..)
        .unwrap_or_default();
    let without: Vec<u8> = percent_decode(own).collect();
    let with: Vec<u8> = without.iter().chain(docs.bytes(mark)).copied().collect();
    known.contains(&with) || !without.is_empty() && known.contains(&without)
}

/// The dots at the ends of the parts of a text between `separator`s.
fn ending_in_dots(
    docs: &Documents,
    whole: Span,
    separator: u8,
) -> impl Iterator<Item = Span> + use<> {
    let mut out = Vec::new();
    let mut at = 0;
    for part in docs
        .bytes(whole)
        .split(|b| *b == separator)
        .take(MOST_PARTS)
    {
        let end = at + part.len();
        // What is encoded was sent so: nobody writes a mark of his own that way.
        let marks = [&b"..."[..], "…".as_bytes()];
        if let Some(mark) = marks.iter().find(|mark| part.ends_with(mark)) {
            out.push(whole.part(end - mark.len()..end));
        }
        at = end + 1;
    }
    out.into_iter()
}

impl Case {
    /// That dots stand in `request` where the rest of a value may have stood; `tried`: its signature does not fit as it stands.
    pub(in crate::engine) fn shortened_in(
        &self,
        request: &SignedRequest,
        tried: bool,
    ) -> Option<Finding> {
        let own = self.shortened_of(request);
        let (_, first) = own.first()?;
        let names: Vec<String> = own.iter().map(|(name, _)| name.clone()).collect();
        Some(
            not_here::shortened(&names, tried)
                .at(self.docs.to_given(*first), "taken for shortened"),
        )
    }

    /// Whether dots stand in `request` where the rest of a value may have stood.
    pub fn holds_shortened(&self, request: &SignedRequest) -> bool {
        !self.shortened_of(request).is_empty()
    }

    fn shortened_of(&self, request: &SignedRequest) -> Vec<&(String, Span)> {
        let own = |span: Span| request.span.contains(self.docs.to_given(span));
        let shortened = self.shortened.iter();
        shortened.filter(|(_, span)| own(*span)).collect()
    }
}

/// Whether a program fills in the signature or a part of the credential: the request is what it prints from.
fn is_template(docs: &Documents, request: &SignedRequest) -> bool {
    let authorizations = request.headers.iter().filter(|header| match &header.name {
        Given::Stated(span) => docs
            .bytes(*span)
            .trim_ascii()
            .eq_ignore_ascii_case(b"authorization"),
        Given::Implied(name) => *name == "authorization",
    });
    let mut texts = authorizations
        .map(|header| header.value)
        .chain(request.target.query);
    texts.any(|span| {
        let text = docs.bytes(span);
        let signed = text.split(|b| matches!(b, b' ' | b',' | b'&'));
        signed.take(MOST_PARTS).any(|part| {
            let Some(eq) = memchr::memchr(b'=', part) else {
                return false;
            };
            let (name, value) = part.split_at_checked(eq + 1).unwrap_or_default();
            let signature = || {
                let name = name.strip_suffix(b"=").unwrap_or(name);
                SIGNATURES.iter().any(|own| own.as_bytes() == name)
            };
            let own = CREDENTIALS.contains(&name) || signature();
            own && value.split(|b| *b == b'/').take(MOST_PARTS).any(is_verb)
        })
    })
}

/// A body that a program fills in is not here.
fn without_verb_as_body(case: &mut Case, at: usize) {
    let Some(request) = case.requests.get_mut(at) else {
        return;
    };
    if let Body::Held { span, .. } = request.body
        && !span.is_empty()
        && is_verb(case.docs.bytes(span.until(LONGEST)))
    {
        request.body = Body::Absent;
        case.unknown.push(span);
    }
}

/// Places that are known, each by its document and start, and where it ends. None shares a byte with another.
#[derive(Default)]
struct Places(BTreeMap<(DocId, usize), usize>);

impl Places {
    /// Adds a place, joined with those that share a byte with it.
    fn add(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let (mut start, mut end) = (span.start, span.end);
        while let Some((at, known)) = self.last_before(span.doc, end)
            && known > start
        {
            self.0.remove(&(span.doc, at));
            start = start.min(at);
            end = end.max(known);
        }
        self.0.insert((span.doc, start), end);
    }

    /// Whether one of them shares a byte with `span`.
    fn touch(&self, span: Span) -> bool {
        let before = self.last_before(span.doc, span.end);
        before.is_some_and(|(_, end)| end > span.start)
    }

    /// The last place that begins before `end`.
    fn last_before(&self, doc: DocId, end: usize) -> Option<(usize, usize)> {
        let mut before = self.0.range((doc, 0)..(doc, end));
        before.next_back().map(|((_, start), end)| (*start, *end))
    }
}

/// The names and places of what is signed and hidden.
fn hidden(docs: &Documents, request: &SignedRequest, is_template: bool) -> Vec<(String, Span)> {
    let name = |header: &Header| match &header.name {
        Given::Stated(span) => docs.text(*span).trim().to_ascii_lowercase(),
        Given::Implied(name) => (*name).to_owned(),
    };
    let query = request.target.query.map_or(&b""[..], |q| docs.bytes(q));
    let mut signed: HashSet<String> = signed_names(query).into_iter().collect();
    for header in &request.headers {
        if name(header) == "authorization" {
            signed.extend(signed_names(docs.bytes(header.value)));
        }
    }
    // Without a signature nothing is signed.
    if signed.iter().all(String::is_empty) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for header in &request.headers {
        let name = name(header);
        let value = docs.bytes(header.value.until(LONGEST)).trim_ascii();
        // `*` alone is a value of its own: If-None-Match.
        let whole = is_mark(value) && value != b"*";
        // A hash holds no such letters of its own.
        let hash = name == HASH_HEADER && (holds_mark(value) || is_filler(value));
        let time = name == TIME && is_hidden_time(value);
        let part = name != "authorization" && hides_part(value);
        let host = name == "host" && (holds_mark(value) || holds_name(value));
        // Code names there what it puts in.
        let own = [TIME, HASH_HEADER, TOKEN_HEADER].contains(&name.as_str());
        let verb = is_template && (is_verb(value) || own && is_identifier(value));
        let token = name == TOKEN_HEADER && is_shortened(value);
        let is_hidden = whole || hash || time || part || host || verb || token;
        // The time is signed in the string to sign, whether or not its header is.
        if is_hidden && header.value.len() < LONGEST && (name == TIME || signed.contains(&name)) {
            out.push((name, header.value));
        }
    }
    let path = request.target.path;
    let text = docs.bytes(path.until(LONGEST));
    if is_named_mark(text) || hides_part(text) || is_template && verb_in_path(text) {
        out.push(("the path".to_owned(), path));
    }
    if let Some(query) = request.target.query {
        out.extend(hidden_parameters(docs, query, is_template));
    }
    out
}

/// The parameters of a query over a part of whose values somebody put a mark. All are signed, but for the signature.
fn hidden_parameters(docs: &Documents, query: Span, is_template: bool) -> Vec<(String, Span)> {
    let mut out = Vec::new();
    let mut at = 0;
    for pair in docs.bytes(query).split(|b| *b == b'&') {
        let start = at;
        at += pair.len() + 1;
        let Some(eq) = memchr::memchr(b'=', pair) else {
            continue;
        };
        let (name, value) = pair.split_at_checked(eq + 1).unwrap_or_default();
        let name = String::from_utf8_lossy(name.get(..eq).unwrap_or_default()).into_owned();
        if SIGNATURES
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
        {
            continue;
        }
        let time = name.eq_ignore_ascii_case(TIME) && is_hidden_time(value);
        let value = value.get(..LONGEST.min(value.len())).unwrap_or_default();
        let id = CREDENTIAL_PARAMETER.strip_suffix(b"=") == Some(name.as_bytes());
        let verb = is_template && value.split(|b| *b == b'/').any(is_verb);
        let token = name.eq_ignore_ascii_case(TOKEN_HEADER) && is_shortened(value);
        if time || hides_part(value) || id && holds_name(value) || verb || token {
            let place = query.part(start + eq + 1..start + pair.len());
            out.push((name, place));
        }
    }
    out
}

/// Whether dots stand for the rest of a session token, which holds none of its own: it is base64.
fn is_shortened(token: &[u8]) -> bool {
    let dots = [&b"..."[..], "…".as_bytes(), b"%E2%80%A6"];
    dots.iter()
        .any(|dots| token.ends_with(dots) || token.starts_with(dots))
}

/// Whether the name of what stood there stands in angle brackets in a value that can hold none: `<bucket>.s3.example`.
fn holds_name(value: &[u8]) -> bool {
    memchr::memchr_iter(b'<', value).any(|at| named(value.get(at..).unwrap_or_default()).is_some())
}

/// Whether a path holds a mark in so many words: `/*REDACTED*/`, `/[redacted]/a`. Runs of letters and dots may be its
/// own.
fn is_named_mark(path: &[u8]) -> bool {
    let opens = |b: &u8| matches!(b, b'*' | b'[' | b'<' | b'(' | b'{');
    let Some(at) = path.iter().position(opens) else {
        return false;
    };
    let rest = path.get(at..).unwrap_or_default().to_ascii_lowercase();
    memchr::memmem::find(&rest, b"redact").is_some()
}
