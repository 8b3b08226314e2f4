//! What a server's answer says of the text that carries the signature, where it could not read it.

use super::answers::Answered;
use super::facts::shown;
use super::sentences;
use super::server::said;
use super::table as t;
use crate::engine::diagnose::Finding;
use crate::engine::scheme::{FieldKey, FieldKind};

/// The parameters of a presigned URL.
pub(super) fn query_parameters(answer: &Answered<'_>, text: &str) -> Finding {
    let has = |needle: &str| text.contains(needle);
    let (help, field) = if has("requires the X-Amz-Algorithm") {
        (
            "All six parameters must be there, in this very case: look for a URL that was cut at an \
             & by a shell or a mail program, or whose parameters a proxy dropped.",
            None,
        )
    } else if has("X-Amz-Algorithm only supports") {
        ("Set X-Amz-Algorithm to AWS4-HMAC-SHA256.", None)
    } else if has("X-Amz-Expires") {
        (
            "X-Amz-Expires is a whole number of seconds, from 1 to 604800 (seven days).",
            None,
        )
    } else if has("X-Amz-Date must be") {
        (
            "Write X-Amz-Date as 20150830T123600Z, in UTC.",
            Some(FieldKind::DATE),
        )
    } else if has("Invalid credential date") || has("incorrect date format") {
        (
            "The date of the scope is the first eight digits of X-Amz-Date.",
            Some(FieldKind::SCOPE),
        )
    } else if has("mal-formed") {
        (
            "The credential has five parts between slashes, each slash written %2F once.",
            Some(FieldKind::SCOPE),
        )
    } else {
        (
            "Presign again with the region, service and terminator that the message names.",
            Some(FieldKind::SCOPE),
        )
    };
    said(answer, &t::SERVER_QUERY, text, help, field)
}

/// Key id and secret, by what `code` says that `text` means.
pub(super) fn credentials(answer: &Answered<'_>, code: &str, text: &str) -> Finding {
    let (check, help) = match code {
        sentences::KEY_SHAPE => (
            &t::SERVER_KEY,
            "The key id is that of another provider: those that this server issues have another length, as the \
             message says. Give the program its own key and secret, and look which profile or environment it takes \
             them from.",
        ),
        sentences::KEY_ELSEWHERE => (
            &t::SERVER_KEY,
            "These are Oracle Cloud's words: it looks for the key in the region that the request was signed for. Sign \
             for the region that the endpoint names, and for the tenancy's home region where that is not it.",
        ),
        sentences::NOT_AUTHENTICATED => (
            &t::SERVER_CREDENTIALS,
            "These are Oracle Cloud's words for a signature that it does not take, or does not find; why does not stand \
             in them. Its interface for clients of Amazon S3 takes Version 4 with a customer secret key, signed for the \
             region that the endpoint names: look at the region first.",
        ),
        sentences::UNSIGNED => (
            &t::SERVER_NO_SIGNATURE,
            "The request came without a signature, or something on the way dropped its Authorization header: the \
             server then takes it as anonymous. Where the client signs nothing, give it credentials and the service's \
             name.",
        ),
        _ => (
            &t::SERVER_CREDENTIALS,
            "The server gives this one answer for a key id that it does not know, a wrong secret, a missing session \
             token and a wrong clock: which it is does not stand in it. Look at the clock first, then send the same \
             key to sts:GetCallerIdentity, whose answers tell them apart.",
        ),
    };
    said(answer, check, text, help, None)
}

