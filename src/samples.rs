//! The bundled samples: real mistakes to open without a failure of one's own at hand.
//!
//! Owns the registry; the texts stand under `assets/samples/`, made by `tests/corpus/make_samples.py` and
//! signed with the example keys of the AWS documentation. It must not know what is found in them.

use bytes::Bytes;

use crate::engine::document::Source;
use crate::engine::intake::Input;

/// A bundled sample.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sample {
    /// Its name on the command line: `host-changed`.
    pub name: &'static str,
    /// Its title in a menu, at most 31 columns.
    pub title: &'static str,
    /// What happened, in one line.
    pub summary: &'static str,
    /// The text, as a person would paste it.
    pub text: &'static str,
}

impl Sample {
    /// The sample as input to a case.
    pub fn input(&self) -> Input {
        Input {
            name: format!("sample {}", self.name),
            source: Source::Sample,
            bytes: Bytes::from_static(self.text.as_bytes()),
        }
    }
}

/// The sample of that name.
pub fn find(name: &str) -> Option<&'static Sample> {
    ALL.iter().find(|sample| sample.name == name)
}

macro_rules! samples {
    ($($name:literal, $title:literal, $summary:literal;)*) => {
        &[$(Sample {
            name: $name,
            title: $title,
            summary: $summary,
            text: include_str!(concat!("../assets/samples/", $name, ".txt")),
        }),*]
    };
}

/// Every sample, in the order of the menu: the commonest mistakes first.
pub static ALL: &[Sample] = samples! {
    "host-changed", "proxy changed Host",
        "nginx passes a request on under another Host than the one that was signed";
    "path-encoded-twice", "path encoded twice",
        "the signer encodes the path once more, which every service but S3 wants";
    "content-type-browser", "Content-Type from the browser",
        "a presigned PUT was made for one Content-Type, and the browser sends another";
    "accept-encoding-rewritten", "Accept-Encoding rewritten",
        "Google's front end appends gzip(gfe) to a signed Accept-Encoding";
    "range-stripped", "signed header stripped",
        "Range was signed, and the server had no value for it; there is no secret here";
    "expired-url", "presigned URL expired",
        "the signature is right, and the server's clock says that its time is over";
    "wrong-region", "wrong region",
        "signed for us-east-1, while the bucket is in eu-central-1 and the server says so";
    "secret-newline", "newline in the secret",
        "the strings to sign are the same, so only the key can differ";
    "private-host", "presigned for a private host",
        "a link made with the name of a container, and no secret to check it with";
    "right-request", "a right request",
        "the first example of the S3 documentation, whose signature is right";
    "header-unsigned", "x-amz-* header not signed",
        "the signature is right, but S3 wants every x-amz-* header to be signed";
};

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn every_file_is_in_the_registry_once_and_fits_the_menu() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/samples");
        let mut files: Vec<String> = std::fs::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let mut names: Vec<String> = ALL.iter().map(|s| format!("{}.txt", s.name)).collect();
        names.sort();
        assert_eq!(files, names);
        for sample in ALL {
            assert!(sample.title.width() <= 31, "{}", sample.title);
            assert!(sample.summary.width() <= 80, "{}", sample.summary);
            assert!(!sample.summary.ends_with('.'));
            assert_eq!(find(sample.name), Some(sample));
        }
    }

    #[test]
    fn samples_hold_no_key_but_the_documentation_s() {
        for sample in ALL {
            for line in sample.text.lines() {
                if let Some(secret) = line.strip_prefix("AWS_SECRET_ACCESS_KEY=") {
                    assert_eq!(secret, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
                }
                if let Some(id) = line.strip_prefix("AWS_ACCESS_KEY_ID=") {
                    assert!(id.contains("EXAMPLE"), "{id}");
                }
            }
        }
    }
}
