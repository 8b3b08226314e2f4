//! Characters that nobody sees, or that look like others, in what is signed.
//!
//! They come in with text from web pages, documents and chats. Owns where they matter: in names and ids,
//! which are of ASCII alone, every other character is odd; in values only those that have no ink of their own,
//! or that are the full-width twin of an ASCII character. It must not decide what is drawn: the names are
//! those of `document::visible`.

use std::ops::Range;

use super::facts::{Facts, Form, Part, shown};
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::{Span, visible};
use crate::engine::scheme::{FieldKey, FieldKind};

/// Places that one finding points at.
const MOST: usize = 8;

/// What may stand in a text.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Letters {
    /// Visible ASCII alone: ids, scopes, names of headers, hosts.
    Ascii,
    /// Any text.
    Any,
}

/// An odd character: where it stands in its text, and its name.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Odd {
    range: Range<usize>,
    name: String,
    /// Whether it stands there in percent-escapes.
    escaped: bool,
}

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let bytes = |span: Span| facts.docs.bytes(span);
    for sent in facts.sent {
        let name = facts.header_name(sent);
        if !facts.is_signed(&name.text) {
            continue;
        }
        let letters = match name.text.as_str() {
            "host" | ":authority" | "x-amz-date" | "x-amz-content-sha256" => Letters::Ascii,
            _ => Letters::Any,
        };
        let odd = in_value(bytes(sent.value), letters);
        out.extend(found(
            &format!("The signed header {}", shown(&name.text)),
            sent.value,
            &odd,
            FieldKey::named(FieldKind::HEADER, name.text, 0),
        ));
    }
    if let Some(part) = &facts.credential_text {
        let odd = of(bytes(part.span), Letters::Ascii, facts.form == Form::Query);
        out.extend(found(
            "The credential",
            part.span,
            &odd,
            FieldKey::of(FieldKind::SCOPE),
        ));
    }
    if let Some(part) = &facts.signed_list {
        // A blank or a comma there is a remark of its own.
        let mut odd = of(bytes(part.span), Letters::Ascii, facts.form == Form::Query);
        let raw = bytes(part.span);
        odd.retain(|odd| {
            !raw.get(odd.range.start)
                .is_some_and(u8::is_ascii_whitespace)
        });
        out.extend(found(
            "SignedHeaders",
            part.span,
            &odd,
            FieldKey::of(FieldKind::SIGNED_HEADERS),
        ));
    }
    let target = &facts.request.target;
    let path = target.path.until(super::facts::MOST_BYTES);
    let odd = of(bytes(path), Letters::Any, true);
    out.extend(found("The path", path, &odd, FieldKey::of(FieldKind::PATH)));
    for param in &facts.query {
        // Those have been judged, by stricter measure.
        if matches!(
            param.name.text.as_str(),
            "X-Amz-Credential" | "X-Amz-SignedHeaders" | "X-Amz-Signature"
        ) && facts.form == Form::Query
        {
            continue;
        }
        let odd = of(bytes(param.span), Letters::Any, true);
        if !odd.is_empty() {
            let name = shown(&param.name.text);
            let key = FieldKey::named(FieldKind::QUERY, name.clone(), 0);
            out.extend(found(
                &format!("The query parameter {name}"),
                param.span,
                &odd,
                key,
            ));
        }
    }
}

/// Whether a key id holds something that is said here already.
pub(super) fn is_odd(part: &Part) -> bool {
    !of(part.text.as_bytes(), Letters::Ascii, false).is_empty()
}

/// One finding on the odd characters of one text.
fn found(what: &str, span: Span, odd: &[Odd], field: FieldKey) -> Option<Finding> {
    let first = odd.first()?;
    let more = match odd.len() - 1 {
        0 => String::new(),
        1 => ", and 1 more like it".to_owned(),
        n => format!(", and {n} more like it"),
    };
    // A name of a file or an object may hold any character, as long as it is escaped.
    let (severity, help) = if odd.iter().all(|odd| odd.escaped) {
        (
            Severity::Note,
            "It may be part of the name. If it came in by copying from a web page or a document, take it out \
             where the name is kept, and sign again.",
        )
    } else {
        (
            Severity::Warning,
            "Such characters come in by copying from a web page, a document or a chat. Take it out where the \
             text is kept, or type it anew, and sign again.",
        )
    };
    let mut finding = t::UNSEEN
        .at_most(
            severity,
            format!("{what} holds {}{more}.", first.name),
            help,
        )
        .about(field);
    for odd in odd.iter().take(MOST) {
        finding = finding.at(span.part(odd.range.clone()), odd.name.clone());
    }
    Some(finding)
}

/// The odd characters of a header's value. Folds of lines, spaces and tabs are the business of others.
fn in_value(value: &[u8], letters: Letters) -> Vec<Odd> {
    let mut odd = of(value, letters, false);
    odd.retain(|odd| {
        let rest = value.get(odd.range.start..).unwrap_or_default();
        !matches!(rest, [b'\t' | b'\n', ..] | [b'\r', b'\n', b' ' | b'\t', ..])
    });
    odd
}

