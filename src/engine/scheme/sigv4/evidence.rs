//! A case without a request: what the strings and the answer of others say of the signature.

use super::key::{self, KeyScope};
use super::message::{self, ALGORITHM};
use super::quirks::Quirks;
use super::reading::{self, Form, Part, Reading};
use super::received::compare;
use super::rules::sentences;
use super::stages::{key_stage, signature_stage, text_stage};
use super::trace::material;
use crate::engine::document::{Documents, Span};
use crate::engine::intake::{Case, Cut, Evidence, MISSING_LINE, Pattern, is_redacted};
use crate::engine::scheme::{Attempt, Claim, Outcome, Reason, Role, Trace, View};
use crate::engine::secret::Material;

/// Codes by which a verifier of this scheme refuses, and the form they speak of where they tell
/// (Amazon S3 API Reference, error responses; common errors of the query services). Some are given to
/// older signatures in the same words; what the rules say of them holds for those too.
const CODES: [(&str, Form); 25] = [
    ("PermanentRedirect", Form::Header),
    ("TemporaryRedirect", Form::Header),
    ("AuthorizationHeaderMalformed", Form::Header),
    ("AuthorizationQueryParametersError", Form::Query),
    ("XAmzContentSHA256Mismatch", Form::Header),
    ("RequestTimeTooSkewed", Form::Header),
    ("RequestExpired", Form::Header),
    ("InvalidAccessKeyId", Form::Header),
    ("InvalidClientTokenId", Form::Header),
    ("UnrecognizedClientException", Form::Header),
    ("ExpiredToken", Form::Header),
    ("ExpiredTokenException", Form::Header),
    ("InvalidToken", Form::Header),
    ("IncompleteSignature", Form::Header),
    ("MissingAuthenticationToken", Form::Header),
    ("InvalidChunkSizeError", Form::Header),
    ("MalformedTrailerError", Form::Header),
    ("InvalidSignatureException", Form::Header),
    ("IncompleteSignatureException", Form::Header),
    ("MissingAuthenticationTokenException", Form::Header),
    ("MalformedQueryString", Form::Query),
    ("BadDigest", Form::Header),
    ("InvalidRegionName", Form::Header),
    ("InvalidSecurity", Form::Header),
    ("MissingSecurityHeader", Form::Header),
];

/// Sentences that tell as much beside those of the rules: `AccessDenied` and `InvalidRequest` have many causes, and
/// gateways hand on the message alone.
const SENTENCES: [(&str, Form); 12] = [
    (
        "headers present in the request which were not signed",
        Form::Header,
    ),
    ("Request has expired", Form::Query),
    ("Request is not yet valid", Form::Query),
    ("Request is not valid yet", Form::Query),
    ("is now earlier than", Form::Header),
    ("is still later than", Form::Header),
    ("Credential should be scoped", Form::Header),
    (
        "The credential must be scoped to a valid region",
        Form::Header,
    ),
    ("Date in Credential scope does not match", Form::Header),
    (
        "request time and the current time is too large",
        Form::Header,
    ),
    ("Query-string authentication requires", Form::Query),
    // LocalStack looks at presigned URLs alone.
    (
        "not raising an error, as S3_SKIP_SIGNATURE_VALIDATION",
        Form::Query,
    ),
];

/// Reads the evidence of a case; none where none of it speaks of this scheme.
pub(super) fn read(case: &Case) -> Option<Reading> {
    let docs = &case.docs;
    case.evidence
        .iter()
        .find_map(|evidence| from_strings(docs, evidence))
        .or_else(|| {
            let mut answers = case.evidence.iter();
            answers
                .find_map(|e| from_answer(docs, e).filter(|_| !case.is_of_another_scheme(e.span)))
        })
        .map(|reading| complete(docs, case, reading))
}

