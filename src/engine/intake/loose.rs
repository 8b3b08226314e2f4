//! Session tokens known by their shape, and those whose name stands apart from them: on the line above, in
//! another column or another member of an object, in prose.
//!
//! Owns the shapes, and what may stand between a name and its token. Names right before a `:` or a `=`
//! are the business of `tokens`.

use std::ops::Range;

use super::tokens::is_base64;

/// How tokens of AWS STS begin: the first letters, and those of its usual ones, which are told even where
/// they are glued to a word.
const STS: [&[u8]; 5] = [b"FwoG", b"IQoJ", b"FQoG", b"AQoD", b"AQoE"];
const STS_SURE: [&[u8]; 4] = [b"FwoGZXIv", b"IQoJb3Jp", b"FQoGZXIv", b"AQoDYXdz"];
/// How long such a token is at least, in bytes.
const STS_LEN: usize = 20;
/// How long a token is at least behind its name, behind the word `token`, in each part of a signed JSON token
/// and alone on a line; and how long it is at most on a line of which nothing else is known.
const NAMED_LEN: usize = 16;
const WORD_LEN: usize = 64;
const JWT_PART: usize = 8;
const LINE_LEN: usize = 200;
const LINE_MOST: usize = 4096;
/// How far a token stands from its name, in bytes.
const GAP: usize = 64;
/// Longest name in bytes.
const NAME: usize = 64;
/// By so many bytes it is told whether a text is mixed as tokens are.
const SAMPLE: usize = 128;
/// Shortest line of a token that goes on on the next.
const LINE: usize = 32;

/// Words that may stand between a name and its token, the prefixes of string literals among them.
const FILLERS: [&[u8]; 22] = [
    b"value", b"values", b"is", b"was", b"are", b"as", b"the", b"my", b"your", b"our", b"to",
    b"of", b"string", b"str", b"s", b"b", b"u", b"r", b"f", b"n", b"id", b"env",
];

/// The token of AWS STS that starts at `at`.
pub(super) fn sts(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let inside = at > 0 && text.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
    let starts = |list: &[&[u8]]| list.iter().any(|s| rest.starts_with(s));
    if !starts(&STS) || inside && !starts(&STS_SURE) {
        return None;
    }
    let end = run_end(text, at);
    let long = end - at >= STS_LEN && (starts(&STS_SURE) || is_mixed(rest.get(..end - at)?));
    long.then(|| at..wrapped_end(text, at, end))
}

/// The signed JSON token (RFC 7519) whose first letters, `eyJ`, end at `at`: servers other than AWS hand
/// out such as session tokens.
pub(super) fn jwt(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(2)?;
    let inside = start > 0 && text.get(start - 1).is_some_and(|b| is_url_base64(*b));
    if inside || text.get(start..=at) != Some(b"eyJ") {
        return None;
    }
    let part = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|b| is_url_base64(**b)).count()
    };
    let head = part(start);
    if head - start < JWT_PART || text.get(head..head + 4) != Some(b".eyJ") {
        return None;
    }
    let claims = part(head + 1);
    if claims - head <= JWT_PART {
        return None;
    }
    let end = match text.get(claims) {
        Some(b'.') => part(claims + 1),
        _ => claims,
    };
    Some(start..end)
}

/// The lines that hold a text as long and mixed as a token and nothing else.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', text)
        .chain([text.len()])
        .filter_map(move |end| {
            let line = std::mem::replace(&mut start, end + 1)..end;
            (line.len() >= LINE_LEN).then_some(line)
        })
        .filter_map(|line| {
            let whole = text.get(line.clone())?;
            let front = whole.len() - whole.trim_ascii_start().len();
            let start = line.start + front;
            let len = whole.trim_ascii().len();
            let long = (LINE_LEN..=LINE_MOST).contains(&len);
            let token = start..start + len;
            (long && run_end(text, start) == token.end && is_mixed(text.get(token.clone())?))
                .then_some(token)
        })
}

