//! What is said of the reading of a request that reproduced its signature, where it is not the plain one.

use super::canonical::Variant;
use super::kernel::{
    BLANKS_ALL, BLANKS_UNQUOTED, HOST_OTHERWISE, PLUS_OTHERWISE, RAW_ESCAPED, RAW_KEPT, RAW_PLUS,
    TOKEN_OTHERWISE, method_of,
};
use super::quirks::{HeaderBlanks, HostValue, PlusInPath, RawInTarget, SessionToken};
use crate::engine::intake::BodyVariant;
use crate::engine::scheme::Taken;
use crate::engine::scheme::kernel::MessageEdit;

/// The option of a `+` in the path.
pub(super) const PLUS_IN_PATH: &str = "plus-in-path";

/// What of a reading that reproduced the signature is no option's value, in words. `open` says whether the request
/// states no method.
pub(super) fn notes(edits: &[MessageEdit], open: bool) -> Vec<String> {
    let text = |edit: &MessageEdit| match edit {
        MessageEdit::Body(BodyVariant::AsGiven) => None,
        MessageEdit::Body(BodyVariant::WithoutFinalNewline) => {
            Some("the body was signed without the newline at its end".to_owned())
        }
        MessageEdit::Variant(number) => method_of(*number).filter(|_| open).map(|method| {
            format!(
                "it verifies as a {method} request; the method does not stand in what was given"
            )
        }),
    };
    edits.iter().filter_map(text).collect()
}

/// The values of options by which a reading that reproduced the signature is not the plain one.
pub(super) fn taken(edits: &[MessageEdit], variant: Variant) -> Vec<Taken> {
    let of = |edit: &MessageEdit| match edit {
        MessageEdit::Variant(TOKEN_OTHERWISE) => Some(token(variant.token)),
        MessageEdit::Variant(HOST_OTHERWISE) => Some(host(variant.host)),
        MessageEdit::Variant(BLANKS_ALL | BLANKS_UNQUOTED) => Some(blanks(variant.blanks)),
        MessageEdit::Variant(RAW_ESCAPED | RAW_KEPT | RAW_PLUS) => Some(raw(variant.raw)),
        MessageEdit::Variant(PLUS_OTHERWISE) => Some(plus(variant.plus)),
        MessageEdit::Body(_) | MessageEdit::Variant(_) => None,
    };
    edits.iter().filter_map(of).collect()
}

fn token(token: SessionToken) -> Taken {
    Taken {
        option: "session-token",
        value: token.id(),
        note: match token {
            SessionToken::Appended => "the session token was appended after signing",
            SessionToken::Signed => "the session token was signed with the other parameters",
        },
    }
}

fn host(host: HostValue) -> Taken {
    Taken {
        option: "host-value",
        value: host.id(),
        note: match host {
            HostValue::AsReceived => {
                "the host was signed exactly as it was sent, capitals and default port included"
            }
            HostValue::Canonical => "the host was signed in its canonical form",
            HostValue::WithoutPort => "the host was signed without its port",
            HostValue::Port443 => "the host was signed with :443 behind it",
            HostValue::Port80 => "the host was signed with :80 behind it",
            HostValue::UrlPort => "the host was signed with the port of the URL behind it",
        },
    }
}

fn blanks(blanks: HeaderBlanks) -> Taken {
    Taken {
        option: "header-blanks",
        value: blanks.id(),
        note: match blanks {
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
        },
    }
}

fn raw(raw: RawInTarget) -> Taken {
    Taken {
        option: "raw-in-target",
        value: raw.id(),
        note: match raw {
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
        },
    }
}

fn plus(plus: PlusInPath) -> Taken {
    Taken {
        option: PLUS_IN_PATH,
        value: plus.id(),
        note: match plus {
            PlusInPath::Blank => "the + in the path was signed as a space (--plus-in-path space)",
            PlusInPath::Literal => "the + in the path was signed as itself (--plus-in-path plus)",
        },
    }
}
