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

/// `text` as PowerShell writes it.
fn wide(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_file_in_utf_16_is_remarked_on_as_its_text_is() {
    for (text, id) in [
        ("", "empty-input"),
        ("  \r\n", "empty-input"),
        (
            "so\r\nAuthorization: AWS4-HMAC-SHA256 Credential=foo\r\nsome text",
            "unrecognised-rest",
        ),
    ] {
        let case = read(&wide(text));
        assert_eq!(ids(&case), [id, "read-as-utf-16"], "{text:?}");
        for label in case.findings.iter().flat_map(|f| &f.labels) {
            assert_eq!(case.docs.to_given(label.span), label.span, "{text:?}");
        }
    }
    let case = read(&wide("hello"));
    assert_eq!(ids(&case), ["read-as-utf-16"]);
    // What was read is not taken for a rest.
    let request = "GET /k HTTP/1.1\r\nHost: a\r\nX-Amz-Date: 20260311T091544Z\r\n\r\n";
    assert_eq!(ids(&read(&wide(request))), ["read-as-utf-16"]);
    let rest = format!("{request}\r\nand boto says SignatureDoesNotMatch");
    let case = read(&wide(&rest));
    assert_eq!(ids(&case), ["unrecognised-rest", "read-as-utf-16"]);
    let label = &case.findings[0].labels[0];
    assert_eq!(
        case.docs.bytes(label.span),
        &wide("and boto says SignatureDoesNotMatch")[2..]
    );
}
