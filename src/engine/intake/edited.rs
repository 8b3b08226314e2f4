//! Values that somebody replaced in a paste, where a dump of bytes beside the text still holds what stood there.
//!
//! Owns putting them back into the requests that were edited in the same way, and saying so: whoever takes the name of a
//! bucket out of a paste takes it out of every text, and forgets the dumps. Must not know how anything is signed; of the
//! two strings it knows only how their lines stand (IAM User Guide, Create a signed AWS API request, steps 1 and 3).

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode;

use super::text::Text;
use super::unescape::Unescaped;
use super::{Case, Given, PairedBy, Pairs, SignedRequest, target};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Peel, Span};

/// The id of the remark that a text is not what its bytes say.
pub(super) const DISAGREE: &str = "bytes-disagree";

/// The longest string that is looked at, in bytes, and how many of them.
const LONGEST: usize = 64 << 10;
const MOST: usize = 16;
/// Places of a request that are put back for one string. Whoever takes names out of a paste takes out a few of them; where
/// more differ, text and bytes are of two strings.
const CHANGES: usize = 64;

/// A string of a verifier whose text is not the one dumped as bytes beside it, both whole.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Edited {
    /// The text.
    pub text: Span,
    /// What its bytes say.
    pub bytes: Span,
}

/// What takes the place of a part of a request: which part, and what.
enum Change {
    /// These bytes of the target.
    Target(Range<usize>, Vec<u8>),
    /// These bytes of the value of the header at that place.
    Header(usize, Range<usize>, Vec<u8>),
}

impl Change {
    /// Whether both take the place of something that they share: one of the two is made.
    fn meets(&self, other: &Self) -> bool {
        let meet =
            |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end || a == b;
        match (self, other) {
            (Self::Target(a, _), Self::Target(b, _)) => meet(a, b),
            (Self::Header(one, a, _), Self::Header(two, b, _)) => one == two && meet(a, b),
            (Self::Target(..), Self::Header(..)) | (Self::Header(..), Self::Target(..)) => false,
        }
    }
}

impl Case {
    /// Whether `value`, a field of a verifier's string, stands in the bytes of one and not in the text beside them: in that
    /// place the text was edited.
    pub fn is_edited(&self, value: &[u8]) -> bool {
        let holds = |line: &[u8]| memchr::memmem::find(line, value).is_some();
        !value.is_empty()
            && self.edited.iter().take(MOST).any(|edited| {
                lines(self, edited)
                    .iter()
                    .any(|(_, text, bytes)| holds(bytes) && !holds(text))
            })
    }
}

/// The lines in which a text is not what its bytes say, by their place, where both have as many.
fn lines<'a>(case: &'a Case, edited: &Edited) -> Vec<(usize, &'a [u8], &'a [u8])> {
    let (text, bytes) = (case.docs.bytes(edited.text), case.docs.bytes(edited.bytes));
    let count = |text: &[u8]| memchr::memchr_iter(b'\n', text).count();
    if text.len().max(bytes.len()) > LONGEST || count(text) != count(bytes) {
        return Vec::new();
    }
    let both = text
        .split(|b| *b == b'\n')
        .zip(bytes.split(|b| *b == b'\n'));
    both.enumerate()
        .filter(|(_, (text, bytes))| text != bytes)
        .map(|(place, (text, bytes))| (place, text, bytes))
        .collect()
}

/// Puts back what was replaced in the requests of `case` as it was in a verifier's text.
pub(super) fn put_back(case: &mut Case) {
    let edited: Vec<Edited> = case.edited.iter().take(MOST).copied().collect();
    // By what stands in the paste, before anything is put back.
    let spoken_of: Vec<Vec<usize>> = edited.iter().map(|one| requests_of(case, one)).collect();
    case.pairs = Pairs::default();
    for (edited, requests) in edited.into_iter().zip(spoken_of) {
        let mut said: Vec<String> = Vec::new();
        let mut places = Vec::new();
        for place in requests {
            let Some(request) = case.requests.get(place) else {
                continue;
            };
            let changes = changes(case, request, &edited);
            if changes.is_empty() {
                continue;
            }
            for (name, span) in apply(case, place, changes) {
                places.push(span);
                if !said.contains(&name) {
                    said.push(name);
                }
            }
            if !case.put_back.contains(&place) {
                case.put_back.push(place);
            }
        }
        if !places.is_empty() {
            say(case, &edited, &said, &places);
        }
    }
}

