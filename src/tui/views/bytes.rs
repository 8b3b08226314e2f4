//! The bytes around the first difference, on both sides, as a hex dump coloured by category.

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::page::Page;
use crate::engine::diagnose::RowState;
use crate::engine::secret::Hidden;
use crate::tui::model::{Heading, RowView};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// Draws the bytes of a row's sides; where two part, from the line of the first difference.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    work: &Work,
    row: &RowView<'_>,
    headings: &[Heading],
    area: Rect,
) {
    let theme = canvas.theme;
    let width = usize::from(area.width.saturating_sub(4));
    let sides: Vec<usize> = match row.first {
        Some((_, [a, b])) => vec![a, b],
        None => row
            .values
            .iter()
            .position(Option::is_some)
            .into_iter()
            .collect(),
    };
    let at = row.first.map(|(difference, _)| difference.at);
    let mut page = Page::new(theme);
    if let Some(difference) = row.shown_first(&work.redactor) {
        let text = format!(
            "byte {}: {} against {}",
            difference.at, difference.left, difference.right
        );
        page.wrapped(&[], &text, theme.styles.strong, width, 2);
    }
    let per_line = [16, 8, 4]
        .into_iter()
        .find(|n| 10 + n * 4 + 2 <= width)
        .unwrap_or(4);
    let room = usize::from(area.height).saturating_sub(page.lines.len());
    let each = (room / sides.len().max(1)).saturating_sub(1);
    for side in sides {
        let who = headings.get(side).map_or("", |h| h.who.as_str());
        let Some(bytes) = row.values.get(side).copied().flatten() else {
            page.push(vec![
                Span::styled(format!("{who}  "), theme.styles.title),
                Span::styled("(not there)", theme.styles.bad),
            ]);
            continue;
        };
        let head = vec![
            Span::styled(who.to_owned(), theme.styles.title),
            Span::styled(format!("  {} bytes", bytes.len()), theme.styles.quiet),
        ];
        page.push(head);
        dump(&mut page, work, bytes, at, per_line, each.max(1), theme);
    }
    page.draw(canvas, area, 0);
}

/// Draws the bytes of all sides of a row on the whole screen, from the first difference on; what is
/// shown first is remembered in `top`.
pub(crate) fn whole(
    canvas: &mut Canvas<'_>,
    work: &Work,
    row: &RowView<'_>,
    headings: &[Heading],
    top: &mut Option<usize>,
    body: Rect,
    inner: Rect,
) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let sides: Vec<usize> = (0..row.values.len())
        .filter(|side| row.values.get(*side).is_some_and(Option::is_some))
        .take(3)
        .collect();
    let width = usize::from(inner.width);
    let columns = |per_line: usize| 10 + per_line * 4 + per_line.div_ceil(8) + 1;
    let count = sides.len().max(1);
    // Beside each other where all fit; else one side's line under the other's.
    let beside = [16, 8]
        .into_iter()
        .find(|n| count * (columns(*n) + 2) <= width + 2);
    let label = headings.iter().map(|h| h.party.width()).max().unwrap_or(0) + 2;
    let per_line = beside.unwrap_or_else(|| {
        [16, 8, 4]
            .into_iter()
            .find(|n| label + columns(*n) <= width)
            .unwrap_or(4)
    });
    let name = crate::tui::text::shown(
        &work.redactor.text(&row.key.to_string()),
        theme.glyphs.letters,
    );
    let mut lead = vec![Span::styled(format!("{name}  "), styles.strong)];
    if let Some(difference) = row.shown_first(&work.redactor).filter(|_| !row.is_hash()) {
        lead.push(Span::styled(
            format!(
                "first difference at byte {}: {} against {}",
                difference.at, difference.left, difference.right
            ),
            styles.text,
        ));
    } else if sides.len() > 1 && row.state == RowState::Same {
        lead.push(Span::styled("= equal", styles.good));
    }
    canvas.line(inner.x, inner.y, inner.width, &lead);
    let longest = sides
        .iter()
        .filter_map(|side| row.values.get(*side).copied().flatten())
        .map(<[u8]>::len)
        .max()
        .unwrap_or(0);
    let lines = longest.div_ceil(per_line).max(1);
    let each = if beside.is_some() { 1 } else { count };
    let heads = if beside.is_some() { 2 } else { 1 };
    let room = usize::from(inner.height).saturating_sub(heads) / each.max(1);
    let at = row.first.map(|(difference, _)| difference.at);
    let first = top.unwrap_or_else(|| (at.unwrap_or(0) / per_line).saturating_sub(1));
    let first = first.min(lines.saturating_sub(room.max(1)));
    *top = Some(first);
    let narrow = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    for (place, side) in sides.iter().enumerate() {
        let Some(bytes) = row.values.get(*side).copied().flatten() else {
            continue;
        };
        let who = headings.get(*side).map_or("", |h| h.party.as_str());
        let start = (first * per_line).min(bytes.len());
        let end = (start + room * per_line).min(bytes.len());
        let hidden = hidden_near(work, bytes, start..end);
        let at = at.filter(|_| !row.is_hash());
        let mut x = inner.x;
        if beside.is_some() {
            x += narrow(place * (columns(per_line) + 2));
            let head = [
                Span::styled(who.to_owned(), styles.title),
                Span::styled(format!("  {} bytes", bytes.len()), styles.quiet),
            ];
            canvas.line(x, inner.y + 1, narrow(columns(per_line)), &head);
        }
        for n in 0..room {
            let offset = (first + n) * per_line;
            let y = inner.y + narrow(heads + n * each) + narrow(if each > 1 { place } else { 0 });
            if offset >= bytes.len() && (n > 0 || !bytes.is_empty()) || y >= inner.bottom() {
                break;
            }
            let stop = (offset + per_line).min(bytes.len());
            let mut spans = Vec::new();
            if each > 1 {
                spans.push(Span::styled(format!("{who:<label$}"), styles.title));
            }
            spans.extend(line(bytes, offset..stop, per_line, at, &hidden, theme));
            canvas.line(x, y, inner.right().saturating_sub(x), &spans);
        }
    }
    let border = body.right().saturating_sub(1);
    if first > 0 {
        canvas.text(border, inner.y, 1, theme.glyphs.more[0], styles.key);
    }
    if first + room < lines {
        canvas.text(
            border,
            inner.bottom().saturating_sub(1),
            1,
            theme.glyphs.more[1],
            styles.key,
        );
    }
}

