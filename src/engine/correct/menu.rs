//! What can be copied: the menu as data, and each entry's text.

use super::{BodyToSend, Correction, curl};

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

    /// What a person must know to use its text, in a sentence; none where it works as it is.
    pub fn caution(self, correction: &Correction) -> Option<&'static str> {
        match (self, &correction.body) {
            (Self::Url, _) if correction.authorization.is_some() => {
                Some("it is not signed: it works with the corrected headers only")
            }
            (Self::Curl, BodyToSend::Missing(_)) => {
                Some("the body is not here: put the name of its file for FILE")
            }
            _ => None,
        }
    }

    /// Whether its text holds the session token whole: the headers do where a header carries the
    /// signature, else the URL.
    pub fn holds_token(self, correction: &Correction) -> bool {
        correction.holds_token
            && match self {
                Self::Headers => correction.authorization.is_some(),
                Self::Url => correction.authorization.is_none(),
                Self::Curl => true,
                Self::Authorization
                | Self::CanonicalRequest
                | Self::StringToSign
                | Self::Report => false,
            }
    }
}

/// The text of a corrected entry, whole and without redaction; none where the correction has none
/// (no Authorization header in query form, no canonical request in a scheme that signs a message as it is)
/// or where the entry is not part of a correction.
pub fn text(item: CopyItem, correction: &Correction) -> Option<Vec<u8>> {
    match item {
        CopyItem::Authorization => {
            let (_, value) = correction.authorization.as_ref()?;
            Some(value.clone().into_bytes())
        }
        CopyItem::Headers => Some(header_lines(correction)),
        CopyItem::Url => Some(correction.url.clone().into_bytes()),
        CopyItem::Curl => Some(curl::command(&correction.into(), "")),
        CopyItem::CanonicalRequest => {
            let text = &correction.canonical_request;
            (!text.is_empty()).then(|| text.clone())
        }
        CopyItem::StringToSign => Some(correction.string_to_sign.clone()),
        CopyItem::Report => None,
    }
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[String]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// `Name: value`, a line each.
fn header_lines(correction: &Correction) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in &correction.headers {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.push(b'\n');
    }
    out
}
