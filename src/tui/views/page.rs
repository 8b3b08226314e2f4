//! A page: lines under a common border, divided by titled rules, longer than the screen may be.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use unicode_width::UnicodeWidthStr as _;

use super::canvas::{Badge, Canvas};
use super::value::highlighted;
use crate::tui::app::Hit;
use crate::tui::text::{shown, wrap};
use crate::tui::theme::{Letters, Theme};

/// A line of a page.
#[derive(Clone, Debug)]
pub(crate) enum PageLine {
    /// A rule with a title and a badge.
    Rule(String, Badge),
    /// Text.
    Text(Vec<Span<'static>>),
}

/// Lines, and which of them belong to what can be clicked.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Top to bottom.
    pub lines: Vec<PageLine>,
    /// Lines, the columns of them where not all, and what a click there does.
    pub hits: Vec<(Range<usize>, Option<Range<u16>>, Hit)>,
    /// What messages are written in.
    letters: Letters,
}

impl Page {
    /// A page without lines.
    pub(crate) fn new(theme: &Theme) -> Self {
        Self {
            lines: Vec::new(),
            hits: Vec::new(),
            letters: theme.glyphs.letters,
        }
    }

    /// Starts a part.
    pub(crate) fn rule(&mut self, title: &str, badge: Badge) {
        self.lines.push(PageLine::Rule(title.to_owned(), badge));
    }

    /// Adds a line.
    pub(crate) fn push(&mut self, spans: Vec<Span<'static>>) {
        self.lines.push(PageLine::Text(spans));
    }

