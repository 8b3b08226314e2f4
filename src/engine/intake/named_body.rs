//! The file that a command names as the body: where it says so, and what the program does to its bytes.
//!
//! Owns that fact, and telling a file by its name. Must not read any file.

use super::unescape::Unescaped;
use super::{Case, SignedRequest};
use crate::engine::document::Span;

/// A body that a command leaves in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamedBody {
    /// Where the command names it, in a given document.
    pub place: Span,
    /// The file, as the command names it.
    pub file: String,
    /// Whether the program sends it without its line ends (curl's manual page, --data).
    pub joined: bool,
}

impl NamedBody {
    /// The file as an argument of a command that a person may copy; none where a shell would read anything else into
    /// it, or it is what stands for standard input.
    pub fn argument(&self) -> Option<&str> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-/+@%".contains(&b);
        let file = self.file.as_str();
        let own = !file.is_empty() && !file.starts_with('-') && file.bytes().all(plain);
        own.then_some(file)
    }

    /// Whether `name`, of an input, is that of this file, whatever directory either stands in.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let last = |path: &str| path.rsplit(['/', '\\']).next().map(str::to_owned);
        let own = last(&self.file).filter(|own| !own.is_empty());
        own.is_some() && own == last(name)
    }
}

impl Case {
    /// The file that the command of `request` names as its body.
    pub fn named_body(&self, request: &SignedRequest) -> Option<&NamedBody> {
        let mut named = self.named_bodies.iter();
        named.find(|named| request.span.contains(named.place))
    }
}

/// The bytes of a file as curl's `-d` sends them: carriage returns, line feeds and NUL are left out. None where
/// there are none.
pub(super) fn joined(bytes: &[u8]) -> Option<Unescaped> {
    let left_out = |b: &u8| matches!(b, b'\r' | b'\n' | 0);
    bytes.iter().any(left_out).then(|| {
        let mut out = Unescaped::default();
        let mut kept = 0;
        for at in memchr::memchr3_iter(b'\r', b'\n', 0, bytes) {
            out.copy(bytes, kept..at);
            kept = at + 1;
        }
        out.copy(bytes, kept..bytes.len());
        out
    })
}
