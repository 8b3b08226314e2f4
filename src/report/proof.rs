//! The equalities a verdict rests on, two and two: whether each pair agrees, and where a text has
//! several lines, on which of them.

use crate::engine::diagnose::{Diagnosis, RowState};
use crate::engine::scheme::Role;
use crate::engine::secret::Redactor;

/// A line of a proof. Its texts are redacted, and not yet made visible.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ProofLine {
    /// Whether both sides agree in it.
    pub same: bool,
    /// What it is; nothing where it goes on from the line before.
    pub label: String,
    /// The value, or one line of it.
    pub value: String,
    /// Whether it is one line of a text: such a line stands under its label and not beside it.
    pub of_text: bool,
}

/// What a verdict rests on, without the pairs that stand among the differences already: two signatures that
/// differ are shown there, whole.
pub(crate) fn untold(diagnosis: &Diagnosis) -> Vec<(String, String)> {
    let rows = diagnosis
        .comparisons
        .iter()
        .filter(|comparison| comparison.role == Role::Signature)
        .flat_map(|comparison| &comparison.rows)
        .filter(|row| matches!(row.state, RowState::Differs | RowState::Absent));
    let shown: Vec<&[u8]> = rows
        .flat_map(|row| row.values.iter().flatten())
        .map(|value| value.bytes.as_ref())
        .collect();
    let told = |pair: &&[(String, String)]| {
        pair.iter()
            .all(|(_, value)| shown.contains(&value.as_bytes()))
    };
    let pairs = diagnosis.verdict.proof.chunks(2);
    pairs
        .filter(|pair| !told(pair))
        .flatten()
        .cloned()
        .collect()
}

/// What a proof is one of: of the verdict, or only of that strings are as they were made, where nothing else is proved.
pub(crate) fn title(proof: &[(String, String)]) -> &'static str {
    let of_strings =
        |label: &str| label.starts_with("SHA-256 of ") || label.starts_with("last line of ");
    if proof.iter().all(|(label, _)| of_strings(label)) {
        "Proof that the strings are exact"
    } else {
        "Proof: not a guess"
    }
}

/// The lines of `proof`, whose values stand in pairs.
pub(crate) fn lines(proof: &[(String, String)], redactor: &Redactor) -> Vec<ProofLine> {
    let mut out = Vec::new();
    for pair in proof.chunks(2) {
        let same = pair.windows(2).all(|w| match w {
            [(_, a), (_, b)] => a == b,
            _ => true,
        });
        match pair {
            [(a, left), (b, right)] if left.contains('\n') || right.contains('\n') => {
                let (left, right) = (redactor.text(left), redactor.text(right));
                let (a, b) = (redactor.text(a), redactor.text(b));
                texts(&mut out, same, [&a, &b], [&left, &right]);
            }
            pair => out.extend(pair.iter().map(|(label, value)| ProofLine {
                same,
                label: redactor.text(label),
                value: redactor.text(value),
                of_text: false,
            })),
        }
    }
    out
}

/// Two texts line by line: lines that agree are told once.
fn texts(out: &mut Vec<ProofLine>, same: bool, labels: [&str; 2], texts: [&str; 2]) {
    let [a, b] = labels;
    let [left, right] = texts.map(|text| text.split('\n').collect::<Vec<_>>());
    let line = |same, label: String, value: &str| ProofLine {
        same,
        label,
        value: value.to_owned(),
        of_text: true,
    };
    let both = format!("{a}, and {b}");
    let mut last = "";
    for n in 0..left.len().max(right.len()) {
        match (left.get(n), right.get(n)) {
            (Some(l), Some(r)) if same || l == r => {
                let label = if last == both { "" } else { &both };
                out.push(line(true, label.to_owned(), l));
                last = &both;
            }
            (l, r) => {
                let sides = [(a, l), (b, r)];
                for (label, value) in sides {
                    let value = value.copied().unwrap_or("(no such line)");
                    out.push(line(false, format!("{label}, line {}", n + 1), value));
                }
                last = "";
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(proof: &[(&str, &str)]) -> Vec<String> {
        let proof: Vec<_> = proof
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        lines(&proof, &Redactor::new())
            .into_iter()
            .map(|l| format!("{}|{}|{}", if l.same { '=' } else { '!' }, l.label, l.value))
            .collect()
    }

    #[test]
    fn each_pair_is_judged_alone() {
        let proof = [("a", "x"), ("b", "x"), ("c", "y"), ("d", "z")];
        assert_eq!(told(&proof), ["=|a|x", "=|b|x", "!|c|y", "!|d|z"]);
    }

    #[test]
    fn only_signatures_that_stand_among_the_differences_are_not_told_again() {
        let mut diagnosis = super::super::fixture::work(b"a", (0, 1)).analysis.diagnosis;
        let pair = |left: &str, right: &str| {
            [("received", left), ("computed", right)]
                .map(|(label, value)| (label.to_owned(), value.to_owned()))
        };
        let value = |text: &'static [u8]| {
            Some(crate::engine::diagnose::Value {
                bytes: text.into(),
                range: 0..text.len(),
            })
        };
        diagnosis.verdict.proof = [pair("one", "two"), pair("three", "three")].concat();
        let comparison = diagnosis.comparisons.first_mut().unwrap();
        let row = comparison.rows.first_mut().unwrap();
        row.values = vec![value(b"one"), value(b"two")];
        let all = diagnosis.verdict.proof.clone();
        // As fields of another stage they stand elsewhere.
        assert_eq!(untold(&diagnosis), all);
        diagnosis.comparisons.first_mut().unwrap().role = Role::Signature;
        assert_eq!(untold(&diagnosis), pair("three", "three"));
        // One of the two is not shown there.
        diagnosis.verdict.proof = [pair("one", "other"), pair("two", "two")].concat();
        assert_eq!(untold(&diagnosis), pair("one", "other"));
        let row = diagnosis.comparisons.first_mut().unwrap().rows.first_mut();
        row.unwrap().state = RowState::Same;
        assert_eq!(untold(&diagnosis), diagnosis.verdict.proof);
    }

    #[test]
    fn a_text_is_told_in_its_lines_and_each_is_judged() {
        let proof = [("mine", "v4\nnow\nhash"), ("theirs", "v4\nthen\nhash")];
        assert_eq!(
            told(&proof),
            [
                "=|mine, and theirs|v4",
                "!|mine, line 2|now",
                "!|theirs, line 2|then",
                "=|mine, and theirs|hash",
            ]
        );
        let equal = [("mine", "v4\nnow"), ("theirs", "v4\nnow")];
        assert_eq!(told(&equal), ["=|mine, and theirs|v4", "=||now"]);
        let shorter = [("mine", "v4\nnow"), ("theirs", "v4")];
        assert_eq!(
            told(&shorter).get(1..).unwrap(),
            ["!|mine, line 2|now", "!|theirs, line 2|(no such line)"]
        );
    }
}
