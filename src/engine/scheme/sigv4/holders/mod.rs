//! The clients and servers of this scheme that can be asked for a missing piece, and what to type.
//!
//! One table for each piece. No line here puts a secret into an argument or a file, and what each line prints
//! is of a shape that intake reads: `tests/engine/holders.rs` feeds it what they printed, and
//! `tests/real` runs those whose tools are at hand.

mod arrived;
mod log;
mod request;
mod signer;
mod strings;

use super::reading::{self, Reading};
use crate::engine::diagnose::{Holder, NextStep};
use crate::engine::document::visible;
use crate::engine::intake::SignedRequest;
use crate::engine::scheme::View;

/// Marks of servers that never give their strings, in an answer: to ask for them leads nowhere. Where S3 gives
/// its strings, MinIO and those that follow it name the resource.
pub(super) const SILENT: &[&str] = &[
    "server: minio",
    "server: ceph",
    "server: garage",
    "server: seaweedfs",
    "forbidden: invalid signature",
    CEPH_ID,
    "<resource>/",
];

/// How ids begin that Ceph's gateway gives its requests: `tx` and a count in 21 hex digits, then time and zone
/// (`RGWEnv`'s transaction id, src/rgw/rgw_common). A `?` stands for a digit.
const CEPH_ID: &str = "tx?????????????????????-??????????-";

/// Hosts of services that others run: who asks them has none of their logs, whatever the gateway is.
pub(super) const HOSTED: &[&str] = &[
    ".digitaloceanspaces.com",
    ".linodeobjects.com",
    ".vultrobjects.com",
    ".your-objectstorage.com",
    ".dream.io",
];

/// The host that a request lacks and that was signed: nothing can be computed rightly before it is here.
/// Proxies keep it in a header of their own.
pub(super) fn missing_host(
    view: &View<'_>,
    reading: &Reading,
    request: &SignedRequest,
) -> Option<NextStep> {
    let docs = &view.case.docs;
    let has = |name: &str| reading::header(docs, request, name).is_some();
    let is_signed = reading
        .names
        .iter()
        .any(|name| name.text.eq_ignore_ascii_case(b"host"));
    if !is_signed || request.target.authority.is_some() || has("host") || has(":authority") {
        return None;
    }
    let forwarded = reading::header(docs, request, FORWARDED_HOST)
        .map(|part| visible::to_string(&part.text))
        .filter(|host| !host.is_empty() && host.len() <= 253);
    let (sentence, host) = match forwarded {
        Some(host) => (
            format!(
                "The host is signed, and this paste has none: add the Host line as the client sent it. \
                 X-Forwarded-Host says {host}; try that first."
            ),
            host,
        ),
        None => (
            "The host is signed, and this paste has none: add the Host line as the client sent it."
                .to_owned(),
            "HOST".to_owned(),
        ),
    };
    Some(NextStep {
        for_others: None,
        sentence,
        party: "the request",
        snippet: format!("Host: {host}"),
    })
}

/// The request line that headers lack: nothing can be computed without it.
pub(super) fn missing_line() -> NextStep {
    NextStep {
        for_others: None,
        sentence:
            "Method and path are signed: put the request line above the headers, as it was sent."
                .to_owned(),
        party: "the request",
        snippet: "GET /PATH?QUERY HTTP/1.1".to_owned(),
    }
}

/// Where a proxy keeps the Host that it received.
pub(super) const FORWARDED_HOST: &str = "x-forwarded-host";

/// Marks of boto3 and of botocore under it. The sentence is both's.
const BOTO3: &[&str] = &[
    "boto3/",
    "botocore.exceptions",
    "botocore.errorfactory",
    "an error occurred (",
    "botocore.auth [debug]",
    "botocore.endpoint [debug]",
    "botocore.hooks [debug]",
    "botocore.parsers [debug]",
];

/// Marks of the AWS CLI: its own modules in a trace, which names botocore's below them, and the threads of its log; how
/// it begins its last line, where what is behind it begins a line of its own.
const AWS_CLI: &[&str] = &[
    "aws-cli/",
    // Its package: in paths, in the names of its modules, in words. `AWSClient` is a class of the SDKs.
    "awscli/",
    "awscli\\",
    "awscli.",
    "awscli ",
    "awscli-",
    "awscliv2",
    "a client error (",
    "mainthread - ",
    "fatal error: an error occurred (",
    "upload failed: ",
    "download failed: ",
    "$ aws ",
    "\nan error occurred (",
    "an error occurred (",
];

/// Marks of the SDK for PHP and of Guzzle, with which it sends: the names of their exceptions, whole or in the words of
/// a framework, and how the SDK words every refusal (aws-sdk-php `WrappedHttpHandler`).
const PHP: &[&str] = &[
    "aws-sdk-php/",
    r"aws\s3\exception\s3exception",
    r"aws\exception",
    r"guzzlehttp\exception\",
    "; aws http error: ",
    // How var_dump and print_r print an answer.
    "\"]=> string(",
    "\"]=>\n",
    "[message] => ",
    "[__type] => ",
];

/// Marks of the SDK for PHP in version 2: its own name, and how its exceptions print themselves
/// (`ServiceResponseException::__toString`); of S3 it has a class for each code.
const PHP_2: &[&str] = &[
    "aws-sdk-php2/",
    ", aws error type: ",
    r"aws\common\exception",
    r"aws\s3\exception\signaturedoesnotmatchexception",
];

/// Marks of the SDK for Go in version 1; where a log escapes what it prints, the tab of its errors, too.
const GO_1: &[&str] = &[
    "aws-sdk-go/",
    "\tstatus code: 403, request id",
    r"\tstatus code: 403, request id",
];

/// Marks of the SDK for Java in version 1: its packages, and the classes of `com.amazonaws` itself. The SDK for iOS
/// names the domains of its errors `com.amazonaws.AWS…`, and a private endpoint of a VPC is `com.amazonaws.REGION.SERVICE`.
const JAVA_1: &[&str] = &[
    "aws-sdk-java/1",
    "com.amazonaws.amazon",
    "com.amazonaws.auth",
    "com.amazonaws.client",
    "com.amazonaws.handlers",
    "com.amazonaws.http",
    "com.amazonaws.internal",
    "com.amazonaws.mobile",
    "com.amazonaws.request",
    "com.amazonaws.retry",
    "com.amazonaws.services",
    "com.amazonaws.util",
    "; status code: 403; error code",
];

/// Everybody; for each piece those met most often come first.
pub(super) const HOLDERS: &[&[Holder]] = &[
    strings::HOLDERS,
    log::HOLDERS,
    request::HOLDERS,
    arrived::HOLDERS,
    signer::HOLDERS,
];
