//! The named candidates for the key that made a signature.

use super::{Blank, Sensitive};
use crate::engine::intake::{is_filler, is_redacted};

/// What a candidate is made of.
#[derive(Clone, Debug, Eq, PartialEq)]
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
    /// The secrets among those set aside: never tried, and hidden like any other, for they may stand in
    /// the input.
    pub aside: Vec<NamedSecret>,
    /// The candidate that was made of another one, because it reproduces what was received.
    pub altered: Option<Altered>,
}

/// A candidate that is another one with white space at its end: nobody gave it, and nothing is to be signed
/// with it.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Altered {
    /// Its place among the candidates.
    pub place: usize,
    /// The place of the secret it was made of.
    pub of: usize,
    /// What was added to the end of that one.
    pub added: Blank,
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

    /// Adds a candidate behind the others, unless it cannot serve: one that belongs to a key which is
    /// not among `key_ids` (where any are known), or that is already in the ring, is set aside with the
    /// reason.
    pub fn admit(&mut self, secret: NamedSecret, key_ids: &[String]) {
        // Two words that hide a key say nothing of each other.
        let hidden = |id: &String| is_redacted(id.as_bytes()) || is_filler(id.as_bytes());
        if let Some(has) = &secret.key_id
            && !key_ids.is_empty()
            && !key_ids.contains(has)
            && !(hidden(has) && key_ids.iter().all(hidden))
        {
            let reason = match key_ids {
                _ if hidden(has) => "the key that it belongs to is hidden here".to_owned(),
                [wanted] if hidden(wanted) => {
                    format!("it belongs to {has}, and the key here is hidden")
                }
                [wanted] => format!("it belongs to {has}, not {wanted}"),
                _ => format!("it belongs to {has}, which nothing here names"),
            };
            self.set_aside(secret, reason);
            return;
        }
        let twin = self.candidates.iter_mut().find(|other| {
            other.material == secret.material
                && (other.key_id == secret.key_id || other.key_id.is_none())
        });
        let Some(twin) = twin else {
            self.push(secret);
            return;
        };
        if twin.session_token.is_none() {
            twin.session_token = secret.session_token;
        }
        // Found once more at the same place: not worth a word.
        if twin.name != secret.name {
            let reason = format!("it is the same as {}", twin.name);
            self.skip(secret.name, reason);
        }
    }

    /// Takes a secret that is not to be tried, and notes why.
    pub fn set_aside(&mut self, secret: NamedSecret, reason: impl Into<String>) {
        self.skip(secret.name.clone(), reason);
        self.aside.push(secret);
    }

    /// Notes something that was found and not used, and why.
    pub fn skip(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(SkippedSecret {
            name: name.into(),
            reason: reason.into(),
        });
    }

    /// Every secret with a blank added to its end, and without the white space at its own edges, as far as the
    /// ring does not hold that already; each with the secret it was made of. Derived keys have no edges.
    pub fn with_other_edges(&self) -> Vec<(NamedSecret, Option<Altered>)> {
        let mut out: Vec<(NamedSecret, Option<Altered>)> = Vec::new();
        for (of, secret) in self.candidates.iter().enumerate() {
            let Some(bare) = secret.material.bare() else {
                continue;
            };
            let other = |how: &str, material: Material| NamedSecret {
                name: format!("{}, {how}", secret.name),
                material,
                ..secret.clone()
            };
            let ends = Blank::ALL.into_iter().map(|added| {
                let text = [bare.expose(), added.bytes()].concat();
                let how = format!("with {} at its end", added.words());
                let altered = Altered {
                    place: self.candidates.len(),
                    of,
                    added,
                };
                (other(&how, Material::Secret(text.into())), Some(altered))
            });
            let bare = Material::Secret(bare.clone());
            let trimmed = (other("without the blanks around it", bare), None);
            for made in std::iter::once(trimmed).chain(ends) {
                let known = self
                    .candidates
                    .iter()
                    .chain(out.iter().map(|(other, _)| other))
                    .any(|other| {
                        other.material == made.0.material && other.key_id == made.0.key_id
                    });
                if !known {
                    out.push(made);
                }
            }
        }
        out
    }

    /// What was done to the candidate at that place, if it was made of another.
    pub fn altered(&self, place: usize) -> Option<Altered> {
        self.altered.filter(|altered| altered.place == place)
    }

    /// The secret to sign with where the candidate at that place was tried: that one, or the one it was made
    /// of.
    pub fn to_sign_with(&self, place: usize) -> Option<&NamedSecret> {
        let place = self.altered(place).map_or(place, |altered| altered.of);
        self.candidates.get(place)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str, key_id: Option<&str>, text: &str) -> NamedSecret {
        NamedSecret {
            name: name.to_owned(),
            key_id: key_id.map(str::to_owned),
            material: Material::Secret(Sensitive::new(text.as_bytes().to_vec())),
            session_token: None,
        }
    }

    #[test]
    fn what_cannot_serve_is_set_aside_with_the_reason() {
        let ids = ["AKIAWANTED".to_owned()];
        let mut ring = Keyring::new();
        ring.admit(secret("a", None, "one"), &ids);
        ring.admit(secret("b", Some("AKIAOTHER"), "two"), &ids);
        ring.admit(secret("c", Some("AKIAWANTED"), "one"), &ids);
        ring.admit(secret("d", Some("AKIAWANTED"), "three"), &ids);
        let tried: Vec<_> = ring.candidates.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(tried, ["a", "d"]);
        let aside: Vec<_> = ring.skipped.iter().map(|s| s.reason.as_str()).collect();
        assert_eq!(
            aside,
            [
                "it belongs to AKIAOTHER, not AKIAWANTED",
                "it is the same as a"
            ]
        );
    }

    #[test]
    fn with_no_key_id_known_every_candidate_serves() {
        let mut ring = Keyring::new();
        ring.admit(secret("a", Some("AKIAOTHER"), "one"), &[]);
        assert_eq!(ring.candidates.len(), 1);
    }
}
