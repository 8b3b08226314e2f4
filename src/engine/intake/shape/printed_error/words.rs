//! The words of verifiers: the codes and messages by which they refuse a signed request, and the names of what
//! else they tell.
//!
//! Owns the tables, and finding where one of them begins. Must not know how a program prints them, nor what
//! they mean.

use std::sync::LazyLock;

use super::wrapped;
use crate::engine::intake::is_basic_time;
use crate::engine::intake::text::Text;

/// Codes by which a verifier refuses a signed request, the longer of two with one beginning first (the public
/// error lists of Amazon S3, of the services behind the AWS Query and JSON protocols, of Azure Storage and of
/// Alibaba Cloud), and the exceptions of webhook verifiers.
const CODES: [&str; 41] = [
    "SignatureDoesNotMatch",
    "SignatureVerificationError",
    "WebhookVerificationError",
    "InvalidSignatureException",
    "InvalidSignature",
    "IncompleteSignatureException",
    "IncompleteSignature",
    "SignatureExpired",
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
    "AuthenticationFailed",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "ExpiredRequest",
    "XAmzContentSHA256Mismatch",
    "XAmzContentChecksumMismatch",
    "BadDigest",
    // Google Cloud Storage; Cloudflare R2.
    "InvalidSecurity",
    "MissingSecurityHeader",
    "InvalidRegionName",
    "MissingClientTokenId",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "ExpiredTokenException",
    "ExpiredToken",
    "MissingAuthenticationTokenException",
    "MissingAuthenticationToken",
    "PermanentRedirect",
    "TemporaryRedirect",
    "InvalidToken",
    "InvalidChunkSizeError",
    "MalformedTrailerError",
    "MalformedQueryString",
    "MalformedPOSTRequest",
    "AccessDeniedException",
    "AccessDenied",
    "InvalidPolicyDocument",
    "InvalidArgument",
    "InvalidRequest",
    "AuthFailure",
];

