//! Percent-encoding with provenance: the one place where a byte of a path or a query is decoded or
//! encoded.
//!
//! It must not know paths, queries or headers; it is told which rule holds.

use std::borrow::Cow;

use super::quirks::{PlusInPath, PlusInQuery, RawInTarget};
use crate::engine::document::Span;
use crate::engine::scheme::{Sink, Step};

/// How a text that stands on the wire is brought into its canonical form.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Encoding {
    /// A path that is encoded once: escapes are read and written again in their one spelling, `/` stays.
    PathOnce(PlusInPath),
    /// A path that is encoded twice: what stands there is encoded as it is, `%` included, `/` stays.
    PathTwice(PlusInPath),
    /// A name or value of the query: decoded and encoded again.
    Query(PlusInQuery),
    /// A text that was never encoded: each of its bytes stands for itself.
    Value,
}

/// RFC 3986 section 2.3.
pub(super) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether a target cannot hold the byte as it is (RFC 3986 sections 3.3 and 3.4; a `%` is read with what
/// follows it).
pub(super) fn is_raw(byte: u8) -> bool {
    matches!(
        byte,
        0..=b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x7F..
    )
}

/// `%XX` with upper-case digits.
fn escape(byte: u8) -> [u8; 3] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |n: u8| DIGITS.get(usize::from(n)).copied().unwrap_or(b'0');
    [b'%', digit(byte >> 4), digit(byte & 15)]
}

/// The escape of a byte, encoded once more: `%25XX`.
fn twice(byte: u8) -> [u8; 5] {
    let [_, high, low] = escape(byte);
    [b'%', b'2', b'5', high, low]
}

/// The byte that an escape at the start of `bytes` stands for.
pub(super) fn unescape(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    Some(digit(*high)? << 4 | digit(*low)?)
}

/// `bytes` with every valid escape read. A `%` that starts none stays as it is.
pub(super) fn decode(bytes: &[u8], plus: PlusInQuery) -> Cow<'_, [u8]> {
    let special = |b: &u8| *b == b'%' || (*b == b'+' && plus == PlusInQuery::Blank);
    if !bytes.iter().any(special) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, plus) {
            (b'+', PlusInQuery::Blank) => out.push(b' '),
            (b'%', _) => match unescape(&[b'%', nth(after, 0), nth(after, 1)]) {
                Some(decoded) => {
                    out.push(decoded);
                    rest = after.get(2..).unwrap_or_default();
                }
                None => out.push(byte),
            },
            (_, PlusInQuery::Blank | PlusInQuery::Literal) => out.push(byte),
        }
    }
    Cow::Owned(out)
}

fn nth(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or_default()
}

/// Writes `bytes`, which stand at `span`, in the form `how` demands.
pub(super) fn encode<S: Sink>(sink: &mut S, bytes: &[u8], span: Span, how: Encoding) {
    encode_raw(sink, bytes, span, how, RawInTarget::Encoded);
}

/// As [`encode`], with what must be percent-encoded and is not taken as `raw` says.
pub(super) fn encode_raw<S: Sink>(
    sink: &mut S,
    bytes: &[u8],
    span: Span,
    how: Encoding,
    raw: RawInTarget,
) {
    let mut kept = 0; // where the run that stays as it stands began
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let (taken, change) = unit(rest, how, raw);
        if let Some((out, step)) = change {
            keep(sink, bytes, span, kept, at);
            sink.replace(out.bytes(), span.part(at..at + taken), step);
            kept = at + taken;
        }
        at += taken;
    }
    keep(sink, bytes, span, kept, at);
}

fn keep<S: Sink>(sink: &mut S, bytes: &[u8], span: Span, from: usize, to: usize) {
    if let Some(run) = bytes.get(from..to).filter(|run| !run.is_empty()) {
        sink.copy(run, span.part(from..to));
    }
}

