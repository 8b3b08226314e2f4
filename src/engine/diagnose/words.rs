//! Words for fields and values in sentences: nothing hidden, nothing endless, no token let out.

use super::facts::Root;
use crate::engine::document::visible;
use crate::engine::scheme::{FieldKey, FieldKind};
use crate::engine::secret::Redactor;

/// Columns that a quoted value may take.
const QUOTE: usize = 64;
/// Bytes shown before the difference where a value is too long to show.
const LEAD: usize = 16;

/// What a field is called in a sentence, without an article.
pub(super) fn field(key: &FieldKey) -> String {
    let named = |what: &str| match &key.name {
        Some(name) => format!("{what} {}", visible::to_string(name.as_bytes())),
        None => what.to_owned(),
    };
    match key.kind {
        FieldKind::QUERY => named("query parameter"),
        FieldKind::HEADER => match &key.name {
            Some(name) => format!("{} header", visible::to_string(name.as_bytes())),
            None => "header".to_owned(),
        },
        FieldKind::SIGNED_HEADERS => "list of signed headers".to_owned(),
        FieldKind::PAYLOAD_HASH => "payload hash".to_owned(),
        FieldKind::DATE => "signing time".to_owned(),
        FieldKind::SCOPE => "credential scope".to_owned(),
        FieldKind::HASH => "hash of the canonical request".to_owned(),
        FieldKind::MESSAGE => named("text"),
        kind => named(kind.0),
    }
}

/// A field by its own name alone, where its kind was said.
pub(super) fn short(key: &FieldKey) -> String {
    match &key.name {
        Some(name) => visible::to_string(name.as_bytes()),
        None => field(key),
    }
}

/// Names from the input in a sentence: the first few, nothing hidden in them.
pub(super) fn listed(names: &[&str]) -> String {
    const MOST: usize = 8;
    let shown = names.iter().take(MOST).map(|name| {
        let cut = name.as_bytes().get(..QUOTE).unwrap_or(name.as_bytes());
        visible::to_string(cut)
    });
    let shown: Vec<String> = shown.collect();
    match names.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A field's group, as it is named among what is ruled out.
pub(super) fn group(key: &FieldKey) -> &str {
    match key.kind {
        FieldKind::QUERY => "query",
        FieldKind::HEADER => "headers",
        FieldKind::SIGNED_HEADERS => "signed headers",
        FieldKind::PAYLOAD_HASH => "payload hash",
        FieldKind::MESSAGE => key.name.as_deref().unwrap_or("text"),
        kind => kind.0,
    }
}

/// A value in quotes; a long one is cut around `at`, and a hash, of which nobody reads all, to where it differs.
fn quote(value: &[u8], at: usize) -> String {
    const DIGITS: usize = 12;
    let is_hash = value.len() == 64 && value.iter().all(u8::is_ascii_hexdigit);
    let most = if is_hash { DIGITS } else { QUOTE };
    let whole = value.len() <= most;
    let start = if whole {
        0
    } else {
        at.saturating_sub(LEAD.min(most / 2))
    };
    let end = value.len().min(start.saturating_add(most));
    let shown = visible::to_string(value.get(start..end).unwrap_or_default());
    let (head, tail) = (
        if start > 0 { "…" } else { "" },
        if end < value.len() { "…" } else { "" },
    );
    format!("“{head}{shown}{tail}”")
}

/// The values of two sides in quotes; none where one of them holds what must not be shown.
pub(super) fn quotes(root: &Root, redactor: &Redactor) -> [Option<String>; 2] {
    let hidden = root
        .values
        .iter()
        .flatten()
        .any(|value| !redactor.find(value).is_empty());
    let at = root.at.unwrap_or(0);
    root.values.each_ref().map(|value| {
        value
            .as_ref()
            .filter(|_| !hidden)
            .map(|value| quote(value, at))
    })
}

/// A sentence with its first letter in upper case.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `1 more field differs`, `3 more fields differ`; none for none.
pub(super) fn more(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 more field differs.".to_owned()),
        n => Some(format!("{n} more fields differ.")),
    }
}
