//! Where the sides part, on the answer: who saw what, and each differing field.

use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::answer::Wide;
use super::page::Page;
use super::{fields, value};
use crate::engine::diagnose::{Party, RowState};
use crate::engine::scheme::Role;
use crate::tui::app::Hit;
use crate::tui::model::{self, Item, Rows};
use crate::tui::text::{fit, shown};

/// The signer, something between, the verifier: drawn where the signer's value and the server's part.
pub(super) fn parties(page: &mut Page, wide: &Wide<'_>) {
    let found = wide
        .work
        .analysis
        .diagnosis
        .comparisons
        .iter()
        // Of signatures the server's is the one it was sent: nobody between changed it.
        .filter(|comparison| comparison.role != Role::Signature)
        .find_map(|comparison| {
            let server = comparison
                .columns
                .iter()
                .position(|c| c.party == Party::Server)?;
            let own = comparison
                .columns
                .iter()
                .position(|c| matches!(c.party, Party::Client | Party::Computed))?;
            // A picture says more than an assumption bears.
            let mut columns = [server, own].into_iter();
            let assumed = columns.any(|at| {
                let evidence = comparison.columns.get(at).and_then(|c| c.evidence);
                evidence.is_some_and(|at| wide.work.case.assumed(at).is_some())
            });
            if assumed {
                return None;
            }
            let row = comparison.rows.iter().position(model::parts)?;
            let proved = comparison.columns.get(own).is_some_and(|column| {
                column.party == Party::Client || column.caption.starts_with("signed")
            });
            let row = Rows::Compared(comparison, None).get(row)?;
            let evidence = comparison.columns.get(server)?.evidence;
            Some((row, own, server, proved, evidence))
        });
    let Some((row, own, server, proved, evidence)) = found else {
        return;
    };
    let styles = &wide.theme.styles;
    let third = wide.width / 3;
    let name = fit(
        &shown(&row.key.to_string(), wide.theme.glyphs.letters),
        third.saturating_sub(12),
        wide.theme.glyphs.ellipsis,
    );
    page.rule("Who saw what", None);
    let columns = [
        ["signer", "something between", "verifier"],
        [
            // That it was signed is known once the signature is reproduced, or from the signer's log.
            if proved {
                "signed"
            } else {
                "in the pasted request:"
            },
            "changed it?",
            "computed",
        ],
    ];
    for (n, line) in columns.iter().enumerate() {
        let mut spans = Vec::new();
        for (column, text) in line.iter().enumerate() {
            let text = if n == 1 && column != 1 {
                fit(&format!("{text} {name}"), third, wide.theme.glyphs.ellipsis)
            } else {
                (*text).to_owned()
            };
            let style = if n == 0 { styles.title } else { styles.quiet };
            spans.push(Span::styled(format!("{text:<third$}"), style));
        }
        page.push(spans);
    }
    let arrow_width = third.saturating_sub(4);
    let half = |n: usize| {
        let line = wide
            .theme
            .glyphs
            .horizontal
            .repeat(n.saturating_sub(wide.theme.glyphs.arrow.width() + 1));
        format!("{line}{} ", wide.theme.glyphs.arrow)
    };
    let own = value::draw(
        wide.work,
        &row,
        own,
        // An arrow has room behind it, however long it is.
        third.saturating_sub(10),
        "",
        wide.theme,
    );
    let server = value::draw(
        wide.work,
        &row,
        server,
        third.saturating_sub(8),
        "",
        wide.theme,
    );
    let used: usize = own.spans.iter().map(Span::width).sum();
    let mut spans = own.spans;
    let gap = third.saturating_sub(used);
    if gap > 6 {
        spans.push(Span::styled(format!(" {}", half(gap - 1)), styles.quiet));
    } else {
        spans.push(Span::raw(" ".repeat(gap)));
    }
    spans.push(Span::styled("? ", styles.warn));
    spans.push(Span::styled(half(arrow_width), styles.quiet));
    let drawn: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::raw(" ".repeat((2 * third).saturating_sub(drawn))));
    spans.extend(server.spans);
    // Of the answer that these strings stand in; else of another to the same request.
    let case = &wide.work.case;
    let of_request = wide.work.analysis.request;
    let others = of_request.map_or_else(Vec::new, |request| case.evidence_for(request));
    let status = |at: usize| case.evidence.get(at)?.answer.as_ref()?.status;
    if let Some(status) = evidence
        .into_iter()
        .chain(others)
        .filter_map(status)
        .find(|status| *status >= 400)
    {
        spans.push(Span::styled(format!("  {status}"), styles.bad));
    }
    page.push(spans);
}

