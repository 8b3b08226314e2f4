//! Sentences that people write around what they paste.
//!
//! Owns telling a sentence that names a part of a request from that part. Must not know any shape.

/// Words of small letters in a line that is a sentence.
const WORDS: usize = 4;
/// How far around a word its line is looked at, in bytes.
const AROUND: usize = 512;

/// Whether what stands at `at`, of `len` bytes, is named in a sentence and given no value: `I set the x-amz-date
/// header`, `(note the StringToSign section)`, but not `the header was x-amz-date: 2026…`.
pub(super) fn names(bytes: &[u8], at: usize, len: usize) -> bool {
    let of_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let behind = bytes.get(at + len..).unwrap_or_default();
    let behind = behind.get(..behind.len().min(AROUND)).unwrap_or_default();
    let mut rest = behind.iter().skip_while(|b| of_name(b));
    // What closes a quotation, of whatever depth, and the blank of `name = value`.
    let closes = |b: &u8| matches!(b, b'"' | b'\'' | b'`' | b'\\' | b' ' | b'\t' | b'*');
    let next = rest.find(|b| !closes(b));
    let valued = matches!(next, Some(b':' | b'=' | b'%' | b';' | b'>'));
    !valued && is_sentence(line(bytes, at))
}

/// The line around `at`, as far as it is looked at.
fn line(bytes: &[u8], at: usize) -> &[u8] {
    let floor = at.saturating_sub(AROUND);
    let before = bytes.get(floor..at).unwrap_or_default();
    let start = memchr::memrchr2(b'\n', b'\r', before).map_or(floor, |i| floor + i + 1);
    let after = bytes
        .get(at..bytes.len().min(at + AROUND))
        .unwrap_or_default();
    let end = at + memchr::memchr2(b'\n', b'\r', after).unwrap_or(after.len());
    bytes.get(start..end).unwrap_or_default()
}

/// Whether a line has as many words as a sentence, and no `name=value`.
fn is_sentence(line: &[u8]) -> bool {
    let is_word = |word: &&[u8]| {
        let word = word.trim_ascii();
        let word = word
            .strip_suffix(b",")
            .or_else(|| word.strip_suffix(b"."))
            .unwrap_or(word);
        !word.is_empty() && word.iter().all(u8::is_ascii_lowercase)
    };
    let assigns = |three: &[u8]| matches!(three, [a, b'=', b] if a.is_ascii_alphanumeric() && b.is_ascii_graphic());
    line.split(|b| *b == b' ').filter(is_word).count() >= WORDS && !line.windows(3).any(assigns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_sentence_is_told_from_one_with_a_value() {
        let named =
            |text: &str, word: &str| names(text.as_bytes(), text.find(word).unwrap(), word.len());
        for (text, word) in [
            (
                "it fails with (note the StringToSign section):",
                "StringToSign",
            ),
            ("and I do set the x-amz-date header, see below", "x-amz-"),
            (
                "why do I get the `SignatureDoesNotMatch` error here",
                "SignatureDoesNotMatch",
            ),
        ] {
            assert!(named(text, word), "{text}");
        }
        for (text, word) in [
            (
                "the header that I sent was x-amz-date: 20260701T120000Z",
                "x-amz-",
            ),
            (
                "and this is the one: \\\"StringToSign\\\": \\\"AWS4",
                "StringToSign",
            ),
            ("x-amz-date", "x-amz-"),
            ("boto says SignatureDoesNotMatch", "SignatureDoesNotMatch"),
            (
                "what it sends is AWS4-HMAC-SHA256 Credential=A/B",
                "AWS4-HMAC-SHA256",
            ),
        ] {
            assert!(!named(text, word), "{text}");
        }
    }
}
