//! What to send instead: the request signed by the true rules, as a value of its own.

use std::collections::BTreeSet;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use super::assemble::Draft;
use super::body::EMPTY_HEX;
use super::canonical::{self, Canonicaliser, Variant, is_hash};
use super::encode::{self, Encoding};
use super::header;
use super::key::{self, KeyScope};
use super::notes::PLUS_IN_PATH;
use super::plan::{Plan, chosen_body, method, quoted};
use super::quirks::{HostValue, PlusInPath, PlusInQuery, Quirks, UrlScheme, is_s3_family};
use super::reading::{self, AUTH_PARAMS, Form, Part, Reading, TOKEN_PARAMS};
use super::seen::Seen;
use super::{date, dissect, message, path, place};
use crate::engine::correct::{BodyToSend, Correction, When};
use crate::engine::document::{Documents, Source, visible};
use crate::engine::intake::{BodyVariant, SignedRequest, is_filler, is_redacted};
use crate::engine::scheme::{Extent, FieldKind, Role, Settings, Taken, Trace, View};
use crate::engine::secret::Material;

/// How long a URL lives whose own word is missing or not allowed, in seconds.
const DEFAULT_EXPIRY: u64 = 900;
/// The longest life of a URL, in seconds: a week (Amazon S3 API Reference, query parameters).
const LONGEST_EXPIRY: u64 = 604_800;
/// The header that states the payload hash.
const HASH_HEADER: &str = "x-amz-content-sha256";

