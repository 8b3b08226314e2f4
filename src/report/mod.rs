//! Reports: the analysis as text, JSON and Markdown, from the same values.
//!
//! Owns everything that leaves the program other than the screen. Every text passes the redactor, and
//! everything that comes from the input is drawn through visible bytes, so that nothing a terminal
//! obeys gets out. It must not know terminal state, and it computes no signature.

mod draw;
mod escape;
mod json;
mod locate;
mod markdown;
mod observed;
mod others;
mod proof;
mod style;
mod text;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use escape::to_string as json_text;
pub use json::nothing as nothing_json;
pub(crate) use proof::{lines as proof_lines, title as proof_title, untold as untold_proof};
pub use style::TextStyle;

use crate::engine::diagnose::Verdict;
use crate::engine::scheme::{self, Scheme};
use crate::engine::secret::Redactor;
use crate::workbench::Work;

/// A verdict in a word, with whether it is proved: `MISMATCH`, `EXPLAINED (proved)`.
pub(crate) fn verdict_label(verdict: &Verdict) -> String {
    text::verdict_label(verdict)
}

/// That a correction is signed with a key that made another signature than the received one. `name` is
/// the key's, redacted.
pub(crate) fn failed_key_words(name: &str) -> String {
    format!("signed with a secret that did not reproduce your signature: {name}")
}

/// That something was chosen over what the request claims: `1 option changed: service = sqs`. None where
/// all is as claimed.
pub(crate) fn changed_words(
    work: &Work,
    schemes: &[&dyn Scheme],
    redactor: &Redactor,
) -> Option<String> {
    let changed: Vec<String> = work
        .changed(schemes)
        .into_iter()
        .map(|(id, value)| format!("{id} = {}", redactor.text(value)))
        .collect();
    let options = match changed.len() {
        0 => return None,
        1 => "1 option".to_owned(),
        count => format!("{count} options"),
    };
    Some(format!("{options} changed: {}", changed.join(", ")))
}

/// What a report may show, and by whose rules the fresh correction in it is signed.
#[derive(Copy, Clone)]
pub struct ReportOptions {
    /// Whether session tokens are shown (`--reveal`). Secrets and derived keys never are.
    pub reveal_tokens: bool,
    /// The schemes that were asked for a claim.
    pub schemes: &'static [&'static dyn Scheme],
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self {
            reveal_tokens: false,
            schemes: scheme::all(),
        }
    }
}

/// One analysis, about to be written down.
pub struct Report<'a> {
    work: &'a Work,
    redactor: Redactor,
    schemes: &'static [&'static dyn Scheme],
}

impl<'a> Report<'a> {
    /// A report of `work`. What may be shown is said by `options` alone.
    pub fn new(work: &'a Work, options: ReportOptions) -> Self {
        Self {
            work,
            redactor: work
                .redactor
                .clone()
                .revealing_tokens(options.reveal_tokens),
            schemes: options.schemes,
        }
    }

    /// For people at a terminal: the verdict first, the corrected headers last. Every line ends in a
    /// line feed; no other control character is in it but those of the colours that were asked for.
    pub fn text(&self, style: TextStyle) -> String {
        text::write(self, style)
    }

    /// The object of the contract, format 1.
    pub fn json(&self) -> Value {
        serde_json::to_value(json::object(self)).unwrap_or_default()
    }

    /// The same as indented text, as [`json_text`] writes it: of very many calls without holding the object.
    pub fn json_text(&self) -> String {
        json_text(&json::object(self))
    }

    /// For a ticket: no session token unless revealed, and no request that could be sent.
    pub fn markdown(&self) -> String {
        markdown::write(self)
    }
}

/// [`Report::text`] with nothing revealed.
pub fn text(work: &Work, style: TextStyle) -> String {
    Report::new(work, ReportOptions::default()).text(style)
}

/// [`Report::json`] with nothing revealed.
pub fn json(work: &Work) -> Value {
    Report::new(work, ReportOptions::default()).json()
}

/// [`Report::markdown`] with nothing revealed.
pub fn markdown(work: &Work) -> String {
    Report::new(work, ReportOptions::default()).markdown()
}
