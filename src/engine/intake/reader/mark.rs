//! Taking a reading back.
//!
//! Owns what belongs to a reading: whatever it added to the case. Must not know why it is taken back.

use super::Reader;
use crate::engine::intake::Case;

/// How long the lists of a case and of its reader are.
#[derive(Copy, Clone, Debug)]
pub(in crate::engine::intake) struct Mark {
    pub(in crate::engine::intake) docs: usize,
    pub(in crate::engine::intake) pieces: usize,
    pub(in crate::engine::intake) requests: usize,
    pub(in crate::engine::intake) forms: usize,
    pub(in crate::engine::intake) evidence: usize,
    pub(in crate::engine::intake) secrets: usize,
    pub(in crate::engine::intake) named_bodies: usize,
    pub(in crate::engine::intake) url_calls: usize,
    pub(in crate::engine::intake) unknown: usize,
    pub(in crate::engine::intake) doubtful: usize,
    pub(in crate::engine::intake) cut: usize,
    pub(in crate::engine::intake) findings: usize,
    pub(in crate::engine::intake) edited: usize,
    pub(in crate::engine::intake) attested: usize,
    pub(in crate::engine::intake) understood: usize,
    pub(in crate::engine::intake) peeled: usize,
}

impl Reader<'_> {
    /// How much of the case there is.
    pub(in crate::engine::intake) fn mark(&self) -> Mark {
        // Every field is named, so that a new one is not forgotten here.
        let Self {
            case,
            understood,
            peeled,
            // Between two documents there are none.
            response: _,
            left_out: _,
            crowded: _,
            spare: _,
            printed: _,
            depth: _,
            // They bound the time that is spent, and time does not come back.
            failures: _,
            waste: _,
            // It is known by its document.
            kept: _,
        } = self;
        let Case {
            docs,
            pieces,
            requests,
            forms,
            evidence,
            secrets,
            named_bodies,
            url_calls,
            unknown,
            doubtful,
            cut,
            findings,
            edited,
            attested,
            // They are told of a whole case.
            pairs: _,
            chosen: _,
            assumptions: _,
            scopes: _,
            put_back: _,
            shortened: _,
        } = &**case;
        Mark {
            docs: docs.len(),
            pieces: pieces.len(),
            requests: requests.len(),
            forms: forms.len(),
            evidence: evidence.len(),
            secrets: secrets.len(),
            named_bodies: named_bodies.len(),
            url_calls: url_calls.len(),
            unknown: unknown.len(),
            doubtful: doubtful.len(),
            cut: cut.len(),
            findings: findings.len(),
            edited: edited.len(),
            attested: attested.len(),
            understood: understood.len(),
            peeled: *peeled,
        }
    }

    /// Takes back what was read since `mark`, between two documents. What was masked in a document that stays is
    /// masked further on: it is as secret in any other reading.
    pub(in crate::engine::intake) fn back_to(&mut self, mark: &Mark) {
        let Mark {
            docs,
            pieces,
            requests,
            forms,
            evidence,
            secrets,
            named_bodies,
            url_calls,
            unknown,
            doubtful,
            cut,
            findings,
            edited,
            attested,
            understood,
            peeled,
        } = *mark;
        self.case.docs.truncate(docs);
        self.kept.retain(|(doc, _), _| doc.index() < docs);
        self.case.pieces.truncate(pieces);
        self.case.requests.truncate(requests);
        self.case.forms.truncate(forms);
        self.case.evidence.truncate(evidence);
        self.case.secrets.truncate(secrets);
        self.case.named_bodies.truncate(named_bodies);
        self.case.url_calls.truncate(url_calls);
        self.case.unknown.truncate(unknown);
        self.case.doubtful.truncate(doubtful);
        self.case.cut.truncate(cut);
        self.case.findings.truncate(findings);
        self.case.edited.truncate(edited);
        self.case.attested.truncate(attested);
        self.understood.truncate(understood);
        self.peeled = peeled;
    }
}
