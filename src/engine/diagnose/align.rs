//! Aligning the fields of several texts: which field of one stands beside which of another.
//!
//! Fields meet by key. The order of the first text is kept, and what only another text has is put
//! behind the field that stands before it there, so that nothing is lost and nothing jumps about.

use std::collections::HashMap;

use crate::engine::scheme::{FieldKey, FieldKind};

/// One line of the alignment: a key, and its place in each text's list of fields.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Line {
    /// The field.
    pub(super) key: FieldKey,
    /// Its place in each text, in the order the texts were given.
    pub(super) places: Vec<Option<usize>>,
}

/// A field that stands at another place among its kind in another text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Moved {
    /// The field: the first at which the orders part.
    pub(super) key: FieldKey,
    /// The two texts.
    pub(super) texts: [usize; 2],
    /// Its place among those of its kind that both texts have, from 1.
    pub(super) places: [usize; 2],
}

/// Counts anew which of the same name each key is, so that no key stands twice in one text.
fn unique(keys: &[FieldKey]) -> Vec<FieldKey> {
    let mut seen: HashMap<(FieldKind, Option<&str>), usize> = HashMap::new();
    keys.iter()
        .map(|key| {
            let count = seen.entry((key.kind, key.name.as_deref())).or_default();
            let nth = *count;
            *count += 1;
            FieldKey { nth, ..key.clone() }
        })
        .collect()
}

/// Aligns the keys of several texts. Linear in their number.
pub(super) fn align(texts: &[Vec<FieldKey>]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (text, keys) in texts.iter().enumerate() {
        let known: HashMap<FieldKey, usize> = lines
            .iter()
            .enumerate()
            .map(|(i, line)| (line.key.clone(), i))
            .collect();
        // New lines by the old line they stand behind; none: before all.
        let mut behind: HashMap<Option<usize>, Vec<Line>> = HashMap::new();
        let mut last = None;
        for (place, key) in unique(keys).into_iter().enumerate() {
            if let Some(&line) = known.get(&key) {
                last = Some(line);
                if let Some(line) = lines.get_mut(line) {
                    line.places.push(Some(place));
                }
            } else {
                let mut places = vec![None; text];
                places.push(Some(place));
                behind.entry(last).or_default().push(Line { key, places });
            }
        }
        let mut merged = behind.remove(&None).unwrap_or_default();
        for (i, mut line) in lines.into_iter().enumerate() {
            line.places.resize(text + 1, None);
            merged.push(line);
            merged.extend(behind.remove(&Some(i)).unwrap_or_default());
        }
        lines = merged;
    }
    lines
}

/// The places of a field in two texts.
type Both<'a> = (usize, usize, &'a FieldKey);

/// The first field of each kind that two texts have at different places among those that both have.
pub(super) fn moved(lines: &[Line], texts: [usize; 2]) -> Vec<Moved> {
    let [a, b] = texts;
    let mut kinds: Vec<(FieldKind, Vec<Both<'_>>)> = Vec::new();
    for line in lines {
        let place = |text: usize| line.places.get(text).copied().flatten();
        let (Some(x), Some(y)) = (place(a), place(b)) else {
            continue;
        };
        match kinds.iter_mut().find(|(kind, _)| *kind == line.key.kind) {
            Some((_, both)) => both.push((x, y, &line.key)),
            None => kinds.push((line.key.kind, vec![(x, y, &line.key)])),
        }
    }
    kinds
        .into_iter()
        .filter_map(|(_, mut both)| {
            both.sort_by_key(|(x, _, _)| *x);
            let mut other: Vec<usize> = both.iter().map(|(_, y, _)| *y).collect();
            other.sort_unstable();
            let (at, (_, y, key)) = both
                .iter()
                .enumerate()
                .find(|(i, (_, y, _))| other.get(*i) != Some(y))?;
            let there = other.binary_search(y).ok()?;
            Some(Moved {
                key: (*key).clone(),
                texts,
                places: [at + 1, there + 1],
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(name: &str) -> FieldKey {
        FieldKey::named(FieldKind::HEADER, name, 0)
    }

    fn headers(names: &str) -> Vec<FieldKey> {
        names.chars().map(|c| header(&c.to_string())).collect()
    }

    fn order(lines: &[Line]) -> String {
        lines
            .iter()
            .map(|line| line.key.name.clone().unwrap_or_default())
            .collect()
    }

    #[test]
    fn what_only_one_side_has_keeps_its_place() {
        let lines = align(&[headers("acd"), headers("xabcd")]);
        assert_eq!(order(&lines), "xabcd");
        assert_eq!(lines[0].places, [None, Some(0)]);
        assert_eq!(lines[3].places, [Some(1), Some(3)]);
    }

    #[test]
    fn the_first_field_out_of_order_is_named_with_both_places() {
        let lines = align(&[headers("abcd"), headers("acbd")]);
        let moved = moved(&lines, [0, 1]);
        assert_eq!(moved.len(), 1);
        assert_eq!(moved[0].key, header("b"));
        assert_eq!(moved[0].places, [2, 3]);
    }

    #[test]
    fn a_field_that_is_missing_does_not_make_the_others_look_moved() {
        let lines = align(&[headers("abcd"), headers("bd")]);
        assert_eq!(moved(&lines, [0, 1]), []);
    }

    #[test]
    fn two_texts_in_one_order_have_nothing_moved_whatever_order_a_third_has() {
        let lines = align(&[headers("ba"), headers("ab"), headers("ab")]);
        assert_eq!(moved(&lines, [1, 2]), []);
        assert_eq!(moved(&lines, [0, 1]).len(), 1);
    }

    #[test]
    fn a_key_that_stands_twice_in_one_text_stays_two_lines() {
        let lines = align(&[vec![header("a"), header("a")], headers("a")]);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1].places, [Some(1), None]);
    }

    proptest! {
        #[test]
        fn no_field_is_lost_whatever_the_texts(texts in proptest::collection::vec("[a-e]{0,8}", 0..4)) {
            let keys: Vec<_> = texts.iter().map(|text| headers(text)).collect();
            let lines = align(&keys);
            for (text, keys) in keys.iter().enumerate() {
                let mut places: Vec<_> = lines.iter().filter_map(|line| line.places[text]).collect();
                for line in &lines {
                    if let Some(place) = line.places[text] {
                        prop_assert_eq!(&line.key.name, &keys[place].name);
                    }
                }
                if text == 0 {
                    prop_assert!(places.is_sorted(), "the first text's order is kept");
                }
                places.sort_unstable();
                prop_assert_eq!(places, (0..keys.len()).collect::<Vec<_>>());
            }
            let mut seen = std::collections::HashSet::new();
            for line in &lines {
                prop_assert_eq!(line.places.len(), texts.len());
                prop_assert!(seen.insert(line.key.clone()), "one line a key");
            }
        }
    }
}
