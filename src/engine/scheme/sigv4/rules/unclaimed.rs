//! Requests that carry no signature that is followed here: what they carry in its place.
//!
//! Reads the request by itself, for there is no claim. It must not show what stands behind the name of
//! another scheme: that is a token or a password.

use super::facts::{MOST_BYTES, Part};
use super::other_urls::{
    VERSION_2_NAMES, by_others, is_of_version_4, is_version_2, mixed, presigned_2,
    presigned_by_others, raw_plus, seconds, version_2,
};
use super::parse::{Param, authorization, query_params, trimmed};
use super::table as t;
use super::{answers, server, stopped};
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::document::{Documents, Span};
use crate::engine::intake::vocabulary::CURL_SIGNS as SIGNS;
use crate::engine::intake::{Body, Case, Given, Integrity, Side, SignedRequest, is_mark, is_verb};
use crate::engine::scheme::View;
use crate::engine::scheme::sigv4::quirks::is_s3_family;
use crate::engine::scheme::sigv4::{host, place, reading, stops};

/// Every remark on a request that has no signature of this scheme, and on the answers to it.
pub(in crate::engine::scheme::sigv4) fn findings(view: &View<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    let request = view.request.and_then(|at| view.case.requests.get(at));
    let older = request.is_some_and(|request| {
        is_version_2(&view.case.docs, request)
            || by_others(&query_params(&view.case.docs, request)).is_some()
    });
    for (mut answer, _) in answers::all(view) {
        // That scheme has no region, no service and no scope that could have been looked at.
        answer.foreign |= older;
        server::of_answer(&answer, &mut out);
    }
    if let Some(request) = request.filter(|request| !is_signed_later(view, request)) {
        out.extend(raw_plus(&view.case.docs, request));
        let cut = stops::place_unsigned(view.case, request);
        // Of a header that is whole its scheme is known, whatever the paste lacks behind it.
        let named = cut.filter(|place| names_version_2(&view.case.docs, request, *place));
        out.extend(of_request(view, request, cut.filter(|_| named.is_none())));
        out.extend(named.map(|place| stopped(&view.case.docs, request, place)));
    }
    out
}

/// That headers stand without their request line. `other`: the canonical request beside it is known to be of other headers.
pub(super) fn line_missing(case: &Case, request: &SignedRequest, other: bool) -> Finding {
    if !other && stated_beside(case, request) {
        // One that was changed on the way here is not what was signed.
        let own = case.docs.to_given(request.span).doc;
        let changed = case.evidence.iter().all(|e| {
            e.canonical_request.is_none()
                || e.integrity == Integrity::Broken
                || case.docs.to_given(e.span).doc != own
        });
        return t::LINE_MISSING
            .found(
                if changed {
                    "The Authorization header stands here without its request. The canonical request of this paste \
                     is not the one whose hash was signed; what was sent is not here."
                } else {
                    "The Authorization header stands here without its request. What was signed is in the canonical \
                     request of this paste; what was sent is not here."
                },
                "To have the two compared, put the request above them as it was sent: request line, headers, body.",
            )
            .at(request.span, "no request line");
    }
    let what = if request.target.query.is_some() {
        "These are headers and parameters without their request line: method and path are signed, and are not here."
    } else {
        "These are headers without their request line: method and path are signed, and are not here."
    };
    t::LINE_MISSING
        .found(
            what,
            "Put the request line above them as it was sent, as in `GET /path HTTP/1.1`, with every header that \
             SignedHeaders names.",
        )
        .at(request.span, "no request line")
}

/// Whether a canonical request stands in the input that holds `request`.
fn stated_beside(case: &Case, request: &SignedRequest) -> bool {
    let own = case.docs.to_given(request.span).doc;
    // Where a string to sign stands alone, it is that of another canonical request than those that are here.
    let other = case.evidence.iter().any(|e| {
        e.side == Some(Side::Client)
            && e.string_to_sign.is_some()
            && e.canonical_request.is_none()
            && case.docs.to_given(e.span).doc == own
    });
    let strings = case.evidence.iter();
    let mut strings = strings.filter_map(|e| e.canonical_request.as_ref()?.span());
    !other && strings.any(|span| case.docs.to_given(span).doc == own)
}

/// Whether the program of a command signs the request itself when it runs: then nothing is missing in the command.
fn is_signed_later(view: &View<'_>, request: &SignedRequest) -> bool {
    let docs = &view.case.docs;
    let own = docs.to_given(request.span);
    let told = |finding: &Finding| {
        let mut places = finding.labels.iter().map(|label| docs.to_given(label.span));
        finding.id == SIGNS && places.any(|place| own.contains(place))
    };
    view.case.findings.iter().any(told)
}

