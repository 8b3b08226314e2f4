//! The parameters of a query in canonical order, and how fields of one name are told apart.
//!
//! Owns that order. Must not know what is written of a parameter.

use std::collections::BTreeMap;
use std::ops::Range;

use super::encode::{self, Encoding};
use super::quirks::{EmptyParameters, Quirks};
use super::reading::{self, Form, Param, TOKEN_PARAMS};
use crate::engine::document::{Documents, Span};
use crate::engine::scheme::{FieldKey, FieldKind};

/// A parameter that is signed, encoded for sorting.
pub(super) struct Encoded {
    pub(super) param: Param,
    /// Ranges of the arena.
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    /// Its place as received, from 1.
    pub(super) place: usize,
    pub(super) is_token: bool,
}

/// The parameters that are signed, in canonical order: by encoded name, then by encoded value.
pub(super) fn sorted(docs: &Documents, raw: &[Param], form: Form, quirks: &Quirks) -> Vec<Encoded> {
    let how = Encoding::Query(quirks.plus_in_query);
    let named = |param: &Param, names: &[&str]| {
        let bytes = docs.bytes(param.name);
        // No name of ours holds a byte that must be escaped, and few hold the right length.
        let plain = encode::decode(bytes, quirks.plus_in_query);
        names
            .iter()
            .any(|name| plain.eq_ignore_ascii_case(name.as_bytes()))
    };
    let mut arena = Vec::new();
    let mut out = Vec::with_capacity(raw.len());
    // The very parameter that is read as the signature is not signed; what is only like it is.
    let signature = match form {
        Form::Query => reading::query_param(docs, raw, "X-Amz-Signature").map(|param| param.name),
        Form::Header => None,
    };
    for param in raw {
        let empty = param.name.is_empty() && param.value.is_none();
        if empty && (raw.len() == 1 || quirks.empty_parameters == EmptyParameters::Drop) {
            continue;
        }
        if signature == Some(param.name) {
            continue;
        }
        let mut write = |span: Span| {
            let start = arena.len();
            encode::encode(&mut arena, docs.bytes(span), span, how);
            start..arena.len()
        };
        out.push(Encoded {
            param: *param,
            name: write(param.name),
            value: param.value.map_or(0..0, &mut write),
            place: out.len() + 1,
            is_token: form == Form::Query && named(param, &TOKEN_PARAMS),
        });
    }
    let text = |range: &Range<usize>| arena.get(range.clone()).unwrap_or_default();
    out.sort_by(|a, b| (text(&a.name), text(&a.value)).cmp(&(text(&b.name), text(&b.value))));
    out
}

/// Counts fields of the same name, for their keys.
#[derive(Default)]
pub(super) struct Occurrences(BTreeMap<String, usize>);

impl Occurrences {
    /// The key of the next field of that name.
    pub(super) fn key(&mut self, kind: FieldKind, name: &[u8]) -> FieldKey {
        let name = String::from_utf8_lossy(name).into_owned();
        let count = self.0.entry(name.clone()).or_default();
        let nth = *count;
        *count += 1;
        FieldKey::named(kind, name, nth)
    }
}
