//! Stages: the steps from a request to its signature, as values a reader can show.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;

use super::{Claim, Field, FieldKind, Rule, SchemeId, Step};
use crate::engine::document::Unshown;
use crate::engine::intake::BodyVariant;
use crate::engine::secret::Sensitive;

/// The stable name of a stage within its scheme: `request`, `canonical-request`, `key`.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct StageId(pub &'static str);

/// What part a stage plays, so that evidence finds its counterpart in any scheme.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// The request as received.
    Request,
    /// The canonical form of the request.
    CanonicalRequest,
    /// The text that is signed.
    StringToSign,
    /// The key and how it was derived.
    Key,
    /// The signature.
    Signature,
}

/// The text a stage yields.
#[derive(Clone, Default)]
pub enum StageBytes {
    /// May be shown, once redacted.
    Public(Bytes),
    /// A secret or key: masked unless the person asks, zeroed, never serialised.
    Sensitive(Sensitive<Vec<u8>>),
    /// Not computed: something is missing (a secret, a request).
    #[default]
    Missing,
}

impl fmt::Debug for StageBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public(bytes) => f.debug_tuple("Public").field(&Unshown(bytes)).finish(),
            Self::Sensitive(bytes) => f.debug_tuple("Sensitive").field(bytes).finish(),
            Self::Missing => f.write_str("Missing"),
        }
    }
}

impl StageBytes {
    /// The text, if it may be shown.
    pub fn public(&self) -> Option<&[u8]> {
        match self {
            Self::Public(bytes) => Some(bytes),
            Self::Sensitive(_) | Self::Missing => None,
        }
    }
}

/// A link of a chain of keyed hashes: `output = HMAC(previous output, input)`.
#[derive(Clone, Debug)]
pub struct Link {
    /// What the output is called: `kDate`.
    pub output_name: &'static str,
    /// What is hashed in, in words: `date`.
    pub input_name: &'static str,
    /// What is hashed in.
    pub input: Bytes,
    /// The output, raw bytes; none without a secret.
    pub output: Option<Sensitive<Vec<u8>>>,
}

/// One step on the way to the signature.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name for scripts.
    pub id: StageId,
    /// The part it plays.
    pub role: Role,
    /// Its name for people, in full: `Canonical request`.
    pub title: &'static str,
    /// Its name where there is little room, at most 9 columns: `Canonical`.
    pub short: &'static str,
    /// What this stage is for.
    pub rule: Rule,
    /// Its parts, in order.
    pub fields: Vec<Field>,
    /// Its text.
    pub output: StageBytes,
    /// The chain that yields it, where it is one (the key).
    pub links: Vec<Link>,
}

impl Stage {
    /// The bytes of a field of this stage; empty where the output is not public.
    pub fn value(&self, range: &Range<usize>) -> &[u8] {
        self.output
            .public()
            .and_then(|bytes| bytes.get(range.clone()))
            .unwrap_or_default()
    }
}

/// Why something cannot be compared.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum Reason {
    /// There is no secret, or none for this key id.
    NoSecret,
    /// No signature was received, or no text to compare with.
    NothingReceived,
    /// The received text is redacted.
    Redacted,
    /// What was received agrees as far as it goes, and too little of it is left to prove anything.
    TooShort,
    /// There is no request to compute from.
    NoRequest,
    /// The request is too incomplete to compute this.
    Incomplete,
    /// The paste stops inside the request; a finding says where.
    Stops,
    /// The body is signed, and neither it nor its hash is here.
    NoBody,
    /// Headers are signed whose values are not here: a URL alone does not tell them.
    NoHeaders,
    /// A value of the request is a variable whose value is not here; a finding names it.
    NoValue,
    /// The print does not tell where a value of the request ends, and as it was read no secret gives the signature; a
    /// finding names it.
    Doubtful,
    /// The request is larger than is followed; a finding says by what.
    TooLarge,
}

impl Reason {
    /// Why, in a few words, of a request that makes this claim.
    pub fn words(self, claim: Option<&Claim>) -> &'static str {
        match self {
            Self::NoSecret if claim.is_some_and(|claim| claim.key_id.is_some()) => {
                "there is no secret for this key id"
            }
            Self::NoSecret => "there is no secret",
            Self::NothingReceived => "nothing was received to compare with",
            Self::TooShort => "too little of the signature is left",
            Self::Redacted => "what was received is redacted",
            Self::NoRequest => "there is no request to compute from",
            Self::Incomplete => "the request is too incomplete to compute this",
            Self::Stops => "the paste stops inside the request",
            Self::NoBody => "the request's body is not here",
            Self::NoHeaders => "the signed headers are not here",
            Self::NoValue => "a value of the request is not here",
            Self::Doubtful => "where a value of the request ends is not told",
            Self::TooLarge => "the request is larger than sigscope follows",
        }
    }
}

/// How a received signature or text relates to a computed one.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The same bytes.
    Equal,
    /// They part at this byte of the received text.
    Differs {
        /// Offset of the first differing byte.
        at: usize,
    },
    /// A check that is not one of equality succeeded (a public key, a prefix).
    Verified,
    /// A check that is not one of equality failed.
    Failed,
    /// It could not be compared.
    NotCheckable(Reason),
}

impl Outcome {
    /// Whether the two are proved to agree.
    pub fn agrees(self) -> bool {
        matches!(self, Self::Equal | Self::Verified)
    }

    /// Whether the two are proved to disagree.
    pub fn disagrees(self) -> bool {
        matches!(self, Self::Differs { .. } | Self::Failed)
    }
}