fn from_strings(docs: &Documents, evidence: &Evidence) -> Option<Reading> {
    let lines = evidence.string_to_sign.as_ref().map(|p| to_sign(docs, p));
    let ours = lines
        .as_ref()
        .and_then(|lines| lines.first())
        .is_some_and(|first| {
            // What a diff does not show says nothing against it.
            [ALGORITHM, MISSING_LINE].contains(&docs.bytes(*first).trim_ascii())
        });
    let canonical = evidence
        .canonical_request
        .as_ref()
        .map(|p| (self::lines(docs, p), p.cut == Cut::Whole));
    if !ours && (lines.is_some() || canonical.is_none()) {
        return None;
    }
    let mut reading = Reading::empty(Form::Header);
    let hidden = |span: &Span| is_redacted(docs.bytes(*span));
    if let Some([algorithm, date, scope, ..]) = lines.as_deref()
        && !hidden(date)
        && !hidden(scope)
    {
        reading.algorithm = Some(reading::trimmed(docs, *algorithm));
        reading.date = Some(reading::trimmed(docs, *date));
        // The scope is a credential without its key id.
        let scope = reading::trimmed(docs, *scope).span;
        let mut credential = reading::credential(docs, scope, false);
        let mut parts = reading::split(docs, scope, b'/', false).into_iter();
        credential.key_id = None;
        credential.scope = Some(scope);
        credential.date = parts.next();
        credential.region = parts.next();
        credential.service = parts.next();
        credential.terminator = parts.next();
        reading.credential = Some(credential);
    }
    if let Some((canonical, whole)) = canonical {
        from_canonical(docs, &canonical, whole, &mut reading);
    }
    reading.signature.clone_from(&evidence.signature);
    Some(reading)
}

/// The spans of the lines of a string to sign. Where blanks stand in the place of its line ends they part it as well: in
/// none of its lines stands one.
fn to_sign(docs: &Documents, pattern: &Pattern) -> Vec<Span> {
    let Some(span) = pattern.span() else {
        return Vec::new();
    };
    let text = docs.bytes(span);
    let rest = text.strip_prefix(ALGORITHM).unwrap_or_default();
    if rest.first() != Some(&b' ') || rest.contains(&b'\n') {
        return lines(docs, pattern);
    }
    let mut out = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b' ', text).chain([text.len()]) {
        out.push(span.part(start..end));
        start = end + 1;
    }
    if pattern.cut != Cut::Whole {
        out.pop();
    }
    out
}

/// The spans of the lines of a text, marks standing as printed; without the one in which it was cut.
fn lines(docs: &Documents, pattern: &Pattern) -> Vec<Span> {
    let Some(span) = pattern.span() else {
        return Vec::new();
    };
    let bytes = docs.bytes(span);
    let mut out = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        out.push(span.part(start..end));
        start = end + 1;
    }
    if pattern.cut == Cut::Truncated
        && let Some(last) = out.pop()
        && out.len() == QUERY
        && let Some(end) = memchr::memrchr(b'&', docs.bytes(last))
    {
        // Of a query that was cut all parameters but the last are whole.
        out.push(last.part(0..end));
    }
    out
}

/// The place of the query among the lines of a canonical request.
const QUERY: usize = 2;

/// The query line and, where it is `whole`, the list of signed headers of a canonical request.
fn from_canonical(docs: &Documents, lines: &[Span], whole: bool, reading: &mut Reading) {
    let params = reading::auth_params(docs, lines.get(QUERY).copied());
    if let Some(credential) = reading::param(docs, &params, "X-Amz-Credential") {
        reading.form = Form::Query;
        let read = reading::credential(docs, credential.span, true);
        match &mut reading.credential {
            Some(known) => known.key_id = read.key_id,
            none => *none = Some(read),
        }
        reading.expires = reading::param(docs, &params, "X-Amz-Expires");
        if reading.date.is_none() {
            reading.date = reading::param(docs, &params, "X-Amz-Date");
        }
    }
    let hidden = |span: &Span| is_redacted(docs.bytes(*span));
    let empty = |span: &&Span| docs.bytes(**span).trim_ascii().is_empty();
    let list = lines
        .iter()
        .rev()
        .skip_while(empty)
        .nth(1)
        .filter(|span| whole && !docs.bytes(**span).contains(&b':') && !hidden(span));
    if let Some(list) = list {
        let list = reading::trimmed(docs, *list).span;
        reading.signed_headers = Some(list);
        reading.names = reading::split(docs, list, b';', false);
    }
}

