//! What is known of a case, gathered once: who said what, and how the sides relate.

use std::ops::Range;

use bytes::Bytes;

use super::compare::{Compared, Printed, Relation, Text, compare};
use super::lead::drop_hidden;
use super::near::NearMiss;
use super::pairing::Pairing;
use super::refusal::{Refusal, refusal};
use super::witness::{Witness, witness_column};
use super::{Column, Divergence, Party, Row, RowState};
use crate::engine::document::Span;
use crate::engine::intake::Integrity;
use crate::engine::scheme::{
    Extent, Field, FieldKey, FieldKind, Outcome, Reason, Role, Rule, Run, Scheme, Stage,
    StageBytes, StageId, Step, Trace, View, older,
};

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
    /// Its places among its kind on the two sides, from 1, where it is the order that differs.
    pub(super) moved: Option<[usize; 2]>,
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
    /// What was computed by nobody knows whom, and is not what the others have.
    pub(super) unnamed: Option<Witness<'a>>,
    /// Why the verifier refused, if it answered.
    pub(super) refusal: Option<Refusal>,
    /// Every stage with something to compare.
    pub(super) compared: Vec<Compared>,
    /// The ids of the findings that are named first where the signature differs.
    pub(super) telling: &'static [&'static str],
    /// What the signer may have done otherwise than the rules say, where the signature differs.
    pub(super) hints: Vec<String>,
}

impl<'a> Facts<'a> {
    /// Whether the secret that reproduces a signature begins or ends in white space: then it may well be the
    /// cause.
    pub(super) fn secret_has_edges(&self) -> bool {
        let shown = self.trace.and_then(|trace| trace.candidate);
        let witnesses = [&self.server, &self.client].into_iter().flatten();
        witnesses
            .filter(|witness| witness.verified.agrees())
            .filter_map(|witness| witness.key)
            .chain(shown)
            .filter_map(|place| self.view.keyring.candidates.get(place))
            .any(|secret| secret.material.edges().is_some())
    }

