//! Reading what a request says of its own signature, in either form, damaged or not.
//!
//! Everything is a span of the input with its text beside it, escapes read. It must not know how a
//! signature is computed.

use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Given, Header, Pattern, SignedRequest, is_mark, received_signature};
use crate::engine::scheme::{Claim, SchemeId, Sink};

pub(super) use super::credential::{credential, split};

use super::bounds::{self, Beyond, fits};
use super::encode;
use super::quirks::PlusInQuery;

/// Where the signature stands.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// In the Authorization header.
    Header,
    /// In the query: a presigned URL.
    Query,
}

impl Form {
    /// The scheme's name for scripts.
    pub(super) fn id(self) -> SchemeId {
        match self {
            Self::Header => super::HEADER,
            Self::Query => super::QUERY,
        }
    }
}

/// A piece of the input and its text: as it stands in a header, escapes read in a query.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Part {
    pub(super) span: Span,
    pub(super) text: Vec<u8>,
}

impl Part {
    /// The text as words, what is not UTF-8 replaced.
    pub(super) fn string(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    /// Writes the text, each byte with where it stands.
    pub(super) fn write<S: Sink>(&self, sink: &mut S, docs: &Documents) {
        let raw = docs.bytes(self.span);
        if raw == self.text {
            sink.copy(raw, self.span);
        } else {
            encode::write_decoded(sink, raw, self.span);
        }
    }
}

/// A credential, read from the right: key ids of hosts other than AWS may hold `/`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Credential {
    /// All of it.
    pub(super) whole: Span,
    pub(super) key_id: Option<Part>,
    /// Everything behind the key id.
    pub(super) scope: Option<Span>,
    pub(super) date: Option<Part>,
    pub(super) region: Option<Part>,
    pub(super) service: Option<Part>,
    pub(super) terminator: Option<Part>,
}

/// All that a request says of its signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Reading {
    pub(super) form: Form,
    pub(super) algorithm: Option<Part>,
    pub(super) credential: Option<Credential>,
    /// The list as it stands.
    pub(super) signed_headers: Option<Span>,
    /// Its names, in order, as spelled.
    pub(super) names: Vec<Part>,
    pub(super) signature: Option<Pattern>,
    /// `x-amz-date` before `Date`.
    pub(super) date: Option<Part>,
    pub(super) token: Option<Part>,
    /// `X-Amz-Expires`.
    pub(super) expires: Option<Part>,
    /// The bound that the request is beyond: what is read of it then is not all there is.
    pub(super) beyond: Option<Beyond>,
}

impl Reading {
    pub(super) fn empty(form: Form) -> Self {
        Self {
            form,
            algorithm: None,
            credential: None,
            signed_headers: None,
            names: Vec::new(),
            signature: None,
            date: None,
            token: None,
            expires: None,
            beyond: None,
        }
    }

    /// The text of a part of the scope; empty where it is missing.
    pub(super) fn scope_text(&self, part: impl Fn(&Credential) -> &Option<Part>) -> &[u8] {
        self.credential
            .as_ref()
            .and_then(|credential| part(credential).as_ref())
            .map_or(&[], |part| part.text.as_slice())
    }

    /// The signing name of the service, as the scope has it.
    pub(super) fn service(&self) -> String {
        String::from_utf8_lossy(self.scope_text(|c| &c.service)).into_owned()
    }

    /// In the words that every scheme shares.
    pub(super) fn claim(&self) -> Claim {
        let credential = self.credential.as_ref();
        let span = |part: &Part| part.span;
        Claim {
            scheme: self.form.id(),
            received: self.signature.clone(),
            key_id: credential.and_then(|c| c.key_id.as_ref()).map(span),
            session_token: self.token.as_ref().map(span),
            date: self.date.as_ref().map(span),
            scope: credential.and_then(|c| c.scope),
            // Of a list without end the beginning is no claim.
            signed_headers: match self.beyond {
                None => self.names.iter().map(span).collect(),
                Some(_) => Vec::new(),
            },
        }
    }
}

/// A parameter of the query, as it stands between two `&`.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) struct Param {
    pub(super) name: Span,
    /// None where there is no `=`.
    pub(super) value: Option<Span>,
}

