//! What to set right, and what to send instead: the end of the text report.
//!
//! Owns those two parts. Must not know how a request is signed anew.

use super::page::Page;
use super::who_words;
use crate::engine::correct::{Correction, When};
use crate::engine::diagnose::FixCopy;
use crate::report::draw::{self, words};
use crate::report::style::Paint;
use crate::report::{Report, failed_key_words};

/// The ways to set right what differs, by party; the first is the corrected request itself.
pub(super) fn fixes(report: &Report<'_>, page: &mut Page) {
    let fixes = &report.work.analysis.diagnosis.fixes;
    if fixes.is_empty() {
        return;
    }
    page.heading(if fixes.len() > 1 {
        "Fix: choose where"
    } else {
        "Fix"
    });
    for (i, fix) in fixes.iter().enumerate() {
        let text = format!(
            "{} {}: {}. {}",
            i + 1,
            who_words(fix.who),
            words(&report.redactor, &fix.title),
            words(&report.redactor, &fix.text)
        );
        page.prose(2, 4, None, &text);
        if let FixCopy::Text(lines) = &fix.copy {
            for line in draw::lines(&report.redactor, lines.trim_end().as_bytes()) {
                page.raw(format!("      {line}").trim_end());
            }
        }
    }
}

pub(super) fn corrected(report: &Report<'_>, page: &mut Page) {
    let work = report.work;
    if !work.analysis.diagnosis.may_sign_anew() {
        return;
    }
    let fresh = work.correction(report.schemes, When::Fresh(work.now.at));
    let Some(correction) = fresh.as_ref().or(work.correction.as_ref()) else {
        return;
    };
    let dated = match correction.when {
        When::Same => "with the request's own date, to compare",
        When::Fresh(_) => "with a fresh date, to send",
    };
    page.heading(&format!("Corrected request, {dated}"));
    if let Some(key) = work.failed_key() {
        let text = failed_key_words(&words(&report.redactor, &key.name));
        page.prose(2, 4, Some(Paint::Caution), &text);
    }
    for because in &correction.because {
        page.prose(2, 4, None, &words(&report.redactor, because));
    }
    for (name, reason) in &correction.dropped {
        let name = words(&report.redactor, name);
        let reason = words(&report.redactor, reason);
        page.prose(2, 4, None, &format!("{name} left out: {reason}"));
    }
    if correction.holds_token && !report.redactor.reveals_tokens() {
        page.prose(
            2,
            2,
            None,
            "The session token is redacted here; --reveal shows it, --json holds it whole.",
        );
    }
    if !correction.because.is_empty() || !correction.dropped.is_empty() || correction.holds_token {
        page.blank();
    }
    request_lines(report, page, correction);
}

fn request_lines(report: &Report<'_>, page: &mut Page, correction: &Correction) {
    let url = words(&report.redactor, &correction.url);
    page.raw(&format!(
        "  {} {url}",
        words(&report.redactor, &correction.method)
    ));
    for (name, value) in &correction.headers {
        let name = words(&report.redactor, name);
        let value = draw::line(&report.redactor, value);
        page.raw(format!("  {name}: {value}").trim_end());
    }
}
