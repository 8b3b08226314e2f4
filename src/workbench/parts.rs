//! The parts of a case as they are listed: what each is, whose, and with what it belongs together.
//!
//! Owns the words of that list, which the app, the text report and the command line share. Must not know a
//! terminal. Everything it gives is redacted and visible; a row is made when it is asked for, since there may
//! be thousands.

use super::Work;
use crate::engine;
use crate::engine::diagnose::{Pairing, RowState, pairing};
use crate::engine::document::{Documents, visible};
use crate::engine::intake::{
    Evidence, Given, Integrity, Offer, PairedBy, Part, Pattern, Side, nearest,
};
use crate::engine::scheme::{Claim, Scheme, View};

/// Digits of a signature that are listed.
const DIGITS: usize = 8;
/// Bytes of a target or a code that are listed.
const LONGEST: usize = 512;

/// Something that was chosen of the parts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chosen {
    /// What, in a sentence without its full stop.
    pub text: String,
    /// What sort of choice it was.
    pub what: Choice,
}

/// What can be chosen of a part.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Choice {
    /// Whose it is.
    Side,
    /// What it is held against.
    Pair,
}

/// A part of a case in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// Its number among its kind, as the command line takes it: `request 3`, `evidence 1`.
    pub name: String,
    /// What it is: `raw request`, `S3 error`.
    pub shape: &'static str,
    /// Whose it is, where it is evidence: `signer`, `server`, `unknown`.
    pub side: Option<&'static str>,
    /// Where it was seen, where it is a request and words say so: `client`, `nginx`.
    pub seen: Option<&'static str>,
    /// Whether a person said whose it is.
    pub side_chosen: bool,
    /// Why it is taken for that side's, where nothing tells it.
    pub side_assumed: Option<String>,
    /// The words that stand in front of it in the paste, where it is evidence.
    pub above: Option<String>,
    /// Method and path, or the code of an answer, or what of the strings it holds.
    pub what: String,
    /// The signing time, as it is spelled.
    pub time: Option<String>,
    /// The first digits of the signature.
    pub signature: Option<String>,
    /// With what it belongs together, and how that is known.
    pub pairing: String,
    /// To which request it belongs, in a few columns: `request 3`, and a star where a person said so.
    pub paired: String,
    /// Whether it was refused, or is the answer that refuses.
    pub refused: bool,
    /// Whether it is as it was printed, or why that cannot be checked.
    pub integrity: Option<String>,
    /// Whether it is the request that is looked at, or evidence that is held against it.
    pub taken: bool,
}

impl Row {
    /// Its texts in lower case, each on a line of its own: what is typed is looked for in it.
    pub fn searched(&self) -> String {
        let texts = [
            self.name.as_str(),
            self.shape,
            self.side.or(self.seen).unwrap_or_default(),
            &self.what,
            self.time.as_deref().unwrap_or_default(),
            self.signature.as_deref().unwrap_or_default(),
            &self.pairing,
            self.integrity.as_deref().unwrap_or_default(),
        ];
        texts.join("\n").to_lowercase()
    }
}

impl Work {
    /// The parts that are listed, in the order in which they stand. A body that was given apart goes with its
    /// request, and fields with their form.
    pub fn parts(&self) -> Vec<Part> {
        let pieces = self.case.pieces.iter();
        let own = pieces.filter(|piece| match piece.part {
            Part::Request(at) => {
                let request = self.case.requests.get(at);
                request.is_some_and(|request| request.shape == piece.shape)
            }
            Part::Form(at) => {
                let form = self.case.forms.get(at);
                form.is_some_and(|form| form.shape == piece.shape)
            }
            Part::Evidence(_) | Part::Secret(_) => true,
        });
        own.map(|piece| piece.part).collect()
    }

    /// A part in words. `schemes` are those that were asked for a claim.
    pub fn row(&self, schemes: &[&dyn Scheme], part: Part) -> Row {
        match part {
            Part::Request(at) => self.request_row(schemes, at),
            Part::Evidence(at) => self.evidence_row(schemes, at),
            Part::Form(at) => self.form_row(at),
            Part::Secret(at) => Row {
                name: format!("secret {}", at + 1),
                shape: "secret, masked",
                side: None,
                seen: None,
                side_chosen: false,
                side_assumed: None,
                above: None,
                what: self
                    .case
                    .secrets
                    .get(at)
                    .map_or_else(String::new, |secret| self.redactor.text(secret.written_as)),
                time: None,
                signature: None,
                pairing: "tried for the requests that it may belong to".to_owned(),
                paired: String::new(),
                refused: false,
                integrity: None,
                taken: false,
            },
        }
    }

