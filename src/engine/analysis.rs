//! The one way through the engine: a case in, everything that can be said of it out.

use std::collections::HashSet;

use super::correct::{Correction, When};
use super::diagnose::{self, Diagnosis};
use super::document::{Mask, Span};
use super::intake::Case;
use super::scheme::{Claim, Scheme, Trace, View};
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
    let trace = claimed
        .as_ref()
        .map(|(scheme, claim)| scheme.trace(view, claim));
    let scheme = claimed.as_ref().map(|(scheme, _)| *scheme);
    let diagnosis = diagnose::diagnose(view, scheme, trace.as_ref());
    Analysis {
        request: view.request,
        trace,
        diagnosis,
    }
}

/// What to send instead of the request `view` names; none without a key or a claim.
pub fn correct(
    schemes: &[&dyn Scheme],
    view: &View<'_>,
    trace: &Trace,
    when: When,
) -> Option<Correction> {
    let (scheme, claim) = claim(schemes, view)?;
    scheme.correct(view, &claim, trace, when)
}

/// The first scheme that recognises one of its own, and what it read.
pub fn claim<'s>(schemes: &[&'s dyn Scheme], view: &View<'_>) -> Option<(&'s dyn Scheme, Claim)> {
    schemes
        .iter()
        .find_map(|scheme| Some((*scheme, scheme.claim(view)?)))
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
