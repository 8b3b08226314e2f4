//! Which evidence speaks of which request.
//!
//! Owns the ways to tell. They compare only texts that both sides hold (signature, key id, date), so
//! no scheme has to be known. All are told at once, in one pass over the requests, and not request by request for each
//! piece of evidence: a log of many failures stays readable.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use memchr::memmem;

use super::answered::Answered;
use super::{Case, Evidence, Given, Part, Side, SignedRequest, vocabulary};
use crate::engine::document::{Documents, Span};

/// Shorter texts say nothing when two sides share them.
const SHORTEST: usize = 8;

/// How a piece of evidence and a request belong together, the weakest first.
#[derive(Copy, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PairedBy {
    /// It stands next behind the request; what a signer printed, before it.
    Place,
    /// Its canonical request asks for what the request asks for: method and path are the same.
    Asked,
    /// Both name one key id.
    KeyId,
    /// The request's signing time stands in the string to sign.
    Date,
    /// The request carries the signature that the evidence names.
    Signature,
    /// The person said so.
    Chosen,
}

/// Which evidence of a case speaks of which request: told at the first question, so requests and
/// evidence must be in place by then.
#[derive(Clone, Default)]
pub struct Pairs(OnceLock<Told>);

/// What the parts of a case tell of one another, both ways round. Of a log whose answers name nothing but one key id
/// every answer speaks of every request: what they share is kept once.
#[derive(Clone, Debug, Default)]
struct Told {
    groups: Vec<Group>,
    /// For each piece of evidence, its place among the groups.
    of_evidence: Vec<Option<usize>>,
    /// For each request, the places of its groups.
    of_requests: HashMap<usize, Vec<usize>>,
}

/// They follow from the rest of the case: whether somebody asked already makes no difference to it.
impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pairs")
    }
}

/// Evidence and the requests that all of it speaks of, both in order, and how that is known.
#[derive(Clone, Debug)]
struct Group {
    by: PairedBy,
    requests: Vec<usize>,
    evidence: Vec<usize>,
}

impl Case {
    /// The evidence that speaks of the request at `request`, as places in [`Case::evidence`]: the surest
    /// first, and in order of the input among equals.
    pub fn evidence_for(&self, request: usize) -> Vec<usize> {
        let told = self.told();
        let groups = told.of_requests.get(&request).into_iter().flatten();
        let told = groups
            .filter_map(|group| told.groups.get(*group))
            .flat_map(|group| group.evidence.iter().map(|evidence| (*evidence, group.by)));
        // What a person said goes before what was told.
        let chosen = self.chosen.pairs.iter();
        let chosen = chosen.filter(|(_, own)| **own == request);
        let mut pairs: Vec<(usize, PairedBy)> = told
            .filter(|(evidence, _)| self.chosen_pair(*evidence).is_none())
            .chain(chosen.map(|(evidence, _)| (*evidence, PairedBy::Chosen)))
            .filter(|(evidence, _)| *evidence < self.evidence.len())
            .collect();
        pairs.sort_unstable_by_key(|(evidence, _)| *evidence);
        pairs.sort_by_key(|(_, by)| std::cmp::Reverse(*by));
        pairs.into_iter().map(|(evidence, _)| evidence).collect()
    }

    /// Whether what the evidence at `evidence` says stands whole behind it, or is the beginning of what stood before it:
    /// then that is read in its place.
    pub fn stands_whole_beside(&self, evidence: usize) -> bool {
        const NEAR: usize = 2;
        let Some(own) = self.evidence.get(evidence) else {
            return false;
        };
        let behind = self.evidence.iter().skip(evidence.saturating_add(1));
        let mut before = self.evidence.iter().take(evidence).rev();
        behind
            .take(NEAR)
            .any(|whole| own.is_part_of(whole, &self.docs))
            || before
                .by_ref()
                .take(NEAR)
                .any(|whole| own.is_beginning_of(whole, &self.docs))
    }