/// The requests that the string of a verifier is of, as places in the case: those that carry the signature it names, else one
/// that nothing else could be meant instead of. What was taken out of another request is not known by these bytes.
fn requests_of(case: &Case, edited: &Edited) -> Vec<usize> {
    let own = |evidence: &&super::Evidence| {
        let strings = [&evidence.canonical_request, &evidence.string_to_sign];
        let mut spans = strings
            .into_iter()
            .flatten()
            .filter_map(super::Pattern::span);
        spans.any(|span| span == edited.bytes || span == edited.text)
    };
    let Some(evidence) = case.evidence.iter().position(|one| own(&one)) else {
        return Vec::new();
    };
    match case.requests_of(evidence) {
        Some((requests, PairedBy::Signature)) => requests.to_vec(),
        Some((&[one], PairedBy::Date)) => vec![one],
        Some((&[one], _)) if case.requests.len() == 1 => vec![one],
        Some(_) | None => Vec::new(),
    }
}

/// The places that are named in one remark.
const PLACES: usize = 4;

/// Says that the paste was edited, in the place of the remark that text and bytes are two.
fn say(case: &mut Case, edited: &Edited, names: &[String], places: &[Span]) {
    let own = |span: Span| case.docs.to_given(span);
    let (text, bytes) = (own(edited.text), own(edited.bytes));
    // A replaced value is known no more as one that is not here.
    let gone: Vec<Span> = places.iter().map(|place| own(*place)).collect();
    let unknown = case.unknown.iter().copied();
    case.unknown = unknown
        .filter(|span| !gone.iter().any(|place| place.overlaps(own(*span))))
        .collect();
    case.findings.retain(|finding| {
        finding.id != DISAGREE || finding.labels.iter().all(|label| label.span != text)
    });
    let mut finding = Finding::warning(
        DISAGREE,
        format!(
            "This paste was edited: request and server's text agree in {}, and the bytes of that text have something else \
             there. What the bytes say is taken for both.",
            names.join(", ")
        ),
        "Where two values were replaced by one, nothing here shows that they were two. What was replaced still stands in \
         the bytes: leave the dumps out of what is made public.",
    );
    for place in gone.iter().take(PLACES) {
        finding = finding.at(*place, "edited");
    }
    case.find(finding.at(text, "as text").at(bytes, "as bytes"));
}

/// What of `request` stands as in the text of `edited`, and has something else in the bytes.
fn changes(case: &Case, request: &SignedRequest, edited: &Edited) -> Vec<Change> {
    let is_to_sign = case
        .docs
        .bytes(edited.bytes)
        .split(|b| *b == b'\n')
        .next()
        .is_some_and(|line| memchr::memmem::find(line, b"-HMAC-").is_some());
    let mut out = Vec::new();
    let lines = lines(case, edited);
    if lines.len() > CHANGES {
        return out;
    }
    for (place, text, bytes) in lines {
        if out.len() > CHANGES {
            return Vec::new();
        }
        match place {
            2 if is_to_sign => scope(case, request, text, bytes, &mut out),
            _ if is_to_sign => {}
            1 => path(case, request, text, bytes, &mut out),
            2 => query(case, request, text, bytes, &mut out),
            _ => header(case, request, text, bytes, &mut out),
        }
    }
    if out.len() > CHANGES {
        return Vec::new();
    }
    let mut own: Vec<Change> = Vec::new();
    for change in out {
        if !own.iter().any(|made| made.meets(&change)) {
            own.push(change);
        }
    }
    own
}

