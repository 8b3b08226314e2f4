//! What the server's own answer says is wrong, and what it proves is right.

use super::answers::{self, Answered};
use super::facts::{Part, listed, shown, shown_sentence};
use super::sentences;
use super::server_body::{digest, let_pass, payload};
use super::server_other::{of_other_values, other_request};
use super::server_policy;
use super::server_refused::{body_in_query, credentials, incomplete, malformed, query_parameters};
use super::server_scope;
use super::server_time::{between, clock};
use super::table as t;
use super::table::Check;
use crate::engine::diagnose::Finding;
use crate::engine::intake::{Stringless, is_mark, is_redacted};
use crate::engine::scheme::{Claim, FieldKey, FieldKind, View};

/// Every remark the answers allow.
pub(super) fn findings(view: &View<'_>, claim: &Claim, out: &mut Vec<Finding>) {
    for (answer, pairing) in answers::all(view) {
        out.extend(other_request(claim, &answer, pairing));
        if pairing.is_other() {
            continue;
        }
        if let Some(finding) = of_other_values(view, &answer) {
            out.push(finding);
            continue;
        }
        out.extend(server_scope::unknown_region(claim, &answer));
        of_answer(&answer, out);
    }
}

/// Reads one answer. The code alone does not tell: `SignatureDoesNotMatch` also carries expiry and
/// scope at the query services (aws-cli#6676), and `AccessDenied` half a dozen causes at S3.
pub(super) fn of_answer(answer: &Answered<'_>, out: &mut Vec<Finding>) {
    let code = answer.code().map(|c| c.text).unwrap_or_default();
    let message = answer.message().unwrap_or_else(|| Part {
        text: String::new(),
        span: answer.place(),
    });
    let text = message.text.as_str();
    let has = |needle: &str| text.contains(needle);

    out.extend(body_in_query(answer));
    if let Some(region) = answers::wanted_region(answer) {
        out.push(wants_region(&region, text));
        return;
    }
    if let Some(finding) = let_pass(answer, text) {
        out.push(finding);
        return;
    }
    if let Some(finding) = clock(answer, &code, text) {
        out.push(finding);
        return;
    }
    if let Some(help) = server_scope::help(answer, text) {
        let field = Some(FieldKind::SCOPE);
        out.push(said(answer, &t::SERVER_SCOPE, text, &help, field));
        return;
    }
    if let Some(names) = answer.detail("HeadersNotSigned") {
        out.push(headers_not_signed(&names));
        return;
    }
    if has("headers present in the request which were not signed") {
        out.push(said(
            answer,
            &t::SERVER_UNSIGNED,
            text,
            "Name host and every x-amz- header that is sent in SignedHeaders.",
            Some(FieldKind::SIGNED_HEADERS),
        ));
        return;
    }
    match sentences::code(text).unwrap_or(code.as_str()) {
        "XAmzContentSHA256Mismatch" => out.push(payload(answer)),
        "BadDigest" => out.extend(digest(answer)),
        "InvalidAccessKeyId" | "InvalidClientTokenId" | "UnrecognizedClientException" => {
            out.push(unknown_key(answer, text));
        }
        "ExpiredToken" | "ExpiredTokenException" => out.push(said(
            answer,
            &t::SERVER_TOKEN_EXPIRED,
            text,
            "Fetch temporary credentials anew: key id, secret and session token change together.",
            None,
        )),
        "InvalidToken" => out.push(said(
            answer,
            &t::SERVER_TOKEN,
            text,
            "Send the session token that was issued with this key id, whole and unchanged, and none \
             with a long-term key.",
            None,
        )),
        "PermanentRedirect" | "TemporaryRedirect" | "Redirect" => out.push(endpoint(answer, text)),
        sentences::QUERY => out.push(query_parameters(answer, text)),
        "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "MissingSecurityHeader" => {
            out.push(no_signature(answer, text));
        }
        code @ (sentences::KEY_SHAPE
        | sentences::KEY_ELSEWHERE
        | sentences::NOT_AUTHENTICATED
        | sentences::ANY_CREDENTIAL
        | sentences::UNSIGNED) => out.push(credentials(answer, code, text)),
        sentences::PERMISSION => out.push(said(
            answer,
            &t::SERVER_PERMISSION,
            text,
            "It names the caller, and knows him by the signature: that was accepted. What is missing is a permission: look at \
             the policies of this user or role, and of the resource.",
            None,
        )),
        "InvalidRegionName" => out.push(said(
            answer,
            &t::SERVER_SCOPE,
            text,
            "The region of the scope is none that this server has: where the message lists them, sign for one of \
             those (Cloudflare R2: auto).",
            Some(FieldKind::SCOPE),
        )),
        "InvalidChunkSizeError" | "MalformedTrailerError" => out.push(said(
            answer,
            &t::SERVER_CHUNK,
            text,
            "Every chunk but the last holds at least 8,192 bytes, and the trailer is signed behind \
             the last one.",
            None,
        )),
        "MalformedQueryString" => out.push(said(
            answer,
            &t::SERVER_TARGET,
            text,
            "A % in the query must be followed by two hex digits: write one that stands for itself as %25, \
             before signing.",
            Some(FieldKind::QUERY),
        )),
        "AuthorizationHeaderMalformed" => out.push(malformed(answer, text)),
        sentences::INCOMPLETE | "IncompleteSignatureException" => {
            out.push(incomplete(answer, text));
        }
        // Of another scheme's verifier the order of checks is not known.
        sentences::SIGNATURE if answer.foreign => {}
        sentences::SIGNATURE if has("signature we calculated does not match") => {
            out.push(rules_out(answer, text));
        }
        sentences::POLICY => out.push(server_policy::refused(answer, text)),
        _ => other(answer, &code, text, out),
    }
}

