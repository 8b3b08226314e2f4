//! A stage: its fields or its text, and what is known of the one under the cursor.

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::canvas::{Badge, Canvas};
use super::{bytes, detail, fields, key, source, textview};
use crate::engine::diagnose::Mark;
use crate::engine::scheme::{Outcome, Reason, Role};
use crate::tui::app::{App, StageView};
use crate::tui::model::{self, BodyState, Heading, RowView, Rows, Tab};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// Draws the stage at a place among the tabs.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &mut App, work: &Work, at: usize, area: Rect) {
    let tabs = model::tabs(work);
    let (Some(tab), Some(mut shown)) = (tabs.get(at), app.stages.get(at).cloned()) else {
        return;
    };
    let rows = Rows::of(work, tab);
    let stage = tab
        .stage
        .and_then(|at| work.analysis.trace.as_ref()?.stages.get(at));
    let title = canvas.titled_with_place(&title(work, tab, rows, area.width));
    let inner = canvas.outline(area, &title, &badge(app, work, tab, canvas.theme), false);
    let body = Rect {
        y: inner.y,
        height: inner.height,
        ..area
    };
    match (stage, shown.view) {
        (Some(stage), _) if stage.role == Role::Key => {
            shown.cursor = key::draw(canvas, app, work, stage, shown.cursor, body);
            shown.room = usize::from(body.height);
        }
        (Some(stage), StageView::Text) => {
            textview::draw(canvas, work, stage, rows, &mut shown, &app.needle, inner);
        }
        (_, StageView::Fields | StageView::Text) => {
            parts(
                canvas,
                work,
                rows,
                &mut shown,
                &app.needle,
                tab,
                body,
                inner,
            );
        }
    }
    if let Some(slot) = app.stages.get_mut(at) {
        *slot = shown;
    }
}

/// Below so many columns a stage goes by its short name.
const NARROW: u16 = 60;

/// The title says at once how many fields part.
fn title(work: &Work, tab: &Tab, rows: Rows<'_>, width: u16) -> String {
    let name = if width < NARROW { tab.short } else { tab.title };
    let differing = rows.differences().len();
    let count = rows.len();
    let fields = if count == 1 { "field" } else { "fields" };
    let verb = if differing == 1 { "differs" } else { "differ" };
    let mut title = match (rows, differing) {
        // With nothing to compare a stage claims nothing.
        (Rows::Compared(comparison, _), 0) if comparison.columns.len() < 2 => name.to_owned(),
        (Rows::Compared(..), 0) => match tab.mark {
            Mark::Follows => format!("{name}: differs only because an earlier stage does"),
            Mark::Same | Mark::Differs | Mark::NeedsSecret | Mark::Unmarked => {
                format!("{name}: no field differs")
            }
        },
        (Rows::Compared(..), n) => format!("{name}: {n} of {count} {fields} {verb}"),
        (Rows::Plain(_) | Rows::Empty, _) => name.to_owned(),
    };
    if tab.role == Role::Signature
        && let Some(trace) = &work.analysis.trace
    {
        let outcome = match trace.outcome {
            Outcome::Equal | Outcome::Verified => "received and computed are equal",
            Outcome::Differs { .. } | Outcome::Failed => "received and computed differ",
            Outcome::NotCheckable(reason) => reason.words(Some(&trace.claim)),
        };
        title = format!("{name}: {outcome}");
    }
    title
}

fn badge(app: &App, work: &Work, tab: &Tab, theme: &Theme) -> Badge {
    let styles = &theme.styles;
    match tab.role {
        Role::Key if app.reveal => Some(("DERIVED KEYS ARE SHOWN".to_owned(), styles.bad)),
        Role::Request | Role::CanonicalRequest => match model::body_state(work) {
            BodyState::Verified => Some(("body verified".to_owned(), styles.good)),
            BodyState::Differs => Some(("body is not what was hashed".to_owned(), styles.bad)),
            BodyState::NotVerified => Some(("body not verified".to_owned(), styles.warn)),
            BodyState::NotAsked => None,
        },
        Role::StringToSign | Role::Key | Role::Signature => None,
    }
}

