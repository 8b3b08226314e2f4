//! What a person enters where a secret is asked for, or keeps in a file of its own.

use bytes::Bytes;
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use crate::engine::document::{Source, Span};
use crate::engine::intake::{self, Case, Input, PastedSecret, final_newline_len};
use crate::engine::secret::{Material, NamedSecret, Sensitive};

/// What is added to the name of a secret that was read through percent-escapes.
const DECODED: &str = ", percent-decoded";

/// Length of a derived signing key in bytes (HMAC-SHA256).
const KEY_LEN: usize = 32;

/// How the candidates of an entry are named, before anything that tells them apart.
pub const ENTERED: &str = "the secret entered";

/// The candidates in what was entered at the prompt: a secret, a derived signing key in hex, or what
/// `aws configure export-credentials` prints in any of its formats. Empty where nothing was entered.
pub fn entered(bytes: &[u8]) -> Vec<NamedSecret> {
    candidates(ENTERED, bytes)
}

/// The candidates in `bytes`, which `name` says the origin of.
///
/// One line end at the very end is left out: it is the editor's or the shell's. Blanks around what is
/// left stay: where they do not fit, the engine tries without them. 64 hex digits are tried as a secret (some vendors issue such) and as a
/// derived key.
pub(super) fn candidates(name: &str, bytes: &[u8]) -> Vec<NamedSecret> {
    let held = Bytes::from_owner(Zeroizing::new(bytes.to_vec()));
    let case = intake::read(
        &[Input {
            name: name.to_owned(),
            source: Source::Paste,
            bytes: held,
        }],
        None,
    );
    let several = case.secrets.len() > 1;
    // A secret that is the whole of the entry is known by its shape, and keeps the blanks around it.
    let is_whole = matches!(
        case.secrets.as_slice(),
        [one] if case.docs.bytes(one.value) == bytes.trim_ascii()
    );
    if !case.secrets.is_empty() && !is_whole {
        return pasted(&case)
            .into_iter()
            .map(|(written_as, mut secret)| {
                let decoded = if written_as.ends_with(DECODED) {
                    DECODED
                } else {
                    ""
                };
                secret.name = match &secret.key_id {
                    Some(id) if several => format!("{name}, of {id}{decoded}"),
                    Some(_) | None => format!("{name}{decoded}"),
                };
                secret
            })
            .collect();
    }
    let line = bytes
        .get(..bytes.len() - final_newline_len(bytes))
        .unwrap_or_default();
    let bare = line.trim_ascii();
    if bare.is_empty() {
        return Vec::new();
    }
    let mut found = vec![plain(name.to_owned(), line)];
    if let Some(key) = derived_key(bare) {
        found.push(NamedSecret {
            name: format!("{name}, taken as a signing key"),
            key_id: None,
            material: Material::DerivedKey(key),
            session_token: None,
        });
    }
    found
}

/// A candidate made of a secret alone.
pub(super) fn plain(name: String, secret: &[u8]) -> NamedSecret {
    NamedSecret {
        name,
        key_id: None,
        material: Material::Secret(Sensitive::new(secret.to_vec())),
        session_token: None,
    }
}

/// A derived signing key from 64 hex digits, in either case.
pub(super) fn derived_key(hex_digits: &[u8]) -> Option<Sensitive<Vec<u8>>> {
    let mut key = vec![0; KEY_LEN];
    hex::decode_to_slice(hex_digits, &mut key).ok()?;
    Some(Sensitive::new(key))
}

/// The secrets that stand in a case, each with how it is written, still without a name. One that stands
/// percent-encoded, as in the userinfo of a URL, comes decoded too.
pub(super) fn pasted(case: &Case) -> Vec<(String, NamedSecret)> {
    let bytes = |span: Span| Sensitive::new(case.docs.bytes(span).to_vec());
    let named = |secret: &PastedSecret, value: Sensitive<Vec<u8>>| NamedSecret {
        name: String::new(),
        key_id: secret.key_id.map(|span| case.docs.text(span).into_owned()),
        material: Material::Secret(value),
        session_token: secret.session_token.map(bytes),
    };
    let mut out = Vec::new();
    for secret in &case.secrets {
        let value = bytes(secret.value);
        let decoded = Sensitive::new(percent_decode(value.expose()).collect::<Vec<u8>>());
        let differs = decoded.expose() != value.expose();
        let written_as = written_as(case, secret);
        if differs {
            let name = format!("{written_as}{DECODED}");
            out.push((written_as, named(secret, value)));
            out.push((name, named(secret, decoded)));
        } else {
            out.push((written_as, named(secret, value)));
        }
    }
    out
}