/// Codes that say little; the message says more.
fn other(answer: &Answered<'_>, code: &str, text: &str, out: &mut Vec<Finding>) {
    let has = |needle: &str| text.contains(needle);
    if has("x-amz-content-sha256") {
        out.push(said(
            answer,
            &t::SERVER_PAYLOAD_HEADER,
            text,
            "Send x-amz-content-sha256 with the body's SHA-256 in lower-case hex, or \
             UNSIGNED-PAYLOAD, and sign it.",
            Some(FieldKind::PAYLOAD_HASH),
        ));
    } else if has("valid Date or x-amz-date") {
        out.push(said(
            answer,
            &t::SERVER_DATE,
            text,
            "Send x-amz-date in the form 20150830T123600Z and sign it.",
            Some(FieldKind::DATE),
        ));
    } else if has("SigV2 authorization is not supported")
        || has("V2 signature authorization mechanism is not supported")
    {
        out.push(said(
            answer,
            &t::SERVER_MECHANISM,
            text,
            "This server takes Signature Version 4 only: switch the client to it (s3v4, AWS4-HMAC-SHA256).",
            None,
        ));
    } else if has("KMS managed keys require") {
        out.push(said(
            answer,
            &t::SERVER_MECHANISM,
            text,
            "The request came with Version 2, or without a signature: what is encrypted with a key of AWS KMS is \
             given out to Version 4 only. Presign with Version 4 (s3v4), and for the bucket's own region.",
            None,
        ));
    } else if has("authorization mechanism you have provided is not supported") {
        out.push(said(
            answer,
            &t::SERVER_MECHANISM,
            text,
            "The server takes Signature Version 4 only: the request came with version 2, or with \
             an Authorization header of another kind.",
            None,
        ));
    } else if has("requires the Signature, Expires and AWSAccessKeyId") {
        out.push(said(
            answer,
            &t::SERVER_QUERY,
            text,
            "The server took the query for one of Signature Version 2, because a parameter of it is there: \
             AWSAccessKeyId, Expires or Signature. Presign with Version 4 (s3v4), and drop them.",
            None,
        ));
    } else if has("Only one auth mechanism allowed") {
        out.push(said(
            answer,
            &t::TWO_SIGNATURES,
            text,
            "Drop the Authorization header from requests to a presigned URL.",
            None,
        ));
    } else if has("one and only one ' ' (space) required") || has("Unsupported Authorization Type")
    {
        out.push(malformed(answer, text));
    } else if code == "AccessDenied" && text == "Access Denied" {
        out.push(
            t::SERVER_PERMISSION
                .found(
                    "The server answers plain AccessDenied, which names neither signature, key nor \
                     clock.",
                    "S3 looks at policies only once the signature is verified: look at the policies of \
                     bucket, user and role. A request without any signature gets the same words.",
                )
                .at(answer.place(), "plain AccessDenied"),
        );
    }
}

