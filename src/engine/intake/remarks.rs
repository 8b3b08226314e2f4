//! What is to be said of the input as a whole: empty, binary, with line ends a terminal chose, or with a
//! rest that looks like a request and was not understood.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as STANDARD;
use memchr::memmem;

use super::attach::NOT_TAKEN;
use super::shape::vocabulary::{SIGNATURE_SENTENCES, UNREAD};
use super::{Body, Case, Evidence, Side, covered, input, limits, sentence};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Document, Origin, Source, Span, visible};

/// Adds the remarks to the case; `read` are the documents that were read, each all of what was given or a layer of
/// all of it, and `understood` are places of given documents that were made nothing of and are no rest all the same.
pub(super) fn add(case: &mut Case, read: &[DocId], understood: &[Span]) {
    let mut findings = Vec::new();
    for doc in read {
        let given = case.docs.to_given(case.docs.whole(*doc)).doc;
        findings.extend(remark(case, *doc, given, understood));
        let Some(Origin::Given { source, .. }) = case.docs.get(given).map(Document::origin) else {
            continue;
        };
        if *source == Source::Paste {
            findings.extend(pasted_bodies(case, given));
        }
        if case.docs.reread(given).is_some() {
            let mark = case.docs.whole(given).until(2);
            findings.push(
                Finding::note(
                    "read-as-utf-16",
                    "This file is in UTF-16, as PowerShell writes it: it was read as such.",
                    "Nothing needs to be done. Where a server refuses the file itself, save it as UTF-8.",
                )
                .at(mark, "the mark of UTF-16"),
            );
        }
    }
    findings.extend(case.evidence.iter().filter_map(|e| lost_plus(case, e)));
    for finding in findings {
        case.find(finding);
    }
}

/// A signature in base64 that reached the server with blanks: no digit of base64 is one (RFC 4648 section 4), and a
/// `+` in a query or a form is read as one (WHATWG URL, application/x-www-form-urlencoded parsing).
fn lost_plus(case: &Case, evidence: &Evidence) -> Option<Finding> {
    let received = evidence.signature.as_ref()?.as_exact()?;
    let text = case.docs.bytes(received);
    if evidence.side != Some(Side::Server) || !text.contains(&b' ') {
        return None;
    }
    let mended: Vec<u8> = text
        .iter()
        .map(|b| if *b == b' ' { b'+' } else { *b })
        .collect();
    let digest = STANDARD.decode(mended).ok()?;
    // SHA-1 and SHA-256.
    matches!(digest.len(), 20 | 32).then(|| {
        Finding::error(
            "plus-became-space",
            "The signature that the server received has a blank where base64 has a plus.",
            "Percent-encode the signature where it is put into a URL or a form: + is %2B, / is %2F, = is %3D. Only \
             signatures with a + in them are refused, so it fails now and then.",
        )
        .at(case.docs.to_given(received), "the signature as received")
    })
}

/// Looks at `doc`, which is the document `given` as it was read.
fn remark(case: &Case, doc: DocId, given: DocId, understood: &[Span]) -> Option<Finding> {
    let whole = case.docs.whole(doc);
    let bytes = case.docs.bytes(whole);
    let text = bytes.trim_ascii();
    if text.is_empty() {
        return Some(
            Finding::note(
                "empty-input",
                "There is nothing in it.",
                "Paste or give something to read.",
            )
            .at(case.docs.whole(given), "empty"),
        );
    }
    let within = |places: &mut dyn Iterator<Item = Span>| {
        let own = places.chain(understood.iter().copied());
        let own = own.filter(|span| span.doc == given);
        let mut own: Vec<Span> = own
            .map(|span| match case.docs.get(doc).map(Document::origin) {
                // What was read is named by its place in what was given.
                Some(Origin::Peeled { map, .. }) => whole.part(map.to_child(span.range())),
                _ => span,
            })
            .collect();
        own.sort_unstable();
        own
    };
    let read = within(&mut case.pieces.iter().map(|piece| piece.span));
    let said = case.findings.iter().any(|finding| {
        finding.id == NOT_TAKEN && finding.labels.iter().any(|label| label.span.doc == given)
    });
    if read.is_empty() && !said && input::is_too_wide(bytes) {
        return Some(
            Finding::warning(
                "utf-16-too-large",
                format!(
                    "This file is in UTF-16, and of that no more than {} KB are read: nothing in it was.",
                    limits::WIDE * 2 / 1000
                ),
                "Save it as UTF-8 and give it again: `iconv -f UTF-16 -t UTF-8`, or in PowerShell \
                 `Get-Content FILE | Set-Content -Encoding utf8 FILE2`.",
            )
            .at(case.docs.to_given(whole.until(2)), "the mark of UTF-16"),
        );
    }
    if read.is_empty() && !said && is_binary(bytes) {
        return Some(
            Finding::warning(
                "binary-input",
                "This is binary data, not a request or an answer in text.",
                "A body goes with --body; a request is given as text.",
            )
            .at(
                case.docs.to_given(whole.until(bytes.len().min(64))),
                "not text",
            ),
        );
    }
    // A part may be told of more places than its own: few texts have a rest, so they are listed only then.
    rest(case, whole, &read)?;
    rest(case, whole, &within(&mut covered::places(case).into_iter()))
}

