//! The body, and what the request says of it.

use sha2::{Digest as _, Sha256};

use super::facts::{Facts, Form, Part, shown};
use super::known;
use super::table as t;
use crate::engine::diagnose::{Finding, Severity};
use crate::engine::intake::{Body, BodyVariant, LENGTH_DIFFERS, final_newline_len, is_verb};
use crate::engine::scheme::sigv4::body::{EMPTY_HEX, is_in_chunks};
use crate::engine::scheme::sigv4::quirks::is_s3_family;
use crate::engine::scheme::sigv4::reading;
use crate::engine::scheme::{FieldKey, FieldKind, Trace};

/// What may stand in x-amz-content-sha256 besides a hash.
const WORDS: [&str; 7] = [
    "UNSIGNED-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-EVENTS",
];

pub(super) fn findings(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    match stated(facts) {
        Some(stated) if known::is_hidden(&stated) => known::left_of_it(facts, &stated, out),
        Some(stated) => {
            form(facts, &stated, out);
            against_body(facts, &stated, out);
            known::against_nothing(facts, &stated, out);
            streaming(facts, &stated, out);
        }
        None => missing(facts, out),
    }
    body_missing(facts, out);
    chunks(facts, out);
    length(facts, out);
    final_newline(facts, out);
    method(facts, out);
}

/// Whether it is what is left of a hash that was cut or damaged: lower-case hex digits, as many as no other hash has
/// (MD5 has 32, SHA-1 40, SHA-224 56).
fn is_damaged(text: &str) -> bool {
    let digits = text
        .bytes()
        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    digits && (24..64).contains(&text.len()) && ![32, 40, 56].contains(&text.len())
}

pub(super) fn hash_key() -> FieldKey {
    FieldKey::of(FieldKind::PAYLOAD_HASH)
}

/// The stated hash, as the canonical request takes it.
fn stated(facts: &Facts<'_>) -> Option<Part> {
    let params = reading::params(facts.docs, facts.request.target.query);
    let part = reading::stated_hash(facts.docs, facts.request, &params, facts.form)?;
    Some(Part {
        text: part.string(),
        span: part.span,
    })
}

fn missing(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    if facts.form == Form::Query {
        return;
    }
    let service = facts.service().unwrap_or_default();
    // What was signed was sent, and is only not here.
    let untold = facts.is_without_headers() && facts.is_signed("x-amz-content-sha256");
    if facts.is_print_short() || untold {
        return;
    }
    let (severity, who) = match service {
        // Servers that resemble S3 may take a missing hash for that of an empty body.
        _ if facts.is_s3() && facts.is_aws_host() => (Severity::Error, "S3 demands it"),
        _ if facts.is_s3() => (
            Severity::Warning,
            "S3 demands it, and most servers like it do",
        ),
        // Only uploads need it there; they carry a tree hash.
        "glacier" if facts.header("x-amz-sha256-tree-hash").is_some() => {
            (Severity::Warning, "Glacier demands it of uploads")
        }
        "aoss" => (Severity::Warning, "OpenSearch Serverless demands it"),
        "vpc-lattice-svcs" => (
            Severity::Warning,
            "VPC Lattice demands it with the value UNSIGNED-PAYLOAD",
        ),
        _ => return,
    };
    // It may have been sent all the same.
    let severity = if facts.request.may_lack_headers() {
        severity.min(Severity::Warning)
    } else {
        severity
    };
    out.push(
        t::PAYLOAD_HASH_MISSING
            .at_most(
                severity,
                format!(
                    "The request is signed for {} without x-amz-content-sha256.",
                    shown(service)
                ),
                format!(
                    "{who}. Send the body's SHA-256 in lower-case hex ({EMPTY_HEX} for an empty \
                     body), and sign the header."
                ),
            )
            .at(facts.place(), "signed without it")
            .about(hash_key()),
    );
}

