//! Corrections: what to send instead.
//!
//! Owns headers, URL and curl command of a request signed by the true rules, always a value beside
//! the request, never in its place. It must not know the clipboard.

mod curl;
mod menu;

pub use curl::{ToSend, command};
pub use menu::{CopyItem, listed, text};

use std::fmt;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::engine::document::Unshown;

/// Which date a correction carries.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum When {
    /// The request's own date: to compare with what was received.
    Same,
    /// This moment: to send.
    Fresh(DateTime<Utc>),
}

/// A request signed by the true rules. Holds the session token whole: it must work.
#[derive(Clone, Eq, PartialEq)]
pub struct Correction {
    /// Which date it carries.
    pub when: When,
    /// The signing time as sent.
    pub date: String,
    /// The method.
    pub method: String,
    /// The URL to send to; with the signature in it in query form.
    pub url: String,
    /// The header that carries the signature, if a header does: name and value.
    pub authorization: Option<(String, String)>,
    /// Every header that must be sent: names as usually spelled, values raw bytes. Holds
    /// `authorization` too, last.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Headers of the request that are no longer signed or must not be sent, with the reason.
    pub dropped: Vec<(String, String)>,
    /// The canonical request that was signed; empty in a scheme that has none.
    pub canonical_request: Vec<u8>,
    /// The string that was signed.
    pub string_to_sign: Vec<u8>,
    /// The signature as sent.
    pub signature: String,
    /// Names of the signed headers that `authorization` is worthless without: those written anew, and
    /// those whose value is not the request's. Not the host.
    pub beside: Vec<String>,
    /// Whether a session token is sent: whole in the headers, or in the URL where that carries the
    /// signature. [`CopyItem::holds_token`] tells which text it is in.
    pub holds_token: bool,
    /// Where choices came from, in words: `region eu-central-1: the server's own words`.
    pub because: Vec<String>,
    /// The body that goes with it.
    pub body: BodyToSend,
}

/// It holds what must work, a session token among it: its `Debug` form tells none of that.
impl fmt::Debug for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Correction")
            .field("when", &self.when)
            .field("date", &self.date)
            .field("method", &self.method)
            .field("url", &Unshown(self.url.as_bytes()))
            .field("headers", &names)
            .field("canonical_request", &Unshown(&self.canonical_request))
            .field("string_to_sign", &Unshown(&self.string_to_sign))
            .field("signature", &self.signature)
            .field("holds_token", &self.holds_token)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// The body of a corrected request.
#[derive(Clone, Default, Eq, PartialEq)]
pub enum BodyToSend {
    /// There is none, or none is known.
    #[default]
    None,
    /// These bytes, in the reading that was signed.
    Here(Bytes),
    /// What stands in the file of that name.
    File(String),
    /// As many bytes from the front of the file of that name; the rest was not signed.
    FileStart(String, u64),
    /// One goes with it and is not here; its length in bytes, where the request states it.
    Missing(Option<u64>),
}

impl fmt::Debug for BodyToSend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Here(bytes) => f.debug_tuple("Here").field(&Unshown(bytes)).finish(),
            Self::File(name) => f.debug_tuple("File").field(name).finish(),
            Self::FileStart(name, len) => {
                f.debug_tuple("FileStart").field(name).field(len).finish()
            }
            Self::Missing(len) => f.debug_tuple("Missing").field(len).finish(),
        }
    }
}