/// How messages of a verifier about a signature begin (as above; for each the sources are the services' published
/// error messages, scratchstack-aws-signature's chart of the order of errors, versitygw's `s3err`, MinIO's
/// `cmd/api-errors.go`). Where quotes stand in the part that is looked for, it is listed as literals escape it, too.
const MESSAGES: [&str; 89] = [
    // Oracle Cloud.
    "The required information to complete authentication was not provided",
    "The request signature we calculated does not match",
    "The request signature does not conform to Aliyun standards",
    "Specified signature is not matched with our calculation",
    "Forbidden: Invalid signature",
    "Signature expired:",
    "Signature not yet current:",
    "Credential should be scoped",
    "The credential must be scoped to a valid region",
    "Date in Credential scope does not match",
    "Credential must have exactly 5 slash-delimited elements",
    "The authorization header is malformed",
    "Authorization header requires ",
    "Authorization header is invalid",
    "Invalid key=value pair (missing equal-sign) in Authorization header",
    "'Host' or ':authority' must be a 'SignedHeader'",
    "\\'Host\\' or \\':authority\\' must be a \\'SignedHeader\\'",
    "Unsupported AWS 'algorithm'",
    "Unsupported AWS \\'algorithm\\'",
    "Unsupported Authorization Type",
    "Date must be in ISO-8601 ",
    "Invalid date (should be seconds since epoch)",
    "Request is missing Authentication Token",
    "Missing Authentication Token",
    "Incomplete trailing escape % sequence",
    "Illegal hex character in escape % pattern",
    "AWS query-string parameters must include",
    "AWS authentication requires a valid Date",
    "Query-string authentication version 4 requires",
    "Query-string authentication requires the Signature",
    "Only one auth mechanism allowed",
    "The difference between the request time and the current time is too large",
    "The difference between the request time and the server's time is too large",
    "Request has expired",
    "Request is not yet valid",
    "Request is not valid yet",
    "There were headers present in the request which were not signed",
    "Missing required header for this request: x-amz-content-sha256",
    "x-amz-content-sha256 must be ",
    "The provided 'x-amz-content-sha256' header does not match",
    "The provided \\'x-amz-content-sha256\\' header does not match",
    "The authorization mechanism you have provided is not supported",
    "The AWS Access Key Id you provided does not exist",
    "The Access Key Id you provided does not exist",
    "The security token included in the request is",
    "The provided token is malformed",
    "The provided token has expired",
    "Error parsing the X-Amz-Credential parameter",
    "Invalid credential date",
    "X-Amz-Algorithm only supports",
    "X-Amz-Date must be in the ISO8601 Long Format",
    "X-Amz-Expires should be a number",
    "X-Amz-Expires must be ",
    "Invalid Policy: ",
    "Invalid according to Policy: ",
    "Bucket POST must contain a field named",
    "Server failed to authenticate the request",
    "The MAC signature found in the HTTP request",
    "The input authorization token can't serve the request",
    "The input authorization token can\\'t serve the request",
    "oauth_problem=",
    "No signatures found matching the expected signature",
    "No signatures found with expected scheme",
    "Unable to extract timestamp and signatures from header",
    "Timestamp outside the tolerance zone",
    "No matching signature found",
    // github-webhook-handler, Octokit's webhooks, and the examples of GitHub's documentation.
    "X-Hub-Signature does not match",
    "X-hub-signature does not match",
    "signature does not match event payload and secret",
    "Signatures didn't match!",
    // Garage, src/api/common/signature/error.rs
    "Authorization header malformed, unexpected scope: ",
    // LocalStack's log, services/s3/presigned_url.py
    "Signatures do not match, but not raising an error",
    "Signature is expired, but not raising an error",
    // Pithos, src/io/pithos/sig4.clj
    "invalid request signature {:type :signature-does-not-match",
    // Cloudflare R2
    "SigV2 authorization is not supported",
    "Credential access key has length ",
    // Backblaze B2
    "Signature validation failed",
    "The V2 signature authorization mechanism is not supported",
    // Tencent Cloud COS
    "The Signature you specified is invalid",
    // Alibaba Cloud OSS
    "The OSS Access Key Id you provided does not exist",
    // Oracle Cloud's object storage
    "The secret key required to complete authentication could not be found",
    // Google Cloud Storage
    "The provided security credentials are not valid",
    // Amazon EC2, which says no more whatever is wrong
    "AWS was not able to validate the provided access credentials",
    // OpenSearch and API Gateway, of a request without a signature
    "User: anonymous is not authorized to perform",
    // Amazon S3, of a request with Version 2; its list of errors
    "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature",
    "The authorization header that you provided is not valid",
    // MinIO until 2016, of a header without its three parts; its older forms
    "Missing fields in auth header",
    "Each form field that you specify in a form",
    // Azure Storage, of a shared access signature
    "Signature did not match. String to sign used was",
];

/// Names of what else a verifier tells beside its code and message.
pub(super) const DETAILS: [&str; 16] = [
    "Region",
    "Endpoint",
    "RequestTime",
    "ServerTime",
    "MaxAllowedSkewMilliseconds",
    "HeadersNotSigned",
    "X-Amz-Expires",
    "Expires",
    NOT_YET,
    "ClientComputedContentSHA256",
    "S3ComputedContentSHA256",
    "AWSAccessKeyId",
    "OSSAccessKeyId",
    "x-oss-request-id",
    "ArgumentName",
    "ArgumentValue",
];

/// A detail that requests have, too: it is one of an answer only where the message is about it.
pub(super) const NOT_YET: &str = "X-Amz-Date";

/// What codes and messages are found by: each of them holds one of these, and none of these begins another.
pub(super) const ANCHORS: [&str; 46] = [
    "ignature",
    "xpired",
    "oken",
    " valid",
    "redential",
    "uth",
    "Malformed",
    "ebhookVer",
    "256Mismatch",
    "InvalidChunkSize",
    "Redirect",
    "TooSkewed",
    "dClient",
    "ccess",
    "current time",
    "server's time",
    "not signed",
    "required header",
    "sha256 must",
    "sha256' h",
    "sha256\\' h",
    "uery-string ",
    "Algorithm only",
    "ISO-8601",
    "ISO8601 ",
    "Expires should",
    "Expires must",
    "since epoch",
    "escape % ",
    "algorithm'",
    "algorithm\\'",
    "InvalidArgument",
    "InvalidRequest",
    "Policy",
    "POST must",
    "form field",
    "ChecksumMismatch",
    "BadDigest",
    "InvalidSec",
    "MissingSec",
    "InvalidRegion",
    "tolerance zone",
    EARLIER,
    LATER,
    NO_PAIR,
    NOT_SENT,
];

