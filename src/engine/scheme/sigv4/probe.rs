//! The same request with a wrong signature: a verifier that gives its strings gives them for any (aws-sdk-js#853).
//!
//! Owns the line that sends it. It must not know who asks for it, and it holds no secret: a session token is read
//! from the environment.

use chrono::TimeDelta;

use super::canonical;
use super::correct::body_elsewhere;
use super::plan::{chosen_body, method};
use super::quirks::Quirks;
use super::reading::{self, Form, Reading, TOKEN_HEADERS};
use super::{date, place, stops};
use crate::engine::correct::{ToSend, command};
use crate::engine::diagnose::{NextStep, Probe};
use crate::engine::document::Documents;
use crate::engine::intake::{Body, SignedRequest, is_mark, is_redacted};
use crate::engine::scheme::{Trace, View};
use crate::engine::secret::{is_secret, is_secret_parameter};

/// Who sends it: whatever made the request.
const PARTY: &str = "any client";
/// For how long a signed date is taken: S3 and most services refuse an older one without their strings
/// (Amazon S3 API Reference, RequestTimeTooSkewed).
const FRESH: TimeDelta = TimeDelta::minutes(15);

/// Whether a signed header is here; the host is the URL's.
fn is_here(docs: &Documents, request: &SignedRequest, name: &[u8]) -> bool {
    let mut headers = request.headers.iter();
    name.eq_ignore_ascii_case(b"host")
        || headers.any(|h| reading::header_name(docs, h).eq_ignore_ascii_case(name))
}

/// Whether a byte of a name stands for itself in a shell and in a header.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// What sends it, and until when; none where the request is not all here, or its answer would have no body.
pub(super) fn probe(
    view: &View<'_>,
    reading: &Reading,
    request: &SignedRequest,
    trace: &Trace,
) -> Option<Probe> {
    let docs = &view.case.docs;
    let whole = reading.beyond.is_none()
        && !request.is_fragment()
        && stops::place(view.case, request).is_none()
        && reading
            .names
            .iter()
            .all(|part| is_here(docs, request, &part.text));
    let method = method(docs, request, trace);
    // The answer to a HEAD has no body that could hold them.
    if !whole || method == b"HEAD" {
        return None;
    }
    let key_id = reading.credential.as_ref()?.key_id.as_ref()?.string();
    let signature = docs.bytes(reading.signature.as_ref()?.as_exact()?);
    let hidden = is_redacted(key_id.as_bytes()) || is_mark(key_id.as_bytes());
    let known = !hidden && key_id.bytes().all(is_plain);
    let hex = signature.len() == 64 && signature.iter().all(u8::is_ascii_hexdigit);
    let at = date::instant(&reading.date.as_ref()?.text)?;
    if !known || !hex {
        return None;
    }
    let lifetime = match (reading.form, &reading.expires) {
        (Form::Query, Some(expires)) => TimeDelta::try_seconds(expires.string().parse().ok()?)?,
        _ => FRESH,
    };
    let until = at.checked_add_signed(lifetime)?;
    let by_sdk = format!("AWS_ACCESS_KEY_ID={key_id} AWS_SECRET_ACCESS_KEY=wrong PROGRAM");
    if view.now.at > until {
        let step = NextStep {
            for_others: None,
            sentence: format!(
                "A server that gives its strings gives them for any wrong signature, while the date is fresh: this one \
                 was until {}. Run the program once more with a wrong secret in the environment, where most SDKs look \
                 first, and paste its error with what it logs.",
                date::said(until)
            ),
            party: PARTY,
            snippet: by_sdk,
        };
        return Some(Probe {
            step,
            is_ready: false,
            again: None,
        });
    }
    let wrong = wrong(signature);
    let of = |to: &[u8]| line(view, reading, request, trace, &method, (signature, to));
    let (line, token) = of(&wrong)?;
    let from = if token {
        "; the token that it carries is read from AWS_SESSION_TOKEN"
    } else {
        ""
    };
    let step = NextStep {
        for_others: None,
        sentence: format!(
            "A server that gives its strings gives them for any wrong signature, and does nothing else. This is the same \
             request but for the last character of its signature{from}: run it before {}, and paste what it answers \
             beside the request.",
            date::said(until)
        ),
        party: PARTY,
        snippet: format!("{line}# or let an SDK make one like it:\n# {by_sdk}"),
    };
    Some(Probe {
        step,
        is_ready: true,
        again: may_repeat(&method)
            .then(|| of(signature))
            .flatten()
            .map(|(line, _)| format!("# sends the same request once more\n{}", line.trim_end())),
    })
}

/// Whether what a method does is the same where it is done twice, and takes nothing away (RFC 9110, 9.2.2).
fn may_repeat(method: &[u8]) -> bool {
    matches!(method, b"GET" | b"OPTIONS" | b"PUT")
}

