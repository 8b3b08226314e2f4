//! Which requests of a case were answered where they stand: among requests that one answer may be about, those are
//! told from the one it is about.
//!
//! Must not know how else answers and requests belong together.

use std::collections::{HashMap, HashSet};

use super::{Case, Side};

/// Which requests have an answer of their own right behind them.
#[derive(Default)]
pub(super) struct Answered {
    /// Those that have one.
    pub(super) any: HashSet<usize>,
    /// Those that were taken.
    pub(super) taken: HashSet<usize>,
}

impl Answered {
    /// Those of a case; `beside` says behind which request each piece of evidence stands.
    pub(super) fn of(case: &Case, beside: &HashMap<usize, usize>) -> Self {
        let mut answered = Self::default();
        for (evidence, request) in beside {
            let evidence = case.evidence.get(*evidence);
            let evidence = evidence.filter(|evidence| evidence.side != Some(Side::Client));
            let Some(answer) = evidence.and_then(|e| e.answer.as_ref()) else {
                continue;
            };
            answered.any.insert(*request);
            if answer.accepted().is_some() {
                answered.taken.insert(*request);
            }
        }
        answered
    }
}
