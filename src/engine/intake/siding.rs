//! Whose strings are that have no more than a title or a name in front, as the other strings of a paste tell.
//!
//! Owns that conclusion, which is told as an assumption wherever it is used. Must not know what stands in front of a string: `shape::printed` tells.

use super::shape::printed;
use super::{Assumption, Case, Evidence, Integrity, Pattern, Side};
use crate::engine::document::Span;

/// Sides the evidence of `case` that nobody sided yet.
pub(super) fn add(case: &mut Case) {
    contradict(case);
    in_order(case);
    let has = |evidence: &Evidence| {
        evidence.canonical_request.is_some() || evidence.string_to_sign.is_some()
    };
    let of = |side: Option<Side>| {
        let all = case.evidence.iter().enumerate();
        let own = all.filter(move |(_, e)| has(e) && e.side == side);
        own.map(|(place, _)| place).collect::<Vec<_>>()
    };
    let (servers, clients, open) = (of(Some(Side::Server)), of(Some(Side::Client)), of(None));
    let [own] = open.as_slice() else {
        return;
    };
    let Some(evidence) = case.evidence.get(*own) else {
        return;
    };
    // A person who puts strings beside those of the server's answer puts the signer's there.
    let beside = clients.is_empty()
        && servers.iter().any(|server| {
            let answer = case.evidence.get(*server);
            answer.is_some_and(|server| !is_same(case, server, evidence))
        });
    // Both strings under their titles, as exact as they were printed: who prints both makes both. What stands under titles behind an
    // answer may be that answer's, printed once more.
    let both = clients.is_empty()
        && servers
            .iter()
            .all(|server| is_answered_behind(case, evidence, *server))
        && evidence.canonical_request.is_some()
        && evidence.string_to_sign.is_some()
        && matches!(
            evidence.integrity,
            Integrity::Verified | Integrity::Repaired
        )
        && printed::is_titled(&case.docs, evidence.span);
    // And who puts somebody else's, by name, beside those that are said to be the signer's compares the two.
    let other = servers.is_empty()
        && case.requests.is_empty()
        && printed::names_another(&case.docs, evidence.span)
        && match clients.as_slice() {
            [client] => case.evidence.get(*client).is_some_and(|client| {
                printed::is_own(client.shape)
                    && printed::is_sided(&case.docs, client.span)
                    && is_alike(case, client, evidence)
            }),
            _ => false,
        };
    let (side, assumption) = if beside {
        (Side::Client, Assumption::BesideAnswer)
    } else if both {
        (Side::Client, Assumption::BothTitled)
    } else if other {
        let named = printed::names_a_verifier(&case.docs, evidence.span);
        let assumption = if named {
            Assumption::ServiceNamed
        } else {
            Assumption::AnotherNamed
        };
        (Side::Server, assumption)
    } else {
        return;
    };
    let own = *own;
    if let Some(evidence) = case.evidence.get_mut(own) {
        evidence.side = Some(side);
        case.assumptions.insert(own, assumption);
    }
}

/// Whether a piece of evidence stands in front of an answer that gives strings of its own, in what was pasted.
fn is_answered_behind(case: &Case, evidence: &Evidence, server: usize) -> bool {
    let own = case.docs.to_given(evidence.span);
    case.evidence.get(server).is_some_and(|server| {
        let answer = case.docs.to_given(server.span);
        server.answer.is_some() && own.doc == answer.doc && own.end <= answer.start
    })
}

/// The most that may stand between two texts that one sentence names: quotes, a fence and its language, in bytes.
const BETWEEN: usize = 32;

