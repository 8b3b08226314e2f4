//! Which headers a correction sends, which of them it signs, and which it drops and why.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::body::EMPTY;
use super::canonical::is_hash;
use super::header::{self, HeaderIndex, Letters};
use super::quirks::{Payload, Quirks, is_s3_family};
use super::reading::{self, Form, Reading, TOKEN_HEADERS};
use super::seen::Seen;
use crate::engine::correct::BodyToSend;
use crate::engine::document::{Documents, visible};
use crate::engine::intake::{
    Body, BodyVariant, Given, SignedRequest, final_newline_len, is_bodiless, without_credentials,
};
use crate::engine::scheme::Trace;

/// The body that goes with the correction.
pub(super) struct ChosenBody {
    pub(super) hash: [u8; 32],
    pub(super) len: u64,
    pub(super) to_send: BodyToSend,
}

pub(super) fn chosen_body(
    docs: &Documents,
    request: &SignedRequest,
    trace: &Trace,
) -> Option<ChosenBody> {
    let variant = trace.body.unwrap_or(BodyVariant::AsGiven);
    match &request.body {
        Body::Absent => None,
        Body::Held { span, .. } => {
            let bytes = docs.shared(*span);
            let cut = match variant {
                BodyVariant::AsGiven => 0,
                BodyVariant::WithoutFinalNewline => final_newline_len(&bytes),
            };
            let bytes = bytes.slice(..bytes.len() - cut);
            Some(ChosenBody {
                hash: Sha256::digest(&bytes).into(),
                len: bytes.len() as u64,
                to_send: if bytes.is_empty() {
                    BodyToSend::None
                } else {
                    BodyToSend::Here(bytes)
                },
            })
        }
        Body::Streamed(facts) => {
            let file = facts.name.clone();
            let (len, hash, to_send) = match (variant, facts.without_final_newline) {
                (BodyVariant::WithoutFinalNewline, Some((len, hash))) => {
                    (len, hash, BodyToSend::FileStart(file, len))
                }
                (BodyVariant::WithoutFinalNewline | BodyVariant::AsGiven, _) => {
                    (facts.len, facts.sha256, BodyToSend::File(file))
                }
            };
            Some(ChosenBody { hash, len, to_send })
        }
    }
}

/// The headers of a correction as they are settled.
pub(super) struct Plan<'a> {
    pub(super) docs: &'a Documents,
    pub(super) request: &'a SignedRequest,
    pub(super) reading: &'a Reading,
    pub(super) quirks: &'a Quirks,
    pub(super) service: &'a str,
    /// As it is sent, in upper case.
    pub(super) method: &'a [u8],
    /// What the server had, where that is proved.
    pub(super) seen: Option<&'a Seen<'a>>,
    pub(super) token: Option<Vec<u8>>,
    /// Names in lower case.
    pub(super) signed: BTreeSet<Vec<u8>>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) dropped: Vec<(String, String)>,
    pub(super) because: Vec<String>,
    pub(super) body: Option<ChosenBody>,
}

