//! What is printed: canonical requests of several kinds, their strings to sign, and what holds both.

use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

/// A canonical request: method, path, query, values of headers and payload, whose lines hold whatever they may.
pub(super) fn canonical() -> impl Strategy<Value = String> {
    let hash = "[0-9a-f]{64}";
    let method = proptest::sample::select(vec!["GET", "PUT", "POST", "HEAD", "DELETE"]);
    let path = proptest::collection::vec("[a-zA-Z0-9._~-]{1,9}(%[0-9A-F]{2}){0,2}", 0..4);
    let query = proptest::collection::vec("[a-z-]{1,8}=[A-Za-z0-9]{0,6}(%2[0-9A-F]){0,2}", 0..3);
    let payload = prop_oneof![
        Just("UNSIGNED-PAYLOAD".to_owned()),
        hash,
        Just("STREAMING-AWS4-HMAC-SHA256-PAYLOAD".to_owned())
    ];
    let plain = (method, path, query, values(), payload).prop_map(
        |(method, path, query, values, payload)| {
            text(method, &path.join("/"), &query.join("&"), &values, &payload)
        },
    );
    // A body that is posted, with what is in it told by its headers.
    let length = 0..100_000_u32;
    let post = (values(), hash, length).prop_map(|(mut values, hash, length)| {
        values.insert(
            0,
            (
                "content-type".into(),
                "application/json; charset=utf-8".into(),
            ),
        );
        values.insert(0, ("content-length".into(), length.to_string()));
        text("POST", "v1/items", "", &values, &hash)
    });
    let presigned = ("[A-Z2-7]{16}", "[A-Za-z0-9%]{20,200}", 1..604_801_u32).prop_map(|(id, token, expires)| {
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{id}%2F20260402%2Feu-west-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20260402T140310Z&X-Amz-Expires={expires}&X-Amz-Security-Token={token}&X-Amz-SignedHeaders=host"
        );
        format!("GET\n/a/b.txt\n{query}\nhost:examplebucket.s3.amazonaws.com\n\nhost\nUNSIGNED-PAYLOAD")
    });
    // Signers that forget to encode are what is looked for.
    let unicode = (
        proptest::collection::vec("[a-zéß漢😀]{1,6}", 1..4),
        any::<bool>(),
        values(),
    )
        .prop_map(|(path, encoded, values)| {
            let path = path.join("/");
            let path = if encoded {
                path.bytes().fold(String::new(), |out, b| match b {
                    b'/' | b'a'..=b'z' => out + &char::from(b).to_string(),
                    b => out + &format!("%{b:02X}"),
                })
            } else {
                path
            };
            text("GET", &path, "", &values, "UNSIGNED-PAYLOAD")
        });
    let blanks = (
        proptest::collection::vec("[a-z]{1,4}", 1..4),
        any::<bool>(),
        values(),
    )
        .prop_map(|(words, encoded, values)| {
            let prefix = words.join(if encoded { "%20" } else { " " });
            let query = format!("delimiter=%2F&list-type=2&prefix={prefix}");
            text("GET", "", &query, &values, "UNSIGNED-PAYLOAD")
        });
    prop_oneof![4 => plain, 1 => post, 1 => presigned, 1 => unicode, 1 => blanks]
}

/// Values of headers of one's own.
fn values() -> impl Strategy<Value = Vec<(String, String)>> {
    let word = "[a-zA-Z0-9\"'\\\\%<>&;=#$`|éß漢😀/,+()_*-]{1,12}";
    let value = proptest::collection::vec(word, 0..6).prop_map(|words| words.join(" "));
    proptest::collection::vec(value, 0..4).prop_map(|values| {
        let named = values.into_iter().enumerate();
        let named = named.map(|(place, value)| (format!("x-amz-meta-{place}"), value));
        named.collect()
    })
}

fn text(
    method: &str,
    path: &str,
    query: &str,
    values: &[(String, String)],
    payload: &str,
) -> String {
    let own = [
        ("host", "examplebucket.s3.eu-west-1.amazonaws.com"),
        ("x-amz-content-sha256", payload),
        ("x-amz-date", "20260402T140310Z"),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut headers: Vec<(String, String)> =
        own.into_iter().chain(values.iter().cloned()).collect();
    headers.sort();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    format!(
        "{method}\n/{path}\n{query}\n{}\n{}\n{payload}",
        lines.concat(),
        names.join(";")
    )
}

pub(super) fn to_sign(canonical: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256\n20260402T140310Z\n20260402/eu-west-1/s3/aws4_request\n{}",
        hex::encode(Sha256::digest(canonical))
    )
}

/// A log or an answer that holds both.
pub(super) fn held(kind: usize, c: &str, s: &str) -> String {
    match kind % 4 {
        0 => format!("Canonical request:\n{c}\nString to sign:\n{s}\n"),
        1 => format!(
            "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'{c}'\n\nThe String-to-Sign should have been\n'{s}'\n"
        ),
        2 => format!(
            "---[ CANONICAL STRING  ]-----------------------------\n{c}\n---[ STRING TO SIGN ]--------------------------------\n{s}\n-----------------------------------------------------\n"
        ),
        _ => format!("{c}\n\n{s}\n"),
    }
}