/// Signs the request anew; none without a key that fits, a host, a time, or the body and the headers that
/// are signed and not here.
pub(super) fn correct(
    view: &View<'_>,
    reading: &Reading,
    request: &SignedRequest,
    trace: &Trace,
    when: When,
) -> Option<Correction> {
    let docs = &view.case.docs;
    // A mark in the place of a value would be signed and sent.
    let hides = view.case.holds_unknown(request) || view.case.holds_shortened(request);
    if !trace.outcome.agrees() && hides {
        return None;
    }
    let candidate = view.keyring.to_sign_with(trace.candidate?)?;
    let stated_authority = place::authority(docs, request)?;
    let seen = Seen::of(view, reading);
    let authority = seen
        .as_ref()
        .and_then(Seen::host)
        .unwrap_or_else(|| stated_authority.clone());
    let region = place::region(view.case, view.settings, reading, &authority)?;
    let service = place::service(view.case, view.settings, reading, &authority)?;
    // The S3 family takes UNSIGNED-PAYLOAD; all others hash what arrives.
    // A URL alone is taken for that of a GET.
    let url_alone = reading::is_bare_url(request);
    if trace.lacks_body() && !url_alone && !trace.outcome.agrees() && !is_s3_family(&service.value)
    {
        return None;
    }
    // Without them the URL would allow more than the one that was signed.
    let told = |name: &str| {
        let had = seen.as_ref().and_then(|seen| seen.header(name.as_bytes()));
        had.is_some_and(|had| !had.is_empty())
    };
    if !trace.outcome.agrees() && !trace.lacks_headers().into_iter().all(told) {
        return None;
    }
    let at = match when {
        When::Same => date::instant(&reading.date.as_ref()?.text)?,
        When::Fresh(at) => at,
    };
    let date = date::basic(at);
    let key_id = reading
        .credential
        .as_ref()
        .and_then(|c| c.key_id.as_ref())
        .map(Part::string)
        .filter(|id| !is_redacted(id.as_bytes()) && !is_filler(id.as_bytes()))
        .or_else(|| candidate.key_id.clone())?;
    let scope = KeyScope {
        date: date.bytes().take(8).collect(),
        region: region.value.clone().into_bytes(),
        service: service.value.clone().into_bytes(),
        terminator: b"aws4_request".to_vec(),
    };
    let mut quirks = true_quirks(view.settings, &service.value);
    if let Material::DerivedKey(_) = candidate.material {
        // A derived key is good for its own scope only.
        let claimed = message::key_scope(reading, &Quirks::resolve(view.settings, &service.value));
        if claimed.as_ref() != Some(&scope) {
            return None;
        }
    }
    let mut because: Vec<String> = region.because.into_iter().chain(service.because).collect();
    because
        .extend(settle_plus(docs, request, &mut quirks, trace, seen.as_ref()).map(str::to_owned));

    let url_scheme = canonical::url_scheme(docs, request, &quirks);
    let stated_host = host_value(&stated_authority, url_scheme);
    let host = host_value(&authority, url_scheme);
    // What is known of http or https is known of the place that the request names.
    let url_scheme = if host == stated_host || quirks.url_scheme.is_some() {
        url_scheme
    } else {
        because.push(format!(
            "host {host}: what the server had. Send it there, or as before to {stated_host} where \
             something on that way puts this host in"
        ));
        UrlScheme::Unknown
    };
    let own_method = method(docs, request, trace);
    let method = seen.as_ref().and_then(Seen::method).unwrap_or(&own_method);
    if method != own_method {
        because.push(format!(
            "method {}: what the server had, not {}",
            visible::to_string(method),
            visible::to_string(&own_method)
        ));
    }
    // A head without its body: what is here is not what is sent.
    let head_alone = canonical::is_left_out(
        docs,
        request,
        reading::header(docs, request, HASH_HEADER).as_ref(),
    );
    let mut plan = Plan {
        docs,
        request,
        reading,
        quirks: &quirks,
        service: &service.value,
        method,
        seen: seen.as_ref(),
        token: token(
            docs,
            reading,
            candidate.session_token.as_ref().map(|t| t.expose().clone()),
        ),
        signed: BTreeSet::new(),
        headers: vec![("Host".to_owned(), host.clone().into_bytes())],
        dropped: Vec::new(),
        because: Vec::new(),
        body: chosen_body(docs, request, trace).filter(|_| !head_alone),
    };
    plan.signed.insert(b"host".to_vec());
    plan.take_headers();
    plan.note_absent();
    if reading.form == Form::Header {
        plan.add_header_form(&date);
    }
    because.append(&mut plan.because);
    if reading.token.is_none() && plan.token.is_some() {
        because.push("session token: it stands beside the secret".to_owned());
    }

    let credential = format!("{key_id}/{}", scope_text(&scope));
    let signed_headers = plan
        .signed
        .iter()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect::<Vec<_>>()
        .join(";");
    let mut query = kept_query(docs, request, &quirks);
    let mut headers = plan.headers.clone();
    match reading.form {
        Form::Header => headers.push((
            "Authorization".to_owned(),
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed_headers}, Signature=")
                .into_bytes(),
        )),
        Form::Query => {
            let expires = expires(reading, &mut because);
            let token_name = reading::token_name(&service.value);
            let mut add = |name: &str, value: &[u8]| {
                if !query.is_empty() {
                    query.push(b'&');
                }
                query.extend_from_slice(name.as_bytes());
                query.push(b'=');
                query.extend_from_slice(percent_encoded(value).as_bytes());
            };
            add("X-Amz-Algorithm", message::ALGORITHM);
            add("X-Amz-Credential", credential.as_bytes());
            add("X-Amz-Date", date.as_bytes());
            add("X-Amz-Expires", expires.to_string().as_bytes());
            if let Some(token) = &plan.token {
                add(token_name, token);
            }
            add("X-Amz-SignedHeaders", signed_headers.as_bytes());
        }
    }
    let draft = Draft {
        method: method.to_vec(),
        path: wire_path(docs, request, &quirks),
        query,
        headers,
        body: plan.body.as_ref().map(|body| body.hash),
    };
    let signed = sign(&draft, &quirks, &candidate.material, &scope)?;
    if let Some(seen) = &seen {
        because.extend(other_target(seen, &signed.canonical_request));
        match other_payload(seen, &signed.canonical_request, plan.body.is_some()) {
            Payload::Same => {}
            Payload::Told(why) => because.push(why),
            Payload::Refused => return None,
        }
    }

    let stated_scheme = request.target.scheme.map(|s| docs.bytes(s));
    let mut url = format!(
        "{}://{host}{}",
        place::spelled(place::scheme(url_scheme, &authority), stated_scheme),
        String::from_utf8_lossy(&draft.path)
    );
    if !draft.query.is_empty() {
        url.push('?');
        url.push_str(&String::from_utf8_lossy(&draft.query));
    }
    let beside = plan.beside();
    let body = match plan.body.take() {
        Some(body) => body.to_send,
        None => body_elsewhere(docs, request, method, &plan.headers),
    };
    let mut headers = plan.headers;
    let authorization = match reading.form {
        Form::Header => {
            let value = format!(
                "AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed_headers}, \
                 Signature={}",
                signed.signature
            );
            headers.push(("Authorization".to_owned(), value.clone().into_bytes()));
            Some(("Authorization".to_owned(), value))
        }
        Form::Query => {
            url.push_str("&X-Amz-Signature=");
            url.push_str(&signed.signature);
            None
        }
    };
    Some(Correction {
        when,
        date,
        method: String::from_utf8_lossy(&draft.method).into_owned(),
        url,
        authorization,
        headers,
        dropped: plan.dropped,
        canonical_request: signed.canonical_request,
        string_to_sign: signed.string_to_sign,
        signature: signed.signature,
        beside,
        holds_token: plan.token.is_some(),
        because,
        body,
    })
}

