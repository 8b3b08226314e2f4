//! URLs that carry a signature of a scheme that is not followed: the parameters by which each is told.
//!
//! Owns those names, and in which of them such a URL says whose it is and how long it holds. Must not know how any of
//! them is signed.

use super::Foreign;

/// A scheme by the parameters of its URLs.
#[derive(Debug)]
pub(in crate::engine) struct SignedUrl {
    scheme: Foreign,
    /// The parameters of which all are there.
    names: &'static [&'static str],
    /// The one that names the key, where there is one.
    pub(in crate::engine) key: Option<&'static str>,
    /// How it says when it ends.
    pub(in crate::engine) ends: Ends,
    /// The parameter of the signature.
    pub(in crate::engine) signature: &'static str,
}

impl SignedUrl {
    /// What people call its scheme.
    pub(in crate::engine) fn called(&self) -> &'static str {
        self.scheme.called()
    }
}

/// In which parameters a URL says when it ends.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(in crate::engine) enum Ends {
    /// A parameter of seconds since 1970.
    Seconds(&'static str),
    /// A parameter of two such numbers with `;` between: the first and the last second.
    Span(&'static str),
    /// A date in the basic or the extended format of ISO 8601.
    Date(&'static str),
    /// A date, and how many seconds from then on.
    After(&'static str, &'static str),
}

const OBS: Foreign = Foreign::Named("Huawei Cloud OBS (AccessKeyId, HMAC-SHA1)");
const TOS: Foreign = Foreign::Named("Volcengine TOS version 4");
const OSS4: Foreign = Foreign::Named("Alibaba Cloud OSS version 4");
const CLOUDFRONT: Foreign =
    Foreign::Named("Amazon CloudFront (signed URLs, a key pair of its own)");

/// Each in its provider's documentation of signed URLs: Google Cloud Storage (V2 and V4 signing process with your own
/// program), Alibaba Cloud OSS (add signatures to URLs, V1 and V4), Tencent Cloud COS (request signature), Volcengine
/// TOS (signature in URL), Huawei Cloud OBS (authentication of signature in a URL), Azure Storage (create an account
/// and a service SAS), Amazon CloudFront (creating a signed URL).
static SIGNED_URLS: [SignedUrl; 10] = [
    SignedUrl {
        scheme: Foreign::Google2,
        names: &["GoogleAccessId", "Signature"],
        key: Some("GoogleAccessId"),
        ends: Ends::Seconds("Expires"),
        signature: "Signature",
    },
    SignedUrl {
        scheme: Foreign::Google,
        names: &["X-Goog-Credential", "X-Goog-Signature"],
        key: Some("X-Goog-Credential"),
        ends: Ends::After("X-Goog-Date", "X-Goog-Expires"),
        signature: "X-Goog-Signature",
    },
    SignedUrl {
        scheme: Foreign::OssV1,
        names: &["OSSAccessKeyId", "Signature"],
        key: Some("OSSAccessKeyId"),
        ends: Ends::Seconds("Expires"),
        signature: "Signature",
    },
    SignedUrl {
        scheme: OSS4,
        names: &["x-oss-credential", "x-oss-signature"],
        key: Some("x-oss-credential"),
        ends: Ends::After("x-oss-date", "x-oss-expires"),
        signature: "x-oss-signature",
    },
    SignedUrl {
        scheme: TOS,
        names: &["X-Tos-Credential", "X-Tos-Signature"],
        key: Some("X-Tos-Credential"),
        ends: Ends::After("X-Tos-Date", "X-Tos-Expires"),
        signature: "X-Tos-Signature",
    },
    SignedUrl {
        scheme: Foreign::Cos,
        names: &["q-ak", "q-signature"],
        key: Some("q-ak"),
        ends: Ends::Span("q-sign-time"),
        signature: "q-signature",
    },
    SignedUrl {
        scheme: OBS,
        names: &["AccessKeyId", "Expires", "Signature"],
        key: Some("AccessKeyId"),
        ends: Ends::Seconds("Expires"),
        signature: "Signature",
    },
    SignedUrl {
        scheme: CLOUDFRONT,
        names: &["Key-Pair-Id", "Signature"],
        key: Some("Key-Pair-Id"),
        ends: Ends::Seconds("Expires"),
        signature: "Signature",
    },
    SignedUrl {
        scheme: Foreign::AzureStorage,
        names: &["sv", "se", "sig"],
        key: None,
        ends: Ends::Date("se"),
        signature: "sig",
    },
    SignedUrl {
        scheme: Foreign::AzureStorage,
        names: &["sv", "si", "sig"],
        key: None,
        ends: Ends::Date("se"),
        signature: "sig",
    },
];

/// The scheme whose URLs have the parameters that are there; `has` says which are, by their exact names.
pub(in crate::engine) fn signed_url(has: impl Fn(&str) -> bool) -> Option<&'static SignedUrl> {
    SIGNED_URLS
        .iter()
        .find(|url| url.names.iter().all(|name| has(name)))
}
