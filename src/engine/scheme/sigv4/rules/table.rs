//! Every finding of SigV4: its stable name, how grave it is at its gravest, and where the rule is written.
//!
//! The source of truth for the names: nothing makes a finding but through a [`Check`] of this table.

use crate::engine::diagnose::{Finding, OTHER_REQUEST, Severity};

/// A remark this scheme can make.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// Its stable name.
    pub id: &'static str,
    /// How much it matters at the most: where a verifier's answer depends on the service or on a clock
    /// nobody stated, the finding is milder.
    pub severity: Severity,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// The section of a specification, a verifier's source, or a public thread.
    pub reference: &'static str,
}

impl Check {
    /// The finding, at its gravest.
    pub(super) fn found(&self, message: impl Into<String>, help: impl Into<String>) -> Finding {
        Finding::new(self.id, self.severity, message, help)
    }

    /// The finding, no graver than `severity`.
    pub(super) fn at_most(
        &self,
        severity: Severity,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        Finding::new(self.id, self.severity.min(severity), message, help)
    }
}

const IAM: &str = "AWS IAM User Guide, Signature Version 4 request elements";
const CREATE: &str = "AWS IAM User Guide, Create a signed AWS API request";
const TROUBLE: &str = "AWS IAM User Guide, Troubleshoot Signature Version 4 signing";
const ORDER: &str = "scratchstack-aws-signature, AWS Auth Error Ordering";
const S3_HEADER: &str =
    "Amazon S3 API Reference, Signature Calculations for the Authorization Header";
const S3_QUERY: &str = "Amazon S3 API Reference, Authenticating Requests: Using Query Parameters";
const S3_CHUNKS: &str = "Amazon S3 API Reference, Transferring Payload in Multiple Chunks";
const S3_ERRORS: &str = "Amazon S3 API Reference, Error Responses";
const S3_POST: &str = "Amazon S3 API Reference, Browser-Based Uploads Using POST";
const HTTP: &str = "RFC 9110";
const ENDPOINTS: &str = "AWS General Reference, Service endpoints; botocore endpoint rules";

macro_rules! checks {
    ($($name:ident = $id:expr, $severity:ident, $title:literal, $reference:expr;)*) => {
        $(
            pub(super) const $name: Check = Check {
                id: $id,
                severity: Severity::$severity,
                title: $title,
                reference: $reference,
            };
        )*
        /// Every remark this scheme can make.
        pub const ALL: &[Check] = &[$($name),*];
    };
}

