//! The one way through the engine: a case in, everything that can be said of it out.

use std::collections::HashSet;

use super::correct::{Correction, When};
use super::diagnose::{self, Deviation, Diagnosis, Explanation};
use super::document::{Mask, Span};
use super::edges;
use super::intake::Case;
use super::scheme::{Claim, OptionSpec, Outcome, Scheme, Settings, Trace, View};
use super::secret::{Keyring, Redactor};

/// All that was found out about one request of a case, or about its evidence alone.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The request that was looked at, as a place in [`Case::requests`].
    pub request: Option<usize>,
    /// The way to its signature; none where no scheme recognised one of its own.
    pub trace: Option<Trace>,
    /// What can be said of it.
    pub diagnosis: Diagnosis,
}

/// Analyses the request `view` names, with the first of `schemes` that claims it.
pub fn analyse(schemes: &[&dyn Scheme], view: &View<'_>) -> Analysis {
    let claimed = claim(schemes, view);
    let scheme = claimed.as_ref().map(|(scheme, _)| *scheme);
    let (trace, explanations) = claimed.map_or((None, Vec::new()), |(scheme, claim)| {
        let (trace, explanation) = stepped(scheme, &claim, view);
        let explanation = edges::explained(view, &trace, explanation);
        let explanation = match scheme.completed(&trace) {
            Some(deviation) => Some(edges::adding(&trace, explanation, deviation)),
            None => explanation,
        };
        (Some(trace), Vec::from_iter(explanation))
    });
    let mut remarks: Vec<_> = match (scheme, view.request) {
        (None, Some(_)) => schemes.iter().flat_map(|s| s.unclaimed(view)).collect(),
        (Some(_), _) | (None, None) => Vec::new(),
    };
    remarks.extend(schemes.iter().flat_map(|scheme| scheme.forms(view)));
    let diagnosis = diagnose::diagnose_with(view, scheme, trace.as_ref(), explanations, remarks);
    Analysis {
        request: view.request,
        trace,
        diagnosis,
    }
}

/// Steps through the signature under the settings of `view`, and proves what those of them mean that
/// depart from the scheme's rules, and what the scheme took by itself and departs from them too.
///
/// Where the rules, or what the scheme tries by itself, reproduce the signature, the settings are not needed,
/// and the way without them is given. Where only the settings reproduce it, they name what the signer did.
pub(super) fn stepped(
    scheme: &dyn Scheme,
    claim: &Claim,
    view: &View<'_>,
) -> (Trace, Option<Explanation>) {
    let mut chosen = scheme.trace(view, claim);
    let departures = departures(scheme, view);
    if departures.is_empty() {
        let explanation = explained(scheme, view, &chosen, &[]);
        return (chosen, explanation);
    }
    let outcome = |without: &[&Departure]| {
        let settings = settings_without(view.settings, without);
        scheme.trace(
            &View {
                settings: &settings,
                ..*view
            },
            claim,
        )
    };
    let all: Vec<&Departure> = departures.iter().collect();
    let mut plain = outcome(&all);
    if plain.outcome.agrees() {
        if chosen.outcome.disagrees() {
            plain.notes.push(if plain.taken.is_empty() {
                format!(
                    "the rules alone reproduce the signature, with {} it is not reproduced; what is shown goes by the rules",
                    words(&all)
                )
            } else {
                format!(
                    "with {} the signature is not reproduced; what is shown goes by what reproduces it",
                    words(&all)
                )
            });
        }
        let explanation = explained(scheme, view, &plain, &[]);
        return (plain, explanation);
    }
    if !(plain.outcome.disagrees() && chosen.outcome.agrees()) {
        chosen
            .notes
            .push(format!("computed with {}, as chosen", words(&all)));
        return (chosen, None);
    }
    // Only what is needed is named.
    let mut unneeded: Vec<&Departure> = Vec::new();
    if departures.len() > 1 {
        for departure in &departures {
            let mut fewer = unneeded.clone();
            fewer.push(departure);
            let without = outcome(&fewer);
            if without.outcome.agrees() {
                unneeded = fewer;
                chosen = without;
            }
        }
    }
    let needed: Vec<&Departure> = all
        .into_iter()
        .filter(|d| unneeded.iter().all(|u| u.words != d.words))
        .collect();
    let explanation = explained(scheme, view, &chosen, &needed);
    (chosen, explanation)
}

/// What reproduces the signature of `trace` and departs from the rules: of the settings those `needed`, and
/// what the scheme took by itself. None where nothing departs.
fn explained(
    scheme: &dyn Scheme,
    view: &View<'_>,
    trace: &Trace,
    needed: &[&Departure],
) -> Option<Explanation> {
    let taken: Vec<Departure> = scheme
        .options()
        .iter()
        .filter_map(|option| {
            let taken = trace.taken.iter().find(|taken| taken.option == option.id)?;
            Departure::of(scheme, view, option, taken.value)
        })
        .collect();
    let departures: Vec<&Departure> = needed.iter().copied().chain(&taken).collect();
    let proved = format!(
        "Proved: with {} the received signature is reproduced; by the rules alone it is not.",
        words(&departures)
    );
    let mut deviations: Vec<Deviation> = departures
        .into_iter()
        .map(|d| d.deviation.clone())
        .collect();
    deviations.first_mut()?.detail = proved;
    Some(Explanation::of(trace, deviations))
}

