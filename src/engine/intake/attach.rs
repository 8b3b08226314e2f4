//! A body that was given apart from its request, given to the request it belongs to.

use std::cell::OnceCell;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::body::{LENGTH_DIFFERS, final_newline_len};
use super::compose::BODY_IN_FILE;
use super::{
    Body, BodyFacts, Case, Given, Header, NamedBody, Part, Piece, Shape, SignedRequest,
    is_bodiless, named_body, shown_file,
};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Document, Origin, Peel, Span};

/// The id of the remark that an input is not the body it may have been meant for.
pub(super) const NOT_TAKEN: &str = "body-not-taken";

/// What a whole input is called that is a request's body.
const SHAPE: Shape = Shape("body");

/// A SHA-256.
type Hash = [u8; 32];

/// What is said of an input that was taken for a body.
struct Said {
    id: &'static str,
    message: &'static str,
}

const BY_LENGTH: Said = Said {
    id: "body-by-length",
    message: "This was taken for the body of the request, whose Content-Length it has.",
};
const BY_HASH: Said = Said {
    id: "body-by-hash",
    message: "This was taken for the body of the request, which states its hash.",
};
const BY_NAME: Said = Said {
    id: "body-by-name",
    message: "This was taken for the body of the request: the command names a file of this name.",
};
const SHOWN: Said = Said {
    id: "body-by-name",
    message: "This was taken for the body of the request: it is what the file holds that the command names.",
};
const BY_PLACE: Said = Said {
    id: "body-by-place",
    message: "This was taken for the body of the request: nothing else was made of it, and the request has none of \
              its own.",
};

/// A body that an input may be: that of a request, and which of its bytes.
struct Fit {
    request: usize,
    span: Span,
    newline_in_doubt: bool,
}

/// Takes an input in which nothing was recognised for the body of a request that lacks its own: of the one whose
/// Content-Length it has, with or without the line end that an editor may have added; else of the one whose command
/// names its file, or of which it can be the body. Where the request states a hash, only what hashes to it is taken;
/// where none does, only what could be of no other.
pub(super) fn inputs(case: &mut Case, docs: &[DocId]) {
    let unread: Vec<Span> = docs
        .iter()
        .map(|doc| case.docs.whole(*doc))
        .filter(|whole| {
            let given = case.docs.to_given(*whole).doc;
            !whole.is_empty() && case.pieces.iter().all(|piece| piece.span.doc != given)
        })
        .collect();
    for whole in &unread {
        let hashes = Hashes::of(case.docs.shared(*whole));
        let (found, unfit) = by_length(case, *whole, &hashes);
        let alone = unread.len() == 1 && unfit.is_none();
        let found = found.map(|fit| (fit, BY_LENGTH));
        match found.or_else(|| by_name(case, *whole, &hashes, alone)) {
            Some((fit, said)) => take(case, *whole, &fit, &said),
            None => {
                if let Some(unfit) = unfit {
                    case.find(unfit);
                }
            }
        }
    }
}

/// Takes for the body of a request what the same text shows of the file that its command names; where the request states a
/// hash, only what hashes to it.
pub(super) fn shown(case: &mut Case) {
    /// Commands of which it is looked for: for each the text is gone through once.
    const MOST: usize = 16;
    let named: Vec<usize> = case
        .named_bodies
        .iter()
        .take(MOST)
        .filter_map(|named| {
            let mut requests = case.requests.iter();
            requests.position(|request| {
                request.body == Body::Absent && request.span.contains(named.place)
            })
        })
        .collect();
    for place in named {
        let Some((request, file)) = case
            .requests
            .get(place)
            .and_then(|request| Some((request, case.named_body(request)?)))
            .filter(|(_, file)| !file.file.is_empty())
        else {
            continue;
        };
        let whole = case.docs.whole(case.docs.to_given(request.span).doc);
        let Some(held) = shown_file::contents(case.docs.bytes(whole), &file.file) else {
            continue;
        };
        let span = whole.part(held);
        if case.pieces.iter().any(|piece| piece.span.overlaps(span)) {
            continue;
        }
        let hashes = Hashes::of(case.docs.shared(span));
        let (reading, said) = match fits(case, request, &hashes, Some(file)) {
            Some(Reading::Not) => continue,
            Some(reading) => (reading, BY_HASH),
            None if file.joined => (Reading::Joined, SHOWN),
            None => (Reading::InDoubt, SHOWN),
        };
        let fit = fit(case, place, span, reading);
        take(case, span, &fit, &said);
    }
}

