//! A stage's text as it is signed, line by line, differing fields marked in it.

use std::collections::HashSet;
use std::ops::Range;

use bytes::Bytes;
use ratatui::layout::Rect;
use ratatui::text::Span;

use super::canvas::Canvas;
use crate::engine::diagnose::Party;
use crate::engine::scheme::{Role, Stage};
use crate::tui::app::StageState;
use crate::tui::model::{self, Rows};
use crate::tui::source;
use crate::tui::text::{Paint, fit};
use crate::workbench::Work;

/// Columns two texts stand side by side from.
const BESIDE: u16 = 96;

/// A text in its lines.
struct Text {
    caption: String,
    bytes: Bytes,
    lines: Vec<Range<usize>>,
    /// Ranges of it that part from the other side.
    differing: Vec<Range<usize>>,
}

/// Draws the lines from the first to be shown on, ours and, where there is room, the server's.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    work: &Work,
    stage: &Stage,
    rows: Rows<'_>,
    shown: &mut StageState,
    needle: &str,
    area: Rect,
) {
    let styles = &canvas.theme.styles;
    let Some(text) = stage.output.public() else {
        let message = "this text was not computed: something is missing";
        canvas.text(area.x, area.y, area.width, message, styles.quiet);
        return;
    };
    let ours = Text {
        caption: caption(rows),
        lines: lines(text),
        bytes: Bytes::copy_from_slice(text),
        differing: match rows {
            Rows::Compared(comparison, _) => comparison
                .rows
                .iter()
                .filter(|row| model::parts(row))
                .filter_map(|row| stage.fields.iter().find(|f| f.key == row.key))
                .map(|field| field.range.clone())
                .collect(),
            Rows::Plain(_) | Rows::Empty => Vec::new(),
        },
    };
    let mut sides = vec![ours];
    sides.extend(theirs(work, stage.role, rows));
    let room = usize::from(area.height.saturating_sub(1));
    shown.room = room;
    let marks: Vec<Vec<bool>> = match sides.as_slice() {
        [a, b] => vec![unlike(a, b), unlike(b, a)],
        _ => Vec::new(),
    };
    let marks = |at: usize| marks.get(at).map_or(&[][..], Vec::as_slice);
    if area.width < BESIDE {
        stacked(canvas, work, &sides, marks, shown, needle, area);
        return;
    }
    let longest = sides.iter().map(|s| s.lines.len()).max().unwrap_or(0);
    shown.line = shown.line.min(longest.saturating_sub(room));
    let count = u16::try_from(sides.len()).unwrap_or(1).max(1);
    let width = (area.width + 2) / count - 2;
    for (at, side) in sides.iter().enumerate() {
        let x = area.x + u16::try_from(at).unwrap_or(0) * (width + 2);
        let part = Rect { x, width, ..area };
        column(
            canvas,
            work,
            side,
            marks(at),
            shown.line,
            shown.left,
            needle,
            part,
        );
    }
}

/// Where there is no room beside each other: one text under the other, each under its caption. The first line
/// of the screen tells whose text it is that begins there.
fn stacked<'m>(
    canvas: &mut Canvas<'_>,
    work: &Work,
    sides: &[Text],
    marks: impl Fn(usize) -> &'m [bool],
    shown: &mut StageState,
    needle: &str,
    area: Rect,
) {
    // Each text but the first has a line more: its caption.
    let all: usize = sides.iter().map(|side| side.lines.len() + 1).sum();
    let room = usize::from(area.height);
    shown.line = shown.line.min(all.saturating_sub(room));
    let mut skip = shown.line;
    let mut y = area.y;
    for (at, side) in sides.iter().enumerate() {
        let lines = side.lines.len() + usize::from(at > 0);
        if skip >= lines {
            skip -= lines;
            continue;
        }
        // A caption stays above what is seen of its text.
        let first = skip.saturating_sub(usize::from(at > 0));
        skip = 0;
        let left = area.bottom().saturating_sub(y);
        if left == 0 {
            break;
        }
        let height = u16::try_from(side.lines.len() - first + 1)
            .unwrap_or(u16::MAX)
            .min(left);
        let part = Rect { y, height, ..area };
        column(
            canvas,
            work,
            side,
            marks(at),
            first,
            shown.left,
            needle,
            part,
        );
        y += height;
    }
    let glyphs = canvas.theme.glyphs;
    let style = canvas.theme.styles.key;
    if shown.line > 0 {
        canvas.text(area.right() + 1, area.y, 1, glyphs.more[0], style);
    }
    if shown.line + room < all {
        let last = area.bottom().saturating_sub(1);
        canvas.text(area.right() + 1, last, 1, glyphs.more[1], style);
    }
}

