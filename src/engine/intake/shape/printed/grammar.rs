//! What a canonical request and a string to sign look like, line by line.
//!
//! Owns where such a text ends and whether its end is there: both end in a hash, so they need no mark
//! behind them. Must not know how lines are separated where the text was printed, nor who printed it.

use crate::engine::intake::marks;
use crate::engine::intake::shape::vocabulary::METHODS;
use crate::engine::intake::text::is_token;

/// Which of the two texts it is.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(in crate::engine::intake) enum Kind {
    /// A canonical request (IAM User Guide, Create a signed AWS API request, step 1).
    Canonical,
    /// A string to sign (step 3 there), that of a chunk or trailer among them.
    ToSign,
}

/// What a line did to a text that is being read.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Fed {
    /// It belongs to it, and more follows.
    More,
    /// It ends it: so many bytes of the line belong to it.
    Done(usize),
    /// It does not belong to it.
    Foreign,
}

/// A text that is being read.
#[derive(Clone, Debug)]
pub(super) struct Grammar {
    wants: Wants,
    /// Header lines so far.
    headers: usize,
    /// Hashes that are still to come.
    hashes: usize,
    /// Whether its query is that of a presigned URL.
    presigned: bool,
}

/// What the next line should be.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Wants {
    Method,
    Path,
    Query,
    Headers,
    SignedHeaders,
    Payload,
    Algorithm,
    Time,
    Scope,
    Hash,
}

/// Digits of a SHA-256 in hexadecimal.
const HASH: usize = 64;

/// The algorithms that stand at the front of a string to sign, those that begin another one behind it.
pub(super) const ALGORITHMS: [&str; 8] = [
    "AWS4-HMAC-SHA256-PAYLOAD",
    "AWS4-HMAC-SHA256-TRAILER",
    "AWS4-HMAC-SHA256",
    "AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "AWS4-ECDSA-P256-SHA256-TRAILER",
    "AWS4-ECDSA-P256-SHA256",
    "GOOG4-HMAC-SHA256",
    "GOOG4-RSA-SHA256",
];

impl Grammar {
    /// Nothing read yet.
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            wants: match kind {
                Kind::Canonical => Wants::Method,
                Kind::ToSign => Wants::Algorithm,
            },
            headers: 0,
            hashes: 0,
            presigned: false,
        }
    }

    /// Whether so much was read that it can be nothing else, although its end is not here.
    pub(super) fn is_told(&self) -> bool {
        match self.wants {
            Wants::Method | Wants::Path | Wants::Query | Wants::Algorithm | Wants::Time => false,
            Wants::Headers => self.headers > 0,
            Wants::SignedHeaders | Wants::Payload | Wants::Scope | Wants::Hash => true,
        }
    }

    /// Whether a text that ends here was cut in the query of a presigned URL, or behind it: that is no other text.
    pub(super) fn is_cut_query(&self) -> bool {
        self.wants == Wants::Headers && self.presigned
    }

    /// Whether method and path were read, and nothing behind them.
    pub(super) fn is_begun(&self) -> bool {
        self.wants == Wants::Query
    }

    /// Reads one line, without its end.
    pub(super) fn feed(&mut self, line: &[u8]) -> Fed {
        match self.wants {
            Wants::Method => self.step(METHODS.contains(&line), Wants::Path),
            Wants::Path => self.step(is_path(line), Wants::Query),
            Wants::Query => {
                if is_header(line) && !is_query(line) {
                    // The empty line of an empty query was lost: the hash will tell.
                    self.headers = 1;
                    return self.step(true, Wants::Headers);
                }
                self.presigned = line.starts_with(b"X-Amz-Algorithm=");
                self.step(line.is_empty() || is_query(line), Wants::Headers)
            }
            Wants::Headers => self.header(line),
            Wants::SignedHeaders => self.step(is_list(line), Wants::Payload),
            Wants::Payload => payload(line).map_or(Fed::Foreign, Fed::Done),
            Wants::Algorithm => {
                let name = ALGORITHMS.iter().find(|name| name.as_bytes() == line);
                self.hashes = name.map_or(0, |name| hashes(name));
                self.step(name.is_some(), Wants::Time)
            }
            Wants::Time => {
                let fits = (8..=48).contains(&line.len());
                self.step(
                    fits && line.first().is_some_and(u8::is_ascii_graphic),
                    Wants::Scope,
                )
            }
            Wants::Scope => {
                let fits = (8..=512).contains(&line.len());
                let parts = line.contains(&b'/') || line.contains(&b'*');
                self.step(fits && parts, Wants::Hash)
            }
            Wants::Hash => match hash(line) {
                None => Fed::Foreign,
                Some(len) if self.hashes <= 1 => Fed::Done(len),
                Some(_) => {
                    self.hashes -= 1;
                    Fed::More
                }
            },
        }
    }

    /// Goes on to `next` where the line fits.
    fn step(&mut self, fits: bool, next: Wants) -> Fed {
        if fits {
            self.wants = next;
            Fed::More
        } else {
            Fed::Foreign
        }
    }

    fn header(&mut self, line: &[u8]) -> Fed {
        if line.is_empty() {
            return self.step(self.headers > 0, Wants::SignedHeaders);
        }
        if is_header(line) {
            self.headers += 1;
            return Fed::More;
        }
        // The empty line behind the headers was lost.
        self.step(self.headers > 0 && is_list(line), Wants::Payload)
    }
}

/// How many hashes end a string to sign: that of a chunk names the signature before it and the hash of no
/// headers, that of a trailer only the signature (Signature calculations for the Authorization header:
/// transferring payload in multiple chunks).
fn hashes(algorithm: &str) -> usize {
    if algorithm.ends_with("-PAYLOAD") {
        3
    } else if algorithm.ends_with("-TRAILER") {
        2
    } else {
        1
    }
}

