//! The request as the rules look at it: the signature's parts with their places in the input.
//!
//! Reads the bytes again, without mercy and without repair, so that a rule can say what stands there.
//! It must not judge.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::clock::{self, ClockSource};
pub(super) use super::parse::{Authorization, Credential, Param, Part};
use super::parse::{authorization, credential, query_params, split, trimmed};
use crate::engine::document::{Documents, Span, visible};
use crate::engine::intake::{Given, Header, SignedRequest, is_verb, without_credentials};
use crate::engine::scheme::sigv4;
use crate::engine::scheme::sigv4::canonical::is_without_headers;
use crate::engine::scheme::sigv4::date::{self, Instant};
use crate::engine::scheme::sigv4::host::{self, Implied};
use crate::engine::scheme::sigv4::quirks::is_s3_family;
pub(super) use crate::engine::scheme::sigv4::reading::Form;
use crate::engine::scheme::sigv4::reading::{self, TOKEN_HEADERS};
use crate::engine::scheme::{Claim, Outcome, Reason, Trace, View};

/// As much of a request as any server takes, many times over: what is beyond is not looked at, so that a
/// request of a million headers costs no more than its reading.
const MOST_HEADERS: usize = 4096;
pub(super) const MOST_BYTES: usize = 1 << 20;

/// All that rules look at.
pub(super) struct Facts<'a> {
    pub(super) view: &'a View<'a>,
    /// The trace; none where only the request's parts are asked for.
    pub(super) trace: Option<&'a Trace>,
    pub(super) docs: &'a Documents,
    pub(super) request: &'a SignedRequest,
    pub(super) form: Form,
    pub(super) authorizations: Vec<Authorization>,
    pub(super) query: Vec<Param>,
    /// The credential where it has at least five parts, and its text where it stands at all.
    /// What stands in the case for values that are not here.
    unknown: &'a [Span],
    pub(super) credential: Option<Credential>,
    pub(super) credential_text: Option<Part>,
    pub(super) signed: Vec<Part>,
    signed_names: HashSet<String>,
    pub(super) signed_list: Option<Part>,
    /// Whether something stands in SignedHeaders for names that are not here: then no header is known not to be signed.
    list_unknown: bool,
    pub(super) signature: Option<Part>,
    /// Whether the signature was cut or redacted in the paste.
    pub(super) received_is_partial: bool,
    /// The host the request names, and what that implies.
    pub(super) host: Option<Part>,
    pub(super) implied: Option<Implied>,
    /// The text that states the signing time, and the moment it names.
    pub(super) date: Option<Part>,
    pub(super) instant: Option<Instant>,
    pub(super) now: DateTime<Utc>,
    pub(super) clock: ClockSource,
    /// The headers looked at, and their places by name in lower case.
    pub(super) sent: &'a [Header],
    by_name: HashMap<String, Vec<usize>>,
    /// Parameters of the query by name in lower case.
    by_param: HashMap<String, usize>,
}

