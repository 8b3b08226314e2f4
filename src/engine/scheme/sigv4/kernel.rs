//! The two axes of the search: readings of the request, and keys.

use sha2::{Digest as _, Sha256};

use super::canonical::{Canonicaliser, PayloadLine, Variant};
use super::key::{self, KeyScope, Keyed};
use super::quirks::{HeaderBlanks, PathEncoding, Quirks, RawInTarget};
use super::reading::Reading;
use super::{beside, message};
use crate::engine::document::Documents;
use crate::engine::intake::{BodyVariant, SignedRequest};
use crate::engine::scheme::View;
use crate::engine::scheme::kernel::{Kernel, KeyEdit, MessageEdit};
use crate::engine::secret::{Keyring, Sensitive};

/// The session token of the query is placed the other way (signed, or appended after signing).
pub(super) const TOKEN_OTHERWISE: u16 = 1;
/// The host is written the other way (canonical, or as received).
pub(super) const HOST_OTHERWISE: u16 = 2;
/// The first of [`METHODS`]; the others follow.
const METHOD_FIRST: u16 = 16;

/// The methods tried where a request states none, besides the one its shape implies. A presigned URL
/// says nothing of its method, and the verifier takes that of the request it comes with.
pub(super) const METHODS: [&str; 6] = ["GET", "PUT", "HEAD", "POST", "DELETE", "PATCH"];

/// The method that an edit of the message stands for.
pub(super) fn method_of(edit: u16) -> Option<&'static str> {
    METHODS
        .get(usize::from(edit.checked_sub(METHOD_FIRST)?))
        .copied()
}

/// Tabs inside the values of headers are taken as blanks.
pub(super) const BLANKS_ALL: u16 = 3;

/// A `+` in the path is read the other way (as itself, or as a space).
pub(super) const PLUS_OTHERWISE: u16 = 4;

/// Blanks between quotation marks in the values of headers stay as they are.
pub(super) const BLANKS_UNQUOTED: u16 = 5;

/// What of the target is not percent-encoded is taken as its escape.
pub(super) const RAW_ESCAPED: u16 = 6;
/// The same, as it stands.
pub(super) const RAW_KEPT: u16 = 7;
/// The same, and a space as `+`.
pub(super) const RAW_PLUS: u16 = 8;

/// The first of the tokens that stand beside a secret, taken for one that is signed and not sent; the others
/// follow.
const BESIDE_FIRST: u16 = 64;

/// The place of the token that an edit of the message stands for.
fn beside_of(edit: u16) -> Option<usize> {
    edit.checked_sub(BESIDE_FIRST).map(usize::from)
}

/// A request with all that is needed to sign it again.
pub(super) struct SigV4Kernel<'a> {
    pub(super) docs: &'a Documents,
    pub(super) reading: &'a Reading,
    pub(super) quirks: &'a Quirks,
    pub(super) canonical: Canonicaliser<'a>,
    pub(super) scope: Option<KeyScope>,
    pub(super) keyring: &'a Keyring,
}

impl<'a> SigV4Kernel<'a> {
    /// The kernel of `request` under `quirks`.
    pub(super) fn of(
        view: &View<'a>,
        reading: &'a Reading,
        request: &'a SignedRequest,
        quirks: &'a Quirks,
    ) -> Self {
        let docs = &view.case.docs;
        let mut canonical = Canonicaliser::new(docs, request, reading, quirks);
        if canonical.lacks_token() {
            canonical.tokens = beside::tokens(view.case, reading);
        }
        Self {
            docs,
            reading,
            quirks,
            scope: message::key_scope(reading, quirks),
            canonical,
            keyring: view.keyring,
        }
    }
}

