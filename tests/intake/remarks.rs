//! What is said of input that could not be read.

use super::*;

#[test]
fn a_url_is_read_up_to_its_bound_and_said_to_be_too_large_beyond_it() {
    let front = "https://b.s3.amazonaws.com/k?pad=";
    let signed = "&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0123";
    let of = |len: usize| {
        let pad = "p".repeat(len - front.len() - signed.len());
        let alone = format!("{front}{pad}{signed}");
        // What is behind it is read all the same.
        read(
            format!("{alone}\n\nGET / HTTP/1.1\nHost: a\nX-Amz-Date: 20260101T000000Z\n\n")
                .as_bytes(),
        )
    };
    let within = of(256 << 10);
    assert_eq!(ids(&within), [""; 0]);
    assert_eq!(within.requests.len(), 2);
    let beyond = of((256 << 10) + 1);
    assert!(
        ids(&beyond).contains(&"request-too-large"),
        "{:?}",
        ids(&beyond)
    );
    assert_eq!(beyond.requests.len(), 1);
    // One that is signed in front is not read by halves either.
    let front_signed = format!(
        "https://b.s3.amazonaws.com/k?{}&pad={}",
        signed.trim_start_matches('&'),
        "p".repeat(256 << 10)
    );
    let case = read(front_signed.as_bytes());
    assert!(
        ids(&case).contains(&"request-too-large"),
        "{:?}",
        ids(&case)
    );
    assert!(case.requests.is_empty());
    // Any other URL may be as long as it likes.
    let other = read(format!("https://a.example/?{}", "p".repeat(300 << 10)).as_bytes());
    assert_eq!(ids(&other), [""; 0]);
}