/// What is hidden of a range of a value, values that begin before it among them.
fn hidden_near(work: &Work, bytes: &[u8], range: std::ops::Range<usize>) -> Vec<Hidden> {
    work.redactor.near(bytes, range).hidden
}

/// Lines of a dump, so that the byte `at` is on the first or second of them.
fn dump(
    page: &mut Page,
    work: &Work,
    bytes: &[u8],
    at: Option<usize>,
    per_line: usize,
    lines: usize,
    theme: &Theme,
) {
    let carets = usize::from(at.is_some());
    let shown = lines.saturating_sub(carets).max(1);
    let first = at.unwrap_or(0) / per_line;
    // One line of context before the difference, where there is room for it.
    let first = first.saturating_sub(usize::from(shown > 2));
    let start = (first * per_line).min(bytes.len());
    let end = (start + shown * per_line).min(bytes.len());
    let hidden = hidden_near(work, bytes, start..end);
    let mut offset = start;
    loop {
        let line_end = (offset + per_line).min(bytes.len());
        page.push(line(bytes, offset..line_end, per_line, at, &hidden, theme));
        if let Some(at) = at.filter(|at| (offset..offset + per_line).contains(at)) {
            let column = at - offset;
            let gap = 10 + column * 3 + column / 8;
            let line = format!("{}^^", " ".repeat(gap));
            let tail = 10 + per_line * 3 + per_line.div_ceil(8) + column;
            let caret = format!("{line}{}^", " ".repeat(tail.saturating_sub(line.width())));
            page.push(vec![Span::styled(caret, theme.styles.bad)]);
        }
        offset += per_line;
        if offset >= end {
            break;
        }
    }
}

/// A line of a dump: offset, hex, text.
fn line(
    bytes: &[u8],
    range: std::ops::Range<usize>,
    per_line: usize,
    at: Option<usize>,
    hidden: &[Hidden],
    theme: &Theme,
) -> Vec<Span<'static>> {
    let styles = &theme.styles;
    let mut spans = vec![Span::styled(format!("{:08x}  ", range.start), styles.quiet)];
    let mut ascii = Vec::new();
    for column in 0..per_line {
        if column > 0 && column % 8 == 0 {
            spans.push(Span::raw(" "));
        }
        let offset = range.start + column;
        let Some(byte) = bytes.get(offset).copied().filter(|_| offset < range.end) else {
            spans.push(Span::raw("   "));
            continue;
        };
        let masked = hidden.iter().any(|h| h.range.contains(&offset));
        let mut style = if masked {
            styles.masked
        } else {
            styles.byte(byte)
        };
        if at == Some(offset) {
            style = style.patch(styles.differs);
        }
        let (hex, letter) = if masked {
            ("**".to_owned(), "*".to_owned())
        } else {
            (format!("{byte:02x}"), letter(byte, theme).to_owned())
        };
        spans.push(Span::styled(hex, style));
        spans.push(Span::raw(" "));
        ascii.push(Span::styled(letter, style));
    }
    spans.push(Span::raw(" "));
    spans.extend(ascii);
    spans
}

/// A byte as one column of text.
fn letter(byte: u8, theme: &Theme) -> &'static str {
    const PRINTING: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    let other = theme.glyphs.dot;
    usize::from(byte)
        .checked_sub(0x20)
        .and_then(|at| PRINTING.get(at..=at))
        .unwrap_or(if other.is_ascii() { "." } else { other })
}
