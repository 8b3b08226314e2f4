//! The workbench: everything given so far, and the analysis of it.
//!
//! Owns what both readers (the app and `check`) need in between: the inputs, the streamed body, the
//! choices, and the order of work (read, find secrets, analyse). It must not know a terminal. I/O
//! happens behind the [`Finder`] it is given.

mod parts;

use std::sync::Arc;

use crate::engine::correct::{self, CopyItem, Correction, When};
use crate::engine::diagnose::{Mark, Proof};
use crate::engine::intake::{self, BodyFacts, Case, Choices, Evidence, Input, Side};
use crate::engine::scheme::{self, Now, Outcome, Role, Scheme, Settings, View};
use crate::engine::secret::{Keyring, NamedSecret, Redactor};
use crate::engine::{self, Analysis, Names};
use crate::report;

pub use parts::{Choice, Chosen, Row, integrity as integrity_words, side_words};

/// Finds the candidates for the keys a case names.
pub trait Finder: Send + Sync {
    /// Every candidate for the requests of `case`, likeliest first. `key_ids` are the key ids its requests
    /// and evidence name, without duplicates.
    fn find(&self, case: &Case, key_ids: &[String]) -> Keyring;
}

/// A finder that knows nothing but the secrets it holds. For tests and for no credentials at all.
#[derive(Clone, Debug, Default)]
pub struct Fixed(pub Keyring);

impl Finder for Fixed {
    fn find(&self, _case: &Case, _key_ids: &[String]) -> Keyring {
        self.0.clone()
    }
}

/// What was given and chosen so far. Cheap to clone: bytes are shared.
#[derive(Clone)]
pub struct Workbench {
    /// The inputs, in the order given.
    pub inputs: Vec<Input>,
    /// A body that was streamed past.
    pub body: Option<BodyFacts>,
    /// Choices over the parts: whose they are, and what is held against what.
    pub choices: Choices,
    /// Choices over the requests' claims.
    pub settings: Settings,
    /// Secrets entered at the prompt, tried before any other.
    pub entered: Keyring,
    /// The request to look at, from 0; none takes the first refused one.
    pub request: Option<usize>,
    /// Where secrets come from.
    pub finder: Arc<dyn Finder>,
    /// The schemes that may claim a request.
    pub schemes: &'static [&'static dyn Scheme],
}

/// Whose a text is.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum TextOf {
    /// Computed from the request.
    Computed,
    /// As that side printed it; none where nobody says who did.
    Printed(Option<Side>),
}

impl TextOf {
    /// Whose it is, before a name: `the server's `; nothing for the computed one.
    pub fn words(self) -> &'static str {
        match self {
            Self::Computed => "",
            Self::Printed(Some(Side::Server)) => "the server's ",
            Self::Printed(Some(Side::Client)) => "the signer's ",
            Self::Printed(None) => "the pasted ",
        }
    }
}

/// A case analysed: all a reader needs, immutable.
#[derive(Clone, Debug)]
pub struct Work {
    /// What was given, understood.
    pub case: Case,
    /// The candidates that were tried.
    pub keyring: Keyring,
    /// The choices in force.
    pub settings: Settings,
    /// The clock it was judged by.
    pub now: Now,
    /// What was found.
    pub analysis: Analysis,
    /// The correction with the request's own date, if there is a key.
    pub correction: Option<Correction>,
    /// Knows all that must not be shown.
    pub redactor: Redactor,
}

/// Requests beside the one looked at that are told of.
const MOST_OTHERS: usize = 8;

/// A request of the case that was not looked at.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Other {
    /// Its place in [`Case::requests`].
    pub request: usize,
    /// How its signature stands; none where it carries none that is known here.
    pub outcome: Option<Outcome>,
}

impl Workbench {
    /// Nothing given yet.
    pub fn new(finder: Arc<dyn Finder>) -> Self {
        Self {
            inputs: Vec::new(),
            body: None,
            choices: Choices::default(),
            settings: Settings::new(),
            entered: Keyring::new(),
            request: None,
            finder,
            schemes: scheme::all(),
        }
    }

    /// Reads, finds secrets and analyses, at the moment `now`.
    pub fn work(&self, now: Now) -> Work {
        let case = intake::read_with(&self.inputs, self.body.as_ref(), &self.choices);
        let none = Keyring::new();
        let Names { key_ids, tokens } = engine::names(
            self.schemes,
            &View {
                case: &case,
                request: None,
                keyring: &none,
                settings: &self.settings,
                now,
            },
        );
        let mut keyring = Keyring::new();
        for source in [self.entered.clone(), self.finder.find(&case, &key_ids)] {
            keyring.skipped.extend(source.skipped);
            keyring.aside.extend(source.aside);
            for candidate in source.candidates {
                keyring.admit(candidate, &key_ids);
            }
        }
        let request = self
            .request
            .filter(|&r| r < case.requests.len())
            .or_else(|| case.first_refused());
        let view = View {
            case: &case,
            request,
            keyring: &keyring,
            settings: &self.settings,
            now,
        };
        let mut analysis = engine::analyse(self.schemes, &view);
        let widened = engine::with_other_edges(self.schemes, &view, &analysis);
        let view = View {
            keyring: widened.as_ref().unwrap_or(&keyring),
            ..view
        };
        if widened.is_some() {
            analysis = engine::analyse(self.schemes, &view);
        }
        let correction = analysis
            .trace
            .as_ref()
            .and_then(|trace| engine::correct(self.schemes, &view, trace, When::Same));
        let keyring = widened.unwrap_or(keyring);
        let redactor = engine::redactor(&case, &keyring, tokens);
        Work {
            keyring,
            settings: self.settings.clone(),
            now,
            analysis,
            correction,
            redactor,
            case,
        }
    }
}

