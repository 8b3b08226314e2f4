//! Corrections: what to send instead.
//!
//! Owns headers, URL and curl command of a request signed by the true rules, always a value beside
//! the request, never in its place. It must not know the clipboard.

mod curl;
mod menu;

pub use menu::{CopyItem, text};

use bytes::Bytes;
use chrono::{DateTime, Utc};

/// Which date a correction carries.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum When {
    /// The request's own date: to compare with what was received.
    Same,
    /// This moment: to send.
    Fresh(DateTime<Utc>),
}

/// A request signed by the true rules. Holds the session token whole: it must work.
#[derive(Clone, Debug, Eq, PartialEq)]
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
    /// Whether headers or URL hold a session token whole.
    pub holds_token: bool,
    /// Where choices came from, in words: `region eu-central-1: the server's own words`.
    pub because: Vec<String>,
    /// The body that goes with it.
    pub body: BodyToSend,
}

/// The body of a corrected request.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
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
}
