//! The list of parts, and the shapes that can be forced where nothing was recognised.
//!
//! Only the rows in sight are made: a log may hold thousands of parts.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::overlays::{boxed, boxed_page};
use super::page::{self, Page};
use crate::engine::intake::Part;
use crate::tui::app::{App, Hit, Overlay, PartsState, Screen};
use crate::tui::model;
use crate::tui::text::{fit, fit_path, shown};
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
/// Inside columns from which what a part is about may be cut rather than its shape and signature left out.
const ALL: usize = 90;
/// Rows of the list from which its columns are named above them.
const NAMED: usize = 4;

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
    let head = usize::from(!parts.is_empty() && total / 2 > NAMED);
    let told = detail
        .lines
        .len()
        .min(total.saturating_sub((wanted + head).min(total.div_ceil(2)) + 1));
    let divider = usize::from(told > 0);
    let refusals = (0..work.case.evidence.len()).filter(|at| work.case.is_refusal(*at));
    let refusals = match refusals.count() {
        0 => String::new(),
        1 => ", 1 refusal".to_owned(),
        n => format!(", {n} refusals"),
    };
    let title = match &state.matching {
        None => format!("Parts: {}{refusals}", parts.len()),
        Some(_) => format!("Parts: {} of {}", parts.len(), work.parts().len()),
    };
    let hint = if state.filter.is_empty() {
        "/ find".to_owned()
    } else {
        format!("/ {}", shown(&state.filter, theme.glyphs.letters))
    };
    let badge = Some((hint, styles.key));
    let lines = wanted + head + divider + told;
    let (rect, inner) = boxed(canvas, &title, &badge, width, lines, true, area);
    let room = usize::from(inner.height).saturating_sub(told + divider + head);
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
    if head > 0 {
        canvas.line(inner.x, inner.y, inner.width, &columns.names(theme));
    }
    let first = inner.y + u16::try_from(head).unwrap_or(0);
    for (y, (at, row)) in (first..).zip(rows.iter().enumerate()) {
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
    let y = first + u16::try_from(room).unwrap_or(0);
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
    narrow: bool,
    time: usize,
    signature: usize,
}

/// What stands over each column, in their order.
const NAMES: [&str; 7] = [
    "part",
    "shape",
    "side",
    "what",
    "belongs to",
    "time",
    "signature",
];

impl Columns {
    fn of(rows: &[Row], width: usize) -> Self {
        let [part, shapes, sides, _, pairs, times, signatures] = NAMES.map(str::len);
        // A column that holds nothing is left out with its name.
        let widest = |text: &dyn Fn(&Row) -> usize, least: usize| {
            let widest = rows.iter().map(text).max().unwrap_or(0);
            if widest == 0 { 0 } else { widest.max(least) }
        };
        let narrow = width < WITH_SHAPE;
        let (name, paired) = (
            widest(&|row| row.name.width(), part),
            widest(
                &|row| mark(row, narrow).width(),
                if narrow { 0 } else { pairs },
            ),
        );
        let side = if narrow {
            0
        } else {
            widest(&|row| row.side.or(row.seen).map_or(0, str::len), sides)
        };
        let mut shape = if narrow {
            0
        } else {
            widest(&|row| row.shape.width().min(SHAPE), shapes)
        };
        let mut signature = if width < WITH_SIGNATURE {
            0
        } else {
            widest(
                &|row| row.signature.as_ref().map_or(0, |text| text.width()),
                signatures,
            )
        };
        let time = if width < WITH_TIME {
            0
        } else {
            widest(
                &|row| row.time.as_ref().map_or(0, |text| text.width()),
                times,
            )
        };
        let longest = widest(&|row| row.what.width(), 1);
        let left = |columns: &[usize]| {
            let taken: usize = columns
                .iter()
                .map(|wide| if *wide == 0 { 0 } else { wide + 2 })
                .sum();
            // The cursor and the mark of what was refused stand in front.
            width.saturating_sub(taken + 4)
        };
        // What tells the parts apart goes before what is told of each beneath the list.
        if width < ALL && left(&[name, paired, side, shape, signature, time]) < longest {
            signature = 0;
        }
        if width < ALL && left(&[name, paired, side, shape, signature, time]) < longest {
            shape = 0;
        }
        let what = longest.min(left(&[name, paired, side, shape, signature, time]));
        Self {
            name,
            shape,
            side,
            what,
            paired,
            narrow,
            time,
            signature,
        }
    }

