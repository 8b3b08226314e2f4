//! The canonical request. The one canonicaliser: what it writes into decides whether origin and
//! history are kept (for the screen) or not (for the search).

use super::body::{self, BodyHashes};
use super::encode::{self, Encoding};
use super::header::{self, HeaderIndex, Letters};
use super::quirks::{
    HeaderBlanks, HostValue, PathEncoding, Payload, PlusInPath, PlusInQuery, Quirks, RawInTarget,
    SessionToken, UrlScheme, is_s3_family,
};
use super::reading::{self, Form, Param, Part, Reading, TOKEN_HEADERS};
use super::request::sent_method;
use super::sorted::{Encoded, Occurrences, sorted};
use super::{path, wording};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Body, BodyVariant, Given, SignedRequest, is_bodiless};
use crate::engine::scheme::{FieldKey, FieldKind, Sink, Step};

/// One reading of a request, where several are tried.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) struct Variant {
    pub(super) body: BodyVariant,
    pub(super) token: SessionToken,
    pub(super) host: HostValue,
    /// In the place of a method that the request does not state.
    pub(super) method: Option<&'static str>,
    pub(super) blanks: HeaderBlanks,
    pub(super) plus: PlusInPath,
    pub(super) raw: RawInTarget,
    /// A place in [`Canonicaliser::tokens`]: what is taken for a token that is signed and not sent.
    pub(super) beside: Option<usize>,
}

/// What stands in the line of the payload hash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum PayloadLine {
    /// What the request states.
    Stated(Part),
    /// The literal.
    Unsigned,
    /// The hash of the body that is here.
    Body,
    /// There is no body here: the hash of nothing.
    Nothing,
}

impl PayloadLine {
    /// What the request states, where that is what stands here.
    fn stated(&self) -> Option<&Part> {
        match self {
            Self::Stated(part) => Some(part),
            Self::Unsigned | Self::Body | Self::Nothing => None,
        }
    }
}

/// A request prepared for canonicalising.
pub(super) struct Canonicaliser<'a> {
    docs: &'a Documents,
    request: &'a SignedRequest,
    reading: &'a Reading,
    quirks: &'a Quirks,
    params: Vec<Encoded>,
    headers: HeaderIndex,
    pub(super) payload: PayloadLine,
    /// The hashes of the body, where the payload line speaks of it.
    pub(super) body: BodyHashes,
    /// Where session tokens stand in the paste that may be the one that is signed and not sent.
    pub(super) tokens: Vec<Span>,
}

impl<'a> Canonicaliser<'a> {
    pub(super) fn new(
        docs: &'a Documents,
        request: &'a SignedRequest,
        reading: &'a Reading,
        quirks: &'a Quirks,
    ) -> Self {
        let raw = reading::params(docs, request.target.query);
        let payload = payload_line(docs, request, &raw, reading, quirks);
        let needs_body = match &payload {
            PayloadLine::Stated(part) => is_hash(&part.text) && !body::is_in_chunks(docs, request),
            PayloadLine::Unsigned | PayloadLine::Nothing => false,
            PayloadLine::Body => true,
        };
        Self {
            params: sorted(docs, &raw, reading.form, quirks),
            headers: HeaderIndex::of(docs, request),
            body: if needs_body && !is_left_out(docs, request, payload.stated()) {
                BodyHashes::of(docs, &request.body)
            } else {
                BodyHashes::default()
            },
            docs,
            request,
            reading,
            quirks,
            payload,
            tokens: Vec::new(),
        }
    }

    /// Whether a session token is signed as a header that the request does not have.
    pub(super) fn lacks_token(&self) -> bool {
        let mut names = self
            .reading
            .names
            .iter()
            .map(|n| header::lower_name(&n.text));
        !self.request.is_without_headers() && names.any(|name| self.is_absent_token(&name))
    }

    fn is_absent_token(&self, name: &[u8]) -> bool {
        TOKEN_HEADERS.iter().any(|token| token.as_bytes() == name)
            && self.headers.get(name).is_empty()
    }

