//! Schemes: how a request becomes a signature.
//!
//! Owns the types every scheme speaks ([`Trace`], [`Stage`], [`Field`], [`Sink`], the search's axes)
//! and one folder a scheme. A scheme turns a [`Case`] into a [`Trace`] with provenance; it must not
//! know where the text came from, and the shared types here must not know any one scheme.

mod claim;
mod field;
pub mod kernel;
pub mod older;
mod options;
pub mod sigv4;
mod sink;
mod stage;

use chrono::{DateTime, Utc};

pub use claim::{Claim, SchemeId};
pub use field::{Extent, Field, FieldKey, FieldKind, Rule, Run};
pub use options::{Choice, OptionSpec, Settings, Values};
pub use sink::{Sink, Step, Tracked};
pub use stage::{Attempt, Link, Outcome, Reason, Role, Stage, StageBytes, StageId, Taken, Trace};

use super::correct::{Correction, When};
use super::diagnose::{Deviation, Finding, Fix, Holder, NextStep, Probe};
use super::intake::Case;
use super::secret::Keyring;

/// The moment against which age and skew are judged.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Now {
    /// The moment.
    pub at: DateTime<Utc>,
    /// Whether the person stated it (`--now`): then it counts as the verifier's clock.
    pub stated: bool,
}

/// All that a scheme may look at.
#[derive(Copy, Clone, Debug)]
pub struct View<'a> {
    /// What was pasted.
    pub case: &'a Case,
    /// Which request of the case is looked at, as a place in [`Case::requests`]; none where the case
    /// holds evidence alone.
    pub request: Option<usize>,
    /// The candidates for the key.
    pub keyring: &'a Keyring,
    /// What the person chose over the request's own claims.
    pub settings: &'a Settings,
    /// The clock.
    pub now: Now,
}

/// A signing scheme.
///
/// Every method is a pure function of its arguments. None may fail: what cannot be computed is
/// missing from the value, and a [`Finding`] says why.
pub trait Scheme: Sync {
    /// The ids this scheme may claim (`sigv4-header`, `sigv4-query`), for lists and documentation.
    fn ids(&self) -> &'static [SchemeId];

    /// What the request, or the evidence alone, says of its signature; none where this scheme does not
    /// recognise one of its own.
    fn claim(&self, view: &View<'_>) -> Option<Claim>;

    /// The choices a person may make over the claim. Drives the command-line flags and the options
    /// panel.
    fn options(&self) -> &'static [OptionSpec];

    /// What the signer did differently if the option set to `value` is what reproduces the received
    /// signature. None where the option is the person's statement of what is true (a region), or its
    /// value is the rule anyway.
    fn departure(&self, _view: &View<'_>, _option: &str, _value: &str) -> Option<Deviation> {
        None
    }

    /// The value in force for each of [`Scheme::options`]: what was chosen, else what the claim or the
    /// service's rules say; by the option's id, a choice by its own. What follows from nothing at hand
    /// is left out.
    fn effective(&self, _view: &View<'_>, _claim: &Claim) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Steps through the signature as the request claims it was made, trying every candidate key and
    /// every reading of the body, and keeping the one that reproduces what was received.
    fn trace(&self, view: &View<'_>, claim: &Claim) -> Trace;

    /// Splits a text somebody else computed into the fields of the stage with that role, keyed as
    /// [`Scheme::trace`] keys its own. The ranges are offsets into `text`. Of a text that is not all there,
    /// only what can be nothing else is a field: one that is left out is taken as not known, one that is
    /// misread as a difference.
    fn dissect(&self, role: Role, text: &[u8], extent: Extent) -> Vec<Field>;

    /// Whether `text`, a string to sign that somebody else computed, may be one of this scheme. One that is not is
    /// held against nothing.
    fn speaks(&self, _text: &[u8]) -> bool {
        true
    }

    /// Signs `text`, a message somebody else put together (a verifier's string to sign), with the
    /// candidate at that place in the keyring; the signature is spelled as the claim's is. None where
    /// the key cannot be derived. What it equals proves who signed what.
    fn sign(
        &self,
        _view: &View<'_>,
        _claim: &Claim,
        _candidate: usize,
        _text: &[u8],
    ) -> Option<Vec<u8>> {
        None
    }

    /// The message that a signer would make of `canonical`, somebody else's canonical request, with date and scope as the
    /// request of `view` claims them; none where they are not told.
    fn message(&self, _view: &View<'_>, _claim: &Claim, _canonical: &[u8]) -> Option<Vec<u8>> {
        None
    }

    /// Remarks about the request and the evidence as they stand.
    fn findings(&self, view: &View<'_>, claim: &Claim, trace: &Trace) -> Vec<Finding>;

    /// Remarks on the forms for uploads in the case, and on credential scopes that stand alone, which no scheme claims.
    fn forms(&self, _view: &View<'_>) -> Vec<Finding> {
        Vec::new()
    }

    /// Remarks on a request that no scheme claims: what it carries in the place of a signature of this one.
    fn unclaimed(&self, _view: &View<'_>) -> Vec<Finding> {
        Vec::new()
    }

    /// How a field can be made to arrive as it was signed, besides signing anew: settings of what lies
    /// between, or of the verifier. They claim nothing of who changed it.
    fn fixes(&self, _field: &FieldKey) -> Vec<Fix> {
        Vec::new()
    }

    /// The clients and servers of this scheme that can be asked for a missing piece, in tables, those met most
    /// often first.
    fn holders(&self) -> &'static [&'static [Holder]] {
        &[]
    }

    /// Marks, in lower case, of servers that never give their strings, at the head of an answer.
    fn silent_servers(&self) -> &'static [&'static str] {
        &[]
    }

    /// Marks, in lower case, of services that others run: their logs are nobody's to get.
    fn hosted_services(&self) -> &'static [&'static str] {
        &[]
    }

    /// What to get before anything else is asked for, where the request lacks what it cannot be judged
    /// without.
    fn first_steps(&self, _view: &View<'_>, _trace: &Trace) -> Vec<NextStep> {
        Vec::new()
    }

    /// How to make the verifier give its strings with the very request that is here, which must not take effect; what
    /// it answers is known by [`Pairing::Probe`](super::diagnose::Pairing::Probe).
    fn probe(&self, _view: &View<'_>, _trace: &Trace) -> Option<Probe> {
        None
    }

    /// The ids of the findings that, where the signature differs, are to be named before all else: of each of
    /// them a signature that differs is what follows as a rule.
    fn telling(&self) -> &'static [&'static str] {
        &[]
    }

    /// What the signer may have done otherwise than the rules say, where the signature differs and nothing
    /// shows why: whole sentences, the most useful first.
    fn hints(&self, _view: &View<'_>) -> Vec<String> {
        Vec::new()
    }

    /// What was added to the request, from elsewhere in the case, where that reproduced the received signature.
    fn completed(&self, _trace: &Trace) -> Option<Deviation> {
        None
    }

    /// What to send instead; none without a key.
    fn correct(
        &self,
        view: &View<'_>,
        claim: &Claim,
        trace: &Trace,
        when: When,
    ) -> Option<Correction>;
}

/// Every scheme of this build, in the order in which they are asked for a claim.
pub fn all() -> &'static [&'static dyn Scheme] {
    &[&sigv4::SigV4]
}