/// A finding that hands on the server's own sentence.
pub(super) fn said(
    answer: &Answered<'_>,
    check: &Check,
    text: &str,
    help: &str,
    field: Option<FieldKind>,
) -> Finding {
    let message = if text.is_empty() {
        format!("The server answers: {}.", check.title)
    } else {
        // The sentence ends outside the quotation, whether or not the server's own does.
        let quoted = shown_sentence(text);
        let stray = quoted.matches('"').count() % 2 == 1;
        let quoted = match quoted.trim_end().strip_suffix('"') {
            Some(rest) if stray => rest.trim_end(),
            _ => quoted.as_str(),
        };
        let quoted = quoted.trim_end_matches('.');
        if answer.evidence.message_is_cut(answer.docs) {
            format!("The server's answer was cut in this paste; its message begins “{quoted} …”.")
        } else {
            format!("The server says: “{quoted}”.")
        }
    };
    let finding = check
        .found(message, help)
        .at(answer.place(), "the server's answer");
    match field {
        Some(kind) => finding.about(FieldKey::of(kind)),
        None => finding,
    }
}

fn wants_region(region: &Part, text: &str) -> Finding {
    let wanted = shown(&region.text);
    let used = between(text, "the region '", "'").filter(|used| *used != region.text);
    let message = match used {
        Some(used) => format!(
            "The server wants the region {wanted} in the credential scope; the request was signed for \
             {}.",
            shown(used)
        ),
        None => format!("The server wants the region {wanted} in the credential scope."),
    };
    t::SERVER_REGION
        .found(
            message,
            format!(
                "Sign for {wanted} and send to that region's endpoint. The server checks the region \
                 before the signature, so nothing is proved yet of the rest."
            ),
        )
        .at(region.span, "the region the server wants")
        .about(FieldKey::of(FieldKind::SCOPE))
}

fn headers_not_signed(names: &Part) -> Finding {
    let list: Vec<&str> = names
        .text
        .split(',')
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .collect();
    let is_token = |b: char| b.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(b);
    let odd = list.iter().find_map(|name| {
        name.chars()
            .find(|c| !is_token(*c) && !is_mark(name.as_bytes()) && !is_redacted(name.as_bytes()))
    });
    if let Some(odd) = odd {
        return t::SERVER_UNSIGNED
            .found(
                format!(
                    "The server received {} without finding {} in SignedHeaders, and the character U+{:04X} stands in \
                     what it names.",
                    listed(&list),
                    if list.len() == 1 { "it" } else { "them" },
                    u32::from(odd)
                ),
                "No header's name may hold that character (RFC 9110, section 5.1). It came along where the name was copied \
                 from, or broke a long line: type the names anew, then sign them.",
            )
            .at(names.span, "not a header's name")
            .about(FieldKey::of(FieldKind::SIGNED_HEADERS));
    }
    t::SERVER_UNSIGNED
        .found(
            format!(
                "The server received {} without finding {} in SignedHeaders.",
                listed(&list),
                if list.len() == 1 { "it" } else { "them" }
            ),
            "Add these to SignedHeaders and sign again, or do not send them. If the client never set \
             them, something between added them.",
        )
        .at(names.span, "sent but not signed")
        .about(FieldKey::of(FieldKind::SIGNED_HEADERS))
}

/// A redirect: the request came to an endpoint that does not serve this bucket.
fn endpoint(answer: &Answered<'_>, text: &str) -> Finding {
    let help = "The endpoint that was addressed does not serve this bucket, which is usually in another region. \
                Send to the right endpoint and sign for its host and region: a redirect that is followed keeps \
                a signature that does not fit there.";
    let Some(named) = answer.detail("Endpoint").filter(|e| !e.text.is_empty()) else {
        return said(answer, &t::SERVER_ENDPOINT, text, help, None);
    };
    t::SERVER_ENDPOINT
        .found(
            format!("The server wants the request at {}.", shown(&named.text)),
            help,
        )
        .at(named.span, "the endpoint that the server names")
        .about(FieldKey::named(FieldKind::HEADER, "host", 0))
}

fn unknown_key(answer: &Answered<'_>, text: &str) -> Finding {
    let key = answer.detail("AWSAccessKeyId");
    // Without a final full stop the sentence is about the token, with one about the key
    // (scratchstack's chart of the order of errors).
    if text.ends_with("security token included in the request is invalid") {
        return said(
            answer,
            &t::SERVER_TOKEN,
            text,
            "Send the session token that was issued with this key id, whole and unchanged, and none \
             with a long-term key.",
            None,
        );
    }
    let message = key.as_ref().map_or_else(
        || match text.trim() {
            "" => "The server does not know the key id.".to_owned(),
            text => format!("The server does not know the key id: “{}”", shown(text)),
        },
        |key| format!("The server does not know the key id {}.", shown(&key.text)),
    );
    t::SERVER_KEY
        .found(
            message,
            "The key was deleted or switched off, belongs to another partition or another service, \
             or was cut or mistyped. A temporary key without its session token gets this answer too.",
        )
        .at(
            key.map_or_else(|| answer.place(), |key| key.span),
            "not known to the server",
        )
}

