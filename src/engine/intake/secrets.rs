//! Secrets that stand in the input: environment assignments, credentials files, and what
//! `aws configure export-credentials` and `aws sts assume-role` print.
//!
//! Owns the names under which a secret, its key id and its session token are written; where none names
//! it is the business of `unnamed`. A secret may stand anywhere, inside a body too, so that every one of
//! them is masked.

use std::ops::Range;

use bytes::Bytes;
use memchr::memmem;
use zeroize::Zeroizing;

use super::compose::Composer;
use super::piece::Piece;
use super::stand_ins::is_name_of_secret;
use super::text::{Text, is_blank};
use super::{Case, Part, PastedSecret, Shape, limits, unescape, unnamed};
use crate::engine::diagnose::Finding;
use crate::engine::document::{Mask, Peel, Span};

/// The shape's name.
pub(super) const SHAPE: Shape = Shape("aws-credentials");

/// How far from a secret its key id and token may stand, in bytes.
const NEAR: usize = 8 << 10;
/// Longest name, and shortest and longest value, in bytes.
const NAME: usize = 64;
const VALUE: Range<usize> = 8..(8 << 10);
/// Secrets in one document.
const MOST: usize = 256;

/// What an assigned value is.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Kind {
    Secret,
    KeyId,
    Token,
}

/// `name = value` in any of the notations.
#[derive(Clone, Debug)]
pub(super) struct Assigned {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) written_as: &'static str,
}

/// Finds every secret of `text`, masks it and adds it to the case; `ids` are key ids that requests name.
pub(super) fn find(case: &mut Case, text: &Text, ids: &[Vec<u8>]) {
    let secrets = assigned(text, 0..text.len(), Kind::Secret);
    // Either ids stand before their secrets throughout, or behind them.
    let mut first = true;
    let mut id_leads = true;
    let mut before = 0;
    for (place, secret) in secrets.iter().enumerate() {
        let next = secrets.get(place + 1).map_or(text.len(), |s| s.name.start);
        let floor = secret.name.start.saturating_sub(NEAR).max(before);
        let ceiling = next.min(secret.value.end.saturating_add(NEAR));
        let lead = floor..secret.name.start;
        let trail = secret.value.end..ceiling;
        before = secret.value.end;
        let id_before = assigned(text, lead.clone(), Kind::KeyId).pop();
        let ids_behind = assigned(text, trail.clone(), Kind::KeyId);
        if first {
            id_leads = id_before.is_some();
            first = false;
        }
        let key_id = if id_leads {
            id_before
        } else {
            ids_behind.first().cloned()
        };
        // What follows the next key id belongs to that one.
        let own = match ids_behind.first() {
            Some(id) if id_leads => trail.start..id.name.start,
            Some(_) | None => trail,
        };
        let token = assigned(text, own, Kind::Token)
            .into_iter()
            .next()
            .or_else(|| assigned(text, lead, Kind::Token).pop());
        add(case, text, secret, key_id.as_ref(), token.as_ref());
    }
    if secrets.is_empty()
        && let Some(remark) = without_value(case, text)
    {
        case.find(remark);
    }
    let known: Vec<Range<usize>> = secrets.into_iter().map(|s| s.value).collect();
    for found in unnamed::find(text, &known, ids) {
        let [secret, key_id, token] = found;
        if let Some(secret) = secret {
            add(case, text, &secret, key_id.as_ref(), token.as_ref());
        }
    }
}

/// That a secret is assigned, and its value is none: empty, or a mark in its place.
fn without_value(case: &Case, text: &Text) -> Option<Finding> {
    let whole = 0..text.len();
    let place = anchors(Kind::Secret)
        .iter()
        .flat_map(|anchor| {
            memmem::find_iter(text.get(whole.clone()), anchor).take(limits::FAILURES)
        })
        .filter_map(|at| value(text, name_around(text, at, &whole, Kind::Secret)?))
        .filter(|assigned| is_empty(text, assigned))
        .min_by_key(|assigned| assigned.name.start)?;
    let shown = String::from_utf8_lossy(text.get(place.name.clone())).into_owned();
    Some(
        Finding::warning(
            "secret-without-value",
            format!("{shown} stands here without a value that could be one."),
            "Give the secret itself: a variable that is not set, or a mark in its place, proves nothing.",
        )
        .at(case.docs.to_given(text.span(place.name)), "no secret"),
    )
}

