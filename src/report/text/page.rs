//! A page of text being filled: headings, wrapped prose, and lines that are never broken.

use unicode_width::UnicodeWidthStr as _;

use super::EMPTY;
use crate::report::TextStyle;
use crate::report::style::Paint;

/// Text under construction. What is written must already be redacted and visible.
pub(super) struct Page {
    style: TextStyle,
    out: String,
}

impl Page {
    pub(super) fn new(style: TextStyle) -> Self {
        Self {
            style,
            out: String::new(),
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Columns to fill.
    pub(super) fn columns(&self) -> usize {
        self.style.columns()
    }

    pub(super) fn paint(&self, paint: Paint, text: &str) -> String {
        self.style.paint(paint, text)
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A line as it stands.
    pub(super) fn raw(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// A line of painted runs.
    pub(super) fn line(&mut self, runs: &[(Paint, &str)]) {
        let line: String = runs.iter().map(|(p, t)| self.paint(*p, t)).collect();
        self.raw(&line);
    }

    /// An empty line and a heading.
    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        for line in wrap(text, self.columns(), 0, 2) {
            self.line(&[(Paint::Heading, &line)]);
        }
    }

    /// Wrapped prose: the first line indented by `first` blanks, the others by `rest`.
    pub(super) fn prose(&mut self, first: usize, rest: usize, paint: Option<Paint>, text: &str) {
        for (i, line) in wrap(text, self.columns(), first, rest).iter().enumerate() {
            let indent = " ".repeat(if i == 0 { first } else { rest });
            let line = line.trim_start();
            let line = paint.map_or_else(|| line.to_owned(), |p| self.paint(p, line));
            self.raw(&format!("{indent}{line}"));
        }
    }

    /// As [`Page::prose`], with a painted word in front.
    pub(super) fn prose_led(
        &mut self,
        first: usize,
        rest: usize,
        (paint, lead): (Paint, &str),
        text: &str,
    ) {
        let lines = wrap(&format!("{lead} {text}"), self.columns(), first, rest);
        for (i, line) in lines.iter().enumerate() {
            match line.trim_start().strip_prefix(lead) {
                Some(after) if i == 0 => {
                    let lead = self.paint(paint, lead);
                    self.raw(&format!("{}{lead}{after}", " ".repeat(first)));
                }
                _ => self.raw(line),
            }
        }
    }

    /// A label and a value, the values under one another. Where that is too wide, the value goes to a
    /// line of its own.
    pub(super) fn pair<'l>(
        &mut self,
        label: &str,
        value: &str,
        labels: impl Iterator<Item = &'l str>,
    ) {
        // Blanks alone would read as a line that is missing.
        let value = match value {
            "" => EMPTY,
            blank if blank.trim().is_empty() => "(only blanks)",
            value => value,
        };
        let column = labels.map(str::width).max().unwrap_or(0).max(label.width());
        if 2 + column + 2 + value.width() <= self.columns() {
            let gap = " ".repeat(column - label.width() + 2);
            self.raw(format!("  {label}{gap}{value}").trim_end());
        } else {
            self.prose(2, 4, None, label);
            self.raw(format!("      {value}").trim_end());
        }
    }
}

/// `text` in lines of at most `columns`, broken at blanks only: a word that is too long stands on a
/// line of its own. Runs of blanks stay, for a value may hold them. Each line comes with its indent.
fn wrap(text: &str, columns: usize, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = " ".repeat(first);
    let mut width = first;
    let mut empty = true;
    for word in text.trim().split(' ') {
        if !empty && width + 1 + word.width() > columns {
            lines.push(std::mem::replace(&mut line, " ".repeat(rest)));
            width = rest;
        } else if !empty {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += word.width();
        empty = false;
    }
    if !text.trim().is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_at_blanks_and_long_words_stand_whole() {
        assert_eq!(
            wrap("one two 0123456789012 three", 10, 2, 4),
            ["  one two", "    0123456789012", "    three"]
        );
        assert!(wrap("", 10, 0, 0).is_empty());
        assert_eq!(wrap("a  b", 10, 0, 0), ["a  b"]);
    }

    #[test]
    fn values_stand_under_one_another_where_they_fit() {
        let mut page = Page::new(TextStyle {
            width: 40,
            colour: false,
        });
        page.pair("a", "x", ["a", "long"].into_iter());
        page.pair("long", &"y".repeat(40), ["a", "long"].into_iter());
        assert_eq!(
            page.finish(),
            format!("  a     x\n  long\n      {}\n", "y".repeat(40))
        );
    }
}
