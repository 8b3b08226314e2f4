//! What somebody else computed or answered: canonical request, string to sign, error.

use chrono::{DateTime, Utc};

use super::pairing::is_basic_time;
use super::pattern::Cut;
use super::shape::printed::{SERVICE_TEXT, announces_strings};
use super::shape::sas::lines as sas_lines;
use super::shape::vocabulary::{METHODS, SCOPE_END, TIME_LINE, WHOLE_ENDS};
use super::shape::{ERROR_XML, LOG_LINE, is_known_message};
use super::{Pattern, Shape};
use crate::engine::document::{Documents, Peel, Span};

/// Who computed a piece of evidence.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Side {
    /// The signer: an SDK's log.
    Client,
    /// The verifier: an error body, a gateway's log.
    Server,
}

/// Whether evidence is as it was printed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Integrity {
    /// The hash of the canonical request is the last line of the string to sign.
    Verified,
    /// As above, after the repairs listed with the evidence.
    Repaired,
    /// No hash tells, and the verifier printed it twice: the bytes beside the text are those of the text.
    Attested,
    /// Parts were redacted, so the hash cannot be checked.
    Redacted,
    /// The hash does not match: the text was edited, cut or mangled.
    Broken,
    /// There is nothing to check it against.
    #[default]
    Unchecked,
}

/// How much of an answer's body is here of which nothing was understood.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub enum Unread {
    /// None of it.
    #[default]
    Nothing,
    /// Its beginning.
    Beginning,
    /// All of it, as far as can be told.
    All,
}

/// What a verifier answered.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: Option<u16>,
    /// The error code: `SignatureDoesNotMatch`.
    pub code: Option<Span>,
    /// The message in words.
    pub message: Option<Span>,
    /// Every other element of the answer, by name as spelled, in order: `Region`, `RequestTime` ….
    pub details: Vec<(String, Span)>,
    /// The verifier's clock when it answered, and where that stands.
    pub clock: Option<(DateTime<Utc>, Span)>,
    /// What stands behind its head where no body was read.
    pub unread: Unread,
}

impl Answer {
    /// The status by which a verifier took a request: one of success, and no error code with it.
    #[must_use]
    pub fn accepted(&self) -> Option<u16> {
        self.status
            .filter(|status| (200..300).contains(status) && self.code.is_none())
    }
}

/// A canonical request, string to sign, signature or answer from somebody else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Evidence {
    /// The shape it was pasted in.
    pub shape: Shape,
    /// Who computed it; none until the person says.
    pub side: Option<Side>,
    /// All of it.
    pub span: Span,
    /// The canonical request, if it gives one.
    pub canonical_request: Option<Pattern>,
    /// The string to sign, if it gives one. In schemes without a canonical request, the signed message.
    pub string_to_sign: Option<Pattern>,
    /// The signature it names: the one received (server), or made (client).
    pub signature: Option<Pattern>,
    /// What the verifier answered, if this is an answer.
    pub answer: Option<Answer>,
    /// Whether the text is as it was printed.
    pub integrity: Integrity,
    /// What was undone to read it.
    pub repairs: Vec<Peel>,
}

/// How far behind an error the words in front of its strings may begin, in bytes.
const BEHIND: usize = 256;

/// Why an answer of a verifier has no strings here.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Stringless {
    /// It is here whole, and gives none.
    NotGiven,
    /// It has elements for them, and what stands there was hidden or cut.
    Hidden,
    /// What is here is not all of it: words that a program printed, a head, a beginning.
    NotHere,
}

/// Why no hash tells whether strings are as they were printed.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum Unproved {
    /// Parts of them are redacted.
    Redacted,
    /// Their end is cut off.
    Cut,
    /// They are a side of a diff, which shows some of their lines.
    InPart,
    /// The canonical request stands alone.
    NoStringToSign,
    /// The string to sign stands alone.
    NoCanonicalRequest,
    /// The last line of the string to sign is no hash, or not a whole one.
    NoHash,
    /// It is the string to sign of a scheme whose strings hold no hash.
    Older,
}