    /// What is taken for a token that is signed as the header `name` and not sent.
    fn beside(&self, name: &[u8], variant: Variant) -> Option<Span> {
        let token = *self.tokens.get(variant.beside?)?;
        self.is_absent_token(name).then_some(token)
    }

    /// Whether there is a token in the query that may or may not have been signed.
    pub(super) fn has_token_param(&self) -> bool {
        self.reading.form == Form::Query && self.params.iter().any(|p| p.is_token)
    }

    /// Whether the method is neither stated nor chosen.
    pub(super) fn method_is_open(&self) -> bool {
        matches!(self.request.method, Given::Implied(_)) && self.quirks.method.is_none()
    }

    /// Whether the method is what a program sends by itself and nobody chose another: what was signed may be another.
    pub(super) fn method_is_by_program(&self) -> bool {
        self.quirks.method.is_none() && sent_method(self.docs, self.request).is_some()
    }

    /// Whether the canonical host is not the received one.
    pub(super) fn host_is_rewritten(&self) -> bool {
        let listed = self.reading.names.iter().any(|n| {
            matches!(
                header::lower_name(&n.text).as_slice(),
                b"host" | b":authority"
            )
        });
        listed
            && self.headers.get(b"host").iter().any(|value| {
                let bytes = self.docs.bytes(value.span);
                bytes.iter().any(u8::is_ascii_uppercase)
                    || header::default_port(bytes, self.url_scheme()).is_some()
            })
    }

    /// Whether a tab stands inside the value of a signed header, which signers fold or leave.
    pub(super) fn has_signed_tab(&self) -> bool {
        self.reading
            .names
            .iter()
            .flat_map(|name| self.headers.get(&header::lower_name(&name.text)))
            .any(|value| header::holds_tab(self.docs.bytes(value.span)))
    }

    /// Whether a run of blanks stands between quotation marks in the value of a signed header.
    pub(super) fn has_quoted_blanks(&self) -> bool {
        self.reading
            .names
            .iter()
            .flat_map(|name| self.headers.get(&header::lower_name(&name.text)))
            .any(|value| header::holds_quoted_blanks(self.docs.bytes(value.span)))
    }

    /// Whether the target holds what must be percent-encoded as it is, and whether a space is among it.
    pub(super) fn raw_in_target(&self) -> Option<bool> {
        let target = &self.request.target;
        let mut spans = std::iter::once(target.path).chain(target.query);
        let mut has = |is: fn(&u8) -> bool| spans.any(|span| self.docs.bytes(span).iter().any(is));
        if has(|b| *b == b' ') {
            return Some(true);
        }
        let mut spans = std::iter::once(target.path).chain(target.query);
        let raw = spans.any(|s| self.docs.bytes(s).iter().any(|b| encode::is_raw(*b)));
        raw.then_some(false)
    }

    /// Whether a `+` stands in the path, which is read as itself or as a space.
    pub(super) fn has_plus_in_path(&self) -> bool {
        memchr::memchr(b'+', self.docs.bytes(self.request.target.path)).is_some()
    }

    /// Writes the canonical request.
    pub(super) fn write<S: Sink>(&self, sink: &mut S, variant: Variant) {
        self.write_method(sink, variant);
        sink.literal(b"\n");
        self.write_path(sink, variant);
        sink.literal(b"\n");
        self.write_query(sink, variant);
        sink.literal(b"\n");
        self.write_headers(sink, variant);
        sink.literal(b"\n");
        self.write_signed_headers(sink);
        sink.literal(b"\n");
        self.write_payload(sink, variant);
    }

    fn write_method<S: Sink>(&self, sink: &mut S, variant: Variant) {
        sink.begin(|| FieldKey::of(FieldKind::METHOD), wording::METHOD);
        match (&self.request.method, &self.quirks.method) {
            (Given::Stated(span), Some(chosen)) => {
                sink.replace(chosen.as_bytes(), *span, Step::Overridden);
            }
            (Given::Stated(span), None) => match variant.method {
                Some(method) => sink.replace(method.as_bytes(), *span, Step::FoundByTrying),
                None => sink.copy(self.docs.bytes(*span), *span),
            },
            (Given::Implied(_), Some(chosen)) => {
                sink.literal(chosen.as_bytes());
                sink.step(|| Step::Overridden);
            }
            (Given::Implied(method), None) => {
                sink.literal(variant.method.unwrap_or(method).as_bytes());
            }
        }
        sink.end();
    }

