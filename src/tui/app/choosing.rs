//! Choosing among the parts of a case: the request, whose a part is, what is held against what, and as what
//! a text is read in which nothing was recognised.

use crossterm::event::KeyCode;

use super::{App, Overlay, PartsState, Screen, SourceState};
use crate::engine::diagnose::{Observations, WHOSE};
use crate::engine::intake::{Offer, Part, Side, Which, nearest};
use crate::tui::keymap::{Action, Key};
use crate::tui::model;
use crate::tui::msg::Effect;
use crate::workbench::{Workbench, side_words};

impl App {
    /// Opens the list of parts, the cursor on `part` or on the request that is looked at.
    pub(super) fn open_parts(&mut self, part: Option<Part>) {
        let Some(work) = self.work.clone() else {
            return;
        };
        let parts = work.parts();
        if parts.is_empty() {
            self.say("nothing was recognised yet");
            return;
        }
        let wanted = part.or(work.analysis.request.map(Part::Request));
        let cursor = parts.iter().position(|part| Some(*part) == wanted);
        self.overlay = Some(Overlay::Parts(PartsState {
            cursor: cursor.unwrap_or(0),
            ..PartsState::default()
        }));
    }

    /// The parts that are listed: all, or those that hold what is looked for.
    pub(crate) fn listed(&self) -> Vec<Part> {
        let (Some(work), Some(Overlay::Parts(state))) = (&self.work, &self.overlay) else {
            return Vec::new();
        };
        let parts = work.parts();
        match &state.matching {
            None => parts,
            Some(places) => places
                .iter()
                .filter_map(|at| parts.get(*at).copied())
                .collect(),
        }
    }

    /// The part under the cursor of the list.
    pub(crate) fn listed_part(&self) -> Option<Part> {
        let Some(Overlay::Parts(state)) = &self.overlay else {
            return None;
        };
        self.listed().get(state.cursor).copied()
    }

    /// Lists only the parts that hold a text.
    pub(super) fn filter_parts(&mut self, text: &str) {
        let before = self.listed_part();
        let needle = text.to_lowercase();
        let Some(work) = self.work.clone() else {
            return;
        };
        let schemes = self.bench.schemes;
        if let Some(Overlay::Parts(state)) = &mut self.overlay {
            text.clone_into(&mut state.filter);
            state.matching = (!needle.is_empty()).then(|| {
                let searched = state.searched.get_or_insert_with(|| {
                    let parts = work.parts().into_iter();
                    parts
                        .map(|part| work.row(schemes, part).searched())
                        .collect()
                });
                let texts = searched.iter().enumerate();
                let holding = texts.filter(|(_, text)| text.contains(&needle));
                holding.map(|(at, _)| at).collect()
            });
        }
        let cursor = self.listed().iter().position(|part| Some(*part) == before);
        if let Some(Overlay::Parts(state)) = &mut self.overlay {
            state.cursor = cursor.unwrap_or(0);
        }
    }

    /// The list of parts follows new work.
    pub(super) fn list_again(&mut self) {
        let filter = match &mut self.overlay {
            Some(Overlay::Parts(state)) => {
                state.searched = None;
                state.filter.clone()
            }
            _ => return,
        };
        let before = self.listed_part();
        if !filter.is_empty() {
            self.filter_parts(&filter);
            return;
        }
        let cursor = self.listed().iter().position(|part| Some(*part) == before);
        let last = self.listed().len().saturating_sub(1);
        if let Some(Overlay::Parts(state)) = &mut self.overlay {
            state.cursor = cursor.unwrap_or(state.cursor).min(last);
        }
    }

    /// Enter in the list: looks at the request, or at the one that the evidence belongs to.
    pub(super) fn look_at(&mut self) -> Vec<Effect> {
        let Some(work) = self.work.clone() else {
            return Vec::new();
        };
        let request = match self.listed_part() {
            Some(Part::Request(at)) => Some(at),
            Some(Part::Evidence(at)) => work
                .case
                .requests_of(at)
                .and_then(|(requests, _)| requests.first().copied()),
            Some(Part::Secret(_) | Part::Form(_)) | None => None,
        };
        let Some(request) = request else {
            self.say("this belongs to no request that could be looked at");
            return Vec::new();
        };
        self.overlay = None;
        if work.analysis.request == Some(request) {
            self.open_tab(0);
            return Vec::new();
        }
        self.bench.request = Some(request);
        let count = work.case.requests.len();
        self.say(format!("request {} of {count}, chosen by you", request + 1));
        self.land_again()
    }

    /// Whether an action of the list has something to act on under the cursor.
    pub(crate) fn acts_on_part(&self, action: Action) -> bool {
        let Some(work) = &self.work else { return false };
        match (self.listed_part(), action) {
            (Some(Part::Request(_)), Action::Accept)
            | (Some(Part::Evidence(_)), Action::SwitchSide) => true,
            (Some(Part::Evidence(at)), Action::Accept) => work.case.requests_of(at).is_some(),
            (Some(Part::Evidence(_)), Action::Pair) => work.analysis.request.is_some(),
            (Some(Part::Evidence(at)), Action::Reset) => {
                work.case.is_side_chosen(at) || work.case.chosen_pair(at).is_some()
            }
            _ => false,
        }
    }

