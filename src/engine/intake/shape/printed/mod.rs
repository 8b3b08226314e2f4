//! Canonical requests and strings to sign as programs print them: in an SDK's log, in the words of an error,
//! in a string literal, or bare.
//!
//! Owns finding them by their own form, and whose they are by the label in front; `together` has which two belong
//! together. Must not know how they are made.

mod grammar;
mod in_part;
mod labels;
mod open;
pub(in crate::engine::intake) mod repair;
mod spelling;
mod starts;
mod together;
mod unfold;
mod words;

pub(in crate::engine::intake) use grammar::Kind;
use grammar::{ALGORITHMS, Fed, Grammar, is_half_hash};
use spelling::Lines;
use starts::{algorithm, bare, labelled, method_at};

use super::forced::ReadAs;
use super::nearness::{Near, method};
use super::printed_error::SHAPE as PRINTED_ERROR;
use super::vocabulary::{METHODS, TIME_LINE};
use crate::engine::document::{Documents, Peel, Span};
use crate::engine::intake::pattern::Cut;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Evidence, Integrity, Pattern, Shape, Side};

pub(in crate::engine::intake) use in_part::{
    MISSING_LINE, Numbered, add_in_part, is_last, kind_of, may_be_line,
};
pub(in crate::engine::intake) use labels::{SERVICE_TEXT, called};
pub(in crate::engine::intake) use open::own_len;
pub(in crate::engine::intake) use together::{belong_together, join};
pub(in crate::engine::intake) use unfold::{begins, unfolded};

/// Recognises canonical requests and strings to sign in any text.
pub(in crate::engine::intake) struct PrintedStrings;

/// What a canonical request without a label is called.
pub(in crate::engine::intake) const CANONICAL: Shape = Shape("canonical-request");
/// What a string to sign without a label is called.
pub(in crate::engine::intake) const TO_SIGN: Shape = Shape("string-to-sign");

/// How far behind the words of a label its text may begin, in bytes.
const BEHIND: usize = 160;
/// How far into its line the words of a label may stand, in bytes.
const NEAR: usize = 200;
/// How far apart a canonical request and its string to sign may stand, in bytes: between them stands the
/// front of a log line.
const APART: usize = 2048;
/// How far before a text the beginning of its line is looked for, in bytes.
const LINE: usize = 16 << 10;
/// How far behind a string to sign its signature may stand, in bytes.
const SIGNATURE: usize = 400;

/// One of the two texts, as it was read.
#[derive(Clone, Debug)]
struct Printed {
    kind: Kind,
    pattern: Pattern,
    peel: Option<Peel>,
    /// Where it stands in the text that was read.
    place: std::ops::Range<usize>,
}