/// What one unit of the input becomes.
enum Out {
    Byte([u8; 1]),
    Escape([u8; 3]),
    /// An escape that is encoded once more.
    Twice([u8; 5]),
}

impl Out {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Byte(byte) => byte,
            Self::Escape(escape) => escape,
            Self::Twice(escape) => escape,
        }
    }
}

/// The length of the unit at the start of `rest` (a byte or an escape), and what becomes of it; none
/// where it stays.
fn unit(rest: &[u8], how: Encoding, raw: RawInTarget) -> (usize, Option<(Out, Step)>) {
    let byte = nth(rest, 0);
    let encoded = |step| (1, Some((Out::Escape(escape(byte)), step)));
    if is_unreserved(byte) {
        return (1, None);
    }
    match (raw, how) {
        (RawInTarget::Plus, Encoding::PathTwice(_)) if byte == b' ' => {
            return (1, Some((Out::Escape(escape(b'+')), Step::EncodedAgain)));
        }
        (RawInTarget::Plus, _) if byte == b' ' => {
            return (1, Some((Out::Byte([b'+']), Step::BlankWrittenAsPlus)));
        }
        (RawInTarget::Kept | RawInTarget::Plus, _) if is_raw(byte) => return (1, None),
        (RawInTarget::Escaped, Encoding::PathTwice(_)) if is_raw(byte) => {
            return (1, Some((Out::Twice(twice(byte)), Step::EncodedAgain)));
        }
        (
            RawInTarget::Encoded | RawInTarget::Escaped | RawInTarget::Kept | RawInTarget::Plus,
            _,
        ) => {}
    }
    match (how, byte) {
        (Encoding::PathOnce(_) | Encoding::PathTwice(_), b'/') => (1, None),
        (Encoding::PathTwice(_), b'%') => encoded(Step::EncodedAgain),
        (Encoding::PathTwice(PlusInPath::Blank), b'+') => {
            (1, Some((Out::Twice(twice(b' ')), Step::PlusReadAsBlank)))
        }
        (Encoding::PathOnce(_) | Encoding::Query(_), b'%') => match unescape(rest) {
            None => encoded(Step::PercentEncoded),
            Some(b) if is_unreserved(b) => (3, Some((Out::Byte([b]), Step::PercentDecoded))),
            Some(b) => {
                let canonical = escape(b);
                let change = (!rest.starts_with(&canonical))
                    .then_some((Out::Escape(canonical), Step::EscapeUpperCased));
                (3, change)
            }
        },
        (Encoding::Query(PlusInQuery::Blank) | Encoding::PathOnce(PlusInPath::Blank), b'+') => {
            (1, Some((Out::Escape(escape(b' ')), Step::PlusReadAsBlank)))
        }
        (
            Encoding::PathOnce(_) | Encoding::PathTwice(_) | Encoding::Query(_) | Encoding::Value,
            _,
        ) => encoded(Step::PercentEncoded),
    }
}

