//! A decoded piece of a text: the value of an argument, of a literal, of a field, with the way back.
//!
//! Owns cutting and joining such pieces. Must not know what they say.

use std::ops::Range;

use percent_encoding::percent_encode_byte;

use super::text::Text;
use super::unescape::Unescaped;
use crate::engine::document::Peel;

/// A byte as `%XX`.
pub(super) fn percent(byte: u8) -> Vec<u8> {
    percent_encode_byte(byte).into()
}

/// A piece of a text whose quotes and escapes are undone.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Its text and the way back, in offsets from `start`.
    pub(super) text: Unescaped,
    /// Where it starts in the text that was read.
    pub(super) start: usize,
    /// Just past its end, quotes included.
    pub(super) end: usize,
    /// Whether its text stands so in what was read, at this offset.
    pub(super) plain: Option<usize>,
    /// What was undone to read it.
    pub(super) peel: Peel,
    /// Whether it is bytes by the word of who wrote it, and no text: nothing encodes it when it is sent.
    pub(super) octets: bool,
}

impl Piece {
    /// A piece that was decoded from `place`; `text` holds the way back in offsets from its start.
    pub(super) fn new(text: Unescaped, place: Range<usize>, peel: Peel) -> Self {
        let plain = match text.map.segments() {
            [one] if one.child_len == one.parent_len => Some(place.start + one.parent),
            _ => None,
        };
        Self {
            text,
            start: place.start,
            end: place.end,
            plain,
            peel,
            octets: false,
        }
    }

    /// What stands at `range` as it is.
    pub(super) fn standing(text: &Text, range: Range<usize>) -> Self {
        let mut unescaped = Unescaped::default();
        unescaped.copy_at(text.get(range.clone()), 0);
        Self {
            plain: Some(range.start),
            ..Self::new(unescaped, range, Peel::LineBreaks)
        }
    }

    /// `bytes` that are spelled with all of `place`.
    pub(super) fn spelled(bytes: &[u8], place: Range<usize>, peel: Peel) -> Self {
        let mut text = Unescaped::default();
        text.decode(bytes, 0, place.len());
        Self {
            plain: None,
            ..Self::new(text, place, peel)
        }
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.text.bytes
    }

    /// This piece without its first `count` bytes.
    pub(super) fn without(&self, count: usize) -> Self {
        self.part(count..self.text.bytes.len())
    }

    /// The part `range` of this piece, which is still that of all it was read from.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let mut text = Unescaped::default();
        let stands = self
            .plain
            .map(|at| at + range.start.min(self.text.bytes.len()));
        self.copy_into(&mut text, range, self.start);
        let part = Self::new(text, self.start..self.end, self.peel);
        Self {
            plain: part.plain.or(stands),
            octets: self.octets,
            ..part
        }
    }

    /// Adds the part `range` of this piece to `out`, whose parent starts at `base`.
    pub(super) fn copy_into(&self, out: &mut Unescaped, range: Range<usize>, base: usize) {
        let shift = self.start.saturating_sub(base);
        for run in self.text.map.segments() {
            let from = range.start.saturating_sub(run.child).min(run.child_len);
            let upto = range.end.saturating_sub(run.child).min(run.child_len);
            let Some(bytes) = self.text.bytes.get(run.child + from..run.child + upto) else {
                continue;
            };
            if bytes.is_empty() {
                continue;
            }
            if run.child_len == run.parent_len {
                out.copy_at(bytes, shift + run.parent + from);
            } else {
                out.decode(bytes, shift + run.parent, run.parent_len);
            }
        }
    }

    /// All `pieces`, `between` standing between two of them; none where there is none.
    pub(super) fn joined(pieces: &[&Self], between: &[u8]) -> Option<Self> {
        if let [one] = pieces {
            return Some((*one).clone());
        }
        let start = pieces.iter().map(|piece| piece.start).min()?;
        let end = pieces.iter().map(|piece| piece.end).max()?;
        let peel = pieces.first()?.peel;
        let mut text = Unescaped::default();
        for (place, piece) in pieces.iter().enumerate() {
            if place > 0 && !between.is_empty() {
                text.decode(between, piece.start - start, 0);
            }
            piece.copy_into(&mut text, 0..piece.text.bytes.len(), start);
        }
        Some(Self {
            octets: pieces.iter().all(|piece| piece.octets),
            ..Self::new(text, start..end, peel)
        })
    }

    /// This text in ISO 8859-1, as programs send headers that are text to them; none where it is so already, a
    /// character of it has no place there, or it is bytes and no text.
    pub(super) fn latin1(&self) -> Option<Self> {
        let text = std::str::from_utf8(&self.text.bytes).ok()?;
        if self.octets || text.is_ascii() {
            return None;
        }
        let mut out = Unescaped::default();
        for (at, c) in text.char_indices() {
            let byte = u8::try_from(u32::from(c)).ok()?;
            let was = self.text.map.to_parent(at..at + c.len_utf8());
            if c.is_ascii() && was.len() == 1 {
                out.copy_at(&[byte], was.start);
            } else {
                out.decode(&[byte], was.start, was.len());
            }
        }
        Some(Self {
            plain: None,
            ..Self::new(out, self.start..self.end, Peel::Latin1)
        })
    }

    /// This piece escaped as a part of a URL (RFC 3986 §2.1): all but letters, digits and `kept`.
    pub(super) fn percent_encoded(&self, kept: &[u8]) -> Self {
        self.respelled(|byte| {
            let as_is = byte.is_ascii_alphanumeric() || kept.contains(&byte);
            (!as_is).then(|| percent(byte))
        })
    }

    /// The same, but a space as `+`, as forms have it (URL Standard §5.2).
    pub(super) fn form_encoded(&self, kept: &[u8]) -> Self {
        self.respelled(|byte| {
            let as_is = byte.is_ascii_alphanumeric() || kept.contains(&byte);
            match byte {
                b' ' => Some(b"+".to_vec()),
                _ => (!as_is).then(|| percent(byte)),
            }
        })
    }

    /// This piece with each byte spelled as `spell` says; none keeps it.
    pub(super) fn respelled(&self, spell: impl Fn(u8) -> Option<Vec<u8>>) -> Self {
        let mut text = Unescaped::default();
        for run in self.text.map.segments() {
            let bytes = self.text.bytes.get(run.child..run.child + run.child_len);
            let as_is = run.child_len == run.parent_len;
            for (at, byte) in bytes.unwrap_or_default().iter().enumerate() {
                let (place, len) = if as_is {
                    (run.parent + at, 1)
                } else {
                    (run.parent, run.parent_len)
                };
                match spell(*byte) {
                    Some(spelled) => text.decode(&spelled, place, len),
                    None if as_is => text.copy_at(&[*byte], place),
                    None => text.decode(&[*byte], place, len),
                }
            }
        }
        Self::new(text, self.start..self.end, self.peel)
    }
}
