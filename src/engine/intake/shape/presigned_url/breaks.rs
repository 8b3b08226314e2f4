//! Which line breaks stand inside a URL, and which end it.
//!
//! A query that was broken says by itself whether it goes on: a name wants its value, a signature its 64
//! digits, a date its form. Owns that judgement. Must not know where the text stands.

use super::operation;
use memchr::{memchr, memchr_iter, memchr2, memrchr};

use crate::engine::intake::is_basic_time;
use crate::engine::intake::text::Text;

/// Beyond this no line was broken at its width, in bytes.
pub(super) const WIDEST: usize = 1024;

/// Digits of a signature in hexadecimal.
const SIGNATURE: usize = 64;

/// The longest a presigned URL may be valid, in seconds.
const LONGEST: u32 = 604_800;

/// Headers that signers list after the host, by whose whole names it shows that a list was broken inside one.
const LISTED: [&[u8]; 10] = [
    b"range",
    b"user-agent",
    b"x-amz-acl",
    b"x-amz-checksum-sha256",
    b"x-amz-content-sha256",
    b"x-amz-date",
    b"x-amz-security-token",
    b"x-amz-server-side-encryption",
    b"x-amz-tagging",
    b"x-amz-user-agent",
];

/// A line break that may stand inside a URL.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) struct Break {
    /// How much of the URL stands before it, in bytes.
    pub(super) at: usize,
    /// Length of the line that it ends, in bytes.
    pub(super) width: usize,
    /// The same without what stands before the URL on its first line.
    pub(super) own: usize,
}

/// Where a remark ends that stands at `at` behind the line of a query that is printed one parameter a line: with its
/// line, where the `&` that parts two parameters stands in front of it or behind its line end, and the next line is
/// one of a presigned URL.
pub(super) fn remark(text: &Text, at: usize, url: &[u8]) -> Option<usize> {
    const LONGEST: usize = 160;
    const FRONT: &[u8] = b"x-amz-";
    let line = text.get(at..at + LONGEST);
    let len = memchr(b'\n', line)?;
    let words = line.get(..len)?.trim_ascii_end();
    let end = at + words.len();
    let next = text
        .get(at + len + 1..at + len + 1 + LONGEST)
        .trim_ascii_start();
    let begins = next.strip_prefix(b"&");
    let name = begins.unwrap_or(next);
    let is_own = name
        .get(..FRONT.len())
        .is_some_and(|front| front.eq_ignore_ascii_case(FRONT));
    let letters = name
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-');
    let is_parameter = is_own && name.get(letters.count()) == Some(&b'=');
    let parted = matches!(url.last(), Some(b'&' | b'?')) || begins.is_some() && has_parameter(url);
    // Another part of the query is none, nor is another URL.
    let plain = !words.contains(&b'=') && memchr::memmem::find(words, b"://").is_none();
    (parted && is_parameter && plain && url.contains(&b'?')).then_some(end)
}

/// Whether `url` ends in a whole signature, so that only another parameter can follow.
pub(super) fn is_signed_off(url: &[u8]) -> bool {
    let name = b"x-amz-signature=";
    let tail = url.len().checked_sub(name.len() + SIGNATURE);
    let tail = tail.and_then(|at| url.get(at..)).unwrap_or_default();
    tail.split_at_checked(name.len())
        .is_some_and(|(front, digits)| {
            front.eq_ignore_ascii_case(name) && digits.iter().all(u8::is_ascii_hexdigit)
        })
}

/// How many of the breaks stand inside `url`, which was read as if all did: those up to the last behind which
/// something shows that the URL goes on. `alone`: whether nothing stands behind it on its last line.
pub(super) fn kept(url: &[u8], breaks: &[Break], alone: bool) -> usize {
    let mut end = url.len();
    let mut alone = alone;
    for (place, line_break) in breaks.iter().enumerate().rev() {
        let (before, word) = url.split_at(line_break.at.min(end));
        let word = word.get(..end - before.len()).unwrap_or(word);
        let earlier = breaks.get(..place).unwrap_or_default();
        let same = |b: &&Break| b.width == line_break.width || b.own == line_break.width;
        let wide = earlier.iter().filter(same).nth(1).is_some();
        if goes_on(before, word, Place { alone, wide }) {
            return place + 1;
        }
        end = line_break.at;
        // A line that another one was read behind holds nothing else.
        alone = true;
    }
    0
}

