//! What is said of the reading of a request that reproduced its signature, where it is not the plain one.

use super::canonical::Variant;
use super::kernel::{
    BLANKS_ALL, BLANKS_UNQUOTED, HOST_OTHERWISE, PLUS_OTHERWISE, RAW_ESCAPED, RAW_KEPT, RAW_PLUS,
    TOKEN_OTHERWISE, method_of,
};
use super::quirks::{HeaderBlanks, HostValue, PlusInPath, RawInTarget, SessionToken};
use crate::engine::intake::BodyVariant;
use crate::engine::scheme::kernel::MessageEdit;

/// The departures of a reading that reproduced the signature, in words.
pub(super) fn notes(edits: &[MessageEdit], variant: Variant) -> Vec<String> {
    let text = |edit: &MessageEdit| match edit {
        MessageEdit::Body(BodyVariant::AsGiven) => None,
        MessageEdit::Body(BodyVariant::WithoutFinalNewline) => {
            Some("the body was signed without the newline at its end".to_owned())
        }
        MessageEdit::Variant(TOKEN_OTHERWISE) => Some(token_note(variant.token).to_owned()),
        MessageEdit::Variant(HOST_OTHERWISE) => Some(host_note(variant.host).to_owned()),
        MessageEdit::Variant(BLANKS_ALL | BLANKS_UNQUOTED) => {
            Some(blanks_note(variant.blanks).to_owned())
        }
        MessageEdit::Variant(RAW_ESCAPED | RAW_KEPT | RAW_PLUS) => {
            Some(raw_note(variant.raw).to_owned())
        }
        MessageEdit::Variant(PLUS_OTHERWISE) => Some(plus_note(variant.plus).to_owned()),
        MessageEdit::Variant(other) => method_of(*other).map(|method| {
            format!(
                "it verifies as a {method} request; the method does not stand in what was given"
            )
        }),
    };
    edits.iter().filter_map(text).collect()
}

fn token_note(token: SessionToken) -> &'static str {
    match token {
        SessionToken::Appended => "the session token was appended after signing",
        SessionToken::Signed => "the session token was signed with the other parameters",
    }
}

fn host_note(host: HostValue) -> &'static str {
    match host {
        HostValue::AsReceived => {
            "the host was signed exactly as it was sent, capitals and default port included"
        }
        HostValue::Canonical => "the host was signed in its canonical form",
    }
}

fn blanks_note(blanks: HeaderBlanks) -> &'static str {
    match blanks {
        HeaderBlanks::All => {
            "tabs inside the values of headers were signed as blanks (--header-blanks all)"
        }
        HeaderBlanks::Spaces => {
            "tabs inside the values of headers were signed as they stand (--header-blanks spaces)"
        }
        HeaderBlanks::Unquoted => {
            "blanks between quotation marks in the values of headers were signed as they stand \
             (--header-blanks unquoted)"
        }
    }
}

fn raw_note(raw: RawInTarget) -> &'static str {
    match raw {
        RawInTarget::Encoded => {
            "what is not encoded in the target was signed encoded (--raw-in-target encoded)"
        }
        RawInTarget::Escaped => {
            "what is not encoded in the target was signed as if it had been sent encoded \
             (--raw-in-target escaped)"
        }
        RawInTarget::Kept => {
            "what is not encoded in the target was signed as it stands (--raw-in-target kept)"
        }
        RawInTarget::Plus => "the space in the target was signed as a + (--raw-in-target plus)",
    }
}

fn plus_note(plus: PlusInPath) -> &'static str {
    match plus {
        PlusInPath::Blank => "the + in the path was signed as a space (--plus-in-path space)",
        PlusInPath::Literal => "the + in the path was signed as itself (--plus-in-path plus)",
    }
}