/// The fields above, what is known of the selected one beneath.
#[expect(
    clippy::too_many_arguments,
    reason = "one call that hands over all a stage screen shows"
)]
fn parts(
    canvas: &mut Canvas<'_>,
    work: &Work,
    rows: Rows<'_>,
    state: &mut crate::tui::app::StageState,
    needle: &str,
    tab: &Tab,
    body: Rect,
    inner: Rect,
) {
    if rows.len() == 0 {
        nothing(canvas, work, tab, inner);
        return;
    }
    state.cursor = state.cursor.min(rows.len() - 1);
    let Some(row) = rows.get(state.cursor) else {
        return;
    };
    if state.bytes {
        bytes::whole(
            canvas,
            work,
            &row,
            &rows.headings(),
            &mut state.hex,
            body,
            inner,
        );
        state.room = usize::from(inner.height.saturating_sub(1));
        return;
    }
    let signature = tab.role == Role::Signature;
    let pointed = if signature {
        model::received(work)
    } else {
        model::row_origin(work, rows, state.cursor)
    };
    let room = Room::share(
        inner.height,
        fields::needed(rows, inner.width, inner.height),
        detail::rule_height(row.rule, body.width, canvas.theme),
        if signature {
            pairs(&row, &rows.headings()).len()
        } else {
            0
        },
        &row,
        pointed.is_some(),
    );
    let table_area = Rect {
        height: room.table,
        ..inner
    };
    let shown = fields::draw(
        canvas,
        work,
        rows,
        state.cursor,
        state.top,
        needle,
        table_area,
    );
    state.top = shown.start;
    state.room = shown.len();
    let mut y = inner.y + room.table;
    if signature && room.pairs > 0 {
        for (same, text) in pairs(&row, &rows.headings())
            .into_iter()
            .take(usize::from(room.pairs))
        {
            let styles = &canvas.theme.styles;
            let spans = if same {
                [
                    Span::styled("= ", styles.good),
                    Span::styled(format!("equal      {text}"), styles.text),
                ]
            } else {
                [
                    Span::styled("! ", styles.bad),
                    Span::styled(format!("different  {text}"), styles.text),
                ]
            };
            canvas.line(inner.x + 2, y, inner.width.saturating_sub(2), &spans);
            y += 1;
        }
    }
    // The first rule under a list that is cut tells how much of it is seen.
    let mut clipped = (shown.len() < rows.len()).then(|| {
        let text = format!("{}-{} of {}", shown.start + 1, shown.end, rows.len());
        (text, canvas.theme.styles.key)
    });
    let mut part = |canvas: &mut Canvas<'_>, title: &str, height: u16| -> Option<Rect> {
        if height == 0 || y + 1 >= inner.bottom() {
            return None;
        }
        canvas.rule(body, y, title, &clipped.take(), false);
        let area = Rect {
            y: y + 1,
            height: height.min(inner.bottom() - y - 1),
            ..body
        };
        y = area.bottom();
        Some(area)
    };
    let name = crate::tui::text::shown(
        &work.redactor.text(&row.key.to_string()),
        canvas.theme.glyphs.letters,
    );
    let title = if rows.field(state.cursor).is_some() {
        format!("Origin of {name}: what was pasted, and the steps applied")
    } else {
        format!("Origin of {name}: where it stands in what was pasted")
    };
    if let Some(area) = part(canvas, &title, room.origin) {
        if signature {
            detail::signatures(canvas, work, area);
        } else {
            detail::origin(canvas, work, rows, state.cursor, area);
        }
    }
    if let Some(area) = part(canvas, "First differing byte", room.bytes) {
        bytes::draw(canvas, work, &row, &rows.headings(), area);
    }
    if let Some(area) = part(canvas, "Why", room.rule) {
        detail::rule(canvas, row.rule, area);
    }
    if let Some(span) = pointed
        && let Some(area) = part(canvas, "In what was pasted", room.source)
    {
        source::excerpt(canvas, work, span, area);
    }
}

/// Lines for each part of a stage screen, the rules above them not counted.
#[derive(Clone, Copy, Debug, Default)]
struct Room {
    table: u16,
    pairs: u16,
    origin: u16,
    bytes: u16,
    rule: u16,
    source: u16,
}

impl Room {
    /// The list has what it needs first; the rest is given out in the order of use.
    fn share(
        total: u16,
        needed: u16,
        rule: u16,
        pairs: usize,
        row: &RowView<'_>,
        pointed: bool,
    ) -> Self {
        let mut left = total;
        let mut take = |most: u16, least: u16, divider: u16| {
            let height = most.min(left.saturating_sub(divider));
            if height < least || height == 0 {
                return 0;
            }
            left -= height + divider;
            height
        };
        // Where the cursor stands is told even where the list does not fit.
        let kept = if total >= 10 { 3 } else { 0 };
        let table = take(needed.min(total - kept), 1, 0);
        let pairs = take(u16::try_from(pairs).unwrap_or(0), 1, 0);
        let origin = take(2, 1, 1);
        // A rule is told whole or not at all.
        let rule = take(rule, rule, 1);
        let sides = u16::from(row.first.is_some() && !row.is_hash()) * 2;
        let bytes = take(1 + sides * 4, 7, 1).min(sides * 5);
        let source = if pointed { take(40, 5, 1) } else { 0 };
        Self {
            table,
            pairs,
            origin,
            bytes,
            rule,
            source,
        }
    }
}

/// Every two of a row's sides that are there, and whether they are the same.
fn pairs(row: &RowView<'_>, headings: &[Heading]) -> Vec<(bool, String)> {
    let sides: Vec<(&str, &[u8])> = headings
        .iter()
        .zip(&row.values)
        .filter_map(|(heading, value)| Some((heading.party.as_str(), (*value)?)))
        .collect();
    let mut out = Vec::new();
    for (at, (a, left)) in sides.iter().enumerate() {
        for (b, right) in sides.iter().skip(at + 1) {
            out.push((left == right, format!("{a} and {b}")));
        }
    }
    out
}

/// A stage without fields says why.
fn nothing(canvas: &mut Canvas<'_>, work: &Work, tab: &Tab, inner: Rect) {
    let styles = &canvas.theme.styles;
    let trace = work.analysis.trace.as_ref();
    let text = match (tab.role, trace.map(|t| (t.outcome, &t.claim))) {
        (Role::Signature, Some((Outcome::NotCheckable(reason), claim)))
        | (_, Some((Outcome::NotCheckable(reason @ Reason::TooLarge), claim))) => {
            reason.words(Some(claim))
        }
        _ => "there is nothing to show of this stage",
    };
    let spans = [
        Span::styled("? ", styles.warn),
        Span::styled(text, styles.text),
    ];
    canvas.line(inner.x, inner.y, inner.width, &spans);
}
