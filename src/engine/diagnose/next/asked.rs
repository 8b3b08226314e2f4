//! What was asked for, as far as it is known: for the lines of a command that sends it again.
//!
//! Owns putting method and URL into such lines. Must not know who is asked, nor any scheme's signature: a URL that
//! carries one is not repeated.

use crate::engine::diagnose::Party;
use crate::engine::diagnose::facts::Facts;
use crate::engine::intake::is_mark;
use crate::engine::scheme::{FieldKind, Role};

/// What stands for a URL where none is known, and for the method.
const URL: &str = "'URL'";
/// See [`URL`].
const METHOD: &str = "-X METHOD ";
/// The longest URL that is put in, in bytes.
const LONGEST: usize = 400;

/// A method and a URL.
pub(super) struct Asked {
    method: String,
    url: String,
}

/// What the signer's own canonical request, or the server's, names: the signer's is what was sent; none where a part of it is hidden, or where it may
/// not be repeated as it stands.
pub(super) fn asked(facts: &Facts<'_>) -> Option<Asked> {
    [Party::Client, Party::Server]
        .into_iter()
        .find_map(|party| asked_by(facts, party))
}

/// The same, of one party.
fn asked_by(facts: &Facts<'_>, party: Party) -> Option<Asked> {
    let compared = &facts.stage(Role::CanonicalRequest)?.comparison;
    let column = compared.columns.iter().position(|c| c.party == party)?;
    let mut rows = compared.rows.iter().filter_map(|row| {
        let value = row.values.get(column)?.as_ref()?;
        Some((&row.key, value.bytes.as_ref()))
    });
    let (mut method, mut path, mut host) = (None, None, None);
    let mut parameters = Vec::new();
    for (key, value) in rows.by_ref() {
        let text = std::str::from_utf8(value)
            .ok()
            .filter(|text| is_plain(text));
        match (key.kind, key.name.as_deref()) {
            (FieldKind::METHOD, _) => method = text,
            (FieldKind::PATH, _) => path = text,
            (FieldKind::HEADER, Some("host")) => host = text,
            // A signature in the query is made anew, and a token in it is nobody's to repeat.
            (FieldKind::QUERY, Some(name)) if is_signing(name) => return None,
            (FieldKind::QUERY, Some(name)) => {
                parameters.push(format!("{name}={}", text.unwrap_or_default()));
            }
            (FieldKind::QUERY, None) if !value.is_empty() => return None,
            _ => {}
        }
    }
    let (method, path, host) = (method?, path?, host?);
    // A path that was encoded twice for its signature was sent otherwise.
    let sent = path.starts_with('/') && !path.contains("%25");
    let is_method = method.bytes().all(|b| b.is_ascii_uppercase());
    let is_host = host.contains('.') && !is_mark(host.as_bytes());
    let scheme = if host.rsplit_once(':').is_some()
        || host.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        "http"
    } else {
        "https"
    };
    let mut url = format!("{scheme}://{host}{path}");
    if !parameters.is_empty() {
        url = format!("{url}?{}", parameters.join("&"));
    }
    (sent && is_method && is_host && url.len() <= LONGEST).then(|| Asked {
        method: method.to_owned(),
        url,
    })
}

/// Whether a parameter of this name is one of a signature.
fn is_signing(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["signature", "credential", "token", "secret"]
        .iter()
        .any(|word| name.contains(word))
        || !is_plain(&name)
}

/// Whether a text stands for itself between single quotes, and hides nothing.
fn is_plain(text: &str) -> bool {
    let plain = |b: u8| {
        b.is_ascii_graphic() && !matches!(b, b'\'' | b'<' | b'>' | b'*' | b'[' | b']' | b'{' | b'}')
    };
    !text.is_empty() && text.bytes().all(plain) && !text.contains("...")
}

/// `lines` with method and URL in the places that are kept for them.
pub(super) fn filled(lines: &str, asked: Option<&Asked>) -> String {
    let Some(Asked { method, url }) = asked else {
        return lines.to_owned();
    };
    let stated = match method.as_str() {
        "GET" => String::new(),
        "HEAD" => "-I ".to_owned(),
        method => format!("-X {method} "),
    };
    let url = format!("'{url}'");
    if lines.contains(METHOD) {
        lines.replace(METHOD, &stated).replace(URL, &url)
    } else {
        lines.replace(URL, &format!("{stated}{url}"))
    }
}