fn add(
    case: &mut Case,
    text: &Text,
    secret: &Assigned,
    key_id: Option<&Assigned>,
    token: Option<&Assigned>,
) {
    let parts = [Some(secret), key_id, token];
    let whole = parts
        .iter()
        .flatten()
        .fold(secret.name.clone(), |all, part| {
            all.start.min(part.name.start)..all.end.max(part.value.end)
        });
    let given = case.docs.to_given(text.span(secret.value.clone()));
    let known = |old: &PastedSecret| case.docs.to_given(old.value).contains(given);
    if case.secrets.iter().any(known) {
        return;
    }
    let value = literal(case, text, secret);
    let key_id = key_id.map(|id| literal(case, text, id));
    let session_token = token.map(|token| literal(case, text, token));
    case.docs.mask(value, Mask::Secret);
    if let Some(token) = session_token {
        case.docs.mask(token, Mask::Token);
    }
    if case.pieces.len() < limits::PARTS {
        case.pieces.push(super::Piece {
            shape: SHAPE,
            span: case.docs.to_given(text.span(whole)),
            part: Part::Secret(case.secrets.len()),
        });
        case.secrets.push(PastedSecret {
            value,
            key_id,
            session_token,
            written_as: secret.written_as,
        });
    }
}

/// Keeps the secret of `parts`, which are the secret, its key id and its session token, where it is given.
pub(super) fn keep(
    composer: &mut Composer<'_, '_, '_>,
    parts: &[Option<Piece>; 3],
    written_as: &'static str,
) {
    let [secret, key_id, token] = parts.each_ref().map(|part| {
        let piece = part
            .as_ref()
            .filter(|piece| !is_placeholder(piece.bytes()))?;
        let placed = composer.placed(piece)?;
        Some((placed.whole(), piece.start..piece.end))
    });
    let Some((value, place)) = secret.filter(|(value, _)| VALUE.contains(&value.len())) else {
        return;
    };
    let span = composer.text.span(place);
    let case = &mut *composer.reader.case;
    case.docs.mask(value, Mask::Secret);
    if let Some((token, _)) = &token {
        case.docs.mask(*token, Mask::Token);
    }
    if case.pieces.len() < limits::PARTS {
        case.pieces.push(super::Piece {
            shape: SHAPE,
            span: case.docs.to_given(span),
            part: Part::Secret(case.secrets.len()),
        });
        case.secrets.push(PastedSecret {
            value,
            key_id: key_id.map(|(span, _)| span),
            session_token: token.map(|(span, _)| span),
            written_as,
        });
    }
}

/// The value without the escapes of a string literal (`\/` in JSON).
fn literal(case: &mut Case, text: &Text, assigned: &Assigned) -> Span {
    let span = text.span(assigned.value.clone());
    match unescape::backslashes(text.get(assigned.value.clone())) {
        Some(plain) => {
            let peel = Peel::BackslashEscapes;
            let bytes = Bytes::from_owner(Zeroizing::new(plain.bytes));
            let layer = case.docs.peel(span, peel, bytes, plain.map);
            case.docs.whole(layer)
        }
        None => span,
    }
}

/// What stands in the names of each kind.
fn anchors(kind: Kind) -> &'static [&'static [u8]] {
    match kind {
        Kind::Secret => &[b"ecret", b"ECRET", b"ootPassword", b"ROOT_PASSWORD"],
        Kind::KeyId => &[b"ccess", b"CCESS", b"ootUser", b"ROOT_USER"],
        Kind::Token => &[b"oken", b"OKEN"],
    }
}

