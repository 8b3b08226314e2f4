//! What is said of input that could not be read.

use super::*;

#[test]
fn what_could_not_be_read_is_said() {
    for (given, id) in [
        (&b"  \n"[..], Some("empty-input")),
        (b"\x00\x01\x02binary", Some("binary-input")),
        (
            b"boto says SignatureDoesNotMatch",
            Some("unrecognised-rest"),
        ),
        (b"hello", None),
    ] {
        assert_eq!(ids(&read(given)).first().copied(), id, "{given:?}");
    }
}

#[test]
fn a_compressed_answer_is_said_to_be_unreadable() {
    let case = read(b"HTTP/1.1 403 Forbidden\nContent-Encoding: gzip\n\n\x1f\x8b\x08");
    assert_eq!(ids(&case), ["answer-unreadable"]);
    assert_eq!(case.evidence[0].answer.as_ref().unwrap().status, Some(403));
}
