//! Evidence of signing schemes that are not followed here: naming the scheme, and saying what can be said of its
//! strings without it.
//!
//! Owns telling those schemes apart by their own words. Must not know how any of them signs.

mod header;
mod seen;
mod url;

pub(in crate::engine) use url::{Ends, SignedUrl, signed_url};

use std::cell::LazyCell;

use super::sas;
use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Span, visible};
use crate::engine::intake::vocabulary::{SIGNATURE_CODES, SIGNATURE_SENTENCES};
use crate::engine::intake::{Case, Evidence, Pattern, Side};

/// The id of the finding that names such a scheme.
pub(in crate::engine::intake) const ID: &str = "scheme-not-followed";
/// The id of the finding that names a server whose answer does not tell the scheme.
const KIND_UNKNOWN: &str = "scheme-not-named";
/// The id of the finding that two strings of such a scheme part.
const DIFFER: &str = "strings-to-sign-differ";
/// The id of the finding that a log names two signatures.
const TWO: &str = "server-signature-differs";

/// The name under which a log states the signature that the verifier computed.
pub(super) const COMPUTED: &str = "server signature";

/// Places that one finding points at.
const MOST: usize = 8;
/// The longest line that is quoted, in characters.
const LINE: usize = 160;

/// A scheme that is not followed.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Foreign {
    GoogleRsa,
    GoogleHmac,
    Google2,
    /// Google's words, of which nothing shows for which kind of signature they are.
    Google,
    Aws2,
    /// The same of the query services, by what the paste says of the request.
    Aws2Query,
    Aws4a,
    OssV1,
    /// Alibaba Cloud's object storage, of which nothing shows for which version.
    Oss,
    /// Tencent Cloud's object storage.
    Cos,
    /// Alibaba Cloud's RPC interface.
    Rpc,
    AzureStorage,
    AzureCosmos,
    OAuth1,
    PostPolicy,
    Webhook,
    /// Another one that begins its string with its own name.
    Named(&'static str),
}

/// Schemes that begin their string to sign with their own name, and what people call them.
const NAMED: [(&[u8], &str); 6] = [
    (b"OSS4-HMAC-SHA256\n", "Alibaba Cloud OSS version 4"),
    (b"ACS3-HMAC-SHA256\n", "Alibaba Cloud's ACS3"),
    (b"TC3-HMAC-SHA256\n", "Tencent Cloud's TC3"),
    (b"TOS4-HMAC-SHA256\n", "Volcengine TOS version 4"),
    (b"SDK-HMAC-SHA256\n", "Huawei Cloud's API gateway"),
    (b"HMAC-SHA256\n", "Volcengine's HMAC-SHA256"),
];

