//! A request of a Postman collection (Collection Format 2.0 and 2.1).
//!
//! Owns which member of it is what. Postman signs what has an `auth` of its own when it sends it.

use super::variables::Lists;
use super::{Said, piece, says, text_of};
use crate::engine::intake::compose::{Composer, FORM_TYPE, Parts};
use crate::engine::intake::fill::Values;
use crate::engine::intake::notation::{Parsed, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Body, Shape, secrets};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("postman");

/// Reads the request `parsed`, whose name stands at `at`. None where it is none, or shows no signature.
pub(super) fn read(
    reader: &mut Reader<'_>,
    pass: &Scan<'_>,
    at: usize,
    parsed: &Parsed,
) -> Option<usize> {
    let text = pass.text;
    let request = &parsed.value;
    let mut said = said(text, request);
    let auth = request.get(text, &["auth"]);
    let signs = auth.is_some_and(|auth| says(text, auth, "type", "awsv4"));
    if said.url.is_none() || !signs && !said.may_be_signed() {
        return None;
    }
    let mut composer = Composer {
        reader,
        text,
        place: at..parsed.end,
    };
    let variables = composer.reader.once(text.doc, Lists::of);
    let mut value = |name: &[u8]| variables.value(name, at);
    said.fill(&mut composer, &mut Values::nested(&mut value));
    let target = composer.target(&said.whole_url()?)?;
    let method = said.method(&mut composer)?;
    let mut headers = Vec::new();
    for (name, value) in &said.headers {
        headers.extend(composer.header(name, value));
    }
    let body = match &said.body {
        Some(body) => {
            let data = request.get(text, &["body"]);
            let language = data
                .and_then(|data| data.get(text, &["options"])?.get(text, &["raw"]))
                .is_some_and(|raw| says(text, raw, "language", "json"));
            let cause = body.start..body.end;
            if data.is_some_and(|data| says(text, data, "mode", "urlencoded")) {
                composer.add(&mut headers, "content-type", FORM_TYPE, cause);
            } else if language {
                composer.add(&mut headers, "content-type", "application/json", cause);
            }
            composer.held_unless_unknown(body)
        }
        None => match request.get(text, &["body"]) {
            Some(Value::Map(members)) if !members.is_empty() => {
                composer.body_elsewhere(
                    at..at + 1,
                    "The body is in a file, or is put together when the request is sent, and not here.",
                );
                Body::Absent
            }
            _ => composer.empty(),
        },
    };
    if let Some(auth) = auth.filter(|_| signs) {
        composer.signs_itself(
            at..at + 1,
            "Postman signs this request itself when it sends it, so there is no signature in it.",
            "Send it, open the Postman Console and paste the raw request it shows.",
        );
        credentials(&mut composer, auth);
    } else if let Some(auth) = auth {
        hide(&mut composer, auth);
    }
    composer.finish(Parts {
        shape: SHAPE,
        method,
        target,
        headers,
        body,
    });
    Some(parsed.end)
}

fn said(text: &Text, request: &Value) -> Said {
    let url = request.get(text, &["url"]);
    let url = url.and_then(|url| piece(text, url).or_else(|| text_of(text, url, "raw")));
    let data = request.get(text, &["body"]);
    let body = data.and_then(|data| {
        let mode = data.get(text, &["mode"])?.word(text)?;
        match mode {
            b"raw" => text_of(text, data, "raw"),
            b"urlencoded" => {
                let pairs = pairs(text, data.get(text, &["urlencoded"])?);
                let fields: Vec<Piece> = pairs
                    .iter()
                    .filter_map(|(name, value)| Piece::joined(&[&form(name), &form(value)], b"="))
                    .collect();
                let fields: Vec<&Piece> = fields.iter().collect();
                Piece::joined(&fields, b"&")
            }
            _ => None,
        }
    });
    Said {
        method: text_of(text, request, "method"),
        url,
        headers: request
            .get(text, &["header"])
            .map_or_else(Vec::new, |list| pairs(text, list)),
        query: Vec::new(),
        body,
    }
}

/// A field of a form as it is sent. Postman writes a space as `%20`.
fn form(piece: &Piece) -> Piece {
    piece.percent_encoded(b"-_.~!*'(){}")
}

/// The members of a list of keys with values that are not switched off.
fn pairs(text: &Text, list: &Value) -> Vec<(Piece, Piece)> {
    let on = |item: &&Value| {
        !item
            .get(text, &["disabled"])
            .is_some_and(|v| v.is(text, "true"))
    };
    list.items()
        .iter()
        .filter(on)
        .filter_map(|item| Some((text_of(text, item, "key")?, text_of(text, item, "value")?)))
        .collect()
}

/// Every value of an `auth`, which are listed by key.
fn values<'v>(text: &Text, auth: &'v Value) -> Vec<(&'v Value, &'v Value)> {
    let Value::Map(members) = auth else {
        return Vec::new();
    };
    let lists = members.iter().flat_map(|(_, value)| value.items());
    lists
        .filter_map(|item| Some((item.get(text, &["key"])?, item.get(text, &["value"])?)))
        .collect()
}

/// Keeps the secret that Postman signs with.
fn credentials(composer: &mut Composer<'_, '_, '_>, auth: &Value) {
    let text = composer.text;
    let values = values(text, auth);
    let get = |name: &str| {
        let found = values
            .iter()
            .find(|(key, _)| key.word(text) == Some(name.as_bytes()));
        found.and_then(|(_, value)| piece(text, value))
    };
    let parts = [get("secretKey"), get("accessKey"), get("sessionToken")];
    secrets::keep(composer, &parts, "the auth of a Postman request");
}

/// Hides what another `auth` lets in with.
fn hide(composer: &mut Composer<'_, '_, '_>, auth: &Value) {
    let text = composer.text;
    for (key, value) in values(text, auth) {
        let key = key.word(text).unwrap_or_default().to_ascii_lowercase();
        let hidden = ["password", "token", "value", "secret", "cookie"];
        if let Some(value) = piece(text, value)
            && hidden
                .iter()
                .any(|word| memchr::memmem::find(&key, word.as_bytes()).is_some())
        {
            composer.hide(&value);
        }
    }
}
