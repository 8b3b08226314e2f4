//! The error of a client that never reached its server: the name of the host was not found, or the certificate not
//! accepted. Nothing was sent then, and no server has seen the signature.
//!
//! Owns the words of such errors: of curl, glibc and macOS, Node, Go, Java, Python, .NET, PHP and the AWS Common Runtime. Must
//! not know what was to be sent. Where a server answered after all, another try reached it, and nothing is said.

use crate::engine::diagnose::Finding;
use crate::engine::intake::reader::Reader;
use crate::engine::intake::recogniser::{Hit, Recogniser, Start};
use crate::engine::intake::scan::Scan;
use crate::engine::intake::shape::vocabulary::NOT_REACHED;
use crate::engine::intake::text::Text;

/// Recognises such errors.
pub(in crate::engine::intake) struct NotReached;

/// How many of the words below are about names; the rest is about certificates.
const OF_NAMES: usize = 13;

/// What is printed of either.
const ANCHORS: [&str; 20] = [
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
    "SSL certificate problem",
    "CERTIFICATE_VERIFY_FAILED",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_GET_ISSUER_CERT",
    "x509: certificate",
    "PKIX path building failed",
];

/// Takes the remark back where a server answered.
pub(in crate::engine::intake) fn settle(reader: &mut Reader<'_>) {
    let case = &mut *reader.case;
    if case
        .evidence
        .iter()
        .any(|evidence| evidence.answer.is_some())
    {
        case.findings.retain(|finding| finding.id != NOT_REACHED);
    }
}

impl Recogniser for NotReached {
    fn anchors(&self) -> &'static [&'static str] {
        &ANCHORS
    }

    fn once_a_line(&self) -> bool {
        true
    }

    fn ending_bodies(&self) -> usize {
        0
    }

    fn start(&self, _: &Text, hit: Hit, from: usize) -> Option<Start> {
        (hit.at >= from).then_some(Start {
            at: hit.at,
            boundary: false,
        })
    }

    fn read(&self, reader: &mut Reader<'_>, pass: &mut Scan<'_>, start: Start) -> Option<usize> {
        let text = pass.text;
        let here =
            |words: &&'static str| text.get(start.at..start.at + words.len()) == words.as_bytes();
        let place = ANCHORS.iter().position(here)?;
        let end = start.at + ANCHORS.get(place)?.len();
        if !reader
            .case
            .findings
            .iter()
            .any(|finding| finding.id == NOT_REACHED)
        {
            let (message, help) = if place < OF_NAMES {
                (
                    "The client did not find the host by its name: nothing was sent, and no server has seen the signature.",
                    "Look at the name that the client was given. Where it wants a host, that is a name alone: no scheme in front, \
                     no path and no query behind. And the name must exist: a bucket or a region that is spelled otherwise \
                     makes another one.",
                )
            } else {
                (
                    "The client did not accept the server's certificate: nothing was sent, and no server has seen the \
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
