//! What I have, what it lets me prove, and the nearest next step.

use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use super::page::Page;
use crate::engine::diagnose::{NextStep, WHOSE};
use crate::tui::app::Hit;
use crate::tui::keymap::Action;
use crate::tui::model::{self, Item};
use crate::tui::text::{shown, wrap};
use crate::tui::theme::Theme;
use crate::workbench::Work;

/// What a secret is asked for with.
const ASK: &str = "enter the secret, masked: the signature is recomputed with it, here and offline; it is stored nowhere";

/// What another secret is asked for with.
const ASK_ANOTHER: &str =
    "enter another secret, masked: the one at hand gives another signature; it is stored nowhere";

/// What a secret proved that is not the signer's, or not of what was signed.
const ANOTHER: &str = "it gives another signature";

/// Before a piece that is here and did not serve.
const FAILED: &str = "[!]";

/// Adds the table of what is here and what it proves.
pub(crate) fn holdings(page: &mut Page, work: &Work, width: usize, theme: &Theme) {
    let holdings = &work.analysis.diagnosis.holdings;
    if holdings.is_empty() {
        return;
    }
    let styles = &theme.styles;
    page.rule("What I have, and what it lets me prove", None);
    let title = holdings.iter().map(|h| h.title.width()).max().unwrap_or(0);
    let room = width.saturating_sub(4 + title + 2);
    // Of a case that is empty yet, that nothing is here goes without saying.
    let empty = work.case.docs.given().next().is_none();
    let layout = if empty && room >= 28 {
        Layout::Proves
    } else if room < 44 {
        Layout::Stacked
    } else {
        let longest = holdings.iter().map(|h| h.state.width()).max().unwrap_or(0);
        let lines = |state: usize| -> usize {
            let proves = room.saturating_sub(state + 2);
            let lines = holdings.iter().map(|h| {
                let state = wrap(&shown(&h.state, theme.glyphs.letters), state).len();
                state.max(wrap(&shown(&h.proves, theme.glyphs.letters), proves).len())
            });
            lines.sum()
        };
        let whole = holdings.iter().flat_map(|h| h.state.split_whitespace());
        let widest_word = whole.map(str::width).max().unwrap_or(0);
        // As wide as makes the table the shortest, no wider than it must be, and no word broken.
        let widest = room * 3 / 5;
        let least = widest_word.clamp(NARROWEST, widest);
        let state = (least..=longest.clamp(least, widest))
            .min_by_key(|state| lines(*state))
            .unwrap_or(least);
        Layout::Beside {
            state,
            proves: room.saturating_sub(state + 2),
        }
    };
    for holding in holdings {
        let failed = work
            .failed_key()
            .filter(|_| holding.id == "secret" && model::secret_first(work));
        let (sign, sign_style) = if failed.is_some() {
            (FAILED, styles.bad)
        } else if holding.present {
            (theme.glyphs.present, styles.good)
        } else {
            (theme.glyphs.absent, styles.quiet)
        };
        let name_style = if holding.present {
            styles.strong
        } else {
            styles.text
        };
        let head = [
            Span::styled(sign, sign_style),
            Span::styled(format!(" {:<title$}  ", holding.title), name_style),
        ];
        let text = work.redactor.text(&holding.state);
        let state_style = if holding.present {
            styles.text
        } else {
            styles.quiet
        };
        let (state_style, proves, proves_style) = if failed.is_some() {
            (styles.bad, ANOTHER, styles.bad)
        } else {
            (state_style, holding.proves.as_str(), styles.text)
        };
        match layout {
            Layout::Proves => page.wrapped(&head, proves, proves_style, width, 4),
            Layout::Stacked => {
                let sign = [Span::styled(format!("{sign} "), sign_style)];
                let text = format!("{}: {text}", holding.title);
                page.wrapped(&sign, &text, name_style, width, 4);
                let first = [Span::raw("    ")];
                page.wrapped(&first, proves, proves_style, width, 4);
            }
            Layout::Beside {
                state,
                proves: beside,
            } => {
                let left = wrap(&shown(&text, theme.glyphs.letters), state);
                let right = wrap(&shown(proves, theme.glyphs.letters), beside);
                for n in 0..left.len().max(right.len()) {
                    let mut spans = if n == 0 {
                        head.to_vec()
                    } else {
                        vec![Span::raw(" ".repeat(4 + title + 2))]
                    };
                    let cell = left.get(n).map_or("", String::as_str);
                    let pad = " ".repeat(state.saturating_sub(cell.width()) + 2);
                    spans.push(Span::styled(cell.to_owned(), state_style));
                    spans.push(Span::raw(pad));
                    let cell = right.get(n).cloned().unwrap_or_default();
                    spans.push(Span::styled(cell, proves_style));
                    page.push(spans);
                }
            }
        }
    }
}

