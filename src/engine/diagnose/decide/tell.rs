//! Telling one difference: who has what, in words that claim no cause.

use super::proof::hash_proof;
use super::{Judge, said};
use crate::engine::diagnose::facts::Root;
use crate::engine::diagnose::witness::Witness;
use crate::engine::diagnose::words::{field, more, quotes, sentence, short};
use crate::engine::diagnose::{Party, Verdict, VerdictId};
use crate::engine::scheme::{FieldKind, Role};

/// Two sides of a difference, in words.
#[derive(Copy, Clone)]
pub(super) struct Sides<'w> {
    /// `this request has`
    pub(super) left: &'w str,
    /// `the server had`
    pub(super) right: &'w str,
    /// Where each stands: `as signed`, `at the server`.
    pub(super) at: [&'w str; 2],
    /// Whose strings it rests on.
    pub(super) of: &'static [Party],
}

const COMPUTED: &str = "as computed from this request";
const SIGNED: &str = "as it was signed";
const SERVER: &str = "at the server";

pub(super) const REQUEST_SERVER: Sides<'static> = Sides {
    left: "this request has",
    right: "the server had",
    at: [COMPUTED, SERVER],
    of: &[Party::Server],
};
pub(super) const SIGNED_SERVER: Sides<'static> = Sides {
    left: "the signature was made for",
    right: "the server had",
    at: [SIGNED, SERVER],
    of: &[Party::Server],
};
pub(super) const REQUEST_CLIENT: Sides<'static> = Sides {
    left: "this request has",
    right: "the signer signed",
    at: [COMPUTED, SIGNED],
    of: &[Party::Client],
};
pub(super) const CLIENT_SERVER: Sides<'static> = Sides {
    left: "the signer signed",
    right: "the server had",
    at: [SIGNED, SERVER],
    of: &[Party::Client, Party::Server],
};
pub(super) const REQUEST_OTHER: Sides<'static> = Sides {
    left: "this request has",
    right: "they have",
    at: [COMPUTED, "in them"],
    of: &[],
};
pub(super) const SIGNER_OTHER: Sides<'static> = Sides {
    left: "the signer signed",
    right: "they have",
    at: [SIGNED, "in them"],
    of: &[],
};
pub(super) const SERVER_OTHER: Sides<'static> = Sides {
    left: "the server had",
    right: "they have",
    at: [SERVER, "in them"],
    of: &[],
};

/// What a signature tells that is right and was refused.
pub(super) const THEIRS: &str =
    ": the signer has this secret, and the server holds another one or derives the key otherwise";