    fn form_row(&self, at: usize) -> Row {
        let form = self.case.forms.get(at);
        let url = form.and_then(|form| form.url);
        let count = form.map_or(0, |form| form.fields.len());
        Row {
            name: format!("form {}", at + 1),
            shape: form.map_or("", |form| form.shape.words()),
            side: None,
            seen: None,
            side_chosen: false,
            side_assumed: None,
            above: None,
            what: url.map_or_else(
                || format!("{count} fields"),
                |url| format!("POST {}", self.words(self.case.docs.bytes(url))),
            ),
            time: None,
            signature: None,
            pairing: "its policy is signed: not verified here yet".to_owned(),
            paired: String::new(),
            refused: false,
            integrity: None,
            taken: false,
        }
    }

    /// What was chosen of the parts, in sentences without their full stop.
    pub fn chosen(&self) -> Vec<Chosen> {
        let mut out = Vec::new();
        for (at, evidence) in self.case.evidence.iter().enumerate() {
            if self.case.is_side_chosen(at) {
                let side = match evidence.side {
                    Some(Side::Client) => "the signer's",
                    Some(Side::Server) => "the server's",
                    None => "of an unknown side",
                };
                out.push(Chosen {
                    text: format!("evidence {} is {side}, chosen by you", at + 1),
                    what: Choice::Side,
                });
            }
            if let Some(request) = self.case.chosen_pair(at) {
                out.push(Chosen {
                    text: format!(
                        "evidence {} is held against request {}, chosen by you",
                        at + 1,
                        request + 1
                    ),
                    what: Choice::Pair,
                });
            }
        }
        out
    }

    /// The shapes that what was given is nearest to, where nothing of it was recognised.
    pub fn offers(&self) -> Vec<Offer> {
        if self.case.is_understood() {
            return Vec::new();
        }
        let mut given = self.case.docs.given();
        let held = given.find(|(_, document)| !document.bytes().trim_ascii().is_empty());
        held.map_or_else(Vec::new, |(_, document)| nearest(document.bytes()))
    }

    fn claim(&self, schemes: &[&dyn Scheme], request: usize) -> Option<Claim> {
        let view = View {
            request: Some(request),
            ..self.view()
        };
        engine::claim(schemes, &view).map(|(_, claim)| claim)
    }

    fn words(&self, bytes: &[u8]) -> String {
        let end = bytes.len().min(LONGEST);
        // A value that goes on behind the cut is not known for what it is before it.
        let near = self.redactor.near(bytes, 0..end);
        let straddles = near
            .hidden
            .iter()
            .find(|h| (h.range.start..h.range.end).contains(&end));
        let end = straddles
            .map_or(end, |hidden| hidden.range.start)
            .min(near.until);
        let cut = bytes.get(..end).unwrap_or_default();
        visible::to_string(&self.redactor.apply(cut).bytes)
    }

    /// `GET /a`; of a URL alone, which states no method, the path.
    pub fn request_name(&self, at: usize) -> String {
        let Some(request) = self.case.requests.get(at) else {
            return String::new();
        };
        if request.is_fragment() {
            return request.shape.words().to_owned();
        }
        let path = match self.words(self.case.docs.bytes(request.target.path)) {
            path if path.is_empty() => "/".to_owned(),
            path => path,
        };
        match request.method {
            Given::Stated(method) => {
                format!("{} {path}", self.words(self.case.docs.bytes(method)))
            }
            Given::Implied(_) => path,
        }
    }