/// The narrowest a state is told beside what it proves.
const NARROWEST: usize = 8;

/// How the pieces are told.
#[derive(Clone, Copy)]
enum Layout {
    /// What each would prove, and no more.
    Proves,
    /// What each proves under its state.
    Stacked,
    /// The state beside what it proves, each in so many columns.
    Beside { state: usize, proves: usize },
}

/// What the nearest next step is chosen with, and what a click on it does.
pub(crate) struct Chosen {
    /// The line under the cursor, where it is one of these.
    pub item: Option<Item>,
    /// What a click on the secret does.
    pub secret: Hit,
    /// What a click on the step does.
    pub step: Hit,
    /// The key that enters the secret.
    pub key: &'static str,
    /// How many further steps are told whole.
    pub further: usize,
}

/// Adds the nearest next step with its lines: the secret is asked for here, all else is got elsewhere.
pub(crate) fn next_step(
    page: &mut Page,
    work: &Work,
    chosen: &Chosen,
    width: usize,
    theme: &Theme,
) {
    let steps = &work.analysis.diagnosis.next_steps;
    if steps.is_empty() {
        return;
    }
    let styles = &theme.styles;
    let nearest = model::nearest_step(work);
    let asks_whose = nearest
        .and_then(|at| steps.get(at))
        .is_some_and(|step| step.party == WHOSE);
    let has_lines = nearest
        .and_then(|at| steps.get(at))
        .is_none_or(|step| !step.snippet.is_empty());
    let badge = match chosen.item {
        Some(Item::Secret) => Some("[Enter] enter"),
        Some(Item::Step) if asks_whose => Some("[Enter] switch"),
        _ if asks_whose => Some("[t] switch"),
        Some(Item::Step) if !has_lines => Some("[Enter] add"),
        Some(Item::Step) => Some("[Enter] copy"),
        _ if chosen.step == Hit::Act(Action::CopySnippet) && nearest.is_some() && has_lines => {
            Some("[c] copy")
        }
        _ => None,
    };
    let badge = badge.map(|text| (text.to_owned(), styles.key));
    page.rule("Nearest next step", badge);
    let secret = model::secret_first(work);
    if secret {
        let start = page.lines.len();
        let on = chosen.item == Some(Item::Secret);
        let pointer = if on { theme.glyphs.pointer } else { " " };
        let first = vec![
            Span::styled(format!("{pointer} "), styles.key),
            Span::styled(format!("{} ", chosen.key), styles.key),
        ];
        let style = if on { styles.cursor } else { styles.text };
        let ask = if work.failed_key().is_some() {
            ASK_ANOTHER
        } else {
            ASK
        };
        page.wrapped(&first, ask, style, width, 6);
        page.hit(start, chosen.secret);
    }
    if let Some(step) = nearest.and_then(|at| steps.get(at)) {
        let start = page.lines.len();
        let on = chosen.item == Some(Item::Step);
        step_lines(page, work, step, Named::Here, on, width, theme);
        page.hit(start, chosen.step);
    }
    let mut others = steps.iter().enumerate().filter(|(at, step)| {
        // What is told above, and the step that this screen itself takes.
        Some(*at) != nearest && !(secret && step.party == model::OWN_STEP)
    });
    for (_, step) in others.by_ref().take(chosen.further) {
        let start = page.lines.len();
        step_lines(page, work, step, Named::Here, false, width, theme);
        page.hit(start, Hit::Act(Action::Snippets));
    }
    let mut names: Vec<&str> = others.map(|(_, step)| step.party).collect();
    names.dedup();
    if !names.is_empty() {
        let first = vec![Span::styled("[w] ", styles.key)];
        let text = other_ways(&names, width.saturating_sub(4));
        page.wrapped(&first, &text, styles.text, width, 1);
    }
}