/// Where a word stands that may be the rest of a URL.
#[derive(Copy, Clone)]
struct Place {
    /// Alone on its line.
    alone: bool,
    /// Behind a line as wide as two before it that were broken.
    wide: bool,
}

/// Whether `word`, at the front of the line behind, shows that the URL goes on with it.
fn goes_on(before: &[u8], word: &[u8], place: Place) -> bool {
    let Some(question) = memchr(b'?', before) else {
        return word.contains(&b'?');
    };
    let query = before.get(question + 1..).unwrap_or_default();
    if !has_parameter(query) {
        // Behind any other query a word on a line of its own is just a word.
        return word.iter().any(|b| b"?&=%".contains(b));
    }
    let last = memrchr(b'&', query).map_or(query, |at| query.get(at + 1..).unwrap_or_default());
    if let Some(at) = memchr(b'&', word) {
        // `R&D` is a word all the same.
        let (next, front) = (word.get(at + 1..).unwrap_or_default(), b"x-amz-");
        let parameter = next.contains(&b'=')
            || (next.get(..front.len())).is_some_and(|name| name.eq_ignore_ascii_case(front));
        return parameter || at == 0 && !next.is_empty();
    }
    let Some(equals) = memchr(b'=', last) else {
        // A name wants its value.
        return word.contains(&b'=');
    };
    if tears_escape(before, word) || holds_escape(word) {
        return true;
    }
    let (name, value) = last.split_at(equals);
    let value = value.get(1..).unwrap_or_default();
    let tail = b".,;:!?)]}'*|";
    let own = word.len() - word.iter().rev().take_while(|b| tail.contains(b)).count();
    let word = word.get(..own).unwrap_or_default();
    !word.is_empty() && completes(&name.to_ascii_lowercase(), value, word, place)
}

/// Whether `word` is the rest of a value, by what is known of values of that name.
fn completes(name: &[u8], value: &[u8], word: &[u8], place: Place) -> bool {
    let whole = || [value, word].concat();
    match name {
        b"x-amz-signature" => {
            let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_hexdigit()).count();
            let (had, more) = (digits(value), digits(word));
            let ends = word.get(more).is_none_or(|b| !b.is_ascii_alphanumeric());
            // Of a signature whose end is not here, what cannot be a word.
            let cut = place.alone && more == word.len() && more >= 16 && had + more < SIGNATURE;
            had == value.len() && (had + more == SIGNATURE && ends || cut)
        }
        b"x-amz-date" => !is_basic_time(value) && is_basic_time(&whole()),
        b"x-amz-algorithm" => whole().eq_ignore_ascii_case(b"AWS4-HMAC-SHA256"),
        b"x-amz-credential" => {
            let end = b"aws4_request";
            !value.ends_with(end) && whole().ends_with(end)
        }
        b"x-amz-expires" => {
            let whole = whole();
            let seconds = std::str::from_utf8(&whole)
                .ok()
                .and_then(|s| s.parse().ok());
            // What begins a line with such a number speaks of the answer.
            let status = word.len() == 3 && matches!(word.first(), Some(b'4' | b'5'));
            word.iter().all(u8::is_ascii_digit)
                && seconds.is_some_and(|s: u32| s <= LONGEST)
                && (!status || place.wide)
        }
        b"x-amz-signedheaders" => {
            let name = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-;_".contains(b);
            let names = word.iter().all(name);
            let open = matches!(value.last(), None | Some(b';' | b'-'))
                || value.to_ascii_lowercase().ends_with(b"%3b");
            let (had, has) = (names_in(value), names_in(&whole()));
            let whole_name = ends_whole(&had);
            let begun = !whole_name && ends_whole(&has);
            let listed = word.contains(&b';') && (!whole_name || word.starts_with(b";"));
            let more = open || begun || listed || place.wide;
            // A list that names the host names it still when it goes on.
            let fits = if lists_host(&had) {
                more && lists_host(&has)
            } else {
                more || lists_host(&has)
            };
            names && fits
        }
        b"x-amz-security-token" | b"x-amz-s3session-token" => {
            // Base64 comes in fours.
            let fits = characters(&whole()).is_multiple_of(4);
            let code = |b: &u8| b.is_ascii_alphanumeric() || b"+/=-_".contains(b);
            let open = fits && !characters(value).is_multiple_of(4) && !is_word(word);
            // Behind its padding stands nothing else of it.
            let padded = value.ends_with(b"=") || value.to_ascii_lowercase().ends_with(b"%3d");
            word.iter().all(code)
                && (!padded || word == b"=")
                && (open || (fits || !is_word(word)) && is_rest(value, word, place))
        }
        // The operation, as the SDK for JavaScript adds it.
        b"x-id" => operation::is_one(&whole()) && !operation::is_one(value),
        _ => is_rest(value, word, place),
    }
}

