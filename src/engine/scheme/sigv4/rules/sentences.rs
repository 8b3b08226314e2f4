//! What a verifier's sentence means, whatever code stands beside it: wrappers lose the code, and services answer one
//! cause with several.
//!
//! Owns the table. Must not know how a finding is worded.

use crate::engine::intake::vocabulary;

/// Words of a message, and the code that Amazon S3 or the query services give them. What is more particular comes
/// first.
const SENTENCES: [(&str, &str); 53] = [
    ("signature we calculated does not match", SIGNATURE),
    (
        "sha256' header does not match what was computed",
        "XAmzContentSHA256Mismatch",
    ),
    (
        "Access Key Id you provided does not exist",
        "InvalidAccessKeyId",
    ),
    (
        "security token included in the request is expired",
        "ExpiredToken",
    ),
    ("provided token has expired", "ExpiredToken"),
    (
        "security token included in the request is invalid",
        "InvalidClientTokenId",
    ),
    ("provided token is malformed", "InvalidToken"),
    ("issing Authentication Token", "MissingAuthenticationToken"),
    ("trailing escape % sequence", "MalformedQueryString"),
    ("character in escape % pattern", "MalformedQueryString"),
    (
        "authorization header is malformed",
        "AuthorizationHeaderMalformed",
    ),
    (
        "malformed, unexpected scope:",
        "AuthorizationHeaderMalformed",
    ),
    (
        "authorization header that you provided is not valid",
        "AuthorizationHeaderMalformed",
    ),
    (
        "Missing fields in auth header",
        "AuthorizationHeaderMalformed",
    ),
    ("SigV2 authorization is not supported", "InvalidRequest"),
    (
        "V2 signature authorization mechanism is not supported",
        "InvalidRequest",
    ),
    ("KMS managed keys require", "InvalidRequest"),
    ("Credential access key has length", KEY_SHAPE),
    (
        "secret key required to complete authentication",
        KEY_ELSEWHERE,
    ),
    (
        "information to complete authentication was not provided",
        NOT_AUTHENTICATED,
    ),
    (
        "was not able to validate the provided access credentials",
        ANY_CREDENTIAL,
    ),
    (
        "provided security credentials are not valid",
        ANY_CREDENTIAL,
    ),
    ("User: anonymous is not authorized", UNSIGNED),
    (vocabulary::NOT_ALLOWED, PERMISSION),
    (
        "signature did not include all of the required components",
        INCOMPLETE,
    ),
    ("Error parsing the X-Amz-Credential parameter", QUERY),
    ("X-Amz-Algorithm only supports", QUERY),
    ("X-Amz-Date must be in the ISO8601", QUERY),
    ("X-Amz-Expires should be", QUERY),
    ("X-Amz-Expires must be", QUERY),
    ("Invalid credential date", QUERY),
    ("Query-string authentication version 4 requires", QUERY),
    ("query-string parameters must include", QUERY),
    ("one and only one ' ' (space) required", "InvalidArgument"),
    ("Authorization header requires", INCOMPLETE),
    ("not a valid key=value pair", INCOMPLETE),
    ("Invalid key=value pair", INCOMPLETE),
    ("Unsupported AWS 'algorithm'", INCOMPLETE),
    (HOST_NOT_SIGNED, INCOMPLETE),
    (NOT_SENT, INCOMPLETE),
    ("Date must be in ISO-8601", INCOMPLETE),
    ("5 slash-delimited elements", INCOMPLETE),
    ("Invalid according to Policy", POLICY),
    ("Invalid Policy:", POLICY),
    // Google Cloud Storage
    (
        "does not meet the conditions specified in the policy document",
        POLICY,
    ),
    ("Bucket POST must contain a field", POLICY),
    ("Each form field that you specify in a form", POLICY),
    ("x-amz-content-sha256", "InvalidRequest"),
    (
        "authorization mechanism you have provided",
        "InvalidRequest",
    ),
    ("valid Date or x-amz-date", "AccessDenied"),
    (
        "requires the Signature, Expires and AWSAccessKeyId",
        "AccessDenied",
    ),
    ("Only one auth mechanism allowed", "InvalidArgument"),
    ("Unsupported Authorization Type", "InvalidArgument"),
];

/// The signatures differ.
pub(in crate::engine::scheme::sigv4) const SIGNATURE: &str = "SignatureDoesNotMatch";
/// The parameters of a presigned URL are refused.
pub(in crate::engine::scheme::sigv4) const QUERY: &str = "AuthorizationQueryParametersError";
/// The Authorization header is refused by a query service.
pub(in crate::engine::scheme::sigv4) const INCOMPLETE: &str = "IncompleteSignature";
/// The policy of a form upload is refused.
pub(in crate::engine::scheme::sigv4) const POLICY: &str = "InvalidPolicyDocument";

/// Behind the name of a header that was signed and did not arrive.
pub(super) const NOT_SENT: &str = "is named as a SignedHeader, but it does not exist";

/// The header without which nothing is signed is not among the signed ones.
pub(super) const HOST_NOT_SIGNED: &str = "must be a 'SignedHeader'";

/// The name of the header that `message` says was signed and did not arrive.
pub(super) fn not_sent(message: &str) -> Option<&str> {
    let (front, _) = message.split_once(NOT_SENT)?;
    let name = front.trim_end().strip_suffix('\'')?.rsplit('\'').next()?;
    Some(name.trim_end_matches('\\'))
}

/// The key id is not shaped as the server issues them.
pub(super) const KEY_SHAPE: &str = "key-id-shape";
/// The key is looked for where it is not.
pub(super) const KEY_ELSEWHERE: &str = "key-elsewhere";
/// Oracle Cloud takes the request as nobody's, and does not say why.
pub(super) const NOT_AUTHENTICATED: &str = "not-authenticated";
/// Whatever is wrong with key, secret, clock or region: the server says no more.
pub(super) const ANY_CREDENTIAL: &str = "any-credential";
/// The caller, whom the server names, may not do this.
pub(super) const PERMISSION: &str = "no-permission";
/// The request carried no signature.
pub(super) const UNSIGNED: &str = "no-signature";

/// The code that says what the words of `message` say; none where they are not known.
pub(in crate::engine::scheme::sigv4) fn code(message: &str) -> Option<&'static str> {
    SENTENCES
        .iter()
        .find(|(words, _)| message.contains(words))
        .map(|(_, code)| *code)
}
