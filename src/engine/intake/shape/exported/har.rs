//! Entries of a HAR, which browsers and proxies save (HAR 1.2): a request, and the answer to it.
//!
//! Owns which member of an entry is what. Of the entries only those count that are signed, or were refused for
//! their signature.

use chrono::{DateTime, Utc};

use super::{Said, piece, says, text_of};
use crate::engine::diagnose::Finding;
use crate::engine::document::{DocId, Mask, Peel, Span};
use crate::engine::intake::compose::{Composer, FORM_TYPE, Parts};
use crate::engine::intake::notation::{self, Language, Parsed, Value};
use crate::engine::intake::piece::Piece;
use crate::engine::intake::reader::{Reader, Response};
use crate::engine::intake::shape::http_date;
use crate::engine::intake::shape::vocabulary::carries_signature;
use crate::engine::intake::text::Text;
use crate::engine::intake::unescape::{self, Unescaped};
use crate::engine::intake::{Body, Given, Header, Shape, Unread, limits};

/// The shape's name.
pub(in crate::engine::intake) const SHAPE: Shape = Shape("har");

/// Bytes of the text of an answer that are looked at.
const ANSWER: usize = 512 << 10;

/// Reads the entries of the list at `open`, whose name stands at `at`. None where they are entries of something else.
pub(super) fn entries(
    reader: &mut Reader<'_>,
    text: &Text,
    at: usize,
    open: usize,
) -> Option<usize> {
    let mut end = open + 1;
    let mut taken = 0_usize;
    let mut all = 0_usize;
    let mut unread = false;
    loop {
        let next = text.skip_space(end);
        match text.at(next) {
            Some(b',') => {
                end = next + 1;
                continue;
            }
            Some(b']') => {
                end = next + 1;
                break;
            }
            Some(b'{') => {}
            _ => break,
        }
        let entry = notation::value(text, next, Language::JavaScript)?;
        let Some(request) = entry.value.get(text, &["request"]) else {
            if all == 0 {
                reader.waste(entry.end - at);
                return None;
            }
            end = entry.end;
            continue;
        };
        all += 1;
        let answer = entry.value.get(text, &["response"]);
        hide_cookies(reader, text, request);
        if let Some(answer) = answer {
            hide_cookies(reader, text, answer);
        }
        let full = reader.case.pieces.len() >= limits::PARTS;
        if worth(text, request, answer) {
            if full {
                unread = true;
            } else if read(reader, text, next..entry.end, request, answer).is_some() {
                taken += 1;
            }
        }
        end = entry.end;
        if !entry.whole {
            break;
        }
    }
    if all == 0 {
        return None;
    }
    if unread {
        reader.cut(text.span(at..end), "signed entries of a HAR");
    }
    let others = all - taken;
    if others > 0 && !unread {
        let place = reader.case.docs.to_given(text.span(at..open + 1));
        let what = match (taken, others) {
            (0, 1) => {
                "The one entry of this HAR carries no signature, nor an answer that refuses one."
                    .to_owned()
            }
            (0, n) => format!(
                "None of the {n} entries of this HAR carries a signature, or an answer that refuses one."
            ),
            (_, 1) => "1 entry of this HAR carries no signature: it is left out.".to_owned(),
            (_, n) => format!("{n} entries of this HAR carry no signature: they are left out."),
        };
        let help = if taken == 0 {
            "Browsers leave Authorization and Cookie out unless the HAR is exported with sensitive data: export it \
             so, or copy the request as cURL."
        } else {
            "Nothing needs to be done, unless the request in question is one of them."
        };
        reader.find(Finding::note("har-entries", what, help).at(place, "these entries"));
    }
    Some(end)
}

/// Reads an entry that stands alone: its request, and the answer behind it.
pub(super) fn alone(
    reader: &mut Reader<'_>,
    text: &Text,
    at: usize,
    request: &Parsed,
) -> Option<usize> {
    let mut answer = None;
    let mut end = request.end;
    // Other members may stand between the two.
    let mut next = request.end;
    for _ in 0..32 {
        let Some(name) = super::behind(text, next, b',') else {
            break;
        };
        let Some(value) = super::value_at(text, name) else {
            break;
        };
        let Some(parsed) = notation::value(text, value, Language::JavaScript) else {
            break;
        };
        next = parsed.end;
        if text.get(name..value).starts_with(b"\"response\"") {
            end = parsed.end;
            answer = Some(parsed.value);
            break;
        }
    }
    hide_cookies(reader, text, &request.value);
    if let Some(answer) = &answer {
        hide_cookies(reader, text, answer);
    }
    if !worth(text, &request.value, answer.as_ref()) {
        return None;
    }
    read(reader, text, at..end, &request.value, answer.as_ref())?;
    Some(end)
}

