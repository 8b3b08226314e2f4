//! Text in a `Debug` form: how much of it there is, and nothing of it.
//!
//! What was pasted may hold a secret or a token that stands nowhere else, and a `Debug` form gets into the
//! message of a panic or into a log.

use std::fmt;

/// Shows the length in bytes in the place of a text.
pub(crate) struct Unshown<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Unshown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} bytes)", self.0.len())
    }
}
