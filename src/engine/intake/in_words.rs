//! Strings to sign that a verifier quotes inside its own words: Azure Storage and Cosmos DB, the RPC services of
//! Alibaba Cloud, OAuth 1.0 problem reports; and those in which the line breaks are printed as `\n`.
//!
//! Owns where such a string begins and ends in a message. Must not know which scheme it is of.

use std::ops::Range;

use super::pattern::Cut;
use super::reader::Reader;
use super::shape::sas;
use super::shape::vocabulary::METHODS;
use super::{Evidence, Pattern, unescape};
use crate::engine::document::{Documents, Peel, Span};

/// How a message goes on to the string.
struct Quote {
    words: &'static str,
    /// Where the string ends.
    ends: Ends,
}

/// Where a string that a message quotes ends.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Ends {
    /// It stands in `'`, perhaps with the escapes of a literal around all of it.
    Quoted,
    /// At a blank, or with the message.
    Word,
    /// With the message, whose last part it is, over as many lines as it has.
    Message,
}

impl Quote {
    /// Where the string begins in a message that goes on to it so.
    fn begin(&self, message: &[u8]) -> Option<usize> {
        memchr::memmem::find_iter(message, self.words.as_bytes()).find_map(|at| {
            let behind = at + self.words.len();
            if self.ends == Ends::Message {
                // It begins behind a blank, or on the next line.
                return Some(behind + usize::from(message.get(behind) == Some(&b' ')));
            }
            if self.ends != Ends::Quoted {
                return Some(behind);
            }
            let rest = message.get(behind..)?;
            let escapes = rest.iter().take_while(|b| **b == b'\\').count();
            (escapes <= unescape::DEEPEST && rest.get(escapes) == Some(&b'\''))
                .then_some(behind + escapes + 1)
        })
    }
}

/// Every such wording (the published error texts of Azure Storage, Azure Cosmos DB and Alibaba Cloud; the problem
/// reporting extension of OAuth, as `php-oauth` writes it).
const QUOTES: [Quote; 7] = [
    Quote {
        words: "string to sign: ",
        ends: Ends::Quoted,
    },
    Quote {
        words: "string to sign - ",
        ends: Ends::Quoted,
    },
    Quote {
        words: "payload to sign: ",
        ends: Ends::Quoted,
    },
    Quote {
        words: "server string to sign is:",
        ends: Ends::Word,
    },
    Quote {
        words: "server string to sign is ",
        ends: Ends::Word,
    },
    Quote {
        words: "debug_sbs=",
        ends: Ends::Word,
    },
    // Azure Storage, of a shared access signature
    Quote {
        words: "String to sign used was",
        ends: Ends::Message,
    },
];

/// The string in a message, and whether its end is there.
pub(super) fn string(message: &[u8]) -> Option<(Range<usize>, bool)> {
    QUOTES.iter().find_map(|quote| {
        let at = quote.begin(message)?;
        let rest = message.get(at..)?;
        if quote.ends == Ends::Message {
            let blanks = rest.len() - rest.trim_ascii_start().len();
            let len = rest.trim_ascii().len();
            return (len > 0).then_some((at + blanks..at + blanks + len, true));
        }
        if quote.ends == Ends::Quoted {
            return Some(match closing(rest) {
                Some(len) => (at..at + len, true),
                None => (at..message.len(), false),
            });
        }
        let blanks = rest.len() - rest.trim_ascii_start().len();
        let rest = rest.trim_ascii_start();
        let end = rest
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''));
        let len = end.unwrap_or(rest.len());
        (len > 0).then_some((at + blanks..at + blanks + len, true))
    })
}

/// Where a string ends that stands in `'`: such a quote may stand in the string, too, so behind the one that ends
/// it comes the end of the sentence or of the message.
fn closing(rest: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\'', rest).find(|at| {
        let behind = rest.get(at + 1..).unwrap_or_default();
        matches!(
            behind,
            [] | [b'.' | b'\r' | b'\n' | b'"' | b'<' | b'\\', ..]
        )
    })
}

/// Whether the last part of a message that begins with `line` is such a string, whose line ends are its own.
pub(super) fn ends_message(line: &[u8]) -> bool {
    let mut quotes = QUOTES.iter().filter(|quote| quote.ends == Ends::Message);
    quotes.any(|quote| quote.begin(line).is_some())
}

/// How far a message reaches that quotes such a string over several lines, the first `line` bytes of which lead to
/// it; none where they do not.
pub(super) fn end(message: &[u8], line: usize) -> Option<usize> {
    let first = message.get(..line)?;
    let begin = |ends: Ends| {
        let mut quotes = QUOTES.iter().filter(|quote| quote.ends == ends);
        quotes.find_map(|quote| quote.begin(first))
    };
    if let Some(at) = begin(Ends::Message) {
        return Some(at + lines(message.get(at..)?));
    }
    let quote = begin(Ends::Quoted)?;
    let len = closing(message.get(quote..)?)?;
    let stop = usize::from(message.get(quote + len + 1) == Some(&b'.'));
    Some(quote + len + 1 + stop)
}

/// How many bytes of the lines that begin with `rest` are fields of a string to sign, one a line: with line ends as they
/// are printed, all of the line; else as long as a line is one word or empty, none of markup.
fn lines(rest: &[u8]) -> usize {
    const MOST: usize = 24;
    let first = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = rest.get(..first).unwrap_or_default();
    if memchr::memmem::find(line, b"\\n").is_some() || line.trim_ascii().contains(&b' ') {
        return memchr::memchr2(b'<', b'"', line).unwrap_or(first);
    }
    let mut end = 0;
    let mut at = 0;
    for line in rest.split(|b| *b == b'\n').take(MOST) {
        let own = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_end();
        let len = memchr::memchr2(b'<', b'"', own).unwrap_or(own.len());
        let word = own.get(..len).unwrap_or_default();
        if word.contains(&b' ') {
            break;
        }
        if len > 0 {
            end = at + len;
        }
        if len < own.len() {
            break;
        }
        at += line.len() + 1;
    }
    end
}