/// Every value of this kind that is assigned in `range`, in order.
fn assigned(text: &Text, range: Range<usize>, kind: Kind) -> Vec<Assigned> {
    let mut found: Vec<Assigned> = Vec::new();
    for anchor in anchors(kind) {
        for i in memmem::find_iter(text.get(range.clone()), anchor).take(limits::FAILURES) {
            let at = range.start + i;
            if let Some(assigned) = name_around(text, at, &range, kind).and_then(|n| value(text, n))
                && assigned.value.end <= range.end
                && is_plausible(text, &assigned)
            {
                found.push(assigned);
            }
            if found.len() >= MOST {
                break;
            }
        }
    }
    found.sort_by_key(|a| a.name.start);
    found.dedup_by_key(|a| a.name.start);
    found
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The name around `at`, where it is one of this kind.
fn name_around(text: &Text, at: usize, range: &Range<usize>, kind: Kind) -> Option<Range<usize>> {
    let floor = at.saturating_sub(NAME).max(range.start);
    let back = text
        .get(floor..at)
        .iter()
        .rev()
        .take_while(|b| is_name(**b))
        .count();
    let ahead = text
        .get(at..at + NAME)
        .iter()
        .take_while(|b| is_name(**b))
        .count();
    let name = at - back..at + ahead;
    if name.len() >= NAME {
        return None;
    }
    let plain: Vec<u8> = text
        .get(name.clone())
        .iter()
        .filter(|b| !matches!(b, b'_' | b'-'))
        .map(u8::to_ascii_lowercase)
        .collect();
    let ends: &[&str] = match kind {
        // The last ones are those of a MinIO server and of its chart for Helm.
        Kind::Secret => &["secretaccesskey", "secretkey", "miniorootpassword"],
        Kind::KeyId => &["accesskeyid", "accesskey", "miniorootuser"],
        Kind::Token => &["sessiontoken", "securitytoken"],
    };
    // `secretaccesskey` ends with `accesskey` too.
    let other = kind == Kind::KeyId && memmem::find(&plain, b"secret").is_some();
    // A header of a request is no credential of a file.
    let header = plain.starts_with(b"xamz");
    let whole = match kind {
        Kind::Secret => "rootpassword",
        Kind::KeyId => "rootuser",
        Kind::Token => "",
    };
    let named = plain == whole.as_bytes() || ends.iter().any(|e| plain.ends_with(e.as_bytes()));
    (!other && !header && named).then_some(name)
}

/// The value assigned to `name`.
fn value(text: &Text, name: Range<usize>) -> Option<Assigned> {
    let line = near_line(text, name.end);
    let mut at = name.end;
    let blanks = |at: usize| {
        at + text
            .get(at..line.end)
            .iter()
            .take_while(|b| is_blank(**b))
            .count()
    };
    let quote = |at: usize| match text.get(at..line.end) {
        [q @ (b'"' | b'\''), ..] => Some((*q, 1)),
        [b'\\', q @ (b'"' | b'\''), ..] => Some((*q, 2)),
        _ => None,
    };
    let quoted_name = quote(at);
    at += quoted_name.map_or(0, |(_, len)| len);
    if text.at(at) == Some(b'>') {
        let value = at + 1..at + 1 + memchr::memchr(b'<', text.get(at + 1..line.end))?;
        return Some(Assigned {
            name,
            value,
            written_as: "a SecretAccessKey in XML",
        });
    }
    let separated = blanks(at);
    at = match text.at(separated) {
        // `=>` and `:=` too, and a setter's bracket.
        Some(b'=' | b':') => match text.at(separated + 1) {
            Some(b'>' | b'=') => blanks(separated + 2),
            _ => blanks(separated + 1),
        },
        Some(b'(') => blanks(separated + 1),
        Some(_) if separated > at && is_command(text, name.start) => separated,
        _ => return None,
    };
    let (start, end) = if let Some((q, len)) = quote(at) {
        let inside = text.get(at + len..line.end);
        let end = memchr::memchr(q, inside).unwrap_or(inside.len());
        let escaped = len == 2 && end > 0 && inside.get(end - 1) == Some(&b'\\');
        (at + len, at + len + end - usize::from(escaped))
    } else {
        // In a query or a form the next parameter follows.
        let before = name.start.checked_sub(1).and_then(|i| text.at(i));
        let in_query = matches!(before, Some(b'?' | b'&'));
        let stop = |b: &u8| {
            b.is_ascii_whitespace()
                || matches!(b, b'"' | b'\'' | b';' | b'<')
                || in_query && *b == b'&'
        };
        let inside = text.get(at..line.end);
        let end = at + inside.iter().position(stop).unwrap_or(inside.len());
        (at, end - members_end(text, &name, at..end))
    };
    let upper = text.get(name.clone()).iter().any(u8::is_ascii_uppercase);
    let lower = text.get(name.clone()).iter().any(u8::is_ascii_lowercase);
    let written_as = match (quoted_name.is_some(), upper, lower) {
        (true, ..) => "a SecretAccessKey in JSON",
        _ if text.get(name.clone()).ends_with(b"assword") => "rootPassword",
        _ if text.get(name.clone()).ends_with(b"ROOT_PASSWORD") => "MINIO_ROOT_PASSWORD=",
        (false, true, false) => "AWS_SECRET_ACCESS_KEY=",
        (false, ..) => "aws_secret_access_key =",
    };
    Some(Assigned {
        name,
        value: start..end,
        written_as,
    })
}

/// How many bytes at the end of a bare value close the structure whose member it is, as Go prints one:
/// `{AccessKey:… SecretKey:…}`, `Credentials{AccessKeyID: …, SecretAccessKey: …, SessionToken: …}`.
fn members_end(text: &Text, name: &Range<usize>, value: Range<usize>) -> usize {
    let before = text.get(name.start.saturating_sub(VALUE.end)..name.start);
    let line = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let before = before.get(line..).unwrap_or_default();
    let open = memchr::memrchr(b'{', before) > memchr::memrchr(b'}', before);
    let value = text.get(value);
    let close = value
        .iter()
        .rev()
        .take_while(|b| matches!(b, b'}' | b',' | b']' | b')'));
    if open { close.count() } else { 0 }
}

/// The rest of the line at `at`, as far as a value could reach.
fn near_line(text: &Text, at: usize) -> Range<usize> {
    let near = text.get(at..at.saturating_add(VALUE.end + NAME));
    let len = memchr::memchr2(b'\n', b'\r', near).unwrap_or(near.len());
    at..at + len
}

/// Whether the words before a name set a variable: `set -x`, `setx`, `setenv`, `configure set`.
fn is_command(text: &Text, at: usize) -> bool {
    let before = text.get(at.saturating_sub(16)..at).trim_ascii_end();
    let words: [&[u8]; 6] = [b"set", b"-x", b"-gx", b"setx", b"setenv", b"-Ux"];
    words.iter().any(|w| before.ends_with(w))
}

/// Whether an assigned value may be what its name says.
fn is_plausible(text: &Text, assigned: &Assigned) -> bool {
    let bytes = text.get(assigned.value.clone());
    let before = assigned.value.start.checked_sub(1);
    let quoted = matches!(before.and_then(|i| text.at(i)), Some(b'"' | b'\''));
    VALUE.contains(&bytes.len()) && !is_placeholder(bytes) && (quoted || !is_code(bytes))
}

/// Whether a bare value is code that fetches one: a name in a module or an object, and behind it the bracket of its
/// arguments or its key, as in `Keyword.fetch!(config, :key)` and `os.environ[…]`.
fn is_code(value: &[u8]) -> bool {
    let Some(open) = value.iter().position(|b| matches!(b, b'(' | b'[')) else {
        return false;
    };
    let path = value.get(..open).unwrap_or_default();
    let parts: Vec<&[u8]> = path.split(|b| matches!(b, b'.' | b':')).collect();
    let names = |part: &&[u8]| {
        let part = part.strip_suffix(b"!").unwrap_or(part);
        let part = part.strip_suffix(b"?").unwrap_or(part);
        part.first()
            .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
            && part.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    // `std::env::var` has nothing between its colons.
    parts.len() > 1 && parts.iter().filter(|part| !part.is_empty()).all(names)
}

/// Whether nothing is assigned, or a mark in the place of a value. What is merely too short may be anything.
fn is_empty(text: &Text, assigned: &Assigned) -> bool {
    let bytes = text.get(assigned.value.clone());
    let null = [&b"null"[..], b"none", b"nil"];
    is_placeholder(bytes) || null.iter().any(|word| bytes.eq_ignore_ascii_case(word))
}

/// Whether a value is a mark in the place of one: `$SECRET`, `<secret>`, `***`, `xxxxxxxx`, `SECRET_KEY`. So is nothing.
fn is_placeholder(bytes: &[u8]) -> bool {
    let words = [&b"redacted"[..], b"undefined"];
    matches!(bytes.first(), Some(b'$' | b'<' | b'%' | b'{' | b'*'))
        || memmem::find(bytes, b"***").is_some()
        || memmem::find(bytes, b"...").is_some()
        || memmem::find(bytes, "…".as_bytes()).is_some()
        || bytes.windows(2).all(|w| w.first() == w.last())
        || words.iter().any(|word| bytes.eq_ignore_ascii_case(word))
        || is_name_of_secret(bytes)
}
