//! Python's requests and `http.client`, as Postman, curlconverter and documentation print them.

use std::ops::Range;

use super::{FORM, Payload, Program, Said, form, holds_all, pairs, stands_free, with_query};
use crate::engine::document::Peel;
use crate::engine::intake::Shape;
use crate::engine::intake::compose::Composer;
use crate::engine::intake::notation::{self, Argument, Language, Names, Value, json_text};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::vocabulary::method_named;
use crate::engine::intake::text::Text;
use crate::engine::intake::tidy::Tidier;

/// Recognises requests in Python.
pub(in crate::engine::intake) struct Python;

/// Calls of requests and of a session of it.
const REQUESTS: &str = "requests.";
const SESSION: &str = "session.";
const REQUEST: &str = ".request(";

pub(in crate::engine::intake) const REQUESTS_SHAPE: Shape = Shape("python-requests");
pub(in crate::engine::intake) const HTTP_CLIENT_SHAPE: Shape = Shape("python-http-client");

const PROGRAM: Program = Program {
    shape: REQUESTS_SHAPE,
    name: "requests",
    tidier: Some(Tidier::Requests),
    latin1: true,
    always: &[("accept", "*/*"), ("connection", "keep-alive")],
};
const HTTP_CLIENT: Program = Program {
    shape: HTTP_CLIENT_SHAPE,
    name: "http.client",
    tidier: None,
    latin1: true,
    always: &[("accept-encoding", "identity")],
};

impl Recogniser for Python {
    fn anchors(&self) -> &'static [&'static str] {
        &[REQUESTS, SESSION, REQUEST]
    }

    fn once_a_line(&self) -> bool {
        false
    }

    /// Code in a body is that body's.
    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, text: &Text, hit: Hit, from: usize) -> Option<Start> {
        let at = hit.at;
        let rest = text.get(at..at + 32);
        let called = if rest.starts_with(REQUEST.as_bytes()) {
            // `conn.request("GET", …)`; those of requests have an anchor of their own.
            let before = text.get(hit.line.start..at);
            let name = before
                .iter()
                .rev()
                .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
                .count();
            let own = [&b"requests"[..], b"session", b"axios"];
            let receiver = before.get(before.len() - name..).unwrap_or_default();
            name > 0 && !own.contains(&receiver)
        } else {
            let name = rest.get(memchr::memchr(b'.', rest)? + 1..)?;
            let len = name.iter().take_while(|b| b.is_ascii_lowercase()).count();
            let verb = name.get(..len)?;
            name.get(len) == Some(&b'(')
                && (verb == b"request" || method_named(verb).is_some())
                && stands_free(text.get(hit.line.start..at))
        };
        let comment = text.get(hit.line.start..at).trim_ascii_start();
        (at >= from && called && !comment.starts_with(b"#")).then_some(Start {
            at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let open = start.at + memchr::memchr(b'(', text.get(start.at..start.at + 32))?;
        if !reader.may_waste() {
            return None;
        }
        let (arguments, end, whole) = notation::arguments(text, open, Language::Python);
        let mut names = Names::new(text, Language::Python, start.at);
        let callee = text.get(start.at..open);
        let verb = callee.rsplit(|b| *b == b'.').next().unwrap_or_default();
        let client = callee.starts_with(b".");
        let call = Call {
            arguments: &arguments,
            place: start.at..end,
            whole,
        };
        let said = if client {
            client_request(&mut names, &call)
        } else {
            request(&mut names, verb, &call)
        };
        let Some(said) = said else {
            reader.waste(end - start.at);
            return None;
        };
        if !said.may_be_signed() {
            said.keep_call(reader, &names, PROGRAM.name);
            reader.waste(end - start.at);
            return None;
        }
        if let Some(auth) = call.named(text, "auth") {
            let mut composer = Composer {
                reader,
                text,
                place: call.place.clone(),
            };
            authorised(&mut composer, &mut names, auth);
        }
        let program = if client { &HTTP_CLIENT } else { &PROGRAM };
        said.compose(reader, names, program)
    }
}

struct Call<'a> {
    arguments: &'a [Argument],
    place: Range<usize>,
    whole: bool,
}