/// The line with another signature, and whether it reads a token from the environment.
fn line(
    view: &View<'_>,
    reading: &Reading,
    request: &SignedRequest,
    trace: &Trace,
    method: &[u8],
    signature: (&[u8], &[u8]),
) -> Option<(String, bool)> {
    let docs = &view.case.docs;
    let (headers, token) = headers(docs, reading, request, signature)?;
    let quirks = Quirks::resolve(view.settings, &reading.service());
    let authority = place::authority(docs, request)?;
    let url_scheme = canonical::url_scheme(docs, request, &quirks);
    let stated = request.target.scheme.map(|span| docs.bytes(span));
    let scheme = place::spelled(place::scheme(url_scheme, &authority), stated);
    let mut target = docs.bytes(request.target.path).to_vec();
    if let Some(query) = request.target.query {
        target.push(b'?');
        let query = docs.bytes(query);
        let names = query.split(|b| *b == b'&');
        let mut names = names.filter_map(|one| one.split(|b| *b == b'=').next());
        if names.any(|name| is_secret_parameter(&String::from_utf8_lossy(name))) {
            return None;
        }
        match reading.form {
            Form::Header => target.extend_from_slice(query),
            Form::Query => target.extend(changed(query, signature)?),
        }
    }
    // curl refuses a blank, cuts at #, and sends what is not ASCII in its own way.
    let clean = |b: &u8| b.is_ascii_graphic() && *b != b'#';
    let target = String::from_utf8(target).ok()?;
    let asked = target.starts_with('/') && target.bytes().all(|b| clean(&b));
    // A token in a URL would stand in the line; the parameters' own names tell nothing.
    if !asked || reading.form == Form::Query && reading.token.is_some() {
        return None;
    }
    let hash = reading::header(docs, request, "x-amz-content-sha256");
    if let Body::Held { span, .. } = request.body
        && docs.is_masked(span)
    {
        return None;
    }
    let held = chosen_body(docs, request, trace)
        .filter(|_| !canonical::is_left_out(docs, request, hash.as_ref()));
    let body = match held {
        Some(body) => body.to_send,
        None => body_elsewhere(docs, request, method, &headers),
    };
    let sent = ToSend {
        method: std::str::from_utf8(method).ok()?,
        url: &format!("{scheme}://{authority}{target}"),
        headers: &headers,
        body: &body,
    };
    let mut line = String::from_utf8(command(&sent, "-sS -i")).ok()?;
    let Some(name) = token else {
        return Some((line, false));
    };
    // Standard input can give one of them.
    if line.contains("@-") {
        return None;
    }
    let piped = format!("printf '{name}: %s\\n' \"$AWS_SESSION_TOKEN\" |\n  curl");
    let at = line.find("curl")?;
    line.replace_range(at..at + 4, &piped);
    Some((format!("{} \\\n  -H @-\n", line.trim_end()), true))
}

/// The headers that are signed and those of AWS, in their order, the signature changed; and under what name a token
/// goes with them, which is left out.
#[expect(clippy::type_complexity, reason = "what curl takes, and one name")]
fn headers<'a>(
    docs: &'a Documents,
    reading: &Reading,
    request: &'a SignedRequest,
    signature: (&[u8], &[u8]),
) -> Option<(Vec<(String, Vec<u8>)>, Option<&'a str>)> {
    let signed = |name: &[u8]| {
        let mut names = reading.names.iter();
        names.any(|part| part.text.eq_ignore_ascii_case(name))
    };
    let amazon = |name: &[u8]| {
        name.get(..6)
            .is_some_and(|n| n.eq_ignore_ascii_case(b"x-amz-"))
    };
    let mut token = None;
    let mut out = Vec::new();
    for header in &request.headers {
        let name = reading::header_name(docs, header);
        let carries = reading.form == Form::Header && name.eq_ignore_ascii_case(b"authorization");
        if !carries && !signed(name) && !amazon(name) {
            continue;
        }
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|n| n.bytes().all(is_plain))?;
        if TOKEN_HEADERS
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name))
        {
            token = Some(name);
            continue;
        }
        // What is hidden stands in no line, and a line without it would be another request.
        if !carries && (is_secret(name) || docs.is_masked(header.value)) {
            return None;
        }
        let value = docs.bytes(header.value).trim_ascii();
        let value = if carries {
            changed(value, signature)?
        } else {
            value.to_vec()
        };
        if is_mark(&value) || value.iter().any(u8::is_ascii_control) {
            return None;
        }
        out.push((name.to_owned(), value));
    }
    Some((out, token))
}

/// `text` with another signature in the place of the one that stands in it.
fn changed(text: &[u8], (signature, other): (&[u8], &[u8])) -> Option<Vec<u8>> {
    let at = memchr::memmem::rfind(text, signature)?;
    let behind = text.get(at + signature.len()..)?;
    Some([text.get(..at)?, other, behind].concat())
}

/// `signature` with its last character changed.
fn wrong(signature: &[u8]) -> Vec<u8> {
    let mut out = signature.to_vec();
    if let Some(last) = out.last_mut() {
        *last = if *last == b'0' { b'1' } else { b'0' };
    }
    out
}
