//! A canonical request put right, where its hash tells which of a few texts it was.
//!
//! Owns the candidates: without what the way here added, with what it took away, and with an end that was cut. Must
//! not know where the text stood, nor decide anything: who asks compares hashes.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem;

use super::grammar::payload;
use crate::engine::document::Peel;
use crate::engine::intake::shape::vocabulary::TIME_LINE;
use crate::engine::intake::text::is_token;
use crate::engine::intake::unescape::{self, Unescaped};
use crate::engine::intake::{integrity, layers};

/// The SHA-256 of nothing, in hexadecimal.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// How the header begins that states the payload's hash.
const HASH_LINE: &[u8] = b"x-amz-content-sha256:";

/// What stands in the place of a payload's hash, besides one that a header states (Signature calculations for the
/// Authorization header: transferring payload in a single chunk, and in multiple chunks).
const PAYLOADS: [&str; 6] = [
    EMPTY,
    "UNSIGNED-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
];

/// The longest text that is put right, in bytes.
const LONGEST: usize = 64 << 10;
/// How many readings of Go's marks are tried.
const READINGS: usize = 4096;

/// One change of a text: what it undoes, and what is left.
pub(in crate::engine::intake) type Step = (Peel, Unescaped);

/// Makes one change; none where there is nothing to change.
type Undo = fn(&[u8]) -> Option<Step>;

/// Every text that `bytes` may have been, as the changes that lead to it; `is_right` tells the one it was. A text that
/// is `whole` is not completed; of one that is not, the signing `time` that the string to sign states completes the header.
pub(in crate::engine::intake) fn find(
    bytes: &[u8],
    whole: bool,
    time: Option<&[u8]>,
    is_right: impl Fn(&[u8]) -> bool,
) -> Option<Vec<Step>> {
    if bytes.len() > LONGEST {
        return None;
    }
    let plain: [Undo; 5] = [
        |b| integrity::dedent(b).map(|(bytes, map)| (Peel::Indentation, Unescaped { bytes, map })),
        |b| Some((Peel::LineEnds, unescape::line_ends(b)?)),
        layers::blanks,
        layers::quotes,
        layers::unfolded,
    ];
    let mut texts: Vec<Vec<Step>> = vec![Vec::new()];
    for undo in plain {
        for place in 0..texts.len() {
            let Some(steps) = texts.get(place) else { break };
            let text = steps
                .last()
                .map_or(bytes, |(_, text)| text.bytes.as_slice());
            if let Some(step) = undo(text) {
                let mut steps = steps.clone();
                steps.push(step);
                texts.push(steps);
            }
        }
    }
    for mut steps in texts {
        let text = |steps: &[Step]| match steps.last() {
            Some((_, text)) => text.bytes.clone(),
            None => bytes.to_vec(),
        };
        let before = text(&steps);
        if whole && !steps.is_empty() && is_right(&before) {
            return Some(steps);
        }
        let verbs = verbs(&before);
        if let Some(step) = rebuilt(&before, whole)
            .into_iter()
            .chain(verbs)
            .find(|(_, t)| is_right(&t.bytes))
        {
            steps.push(step);
            return Some(steps);
        }
        let dated = time.filter(|_| !whole).map(|time| dated(&before, time));
        for (peel, text) in dated.into_iter().flatten() {
            let ends = rebuilt(&text.bytes, false);
            if let Some(end) = ends.into_iter().find(|(_, t)| is_right(&t.bytes)) {
                steps.extend([(peel, text), end]);
                return Some(steps);
            }
        }
    }
    None
}

/// A canonical request that stops in its headers, with the signing time in its own: where that header is begun, or where
/// the one before it is whole or is the payload's hash, begun.
fn dated(bytes: &[u8], time: &[u8]) -> Vec<Step> {
    const LEAST: usize = 1;
    let end = bytes.trim_ascii_end().len();
    let text = bytes.get(..end).unwrap_or_default();
    let start = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
    let last = text.get(start..).unwrap_or_default();
    let dated = [TIME_LINE, time].concat();
    if last.starts_with(TIME_LINE) && last.len() == dated.len() {
        return Vec::new();
    }
    let with = |rest: &[u8]| {
        let mut out = Unescaped::default();
        out.copy(bytes, 0..end);
        out.decode(rest, end, 0);
        (Peel::CutEnd, out)
    };
    let rest = |whole: &[u8]| {
        let begun = last.len() >= LEAST && whole.starts_with(last);
        begun.then(|| whole.get(last.len()..).unwrap_or_default().to_vec())
    };
    let mut ends: Vec<Vec<u8>> = Vec::new();
    ends.extend(rest(&dated));
    let hashes = PAYLOADS
        .iter()
        .map(|known| [HASH_LINE, known.as_bytes()].concat());
    for hash in hashes.filter_map(|line| rest(&line)) {
        ends.push([&hash[..], b"\n", &dated].concat());
    }
    if memchr::memchr(b':', last).is_some() {
        ends.push([b"\n", &dated[..]].concat());
    }
    ends.iter().map(|rest| with(rest)).collect()
}

