//! The error of a client that never reached its server: the name of the host was not found, or the certificate not
//! accepted. Nothing was sent then, and no server has seen the signature.
//!
//! Owns the words of such errors: of curl, glibc and macOS, Node, Go, Java, Python, .NET, PHP and the AWS Common Runtime. Must
//! not know what was to be sent. Where a server answered after all, another try reached it, and nothing is said.

use std::sync::LazyLock;

use crate::engine::diagnose::Finding;
use crate::engine::document::Documents;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::vocabulary::NOT_REACHED;
use crate::engine::intake::text::Text;
use crate::engine::intake::{Given, Side, SignedRequest};

/// Recognises such errors.
pub(in crate::engine::intake) struct NotReached;

/// What is printed where the name of the host was not found.
const NAMES: [&str; 13] = [
    "AWS_IO_DNS_INVALID_NAME",
    "AWS_IO_DNS_QUERY_FAILED",
    "Could not resolve host",
    "Couldn't resolve host",
    "getaddrinfo ENOTFOUND",
    "getaddrinfo EAI_AGAIN",
    "getaddrinfo failed",
    ": no such host",
    "UnknownHostException",
    "Name or service not known",
    "nodename nor servname provided",
    "Temporary failure in name resolution",
    "No such host is known",
];

/// What is printed where the certificate was not accepted.
const CERTIFICATES: [&str; 7] = [
    "SSL certificate problem",
    "CERTIFICATE_VERIFY_FAILED",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_GET_ISSUER_CERT",
    "x509: certificate",
    "PKIX path building failed",
];

/// Both.
static ANCHORS: LazyLock<Vec<&str>> =
    LazyLock::new(|| NAMES.into_iter().chain(CERTIFICATES).collect());

/// As much of a line as is looked at for the host of the error, to either side.
const LINE: usize = 512;

/// Takes the remark back where a server answered, in whatever words, and where the error is about another host than that of
/// a request that is here.
pub(in crate::engine::intake) fn settle(reader: &mut Reader<'_>) {
    let case = &mut *reader.case;
    let answered = case
        .evidence
        .iter()
        .any(|evidence| evidence.answer.is_some() || evidence.side == Some(Side::Server));
    let docs = &case.docs;
    let hosts: Vec<Vec<u8>> = case
        .requests
        .iter()
        .take(MOST)
        .filter_map(|request| host(docs, request))
        .collect();
    let about_another = |finding: &Finding| {
        finding.labels.iter().any(|label| {
            let whole = docs.bytes(docs.whole(label.span.doc));
            let refused = memchr::memmem::find_iter(whole, b"403").any(|at| is_word(whole, at, 3));
            let front = whole
                .get(label.span.start.saturating_sub(LINE)..label.span.start)
                .unwrap_or_default();
            let front = front.rsplit(|b| *b == b'\n').next().unwrap_or_default();
            let back = whole.get(label.span.end..).unwrap_or_default();
            let back = back
                .get(..LINE)
                .unwrap_or(back)
                .split(|b| *b == b'\n')
                .next()
                .unwrap_or_default();
            let mut named = names(front).chain(names(back)).peekable();
            let other = !hosts.is_empty()
                && named.peek().is_some()
                && !named.any(|name| hosts.contains(&name));
            refused || other
        })
    };
    let back: Vec<bool> = case
        .findings
        .iter()
        .map(|finding| finding.id == NOT_REACHED && (answered || about_another(finding)))
        .collect();
    let mut back = back.into_iter();
    case.findings.retain(|_| !back.next().unwrap_or_default());
}

/// Requests whose hosts are looked at.
const MOST: usize = 64;

/// Whether what stands at `at` is a word by itself.
fn is_word(text: &[u8], at: usize, len: usize) -> bool {
    let is_part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.');
    !is_part(at.checked_sub(1).and_then(|at| text.get(at))) && !is_part(text.get(at + len))
}

/// The host that a request goes to, in lower case, without its port.
fn host(docs: &Documents, request: &SignedRequest) -> Option<Vec<u8>> {
    let header = request.headers.iter().find(|header| match header.name {
        Given::Stated(name) => docs.bytes(name).eq_ignore_ascii_case(b"host"),
        Given::Implied(name) => name.eq_ignore_ascii_case("host"),
    });
    let span = request
        .target
        .authority
        .or_else(|| header.map(|header| header.value))?;
    let text = docs.bytes(span).trim_ascii().to_ascii_lowercase();
    text.split(|b| *b == b':').next().map(<[u8]>::to_vec)
}

/// Names of hosts in a line: labels of small letters and digits with dots between, the last of letters.
fn names(line: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    line.split(move |b| !is_part(b)).filter_map(|word| {
        let word = word.strip_suffix(b".").unwrap_or(word);
        let plain =
            |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
        let mut labels = word.split(|b| *b == b'.');
        let last = labels.next_back()?;
        let is_name =
            word.iter().all(plain) && last.len() >= 2 && last.iter().all(u8::is_ascii_alphabetic);
        (is_name && labels.next().is_some_and(|first| !first.is_empty())).then(|| word.to_vec())
    })
}

impl Recogniser for NotReached {
    fn anchors(&self) -> &'static [&'static str] {
        ANCHORS.as_slice()
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, _: &Text, hit: Hit, from: usize) -> Option<Start> {
        Start::within(hit, from)
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let here = |words: &&&str| text.get(start.at..start.at + words.len()) == words.as_bytes();
        let words = ANCHORS.iter().find(here)?;
        let end = start.at + words.len();
        if !reader
            .case
            .findings
            .iter()
            .any(|finding| finding.id == NOT_REACHED)
        {
            let (message, help) = if NAMES.contains(words) {
                (
                    "The client did not find the host by its name: nothing was sent then, and no server has seen that signature.",
                    "Look at the name that the client was given. Where it wants a host, that is a name alone: no scheme in front, \
                     no path and no query behind. And the name must exist: a bucket or a region that is spelled otherwise \
                     makes another one.",
                )
            } else {
                (
                    "The client did not accept the server's certificate: nothing was sent then, and no server has seen that \
                     signature.",
                    "It is for another name, has expired, or is signed by an authority that the client does not know: a proxy \
                     that opens TLS, or a server of one's own. Give the client that authority's certificate.",
                )
            };
            let span = reader.case.docs.to_given(text.span(start.at..end));
            reader.find(
                Finding::warning(NOT_REACHED, message, help).at(span, "the client's own error"),
            );
        }
        Some(end)
    }
}