/// Gives `fit`, a body that stands in the input `whole`, to its request.
fn take(case: &mut Case, whole: Span, fit: &Fit, said: &Said) {
    let given = case.docs.to_given(whole);
    let Some(request) = case.requests.get_mut(fit.request) else {
        return;
    };
    request.body = Body::Held {
        span: fit.span,
        newline_in_doubt: fit.newline_in_doubt,
    };
    is_here(case, fit.request);
    case.pieces.push(Piece {
        shape: SHAPE,
        span: given,
        part: Part::Request(fit.request),
    });
    case.find(
        Finding::note(
            said.id,
            said.message,
            "If it is not, give the body with --body.",
        )
        .at(given, "the body"),
    );
}

/// Takes back what was said of a body in a file, where it is here.
fn is_here(case: &mut Case, request: usize) {
    if let Some(span) = case.requests.get(request).map(|request| request.span) {
        case.findings.retain(|finding| {
            let own = finding.labels.iter().any(|label| span.contains(label.span));
            finding.id != BODY_IN_FILE || !own
        });
    }
}

/// The request whose Content-Length `whole` has. What to say of it where it has that of none, and one only states a
/// length.
fn by_length(case: &Case, whole: Span, hashes: &Hashes) -> (Option<Fit>, Option<Finding>) {
    let newline = hashes.newline;
    let mut fitting = Vec::new();
    let mut unfit = Vec::new();
    for (place, request) in case.requests.iter().enumerate() {
        let stated = stated_length(case, request).filter(|_| request.body == Body::Absent);
        let Some(stated) = stated else { continue };
        unfit.push((place, stated));
        let reading = [(0, Reading::Whole), (newline, Reading::Ended)]
            .into_iter()
            .find(|(cut, _)| stated == (whole.len() - cut) as u64);
        let Some((cut, reading)) = reading else {
            continue;
        };
        let agrees = stated_hash(case, request).map(|stated| hashes.hash(reading) == Some(stated));
        if agrees != Some(false) {
            fitting.push((place, whole.until(whole.len() - cut), agrees));
        }
    }
    let proved = fitting.iter().find(|(.., agrees)| *agrees == Some(true));
    let (request, span) = match (proved, fitting.as_slice()) {
        (Some((place, span, _)), _) | (None, [(place, span, _)]) => (*place, *span),
        (None, []) => {
            let [(place, stated)] = unfit.as_slice() else {
                return (None, None);
            };
            let length = case.requests.get(*place);
            let length = length.and_then(|request| content_length(case, request));
            let given = case.docs.to_given(whole);
            let finding = not_taken(whole.len(), *stated).at(given, "not used");
            let finding = match length {
                Some(header) => finding.at(case.docs.to_given(header.value), "the length stated"),
                None => finding,
            };
            return (None, Some(finding));
        }
        (None, _) => return (None, None),
    };
    let fit = Fit {
        request,
        span,
        newline_in_doubt: false,
    };
    (Some(fit), None)
}

