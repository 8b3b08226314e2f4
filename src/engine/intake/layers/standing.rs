//! Strings that stand as they were printed, though no hash proves them: somebody edited or redacted them, or cut them, and
//! nothing lies over them that could be taken off.
//!
//! Owns telling that by their letters and by where their lines end. What is not sure to stand so is searched for layers. Must
//! not know the layers one by one: what any of them leaves in a text is a sign that one is there.

use memchr::memmem;

use super::breaks;
use super::ways::{On, WAYS};
use crate::engine::document::Documents;
use crate::engine::intake::pattern::Cut;
use crate::engine::intake::shape::printed;
use crate::engine::intake::text::is_token;
use crate::engine::intake::{Evidence, Pattern, is_basic_time};

/// Digits of a hash in hexadecimal.
const HASH: usize = 64;
/// Lines of a string to sign, those of a chunk among them.
const TO_SIGN: std::ops::RangeInclusive<usize> = 4..=6;

/// Whether the strings of `evidence` stand so. One without a canonical request does not: that may be under a layer.
pub(super) fn stand(docs: &Documents, evidence: &Evidence) -> bool {
    match (&evidence.canonical_request, &evidence.string_to_sign) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some(canonical), None) => is_canonical(docs, canonical),
        (Some(canonical), Some(to_sign)) => {
            is_canonical(docs, canonical) && is_to_sign(docs, to_sign)
        }
    }
}

/// Where strings to sign begin in a text: so many bytes behind the name of the algorithm stands the time that the second
/// line states. In a header and in a query other words stand there.
pub(super) fn begins(text: &[u8], within: usize) -> impl Iterator<Item = usize> {
    // What is left of the name where a colour ends before it.
    const NAME: &[u8] = b"HMAC-SHA256";
    let begins = move |at: &usize| {
        let from = at + NAME.len();
        let end = text.len().min(from.saturating_add(within));
        let behind = text.get(from..end).unwrap_or_default();
        let time = |near: &[u8]| {
            near.ends_with(b"T") && near.iter().filter(|b| b.is_ascii_digit()).count() == 8
        };
        behind.windows(9).any(time)
    };
    memmem::find_iter(text, NAME).filter(begins)
}

/// Whether there are several ways to read what is escaped in a text: a backslash stands before another one, or before a mark
/// that some literals escape and others do not.
pub(super) fn is_ambiguous(text: &[u8]) -> bool {
    let escapes = |at: usize| {
        matches!(
            text.get(at + 1),
            Some(b'\\' | b'"' | b'\'' | b'|' | b'x' | b'u')
        )
    };
    memchr::memchr_iter(b'\\', text).any(escapes)
}

/// Whether no way leads out of a text, whose lines are its own, and it was read as it stands or in the one way there is.
fn is_plain(docs: &Documents, pattern: &Pattern, text: &[u8]) -> bool {
    let escaped = pattern.span().is_some_and(|span| {
        let place = docs.to_given(span);
        let given = docs.bytes(place);
        // A line that quoted-printable breaks in a literal is read over.
        let broken = |end: &[u8]| memmem::find(given, end).is_some();
        is_ambiguous(given) || place != span && (broken(b"=\n") || broken(b"=\r"))
    });
    // Dots and stars are what people redact with, and some of them are beyond ASCII.
    let letters = String::from_utf8_lossy(text);
    let own =
        |c: char| c.is_ascii_graphic() && c != '|' || matches!(c, ' ' | '\n' | '…' | '•' | '█');
    let gaps = |two: &[u8]| matches!(two, b"  " | b" \n");
    !escaped
        && letters.chars().all(own)
        && !text.windows(2).any(gaps)
        && WAYS.iter().all(|(_, on, undo)| match on {
            On::Letters => undo(text).is_none_or(|(_, undone)| undone.bytes == text),
            On::Lines => true,
        })
}

/// Whether a canonical request has each of its lines to itself.
fn is_canonical(docs: &Documents, pattern: &Pattern) -> bool {
    let text = pattern.bytes(docs);
    let mut lines = text.split(|b| *b == b'\n');
    let (Some(method), Some(path)) = (lines.next(), lines.next()) else {
        return false;
    };
    let lines: Vec<&[u8]> = lines.collect();
    let headers = lines
        .iter()
        .position(|line| is_header(line))
        .unwrap_or(lines.len());
    let (query, rest) = lines.split_at(headers);
    let end = rest
        .iter()
        .position(|line| !is_header(line))
        .unwrap_or(rest.len());
    let (headers, rest) = rest.split_at(end);
    // The empty lines may have been lost, and that is told of.
    let rest = rest.strip_prefix(&[&b""[..]]).unwrap_or(rest);
    let names: Vec<&[u8]> = rest
        .first()
        .map_or_else(Vec::new, |list| list.split(|b| *b == b';').collect());
    let own = |(before, line): (&&[u8], &&[u8])| {
        let name = line.split(|b| *b == b':').next().unwrap_or_default();
        // A rest of the line before, where there is a colon in that: it is named nowhere.
        names.contains(&name)
            || printed::begins(before, line)
            || printed::is_vendor_s(name)
            || !breaks::may_go_on(before)
    };
    let before = query.last().into_iter().chain(headers);
    is_plain(docs, pattern, &text)
        && printed::begins(b"", method)
        && path.starts_with(b"/")
        && !path.contains(&b' ')
        && query.len() < 2
        && !query.iter().any(|line| line.contains(&b' '))
        && !headers.is_empty()
        && before.zip(headers).all(own)
        && match (rest, pattern.cut) {
            ([list, payload], Cut::Whole) => is_list(list) && is_whole(payload),
            ([list], Cut::Truncated) => is_list(list) && !goes_on(docs, pattern),
            _ => false,
        }
}