impl Unproved {
    /// Every one of them.
    pub const ALL: [Self; 7] = [
        Self::Redacted,
        Self::Cut,
        Self::InPart,
        Self::NoStringToSign,
        Self::NoCanonicalRequest,
        Self::NoHash,
        Self::Older,
    ];

    /// Behind "not checkable because".
    pub fn words(self) -> &'static str {
        match self {
            Self::Redacted => "parts of it are redacted",
            Self::Cut => "its end is cut off",
            Self::InPart => "a diff shows a part of it",
            Self::NoStringToSign => "its string to sign is not here",
            Self::NoCanonicalRequest => "it stands alone",
            Self::NoHash => "no hash of it stands in its string to sign",
            Self::Older => "no hash stands in a string of this scheme",
        }
    }
}

impl Evidence {
    /// Why this has no strings, where it has none. A program that prints an exception leaves them out, however
    /// many the server gave.
    #[must_use]
    pub fn stringless(&self, docs: &Documents) -> Stringless {
        let text = docs.bytes(docs.to_given(self.span)).trim_ascii_end();
        let has = |part: &[u8], word: &[u8]| memchr::memmem::find(part, word).is_some();
        if self.shape != ERROR_XML {
            // What a service says in front of its strings stands here without them, or with a mark in their place.
            let place = docs.to_given(self.span);
            let given = docs.bytes(docs.whole(place.doc));
            let near = given.get(place.start..given.len().min(place.end.saturating_add(BEHIND)));
            return if near.is_some_and(announces_strings) {
                Stringless::Hidden
            } else {
                Stringless::NotHere
            };
        }
        if has(text, b"StringToSign") || has(text, b"CanonicalRequest") {
            return Stringless::Hidden;
        }
        let end = text.get(text.len().saturating_sub(32)..).unwrap_or(text);
        if has(end, b"/Error") {
            Stringless::NotGiven
        } else {
            Stringless::NotHere
        }
    }

    /// Whether this is the rest of a refusal whose front is missing: of an S3 error that names the signature that was
    /// sent, as of all its errors only the one that refuses a signature does (Amazon S3 API Reference, error responses),
    /// or the strings behind AWS's words that such a request should have had them.
    #[must_use]
    pub fn is_rest_of_refusal(&self) -> bool {
        let bare = |answer: &Answer| answer.code.is_none() && answer.message.is_none();
        (self.shape == SERVICE_TEXT || self.shape == ERROR_XML && self.signature.is_some())
            && (self.string_to_sign.is_some() || self.canonical_request.is_some())
            && self.answer.as_ref().is_some_and(bare)
    }

    /// The diff of which its strings are one side.
    #[must_use]
    pub fn diff(&self) -> Option<Span> {
        self.repairs.contains(&Peel::Diff).then_some(self.span)
    }

    /// Why no hash tells whether its strings are as they were printed; none where one does, or where there are none.
    #[must_use]
    pub fn unproved(&self) -> Option<Unproved> {
        let strings = [&self.canonical_request, &self.string_to_sign];
        let held = || strings.iter().filter_map(|pattern| pattern.as_ref());
        let is_cut = held().any(|pattern| pattern.cut == Cut::Truncated);
        let in_part =
            self.repairs.contains(&Peel::Diff) && (is_cut || held().any(Pattern::is_marked));
        match (&self.integrity, strings) {
            (
                Integrity::Verified | Integrity::Repaired | Integrity::Attested | Integrity::Broken,
                _,
            )
            | (_, [None, None]) => None,
            _ if in_part => Some(Unproved::InPart),
            _ if is_cut => Some(Unproved::Cut),
            (Integrity::Redacted, _) => Some(Unproved::Redacted),
            (Integrity::Unchecked, [None, Some(_)]) => Some(Unproved::NoCanonicalRequest),
            (Integrity::Unchecked, [Some(_), None]) => Some(Unproved::NoStringToSign),
            (Integrity::Unchecked, [Some(_), Some(_)]) => Some(Unproved::NoHash),
        }
    }