    /// How the evidence at `evidence` belongs to the request at `request`; none where it does not, or
    /// belongs more surely to another.
    pub fn paired_by(&self, evidence: usize, request: usize) -> Option<PairedBy> {
        if let Some(chosen) = self.chosen_pair(evidence) {
            return (chosen == request).then_some(PairedBy::Chosen);
        }
        let pair = self.pair(evidence)?;
        pair.requests
            .binary_search(&request)
            .is_ok()
            .then_some(pair.by)
    }

    /// The requests that the evidence at `evidence` speaks of, in order, and how that is known.
    pub fn requests_of(&self, evidence: usize) -> Option<(&[usize], PairedBy)> {
        if let Some(chosen) = self.chosen.pairs.get(&evidence) {
            return Some((std::slice::from_ref(chosen), PairedBy::Chosen));
        }
        let pair = self.pair(evidence)?;
        Some((&pair.requests, pair.by))
    }

    /// The request that is looked at where nobody chooses, as a place in [`Case::requests`], and by which rule:
    /// the first that was refused as a signature is refused, else the first that was refused at all, else the
    /// first. Of several tries of one request it is so the first that was refused.
    pub fn first_refused(&self) -> Option<usize> {
        self.taken().map(|(request, _)| request)
    }

    /// As [`Case::first_refused`], and by which rule.
    pub fn taken(&self) -> Option<(usize, Taken)> {
        let answers = self.evidence.iter().enumerate();
        let refused = |least: Refused| {
            let refusals = answers
                .clone()
                .filter(move |(_, evidence)| refused(&self.docs, evidence) >= Some(least));
            refusals
                .filter_map(|(at, _)| self.requests_of(at)?.0.first().copied())
                .min()
        };
        refused(Refused::Signature)
            .or_else(|| refused(Refused::AtAll))
            .map(|request| (request, Taken::Refused))
            .or((!self.requests.is_empty()).then_some((0, Taken::First)))
    }

    /// Whether a verifier's answer refuses, in whatever way.
    pub fn is_refusal(&self, evidence: usize) -> bool {
        let evidence = self.evidence.get(evidence);
        evidence.is_some_and(|evidence| self.is_refusal_of(evidence))
    }

    /// The same of the evidence itself.
    pub(super) fn is_refusal_of(&self, evidence: &Evidence) -> bool {
        refused(&self.docs, evidence).is_some()
    }

    /// The requests that the evidence at `evidence` speaks of.
    fn pair(&self, evidence: usize) -> Option<&Group> {
        let told = self.told();
        told.groups.get((*told.of_evidence.get(evidence)?)?)
    }

    fn told(&self) -> &Told {
        self.pairs.0.get_or_init(|| told(self))
    }
}

/// By which rule a request is looked at where nobody chose one.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Taken {
    /// It is the first that was refused.
    Refused,
    /// None was refused, and it is the first.
    First,
}

/// What an answer refuses; the least telling first.
#[derive(Copy, Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Refused {
    /// Something.
    AtAll,
    /// The signature, or what is checked with it: the key id, the clock, the scope, the right to ask.
    Signature,
}

/// How an answer refuses; none where it does not, or where it is the signer's.
fn refused(docs: &Documents, evidence: &Evidence) -> Option<Refused> {
    let answer = evidence.answer.as_ref()?;
    let code = answer.code.map(|code| docs.bytes(code).trim_ascii());
    let status = answer.status;
    if evidence.side == Some(Side::Client) || !(code.is_some() || status.is_some_and(|s| s >= 400))
    {
        return None;
    }
    // AWS refuses a signature with 403, and with 400 what it cannot read of one; others take 401.
    let may_be = status.is_none_or(|status| matches!(status, 400 | 401 | 403));
    let is_beyond = code.is_some_and(|code| {
        vocabulary::BEYOND_CODES
            .iter()
            .any(|beyond| beyond.as_bytes() == code)
    });
    Some(if may_be && !is_beyond {
        Refused::Signature
    } else {
        Refused::AtAll
    })
}