/// Whose text ours is.
fn caption(rows: Rows<'_>) -> String {
    let headings = rows.headings();
    let own = rows.parties().iter().position(|party| match party {
        Party::Computed => true,
        Party::Received | Party::Client | Party::Server | Party::Unnamed => false,
    });
    let heading = headings.get(own.unwrap_or(0));
    heading.map_or_else(String::new, |heading| match heading.trust.as_str() {
        "" => heading.who.clone(),
        trust => format!("{} ({trust})", heading.who),
    })
}

/// The text of the first side that is not ours.
fn theirs(work: &Work, role: Role, rows: Rows<'_>) -> Option<Text> {
    let Rows::Compared(comparison, _) = rows else {
        return None;
    };
    let (column, evidence) = comparison.columns.iter().find_map(|column| {
        let evidence = work.case.evidence.get(column.evidence?)?;
        (column.party != Party::Computed).then_some((column, evidence))
    })?;
    let pattern = match role {
        Role::CanonicalRequest => evidence.canonical_request.as_ref()?,
        Role::StringToSign => evidence.string_to_sign.as_ref()?,
        Role::Request | Role::Key | Role::Signature => return None,
    };
    let bytes = Bytes::from(pattern.bytes(&work.case.docs));
    let side = comparison.columns.iter().position(|c| c == column)?;
    let differing = comparison
        .rows
        .iter()
        .filter(|row| model::parts(row))
        .filter_map(|row| row.values.get(side)?.as_ref())
        .map(|value| value.range.clone())
        .collect();
    Some(Text {
        caption: column.caption.clone(),
        lines: lines(&bytes),
        bytes,
        differing,
    })
}

/// Which lines of `a` are not those of `b`: between the lines on which both agree from the start and
/// from the end, lines that stand nowhere there.
fn unlike(a: &Text, b: &Text) -> Vec<bool> {
    let line = |text: &Text, at: usize| -> Bytes {
        text.lines
            .get(at)
            .map_or_else(Bytes::new, |range| text.bytes.slice(range.clone()))
    };
    let all = a.lines.len().min(b.lines.len());
    let same = (0..all)
        .take_while(|at| line(a, *at) == line(b, *at))
        .count();
    let tail = (0..all - same)
        .take_while(|back| line(a, a.lines.len() - 1 - back) == line(b, b.lines.len() - 1 - back))
        .count();
    let others: HashSet<Bytes> = (same..b.lines.len() - tail).map(|at| line(b, at)).collect();
    (0..a.lines.len())
        .map(|at| at >= same && at < a.lines.len() - tail && !others.contains(&line(a, at)))
        .collect()
}

/// One text: its caption and its lines from `first` on, each from the byte `left` on.
#[expect(clippy::too_many_arguments, reason = "a text is drawn by all of these")]
fn column(
    canvas: &mut Canvas<'_>,
    work: &Work,
    text: &Text,
    marks: &[bool],
    first: usize,
    left: usize,
    needle: &str,
    area: Rect,
) {
    let theme = canvas.theme;
    let styles = &theme.styles;
    let head = fit(
        &text.caption,
        usize::from(area.width),
        theme.glyphs.ellipsis,
    );
    canvas.text(area.x, area.y, area.width, &head, styles.title);
    let digits = text.lines.len().to_string().len();
    let visible = text.lines.iter().enumerate().skip(first);
    for (y, (n, line)) in (area.y + 1..area.bottom()).zip(visible) {
        let number = format!("{:>digits$} ", n + 1);
        let mut used = canvas.text(area.x, y, area.width, &number, styles.quiet);
        let (mark, style) = match marks.get(n) {
            Some(true) => ("! ", styles.bad),
            _ => ("  ", styles.quiet),
        };
        used += canvas.text(
            area.x + used,
            y,
            area.width.saturating_sub(used),
            mark,
            style,
        );
        let width = usize::from(area.width.saturating_sub(used));
        let start = (line.start + left).min(line.end);
        let mut paint = Paint::part(&text.bytes, start..line.end, width, &work.redactor);
        paint.start = paint.start.max(line.start);
        for range in &text.differing {
            paint = paint.highlight(range.clone(), styles.differs);
        }
        for found in source::found_near(
            text.bytes.get(..line.end).unwrap_or_default(),
            needle,
            paint.start,
            width,
        ) {
            paint = paint.highlight(found, styles.found);
        }
        let spans: Vec<Span<'static>> = paint.draw(theme).spans;
        canvas.line(area.x + used, y, area.width.saturating_sub(used), &spans);
    }
}

/// The lines of a text without their line feeds; the last may be empty.
fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for at in memchr::memchr_iter(b'\n', text) {
        lines.push(start..at);
        start = at + 1;
    }
    lines.push(start..text.len());
    lines
}