/// A body whose hash is signed and stated nowhere, and that is not here.
fn body_missing(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some(trace) = facts.trace.filter(|trace| trace.lacks_body()) else {
        return;
    };
    let length = facts.headers("content-length").next();
    let at = length
        .as_ref()
        .map_or_else(|| facts.place(), |(line, _)| *line);
    let stated = length.and_then(|(_, value)| value.text.parse::<u64>().ok());
    let finding = match (trace.outcome.agrees(), stated) {
        (true, Some(length)) if length > 0 => t::BODY_MISSING.found(
            format!("The request was signed as one without a body, and Content-Length says {length} bytes."),
            "A verifier hashes what it receives. Sign the bytes that are sent: a stream that was read \
             before signing, or a body set after it, is signed as empty.",
        ),
        (true, _) => return,
        // Where it is was said.
        (false, None) if facts.view.case.named_body(facts.request).is_some() => return,
        // Storage leaves the body of a presigned URL unsigned, and whose this is does not stand here.
        (false, None) if facts.form == Form::Query && may_be_storage(facts) => return,
        (false, stated) => t::BODY_MISSING.found(
            match stated {
                Some(length) => format!("Content-Length says {length} bytes, and no body is here."),
                None => format!(
                    "The {} request is here without a body, and nothing in it says that it had none.",
                    shown(&facts.method())
                ),
            },
            "Its hash is part of what is signed. Paste the body behind the headers or by itself, or give it with --body.",
        ),
    };
    out.push(finding.at(at, "no body behind").about(hash_key()));
}

/// A hash in lower-case hex, or one of the words.
fn form(facts: &Facts<'_>, stated: &Part, out: &mut Vec<Finding>) {
    let text = stated.text.as_str();
    if facts.holds_unknown(stated.span) {
        return;
    }
    let is_hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let severity = if facts.is_s3() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let service = facts.service().unwrap_or_default();
    let message = if is_hex && text.bytes().any(|b| b.is_ascii_uppercase()) {
        out.push(
            t::PAYLOAD_HASH_INVALID
                .at_most(
                    Severity::Warning,
                    "x-amz-content-sha256 is written with upper-case hex digits.",
                    "Write it in lower case: it is signed as it stands, and compared as text by some.",
                )
                .at(stated.span, "upper case")
                .about(hash_key()),
        );
        return;
    } else if is_hex || WORDS.contains(&text) {
        if text == "UNSIGNED-PAYLOAD" && !facts.is_s3() && !may_be_unsigned(service) {
            out.push(
                t::PAYLOAD_UNSIGNED
                    .found(
                        format!("The body is left unsigned, and the service {} may not allow it.", shown(service)),
                        "Services other than S3 hash the body themselves, whatever the header says, \
                         unless the operation is documented to go unsigned.",
                    )
                    .at(stated.span, "unsigned")
                    .about(hash_key()),
            );
        }
        if is_hex && service == "vpc-lattice-svcs" {
            out.push(
                t::PAYLOAD_SIGNED
                    .found(
                        "The body is signed, and VPC Lattice does not take signed bodies.",
                        "Send x-amz-content-sha256: UNSIGNED-PAYLOAD, and sign that.",
                    )
                    .at(stated.span, "a hash")
                    .about(hash_key()),
            );
        }
        return;
    } else if text.is_empty() {
        "x-amz-content-sha256 is empty.".to_owned()
    } else if text.len() == 44 && text.ends_with('=') {
        format!(
            "x-amz-content-sha256 is “{}”: base64, not hex.",
            shown(text)
        )
    } else if WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        format!(
            "x-amz-content-sha256 is “{}”, which must be written in capitals.",
            shown(text)
        )
    } else if is_damaged(text) {
        out.push(
            t::PAYLOAD_HASH_INVALID
                .at_most(
                    Severity::Warning,
                    format!(
                        "x-amz-content-sha256 has {} hex digits here, not the 64 of a hash.",
                        text.len()
                    ),
                    "Copy it whole: digits are missing in this paste, or in what was sent.",
                )
                .at(stated.span, "digits are missing")
                .about(hash_key()),
        );
        return;
    } else {
        format!(
            "x-amz-content-sha256 is “{}”, neither a hash nor one of the words it may be.",
            shown(text)
        )
    };
    out.push(
        t::PAYLOAD_HASH_INVALID
            .at_most(
                severity,
                message,
                "Send 64 lower-case hex digits, UNSIGNED-PAYLOAD, or a STREAMING- word where the body is \
                 sent in signed chunks.",
            )
            .at(stated.span, "not valid")
            .about(hash_key()),
    );
}

/// Whether neither the credential nor the host names a service, or one of storage.
fn may_be_storage(facts: &Facts<'_>) -> bool {
    let host = facts
        .implied
        .as_ref()
        .and_then(|implied| implied.service.as_deref());
    facts.service().is_none() && host.is_none_or(is_s3_family)
}

