//! The diagnosis as Markdown, fit for a ticket.
//!
//! Holds no request that would be taken: the corrected headers and URL are left out, and the signature in the lines of a next
//! step, since whoever reads the ticket could use them. What comes from the input stands in code spans and fences that it
//! cannot break out of, or is escaped.

use std::fmt::Write as _;

use super::draw::{self, words};
use super::locate::{self, Places};
use super::text::{
    EMPTY, STEPS, changed, difference, more_steps, notes, parts, proof_words, title, verdict_word,
    who_words,
};
use super::{Report, text::ABSENT};
use crate::engine::diagnose::{Comparison, Explanation, Finding, FixCopy};
use crate::engine::scheme::Role;

/// Columns of a value in a table, and of a quoted line.
const COLUMNS: usize = 160;

/// Lines of a computed text that are shown at most.
const LINES: usize = 200;

pub(super) fn write(report: &Report<'_>) -> String {
    let diagnosis = &report.work.analysis.diagnosis;
    let mut out = Markdown {
        report,
        out: String::new(),
    };
    let verdict = &diagnosis.verdict;
    let proved = if verdict.proved { ", proved" } else { "" };
    out.heading(
        2,
        &format!("Signature check: {}{proved}", verdict_word(verdict)),
    );
    out.paragraph(&format!("**{}**", out.prose(&verdict.sentence)));
    for detail in &verdict.details {
        out.paragraph(&out.prose(detail));
    }
    for note in report.work.analysis.trace.iter().flat_map(notes) {
        out.paragraph(&out.prose(&note));
    }
    for line in super::others::lines(report) {
        out.paragraph(&escape(&line));
    }
    for line in super::observed::chosen(report) {
        out.paragraph(&escape(&line));
    }
    if let Some(changed) = changed(report) {
        out.paragraph(&escape(&changed));
    }
    let proof = super::proof_lines(&super::untold_proof(diagnosis), &report.redactor);
    if !proof.is_empty() {
        out.heading(3, "Proof");
        out.row(&[String::new(), "what".into(), "value".into()]);
        out.row(&["---".into(), "---".into(), "---".into()]);
        for line in proof {
            let mark = if line.same { "=" } else { "differs" };
            out.row(&[
                mark.to_owned(),
                out.prose(&line.label),
                out.code(line.value.as_bytes()),
            ]);
        }
        out.out.push('\n');
    }
    for explanation in &diagnosis.explanations {
        out.explanation(explanation);
    }
    for section in super::observed::sections(report) {
        out.heading(3, &escape(&section.title));
        if !section.lines.is_empty() {
            out.fence(&section.lines);
        }
    }
    for comparison in &diagnosis.comparisons {
        if comparison.rows.iter().any(parts) {
            out.comparison(comparison);
        }
    }
    if !diagnosis.findings.is_empty() {
        out.heading(3, "Findings");
        let places = Places::new(&report.work.case.docs);
        for (i, finding) in diagnosis.findings.iter().enumerate() {
            out.finding(&places, finding, verdict.quotes.contains(&i));
        }
    }
    let offers = super::others::offers(report);
    if !offers.is_empty() {
        out.heading(3, "It was not recognised: read it as");
        for line in offers {
            out.paragraph(&escape(&line));
        }
    }
    if !diagnosis.ruled_out.is_empty() {
        out.heading(3, diagnosis.ruled_out_by.title());
        out.paragraph(&out.prose(&diagnosis.ruled_out.join(", ")));
    }
    out.fixes();
    out.computed();
    for (i, step) in diagnosis.next_steps.iter().take(STEPS).enumerate() {
        if i == 0 {
            out.heading(3, "Next step");
        }
        out.paragraph(&format!("{}: {}", step.party, out.prose(&step.sentence)));
        let lines = step.for_others.as_ref().unwrap_or(&step.snippet);
        if !lines.is_empty() {
            out.fence(&draw::lines(&report.redactor, lines.trim_end().as_bytes()));
        }
    }
    if let Some(more) = more_steps(report) {
        out.paragraph(&out.prose(&more));
    }
    let tokens = if report.redactor.reveals_tokens() {
        "Secrets are redacted, session tokens are shown."
    } else {
        "Secrets and session tokens are redacted."
    };
    out.paragraph(&format!("*Computed offline by sigscope. {tokens}*"));
    out.finish()
}

