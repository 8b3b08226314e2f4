//! Session tokens and other credentials in the input: where they stand, so that no reader shows them.
//!
//! Owns the names under which they travel: headers, query parameters, XML elements, keys of JSON,
//! variables, and all of them again inside the strings and dumps that a verifier echoes back. Tokens that
//! are known by their shape or stand apart from their names are the business of `loose`, secrets that
//! sign that of `secrets`.

use std::ops::Range;

use super::{Case, Given, loose};
use crate::engine::document::{DocId, Mask, Plain, Span};
use crate::engine::secret::{Hidden, joined, label};

/// Bytes of a document that are looked at at once, and how many behind them with them. A value that reaches
/// further is followed on its document.
const CHUNK: usize = 256 << 10;
const REACH: usize = 16 << 10;
/// What reaches so near to the end of what is looked at may go on behind it: an escape may be cut there.
const EDGE: usize = 16;
/// Longest name in bytes.
const NAME: usize = 64;
/// Shorter values behind a name that only resembles one of a token are words.
const SHORTEST: usize = 8;
/// Length in bytes of a secret of AWS.
const SECRET_LEN: usize = 40;

/// What is named by a name.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Named {
    /// A secret that signs.
    Secret,
    /// A session token.
    Token,
    /// A session token in answers and in quotes; elsewhere the word is too common.
    TokenWord,
    /// A token of another kind, as of OAuth: it stands where a session token does, and is none.
    OtherToken,
    /// A header whose whole value lets somebody in.
    Credential,
    /// `Authorization`, whose value is a credential unless it is a signature.
    Authorization,
}

/// Masks every session token of the case, and every other credential that a name gives away.
pub(super) fn mask(case: &mut Case) {
    let mut spans: Vec<(Span, Mask)> = Vec::new();
    // A header's value may be folded, so that no scan of lines sees all of it.
    for request in &case.requests {
        for header in &request.headers {
            if let Given::Stated(name) = header.name {
                let value = case.docs.bytes(header.value);
                let what = named(case.docs.bytes(name));
                let range = match what {
                    Some(Named::Secret | Named::Token | Named::OtherToken | Named::Credential) => {
                        0..value.len()
                    }
                    Some(Named::Authorization) => credential(value),
                    Some(Named::TokenWord) | None => continue,
                };
                let range = trimmed(value, range);
                spans.push((header.value.part(range), mask_of(what)));
            }
        }
    }
    // Layers too: a dump is masked through what it decodes to, and so is escaped text.
    let docs: Vec<DocId> = case.docs.iter().map(|(id, _)| id).collect();
    for doc in docs {
        let whole = case.docs.whole(doc);
        let bytes = case.docs.bytes(whole);
        let mut plain = Plain::decoding();
        let mut start = 0_usize;
        while start < bytes.len() {
            let mut past = start + CHUNK;
            let end = start.saturating_add(CHUNK + REACH).min(bytes.len());
            plain.clear();
            plain.read(bytes.get(start..end).unwrap_or_default(), start);
            for (range, mask) in find(plain.bytes()) {
                let cut = end < bytes.len() && range.end + EDGE > plain.bytes().len();
                let mut given = plain.given(range);
                if cut {
                    given.end = followed(bytes, given.end);
                    past = past.max(given.end);
                }
                spans.push((whole.part(given), mask));
            }
            start = past;
        }
    }
    spans.retain(|(span, _)| !span.is_empty());
    spans.sort_unstable_by_key(|(span, mask)| (*span, *mask == Mask::Token));
    spans.dedup_by_key(|(span, _)| *span);
    case.docs.mask_all(spans);
}

