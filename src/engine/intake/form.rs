//! A form for an upload from a browser, as it was pasted: every field is a span, in the order in which they stand.

use super::Shape;
use crate::engine::document::Span;

/// A field of a form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FormField {
    /// Its name as spelled.
    pub name: Span,
    /// Its value, escapes undone.
    pub value: Span,
}

/// A form whose policy is signed (Amazon S3 API Reference, Browser-based uploads using POST).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PostForm {
    /// The shape it was pasted in.
    pub shape: Shape,
    /// All of it.
    pub span: Span,
    /// Where it is sent, if it says so.
    pub url: Option<Span>,
    /// Its fields, in order, without the one for the file.
    pub fields: Vec<FormField>,
    /// The place of the field for the file among the others (as many fields stand before it), and the field itself;
    /// none where there is none, as in what an SDK returns.
    pub file: Option<(usize, Span)>,
    /// Whether the paste stops inside it: what it lacks may have stood behind.
    pub cut: bool,
}
