//! What is known of a case, gathered once: who said what, and how the sides relate.

use std::ops::Range;

use bytes::Bytes;

use super::compare::{Compared, Printed, Relation, Text, compare, relate_texts};
use super::refusal::{Refusal, refusal};
use super::{Column, Divergence, Party, Row, RowState};
use crate::engine::intake::{Evidence, Integrity, Side, vocabulary};
use crate::engine::scheme::{
    Field, FieldKey, FieldKind, Outcome, Reason, Role, Rule, Scheme, Stage, StageBytes, StageId,
    Step, Trace, View,
};

/// Whether evidence is about the request that is looked at.
#[derive(Copy, Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Pairing {
    /// It names another signature than the request carries.
    Other,
    /// It names no signature, or there is none to hold it against.
    Unknown,
    /// It names the signature that the request carries.
    Same,
}

/// A piece of evidence that is taken up, one for each side.
#[derive(Clone, Debug)]
pub(super) struct Witness<'a> {
    /// Its place in the case.
    pub(super) index: usize,
    /// Whose.
    pub(super) party: Party,
    /// The evidence.
    pub(super) evidence: &'a Evidence,
    /// Whether it is about this request.
    pub(super) pairing: Pairing,
    /// The received signature against its string to sign, with the secrets at hand.
    pub(super) verified: Outcome,
    /// The candidate that signs its string to sign so, as a place in the keyring.
    pub(super) key: Option<usize>,
    /// Whether its text stands in one line where the computed one has several: the paste lost the breaks,
    /// and nothing of it can be held against anything.
    pub(super) folded: bool,
}

impl Witness<'_> {
    /// Whether its strings may be relied on: not proved to be edited.
    pub(super) fn is_intact(&self) -> bool {
        self.evidence.integrity != Integrity::Broken && !self.folded
    }

    /// Whether the hash of its canonical request is the one it signed.
    pub(super) fn is_verified(&self) -> bool {
        match self.evidence.integrity {
            Integrity::Verified | Integrity::Repaired => true,
            Integrity::Redacted | Integrity::Unchecked | Integrity::Broken => false,
        }
    }

    /// Whether it gives a canonical request or a string to sign.
    pub(super) fn has_strings(&self) -> bool {
        self.evidence.canonical_request.is_some() || self.evidence.string_to_sign.is_some()
    }
}

/// How two sides' strings stand to each other.
#[derive(Clone, Debug)]
pub(super) enum Strings {
    /// One side has none that the other has too.
    None,
    /// The strings to sign are the same.
    Equal,
    /// The canonical requests are the same; there is no second string to sign.
    CanonicalEqual,
    /// They part; here the places, in canonical order. Never empty.
    Differ(Vec<Root>),
    /// Nothing that can be compared differs, but not all can be.
    Open,
}

/// A place where two sides part that no earlier place explains.
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// The field.
    pub(super) key: FieldKey,
    /// The values of the two sides.
    pub(super) values: [Option<Bytes>; 2],
    /// The first differing byte.
    pub(super) at: Option<usize>,
    /// What the row notes.
    pub(super) note: Option<String>,
}

/// All that is known.
pub(super) struct Facts<'a> {
    /// What is looked at.
    pub(super) view: &'a View<'a>,
    /// The way to the signature.
    pub(super) trace: Option<&'a Trace>,
    /// How the received signature stands.
    pub(super) outcome: Outcome,
    /// What the verifier gave.
    pub(super) server: Option<Witness<'a>>,
    /// What the signer gave.
    pub(super) client: Option<Witness<'a>>,
    /// Why the verifier refused, if it answered.
    pub(super) refusal: Option<Refusal>,
    /// Every stage with something to compare.
    pub(super) compared: Vec<Compared>,
}

impl<'a> Facts<'a> {
    /// Gathers.
    pub(super) fn gather(
        view: &'a View<'a>,
        scheme: Option<&dyn Scheme>,
        trace: Option<&'a Trace>,
    ) -> Self {
        let mut facts = Self {
            view,
            trace,
            outcome: trace.map_or(Outcome::NotCheckable(Reason::NoRequest), |t| t.outcome),
            server: None,
            client: None,
            refusal: None,
            compared: Vec::new(),
        };
        facts.server = facts.witness(scheme, Party::Server);
        facts.client = facts.witness(scheme, Party::Client);
        facts.refusal = facts
            .server
            .as_ref()
            .and_then(|server| server.evidence.answer.as_ref())
            .map(|answer| refusal(answer, &view.case.docs));
        for role in [Role::CanonicalRequest, Role::StringToSign, Role::Signature] {
            facts.compare_stage(scheme, role);
        }
        facts.mark_follows();
        facts
    }