/// Whether what stands behind a list that was cut may be the rest of it: that is in small letters.
fn goes_on(docs: &Documents, pattern: &Pattern) -> bool {
    let Some(span) = pattern.span() else {
        return true;
    };
    let span = docs.to_given(span);
    let whole = docs.bytes(docs.whole(span.doc));
    let mut behind = whole.get(span.end..).unwrap_or_default();
    while let Some((first, rest)) = behind.split_first() {
        behind = match first {
            b'\r' | b'\n' => rest,
            b'\\' => {
                let letter = rest.strip_prefix(b"r").or_else(|| rest.strip_prefix(b"n"));
                letter.unwrap_or(rest)
            }
            next => return !next.is_ascii_uppercase(),
        };
    }
    false
}

/// Whether a string to sign has each of its lines to itself.
fn is_to_sign(docs: &Documents, pattern: &Pattern) -> bool {
    let text = pattern.bytes(docs);
    let lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
    let [algorithm, time, scope, hashes @ ..] = lines.as_slice() else {
        return false;
    };
    is_plain(docs, pattern, &text)
        && TO_SIGN.contains(&lines.len())
        && printed::begins(b"", algorithm)
        && is_basic_time(time)
        && scope.ends_with(b"4_request")
        && !scope.contains(&b' ')
        && hashes.iter().all(|hash| is_whole(hash))
}

/// `name:value`.
fn is_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|b| is_token(**b)).count();
    name > 0 && line.get(name) == Some(&b':')
}

/// `host;x-amz-date`.
fn is_list(line: &[u8]) -> bool {
    !line.is_empty() && line.iter().all(|b| is_token(*b) || *b == b';')
}

/// Whether a line is a hash, or a word in the place of one, and neither a part of one nor more: where the line goes on
/// with what stands behind a literal, its first letters may be digits, too.
fn is_whole(line: &[u8]) -> bool {
    let digits = line.iter().all(u8::is_ascii_hexdigit);
    !line.is_empty() && !line.contains(&b' ') && (!digits || line.len() == HASH)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::reading::since;
    use crate::engine::document::Source;
    use crate::engine::intake::Case;
    use crate::engine::intake::reader::Reader;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// The two strings with `host` and `list` in the canonical request, whose hash is another one.
    fn edited(host: &str, list: &str) -> String {
        format!(
            "CanonicalRequest:\nGET\n/a.txt\n\nhost:{host}\nx-amz-date:20260402T140310Z\n\n{list}\n{HASH}\nStringToSign:\nAWS4-HMAC-SHA256\n20260402T140310Z\n20260402/eu-west-1/s3/aws4_request\n{HASH}\n"
        )
    }

    /// Whether nothing is left to be taken off `text`.
    fn is_settled(text: &str) -> bool {
        let mut case = Case::default();
        let bytes = Bytes::copy_from_slice(text.as_bytes());
        let doc = case.docs.give("", Source::File, bytes);
        let mut reader = Reader::new(&mut case);
        let before = reader.mark();
        reader.document(doc);
        assert!(
            case.evidence.iter().any(|e| e.canonical_request.is_some()),
            "{text}"
        );
        since(&case, &before).settled(text.as_bytes())
    }

    #[test]
    fn strings_that_were_edited_are_searched_for_no_layers() {
        for (host, list) in [
            (
                "examplebucket.s3.eu-west-1.amazonaws.com",
                "host;x-amz-date",
            ),
            ("<redacted>", "host;x-amz-date"),
            ("***", "host;x-amz-date"),
            ("b…t.s3.amazonaws.com", "host;-date"),
        ] {
            let text = edited(host, list);
            assert!(is_settled(&text), "{text}");
            let log = format!(
                "2026-04-02 14:03:10,001 - botocore.auth - DEBUG - calling a handler that has a long name\n{text}"
            );
            assert!(is_settled(&log), "{log}");
        }
    }

    #[test]
    fn a_whole_hash_has_64_digits() {
        assert!(super::is_whole(HASH.as_bytes()));
        assert!(super::is_whole(b"<redacted>"));
        for more in ["C", "Ca", "0"] {
            assert!(!super::is_whole(format!("{HASH}{more}").as_bytes()));
        }
        assert!(!super::is_whole(&HASH.as_bytes()[1..]));
    }

    #[test]
    fn strings_under_a_layer_are_searched() {
        let long = "examplebucket.s3.eu-west-1.amazonaws.com";
        for (host, list) in [
            ("a&amp;b", "host;x-amz-date"),
            ("a\\.b", "host;x-amz-date"),
            ("a=3Db", "host;x-amz-date"),
            ("a\u{A0}b", "host;x-amz-date"),
            ("a  b", "host;x-amz-date"),
            ("a | b", "host;x-amz-date"),
            ("a '\\'' b", "host;x-amz-date"),
            // A value that was broken before a word with a colon.
            (&format!("{long}-{long}\nport:80"), "host;x-amz-date"),
        ] {
            let text = edited(host, list);
            assert!(!is_settled(&text), "{text}");
        }
        let whole = edited(long, "host;x-amz-date");
        let coloured = whole.replace("StringToSign", "\x1b[1mStringToSign\x1b[0m");
        assert!(!is_settled(&coloured));
        let broken = whole.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA\n256");
        assert!(!is_settled(&broken));
        // The verifier's own are under entities.
        let both =
            format!("{whole}\n&lt;StringToSign&gt;AWS4-HMAC-SHA256&#10;20260402T140310Z&#10;");
        assert!(!is_settled(&both));
    }
}
