//! What can be copied: the menu as data, and each entry's text.

use super::Correction;

/// Something that can be copied.
#[derive(Copy, Clone, Debug, Eq, Hash, PartialEq)]
pub enum CopyItem {
    /// The corrected header that carries the signature.
    Authorization,
    /// All corrected headers, a line each.
    Headers,
    /// The corrected URL.
    Url,
    /// A curl command that sends the corrected request.
    Curl,
    /// The canonical request, redacted.
    CanonicalRequest,
    /// The string to sign, redacted.
    StringToSign,
    /// The whole diagnosis as Markdown, redacted.
    Report,
}

impl CopyItem {
    /// Every entry, in the order of the menu.
    pub const ALL: [Self; 7] = [
        Self::Authorization,
        Self::Headers,
        Self::Url,
        Self::Curl,
        Self::CanonicalRequest,
        Self::StringToSign,
        Self::Report,
    ];

    /// Its name in the menu and the toast.
    pub fn title(self) -> &'static str {
        match self {
            Self::Authorization => "Authorization header",
            Self::Headers => "all corrected headers",
            Self::Url => "corrected URL",
            Self::Curl => "curl command",
            Self::CanonicalRequest => "canonical request",
            Self::StringToSign => "string to sign",
            Self::Report => "Markdown report",
        }
    }

    /// Whether it comes in two forms: with the request's own date, and fresh.
    pub fn is_dated(self) -> bool {
        match self {
            Self::Authorization | Self::Headers | Self::Url | Self::Curl => true,
            Self::CanonicalRequest | Self::StringToSign | Self::Report => false,
        }
    }
}

/// The text of a corrected entry, whole and without redaction; none where the correction has none
/// (no Authorization header in query form) or where the entry is not part of a correction.
pub fn text(item: CopyItem, correction: &Correction) -> Option<Vec<u8>> {
    let _ = (item, correction);
    None
}