    fn request_row(&self, schemes: &[&dyn Scheme], at: usize) -> Row {
        let docs = &self.case.docs;
        let claim = self.claim(schemes, at);
        let claim = claim.as_ref();
        let taken = self.analysis.request == Some(at);
        let answers = self.case.evidence_for(at);
        let mut pairing = if taken {
            "looked at"
        } else {
            "Enter looks at it"
        }
        .to_owned();
        let names: Vec<String> = answers
            .iter()
            .take(3)
            .map(|place| {
                let refused = self.case.is_refusal(*place);
                format!(
                    "evidence {}{}",
                    place + 1,
                    if refused { ", a refusal" } else { "" }
                )
            })
            .collect();
        if names.is_empty() {
            pairing.push_str("; nothing here belongs to it");
        } else {
            let more = match answers.len() - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            pairing = format!("{pairing}; to it belongs {}{more}", names.join("; "));
        }
        Row {
            name: format!("request {}", at + 1),
            shape: self
                .case
                .requests
                .get(at)
                .map_or("request", |request| request.shape.words()),
            side: None,
            seen: self.case.vantage(at).map(|vantage| vantage.word),
            side_chosen: false,
            side_assumed: None,
            above: None,
            what: self.request_name(at),
            time: claim
                .and_then(|claim| claim.date)
                .map(|span| self.words(docs.bytes(span).trim_ascii())),
            signature: claim
                .and_then(|claim| claim.received.as_ref())
                .map(|pattern| self.digits(pattern)),
            pairing,
            paired: String::new(),
            refused: answers.iter().any(|place| self.case.is_refusal(*place)),
            integrity: None,
            taken,
        }
    }

    fn evidence_row(&self, schemes: &[&dyn Scheme], at: usize) -> Row {
        let docs = &self.case.docs;
        let Some(evidence) = self.case.evidence.get(at) else {
            return Row::nothing(at);
        };
        let answer = evidence.answer.as_ref();
        let what = match (answer.and_then(|a| a.code), answer.and_then(|a| a.status)) {
            (Some(code), Some(status)) => {
                format!("{status} {}", self.words(docs.bytes(code).trim_ascii()))
            }
            (Some(code), None) => self.words(docs.bytes(code).trim_ascii()),
            (None, Some(status)) => status.to_string(),
            // Of strings of nobody knows whom, what tells them apart.
            (None, None) if evidence.side.is_none() => self
                .parts_in(at)
                .unwrap_or_else(|| held(evidence).to_owned()),
            (None, None) => held(evidence).to_owned(),
        };
        let (pairing, paired) = self.belongs(schemes, at, evidence);
        let columns = self.analysis.diagnosis.comparisons.iter();
        let taken = columns
            .flat_map(|comparison| &comparison.columns)
            .any(|column| column.evidence == Some(at));
        Row {
            name: format!("evidence {}", at + 1),
            shape: evidence.shape.words(),
            side: Some(side_words(evidence.side)),
            seen: None,
            side_chosen: self.case.is_side_chosen(at),
            side_assumed: self.assumed(at),
            above: self.above(at),
            what,
            time: evidence
                .signing_time(docs)
                .map(|span| self.words(docs.bytes(span)))
                .or_else(|| {
                    let (clock, _) = answer?.clock?;
                    Some(clock.format("%Y%m%dT%H%M%SZ").to_string())
                }),
            signature: evidence.signature.as_ref().map(|p| self.digits(p)),
            pairing,
            paired,
            refused: self.case.is_refusal(at),
            integrity: integrity(docs, evidence),
            taken,
        }
    }

    /// To which request a piece of evidence belongs, and how that is known: in a sentence, and in a few columns.
    fn belongs(&self, schemes: &[&dyn Scheme], at: usize, evidence: &Evidence) -> (String, String) {
        let Some((requests, by)) = self.case.requests_of(at) else {
            return (
                "no request is here that it could belong to".to_owned(),
                String::new(),
            );
        };
        let Some(first) = requests.first() else {
            return (String::new(), String::new());
        };
        let shown = requests.iter().find(|r| self.analysis.request == Some(**r));
        let request = *shown.unwrap_or(first);
        let more = match requests.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let does = match (evidence.side, &evidence.answer) {
            (Some(Side::Server), Some(_)) => "answers",
            (Some(Side::Server), None) => "is the server's for",
            (Some(Side::Client), _) => "is the signer's for",
            (None, _) => "goes with",
        };
        let how = match by {
            PairedBy::Chosen => "chosen by you",
            PairedBy::Signature => "the same signature",
            PairedBy::Date => "the same signing time",
            PairedBy::KeyId => "the same key id",
            PairedBy::Asked => "the same method and path",
            PairedBy::Place if self.case.requests.len() == 1 => "the only one",
            PairedBy::Place if evidence.side == Some(Side::Client) => "it stands next to it",
            PairedBy::Place => "it stands behind it",
        };
        let claim = self.claim(schemes, request);
        let other = claim
            .map(|claim| pairing(&self.case.docs, &claim, evidence))
            .and_then(|pairing| match pairing {
                Pairing::Other(what) => Some(what.what()),
                Pairing::Unknown | Pairing::Probe | Pairing::Same => None,
            });
        let paired = if by == PairedBy::Chosen { "*" } else { "" };
        match other {
            Some(what) if by != PairedBy::Chosen => (
                format!(
                    "{does} no request here: it stands with request {}, and names another {what}",
                    request + 1
                ),
                String::new(),
            ),
            Some(what) => (
                format!(
                    "{does} request {}: {how}; it names another {what}",
                    request + 1
                ),
                format!("request {}{paired}", request + 1),
            ),
            None => (
                format!("{does} request {}{more}: {how}", request + 1),
                format!("request {}{paired}", request + 1),
            ),
        }
    }

