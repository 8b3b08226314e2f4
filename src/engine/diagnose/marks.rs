//! How each stage stands, and what is proved not to be the cause.

use super::compare::Relation;
use super::facts::{Facts, Strings};
use super::pairing::Pairing;
use super::words::{group, short};
use super::{Mark, Party, RowState, RuledOut};
use crate::engine::scheme::{FieldKind, Outcome, Reason, Role, Stage, StageId};

/// The mark of every stage of the trace; of every compared stage where there is no trace.
pub(super) fn marks(facts: &Facts<'_>) -> Vec<(StageId, Mark)> {
    match facts.trace {
        Some(trace) => trace
            .stages
            .iter()
            .map(|stage| (stage.id, mark(facts, stage)))
            .collect(),
        None => facts
            .compared
            .iter()
            .map(|c| {
                (
                    c.comparison.stage,
                    compared(facts, c.comparison.role).unwrap_or(Mark::Unmarked),
                )
            })
            .collect(),
    }
}

fn mark(facts: &Facts<'_>, stage: &Stage) -> Mark {
    match stage.role {
        Role::Request => {
            // What was signed is what stands here, if the signature says so.
            let completed = facts
                .trace
                .is_some_and(|t| t.taken_from_beside().next().is_some());
            if facts.outcome.agrees() && completed {
                Mark::Differs
            } else if facts.outcome.agrees() {
                Mark::Same
            } else {
                Mark::Unmarked
            }
        }
        Role::CanonicalRequest | Role::StringToSign => match compared(facts, stage.role) {
            Some(mark) => mark,
            None if facts.outcome.agrees() => Mark::Same,
            None => Mark::Unmarked,
        },
        Role::Key => key(facts),
        Role::Signature => signature(facts),
    }
}

/// The mark that the rows of a comparison give; none where they decide nothing.
fn compared(facts: &Facts<'_>, role: Role) -> Option<Mark> {
    let rows = &facts.stage(role)?.comparison.rows;
    let any = |state: RowState| rows.iter().any(|row| row.state == state);
    if any(RowState::Differs) || any(RowState::Absent) {
        Some(Mark::Differs)
    } else if any(RowState::Follows) {
        Some(Mark::Follows)
    } else if !rows.is_empty() && rows.iter().all(|row| row.state == RowState::Same) {
        Some(Mark::Same)
    } else {
        None
    }
}

/// Whether a key at hand is proved to be the one that made the received signature.
fn key_proved(facts: &Facts<'_>) -> bool {
    facts.outcome.agrees()
        || facts.near_miss().is_some()
        || [&facts.server, &facts.client]
            .into_iter()
            .flatten()
            .any(|w| w.verified.agrees() && !w.pairing.is_other())
}

fn key(facts: &Facts<'_>) -> Mark {
    let altered = facts
        .trace
        .and_then(|trace| facts.view.keyring.altered(trace.candidate?));
    if altered.is_some() && facts.outcome.agrees() {
        return Mark::Differs;
    }
    if key_proved(facts) {
        return Mark::Same;
    }
    match facts.outcome {
        Outcome::NotCheckable(_) if facts.view.keyring.is_empty() => Mark::NeedsSecret,
        Outcome::NotCheckable(reason) => unchecked(reason),
        Outcome::Equal | Outcome::Verified => Mark::Same,
        Outcome::Differs { .. } | Outcome::Failed => {
            // The signer signed this very string: only the key is left.
            let signer = facts
                .client
                .as_ref()
                .filter(|c| c.pairing == Pairing::Same && c.is_intact());
            let same = matches!(
                facts.strings([Party::Computed, Party::Client]),
                Strings::Equal
            );
            if signer.is_some() && same {
                Mark::Differs
            } else {
                // The key may be right and the text another: no secret at hand has shown itself to be it.
                Mark::NeedsSecret
            }
        }
    }
}

fn signature(facts: &Facts<'_>) -> Mark {
    match facts.outcome {
        Outcome::Equal | Outcome::Verified => Mark::Same,
        Outcome::Differs { .. } | Outcome::Failed => {
            let follows = facts.stage(Role::Signature).is_some_and(|c| {
                c.comparison
                    .rows
                    .iter()
                    .any(|row| row.state == RowState::Follows)
            });
            if follows || key(facts) == Mark::Differs {
                Mark::Follows
            } else {
                Mark::Differs
            }
        }
        Outcome::NotCheckable(reason) => unchecked(reason),
    }
}

