//! What a person says of the parts: whose they are, what is held against what, and as what a text is read.

use sigscope::engine::intake::{Choices, PairedBy, Part, ReadAs, Side, Taken, Which, nearest};

use super::*;

const CANONICAL: &str =
    "GET\n/a\n\nhost:h\nx-amz-date:20260311T091544Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD";

fn input(text: &str) -> Input {
    Input {
        name: "paste".into(),
        source: Source::Paste,
        bytes: Bytes::copy_from_slice(text.as_bytes()),
    }
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\nHost: h\nAuthorization: x\n\n")
}

#[test]
fn a_side_is_taken_as_said_and_stays_with_its_part_when_more_is_pasted() {
    let first = input(CANONICAL);
    let case = intake::read(std::slice::from_ref(&first), None);
    assert_eq!(case.evidence[0].side, None);
    let mut choices = Choices::default();
    let place = case.place(Part::Evidence(0)).unwrap();
    choices.sides.insert(Which::At(place), Some(Side::Server));
    // Another text before it in the list of evidence is impossible, one behind it is not.
    let more = input(&format!("{}{CANONICAL}", request("/b")));
    let case = intake::read_with(&[first, more], None, &choices);
    assert_eq!(case.evidence[0].side, Some(Side::Server));
    assert!(case.is_side_chosen(0));
    assert_eq!(case.recognised_side(0), None);
    assert!(!case.is_side_chosen(1));
    // A choice of an input that is gone is gone, too.
    choices.keep_inputs(0);
    assert!(choices.is_empty());
}

#[test]
fn a_choice_that_changes_nothing_is_none_and_one_about_nothing_is_forgotten() {
    let error = "<Error><Code>AccessDenied</Code></Error>";
    let mut choices = Choices::default();
    choices.sides.insert(Which::Nth(0), Some(Side::Server));
    choices.sides.insert(Which::Nth(7), Some(Side::Client));
    choices.pairs.insert(Which::Nth(7), Which::Nth(0));
    choices.pairs.insert(Which::Nth(0), Which::Nth(7));
    let case = intake::read_with(&[input(error)], None, &choices);
    assert_eq!(case.evidence[0].side, Some(Side::Server));
    assert!(!case.is_side_chosen(0));
    // There is no eighth, neither of the evidence nor of the requests.
    assert!(!case.is_side_chosen(7));
    assert_eq!(case.recognised_side(7), None);
    assert_eq!((case.chosen_pair(7), case.chosen_pair(0)), (None, None));
    let plain = intake::read(&[input(error)], None);
    assert_eq!(format!("{case:?}"), format!("{plain:?}"));
}

#[test]
fn evidence_is_held_against_the_request_that_a_person_says() {
    let text = format!(
        "{}{}HTTP/1.1 403 Forbidden\n\n",
        request("/1"),
        request("/2")
    );
    let case = read(text.as_bytes());
    assert_eq!(case.requests_of(0), Some((&[1][..], PairedBy::Place)));
    let mut choices = Choices::default();
    choices.pairs.insert(Which::Nth(0), Which::Nth(0));
    let case = intake::read_with(&[input(&text)], None, &choices);
    assert_eq!(case.requests_of(0), Some((&[0][..], PairedBy::Chosen)));
    assert_eq!(case.paired_by(0, 0), Some(PairedBy::Chosen));
    assert_eq!(case.paired_by(0, 1), None);
    assert_eq!(case.first_refused(), Some(0));
}

#[test]
fn a_refused_signature_goes_before_what_was_refused_for_another_reason() {
    let text = format!(
        "{}HTTP/1.1 404 Not Found\n\n<Error><Code>NoSuchKey</Code></Error>\n{}HTTP/1.1 200 OK\n\n{}HTTP/1.1 403 Forbidden\n\n",
        request("/1"),
        request("/2"),
        request("/3")
    );
    let case = read(text.as_bytes());
    assert_eq!(case.requests.len(), 3);
    assert_eq!(case.taken(), Some((2, Taken::Refused)));
    // By the status alone, and by the code alone.
    for other in [
        "HTTP/1.1 404 Not Found\n\n",
        "<Error><Code>NoSuchKey</Code></Error>\n",
    ] {
        let text = format!(
            "{}{other}{}HTTP/1.1 403 Forbidden\n\n",
            request("/1"),
            request("/2")
        );
        assert_eq!(
            read(text.as_bytes()).taken(),
            Some((1, Taken::Refused)),
            "{other}"
        );
    }
    // Alone it is taken all the same.
    let case = read(text.split("GET /2").next().unwrap().as_bytes());
    assert_eq!(case.taken(), Some((0, Taken::Refused)));
    assert_eq!(
        read(request("/1").as_bytes()).taken(),
        Some((0, Taken::First))
    );
}

fn forced(text: &str, read_as: ReadAs) -> Case {
    let choices = Choices {
        read_as: [(0, read_as)].into(),
        ..Choices::default()
    };
    intake::read_with(&[input(text)], None, &choices)
}