impl Work {
    /// What the analysis looked at.
    pub fn view(&self) -> View<'_> {
        View {
            case: &self.case,
            request: self.analysis.request,
            keyring: &self.keyring,
            settings: &self.settings,
            now: self.now,
        }
    }

    /// The requests of the case that were not looked at, the first of them with how their signatures stand.
    /// Computed now.
    pub fn others(&self, schemes: &[&dyn Scheme]) -> Vec<Other> {
        let count = self.case.requests.len();
        let others = (0..count).filter(|at| Some(*at) != self.analysis.request);
        others
            .take(MOST_OTHERS)
            .map(|request| Other {
                request,
                outcome: engine::outcome(
                    schemes,
                    &View {
                        request: Some(request),
                        ..self.view()
                    },
                ),
            })
            .collect()
    }

    /// The key whose computation is shown, where it was held against the received signature, gave
    /// another one, and nothing else proves that it made it. A correction is signed with it all the
    /// same, and must say so.
    pub fn failed_key(&self) -> Option<&NamedSecret> {
        let trace = self.analysis.trace.as_ref()?;
        let diagnosis = &self.analysis.diagnosis;
        let key = trace.stage(Role::Key).map(|stage| stage.id);
        let proved_by_strings = diagnosis
            .marks
            .iter()
            .any(|(stage, mark)| Some(*stage) == key && *mark == Mark::Same);
        let proved_by_explanation = diagnosis
            .explanations
            .iter()
            .any(|e| matches!(e.proof, Proof::Signature | Proof::SignaturePrefix));
        if !trace.outcome.disagrees() || proved_by_strings || proved_by_explanation {
            return None;
        }
        self.keyring.candidates.get(trace.candidate?)
    }

    /// The choices in force over what the request claims: those that the scheme at hand knows, or all
    /// while none has claimed the request. `schemes` are those that were asked for a claim.
    pub fn changed(&self, schemes: &[&dyn Scheme]) -> Vec<(&str, &str)> {
        let claimed = self.analysis.trace.as_ref().map(|trace| trace.scheme);
        let known = |id: &str| {
            schemes
                .iter()
                .filter(|scheme| claimed.is_none_or(|claimed| scheme.ids().contains(&claimed)))
                .flat_map(|scheme| scheme.options())
                .any(|option| option.id == id)
        };
        self.settings.iter().filter(|(id, _)| known(id)).collect()
    }

    /// The correction at `when`, computed now.
    pub fn correction(&self, schemes: &[&dyn Scheme], when: When) -> Option<Correction> {
        engine::correct(schemes, &self.view(), self.analysis.trace.as_ref()?, when)
    }

    /// The text of a stage that can be copied, and whose it is: the one computed from the request, else the one
    /// that another side printed, the verifier's before any other. Not redacted.
    pub fn stage_text(&self, item: CopyItem) -> Option<(Vec<u8>, TextOf)> {
        let role = match item {
            CopyItem::CanonicalRequest => Role::CanonicalRequest,
            CopyItem::StringToSign => Role::StringToSign,
            CopyItem::Authorization
            | CopyItem::Headers
            | CopyItem::Url
            | CopyItem::Curl
            | CopyItem::Report => return None,
        };
        let trace = self.analysis.trace.as_ref();
        let stage = trace.and_then(|trace| trace.stage(role));
        if let Some(text) = stage.and_then(|stage| stage.output.public()) {
            return Some((text.to_vec(), TextOf::Computed));
        }
        let printed = |evidence: &Evidence| {
            let pattern = match role {
                Role::CanonicalRequest => evidence.canonical_request.as_ref(),
                _ => evidence.string_to_sign.as_ref(),
            };
            Some((
                pattern?.bytes(&self.case.docs),
                TextOf::Printed(evidence.side),
            ))
        };
        let evidence = &self.case.evidence;
        let servers = evidence.iter().filter(|e| e.side == Some(Side::Server));
        servers.chain(evidence).find_map(printed)
    }

    /// The text of a menu entry, computed now. The error says in one sentence why there is none.
    pub fn copy(
        &self,
        schemes: &[&dyn Scheme],
        item: CopyItem,
        when: When,
    ) -> Result<Vec<u8>, String> {
        match item {
            CopyItem::Report => Ok(report::markdown(self).into_bytes()),
            CopyItem::CanonicalRequest | CopyItem::StringToSign => self
                .stage_text(item)
                .map(|(text, _)| self.redactor.apply(&text).bytes)
                .ok_or_else(|| format!("there is no {} for this case", item.title())),
            CopyItem::Authorization | CopyItem::Headers | CopyItem::Url | CopyItem::Curl => self
                .correction(schemes, when)
                .and_then(|correction| correct::text(item, &correction))
                .ok_or_else(|| format!("there is no {} without a secret", item.title())),
        }
    }
}
