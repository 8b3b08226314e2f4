//! White space at the edges of a secret: what `echo` and editors leave there, and what a signer then signs with.
//!
//! Owns the words for it. A secret is told by what stands at its edges or was added to it, never by its text.

use super::{Material, Sensitive};

/// White space that a signer's secret may have at its end beyond the secret that was issued.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Blank {
    /// A line feed: `echo`, a file's last line.
    Newline,
    /// Carriage return and line feed: the same on Windows.
    WindowsNewline,
    /// A space: copied along.
    Space,
}

impl Blank {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 3] = [Self::Newline, Self::WindowsNewline, Self::Space];

    /// The bytes at the end of the secret.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Newline => b"\n",
            Self::WindowsNewline => b"\r\n",
            Self::Space => b" ",
        }
    }

    /// What it is called: `a newline`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Newline => "a newline",
            Self::WindowsNewline => "a Windows line end (carriage return and newline)",
            Self::Space => "a space",
        }
    }

    /// Its name among the parameters of a deviation.
    pub fn id(self) -> &'static str {
        match self {
            Self::Newline => "newline",
            Self::WindowsNewline => "crlf",
            Self::Space => "space",
        }
    }
}

impl Material {
    /// What white space stands at the edges of a secret, as what it does: `ends in a newline`. None where
    /// there is none; a derived key has no text.
    pub fn edges(&self) -> Option<String> {
        let Self::Secret(secret) = self else {
            return None;
        };
        let secret = secret.expose().as_slice();
        let begins = secret.first().filter(|byte| byte.is_ascii_whitespace());
        let ends = secret.last().filter(|byte| byte.is_ascii_whitespace());
        let begins = begins.map(|byte| format!("begins with {}", name(*byte)));
        let ends = ends.map(|byte| {
            let crlf = secret.ends_with(Blank::WindowsNewline.bytes());
            let end = if crlf {
                Blank::WindowsNewline.words()
            } else {
                name(*byte)
            };
            format!("ends in {end}")
        });
        match (begins, ends) {
            (Some(begins), Some(ends)) => Some(format!("{begins} and {ends}")),
            (begins, ends) => begins.or(ends),
        }
    }

    /// The secret without the white space at its edges; none for a derived key and where nothing is left.
    pub(super) fn bare(&self) -> Option<Sensitive<Vec<u8>>> {
        let Self::Secret(secret) = self else {
            return None;
        };
        let bare = secret.expose().trim_ascii();
        (!bare.is_empty()).then(|| Sensitive::new(bare.to_vec()))
    }
}

fn name(byte: u8) -> &'static str {
    match byte {
        b'\n' => Blank::Newline.words(),
        b' ' => Blank::Space.words(),
        b'\t' => "a tab",
        b'\r' => "a carriage return",
        _ => "white space",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_at_the_edges_is_told_and_the_secret_is_not() {
        let edges = |text: &str| Material::Secret(text.as_bytes().to_vec().into()).edges();
        for (text, said) in [
            ("secret\n", "ends in a newline"),
            (
                "secret\r\n",
                "ends in a Windows line end (carriage return and newline)",
            ),
            ("secret ", "ends in a space"),
            ("\tsecret", "begins with a tab"),
            (
                " secret\r",
                "begins with a space and ends in a carriage return",
            ),
            ("\u{b}secret\u{c}", "ends in white space"),
        ] {
            assert_eq!(edges(text).as_deref(), Some(said), "{text:?}");
        }
        for clean in ["secret", "a secret", "a\nsecret", ""] {
            assert_eq!(edges(clean), None, "{clean:?}");
        }
        let key = Material::DerivedKey(b"\n\n".to_vec().into());
        assert_eq!(key.edges(), None);
    }
}
