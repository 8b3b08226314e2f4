//! Layers over a text that is too long for every way out of it to be tried: they are found in parts of it.
//!
//! Owns which parts those are, and that nothing is taken off all of a text but what a hash proved to lie over a part of it.
//! Must not know the layers.

use std::ops::Range;

use bytes::Bytes;
use memchr::{memchr, memmem, memrchr};

use super::reading::{Reading, yields};
use super::search::search;
use super::standing;
use super::ways::WAYS;
use crate::engine::document::Peel;
use crate::engine::intake::limits;
use crate::engine::intake::unescape::Unescaped;

/// How far before and behind a string to sign a part reaches, in bytes: its canonical request is among it.
const REACH: usize = 12 << 10;
/// How far apart two lines stand where each is in a record of its own, in bytes.
const RECORD: usize = 320;
/// How many parts are tried.
const SAMPLES: usize = 3;

/// The layers to take off all of `bytes`, outermost first; none where no part of it tells, or more is made out with them on.
pub(super) fn path(bytes: &Bytes, as_it_is: Reading) -> Option<Vec<(Peel, Unescaped)>> {
    if bytes.len() > limits::SAMPLED {
        return None;
    }
    samples(bytes).find_map(|place| {
        let part = bytes.slice(place);
        let (part_of_it, _) = yields(&part, limits::LAYERS_WASTE);
        let best = search(&part, part_of_it)?;
        if best.found.proved <= part_of_it.found.proved {
            return None;
        }
        let path = undone(bytes, &best.ways)?;
        let (found, _) = yields(&path.last()?.1.bytes, limits::LAYERS_WASTE);
        let found = found.made(as_it_is.forms);
        let plain = as_it_is.made(as_it_is.forms);
        (found.proved > plain.proved && found.signed >= plain.signed).then_some(path)
    })
}

/// `bytes` with these ways gone one after the other; none where one of them leads nowhere.
fn undone(bytes: &[u8], ways: &[usize]) -> Option<Vec<(Peel, Unescaped)>> {
    let mut path: Vec<(Peel, Unescaped)> = Vec::new();
    for way in ways {
        let (.., undo) = WAYS.get(*way)?;
        let text = path.last().map_or(bytes, |(_, text)| &text.bytes);
        path.push(undo(text)?);
    }
    Some(path)
}

/// Whole lines around a few strings to sign: the first ones, and one from the middle. Where colours stand among their letters, around
/// what is left of a name.
fn samples(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    const NAME: &[u8] = b"HMAC-SHA256";
    let middle = bytes.len() / 2;
    let later = bytes.get(middle..).unwrap_or_default();
    let first = standing::begins(bytes, RECORD).take(SAMPLES - 1);
    let behind = standing::begins(later, RECORD).take(1);
    let named = memmem::find(later, NAME).into_iter().chain(behind);
    let named = named.map(move |at| middle + at);
    first.chain(named).take(SAMPLES).map(|at| around(bytes, at))
}

/// Whole lines around `at`, or what is near it in a line that is longer.
fn around(bytes: &[u8], at: usize) -> Range<usize> {
    let start = at.saturating_sub(REACH);
    let end = bytes.len().min(at + REACH);
    let before = bytes.get(start..at).unwrap_or_default();
    let behind = bytes.get(at..end).unwrap_or_default();
    let first = memchr(b'\n', before)
        .filter(|_| start > 0)
        .map_or(start, |i| start + i + 1);
    let last = memrchr(b'\n', behind)
        .filter(|_| end < bytes.len())
        .map_or(end, |i| at + i + 1);
    first..last
}
