//! A stage: its fields or its text, and what is known of the one under the cursor.

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::canvas::{Badge, Canvas};
use super::{bytes, detail, fields, key, textview};
use crate::engine::diagnose::Mark;
use crate::engine::scheme::{Outcome, Role};
use crate::tui::app::{App, StageView};
use crate::tui::model::{self, BodyState, Rows, Tab};
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
    let inner = canvas.outline(
        area,
        &title(work, tab, rows),
        &badge(work, tab, canvas.theme),
        false,
    );
    let body = Rect {
        y: inner.y,
        height: inner.height,
        ..area
    };
    match (stage, shown.view) {
        (Some(stage), _) if stage.role == Role::Key => {
            shown.cursor = key::draw(canvas, app, work, stage, shown.cursor, body);
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

/// The title says at once how many fields part.
fn title(work: &Work, tab: &Tab, rows: Rows<'_>) -> String {
    let differing = rows.differences().len();
    let count = rows.len();
    let fields = if count == 1 { "field" } else { "fields" };
    let verb = if differing == 1 { "differs" } else { "differ" };
    let mut title = match (rows, differing) {
        (Rows::Compared(..), 0) => match tab.mark {
            Mark::Follows => format!("{}: differs only because an earlier stage does", tab.title),
            Mark::Same | Mark::Differs | Mark::NeedsSecret | Mark::Unmarked => {
                format!("{}: no field differs", tab.title)
            }
        },
        (Rows::Compared(..), n) => format!("{}: {n} of {count} {fields} {verb}", tab.title),
        (Rows::Plain(_) | Rows::Empty, _) => tab.title.to_owned(),
    };
    if tab.role == Role::Signature
        && let Some(trace) = &work.analysis.trace
    {
        let outcome = match trace.outcome {
            Outcome::Equal | Outcome::Verified => "received and computed are equal",
            Outcome::Differs { .. } | Outcome::Failed => "received and computed differ",
            Outcome::NotCheckable(reason) => key::reason_words(reason),
        };
        title = format!("{}: {outcome}", tab.title);
    }
    title
}

fn badge(work: &Work, tab: &Tab, theme: &Theme) -> Badge {
    let styles = &theme.styles;
    match tab.role {
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
    let row = rows.get(state.cursor);
    let first = row.as_ref().is_some_and(|row| row.first.is_some());
    let total = inner.height;
    // Room for what lies beneath, given up from the bottom as the screen gets lower.
    let rule_height = if total >= 18 { 4 } else { 0 };
    let bytes_height = match (state.bytes, first) {
        (true, _) => (total / 2).max(total.saturating_sub(8).min(9)),
        (false, true) if total >= 22 => 10,
        (false, _) => 0,
    };
    let origin_height = if total >= 10 && !state.bytes { 3 } else { 0 };
    let beneath = if state.bytes {
        bytes_height
    } else {
        rule_height + bytes_height + origin_height
    };
    let dividers = u16::from(rule_height > 0 && !state.bytes)
        + u16::from(bytes_height > 0)
        + u16::from(origin_height > 0);
    let most = total.saturating_sub(beneath + dividers).max(3.min(total));
    let table = fields::needed(rows, inner.width, most);
    let table_area = Rect {
        height: table,
        ..inner
    };
    state.top = fields::draw(
        canvas,
        work,
        rows,
        state.cursor,
        state.top,
        needle,
        table_area,
    );
    let mut y = inner.y + table;
    let mut part = |canvas: &mut Canvas<'_>, title: &str, height: u16| -> Rect {
        if height == 0 || y + 1 >= inner.bottom() {
            return Rect::default();
        }
        canvas.rule(body, y, title, &None, false);
        let area = Rect {
            y: y + 1,
            height: height.min(inner.bottom() - y - 1),
            ..body
        };
        y = area.bottom();
        area
    };
    let Some(row) = row else { return };
    let name = crate::tui::text::shown(&work.redactor.text(&row.key.to_string()));
    if origin_height > 0 {
        let area = part(
            canvas,
            &format!("Origin of {name}: what was pasted, and the steps applied"),
            origin_height,
        );
        detail::origin(canvas, work, rows.field(state.cursor), area);
    }
    if bytes_height > 0 {
        let title = if first {
            "First differing byte"
        } else {
            "Bytes"
        };
        let area = part(canvas, title, bytes_height);
        bytes::draw(canvas, work, &row, &rows.headings(), area);
    }
    if rule_height > 0 && !state.bytes {
        let area = part(canvas, "Why", rule_height);
        detail::rule(canvas, row.rule, area);
    }
}

/// A stage without fields says why.
fn nothing(canvas: &mut Canvas<'_>, work: &Work, tab: &Tab, inner: Rect) {
    let styles = &canvas.theme.styles;
    let text = match (tab.role, work.analysis.trace.as_ref().map(|t| t.outcome)) {
        (Role::Signature, Some(Outcome::NotCheckable(reason))) => key::reason_words(reason),
        _ => "there is nothing to show of this stage",
    };
    let spans = [
        Span::styled("? ", styles.warn),
        Span::styled(text, styles.text),
    ];
    canvas.line(inner.x, inner.y, inner.width, &spans);
}