/// Those of them that stand behind the value with which a message begins.
const VALUE_FIRST: [&str; 4] = [EARLIER, LATER, NO_PAIR, NOT_SENT];
/// Those of them that stand behind a value in quotes.
const QUOTE_FIRST: [&str; 2] = [NO_PAIR, NOT_SENT];

/// What stands behind the first of two times where the words before it are missing.
const EARLIER: &str = " is now earlier than ";
/// The same of a time that is to come.
const LATER: &str = " is still later than ";
/// Behind a part of an Authorization header, in quotes.
const NO_PAIR: &str = " not a valid key=value pair";
/// Behind the name of a header, in quotes.
const NOT_SENT: &str = " is named as a SignedHeader, but it does not exist";

/// Length of a time in basic form.
const TIME: usize = 16;
/// The longest part of a header that is named in front of [`NO_PAIR`], in bytes.
const PART: usize = 512;

/// A code or message, and how far behind its beginning its anchor stands.
struct Word {
    text: &'static str,
    offset: usize,
}

/// The codes and messages of each anchor, in its order.
fn words() -> &'static [Vec<Word>] {
    static WORDS: LazyLock<Vec<Vec<Word>>> = LazyLock::new(|| {
        let mut words: Vec<Vec<Word>> = ANCHORS.iter().map(|_| Vec::new()).collect();
        for text in MESSAGES.into_iter().chain(CODES) {
            let mut anchors = ANCHORS.iter().zip(&mut words);
            let found = anchors.find_map(|(anchor, words)| Some((text.find(anchor)?, words)));
            if let Some((offset, words)) = found {
                words.push(Word { text, offset });
            }
        }
        words
    });
    &WORDS
}

/// What stands at a place.
pub(super) enum Found {
    /// A code, of so many bytes.
    Code(usize),
    /// A message.
    Message,
}

/// Where the code or message begins that the anchor at `at` belongs to.
pub(super) fn begin(text: &Text, at: usize, from: usize) -> Option<usize> {
    let front = text.get(at..at + NOT_SENT.len());
    if let Some(words) = VALUE_FIRST
        .iter()
        .find(|words| front.starts_with(words.as_bytes()))
    {
        let start = if QUOTE_FIRST.contains(words) {
            quoted_before(text, at)
        } else {
            let start = at.checked_sub(TIME)?;
            is_basic_time(text.get(start..at)).then_some(start)
        };
        return start.filter(|start| *start >= from);
    }
    if let Some(start) = caller_before(text, at).filter(|start| *start >= from) {
        return Some(start);
    }
    let anchors = ANCHORS.iter().zip(words());
    let (_, words) = anchors
        .into_iter()
        .find(|(anchor, _)| front.starts_with(anchor.as_bytes()))?;
    words.iter().find_map(|word| {
        let before = word.text.get(..word.offset)?;
        let start = wrapped::behind(text, at, before).filter(|start| *start >= from)?;
        let here = wrapped::says(text, start, word.text).is_some();
        (here && found(text, start).is_some()).then_some(start)
    })
}

/// How a verifier begins that names who is not allowed to do something, and what stands behind that name (AWS IAM User Guide,
/// Troubleshoot access denied error messages).
const CALLER: &[u8] = b"User: arn:";
/// See [`CALLER`]: from an anchor of it on.
const NOT_ALLOWED: &[u8] = b"uthorized to perform: ";
/// The longest name of a caller, with the words behind it, in bytes.
const NAMED: usize = 2200;

/// Where the sentence starts whose [`NOT_ALLOWED`] stands at `at`.
fn caller_before(text: &Text, at: usize) -> Option<usize> {
    if text.get(at..at + NOT_ALLOWED.len()) != NOT_ALLOWED {
        return None;
    }
    let floor = at.saturating_sub(NAMED);
    let before = text.get(floor..at).strip_suffix(b" is not a")?;
    let start = floor + memchr::memmem::rfind(before, CALLER)?;
    let name = text.get(start + CALLER.len()..floor + before.len());
    // One name, with no blank and no quote in it.
    let one = |b: &u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'<' | b'>');
    name.iter().all(one).then_some(start)
}