/// The Authorization header, as Amazon S3 refuses it.
pub(super) fn malformed(answer: &Answered<'_>, text: &str) -> Finding {
    let has = |needle: &str| text.contains(needle);
    if has("incorrect service") {
        return said(
            answer,
            &t::SERVER_SCOPE,
            text,
            "The third part of the scope, DATE/REGION/SERVICE/aws4_request, names another service than the server's own. \
             Sign for the service of the host that the request is sent to: s3 for Amazon S3 and its like.",
            Some(FieldKind::SCOPE),
        );
    }
    if has("incorrect terminal")
        || has("incorrect date format")
        || has("Invalid credential date")
        || has("region is wrong")
    {
        return said(
            answer,
            &t::SERVER_SCOPE,
            text,
            "The scope is DATE/REGION/SERVICE/aws4_request, with the UTC date of the signing time.",
            Some(FieldKind::SCOPE),
        );
    }
    if has("unexpected scope:") {
        return said(
            answer,
            &t::SERVER_SCOPE,
            text,
            "These are Garage's words for a scope that is not its own: it takes the region that its configuration \
             names (s3_region; garage in its examples), the service s3, and the UTC date of the signing time.",
            Some(FieldKind::SCOPE),
        );
    }
    if let Some(finding) = named_twice(answer).or_else(|| empty_part(answer, text)) {
        return finding;
    }
    let help = if has("non-empty Access Key") {
        "The key id in front of the scope is empty: the program found no credentials, or an empty variable, and \
         signed all the same. Look where it takes them from."
    } else if has("three components") || has("Missing fields") {
        "One of Credential, SignedHeaders and Signature is not in the header, or it is no header of Version 4 at all: \
         a proxy or a framework may have put a Bearer or Basic one in its place, and Version 2 has another form."
    } else if has("mal-formed") {
        "The credential has five parts between slashes: an empty key id, or a region left unset, are \
         the usual causes."
    } else {
        "The header reads: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=… on one line."
    };
    said(answer, &t::SERVER_AUTHORIZATION, text, help, None)
}

/// A value of the Authorization header that begins with the name of the header: S3 quotes it (ArgumentValue).
fn named_twice(answer: &Answered<'_>) -> Option<Finding> {
    let value = answer.detail("ArgumentValue")?;
    let front = value.text.trim_start().get(.."Authorization:".len())?;
    front.eq_ignore_ascii_case("Authorization:").then(|| {
        t::SERVER_AUTHORIZATION
            .found(
                "The value of the Authorization header begins with the name of the header, so the server found no \
                 algorithm at its beginning.",
                "Set the value of the header without its name: it begins with AWS4-HMAC-SHA256.",
            )
            .at(value.span, "the value that the server got")
    })
}

/// The credential that a refusal quotes, where its key id or its region is empty.
fn empty_part(answer: &Answered<'_>, text: &str) -> Option<Finding> {
    const END: &str = "/aws4_request";
    let end = text.find(END)?;
    let front = text.get(..end)?;
    let start = front
        .rfind(|c: char| c.is_whitespace() || "\"'=“`<>(".contains(c))
        .map_or(0, |at| {
            at + front
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8)
        });
    let credential = front.get(start..)?;
    let mut parts = credential.rsplit('/');
    let (service, region, date) = (parts.next()?, parts.next()?, parts.next()?);
    let key_id = parts.next()?;
    let is_date = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
    let (what, help) = match (key_id, region, service) {
        ("", ..) => (
            "key id",
            "The program found no credentials, or an empty variable, and signed all the same: look where it takes them \
             from.",
        ),
        (_, "", _) => (
            "region",
            "The client had none: set it where the client reads it, to the one that the endpoint is in.",
        ),
        _ => return None,
    };
    is_date.then(|| {
        t::SERVER_AUTHORIZATION
            .found(
                format!(
                    "The {what} in the credential that the server quotes is empty: “{}”.",
                    shown(&format!("{credential}{END}"))
                ),
                help,
            )
            .at(answer.place(), "the server's answer")
    })
}

/// The Authorization header, as the query services refuse it.
pub(super) fn incomplete(answer: &Answered<'_>, text: &str) -> Finding {
    let has = |needle: &str| text.contains(needle);
    if let Some((message, help)) = torn(text) {
        return t::SERVER_AUTHORIZATION
            .found(message, help)
            .at(answer.place(), "the server's answer");
    }
    if let Some(finding) = none_of_them(answer, text).or_else(|| not_sent(answer, text)) {
        return finding;
    }
    let (check, help, field) = if has(sentences::HOST_NOT_SIGNED) {
        (
            &t::SERVER_UNSIGNED,
            "Name host in SignedHeaders.",
            Some(FieldKind::SIGNED_HEADERS),
        )
    } else if has("Date must be in ISO-8601") {
        (
            &t::SERVER_DATE,
            "Send x-amz-date in the form 20150830T123600Z and sign it.",
            Some(FieldKind::DATE),
        )
    } else if has("5 slash-delimited elements") {
        (
            &t::SERVER_SCOPE,
            "The credential is KEYID/DATE/REGION/SERVICE/aws4_request.",
            Some(FieldKind::SCOPE),
        )
    } else {
        (
            &t::SERVER_AUTHORIZATION,
            "The header reads: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=… on one line. One of another \
             kind, such as a Bearer token, is answered so, too, and so is one that a blank or line end inside the key \
             id tears apart.",
            None,
        )
    };
    said(answer, check, text, help, field)
}

