//! Evidence of signing schemes that are not followed here: naming the scheme, and saying what can be said of its
//! strings without it.
//!
//! Owns the list of those schemes and what is said of them; `which` tells them apart. Must not know how any of them signs.

mod header;
mod seen;
mod url;
mod which;

pub(in crate::engine) use url::{Ends, SignedUrl, signed_url};
pub(super) use which::is_cos;
use which::{foreign, of_string};

use std::cell::LazyCell;

use crate::engine::diagnose::Finding;
use crate::engine::document::{Documents, Span, visible};
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
    /// Standard Webhooks, whose libraries name their error so.
    StandardWebhook,
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
            Self::StandardWebhook => "Standard Webhooks",
            Self::Named(name) => name,
        }
    }

    /// What to do about it, where these strings to sign of it are here.
    fn help(self, strings: Strings) -> String {
        let has_string = strings.any();
        let own = match self {
            Self::Webhook => {
                "A webhook's signature is over the raw bytes of the body, mostly with a time in front: verify them \
                 before any parser reads them, with the secret of this very endpoint, and look at the clock."
            }
            Self::StandardWebhook => {
                "The signature is over the headers webhook-id and webhook-timestamp and the raw bytes of the body, \
                 joined by full stops (svix-id and svix-timestamp with Svix's own names): print these, \
                 webhook-signature and the body before any parser reads it. The secret is that of this very \
                 endpoint, in base64 behind whsec_."
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
                "With an HMAC key the same storage takes AWS4-HMAC-SHA256, which is verified here."
            }
            Self::Aws2 => "Where the server takes Version 4 (s3v4), switch the client to it.",
            Self::Aws2Query => {
                "Its string to sign is the method, the host in lower case, the path, and every parameter but the \
                 signature, sorted by the bytes of their names and encoded as RFC 3986 has it, a line each. Print what \
                 your code makes of them and hold it against what it sends; the time is in UTC and ends in Z."
            }
            _ if has_string => return strings.wanted().to_owned(),
            _ => "Paste both sides' strings to sign, if they print them: where they part is shown.",
        };
        match self {
            Self::GoogleRsa | Self::Aws2 => format!("{} {own}", strings.wanted()),
            _ => own.to_owned(),
        }
    }
}

/// Whose strings to sign of a scheme are here.
#[derive(Copy, Clone, Debug, Default)]
struct Strings {
    client: bool,
    server: bool,
    unnamed: bool,
}

impl Strings {
    fn add(&mut self, evidence: &Evidence) {
        if evidence.string_to_sign.is_some() {
            match evidence.side {
                Some(Side::Client) => self.client = true,
                Some(Side::Server) => self.server = true,
                None => self.unnamed = true,
            }
        }
    }

    fn any(self) -> bool {
        self.client || self.server || self.unnamed
    }

    /// What would let the two sides be compared.
    fn wanted(self) -> &'static str {
        match (self.client, self.server, self.unnamed) {
            (true, true, _) => {
                "What can be seen without it is where the two sides' strings part; both are here."
            }
            (true, false, _) => {
                "What can be seen without it is where the two sides' strings part: paste what the server signed, too, \
                 where its answer or its log gives it."
            }
            (false, false, true) => {
                "What can be seen without it is where the two sides' strings part: paste the other side's, too."
            }
            (false, _, _) => {
                "What can be seen without it is where the two sides' strings part: paste what the client signed, too."
            }
        }
    }
}

/// Adds to the case what is to be said of such evidence.
pub(in crate::engine::intake) fn add(case: &mut Case) {
    let mut findings = Vec::new();
    let mut named: Vec<(Foreign, Vec<Span>, Strings)> = Vec::new();
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
        let known = named.iter_mut().find(|(known, ..)| *known == foreign);
        if let Some((_, spans, strings)) = known {
            spans.push(span);
            strings.add(evidence);
        } else {
            let mut strings = Strings::default();
            strings.add(evidence);
            named.push((foreign, vec![span], strings));
        }
    }
    let answers = named.len();
    for request in &case.requests {
        let Some((foreign, place)) = header::kind(&case.docs, request) else {
            continue;
        };
        match named.iter_mut().find(|(known, ..)| *known == foreign) {
            Some((_, spans, _)) => spans.push(place),
            None => named.push((foreign, vec![place], Strings::default())),
        }
    }
    for (at, (foreign, spans, strings)) in named.into_iter().enumerate() {
        let what = match (foreign, strings.any()) {
            _ if at >= answers => {
                format!("The Authorization header is that of {}", foreign.called())
            }
            (Foreign::Webhook, _) => "This is the error of a verifier of webhooks".to_owned(),
            (Foreign::StandardWebhook, _) => {
                "This is the error of a verifier of webhooks (Standard Webhooks, or Svix)"
                    .to_owned()
            }
            (_, true) => format!("The string to sign here is that of {}", foreign.called()),
            (_, false) => format!("This answer is to a signature of {}", foreign.called()),
        };
        let mut finding = if foreign == Foreign::Google {
            Finding::note(
                KIND_UNKNOWN,
                "This answer is in the words of Google Cloud Storage, and does not say what kind of signature it \
                 refused.",
                foreign.help(strings),
            )
        } else {
            Finding::warning(
                ID,
                format!("{what}, which is not verified here."),
                foreign.help(strings),
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