    fn write_path<S: Sink>(&self, sink: &mut S, variant: Variant) {
        let rule = match (self.quirks.path_chosen, self.quirks.path_encoding) {
            (true, _) => wording::PATH_CHOSEN,
            (false, PathEncoding::Once) => wording::PATH_ONCE,
            (false, PathEncoding::Twice) => wording::PATH_TWICE,
        };
        sink.begin(|| FieldKey::of(FieldKind::PATH), rule);
        let span = self.request.target.path;
        path::write(
            sink,
            self.docs.bytes(span),
            span,
            self.quirks.path_encoding,
            self.quirks.path_normalization,
            variant.plus,
            variant.raw,
        );
        if self.quirks.path_chosen {
            sink.step(|| Step::Overridden);
        }
        sink.end();
    }

    fn write_query<S: Sink>(&self, sink: &mut S, variant: Variant) {
        let appended = variant.token == SessionToken::Appended;
        let left_out =
            |param: &Encoded| self.reading.form == Form::Query && param.is_token && appended;
        let mut missing: Vec<usize> = self
            .params
            .iter()
            .filter(|p| left_out(p))
            .map(|p| p.place)
            .collect();
        missing.sort_unstable();
        let how = Encoding::Query(self.quirks.plus_in_query);
        let mut seen = Occurrences::default();
        for (i, param) in self.params.iter().filter(|p| !left_out(p)).enumerate() {
            if i > 0 {
                sink.literal(b"&");
            }
            let name = param.param.name;
            let name_bytes = self.docs.bytes(name);
            encode::encode_raw(sink, name_bytes, name, how, variant.raw);
            sink.literal(b"=");
            sink.begin(
                || {
                    let name = encode::decode(name_bytes, self.quirks.plus_in_query);
                    seen.key(FieldKind::QUERY, &name)
                },
                wording::QUERY,
            );
            match param.param.value {
                Some(span) => {
                    encode::encode_raw(sink, self.docs.bytes(span), span, how, variant.raw);
                }
                None => sink.step(|| Step::EqualsAdded),
            }
            let from = param.place - missing.partition_point(|place| *place < param.place);
            if from != i + 1 {
                sink.step(|| Step::Sorted { from, to: i + 1 });
            }
            sink.end();
        }
    }

    fn write_headers<S: Sink>(&self, sink: &mut S, variant: Variant) {
        let moves = header::moves(&self.reading.names, &self.headers);
        let mut seen = Occurrences::default();
        for (name, moved) in self.reading.names.iter().zip(moves) {
            let name = header::lower_name(&name.text);
            let is_host = matches!(name.as_slice(), b"host" | b":authority");
            sink.literal(&name);
            sink.literal(b":");
            let rule = if is_host {
                wording::HOST
            } else {
                wording::HEADER
            };
            sink.begin(|| seen.key(FieldKind::HEADER, &name), rule);
            let values = self.headers.get(&name);
            for (i, value) in values.iter().enumerate() {
                let bytes = self.docs.bytes(value.span);
                let blanks = variant.blanks;
                if i > 0 {
                    sink.replace(b",", value.span.until(0), Step::Joined);
                }
                if is_host {
                    let scheme = self.url_scheme();
                    let span = value.span;
                    let port = self.url_port();
                    header::write_host(sink, bytes, span, blanks, variant.host, scheme, port);
                } else {
                    header::write_value(sink, bytes, value.span, blanks, Letters::Keep);
                }
            }
            if let Some(token) = self.beside(&name, variant) {
                let blanks = variant.blanks;
                let bytes = self.docs.bytes(token);
                header::write_value(sink, bytes, token, blanks, Letters::Keep);
                sink.step(|| Step::TakenFromBeside);
            } else if values.is_empty() && self.is_untold(&name) {
                sink.step(|| Step::TakenAsEmpty);
            } else if values.is_empty() {
                sink.step(|| Step::Missing);
            }
            if let Some((from, to)) = moved {
                sink.step(|| Step::Sorted { from, to });
            }
            sink.end();
            sink.literal(b"\n");
        }
    }