/// The lines of a canonical request, as far as they are here.
struct Parts {
    method: Range<usize>,
    path: Range<usize>,
    query: Range<usize>,
    headers: Vec<Range<usize>>,
    list: Option<Range<usize>>,
    payload: Option<Range<usize>>,
    end: usize,
}

/// A canonical request with the empty lines it must have and no others, without blanks at the ends of lines, and, where
/// its end is missing, with each end it may have had.
fn rebuilt(bytes: &[u8], whole: bool) -> Vec<Step> {
    let Some(parts) = parts(bytes) else {
        return Vec::new();
    };
    let get = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
    let mut front = Unescaped::default();
    let copy = |out: &mut Unescaped, range: &Range<usize>| {
        out.copy(bytes, range.clone());
        let gap = bytes.get(range.end..).unwrap_or_default();
        let len = gap.iter().position(|b| *b == b'\n').map_or(0, |i| i + 1);
        out.decode(b"\n", range.end, len);
    };
    copy(&mut front, &parts.method);
    copy(&mut front, &parts.path);
    copy(&mut front, &parts.query);
    for header in &parts.headers {
        copy(&mut front, header);
    }
    let behind = parts.headers.last().map_or(parts.query.end, |h| h.end);
    front.decode(b"\n", behind, 0);
    let names: Vec<&[u8]> = parts.headers.iter().map(|h| name(get(h))).collect();
    let list = names.join(&b';');
    let here = parts.list.as_ref().map(&get).unwrap_or_default();
    match (&parts.list, &parts.payload) {
        (Some(range), Some(_)) if here == list => copy(&mut front, range),
        (Some(range), _) if !whole && list.starts_with(here) => {
            front.copy(bytes, range.clone());
            let rest = list.get(here.len()..).unwrap_or_default();
            front.decode(&[rest, b"\n"].concat(), range.end, 0);
        }
        (None, None) if !whole => {
            front.decode(&[&list[..], b"\n"].concat(), parts.end, 0);
        }
        (Some(_) | None, _) => return Vec::new(),
    }
    let mut hash = parts.payload.clone().unwrap_or(parts.end..parts.end);
    if !whole {
        // Dots in the place of the rest.
        let dots = |b: &&u8| matches!(b, b'.' | b'*' | 0xE2 | 0x80 | 0xA6);
        hash.end -= get(&hash).iter().rev().take_while(dots).count();
    }
    let stated = get(&hash);
    if payload(stated) == Some(stated.len()) && (stated.len() >= 64 || !whole || is_word(stated)) {
        let mut text = front.clone();
        text.copy(bytes, hash.clone());
        if whole {
            return vec![(Peel::EmptyLines, text)];
        }
    }
    if whole {
        return Vec::new();
    }
    let header = parts.headers.iter().map(&get).find_map(|header| {
        let value = header.strip_prefix(HASH_LINE)?;
        Some(value.to_vec())
    });
    let known = PAYLOADS.iter().map(|p| p.as_bytes().to_vec());
    header
        .into_iter()
        .chain(known)
        .filter(|full| full.starts_with(stated))
        .map(|full| {
            let mut text = front.clone();
            text.copy(bytes, hash.clone());
            let rest = full.get(stated.len()..).unwrap_or_default();
            text.decode(rest, hash.end, 0);
            let peel = if rest.is_empty() && parts.list.is_some() && here == list {
                // Nothing of the end was missing.
                Peel::EmptyLines
            } else {
                Peel::CutEnd
            };
            (peel, text)
        })
        .collect()
}

/// Whether a payload's place holds a word instead of a hash.
fn is_word(text: &[u8]) -> bool {
    text.contains(&b'-')
}

/// What stands before the colon.
fn name(header: &[u8]) -> &[u8] {
    let end = memchr::memchr(b':', header).unwrap_or(header.len());
    header.get(..end).unwrap_or_default()
}

