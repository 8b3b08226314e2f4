//! Documents: the bytes of a case, and ranges of them.
//!
//! Owns [`Span`] (a byte range of a named document), slicing that cannot panic, the way back from an
//! unwrapped layer to what was pasted, and [`visible`]: the only way text reaches a screen. It must
//! not know any signing scheme.

mod offsets;
mod plain;
mod span;
mod store;
mod unshown;
pub mod visible;

pub use offsets::{OffsetMap, Segment};
pub(crate) use plain::Plain;
pub use span::{DocId, Span};
pub use store::{Change, Document, Documents, Mask, Origin, Peel, Source, Unwrapped};
pub(crate) use unshown::Unshown;