/// The request of which `whole` is the body: it states its hash, its command names the file, or, where `alone` says
/// that nothing else is left over, it is the only one that lacks a body of this kind.
fn by_name(case: &mut Case, whole: Span, hashes: &Hashes, alone: bool) -> Option<(Fit, Said)> {
    let given = case.docs.to_given(whole).doc;
    let name = match case.docs.get(given).map(Document::origin) {
        Some(Origin::Given { name, .. }) => name.clone(),
        Some(Origin::Peeled { .. }) | None => String::new(),
    };
    let bytes = &hashes.bytes;
    let mut named = Vec::new();
    let mut possible = Vec::new();
    for (place, request) in case.requests.iter().enumerate() {
        if request.body != Body::Absent || stated_length(case, request).is_some() {
            continue;
        }
        let file = case.named_body(request);
        // What is encoded when it is sent is not in the file.
        let whole_file = file.is_none_or(|file| !file.file.is_empty());
        match fits(case, request, hashes, file) {
            Some(Reading::Not) => {}
            Some(reading) => return Some((fit(case, place, whole, reading), BY_HASH)),
            None if !whole_file => {}
            None if file.is_some_and(|file| file.is_named(&name)) => named.push(place),
            None if file.is_some() || is_of_kind(case, request, bytes) => possible.push(place),
            None => {}
        }
    }
    let (place, said) = match (named.as_slice(), possible.as_slice()) {
        ([place], _) => (*place, BY_NAME),
        ([], [place]) if alone => (*place, BY_PLACE),
        _ => return None,
    };
    let joins = case.requests.get(place).and_then(|r| case.named_body(r));
    let reading = if joins.is_some_and(|file| file.joined) {
        Reading::Joined
    } else {
        Reading::InDoubt
    };
    Some((fit(case, place, whole, reading), said))
}

/// Which bytes of an input a body is.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Reading {
    /// None of them.
    Not,
    /// All of them.
    Whole,
    /// All but the line end behind them.
    Ended,
    /// All, or all but the line end behind them.
    InDoubt,
    /// All but the line ends.
    Joined,
}

/// The hashes of an input, each made once however many requests state one.
struct Hashes {
    bytes: Bytes,
    /// Bytes of the line end behind it.
    newline: usize,
    whole: OnceCell<Hash>,
    ended: OnceCell<Hash>,
    joined: OnceCell<Option<Hash>>,
}

impl Hashes {
    fn of(bytes: Bytes) -> Self {
        Self {
            newline: final_newline_len(&bytes),
            bytes,
            whole: OnceCell::new(),
            ended: OnceCell::new(),
            joined: OnceCell::new(),
        }
    }

    /// The hash of one reading; none where there is no such reading, or it is several.
    fn hash(&self, reading: Reading) -> Option<Hash> {
        let hash = |bytes: &[u8]| Hash::from(Sha256::digest(bytes));
        match reading {
            Reading::Not | Reading::InDoubt => None,
            Reading::Whole => Some(*self.whole.get_or_init(|| hash(&self.bytes))),
            Reading::Ended => Some(*self.ended.get_or_init(|| {
                let ended = self.bytes.get(..self.bytes.len() - self.newline);
                hash(ended.unwrap_or_default())
            })),
            Reading::Joined => *self.joined.get_or_init(|| {
                let joined = named_body::joined(&self.bytes)?;
                Some(hash(&joined.bytes))
            }),
        }
    }
}

/// Which bytes have the hash that `request` states; none where it states none.
fn fits(
    case: &Case,
    request: &SignedRequest,
    hashes: &Hashes,
    file: Option<&NamedBody>,
) -> Option<Reading> {
    let stated = stated_hash(case, request)?;
    let joins = file.is_some_and(|file| file.joined);
    let joined = joins.then_some(Reading::Joined);
    let mut readings = [Reading::Whole, Reading::Ended].into_iter().chain(joined);
    let found = readings.find(|reading| hashes.hash(*reading) == Some(stated));
    Some(found.unwrap_or(Reading::Not))
}

fn fit(case: &mut Case, request: usize, whole: Span, reading: Reading) -> Fit {
    let bytes = case.docs.shared(whole);
    let joined = match reading {
        Reading::Joined => named_body::joined(&bytes),
        Reading::Not | Reading::Whole | Reading::Ended | Reading::InDoubt => None,
    };
    let span = match (joined, reading) {
        (Some(text), _) => {
            let layer = case
                .docs
                .peel(whole, Peel::Tidied, text.bytes.into(), text.map);
            case.docs.whole(layer)
        }
        (None, Reading::Ended) => whole.until(whole.len() - final_newline_len(&bytes)),
        (None, _) => whole,
    };
    Fit {
        request,
        span,
        newline_in_doubt: reading == Reading::InDoubt,
    }
}

