//! One request side by side, in every place where it was seen.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::canvas::Canvas;
use super::overlays::boxed_page;
use super::page::Page;
use crate::engine::diagnose::{Hop, Mark, Observation, Observations, Seen, SeenBy};
use crate::engine::intake::Part;
use crate::engine::scheme::{FieldKind, Outcome, Reason};
use crate::tui::app::App;
use crate::tui::model;
use crate::tui::text::{Paint, fit, shown};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// Columns of the whole view, unless its values ask for more.
const USUAL: u16 = 116;
/// Columns of the whole view at most: two hashes of 64 digits beside each other, and their name.
const WIDEST: u16 = 164;
/// Columns kept for the names of the parts when the width is chosen.
const WIDEST_NAME: usize = 28;
/// Inside columns from which two places stand beside each other.
const BESIDE: usize = 60;
/// Bytes shown before the first difference of values that are too long.
const LEAD: usize = 12;

/// Draws the step at `hop` from one place to the next.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    app: &App,
    work: &Work,
    hop: usize,
    top: usize,
    area: Rect,
) {
    let Some(seen) = &work.analysis.diagnosis.observations else {
        return;
    };
    let theme = canvas.theme;
    let styles = &theme.styles;
    let width = area.width.min(wanted(seen.hops.get(hop)));
    let inside = usize::from(width.saturating_sub(4));
    let mut page = Page::new(theme);
    let known = match seen.by {
        SeenBy::Signature => "Known",
        SeenBy::KeyAndTime => "Taken",
    };
    let known = format!("{known} to be one request by {}.", seen.by.words());
    page.wrapped(&[], &known, styles.text, inside, 2);
    let together = seen.not_checkable();
    for observation in &seen.seen {
        place(&mut page, app, work, observation, together, inside, theme);
    }
    if let Some(reason) = together {
        let claim = work.analysis.trace.as_ref().map(|trace| &trace.claim);
        let text = format!("None of them is checkable because {}.", reason.words(claim));
        page.wrapped(&[], &text, styles.warn, inside, 2);
    }
    if seen.more > 0 {
        let text = format!("and {} more, which are not followed", seen.more);
        page.wrapped(&[], &text, styles.quiet, inside, 2);
    }
    let count = seen.hops.len();
    let hop = hop.min(count.saturating_sub(1));
    if let Some(between) = seen.hops.get(hop) {
        step(&mut page, work, seen, hop, between, inside, theme);
    }
    let moves = page.lines.len() + 2 > usize::from(area.height);
    let keys = match (count > 1, moves) {
        (true, true) => Some(format!("step {} of {count}, Left Right; Up Down", hop + 1)),
        (true, false) => Some(format!("step {} of {count}, Left Right", hop + 1)),
        (false, true) => Some("Up Down".to_owned()),
        (false, false) => None,
    };
    let badge = keys.map(|keys| (keys, styles.key));
    let title = format!(
        "{}, seen in {} places",
        seen.by.title(),
        seen.seen.len() + seen.more
    );
    let last = page
        .lines
        .len()
        .saturating_sub(usize::from(area.height.saturating_sub(2)));
    boxed_page(canvas, &title, &badge, width, &page, top.min(last), area);
}

/// The columns that would show every value of a step whole.
fn wanted(hop: Option<&Hop>) -> u16 {
    let rows = hop.into_iter().flat_map(|hop| &hop.rows);
    let longest = rows
        .flat_map(|row| row.values.iter().flatten())
        .map(bytes::Bytes::len)
        .max()
        .unwrap_or(0);
    let whole = WIDEST_NAME + 2 * longest.saturating_add(4);
    u16::try_from(whole).map_or(WIDEST, |whole| whole.clamp(USUAL, WIDEST))
}

