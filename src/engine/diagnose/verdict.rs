//! The verdict, and all that stands beside it.

use std::fmt;

use super::{Comparison, Divergence, Finding, Observations};
use crate::engine::document::Unshown;
use crate::engine::scheme::{Outcome, Role, StageId, Trace};

/// The verdict's stable name; the exit status follows from it.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum VerdictId {
    /// The received signature is right for this request and no error finding stands.
    Match,
    /// The signature is right, but an error finding stands.
    Rejected,
    /// The signature differs, and a proved explanation names why.
    Explained,
    /// The signature differs.
    Mismatch,
    /// It could not be compared.
    Undecided,
    /// Nothing was recognised.
    Nothing,
}

impl VerdictId {
    /// The name scripts see.
    pub fn id(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Rejected => "rejected",
            Self::Explained => "explained",
            Self::Mismatch => "mismatch",
            Self::Undecided => "undecided",
            Self::Nothing => "nothing",
        }
    }

    /// The exit status of `sigscope check`.
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Match => 0,
            Self::Rejected | Self::Explained | Self::Mismatch => 1,
            Self::Undecided => 3,
            Self::Nothing => 2,
        }
    }
}

/// What is so, in one sentence, and what it rests on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verdict {
    /// Its stable name.
    pub id: VerdictId,
    /// One sentence a tired engineer understands. Claims no more than is proved.
    pub sentence: String,
    /// Sentences that go with it, the most useful first.
    pub details: Vec<String>,
    /// Whether the sentence is proved by an equality of signatures or hashes.
    pub proved: bool,
    /// The equality that proves it, side by side: label and value, at least two of them.
    pub proof: Vec<(String, String)>,
    /// Findings whose message the sentence or a detail carries already, as places in
    /// [`Diagnosis::findings`]: a reader need not say it again.
    pub quotes: Vec<usize>,
    /// Whether a detail advises to try [`OPTIONS`]: a reader that has a key for them names it there.
    pub tries_options: bool,
    /// Whether the sentence is what the verifier itself named as its cause. The signature may be undecided then, and why
    /// the request was refused is not.
    pub refused: bool,
}

impl Verdict {
    /// The verdict in a word for people, in lower case. Where the verifier named its cause it is that the request was refused.
    pub fn word(&self) -> &'static str {
        match self.id {
            VerdictId::Undecided if self.refused => "refused",
            VerdictId::Nothing => "nothing recognised",
            id => id.id(),
        }
    }

    /// Whether nothing more is to be got: the verifier named its cause.
    pub fn is_refusal(&self) -> bool {
        self.id == VerdictId::Undecided && self.refused
    }
}

/// How a detail of a verdict calls what may be chosen over the request's claims.
pub const OPTIONS: &str = "the options";

/// Who did something differently.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum Who {
    /// The signer.
    Signer,
    /// Something between signer and verifier.
    Between,
    /// The verifier.
    Verifier,
}

/// One named thing that a signer, a middlebox or a verifier did differently.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deviation {
    /// Stable name.
    pub id: &'static str,
    /// Who.
    pub who: Who,
    /// Its family: `host`, `path`.
    pub family: &'static str,
    /// The field it acts on.
    pub component: &'static str,
    /// Its parameters, by name.
    pub parameters: Vec<(&'static str, String)>,
    /// One sentence.
    pub title: String,
    /// More of it.
    pub detail: String,
    /// What to do.
    pub fix: String,
    /// Where the rule is written.
    pub reference: &'static str,
}

/// What an explanation was proved by.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum Proof {
    /// It reproduces the received signature.
    Signature,
    /// It reproduces the part of the signature that was received.
    SignaturePrefix,
    /// It reproduces a received hash of a canonical request.
    CanonicalRequestHash,
}

/// A set of deviations, proved.
#[derive(Clone, Eq, PartialEq)]
pub struct Explanation {
    /// The deviations; together they reproduce what was received.
    pub deviations: Vec<Deviation>,
    /// By what it was proved.
    pub proof: Proof,
    /// The canonical request under the deviations.
    pub canonical_request: Option<Vec<u8>>,
    /// The string to sign under the deviations.
    pub string_to_sign: Option<Vec<u8>>,
}

impl Explanation {
    /// These deviations, by which the signature of `trace`, or what was received of it, is reproduced.
    pub fn of(trace: &Trace, deviations: Vec<Deviation>) -> Self {
        let text = |role| Some(trace.stage(role)?.output.public()?.to_vec());
        Self {
            deviations,
            proof: match trace.outcome {
                Outcome::Verified => Proof::SignaturePrefix,
                Outcome::Equal
                | Outcome::Differs { .. }
                | Outcome::Failed
                | Outcome::NotCheckable(_) => Proof::Signature,
            },
            canonical_request: text(Role::CanonicalRequest),
            string_to_sign: text(Role::StringToSign),
        }
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &Option<Vec<u8>>| text.as_ref().map(Vec::len);
        f.debug_struct("Explanation")
            .field("deviations", &self.deviations)
            .field("proof", &self.proof)
            .field("canonical_request_len", &text(&self.canonical_request))
            .field("string_to_sign_len", &text(&self.string_to_sign))
            .finish()
    }
}

