//! Fields in columns, each captioned by who, the first difference marked on the field.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::value::{self, highlighted, parts};
use crate::engine::diagnose::RowState;
use crate::engine::scheme::FieldKind;
use crate::tui::app::Hit;
use crate::tui::model::{Heading, RowView, Rows};
use crate::tui::text::fit;
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// Columns the values stand side by side from; below, they are stacked.
pub(crate) const SIDE_BY_SIDE: u16 = 96;
/// The widest a field's name gets.
const WIDEST_NAME: usize = 20;

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
    width: usize,
}

/// How the sides of a row are laid out.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Shape {
    /// In columns.
    Beside,
    /// One value for all sides.
    Once,
    /// Under each other, behind the name.
    Stacked,
    /// Under each other, under the name: as wide as can be.
    Under,
}

/// Rows whose names and values decide how wide the columns are.
const MEASURED: usize = 200;

impl Columns {
    fn of(width: u16, x: u16, rows: Rows<'_>, headings: &[Heading]) -> Self {
        let count = headings.len().max(1);
        let longest = (0..rows.len().min(MEASURED))
            .filter_map(|at| rows.get(at))
            .map(|row| row.key.to_string().width())
            .max()
            .unwrap_or(4);
        let name = longest.clamp(4, WIDEST_NAME.min(usize::from(width) / 3).max(4));
        // Pointer, mark, name and the gaps between them.
        let before = name + 6;
        let room = usize::from(width).saturating_sub(before);
        let stacked = count > 1 && width < SIDE_BY_SIDE;
        let caption = headings.iter().map(|h| h.party.width()).max().unwrap_or(0);
        let x = |offset: usize| x + u16::try_from(offset).unwrap_or(u16::MAX).min(width);
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
            width: usize::from(width),
        }
    }

    /// How a row is laid out: columns are left where they would cut what differs.
    fn shape(&self, row: &RowView<'_>) -> Shape {
        let unlike = parts(row.state) || row.state == RowState::Follows;
        let room = self.sides.first().map_or(0, |(_, width)| *width);
        let cut = row.values.iter().flatten().any(|v| v.len() > room);
        // The signatures are what all is about: each is shown in full.
        let all = row.key.kind == FieldKind::SIGNATURE;
        match (row.values.len() > 1 && (unlike || all), self.stacked) {
            (true, _) if cut => Shape::Under,
            (true, true) => Shape::Stacked,
            (true, false) => Shape::Beside,
            (false, true) => Shape::Once,
            (false, false) => match row.values.len() {
                0 | 1 => Shape::Once,
                _ if cut && row.state == RowState::Same => Shape::Once,
                _ => Shape::Beside,
            },
        }
    }

    /// Lines a row takes.
    fn height(&self, row: &RowView<'_>) -> usize {
        let carets = usize::from(parts(row.state) && !row.is_hash());
        match self.shape(row) {
            Shape::Once => 1,
            Shape::Beside => 1 + carets,
            Shape::Stacked => row.values.len() * (1 + carets),
            Shape::Under => 1 + row.values.len() * (1 + carets),
        }
    }
}

/// Lines the heading and all rows take, as far as `most`.
pub(crate) fn needed(rows: Rows<'_>, width: u16, most: u16) -> u16 {
    let columns = Columns::of(width, 0, rows, &rows.headings());
    let mut lines = 1;
    for at in 0..rows.len() {
        lines += rows.get(at).map_or(1, |row| columns.height(&row));
        if lines >= usize::from(most) {
            return most;
        }
    }
    u16::try_from(lines).unwrap_or(most)
}