    /// The same of the texts themselves: a string to sign that stands alone may be of a scheme without any hash.
    #[must_use]
    pub fn unproved_text(&self, docs: &Documents) -> Option<Unproved> {
        let older = || {
            self.string_to_sign
                .as_ref()
                .is_some_and(|s| is_older(docs, s))
        };
        match self.unproved()? {
            Unproved::NoCanonicalRequest if older() => Some(Unproved::Older),
            other => Some(other),
        }
    }

    /// The signing times that the canonical request and the string to sign state, where both do and they are not the
    /// same.
    #[must_use]
    pub fn two_times(&self, docs: &Documents) -> Option<[String; 2]> {
        let lines = |pattern: &Option<Pattern>| {
            let span = pattern.as_ref()?.span()?;
            Some(docs.bytes(span).split(|b| *b == b'\n'))
        };
        let header = |line: &[u8]| {
            let value = line.trim_ascii_start().strip_prefix(TIME_LINE)?;
            Some(value.trim_ascii().to_vec())
        };
        let signed = lines(&self.canonical_request)?.find_map(header)?;
        let stated = lines(&self.string_to_sign)?.nth(1)?.trim_ascii();
        let differ = is_basic_time(&signed) && is_basic_time(stated) && signed != stated;
        let said = |time: &[u8]| String::from_utf8_lossy(time).into_owned();
        differ.then(|| [said(&signed), said(stated)])
    }

    /// Whether this is a part of what `other` says whole: the same code, and a message that is cut where the other's
    /// is not, or the same message as a program printed it in front of the answer itself. PHP's exceptions give an answer three times so, the whole
    /// behind the others.
    #[must_use]
    pub fn is_part_of(&self, other: &Self, docs: &Documents) -> bool {
        let code = |evidence: &Self| evidence.answer.as_ref().and_then(|answer| answer.code);
        let (Some(own), Some(whole)) = (code(self), code(other)) else {
            return false;
        };
        let said = |evidence: &Self| {
            let answer = evidence.answer.as_ref()?;
            let message = docs.bytes(answer.message?).trim_ascii();
            let message = message.strip_suffix(b".").unwrap_or(message);
            Some((message, answer.details.len()))
        };
        let short = match (said(self), said(other)) {
            (Some((own, fewer)), Some((whole, more))) => {
                own == whole && fewer <= more && self.shape != ERROR_XML && other.shape == ERROR_XML
            }
            _ => false,
        };
        docs.bytes(own) == docs.bytes(whole)
            && (short || self.message_is_cut(docs) && !other.message_is_cut(docs))
            && self.signature.is_none()
            && self.string_to_sign.is_none()
            && self.canonical_request.is_none()
    }

    /// Whether the message of this is cut, and is the beginning of the one of `other`, whose code is the same or which has
    /// none either.
    #[must_use]
    pub fn is_beginning_of(&self, other: &Self, docs: &Documents) -> bool {
        let (Some(own), Some(whole)) = (&self.answer, &other.answer) else {
            return false;
        };
        let text = |span: Option<Span>| span.map(|span| docs.bytes(span).trim_ascii());
        let begins = match (text(own.message), text(whole.message)) {
            (Some(own), Some(whole)) => whole.len() > own.len() && whole.starts_with(own),
            _ => false,
        };
        begins
            && text(own.code) == text(whole.code)
            && self.message_is_cut(docs)
            && self.signature.is_none()
            && self.string_to_sign.is_none()
            && self.canonical_request.is_none()
    }

