//! `fetch`, axios and XMLHttpRequest, as browsers copy a request and Postman prints one.

use super::{FORM, Payload, Program, Said, form, holds_all, pairs, stands_free, with_query};
use crate::engine::intake::Shape;
use crate::engine::intake::notation::{self, Argument, Language, Names, Value, json_text};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::vocabulary::method_named;
use crate::engine::intake::text::Text;
use crate::engine::intake::tidy::Tidier;

/// Recognises requests in JavaScript.
pub(in crate::engine::intake) struct JavaScript;

/// What each begins with.
const FETCH: &str = "fetch(";
const AXIOS: &str = "axios";
const OPEN: &str = ".open(";

/// What all of them send.
const ALWAYS: [(&str, &str); 1] = [("accept", "*/*")];
pub(in crate::engine::intake) const FETCH_SHAPE: Shape = Shape("fetch");
pub(in crate::engine::intake) const AXIOS_SHAPE: Shape = Shape("axios");
pub(in crate::engine::intake) const XHR_SHAPE: Shape = Shape("xmlhttprequest");

const FETCHED: Program = Program {
    shape: FETCH_SHAPE,
    name: "fetch",
    tidier: Some(Tidier::Whatwg),
    latin1: true,
    always: &ALWAYS,
};
const AXIOSED: Program = Program {
    shape: AXIOS_SHAPE,
    name: "axios",
    tidier: Some(Tidier::Whatwg),
    latin1: true,
    always: &[("accept", "application/json, text/plain, */*")],
};
const XHR: Program = Program {
    shape: XHR_SHAPE,
    name: "XMLHttpRequest",
    tidier: Some(Tidier::Whatwg),
    latin1: true,
    always: &ALWAYS,
};

/// The media type of a text that is sent (Fetch Standard §5.2).
const TEXT: &str = "text/plain;charset=UTF-8";

impl Recogniser for JavaScript {
    fn anchors(&self) -> &'static [&'static str] {
        &[FETCH, AXIOS, OPEN]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    /// Code in a body is that body's.
    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let rest = text.get(hit.at..hit.at + 32);
        let called = rest.starts_with(FETCH.as_bytes())
            || rest.starts_with(OPEN.as_bytes())
            || rest.strip_prefix(AXIOS.as_bytes()).is_some_and(|rest| {
                let word = |b: &&u8| b.is_ascii_alphabetic() || **b == b'.';
                let name = rest.iter().take_while(word).count();
                rest.get(name) == Some(&b'(') && matches!(rest.first(), Some(b'(' | b'.'))
            });
        let before = text.get(hit.at.saturating_sub(32).max(hit.line.start)..hit.at);
        let free = stands_free(before)
            || before.ends_with(b"window.")
            || before.ends_with(b"globalThis.")
            || rest.starts_with(OPEN.as_bytes());
        let comment = before.trim_ascii_start().starts_with(b"//");
        (hit.at >= from && called && free && !comment).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let open = start.at + memchr::memchr(b'(', text.get(start.at..start.at + 32))?;
        if !reader.may_waste() {
            return None;
        }
        let (arguments, end, whole) = notation::arguments(text, open, Language::JavaScript);
        let mut names = Names::new(text, Language::JavaScript, start.at);
        let call = start.at..end;
        let callee = text.get(start.at..open);
        let said = if callee == b"fetch" {
            fetch(&mut names, &arguments, call, whole).map(|said| (said, &FETCHED))
        } else if callee.starts_with(AXIOS.as_bytes()) {
            axios(&mut names, callee, &arguments, call, whole).map(|said| (said, &AXIOSED))
        } else {
            xhr(&mut names, &arguments, call, whole).map(|said| (said, &XHR))
        };
        let signed = said.as_ref().is_some_and(|(said, _)| said.may_be_signed());
        let Some((said, program)) = said else {
            reader.waste(end - start.at);
            return None;
        };
        if !signed {
            let known_as = match program.name {
                "fetch" => "fetch()",
                name => name,
            };
            said.keep_call(reader, &names, known_as);
            reader.waste(end - start.at);
            return None;
        }
        said.compose(reader, names, program)
    }
}

