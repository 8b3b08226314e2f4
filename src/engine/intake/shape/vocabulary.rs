//! What the shapes of evidence are called, and which of their words mean the same everywhere; and the words by which a
//! request shows that it may be signed.
//!
//! What compares evidence or composes a request asks here, and knows no word of any one verifier or scheme itself.

use super::exported::{firefox, har, insomnia, postman};
use super::forced::ReadAs;
use super::snippet::{javascript, powershell, python};
use super::trace::kotlin;
use super::{
    access_log, bodiless, bruno, console, curl, error_xml, forced, foreign, fragment, http_file,
    http_request, http_response, httpie, older, post_form, presigned_url, printed, printed_error,
    sas, wget,
};
use crate::engine::intake::{Shape, Side};

pub(in crate::engine) use super::foreign::{Ends, SignedUrl, signed_url};

/// What people call a shape of evidence in a case of another scheme: other storage answers in XML as Amazon S3 does.
pub(in crate::engine) fn called_elsewhere(shape: Shape) -> &'static str {
    if shape == error_xml::SHAPE {
        "XML error"
    } else {
        called(shape)
    }
}

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
    } else if shape == post_form::PARTS {
        "parts of a form for an upload"
    } else {
        let held = HELD.iter().find(|(own, _)| *own == shape);
        printed::called(shape)
            .or_else(|| older::called(shape))
            .or(held.map(|(_, name)| *name))
            .unwrap_or(shape.0)
    }
}

/// What people call the shapes that have a name of their own.
const HELD: [(Shape, &str); 24] = [
    (bodiless::SHAPE, "error without a reason"),
    (http_response::SHAPE, "HTTP answer"),
    (Shape(ReadAs::ServerError.id()), "error"),
    (printed::CANONICAL, "canonical request"),
    (printed::TO_SIGN, "string to sign"),
    (kotlin::SHAPE, "log of the AWS SDK for Kotlin"),
    (sas::SHAPE, "string to sign of a shared access signature"),
    (http_request::SHAPE, "raw request"),
    (presigned_url::SHAPE, "presigned URL"),
    (curl::SHAPE, "curl command"),
    (httpie::SHAPE, "HTTPie command"),
    (wget::SHAPE, "wget command"),
    (har::SHAPE, "HAR entry"),
    (firefox::SHAPE, "request as Firefox copies it"),
    (http_file::SHAPE, "request of an .http file"),
    (javascript::FETCH_SHAPE, "call of fetch"),
    (javascript::AXIOS_SHAPE, "call of axios"),
    (javascript::XHR_SHAPE, "XMLHttpRequest"),
    (python::REQUESTS_SHAPE, "call of Python's requests"),
    (python::HTTP_CLIENT_SHAPE, "call of Python's http.client"),
    (powershell::SHAPE, "PowerShell command"),
    (postman::SHAPE, "Postman request"),
    (insomnia::SHAPE, "Insomnia request"),
    (bruno::SHAPE, "Bruno request"),
];

/// On whose side a request in this shape was seen: commands, calls and recordings tell what a client sends, the log of a
/// server what arrived. None of what may be from anywhere: a raw request, a URL.
pub(in crate::engine) fn seen_by(shape: Shape) -> Option<Side> {
    if shape == access_log::SHAPE {
        return Some(Side::Server);
    }
    CLIENTS.contains(&shape).then_some(Side::Client)
}

/// The shapes that tell what a client sends.
const CLIENTS: [Shape; 14] = [
    curl::SHAPE,
    httpie::SHAPE,
    wget::SHAPE,
    har::SHAPE,
    firefox::SHAPE,
    javascript::FETCH_SHAPE,
    javascript::AXIOS_SHAPE,
    javascript::XHR_SHAPE,
    python::REQUESTS_SHAPE,
    python::HTTP_CLIENT_SHAPE,
    powershell::SHAPE,
    postman::SHAPE,
    insomnia::SHAPE,
    bruno::SHAPE,
];

/// The id of the remark that a text was read as a person said.
pub(in crate::engine) const READ_AS: &str = forced::ID;
/// The id of the finding that a browser hides what the server answered.
pub(in crate::engine) const ANSWER_HIDDEN: &str = console::HIDDEN;
/// The id of the finding that a browser did not set headers; its places are their names.
pub(in crate::engine) const NOT_SET: &str = console::REFUSED;
/// The remark that of a connection only its making is told.
pub(in crate::engine) const REQUEST_LINES_MISSING: &str = super::trace::REQUEST_LINES_MISSING;
/// The markup of a form for an upload.
pub(in crate::engine) const UPLOAD_FORM: Shape = post_form::MARKUP;
/// The remark that the program of a command signs the request itself.
pub(in crate::engine) const CURL_SIGNS: &str = "curl-signs";