impl Plan<'_> {
    /// Takes over the request's headers, each signed, sent unsigned, or dropped.
    pub(super) fn take_headers(&mut self) {
        let listed: BTreeSet<Vec<u8>> = self
            .reading
            .names
            .iter()
            .map(|n| header::lower_name(&n.text))
            .collect();
        let query_form = self.reading.form == Form::Query;
        let joined = self.joined();
        let mut settled = BTreeSet::new();
        for received in &self.request.headers {
            let spelled = reading::header_name(self.docs, received);
            let name = spelled.to_ascii_lowercase();
            let shown = String::from_utf8_lossy(spelled).into_owned();
            if name.starts_with(b":") || name == b"host" {
                continue;
            }
            let drop_because = match name.as_slice() {
                b"authorization" if query_form => {
                    Some("a URL that is signed must not come with an Authorization header")
                }
                b"x-amz-date" if query_form => Some("the date stands in the URL"),
                b"date" if !query_form => Some("x-amz-date takes its place"),
                // Written anew.
                b"authorization" | b"x-amz-date" => continue,
                b"x-amz-content-sha256" if !query_form => continue,
                token if is_token(token) && query_form => Some("the token stands in the URL"),
                token if is_token(token) => continue,
                other => header::unstable(other),
            };
            if let Some(reason) = drop_because {
                if listed.contains(&name) {
                    self.dropped.push((shown, reason.to_owned()));
                }
                continue;
            }
            if name == b"content-length" && !listed.contains(&name) {
                continue; // the client writes it
            }
            // What is signed folds its blanks; what is sent, and may be stored, keeps them.
            let mut value = header::unfolded(self.docs.bytes(received.value));
            if header::holds_tab(&value) {
                value = without_tabs(&value);
                self.because.push(format!(
                    "{shown}: each run of blanks with a tab is sent as one space, which all signers read alike"
                ));
            }
            if let Some(body) = &self.body {
                if name == b"content-length" {
                    value = body.len.to_string().into_bytes();
                } else if name == b"x-amz-content-sha256" && is_hash(&value) {
                    value = hex::encode(body.hash).into_bytes();
                }
            }
            let signed = listed.contains(&name) || name.starts_with(b"x-amz-");
            let had = self.seen.and_then(|seen| seen.header(&name));
            let changed = had.filter(|had| joined.get(&name).is_none_or(|own| own != had));
            if let Some(had) = changed.filter(|_| signed) {
                if settled.insert(name.clone()) {
                    self.changed_header(shown, value, name, had);
                }
                continue;
            }
            self.headers.push((shown, value));
            if signed {
                self.signed.insert(name);
            }
        }
    }

    /// The values of each header as they are signed, by name in lower case.
    fn joined(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let mut joined: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        for received in &self.request.headers {
            let name = reading::header_name(self.docs, received).to_ascii_lowercase();
            let mut value = Vec::new();
            let bytes = self.docs.bytes(received.value);
            let blanks = self.quirks.header_blanks;
            header::write_value(&mut value, bytes, received.value, blanks, Letters::Keep);
            joined
                .entry(name)
                .and_modify(|all| all.extend([b",", value.as_slice()].concat()))
                .or_insert(value);
        }
        joined
    }

    /// Settles a header that reached the server with another value than it has here, or without one.
    /// What the verifier asks to be signed is signed as it arrives; any other is sent unsigned, which
    /// holds whatever becomes of it on the way.
    fn changed_header(&mut self, shown: String, own: Vec<u8>, name: Vec<u8>, had: &[u8]) {
        let demanded = name.starts_with(b"x-amz-");
        if had.is_empty() {
            let reason = if demanded {
                "the server had no value for it; what reaches a server under this name must be signed, \
                 so it is not sent"
            } else {
                self.headers.push((shown.clone(), own));
                "the server had no value for it; it is sent unsigned"
            };
            self.dropped.push((shown, reason.to_owned()));
        } else if demanded || name == b"content-type" {
            self.because
                .push(format!("{shown} {}: what the server had", quoted(had)));
            self.headers.push((shown, had.to_vec()));
            self.signed.insert(name);
        } else {
            let reason = format!("the server had it as {}; it is sent unsigned", quoted(had));
            if name != b"content-length" {
                self.headers.push((shown.clone(), own));
            }
            self.dropped.push((shown, reason));
        }
    }

    /// Says which names were listed as signed and stand nowhere.
    pub(super) fn note_absent(&mut self) {
        let index = HeaderIndex::of(self.docs, self.request);
        for part in &self.reading.names {
            let name = header::lower_name(&part.text);
            if index.get(&name).is_empty() && !matches!(name.as_slice(), b"host" | b":authority") {
                let had = self.seen.and_then(|seen| seen.header(&name));
                if let Some(had) = had.filter(|had| !had.is_empty())
                    && header::unstable(&name).is_none()
                    && !is_written_anew(&name)
                {
                    let shown = part.string();
                    self.because
                        .push(format!("{shown} {}: what the server had", quoted(had)));
                    self.headers.push((shown, had.to_vec()));
                    self.signed.insert(name);
                    continue;
                }
                let reason = "it is listed as signed, but stands nowhere in the request";
                self.dropped.push((part.string(), reason.to_owned()));
            }
        }
    }

    /// Adds what the header form needs: date, payload hash and token.
    pub(super) fn add_header_form(&mut self, date: &str) {
        self.headers
            .push(("X-Amz-Date".to_owned(), date.as_bytes().to_vec()));
        self.signed.insert(b"x-amz-date".to_vec());
        if let Some(value) = self.content_sha256() {
            self.headers
                .push(("X-Amz-Content-Sha256".to_owned(), value));
            self.signed.insert(b"x-amz-content-sha256".to_vec());
        }
        if let Some(token) = self.token.clone() {
            let name = reading::token_name(self.service);
            self.headers.push((name.to_owned(), token));
            self.signed.insert(name.to_ascii_lowercase().into_bytes());
        }
        // What stands nowhere in the request and is written here is not left out.
        let signed = &self.signed;
        self.dropped
            .retain(|(name, _)| !signed.contains(&header::lower_name(name.as_bytes())));
    }

    /// The signed headers that a client with the request as it was does not send by itself, or not so:
    /// what is written anew, and what has another value. The date first.
    pub(super) fn beside(&self) -> Vec<String> {
        if self.reading.form == Form::Query {
            return Vec::new();
        }
        let is_sent_so = |name: &str, value: &[u8]| {
            self.request.headers.iter().any(|received| {
                let own = reading::header_name(self.docs, received);
                own.eq_ignore_ascii_case(name.as_bytes())
                    && self.docs.bytes(received.value).trim_ascii() == value
            })
        };
        let mut out: Vec<String> = Vec::new();
        for (name, value) in &self.headers {
            let lower = name.to_ascii_lowercase().into_bytes();
            let signed = lower != b"host" && self.signed.contains(&lower);
            if signed && (is_written_anew(&lower) || !is_sent_so(name, value)) {
                out.push(name.clone());
            }
        }
        out.sort_by_key(|name| !name.eq_ignore_ascii_case("x-amz-date"));
        out.dedup();
        out
    }

    /// The value of x-amz-content-sha256; none where the service does not ask for it and the request
    /// did not send it.
    fn content_sha256(&mut self) -> Option<Vec<u8>> {
        let stated = reading::header(self.docs, self.request, "x-amz-content-sha256");
        if stated.is_none() && !is_s3_family(self.service) {
            return None;
        }
        let hash = self
            .body
            .as_ref()
            .map(|body| hex::encode(body.hash).into_bytes());
        match (self.quirks.payload, stated, hash) {
            (Payload::Unsigned, _, _) => Some(b"UNSIGNED-PAYLOAD".to_vec()),
            (Payload::Hash, _, Some(hash)) | (_, None, Some(hash)) => Some(hash),
            (_, Some(part), Some(hash)) if is_hash(&part.text) => {
                if part.text != hash {
                    self.because
                        .push("x-amz-content-sha256: the hash of the body that is here".to_owned());
                }
                Some(hash)
            }
            (_, Some(part), _) => {
                if part.text.starts_with(b"STREAMING-AWS4") {
                    self.because.push(
                        "the body is sent in signed chunks: each needs a new signature that follows \
                         from this one"
                            .to_owned(),
                    );
                }
                Some(part.text)
            }
            (_, None, None) => {
                if is_bodiless(self.method) {
                    return Some(hex::encode(EMPTY).into_bytes());
                }
                self.because
                    .push("x-amz-content-sha256: there is no body here to hash".to_owned());
                Some(b"UNSIGNED-PAYLOAD".to_vec())
            }
        }
    }
}

