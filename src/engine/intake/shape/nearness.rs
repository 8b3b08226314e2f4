//! What speaks for a text being of a shape, where nothing of it was recognised.
//!
//! Owns the form in which a shape states that, and how much of it a text shows. Must not know the shapes.

use super::forced::{Offer, ReadAs};
use super::vocabulary::METHODS;
use crate::engine::intake::text::is_token;

/// What speaks for a shape, as the shape itself states it: no part of a proof, and good for ranking alone.
pub(in crate::engine::intake) struct Near {
    /// As what a text is then read.
    pub(in crate::engine::intake) read_as: ReadAs,
    /// Words that speak for it wherever they stand, in any case, and how much.
    pub(in crate::engine::intake) words: &'static [(&'static str, u32)],
    /// What of its form speaks for it, and how much: a part of a sentence.
    pub(in crate::engine::intake) form: fn(&Front<'_>) -> Option<(u32, &'static str)>,
    /// What it would lack: a part of a sentence. Empty where nothing is missed.
    pub(in crate::engine::intake) missing: fn(&Front<'_>) -> &'static str,
}

/// Bytes at the front of a text that are looked at.
const FRONT: usize = 64 << 10;
/// Lines behind the first two that may be headers.
const LINES: usize = 30;
/// Words that are told.
const TOLD: usize = 3;

/// The front of a text.
pub(in crate::engine::intake) struct Front<'t> {
    lower: Vec<u8>,
    /// Its first line that is not empty.
    pub(in crate::engine::intake) first: &'t [u8],
    /// How many of its first lines are names and values with a colon.
    pub(in crate::engine::intake) headers: usize,
}

impl<'t> Front<'t> {
    pub(super) fn of(bytes: &'t [u8]) -> Self {
        let front = bytes.get(..bytes.len().min(FRONT)).unwrap_or_default();
        let lines = front.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        let filled: Vec<&[u8]> = lines.filter(|l| !l.is_empty()).take(2 + LINES).collect();
        Self {
            lower: front.to_ascii_lowercase(),
            first: filled.first().copied().unwrap_or_default(),
            headers: filled.iter().filter(|line| colon(line).is_some()).count(),
        }
    }

    /// Whether a text stands in it, in any case.
    pub(in crate::engine::intake) fn holds(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        memchr::memmem::find(&self.lower, lower.as_bytes()).is_some()
    }

    /// How near it is to a shape.
    pub(super) fn offer(&self, near: &Near) -> Offer {
        let held = near.words.iter().filter(|(text, _)| self.holds(text));
        let held: Vec<&(&str, u32)> = held.collect();
        let (weight, form) = (near.form)(self).unwrap_or((0, ""));
        let told = held.iter().take(TOLD);
        let words: Vec<String> = told.map(|(text, _)| format!("“{}”", text.trim())).collect();
        let why = match (form, words.as_slice()) {
            ("", []) => "nothing in it speaks for it".to_owned(),
            ("", words) => format!("it holds {}", words.join(", ")),
            (form, []) => form.to_owned(),
            (form, words) => format!("{form}, and it holds {}", words.join(", ")),
        };
        Offer {
            read_as: near.read_as,
            nearness: weight + held.iter().map(|(_, weight)| weight).sum::<u32>(),
            why,
            missing: (near.missing)(self),
        }
    }
}

/// The length of the method at the front of a line. Loggers begin theirs with words of capitals, too.
pub(in crate::engine::intake) fn method(line: &[u8]) -> Option<usize> {
    let len = line.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let ends = line.get(len).is_none_or(|b| *b == b' ');
    let known = METHODS.contains(&line.get(..len)?);
    (ends && known).then_some(len)
}

/// Where the colon of a header line stands.
pub(in crate::engine::intake) fn colon(line: &[u8]) -> Option<usize> {
    let len = line.iter().take_while(|b| is_token(**b)).count();
    (len > 0 && line.get(len) == Some(&b':')).then_some(len)
}
