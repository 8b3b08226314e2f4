//! Secrets with other white space at their edges, tried where none reproduces the signature as it stands.
//!
//! Owns the trial and what it proves. A file written by `echo` and a variable read from it end in a newline; a
//! signer that does not trim it derives every key from it. It must not know a scheme.

use super::Analysis;
use super::analysis::{claim, stepped};
use super::diagnose::{Deviation, Explanation, Who};
use super::scheme::{Outcome, Reason, Scheme, Trace, View};
use super::secret::{Altered, Keyring};

const REFERENCE: &str = "RFC 2104, section 2: every byte of the key counts";

/// The keyring of `view` with the one secret more that reproduces the received signature: a candidate with a
/// blank added to its end, or without the white space at its own edges. None where what `analysis` found needs
/// none, or none reproduces it.
pub fn with_other_edges(
    schemes: &[&dyn Scheme],
    view: &View<'_>,
    analysis: &Analysis,
) -> Option<Keyring> {
    let trace = analysis.trace.as_ref()?;
    let worth = match trace.outcome {
        Outcome::Differs { .. }
        | Outcome::Failed
        | Outcome::NotCheckable(
            Reason::NoBody | Reason::NoHeaders | Reason::NoValue | Reason::Doubtful,
        ) => true,
        // Without a request the secrets were held against the strings of others.
        Outcome::NotCheckable(Reason::NoRequest) => {
            let mut outcomes = trace.attempts.iter().map(|attempt| attempt.outcome);
            outcomes.clone().any(Outcome::disagrees) && !outcomes.any(Outcome::agrees)
        }
        Outcome::Equal | Outcome::Verified | Outcome::NotCheckable(_) => false,
    };
    if !worth {
        return None;
    }
    let (scheme, claim) = claim(schemes, view)?;
    let others = view.keyring.with_other_edges();
    let mut trial = Keyring::new();
    trial.candidates = others.iter().map(|(other, _)| other.clone()).collect();
    let (found, _) = stepped(
        scheme,
        &claim,
        &View {
            keyring: &trial,
            ..*view
        },
    );
    let place = fitting(&found)?;
    let (other, altered) = others.into_iter().nth(place)?;
    let mut keyring = view.keyring.clone();
    keyring.push(other);
    keyring.altered = altered;
    Some(keyring)
}

/// The candidate that reproduced the signature of `trace`, or, without a request, that of somebody's own string to sign.
fn fitting(trace: &Trace) -> Option<usize> {
    let mut attempts = trace.attempts.iter();
    match trace.outcome {
        Outcome::NotCheckable(Reason::NoRequest) => attempts
            .find(|attempt| attempt.outcome.agrees())
            .map(|attempt| attempt.candidate),
        outcome => trace.candidate.filter(|_| outcome.agrees()),
    }
}

/// Adds to `explanation` that the signer's secret has white space at its end, where that is what reproduced
/// the signature of `trace`.
pub(super) fn explained(
    view: &View<'_>,
    trace: &Trace,
    explanation: Option<Explanation>,
) -> Option<Explanation> {
    let altered = fitting(trace).and_then(|place| view.keyring.altered(place));
    let Some(altered) = altered else {
        return explanation;
    };
    let deviation = deviation(altered, view.request.is_some());
    Some(adding(trace, explanation, deviation))
}

/// `explanation` with one deviation more in front, or one of that alone, proved by the signature of `trace`.
pub(super) fn adding(
    trace: &Trace,
    explanation: Option<Explanation>,
    deviation: Deviation,
) -> Explanation {
    if let Some(mut explanation) = explanation {
        explanation.deviations.insert(0, deviation);
        return explanation;
    }
    Explanation::of(trace, vec![deviation])
}

/// `corrected`: whether there is a request to correct.
fn deviation(altered: Altered, corrected: bool) -> Deviation {
    let added = altered.added;
    let mut fix = "Remove it where the signer keeps the secret: write the file with printf %s or echo -n, take it out with tr -d '\\r\\n', or trim what is read from a file or a variable."
        .to_owned();
    if corrected {
        fix.push_str(" The corrected request is signed without it.");
    }
    Deviation {
        id: "secret-white-space",
        who: Who::Signer,
        family: "key",
        component: "secret",
        parameters: vec![("at_end", added.id().to_owned())],
        title: format!("the signer's secret ends in {}", added.words()),
        detail: format!(
            "Proved: with {} at the end of the secret the received signature is reproduced; with the secret as it stands it is not.",
            added.words()
        ),
        fix,
        reference: REFERENCE,
    }
}
