//! The equalities that prove a verdict, side by side.

use sha2::{Digest as _, Sha256};

use super::Judge;
use super::alone::what_was_signed;
use crate::engine::diagnose::facts::Facts;
use crate::engine::diagnose::witness::Witness;
use crate::engine::diagnose::{Explanation, Party, Proof};
use crate::engine::document::visible;
use crate::engine::scheme::{Outcome, Role};

impl Judge<'_> {
    fn column_text(&self, role: Role, party: Party) -> Option<String> {
        let facts = self.facts;
        let docs = &facts.view.case.docs;
        let bytes = match party {
            Party::Computed => facts.trace?.stage(role)?.output.public()?.to_vec(),
            Party::Received => facts.received()?.bytes.to_vec(),
            Party::Server | Party::Client | Party::Unnamed => {
                let witness = match party {
                    Party::Server => facts.server.as_ref()?,
                    Party::Unnamed => facts.unnamed.as_ref()?,
                    Party::Client | Party::Computed | Party::Received => facts.client.as_ref()?,
                };
                let pattern = match role {
                    Role::CanonicalRequest => witness.evidence.canonical_request.as_ref(),
                    Role::StringToSign => witness.evidence.string_to_sign.as_ref(),
                    Role::Signature => witness.evidence.signature.as_ref(),
                    Role::Request | Role::Key => None,
                };
                pattern?.bytes(docs)
            }
        };
        // A text keeps its lines; within each, nothing hides.
        let lines: Vec<String> = bytes
            .split(|byte| *byte == b'\n')
            .map(visible::to_string)
            .collect();
        Some(lines.join("\n"))
    }

    /// Received and computed signature, side by side; of one that is shown in part and fits, that part alone.
    pub(super) fn signatures(&self) -> Vec<(String, String)> {
        if self.facts.outcome == Outcome::Verified {
            let shown = self.column_text(Role::Signature, Party::Received);
            let labels = [
                "received part of the signature",
                "the same part of the computed signature",
            ];
            return shown
                .map(|shown| {
                    labels
                        .map(|label| (label.to_owned(), shown.clone()))
                        .to_vec()
                })
                .unwrap_or_default();
        }
        let pair = [
            ("received signature", Party::Received),
            ("computed signature", Party::Computed),
        ];
        pair.into_iter()
            .filter_map(|(label, party)| {
                Some((label.to_owned(), self.column_text(Role::Signature, party)?))
            })
            .collect()
    }

    /// What an explanation reproduces.
    pub(super) fn explanation_proof(&self, explanation: &Explanation) -> Vec<(String, String)> {
        let (what, labels) = match explanation.proof {
            Proof::Signature => (
                self.column_text(Role::Signature, Party::Received)
                    .or_else(|| self.column_text(Role::Signature, Party::Server))
                    .or_else(|| self.column_text(Role::Signature, Party::Client)),
                ["received signature", "signature with this difference"],
            ),
            Proof::SignaturePrefix => (
                self.column_text(Role::Signature, Party::Received),
                [
                    "received part of the signature",
                    "the same part of the signature with this difference",
                ],
            ),
            Proof::CanonicalRequestHash => (
                explanation
                    .canonical_request
                    .as_ref()
                    .map(|text| hex::encode(Sha256::digest(text))),
                [
                    "received hash of the canonical request",
                    "hash of the canonical request with this difference",
                ],
            ),
        };
        what.map(|what| {
            labels
                .map(|label| (label.to_owned(), what.clone()))
                .to_vec()
        })
        .unwrap_or_default()
    }

    /// The strings to sign of the computed side and of `party`, side by side.
    pub(super) fn equal_strings(&self, party: Party) -> Vec<(String, String)> {
        let whose = match party {
            Party::Server => "string to sign, server",
            _ => "string to sign, signer",
        };
        [
            ("string to sign, computed", Party::Computed),
            (whose, party),
        ]
        .into_iter()
        .filter_map(|(label, party)| {
            Some((
                label.to_owned(),
                self.column_text(Role::StringToSign, party)?,
            ))
        })
        .collect()
    }

    /// The texts of signer and server for a stage.
    pub(super) fn texts(&self, role: Role) -> Vec<(String, String)> {
        [("signer", Party::Client), ("server", Party::Server)]
            .into_iter()
            .filter_map(|(label, party)| Some((label.to_owned(), self.column_text(role, party)?)))
            .collect()
    }

    /// The signature of somebody's own string to sign.
    pub(super) fn text_proof(&self, witness: &Witness<'_>) -> Vec<(String, String)> {
        let what = what_was_signed(witness);
        let named = self
            .column_text(Role::Signature, witness.party)
            .or_else(|| self.column_text(Role::Signature, Party::Received));
        let Some(signature) = named else {
            return Vec::new();
        };
        vec![
            ("received signature".to_owned(), signature.clone()),
            (
                format!("signature of {what}, with {}", self.key(witness.key)),
                signature,
            ),
        ]
    }
}

/// That a witness's canonical request is the one it hashed.
pub(super) fn hash_proof(
    facts: &Facts<'_>,
    witness: &Witness<'_>,
) -> Option<Vec<(String, String)>> {
    let docs = &facts.view.case.docs;
    let canonical = witness.evidence.canonical_request.as_ref()?.as_exact()?;
    let signed = witness.evidence.string_to_sign.as_ref()?.as_exact()?;
    let digest = hex::encode(Sha256::digest(docs.bytes(canonical)));
    let stated = docs
        .bytes(signed)
        .rsplit(|byte| *byte == b'\n')
        .find(|line| !line.is_empty())?;
    let whose = match witness.party {
        Party::Server => "the server's",
        _ => "the signer's",
    };
    (stated == digest.as_bytes()).then(|| {
        vec![
            (
                format!("SHA-256 of {whose} canonical request"),
                digest.clone(),
            ),
            (format!("last line of {whose} string to sign"), digest),
        ]
    })
}