fn may_be_unsigned(service: &str) -> bool {
    matches!(
        service,
        "vpc-lattice-svcs" | "aoss" | "lambda" | "glacier" | "mediastore" | "medialive" | ""
    )
}

/// The stated hash against the body that is here. Hashed once more only where the trace found that it
/// differs, so that the message can name both.
fn against_body(facts: &Facts<'_>, stated: &Part, out: &mut Vec<Finding>) {
    let Some(trace) = facts
        .trace
        .filter(|trace| trace.body_verified == Some(false))
    else {
        return;
    };
    let (length, hash) = match &facts.request.body {
        Body::Absent => return,
        Body::Held { span, .. } => {
            let bytes = facts.docs.bytes(*span);
            let bytes = match trace.body {
                Some(BodyVariant::WithoutFinalNewline) => bytes
                    .get(..bytes.len() - final_newline_len(bytes))
                    .unwrap_or(bytes),
                Some(BodyVariant::AsGiven) | None => bytes,
            };
            (bytes.len() as u64, hex::encode(Sha256::digest(bytes)))
        }
        Body::Streamed(body) => (body.len, hex::encode(body.sha256)),
    };
    let help = if stated.text == EMPTY_HEX {
        "You hashed an empty body: a stream that was already read, or a body set after signing. Hash the \
         bytes that are sent."
    } else if length == 0 {
        "If the body is only missing from this paste, give it with --body."
    } else {
        "Hash the very bytes that are sent. If this body was copied from a screen or an editor, its line \
         ends or its last one may have changed."
    };
    let mut finding = t::PAYLOAD_HASH_WRONG
        .found(
            format!(
                "x-amz-content-sha256 is {}, and the body here ({length} bytes) hashes to {hash}.",
                shown(&stated.text)
            ),
            help,
        )
        .at(stated.span, "what was signed")
        .about(hash_key());
    if let Body::Held { span, .. } = &facts.request.body {
        finding = finding.at(*span, "the body");
    }
    out.push(finding);
}

fn streaming(facts: &Facts<'_>, stated: &Part, out: &mut Vec<Finding>) {
    let word = stated.text.as_str();
    if !word.starts_with("STREAMING-") {
        return;
    }
    if facts.form == Form::Query {
        out.push(
            t::STREAMING_PRESIGNED
                .found(
                    format!("The URL is presigned for {}.", shown(word)),
                    "Presign with UNSIGNED-PAYLOAD: the chunks' signatures would need the secret at the \
                     moment of sending.",
                )
                .at(stated.span, "chunked")
                .about(hash_key()),
        );
    }
    if word.ends_with("-EVENTS") {
        return;
    }
    if facts.header("x-amz-decoded-content-length").is_none() && !facts.is_without_headers() {
        out.push(
            t::STREAMING_LENGTH
                .at_most(
                    if facts.is_s3() { Severity::Error } else { Severity::Warning },
                    format!("The body is sent as {}, without x-amz-decoded-content-length.", shown(word)),
                    "Send the length of the body before it was cut into chunks, and sign that header.",
                )
                .at(stated.span, "chunked")
                .about(FieldKey::named(
                    FieldKind::HEADER,
                    "x-amz-decoded-content-length",
                    0,
                )),
        );
    }
    if word.ends_with("-TRAILER")
        && facts.header("x-amz-trailer").is_none()
        && !facts.is_without_headers()
    {
        out.push(
            t::STREAMING_TRAILER
                .found(
                    format!("The body is sent as {}, and x-amz-trailer does not name the trailer.", shown(word)),
                    "Send x-amz-trailer with the name of the checksum behind the body, and sign it.",
                )
                .at(stated.span, "with a trailer")
                .about(FieldKey::named(FieldKind::HEADER, "x-amz-trailer", 0)),
        );
    }
}

/// A body that is here as it was framed on the way: what it holds is not read out of its chunks.
fn chunks(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Body::Held { span, .. } = facts.request.body else {
        return;
    };
    let stated = stated(facts);
    let signed = stated
        .as_ref()
        .is_some_and(|part| part.text.starts_with("STREAMING-") && !span.is_empty());
    if !signed && !is_in_chunks(facts.docs, facts.request) {
        return;
    }
    let what_follows = if stated.is_some() {
        "x-amz-content-sha256 is taken as stated, and is not held against the body"
    } else {
        "the hash computed here is that of the chunks, not of what they hold"
    };
    out.push(
        t::BODY_IN_CHUNKS
            .found(
                format!("The body is here in the chunks it was sent in, which are not undone: {what_follows}."),
                "Give the body as it was before it was cut into chunks with --body.",
            )
            .at(span, "in chunks")
            .about(hash_key()),
    );
}