impl Judge<'_> {
    /// The sides part in these fields.
    pub(super) fn differing(&self, roots: &[Root], sides: Sides<'_>, party: Party) -> Verdict {
        // What was edited may be no difference at all: another one leads.
        let case = self.facts.view.case;
        let is_edited = |root: &Root| {
            let mut values = root.values.iter().flatten();
            party == Party::Server && values.any(|value| case.is_edited(value))
        };
        let first = roots.iter().find(|root| !is_edited(root));
        let Some(root) = first.or(roots.first()) else {
            return self.mismatch("The signature differs.");
        };
        let witness = self.about(party);
        let condition = self.condition(sides.of);
        let told = self.tell(root, sides);
        let told = match &condition {
            Some(condition) => format!("{condition}, {told}"),
            None => sentence(&told),
        };
        let mut verdict = said(VerdictId::Mismatch, &told);
        verdict.details.extend(meaning(root));
        verdict.details.extend(more(roots.len() - 1));
        let proof = witness.and_then(|w| hash_proof(self.facts, w));
        verdict.proved = proof.is_some() || witness.is_some_and(Witness::is_verified);
        verdict.proof = proof.unwrap_or_default();
        if first.is_none() {
            verdict.proved = false;
            verdict.proof.clear();
            verdict.details = vec![
                "This paste was edited there: the server's text is not what its bytes say, and what stands here of the other side may have been edited as well. That this is a difference at all is not proved."
                    .to_owned(),
            ];
            verdict.details.extend(more(roots.len() - 1));
        }
        // What rests on an assumption is not proved by it.
        if condition.is_some() {
            verdict.proved = false;
            verdict.proof.clear();
        }
        verdict
    }

    /// The same where the signature is proved to be made for what stands on the left.
    pub(super) fn tell_verified(&self, root: &Root, sides: Sides<'_>) -> String {
        let name = field(&root.key);
        match quotes(root, &(self.redactor)()) {
            [Some(left), Some(right)]
                if both_have(root) && root.moved.is_none() && root.key.kind != FieldKind::HASH =>
            {
                format!(
                    "the server verified another {name} than the one that was signed: {left} was signed, and the server had {right}."
                )
            }
            _ => format!(
                "the signature is right for this request, but {}",
                self.tell(root, sides)
            ),
        }
    }

    /// One difference as a sentence, in lower case.
    pub(super) fn tell(&self, root: &Root, sides: Sides<'_>) -> String {
        let name = field(&root.key);
        let [left, right] = quotes(root, &(self.redactor)());
        let Sides {
            left: left_has,
            right: right_has,
            at: [left_at, right_at],
            of: _,
        } = sides;
        let [first, second] = root.values.each_ref().map(Option::as_deref);
        let has = |value: Option<&[u8]>| value.is_some_and(|value| !value.is_empty());
        if root.key.kind == FieldKind::HASH {
            let facts = self.facts;
            // It was computed with the string to sign that is shown.
            let here =
                if facts.view.request.is_some() || facts.stage(Role::CanonicalRequest).is_some() {
                    "only one of them is here whole"
                } else {
                    "neither of them is here"
                };
            return format!("the canonical requests differ: their hashes do, and {here}.");
        }
        if let Some([here, there]) = root.moved {
            let kind = match root.key.kind {
                FieldKind::QUERY => "query parameters",
                FieldKind::HEADER => "headers",
                _ => "fields",
            };
            return format!(
                "the order of the {kind} differs: {} is number {here} {left_at}, and number {there} {right_at}.",
                short(&root.key)
            );
        }
        let value = |quoted: Option<String>| quoted.unwrap_or_else(|| "a value not shown".into());
        match (has(first), has(second)) {
            (true, false) if root.key.kind == FieldKind::HEADER => format!(
                "{} no value for the {name}, and {left_has} {}.",
                right_has,
                value(left)
            ),
            (true, false) if second.is_some() => format!(
                "{right_has} the {name} empty, and {left_has} {}.",
                value(left)
            ),
            (true, false) => format!("{right_has} no {name}, and {left_has} {}.", value(left)),
            (false, true) if first.is_none() => format!(
                "{right_has} the {name} as {}, which is not part of what {}.",
                value(right),
                other_way(left_has),
            ),
            (false, true) => format!(
                "{right_has} the {name} as {}, and {left_has} it empty.",
                value(right)
            ),
            _ if left.is_none() || right.is_none() => {
                format!("the {name} differs between what {left_has} and what {right_has}.")
            }
            _ => format!(
                "the {name} differs: {left_has} {}, and {right_has} {}.",
                value(left),
                value(right)
            ),
        }
    }
}

/// What a difference may come from, claiming nothing.
pub(super) fn meaning(root: &Root) -> Option<String> {
    let [signed, seen] = &root.values;
    let lacks = seen.as_ref().is_none_or(bytes::Bytes::is_empty)
        && signed.as_ref().is_some_and(|v| !v.is_empty());
    let text = match root.key.kind {
        _ if root.moved.is_some() => {
            "One side sorted them otherwise than the other, or not at all."
        }
        FieldKind::HEADER if lacks => {
            "A header without a value at the server was stripped on the way, was never sent, or stands only in the query."
        }
        FieldKind::HEADER => {
            "Something between signer and server changed this header, the signer changed it after signing, or what is pasted here is not what was sent."
        }
        FieldKind::PATH => "The path was rewritten or encoded otherwise on one side.",
        FieldKind::QUERY => "The query was changed or encoded otherwise on one side.",
        FieldKind::PAYLOAD_HASH => {
            "The body that was hashed is not the same on both sides, or one side takes a fixed word for its hash."
        }
        FieldKind::DATE => "Each side signed for another moment: these may be two tries.",
        FieldKind::SCOPE => {
            "Date, region or service of the scope differ; the key is derived from them, so the signature must differ too."
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// `this request has` turned to `this request has signed`: what a side did with its fields.
fn other_way(has: &str) -> String {
    match has.strip_suffix(" has") {
        Some("this request") => "this request signs".to_owned(),
        Some(place) => format!("stands in {place}"),
        None => has.to_owned(),
    }
}

fn both_have(root: &Root) -> bool {
    root.values
        .iter()
        .all(|value| value.as_ref().is_some_and(|v| !v.is_empty()))
}