    /// Whether the message of this is that of AWS of a signature that differs, and the literal that it stands in, in the JSON
    /// of the answer, ends with its last sentence: a service that gives its strings goes on with them there.
    #[must_use]
    pub fn ends_without_strings(&self, docs: &Documents) -> bool {
        const LAST: &[u8] = b"Consult the service documentation for details.";
        const ENDS: [&[u8]; 4] = [b"\"}", b"\",", b"\\\"}", b"\\\","];
        let strings = self.canonical_request.is_some() || self.string_to_sign.is_some();
        let Some(message) = self.answer.as_ref().and_then(|answer| answer.message) else {
            return false;
        };
        let words = docs.bytes(message).trim_ascii();
        if strings || self.shape == ERROR_XML || !words.ends_with(LAST) {
            return false;
        }
        let given = docs.to_given(message);
        let behind = docs.bytes(docs.whole(given.doc).from(given.end));
        // The SDK for PHP prints the answer itself behind its message.
        let again = behind.strip_prefix(b" - {").and_then(|rest| {
            let rest = rest.get(..rest.len().min(AGAIN))?;
            let at = memchr::memmem::find(rest, LAST)?;
            rest.get(at + LAST.len()..)
        });
        let behind = again.unwrap_or(behind);
        ENDS.iter().any(|end| behind.starts_with(end))
    }

    /// Whether the message of the answer reaches to the very end of what was pasted of it, so that its own
    /// end is missing: an element that is whole is closed behind it.
    pub fn message_is_cut(&self, docs: &Documents) -> bool {
        let Some(message) = self.answer.as_ref().and_then(|answer| answer.message) else {
            return false;
        };
        if self.shape != ERROR_XML {
            // A log has the whole of a line.
            return self.shape != LOG_LINE && is_beginning(docs, message);
        }
        let (message, whole) = (docs.to_given(message), docs.to_given(self.span));
        message.doc == whole.doc
            && self.span.len() > message.len()
            && docs
                .bytes(whole.from(message.end.saturating_sub(whole.start).min(whole.len())))
                .trim_ascii()
                .is_empty()
    }
}

/// How far behind a message the answer is looked for that has it once more, in bytes.
const AGAIN: usize = 4 << 10;

/// What stands where PHP's HTTP client Guzzle cuts an answer short for an exception (its `BodySummarizer`).
pub(super) const SUMMARY: &[u8] = b"(truncated...)";

/// Whether a message that no end tag closes is only the beginning of one: its paste ends with it, and it ends neither
/// as a sentence nor with a value. Of one that is not known nobody can tell, unless it stops inside quotes.
fn is_beginning(docs: &Documents, message: Span) -> bool {
    let given = docs.to_given(message);
    let whole = docs.whole(given.doc);
    let behind = docs.bytes(Span::new(given.doc, given.end, whole.end));
    if behind.trim_ascii_start().starts_with(SUMMARY) {
        return true;
    }
    let words = docs.bytes(message).trim_ascii();
    let ended = matches!(words.last(), Some(b'.' | b')' | b'\'' | b'"' | b'!'));
    let odd = |quote: u8| memchr::memchr_iter(quote, words).count() % 2 == 1;
    if !is_known_message(words) && !odd(b'"') && !odd(b'\'') {
        return false;
    }
    // API Gateway ends with the header that it got, as that is.
    let quotes = memchr::memmem::find(words, b". Authorization=").is_some();
    if ended
        || quotes
        || words.ends_with(SCOPE_END)
        || names_a_field(words)
        || WHOLE_ENDS.iter().any(|end| words.ends_with(end))
    {
        return false;
    }
    behind.iter().all(u8::is_ascii_whitespace)
}

/// Whether a message ends with the name of a form's field, which may be any: whether that is cut nobody can tell.
fn names_a_field(words: &[u8]) -> bool {
    const FRONT: &[u8] = b"Extra input fields: ";
    let at = memchr::memmem::rfind(words, FRONT);
    at.is_some_and(|at| words.len() > at + FRONT.len())
}

/// Whether a string to sign is one of the schemes before Version 4 or of their relatives, which begin with the method, or
/// that of a shared access signature: none of them holds a hash.
fn is_older(docs: &Documents, string: &Pattern) -> bool {
    let text = string.bytes(docs);
    let front = text.split(|b| matches!(b, b'\n' | b'\r' | b' ')).next();
    front.is_some_and(|front| METHODS.contains(&front)) || sas_lines(&text).is_some()
}