impl<'a> Call<'a> {
    fn named(&self, text: &Text, name: &str) -> Option<&'a Value> {
        self.arguments.iter().find_map(|argument| {
            let own = text.get(argument.name.clone()?);
            (own == name.as_bytes()).then_some(&argument.value)
        })
    }

    /// The argument that is given as `name`, or at `place` among those without a name.
    fn get(&self, text: &Text, name: &str, place: usize) -> Option<&'a Value> {
        let nameless = |argument: &&Argument| argument.name.is_none();
        self.named(text, name).or_else(|| {
            let argument = self.arguments.iter().take_while(nameless).nth(place)?;
            Some(&argument.value)
        })
    }
}

/// `requests.put(url, data=…, headers=…)`, `requests.request("PUT", url, …)`.
fn request(names: &mut Names<'_>, verb: &[u8], call: &Call<'_>) -> Option<Said> {
    let text = names.text;
    let implied = method_named(verb);
    let shift = usize::from(implied.is_none());
    let method = match implied {
        Some(_) => None,
        None => Some(names.piece(call.get(text, "method", 0)?)?),
    };
    let mut url = names.piece(call.get(text, "url", shift)?)?;
    let behind = shift + 1;
    let (data_at, params_at) = match verb {
        b"post" | b"put" | b"patch" => (behind, usize::MAX),
        b"request" => (behind + 1, behind),
        _ => (usize::MAX, behind),
    };
    if let Some(params) = call.get(text, "params", params_at) {
        let fields = pairs(names, params);
        if let Some(query) = form(&fields, b"_.-~") {
            url = with_query(&url, &query)?;
        }
    }
    let headers = call.named(text, "headers");
    let cookies = call.named(text, "cookies");
    let data = call.get(text, "data", data_at);
    let json = call.named(text, "json").or_else(|| {
        let post = verb == b"post";
        post.then(|| call.get(text, "json", behind + 1)).flatten()
    });
    let none = |value: &&Value| !value.is(text, "None");
    let payload = match (data.filter(none), json.filter(none)) {
        (Some(data), _) => payload(names, data, &call.place),
        (None, Some(json)) => {
            let value = names.follow(json);
            json_text::of(names, &value).map_or(Payload::Elsewhere(call.place.clone()), |piece| {
                Payload::Typed(piece, "application/json")
            })
        }
        (None, None) if call.named(text, "files").is_some() => {
            Payload::Elsewhere(call.place.clone())
        }
        (None, None) => Payload::None,
    };
    let cookies = cookies.map_or_else(Vec::new, |value| pairs(names, value));
    let set = headers.map_or_else(Vec::new, |value| pairs(names, value));
    Some(Said {
        method,
        implied: implied.unwrap_or("GET"),
        url,
        // A session has headers of its own, and so has what comes with `**`.
        all_headers: !names.text.get(call.place.clone()).contains(&b'*')
            && names
                .text
                .get(call.place.clone())
                .starts_with(REQUESTS.as_bytes())
            && holds_all(names, headers, &set),
        headers: set,
        cookies: cookies.into_iter().map(|(_, value)| value).collect(),
        payload,
        call: call.place.clone(),
        whole: call.whole,
    })
}

