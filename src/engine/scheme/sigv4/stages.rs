//! The stages of a trace behind the request itself, made of what was computed.
//!
//! Owns their titles and fields. Must not know how any of it is computed.

use bytes::Bytes;

use super::key::{self, KeyScope};
use super::wording;
use crate::engine::scheme::{
    Field, FieldKey, FieldKind, Role, Run, Stage, StageBytes, StageId, Step,
};
use crate::engine::secret::Material;

/// A stage whose text may be shown.
pub(super) fn text_stage(role: Role, text: Option<(Vec<u8>, Vec<Field>)>) -> Stage {
    let (id, title, short, purpose) = if role == Role::CanonicalRequest {
        (
            super::STAGE_CANONICAL,
            "Canonical request",
            "Canonical",
            wording::CANONICAL_REQUEST,
        )
    } else {
        (
            super::STAGE_TO_SIGN,
            "String to sign",
            "To sign",
            wording::STRING_TO_SIGN,
        )
    };
    let (output, fields) = match text {
        Some((bytes, fields)) => (StageBytes::Public(bytes.into()), fields),
        None => (StageBytes::Missing, Vec::new()),
    };
    Stage {
        id,
        role,
        title,
        short,
        rule: purpose,
        fields,
        output,
        links: Vec::new(),
    }
}

pub(super) fn key_stage(scope: Option<&KeyScope>, material: Option<&Material>) -> Stage {
    let links = scope
        .map(|scope| key::chain(scope, material))
        .unwrap_or_default();
    let output = links
        .last()
        .and_then(|link| link.output.clone())
        .map_or(StageBytes::Missing, StageBytes::Sensitive);
    Stage {
        id: StageId("key"),
        role: Role::Key,
        title: "Signing key",
        short: "Key",
        rule: wording::KEY,
        fields: Vec::new(),
        output,
        links,
    }
}

pub(super) fn signature_stage(signature: Option<&str>, assumed: bool) -> Stage {
    let (output, fields) = match signature {
        Some(text) => {
            let bytes = Bytes::copy_from_slice(text.as_bytes());
            let field = Field {
                key: FieldKey::of(FieldKind::SIGNATURE),
                range: 0..bytes.len(),
                runs: vec![Run {
                    out: 0..bytes.len(),
                    from: None,
                    steps: assumed.then_some(Step::TakenAsEmpty).into_iter().collect(),
                }],
                rule: wording::SIGNATURE,
            };
            (StageBytes::Public(bytes), vec![field])
        }
        None => (StageBytes::Missing, Vec::new()),
    };
    Stage {
        id: StageId("signature"),
        role: Role::Signature,
        title: "Signature",
        short: "Signature",
        rule: wording::SIGNATURE,
        fields,
        output,
        links: Vec::new(),
    }
}