    /// The strings of which nobody said whose they are, as places of evidence.
    pub(super) fn nobodys(&self) -> Vec<usize> {
        let case = self.view.case;
        let evidence = case.evidence.iter().enumerate();
        let of = evidence.filter(|(_, evidence)| {
            let strings = evidence.canonical_request.is_some() || evidence.string_to_sign.is_some();
            evidence.side.is_none() && strings
        });
        of.map(|(place, _)| place).collect()
    }

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
            unnamed: None,
            refusal: None,
            compared: Vec::new(),
            telling: scheme.map_or(&[][..], |scheme| scheme.telling()),
            hints: Vec::new(),
        };
        if let Some(scheme) = scheme.filter(|_| facts.outcome.disagrees()) {
            facts.hints = scheme.hints(view);
        }
        facts.server = facts.witness(scheme, Party::Server);
        facts.client = facts.witness(scheme, Party::Client);
        facts.part_sides();
        facts.unnamed = facts.witness(scheme, Party::Unnamed);
        for role in [Role::CanonicalRequest, Role::StringToSign, Role::Signature] {
            facts.compare_stage(scheme, role);
        }
        facts.refusal = facts
            .server
            .as_ref()
            // An answer to another request is no refusal of this one; nor is one that was provoked, but where
            // the strings part all the same.
            .filter(|server| {
                let parted = || {
                    let sides = [Party::Computed, Party::Server];
                    matches!(facts.strings(sides), Strings::Differ(_))
                };
                !server.pairing.is_other() && (server.pairing != Pairing::Probe || parted())
            })
            .and_then(|server| {
                let answer = server.evidence.answer.as_ref()?;
                Some(if server.evidence.is_rest_of_refusal() {
                    Refusal::Signature
                } else {
                    refusal(answer, &view.case.docs)
                })
            });
        facts.mark_follows();
        facts
    }

    /// The status by which the verifier took the request that is looked at, if its answer is here.
    pub(super) fn accepted(&self) -> Option<u16> {
        self.view.request?;
        let server = self.server.as_ref().filter(|s| !s.pairing.is_other())?;
        server.evidence.answer.as_ref()?.accepted()
    }

    /// The signature that the request carries.
    pub(super) fn received(&self) -> Option<Printed> {
        self.view.request?;
        let pattern = self.trace?.claim.received.as_ref()?;
        let printed = Printed::of(pattern, &self.view.case.docs);
        // What is too short to compare was cut, whether or not a mark says so.
        let cut = printed.cut || self.outcome == Outcome::NotCheckable(Reason::TooShort);
        Some(Printed { cut, ..printed })
    }

    fn compare_stage(&mut self, scheme: Option<&dyn Scheme>, role: Role) {
        let docs = &self.view.case.docs;
        let stage = self.trace.and_then(|trace| trace.stage(role));
        let mut texts = Vec::new();
        let push = |texts: &mut Vec<Text>, column: Column, printed: Printed, side_of| {
            let (fields, gap) = split(scheme, role, &printed);
            texts.push(Text {
                column,
                printed,
                fields,
                gap,
                side_of,
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
            push(&mut texts, column, received, None);
        }
        if let Some(stage) = stage
            && self.view.request.is_some()
            && let StageBytes::Public(bytes) = &stage.output
        {
            let fields = if stage.fields.is_empty() {
                split(scheme, role, &Printed::exact(bytes.clone())).0
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
                // What is assumed is the value of a field.
                gap: false,
                side_of: None,
            });
        }
        let mut witnessed = false;
        // In the order in which things went.
        let sides = [&self.client, &self.server, &self.unnamed];
        let sides = sides.into_iter().flatten();
        // What is about another request is held against nothing of this one, and stands beside none of it.
        for witness in sides.filter(|witness| !witness.pairing.is_other() && !witness.foreign) {
            let pattern = match role {
                Role::CanonicalRequest => &witness.evidence.canonical_request,
                Role::StringToSign => &witness.evidence.string_to_sign,
                Role::Signature => &witness.evidence.signature,
                Role::Request | Role::Key => &None,
            };
            // The signature of a probe is wrong on purpose.
            // Of strings of nobody knows whom, nothing tells which signature they were made for.
            if role == Role::Signature && witness.party == Party::Unnamed {
                continue;
            }
            let is_probe = witness.pairing == Pairing::Probe && role == Role::Signature;
            if is_probe || witness.folded && role != Role::Signature {
                continue;
            }
            if let Some(pattern) = pattern {
                witnessed = true;
                push(
                    &mut texts,
                    witness_column(witness, role),
                    Printed::of(pattern, docs),
                    witness.evidence.diff(),
                );
            }
        }
        // What somebody else computed bears out what was assumed.
        let borne_out = |text: &Text, texts: &[Text]| {
            let mut others = texts.iter().map(|other| &other.printed);
            others.any(|other| other.is_exact() && other.bytes == text.printed.bytes)
        };
        let computed = texts.iter().position(|t| t.column.party == Party::Computed);
        if let Some(at) = computed.filter(|at| texts.get(*at).is_some_and(|t| borne_out(t, &texts)))
            && let Some(text) = texts.get_mut(at)
        {
            text.printed.wild.clear();
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
        if self.outcome.agrees() {
            return Vec::new();
        }
        let assumed = |step: &Step| matches!(step, Step::TakenAsEmpty | Step::Assumed);
        let case = self.view.case;
        let request = self.view.request.and_then(|at| case.requests.get(at));
        // In the order in which they stand: there may be very many of them, and of runs.
        let own = |span: &Span| request.is_some_and(|request| request.span.contains(*span));
        let shortened = case.shortened.iter().map(|(_, span)| span);
        let given = case.unknown.iter().chain(shortened);
        let given = given.map(|span| case.docs.to_given(*span));
        let mut marks: Vec<Span> = given.filter(own).collect();
        marks.sort_by_key(|span| span.start);
        let mut out = Vec::new();
        for field in &stage.fields {
            for run in &field.runs {
                if run.steps.iter().any(assumed) {
                    out.push(run.out.clone());
                } else {
                    out.extend(self.hidden_in(run, &marks));
                }
            }
            // What is made of a hidden value is not known either.
            if !marks.is_empty() && (field.key.kind == FieldKind::HASH || is_empty_scope(field)) {
                out.push(field.range.clone());
            }
        }
        out
    }

    /// What of a run of a computed text comes from where one of `marks` hides what was sent.
    fn hidden_in(&self, run: &Run, marks: &[Span]) -> Option<Range<usize>> {
        let from = run.from?;
        let own = self.view.case.docs.to_given(from);
        let first = marks.partition_point(|mark| mark.end <= own.start);
        let mark = marks.get(first).filter(|mark| mark.overlaps(own))?;
        // Bytes that stand as they were sent show where the mark begins.
        let known = if run.out.len() == from.len() && own.len() == from.len() {
            mark.start.saturating_sub(own.start)
        } else {
            0
        };
        Some(run.out.start + known..run.out.end)
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

    /// How the received signature misses the computed one by a hair.
    pub(super) fn near_miss(&self) -> Option<NearMiss> {
        if !self.outcome.disagrees() {
            return None;
        }
        let received = self.received().filter(Printed::is_exact)?;
        let computed = self.trace?.stage(Role::Signature)?.output.public()?;
        NearMiss::of(&received.bytes, computed)
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
                    .map_or(Relation::Neither, |(x, _, relation)| match *relation {
                        Relation::Moved {
                            places: [here, there],
                        } if *x == b => Relation::Moved {
                            places: [there, here],
                        },
                        relation => relation,
                    });
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
                    moved: match relation {
                        Relation::Moved { places } => Some(places),
                        _ => None,
                    },
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
                    && self.client.as_ref().is_some_and(|c| !c.pairing.is_other())
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
                    let named = between.map(|party| match (party, &self.client) {
                        (Party::Client, Some(own)) if own.evidence.side.is_none() => Party::Unnamed,
                        (party, _) => party,
                    });
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
                        between: named,
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

/// The fields of a text, by the scheme, and whether fields of it may be missing; the whole text as one field
/// where there is none.
fn split(scheme: Option<&dyn Scheme>, role: Role, text: &Printed) -> (Vec<Field>, bool) {
    let extent = if text.is_exact() {
        Extent::Whole
    } else {
        Extent::Partial
    };
    let mut fields =
        scheme.map_or_else(Vec::new, |scheme| scheme.dissect(role, &text.bytes, extent));
    let older = match extent {
        Extent::Whole => older::dissect(role, &text.bytes),
        Extent::Partial => Vec::new(),
    };
    if !older.is_empty() {
        fields = older;
    }
    let gap = drop_hidden(text, &mut fields);
    // Where a part of it is nothing that can be told for sure, nothing is held against anything.
    if !fields.is_empty() || text.bytes.is_empty() || !text.is_exact() && scheme.is_some() {
        return (fields, gap);
    }
    (vec![whole(role, text.bytes.len())], gap)
}

/// Whether this is a scope of which nothing could be read.
fn is_empty_scope(field: &Field) -> bool {
    field.key.kind == FieldKind::SCOPE && field.range.is_empty()
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