/// Whether the Authorization header of `request` is one of Signature Version 2, and the paste does not stop in it.
fn names_version_2(docs: &Documents, request: &SignedRequest, cut: Span) -> bool {
    let mut headers = request.headers.iter();
    is_version_2(docs, request)
        && headers.any(|header| {
            reading::header_name(docs, header).eq_ignore_ascii_case(b"authorization")
                && !docs.to_given(header.value).overlaps(docs.to_given(cut))
        })
}

fn of_request(view: &View<'_>, request: &SignedRequest, cut: Option<Span>) -> Option<Finding> {
    let docs = &view.case.docs;
    if let Some(place) = cut {
        return Some(stopped(docs, request, place));
    }
    let header = request
        .headers
        .iter()
        .find(|h| reading::header_name(docs, h).eq_ignore_ascii_case(b"authorization"))
        // Of headers without their request line an empty value is one that was not read: a cut list holds it.
        .filter(|h| !(request.is_fragment() && h.value.is_empty()));
    if let Some(header) = header {
        let value = trimmed(docs, header.value);
        if is_mark(docs.bytes(value.until(MOST_BYTES))) || reading::hides_list(docs, value) {
            return Some(hidden(view, request, value));
        }
        if let Some(place) = unknown_front(view, value) {
            return Some(
                t::AUTHORIZATION_HIDDEN
                    .found(
                        "The Authorization header is made of values that are not here, so there is no signature to check.",
                        "Let the program print the header as it sends it: it holds the key id and a signature, and no secret.",
                    )
                    .at(place, "not known"),
            );
        }
        // A scheme that is known by its name is said already.
        return (!view.case.is_of_another_scheme(header.value)).then(|| of_header(view, value));
    }
    if request.is_fragment() {
        return Some(line_missing(view.case, request, false));
    }
    let params = query_params(docs, request);
    let named = |name: &str| params.iter().find(|p| p.name.text == name);
    if let (Some(param), Some(signature)) = (named("AWSAccessKeyId"), named("Signature")) {
        let until = named("Expires").and_then(|p| Some((p, seconds(&p.value.text)?)));
        if is_of_version_4(&signature.value.text) {
            let lacks: Vec<&str> = VERSION_2_NAMES
                .into_iter()
                .filter(|name| named("Expires").is_none() && named(name).is_none())
                .collect();
            return Some(mixed(param, signature, &lacks));
        }
        return Some(presigned_2(view, param, until));
    }
    if let Some(url) = by_others(&params) {
        return Some(presigned_by_others(view, url, &params));
    }
    if let Some(param) = named("X-Amz-Algorithm") {
        // One word in the place of each value was put there by a person.
        let same = named("X-Amz-Signature").or_else(|| named("X-Amz-Credential"));
        let same = same.is_some_and(|other| other.value.text == param.value.text);
        if same || is_mark(docs.bytes(param.value.span)) {
            return Some(hidden_query(param));
        }
        return Some(of_algorithm(param));
    }
    // The signature of a form is one of its fields.
    let given = docs.to_given(request.span);
    let mut forms = view.case.forms.iter();
    if forms.any(|form| given.contains(docs.to_given(form.span))) {
        return None;
    }
    if let Some(place) = stops::unclosed(docs, request) {
        return Some(stopped(docs, request, place));
    }
    // S3 takes requests without a signature for what is public, and all others refuse them.
    let authority = place::authority(docs, request);
    let service = authority.and_then(|text| host::implied(&text)?.service);
    let gravest = match service {
        Some(service) if !is_s3_family(&service) => Severity::Error,
        Some(_) | None => Severity::Warning,
    };
    if let Some(finding) = form_without_body(view, request) {
        return Some(finding);
    }
    if let Some(line) = unread_authorization(view.case, request) {
        let unread = t::AUTHORIZATION_MANGLED.at_most(
            Severity::Warning,
            "No signature was read of this request. An Authorization header stands in this paste that could not be made \
             a part of any request.",
            "Paste the request as it was sent, each header on one line, without marks in front of its lines and without \
             line breaks in its values.",
        );
        return Some(unread.at(line, "not read"));
    }
    let missing = t::SIGNATURE_MISSING.at_most(
        gravest,
        "The request carries no signature: there is no Authorization header, and no X-Amz-Signature in the query.",
        "Paste the request as it was sent. Logs and browsers leave the Authorization header out, and a redirect to \
         another host drops it. A server that got it so answers Missing Authentication Token, or takes it as \
         anonymous.",
    );
    Some(missing.at(request.target.whole, "no signature"))
}