/// How a stage stands that could not be checked: a secret helps only where the secret is what lacks.
fn unchecked(reason: Reason) -> Mark {
    match reason {
        Reason::NoSecret => Mark::NeedsSecret,
        Reason::NothingReceived
        | Reason::Redacted
        | Reason::TooShort
        | Reason::NoRequest
        | Reason::Incomplete
        | Reason::Stops
        | Reason::NoBody
        | Reason::NoHeaders
        | Reason::NoValue
        | Reason::Doubtful
        | Reason::TooLarge => Mark::Unmarked,
    }
}

/// What is proved not to be the cause, or merely agrees, and which of the two it is.
pub(super) fn ruled_out(facts: &Facts<'_>) -> (Vec<String>, RuledOut) {
    let mut out = Vec::new();
    if key_proved(facts) && !facts.secret_has_edges() {
        // The one at hand is the signer's; the verifier may still hold another.
        out.push("your secret".to_owned());
    }
    for (between, by) in pairs(facts) {
        let same = same_groups(facts, between);
        if !same.is_empty() {
            out.extend(same);
            return (out, by);
        }
    }
    (out, RuledOut::Proved)
}

/// The sides whose equal fields say something, the most telling first, and what they say. What agrees with the
/// server says most about a refusal; and only where it is known what was signed is anything proved.
fn pairs(facts: &Facts<'_>) -> Vec<([Party; 2], RuledOut)> {
    use Party::{Client, Computed, Server};
    if facts.view.request.is_none() {
        return vec![([Client, Server], RuledOut::SameOnBothSides)];
    }
    if facts.outcome.agrees() || facts.near_miss().is_some() {
        return vec![
            ([Computed, Server], RuledOut::Proved),
            ([Computed, Client], RuledOut::Proved),
        ];
    }
    // The signer's own text is what was signed; what is in the request does not matter then. The server's is
    // what it refused: it agrees with itself.
    if key_proved(facts) {
        return vec![([Client, Server], RuledOut::Proved)];
    }
    vec![
        ([Computed, Server], RuledOut::SameAsServer),
        ([Computed, Client], RuledOut::SameAsSigner),
    ]
}

/// The groups of fields in which two parties agree throughout, as far as both may be relied on.
fn same_groups(facts: &Facts<'_>, between: [Party; 2]) -> Vec<String> {
    let sound = [&facts.server, &facts.client]
        .into_iter()
        .flatten()
        .filter(|w| between.contains(&w.party))
        .all(|w| w.is_intact() && !w.pairing.is_other());
    if !sound {
        return Vec::new();
    }
    let mut groups: Vec<(String, bool)> = Vec::new();
    for role in [Role::CanonicalRequest, Role::StringToSign] {
        for (row, relation, _) in facts.relations(role, between).unwrap_or_default() {
            if row.key.kind == FieldKind::HASH {
                continue;
            }
            let same = relation == Relation::Same;
            let name = group(&row.key);
            match groups.iter_mut().find(|(held, _)| held == name) {
                Some((_, all)) => *all &= same,
                None => groups.push((name.to_owned(), same)),
            }
        }
    }
    let whole = groups
        .into_iter()
        .filter_map(|(name, same)| same.then_some(name));
    whole.chain(same_headers(facts, between)).collect()
}

/// Most headers that are told by name.
const HEADERS: usize = 6;

/// The headers that agree between signer and server by name, where one side's stop among them and none differs.
fn same_headers(facts: &Facts<'_>, between: [Party; 2]) -> Vec<String> {
    let rows = facts.relations(Role::CanonicalRequest, between);
    let rows = rows.unwrap_or_default();
    let headers = || {
        rows.iter()
            .filter(|(row, ..)| row.key.kind == FieldKind::HEADER)
    };
    let open = headers().any(|(_, relation, _)| *relation == Relation::Open);
    let differs = headers().any(|(_, relation, _)| relation.differs());
    if between != [Party::Client, Party::Server] || !open || differs {
        return Vec::new();
    }
    let same = headers().filter(|(_, relation, _)| *relation == Relation::Same);
    same.map(|(row, ..)| format!("header {}", short(&row.key)))
        .take(HEADERS)
        .collect()
}
