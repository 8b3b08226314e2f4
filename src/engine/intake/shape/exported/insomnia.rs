//! A request of an export of Insomnia in JSON (its format 4).
//!
//! Owns which member of it is what.

use super::{Said, text_of};
use crate::engine::intake::compose::{Composer, Parts};
use crate::engine::intake::notation::{Parsed, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Body, Shape, secrets};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("insomnia");

/// Reads the resource `parsed` at `at`. None where it is no request, or shows no signature.
pub(super) fn read(
    reader: &mut Reader<'_>,
    text: &Text,
    at: usize,
    parsed: &Parsed,
) -> Option<usize> {
    let request = &parsed.value;
    let mut said = said(text, request);
    let auth = request.get(text, &["authentication"]);
    let signs = auth.is_some_and(|auth| super::says(text, auth, "type", "iam"));
    if said.url.is_none() || !signs && !said.may_be_signed() {
        return None;
    }
    let mut composer = Composer {
        reader,
        text,
        place: at..parsed.end,
    };
    said.fill(&mut composer, &mut |_| None);
    let target = composer.target(&said.whole_url()?)?;
    let method = said.method(&mut composer)?;
    let mut headers = Vec::new();
    for (name, value) in &said.headers {
        headers.extend(composer.header(name, value));
    }
    let body = match &said.body {
        Some(body) => composer.held_unless_unknown(body),
        None if request
            .get(text, &["body"])
            .is_some_and(|body| matches!(body, Value::Map(members) if !members.is_empty())) =>
        {
            composer.body_elsewhere(
                at..at + 1,
                "The body is in a file, or is put together when the request is sent, and not here.",
            );
            Body::Absent
        }
        None => composer.empty(),
    };
    if let Some(auth) = auth.filter(|_| signs) {
        composer.signs_itself(
            at..at + 1,
            "Insomnia signs this request itself when it sends it, so there is no signature in it.",
            "Send it, open the Console of the answer and paste the request it shows.",
        );
        let get = |name| text_of(text, auth, name);
        let parts = [
            get("secretAccessKey"),
            get("accessKeyId"),
            get("sessionToken"),
        ];
        secrets::keep(
            &mut composer,
            &parts,
            "the authentication of an Insomnia request",
        );
    } else if let Some(auth) = auth {
        for name in ["password", "token", "value"] {
            if let Some(value) = text_of(text, auth, name) {
                composer.hide(&value);
            }
        }
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
    let pairs = |name: &str| -> Vec<(Piece, Piece)> {
        let on = |item: &&Value| {
            !item
                .get(text, &["disabled"])
                .is_some_and(|v| v.is(text, "true"))
        };
        let list = request.get(text, &[name]).map_or(&[][..], Value::items);
        list.iter()
            .filter(on)
            .filter_map(|item| Some((text_of(text, item, "name")?, text_of(text, item, "value")?)))
            .filter(|(name, _)| !name.bytes().is_empty())
            .collect()
    };
    let body = request.get(text, &["body"]);
    Said {
        method: text_of(text, request, "method"),
        url: text_of(text, request, "url"),
        headers: pairs("headers"),
        query: pairs("parameters"),
        body: body.and_then(|body| text_of(text, body, "text")),
    }
}