/// What of a body that is not here: one goes with the request where the length or the hash says so, or where
/// the method brings one and nothing says that it is empty.
pub(super) fn body_elsewhere(
    docs: &Documents,
    request: &SignedRequest,
    method: &[u8],
    headers: &[(String, Vec<u8>)],
) -> BodyToSend {
    // A length that is not signed is not among what is sent: curl writes it itself.
    let len = request
        .headers
        .iter()
        .find(|h| reading::header_name(docs, h).eq_ignore_ascii_case(b"content-length"))
        .and_then(|h| std::str::from_utf8(docs.bytes(h.value)).ok())
        .and_then(|value| value.trim().parse::<u64>().ok());
    let hash = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("x-amz-content-sha256"))
        .and_then(|(_, value)| std::str::from_utf8(value).ok());
    let is_empty = len == Some(0) || hash == Some(hex::encode(Sha256::digest(b"")).as_str());
    let hashed = hash.is_some_and(|hash| hash.len() == 64);
    let brings = matches!(method, b"PUT" | b"POST" | b"PATCH");
    if !is_empty && (len.is_some() || hashed || brings) {
        BodyToSend::Missing(len)
    } else {
        BodyToSend::None
    }
}

/// What to say where the server had another path or query than the one that is signed: a target is signed
/// by the rules, for it must name the same thing, and what rewrites it must be told to leave it.
fn other_target(seen: &Seen<'_>, canonical_request: &[u8]) -> Vec<String> {
    let fields = dissect::dissect(Role::CanonicalRequest, canonical_request, Extent::Whole);
    let value = |range: &Range<usize>| canonical_request.get(range.clone()).unwrap_or_default();
    let mut out = Vec::new();
    let path = fields.iter().find(|f| f.key.kind == FieldKind::PATH);
    if let (Some(path), Some(had)) = (path, seen.path())
        && value(&path.range) != had
    {
        out.push(format!(
            "path {}: as in the request; the server had {}, so this holds only if the path arrives \
             unchanged",
            quoted(value(&path.range)),
            quoted(had)
        ));
    }
    let of_signing = |name: &str| {
        AUTH_PARAMS
            .iter()
            .chain(&TOKEN_PARAMS)
            .any(|known| name.eq_ignore_ascii_case(known))
    };
    let own = fields
        .iter()
        .filter(|field| field.key.kind == FieldKind::QUERY)
        .filter_map(|field| Some((field.key.name.as_deref()?, value(&field.range))))
        .filter(|(name, _)| !of_signing(name));
    if !own.eq(seen.query().filter(|(name, _)| !of_signing(name))) {
        out.push(
            "query: as in the request; the server had another, so this holds only if the query arrives \
             unchanged"
                .to_owned(),
        );
    }
    out
}

/// How the payload line that is signed stands to the one that the server had.
enum Payload {
    /// The server had the same, or none that is known.
    Same,
    /// It had another, and this is to be said.
    Told(String),
    /// It is that of a body that is not here, and the one that was refused.
    Refused,
}