fn no_signature(answer: &Answered<'_>, text: &str) -> Finding {
    said(
        answer,
        &t::SERVER_NO_SIGNATURE,
        text,
        "The server found no signature it knows: a proxy dropped the Authorization header, a redirect \
         lost it, or the path is not one the service has (API Gateway answers so for unknown routes).",
        None,
    )
}

/// Whether an answer to the request says that the signatures were compared, by a server that looks at region and service
/// before.
pub(super) fn took_the_scope(view: &View<'_>) -> bool {
    answers::of(view).any(|answer| {
        let message = answer
            .message()
            .map(|message| message.text)
            .unwrap_or_default();
        let compared = message.contains("signature we calculated does not match");
        let checked = message.contains("Consult the service documentation") || is_awss_own(&answer);
        !answer.foreign && compared && checked
    })
}

/// Whether the answer has the parts that S3 itself gives with a signature that does not match: the string
/// to sign, and the key id under AWS's own name. MinIO and others that resemble it give neither.
fn is_awss_own(answer: &Answered<'_>) -> bool {
    let text = answer.docs.bytes(answer.evidence.span);
    let has = |element: &[u8]| memchr::memmem::find(text, element).is_some();
    // Where the string is hidden or cut, its element is there all the same.
    (answer.evidence.string_to_sign.is_some() || has(b"<StringToSign")) && has(b"<AWSAccessKeyId>")
}

/// Whether what stands around an answer without strings speaks of Signature Version 2, whose verifiers know neither
/// region nor service: a host of Amazon MWS, or the parameters of that version.
fn is_of_version_2(answer: &Answered<'_>) -> bool {
    const AROUND: usize = 8 << 10;
    let place = answer.docs.to_given(answer.evidence.span);
    let whole = answer.docs.whole(place.doc);
    let end = place.end.saturating_add(AROUND).min(whole.end);
    let text = answer
        .docs
        .bytes(whole.part(place.start.saturating_sub(AROUND)..end));
    let has = |needle: &[u8]| memchr::memmem::find(text, needle).is_some();
    let strings =
        answer.evidence.canonical_request.is_some() || answer.evidence.string_to_sign.is_some();
    !strings
        && !has(b"AWS4-HMAC-SHA256")
        && (has(b"//mws.")
            || has(b"mws.amazonservices.")
            || has(b"AWSAccessKeyId=") && has(b"Signature=")
            || has(b"SignatureVersion"))
}

/// `SignatureDoesNotMatch` in so many words: everything a verifier checks before is proved right.
fn rules_out(answer: &Answered<'_>, text: &str) -> Finding {
    // The sentence of S3 ends in “your key and signing method”; the others name the AWS Secret Access
    // Key and the documentation.
    let others = text.contains("Consult the service documentation");
    let (message, help) = if others && is_of_version_2(answer) {
        (
            "The server compared signatures and found that they differ.",
            "What is left is the secret, or a difference between the strings that were signed.",
        )
    } else if others {
        (
            "The server got as far as comparing signatures: clock, date, region, service, key id and \
             session token passed its checks.",
            "What is left is the secret, or a difference between the canonical requests. The services \
             of AWS other than S3 check in this order.",
        )
    } else if is_awss_own(answer) {
        (
            "The server got as far as comparing signatures: clock, region, key id and the date of the \
             scope passed its checks.",
            "What is left is the secret, or a difference between the canonical requests; the body's hash \
             is checked later. This is the order of S3; a server that only resembles it may check \
             otherwise.",
        )
    } else {
        (
            "The server compared signatures and found that they differ. From AWS this would mean that \
             clock, region, key id and the date of the scope had passed its checks.",
            match answer.evidence.stringless(answer.docs) {
                Stringless::NotGiven => {
                    "This answer gives no string to sign as AWS does, so it may come from a server that only \
                     resembles S3 and checks in another order."
                }
                Stringless::Hidden | Stringless::NotHere => {
                    "Servers that only resemble S3 use the same words, and may check in another order."
                }
            },
        )
    };
    t::SERVER_RULES_OUT
        .found(message, help)
        .at(answer.place(), "signatures were compared")
}