/// Draws the rows, the cursor's in sight; tells which rows are shown now.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    work: &Work,
    rows: Rows<'_>,
    cursor: usize,
    top: usize,
    needle: &str,
    area: Rect,
) -> Range<usize> {
    let headings = rows.headings();
    let room = usize::from(area.height.saturating_sub(1));
    let count = rows.len();
    let columns = Columns::of(area.width, area.x, rows, &headings);
    let tall = |at: usize| rows.get(at).map_or(1, |row| columns.height(&row));
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
    caption(canvas, &columns, &headings, area);
    let mut y = area.y + 1;
    let mut end = first;
    for at in first..count {
        let Some(row) = rows.get(at) else { break };
        if y >= area.bottom() {
            break;
        }
        if at > cursor && y + u16::try_from(tall(at)).unwrap_or(u16::MAX) > area.bottom() {
            break;
        }
        end = at + 1;
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
    let glyphs = canvas.theme.glyphs;
    let style = canvas.theme.styles.key;
    if first > 0 {
        canvas.text(area.right() + 1, area.y + 1, 1, glyphs.more[0], style);
    }
    if end < count {
        canvas.text(
            area.right() + 1,
            area.bottom() - 1,
            1,
            glyphs.more[1],
            style,
        );
    }
    first..end
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
        let room = usize::from(area.width).saturating_sub(4);
        let between = format!(" {} ", canvas.theme.glyphs.dot);
        let whos: Vec<&str> = headings.iter().map(|h| h.who.as_str()).collect();
        let parties: Vec<&str> = headings.iter().map(|h| h.party.as_str()).collect();
        // Who goes before how far each can be trusted.
        // Two sides of the same name are told apart by what each is in short.
        let told_apart = whos
            .iter()
            .enumerate()
            .all(|(n, who)| !whos.iter().take(n).any(|other| other == who));
        let text = [parts.join(&between), whos.join(&between)]
            .into_iter()
            .enumerate()
            .filter(|(n, _)| *n == 0 || told_apart)
            .map(|(_, text)| text)
            .find(|text| text.width() <= room)
            .unwrap_or_else(|| parties.join(&between));
        let text = fit(&text, room, canvas.theme.glyphs.ellipsis);
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
    let name = crate::tui::text::shown(
        &work.redactor.text(&row.key.to_string()),
        theme.glyphs.letters,
    );
    let shape = columns.shape(row);
    let wide = match shape {
        Shape::Under => columns.width.saturating_sub(4),
        Shape::Beside | Shape::Once | Shape::Stacked => columns.name,
    };
    let mut name = highlighted(
        &fit(&name, wide, theme.glyphs.ellipsis),
        needle,
        name_style,
        theme,
    );
    let mut head = vec![
        Span::styled(pointer.to_owned(), styles.key),
        Span::raw(" "),
        state_mark(row.state, theme),
        Span::raw(" "),
    ];
    head.append(&mut name);
    canvas.line(area.x, y, area.width, &head);
    let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    match shape {
        Shape::Under | Shape::Stacked => {
            let mut y = y + u16::from(shape == Shape::Under);
            let indent = if shape == Shape::Under {
                2
            } else {
                columns.name + 6
            };
            let caption = columns.caption;
            let x = area.x + narrow(indent + caption + 2).min(area.width);
            let width = columns.width.saturating_sub(indent + caption + 2);
            for (side, heading) in headings.iter().enumerate() {
                if y >= area.bottom() {
                    return y;
                }
                let at = area.x + narrow(indent).min(area.width);
                let who = fit(&heading.party, caption, theme.glyphs.ellipsis);
                canvas.text(at, y, area.right().saturating_sub(at), &who, styles.quiet);
                let drawn = value::draw(work, row, side, width, needle, theme);
                canvas.line(x, y, narrow(width), &drawn.spans);
                y += 1;
                if let Some(carets) = value::carets(&drawn, theme).filter(|_| y < area.bottom()) {
                    canvas.line(x, y, narrow(width), &carets);
                    y += 1;
                }
            }
            y
        }
        Shape::Once => {
            // The sides agree, or there is nothing to tell apart: one line, as wide as there is room.
            let side = row.values.iter().position(Option::is_some).unwrap_or(0);
            let before = narrow(columns.name + 6);
            let width = area.width.saturating_sub(before);
            let drawn = value::draw(work, row, side, usize::from(width), needle, theme);
            canvas.line(area.x + before, y, width, &drawn.spans);
            y + 1
        }
        Shape::Beside => {
            let mut any_carets = false;
            for (side, (x, width)) in columns.sides.iter().enumerate() {
                let drawn = value::draw(work, row, side, *width, needle, theme);
                canvas.line(*x, y, narrow(*width), &drawn.spans);
                if let Some(carets) = value::carets(&drawn, theme).filter(|_| y + 1 < area.bottom())
                {
                    canvas.line(*x, y + 1, narrow(*width), &carets);
                    any_carets = true;
                }
            }
            y + if any_carets { 2 } else { 1 }
        }
    }
}