/// How a stage stands.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum Mark {
    /// All sides agree.
    Same,
    /// The sides part here.
    Differs,
    /// It differs only because an earlier stage does.
    Follows,
    /// It needs a secret, or one that is proved to be the signer's.
    NeedsSecret,
    /// There is nothing to compare it with.
    Unmarked,
}

/// What a list of fields that are the same on two sides proves.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum RuledOut {
    /// The received signature is reproduced: what is signed is known, so that what the verifier had too is
    /// not the cause.
    Proved,
    /// It is not reproduced: the signer may have signed something else than it sent, in any field.
    SameAsServer,
    /// As before, where the signer's own text is what agrees.
    SameAsSigner,
    /// There is no request; the signer's text and the server's agree in these fields.
    SameOnBothSides,
}

impl RuledOut {
    /// What stands over the list.
    pub fn title(self) -> &'static str {
        match self {
            Self::Proved => "Ruled out",
            Self::SameAsServer => "The same at the server and here",
            Self::SameAsSigner => "The same at the signer and here",
            Self::SameOnBothSides => "The same at the signer and at the server",
        }
    }

    /// The same in front of it on a narrow screen: `ruled out`, `server same`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Proved => "ruled out",
            Self::SameAsServer => "server same",
            Self::SameAsSigner => "signer same",
            Self::SameOnBothSides => "both same",
        }
    }
}

/// A piece of what a case may hold, for the screen that says what is there and what it would prove.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holding {
    /// Stable name: `server-answer`, `server-strings`, `request`, `secret`, `body`.
    pub id: &'static str,
    /// What it is called: `server's strings`.
    pub title: &'static str,
    /// What is here, or that nothing is: `S3 error, hash verified`, `not here`.
    pub state: String,
    /// Whether it is here.
    pub present: bool,
    /// What it proves, or would prove.
    pub proves: String,
}

/// The nearest thing to get, and how.
#[derive(Clone, Eq, PartialEq)]
pub struct NextStep {
    /// One sentence: what to get and from where.
    pub sentence: String,
    /// For which client or server the snippet is: `boto3`, `AWS CLI`, `nginx`.
    pub party: &'static str,
    /// The exact lines to run or set.
    pub snippet: String,
    /// What stands in their place where others read it: the same without a signature that is taken. None where the lines
    /// send nothing that is.
    pub for_others: Option<String>,
}

/// Lines of it may be those of the request at hand, with whatever stands in it: its `Debug` form tells none of them.
impl fmt::Debug for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NextStep")
            .field("sentence", &self.sentence)
            .field("party", &self.party)
            .field("snippet", &Unshown(self.snippet.as_bytes()))
            .field("for_others", &self.for_others.as_ref().map(String::len))
            .finish()
    }
}

/// How to make a verifier give its strings for the request at hand.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Probe {
    /// What to do.
    pub step: NextStep,
    /// Whether its lines send that very request, which will be answered: nothing is nearer.
    pub is_ready: bool,
    /// The lines that send the request as it is, its signature with it; none where it is too old to be answered.
    pub again: Option<String>,
}

/// A way to set right what differs, at one of the parties.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fix {
    /// Where.
    pub who: Who,
    /// What, in a few words and lower case: `keep the Host that was signed`.
    pub title: String,
    /// One sentence more. Claims nothing of who caused the difference.
    pub text: String,
    /// What is copied.
    pub copy: FixCopy,
}

/// What is copied of a fix.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FixCopy {
    /// The corrected headers, or the corrected URL where that carries the signature.
    Correction,
    /// These lines, to be set.
    Text(String),
}

/// All that can be said of a case.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The verdict.
    pub verdict: Verdict,
    /// Every stage that has something to compare.
    pub comparisons: Vec<Comparison>,
    /// Where sides part, in canonical order.
    pub divergences: Vec<Divergence>,
    /// Proved explanations, the simplest first.
    pub explanations: Vec<Explanation>,
    /// Remarks, the gravest first.
    pub findings: Vec<Finding>,
    /// How each stage of the trace stands.
    pub marks: Vec<(StageId, Mark)>,
    /// What is proved not to be the cause: `secret`, `region`, `path`; or what merely agrees, as
    /// [`Diagnosis::ruled_out_by`] says.
    pub ruled_out: Vec<String>,
    /// What the list before rests on.
    pub ruled_out_by: RuledOut,
    /// The request that is looked at in every place where it was seen, where that is more than one.
    pub observations: Option<Observations>,
    /// What is here and what it lets one prove.
    pub holdings: Vec<Holding>,
    /// Where the proved difference can be set right, the client first; empty where none is proved.
    pub fixes: Vec<Fix>,
    /// What to get next, the nearest first. Empty once decided; of a right signature that was refused, what
    /// would show why.
    pub next_steps: Vec<NextStep>,
    /// Whether something here tells which client or server is at hand: the steps of others matter little then.
    pub holder_known: bool,
}

impl Diagnosis {
    /// Whether signing anew may help: not where the request is right, nor where it is right as it was sent and was changed
    /// before it arrived, for it would be changed there again.
    pub fn may_sign_anew(&self) -> bool {
        let stops = self
            .observations
            .as_ref()
            .is_some_and(|seen| seen.stops.is_some());
        match self.verdict.id {
            VerdictId::Match | VerdictId::Nothing => false,
            VerdictId::Rejected | VerdictId::Explained => !stops,
            VerdictId::Mismatch | VerdictId::Undecided => true,
        }
    }
}