/// Writes `bytes`, which stand at `span`, with their escapes read.
pub(super) fn write_decoded<S: Sink>(sink: &mut S, bytes: &[u8], span: Span) {
    let mut kept = 0;
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let next = memchr::memchr(b'%', rest);
        let Some(offset) = next else {
            at = bytes.len();
            break;
        };
        at += offset;
        let Some(byte) = bytes.get(at..).and_then(unescape) else {
            at += 1;
            continue;
        };
        keep(sink, bytes, span, kept, at);
        sink.replace(&[byte], span.part(at..at + 3), Step::PercentDecoded);
        at += 3;
        kept = at;
    }
    keep(sink, bytes, span, kept, at);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::{Documents, Source};

    fn encoded(text: &str, how: Encoding) -> String {
        let mut docs = Documents::new();
        let doc = docs.give("t", Source::File, text.to_owned().into_bytes().into());
        let mut out = Vec::new();
        encode(&mut out, text.as_bytes(), docs.whole(doc), how);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_path_encoded_once_spells_each_escape_one_way() {
        let once = |text| encoded(text, Encoding::PathOnce(PlusInPath::Literal));
        assert_eq!(once("/a b/é"), "/a%20b/%C3%A9");
        assert_eq!(once("/%7e%41%2a%2F+"), "/~A%2A%2F%2B");
        assert_eq!(once("/50%/%zz/%4"), "/50%25/%25zz/%254");
    }

    #[test]
    fn a_path_encoded_twice_keeps_what_the_wire_has_and_encodes_it() {
        let twice = |text| encoded(text, Encoding::PathTwice(PlusInPath::Literal));
        assert_eq!(twice("/arn%3Aaws%3a/@x"), "/arn%253Aaws%253a/%40x");
    }

    #[test]
    fn a_plus_in_a_path_is_itself_or_a_space() {
        let path = "/a+b%2Bc%20d";
        let of = |how| encoded(path, how);
        assert_eq!(
            of(Encoding::PathOnce(PlusInPath::Literal)),
            "/a%2Bb%2Bc%20d"
        );
        assert_eq!(of(Encoding::PathOnce(PlusInPath::Blank)), "/a%20b%2Bc%20d");
        assert_eq!(
            of(Encoding::PathTwice(PlusInPath::Literal)),
            "/a%2Bb%252Bc%2520d"
        );
        assert_eq!(
            of(Encoding::PathTwice(PlusInPath::Blank)),
            "/a%2520b%252Bc%2520d"
        );
    }

    #[test]
    fn what_is_not_encoded_is_signed_in_each_way() {
        let of = |how, raw| {
            let text = "/a b%20{é+";
            let mut docs = Documents::new();
            let doc = docs.give("t", Source::File, text.to_owned().into_bytes().into());
            let mut out = Vec::new();
            encode_raw(&mut out, text.as_bytes(), docs.whole(doc), how, raw);
            String::from_utf8(out).unwrap()
        };
        let once = Encoding::PathOnce(PlusInPath::Literal);
        let twice = Encoding::PathTwice(PlusInPath::Literal);
        let query = Encoding::Query(PlusInQuery::Literal);
        let encoded = "/a%20b%20%7B%C3%A9%2B";
        assert_eq!(of(once, RawInTarget::Encoded), encoded);
        assert_eq!(of(once, RawInTarget::Escaped), encoded);
        assert_eq!(of(once, RawInTarget::Kept), "/a b%20{é%2B");
        assert_eq!(of(once, RawInTarget::Plus), "/a+b%20{é%2B");
        assert_eq!(of(twice, RawInTarget::Encoded), "/a%20b%2520%7B%C3%A9%2B");
        assert_eq!(
            of(twice, RawInTarget::Escaped),
            "/a%2520b%2520%257B%25C3%25A9%2B"
        );
        assert_eq!(of(twice, RawInTarget::Kept), "/a b%2520{é%2B");
        assert_eq!(of(twice, RawInTarget::Plus), "/a%2Bb%2520{é%2B");
        assert_eq!(of(query, RawInTarget::Kept), "%2Fa b%20{é%2B");
    }

    #[test]
    fn a_query_is_decoded_and_encoded() {
        let blank = |text| encoded(text, Encoding::Query(PlusInQuery::Blank));
        assert_eq!(blank("a+b/c%2fd%7E"), "a%20b%2Fc%2Fd~");
        let literal = |text| encoded(text, Encoding::Query(PlusInQuery::Literal));
        assert_eq!(literal("a+b"), "a%2Bb");
    }

    #[test]
    fn decoding_leaves_what_is_no_escape() {
        assert_eq!(&*decode(b"a%2Fb%zz%", PlusInQuery::Literal), b"a/b%zz%");
        assert_eq!(&*decode(b"a+b", PlusInQuery::Blank), b"a b");
        assert_eq!(&*decode(b"a+b", PlusInQuery::Literal), b"a+b");
    }
}
