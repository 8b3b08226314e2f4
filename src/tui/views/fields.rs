//! Fields in columns, each captioned by who, the first difference marked on the field.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use crate::engine::diagnose::RowState;
use crate::tui::app::Hit;
use crate::tui::model::{Heading, RowView, Rows};
use crate::tui::source;
use crate::tui::text::{Paint, fit};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// Columns the values stand side by side from; below, they are stacked.
pub(crate) const SIDE_BY_SIDE: u16 = 96;
/// The widest a field's name gets.
const WIDEST_NAME: usize = 20;

/// A value as it is drawn: its spans, and the columns under which the difference is marked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    /// The text.
    pub spans: Vec<Span<'static>>,
    /// Columns to mark.
    pub carets: Vec<Range<usize>>,
}

/// Draws one side of a row in `width` columns, moved so that the difference is in sight.
pub(crate) fn value(
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
            carets: Vec::new(),
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
            carets: Vec::new(),
        };
    }
    let parts = matches!(row.state, RowState::Differs | RowState::Absent);
    let first = row
        .first
        .filter(|(_, sides)| parts && sides.contains(&side))
        .map(|(difference, _)| difference.at);
    // The difference is brought into sight, with a third of the width before it.
    let start = match first {
        Some(at) if at > width.saturating_sub(8) => at.saturating_sub(width / 3),
        _ => 0,
    };
    let lead = if start > 0 {
        theme.glyphs.ellipsis.width()
    } else {
        0
    };
    let mut paint = Paint::from(bytes, start, width.saturating_sub(lead), &work.redactor);
    let marks: Vec<Range<usize>> = if parts {
        let marks: Vec<_> = row
            .emphasis
            .get(side)
            .into_iter()
            .flatten()
            .filter(|emphasis| emphasis.differs)
            .map(|emphasis| emphasis.range.clone())
            .collect();
        match (marks.is_empty(), first) {
            (true, Some(at)) => std::iter::once(at..bytes.len().max(at + 1)).collect(),
            _ => marks,
        }
    } else {
        Vec::new()
    };
    for mark in &marks {
        paint = paint.highlight(mark.clone(), styles.differs);
    }
    // Only what can be in sight is searched: a value may be a body of any size.
    let near = paint.start.saturating_add(width * 4).min(bytes.len());
    let sight = bytes.get(..near).unwrap_or_default();
    if let Some(at) = source::find_from(sight, needle.as_bytes(), paint.start) {
        paint = paint.highlight(at..at + needle.len(), styles.found);
    }
    let painted = paint.draw(theme);
    let carets = marks
        .iter()
        .filter_map(|mark| painted.columns(mark))
        .map(|columns| columns.start + lead..columns.end + lead)
        .collect();
    let mut spans = Vec::new();
    if lead > 0 {
        spans.push(Span::styled(theme.glyphs.ellipsis.to_owned(), styles.quiet));
    }
    spans.extend(painted.spans);
    Drawn { spans, carets }
}

/// The line of carets under a value.
pub(crate) fn carets(drawn: &Drawn, theme: &Theme) -> Option<Span<'static>> {
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
    Some(Span::styled(line, theme.styles.bad))
}

/// The glyph and style before a row.
pub(crate) fn state_mark(state: RowState, theme: &Theme) -> Span<'static> {
    let styles = &theme.styles;
    let (glyph, style) = match state {
        RowState::Same => ("=", styles.good),
        RowState::Differs | RowState::Absent => ("!", styles.bad),
        RowState::Follows => ("~", styles.warn),
        RowState::NotCheckable => ("?", styles.quiet),
        RowState::Alone => (" ", styles.quiet),
    };
    Span::styled(glyph.to_owned(), style)
}

/// Where the columns of the table stand.
struct Columns {
    name: usize,
    sides: Vec<(u16, usize)>,
    stacked: bool,
    caption: usize,
}