/// What looks like a part of a request in `whole` and is none of `read`, the places of which something was made, in
/// order.
fn rest(case: &Case, whole: Span, read: &[Span]) -> Option<Finding> {
    let bytes = case.docs.bytes(whole);
    let told = Told::by(case, !read.is_empty());
    let mut at = 0;
    let gaps = read
        .iter()
        .map(|s| s.start..s.end)
        .chain(std::iter::once(bytes.len()..bytes.len()));
    for taken in gaps {
        // What ends an element that was read is the rest of it.
        let rest = at..at.max(taken.start - element_tail(bytes, at, taken.start));
        if at < rest.end
            && let Some(i) = request_like(bytes.get(rest.clone()).unwrap_or_default(), told)
            && !names_the_answer(bytes, at + i, taken.clone(), told)
            && !labels(bytes, at + i, taken.start)
        {
            let line = line_around(bytes, whole, at + i);
            // What stands beside it on its line was read.
            let line = whole.part(line.range().start.max(at)..line.range().end.min(rest.end));
            if let Some(line) = torn_head(bytes, whole, at..taken.start) {
                return Some(
                    Finding::warning(
                        UNREAD,
                        "Behind this header stands a line without a colon, which is none: neither it nor what \
                         follows was read.",
                        "A header is one line, its name, a colon and its value. Put a value on the line of its \
                         name.",
                    )
                    .at(case.docs.to_given(line), "the last that was read"),
                );
            }
            if ends_canonical(bytes.get(line.range().start..rest.end).unwrap_or_default()) {
                let finding = Finding::note(
                    "strings-headless",
                    "Here stands the end of a canonical request, its signed headers and its payload hash; what is above \
                     them is not in this paste.",
                    "Paste it from its first line on, the method: then it can be compared, and its hash tells whether \
                     it is exact.",
                );
                return Some(finding.at(case.docs.to_given(line), "the signed headers"));
            }
            let odd = odd_character(case.docs.bytes(line));
            let finding = Finding::warning(
                    UNREAD,
                    "This looks like a part of a signed request or of an answer to one, and it is in no \
                     shape that is read here.",
                    if case.requests.is_empty() && is_header(case.docs.bytes(line)) {
                        "These are headers without their request line: put it above them as it was sent, as in \
                         `GET /path HTTP/1.1`."
                    } else {
                        "Give the request as it is sent (request line, headers, body), a presigned URL, or \
                         the error as the server sent it."
                    },
                )
                .at(case.docs.to_given(line), "not understood");
            return Some(match odd {
                Some((range, name)) => finding.at(case.docs.to_given(line.part(range)), name),
                None => finding,
            });
        }
        at = at.max(taken.end);
    }
    None
}

/// Words that only stand where a signature is near.
const TELLING: [&str; 10] = [
    "Signature expired",
    "Signature not yet current",
    "AWS4-HMAC-SHA256",
    "SignatureDoesNotMatch",
    "X-Amz-",
    "x-amz-",
    "Signature=",
    "signature we calculated",
    "StringToSign",
    "authorization",
];

/// How many bytes directly before `end`, and behind `from`, are the last lines of a canonical text whose closing tag
/// stands at `end`: its beginning was not pasted.
fn element_tail(bytes: &[u8], from: usize, end: usize) -> usize {
    let tags: [&[u8]; 2] = [b"</CanonicalRequest>", b"</StringToSign>"];
    let behind = bytes.get(end..).unwrap_or_default();
    if !tags.iter().any(|tag| behind.starts_with(tag)) {
        return 0;
    }
    let lines = bytes.get(from..end).unwrap_or_default();
    let is_canonical = |line: &[u8]| {
        let line = line.trim_ascii_end();
        let name = memchr::memchr(b':', line).and_then(|at| line.get(..at));
        let lower =
            |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        let spaced = line.contains(&b' ');
        !spaced
            || name.is_some_and(|name| {
                name.iter().all(lower) && line.get(name.len() + 1) != Some(&b' ')
            })
    };
    let own = lines
        .rsplit(|b| *b == b'\n')
        .take_while(|line| is_canonical(line));
    let len: usize = own.map(|line| line.len() + 1).sum();
    len.min(lines.len())
}

