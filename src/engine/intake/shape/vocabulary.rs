//! What the shapes of evidence are called, and which of their words mean the same everywhere.
//!
//! What compares evidence asks here, and knows no word of any one verifier itself.

use super::{error_xml, printed, printed_error};
use crate::engine::intake::Shape;

/// What people call a shape of evidence; its stable name where they have no other.
pub(in crate::engine) fn called(shape: Shape) -> &'static str {
    if shape == error_xml::SHAPE {
        "S3 error"
    } else if shape == printed_error::SHAPE {
        "error, as a program printed it"
    } else {
        match shape.0 {
            "canonical-request" => "canonical request",
            "string-to-sign" => "string to sign",
            "server-error" => "error",
            name => printed::called(shape).unwrap_or(name),
        }
    }
}

/// As [`called`], for the list of all parts: requests and bare answers have their words, too.
pub(in crate::engine) fn listed(shape: Shape) -> &'static str {
    match shape.0 {
        "http-request" => "raw request",
        "http-response" => "HTTP answer",
        "presigned-url" => "presigned URL",
        "curl-command" => "curl command",
        _ => called(shape),
    }
}

/// The elements of an answer that name the key id it was signed with: of Amazon S3 and those that speak like
/// it, and of Alibaba Cloud OSS.
pub(in crate::engine) const KEY_ID_ELEMENTS: [&str; 2] = ["AWSAccessKeyId", "OSSAccessKeyId"];

/// The codes that say the signature differs, which S3-style and other AWS-style services share (the public
/// error lists of Amazon S3 and of the services behind the AWS Query and JSON protocols).
pub(in crate::engine) const SIGNATURE_CODES: [&str; 3] = [
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "InvalidSignature",
];

/// Codes of what is found out only once the signature was found right (the error list of Amazon S3, and the
/// common errors of the AWS APIs).
pub(in crate::engine) const BEYOND_CODES: [&str; 14] = [
    "NoSuchKey",
    "NoSuchBucket",
    "NoSuchUpload",
    "NoSuchVersion",
    "BucketAlreadyExists",
    "BucketAlreadyOwnedByYou",
    "BucketNotEmpty",
    "PreconditionFailed",
    "InvalidRange",
    "SlowDown",
    "InternalError",
    "ServiceUnavailable",
    "ThrottlingException",
    "ResourceNotFoundException",
];

/// How a credential scope ends where it is whole.
pub(in crate::engine) const SCOPE_END: &[u8] = b"/aws4_request";

/// The words in which they say so, where no code stands beside them (gateways hand on the message alone).
pub(in crate::engine) const SIGNATURE_WORDS: &str =
    "request signature we calculated does not match";