impl Columns {
    fn of(area: Rect, rows: Rows<'_>, visible: Range<usize>, headings: &[Heading]) -> Self {
        let count = headings.len().max(1);
        let longest = visible
            .filter_map(|at| rows.get(at))
            .map(|row| row.key.to_string().width())
            .max()
            .unwrap_or(4);
        let name = longest.clamp(4, WIDEST_NAME.min(usize::from(area.width) / 3));
        // Pointer, mark, name and the gaps between them.
        let before = name + 6;
        let room = usize::from(area.width).saturating_sub(before);
        let stacked = count > 1 && area.width < SIDE_BY_SIDE;
        let caption = headings.iter().map(|h| h.party.width()).max().unwrap_or(0);
        let x = |offset: usize| area.x + u16::try_from(offset).unwrap_or(u16::MAX).min(area.width);
        let sides = if stacked {
            let width = room.saturating_sub(caption + 2);
            vec![(x(before + caption + 2), width); count]
        } else {
            let width = (room + 2) / count;
            (0..count)
                .map(|side| (x(before + side * width), width.saturating_sub(2)))
                .collect()
        };
        Self {
            name,
            sides,
            stacked,
            caption,
        }
    }
}

/// Lines the heading and all rows take, as far as `most`.
pub(crate) fn needed(rows: Rows<'_>, width: u16, most: u16) -> u16 {
    let stacked = rows.headings().len() > 1 && width < SIDE_BY_SIDE;
    let mut lines = 1;
    for at in 0..rows.len() {
        lines += rows.get(at).map_or(1, |row| height(&row, stacked));
        if lines >= usize::from(most) {
            return most;
        }
    }
    u16::try_from(lines).unwrap_or(most)
}

/// Lines a row takes.
fn height(row: &RowView<'_>, stacked: bool) -> usize {
    let parts = matches!(row.state, RowState::Differs | RowState::Absent);
    match (parts, stacked) {
        (true, true) => row.values.len() * 2,
        (true, false) => 2,
        (false, _) => 1,
    }
}

/// Draws the rows, the cursor's in sight; tells which row comes first now.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    work: &Work,
    rows: Rows<'_>,
    cursor: usize,
    top: usize,
    needle: &str,
    area: Rect,
) -> usize {
    let headings = rows.headings();
    let room = usize::from(area.height.saturating_sub(1));
    let count = rows.len();
    let stacked = headings.len() > 1 && area.width < SIDE_BY_SIDE;
    let tall = |at: usize| rows.get(at).map_or(1, |row| height(&row, stacked));
    // Back from the cursor as far as there is room.
    let mut first = cursor.min(count.saturating_sub(1));
    let mut used = tall(first);
    while first > 0 && first > top.min(cursor) && used + tall(first - 1) <= room {
        first -= 1;
        used += tall(first);
    }
    // Room left below is used by rows above.
    let below: usize = (cursor + 1..count).take(room).map(tall).sum();
    while first > 0 && used + below + tall(first - 1) <= room {
        first -= 1;
        used += tall(first);
    }
    let columns = Columns::of(area, rows, first..count.min(first + room + 1), &headings);
    caption(canvas, &columns, &headings, area);
    let mut y = area.y + 1;
    for at in first..count {
        let Some(row) = rows.get(at) else { break };
        if y >= area.bottom() {
            break;
        }
        let start = y;
        y = draw_row(
            canvas,
            work,
            &row,
            &columns,
            &headings,
            at == cursor,
            needle,
            area,
            y,
        );
        let rect = Rect {
            y: start,
            height: y - start,
            ..area
        };
        canvas.hit(rect, Hit::Row(at));
    }
    first
}