/// Whether the name of a header shows that its request may be signed, in letters of any case.
pub(in crate::engine) fn shows_signing(name: &[u8]) -> bool {
    [&b"x-amz-"[..], b"authorization"].iter().any(|front| {
        let own = name.get(..front.len());
        own.is_some_and(|own| own.eq_ignore_ascii_case(front))
    })
}

/// The elements of an answer that name the key id it was signed with: of Amazon S3 and those that speak like
/// it, and of Alibaba Cloud OSS.
pub(in crate::engine) const KEY_ID_ELEMENTS: [&str; 2] = ["AWSAccessKeyId", "OSSAccessKeyId"];

/// The elements of an answer that repeat the signing time of the request (Amazon S3, RequestTimeTooSkewed).
pub(in crate::engine) const TIME_ELEMENTS: [&str; 1] = ["RequestTime"];

/// What stands around the signing time in the words of a refusal (AWS query services, Signature expired).
pub(in crate::engine) const TIME_WORDS: (&str, &str) = ("expired: ", " is now earlier");

/// What stands around the region that a refused request was signed for (Amazon S3, AuthorizationHeaderMalformed).
pub(in crate::engine) const REGION_WORDS: (&str, &str) = ("the region '", "' is wrong");

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

/// The parameter of a query that begins with the key id.
pub(in crate::engine) const CREDENTIAL_PARAMETER: &[u8] = b"X-Amz-Credential=";
/// What stands in front of a credential, in a query and in a header.
pub(in crate::engine::intake) const CREDENTIALS: [&[u8]; 2] =
    [CREDENTIAL_PARAMETER, b"Credential="];

/// How a credential scope ends where it is whole.
pub(in crate::engine) const SCOPE_END: &[u8] = b"/aws4_request";

/// How sentences of verifiers end that have no full stop (Amazon S3, the query services, API Gateway, Garage, MinIO).
pub(in crate::engine) const WHOLE_ENDS: [&[u8]; 15] = [
    b"not signed",
    b"has expired",
    b"is expired",
    b"is invalid",
    b"valid yet",
    b"yet valid",
    b"Access Denied",
    b"Authentication Token",
    b"Invalid signature",
    b"request: x-amz-content-sha256",
    b"a number",
    b"non-negative",
    b"seconds",
    b"access credentials",
    b"validation failed",
];

/// The words in which verifiers say so, where no code stands beside them (gateways hand on the message alone) or
/// one that says less: AWS and those that resemble it, Garage, Pithos, Alibaba Cloud, Azure Storage, OAuth 1.0.
pub(in crate::engine) const SIGNATURE_SENTENCES: [&str; 8] = [
    "request signature we calculated does not match",
    "Forbidden: Invalid signature",
    "Signature validation failed",
    "The Signature you specified is invalid",
    "invalid request signature",
    "Specified signature is not matched with our calculation",
    "is not the same as any computed signature",
    "oauth_problem=signature_invalid",
];

/// What stands behind the name of a caller whom a policy does not allow something. Who is named was known by the signature: of a
/// request without one the services say `User: anonymous` (AWS IAM User Guide, Troubleshoot access denied error messages).
pub(in crate::engine) const NOT_ALLOWED: &str = "is not authorized to perform: ";
/// How they begin of a request without a signature.
pub(in crate::engine) const NOBODY: &str = "User: anonymous";

/// Elements of an answer that may hold such a sentence besides its message: of Google Cloud Storage and Azure.
pub(in crate::engine) const SENTENCE_ELEMENTS: [&str; 2] = ["Details", "AuthenticationErrorDetail"];

/// The methods of requests that are signed (RFC 9110 §9.3, RFC 5789).
pub(in crate::engine::intake) const METHODS: [&[u8]; 7] = [
    b"GET", b"PUT", b"POST", b"HEAD", b"DELETE", b"PATCH", b"OPTIONS",
];

/// The method that a function or a block is named after, in small letters: `put` of requests, axios and Bruno.
pub(in crate::engine::intake) fn method_named(name: &[u8]) -> Option<&'static str> {
    let own = |method: &&&[u8]| method.to_ascii_lowercase() == name;
    std::str::from_utf8(METHODS.iter().find(own)?).ok()
}

/// Words of which one shows that a request may be signed.
const TELLING: [&[u8]; 5] = [b"amz", b"authorization", b"signature", b"aws", b"amazon"];

/// Whether a text holds a word of signatures: what holds none is no business of ours.
pub(in crate::engine::intake) fn may_be_signed(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    TELLING
        .iter()
        .any(|word| memchr::memmem::find(&lower, word).is_some())
}

/// Words of which one shows that a request carries a signature, or lost it.
const CARRYING: [&[u8]; 4] = [
    b"signature",
    b"aws4-",
    b"x-amz-date",
    b"x-amz-content-sha256",
];