/// `fetch(url, { method, headers, body })`.
fn fetch(
    names: &mut Names<'_>,
    arguments: &[Argument],
    call: std::ops::Range<usize>,
    whole: bool,
) -> Option<Said> {
    let url = names.piece(&arguments.first()?.value)?;
    let options = arguments
        .get(1)
        .map(|argument| names.follow(&argument.value));
    let get = |name: &str| options.as_ref()?.get(names.text, &[name]).cloned();
    let (method, headers, body) = (get("method"), get("headers"), get("body"));
    let known = options
        .as_ref()
        .is_none_or(|options| matches!(options, Value::Map(_)));
    let set = headers
        .as_ref()
        .map_or_else(Vec::new, |value| headers_of(names, value));
    Some(Said {
        method: method.and_then(|value| names.piece(&value)),
        implied: "GET",
        url,
        all_headers: known && holds_all(names, headers.as_ref(), &set),
        headers: set,
        cookies: Vec::new(),
        payload: body.map_or(Payload::None, |value| payload(names, &value)),
        call,
        whole,
    })
}

/// `axios(config)`, `axios.request(config)`, `axios.put(url, data, config)`.
fn axios(
    names: &mut Names<'_>,
    callee: &[u8],
    arguments: &[Argument],
    call: std::ops::Range<usize>,
    whole: bool,
) -> Option<Said> {
    let verb = callee.strip_prefix(b"axios.").unwrap_or_default();
    // These are given their data before the configuration.
    let brings = matches!(verb, b"post" | b"put" | b"patch");
    let argument = |at: usize| arguments.get(at).map(|argument| argument.value.clone());
    let (url, data, config, implied) = match method_named(verb) {
        Some(method) if brings => (argument(0), argument(1), argument(2), method),
        Some(method) => (argument(0), None, argument(1), method),
        None if verb.is_empty() || verb == b"request" => match argument(0)? {
            url @ (Value::Text(_) | Value::Sum(_)) => (Some(url), None, argument(1), "GET"),
            config => (None, None, Some(config), "GET"),
        },
        None => return None,
    };
    let config = config.map(|value| names.follow(&value));
    let get = |name: &str| config.as_ref()?.get(names.text, &[name]).cloned();
    let (method, headers, params) = (get("method"), get("headers"), get("params"));
    let url = url.or_else(|| get("url"))?;
    let data = data.or_else(|| get("data"));
    let mut url = names.piece(&url)?;
    if let Some(params) = params {
        let pairs = pairs(names, &params);
        // axios leaves these as they are, and writes a space as `+`.
        if let Some(query) = form(&pairs, b"-_.!~*'():$,") {
            url = with_query(&url, &query)?;
        }
    }
    let method = method.and_then(|value| names.piece(&value)).map(upper);
    let known = config
        .as_ref()
        .is_none_or(|config| matches!(config, Value::Map(_)));
    let set = headers
        .as_ref()
        .map_or_else(Vec::new, |value| headers_of(names, value));
    Some(Said {
        method,
        implied,
        url,
        all_headers: known && holds_all(names, headers.as_ref(), &set),
        headers: set,
        cookies: Vec::new(),
        payload: match data {
            None => Payload::None,
            Some(value) if value.is(names.text, "null") => Payload::None,
            Some(value) => match names.follow(&value) {
                object @ (Value::Map(_) | Value::List(_)) => json_text::of(names, &object)
                    .map_or(Payload::Elsewhere(call.clone()), |piece| {
                        Payload::Typed(piece, "application/json")
                    }),
                Value::Text(_) | Value::Sum(_) | Value::Name(_) | Value::Call(..) => {
                    match payload(names, &value) {
                        Payload::Typed(piece, TEXT) => Payload::Typed(piece, FORM),
                        other => other,
                    }
                }
            },
        },
        call,
        whole,
    })
}

/// A method in capitals, as it is sent.
fn upper(method: Piece) -> Piece {
    if method.bytes().iter().any(u8::is_ascii_lowercase) {
        let plain =
            method.respelled(|b| b.is_ascii_lowercase().then(|| vec![b.to_ascii_uppercase()]));
        Piece {
            peel: crate::engine::document::Peel::Serialised,
            plain: None,
            ..plain
        }
    } else {
        method
    }
}

