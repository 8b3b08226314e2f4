//! Copying: what to ask the edge for, and what to say of its answer.

use super::{App, Overlay, Screen};
use crate::engine::correct::{self, CopyItem};
use crate::engine::diagnose::{Fix, FixCopy, Party};
use crate::engine::scheme::Trace;
use crate::tui::model::{self, Item, RowView, Rows};
use crate::tui::msg::{Copied, CopyRequest, Effect};
use crate::workbench::Work;

/// A copy that was asked for and is not answered yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Asked {
    what: String,
    holds_token: bool,
    /// What the person must know to use it.
    caution: Option<&'static str>,
}

impl App {
    fn copy(&mut self, request: CopyRequest) -> Vec<Effect> {
        let Some(work) = self.work.clone() else {
            return Vec::new();
        };
        self.copying = Some(match &request {
            CopyRequest::Item { item, fresh } => Asked {
                what: match work.stage_text(*item) {
                    Some((_, whose)) => format!("{}{}", whose.words(), item.title()),
                    None => item_name(*item, *fresh),
                },
                holds_token: work
                    .correction
                    .as_ref()
                    .is_some_and(|c| item.holds_token(c)),
                caution: work.correction.as_ref().and_then(|c| item.caution(c)),
            },
            CopyRequest::Text { what, .. } => Asked {
                what: what.clone(),
                holds_token: false,
                caution: None,
            },
        });
        vec![Effect::Copy(request, work)]
    }

    /// Copies a text of the case, redacted.
    fn copy_text(&mut self, what: String, text: &[u8]) -> Vec<Effect> {
        let Some(work) = self.work.clone() else {
            return Vec::new();
        };
        let text = work.redactor.apply(text).bytes;
        self.copy(CopyRequest::Text { what, text })
    }

    /// The entry that is all it takes: headers, or the URL where that carries the signature.
    fn whole_request(&self) -> CopyItem {
        match self.work.as_ref().and_then(|work| work.correction.as_ref()) {
            Some(correction) if correction.authorization.is_none() => CopyItem::Url,
            _ => CopyItem::Headers,
        }
    }

    /// Copies what to send instead.
    pub(super) fn copy_fix(&mut self) -> Vec<Effect> {
        let item = self.whole_request();
        self.copy(CopyRequest::Item { item, fresh: true })
    }

    /// Copies the correction as it is shown, to be read: redacted, marks where date and signature are made.
    fn copy_shown_fix(&mut self, work: &Work) -> Vec<Effect> {
        let item = self.whole_request();
        let Some(text) = work
            .correction
            .as_ref()
            .and_then(|c| Some(model::undated(&correct::text(item, c)?, c)))
        else {
            return Vec::new();
        };
        let what = format!("{}, redacted (Enter copies what to send)", item.title());
        self.copy_text(what, &text)
    }

    /// Copies the lines of a fix that is a setting.
    pub(super) fn copy_setting(&mut self, at: usize) -> Vec<Effect> {
        let fixes = self.work.as_ref().map(|w| &w.analysis.diagnosis.fixes);
        match fixes.and_then(|fixes| fixes.get(at)).cloned() {
            Some(Fix {
                copy: FixCopy::Text(lines),
                title,
                ..
            }) => self.copy_text(format!("lines to {title}"), lines.as_bytes()),
            Some(_) => self.copy_fix(),
            None => Vec::new(),
        }
    }

    /// Copies the lines of the nearest next step outside the program.
    pub(super) fn copy_step(&mut self) -> Vec<Effect> {
        let nearest = self.work.as_deref().and_then(model::nearest_step);
        if let Some(at) = nearest {
            if self.asks_whose() {
                return self.whose();
            }
            return self.copy_snippet(at);
        }
        self.say("there is nothing to copy here");
        Vec::new()
    }

    /// Whether the nearest next step has no lines: it is done by pasting something else.
    pub(crate) fn step_has_no_lines(&self) -> bool {
        let work = self.work.as_deref();
        work.and_then(|work| {
            let steps = &work.analysis.diagnosis.next_steps;
            steps.get(model::nearest_step(work)?)
        })
        .is_some_and(|step| step.snippet.is_empty())
    }

    /// Copies the lines of a next step.
    pub(super) fn copy_snippet(&mut self, at: usize) -> Vec<Effect> {
        let step = self
            .work
            .as_ref()
            .and_then(|work| work.analysis.diagnosis.next_steps.get(at))
            .cloned();
        match step {
            Some(step) if !step.snippet.is_empty() => self.copy_text(
                format!("snippet for {}", step.party),
                step.snippet.as_bytes(),
            ),
            _ => {
                self.say("there is nothing to copy here");
                Vec::new()
            }
        }
    }

    pub(super) fn open_copy_menu(&mut self) {
        // What works alone: an Authorization header is nothing without the date it was signed with.
        let whole = self.whole_request();
        let open = |item| {
            let work = self.work.as_ref();
            work.is_some_and(|work| available(work, item).is_ok())
        };
        let mut places = CopyItem::ALL.iter();
        let cursor = if open(whole) {
            places.position(|item| *item == whole)
        } else {
            places.position(|item| open(*item))
        };
        self.overlay = Some(Overlay::Copy {
            cursor: cursor.unwrap_or(0),
            fresh: true,
        });
    }