impl<'a> Facts<'a> {
    /// Whether what is printed of the request is not all of it: its Authorization header has no signature, and the
    /// server says that it compared one.
    pub(super) fn is_print_short(&self) -> bool {
        const COMPARED: [&str; 2] = ["SignatureDoesNotMatch", "InvalidSignatureException"];
        let ours = self
            .authorizations
            .first()
            .is_some_and(Authorization::is_ours);
        let compared = |answer: super::answers::Answered<'_>| {
            answer
                .code()
                .is_some_and(|code| COMPARED.contains(&code.text.as_str()))
        };
        self.form == Form::Header
            && ours
            && self.signature.is_none()
            && super::answers::of(self.view).any(compared)
    }

    /// Reads the request `view` looks at; none where it looks at evidence alone.
    pub(super) fn read(
        view: &'a View<'a>,
        claim: &Claim,
        trace: Option<&'a Trace>,
    ) -> Option<Self> {
        let docs = &view.case.docs;
        let request = view.case.requests.get(view.request?)?;
        // Of a request that is not followed, only that is said.
        let followed = match trace {
            Some(trace) => trace.outcome != Outcome::NotCheckable(Reason::TooLarge),
            None => sigv4::read(view).is_none_or(|(reading, _)| reading.beyond.is_none()),
        };
        if !followed {
            return None;
        }
        let query = query_params(docs, request);
        let sent = request
            .headers
            .get(..MOST_HEADERS)
            .unwrap_or(&request.headers);
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, header) in sent.iter().enumerate() {
            let name = name_of(docs, header).to_ascii_lowercase();
            by_name.entry(name).or_default().push(at);
        }
        let mut by_param = HashMap::new();
        for (at, param) in query.iter().enumerate() {
            by_param
                .entry(param.name.text.to_ascii_lowercase())
                .or_insert(at);
        }
        let mut authorizations: Vec<Authorization> = sent
            .iter()
            .filter(|h| name_of(docs, h).eq_ignore_ascii_case("authorization"))
            .map(|h| authorization(docs, trimmed(docs, h.value).until(MOST_BYTES)))
            .collect();
        // One of ours stands first, whatever else there is.
        if let Some(at) = authorizations.iter().position(Authorization::is_ours) {
            authorizations.swap(0, at);
        }
        let form = if claim.scheme.0.ends_with("query") {
            Form::Query
        } else {
            Form::Header
        };
        let param = |header: &str, in_query: &str| {
            match form {
                Form::Header => taken(&authorizations.first()?.params, header, form),
                Form::Query => taken(&query, in_query, form),
            }
            .map(|p| p.value.clone())
        };
        let credential_text = param("Credential", "X-Amz-Credential");
        let signed_list = param("SignedHeaders", "X-Amz-SignedHeaders");
        let signature = param("Signature", "X-Amz-Signature");
        let host = host_of(docs, request, sent);
        let date = date_of(docs, sent, form, &query);
        let (now, clock) = clock::best_clock(view);
        let list_unknown = signed_list.as_ref().is_some_and(|list| {
            let given = docs.to_given(list.span);
            let mut unknown = view.case.unknown.iter();
            is_verb(list.text.as_bytes())
                || unknown.any(|span| docs.to_given(*span).overlaps(given))
        });
        let signed = signed_list
            .as_ref()
            .filter(|_| !list_unknown)
            .map(|list| split(docs, list.span.until(MOST_BYTES), b';'))
            .unwrap_or_default();
        Some(Self {
            unknown: &view.case.unknown,
            credential: credential_text
                .as_ref()
                .and_then(|part| credential(docs, part)),
            signed_names: signed.iter().map(|p| p.text.to_ascii_lowercase()).collect(),
            signed,
            sent,
            by_name,
            by_param,
            implied: host.as_ref().and_then(|h| host::implied(&h.text)),
            instant: date.as_ref().and_then(|d| date::read(&d.text)),
            view,
            trace,
            docs,
            request,
            form,
            authorizations,
            query,
            credential_text,
            signed_list,
            list_unknown,
            signature,
            received_is_partial: claim
                .received
                .as_ref()
                .is_some_and(|received| received.as_exact().is_none()),
            host,
            date,
            now,
            clock,
        })
    }

    /// Every header with this name (lower case): its whole line and its value.
    pub(super) fn headers<'f>(
        &'f self,
        name: &str,
    ) -> impl Iterator<Item = (Span, Part)> + use<'f, 'a> {
        let places = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        places
            .iter()
            .filter_map(|at| self.sent.get(*at))
            .map(|h| (h.line, self.part(trimmed(self.docs, h.value))))
    }

    /// The parameter of the query with this name, in any case.
    pub(super) fn param_like(&self, name: &str) -> Option<&Param> {
        self.query
            .get(*self.by_param.get(&name.to_ascii_lowercase())?)
    }

    /// The first header with this name.
    pub(super) fn header(&self, name: &str) -> Option<Part> {
        self.headers(name).next().map(|(_, value)| value)
    }

    /// The name of a header in lower case, and the place to point at.
    pub(super) fn header_name(&self, header: &Header) -> Part {
        let span = match header.name {
            Given::Stated(span) => span,
            Given::Implied(_) => header.value,
        };
        Part {
            text: name_of(self.docs, header).to_ascii_lowercase(),
            span,
        }
    }

    /// The query parameter with exactly this name.
    pub(super) fn param(&self, name: &str) -> Option<&Param> {
        self.query.iter().find(|p| p.name.text == name)
    }

    /// Whether SignedHeaders names this header (lower case).
    pub(super) fn is_signed(&self, name: &str) -> bool {
        self.list_unknown || self.signed_names.contains(name)
    }

    /// The service of the scope, or that of an option that overrides it.
    pub(super) fn service(&self) -> Option<&str> {
        self.view
            .settings
            .get("service")
            .or_else(|| self.credential.as_ref().map(|c| c.service.text.as_str()))
    }

    /// Whether the scope's service is of the S3 family.
    pub(super) fn is_s3(&self) -> bool {
        self.service().is_some_and(is_s3_family)
    }

    /// Whether the host is known to be one of AWS.
    pub(super) fn is_aws_host(&self) -> bool {
        self.implied.as_ref().is_some_and(Implied::is_aws)
    }

    /// Whether a mark stands in `span` for a value that is not here.
    pub(super) fn holds_unknown(&self, span: Span) -> bool {
        let given = self.docs.to_given(span);
        self.unknown
            .iter()
            .any(|unknown| self.docs.to_given(*unknown).overlaps(given))
    }

    /// Whether no header of the request is here, so that those that were sent are not known.
    pub(super) fn is_without_headers(&self) -> bool {
        is_without_headers(self.docs, self.request)
    }

    /// Whether a header that is not sent was taken from beside the secret, and fits.
    pub(super) fn is_taken_from_beside(&self, name: &str) -> bool {
        self.trace.is_some_and(|trace| {
            trace.outcome.agrees() && trace.taken_from_beside().any(|taken| taken == name)
        })
    }

    /// The method in upper case.
    pub(super) fn method(&self) -> String {
        match self.request.method {
            Given::Stated(span) => self.docs.text(span).to_ascii_uppercase(),
            Given::Implied(method) => {
                let taken = self.trace.and_then(Trace::method);
                String::from_utf8_lossy(taken.unwrap_or(method.as_bytes())).into_owned()
            }
        }
    }

    /// The session token: its place, and whether it stands in the query.
    pub(super) fn token(&self) -> Option<(Span, Form)> {
        let names = TOKEN_HEADERS;
        let header = names.iter().find_map(|name| self.headers(name).next());
        if let Some((line, _)) = header {
            return Some((line, Form::Header));
        }
        names
            .iter()
            .find_map(|name| self.param_like(name))
            .map(|p| (p.span, Form::Query))
    }

    /// The bytes of a span as a piece of text.
    pub(super) fn part(&self, span: Span) -> Part {
        Part {
            text: self.docs.text(span).into_owned(),
            span,
        }
    }

    /// The place of the signature: the credential, else the Authorization header, else the target.
    pub(super) fn place(&self) -> Span {
        self.credential_text
            .as_ref()
            .map(|c| c.span)
            .or_else(|| self.authorizations.first().map(|a| a.value))
            .unwrap_or(self.request.target.whole)
    }
}

