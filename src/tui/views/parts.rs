//! The list of parts, and the shapes that can be forced where nothing was recognised.
//!
//! Only the rows in sight are made: a log may hold thousands of parts.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::overlays::{boxed, boxed_page};
use super::page::{self, Page};
use crate::engine::intake::Part;
use crate::tui::app::{App, Hit, PartsState};
use crate::tui::model;
use crate::tui::text::{fit, shown};
use crate::tui::theme::Theme;
use crate::workbench::{Row, Work};

/// Columns of the whole list at most.
const WIDEST: u16 = 116;
/// The widest a shape is told beside the others.
const SHAPE: usize = 20;
/// Inside columns from which the signature is listed, the side, the shape and the time.
const WITH_SIGNATURE: usize = 60;
const WITH_SHAPE: usize = 50;
const WITH_TIME: usize = 90;

/// Draws the list: the parts above, all that is known of the one under the cursor beneath.
pub(crate) fn list(
    canvas: &mut Canvas<'_>,
    app: &App,
    work: &Work,
    state: &PartsState,
    area: Rect,
) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let parts = app.listed();
    let width = area.width.min(WIDEST);
    let inside = usize::from(width.saturating_sub(4));
    let cursor = state.cursor.min(parts.len().saturating_sub(1));
    let row = |part: Part| work.row(app.bench.schemes, part);
    let under = parts.get(cursor).map(|part| (*part, row(*part)));
    let mut detail = Page::new(theme);
    if let Some((part, row)) = &under {
        details(&mut detail, work, *part, row, inside, theme);
    }
    let total = usize::from(area.height.saturating_sub(2));
    // The list has half of the room at least, or what it needs.
    let wanted = parts.len().max(1);
    let told = detail
        .lines
        .len()
        .min(total.saturating_sub(wanted.min(total.div_ceil(2)) + 1));
    let divider = usize::from(told > 0);
    let title = match &state.matching {
        None => format!("Parts: {}", parts.len()),
        Some(_) => format!("Parts: {} of {}", parts.len(), work.parts().len()),
    };
    let hint = if state.filter.is_empty() {
        "/ find".to_owned()
    } else {
        format!("/ {}", shown(&state.filter, theme.glyphs.letters))
    };
    let badge = Some((hint, styles.key));
    let lines = wanted + divider + told;
    let (rect, inner) = boxed(canvas, &title, &badge, width, lines, true, area);
    let room = usize::from(inner.height).saturating_sub(told + divider);
    let top = cursor
        .saturating_sub(room / 2)
        .min(parts.len().saturating_sub(room));
    let shown_parts = parts
        .get(top..(top + room).min(parts.len()))
        .unwrap_or_default();
    let rows: Vec<Row> = shown_parts.iter().map(|part| row(*part)).collect();
    let columns = Columns::of(&rows, usize::from(inner.width));
    if rows.is_empty() {
        canvas.text(
            inner.x,
            inner.y,
            inner.width,
            "no part holds this",
            styles.quiet,
        );
    }
    for (y, (at, row)) in (inner.y..).zip(rows.iter().enumerate()) {
        let on = top + at == cursor;
        canvas.line(inner.x, y, inner.width, &columns.line(row, on, theme));
        canvas.hit(
            Rect {
                x: rect.x,
                y,
                width: rect.width,
                height: 1,
            },
            Hit::Row(top + at),
        );
    }
    if told == 0 || room == 0 {
        return;
    }
    let y = inner.y + u16::try_from(room).unwrap_or(0);
    let clipped = (room < parts.len()).then(|| {
        let end = (top + room).min(parts.len());
        (format!("{}-{end} of {}", top + 1, parts.len()), styles.key)
    });
    let title = under.map_or_else(String::new, |(_, row)| {
        if row.shape.is_empty() {
            row.name
        } else {
            format!("{}: {}", row.name, row.shape)
        }
    });
    canvas.rule(rect, y, &title, &clipped, false);
    let below = Rect {
        y: y + 1,
        height: inner.bottom().saturating_sub(y + 1),
        ..rect
    };
    detail.draw(canvas, below, 0);
}