/// Who each column is from.
fn caption(canvas: &mut Canvas<'_>, columns: &Columns, headings: &[Heading], area: Rect) {
    let styles = &canvas.theme.styles;
    let (title, quiet) = (styles.title, styles.quiet);
    if columns.stacked {
        let parts: Vec<String> = headings
            .iter()
            .map(|h| match h.trust.as_str() {
                "" => h.who.clone(),
                trust => format!("{} ({trust})", h.who),
            })
            .collect();
        let text = fit(
            &parts.join(&format!(" {} ", canvas.theme.glyphs.dot)),
            usize::from(area.width).saturating_sub(4),
            canvas.theme.glyphs.ellipsis,
        );
        canvas.text(area.x + 4, area.y, area.width, &text, quiet);
        return;
    }
    canvas.text(area.x + 4, area.y, area.width, "field", quiet);
    for (heading, (x, width)) in headings.iter().zip(&columns.sides) {
        let ellipsis = canvas.theme.glyphs.ellipsis;
        let who = fit(&heading.who, *width, ellipsis);
        let mut spans = vec![Span::styled(who.clone(), title)];
        let room = width.saturating_sub(who.width() + 3);
        if !heading.trust.is_empty() && room > 8 {
            spans.push(Span::styled(
                format!(" ({})", fit(&heading.trust, room, ellipsis)),
                quiet,
            ));
        }
        canvas.line(*x, area.y, u16::try_from(*width).unwrap_or(0), &spans);
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a row needs all that its table knows"
)]
fn draw_row(
    canvas: &mut Canvas<'_>,
    work: &Work,
    row: &RowView<'_>,
    columns: &Columns,
    headings: &[Heading],
    selected: bool,
    needle: &str,
    area: Rect,
    y: u16,
) -> u16 {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let pointer = if selected { theme.glyphs.pointer } else { " " };
    let name_style = if selected { styles.cursor } else { styles.text };
    let name = crate::tui::text::shown(&work.redactor.text(&row.key.to_string()));
    let name = fit(&name, columns.name, theme.glyphs.ellipsis);
    let head = [
        Span::styled(pointer.to_owned(), styles.key),
        Span::raw(" "),
        state_mark(row.state, theme),
        Span::raw(" "),
        Span::styled(name, name_style),
    ];
    canvas.line(area.x, y, area.width, &head);
    let parts = matches!(row.state, RowState::Differs | RowState::Absent);
    let mut y = y;
    if columns.stacked && parts {
        for (side, (x, width)) in columns.sides.iter().enumerate() {
            if y >= area.bottom() {
                return y;
            }
            let who = headings.get(side).map_or("", |h| h.party);
            let at = x.saturating_sub(u16::try_from(columns.caption + 2).unwrap_or(0));
            let who = fit(who, columns.caption, theme.glyphs.ellipsis);
            canvas.text(at, y, area.width, &who, styles.quiet);
            let drawn = value(work, row, side, *width, needle, theme);
            canvas.line(*x, y, u16::try_from(*width).unwrap_or(0), &drawn.spans);
            y += 1;
            if let Some(carets) = carets(&drawn, theme).filter(|_| y < area.bottom()) {
                canvas.line(*x, y, u16::try_from(*width).unwrap_or(0), &[carets]);
                y += 1;
            }
        }
        return y;
    }
    if columns.stacked {
        // The sides agree, or there is nothing to tell apart: one line, as wide as there is room.
        let side = row.values.iter().position(Option::is_some).unwrap_or(0);
        let before = u16::try_from(columns.name + 6).unwrap_or(0);
        let width = area.width.saturating_sub(before);
        let drawn = value(work, row, side, usize::from(width), needle, theme);
        canvas.line(area.x + before, y, width, &drawn.spans);
        return y + 1;
    }
    let mut any_carets = false;
    for (side, (x, width)) in columns.sides.iter().enumerate() {
        let drawn = value(work, row, side, *width, needle, theme);
        let wide = u16::try_from(*width).unwrap_or(0);
        canvas.line(*x, y, wide, &drawn.spans);
        if let Some(carets) = carets(&drawn, theme).filter(|_| y + 1 < area.bottom()) {
            canvas.line(*x, y + 1, wide, &[carets]);
            any_carets = true;
        }
    }
    y + if any_carets || parts { 2 } else { 1 }
}