/// Whether the word at `at` is the code of the answer that was read behind it on its line.
fn names_the_answer(bytes: &[u8], at: usize, taken: Range<usize>, told: Told) -> bool {
    let code = CODE.as_bytes();
    let between = bytes.get(at..taken.start).unwrap_or_default();
    !taken.is_empty()
        && between.starts_with(code)
        && !between.contains(&b'\n')
        && request_like(between.get(code.len()..).unwrap_or_default(), told).is_none()
}

/// Whether the word at `at` is the label of what was read at `taken`: nothing stands between but what opens a value.
fn labels(bytes: &[u8], at: usize, taken: usize) -> bool {
    const LABEL: &[u8] = b"StringToSign";
    let opens = |b: &u8| {
        matches!(
            b,
            b'"' | b'\'' | b'`' | b'\\' | b':' | b'=' | b'>' | b' ' | b'('
        )
    };
    let between = bytes
        .get(at..taken)
        .and_then(|between| between.strip_prefix(LABEL));
    between.is_some_and(|between| !between.is_empty() && between.iter().all(opens))
}

/// The longest line that is shown whole, in bytes.
const LONGEST: usize = 4096;

/// What `x-amz-` goes on with in headers that only answers carry.
const OF_ANSWERS: [&[u8]; 5] = [b"request-id", b"id-2", b"crc32", b"cf-", b"apigw-id"];
/// The same of what is in requests whether they are signed or not: the operation, and the media type of JSON
/// (AWS JSON 1.0 and 1.1 protocols).
const OF_ANY: [&[u8]; 4] = [b"target\"", b"target'", b"target:", b"json-1."];

fn request_like(bytes: &[u8], told: Told) -> Option<usize> {
    TELLING
        .iter()
        .filter(|t| !(told.code && **t == CODE))
        .filter_map(|t| {
            let mut found = memmem::find_iter(bytes, t.as_bytes());
            found.find(|at| {
                let behind = bytes.get(at + t.len()..).unwrap_or_default();
                // The bytes of a string to sign tell nothing that the string does not, and an answer's ids nothing.
                let of_answer = t.eq_ignore_ascii_case("x-amz-")
                    && OF_ANSWERS
                        .iter()
                        .chain(&OF_ANY)
                        .any(|name| starts_with_any_case(behind, name));
                let repeated = told.canonical && is_repeated(bytes, *at);
                let said = told.anything && sentence::names(bytes, *at, t.len());
                !(behind.starts_with(b"Bytes") || of_answer || repeated || said)
            })
        })
        .min()
}

fn starts_with_any_case(bytes: &[u8], front: &[u8]) -> bool {
    let own = bytes.get(..front.len());
    own.is_some_and(|own| own.eq_ignore_ascii_case(front))
}

/// The code by which a signature is refused.
const CODE: &str = "SignatureDoesNotMatch";

/// What was read, and tells nothing new where it stands once more.
#[derive(Copy, Clone, Debug)]
struct Told {
    /// The code of the refusal: stacks and endings of answers name it again.
    code: bool,
    /// A canonical request.
    canonical: bool,
    /// Anything: then a sentence that names a part of a request is no part of one.
    anything: bool,
}

impl Told {
    fn by(case: &Case, anything: bool) -> Self {
        let mut answers = case.evidence.iter().filter_map(|e| e.answer.as_ref());
        let text = |span: Option<Span>| span.map(|span| case.docs.bytes(span).trim_ascii());
        let says = |message: &[u8]| {
            let mut known = SIGNATURE_SENTENCES.iter();
            known.any(|words| memmem::find(message, words.as_bytes()).is_some())
        };
        Self {
            code: answers.any(|answer| {
                text(answer.code) == Some(CODE.as_bytes()) || text(answer.message).is_some_and(says)
            }),
            canonical: case.evidence.iter().any(|e| e.canonical_request.is_some()),
            anything,
        }
    }
}

/// Whether `at` stands in what programs print of the headers beside the canonical request that has them all: the map
/// of signed headers of SeaweedFS (auth_signature_v4.go), the two lists of the SDK for C++ (AWSAuthV4Signer.cpp).
fn is_repeated(bytes: &[u8], at: usize) -> bool {
    const LABELS: [&[u8]; 2] = [b"extractedSignedHeaders: map[", b" Signed Headers value:"];
    const LIST: &[u8] = b" Canonical Header String: ";
    let before = bytes
        .get(at.saturating_sub(LONGEST)..at)
        .unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = before.get(line..).unwrap_or_default();
    // An empty line ends the list.
    let block = memmem::rfind(before, b"\n\n").map_or(0, |at| at + 2);
    let block = before.get(block..).unwrap_or_default();
    LABELS
        .iter()
        .any(|label| memmem::find(line, label).is_some())
        || memmem::find(block, LIST).is_some()
}