    /// Whether a header is signed and a URL alone does not tell its value.
    pub(super) fn lacks_headers(&self) -> bool {
        let mut names = self.reading.names.iter();
        names.any(|name| self.is_untold(&header::lower_name(&name.text)))
    }

    /// What stands for a method that the request does not state.
    pub(super) fn assumed_method(&self) -> &[u8] {
        match self.request.method {
            Given::Implied(method) => method.as_bytes(),
            Given::Stated(span) => self.docs.bytes(span),
        }
    }

    fn is_untold(&self, name: &[u8]) -> bool {
        is_without_headers(self.docs, self.request)
            && !name.is_empty()
            && !(matches!(name, b"host" | b":authority") && self.request.target.authority.is_some())
            && self.headers.get(name).is_empty()
            && !self.params.iter().any(|param| {
                let spelled = self.docs.bytes(param.param.name);
                encode::decode(spelled, PlusInQuery::Literal).eq_ignore_ascii_case(name)
            })
    }

    /// The port of the URL that the request was sent to, its colon included.
    fn url_port(&self) -> Option<&[u8]> {
        let authority = self.docs.bytes(self.request.target.authority?);
        authority.get(header::port(authority)?..)
    }

    fn url_scheme(&self) -> UrlScheme {
        url_scheme(self.docs, self.request, self.quirks)
    }

    fn write_signed_headers<S: Sink>(&self, sink: &mut S) {
        sink.begin(
            || FieldKey::of(FieldKind::SIGNED_HEADERS),
            wording::SIGNED_HEADERS,
        );
        match self.reading.signed_headers {
            Some(span) => match self.reading.form {
                Form::Header => sink.copy(self.docs.bytes(span), span),
                Form::Query => encode::write_decoded(sink, self.docs.bytes(span), span),
            },
            None => sink.step(|| Step::Missing),
        }
        sink.end();
    }

    fn write_payload<S: Sink>(&self, sink: &mut S, variant: Variant) {
        let rule = match self.reading.form {
            Form::Header => wording::PAYLOAD,
            Form::Query => wording::PAYLOAD_QUERY,
        };
        sink.begin(|| FieldKey::of(FieldKind::PAYLOAD_HASH), rule);
        match &self.payload {
            PayloadLine::Stated(part) => {
                part.write(sink, self.docs);
                if is_hash(&part.text) && self.body.readings.is_empty() {
                    sink.step(|| Step::TakenUnverified);
                }
            }
            PayloadLine::Unsigned => sink.literal(b"UNSIGNED-PAYLOAD"),
            PayloadLine::Body => {
                let hash = hex::encode(self.body.get(variant.body).unwrap_or(body::EMPTY));
                if let Some(span) = self.body.span {
                    sink.replace(hash.as_bytes(), span, Step::Hashed);
                } else {
                    sink.literal(hash.as_bytes());
                    sink.step(|| Step::HashOf("the body that was given beside the request"));
                }
                match variant.body {
                    BodyVariant::AsGiven => {}
                    BodyVariant::WithoutFinalNewline => sink.step(|| Step::FinalNewlineLeftOut),
                }
            }
            PayloadLine::Nothing => {
                sink.literal(hex::encode(body::EMPTY).as_bytes());
                sink.step(|| Step::HashOf("an empty body"));
                if self.lacks_body(variant) {
                    sink.step(|| Step::TakenAsEmpty);
                }
            }
        }
        match self.quirks.payload {
            Payload::Auto => {}
            Payload::Unsigned | Payload::Hash | Payload::Stated => {
                sink.step(|| Step::Overridden);
            }
        }
        sink.end();
    }