/// A header that SignedHeaders names and that the server did not get.
fn not_sent(answer: &Answered<'_>, text: &str) -> Option<Finding> {
    let name = sentences::not_sent(text)?;
    let own = if name.eq_ignore_ascii_case("x-amz-security-token") {
        " Without a session token, as for a long-term key, do not sign that header."
    } else {
        ""
    };
    Some(
        t::SERVER_MISSED
            .found(
                format!(
                    "SignedHeaders names {}, and the server received no such header.",
                    shown(name)
                ),
                format!(
                    "Look at the value that was set: an empty variable leaves an empty one, and many programs then send \
                     no header at all (curl drops -H 'name:' with nothing behind the colon). If it was sent, something \
                     between took it off.{own}"
                ),
            )
            .at(answer.place(), "the server's answer")
            .about(FieldKey::of(FieldKind::SIGNED_HEADERS)),
    )
}

/// The parameters that the header must have (scratchstack's chart of the order of errors: all that are missing are
/// named, one sentence each).
const PARAMETERS: [&str; 3] = [
    "requires 'Credential' parameter",
    "requires 'Signature' parameter",
    "requires 'SignedHeaders' parameter",
];

/// A header that has none of its parameters is none of Version 4: some other kind of it arrived. API Gateway quotes it
/// at the end.
fn none_of_them(answer: &Answered<'_>, text: &str) -> Option<Finding> {
    // The server quotes the header behind its words: one that begins so was torn apart.
    let torn = text.contains("AWS4-HMAC-SHA256");
    // The last of them may be where the paste ends.
    let says = |words: &str| {
        let cut = words
            .find('\'')
            .map_or("", |quote| words.get(..quote + 4).unwrap_or_default());
        let last = text.rfind("requires ").and_then(|at| text.get(at..));
        text.contains(words)
            || last.is_some_and(|last| words.starts_with(last) && last.starts_with(cut))
    };
    if torn || !PARAMETERS.iter().all(|words| says(words)) {
        return None;
    }
    let got = [
        ("Authorization=eyJ", "a bearer token"),
        ("Authorization=Bearer", "a bearer token"),
        ("Authorization=Basic", "a user with a password (Basic)"),
    ];
    let got = got.iter().find(|(front, _)| text.contains(front));
    let message = match got {
        Some((_, got)) => format!(
            "The server wants a request that is signed with Signature Version 4, and what it got in the Authorization \
             header is {got}: none of the parameters of a signature is in it."
        ),
        None => "The server wants a request that is signed with Signature Version 4, and found none of the parameters \
                 of a signature in the Authorization header that it got: the request was not signed, or another header \
                 stood in the place of the signed one."
            .to_owned(),
    };
    Some(
        t::SERVER_AUTHORIZATION
            .found(
                message,
                "Sign the request (AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…). API Gateway answers so, \
                 too, for a path or a method that the API does not have: compare both, and the stage, with the deployed \
                 API before you change the authorization.",
            )
            .at(answer.place(), "the server's answer"),
    )
}

/// That the query which the server computed is a document: what was meant for the body. The elements and objects that
/// services take begin so; a parameter's name does not.
pub(super) fn body_in_query(answer: &Answered<'_>) -> Option<Finding> {
    const FRONT: usize = 128;
    let span = answer.evidence.canonical_request.as_ref()?.span()?;
    let query = answer.docs.bytes(span).split(|b| *b == b'\n').nth(2)?;
    let front = query.get(..query.len().min(FRONT)).unwrap_or_default();
    let decoded = percent_encoding::percent_decode(front).decode_utf8_lossy();
    let document = match decoded.as_bytes() {
        [b'<', next, ..] => next.is_ascii_alphabetic() || *next == b'?',
        [b'{', rest @ ..] => rest.trim_ascii_start().first() == Some(&b'"'),
        _ => false,
    };
    if !document {
        return None;
    }
    let begins = match decoded.find('>') {
        Some(end) => decoded.get(..=end).unwrap_or(&decoded),
        None => decoded.lines().next().unwrap_or(&decoded),
    };
    Some(
        t::SERVER_BODY_QUERY
            .found(
                format!(
                    "The query that the server computed is a document, which begins with “{}”: what was meant for the \
                     body reached it as the query.",
                    shown(begins)
                ),
                "Send the document as the body, hashed and signed as such, and leave the query to its parameters: look \
                 at where the client or a proxy puts the body.",
            )
            .at(span, "its third line is the query")
            .about(FieldKey::of(FieldKind::QUERY)),
    )
}