    fn widths(&self) -> [usize; 7] {
        [
            self.name,
            self.shape,
            self.side,
            self.what,
            self.paired,
            self.time,
            self.signature,
        ]
    }

    /// What stands over the columns.
    fn names(&self, theme: &Theme) -> Vec<Span<'static>> {
        let mut spans = vec![Span::raw("    ")];
        for (name, wide) in NAMES.into_iter().zip(self.widths()) {
            if wide > 0 {
                let name = if self.narrow && name == "belongs to" {
                    "request"
                } else {
                    name
                };
                let name = fit(name, wide, theme.glyphs.ellipsis);
                spans.push(Span::styled(format!("{name:<wide$}  "), theme.styles.quiet));
            }
        }
        spans
    }

    fn line(&self, row: &Row, on: bool, theme: &Theme) -> Vec<Span<'static>> {
        let styles = &theme.styles;
        let pointer = if on { theme.glyphs.pointer } else { " " };
        let main = match (on, row.taken) {
            (true, _) => styles.cursor,
            (false, true) => styles.strong,
            (false, false) => styles.text,
        };
        // What was refused is what one looks for in a long list.
        let main = if row.refused {
            main.patch(styles.bad)
        } else {
            main
        };
        let refused = if row.refused { theme.glyphs.parts } else { " " };
        let side = if row.side_chosen || row.side == Some("unknown") {
            styles.warn
        } else {
            styles.text
        };
        let paired = if row.taken && row.side.is_none() {
            styles.key
        } else {
            styles.text
        };
        let texts: [(&str, Style); 7] = [
            (&row.name, main),
            (row.shape, styles.text),
            (row.side.or(row.seen).unwrap_or_default(), side),
            (&row.what, main),
            (&mark(row, self.narrow), paired),
            (row.time.as_deref().unwrap_or_default(), styles.quiet),
            (row.signature.as_deref().unwrap_or_default(), styles.quiet),
        ];
        let mut spans = vec![
            Span::styled(format!("{pointer} "), styles.key),
            Span::styled(format!("{refused} "), styles.bad),
        ];
        let cells = texts.into_iter().zip(self.widths()).enumerate();
        for (column, ((text, style), wide)) in cells.filter(|(_, (_, wide))| *wide > 0) {
            let text = shown(text, theme.glyphs.letters);
            let text = if NAMES.get(column) == Some(&"what") {
                fit_request(&text, wide, theme.glyphs.ellipsis)
            } else {
                fit(&text, wide, theme.glyphs.ellipsis)
            };
            let pad = " ".repeat(wide.saturating_sub(text.width()) + 2);
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(pad));
        }
        spans
    }
}

/// Method and path in so many columns: the path's middle gives way, for its end tells one object from the next. Any other
/// text loses its end.
fn fit_request(text: &str, width: usize, ellipsis: &str) -> String {
    match text.split_once(' ') {
        Some((method, path)) if path.starts_with('/') && method.len() + 1 < width => {
            let path = fit_path(path, width - method.len() - 1, ellipsis);
            format!("{method} {path}")
        }
        _ if text.starts_with('/') => fit_path(text, width, ellipsis),
        _ => fit(text, width, ellipsis),
    }
}