/// The token that stands apart behind a name that ends in `token`, at whose `k` is `at`.
pub(super) fn apart(text: &[u8], at: usize) -> Option<Range<usize>> {
    let word = at.checked_sub(2)?;
    let end = at + 3;
    if !text.get(word..end)?.eq_ignore_ascii_case(b"token") {
        return None;
    }
    let goes_on = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    if text.get(end).is_some_and(goes_on) {
        return None;
    }
    let shortest = shortest_behind(text.get(end.saturating_sub(NAME)..word)?)?;
    let mut next = end;
    while next < end + GAP {
        let rest = text.get(next..)?;
        next += rest.iter().position(|b| is_start(*b))?;
        if next >= end + GAP {
            break;
        }
        let near = text.get(next..text.len().min(next + SAMPLE))?;
        let word = near.get(..near.iter().take_while(|b| is_part(**b)).count())?;
        if word.len() >= shortest
            && let Some(token) = token_at(text, next, word)
        {
            return Some(token);
        }
        let letters = word
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        let letters = word.get(..letters)?;
        let number = letters.len() < 3 && letters.iter().all(u8::is_ascii_digit);
        if !number && !FILLERS.iter().any(|f| f.eq_ignore_ascii_case(letters)) {
            return None;
        }
        next += letters.len().max(1);
    }
    None
}

/// How long a token is at least behind the word that `before` leads up to; none where it is not about one.
fn shortest_behind(before: &[u8]) -> Option<usize> {
    let own = before
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        .count();
    let name = before.get(before.len() - own..)?;
    // `session token`, `X-Amz-Security-Token`, `sessionToken`.
    let lead = before.trim_ascii_end();
    let lead = lead
        .strip_suffix(b"-")
        .or(lead.strip_suffix(b"_"))
        .unwrap_or(lead);
    let words: [&[u8]; 5] = [b"session", b"security", b"access", b"sts", b"aws"];
    let ends = |word: &[u8]| {
        lead.len()
            .checked_sub(word.len())
            .and_then(|at| lead.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(word))
    };
    if words.iter().any(|w| ends(w)) {
        return Some(NAMED_LEN);
    }
    name.is_empty().then_some(WORD_LEN)
}

/// The token that starts with `word` at `at`: mixed, and no name of a header.
fn token_at(text: &[u8], at: usize, word: &[u8]) -> Option<Range<usize>> {
    let is_header = |w: &[u8]| w.eq_ignore_ascii_case(b"x-amz");
    if word.get(..5).is_some_and(is_header) || !is_mixed(word) {
        return None;
    }
    let end = run_end(text, at);
    let behind = text.get(end..)?.iter().find(|b| !is_blank(**b));
    (behind != Some(&b':')).then(|| at..wrapped_end(text, at, end))
}

/// Where the letters of a token end that starts at `at`, its padding taken with it.
fn run_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let len = rest.iter().take_while(|b| is_part(**b)).count();
    let padding = rest.iter().skip(len).take_while(|b| **b == b'=').count();
    // Behind what was no padding stands a value.
    let value = rest.get(len + padding).is_some_and(|b| is_part(*b));
    at + len + if value { 0 } else { padding }
}

/// Where a token ends whose first line is `start..end`, if a terminal or a mail program broke it.
fn wrapped_end(text: &[u8], start: usize, end: usize) -> usize {
    let mut end = end;
    let mut width = end - start;
    while width >= LINE && text.get(end - 1) != Some(&b'=') {
        let rest = text.get(end..).unwrap_or_default();
        let blanks = rest.iter().take_while(|b| is_blank(**b)).count();
        let eol = match rest.get(blanks..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([b'\n' | b'\r', ..]) => 1,
            _ => break,
        };
        let indent = rest
            .iter()
            .skip(blanks + eol)
            .take_while(|b| is_blank(**b))
            .count();
        let from = end + blanks + eol + indent;
        let until = run_end(text, from);
        let line = text.get(from..until).unwrap_or_default();
        let alone = !text
            .get(until)
            .is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'`'));
        let prose = text.get(until).is_some_and(|b| is_blank(*b));
        if line.len() > width || !alone || prose || !(is_mixed(line) || line.ends_with(b"=")) {
            break;
        }
        width = line.len();
        end = until;
    }
    end
}

/// Whether capitals, small letters and digits stand near the front.
fn is_mixed(word: &[u8]) -> bool {
    let near = word.get(..word.len().min(SAMPLE)).unwrap_or_default();
    near.iter().any(u8::is_ascii_uppercase)
        && near.iter().any(u8::is_ascii_lowercase)
        && near.iter().any(u8::is_ascii_digit)
}

fn is_start(byte: u8) -> bool {
    is_base64(byte)
}

fn is_part(byte: u8) -> bool {
    is_base64(byte) || matches!(byte, b'-' | b'_' | b'.')
}

fn is_url_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
