//! The search's two axes: what is signed, and with which key.
//!
//! A signature is `mac(key, message)`, and the two do not interact: each variant of the message is
//! prepared once, each variant of the key is derived once, and a pair costs only the final hash. A
//! scheme's kernel says how; the search over it knows nothing else of the scheme.

use crate::engine::intake::BodyVariant;

/// One departure from the plain reading of a request, on the axis where it takes effect.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Edit {
    /// Changes what is signed.
    Message(MessageEdit),
    /// Changes the key.
    Key(KeyEdit),
    /// Changes both at once, and makes sense only so.
    Linked(MessageEdit, KeyEdit),
}

/// A departure in what is signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MessageEdit {
    /// Another reading of the body.
    Body(BodyVariant),
    /// A variant the scheme numbers itself (for instance a token left out of what is signed).
    Variant(u16),
}

/// A departure in the key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyEdit {
    /// The candidate at this place in the keyring.
    Candidate(usize),
    /// A variant the scheme numbers itself.
    Variant(u16),
}

/// How one scheme prepares and checks a pair. Generic, so that the hot loop has no indirection.
pub trait Kernel {
    /// What is signed, prepared as far as it does not depend on the key.
    type Message;
    /// The key, derived as far as it does not depend on the message.
    type Key;
    /// What must be reproduced.
    type Target: ?Sized;

    /// Prepares the message under these edits; none where they make no sense for this request.
    fn message(&self, edits: &[MessageEdit]) -> Option<Self::Message>;

    /// Derives the key under these edits; none where there is no such key.
    fn key(&self, edits: &[KeyEdit]) -> Option<Self::Key>;

    /// Whether the pair reproduces the target.
    fn hits(&self, message: &Self::Message, key: &Self::Key, target: &Self::Target) -> bool;
}

/// Each message, prepared: once for all keys that are tried with it.
pub fn prepared<K: Kernel>(kernel: &K, messages: &[Vec<MessageEdit>]) -> Vec<Option<K::Message>> {
    messages.iter().map(|edits| kernel.message(edits)).collect()
}

/// The first pair of variants that reproduces `target`, as places in the two lists, and how many pairs
/// were tried. Keys are derived once each.
pub fn first_hit<K: Kernel>(
    kernel: &K,
    messages: &[Option<K::Message>],
    keys: &[Vec<KeyEdit>],
    target: &K::Target,
) -> (Option<(usize, usize)>, usize) {
    let mut tried = 0;
    for (k, edits) in keys.iter().enumerate() {
        let Some(key) = kernel.key(edits) else {
            continue;
        };
        for (m, message) in messages.iter().enumerate() {
            let Some(message) = message else { continue };
            tried += 1;
            if kernel.hits(message, &key, target) {
                return (Some((m, k)), tried);
            }
        }
    }
    (None, tried)
}
