//! What the rules say, field by field, in words for the screen, each with where it is written.

use crate::engine::scheme::Rule;

const CANONICAL: &str = "AWS IAM User Guide, Create a signed AWS API request, step 1";
const TO_SIGN: &str = "AWS IAM User Guide, Create a signed AWS API request, step 3";
const KEY_STEP: &str = "AWS IAM User Guide, Create a signed AWS API request, step 4";
const SIGN_STEP: &str = "AWS IAM User Guide, Create a signed AWS API request, step 5";

pub(super) const REQUEST: Rule = Rule {
    text: "The request as it was received, before anything is done to it.",
    reference: "RFC 9110, RFC 9112",
};
pub(super) const CANONICAL_REQUEST: Rule = Rule {
    text: "Signer and verifier bring the request into one agreed form, so that both hash the same \
           bytes.",
    reference: CANONICAL,
};
pub(super) const STRING_TO_SIGN: Rule = Rule {
    text: "Algorithm, signing time, credential scope and the hash of the canonical request, a line \
           each.",
    reference: TO_SIGN,
};
pub(super) const KEY: Rule = Rule {
    text: "The secret is turned into a key that is good for one day, region and service only.",
    reference: KEY_STEP,
};
pub(super) const SIGNATURE: Rule = Rule {
    text: "HMAC-SHA256 of the string to sign under the signing key, in lower-case hex.",
    reference: SIGN_STEP,
};
pub(super) const METHOD: Rule = Rule {
    text: "The method as sent, in upper case.",
    reference: CANONICAL,
};
pub(super) const PATH_ONCE: Rule = Rule {
    text: "The S3 family encodes the path once and keeps it: `//`, `.` and `..` are part of the key.",
    reference: "Amazon S3 API Reference, Signature Calculations for the Authorization Header",
};
pub(super) const PATH_TWICE: Rule = Rule {
    text: "All services but the S3 family normalise the path and encode what stands on the wire once \
           more, so that %3A becomes %253A.",
    reference: CANONICAL,
};
pub(super) const PATH_CHOSEN: Rule = Rule {
    text: "The path under the encoding and normalisation chosen in the options.",
    reference: CANONICAL,
};
pub(super) const QUERY: Rule = Rule {
    text: "Each name and value is decoded and encoded again, a value-less name gets `=`, and all are \
           sorted by encoded name, then value.",
    reference: CANONICAL,
};
pub(super) const HEADER: Rule = Rule {
    text: "Lower-case name, value without surrounding blanks and with runs of spaces folded; values \
           of the same name are joined with a comma in the order received.",
    reference: CANONICAL,
};
pub(super) const HOST: Rule = Rule {
    text: "The host the client addressed, with the port only where it is not the default of the \
           scheme. In HTTP/2 it is :authority.",
    reference: CANONICAL,
};
pub(super) const SIGNED_HEADERS: Rule = Rule {
    text: "The names of the signed headers in lower case, sorted, with `;` between them. Verified as \
           the request lists them.",
    reference: CANONICAL,
};
pub(super) const PAYLOAD: Rule = Rule {
    text: "SHA-256 of the body in lower hex, or what x-amz-content-sha256 states in its place.",
    reference: CANONICAL,
};
pub(super) const PAYLOAD_QUERY: Rule = Rule {
    text: "A presigned S3 URL signs UNSIGNED-PAYLOAD in place of a hash; other services sign the \
           hash of the body, which is that of nothing for a GET.",
    reference: "Amazon S3 API Reference, Authenticating Requests: Using Query Parameters",
};
pub(super) const ALGORITHM: Rule = Rule {
    text: "The name of the algorithm.",
    reference: TO_SIGN,
};
pub(super) const DATE: Rule = Rule {
    text: "The signing time in basic ISO 8601, UTC. x-amz-date counts before Date.",
    reference: TO_SIGN,
};
pub(super) const SCOPE: Rule = Rule {
    text: "Date, region, service and aws4_request, as the credential has them.",
    reference: TO_SIGN,
};
pub(super) const HASH: Rule = Rule {
    text: "SHA-256 of the canonical request, in lower hex.",
    reference: TO_SIGN,
};
