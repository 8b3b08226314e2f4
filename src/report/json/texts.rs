//! Texts as the JSON has them: redacted, and in base64 where they are not UTF-8.
//!
//! Owns the siblings of a text. Must not know what any text is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::Object;
use crate::engine::secret::Redactor;

/// A text under `key`: the redacted bytes, null where absent or not UTF-8. Its siblings appear only
/// where they apply: `redacted` and `…_sha256` (of the true bytes), `…_base64` (of the redacted ones).
pub(super) fn put(redactor: &Redactor, object: &mut Object, key: &str, bytes: Option<&[u8]>) {
    let Some(bytes) = bytes else {
        object.insert(key.to_owned(), Value::Null);
        return;
    };
    let shown = redactor.apply(bytes);
    let (text, base64) = utf8_or_base64(shown.bytes);
    object.insert(key.to_owned(), text);
    if !base64.is_null() {
        object.insert(format!("{key}_base64"), base64);
    }
    if let Some(sha256) = shown.sha256 {
        object.insert("redacted".to_owned(), Value::Bool(true));
        object.insert(format!("{key}_sha256"), Value::String(sha256));
    }
}

pub(super) fn put_list(
    redactor: &Redactor,
    object: &mut Object,
    key: &str,
    texts: Option<&[Option<&[u8]>]>,
) {
    let Some(texts) = texts else {
        object.insert(key.to_owned(), Value::Null);
        return;
    };
    let (mut values, mut base64s, mut sha256s) = (Vec::new(), Vec::new(), Vec::new());
    for text in texts {
        let shown = text.map(|bytes| redactor.apply(bytes));
        let sha256 = shown.as_ref().and_then(|s| s.sha256.clone());
        let (value, base64) = shown.map_or((Value::Null, Value::Null), |s| utf8_or_base64(s.bytes));
        values.push(value);
        base64s.push(base64);
        sha256s.push(json!(sha256));
    }
    object.insert(key.to_owned(), Value::Array(values));
    if base64s.iter().any(|b| !b.is_null()) {
        object.insert(format!("{key}_base64"), Value::Array(base64s));
    }
    if sha256s.iter().any(|s| !s.is_null()) {
        object.insert("redacted".to_owned(), Value::Bool(true));
        object.insert(format!("{key}_sha256"), Value::Array(sha256s));
    }
}

/// The text, or null and its bytes in base64 (RFC 4648 section 4, padded).
pub(super) fn utf8_or_base64(bytes: Vec<u8>) -> (Value, Value) {
    match String::from_utf8(bytes) {
        Ok(text) => (Value::String(text), Value::Null),
        Err(error) => (Value::Null, Value::String(BASE64.encode(error.as_bytes()))),
    }
}