/// By what a piece of evidence is in its group.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
enum Shared<'d> {
    /// A text of this kind that the requests hold, too.
    Text(PairedBy, &'d [u8]),
    /// The same, and of those the requests that ask for this.
    Both(PairedBy, &'d [u8], Asked<'d>),
    /// A text of this kind that the requests hold, too: it refuses one of them, so not one that was taken.
    Refused(PairedBy, &'d [u8]),
    /// It speaks of this request.
    One(PairedBy, usize),
}

/// For each piece of evidence, the requests it speaks of, and the other way round.
fn told(case: &Case) -> Told {
    let docs = &case.docs;
    let texts: Vec<[Option<&[u8]>; 3]> = case.evidence.iter().map(|e| texts(docs, e)).collect();
    let mut holders = holders(case, texts.iter().flatten().flatten().copied());
    holders.retain(|_, requests| !requests.is_empty());
    let beside = requests_beside(case);
    let asking = requests_by_target(case);
    let answered = Answered::of(case, &beside);
    // How many of the requests that hold a text have no answer of their own.
    let open: HashMap<&[u8], usize> = holders
        .iter()
        .map(|(text, requests)| {
            let open = requests.iter().filter(|r| !answered.any.contains(r));
            (*text, open.count())
        })
        .collect();
    let mut told = Told::default();
    let mut known: HashMap<Shared<'_>, usize> = HashMap::new();
    for (evidence, texts) in texts.iter().enumerate() {
        let ways = [PairedBy::Signature, PairedBy::Date, PairedBy::KeyId];
        let mut texts = texts.iter().zip(ways);
        let text = texts.find_map(|(text, by)| {
            let text = text.filter(|text| holders.contains_key(text))?;
            Some((by, text))
        });
        let own = case.evidence.get(evidence);
        let asked = own
            .and_then(|evidence| asked_for(docs, evidence))
            .filter(|asked| asking.contains_key(asked));
        // What a server took up may have another path than what was sent.
        let signed = own.is_some_and(|evidence| evidence.side != Some(Side::Server));
        let next = beside.get(&evidence).copied();
        // Among equals an answer belongs to the request above it.
        let above = |text: &[u8]| {
            let refuses = own.is_some_and(|evidence| refused(docs, evidence).is_some());
            let held = holders.get(text)?;
            next.filter(|next| refuses && held.len() > 1 && held.binary_search(next).is_ok())
        };
        let shared = match (text, asked) {
            (Some((by, text)), _) if above(text).is_some() => Some(match (by, above(text)) {
                (PairedBy::Date | PairedBy::KeyId, Some(next)) if open.get(text) == Some(&0) => {
                    Shared::One(by, next)
                }
                _ => Shared::Refused(by, text),
            }),
            (Some((by, text)), Some(asked)) if by != PairedBy::Signature && signed => {
                Some(Shared::Both(by, text, asked))
            }
            (Some((by, text)), _) => Some(Shared::Text(by, text)),
            // Of several tries it is the one beside it.
            (None, Some(asked)) => {
                let all = asking.get(&asked).map_or(&[][..], Vec::as_slice);
                let near = next.filter(|next| all.binary_search(next).is_ok());
                let by = if near.is_some() && all.len() > 1 {
                    PairedBy::Place
                } else {
                    PairedBy::Asked
                };
                let request = near.or(all.first().copied());
                request.map(|request| Shared::One(by, request))
            }
            (None, None) => next.map(|next| Shared::One(PairedBy::Place, next)),
        };
        let group = shared.map(|shared| {
            *known.entry(shared).or_insert_with(|| {
                let holding = |text: &[u8]| holders.get(text).cloned().unwrap_or_default();
                let (by, requests) = match shared {
                    Shared::Text(by, text) => (by, holding(text)),
                    Shared::Refused(by, text) => {
                        let mut requests = holding(text);
                        if requests.iter().any(|r| !answered.taken.contains(r)) {
                            requests.retain(|r| !answered.taken.contains(r));
                        }
                        (by, requests)
                    }
                    Shared::Both(by, text, asked) => {
                        let mut requests = holding(text);
                        let all = asking.get(&asked).map_or(&[][..], Vec::as_slice);
                        // Many requests are signed in one second with one key.
                        let own = |request: &usize| all.binary_search(request).is_ok();
                        if requests.iter().any(own) {
                            requests.retain(own);
                        }
                        (by, requests)
                    }
                    Shared::One(by, request) => (by, vec![request]),
                };
                for request in &requests {
                    let groups = told.of_requests.entry(*request).or_default();
                    groups.push(told.groups.len());
                }
                told.groups.push(Group {
                    by,
                    requests,
                    evidence: Vec::new(),
                });
                told.groups.len() - 1
            })
        });
        if let Some(group) = group.and_then(|group| told.groups.get_mut(group)) {
            group.evidence.push(evidence);
        }
        told.of_evidence.push(group);
    }
    told
}

/// Method and path, as they stand.
pub(super) type Asked<'d> = (&'d [u8], &'d [u8]);

/// What the canonical request of a piece of evidence asks for, where it has a method and a path of its own.
pub(super) fn asked_for<'d>(docs: &'d Documents, evidence: &Evidence) -> Option<Asked<'d>> {
    let span = evidence.canonical_request.as_ref()?.span()?;
    let mut lines = docs.bytes(span).split(|b| *b == b'\n');
    Some((lines.next()?, lines.next().filter(|path| !path.is_empty())?))
}

