//! The string to sign.

use sha2::{Digest as _, Sha256};

use super::date;
use super::encode;
use super::key::KeyScope;
use super::quirks::Quirks;
use super::reading::{Form, Part, Reading};
use super::wording;
use crate::engine::document::Documents;
use crate::engine::scheme::{FieldKey, FieldKind, Sink, Step};

/// The first line of every string to sign.
pub(super) const ALGORITHM: &[u8] = b"AWS4-HMAC-SHA256";

/// The field of the first line.
pub(super) fn algorithm_key() -> FieldKey {
    FieldKey::named(FieldKind::MESSAGE, "algorithm", 0)
}

/// Writes the string to sign. `hash` is that of the canonical request, in lower hex.
pub(super) fn write<S: Sink>(
    sink: &mut S,
    docs: &Documents,
    reading: &Reading,
    quirks: &Quirks,
    hash: &[u8],
) {
    sink.begin(algorithm_key, wording::ALGORITHM);
    match &reading.algorithm {
        Some(part) if part.text == ALGORITHM => part.write(sink, docs),
        _ => sink.literal(ALGORITHM),
    }
    sink.end();
    sink.literal(b"\n");

    sink.begin(|| FieldKey::of(FieldKind::DATE), wording::DATE);
    match &reading.date {
        Some(part) => write_date(sink, docs, part),
        None => sink.step(|| Step::Missing),
    }
    sink.end();
    sink.literal(b"\n");

    sink.begin(|| FieldKey::of(FieldKind::SCOPE), wording::SCOPE);
    write_scope(sink, docs, reading, quirks);
    sink.end();
    sink.literal(b"\n");

    sink.begin(|| FieldKey::of(FieldKind::HASH), wording::HASH);
    sink.literal(hash);
    sink.step(|| Step::HashOf("the canonical request"));
    sink.end();
}

fn write_date<S: Sink>(sink: &mut S, docs: &Documents, part: &Part) {
    if !date::is_basic(&part.text)
        && let Some(at) = date::instant(&part.text)
    {
        sink.replace(date::basic(at).as_bytes(), part.span, Step::DateRewritten);
        return;
    }
    part.write(sink, docs);
}

fn write_scope<S: Sink>(sink: &mut S, docs: &Documents, reading: &Reading, quirks: &Quirks) {
    let form = reading.form;
    let Some(credential) = &reading.credential else {
        sink.step(|| Step::Missing);
        return;
    };
    if quirks.region.is_none() && quirks.service.is_none() {
        match credential.scope {
            Some(span) => match form {
                Form::Header => sink.copy(docs.bytes(span), span),
                Form::Query => encode::write_decoded(sink, docs.bytes(span), span),
            },
            None => sink.step(|| Step::Missing),
        }
        return;
    }
    let parts = [
        (&credential.date, None),
        (&credential.region, quirks.region.as_deref()),
        (&credential.service, quirks.service.as_deref()),
        (&credential.terminator, None),
    ];
    for (i, (part, chosen)) in parts.into_iter().enumerate() {
        if i > 0 {
            sink.literal(b"/");
        }
        match (part, chosen) {
            (Some(part), Some(text)) => {
                sink.replace(text.as_bytes(), part.span, Step::Overridden);
            }
            (None, Some(text)) => sink.literal(text.as_bytes()),
            (Some(part), None) => part.write(sink, docs),
            (None, None) => {}
        }
    }
}

/// What the key is derived from; none where the credential lacks a part of it.
pub(super) fn key_scope(reading: &Reading, quirks: &Quirks) -> Option<KeyScope> {
    let credential = reading.credential.as_ref()?;
    let chosen = |chosen: &Option<String>, part: &Option<Part>| match chosen {
        Some(text) => Some(text.clone().into_bytes()),
        None => part.as_ref().map(|p| p.text.clone()),
    };
    Some(KeyScope {
        date: credential.date.as_ref()?.text.clone(),
        region: chosen(&quirks.region, &credential.region)?,
        service: chosen(&quirks.service, &credential.service)?,
        terminator: credential.terminator.as_ref()?.text.clone(),
    })
}

/// The string to sign of a canonical request that somebody printed, with the scope of the credential that is claimed. The
/// time is that of the canonical request itself where it signs one, for that is what its signer had.
pub(super) fn of_canonical(reading: &Reading, canonical: &[u8]) -> Option<Vec<u8>> {
    let credential = reading.credential.as_ref()?;
    let parts = [
        &credential.date,
        &credential.region,
        &credential.service,
        &credential.terminator,
    ];
    let parts: Option<Vec<&[u8]>> = parts
        .into_iter()
        .map(|part| Some(part.as_ref()?.text.as_slice()).filter(|text| !text.is_empty()))
        .collect();
    let mut lines = canonical.split(|b| *b == b'\n');
    let signed = lines.find_map(|line| line.strip_prefix(b"x-amz-date:"));
    let time = signed.or_else(|| Some(reading.date.as_ref()?.text.as_slice()))?;
    let algorithm = reading
        .algorithm
        .as_ref()
        .map_or(ALGORITHM, |part| part.text.as_slice());
    let hash = hex::encode(Sha256::digest(canonical));
    let lines = [
        algorithm,
        time.trim_ascii(),
        &parts?.join(&b'/'),
        hash.as_bytes(),
    ];
    Some(lines.join(&b'\n'))
}

/// Whether a string to sign may be one of this scheme: its beginning may be missing, but another scheme's name or
/// a method, with which older ones begin, tells that it is not.
pub(super) fn may_be_ours(text: &[u8]) -> bool {
    let word = text
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-')
        .count();
    let (word, rest) = text.split_at(word);
    let is_method = (3..=7).contains(&word.len()) && word.iter().all(u8::is_ascii_alphabetic);
    let older = is_method && matches!(rest.first(), Some(b'\n' | b'\r' | b' ' | b'&'));
    let named = word.ends_with(b"-SHA256") && !word.starts_with(b"AWS4-HMAC");
    let policy = rest.is_empty() && word.starts_with(b"eyJ");
    !(older || named || policy)
}