/// `name:value`, as a canonical request writes a header.
fn is_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|b| is_token(**b)).count();
    name > 0 && line.get(name) == Some(&b':')
}

/// A canonical query: its first parameter has a `=`, which stands before any `:` of a value.
fn is_query(line: &[u8]) -> bool {
    let end = line.iter().position(|b| matches!(b, b'=' | b':' | b' '));
    match end.and_then(|at| line.get(at)) {
        Some(b'=') => true,
        Some(_) => false,
        None => !line.is_empty(),
    }
}

/// A path, or what a person put in its place.
fn is_path(line: &[u8]) -> bool {
    line.first() == Some(&b'/') || is_named_path(line)
}

/// What a person put in the place of a path.
pub(super) fn is_named_path(line: &[u8]) -> bool {
    [&b"path"[..], b"uri"]
        .iter()
        .any(|name| line.eq_ignore_ascii_case(name))
}

/// `host;x-amz-date`.
fn is_list(line: &[u8]) -> bool {
    !line.is_empty() && line.iter().all(|b| is_token(*b) || *b == b';')
}

/// How much of the front of a line is what stands in the place of a payload's hash.
pub(super) fn payload(line: &[u8]) -> Option<usize> {
    if let Some(len) = hash(line) {
        return Some(len);
    }
    let literal = line
        .iter()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'-')
        .count();
    let word = line.get(..literal)?;
    (word.starts_with(b"UNSIGNED-") || word.starts_with(b"STREAMING-")).then_some(literal)
}

/// How much of the front of a line is a hash in hexadecimal, or what people leave of one: its first digits
/// with dots or another mark in the place of the rest, or its name in brackets, `<hash>`.
fn hash(line: &[u8]) -> Option<usize> {
    if let Some(len) = marks::named(line) {
        return Some(len);
    }
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    if digits >= HASH {
        // More digits than a hash has are a mistake of whoever printed or edited it: kept, to be seen.
        return Some(digits);
    }
    let marked = line
        .iter()
        .take_while(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b'*' | b'x' | b'X'))
        .count();
    let dots = line.get(digits..marked)?;
    let is_mark = dots.iter().filter(|b| !b.is_ascii_hexdigit()).count() >= 3;
    if is_mark {
        return Some(marked);
    }
    // Fewer digits, or other letters, were put there to hide it.
    let word = line
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    // However few they are, a quote behind them shows that nothing was cut.
    let edited = line
        .get(..word)
        .is_some_and(|word| word.iter().any(|b| !b.is_ascii_hexdigit()));
    let closed = matches!(line.get(word), Some(b'\'' | b'"'));
    ((HASH / 2..=HASH).contains(&word) || edited && closed).then_some(word)
}

/// Whether this is a part of a hash in hexadecimal, and nothing hides the rest of it.
pub(super) fn is_half_hash(text: &[u8]) -> bool {
    text.len() < HASH && text.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Kind, text: &str) -> (usize, Option<usize>, bool) {
        let mut grammar = Grammar::new(kind);
        for (place, line) in text.split('\n').enumerate() {
            match grammar.feed(line.as_bytes()) {
                Fed::More => {}
                Fed::Done(len) => return (place, Some(len), true),
                Fed::Foreign => return (place, None, grammar.is_told()),
            }
        }
        (usize::MAX, None, grammar.is_told())
    }

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_canonical_request_ends_with_its_hash() {
        let text = format!("GET\n/\n\nhost:a\n\nhost\n{EMPTY}' and so on");
        assert_eq!(read(Kind::Canonical, &text), (6, Some(64), true));
        let text =
            "PUT\n/a\nx-id=PutObject\nhost:a\nx-amz-date:b\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD]";
        assert_eq!(read(Kind::Canonical, text), (7, Some(16), true));
    }

    #[test]
    fn a_string_to_sign_ends_with_its_hash() {
        let scope = "20130524T000000Z\n20130524/us-east-1/s3/aws4_request";
        let text = format!("AWS4-HMAC-SHA256\n{scope}\n{EMPTY}\"");
        assert_eq!(read(Kind::ToSign, &text), (3, Some(64), true));
        let text = format!("AWS4-HMAC-SHA256-PAYLOAD\n{scope}\n{EMPTY}\n{EMPTY}\n{EMPTY}");
        assert_eq!(read(Kind::ToSign, &text), (5, Some(64), true));
        let text = format!("AWS4-HMAC-SHA256\n{scope}\nb30.....fa6'");
        assert_eq!(read(Kind::ToSign, &text), (3, Some(11), true));
    }

    #[test]
    fn other_texts_are_told_by_their_first_lines() {
        for text in [
            "GET\nfoo",
            "GET\n/\nno header here",
            "GET\n/\n\n\n",
            "GET\n/\n\nhost a\n",
        ] {
            let (_, end, told) = read(Kind::Canonical, text);
            assert_eq!((end, told), (None, false), "{text}");
        }
    }

    #[test]
    fn a_text_that_stops_early_is_told_by_its_headers() {
        let (_, end, told) = read(Kind::Canonical, "GET\n/\n\nhost:a\n2024-01-01 INFO next");
        assert_eq!((end, told), (None, true));
    }

    #[test]
    fn lines_that_lost_their_empty_neighbours_still_belong() {
        let text = format!("GET\n/\nhost:a\nhost\n{EMPTY}");
        assert_eq!(read(Kind::Canonical, &text), (4, Some(64), true));
    }
}
