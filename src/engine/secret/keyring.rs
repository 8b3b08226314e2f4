//! The named candidates for the key that made a signature.

use super::Sensitive;

/// What a candidate is made of.
#[derive(Clone, Debug)]
pub enum Material {
    /// The secret as issued: raw bytes, usually ASCII.
    Secret(Sensitive<Vec<u8>>),
    /// A derived signing key, raw bytes (given as hex).
    DerivedKey(Sensitive<Vec<u8>>),
}

/// A candidate with the name people know it by.
#[derive(Clone, Debug)]
pub struct NamedSecret {
    /// Where it came from, as shown on screen: `profile staging in ~/.aws/credentials`. Never the text
    /// of the secret.
    pub name: String,
    /// The key id it belongs to, where the place it came from says so.
    pub key_id: Option<String>,
    /// The secret or key.
    pub material: Material,
    /// The session token that stood beside it, if any.
    pub session_token: Option<Sensitive<Vec<u8>>>,
}

/// A candidate that was found and not used, so that the screen can say so.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SkippedSecret {
    /// Where it was found.
    pub name: String,
    /// Why it was not used, as the second half of a sentence: `it belongs to AKIA…, not AKIB…`.
    pub reason: String,
}

/// All candidates, likeliest first, and those found but not used.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    /// To be tried, in this order.
    pub candidates: Vec<NamedSecret>,
    /// Found and set aside.
    pub skipped: Vec<SkippedSecret>,
}

impl Keyring {
    /// No candidate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a candidate behind the others.
    pub fn push(&mut self, secret: NamedSecret) {
        self.candidates.push(secret);
    }

    /// Whether there is nothing to try.
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// The candidates that may belong to `key_id`, each with its place in the ring: those known to
    /// belong to another key are left out.
    pub fn for_key_id<'a>(
        &'a self,
        key_id: Option<&'a str>,
    ) -> impl Iterator<Item = (usize, &'a NamedSecret)> {
        self.candidates
            .iter()
            .enumerate()
            .filter(
                move |(_, secret)| match (key_id, secret.key_id.as_deref()) {
                    (Some(wanted), Some(has)) => wanted == has,
                    _ => true,
                },
            )
    }
}