/// Where the server had another payload hash than the one that is signed, what to say of it. In the canonical
/// request of S3 that line is what x-amz-content-sha256 said when it arrived, so that either the header or the
/// body changed. Refused where the hash that is signed is of a body that is not here: it is the one that was
/// refused, and nothing shows that it is right.
fn other_payload(seen: &Seen<'_>, canonical_request: &[u8], body_is_here: bool) -> Payload {
    let fields = dissect::dissect(Role::CanonicalRequest, canonical_request, Extent::Whole);
    let payload = fields
        .iter()
        .find(|field| field.key.kind == FieldKind::PAYLOAD_HASH)
        .and_then(|field| canonical_request.get(field.range.clone()));
    let (Some(payload), Some(had)) = (payload, seen.payload()) else {
        return Payload::Same;
    };
    if payload == had {
        return Payload::Same;
    }
    let had = quoted(had);
    if !is_hash(payload) {
        let payload = quoted(payload);
        return Payload::Told(format!(
            "payload {payload}: as in the request; the server had {had}, so this holds only if \
             x-amz-content-sha256 arrives unchanged"
        ));
    }
    let of_body = if body_is_here {
        "the hash of the body that is here"
    } else if payload == EMPTY_HEX.as_bytes() {
        "the hash of no body"
    } else {
        return Payload::Refused;
    };
    Payload::Told(format!(
        "payload hash: {of_body}; the server had {had}, so this holds only if the body and \
         x-amz-content-sha256 arrive unchanged"
    ))
}

/// Settles what a `+` in the path stands for, where nobody chose: as the received signature proves or the
/// server had it, else for itself. Tells it, as the path is sent without it.
fn settle_plus(
    docs: &Documents,
    request: &SignedRequest,
    quirks: &mut Quirks,
    trace: &Trace,
    seen: Option<&Seen<'_>>,
) -> Option<&'static str> {
    let span = request.target.path;
    if quirks.plus_in_path_otherwise.is_none() || !docs.bytes(span).contains(&b'+') {
        return None;
    }
    if trace.outcome.agrees() {
        let as_blank =
            |taken: &Taken| taken.option == PLUS_IN_PATH && taken.value == PlusInPath::Blank.id();
        if !trace.taken.iter().any(as_blank) {
            return None;
        }
        quirks.plus_in_path = PlusInPath::Blank;
        return Some("path: the + was signed as a space, and is sent as %20");
    }
    let Some(had) = seen.and_then(Seen::path) else {
        return Some(
            "path: the + is sent as %2B; where it stands for a space choose --plus-in-path space",
        );
    };
    // The server may take what is not encoded in any way.
    let mut raws = std::iter::once(&quirks.raw_in_target).chain(quirks.raw_in_target_otherwise);
    let read_as_blank = raws.any(|raw| {
        let mut as_blank = Vec::new();
        path::write(
            &mut as_blank,
            docs.bytes(span),
            span,
            quirks.path_encoding,
            quirks.path_normalization,
            PlusInPath::Blank,
            *raw,
        );
        had == as_blank
    });
    if !read_as_blank {
        return None;
    }
    quirks.plus_in_path = PlusInPath::Blank;
    Some("path: the server read the + as a space, and it is sent as %20")
}

/// The quirks of the verifier: what the person chose, without what the credential already says.
fn true_quirks(settings: &Settings, service: &str) -> Quirks {
    let mut settings = settings.clone();
    settings.set("service", None);
    settings.set("region", None);
    settings.set("method", None);
    Quirks::resolve(&settings, service)
}

fn scope_text(scope: &KeyScope) -> String {
    [
        &scope.date,
        &scope.region,
        &scope.service,
        &scope.terminator,
    ]
    .map(|part| String::from_utf8_lossy(part).into_owned())
    .join("/")
}

struct Signed {
    canonical_request: Vec<u8>,
    string_to_sign: Vec<u8>,
    signature: String,
}