    /// Says whose the evidence under the cursor is: the next of client, server, unknown.
    pub(super) fn switch_side(&mut self, key: Option<Key>) -> Vec<Effect> {
        let Some(Part::Evidence(at)) = self.listed_part() else {
            self.say("only evidence has a side");
            return Vec::new();
        };
        let backwards = key.is_some_and(|key| key.code == KeyCode::Left);
        self.switch_side_of(at, backwards)
    }

    fn switch_side_of(&mut self, at: usize, backwards: bool) -> Vec<Effect> {
        let Some(work) = self.work.clone() else {
            return Vec::new();
        };
        let round = [None, Some(Side::Client), Some(Side::Server)];
        let now = work.case.evidence.get(at).and_then(|e| e.side);
        let place = round.iter().position(|side| *side == now).unwrap_or(0);
        let by = if backwards { round.len() - 1 } else { 1 };
        let next = round.get((place + by) % round.len()).copied().flatten();
        // What was only assumed is switched to the other side at once.
        let next = match work.case.assumed(at) {
            Some((Side::Server, _)) => Some(Side::Client),
            Some((Side::Client, _)) => Some(Side::Server),
            None => next,
        };
        self.forget_side(at);
        // Choosing what was only assumed makes it certain.
        if (next != work.case.recognised_side(at) || work.case.is_assumed(at))
            && let Some(place) = work.case.place(Part::Evidence(at))
        {
            self.bench.choices.sides.insert(Which::At(place), next);
        }
        self.say(format!(
            "evidence {}: {}, chosen by you",
            at + 1,
            match next {
                Some(side) => format!("{}'s", side_words(Some(side))),
                None => "side unknown".to_owned(),
            }
        ));
        vec![self.rework()]
    }

    /// Takes the evidence as that which was recognised, in its side.
    fn forget_side(&mut self, at: usize) {
        let place = self
            .work
            .as_ref()
            .and_then(|w| w.case.place(Part::Evidence(at)));
        let sides = &mut self.bench.choices.sides;
        sides.remove(&Which::Nth(at));
        if let Some(place) = place {
            sides.remove(&Which::At(place));
        }
    }

    /// Holds the evidence against whatever it belongs to.
    fn forget_pair(&mut self, at: usize) {
        let place = self
            .work
            .as_ref()
            .and_then(|w| w.case.place(Part::Evidence(at)));
        let pairs = &mut self.bench.choices.pairs;
        pairs.remove(&Which::Nth(at));
        if let Some(place) = place {
            pairs.remove(&Which::At(place));
        }
    }

    /// Holds the evidence under the cursor against the request that is looked at, or no longer.
    pub(super) fn pair(&mut self) -> Vec<Effect> {
        let (Some(Part::Evidence(at)), Some(work)) = (self.listed_part(), self.work.clone()) else {
            self.say("only evidence is held against a request");
            return Vec::new();
        };
        let case = &work.case;
        let Some(request) = work.analysis.request else {
            self.say("there is no request to hold it against");
            return Vec::new();
        };
        let (Some(own), Some(other)) = (
            case.place(Part::Evidence(at)),
            case.place(Part::Request(request)),
        ) else {
            return Vec::new();
        };
        if case.chosen_pair(at) == Some(request) {
            self.forget_pair(at);
            self.say(format!("evidence {}: paired as recognised", at + 1));
        } else {
            self.bench
                .choices
                .pairs
                .insert(Which::At(own), Which::At(other));
            self.bench.request = Some(request);
            self.say(format!(
                "evidence {} is held against request {}, chosen by you",
                at + 1,
                request + 1
            ));
        }
        vec![self.rework()]
    }

    /// Undoes what was chosen of the part under the cursor, or of the option.
    pub(super) fn reset(&mut self) -> Vec<Effect> {
        let Some(part) = self.listed_part() else {
            return self.choose(None);
        };
        let Part::Evidence(at) = part else {
            return Vec::new();
        };
        self.forget_side(at);
        self.forget_pair(at);
        self.say(format!("evidence {}: as recognised", at + 1));
        vec![self.rework()]
    }

    /// The evidence that nobody named, or that a person named, by its place.
    pub(crate) fn unnamed(&self) -> impl Iterator<Item = usize> {
        let case = self.work.as_ref().map(|work| &work.case);
        case.into_iter().flat_map(|case| {
            let evidence = case.evidence.iter().enumerate();
            evidence
                .filter(|(at, evidence)| {
                    evidence.side.is_none() || case.is_assumed(*at) || case.is_side_chosen(*at)
                })
                .map(|(at, _)| at)
        })
    }

    /// Says whose the strings are that nobody named. Of several the list is opened.
    pub(super) fn whose(&mut self) -> Vec<Effect> {
        let all: Vec<usize> = self.unnamed().collect();
        match all.as_slice() {
            [] => self.say("of everything here it is known whose it is"),
            [one] => return self.switch_side_of(*one, false),
            [first, ..] => self.open_parts(Some(Part::Evidence(*first))),
        }
        Vec::new()
    }

