//! The received signature as it is here, whole, cut or hidden in part, and how the computed one stands to it.
//!
//! Owns how much of a signature proves anything. Must not know how one is computed.

use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Atom, Cut, Pattern};
use crate::engine::scheme::{Outcome, Reason};

/// A cut signature proves something only when enough of it is left: 64 bits.
pub(super) const SHORTEST_PREFIX: usize = 16;

/// How the two ends of a received signature stand to the computed one.
pub(super) fn compare_ends([front, back]: &[Vec<u8>; 2], computed: &[u8]) -> Outcome {
    let left = front.len() + back.len();
    let fits = left < computed.len() && computed.starts_with(front) && computed.ends_with(back);
    match compare(front, computed) {
        // So few digits prove nothing, whether or not they agree.
        _ if left < SHORTEST_PREFIX => Outcome::NotCheckable(Reason::TooShort),
        _ if fits => Outcome::Verified,
        // Digits stand behind all that a signature has: it is not this one.
        Outcome::Equal if !back.is_empty() => Outcome::Differs { at: front.len() },
        other => other,
    }
}

/// What must be reproduced.
pub(super) enum Target {
    /// Nothing was received.
    None,
    /// All of it is hidden.
    Redacted,
    /// This very text.
    Exact(Vec<u8>),
    /// Only the beginning was received.
    Prefix(Vec<u8>),
    /// Digits in the middle or at the end are hidden.
    Ends([Vec<u8>; 2]),
}

impl Target {
    /// What `received` demands.
    pub(super) fn of(docs: &Documents, received: Option<&Pattern>) -> Self {
        let Some(pattern) = received else {
            return Self::None;
        };
        let digits = |span: &Span| {
            let text = docs.bytes(*span).trim_ascii();
            (!text.is_empty() && text.iter().all(u8::is_ascii_hexdigit)).then(|| text.to_vec())
        };
        let ends = match pattern.atoms.as_slice() {
            [Atom::Exact(front), Atom::Wild { .. }] => Some([digits(front), Some(Vec::new())]),
            [Atom::Exact(front), Atom::Wild { .. }, Atom::Exact(back)] => {
                Some([digits(front), digits(back)])
            }
            _ => None,
        };
        if let Some([Some(front), Some(back)]) = ends {
            return Self::Ends([front, back]);
        }
        if pattern.atoms.iter().any(|a| matches!(a, Atom::Wild { .. })) {
            return Self::Redacted;
        }
        let text = pattern.bytes(docs);
        // So few digits are left of one that was cut where it was copied.
        let few = (1..SHORTEST_PREFIX).contains(&text.len());
        match pattern.cut {
            Cut::Whole if !few || !text.iter().all(u8::is_ascii_hexdigit) => Self::Exact(text),
            Cut::Whole | Cut::Truncated => Self::Prefix(text),
        }
    }
}

/// Where `received` parts from `computed`.
pub(super) fn compare(received: &[u8], computed: &[u8]) -> Outcome {
    let at = received
        .iter()
        .zip(computed)
        .take_while(|(a, b)| a == b)
        .count();
    if at == received.len() && at == computed.len() {
        Outcome::Equal
    } else {
        Outcome::Differs { at }
    }
}

/// What it proves that `received`, which was cut, stands so to the computed signature.
pub(super) fn cut(received: &[u8], compared: Outcome) -> Outcome {
    match compared {
        // Whether so little begins alike is a remark: neither does it prove the secret, nor another one.
        Outcome::Differs { .. } if received.len() < SHORTEST_PREFIX => {
            Outcome::NotCheckable(Reason::TooShort)
        }
        Outcome::Differs { at } if at < received.len() => compared,
        Outcome::Differs { .. } | Outcome::Equal => Outcome::Verified,
        Outcome::Verified | Outcome::Failed | Outcome::NotCheckable(_) => compared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_behind_a_whole_signature_are_another() {
        let computed = "0123456789abcdef".repeat(4);
        let ends = |front: &str, back: &str| {
            let ends = [front, back].map(|end| end.as_bytes().to_vec());
            compare_ends(&ends, computed.as_bytes())
        };
        assert_eq!(ends(&computed, "abcdef"), Outcome::Differs { at: 64 });
        assert_eq!(ends(&computed, ""), Outcome::Equal);
        assert_eq!(ends("0123456789abcdef", "abcdef"), Outcome::Verified);
        assert_eq!(
            ends("0123456789abcdef", "abcde0"),
            Outcome::Differs { at: 16 }
        );
    }
}