/// Everything that is known of a part.
fn details(page: &mut Page, work: &Work, part: Part, row: &Row, width: usize, theme: &Theme) {
    let styles = &theme.styles;
    if !row.what.is_empty() {
        page.wrapped(&[], &row.what, styles.strong, width, 2);
    }
    if let Some(side) = row.side {
        let how = match (row.side_chosen, side) {
            (true, _) => "chosen by you",
            (false, "unknown") => "nothing here says whose it is: Space does",
            (false, _) if row.side_assumed.is_some() => "assumed: Space switches",
            (false, _) => "as recognised",
        };
        let style = if row.side_chosen || row.side_assumed.is_some() {
            styles.warn
        } else {
            styles.text
        };
        page.wrapped(&[], &format!("side: {side}, {how}"), style, width, 2);
    }
    match (&row.side_assumed, &row.above) {
        (Some(why), _) => page.wrapped(&[], why, styles.warn, width, 2),
        (None, Some(words)) if row.side == Some("unknown") => {
            page.wrapped(&[], &format!("behind “{words}”"), styles.text, width, 2);
        }
        (None, _) => {}
    }
    page.wrapped(&[], &row.pairing, styles.text, width, 2);
    if let Some(integrity) = &row.integrity {
        page.wrapped(&[], integrity, styles.text, width, 2);
    }
    let time = row.time.as_ref().map(|time| match part {
        Part::Evidence(_) => format!("time {time}"),
        Part::Request(_) | Part::Secret(_) | Part::Form(_) => format!("signed at {time}"),
    });
    let signature = row
        .signature
        .as_ref()
        .map(|text| format!("signature {text}{}", theme.glyphs.ellipsis));
    let mut facts: Vec<String> = time.into_iter().chain(signature).collect();
    let mut pieces = work.case.pieces.iter();
    if let Some(piece) = pieces.find(|piece| piece.part == part) {
        let given = work.case.docs.given().find(|(id, _)| *id == piece.span.doc);
        let name = match given.map(|(_, document)| document.origin()) {
            Some(crate::engine::document::Origin::Given { name, .. }) => work.redactor.text(name),
            _ => String::new(),
        };
        facts.push(format!("{name}, {}", model::place(work, piece.span)));
    }
    page.wrapped(&[], &facts.join("; "), styles.quiet, width, 2);
}

/// How wide the columns of the list are, 0 where one is left out; and how the request that is looked at is marked.
struct Columns {
    name: usize,
    shape: usize,
    side: usize,
    what: usize,
    paired: usize,
    here: &'static str,
    time: usize,
    signature: usize,
}

impl Columns {
    fn of(rows: &[Row], width: usize) -> Self {
        let widest = |text: &dyn Fn(&Row) -> usize| rows.iter().map(text).max().unwrap_or(0);
        let name = widest(&|row| row.name.width());
        let shape = if width < WITH_SHAPE {
            0
        } else {
            widest(&|row| row.shape.width()).min(SHAPE)
        };
        let side = if width < WITH_SHAPE {
            0
        } else {
            widest(&|row| row.side.map_or(0, str::len))
        };
        let here = if width < WITH_SHAPE {
            "here"
        } else {
            "looked at"
        };
        let paired = widest(&|row| mark(row, here).width());
        let signature = if width < WITH_SIGNATURE {
            0
        } else {
            widest(&|row| row.signature.as_ref().map_or(0, |text| text.width()))
        };
        let time = if width < WITH_TIME {
            0
        } else {
            widest(&|row| row.time.as_ref().map_or(0, |text| text.width()))
        };
        let taken: usize = [name, shape, side, paired, signature, time]
            .iter()
            .map(|wide| if *wide == 0 { 0 } else { wide + 2 })
            .sum();
        let longest = widest(&|row| row.what.width());
        let what = longest.min(width.saturating_sub(taken + 2));
        Self {
            name,
            shape,
            side,
            what,
            paired,
            here,
            time,
            signature,
        }
    }

