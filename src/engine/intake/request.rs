//! A request as it was pasted: every part is a span, so that order, spelling and duplicates stay.

use super::Body;
use super::{Shape, shape};
use crate::engine::document::Span;

/// A value that stands in the input, or that the shape implies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Given<T> {
    /// It stands here.
    Stated(Span),
    /// It stands nowhere; this is what the shape implies (GET for a bare URL).
    Implied(T),
}

/// A header line as it was pasted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// The name as spelled, or the name an HTTP/2 pseudo-header or a URL stands for.
    pub name: Given<&'static str>,
    /// The value with its surrounding blanks and any folded lines, without the line end.
    pub value: Span,
    /// The whole line or lines, where it was a line.
    pub line: Span,
}

/// The target of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Target {
    /// All of it, as spelled.
    pub whole: Span,
    /// `http` or `https`, where stated.
    pub scheme: Option<Span>,
    /// Host and port, where the target states them (absolute form, URL).
    pub authority: Option<Span>,
    /// From the first `/` up to `?`; empty where the target has no path.
    pub path: Span,
    /// Behind `?`, without a fragment; none where there is no `?`.
    pub query: Option<Span>,
}

impl SignedRequest {
    /// Whether it is headers alone: neither its method nor its target is here.
    pub fn is_fragment(&self) -> bool {
        self.target.whole.is_empty() && matches!(self.method, Given::Implied(_))
    }

    /// Whether headers of it may be missing in what was pasted, though they were sent.
    pub fn may_lack_headers(&self) -> bool {
        shape::prints_no_headers(self.shape) || self.is_without_headers()
    }

    /// Whether its headers were not pasted with it, so that those that were sent are not known: of a URL alone, and
    /// of what prints requests without their headers. Of a request with its method and no headers, none was sent.
    pub fn is_without_headers(&self) -> bool {
        let mut names = self.headers.iter().map(|header| &header.name);
        let told = matches!(self.method, Given::Stated(_)) && !shape::prints_no_headers(self.shape);
        !told && names.all(|name| matches!(name, Given::Implied(_)))
    }
}

/// A request that carries, or should carry, a signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedRequest {
    /// The shape it was pasted in.
    pub shape: Shape,
    /// All of it, body included.
    pub span: Span,
    /// The method.
    pub method: Given<&'static str>,
    /// The target.
    pub target: Target,
    /// Every header, in order, duplicates and all.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Body,
}