/// A candidate key that was tried.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attempt {
    /// Its place in the keyring.
    pub candidate: usize,
    /// Its name.
    pub name: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether what it gives is what was received but for a cut or the case of its letters: it is the right
    /// one then, although the two differ.
    pub near: bool,
}

impl Attempt {
    /// What came of it, in a few words, for a request that makes this claim.
    pub fn words(&self, claim: Option<&Claim>) -> &'static str {
        match self.outcome {
            Outcome::Equal | Outcome::Verified => "reproduces the received signature",
            Outcome::Differs { .. } | Outcome::Failed if self.near => {
                "gives the received signature but for its length or the case of its letters"
            }
            Outcome::Differs { .. } | Outcome::Failed => "gives another signature",
            Outcome::NotCheckable(reason) => reason.words(claim),
        }
    }
}

/// The value of an option that nobody chose and that is needed to reproduce the received signature, where a
/// scheme tries the option by itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Taken {
    /// The option's id.
    pub option: &'static str,
    /// The value, as it would be chosen.
    pub value: &'static str,
    /// What it means, in words: `the session token was appended after signing`.
    pub note: &'static str,
}

/// The way from a request to its signature, as the request claims it was made.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The scheme.
    pub scheme: SchemeId,
    /// What the request says of its signature.
    pub claim: Claim,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// Every candidate key that was tried, in order.
    pub attempts: Vec<Attempt>,
    /// The candidate whose computation is shown, as a place in the keyring: the one that reproduces the
    /// received signature, else the first.
    pub candidate: Option<usize>,
    /// The reading of the body that is shown; none where the body played no part.
    pub body: Option<BodyVariant>,
    /// Whether the body's bytes were hashed and found to be what the request states; none where the
    /// request states no hash of them or there is no body here to hash.
    pub body_verified: Option<bool>,
    /// What else of the request had to be read otherwise or assumed, in words: `the body was signed without
    /// the newline at its end`.
    pub notes: Vec<String>,
    /// The options whose other value reproduced the received signature. Some of those values services are
    /// known to accept; [`Scheme::departure`](super::Scheme::departure) says of which they do not.
    pub taken: Vec<Taken>,
    /// The received signature against the computed one.
    pub outcome: Outcome,
}

impl Trace {
    /// The stage that plays `role`.
    pub fn stage(&self, role: Role) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.role == role)
    }

    /// Whether a body is signed that is not here, nor any hash of it: what is computed holds for an empty
    /// one only.
    pub fn lacks_body(&self) -> bool {
        self.taken_as_empty()
            .any(|field| field.key.kind == FieldKind::PAYLOAD_HASH)
    }

    /// The names of the headers that are signed and whose values are not here: what is computed holds for
    /// empty ones only.
    pub fn lacks_headers(&self) -> Vec<&str> {
        self.taken_as_empty()
            .filter(|field| field.key.kind == FieldKind::HEADER)
            .filter_map(|field| field.key.name.as_deref())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// The names of the headers that are signed and not in the request, for which what stands beside the secret
    /// was taken.
    pub fn taken_from_beside(&self) -> impl Iterator<Item = &str> {
        let fields = self.stage(Role::CanonicalRequest).into_iter();
        fields
            .flat_map(|stage| &stage.fields)
            .filter(|field| {
                let mut runs = field.runs.iter();
                runs.any(|run| run.steps.contains(&Step::TakenFromBeside))
            })
            .filter_map(|field| field.key.name.as_deref())
    }

    /// The fields of the canonical request that are signed, and neither here nor told of.
    fn taken_as_empty(&self) -> impl Iterator<Item = &Field> {
        let fields = self.stage(Role::CanonicalRequest).into_iter();
        fields.flat_map(|stage| &stage.fields).filter(|field| {
            let mut runs = field.runs.iter();
            runs.any(|run| run.steps.contains(&Step::TakenAsEmpty))
        })
    }

    /// The method that was taken: the request's own, or where it states none the one that fits best. None
    /// where the scheme signs no method.
    pub fn method(&self) -> Option<&[u8]> {
        self.signed(FieldKind::METHOD)
    }

    /// The path as it was taken, in canonical form. None where the scheme signs none.
    pub fn path(&self) -> Option<&[u8]> {
        self.signed(FieldKind::PATH)
    }

    fn signed(&self, kind: FieldKind) -> Option<&[u8]> {
        let stage = self.stage(Role::CanonicalRequest)?;
        let field = stage.fields.iter().find(|f| f.key.kind == kind)?;
        Some(stage.value(&field.range))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::{Source, Span};
    use crate::engine::intake::Case;
    use crate::engine::scheme::SchemeId;

    #[test]
    fn a_key_id_is_spoken_of_where_the_request_names_one() {
        let doc = Case::default()
            .docs
            .give("a", Source::File, "AKIDEXAMPLE".into());
        let claim = |key_id| Claim {
            scheme: SchemeId("a"),
            received: None,
            key_id,
            session_token: None,
            date: None,
            scope: None,
            signed_headers: Vec::new(),
        };
        let (named, unnamed) = (claim(Some(Span::new(doc, 0, 11))), claim(None));
        let words = |claim| Reason::NoSecret.words(claim);
        assert_eq!(words(Some(&named)), "there is no secret for this key id");
        assert_eq!(words(Some(&unnamed)), "there is no secret");
        assert_eq!(words(None), "there is no secret");
    }
}