fn from_answer(docs: &Documents, evidence: &Evidence) -> Option<Reading> {
    let answer = evidence.answer.as_ref()?;
    let code = answer
        .code
        .map_or(&b""[..], |code| docs.bytes(code))
        .trim_ascii();
    let message = answer
        .message
        .map_or(&b""[..], |message| docs.bytes(message));
    let named = CODES.iter().find(|(name, _)| name.as_bytes() == code);
    let said = || {
        let own = SENTENCES
            .iter()
            .find(|(words, _)| memchr::memmem::find(message, words.as_bytes()).is_some());
        own.map(|(_, form)| *form).or_else(|| {
            let code = sentences::code(&String::from_utf8_lossy(message))?;
            Some(if code == sentences::QUERY {
                Form::Query
            } else {
                Form::Header
            })
        })
    };
    // Older schemes answer with the same code; there the string to sign has other lines, or the
    // answer gives none at all.
    let bare = evidence.string_to_sign.is_none();
    // Servers of this scheme alone name them, whatever their message.
    let unsigned = || {
        let mut details = answer.details.iter();
        details
            .any(|(name, _)| name == "HeadersNotSigned")
            .then_some(Form::Header)
    };
    let form = match named.map(|(_, form)| *form).or_else(said).or_else(unsigned) {
        Some(form) if bare => form,
        None if bare && code == b"SignatureDoesNotMatch" => Form::Header,
        _ => return None,
    };
    let mut reading = Reading::empty(form);
    reading.signature.clone_from(&evidence.signature);
    Some(reading)
}

/// Adds what other pieces of the case know: the key id and the received signature.
fn complete(docs: &Documents, case: &Case, mut reading: Reading) -> Reading {
    if reading.signature.is_none() {
        reading.signature = case.evidence.iter().find_map(|e| e.signature.clone());
    }
    let key_id = case
        .evidence
        .iter()
        .filter_map(|e| e.answer.as_ref())
        .flat_map(|answer| &answer.details)
        .find(|(name, _)| name == "AWSAccessKeyId")
        .map(|(_, span)| reading::trimmed(docs, *span));
    if let Some(part) = key_id {
        add_key_id(&mut reading, part);
    }
    reading
}

fn add_key_id(reading: &mut Reading, part: Part) {
    match &mut reading.credential {
        Some(credential) => {
            credential.key_id.get_or_insert(part);
        }
        none => {
            *none = Some(reading::Credential {
                whole: part.span,
                key_id: Some(part),
                scope: None,
                date: None,
                region: None,
                service: None,
                terminator: None,
            });
        }
    }
}

/// What a secret gives for the strings to sign that came with a signature: a request is not needed for that.
fn of_strings(view: &View<'_>, scope: Option<&KeyScope>, material: &Material) -> Outcome {
    let docs = &view.case.docs;
    let mut all = Outcome::NotCheckable(Reason::NoRequest);
    let Some(scope) = scope else {
        return all;
    };
    let keyed = key::keyed(key::derive(scope, material).expose());
    let exact = |pattern: &Option<Pattern>| pattern.as_ref()?.as_exact();
    for evidence in &view.case.evidence {
        let Some((text, signature)) =
            exact(&evidence.string_to_sign).zip(exact(&evidence.signature))
        else {
            continue;
        };
        let made = key::sign(&keyed, docs.bytes(text));
        let one = compare(docs.bytes(signature), made.as_bytes());
        if one.agrees() || !all.disagrees() {
            all = one;
        }
        if all.agrees() {
            break;
        }
    }
    all
}

/// The trace of a case without a request: the key is all that can be computed.
pub(super) fn trace(view: &View<'_>, claim: &Claim, reading: &Reading) -> Trace {
    let quirks = Quirks::resolve(view.settings, &reading.service());
    let scope = message::key_scope(reading, &quirks);
    let key_id = reading
        .credential
        .as_ref()
        .and_then(|c| c.key_id.as_ref())
        .map(Part::string);
    let attempts: Vec<Attempt> = view
        .keyring
        .for_key_id(key_id.as_deref())
        .map(|(candidate, secret)| Attempt {
            candidate,
            name: secret.name.clone(),
            outcome: of_strings(view, scope.as_ref(), &secret.material),
            near: false,
        })
        .collect();
    let fitting = attempts.iter().find(|attempt| attempt.outcome.agrees());
    let shown = fitting.or(attempts.first());
    let candidate = shown.map(|attempt| attempt.candidate);
    Trace {
        scheme: claim.scheme,
        claim: claim.clone(),
        stages: vec![
            text_stage(Role::CanonicalRequest, None),
            text_stage(Role::StringToSign, None),
            key_stage(scope.as_ref(), material(view.keyring, candidate)),
            signature_stage(None, false),
        ],
        attempts,
        candidate,
        body: None,
        body_verified: None,
        notes: Vec::new(),
        taken: Vec::new(),
        outcome: Outcome::NotCheckable(Reason::NoRequest),
    }
}
