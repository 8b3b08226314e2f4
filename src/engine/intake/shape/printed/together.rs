//! Which canonical request and which string to sign belong together, and making one piece of evidence of both.
//!
//! Owns that decision. Must not know how either is found in a text.

use super::{APART, PRINTED_ERROR, TIME_LINE, is_titled, labels};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Evidence, Pattern, Side, in_words, integrity};

/// Whether a piece of evidence goes on with what was held: they stand near each other, are of one side, and
/// tell nothing twice that is not the same.
pub(in crate::engine::intake) fn belong_together(
    docs: &Documents,
    held: &Evidence,
    new: &Evidence,
) -> bool {
    // The string of an answer that quotes it in its words is read later.
    let quoted = held.string_to_sign.is_none() && in_words::quotes_one(docs, held);
    if quoted && new.answer.is_none() && new.string_to_sign.is_some() {
        return false;
    }
    let near =
        held.span.doc == new.span.doc && new.span.start.saturating_sub(held.span.end) <= APART;
    // Ceph's gateway prints its string to sign twice, and all of it for each of the engines that it tries.
    let one = |a: &Option<Pattern>, b: &Option<Pattern>| match (a, b) {
        (Some(a), Some(b)) => {
            let text = |pattern: &Pattern| pattern.as_exact().map(|span| docs.bytes(span));
            text(a).is_some() && text(a) == text(b)
        }
        _ => true,
    };
    let same = |a: Option<Span>, b: Option<Span>| match (a, b) {
        (Some(a), Some(b)) => docs.bytes(a) == docs.bytes(b),
        _ => true,
    };
    let strings = one(&held.canonical_request, &new.canonical_request)
        && one(&held.string_to_sign, &new.string_to_sign)
        && (one(&held.signature, &new.signature) || held.signature == new.signature);
    let answers = match (&held.answer, &new.answer) {
        (Some(a), Some(b)) => same(a.code, b.code) && same(a.message, b.message),
        _ => true,
    };
    let links = [
        linked(
            docs,
            held.canonical_request.as_ref(),
            new.string_to_sign.as_ref(),
        ),
        linked(
            docs,
            new.canonical_request.as_ref(),
            held.string_to_sign.as_ref(),
        ),
    ];
    // A hash says nothing of whose they are: both sides may have the same.
    let one_side = held.side == new.side
        || [held.side, new.side]
            .iter()
            .all(|side| *side != Some(Side::Server));
    if near && strings && answers && one_side && links.contains(&Some(true)) {
        return true;
    }
    // A signer makes the canonical request first: one behind a string to sign is the next one's. People may write the
    // two in any order, and an answer has them in its own.
    let next = held.canonical_request.is_none()
        && held.string_to_sign.is_some()
        && new.canonical_request.is_some();
    if next && new.side == Some(Side::Client) && !labels::is_own(new.shape) {
        return false;
    }
    // Who prints the canonical request prints the string to sign below it, where no more than a title stands above that.
    if near && is_titled_below(docs, held, new) {
        return true;
    }
    // What an error prints without a name of its own is the server's.
    let spoken = |evidence: &Evidence| evidence.answer.is_some();
    let sides = held.side == new.side || spoken(held) && new.side.is_none();
    let shapes = held.shape == new.shape
        || held.side.is_none() && new.side.is_none()
        || spoken(held)
        || spoken(new);
    near && strings && answers && sides && shapes
}

/// Whether a string to sign of which nothing but its title tells whose it is stands below a signer's canonical request of the same signing
/// time, and each stands alone.
fn is_titled_below(docs: &Documents, held: &Evidence, new: &Evidence) -> bool {
    let alone = held.answer.is_none()
        && new.answer.is_none()
        && held.string_to_sign.is_none()
        && new.canonical_request.is_none();
    let (Some(canonical), Some(time)) = (&held.canonical_request, new.signing_time(docs)) else {
        return false;
    };
    let same_time = || {
        let text = canonical.bytes(docs);
        let mut lines = text.split(|b| *b == b'\n');
        lines.any(|line| line.strip_prefix(TIME_LINE) == Some(docs.bytes(time)))
    };
    alone
        && held.side == Some(Side::Client)
        && labels::is_own(held.shape)
        && new.side.is_none()
        && is_titled(docs, new.span)
        && same_time()
}

/// Whether the hash at the end of a string to sign is that of a canonical request; none where it cannot be told.
fn linked(
    docs: &Documents,
    canonical: Option<&Pattern>,
    to_sign: Option<&Pattern>,
) -> Option<bool> {
    let canonical = canonical?.as_exact()?;
    let to_sign = to_sign?.as_exact()?;
    let hash = integrity::stated_hash(docs.bytes(to_sign))?;
    Some(integrity::digest(docs.bytes(canonical)) == hash)
}

/// Adds what `new` tells to what was held.
pub(in crate::engine::intake) fn join(held: &mut Evidence, new: Evidence) {
    held.span = held.span.cover(new.span).unwrap_or(held.span);
    // What printed the strings says more of the whole than what found the words.
    if held.shape == PRINTED_ERROR && new.side.is_some() {
        held.shape = new.shape;
    }
    if held.side.is_none() && new.side.is_some() && held.answer.is_none() {
        held.shape = new.shape;
        held.side = new.side;
    }
    held.canonical_request = held.canonical_request.take().or(new.canonical_request);
    held.string_to_sign = held.string_to_sign.take().or(new.string_to_sign);
    held.signature = held.signature.take().or(new.signature);
    for repair in new.repairs {
        if !held.repairs.contains(&repair) {
            held.repairs.push(repair);
        }
    }
    match (&mut held.answer, new.answer) {
        (Some(held), Some(new)) => {
            held.code = held.code.or(new.code);
            held.message = held.message.or(new.message);
            held.status = held.status.or(new.status);
            for (name, span) in new.details {
                if held.details.iter().all(|(own, _)| *own != name) {
                    held.details.push((name, span));
                }
            }
        }
        (held @ None, Some(new)) => *held = Some(new),
        (_, None) => {}
    }
}
