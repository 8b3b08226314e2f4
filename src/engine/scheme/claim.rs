//! What a request says of its own signature.

use crate::engine::document::Span;
use crate::engine::intake::Pattern;

/// The stable name of a scheme, as scripts see it. An open set.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SchemeId(pub &'static str);

/// What a request, or evidence alone, says of its signature, in words every scheme shares. Each is as
/// spelled in the input; what a scheme needs beyond these it reads again itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claim {
    /// The scheme.
    pub scheme: SchemeId,
    /// The signature that was received.
    pub received: Option<Pattern>,
    /// The id of the key.
    pub key_id: Option<Span>,
    /// The session token.
    pub session_token: Option<Span>,
    /// The signing time or timestamp.
    pub date: Option<Span>,
    /// The credential scope.
    pub scope: Option<Span>,
    /// The names of the headers that were signed, in the order listed.
    pub signed_headers: Vec<Span>,
}
