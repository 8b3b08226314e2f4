//! One value of a field: moved so that the difference is in sight, the difference marked.

use std::ops::Range;

use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::engine::diagnose::RowState;
use crate::tui::model::RowView;
use crate::tui::source;
use crate::tui::text::{Paint, fit};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// A value as it is drawn: its spans, and the columns under which the difference is marked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    /// The text.
    pub spans: Vec<Span<'static>>,
    /// Columns to mark.
    pub carets: Vec<Range<usize>>,
    /// What is said beside the marks; empty where they say it all.
    pub note: String,
    /// Columns there are.
    pub width: usize,
}

/// Draws one side of a row in `width` columns, moved so that the difference is in sight.
pub(crate) fn draw(
    work: &Work,
    row: &RowView<'_>,
    side: usize,
    width: usize,
    needle: &str,
    theme: &Theme,
) -> Drawn {
    let styles = &theme.styles;
    let Some(bytes) = row.values.get(side).copied().flatten() else {
        return Drawn {
            spans: vec![Span::styled(
                fit("(not there)", width, theme.glyphs.ellipsis),
                styles.bad,
            )],
            ..Drawn::default()
        };
    };
    if bytes.is_empty() {
        let differs = row.state == RowState::Differs;
        let style = if differs { styles.bad } else { styles.quiet };
        return Drawn {
            spans: vec![Span::styled(
                fit("(empty)", width, theme.glyphs.ellipsis),
                style,
            )],
            ..Drawn::default()
        };
    }
    let parts = parts(row.state) && !row.is_hash();
    let first = row
        .first
        .filter(|_| parts)
        .map(|(difference, _)| difference.at.min(bytes.len()));
    let marked = parts && !row.is_of_most(side);
    // Where another side has something more, a place is marked and none of what stands here.
    let gaps = if marked { row.gaps(side) } else { Vec::new() };
    // Where one of three differs from the others, it alone is marked.
    let marks: Vec<Range<usize>> = if marked {
        let marks: Vec<_> = row
            .emphasis
            .get(side)
            .into_iter()
            .flatten()
            .filter(|emphasis| emphasis.differs)
            .map(|emphasis| emphasis.range.clone())
            .collect();
        match (marks.is_empty() && gaps.is_empty(), first) {
            (true, Some(at)) => std::iter::once(at..bytes.len().max(at + 1)).collect(),
            _ => marks,
        }
    } else {
        Vec::new()
    };
    let (blank, blanks) = if row.raw {
        outer_blanks(bytes)
    } else {
        (0, Vec::new())
    };
    // The difference is brought into sight, with some of what stands before it.
    let at = first.unwrap_or(0);
    let starts = [
        blank,
        at.saturating_sub(width / 3),
        at.saturating_sub(2),
        at,
    ];
    let mut drawn = Drawn::default();
    for start in starts {
        let start = if first.is_none() { blank } else { start };
        let seen;
        (drawn, seen) = paint(
            work, bytes, start, width, &marks, &gaps, &blanks, needle, theme,
        );
        if first.is_none_or(|at| seen > at || at >= bytes.len()) {
            break;
        }
    }
    let digits = row.digits().filter(|_| marked);
    let digits = digits.and_then(|sides| sides.into_iter().find(|(at, _)| *at == side));
    let nothing = (marks.is_empty() && gaps.len() == 1).then(|| "nothing here".to_owned());
    let notes = nothing
        .into_iter()
        .chain(digits.map(|(_, count)| format!("{count} digits")));
    drawn.note = notes.collect::<Vec<_>>().join(", ");
    drawn.width = width;
    drawn
}