fn words(departures: &[&Departure]) -> String {
    let words: Vec<&str> = departures.iter().map(|d| d.words.as_str()).collect();
    words.join(" and ")
}

/// A setting that departs from the scheme's rules.
struct Departure {
    option: String,
    /// `path encoding = twice`.
    words: String,
    deviation: Deviation,
}

impl Departure {
    /// What `option` set to `value` departs from, if it does.
    fn of(scheme: &dyn Scheme, view: &View<'_>, option: &OptionSpec, value: &str) -> Option<Self> {
        let mut deviation = scheme.departure(view, option.id, value)?;
        deviation.parameters.push((option.id, value.to_owned()));
        Some(Self {
            option: option.id.to_owned(),
            words: format!("{} = {value}", option.title),
            deviation,
        })
    }
}

/// Those settings of `view` that depart from the rules, in the order of the scheme's options.
fn departures(scheme: &dyn Scheme, view: &View<'_>) -> Vec<Departure> {
    if view.settings.iter().next().is_none() {
        return Vec::new();
    }
    scheme
        .options()
        .iter()
        .filter_map(|option| {
            let value = view.settings.get(option.id)?;
            Departure::of(scheme, view, option, value)
        })
        .collect()
}

fn settings_without(settings: &Settings, departures: &[&Departure]) -> Settings {
    let mut settings = settings.clone();
    for departure in departures {
        settings.set(departure.option.as_str(), None);
    }
    settings
}

/// What to send instead of the request `view` names; none without a key or a claim. It goes by the
/// scheme's own rules: a setting that departs from them says what the signer did, not what is right.
pub fn correct(
    schemes: &[&dyn Scheme],
    view: &View<'_>,
    trace: &Trace,
    when: When,
) -> Option<Correction> {
    let (scheme, claim) = claim(schemes, view)?;
    let departures = departures(scheme, view);
    let settings = settings_without(view.settings, &departures.iter().collect::<Vec<_>>());
    let view = View {
        settings: &settings,
        ..*view
    };
    scheme.correct(&view, &claim, trace, when)
}

/// The first scheme that recognises one of its own, and what it read.
pub fn claim<'s>(schemes: &[&'s dyn Scheme], view: &View<'_>) -> Option<(&'s dyn Scheme, Claim)> {
    schemes
        .iter()
        .find_map(|scheme| Some((*scheme, scheme.claim(view)?)))
}

/// How the received signature of the request `view` names stands, and no more; none where no scheme claims it.
pub fn outcome(schemes: &[&dyn Scheme], view: &View<'_>) -> Option<Outcome> {
    let (scheme, claim) = claim(schemes, view)?;
    Some(scheme.trace(view, &claim).outcome)
}

/// What the requests and the evidence of a case name, each claimed once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The ids of keys, in order, each once.
    pub key_ids: Vec<String>,
    /// Where session tokens stand.
    pub tokens: Vec<Span>,
}

/// Reads the names from every request of the case of `view`, and from its evidence.
pub fn names(schemes: &[&dyn Scheme], view: &View<'_>) -> Names {
    let mut names = Names::default();
    let mut seen = HashSet::new();
    let docs = &view.case.docs;
    for request in (0..view.case.requests.len()).map(Some).chain([None]) {
        let Some((_, claim)) = claim(schemes, &View { request, ..*view }) else {
            continue;
        };
        names.tokens.extend(claim.session_token);
        let id = claim.key_id.map(|span| docs.text(span).into_owned());
        if let Some(id) = id.filter(|id| !id.is_empty())
            && seen.insert(id.clone())
        {
            names.key_ids.push(id);
        }
    }
    names
}

/// A redactor that knows every secret and token of the keyring and the case; `tokens` is where
/// requests carry session tokens.
pub fn redactor(
    case: &Case,
    keyring: &Keyring,
    tokens: impl IntoIterator<Item = Span>,
) -> Redactor {
    let mut redactor = Redactor::for_keyring(keyring);
    for secret in &case.secrets {
        redactor.hide(case.docs.bytes(secret.value), Mask::Secret);
        if let Some(token) = secret.session_token {
            redactor.hide(case.docs.bytes(token), Mask::Token);
        }
    }
    for token in tokens {
        redactor.hide(case.docs.bytes(token), Mask::Token);
    }
    // What is masked in the input is hidden wherever its text turns up again.
    for (_, document) in case.docs.iter() {
        for (span, mask) in document.masks() {
            redactor.hide(case.docs.bytes(*span), *mask);
        }
    }
    redactor
}