/// What `data=` is sent as: a form where it is a dictionary, and text as it stands.
fn payload(names: &mut Names<'_>, data: &Value, call: &Range<usize>) -> Payload {
    let followed = names.follow(data);
    match &followed {
        Value::Map(_) | Value::List(_) => {
            let fields = pairs(names, &followed);
            form(&fields, b"_.-~").map_or(Payload::None, |piece| Payload::Typed(piece, FORM))
        }
        Value::Call(callee, _) => {
            let callee = names.text.get(callee.clone());
            let known = callee == b"json.dumps"
                || callee.ends_with(b".encode")
                || callee == b"str"
                || callee == b"bytes";
            let piece = known.then(|| names.piece(&followed)).flatten();
            piece.map_or(Payload::Elsewhere(call.clone()), Payload::Text)
        }
        Value::Text(_) | Value::Sum(_) => names
            .piece(&followed)
            .filter(|piece| !piece.bytes().is_empty())
            .map_or(Payload::None, Payload::Text),
        Value::Name(_) => Payload::Elsewhere(call.clone()),
    }
}

/// `conn.request("PUT", "/path", payload, headers)`, the host being that of the connection.
fn client_request(names: &mut Names<'_>, call: &Call<'_>) -> Option<Said> {
    let text = names.text;
    let method = names.piece(call.get(text, "method", 0)?)?;
    let path = names.piece(call.get(text, "url", 1)?)?;
    if !path.bytes().starts_with(b"/") {
        return None;
    }
    let before = text.get(0..call.place.start);
    let len = before
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count();
    let name = call.place.start - len..call.place.start;
    let connection = names.follow(&Value::Name(name.clone()));
    let Value::Call(class, arguments) = &connection else {
        return None;
    };
    let secure = text.get(class.clone()).ends_with(b"HTTPSConnection");
    if !secure && !text.get(class.clone()).ends_with(b"HTTPConnection") {
        return None;
    }
    let host = names.piece(&arguments.first()?.value)?;
    let port = arguments
        .get(1)
        .filter(|port| {
            port.name
                .as_ref()
                .is_none_or(|n| text.get(n.clone()) == b"port")
        })
        .and_then(|port| names.piece(&port.value));
    let own: &[u8] = if secure { b"443" } else { b"80" };
    let port = port.filter(|port| port.bytes() != own);
    let scheme: &[u8] = if secure { b"https://" } else { b"http://" };
    let scheme = Piece::spelled(scheme, class.clone(), Peel::ProgramDefault);
    let origin = match &port {
        Some(port) => Piece::joined(&[&host, port], b":")?,
        None => host,
    };
    let url = Piece::joined(&[&scheme, &origin, &path], b"")?;
    let body = call
        .get(text, "body", 2)
        .filter(|body| !body.is(text, "None"));
    let headers = call.get(text, "headers", 3);
    let payload = body.map_or(Payload::None, |body| payload(names, body, &call.place));
    Some(Said {
        method: Some(method),
        implied: "GET",
        url,
        all_headers: false,
        headers: headers.map_or_else(Vec::new, |value| pairs(names, value)),
        cookies: Vec::new(),
        payload,
        call: name.start..call.place.end,
        whole: call.whole,
    })
}

/// `auth=`: a name with a password is hidden, and a signer's call said.
fn authorised(composer: &mut Composer<'_, '_, '_>, names: &mut Names<'_>, auth: &Value) {
    let text = composer.text;
    match names.follow(auth) {
        Value::List(pair) => {
            if let Some(password) = pair.get(1).and_then(|value| names.piece(value)) {
                composer.hide(&password);
            }
        }
        Value::Call(callee, arguments) => {
            let name = text.get(callee.clone()).to_ascii_lowercase();
            let signer = ["aws", "sigv4"]
                .iter()
                .any(|word| memchr::memmem::find(&name, word.as_bytes()).is_some());
            if signer {
                composer.signs_itself(
                    callee.clone(),
                    "This program signs the request itself when it runs, so there is no signature in it.",
                    "Print the headers of response.request behind it, and paste them.",
                );
            } else if let Some(password) = arguments
                .get(1)
                .and_then(|argument| names.piece(&argument.value))
            {
                composer.hide(&password);
            }
        }
        Value::Text(_) | Value::Map(_) | Value::Name(_) | Value::Sum(_) => {}
    }
}