/// What stands in the column of pairs: to which request it belongs, or that it is the one. Of a request, where there is
/// little room, its number alone.
fn mark(row: &Row, narrow: bool) -> Cow<'_, str> {
    match (row.side.is_none() && row.taken, narrow) {
        (true, true) => "here".into(),
        (true, false) => "looked at".into(),
        (false, true) => row.paired.replacen("request", "of", 1).into(),
        (false, false) => row.paired.as_str().into(),
    }
}

/// The place of the cursor among the shapes that a text can be read as, while one of them is being chosen.
pub(crate) fn choosing(app: &App) -> Option<usize> {
    match app.overlay {
        Some(Overlay::ReadAs { cursor }) => Some(cursor),
        _ => None,
    }
}

/// Whether the screen itself shows the list in which something is being chosen: nothing is drawn over it then.
pub(crate) fn chooses_here(app: &App, work: Option<&Work>) -> bool {
    let listed = match (app.screen, work) {
        (Screen::Answer, Some(work)) => {
            !work.offers().is_empty() && !work.analysis.diagnosis.next_steps.is_empty()
        }
        (Screen::Input, _) => app.readable_input().is_some(),
        (Screen::Answer | Screen::Stage(_) | Screen::Source, _) => false,
    };
    listed && choosing(app).is_some()
}

/// The nearest shapes under a title of their own, in the page of a screen.
pub(crate) fn offered(page: &mut Page, app: &App, title: &str, width: usize, theme: &Theme) {
    let cursor = choosing(app);
    let key = match cursor {
        Some(_) => "[Enter] read it so",
        None => "[f] choose",
    };
    page.rule(title, Some((key.to_owned(), theme.styles.key)));
    offers(page, app, cursor, width, theme);
    if cursor.is_some() {
        page.wrapped(&[], UNDONE, theme.styles.quiet, width, 2);
    }
}

/// What is said where one of the shapes is being chosen.
const UNDONE: &str = "Nothing that was given is changed: f and Enter take it back.";

/// What an input in which nothing was recognised can be read as.
pub(crate) fn read_as(canvas: &mut Canvas<'_>, app: &App, cursor: usize, area: Rect) {
    let width = area.width.min(76);
    let inside = usize::from(width.saturating_sub(4));
    let theme = canvas.theme;
    let mut page = Page::new(theme);
    offers(&mut page, app, Some(cursor), inside, theme);
    page.wrapped(&[], UNDONE, theme.styles.quiet, inside, 2);
    let wanted = page.lines_of(Hit::Row(cursor)).unwrap_or(0..1);
    let room = usize::from(area.height.saturating_sub(2));
    let top = page::follow(0, room.max(1), &wanted);
    boxed_page(canvas, "Read it as", &None, width, &page, top, area);
}

/// The nearest shapes, each with what speaks for it and what it would lack.
fn offers(page: &mut Page, app: &App, cursor: Option<usize>, width: usize, theme: &Theme) {
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
            missing => format!("it would lack {missing}"),
        };
        // That nothing speaks for it says nothing.
        let told = [offer.why.as_str(), &lacks];
        let told = told.into_iter().skip(usize::from(offer.nearness == 0));
        let told: Vec<&str> = told.filter(|text| !text.is_empty()).collect();
        if !told.is_empty() {
            let text = told.join("; ");
            page.wrapped(&[Span::raw("    ")], &text, styles.text, width, 3);
        }
        page.hit(start, Hit::Row(at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_keeps_the_end_that_tells_it_from_the_next() {
        let long = "GET /dir/some-quite-long-name/file-number-07.jpg";
        assert!(fit_request(long, 30, "…").ends_with("/file-number-07.jpg"));
        assert!(fit_request(long, 30, "…").starts_with("GET /"));
        assert_eq!(
            fit_request("403 SignatureDoesNotMatch", 12, "…"),
            "403 Signatu…"
        );
        assert_eq!(fit_request("/a/b", 10, "…"), "/a/b");
    }
}