#[test]
fn what_could_not_be_read_is_said() {
    for (given, id) in [
        (&b"  \n"[..], Some("empty-input")),
        (b"\x00\x01\x02binary", Some("binary-input")),
        (
            b"so\nAuthorization: AWS4-HMAC-SHA256 Credential=foo\nsome text",
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

#[test]
fn a_file_in_utf_16_that_is_too_large_is_said_to_be_so() {
    let line = "2026-03-11 09:15:44 the upload failed: Zürich \u{1F600}\r\n";
    let case = read(&wide(&line.repeat(8_000)));
    assert_eq!(ids(&case), ["utf-16-too-large"]);
    // Other data that begins so is what it is.
    let mut noise = vec![0xFF, 0xFE];
    noise.extend(
        (0..500_000u32).map(|i| u8::try_from(i.wrapping_mul(2_654_435_761) >> 24).unwrap()),
    );
    assert_eq!(ids(&read(&noise)), ["binary-input"]);
}

const HASH: &str =
    "X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn a_line_behind_a_whole_header_is_not_glued_to_it() {
    let value = "IQoJb3JpZ2luX2VjEXAMPLE/w==";
    for torn in [
        format!("X-Amz-Security-Token\n{value}\n"),
        format!("X-Amz-Security-Token\t{value}\n"),
        format!("{value}\n"),
        format!("X-Amz-Security-Token {value}\n"),
    ] {
        for whole in [
            HASH,
            "X-Amz-Meta-Modified-By-The-Upload: Sun, 22 Nov 2026 11:30:00 GMT",
        ] {
            let text_in = format!(
                "GET /k HTTP/1.1\nHost: a.example.com\n{whole}\n{torn}X-Amz-Date: 20260311T091544Z\n\n"
            );
            let case = one(text_in.as_bytes());
            let last = headers(&case, 0).pop().unwrap();
            assert_eq!(last, whole.replacen(':', "|", 1), "{text_in}");
            assert_eq!(ids(&case), ["unrecognised-rest"], "{text_in}");
        }
    }
    // A bare token is not repeated by the finding.
    let text_in = format!("GET /k HTTP/1.1\n{HASH}\n{value}\nX-Amz-Date: 20260311T091544Z\n\n");
    let case = one(text_in.as_bytes());
    assert_eq!(text(&case, case.findings[0].labels[0].span), HASH);
}

#[test]
fn a_header_that_was_broken_is_still_joined() {
    let value = format!("IQoJb3JpZ2luX2Vj{}", "EXAMPLEwordsOfAToken/".repeat(9));
    let line = format!("X-Amz-Security-Token: {value}");
    let broken: Vec<&str> = line
        .as_bytes()
        .chunks(90)
        .map(|part| std::str::from_utf8(part).unwrap())
        .collect();
    let text_in = format!(
        "GET /k HTTP/1.1\n{HASH}\n{}\nHost: a\n\n",
        broken.join("\n")
    );
    let case = one(text_in.as_bytes());
    assert_eq!(headers(&case, 0)[1], line.replacen(':', "|", 1));
    assert_eq!(ids(&case), ["lines-rejoined"]);
}

/// A rest is what was not read, and nothing of what was.
#[test]
fn a_rest_covers_nothing_that_was_read() {
    let message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.";
    let named = read(
        format!("{{\"error\":\"Received a response of type SignatureDoesNotMatch with error message: {message}\"}}\n").as_bytes(),
    );
    assert_eq!(named.evidence.len(), 1);
    assert!(
        !ids(&named).contains(&"unrecognised-rest"),
        "{:?}",
        ids(&named)
    );
    let tail = read(
        "host:b.s3.amazonaws.com\nx-amz-date:20180912T033238Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD</CanonicalRequest><CanonicalRequestBytes>47 45 54 0a 2f 0a 0a 68 6f 73 74 3a 62 2e 73 33 2e 61 6d 61 7a 6f 6e 61 77 73 2e 63 6f 6d 0a 78 2d 61 6d 7a 2d 64 61 74 65 3a 32 30 31 38 30 39 31 32 54 30 33 33 32 33 38 5a 0a 0a 68 6f 73 74 3b 78 2d 61 6d 7a 2d 64 61 74 65 0a 55 4e 53 49 47 4e 45 44 2d 50 41 59 4c 4f 41 44</CanonicalRequestBytes><RequestId>7EB1DF5A09F13CAB</RequestId></Error>\n".as_bytes(),
    );
    assert!(
        !ids(&tail).contains(&"unrecognised-rest"),
        "{:?}",
        ids(&tail)
    );
    let beside = "arg0: IncompleteSignatureException: '/20210706/us-east-2/dynamodb/aws4_request' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential=<cred> /20210706/us-east-2/dynamodb/aws4_request, SignedHeaders=host, Signature=f25d'.\n";
    let case = read(beside.as_bytes());
    let rests = case.findings.iter().filter(|f| f.id == "unrecognised-rest");
    for label in rests.flat_map(|rest| &rest.labels) {
        for piece in &case.pieces {
            assert!(
                !piece.span.overlaps(label.span),
                "{:?} {label:?}",
                piece.span
            );
        }
    }
}

#[test]
fn the_end_of_a_canonical_request_is_called_so() {
    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for text in [
        format!("host;x-amz-content-sha256;x-amz-date\n{HASH}\n----\n"),
        format!("\\n\\nhost;user-agent;x-amz-date\\n{HASH}'\\n"),
    ] {
        let case = read(text.as_bytes());
        assert_eq!(ids(&case), ["strings-headless"], "{text}");
    }
    // A list alone, or beside another hash, is none.
    for text in [
        format!("x-amz-date;x-amz-acl\n{HASH}\n"),
        "host;x-amz-date\nx-amz-date: 20130524T000000Z\n".to_owned(),
    ] {
        let case = read(text.as_bytes());
        assert!(!ids(&case).contains(&"strings-headless"), "{text}");
    }
}

#[test]
fn what_an_answer_s_headers_hold_is_no_rest_of_a_request() {
    let case = read(b"{ StatusCode: 400,\n  Headers:\n   { 'x-amzn-requestid': '8JTA',\n     'x-amz-crc32': '3296629977',\n     date: 'Tue, 06 Nov 2012 10:56:40 GMT' } }\n");
    assert!(
        !ids(&case).contains(&"unrecognised-rest"),
        "{:?}",
        ids(&case)
    );
}

#[test]
fn what_tells_once_more_what_was_read_is_no_rest() {
    let rest = |text: &str| ids(&read(text.as_bytes())).contains(&"unrecognised-rest");
    let words = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    let answer = format!("SignatureDoesNotMatch: {words}\n");
    // The name of an error's class in a stack, and the end of an answer whose tags were eaten.
    for more in [
        "    at Object.SignatureDoesNotMatch (/app/dist/errors.js:12:5)\n",
        "PUT https://b.s3.amazonaws.com/k: SignatureDoesNotMatchtx000000-nyc3-zonenyc3\n",
    ] {
        assert!(!rest(&format!("{answer}{more}")), "{more}");
        // Where nothing was read it is all there is.
        assert!(
            rest(&format!("upload.js failed with:{more}"))
                || !read(more.as_bytes()).evidence.is_empty(),
            "{more}"
        );
    }
    // What names a signature is still a rest.
    assert!(rest(&format!("{answer}\n\n    curl -H 'X-Amz-Date")));
    let canonical = "GET\n/k\n\nhost:b.example.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let map = "I0805 08:29:34.069048 auth_signature_v4.go:185 extractedSignedHeaders: map[Host:[b.example.com] X-Amz-Date:[20150830T123600Z]]\n";
    let log = format!(
        "{map}I0805 08:29:34.069070 auth_signature_v4.go:244 canonicalRequest: {canonical}\n"
    );
    assert!(!rest(&log));
    assert!(rest(map));
}

#[test]
fn a_sentence_that_names_a_part_beside_what_was_read_is_no_rest() {
    let rest = |text: &str| ids(&read(text.as_bytes())).contains(&"unrecognised-rest");
    let words = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    // The code on a line of its own.
    assert!(!rest(&format!(
        "```\n SignatureDoesNotMatch\n{words}\n```\n"
    )));
    let stated =
        "InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.\n";
    for sentence in [
        "before that it was always a SignatureDoesNotMatch error\n",
        "see below, and please note the StringToSign section.\n",
        "I do set the x-amz-date header in my own code\n",
    ] {
        assert!(!rest(&format!("{sentence}\n{stated}")), "{sentence}");
    }
    for part in [
        "what we send is a header as in x-amz-date: 20260701T120000Z\n",
        "x-amz-date: 20260701T120000Z\nx-amz-acl: private\n",
    ] {
        assert!(rest(&format!("{stated}\n\n{part}")), "{part}");
    }
    // The operation and the media type are no parts of a signature.
    let code = "headers: {\n 'Content-Type': 'application/x-amz-json-1.0',\n 'X-Amz-Target': 'DynamoDB_20120810.ListTables'\n}\n";
    assert!(!rest(&format!("{stated}\n{code}")));
    assert!(rest(&format!(
        "{stated}\n{}",
        code.replace("Target", "Date")
    )));
    // The lists that the SDK for C++ prints above its canonical request.
    let canonical = "GET\n/k\n\nhost:b.example.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let front = "[DEBUG] 2016-08-02 19:35:15 AWSAuthV4Signer [140409173084160] ";
    let lists = format!(
        "{front}Canonical Header String: host:b.example.com\nx-amz-date:20150830T123600Z\n\n{front}Signed Headers value:host;x-amz-date\n"
    );
    assert!(!rest(&format!(
        "{lists}{front}Canonical Request String: {canonical}\n"
    )));
    assert!(rest(&lists));
}