/// `xhr.open(method, url)`, with `setRequestHeader` and `send` behind it.
fn xhr(
    names: &mut Names<'_>,
    arguments: &[Argument],
    call: std::ops::Range<usize>,
    whole: bool,
) -> Option<Said> {
    const BEHIND: usize = 16 << 10;
    let text = names.text;
    let (method, url) = (arguments.first()?, arguments.get(1)?);
    let (Value::Text(_), method) = (&method.value, names.piece(&method.value)?) else {
        return None;
    };
    let url = names.piece(&url.value)?;
    let mut headers = Vec::new();
    let mut payload_of = Payload::None;
    let mut sent = false;
    let mut end = call.end;
    let limit = call.end.saturating_add(BEHIND).min(text.len());
    while let Some(found) = memchr::memchr(b'.', text.get(end..limit)) {
        let at = end + found;
        let rest = text.get(at..limit);
        if rest.starts_with(OPEN.as_bytes()) {
            break;
        }
        let sends = rest.starts_with(b".send(");
        if !sends && !rest.starts_with(b".setRequestHeader(") {
            end = at + 1;
            continue;
        }
        let open = at + memchr::memchr(b'(', rest)?;
        let (arguments, close, _) = notation::arguments(text, open, Language::JavaScript);
        end = close.max(at + 1);
        names.at = names.at.max(at);
        if sends {
            sent = true;
            if let Some(body) = arguments.first() {
                payload_of = payload(names, &body.value);
            }
            break;
        }
        if let [name, value] = arguments.as_slice() {
            headers.extend(names.piece(&name.value).zip(names.piece(&value.value)));
        }
    }
    Some(Said {
        method: Some(method),
        implied: "GET",
        url,
        all_headers: sent,
        headers,
        cookies: Vec::new(),
        payload: payload_of,
        call: call.start..end,
        whole,
    })
}

/// Headers of an object, or of a `Headers` that they are appended to.
fn headers_of(names: &mut Names<'_>, value: &Value) -> Vec<(Piece, Piece)> {
    let followed = names.follow(value);
    let Value::Call(_, arguments) = &followed else {
        return pairs(names, &followed);
    };
    let mut all = arguments
        .first()
        .map_or_else(Vec::new, |argument| pairs(names, &argument.value));
    if let Value::Name(name) = value {
        all.extend(appended(names, name));
    }
    all
}

/// What is appended to the object of this name.
fn appended(names: &mut Names<'_>, name: &std::ops::Range<usize>) -> Vec<(Piece, Piece)> {
    let calls = names.calls(name, &["append", "set"]);
    let mut all = Vec::new();
    for call in calls {
        if let [name, value] = call.as_slice() {
            all.extend(names.piece(name).zip(names.piece(value)));
        }
    }
    all
}

/// The body that `value` is sent as.
fn payload(names: &mut Names<'_>, value: &Value) -> Payload {
    let text = names.text;
    if value.is(text, "null") || value.is(text, "undefined") {
        return Payload::None;
    }
    let place = match value {
        Value::Name(range) | Value::Call(range, _) => range.clone(),
        Value::Text(literal) => literal.place.clone(),
        Value::Map(_) | Value::List(_) | Value::Sum(_) => names.at..names.at + 1,
    };
    let followed = names.follow(value);
    match &followed {
        Value::Call(callee, arguments) => match text.get(callee.clone()) {
            b"URLSearchParams" => {
                let mut fields = arguments
                    .first()
                    .map_or_else(Vec::new, |argument| pairs(names, &argument.value));
                if let Value::Name(name) = value {
                    fields.extend(appended(names, name));
                }
                form(&fields, b"*-._").map_or(Payload::Elsewhere(place), |piece| {
                    Payload::Typed(piece, "application/x-www-form-urlencoded;charset=UTF-8")
                })
            }
            b"JSON.stringify" => names
                .piece(&followed)
                .map_or(Payload::Elsewhere(place), |piece| {
                    Payload::Typed(piece, TEXT)
                }),
            b"String" => names
                .piece(&followed)
                .map_or(Payload::Elsewhere(place), |piece| {
                    Payload::Typed(piece, TEXT)
                }),
            _ => Payload::Elsewhere(place),
        },
        Value::Text(_) | Value::Sum(_) => names
            .piece(&followed)
            .map_or(Payload::Elsewhere(place), |piece| {
                Payload::Typed(piece, TEXT)
            }),
        Value::Name(_) | Value::Map(_) | Value::List(_) => Payload::Elsewhere(place),
    }
}
