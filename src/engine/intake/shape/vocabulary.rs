//! What the shapes of evidence are called, and which of their words mean the same everywhere.
//!
//! What compares evidence asks here, and knows no word of any one verifier itself.

use super::{access_log, console, error_xml, fragment, older, post_form, printed, printed_error};
use crate::engine::intake::Shape;

/// What people call a shape of evidence; its stable name where they have no other.
pub(in crate::engine) fn called(shape: Shape) -> &'static str {
    if shape == error_xml::SHAPE {
        "S3 error"
    } else if shape == printed_error::SHAPE {
        "error, as a program printed it"
    } else if shape == fragment::SHAPE {
        "headers without a request line"
    } else if shape == console::SHAPE {
        "browser's console"
    } else if shape == access_log::SHAPE {
        "line of an access log"
    } else if shape == post_form::DICTIONARY {
        "presigned POST, as an SDK returns it"
    } else if shape == post_form::MARKUP {
        "form for an upload"
    } else {
        printed::called(shape)
            .or_else(|| older::called(shape))
            .unwrap_or(shape.0)
    }
}

/// The id of the finding that a browser hides what the server answered.
pub(in crate::engine) const ANSWER_HIDDEN: &str = console::HIDDEN;

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

/// How a credential scope ends where it is whole.
pub(in crate::engine) const SCOPE_END: &[u8] = b"/aws4_request";

/// The words in which verifiers say so, where no code stands beside them (gateways hand on the message alone) or
/// one that says less: AWS and those that resemble it, Garage, Alibaba Cloud, Azure Storage, OAuth 1.0.
pub(in crate::engine) const SIGNATURE_SENTENCES: [&str; 5] = [
    "request signature we calculated does not match",
    "Forbidden: Invalid signature",
    "Specified signature is not matched with our calculation",
    "is not the same as any computed signature",
    "oauth_problem=signature_invalid",
];

/// Elements of an answer that may hold such a sentence besides its message: of Google Cloud Storage and Azure.
pub(in crate::engine) const SENTENCE_ELEMENTS: [&str; 2] = ["Details", "AuthenticationErrorDetail"];