/// Draws a value from the byte `start` on; tells where it had to stop.
#[expect(
    clippy::too_many_arguments,
    reason = "a value is drawn by all of these"
)]
fn paint(
    work: &Work,
    bytes: &[u8],
    start: usize,
    width: usize,
    marks: &[Range<usize>],
    gaps: &[usize],
    blanks: &[Range<usize>],
    needle: &str,
    theme: &Theme,
) -> (Drawn, usize) {
    let styles = &theme.styles;
    let lead = if start > 1 {
        theme.glyphs.ellipsis.width()
    } else {
        0
    };
    let mut paint = Paint::part(
        bytes,
        start..bytes.len(),
        width.saturating_sub(lead),
        &work.redactor,
    );
    for mark in marks {
        paint = paint.highlight(mark.clone(), styles.differs);
    }
    for blank in blanks {
        paint = paint.highlight(blank.clone(), styles.blank);
    }
    for found in source::found_near(bytes, needle, paint.start, width) {
        paint = paint.highlight(found, styles.found);
    }
    let painted = paint.draw(theme);
    // A gap is marked under what stands behind it, at the end of a value behind all of it.
    let behind = |at: &usize| match painted.columns(&(*at..*at + 1)) {
        Some(columns) => Some(columns.start..columns.start + 1),
        None => (*at == bytes.len() && painted.shown.end == *at && painted.width + lead < width)
            .then(|| painted.width..painted.width + 1),
    };
    let carets = marks
        .iter()
        .filter_map(|mark| painted.columns(mark))
        .chain(gaps.iter().filter_map(behind))
        .map(|columns| columns.start + lead..columns.end + lead)
        .collect();
    let mut spans = Vec::new();
    if lead > 0 {
        spans.push(Span::styled(theme.glyphs.ellipsis.to_owned(), styles.quiet));
    }
    spans.extend(painted.spans);
    let drawn = Drawn {
        spans,
        carets,
        ..Drawn::default()
    };
    (drawn, painted.shown.end)
}

/// How many leading bytes of a raw header value go without saying (the one blank behind the colon), and
/// the outer blanks that do not: a signer folds them, a proxy may not.
fn outer_blanks(bytes: &[u8]) -> (usize, Vec<Range<usize>>) {
    let head = bytes.len() - bytes.trim_ascii_start().len();
    let tail = bytes.trim_ascii_end().len();
    let usual = usize::from(bytes.starts_with(b" ") && head < bytes.len());
    let blanks = [usual..head, tail.max(head)..bytes.len()];
    (
        usual,
        blanks.into_iter().filter(|b| !b.is_empty()).collect(),
    )
}

/// Whether the sides of a row part here.
pub(super) fn parts(state: RowState) -> bool {
    matches!(state, RowState::Differs | RowState::Absent)
}

/// The line of carets under a value, with what is said beside them where there is room for it: behind them, else in
/// front.
pub(crate) fn carets(drawn: &Drawn, theme: &Theme) -> Option<Vec<Span<'static>>> {
    let end = drawn.carets.iter().map(|columns| columns.end).max()?;
    let line: String = (0..end)
        .map(|column| {
            if drawn.carets.iter().any(|c| c.contains(&column)) {
                '^'
            } else {
                ' '
            }
        })
        .collect();
    let start = drawn.carets.iter().map(|columns| columns.start).min()?;
    let bad = theme.styles.bad;
    let note = drawn.note.as_str();
    let taken = note.width() + 1;
    Some(if note.is_empty() {
        vec![Span::styled(line, bad)]
    } else if end + taken <= drawn.width {
        vec![
            Span::styled(line, bad),
            Span::styled(format!(" {note}"), theme.styles.warn),
        ]
    } else if taken <= start {
        let carets = line.get(start..).unwrap_or_default().to_owned();
        vec![
            Span::raw(" ".repeat(start - taken)),
            Span::styled(format!("{note} "), theme.styles.warn),
            Span::styled(carets, bad),
        ]
    } else {
        vec![Span::styled(line, bad)]
    })
}

/// A text of our own with what is looked for marked in it.
pub(crate) fn highlighted(
    text: &str,
    needle: &str,
    style: ratatui::style::Style,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let mut rest = 0;
    let mut from = 0;
    while let Some(at) = source::find_from(text.as_bytes(), needle.as_bytes(), from) {
        let end = at + needle.len();
        let (Some(before), Some(found)) = (text.get(rest..at), text.get(at..end)) else {
            from = at + 1;
            continue;
        };
        spans.push(Span::styled(before.to_owned(), style));
        spans.push(Span::styled(
            found.to_owned(),
            style.patch(theme.styles.found),
        ));
        rest = end;
        from = end;
    }
    spans.push(Span::styled(
        text.get(rest..).unwrap_or_default().to_owned(),
        style,
    ));
    spans
}
