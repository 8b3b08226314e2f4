//! Comparing texts: what is redacted, cut, moved, or split otherwise by somebody else.

use bytes::Bytes;

use super::super::compare::{
    Compared, Printed, Relation, Text, compare, difference, relate, relate_texts,
};
use super::super::{Column, Party, RowState};
use crate::engine::intake::Integrity;
use crate::engine::scheme::{Field, FieldKey, FieldKind, Role, Rule, StageId};

/// A text of `name=value` pieces with `;` between them, each piece a header.
fn text(party: Party, text: &str, cut: bool) -> Text {
    let mut at = 0;
    let mut fields = Vec::new();
    for piece in text.split(';').filter(|piece| piece.contains('=')) {
        let (name, value) = piece.split_once('=').unwrap();
        let start = at + name.len() + 1;
        fields.push(Field {
            key: FieldKey::named(FieldKind::HEADER, name, 0),
            range: start..start + value.len(),
            runs: Vec::new(),
            rule: Rule {
                text: "",
                reference: "",
            },
        });
        at += piece.len() + 1;
    }
    Text {
        column: Column {
            party,
            caption: String::new(),
            evidence: None,
            integrity: Integrity::Verified,
        },
        printed: Printed {
            cut,
            ..Printed::exact(Bytes::copy_from_slice(text.as_bytes()))
        },
        fields,
        gap: cut,
        side_of: None,
    }
}

fn compared(texts: Vec<Text>) -> Compared {
    compare(StageId("t"), Role::CanonicalRequest, texts)
}

fn state(compared: &Compared, name: &str) -> RowState {
    let mut rows = compared.comparison.rows.iter();
    let row = rows.find(|row| row.key.name.as_deref() == Some(name));
    row.unwrap().state
}

#[test]
fn a_text_that_ends_where_the_others_mark_begins_may_be_the_same() {
    assert_eq!(relate(b"abc", None, b"abc***", Some(3)), Relation::Open);
    assert_eq!(relate(b"abc***", Some(3), b"abc", None), Relation::Open);
    assert_eq!(relate(b"ab", None, b"abc***", Some(3)), Relation::Part(2));
    assert_eq!(relate(b"abc***", Some(3), b"ab", None), Relation::Part(2));
    assert_eq!(relate(b"abX", None, b"abc***", Some(3)), Relation::Part(2));
}

#[test]
fn of_a_mark_and_a_cut_the_one_that_comes_first_ends_what_is_known() {
    let marked = Printed {
        bytes: Bytes::from_static(b"abc***def"),
        wild: std::iter::once(3..6).collect(),
        cut: true,
        ends_line: false,
    };
    let whole = |text: &'static [u8]| Printed::exact(Bytes::from_static(text));
    assert_eq!(relate_texts(&marked, &whole(b"abcXYZ")), Relation::Open);
    assert_eq!(relate_texts(&marked, &whole(b"abXXYZ")), Relation::Part(2));
}

#[test]
fn what_may_stand_behind_a_cut_is_absent_on_neither_side() {
    let (short, long) = ("a=1", "a=1;b=2");
    for (texts, wanted) in [
        ([(short, true), (long, false)], RowState::NotCheckable),
        ([(long, false), (short, true)], RowState::NotCheckable),
        ([(short, false), (long, false)], RowState::Absent),
    ] {
        let parties = [Party::Computed, Party::Server];
        let texts = parties.into_iter().zip(texts);
        let texts = texts.map(|(party, (t, cut))| text(party, t, cut)).collect();
        assert_eq!(state(&compared(texts), "b"), wanted);
    }
}

#[test]
fn the_same_bytes_are_the_same_fields_whoever_split_them() {
    let mut other = text(Party::Server, "a=1;b=2", false);
    other.fields.pop();
    let compared = compared(vec![text(Party::Computed, "a=1;b=2", false), other]);
    for name in ["a", "b"] {
        assert_eq!(state(&compared, name), RowState::Same);
    }
}

#[test]
fn escapes_that_begin_alike_are_told_apart_by_the_byte_that_differs() {
    let found = difference(b"%252F", b"%252E", 4);
    assert_eq!([found.left, found.right], ["'F'", "'E'"]);
}

#[test]
fn a_third_text_that_has_what_the_first_has_is_marked_as_it_is() {
    let compared = compared(vec![
        text(Party::Computed, "a=one two", false),
        text(Party::Client, "a=one ten", false),
        text(Party::Server, "a=one two", false),
    ]);
    let emphasis = &compared.comparison.rows[0].emphasis;
    assert!(emphasis[0].iter().any(|run| run.differs));
    assert_eq!(emphasis[0], emphasis[2]);
}

#[test]
fn only_the_two_whose_orders_part_are_said_to_and_the_first_of_them_is_named() {
    let compared = compared(vec![
        text(Party::Computed, "a=1;b=2", false),
        text(Party::Client, "b=2;a=1", false),
        text(Party::Server, "b=2;a=1", false),
    ]);
    let (at, row) = compared
        .comparison
        .rows
        .iter()
        .enumerate()
        .find(|(_, row)| row.note.is_some())
        .unwrap();
    let note = row.note.as_deref().unwrap();
    assert!(note.contains(Party::Client.label()), "{note}");
    assert!(!note.contains(Party::Server.id()), "{note}");
    assert_eq!(
        compared.relations[at],
        [
            (0, 1, Relation::Moved { places: [1, 2] }),
            (0, 2, Relation::Moved { places: [1, 2] }),
            (1, 2, Relation::Same)
        ]
    );
}
