//! Diagnosis: what differs, what is wrong as it stands, and what may be claimed.
//!
//! Owns comparing (computed, received, server, client), the run of a scheme's rules, and the verdict.
//! It must not know any screen, nor any one scheme.

mod align;
mod bond;
mod compare;
mod comparison;
mod decide;
mod facts;
mod finding;
mod fixes;
mod holdings;
mod judge;
mod lead;
mod marks;
mod near;
mod next;
mod observed;
mod pairing;
mod refusal;
mod token;
mod twice;
mod verdict;
mod witness;
mod words;

#[cfg(test)]
mod tests;

pub use comparison::{
    ByteDifference, Column, Comparison, Divergence, Emphasis, Party, Row, RowState, Value,
    digits_apart,
};
pub use finding::{Finding, Label, Severity};
pub use judge::{diagnose, diagnose_with};
pub use next::{EVERYBODY, Holder, Piece, WHOSE};
pub use observed::{Hop, Observation, Observations, Seen, SeenBy};
pub use pairing::{Contradiction, OTHER_REQUEST, Pairing, names_another_key, own_region, pairing};
pub use verdict::{
    Deviation, Diagnosis, Explanation, Fix, FixCopy, Holding, Mark, NextStep, OPTIONS, Probe,
    Proof, RuledOut, Verdict, VerdictId, Who,
};