/// Tells the lines of a canonical request apart by what they are; none where they are not in order.
fn parts(bytes: &[u8]) -> Option<Parts> {
    let mut start = 0;
    let mut lines = Vec::new();
    for piece in bytes.split(|b| *b == b'\n') {
        let len = piece.trim_ascii_end().len();
        if len > 0 {
            lines.push(start..start + len);
        }
        start += piece.len() + 1;
    }
    let end = lines.last()?.end;
    let get = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
    let is_header = |range: &Range<usize>| {
        let text = get(range);
        let named = name(text);
        named.len() < text.len() && !named.is_empty() && named.iter().all(|b| is_token(*b))
    };
    let mut lines = lines.into_iter().peekable();
    let method = lines.next()?;
    let path = lines
        .next()
        .filter(|path| get(path).first() == Some(&b'/'))?;
    let behind = path.end + usize::from(bytes.get(path.end) == Some(&b'\n'));
    let query = lines
        .next_if(|line| !is_header(line))
        .unwrap_or(behind..behind);
    let mut headers = Vec::new();
    while let Some(header) = lines.next_if(is_header) {
        headers.push(header);
    }
    let list = lines.next();
    let payload = lines.next();
    (!headers.is_empty() && lines.next().is_none()).then_some(Parts {
        method,
        path,
        query,
        headers,
        list,
        payload,
        end,
    })
}

/// How Go's Printf marks a verb without a value (package fmt, Format errors). `%2F` is one: the verb `F`, two wide.
const VERB: (&[u8], &[u8]) = (b"%!", b"(MISSING)");

/// A text with the percent-encoded characters that Go's Printf took for verbs. The digits before the letter are lost:
/// each reading gives a letter the same ones everywhere.
fn verbs(bytes: &[u8]) -> impl Iterator<Item = Step> {
    let mut places = Vec::new();
    let mut letters: BTreeMap<u8, Vec<Vec<u8>>> = BTreeMap::new();
    for at in memmem::find_iter(bytes, VERB.0) {
        let letter = bytes.get(at + VERB.0.len()).copied();
        let rest = bytes.get(at + VERB.0.len() + 1..).unwrap_or_default();
        if let Some(letter) = letter.filter(|_| rest.starts_with(VERB.1)) {
            places.push((at, letter));
            letters.entry(letter).or_insert_with(|| spellings(letter));
        }
    }
    let total = letters
        .values()
        .map(Vec::len)
        .try_fold(1_usize, usize::checked_mul);
    let total = match places.len() {
        0 => 0,
        _ => total.unwrap_or(usize::MAX).min(READINGS),
    };
    (0..total).map(move |number| {
        let mut number = number;
        let chosen: BTreeMap<u8, &[u8]> = letters
            .iter()
            .map(|(letter, spellings)| {
                let spelling = spellings.get(number % spellings.len().max(1));
                number /= spellings.len().max(1);
                (*letter, spelling.map_or(&[][..], Vec::as_slice))
            })
            .collect();
        let mut out = Unescaped::default();
        let mut kept = 0;
        let len = VERB.0.len() + 1 + VERB.1.len();
        for (at, letter) in &places {
            out.copy(bytes, kept..*at);
            out.decode(chosen.get(letter).copied().unwrap_or_default(), *at, len);
            kept = at + len;
        }
        out.copy(bytes, kept..bytes.len());
        (Peel::PrintfVerbs, out)
    })
}

/// What was encoded where Go saw the verb `letter`, the likeliest first: the letter is the second digit, the first
/// one, or what stood behind both.
fn spellings(letter: u8) -> Vec<Vec<u8>> {
    let second: &[u8] = match letter.to_ascii_uppercase() {
        b'A' => b"32",
        b'B' | b'C' => b"2537",
        b'D' => b"3257",
        b'E' => b"725",
        b'F' => b"235",
        _ => b"",
    };
    let one = second.iter().map(|digit| vec![b'%', *digit, letter]);
    let first = (!second.is_empty()).then(|| vec![b'%', letter]);
    let before = [b"20", b"40", b"25", b"24", b"26", b"27", b"28", b"29"];
    let behind = before.map(|digits| [&b"%"[..], digits, &[letter]].concat());
    // Canonical requests are encoded with capitals.
    if letter.is_ascii_uppercase() {
        one.chain(first).chain(behind).collect()
    } else {
        behind.into_iter().chain(one).chain(first).collect()
    }
}