/// Every field that parts, the signer's value above the server's.
pub(super) fn differences(page: &mut Page, wide: &Wide<'_>, selected: Option<Item>, needle: &str) {
    let styles = &wide.theme.styles;
    let mut titled = false;
    for (c, comparison) in wide.work.analysis.diagnosis.comparisons.iter().enumerate() {
        let rows = Rows::Compared(comparison, None);
        let headings = rows.headings();
        let who = headings
            .iter()
            .map(|h| h.party.width())
            .max()
            .unwrap_or(0)
            .min(12);
        for at in rows.differences().into_iter().take(model::MOST_ITEMS) {
            let Some(row) = rows.get(at) else { continue };
            if !titled {
                page.rule("Where they part", Some(("[n] next".to_owned(), styles.key)));
                titled = true;
            }
            let item = Item::Difference(c, at);
            let chosen = selected == Some(item);
            let start = page.lines.len();
            let pointer = if chosen {
                wide.theme.glyphs.pointer
            } else {
                " "
            };
            let name = shown(
                &wide.work.redactor.text(&row.key.to_string()),
                wide.theme.glyphs.letters,
            );
            let mut head = vec![
                Span::styled(format!("{pointer} "), styles.key),
                fields::state_mark(row.state, wide.theme),
                Span::raw(" "),
                Span::styled(
                    fit(&name, wide.width / 2, wide.theme.glyphs.ellipsis),
                    styles.strong,
                ),
            ];
            let first = row.shown_first(&wide.work.redactor);
            if let Some(difference) = first.filter(|_| !row.is_hash()) {
                let text = format!(
                    "   byte {}: {} against {}",
                    difference.at, difference.left, difference.right
                );
                let used: usize = head.iter().map(Span::width).sum();
                let text = fit(
                    &shown(&text, wide.theme.glyphs.letters),
                    wide.width.saturating_sub(used),
                    wide.theme.glyphs.ellipsis,
                );
                head.push(Span::styled(text, styles.quiet));
            }
            page.push(head);
            // A digest is told whole where its indent can give way.
            let longest = row.values.iter().flatten().map(|v| v.len()).max();
            let lead = if row.is_hash() && 4 + who + 2 + longest.unwrap_or(0) > wide.width {
                1
            } else {
                4
            };
            for (side, heading) in headings.iter().enumerate() {
                let indent = lead + who + 2;
                let room = wide.width.saturating_sub(indent);
                let drawn = value::draw(wide.work, &row, side, room, needle, wide.theme);
                let label = format!("{:lead$}{:<who$}  ", "", heading.party);
                let mut spans = vec![Span::styled(label, styles.quiet)];
                let carets = value::carets(&drawn, wide.theme);
                spans.extend(drawn.spans);
                page.push(spans);
                if let Some(carets) = carets {
                    let mut line = vec![Span::raw(" ".repeat(indent))];
                    line.extend(carets);
                    page.push(line);
                }
            }
            page.hit(start, Hit::Item(item));
        }
    }
}

/// Fields of a canonical request that are shown on the answer.
const MOST_FIELDS: usize = 40;

