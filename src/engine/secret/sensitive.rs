//! A value that is never printed and is overwritten when it goes.

use std::fmt;

use zeroize::Zeroize;

/// Holds a secret or a derived key. `Debug` shows nothing of it, it is not serialisable, and its
/// bytes are zeroed on drop.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Takes the value in. The caller should hold no other copy.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for computing with it or for showing it on the person's own demand.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(…)")
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_nothing() {
        let secret = Sensitive::new(b"wJalrXUtnFEMI".to_vec());
        assert_eq!(format!("{secret:?}"), "Sensitive(…)");
        assert_eq!(format!("{:?}", Some(&secret)), "Some(Sensitive(…))");
    }
}