/// Hides the values of the cookies that are listed apart from their headers.
fn hide_cookies(reader: &mut Reader<'_>, text: &Text, message: &Value) {
    let cookies = message
        .get(text, &["cookies"])
        .map_or(&[][..], Value::items);
    for cookie in cookies {
        if let Some(Value::Text(literal)) = cookie.get(text, &["value"]) {
            let value = text.span(literal.inner.clone());
            if !value.is_empty() {
                reader.case.docs.mask(value, Mask::Secret);
            }
        }
    }
}

/// Whether an entry is signed, or was refused in words that speak of a signature.
fn worth(text: &Text, request: &Value, answer: Option<&Value>) -> bool {
    signed(&said(text, request))
        || answer.is_some_and(|answer| {
            status(text, answer).is_some_and(|status| status >= 400)
                && content(answer, text).is_some_and(|content| {
                    let words = content.word(text).unwrap_or_default();
                    let words = words.get(..words.len().min(ANSWER)).unwrap_or_default();
                    memchr::memmem::find(words, b"ignature").is_some()
                })
        })
}

/// Whether a request carries a signature. What it was led by, and its cookies, may name one of another.
fn signed(said: &Said) -> bool {
    let others = [&b"referer"[..], b"cookie", b":authority", b"host"];
    let headers = said.headers.iter().filter(|(name, _)| {
        let name = name.bytes().to_ascii_lowercase();
        !others.contains(&name.as_slice())
    });
    let mut pieces = headers
        .flat_map(|(name, value)| [name, value])
        .chain(said.query.iter().map(|(name, _)| name));
    said.url
        .as_ref()
        .is_some_and(|url| carries_signature(url.bytes()))
        || pieces.any(|piece| carries_signature(piece.bytes()))
}

fn content<'v>(answer: &'v Value, text: &Text) -> Option<&'v Value> {
    answer.get(text, &["content"])?.get(text, &["text"])
}

fn status(text: &Text, answer: &Value) -> Option<u16> {
    let word = answer.get(text, &["status"])?.word(text)?;
    std::str::from_utf8(word).ok()?.parse().ok()
}

fn said(text: &Text, request: &Value) -> Said {
    let pairs = |name: &str| -> Vec<(Piece, Piece)> {
        let list = request.get(text, &[name]).map_or(&[][..], Value::items);
        list.iter()
            .filter_map(|item| Some((text_of(text, item, "name")?, text_of(text, item, "value")?)))
            .collect()
    };
    let url = text_of(text, request, "url");
    let has_query = url.as_ref().is_some_and(|url| url.bytes().contains(&b'?'));
    Said {
        method: text_of(text, request, "method"),
        url,
        headers: pairs("headers"),
        query: if has_query {
            Vec::new()
        } else {
            pairs("queryString")
        },
        body: None,
    }
}

/// Adds the request of an entry, and its answer.
fn read(
    reader: &mut Reader<'_>,
    text: &Text,
    place: std::ops::Range<usize>,
    request: &Value,
    answer: Option<&Value>,
) -> Option<()> {
    let mut composer = Composer {
        reader,
        text,
        place: place.clone(),
    };
    let said = said(text, request);
    let mut target = composer.target(&said.whole_url()?)?;
    let method = said.method(&mut composer)?;
    let mut headers: Vec<Header> = Vec::new();
    for (name, value) in &said.headers {
        if name.bytes().eq_ignore_ascii_case(b":authority") {
            let host = composer.named("host", value)?;
            target.authority = Some(host.value);
            headers.push(host);
        } else if name.bytes().first() != Some(&b':') {
            headers.extend(composer.header(name, value));
        }
    }
    sanitised(&mut composer, &headers, &said, &target);
    let body = body(&mut composer, request, &method);
    composer.finish(Parts {
        shape: SHAPE,
        method,
        target,
        headers,
        body,
    });
    if let Some(answer) = answer {
        respond(reader, text, place, answer);
    }
    Some(())
}

/// Says where a browser left the credentials out.
fn sanitised(
    composer: &mut Composer<'_, '_, '_>,
    headers: &[Header],
    said: &Said,
    target: &crate::engine::intake::Target,
) {
    let docs = &composer.reader.case.docs;
    let in_query = target.query.is_some_and(|query| {
        let query = docs.bytes(query).to_ascii_lowercase();
        memchr::memmem::find(&query, b"signature=").is_some()
    });
    if in_query || composer.has(headers, b"authorization") {
        return;
    }
    let place = said
        .url
        .as_ref()
        .map_or(composer.place.clone(), |url| url.start..url.end);
    composer.find(
        Finding::note(
            "har-sanitised",
            "This entry has no Authorization header: browsers leave it and Cookie out of a HAR unless it is \
             exported with sensitive data.",
            "In Chrome, allow HAR with sensitive data in the settings of the developer tools and export it so, or \
             copy the request as cURL.",
        ),
        place,
        "no signature",
    );
}

