//! curl's options, and which of them says what of the request.

/// What an option says of the request.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Says {
    Header,
    /// A header by another name: `-A`, `-e`, `-b`, `-r`.
    Named(&'static str),
    Method,
    Data,
    /// `--data-raw`: an `@` is a character.
    Raw,
    /// `--data-binary`: of a file, line ends are kept.
    Binary,
    UrlEncoded,
    Json,
    Upload,
    Form,
    Get,
    Head,
    Sign,
    Url,
    AsIs,
    /// It takes a value that says nothing of the request.
    Skip,
}

/// Options with what they say (curl's manual page). Long options that are not here take no value; of the short
/// ones, each letter is one.
pub(super) const LONG: [(&str, Says); 47] = [
    ("--header", Says::Header),
    ("--request", Says::Method),
    ("--data", Says::Data),
    ("--data-ascii", Says::Data),
    ("--data-raw", Says::Raw),
    ("--data-binary", Says::Binary),
    ("--data-urlencode", Says::UrlEncoded),
    ("--json", Says::Json),
    ("--upload-file", Says::Upload),
    ("--form", Says::Form),
    ("--form-string", Says::Form),
    ("--get", Says::Get),
    ("--head", Says::Head),
    ("--user", Says::Skip),
    ("--aws-sigv4", Says::Sign),
    ("--url", Says::Url),
    ("--path-as-is", Says::AsIs),
    ("--user-agent", Says::Named("user-agent")),
    ("--referer", Says::Named("referer")),
    ("--cookie", Says::Named("cookie")),
    ("--range", Says::Named("range")),
    ("--output", Says::Skip),
    ("--dump-header", Says::Skip),
    ("--max-time", Says::Skip),
    ("--connect-timeout", Says::Skip),
    ("--proxy", Says::Skip),
    ("--resolve", Says::Skip),
    ("--connect-to", Says::Skip),
    ("--cacert", Says::Skip),
    ("--cert", Says::Skip),
    ("--key", Says::Skip),
    ("--write-out", Says::Skip),
    ("--retry", Says::Skip),
    ("--retry-delay", Says::Skip),
    ("--limit-rate", Says::Skip),
    ("--cookie-jar", Says::Skip),
    ("--trace", Says::Skip),
    ("--trace-ascii", Says::Skip),
    ("--interface", Says::Skip),
    ("--config", Says::Skip),
    // Of awscurl and aws-curl.
    ("--service", Says::Skip),
    ("--region", Says::Skip),
    ("--profile", Says::Skip),
    ("--access_key", Says::Skip),
    ("--secret_key", Says::Skip),
    ("--session_token", Says::Skip),
    ("--security_token", Says::Skip),
];

/// The short ones that take a value or say something.
pub(super) const SHORT: [(u8, Says); 24] = [
    (b'H', Says::Header),
    (b'X', Says::Method),
    (b'd', Says::Data),
    (b'T', Says::Upload),
    (b'F', Says::Form),
    (b'G', Says::Get),
    (b'I', Says::Head),
    (b'u', Says::Skip),
    (b'A', Says::Named("user-agent")),
    (b'e', Says::Named("referer")),
    (b'b', Says::Named("cookie")),
    (b'r', Says::Named("range")),
    (b'o', Says::Skip),
    (b'D', Says::Skip),
    (b'm', Says::Skip),
    (b'x', Says::Skip),
    (b'E', Says::Skip),
    (b'w', Says::Skip),
    (b'c', Says::Skip),
    (b'K', Says::Skip),
    (b'Y', Says::Skip),
    (b'y', Says::Skip),
    (b'C', Says::Skip),
    (b'z', Says::Skip),
];

/// Whether an option is followed by a value.
pub(super) fn takes_value(says: Says) -> bool {
    !matches!(says, Says::Get | Says::Head | Says::AsIs)
}