    fn line(&self, row: &Row, on: bool, theme: &Theme) -> Vec<Span<'static>> {
        let styles = &theme.styles;
        let pointer = if on { theme.glyphs.pointer } else { " " };
        let main = match (on, row.taken) {
            (true, _) => styles.cursor,
            (false, true) => styles.strong,
            (false, false) => styles.text,
        };
        let side = if row.side_chosen || row.side == Some("unknown") {
            styles.warn
        } else {
            styles.text
        };
        let cells: [(&str, usize, Style); 7] = [
            (&row.name, self.name, main),
            (row.shape, self.shape, styles.text),
            (row.side.unwrap_or_default(), self.side, side),
            (&row.what, self.what, main),
            (mark(row, self.here), self.paired, styles.key),
            (
                row.time.as_deref().unwrap_or_default(),
                self.time,
                styles.quiet,
            ),
            (
                row.signature.as_deref().unwrap_or_default(),
                self.signature,
                styles.quiet,
            ),
        ];
        let mut spans = vec![Span::styled(format!("{pointer} "), styles.key)];
        for (text, wide, style) in cells.into_iter().filter(|(_, wide, _)| *wide > 0) {
            let text = fit(
                &shown(text, theme.glyphs.letters),
                wide,
                theme.glyphs.ellipsis,
            );
            let pad = " ".repeat(wide.saturating_sub(text.width()) + 2);
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(pad));
        }
        spans
    }
}

/// What stands in the column of pairs: to which request it belongs, or that it is the one, in the words `here`.
fn mark<'r>(row: &'r Row, here: &'static str) -> &'r str {
    if row.side.is_none() && row.taken {
        here
    } else {
        &row.paired
    }
}

/// What an input in which nothing was recognised can be read as.
pub(crate) fn read_as(canvas: &mut Canvas<'_>, app: &App, cursor: usize, area: Rect) {
    let width = area.width.min(76);
    let inside = usize::from(width.saturating_sub(4));
    let theme = canvas.theme;
    let mut page = Page::new(theme);
    offers(&mut page, app, Some(cursor), inside, theme);
    let note = "Nothing that was given is changed: f and Enter take it back.";
    page.wrapped(&[], note, theme.styles.quiet, inside, 2);
    let wanted = page.lines_of(Hit::Row(cursor)).unwrap_or(0..1);
    let room = usize::from(area.height.saturating_sub(2));
    let top = page::follow(0, room.max(1), &wanted);
    boxed_page(canvas, "Read it as", &None, width, &page, top, area);
}

/// The nearest shapes, each with what speaks for it and what it would lack.
pub(crate) fn offers(
    page: &mut Page,
    app: &App,
    cursor: Option<usize>,
    width: usize,
    theme: &Theme,
) {
    let styles = &theme.styles;
    let now = app
        .readable_input()
        .and_then(|input| app.bench.choices.read_as.get(&input));
    for (at, offer) in app.read_as_offers().iter().enumerate() {
        let start = page.lines.len();
        let on = cursor == Some(at);
        let pointer = if on { theme.glyphs.pointer } else { " " };
        let style = if on { styles.cursor } else { styles.strong };
        let chosen = if now == Some(&offer.read_as) {
            "  chosen by you; Enter takes it back"
        } else {
            ""
        };
        page.push(vec![
            Span::styled(format!("{pointer} "), styles.key),
            Span::styled(offer.read_as.title().to_owned(), style),
            Span::styled(chosen.to_owned(), styles.warn),
        ]);
        let lacks = match offer.missing {
            "" => String::new(),
            missing => format!("; it would lack {missing}"),
        };
        let text = format!("{}{lacks}", offer.why);
        page.wrapped(&[Span::raw("    ")], &text, styles.text, width, 3);
        page.hit(start, Hit::Row(at));
    }
}
