//! A body whose own quotes were lost when a program printed the command: `-d "{"id":1}"`.
//!
//! Owns finding where such a body ends. A shell would read it without its quotes, so it is taken only where the
//! command states a length or a hash, which the shell's reading does not have and the text between the outer quotes
//! has.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

use super::options::{LONG, SHORT, Says};
use crate::engine::document::{OffsetMap, Peel};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::shell::{self, Command};
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::Unescaped;

/// How far behind its first quote such a body may end, in bytes, and how many quotes are tried.
const BODY: usize = 8 << 10;
const TRIED: usize = 64;

/// What a command states of its body.
#[derive(Default)]
struct Stated {
    length: Option<usize>,
    sha256: Option<[u8; 32]>,
}

impl Stated {
    /// Reads the headers among the words of a command.
    fn of(command: &Command) -> Self {
        let mut stated = Self::default();
        for word in &command.words {
            let bytes = word.bytes();
            let Some(colon) = memchr::memchr(b':', bytes).filter(|at| *at < 24) else {
                continue;
            };
            let (name, value) = bytes.split_at(colon);
            let value = value.get(1..).unwrap_or_default().trim_ascii();
            if name.eq_ignore_ascii_case(b"content-length") {
                stated.length = std::str::from_utf8(value)
                    .ok()
                    .and_then(|value| value.parse().ok());
            } else if name.eq_ignore_ascii_case(b"x-amz-content-sha256") {
                stated.sha256 = hex::decode(value)
                    .ok()
                    .and_then(|hash| hash.try_into().ok());
            }
        }
        stated
    }

    /// Whether it states nothing.
    fn is_empty(&self) -> bool {
        self.length.is_none() && self.sha256.is_none()
    }

    /// Whether a body of this length and hash is the one that is stated. The hash tells where there is one: a proxy
    /// may have changed the length.
    fn is(&self, length: usize, hasher: &Sha256) -> bool {
        match &self.sha256 {
            Some(hash) => <[u8; 32]>::from(hasher.clone().finalize()) == *hash,
            None => self.length == Some(length),
        }
    }
}

/// What came of a command.
pub(super) enum Found {
    /// The command has the body of its own word, whose length and hash are as stated, or nothing states them.
    Nothing,
    /// None of so many bytes proves itself.
    Vain(usize),
    /// The body, quotes left out; it stands in the place of its word now.
    Body(Range<usize>),
}

/// Puts the text between the outer quotes in the place of the word that a shell would read, where it proves itself.
pub(super) fn restore(text: &Text, command: &mut Command) -> Found {
    let is_data = |word: &Piece| {
        let bytes = word.bytes();
        let data = |says: Says| matches!(says, Says::Data | Says::Raw | Says::Binary | Says::Json);
        let long = LONG
            .iter()
            .any(|(name, says)| name.as_bytes() == bytes && data(*says));
        let short = SHORT
            .iter()
            .any(|(letter, says)| bytes == [b'-', *letter] && data(*says));
        long || short
    };
    let Some(at) = command.words.iter().position(is_data) else {
        return Found::Nothing;
    };
    let Some(word) = command.words.get(at + 1) else {
        return Found::Nothing;
    };
    let Some(quote) = text.at(word.start).filter(|b| matches!(b, b'"' | b'\'')) else {
        return Found::Nothing;
    };
    let stated = Stated::of(command);
    let own = Sha256::new_with_prefix(word.bytes());
    if stated.is_empty() || stated.is(word.bytes().len(), &own) {
        return Found::Nothing;
    }
    let first = word.start + 1;
    let near = text.get(first..first.saturating_add(BODY));
    let mut hasher = Sha256::new();
    let mut seen = 0;
    for end in memchr::memchr_iter(quote, near).take(TRIED) {
        hasher.update(near.get(seen..end).unwrap_or_default());
        seen = end;
        let closes = near.get(end + 1).is_none_or(u8::is_ascii_whitespace);
        // What has no quote of its own is what the shell reads.
        let inner = memchr::memchr(quote, near.get(..end).unwrap_or_default()).is_some();
        if closes && inner && stated.is(end, &hasher) {
            let place = first..first + end;
            let rest = shell::command(text, place.end + 1);
            let mut map = OffsetMap::new();
            map.copied(1, place.len());
            let bytes = text.get(place.clone()).to_vec();
            let quoted = place.start - 1..place.end + 1;
            let body = Piece::new(Unescaped { bytes, map }, quoted, Peel::ShellQuotes);
            command.words.truncate(at + 1);
            command.words.push(body);
            command.words.extend(rest.words);
            command.end = rest.end;
            command.endless = rest.endless;
            return Found::Body(place);
        }
    }
    Found::Vain(seen)
}
