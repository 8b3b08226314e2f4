//! The code of a refusal that a person names in a sentence, or that stands alone: no program printed it, and no more of the
//! answer is here.
//!
//! Owns finding it where nothing else was read: beside a request a sentence may speak of another one. Must not know what the code means.

use super::SHAPE;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Answer, Evidence, Integrity, Side};

/// Codes that are words of nothing else. A name that programs and people give to many things, `AccessDenied`, is none.
const CODES: [&str; 9] = [
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
    "RequestTimeTooSkewed",
    "XAmzContentSHA256Mismatch",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
];
/// What shows that a line is code, which handles the error and tells of none, or that it speaks of one that does not come.
const OTHERWISE: [&str; 22] = [
    "docs",
    "return ",
    "const ",
    "never",
    "used to",
    "gone",
    " if ",
    " would",
    "==",
    "!=",
    "=>",
    "catch",
    "except ",
    "import ",
    "rescue ",
    "case ",
    "raise ",
    "throw ",
    "include",
    "no longer",
    "fixed",
    "instead of",
];
/// What shows that somebody got it.
const COMES: [&str; 18] = [
    "fail", "Fail", "rror", "get", "got", "return", "receiv", "throw", "give", "gave", "respon",
    "answer", "why", "Why", "403", "400", "help", "?",
];
/// Words in front of a code that say that it did not come, or that it is read about.
const NOT: [&str; 5] = ["no", "not", "without", "see", "on"];
/// The longest line that is looked at, in bytes, and places of one text.
const LONGEST: usize = 2 << 10;
const MOST: usize = 64;

/// Adds the code that is named in `texts`, where nothing was read in them and no other code is named.
pub(in crate::engine::intake) fn add(reader: &mut Reader<'_>, texts: &[Text]) {
    if !reader.case.pieces.is_empty() {
        return;
    }
    let mut found = texts.iter().flat_map(|text| {
        let named = CODES.iter().flat_map(move |code| {
            let places = memchr::memmem::find_iter(text.from(0), code.as_bytes());
            let own = places
                .take(MOST)
                .filter(move |at| is_named(text, *at, code));
            own.map(move |at| (text.span(at..at + code.len()), *code))
        });
        named.collect::<Vec<_>>()
    });
    let Some((place, code)) = found.next() else {
        return;
    };
    if found.any(|(_, other)| other != code) {
        return;
    }
    drop(found);
    let span = reader.case.docs.to_given(place);
    reader.add_evidence(Evidence {
        shape: SHAPE,
        side: Some(Side::Server),
        span,
        canonical_request: None,
        string_to_sign: None,
        signature: None,
        answer: Some(Answer {
            code: Some(place),
            ..Answer::default()
        }),
        integrity: Integrity::Unchecked,
        repairs: Vec::new(),
    });
}

/// Whether the code at `at` is a word of a sentence, or stands alone.
fn is_named(text: &Text, at: usize, code: &str) -> bool {
    let line = text.line(text.line_start(at, at.saturating_sub(LONGEST)));
    if line.end - line.start > LONGEST {
        return false;
    }
    let before = text.get(line.start..at);
    let behind = text.get(at + code.len()..line.end);
    let opens = before
        .last()
        .is_none_or(|b| b.is_ascii_whitespace() || b"'\"`([".contains(b));
    let closes = match behind {
        [] | [b'.'] | [b'.', b' ', ..] => true,
        [first, ..] => b" \t'\"`)],!?:;".contains(first),
    };
    let words = before.trim_ascii_end().rsplit(|b| *b == b' ').next();
    // A number that is no status of a refusal counts something.
    let counted = words.is_some_and(|word| {
        let number = !word.is_empty() && word.iter().all(u8::is_ascii_digit);
        number && !(word.len() == 3 && word.starts_with(b"4"))
    });
    let denied = counted
        || NOT
            .iter()
            .any(|word| words.is_some_and(|own| own.eq_ignore_ascii_case(word.as_bytes())));
    let whole = text.get(line.range());
    let has = |word: &&str| memchr::memmem::find(whole, word.as_bytes()).is_some();
    let alone = before.trim_ascii().is_empty() && behind.trim_ascii().len() <= 1;
    opens && closes && !denied && !OTHERWISE.iter().any(has) && (alone || COMES.iter().any(has))
}
