//! OSC 52: copying through the terminal, wherever it is.
//!
//! The sequence is `ESC ] 52 ; c ; BASE64 BEL` (xterm, "ctlseqs"). It ends in BEL and not in `ESC \`,
//! because the latter would also end the envelope that screen needs.

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;

/// More than this is not sent: terminals that set a limit set it at 100,000 characters of base64 and
/// more, and what is longer they drop without a word.
pub(super) const LONGEST: usize = 74_994;

/// screen passes on envelopes of at most 768 bytes.
const SCREEN_PIECE: usize = 512;

/// What stands between the program and the terminal.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Multiplexer {
    /// Nothing.
    None,
    /// tmux: passes on what is in its own envelope, with every ESC doubled (`allow-passthrough on`), or
    /// takes the plain sequence (`set-clipboard on`). Neither is on everywhere, so it gets both.
    Tmux,
    /// GNU screen: passes on what is in an envelope, in short pieces.
    Screen,
}

impl Multiplexer {
    /// The way in words. No terminal says whether it took the text, so the way is named, not its success.
    pub(super) fn route(self) -> &'static str {
        match self {
            Self::None => "to the terminal (OSC 52)",
            Self::Tmux => {
                "to the terminal (OSC 52; tmux passes it on with set -g set-clipboard on)"
            }
            Self::Screen => "to the terminal (OSC 52, through screen)",
        }
    }
}

/// The bytes that copy `text`. An error says that it is too long.
pub(super) fn sequence(text: &[u8], multiplexer: Multiplexer) -> Result<Vec<u8>, String> {
    if text.len() > LONGEST {
        return Err(format!(
            "{} bytes are too many to copy through the terminal (it takes {LONGEST})",
            text.len()
        ));
    }
    let mut plain = String::new();
    CopyToClipboard::to_clipboard_from(text)
        .write_ansi(&mut plain)
        .map_err(|_| "the text could not be encoded".to_owned())?;
    if let Some(start) = plain.strip_suffix("\x1b\\").map(str::len) {
        plain.truncate(start);
        plain.push('\x07');
    }
    let plain = plain.into_bytes();
    Ok(match multiplexer {
        Multiplexer::None => plain,
        Multiplexer::Tmux => {
            let mut out = plain.clone();
            out.extend_from_slice(b"\x1bPtmux;");
            for byte in plain {
                if byte == 0x1B {
                    out.push(0x1B);
                }
                out.push(byte);
            }
            out.extend_from_slice(b"\x1b\\");
            out
        }
        Multiplexer::Screen => plain
            .chunks(SCREEN_PIECE)
            .flat_map(|piece| [b"\x1bP", piece, b"\x1b\\"].concat())
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_sequence_is_the_one_terminals_know() {
        assert_eq!(
            sequence(b"foobar", Multiplexer::None).unwrap(),
            b"\x1b]52;c;Zm9vYmFy\x07"
        );
    }

    #[test]
    fn tmux_gets_the_plain_sequence_and_one_in_its_envelope() {
        assert_eq!(
            sequence(b"foobar", Multiplexer::Tmux).unwrap(),
            b"\x1b]52;c;Zm9vYmFy\x07\x1bPtmux;\x1b\x1b]52;c;Zm9vYmFy\x07\x1b\\"
        );
    }

    #[test]
    fn pieces_for_screen_are_short_and_join_to_the_whole() {
        let text = vec![b'y'; 5_000];
        let sent = sequence(&text, Multiplexer::Screen).unwrap();
        let sent = String::from_utf8(sent).unwrap();
        let pieces: Vec<&str> = sent
            .split("\x1b\\")
            .filter(|piece| !piece.is_empty())
            .map(|piece| piece.strip_prefix("\x1bP").unwrap())
            .collect();
        assert!(pieces.iter().all(|piece| piece.len() + 4 <= 768));
        let plain = sequence(&text, Multiplexer::None).unwrap();
        assert_eq!(pieces.concat().into_bytes(), plain);
    }

    #[test]
    fn the_longest_text_just_fits_in_what_terminals_take() {
        let sent = sequence(&vec![b'x'; LONGEST], Multiplexer::None).unwrap();
        assert!(sent.len() <= 100_000, "{}", sent.len());
        assert!(sequence(&vec![b'x'; LONGEST + 1], Multiplexer::None).is_err());
    }
}