/// A place where the request was seen, and whether what was seen there fits the signature.
///
/// Why none of them can be checked is said once, below them.
fn place(
    page: &mut Page,
    app: &App,
    work: &Work,
    seen: &Observation,
    together: Option<Reason>,
    width: usize,
    theme: &Theme,
) {
    let styles = &theme.styles;
    let row = work.row(app.bench.schemes, Part::Request(seen.request));
    let (sign, style, words) = match seen.outcome {
        Outcome::Equal | Outcome::Verified => {
            ("=", styles.good, "fits the received signature".to_owned())
        }
        Outcome::Differs { .. } | Outcome::Failed => (
            theme.glyphs.mark(Mark::Differs).trim(),
            styles.bad,
            "does not fit the received signature".to_owned(),
        ),
        Outcome::NotCheckable(_) if together.is_some() => ("?", styles.warn, String::new()),
        Outcome::NotCheckable(reason) => {
            let claim = work.analysis.trace.as_ref().map(|trace| &trace.claim);
            (
                "?",
                styles.warn,
                format!("not checkable because {}", reason.words(claim)),
            )
        }
    };
    let mut pieces = work.case.pieces.iter();
    let piece = pieces.find(|piece| piece.part == Part::Request(seen.request));
    let stands = piece.map_or_else(String::new, |piece| {
        format!(", {}", model::place(work, piece.span))
    });
    let colon = if words.is_empty() { "" } else { ": " };
    // By the name that the column below has; what it was read from stands behind.
    let named = named(seen);
    let first = [
        Span::styled(format!("{sign} "), style),
        Span::styled(
            format!("{named} ({}{stands}){colon}", row.shape),
            styles.strong,
        ),
    ];
    let used: usize = first.iter().map(Span::width).sum();
    let short = format!("{named} ({}){colon}", row.shape);
    let [sign, whole] = first;
    if used + words.width() <= width {
        page.push(vec![sign, whole, Span::styled(words, style)]);
    } else if sign.width() + short.width() + words.width() <= width {
        let short = Span::styled(short, styles.strong);
        page.push(vec![sign, short, Span::styled(words, style)]);
    } else {
        page.wrapped(&[sign], &format!("{short}{words}"), style, width, 3);
    }
    if let Some(witnessed) = seen.witnessed() {
        page.wrapped(&[Span::raw("  ")], witnessed, styles.text, width, 2);
    }
}

/// The request by its number, with whose it is, where that is known, or where it was seen.
fn named(seen: &Observation) -> String {
    let name = format!("request {}", seen.request + 1);
    match seen.strings_of {
        [Some(_), Some(_)] => format!("{name}, signed, server"),
        [Some(_), None] => format!("{name}, signed"),
        [None, Some(_)] => format!("{name}, server"),
        [None, None] => match seen.vantage {
            Some(vantage) => format!("{name}, {}", vantage.word),
            None => name,
        },
    }
}

fn step(
    page: &mut Page,
    work: &Work,
    seen: &Observations,
    at: usize,
    hop: &Hop,
    width: usize,
    theme: &Theme,
) {
    let styles = &theme.styles;
    let names = [at, at + 1].map(|place| {
        seen.seen
            .get(place)
            .map_or_else(String::new, |seen| format!("request {}", seen.request + 1))
    });
    let [from, to] = &names;
    let captions = [at, at + 1].map(|place| seen.seen.get(place).map_or_else(String::new, named));
    let changed = hop.changed().count();
    let what = match (hop.is_compared, changed) {
        (false, _) => "not comparable".to_owned(),
        (true, 0) => "no signed part changed".to_owned(),
        (true, n) => format!("{n} of {} signed parts changed", hop.rows.len()),
    };
    let badge = (seen.stops == Some(at)).then(|| ("stops fitting here".to_owned(), styles.bad));
    let [short, _] = [to, from].map(|name| name.trim_start_matches("request "));
    page.rule(&format!("From {from} to {short}: {what}"), badge);
    if !hop.is_compared {
        let text =
            "One of them was not followed to what is signed: it is too large, or too incomplete.";
        page.wrapped(&[], text, styles.text, width, 3);
        return;
    }
    let name = hop
        .rows
        .iter()
        .map(|row| called(work, row, theme).width())
        .max()
        .unwrap_or(0);
    let name = name.min(width / 3).max(4);
    if width >= BESIDE {
        let column = width.saturating_sub(name + 4 + 2) / 2;
        let labels = captions.clone();
        let caption = labels.iter().map(|who| who.width()).max().unwrap_or(0);
        let [left, right] = captions;
        page.push(vec![
            Span::raw(" ".repeat(name + 4)),
            Span::styled(format!("{left:<column$}  "), styles.quiet),
            Span::styled(right, styles.quiet),
        ]);
        for row in &hop.rows {
            let mut spans = head(work, row, name, theme);
            let cut = row.values.iter().flatten().any(|v| v.len() > column);
            if !row.differs && cut {
                // What did not change needs no second column, and where one line does not hold it, stands under its name.
                let beside = width.saturating_sub(name + 4);
                let longest = row.values.iter().flatten().map(bytes::Bytes::len).max();
                if longest.is_some_and(|len| len > beside) {
                    page.push(spans);
                    spans = vec![Span::raw("    ")];
                    spans.extend(value(work, row, 0, width.saturating_sub(4), theme));
                } else {
                    spans.extend(value(work, row, 0, beside, theme));
                }
                page.push(spans);
                continue;
            }
            if row.differs && cut {
                page.push(spans);
                for (side, who) in labels.iter().enumerate() {
                    let label = format!("    {who:<caption$}  ");
                    let room = width.saturating_sub(label.width());
                    let mut spans = vec![Span::styled(label, styles.quiet)];
                    spans.extend(value(work, row, side, room, theme));
                    page.push(spans);
                }
                continue;
            }
            let from = value(work, row, 0, column, theme);
            let used: usize = from.iter().map(Span::width).sum();
            spans.extend(from);
            spans.push(Span::raw(" ".repeat(column.saturating_sub(used) + 2)));
            spans.extend(value(work, row, 1, column, theme));
            page.push(spans);
        }
    } else {
        for row in &hop.rows {
            page.push(head(work, row, width.saturating_sub(4), theme));
            let sides = if row.differs { 2 } else { 1 };
            for (side, who) in names.iter().enumerate().take(sides) {
                let label = if row.differs {
                    format!("    {who}  ")
                } else {
                    "    ".to_owned()
                };
                let room = width.saturating_sub(label.width());
                let mut spans = vec![Span::styled(label, styles.quiet)];
                spans.extend(value(work, row, side, room, theme));
                page.push(spans);
            }
        }
    }
}