/// The parameters of a query, in order, empty ones among them.
pub(super) fn params(docs: &Documents, query: Option<Span>) -> Vec<Param> {
    params_where(docs, query, |_| true, usize::MAX)
}

/// Those that may carry a signature or a token, and few besides. Nothing is kept of the others, however
/// many there are.
pub(super) fn auth_params(docs: &Documents, query: Option<Span>) -> Vec<Param> {
    params_where(docs, query, may_be_ours, bounds::PARAMS)
}

/// The first `most` parameters whose text, from the name on, `is_wanted`.
fn params_where(
    docs: &Documents,
    query: Option<Span>,
    is_wanted: impl Fn(&[u8]) -> bool,
    most: usize,
) -> Vec<Param> {
    let Some(query) = query else {
        return Vec::new();
    };
    let bytes = docs.bytes(query);
    let mut out = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'&', bytes).chain([bytes.len()]) {
        let text = bytes.get(start..end).unwrap_or_default();
        let segment = query.part(start..end);
        start = end + 1;
        if !is_wanted(text) {
            continue;
        }
        if out.len() == most {
            break;
        }
        out.push(match memchr::memchr(b'=', text) {
            Some(at) => Param {
                name: segment.until(at),
                value: Some(segment.from(at + 1)),
            },
            None => Param {
                name: segment,
                value: None,
            },
        });
    }
    out
}

/// The name of a header as spelled, without blanks around it.
pub(super) fn header_name<'a>(docs: &'a Documents, header: &'a Header) -> &'a [u8] {
    match &header.name {
        Given::Stated(span) => docs.bytes(*span).trim_ascii(),
        Given::Implied(name) => name.as_bytes(),
    }
}

/// Whether the request is a URL alone, of which not even the method is stated: what it does not hold may
/// still have been sent with it.
pub(super) fn is_bare_url(request: &SignedRequest) -> bool {
    let mut names = request.headers.iter().map(|header| &header.name);
    matches!(request.method, Given::Implied(_)) && names.all(|n| matches!(n, Given::Implied(_)))
}

/// The first header of that name, with the blanks around its value dropped.
pub(super) fn header(docs: &Documents, request: &SignedRequest, name: &str) -> Option<Part> {
    request
        .headers
        .iter()
        .find(|header| header_name(docs, header).eq_ignore_ascii_case(name.as_bytes()))
        .and_then(|header| Some(trimmed(docs, fits(header.value)?)))
}

/// The part of `span` that is not blank at either end.
pub(super) fn trimmed(docs: &Documents, span: Span) -> Part {
    let bytes = docs.bytes(span);
    let lead = bytes.len() - bytes.trim_ascii_start().len();
    let text = bytes.trim_ascii();
    Part {
        span: span.part(lead..lead + text.len()),
        text: text.to_vec(),
    }
}

/// The one of several parameters that is read under `name`: of those spelled so the first in a query and
/// the last in a header, as verifiers take them (the order of checks that scratchstack-aws-signature
/// documents). Where none is spelled so, what differs in case alone is read all the same: it is a mistake
/// worth saying, and what was meant is clear.
pub(super) fn taken<'p, P, N: AsRef<[u8]>>(
    params: &'p [P],
    name: &str,
    form: Form,
    name_of: impl Fn(&'p P) -> N,
) -> Option<&'p P> {
    let pick = |fits: &dyn Fn(&[u8]) -> bool| {
        let fits = |param: &&'p P| fits(name_of(param).as_ref());
        match form {
            Form::Query => params.iter().find(fits),
            Form::Header => params.iter().rfind(fits),
        }
    };
    pick(&|have| have == name.as_bytes())
        .or_else(|| pick(&|have| have.eq_ignore_ascii_case(name.as_bytes())))
}

/// The parameter of a query that is read under `name`.
pub(super) fn query_param<'p>(
    docs: &'p Documents,
    params: &'p [Param],
    name: &str,
) -> Option<&'p Param> {
    taken(params, name, Form::Query, |param| {
        encode::decode(docs.bytes(param.name), PlusInQuery::Literal)
    })
}