    /// The signature that the request carries.
    pub(super) fn received(&self) -> Option<Printed> {
        self.view.request?;
        let pattern = self.trace?.claim.received.as_ref()?;
        Some(Printed::of(pattern, &self.view.case.docs))
    }

    /// The evidence of one side that says most about this request.
    fn witness(&self, scheme: Option<&dyn Scheme>, party: Party) -> Option<Witness<'a>> {
        let case = self.view.case;
        let received = self.received();
        let mut best = None;
        for (index, evidence) in case.evidence.iter().enumerate() {
            let side = match evidence.side {
                Some(Side::Server) => Party::Server,
                // Strings of an unknown side are shown where a signer's would be.
                Some(Side::Client) | None => Party::Client,
            };
            if side != party {
                continue;
            }
            let named = evidence
                .signature
                .as_ref()
                .map(|p| Printed::of(p, &case.docs));
            let pairing = match (&named, &received) {
                (Some(named), Some(received)) => pair(named, received),
                _ => Pairing::Unknown,
            };
            // What belongs to another request of the case is no evidence about this one.
            let by = match self.view.request.map(|r| case.paired_by(index, r)) {
                Some(None) => continue,
                Some(Some(by)) => Some(by),
                None => None,
            };
            let rank = (
                pairing,
                by,
                evidence.canonical_request.is_some(),
                evidence.string_to_sign.is_some(),
            );
            if best.as_ref().is_none_or(|(_, held)| rank > *held) {
                best = Some((index, rank));
            }
        }
        let (index, (pairing, ..)) = best?;
        let evidence = case.evidence.get(index)?;
        let mut witness = Witness {
            index,
            party,
            evidence,
            pairing,
            verified: Outcome::NotCheckable(Reason::NothingReceived),
            key: None,
            folded: self.is_folded(evidence),
        };
        (witness.verified, witness.key) = self.verify(scheme, &witness, received);
        Some(witness)
    }

    /// Whether the line breaks of a text that is all there were lost.
    fn is_folded(&self, evidence: &Evidence) -> bool {
        let docs = &self.view.case.docs;
        [
            (Role::CanonicalRequest, &evidence.canonical_request),
            (Role::StringToSign, &evidence.string_to_sign),
        ]
        .into_iter()
        .any(|(role, pattern)| {
            let own = self
                .trace
                .and_then(|trace| trace.stage(role)?.output.public());
            let (Some(pattern), Some(own)) = (pattern, own) else {
                return false;
            };
            let text = Printed::of(pattern, docs);
            let whole = text.is_exact() && text.bytes.trim_ascii().len() * 2 > own.len();
            whole && own.contains(&b'\n') && !text.bytes.trim_ascii().contains(&b'\n')
        })
    }

    /// Holds the received signature against the string to sign of a witness, with every secret that
    /// may belong to the key. Gives the one that fits, else how the first differs.
    fn verify(
        &self,
        scheme: Option<&dyn Scheme>,
        witness: &Witness<'_>,
        received: Option<Printed>,
    ) -> (Outcome, Option<usize>) {
        let docs = &self.view.case.docs;
        let open = |reason| (Outcome::NotCheckable(reason), None);
        let (Some(scheme), Some(trace)) = (scheme, self.trace) else {
            return open(Reason::NothingReceived);
        };
        // What the witness itself names goes with its own text; the request's signature only where
        // it names none.
        let named = witness.evidence.signature.as_ref();
        let signature = named.map(|p| Printed::of(p, docs)).or(received);
        let (Some(text), Some(signature)) = (&witness.evidence.string_to_sign, signature) else {
            return open(Reason::NothingReceived);
        };
        let text = Printed::of(text, docs);
        if !text.is_exact() || !signature.is_exact() {
            return open(Reason::Redacted);
        }
        let key_id = trace.claim.key_id.map(|span| docs.text(span).into_owned());
        let mut first = None;
        for (candidate, _) in self.view.keyring.for_key_id(key_id.as_deref()) {
            let Some(made) = scheme.sign(self.view, &trace.claim, candidate, &text.bytes) else {
                continue;
            };
            if made == signature.bytes.as_ref() {
                return (Outcome::Equal, Some(candidate));
            }
            let at = super::token::common_prefix(&signature.bytes, &made);
            first.get_or_insert((Outcome::Differs { at }, Some(candidate)));
        }
        first.unwrap_or_else(|| open(Reason::NoSecret))
    }

    fn compare_stage(&mut self, scheme: Option<&dyn Scheme>, role: Role) {
        let docs = &self.view.case.docs;
        let stage = self.trace.and_then(|trace| trace.stage(role));
        let mut texts = Vec::new();
        let push = |texts: &mut Vec<Text>, column: Column, printed: Printed| {
            let fields = split(scheme, role, &printed.bytes);
            texts.push(Text {
                column,
                printed,
                fields,
            });
        };
        if role == Role::Signature
            && let Some(received) = self.received()
        {
            let column = Column {
                party: Party::Received,
                caption: "received (in this request)".to_owned(),
                evidence: None,
                integrity: Integrity::Unchecked,
            };
            push(&mut texts, column, received);
        }
        if let Some(stage) = stage
            && self.view.request.is_some()
            && let StageBytes::Public(bytes) = &stage.output
        {
            let fields = if stage.fields.is_empty() {
                split(scheme, role, bytes)
            } else {
                stage.fields.clone()
            };
            texts.push(Text {
                column: self.computed_column(role),
                printed: Printed {
                    wild: self.assumed(stage),
                    ..Printed::exact(bytes.clone())
                },
                fields,
            });
        }
        let mut witnessed = false;
        for witness in [&self.server, &self.client].into_iter().flatten() {
            let pattern = match role {
                Role::CanonicalRequest => &witness.evidence.canonical_request,
                Role::StringToSign => &witness.evidence.string_to_sign,
                Role::Signature => &witness.evidence.signature,
                Role::Request | Role::Key => &None,
            };
            if witness.folded && role != Role::Signature {
                continue;
            }
            if let Some(pattern) = pattern {
                witnessed = true;
                push(
                    &mut texts,
                    witness_column(witness, role),
                    Printed::of(pattern, docs),
                );
            }
        }
        // Where one of them has too many fields to be split, all are compared as they are.
        if texts.iter().any(|text| is_whole(&text.fields)) {
            for text in &mut texts {
                text.fields = vec![whole(role, text.printed.bytes.len())];
            }
        }
        // A computed text alone is the trace's own; there is nothing beside it.
        if texts.len() < 2 && !witnessed {
            return;
        }
        let id = stage.map_or_else(|| default_id(role), |stage| stage.id);
        self.compared.push(compare(id, role, texts));
    }

    /// What of a computed text rests on an assumption that no signature confirms: it is held against
    /// nothing.
    fn assumed(&self, stage: &Stage) -> Vec<Range<usize>> {
        let runs = stage.fields.iter().flat_map(|field| &field.runs);
        runs.filter(|run| !self.outcome.agrees() && run.steps.contains(&Step::TakenAsEmpty))
            .map(|run| run.out.clone())
            .collect()
    }

    fn computed_column(&self, role: Role) -> Column {
        let caption = if !self.outcome.agrees() {
            "computed from this request"
        } else if role == Role::Signature {
            "computed (equal to the received one)"
        } else {
            "signed (proved by the signature)"
        };
        Column {
            party: Party::Computed,
            caption: caption.to_owned(),
            evidence: None,
            integrity: if self.outcome.agrees() {
                Integrity::Verified
            } else {
                Integrity::Unchecked
            },
        }
    }

    /// The comparison of a stage.
    pub(super) fn stage(&self, role: Role) -> Option<&Compared> {
        self.compared.iter().find(|c| c.comparison.role == role)
    }

    /// The rows of a stage with how two parties relate there; none where one has no text for it.
    pub(super) fn relations(
        &self,
        role: Role,
        between: [Party; 2],
    ) -> Option<Vec<(&Row, Relation, [usize; 2])>> {
        let compared = self.stage(role)?;
        let place = |party: Party| {
            compared
                .comparison
                .columns
                .iter()
                .position(|column| column.party == party)
        };
        let [a, b] = between;
        let (a, b) = (place(a)?, place(b)?);
        let rows = compared.comparison.rows.iter().zip(&compared.relations);
        Some(
            rows.map(|(row, relations)| {
                let relation = relations
                    .iter()
                    .find(|(x, y, _)| (*x, *y) == (a, b) || (*x, *y) == (b, a))
                    .map_or(Relation::Neither, |(_, _, relation)| *relation);
                (row, relation, [a, b])
            })
            .collect(),
        )
    }

    /// The places of a stage where two parties part, without those that only follow.
    pub(super) fn roots(&self, role: Role, between: [Party; 2]) -> Vec<Root> {
        let Some(rows) = self.relations(role, between) else {
            return Vec::new();
        };
        rows.into_iter()
            .filter(|(row, relation, _)| {
                relation.differs() && !self.follows(role, &row.key, between)
            })
            .map(|(row, relation, [a, b])| {
                let value = |i: usize| row.values.get(i)?.as_ref().map(|v| v.bytes.clone());
                Root {
                    key: row.key.clone(),
                    values: [value(a), value(b)],
                    at: match relation {
                        Relation::Part(at) => Some(at),
                        _ => None,
                    },
                    note: row.note.clone(),
                }
            })
            .collect()
    }

    /// Whether a difference of two parties in this field is only the consequence of an earlier one.
    fn follows(&self, role: Role, key: &FieldKey, between: [Party; 2]) -> bool {
        let earlier = |role: Role| {
            self.relations(role, between)
                .is_some_and(|rows| rows.iter().any(|(_, relation, _)| relation.differs()))
        };
        match role {
            Role::StringToSign => key.kind == FieldKind::HASH && earlier(Role::CanonicalRequest),
            Role::Signature => {
                // What the signer signed is what its signature is of.
                let signer_differs = [Role::CanonicalRequest, Role::StringToSign]
                    .into_iter()
                    .filter_map(|role| self.relations(role, [Party::Computed, Party::Client]))
                    .flatten()
                    .any(|(_, relation, _)| relation.differs());
                between.contains(&Party::Computed)
                    && signer_differs
                    && self
                        .client
                        .as_ref()
                        .is_some_and(|c| c.pairing != Pairing::Other)
            }
            Role::Request | Role::CanonicalRequest | Role::Key => false,
        }
    }

    /// How the strings of two parties stand to each other.
    pub(super) fn strings(&self, between: [Party; 2]) -> Strings {
        let state = |role: Role| {
            let rows = self.relations(role, between)?;
            let differs = rows.iter().any(|(_, r, _)| r.differs());
            let open = rows.iter().any(|(_, r, _)| *r == Relation::Open);
            Some((differs, open))
        };
        let (canonical, signed) = (state(Role::CanonicalRequest), state(Role::StringToSign));
        if signed == Some((false, false)) {
            return Strings::Equal;
        }
        let mut roots = self.roots(Role::CanonicalRequest, between);
        roots.extend(self.roots(Role::StringToSign, between));
        match (canonical, signed) {
            (None, None) => Strings::None,
            _ if !roots.is_empty() => Strings::Differ(roots),
            (Some((false, false)), None) => Strings::CanonicalEqual,
            _ => Strings::Open,
        }
    }

    /// Sets the rows that only follow from earlier stages.
    fn mark_follows(&mut self) {
        let mut following = Vec::new();
        for (c, compared) in self.compared.iter().enumerate() {
            let Compared {
                comparison,
                relations,
            } = compared;
            let party = |i: usize| comparison.columns.get(i).map(|column| column.party);
            for (r, (row, relations)) in comparison.rows.iter().zip(relations).enumerate() {
                let mut differing = relations
                    .iter()
                    .filter(|(_, _, relation)| relation.differs())
                    .peekable();
                let follows = differing.peek().is_some()
                    && differing.all(|(a, b, _)| match (party(*a), party(*b)) {
                        (Some(a), Some(b)) => self.follows(comparison.role, &row.key, [a, b]),
                        _ => false,
                    });
                if follows {
                    following.push((c, r));
                }
            }
        }
        for (c, r) in following {
            if let Some(row) = self
                .compared
                .get_mut(c)
                .and_then(|compared| compared.comparison.rows.get_mut(r))
            {
                row.state = RowState::Follows;
            }
        }
    }

    /// Every place where the first column parts from another, in canonical order.
    pub(super) fn divergences(&self) -> Vec<Divergence> {
        let mut out = Vec::new();
        for compared in &self.compared {
            let comparison = &compared.comparison;
            for (row, relations) in comparison.rows.iter().zip(&compared.relations) {
                for &(a, b, relation) in relations {
                    let (Some(left), Some(right)) =
                        (comparison.columns.get(a), comparison.columns.get(b))
                    else {
                        continue;
                    };
                    if a != 0 || !relation.differs() {
                        continue;
                    }
                    let between = [left.party, right.party];
                    let value = |i: usize| row.values.get(i)?.as_ref().map(|v| v.bytes.clone());
                    let values = [value(a), value(b)];
                    let (offset, detail) = match (relation, &values) {
                        (Relation::Part(at), [Some(x), Some(y)]) => {
                            let byte = super::compare::difference(x, y, at);
                            let detail = format!("{} against {}", byte.left, byte.right);
                            (Some(at), Some(detail))
                        }
                        _ => (None, row.note.clone()),
                    };
                    out.push(Divergence {
                        between,
                        stage: comparison.stage,
                        field: row.key.clone(),
                        values,
                        offset,
                        detail,
                        follows: self.follows(comparison.role, &row.key, between),
                    });
                }
            }
        }
        out
    }
}

