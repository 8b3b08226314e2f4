//! The body of a request: held, streamed past, or not there.

use sha2::{Digest as _, Sha256};

use crate::engine::document::Span;

/// The id of the remark that a body in the input is not as long as its Content-Length says.
pub const LENGTH_DIFFERS: &str = "content-length-differs";

/// One reading of what the body's bytes are.
///
/// A person who pastes a request from an editor often brings a final newline that was never sent;
/// both readings are tried, and the one that reproduces a received hash or signature is taken.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum BodyVariant {
    /// The bytes as they stand.
    AsGiven,
    /// Without the line end (LF or CRLF) at the very end.
    WithoutFinalNewline,
}

/// What is known of a body that was streamed past rather than held.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BodyFacts {
    /// What to call it: a file name.
    pub name: String,
    /// Length in bytes.
    pub len: u64,
    /// SHA-256 of all bytes, raw.
    pub sha256: [u8; 32],
    /// Length and SHA-256 (raw) without the final line end, where there is one.
    pub without_final_newline: Option<(u64, [u8; 32])>,
}

/// The body of a request.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Body {
    /// The input holds no body, and does not say that there was none.
    #[default]
    Absent,
    /// These bytes; empty where the request shows that it had no body.
    Held {
        /// The bytes as given.
        span: Span,
        /// Whether a final line end may be an editor's: no Content-Length settles it.
        newline_in_doubt: bool,
    },
    /// Bytes that were hashed while they streamed past.
    Streamed(BodyFacts),
}

impl Body {
    /// The readings of this body, likeliest first. None where it is absent.
    pub fn variants(&self, ends_in_newline: bool) -> &'static [BodyVariant] {
        match self {
            Self::Absent => &[],
            Self::Held {
                newline_in_doubt: true,
                ..
            } if ends_in_newline => &[BodyVariant::AsGiven, BodyVariant::WithoutFinalNewline],
            Self::Streamed(facts) if facts.without_final_newline.is_some() => {
                &[BodyVariant::AsGiven, BodyVariant::WithoutFinalNewline]
            }
            Self::Held { .. } | Self::Streamed(_) => &[BodyVariant::AsGiven],
        }
    }
}

/// Whether a request of this method has no body unless it says so, its name in any case (RFC 9110 section 9.3).
pub fn is_bodiless(method: &[u8]) -> bool {
    let bodiless: [&[u8]; 5] = [b"GET", b"HEAD", b"DELETE", b"OPTIONS", b"TRACE"];
    bodiless
        .iter()
        .any(|name| method.eq_ignore_ascii_case(name))
}

/// Length of the line end at the very end of `bytes`: 2 for CRLF, 1 for LF, else 0.
pub fn final_newline_len(bytes: &[u8]) -> usize {
    match bytes {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n'] => 1,
        _ => 0,
    }
}

/// Takes a body of any size by push, in pieces of any size, and holds none of it.
#[derive(Clone, Debug, Default)]
pub struct BodyHasher {
    /// Everything but the last bytes held back.
    hasher: Sha256,
    /// The last bytes, at most two: they may be the final line end.
    held: Vec<u8>,
    len: u64,
}

impl BodyHasher {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the body.
    pub fn update(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        let (head, tail) = bytes.split_at(bytes.len().saturating_sub(2));
        if head.is_empty() {
            self.held.extend_from_slice(tail);
            let surplus = self.held.len().saturating_sub(2);
            self.hasher.update(self.held.drain(..surplus).as_slice());
        } else {
            self.hasher.update(&self.held);
            self.hasher.update(head);
            self.held.clear();
            self.held.extend_from_slice(tail);
        }
    }

    /// Bytes taken so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether no byte was taken yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What is known now that the body has ended.
    pub fn finish(self, name: impl Into<String>) -> BodyFacts {
        let digest = |extra: &[u8]| -> [u8; 32] {
            self.hasher.clone().chain_update(extra).finalize().into()
        };
        let newline = final_newline_len(&self.held);
        let without = self.held.len() - newline;
        BodyFacts {
            name: name.into(),
            len: self.len,
            sha256: digest(&self.held),
            without_final_newline: (newline > 0).then(|| {
                let kept = self.held.get(..without).unwrap_or_default();
                (self.len - newline as u64, digest(kept))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts_in_pieces(body: &[u8], cuts: &[usize]) -> BodyFacts {
        let mut hasher = BodyHasher::new();
        let mut rest = body;
        for cut in cuts {
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            hasher.update(piece);
            rest = after;
        }
        hasher.update(rest);
        hasher.finish("body")
    }

    #[test]
    fn one_line_end_is_left_out_whichever_it_is() {
        for (body, kept) in [("hello\n", 5), ("hello\r\n", 5), ("hello\n\r\n", 6)] {
            let facts = facts_in_pieces(body.as_bytes(), &[3]);
            let digest = <[u8; 32]>::from(Sha256::digest(&body.as_bytes()[..kept]));
            assert_eq!(facts.without_final_newline, Some((kept as u64, digest)));
        }
        for body in ["hello", "hello\r", ""] {
            assert_eq!(
                facts_in_pieces(body.as_bytes(), &[]).without_final_newline,
                None
            );
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(
            body in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..40),
            cuts in proptest::collection::vec(0usize..6, 0..12),
        ) {
            let facts = facts_in_pieces(&body, &cuts);
            prop_assert_eq!(facts.len, body.len() as u64);
            prop_assert_eq!(facts.sha256, <[u8; 32]>::from(Sha256::digest(&body)));
            let newline = final_newline_len(&body);
            let expected = (newline > 0).then(|| {
                let cut = &body[..body.len() - newline];
                (cut.len() as u64, <[u8; 32]>::from(Sha256::digest(cut)))
            });
            prop_assert_eq!(facts.without_final_newline, expected);
        }
    }
}