/// Content-Length against the body that is here.
fn length(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let Some((line, value)) = facts.headers("content-length").next() else {
        return;
    };
    // Where the body was read from a paste, that was said when it was.
    let said = facts.view.case.findings.iter().any(|finding| {
        finding.id == LENGTH_DIFFERS
            && finding.labels.iter().any(|label| {
                facts
                    .docs
                    .to_given(facts.request.span)
                    .contains(facts.docs.to_given(label.span))
            })
    });
    if said {
        return;
    }
    let lengths: Vec<u64> = match &facts.request.body {
        Body::Absent => return,
        Body::Held {
            span,
            newline_in_doubt,
        } => {
            let len = span.len();
            let newline = if *newline_in_doubt {
                final_newline_len(facts.docs.bytes(*span))
            } else {
                0
            };
            vec![len as u64, (len - newline) as u64]
        }
        Body::Streamed(body) => {
            let without = body.without_final_newline.map(|(len, _)| len);
            std::iter::once(body.len).chain(without).collect()
        }
    };
    if is_verb(value.text.as_bytes()) {
        return;
    }
    let message = match value.text.parse::<u64>() {
        Ok(stated) if lengths.contains(&stated) => return,
        Ok(stated) => format!(
            "Content-Length is {stated}, and the body here has {} bytes.",
            lengths.first().copied().unwrap_or_default()
        ),
        Err(_) => format!(
            "Content-Length is “{}”, which is no number.",
            shown(&value.text)
        ),
    };
    let mut finding = t::CONTENT_LENGTH
        .found(
            message,
            "The body was cut or changed on its way here, or the length was taken of characters and not \
             of bytes. Give the body as sent with --body.",
        )
        .at(line, "the length stated")
        .about(FieldKey::named(FieldKind::HEADER, "content-length", 0));
    if let Body::Held { span, .. } = &facts.request.body {
        finding = finding.at(*span, "the body");
    }
    out.push(finding);
}

/// Line ends at the end of a body whose hash is signed, where the signature differs. One alone that no
/// Content-Length counts is left out by the trace itself; all others are taken as sent.
fn final_newline(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let hashed = |trace: &&Trace| {
        trace.outcome.disagrees() && trace.body.is_some() && trace.body_verified.is_none()
    };
    let Some(Body::Held { span, .. }) = facts.trace.filter(hashed).map(|_| &facts.request.body)
    else {
        return;
    };
    let bytes = facts.docs.bytes(*span);
    let kept = bytes
        .iter()
        .rposition(|b| !matches!(b, b'\r' | b'\n'))
        .map_or(0, |last| last + 1);
    let ends = memchr::memchr_iter(b'\n', bytes.get(kept..).unwrap_or_default()).count();
    let what = match ends {
        0 => return,
        1 => "a line end".to_owned(),
        more => format!("{more} line ends"),
    };
    out.push(
        t::BODY_NEWLINE
            .found(
                format!("The body here ends in {what}, and its hash is part of what is signed."),
                "An editor, echo or a here-document adds one that was never signed, and Content-Length \
                 is then taken with it. Give the body as the signer had it with --body, from a file \
                 without that end.",
            )
            .at(span.from(kept), "the end of the body")
            .about(hash_key()),
    );
}

/// A body on GET or HEAD.
fn method(facts: &Facts<'_>, out: &mut Vec<Finding>) {
    let method = facts.method();
    if method != "GET" && method != "HEAD" {
        return;
    }
    let (length, span) = match &facts.request.body {
        Body::Absent => return,
        Body::Held { span, .. } => {
            let blank = facts.docs.bytes(*span).trim_ascii().is_empty();
            (if blank { 0 } else { span.len() as u64 }, Some(*span))
        }
        Body::Streamed(body) => (body.len, None),
    };
    if length == 0 {
        return;
    }
    let finding = t::BODY_ON_GET
        .found(
            format!("The {method} request has a body of {length} bytes."),
            "Many clients and proxies drop it, and then the hash no longer fits. Send the parameters in \
             the query, or use POST.",
        )
        .about(hash_key());
    out.push(match span {
        Some(span) => finding.at(span, "the body"),
        None => finding,
    });
}