/// The requests that ask for one thing, in order; those whose method or path is not here ask for none.
fn requests_by_target(case: &Case) -> HashMap<Asked<'_>, Vec<usize>> {
    let mut asking: HashMap<Asked<'_>, Vec<usize>> = HashMap::new();
    if case.requests.len() < 2 {
        return asking;
    }
    for (place, request) in case.requests.iter().enumerate() {
        let path = case.docs.bytes(request.target.path);
        if let Given::Stated(method) = request.method
            && !path.is_empty()
        {
            let asked = (case.docs.bytes(method), path);
            asking.entry(asked).or_default().push(place);
        }
    }
    asking
}

/// For each piece of evidence, the request before it in the input, or the only one. A signer prints what it signs
/// before it sends it, so of its strings it is the request behind them where that has the method they name.
fn requests_beside(case: &Case) -> HashMap<usize, usize> {
    if case.requests.len() == 1 {
        return (0..case.evidence.len()).map(|e| (e, 0)).collect();
    }
    let mut last = None;
    let mut beside = HashMap::new();
    let mut signed = Vec::new();
    for piece in &case.pieces {
        match piece.part {
            Part::Request(request) => {
                let ahead = signed.drain(..).filter(|e| names_method(case, *e, request));
                beside.extend(ahead.map(|evidence| (evidence, request)));
                last = Some(request);
            }
            Part::Evidence(evidence) => {
                beside.extend(last.map(|request| (evidence, request)));
                let side = case.evidence.get(evidence).and_then(|e| e.side);
                signed.extend((side == Some(Side::Client)).then_some(evidence));
            }
            Part::Secret(_) | Part::Form(_) => {}
        }
    }
    beside
}

/// Whether the canonical request of a piece of evidence begins with the method of a request.
fn names_method(case: &Case, evidence: usize, request: usize) -> bool {
    let text = case.evidence.get(evidence).and_then(|evidence| {
        let span = evidence.canonical_request.as_ref()?.span()?;
        case.docs.bytes(span).split(|b| *b == b'\n').next()
    });
    let method = case.requests.get(request).and_then(|r| match r.method {
        Given::Stated(method) => Some(case.docs.bytes(method)),
        Given::Implied(_) => None,
    });
    text.is_some() && text == method
}

/// What a piece of evidence may share with its request: signature, signing time, key id.
pub(super) fn texts<'d>(docs: &'d Documents, evidence: &Evidence) -> [Option<&'d [u8]>; 3] {
    let exact = evidence
        .signature
        .as_ref()
        .and_then(super::Pattern::as_exact);
    let date = evidence.signing_time(docs).map(|span| docs.bytes(span));
    [
        exact.map(|span| docs.bytes(span)),
        date,
        evidence.key_id().map(|span| docs.bytes(span)),
    ]
    .map(|text| text.filter(|text| text.len() >= SHORTEST))
}

