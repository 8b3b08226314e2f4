//! How it is known whose a piece of evidence is: told by what stands in front of it, assumed, or chosen by a person.
//!
//! Owns the grounds and their words. Concluding is the business of `siding`; it must not know screens.

use super::shape::printed;
use super::{Case, Side};
use crate::engine::document::Span;

/// How it is known whose a piece of evidence is.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum SidedBy {
    /// The person said so.
    Chosen,
    /// Its program's label or somebody's words in front of it name the side.
    Told,
    /// Nothing names the side: it was concluded.
    Assumed(Assumption),
}

impl SidedBy {
    /// The name scripts see.
    pub fn id(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Told => "told",
            Self::Assumed(_) => "assumed",
        }
    }
}

/// From what a side was concluded.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Assumption {
    /// It stands beside the strings of the server's answer and is not the same.
    BesideAnswer,
    /// Both strings stand under titles that name nobody, as one program prints both.
    BothTitled,
    /// What stands in front of it names somebody who is not known as a signer, beside the strings of the signer.
    AnotherNamed,
    /// What stands over it is the name of a service that verifies and no more, beside the strings of the signer.
    ServiceNamed,
}

impl Assumption {
    /// Why, as the end of a sentence about the strings; the words in front of them follow where there are any.
    pub fn words(self) -> &'static str {
        match self {
            Self::BesideAnswer => {
                "they stand beside the server's own, and nothing in front of them says whose they are"
            }
            Self::BothTitled => "both stand under titles, and these name nobody",
            Self::ServiceNamed => "what stands over them is the name of a service, and no more",
            Self::AnotherNamed => {
                "the words in front of them name neither a signer nor a server that is known here"
            }
        }
    }
}

impl Case {
    /// How it is known whose a piece of evidence is; none where that is unknown.
    pub fn sided_by(&self, evidence: usize) -> Option<SidedBy> {
        if self.is_side_chosen(evidence) {
            return Some(SidedBy::Chosen);
        }
        self.evidence.get(evidence)?.side?;
        Some(match self.assumptions.get(&evidence) {
            Some(assumption) => SidedBy::Assumed(*assumption),
            None => SidedBy::Told,
        })
    }

    /// Whether nothing in the paste tells whose a piece of evidence is, whatever a person said of it.
    pub fn is_assumed(&self, evidence: usize) -> bool {
        self.assumptions.contains_key(&evidence)
    }

    /// From what the side of a piece of evidence was concluded, where nothing tells it and nobody chose it.
    pub fn assumed(&self, evidence: usize) -> Option<(Side, Assumption)> {
        let side = self.evidence.get(evidence)?.side?;
        match self.sided_by(evidence)? {
            SidedBy::Assumed(assumption) => Some((side, assumption)),
            SidedBy::Chosen | SidedBy::Told => None,
        }
    }

    /// The words that stand in front of a piece of evidence, on its own line or on the nearest one above it that is not
    /// a part of another string. To be redacted as all of the input is.
    pub fn words_above(&self, evidence: usize) -> Option<Span> {
        let evidence = self.evidence.get(evidence)?;
        printed::words_above(&self.docs, evidence.span)
    }
}
