//! A call that sends a request to a URL which stands elsewhere: `fetch(url, …)` beside a presigned URL.
//!
//! Owns what such a call says of its headers. Must not know which URL it is given: that a paste holds only one is for
//! those who ask to see.

use crate::engine::document::Span;

/// A call of a program or a function whose URL is a name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UrlCall {
    /// Where the call stands, in a given document.
    pub place: Span,
    /// What is called, as people know it: `fetch()`.
    pub program: &'static str,
    /// The method, in capitals.
    pub method: String,
    /// The names of all headers that it sets, in lower case.
    pub headers: Vec<String>,
    /// The headers that the program may set by itself.
    pub sets: &'static [&'static str],
}

/// Whether the words of a command hold a variable of such a name: `$URL`, `${presigned_url}`, `$env:URL`.
pub(super) fn holds_variable(text: &[u8]) -> bool {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':');
    memchr::memchr_iter(b'$', text).any(|at| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix(b"{").unwrap_or(rest);
        let len = rest.iter().take(64).take_while(|b| is_name(b)).count();
        names_a_url(rest.get(..len).unwrap_or_default())
    })
}

/// Whether a name is one that people give to a presigned URL: `uploadUrl`, `signed_url`, `URL`.
pub(super) fn names_a_url(name: &[u8]) -> bool {
    const LONGEST: usize = 64;
    let lower = name.to_ascii_lowercase();
    let holds = |word: &[u8]| memchr::memmem::find(&lower, word).is_some();
    name.len() <= LONGEST && (holds(b"url") || holds(b"signed"))
}