/// Where something stands for a value that is not here in the place of the first word of an Authorization header: of what
/// kind it is is not known.
fn unknown_front(view: &View<'_>, value: Span) -> Option<Span> {
    let docs = &view.case.docs;
    let text = docs.bytes(value.until(MOST_BYTES));
    let word = text.iter().take_while(|b| !b.is_ascii_whitespace()).count();
    let front = value.until(word);
    let given = docs.to_given(front);
    let mut unknown = view.case.unknown.iter();
    let is_unknown = is_verb(docs.bytes(front))
        || unknown.any(|span| {
            let span = docs.to_given(*span);
            !span.is_empty() && span.overlaps(given)
        });
    is_unknown.then_some(front)
}

/// A line of the paste that holds an Authorization header and was read as a part of nothing.
fn unread_authorization(case: &Case, request: &SignedRequest) -> Option<Span> {
    let docs = &case.docs;
    let doc = docs.to_given(request.span).doc;
    let whole = docs.whole(doc).until(MOST_BYTES);
    let bytes = docs.bytes(whole);
    let is_read = |span: Span| case.pieces.iter().any(|piece| piece.span.contains(span));
    let mut start = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let at = start;
        start += line.len();
        let Some((name, value)) = authorization_in(line) else {
            continue;
        };
        let span = Span::new(doc, at + name, at + line.trim_ascii_end().len().max(name));
        // A value that was broken off stands on the next line.
        let own = line.get(value..).is_some_and(|value| {
            let value = value.trim_ascii();
            value.is_empty() || value.starts_with(b"AWS4-")
        });
        if own && !is_read(span) {
            return Some(span);
        }
    }
    None
}

/// Where the name of an Authorization header begins in `line`, and where its value: the name stands first behind marks of
/// quotes and prompts, or behind `-H` of curl.
fn authorization_in(line: &[u8]) -> Option<(usize, usize)> {
    const NAME: &[u8] = b"authorization:";
    let front = line
        .iter()
        .position(|b| !b" \t>|*-+#:".contains(b))
        .unwrap_or(line.len());
    let rest = line.get(front..)?;
    let option = [&b"H"[..], b"header"].iter().find_map(|option| {
        let rest = rest.strip_prefix(*option)?;
        let quote = rest.iter().position(|b| !b" =".contains(b))?;
        Some(option.len() + quote)
    });
    let at = match option {
        Some(len) => {
            let quoted = matches!(rest.get(len), Some(b'"' | b'\''));
            front + len + usize::from(quoted)
        }
        None => front,
    };
    let name = line.get(at..at + NAME.len())?;
    name.eq_ignore_ascii_case(NAME)
        .then_some((at, at + NAME.len()))
}

/// Whether the command that `request` was read from has an argument `policy=…`, which is a field of a form.
fn has_policy_argument(docs: &Documents, request: &SignedRequest) -> bool {
    let given = docs.to_given(request.span);
    let command = docs.bytes(given.until(MOST_BYTES));
    [&b" policy="[..], b" 'policy=", b" \"policy="]
        .iter()
        .any(|argument| memchr::memmem::find(command, argument).is_some())
}

