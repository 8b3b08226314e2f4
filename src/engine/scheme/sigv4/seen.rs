//! What the server had of a request, by its own strings.
//!
//! Only what proves itself counts: strings of a server whose hash is verified, about the very signature
//! or signing time that the request carries. It must not judge why they differ from the request.

use super::dissect;
use super::reading::Reading;
use crate::engine::diagnose::pairing;
use crate::engine::intake::{Evidence, Integrity, PairedBy, Side};
use crate::engine::scheme::{Extent, Field, FieldKind, Role, View};

/// The fields of the server's canonical request.
pub(super) struct Seen<'a> {
    text: &'a [u8],
    fields: Vec<Field>,
}

impl<'a> Seen<'a> {
    /// Reads the surest evidence about the request of `view`; none where nothing is proved.
    pub(super) fn of(view: &View<'a>, reading: &Reading) -> Option<Self> {
        let case = view.case;
        let request = view.request?;
        let place = case.evidence_for(request).into_iter().find(|&place| {
            let about_it = match case.paired_by(place, request) {
                Some(PairedBy::Signature) => true,
                // Two tries within one second carry one time and two signatures.
                Some(PairedBy::Chosen | PairedBy::Date) => {
                    case.evidence.get(place).is_some_and(|evidence| {
                        !pairing(&case.docs, &reading.claim(), evidence).is_other()
                    })
                }
                Some(PairedBy::KeyId | PairedBy::Asked | PairedBy::Place) | None => false,
            };
            about_it && case.evidence.get(place).is_some_and(is_proof)
        })?;
        let pattern = case.evidence.get(place)?.canonical_request.as_ref()?;
        let text = case.docs.bytes(pattern.as_exact()?);
        let fields = dissect::dissect(Role::CanonicalRequest, text, Extent::Whole);
        (!fields.is_empty()).then_some(Self { text, fields })
    }

    /// The method.
    pub(super) fn method(&self) -> Option<&'a [u8]> {
        self.value(FieldKind::METHOD, None)
            .filter(|m| !m.is_empty())
    }

    /// The path, in canonical spelling.
    pub(super) fn path(&self) -> Option<&'a [u8]> {
        self.value(FieldKind::PATH, None)
    }

    /// The value of a header that the server took up, its name in lower case: empty where it had none.
    /// None where it did not take the header up at all.
    pub(super) fn header(&self, name: &[u8]) -> Option<&'a [u8]> {
        self.value(FieldKind::HEADER, Some(name))
    }

    /// What stands in the line of the payload hash.
    pub(super) fn payload(&self) -> Option<&'a [u8]> {
        self.value(FieldKind::PAYLOAD_HASH, None)
    }

    /// The host, where the server had one.
    pub(super) fn host(&self) -> Option<String> {
        let host = self.header(b"host").filter(|host| !host.is_empty())?;
        String::from_utf8(host.to_vec()).ok()
    }

    /// The parameters of the query by name and value, in canonical order.
    pub(super) fn query(&self) -> impl Iterator<Item = (&str, &'a [u8])> {
        self.fields
            .iter()
            .filter(|field| field.key.kind == FieldKind::QUERY)
            .filter_map(|field| {
                let name = field.key.name.as_deref()?;
                Some((name, self.text.get(field.range.clone())?))
            })
    }

    fn value(&self, kind: FieldKind, name: Option<&[u8]>) -> Option<&'a [u8]> {
        let field = self.fields.iter().find(|field| {
            field.key.kind == kind && field.key.name.as_deref().map(str::as_bytes) == name
        })?;
        self.text.get(field.range.clone())
    }
}

/// Whether these are a server's strings, the hash of which is right.
fn is_proof(evidence: &Evidence) -> bool {
    let intact = match evidence.integrity {
        Integrity::Verified | Integrity::Repaired => true,
        Integrity::Attested | Integrity::Redacted | Integrity::Broken | Integrity::Unchecked => {
            false
        }
    };
    intact && evidence.side == Some(Side::Server)
}
