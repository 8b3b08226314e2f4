//! Secrets that no name of their own gives away: behind their key id in commands, calls and files, in the
//! userinfo of a URL, in a column, in prose, and alone.
//!
//! Owns those notations. Names and values in files are the business of `secrets`.

mod calls;

use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::limits;
use super::secret_table;
use super::secrets::Assigned;
use super::stand_ins::is_name_of_secret;
use super::text::Text;
use super::tokens::{is_base64, userinfo};

/// A secret, its key id and its session token.
type Found = [Option<Assigned>; 3];

/// Length in bytes of a secret of AWS.
const SECRET: usize = 40;
/// Shortest secret of other servers, and longest argument, in bytes.
const SHORTEST: usize = 8;
const LONGEST: usize = 8 << 10;
/// How far from the word a secret may stand in prose, in bytes.
const PROSE: usize = 64;
/// Longest secret whose shape is not known, in bytes.
const LONGEST_SECRET: usize = 256;
/// Shortest and longest key id in capitals and digits, and shortest of other servers, in bytes.
const KEY_ID: usize = 16;
const LONGEST_ID: usize = 128;
const SHORTEST_ID: usize = 3;
/// How key ids of AWS begin.
const KEY_IDS: [&[u8]; 2] = [b"AKIA", b"ASIA"];
/// Key ids of requests that are looked for.
const IDS: usize = 8;
/// Secrets in one document.
const MOST: usize = 256;

/// What those secrets are said to be written as.
const COMMAND: &str = "an argument of a command";
const CALL: &str = "an argument of a call";
const URL: &str = "the userinfo of a URL";
const BESIDE: &str = "the text behind a key id";
const ALONE: &str = "the whole of it";
const PROSE_WORDS: &str = "the text behind the word secret";
const COLUMN: &str = "a column of secrets";
const STRUCT: &str = "a member of a printed structure";

/// Every such secret of `text` but those at `known` places, in order; `ids` are key ids that requests name.
pub(super) fn find(text: &Text, known: &[Range<usize>], ids: &[Vec<u8>]) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    all.extend(table(text));
    all.extend(behind_ids(text, ids));
    all.extend(commands(text));
    all.extend(calls::calls(text));
    all.extend(urls(text));
    all.extend(structs(text));
    all.extend(beside_key_ids(text));
    all.extend(members(text));
    all.extend(prose(text));
    all.extend(alone(text));
    let place = |found: &Found| {
        found
            .first()
            .and_then(Option::as_ref)
            .map(|s| s.value.clone())
    };
    // The notation that says more of it comes first, and a sort keeps the order of equals.
    all.sort_by_key(|found| place(found).map(|p| p.start));
    let mut past = 0;
    all.retain(|found| {
        let Some(place) = place(found) else {
            return false;
        };
        let next = known.partition_point(|k| k.end <= place.start);
        let twin = known.get(next).is_some_and(|k| k.start < place.end);
        let fresh = !twin && place.start >= past;
        if fresh {
            past = place.end;
        }
        fresh
    });
    all.truncate(MOST);
    all
}

fn part(value: Range<usize>, written_as: &'static str) -> Assigned {
    Assigned {
        name: value.start..value.start,
        value,
        written_as,
    }
}

fn found(words: &[Range<usize>], text: &Text, written_as: &'static str) -> Option<Found> {
    let (key_id, secret) = (words.first()?, words.get(1)?);
    let bytes = text.get(secret.clone());
    let placeholder = matches!(bytes.first(), Some(b'$' | b'<' | b'%' | b'{' | b'*' | b'['))
        || is_name_of_secret(bytes);
    (bytes.len() >= SHORTEST && !placeholder && !key_id.is_empty()).then(|| {
        let token = words.get(2).filter(|t| t.len() >= SHORTEST);
        [
            Some(part(secret.clone(), written_as)),
            Some(part(key_id.clone(), written_as)),
            token.map(|t| part(t.clone(), written_as)),
        ]
    })
}

fn places<'t>(text: &'t Text, word: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    memmem::find_iter(text.from(0), word)
        .take(limits::FAILURES)
        .map(|at| at + word.len())
}