/// Whether `bytes` look like a body of the type that `request` states, which is one that says so in its first byte.
fn is_of_kind(case: &Case, request: &SignedRequest, bytes: &[u8]) -> bool {
    let stated = request.headers.iter().find(|header| match header.name {
        Given::Stated(name) => case.docs.bytes(name).eq_ignore_ascii_case(b"content-type"),
        Given::Implied(name) => name == "content-type",
    });
    let kind = stated.map(|header| case.docs.bytes(header.value).to_ascii_lowercase());
    let is = |word: &[u8]| {
        let kind = kind.as_deref();
        kind.is_some_and(|kind| memchr::memmem::find(kind, word).is_some())
    };
    let method = match request.method {
        Given::Stated(method) => case.docs.bytes(method),
        Given::Implied(method) => method.as_bytes(),
    };
    let first = bytes.trim_ascii_start().first();
    !is_bodiless(method)
        && match first {
            Some(b'{' | b'[') => is(b"json"),
            Some(b'<') => is(b"xml"),
            Some(_) | None => false,
        }
}

/// An input that may have been meant for the body of the only request that lacks one, and is not.
fn not_taken(len: usize, stated: u64) -> Finding {
    let help = "Give the body as it was sent, byte for byte, or the file it was sent from with --body; a paste \
                through a terminal may lose bytes.";
    if len as u64 == stated {
        return Finding::warning(
            NOT_TAKEN,
            format!(
                "This input is {len} bytes long, as Content-Length says of the body, but its hash is not the \
                 one stated: it was not used."
            ),
            help,
        );
    }
    Finding::warning(
        NOT_TAKEN,
        format!(
            "{len} bytes came in this input, and the request states a body of {stated}: it was not used."
        ),
        help,
    )
}

/// The hash that a header of the request states; none where no header's value is one.
fn stated_hash(case: &Case, request: &SignedRequest) -> Option<Hash> {
    request.headers.iter().find_map(|header| {
        let mut raw = [0; 32];
        let value = case.docs.bytes(header.value).trim_ascii();
        hex::decode_to_slice(value, &mut raw).ok().map(|()| raw)
    })
}

/// Gives `facts` to the request whose Content-Length it has, else to the first that holds no body, else
/// to the only one. Says so where there is none to give it to.
pub(super) fn body(case: &mut Case, facts: &BodyFacts) {
    let fits = |request: &SignedRequest| {
        stated_length(case, request).is_some_and(|n| {
            n == facts.len || facts.without_final_newline.is_some_and(|(len, _)| n == len)
        })
    };
    let empty = |request: &SignedRequest| match &request.body {
        Body::Absent => true,
        Body::Held { span, .. } => span.is_empty(),
        Body::Streamed(_) => false,
    };
    let requests = &case.requests;
    let place = requests
        .iter()
        .position(fits)
        .or_else(|| requests.iter().position(|r| r.body == Body::Absent))
        .or_else(|| requests.iter().position(empty))
        .or_else(|| (requests.len() == 1).then_some(0));
    match place.and_then(|p| case.requests.get_mut(p)) {
        Some(request) => {
            // What was said of the body before is not said of this one.
            if let Body::Held { span, .. } = request.body {
                let held = case.docs.to_given(span);
                case.findings.retain(|finding| {
                    finding.id != LENGTH_DIFFERS
                        || finding.labels.iter().all(|label| label.span != held)
                });
            }
            request.body = Body::Streamed(facts.clone());
            case.findings.retain(|finding| finding.id != NOT_TAKEN);
            is_here(case, place.unwrap_or_default());
        }
        None => case.find(Finding::warning(
            "body-unused",
            format!(
                "The body {} belongs to no request of this input.",
                facts.name
            ),
            "Give the request it was sent with.",
        )),
    }
}

fn content_length<'r>(case: &Case, request: &'r SignedRequest) -> Option<&'r Header> {
    request.headers.iter().find(|h| match h.name {
        Given::Stated(name) => case
            .docs
            .bytes(name)
            .eq_ignore_ascii_case(b"content-length"),
        Given::Implied(_) => false,
    })
}

fn stated_length(case: &Case, request: &SignedRequest) -> Option<u64> {
    let header = content_length(case, request)?;
    std::str::from_utf8(case.docs.bytes(header.value))
        .ok()?
        .trim()
        .parse()
        .ok()
}