/// The body of a request. A form whose fields stand apart is put together where nothing is in doubt.
fn body(
    composer: &mut Composer<'_, '_, '_>,
    request: &Value,
    method: &Given<&'static str>,
) -> Body {
    let text = composer.text;
    let Some(data) = request.get(text, &["postData"]) else {
        let size = request.get(text, &["bodySize"]).and_then(|v| v.word(text));
        return match size {
            Some(b"0") => composer.empty(),
            _ => composer.unsaid(method),
        };
    };
    let held = text_of(text, data, "text").filter(|held| !held.bytes().is_empty());
    if let Some(held) = held {
        if !says(text, data, "encoding", "base64") {
            return composer.held(&held);
        }
        return match decoded(&held) {
            Some(decoded) => composer.held(&decoded),
            None => Body::Absent,
        };
    }
    let fields: Vec<Piece> = data
        .get(text, &["params"])
        .map_or(&[][..], Value::items)
        .iter()
        .filter_map(|item| {
            let (name, value) = (text_of(text, item, "name")?, text_of(text, item, "value")?);
            Piece::joined(&[&name, &value], b"=")
        })
        .collect();
    let certain = |piece: &Piece| {
        let kept = |b: &u8| b.is_ascii_alphanumeric() || b"=-_.*".contains(b);
        piece.bytes().iter().all(kept)
    };
    let form = text_of(text, data, "mimeType").is_some_and(|kind| {
        kind.bytes()
            .to_ascii_lowercase()
            .starts_with(FORM_TYPE.as_bytes())
    });
    let fields: Vec<&Piece> = fields.iter().collect();
    match Piece::joined(&fields, b"&") {
        Some(joined) if form && fields.iter().all(|piece| certain(piece)) => composer.held(&joined),
        _ => {
            composer.body_elsewhere(
                composer.place.start..composer.place.start + 1,
                "This entry does not hold the body as it was sent.",
            );
            Body::Absent
        }
    }
}

/// The bytes that stand in base64.
fn decoded(piece: &Piece) -> Option<Piece> {
    let decoded = unescape::base64(piece.bytes())?;
    let mut text = Unescaped::default();
    for run in decoded.map.segments() {
        let was = piece
            .text
            .map
            .to_parent(run.parent..run.parent + run.parent_len);
        let bytes = decoded.bytes.get(run.child..run.child + run.child_len)?;
        text.decode(bytes, was.start, was.len());
    }
    Some(Piece {
        plain: None,
        ..Piece::new(text, piece.start..piece.end, Peel::Base64)
    })
}

/// Adds the answer: its status and clock, and what its text says.
fn respond(
    reader: &mut Reader<'_>,
    text: &Text,
    place: std::ops::Range<usize>,
    answer: &Value,
) -> Option<()> {
    let status = status(text, answer)?;
    // An entry that never got an answer has 0.
    if status < 100 {
        return None;
    }
    let span = reader.case.docs.to_given(text.span(place));
    let held = content(answer, text)
        .and_then(|value| piece(text, value))
        .filter(|held| status >= 300 && !held.bytes().is_empty() && held.bytes().len() <= ANSWER);
    reader.add_response(Response {
        status,
        span,
        clock: clock(text, answer),
        compressed: false,
        expects_body: held.is_some(),
        code: None,
        unread: Unread::Nothing,
    });
    if let Some(held) = held
        && let Some(layer) = answer_layer(reader, text, answer, held)
    {
        reader.layer(layer);
    }
    reader.flush();
    Some(())
}

/// The text of an answer as a layer.
fn answer_layer(
    reader: &mut Reader<'_>,
    text: &Text,
    answer: &Value,
    held: Piece,
) -> Option<DocId> {
    let content = answer.get(text, &["content"])?;
    let held = if says(text, content, "encoding", "base64") {
        decoded(&held)?
    } else {
        held
    };
    let parent = text.span(held.start..held.end);
    reader.peel(parent, held.peel, held.text.bytes.into(), held.text.map)
}

/// The `Date` of an answer.
fn clock(text: &Text, answer: &Value) -> Option<(DateTime<Utc>, Span)> {
    let headers = answer.get(text, &["headers"])?.items();
    let date = headers.iter().find(|h| says(text, h, "name", "date"))?;
    let Value::Text(literal) = date.get(text, &["value"])? else {
        return None;
    };
    let at = http_date(literal.raw(text))?;
    Some((at, text.span(literal.place.clone())))
}