impl SigV4Kernel<'_> {
    /// The reading of the request that these edits ask for.
    pub(super) fn variant(&self, edits: &[MessageEdit]) -> Option<Variant> {
        let mut variant = Variant {
            body: BodyVariant::AsGiven,
            token: self.quirks.session_token,
            host: self.quirks.host_value,
            method: None,
            blanks: self.quirks.header_blanks,
            plus: self.quirks.plus_in_path,
            raw: self.quirks.raw_in_target,
            beside: None,
        };
        for edit in edits {
            match edit {
                MessageEdit::Body(body) => variant.body = *body,
                MessageEdit::Variant(TOKEN_OTHERWISE) => variant.token = variant.token.other(),
                MessageEdit::Variant(HOST_OTHERWISE) => variant.host = variant.host.other(),
                MessageEdit::Variant(PLUS_OTHERWISE) => {
                    variant.plus = self.quirks.plus_in_path_otherwise?;
                }
                MessageEdit::Variant(BLANKS_ALL) => variant.blanks = HeaderBlanks::All,
                MessageEdit::Variant(BLANKS_UNQUOTED) => variant.blanks = HeaderBlanks::Unquoted,
                MessageEdit::Variant(RAW_ESCAPED) => variant.raw = RawInTarget::Escaped,
                MessageEdit::Variant(RAW_KEPT) => variant.raw = RawInTarget::Kept,
                MessageEdit::Variant(RAW_PLUS) => variant.raw = RawInTarget::Plus,
                MessageEdit::Variant(other) => match beside_of(*other) {
                    Some(place) => variant.beside = Some(place),
                    None => variant.method = Some(method_of(*other)?),
                },
            }
        }
        Some(variant)
    }

    /// Every reading of the request worth trying, the plain one first.
    pub(super) fn messages(&self) -> Vec<Vec<MessageEdit>> {
        let bodies: Vec<Vec<MessageEdit>> = match &self.canonical.payload {
            PayloadLine::Body => self
                .canonical
                .body
                .readings
                .iter()
                .map(|(variant, _)| vec![MessageEdit::Body(*variant)])
                .collect(),
            PayloadLine::Stated(_) | PayloadLine::Unsigned | PayloadLine::Nothing => {
                vec![Vec::new()]
            }
        };
        let mut variants = vec![None];
        if self.canonical.has_token_param() && !self.quirks.session_token_chosen {
            variants.push(Some(TOKEN_OTHERWISE));
        }
        let mut hosts = vec![None];
        if self.canonical.host_is_rewritten() && !self.quirks.host_value_chosen {
            hosts.push(Some(HOST_OTHERWISE));
        }
        let mut blanks = vec![None];
        for other in self.quirks.header_blanks_otherwise {
            let edit = match other {
                HeaderBlanks::All if self.canonical.has_signed_tab() => BLANKS_ALL,
                HeaderBlanks::Unquoted if self.canonical.has_quoted_blanks() => BLANKS_UNQUOTED,
                HeaderBlanks::Spaces | HeaderBlanks::All | HeaderBlanks::Unquoted => continue,
            };
            blanks.push(Some(edit));
        }
        let mut pluses = vec![None];
        if self.quirks.plus_in_path_otherwise.is_some() && self.canonical.has_plus_in_path() {
            pluses.push(Some(PLUS_OTHERWISE));
        }
        let mut methods = vec![None];
        if self.canonical.method_is_open() || self.canonical.method_is_by_program() {
            let assumed = self.canonical.assumed_method();
            let others = (METHOD_FIRST..).zip(METHODS);
            let others = others.filter(|(_, method)| method.as_bytes() != assumed);
            methods.extend(others.map(|(at, _)| Some(at)));
        }
        let mut raws = vec![None];
        if let Some(blank) = self.canonical.raw_in_target() {
            let twice = self.quirks.path_encoding == PathEncoding::Twice;
            for other in self.quirks.raw_in_target_otherwise {
                let edit = match other {
                    // Where a path is encoded once the two are one.
                    RawInTarget::Escaped if twice => RAW_ESCAPED,
                    RawInTarget::Kept => RAW_KEPT,
                    RawInTarget::Plus if blank => RAW_PLUS,
                    RawInTarget::Encoded | RawInTarget::Escaped | RawInTarget::Plus => continue,
                };
                raws.push(Some(edit));
            }
        }
        let mut besides = vec![None];
        besides.extend(
            (BESIDE_FIRST..)
                .zip(&self.canonical.tokens)
                .map(|(edit, _)| Some(edit)),
        );
        // Every combination, the first axis turning fastest.
        let mut out = bodies;
        for axis in [variants, hosts, blanks, pluses, raws, methods, besides] {
            out = axis
                .iter()
                .flat_map(|edit| {
                    out.iter().map(|edits| {
                        let edit = edit.map(MessageEdit::Variant);
                        edits.iter().cloned().chain(edit).collect()
                    })
                })
                .collect();
        }
        out
    }

    /// The string to sign of one reading.
    pub(super) fn string_to_sign(&self, variant: Variant) -> Vec<u8> {
        let mut hasher = Sha256::new();
        self.canonical.write(&mut hasher, variant);
        let hash = hex::encode(hasher.finalize());
        let mut text = Vec::with_capacity(160);
        message::write(
            &mut text,
            self.docs,
            self.reading,
            self.quirks,
            hash.as_bytes(),
        );
        text
    }
}

impl Kernel for SigV4Kernel<'_> {
    /// The string to sign.
    type Message = Vec<u8>;
    /// The signing key, ready for a message.
    type Key = Keyed;
    /// The received signature as it stands: hex.
    type Target = [u8];

    fn message(&self, edits: &[MessageEdit]) -> Option<Self::Message> {
        Some(self.string_to_sign(self.variant(edits)?))
    }

    fn key(&self, edits: &[KeyEdit]) -> Option<Self::Key> {
        let [KeyEdit::Candidate(place)] = edits else {
            return None;
        };
        let material = &self.keyring.candidates.get(*place)?.material;
        let derived: Sensitive<Vec<u8>> = key::derive(self.scope.as_ref()?, material);
        Some(key::keyed(derived.expose()))
    }

    fn hits(&self, message: &Self::Message, key: &Self::Key, target: &Self::Target) -> bool {
        key::sign(key, message).as_bytes() == target
    }
}