/// Sides two texts that stand one behind the other under one sentence, which tells whose the first and the second is.
fn in_order(case: &mut Case) {
    let mut open: Vec<(usize, Span)> = case
        .evidence
        .iter()
        .enumerate()
        .filter(|(_, e)| e.side.is_none() && e.answer.is_none())
        .filter(|(_, e)| e.canonical_request.is_some() || e.string_to_sign.is_some())
        .map(|(place, e)| (place, e.span))
        .collect();
    open.sort_by_key(|(_, span)| (span.doc, span.start));
    let [(one, first), (other, second)] = open.as_slice() else {
        return;
    };
    let near =
        first.doc == second.doc && first.end <= second.start && second.start - first.end <= BETWEEN;
    let Some(sides) = printed::of_two(&case.docs, *first).filter(|_| near) else {
        return;
    };
    for (place, side) in [*one, *other].into_iter().zip(sides) {
        if let Some(evidence) = case.evidence.get_mut(place) {
            evidence.side = Some(side);
        }
    }
}

/// Whether two canonical requests differ and may ask for the same: they have one host and one list of headers, and one method or
/// one path.
fn is_alike(case: &Case, one: &Evidence, other: &Evidence) -> bool {
    let (Some(a), Some(b)) = (&one.canonical_request, &other.canonical_request) else {
        return false;
    };
    let (a, b) = (a.bytes(&case.docs), b.bytes(&case.docs));
    let told = |text: &[u8]| {
        let mut lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
        lines.pop();
        let list = lines.pop().map(<[u8]>::to_vec);
        let host = lines.iter().find(|line| line.starts_with(b"host:"));
        let host = host.map(|line| line.to_vec());
        let line = |at: usize| lines.get(at).map(|line| line.trim_ascii().to_vec());
        ([line(0), line(1)], (host, list))
    };
    let ([method, path], own) = told(&a);
    let ([other_method, other_path], other) = told(&b);
    a != b && own == other && (method == other_method || path == other_path)
}

/// Two texts under one name of a program are of one signing time and differ: then the name does not say whose.
fn contradict(case: &mut Case) {
    let named: Vec<usize> = (0..case.evidence.len())
        .filter(|place| {
            case.evidence.get(*place).is_some_and(|evidence| {
                printed::is_own(evidence.shape)
                    && evidence.side == Some(Side::Client)
                    && printed::is_named_only(&case.docs, evidence.span)
            })
        })
        .collect();
    let [one, other] = named.as_slice() else {
        return;
    };
    let differ = match (case.evidence.get(*one), case.evidence.get(*other)) {
        (Some(a), Some(b)) => {
            time(case, a).is_some() && time(case, a) == time(case, b) && !is_same(case, a, b)
        }
        _ => false,
    };
    for place in named.iter().filter(|_| differ) {
        if let Some(evidence) = case.evidence.get_mut(*place) {
            evidence.side = None;
        }
    }
}

/// Whether two pieces of evidence say the same, as far as both say anything.
fn is_same(case: &Case, one: &Evidence, other: &Evidence) -> bool {
    let same = |a: &Option<Pattern>, b: &Option<Pattern>| match (a, b) {
        (Some(a), Some(b)) => Some(a.bytes(&case.docs) == b.bytes(&case.docs)),
        _ => None,
    };
    let told = [
        same(&one.canonical_request, &other.canonical_request),
        same(&one.string_to_sign, &other.string_to_sign),
    ];
    told.iter().flatten().count() > 0 && told.iter().flatten().all(|same| *same)
}

/// The signing time that the canonical request or the string to sign of a piece of evidence states.
fn time(case: &Case, evidence: &Evidence) -> Option<Vec<u8>> {
    let lines = |pattern: &Option<Pattern>| {
        let bytes = pattern.as_ref().map(|p| p.bytes(&case.docs));
        let bytes = bytes.unwrap_or_default();
        bytes
            .split(|b| *b == b'\n')
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    let signed = lines(&evidence.canonical_request)
        .into_iter()
        .find_map(|line| {
            let value = line.strip_prefix(super::vocabulary::TIME_LINE)?;
            Some(value.to_vec())
        });
    signed.or_else(|| lines(&evidence.string_to_sign).get(1).cloned())
}