    /// Whether the hash of a body is signed that is not here, and stated nowhere. Where the method has none
    /// by its nature, and no length speaks of one, none here means none.
    pub(super) fn lacks_body(&self, variant: Variant) -> bool {
        if !matches!(self.payload, PayloadLine::Nothing) {
            return false;
        }
        let length = reading::header(self.docs, self.request, "content-length");
        if let Some(length) = length.and_then(|part| part.string().parse::<u64>().ok()) {
            return length > 0;
        }
        let method: &[u8] = match (&self.quirks.method, &self.request.method, variant.method) {
            (Some(chosen), _, _) => chosen.as_bytes(),
            (None, _, Some(method)) => method.as_bytes(),
            (None, Given::Stated(span), None) => self.docs.bytes(*span),
            // It may have been any.
            (None, Given::Implied(_), None) => return true,
        };
        !is_bodiless(method)
    }
}

/// Whether the request goes over http or https: as chosen, else as its target says.
pub(super) fn url_scheme(docs: &Documents, request: &SignedRequest, quirks: &Quirks) -> UrlScheme {
    let stated = || {
        let text = docs.bytes(request.target.scheme?);
        if text.eq_ignore_ascii_case(b"http") || text.eq_ignore_ascii_case(b"ws") {
            return Some(UrlScheme::Http);
        }
        let https = text.eq_ignore_ascii_case(b"https") || text.eq_ignore_ascii_case(b"wss");
        https.then_some(UrlScheme::Https)
    };
    quirks
        .url_scheme
        .or_else(stated)
        .unwrap_or(UrlScheme::Unknown)
}

/// Whether a stated payload hash is one, and not a word in its place.
pub(super) fn is_hash(text: &[u8]) -> bool {
    text.len() == 64 && text.iter().all(u8::is_ascii_hexdigit)
}

/// Whether no body is here although the hash of one is stated, and no length says that there was none:
/// the paste holds the head alone.
pub(super) fn is_left_out(
    docs: &Documents,
    request: &SignedRequest,
    stated: Option<&Part>,
) -> bool {
    let Some(part) = stated else {
        return false;
    };
    let nothing = matches!(request.body, Body::Held { span, .. } if span.is_empty());
    nothing
        && is_hash(&part.text)
        && !part.text.eq_ignore_ascii_case(body::EMPTY_HEX.as_bytes())
        && reading::header(docs, request, "content-length").is_none()
}

fn payload_line(
    docs: &Documents,
    request: &SignedRequest,
    params: &[Param],
    reading: &Reading,
    quirks: &Quirks,
) -> PayloadLine {
    let stated = || reading::stated_hash(docs, request, params, reading.form);
    let body = || match &request.body {
        Body::Absent => PayloadLine::Nothing,
        Body::Held { .. } | Body::Streamed(_) => PayloadLine::Body,
    };
    let by_rule = || {
        if let Some(part) = stated() {
            return PayloadLine::Stated(part);
        }
        let scope_service = reading.service();
        let service = quirks.service.as_deref().unwrap_or(&scope_service);
        match reading.form {
            Form::Query if is_s3_family(service) => PayloadLine::Unsigned,
            Form::Query | Form::Header => body(),
        }
    };
    match quirks.payload {
        Payload::Auto | Payload::Stated => by_rule(),
        Payload::Unsigned => PayloadLine::Unsigned,
        Payload::Hash => match body() {
            // Nothing to hash: what is stated is the best there is.
            PayloadLine::Nothing => stated().map_or(PayloadLine::Nothing, PayloadLine::Stated),
            line => line,
        },
    }
}

/// Whether the headers that were sent with `request` are not known: none stands here, or no more than an Authorization header that
/// stands beside a URL, in text that prints no more of them.
pub(super) fn is_without_headers(docs: &Documents, request: &SignedRequest) -> bool {
    // More of them are no longer such a line.
    const MOST: usize = 4;
    let alone = || {
        request.target.authority.is_some()
            && request.may_lack_headers()
            && request.headers.len() <= MOST
            && request.headers.iter().all(|header| match header.name {
                Given::Stated(name) => docs.bytes(name).eq_ignore_ascii_case(b"authorization"),
                Given::Implied(_) => true,
            })
    };
    request.is_without_headers() || alone()
}