fn decoded(text: &[u8]) -> Cow<'_, [u8]> {
    percent_decode(text).into()
}

/// The path as it is sent: the string has it encoded once more where the service is not S3.
fn path(case: &Case, request: &SignedRequest, text: &[u8], bytes: &[u8], out: &mut Vec<Change>) {
    let own = case.docs.bytes(request.target.path);
    let to = if own == text || decoded(own) == decoded(text) {
        bytes.to_vec()
    } else if decoded(own) == decoded(&decoded(text)) {
        decoded(bytes).into_owned()
    } else {
        return;
    };
    out.extend(in_target(request, request.target.path).map(|range| Change::Target(range, to)));
}

fn query(case: &Case, request: &SignedRequest, text: &[u8], bytes: &[u8], out: &mut Vec<Change>) {
    let parts = |text: &[u8]| memchr::memchr_iter(b'&', text).count();
    let Some(own) = request.target.query.filter(|_| parts(text) == parts(bytes)) else {
        return;
    };
    let both = text.split(|b| *b == b'&').zip(bytes.split(|b| *b == b'&'));
    let mut differing: Vec<(&[u8], &[u8])> = both.filter(|(from, to)| from != to).collect();
    differing.sort_unstable();
    differing.dedup();
    for (from, to) in differing {
        if out.len() > CHANGES {
            return;
        }
        let ((name, from), (same, to)) = (pair(from), pair(to));
        if name != same {
            continue;
        }
        let mut at = 0;
        for parameter in case.docs.bytes(own).split(|b| *b == b'&') {
            let (own_name, own_value) = pair(parameter);
            let start = at + parameter.len() - own_value.len();
            let range = own.part(start..at + parameter.len());
            at += parameter.len() + 1;
            let is_meant =
                decoded(own_name) == decoded(name) && decoded(own_value) == decoded(from);
            if is_meant && out.len() <= CHANGES {
                let place = in_target(request, range);
                out.extend(place.map(|range| Change::Target(range, to.to_vec())));
            }
        }
    }
}

/// Name and value of a parameter.
fn pair(parameter: &[u8]) -> (&[u8], &[u8]) {
    let at = memchr::memchr(b'=', parameter);
    let (name, value) = parameter.split_at(at.unwrap_or(parameter.len()));
    (name, value.get(1..).unwrap_or_default())
}

fn header(case: &Case, request: &SignedRequest, text: &[u8], bytes: &[u8], out: &mut Vec<Change>) {
    let line = |line: &[u8]| {
        let colon = memchr::memchr(b':', line)?;
        let (name, value) = line.split_at_checked(colon)?;
        Some((name.to_vec(), value.get(1..)?.to_vec()))
    };
    let (Some((name, from)), Some((same, to))) = (line(text), line(bytes)) else {
        return;
    };
    if name != same {
        return;
    }
    for (place, header) in request.headers.iter().enumerate() {
        let is_named = match header.name {
            Given::Stated(span) => case.docs.bytes(span).eq_ignore_ascii_case(&name),
            Given::Implied(own) => own.as_bytes().eq_ignore_ascii_case(&name),
        };
        let value = case.docs.bytes(header.value);
        let range = trimmed(value);
        let is_meant = is_named && value.get(range.clone()) == Some(from.as_slice());
        if is_meant && out.len() <= CHANGES {
            let span = header.value.part(range.clone());
            // The host of a URL stands in its target.
            out.push(match (&header.name, in_target(request, span)) {
                (Given::Implied(_), Some(range)) => Change::Target(range, to.clone()),
                _ => Change::Header(place, range, to.clone()),
            });
        }
    }
}

/// The scope, which is a part of the credential in the Authorization header.
fn scope(case: &Case, request: &SignedRequest, text: &[u8], bytes: &[u8], out: &mut Vec<Change>) {
    for (place, header) in request.headers.iter().enumerate() {
        let value = case.docs.bytes(header.value);
        let at = memchr::memmem::find(value, text)
            .filter(|at| at.checked_sub(1).and_then(|at| value.get(at)) == Some(&b'/'));
        if let Some(at) = at.filter(|_| !text.is_empty()) {
            out.push(Change::Header(place, at..at + text.len(), bytes.to_vec()));
        }
    }
}