    /// Copies the entry of the menu at a place.
    pub(super) fn copy_entry(&mut self, at: usize, fresh: bool) -> Vec<Effect> {
        let Some(item) = CopyItem::ALL.get(at).copied() else {
            return Vec::new();
        };
        if let Some(work) = &self.work
            && available(work, item).is_err()
        {
            // The menu tells why in the place of the preview.
            return Vec::new();
        }
        self.overlay = None;
        let fresh = fresh && item.is_dated();
        self.copy(CopyRequest::Item { item, fresh })
    }

    /// Copies what is under the cursor: a field's value, a finding, a marked place.
    pub(super) fn copy_field(&mut self) -> Vec<Effect> {
        let Some(work) = self.work.clone() else {
            return Vec::new();
        };
        let of_row = |row: &RowView<'_>, parties: &[Party]| {
            let own = parties.iter().position(|p| *p == Party::Computed);
            let value = own
                .and_then(|at| row.values.get(at).copied().flatten())
                .or_else(|| row.values.iter().copied().flatten().next())?;
            Some((format!("field {}", row.key), value.to_vec()))
        };
        let picked = match self.screen {
            Screen::Stage(at) => model::tabs(&work).get(at).and_then(|tab| {
                let rows = Rows::of(&work, tab);
                let row = rows.get(self.stages.get(at)?.cursor)?;
                of_row(&row, &rows.parties())
            }),
            Screen::Answer => match self.item() {
                Some(Item::Fix) => return self.copy_shown_fix(&work),
                Some(Item::Setting(at)) => return self.copy_setting(at),
                Some(Item::Step) => return self.copy_step(),
                Some(Item::Finding(at)) => work.analysis.diagnosis.findings.get(at).map(|f| {
                    let text = format!("{}: {}\n{}\n", f.severity.id(), f.message, f.help);
                    (format!("finding {}", f.id), text.into_bytes())
                }),
                Some(Item::Difference(c, r)) => work
                    .analysis
                    .diagnosis
                    .comparisons
                    .get(c)
                    .and_then(|comparison| {
                        let rows = Rows::Compared(comparison, None);
                        of_row(&rows.get(r)?, &rows.parties())
                    }),
                Some(Item::Secret) | None => None,
            },
            Screen::Source => self.source.pointed.first().map(|span| {
                (
                    "the marked place".to_owned(),
                    work.case.docs.bytes(*span).to_vec(),
                )
            }),
            Screen::Input => None,
        };
        let Some((what, text)) = picked else {
            self.say("there is nothing to copy under the cursor");
            return Vec::new();
        };
        self.copy_text(what, &text)
    }

    /// The edge has copied, or says why there was nothing to copy.
    pub(super) fn copied(&mut self, outcome: Result<Copied, String>) {
        let asked = self.copying.take();
        match outcome {
            Ok(route) => {
                let what = asked.as_ref().map_or("the text", |asked| &asked.what);
                let token = if asked.as_ref().is_some_and(|asked| asked.holds_token) {
                    ". It holds the session token whole"
                } else {
                    ""
                };
                let (done, route) = match &route {
                    Copied::Onto(route) => ("copied", route),
                    Copied::Sent(route) => ("sent", route),
                };
                let caution = asked.as_ref().and_then(|asked| asked.caution);
                let caution = caution.map_or_else(String::new, |text| format!("; {text}"));
                self.say(format!("{done} {what} {route}{caution}{token}"));
            }
            Err(reason) => self.warn(reason),
        }
    }

    /// No clipboard could be reached: the text is shown, and kept for the exit.
    pub(super) fn not_copied(&mut self, reason: String, text: Vec<u8>) {
        self.copying = None;
        self.uncopied = Some(text.clone());
        self.overlay = Some(Overlay::Text {
            reason,
            text,
            top: 0,
        });
    }
}

/// An entry in words: `all corrected headers, fresh date`.
pub(crate) fn item_name(item: CopyItem, fresh: bool) -> String {
    match (item.is_dated(), fresh) {
        (true, true) => format!("{}, fresh date", item.title()),
        (true, false) => format!("{}, same date", item.title()),
        (false, _) => item.title().to_owned(),
    }
}

/// Whether there is such a text, or why not in one sentence.
pub(crate) fn available(work: &Work, item: CopyItem) -> Result<(), String> {
    let computed = match item {
        CopyItem::Report => return Ok(()),
        CopyItem::CanonicalRequest | CopyItem::StringToSign => {
            return match work.stage_text(item) {
                Some(_) => Ok(()),
                None => Err(format!("there is no {} for this case", item.title())),
            };
        }
        CopyItem::Authorization | CopyItem::Headers | CopyItem::Url | CopyItem::Curl => {
            work.correction.as_ref()
        }
    };
    match computed {
        Some(c) if item == CopyItem::Authorization && c.authorization.is_none() => {
            Err("the URL carries the signature: there is no Authorization header".to_owned())
        }
        Some(c) if correct::text(item, c).is_none() => {
            Err(format!("this way of signing has no {}", item.title()))
        }
        Some(_) => Ok(()),
        None if work.analysis.trace.as_ref().is_some_and(Trace::lacks_body) => {
            Err("needs the request's body: start with --body FILE".to_owned())
        }
        None if work.analysis.trace.as_ref().is_some_and(|trace| {
            trace.candidate.is_some() && model::body_state(work) == model::BodyState::NotVerified
        }) =>
        {
            Err("needs the request's body: start with --body FILE".to_owned())
        }
        None => Err("needs a secret: press s".to_owned()),
    }
}