impl Foreign {
    /// What people call it.
    fn called(self) -> &'static str {
        match self {
            Self::GoogleRsa => {
                "Google Cloud Storage version 4 with a service account's RSA key (GOOG4-RSA-SHA256)"
            }
            Self::GoogleHmac => {
                "Google Cloud Storage version 4 with its own names (GOOG4-HMAC-SHA256)"
            }
            Self::Google2 => "Google Cloud Storage version 2",
            Self::Google => "Google Cloud Storage",
            Self::Aws2 => "AWS Signature Version 2",
            Self::Aws2Query => {
                "AWS Signature Version 2 as the query services take it (SignatureVersion=2)"
            }
            Self::Aws4a => "AWS Signature Version 4A (AWS4-ECDSA-P256-SHA256)",
            Self::OssV1 => "Alibaba Cloud OSS version 1",
            Self::Oss => "Alibaba Cloud OSS",
            Self::Cos => "Tencent Cloud COS (q-signature, HMAC-SHA1)",
            Self::Rpc => "Alibaba Cloud's RPC interface",
            Self::AzureStorage => "Azure Storage (SharedKey or SAS)",
            Self::AzureCosmos => "Azure Cosmos DB",
            Self::OAuth1 => "OAuth 1.0",
            Self::PostPolicy => "a form upload, in which the policy itself is signed",
            Self::Webhook => "a webhook",
            Self::Named(name) => name,
        }
    }

    /// What to do about it.
    fn help(self, has_string: bool) -> &'static str {
        match self {
            Self::Webhook => {
                "A webhook's signature is over the raw bytes of the body, mostly with a time in front: verify them \
                 before any parser reads them, with the secret of this very endpoint, and look at the clock."
            }
            Self::PostPolicy => {
                "Hold it against the field policy of the form: every character of it is signed."
            }
            Self::Google => {
                "Google Cloud Storage takes signatures of several kinds; AWS4-HMAC-SHA256 with an HMAC key is verified \
                 here. Paste the request as it was sent: it shows the kind."
            }
            Self::OAuth1 if !has_string => {
                "Ask for debug_sbs, the string that the server signed, and hold it against the client's own."
            }
            Self::Cos => {
                "Its third line is the SHA-1 of the FormatString, of which each value is the server's: method, path, \
                 parameters and headers, as q-url-param-list and q-header-list name them. Hold that against what the \
                 client signed; the two numbers are the first and the last second of its validity."
            }
            Self::AzureCosmos if has_string => {
                "Its lines are the method, the resource type, the resource's link, the date, and an empty one: all but \
                 the link in lower case, the link as it is. Hold that against what the client signed; the key is signed \
                 with as the bytes that its base64 stands for."
            }
            Self::GoogleRsa => {
                "What can be seen without it is where the two sides' strings part: paste what the client signed, too. \
                 With an HMAC key the same storage takes AWS4-HMAC-SHA256, which is verified here."
            }
            Self::Aws2 => {
                "What can be seen without it is where the two sides' strings part: paste what the client signed, too. \
                 Where the server takes Version 4 (s3v4), switch the client to it."
            }
            Self::Aws2Query => {
                "Its string to sign is the method, the host in lower case, the path, and every parameter but the \
                 signature, sorted by the bytes of their names and encoded as RFC 3986 has it, a line each. Print what \
                 your code makes of them and hold it against what it sends; the time is in UTC and ends in Z."
            }
            _ if has_string => {
                "What can be seen without it is where the two sides' strings part: paste what the client signed, too."
            }
            _ => "Paste both sides' strings to sign, if they print them: where they part is shown.",
        }
    }
}

/// Adds to the case what is to be said of such evidence.
pub(in crate::engine::intake) fn add(case: &mut Case) {
    let mut findings = Vec::new();
    let mut named: Vec<(Foreign, Vec<Span>, bool)> = Vec::new();
    let query = LazyCell::new(|| tells_query_version_2(case));
    let relative = relative(case);
    for evidence in &case.evidence {
        findings.extend(two_signatures(&case.docs, evidence));
        findings.extend(added_by_cloudfront(case, evidence));
        findings.extend(seen::all(case, evidence));
        let own = foreign(case, evidence);
        let by_query = || {
            let place = of_query_service(&case.docs, evidence).filter(|_| *query)?;
            Some((Foreign::Aws2Query, place))
        };
        let Some((foreign, span)) = own.or_else(by_query) else {
            continue;
        };
        let foreign = match relative {
            Some(relative) if is_by_form_alone(evidence, foreign) => relative,
            _ => foreign,
        };
        let has_string = evidence.string_to_sign.is_some();
        match named.iter_mut().find(|(known, ..)| *known == foreign) {
            Some((_, spans, strings)) => {
                spans.push(span);
                *strings |= has_string;
            }
            None => named.push((foreign, vec![span], has_string)),
        }
    }
    let answers = named.len();
    for request in &case.requests {
        let Some((foreign, place)) = header::kind(&case.docs, request) else {
            continue;
        };
        match named.iter_mut().find(|(known, ..)| *known == foreign) {
            Some((_, spans, _)) => spans.push(place),
            None => named.push((foreign, vec![place], false)),
        }
    }
    for (at, (foreign, spans, has_string)) in named.into_iter().enumerate() {
        let what = match (foreign, has_string) {
            _ if at >= answers => {
                format!("The Authorization header is that of {}", foreign.called())
            }
            (Foreign::Webhook, _) => "This is the error of a verifier of webhooks".to_owned(),
            (_, true) => format!("The string to sign here is that of {}", foreign.called()),
            (_, false) => format!("This answer is to a signature of {}", foreign.called()),
        };
        let mut finding = if foreign == Foreign::Google {
            Finding::note(
                KIND_UNKNOWN,
                "This answer is in the words of Google Cloud Storage, and does not say what kind of signature it \
                 refused.",
                foreign.help(has_string),
            )
        } else {
            Finding::warning(
                ID,
                format!("{what}, which is not verified here."),
                foreign.help(has_string),
            )
        };
        let label = if foreign == Foreign::Google {
            "Google's words"
        } else {
            "of another scheme"
        };
        for span in spans.into_iter().take(MOST) {
            finding = finding.at(case.docs.to_given(span), label);
        }
        if foreign == Foreign::Cos {
            for span in format_strings(case) {
                finding = finding.at(case.docs.to_given(span), "its FormatString");
            }
        }
        findings.push(finding);
    }
    findings.extend(differing(case));
    for finding in findings {
        case.find(finding);
    }
}