/// `curl --user ID:SECRET`, `-u ID:SECRET`, and what `mc` is told of a server.
fn commands(text: &Text) -> Vec<Found> {
    let mut out = Vec::new();
    for flag in [&b"--user"[..], b"-u"] {
        for at in places(text, flag) {
            let before = (at - flag.len()).checked_sub(1).and_then(|i| text.at(i));
            if before.is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'')) {
                continue;
            }
            let near = text.get(at..at + LONGEST);
            let gap = near
                .iter()
                .take_while(|b| matches!(b, b' ' | b'\t' | b'=' | b'"' | b'\'' | b','))
                .count();
            let stop = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'\\');
            let value = near.get(gap..).unwrap_or_default();
            let end = value.iter().position(stop).unwrap_or(value.len());
            let value = value.get(..end).unwrap_or_default();
            if let Some(colon) = memchr::memchr(b':', value) {
                let start = at + gap;
                let words = [start..start + colon, start + colon + 1..start + end];
                out.extend(found(&words, text, COMMAND));
            }
        }
    }
    for command in [&b"alias set "[..], b"config host add "] {
        for at in places(text, command) {
            let words = words(text, at);
            // The name and the URL stand before them.
            out.extend(
                words
                    .get(2..)
                    .and_then(|w| found(w.get(..2)?, text, COMMAND)),
            );
        }
    }
    out
}

/// The words of a command line from `at` on, without quotes and flags.
fn words(text: &Text, at: usize) -> Vec<Range<usize>> {
    let near = text.get(at..at + LONGEST);
    let end = near
        .iter()
        .position(|b| matches!(b, b'\n' | b'\r'))
        .unwrap_or(near.len());
    let line = near.get(..end).unwrap_or_default();
    let mut words = Vec::new();
    let mut start = 0;
    for piece in line.split(u8::is_ascii_whitespace) {
        let quoted = |b: &&u8| matches!(b, b'"' | b'\'');
        let front = piece.iter().take_while(quoted).count();
        let back = piece.iter().rev().take_while(quoted).count();
        if front + back < piece.len() && !piece.starts_with(b"-") {
            words.push(at + start + front..at + start + piece.len() - back);
        }
        start += piece.len() + 1;
    }
    words
}

/// `https://ID:SECRET@host`.
fn urls(text: &Text) -> Vec<Found> {
    let bytes = text.from(0);
    memchr_iter(b'@', bytes)
        .take(limits::FAILURES)
        .filter_map(|at| {
            let info = userinfo(bytes, at)?;
            let colon = memchr::memchr(b':', text.get(info.clone()))?;
            let middle = info.start + colon;
            found(&[info.start..middle, middle + 1..info.end], text, URL)
        })
        .collect()
}

/// `foundCred: &{ID SECRET}` and `credentials={ID SECRET TOKEN …}`, as Go prints a structure without the names of
/// its members (`%v`): SeaweedFS does so of each request that it verifies (auth_signature_v4.go).
fn structs(text: &Text) -> Vec<Found> {
    let mut out = Vec::new();
    for word in [&b"Cred"[..], b"cred", b"CRED"] {
        for at in places(text, word) {
            let near = text.get(at..at + LONGEST);
            let name = near.iter().take_while(|b| b.is_ascii_alphanumeric());
            let name = name.count();
            let gap = near.iter().skip(name).take_while(|b| {
                matches!(b, b' ' | b':' | b'=' | b'&' | b'[' | b'"' | b'\'' | b'(')
            });
            let open = name + gap.count();
            if near.get(open) != Some(&b'{') {
                continue;
            }
            let inside = near.get(open + 1..).unwrap_or_default();
            let len = inside
                .iter()
                .position(|b| matches!(b, b'}' | b'\n' | b'\r'));
            let members = inside
                .get(..len.unwrap_or(inside.len()))
                .unwrap_or_default();
            let mut start = at + open + 1;
            let mut words = Vec::new();
            // An empty member leaves two blanks side by side.
            for member in members.split(|b| *b == b' ').take(3) {
                words.push(start..start + member.len());
                start += member.len() + 1;
            }
            // Named members are the business of `secrets`, and an address is no value.
            let bare = |w: &Range<usize>| {
                let member = text.get(w.clone());
                !member.starts_with(b"0x")
                    && !member.iter().any(|b| matches!(b, b':' | b'"' | b','))
            };
            if words.iter().take(2).all(bare) {
                out.extend(found(&words, text, STRUCT));
            }
        }
    }
    out
}