/// Whether such a sentence begins at `at`.
fn is_caller(text: &Text, at: usize) -> bool {
    if text.get(at..at + CALLER.len()) != CALLER {
        return false;
    }
    let near = text.get(at..at + NAMED + NOT_ALLOWED.len());
    let found = memchr::memmem::find(near, NOT_ALLOWED);
    found.is_some_and(|i| caller_before(text, at + i) == Some(at))
}

/// Where the quoted value starts that ends at `at`, with the backslash that its quote may be escaped with.
fn quoted_before(text: &Text, at: usize) -> Option<usize> {
    let end = at.checked_sub(1).filter(|i| text.at(*i) == Some(b'\''))?;
    let floor = end.saturating_sub(PART);
    let before = text.get(floor..end);
    let before = before.strip_suffix(b"\\").unwrap_or(before);
    let quote = floor + memchr::memrchr(b'\'', before)?;
    let escaped = quote > floor && text.at(quote - 1) == Some(b'\\');
    Some(quote - usize::from(escaped))
}

/// Where the words end by which the message at `at` is known; none where none begins there.
pub(super) fn message(text: &Text, at: usize) -> Option<usize> {
    let mut messages = MESSAGES.iter();
    messages.find_map(|message| wrapped::says(text, at, message))
}

/// Whether a message begins with words that are known.
pub(in crate::engine::intake) fn is_known_message(message: &[u8]) -> bool {
    MESSAGES
        .iter()
        .any(|known| message.starts_with(known.as_bytes()))
}

/// Whether words that are known stand anywhere in `text`.
pub(in crate::engine::intake::shape) fn holds_message(text: &[u8]) -> bool {
    MESSAGES
        .iter()
        .any(|known| memchr::memmem::find(text, known.as_bytes()).is_some())
}

/// Whether `word` is a code.
pub(in crate::engine::intake::shape) fn is_code(word: &[u8]) -> bool {
    CODES.iter().any(|code| code.as_bytes() == word)
}

/// The length of the code at `at`, whatever stands around it.
pub(super) fn code(text: &Text, at: usize) -> Option<usize> {
    let front = text.get(at..at + 80);
    let code = CODES
        .iter()
        .find(|code| front.starts_with(code.as_bytes()))?;
    let goes_on = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (!front.get(code.len()).is_some_and(goes_on)).then_some(code.len())
}

/// Whether the code of `len` bytes at `at` stands between quotes as pages write them.
fn is_quoted_in_page(text: &Text, at: usize, len: usize) -> bool {
    [b"&quot;".as_slice(), b"&#34;", b"&#39;", b"&apos;"]
        .into_iter()
        .any(|quote| {
            let before = at.checked_sub(quote.len()).map(|from| text.get(from..at));
            before == Some(quote) && text.get(at + len..at + len + quote.len()) == quote
        })
}