struct Markdown<'a> {
    report: &'a Report<'a>,
    out: String,
}

impl Markdown<'_> {
    fn finish(self) -> String {
        let mut out = self.out.trim_end().to_owned();
        out.push('\n');
        out
    }

    fn fixes(&mut self) {
        let fixes = &self.report.work.analysis.diagnosis.fixes;
        match fixes.len() {
            0 => {}
            1 => self.heading(3, "Fix"),
            _ => self.heading(3, "Fix: choose where"),
        }
        for fix in fixes {
            let text = format!(
                "**{}**: {}. {}",
                who_words(fix.who),
                self.prose(&fix.title),
                self.prose(&fix.text)
            );
            self.paragraph(&text);
            if let FixCopy::Text(lines) = &fix.copy {
                self.fence(&draw::lines(
                    &self.report.redactor,
                    lines.trim_end().as_bytes(),
                ));
            }
        }
    }

    fn heading(&mut self, level: usize, text: &str) {
        let _ = write!(self.out, "{} {text}\n\n", "#".repeat(level));
    }

    fn paragraph(&mut self, text: &str) {
        if !text.is_empty() {
            let _ = write!(self.out, "{text}\n\n");
        }
    }

    /// A row of a table. The cells must be escaped already, but for the bar.
    fn row(&mut self, cells: &[String]) {
        self.out.push('|');
        for cell in cells {
            let _ = write!(self.out, " {} |", escape_bars(cell));
        }
        self.out.push('\n');
    }

    fn prose(&self, text: &str) -> String {
        escape(&words(&self.report.redactor, text))
    }

    /// A value on one line, as a code span.
    fn code(&self, bytes: &[u8]) -> String {
        code_span(&draw::excerpt(&self.report.redactor, bytes, &[], None, COLUMNS).text)
    }

    fn fence(&mut self, lines: &[String]) {
        let text = lines.join("\n");
        let fence = "`".repeat(longest_run(&text).max(2) + 1);
        let _ = write!(self.out, "{fence}text\n{text}\n{fence}\n\n");
    }

    fn explanation(&mut self, explanation: &Explanation) {
        self.heading(3, &format!("Why: {}", proof_words(explanation.proof)));
        for deviation in &explanation.deviations {
            let mut text = format!(
                "**{}** ({}, `{}`).",
                self.prose(&deviation.title),
                who_words(deviation.who),
                deviation.id,
            );
            // What the verdict says already is not said again.
            let told = &self.report.work.analysis.diagnosis.verdict.details;
            if !told.contains(&deviation.detail) {
                let _ = write!(text, " {}", self.prose(&deviation.detail));
            }
            if !told.contains(&deviation.fix) {
                let _ = write!(text, " Fix: {}", self.prose(&deviation.fix));
            }
            let reference = escape(deviation.reference.trim_end_matches('.'));
            let see = if reference.is_empty() {
                String::new()
            } else {
                format!(" See: {reference}.")
            };
            let _ = write!(self.out, "- {text}{see}\n\n");
        }
    }

    fn comparison(&mut self, comparison: &Comparison) {
        self.heading(3, &title(self.report, comparison));
        let mut head = vec!["field".to_owned()];
        head.extend(comparison.columns.iter().map(|c| self.prose(&c.caption)));
        head.push("first difference".to_owned());
        self.row(&head);
        self.row(&vec!["---".to_owned(); head.len()]);
        for row in comparison.rows.iter().filter(|r| parts(r)) {
            let mut cells = vec![self.code(row.key.to_string().as_bytes())];
            for i in 0..comparison.columns.len() {
                let focus = row.first.as_ref().map(|(d, _)| d.at..d.at + 1);
                let value = row.values.get(i).and_then(Option::as_ref);
                cells.push(value.map_or_else(
                    || ABSENT.to_owned(),
                    |v| {
                        let redactor = &self.report.redactor;
                        code_span(&draw::excerpt(redactor, &v.bytes, &[], focus, COLUMNS).text)
                    },
                ));
            }
            cells.push(difference(self.report, row).map_or_else(String::new, |d| escape(&d)));
            self.row(&cells);
        }
        self.out.push('\n');
    }

    /// A remark with its first place. What the verdict `said` already is not said again.
    fn finding(&mut self, places: &Places<'_>, finding: &Finding, said: bool) {
        let details = &self.report.work.analysis.diagnosis.verdict.details;
        let mut text = if said {
            "as said above.".to_owned()
        } else {
            self.prose(&finding.message)
        };
        if !details.contains(&finding.help) {
            text = format!("{text} {}", self.prose(&finding.help));
        }
        let _ = write!(
            self.out,
            "- **{}** `{}`: {}\n\n",
            finding.severity.id(),
            finding.id,
            text.trim_end(),
        );
        let Some(place) = finding.labels.first().and_then(|l| places.place(l.span)) else {
            return;
        };
        let redactor = &self.report.redactor;
        let masked = locate::hidden(&place.masked, redactor.reveals_tokens());
        let focus = Some(place.within.clone());
        let excerpt = draw::excerpt(redactor, place.text, &masked, focus, COLUMNS);
        let mut lines = vec![excerpt.text];
        if let Some(pointed) = excerpt.pointed {
            lines.push(format!(
                "{}{}",
                " ".repeat(pointed.start),
                "^".repeat(pointed.len())
            ));
        }
        let name = words(redactor, place.name);
        lines.insert(0, format!("{name}:{}:{}", place.line, place.column));
        self.fence(&lines);
    }

    /// The texts sigscope computed, redacted.
    fn computed(&mut self) {
        let Some(trace) = &self.report.work.analysis.trace else {
            return;
        };
        for role in [Role::CanonicalRequest, Role::StringToSign] {
            let Some(stage) = trace.stage(role) else {
                continue;
            };
            let Some(bytes) = stage.output.public() else {
                continue;
            };
            self.heading(3, &format!("{}, computed", stage.title));
            let redactor = &self.report.redactor;
            let shown = redactor.apply(bytes).bytes;
            let mut rest = shown.split(|b| *b == b'\n');
            let mut lines: Vec<String> = rest
                .by_ref()
                .take(LINES)
                .map(|line| draw::excerpt(redactor, line, &[], None, COLUMNS * 8).text)
                .collect();
            if rest.next().is_some() {
                lines.push("...".to_owned());
            }
            self.fence(&lines);
        }
    }
}