/// The secret in a row of a table, as the console of AWS has it downloaded.
fn table(text: &Text) -> Vec<Found> {
    let mut out = Vec::new();
    for row in secret_table::rows(text) {
        let secret = part(row.secret, COLUMN);
        out.push([Some(secret), row.key_id.map(|id| part(id, COLUMN)), None]);
    }
    out
}

/// The key ids that `text` names in credentials of requests, added to `ids`.
pub(super) fn claimed_ids(text: &Text, ids: &mut Vec<Vec<u8>>) {
    for at in places(text, b"redential=") {
        if ids.len() >= IDS {
            return;
        }
        let near = text.get(at..at + PROSE);
        let end = |b: &u8| b.is_ascii_whitespace() || b"/%&,\"'<>".contains(b);
        let id = near.get(..near.iter().position(end).unwrap_or(0));
        let id = id.filter(|id| id.len() >= SHORTEST_ID).unwrap_or_default();
        if !id.is_empty() && !ids.iter().any(|known| known == id) {
            ids.push(id.to_vec());
        }
    }
}

/// `ID:SECRET` on a line of its own, as s3fs has it in its file (there behind the name of a bucket, too);
/// with the key id of a request, so that a secret of any letters is known.
fn behind_ids(text: &Text, ids: &[Vec<u8>]) -> Vec<Found> {
    let mut out = Vec::new();
    for id in ids {
        for at in places(text, id) {
            let start = at - id.len();
            let before = start.checked_sub(1).and_then(|i| text.at(i));
            let fresh = before.is_none_or(|b| b.is_ascii_whitespace() || b == b':');
            if !fresh || text.at(at) != Some(b':') {
                continue;
            }
            let near = text.get(at + 1..at + 1 + LONGEST_SECRET);
            let end = near.iter().position(u8::is_ascii_whitespace);
            let end = at + 1 + end.unwrap_or(near.len());
            let rest = text.get(end..end + PROSE);
            let alone = rest
                .iter()
                .find(|b| !matches!(b, b' ' | b'\t' | b'\r'))
                .is_none_or(|b| *b == b'\n');
            if alone {
                out.extend(found(&[start..at, at + 1..end], text, BESIDE));
            }
        }
    }
    out
}

/// `AKIA… wJal…`, `AKIA…:wJal…`: a key id, and a secret as long and mixed as those of AWS next to it.
fn beside_key_ids(text: &Text) -> Vec<Found> {
    let mut out = Vec::new();
    for at in memchr::memchr3_iter(b':', b',', b'\t', text.from(0)) {
        // Few places have a secret behind them, so that few ids need to be read.
        let Some(secret) = secret_at(text, at + 1) else {
            continue;
        };
        let before = text.get(at.saturating_sub(LONGEST_ID + 1)..at);
        let id = before
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric());
        let id = at - id.count()..at;
        let shaped = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        if (KEY_ID..=LONGEST_ID).contains(&id.len()) && text.get(id.clone()).iter().all(shaped) {
            out.extend(found(&[id, secret], text, BESIDE));
        }
        if out.len() >= MOST {
            break;
        }
    }
    for prefix in KEY_IDS {
        for at in places(text, prefix) {
            let start = at - prefix.len();
            let before = start.checked_sub(1).and_then(|i| text.at(i));
            if before.is_some_and(|b| b.is_ascii_alphanumeric()) {
                continue;
            }
            let near = text.get(at..at + PROSE);
            let id = near
                .iter()
                .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                .count();
            let gap = near
                .iter()
                .skip(id)
                .take_while(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b',' | b':'))
                .count();
            let end = at + id;
            if id >= 12
                && gap > 0
                && let Some(secret) = secret_at(text, end + gap)
            {
                out.extend(found(&[start..end, secret], text, BESIDE));
            }
        }
    }
    out
}

