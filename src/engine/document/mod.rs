//! Documents: the bytes of a case, and ranges of them.
//!
//! Owns [`Span`] (a byte range of a named document), slicing that cannot panic, the way back from an
//! unwrapped layer to what was pasted, and [`visible`]: the only way text reaches a screen. It must
//! not know any signing scheme.

mod masks;
mod offsets;
mod peel;
mod plain;
mod span;
mod store;
mod unshown;
pub mod visible;

pub use masks::Mask;
pub use offsets::{OffsetMap, Segment};
pub use peel::{Change, Peel, Unwrapped};
pub(crate) use plain::Plain;
pub use span::{DocId, Span};
pub use store::{Document, Documents, Origin, Source};
pub(crate) use unshown::Unshown;