/// The longest run of backticks in `text`.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// `text` as a code span: delimiters longer than any run of backticks in it (CommonMark 6.1).
fn code_span(text: &str) -> String {
    if text.is_empty() {
        return EMPTY.to_owned();
    }
    let ticks = "`".repeat(longest_run(text) + 1);
    let edge = |c: Option<char>| matches!(c, Some('`' | ' '));
    // One blank on each side is taken off again by the reader; it keeps backticks and blanks at the
    // edges apart from the delimiters.
    if edge(text.chars().next()) || edge(text.chars().next_back()) {
        format!("{ticks} {text} {ticks}")
    } else {
        format!("{ticks}{text}{ticks}")
    }
}

/// A cell whose bars do not end it. Tables are split before code spans are read, and there `\\|` is an
/// escaped backslash and a bar: behind a lone backslash the bar is named instead.
fn escape_bars(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut backslashes = 0;
    for c in cell.chars() {
        match c {
            '|' if backslashes % 2 == 1 => out.push_str("<U+007C>"),
            '|' => out.push_str("\\|"),
            c => out.push(c),
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
    }
    out
}

/// `text` with everything escaped that Markdown or the HTML inside it would take for itself.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        let special = matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '&' | '!' | '$'
        ) || i == 0 && matches!(c, '-' | '+' | '=');
        if special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_cannot_break_out_of_a_code_span() {
        assert_eq!(code_span("a"), "`a`");
        assert_eq!(code_span("a`b``c"), "```a`b``c```");
        assert_eq!(code_span("`a"), "`` `a ``");
        assert_eq!(code_span(""), "(empty)");
    }

    #[test]
    fn content_cannot_break_out_of_a_cell() {
        assert_eq!(escape_bars("`a|b`"), r"`a\|b`");
        assert_eq!(escape_bars(r"`a\|b`"), r"`a\<U+007C>b`");
        assert_eq!(escape_bars(r"`a\\|b`"), r"`a\\\|b`");
    }

    #[test]
    fn prose_from_the_input_is_not_markup() {
        assert_eq!(
            escape("<img src=x> *b* [l](u) <U+200B> #1"),
            "\\<img src=x\\> \\*b\\* \\[l\\](u) \\<U+200B\\> \\#1"
        );
        assert_eq!(escape("- a"), "\\- a");
    }
}