/// A POST whose body is not here: that of a form for an upload holds its signature, and nothing shows that it is none.
fn form_without_body(view: &View<'_>, request: &SignedRequest) -> Option<Finding> {
    let docs = &view.case.docs;
    let Given::Stated(method) = request.method else {
        return None;
    };
    let header = |name: &str| reading::header(docs, request, name).map(|part| part.string());
    let kind = header("content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let length = header("content-length").and_then(|text| text.parse::<u64>().ok());
    let form = kind.is_empty() || kind.starts_with("multipart/form-data");
    let absent = match request.body {
        Body::Absent => true,
        Body::Held { span, .. } => span.is_empty(),
        Body::Streamed(_) => false,
    };
    if docs.bytes(method) == b"POST" && has_policy_argument(docs, request) {
        return Some(
            t::FORM_BODY
                .found(
                    "This command sends a form with a policy, and its field x-amz-signature is not among what was read \
                     of it.",
                    "A form is signed in its fields. Give the command whole: each of its lines but the last ends in a \
                     backslash, and behind one that does not a shell begins another command.",
                )
                .at(request.target.whole, "no signature"),
        );
    }
    let sent = length.map_or(!kind.is_empty(), |length| length > 0);
    if docs.bytes(method) != b"POST" || !form || !absent || !sent {
        return None;
    }
    Some(
        t::FORM_BODY
            .found(
                "There is no signature in what is here of this request: no Authorization header, and no X-Amz-Signature \
                 in the query. Its body is not here, and that of a form for an upload holds its signature.",
                "Paste the request with its body: in a browser's panel it stands under Payload, view source. Logs and \
                 browsers leave the Authorization header out.",
            )
            .at(request.target.whole, "its body is not here"),
    )
}

/// What prints requests with the Authorization header hidden: words that stand before such a request, and how it is
/// printed whole.
const HIDING: [(&str, &str); 3] = [
    (
        "DEBUG : HTTP REQUEST",
        "rclone prints it whole with --dump headers,auth: run it so and paste what it prints.",
    ),
    (
        "Signing request with: ",
        "Envoy hides it always. At the same level of its log it prints what it signed: paste the lines from \
         “Canonical request:” on.",
    ),
    (
        "Request { ",
        "The SDK for Rust hides it always. What it signed is in its log at the level TRACE of aws_sigv4; what it \
         sent is in the log of the server or of a proxy between.",
    ),
];

/// The header is there, and whoever printed it put a mark over its value.
fn hidden(view: &View<'_>, request: &SignedRequest, value: Span) -> Finding {
    hidden_part(
        view,
        request,
        value,
        "The Authorization header was hidden where this was printed, so there is no signature to check.",
    )
}

/// The parameters of the header are there, and whoever printed it put a mark over its signature.
pub(super) fn hidden_signature(
    view: &View<'_>,
    request: &SignedRequest,
    signature: Span,
) -> Finding {
    hidden_part(
        view,
        request,
        signature,
        "The signature was hidden where this was printed, so there is none to check.",
    )
}

fn hidden_part(view: &View<'_>, request: &SignedRequest, value: Span, message: &str) -> Finding {
    const NEAR: usize = 400;
    let docs = &view.case.docs;
    let start = request.span.start.saturating_sub(NEAR);
    let near = Span::new(
        request.span.doc,
        start,
        request.span.end.min(request.span.start + NEAR),
    );
    let near = docs.bytes(near);
    let help = HIDING
        .iter()
        .find(|(words, _)| memchr::memmem::find(near, words.as_bytes()).is_some())
        .map_or(
            "Let the program print it whole: it holds the key id and a signature, and no secret.",
            |(_, help)| help,
        );
    t::AUTHORIZATION_HIDDEN
        .found(message, help)
        .at(value, "hidden")
}

fn of_header(view: &View<'_>, value: Span) -> Finding {
    let docs = &view.case.docs;
    // Behind its kind may stand a token of any size, which is not looked at.
    let authorization = authorization(docs, value.until(MOST_BYTES));
    let Part { text, span } = &authorization.algorithm;
    let kind = text.as_str();
    if text.starts_with("AWS4-ECDSA") {
        return sigv4a(*span);
    }
    if text.starts_with("AWS4-HMAC-SHA256") && text.contains("Credential=") {
        return t::AUTHORIZATION_SPACE
            .found(
                "The Authorization header has no space behind AWS4-HMAC-SHA256.",
                "Write AWS4-HMAC-SHA256, one space, and then Credential=…: without it there is no \
                     algorithm to be read, and the signature is not looked at.",
            )
            .at(*span, "no space");
    }
    if kind == "AWS" && span.end < value.end {
        return version_2(*span, "The Authorization header");
    }
    // The name of a kind is followed by what it is about; a word alone may be the secret itself.
    let is_name = span.end < value.end
        && kind.len() <= 32
        && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let message = if is_name {
        format!("The Authorization header is of the kind {kind}, not AWS4-HMAC-SHA256.")
    } else {
        "The Authorization header does not begin with AWS4-HMAC-SHA256.".to_owned()
    };
    let place = if is_name { *span } else { value };
    t::ALGORITHM
            .found(
                message,
                "Look for a client, a proxy or an API gateway that sets an Authorization header of its own \
                 over the signed one: there can be one only.",
            )
            .at(place, "another kind")
}

/// The parameters of the signature are there, and whoever printed the URL put marks over their values.
fn hidden_query(param: &Param) -> Finding {
    t::AUTHORIZATION_HIDDEN
        .found(
            "The values of the signature's parameters were hidden where this was printed, so there is no signature \
             to check.",
            "Paste the URL as it was sent: its key id and signature are no secrets, and a secret cannot be had from \
             them.",
        )
        .at(param.value.span, "hidden")
}

fn of_algorithm(param: &Param) -> Finding {
    if param.value.text.starts_with("AWS4-ECDSA") {
        return sigv4a(param.value.span);
    }
    t::ALGORITHM
        .found(
            format!(
                "X-Amz-Algorithm is “{}”, not AWS4-HMAC-SHA256.",
                super::facts::shown(&param.value.text)
            ),
            "Set it to AWS4-HMAC-SHA256, in this case, and sign again.",
        )
        .at(param.value.span, "the algorithm")
}

fn sigv4a(span: Span) -> Finding {
    t::SIGV4A
        .found(
            "The request is signed with SigV4A (AWS4-ECDSA-P256-SHA256), which is not verified here: \
             nothing is said of whether its signature is right.",
            "It is signed with a key pair and has no region in its scope. Where one region is enough, let \
             the client sign with AWS4-HMAC-SHA256 and paste what it sends then.",
        )
        .at(span, "SigV4A")
}
