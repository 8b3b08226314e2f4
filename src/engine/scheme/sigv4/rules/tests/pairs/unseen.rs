//! Characters that cannot be seen.

use super::*;

pub(super) fn pairs() -> Vec<Pair> {
    vec![
        (
            "unseen-character",
            raw(S3, &[("bytes=0-9", "bytes=0\u{A0}9")]),
            raw(S3, &[("bytes=0-9", "bytes=0 9")]),
        ),
        (
            "unseen-character",
            raw(S3, &[("/test.txt", "/te\u{200B}st.txt")]),
            raw(S3, &[("/test.txt", "/tést.txt")]),
        ),
        (
            "unseen-character",
            url(&[("/test.txt", "/te%E2%80%8Bst.txt")]),
            url(&[("/test.txt", "/t%C3%A9st.txt")]),
        ),
        (
            "unseen-character",
            url(&[("?X-Amz-Algorithm", "?prefix=\u{FF0F}a&X-Amz-Algorithm")]),
            url(&[("?X-Amz-Algorithm", "?prefix=%2Fa&X-Amz-Algorithm")]),
        ),
        (
            "unseen-character",
            raw(S3, &[("Credential=AKIA", "Credential=\u{FEFF}AKIA")]),
            raw(S3, &[]),
        ),
        (
            "unseen-character",
            raw(S3, &[("AKIAIOSFODNN7", "AKIAI\u{41E}SFODNN7")]),
            raw(S3, &[]),
        ),
        (
            "unseen-character",
            raw(S3, &[("=host;range", "=host;\u{AD}range")]),
            raw(S3, &[]),
        ),
        (
            "unseen-character",
            raw(S3, &[("bytes=0-9\n", "bytes=0-9\r\n")]),
            // A tab is a remark of its own.
            raw(S3, &[("bytes=0-9\n", "bytes=0\t9\n")]),
        ),
    ]
}