    /// Adds a message in as many lines as it takes, behind `first` on the first line and under it on the
    /// others. The message must be redacted already.
    pub(crate) fn wrapped(
        &mut self,
        first: &[Span<'static>],
        text: &str,
        style: Style,
        width: usize,
        most: usize,
    ) {
        let indent: usize = first.iter().map(Span::width).sum();
        let lines = wrap(&shown(text, self.letters), width.saturating_sub(indent));
        let count = lines.len();
        for (n, line) in lines.into_iter().take(most.max(1)).enumerate() {
            let mut spans = if n == 0 {
                first.to_vec()
            } else {
                vec![Span::raw(" ".repeat(indent))]
            };
            let line = if n + 1 == most && count > most {
                // What is cut off is marked within the width, at the end of a word.
                let mut line = line;
                let mark = if self.letters == Letters::Ascii {
                    "..."
                } else {
                    "…"
                };
                while line.width() + mark.width() + 1 > width.saturating_sub(indent) {
                    let end = line.trim_end().rfind(' ').unwrap_or(0);
                    line.truncate(end);
                    if end == 0 {
                        break;
                    }
                }
                format!("{} {mark}", line.trim_end())
            } else {
                line
            };
            spans.push(Span::styled(line, style));
            self.push(spans);
        }
    }

    /// Puts the lines of another page in before the line `at`.
    pub(crate) fn insert(&mut self, at: usize, other: Self) {
        let count = other.lines.len();
        for (lines, ..) in &mut self.hits {
            if lines.start >= at {
                *lines = lines.start + count..lines.end + count;
            }
        }
        self.hits.extend(
            other
                .hits
                .into_iter()
                .map(|(lines, columns, hit)| (lines.start + at..lines.end + at, columns, hit)),
        );
        let at = at.min(self.lines.len());
        self.lines.splice(at..at, other.lines);
    }

    /// Sets off the words that the text of a line begins with.
    pub(crate) fn strong(&mut self, line: usize, words: &str) {
        let Some(PageLine::Text(spans)) = self.lines.get_mut(line) else {
            return;
        };
        let Some(last) = spans.pop() else { return };
        if let Some(rest) = last.content.strip_prefix(words) {
            let style = last.style.add_modifier(Modifier::BOLD);
            spans.push(Span::styled(words.to_owned(), style));
            spans.push(Span::styled(rest.to_owned(), last.style));
        } else {
            spans.push(last);
        }
    }

    /// Takes the lines from `at` on out as a page of their own, without what clicks do.
    pub(crate) fn split_off(&mut self, at: usize) -> Self {
        Self {
            lines: self.lines.split_off(at.min(self.lines.len())),
            hits: Vec::new(),
            letters: self.letters,
        }
    }

    /// Marks every place of what is looked for.
    pub(crate) fn mark(&mut self, needle: &str, theme: &Theme) {
        if needle.is_empty() {
            return;
        }
        for line in &mut self.lines {
            if let PageLine::Text(spans) = line {
                *spans = std::mem::take(spans)
                    .into_iter()
                    .flat_map(|span| highlighted(&span.content, needle, span.style, theme))
                    .collect();
            }
        }
    }

    /// Says that the lines from `start` on belong together.
    pub(crate) fn hit(&mut self, start: usize, hit: Hit) {
        self.hits.push((start..self.lines.len(), None, hit));
    }

    /// Says what a click on some columns of the last line does.
    pub(crate) fn hit_columns(&mut self, columns: Range<u16>, hit: Hit) {
        let last = self.lines.len().saturating_sub(1);
        self.hits.push((last..last + 1, Some(columns), hit));
    }

    /// The lines that belong to `hit`.
    pub(crate) fn lines_of(&self, hit: Hit) -> Option<Range<usize>> {
        self.hits
            .iter()
            .find(|(.., h)| *h == hit)
            .map(|(lines, ..)| lines.clone())
    }

    /// Draws as [`Page::draw`] does; where `top` is within a part, under the title of the part.
    pub(crate) fn draw_under_title(&self, canvas: &mut Canvas<'_>, area: Rect, top: usize) {
        let above = self.lines.get(..=top).unwrap_or_default();
        let title = above.iter().rev().find_map(|line| match line {
            PageLine::Rule(title, badge) => Some((title, badge)),
            PageLine::Text(_) => None,
        });
        let within = matches!(self.lines.get(top), Some(PageLine::Text(_)));
        let Some((title, badge)) = title.filter(|_| top > 0 && within && area.height > 2) else {
            self.draw(canvas, area, top);
            return;
        };
        let rows = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
        self.draw(canvas, rows, top);
        canvas.rule(area, area.y, title, badge, false);
    }

    /// Draws the lines from `top` on into `area`, whose first and last columns are the border.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, top: usize) {
        let visible = top..(top + usize::from(area.height)).min(self.lines.len());
        for (y, line) in (area.y..).zip(self.lines.get(visible).unwrap_or_default()) {
            match line {
                // A title whose part is out of sight is left out with it.
                PageLine::Rule(..) if y + 1 == area.bottom() && y > area.y => {}
                PageLine::Rule(title, badge) => canvas.rule(area, y, title, badge, false),
                PageLine::Text(spans) => {
                    canvas.line(area.x + 2, y, area.width.saturating_sub(4), spans);
                }
            }
        }
        for (lines, columns, hit) in &self.hits {
            let start = lines.start.max(top);
            let end = lines.end.min(top + usize::from(area.height));
            if start < end {
                let y = area.y + u16::try_from(start - top).unwrap_or(u16::MAX);
                let height = u16::try_from(end - start).unwrap_or(u16::MAX);
                let rect = Rect { y, height, ..area };
                let part = columns.as_ref().map_or(rect, |columns| Rect {
                    x: area.x + 2 + columns.start,
                    width: columns.end - columns.start,
                    ..rect
                });
                canvas.hit(part, *hit);
            }
        }
        let more_below = top + usize::from(area.height) < self.lines.len();
        let glyphs = canvas.theme.glyphs;
        let style = canvas.theme.styles.key;
        if top > 0 {
            canvas.text(
                area.right().saturating_sub(1),
                area.y,
                1,
                glyphs.more[0],
                style,
            );
        }
        if more_below && area.height > 0 {
            canvas.text(
                area.right().saturating_sub(1),
                area.bottom() - 1,
                1,
                glyphs.more[1],
                style,
            );
        }
    }
}

/// The first line to show so that all of `wanted` is seen, as near to `top` as can be.
pub(crate) fn follow(top: usize, room: usize, wanted: &Range<usize>) -> usize {
    if wanted.start < top || wanted.len() >= room {
        wanted.start
    } else if wanted.end > top + room {
        wanted.end - room
    } else {
        top
    }
}