/// Whether a correction writes the header itself, whatever the request has.
fn is_written_anew(name: &[u8]) -> bool {
    is_token(name)
        || matches!(
            name,
            b"authorization" | b"date" | b"x-amz-date" | b"x-amz-content-sha256"
        )
}

/// `value` with every run of blanks that holds a tab as one space.
fn without_tabs(value: &[u8]) -> Vec<u8> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let mut out = Vec::with_capacity(value.len());
    for run in value.chunk_by(|a, b| blank(a) == blank(b)) {
        if run.first().is_some_and(blank) && run.contains(&b'\t') {
            out.push(b' ');
        } else {
            out.extend_from_slice(run);
        }
    }
    out
}

/// A value in a sentence, its end left out where it is long.
pub(super) fn quoted(value: &[u8]) -> String {
    const LONGEST: usize = 96;
    let more = if value.len() > LONGEST { "…" } else { "" };
    let safe = if more.is_empty() {
        value.to_vec()
    } else {
        without_credentials(value)
    };
    let shown = visible::to_string(safe.get(..LONGEST).unwrap_or(&safe));
    format!("“{shown}{more}”")
}

fn is_token(name: &[u8]) -> bool {
    TOKEN_HEADERS.iter().any(|token| token.as_bytes() == name)
}

/// The method that the trace took, in upper case.
pub(super) fn method(docs: &Documents, request: &SignedRequest, trace: &Trace) -> Vec<u8> {
    let stated = match &request.method {
        Given::Stated(span) => docs.bytes(*span),
        Given::Implied(method) => method.as_bytes(),
    };
    trace.method().unwrap_or(stated).to_ascii_uppercase()
}
