//! How large a hidden value is, whatever it is spelled in: one value has one size wherever it turns up.
//!
//! Owns the spellings that take room of their own and are not undone for finding values; must not know where
//! the text is from.

use zeroize::Zeroizing;

use crate::engine::document::{Mask, Plain};

/// A range of more bytes is told by its own length: it is counted at every drawing.
const LONGEST: usize = 16 << 10;

/// Bytes of the value that `spelled` stands for. That of a secret is never told.
pub(super) fn of(mask: Mask, spelled: &[u8]) -> usize {
    match mask {
        Mask::Secret => return spelled.len(),
        Mask::Token if spelled.len() > LONGEST => return spelled.len(),
        Mask::Token => {}
    }
    let mut plain = Plain::decoding();
    plain.read(&printable_undone(spelled), 0);
    let value: Zeroizing<Vec<u8>> = Zeroizing::new(
        plain
            .bytes()
            .iter()
            .copied()
            .filter(|byte| !is_wrapping(*byte))
            .collect(),
    );
    dumped(&value).unwrap_or(value.len())
}

/// What stands inside a value only because it was wrapped, quoted or written in two bytes a character.
fn is_wrapping(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0 | b'>' | b'\\')
}

/// The text with the soft line breaks and escapes of quoted-printable undone (RFC 2045 section 6.7). In a
/// token `=` stands at the end alone, so that none of these is its own.
fn printable_undone(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        rest = match rest {
            [b'=', b'\n', behind @ ..] | [b'=', b'\r', b'\n', behind @ ..] => behind,
            [b'=', b'3', b'D', behind @ ..] => {
                out.push(b'=');
                behind
            }
            _ => {
                out.push(*first);
                behind
            }
        };
    }
    out
}

/// Bytes of what a dump in hexadecimal holds. A token in hexadecimal is no dump: its bytes are no text.
fn dumped(value: &[u8]) -> Option<usize> {
    let mut digits: Vec<u8> = Vec::with_capacity(value.len());
    for byte in value {
        match char::from(*byte).to_digit(16) {
            Some(digit) => digits.push(u8::try_from(digit).ok()?),
            None if b":-,".contains(byte) => {}
            None => return None,
        }
    }
    let text = digits.chunks(2).all(|pair| match pair {
        [high, low] => (high << 4 | low).is_ascii_graphic(),
        _ => false,
    });
    (text && !digits.is_empty()).then_some(digits.len() / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_the_same_size_in_every_spelling() {
        let token = "IQoJb3JpZ2luX2VjEXAMPLETOKEN//+/wEaCXVz==";
        let percent = token
            .replace('/', "%2F")
            .replace('+', "%2B")
            .replace('=', "%3D");
        let wide: Vec<u8> = token.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let spaced: Vec<String> = token.bytes().map(|b| format!("{b:02x}")).collect();
        let spaced = spaced.join(" ");
        let spellings: [&[u8]; 10] = [
            token.as_bytes(),
            percent.as_bytes(),
            &percent.replace('%', "%25").into_bytes(),
            &token.replace("//", "\n//").into_bytes(),
            &token.replace("//", "=\n//").into_bytes(),
            &percent.replace("XAMPLE", "XAM\r\n> PLE").into_bytes(),
            &token.replace("==", "=3D=3D").into_bytes(),
            &wide,
            spaced.as_bytes(),
            &hex::encode(token).into_bytes(),
        ];
        for spelled in spellings {
            let text = String::from_utf8_lossy(spelled);
            assert_eq!(of(Mask::Token, spelled), token.len(), "{text}");
        }
    }

    #[test]
    fn a_token_in_hexadecimal_is_no_dump() {
        let token = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c";
        assert_eq!(of(Mask::Token, token.as_bytes()), token.len());
    }
}