/// The value of the parameter that is read under `name`, its escapes read.
pub(super) fn param(docs: &Documents, params: &[Param], name: &str) -> Option<Part> {
    let span = fits(query_param(docs, params, name)?.value?)?;
    Some(Part {
        span,
        text: encode::decode(docs.bytes(span), PlusInQuery::Literal).into_owned(),
    })
}

/// The payload hash that the request states, or the word in its place: in a presigned URL the parameter
/// before the header, which may have been added by whoever sends it.
pub(super) fn stated_hash(
    docs: &Documents,
    request: &SignedRequest,
    params: &[Param],
    form: Form,
) -> Option<Part> {
    let name = "x-amz-content-sha256";
    let in_query = match form {
        Form::Header => None,
        Form::Query => param(docs, params, name),
    };
    in_query.or_else(|| header(docs, request, name))
}

/// Reads the request; none where it carries no SigV4 signature in either form.
pub(super) fn read(docs: &Documents, request: &SignedRequest) -> Option<Reading> {
    let mut reading = from_header(docs, request).or_else(|| from_query(docs, request))?;
    reading.beyond = bounds::of(docs, request, &reading);
    Some(reading)
}

/// The parameters by which a query carries a signature, without the token's.
pub(super) const AUTH_PARAMS: [&str; 6] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// The names under which a session token travels, the usual one first. S3 Express has its own.
pub(super) const TOKEN_HEADERS: [&str; 2] = ["x-amz-security-token", "x-amz-s3session-token"];
/// As above, in a query.
pub(super) const TOKEN_PARAMS: [&str; 2] = ["X-Amz-Security-Token", "X-Amz-S3session-Token"];

/// The name under which a token travels to `service`, as usually spelled in header and query alike.
pub(super) fn token_name(service: &str) -> &'static str {
    let [usual, express] = TOKEN_PARAMS;
    if service == "s3express" {
        express
    } else {
        usual
    }
}

fn from_header(docs: &Documents, request: &SignedRequest) -> Option<Reading> {
    request
        .headers
        .iter()
        .filter(|h| header_name(docs, h).eq_ignore_ascii_case(b"authorization"))
        .filter(|h| !hides_list(docs, h.value))
        .find_map(|h| authorization(docs, h.value))
        .map(|reading| Reading {
            date: header(docs, request, "x-amz-date").or_else(|| header(docs, request, "date")),
            token: TOKEN_HEADERS
                .iter()
                .find_map(|name| header(docs, request, name)),
            ..reading
        })
}

/// Whether somebody put a mark over the list of signed headers, or over all that stands behind the algorithm: then nothing
/// is known of what was signed.
pub(super) fn hides_list(docs: &Documents, value: Span) -> bool {
    // No mark is longer, and the list stands behind nothing longer.
    const FRONT: usize = 4 << 10;
    const LIST: &[u8] = b"SignedHeaders=";
    let text = docs.bytes(value.until(FRONT)).trim_ascii();
    let Some(rest) = text.strip_prefix(b"AWS4-HMAC-SHA256") else {
        return false;
    };
    let list = memchr::memmem::find(rest, LIST).map(|at| {
        let list = rest.get(at + LIST.len()..).unwrap_or_default();
        let end = list.iter().position(|b| matches!(b, b',' | b' '));
        list.get(..end.unwrap_or(list.len())).unwrap_or_default()
    });
    is_mark(list.unwrap_or(rest))
}

