//! A request of an export of Insomnia: a resource of its JSON (format 4), or an entry of its YAML (format 5).
//!
//! Owns which member of it is what.

use super::variables::Environments;
use super::{Said, says, text_of};
use crate::engine::intake::compose::{Composer, Parts};
use crate::engine::intake::fill::Values;
use crate::engine::intake::notation::{Parsed, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::text::Text;
use crate::engine::intake::yaml::{self, Field};
use crate::engine::intake::{Body, Shape, secrets};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("insomnia");

/// Recognises the YAML.
pub(in crate::engine::intake) struct Insomnia;

impl Recogniser for Insomnia {
    fn anchors(&self) -> &'static [&'static str] {
        &["- url: "]
    }

    fn once_a_line(&self) -> bool {
        true
    }

    /// A body may well be such a file.
    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let front = text.get(hit.line.start..hit.at);
        let bare = hit.line.start >= from && front.iter().all(u8::is_ascii_whitespace);
        bare.then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        if !reader.may_waste() {
            return None;
        }
        let (fields, end) = yaml::mapping(text, start.at + 2);
        let read = of_yaml(text, &fields)
            .and_then(|exported| exported.compose(reader, pass, start.at..end));
        if read.is_none() {
            reader.waste(end - start.at);
        }
        read
    }
}

/// Reads the resource `parsed` at `at`. None where it is no request, or shows no signature.
pub(super) fn read(
    reader: &mut Reader<'_>,
    pass: &Scan<'_>,
    at: usize,
    parsed: &Parsed,
) -> Option<usize> {
    of_json(pass.text, &parsed.value).compose(reader, pass, at..parsed.end)
}

/// What an exported request says, whichever of the two it stands in.
struct Exported {
    said: Said,
    /// Whether it has a body that is not a text.
    other_body: bool,
    /// Whether Insomnia signs it.
    signs: bool,
    /// The secret, its key id and its session token.
    credentials: [Option<Piece>; 3],
    /// What another authentication lets in with.
    hidden: Vec<Piece>,
}

impl Exported {
    fn compose(
        mut self,
        reader: &mut Reader<'_>,
        pass: &Scan<'_>,
        place: std::ops::Range<usize>,
    ) -> Option<usize> {
        let text = pass.text;
        if self.said.url.is_none() || !self.signs && !self.said.may_be_signed() {
            return None;
        }
        let end = place.end;
        let front = place.start..place.start + 1;
        let mut composer = Composer {
            reader,
            text,
            place,
        };
        let environments = Environments::around(composer.reader, text.doc);
        let mut value = |name: &[u8]| environments.iter().find_map(|e| e.value(name))?.clone();
        self.said
            .fill(&mut composer, &mut Values::nested(&mut value));
        let target = composer.target(&self.said.whole_url()?)?;
        let method = self.said.method(&mut composer)?;
        let mut headers = Vec::new();
        for (name, value) in &self.said.headers {
            headers.extend(composer.header(name, value));
        }
        let body = match &self.said.body {
            Some(body) => composer.held_unless_unknown(body),
            None if self.other_body => {
                composer.body_elsewhere(
                    front.clone(),
                    "The body is in a file, or is put together when the request is sent, and not here.",
                );
                Body::Absent
            }
            None => composer.empty(),
        };
        if self.signs {
            composer.signs_itself(
                front,
                "Insomnia signs this request itself when it sends it, so there is no signature in it.",
                "Send it, open the Console of the answer and paste the request it shows.",
            );
            let written_as = "the authentication of an Insomnia request";
            secrets::keep(&mut composer, &self.credentials, written_as);
        }
        for piece in &self.hidden {
            composer.hide(piece);
        }
        composer.finish(Parts {
            shape: SHAPE,
            method,
            target,
            headers,
            body,
        });
        Some(end)
    }
}

/// The names of a secret, its key id and its session token, and of what else lets in.
const CREDENTIALS: [&str; 3] = ["secretAccessKey", "accessKeyId", "sessionToken"];
const HIDDEN: [&str; 3] = ["password", "token", "value"];

fn of_json(text: &Text, request: &Value) -> Exported {
    let pairs = |name: &str| -> Vec<(Piece, Piece)> {
        let on = |item: &&Value| {
            let off = item.get(text, &["disabled"]);
            !off.is_some_and(|v| v.is(text, "true"))
        };
        let list = request.get(text, &[name]).map_or(&[][..], Value::items);
        list.iter()
            .filter(on)
            .filter_map(|item| Some((text_of(text, item, "name")?, text_of(text, item, "value")?)))
            .filter(|(name, _)| !name.bytes().is_empty())
            .collect()
    };
    let body = request.get(text, &["body"]);
    let said = Said {
        method: text_of(text, request, "method"),
        url: text_of(text, request, "url"),
        headers: pairs("headers"),
        query: pairs("parameters"),
        body: body.and_then(|body| text_of(text, body, "text")),
    };
    let auth = request.get(text, &["authentication"]);
    let get = |name: &str| auth.and_then(|auth| text_of(text, auth, name));
    Exported {
        said,
        other_body: matches!(body, Some(Value::Map(members)) if !members.is_empty()),
        signs: auth.is_some_and(|auth| says(text, auth, "type", "iam")),
        credentials: CREDENTIALS.map(get),
        hidden: HIDDEN.into_iter().filter_map(get).collect(),
    }
}

fn of_yaml(text: &Text, fields: &[Field]) -> Option<Exported> {
    let scalar = |fields: &[Field], name: &str| yaml::get(text, fields, name)?.scalar(text);
    let beneath = |name: &str| {
        yaml::get(text, fields, name).map_or_else(Vec::new, |field| field.fields(text))
    };
    let pairs = |name: &str| -> Vec<(Piece, Piece)> {
        let items = yaml::get(text, fields, name).map_or_else(Vec::new, |f| f.items(text));
        let off =
            |item: &[Field]| scalar(item, "disabled").is_some_and(|word| word.bytes() == b"true");
        items
            .iter()
            .filter(|item| !off(item))
            .filter_map(|item| Some((scalar(item, "name")?, scalar(item, "value")?)))
            .collect()
    };
    let method = scalar(fields, "method")?;
    let (body, auth) = (beneath("body"), beneath("authentication"));
    let get = |name: &str| scalar(&auth, name);
    Some(Exported {
        said: Said {
            method: Some(method),
            url: scalar(fields, "url"),
            headers: pairs("headers"),
            query: pairs("parameters"),
            body: scalar(&body, "text"),
        },
        other_body: !body.is_empty(),
        signs: get("type").is_some_and(|kind| kind.bytes() == b"iam"),
        credentials: CREDENTIALS.map(get),
        hidden: HIDDEN.into_iter().filter_map(get).collect(),
    })
}