/// For whom there are other ways, in so many columns; those beyond are counted.
fn other_ways(names: &[&str], columns: usize) -> String {
    let told = |count: usize| {
        let some = names.get(..count).unwrap_or(names).join(", ");
        match names.len() - count {
            0 => format!("other ways: {some}"),
            more => format!("other ways: {some} and {more} more"),
        }
    };
    (1..=names.len())
        .rev()
        .map(told)
        .find(|text| text.width() <= columns)
        .unwrap_or_else(|| format!("{} other ways", names.len()))
}

/// Whether a step stands under its party's name.
#[derive(Clone, Copy)]
pub(crate) enum Named {
    /// The name stands above it.
    Above,
    /// The sentence begins with it.
    Here,
}

/// One next step: the sentence, and its lines under it.
pub(crate) fn step_lines(
    page: &mut Page,
    work: &Work,
    step: &NextStep,
    named: Named,
    selected: bool,
    width: usize,
    theme: &Theme,
) {
    let styles = &theme.styles;
    let pointer = if selected { theme.glyphs.pointer } else { " " };
    let first = vec![Span::styled(format!("{pointer} "), styles.key)];
    let sentence = work.redactor.text(&step.sentence);
    let sentence = match named {
        Named::Above => sentence,
        Named::Here => format!("{}: {sentence}", step.party),
    };
    let start = page.lines.len();
    page.wrapped(&first, &sentence, styles.text, width, 4);
    if let Named::Here = named {
        page.strong(start, step.party);
    }
    // Here a key says it, and not the command line.
    if step.party == WHOSE {
        return;
    }
    for line in step.snippet.lines() {
        let text = shown(&work.redactor.text(line), theme.glyphs.letters);
        for piece in pieces(&text, width.saturating_sub(4)) {
            page.push(vec![Span::raw("    "), Span::styled(piece, styles.note)]);
        }
    }
}

/// A line to be typed in as many rows as it takes, each but the first further in: what a person is to run is seen whole, and
/// where it goes on. Its own indentation stays.
fn pieces(line: &str, width: usize) -> Vec<String> {
    if line.width() <= width {
        return vec![line.to_owned()];
    }
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let own = " ".repeat(blanks.min(width / 3));
    let under = format!("{own}    ");
    let mut out: Vec<String> = Vec::new();
    let mut rest = line.trim_start_matches(' ');
    while !rest.is_empty() {
        let before = if out.is_empty() { &own } else { &under };
        let room = width.saturating_sub(before.width()).max(1);
        let mut used = 0;
        let fits = rest.char_indices().take_while(|(_, c)| {
            used += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            used <= room
        });
        let end = fits.last().map_or(0, |(at, c)| at + c.len_utf8()).max(1);
        // At a blank where there is one not far from the end, else between the parts of a URL.
        let head = rest.get(..end).unwrap_or(rest);
        let near = |signs: &[char]| head.rfind(signs).filter(|at| *at > end / 2);
        let blank = near(&[' ']).or_else(|| near(&['/', '&', '?', ';', ',']));
        let cut = match blank {
            Some(at) if head.len() < rest.len() => at + 1,
            _ => head.len(),
        };
        out.push(format!(
            "{before}{}",
            rest.get(..cut).unwrap_or(rest).trim_end()
        ));
        rest = rest.get(cut..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_to_be_typed_is_shown_whole() {
        let line = "  -H 'Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/s3/aws4_request'";
        let told = pieces(line, 40);
        assert_eq!(
            told,
            [
                "  -H 'Authorization: AWS4-HMAC-SHA256",
                "      Credential=AKIDEXAMPLE/20261122/",
                "      us-east-1/s3/aws4_request'",
            ]
        );
        assert_eq!(pieces("curl -sS 'URL'", 40), ["curl -sS 'URL'"]);
        for width in 0..90 {
            let joined: String = pieces(line, width).concat();
            let letters = |text: &str| -> String { text.split_whitespace().collect() };
            assert_eq!(letters(&joined), letters(line), "{width}");
        }
        assert_eq!(
            pieces("\u{1F980}\u{1F980}", 1).concat().trim(),
            "\u{1F980}\u{1F980}"
        );
    }
}