/// For each of `texts`, the requests in whose headers or query it stands, in order.
///
/// Requests are searched once, for words; a text is then looked for only where its longest word stands.
fn holders<'d>(
    case: &'d Case,
    texts: impl Iterator<Item = &'d [u8]>,
) -> HashMap<&'d [u8], Vec<usize>> {
    let mut by_word: HashMap<&[u8], Vec<&[u8]>> = HashMap::new();
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for text in texts {
        if holders.insert(text, Vec::new()).is_none() {
            let longest = words(text).max_by_key(|word| word.len());
            by_word
                .entry(longest.unwrap_or_default())
                .or_default()
                .push(text);
        }
    }
    for (place, request) in case.requests.iter().enumerate() {
        for value in values(request) {
            let value = case.docs.bytes(value);
            for text in words(value).filter_map(|word| by_word.get(word)).flatten() {
                if let Some(requests) = holders.get_mut(text)
                    && requests.last() != Some(&place)
                    && memmem::find(value, text).is_some()
                {
                    requests.push(place);
                }
            }
        }
    }
    holders
}

/// Where a request may carry what an answer repeats: its query and the values of its headers.
pub(super) fn values(request: &SignedRequest) -> impl Iterator<Item = Span> {
    let headers = request.headers.iter().map(|header| header.value);
    request.target.query.into_iter().chain(headers)
}

/// The runs of letters and digits.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !byte.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

impl Evidence {
    /// The time of signing that is named, where it stands in basic form: in the string to sign, else where the answer
    /// repeats it.
    pub fn signing_time(&self, docs: &Documents) -> Option<Span> {
        self.signed_at(docs).or_else(|| {
            let details = self.answer.iter().flat_map(|answer| &answer.details);
            let mut repeated = details
                .filter(|(name, _)| vocabulary::TIME_ELEMENTS.contains(&name.as_str()))
                .map(|(_, span)| *span)
                .chain(self.between(docs, vocabulary::TIME_WORDS));
            repeated.find(|span| is_basic_time(docs.bytes(*span)))
        })
    }

    /// The region that the answer says the request was signed for.
    pub fn signed_region(&self, docs: &Documents) -> Option<Span> {
        self.between(docs, vocabulary::REGION_WORDS)
    }

    /// What stands between these words in the message.
    fn between(&self, docs: &Documents, (from, to): (&str, &str)) -> Option<Span> {
        let message = self.answer.as_ref()?.message?;
        let text = docs.bytes(message);
        let start = memmem::find(text, from.as_bytes())? + from.len();
        let len = memmem::find(text.get(start..)?, to.as_bytes())?;
        Some(message.part(start..start + len))
    }

    /// The time in the string to sign: in the second line of newer schemes, in another of older ones.
    fn signed_at(&self, docs: &Documents) -> Option<Span> {
        let to_sign = self.string_to_sign.as_ref()?.span()?;
        let mut start = 0;
        for line in docs.bytes(to_sign).split(|b| *b == b'\n').take(4) {
            if is_basic_time(line) {
                return Some(to_sign.part(start..start + line.len()));
            }
            start += line.len() + 1;
        }
        None
    }

    /// The key id that the answer names.
    pub fn key_id(&self) -> Option<Span> {
        let details = self.answer.iter().flat_map(|a| &a.details);
        let named =
            |(name, _): &&(String, Span)| vocabulary::KEY_ID_ELEMENTS.contains(&name.as_str());
        details
            .filter(named)
            .map(|(_, span)| *span)
            .find(|span| !span.is_empty())
    }
}

/// Whether a text has the form `20130524T000000Z`.
pub fn is_basic_time(line: &[u8]) -> bool {
    line.len() == 16
        && line.iter().enumerate().all(|(i, b)| match i {
            8 => *b == b'T',
            15 => *b == b'Z',
            _ => b.is_ascii_digit(),
        })
}