/// The mark and the name of a part.
fn head(work: &Work, row: &Seen, name: usize, theme: &Theme) -> Vec<Span<'static>> {
    let styles = &theme.styles;
    let (sign, style) = if row.differs {
        (theme.glyphs.mark(Mark::Differs).trim(), styles.bad)
    } else {
        ("=", styles.good)
    };
    let text = fit(&called(work, row, theme), name, theme.glyphs.ellipsis);
    let pad = " ".repeat(name.saturating_sub(text.width()) + 2);
    let text_style = if row.differs {
        styles.strong
    } else {
        styles.text
    };
    vec![
        Span::styled(format!("{sign} "), style),
        Span::styled(format!("{text}{pad}"), text_style),
    ]
}

fn called(work: &Work, row: &Seen, theme: &Theme) -> String {
    match row.key.kind {
        FieldKind::PAYLOAD_HASH => "body".to_owned(),
        _ => shown(
            &work.redactor.text(&row.key.to_string()),
            theme.glyphs.letters,
        ),
    }
}

/// The value of a part on one side, from near the first difference on where it is too long.
fn value(work: &Work, row: &Seen, side: usize, width: usize, theme: &Theme) -> Vec<Span<'static>> {
    let styles = &theme.styles;
    let own = row.values.get(side).and_then(Option::as_ref);
    let other = row.values.get(1 - side.min(1)).and_then(Option::as_ref);
    let Some(own) = own else {
        let text = if row.key.kind == FieldKind::PAYLOAD_HASH {
            "another body"
        } else {
            "not there"
        };
        return vec![Span::styled(
            fit(text, width, theme.glyphs.ellipsis),
            styles.quiet,
        )];
    };
    if own.is_empty() {
        return vec![Span::styled("(empty)", styles.quiet)];
    }
    let parted = other
        .filter(|_| row.differs)
        .map(|other| own_part(own, other));
    let start = match &parted {
        Some(part) if own.len() > width => part.start.saturating_sub(LEAD),
        _ => 0,
    };
    // A value that is cut in front says so as one that is cut behind does.
    let front = if start > 0 { theme.glyphs.ellipsis } else { "" };
    let width = width.saturating_sub(front.width());
    let paint = Paint::part(own, start..own.len(), width, &work.redactor);
    let paint = match parted {
        Some(part) if !part.is_empty() => paint.highlight(part, styles.differs),
        _ => paint,
    };
    let mut spans = vec![Span::styled(front, styles.quiet)];
    spans.extend(paint.draw(theme).spans);
    spans
}

/// What of `own` stands neither at the front of both nor at the end of both; empty where the other has something put in.
fn own_part(own: &[u8], other: &[u8]) -> Range<usize> {
    let shared =
        |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(a, b)| a == b).count();
    let front = shared(&mut own.iter().zip(other));
    let most = own.len().min(other.len()) - front;
    let back = shared(&mut own.iter().rev().zip(other.iter().rev())).min(most);
    front..own.len() - back
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_put_in_is_marked() {
        let part = |own: &str, other: &str| {
            own.get(own_part(own.as_bytes(), other.as_bytes()))
                .unwrap()
                .to_owned()
        };
        assert_eq!(part("/photos//cat.jpg", "/photos/cat.jpg"), "/");
        assert_eq!(part("/photos/cat.jpg", "/photos//cat.jpg"), "");
        assert_eq!(part("gzip", "identity"), "gzip");
        assert_eq!(part("aaa", "aa"), "a");
        assert_eq!(part("aa", "aaa"), "");
        assert_eq!(part("bytes=0-10", "bytes=0-99"), "10");
        assert_eq!(part("", "x"), "");
    }
}