/// Whether a text shows that a request is signed: for lists of many requests, of which most go to the same host.
pub(in crate::engine::intake) fn carries_signature(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    CARRYING
        .iter()
        .any(|word| memchr::memmem::find(&lower, word).is_some())
}

/// The names of the headers that a signature in `text` says it covers, in lower case.
pub(in crate::engine::intake) fn signed_names(text: &[u8]) -> Vec<String> {
    const NAME: &[u8] = b"SignedHeaders=";
    // More than a server takes of all headers together.
    const LONGEST: usize = 64 << 10;
    let Some(at) = memchr::memmem::find(text, NAME) else {
        return Vec::new();
    };
    let rest = text.get(at + NAME.len()..).unwrap_or_default();
    let rest = rest.get(..rest.len().min(LONGEST)).unwrap_or_default();
    let end = rest
        .iter()
        .position(|b| matches!(b, b',' | b'&' | b' ' | b'"' | b'\''))
        .unwrap_or(rest.len());
    let list = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let list = list.replace("%3b", ";");
    list.split(';').map(str::to_owned).collect()
}

/// The header of a session token.
pub(in crate::engine::intake) const TOKEN_HEADER: &str = "x-amz-security-token";

/// The header that states the hash of the body.
pub(in crate::engine::intake) const HASH_HEADER: &str = "x-amz-content-sha256";

/// What a line of a canonical request begins with that states its signing time.
pub(in crate::engine) const TIME_LINE: &[u8] = b"x-amz-date:";

/// The header that carries the moment of signing (Signature Version 4, Elements of an AWS API request signature).
pub(in crate::engine::intake) const TIME: &str = "x-amz-date";
/// The same, and the one that is taken in its place.
pub(in crate::engine) const TIMES: [&str; 2] = [TIME, "date"];

/// The parameters that carry a signature and are not signed themselves.
pub(in crate::engine::intake) const SIGNATURES: [&str; 2] = ["X-Amz-Signature", "Signature"];

/// The remark that the paste stops inside the request.
pub(in crate::engine) const REQUEST_CUT: &str = "request-cut";

/// The remark that a server's string to sign is what the request beside it says.
pub(in crate::engine) const STRING_AS_SENT: &str = "string-as-sent";

/// The remark that a client never reached its server.
pub(in crate::engine) const NOT_REACHED: &str = "server-not-reached";

/// The remark that a dump of bytes holds a part of what is signed.
pub(in crate::engine) const DUMP_PART: &str = "dump-of-a-part";

/// The ids of remarks that say what a request carries where a signature that is followed would stand, or why that is
/// not known.
pub(in crate::engine) const IN_PLACE: [&str; 9] = [
    REQUEST_CUT,
    FOREIGN_SCHEME,
    "signature-plus",
    "url-of-another-scheme",
    "post-form-body-missing",
    "authorization-hidden",
    "signature-version-2",
    "sigv4a-not-verified",
    CURL_SIGNS,
];

/// The id of the remark that a part of a paste looks like one of a request and was not read.
pub(in crate::engine) const UNREAD: &str = "unrecognised-rest";

/// The ids of remarks that something of a request stands in a paste and was not read: what was sent is not known then.
pub(in crate::engine) const NOT_READ: [&str; 2] = [UNREAD, "authorization-mangled"];

/// The id of the remark that names a scheme that is not followed.
pub(in crate::engine) const FOREIGN_SCHEME: &str = foreign::ID;

/// The ids of remarks that name a scheme that is not followed: recipes for those that are lead nowhere.
pub(in crate::engine) const FOREIGN: [&str; 4] = [
    FOREIGN_SCHEME,
    "url-of-another-scheme",
    "signature-version-2",
    "sigv4a-not-verified",
];

/// How the hosts of storage end, in which programs put buckets and regions.
pub(in crate::engine) const STORAGE_HOSTS: [&str; 10] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".r2.cloudflarestorage.com",
    ".digitaloceanspaces.com",
    ".backblazeb2.com",
    ".wasabisys.com",
    ".storage.googleapis.com",
    ".core.windows.net",
    ".aliyuncs.com",
    ".myqcloud.com",
];

/// The mark of a server that always gives its strings: where an answer of its has none, somebody took them out.
pub(in crate::engine) const GIVES_STRINGS: &str = "server: amazons3";
/// How AWS begins the message of such an answer, and those that follow it to the letter.
pub(in crate::engine) const COMMON_WORDS: &[u8] = b"The request signature we calculated";
/// Whose a secret is, in the names of secrets.
pub(in crate::engine::intake) const OWNERS: [&str; 3] = ["AWS", "S3", "MINIO"];
