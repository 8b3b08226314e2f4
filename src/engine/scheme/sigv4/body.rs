//! The hashes of a request's body, in each reading of it, computed once.

use super::reading;
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Body, BodyHasher, BodyVariant, SignedRequest, final_newline_len};

/// SHA-256 of nothing, raw.
pub(super) const EMPTY: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The same in lower-case hex.
pub(super) const EMPTY_HEX: &str =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The readings of a body with the hash of each, likeliest first; empty where there is no body here.
#[derive(Clone, Debug, Default)]
pub(super) struct BodyHashes {
    /// Raw SHA-256 by reading.
    pub(super) readings: Vec<(BodyVariant, [u8; 32])>,
    /// Where the bytes stand, if they are held.
    pub(super) span: Option<Span>,
}

impl BodyHashes {
    /// Hashes `body`.
    pub(super) fn of(docs: &Documents, body: &Body) -> Self {
        let (facts, span, in_doubt) = match body {
            Body::Absent => return Self::default(),
            Body::Held { span, .. } => {
                let bytes = docs.bytes(*span);
                let variants = body.variants(final_newline_len(bytes) > 0);
                let mut hasher = BodyHasher::new();
                hasher.update(bytes);
                (hasher.finish(""), Some(*span), variants.len() > 1)
            }
            Body::Streamed(facts) => (facts.clone(), None, true),
        };
        let mut readings = vec![(BodyVariant::AsGiven, facts.sha256)];
        if let Some((_, hash)) = facts.without_final_newline.filter(|_| in_doubt) {
            readings.push((BodyVariant::WithoutFinalNewline, hash));
        }
        Self { readings, span }
    }

    /// The hash of one reading.
    pub(super) fn get(&self, variant: BodyVariant) -> Option<[u8; 32]> {
        self.readings
            .iter()
            .find(|(v, _)| *v == variant)
            .map(|(_, hash)| *hash)
    }

    /// The reading whose hash is `stated` (hex of either case).
    pub(super) fn reproducing(&self, stated: &[u8]) -> Option<BodyVariant> {
        let mut raw = [0; 32];
        hex::decode_to_slice(stated, &mut raw).ok()?;
        self.readings
            .iter()
            .find(|(_, hash)| *hash == raw)
            .map(|(variant, _)| *variant)
    }
}

/// Whether the body is here in the chunks of `Transfer-Encoding: chunked` (RFC 9112 section 7.1): a
/// signature is of what they hold, so its hash is not the one that was signed.
pub(super) fn is_in_chunks(docs: &Documents, request: &SignedRequest) -> bool {
    let coded = reading::header(docs, request, "transfer-encoding")
        .is_some_and(|part| part.string().to_ascii_lowercase().contains("chunked"));
    let Body::Held { span, .. } = request.body else {
        return false;
    };
    let bytes = docs.bytes(span);
    let digits = bytes
        .iter()
        .take(17)
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    let behind = bytes.get(digits);
    coded && (1..=16).contains(&digits) && matches!(behind, Some(b'\r' | b'\n' | b';' | b' '))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_hash_of_nothing_is_right() {
        assert_eq!(EMPTY, <[u8; 32]>::from(Sha256::digest(b"")));
        assert_eq!(EMPTY_HEX, hex::encode(EMPTY));
    }
}
