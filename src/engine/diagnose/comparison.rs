//! Comparisons: two or more sides of a stage, aligned by field, then by token, then by byte.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;

use crate::engine::document::Unshown;
use crate::engine::intake::Integrity;
use crate::engine::scheme::{FieldKey, Role, Rule, StageId};

/// Who a value is from. Columns are captioned by it.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Party {
    /// What was received with the request: its signature.
    Received,
    /// The signer's own strings (a client's log).
    Client,
    /// The verifier's own strings.
    Server,
    /// What sigscope computed from the pasted request.
    Computed,
    /// Strings of which nothing says whose they are, beside those that are taken up.
    Unnamed,
}

impl Party {
    /// The name scripts see in `between`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Client => "client",
            Self::Server => "server",
            Self::Computed => "computed",
            Self::Unnamed => "unnamed",
        }
    }

    /// The name people see: the client's strings are what the signer signed.
    pub fn label(self) -> &'static str {
        match self {
            Self::Client => "signer",
            Self::Received | Self::Server | Self::Computed | Self::Unnamed => self.id(),
        }
    }
}

/// A side of a comparison.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Column {
    /// Who.
    pub party: Party,
    /// The caption: `signed (proved by the signature)`, `server (S3 error, hash verified)`.
    pub caption: String,
    /// Which piece of evidence it is from, as a place in the case's list.
    pub evidence: Option<usize>,
    /// How far its text can be trusted.
    pub integrity: Integrity,
}

impl Column {
    /// Who, as the caption has it, without how far it can be trusted: `server`, `evidence 1`.
    pub fn who(&self) -> &str {
        let end = self.caption.find(['(', ',']);
        let who = self.caption.get(..end.unwrap_or(self.caption.len()));
        match who.unwrap_or_default().trim_end() {
            "" => self.party.label(),
            who => who,
        }
    }
}

/// A field's value on one side.
#[derive(Clone, Eq, PartialEq)]
pub struct Value {
    /// The bytes as that side has them.
    pub bytes: Bytes,
    /// Where they stand in that side's text.
    pub range: Range<usize>,
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value")
            .field("bytes", &Unshown(&self.bytes))
            .field("range", &self.range)
            .finish()
    }
}

/// Whether the sides of a row agree.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum RowState {
    /// All sides that have the field agree, and all have it.
    Same,
    /// The sides part here, and nothing earlier explains it.
    Differs,
    /// A side lacks the field.
    Absent,
    /// They differ only because an earlier stage does (a hash).
    Follows,
    /// There is nothing to compare with.
    Alone,
    /// A side is redacted or cut here.
    NotCheckable,
}

/// A run of a value, and whether the other side lacks it. The runs of a value tile it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Emphasis {
    /// Offsets into the value.
    pub range: Range<usize>,
    /// Whether this token stands on this side only.
    pub differs: bool,
}

/// The first byte at which two values part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ByteDifference {
    /// Offset in the values, in bytes.
    pub at: usize,
    /// What stands there on the left, by name: `U+0020 SPACE`, `%2B`, `end of text`.
    pub left: String,
    /// What stands there on the right.
    pub right: String,
}

/// How many digits two hashes have, where they have not equally many: then one of them is no hash that was computed.
pub fn digits_apart(left: &[u8], right: &[u8]) -> Option<[usize; 2]> {
    /// As many as the shortest hash that is signed anywhere: MD5.
    const FEWEST: usize = 32;
    let both = [left, right];
    let hashes = both
        .iter()
        .all(|value| value.len() >= FEWEST && value.iter().all(u8::is_ascii_hexdigit));
    (hashes && left.len() != right.len()).then(|| both.map(<[u8]>::len))
}

/// One field on every side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// Which field.
    pub key: FieldKey,
    /// Its value on each side, in the order of the columns.
    pub values: Vec<Option<Value>>,
    /// Token-level marks for each side, in the order of the columns.
    pub emphasis: Vec<Vec<Emphasis>>,
    /// Whether the sides agree.
    pub state: RowState,
    /// Where the first two sides that differ part, and their places in the columns.
    pub first: Option<(ByteDifference, [usize; 2])>,
    /// What else is to be said of it: that it stands at another place on another side.
    pub note: Option<String>,
    /// The rule that shapes the field.
    pub rule: Rule,
}

/// A stage on every side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Comparison {
    /// The stage.
    pub stage: StageId,
    /// The part it plays.
    pub role: Role,
    /// The sides.
    pub columns: Vec<Column>,
    /// The fields, in canonical order.
    pub rows: Vec<Row>,
}

/// The place where two sides part, as scripts see it.
#[derive(Clone, Eq, PartialEq)]
pub struct Divergence {
    /// The two sides.
    pub between: [Party; 2],
    /// The stage.
    pub stage: StageId,
    /// The field.
    pub field: FieldKey,
    /// The values; none where that side lacks the field.
    pub values: [Option<Bytes>; 2],
    /// Offset of the first differing byte in the first value.
    pub offset: Option<usize>,
    /// The difference in words: `U+0020 SPACE against %20`.
    pub detail: Option<String>,
    /// Whether it only follows from an earlier stage.
    pub follows: bool,
}

impl fmt::Debug for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self
            .values
            .each_ref()
            .map(|value| value.as_deref().map(Unshown));
        f.debug_struct("Divergence")
            .field("between", &self.between)
            .field("stage", &self.stage)
            .field("field", &self.field)
            .field("values", &values)
            .field("offset", &self.offset)
            .field("detail", &self.detail)
            .field("follows", &self.follows)
            .finish()
    }
}
