//! Findings: labelled remarks about the request and the input as they stand.

use crate::engine::document::Span;
use crate::engine::scheme::FieldKey;

/// How much a finding matters.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Likely to break, or broken only for some verifiers.
    Warning,
    /// A verifier refuses this whatever the signature.
    Error,
}

impl Severity {
    /// The word scripts and people see.
    pub fn id(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in the input, with what to say of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What of it, in a few words; may be empty for the main label.
    pub text: String,
}

/// A remark: what, where, why it matters, what to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Stable name: `host-not-signed`.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence that says what is so, with the values.
    pub message: String,
    /// One sentence that says what to do, or why nothing need be done.
    pub help: String,
    /// Where, the main place first.
    pub labels: Vec<Label>,
    /// The field it is about, where it is about one.
    pub field: Option<FieldKey>,
    /// Whether a verifier that finds it so refuses the request, although it is not known that it finds it so:
    /// a clock or a table of hosts that is not its own says it. Of an error this goes without saying.
    pub may_refuse: bool,
    /// Whether it may be so in this paste alone, and not in what was sent: a print leaves out headers, a copy digits, and what
    /// was fresh when it was sent is old where it is read.
    pub of_paste: bool,
}

impl Finding {
    /// A finding without a place.
    pub fn new(
        id: &'static str,
        severity: Severity,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            id,
            severity,
            message: message.into(),
            help: help.into(),
            labels: Vec::new(),
            field: None,
            may_refuse: false,
            of_paste: false,
        }
    }

    /// Says that a verifier that finds it so refuses the request.
    #[must_use]
    pub fn refusing(mut self) -> Self {
        self.may_refuse = true;
        self
    }

    /// Says that it may be so in this paste alone.
    #[must_use]
    pub fn of_paste(mut self) -> Self {
        self.of_paste = true;
        self
    }

    /// An error.
    pub fn error(id: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(id, Severity::Error, message, help)
    }

    /// A warning.
    pub fn warning(id: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(id, Severity::Warning, message, help)
    }

    /// A note.
    pub fn note(id: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(id, Severity::Note, message, help)
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says which field it is about.
    #[must_use]
    pub fn about(mut self, field: FieldKey) -> Self {
        self.field = Some(field);
        self
    }
}