/// The least part of a signature that tells two of them apart beyond doubt, in characters.
const TELLING: usize = 8;

fn pair(named: &Printed, received: &Printed) -> Pairing {
    match relate_texts(named, received) {
        Relation::Same => Pairing::Same,
        Relation::Part(_) => Pairing::Other,
        _ => {
            let shared = super::token::common_prefix(&named.bytes, &received.bytes);
            if shared >= TELLING {
                Pairing::Same
            } else {
                Pairing::Unknown
            }
        }
    }
}

/// The fields of a text, by the scheme; the whole text as one field where there is none.
fn split(scheme: Option<&dyn Scheme>, role: Role, text: &Bytes) -> Vec<Field> {
    let fields = scheme.map_or_else(Vec::new, |scheme| scheme.dissect(role, text));
    if !fields.is_empty() || text.is_empty() {
        return fields;
    }
    vec![whole(role, text.len())]
}

/// Whether a text was not split.
fn is_whole(fields: &[Field]) -> bool {
    matches!(fields, [only] if only.key == FieldKey::of(FieldKind::MESSAGE))
}

/// A text as one field.
fn whole(role: Role, len: usize) -> Field {
    let kind = match role {
        Role::Signature => FieldKind::SIGNATURE,
        Role::Request | Role::CanonicalRequest | Role::StringToSign | Role::Key => {
            FieldKind::MESSAGE
        }
    };
    Field {
        key: FieldKey::of(kind),
        range: 0..len,
        runs: Vec::new(),
        rule: Rule {
            text: "",
            reference: "",
        },
    }
}