/// The scheme with strings of the form of Version 2 that the answers and requests of the case name, where they name one.
fn relative(case: &Case) -> Option<Foreign> {
    let by_evidence = case.evidence.iter().filter_map(|evidence| {
        let (foreign, _) = foreign(case, evidence)?;
        Some(foreign)
    });
    let by_requests = case.requests.iter().filter_map(|request| {
        let (foreign, _) = header::kind(&case.docs, request)?;
        Some(foreign)
    });
    let mut named = by_evidence
        .chain(by_requests)
        .filter(|foreign| matches!(foreign, Foreign::OssV1 | Foreign::Google2));
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// Whether nothing but its form tells that a string is of Version 2: its relatives sign strings of the same form.
fn is_by_form_alone(evidence: &Evidence, foreign: Foreign) -> bool {
    foreign == Foreign::Aws2 && evidence.answer.is_none() && evidence.string_to_sign.is_some()
}

/// Where a service that is none of storage refuses a signature without giving strings: in which version it was made, such
/// an answer does not tell.
fn of_query_service(docs: &Documents, evidence: &Evidence) -> Option<Span> {
    let answer = evidence.answer.as_ref()?;
    let message = docs.bytes(answer.message?);
    let bare = evidence.string_to_sign.is_none() && evidence.canonical_request.is_none();
    let own = memchr::memmem::find(message, b"Consult the service documentation").is_some();
    (bare && own).then_some(answer.message?)
}

/// Whether the paste speaks of a request with SignatureVersion 2, and of none with Version 4 (AWS General Reference,
/// Signature Version 2 signing process).
fn tells_query_version_2(case: &Case) -> bool {
    const NAME: &[u8] = b"SignatureVersion";
    const NEAR: usize = 48;
    const VERSION_4: [&[u8]; 3] = [b"AWS4-HMAC-SHA256", b"aws4_request", b"X-Amz-Signature"];
    let mut two = false;
    for (doc, _) in case.docs.given() {
        let text = case.docs.bytes(case.docs.whole(doc));
        if VERSION_4
            .iter()
            .any(|word| memchr::memmem::find(text, word).is_some())
        {
            return false;
        }
        two |= memchr::memmem::find_iter(text, NAME).any(|at| {
            let rest = text.get(at + NAME.len()..).unwrap_or_default();
            let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
            let near = line.get(..line.len().min(NEAR)).unwrap_or_default();
            let digit = near.iter().position(u8::is_ascii_digit);
            let number = digit.map(|at| near.get(at..).unwrap_or_default());
            matches!(number, Some([b'2'] | [b'2', ..]))
                && number.is_some_and(|n| !n.get(1).is_some_and(u8::is_ascii_digit))
        });
    }
    two
}

/// That the server's string of Version 2, in which every `x-amz-` header stands, holds one that Amazon CloudFront adds
/// (its developer guide, Request and response behavior for custom origins).
fn added_by_cloudfront(case: &Case, evidence: &Evidence) -> Option<Finding> {
    const NAME: &[u8] = b"x-amz-cf-id";
    let span = evidence.string_to_sign.as_ref().and_then(Pattern::span)?;
    let text = case.docs.bytes(span);
    let at = memchr::memmem::find(text, b"x-amz-cf-id:")?;
    let own = text.get(..at)?.last().is_some_and(u8::is_ascii_whitespace);
    let is_v2 = of_string(&case.docs, evidence, span) == Some(Foreign::Aws2);
    (own && is_v2 && evidence.side == Some(Side::Server)).then(|| {
        Finding::warning(
            "header-added-between",
            "The server's string holds x-amz-cf-id, which Amazon CloudFront adds to each request that it passes on: \
             a signature that was made before it is refused.",
            "Let CloudFront sign for the bucket (origin access control), or send to the bucket itself. Version 4 signs \
             the headers that it names, and no others.",
        )
        .at(
            case.docs.to_given(span.part(at..at + NAME.len())),
            "added between",
        )
    })
}

/// What the answers of Tencent Cloud COS give besides their string to sign: what its hash is made of.
fn format_strings(case: &Case) -> impl Iterator<Item = Span> {
    let answers = case.evidence.iter().filter_map(|e| e.answer.as_ref());
    let details = answers.flat_map(|answer| &answer.details);
    details
        .filter(|(name, _)| name == "FormatString")
        .map(|(_, span)| *span)
        .take(MOST)
}

/// The scheme of a piece of evidence, where it is one that is not followed, and the place that shows it.
fn foreign(case: &Case, evidence: &Evidence) -> Option<(Foreign, Span)> {
    let docs = &case.docs;
    if let Some(span) = evidence.string_to_sign.as_ref().and_then(Pattern::span) {
        return of_string(docs, evidence, span).map(|foreign| (foreign, span));
    }
    let answer = evidence.answer.as_ref()?;
    let bytes = |span: Option<Span>| span.map_or(&b""[..], |span| docs.bytes(span));
    let details = answer.details.iter().map(|(_, span)| Some(*span));
    let place = answer.message.or(answer.code).unwrap_or(evidence.span);
    let code = bytes(answer.code).trim_ascii();
    let said = |words: &str| {
        let texts = details.clone().chain([answer.message]);
        texts
            .into_iter()
            .any(|span| memchr::memmem::find(bytes(span), words.as_bytes()).is_some())
    };
    let detail = |name: &str| answer.details.iter().any(|(own, _)| own == name);
    // What else such a server says, of the clock or the key, holds in any scheme.
    let is_refusal = SIGNATURE_CODES.iter().any(|own| own.as_bytes() == code)
        || SIGNATURE_SENTENCES.iter().any(|words| said(words));
    let foreign = if code == b"SignatureVerificationError"
        || code == b"WebhookVerificationError"
        || WEBHOOKS.iter().any(|words| said(words))
    {
        Foreign::Webhook
    } else if said("oauth_problem=") {
        Foreign::OAuth1
    } else if said("input authorization token can't serve") {
        Foreign::AzureCosmos
    } else if AZURE.iter().any(|words| said(words)) {
        Foreign::AzureStorage
    } else if said("conform to Aliyun standards") || said("Specified signature is not matched") {
        Foreign::Rpc
    } else if detail("OSSAccessKeyId") {
        Foreign::OssV1
    } else if is_refusal && (detail("x-oss-request-id") || is_told_by_oss(docs, evidence)) {
        // Its answers are the same for both of its versions.
        Foreign::Oss
    } else {
        let signature = evidence.signature.as_ref().and_then(Pattern::span);
        let short = signature.is_some_and(|span| is_sha1(docs.bytes(span)));
        match (said("Check your Google secret key"), short) {
            (true, true) => Foreign::Google2,
            (true, false) => Foreign::Google,
            (false, true) => Foreign::Aws2,
            (false, false) => return None,
        }
    };
    Some((foreign, place))
}

/// How far in front of a code or message its program may name itself, in bytes.
const NAMED_BEFORE: usize = 160;
/// How Alibaba Cloud's SDKs for Go and Python begin an error of the object storage.
const OSS_SDKS: [&[u8]; 2] = [b"oss: service returned error", b"oss2.exceptions."];

/// Whether an SDK of the object storage printed this error: it names itself in front, on the same line.
fn is_told_by_oss(docs: &Documents, evidence: &Evidence) -> bool {
    let own = evidence.span;
    let start = own.start.saturating_sub(NAMED_BEFORE);
    let front = docs.bytes(Span::new(own.doc, start, own.start));
    let line = memchr::memrchr(b'\n', front).map_or(0, |at| at + 1);
    let front = front.get(line..).unwrap_or_default();
    OSS_SDKS
        .iter()
        .any(|name| memchr::memmem::find(front, name).is_some())
}

/// How far around a string to sign the request may stand that it is of, in bytes.
const REQUEST_NEAR: usize = 4 << 10;

/// Whether an Authorization header of the object storage stands behind a string, as its SDKs log it.
fn is_signed_for_oss(docs: &Documents, string: Span) -> bool {
    let given = docs.to_given(string);
    let behind = Span::new(given.doc, given.end, given.end.saturating_add(REQUEST_NEAR));
    let behind = docs.bytes(behind);
    memchr::memmem::find_iter(behind, b"uthorization").any(|at| {
        let value = behind.get(at + b"uthorization".len()..).unwrap_or_default();
        let gap = |b: &&u8| matches!(b, b' ' | b':' | b'"' | b'\'');
        let skipped = value.iter().take_while(gap).count();
        value
            .get(skipped..)
            .is_some_and(|value| value.starts_with(b"OSS "))
    })
}

/// How Azure Storage refuses a signature (its published error messages).
const AZURE: [&str; 4] = [
    "The MAC signature found",
    "Server failed to authenticate the request",
    "Signature did not match. String to sign used was",
    "Signature not valid in the specified time frame",
];

/// How verifiers of webhooks refuse (the libraries of Stripe and of Standard Webhooks; github-webhook-handler and
/// Octokit's webhooks, and GitHub's own examples).
const WEBHOOKS: [&str; 9] = [
    "No signatures found matching the expected signature",
    "No signatures found with expected scheme",
    "Unable to extract timestamp and signatures from header",
    "Timestamp outside the tolerance zone",
    "No matching signature found",
    "X-Hub-Signature does not match",
    "X-hub-signature does not match",
    "signature does not match event payload and secret",
    "Signatures didn't match!",
];

/// The scheme that a string to sign is of.
fn of_string(docs: &Documents, evidence: &Evidence, string: Span) -> Option<Foreign> {
    let text = docs.bytes(string);
    let has = |needle: &[u8]| memchr::memmem::find(text, needle).is_some();
    if text.starts_with(b"AWS4-ECDSA-") {
        return Some(Foreign::Aws4a);
    }
    if text.starts_with(b"AWS4-") {
        return None;
    }
    if text.starts_with(b"GOOG4-RSA-") {
        return Some(Foreign::GoogleRsa);
    }
    if text.starts_with(b"GOOG4-") {
        return Some(Foreign::GoogleHmac);
    }
    if is_cos(text) {
        return Some(Foreign::Cos);
    }
    if let Some((_, name)) = NAMED.iter().find(|(front, _)| text.starts_with(front)) {
        return Some(Foreign::Named(name));
    }
    if sas::read(text).is_some() && is_sas(docs, evidence, text) {
        return Some(Foreign::AzureStorage);
    }
    let front = text.get(..text.len().min(16)).unwrap_or_default();
    let word = front.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let behind = text.get(word..).unwrap_or_default();
    if (3..=7).contains(&word) && behind.starts_with(b"&%2F&") {
        return Some(Foreign::Rpc);
    }
    if (3..=7).contains(&word) && behind.starts_with(b"&http") {
        return Some(Foreign::OAuth1);
    }
    if text.starts_with(b"eyJ") && !text.contains(&b'\n') {
        return Some(Foreign::PostPolicy);
    }
    let upper = text.first().is_some_and(u8::is_ascii_uppercase);
    if !(3..=7).contains(&word) || !matches!(behind.first(), Some(b'\n' | b' ' | b'\r')) {
        return None;
    }
    let answer = evidence.answer.as_ref();
    let detail = |name: &str| answer.is_some_and(|a| a.details.iter().any(|(own, _)| own == name));
    let words = |needle: &[u8]| {
        let spans = answer
            .into_iter()
            .flat_map(|a| a.details.iter().map(|(_, span)| *span).chain(a.message));
        spans
            .into_iter()
            .any(|span| memchr::memmem::find(docs.bytes(span), needle).is_some())
    };
    Some(if !upper {
        // Its method is in lower case.
        Foreign::AzureCosmos
    } else if has(b"\nx-ms-") || words(b"MAC signature found") {
        Foreign::AzureStorage
    } else if detail("OSSAccessKeyId") || has(b"\nx-oss-") || is_signed_for_oss(docs, string) {
        Foreign::OssV1
    } else if has(b"\nx-goog-") || words(b"Google secret key") {
        Foreign::Google2
    } else {
        Foreign::Aws2
    })
}

/// Whether a text that may be the string of a shared access signature is one: with lines it is, with blanks in their
/// place where Azure says so.
fn is_sas(docs: &Documents, evidence: &Evidence, text: &[u8]) -> bool {
    let answer = evidence.answer.iter();
    let spans = answer.flat_map(|a| a.details.iter().map(|(_, span)| *span).chain(a.message));
    let said =
        |span: Span| memchr::memmem::find(docs.bytes(span), b"String to sign used was").is_some();
    text.contains(&b'\n') || spans.into_iter().any(said)
}

/// Whether this is a string to sign of Tencent Cloud COS (its documentation, Request Signature): the algorithm, the two
/// ends of its validity, and a SHA-1 in hex, a line each.
pub(super) fn is_cos(text: &[u8]) -> bool {
    let mut lines = text.trim_ascii_end().split(|b| *b == b'\n');
    let (Some(b"sha1"), Some(times), Some(hash), None) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return false;
    };
    let mut ends = times.split(|b| *b == b';');
    let seconds = |part: Option<&[u8]>| {
        part.is_some_and(|part| {
            (9..=11).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
        })
    };
    seconds(ends.next())
        && seconds(ends.next())
        && ends.next().is_none()
        && hash.len() == 40
        && hash.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a signature is as long as an HMAC-SHA1 in base64.
fn is_sha1(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.len() == 28 && text.ends_with(b"=")
}

/// That a log of the verifier names the signature it computed, and another one that it received.
fn two_signatures(docs: &Documents, evidence: &Evidence) -> Option<Finding> {
    let answer = evidence.answer.as_ref()?;
    let (_, computed) = answer.details.iter().find(|(name, _)| name == COMPUTED)?;
    let received = evidence.signature.as_ref()?.as_exact()?;
    let (own, other) = (docs.bytes(*computed), docs.bytes(received));
    if own == other {
        return None;
    }
    Some(
        Finding::warning(
            TWO,
            format!(
                "The server computed the signature {} and received {}: it refused the request.",
                shown(own),
                shown(other)
            ),
            "Which part differs is seen from the two strings to sign: the server prints its own a few lines above, \
             and the client with its debug log on.",
        )
        .at(docs.to_given(*computed), "computed by the server")
        .at(docs.to_given(received), "received"),
    )
}

/// Where two strings of one such scheme part that are not both sides' already: two copies without a label, or two
/// prints of one side.
fn differing(case: &Case) -> Option<Finding> {
    let docs = &case.docs;
    let strings: Vec<(Foreign, Option<Side>, Span)> = case
        .evidence
        .iter()
        .filter_map(|evidence| {
            let span = evidence.string_to_sign.as_ref()?.as_exact()?;
            let foreign = of_string(docs, evidence, span)?;
            Some((foreign, evidence.side, span))
        })
        .collect();
    let [(one, side, a), (other, twin, b)] = strings.as_slice() else {
        return None;
    };
    // What both sides have is compared by the diagnosis.
    if one != other || side.is_some() && twin.is_some() && side != twin {
        return None;
    }
    // Version 2 has one form for S3 and one for the query services: they have no line in common.
    let is_query =
        |span: Span| memchr::memmem::find(docs.bytes(span), b"\nAWSAccessKeyId=").is_some();
    if is_query(*a) != is_query(*b) {
        return None;
    }
    let place = first_difference(docs, *a, *b)?;
    let quote = |span: Span| {
        let text = visible::to_string(docs.bytes(span));
        let cut = text.char_indices().nth(LINE).map(|(at, _)| at);
        match cut.and_then(|at| text.get(..at)) {
            Some(head) => format!("“{head} …”"),
            None if text.is_empty() => "an empty one".to_owned(),
            None => format!("“{text}”"),
        }
    };
    let (number, line, twin) = place;
    Some(
        Finding::warning(
            DIFFER,
            format!(
                "The two strings to sign part in line {number}: {} against {}.",
                quote(line),
                quote(twin)
            ),
            "If one is the server's and the other the client's, this is what changed between them.",
        )
        .at(docs.to_given(line), "in the first")
        .at(docs.to_given(twin), "in the second"),
    )
}

/// The first line in which two texts part, from 1, and its place in both.
fn first_difference(docs: &Documents, a: Span, b: Span) -> Option<(usize, Span, Span)> {
    let (mut at, mut to) = (0, 0);
    for number in 1.. {
        let (left, right) = (docs.bytes(a).get(at..), docs.bytes(b).get(to..));
        if left.is_none() && right.is_none() {
            return None;
        }
        let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
        let end = |rest: &[u8]| memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let (ends, twin) = (end(left), end(right));
        if left.get(..ends) != right.get(..twin) {
            let of = |whole: Span, from: usize, len: usize| {
                whole.part(from.min(whole.len())..(from + len).min(whole.len()))
            };
            return Some((number, of(a, at, ends), of(b, to, twin)));
        }
        at += ends + 1;
        to += twin + 1;
    }
    None
}

/// A short text for a message.
fn shown(bytes: &[u8]) -> String {
    visible::to_string(bytes.get(..bytes.len().min(88)).unwrap_or(bytes))
}
