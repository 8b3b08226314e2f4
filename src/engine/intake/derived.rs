//! Keys derived from a secret, where a server's log prints them: they sign as well as the secret does, for a
//! day and a service or for all of them.
//!
//! Owns the names they stand under: of Ceph's gateway (rgw_auth_s3.cc at debug level 10), which writes
//! `signing_k = ` and 64 hex digits. They are masked, and used for nothing.

use memchr::memmem;

use super::text::{Text, is_blank};
use crate::engine::document::{Documents, Mask};

/// What each of the names ends with, and the names.
const END: &[u8] = b"_k";
const NAMES: [&[u8]; 4] = [b"date_k", b"region_k", b"service_k", b"signing_k"];

/// Masks every derived key of `text`.
pub(super) fn mask(docs: &mut Documents, text: &Text) {
    let whole = text.get(0..text.len());
    for at in memmem::find_iter(whole, END) {
        let end = at + END.len();
        let before = whole.get(..end).unwrap_or_default();
        if !NAMES.iter().any(|name| before.ends_with(name)) {
            continue;
        }
        let front = whole
            .get(end..(end + 32).min(whole.len()))
            .unwrap_or_default();
        let gap = front.iter().take_while(|b| is_blank(**b) || **b == b'=');
        let value = end + gap.count();
        let digits = whole.iter().skip(value).take(64);
        if digits.filter(|b| b.is_ascii_hexdigit()).count() == 64 {
            docs.mask(text.span(value..value + 64), Mask::Secret);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::document::Source;
    use crate::engine::intake::{Input, read};

    #[test]
    fn the_keys_that_a_gateway_logs_are_masked_and_its_hashes_are_not() {
        let (key, hash) = ("6e".repeat(32), "4f".repeat(32));
        let text = format!(
            "10 req 1 0.004s date_k    = {key}\n10 req 1 0.004s signing_k = {key}\n\
             10 req 1 0.004s generated signature = {hash}\n"
        );
        let input = Input {
            name: "log".to_owned(),
            source: Source::File,
            bytes: text.into(),
        };
        let case = read(&[input], None);
        let (_, document) = case.docs.given().next().unwrap();
        let masked: Vec<usize> = document
            .masks()
            .iter()
            .map(|(span, _)| span.range().len())
            .collect();
        assert_eq!(masked, [64, 64]);
    }
}
