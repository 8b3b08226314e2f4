//! The one remark that something of a request is not here, in its causes: nobody gave a value, or somebody hid or
//! shortened it.
//!
//! Owns its words, and how many names it tells.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::engine::diagnose::Finding;

/// The id of the remark.
const ID: &str = "value-not-here";
/// Names that are told.
const SHOWN: usize = 3;

/// That the values of `names` are not here.
pub(super) fn unknown(names: &[String]) -> Finding {
    Finding::warning(
        ID,
        format!(
            "The value of {} is not here, so what was sent is not known.",
            listed(names)
        ),
        "Put in the values, or paste the request as it was sent.",
    )
}

/// That what was signed of `names` is hidden.
pub(super) fn hidden(names: &[String]) -> Finding {
    Finding::warning(
        ID,
        format!(
            "What was signed of this request is hidden in this paste: {}.",
            listed(names)
        ),
        "Put in what was sent. What is given here stays here: nothing is stored or sent.",
    )
}

/// That what was signed of `names` seems to be shortened; `tried`: the signature does not fit as it stands.
pub(super) fn shortened(names: &[String], tried: bool) -> Finding {
    let names = listed(names);
    Finding::warning(
        ID,
        if tried {
            format!(
                "As it stands here the signature does not fit, and dots end {names}, as where a value is shortened."
            )
        } else {
            format!(
                "Dots end {names}, as where a value is shortened: what may have stood there is held against nothing."
            )
        },
        "Put in what was sent, whole. Where it was sent with these dots, the signature is another one.",
    )
}

/// Each name once, and how many there are besides.
fn listed(names: &[String]) -> String {
    let mut seen = HashSet::new();
    let distinct: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| seen.insert(*name))
        .collect();
    let (shown, more) = distinct.split_at(SHOWN.min(distinct.len()));
    let mut listed = shown.join(", ");
    if !more.is_empty() {
        let _ = write!(listed, " and {} more", more.len());
    }
    listed
}