checks! {
    // The request as a whole.
    TOO_LARGE = "request-too-large", Warning, "the request is larger than sigscope follows", "sigscope's own bounds; Amazon S3 User Guide, Working with object metadata: a PUT request header of at most 8 KB";
    LINE_MISSING = "request-line-missing", Warning, "headers stand without their request line", CREATE;
    STOPS = "request-cut", Warning, "the paste stops inside the request", CREATE;
    UNSEEN = "unseen-character", Warning, "a character that cannot be seen, or looks like another", "Unicode Technical Report 36, section 2; Unicode Standard Annex 44, names of characters";
    // The Authorization header.
    ALGORITHM = "algorithm-unsupported", Error, "the algorithm is not one the verifier knows", ORDER;
    AUTHORIZATION_HIDDEN = "authorization-hidden", Warning, "the Authorization header is hidden", "rclone, documentation of --dump headers and --dump auth; smithy-rs pull request 397; Microsoft Learn, HttpClient logging: redacted headers";
    TWO_SIGNATURES = "two-signatures", Error, "the request is signed in a header and in the query", ORDER;
    SIGNATURE_MISSING = "signature-missing", Error, "the request carries no signature", ORDER;
    VERSION_2 = "signature-version-2", Error, "the request carries a signature of version 2", S3_ERRORS;
    OTHER_URL = "url-of-another-scheme", Warning, "the URL carries a signature of another scheme", "Google Cloud Storage, V2 signing process; Alibaba Cloud OSS, Add signatures to URLs";
    SIGNATURE_PLUS = "signature-plus", Error, "a + stands unescaped in the signature of a URL", "URL Standard, section 5.1; Amazon S3 User Guide, Signing and authenticating REST requests (Signature Version 2)";
    SIGV4A = "sigv4a-not-verified", Warning, "the request is signed with SigV4A, which is not verified here", IAM;
    AUTHORIZATION_SPACE = "authorization-space", Error, "not one space stands behind the algorithm", S3_ERRORS;
    AUTHORIZATION_TWICE = "authorization-duplicate", Error, "there is more than one Authorization header", ORDER;
    AUTHORIZATION_MANGLED = "authorization-mangled", Error, "a part of the Authorization header cannot be read", ORDER;
    PARAMETER_MISSING = "auth-parameter-missing", Error, "a parameter of the signature is missing", ORDER;
    PARAMETER_TWICE = "auth-parameter-duplicate", Warning, "a parameter of the signature stands twice", ORDER;
    PARAMETER_CASE = "auth-parameter-case", Error, "a parameter's name is spelled in another case", S3_QUERY;
    SIGNATURE_SHAPE = "signature-shape", Error, "the signature is not 64 lower-case hex digits", IAM;
    // The credential.
    CREDENTIAL_SHAPE = "credential-shape", Error, "the credential does not have its five parts", ORDER;
    CREDENTIAL_ENCODED_TWICE = "credential-encoded-twice", Error, "the credential was percent-encoded twice", S3_QUERY;
    SCOPE_DATE_FORMAT = "scope-date-format", Error, "the date of the scope is not YYYYMMDD", S3_HEADER;
    SCOPE_DATE_MISMATCH = "scope-date-mismatch", Error, "the date of the scope is not that of the request", ORDER;
    SCOPE_TERMINATOR = "scope-terminator", Error, "the scope does not end in aws4_request", ORDER;
    SCOPE_REGION = "region-not-of-host", Error, "the region is not the host's", ENDPOINTS;
    REGION_IS_HOST = "region-is-host-name", Warning, "a host name stands in the place of the region", ORDER;
    REGION_UNKNOWN = "region-unknown", Error, "the region of the scope is none that AWS has", ENDPOINTS;
    SCOPES_DIFFER = "scopes-differ", Warning, "two credential scopes stand alone, and differ", ORDER;
    SCOPE_SERVICE = "service-not-of-host", Warning, "the service is not the host's", ENDPOINTS;
    SCOPE_CASE = "scope-case", Error, "region or service are not in lower case", ORDER;
    KEY_ID_BLANK = "key-id-blank", Error, "the key id holds a blank", "leapp#88; awslabs/time-addressable-media-store#8";
    KEY_ID_SHAPE = "key-id-shape", Warning, "the key id is not shaped as AWS issues them", "AWS IAM API Reference, AccessKey";
    KEY_ID_IS_SECRET = "key-id-is-secret", Error, "a secret stands where the key id belongs", "AWS IAM API Reference, AccessKey";
    TOKEN_MISSING = "session-token-missing", Error, "a temporary key without its session token", "AWS IAM User Guide, Using temporary credentials";
    TOKEN_FOREIGN = "session-token-with-long-term-key", Warning, "a session token with a long-term key", "AWS IAM User Guide, Using temporary credentials";
    TOKEN_UNSIGNED = "session-token-not-signed", Error, "the session token is sent but not signed", S3_HEADER;
    SECRET_EXAMPLE = "documentation-secret", Warning, "the secret is one from the documentation", "AWS IAM User Guide and Amazon S3 API Reference, example keys";
    SECRET_EDGES = "secret-white-space", Warning, "a given secret begins or ends in white space", "AWS IAM API Reference, AccessKey";
    // Time.
    DATE_MISSING = "date-missing", Error, "the request has no signing time", ORDER;
    DATE_FORMAT = "date-format", Error, "the signing time is not in ISO 8601 basic format", ORDER;
    DATE_TWICE = "date-duplicate", Warning, "the signing time stands twice", CREATE;
    EXPIRES_RANGE = "expires-range", Error, "X-Amz-Expires is out of range", S3_QUERY;
    URL_EXPIRED = "url-expired", Error, "the presigned URL has expired", S3_QUERY;
    REQUEST_OLD = "request-too-old", Error, "the request was signed too long ago", TROUBLE;
    REQUEST_FUTURE = "request-from-the-future", Error, "the request was signed in the future", TROUBLE;
    CLOCK_DRIFT = "clock-drift", Note, "the signer's clock is off, within what most services allow", TROUBLE;
    // Strings of others.
    CANONICAL_CASE = "canonical-name-upper-case", Warning, "a canonical request has capitals in a header's name", CREATE;
    CANONICAL_RAW_PATH = "canonical-path-not-encoded", Warning, "the path of a canonical request holds characters that must be encoded", CREATE;
    CANONICAL_RAW_QUERY = "canonical-query-not-encoded", Warning, "the query of a canonical request holds characters that must be encoded", CREATE;
    CANONICAL_PORT = "canonical-host-default-port", Note, "the host of a canonical request has the default port", "RFC 9110 section 7.2; RocketChat/Rocket.Chat#14152";
    CANONICAL_OTHER = "canonical-of-other-headers", Warning, "a canonical request is not of the headers that the Authorization header names", CREATE;
    CANONICAL_DOUBLE_SLASH = "canonical-path-double-slash", Note, "the path of a canonical request holds empty segments", CREATE;
    CANONICAL_TWO_VALUES = "canonical-header-twice", Warning, "a canonical request has two values for a header of one", "RFC 9110 section 5.3; AWS IAM User Guide, Create a signed AWS API request";
    // Signed headers.
    SIGNED_HEADERS_ORDER = "signed-headers-unsorted", Warning, "SignedHeaders is not sorted", CREATE;
    SIGNED_HEADERS_TWICE = "signed-headers-duplicate", Warning, "SignedHeaders names a header twice", CREATE;
    SIGNED_HEADERS_CASE = "signed-headers-upper-case", Warning, "SignedHeaders is not in lower case", CREATE;
    SIGNED_HEADERS_EMPTY = "signed-headers-malformed", Error, "SignedHeaders is not a list of names", CREATE;
    SIGNED_HEADERS_ENCODED = "signed-headers-encoded-twice", Error, "SignedHeaders was percent-encoded twice", "Amazon S3 API Reference, Authenticating Requests: Using Query Parameters; aws/aws-sdk-java#1680";
    HOST_NOT_SIGNED = "host-not-signed", Error, "host is not signed", ORDER;
    HOST_MISSING = "host-missing", Error, "the request has no host", HTTP;
    HOST_TWICE = "host-duplicate", Error, "the request has more than one Host header", "RFC 9112 section 3.2";
    HOST_OTHER = "host-not-of-target", Warning, "Host and the request target name different hosts", "RFC 9112 section 3.2.2";
    HOST_PROXIED = "host-set-by-proxy", Warning, "a proxy was called under another host", "minio/minio#8624; usnistgov/dioptra#347";
    HOST_PORT = "host-default-port", Warning, "Host holds the default port", CREATE;
    HOST_PRIVATE = "private-host-in-url", Warning, "the presigned URL names a host only known inside", S3_QUERY;
    SIGNED_HEADER_ABSENT = "signed-header-absent", Error, "a header is listed as signed but not sent", CREATE;
    SIGNED_HEADER_IN_QUERY = "signed-header-in-query", Error, "a header is listed as signed but stands in the query", "minio/minio#5630";
    HEADERS_TO_SEND = "headers-to-send", Note, "headers that must be sent with the URL", S3_QUERY;
    CALL_LACKS_HEADER = "call-lacks-signed-header", Warning, "a call beside a URL leaves out a header that is signed with it", S3_QUERY;
    NOT_SET_BY_PAGE = "signed-header-refused-by-browser", Warning, "the browser refused to set a signed header", "Fetch Standard, forbidden request-header; jamesmbourne/aws4-axios#110";
    HEADER_VOLATILE = "signed-header-volatile", Warning, "a signed header is one that is changed on the way", "RFC 9110 section 7.6; the lists of headers that AWS signers leave out";
    HEADER_UNSIGNED = "header-not-signed", Error, "an x-amz- header is sent but not signed", S3_HEADER;
    HEADER_SUPPLIED = "header-of-program", Warning, "a signed header is one that the program adds by itself", "curl manual, --data";
    HEADER_TAB = "signed-header-tab", Note, "a tab stands inside the value of a signed header", CREATE;
    HEADER_NEAR_MISS = "header-near-miss", Warning, "a header's name is almost one that signing knows", IAM;
    HEADER_TWICE = "signed-header-duplicate", Warning, "a signed header is sent more than once", CREATE;
    // Body.
    PAYLOAD_HASH_MISSING = "content-sha256-missing", Error, "x-amz-content-sha256 is missing", S3_HEADER;
    PAYLOAD_HASH_INVALID = "content-sha256-invalid", Error, "x-amz-content-sha256 is neither a hash nor a word it may be", S3_HEADER;
    PAYLOAD_HASH_WRONG = "content-sha256-mismatch", Error, "x-amz-content-sha256 is not the hash of the body", S3_HEADER;
    BODY_RESPELLED = "body-spelled-otherwise", Warning, "a stated hash is that of this body in another spelling", CREATE;
    PAYLOAD_OF_NOTHING = "payload-hash-of-nothing", Error, "the hash of an empty body is signed, and there is a body", S3_HEADER;
    PAYLOAD_OF_TEXT = "payload-hash-of-known-text", Warning, "the payload hash is that of a text that is hardly a body", CREATE;
    CHECKSUM_OF_NOTHING = "checksum-of-nothing", Warning, "the checksum of an empty body is sent or presigned for an upload", "Amazon S3 User Guide, Checking object integrity; aws/aws-sdk-js-v3#6810; floci-io/floci#4188";
    PAYLOAD_UNSIGNED = "unsigned-payload", Note, "the body is left unsigned at a service that may not allow it", CREATE;
    PAYLOAD_SIGNED = "payload-signing-unsupported", Warning, "the service takes no signed bodies", "Amazon VPC Lattice User Guide, SigV4 authenticated requests";
    STREAMING_PRESIGNED = "streaming-presigned", Warning, "a presigned URL cannot sign chunks", S3_CHUNKS;
    STREAMING_LENGTH = "decoded-length-missing", Error, "a chunked upload does not state its decoded length", S3_CHUNKS;
    STREAMING_TRAILER = "trailer-missing", Warning, "a chunked upload does not name its trailer", S3_CHUNKS;
    BODY_MISSING = "body-missing", Warning, "the body is signed and is not here", CREATE;
    BODY_IN_CHUNKS = "body-in-chunks", Note, "the body is here in the chunks it was sent in", "RFC 9112 section 7.1; Amazon S3 API Reference, Transferring Payload in Multiple Chunks";
    CONTENT_LENGTH = "content-length-mismatch", Warning, "Content-Length is not the body's length", "RFC 9110 section 8.6";
    BODY_NEWLINE = "body-final-newline", Note, "the body ends in a line end that may not have been signed", CREATE;
    BODY_ON_GET = "body-on-get", Warning, "a method without a body has one", "RFC 9110 section 9.3.1";
    // What is refused before any signature is looked at.
    METHOD_SENT = "method-not-sent", Error, "another method was signed than the program sends", "curl manual page, --head, --upload-file and --data; AWS IAM User Guide, Create a signed AWS API request";
    METHOD_UNKNOWN = "method-unknown", Warning, "the method is none of HTTP's", ORDER;
    ESCAPE_INVALID = "percent-escape-invalid", Error, "a percent-escape cannot be read", ORDER;
    PATH_RELATIVE = "path-not-absolute", Error, "the path does not begin with a slash", ORDER;
    PATH_ABOVE_ROOT = "path-above-root", Error, "the path leads above its root", ORDER;
    CONTENT_TYPE = "content-type-malformed", Warning, "Content-Type names no type", ORDER;
    // The target.
    RAW_PLUS = "raw-plus-in-query", Warning, "a + in the query stands as it is, which is read as a blank", "WHATWG URL Standard, application/x-www-form-urlencoded parsing; AWS IAM User Guide, Create a signed AWS API request: URI encoding";
    PATH_TWICE = "path-encoded-twice", Note, "the path looks as if it had been encoded twice", CREATE;
    PATH_RESERVED = "path-character-signed-encoded", Note, "the path holds characters that are signed encoded", CREATE;
    ESCAPE_LOWER = "percent-escape-lower-case", Note, "a percent-escape has small letters", CREATE;
    PARAM_ADDED = "parameter-of-tracker", Note, "a parameter that trackers add stands in the query", S3_QUERY;
    PATH_S3_URI = "s3-uri-in-path", Warning, "an s3:// address stands in the path", S3_HEADER;
    PATH_BUCKET_TWICE = "bucket-twice", Warning, "the bucket stands in the host and in the path", "Amazon S3 User Guide, Virtual hosting of buckets";
    PATH_DOUBLE_SLASH = "path-double-slash", Note, "the path holds empty segments", CREATE;
    HOST_WEBSITE = "website-endpoint", Warning, "a website endpoint takes no signatures", "Amazon S3 User Guide, Website endpoints";
    TARGET_UNENCODED = "target-not-encoded", Warning, "the target holds what must be percent-encoded", "RFC 3986 sections 3.3 and 3.4";
    FRAGMENT = "fragment-in-target", Warning, "the target holds a #", "RFC 3986 section 3.5";
    // Forms for uploads.
    FORM = "post-form-not-verified", Warning, "a form for an upload is here, whose signature is not verified", S3_POST;
    FORM_FIELD = "post-form-field-missing", Error, "a form for an upload lacks a field", S3_POST;
    FORM_FILE = "post-form-file-not-last", Error, "fields stand behind the file of a form", S3_POST;
    FORM_POLICY = "post-form-policy-unreadable", Error, "the policy of a form cannot be read", S3_POST;
    FORM_UNCOVERED = "post-form-field-not-in-policy", Error, "a field of a form meets no condition of its policy", S3_POST;
    FORM_UNSENT = "post-form-field-not-sent", Warning, "the policy of a form has a condition on a field that the form lacks", S3_POST;
    FORM_BUCKET = "post-form-bucket", Warning, "the policy of a form is for another bucket", S3_POST;
    FORM_EXPIRED = "post-form-expired", Error, "the policy of a form has expired", S3_POST;
    FORM_BODY = "post-form-body-missing", Warning, "the body that would hold a form's signature is not here", S3_POST;
    // What the server's answer says.
    SERVER_OTHER = OTHER_REQUEST, Warning, "the server speaks of another request", S3_ERRORS;
    SERVER_REGION = "server-wants-region", Error, "the server names the region it wants", S3_ERRORS;
    SERVER_ENDPOINT = "server-names-endpoint", Error, "the server names the endpoint to send to", S3_ERRORS;
    SERVER_SCOPE = "server-refused-scope", Error, "the server refused the credential scope", ORDER;
    SERVER_CLOCK = "server-clock-skew", Error, "the server's clock and the signer's are too far apart", S3_ERRORS;
    SERVER_UNSIGNED = "server-headers-not-signed", Error, "the server names headers that were not signed", S3_ERRORS;
    SERVER_MISSED = "server-missed-signed-header", Error, "the server did not receive a header that is signed", ORDER;
    SERVER_PAYLOAD = "server-payload-mismatch", Error, "the server received another body than was hashed", S3_ERRORS;
    SERVER_DIGEST = "server-digest-mismatch", Error, "the server received another body than Content-MD5 states", S3_ERRORS;
    SERVER_LET_PASS = "server-let-pass", Warning, "the server found the signature wrong and let the request pass", "localstack, services/s3/presigned_url.py; localstack/localstack#9664";
    SERVER_PAYLOAD_HEADER = "server-refused-content-sha256", Error, "the server refused x-amz-content-sha256", S3_ERRORS;
    SERVER_KEY = "server-unknown-key", Error, "the server does not know the key id", S3_ERRORS;
    SERVER_CREDENTIALS = "server-refused-credentials", Error, "the server could not validate the credentials, and says no more", "Amazon EC2 API Reference, AuthFailure; Google Cloud Storage, InvalidSecurity";
    SERVER_TOKEN_EXPIRED = "server-token-expired", Error, "the session token has expired", S3_ERRORS;
    SERVER_TOKEN = "server-token-invalid", Error, "the server refused the session token", S3_ERRORS;
    SERVER_EXPIRED = "server-request-expired", Error, "the server says that the request has expired", "Amazon EC2 API Reference, Error codes: RequestExpired";
    SERVER_URL_EXPIRED = "server-url-expired", Error, "the server says that the URL has expired", S3_ERRORS;
    SERVER_NOT_YET = "server-not-yet-valid", Error, "the server says that the request is not yet valid", S3_ERRORS;
    SERVER_QUERY = "server-refused-query", Error, "the server refused the signature's parameters", S3_ERRORS;
    SERVER_AUTHORIZATION = "server-refused-authorization", Error, "the server could not read the Authorization header", S3_ERRORS;
    SERVER_TARGET = "server-refused-target", Error, "the server could not read the query", ORDER;
    SERVER_DATE = "server-refused-date", Error, "the server found no date it can use", S3_ERRORS;
    SERVER_MECHANISM = "server-refused-version", Error, "the server does not take this signature version", S3_ERRORS;
    SERVER_NO_SIGNATURE = "server-saw-no-signature", Error, "the server saw no signature", ORDER;
    SERVER_BODY_QUERY = "server-query-is-body", Warning, "the query that the server computed is a document", CREATE;
    SERVER_CHUNK = "server-refused-chunk", Error, "the server refused a chunk", S3_CHUNKS;
    SERVER_POLICY = "server-refused-policy", Error, "the server refused the policy of a form upload", S3_POST;
    SERVER_RULES_OUT = "server-ruled-out", Note, "what the server's answer proves is right", ORDER;
    SERVER_PERMISSION = "server-denied-permission", Note, "the refusal is about permissions", S3_ERRORS;
}
