//! Reports: the analysis as text, JSON and Markdown, from the same values.
//!
//! Owns everything that leaves the program other than the screen. Every text passes the redactor. It
//! must not know terminal state.

use crate::workbench::Work;

/// The whole diagnosis as Markdown, fit for a ticket.
pub fn markdown(work: &Work) -> String {
    work.redactor
        .text(&work.analysis.diagnosis.verdict.sentence)
}