fn default_id(role: Role) -> StageId {
    StageId(match role {
        Role::Request => "request",
        Role::CanonicalRequest => "canonical-request",
        Role::StringToSign => "string-to-sign",
        Role::Key => "key",
        Role::Signature => "signature",
    })
}

/// How far a text can be trusted, in words.
pub(super) fn integrity_words(integrity: &Integrity) -> &'static str {
    match integrity {
        Integrity::Verified => "hash verified",
        Integrity::Repaired => "hash verified after repair",
        Integrity::Redacted => "redacted",
        Integrity::Broken => "hash does not match: edited or cut",
        Integrity::Unchecked => "not verified",
    }
}

fn witness_column(witness: &Witness<'_>, role: Role) -> Column {
    let who = match (witness.party, witness.evidence.side) {
        (Party::Server, _) => "server",
        (_, Some(_)) => "client",
        (_, None) => "pasted, side unknown",
    };
    let shape = vocabulary::called(witness.evidence.shape);
    let caption = if role == Role::Signature && witness.party == Party::Server {
        // A verifier never prints the signature it computed, only the one it was sent.
        "received (echoed by the server)".to_owned()
    } else if role == Role::Signature {
        format!("{who} ({shape})")
    } else {
        let integrity = integrity_words(&witness.evidence.integrity);
        format!("{who} ({shape}, {integrity})")
    };
    Column {
        party: witness.party,
        caption,
        evidence: Some(witness.index),
        integrity: witness.evidence.integrity.clone(),
    }
}