/// What of the canonical request does not part, field by field, where there is room for it: all of it where there is
/// nothing to compare it with.
pub(super) fn agreeing(page: &mut Page, wide: &Wide<'_>) {
    let work = wide.work;
    let tabs = model::tabs(work);
    let Some(tab) = tabs.iter().find(|tab| tab.role == Role::CanonicalRequest) else {
        return;
    };
    let rows = Rows::of(work, tab);
    let headings = rows.headings();
    let compared = headings.len() > 1;
    // Of one side alone it is told in any case where there is no request.
    if work.analysis.request.is_none() && !compared {
        return;
    }
    let places: Vec<usize> = (0..rows.len())
        .filter(|at| {
            rows.get(*at)
                .is_some_and(|row| !compared || row.state == RowState::Same)
        })
        .take(MOST_FIELDS)
        .collect();
    if places.is_empty() {
        return;
    }
    let title = if compared {
        let sides: Vec<&str> = headings
            .iter()
            .map(|heading| heading.party.as_str())
            .collect();
        format!(
            "Canonical request: the same on both sides ({})",
            sides.join(", ")
        )
    } else {
        "Canonical request, computed from this request".to_owned()
    };
    page.rule(&title, None);
    listed(page, wide, rows, &places);
    let more = rows.len().saturating_sub(MOST_FIELDS);
    if places.len() == MOST_FIELDS && more > 0 {
        let text = format!("  and {more} more");
        page.push(vec![Span::styled(text, wide.theme.styles.quiet)]);
    }
}

/// Rows by name and value of the first side.
fn listed(page: &mut Page, wide: &Wide<'_>, rows: Rows<'_>, places: &[usize]) {
    let theme = wide.theme;
    let named: Vec<(usize, String)> = places
        .iter()
        .filter_map(|at| Some((*at, rows.get(*at)?.key.to_string())))
        .map(|(at, name)| {
            (
                at,
                shown(&wide.work.redactor.text(&name), theme.glyphs.letters),
            )
        })
        .collect();
    let most = (wide.width / 3).max(8);
    let widest = named.iter().map(|(_, name)| name.width()).max();
    let column = widest.unwrap_or(0).min(most);
    for (at, name) in named {
        let Some(row) = rows.get(at) else { continue };
        let name = fit(&name, column, theme.glyphs.ellipsis);
        let room = wide.width.saturating_sub(column + 6);
        let drawn = value::draw(wide.work, &row, 0, room, "", theme);
        let mut spans = vec![
            Span::raw("  "),
            fields::state_mark(row.state, theme),
            Span::styled(format!(" {name:<column$}  "), theme.styles.quiet),
        ];
        spans.extend(drawn.spans);
        page.push(spans);
    }
}

/// The fields of the strings that were read, where there is nothing to compare them with: what the server computed, or
/// what the signer signed.
pub(super) fn read(page: &mut Page, wide: &Wide<'_>) {
    let diagnosis = &wide.work.analysis.diagnosis;
    let mut read = diagnosis.comparisons.iter().filter(|comparison| {
        let told = matches!(comparison.role, Role::CanonicalRequest | Role::StringToSign);
        told && comparison.columns.len() == 1
    });
    if wide.work.analysis.request.is_some() {
        return;
    }
    let Some(comparison) = read.next() else {
        return;
    };
    let rows = Rows::Compared(comparison, None);
    let what = match comparison.role {
        Role::CanonicalRequest => "Canonical request",
        _ => "String to sign",
    };
    let whose = rows
        .headings()
        .into_iter()
        .next()
        .map_or_else(String::new, |heading| heading.who);
    page.rule(&format!("{what}: {whose}"), None);
    let places: Vec<usize> = (0..rows.len().min(MOST_FIELDS)).collect();
    listed(page, wide, rows, &places);
    if rows.len() > places.len() {
        let more = format!("  and {} more", rows.len() - places.len());
        page.push(vec![Span::styled(more, wide.theme.styles.quiet)]);
    }
}
