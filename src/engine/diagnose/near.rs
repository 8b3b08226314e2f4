//! A received signature that is the computed one but for its spelling or its length.
//!
//! So many characters do not agree by chance: the key and what was signed are right all the same.

/// Characters of a signature that prove, when they agree, that it is no coincidence.
const TELLING: usize = 16;

/// How a received signature misses the right one.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum NearMiss {
    /// Only capital and small letters differ.
    Case,
    /// It is the beginning of it; how many characters are missing, and of how many.
    Beginning(usize, usize),
    /// It has so many characters too many at its end.
    TooLong(usize),
}

impl NearMiss {
    /// How `received` misses `computed`; none where it is right, or is another.
    pub(super) fn of(received: &[u8], computed: &[u8]) -> Option<Self> {
        let (got, want) = (received.len(), computed.len());
        if got < TELLING.min(want) || received == computed || want == 0 {
            None
        } else if received.eq_ignore_ascii_case(computed) {
            Some(Self::Case)
        } else if computed.starts_with(received) {
            Some(Self::Beginning(want - got, want))
        } else if received.starts_with(computed) {
            Some(Self::TooLong(got - want))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_coincidence_is_a_near_miss() {
        let right = b"0123456789abcdef0123456789abcdef";
        let upper = right.to_ascii_uppercase();
        let long = [&right[..], b"\\n"].concat();
        for (received, miss) in [
            (&right[..], None),
            (&upper[..], Some(NearMiss::Case)),
            (&right[..16], Some(NearMiss::Beginning(16, 32))),
            (&right[..15], None),
            (&long[..], Some(NearMiss::TooLong(2))),
            (b"1123456789abcdef0123456789abcdef", None),
            (b"", None),
        ] {
            assert_eq!(NearMiss::of(received, right), miss, "{received:?}");
        }
        assert_eq!(NearMiss::of(b"abc", b""), None);
    }
}