    /// Why a piece of evidence is taken for its side's, in a sentence without its full stop; none where that is told or
    /// chosen.
    pub fn assumed(&self, at: usize) -> Option<String> {
        let (side, assumption) = self.case.assumed(at)?;
        let words = self
            .above(at)
            .map_or_else(String::new, |words| format!(" (“{words}”)"));
        let whose = match side {
            Side::Client => "signer's",
            Side::Server => "server's",
        };
        Some(format!(
            "taken for the {whose}: {}{words}",
            assumption.words()
        ))
    }

    /// The first field in which a piece of evidence parts from what stands beside it, and what it has there.
    fn parts_in(&self, at: usize) -> Option<String> {
        self.analysis
            .diagnosis
            .comparisons
            .iter()
            .find_map(|compared| {
                let mut columns = compared.columns.iter();
                let column = columns.position(|column| column.evidence == Some(at))?;
                let row = compared.rows.iter().find(|row| match row.state {
                    RowState::Differs | RowState::Absent => true,
                    RowState::Same
                    | RowState::Follows
                    | RowState::Alone
                    | RowState::NotCheckable => false,
                })?;
                let value = row.values.get(column)?.as_ref();
                Some(match value {
                    Some(value) => format!("{}: {}", row.key, self.words(&value.bytes)),
                    None => format!("no {}", row.key),
                })
            })
    }

    /// The words in front of a piece of evidence.
    fn above(&self, at: usize) -> Option<String> {
        let span = self.case.words_above(at)?;
        Some(self.words(self.case.docs.bytes(span)))
    }

    fn digits(&self, pattern: &Pattern) -> String {
        let bytes = pattern.bytes(&self.case.docs);
        let start = bytes.get(..bytes.len().min(DIGITS)).unwrap_or_default();
        self.words(start)
    }
}

impl Row {
    /// Evidence that is not there.
    fn nothing(at: usize) -> Self {
        Self {
            name: format!("evidence {}", at + 1),
            shape: "",
            side: None,
            seen: None,
            side_chosen: false,
            side_assumed: None,
            above: None,
            what: String::new(),
            time: None,
            signature: None,
            pairing: String::new(),
            paired: String::new(),
            refused: false,
            integrity: None,
            taken: false,
        }
    }
}

/// Whose a piece of evidence is, in a word.
pub fn side_words(side: Option<Side>) -> &'static str {
    match side {
        Some(Side::Client) => "signer",
        Some(Side::Server) => "server",
        None => "unknown",
    }
}

/// Which strings a piece of evidence holds.
fn held(evidence: &Evidence) -> &'static str {
    match (&evidence.canonical_request, &evidence.string_to_sign) {
        (Some(_), Some(_)) => "canonical request and string to sign",
        (Some(_), None) => "canonical request",
        (None, Some(_)) => "string to sign",
        (None, None) if evidence.signature.is_some() => "signature",
        (None, None) => "answer",
    }
}

/// Whether a piece of evidence is as it was printed, in words; none where it holds no strings.
pub fn integrity(docs: &Documents, evidence: &Evidence) -> Option<String> {
    if let Some(unproved) = evidence.unproved_text(docs) {
        return Some(format!("not checkable because {}", unproved.words()));
    }
    let strings = [&evidence.canonical_request, &evidence.string_to_sign];
    strings.iter().find(|pattern| pattern.is_some())?;
    Some(match evidence.integrity {
        Integrity::Verified => "exact: its hash stands in its string to sign".to_owned(),
        Integrity::Repaired => {
            let peels: Vec<&str> = evidence.repairs.iter().map(|peel| peel.words()).collect();
            format!("repaired ({}), proved by its hash", peels.join(", "))
        }
        Integrity::Attested => "exact: the bytes beside it are its own".to_owned(),
        Integrity::Redacted | Integrity::Unchecked => return None,
        Integrity::Broken => "edited or cut: its hash is not that in its string to sign".to_owned(),
    })
}