/// The same of a value of which nothing is known. A word that stands alone may be whatever was pasted next,
/// a request id or the name of a file, so that it says nothing of a value that is whole as it stands.
fn is_rest(value: &[u8], word: &[u8], place: Place) -> bool {
    let sentence_ends = matches!(
        value.last(),
        Some(b'.' | b',' | b';' | b':' | b'!' | b'?' | b')')
    );
    let wanted = value.is_empty() && place.alone && !is_word(word);
    place.wide || !sentence_ends && (wanted || is_code(word))
}

/// Whether a word may be one of a sentence: letters of one case or with capitals in front, a number, or
/// something short.
fn is_word(word: &[u8]) -> bool {
    let letters = word
        .iter()
        .all(|b| b.is_ascii_alphabetic() || b"'-".contains(b));
    let upper = word.iter().all(|b| !b.is_ascii_lowercase());
    let capitals = word
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if !a.is_ascii_uppercase() || b.is_ascii_lowercase()));
    word.len() < 4 || word.iter().all(u8::is_ascii_digit) || letters && (upper || capitals)
}

/// Whether a word can be none of a sentence: letters of both cases and digits in one.
fn is_code(word: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| word.iter().any(is);
    word.len() >= 8
        && word
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
}

/// Whether the break parts an escape: `%` or `%2` before it and the missing digits behind.
fn tears_escape(before: &[u8], word: &[u8]) -> bool {
    let is_digit = |at: usize| word.get(at).is_some_and(u8::is_ascii_hexdigit);
    match before {
        [.., b'%'] => is_digit(0) && is_digit(1),
        [.., b'%', digit] => digit.is_ascii_hexdigit() && is_digit(0),
        _ => false,
    }
}

fn holds_escape(word: &[u8]) -> bool {
    let digits =
        |w: &[u8]| matches!(w, [b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    word.windows(3).any(digits)
}

/// The names in a list of signed headers, in small letters.
fn names_in(list: &[u8]) -> Vec<Vec<u8>> {
    let lower = list.to_ascii_lowercase();
    let mut rest = lower.as_slice();
    let mut names = Vec::new();
    loop {
        let end = memchr2(b';', b'%', rest).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        names.push(name.to_owned());
        let separator = if behind.starts_with(b"%3b") { 3 } else { 1 };
        match behind.get(separator..) {
            Some(next) => rest = next,
            None => return names,
        }
    }
}

/// Whether a list of signed headers names the host, without which there is none.
fn lists_host(names: &[Vec<u8>]) -> bool {
    let mut names = names.iter();
    names.any(|name| matches!(name.as_slice(), b"host" | b":authority"))
}

/// Whether such a list ends in the whole name of a header that is often signed.
fn ends_whole(names: &[Vec<u8>]) -> bool {
    names
        .last()
        .is_some_and(|last| LISTED.contains(&last.as_slice()))
}

/// How many characters a value has, each escape one.
fn characters(value: &[u8]) -> usize {
    let escapes = memchr_iter(b'%', value).count();
    value.len().saturating_sub(2 * escapes)
}

/// Whether a parameter of a presigned URL stands in a query.
fn has_parameter(query: &[u8]) -> bool {
    let front = b"x-amz-";
    query.split(|b| *b == b'&').take(64).any(|parameter| {
        parameter
            .get(..front.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(front))
    })
}