/// The odd characters of a text, `escaped` ones read too.
fn of(text: &[u8], letters: Letters, escaped: bool) -> Vec<Odd> {
    let plain = |b: &u8| matches!(b, 0x20..=0x7E) && !(escaped && *b == b'%');
    if text.iter().all(plain) {
        return Vec::new();
    }
    // Bytes as they are meant, with where each begins.
    let mut bytes = Vec::with_capacity(text.len());
    let mut starts = Vec::with_capacity(text.len() + 1);
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let digit = |i: usize| char::from(*text.get(i)?).to_digit(16);
        let read = (escaped && *byte == b'%')
            .then(|| digit(at + 1).zip(digit(at + 2)))
            .flatten()
            .and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        starts.push(at);
        bytes.push(read.unwrap_or(*byte));
        at += if read.is_some() { 3 } else { 1 };
    }
    starts.push(at);
    let start = |i: usize| starts.get(i).copied().unwrap_or(at);
    let mut out = Vec::new();
    let mut place = 0;
    for chunk in bytes.utf8_chunks() {
        for (i, c) in chunk.valid().char_indices() {
            let from = place + i;
            let range = start(from)..start(from + c.len_utf8());
            let is_escape = range.len() > c.len_utf8();
            if let Some(name) = odd_name(c, letters, is_escape) {
                out.push(Odd {
                    range,
                    name,
                    escaped: is_escape,
                });
            }
        }
        place += chunk.valid().len() + chunk.invalid().len();
    }
    out
}

/// What an odd character is called; none for one that is as it looks.
fn odd_name(c: char, letters: Letters, escaped: bool) -> Option<String> {
    let hidden = visible::is_hidden(c);
    let twin = visible::ascii_twin(c);
    let odd = match letters {
        Letters::Ascii => hidden || !c.is_ascii(),
        // Line ends and tabs in escapes are what somebody meant to send; full-width text in escapes is
        // text of its language.
        Letters::Any if escaped => hidden && !c.is_ascii(),
        // Letters of another script are letters.
        Letters::Any => hidden || twin.is_some() && (is_full_width(c) || !c.is_alphabetic()),
    };
    odd.then(|| {
        let mut buffer = [0; 4];
        let name = visible::name_first(c.encode_utf8(&mut buffer).as_bytes());
        match twin {
            Some(twin) => format!("{name}, which looks like '{twin}'"),
            None => name,
        }
    })
}

fn is_full_width(c: char) -> bool {
    matches!(c, '\u{FF01}'..='\u{FF5E}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, letters: Letters) -> Vec<String> {
        of(text.as_bytes(), letters, true)
            .into_iter()
            .map(|odd| odd.name)
            .collect()
    }

    #[test]
    fn each_kind_of_unseen_character_is_named() {
        for (text, name) in [
            ("a\u{A0}b", "U+00A0 NO-BREAK SPACE"),
            ("a\u{200B}", "U+200B ZERO WIDTH SPACE"),
            ("\u{FEFF}a", "U+FEFF BYTE ORDER MARK"),
            ("a\u{AD}b", "U+00AD SOFT HYPHEN"),
            ("a\u{202E}b", "U+202E RIGHT-TO-LEFT OVERRIDE"),
            ("a\u{2066}b", "U+2066 LEFT-TO-RIGHT ISOLATE"),
            ("a\u{202F}b", "U+202F NARROW NO-BREAK SPACE"),
            ("a\r", "0x0D CR"),
            ("a\tb", "0x09 TAB"),
            ("a\0b", "0x00 NUL"),
            (
                "a\u{FF0F}b",
                "U+FF0F FULLWIDTH SOLIDUS, which looks like '/'",
            ),
            ("\u{FF21}", "U+FF21 FULLWIDTH FORM, which looks like 'A'"),
            ("a%C2%A0b", "U+00A0 NO-BREAK SPACE"),
        ] {
            assert_eq!(names(text, Letters::Any), [name], "{text:?}");
        }
        for text in [
            "a b/c=%2F+",
            "Grüße",
            "/привет",
            "Ωοσ",
            "日本語",
            "%E6%97%A5",
            "%0A",
            "a%ZZ",
            "%",
        ] {
            assert_eq!(names(text, Letters::Any), [""; 0], "{text}");
        }
        assert_eq!(
            names("A\u{41A}IA", Letters::Ascii),
            ["U+041A 'К', which looks like 'K'"]
        );
        assert_eq!(names("é", Letters::Ascii), ["U+00E9 'é'"]);
    }

    #[test]
    fn a_place_is_that_of_the_character_or_of_its_escapes() {
        let places = |text: &str| -> Vec<(usize, usize)> {
            of(text.as_bytes(), Letters::Any, true)
                .into_iter()
                .map(|odd| (odd.range.start, odd.range.end))
                .collect()
        };
        assert_eq!(places("ab\u{200B}c\u{A0}"), [(2, 5), (6, 8)]);
        assert_eq!(places("a%E2%80%8Bb"), [(1, 10)]);
        assert_eq!(places("\u{E9}%20\u{200B}"), [(5, 8)]);
    }

    #[test]
    fn folds_and_tabs_of_a_value_are_left_to_others() {
        assert!(in_value(b"a\r\n b\tc\n\td", Letters::Any).is_empty());
        assert_eq!(in_value(b"a\r", Letters::Any).len(), 1);
        assert_eq!(in_value(b"a\rb", Letters::Any).len(), 1);
    }
}