/// `keyId: 'AKIA…', accessKey: 'wJal…'`: a key id of AWS, and the next member of its object, whose name ends in `key` as
/// those of key ids do, too. Its value tells: it is as long and mixed as a secret.
fn members(text: &Text) -> Vec<Found> {
    /// The length of a key id of AWS, in bytes.
    const ID: usize = 20;
    let parts = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b',' | b';');
    let of_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$' | b'.');
    let assigns = |b: &u8| b.is_ascii_whitespace() || b"\"':=>".contains(b);
    let mut out = Vec::new();
    for prefix in KEY_IDS {
        for at in places(text, prefix) {
            let start = at - prefix.len();
            let near = text.get(start..start + ID + PROSE * 2);
            let run = |from: usize, of: &dyn Fn(&u8) -> bool| {
                let rest = near.get(from..).unwrap_or_default();
                from + rest.iter().take_while(|b| of(b)).count()
            };
            let id = run(0, &|b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit());
            let name = run(id, &parts);
            let end = run(name, &of_name);
            let named = near.get(name..end).unwrap_or_default().to_ascii_lowercase();
            let value = run(end, &assigns);
            if id == ID
                && name > id
                && named.ends_with(b"key")
                && value > end
                && let Some(secret) = secret_at(text, start + value)
            {
                out.extend(found(&[start..start + id, secret], text, BESIDE));
            }
        }
    }
    out
}

/// `my secret key is wJal…`, and the secret on the next line, as the console's page is copied.
fn prose(text: &Text) -> Vec<Found> {
    let mut out = Vec::new();
    for word in [&b"ecret"[..], b"ECRET"] {
        for at in places(text, word) {
            let near = text.get(at..at + PROSE);
            let line = near
                .iter()
                .position(|b| matches!(b, b'\n' | b'\r'))
                .unwrap_or(near.len());
            let mut start = 0;
            let mut secret = None;
            for piece in near
                .get(..line)
                .unwrap_or_default()
                .split(|b| !is_base64(*b))
            {
                secret = secret_at(text, at + start);
                if secret.is_some() {
                    break;
                }
                start += piece.len() + 1;
            }
            let secret = secret.or_else(|| on_next_line(text, at + line));
            out.extend(secret.map(|secret| [Some(part(secret, PROSE_WORDS)), None, None]));
        }
    }
    out
}

/// The secret that stands alone on the first line behind `at` that holds anything.
fn on_next_line(text: &Text, at: usize) -> Option<Range<usize>> {
    let near = text.get(at..at + PROSE);
    let gap = near.iter().position(|b| !b.is_ascii_whitespace())?;
    let secret = secret_at(text, at + gap).filter(|_| gap > 0)?;
    let behind = text.get(secret.end..secret.end + PROSE);
    let next = behind.iter().find(|b| !matches!(b, b' ' | b'\t'));
    matches!(next, None | Some(b'\n' | b'\r')).then_some(secret)
}

/// An input that is a secret and nothing else: pasted where the request goes, it must not be shown.
fn alone(text: &Text) -> Option<Found> {
    let inside = text.trim(0..text.len().min(LONGEST));
    let secret = secret_at(text, inside.start).filter(|secret| *secret == inside)?;
    (text.skip_space(secret.end) == text.len()).then(|| [Some(part(secret, ALONE)), None, None])
}

/// What stands at `at`, where it is as long as a secret of AWS and as mixed.
fn secret_at(text: &Text, at: usize) -> Option<Range<usize>> {
    let near = text.get(at..at + SECRET + 1);
    let len = near.iter().take_while(|b| is_base64(**b)).count();
    let value = near.get(..len)?;
    let has = |kind: fn(&u8) -> bool| value.iter().any(kind);
    let mixed =
        has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    (len == SECRET && mixed && near.get(len) != Some(&b'=')).then_some(at..at + SECRET)
}