/// Adds to each answer the string to sign that its own words quote, and undoes `\n` in one that has no line break.
pub(super) fn complete(reader: &mut Reader<'_>) {
    for place in 0..reader.case.evidence.len() {
        let Some(evidence) = reader.case.evidence.get(place) else {
            continue;
        };
        let found = match &evidence.string_to_sign {
            None => in_words(reader, place).map(|(span, whole)| (span, whole, None)),
            Some(pattern) => pattern
                .as_exact()
                .and_then(|span| lined(reader, span))
                .map(|span| (span, true, Some(Peel::BackslashEscapes))),
        };
        let Some((span, whole, repair)) = found else {
            continue;
        };
        let mut pattern = Pattern::exact(span);
        if !whole {
            pattern.cut = Cut::Truncated;
        }
        if let Some(evidence) = reader.case.evidence.get_mut(place) {
            evidence.string_to_sign = Some(pattern);
            evidence
                .repairs
                .extend(repair.filter(|repair| !evidence.repairs.contains(repair)));
        }
    }
}

/// Whether the words of an answer quote its string to sign: another one near it is not its own.
pub(super) fn quotes_one(docs: &Documents, evidence: &Evidence) -> bool {
    let answer = evidence.answer.as_ref();
    let message = answer.and_then(|answer| answer.message);
    message.is_some_and(|span| string(docs.bytes(span)).is_some())
}

/// The string that the words of an answer quote.
fn in_words(reader: &Reader<'_>, place: usize) -> Option<(Span, bool)> {
    let docs = &reader.case.docs;
    let answer = reader.case.evidence.get(place)?.answer.as_ref()?;
    let details = answer.details.iter().map(|(_, span)| *span);
    answer.message.into_iter().chain(details).find_map(|span| {
        let (range, whole) = string(docs.bytes(span))?;
        let found = span.part(range);
        // Of a literal that nothing follows, not even its quote, the rest is not here.
        let given = docs.to_given(found);
        let rest = docs.bytes(docs.whole(given.doc).from(given.end));
        let literal = memchr::memmem::find(docs.bytes(given), b"\\n").is_some();
        let open = literal && rest.iter().all(u8::is_ascii_whitespace);
        Some((found, whole && !(open && sas::is_one(docs.bytes(found)))))
    })
}

/// The string with its `\n` undone, where it is all of one line that holds some.
fn lined(reader: &mut Reader<'_>, span: Span) -> Option<Span> {
    let bytes = reader.case.docs.bytes(span);
    // Strings of a scheme that has lines begin with the method, or are those of Azure's shared access signatures.
    let lined = METHODS.iter().any(|method| {
        let rest = bytes.strip_prefix(*method);
        rest.is_some_and(|rest| rest.starts_with(b"\\n"))
    }) || sas::is_one(bytes);
    if !lined || bytes.contains(&b'\n') {
        return None;
    }
    let undone = unescape::backslashes(bytes)?;
    let layer = reader.peel(
        span,
        Peel::BackslashEscapes,
        undone.bytes.into(),
        undone.map,
    )?;
    Some(reader.case.docs.whole(layer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(message: &str) -> Option<(&str, bool)> {
        let (range, whole) = string(message.as_bytes())?;
        Some((message.get(range)?, whole))
    }

    #[test]
    fn a_quoted_string_ends_with_its_sentence() {
        let azure = "… computed signature. Server used following string to sign: 'GET\n\nx-ms-meta-a:it's\n/a/b'.";
        assert_eq!(found(azure), Some(("GET\n\nx-ms-meta-a:it's\n/a/b", true)));
        assert_eq!(
            found("Server used following string to sign: 'GET\n\n"),
            Some(("GET\n\n", false))
        );
        let cosmos =
            "Server used following string to sign - 'get\ndocs\ndbs/a\nfri\n\n'. Learn more: x";
        assert_eq!(found(cosmos), Some(("get\ndocs\ndbs/a\nfri\n\n", true)));
        let alibaba =
            "not matched with our calculation. server string to sign is:GET&%2F&AccessKeyId%3DLTAI";
        assert_eq!(found(alibaba), Some(("GET&%2F&AccessKeyId%3DLTAI", true)));
        let oauth = "oauth_problem=signature_invalid&debug_sbs=GET&http%3A%2F%2Fa&b%3Dc\nmore";
        assert_eq!(found(oauth), Some(("GET&http%3A%2F%2Fa&b%3Dc", true)));
        assert_eq!(found("the string to sign is made of lines"), None);
        assert_eq!(found("the string to sign: a method, a path"), None);
    }

    #[test]
    fn a_message_reaches_behind_the_string_whose_quotes_a_literal_escapes() {
        for message in [
            r"The MAC signature found. Server used following string to sign: \'PUT\n\n/a/b\'.' }",
            r"The MAC signature found. Server used following string to sign: 'PUT\n\n/a/b'.",
            r"The MAC signature found. Server used following string to sign - \\'get\\ndocs\\n/a/b\\'. Learn",
        ] {
            let line = message.find("PUT").or(message.find("get")).unwrap();
            let end = end(message.as_bytes(), line).unwrap();
            let read = message.get(..end).unwrap();
            assert!(read.ends_with("'.") && read.contains("/a/b"), "{read}");
        }
        assert_eq!(end(br"the string to sign: \n", 23), None);
    }
}