/// The last header before a line directly behind it that is none: `rest` is all that was not read there. Not
/// that line itself, which may be a bare token.
fn torn_head(bytes: &[u8], whole: Span, rest: Range<usize>) -> Option<Span> {
    // What is read ends with the line end before it.
    let before = bytes.get(..rest.start)?;
    let header = before.strip_suffix(b"\n")?;
    let start = memchr::memrchr(b'\n', header).map_or(0, |at| at + 1);
    let text = bytes.get(rest.clone())?;
    let line = text.get(..memchr::memchr(b'\n', text).unwrap_or(text.len()))?;
    let is_header = header.get(start..).is_some_and(|line| line.contains(&b':'));
    let bare = !line.trim_ascii().is_empty() && !line.contains(&b':') && !line.contains(&b' ');
    let shown = start..header.trim_ascii_end().len();
    (is_header && bare && shown.len() <= LONGEST).then(|| whole.part(shown))
}

/// Whether a text begins with the last two lines of a canonical request: names of headers with `;` between them, and
/// the hash of the payload (Signature Version 4, Create a canonical request). The line end may be an escape.
fn ends_canonical(bytes: &[u8]) -> bool {
    const LONGEST_LIST: usize = 2048;
    let near = bytes.get(..bytes.len().min(LONGEST_LIST)).unwrap_or(bytes);
    let mut near = near.trim_ascii_start();
    while let Some(rest) = near.strip_prefix(b"\\n") {
        near = rest;
    }
    let of_name = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_;".contains(b);
    let len = near.iter().take_while(|b| of_name(b)).count();
    let (names, rest) = near.split_at(len);
    let behind = rest
        .strip_prefix(b"\\n")
        .or_else(|| rest.strip_prefix(b"\r\n"))
        .or_else(|| rest.strip_prefix(b"\n"));
    let digits = behind.map_or(0, |b| {
        b.iter().take_while(|b| b.is_ascii_hexdigit()).count()
    });
    names.split(|b| *b == b';').any(|name| name == b"host") && names.contains(&b';') && digits == 64
}

/// Whether a line is a header that only stands in requests that are signed.
fn is_header(line: &[u8]) -> bool {
    let names: [&[u8]; 2] = [b"authorization:", b"x-amz-"];
    names.iter().any(|name| {
        line.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    }) && line.contains(&b':')
}

/// The first character of a line that stands in no request: an editor's dash or quote, a blank nobody sees.
fn odd_character(line: &[u8]) -> Option<(Range<usize>, String)> {
    let at = line.iter().position(|b| !b.is_ascii())?;
    let rest = line.get(at..)?;
    let width = rest
        .utf8_chunks()
        .next()?
        .valid()
        .chars()
        .next()?
        .len_utf8();
    Some((at..at + width, visible::name_first(rest)))
}

/// The line around `at`, cut to what can be shown.
fn line_around(bytes: &[u8], whole: Span, at: usize) -> Span {
    let floor = at.saturating_sub(256);
    let before = bytes.get(floor..at).unwrap_or_default();
    let start = memchr::memrchr2(b'\n', b'\r', before).map_or(floor, |i| floor + i + 1);
    let after = bytes.get(at..bytes.len().min(at + 256)).unwrap_or_default();
    let end = at + memchr::memchr2(b'\n', b'\r', after).unwrap_or(after.len());
    whole.part(start..end)
}

/// Whether `bytes` are no text.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let front = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let control = |b: &&u8| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x1B);
    let odd = front.iter().filter(control).count();
    front.contains(&0) || odd * 10 > front.len()
}

/// A body that came through the terminal: its line ends may not be those that were sent.
fn pasted_bodies(case: &Case, doc: DocId) -> Option<Finding> {
    case.requests.iter().find_map(|request| {
        let Body::Held { span, .. } = request.body else {
            return None;
        };
        let given = case.docs.to_given(span);
        let bytes = case.docs.bytes(span);
        let inner = bytes.trim_ascii_end();
        if given.doc != doc || memchr::memchr2(b'\n', b'\r', inner).is_none() {
            return None;
        }
        Some(
            Finding::note(
                "paste-newlines",
                "The body came through the terminal, which changes line ends: they are read as LF.",
                "Where its bytes matter, give the body as a file with --body.",
            )
            .at(given, "line ends as the terminal delivered them"),
        )
    })
}