/// Where the header was torn apart, by the part that the server names as no pair of a name and a value: it splits
/// the header at commas and blanks. Behind that part it quotes the header.
fn torn(text: &str) -> Option<(String, &'static str)> {
    let (part, behind) = text.split_once("' not a valid key=value pair")?;
    let part = part.rsplit('\'').next()?;
    let header = behind
        .split_once("Authorization header: '")
        .map_or("", |(_, header)| header);
    if let Some(torn) = prompted(header) {
        return Some(torn);
    }
    if part.starts_with("eyJ") || header.trim_start().starts_with("Bearer") {
        return Some((
            "What the server got in the Authorization header is a bearer token, and it wants a request that is signed \
             with Signature Version 4."
                .to_owned(),
            "Sign the request (AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…). API Gateway answers so, too, \
             for a path or a method that the API does not have: compare both, and the stage, with the deployed API \
             before you change the authorization.",
        ));
    }
    let blank = |shown: bool| {
        if shown {
            "A blank stands"
        } else {
            "A blank, a line end or a comma stands"
        }
    };
    if part == "AWS4-HMAC-SHA256" {
        let message = if header.starts_with("Authorization:") {
            "The value of the Authorization header begins with the name of the header, so the server found no \
             algorithm at its beginning."
        } else {
            "Something stands in front of AWS4-HMAC-SHA256 in the value of the Authorization header."
        };
        return Some((
            message.to_owned(),
            "Set the value of the header without its name: it begins with AWS4-HMAC-SHA256.",
        ));
    }
    if part.contains('=') || !part.ends_with("/aws4_request") {
        return None;
    }
    let trim = "Trim the key id before signing: read from a file, a variable or a form, it carries blanks or line ends \
                with it. Look at the secret, too.";
    let message = if part.starts_with('/') {
        format!(
            "{} behind the key id in the Authorization header, in front of the scope.",
            blank(header.contains(" /"))
        )
    } else if header.contains("Credential= ") || ISSUED.iter().any(|front| part.starts_with(front))
    {
        format!(
            "{} in front of the key id in the Authorization header, behind Credential=.",
            blank(header.contains("Credential= "))
        )
    } else {
        // The beginning may stand in front of what tore it.
        let id = part.split('/').next().unwrap_or_default();
        format!(
            "{} in the credential of the Authorization header, in front of {}: before the key id or inside it.",
            blank(header.contains(&format!(" {part}"))),
            shown(id)
        )
    };
    Some((message, trim))
}

/// How the key ids of AWS begin (AWS IAM User Guide, IAM identifiers).
const ISSUED: [&str; 2] = ["AKIA", "ASIA"];

/// A key id in which the words stand with which `aws configure` asks for it (AWS CLI User Guide, Configuration and
/// credential file settings).
fn prompted(header: &str) -> Option<(String, &'static str)> {
    const PROMPTS: [&str; 2] = ["AWS Access Key ID [", "AWS Secret Access Key ["];
    let (_, credential) = header.split_once("Credential=")?;
    let credential = credential.trim_start();
    let own = PROMPTS
        .iter()
        .find(|prompt| credential.starts_with(*prompt))?;
    let (_, behind) = credential.split_once("]:")?;
    let id = behind.split('/').next()?.trim();
    let prompt = own.trim_end_matches(" [");
    Some((
        format!(
            "The key id that was sent begins with “{prompt} […]:”, with which `aws configure` asks for it; the key id \
             behind these words is {}.",
            shown(id)
        ),
        "A screen of `aws configure` was copied into the credentials file or a variable: leave only the value on the \
         line of aws_access_key_id, and look at the secret's line, too.",
    ))
}