    /// Whether the nearest step is to say whose strings are that nobody named.
    pub(crate) fn asks_whose(&self) -> bool {
        let Some(work) = self.work.as_deref() else {
            return false;
        };
        let steps = &work.analysis.diagnosis.next_steps;
        let nearest = model::nearest_step(work).and_then(|at| steps.get(at));
        nearest.is_some_and(|step| step.party == WHOSE)
    }

    /// Where the request that is looked at was seen, where that is more than one place.
    pub(crate) fn observations(&self) -> Option<&Observations> {
        self.work.as_ref()?.analysis.diagnosis.observations.as_ref()
    }

    pub(super) fn open_observations(&mut self) {
        match self.observations() {
            Some(seen) => {
                let hop = seen.stops.unwrap_or(0);
                self.overlay = Some(Overlay::Observations { hop, top: 0 });
            }
            None => self.say("this request was seen in one place only"),
        }
    }

    /// Shows the next step of a request on its way.
    pub(super) fn next_hop(&mut self, by: isize) {
        let last = self
            .observations()
            .map_or(0, |seen| seen.hops.len().saturating_sub(1));
        if let Some(Overlay::Observations { hop, top }) = &mut self.overlay {
            *hop = hop.saturating_add_signed(by).min(last);
            *top = 0;
        }
    }

    /// The input in which nothing was recognised, by its place, or that was forced into a shape: the newest.
    pub(crate) fn readable_input(&self) -> Option<usize> {
        let work = self.work.as_ref().filter(|_| !self.working())?;
        let is_read = |input: usize| {
            let mut pieces = work.case.pieces.iter();
            pieces.any(|piece| piece.span.doc.index() == input)
        };
        (0..self.bench.inputs.len())
            .rev()
            .filter(|at| {
                let input = self.bench.inputs.get(*at);
                input.is_some_and(|input| !nearest(&input.bytes).is_empty())
            })
            .find(|at| self.bench.choices.read_as.contains_key(at) || !is_read(*at))
    }

    /// The shapes that input is nearest to.
    pub(crate) fn read_as_offers(&self) -> Vec<Offer> {
        let input = self
            .readable_input()
            .and_then(|at| self.bench.inputs.get(at));
        input.map_or_else(Vec::new, |input| nearest(&input.bytes))
    }

    pub(super) fn open_read_as(&mut self) {
        if self.readable_input().is_some() {
            self.overlay = Some(Overlay::ReadAs { cursor: 0 });
        } else {
            self.say("there is no text here in which nothing was recognised");
        }
    }

    /// Reads that input as the shape at a place of the list; the shape it is read as already is taken back.
    pub(super) fn take_read_as(&mut self, at: usize) -> Vec<Effect> {
        let offers = self.read_as_offers();
        let (Some(input), Some(offer)) = (self.readable_input(), offers.get(at)) else {
            return Vec::new();
        };
        self.overlay = None;
        let read_as = &mut self.bench.choices.read_as;
        if read_as.get(&input) == Some(&offer.read_as) {
            read_as.remove(&input);
            self.say("read as it was recognised");
        } else {
            read_as.insert(input, offer.read_as);
            self.say(format!("read as {}; f changes it", offer.read_as.title()));
        }
        self.land_again()
    }

    /// Says how more is added.
    pub(super) fn add_more(&mut self) {
        self.screen = Screen::Input;
        self.say(
            "paste now: it adds to the case; e adds a file, Ctrl-N puts the case away for another",
        );
    }

    /// Puts the case away: what comes next takes its place.
    pub(super) fn replace(&mut self) -> Vec<Effect> {
        let fresh = Workbench {
            entered: self.bench.entered.clone(),
            schemes: self.bench.schemes,
            ..Workbench::new(self.bench.finder.clone())
        };
        self.put_away = Some(Box::new(std::mem::replace(&mut self.bench, fresh)));
        self.overlay = None;
        self.stop_search();
        self.say("the case is put away: paste the next one; u brings it back");
        self.land_again()
    }

    /// Brings the case back that was put away.
    pub(super) fn bring_back(&mut self) -> Vec<Effect> {
        let Some(before) = self.put_away.take() else {
            self.say("there is nothing to take back");
            return Vec::new();
        };
        let entered = std::mem::take(&mut self.bench.entered);
        self.bench = Workbench { entered, ..*before };
        self.say("the case that was put away is back");
        self.source = SourceState::default();
        self.land_again()
    }

    /// Forgets the request that was chosen where it stood in an input that is gone.
    pub(super) fn forget_request(&mut self, inputs: usize) {
        let stays = self.bench.request.is_some_and(|at| {
            let place = self
                .work
                .as_ref()
                .and_then(|w| w.case.place(Part::Request(at)));
            place.is_some_and(|place| place.input < inputs)
        });
        if !stays {
            self.bench.request = None;
        }
    }
}
