//! The JSON object as it is written: its two long lists member by member.
//!
//! Owns that order of writing. Must not know what any member holds.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

use super::{Object, Writer};
use crate::engine::intake::Evidence;

/// The lists that are as long as the input has parts.
pub(super) const INPUT: &str = "input";
pub(super) const EVIDENCE: &str = "evidence";

/// The object. Of a log of ten thousand calls its two long lists take more than the log when they are held, so that each
/// of their members is made when it is written.
pub(in crate::report) struct Whole<'a> {
    /// All but those lists, in whose place null stands.
    pub(super) told: Value,
    pub(super) writer: Writer<'a>,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.told.as_object();
        let case = &self.writer.report.work.case;
        let mut map = serializer.serialize_map(members.map(Object::len))?;
        for (name, value) in members.into_iter().flatten() {
            match name.as_str() {
                INPUT => {
                    map.serialize_entry(name, &each(&case.pieces, |_, p| self.writer.piece(p)))
                }
                EVIDENCE => {
                    let write = |at, e: &Evidence| self.writer.evidence(at, e);
                    map.serialize_entry(name, &each(&case.evidence, write))
                }
                _ => map.serialize_entry(name, value),
            }?;
        }
        map.end()
    }
}

/// A list, and what each member of it, with its place, is written as.
struct Each<'a, T, F>(&'a [T], F);

fn each<T, F: Fn(usize, &T) -> Value>(list: &[T], write: F) -> Each<'_, T, F> {
    Each(list, write)
}

impl<T, F: Fn(usize, &T) -> Value> Serialize for Each<'_, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(list, write) = self;
        serializer.collect_seq(
            list.iter()
                .enumerate()
                .map(|(at, member)| write(at, member)),
        )
    }
}