/// What begins at `at`. A code counts where it stands as programs put it, not as a word of a sentence.
pub(super) fn found(text: &Text, at: usize) -> Option<Found> {
    let front = text.get(at..at + 80);
    let behind_time = front.get(TIME..).unwrap_or_default();
    let starts = |bytes: &[u8], words: &str| bytes.starts_with(words.as_bytes());
    if starts(behind_time, EARLIER) || starts(behind_time, LATER) || is_quote_first(text, at) {
        return Some(Found::Message);
    }
    if message(text, at).is_some() || is_caller(text, at) {
        return Some(Found::Message);
    }
    let code = CODES.iter().find(|code| starts(front, code))?;
    let len = code.len();
    let before = at.checked_sub(1).and_then(|i| text.at(i));
    let behind = front.get(len).copied();
    let rest = front.get(len..).unwrap_or_default();
    // Headers that are printed without their line ends run together: the next one of the answer begins behind.
    let next = starts(rest, "x-amz");
    let lower = |b: u8| (b.is_ascii_lowercase() && !next) || b.is_ascii_digit() || b == b'_';
    if is_bold(text, at, len) || is_quoted_in_page(text, at, len) {
        return Some(Found::Code(len));
    }
    if before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') || behind.is_some_and(lower) {
        return None;
    }
    // `Error Code: X;` and `code = X,` have a blank between.
    let marked = if before == Some(b' ') {
        at.checked_sub(2).and_then(|i| text.at(i))
    } else {
        before
    };
    let announced = is_announced(text, at);
    let opened = announced
        || is_behind_status(text, at)
        || match marked {
            Some(b':' | b'=') => true,
            Some(b'"' | b'\'' | b'(' | b'#' | b'<' | b'[' | b'`') => before != Some(b' '),
            _ => false,
        };
    // s3cmd and others: `CODE - MESSAGE`.
    let parted = [" - ", " -- "].iter().any(|dash| {
        let words = text.get(at + len + dash.len()..at + len + dash.len() + 80);
        starts(rest, dash) && MESSAGES.iter().any(|message| starts(words, message))
    });
    let closed = matches!(
        behind,
        Some(
            b'"' | b'\''
                | b')'
                | b':'
                | b'<'
                | b']'
                | b';'
                | b','
                | b'\\'
                | b'\n'
                | b'\r'
                | b'`'
                | b'*'
        )
    ) || behind == Some(b' ') && (announced || before == Some(b'='));
    let spoken = parted
        || starts(rest, " when calling")
        || starts(rest, " (client)")
        || starts(rest, " (server)")
        || behind.is_some_and(|b| b.is_ascii_uppercase());
    (opened && (closed || next || behind.is_none()) || behind == Some(b':') || spoken)
        .then_some(Found::Code(len))
}

/// Whether a code is set in bold, as Markdown writes it: `**AccessDenied**`, `__AccessDenied__`.
fn is_bold(text: &Text, at: usize, len: usize) -> bool {
    let Some(start) = at.checked_sub(2) else {
        return false;
    };
    let mark = text.get(start..at);
    let outer = start.checked_sub(1).and_then(|i| text.at(i));
    let word =
        |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'*'));
    let end = at + len + 2;
    matches!(mark, b"**" | b"__")
        && text.get(at + len..end) == mark
        && !word(outer)
        && !word(text.at(end))
}

/// What stands directly in front of a code and of nothing else: the element of an answer of which no more is here; the
/// SDK for .NET where an answer has no body; the SDK for Go v1 as programs print the parts of its error.
const ANNOUNCED: [&str; 4] = ["<Code>", "Error Code ", "error code ", "AWS Error: "];

/// Whether one of them stands in front of `at`, with one blank more at the most.
fn is_announced(text: &Text, at: usize) -> bool {
    let front = text.get(at.saturating_sub(16)..at);
    let short = front.strip_suffix(b" ").unwrap_or(front);
    ANNOUNCED
        .iter()
        .any(|words| front.ends_with(words.as_bytes()) || short.ends_with(words.as_bytes()))
}

/// Whether an HTTP status of a refusal stands in front of `at`, as in `403 SignatureDoesNotMatch`.
fn is_behind_status(text: &Text, at: usize) -> bool {
    let front = text.get(at.saturating_sub(5)..at);
    let [.., before, first, second, third, b' '] = front else {
        return false;
    };
    matches!(first, b'4' | b'5')
        && second.is_ascii_digit()
        && third.is_ascii_digit()
        && matches!(before, b' ' | b'(' | b':')
}

/// Whether a quoted value with one of [`QUOTE_FIRST`] behind it begins at `at`.
fn is_quote_first(text: &Text, at: usize) -> bool {
    if !matches!(text.get(at..at + 2), [b'\'', ..] | [b'\\', b'\'']) {
        return false;
    }
    QUOTE_FIRST.iter().any(|words| {
        let near = text.get(at..at + PART + words.len());
        let found = memchr::memmem::find(near, words.as_bytes());
        found.is_some_and(|i| quoted_before(text, at + i) == Some(at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_message_is_found_by_an_anchor() {
        let known: usize = words().iter().map(Vec::len).sum();
        assert_eq!(known, CODES.len() + MESSAGES.len());
    }

    #[test]
    fn no_anchor_hides_another() {
        for (place, anchor) in ANCHORS.iter().enumerate() {
            let others = ANCHORS.iter().enumerate().filter(|(at, _)| *at != place);
            for (_, other) in others {
                assert!(!other.starts_with(anchor), "{other} begins with {anchor}");
            }
        }
    }
}