/// How a secret is written, and on which line where another one is written so too.
fn written_as(case: &Case, secret: &PastedSecret) -> String {
    let text = |secret: &PastedSecret| case.docs.bytes(secret.value);
    let told_apart = case
        .secrets
        .iter()
        .all(|other| other.written_as != secret.written_as || text(other) == text(secret));
    if told_apart {
        return secret.written_as.to_owned();
    }
    let place = case.docs.to_given(secret.value);
    let before = Span::new(place.doc, 0, place.start);
    let line = case.docs.bytes(before).split(|b| *b == b'\n').count();
    format!("{}, line {line}", secret.written_as)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(entry: &[u8]) -> Vec<(String, Vec<u8>)> {
        entered(entry)
            .into_iter()
            .map(|secret| {
                let bytes = match &secret.material {
                    Material::Secret(s) | Material::DerivedKey(s) => s.expose().clone(),
                };
                (secret.name, bytes)
            })
            .collect()
    }

    #[test]
    fn a_secret_that_stands_percent_encoded_comes_decoded_too_and_by_name() {
        let of = |value: &str| {
            let text =
                format!("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY={value}\n");
            described(text.as_bytes())
        };
        let plain = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let encoded = plain.replace('/', "%2F");
        assert_eq!(
            of(&encoded),
            [
                (
                    "the secret entered".to_owned(),
                    encoded.clone().into_bytes()
                ),
                (
                    "the secret entered, percent-decoded".to_owned(),
                    plain.as_bytes().to_vec()
                ),
            ]
        );
        assert_eq!(of(plain).len(), 1);
    }

    #[test]
    fn one_line_end_is_left_out_and_no_more() {
        for entry in ["wJalr/K7", "wJalr/K7\n", "wJalr/K7\r\n"] {
            assert_eq!(
                described(entry.as_bytes()),
                [("the secret entered".to_owned(), b"wJalr/K7".to_vec())],
                "{entry:?}"
            );
        }
        // The other is shaped as AWS issues them, and known by it.
        for secret in ["wJalr/K7", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"] {
            let twice = described(format!("{secret}\n\n").as_bytes());
            assert_eq!(twice.len(), 1);
            assert_eq!(twice[0].1, format!("{secret}\n").as_bytes());
        }
    }

    #[test]
    fn blanks_around_a_secret_stay() {
        let found = described(b" wJalr/K7\t");
        assert_eq!(found[0].1, b" wJalr/K7\t");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn hex_digits_are_a_secret_and_a_signing_key() {
        let digits = "C4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";
        let found = described(digits.as_bytes());
        assert_eq!(found[0].1, digits.as_bytes());
        assert_eq!(found[1].1, hex::decode(digits).unwrap());
        assert_eq!(found[1].0, "the secret entered, taken as a signing key");
        assert_eq!(described(&digits.as_bytes()[..62]).len(), 1);
    }

    #[test]
    fn every_format_of_export_credentials_is_understood() {
        let (id, secret, token) = (
            "ASIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7+EXAMPLE",
            "FwoG/Z=",
        );
        // The formats of `aws configure export-credentials --format`.
        for entry in [
            format!(
                "{{\n  \"Version\": 1,\n  \"AccessKeyId\": \"{id}\",\n  \"SecretAccessKey\": \
                 \"{secret}\",\n  \"SessionToken\": \"{token}1\",\n  \"Expiration\": \
                 \"2026-01-01T00:00:00+00:00\"\n}}\n"
            ),
            format!(
                "export AWS_ACCESS_KEY_ID={id}\nexport AWS_SECRET_ACCESS_KEY={secret}\n\
                 export AWS_SESSION_TOKEN={token}1\n"
            ),
            format!(
                "AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={secret}\nAWS_SESSION_TOKEN={token}1\n"
            ),
            format!(
                "$Env:AWS_ACCESS_KEY_ID=\"{id}\"\r\n$Env:AWS_SECRET_ACCESS_KEY=\"{secret}\"\r\n\
                 $Env:AWS_SESSION_TOKEN=\"{token}1\"\r\n"
            ),
            format!(
                "set AWS_ACCESS_KEY_ID={id}\r\nset AWS_SECRET_ACCESS_KEY={secret}\r\n\
                 set AWS_SESSION_TOKEN={token}1\r\n"
            ),
            format!(
                "set -gx AWS_ACCESS_KEY_ID {id}\nset -gx AWS_SECRET_ACCESS_KEY {secret}\n\
                 set -gx AWS_SESSION_TOKEN {token}1\n"
            ),
        ] {
            let found = entered(entry.as_bytes());
            let [one] = found.as_slice() else {
                panic!("{entry}: {found:?}");
            };
            assert_eq!(one.name, "the secret entered", "{entry}");
            assert_eq!(one.key_id.as_deref(), Some(id), "{entry}");
            assert_eq!(
                one.material,
                Material::Secret(Sensitive::new(secret.as_bytes().to_vec())),
                "{entry}"
            );
            assert_eq!(
                one.session_token,
                Some(Sensitive::new(format!("{token}1").into_bytes())),
                "{entry}"
            );
        }
    }

    #[test]
    fn several_profiles_in_one_file_are_told_apart() {
        let file = b"[a]\naws_access_key_id = AKIAFIRSTONE\naws_secret_access_key = first-secret\n\
            [b]\naws_access_key_id = AKIASECONDTWO\naws_secret_access_key = second-secret\n";
        let found = described(file);
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "the secret entered, of AKIAFIRSTONE",
                "the secret entered, of AKIASECONDTWO"
            ]
        );
    }

    #[test]
    fn nothing_entered_is_no_candidate() {
        for entry in ["", "\n", "  ", "\r\n"] {
            assert!(described(entry.as_bytes()).is_empty(), "{entry:?}");
        }
    }
}