/// `text` for a message: nothing hidden in it, and not too long.
pub(super) fn shown(text: &str) -> String {
    const LIMIT: usize = 120;
    shown_to(text, LIMIT)
}

/// The same of somebody's whole sentence, which is longer than a value.
pub(super) fn shown_sentence(text: &str) -> String {
    const LIMIT: usize = 280;
    shown_to(text, LIMIT)
}

fn shown_to(text: &str, limit: usize) -> String {
    // What stands so far behind the place of the cut is no part of what is shown.
    const AHEAD: usize = 16 << 10;
    let place = |text: &str| text.char_indices().nth(limit).map(|(at, _)| at);
    if place(text).is_none() {
        return visible::to_string(text.as_bytes());
    }
    let near = text.as_bytes();
    let near = near.get(..AHEAD).unwrap_or(near);
    let text = String::from_utf8_lossy(&without_credentials(near)).into_owned();
    let cut = place(&text);
    let head = cut.and_then(|at| text.get(..at)).unwrap_or(&text);
    let mut out = visible::to_string(head.as_bytes());
    if cut.is_some() {
        out.push_str(" …");
    }
    out
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    const MOST: usize = 12;
    let mut shown: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| shown(name.as_ref()))
        .collect();
    if names.len() > MOST {
        shown.push(format!("{} more", names.len() - MOST));
    }
    match shown.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The parameter that is read under `name`.
fn taken<'p>(params: &'p [Param], name: &str, form: Form) -> Option<&'p Param> {
    reading::taken(params, name, form, |param| param.name.text.as_str())
}

/// The name of a header as spelled.
fn name_of<'d>(docs: &'d Documents, header: &Header) -> Cow<'d, str> {
    match header.name {
        Given::Stated(span) => docs.text(span),
        Given::Implied(name) => Cow::Borrowed(name),
    }
}

/// The host the request names: its Host header, else the authority of its target.
fn host_of(docs: &Documents, request: &SignedRequest, sent: &[Header]) -> Option<Part> {
    let part = |span: Span| Part {
        text: docs.text(span).into_owned(),
        span,
    };
    sent.iter()
        .find(|h| {
            matches!(
                name_of(docs, h).to_ascii_lowercase().as_str(),
                "host" | ":authority"
            )
        })
        .map(|h| part(trimmed(docs, h.value)))
        .or_else(|| request.target.authority.map(part))
}

/// The text that states the signing time: `x-amz-date` over `Date`, and the parameter in a query.
fn date_of(docs: &Documents, sent: &[Header], form: Form, query: &[Param]) -> Option<Part> {
    match form {
        Form::Query => query
            .iter()
            .find(|p| p.name.text == "X-Amz-Date")
            .map(|p| p.value.clone()),
        Form::Header => ["x-amz-date", "date"].iter().find_map(|name| {
            let header = sent
                .iter()
                .find(|h| name_of(docs, h).eq_ignore_ascii_case(name))?;
            let span = trimmed(docs, header.value);
            Some(Part {
                text: docs.text(span).into_owned(),
                span,
            })
        }),
    }
}