/// Signs a draft that carries everything but its signature.
fn sign(draft: &Draft, quirks: &Quirks, material: &Material, scope: &KeyScope) -> Option<Signed> {
    let assembled = draft.assemble();
    let (docs, request) = (&assembled.docs, &assembled.request);
    let reading = reading::read(docs, request)?;
    let mut canonical_request = Vec::new();
    Canonicaliser::new(docs, request, &reading, quirks).write(
        &mut canonical_request,
        Variant {
            body: BodyVariant::AsGiven,
            token: quirks.session_token,
            host: HostValue::Canonical,
            method: None,
            blanks: quirks.header_blanks,
            plus: quirks.plus_in_path,
            raw: quirks.raw_in_target,
            beside: None,
        },
    );
    let hash = hex::encode(Sha256::digest(&canonical_request));
    let mut string_to_sign = Vec::new();
    message::write(&mut string_to_sign, docs, &reading, quirks, hash.as_bytes());
    let key = key::keyed(key::derive(scope, material).expose());
    Some(Signed {
        signature: key::sign(&key, &string_to_sign),
        canonical_request,
        string_to_sign,
    })
}

/// The session token: the request's, else the one that stands beside the secret.
fn token(docs: &Documents, reading: &Reading, beside: Option<Vec<u8>>) -> Option<Vec<u8>> {
    match &reading.token {
        Some(part) => match reading.form {
            Form::Query => Some(part.text.clone()),
            Form::Header => Some(docs.bytes(part.span).to_vec()),
        },
        None => beside,
    }
}

/// The path as it can go on the wire: what must be escaped is.
fn wire_path(docs: &Documents, request: &SignedRequest, quirks: &Quirks) -> Vec<u8> {
    let span = request.target.path;
    let bytes = docs.bytes(span);
    let mut path = Vec::with_capacity(bytes.len() + 1);
    if !bytes.starts_with(b"/") {
        path.push(b'/');
    }
    let how = Encoding::PathOnce(quirks.plus_in_path);
    encode::encode(&mut path, bytes, span, how);
    path
}

/// The parameters that are not part of the signing itself, in their order, in canonical spelling.
fn kept_query(docs: &Documents, request: &SignedRequest, quirks: &Quirks) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    for param in reading::params(docs, request.target.query) {
        let name = encode::decode(docs.bytes(param.name), PlusInQuery::Literal);
        let of_signing = AUTH_PARAMS
            .iter()
            .chain(&TOKEN_PARAMS)
            .any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        if of_signing || (param.name.is_empty() && param.value.is_none()) {
            continue;
        }
        if !out.is_empty() {
            out.push(b'&');
        }
        let how = Encoding::Query(quirks.plus_in_query);
        encode::encode(&mut out, docs.bytes(param.name), param.name, how);
        out.push(b'=');
        if let Some(value) = param.value {
            encode::encode(&mut out, docs.bytes(value), value, how);
        }
    }
    out
}

fn expires(reading: &Reading, because: &mut Vec<String>) -> u64 {
    let stated = reading.expires.as_ref().map(Part::string);
    match stated.as_deref().map(str::parse::<u64>) {
        Some(Ok(seconds)) if seconds <= LONGEST_EXPIRY => seconds,
        Some(Ok(_)) => {
            because.push(format!(
                "X-Amz-Expires {LONGEST_EXPIRY}: the most that is allowed"
            ));
            LONGEST_EXPIRY
        }
        Some(Err(_)) | None => {
            because.push(format!(
                "X-Amz-Expires {DEFAULT_EXPIRY}: the request states no number of seconds"
            ));
            DEFAULT_EXPIRY
        }
    }
}

/// The canonical host of an authority.
fn host_value(authority: &str, scheme: UrlScheme) -> String {
    let mut docs = Documents::new();
    let bytes = authority.as_bytes();
    let doc = docs.give("host", Source::Argument, bytes.to_vec().into());
    let mut out = Vec::new();
    let blanks = super::quirks::HeaderBlanks::Spaces;
    header::write_host(
        &mut out,
        bytes,
        docs.whole(doc),
        blanks,
        HostValue::Canonical,
        scheme,
        None,
    );
    String::from_utf8_lossy(&out).into_owned()
}

fn percent_encoded(value: &[u8]) -> String {
    let mut docs = Documents::new();
    let doc = docs.give("value", Source::Argument, value.to_vec().into());
    // A value, not a text of the wire: its `%` and `+` stand for themselves.
    let mut out = Vec::new();
    encode::encode(&mut out, value, docs.whole(doc), Encoding::Value);
    String::from_utf8_lossy(&out).into_owned()
}