/// Where `part` stands in the target of `request`.
fn in_target(request: &SignedRequest, part: Span) -> Option<Range<usize>> {
    let whole = request.target.whole;
    let start = part.start.checked_sub(whole.start)?;
    whole.contains(part).then(|| start..start + part.len())
}

/// What of a value is not blanks around it.
fn trimmed(value: &[u8]) -> Range<usize> {
    let start = value.len() - value.trim_ascii_start().len();
    start..start + value.trim_ascii().len()
}

/// Makes `changes` in a request; says which parts were changed, and where they stand.
fn apply(case: &mut Case, place: usize, changes: Vec<Change>) -> Vec<(String, Span)> {
    let mut said = Vec::new();
    let mut target_changes = Vec::new();
    for change in changes {
        match change {
            Change::Target(range, to) => target_changes.push((range, to)),
            Change::Header(at, range, to) => {
                let Some(header) = case.requests.get(place).and_then(|r| r.headers.get(at)) else {
                    continue;
                };
                let (name, value) = (header.name.clone(), header.value);
                let name = match name {
                    Given::Stated(span) => case.docs.text(span).to_ascii_lowercase(),
                    Given::Implied(own) => own.to_owned(),
                };
                said.push((name, value.part(range.clone())));
                let new = replaced(case, value, &[(range, to)]);
                let headers = case.requests.get_mut(place).map(|r| &mut r.headers);
                if let Some(header) = headers.and_then(|headers| headers.get_mut(at)) {
                    header.value = new;
                }
            }
        }
    }
    said.extend(apply_to_target(case, place, target_changes));
    said
}

/// Makes changes in the target of a request, which is then taken apart anew; nothing where it was not one text.
fn apply_to_target(
    case: &mut Case,
    place: usize,
    mut changes: Vec<(Range<usize>, Vec<u8>)>,
) -> Vec<(String, Span)> {
    let Some(old) = case
        .requests
        .get(place)
        .map(|request| request.target.clone())
    else {
        return Vec::new();
    };
    let whole = old.whole;
    let text = Text::new(&case.docs, whole.doc);
    if changes.is_empty() || target::split(&text, whole.range()) != old {
        return Vec::new();
    }
    changes.sort_by_key(|(range, _)| range.start);
    let said = changes.iter().map(|(range, _)| {
        let span = whole.part(range.clone());
        let name = if old.path.contains(span) {
            "path"
        } else if old.query.is_some_and(|query| query.contains(span)) {
            "query"
        } else {
            "host"
        };
        (name.to_owned(), span)
    });
    let said: Vec<(String, Span)> = said.collect();
    let new = replaced(case, whole, &changes);
    let text = Text::new(&case.docs, new.doc);
    let target = target::split(&text, new.range());
    let Some(request) = case.requests.get_mut(place) else {
        return said;
    };
    // What a URL implies stands in it.
    for header in &mut request.headers {
        if Some(header.value) == old.authority
            && let Some(authority) = target.authority
        {
            header.value = authority;
        }
    }
    request.target = target;
    said
}

/// `span` with other bytes in some places, in order, as a document of its own.
fn replaced(case: &mut Case, span: Span, changes: &[(Range<usize>, Vec<u8>)]) -> Span {
    let bytes = case.docs.shared(span);
    let mut out = Unescaped::default();
    let mut at = 0;
    for (range, to) in changes.iter().filter(|(range, _)| range.start <= range.end) {
        if range.start < at {
            continue;
        }
        out.copy(&bytes, at..range.start);
        out.decode(to, range.start, range.len());
        at = range.end;
    }
    out.copy(&bytes, at..bytes.len());
    let doc = case
        .docs
        .peel(span, Peel::PutBack, out.bytes.into(), out.map);
    case.docs.whole(doc)
}
