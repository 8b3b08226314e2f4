//! The names of headers, parameters and fields whose value lets somebody in, or is a part of what signs.
//!
//! Owns that list, for lines that are to be typed: what stands behind such a name is repeated in none of them. Must not know
//! any one scheme, nor mask what was pasted: that is the business of intake.

use percent_encoding::percent_decode_str;

/// Names that tell of a secret wherever these letters stand in them.
const WITHIN: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "cookie",
    "authorization",
    "hmac",
];
/// The same at the end of a name: the key that a customer encrypts with (SSE-C, Amazon S3 User Guide).
const AT_END: [&str; 3] = ["customerkey", "privatekey", "sharedkey"];
/// The same where they are all of it.
const WHOLE: [&str; 8] = [
    "sig",
    "pwd",
    "pass",
    "auth",
    "jwt",
    "session",
    "sessionid",
    "credentials",
];
/// Tokens that let nobody in: they tell where a list goes on, or that a call is the same.
const OPEN: [&str; 7] = [
    "continuationtoken",
    "nexttoken",
    "pagetoken",
    "starttoken",
    "synctoken",
    "clienttoken",
    "tokentype",
];

/// Whether what stands behind this name of a header, field or parameter is a secret.
pub fn is_secret(name: &str) -> bool {
    let name = solid(name);
    let open = OPEN.iter().any(|open| name.ends_with(open));
    !open && WITHIN.iter().any(|word| name.contains(word))
        || AT_END.iter().any(|word| name.ends_with(word))
        || WHOLE.contains(&name.as_str())
}

/// The same of a parameter of a URL: services take an API key as `key` or `code`, which in a form names something else.
pub fn is_secret_parameter(name: &str) -> bool {
    is_secret(name) || matches!(solid(name).as_str(), "key" | "code")
}

/// Whether a parameter or a field of this name is a signature.
pub fn is_signature(name: &str) -> bool {
    let name = solid(name);
    name.contains("signature") || matches!(name.as_str(), "sig" | "sign" | "hmac")
}

/// Its letters and digits, in lower case.
fn solid(name: &str) -> String {
    let bytes = percent_decode_str(name).filter(u8::is_ascii_alphanumeric);
    bytes.map(|b| char::from(b.to_ascii_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_their_neighbours() {
        for name in [
            "token",
            "access_token",
            "X%2DAmz-Security-Token",
            "x-amz-server-side-encryption-customer-key",
            "sig",
            "password",
            "api_key",
            "X-Api-Key",
            "Cookie",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "key",
            "x-amz-server-side-encryption-customer-key-MD5",
            "AWSAccessKeyId",
            "continuation-token",
            "x-amz-credential",
            "x-amz-signature",
            "policy",
            "design",
            "author",
        ] {
            assert!(!is_secret(name), "{name}");
        }
        assert!(is_secret_parameter("key") && !is_secret_parameter("key-marker"));
        assert!(is_signature("X-Amz-Signature") && is_signature("sig"));
        assert!(!is_signature("design") && !is_signature("signed"));
    }
}
