//! What stands before the value of a field: its name, and what joins the two.
//!
//! A scheme keeps only the range of a value. Where a name is hidden the field is not known; where two texts
//! write the name otherwise, that is a difference although the values agree.

use std::ops::Range;

use memchr::memmem;

use super::compare::Printed;
use crate::engine::scheme::Field;

/// For each field, the text between the line end or `&` before its name and its value.
pub(super) fn leads(text: &[u8], fields: &[Field]) -> Vec<Range<usize>> {
    let mut before = 0;
    fields
        .iter()
        .map(|field| {
            let from = before.min(field.range.start);
            before = field.range.end;
            let between = text.get(from..field.range.start).unwrap_or_default();
            let name = memchr::memrchr2(b'\n', b'&', between).map_or(0, |at| at + 1);
            from + name..field.range.start
        })
        .collect()
}

/// Takes out the fields of `text` whose name is hidden. Says whether whole fields may be missing: behind a
/// cut, where a mark stands in no value, or where dots stand for who knows how much.
pub(super) fn drop_hidden(text: &Printed, fields: &mut Vec<Field>) -> bool {
    if text.is_exact() {
        return false;
    }
    let names = leads(&text.bytes, fields);
    let mut names = names.iter();
    fields.retain(|_| {
        let name = names.next();
        name.is_none_or(|name| name.is_empty() || text.mark_in(name).is_none())
    });
    let stray = |mark: &Range<usize>| {
        let next = fields.partition_point(|field| field.range.start <= mark.start);
        let holder = next.checked_sub(1).and_then(|at| fields.get(at));
        holder.is_none_or(|field| field.range.end < mark.end)
    };
    let dots = |mark: &Range<usize>| {
        let mark = text.bytes.get(mark.clone()).unwrap_or_default();
        [&b"..."[..], "…".as_bytes(), b"snip", b"truncated"]
            .iter()
            .any(|dots| memmem::find(mark, dots).is_some())
    };
    text.cut || text.wild.iter().any(|mark| stray(mark) || dots(mark))
}