#[test]
fn what_was_not_recognised_is_read_as_what_a_person_says() {
    let headers = "x-amz-date = 20260311T091544Z\nAuthorization => AWS4-HMAC-SHA256 Credential=A/b, Signature=c,\n";
    assert!(read(headers.as_bytes()).requests.is_empty());
    let case = forced(headers, ReadAs::Headers);
    assert_eq!(method(&case), "GET");
    assert_eq!(
        super::headers(&case, 0),
        [
            "x-amz-date|20260311T091544Z",
            "Authorization|AWS4-HMAC-SHA256 Credential=A/b, Signature=c"
        ]
    );
    // Every byte of a value leads back to what was pasted.
    let value = case.docs.to_given(case.requests[0].headers[0].value);
    assert_eq!(headers.get(value.range()), Some("20260311T091544Z"));

    let case = forced("POST /a\nhost: h\n\nbody", ReadAs::Request);
    assert_eq!(method(&case), "POST");
    assert_eq!(super::headers(&case, 0), ["host|h"]);
    assert_eq!(body(&case, 0).unwrap().0, "body");

    let command = "-H 'Authorization: AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=c' -X PUT https://h/a";
    let case = forced(command, ReadAs::Curl);
    assert_eq!(method(&case), "PUT");

    // What is no canonical request by its form is one when a person says so, and as a literal as well.
    for text in ["GET\n/a\n", "'GET\\n/a\\n'"] {
        let case = forced(text, ReadAs::CanonicalRequest);
        let span = case.evidence[0].canonical_request.as_ref().unwrap();
        assert_eq!(span.bytes(&case.docs), b"GET\n/a".as_slice(), "{text}");
        assert_eq!(case.evidence[0].side, None);
    }
    let case = forced(
        "403: the request was SignatureDoesNotMatch, sorry",
        ReadAs::ServerError,
    );
    let answer = case.evidence[0].answer.as_ref().unwrap();
    assert_eq!(answer.status, Some(403));
    assert_eq!(text(&case, answer.code.unwrap()), "SignatureDoesNotMatch");
    assert_eq!(case.evidence[0].side, Some(Side::Server));
}

#[test]
fn what_cannot_be_read_so_is_said_and_read_as_before() {
    let case = forced("<Error><Code>AccessDenied</Code></Error>", ReadAs::Curl);
    assert_eq!(case.evidence.len(), 1, "it is recognised all the same");
    assert!(ids(&case).contains(&"read-as"));
}

#[test]
fn the_nearest_shapes_are_told_with_what_speaks_for_them() {
    let first = |text: &str| {
        let offers = nearest(text.as_bytes());
        assert_eq!(offers.len(), 3);
        (offers[0].read_as, offers[0].why.clone(), offers[0].missing)
    };
    assert_eq!(
        first("x-amz-date: a\nAuthorization: AWS4\n"),
        (
            ReadAs::Headers,
            "its lines are names and values with a colon, and it holds “Authorization”, “x-amz-date”".to_owned(),
            "its method and path: GET and / stand in their place"
        )
    );
    assert_eq!(first("-H 'a: b' --data x -X PUT").0, ReadAs::Curl);
    assert_eq!(first("GET\n/a\nhost:h\n").0, ReadAs::CanonicalRequest);
    assert_eq!(
        first("it said 403 forbidden: wrong signature").0,
        ReadAs::ServerError
    );
    assert_eq!(
        first("20260311/us-east-1/s3/aws4_request").0,
        ReadAs::StringToSign
    );
    assert_eq!(first("PATCH /x with Host a").0, ReadAs::Request);
    assert_eq!(first("zzz").1, "nothing in it speaks for it");
}

#[test]
fn forcing_never_panics_and_loses_nothing_wherever_a_text_is_cut() {
    let texts = [
        "POST /a HTTP/1.1\nHost: h\n\nbody\n",
        "\"GET\\n/a\\n\\u00",
        "curl -H 'a",
        ", = : \n :x\n\u{e9}=\u{e9}",
        "",
    ];
    for text in texts {
        for end in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            for read_as in ReadAs::ALL {
                let case = forced(text.get(..end).unwrap(), read_as);
                let (_, given) = case.docs.given().next().unwrap();
                assert_eq!(given.bytes(), &text.as_bytes()[..end]);
            }
        }
    }
}

#[test]
fn nothing_is_offered_for_what_is_no_text() {
    for bytes in [
        &b""[..],
        b" \r\n",
        b"\x00\x01\x02\x03 GET / HTTP/1.1",
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ] {
        assert!(nearest(bytes).is_empty(), "{bytes:?}");
    }
    assert_eq!(nearest(b"zzz").len(), 3);
    // The level of a log is no method.
    let why = |text: &[u8]| format!("{:?}", nearest(text));
    assert!(why(b"PATCH upload failed: 403").contains("begins with a method"));
    assert!(!why(b"ERROR upload failed: 403").contains("begins with a method"));
}