/// `text` with what looks like a credential in it replaced. For a text that is about to be cut: of the rest of a
/// value nobody could tell any more that it must not be shown.
pub(in crate::engine) fn without(text: &[u8]) -> Vec<u8> {
    let mut plain = Plain::decoding();
    plain.read(text, 0);
    let found = find(plain.bytes()).into_iter();
    let hidden = found.map(|(range, mask)| {
        let size = range.len();
        Hidden {
            range: plain.given(range),
            mask,
            size,
        }
    });
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for Hidden { range, mask, size } in joined(hidden.collect()) {
        out.extend_from_slice(text.get(at..range.start).unwrap_or_default());
        out.extend_from_slice(label(mask, size).as_bytes());
        at = range.end;
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
    out
}

/// Where a value ends that goes on at `at`, as it is spelled there.
fn followed(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let goes_on = |b: &u8| is_base64(*b) || b"=-_.~%\\".contains(b);
    at + rest.iter().take_while(|b| goes_on(b)).count()
}

/// Whether `name` may name something, by its ends: most names do not, and there are very many.
fn may_be_named(name: &[u8]) -> bool {
    let letters = || name.iter().filter(|b| b.is_ascii_alphanumeric());
    let resembles = letters()
        .next()
        .is_some_and(|b| b.eq_ignore_ascii_case(&b'x'));
    let mut last = letters().rev().skip_while(|b| b.is_ascii_digit());
    let last = [last.next(), last.next()].map(|b| b.map(u8::to_ascii_lowercase));
    resembles
        || matches!(
            last,
            [Some(b'n'), Some(b'o' | b'e')] | [Some(b'e'), Some(b'i')] | [Some(b'y'), Some(b'e')]
        )
}

/// What `name` names, however it is punctuated.
fn named(name: &[u8]) -> Option<Named> {
    if !may_be_named(name) {
        return None;
    }
    let solid: Vec<u8> = name
        .iter()
        .filter(|b| b.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    let name = std::str::from_utf8(&solid).ok()?;
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match name {
        "authorization" => return Some(Named::Authorization),
        "proxyauthorization" | "cookie" | "setcookie" | "xapikey" | "apikey" | "xauthtoken" => {
            return Some(Named::Credential);
        }
        // `X-Vault-Token` and its like: a header of somebody's own.
        name if name.starts_with('x') && !name.starts_with("xam") && name.ends_with("token") => {
            return Some(Named::Credential);
        }
        // The key of a customer's own (SSE-C, Amazon S3 User Guide) is sent as it is; the header of a copy's source, too.
        // The SDKs call it `SSECustomerKey`.
        name if name.ends_with("serversideencryptioncustomerkey")
            || name.ends_with("ssecustomerkey") =>
        {
            return Some(Named::Credential);
        }
        "token" => return Some(Named::TokenWord),
        _ => {}
    }
    // Codes of errors speak of tokens and hold none.
    let code = ["invalid", "missing", "expired", "unrecognized"];
    if code.iter().any(|c| name.starts_with(c)) {
        return None;
    }
    if name.ends_with("accesstoken") {
        return Some(Named::OtherToken);
    }
    let ends = ["securitytoken", "sessiontoken"];
    if name.ends_with("secretaccesskey") || name.ends_with("secretkey") {
        return Some(Named::Secret);
    }
    // Near misses of `X-Amz-Security-Token`: the finding that points at one must not quote it.
    let resembles = name.starts_with("xam") && (name.contains("token") || name.contains("securit"));
    (resembles || ends.iter().any(|e| name.ends_with(e))).then_some(Named::Token)
}

fn mask_of(what: Option<Named>) -> Mask {
    match what {
        // A cookie or a bearer token lets somebody in, and no correction needs it: it is never revealed.
        Some(Named::Secret | Named::OtherToken | Named::Credential | Named::Authorization) => {
            Mask::Secret
        }
        Some(Named::Token | Named::TokenWord) | None => Mask::Token,
    }
}

/// Every credential in a text whose escapes are undone.
fn find(text: &[u8]) -> Vec<(Range<usize>, Mask)> {
    let mut found = Vec::new();
    found.extend(loose::lines(text).map(|r| (r, Mask::Token)));
    let mut past = 0;
    // A token behind a name ends here, though what stands right behind the name is looked at nevertheless:
    // it may be longer than it looks.
    let mut apart = 0;
    let mut next = 0;
    while let Some(rest) = text.get(next..) {
        let mut before = next.checked_sub(1).and_then(|at| text.get(at)).copied();
        let found_by = |byte: &u8| leads(before.replace(*byte), *byte);
        let Some(skipped) = rest.iter().position(found_by) else {
            break;
        };
        let at = next + skipped;
        next = at + 1;
        let Some(byte) = text.get(at) else { break };
        let range = match byte {
            _ if at < past => None,
            b':' | b'=' | b'>' | b'(' => value_behind(text, at),
            b',' | b' ' => beside(text, at),
            b'@' => userinfo(text, at).map(|r| (r, Mask::Secret)),
            b'F' | b'I' | b'A' => loose::sts(text, at).map(|r| (r, Mask::Token)),
            b'J' => loose::jwt(text, at).map(|r| (r, Mask::Token)),
            b'k' | b'K' if at >= apart => {
                if let Some(range) = loose::apart(text, at) {
                    apart = range.end;
                    found.push((range, Mask::Token));
                }
                None
            }
            _ => None,
        };
        // A key id that is a secret stands right behind its name.
        let range = range.or_else(|| {
            matches!(byte, b'=' | b':' | b'>')
                .then(|| key_id(text, at))?
                .map(|r| (r, Mask::Secret))
        });
        if let Some((range, mask)) = range {
            // Inside of it nothing else begins, but a userinfo ends where it ends.
            past = range.end.max(past);
            found.push((range, mask));
        }
    }
    found
}

/// Whether a credential may be found by this byte, behind the one before it.
fn leads(before: Option<u8>, byte: u8) -> bool {
    match byte {
        b':' | b'=' | b'>' | b'(' | b'@' | b'F' | b'I' | b'A' | b'J' | b'k' | b'K' => true,
        b',' | b' ' => matches!(before, Some(b'"' | b'\'')),
        _ => false,
    }
}

/// The value behind the separator at `at`, where a name before it says that it is a credential.
fn value_behind(text: &[u8], at: usize) -> Option<(Range<usize>, Mask)> {
    let (name, quote) = name_before(text, at)?;
    let what = named(text.get(name.clone())?).or_else(|| paired(text, &name))?;
    let separator = text.get(at)?;
    let closing = name.start > 0 && text.get(name.start - 1) == Some(&b'/');
    if *separator == b'>' && closing {
        return None;
    }
    let mut start = at + 1;
    // `=>` and `:=`.
    if matches!(separator, b'=' | b':') && matches!(text.get(start), Some(b'>' | b'=')) {
        start += 1;
    }
    start += blanks(text.get(start..)?);
    let rest = text.get(start..)?;
    let stop_at = |stop: &dyn Fn(u8) -> bool, from: usize| {
        let inside = rest.get(from..).unwrap_or_default();
        from + inside.iter().position(|b| stop(*b)).unwrap_or(inside.len())
    };
    let range = match what {
        Named::Secret | Named::Token | Named::OtherToken | Named::TokenWord => {
            let opened = rest
                .first()
                .copied()
                .filter(|b| matches!(b, b'"' | b'\'' | b'`'));
            if what == Named::TokenWord && *separator != b'>' && opened.is_none() {
                return None;
            }
            // Before its end is looked for: there may be very many of them in one value.
            let first = rest.get(usize::from(opened.is_some()));
            if matches!(first, Some(b'*' | b'<' | b'[' | b'{' | b'$' | b'%')) {
                return None;
            }
            if let Some(q) = opened {
                1..stop_at(&|b| b == q || matches!(b, b'\n' | b'\r'), 1)
            } else {
                let stop = |b: u8| {
                    b.is_ascii_whitespace()
                        || matches!(b, b'&' | b'<' | b'"' | b'\'' | b'`' | b',' | b';')
                        || matches!(b, b')' | b'}' | b']')
                };
                let end = stop_at(&stop, 0);
                // A backslash there escapes what ends the value.
                let inside = rest.get(..end).unwrap_or_default();
                0..end - usize::from(inside.ends_with(b"\\"))
            }
        }
        Named::Credential | Named::Authorization => {
            let (from, end) = words(rest, *separator, quote)?;
            let stop = |b: u8| matches!(b, b'\n' | b'\r') || end.contains(&b);
            if what == Named::Credential {
                from..stop_at(&stop, from)
            } else {
                // A signature is told by what stands near; how long a credential is does not matter.
                let near = rest.get(from..rest.len().min(from + REACH))?;
                let near = near.get(..near.iter().position(|b| stop(*b)).unwrap_or(near.len()))?;
                // `Authorization: SharedKey <account>:…`: that word is the way to get in, and what follows is a mark.
                let behind = rest.get(from + near.len()..)?;
                let one_word = near.ends_with(b" ") && !near.trim_ascii().contains(&b' ');
                if one_word && behind.starts_with(b"<") && !behind.starts_with(b"</") {
                    return None;
                }
                let range = credential(near);
                let range = from + range.start..from + range.end;
                if range.is_empty() || near.len() < REACH {
                    range
                } else {
                    range.start..stop_at(&stop, from + near.len())
                }
            }
        }
    };
    let range = trimmed(rest, range);
    let value = rest.get(range.clone())?;
    let placeholder = matches!(value.first(), Some(b'*' | b'<' | b'[' | b'{' | b'$' | b'%'))
        || value.eq_ignore_ascii_case(b"redacted");
    (value.len() >= SHORTEST && !placeholder)
        .then_some((start + range.start..start + range.end, mask_of(Some(what))))
}

/// The value of a pair of two literals, `("name", "value")` or `"name" "value"`, between which the byte at `at` stands.
fn beside(text: &[u8], at: usize) -> Option<(Range<usize>, Mask)> {
    let quote = text.get(at.checked_sub(1)?)?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let comma = text.get(at) == Some(&b',');
    let start = at + 1 + blanks(text.get(at + 1..)?);
    let opened = text.get(start).filter(|b| matches!(b, b'"' | b'\''))?;
    let (name, _) = name_before(text, at)?;
    let what = named(text.get(name.clone())?).filter(|what| *what != Named::TokenWord)?;
    // In a list the next member is another name: a pair holds no more than the two.
    let before = text.get(..name.start.checked_sub(1)?)?.trim_ascii_end();
    if comma && !matches!(before.last(), Some(b'(' | b'[' | b'{')) {
        return None;
    }
    let rest = text.get(start + 1..)?;
    let end = rest.iter().position(|b| b == opened || *b == b'\n')?;
    let behind = rest.get(end + 1..)?.trim_ascii_start();
    if comma && !matches!(behind.first(), Some(b')' | b']' | b'}')) {
        return None;
    }
    let value = rest.get(..end)?;
    let range = match what {
        Named::Authorization => credential(value),
        _ => 0..value.len(),
    };
    let shown = matches!(value.first(), Some(b'*' | b'<' | b'[' | b'{' | b'$' | b'%'));
    (range.len() >= SHORTEST && !shown).then(|| {
        let start = start + 1;
        (start + range.start..start + range.end, mask_of(Some(what)))
    })
}

/// Where the value of a header begins in `rest`, which may be words with blanks between them, and what ends it beside
/// the end of its line; `quote` stands before its name.
fn words(rest: &[u8], separator: u8, quote: Option<u8>) -> Option<(usize, Vec<u8>)> {
    // A list of values, then the letter of a literal.
    let list = usize::from(matches!(rest.first(), Some(b'[' | b'(')));
    let mut from = list + blanks(rest.get(list..)?);
    if let [b'b' | b'u' | b'B' | b'U', b'"' | b'\'', ..] = rest.get(from..)? {
        from += 1;
    }
    if let Some(q) = rest.get(from).filter(|b| matches!(b, b'"' | b'\'' | b'`')) {
        return Some((from + 1, vec![*q]));
    }
    let mut end = match (separator, list) {
        (b':', 1) => vec![b']', b')'],
        (b':' | b'>', _) => vec![b'<'],
        (b'=', _) => b"&,<}\"'`".to_vec(),
        _ => return None,
    };
    end.extend(quote);
    Some((from, end))
}

/// What the value of `{"name": "x", "value": "…"}` or `{"key": "x", "value": "…"}` is, whose own name stands at `value`.
fn paired(text: &[u8], value: &Range<usize>) -> Option<Named> {
    if text.get(value.clone()) != Some(b"value") {
        return None;
    }
    let before = text.get(value.start.saturating_sub(2 * NAME)..value.start)?;
    let before = before.strip_suffix(b"\"")?.trim_ascii_end();
    let before = before.strip_suffix(b",")?.trim_ascii_end();
    let before = before.strip_suffix(b"\"")?;
    let start = memchr::memrchr(b'"', before)? + 1;
    let (front, name) = before.split_at_checked(start)?;
    let front = front.strip_suffix(b"\"")?.trim_ascii_end();
    let front = front.strip_suffix(b":")?.trim_ascii_end();
    let is_name = front.ends_with(b"\"name\"") || front.ends_with(b"\"key\"");
    is_name.then(|| named(name))?
}

/// The name that ends at the separator at `at`, and the quote that opened before it.
fn name_before(text: &[u8], at: usize) -> Option<(Range<usize>, Option<u8>)> {
    let floor = at.saturating_sub(NAME);
    let before = text.get(floor..at)?;
    let is_quote = |b: &u8| matches!(b, b'"' | b'\'');
    let mut end = before.trim_ascii_end().len();
    if before.get(..end)?.last().is_some_and(is_quote) {
        end -= 1;
    }
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let len = before
        .get(..end)?
        .iter()
        .rev()
        .take_while(|b| is_name(b))
        .count();
    let name = floor + end - len..floor + end;
    let quote = name
        .start
        .checked_sub(1)
        .and_then(|i| text.get(i))
        .copied()
        .filter(|b| is_quote(b));
    (len > 0).then_some((name, quote))
}

/// What of the value of an `Authorization` header lets somebody in: nothing where it is a signature.
fn credential(value: &[u8]) -> Range<usize> {
    let start = blanks(value);
    let rest = value.get(start..).unwrap_or_default();
    let has = |word: &[u8]| memchr::memmem::find(rest, word).is_some();
    let signed = rest
        .get(..3)
        .is_some_and(|r| r.eq_ignore_ascii_case(b"aws"))
        || has(b"Credential=")
        || has(b"Signature=")
        || has(b"SignedHeaders=");
    // `{{token}}` names a value, and is none.
    let named = rest.trim_ascii();
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let named = named
        .strip_prefix(b"{{")
        .and_then(|name| name.strip_suffix(b"}}"))
        .is_some_and(|name| name.trim_ascii().iter().all(is_name));
    if signed || named {
        return 0..0;
    }
    // The name of the way to get in may be shown.
    let scheme = memchr::memchr(b' ', rest.trim_ascii_end()).map_or(0, |i| i + 1);
    start + scheme..value.len()
}

/// The userinfo of a URL, from behind `://` to the `@` at `at`.
pub(super) fn userinfo(text: &[u8], at: usize) -> Option<Range<usize>> {
    let floor = at.saturating_sub(4 << 10);
    let before = text.get(floor..at)?;
    let is_part =
        |b: &u8| !b.is_ascii_whitespace() && !matches!(b, b'@' | b'"' | b'\'' | b'<' | b'>');
    let len = before.iter().rev().take_while(|b| is_part(b)).count();
    let word = before.get(before.len() - len..)?;
    let start = memchr::memmem::rfind(word, b"://")? + 3;
    let info = word.get(start..)?;
    let colon = memchr::memchr(b':', info);
    // A slash ends the authority (RFC 3986 §3.2); in a secret of AWS it is often left as it is.
    let secret = colon.and_then(|c| info.get(c + 1..)).unwrap_or_default();
    let authority = !info.iter().any(|b| matches!(b, b'/' | b'?' | b'#'));
    let is_secret = secret.len() == SECRET_LEN && secret.iter().all(|b| is_base64(*b));
    let worth = info.len() >= SHORTEST && (authority || is_secret);
    worth.then_some(at - info.len()..at)
}

/// The key id behind the separator at `at`, where it is as long as a secret and of its letters: the two
/// were mixed up, and the secret must not be shown for it.
fn key_id(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at + 1..)?;
    let start = rest
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t' | b'"' | b'\''))
        .count();
    let value = rest.get(start..start + SECRET_LEN)?;
    let ends = match rest.get(start + SECRET_LEN) {
        Some(b'/') => rest
            .get(start + SECRET_LEN + 1..start + SECRET_LEN + 9)
            .is_some_and(|date| date.iter().all(u8::is_ascii_digit)),
        next => !next.is_some_and(|b| is_base64(*b)),
    };
    // Few values are such, so that few names need to be read.
    if !ends || !value.iter().all(|b| is_base64(*b)) {
        return None;
    }
    let (name, _) = name_before(text, at)?;
    let name: Vec<u8> = text
        .get(name)?
        .iter()
        .filter(|b| b.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    let names = ["credential", "accesskeyid", "accesskey", "accessid"];
    if !names.iter().any(|n| name.ends_with(n.as_bytes())) {
        return None;
    }
    let start = at + 1 + start;
    Some(start..start + SECRET_LEN)
}

pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn blanks(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

/// `range` without the white space around it.
fn trimmed(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let inside = bytes.get(range.clone()).unwrap_or_default();
    let front = inside.len() - inside.trim_ascii_start().len();
    let back = inside.len() - inside.trim_ascii_end().len();
    range.start + front..range.end.saturating_sub(back).max(range.start + front)
}
