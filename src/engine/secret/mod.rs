//! Secrets: the types that hold, mask and zero a secret or a derived key.
//!
//! Owns [`Sensitive`], the [`Keyring`] of named candidates and the [`Redactor`] that every reader
//! passes its text through. It must not know where secrets come from (that is `credentials`).

mod blanks;
mod keyring;
mod names;
mod redact;
mod sensitive;
mod windows;

pub use blanks::Blank;
pub use keyring::{Altered, Keyring, Material, NamedSecret, SkippedSecret};
pub use names::{is_secret, is_secret_parameter, is_signature};
pub use redact::{Hidden, Near, Redacted, Redactor};
pub(crate) use redact::{joined, label, label_of_rest};
pub use sensitive::Sensitive;