/// Reads the value of an Authorization header: algorithm, then parameters in any order, with commas
/// or blanks or both between them. Damaged ones yield what is there.
fn authorization(docs: &Documents, value: Span) -> Option<Reading> {
    let bytes = docs.bytes(value);
    let mut reading = Reading::empty(Form::Header);
    let mut ours = false;
    let mut params: Vec<(&[u8], Span)> = Vec::new();
    let between = |b: &u8| b.is_ascii_whitespace() || *b == b',';
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let skip = rest.iter().take_while(|b| between(b)).count();
        let word = rest.get(skip..).unwrap_or_default();
        let len = word.iter().take_while(|b| !between(b)).count();
        let word = word.get(..len).unwrap_or_default();
        let span = value.part(at + skip..at + skip + len);
        at += skip + len;
        let key_len = memchr::memchr(b'=', word);
        if let Some(key_len) = key_len {
            let key = word.get(..key_len).unwrap_or_default();
            let known = [&b"Credential"[..], b"SignedHeaders", b"Signature"];
            if params.len() < bounds::PARAMS && known.iter().any(|k| key.eq_ignore_ascii_case(k)) {
                params.push((key, span.from(key_len + 1)));
            }
        } else if reading.algorithm.is_none() && !word.is_empty() {
            if !is_our_algorithm(word) {
                return None;
            }
            ours = true;
            reading.algorithm = fits(span).map(|span| trimmed(docs, span));
        }
    }
    let get = |name| taken(&params, name, Form::Header, |(key, _)| *key).map(|(_, span)| *span);
    reading.credential = get("Credential")
        .and_then(fits)
        .map(|span| credential(docs, span, false));
    reading.signature = get("Signature")
        .and_then(fits)
        .or_else(|| hidden_end(docs, value))
        .map(|span| received_signature(docs, span, true));
    reading.signed_headers = get("SignedHeaders");
    reading.names = reading
        .signed_headers
        .map(|span| split(docs, span, b';', false))
        .unwrap_or_default();
    // Without the algorithm, the terminator of the scope tells whose it is.
    ours |= reading.credential.as_ref().is_some_and(|c| {
        c.terminator
            .as_ref()
            .is_some_and(|t| t.text == b"aws4_request")
    });
    ours.then_some(reading)
}

/// The last part of the value of an Authorization header, where a mark stands in the place of a parameter or behind the
/// beginning of its name: whoever printed the header hid the rest of it, `, S*`, `, Signature...`.
pub(super) fn hidden_end(docs: &Documents, value: Span) -> Option<Span> {
    const NAMES: [&[u8]; 2] = [b"SignedHeaders", b"Signature"];
    const LONGEST: usize = 64;
    let text = docs.bytes(value).trim_ascii_end();
    let start = memchr::memrchr2(b' ', b',', text)? + 1;
    let last = text.get(start..).filter(|last| last.len() <= LONGEST)?;
    let letters = last.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (name, mark) = last.split_at_checked(letters)?;
    let begins = NAMES.iter().any(|whole| whole.starts_with(name));
    (is_mark(last) || begins && is_mark(mark)).then(|| value.part(start..text.len()))
}

/// Whether a name of an algorithm is this one, or meant to be.
fn is_our_algorithm(word: &[u8]) -> bool {
    let starts = |with: &[u8]| {
        word.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    starts(b"AWS4") && !starts(b"AWS4-ECDSA")
}

/// Whether a parameter may be one of those that carry a signature, its name escaped or not. Cheap: it is
/// asked of millions where a query is hostile.
fn may_be_ours(text: &[u8]) -> bool {
    text.len() >= "X-Amz-Date".len()
        && (matches!(text, [b'x' | b'X', b'-' | b'%', ..]) || text.starts_with(b"%"))
}

fn from_query(docs: &Documents, request: &SignedRequest) -> Option<Reading> {
    let params = auth_params(docs, request.target.query);
    let get = |name| param(docs, &params, name);
    let algorithm = get("X-Amz-Algorithm");
    if algorithm
        .as_ref()
        .is_some_and(|a| !is_our_algorithm(&a.text))
    {
        return None;
    }
    let whole = get("X-Amz-Credential");
    let signature = get("X-Amz-Signature");
    if whole.is_none() && signature.is_none() && algorithm.is_none() {
        return None;
    }
    let signed_headers = get("X-Amz-SignedHeaders");
    Some(Reading {
        form: Form::Query,
        algorithm,
        credential: whole.map(|part| credential(docs, part.span, true)),
        beyond: None,
        names: signed_headers
            .as_ref()
            .map(|part| split(docs, part.span, b';', true))
            .unwrap_or_default(),
        signed_headers: signed_headers.map(|part| part.span),
        signature: signature.map(|part| received_signature(docs, part.span, true)),
        date: get("X-Amz-Date"),
        token: TOKEN_PARAMS.iter().find_map(|name| get(name)),
        expires: get("X-Amz-Expires"),
    })
}