impl Recogniser for PrintedStrings {
    fn anchors(&self) -> &'static [&'static str] {
        &[
            "anonical", "ANONICAL", "AWS4-", "GOOG4-", "\n/", "\\n/", "%0A/", "%0A%2F", "%0a/",
            "%0a%2f",
        ]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    fn ending_bodies(&self) -> usize {
        2
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let ((at, end), is_label) = match text.at(hit.at)? {
            b'A' if text.get(hit.at..hit.at + 5) == b"AWS4-" => (algorithm(text, hit.at)?, false),
            b'G' => (algorithm(text, hit.at)?, false),
            b'a' | b'A' => (labelled(text, hit.at)?, true),
            _ => (bare(text, hit.at)?, false),
        };
        // Lines of a log end a body; what is escaped stands in a literal, which may be a part of it.
        let line = hit.line.start.max(from);
        let begins = line == 0 || text.at(line - 1) == Some(b'\n');
        // A tag belongs to the error that it is a part of.
        let is_tag = hit.at >= 2 && text.at(hit.at - 2) == Some(b'<');
        let boundary =
            begins && !is_tag && is_label && text.at(end) != Some(b'\\') && hit.at - line <= NEAR;
        (at >= from).then_some(Start {
            at: if boundary { line } else { at },
            boundary,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let at = if start.boundary {
            let window = text.get(start.at..start.at + NEAR + BEHIND);
            let label = memchr::memmem::find(window, b"anonical")
                .or_else(|| memchr::memmem::find(window, b"ANONICAL"))?;
            labelled(text, start.at + label)?.0
        } else {
            start.at
        };
        let printed = printed(reader, text, at)?;
        let end = printed.place.end;
        add(reader, text, printed, None);
        Some(end)
    }

    fn near(&self) -> &'static [Near] {
        &SPEAKS
    }
}

/// What speaks for either of the two texts.
const SPEAKS: [Near; 2] = [
    Near {
        read_as: ReadAs::CanonicalRequest,
        words: &[
            ("host;", 25),
            (";host", 15),
            ("host:", 10),
            ("UNSIGNED-PAYLOAD", 15),
            ("x-amz-date:", 10),
            ("anonical", 10),
        ],
        form: |front| {
            if method(front.first) == Some(front.first.len()) {
                Some((30, "its first line is a method alone"))
            } else {
                let is_path = front.first.first() == Some(&b'/');
                is_path.then_some((10, "its first line is a path"))
            }
        },
        missing: |_| "the string to sign, whose last line would prove it exact",
    },
    Near {
        read_as: ReadAs::StringToSign,
        words: &[
            ("AWS4-HMAC-SHA256", 15),
            ("/aws4_request", 25),
            ("StringToSign", 10),
        ],
        form: |front| {
            let is_named = front.first.starts_with(b"AWS4-");
            is_named.then_some((30, "its first line names an algorithm"))
        },
        missing: |_| "the canonical request, whose hash it holds",
    },
];

/// How the two texts are called, and words that stand in them.
const NAMES: [&str; 16] = [
    "anonical",
    "ANONICAL",
    "to sign",
    "to Sign",
    "to-Sign",
    "ToSign",
    "TO SIGN",
    "STRING_TO",
    "aws4_request",
    "AWS4-HMAC",
    "GOOG4-",
    "UNSIGNED-PAYLOAD",
    "STREAMING-",
    // Headers as they stand in a canonical request, with no blank behind the colon.
    "x-amz-date:2",
    "x-amz-content-sha256:",
    // As Markdown writes it, perhaps in a literal.
    "AWS4\\",
];

/// Whether a text may hold one of the two: it names them, or holds a word of theirs.
pub(in crate::engine::intake) fn is_named(text: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(text, name.as_bytes()).is_some();
    NAMES.into_iter().any(has)
}

/// Where the first line of a string to sign stands in `text`: the name of the algorithm, with nothing behind it on its
/// line. In a header its parameters follow, and in a query or a form its name stands before it.
pub(in crate::engine::intake) fn algorithms(text: &[u8]) -> impl Iterator<Item = usize> {
    const ALGORITHM: &[u8] = b"AWS4-HMAC-SHA256";
    /// `"x-amz-algorithm": "`, with blanks around the colon.
    const NAME: usize = 32;
    memchr::memmem::find_iter(text, ALGORITHM).filter(move |at| {
        let behind = text.get(at + ALGORITHM.len()..).unwrap_or_default();
        let ends = [&b"\n"[..], b"\r", b"\\n", b"\"", b"\\\\n"];
        let front = text.get(at.saturating_sub(NAME)..*at).unwrap_or_default();
        let named = memchr::memmem::find(front, b"lgorithm").is_some();
        !named && (behind.is_empty() || ends.iter().any(|end| behind.starts_with(end)))
    })
}

/// Whether a text names a header that stands in every canonical request: without one no hash proves a string to sign.
pub(in crate::engine::intake) fn names_headers(text: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(text, name.as_bytes()).is_some();
    ["host", "HOST", "x-amz-"].into_iter().any(has)
}

/// Whether a text begins as a string to sign of the current version does.
pub(in crate::engine::intake) fn is_to_sign(text: &[u8]) -> bool {
    text.starts_with(b"AWS4-")
}

/// Whether a header is one of the vendor's, all of which are signed.
pub(in crate::engine::intake) fn is_vendor_s(name: &[u8]) -> bool {
    name.starts_with(b"x-amz-")
}

/// Reads the text that begins at `at`.
fn printed(reader: &mut Reader<'_>, text: &Text, at: usize) -> Option<Printed> {
    let (kind, (_, end)) = match algorithm(text, at) {
        Some(found) => (Kind::ToSign, found),
        None => (
            Kind::Canonical,
            METHODS
                .iter()
                .find_map(|method| method_at(text, at, method))?,
        ),
    };
    let mut lines = Lines::new(text, at, end)?;
    let mut grammar = Grammar::new(kind);
    let mut sure = 0;
    let mut whole = false;
    while let Some(line) = lines.next() {
        match grammar.feed(lines.get(line.clone())) {
            Fed::More => {
                sure = line.end;
                lines.end_line();
            }
            Fed::Done(len) => {
                sure = line.start + len;
                // Of the last hash of a paste that was cut, the first digits are left.
                let half = is_half_hash(lines.get(line.start..sure));
                whole = !(half && lines.is_last(sure));
                break;
            }
            Fed::Foreign => break,
        }
    }
    let told = grammar.is_told();
    // A label tells what a text is that was cut in its path.
    let named = || grammar.is_begun() && labels::told(kind, text, &(at..at)).is_some();
    if !whole && !told && !grammar.is_cut_query() && !named() {
        return None;
    }
    let (read, peel, place) = lines.finish(sure);
    // Where something stands behind a query that was broken, the text goes on there.
    if !whole && !told && text.skip_space(place.end) < text.len() {
        return None;
    }
    let parent = text.span(place.clone());
    let span = match peel {
        Some(peel) => {
            let layer = reader.peel(parent, peel, read.bytes.into(), read.map)?;
            reader.case.docs.whole(layer)
        }
        None => parent,
    };
    let mut pattern = Pattern::exact(span);
    if !whole {
        pattern.cut = Cut::Truncated;
    }
    Some(Printed {
        kind,
        pattern,
        peel,
        place,
    })
}

/// Adds a text to the case: to the evidence that the other of the two belongs to, or as its own.
/// `whole` is where it is told, where that is more than its own lines.
fn add(reader: &mut Reader<'_>, text: &Text, printed: Printed, whole: Option<Span>) {
    let at = printed.place.start;
    let line = text.get(text.line_start(at, at.saturating_sub(LINE))..at);
    let told = labels::of_line(line)
        .map(|program| (program.shape, Some(program.side)))
        .or_else(|| labels::told(printed.kind, text, &printed.place));
    let (shape, side) = match (told, printed.kind) {
        (Some(told), _) => told,
        (None, Kind::Canonical) => (CANONICAL, None),
        (None, Kind::ToSign) => (TO_SIGN, None),
    };
    let own = || reader.case.docs.to_given(text.span(printed.place.clone()));
    let span = whole.unwrap_or_else(own);
    let signature = (printed.kind == Kind::ToSign)
        .then(|| signature(text, printed.place.end, labels::of_signature(shape)))
        .flatten();
    let mut repairs = reader.case.docs.peels(text.span(printed.place));
    repairs.extend(printed.peel.filter(|peel| !repairs.contains(peel)));
    let mut evidence = Evidence {
        shape,
        side,
        span,
        canonical_request: None,
        string_to_sign: None,
        signature: signature.map(Pattern::exact),
        answer: None,
        integrity: Integrity::Unchecked,
        repairs,
    };
    match printed.kind {
        Kind::Canonical => evidence.canonical_request = Some(printed.pattern),
        Kind::ToSign => evidence.string_to_sign = Some(printed.pattern),
    }
    reader.add_printed(evidence);
}

/// The two texts as a service quotes them in the message of its refusal.
#[derive(Debug, Default)]
pub(in crate::engine::intake) struct Quoted {
    /// The canonical request behind its words.
    pub(in crate::engine::intake) canonical: Option<Pattern>,
    /// The string to sign behind its words.
    pub(in crate::engine::intake) to_sign: Option<Pattern>,
    /// What was undone to read them.
    pub(in crate::engine::intake) peels: Vec<Peel>,
}

/// Whether a text has the words by which a service says what the two strings should have been.
pub(in crate::engine::intake) fn announces_strings(text: &[u8]) -> bool {
    labels::of_service().any(|words| memchr::memmem::find(text, words.as_bytes()).is_some())
}

/// Reads the two texts out of `message`, the words of a service that refused a signature: those alone that stand behind
/// the words by which services say what theirs are.
pub(in crate::engine::intake) fn quoted(reader: &mut Reader<'_>, message: Span) -> Quoted {
    let mut out = Quoted::default();
    let text = Text::new(&reader.case.docs, message.doc);
    let words = labels::of_service();
    for label in words {
        let bytes = text.get(message.range());
        let Some(i) = memchr::memmem::find(bytes, label.as_bytes()) else {
            continue;
        };
        let behind = message.start + i + label.len();
        let first = text.get(behind..behind + BEHIND);
        let begins = first.iter().position(u8::is_ascii_uppercase);
        let Some(read) = begins.and_then(|at| printed(reader, &text, behind + at)) else {
            continue;
        };
        if read.place.end > message.end {
            continue;
        }
        out.peels.extend(read.peel);
        let slot = match read.kind {
            Kind::Canonical => &mut out.canonical,
            Kind::ToSign => &mut out.to_sign,
        };
        slot.get_or_insert(read.pattern);
    }
    out
}

/// Who prints a string to sign behind such words, in any scheme.
pub(in crate::engine::intake) fn of_string_to_sign(
    text: &Text,
    place: &std::ops::Range<usize>,
) -> Option<(Shape, Option<Side>)> {
    labels::told(Kind::ToSign, text, place)
}

/// Whether nothing is known of strings of this shape but what stands in front of them.
pub(in crate::engine::intake) fn is_own(shape: Shape) -> bool {
    labels::is_own(shape)
}

/// Whether what stands in front of `span` names the text, and nobody, by a title.
pub(in crate::engine::intake) fn is_titled(docs: &Documents, span: Span) -> bool {
    said(docs, span) == words::Said::Titled
}

/// Whether what stands in front of `span` is a program's name for the text, and nothing says whose it is.
pub(in crate::engine::intake) fn is_named_only(docs: &Documents, span: Span) -> bool {
    said(docs, span) == words::Said::Named
}

/// Whether what stands in front of `span` says whose the text is.
pub(in crate::engine::intake) fn is_sided(docs: &Documents, span: Span) -> bool {
    matches!(said(docs, span), words::Said::Side(_))
}

/// Whose the text at `span` is, where the words in front of it say so.
pub(in crate::engine::intake) fn side_in_words(docs: &Documents, span: Span) -> Option<Side> {
    match words::said(before(docs, span)) {
        words::Said::Side(side) => Some(side),
        words::Said::Named | words::Said::Titled | words::Said::Nothing => None,
    }
}

/// Whether the name of a service that verifies stands over the text at `span`, and no more.
pub(in crate::engine::intake) fn names_a_verifier(docs: &Documents, span: Span) -> bool {
    words::names_a_verifier(before(docs, span))
}

/// Whether what stands in front of `span` says by whom the text is, and names nobody who signs.
pub(in crate::engine::intake) fn names_another(docs: &Documents, span: Span) -> bool {
    words::names_another(before(docs, span))
}

/// Whose this text and the next one are, where the sentence in front of `span` names both.
pub(in crate::engine::intake) fn of_two(docs: &Documents, span: Span) -> Option<[Side; 2]> {
    words::of_two(before(docs, span))
}

/// The words that stand in front of `span`.
pub(in crate::engine::intake) fn words_above(docs: &Documents, span: Span) -> Option<Span> {
    let before = before(docs, span);
    let words = words::above(before)?;
    let start = span.start - before.len();
    Some(Span::new(span.doc, start + words.start, start + words.end))
}

/// Whether `line` and what stands behind it begin as one of the two texts does: a method or an algorithm alone on a line.
pub(in crate::engine::intake) fn begins_string(line: &[u8]) -> bool {
    let first = line.split(|b| matches!(b, b'\n' | b'\r')).next();
    let first = first.unwrap_or_default();
    METHODS.contains(&first) || ALGORITHMS.iter().any(|name| name.as_bytes() == first)
}

/// The words of the heading that stands over `span`, in small letters.
pub(in crate::engine::intake) fn heading(docs: &Documents, span: Span) -> Option<Vec<String>> {
    words::heading(before(docs, span))
}

fn said(docs: &Documents, span: Span) -> words::Said {
    words::said(before(docs, span))
}

/// What stands in front of `span`, as far as its words are looked for.
fn before(docs: &Documents, span: Span) -> &[u8] {
    let start = span.start.saturating_sub(words::WINDOW);
    docs.bytes(Span::new(span.doc, start, span.start))
}

/// The signature that a log prints behind a string to sign, under its own label: the client's.
fn signature(text: &Text, from: usize, label: &str) -> Option<Span> {
    let window = text.get(from..from + SIGNATURE);
    let at = memchr::memmem::find(window, label.as_bytes())? + label.len();
    let rest = window.get(at..)?;
    let gap = rest
        .iter()
        .take_while(|b| matches!(b, b':' | b'=' | b' ' | b'-' | b'\r' | b'\n' | b'['))
        .count();
    let digits = rest
        .iter()
        .skip(gap)
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    let start = from + at + gap;
    (gap > 0 && digits == 64).then(|| text.span(start..start + digits))
}
